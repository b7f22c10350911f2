/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/snapshot.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "iocd/base/err.h"
#include "test_state.h"

static void an_empty_directory_has_none(void **state)
{
	CLEANUP(snapshots_free) struct snapshots *snapshots = open_here(state);
	CLEANUP_TEXT struct text report = { 0 };
	struct state loaded = { 0 };
	struct snapshot_status status = status_of(snapshots);

	assert_int_equal(load_up_to(snapshots, NO_LIMIT, &loaded, &report), 0);
	assert_int_equal(loaded.n_loads, 0);
	assert_string_equal(text_get(&report), "");
	assert_int_equal(snapshots_poll(snapshots), SNAPSHOT_NONE);
	assert_int_equal(status.newest, 0);
	assert_int_equal(status.oldest, 0);
	assert_int_equal(status.written, 0);
	assert_null(snapshots_free(NULL));
}

static void a_directory_that_is_missing_is_a_fault(void **state)
{
	char *path = path_of(*state, "missing");
	struct snapshots *snapshots = NULL;

	assert_int_equal(snapshots_new(&snapshots, path, ID), -ENOENT);
	assert_null(snapshots);
	free(path);
}

static void what_a_child_wrote_is_loaded(void **state)
{
	CLEANUP(snapshots_free) struct snapshots *snapshots = open_here(state);
	struct snapshot_status status;

	assert_int_equal(fork_one(snapshots, 0x1000), SNAPSHOT_WRITTEN);
	assert_int_equal(snapshots_poll(snapshots), SNAPSHOT_NONE);
	assert_string_equal(disk_hooks->calls, "CWWSRD"); /* synced, named, and the name synced */
	assert_int_equal(disk_hooks->n_heap, 0);
	assert_string_equal(names_in(*state), "0000000000001000.snap ");

	status = status_of(snapshots);
	assert_int_equal(status.newest, 0x1000);
	assert_int_equal(status.oldest, 0); /* there is only one */
	assert_int_equal(status.bytes, 12 + 8 + 4 + 12);
	assert_int_equal(status.written, 1);
	assert_int_equal(status.failed, 0);
	assert_int_equal(status.fault, 0);
	assert_true(status.pause_us > 0);
	assert_true(status.took_ms >= 0);
	assert_int_equal(load_anew(state, 0), 0x1000);
}

static void a_large_state_is_loaded(void **directory)
{
	CLEANUP(snapshots_free) struct snapshots *snapshots = open_here(directory);
	struct state saved = { .number = 77, .is_large = true }, loaded = { .is_large = true };
	CLEANUP_TEXT struct text report = { 0 };

	assert_int_equal(snapshots_begin(snapshots, 77, save, &saved), 0);
	saved.number = 78; /* the child has the state as it was */
	wait_for_writer();
	assert_int_equal(snapshots_poll(snapshots), SNAPSHOT_WRITTEN);
	assert_int_equal(disk_hooks->n_heap, 0);
	assert_int_equal(load_up_to(snapshots, NO_LIMIT, &loaded, &report), 77);
	assert_string_equal(text_get(&report), "");
}

static void both_ways_write_the_same_file(void **state)
{
	CLEANUP(snapshots_free) struct snapshots *snapshots = open_here(state);
	char *path = file_of(state, 5);
	char *forked, *written;
	size_t n_forked, n_written;

	assert_int_equal(fork_one(snapshots, 5), SNAPSHOT_WRITTEN);
	forked = read_bytes(path, &n_forked);
	write_one(snapshots, 5);
	written = read_bytes(path, &n_written);
	assert_int_equal(n_forked, n_written);
	assert_memory_equal(forked, written, n_forked);
	assert_int_equal(status_of(snapshots).written, 2);
	assert_int_equal(status_of(snapshots).oldest, 0); /* still one generation */
	free(forked);
	free(written);
	free(path);
}

static void the_last_two_are_kept(void **state)
{
	CLEANUP(snapshots_free) struct snapshots *snapshots = open_here(state);

	for (uint64_t position = 1; position <= 5; position++) {
		hooks_clear();
		assert_int_equal(fork_one(snapshots, position << 8), SNAPSHOT_WRITTEN);
		assert_string_equal(disk_hooks->calls, position < 3 ? "CWWSRD" : "CWWSRDX");
		assert_int_equal(status_of(snapshots).newest, position << 8);
		assert_int_equal(status_of(snapshots).oldest,
				 position < 2 ? 0 : (position - 1) << 8);
	}
	assert_string_equal(names_in(*state), "0000000000000400.snap 0000000000000500.snap ");

	snapshots = snapshots_free(snapshots);
	snapshots = open_here(state);
	assert_int_equal(status_of(snapshots).newest, 0x500);
	assert_int_equal(status_of(snapshots).oldest, 0x400);
	assert_int_equal(status_of(snapshots).bytes, 36);
	assert_int_equal(status_of(snapshots).written, 0);
	write_one(snapshots, 0x600);
	assert_string_equal(names_in(*state), "0000000000000500.snap 0000000000000600.snap ");
}

/* A call of the writer, and what becomes of the snapshot if it fails. */
static const struct failing {
	enum disk_call call;
	int nth;
	int outcome;
} failings[] = {
	{ DISK_CREATE, 1, SNAPSHOT_FAILED },
	{ DISK_WRITE, 1, SNAPSHOT_FAILED }, /* the state */
	{ DISK_WRITE, 2, SNAPSHOT_FAILED }, /* the head */
	{ DISK_SYNC, 1, SNAPSHOT_FAILED },
	{ DISK_RENAME, 1, SNAPSHOT_FAILED },
	{ DISK_SYNC_DIRECTORY, 1, SNAPSHOT_FAILED },
	{ DISK_REMOVE, 1, SNAPSHOT_WRITTEN }, /* of the oldest: it does no harm */
};

static void expect_failed(void **state, struct snapshots *snapshots, uint64_t position, int fault)
{
	struct snapshot_status status = status_of(snapshots);

	assert_int_equal(status.fault, fault);
	assert_int_equal(status.newest, position - 1);
	assert_int_equal(status.oldest, position - 2);
	assert_null(strstr(names_in(*state), ".tmp"));
	assert_true(load_anew(state, 0) >= position - 1);
}

static void expect_healed(void **state, struct snapshots *snapshots, uint64_t position)
{
	char expected[64];

	hooks_clear();
	assert_int_equal(fork_one(snapshots, position), SNAPSHOT_WRITTEN);
	assert_int_equal(status_of(snapshots).fault, 0);
	assert_int_equal(status_of(snapshots).newest, position);
	assert_int_equal(load_anew(state, 0), position);
	(void)snprintf(expected, sizeof(expected), "%016" PRIx64 ".snap ", position);
	assert_non_null(strstr(names_in(*state), expected));
	assert_int_equal(strlen(names_in(*state)), 2 * strlen(expected));
}

static void each_call_may_fail_and_the_older_ones_stand(void **state)
{
	CLEANUP(snapshots_free) struct snapshots *snapshots = open_here(state);
	static const int faults[] = { -ENOSPC, -EIO };
	uint64_t position = 2, failed = 0;

	write_one(snapshots, 1);
	write_one(snapshots, 2);
	for (size_t i = 0; i < COUNT(failings) * COUNT(faults); i++) {
		const struct failing *failing = &failings[i / COUNT(faults)];
		int fault = faults[i % COUNT(faults)];

		fail_at(failing->call, failing->nth, fault);
		assert_int_equal(fork_one(snapshots, ++position), failing->outcome);
		if (failing->outcome == SNAPSHOT_FAILED) {
			expect_failed(state, snapshots, position, fault);
			failed++;
			expect_healed(state, snapshots, ++position);
			expect_healed(state, snapshots, ++position);
		} else {
			assert_int_equal(load_anew(state, 0), position);
			assert_int_equal(status_of(snapshots).fault, 0);
			snapshots = snapshots_free(snapshots); /* the next start finds the third */
			snapshots = open_here(state);
			assert_int_equal(status_of(snapshots).oldest, position - 2);
			expect_healed(state, snapshots, ++position);
			failed = 0;
		}
		assert_int_equal(status_of(snapshots).failed, failed);
	}
}

static void a_failure_here_and_now_is_returned(void **directory)
{
	CLEANUP(snapshots_free) struct snapshots *snapshots = open_here(directory);
	struct state state = { .number = 3 };

	write_one(snapshots, 1);
	write_one(snapshots, 2);
	fail_at(DISK_SYNC, 1, -EIO);
	assert_int_equal(snapshots_write(snapshots, 3, save, &state), -EIO);
	expect_failed(directory, snapshots, 3, -EIO);
	assert_int_equal(status_of(snapshots).failed, 1);
	assert_int_equal(status_of(snapshots).written, 2);
}

static void a_writer_killed_at_any_call_leaves_the_older_ones(void **state)
{
	CLEANUP(snapshots_free) struct snapshots *snapshots = open_here(state);
	uint64_t position = 2;

	write_one(snapshots, 1);
	write_one(snapshots, 2);
	for (size_t i = 0; i < COUNT(failings); i++) {
		fail_at(failings[i].call, failings[i].nth, 0);
		assert_int_equal(fork_one(snapshots, ++position), SNAPSHOT_FAILED);
		expect_failed(state, snapshots, position, -ECANCELED);
		expect_healed(state, snapshots, ++position);
		expect_healed(state, snapshots, ++position);
	}
}

static void a_crash_between_name_and_removal_leaves_three(void **state)
{
	CLEANUP(snapshots_free) struct snapshots *snapshots = open_here(state);

	write_one(snapshots, 1);
	write_one(snapshots, 2);
	fail_at(DISK_REMOVE, 1, 0);
	begin(snapshots, 3);
	wait_for_writer();
	snapshots = snapshots_free(snapshots); /* we end as well, before we hear of it */
	assert_string_equal(names_in(*state),
			    "0000000000000001.snap 0000000000000002.snap 0000000000000003.snap ");

	snapshots = open_here(state);
	assert_int_equal(status_of(snapshots).newest, 3);
	assert_int_equal(status_of(snapshots).oldest, 1);
	expect_healed(state, snapshots, 4);
	assert_int_equal(status_of(snapshots).oldest, 3);
}

static void what_a_killed_process_left_is_removed_at_the_start(void **state)
{
	char *path = path_of(*state, "0000000000000007.12345.snap.tmp");
	struct snapshots *snapshots = NULL;

	write_bytes(path, "half of it", 10);
	fail_at(DISK_REMOVE, 1, -EIO);
	assert_int_equal(snapshots_new(&snapshots, *state, ID), -EIO);
	fail_at(DISK_REMOVE, 1, -ENOENT); /* it went by itself meanwhile */
	assert_int_equal(snapshots_new(&snapshots, *state, ID), 0);
	snapshots = snapshots_free(snapshots);
	assert_int_equal(load_anew(state, 0), 0);
	assert_string_equal(names_in(*state), "");
	free(path);
}

static pid_t begin_one_that_stops(struct snapshots *snapshots, uint64_t position)
{
	struct state state = { .number = position, .stops = true };
	pid_t child;
	int status;

	assert_int_equal(snapshots_begin(snapshots, position, save, &state), 0);
	child = waitpid(-1, &status, WUNTRACED);
	assert_true(child > 0 && WIFSTOPPED(status));
	return child;
}

static void there_is_one_writer_at_a_time(void **directory)
{
	CLEANUP(snapshots_free) struct snapshots *snapshots = open_here(directory);
	struct state state = { .number = 9 };
	pid_t child = begin_one_that_stops(snapshots, 8);

	assert_int_equal(snapshots_poll(snapshots), SNAPSHOT_BUSY);
	assert_int_equal(snapshots_begin(snapshots, 9, save, &state), SNAPSHOT_BUSY);
	assert_int_equal(status_of(snapshots).newest, 0);
	assert_int_equal(kill(child, SIGCONT), 0);
	wait_for_writer();
	assert_int_equal(snapshots_begin(snapshots, 9, save, &state), SNAPSHOT_BUSY);
	assert_int_equal(snapshots_poll(snapshots), SNAPSHOT_WRITTEN);
	assert_int_equal(status_of(snapshots).newest, 8);
	assert_int_equal(fork_one(snapshots, 9), SNAPSHOT_WRITTEN);
}

static void expect_no_child(void)
{
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

static void a_writer_at_work_ends_with_the_room(void **state)
{
	struct snapshots *snapshots = open_here(state);
	char *name;

	(void)begin_one_that_stops(snapshots, 8);
	name = xstrdup(names_in(*state));
	assert_non_null(strstr(name, ".snap.tmp"));
	assert_int_equal(strncmp(name, "0000000000000008.", 17), 0);
	assert_int_equal(strtol(name + 17, NULL, 10), getpid()); /* nobody else's file */
	snapshots = snapshots_free(snapshots);
	expect_no_child();
	assert_string_equal(names_in(*state), "");
	free(name);
}

static void writing_here_and_now_ends_a_writer_at_work(void **state)
{
	CLEANUP(snapshots_free) struct snapshots *snapshots = open_here(state);

	(void)begin_one_that_stops(snapshots, 8);
	write_one(snapshots, 9);
	expect_no_child();
	assert_int_equal(snapshots_poll(snapshots), SNAPSHOT_NONE);
	assert_string_equal(names_in(*state), "0000000000000009.snap ");
	assert_int_equal(status_of(snapshots).failed, 0);
}

static void a_process_that_cannot_be_had_is_told_by_poll(void **state)
{
	CLEANUP(snapshots_free) struct snapshots *snapshots = open_here(state);

	disk_hooks->fork_fails = true;
	begin(snapshots, 5);
	assert_int_equal(snapshots_poll(snapshots), SNAPSHOT_FAILED);
	assert_int_equal(status_of(snapshots).fault, -EAGAIN);
	assert_int_equal(status_of(snapshots).failed, 1);
	assert_int_equal(snapshots_poll(snapshots), SNAPSHOT_NONE);
	disk_hooks->fork_fails = false;
	assert_int_equal(fork_one(snapshots, 5), SNAPSHOT_WRITTEN);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, test_begin, test_end)
	const struct CMUnitTest tests[] = {
		T(an_empty_directory_has_none),
		T(a_directory_that_is_missing_is_a_fault),
		T(what_a_child_wrote_is_loaded),
		T(a_large_state_is_loaded),
		T(both_ways_write_the_same_file),
		T(the_last_two_are_kept),
		T(each_call_may_fail_and_the_older_ones_stand),
		T(a_failure_here_and_now_is_returned),
		T(a_writer_killed_at_any_call_leaves_the_older_ones),
		T(a_crash_between_name_and_removal_leaves_three),
		T(what_a_killed_process_left_is_removed_at_the_start),
		T(there_is_one_writer_at_a_time),
		T(a_writer_at_work_ends_with_the_room),
		T(writing_here_and_now_ends_a_writer_at_work),
		T(a_process_that_cannot_be_had_is_told_by_poll),
	};

	return cmocka_run_group_tests_name("snapshot", tests, NULL, NULL);
}
