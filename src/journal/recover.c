/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opening.  Files must form a chain without a gap.  What stands before the newest mark was synced
 * before; the files from the marked one on are scanned.  The first record that does not hold ends
 * the journal: what stands behind it is a torn tail, which is zeroed, unless the mark says that the
 * bad one had been synced: that is damage, which only a person may cut out.  (Behind the mark even
 * records that hold are cut with the bad one before them: a power cut leaves such when the kernel
 * wrote pages out of order, and nobody saw them.)  A mark that cannot be read is taken to stand
 * behind the last record that holds.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/counter.h"
#include "iocd/base/disk.h"
#include "iocd/base/err.h"
#include "iocd/base/random.h"
#include "files.h"
#include "journal_private.h"

#define SCAN_WINDOW (256u << 10)
#define NO_MARK     0u
#define BAD_MARK    UINT64_MAX

/* One file found. */
struct found {
	uint64_t first; /* as its name says */
	uint64_t bytes; /* its size */
	bool is_blank;  /* its header was never written to the disk */
	struct segment_header header;
	uint64_t mark; /* or NO_MARK, BAD_MARK */
};

struct recovery {
	struct journal *journal;
	struct journal_recovery *result;
	struct found *items; /* owned; oldest first */
	size_t n_items;
	bool has_odd_name;
	size_t base;     /* the first that is scanned */
	uint64_t marked; /* all before it was synced once; BAD_MARK: unknown */
	int file;        /* being read */
	struct window window;
};

static int read_file(void *context, void *bytes, size_t n, uint64_t offset)
{
	const struct recovery *recovery = context;

	return disk_read(recovery->file, bytes, n, offset);
}

static int corrupt(struct recovery *recovery, uint64_t first, uint64_t offset, const char *what)
{
	journal_write_where(recovery->result->where, first, offset, what);
	return JOURNAL_CORRUPT;
}

/* The strict reverse of journal_segment_path(). */
static bool parse_name(const char *name, uint64_t *ret_first)
{
	char again[32];

	if (sscanf(name, "%16" SCNx64, ret_first) != 1)
		return false;
	(void)snprintf(again, sizeof(again), "%016" PRIx64 ".seg", *ret_first);
	return strcmp(name, again) == 0;
}

static void on_name(void *context, const char *name)
{
	struct recovery *recovery = context;
	uint64_t first;

	if (!parse_name(name, &first)) {
		recovery->has_odd_name = true;
		(void)snprintf(recovery->result->where, sizeof(recovery->result->where),
			       "%.100s: not the name of a segment", name);
		return;
	}
	recovery->items =
		xrealloc(recovery->items, recovery->n_items + 1, sizeof(*recovery->items));
	recovery->items[recovery->n_items++] = (struct found){ .first = first };
}

static int open_found(struct recovery *recovery, const struct found *item)
{
	CLEANUP_TEXT struct text path = journal_segment_path(recovery->journal, item->first);

	window_empty(&recovery->window);
	return err_pass(disk_open(&recovery->file, text_get(&path)));
}

static void close_found(struct recovery *recovery)
{
	disk_close(recovery->file);
	recovery->file = -1;
}

/* Reads header and mark of the file that is open; what it is too short for counts as zero. */
static int read_header(struct recovery *recovery, struct found *item)
{
	char bytes[SEGMENT_START] = { 0 };
	size_t n;
	int r;

	r = disk_size(recovery->file, &item->bytes);
	if (r < 0)
		return err_pass(r);
	n = item->bytes < sizeof(bytes) ? (size_t)item->bytes : sizeof(bytes);
	r = disk_read(recovery->file, bytes, n, 0);
	if (r != 0)
		return r < 0 ? err_pass(r) : err_fold(r);

	r = segment_header_read(&item->header, bytes);
	if (r == SEGMENT_BAD)
		return corrupt(recovery, item->first, 0, "the header is damaged");
	item->is_blank = r == SEGMENT_BLANK;
	if (item == recovery->items && !item->is_blank) {
		memcpy(recovery->journal->id, item->header.id, sizeof(item->header.id));
		recovery->journal->seed = segment_seed(item->header.id);
	}
	r = segment_mark_read(&item->mark, recovery->journal->seed, bytes + SEGMENT_MARK);
	if (r != 0)
		item->mark = r == SEGMENT_BLANK ? NO_MARK : BAD_MARK;
	return 0;
}

static int inspect(struct recovery *recovery, struct found *item)
{
	int r;

	r = open_found(recovery, item);
	if (r < 0)
		return err_pass(r);

	r = read_header(recovery, item);
	close_found(recovery);
	return r < 0 ? err_pass(r) : r;
}

/* Holds item against the one before it. */
static int check_link(struct recovery *recovery, const struct found *item)
{
	const struct found *before = item - 1;

	if (item->is_blank && (item == recovery->items || item->mark != NO_MARK))
		return corrupt(recovery, item->first, 0, "the header is gone");
	if (item->is_blank)
		return 0;
	if (item->header.first != item->first)
		return corrupt(recovery, item->first, 0, "the header names another position");
	if (item == recovery->items)
		return 0;
	if (memcmp(item->header.id, recovery->journal->id, sizeof(item->header.id)) != 0)
		return corrupt(recovery, item->first, 0, "the file is of another journal");
	if (item->header.previous != before->first)
		return corrupt(recovery, item->first, 0, "the file before this one is missing");
	return 0;
}

static int check_chain(struct recovery *recovery)
{
	int r;

	for (size_t i = 0; i < recovery->n_items; i++) {
		r = inspect(recovery, &recovery->items[i]);
		if (r == 0)
			r = check_link(recovery, &recovery->items[i]);
		if (r != 0)
			return r < 0 ? err_pass(r) : r;
	}
	return 0;
}

static void find_mark(struct recovery *recovery)
{
	recovery->base = recovery->n_items - 1;
	while (recovery->base > 0 && recovery->items[recovery->base].mark == NO_MARK)
		recovery->base--;
	recovery->marked = recovery->items[recovery->base].mark;
	if (recovery->marked == NO_MARK)
		recovery->marked = recovery->items[recovery->base].first;
}

/* Where records of item i must end: at the next file, or with the newest file.  An offset. */
static uint64_t limit_of(const struct recovery *recovery, size_t i)
{
	const struct found *item = &recovery->items[i];
	uint64_t limit = item->bytes;

	if (i + 1 < recovery->n_items &&
	    SEGMENT_START + (item[1].first - item->first) < item->bytes)
		limit = SEGMENT_START + (item[1].first - item->first);
	return limit;
}

static int scan(struct recovery *recovery, size_t i, struct segment_scan *ret)
{
	const struct found *item = &recovery->items[i];
	int r;

	r = open_found(recovery, item);
	if (r < 0)
		return err_pass(r);

	r = segment_scan(ret, &recovery->window, recovery->journal->seed, item->first,
			 limit_of(recovery, i));
	close_found(recovery);
	return err_pass(r);
}

/* Counts what stands in the items from i on, which come behind a bad record.  Says if any of it is
 * a record that holds. */
static int count_behind(struct recovery *recovery, size_t i, bool *has_record)
{
	struct segment_scan behind;
	int r;

	for (; i < recovery->n_items; i++) {
		r = scan(recovery, i, &behind);
		if (r < 0)
			return err_pass(r);
		*has_record |= behind.records > 0 || behind.stray > 0;
		recovery->result->cut_bytes += behind.used - recovery->items[i].first;
	}
	return 0;
}

static int damaged(struct recovery *recovery, const struct found *item,
		   const struct segment_scan *last, const char *what)
{
	recovery->result->cut_bytes = 0; /* nothing is cut */
	return corrupt(recovery, item->first, SEGMENT_START + (last->end - item->first), what);
}

/* Item i holds no further record at last->end: is what comes then blank, or a torn tail? */
static int judge(struct recovery *recovery, size_t i, const struct segment_scan *last)
{
	const struct found *item = &recovery->items[i];
	bool has_record = last->stray > 0;
	int r;

	recovery->result->cut_bytes = last->used - last->end;
	r = count_behind(recovery, i + 1, &has_record);
	if (r < 0)
		return err_pass(r);
	if (recovery->marked <= last->end)
		return 0;
	if (has_record)
		return damaged(recovery, item, last,
			       "a record is damaged, and records behind it are not");
	if (recovery->marked == BAD_MARK)
		return 0;
	if (recovery->result->cut_bytes > 0)
		return damaged(recovery, item, last, "a record that was synced is damaged");
	return damaged(recovery, item, last, "records that were synced are missing");
}

/* Zeroes the file that is open from offset up to the end of what is not zero. */
static int blank(struct recovery *recovery, uint64_t offset, uint64_t limit)
{
	char page[4096] = { 0 };
	size_t n;
	int r;

	for (; offset < limit; offset += n) {
		n = limit - offset < sizeof(page) ? (size_t)(limit - offset) : sizeof(page);
		r = disk_write(recovery->file, page, n, offset);
		if (r < 0)
			return err_pass(r);
	}
	return 0;
}

/* Removes the items behind item i, the newest first, so that the chain never has a gap. */
static int drop_behind(struct recovery *recovery, size_t i)
{
	int r;

	while (recovery->n_items > i + 1) {
		CLEANUP_TEXT
		struct text path = journal_segment_path(
			recovery->journal, recovery->items[recovery->n_items - 1].first);

		r = disk_remove(text_get(&path));
		if (r == 0)
			r = disk_sync_directory(recovery->journal->directory);
		if (r < 0)
			return err_pass(r);
		recovery->n_items--;
	}
	return 0;
}

/* Makes item i, which is good up to last->end, the newest segment. */
static int settle(struct recovery *recovery, size_t i, const struct segment_scan *last)
{
	struct found *item = &recovery->items[i];
	uint64_t limit;
	int r;

	r = drop_behind(recovery, i);
	if (r < 0)
		return err_pass(r);
	r = open_found(recovery, item);
	if (r < 0)
		return err_pass(r);

	limit = SEGMENT_START + (last->used - item->first);
	r = blank(recovery, SEGMENT_START + (last->end - item->first),
		  limit < item->bytes ? limit : item->bytes);
	/* A full disk is no reason not to open: appending will meet it. */
	if (r == 0 && item->bytes < recovery->journal->segment_bytes &&
	    disk_reserve(recovery->file, recovery->journal->segment_bytes) == 0)
		item->bytes = recovery->journal->segment_bytes;
	close_found(recovery);
	recovery->result->records = last->records;
	recovery->result->end = last->end;
	recovery->result->last_arrival_ms =
		last->records > 0 ? last->last_arrival_ms : item->header.last_arrival_ms;
	return err_pass(r);
}

/* Scans from the marked item on, until one does not end where the next starts. */
static int scan_chain(struct recovery *recovery)
{
	struct segment_scan last;
	size_t i;
	int r;

	for (i = recovery->base;; i++) {
		r = scan(recovery, i, &last);
		if (r < 0)
			return err_pass(r);
		if (i + 1 == recovery->n_items || recovery->items[i + 1].is_blank ||
		    recovery->items[i + 1].first != last.end)
			break;
	}
	r = judge(recovery, i, &last);
	if (r != 0)
		return r < 0 ? err_pass(r) : r;
	return err_pass(settle(recovery, i, &last));
}

/* Writes what stands from position on in item, up to end, once more: a sync that failed before this
 * process may have left pages that the kernel takes for written.  Item i's file is open. */
static int rewrite(struct recovery *recovery, const struct found *item, uint64_t position,
		   uint64_t end)
{
	uint64_t offset = SEGMENT_START + (position - item->first);
	uint64_t limit = SEGMENT_START + (end - item->first);
	const char *bytes;
	size_t n;
	int r;

	for (; offset < limit; offset += n) {
		n = limit - offset < SCAN_WINDOW ? (size_t)(limit - offset) : SCAN_WINDOW;
		r = window_get(&recovery->window, offset, n, limit, &bytes);
		if (r == 0)
			r = disk_write(recovery->file, bytes, n, offset);
		if (r != 0)
			return r < 0 ? err_pass(r) : err_fold(r);
	}
	return 0;
}

static int rewrite_header(struct recovery *recovery, const struct found *item)
{
	char bytes[SEGMENT_MARK];

	segment_header_write(&item->header, bytes);
	return err_pass(disk_write(recovery->file, bytes, sizeof(bytes), 0));
}

/* Syncs item i, whose file is open, from where the mark stands on. */
static int sync_item(struct recovery *recovery, size_t i)
{
	const struct found *item = &recovery->items[i];
	bool is_newest = i + 1 == recovery->n_items;
	uint64_t end = is_newest ? recovery->result->end : item[1].first;
	uint64_t from = item->first;
	int r = 0;

	if (recovery->marked != BAD_MARK && recovery->marked > from)
		from = recovery->marked;
	if (from == item->first)
		r = rewrite_header(recovery, item);
	if (r == 0)
		r = rewrite(recovery, item, from, end);
	if (r == 0)
		r = disk_sync(recovery->file);
	return err_pass(r);
}

/* What was recovered is on the disk before anybody sees it: a killed process may have left it in
 * the page cache only.  Gives the file of the newest item. */
static int sync_recovered(struct recovery *recovery, int *ret_file)
{
	int r;

	for (size_t i = recovery->base; i < recovery->n_items; i++) {
		r = open_found(recovery, &recovery->items[i]);
		if (r < 0)
			return err_pass(r);
		r = sync_item(recovery, i);
		if (r == 0 && i + 1 == recovery->n_items)
			break;
		close_found(recovery);
		if (r < 0)
			return err_pass(r);
	}

	r = disk_sync_directory(recovery->journal->directory);
	if (r == 0)
		r = journal_write_mark(recovery->journal, recovery->file, recovery->result->end);
	if (r < 0)
		close_found(recovery);
	else
		*ret_file = recovery->file;
	return err_pass(r);
}

static int hand_over(struct recovery *recovery)
{
	struct journal *journal = recovery->journal;
	int file = -1;
	int r;

	r = sync_recovered(recovery, &file);
	if (r < 0)
		return err_pass(r);

	for (size_t i = 0; i < recovery->n_items; i++) {
		const struct found *item = &recovery->items[i];

		journal_add_segment(journal,
				    &(struct segment){
					    .first = item->first,
					    .bytes = item->bytes,
					    .last_arrival_ms = item->header.last_arrival_ms,
					    .file = i + 1 == recovery->n_items ? file : -1,
					    .is_named = true,
				    });
	}
	atomic_store(&journal->end, recovery->result->end);
	atomic_store(&journal->synced, recovery->result->end);
	journal->last_record_ms = recovery->result->last_arrival_ms;
	journal->last_ms = journal->last_record_ms;
	recovery->result->first = recovery->items[0].first;
	counter_add(COUNTER_journal_cut_bytes, recovery->result->cut_bytes);
	return 0;
}

/* The first segment of all is on the disk before the journal is used. */
static int make_first(struct journal *journal)
{
	int file, r;

	random_bytes(journal->id, sizeof(journal->id));
	journal->seed = segment_seed(journal->id);
	r = journal_make_spare(journal, journal->segment_bytes, &file);
	if (r == 0)
		r = journal_adopt_spare(journal, file, journal->segment_bytes);
	if (r == 0)
		r = disk_sync_directory(journal->directory);
	if (r < 0)
		return err_pass(r);

	journal->segments[0].is_named = true;
	return 0;
}

static int recover_found(struct recovery *recovery)
{
	int r;

	r = check_chain(recovery);
	if (r != 0)
		return r < 0 ? err_pass(r) : r;

	find_mark(recovery);
	r = scan_chain(recovery);
	if (r != 0)
		return r < 0 ? err_pass(r) : r;
	return err_pass(hand_over(recovery));
}

static int recover(struct recovery *recovery)
{
	int r;

	r = disk_list(recovery->journal->directory, ".seg", on_name, recovery);
	if (r < 0)
		return err_pass(r);
	if (recovery->has_odd_name)
		return JOURNAL_CORRUPT;
	if (recovery->n_items == 0)
		return err_pass(make_first(recovery->journal));
	return recover_found(recovery);
}

static void write_id(struct journal *journal)
{
	for (size_t i = 0; i < sizeof(journal->id); i++)
		(void)snprintf(journal->id_text + 2 * i, 3, "%02x", journal->id[i]);
}

int journal_recover(struct journal *journal, struct journal_recovery *ret)
{
	struct recovery recovery = { .journal = journal, .result = ret, .file = -1 };
	int r;

	window_init(&recovery.window, SCAN_WINDOW, read_file, &recovery);
	r = recover(&recovery);
	window_fini(&recovery.window);
	free(recovery.items);
	if (r == 0)
		write_id(journal);
	return r < 0 ? err_pass(r) : r;
}
