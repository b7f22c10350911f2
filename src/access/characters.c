/* SPDX-License-Identifier: Apache-2.0 */
#include <stdint.h>

#include "characters.h"

/* Bytes of the character that begins with that byte; 0: none does. */
static size_t size_of(unsigned char byte)
{
	if (byte < 0x80)
		return 1;
	if (byte < 0xc2 || byte > 0xf4)
		return 0;
	return byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

/* Whether the second byte may follow the first: no surrogate, nothing in a longer form than it
 * needs, nothing beyond U+10FFFF. */
static bool may_follow(unsigned char first, unsigned char second)
{
	switch (first) {
	case 0xe0:
		return second >= 0xa0;
	case 0xed:
		return second < 0xa0;
	case 0xf0:
		return second >= 0x90;
	case 0xf4:
		return second < 0x90;
	default:
		return true;
	}
}

size_t characters_count(const char *text)
{
	const unsigned char *at = (const unsigned char *)text;
	size_t n = 0;

	for (; *at; n++) {
		size_t size = size_of(*at);

		if (size == 0 || !may_follow(at[0], at[1]))
			return CHARACTERS_NONE;
		for (size_t i = 1; i < size; i++)
			if ((at[i] & 0xc0) != 0x80)
				return CHARACTERS_NONE;
		at += size;
	}
	return n;
}

bool characters_have_control(const char *text)
{
	for (const unsigned char *at = (const unsigned char *)text; *at; at++)
		if (*at < 0x20 || *at == 0x7f || (at[0] == 0xc2 && at[1] >= 0x80 && at[1] < 0xa0))
			return true;
	return false;
}
