/* SPDX-License-Identifier: Apache-2.0 */
#include "outbox_reader.h"

#include <errno.h>
#include <stdlib.h>

#include "iocd/base/err.h"

struct outbox_reader {
	struct outbox *outbox; /* borrowed */
	struct journal_cursor *cursor;
	uint64_t number;      /* that comes next */
	bool has_record;      /* record and title are of the first item at or behind it */
	struct record record; /* lent by cursor */
	struct title title;
};

struct outbox_reader *outbox_reader_new(struct outbox *outbox)
{
	struct outbox_reader *reader = xcalloc(1, sizeof(*reader));
	struct mark head = outbox_head(outbox);

	reader->outbox = outbox;
	reader->number = head.number;
	reader->cursor = journal_cursor_new(outbox_journal(outbox), head.position);
	return reader;
}

struct outbox_reader *outbox_reader_free(struct outbox_reader *reader)
{
	if (!reader)
		return NULL;

	journal_cursor_free(reader->cursor);
	free(reader);
	return NULL;
}

/* Where to begin to look for an item. */
static uint64_t place_before(const struct outbox_reader *reader, uint64_t number)
{
	const struct placed *mark = marks_before(outbox_marks(reader->outbox), number);

	return mark ? mark->mark.position : journal_first(outbox_journal(reader->outbox));
}

void outbox_reader_seek(struct outbox_reader *reader, uint64_t number)
{
	uint64_t place;

	if (number == reader->number)
		return;

	place = place_before(reader, number);
	if (number < reader->number || place > journal_cursor_position(reader->cursor)) {
		reader->has_record = false;
		journal_cursor_seek(reader->cursor, place);
	}
	reader->number = number;
}

struct mark outbox_reader_mark(const struct outbox_reader *reader)
{
	uint64_t position = reader->has_record ? reader->record.position
					       : journal_cursor_position(reader->cursor);

	return (struct mark){ reader->number, position };
}

/* Reads on to the first item at or behind the number. */
static int find(struct outbox_reader *reader)
{
	while (!reader->has_record || reader->title.number < reader->number) {
		int r = journal_next(reader->cursor, &reader->record);

		reader->has_record = false;
		if (r == JOURNAL_END)
			return OUTBOX_END;
		if (r != 0)
			return r > 0 ? err_raise(-EUCLEAN) : err_pass(r);
		reader->has_record =
			reader->record.kind == RECORD_MESSAGE &&
			title_read(&reader->title, reader->record.topic, reader->record.topic_size);
	}
	return 0;
}

int outbox_reader_peek(struct outbox_reader *reader, struct frame_item *ret, struct mark *ret_mark)
{
	const struct record *record = &reader->record;
	int r;

	r = find(reader);
	if (r == -ENOENT) { /* what it stood before was let go */
		journal_cursor_seek(reader->cursor, place_before(reader, reader->number));
		r = find(reader);
	}
	if (r)
		return r > 0 ? r : err_pass(r);

	*ret = (struct frame_item){ .recorded_ms = record->arrival_ms < FRAME_TIME_MAX
							   ? record->arrival_ms
							   : FRAME_TIME_MAX,
				    .about = reader->title.about };
	if (reader->title.number == reader->number)
		ret->body = (struct slice){ record->payload, record->payload_size };
	else
		ret->body = (struct slice){ "", 0 };
	*ret_mark = (struct mark){ reader->number, record->position };
	return 0;
}

uint64_t outbox_reader_found(const struct outbox_reader *reader)
{
	return reader->title.number;
}

void outbox_reader_pass(struct outbox_reader *reader)
{
	if (reader->has_record && reader->title.number == reader->number)
		reader->has_record = false;
	reader->number++;
}
