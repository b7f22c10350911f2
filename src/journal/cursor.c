/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A cursor keeps a window over one file at a time.  It looks at shared state (under the mutex) only
 * when it reaches the limit up to which it knows that records are synced.
 */
#include <errno.h>
#include <stdlib.h>

#include "iocd/base/disk.h"
#include "iocd/base/err.h"
#include "iocd/journal.h"
#include "files.h"
#include "journal_private.h"

#define READ_AHEAD (256u << 10)

struct journal_cursor {
	struct journal *journal; /* borrowed */
	uint64_t position;       /* of the record that comes next */
	uint64_t limit;          /* records before it are synced and stand in file */
	uint64_t first;          /* position at which file starts; meaningless while file is -1 */
	int file;
	struct window window; /* over file */
	char where[JOURNAL_WHERE];
};

static int read_file(void *context, void *bytes, size_t n, uint64_t offset)
{
	const struct journal_cursor *cursor = context;

	return disk_read(cursor->file, bytes, n, offset);
}

struct journal_cursor *journal_cursor_new(struct journal *journal, uint64_t position)
{
	struct journal_cursor *cursor = xcalloc(1, sizeof(*cursor));

	cursor->journal = journal;
	cursor->position = position;
	cursor->file = -1;
	window_init(&cursor->window, READ_AHEAD, read_file, cursor);
	return cursor;
}

static void close_file(struct journal_cursor *cursor)
{
	if (cursor->file >= 0)
		disk_close(cursor->file);
	cursor->file = -1;
	window_empty(&cursor->window);
}

struct journal_cursor *journal_cursor_free(struct journal_cursor *cursor)
{
	if (!cursor)
		return NULL;

	close_file(cursor);
	window_fini(&cursor->window);
	free(cursor);
	return NULL;
}

static int open_file(struct journal_cursor *cursor, uint64_t first)
{
	CLEANUP_TEXT struct text path = journal_segment_path(cursor->journal, first);

	if (cursor->file >= 0 && cursor->first == first)
		return 0;

	close_file(cursor);
	cursor->first = first;
	return err_pass(disk_open(&cursor->file, text_get(&path)));
}

/* Finds the file in which position stands, and how far it may be read. */
static int advance(struct journal_cursor *cursor)
{
	struct journal *journal = cursor->journal;
	uint64_t synced = journal_synced(journal);
	const struct segment *segment;
	uint64_t first = 0;
	uint64_t end = 0;
	int r;

	if (cursor->position >= synced)
		return JOURNAL_END;

	(void)pthread_mutex_lock(&journal->mutex);
	segment = journal_find(journal, cursor->position);
	if (segment) {
		first = segment->first;
		end = journal_segment_end(journal, segment);
	}
	(void)pthread_mutex_unlock(&journal->mutex);
	if (!segment)
		return err_raise(-ENOENT);

	r = open_file(cursor, first);
	if (r < 0)
		return err_pass(r);
	cursor->limit = end < synced ? end : synced;
	return 0;
}

static int corrupt(struct journal_cursor *cursor)
{
	journal_write_where(cursor->where, cursor->first,
			    SEGMENT_START + (cursor->position - cursor->first),
			    "a record that was synced is damaged");
	return JOURNAL_CORRUPT;
}

int journal_next(struct journal_cursor *cursor, struct record *ret)
{
	const char *bytes;
	uint64_t limit;
	size_t size;
	int r;

	if (cursor->position >= cursor->limit) {
		r = advance(cursor);
		if (r != 0)
			return r < 0 ? err_pass(r) : r;
	}

	limit = SEGMENT_START + (cursor->limit - cursor->first);
	r = segment_record_get(&cursor->window, cursor->journal->seed, cursor->first,
			       cursor->position, limit, &bytes, &size);
	if (r != 0)
		return r < 0 ? err_pass(r) : corrupt(cursor);

	segment_record_read(cursor->position, bytes, ret);
	cursor->position = ret->next;
	return 0;
}

uint64_t journal_cursor_position(const struct journal_cursor *cursor)
{
	return cursor->position;
}

const char *journal_cursor_where(const struct journal_cursor *cursor)
{
	return cursor->where;
}

void journal_cursor_seek(struct journal_cursor *cursor, uint64_t position)
{
	cursor->position = position;
	cursor->limit = 0; /* position may stand in another file */
}
