/* SPDX-License-Identifier: Apache-2.0 */
#include "pack.h"

#define REPORT(yaml)                                                                               \
	{                                                                                          \
		PART_REPORTS, "reports.d/a.yml", yaml                                              \
	}

/* clang-format off */
static const struct mistake mistakes[] = {
	{ REPORT("A: {every: day, lines: [desk.opened]}\n"), "1:1: error: 'A' cannot name a report; use a to z, 0 to 9, '_' and '-', beginning with a letter or digit, at most 64" },
	{ REPORT("a: day\n"), "1:4: error: 'a' must be a map of keys and values, not a text" },
	{ REPORT("a: {lines: [desk.opened]}\n"), "1:1: error: 'every' is missing" },
	{ REPORT("a: {every: moth, lines: [desk.opened]}\n"), "1:12: error: 'moth' is not day, week, month or year; did you mean 'month'?" },
	{ REPORT("a: {evry: day, every: day, lines: [desk.opened]}\n"), "1:5: error: unknown key 'evry'; did you mean 'every'?" },
	{ REPORT("a: {every: day}\n"), "1:1: error: 'lines' is missing" },
	{ REPORT("a: {every: day, lines: {x: y}}\n"), "1:24: error: 'lines' must be a list, not a map of keys and values" },
	{ REPORT("a: {every: day, lines: []}\n"), "1:24: error: a report has from 1 to 40 'lines'" },
	{ REPORT("a: {every: day, lines: [desk.opend]}\n"), "1:25: error: unknown indicator 'desk.opend'; did you mean 'desk.opened'?" },
	{ REPORT("a: {every: day, lines: [desk.opened, desk.closed, desk.opened]}\n"), "1:51: error: 'desk.opened' is a line already" },
	{ REPORT("a: {every: day, at: \"7:30\", lines: [desk.opened]}\n"), "1:21: error: '7:30' is not a time of day; write it like 07:30, up to 24:00" },
	{ REPORT("a: {every: day, at: \"00:04\", lines: [desk.opened]}\n"), "1:21: error: too early: the last hour of a day is complete at 00:05" },
	{ REPORT("a: {every: day, units: {level: town}, lines: [desk.opened]}\n"), "1:32: error: no unit has the level 'town'" },
	{ REPORT("a: {every: day, units: nowhere, lines: [desk.opened]}\n"), "1:24: error: unknown unit 'nowhere'" },
	{ REPORT("a: {every: day, lines: [desk.opened], rank: desk.opened}\n"), "1:45: error: 'rank' must be a map of keys and values, not a text" },
	{ REPORT("a: {every: day, lines: [desk.opened], rank: {among: east}}\n"), "1:39: error: 'by' is missing" },
	{ REPORT("a: {every: day, lines: [desk.opened], rank: {by: desk.closed}}\n"), "1:50: error: 'desk.closed' is not one of the lines" },
	{ REPORT("a: {every: day, lines: [desk.opened], rank: {by: desk.closde}}\n"), "1:50: error: unknown indicator 'desk.closde'; did you mean 'desk.closed'?" },
	{ REPORT("a: {every: day, lines: [desk.opened], rank: {by: desk.opened, among: {level: town}}}\n"), "1:78: error: no unit has the level 'town'" },
	{ REPORT("a: {every: day, title: {vi: \"\"}, lines: [desk.opened]}\n"), "1:29: error: 'vi' has no value" },
};
/* clang-format on */

static void each_mistake_in_a_report_is_told_alone_at_its_place(void **state)
{
	(void)state;
	expect_mistakes(mistakes, COUNT(mistakes));
}

static void what_is_only_known_for_the_present_is_no_line(void **state)
{
	static const char *const indicators[] = {
		"x: {change: desk.opened, as: ratio}\n",
		"x: {baseline: desk.opened}\n",
		"x: {units: desk.opened, is: \"> 1\", among: {level: district}}\n",
	};
	const struct mistake mistake = {
		REPORT("a: {every: day, lines: [desk.opened, x]}\n"),
		"1:38: error: 'x' is only known for the present; a report looks back"
	};

	(void)state;
	for (size_t i = 0; i < COUNT(indicators); i++) {
		const struct file beside = { PART_INDICATORS, "indicators.d/x.yml", indicators[i] };

		expect_mistake_beside(&mistake, &beside);
	}
}

static void a_report_has_no_more_lines_than_fit(void **state)
{
	CLEANUP_TEXT struct text indicators = { 0 };
	CLEANUP_TEXT struct text report = { 0 };
	struct file beside = { PART_INDICATORS, "indicators.d/x.yml", NULL };
	struct mistake mistake = { REPORT(NULL), "1:24: error: a report has from 1 to 40 'lines'" };

	(void)state;
	text_add(&report, "a: {every: day, lines: [");
	for (int i = 0; i <= REPORT_LINES_MAX; i++) {
		text_add(&indicators, "x%d: {count: desk/record.opened}\n", i);
		text_add(&report, "%sx%d", i ? ", " : "", i);
	}
	text_add(&report, "]}\n");
	beside.yaml = text_get(&indicators);
	mistake.file.yaml = text_get(&report);
	expect_mistake_beside(&mistake, &beside);
}

static const struct report_plan *find_plan(const struct config *config, uint32_t number, uint32_t n)
{
	uint32_t n_plans;
	const struct report_plan *plans = config_reports(config, &n_plans);

	assert_int_equal(n_plans, n);
	return &plans[number];
}

static uint32_t indicator_of(const struct config *config, const char *id)
{
	const struct indicator *list;
	uint32_t n;

	list = config_indicators(config, &n);
	for (uint32_t i = 0; i < n; i++)
		if (strcmp(list[i].id, id) == 0)
			return i;

	fail_msg("%s", id);
	return 0;
}

static bool is_chosen(const struct config *config, const bool *units, const char *id)
{
	return units[units_find(config_units(config), id, strlen(id))];
}

static void everything_that_can_be_said_of_a_report_is_kept(void **state)
{
	const struct file file = REPORT("a-1:\n"
					"  title: {vi: Báo cáo, en: Report}\n"
					"  every: month\n"
					"  at: \"06:30\"\n"
					"  units: {level: [province, district]}\n"
					"  lines: [desk.cost, desk.late-rate]\n"
					"  rank: {by: desk.late-rate, among: [east, west]}\n");
	CLEANUP(config_free) struct config *config = expect_good(&file, 1);
	const struct report_plan *plan = find_plan(config, 0, 1);

	(void)state;
	assert_string_equal(plan->id, "a-1");
	assert_string_equal(plan->title_vi, "Báo cáo");
	assert_string_equal(plan->title_en, "Report");
	assert_int_equal(plan->every, REPORT_MONTH);
	assert_int_equal(plan->at_minute, 6 * 60 + 30);
	assert_int_equal(plan->n_lines, 2);
	assert_int_equal(plan->lines[0], indicator_of(config, "desk.cost"));
	assert_int_equal(plan->lines[1], indicator_of(config, "desk.late-rate"));
	assert_int_equal(plan->rank_line, 1);
	assert_true(is_chosen(config, plan->units, "home") &&
		    is_chosen(config, plan->units, "west"));
	assert_false(is_chosen(config, plan->units, "east-1"));
	assert_true(is_chosen(config, plan->ranked, "east"));
	assert_false(is_chosen(config, plan->ranked, "home"));
	assert_int_equal(plan->place.line, 1);
}

static void what_is_left_out_of_a_report_has_its_usual_meaning(void **state)
{
	const struct file file =
		REPORT("a: {every: week, lines: [desk.opened]}\n"
		       "b: {every: year, lines: [desk.opened], rank: {by: desk.opened}}\n");
	CLEANUP(config_free) struct config *config = expect_good(&file, 1);
	const struct report_plan *plan = find_plan(config, 0, 2);

	(void)state;
	assert_string_equal(plan->title_vi, "a");
	assert_string_equal(plan->title_en, "a");
	assert_int_equal(plan->at_minute, REPORT_AFTER_MIN);
	assert_int_equal(plan->rank_line, UINT32_MAX);
	assert_true(is_chosen(config, plan->units, "home"));
	assert_true(is_chosen(config, plan->units, "east-1"));
	plan = find_plan(config, 1, 2);
	assert_int_equal(plan->every, REPORT_YEAR);
	assert_int_equal(plan->rank_line, 0);
	assert_true(is_chosen(config, plan->ranked, "east-1"));
}

static void without_reports_there_are_none(void **state)
{
	CLEANUP(config_free) struct config *config = expect_good(NULL, 0);
	uint32_t n;

	(void)state;
	(void)config_reports(config, &n);
	assert_int_equal(n, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_mistake_in_a_report_is_told_alone_at_its_place),
		cmocka_unit_test(what_is_only_known_for_the_present_is_no_line),
		cmocka_unit_test(a_report_has_no_more_lines_than_fit),
		cmocka_unit_test(everything_that_can_be_said_of_a_report_is_kept),
		cmocka_unit_test(what_is_left_out_of_a_report_has_its_usual_meaning),
		cmocka_unit_test(without_reports_there_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
