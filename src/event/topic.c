/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/decode.h"

#include <string.h>

#include "iocd/reason.h"

#define LEVEL_MAX 64

/* Which bytes a level may hold; those with 2 it may also start with. */
static const unsigned char level_bytes[256] = {
	['0' ... '9'] = 2, ['a' ... 'z'] = 2, ['.'] = 1, ['_'] = 1, ['-'] = 1,
};

/* Takes one level and the slash behind it (there is none behind the last) off rest. */
static bool take_level(struct slice *rest, bool last, struct slice *ret)
{
	const unsigned char *bytes = (const unsigned char *)rest->bytes;
	size_t n = 0;

	if (rest->size == 0 || level_bytes[bytes[0]] != 2)
		return false;
	while (n < rest->size && level_bytes[bytes[n]])
		n++;
	if (n > LEVEL_MAX || (n == rest->size) != last || (!last && bytes[n] != '/'))
		return false;

	*ret = (struct slice){ rest->bytes, n };
	rest->bytes += last ? n : n + 1;
	rest->size -= last ? n : n + 1;
	return true;
}

int topic_split(const char *prefix, const char *topic, size_t n, struct topic_parts *ret)
{
	size_t n_prefix = strlen(prefix);
	struct topic_parts parts;
	struct slice rest, word;

	if (n <= n_prefix || memcmp(topic, prefix, n_prefix) || topic[n_prefix] != '/')
		return REASON_bad_topic;

	rest = (struct slice){ topic + n_prefix + 1, n - n_prefix - 1 };
	if (!take_level(&rest, false, &parts.unit) || !take_level(&rest, false, &parts.feed) ||
	    !take_level(&rest, false, &word) || !take_level(&rest, true, &parts.type))
		return REASON_bad_topic;
	if (word.size != 3 || memcmp(word.bytes, "evt", 3))
		return REASON_bad_topic;

	*ret = parts;
	return 0;
}
