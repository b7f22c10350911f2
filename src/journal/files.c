/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The journal's files: their names, the spare that becomes the next segment, and the list of
 * segments.
 */
#include "files.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "iocd/base/disk.h"
#include "iocd/base/err.h"
#include "iocd/journal.h"
#include "journal_private.h"

bool journal_is_full(int fault)
{
	return fault == -ENOSPC || fault == -EDQUOT;
}

void journal_write_where(char ret[JOURNAL_WHERE], uint64_t first, uint64_t offset, const char *what)
{
	(void)snprintf(ret, JOURNAL_WHERE, "%016" PRIx64 ".seg: offset %" PRIu64 ": %s", first,
		       offset, what);
}

struct text journal_path(const struct journal *journal, const char *name)
{
	struct text path = { .size = 0 };

	text_add(&path, "%s/%s", journal->directory, name);
	return path;
}

struct text journal_segment_path(const struct journal *journal, uint64_t first)
{
	struct text path = { .size = 0 };

	text_add(&path, "%s/%016" PRIx64 ".seg", journal->directory, first);
	return path;
}

int journal_remove_spare(const struct journal *journal)
{
	CLEANUP_TEXT struct text path = journal_path(journal, JOURNAL_SPARE);
	int r;

	r = disk_remove(text_get(&path));
	return r == -ENOENT ? 0 : err_pass(r);
}

void journal_discard_spare(const struct journal *journal, int file)
{
	int r;

	disk_close(file);
	r = journal_remove_spare(journal);
	(void)r; /* if it stays, the next open removes it */
}

int journal_make_spare(const struct journal *journal, uint64_t size, int *ret_file)
{
	CLEANUP_TEXT struct text path = journal_path(journal, JOURNAL_SPARE);
	int file, r;

	r = disk_create(&file, text_get(&path));
	if (r == -EEXIST) { /* one that could not be removed then */
		r = journal_remove_spare(journal);
		if (r == 0)
			r = disk_create(&file, text_get(&path));
	}
	if (r < 0)
		return err_pass(r);

	r = disk_reserve(file, size);
	if (r < 0) {
		journal_discard_spare(journal, file);
		return err_pass(r);
	}
	*ret_file = file;
	return 0;
}

static struct segment *newest_of(const struct journal *journal)
{
	return journal->n_segments > 0 ? &journal->segments[journal->n_segments - 1] : NULL;
}

static int write_header(const struct journal *journal, int file, uint64_t size)
{
	const struct segment *newest = newest_of(journal);
	struct segment_header header = {
		.first = journal_end(journal),
		.previous = newest ? newest->first : journal_end(journal),
		.last_arrival_ms = journal->last_record_ms,
	};
	char bytes[SEGMENT_MARK];
	int r = 0;

	memcpy(header.id, journal->id, sizeof(header.id));
	segment_header_write(&header, bytes);
	if (size > journal->segment_bytes)
		r = disk_reserve(file, size); /* a spare is too small for a huge record */
	if (r == 0)
		r = disk_write(file, bytes, sizeof(bytes), 0);
	return err_pass(r);
}

/* Sees to it that a power cut cannot leave the next file's name without this one's or, where there
 * is none yet, a name without the journal's identity behind it. */
static int sync_before_name(struct journal *journal, int file)
{
	const struct segment *newest = newest_of(journal);
	int r;

	if (!newest)
		return err_pass(disk_sync(file));
	if (newest->is_named)
		return 0;

	r = disk_sync_directory(journal->directory);
	return r < 0 ? journal_fail(journal, r) : 0;
}

static int rename_spare(const struct journal *journal)
{
	CLEANUP_TEXT struct text from = journal_path(journal, JOURNAL_SPARE);
	CLEANUP_TEXT struct text to = journal_segment_path(journal, journal_end(journal));

	return err_pass(disk_rename(text_get(&from), text_get(&to)));
}

int journal_adopt_spare(struct journal *journal, int file, uint64_t size)
{
	struct segment *old;
	int r;

	r = write_header(journal, file, size);
	if (r == 0)
		r = sync_before_name(journal, file);
	if (r == 0)
		r = rename_spare(journal);
	if (r < 0) {
		journal_discard_spare(journal, file);
		return err_pass(r);
	}

	old = newest_of(journal);
	if (old && journal_synced(journal) == journal_end(journal)) {
		disk_close(old->file); /* else the thread still needs it, and closes it */
		old->file = -1;
	}
	journal_add_segment(journal, &(struct segment){
					     .first = journal_end(journal),
					     .bytes = size,
					     .last_arrival_ms = journal->last_record_ms,
					     .file = file,
				     });
	return 0;
}

void journal_add_segment(struct journal *journal, const struct segment *segment)
{
	if (journal->n_segments == journal->capacity) {
		journal->capacity = journal->capacity > 0 ? 2 * journal->capacity : 16;
		journal->segments =
			xrealloc(journal->segments, journal->capacity, sizeof(*segment));
	}
	journal->segments[journal->n_segments++] = *segment;
	atomic_fetch_add(&journal->bytes, segment->bytes);
}

struct segment *journal_find(struct journal *journal, uint64_t position)
{
	size_t low = 0;
	size_t high = journal->n_segments;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (journal->segments[middle].first <= position)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 ? &journal->segments[low - 1] : NULL;
}

uint64_t journal_segment_end(const struct journal *journal, const struct segment *segment)
{
	return segment == newest_of(journal) ? journal_end(journal) : segment[1].first;
}
