/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/base/text.h"

#include <assert.h>
#include <inttypes.h>
#include <locale.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "utf8.h"

#define CAPACITY_MIN 64

void text_clear(struct text *text)
{
	text->size = 0;
	if (text->bytes)
		text->bytes[0] = '\0';
}

void text_fini(struct text *text)
{
	free(text->bytes);
	*text = (struct text){ .bytes = NULL };
}

/* Makes room for n more bytes and the zero; returns where they go. */
static char *reserve(struct text *text, size_t n)
{
	size_t needed = text->size + n + 1;

	assert(needed > n);
	if (needed > text->capacity) {
		size_t capacity = text->capacity ? text->capacity : CAPACITY_MIN;

		while (capacity < needed)
			capacity = capacity > SIZE_MAX / 2 ? needed : capacity * 2;
		text->bytes = xrealloc(text->bytes, capacity, 1);
		text->capacity = capacity;
	}
	return text->bytes + text->size;
}

static void advance(struct text *text, size_t n)
{
	text->size += n;
	text->bytes[text->size] = '\0';
}

void text_add(struct text *text, const char *format, ...)
{
	char *at = reserve(text, CAPACITY_MIN);
	size_t room = text->capacity - text->size;
	va_list arguments;
	int n;

	va_start(arguments, format);
	n = vsnprintf(at, room, format, arguments);
	va_end(arguments);
	assert(n >= 0);

	if ((size_t)n >= room) {
		at = reserve(text, (size_t)n);
		va_start(arguments, format);
		n = vsnprintf(at, (size_t)n + 1, format, arguments);
		va_end(arguments);
	}
	advance(text, (size_t)n);
}

void text_add_bytes(struct text *text, const char *bytes, size_t n)
{
	char *at = reserve(text, n);

	if (n > 0)
		memcpy(at, bytes, n);
	advance(text, n);
}

static int is_plain(char c)
{
	return (unsigned char)c >= 0x20 && (unsigned char)c < 0x80 && c != '"' && c != '\\';
}

/* Adds the first character of n bytes, one that is not plain; returns its size in bytes. */
static size_t add_json_special(struct text *text, const char *bytes, size_t n)
{
	static const char letters[] = "\"\"\\\\\bb\ff\nn\rr\tt"; /* pairs: character, escape */
	size_t size = utf8_size(bytes, n);

	if (size > 1) {
		text_add_bytes(text, bytes, size);
		return size;
	}
	if (size == 0) {
		text_add_bytes(text, "\\ufffd", 6);
		return 1;
	}
	for (size_t i = 0; i < sizeof(letters) - 1; i += 2)
		if (letters[i] == *bytes) {
			text_add_bytes(text, (char[]){ '\\', letters[i + 1] }, 2);
			return 1;
		}
	text_add(text, "\\u%04x", (unsigned char)*bytes);
	return 1;
}

void text_add_json(struct text *text, const char *bytes, size_t n)
{
	text_add_bytes(text, "\"", 1);
	while (n > 0) {
		size_t size = 0;

		while (size < n && is_plain(bytes[size]))
			size++;
		if (size > 0)
			text_add_bytes(text, bytes, size);
		else
			size = add_json_special(text, bytes, n);
		bytes += size;
		n -= size;
	}
	text_add_bytes(text, "\"", 1);
}

static void add_integer(struct text *text, int64_t number)
{
	uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
	char digits[24];
	char *at = digits + sizeof(digits);

	do {
		*--at = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest > 0);
	if (number < 0)
		*--at = '-';
	text_add_bytes(text, at, (size_t)(digits + sizeof(digits) - at));
}

/* Adds n / 10^point, n > 0, without trailing zeros. */
static void add_decimal(struct text *text, bool is_negative, uint64_t n, int point)
{
	char digits[32];
	char *at = digits + sizeof(digits);

	for (; point > 0 && n % 10 == 0; point--)
		n /= 10;
	for (int i = 0; n > 0 || i <= point; i++, n /= 10) {
		if (i > 0 && i == point)
			*--at = '.';
		*--at = (char)('0' + n % 10);
	}
	if (is_negative)
		*--at = '-';
	text_add_bytes(text, at, (size_t)(digits + sizeof(digits) - at));
}

/* Adds a fraction from 1e-4 to 1e15 in as few digits as possible: what the C library needs up to
 * three rounds of printf and strtod for, and figures are written by the thousand.  The product
 * with a power of ten is known exactly as a sum of two doubles, so that the distance of the
 * nearest integer decides whether its decimal reads back: it must be closer than half the way to
 * the next double.  Refuses, and adds nothing, where rounding could blur that. */
static bool add_fraction(struct text *text, double number)
{
	static const double powers[] = { 1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
					 1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
					 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };
	const double sure = 1 - 0x1p-40;
	double x = fabs(number), half_way = (x - nextafter(x, 0)) / 2;
	int point = 0;

	if (x < 1e-4 || x >= 1e15)
		return false;

	while (x * powers[point + 1] < 1e15)
		point++;
	for (int digits = 15; digits <= 17; digits++, point++) {
		double high = x * powers[point], low = fma(x, powers[point], -high);
		double whole = rint(high), rest = high - whole + low;
		double more = rint(rest);

		if (fabs(rest - more) < half_way * powers[point] * sure) {
			add_decimal(text, number < 0, (uint64_t)((int64_t)whole + (int64_t)more),
				    point);
			return true;
		}
	}
	return false;
}

/* The C locale is static in the C library: asking for it allocates nothing. */
static void add_shortest(struct text *text, double number)
{
	locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	locale_t before = uselocale(plain);
	char digits[40];

	for (int precision = 15; precision <= 17; precision++) {
		(void)snprintf(digits, sizeof(digits), "%.*g", precision, number);
		if (strtod(digits, NULL) == number)
			break;
	}
	(void)uselocale(before);
	text_add_bytes(text, digits, strlen(digits));
}

void text_add_number(struct text *text, double number)
{
	const double exact = 0x1p53; /* every integer below is a double */

	if (!isfinite(number))
		text_add_bytes(text, "null", 4);
	else if (fabs(number) < exact && number == trunc(number) &&
		 !(number == 0 && signbit(number)))
		add_integer(text, (int64_t)number);
	else if (!add_fraction(text, number))
		add_shortest(text, number);
}

const char *text_get(const struct text *text)
{
	return text->bytes ? text->bytes : "";
}

void text_add_duration(struct text *text, int64_t ms)
{
	static const struct {
		int64_t ms;
		const char *unit;
	} parts[] = {
		{ 86400000, "d" }, { 3600000, "h" }, { 60000, "m" }, { 1000, "s" }, { 1, "ms" }
	};
	uint64_t rest = ms < 0 ? 0 - (uint64_t)ms : (uint64_t)ms;
	const char *before = ms < 0 ? "-" : "";

	if (ms == 0)
		text_add_bytes(text, "0s", 2);
	for (size_t i = 0; i < COUNT(parts); i++) {
		uint64_t n = rest / (uint64_t)parts[i].ms;

		if (n == 0)
			continue;
		text_add(text, "%s%" PRIu64 "%s", before, n, parts[i].unit);
		rest %= (uint64_t)parts[i].ms;
		before = " ";
	}
}
