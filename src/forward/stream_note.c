/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a stream remembers, as notes in its outbox.
 */
#include "iocd/base/bytes.h"
#include "iocd/base/log.h"
#include "stream.h"

#define NOTE_NAME    "outbox"
#define NOTE_VERSION 1u

static void save_mark(const struct mark *mark, struct bytes_writer *writer)
{
	bytes_put_u64(writer, mark->number);
	bytes_put_u64(writer, mark->position);
}

static void load_mark(struct mark *mark, struct bytes_reader *reader)
{
	mark->number = bytes_get_u64(reader);
	mark->position = bytes_get_u64(reader);
}

static void save_loss(const struct loss *loss, struct bytes_writer *writer)
{
	bytes_put_u64(writer, loss->n);
	bytes_put_i64(writer, loss->from_ms);
	bytes_put_i64(writer, loss->to_ms);
}

static void load_loss(struct loss *loss, struct bytes_reader *reader)
{
	loss->n = bytes_get_u64(reader);
	loss->from_ms = bytes_get_i64(reader);
	loss->to_ms = bytes_get_i64(reader);
}

static void save_doubt(const struct doubt *doubt, struct bytes_writer *writer)
{
	bytes_put_u32(writer, doubt->n);
	for (uint32_t i = 0; i < doubt->n; i++) {
		bytes_put_u64(writer, doubt->list[i].from);
		bytes_put_u64(writer, doubt->list[i].to);
	}
	save_mark(&doubt->told, writer);
	save_loss(&doubt->loss, writer);
}

static void load_doubt(struct doubt *doubt, struct bytes_reader *reader)
{
	uint32_t n = bytes_get_count(reader, 16);

	if (n > DOUBTS_MAX)
		bytes_reject(reader, "too many ranges");
	for (uint32_t i = 0; i < n && !reader->is_bad; i++) {
		doubt->list[i].from = bytes_get_u64(reader);
		doubt->list[i].to = bytes_get_u64(reader);
		if (doubt->list[i].from > doubt->list[i].to)
			bytes_reject(reader, "a range ends before it begins");
	}
	doubt->n = reader->is_bad ? 0 : n;
	load_mark(&doubt->told, reader);
	load_loss(&doubt->loss, reader);
}

static void save(const struct stream *stream, struct bytes_writer *writer)
{
	bytes_put_part(writer, NOTE_NAME, NOTE_VERSION);
	save_mark(&stream->floor, writer);
	save_loss(&stream->given_up, writer);
	bytes_put_u8(writer, stream->is_known);
	known_save(&stream->known, writer);
	save_doubt(&stream->doubt, writer);
	bytes_put_u8(writer, stream->wants_standing);
}

static void load(struct stream *stream, struct bytes_reader *reader)
{
	bytes_get_part(reader, NOTE_NAME, NOTE_VERSION);
	load_mark(&stream->floor, reader);
	load_loss(&stream->given_up, reader);
	stream->is_known = bytes_get_u8(reader);
	known_load(&stream->known, reader);
	load_doubt(&stream->doubt, reader);
	stream->wants_standing = bytes_get_u8(reader);
}

static void write_note(struct stream *stream)
{
	CLEANUP_TEXT struct text note = { 0 };
	struct bytes_writer writer;
	char buffer[256];
	int r;

	bytes_writer_init(&writer, bytes_into_text, &note, buffer, sizeof(buffer));
	save(stream, &writer);
	r = bytes_flush(&writer);
	if (r == 0)
		r = outbox_note(stream->outbox, (struct slice){ note.bytes, note.size });
	if (r) /* what is remembered is less, and still true; a fault is the outbox's */
		return;

	stream->noted = stream->floor;
	outbox_trim(stream->outbox, stream->floor.position);
}

void stream_remember(struct stream *stream, bool is_due)
{
	uint64_t segment = outbox_segment_bytes(stream->outbox);
	uint64_t first = journal_first(outbox_journal(stream->outbox));

	is_due |= stream->floor.position >= first + segment &&
		  stream->floor.position >= stream->noted.position + segment / 4;
	if (is_due && outbox_fault(stream->outbox) == 0)
		write_note(stream);
}

void stream_recall(struct stream *stream, struct slice note)
{
	struct stream before = *stream;
	struct bytes_reader reader;

	bytes_reader_init(&reader, note.bytes, note.size);
	load(stream, &reader);
	if (!reader.is_bad)
		return;
	log_warning("outbox.note", "stream=%s error=\"%s\"", frame_class_name(stream->class),
		    reader.why);
	*stream = before;
}
