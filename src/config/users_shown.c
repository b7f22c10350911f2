/* SPDX-License-Identifier: Apache-2.0 */
#include "users_shown.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "iocd/base/defs.h"

#define WILD_MIN 16 /* the shortest secret of TOTP that people use; ids of units have dashes */

static const char *const keys[] = { "password", "totp", "digest" };

static bool is_wild(char c)
{
	return isalnum((unsigned char)c) || c == '+' || c == '/' || c == '$' || c == '=';
}

/* Hides a word of n bytes, of which a character may have several. */
static void hide(char *word, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!isspace((unsigned char)word[i]))
			word[i] = '*';
}

/* What of a line of n bytes comes behind key and its colon, at *ret; 0: key does not begin there.
 */
static size_t behind(char *line, size_t n, const char *key, char **ret)
{
	size_t at = strlen(key);

	if (n <= at || memcmp(line, key, at) != 0)
		return 0;
	while (at < n && strchr("\"' \t", line[at]))
		at++;
	if (at >= n || line[at] != ':')
		return 0;
	*ret = line + at + 1;
	return n - at - 1;
}

static void hide_values(char *line, size_t n)
{
	char *value;

	for (size_t at = 0; at < n; at++)
		for (size_t i = 0; i < COUNT(keys); i++) {
			size_t size = behind(line + at, n - at, keys[i], &value);

			if (size > 0) /* others may follow in the same line */
				hide(value, strcmp(keys[i], "digest") == 0 ? strcspn(value, ",}\n")
									   : size);
		}
}

static void hide_wild(char *bytes, size_t n)
{
	size_t start = 0;

	for (size_t i = 0; i <= n; i++) {
		if (i < n && is_wild(bytes[i]))
			continue;
		if (i - start >= WILD_MIN)
			hide(bytes + start, i - start);
		start = i + 1;
	}
}

void users_hide_secrets(char *bytes, size_t n)
{
	for (char *line = bytes; line < bytes + n;) {
		size_t left = (size_t)(bytes + n - line);
		const char *end = memchr(line, '\n', left);
		size_t size = end ? (size_t)(end - line) : left;

		hide_values(line, size);
		line += size + 1;
	}
	hide_wild(bytes, n);
}
