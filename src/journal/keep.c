/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The journal's thread.  It syncs as soon as something is unsynced and the last sync has ended, and
 * under load at most once in PACE_NS: a journal with little to do is prompt, a busy one syncs in
 * groups, because each sync costs as much as many records.  In between it sees to it that there is
 * a spare file, which is also the reserve on a disk that gets full, and removes old segments.  It
 * lets the mutex go during every slow call.
 */
#include <assert.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "iocd/base/clock.h"
#include "iocd/base/counter.h"
#include "iocd/base/disk.h"
#include "iocd/base/err.h"
#include "files.h"
#include "journal_private.h"

#define PACE_NS        10000000
#define PACE_WINDOW_NS 100000000 /* over which records are counted */
#define PACE_BUSY      4         /* records a millisecond: beyond, company is worth waiting for */

int journal_write_mark(const struct journal *journal, int file, uint64_t synced)
{
	char bytes[SEGMENT_MARK_BYTES];
	int r;

	segment_mark_write(journal->seed, synced, bytes);
	r = disk_write(file, bytes, sizeof(bytes), SEGMENT_MARK);
	return journal_is_full(r) ? 0 : err_pass(r);
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
		return journal_fail(journal, r);
	publish(journal, journal_find(journal, synced), target);
	(void)pthread_cond_broadcast(&journal->done);
	return 0;
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

static bool sync_is_due(const struct journal *journal)
{
	return journal_synced(journal) < journal_end(journal);
}

static int sync_some(struct journal *journal)
{
	int r;

	r = journal_sync_oldest(journal);
	return r < 0 ? err_pass(r) : JOURNAL_STEP_SYNC;
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

static bool spare_is_due(const struct journal *journal)
{
	return journal->spare_state == SPARE_NONE && !journal->is_stopping;
}

/* Whatever becomes of it is no fault yet: what is open takes records, and an append that needs the
 * file tries again. */
static int prepare_spare(struct journal *journal)
{
	int file = -1;
	int r;

	journal->spare_state = SPARE_MAKING;
	(void)pthread_mutex_unlock(&journal->mutex);
	r = make_synced_spare(journal, &file);
	(void)pthread_mutex_lock(&journal->mutex);

	journal->spare = r < 0 ? -1 : file;
	journal->spare_state = r < 0 ? SPARE_FAILED : SPARE_READY;
	atomic_store(&journal->is_tight, journal_is_full(r));
	(void)pthread_cond_broadcast(&journal->done);
	return JOURNAL_STEP_SPARE;
}

/* Without the second segment's name and header on the disk the journal would lose its identity
 * together with the oldest. */
static bool removal_is_due(const struct journal *journal)
{
	const struct retention *wish = &journal->retention;
	uint64_t end;

	if (!wish->is_wanted || journal->is_stopping || journal->n_segments < 2 ||
	    !journal->segments[1].is_named)
		return false;

	end = journal->segments[1].first;
	return end <= wish->position && end <= journal_synced(journal) &&
	       (journal_bytes(journal) > wish->max_bytes ||
		journal->segments[1].last_arrival_ms < wish->before_ms);
}

/* Its directory is synced each time, so that no power cut leaves a gap; if that fails, nobody knows
 * what is there. */
static int remove_file(const struct journal *journal, uint64_t first, bool *ret_is_final)
{
	CLEANUP_TEXT struct text path = journal_segment_path(journal, first);
	int r;

	*ret_is_final = false;
	r = disk_remove(text_get(&path));
	if (r < 0 && r != -ENOENT)
		return err_pass(r);

	*ret_is_final = true;
	return err_pass(disk_sync_directory(journal->directory));
}

static int remove_oldest(struct journal *journal)
{
	uint64_t first = journal->segments[0].first;
	bool is_final;
	int r;

	(void)pthread_mutex_unlock(&journal->mutex);
	r = remove_file(journal, first, &is_final);
	(void)pthread_mutex_lock(&journal->mutex);

	if (r < 0 && is_final)
		return journal_fail(journal, r);
	if (r < 0) {
		journal->retention.is_wanted = false; /* until the next wish */
		return JOURNAL_STEP_REMOVE;
	}
	atomic_fetch_sub(&journal->bytes, journal->segments[0].bytes);
	journal->n_segments--;
	memmove(journal->segments, journal->segments + 1,
		journal->n_segments * sizeof(*journal->segments));
	if (journal->spare_state == SPARE_FAILED)
		journal->spare_state = SPARE_NONE; /* there is room now */
	return JOURNAL_STEP_REMOVE;
}

/* Kinds of work, each in its turn.  Under the mutex; the work lets it go. */
struct work {
	bool (*is_due)(const struct journal *journal);
	int (*carry_out)(struct journal *journal); /* what it was, or a fault */
};

static const struct work works[] = {
	{ sync_is_due, sync_some },
	{ spare_is_due, prepare_spare },
	{ removal_is_due, remove_oldest },
};

/* Lends the work whose turn it is among those that are due; NULL if none is. */
static const struct work *next_work(struct journal *journal)
{
	for (unsigned i = 0; i < COUNT(works); i++) {
		unsigned turn = (journal->turn + i) % COUNT(works);

		if (works[turn].is_due(journal)) {
			journal->turn = turn + 1;
			return &works[turn];
		}
	}
	return NULL;
}

int journal_keep_step(struct journal *journal)
{
	const struct work *work = NULL;
	int r;

	assert(!journal->is_started);

	(void)pthread_mutex_lock(&journal->mutex);
	r = journal_fault(journal);
	if (r == 0)
		work = next_work(journal);
	if (work)
		r = work->carry_out(journal);
	(void)pthread_mutex_unlock(&journal->mutex);
	return r < 0 ? err_pass(r) : r;
}

/* Without the mutex, so that it may look at the journal. */
static void tell(struct journal *journal)
{
	if (!journal->synced_hook)
		return;

	(void)pthread_mutex_unlock(&journal->mutex);
	journal->synced_hook(journal->context);
	(void)pthread_mutex_lock(&journal->mutex);
}

static bool is_needed(const struct journal *journal)
{
	return journal_fault(journal) == 0 && (!journal->is_stopping || sync_is_due(journal));
}

void *journal_keep(void *context)
{
	struct journal *journal = context;

	(void)pthread_mutex_lock(&journal->mutex);
	while (is_needed(journal)) {
		const struct work *work = next_work(journal);

		if (!work) {
			(void)pthread_cond_wait(&journal->work, &journal->mutex);
			continue;
		}
		if (work->is_due == sync_is_due)
			gather(journal);
		if (work->carry_out(journal) == JOURNAL_STEP_SYNC)
			tell(journal);
	}
	if (journal_fault(journal) < 0)
		tell(journal);
	(void)pthread_mutex_unlock(&journal->mutex);
	return NULL;
}
