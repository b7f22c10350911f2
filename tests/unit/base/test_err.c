/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/base/err.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static void a_fault_remembers_its_way_up(void **state)
{
	(void)state;
	assert_int_equal(err_raise_at(-EIO, "../clone/src/base/disk.c", 12), -EIO);
	assert_int_equal(err_pass_at(-EIO, "src/journal/journal.c", 40), -EIO);
	assert_int_equal(err_pass_at(0, "/x/src/app/app.c", 9), 0);
	assert_string_equal(err_trace(), "src/base/disk.c:12 src/journal/journal.c:40");
}

static void a_new_fault_starts_a_new_trace(void **state)
{
	(void)state;
	assert_int_equal(err_raise_at(-EIO, "a.c", 1), -EIO);
	assert_int_equal(err_raise_at(-EIO, "b.c", 2), -EIO);
	assert_string_equal(err_trace(), "b.c:2");
	assert_int_equal(err_pass_at(-ENOENT, "c.c", 3), -ENOENT); /* nobody raised this one */
	assert_string_equal(err_trace(), "c.c:3");
}

static void an_outcome_that_cannot_happen_here_becomes_a_fault(void **state)
{
	(void)state;
	assert_int_equal(err_fold_at(2, "a.c", 1), -ENOTRECOVERABLE);
	assert_string_equal(err_trace(), "a.c:1");
	assert_int_equal(err_raise_at(-EIO, "b.c", 2), -EIO);
	assert_int_equal(err_fold_at(-EIO, "c.c", 3), -EIO);
	assert_string_equal(err_trace(), "b.c:2 c.c:3");
	assert_int_equal(err_fold_at(0, "d.c", 4), 0);
	assert_string_equal(err_trace(), "b.c:2 c.c:3");
}

static void a_long_way_up_keeps_whole_first_steps(void **state)
{
	const char *trace;

	(void)state;
	assert_int_equal(err_raise_at(-EIO, "first.c", 1), -EIO);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(err_pass_at(-EIO, "a_step_in_the_middle.c", 1234), -EIO);
	trace = err_trace();
	assert_memory_equal(trace, "first.c:1 a_step_in_the_middle.c:1234 ", 38);
	assert_string_equal(trace + strlen(trace) - 28, " a_step_in_the_middle.c:1234");
}

static void *raise_elsewhere(void *context)
{
	(void)context;
	(void)err_raise(-ENOSPC);
	return strdup(err_trace());
}

static void each_thread_has_its_own_trace(void **state)
{
	pthread_t thread;
	void *other = NULL;

	(void)state;
	assert_int_equal(err_raise_at(-EIO, "mine.c", 1), -EIO);
	assert_int_equal(pthread_create(&thread, NULL, raise_elsewhere, NULL), 0);
	assert_int_equal(pthread_join(thread, &other), 0);
	assert_string_equal(err_trace(), "mine.c:1");
	assert_non_null(strstr(other, "tests/unit/base/test_err.c:"));
	free(other);
}

static void memory_is_zeroed_grown_and_copied(void **state)
{
	char *bytes = xcalloc(4, 2);
	char *empty = xcalloc(0, 8);
	char *copy = xstrdup("copy");
	char *part = xstrndup("partial", 4);

	(void)state;
	assert_memory_equal(bytes, "\0\0\0\0\0\0\0\0", 8);
	memcpy(bytes, "12345678", 8);
	bytes = xrealloc(bytes, 1000, 2);
	assert_memory_equal(bytes, "12345678", 8);
	assert_non_null(empty);
	empty = xrealloc(empty, 0, 8);
	assert_non_null(empty);
	assert_string_equal(copy, "copy");
	assert_string_equal(part, "part");
	free(bytes);
	free(empty);
	free(copy);
	free(part);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_fault_remembers_its_way_up),
		cmocka_unit_test(a_new_fault_starts_a_new_trace),
		cmocka_unit_test(an_outcome_that_cannot_happen_here_becomes_a_fault),
		cmocka_unit_test(a_long_way_up_keeps_whole_first_steps),
		cmocka_unit_test(each_thread_has_its_own_trace),
		cmocka_unit_test(memory_is_zeroed_grown_and_copied),
	};

	return cmocka_run_group_tests_name("err", tests, NULL, NULL);
}
