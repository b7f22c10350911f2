/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The journal's thread.  It syncs as soon as something is unsynced and the last sync has ended, and
 * under load at most once in PACE_NS: a journal with little to do is prompt, a busy one syncs in
 * groups, because each sync costs as much as many records.  In between it makes the spare file and
 * removes old segments.  It lets the mutex go during every slow call.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "iocd/base/clock.h"
#include "iocd/base/counter.h"
#include "iocd/base/disk.h"
#include "iocd/base/err.h"
#include "journal_private.h"

#define PACE_NS        10000000
#define PACE_WINDOW_NS 100000000 /* over which records are counted */
#define PACE_BUSY      4         /* records a millisecond: beyond, company is worth waiting for */

int journal_write_mark(const struct journal *journal, int file, uint64_t synced)
{
	char bytes[SEGMENT_MARK_BYTES];

	segment_mark_write(journal->seed, synced, bytes);
	return err_pass(disk_write(file, bytes, sizeof(bytes), SEGMENT_MARK));
}

static int sync_file(const struct journal *journal, int file, bool is_named, uint64_t target)
{
	int r;

	r = disk_sync(file);
	if (r == 0 && !is_named)
		r = disk_sync_directory(journal->directory);
	if (r == 0)
		r = journal_write_mark(journal, file, target);
	return err_pass(r);
}

/* All before target is on the disk.  Under the mutex. */
static void publish(struct journal *journal, struct segment *segment, uint64_t target)
{
	bool is_newest = segment == &journal->segments[journal->n_segments - 1];

	segment->is_named = true;
	if (!is_newest && journal_segment_end(journal, segment) == target) {
		disk_close(segment->file);
		segment->file = -1;
	}
	atomic_store(&journal->synced, target);
	counter_add(COUNTER_journal_syncs, 1);
	if (journal->spare_state == SPARE_FAILED)
		journal->spare_state = SPARE_NONE;
}

int journal_sync_oldest(struct journal *journal)
{
	uint64_t synced = journal_synced(journal);
	struct segment *segment = journal_find(journal, synced);
	uint64_t target = journal_segment_end(journal, segment);
	bool is_named = segment->is_named;
	int file = segment->file;
	int r;

	if (target == synced)
		return 0;

	(void)pthread_mutex_unlock(&journal->mutex);
	r = sync_file(journal, file, is_named, target);
	(void)pthread_mutex_lock(&journal->mutex);

	if (r < 0)
		atomic_store(&journal->fault, r);
	else
		publish(journal, journal_find(journal, synced), target);
	(void)pthread_cond_broadcast(&journal->done);
	return err_pass(r);
}

static void measure(struct journal *journal, int64_t now_ns)
{
	struct pace *pace = &journal->pace;
	int64_t elapsed_ns = now_ns - pace->window_ns;

	if (elapsed_ns < PACE_WINDOW_NS)
		return;
	pace->is_busy = (int64_t)(journal->n_appended - pace->n_appended) * 1000000 >
			PACE_BUSY * elapsed_ns;
	pace->window_ns = now_ns;
	pace->n_appended = journal->n_appended;
}

/* Lets a group gather before a sync under load. */
static void gather(struct journal *journal)
{
	int64_t now_ns = clock_mono_ns();
	int64_t wait_ns = journal->pace.synced_ns + PACE_NS - now_ns;

	measure(journal, now_ns);
	if (journal->pace.is_busy && wait_ns > 0 && journal->mode == JOURNAL_INTERVAL &&
	    !journal->is_stopping) {
		(void)pthread_mutex_unlock(&journal->mutex);
		(void)usleep((useconds_t)(wait_ns / 1000) + 1);
		(void)pthread_mutex_lock(&journal->mutex);
		now_ns = clock_mono_ns();
	}
	journal->pace.synced_ns = now_ns;
}

static bool sync_some(struct journal *journal)
{
	if (journal_synced(journal) == journal_end(journal))
		return false;

	gather(journal);
	(void)journal_sync_oldest(journal);
	if (journal->synced_hook) {
		(void)pthread_mutex_unlock(&journal->mutex);
		journal->synced_hook(journal->context);
		(void)pthread_mutex_lock(&journal->mutex);
	}
	return true;
}

static int make_synced_spare(const struct journal *journal, int *ret_file)
{
	int r;

	r = journal_make_spare(journal, journal->segment_bytes, ret_file);
	if (r < 0)
		return err_pass(r);

	r = disk_sync(*ret_file);
	if (r < 0)
		journal_discard_spare(journal, *ret_file);
	return err_pass(r);
}

/* Makes the spare once the newest segment is half full. */
static bool prepare_spare(struct journal *journal)
{
	const struct segment *newest = &journal->segments[journal->n_segments - 1];
	int file = -1;
	int r;

	if (journal->is_stopping || journal->spare_state != SPARE_NONE ||
	    journal_end(journal) - newest->first < newest->bytes / 2)
		return false;

	journal->spare_state = SPARE_MAKING;
	(void)pthread_mutex_unlock(&journal->mutex);
	r = make_synced_spare(journal, &file);
	(void)pthread_mutex_lock(&journal->mutex);

	/* A failure is no fault yet: the append that needs the file will meet it again. */
	journal->spare = r < 0 ? -1 : file;
	journal->spare_state = r < 0 ? SPARE_FAILED : SPARE_READY;
	(void)pthread_cond_broadcast(&journal->done);
	return true;
}

static bool oldest_may_go(const struct journal *journal)
{
	const struct retention *wish = &journal->retention;
	uint64_t end;

	if (!wish->is_wanted || journal->is_stopping || journal->n_segments < 2)
		return false;

	end = journal->segments[1].first;
	return end <= wish->position && end <= journal_synced(journal) &&
	       (journal_bytes(journal) > wish->max_bytes ||
		journal->segments[1].last_arrival_ms < wish->before_ms);
}

/* Removes the file.  Its directory is synced each time, so that no power cut leaves a gap. */
static int remove_segment(const struct journal *journal, uint64_t first)
{
	CLEANUP_TEXT struct text path = journal_segment_path(journal, first);
	int r;

	r = disk_remove(text_get(&path));
	if (r == 0 || r == -ENOENT)
		r = disk_sync_directory(journal->directory);
	return err_pass(r);
}

static bool remove_oldest(struct journal *journal)
{
	uint64_t first = journal->segments[0].first;
	int r;

	if (!oldest_may_go(journal)) {
		journal->retention.is_wanted = false;
		return false;
	}

	(void)pthread_mutex_unlock(&journal->mutex);
	r = remove_segment(journal, first);
	(void)pthread_mutex_lock(&journal->mutex);

	if (r < 0) {
		journal->retention.is_wanted = false; /* until the next wish */
		return true;
	}
	atomic_fetch_sub(&journal->bytes, journal->segments[0].bytes);
	journal->n_segments--;
	memmove(journal->segments, journal->segments + 1,
		journal->n_segments * sizeof(*journal->segments));
	return true;
}

void *journal_keep(void *context)
{
	struct journal *journal = context;

	(void)pthread_mutex_lock(&journal->mutex);
	while (journal_fault(journal) == 0 &&
	       (!journal->is_stopping || journal_synced(journal) < journal_end(journal))) {
		bool has_worked = sync_some(journal);

		if (journal_fault(journal) == 0) {
			has_worked |= prepare_spare(journal);
			has_worked |= remove_oldest(journal);
		}
		if (!has_worked)
			(void)pthread_cond_wait(&journal->work, &journal->mutex);
	}
	(void)pthread_mutex_unlock(&journal->mutex);
	return NULL;
}
