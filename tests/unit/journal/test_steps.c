/* SPDX-License-Identifier: Apache-2.0 */
/* What the journal's thread does, step by step and without the thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>

#include "iocd/base/err.h"
#include "iocd/journal.h"
#include "journal_private.h"
#include "test_disk.h"

static void steps_are_done_in_turn_and_end(void **state)
{
	struct journal *journal = open_journal(*state, JOURNAL_INTERVAL, NULL);

	assert_int_equal(append_numbered(journal, 0, MIB * 3 / 4, 1), 0);
	assert_int_equal(append_numbered(journal, 1, MIB * 3 / 4, 1), 0);
	journal_retain(journal, UINT64_MAX, 0, 0);
	assert_int_equal(journal_keep_step(journal), JOURNAL_STEP_SYNC);
	assert_int_equal(journal_synced(journal), journal_end(journal) / 2);
	assert_int_equal(journal_keep_step(journal), JOURNAL_STEP_SPARE);
	assert_int_equal(journal_keep_step(journal), JOURNAL_STEP_SYNC);
	assert_int_equal(journal_keep_step(journal), JOURNAL_STEP_REMOVE);
	assert_int_equal(journal_first(journal), journal_end(journal) / 2);
	assert_int_equal(journal_keep_step(journal), 0);
	(void)journal_free(journal);
}

static void old_segments_go_when_they_are_too_many_or_too_old(void **state)
{
	struct journal *journal = open_journal(*state, JOURNAL_INTERVAL, NULL);
	uint64_t at[6];

	for (uint64_t n = 0; n < 6; n++) { /* one segment each */
		at[n] = journal_end(journal);
		assert_int_equal(append_numbered(journal, n, MIB * 3 / 4, (int64_t)n * 1000), 0);
	}
	keep_all(journal);
	assert_int_equal(journal_bytes(journal), 6 * MIB);
	assert_int_equal(journal_first(journal), 0);
	journal_retain(journal, at[5], 5 * MIB, 0); /* too many by one */
	keep_all(journal);
	assert_int_equal(journal_first(journal), at[1]);
	assert_int_equal(journal_bytes(journal), 5 * MIB);
	journal_retain(journal, at[5], 9 * MIB, 2001); /* 1 and 2 are too old */
	keep_all(journal);
	assert_int_equal(journal_first(journal), at[3]);
	assert_int_equal(journal_bytes(journal), 3 * MIB);
	journal_retain(journal, at[4] - 1, 0, INT64_MAX); /* the last byte of 3 is still needed */
	keep_all(journal);
	assert_int_equal(journal_first(journal), at[3]);
	journal_retain(journal, at[5] - 1, 0, 0); /* 4 is still needed */
	keep_all(journal);
	assert_int_equal(journal_first(journal), at[4]);
	journal_retain(journal, UINT64_MAX, 0, INT64_MAX); /* the newest stays */
	keep_all(journal);
	assert_int_equal(journal_first(journal), at[5]);
	assert_int_equal(journal_bytes(journal), MIB);
	(void)journal_free(journal);

	journal = open_journal(*state, JOURNAL_INTERVAL, NULL);
	assert_int_equal(journal_first(journal), at[5]);
	(void)journal_free(journal);
}

static void each_removal_is_synced_before_the_next(void **state)
{
	struct journal *journal = open_journal(*state, JOURNAL_INTERVAL, NULL);
	int n_before;

	for (uint64_t n = 0; n < 4; n++)
		assert_int_equal(append_numbered(journal, n, MIB * 3 / 4, 1), 0);
	keep_all(journal);
	n_before = disk_hooks.n_directory_syncs;
	journal_retain(journal, UINT64_MAX, 0, 0);
	for (int n = 1; n <= 3; n++) {
		assert_int_equal(journal_keep_step(journal), JOURNAL_STEP_REMOVE);
		assert_int_equal(disk_hooks.n_directory_syncs, n_before + n);
	}
	assert_int_equal(journal_keep_step(journal), 0);
	(void)journal_free(journal);
}

static void a_removal_that_may_not_be_on_the_disk_is_final(void **state)
{
	struct journal *journal = open_journal(*state, JOURNAL_INTERVAL, NULL);

	for (uint64_t n = 0; n < 3; n++)
		assert_int_equal(append_numbered(journal, n, MIB * 3 / 4, 1), 0);
	keep_all(journal);
	journal_retain(journal, UINT64_MAX, 0, 0);
	disk_hooks.fail_directory_sync = -EIO; /* once: a second try would work */
	assert_int_equal(journal_keep_step(journal), -EIO);
	assert_int_equal(journal_fault(journal), -EIO);
	assert_int_equal(journal_keep_step(journal), -EIO);
	assert_int_equal(append_numbered(journal, 3, 10, 1), -EIO);
	(void)journal_free(journal);
}

/* The file behind it holds the journal's identity, once its header is on the disk. */
static void the_oldest_stays_until_the_next_one_is_on_the_disk(void **state)
{
	struct journal *journal = open_journal(*state, JOURNAL_INTERVAL, NULL);
	uint64_t at;

	assert_int_equal(append_numbered(journal, 0, MIB * 3 / 4, 1), 0);
	at = journal_end(journal);
	assert_int_equal(append_numbered(journal, 1, MIB * 3 / 4, 1), 0);
	journal_retain(journal, UINT64_MAX, 0, 0);
	assert_int_equal(journal_keep_step(journal), JOURNAL_STEP_SYNC);
	assert_int_equal(journal_synced(journal), at);
	assert_int_equal(journal_keep_step(journal), JOURNAL_STEP_SPARE);
	assert_int_equal(journal_keep_step(journal), JOURNAL_STEP_SYNC);
	assert_int_equal(journal_keep_step(journal), JOURNAL_STEP_REMOVE);
	assert_int_equal(journal_first(journal), at);
	(void)journal_free(journal);
}

static void a_failed_directory_sync_is_final(void **state)
{
	struct journal *journal = open_journal(*state, JOURNAL_INTERVAL, NULL);
	uint64_t at;

	assert_int_equal(append_numbered(journal, 0, MIB * 3 / 4, 1), 0);
	at = journal_end(journal);
	keep_all(journal);
	assert_int_equal(append_numbered(journal, 1, MIB * 3 / 4, 1), 0);
	disk_hooks.fail_directory_sync = -EIO;
	assert_int_equal(journal_keep_step(journal), -EIO);
	assert_int_equal(journal_fault(journal), -EIO);
	assert_int_equal(journal_synced(journal), at);
	assert_int_equal(append_numbered(journal, 2, 10, 1), -EIO);
	assert_int_equal(read_numbered(journal, 0, 0, MIB * 3 / 4), 1);
	(void)journal_free(journal);
}

static void no_file_gets_its_name_before_the_name_of_the_one_before_is_on_the_disk(void **state)
{
	struct journal *journal = open_journal(*state, JOURNAL_INTERVAL, NULL);
	int n_before = disk_hooks.n_directory_syncs;

	assert_int_equal(append_numbered(journal, 0, MIB * 3 / 4, 1), 0);
	assert_int_equal(append_numbered(journal, 1, MIB * 3 / 4, 1), 0);
	assert_int_equal(disk_hooks.n_directory_syncs, n_before);
	assert_int_equal(append_numbered(journal, 2, MIB * 3 / 4, 1), 0);
	assert_int_equal(disk_hooks.n_directory_syncs, n_before + 1);
	disk_hooks.fail_directory_sync = -EIO;
	assert_int_equal(append_numbered(journal, 3, MIB * 3 / 4, 1), -EIO);
	assert_int_equal(journal_fault(journal), -EIO);
	(void)journal_free(journal);
}

static void a_full_disk_makes_the_journal_tight_until_there_is_room(void **state)
{
	static const int faults[] = { -ENOSPC, -EDQUOT };
	struct journal *journal = open_journal(*state, JOURNAL_INTERVAL, NULL);

	assert_false(journal_is_tight(journal));
	for (size_t i = 0; i < COUNT(faults); i++) {
		int n_reserves;

		disk_hooks.fail_reserve = faults[i];
		assert_int_equal(append_numbered(journal, 2 * i, MIB * 3 / 4, 1), 0);
		keep_all(journal);
		assert_true(journal_is_tight(journal));
		n_reserves = disk_hooks.n_reserves;
		assert_int_equal(append_numbered(journal, 9, 10, 1), 0); /* goes on meanwhile */
		keep_all(journal);
		assert_int_equal(disk_hooks.n_reserves, n_reserves); /* and nothing is tried */
		journal_retain(journal, 0, UINT64_MAX, 0);
		keep_all(journal);
		assert_int_equal(disk_hooks.n_reserves, n_reserves + 1);
		assert_true(journal_is_tight(journal));
		disk_hooks.fail_reserve = 0;
		assert_true(journal_is_tight(journal));
		journal_retain(journal, 0, UINT64_MAX, 0);
		keep_all(journal);
		assert_false(journal_is_tight(journal));
		assert_int_equal(journal_fault(journal), 0);
	}
	(void)journal_free(journal);
}

static void a_spare_is_tried_again_when_a_segment_was_removed(void **state)
{
	struct journal *journal = open_journal(*state, JOURNAL_INTERVAL, NULL);

	for (uint64_t n = 0; n < 3; n++)
		assert_int_equal(append_numbered(journal, n, MIB * 3 / 4, 1), 0);
	sync_journal(journal);
	journal_retain(journal, UINT64_MAX, 0, 0);
	disk_hooks.fail_reserve = -ENOSPC;
	assert_int_equal(journal_keep_step(journal), JOURNAL_STEP_SPARE);
	assert_true(journal_is_tight(journal));
	disk_hooks.fail_reserve = 0;
	assert_int_equal(journal_keep_step(journal), JOURNAL_STEP_REMOVE);
	assert_int_equal(journal_keep_step(journal), JOURNAL_STEP_SPARE);
	assert_false(journal_is_tight(journal));
	keep_all(journal);
	(void)journal_free(journal);
}

static void any_other_failure_of_the_spare_is_neither_tight_nor_final_nor_spun_on(void **state)
{
	struct journal *journal = open_journal(*state, JOURNAL_INTERVAL, NULL);
	int n_reserves = disk_hooks.n_reserves;
	int n_spares = disk_hooks.n_spares;

	disk_hooks.fail_reserve = -EIO;
	keep_all(journal);
	assert_int_equal(disk_hooks.n_reserves, n_reserves + 1);
	assert_false(journal_is_tight(journal));
	assert_int_equal(journal_fault(journal), 0);
	assert_int_equal(append_numbered(journal, 0, 10, 1), 0);
	keep_all(journal);
	assert_int_equal(disk_hooks.n_reserves, n_reserves + 1);
	disk_hooks.fail_reserve = 0;
	journal_retain(journal, 0, UINT64_MAX, 0);
	keep_all(journal);
	assert_int_equal(disk_hooks.n_reserves, n_reserves + 2);
	assert_int_equal(disk_hooks.n_spares, n_spares + 1);
	(void)journal_free(journal);
}

static void a_spare_that_could_not_be_removed_is_in_nobodys_way(void **state)
{
	struct journal *journal = open_journal(*state, JOURNAL_INTERVAL, NULL);
	char *spare = path_of(*state, JOURNAL_SPARE);
	int n_spares = disk_hooks.n_spares;

	write_bytes(spare, "old", 3);
	keep_all(journal);
	assert_int_equal(disk_hooks.n_spares, n_spares + 1);
	(void)journal_free(journal);
	free(spare);
}

static void the_reserve_takes_a_whole_segment_after_the_disk_got_full(void **state)
{
	struct journal *journal = open_journal(*state, JOURNAL_INTERVAL, NULL);
	uint64_t n = 0;

	keep_all(journal);
	disk_hooks.fail_reserve = -ENOSPC;
	for (; n < 6; n++) /* three to a segment */
		assert_int_equal(append_numbered(journal, n, MIB / 4, 1), 0);
	assert_int_equal(append_numbered(journal, n, MIB / 4, 1), -ENOSPC);
	assert_true(journal_is_tight(journal));
	assert_int_equal(journal_fault(journal), 0);
	disk_hooks.fail_reserve = 0;
	assert_int_equal(append_numbered(journal, n, MIB / 4, 1), 0);
	keep_all(journal);
	assert_int_equal(read_numbered(journal, 0, 0, MIB / 4), n + 1);
	(void)journal_free(journal);
}

static void a_mark_that_finds_no_room_is_no_fault(void **state)
{
	struct journal *journal = open_journal(*state, JOURNAL_INTERVAL, NULL);

	assert_int_equal(append_numbered(journal, 0, 10, 1), 0);
	disk_hooks.fail_write = -ENOSPC;
	assert_int_equal(journal_keep_step(journal), JOURNAL_STEP_SYNC);
	assert_int_equal(disk_hooks.fail_write, 0);
	assert_int_equal(journal_fault(journal), 0);
	assert_int_equal(journal_synced(journal), journal_end(journal));
	(void)journal_free(journal);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, test_begin, test_end)
	const struct CMUnitTest tests[] = {
		TEST(steps_are_done_in_turn_and_end),
		TEST(old_segments_go_when_they_are_too_many_or_too_old),
		TEST(each_removal_is_synced_before_the_next),
		TEST(a_removal_that_may_not_be_on_the_disk_is_final),
		TEST(the_oldest_stays_until_the_next_one_is_on_the_disk),
		TEST(a_failed_directory_sync_is_final),
		TEST(no_file_gets_its_name_before_the_name_of_the_one_before_is_on_the_disk),
		TEST(a_full_disk_makes_the_journal_tight_until_there_is_room),
		TEST(a_spare_is_tried_again_when_a_segment_was_removed),
		TEST(any_other_failure_of_the_spare_is_neither_tight_nor_final_nor_spun_on),
		TEST(a_spare_that_could_not_be_removed_is_in_nobodys_way),
		TEST(the_reserve_takes_a_whole_segment_after_the_disk_got_full),
		TEST(a_mark_that_finds_no_room_is_no_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
