/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/frame.h"

#include <assert.h>
#include <stdlib.h>
#include <zstd.h>

#include "iocd/base/err.h"

#include "form.h"

enum { BAD_FRAME = 1 };

struct frame_reader {
	ZSTD_DCtx *zstd;  /* owned; NULL: nothing packed has come yet */
	const char *next; /* item; in plain, or borrowed */
	uint32_t left;    /* items from next on */
	char plain[FORM_HEADER + FRAME_RAW_MAX];
};

struct frame_reader *frame_reader_new(void)
{
	return xcalloc(1, sizeof(struct frame_reader));
}

struct frame_reader *frame_reader_free(struct frame_reader *reader)
{
	if (!reader)
		return NULL;

	ZSTD_freeDCtx(reader->zstd);
	free(reader);
	return NULL;
}

/* What is wrong with the header, as far as it can be told without the rest; NULL: nothing. */
static const char *check_header(const char *header, size_t size)
{
	uint64_t number;
	uint32_t n, bytes;

	if (!frame_is_one(header, size))
		return "it does not begin as a frame";
	if (size < FORM_HEADER)
		return "it ends within the header";
	if (header[FORM_AT_VERSION] != FORM_VERSION)
		return "it is of a form that this iocd does not know";
	if (size > FRAME_SIZE_MAX)
		return "it is too large";
	if ((unsigned char)header[FORM_AT_CLASS] >= N_FRAME_CLASSES ||
	    (unsigned char)header[FORM_AT_PACKING] >= N_FORM_PACKINGS || header[FORM_AT_ZERO] != 0)
		return "its class or packing is unknown";

	number = form_get_u64(header + FORM_AT_NUMBER);
	n = form_get_u32(header + FORM_AT_ITEMS);
	bytes = form_get_u32(header + FORM_AT_BYTES);
	if (n == 0 || n > FRAME_ITEMS_MAX)
		return "it has no items, or too many";
	if (bytes > FRAME_RAW_MAX || bytes < n * FORM_ITEM)
		return "its items have too many bytes, or too few";
	if (number > FRAME_NUMBER_MAX - n ||
	    form_get_u64(header + FORM_AT_FROM) > FRAME_NUMBER_MAX ||
	    form_get_u64(header + FORM_AT_TO) > FRAME_NUMBER_MAX)
		return "its numbers are too large";
	return NULL;
}

/* Lends the header and the items behind it, unpacked; NULL: that is not possible. */
static const char *unpack(struct frame_reader *reader, const char *frame, size_t size)
{
	size_t bytes = form_get_u32(frame + FORM_AT_BYTES);

	if (frame[FORM_AT_PACKING] == FORM_PLAIN)
		return size - FORM_HEADER == bytes ? frame : NULL;

	if (!reader->zstd && !(reader->zstd = ZSTD_createDCtx()))
		abort(); /* there is no memory */
	memcpy(reader->plain, frame, FORM_HEADER);
	return ZSTD_decompressDCtx(reader->zstd, reader->plain + FORM_HEADER, bytes,
				   frame + FORM_HEADER, size - FORM_HEADER) == bytes
		       ? reader->plain
		       : NULL;
}

static size_t about_size(const char *item)
{
	return (unsigned char)item[12];
}

/* Bytes of the item that begins the size bytes of a frame of class; 0: there is none. */
static size_t item_size(const char *item, size_t size, enum frame_class class)
{
	size_t about, body;

	if (size < FORM_ITEM)
		return 0;

	about = about_size(item);
	body = form_get_u32(item + 8);
	if (body > FRAME_ITEM_MAX || FORM_ITEM + about + body > size)
		return 0;
	if ((class == FRAME_EVENT) != (about > 0) || form_get_u64(item) > (uint64_t)FRAME_TIME_MAX)
		return 0;
	return FORM_ITEM + about + body;
}

static bool items_are_sound(const char *frame)
{
	const char *at = frame + FORM_HEADER;
	size_t left = form_get_u32(frame + FORM_AT_BYTES);
	uint32_t n = form_get_u32(frame + FORM_AT_ITEMS);
	size_t size = 1;

	for (; n > 0 && size > 0; n--) {
		size = item_size(at, left, (enum frame_class)frame[FORM_AT_CLASS]);
		at += size;
		left -= size;
	}
	return size > 0 && left == 0;
}

static void tell(const char *frame, struct frame *ret)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char byte;

	*ret = (struct frame){
		.class = (enum frame_class)frame[FORM_AT_CLASS],
		.range = { .from = { form_get_u64(frame + FORM_AT_NUMBER),
				     form_get_u64(frame + FORM_AT_FROM) } },
		.n = form_get_u32(frame + FORM_AT_ITEMS),
	};
	ret->range.to.number = ret->range.from.number + ret->n;
	ret->range.to.position = form_get_u64(frame + FORM_AT_TO);
	for (size_t i = 0; i < FRAME_EPOCH_MAX / 2; i++) {
		byte = (unsigned char)frame[FORM_AT_EPOCH + i];
		ret->epoch[2 * i] = digits[byte >> 4];
		ret->epoch[2 * i + 1] = digits[byte & 15];
	}
}

int frame_open(struct frame_reader *reader, const void *bytes, size_t size, struct frame *ret,
	       const char **ret_why)
{
	const char *why = check_header(bytes, size);
	const char *frame = NULL;

	reader->left = 0;
	if (!why) {
		frame = unpack(reader, bytes, size);
		if (!frame)
			why = "its items cannot be unpacked";
		else if (form_get_u64(frame + FORM_AT_CHECKSUM) !=
			 form_checksum(frame, FORM_HEADER + form_get_u32(frame + FORM_AT_BYTES)))
			why = "its checksum is wrong";
		else if (!items_are_sound(frame))
			why = "its items do not make sense";
	}
	if (why) {
		*ret_why = why;
		return BAD_FRAME;
	}
	tell(frame, ret);
	reader->next = frame + FORM_HEADER;
	reader->left = ret->n;
	return 0;
}

bool frame_next(struct frame_reader *reader, struct frame_item *ret)
{
	const char *about;

	if (reader->left == 0)
		return false;

	about = reader->next + FORM_ITEM;
	*ret = (struct frame_item){
		.recorded_ms = (int64_t)form_get_u64(reader->next),
		.about = { about, about_size(reader->next) },
		.body = { about + about_size(reader->next), form_get_u32(reader->next + 8) },
	};
	reader->next = ret->body.bytes + ret->body.size;
	reader->left--;
	return true;
}
