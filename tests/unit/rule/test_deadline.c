/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fakes.h"

#define N_UNITS FAKE_UNITS

enum { SOON, OVER, N_GAUGES };

struct indicators {
	struct reading gauges[N_GAUGES]; /* of unit 1 */
};

static struct indicators figures;

struct reading indicators_read(const struct indicators *indicators, uint32_t indicator,
			       uint32_t unit, const struct window *window)
{
	assert_ptr_equal(indicators, &figures);
	assert_int_equal(unit, 1);
	assert_true(window->kind == WINDOW_TODAY || window->minutes > 0);
	return figures.gauges[indicator];
}

static const bool everywhere[N_UNITS] = { true, true, true, true, true };
static const bool only_in_1[N_UNITS] = { false, true, false, false, false };
static const struct calendar office = { .from_ms = 100, .to_ms = 200 };
static const struct track records = { .id = "open", .due_soon_gauge = SOON, .overdue_gauge = OVER };

static struct rules *make_rules(const struct rule *list, uint32_t n)
{
	return rules_new(&(struct rules_options){
		.list = list, .n_list = n, .n_units = N_UNITS, .n_indicators = N_GAUGES });
}

static struct rule deadline(const char *id, enum severity due_soon, enum severity overdue)
{
	return (struct rule){ .id = id,
			      .kind = RULE_DEADLINE,
			      .record = &records,
			      .due_soon = due_soon,
			      .overdue = overdue,
			      .applies = only_in_1 };
}

static struct reading gauge(double value)
{
	return (struct reading){ .quality = QUALITY_GOOD,
				 .value = value,
				 .position = 10 + (uint64_t)value };
}

/* ---- how many of a unit ---------------------------------------------------------------------- */

static struct verdict judge(double soon, double over, enum severity due_soon, enum severity overdue)
{
	const struct rule rule = deadline("d", due_soon, overdue);
	struct rules *rules = make_rules(&rule, 1);
	struct verdict verdict;

	figures.gauges[SOON] = gauge(soon);
	figures.gauges[OVER] = gauge(over);
	figures.gauges[OVER].position += 100;
	verdict = rules_judge_one(rules, &figures, 0, 1);
	rules_free(rules);
	return verdict;
}

static void what_is_overdue_is_worse_than_what_will_be(void **state)
{
	struct verdict verdict = judge(3, 2, SEVERITY_WARNING, SEVERITY_CRITICAL);

	(void)state;
	assert_int_equal(verdict.judgement, JUDGE_CRITICAL);
	assert_true(verdict.reading.value == 2);
	assert_int_equal(verdict.position, 112);
	assert_null(verdict.threshold);

	verdict = judge(3, 0, SEVERITY_WARNING, SEVERITY_CRITICAL);
	assert_int_equal(verdict.judgement, JUDGE_WARNING);
	assert_true(verdict.reading.value == 3);

	verdict = judge(0, 0, SEVERITY_WARNING, SEVERITY_CRITICAL);
	assert_int_equal(verdict.judgement, JUDGE_CLEAR);
	assert_true(verdict.reading.value == 0);
	assert_int_equal(verdict.position, 110);
}

static void a_severity_of_none_is_not_looked_at(void **state)
{
	(void)state;
	assert_int_equal(judge(3, 0, SEVERITY_NONE, SEVERITY_CRITICAL).judgement, JUDGE_CLEAR);
	assert_int_equal(judge(0, 3, SEVERITY_CRITICAL, SEVERITY_NONE).judgement, JUDGE_CLEAR);
	assert_int_equal(judge(1, 3, SEVERITY_CRITICAL, SEVERITY_NONE).judgement, JUDGE_CRITICAL);
	assert_int_equal(judge(1, 3, SEVERITY_NONE, SEVERITY_WARNING).judgement, JUDGE_WARNING);
}

static void what_is_not_known_for_sure_neither_raises_nor_clears(void **state)
{
	const struct rule rule = deadline("d", SEVERITY_WARNING, SEVERITY_CRITICAL);
	struct rules *rules = make_rules(&rule, 1);

	(void)state;
	figures.gauges[SOON] = gauge(1);
	figures.gauges[OVER] = gauge(1);
	figures.gauges[OVER].quality = QUALITY_STALE;
	assert_int_equal(rules_judge_one(rules, &figures, 0, 1).judgement, JUDGE_UNKNOWN);
	assert_int_equal(rules_judge_one(rules, &figures, 0, 1).reading.quality, QUALITY_STALE);
	figures.gauges[OVER] = gauge(0);
	figures.gauges[SOON] = (struct reading){ .value = NAN };
	assert_int_equal(rules_judge_one(rules, &figures, 0, 1).judgement, JUDGE_UNKNOWN);
	figures.gauges[OVER] = gauge(1);
	figures.gauges[OVER].quality = QUALITY_PARTIAL;
	assert_int_equal(rules_judge_one(rules, &figures, 0, 1).judgement, JUDGE_CRITICAL);
	assert_int_equal(rules_judge_one(rules, &figures, 0, 2).judgement, JUDGE_UNKNOWN);
	rules_free(rules);
}

static void a_change_of_either_gauge_judges_by_both(void **state)
{
	const struct limits above_0[N_UNITS] = {
		[1] = { .warning = { .comparison = COMPARE_GT, .value = 0, .text = "> 0" } },
	};
	const struct rule list[] = {
		{ .id = "level",
		  .kind = RULE_THRESHOLD,
		  .indicator = SOON,
		  .window = { WINDOW_TODAY, 0, "today" },
		  .limits = above_0,
		  .applies = everywhere },
		deadline("d", SEVERITY_WARNING, SEVERITY_CRITICAL),
	};
	struct rules *rules = make_rules(list, 2);
	struct change change = { .indicator = SOON, .unit = 1 };
	const struct verdict *verdicts;
	size_t done;

	(void)state;
	figures.gauges[SOON] = gauge(1);
	figures.gauges[OVER] = gauge(5);
	assert_int_equal(rules_judge(rules, &figures, &change, 1, &done, &verdicts), 2);
	assert_int_equal(verdicts[0].rule, 0);
	assert_true(verdicts[0].reading.value == 1);
	assert_int_equal(verdicts[1].rule, 1);
	assert_int_equal(verdicts[1].judgement, JUDGE_CRITICAL);
	assert_true(verdicts[1].reading.value == 5);

	change.indicator = OVER;
	assert_int_equal(rules_judge(rules, &figures, &change, 1, &done, &verdicts), 1);
	assert_int_equal(verdicts[0].rule, 1);
	rules_free(rules);
}

static void outside_of_its_hours_a_number_of_records_is_not_judged(void **state)
{
	struct rule rule = deadline("d", SEVERITY_WARNING, SEVERITY_CRITICAL);
	const uint32_t *opened;
	struct rules *rules;

	(void)state;
	rule.calendar = &office;
	rules = make_rules(&rule, 1);
	figures.gauges[OVER] = gauge(1);
	fake_now_ms = 99;
	assert_int_equal(rules_judge_one(rules, &figures, 0, 1).judgement, JUDGE_UNKNOWN);
	fake_now_ms = 100;
	assert_int_equal(rules_judge_one(rules, &figures, 0, 1).judgement, JUDGE_CRITICAL);
	assert_int_equal(rules_opened(rules, 99, 100, &opened), 1);
	rules_free(rules);
}

/* ---- each record ----------------------------------------------------------------------------- */

static struct rule by_record(const char *id, enum severity due_soon, enum severity overdue)
{
	struct rule rule = deadline(id, due_soon, overdue);

	rule.is_each_record = true;
	rule.track = 1;
	rule.applies = everywhere;
	return rule;
}

static struct rule sequence(const char *id, uint32_t track, enum severity severity)
{
	return (struct rule){ .id = id,
			      .kind = RULE_SEQUENCE,
			      .track = track,
			      .severity = severity,
			      .applies = only_in_1 };
}

/* What rule says of news with these deltas: a judgement, or -1: nothing. */
static int judge_news(const struct rule *rule, int due_soon, int overdue)
{
	const struct track_news news = { .track = rule->track,
					 .unit = 1,
					 .due_ms = 5000,
					 .due_soon = (int8_t)due_soon,
					 .overdue = (int8_t)overdue,
					 .id = slice_of("H-17/a") };
	struct rules *rules = make_rules(rule, 1);
	const struct verdict *verdicts;
	size_t n =
		rules_match_track(rules, rule->kind == RULE_SEQUENCE, &news, 6000, 77, &verdicts);
	int judgement = n > 0 ? (int)verdicts[0].judgement : -1;

	assert_true(n <= 1);
	if (n > 0) {
		assert_int_equal(verdicts[0].rule, 0);
		assert_int_equal(verdicts[0].unit, 1);
		assert_int_equal(verdicts[0].position, 77);
		assert_int_equal(verdicts[0].reading.last_ms, 5000);
		assert_true(isnan(verdicts[0].reading.value));
		assert_ptr_equal(verdicts[0].subject.bytes, news.id.bytes);
		assert_int_equal(verdicts[0].subject.size, 6);
		assert_null(verdicts[0].threshold);
		assert_null(verdicts[0].event);
	}
	rules_free(rules);
	return judgement;
}

static void a_record_is_told_when_it_comes_due_and_until_that_is_over(void **state)
{
	const struct rule rule = by_record("r", SEVERITY_WARNING, SEVERITY_CRITICAL);
	const struct rule late = by_record("l", SEVERITY_NONE, SEVERITY_WARNING);
	const struct rule soon = by_record("s", SEVERITY_WARNING, SEVERITY_NONE);

	(void)state;
	assert_int_equal(judge_news(&rule, 0, 0), -1);
	assert_int_equal(judge_news(&rule, 1, 0), JUDGE_WARNING);
	assert_int_equal(judge_news(&rule, -1, 1), JUDGE_CRITICAL);
	assert_int_equal(judge_news(&rule, 0, 1), JUDGE_CRITICAL);
	assert_int_equal(judge_news(&rule, 1, -1), JUDGE_WARNING);
	assert_int_equal(judge_news(&rule, -1, 0), JUDGE_CLEAR);
	assert_int_equal(judge_news(&rule, 0, -1), JUDGE_CLEAR);
	assert_int_equal(judge_news(&late, -1, 1), JUDGE_WARNING);
	assert_int_equal(judge_news(&late, 1, 0), JUDGE_CLEAR);
	assert_int_equal(judge_news(&soon, -1, 1), JUDGE_CLEAR);
}

static void a_sequence_is_told_when_nothing_followed_and_until_it_does(void **state)
{
	struct rule rule = sequence("s", 2, SEVERITY_WARNING);
	const struct rule grave = sequence("g", 0, SEVERITY_CRITICAL);

	(void)state;
	assert_int_equal(judge_news(&rule, 0, 0), -1);
	assert_int_equal(judge_news(&rule, 1, 0), -1);
	assert_int_equal(judge_news(&rule, 0, 1), JUDGE_WARNING);
	assert_int_equal(judge_news(&rule, 0, -1), JUDGE_CLEAR);
	assert_int_equal(judge_news(&grave, -1, 1), JUDGE_CRITICAL);
	rule.due_soon = SEVERITY_CRITICAL; /* which means nothing here */
	assert_int_equal(judge_news(&rule, 1, -1), JUDGE_CLEAR);
}

static void a_record_that_moves_is_over_in_one_unit_and_told_in_the_other(void **state)
{
	const struct rule rule = by_record("r", SEVERITY_WARNING, SEVERITY_CRITICAL);
	const struct track_news news[] = {
		{ .kind = TRACK_MOVED, .track = 1, .unit = 1, .overdue = -1, .id = slice_of("a") },
		{ .kind = TRACK_MOVED, .track = 1, .unit = 4, .overdue = 1, .id = slice_of("a") },
	};
	struct rules *rules = make_rules(&rule, 1);
	const struct verdict *verdicts;

	(void)state;
	assert_int_equal(rules_match_track(rules, false, &news[0], 0, 0, &verdicts), 1);
	assert_int_equal(verdicts[0].unit, 1);
	assert_int_equal(verdicts[0].judgement, JUDGE_CLEAR);
	assert_int_equal(rules_match_track(rules, false, &news[1], 0, 0, &verdicts), 1);
	assert_int_equal(verdicts[0].unit, 4);
	assert_int_equal(verdicts[0].judgement, JUDGE_CRITICAL);
	rules_free(rules);
}

static void only_the_rules_on_that_track_and_unit_are_asked(void **state)
{
	const struct rule list[] = {
		sequence("other", 0, SEVERITY_WARNING),
		by_record("record", SEVERITY_WARNING, SEVERITY_WARNING),
		sequence("mine", 1, SEVERITY_WARNING),
		deadline("number", SEVERITY_WARNING, SEVERITY_WARNING),
		sequence("too", 1, SEVERITY_CRITICAL),
	};
	struct track_news news = { .track = 1, .unit = 1, .overdue = 1, .id = slice_of("a") };
	struct rules *rules = make_rules(list, COUNT(list));
	const struct verdict *verdicts;

	(void)state;
	assert_int_equal(rules_match_track(rules, true, &news, 0, 0, &verdicts), 2);
	assert_int_equal(verdicts[0].rule, 2);
	assert_int_equal(verdicts[1].rule, 4);
	assert_int_equal(rules_match_track(rules, false, &news, 0, 0, &verdicts), 1);
	assert_int_equal(verdicts[0].rule, 1);
	news.unit = 2;
	assert_int_equal(rules_match_track(rules, true, &news, 0, 0, &verdicts), 0);
	news.track = 2; /* no rule looks so far */
	assert_int_equal(rules_match_track(rules, true, &news, 0, 0, &verdicts), 0);
	rules_free(rules);
}

static void new_rules_judge_a_record_as_it_stands(void **state)
{
	const struct rule list[] = { by_record("r", SEVERITY_WARNING, SEVERITY_CRITICAL),
				     sequence("s", 1, SEVERITY_WARNING) };
	struct track_record record = { .track = 1, .unit = 1, .id = slice_of("a") };
	struct rules *rules = make_rules(list, 2);
	const struct verdict *verdicts;

	(void)state;
	assert_int_equal(rules_judge_record(rules, false, &record, 5, &verdicts), 1);
	assert_int_equal(verdicts[0].judgement, JUDGE_CLEAR);
	assert_int_equal(verdicts[0].position, 5);
	record.is_due_soon = true;
	assert_int_equal(rules_judge_record(rules, false, &record, 5, &verdicts), 1);
	assert_int_equal(verdicts[0].judgement, JUDGE_WARNING);
	assert_int_equal(rules_judge_record(rules, true, &record, 5, &verdicts), 1);
	assert_int_equal(verdicts[0].rule, 1);
	assert_int_equal(verdicts[0].judgement, JUDGE_CLEAR);
	record.is_overdue = true;
	assert_int_equal(rules_judge_record(rules, false, &record, 5, &verdicts), 1);
	assert_int_equal(verdicts[0].judgement, JUDGE_CRITICAL);
	assert_int_equal(rules_judge_record(rules, true, &record, 5, &verdicts), 1);
	assert_int_equal(verdicts[0].judgement, JUDGE_WARNING);
	rules_free(rules);
}

static void rules_on_records_are_not_judged_at_any_time(void **state)
{
	const struct rule list[] = { by_record("r", SEVERITY_WARNING, SEVERITY_CRITICAL),
				     sequence("s", 1, SEVERITY_WARNING),
				     deadline("d", SEVERITY_WARNING, SEVERITY_CRITICAL) };
	struct rules *rules = make_rules(list, 3);

	(void)state;
	assert_false(rule_is_judged_any_time(&list[0]));
	assert_false(rule_is_judged_any_time(&list[1]));
	assert_true(rule_is_judged_any_time(&list[2]));
	figures.gauges[OVER] = gauge(1);
	assert_int_equal(rules_judge_one(rules, &figures, 0, 1).judgement, JUDGE_UNKNOWN);
	assert_int_equal(rules_judge_one(rules, &figures, 1, 1).judgement, JUDGE_UNKNOWN);
	rules_free(rules);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_overdue_is_worse_than_what_will_be),
		cmocka_unit_test(a_severity_of_none_is_not_looked_at),
		cmocka_unit_test(what_is_not_known_for_sure_neither_raises_nor_clears),
		cmocka_unit_test(a_change_of_either_gauge_judges_by_both),
		cmocka_unit_test(outside_of_its_hours_a_number_of_records_is_not_judged),
		cmocka_unit_test(a_record_is_told_when_it_comes_due_and_until_that_is_over),
		cmocka_unit_test(a_sequence_is_told_when_nothing_followed_and_until_it_does),
		cmocka_unit_test(a_record_that_moves_is_over_in_one_unit_and_told_in_the_other),
		cmocka_unit_test(only_the_rules_on_that_track_and_unit_are_asked),
		cmocka_unit_test(new_rules_judge_a_record_as_it_stands),
		cmocka_unit_test(rules_on_records_are_not_judged_at_any_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
