/* SPDX-License-Identifier: Apache-2.0 */
#include "record.h"

#include <assert.h>
#include <string.h>

static char *put_number(char *at, uint64_t number)
{
	char digits[20];
	size_t n = 0;

	do
		digits[n++] = (char)('0' + number % 10);
	while ((number /= 10) > 0);
	while (n > 0)
		*at++ = digits[--n];
	*at++ = ' ';
	return at;
}

size_t title_write(const struct title *title, char topic[RECORD_TOPIC_MAX])
{
	size_t n = strlen(title->journal);
	char *at = topic;

	assert(title->about.size <= 255);

	at = put_number(at, title->number);
	at = put_number(at, title->key.first);
	at = put_number(at, title->key.second);
	memcpy(at, title->journal, n);
	at += n;
	if (title->about.size > 0) {
		*at++ = ' ';
		memcpy(at, title->about.bytes, title->about.size);
		at += title->about.size;
	}
	return (size_t)(at - topic);
}

/* Takes a number and the blank behind it off rest. */
static bool take_number(struct slice *rest, uint64_t *ret)
{
	uint64_t number = 0;
	size_t n = 0;

	for (; n < rest->size && n < 20 && rest->bytes[n] >= '0' && rest->bytes[n] <= '9'; n++)
		number = number * 10 + (uint64_t)(rest->bytes[n] - '0');
	if (n == 0 || n == rest->size || rest->bytes[n] != ' ')
		return false;

	rest->bytes += n + 1;
	rest->size -= n + 1;
	*ret = number;
	return true;
}

bool title_read(struct title *ret, const char *topic, size_t size)
{
	struct slice rest = { topic, size };
	const char *blank;
	size_t n;

	if (!take_number(&rest, &ret->number) || !take_number(&rest, &ret->key.first) ||
	    !take_number(&rest, &ret->key.second))
		return false;

	blank = rest.size > 0 ? memchr(rest.bytes, ' ', rest.size) : NULL;
	n = blank ? (size_t)(blank - rest.bytes) : rest.size;
	if (n == 0 || n >= RECORD_JOURNAL_MAX)
		return false;

	memcpy(ret->journal, rest.bytes, n);
	ret->journal[n] = '\0';
	ret->about =
		blank ? (struct slice){ blank + 1, rest.size - n - 1 } : (struct slice){ "", 0 };
	return true;
}

bool key_is_behind(struct key a, struct key b)
{
	return a.first != b.first ? a.first > b.first : a.second > b.second;
}
