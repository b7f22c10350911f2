/* SPDX-License-Identifier: Apache-2.0 */
#include "stream.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "iocd/base/counter.h"
#include "iocd/base/err.h"

/* An event as it goes over the wire. */
struct slot {
	char *bytes; /* owned */
	size_t size;
	uint64_t begin; /* bytes ever sent to the stream before it */
};

struct stream {
	struct slot slots[STREAM_EVENTS_MAX]; /* the event id is in slot id modulo the size */
	uint64_t oldest_id;
	uint64_t next_id;
	uint64_t n_bytes; /* ever sent */
	struct stream_reader *readers;
	size_t n_readers;
};

static struct slot *slot_of(struct stream *stream, uint64_t id)
{
	assert(id >= stream->oldest_id && id < stream->next_id);
	return &stream->slots[id % STREAM_EVENTS_MAX];
}

struct stream *stream_new(uint64_t first_id)
{
	struct stream *stream = xcalloc(1, sizeof(*stream));

	stream->oldest_id = first_id;
	stream->next_id = first_id;
	return stream;
}

struct stream *stream_free(struct stream *stream)
{
	if (!stream)
		return NULL;

	assert(!stream->readers);
	for (size_t i = 0; i < STREAM_EVENTS_MAX; i++)
		free(stream->slots[i].bytes);
	free(stream);
	return NULL;
}

/* ---- joining ---- */

/* True if the event after text is known, here or still to come. */
static bool find_place(const struct stream *stream, const char *text, uint64_t *ret)
{
	int64_t last_id;

	if (text_read_integer(text, strlen(text), &last_id) || last_id < 0)
		return false;
	if ((uint64_t)last_id + 1 < stream->oldest_id || (uint64_t)last_id >= stream->next_id)
		return false;

	*ret = (uint64_t)last_id + 1;
	return true;
}

/* The id at the start is for a reader that loses us before the first event. */
static void write_preface(struct stream_reader *reader, bool resets)
{
	text_add(&reader->preface, "retry: 2000\nid: %" PRIu64 "\n", reader->next_id - 1);
	if (resets)
		text_add(&reader->preface, "event: reset\ndata: {}\n");
	text_add(&reader->preface, "\n");
}

void stream_join(struct stream *stream, struct stream_reader *reader, const char *last_id,
		 void *owner)
{
	bool wants_place = last_id && *last_id;

	*reader = (struct stream_reader){ .stream = stream, .owner = owner };
	reader->next_id = stream->next_id;
	reader->joined_at = stream->n_bytes;
	write_preface(reader, wants_place && !find_place(stream, last_id, &reader->next_id));
	DL_APPEND(stream->readers, reader);
	stream->n_readers++;
}

void stream_leave(struct stream_reader *reader)
{
	DL_DELETE(reader->stream->readers, reader);
	reader->stream->n_readers--;
	text_fini(&reader->preface);
}

/* ---- writing ---- */

static void forget_oldest(struct stream *stream)
{
	struct slot *slot = slot_of(stream, stream->oldest_id);

	free(slot->bytes);
	slot->bytes = NULL;
	stream->oldest_id++;
}

static bool is_full(struct stream *stream, size_t bytes)
{
	if (stream->oldest_id == stream->next_id)
		return false;

	return stream->next_id - stream->oldest_id == STREAM_EVENTS_MAX ||
	       stream->n_bytes - slot_of(stream, stream->oldest_id)->begin + bytes >
		       STREAM_BYTES_MAX;
}

void stream_send(struct stream *stream, const char *event, const char *data, size_t n)
{
	struct text text = { 0 };
	struct slot *slot;

	/* A line end would end the field, and what follows would be taken for another one. */
	assert(!strpbrk(event, "\r\n") && !memchr(data, '\n', n) && !memchr(data, '\r', n));

	text_add(&text, "id: %" PRIu64 "\nevent: %s\ndata: ", stream->next_id, event);
	text_add_bytes(&text, data, n);
	text_add(&text, "\n\n");
	while (is_full(stream, text.size))
		forget_oldest(stream);

	stream->next_id++;
	slot = slot_of(stream, stream->next_id - 1);
	*slot = (struct slot){ .bytes = text.bytes, .size = text.size, .begin = stream->n_bytes };
	stream->n_bytes += text.size;
}

void stream_comment(struct stream *stream)
{
	struct stream_reader *reader;

	DL_FOREACH (stream->readers, reader)
		reader->owes_comment = true;
}

/* ---- reading ---- */

static void cut(struct stream_reader *reader)
{
	reader->is_cut = true;
	counter_add(COUNTER_http_streams_cut, 1);
}

/* Copies from *read on what fits; returns true if that was the rest. */
static bool copy_part(char *buffer, size_t max, const char *bytes, size_t size, size_t *read,
		      size_t *ret)
{
	size_t n = size - *read;

	if (n > max - *ret)
		n = max - *ret;
	memcpy(buffer + *ret, bytes + *read, n);
	*read += n;
	*ret += n;
	return *read == size;
}

static void read_events(struct stream_reader *reader, char *buffer, size_t max, size_t *ret)
{
	while (reader->next_id < reader->stream->next_id && *ret < max) {
		const struct slot *slot = slot_of(reader->stream, reader->next_id);

		if (!copy_part(buffer, max, slot->bytes, slot->size, &reader->part, ret))
			return;
		reader->next_id++;
		reader->part = 0;
	}
}

/* There is room after the events only if the last of them is whole. */
static void read_comment(struct stream_reader *reader, char *buffer, size_t max, size_t *ret)
{
	if (!reader->owes_comment || max - *ret < 3)
		return;

	memcpy(buffer + *ret, ":\n\n", 3);
	*ret += 3;
	reader->owes_comment = false;
}

int stream_read(struct stream_reader *reader, char *buffer, size_t max, size_t *ret)
{
	const struct text *preface = &reader->preface;
	size_t size = 0;

	if (!reader->is_cut && reader->next_id < reader->stream->oldest_id)
		cut(reader);
	if (reader->is_cut)
		return STREAM_CUT;

	if (copy_part(buffer, max, preface->bytes, preface->size, &reader->preface_read, &size)) {
		read_events(reader, buffer, max, &size);
		read_comment(reader, buffer, max, &size);
	}
	if (size == 0)
		return STREAM_IDLE;

	*ret = size;
	return 0;
}

/* ---- cutting ---- */

/* Bytes sent since reader joined that it has not read. */
static uint64_t behind(const struct stream_reader *reader)
{
	struct stream *stream = reader->stream;
	uint64_t place = stream->n_bytes;

	if (reader->next_id < stream->next_id)
		place = slot_of(stream, reader->next_id)->begin + reader->part;
	if (place < reader->joined_at)
		place = reader->joined_at;
	return stream->n_bytes - place;
}

struct stream_reader *stream_cut_slow(struct stream *stream)
{
	struct stream_reader *reader;

	DL_FOREACH (stream->readers, reader) {
		if (reader->is_cut)
			continue;
		if (reader->next_id >= stream->oldest_id && behind(reader) <= STREAM_BEHIND_MAX)
			continue;
		cut(reader);
		return reader;
	}
	return NULL;
}

struct stream_reader *stream_first(const struct stream *stream)
{
	return stream->readers;
}

size_t stream_n_readers(const struct stream *stream)
{
	return stream->n_readers;
}
