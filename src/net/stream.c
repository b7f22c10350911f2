/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events are numbered from 0 as they come; ids only name them.  What a reader reads is one blob
 * after another: a preface, then whatever is due first.  It shares the blob with the ring, so that
 * it may finish what has left the ring meanwhile.
 */
#include "stream.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <utlist.h>

#include "iocd/base/counter.h"
#include "iocd/base/err.h"
#include "iocd/base/text.h"

/* Text as it goes over the wire. */
struct stream_blob {
	size_t n_owners;
	size_t size;
	char *bytes; /* owned */
};

struct slot {
	struct stream_blob *blob;
	uint64_t tag;
	uint64_t last_id; /* its own, or that of the newest before it that has one */
	bool has_id;
};

/* What is so now. */
struct tell {
	char *event; /* owned; NULL: not in use */
	uint64_t tag;
	uint64_t version; /* of all that was ever told */
	struct stream_blob *blob;
};

struct stream {
	struct stream_hooks hooks;
	struct slot slots[STREAM_EVENTS_MAX]; /* event n is in slot n modulo the size */
	uint64_t oldest;                      /* number of an event */
	uint64_t next;                        /* number of the event to come */
	uint64_t last_id;                     /* 0: none yet */
	uint64_t forgotten_id;                /* the newest that is not here */
	bool has_begun;
	size_t n_bytes; /* in the ring */
	struct tell tells[HTTP_TELLS_MAX];
	uint64_t n_told;
	struct stream_reader *readers;
	size_t n_readers;
};

/* ---- blobs ---- */

/* Takes the bytes of text. */
static struct stream_blob *make_blob(struct text *text)
{
	struct stream_blob *blob = xcalloc(1, sizeof(*blob));

	blob->n_owners = 1;
	blob->size = text->size;
	blob->bytes = text->bytes;
	*text = (struct text){ .bytes = NULL };
	return blob;
}

static void drop_blob(struct stream_blob *blob)
{
	if (!blob || --blob->n_owners > 0)
		return;

	free(blob->bytes);
	free(blob);
}

static void add_event(struct text *text, const struct http_event *event)
{
	/* A line end would end the field, and what follows would be taken for another one. */
	assert(!strpbrk(event->event, "\r\n") && !memchr(event->data, '\n', event->n) &&
	       !memchr(event->data, '\r', event->n));

	if (event->id)
		text_add(text, "id: %" PRIu64 "\n", event->id);
	text_add(text, "event: %s\ndata: ", event->event);
	text_add_bytes(text, event->data, event->n);
	text_add(text, "\n\n");
}

/* ---- the stream ---- */

static struct slot *slot_of(struct stream *stream, uint64_t number)
{
	assert(number >= stream->oldest && number < stream->next);
	return &stream->slots[number % STREAM_EVENTS_MAX];
}

struct stream *stream_new(const struct stream_hooks *hooks)
{
	struct stream *stream = xcalloc(1, sizeof(*stream));

	stream->hooks = *hooks;
	return stream;
}

struct stream *stream_free(struct stream *stream)
{
	if (!stream)
		return NULL;

	assert(!stream->readers);
	for (size_t i = 0; i < STREAM_EVENTS_MAX; i++)
		drop_blob(stream->slots[i].blob);
	for (size_t i = 0; i < HTTP_TELLS_MAX; i++) {
		drop_blob(stream->tells[i].blob);
		free(stream->tells[i].event);
	}
	free(stream);
	return NULL;
}

static void forget_oldest(struct stream *stream)
{
	struct slot *slot = slot_of(stream, stream->oldest);

	stream->forgotten_id = slot->last_id;
	stream->n_bytes -= slot->blob->size;
	drop_blob(slot->blob);
	slot->blob = NULL;
	stream->oldest++;
}

void stream_begin(struct stream *stream, uint64_t last_id)
{
	assert(last_id >= stream->last_id);

	while (stream->oldest < stream->next)
		forget_oldest(stream);
	stream->has_begun = true;
	stream->last_id = last_id;
	stream->forgotten_id = last_id;
}

static bool is_for(const struct stream_reader *reader, uint64_t tag)
{
	const struct stream_hooks *hooks = &reader->stream->hooks;

	return !hooks->wants || hooks->wants(hooks->context, reader->subscription, tag);
}

static void call(struct stream_reader *reader)
{
	if (reader->stream->hooks.due)
		reader->stream->hooks.due(reader->owner);
}

/* ---- joining ---- */

/* The number of the first event with an id after that one. */
static uint64_t first_after(struct stream *stream, uint64_t id)
{
	uint64_t low = stream->oldest;
	uint64_t high = stream->next;

	while (low < high) {
		uint64_t middle = low + (high - low) / 2;

		if (slot_of(stream, middle)->last_id > id)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

/* True if all events after the one that text names are here or still to come. */
static bool find_place(struct stream_reader *reader, const char *text)
{
	struct stream *stream = reader->stream;
	int64_t id;

	if (text_read_integer(text, strlen(text), &id) || id < 0)
		return false;
	if ((uint64_t)id < stream->forgotten_id || (uint64_t)id > stream->last_id)
		return false;

	reader->known_id = (uint64_t)id;
	reader->place = first_after(stream, (uint64_t)id);
	return true;
}

/* The id at the start is for a reader that loses us before the first event. */
static struct stream_blob *make_preface(const struct stream_reader *reader, bool resets)
{
	struct text text = { 0 };

	text_add(&text, "retry: 2000\nid: %" PRIu64 "\n", reader->known_id);
	if (resets)
		text_add(&text, "event: reset\ndata: {}\n");
	text_add(&text, "\n");
	return make_blob(&text);
}

void stream_join(struct stream *stream, struct stream_reader *reader, const char *last_id,
		 void *subscription, void *owner)
{
	bool wants_place = last_id && *last_id;

	*reader = (struct stream_reader){
		.stream = stream,
		.owner = owner,
		.subscription = subscription,
		.place = stream->next,
		.joined = stream->next,
		.known_id = stream->last_id,
	};
	for (size_t i = 0; i < HTTP_TELLS_MAX; i++)
		reader->told[i] = stream->n_told;
	reader->blob = make_preface(reader, wants_place && !find_place(reader, last_id));
	DL_APPEND(stream->readers, reader);
	stream->n_readers++;
}

void stream_leave(struct stream_reader *reader)
{
	DL_DELETE(reader->stream->readers, reader);
	reader->stream->n_readers--;
	drop_blob(reader->blob);
	reader->blob = NULL;
}

/* ---- writing ---- */

static void make_room(struct stream *stream, size_t size)
{
	while (stream->oldest < stream->next &&
	       (stream->next - stream->oldest == STREAM_EVENTS_MAX ||
		stream->n_bytes + size > STREAM_BYTES_MAX))
		forget_oldest(stream);
}

static void note_id(struct stream *stream, uint64_t id)
{
	if (!id)
		return;

	assert(id >= stream->last_id);
	if (!stream->has_begun)
		stream->forgotten_id = id - 1; /* what was before is not known */
	stream->has_begun = true;
	stream->last_id = id;
}

static void add_slot(struct stream *stream, const struct http_event *event)
{
	struct text text = { 0 };
	struct slot *slot;

	add_event(&text, event);
	make_room(stream, text.size);
	note_id(stream, event->id);
	stream->n_bytes += text.size;
	stream->next++;
	slot = slot_of(stream, stream->next - 1);
	*slot = (struct slot){ .tag = event->tag,
			       .last_id = stream->last_id,
			       .has_id = event->id != 0,
			       .blob = make_blob(&text) };
}

static bool has_lost_place(const struct stream_reader *reader)
{
	return reader->place < reader->stream->oldest;
}

/* What is not for a reader must not make it lose its place. */
static void skip(struct stream_reader *reader)
{
	struct stream *stream = reader->stream;

	while (!has_lost_place(reader) && reader->place < stream->next &&
	       !is_for(reader, slot_of(stream, reader->place)->tag))
		reader->place++;
}

/* Offers the last event. */
static void offer(struct stream_reader *reader, const struct slot *slot)
{
	if (reader->is_cut)
		return;
	if (is_for(reader, slot->tag)) {
		reader->owed += slot->blob->size;
		call(reader);
	} else if (reader->place == reader->stream->next - 1) {
		reader->place++;
	} else {
		skip(reader);
	}
}

void stream_send(struct stream *stream, const struct http_event *event)
{
	struct stream_reader *reader;

	add_slot(stream, event);
	DL_FOREACH (stream->readers, reader)
		offer(reader, slot_of(stream, stream->next - 1));
}

static struct tell *find_tell(struct stream *stream, const struct http_event *event)
{
	struct tell *tell = stream->tells;

	for (; tell->event; tell++) {
		if (tell->tag == event->tag && strcmp(tell->event, event->event) == 0)
			return tell;
		assert(tell + 1 < stream->tells + HTTP_TELLS_MAX);
	}
	tell->event = xstrdup(event->event);
	tell->tag = event->tag;
	return tell;
}

void stream_tell(struct stream *stream, const struct http_event *event)
{
	struct tell *tell = find_tell(stream, event);
	struct stream_reader *reader;
	struct text text = { 0 };

	assert(event->id == 0);

	add_event(&text, event);
	drop_blob(tell->blob);
	tell->blob = make_blob(&text);
	tell->version = ++stream->n_told;
	DL_FOREACH (stream->readers, reader)
		if (!reader->is_cut && is_for(reader, event->tag))
			call(reader);
}

void stream_comment(struct stream *stream)
{
	struct stream_reader *reader;

	DL_FOREACH (stream->readers, reader) {
		reader->owes_comment = true;
		call(reader);
	}
}

/* ---- reading ---- */

static void begin_blob(struct stream_reader *reader, struct stream_blob *blob)
{
	blob->n_owners++;
	reader->blob = blob;
}

static void end_blob(struct stream_reader *reader)
{
	drop_blob(reader->blob);
	reader->owed -= reader->blob_owed;
	reader->blob = NULL;
	reader->blob_owed = 0;
	reader->part = 0;
}

static bool begin_tell(struct stream_reader *reader)
{
	struct stream *stream = reader->stream;

	for (size_t i = 0; i < HTTP_TELLS_MAX && stream->tells[i].event; i++) {
		const struct tell *tell = &stream->tells[i];

		if (tell->version <= reader->told[i])
			continue;
		reader->told[i] = tell->version;
		if (!is_for(reader, tell->tag))
			continue;
		begin_blob(reader, tell->blob);
		return true;
	}
	return false;
}

static bool begin_event(struct stream_reader *reader)
{
	while (reader->place < reader->stream->next) {
		const struct slot *slot = slot_of(reader->stream, reader->place);
		bool is_new = reader->place >= reader->joined;

		reader->place++;
		if ((!is_new && !slot->has_id) || !is_for(reader, slot->tag))
			continue;
		begin_blob(reader, slot->blob);
		reader->known_id = slot->last_id;
		reader->blob_owed = is_new ? slot->blob->size : 0;
		return true;
	}
	return false;
}

static bool begin_comment(struct stream_reader *reader)
{
	struct text text = { 0 };

	if (!reader->owes_comment)
		return false;

	reader->owes_comment = false;
	if (reader->known_id == reader->stream->last_id)
		text_add(&text, ":\n\n");
	else
		text_add(&text, "id: %" PRIu64 "\n\n", reader->stream->last_id);
	reader->known_id = reader->stream->last_id;
	reader->blob = make_blob(&text);
	return true;
}

static void read_blob(struct stream_reader *reader, char *buffer, size_t max, size_t *ret)
{
	size_t n = reader->blob->size - reader->part;

	if (n > max - *ret)
		n = max - *ret;
	memcpy(buffer + *ret, reader->blob->bytes + reader->part, n);
	reader->part += n;
	*ret += n;
	if (reader->part == reader->blob->size)
		end_blob(reader);
}

static void cut_counted(struct stream_reader *reader)
{
	reader->is_cut = true;
	counter_add(COUNTER_http_streams_cut, 1);
}

int stream_read(struct stream_reader *reader, char *buffer, size_t max, size_t *ret)
{
	size_t size = 0;

	if (!reader->is_cut && has_lost_place(reader))
		cut_counted(reader);
	if (reader->is_cut)
		return STREAM_CUT;

	while (size < max &&
	       (reader->blob || begin_tell(reader) || begin_event(reader) || begin_comment(reader)))
		read_blob(reader, buffer, max, &size);
	if (size == 0)
		return STREAM_IDLE;

	*ret = size;
	return 0;
}

/* ---- cutting ---- */

static uint64_t behind(const struct stream_reader *reader)
{
	return reader->owed - (reader->part < reader->blob_owed ? reader->part : reader->blob_owed);
}

struct stream_reader *stream_cut_slow(struct stream *stream)
{
	struct stream_reader *reader;

	DL_FOREACH (stream->readers, reader) {
		if (reader->is_cut)
			continue;
		if (!has_lost_place(reader) && behind(reader) <= STREAM_BEHIND_MAX)
			continue;
		cut_counted(reader);
		return reader;
	}
	return NULL;
}

void stream_cut(struct stream_reader *reader)
{
	reader->is_cut = true;
}

struct stream_reader *stream_first(const struct stream *stream)
{
	return stream->readers;
}

size_t stream_n_readers(const struct stream *stream)
{
	return stream->n_readers;
}
