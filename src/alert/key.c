/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "iocd/alert_json.h"

static bool key_takes(unsigned char c)
{
	return c > ' ' && c < 0x7f && !strchr("+#/*?[]%", c);
}

const char *alert_key(char key[ALERT_KEY_MAX], const struct alert *alert)
{
	static const char digits[] = "0123456789ABCDEF";
	size_t size = strlen(alert->rule->id);

	assert(size + 1 + 3 * strlen(alert->subject) < ALERT_KEY_MAX);

	memcpy(key, alert->rule->id, size);
	if (alert->subject[0])
		key[size++] = '/';
	for (const char *at = alert->subject; *at; at++) {
		unsigned char c = (unsigned char)*at;

		if (key_takes(c)) {
			key[size++] = *at;
		} else {
			key[size++] = '%';
			key[size++] = digits[c >> 4];
			key[size++] = digits[c & 15];
		}
	}
	key[size] = '\0';
	return key;
}
