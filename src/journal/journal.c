/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Appending: one write per record, under the mutex, into a file that was reserved before.  The
 * thread of keep.c syncs behind it and prepares the next file; only when that one is not ready does
 * an append make it itself.
 */
#include "iocd/journal.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "iocd/base/disk.h"
#include "iocd/base/err.h"
#include "files.h"
#include "journal_private.h"

#define LOCK_STEP_MS 20u

int journal_fail(struct journal *journal, int fault)
{
	int none = 0;

	(void)atomic_compare_exchange_strong(&journal->fault, &none, fault);
	(void)pthread_cond_broadcast(&journal->done);
	(void)pthread_cond_signal(&journal->work);
	return err_pass(fault);
}

static struct journal *make(const struct journal_options *options)
{
	struct journal *journal = xcalloc(1, sizeof(*journal));

	journal->directory = xstrdup(options->directory);
	journal->lock = -1;
	journal->spare = -1;
	journal->segment_bytes = options->segment_bytes;
	journal->mode = options->mode;
	journal->buffer = xrealloc(NULL, 1, RECORD_SIZE_MAX);
	(void)pthread_mutex_init(&journal->mutex, NULL);
	(void)pthread_cond_init(&journal->work, NULL);
	(void)pthread_cond_init(&journal->done, NULL);
	return journal;
}

/* A process that was killed may hold the lock a little longer. */
static int take_lock(struct journal *journal, unsigned wait_ms)
{
	CLEANUP_TEXT struct text path = journal_path(journal, JOURNAL_LOCK);
	int r;

	for (;;) {
		r = disk_lock(&journal->lock, text_get(&path));
		if (r != DISK_HELD)
			return err_pass(r);
		if (wait_ms < LOCK_STEP_MS)
			return JOURNAL_HELD;
		(void)usleep(LOCK_STEP_MS * 1000);
		wait_ms -= LOCK_STEP_MS;
	}
}

int journal_open(struct journal **ret, const struct journal_options *options,
		 struct journal_recovery *ret_recovery)
{
	CLEANUP(journal_free) struct journal *journal = NULL;
	int r;

	assert(options->segment_bytes >= 1u << 20 && options->segment_bytes <= 1u << 30);

	*ret_recovery = (struct journal_recovery){ 0 };
	journal = make(options);
	r = disk_make_directory(journal->directory);
	if (r < 0)
		return err_pass(r);
	r = take_lock(journal, options->lock_wait_ms);
	if (r != 0)
		return r;
	r = journal_remove_spare(journal);
	if (r < 0)
		return err_pass(r);
	r = journal_recover(journal, ret_recovery);
	if (r != 0)
		return r;

	*ret = journal;
	journal = NULL;
	return 0;
}

int journal_start(struct journal *journal, journal_synced_fn *synced, void *context)
{
	int r;

	assert(!journal->is_started);

	journal->synced_hook = synced;
	journal->context = context;
	r = pthread_create(&journal->thread, NULL, journal_keep, journal);
	if (r != 0)
		return err_raise(-r);

	journal->is_started = true;
	return 0;
}

/* Ends the thread, or does in its place what it would have done last. */
static void stop(struct journal *journal)
{
	(void)pthread_mutex_lock(&journal->mutex);
	journal->is_stopping = true;
	(void)pthread_cond_signal(&journal->work);
	while (!journal->is_started && journal_fault(journal) == 0 &&
	       journal_synced(journal) < journal_end(journal))
		(void)journal_sync_oldest(journal);
	(void)pthread_mutex_unlock(&journal->mutex);
	if (journal->is_started)
		(void)pthread_join(journal->thread, NULL);
}

struct journal *journal_free(struct journal *journal)
{
	if (!journal)
		return NULL;

	stop(journal);
	if (journal->spare_state == SPARE_READY)
		journal_discard_spare(journal, journal->spare);
	for (size_t i = 0; i < journal->n_segments; i++)
		if (journal->segments[i].file >= 0)
			disk_close(journal->segments[i].file);
	if (journal->lock >= 0)
		disk_close(journal->lock);
	(void)pthread_cond_destroy(&journal->done);
	(void)pthread_cond_destroy(&journal->work);
	(void)pthread_mutex_destroy(&journal->mutex);
	free(journal->segments);
	free(journal->buffer);
	free(journal->directory);
	free(journal);
	return NULL;
}

/* Opens the file that comes next, with room for need bytes. */
static int make_next(struct journal *journal, uint64_t need)
{
	int file = journal->spare;
	int r;

	if (journal->spare_state != SPARE_READY) {
		r = journal_make_spare(journal, need, &file);
		if (r < 0)
			return err_pass(r);
	}
	journal->spare = -1;
	journal->spare_state = SPARE_NONE;
	return err_pass(journal_adopt_spare(journal, file, need));
}

/* Makes the next segment, with room for a record of size bytes. */
static int next_segment(struct journal *journal, size_t size)
{
	uint64_t need = SEGMENT_START + size;
	int r;

	if (need < journal->segment_bytes)
		need = journal->segment_bytes;
	r = make_next(journal, need);
	if (r < 0)
		journal->spare_state = SPARE_FAILED;
	if (journal_is_full(r))
		atomic_store(&journal->is_tight, true);
	return err_pass(r);
}

/* An empty segment cannot be followed by one with the same position: it grows instead. */
static int grow_segment(struct journal *journal, struct segment *segment, uint64_t bytes)
{
	int r;

	r = disk_reserve(segment->file, bytes);
	if (r < 0)
		return err_pass(r);

	atomic_fetch_add(&journal->bytes, bytes - segment->bytes);
	segment->bytes = bytes;
	return 0;
}

/* Sees to it that the newest segment has room for size bytes at journal_end().  Under the mutex,
 * which it may let go meanwhile. */
static int make_room(struct journal *journal, size_t size)
{
	for (;;) {
		struct segment *newest = &journal->segments[journal->n_segments - 1];
		uint64_t used = journal_end(journal) - newest->first;

		if (SEGMENT_START + used + size <= newest->bytes)
			return 0;
		if (used == 0)
			return err_pass(grow_segment(journal, newest, SEGMENT_START + size));
		if (journal->spare_state != SPARE_MAKING)
			return err_pass(next_segment(journal, size));
		(void)pthread_cond_wait(&journal->done, &journal->mutex);
	}
}

/* Under the mutex. */
static int append(struct journal *journal, const struct record *record, int64_t now_ms)
{
	size_t size = segment_record_size(record->topic_size, record->payload_size);
	int64_t arrival_ms;
	struct segment *newest;
	uint64_t end;
	int r;

	r = make_room(journal, size);
	if (r == 0)
		r = journal_fault(journal);
	if (r < 0)
		return err_pass(r);

	newest = &journal->segments[journal->n_segments - 1];
	end = journal_end(journal);
	arrival_ms = now_ms > journal->last_ms ? now_ms : journal->last_ms;
	segment_record_write(journal->seed, end, record, arrival_ms, journal->buffer);
	r = disk_write(newest->file, journal->buffer, size, SEGMENT_START + (end - newest->first));
	if (r < 0)
		return err_pass(r); /* the next record is written over what came of this one */

	journal->last_ms = arrival_ms;
	journal->last_record_ms = arrival_ms;
	atomic_store(&journal->end, end + size);
	journal->n_appended++;
	(void)pthread_cond_signal(&journal->work);
	return 0;
}

/* Waits until all that is appended now is synced, or does it where there is no thread.  Under the
 * mutex, which it lets go meanwhile. */
static int await_sync(struct journal *journal)
{
	uint64_t end = journal_end(journal);

	while (journal_synced(journal) < end && journal_fault(journal) == 0) {
		if (journal->is_started)
			(void)pthread_cond_wait(&journal->done, &journal->mutex);
		else
			(void)journal_sync_oldest(journal);
	}
	return journal_synced(journal) < end ? err_pass(journal_fault(journal)) : 0;
}

int journal_append(struct journal *journal, const struct record *record, int64_t now_ms)
{
	int r;

	assert(record->kind == RECORD_MESSAGE || record->kind == RECORD_TIME ||
	       record->kind == RECORD_OWN);
	assert(record->kind != RECORD_TIME ||
	       (record->topic_size == 0 && record->payload_size == 0));
	assert(record->flags <= UINT16_MAX);

	if (record->topic_size > JOURNAL_RECORD_MAX ||
	    record->payload_size > JOURNAL_RECORD_MAX - record->topic_size)
		return JOURNAL_TOO_BIG;

	(void)pthread_mutex_lock(&journal->mutex);
	r = journal_fault(journal);
	if (r == 0)
		r = append(journal, record, now_ms);
	if (r == 0 && journal->mode == JOURNAL_EACH && record->kind != RECORD_TIME)
		r = await_sync(journal);
	(void)pthread_mutex_unlock(&journal->mutex);
	return err_pass(r);
}

uint64_t journal_end(const struct journal *journal)
{
	return atomic_load(&journal->end);
}

uint64_t journal_synced(const struct journal *journal)
{
	return atomic_load(&journal->synced);
}

bool journal_is_tight(const struct journal *journal)
{
	return atomic_load(&journal->is_tight);
}

int journal_fault(const struct journal *journal)
{
	return atomic_load(&journal->fault);
}

const char *journal_id(const struct journal *journal)
{
	return journal->id_text;
}

uint64_t journal_bytes(const struct journal *journal)
{
	return atomic_load(&journal->bytes);
}

uint64_t journal_first(struct journal *journal)
{
	uint64_t first;

	(void)pthread_mutex_lock(&journal->mutex);
	first = journal->segments[0].first;
	(void)pthread_mutex_unlock(&journal->mutex);
	return first;
}

void journal_retain(struct journal *journal, uint64_t position, uint64_t max_bytes,
		    int64_t before_ms)
{
	(void)pthread_mutex_lock(&journal->mutex);
	journal->retention = (struct retention){
		.is_wanted = true,
		.position = position,
		.max_bytes = max_bytes,
		.before_ms = before_ms,
	};
	if (journal->spare_state == SPARE_FAILED)
		journal->spare_state = SPARE_NONE;
	(void)pthread_cond_signal(&journal->work);
	(void)pthread_mutex_unlock(&journal->mutex);
}
