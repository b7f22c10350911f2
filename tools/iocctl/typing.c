/* SPDX-License-Identifier: Apache-2.0 */
#include "typing.h"

#include <curses.h>
#include <limits.h>
#include <stdlib.h>

bool typing_take(struct text *line, wint_t key, bool is_special)
{
	char bytes[MB_LEN_MAX];
	int size;

	if (key == '\n' || key == '\r' || (is_special && key == KEY_ENTER))
		return true;
	if (key == KEY_ESCAPE) {
		text_clear(line);
		return true;
	}
	if ((is_special && key == KEY_BACKSPACE) || key == 127 || key == 8) {
		while (line->size > 0 && (line->bytes[--line->size] & 0xc0) == 0x80)
			;
		if (line->bytes)
			line->bytes[line->size] = '\0';
	} else if (!is_special && key >= ' ') {
		size = wctomb(bytes, (wchar_t)key);
		if (size > 0)
			text_add_bytes(line, bytes, (size_t)size);
	}
	return false;
}
