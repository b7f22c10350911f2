/* SPDX-License-Identifier: Apache-2.0 */
#include "past.h"
#include "span.h"

static int64_t at(const char *time)
{
	int64_t ms;

	assert_int_equal(civil_parse(time, strlen(time), &ms), 0);
	return ms;
}

static void expect(enum history_step step, const char *time, const char *begin, const char *next)
{
	assert_int_equal(span_begin(step, at(time), OFFSET), at(begin));
	assert_int_equal(span_next(step, at(begin), OFFSET), at(next));
}

static void a_span_is_of_local_time(void **state)
{
	(void)state;
	expect(HISTORY_HOUR, "2026-11-22T08:59:59.999+07:00", "2026-11-22T08:00:00+07:00",
	       "2026-11-22T09:00:00+07:00");
	expect(HISTORY_DAY, "2026-11-22T00:00:00+07:00", "2026-11-22T00:00:00+07:00",
	       "2026-11-23T00:00:00+07:00");
	expect(HISTORY_DAY, "2026-11-21T17:00:00Z", "2026-11-22T00:00:00+07:00",
	       "2026-11-23T00:00:00+07:00");
	expect(HISTORY_WHOLE, "2026-11-21T16:59:59Z", "2026-11-21T00:00:00+07:00",
	       "2026-11-22T00:00:00+07:00");
	expect(HISTORY_WEEK, "2026-11-22T23:00:00+07:00", "2026-11-16T00:00:00+07:00",
	       "2026-11-23T00:00:00+07:00");
	expect(HISTORY_MONTH, "2024-02-29T23:00:00+07:00", "2024-02-01T00:00:00+07:00",
	       "2024-03-01T00:00:00+07:00");
	expect(HISTORY_YEAR, "2024-12-31T23:59:00+07:00", "2024-01-01T00:00:00+07:00",
	       "2025-01-01T00:00:00+07:00");
}

static void spans_follow_each_other_without_a_gap(void **state)
{
	(void)state;
	for (int step = HISTORY_HOUR; step < HISTORY_WHOLE; step++) {
		int64_t begin = span_begin((enum history_step)step, START, OFFSET);

		for (int i = 0; i < 100; i++) {
			int64_t next = span_next((enum history_step)step, begin, OFFSET);

			assert_true(next > begin);
			assert_int_equal(span_begin((enum history_step)step, next - 1, OFFSET),
					 begin);
			assert_int_equal(span_begin((enum history_step)step, next, OFFSET), next);
			begin = next;
		}
	}
}

static void rounds_begin_two_minutes_after_the_hour_and_every_ten(void **state)
{
	static const struct {
		const char *time;
		int later; /* rounds after that of the first row */
	} rows[] = {
		{ "2026-11-22T08:02:00Z", 0 },     { "2026-11-22T08:09:59.999Z", 0 },
		{ "2026-11-22T08:10:00Z", 1 },     { "2026-11-22T08:59:59Z", 5 },
		{ "2026-11-22T09:01:59.999Z", 5 }, { "2026-11-22T09:02:00Z", 6 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(span_round(at(rows[i].time)) - span_round(at(rows[0].time)),
				 rows[i].later);
	assert_int_equal(span_closing_round(at("2026-11-22T08:00:00Z")),
			 span_round(at("2026-11-22T08:02:00Z")));
	/* A day that ends within an hour has its last hour open until then. */
	assert_int_equal(span_closing_round(at("2026-11-22T18:30:00Z")),
			 span_round(at("2026-11-22T19:02:00Z")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_span_is_of_local_time),
		cmocka_unit_test(spans_follow_each_other_without_a_gap),
		cmocka_unit_test(rounds_begin_two_minutes_after_the_hour_and_every_ten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
