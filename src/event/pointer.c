/* SPDX-License-Identifier: Apache-2.0 */
#include "pointer.h"

#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"

#define INDEX_DIGITS 9 /* no array has more elements */

bool map_pointer_is_good(const char *text)
{
	uint32_t n = 0;

	if (*text && *text != '/')
		return false;
	for (; *text; text++) {
		n += *text == '/';
		if (*text == '~' && text[1] != '0' && text[1] != '1')
			return false;
	}
	return n <= MAP_STEPS_MAX;
}

void pointer_init(struct pointer *pointer, const char *text)
{
	char *to;

	*pointer = (struct pointer){ .bytes = NULL };
	if (!text || !*text)
		return;

	pointer->bytes = to = xcalloc(strlen(text) + 1, 1);
	for (; *text; text++) {
		if (*text == '/') {
			to += pointer->n > 0; /* over the zero */
			pointer->steps[pointer->n++] = to;
		} else if (*text == '~') {
			*to++ = *++text == '0' ? '~' : '/';
		} else {
			*to++ = *text;
		}
	}
}

void pointer_fini(struct pointer *pointer)
{
	free(pointer->bytes);
	pointer->bytes = NULL;
}

/* The element of array that step names in decimal, without leading zeros. */
static const json_t *find_element(const json_t *array, const char *step)
{
	size_t n = strspn(step, "0123456789");

	if (n == 0 || n > INDEX_DIGITS || step[n] || (n > 1 && step[0] == '0'))
		return NULL;
	return json_array_get(array, strtoul(step, NULL, 10));
}

const json_t *pointer_find(const struct pointer *pointer, const json_t *value)
{
	for (uint32_t i = 0; value && i < pointer->n; i++)
		value = json_is_array(value) ? find_element(value, pointer->steps[i])
					     : json_object_get(value, pointer->steps[i]);
	return value;
}
