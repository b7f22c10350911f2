/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/alertbook.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "iocd/base/counter.h"

#define N_UNITS 4

enum { LEVEL, FLOOD, SWIFT, N_RULES };

static const bool everywhere[N_UNITS] = { true, true, true, true };
static const bool only_in_2[N_UNITS] = { false, false, true, false };
static const struct threshold limit = { .comparison = COMPARE_GT, .value = 5, .text = "> 5" };

/* clang-format off */
static const struct rule list[N_RULES] = {
	[LEVEL] = { .id = "level", .kind = RULE_THRESHOLD, .hold_ms = 100, .fade_ms = 50,
		    .applies = everywhere },
	[FLOOD] = { .id = "flood", .kind = RULE_EVENT, .hold_ms = 100, .fade_ms = 60,
		    .severity = SEVERITY_CRITICAL, .applies = everywhere },
	[SWIFT] = { .id = "swift", .kind = RULE_THRESHOLD, .applies = everywhere },
};
/* clang-format on */

/* Nothing here reads a figure: verdicts are made by hand. */
int64_t indicators_now_ms(const struct indicators *indicators)
{
	(void)indicators;
	return 0;
}

struct reading indicators_read(const struct indicators *indicators, uint32_t indicator,
			       uint32_t unit, const struct window *window)
{
	(void)indicators;
	(void)indicator;
	(void)unit;
	(void)window;
	fail();
	return (struct reading){ .value = NAN };
}

static struct rules *make_rules(const struct rule *rules, uint32_t n)
{
	const struct rules_options options = {
		.list = rules, .n_list = n, .n_units = N_UNITS, .n_indicators = 1, .n_types = 1
	};

	return rules_new(&options);
}

struct fixture {
	struct rules *rules;
	struct alertbook *book;
};

static int set_up(void **state)
{
	static struct fixture fixture;

	fixture.rules = make_rules(list, N_RULES);
	fixture.book = alertbook_new(fixture.rules);
	*state = &fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	fixture->book = alertbook_free(fixture->book);
	fixture->rules = rules_free(fixture->rules);
	return 0;
}

static struct alertbook *book_of(void **state)
{
	return ((struct fixture *)*state)->book;
}

/* Judges a threshold rule; the figure is 10 times the time, its record the time. */
static void judge(struct alertbook *book, uint32_t rule, uint32_t unit, enum judgement judgement,
		  int64_t now_ms)
{
	const struct verdict verdict = {
		.rule = rule,
		.unit = unit,
		.judgement = judgement,
		.reading = { .quality = QUALITY_GOOD,
			     .value = (double)now_ms * 10,
			     .samples = 3,
			     .position = (uint64_t)now_ms },
		.threshold = judgement == JUDGE_UNKNOWN ? NULL : &limit,
	};

	alertbook_judge(book, &verdict, now_ms, (uint64_t)now_ms + 1000);
}

static void send_judged(struct alertbook *book, const struct event *event, struct slice subject,
			enum judgement judgement)
{
	const struct verdict verdict = { .rule = FLOOD,
					 .unit = event->unit,
					 .judgement = judgement,
					 .event = event,
					 .subject = subject };

	alertbook_judge(book, &verdict, (int64_t)event->position, event->position + 1000);
}

static void send_from(struct alertbook *book, uint32_t unit, struct slice subject, bool drill,
		      int64_t now_ms)
{
	const struct event event = { .unit = unit, .drill = drill, .position = (uint64_t)now_ms };

	send_judged(book, &event, subject, JUDGE_CRITICAL);
}

static void send_subject(struct alertbook *book, const char *subject, bool drill, int64_t now_ms)
{
	send_from(book, 1, (struct slice){ .bytes = subject, .size = strlen(subject) }, drill,
		  now_ms);
}

/* Checks transition number: what and when. */
static const struct transition *check(const struct alertbook *book, uint64_t number,
				      enum alert_news news, int64_t time_ms)
{
	const struct transition *transition = alertbook_transition(book, number);

	assert_non_null(transition);
	assert_int_equal(transition->number, number);
	if (transition->news != news || transition->time_ms != time_ms)
		fail_msg("number %d is %s at %d", (int)number, alert_news_name(transition->news),
			 (int)transition->time_ms);
	assert_int_equal(transition->alert.changed_ms, time_ms);
	return transition;
}

static void a_new_book_is_empty(void **state)
{
	struct alertbook *book = book_of(state);

	assert_int_equal(alertbook_last(book), 0);
	assert_null(alertbook_transition(book, 0));
	assert_null(alertbook_transition(book, 1));
	assert_null(alertbook_find(book, LEVEL, 0, ""));
	assert_int_equal(alertbook_count(book, SEVERITY_NONE), 0);
	assert_true(alertbook_deadline_ms(book) == ALERT_NO_DEADLINE);
}

static void what_does_not_hold_opens_nothing(void **state)
{
	struct alertbook *book = book_of(state);

	judge(book, SWIFT, 0, JUDGE_UNKNOWN, 1);
	judge(book, SWIFT, 0, JUDGE_CLEAR, 2);
	judge(book, SWIFT, 0, JUDGE_BETWEEN, 3);
	assert_null(alertbook_find(book, SWIFT, 0, ""));
	assert_int_equal(alertbook_last(book), 0);
}

static void an_alert_lives_from_its_hold_to_the_end_of_its_fade(void **state)
{
	struct alertbook *book = book_of(state);
	const struct transition *transition;
	const struct alert *alert;

	judge(book, LEVEL, 2, JUDGE_WARNING, 10);
	alert = alertbook_find(book, LEVEL, 2, "");
	assert_non_null(alert);
	assert_ptr_equal(alert->rule, &list[LEVEL]);
	assert_int_equal(alert->unit, 2);
	assert_int_equal(alert->machine.state, ALERT_PENDING);
	assert_int_equal(alert->first_ms, 10);
	assert_int_equal(alert->raised_ms, 0);
	assert_int_equal(alertbook_count(book, SEVERITY_NONE), 0);
	assert_int_equal(alertbook_deadline_ms(book), 110);

	alertbook_tick(book, 109, 1109);
	assert_int_equal(alertbook_last(book), 0);
	alertbook_tick(book, 115, 1115);
	transition = check(book, 1, NEWS_RAISED, 115);
	assert_int_equal(transition->position, 1115);
	assert_int_equal(transition->alert.raised_ms, 115);
	assert_int_equal(transition->alert.raised_number, 1);
	assert_int_equal(transition->alert.first_ms, 10);
	assert_false(transition->alert.drill);
	assert_int_equal(alertbook_count(book, SEVERITY_WARNING), 1);
	assert_true(alertbook_deadline_ms(book) == ALERT_NO_DEADLINE);

	judge(book, LEVEL, 2, JUDGE_CLEAR, 200);
	assert_int_equal(alertbook_count(book, SEVERITY_NONE), 1);
	assert_int_equal(alertbook_deadline_ms(book), 250);
	alertbook_tick(book, 250, 1250);
	transition = check(book, 2, NEWS_CLEARED, 250);
	assert_int_equal(transition->alert.machine.state, ALERT_QUIET);
	assert_int_equal(transition->alert.machine.severity, SEVERITY_WARNING);
	assert_int_equal(transition->alert.raised_number, 1);
	assert_false(transition->alert.closed);
	assert_null(alertbook_find(book, LEVEL, 2, ""));
	assert_int_equal(alertbook_count(book, SEVERITY_NONE), 0);
	assert_int_equal(alertbook_last(book), 2);
}

static void a_verdict_finds_time_passed_before_it(void **state)
{
	struct alertbook *book = book_of(state);

	judge(book, LEVEL, 0, JUDGE_WARNING, 0);
	judge(book, LEVEL, 0, JUDGE_CLEAR, 130);
	check(book, 1, NEWS_RAISED, 130);
	judge(book, LEVEL, 0, JUDGE_WARNING, 185);
	check(book, 2, NEWS_CLEARED, 185);
	assert_int_equal(alertbook_find(book, LEVEL, 0, "")->first_ms, 185);
}

static void the_last_reading_and_limit_are_kept(void **state)
{
	struct alertbook *book = book_of(state);
	const struct alert *alert;

	for (int64_t at_ms = 1; at_ms <= 7; at_ms++)
		judge(book, SWIFT, 0, JUDGE_WARNING, at_ms);
	judge(book, SWIFT, 0, JUDGE_BETWEEN, 8);
	judge(book, SWIFT, 0, JUDGE_UNKNOWN, 9);

	alert = alertbook_find(book, SWIFT, 0, "");
	assert_true(alert->reading.value == 80);
	assert_ptr_equal(alert->threshold, &limit);
	assert_true(alert->machine.uncertain);
	assert_int_equal(alert->events, 0);
	assert_int_equal(alert->n_samples, ALERT_SAMPLES);
	for (uint32_t i = 0; i < ALERT_SAMPLES; i++)
		assert_int_equal(alert->samples[i], 3 + i);
	assert_true(alertbook_transition(book, 1)->alert.reading.value == 10);
}

static void a_change_of_severity_is_counted_where_it_belongs(void **state)
{
	struct alertbook *book = book_of(state);
	uint64_t raised = counter_get(COUNTER_alerts_raised);
	uint64_t changed = counter_get(COUNTER_alerts_changed);
	uint64_t cleared = counter_get(COUNTER_alerts_cleared);

	judge(book, SWIFT, 0, JUDGE_WARNING, 1);
	judge(book, SWIFT, 1, JUDGE_CRITICAL, 1);
	judge(book, SWIFT, 0, JUDGE_CRITICAL, 2);
	check(book, 3, NEWS_CHANGED, 2);
	assert_int_equal(alertbook_count(book, SEVERITY_WARNING), 0);
	assert_int_equal(alertbook_count(book, SEVERITY_CRITICAL), 2);
	judge(book, SWIFT, 0, JUDGE_CLEAR, 3);
	assert_int_equal(alertbook_count(book, SEVERITY_CRITICAL), 1);
	assert_int_equal(alertbook_count(book, SEVERITY_NONE), 1);

	assert_int_equal(counter_get(COUNTER_alerts_raised) - raised, 2);
	assert_int_equal(counter_get(COUNTER_alerts_changed) - changed, 1);
	assert_int_equal(counter_get(COUNTER_alerts_cleared) - cleared, 1);
}

static void deadlines_pass_in_their_order_and_ties_by_key(void **state)
{
	static const uint32_t expected[] = { 0, 3, 2, 1 };
	struct alertbook *book = book_of(state);

	judge(book, LEVEL, 3, JUDGE_WARNING, 1);
	judge(book, LEVEL, 1, JUDGE_WARNING, 1);
	judge(book, LEVEL, 0, JUDGE_WARNING, 1);
	judge(book, LEVEL, 2, JUDGE_WARNING, 2);
	judge(book, LEVEL, 1, JUDGE_UNKNOWN, 3);
	judge(book, LEVEL, 1, JUDGE_WARNING, 4);
	assert_int_equal(alertbook_deadline_ms(book), 101);

	alertbook_tick(book, 1000, 0);
	assert_int_equal(alertbook_last(book), COUNT(expected));
	for (uint32_t i = 0; i < COUNT(expected); i++)
		assert_int_equal(alertbook_transition(book, i + 1)->alert.unit, expected[i]);
}

static void time_that_goes_back_stands_still(void **state)
{
	struct alertbook *book = book_of(state);

	judge(book, LEVEL, 0, JUDGE_WARNING, 1000);
	judge(book, LEVEL, 0, JUDGE_CRITICAL, 500);
	alertbook_tick(book, 900, 0);
	assert_int_equal(alertbook_last(book), 0);
	alertbook_tick(book, 1100, 0);
	check(book, 1, NEWS_RAISED, 1100);
}

static void an_event_is_told_at_once_and_fades_after_the_last_one(void **state)
{
	struct alertbook *book = book_of(state);
	const struct alert *alert;

	send_subject(book, "gate-1", false, 10);
	alert = &check(book, 1, NEWS_RAISED, 10)->alert;
	assert_int_equal(alert->machine.state, ALERT_RAISED);
	assert_int_equal(alert->machine.severity, SEVERITY_CRITICAL);
	assert_string_equal(alert->subject, "gate-1");
	assert_int_equal(alert->events, 1);
	assert_int_equal(alert->samples[0], 10);
	assert_null(alert->threshold);
	assert_int_equal(alertbook_deadline_ms(book), 70);

	send_subject(book, "gate-1", false, 69);
	send_subject(book, "gate-1", false, 69);
	assert_int_equal(alertbook_last(book), 1);
	alert = alertbook_find(book, FLOOD, 1, "gate-1");
	assert_int_equal(alert->events, 3);
	assert_int_equal(alert->n_samples, 2);
	assert_int_equal(alert->first_ms, 10);
	assert_int_equal(alertbook_count(book, SEVERITY_CRITICAL), 1);

	alertbook_tick(book, 128, 0);
	assert_int_equal(alertbook_last(book), 1);
	alertbook_tick(book, 129, 0);
	assert_int_equal(check(book, 2, NEWS_CLEARED, 129)->alert.events, 3);
	assert_int_equal(alertbook_count(book, SEVERITY_NONE), 0);
	alert = alertbook_find(book, FLOOD, 1, "gate-1"); /* waits to be acknowledged */
	assert_int_equal(alert->machine.handling, HANDLING_CLEARED_UNACKNOWLEDGED);

	send_subject(book, "gate-1", false, 200);
	assert_int_equal(check(book, 3, NEWS_RAISED, 200)->alert.events, 1);
}

static void subjects_and_units_have_their_own_alerts(void **state)
{
	struct alertbook *book = book_of(state);

	send_subject(book, "a", false, 1);
	send_subject(book, "b", false, 1);
	send_subject(book, "", false, 1);
	send_from(book, 2, (struct slice){ .bytes = "ab", .size = 1 }, false, 1);
	assert_int_equal(alertbook_last(book), 4);
	assert_non_null(alertbook_find(book, FLOOD, 1, ""));
	assert_non_null(alertbook_find(book, FLOOD, 2, "a"));
	assert_null(alertbook_find(book, FLOOD, 2, "b"));
}

static void a_long_subject_is_cut_between_characters(void **state)
{
	struct alertbook *book = book_of(state);
	char subject[ALERT_SUBJECT_MAX + 10];
	const struct alert *alert;

	memset(subject, 'x', sizeof(subject));
	memcpy(subject + ALERT_SUBJECT_MAX - 3, "\xe1\xbb\x87", 3); /* one byte too many */
	send_from(book, 1, (struct slice){ .bytes = subject, .size = sizeof(subject) }, false, 1);

	alert = &alertbook_transition(book, 1)->alert;
	assert_int_equal(strlen(alert->subject), ALERT_SUBJECT_MAX - 3);
	assert_int_equal(strspn(alert->subject, "x"), ALERT_SUBJECT_MAX - 3);

	memcpy(subject + ALERT_SUBJECT_MAX - 4, "\xe1\xbb\x87z", 4); /* fits to the byte */
	send_from(book, 1, (struct slice){ .bytes = subject, .size = sizeof(subject) }, false, 2);
	alert = &alertbook_transition(book, 2)->alert;
	assert_int_equal(strlen(alert->subject), ALERT_SUBJECT_MAX - 1);

	send_from(book, 1, (struct slice){ .bytes = "a\0b", .size = 3 }, false, 3);
	assert_string_equal(alertbook_transition(book, 3)->alert.subject, "a");
}

static void an_exercise_ends_with_the_first_event_that_is_none(void **state)
{
	struct alertbook *book = book_of(state);

	send_subject(book, "a", true, 1);
	assert_true(check(book, 1, NEWS_RAISED, 1)->alert.drill);
	send_subject(book, "a", true, 2);
	assert_int_equal(alertbook_last(book), 1);
	send_subject(book, "a", false, 3);
	assert_false(check(book, 2, NEWS_CHANGED, 3)->alert.drill);
	send_subject(book, "a", true, 4);
	assert_false(alertbook_find(book, FLOOD, 1, "a")->drill);
	send_subject(book, "b", false, 5);
	assert_false(check(book, 3, NEWS_RAISED, 5)->alert.drill);
	assert_int_equal(alertbook_last(book), 3);
}

static void a_book_full_of_events_opens_no_more_of_them_and_counts_it(void **state)
{
	struct alertbook *book = book_of(state);
	uint64_t dropped = counter_get(COUNTER_alerts_dropped);
	char subject[16];

	for (int i = 0; i < ALERTBOOK_EVENTS + 3; i++) {
		(void)snprintf(subject, sizeof(subject), "%d", i);
		send_subject(book, subject, false, 1);
	}
	assert_int_equal(alertbook_count(book, SEVERITY_NONE), ALERTBOOK_EVENTS);
	assert_int_equal(counter_get(COUNTER_alerts_dropped) - dropped, 3);
	assert_null(alertbook_find(book, FLOOD, 1, subject));

	send_subject(book, "0", false, 2);
	assert_int_equal(alertbook_find(book, FLOOD, 1, "0")->events, 2);
	assert_int_equal(counter_get(COUNTER_alerts_dropped) - dropped, 3);

	alertbook_tick(book, 61, 0);
	assert_int_equal(alertbook_count(book, SEVERITY_NONE), 1);
	send_subject(book, subject, false, 61);
	assert_non_null(alertbook_find(book, FLOOD, 1, subject));
}

/* n events of as many subjects. */
static void send_many(struct alertbook *book, int n, char name, enum judgement judgement)
{
	const struct event event = { .unit = 1, .position = 1 };
	char subject[16];

	for (int i = 0; i < n; i++) {
		int size = snprintf(subject, sizeof(subject), "%c%d", name, i);

		send_judged(book, &event, (struct slice){ subject, (size_t)size }, judgement);
	}
}

static void a_flood_of_minor_events_leaves_room_for_graver_ones_and_those_for_figures(void **state)
{
	struct alertbook *book = book_of(state);
	uint64_t dropped = counter_get(COUNTER_alerts_dropped);

	send_many(book, ALERTBOOK_MINOR + 1, 'm', JUDGE_WARNING);
	assert_int_equal(alertbook_count(book, SEVERITY_WARNING), ALERTBOOK_MINOR);
	assert_int_equal(counter_get(COUNTER_alerts_dropped) - dropped, 1);

	send_many(book, ALERTBOOK_EVENTS - ALERTBOOK_MINOR + 1, 'c', JUDGE_CRITICAL);
	assert_int_equal(alertbook_count(book, SEVERITY_CRITICAL),
			 ALERTBOOK_EVENTS - ALERTBOOK_MINOR);
	assert_int_equal(counter_get(COUNTER_alerts_dropped) - dropped, 2);

	judge(book, SWIFT, 0, JUDGE_WARNING, 1);
	assert_non_null(alertbook_find(book, SWIFT, 0, ""));
	assert_int_equal(counter_get(COUNTER_alerts_dropped) - dropped, 2);
}

static void a_full_book_opens_no_alert_of_a_figure_either(void **state)
{
	static bool all[ALERTBOOK_MAX + 1];
	const struct rule rule = { .id = "swift", .kind = RULE_THRESHOLD, .applies = all };
	const struct rules_options options = {
		.list = &rule, .n_list = 1, .n_units = COUNT(all), .n_indicators = 1, .n_types = 1
	};
	CLEANUP(rules_free) struct rules *rules = NULL;
	CLEANUP(alertbook_free) struct alertbook *book = NULL;
	uint64_t dropped = counter_get(COUNTER_alerts_dropped);

	(void)state;
	memset(all, true, sizeof(all));
	rules = rules_new(&options);
	book = alertbook_new(rules);
	for (uint32_t unit = 0; unit < COUNT(all); unit++)
		judge(book, 0, unit, JUDGE_WARNING, 1);
	assert_int_equal(alertbook_count(book, SEVERITY_NONE), ALERTBOOK_MAX);
	assert_int_equal(counter_get(COUNTER_alerts_dropped) - dropped, 1);
	assert_null(alertbook_find(book, 0, ALERTBOOK_MAX, ""));
}

static void transitions_are_numbered_without_gaps_and_the_last_are_kept(void **state)
{
	struct alertbook *book = book_of(state);
	uint64_t last = ALERTBOOK_LOG + 10;

	for (uint64_t i = 1; i <= last; i++) {
		judge(book, SWIFT, 0, i % 2 ? JUDGE_WARNING : JUDGE_CLEAR, (int64_t)i);
		assert_int_equal(alertbook_last(book), i);
	}
	assert_null(alertbook_transition(book, last - ALERTBOOK_LOG));
	assert_null(alertbook_transition(book, last + 1));
	for (uint64_t i = last - ALERTBOOK_LOG + 1; i <= last; i++)
		check(book, i, i % 2 ? NEWS_RAISED : NEWS_CLEARED, (int64_t)i);
}

struct listing {
	uint32_t units[8];
	size_t n;
};

static void list_unit(void *context, const struct alert *alert)
{
	struct listing *listing = context;

	assert_true(listing->n < COUNT(listing->units));
	listing->units[listing->n++] = alert->unit;
}

static void alerts_are_listed_most_severe_first_then_oldest_first(void **state)
{
	struct alertbook *book = book_of(state);
	struct listing listing = { .n = 0 };
	static const uint32_t expected[] = { 0, 3, 2, 1 };

	judge(book, SWIFT, 2, JUDGE_WARNING, 1);
	judge(book, SWIFT, 0, JUDGE_CRITICAL, 2);
	judge(book, SWIFT, 1, JUDGE_WARNING, 3);
	judge(book, LEVEL, 1, JUDGE_CRITICAL, 3);
	send_from(book, 3, (struct slice){ .bytes = "", .size = 0 }, false, 4);

	alertbook_each_raised(book, list_unit, &listing);
	assert_int_equal(listing.n, COUNT(expected));
	assert_memory_equal(listing.units, expected, sizeof(expected));
}

static void other_rules_keep_what_still_applies_and_close_the_rest(void **state)
{
	static const struct rule other[] = {
		{ .id = "new", .kind = RULE_THRESHOLD, .applies = everywhere },
		{ .id = "swift", .kind = RULE_THRESHOLD, .applies = only_in_2 },
		{ .id = "level",
		  .kind = RULE_THRESHOLD,
		  .hold_ms = 500,
		  .fade_ms = 20,
		  .applies = everywhere },
	};
	struct fixture *fixture = *state;
	struct alertbook *book = fixture->book;
	struct rules *rules = make_rules(other, COUNT(other));
	const struct alert *alert;

	judge(book, SWIFT, 3, JUDGE_WARNING, 1);
	judge(book, SWIFT, 2, JUDGE_CRITICAL, 1);
	judge(book, SWIFT, 1, JUDGE_WARNING, 1);
	send_subject(book, "a", false, 2);
	judge(book, LEVEL, 0, JUDGE_WARNING, 3);
	assert_int_equal(alertbook_last(book), 4);

	alertbook_replace_rules(book, rules, "an", 10, 77);
	fixture->rules = rules_free(fixture->rules);
	fixture->rules = rules;

	/* In the order of the old rules and of units. */
	assert_int_equal(alertbook_last(book), 7);
	assert_string_equal(check(book, 5, NEWS_CLEARED, 10)->alert.subject, "a");
	assert_int_equal(check(book, 6, NEWS_CLEARED, 10)->alert.unit, 1);
	assert_int_equal(check(book, 7, NEWS_CLEARED, 10)->alert.unit, 3);
	for (uint64_t i = 5; i <= 7; i++) {
		assert_true(alertbook_transition(book, i)->alert.closed);
		assert_int_equal(alertbook_transition(book, i)->position, 77);
	}
	assert_string_equal(alertbook_transition(book, 5)->alert.rule->id, "flood");

	assert_int_equal(alertbook_count(book, SEVERITY_NONE), 1);
	alert = alertbook_find(book, 1, 2, "");
	assert_ptr_equal(alert->rule, &other[1]);
	assert_false(alert->closed);
	assert_int_equal(alert->raised_number, 2);

	/* The hold is the new one and began where the old did. */
	assert_int_equal(alertbook_find(book, 2, 0, "")->machine.state, ALERT_PENDING);
	assert_int_equal(alertbook_deadline_ms(book), 503);
	alertbook_tick(book, 503, 0);
	assert_string_equal(check(book, 8, NEWS_RAISED, 503)->alert.rule->id, "level");
}

static void a_rule_of_another_kind_is_another_rule(void **state)
{
	static const struct rule other[] = {
		{ .id = "swift", .kind = RULE_EVENT, .applies = everywhere },
		{ .id = "level", .kind = RULE_EVENT, .applies = everywhere },
	};
	struct fixture *fixture = *state;
	struct rules *rules = make_rules(other, COUNT(other));

	judge(fixture->book, SWIFT, 0, JUDGE_WARNING, 1);
	judge(fixture->book, LEVEL, 0, JUDGE_WARNING, 1);
	alertbook_replace_rules(fixture->book, rules, "an", 2, 0);
	fixture->rules = rules_free(fixture->rules);
	fixture->rules = rules;

	assert_true(check(fixture->book, 2, NEWS_CLEARED, 2)->alert.closed);
	assert_int_equal(alertbook_last(fixture->book), 2); /* what was pending goes untold */
	assert_null(alertbook_find(fixture->book, 0, 0, ""));
	assert_null(alertbook_find(fixture->book, 1, 0, ""));
	assert_true(alertbook_deadline_ms(fixture->book) == ALERT_NO_DEADLINE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_new_book_is_empty),
		TEST(what_does_not_hold_opens_nothing),
		TEST(an_alert_lives_from_its_hold_to_the_end_of_its_fade),
		TEST(a_verdict_finds_time_passed_before_it),
		TEST(the_last_reading_and_limit_are_kept),
		TEST(a_change_of_severity_is_counted_where_it_belongs),
		TEST(deadlines_pass_in_their_order_and_ties_by_key),
		TEST(time_that_goes_back_stands_still),
		TEST(an_event_is_told_at_once_and_fades_after_the_last_one),
		TEST(subjects_and_units_have_their_own_alerts),
		TEST(a_long_subject_is_cut_between_characters),
		TEST(an_exercise_ends_with_the_first_event_that_is_none),
		TEST(a_book_full_of_events_opens_no_more_of_them_and_counts_it),
		TEST(a_flood_of_minor_events_leaves_room_for_graver_ones_and_those_for_figures),
		TEST(a_full_book_opens_no_alert_of_a_figure_either),
		TEST(transitions_are_numbered_without_gaps_and_the_last_are_kept),
		TEST(alerts_are_listed_most_severe_first_then_oldest_first),
		TEST(other_rules_keep_what_still_applies_and_close_the_rest),
		TEST(a_rule_of_another_kind_is_another_rule),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
