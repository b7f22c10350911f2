/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/journal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "segment.h"
#include "test_disk.h"

static void a_new_journal_is_empty_and_starts_at_0(void **state)
{
	struct journal_recovery recovery;
	struct journal *journal = open_journal(*state, JOURNAL_INTERVAL, &recovery);

	assert_int_equal(disk_hooks.n_spares,
			 1); /* its identity was synced before it got its name */
	assert_int_equal(disk_hooks.n_directory_syncs, 1);
	assert_int_equal(recovery.records, 0);
	assert_int_equal(recovery.cut_bytes, 0);
	assert_int_equal(recovery.first, 0);
	assert_int_equal(recovery.end, 0);
	assert_int_equal(recovery.last_arrival_ms, 0);
	assert_int_equal(journal_end(journal), 0);
	assert_int_equal(journal_synced(journal), 0);
	assert_int_equal(journal_first(journal), 0);
	assert_int_equal(journal_bytes(journal), MIB);
	assert_int_equal(journal_fault(journal), 0);
	assert_int_equal(strspn(journal_id(journal), "0123456789abcdef"), 32);
	assert_int_equal(strlen(journal_id(journal)), 32);
	assert_null(journal_free(journal));
	assert_null(journal_free(NULL));
}

static void what_was_appended_reads_back_after_reopening(void **state)
{
	struct journal *journal = open_journal(*state, JOURNAL_INTERVAL, NULL);
	struct journal_recovery recovery;
	char id[33];
	uint64_t end;

	for (uint64_t n = 0; n < 50; n++)
		assert_int_equal(append_numbered(journal, n, 37, (int64_t)n), 0);
	end = journal_end(journal);
	memcpy(id, journal_id(journal), sizeof(id));
	(void)journal_free(journal);

	journal = open_journal(*state, JOURNAL_INTERVAL, &recovery);
	assert_int_equal(recovery.records, 50);
	assert_int_equal(recovery.cut_bytes, 0);
	assert_int_equal(recovery.end, end);
	assert_int_equal(recovery.last_arrival_ms, 49);
	assert_int_equal(journal_end(journal), end);
	assert_string_equal(journal_id(journal), id);
	assert_int_equal(read_numbered(journal, 0, 0, 37), 50);
	(void)journal_free(journal);
}

static void empty_and_largest_records_read_back(void **state)
{
	struct journal *journal = open_journal(*state, JOURNAL_INTERVAL, NULL);
	struct journal_cursor *cursor = journal_cursor_new(journal, 0);
	struct record nothing = { .kind = RECORD_MESSAGE };
	size_t largest = JOURNAL_RECORD_MAX - strlen("t/1");
	struct record record;

	assert_int_equal(journal_append(journal, &nothing, 5), 0);
	assert_int_equal(append_numbered(journal, 1, largest, 6), 0);
	assert_int_equal(append_numbered(journal, 2, 0, 7), 0);
	sync_journal(journal);
	assert_int_equal(journal_next(cursor, &record), 0);
	assert_int_equal(record.topic_size, 0);
	assert_int_equal(record.payload_size, 0);
	assert_int_equal(record.arrival_ms, 5);
	assert_int_equal(journal_next(cursor, &record), 0);
	assert_numbered(&record, 1, largest);
	assert_int_equal(journal_next(cursor, &record), 0);
	assert_numbered(&record, 2, 0);
	assert_int_equal(journal_next(cursor, &record), JOURNAL_END);
	(void)journal_cursor_free(cursor);
	(void)journal_free(journal);
}

static void a_record_larger_than_the_segment_is_taken_by_an_empty_one(void **state)
{
	struct journal *journal = open_journal(*state, JOURNAL_INTERVAL, NULL);
	struct journal_recovery recovery;
	size_t largest = JOURNAL_RECORD_MAX - strlen("t/0");
	uint64_t bytes = SEGMENT_START + segment_record_size(strlen("t/0"), largest);

	for (uint64_t n = 0; n < 3; n++)
		assert_int_equal(append_numbered(journal, n, largest, 1), 0);
	assert_int_equal(journal_bytes(journal), 3 * bytes);
	(void)journal_free(journal);
	journal = open_journal(*state, JOURNAL_INTERVAL, &recovery);
	assert_int_equal(recovery.records, 1);
	assert_int_equal(journal_bytes(journal), 3 * bytes);
	assert_int_equal(read_numbered(journal, 0, 0, largest), 3);
	(void)journal_free(journal);
}

static void a_record_beyond_the_maximum_is_refused_and_leaves_no_trace(void **state)
{
	struct journal *journal = open_journal(*state, JOURNAL_INTERVAL, NULL);
	size_t largest = JOURNAL_RECORD_MAX - strlen("t/0");
	struct record huge = {
		.kind = RECORD_MESSAGE,
		.topic = "t",
		.topic_size = SIZE_MAX,
		.payload = "p",
		.payload_size = 2,
	};

	assert_int_equal(append_numbered(journal, 0, largest + 1, 1), JOURNAL_TOO_BIG);
	assert_int_equal(journal_append(journal, &huge, 1), JOURNAL_TOO_BIG);
	assert_int_equal(journal_end(journal), 0);
	(void)journal_free(journal);
}

static void records_cross_segments_and_a_reopened_journal_goes_on(void **state)
{
	struct journal_recovery recovery;
	struct journal *journal;

	for (uint64_t round = 0; round < 3; round++) {
		journal = open_journal(*state, JOURNAL_INTERVAL, &recovery);
		for (uint64_t n = 0; n < 100; n++)
			assert_int_equal(append_numbered(journal, round * 100 + n, 30000, 1), 0);
		sync_journal(journal);
		assert_int_equal(read_numbered(journal, 0, 0, 30000), (round + 1) * 100);
		(void)journal_free(journal);
	}
	assert_true(recovery.first == 0 && recovery.end > 5 * MIB);
}

static void a_stamp_is_never_lower_than_the_one_before(void **state)
{
	static const int64_t given[] = { 100, 50, 101, 99 };
	static const int64_t expected[] = { 100, 100, 101, 101, 101 };
	struct journal *journal = open_journal(*state, JOURNAL_INTERVAL, NULL);
	struct journal_cursor *cursor;
	struct record record;

	for (size_t i = 0; i < 4; i++)
		assert_int_equal(append_numbered(journal, i, 1, given[i]), 0);
	(void)journal_free(journal);
	journal = open_journal(*state, JOURNAL_INTERVAL, NULL);
	assert_int_equal(append_numbered(journal, 4, 1, 7), 0); /* the clock was set back */
	sync_journal(journal);

	cursor = journal_cursor_new(journal, 0);
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(journal_next(cursor, &record), 0);
		assert_int_equal(record.arrival_ms, expected[i]);
	}
	(void)journal_cursor_free(cursor);
	(void)journal_free(journal);
}

static int append_time(struct journal *journal, int64_t now_ms)
{
	const struct record record = { .kind = RECORD_TIME };

	return journal_append(journal, &record, now_ms);
}

static void a_time_is_a_record_whose_stamp_holds_for_all_behind_it(void **state)
{
	struct journal *journal = open_journal(*state, JOURNAL_INTERVAL, NULL);
	static const int64_t expected[] = { 5, 10, 10, 20, 20 };
	struct journal_recovery recovery;
	struct journal_cursor *cursor;
	struct record record;

	assert_int_equal(append_numbered(journal, 0, 1, 5), 0);
	assert_int_equal(append_time(journal, 10), 0);
	assert_int_equal(append_numbered(journal, 2, 1, 7), 0);
	assert_int_equal(append_time(journal, 20), 0);
	assert_int_equal(append_time(journal, 15), 0);
	(void)journal_free(journal);

	journal = open_journal(*state, JOURNAL_INTERVAL, &recovery);
	assert_int_equal(recovery.records, 5);
	assert_int_equal(recovery.last_arrival_ms, 20);
	cursor = journal_cursor_new(journal, 0);
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(journal_next(cursor, &record), 0);
		assert_int_equal(record.arrival_ms, expected[i]);
		assert_int_equal(record.kind, i % 2 == 1 || i == 4 ? RECORD_TIME : RECORD_MESSAGE);
		if (record.kind == RECORD_TIME)
			assert_int_equal(record.topic_size + record.payload_size, 0);
		else
			assert_numbered(&record, i, 1);
	}
	assert_int_equal(journal_next(cursor, &record), JOURNAL_END);
	(void)journal_cursor_free(cursor);
	(void)journal_free(journal);
}

static void in_mode_each_a_message_is_synced_at_once_and_a_time_is_not(void **state)
{
	struct journal *journal = open_journal(*state, JOURNAL_EACH, NULL);
	int n_syncs = disk_hooks.n_syncs;

	assert_int_equal(append_time(journal, 1), 0);
	assert_int_equal(disk_hooks.n_syncs, n_syncs);
	assert_int_equal(journal_synced(journal), 0);
	assert_int_equal(append_numbered(journal, 1, 1, 1), 0);
	assert_int_equal(disk_hooks.n_syncs, n_syncs + 1);
	assert_int_equal(journal_synced(journal), journal_end(journal));
	(void)journal_free(journal);
}

static struct journal *open_patiently(const char *directory, unsigned wait_ms, int n_held, int *ret)
{
	const struct journal_options options = {
		.directory = directory,
		.segment_bytes = MIB,
		.lock_wait_ms = wait_ms,
	};
	struct journal_recovery recovery;
	struct journal *journal = NULL;

	disk_hooks.n_held = n_held;
	*ret = journal_open(&journal, &options, &recovery);
	return journal;
}

static void a_lock_that_is_let_go_in_time_is_taken(void **state)
{
	struct journal *journal;
	int r;

	journal = open_patiently(*state, 40, 2, &r); /* tried at 0, 20 and 40 ms */
	assert_int_equal(r, 0);
	(void)journal_free(journal);
	assert_null(open_patiently(*state, 40, 3, &r));
	assert_int_equal(r, JOURNAL_HELD);
	assert_int_equal(disk_hooks.n_held, 0);
}

static void a_journal_that_is_open_is_held(void **state)
{
	struct journal *journal = open_journal(*state, JOURNAL_INTERVAL, NULL);
	struct journal *second = NULL;
	struct journal_recovery recovery;

	assert_int_equal(try_journal(*state, &second, &recovery), JOURNAL_HELD);
	assert_null(second);
	(void)journal_free(journal);
	(void)journal_free(open_journal(*state, JOURNAL_INTERVAL, NULL));
}

static void a_failed_write_appends_nothing_and_the_next_one_may_work(void **state)
{
	struct journal *journal = open_journal(*state, JOURNAL_INTERVAL, NULL);
	uint64_t end;

	assert_int_equal(append_numbered(journal, 0, 100, 1), 0);
	end = journal_end(journal);
	disk_hooks.fail_write = -EIO;
	assert_int_equal(append_numbered(journal, 9, 100, 999), -EIO);
	assert_int_equal(journal_end(journal), end);
	assert_int_equal(append_numbered(journal, 1, 100, 2), 0);
	sync_journal(journal);
	assert_int_equal(read_numbered(journal, 0, 0, 100), 2);
	(void)journal_free(journal);
}

static void a_full_disk_refuses_appends_until_there_is_room(void **state)
{
	struct journal *journal = open_journal(*state, JOURNAL_INTERVAL, NULL);
	uint64_t n = 0;
	int r;

	disk_hooks.fail_reserve = -ENOSPC;
	while ((r = append_numbered(journal, n, 30000, 1)) == 0)
		n++;
	assert_int_equal(r, -ENOSPC);
	assert_true(n > 30);
	assert_int_equal(append_numbered(journal, n, 30000, 1), -ENOSPC);
	disk_hooks.fail_reserve = 0;
	assert_int_equal(append_numbered(journal, n, 30000, 1), 0);
	(void)journal_free(journal);
	journal = open_journal(*state, JOURNAL_INTERVAL, NULL);
	assert_int_equal(read_numbered(journal, 0, 0, 30000), n + 1);
	(void)journal_free(journal);
}

static void a_directory_that_cannot_be_made_is_a_fault(void **state)
{
	char *blocker = path_of(*state, "file");
	char *below = path_of(blocker, "journal");
	struct journal *journal = NULL;
	struct journal_recovery recovery;

	write_bytes(blocker, "x", 1);
	assert_int_equal(try_journal(below, &journal, &recovery), -ENOTDIR);
	assert_null(journal);
	free(below);
	free(blocker);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, test_begin, test_end)
	const struct CMUnitTest tests[] = {
		TEST(a_new_journal_is_empty_and_starts_at_0),
		TEST(what_was_appended_reads_back_after_reopening),
		TEST(empty_and_largest_records_read_back),
		TEST(a_record_larger_than_the_segment_is_taken_by_an_empty_one),
		TEST(a_record_beyond_the_maximum_is_refused_and_leaves_no_trace),
		TEST(records_cross_segments_and_a_reopened_journal_goes_on),
		TEST(a_stamp_is_never_lower_than_the_one_before),
		TEST(a_time_is_a_record_whose_stamp_holds_for_all_behind_it),
		TEST(in_mode_each_a_message_is_synced_at_once_and_a_time_is_not),
		TEST(a_journal_that_is_open_is_held),
		TEST(a_lock_that_is_let_go_in_time_is_taken),
		TEST(a_failed_write_appends_nothing_and_the_next_one_may_work),
		TEST(a_full_disk_refuses_appends_until_there_is_room),
		TEST(a_directory_that_cannot_be_made_is_a_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
