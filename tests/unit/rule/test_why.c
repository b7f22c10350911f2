/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/why.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fakes.h"

#define N_UNITS FAKE_UNITS

struct indicators {
	struct reading reading;
};

static struct indicators figures;

struct reading indicators_read(const struct indicators *indicators, uint32_t indicator,
			       uint32_t unit, const struct window *window)
{
	(void)indicator;
	(void)unit;
	(void)window;
	return indicators->reading;
}

static const bool only_in_1[N_UNITS] = { false, true, false, false, false };
static const struct calendar office = { .from_ms = 100, .to_ms = 200 };
static const struct limits banded[N_UNITS] = {
	[1] = { .warning = { .comparison = COMPARE_GT, .value = 5, .text = "> 5" },
		.critical = { .comparison = COMPARE_GE, .value = 10, .text = ">= 10" },
		.clear = { .comparison = COMPARE_LT, .value = 4, .text = "< 4" } },
};
static const struct limits critical_only[N_UNITS] = {
	[1] = { .critical = { .comparison = COMPARE_LT, .value = 1, .text = "< 1" } },
};
static const struct limits on_both_sides[N_UNITS] = {
	[1] = { .warning = { .comparison = COMPARE_GT, .value = 5, .text = "> 5" },
		.critical = { .comparison = COMPARE_LT, .value = 1, .text = "< 1" } },
};
static const struct limits no_limits[N_UNITS];

static struct rule threshold(const struct limits *limits)
{
	return (struct rule){ .id = "level",
			      .kind = RULE_THRESHOLD,
			      .window = { WINDOW_MINUTES, 5, "5m" },
			      .min_samples = 20,
			      .limits = limits,
			      .applies = only_in_1 };
}

static struct why_not ask(const struct rule *rule, uint32_t unit, const struct contracts *contracts,
			  const struct keyed *keyed, const char *subject)
{
	const struct rules_options options = {
		.list = rule,
		.n_list = 1,
		.n_units = N_UNITS,
		.n_indicators = 1,
		.n_types = 1,
		.contracts = contracts,
	};
	struct rules *rules = rules_new(&options);
	struct why_not why;

	rules_why_not(rules,
		      &(struct why_question){ .indicators = &figures,
					      .keyed = keyed,
					      .unit = unit,
					      .subject = slice_of(subject) },
		      &why);
	rules_free(rules);
	return why;
}

static struct why_not ask_level(const struct rule *rule, enum quality quality, double value,
				uint64_t samples)
{
	figures.reading =
		(struct reading){ .quality = quality, .value = value, .samples = samples };
	return ask(rule, 1, NULL, NULL, "");
}

static void what_holds_is_held_back_by_nothing(void **state)
{
	const struct rule rule = threshold(banded), both = threshold(on_both_sides);
	struct why_not why = ask_level(&rule, QUALITY_GOOD, 6, 20);

	(void)state;
	assert_int_equal(why.n, 0);
	assert_int_equal(why.verdict.judgement, JUDGE_WARNING);
	why = ask_level(&rule, QUALITY_PARTIAL, 12, 20);
	assert_int_equal(why.n, 0);
	assert_true(why.is_partial);
	assert_int_equal(why.verdict.judgement, JUDGE_CRITICAL);
	why = ask_level(&both, QUALITY_GOOD, 0, 20);
	assert_int_equal(why.n, 0);
	assert_int_equal(why.verdict.judgement, JUDGE_CRITICAL);
}

static void a_value_within_its_limits_says_how_far_it_is_from_them(void **state)
{
	const struct rule rule = threshold(banded), low = threshold(critical_only);
	struct why_not why = ask_level(&rule, QUALITY_GOOD, 3, 20);

	(void)state;
	assert_int_equal(why.n, 1);
	assert_int_equal(why.list[0].kind, HOLD_BACK_WITHIN);
	assert_ptr_equal(why.list[0].threshold, &banded[1].warning);
	assert_true(why.list[0].distance == 2);
	assert_int_equal(why.verdict.judgement, JUDGE_CLEAR);

	why = ask_level(&rule, QUALITY_GOOD, 4.5, 20);
	assert_int_equal(why.n, 2);
	assert_int_equal(why.list[0].kind, HOLD_BACK_WITHIN);
	assert_int_equal(why.list[1].kind, HOLD_BACK_BETWEEN);
	assert_ptr_equal(why.list[1].threshold, &banded[1].clear);
	assert_true(why.list[1].distance == 0.5);
	assert_int_equal(why.verdict.judgement, JUDGE_BETWEEN);

	why = ask_level(&low, QUALITY_GOOD, 4, 20);
	assert_int_equal(why.n, 1);
	assert_ptr_equal(why.list[0].threshold, &critical_only[1].critical);
	assert_true(why.list[0].distance == 3);
}

static void every_reason_is_told_not_only_the_first(void **state)
{
	struct rule rule = threshold(banded);
	struct why_not why;

	(void)state;
	rule.calendar = &office;
	fake_now_ms = 50;
	figures.reading = (struct reading){
		.quality = QUALITY_STALE, .value = 4.5, .samples = 7, .expected = 9
	};
	why = ask(&rule, 1, NULL, NULL, "");
	fake_now_ms = 100;
	assert_int_equal(why.n, 5);
	assert_int_equal(why.list[0].kind, HOLD_BACK_CLOSED);
	assert_int_equal(why.list[0].until_ms, 100);
	assert_int_equal(why.list[1].kind, HOLD_BACK_STALE);
	assert_int_equal(why.list[1].have, 0);
	assert_int_equal(why.list[1].need, 9);
	assert_int_equal(why.list[2].kind, HOLD_BACK_FEW);
	assert_int_equal(why.list[2].have, 7);
	assert_int_equal(why.list[2].need, 20);
	assert_int_equal(why.list[3].kind, HOLD_BACK_WITHIN);
	assert_int_equal(why.list[4].kind, HOLD_BACK_BETWEEN);
}

static void without_a_value_or_limits_nothing_can_pass(void **state)
{
	const struct rule rule = threshold(banded), bare = threshold(no_limits);
	struct why_not why = ask_level(&rule, QUALITY_UNKNOWN, NAN, 0);

	(void)state;
	assert_int_equal(why.n, 1);
	assert_int_equal(why.list[0].kind, HOLD_BACK_UNKNOWN);
	why = ask_level(&bare, QUALITY_GOOD, 4, 20);
	assert_int_equal(why.n, 1);
	assert_int_equal(why.list[0].kind, HOLD_BACK_NO_LIMIT);
	why = ask(&rule, 2, NULL, NULL, "");
	assert_int_equal(why.n, 1);
	assert_int_equal(why.list[0].kind, HOLD_BACK_ELSEWHERE);
	assert_int_equal(why.verdict.judgement, JUDGE_UNKNOWN);
}

static void assert_silence(enum contract_state contract_state, int reason)
{
	const struct rule rule = { .id = "mute",
				   .kind = RULE_SILENCE,
				   .severity = SEVERITY_WARNING,
				   .applies = only_in_1 };
	const struct contracts contracts = {
		.views[0][1] = { .state = contract_state, .due_ms = 77 },
	};
	struct why_not why = ask(&rule, 1, &contracts, NULL, "");

	assert_int_equal(why.n, reason >= 0);
	if (reason >= 0) {
		assert_int_equal(why.list[0].kind, reason);
		assert_int_equal(why.list[0].until_ms, 77);
	} else {
		assert_int_equal(why.verdict.judgement, JUDGE_WARNING);
	}
}

static void silence_is_held_back_by_how_the_contract_stands(void **state)
{
	const struct rule rule = { .id = "mute", .kind = RULE_SILENCE, .applies = only_in_1 };

	(void)state;
	assert_silence(CONTRACT_MISSING, -1);
	assert_silence(CONTRACT_KEPT, HOLD_BACK_KEPT);
	assert_silence(CONTRACT_RESTING, HOLD_BACK_RESTING);
	assert_silence(CONTRACT_WAITING, HOLD_BACK_WAITING);
	assert_silence(CONTRACT_NONE, HOLD_BACK_NO_CONTRACT);
	assert_int_equal(ask(&rule, 1, NULL, NULL, "").list[0].kind, HOLD_BACK_NO_CONTRACT);
}

static void a_value_of_a_field_is_explained_like_a_figure_if_there_is_one(void **state)
{
	struct rule list[2] = { threshold(banded), threshold(banded) };
	struct keyed keyed = {
		.keys = { "north" },
		.readings = { { .quality = QUALITY_GOOD, .value = 3, .samples = 20 } },
		.nothing = { .value = NAN },
	};
	struct rules_options options = {
		.list = list, .n_list = 2, .n_units = N_UNITS, .n_indicators = 1
	};
	struct why_question question = { .indicators = &figures,
					 .keyed = &keyed,
					 .rule = 1,
					 .unit = 1,
					 .subject = slice_of("north") };
	struct why_not why;
	struct rules *rules;

	(void)state;
	list[0].id = "first";
	list[0].kind = list[1].kind = RULE_EACH;
	rules = rules_new(&options);
	rules_why_not(rules, &question, &why);
	assert_int_equal(why.n, 1);
	assert_int_equal(why.list[0].kind, HOLD_BACK_WITHIN);
	assert_int_equal(why.verdict.judgement, JUDGE_CLEAR);
	assert_int_equal(why.verdict.subject.size, 5);

	question.subject = slice_of("south");
	rules_why_not(rules, &question, &why);
	assert_int_equal(why.n, 1);
	assert_int_equal(why.list[0].kind, HOLD_BACK_NO_VALUE);

	keyed.nothing = (struct reading){ .quality = QUALITY_GOOD }; /* a count of nothing */
	rules_why_not(rules, &question, &why);
	assert_int_equal(why.n, 2);
	assert_int_equal(why.list[0].kind, HOLD_BACK_FEW);
	assert_int_equal(why.list[1].kind, HOLD_BACK_WITHIN);

	question.keyed = NULL;
	rules_why_not(rules, &question, &why);
	assert_int_equal(why.list[0].kind, HOLD_BACK_NO_VALUE);
	rules_free(rules);
}

static void what_happens_by_itself_is_waited_for(void **state)
{
	const struct rule event = { .id = "e", .kind = RULE_EVENT, .applies = only_in_1 };
	const struct rule sequence = { .id = "s", .kind = RULE_SEQUENCE, .applies = only_in_1 };
	const struct rule own = { .id = "o", .kind = RULE_OWN, .applies = only_in_1 };

	(void)state;
	assert_int_equal(ask(&event, 1, NULL, NULL, "").list[0].kind, HOLD_BACK_NO_EVENT);
	assert_int_equal(ask(&sequence, 1, NULL, NULL, "").list[0].kind, HOLD_BACK_NO_RECORD);
	assert_int_equal(ask(&own, 1, NULL, NULL, "").list[0].kind, HOLD_BACK_NO_TROUBLE);
}

static void a_deadline_waits_for_a_record_that_is_due(void **state)
{
	const struct track track = { .due_soon_gauge = 0, .overdue_gauge = INDICATOR_NONE };
	struct rule rule = { .id = "d",
			     .kind = RULE_DEADLINE,
			     .record = &track,
			     .due_soon = SEVERITY_WARNING,
			     .overdue = SEVERITY_CRITICAL,
			     .applies = only_in_1 };

	(void)state;
	assert_int_equal(ask_level(&rule, QUALITY_GOOD, 0, 0).list[0].kind, HOLD_BACK_NONE_DUE);
	assert_int_equal(ask_level(&rule, QUALITY_GOOD, 1, 1).n, 0);
	assert_int_equal(ask_level(&rule, QUALITY_STALE, 1, 1).list[0].kind, HOLD_BACK_STALE);
	assert_int_equal(ask_level(&rule, QUALITY_UNKNOWN, NAN, 1).list[0].kind, HOLD_BACK_UNKNOWN);
	rule.is_each_record = true;
	assert_int_equal(ask_level(&rule, QUALITY_GOOD, 1, 1).list[0].kind, HOLD_BACK_NO_RECORD);
}

/* Each reason, taken away, lets it through: for figures drawn at random. */
static void without_its_reasons_a_rule_holds(void **state)
{
	struct rule rule = threshold(banded);
	uint32_t seed = 9;

	(void)state;
	for (int i = 0; i < 2000; i++) {
		struct reading *reading = &figures.reading;
		struct why_not why;

		seed = seed * 1664525u + 1013904223u;
		rule.calendar = seed >> 8 & 1 ? &office : NULL;
		fake_now_ms = 50 + (seed >> 9 & 3) * 50;
		*reading = (struct reading){ .quality = (enum quality)(seed >> 11 & 3),
					     .value = (seed >> 13 & 31) / 2.0,
					     .samples = 10 + (seed >> 18 & 15) };
		if (reading->quality == QUALITY_UNKNOWN)
			reading->value = NAN;
		why = ask(&rule, 1, NULL, NULL, "");
		assert_int_equal(why.n == 0, why.verdict.judgement >= JUDGE_WARNING);
		for (size_t k = 0; k < why.n; k++) {
			const struct reason_why *reason = &why.list[k];

			if (reason->kind == HOLD_BACK_CLOSED)
				fake_now_ms = 150;
			if (reason->kind == HOLD_BACK_STALE || reason->kind == HOLD_BACK_UNKNOWN)
				reading->quality = QUALITY_GOOD;
			if (reason->kind == HOLD_BACK_UNKNOWN)
				*reading = (struct reading){ .quality = QUALITY_GOOD,
							     .value = 6,
							     .samples = 20 };
			if (reason->kind == HOLD_BACK_FEW)
				reading->samples = reason->need;
			if (reason->kind == HOLD_BACK_WITHIN)
				reading->value += reason->distance + 0.5;
		}
		assert_int_equal(ask(&rule, 1, NULL, NULL, "").n, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_holds_is_held_back_by_nothing),
		cmocka_unit_test(a_value_within_its_limits_says_how_far_it_is_from_them),
		cmocka_unit_test(every_reason_is_told_not_only_the_first),
		cmocka_unit_test(without_a_value_or_limits_nothing_can_pass),
		cmocka_unit_test(silence_is_held_back_by_how_the_contract_stands),
		cmocka_unit_test(a_value_of_a_field_is_explained_like_a_figure_if_there_is_one),
		cmocka_unit_test(what_happens_by_itself_is_waited_for),
		cmocka_unit_test(a_deadline_waits_for_a_record_that_is_due),
		cmocka_unit_test(without_its_reasons_a_rule_holds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
