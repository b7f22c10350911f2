/* SPDX-License-Identifier: Apache-2.0 */
#include "outbox_scan.h"

#include <errno.h>
#include <string.h>

#include "iocd/base/err.h"
#include "hint.h"

static void note_key(struct outbox_scan *scan, const struct title *title)
{
	if (strcmp(title->journal, scan->name) != 0)
		return;
	scan->has_key = true;
	scan->last = title->key;
}

static void take_item(struct outbox_scan *scan, const struct record *record,
		      const struct title *title)
{
	const struct placed placed = { { title->number, record->position }, record->arrival_ms };

	marks_note(scan->marks, &placed);
	note_key(scan, title);
	scan->n = title->number + 1;
	scan->has_number = true;
	scan->last_ms = record->arrival_ms;
}

static void take_note(struct outbox_scan *scan, const struct record *record,
		      const struct title *title)
{
	text_clear(scan->note);
	text_add_bytes(scan->note, record->payload, record->payload_size);
	scan->note_position = record->position;
	note_key(scan, title);
	scan->n = title->number;
	scan->has_number = true;
}

/* What a hole of a repaired journal held is missed where its numbers are. */
static void take(struct outbox_scan *scan, const struct record *record)
{
	struct title title;

	if (!title_read(&title, record->topic, record->topic_size))
		return;
	if (record->kind == RECORD_MESSAGE)
		take_item(scan, record, &title);
	else if (record->kind == RECORD_OWN)
		take_note(scan, record, &title);
}

static int scan_from(struct outbox_scan *scan, uint64_t position)
{
	CLEANUP(journal_cursor_free)
	struct journal_cursor *cursor = journal_cursor_new(scan->journal, position);
	struct record record;
	int r;

	while ((r = journal_next(cursor, &record)) == 0)
		take(scan, &record);
	if (r == JOURNAL_CORRUPT)
		return err_raise(-EUCLEAN);
	return r > 0 ? 0 : err_pass(r);
}

/* Whether the record at position is what a hint says: the item of that number, or (NULL) a note. */
static bool is_there(struct outbox_scan *scan, uint64_t position, const uint64_t *number,
		     bool is_kept)
{
	CLEANUP(journal_cursor_free)
	struct journal_cursor *cursor = journal_cursor_new(scan->journal, position);
	struct record record;
	struct title title;

	if (position < journal_first(scan->journal) || position >= journal_end(scan->journal) ||
	    journal_next(cursor, &record) != 0 ||
	    !title_read(&title, record.topic, record.topic_size))
		return false;
	if (number)
		return record.kind == RECORD_MESSAGE && title.number == *number;
	if (record.kind == RECORD_OWN && is_kept)
		take_note(scan, &record, &title);
	return record.kind == RECORD_OWN;
}

/* Whether the hint holds; then *ret is where to look on from. */
static bool use_hint(struct outbox_scan *scan, uint64_t *ret)
{
	struct hint hint = { .epoch = journal_id(scan->journal), .note = HINT_NO_NOTE };
	struct marks *marks = scan->marks;
	struct placed last;

	if (hint_read(&hint, marks, scan->directory))
		return false;

	last = marks->list[marks->n - 1];
	marks_drop(marks, journal_first(scan->journal));
	if (marks->n == 0 || !is_there(scan, last.mark.position, &last.mark.number, false) ||
	    (hint.note != HINT_NO_NOTE && !is_there(scan, hint.note, NULL, true)))
		return false;

	*ret = last.mark.position;
	return true;
}

int outbox_scan(struct outbox_scan *scan)
{
	uint64_t position;
	int r;

	scan->note_position = HINT_NO_NOTE;
	if (!use_hint(scan, &position)) {
		scan->marks->n = 0;
		position = journal_first(scan->journal);
	}
	r = scan_from(scan, position);
	if (r)
		return err_pass(r);

	/* Not even a note is left: numbers are never greater than positions, so this one is new. */
	if (!scan->has_number)
		scan->n = journal_end(scan->journal);
	return 0;
}
