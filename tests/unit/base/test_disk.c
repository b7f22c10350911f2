/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/base/disk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "iocd/base/text.h"

/* Every test has an empty directory and works in it. */
static int enter_empty_directory(void **state)
{
	char *path = strdup("/tmp/iocd-disk-XXXXXX");

	*state = path;
	return mkdtemp(path) ? chdir(path) : -1;
}

static int leave_directory(void **state)
{
	char command[80];
	int r;

	(void)snprintf(command, sizeof(command), "rm -rf '%s'", (char *)*state);
	r = chdir("/") || system(command);
	free(*state);
	return r;
}

static void what_was_written_is_read_back(void **state)
{
	char bytes[5] = "";
	uint64_t size = 0;
	int file;

	(void)state;
	assert_int_equal(disk_create(&file, "f"), 0);
	assert_int_equal(disk_write(file, "hello", 5, 3), 0);
	assert_int_equal(disk_sync(file), 0);
	assert_int_equal(disk_size(file, &size), 0);
	assert_int_equal(size, 8);
	disk_close(file);

	assert_int_equal(disk_open(&file, "f"), 0);
	assert_int_equal(disk_read(file, bytes, 5, 3), 0);
	assert_memory_equal(bytes, "hello", 5);
	assert_int_equal(disk_read(file, bytes, 5, 0), 0);
	assert_memory_equal(bytes, "\0\0\0he", 5);
	assert_int_equal(disk_read(file, bytes, 5, 4), DISK_END);
	assert_int_equal(disk_read(file, bytes, 1, 8), DISK_END);
	disk_close(file);
}

static void a_new_file_must_be_new_and_an_old_one_old(void **state)
{
	int file;

	(void)state;
	assert_int_equal(disk_open(&file, "f"), -ENOENT);
	assert_int_equal(disk_create(&file, "f"), 0);
	disk_close(file);
	assert_int_equal(disk_create(&file, "f"), -EEXIST);
	assert_int_equal(disk_open(&file, "f"), 0);
	disk_close(file);
	disk_close(-1);
}

static void assert_file_holds(const char *path, const char *wanted)
{
	char *bytes;
	size_t n;

	assert_int_equal(disk_read_file(path, 100, &bytes, &n), 0);
	assert_string_equal(bytes, wanted);
	free(bytes);
}

static void a_file_opened_to_read_is_not_written(void **state)
{
	int file;

	(void)state;
	assert_int_equal(disk_open_read(&file, "f"), -ENOENT);
	assert_int_equal(disk_create(&file, "f"), 0);
	assert_int_equal(disk_write(file, "kept", 4, 0), 0);
	disk_close(file);

	assert_int_equal(disk_open_read(&file, "f"), 0);
	assert_int_equal(disk_write(file, "lost", 4, 0), -EBADF);
	disk_close(file);
	assert_file_holds("f", "kept");
}

static void a_lock_is_held_until_it_is_closed(void **state)
{
	int first, second = -1;

	(void)state;
	assert_int_equal(disk_lock(&first, "lock"), 0);
	assert_int_equal(disk_lock(&second, "lock"), DISK_HELD);
	assert_int_equal(second, -1);
	disk_close(first);
	assert_int_equal(disk_lock(&second, "lock"), 0);
	disk_close(second);
	assert_int_equal(disk_lock(&second, "missing/lock"), -ENOENT);
}

static void reserved_space_reads_as_zero_and_truncation_cuts(void **state)
{
	char bytes[2] = "xx";
	uint64_t size = 0;
	int file;

	(void)state;
	assert_int_equal(disk_create(&file, "f"), 0);
	assert_int_equal(disk_write(file, "a", 1, 0), 0);
	assert_int_equal(disk_reserve(file, 65536), 0);
	assert_int_equal(disk_size(file, &size), 0);
	assert_int_equal(size, 65536);
	assert_int_equal(disk_read(file, bytes, 2, 0), 0);
	assert_memory_equal(bytes, "a\0", 2);
	assert_int_equal(disk_reserve(file, 100), 0); /* never shrinks */
	assert_int_equal(disk_size(file, &size), 0);
	assert_int_equal(size, 65536);
	assert_int_equal(disk_truncate(file, 10), 0);
	assert_int_equal(disk_size(file, &size), 0);
	assert_int_equal(size, 10);
	disk_close(file);
}

static void missing_parents_are_made(void **state)
{
	char path[128];
	int file;

	assert_int_equal(disk_make_directory("a/b/c"), 0);
	assert_int_equal(disk_make_directory("a/b/c/"), 0);
	(void)snprintf(path, sizeof(path), "%s/d/e", (char *)*state);
	assert_int_equal(disk_make_directory(path), 0);
	assert_int_equal(access("a/b/c", W_OK), 0);
	assert_int_equal(access("d/e", W_OK), 0);

	assert_int_equal(disk_create(&file, "plain"), 0);
	disk_close(file);
	assert_int_equal(disk_make_directory("plain"), -ENOTDIR);
	assert_int_equal(disk_make_directory("plain/below"), -ENOTDIR);
}

static void make_file(const char *path, const char *content)
{
	int file;

	assert_int_equal(disk_create(&file, path), 0);
	assert_int_equal(disk_write(file, content, strlen(content), 0), 0);
	disk_close(file);
}

static void collect(void *context, const char *name)
{
	text_add(context, "%s ", name);
}

static void a_directory_is_listed_by_suffix_in_byte_order(void **state)
{
	CLEANUP(text_fini) struct text text = { .bytes = NULL };

	(void)state;
	make_file("b.yml", "");
	make_file("B.yml", "");
	make_file("a10.yml", "");
	make_file("a9.yml", "");
	make_file("a.yml.bak", "");
	make_file("yml", "");
	assert_int_equal(disk_list(".", ".yml", collect, &text), 0);
	assert_string_equal(text_get(&text), "B.yml a10.yml a9.yml b.yml ");
	text_clear(&text);
	assert_int_equal(disk_list(".", ".none", collect, &text), 0);
	assert_string_equal(text_get(&text), "");
	assert_int_equal(disk_list("missing", ".yml", collect, &text), -ENOENT);
}

static void a_listing_leaves_out_the_directory_itself(void **state)
{
	CLEANUP(text_fini) struct text text = { .bytes = NULL };

	(void)state;
	make_file("a", "");
	assert_int_equal(disk_list(".", "", collect, &text), 0);
	assert_string_equal(text_get(&text), "a ");
}

static void a_file_is_replaced_and_removed_by_name(void **state)
{
	size_t size = 0;
	char *bytes = NULL;

	(void)state;
	make_file("old", "1");
	make_file("new", "2");
	assert_int_equal(disk_rename("new", "old"), 0);
	assert_int_equal(disk_sync_directory("."), 0);
	assert_int_equal(disk_read_file("old", 10, &bytes, &size), 0);
	assert_string_equal(bytes, "2");
	free(bytes);
	assert_int_equal(disk_remove("old"), 0);
	assert_int_equal(disk_remove("old"), -ENOENT);
	assert_int_equal(disk_rename("old", "new"), -ENOENT);
	assert_int_equal(disk_sync_directory("missing"), -ENOENT);
}

static void a_small_file_is_read_whole_or_not_at_all(void **state)
{
	char content[10001];
	size_t size = 77;
	char *bytes = NULL;

	(void)state;
	memset(content, 'x', sizeof(content) - 1);
	content[sizeof(content) - 1] = '\0';
	make_file("f", content);
	assert_int_equal(disk_read_file("f", 9999, &bytes, &size), -EFBIG);
	assert_int_equal(disk_read_file("missing", 9999, &bytes, &size), -ENOENT);
	assert_int_equal(disk_read_file(".", 9999, &bytes, &size), -EISDIR);
	assert_null(bytes);
	assert_int_equal(size, 77);
	assert_int_equal(disk_read_file("f", 10000, &bytes, &size), 0);
	assert_int_equal(size, 10000);
	assert_string_equal(bytes, content);
	free(bytes);

	make_file("empty", "");
	assert_int_equal(disk_read_file("empty", 0, &bytes, &size), 0);
	assert_int_equal(size, 0);
	assert_string_equal(bytes, "");
	free(bytes);
}

static void a_file_is_put_in_the_place_of_another_at_once_and_keeps_its_mode(void **state)
{
	const mode_t before = umask(0077);
	struct disk_access access;
	uint64_t mark;

	(void)state;
	assert_int_equal(disk_mark("f"), 0);
	assert_int_equal(disk_replace("f", "one", 3, 0644), 0);
	assert_file_holds("f", "one");
	assert_int_equal(disk_look("f", &access), 0);
	assert_int_equal(access.mode, 0644);
	assert_int_equal(chmod("f", 0600), 0);
	mark = disk_mark("f");
	assert_true(mark != 0 && mark == disk_mark("f"));
	assert_int_equal(disk_replace("./f", "other", 5, 0644), 0);
	assert_file_holds("f", "other");
	assert_int_equal(disk_look("f", &access), 0);
	assert_int_equal(access.mode, 0600);
	assert_true(disk_mark("f") != mark);
	(void)umask(before);
}

static void what_a_killed_process_left_is_no_hindrance_and_a_fault_leaves_nothing(void **state)
{
	(void)state;
	make_file("f", "old");
	make_file("f.new", "half");
	assert_int_equal(disk_replace("f", "new", 3, 0600), 0);
	assert_file_holds("f", "new");
	assert_int_equal(disk_mark("f.new"), 0);
	assert_int_equal(mkdir("d", 0700), 0);
	assert_int_equal(disk_replace("d", "x", 1, 0600), -EISDIR);
	assert_int_equal(disk_mark("d.new"), 0);
	assert_int_equal(disk_replace("no/f", "x", 1, 0600), -ENOENT);
}

static void free_space_is_told(void **state)
{
	uint64_t bytes = 0;

	(void)state;
	assert_int_equal(disk_free_bytes(".", &bytes), 0);
	assert_true(bytes > 0);
	assert_int_equal(disk_free_bytes("missing", &bytes), -ENOENT);
}

static void a_disk_that_is_full_is_a_fault(void **state)
{
	int file;

	(void)state;
	assert_int_equal(disk_open(&file, "/dev/full"), 0);
	assert_int_equal(disk_write(file, "x", 1, 0), -ENOSPC);
	disk_close(file);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, enter_empty_directory, leave_directory)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_was_written_is_read_back),
		TEST(a_new_file_must_be_new_and_an_old_one_old),
		TEST(a_file_opened_to_read_is_not_written),
		TEST(a_lock_is_held_until_it_is_closed),
		TEST(reserved_space_reads_as_zero_and_truncation_cuts),
		TEST(missing_parents_are_made),
		TEST(a_directory_is_listed_by_suffix_in_byte_order),
		TEST(a_listing_leaves_out_the_directory_itself),
		TEST(a_file_is_replaced_and_removed_by_name),
		TEST(a_small_file_is_read_whole_or_not_at_all),
		TEST(a_file_is_put_in_the_place_of_another_at_once_and_keeps_its_mode),
		TEST(what_a_killed_process_left_is_no_hindrance_and_a_fault_leaves_nothing),
		TEST(free_space_is_told),
		TEST(a_disk_that_is_full_is_a_fault),
	};

	return cmocka_run_group_tests_name("disk", tests, NULL, NULL);
}
