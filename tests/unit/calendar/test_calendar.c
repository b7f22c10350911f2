/* SPDX-License-Identifier: Apache-2.0 */
/* Known cases of an office that keeps a lunar new year, and random calendars against a reference
 * that walks from minute to minute. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/civil.h"
#include "iocd/base/err.h"
#include "iocd/base/random.h"
#include "iocd/calendar.h"

#define EAST   420 /* +07:00 */
#define MINUTE INT64_C(60000)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

#define OFFICE                                                                                     \
	{                                                                                          \
		.spans = { { 450, 690 }, { 810, 1020 } }, .n = 2                                   \
	}
#define REST                                                                                       \
	{                                                                                          \
		.n = 0                                                                             \
	}

/* "2026-02-13 16:00" of local time. */
static int64_t at(const char *text)
{
	char full[32];
	int64_t ms;

	snprintf(full, sizeof(full), "%.10sT%.5s:00+07:00", text, text + 11);
	assert_int_equal(civil_parse(full, strlen(full), &ms), 0);
	return ms;
}

static int32_t day(const char *date)
{
	char text[17];

	snprintf(text, sizeof(text), "%s 00:00", date);
	return civil_day(at(text), EAST);
}

static const struct calendar_week plain_week = {
	.weekdays = { OFFICE, OFFICE, OFFICE, OFFICE, OFFICE, REST, REST },
	.cut_off = 990,
};

struct scene {
	struct calendar_week weeks[2];
	struct calendar_day days[16];
	uint32_t n_days;
	struct calendar *calendar;
};

static void rest(struct scene *scene, const char *first, int n)
{
	for (int i = 0; i < n; i++)
		scene->days[scene->n_days++] = (struct calendar_day){ .day = day(first) + i };
}

static void work(struct scene *scene, const char *date, uint16_t from, uint16_t to)
{
	scene->days[scene->n_days++] = (struct calendar_day){
		.day = day(date),
		.hours = { .spans = { { from, to } }, .n = 1 },
		.name_en = "short",
	};
}

static struct calendar *lay_out(struct scene *scene, uint32_t n_weeks)
{
	scene->calendar = calendar_new(&(struct calendar_options){
		.id = "office",
		.offset_minutes = EAST,
		.weeks = scene->weeks,
		.n_weeks = n_weeks,
		.days = scene->days,
		.n_days = scene->n_days,
	});
	return scene->calendar;
}

static int make(void **state)
{
	struct scene *scene = xcalloc(1, sizeof(*scene));

	scene->weeks[0] = plain_week;
	*state = scene;
	return 0;
}

static int unmake(void **state)
{
	struct scene *scene = *state;

	calendar_free(scene->calendar);
	free(scene);
	return 0;
}

/* Mon 16 to Fri 20 February 2026 rest, Sat 22 August is worked until noon. */
static const struct calendar *office(void **state)
{
	struct scene *scene = *state;

	rest(scene, "2026-01-01", 1);
	rest(scene, "2026-02-16", 5);
	work(scene, "2026-08-22", 450, 690);
	rest(scene, "2026-08-31", 3);
	return lay_out(scene, 1);
}

/* ---- known cases ---- */

static void a_day_has_its_two_spans_and_their_ends_do_not_count(void **state)
{
	const struct calendar *c = office(state);

	assert_false(calendar_is_open(c, at("2026-03-02 07:30") - 1));
	assert_true(calendar_is_open(c, at("2026-03-02 07:30")));
	assert_true(calendar_is_open(c, at("2026-03-02 11:30") - 1));
	assert_false(calendar_is_open(c, at("2026-03-02 11:30")));
	assert_true(calendar_is_open(c, at("2026-03-02 13:30")));
	assert_false(calendar_is_open(c, at("2026-03-02 17:00")));
	assert_false(calendar_is_open(c, at("2026-03-07 09:00"))); /* a Saturday */
	assert_int_equal(calendar_elapsed_ms(c, at("2026-03-02 00:00"), at("2026-03-03 00:00")),
			 7 * HOUR + 30 * MINUTE);
}

static void nothing_elapses_over_the_new_year_holidays(void **state)
{
	const struct calendar *c = office(state);

	/* Friday an hour before the end to Monday after the holidays, an hour after the begin. */
	assert_int_equal(calendar_elapsed_ms(c, at("2026-02-13 16:00"), at("2026-02-23 08:30")),
			 2 * HOUR);
	assert_int_equal(calendar_elapsed_ms(c, at("2026-02-13 17:00"), at("2026-02-23 07:30")), 0);
	assert_int_equal(calendar_after_ms(c, at("2026-02-13 16:00"), HOUR + 1),
			 at("2026-02-23 07:30") + 1);
	assert_int_equal(calendar_next_change_ms(c, at("2026-02-13 17:00")),
			 at("2026-02-23 07:30"));
	assert_true(calendar_is_open(c, at("2026-02-23 07:30")));
	assert_int_equal(calendar_after_days(c, at("2026-02-13 10:00"), 1), at("2026-02-23 17:00"));
}

static void a_swapped_saturday_is_worked_by_its_own_hours(void **state)
{
	const struct calendar *c = office(state);

	assert_true(calendar_is_open(c, at("2026-08-22 08:00")));
	assert_false(calendar_is_open(c, at("2026-08-22 14:00"))); /* half a day */
	assert_false(calendar_is_open(c, at("2026-08-15 08:00"))); /* any other */
	assert_int_equal(calendar_elapsed_ms(c, at("2026-08-21 17:00"), at("2026-08-24 07:30")),
			 4 * HOUR);
	assert_int_equal(calendar_after_days(c, at("2026-08-21 09:00"), 1), at("2026-08-22 11:30"));
	assert_int_equal(calendar_after_days(c, at("2026-08-21 09:00"), 2), at("2026-08-24 17:00"));
	assert_string_equal(calendar_day_of(c, at("2026-08-22 23:59"))->name_en, "short");
	assert_null(calendar_day_of(c, at("2026-08-23 00:00")));
}

static void what_comes_after_the_cut_off_counts_from_the_next_working_day(void **state)
{
	const struct calendar *c = office(state);

	assert_int_equal(calendar_after_days(c, at("2026-03-02 16:30"), 1), at("2026-03-03 17:00"));
	assert_int_equal(calendar_after_days(c, at("2026-03-02 16:30") + 1, 1),
			 at("2026-03-04 17:00"));
	/* On a Friday, and in the nights and days of rest behind it, it is Monday's. */
	assert_int_equal(calendar_after_days(c, at("2026-03-06 16:31"), 1), at("2026-03-10 17:00"));
	assert_int_equal(calendar_after_days(c, at("2026-03-07 10:00"), 1), at("2026-03-10 17:00"));
	assert_int_equal(calendar_after_days(c, at("2026-03-08 23:00"), 1), at("2026-03-10 17:00"));
	/* On a shorter day its end cuts off. */
	assert_int_equal(calendar_after_days(c, at("2026-08-22 11:30"), 1), at("2026-08-24 17:00"));
	assert_int_equal(calendar_after_days(c, at("2026-08-22 12:00"), 1), at("2026-08-25 17:00"));
}

static void without_a_cut_off_the_date_decides(void **state)
{
	struct scene *scene = *state;
	const struct calendar *c;

	scene->weeks[0].cut_off = 1440;
	c = lay_out(scene, 1);
	assert_int_equal(calendar_after_days(c, at("2026-03-02 23:59"), 1), at("2026-03-03 17:00"));
}

static void days_are_counted_back_to_the_begin_of_their_work(void **state)
{
	const struct calendar *c = office(state);

	assert_int_equal(calendar_after_days(c, at("2026-02-24 16:59"), -1),
			 at("2026-02-23 07:30"));
	assert_int_equal(calendar_after_days(c, at("2026-02-24 03:00"), -2),
			 at("2026-02-13 07:30"));
	assert_int_equal(calendar_after_days(c, at("2026-02-18 12:00"), -1),
			 at("2026-02-13 07:30"));
}

static void a_record_suspended_over_midnight_is_charged_what_was_worked(void **state)
{
	const struct calendar *c = office(state);
	int64_t opened = at("2026-03-02 08:00");
	int64_t suspended = at("2026-03-02 16:00"), resumed = at("2026-03-04 08:00");
	int64_t used = calendar_elapsed_ms(c, opened, suspended);

	assert_int_equal(used, 6 * HOUR);
	/* Of ten hours, the four that are left begin when it is resumed. */
	assert_int_equal(calendar_after_ms(c, resumed, 10 * HOUR - used), at("2026-03-04 14:00"));
}

static void a_shift_over_midnight_is_one_stretch_of_work(void **state)
{
	struct scene *scene = *state;
	const struct calendar_hours night = { .spans = { { 0, 360 }, { 1320, 1440 } }, .n = 2 };
	const struct calendar *c;

	for (int i = 0; i < 7; i++)
		scene->weeks[0].weekdays[i] = night;
	c = lay_out(scene, 1);
	assert_int_equal(calendar_next_change_ms(c, at("2026-03-02 22:00")),
			 at("2026-03-03 06:00"));
	assert_int_equal(calendar_elapsed_ms(c, at("2026-03-02 23:00"), at("2026-03-03 02:00")),
			 3 * HOUR);
	assert_int_equal(calendar_after_ms(c, at("2026-03-02 23:00"), 8 * HOUR),
			 at("2026-03-03 23:00"));
	assert_int_equal(calendar_after_ms(c, at("2026-03-02 23:00"), 3 * HOUR),
			 at("2026-03-03 02:00"));
}

static void hours_change_on_the_day_of_their_new_version(void **state)
{
	struct scene *scene = *state;
	const struct calendar *c;

	scene->weeks[1] = plain_week;
	scene->weeks[1].from_day = day("2026-04-01"); /* a Wednesday */
	for (int i = 0; i < 5; i++)
		scene->weeks[1].weekdays[i] = (struct calendar_hours){ { { 420, 660 } }, 1 };
	rest(scene, "2026-03-31", 2); /* the first day of the new version rests */
	c = lay_out(scene, 2);
	assert_true(calendar_is_open(c, at("2026-03-30 16:00")));
	assert_false(calendar_is_open(c, at("2026-04-01 08:00")));
	assert_false(calendar_is_open(c, at("2026-04-02 16:00")));
	assert_true(calendar_is_open(c, at("2026-04-02 07:00")));
	assert_int_equal(calendar_elapsed_ms(c, at("2026-03-30 16:00"), at("2026-04-03 08:00")),
			 1 * HOUR + 4 * HOUR + 1 * HOUR);
}

static void time_against_the_clock_is_negative(void **state)
{
	const struct calendar *c = office(state);
	int64_t a = at("2026-02-13 16:00"), b = at("2026-02-23 08:30");

	assert_int_equal(calendar_elapsed_ms(c, b, a), -2 * HOUR);
	assert_int_equal(calendar_after_ms(c, b, -2 * HOUR), a);
	assert_int_equal(calendar_after_ms(c, b, -HOUR), b - HOUR); /* not before the holidays */
}

static void nothing_to_wait_for_is_over_at_once_even_at_rest(void **state)
{
	const struct calendar *c = office(state);

	assert_int_equal(calendar_after_ms(c, at("2026-02-18 03:00"), 0), at("2026-02-18 03:00"));
	assert_int_equal(calendar_after_ms(c, at("2026-02-18 03:00"), 1),
			 at("2026-02-23 07:30") + 1);
}

static void beyond_its_days_a_calendar_goes_on_by_the_week(void **state)
{
	const struct calendar *c = office(state);

	assert_int_equal(calendar_elapsed_ms(c, at("1971-03-01 00:00"), at("1971-03-08 00:00")),
			 5 * (7 * HOUR + 30 * MINUTE));
	assert_int_equal(calendar_elapsed_ms(c, at("2190-03-01 00:00"), at("2190-03-08 00:00")),
			 5 * (7 * HOUR + 30 * MINUTE));
	/* A thousand weeks of 37.5 hours, from long before to long after. */
	assert_int_equal(calendar_after_ms(c, at("2100-01-04 07:30"), 37500 * HOUR),
			 at("2100-01-04 17:00") + (999 * 7 + 4) * DAY);
	assert_int_equal(calendar_last_day(c), day("2026-09-02"));
	assert_false(calendar_has_run_out(c, at("2026-12-31 23:59")));
	assert_true(calendar_has_run_out(c, at("2027-01-01 00:00")));
}

static void who_never_works_waits_for_ever_and_who_always_does_never_stops(void **state)
{
	struct scene *scene = *state;
	const struct calendar_hours whole = { .spans = { { 0, 1440 } }, .n = 1 };
	const struct calendar *c;

	memset(scene->weeks, 0, sizeof(scene->weeks));
	scene->weeks[1].from_day = day("2026-03-02");
	for (int i = 0; i < 7; i++)
		scene->weeks[1].weekdays[i] = whole;
	c = lay_out(scene, 2);
	assert_int_equal(calendar_next_change_ms(c, at("2020-01-01 00:00")),
			 at("2026-03-02 00:00"));
	assert_int_equal(calendar_next_change_ms(c, at("2026-03-02 00:00")), INT64_MAX);
	assert_int_equal(calendar_after_ms(c, at("2026-03-02 05:00"), -6 * HOUR), INT64_MIN);
	assert_int_equal(calendar_after_days(c, at("2026-03-02 05:00"), -1), INT64_MIN);
	assert_int_equal(calendar_after_ms(c, at("2026-03-02 05:00"), INT64_MAX), INT64_MAX);
	assert_false(calendar_has_run_out(c, at("2500-01-01 00:00")));
	assert_int_equal(calendar_last_day(c), INT32_MIN);
}

static void who_works_day_and_night_until_a_day_stops_on_it(void **state)
{
	struct scene *scene = *state;
	const struct calendar *c;

	scene->weeks[1] = scene->weeks[0];
	scene->weeks[1].from_day = day("2026-03-02");
	for (int i = 0; i < 7; i++)
		scene->weeks[0].weekdays[i] = (struct calendar_hours){ { { 0, 1440 } }, 1 };
	c = lay_out(scene, 2);
	assert_int_equal(calendar_next_change_ms(c, at("2025-07-01 12:00")),
			 at("2026-03-02 00:00"));
	assert_int_equal(calendar_next_change_ms(c, at("2026-03-02 00:00")),
			 at("2026-03-02 07:30"));
}

static void who_stops_for_good_never_opens_again(void **state)
{
	struct scene *scene = *state;
	const struct calendar *c;

	scene->weeks[1] = (struct calendar_week){ .from_day = day("2026-03-04") };
	c = lay_out(scene, 2);
	assert_int_equal(calendar_next_change_ms(c, at("2026-03-03 17:00")), INT64_MAX);
	assert_int_equal(calendar_after_ms(c, at("2026-03-03 16:00"), HOUR),
			 at("2026-03-03 17:00"));
	assert_int_equal(calendar_after_ms(c, at("2026-03-03 16:00"), HOUR + 1), INT64_MAX);
	assert_int_equal(calendar_after_days(c, at("2026-03-03 09:00"), 1), INT64_MAX);
	assert_int_equal(calendar_after_days(c, at("2026-05-01 09:00"), -1),
			 at("2026-03-03 07:30"));
}

static void instants_beyond_all_reason_are_survived(void **state)
{
	const struct calendar *c = office(state);

	assert_false(calendar_is_open(c, INT64_MIN) && calendar_is_open(c, INT64_MAX));
	assert_true(calendar_elapsed_ms(c, INT64_MIN, INT64_MAX) > 0);
	assert_true(calendar_next_change_ms(c, INT64_MAX) > 0);
	assert_int_equal(calendar_after_ms(c, INT64_MAX, INT64_MAX), INT64_MAX);
	assert_int_equal(calendar_after_ms(c, INT64_MIN, INT64_MIN), INT64_MIN);
}

/* ---- against the reference ---- */

#define REFERENCE_DAYS 400
#define N_MINUTES      (REFERENCE_DAYS * 1440)

struct reference {
	int64_t start_ms;
	uint8_t open[N_MINUTES];
};

static struct calendar_hours random_hours(struct random_stream *random)
{
	struct calendar_hours hours = { 0 };
	uint32_t minute = (uint32_t)random_below(random, 3) ? 0 : 360;

	for (uint64_t n = random_below(random, CALENDAR_SPANS_MAX + 1); n > 0; n--) {
		uint32_t from = minute + (uint32_t)random_below(random, 300);
		uint32_t to = from + 1 + (uint32_t)random_below(random, 400);

		if (from >= 1440)
			break;
		to = to > 1440 ? 1440 : to;
		hours.spans[hours.n++] = (struct calendar_span){ (uint16_t)from, (uint16_t)to };
		minute = to + 1;
	}
	return hours;
}

static struct calendar_week random_week(struct random_stream *random, int32_t from_day)
{
	struct calendar_week week = { .from_day = from_day, .cut_off = 1440 };

	for (int i = 0; i < 7; i++)
		if (random_below(random, 4))
			week.weekdays[i] = random_hours(random);
	return week;
}

static const struct calendar_hours *reference_hours(const struct calendar_options *options,
						    int32_t today)
{
	uint32_t w = 0;

	for (uint32_t i = 0; i < options->n_days; i++)
		if (options->days[i].day == today)
			return &options->days[i].hours;
	while (w + 1 < options->n_weeks && options->weeks[w + 1].from_day <= today)
		w++;
	return &options->weeks[w].weekdays[(today + 3) % 7]; /* day 0 was a Thursday */
}

static void fill(struct reference *reference, const struct calendar_options *options, int32_t first)
{
	memset(reference->open, 0, sizeof(reference->open));
	reference->start_ms = (int64_t)first * DAY - options->offset_minutes * MINUTE;
	for (int32_t d = 0; d < REFERENCE_DAYS; d++) {
		const struct calendar_hours *hours = reference_hours(options, first + d);

		for (uint32_t i = 0; i < hours->n; i++)
			memset(reference->open + d * 1440 + hours->spans[i].from, 1,
			       (size_t)(hours->spans[i].to - hours->spans[i].from));
	}
}

/* Working time between two instants in order, added up minute by minute. */
static int64_t slow_elapsed(const struct reference *reference, int64_t from_ms, int64_t to_ms)
{
	int64_t sum_ms = 0;

	for (int64_t i = 0; i < N_MINUTES; i++) {
		int64_t begin = reference->start_ms + i * MINUTE, end = begin + MINUTE;

		begin = begin < from_ms ? from_ms : begin;
		end = end > to_ms ? to_ms : end;
		if (reference->open[i] && begin < end)
			sum_ms += end - begin;
	}
	return sum_ms;
}

/* The instant after working_ms, walked to; INT64_MAX: not within the reference. */
static int64_t slow_after(const struct reference *reference, int64_t from_ms, int64_t working_ms)
{
	for (int64_t i = (from_ms - reference->start_ms) / MINUTE; i < N_MINUTES; i++) {
		int64_t begin = reference->start_ms + i * MINUTE, end = begin + MINUTE;

		begin = begin < from_ms ? from_ms : begin;
		if (!reference->open[i])
			continue;
		if (working_ms <= end - begin)
			return begin + working_ms;
		working_ms -= end - begin;
	}
	return INT64_MAX;
}

static int64_t slow_change(const struct reference *reference, int64_t time_ms)
{
	int64_t i = (time_ms - reference->start_ms) / MINUTE;
	bool open = reference->open[i];

	for (i++; i < N_MINUTES; i++)
		if (reference->open[i] != open)
			return reference->start_ms + i * MINUTE;
	return INT64_MAX;
}

/* The end of work on the n-th day with any after that of time_ms, or as of the next one. */
static int64_t slow_after_days(const struct reference *reference, int64_t time_ms, int n)
{
	int64_t d = (time_ms - reference->start_ms) / DAY;

	for (; d < REFERENCE_DAYS; d++) {
		const uint8_t *open = reference->open + d * 1440;
		int64_t last = 1440;

		while (last > 0 && !open[last - 1])
			last--;
		if (last > 0 && n-- == 0)
			return reference->start_ms + d * DAY + last * MINUTE;
	}
	return INT64_MAX;
}

static void compare(const struct calendar *c, const struct reference *reference,
		    struct random_stream *random)
{
	int64_t end_ms = reference->start_ms + REFERENCE_DAYS * DAY;
	int64_t a = reference->start_ms + (int64_t)random_below(random, REFERENCE_DAYS * DAY);
	int64_t b = a + (int64_t)random_below(random, (uint64_t)(end_ms - a));
	int64_t worked_ms = slow_elapsed(reference, a, b);
	int64_t w = (int64_t)random_below(random, 200 * HOUR) + 1;
	int64_t then = slow_after(reference, a, w);
	int64_t change = slow_change(reference, a);
	int n = 1 + (int)random_below(random, 20);

	assert_int_equal(calendar_is_open(c, a),
			 reference->open[(a - reference->start_ms) / MINUTE]);
	assert_int_equal(calendar_elapsed_ms(c, a, b), worked_ms);
	assert_int_equal(calendar_elapsed_ms(c, b, a), -worked_ms);
	if (change != INT64_MAX)
		assert_int_equal(calendar_next_change_ms(c, a), change);
	if (then != INT64_MAX) {
		assert_int_equal(calendar_after_ms(c, a, w), then);
		assert_int_equal(calendar_elapsed_ms(c, a, then), w);
		/* Back again is the last instant from which so much remains. */
		b = calendar_after_ms(c, then, -w);
		assert_true(b >= a);
		assert_int_equal(calendar_elapsed_ms(c, b, then), w);
		assert_int_equal(calendar_elapsed_ms(c, b + 1, then), w - 1);
	}
	then = slow_after_days(reference, a, n);
	if (then != INT64_MAX)
		assert_int_equal(calendar_after_days(c, a, n), then);
}

static void random_calendars_agree_with_walking_from_minute_to_minute(void **state)
{
	static struct reference reference;
	static const int offsets[] = { 420, 0, -210, 840 };
	const int32_t first = day("2026-01-01");

	(void)state;
	for (uint64_t seed = 0; seed < 24; seed++) {
		struct random_stream random;
		struct calendar_week weeks[3];
		struct calendar_day days[64];
		struct calendar_options options = { .weeks = weeks, .days = days };
		int32_t next = first + 10;
		struct calendar *c;

		random_seed(&random, seed);
		options.n_weeks = 1 + (uint32_t)random_below(&random, COUNT(weeks));
		options.offset_minutes = offsets[seed % COUNT(offsets)];
		for (uint32_t i = 0; i < options.n_weeks; i++)
			weeks[i] = random_week(&random, first + 100 * (int32_t)i);
		for (; options.n_days < COUNT(days) && next < first + 390; options.n_days++) {
			days[options.n_days] = (struct calendar_day){ .day = next };
			if (random_below(&random, 2))
				days[options.n_days].hours = random_hours(&random);
			next += random_below(&random, 2) ? 1
							 : 1 + (int32_t)random_below(&random, 20);
		}
		c = calendar_new(&options);
		fill(&reference, &options, first);
		for (int i = 0; i < 40; i++)
			compare(c, &reference, &random);
		calendar_free(c);
	}
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, make, unmake)
	const struct CMUnitTest tests[] = {
		CASE(a_day_has_its_two_spans_and_their_ends_do_not_count),
		CASE(nothing_elapses_over_the_new_year_holidays),
		CASE(a_swapped_saturday_is_worked_by_its_own_hours),
		CASE(what_comes_after_the_cut_off_counts_from_the_next_working_day),
		CASE(without_a_cut_off_the_date_decides),
		CASE(days_are_counted_back_to_the_begin_of_their_work),
		CASE(a_record_suspended_over_midnight_is_charged_what_was_worked),
		CASE(a_shift_over_midnight_is_one_stretch_of_work),
		CASE(hours_change_on_the_day_of_their_new_version),
		CASE(time_against_the_clock_is_negative),
		CASE(nothing_to_wait_for_is_over_at_once_even_at_rest),
		CASE(beyond_its_days_a_calendar_goes_on_by_the_week),
		CASE(who_never_works_waits_for_ever_and_who_always_does_never_stops),
		CASE(who_works_day_and_night_until_a_day_stops_on_it),
		CASE(who_stops_for_good_never_opens_again),
		CASE(instants_beyond_all_reason_are_survived),
		CASE(random_calendars_agree_with_walking_from_minute_to_minute),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
