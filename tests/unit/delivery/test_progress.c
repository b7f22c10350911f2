/* SPDX-License-Identifier: Apache-2.0 */
#include "progress.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

#define JOURNAL "0123456789abcdef0123456789abcdef"
#define OTHER   "ffffffffffffffffffffffffffffffff"

static char path[64];

static int make_path(void **state)
{
	(void)state;
	snprintf(path, sizeof(path), "/tmp/iocd-progress-XXXXXX");
	close(mkstemp(path));
	return unlink(path);
}

static int remove_path(void **state)
{
	(void)state;
	(void)unlink(path);
	return 0;
}

static void open_it(struct progress *progress, const char *journal_id)
{
	assert_int_equal(progress_open(progress, path, journal_id), 0);
}

static void write_it(const char *id, uint64_t told, uint64_t missed)
{
	const struct progress_entry entry = { told, missed };
	struct progress progress;

	open_it(&progress, JOURNAL);
	assert_int_equal(progress_write(&progress, id, &entry), 0);
	progress_close(&progress);
}

/* What the file says of id; all ones: nothing. */
static struct progress_entry read_it(const char *journal_id, const char *id)
{
	struct progress_entry entry = { UINT64_MAX, UINT64_MAX };
	struct progress progress;

	open_it(&progress, journal_id);
	if (!progress_find(&progress, id, &entry))
		assert_true(entry.told == UINT64_MAX);
	progress_close(&progress);
	return entry;
}

static void each_has_a_place_of_its_own(void **state)
{
	struct progress_entry entry;

	(void)state;
	write_it("a", 41, 0);
	write_it("b", 7, 3);
	write_it("a", 42, 1);
	entry = read_it(JOURNAL, "a");
	assert_true(entry.told == 42 && entry.missed == 1);
	entry = read_it(JOURNAL, "b");
	assert_true(entry.told == 7 && entry.missed == 3);
	assert_true(read_it(JOURNAL, "c").told == UINT64_MAX);
	assert_true(read_it(OTHER, "a").told == UINT64_MAX);
}

static void who_is_forgotten_makes_room(void **state)
{
	static const char *const kept[] = { "9", "10" };
	struct progress progress;
	char id[16];

	(void)state;
	open_it(&progress, JOURNAL);
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < PROGRESS_SLOTS; i++) {
			const struct progress_entry entry = { (uint64_t)i, 0 };

			snprintf(id, sizeof(id), "%d", i);
			assert_int_equal(progress_write(&progress, id, &entry), 0);
		}
		assert_int_equal(progress_forget(&progress, "63"), 0);
		assert_int_equal(progress_forget(&progress, "nobody"), 0);
		assert_int_equal(progress_keep(&progress, kept, 2), 0);
	}
	progress_close(&progress);
	assert_true(read_it(JOURNAL, "9").told == 9);
	assert_true(read_it(JOURNAL, "10").told == 10);
	assert_true(read_it(JOURNAL, "11").told == UINT64_MAX);
	assert_true(read_it(JOURNAL, "63").told == UINT64_MAX);
}

static void a_damaged_place_is_not_believed_and_the_others_are(void **state)
{
	unsigned char byte;

	(void)state;
	write_it("a", 1, 0);
	write_it("b", 2, 0);
	for (int i = 0; i < 128; i++) {
		int fd = open(path, O_RDWR);

		assert_int_equal(pread(fd, &byte, 1, i), 1);
		byte ^= 4;
		assert_int_equal(pwrite(fd, &byte, 1, i), 1);
		assert_true(read_it(JOURNAL, "a").told == UINT64_MAX);
		assert_true(read_it(JOURNAL, "b").told == 2);
		byte ^= 4;
		assert_int_equal(pwrite(fd, &byte, 1, i), 1);
		close(fd);
	}
	for (int size = 128; size < 256; size++) {
		assert_int_equal(truncate(path, size), 0);
		assert_true(read_it(JOURNAL, "a").told == 1);
		assert_true(read_it(JOURNAL, "b").told == UINT64_MAX);
		write_it("b", 2, 0);
	}
}

static void a_file_that_cannot_be_opened_is_a_fault_and_remembers_nothing(void **state)
{
	const struct progress_entry entry = { 1, 0 };
	struct progress progress;

	(void)state;
	assert_int_equal(progress_open(&progress, "/nowhere/at/all", JOURNAL), -ENOENT);
	assert_int_equal(progress_write(&progress, "a", &entry), 0);
	progress_close(&progress);
}

#define FILE_TEST(name) cmocka_unit_test_setup_teardown(name, make_path, remove_path)

int main(void)
{
	const struct CMUnitTest tests[] = {
		FILE_TEST(each_has_a_place_of_its_own),
		FILE_TEST(who_is_forgotten_makes_room),
		FILE_TEST(a_damaged_place_is_not_believed_and_the_others_are),
		FILE_TEST(a_file_that_cannot_be_opened_is_a_fault_and_remembers_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
