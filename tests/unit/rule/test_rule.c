/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/rule.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define N_UNITS      5
#define N_INDICATORS 12

/* What the test says an indicator reads; it takes the place of the indicators' own. */
struct indicators {
	struct reading readings[N_INDICATORS][N_UNITS][3]; /* the last: 1 is "10m", 2 no minutes */
};

static struct indicators figures;

static struct reading *figure(uint32_t indicator, uint32_t unit, const struct window *window)
{
	int which = window->kind != WINDOW_MINUTES ? 2 : window->minutes == 10;

	return &figures.readings[indicator][unit][which];
}

struct reading indicators_read(const struct indicators *indicators, uint32_t indicator,
			       uint32_t unit, const struct window *window)
{
	assert_ptr_equal(indicators, &figures);
	return *figure(indicator, unit, window);
}

static const struct window hour = { .kind = WINDOW_MINUTES, .minutes = 60, .text = "1h" };
static const struct window today = { .kind = WINDOW_TODAY, .text = "today" };
static const bool everywhere[N_UNITS] = { true, true, true, true, true };
static const bool only_in_1[N_UNITS] = { false, true, false, false, false };

static struct rules *make_rules(const struct rule *list, uint32_t n)
{
	const struct rules_options options = {
		.list = list,
		.n_list = n,
		.n_units = N_UNITS,
		.n_indicators = N_INDICATORS,
		.n_types = 3,
	};

	return rules_new(&options);
}

static void set_figure(uint32_t indicator, uint32_t unit, double value)
{
	for (int i = 0; i < 3; i++)
		figures.readings[indicator][unit][i] = (struct reading){
			.quality = QUALITY_GOOD, .value = value, .samples = 100, .position = 9
		};
}

/* ---- judgement ------------------------------------------------------------------------------- */

static const struct limits banded = {
	.warning = { .comparison = COMPARE_GT,
		     .value = 5,
		     .text = "> 5",
		     .place = { "rules.yml", 3, 2 } },
	.critical = { .comparison = COMPARE_GE,
		      .value = 10,
		      .text = ">= 10",
		      .place = { "rules.yml", 4, 2 } },
	.clear = { .comparison = COMPARE_LT,
		   .value = 4,
		   .text = "< 4",
		   .place = { "rules.yml", 5, 2 } },
};

static const struct limits low = {
	.warning = { .comparison = COMPARE_LE,
		     .value = 5,
		     .text = "<= 5",
		     .place = { NULL, 0, 0 } },
	.critical = { .comparison = COMPARE_LT,
		      .value = 1,
		      .text = "< 1",
		      .place = { NULL, 0, 0 } },
};

static const struct limits critical_only = {
	.critical = { .comparison = COMPARE_GT, .value = 1, .text = "> 1", .place = { NULL, 0, 0 } }
};

/* Judges value in unit 0 by limits. */
static struct verdict judge_value(const struct limits *limits, double value)
{
	const struct limits by_unit[N_UNITS] = { *limits };
	const struct rule rule = { .id = "r",
				   .kind = RULE_THRESHOLD,
				   .window = hour,
				   .limits = by_unit,
				   .applies = everywhere };
	struct rules *rules = make_rules(&rule, 1);
	struct verdict verdict;

	set_figure(0, 0, value);
	verdict = rules_judge_one(rules, &figures, 0, 0);
	rules_free(rules);
	return verdict;
}

static void a_value_is_judged_by_the_worst_limit_that_it_passes(void **state)
{
	(void)state;
	assert_int_equal(judge_value(&banded, 3.9).judgement, JUDGE_CLEAR);
	assert_int_equal(judge_value(&banded, 4).judgement, JUDGE_BETWEEN);
	assert_int_equal(judge_value(&banded, 5).judgement, JUDGE_BETWEEN);
	assert_int_equal(judge_value(&banded, 5.1).judgement, JUDGE_WARNING);
	assert_int_equal(judge_value(&banded, 9.9).judgement, JUDGE_WARNING);
	assert_int_equal(judge_value(&banded, 10).judgement, JUDGE_CRITICAL);

	assert_int_equal(judge_value(&low, 0.9).judgement, JUDGE_CRITICAL);
	assert_int_equal(judge_value(&low, 1).judgement, JUDGE_WARNING);
	assert_int_equal(judge_value(&low, 5).judgement, JUDGE_WARNING);
	assert_int_equal(judge_value(&low, 5.1).judgement, JUDGE_CLEAR);

	assert_int_equal(judge_value(&critical_only, 2).judgement, JUDGE_CRITICAL);
	assert_int_equal(judge_value(&critical_only, 1).judgement, JUDGE_CLEAR);
}

/* Judges value in unit 1 and says which limit the verdict names: w, c, l (clear) or 0. */
static char limit_named(const struct limits *limits, double value)
{
	const struct limits by_unit[N_UNITS] = { [1] = *limits };
	const struct rule rule = { .id = "r",
				   .kind = RULE_THRESHOLD,
				   .window = hour,
				   .limits = by_unit,
				   .applies = everywhere };
	struct rules *rules = make_rules(&rule, 1);
	struct verdict verdict;

	set_figure(0, 1, value);
	verdict = rules_judge_one(rules, &figures, 0, 1);
	rules_free(rules);

	assert_int_equal(verdict.unit, 1);
	assert_true(verdict.reading.value == value || isnan(value));
	if (verdict.threshold == &by_unit[1].warning)
		return 'w';
	if (verdict.threshold == &by_unit[1].critical)
		return 'c';
	if (verdict.threshold == &by_unit[1].clear)
		return 'l';
	assert_null(verdict.threshold);
	return '0';
}

static void a_verdict_names_the_limit_that_decided(void **state)
{
	(void)state;
	assert_int_equal(limit_named(&banded, 12), 'c');
	assert_int_equal(limit_named(&banded, 6), 'w');
	assert_int_equal(limit_named(&banded, 4.5), 'l');
	assert_int_equal(limit_named(&banded, 1), 'l');
	assert_int_equal(limit_named(&low, 7), 'w');
	assert_int_equal(limit_named(&critical_only, 0), 'c');
	assert_int_equal(limit_named(&banded, NAN), '0');
}

static enum judgement judge_reading(struct reading reading, uint64_t min_samples)
{
	const struct limits by_unit[N_UNITS] = { banded };
	const struct rule rule = { .id = "r",
				   .kind = RULE_THRESHOLD,
				   .window = today,
				   .min_samples = min_samples,
				   .limits = by_unit,
				   .applies = everywhere };
	struct rules *rules = make_rules(&rule, 1);
	enum judgement judgement;

	*figure(0, 0, &today) = reading;
	judgement = rules_judge_one(rules, &figures, 0, 0).judgement;
	rules_free(rules);
	return judgement;
}

static void what_is_stale_unknown_or_too_little_is_not_judged(void **state)
{
	struct reading reading = { .quality = QUALITY_GOOD, .value = 20, .samples = 7 };

	(void)state;
	assert_int_equal(judge_reading(reading, 7), JUDGE_CRITICAL);
	assert_int_equal(judge_reading(reading, 8), JUDGE_UNKNOWN);
	reading.quality = QUALITY_PARTIAL;
	assert_int_equal(judge_reading(reading, 7), JUDGE_CRITICAL);
	reading.quality = QUALITY_STALE;
	assert_int_equal(judge_reading(reading, 7), JUDGE_UNKNOWN);
	reading.quality = QUALITY_UNKNOWN;
	assert_int_equal(judge_reading(reading, 7), JUDGE_UNKNOWN);
	reading.quality = QUALITY_GOOD;
	reading.value = NAN;
	assert_int_equal(judge_reading(reading, 7), JUDGE_UNKNOWN);
}

static void each_unit_has_limits_of_its_own(void **state)
{
	const struct limits by_unit[N_UNITS] = { banded, low, critical_only, banded, low };
	const struct rule rule = { .id = "r",
				   .kind = RULE_THRESHOLD,
				   .window = hour,
				   .limits = by_unit,
				   .applies = everywhere };
	struct change changes[N_UNITS];
	struct rules *rules = make_rules(&rule, 1);
	const struct verdict *verdicts;
	size_t done;

	(void)state;
	for (uint32_t i = 0; i < N_UNITS; i++) {
		set_figure(0, i, 4.5);
		changes[i] = (struct change){ .indicator = 0, .unit = i };
	}
	assert_int_equal(rules_judge(rules, &figures, changes, N_UNITS, &done, &verdicts), N_UNITS);
	assert_int_equal(done, N_UNITS);
	assert_int_equal(verdicts[0].judgement, JUDGE_BETWEEN);
	assert_int_equal(verdicts[1].judgement, JUDGE_WARNING);
	assert_int_equal(verdicts[2].judgement, JUDGE_CRITICAL);
	assert_int_equal(verdicts[3].judgement, JUDGE_BETWEEN);
	assert_int_equal(verdicts[4].judgement, JUDGE_WARNING);
	rules_free(rules);
}

static void a_rule_says_nothing_where_it_does_not_apply(void **state)
{
	const struct rule list[] = {
		{ .id = "a", .kind = RULE_THRESHOLD, .window = hour, .applies = only_in_1 },
		{ .id = "b", .kind = RULE_EVENT, .applies = everywhere },
	};
	const struct change change = { .indicator = 0, .unit = 0 };
	struct rules *rules = make_rules(list, COUNT(list));
	const struct verdict *verdicts;
	size_t done;

	(void)state;
	set_figure(0, 0, 100);
	assert_int_equal(rules_judge_one(rules, &figures, 0, 0).judgement, JUDGE_UNKNOWN);
	assert_int_equal(rules_judge_one(rules, &figures, 1, 0).judgement, JUDGE_UNKNOWN);
	assert_int_equal(rules_judge(rules, &figures, &change, 1, &done, &verdicts), 0);
	assert_int_equal(done, 1);
	rules_free(rules);
}

/* ---- events ---------------------------------------------------------------------------------- */

static const char *const gates[] = { "north", "south" };
static const struct event_type alarm = {
	.name = "gate.alarm",
	.fields = { { .name = "gate", .kind = FIELD_CHOICE, .choices = gates, .n_choices = 2 },
		    { .name = "serial", .kind = FIELD_INTEGER },
		    { .name = "plate", .kind = FIELD_TEXT },
		    { .name = "due", .kind = FIELD_TIME },
		    { .name = "open", .kind = FIELD_FLAG } },
	.n_fields = 5,
};

#define SLICE(text) ((struct slice){ .bytes = (text), .size = strlen(text) })

static struct event make_event(void)
{
	return (struct event){
		.type = 0,
		.unit = 1,
		.subject = SLICE("station-4"),
		.values = { { .present = true, .choice = 1 },
			    { .present = true, .number = 1234567890123 },
			    { .present = true, .text = SLICE("61A-123") },
			    { .present = true, .time_ms = 0 },
			    { .present = true, .number = 1 } },
	};
}

static struct rule make_event_rule(const char *id, enum severity severity, uint32_t subject_field)
{
	return (struct rule){
		.id = id,
		.kind = RULE_EVENT,
		.type = 0,
		.event_type = &alarm,
		.severity = severity,
		.subject_field = subject_field,
		.applies = only_in_1,
	};
}

static void an_event_is_matched_by_its_filter_and_unit(void **state)
{
	struct rule list[] = { make_event_rule("a", SEVERITY_WARNING, TYPE_NONE),
			       make_event_rule("b", SEVERITY_CRITICAL, TYPE_NONE),
			       make_event_rule("c", SEVERITY_CRITICAL, TYPE_NONE) };
	struct event event = make_event();
	const struct verdict *verdicts;
	struct rules *rules;

	(void)state;
	list[1].where = (struct where){
		.conditions = { { .field = 0, .test = WHERE_CHOICE, .choices = 1u << 1 } },
		.n_conditions = 1
	};
	list[2].where = (struct where){
		.conditions = { { .field = 0, .test = WHERE_CHOICE, .choices = 1u << 0 } },
		.n_conditions = 1
	};
	rules = make_rules(list, COUNT(list));

	assert_int_equal(rules_match(rules, &event, &verdicts), 2);
	assert_int_equal(verdicts[0].rule, 0);
	assert_int_equal(verdicts[0].judgement, JUDGE_WARNING);
	assert_int_equal(verdicts[1].rule, 1);
	assert_int_equal(verdicts[1].judgement, JUDGE_CRITICAL);
	assert_ptr_equal(verdicts[1].event, &event);
	assert_int_equal(verdicts[1].unit, 1);
	assert_null(verdicts[1].threshold);

	event.unit = 2;
	assert_int_equal(rules_match(rules, &event, &verdicts), 0);
	rules_free(rules);
}

static void what_is_history_is_no_news(void **state)
{
	const struct rule rule = make_event_rule("a", SEVERITY_WARNING, TYPE_NONE);
	struct event event = make_event();
	struct rules *rules = make_rules(&rule, 1);
	const struct verdict *verdicts;

	(void)state;
	event.historical = true;
	assert_int_equal(rules_match(rules, &event, &verdicts), 0);
	event.historical = false;
	event.drill = true;
	assert_int_equal(rules_match(rules, &event, &verdicts), 1);
	rules_free(rules);
}

static void assert_subject(const struct verdict *verdict, const char *expected)
{
	assert_int_equal(verdict->subject.size, strlen(expected));
	assert_memory_equal(verdict->subject.bytes, expected, strlen(expected));
}

static void a_field_of_any_kind_may_tell_alerts_apart(void **state)
{
	const struct rule list[] = {
		make_event_rule("none", SEVERITY_WARNING, TYPE_NONE),
		make_event_rule("choice", SEVERITY_WARNING, 0),
		make_event_rule("integer", SEVERITY_WARNING, 1),
		make_event_rule("text", SEVERITY_WARNING, 2),
		make_event_rule("time", SEVERITY_WARNING, 3),
		make_event_rule("flag", SEVERITY_WARNING, 4),
	};
	struct event event = make_event();
	struct rules *rules = make_rules(list, COUNT(list));
	const struct verdict *verdicts;

	(void)state;
	assert_int_equal(rules_match(rules, &event, &verdicts), COUNT(list));
	assert_subject(&verdicts[0], "station-4");
	assert_subject(&verdicts[1], "south");
	assert_subject(&verdicts[2], "1234567890123");
	assert_subject(&verdicts[3], "61A-123");
	assert_memory_equal(verdicts[4].subject.bytes, "1970-01-01T00:00:00", 19);
	assert_subject(&verdicts[5], "true");

	event.values[1].present = false;
	assert_int_equal(rules_match(rules, &event, &verdicts), COUNT(list));
	assert_subject(&verdicts[2], "");
	rules_free(rules);
}

/* ---- names ----------------------------------------------------------------------------------- */

static void rules_are_found_by_id(void **state)
{
	const struct rule list[] = { { .id = "ab" }, { .id = "abc" } };
	struct rules *rules = make_rules(list, COUNT(list));

	(void)state;
	assert_int_equal(rules_count(rules), 2);
	assert_int_equal(rules_find(rules, "abc", 3), 1);
	assert_int_equal(rules_find(rules, "abc", 2), 0);
	assert_int_equal(rules_find(rules, "abc", 1), UINT32_MAX);
	assert_ptr_equal(rules_at(rules, 1), &list[1]);
	rules_free(rules);
	assert_null(rules_free(NULL));
}

static void a_rulebook_lends_what_its_rules_were_made_from(void **state)
{
	const struct rule list[] = { { .id = "ab" } };
	struct rules *rules = make_rules(list, 1);

	(void)state;
	assert_ptr_equal(rules_about(rules)->list, list);
	assert_int_equal(rules_about(rules)->n_units, N_UNITS);
	rules_free(rules);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_value_is_judged_by_the_worst_limit_that_it_passes),
		cmocka_unit_test(a_verdict_names_the_limit_that_decided),
		cmocka_unit_test(what_is_stale_unknown_or_too_little_is_not_judged),
		cmocka_unit_test(each_unit_has_limits_of_its_own),
		cmocka_unit_test(a_rule_says_nothing_where_it_does_not_apply),
		cmocka_unit_test(an_event_is_matched_by_its_filter_and_unit),
		cmocka_unit_test(what_is_history_is_no_news),
		cmocka_unit_test(a_field_of_any_kind_may_tell_alerts_apart),
		cmocka_unit_test(rules_are_found_by_id),
		cmocka_unit_test(a_rulebook_lends_what_its_rules_were_made_from),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
