/* SPDX-License-Identifier: Apache-2.0 */
/* The journal's thread at work. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "iocd/base/err.h"
#include "iocd/journal.h"
#include "journal_private.h"
#include "test_disk.h"

/* Counts calls of the hook and lets a test wait for one. */
struct bell {
	pthread_mutex_t mutex;
	pthread_cond_t rung;
	int n;
};

static void ring(void *context)
{
	struct bell *bell = context;

	(void)pthread_mutex_lock(&bell->mutex);
	bell->n++;
	(void)pthread_cond_signal(&bell->rung);
	(void)pthread_mutex_unlock(&bell->mutex);
}

static void await_bell(struct bell *bell, int n)
{
	(void)pthread_mutex_lock(&bell->mutex);
	while (bell->n < n)
		(void)pthread_cond_wait(&bell->rung, &bell->mutex);
	(void)pthread_mutex_unlock(&bell->mutex);
}

#define BELL                                                                                       \
	{                                                                                          \
		.mutex = PTHREAD_MUTEX_INITIALIZER, .rung = PTHREAD_COND_INITIALIZER               \
	}

static void the_thread_syncs_what_is_appended_and_says_so(void **state)
{
	struct journal *journal = open_journal(*state, JOURNAL_INTERVAL, NULL);
	struct bell bell = BELL;

	assert_int_equal(journal_start(journal, ring, &bell), 0);
	for (int n = 0; n < 10; n++) {
		assert_int_equal(append_numbered(journal, (uint64_t)n, 10, 1), 0);
		await_bell(&bell, n + 1);
		assert_int_equal(journal_synced(journal), journal_end(journal));
	}
	assert_int_equal(read_numbered(journal, 0, 0, 10), 10);
	(void)journal_free(journal);
}

static void freeing_syncs_what_is_left(void **state)
{
	struct journal *journal = open_journal(*state, JOURNAL_INTERVAL, NULL);
	int n_syncs = disk_hooks.n_syncs;

	assert_int_equal(append_numbered(journal, 0, 10, 1), 0);
	(void)journal_free(journal);
	assert_int_equal(disk_hooks.n_syncs, n_syncs + 1);

	journal = open_journal(*state, JOURNAL_INTERVAL, NULL);
	assert_int_equal(journal_start(journal, NULL, NULL), 0);
	n_syncs = disk_hooks.n_syncs;
	assert_int_equal(append_numbered(journal, 1, 10, 1), 0);
	(void)journal_free(journal);
	assert_int_equal(disk_hooks.n_syncs, n_syncs + 1);
}

static void a_new_segment_is_synced_only_together_with_its_name(void **state)
{
	struct journal *journal = open_journal(*state, JOURNAL_INTERVAL, NULL);
	int n_before = disk_hooks.n_directory_syncs;

	assert_int_equal(append_numbered(journal, 0, MIB * 3 / 4, 1), 0);
	sync_journal(journal);
	assert_int_equal(disk_hooks.n_directory_syncs, n_before);
	assert_int_equal(append_numbered(journal, 1, MIB * 3 / 4, 1), 0);
	sync_journal(journal);
	assert_int_equal(disk_hooks.n_directory_syncs, n_before + 1);
	assert_int_equal(append_numbered(journal, 2, 10, 1), 0);
	sync_journal(journal);
	assert_int_equal(disk_hooks.n_directory_syncs, n_before + 1);
	(void)journal_free(journal);
}

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;

static void pass_gate(int file)
{
	(void)file;
	(void)pthread_mutex_lock(&gate);
	(void)pthread_mutex_unlock(&gate);
}

static void what_comes_during_a_sync_is_synced_together_by_the_next(void **state)
{
	struct journal *journal = open_journal(*state, JOURNAL_INTERVAL, NULL);
	struct bell bell = BELL;
	int n_syncs = disk_hooks.n_syncs;
	uint64_t first_end;

	disk_hooks.on_sync = pass_gate;
	(void)pthread_mutex_lock(&gate);
	assert_int_equal(journal_start(journal, ring, &bell), 0);
	assert_int_equal(append_numbered(journal, 0, 10, 1), 0);
	first_end = journal_end(journal);
	while (disk_hooks.n_syncs == n_syncs)
		(void)sched_yield();
	for (uint64_t n = 1; n < 100; n++)
		assert_int_equal(append_numbered(journal, n, 10, 1), 0);
	assert_int_equal(journal_synced(journal), 0);
	assert_int_equal(read_numbered(journal, 0, 0, 10), 0);
	(void)pthread_mutex_unlock(&gate);
	await_bell(&bell, 2);
	assert_true(first_end < journal_synced(journal));
	assert_int_equal(disk_hooks.n_syncs, n_syncs + 2);
	assert_int_equal(read_numbered(journal, 0, 0, 10), 100);
	(void)journal_free(journal);
}

/* An appender in mode EACH, and whether its append has come back. */
struct appender {
	struct journal *journal;
	pthread_t thread;
	uint64_t from, to;
	_Atomic int n_done;
	int result;
};

static void *append_all(void *context)
{
	struct appender *appender = context;

	for (uint64_t n = appender->from; n < appender->to && appender->result == 0; n++) {
		appender->result = append_numbered(appender->journal, n, n % 700, (int64_t)n);
		if (appender->result == 0)
			appender->n_done++;
	}
	return NULL;
}

static void in_mode_each_an_append_returns_after_its_sync(void **state)
{
	struct journal *journal = open_journal(*state, JOURNAL_EACH, NULL);
	struct appender appender = { .journal = journal, .to = 1 };
	int n_syncs = disk_hooks.n_syncs;

	disk_hooks.on_sync = pass_gate;
	(void)pthread_mutex_lock(&gate);
	assert_int_equal(journal_start(journal, NULL, NULL), 0);
	assert_int_equal(pthread_create(&appender.thread, NULL, append_all, &appender), 0);
	while (disk_hooks.n_syncs == n_syncs)
		(void)sched_yield();
	assert_int_equal(appender.n_done, 0);
	(void)pthread_mutex_unlock(&gate);
	assert_int_equal(pthread_join(appender.thread, NULL), 0);
	assert_int_equal(appender.n_done, 1);
	disk_hooks.on_sync = NULL;
	for (uint64_t n = 1; n < 50; n++) {
		assert_int_equal(append_numbered(journal, n, 0, 1), 0);
		assert_int_equal(journal_synced(journal), journal_end(journal));
	}
	assert_int_equal(read_numbered(journal, 0, 0, 0), 50);
	(void)journal_free(journal);
}

static void a_failed_sync_is_final(void **state)
{
	struct journal *journal = open_journal(*state, JOURNAL_INTERVAL, NULL);
	struct bell bell = BELL;
	int n_syncs = disk_hooks.n_syncs;

	disk_hooks.fail_sync = -EIO; /* once: a second try would work */
	assert_int_equal(journal_start(journal, ring, &bell), 0);
	assert_int_equal(append_numbered(journal, 0, 10, 1), 0);
	await_bell(&bell, 1);
	assert_int_equal(journal_fault(journal), -EIO);
	assert_int_equal(journal_synced(journal), 0);
	assert_int_equal(read_numbered(journal, 0, 0, 10), 0);
	assert_int_equal(append_numbered(journal, 1, 10, 1), -EIO);
	(void)journal_free(journal);
	assert_int_equal(disk_hooks.n_syncs, n_syncs + 1);
}

static void a_failed_sync_fails_the_append_that_waits_for_it(void **state)
{
	struct journal *journal = open_journal(*state, JOURNAL_EACH, NULL);

	assert_int_equal(journal_start(journal, NULL, NULL), 0);
	assert_int_equal(append_numbered(journal, 0, 10, 1), 0);
	disk_hooks.fail_sync = -EIO;
	assert_int_equal(append_numbered(journal, 1, 10, 1), -EIO);
	assert_int_equal(append_numbered(journal, 2, 10, 1), -EIO);
	assert_int_equal(read_numbered(journal, 0, 0, 10), 1);
	(void)journal_free(journal);
}

/* What the reader of the next test has seen of one appender. */
struct seen {
	uint64_t next;
	uint64_t to;
};

static void see(struct seen *seen, size_t n_seen, const struct record *record)
{
	char topic[32] = "";
	uint64_t n;

	assert_true(record->topic_size > 2 && record->topic_size < sizeof(topic));
	memcpy(topic, record->topic, record->topic_size);
	n = strtoull(topic + 2, NULL, 10);
	for (size_t i = 0; i < n_seen; i++)
		if (seen[i].next == n && n < seen[i].to) {
			assert_numbered(record, n, n % 700);
			seen[i].next++;
			return;
		}
	fail_msg("record %lu is not the next of any appender", (unsigned long)n);
}

static void two_threads_append_while_a_cursor_reads_and_nothing_is_lost(void **state)
{
	struct journal *journal = open_journal(*state, JOURNAL_INTERVAL, NULL);
	struct journal_cursor *cursor = journal_cursor_new(journal, 0);
	struct appender appenders[2] = {
		{ .journal = journal, .from = 100000, .to = 110000 },
		{ .journal = journal, .from = 200000, .to = 210000 },
	};
	struct seen seen[2] = { { 100000, 110000 }, { 200000, 210000 } };
	int64_t last_ms = 0;
	struct record record;
	int r;

	assert_int_equal(journal_start(journal, NULL, NULL), 0);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(
			pthread_create(&appenders[i].thread, NULL, append_all, &appenders[i]), 0);
	for (int n = 0; n < 20000;) {
		r = journal_next(cursor, &record);
		if (r == JOURNAL_END) {
			(void)sched_yield();
			continue;
		}
		assert_int_equal(r, 0);
		assert_true(record.next <= journal_synced(journal));
		assert_true(record.arrival_ms >= last_ms);
		last_ms = record.arrival_ms;
		see(seen, 2, &record);
		n++;
	}
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(pthread_join(appenders[i].thread, NULL), 0);
		assert_int_equal(appenders[i].result, 0);
		assert_int_equal(seen[i].next, seen[i].to);
	}
	assert_int_equal(journal_next(cursor, &record), JOURNAL_END);
	(void)journal_cursor_free(cursor);
	(void)journal_free(journal);
}

static void a_spare_is_made_at_the_start_and_again_when_one_is_taken(void **state)
{
	struct journal *journal = open_journal(*state, JOURNAL_EACH, NULL);
	char *spare = path_of(*state, JOURNAL_SPARE);
	size_t size = MIB / 4 - 64; /* three to a segment */
	int n_before = disk_hooks.n_spares;

	assert_int_equal(journal_start(journal, NULL, NULL), 0);
	for (int i = 1; i <= 3; i++) {
		while (disk_hooks.n_spares < n_before + i)
			(void)sched_yield();
		assert_int_equal(journal_bytes(journal), i * MIB);
		for (uint64_t n = 0; n < 3 + (i == 1); n++)
			assert_int_equal(append_numbered(journal, n, size, 1), 0);
	}
	while (disk_hooks.n_spares < n_before + 4)
		(void)sched_yield();
	assert_int_equal(access(spare, F_OK), 0);
	(void)journal_free(journal);
	assert_int_not_equal(access(spare, F_OK), 0);
	free(spare);
}

static void the_thread_removes_what_may_go(void **state)
{
	struct journal *journal = open_journal(*state, JOURNAL_EACH, NULL);
	uint64_t at[3];

	assert_int_equal(journal_start(journal, NULL, NULL), 0);
	for (uint64_t n = 0; n < 3; n++) { /* one segment each */
		at[n] = journal_end(journal);
		assert_int_equal(append_numbered(journal, n, MIB * 3 / 4, 1), 0);
	}
	journal_retain(journal, UINT64_MAX, 0, 0);
	while (journal_first(journal) != at[2])
		(void)sched_yield();
	assert_int_equal(read_numbered(journal, at[2], 2, MIB * 3 / 4), 1);
	(void)journal_free(journal);
}

static void a_cursor_behind_the_oldest_segment_gets_a_fault(void **state)
{
	struct journal *journal = open_journal(*state, JOURNAL_EACH, NULL);
	struct journal_cursor *cursor = journal_cursor_new(journal, 0);
	struct record record;

	assert_int_equal(journal_start(journal, NULL, NULL), 0);
	for (uint64_t n = 0; n < 2; n++)
		assert_int_equal(append_numbered(journal, n, MIB * 3 / 4, 1), 0);
	journal_retain(journal, UINT64_MAX, 0, 0);
	while (journal_first(journal) == 0)
		(void)sched_yield();
	assert_int_equal(journal_next(cursor, &record), -ENOENT);
	(void)journal_cursor_free(cursor);
	(void)journal_free(journal);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, test_begin, test_end)
	const struct CMUnitTest tests[] = {
		TEST(the_thread_syncs_what_is_appended_and_says_so),
		TEST(freeing_syncs_what_is_left),
		TEST(a_new_segment_is_synced_only_together_with_its_name),
		TEST(what_comes_during_a_sync_is_synced_together_by_the_next),
		TEST(in_mode_each_an_append_returns_after_its_sync),
		TEST(a_failed_sync_is_final),
		TEST(a_failed_sync_fails_the_append_that_waits_for_it),
		TEST(two_threads_append_while_a_cursor_reads_and_nothing_is_lost),
		TEST(a_spare_is_made_at_the_start_and_again_when_one_is_taken),
		TEST(the_thread_removes_what_may_go),
		TEST(a_cursor_behind_the_oldest_segment_gets_a_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
