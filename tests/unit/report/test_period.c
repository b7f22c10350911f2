/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "iocd/base/civil.h"
#include "iocd/report.h"

#define OFFSET 420

static int64_t at(const char *text)
{
	int64_t time_ms;

	assert_int_equal(civil_parse(text, strlen(text), &time_ms), 0);
	return time_ms;
}

static void expect(enum report_every every, const char *now, const char *name, const char *from,
		   const char *to)
{
	struct report_period period, read;

	report_last_period(&period, every, at(now), OFFSET);
	assert_string_equal(period.name, name);
	assert_int_equal(period.from_ms, at(from));
	assert_int_equal(period.to_ms, at(to));
	assert_int_equal(report_read_period(&read, every, name, OFFSET), 0);
	assert_int_equal(read.from_ms, period.from_ms);
	assert_int_equal(read.to_ms, period.to_ms);
}

static void the_last_period_is_the_one_that_is_over(void **state)
{
	(void)state;
	expect(REPORT_DAY, "2026-11-22T00:05:00+07:00", "2026-11-21", "2026-11-21T00:00:00+07:00",
	       "2026-11-22T00:00:00+07:00");
	expect(REPORT_DAY, "2024-03-01T12:00:00+07:00", "2024-02-29", "2024-02-29T00:00:00+07:00",
	       "2024-03-01T00:00:00+07:00");
	expect(REPORT_MONTH, "2026-01-01T00:00:00+07:00", "2025-12", "2025-12-01T00:00:00+07:00",
	       "2026-01-01T00:00:00+07:00");
	expect(REPORT_MONTH, "2025-12-31T23:59:59+07:00", "2025-11", "2025-11-01T00:00:00+07:00",
	       "2025-12-01T00:00:00+07:00");
	expect(REPORT_YEAR, "2026-06-01T00:00:00+07:00", "2025", "2025-01-01T00:00:00+07:00",
	       "2026-01-01T00:00:00+07:00");
}

/* ISO 8601: 2026-01-01 is a Thursday, so its week is the first of 2026 and begins in 2025. */
static void weeks_belong_to_the_year_of_their_thursday(void **state)
{
	(void)state;
	expect(REPORT_WEEK, "2026-01-05T00:00:00+07:00", "2026-W01", "2025-12-29T00:00:00+07:00",
	       "2026-01-05T00:00:00+07:00");
	expect(REPORT_WEEK, "2021-01-04T08:00:00+07:00", "2020-W53", "2020-12-28T00:00:00+07:00",
	       "2021-01-04T00:00:00+07:00");
	expect(REPORT_WEEK, "2026-11-22T23:00:00+07:00", "2026-W46", "2026-11-09T00:00:00+07:00",
	       "2026-11-16T00:00:00+07:00");
}

static void a_name_that_is_no_period_is_refused(void **state)
{
	static const struct {
		enum report_every every;
		const char *name;
	} bad[] = {
		{ REPORT_DAY, "2026-02-30" }, { REPORT_DAY, "2026-2-3" },
		{ REPORT_DAY, "" },           { REPORT_DAY, "2026-11" },
		{ REPORT_MONTH, "2026-13" },  { REPORT_MONTH, "2026" },
		{ REPORT_WEEK, "2026-W54" },  { REPORT_WEEK, "2026-W0" },
		{ REPORT_WEEK, "2026-11" },   { REPORT_YEAR, "26" },
		{ REPORT_YEAR, "2026x" },     { REPORT_YEAR, "../x" },
	};
	struct report_period period;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_true(report_read_period(&period, bad[i].every, bad[i].name, OFFSET) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_last_period_is_the_one_that_is_over),
		cmocka_unit_test(weeks_belong_to_the_year_of_their_thursday),
		cmocka_unit_test(a_name_that_is_no_period_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
