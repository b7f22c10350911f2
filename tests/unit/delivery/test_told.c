/* SPDX-License-Identifier: Apache-2.0 */
#include "told.h"

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
	snprintf(path, sizeof(path), "/tmp/iocd-told-XXXXXX");
	close(mkstemp(path));
	return unlink(path);
}

static int remove_path(void **state)
{
	(void)state;
	(void)unlink(path);
	return 0;
}

static void write_number(uint64_t number)
{
	struct told told;
	uint64_t ignored;

	assert_true(told_open(&told, path, JOURNAL, &ignored) >= 0);
	assert_int_equal(told_write(&told, number), 0);
	told_close(&told);
}

static int read_number(const char *journal_id, uint64_t *ret)
{
	struct told told;
	int r = told_open(&told, path, journal_id, ret);

	told_close(&told);
	return r;
}

static void the_last_number_is_remembered(void **state)
{
	uint64_t number = 7;

	(void)state;
	assert_int_equal(read_number(JOURNAL, &number), TOLD_NOTHING);
	assert_int_equal(number, 7);
	write_number(41);
	write_number(42);
	assert_int_equal(read_number(JOURNAL, &number), 0);
	assert_int_equal(number, 42);
}

static void a_file_of_another_journal_is_not_believed(void **state)
{
	uint64_t number = 7;

	(void)state;
	write_number(42);
	assert_int_equal(read_number(OTHER, &number), TOLD_NOTHING);
	assert_int_equal(number, 7);
}

static void a_file_with_any_byte_changed_or_missing_is_not_believed(void **state)
{
	uint64_t number = 7;

	(void)state;
	for (int i = 0; i < 64; i++) {
		unsigned char byte;
		int fd;

		write_number(42);
		fd = open(path, O_RDWR);
		assert_int_equal(pread(fd, &byte, 1, i), 1);
		byte ^= 4;
		assert_int_equal(pwrite(fd, &byte, 1, i), 1);
		assert_int_equal(read_number(JOURNAL, &number), TOLD_NOTHING);
		write_number(42);
		assert_int_equal(ftruncate(fd, i), 0);
		assert_int_equal(read_number(JOURNAL, &number), TOLD_NOTHING);
		close(fd);
	}
	assert_int_equal(number, 7);
}

static void a_file_that_cannot_be_opened_is_a_fault(void **state)
{
	struct told told;
	uint64_t number;

	(void)state;
	assert_int_equal(told_open(&told, "/nowhere/at/all", JOURNAL, &number), -ENOENT);
	assert_int_equal(told_write(&told, 1), 0);
	told_close(&told);
}

#define FILE_TEST(name) cmocka_unit_test_setup_teardown(name, make_path, remove_path)

int main(void)
{
	const struct CMUnitTest tests[] = {
		FILE_TEST(the_last_number_is_remembered),
		FILE_TEST(a_file_of_another_journal_is_not_believed),
		FILE_TEST(a_file_with_any_byte_changed_or_missing_is_not_believed),
		FILE_TEST(a_file_that_cannot_be_opened_is_a_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
