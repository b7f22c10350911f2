/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a command: whatever they are, there is a reason to refuse them, or what was read is
 * read again from what is written of it.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/command.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	CLEANUP_TEXT struct text text = { 0 };
	struct command command, again;
	char why[256], by[COMMAND_NAME_MAX];

	if (command_read_by((const char *)bytes, n, by, why) && !*why)
		abort();
	if (command_read((const char *)bytes, n, &command, why)) {
		if (!*why || !memchr(why, '\0', sizeof(why)))
			abort();
		return 0;
	}

	command_write(&text, &command);
	if (command_read(text_get(&text), text.size, &again, why) ||
	    memcmp(&command, &again, sizeof(again)) != 0)
		abort();
	return 0;
}
