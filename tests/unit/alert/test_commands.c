/* SPDX-License-Identifier: Apache-2.0 */
/* What people do with alerts, what is kept when they are over, and reloads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "iocd/base/counter.h"
#include "stage.h"

enum { LEVEL, VALVE, LINK, OWN, N_RULES };

static const bool only_u2[STAGE_UNITS] = { false, false, true, false };

/* clang-format off */
static const struct receiver receivers[] = {
	{ .id = "duty", .is_at_once = true, .least = SEVERITY_WARNING },
};
static const struct rule list[N_RULES] = {
	[LEVEL] = { .id = "level", .kind = RULE_THRESHOLD, .number = LEVEL,
		    .applies = stage_everywhere },
	[VALVE] = { .id = "valve", .kind = RULE_THRESHOLD, .number = VALVE, .is_latched = true,
		    .applies = stage_everywhere },
	[LINK] = { .id = "link", .kind = RULE_EACH, .number = LINK, .applies = stage_everywhere },
	[OWN] = { .id = "own", .kind = RULE_OWN, .number = OWN, .applies = stage_everywhere },
};
/* clang-format on */

static const struct rules_options options = {
	.list = list, .n_list = N_RULES, .receivers = receivers, .n_receivers = 1
};

static void who_acknowledges_is_written_down_with_what_he_said(void **state)
{
	struct stage stage = stage_open(&options);
	const struct alert *alert;

	(void)state;
	assert_int_equal(stage_command(&stage, COMMAND_ACKNOWLEDGE, "level", "u1", 0, 900),
			 OUTCOME_NO_SUCH_ALERT);
	stage_judge(&stage, "level", 1, JUDGE_WARNING, 1000);
	assert_int_equal(stage_command(&stage, COMMAND_ACKNOWLEDGE, "level", "old1", 0, 1100),
			 OUTCOME_DONE);
	assert_int_equal(stage.n, 1);
	alert = stage_find(&stage, "level", 1, "");
	assert_int_equal(alert->machine.handling, HANDLING_ACKNOWLEDGED);
	assert_string_equal(alert->acknowledged_by, "an");
	assert_string_equal(alert->acknowledged_note, "because");
	assert_int_equal(alert->acknowledged_ms, 1100);
	assert_int_equal(stage_command(&stage, COMMAND_ACKNOWLEDGE, "level", "u1", 0, 1200),
			 OUTCOME_NEEDLESS);
	assert_int_equal(stage.n, 0);
	assert_int_equal(stage_command(&stage, COMMAND_ACKNOWLEDGE, "level", "u1", 1100, 1200),
			 OUTCOME_TOO_LATE);
	assert_int_equal(stage_command(&stage, COMMAND_ACKNOWLEDGE, "level", "u1", 1500, 1200),
			 OUTCOME_DONE); /* another end */
	assert_int_equal(alertbook_deadline_ms(stage.book), 1500);
	assert_int_equal(stage_command(&stage, COMMAND_UNACKNOWLEDGE, "level", "u1", 0, 1300),
			 OUTCOME_DONE);
	assert_string_equal(stage_find(&stage, "level", 1, "")->acknowledged_by, "");
	assert_int_equal(stage_command(&stage, COMMAND_UNACKNOWLEDGE, "level", "u1", 0, 1300),
			 OUTCOME_NEEDLESS);
	stage_expect(&stage, "raised level u1 > duty", "acknowledged level u1 (an: because)",
		     "acknowledged level u1 (an: because)",
		     "unacknowledged level u1 (an: because)");
	stage_close(&stage);
}

static void an_acknowledgement_expires_in_the_name_of_who_gave_it(void **state)
{
	struct stage stage = stage_open(&options);

	(void)state;
	stage_judge(&stage, "level", 1, JUDGE_WARNING, 1000);
	(void)stage_command(&stage, COMMAND_ACKNOWLEDGE, "level", "u1", 2000, 1000);
	stage_restart(&stage, &options);
	stage_tick(&stage, 1999);
	stage_expect(&stage, "raised level u1 > duty", "acknowledged level u1 (an: because)");
	stage_tick(&stage, 2000);
	stage_expect(&stage, "unacknowledged level u1 (an: expired)");
	assert_true(alertbook_deadline_ms(stage.book) == ALERT_NO_DEADLINE);
	stage_close(&stage);
}

static void many_may_be_acknowledged_at_once(void **state)
{
	struct stage stage = stage_open(&options);
	struct command below = stage_order(COMMAND_ACKNOWLEDGE, NULL, "u1", 0);

	(void)state;
	below.is_below = true;
	for (uint32_t unit = 0; unit < STAGE_UNITS; unit++)
		stage_judge(&stage, "level", unit, JUDGE_WARNING, 1000);
	stage_judge_subject(&stage, "link", 3, "a", JUDGE_WARNING, 1000);
	stage_judge_subject(&stage, "link", 3, "b", JUDGE_WARNING, 1000);
	stage.seen = alertbook_last(stage.book);
	assert_int_equal(stage_give(&stage, &below, 1100), OUTCOME_DONE);
	assert_int_equal(stage.n, 4);
	stage_expect(&stage, "acknowledged level u1 (an: because)",
		     "acknowledged level u3 (an: because)", "acknowledged link u3 a (an: because)",
		     "acknowledged link u3 b (an: because)");
	assert_int_equal(stage_command(&stage, COMMAND_ACKNOWLEDGE, "level", NULL, 0, 1200),
			 OUTCOME_DONE);
	assert_int_equal(stage.n, 2); /* the others were already */
	stage_close(&stage);
}

static void one_subject_of_several_may_be_meant(void **state)
{
	struct stage stage = stage_open(&options);
	struct command one = stage_order(COMMAND_ACKNOWLEDGE, "link", "u3", 0);

	(void)state;
	one.has_subject = true;
	(void)snprintf(one.subject, sizeof(one.subject), "b");
	stage_judge_subject(&stage, "link", 3, "a", JUDGE_WARNING, 1000);
	stage_judge_subject(&stage, "link", 3, "b", JUDGE_WARNING, 1000);
	assert_int_equal(stage_give(&stage, &one, 1100), OUTCOME_DONE);
	stage_expect(&stage, "raised link u3 a > duty", "raised link u3 b > duty",
		     "acknowledged link u3 b (an: because)");
	stage_close(&stage);
}

static void an_alert_has_an_owner_and_comments_until_it_is_over(void **state)
{
	struct stage stage = stage_open(&options);
	struct command assign = stage_order(COMMAND_ASSIGN, "level", "u1", 0);

	(void)state;
	(void)snprintf(assign.owner, sizeof(assign.owner), "binh");
	stage_judge(&stage, "level", 1, JUDGE_WARNING, 1000);
	assert_int_equal(stage_give(&stage, &assign, 1100), OUTCOME_DONE);
	assert_int_equal(stage_give(&stage, &assign, 1100), OUTCOME_NEEDLESS);
	assert_int_equal(stage_command(&stage, COMMAND_COMMENT, "level", "u1", 0, 1100),
			 OUTCOME_DONE);
	stage_restart(&stage, &options);
	assert_string_equal(stage_find(&stage, "level", 1, "")->owner, "binh");
	stage_judge(&stage, "level", 1, JUDGE_CLEAR, 1200);
	stage_judge(&stage, "level", 1, JUDGE_WARNING, 1300);
	assert_string_equal(stage_find(&stage, "level", 1, "")->owner, "");
	assert_string_equal(alertbook_transition(stage.book, 4)->alert.owner, "binh");
	stage_expect(&stage, "raised level u1 > duty", "assigned level u1 (an: because)",
		     "commented level u1 (an: because)", "cleared level u1 > duty",
		     "raised level u1 > duty");
	stage_close(&stage);
}

static void what_is_latched_stands_until_somebody_resets_it(void **state)
{
	struct stage stage = stage_open(&options);
	uint64_t raised;

	(void)state;
	stage_judge(&stage, "valve", 1, JUDGE_WARNING, 1000);
	raised = stage_find(&stage, "valve", 1, "")->raised_number;
	assert_int_equal(stage_command(&stage, COMMAND_RESET, "valve", "u1", 0, 1050),
			 OUTCOME_NEEDLESS); /* the condition holds */
	stage_judge(&stage, "valve", 1, JUDGE_CLEAR, 1100);
	assert_int_equal(alertbook_count(stage.book, SEVERITY_WARNING), 1);
	stage_restart(&stage, &options);
	stage_judge(&stage, "valve", 1, JUDGE_WARNING, 1200); /* the same alert */
	assert_int_equal(stage_find(&stage, "valve", 1, "")->raised_number, raised);
	assert_int_equal(stage_find(&stage, "valve", 1, "")->raises, 2);
	stage_judge(&stage, "valve", 1, JUDGE_CLEAR, 1300);
	stage_expect(&stage, "raised valve u1 > duty", "normal valve u1 > duty",
		     "raised valve u1 > duty", "normal valve u1 > duty");
	assert_int_equal(stage_command(&stage, COMMAND_RESET, "valve", "u1", 0, 1400),
			 OUTCOME_DONE);
	stage_expect(&stage, "cleared valve u1 > duty (an: because)");
	assert_int_equal(alertbook_count(stage.book, SEVERITY_NONE), 0);
	assert_null(stage_find(&stage, "valve", 1, ""));
	stage_close(&stage);
}

static void count_alert(void *context, const struct alert *alert)
{
	uint64_t *numbers = context;

	assert_int_equal(alert->machine.handling, HANDLING_CLEARED_UNACKNOWLEDGED);
	numbers[++numbers[0]] = alert->cleared_number;
}

static void what_was_critical_and_is_over_waits_to_be_acknowledged(void **state)
{
	uint64_t numbers[4] = { 0 };
	struct stage stage = stage_open(&options);

	(void)state;
	stage_judge(&stage, "level", 1, JUDGE_CRITICAL, 1000);
	stage_judge(&stage, "level", 2, JUDGE_WARNING, 1000); /* no more than a warning */
	stage_judge(&stage, "level", 3, JUDGE_CRITICAL, 1000);
	for (uint32_t unit = 1; unit < STAGE_UNITS; unit++)
		stage_judge(&stage, "level", unit, JUDGE_CLEAR, 1100);
	stage_restart(&stage, &options);
	assert_int_equal(alertbook_count(stage.book, SEVERITY_NONE), 0);
	alertbook_each_over(stage.book, count_alert, numbers);
	assert_int_equal(numbers[0], 2);
	assert_int_equal(numbers[1], 6); /* the newest first */
	assert_int_equal(numbers[2], 4);
	assert_int_equal(stage_find(&stage, "level", 1, "")->cleared_ms, 1100);
	assert_null(stage_find(&stage, "level", 2, ""));

	assert_int_equal(stage_command(&stage, COMMAND_ACKNOWLEDGE, "level", "u1", 0, 1200),
			 OUTCOME_DONE);
	assert_null(stage_find(&stage, "level", 1, ""));
	stage.seen = 6;
	stage_expect(&stage, "acknowledged level u1 (an: because)");
	assert_string_equal(alertbook_transition(stage.book, 7)->alert.acknowledged_by, "an");
	stage_tick(&stage, 1100 + ALERT_FORGET_MS);
	stage_expect(&stage, "forgotten level u3 (: nobody has acknowledged it)");
	assert_null(stage_find(&stage, "level", 3, ""));
	stage_close(&stage);
}

static void what_waits_and_is_raised_again_is_another_alert_in_its_place(void **state)
{
	struct stage stage = stage_open(&options);
	const struct alert *alert;

	(void)state;
	stage_judge(&stage, "level", 1, JUDGE_CRITICAL, 1000);
	stage_judge(&stage, "level", 1, JUDGE_CLEAR, 1100);
	stage_judge(&stage, "level", 1, JUDGE_CRITICAL, 1200);
	alert = stage_find(&stage, "level", 1, "");
	assert_int_equal(alert->raised_number, 3);
	assert_int_equal(alert->first_ms, 1200);
	assert_int_equal(alert->cleared_ms, 0);
	assert_int_equal(alert->raises, 2);
	assert_int_equal(alert->machine.handling, HANDLING_UNACKNOWLEDGED);
	stage_judge(&stage, "level", 1, JUDGE_CLEAR, 1300);
	stage_expect(&stage, "raised level u1 > duty", "cleared level u1 > duty",
		     "raised level u1 > duty", "cleared level u1 > duty");
	assert_int_equal(alertbook_deadline_ms(stage.book), 1300 + ALERT_FORGET_MS);
	stage_close(&stage);
}

static void fill(struct stage *stage, char name, int n, enum judgement judgement, int64_t now_ms)
{
	char subject[16];

	for (int i = 0; i < n; i++) {
		(void)snprintf(subject, sizeof(subject), "%c%d", name, i);
		stage_judge_subject(stage, "link", 1, subject, judgement, now_ms);
	}
}

static void what_waits_makes_room_the_oldest_first(void **state)
{
	struct stage stage = stage_open(&options);
	uint64_t last, dropped = counter_get(COUNTER_alerts_dropped);

	(void)state;
	for (char name = 'a'; name < 'c'; name++) {
		fill(&stage, name, ALERTBOOK_MAX / 2, JUDGE_CRITICAL, 1000);
		fill(&stage, name, ALERTBOOK_MAX / 2, JUDGE_CLEAR, 1001);
	}
	last = alertbook_last(stage.book);
	stage_judge(&stage, "level", 1, JUDGE_WARNING, 1002); /* the book is full of what is over */
	assert_non_null(stage_find(&stage, "level", 1, ""));
	stage.seen = last;
	stage_expect(&stage, "forgotten link u1 a0 (: there is no room for it any more)",
		     "raised level u1 > duty");
	fill(&stage, 'c', ALERTBOOK_EVENTS, JUDGE_CRITICAL, 1003);
	assert_int_equal(alertbook_count(stage.book, SEVERITY_NONE), ALERTBOOK_EVENTS);
	assert_int_equal(counter_get(COUNTER_alerts_dropped) - dropped, 1);
	assert_null(stage_find(&stage, "link", 1, "b0"));
	assert_non_null(stage_find(&stage, "link", 1, "b9999"));
	stage_judge_subject(&stage, "own", 0, "disk", JUDGE_WARNING, 1004); /* always has room */
	assert_non_null(stage_find(&stage, "own", 0, "disk"));
	stage_close(&stage);
}

static void subjects_of_other_rules_have_no_more_room_than_events(void **state)
{
	struct stage stage = stage_open(&options);
	uint64_t dropped = counter_get(COUNTER_alerts_dropped);

	(void)state;
	fill(&stage, 'a', ALERTBOOK_MINOR + 1, JUDGE_WARNING, 1000);
	assert_int_equal(counter_get(COUNTER_alerts_dropped) - dropped, 1);
	fill(&stage, 'b', ALERTBOOK_EVENTS - ALERTBOOK_MINOR + 1, JUDGE_CRITICAL, 1000);
	assert_int_equal(counter_get(COUNTER_alerts_dropped) - dropped, 2);
	stage_judge(&stage, "level", 1, JUDGE_WARNING, 1000);
	assert_int_equal(alertbook_count(stage.book, SEVERITY_NONE), ALERTBOOK_EVENTS + 1);
	stage_close(&stage);
}

static void a_verdicts_detail_and_records_are_kept(void **state)
{
	struct stage stage = stage_open(&options);
	const struct alert *alert;

	(void)state;
	stage_judge_subject(&stage, "own", 0, "disk", JUDGE_WARNING, 1000);
	stage_judge_subject(&stage, "own", 0, "disk", JUDGE_CRITICAL, 1010);
	stage_restart(&stage, &options);
	alert = stage_find(&stage, "own", 0, "disk");
	assert_string_equal(alert->detail, "detail");
	assert_int_equal(alert->n_samples, 2);
	assert_int_equal(alert->samples[1], 1010);
	stage_close(&stage);
}

static void a_reload_says_why_it_closes_what_and_who_did_it(void **state)
{
	static const struct rule other[] = {
		{ .id = "level", .kind = RULE_EACH, .number = 0, .applies = stage_everywhere },
		{ .id = "link", .kind = RULE_EACH, .number = 1, .applies = only_u2 },
	};
	struct rules_options changed = options;
	struct stage stage = stage_open(&options);

	(void)state;
	changed.list = other;
	changed.n_list = COUNT(other);
	stage_judge(&stage, "level", 1, JUDGE_WARNING, 1000);
	stage_judge(&stage, "valve", 1, JUDGE_WARNING, 1000);
	stage_judge_subject(&stage, "link", 1, "a", JUDGE_WARNING, 1000);
	stage_judge_subject(&stage, "link", 2, "a", JUDGE_WARNING, 1000);
	stage.seen = alertbook_last(stage.book);
	stage_reload(&stage, &changed, 1100);
	stage_expect(&stage, "cleared level u1 > duty (an: the rule is of another kind)",
		     "cleared valve u1 > duty (an: the rule is gone)",
		     "cleared link u1 a > duty (an: the rule does not apply to the unit any more)");
	assert_non_null(stage_find(&stage, "link", 2, "a"));
	stage_close(&stage);
}

static void what_a_review_brings_about_is_its_authors(void **state)
{
	struct stage stage = stage_open(&options);

	(void)state;
	stage_judge(&stage, "level", 1, JUDGE_WARNING, 1000);
	stage_reload(&stage, &options, 1100);
	alertbook_begin_review(stage.book, "binh");
	stage_judge(&stage, "level", 1, JUDGE_CLEAR, 1100);
	stage_judge(&stage, "level", 2, JUDGE_WARNING, 1100);
	alertbook_end_review(stage.book);
	stage_judge(&stage, "level", 2, JUDGE_CLEAR, 1100);
	stage_expect(&stage, "raised level u1 > duty",
		     "cleared level u1 > duty (binh: rule changed)",
		     "raised level u2 > duty (binh: rule changed)", "cleared level u2 > duty");
	stage_close(&stage);
}

static void a_latch_that_the_rule_has_no_more_lets_go(void **state)
{
	struct rule unlatched[N_RULES];
	struct rules_options other = options;
	struct stage stage = stage_open(&options);

	(void)state;
	memcpy(unlatched, list, sizeof(unlatched));
	unlatched[VALVE].is_latched = false;
	other.list = unlatched;
	stage_judge(&stage, "valve", 1, JUDGE_WARNING, 1000);
	stage_judge(&stage, "valve", 1, JUDGE_CLEAR, 1100);
	stage.seen = alertbook_last(stage.book);
	stage_reload(&stage, &other, 1200);
	alertbook_begin_review(stage.book, "an");
	stage_tick(&stage, 1200);
	alertbook_end_review(stage.book);
	stage_expect(&stage, "cleared valve u1 > duty (an: rule changed)");
	stage_close(&stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_acknowledges_is_written_down_with_what_he_said),
		cmocka_unit_test(an_acknowledgement_expires_in_the_name_of_who_gave_it),
		cmocka_unit_test(many_may_be_acknowledged_at_once),
		cmocka_unit_test(one_subject_of_several_may_be_meant),
		cmocka_unit_test(an_alert_has_an_owner_and_comments_until_it_is_over),
		cmocka_unit_test(what_is_latched_stands_until_somebody_resets_it),
		cmocka_unit_test(what_was_critical_and_is_over_waits_to_be_acknowledged),
		cmocka_unit_test(what_waits_and_is_raised_again_is_another_alert_in_its_place),
		cmocka_unit_test(what_waits_makes_room_the_oldest_first),
		cmocka_unit_test(subjects_of_other_rules_have_no_more_room_than_events),
		cmocka_unit_test(a_verdicts_detail_and_records_are_kept),
		cmocka_unit_test(a_reload_says_why_it_closes_what_and_who_did_it),
		cmocka_unit_test(what_a_review_brings_about_is_its_authors),
		cmocka_unit_test(a_latch_that_the_rule_has_no_more_lets_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
