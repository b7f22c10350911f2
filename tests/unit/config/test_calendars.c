/* SPDX-License-Identifier: Apache-2.0 */
#include "pack.h"

#define CALENDAR(yaml)                                                                             \
	{                                                                                          \
		PART_CALENDAR, "calendar.yml", yaml                                                \
	}
#define WEEK  "a:\n  weeks: [{mon-fri: \"07:30-11:30 13:30-17:00\"}]\n"
#define NIGHT "a:\n  weeks: [{mon-fri: \"22:00-06:00\"}]\n"

/* clang-format off */
static const struct mistake mistakes[] = {
	{ CALENDAR("A: {weeks: [{mon: \"07:00-08:00\"}]}\n"), "1:1: error: 'A' cannot name a calendar; use a to z, 0 to 9, '_' and '-', beginning with a letter or digit, at most 64" },
	{ CALENDAR("always: {weeks: [{mon: \"07:00-08:00\"}]}\n"), "1:1: error: 'always' is built in; name this calendar differently" },
	{ CALENDAR("a: {days: {}}\n"), "1:1: error: 'weeks' is missing" },
	{ CALENDAR("a: {week: [{mon: \"07:00-08:00\"}]}\n"), "1:5: error: unknown key 'week'; did you mean 'weeks'?" },
	{ CALENDAR("a: {weeks: {mon: \"07:00-08:00\"}}\n"), "1:12: error: 'weeks' must be a list, not a map of keys and values" },
	{ CALENDAR("a: {weeks: []}\n"), "1:12: error: a calendar has from 1 to 100 'weeks'" },
	{ CALENDAR("a: {weeks: [{from: 2020-01-01}]}\n"), "1:13: error: no day of the week has working hours" },
	{ CALENDAR("a: {weeks: [{mon-fir: \"07:00-08:00\", sat: \"07:00-08:00\"}]}\n"), "1:14: error: unknown key 'mon-fir'; days are mon to sun, or several like mon-fri; did you mean 'mon-fri'?" },
	{ CALENDAR("a: {weeks: [{fri-mon: \"07:00-08:00\", sat: \"07:00-08:00\"}]}\n"), "1:14: error: unknown key 'fri-mon'; days are mon to sun, or several like mon-fri" },
	{ CALENDAR("a: {weeks: [{mon-fri: \"07:00-08:00\", wed: \"07:00-08:00\"}]}\n"), "1:38: error: the hours of 'wed' are given already, by 'mon-fri'" },
	{ CALENDAR("a: {weeks: [{mon: \"7:30-11:30\"}]}\n"), "1:19: error: '7:30-11:30' are no working hours; write them like \"07:30-11:30 13:30-17:00\"" },
	{ CALENDAR("a: {weeks: [{mon: \"07:30-24:01\"}]}\n"), "1:19: error: '07:30-24:01' are no working hours; write them like \"07:30-11:30 13:30-17:00\"" },
	{ CALENDAR("a: {weeks: [{mon: \"07:30-07:30\"}]}\n"), "1:19: error: '07:30-07:30' are no working hours; write them like \"07:30-11:30 13:30-17:00\"" },
	{ CALENDAR("a: {weeks: [{mon: \" \"}]}\n"), "1:19: error: ' ' are no working hours; write them like \"07:30-11:30 13:30-17:00\"" },
	{ CALENDAR("a: {weeks: [{mon: \"07:30-11:30 11:00-12:00\"}]}\n"), "1:19: error: '11:00-12:00' begins before the hours in front of it end" },
	{ CALENDAR("a: {weeks: [{mon: \"22:00-06:00 23:00-23:30\"}]}\n"), "1:19: error: '23:00-23:30' begins before the hours in front of it end" },
	{ CALENDAR("a: {weeks: [{mon: \"01:00-02:00 03:00-04:00 05:00-06:00 07:00-08:00 09:00-10:00\"}]}\n"), "1:19: error: a day has at most 4 spans of work" },
	{ CALENDAR("a: {weeks: [{mon: \"22:00-06:00\", tue: \"05:00-09:00\"}]}\n"), "1:39: error: 'tue' overlaps with the shift that goes on from the day before" },
	{ CALENDAR("a: {weeks: [{mon: \"22:00-01:00\", tue: \"02:00-03:00 04:00-05:00 06:00-07:00 08:00-09:00\"}]}\n"), "1:39: error: 'tue' has too many spans of work, with the shift that goes on from the day before" },
	{ CALENDAR("a: {weeks: [{mon: \"07:00-08:00\", cut-off: \"16.30\"}]}\n"), "1:43: error: '16.30' is not a time of day; write it like 07:30, up to 24:00" },
	{ CALENDAR("a: {weeks: [{mon: \"07:00-08:00\", from: 2020-02-30}]}\n"), "1:40: error: '2020-02-30' is not a day; write it like 2026-02-16" },
	{ CALENDAR("a: {weeks: [{mon: \"07:00-08:00\", from: 2200-01-01}]}\n"), "1:40: error: a calendar has no days after 2199" },
	{ CALENDAR("a:\n  weeks:\n    - {from: 2020-01-01, mon: \"07:00-08:00\"}\n    - {from: 2020-01-01, mon: \"07:00-09:00\"}\n"), "4:14: error: not after the 'from' of the weekly hours before" },
	{ CALENDAR("a:\n  weeks:\n    - {from: 2020-01-01, mon: \"07:00-08:00\"}\n    - {mon: \"07:00-09:00\"}\n"), "4:7: error: 'from' is missing" },
	{ CALENDAR(WEEK "  days: {2026-02-16: {}}\n"), "3:10: error: neither 'rest' nor 'work'" },
	{ CALENDAR(WEEK "  days: {2026-02-16: {rest: yes, work: \"07:00-08:00\"}}\n"), "3:10: error: 'rest' and 'work': it is one of them" },
	{ CALENDAR(WEEK "  days: {2026-02-16: {rest: no}}\n"), "3:29: error: a day that does not rest has its hours under 'work'" },
	{ CALENDAR(WEEK "  days: {2026-02-16: {rest: on}}\n"), "3:29: error: 'on' is neither yes nor no" },
	{ CALENDAR(WEEK "  days: {2026-02-16: {rset: yes}}\n"), "3:23: error: unknown key 'rset'; did you mean 'rest'?" },
	{ CALENDAR(WEEK "  days: {2026-02-16: rest}\n"), "3:22: error: '2026-02-16' must be a map of keys and values, not a text" },
	{ CALENDAR(WEEK "  days: {16.2.2026: {rest: yes}}\n"), "3:10: error: '16.2.2026' is not a day; write it like 2026-02-16, or several like 2026-02-16..2026-02-20" },
	{ CALENDAR(WEEK "  days: {2026-02-16..20: {rest: yes}}\n"), "3:10: error: '2026-02-16..20' is not a day; write it like 2026-02-16, or several like 2026-02-16..2026-02-20" },
	{ CALENDAR(WEEK "  days: {2026-02-16..2026-02-15: {rest: yes}}\n"), "3:10: error: '2026-02-16..2026-02-15' ends before it begins" },
	{ CALENDAR(WEEK "  days: {2026-02-16..9999-12-31: {rest: yes}}\n"), "3:10: error: a calendar has no days after 2199" },
	{ CALENDAR(WEEK "  days: {1970-01-01..2199-12-31: {rest: yes}}\n"), "3:10: error: more than 9999 single days" },
	{ CALENDAR(WEEK "  days:\n    2026-02-18: {rest: yes}\n    2026-02-16..2026-02-20: {rest: yes}\n"), "5:5: error: a day of '2026-02-16..2026-02-20' is given already, by '2026-02-18'" },
	{ CALENDAR(WEEK "  days: {2026-02-16: {rest: yes, assumed: perhaps}}\n"), "3:43: error: 'perhaps' is neither yes nor no" },
	{ CALENDAR(NIGHT "  days: {2026-02-17: {work: \"05:00-09:00\"}}\n"), "3:10: error: '2026-02-17' overlaps with the shift that goes on from the day before" },
};
/* clang-format on */

static void each_mistake_in_a_calendar_is_told_alone_at_its_place(void **state)
{
	(void)state;
	expect_mistakes(mistakes, COUNT(mistakes));
}

static const struct calendar_options *load(struct config **ret, const char *yaml)
{
	const struct file file = CALENDAR(yaml);

	*ret = expect_good(&file, 1);
	assert_non_null(config_find_calendar(*ret, "a"));
	return calendar_about(config_find_calendar(*ret, "a"));
}

static void assert_hours(const struct calendar_hours *hours, const char *told)
{
	CLEANUP_TEXT struct text text = { 0 };

	for (uint32_t i = 0; i < hours->n; i++)
		text_add(&text, "%s%u-%u", i ? " " : "", hours->spans[i].from, hours->spans[i].to);
	assert_string_equal(text_get(&text), told);
}

static void everything_that_can_be_said_of_a_calendar_is_kept(void **state)
{
	CLEANUP(config_free) struct config *config = NULL;
	const struct calendar_options *a = load(
		&config,
		"a:\n"
		"  title: {vi: Giờ làm, en: Office}\n"
		"  weeks:\n"
		"    - {from: 2020-01-06, mon-fri: \"07:30-11:30, 13:30-17:00\", sat: "
		"\"07:30-11:30\", cut-off: \"16:30\"}\n"
		"    - {from: 2024-01-01, mon-sat: \"08:00-24:00\", sun: rest}\n"
		"  days:\n"
		"    2026-02-16..2026-02-17: {rest, name: {vi: Tết, en: Tet}, source: \"No. 1\", "
		"assumed: yes}\n"
		"    2021-08-22: {work: \"07:30-11:30\"}\n");
	uint32_t n;

	(void)state;
	assert_string_equal(a->title_vi, "Giờ làm");
	assert_string_equal(a->title_en, "Office");
	assert_int_equal(a->offset_minutes, 420);
	assert_int_equal(a->place.line, 1);
	assert_int_equal(a->n_weeks, 2);
	assert_int_equal(a->weeks[0].from_day, 18267);
	assert_int_equal(a->weeks[0].cut_off, 990);
	assert_int_equal(a->weeks[1].cut_off, 1440);
	assert_hours(&a->weeks[0].weekdays[0], "450-690 810-1020");
	assert_hours(&a->weeks[0].weekdays[4], "450-690 810-1020");
	assert_hours(&a->weeks[0].weekdays[5], "450-690");
	assert_hours(&a->weeks[0].weekdays[6], "");
	assert_hours(&a->weeks[1].weekdays[5], "480-1440");
	assert_hours(&a->weeks[1].weekdays[6], "");
	assert_int_equal(a->n_days, 3);
	assert_int_equal(a->days[0].day, 18861);
	assert_hours(&a->days[0].hours, "450-690");
	assert_false(a->days[0].is_assumed);
	assert_string_equal(a->days[0].source, "");
	assert_int_equal(a->days[2].day, a->days[1].day + 1);
	assert_hours(&a->days[2].hours, "");
	assert_string_equal(a->days[2].name_vi, "Tết");
	assert_string_equal(a->days[2].name_en, "Tet");
	assert_string_equal(a->days[2].source, "No. 1");
	assert_true(a->days[2].is_assumed);
	assert_int_equal(a->days[2].place.line, 7);
	(void)config_calendars(config, &n);
	assert_int_equal(n, 2);
}

static void all_time_is_working_time_in_the_calendar_that_is_built_in(void **state)
{
	CLEANUP(config_free) struct config *config = expect_good(NULL, 0);
	const struct calendar *always = config_find_calendar(config, "always");

	(void)state;
	assert_non_null(always);
	assert_true(calendar_is_open(always, 0));
	assert_int_equal(calendar_elapsed_ms(always, 0, 1000000000000), 1000000000000);
	assert_null(config_find_calendar(config, "office"));
}

static void a_shift_over_midnight_goes_on_the_day_after(void **state)
{
	CLEANUP(config_free) struct config *config = NULL;
	const struct calendar_options *a =
		load(&config, "a: {weeks: [{fri: \"22:00-06:00\", sat: \"06:00-14:00\", "
			      "sun: \"22:00-00:00\", tue: \"18:00-02:00\"}]}\n");
	const struct calendar_hours *days = a->weeks[0].weekdays;

	(void)state;
	assert_hours(&days[0], "");
	assert_hours(&days[1], "1080-1440");
	assert_hours(&days[2], "0-120");
	assert_hours(&days[4], "1320-1440");
	assert_hours(&days[5], "0-840");
	assert_hours(&days[6], "1320-1440");
}

static void a_shift_of_sunday_night_goes_on_on_monday(void **state)
{
	CLEANUP(config_free) struct config *config = NULL;
	const struct calendar_options *a = load(&config, "a: {weeks: [{sun: \"20:00-04:00\"}]}\n");

	(void)state;
	assert_hours(&a->weeks[0].weekdays[0], "0-240");
	assert_hours(&a->weeks[0].weekdays[6], "1200-1440");
}

/* 2026-02-16 is a Monday. */
static void a_night_before_a_holiday_is_worked_and_the_night_of_it_is_not(void **state)
{
	CLEANUP(config_free) struct config *config = NULL;
	const struct calendar_options *a =
		load(&config, NIGHT "  days: {2026-02-18: {rest, name: Tet}}\n");

	(void)state;
	assert_int_equal(a->n_days, 2);
	assert_int_equal(a->days[0].day, 20502);
	assert_hours(&a->days[0].hours, "0-360");
	assert_string_equal(a->days[0].name_en, "Tet");
	assert_int_equal(a->days[1].day, 20503);
	assert_hours(&a->days[1].hours, "1320-1440");
	assert_string_equal(a->days[1].name_en, "");
}

/* 2026-02-21 is a Saturday: only what Friday began is left. */
static void a_single_day_follows_the_weekday_before_it(void **state)
{
	CLEANUP(config_free) struct config *config = NULL;
	const struct calendar_options *a =
		load(&config, NIGHT "  days:\n    2026-02-21: {rest}\n    2026-02-23: {rest}\n");

	(void)state;
	assert_int_equal(a->n_days, 3);
	assert_hours(&a->days[0].hours, "0-360");
	assert_hours(&a->days[1].hours, "");
	assert_hours(&a->days[2].hours, "1320-1440");
}

static void hours_that_touch_are_one(void **state)
{
	CLEANUP(config_free) struct config *config = NULL;
	const struct calendar_options *a =
		load(&config, "a: {weeks: [{mon: \"07:00-11:00 11:00-12:00 13:00-14:00\"}]}\n");

	(void)state;
	assert_hours(&a->weeks[0].weekdays[0], "420-720 780-840");
}

static void a_night_shift_on_a_single_day_goes_on_into_the_next(void **state)
{
	CLEANUP(config_free) struct config *config = NULL;
	const struct calendar_options *a = load(
		&config, WEEK "  days:\n    2026-02-21..2026-02-22: {work: \"22:00-06:00\"}\n");

	(void)state;
	assert_int_equal(a->n_days, 3);
	assert_hours(&a->days[0].hours, "1320-1440");
	assert_hours(&a->days[1].hours, "0-360 1320-1440");
	assert_hours(&a->days[2].hours, "0-360 450-690 810-1020");
}

static void a_broken_calendar_is_not_told_again_where_it_is_used(void **state)
{
	const struct file files[] = {
		CALENDAR("a: {weeks: [{mon: \"07:30\"}]}\n"),
		{ PART_RULES, "rules.d/z.yml",
		  "z: {indicator: desk.cost, window: 1h, warning: \"> 5\", calendar: a}\n"
		  "y: {indicator: desk.cost, window: 1h, warning: \"> 5\", calendar: b}\n" },
	};
	CLEANUP_TEXT struct text report = { 0 };
	struct config *config = NULL;

	(void)state;
	assert_int_equal(pack_load(&config, files, COUNT(files), &report), CONFIG_REFUSED);
	assert_non_null(
		strstr(text_get(&report), "rules.d/z.yml:2:65: error: unknown calendar 'b'"));
	assert_non_null(strstr(text_get(&report), "\n2 errors in 2 files;"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_that_can_be_said_of_a_calendar_is_kept),
		cmocka_unit_test(all_time_is_working_time_in_the_calendar_that_is_built_in),
		cmocka_unit_test(each_mistake_in_a_calendar_is_told_alone_at_its_place),
		cmocka_unit_test(a_shift_over_midnight_goes_on_the_day_after),
		cmocka_unit_test(a_shift_of_sunday_night_goes_on_on_monday),
		cmocka_unit_test(a_night_before_a_holiday_is_worked_and_the_night_of_it_is_not),
		cmocka_unit_test(a_single_day_follows_the_weekday_before_it),
		cmocka_unit_test(hours_that_touch_are_one),
		cmocka_unit_test(a_night_shift_on_a_single_day_goes_on_into_the_next),
		cmocka_unit_test(a_broken_calendar_is_not_told_again_where_it_is_used),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
