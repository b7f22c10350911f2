/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/snapshot.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "test_state.h"

/* Expects that the newer of two, at 2, is turned down with one line, and the one at 1 taken. */
static void expect_the_older(void **directory)
{
	CLEANUP(snapshots_free) struct snapshots *snapshots = open_here(directory);
	CLEANUP_TEXT struct text report = { 0 };
	struct state state = { 0 };

	assert_int_equal(load_up_to(snapshots, NO_LIMIT, &state, &report), 1);
	assert_int_equal(n_lines(&report), 1);
	assert_non_null(strstr(text_get(&report), "0000000000000002.snap: it"));
	assert_int_equal(state.n_loads, 1);
	assert_int_equal(status_of(snapshots).newest, 1);
	assert_int_equal(status_of(snapshots).oldest, 0);
}

static char *write_two(void **state, size_t *ret_size)
{
	CLEANUP(snapshots_free) struct snapshots *snapshots = open_here(state);
	char *path = file_of(state, 2);
	char *bytes;

	write_one(snapshots, 1);
	write_one(snapshots, 2);
	bytes = read_bytes(path, ret_size);
	free(path);
	return bytes;
}

static void every_truncation_is_refused_and_the_older_one_taken(void **state)
{
	char *path = file_of(state, 2);
	size_t size;
	char *bytes = write_two(state, &size);

	for (size_t n = 0; n < size; n++) {
		write_bytes(path, bytes, n);
		expect_the_older(state);
	}
	write_bytes(path, bytes, size);
	assert_int_equal(load_anew(state, 0), 2);
	bytes = xrealloc(bytes, size + 1, 1);
	bytes[size] = '\0';
	write_bytes(path, bytes, size + 1);
	expect_the_older(state);
	free(bytes);
	free(path);
}

static void every_flipped_bit_is_refused_and_the_older_one_taken(void **state)
{
	char *path = file_of(state, 2);
	size_t size;
	char *bytes = write_two(state, &size);

	for (size_t bit = 0; bit < size * 8; bit++) {
		bytes[bit / 8] ^= (char)(1 << bit % 8);
		write_bytes(path, bytes, size);
		expect_the_older(state);
		bytes[bit / 8] ^= (char)(1 << bit % 8);
	}
	write_bytes(path, bytes, size);
	assert_int_equal(load_anew(state, 0), 2);
	free(bytes);
	free(path);
}

static void two_bad_ones_are_told_and_none_is_left(void **state)
{
	char *path = file_of(state, 2), *older = file_of(state, 1);
	size_t size;
	char *bytes = write_two(state, &size);

	write_bytes(path, bytes, size - 1);
	bytes[size - 1]++;
	write_bytes(older, bytes, size); /* of position 2 under the name of 1 */
	assert_int_equal(load_anew(state, 2), 0);
	free(bytes);
	free(path);
	free(older);
}

static void bad_ones_go_when_a_good_one_is_written(void **state)
{
	CLEANUP(snapshots_free) struct snapshots *snapshots = NULL;
	char *path = file_of(state, 2);
	CLEANUP_TEXT struct text report = { 0 };
	struct state loaded = { 0 };
	size_t size;
	char *bytes = write_two(state, &size);

	bytes[size - 1]++;
	write_bytes(path, bytes, size); /* its head is good */
	snapshots = open_here(state);
	assert_int_equal(load_up_to(snapshots, NO_LIMIT, &loaded, &report), 1);
	assert_int_equal(fork_one(snapshots, 3), SNAPSHOT_WRITTEN);
	assert_string_equal(names_in(*state), "0000000000000001.snap 0000000000000003.snap ");
	assert_int_equal(status_of(snapshots).oldest, 1);
	assert_int_equal(status_of(snapshots).newest, 3);
	free(bytes);
	free(path);
}

static void one_that_load_turns_down_is_passed_over(void **directory)
{
	CLEANUP(snapshots_free) struct snapshots *snapshots = open_here(directory);
	struct state state = { .refused = 2 };
	CLEANUP_TEXT struct text report = { 0 };

	write_one(snapshots, 1);
	write_one(snapshots, 2);
	assert_int_equal(load_up_to(snapshots, NO_LIMIT, &state, &report), 1);
	assert_int_equal(state.n_loads, 2);
	assert_int_equal(n_lines(&report), 1);
	assert_non_null(
		strstr(text_get(&report), "/0000000000000002.snap: its number is not liked\n"));
}

static void one_that_is_not_read_to_its_end_is_passed_over(void **directory)
{
	CLEANUP(snapshots_free) struct snapshots *snapshots = open_here(directory);
	struct state state = { .leaves_some = true };
	CLEANUP_TEXT struct text report = { 0 };

	write_one(snapshots, 1);
	assert_int_equal(load_up_to(snapshots, NO_LIMIT, &state, &report), 0);
	assert_non_null(strstr(text_get(&report), "it holds more than this version reads"));
}

static void one_ahead_of_the_journal_is_never_taken_later(void **directory)
{
	CLEANUP(snapshots_free) struct snapshots *snapshots = open_here(directory);
	struct state state = { 0 };
	CLEANUP_TEXT struct text report = { 0 };

	write_one(snapshots, 100);
	write_one(snapshots, 200);
	assert_int_equal(load_up_to(snapshots, 200, &state, &report), 200);
	assert_string_equal(text_get(&report), "");
	hooks_clear();
	assert_int_equal(load_up_to(snapshots, 199, &state, &report), 100);
	assert_string_equal(disk_hooks->calls, "RD");
	assert_non_null(strstr(text_get(&report), "it is ahead of the journal"));
	assert_int_equal(n_lines(&report), 1);
	assert_string_equal(names_in(*directory),
			    "0000000000000064.snap 00000000000000c8.snap.ahead ");
	assert_int_equal(load_up_to(snapshots, NO_LIMIT, &state, &report), 100);
	assert_int_equal(status_of(snapshots).newest, 100);
	assert_int_equal(status_of(snapshots).oldest, 0);
}

static void one_ahead_that_cannot_be_set_aside_is_a_fault(void **directory)
{
	CLEANUP(snapshots_free) struct snapshots *snapshots = open_here(directory);
	CLEANUP_TEXT struct text report = { 0 };
	struct state state = { 0 };
	uint64_t position = 7;

	write_one(snapshots, 100);
	fail_at(DISK_RENAME, 1, -EROFS);
	assert_int_equal(snapshots_load(snapshots, 99, load, &state, &position, &report), -EROFS);
	fail_at(DISK_SYNC_DIRECTORY, 1, -EIO);
	assert_int_equal(snapshots_load(snapshots, 99, load, &state, &position, &report), -EIO);
	assert_int_equal(position, 7);
}

static void one_of_another_journal_is_not_taken(void **directory)
{
	CLEANUP(snapshots_free) struct snapshots *snapshots = open_here(directory);
	CLEANUP(snapshots_free) struct snapshots *other = NULL;
	CLEANUP_TEXT struct text report = { 0 };
	struct state state = { 0 };

	write_one(snapshots, 100);
	other = open_id(*directory, "fedcba9876543210fedcba9876543210");
	assert_int_equal(load_up_to(other, 50, &state, &report), 0);
	assert_int_equal(state.n_loads, 0);
	assert_non_null(strstr(text_get(&report), "it belongs to another journal"));
	assert_int_equal(status_of(other).newest, 0);
	assert_string_equal(names_in(*directory), "0000000000000064.snap ");
}

static void one_that_cannot_be_read_is_passed_over(void **directory)
{
	CLEANUP(snapshots_free) struct snapshots *snapshots = open_here(directory);
	CLEANUP_TEXT struct text report = { 0 };
	struct state state = { 0 };

	write_one(snapshots, 1);
	write_one(snapshots, 2);
	fail_at(DISK_READ, 4,
		-EIO); /* two heads when listing, and the newer one's head and state */
	assert_int_equal(load_up_to(snapshots, NO_LIMIT, &state, &report), 1);
	assert_non_null(strstr(text_get(&report), "0000000000000002.snap: it cannot be read\n"));
}

static void other_files_are_left_alone(void **state)
{
	static const char *const names[] = { "1.snap", "000000000000000A.snap",
					     "000000000000000g.snap", "0000000000000001.seg",
					     "+000000000000001.snap" };

	for (size_t i = 0; i < COUNT(names); i++) {
		char *path = path_of(*state, names[i]);

		write_bytes(path, "x", 1);
		free(path);
	}
	assert_int_equal(load_anew(state, 0), 0);
	for (size_t i = 0; i < COUNT(names); i++)
		assert_non_null(strstr(names_in(*state), names[i]));
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, test_begin, test_end)
	const struct CMUnitTest tests[] = {
		T(every_truncation_is_refused_and_the_older_one_taken),
		T(every_flipped_bit_is_refused_and_the_older_one_taken),
		T(two_bad_ones_are_told_and_none_is_left),
		T(bad_ones_go_when_a_good_one_is_written),
		T(one_that_load_turns_down_is_passed_over),
		T(one_that_is_not_read_to_its_end_is_passed_over),
		T(one_ahead_of_the_journal_is_never_taken_later),
		T(one_ahead_that_cannot_be_set_aside_is_a_fault),
		T(one_of_another_journal_is_not_taken),
		T(one_that_cannot_be_read_is_passed_over),
		T(other_files_are_left_alone),
	};

	return cmocka_run_group_tests_name("snapshot load", tests, NULL, NULL);
}
