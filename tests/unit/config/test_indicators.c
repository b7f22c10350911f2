/* SPDX-License-Identifier: Apache-2.0 */
#include "pack.h"

#include <math.h>

#define INDICATORS(yaml)                                                                           \
	{                                                                                          \
		PART_INDICATORS, "indicators.d/z.yml", yaml                                        \
	}

/* clang-format off */
static const struct mistake mistakes[] = {
	{ INDICATORS("desk.opened: {count: desk/record.opened}\n"), "1:1: error: indicator 'desk.opened' is declared already, at indicators.d/desk.yml:1" },
	{ INDICATORS("a: {}\n"), "1:1: error: nothing says what is computed: count, sum, mean, min, max, last, rate, distinct, quantile, stock, track, ratio, score, progress, behind, change, baseline or units" },
	{ INDICATORS("a: {conut: desk/record.opened}\n"), "1:5: error: unknown key 'conut'; did you mean 'count'?" },
	{ INDICATORS("a: {count: desk/record.opened, sum: desk/record.closed.cost}\n"), "1:32: error: 'sum' beside 'count': an indicator computes one thing" },
	{ INDICATORS("a: {count: record.opened}\n"), "1:12: error: 'record.opened' is no event; write <feed>/<event>" },
	{ INDICATORS("a: {count: dsek/record.opened}\n"), "1:12: error: unknown feed 'dsek'; did you mean 'desk'?" },
	{ INDICATORS("a: {count: desk/record.openend}\n"), "1:12: error: feed 'desk' has no event 'record.openend'; did you mean 'record.opened'?" },
	{ INDICATORS("a: {count: desk/record.closed.cost}\n"), "1:12: error: 'desk/record.closed.cost' names a field; here stands an event: <feed>/<event>" },
	{ INDICATORS("a: {sum: desk/record.closed}\n"), "1:10: error: 'desk/record.closed' names an event; here stands a field of one: <feed>/<event>.<field>" },
	{ INDICATORS("a: {sum: desk/record.closed.cots}\n"), "1:10: error: event 'record.closed' has no field 'cots'; did you mean 'cost'?" },
	{ INDICATORS("a: {sum: desk/record.clsoed.cost}\n"), "1:10: error: feed 'desk' has no event 'record.clsoed'; did you mean 'record.closed'?" },
	{ INDICATORS("a: {sum: desk/record.closed.record}\n"), "1:10: error: field 'record' is a text; it has no sum" },
	{ INDICATORS("a: {quantile: desk/record.closed.late, at: 0.5}\n"), "1:15: error: field 'late' is a flag; it has no quantile" },
	{ INDICATORS("a: {distinct: desk/record.opened.due}\n"), "1:15: error: field 'due' is a time; it has no distinct" },
	{ INDICATORS("a: {quantile: desk/record.closed.cost}\n"), "1:5: error: 'at' is missing: the share of values below the quantile, like 0.95" },
	{ INDICATORS("a: {quantile: desk/record.closed.cost, at: 95}\n"), "1:44: error: '95' is out of range; it must be between 0 and 1" },
	{ INDICATORS("a: {count: desk/record.closed, at: 0.5}\n"), "1:32: error: 'at' has no meaning beside 'count'" },
	{ INDICATORS("a: {count: desk/record.closed, per: 1m}\n"), "1:32: error: 'per' has no meaning beside 'count'" },
	{ INDICATORS("a: {rate: desk/record.closed, per: 1}\n"), "1:36: error: '1' is not a duration; write a number and ms, s, m, h or d: 90s, 10m" },
	{ INDICATORS("a: {count: desk/record.opened, where: {chanel: online}}\n"), "1:40: error: event 'record.opened' has no field 'chanel'; did you mean 'channel'?" },
	{ INDICATORS("a: {count: desk/record.opened, where: {channel: onlin}}\n"), "1:49: error: 'onlin' is not online or counter; did you mean 'online'?" },
	{ INDICATORS("a: {count: desk/record.opened, where: {channel: [online, x]}}\n"), "1:58: error: 'x' is not online or counter" },
	{ INDICATORS("a: {count: desk/record.opened, where: {channel: []}}\n"), "1:49: error: no choice is listed" },
	{ INDICATORS("a: {count: desk/record.opened, where: {due: \"> 5\"}}\n"), "1:40: error: 'due' is a time; events cannot be chosen by it" },
	{ INDICATORS("a: {count: desk/record.closed, where: {late: late}}\n"), "1:46: error: 'late' is neither yes nor no" },
	{ INDICATORS("a: {count: desk/record.closed, where: {cost: \"~ 5\"}}\n"), "1:46: error: '~ 5' is no condition for a number; write 5, \"> 5\" or \"!= 5\"" },
	{ INDICATORS("a: {count: desk/record.closed, where: {cost: \"> 5%\"}}\n"), "1:46: error: '> 5%' is no condition for a number; write 5, \"> 5\" or \"!= 5\"" },
	{ INDICATORS("a: {count: desk/record.closed, where: {record: [a, b]}}\n"), "1:48: error: 'record' must be a text, not a list" },
	{ INDICATORS("a: {ratio: desk.opened}\n"), "1:12: error: 'ratio' must be a list of two indicators, above and below the line" },
	{ INDICATORS("a: {ratio: [desk.opened, desk.closde]}\n"), "1:26: error: unknown indicator 'desk.closde'; did you mean 'desk.closed'?" },
	{ INDICATORS("a: {ratio: [desk.opened, desk.late-rate]}\n"), "1:26: error: 'desk.late-rate' is a 'ratio'; a 'ratio' can only be made of count, sum, stock or track" },
	{ INDICATORS("a: {ratio: [a, desk.opened]}\n"), "1:13: error: the indicator refers to itself: a > a" },
	{ INDICATORS("a: {ratio: [desk.opened, b]}\nb: {ratio: [c, desk.opened]}\nc: {ratio: [desk.opened, a]}\n"), "3:26: error: the indicator refers to itself: a > b > c > a" },
	{ INDICATORS("a: {ratio: [desk.opened, desk.closed], where: {late: yes}}\n"), "1:40: error: 'where' has no meaning beside 'ratio'" },
	{ INDICATORS("a: {count: desk/record.opened, windows: [1w]}\n"), "1:42: error: '1w' is not a window; write whole minutes or hours up to 24h, today, week, month or year" },
	{ INDICATORS("a: {count: desk/record.opened, windows: [90s]}\n"), "1:42: error: '90s' is not a window; write whole minutes or hours up to 24h, today, week, month or year" },
	{ INDICATORS("a: {count: desk/record.opened, windows: [25h]}\n"), "1:42: error: '25h' is not a window; write whole minutes or hours up to 24h, today, week, month or year" },
	{ INDICATORS("a: {count: desk/record.opened, windows: [1h, 60m]}\n"), "1:46: error: window '60m' is given twice" },
	{ INDICATORS("a: {count: desk/record.opened, windows: []}\n"), "1:41: error: 'windows' must be a list, like [1h, today, month]" },
	{ INDICATORS("a: {count: desk/record.opened, windows: [1m, 2m, 3m, 4m, 5m, 6m, 7m, 8m, 9m]}\n"), "1:74: error: more than 8 windows" },
	{ INDICATORS("a: {count: desk/record.opened, show: precent}\n"), "1:38: error: 'precent' is not number or percent; did you mean 'percent'?" },
	{ INDICATORS("a: {count: desk/record.opened, target: high}\n"), "1:40: error: 'high' is not a number or a percentage" },
	{ INDICATORS("a: 5\n"), "1:4: error: 'a' must be a map of keys and values, not a text" },
	{ INDICATORS("a: {}\nb: {ratio: [a, desk.opened]}\n"), "1:1: error: nothing says what is computed: count, sum, mean, min, max, last, rate, distinct, quantile, stock, track, ratio, score, progress, behind, change, baseline or units" },
};
/* clang-format on */

static void each_mistake_in_an_indicator_is_told_alone_at_its_place(void **state)
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

static void everything_that_can_be_said_of_an_indicator_is_kept(void **state)
{
	const struct file file =
		INDICATORS("z.p95: {quantile: desk/record.closed.cost, at: 95%, measure: VND,\n"
			   "        windows: [5m, 2h, today, month], target: 97%,\n"
			   "        title: {vi: Phí, en: Fee}}\n"
			   "z.rate: {rate: desk/record.closed, per: 10s}\n"
			   "z.minute: {rate: desk/record.closed}\n"
			   "z.people: {distinct: desk/record.closed.record}\n"
			   "z.late: {mean: desk/record.closed.late, show: percent}\n");
	CLEANUP(config_free) struct config *config = expect_good(&file, 1);
	const struct indicator *one = find(config, "z.p95");
	uint32_t n;

	(void)state;
	assert_int_equal(one->kind, INDICATOR_QUANTILE);
	assert_true(one->quantile == 0.95 && one->target == 0.97);
	assert_int_equal(one->field, 2);
	assert_string_equal(one->measure_vi, "VND");
	assert_string_equal(one->measure_en, "VND");
	assert_string_equal(one->title_vi, "Phí");
	assert_int_equal(one->n_windows, 4);
	assert_int_equal(one->windows[1].minutes, 120);
	assert_string_equal(one->windows[1].text, "2h");
	assert_int_equal(one->windows[2].kind, WINDOW_TODAY);
	assert_int_equal(one->windows[3].kind, WINDOW_MONTH);
	assert_int_equal(find(config, "z.rate")->per_ms, 10000);
	assert_int_equal(find(config, "z.minute")->per_ms, 60000);
	assert_int_equal(find(config, "z.people")->kind, INDICATOR_DISTINCT);
	assert_true(find(config, "z.late")->percent);

	one = find(config, "desk.late-rate");
	assert_int_equal(one->kind, INDICATOR_RATIO);
	assert_string_equal(config_indicators(config, &n)[one->parts[0]].id, "desk.closed-late");
	assert_string_equal(config_indicators(config, &n)[one->parts[1]].id, "desk.closed");
	assert_true(isnan(one->target));
	assert_int_equal(one->n_windows, 3);
	assert_string_equal(one->windows[0].text, "1h");
	assert_string_equal(one->windows[1].text, "today");
	assert_string_equal(one->windows[2].text, "month");
}

static void a_filter_becomes_numbers(void **state)
{
	const struct file file =
		INDICATORS("z.a: {count: desk/record.opened, where: {channel: [counter, online], "
			   "record: \"7\"}}\n"
			   "z.b: {count: desk/record.opened, where: {channel: counter}}\n"
			   "z.c: {count: desk/record.closed, where: {late: no, cost: \">= 1.5\"}}\n"
			   "z.d: {count: desk/record.closed, where: {cost: 3}}\n"
			   "z.e: {count: desk/record.closed, where: {cost: \"!=3\"}}\n");
	CLEANUP(config_free) struct config *config = expect_good(&file, 1);
	const struct where *where = &find(config, "z.a")->where;

	(void)state;
	assert_int_equal(where->n_conditions, 2);
	assert_int_equal(where->conditions[0].test, WHERE_CHOICE);
	assert_int_equal(where->conditions[0].field, 1);
	assert_int_equal(where->conditions[0].choices, 3);
	assert_int_equal(where->conditions[1].test, WHERE_TEXT);
	assert_int_equal(where->conditions[1].text.size, 1);
	assert_memory_equal(where->conditions[1].text.bytes, "7", 1);
	assert_int_equal(find(config, "z.b")->where.conditions[0].choices, 2);
	where = &find(config, "z.c")->where;
	assert_int_equal(where->conditions[0].test, WHERE_FLAG);
	assert_true(where->conditions[0].number == 0);
	assert_int_equal(where->conditions[1].test, WHERE_GE);
	assert_true(where->conditions[1].number == 1.5);
	assert_int_equal(find(config, "z.d")->where.conditions[0].test, WHERE_EQ);
	assert_int_equal(find(config, "z.e")->where.conditions[0].test, WHERE_NE);
}

static void circles_of_ratios_are_found_in_one_walk(void **state)
{
	CLEANUP_TEXT struct text yaml = { 0 };
	CLEANUP_TEXT struct text report = { 0 };
	struct file file = INDICATORS(NULL);
	struct config *config = NULL;

	(void)state;
	/* Without marks this graph has 2^5000 paths. */
	for (int i = 0; i < 5000; i++)
		text_add(&yaml, "r%d: {ratio: [r%d, r%d]}\n", i, i + 1, i + 1);
	text_add(&yaml, "r5000: {ratio: [desk.opened, r0]}\n");
	file.yaml = text_get(&yaml);
	assert_int_equal(pack_load(&config, &file, 1, &report), CONFIG_REFUSED);
	assert_non_null(
		strstr(text_get(&report), "the indicator refers to itself: r0 > r1 > r2 > "));
	assert_non_null(strstr(text_get(&report), "\n1 error in 1 file;"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_that_can_be_said_of_an_indicator_is_kept),
		cmocka_unit_test(a_filter_becomes_numbers),
		cmocka_unit_test(each_mistake_in_an_indicator_is_told_alone_at_its_place),
		cmocka_unit_test(circles_of_ratios_are_found_in_one_walk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
