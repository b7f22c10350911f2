/* SPDX-License-Identifier: Apache-2.0 */
#include "screen.h"

#include <string.h>
#include <wchar.h>

#define MARK     "\xc2\xb7"     /* · in place of what must not be shown */
#define ELLIPSIS "\xe2\x80\xa6" /* … */

/* Reads one character at bytes into *ret; returns its bytes, or 0 if this is not UTF-8. */
static size_t read_code(const char *bytes, uint32_t *ret)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *at = (const unsigned char *)bytes;
	size_t size = at[0] < 0x80             ? 1
		      : (at[0] & 0xe0) == 0xc0 ? 2
		      : (at[0] & 0xf0) == 0xe0 ? 3
		      : (at[0] & 0xf8) == 0xf0 ? 4
					       : 0;
	uint32_t code = size == 1 ? at[0] : at[0] & (0x7fu >> size);

	for (size_t i = 1; i < size; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (at[i] & 0x3fu);
	}
	if (size == 0 || (size > 1 && code < least[size]) || code > 0x10ffff ||
	    (code >= 0xd800 && code <= 0xdfff))
		return 0;
	*ret = code;
	return size;
}

static bool is_harmless(uint32_t code)
{
	return code >= 0x20 && !(code >= 0x7f && code <= 0x9f) &&
	       !(code >= 0x200b && code <= 0x200f) && !(code >= 0x2028 && code <= 0x202e) &&
	       !(code >= 0x2060 && code <= 0x206f) && code != 0x061c && code != 0xfeff;
}

void screen_clean(struct text *text, const char *string)
{
	uint32_t code;
	size_t size;

	while (*string) {
		size = read_code(string, &code);
		if (size > 0 && is_harmless(code))
			text_add_bytes(text, string, size);
		else
			text_add(text, MARK);
		string += size > 0 ? size : 1;
	}
}

static int width_of(uint32_t code)
{
	int width = wcwidth((wchar_t)code);

	return width < 0 ? 1 : width;
}

size_t screen_fit(const char *string, int columns, int *ret_width)
{
	size_t at = 0;
	uint32_t code;

	*ret_width = 0;
	while (string[at]) {
		size_t size = read_code(string + at, &code);
		int width = size > 0 ? width_of(code) : 1;

		if (*ret_width + width > columns)
			break;
		*ret_width += width;
		at += size > 0 ? size : 1;
	}
	return at;
}

int screen_width(const char *string)
{
	int width;

	(void)screen_fit(string, INT32_MAX - 2, &width);
	return width;
}

static int add_cut(struct text *text, const char *string, int columns)
{
	int width;
	size_t size = screen_fit(string, columns, &width);

	if (!string[size] || columns < 1) {
		text_add_bytes(text, string, size);
		return width;
	}
	size = screen_fit(string, columns - 1, &width);
	text_add_bytes(text, string, size);
	text_add(text, ELLIPSIS);
	return width + 1;
}

static void add_blanks(struct text *text, int n)
{
	text_add(text, "%*s", n > 0 ? n : 0, "");
}

void screen_cut(struct text *text, const char *string, int columns)
{
	(void)add_cut(text, string, columns);
}

void screen_pad(struct text *text, const char *string, int columns)
{
	add_blanks(text, columns - add_cut(text, string, columns));
}

void screen_pad_left(struct text *text, const char *string, int columns)
{
	add_blanks(text, columns - screen_width(string));
	(void)add_cut(text, string, columns);
}

size_t screen_line(const char *string, int columns)
{
	int width;
	size_t size = screen_fit(string, columns, &width);
	size_t at = size;

	if (!string[size])
		return size;
	if (size == 0)
		return screen_fit(string, 2, &width); /* a wide character in a single column */

	while (at > 0 && string[at] != ' ')
		at--;
	return at > 0 ? at : size;
}

void screen_age(struct text *text, int64_t ms)
{
	int64_t s = ms / 1000;

	if (s < 1)
		text_add(text, "now");
	else if (s < 60)
		text_add(text, "%ds", (int)s);
	else if (s < 3600)
		text_add(text, "%dm", (int)(s / 60));
	else if (s < 48 * 3600)
		text_add(text, "%dh", (int)(s / 3600));
	else
		text_add(text, "%lldd", (long long)(s / 86400));
}

/* clang-format off */
/* Letters and what they are without their marks: people search without typing them. */
static const struct {
	uint32_t first, last;
	char base;
} bases[] = {
	{ 0xc0, 0xc5, 'a' },     { 0xc8, 0xcb, 'e' },     { 0xcc, 0xcf, 'i' },
	{ 0xd2, 0xd6, 'o' },     { 0xd9, 0xdc, 'u' },     { 0xdd, 0xdd, 'y' },
	{ 0xe0, 0xe5, 'a' },     { 0xe8, 0xeb, 'e' },     { 0xec, 0xef, 'i' },
	{ 0xf2, 0xf6, 'o' },     { 0xf9, 0xfc, 'u' },     { 0xfd, 0xfd, 'y' },
	{ 0x102, 0x103, 'a' },   { 0x110, 0x111, 'd' },   { 0x128, 0x129, 'i' },
	{ 0x168, 0x169, 'u' },   { 0x1a0, 0x1a1, 'o' },   { 0x1af, 0x1b0, 'u' },
	{ 0x1ea0, 0x1eb7, 'a' }, { 0x1eb8, 0x1ec7, 'e' }, { 0x1ec8, 0x1ecb, 'i' },
	{ 0x1ecc, 0x1ee3, 'o' }, { 0x1ee4, 0x1ef1, 'u' }, { 0x1ef2, 0x1ef9, 'y' },
};
/* clang-format on */

static char base_of(uint32_t code)
{
	if (code >= 'A' && code <= 'Z')
		return (char)(code - 'A' + 'a');
	for (size_t i = 0; i < COUNT(bases); i++)
		if (code >= bases[i].first && code <= bases[i].last)
			return bases[i].base;

	return '\0';
}

static void add_folded(struct text *text, const char *string)
{
	uint32_t code;

	while (*string) {
		size_t size = read_code(string, &code);
		char base = size > 0 ? base_of(code) : '\0';

		if (size == 0)
			size = 1;
		if (base)
			text_add_bytes(text, &base, 1);
		else if (size != 2 || code < 0x300 || code > 0x36f) /* accents on their own */
			text_add_bytes(text, string, size);
		string += size;
	}
}

bool screen_contains(const char *string, const char *words)
{
	CLEANUP_TEXT struct text in = { 0 };
	CLEANUP_TEXT struct text what = { 0 };

	add_folded(&in, string);
	add_folded(&what, words);
	return strstr(text_get(&in), text_get(&what)) != NULL;
}
