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

/* Every indicator reads 7, good, everywhere. */
struct reading indicators_read(const struct indicators *indicators, uint32_t indicator,
			       uint32_t unit, const struct window *window)
{
	(void)indicators;
	(void)indicator;
	(void)unit;
	(void)window;
	return (struct reading){ .quality = QUALITY_GOOD, .value = 7, .samples = 1 };
}

static struct rules *make_rules(const struct rule *list, uint32_t n,
				const struct contracts *contracts)
{
	const struct rules_options options = {
		.list = list,
		.n_list = n,
		.n_units = N_UNITS,
		.n_indicators = 1,
		.n_types = 1,
		.contracts = contracts,
	};

	return rules_new(&options);
}

static struct rule silence(const char *id, uint32_t feed, enum severity severity)
{
	return (struct rule){ .id = id,
			      .kind = RULE_SILENCE,
			      .feed = feed,
			      .severity = severity,
			      .applies = everywhere };
}

static void a_unit_that_breaks_its_contract_is_judged_by_the_rules_on_that_feed(void **state)
{
	const struct rule list[] = { silence("one", 1, SEVERITY_CRITICAL),
				     silence("zero", 0, SEVERITY_WARNING),
				     silence("soft", 1, SEVERITY_WARNING) };
	struct contracts contracts = { .views[1][3] = { .state = CONTRACT_MISSING,
							.presence = PRESENCE_LOST,
							.heard_ms = 77 } };
	const struct contract_change change = { .feed = 1, .unit = 3, .is_state = true };
	struct rules *rules = make_rules(list, 3, &contracts);
	const struct verdict *verdicts;

	(void)state;
	assert_int_equal(rules_judge_contracts(rules, 0, &change, 1, &verdicts), 2);
	assert_int_equal(verdicts[0].rule, 0);
	assert_int_equal(verdicts[0].unit, 3);
	assert_int_equal(verdicts[0].judgement, JUDGE_CRITICAL);
	assert_int_equal(verdicts[0].presence, PRESENCE_LOST);
	assert_int_equal(verdicts[0].reading.last_ms, 77);
	assert_true(isnan(verdicts[0].reading.value));
	assert_null(verdicts[0].threshold);
	assert_int_equal(verdicts[1].rule, 2);
	assert_int_equal(verdicts[1].judgement, JUDGE_WARNING);
	rules_free(rules);
}

static enum judgement judge_state(enum contract_state contract_state)
{
	const struct rule rule = silence("one", 0, SEVERITY_WARNING);
	struct contracts contracts = { .views[0][2] = { .state = contract_state } };
	const struct contract_change change = { .feed = 0, .unit = 2, .is_state = true };
	struct rules *rules = make_rules(&rule, 1, &contracts);
	enum judgement judgement, again;
	const struct verdict *verdicts;

	assert_int_equal(rules_judge_contracts(rules, 0, &change, 1, &verdicts), 1);
	judgement = verdicts[0].judgement;
	again = rules_judge_one(rules, NULL, 0, 2).judgement;
	assert_int_equal(judgement, again);
	rules_free(rules);
	return judgement;
}

static void who_reports_or_rests_is_clear_and_who_waits_is_not_known(void **state)
{
	(void)state;
	assert_int_equal(judge_state(CONTRACT_MISSING), JUDGE_WARNING);
	assert_int_equal(judge_state(CONTRACT_KEPT), JUDGE_CLEAR);
	assert_int_equal(judge_state(CONTRACT_RESTING), JUDGE_CLEAR);
	assert_int_equal(judge_state(CONTRACT_WAITING), JUDGE_UNKNOWN);
	assert_int_equal(judge_state(CONTRACT_NONE), JUDGE_UNKNOWN);
}

static void parents_and_other_feeds_are_not_judged(void **state)
{
	const struct contract_change changes[] = {
		{ .feed = 0, .unit = 0, .is_state = false }, /* only its share */
		{ .feed = 1, .unit = 1, .is_state = true },  /* no rule looks there */
		{ .feed = 0, .unit = 2, .is_state = true },  /* the rule is not for it */
		{ .feed = 0, .unit = 1, .is_state = true },
	};
	struct contracts contracts = { .views[0][1] = { .state = CONTRACT_MISSING } };
	struct rule rule = silence("one", 0, SEVERITY_WARNING);
	const struct verdict *verdicts;
	struct rules *rules;

	(void)state;
	rule.applies = only_in_1;
	rules = make_rules(&rule, 1, &contracts);
	assert_int_equal(rules_judge_contracts(rules, 0, changes, 4, &verdicts), 1);
	assert_int_equal(verdicts[0].unit, 1);
	assert_int_equal(rules_judge_one(rules, NULL, 0, 2).judgement, JUDGE_UNKNOWN);
	rules_free(rules);

	rules = make_rules(&rule, 1, NULL);
	assert_int_equal(rules_judge_one(rules, NULL, 0, 1).judgement, JUDGE_UNKNOWN);
	rules_free(rules);
}

static const struct limits above_5[N_UNITS] = {
	[1] = { .warning = { .comparison = COMPARE_GT, .value = 5, .text = "> 5" } },
};

static struct rule threshold(const struct calendar *calendar)
{
	return (struct rule){ .id = "level",
			      .kind = RULE_THRESHOLD,
			      .window = { WINDOW_TODAY, 0, "today" },
			      .limits = above_5,
			      .calendar = calendar,
			      .applies = only_in_1 };
}

static void outside_of_its_hours_a_rule_neither_raises_nor_clears(void **state)
{
	struct rule list[] = { threshold(&office), silence("mute", 0, SEVERITY_WARNING) };
	struct contracts contracts = { .views[0][1] = { .state = CONTRACT_MISSING } };
	const struct contract_change fell = { .feed = 0, .unit = 1, .is_state = true };
	const struct change change = { .indicator = 0, .unit = 1 };
	const struct verdict *verdicts;
	struct rules *rules;
	size_t done;

	(void)state;
	list[1].calendar = &office;
	rules = make_rules(list, 2, &contracts);
	fake_now_ms = 99;
	assert_int_equal(rules_judge(rules, NULL, &change, 1, &done, &verdicts), 1);
	assert_int_equal(verdicts[0].judgement, JUDGE_UNKNOWN);
	assert_null(verdicts[0].threshold);
	assert_true(verdicts[0].reading.value == 7);
	assert_int_equal(rules_judge_contracts(rules, 99, &fell, 1, &verdicts), 1);
	assert_int_equal(verdicts[0].judgement, JUDGE_UNKNOWN);

	fake_now_ms = 100;
	assert_int_equal(rules_judge_one(rules, NULL, 0, 1).judgement, JUDGE_WARNING);
	assert_int_equal(rules_judge_one(rules, NULL, 1, 1).judgement, JUDGE_WARNING);
	assert_int_equal(rules_judge_contracts(rules, 199, &fell, 1, &verdicts), 1);
	assert_int_equal(verdicts[0].judgement, JUDGE_WARNING);
	fake_now_ms = 200;
	assert_int_equal(rules_judge_one(rules, NULL, 0, 1).judgement, JUDGE_UNKNOWN);
	rules_free(rules);
}

static void what_opens_is_told_once(void **state)
{
	struct rule list[] = { silence("mute", 0, SEVERITY_WARNING), threshold(&office),
			       threshold(NULL) };
	const uint32_t *opened;
	struct rules *rules;

	(void)state;
	list[2].id = "always";
	rules = make_rules(list, 3, NULL);
	assert_int_equal(rules_opened(rules, 0, 99, &opened), 0);
	assert_int_equal(rules_opened(rules, 99, 100, &opened), 1);
	assert_int_equal(opened[0], 1);
	assert_int_equal(rules_opened(rules, 100, 101, &opened), 0);
	assert_int_equal(rules_opened(rules, 199, 200, &opened), 0);
	rules_free(rules);
}

static void events_count_by_the_hours_that_they_happened_in(void **state)
{
	const struct rule rule = { .id = "alarm",
				   .kind = RULE_EVENT,
				   .severity = SEVERITY_WARNING,
				   .subject_field = TYPE_NONE,
				   .calendar = &office,
				   .applies = everywhere };
	struct event event = { .unit = 1, .time_ms = 150, .arrival_ms = 5000 };
	struct rules *rules = make_rules(&rule, 1, NULL);
	const struct verdict *verdicts;

	(void)state;
	assert_int_equal(rules_match(rules, &event, &verdicts), 1);
	event.historical = true;
	assert_int_equal(rules_match(rules, &event, &verdicts), 0);
	assert_int_equal(rules_match_late(rules, &event, &verdicts), 1);
	assert_ptr_equal(verdicts[0].event, &event);
	event.time_ms = 200;
	assert_int_equal(rules_match_late(rules, &event, &verdicts), 0);
	rules_free(rules);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_unit_that_breaks_its_contract_is_judged_by_the_rules_on_that_feed),
		cmocka_unit_test(who_reports_or_rests_is_clear_and_who_waits_is_not_known),
		cmocka_unit_test(parents_and_other_feeds_are_not_judged),
		cmocka_unit_test(outside_of_its_hours_a_rule_neither_raises_nor_clears),
		cmocka_unit_test(what_opens_is_told_once),
		cmocka_unit_test(events_count_by_the_hours_that_they_happened_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
