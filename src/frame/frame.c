/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/frame.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "form.h"

static const char magic[] = FRAME_MAGIC;

uint64_t form_checksum(const char *frame, size_t size)
{
	return XXH3_64bits_withSeed(frame + FORM_AT_EPOCH, size - FORM_AT_EPOCH,
				    form_get_u64(frame));
}

bool frame_is_one(const void *bytes, size_t size)
{
	return size >= sizeof(magic) - 1 && memcmp(bytes, magic, sizeof(magic) - 1) == 0;
}

const char *frame_class_name(enum frame_class class)
{
	static const char *const names[N_FRAME_CLASSES] = {
		[FRAME_ALERT] = "alert",
		[FRAME_ROLLUP] = "rollup",
		[FRAME_EVENT] = "event",
	};

	return names[class];
}

/* ---- topics ---- */

#define UNIT_BYTES "abcdefghijklmnopqrstuvwxyz0123456789._-"
#define NAME_BYTES "abcdefghijklmnopqrstuvwxyz0123456789-"
#define UNIT_MAX   64

static bool is_of(char byte, const char *bytes)
{
	return byte != '\0' && strchr(bytes, byte) != NULL;
}

/* Takes a level of 1 to max of those bytes, the first a letter or digit, off rest. */
static bool take_level(struct slice *rest, const char *bytes, size_t max, struct slice *ret)
{
	size_t n = 0;

	while (n < rest->size && n <= max && is_of(rest->bytes[n], bytes))
		n++;
	if (n == 0 || n > max || is_of(rest->bytes[0], "._-"))
		return false;

	*ret = (struct slice){ rest->bytes, n };
	rest->bytes += n;
	rest->size -= n;
	return true;
}

static bool take_text(struct slice *rest, const char *text)
{
	size_t n = strlen(text);

	if (rest->size < n || memcmp(rest->bytes, text, n) != 0)
		return false;

	rest->bytes += n;
	rest->size -= n;
	return true;
}

int frame_topic_split(const char *prefix, const char *way, const char *topic, size_t size,
		      struct slice *ret_unit, struct slice *ret_sender)
{
	struct slice rest = { topic, size };
	struct slice unit, sender;

	if (!take_text(&rest, prefix) || !take_text(&rest, "/") ||
	    !take_level(&rest, UNIT_BYTES, UNIT_MAX, &unit) || !take_text(&rest, "/iocd/") ||
	    !take_text(&rest, way) || !take_text(&rest, "/") ||
	    !take_level(&rest, NAME_BYTES, FRAME_SENDER_MAX - 1, &sender) || rest.size > 0)
		return 1;

	*ret_unit = unit;
	*ret_sender = sender;
	return 0;
}
