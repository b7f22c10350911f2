/* SPDX-License-Identifier: Apache-2.0 */
#include "pack.h"

#include <math.h>

#define INDICATORS(yaml)                                                                           \
	{                                                                                          \
		PART_INDICATORS, "indicators.d/z.yml", yaml                                        \
	}

/* clang-format off */
static const struct mistake mistakes[] = {
	{ INDICATORS("a: {score: desk.opened}\n"), "1:12: error: 'score' must be a list of 1 to 100 parts, like {of: indicator, weight: 30, max: 10}" },
	{ INDICATORS("a: {score: []}\n"), "1:12: error: 'score' must be a list of 1 to 100 parts, like {of: indicator, weight: 30, max: 10}" },
	{ INDICATORS("a: {score: [desk.opened]}\n"), "1:13: error: this item must be a map of keys and values, not a text" },
	{ INDICATORS("a: {score: [{weight: 1, max: 1}]}\n"), "1:13: error: 'of' is missing" },
	{ INDICATORS("a: {score: [{of: desk.opened, max: 1}]}\n"), "1:13: error: 'weight' is missing" },
	{ INDICATORS("a: {score: [{of: desk.opened, weight: 1}]}\n"), "1:13: error: 'max' is missing" },
	{ INDICATORS("a: {score: [{of: desk.opend, weight: 1, max: 1}]}\n"), "1:18: error: unknown indicator 'desk.opend'; did you mean 'desk.opened'?" },
	{ INDICATORS("a: {score: [{of: desk.opened, weight: 0, max: 1}]}\n"), "1:39: error: '0' is out of range; it must be above 0" },
	{ INDICATORS("a: {score: [{of: desk.opened, weight: 1, max: -1}]}\n"), "1:47: error: '-1' is out of range; it must be above 0" },
	{ INDICATORS("a: {score: [{of: a, weight: 1, max: 1}]}\n"), "1:18: error: the indicator refers to itself: a > a" },
	{ INDICATORS("a: {score: [{of: desk.opened, weight: 1, max: 1}, {of: b, weight: 1, max: 1}]}\nb: {change: a}\n"), "2:13: error: the indicator refers to itself: a > b > a" },
	{ INDICATORS("a: {progress: desk.opened}\n"), "1:1: error: 'goal' is missing" },
	{ INDICATORS("a: {progress: desk.opened, goal: 0}\n"), "1:34: error: '0' is out of range; it must be above 0" },
	{ INDICATORS("a: {progress: [desk.opened], goal: 5}\n"), "1:15: error: 'progress' must be a text, not a list" },
	{ INDICATORS("a: {progress: b, goal: 5}\nb: {progress: desk.opened, goal: 5}\n"), "1:15: error: 'b' is a 'progress'; a 'progress' cannot be made of progress, behind, change or baseline" },
	{ INDICATORS("a: {behind: b, by: 2025-12-31}\nb: {progress: desk.opened, goal: 5}\n"), "1:1: error: 'from' is missing" },
	{ INDICATORS("a: {behind: b, from: 2025-12-31}\nb: {progress: desk.opened, goal: 5}\n"), "1:1: error: 'by' is missing" },
	{ INDICATORS("a: {behind: b, from: 2025-12-31, by: 2025-12-30}\nb: {progress: desk.opened, goal: 5}\n"), "1:38: error: 'by' is before 'from'" },
	{ INDICATORS("a: {behind: b, from: 2025-12-31, by: soon}\nb: {progress: desk.opened, goal: 5}\n"), "1:38: error: 'soon' is not a day; write it like 2026-02-16" },
	{ INDICATORS("a: {behind: desk.opened, from: 2025-01-01, by: 2025-12-30}\n"), "1:13: error: 'desk.opened' is a 'count'; a 'behind' can only be made of progress" },
	{ INDICATORS("a: {change: desk.opened, as: share}\n"), "1:30: error: 'share' is not difference or ratio" },
	{ INDICATORS("a: {change: b}\nb: {change: desk.opened}\n"), "1:13: error: 'b' is a 'change'; a 'change' cannot be made of change, baseline or units" },
	{ INDICATORS("a: {baseline: desk.opened, weeks: 9}\n"), "1:35: error: '9' is out of range; it must be from 1 to 8" },
	{ INDICATORS("a: {baseline: desk.opened, weeks: 0}\n"), "1:35: error: '0' is out of range; it must be from 1 to 8" },
	{ INDICATORS("a: {baseline: b}\nb: {change: desk.opened}\n"), "1:15: error: 'b' is a 'change'; a 'baseline' cannot be made of change or baseline" },
	{ INDICATORS("a: {units: desk.opened, among: {level: district}}\n"), "1:1: error: 'is' is missing" },
	{ INDICATORS("a: {units: desk.opened, is: \"> 5\"}\n"), "1:1: error: 'among' is missing" },
	{ INDICATORS("a: {units: desk.opened, is: 5, among: {level: district}}\n"), "1:29: error: '5' is no limit; write >, >=, < or <= and a number or percentage, like \">= 70\"" },
	{ INDICATORS("a: {units: desk.opened, is: \"!= 5\", among: {level: district}}\n"), "1:29: error: '!= 5' is no limit; write >, >=, < or <= and a number or percentage, like \">= 70\"" },
	{ INDICATORS("a: {units: desk.opened, is: \"> 5\", among: {level: distrct}}\n"), "1:51: error: no unit has the level 'distrct'; did you mean 'district'?" },
	{ INDICATORS("a: {units: desk.opened, is: \"> 5\", among: []}\n"), "1:43: error: no unit may count" },
	{ INDICATORS("a: {units: b, is: \"> 5\", among: [east]}\nb: {units: desk.opened, is: \"> 5\", among: [east]}\n"), "1:12: error: 'b' is a 'units'; a 'units' cannot be made of units" },
	{ INDICATORS("a: {stock: desk/record.opened}\n"), "1:12: error: 'desk/record.opened' names an event; here stands a field of one: <feed>/<event>.<field>" },
	{ INDICATORS("a: {stock: desk/record.closed.record}\n"), "1:12: error: field 'record' is a text; it has no stock" },
	{ INDICATORS("a: {stock: desk/record.closed.cost, by: recrod}\n"), "1:41: error: event 'record.closed' has no field 'recrod'; did you mean 'record'?" },
	{ INDICATORS("a: {stock: desk/record.closed.cost, by: late}\n"), "1:41: error: 'late' is a flag; things are told apart by a text or a choice" },
	{ INDICATORS("a: {sum: desk/record.closed.cost, by: record}\n"), "1:35: error: 'by' has no meaning beside 'sum'" },
	{ INDICATORS("a: {count: desk/record.opened, goal: 5}\n"), "1:32: error: 'goal' has no meaning beside 'count'" },
	{ INDICATORS("a: {change: desk.opened, where: {late: yes}}\n"), "1:26: error: 'where' has no meaning beside 'change'" },
	{ INDICATORS("a: {ratio: [b, desk.opened]}\nb: {mean: desk/record.closed.cost}\n"), "1:13: error: 'b' is a 'mean'; a 'ratio' can only be made of count, sum, stock or track" },
	{ INDICATORS("a: {count: desk/record.opened, bands: [{from: 1, title: x}, {from: 1, title: y}]}\n"), "1:68: error: not above the band before; write the lowest band first" },
	{ INDICATORS("a: {count: desk/record.opened, bands: [{from: 1}]}\n"), "1:40: error: 'title' is missing" },
	{ INDICATORS("a: {count: desk/record.opened, bands: [{title: x}]}\n"), "1:40: error: 'from' is missing" },
	{ INDICATORS("a: {count: desk/record.opened, bands: []}\n"), "1:39: error: there are from 1 to 32 bands" },
	{ INDICATORS("a: {count: desk/record.opened, bands: {from: 1, title: x}}\n"), "1:39: error: 'bands' must be a list, not a map of keys and values" },
	{ INDICATORS("a: {count: desk/record.opened, rank: {order: high}}\n"), "1:32: error: 'among' is missing" },
	{ INDICATORS("a: {count: desk/record.opened, rank: {among: {level: district}, order: higher}}\n"), "1:72: error: 'higher' is not high or low; did you mean 'high'?" },
	{ INDICATORS("a: {count: desk/record.opened, rank: {among: [], order: high}}\n"), "1:46: error: no unit takes part" },
	{ INDICATORS("a: {count: desk/record.opened, rank: {among: [esat]}}\n"), "1:47: error: unknown unit 'esat'; did you mean 'east'?" },
	{ INDICATORS("a: {count: desk/record.opened, rank: {among: [east], window: quarter}}\n"), "1:62: error: 'quarter' is not a window; write whole minutes or hours up to 24h, today, week, month or year" },
	{ INDICATORS("a: {count: desk/record.opened, rank: {among: [east], min-samples: -1}}\n"), "1:67: error: '-1' is out of range; it must be from 0 to 1000000000" },
	{ INDICATORS("a: {count: desk/record.opened, rank: east}\n"), "1:38: error: 'rank' must be a map of keys and values, not a text" },
};
/* clang-format on */

static void each_mistake_in_what_is_worked_out_is_told_alone_at_its_place(void **state)
{
	(void)state;
	expect_mistakes(mistakes, COUNT(mistakes));
}

static const struct indicator *find(const struct config *config, const char *id)
{
	uint32_t n;
	const struct indicator *list = config_indicators(config, &n);

	for (uint32_t i = 0; i < n; i++)
		if (strcmp(list[i].id, id) == 0)
			return &list[i];
	fail_msg("no indicator %s", id);
	return NULL;
}

static uint32_t number(const struct config *config, const char *id)
{
	uint32_t n;

	return (uint32_t)(find(config, id) - config_indicators(config, &n));
}

static void a_stock_knows_what_tells_things_apart(void **state)
{
	const struct file file =
		INDICATORS("a: {stock: desk/record.closed.cost, by: record, where: {late: no}}\n"
			   "b: {stock: desk/record.closed.cost}\n"
			   "c: {ratio: [a, b]}\n");
	CLEANUP(config_free) struct config *config = expect_good(&file, 1);
	const struct indicator *a = find(config, "a");

	(void)state;
	assert_int_equal(a->kind, INDICATOR_STOCK);
	assert_int_equal(a->field, 2);
	assert_int_equal(a->by_field, 0);
	assert_int_equal(a->where.n_conditions, 1);
	assert_int_equal(find(config, "b")->by_field, TYPE_NONE);
	assert_int_equal(find(config, "c")->type, TYPE_NONE);
}

static void a_score_has_its_terms_and_bands(void **state)
{
	const struct file file = INDICATORS(
		"a: {score: [{of: desk.late-rate, weight: 30, max: 100%}, {of: b, weight: 0.5, "
		"max: "
		"10}], bands: [{from: -1, title: {vi: Kém, en: Poor}}, {from: 70%, title: Tốt}]}\n"
		"b: {last: desk/record.closed.cost}\n");
	CLEANUP(config_free) struct config *config = expect_good(&file, 1);
	const struct indicator *a = find(config, "a");

	(void)state;
	assert_int_equal(a->kind, INDICATOR_SCORE);
	assert_int_equal(a->n_terms, 2);
	assert_int_equal(a->terms[0].indicator, number(config, "desk.late-rate"));
	assert_true(a->terms[0].weight == 30);
	assert_true(a->terms[0].max == 1);
	assert_int_equal(a->terms[1].indicator, number(config, "b"));
	assert_true(a->terms[1].weight == 0.5);
	assert_true(a->terms[1].max == 10);
	assert_int_equal(a->n_bands, 2);
	assert_true(a->bands[0].from == -1);
	assert_string_equal(a->bands[0].title_vi, "Kém");
	assert_string_equal(a->bands[0].title_en, "Poor");
	assert_true(a->bands[1].from == 0.7);
	assert_string_equal(a->bands[1].title_en, "Tốt");
	assert_int_equal(find(config, "b")->n_bands, 0);
}

static void a_straight_line_runs_to_the_end_of_its_last_day(void **state)
{
	const struct file file =
		INDICATORS("a: {progress: desk.opened, goal: 25}\n"
			   "b: {behind: a, from: 2024-01-01, by: 2025-12-31, show: percent}\n");
	CLEANUP(config_free) struct config *config = expect_good(&file, 1);
	const struct indicator *b = find(config, "b");

	(void)state;
	assert_true(find(config, "a")->target_value == 25);
	assert_int_equal(find(config, "a")->parts[0], number(config, "desk.opened"));
	assert_int_equal(b->kind, INDICATOR_BEHIND);
	assert_int_equal(b->parts[0], number(config, "a"));
	assert_true(b->from_ms == 1704042000000); /* 2024-01-01T00:00:00+07:00 */
	assert_true(b->by_ms == 1767200400000);   /* 2026-01-01T00:00:00+07:00 */
}

static void changes_and_baselines_have_defaults(void **state)
{
	const struct file file = INDICATORS("a: {change: desk.opened}\n"
					    "b: {change: desk.opened, as: difference}\n"
					    "c: {baseline: desk.late-rate}\n"
					    "d: {baseline: desk.opened, weeks: 8}\n");
	CLEANUP(config_free) struct config *config = expect_good(&file, 1);

	(void)state;
	assert_true(find(config, "a")->is_relative);
	assert_false(find(config, "b")->is_relative);
	assert_int_equal(find(config, "b")->parts[0], number(config, "desk.opened"));
	assert_int_equal(find(config, "c")->weeks, 4);
	assert_int_equal(find(config, "d")->weeks, 8);
	assert_int_equal(find(config, "d")->kind, INDICATOR_BASELINE);
}

static void units_are_counted_among_those_of_a_set(void **state)
{
	const struct file file = INDICATORS(
		"a: {units: desk.late-rate, is: \">= 70%\", among: {level: district}}\n"
		"b: {units: desk.opened, is: \"< 3\", among: {level: commune, id: [home]}}\n"
		"c: {units: desk.opened, is: \"> 3\", among: home}\n"
		"d: {units: desk.opened, is: \"<= 3\", among: home}\n");
	CLEANUP(config_free) struct config *config = expect_good(&file, 1);
	const struct indicator *a = find(config, "a");
	const struct indicator *b = find(config, "b");
	uint32_t east = units_find(config_units(config), "east", 4);

	(void)state;
	assert_int_equal(a->is, UNITS_GE);
	assert_true(a->limit == 0.7);
	assert_true(a->among[east]);
	assert_false(a->among[0]);
	assert_int_equal(b->is, UNITS_LT);
	assert_true(b->among[0]);
	assert_false(b->among[east]);
	assert_int_equal(find(config, "c")->is, UNITS_GT);
	assert_int_equal(find(config, "d")->is, UNITS_LE);
}

static void a_ranking_is_by_the_first_window_unless_it_says_another(void **state)
{
	const struct file file = INDICATORS(
		"a: {count: desk/record.opened, windows: [today, year], rank: {among: {level: "
		"district}, order: low, min-samples: 20, window: week}}\n"
		"b: {count: desk/record.opened, windows: [month], rank: {among: [west]}}\n");
	CLEANUP(config_free) struct config *config = expect_good(&file, 1);
	const struct indicator *a = find(config, "a");
	const struct indicator *b = find(config, "b");

	(void)state;
	assert_int_equal(a->windows[1].kind, WINDOW_YEAR);
	assert_true(a->ranking.lowest_first);
	assert_int_equal(a->ranking.min_samples, 20);
	assert_int_equal(a->ranking.window.kind, WINDOW_WEEK);
	assert_true(a->ranking.units[units_find(config_units(config), "east", 4)]);
	assert_false(a->ranking.units[0]);
	assert_false(b->ranking.lowest_first);
	assert_int_equal(b->ranking.min_samples, 0);
	assert_int_equal(b->ranking.window.kind, WINDOW_MONTH);
	assert_null(find(config, "desk.opened")->ranking.units);
}

static void a_chain_is_at_most_six_steps_long(void **state)
{
	CLEANUP_TEXT struct text yaml = { 0 };
	struct mistake mistake = {
		INDICATORS(NULL), "7:1: error: 'a7' is worked out of others in more than 6 steps"
	};
	struct config *config;

	(void)state;
	text_add(&yaml, "a1: {score: [{of: desk.opened, weight: 1, max: 1}]}\n");
	for (int i = 2; i <= 6; i++)
		text_add(&yaml, "a%d: {score: [{of: a%d, weight: 1, max: 1}]}\n", i, i - 1);
	mistake.file.yaml = text_get(&yaml);
	config = expect_good(&mistake.file, 1);
	config = config_free(config);

	for (int i = 7; i <= 9; i++)
		text_add(&yaml, "a%d: {score: [{of: a%d, weight: 1, max: 1}]}\n", i, i - 1);
	mistake.file.yaml = text_get(&yaml);
	expect_mistake(&mistake);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stock_knows_what_tells_things_apart),
		cmocka_unit_test(a_score_has_its_terms_and_bands),
		cmocka_unit_test(a_straight_line_runs_to_the_end_of_its_last_day),
		cmocka_unit_test(changes_and_baselines_have_defaults),
		cmocka_unit_test(units_are_counted_among_those_of_a_set),
		cmocka_unit_test(a_ranking_is_by_the_first_window_unless_it_says_another),
		cmocka_unit_test(each_mistake_in_what_is_worked_out_is_told_alone_at_its_place),
		cmocka_unit_test(a_chain_is_at_most_six_steps_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
