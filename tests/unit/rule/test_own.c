/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fakes.h"

#define N_UNITS FAKE_UNITS

static const bool only_at_top[N_UNITS] = { true };
static const bool below[N_UNITS] = { false, true, true, true, true };
static const bool everywhere[N_UNITS] = { true, true, true, true, true };

struct reading indicators_read(const struct indicators *indicators, uint32_t indicator,
			       uint32_t unit, const struct window *window)
{
	(void)indicators;
	(void)indicator;
	(void)unit;
	(void)window;
	return (struct reading){ .value = NAN };
}

static struct rule own(const char *id, enum own_part part, enum severity severity,
		       const bool *applies)
{
	return (struct rule){
		.id = id, .kind = RULE_OWN, .own = part, .severity = severity, .applies = applies
	};
}

static struct rules *make_rules(const struct rule *list, uint32_t n)
{
	return rules_new(&(struct rules_options){ .list = list, .n_list = n, .n_units = N_UNITS });
}

static void a_part_is_judged_by_its_rules_where_they_apply(void **state)
{
	const struct rule list[] = {
		own("redis", OWN_REDIS, SEVERITY_CRITICAL, only_at_top),
		own("clock-top", OWN_CLOCK, SEVERITY_CRITICAL, only_at_top),
		own("clock", OWN_CLOCK, SEVERITY_WARNING, below),
		own("clock-all", OWN_CLOCK, SEVERITY_CRITICAL, everywhere),
	};
	const struct own_state state_of_3 = { .part = OWN_CLOCK,
					      .unit = 3,
					      .subject = slice_of("sensor-9"),
					      .detail = slice_of("40 s ahead"),
					      .judgement = JUDGE_CRITICAL };
	struct rules *rules = make_rules(list, COUNT(list));
	const struct verdict *verdicts;

	(void)state;
	assert_int_equal(rules_judge_own(rules, &state_of_3, 123, 45, &verdicts), 2);
	assert_int_equal(verdicts[0].rule, 2);
	assert_int_equal(verdicts[0].unit, 3);
	assert_int_equal(verdicts[0].judgement, JUDGE_WARNING); /* never worse than its severity */
	assert_ptr_equal(verdicts[0].subject.bytes, state_of_3.subject.bytes);
	assert_ptr_equal(verdicts[0].detail.bytes, state_of_3.detail.bytes);
	assert_int_equal(verdicts[0].detail.size, 10);
	assert_int_equal(verdicts[0].position, 45);
	assert_int_equal(verdicts[0].reading.last_ms, 123);
	assert_int_equal(verdicts[1].rule, 3);
	assert_int_equal(verdicts[1].judgement, JUDGE_CRITICAL);
	rules_free(rules);
}

static void what_is_fine_is_fine_for_every_rule(void **state)
{
	const struct rule list[] = { own("a", OWN_DISK, SEVERITY_WARNING, everywhere),
				     own("b", OWN_DISK, SEVERITY_CRITICAL, everywhere) };
	struct own_state disk = { .part = OWN_DISK, .judgement = JUDGE_CLEAR };
	struct rules *rules = make_rules(list, 2);
	const struct verdict *verdicts;

	(void)state;
	assert_int_equal(rules_judge_own(rules, &disk, 0, 0, &verdicts), 2);
	assert_int_equal(verdicts[0].judgement, JUDGE_CLEAR);
	assert_int_equal(verdicts[1].judgement, JUDGE_CLEAR);
	disk.judgement = JUDGE_WARNING;
	assert_int_equal(rules_judge_own(rules, &disk, 0, 0, &verdicts), 2);
	assert_int_equal(verdicts[0].judgement, JUDGE_WARNING);
	assert_int_equal(verdicts[1].judgement, JUDGE_WARNING);
	rules_free(rules);
}

static void a_part_that_no_rule_looks_at_is_not_judged(void **state)
{
	const struct rule rule = own("a", OWN_REDIS, SEVERITY_WARNING, everywhere);
	const struct own_state lower = { .part = OWN_BROKER, .judgement = JUDGE_CRITICAL };
	const struct own_state higher = { .part = OWN_DISK, .judgement = JUDGE_CRITICAL };
	struct rules *rules = make_rules(&rule, 1);
	const struct verdict *verdicts;

	(void)state;
	assert_int_equal(rules_judge_own(rules, &lower, 0, 0, &verdicts), 0);
	assert_int_equal(rules_judge_own(rules, &higher, 0, 0, &verdicts), 0);
	rules_free(rules);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_part_is_judged_by_its_rules_where_they_apply),
		cmocka_unit_test(what_is_fine_is_fine_for_every_rule),
		cmocka_unit_test(a_part_that_no_rule_looks_at_is_not_judged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
