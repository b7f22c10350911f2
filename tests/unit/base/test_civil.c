/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/base/civil.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <time.h>

#include "iocd/base/random.h"

static void reads_as(const char *text, int64_t expected_ms)
{
	int64_t ms = -1;

	assert_int_equal(civil_parse(text, strlen(text), &ms), 0);
	assert_int_equal(ms, expected_ms);
}

static void is_refused(const char *text)
{
	int64_t ms = 77;

	if (civil_parse(text, strlen(text), &ms) != CIVIL_SYNTAX)
		fail_msg("'%s' was read", text);
	assert_int_equal(ms, 77);
}

static void a_time_stamp_is_read_in_utc_and_with_an_offset(void **state)
{
	(void)state;
	reads_as("1970-01-01T00:00:00Z", 0);
	reads_as("2026-11-22T08:15:00Z", 1795335300000);
	reads_as("2026-11-22T08:15:00+07:00", 1795310100000);
	reads_as("2026-11-22T08:15:00-03:30", 1795347900000);
	reads_as("2026-11-22t08:15:00z", 1795335300000);
	reads_as("9999-12-31T23:59:59.999Z", 253402300799999);
}

static void a_fraction_is_cut_to_milliseconds(void **state)
{
	(void)state;
	reads_as("1970-01-01T00:00:01.5Z", 1500);
	reads_as("1970-01-01T00:00:01.07Z", 1070);
	reads_as("1970-01-01T00:00:01.1239999999999999999999Z", 1123);
	reads_as("1970-01-01T00:00:01.000+00:00", 1000);
}

static void a_leap_second_is_the_second_after(void **state)
{
	(void)state;
	reads_as("2016-12-31T23:59:60Z", 1483228800000);
	reads_as("2017-01-01T06:59:60.5+07:00", 1483228800500);
}

static void a_leap_day_exists_only_in_leap_years(void **state)
{
	(void)state;
	reads_as("2000-02-29T00:00:00Z", 951782400000);
	reads_as("2024-02-29T00:00:00Z", 1709164800000);
	is_refused("2023-02-29T00:00:00Z");
	is_refused("2100-02-29T00:00:00Z");
	is_refused("2026-04-31T00:00:00Z");
	is_refused("2026-01-32T00:00:00Z");
	is_refused("2026-01-00T00:00:00Z");
}

static void what_is_not_a_time_stamp_is_refused(void **state)
{
	static const char *const bad[] = {
		"",
		"2026-11-22",
		"2026-11-22T08:15:00",
		"2026-11-22T08:15Z",
		"2026-11-22 08:15:00Z",
		" 2026-11-22T08:15:00Z",
		"2026-11-22T08:15:00Z ",
		"2026/11/22T08:15:00Z",
		"2026-11/22T08:15:00Z",
		"2026-11-22T08.15:00Z",
		"2026-11-22T08:15.00Z",
		"2026-13-22T08:15:00Z",
		"2026-00-22T08:15:00Z",
		"1969-12-31T23:59:59Z",
		"1970-01-01T00:00:00+07:00",
		"2026-11-22T24:00:00Z",
		"2026-11-22T08:60:00Z",
		"2026-11-22T08:15:61Z",
		"2026-11-22T08:15:00.Z",
		"2026-11-22T08:15:00,5Z",
		"2026-11-22T08:15:00+0700",
		"2026-11-22T08:15:00+07",
		"2026-11-22T08:15:00+24:00",
		"2026-11-22T08:15:00+07:60",
		"2026-11-22T08:15:00 07:00",
		"20x6-11-22T08:15:00Z",
		"2026-1/-22T08:15:00Z",
		"2026-11-2:T08:15:00Z",
		"+026-11-22T08:15:00Z",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		is_refused(bad[i]);
}

static void every_beginning_of_a_time_stamp_is_refused(void **state)
{
	const char *text = "2026-11-22T08:15:00.125+07:00";
	int64_t ms;

	(void)state;
	for (size_t n = 0; n < strlen(text); n++)
		assert_int_equal(civil_parse(text, n, &ms), CIVIL_SYNTAX);
	assert_int_equal(civil_parse(text, strlen(text), &ms), 0);
}

static void a_time_is_written_with_its_offset(void **state)
{
	char text[CIVIL_TEXT_MAX];

	(void)state;
	assert_string_equal(civil_format(text, 1795310100125, 420),
			    "2026-11-22T08:15:00.125+07:00");
	assert_string_equal(civil_format(text, 1795310100000, 420), "2026-11-22T08:15:00+07:00");
	assert_string_equal(civil_format(text, 1795310100007, 0), "2026-11-22T01:15:00.007+00:00");
	assert_string_equal(civil_format(text, 1795347900000, -210), "2026-11-22T08:15:00-03:30");
	assert_string_equal(civil_format(text, -1, 0), "1969-12-31T23:59:59.999+00:00");
}

static void the_longest_and_the_earliest_time_fit_their_buffer(void **state)
{
	char text[CIVIL_TEXT_MAX];

	(void)state;
	assert_string_equal(civil_format(text, INT64_MIN, 0),
			    "-292275055-05-16T16:47:04.192+00:00");
	assert_string_equal(civil_format(text, INT64_MAX, 0), "292278994-08-17T07:12:55.807+00:00");
}

static void days_weeks_months_and_years_agree_with_the_c_library(void **state)
{
	struct random_stream random;

	(void)state;
	random_seed(&random, 1);
	for (int i = 0; i < 20000; i++) {
		int64_t ms = (int64_t)random_below(&random, 253402300800000);
		time_t seconds = (time_t)(ms / 1000);
		char expected[64], text[CIVIL_TEXT_MAX];
		int64_t back = -1;
		struct tm tm;

		assert_non_null(gmtime_r(&seconds, &tm));
		assert_int_not_equal(strftime(expected, sizeof(expected), "%FT%T", &tm), 0);
		civil_format(text, ms, 0);
		assert_memory_equal(text, expected, strlen(expected));
		assert_int_equal(civil_parse(text, strlen(text), &back), 0);
		assert_int_equal(back, ms);
		assert_int_equal(civil_day(ms, 0), ms / 86400000);
		assert_int_equal(civil_month(ms, 0), (tm.tm_year - 70) * 12 + tm.tm_mon);
		assert_int_equal(civil_year(ms, 0), tm.tm_year - 70);
		assert_int_equal(civil_week(ms, 0) * 7, civil_day(ms, 0) - (tm.tm_wday + 6) % 7 + 3);
	}
}

static void a_local_day_begins_at_local_midnight(void **state)
{
	const int64_t midnight = 1795280400000; /* 2026-11-22T00:00:00+07:00 */

	(void)state;
	assert_int_equal(civil_day(midnight, 420), 20779);
	assert_int_equal(civil_day(midnight - 1, 420), 20778);
	assert_int_equal(civil_day(midnight, 0), 20778);
	assert_int_equal(civil_day(-1, 0), -1);
	assert_int_equal(civil_day(-86400000, 0), -1);
	assert_int_equal(civil_day(-86400001, 0), -2);
}

static void a_local_month_begins_at_local_midnight(void **state)
{
	const int64_t december = 1796058000000; /* 2026-12-01T00:00:00+07:00 */

	(void)state;
	assert_int_equal(civil_month(december, 420), 56 * 12 + 11);
	assert_int_equal(civil_month(december - 1, 420), 56 * 12 + 10);
	assert_int_equal(civil_month(december, 0), 56 * 12 + 10);
	assert_int_equal(civil_month(0, 0), 0);
	assert_int_equal(civil_month(-1, 0), -1);
}

static void a_local_week_begins_at_midnight_to_monday(void **state)
{
	const int64_t monday = 1795366800000; /* 2026-11-23T00:00:00+07:00 */
	const int64_t week = 7 * INT64_C(86400000);

	(void)state;
	assert_int_equal(civil_week(monday, 420), civil_week(monday - 1, 420) + 1);
	assert_int_equal(civil_week(monday + week - 1, 420), civil_week(monday, 420));
	assert_int_equal(civil_week(monday, 0), civil_week(monday - 1, 0));
	assert_int_equal(civil_week(0, 0), 0);
	assert_int_equal(civil_week(-3 * INT64_C(86400000), 0), 0); /* 1969-12-29, a Monday */
	assert_int_equal(civil_week(-3 * INT64_C(86400000) - 1, 0), -1);
}

static void a_local_year_begins_at_local_midnight(void **state)
{
	const int64_t january = 1798736400000; /* 2027-01-01T00:00:00+07:00 */

	(void)state;
	assert_int_equal(civil_year(january, 420), 57);
	assert_int_equal(civil_year(january - 1, 420), 56);
	assert_int_equal(civil_year(january, 0), 56);
	assert_int_equal(civil_year(0, 0), 0);
	assert_int_equal(civil_year(-1, 0), -1);
}

static void an_offset_is_read_in_minutes(void **state)
{
	int minutes = 0;

	(void)state;
	assert_int_equal(civil_parse_offset("+07:00", 6, &minutes), 0);
	assert_int_equal(minutes, 420);
	assert_int_equal(civil_parse_offset("-03:30", 6, &minutes), 0);
	assert_int_equal(minutes, -210);
	assert_int_equal(civil_parse_offset("Z", 1, &minutes), 0);
	assert_int_equal(minutes, 0);
	assert_int_equal(civil_parse_offset("+14:00", 6, &minutes), 0);
	assert_int_equal(minutes, 840);
	assert_int_equal(civil_parse_offset("+14:01", 6, &minutes), CIVIL_SYNTAX);
	assert_int_equal(civil_parse_offset("-14:01", 6, &minutes), CIVIL_SYNTAX);
	assert_int_equal(civil_parse_offset("07:00", 5, &minutes), CIVIL_SYNTAX);
	assert_int_equal(civil_parse_offset("", 0, &minutes), CIVIL_SYNTAX);
	assert_int_equal(minutes, 840);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_time_stamp_is_read_in_utc_and_with_an_offset),
		cmocka_unit_test(a_fraction_is_cut_to_milliseconds),
		cmocka_unit_test(a_leap_second_is_the_second_after),
		cmocka_unit_test(a_leap_day_exists_only_in_leap_years),
		cmocka_unit_test(what_is_not_a_time_stamp_is_refused),
		cmocka_unit_test(every_beginning_of_a_time_stamp_is_refused),
		cmocka_unit_test(a_time_is_written_with_its_offset),
		cmocka_unit_test(the_longest_and_the_earliest_time_fit_their_buffer),
		cmocka_unit_test(days_weeks_months_and_years_agree_with_the_c_library),
		cmocka_unit_test(a_local_day_begins_at_local_midnight),
		cmocka_unit_test(a_local_month_begins_at_local_midnight),
		cmocka_unit_test(a_local_week_begins_at_midnight_to_monday),
		cmocka_unit_test(a_local_year_begins_at_local_midnight),
		cmocka_unit_test(an_offset_is_read_in_minutes),
	};

	return cmocka_run_group_tests_name("civil", tests, NULL, NULL);
}
