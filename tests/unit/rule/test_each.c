/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fakes.h"

#define N_UNITS FAKE_UNITS

static const bool everywhere[N_UNITS] = { true, true, true, true, true };
static const bool only_in_1[N_UNITS] = { false, true, false, false, false };
static const struct calendar office = { .from_ms = 100, .to_ms = 200 };
static const struct indicator figure = { .id = "link-up", .kind = INDICATOR_LAST };
static const struct limits below_1[N_UNITS] = {
	[1] = { .critical = { .comparison = COMPARE_LT, .value = 1, .text = "< 1" } },
	[2] = { .warning = { .comparison = COMPARE_LT, .value = 1, .text = "< 1" } },
};

struct reading indicators_read(const struct indicators *indicators, uint32_t indicator,
			       uint32_t unit, const struct window *window)
{
	(void)indicators;
	(void)indicator;
	(void)unit;
	(void)window;
	fail_msg("%s", "a value is not the figure of its unit");
	return (struct reading){ .value = NAN };
}

/* Rule 0 is of another kind, 1 and 3 are on each value. */
static struct rules *make_rules(struct rule list[static 4])
{
	const struct rules_options options = {
		.list = list, .n_list = 4, .n_units = N_UNITS, .n_indicators = 1, .n_types = 1
	};
	const struct rule each = { .id = "hosts",
				   .kind = RULE_EACH,
				   .figure = &figure,
				   .each = "host",
				   .cap = 50,
				   .window = { WINDOW_MINUTES, 30, "30m" },
				   .limits = below_1,
				   .applies = everywhere };

	list[0] = (struct rule){ .id = "level", .kind = RULE_THRESHOLD, .applies = everywhere };
	list[1] = each;
	list[2] = (struct rule){ .id = "own", .kind = RULE_OWN, .applies = everywhere };
	list[3] = each;
	list[3].id = "links";
	list[3].each = "link";
	list[3].cap = 7;
	list[3].window.minutes = 5;
	list[3].min_samples = 2;
	list[3].applies = only_in_1;
	return rules_new(&options);
}

static struct reading good(double value, uint64_t samples)
{
	return (struct reading){
		.quality = QUALITY_GOOD, .value = value, .samples = samples, .position = 9
	};
}

static void a_plan_is_made_of_each_such_rule(void **state)
{
	struct keyed_plan plans[4];
	struct rule list[4];
	struct rules *rules = make_rules(list);

	(void)state;
	assert_int_equal(rules_plans(list, 4, plans), 2);
	assert_string_equal(plans[0].id, "hosts");
	assert_string_equal(plans[0].field, "host");
	assert_ptr_equal(plans[0].figure, &figure);
	assert_int_equal(plans[0].window_ms, 30 * 60000);
	assert_int_equal(plans[0].cap, 50);
	assert_ptr_equal(plans[0].applies, everywhere);
	assert_string_equal(plans[1].id, "links");
	assert_int_equal(plans[1].window_ms, 5 * 60000);
	assert_int_equal(plans[1].cap, 7);
	assert_ptr_equal(plans[1].applies, only_in_1);

	assert_int_equal(rules_plan_of(rules, 1), 0);
	assert_int_equal(rules_plan_of(rules, 3), 1);
	assert_int_equal(rules_plan_of(rules, 0), UINT32_MAX);
	rules_free(rules);
}

static void each_value_is_judged_by_itself(void **state)
{
	struct keyed keyed = { .readings = { good(0, 9), good(1, 9), good(0, 9), good(0, 1) } };
	const struct keyed_change changes[] = {
		{ .plan = 1, .slot = 0, .unit = 1, .key = slice_of("north") },
		{ .plan = 1, .slot = 1, .unit = 1, .key = slice_of("south") },
		{ .plan = 0, .slot = 2, .unit = 2, .key = slice_of("web-1") },
		{ .plan = 1, .slot = 3, .unit = 1, .key = slice_of("*") },
	};
	const struct verdict *verdicts;
	struct rule list[4];
	struct rules *rules = make_rules(list);

	(void)state;
	assert_int_equal(rules_judge_keyed(rules, &keyed, changes, COUNT(changes), &verdicts),
			 COUNT(changes));
	assert_int_equal(verdicts[0].rule, 3);
	assert_int_equal(verdicts[0].unit, 1);
	assert_int_equal(verdicts[0].judgement, JUDGE_CRITICAL);
	assert_ptr_equal(verdicts[0].threshold, &below_1[1].critical);
	assert_ptr_equal(verdicts[0].subject.bytes, changes[0].key.bytes);
	assert_int_equal(verdicts[0].subject.size, 5);
	assert_true(verdicts[0].reading.value == 0);
	assert_int_equal(verdicts[0].reading.position, 9);
	assert_int_equal(verdicts[1].judgement, JUDGE_CLEAR);
	assert_ptr_equal(verdicts[1].subject.bytes, changes[1].key.bytes);
	assert_int_equal(verdicts[2].rule, 1);
	assert_int_equal(verdicts[2].unit, 2);
	assert_int_equal(verdicts[2].judgement, JUDGE_WARNING);
	assert_int_equal(verdicts[3].judgement, JUDGE_UNKNOWN); /* too few */
	rules_free(rules);
}

static void outside_of_its_hours_no_value_is_judged(void **state)
{
	struct keyed keyed = { .now_ms = 99, .readings = { good(0, 9) } };
	const struct keyed_change change = { .plan = 1, .unit = 1, .key = slice_of("north") };
	const struct verdict *verdicts;
	const uint32_t *opened;
	struct rule list[4];
	struct rules *rules = make_rules(list);

	(void)state;
	rules_free(rules);
	list[3].calendar = &office;
	rules = rules_new(&(struct rules_options){
		.list = list, .n_list = 4, .n_units = N_UNITS, .n_indicators = 1 });
	assert_int_equal(rules_judge_keyed(rules, &keyed, &change, 1, &verdicts), 1);
	assert_int_equal(verdicts[0].judgement, JUDGE_UNKNOWN);
	assert_true(verdicts[0].reading.value == 0);
	keyed.now_ms = 100;
	assert_int_equal(rules_judge_keyed(rules, &keyed, &change, 1, &verdicts), 1);
	assert_int_equal(verdicts[0].judgement, JUDGE_CRITICAL);
	assert_int_equal(rules_opened(rules, 99, 100, &opened), 1);
	assert_int_equal(opened[0], 3);
	rules_free(rules);
}

static void one_value_is_judged_when_somebody_asks(void **state)
{
	struct keyed keyed = { .keys = { NULL, NULL, "north" },
			       .readings = { [2] = good(0, 5) },
			       .nothing = good(7, 5) };
	struct rule list[4];
	struct rules *rules = make_rules(list);
	struct verdict verdict = rules_judge_each_one(rules, &keyed, 3, 1, slice_of("north"));

	(void)state;
	assert_int_equal(verdict.rule, 3);
	assert_int_equal(verdict.unit, 1);
	assert_int_equal(verdict.judgement, JUDGE_CRITICAL);
	assert_int_equal(verdict.subject.size, 5);
	assert_memory_equal(verdict.subject.bytes, "north", 5);

	verdict = rules_judge_each_one(rules, &keyed, 3, 1, slice_of("gone"));
	assert_int_equal(verdict.judgement, JUDGE_CLEAR);
	assert_true(verdict.reading.value == 7);

	/* The rule is not for unit 2; rule 0 is none on each value; and no unit is judged by one.
	 */
	verdict = rules_judge_each_one(rules, &keyed, 3, 2, slice_of("north"));
	assert_int_equal(verdict.judgement, JUDGE_UNKNOWN);
	verdict = rules_judge_each_one(rules, &keyed, 0, 1, slice_of("north"));
	assert_int_equal(verdict.judgement, JUDGE_UNKNOWN);
	assert_int_equal(rules_judge_one(rules, NULL, 3, 1).judgement, JUDGE_UNKNOWN);
	rules_free(rules);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plan_is_made_of_each_such_rule),
		cmocka_unit_test(each_value_is_judged_by_itself),
		cmocka_unit_test(outside_of_its_hours_no_value_is_judged),
		cmocka_unit_test(one_value_is_judged_when_somebody_asks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
