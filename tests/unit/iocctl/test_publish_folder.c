/* SPDX-License-Identifier: Apache-2.0 */
#include "publish_folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOW_S  INT64_C(1795310100)
#define NOW_MS (NOW_S * 1000)

static char directory[64];
static struct publish_folder *folder;

static const char *path_of(const char *name)
{
	static char path[128];

	(void)snprintf(path, sizeof(path), "%s/%s", directory, name);
	return path;
}

/* Makes or changes a file, as written so many ms before NOW_MS. */
static void put(const char *name, const char *bytes, int64_t before_ms)
{
	int64_t ms = NOW_MS - before_ms;
	const struct timespec times[2] = { { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 },
					   { .tv_sec = ms / 1000,
					     .tv_nsec = ms % 1000 * 1000000 } };
	FILE *file = fopen(path_of(name), "w");

	assert_non_null(file);
	fputs(bytes, file);
	fclose(file);
	assert_int_equal(utimensat(AT_FDCWD, path_of(name), times, 0), 0);
}

static bool is_there(const char *name)
{
	return access(path_of(name), F_OK) == 0;
}

static int set_up(void **state)
{
	(void)state;
	strcpy(directory, "/tmp/iocd-folder-XXXXXX");
	return mkdtemp(directory) ? publish_folder_open(&folder, directory) : -1;
}

static int tear_down(void **state)
{
	char command[128];

	(void)state;
	folder = publish_folder_close(folder);
	(void)snprintf(command, sizeof(command), "rm -r '%s'", directory);
	return system(command);
}

static void scan(int64_t mono_ms, int64_t real_ms)
{
	assert_int_equal(publish_folder_scan(folder, mono_ms, real_ms), 0);
}

static void expect(const char *name)
{
	struct publish_file file;

	assert_int_equal(publish_folder_next(folder, &file), 0);
	assert_string_equal(file.name, name);
	publish_file_fini(&file);
}

static void expect_none(void)
{
	struct publish_file file;

	assert_int_equal(publish_folder_next(folder, &file), PUBLISH_NO_FILE);
	publish_file_fini(&file);
}

static void the_oldest_goes_first_and_other_names_not_at_all(void **state)
{
	(void)state;
	put("b.json", "{}", 9000);
	put("a.json", "{}", 5000);
	put("c.json", "{}", 5000);
	put(".d.json", "{}", 5000);
	put("e.json.part", "{}", 5000);
	assert_int_equal(mkdir(path_of("f.json"), 0700), 0);
	scan(0, NOW_MS);
	expect("b.json");
	expect("a.json");
	expect("c.json");
	expect_none();
}

static void what_was_just_written_is_waited_for(void **state)
{
	(void)state;
	put("a.json", "{", 10);
	scan(0, NOW_MS);
	expect_none();
	put("a.json", "{}", -500);
	scan(1000, NOW_MS + 1000);
	expect_none();
	scan(2000, NOW_MS + 2000);
	expect("a.json");
}

static void a_file_of_the_future_is_taken_once_it_is_calm(void **state)
{
	(void)state;
	put("a.json", "{}", -3600000);
	scan(0, NOW_MS);
	expect_none();
	scan(1000, NOW_MS + 1000);
	expect("a.json");
}

static void what_was_taken_or_refused_is_moved_and_nothing_is_overwritten(void **state)
{
	struct text why = { 0 };
	struct publish_file file;

	(void)state;
	text_add(&why, "a.json:1: wrong\n");
	for (int i = 0; i < 4; i++) {
		put("a.json", "{}", 5000);
		scan(i * 1000, NOW_MS);
		assert_int_equal(publish_folder_next(folder, &file), 0);
		assert_int_equal(publish_folder_move(folder, &file, i % 2 ? &why : NULL), 0);
		publish_file_fini(&file);
		assert_false(is_there("a.json"));
	}
	assert_true(is_there("sent/a.json") && is_there("sent/a-2.json"));
	assert_true(is_there("refused/a.json") && is_there("refused/a-2.json"));
	assert_true(is_there("refused/a.json.why") && is_there("refused/a-2.json.why"));
	assert_int_equal(publish_file_read(&file, path_of("refused/a-2.json.why")), 0);
	assert_string_equal(file.bytes, text_get(&why));
	publish_file_fini(&file);
	text_fini(&why);
}

static void what_cannot_be_moved_is_left_until_it_changes(void **state)
{
	struct publish_file file;

	(void)state;
	put("a.json", "{}", 5000);
	scan(0, NOW_MS);
	assert_int_equal(publish_folder_next(folder, &file), 0);
	assert_int_equal(rmdir(path_of("sent")), 0);
	assert_int_not_equal(publish_folder_move(folder, &file, NULL), 0);
	publish_file_fini(&file);
	scan(1000, NOW_MS);
	expect_none();
	put("a.json", "{ }", 4000);
	scan(2000, NOW_MS);
	expect("a.json");
}

static void a_file_that_cannot_be_read_is_named(void **state)
{
	struct publish_file file;

	(void)state;
	assert_int_not_equal(publish_file_read(&file, path_of("nothing.json")), 0);
	assert_string_equal(file.name, "nothing.json");
	publish_file_fini(&file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_oldest_goes_first_and_other_names_not_at_all,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_was_just_written_is_waited_for, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_file_of_the_future_is_taken_once_it_is_calm,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			what_was_taken_or_refused_is_moved_and_nothing_is_overwritten, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(what_cannot_be_moved_is_left_until_it_changes,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_file_that_cannot_be_read_is_named, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
