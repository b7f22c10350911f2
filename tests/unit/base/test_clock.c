/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <time.h>

static void the_monotonic_clock_never_goes_back(void **state)
{
	int64_t before = clock_mono_ns();

	(void)state;
	for (int i = 0; i < 10000; i++) {
		int64_t now = clock_mono_ns();

		assert_true(now >= before);
		before = now;
	}
}

static void milliseconds_and_nanoseconds_are_of_one_clock(void **state)
{
	int64_t before = clock_mono_ns() / 1000000;
	int64_t between = clock_mono_ms();
	int64_t after = clock_mono_ns() / 1000000;

	(void)state;
	assert_true(before <= between && between <= after);
}

static void civil_time_is_that_of_the_machine(void **state)
{
	struct timespec before, after;
	int64_t between;

	(void)state;
	assert_int_equal(clock_gettime(CLOCK_REALTIME, &before), 0);
	between = clock_real_ms();
	assert_int_equal(clock_gettime(CLOCK_REALTIME, &after), 0);
	assert_true(before.tv_sec * 1000 + before.tv_nsec / 1000000 <= between);
	assert_true(between <= after.tv_sec * 1000 + after.tv_nsec / 1000000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_monotonic_clock_never_goes_back),
		cmocka_unit_test(milliseconds_and_nanoseconds_are_of_one_clock),
		cmocka_unit_test(civil_time_is_that_of_the_machine),
	};

	return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
