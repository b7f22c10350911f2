/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>

#include "disk_model.h"
#include "iocd/base/disk.h"

#define PATH(name) DISK_MODEL_DIRECTORY "/" name
#define SEEDS      200
#define SPLIT      (512 - 16) /* there, LONG stands in two sectors */
#define LONG       "16 bytes at once, then others"

static struct random_stream random_of_test;
static jmp_buf way_out;

static int begin(void **state)
{
	(void)state;
	random_seed(&random_of_test, 1);
	disk_model_begin(&random_of_test);
	return 0;
}

static int end(void **state)
{
	(void)state;
	disk_model_end();
	return 0;
}

static int make_at(const char *path, const char *text, uint64_t offset)
{
	int file;

	assert_int_equal(disk_create(&file, path), 0);
	assert_int_equal(disk_write(file, text, strlen(text), offset), 0);
	return file;
}

static int make(const char *path, const char *text)
{
	return make_at(path, text, 0);
}

/* Whether the file holds text; a file that is not there or shorter does not. */
static bool holds_at(const char *path, const char *text, uint64_t offset)
{
	char bytes[64] = "";
	bool is_same;
	int file;

	if (disk_open(&file, path))
		return false;
	is_same = disk_read(file, bytes, strlen(text), offset) == 0 && strcmp(bytes, text) == 0;
	disk_close(file);
	return is_same;
}

static bool holds(const char *path, const char *text)
{
	return holds_at(path, text, 0);
}

static void cut_power(void)
{
	disk_model_process_died();
	disk_model_cut_power();
}

static void what_was_synced_survives_a_power_cut(void **state)
{
	int file = make(PATH("a"), "first");

	(void)state;
	assert_int_equal(disk_sync(file), 0);
	assert_int_equal(disk_sync_directory(DISK_MODEL_DIRECTORY), 0);
	for (int i = 0; i < SEEDS; i++) {
		cut_power();
		assert_true(holds(PATH("a"), "first"));
	}
}

static void what_was_not_synced_survives_a_kill_but_not_always_a_power_cut(void **state)
{
	int n_kept = 0, n_torn = 0;

	for (int i = 0; i < SEEDS; i++) {
		int file = make_at(PATH("a"), LONG, SPLIT);

		assert_int_equal(disk_sync_directory(DISK_MODEL_DIRECTORY), 0);
		(void)file;
		disk_model_process_died();
		assert_true(holds_at(PATH("a"), LONG, SPLIT));
		cut_power();
		n_kept += holds_at(PATH("a"), LONG, SPLIT);
		n_torn += !holds_at(PATH("a"), LONG, SPLIT) &&
			  holds_at(PATH("a"), "16 bytes at once", SPLIT);
		end(state);
		disk_model_begin(&random_of_test);
	}
	assert_in_range(n_kept, 1, SEEDS - 1);
	assert_in_range(n_torn, 1, SEEDS - 1);
}

static void a_synced_file_without_a_synced_name_may_be_gone(void **state)
{
	int n_kept = 0;

	for (int i = 0; i < SEEDS; i++) {
		assert_int_equal(disk_sync(make(PATH("a"), "text")), 0);
		cut_power();
		n_kept += holds(PATH("a"), "text");
		end(state);
		disk_model_begin(&random_of_test);
	}
	assert_in_range(n_kept, 1, SEEDS - 1);
}

static void of_two_renames_either_may_survive_alone(void **state)
{
	int n_first = 0, n_second = 0;

	for (int i = 0; i < SEEDS; i++) {
		assert_int_equal(disk_sync(make(PATH("a.tmp"), "A")), 0);
		assert_int_equal(disk_sync(make(PATH("b.tmp"), "B")), 0);
		assert_int_equal(disk_sync_directory(DISK_MODEL_DIRECTORY), 0);
		assert_int_equal(disk_rename(PATH("a.tmp"), PATH("a")), 0);
		assert_int_equal(disk_rename(PATH("b.tmp"), PATH("b")), 0);
		cut_power();
		assert_int_not_equal(holds(PATH("a"), "A"), holds(PATH("a.tmp"), "A"));
		assert_int_not_equal(holds(PATH("b"), "B"), holds(PATH("b.tmp"), "B"));
		n_first += holds(PATH("a"), "A") && !holds(PATH("b"), "B");
		n_second += !holds(PATH("a"), "A") && holds(PATH("b"), "B");
		end(state);
		disk_model_begin(&random_of_test);
	}
	assert_in_range(n_first, 1, SEEDS - 1);
	assert_in_range(n_second, 1, SEEDS - 1);
}

static void a_full_disk_takes_what_was_reserved_and_no_more(void **state)
{
	int file = make(PATH("a"), "x");

	(void)state;
	assert_int_equal(disk_reserve(file, 100), 0);
	disk_model_limit(120);
	assert_int_equal(disk_write(file, "yy", 2, 98), 0);
	assert_int_equal(disk_reserve(file, 121), -ENOSPC);
	assert_int_equal(disk_write(file, "yy", 2, 119), -ENOSPC);
	disk_model_limit(UINT64_MAX);
	assert_int_equal(disk_reserve(file, 121), 0);
}

static void a_sync_that_fails_leaves_everything_unsynced(void **state)
{
	int n_kept = 0;

	for (int i = 0; i < SEEDS; i++) {
		int file = make(PATH("a"), "text");

		assert_int_equal(disk_sync_directory(DISK_MODEL_DIRECTORY), 0);
		disk_model_fail_sync(1);
		assert_int_equal(disk_sync(file), -EIO);
		cut_power();
		n_kept += holds(PATH("a"), "text");
		end(state);
		disk_model_begin(&random_of_test);
	}
	assert_in_range(n_kept, 1, SEEDS - 1);
}

static void die(void)
{
	longjmp(way_out, 1);
}

static void die_writing(int file)
{
	disk_model_doom(1, die);
	if (setjmp(way_out) == 0)
		(void)!disk_write(file, LONG, strlen(LONG), 0);
	disk_model_process_died();
}

static void a_process_dies_before_within_or_after_a_write(void **state)
{
	int n_nothing = 0, n_part = 0, n_all = 0;

	for (int i = 0; i < SEEDS; i++) {
		die_writing(make(PATH("a"), ""));
		n_all += holds(PATH("a"), LONG);
		n_part += !holds(PATH("a"), LONG) && holds(PATH("a"), "16 bytes at once");
		n_nothing += !holds(PATH("a"), "16 bytes at once");
		end(state);
		disk_model_begin(&random_of_test);
	}
	assert_in_range(n_nothing, 1, SEEDS - 2);
	assert_in_range(n_part, 1, SEEDS - 2);
	assert_int_equal(n_nothing + n_part + n_all, SEEDS);
	assert_in_range(n_all, 1, SEEDS - 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_was_synced_survives_a_power_cut, begin, end),
		cmocka_unit_test_setup_teardown(
			what_was_not_synced_survives_a_kill_but_not_always_a_power_cut, begin, end),
		cmocka_unit_test_setup_teardown(a_synced_file_without_a_synced_name_may_be_gone,
						begin, end),
		cmocka_unit_test_setup_teardown(of_two_renames_either_may_survive_alone, begin,
						end),
		cmocka_unit_test_setup_teardown(a_full_disk_takes_what_was_reserved_and_no_more,
						begin, end),
		cmocka_unit_test_setup_teardown(a_sync_that_fails_leaves_everything_unsynced, begin,
						end),
		cmocka_unit_test_setup_teardown(a_process_dies_before_within_or_after_a_write,
						begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
