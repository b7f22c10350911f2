/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The items are put behind room for the header, so that a frame that is not packed is ready as it
 * lies.  zstd is told of a stream without a known size: so it uses the same memory for every frame,
 * and takes it once.
 */
#include "iocd/frame.h"

#include <assert.h>
#include <stdlib.h>
#include <zstd.h>

#include "iocd/base/err.h"

#include "form.h"

#define LEVEL      3
#define WINDOW_LOG 19 /* 512 KiB: all of a frame */

_Static_assert(FRAME_RAW_MAX <= 1u << WINDOW_LOG, "zstd sees all of a frame");
_Static_assert(FORM_ITEM + FORM_ABOUT_MAX + FRAME_ITEM_MAX <= FRAME_SURE_MAX, "one item fits");
_Static_assert(FRAME_SURE_MAX == FRAME_SIZE_MAX - FORM_HEADER, "what fits fits as it is");

struct frame_writer {
	ZSTD_CCtx *zstd; /* owned */
	size_t limit;    /* of bytes of items */
	size_t used;     /* bytes of items */
	uint32_t n;
	char plain[FORM_HEADER + FRAME_RAW_MAX];
	char packed[FRAME_SIZE_MAX];
};

/* Compresses the items into packed; their bytes then, or 0: it does not pay, or it did not work. */
static size_t pack(struct frame_writer *writer)
{
	size_t room = writer->used <= FRAME_SURE_MAX ? writer->used - 1 : FRAME_SURE_MAX;
	ZSTD_inBuffer in = { writer->plain + FORM_HEADER, writer->used, 0 };
	ZSTD_outBuffer out = { writer->packed + FORM_HEADER, room, 0 };
	size_t left = ZSTD_CCtx_reset(writer->zstd, ZSTD_reset_session_only);

	while (!ZSTD_isError(left) && in.pos < in.size && out.pos < out.size)
		left = ZSTD_compressStream2(writer->zstd, &out, &in, ZSTD_e_continue);
	if (ZSTD_isError(left))
		return 0;

	do
		left = ZSTD_compressStream2(writer->zstd, &out, &in, ZSTD_e_end);
	while (!ZSTD_isError(left) && left > 0 && out.pos < out.size);
	return left == 0 ? out.pos : 0;
}

struct frame_writer *frame_writer_new(void)
{
	struct frame_writer *writer = xcalloc(1, sizeof(*writer));

	writer->zstd = ZSTD_createCCtx();
	if (!writer->zstd ||
	    ZSTD_isError(ZSTD_CCtx_setParameter(writer->zstd, ZSTD_c_compressionLevel, LEVEL)) ||
	    ZSTD_isError(ZSTD_CCtx_setParameter(writer->zstd, ZSTD_c_windowLog, WINDOW_LOG)))
		abort();

	writer->used = FORM_HEADER;
	(void)pack(writer); /* takes its memory now */
	return writer;
}

struct frame_writer *frame_writer_free(struct frame_writer *writer)
{
	if (!writer)
		return NULL;

	ZSTD_freeCCtx(writer->zstd);
	free(writer);
	return NULL;
}

static unsigned hex(char digit)
{
	assert((digit >= '0' && digit <= '9') || (digit >= 'a' && digit <= 'f'));
	return (unsigned)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

void frame_begin(struct frame_writer *writer, enum frame_class class, const char *epoch,
		 struct mark from, size_t limit)
{
	char *header = writer->plain;

	assert(strlen(epoch) == FRAME_EPOCH_MAX - 1 && limit <= FRAME_RAW_MAX);
	assert(from.number <= FRAME_NUMBER_MAX && from.position <= FRAME_NUMBER_MAX);

	memcpy(header, FRAME_MAGIC, FORM_AT_VERSION);
	header[FORM_AT_VERSION] = FORM_VERSION;
	header[FORM_AT_CLASS] = (char)class;
	header[FORM_AT_ZERO] = 0;
	for (size_t i = 0; i < FRAME_EPOCH_MAX / 2; i++)
		header[FORM_AT_EPOCH + i] = (char)(hex(epoch[2 * i]) << 4 | hex(epoch[2 * i + 1]));
	form_put_u64(header + FORM_AT_NUMBER, from.number);
	form_put_u64(header + FORM_AT_FROM, from.position);
	writer->limit = limit;
	writer->used = 0;
	writer->n = 0;
}

int frame_add(struct frame_writer *writer, const struct frame_item *item)
{
	char *at = writer->plain + FORM_HEADER + writer->used;
	size_t size = FORM_ITEM + item->about.size + item->body.size;

	assert(item->about.size <= FORM_ABOUT_MAX && item->body.size <= FRAME_ITEM_MAX);
	assert((writer->plain[FORM_AT_CLASS] == FRAME_EVENT) == (item->about.size > 0));
	assert(item->recorded_ms >= 0 && item->recorded_ms <= FRAME_TIME_MAX);

	if (writer->n == FRAME_ITEMS_MAX || (writer->n > 0 && writer->used + size > writer->limit))
		return FRAME_FULL;

	form_put_u64(at, (uint64_t)item->recorded_ms);
	form_put_u32(at + 8, (uint32_t)item->body.size);
	at[12] = (char)item->about.size;
	at += FORM_ITEM;
	if (item->about.size > 0)
		memcpy(at, item->about.bytes, item->about.size);
	if (item->body.size > 0)
		memcpy(at + item->about.size, item->body.bytes, item->body.size);
	writer->used += size;
	writer->n++;
	return 0;
}

uint32_t frame_count(const struct frame_writer *writer)
{
	return writer->n;
}

struct slice frame_end(struct frame_writer *writer, uint64_t position, bool compress)
{
	char *header = writer->plain;
	size_t size = FORM_HEADER + writer->used;
	size_t packed;

	assert(writer->n > 0 && position <= FRAME_NUMBER_MAX);
	assert(form_get_u64(header + FORM_AT_NUMBER) <= FRAME_NUMBER_MAX - writer->n);

	packed = compress ? pack(writer) : 0;
	header[FORM_AT_PACKING] = packed > 0 ? FORM_ZSTD : FORM_PLAIN;
	form_put_u64(header + FORM_AT_TO, position);
	form_put_u32(header + FORM_AT_ITEMS, writer->n);
	form_put_u32(header + FORM_AT_BYTES, (uint32_t)writer->used);
	form_put_u64(header + FORM_AT_CHECKSUM, form_checksum(header, size));
	if (packed > 0) {
		memcpy(writer->packed, header, FORM_HEADER);
		return (struct slice){ writer->packed, FORM_HEADER + packed };
	}
	return size <= FRAME_SIZE_MAX ? (struct slice){ writer->plain, size }
				      : (struct slice){ "", 0 };
}
