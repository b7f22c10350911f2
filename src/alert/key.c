/* SPDX-License-Identifier: Apache-2.0 */
#include "key.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

static bool key_takes(unsigned char c)
{
	return c > ' ' && c < 0x7f && !strchr("+#/*?[]%", c);
}

const char *key_write(char key[ALERT_KEY_MAX], struct slice rule, struct slice subject)
{
	static const char digits[] = "0123456789ABCDEF";
	size_t size = rule.size;

	assert(size + 1 + 3 * subject.size < ALERT_KEY_MAX);

	memcpy(key, rule.bytes, size);
	if (subject.size > 0)
		key[size++] = '/';
	for (size_t i = 0; i < subject.size; i++) {
		unsigned char c = (unsigned char)subject.bytes[i];

		if (key_takes(c)) {
			key[size++] = subject.bytes[i];
		} else {
			key[size++] = '%';
			key[size++] = digits[c >> 4];
			key[size++] = digits[c & 15];
		}
	}
	key[size] = '\0';
	return key;
}

const char *alert_key(char key[ALERT_KEY_MAX], const struct alert *alert)
{
	return key_write(key, (struct slice){ alert->rule->id, strlen(alert->rule->id) },
			 (struct slice){ alert->subject, strlen(alert->subject) });
}
