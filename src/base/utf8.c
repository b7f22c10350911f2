/* SPDX-License-Identifier: Apache-2.0 */
#include "utf8.h"

#include <stdint.h>

#include "iocd/base/defs.h"

/* clang-format off */
/* First bytes, how many bytes follow, and where the second byte may lie (RFC 3629 section 4). */
static const struct {
	uint8_t first, last, size, second_min, second_max;
} forms[] = {
	{ 0x00, 0x7f, 1, 0x00, 0x00 },
	{ 0xc2, 0xdf, 2, 0x80, 0xbf },
	{ 0xe0, 0xe0, 3, 0xa0, 0xbf },
	{ 0xe1, 0xec, 3, 0x80, 0xbf },
	{ 0xed, 0xed, 3, 0x80, 0x9f },
	{ 0xee, 0xef, 3, 0x80, 0xbf },
	{ 0xf0, 0xf0, 4, 0x90, 0xbf },
	{ 0xf1, 0xf3, 4, 0x80, 0xbf },
	{ 0xf4, 0xf4, 4, 0x80, 0x8f },
};
/* clang-format on */

static size_t check_rest(const uint8_t *bytes, size_t n, size_t form)
{
	size_t size = forms[form].size;

	if (size > n)
		return 0;
	if (size > 1 && (bytes[1] < forms[form].second_min || bytes[1] > forms[form].second_max))
		return 0;
	for (size_t i = 2; i < size; i++)
		if ((bytes[i] & 0xc0) != 0x80)
			return 0;
	return size;
}

size_t utf8_size(const char *bytes, size_t n)
{
	const uint8_t *at = (const uint8_t *)bytes;

	if (n == 0)
		return 0;

	for (size_t i = 0; i < COUNT(forms); i++)
		if (at[0] <= forms[i].last)
			return at[0] >= forms[i].first ? check_rest(at, n, i) : 0;
	return 0;
}
