/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "progress.h"

static void assert_shown(uint64_t done, uint64_t total, double seconds, bool vietnamese,
			 const char *expected)
{
	CLEANUP_TEXT struct text text = { 0 };

	progress_line(&text, done, total, seconds, vietnamese);
	assert_string_equal(text_get(&text), expected);
}

static void a_line_tells_part_speed_and_time_left(void **state)
{
	(void)state;
	assert_shown(50000000, 200000000, 10, false,
		     "[#######.......................]  25 %  5 MB/s  30s left");
	assert_shown(100000000, 100000000, 2, true,
		     "[##############################] 100 %  50 MB/s  còn 0s");
}

static void too_early_nothing_is_said_of_the_time_left(void **state)
{
	(void)state;
	assert_shown(0, 100, 9, false, "[..............................]   0 %  0 MB/s  ...");
	assert_shown(50, 100, 0.1, false, "[###############...............]  50 %  0 MB/s  ...");
	assert_shown(0, 0, 1, false, "[##############################] 100 %  0 MB/s  ...");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_tells_part_speed_and_time_left),
		cmocka_unit_test(too_early_nothing_is_said_of_the_time_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
