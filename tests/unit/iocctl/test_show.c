/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "show.h"

#define NOW_MS 1795309200000 /* 2026-11-22T08:00:00+07:00 */

static void assert_value(double value, bool percent, const char *measure, bool vietnamese,
			 const char *expected)
{
	CLEANUP_TEXT struct text text = { 0 };

	show_value(&text, value, percent, measure, vietnamese);
	assert_string_equal(text_get(&text), expected);
}

static void a_value_has_three_digits_or_is_whole(void **state)
{
	(void)state;
	assert_value(0, false, "", false, "0");
	assert_value(3, false, "files", false, "3 files");
	assert_value(12.3456, false, "", false, "12.3");
	assert_value(12.3456, false, "", true, "12,3");
	assert_value(0.012345, false, "", false, "0.0123");
	assert_value(123.6, false, "", false, "124");
	assert_value(1234567.4, false, "ms", false, "1,234,567 ms");
	assert_value(-1234567, false, "", true, "-1.234.567");
	assert_value(1e300, false, "", false, "1e+300");
}

static void a_percentage_has_one_sign(void **state)
{
	(void)state;
	assert_value(0.123, true, "%", false, "12.3 %");
	assert_value(1, true, "", true, "100,0 %");
}

static void no_value_is_a_dash_and_never_zero(void **state)
{
	(void)state;
	assert_value((double)NAN, false, "files", false, "-");
	assert_value((double)INFINITY, true, "", false, "-");
}

static void assert_clock(const char *time, const char *expected)
{
	CLEANUP_TEXT struct text text = { 0 };

	show_clock(&text, time, NOW_MS);
	assert_string_equal(text_get(&text), expected);
}

static void a_time_has_its_date_only_if_it_is_another_day(void **state)
{
	(void)state;
	assert_clock("2026-11-22T07:15:00.125+07:00", "07:15:00");
	assert_clock("2026-11-22T00:00:00+07:00", "00:00:00");
	assert_clock("2026-11-21T23:59:59+07:00", "2026-11-21 23:59:59");
	assert_clock("", "-");
	assert_clock("yesterday", "-");
}

static void a_size_is_in_the_largest_unit_that_keeps_it_above_one(void **state)
{
	CLEANUP_TEXT struct text text = { 0 };

	(void)state;
	show_bytes(&text, 1023, false);
	text_add(&text, "|");
	show_bytes(&text, 1536, true);
	text_add(&text, "|");
	show_bytes(&text, 300LL << 30, false);
	assert_string_equal(text_get(&text), "1023 B|1,5 KiB|300 GiB");
}

static void a_missing_member_reads_as_nothing(void **state)
{
	json_t *object = json_pack("{s:i, s:n, s:{s:s}}", "a", 5, "b", "c", "vi", "x");

	(void)state;
	assert_string_equal(show_string(object, "a"), "");
	assert_string_equal(show_string(NULL, "a"), "");
	assert_string_equal(show_words(object, "c", true), "x");
	assert_string_equal(show_words(object, "c", false), "");
	assert_int_equal(show_integer(object, "a"), 5);
	assert_int_equal(show_integer(object, "z"), 0);
	assert_true(isnan(show_real(object, "b")));
	assert_int_equal(show_time_ms(object, "a"), 0);
	json_decref(object);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_value_has_three_digits_or_is_whole),
		cmocka_unit_test(a_percentage_has_one_sign),
		cmocka_unit_test(no_value_is_a_dash_and_never_zero),
		cmocka_unit_test(a_time_has_its_date_only_if_it_is_another_day),
		cmocka_unit_test(a_size_is_in_the_largest_unit_that_keeps_it_above_one),
		cmocka_unit_test(a_missing_member_reads_as_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
