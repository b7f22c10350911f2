/* SPDX-License-Identifier: Apache-2.0 */
/* Shelving, out of service, maintenance; and chatter. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "iocd/base/civil.h"
#include "stage.h"

#define SHELVED        SUPPRESSION_BIT(SUPPRESSION_SHELVED)
#define MAINTENANCE    SUPPRESSION_BIT(SUPPRESSION_MAINTENANCE)
#define OUT_OF_SERVICE SUPPRESSION_BIT(SUPPRESSION_OUT_OF_SERVICE)
#define CHATTER        SUPPRESSION_BIT(SUPPRESSION_CHATTER)

enum { LEVEL, FLOW, LINK, N_RULES };

/* clang-format off */
static const struct receiver receivers[] = {
	{ .id = "duty", .is_at_once = true, .least = SEVERITY_WARNING },
};
static const struct rule list[N_RULES] = {
	[LEVEL] = { .id = "level", .kind = RULE_THRESHOLD, .number = LEVEL,
		    .applies = stage_everywhere },
	[FLOW] = { .id = "flow", .kind = RULE_THRESHOLD, .number = FLOW, .chatter_times = 3,
		   .chatter_within_ms = 100, .applies = stage_everywhere },
	[LINK] = { .id = "link", .kind = RULE_EACH, .number = LINK, .hold_ms = 50,
		   .applies = stage_everywhere },
};
/* clang-format on */

static const struct rules_options options = {
	.list = list, .n_list = N_RULES, .receivers = receivers, .n_receivers = 1
};

static void what_is_shelved_goes_on_untold_and_is_announced_if_it_still_stands(void **state)
{
	struct stage stage = stage_open(&options);

	(void)state;
	assert_int_equal(stage_command(&stage, COMMAND_SHELVE, "level", "u1", 2000, 1000),
			 OUTCOME_DONE);
	assert_int_equal(stage.n, 0);
	stage_judge(&stage, "level", 1, JUDGE_WARNING, 1100); /* came after it */
	stage_judge(&stage, "level", 2, JUDGE_WARNING, 1100); /* another unit */
	stage_judge(&stage, "flow", 1, JUDGE_WARNING, 1100);  /* another rule */
	stage_expect(&stage, "raised level u1", "raised level u2 > duty", "raised flow u1 > duty");
	stage_check_suppressed(&stage, "level", 1, SHELVED);
	assert_int_equal(stage_find(&stage, "level", 1, "")->suppressed_until_ms[0], 2000);
	assert_string_equal(stage_find(&stage, "level", 1, "")->suppressed_by[0], "an");
	stage_judge(&stage, "level", 1, JUDGE_CRITICAL, 1200);
	stage_expect(&stage, "changed level u1");
	stage_restart(&stage, &options);
	assert_int_equal(alertbook_deadline_ms(stage.book), 2000);
	stage_tick(&stage, 1999);
	stage_expect_nothing(&stage);
	stage_tick(&stage, 2000);
	stage_expect(&stage, "announced level u1 > duty (an: it has ended)");
	stage_judge(&stage, "level", 1, JUDGE_CLEAR, 2100);
	stage_expect(&stage, "cleared level u1 > duty");
	stage_close(&stage);
}

static void what_is_raised_the_moment_it_ends_is_told_at_once(void **state)
{
	struct stage stage = stage_open(&options);

	(void)state;
	(void)stage_command(&stage, COMMAND_SHELVE, NULL, NULL, 1050, 1000);
	stage_judge_subject(&stage, "link", 1, "eth0", JUDGE_WARNING, 1000);
	stage_tick(&stage, 1050);
	stage_expect(&stage, "raised link u1 eth0 > duty");
	stage_close(&stage);
}

static void of_what_was_told_before_it_was_shelved_the_end_is_told(void **state)
{
	struct stage stage = stage_open(&options);

	(void)state;
	stage_judge(&stage, "level", 1, JUDGE_WARNING, 900);
	assert_int_equal(stage_command(&stage, COMMAND_SHELVE, NULL, "u1", 2000, 1000),
			 OUTCOME_DONE);
	assert_int_equal(stage.n, 1);
	stage_judge(&stage, "level", 1, JUDGE_CLEAR, 1100);
	stage_expect(&stage, "raised level u1 > duty", "suppressed level u1 (an: because)",
		     "cleared level u1 > duty");
	stage_judge(&stage, "level", 1, JUDGE_WARNING, 1200); /* untold, so is its end */
	stage_judge(&stage, "level", 1, JUDGE_CLEAR, 1300);
	stage_expect(&stage, "raised level u1", "cleared level u1");
	stage_close(&stage);
}

static void who_ends_it_is_its_end_s_author(void **state)
{
	struct stage stage = stage_open(&options);
	struct command end = stage_order(COMMAND_UNSHELVE, "level", "u1", 0);

	(void)state;
	stage_judge(&stage, "level", 1, JUDGE_WARNING, 900);
	(void)stage_command(&stage, COMMAND_SHELVE, "level", "u1", 2000, 1000);
	(void)snprintf(end.by, sizeof(end.by), "binh");
	(void)snprintf(end.note, sizeof(end.note), "done");
	assert_int_equal(stage_give(&stage, &end, 1100), OUTCOME_DONE);
	assert_int_equal(stage.n, 1);
	stage_expect(&stage, "raised level u1 > duty", "suppressed level u1 (an: because)",
		     "released level u1 (binh: done)"); /* receivers know */
	assert_int_equal(stage_give(&stage, &end, 1100), OUTCOME_NEEDLESS);
	assert_true(alertbook_deadline_ms(stage.book) == ALERT_NO_DEADLINE);
	stage_close(&stage);
}

static void only_when_the_last_of_several_ends_it_is_announced(void **state)
{
	struct stage stage = stage_open(&options);

	(void)state;
	(void)stage_command(&stage, COMMAND_SHELVE, "level", "u1", 2000, 1000);
	(void)stage_command(&stage, COMMAND_SHELVE, NULL, "u1", 3000, 1000); /* longer */
	(void)stage_command(&stage, COMMAND_DISABLE, "level", NULL, 0, 1000);
	stage_judge(&stage, "level", 1, JUDGE_WARNING, 1100);
	stage_check_suppressed(&stage, "level", 1, SHELVED | OUT_OF_SERVICE);
	assert_int_equal(stage_find(&stage, "level", 1, "")->suppressed_until_ms[0], 3000);
	stage_tick(&stage, 2500);
	stage_expect(&stage, "raised level u1");
	stage_check_suppressed(&stage, "level", 1, SHELVED | OUT_OF_SERVICE);
	stage_tick(&stage, 3000);
	stage_expect(&stage, "released level u1 (an: it has ended)");
	assert_int_equal(stage_command(&stage, COMMAND_ENABLE, "level", NULL, 0, 3100),
			 OUTCOME_DONE);
	stage_expect(&stage, "announced level u1 > duty (an: because)");
	stage_close(&stage);
}

static void one_subject_or_all_below_a_unit_may_be_meant(void **state)
{
	struct stage stage = stage_open(&options);
	struct command one = stage_order(COMMAND_SHELVE, "link", "u1", 2000);
	struct command below = stage_order(COMMAND_MAINTAIN, NULL, "old1", 2000);

	(void)state;
	one.has_subject = true;
	(void)snprintf(one.subject, sizeof(one.subject), "eth0");
	below.is_below = true;
	assert_int_equal(stage_give(&stage, &one, 1000), OUTCOME_DONE);
	stage_judge_subject(&stage, "link", 1, "eth0", JUDGE_WARNING, 1000);
	stage_judge_subject(&stage, "link", 1, "eth1", JUDGE_WARNING, 1000);
	assert_int_equal(stage_find(&stage, "link", 1, "eth0")->machine.suppressed, SHELVED);
	stage_tick(&stage, 1050);
	stage_expect(&stage, "raised link u1 eth0", "raised link u1 eth1 > duty");
	stage_judge(&stage, "level", 3, JUDGE_WARNING, 1100);
	stage_judge(&stage, "level", 0, JUDGE_WARNING, 1100);
	assert_int_equal(stage_give(&stage, &below, 1200), OUTCOME_DONE);
	assert_int_equal(stage.n, 3);
	stage_expect(&stage, "raised level u3 > duty", "raised level u0 > duty",
		     "suppressed link u1 eth0 (an: because)",
		     "suppressed link u1 eth1 (an: because)", "suppressed level u3 (an: because)");
	stage_check_suppressed(&stage, "level", 3, MAINTENANCE);
	stage_close(&stage);
}

static void the_same_scope_anew_replaces_what_was_ordered(void **state)
{
	struct stage stage = stage_open(&options);

	(void)state;
	stage_judge(&stage, "level", 1, JUDGE_WARNING, 900);
	assert_int_equal(stage_command(&stage, COMMAND_SHELVE, "level", "u1", 2000, 1000),
			 OUTCOME_DONE);
	assert_int_equal(stage_command(&stage, COMMAND_SHELVE, "level", "u1", 2000, 1000),
			 OUTCOME_NEEDLESS);
	assert_int_equal(stage_command(&stage, COMMAND_SHELVE, "level", "u1", 3000, 1000),
			 OUTCOME_DONE);
	assert_int_equal(alertbook_deadline_ms(stage.book), 3000);
	assert_int_equal(stage_find(&stage, "level", 1, "")->suppressed_until_ms[0], 3000);
	stage_expect(&stage, "raised level u1 > duty", "suppressed level u1 (an: because)");
	stage_close(&stage);
}

static void a_thousand_may_be_ordered_at_once(void **state)
{
	struct stage stage = stage_open(&options);
	struct command command = stage_order(COMMAND_SHELVE, "link", "u1", 2000);

	(void)state;
	command.has_subject = true;
	for (int i = 0; i < ALERTBOOK_HINDRANCES; i++) {
		(void)snprintf(command.subject, sizeof(command.subject), "%d", i);
		assert_int_equal(stage_give(&stage, &command, 1000), OUTCOME_DONE);
	}
	command.until_ms = 2001; /* that one once more */
	assert_int_equal(stage_give(&stage, &command, 1000), OUTCOME_DONE);
	(void)snprintf(command.subject, sizeof(command.subject), "more");
	assert_int_equal(stage_give(&stage, &command, 1000), OUTCOME_FULL);
	stage_restart(&stage, &options);
	stage_tick(&stage, 2000); /* 999 of them have ended */
	assert_int_equal(stage_give(&stage, &command, 2000), OUTCOME_DONE);
	stage_close(&stage);
}

static void what_cannot_be_meant_is_refused(void **state)
{
	struct stage stage = stage_open(&options);

	(void)state;
	assert_int_equal(stage_command(&stage, COMMAND_SHELVE, "none", "u1", 2000, 1000),
			 OUTCOME_NO_SUCH_RULE);
	assert_int_equal(stage_command(&stage, COMMAND_SHELVE, "level", "none", 2000, 1000),
			 OUTCOME_NO_SUCH_UNIT);
	assert_int_equal(stage_command(&stage, COMMAND_SHELVE, "level", "u1", 1000, 1000),
			 OUTCOME_TOO_LATE);
	assert_int_equal(stage_command(&stage, COMMAND_SHELVE, "level", "u1", 0, 1000),
			 OUTCOME_TOO_LATE); /* it must have an end */
	assert_int_equal(stage_command(&stage, COMMAND_DISABLE, "level", "u1", 999, 1000),
			 OUTCOME_TOO_LATE);
	assert_int_equal(stage_command(&stage, COMMAND_DISABLE, "level", "u1", 0, 1000),
			 OUTCOME_DONE);
	assert_true(alertbook_deadline_ms(stage.book) == ALERT_NO_DEADLINE);
	stage_close(&stage);
}

static void what_was_ordered_of_a_rule_that_is_gone_can_be_ended(void **state)
{
	struct stage stage = stage_open(&options);
	struct rules_options fewer = options;

	(void)state;
	(void)stage_command(&stage, COMMAND_DISABLE, "flow", NULL, 0, 1000);
	fewer.n_list = 1;
	stage_reload(&stage, &fewer, 1100);
	assert_int_equal(stage_command(&stage, COMMAND_ENABLE, "flow", NULL, 0, 1200),
			 OUTCOME_DONE);
	assert_int_equal(stage_command(&stage, COMMAND_ENABLE, "flow", NULL, 0, 1200),
			 OUTCOME_NO_SUCH_RULE);
	stage_close(&stage);
}

struct listing {
	struct hindrance found[4];
	size_t n;
};

static void take(void *context, const struct hindrance *hindrance)
{
	struct listing *listing = context;

	assert_true(listing->n < COUNT(listing->found));
	listing->found[listing->n++] = *hindrance;
}

static const bool only_u2[STAGE_UNITS] = { false, false, true, false };
static const bool only_flow[N_RULES] = { [FLOW] = true };

static void planned_maintenance_begins_and_ends_by_itself(void **state)
{
	static const struct maintenance plans[] = {
		{ .id = "pumps",
		  .units = only_u2,
		  .from_ms = 2000,
		  .until_ms = 3000,
		  .by = "board" },
		{ .id = "wells",
		  .rules = only_flow,
		  .from_ms = 2500,
		  .until_ms = 4000,
		  .by = "chief" },
	};
	struct rules_options planned = options;
	struct listing listing = { .n = 0 };
	struct stage stage;

	(void)state;
	planned.maintenances = plans;
	planned.n_maintenances = COUNT(plans);
	stage = stage_open(&planned);
	assert_true(alertbook_deadline_ms(stage.book) == ALERT_NO_DEADLINE); /* no time is known */
	stage_judge(&stage, "level", 2, JUDGE_WARNING, 1000);
	assert_int_equal(alertbook_deadline_ms(stage.book), 2000);
	stage_judge(&stage, "flow", 2, JUDGE_WARNING, 2000);
	stage_expect(&stage, "raised level u2 > duty", "suppressed level u2 (board: pumps)",
		     "raised flow u2");
	stage_restart(&stage, &planned);
	stage_expect_nothing(&stage);
	stage_tick(&stage, 2500);
	assert_string_equal(stage_find(&stage, "flow", 2, "")->suppressed_by[1], "wells");
	assert_int_equal(stage_find(&stage, "flow", 2, "")->suppressed_until_ms[1], 4000);
	alertbook_each_hindrance(stage.book, take, &listing);
	assert_int_equal(listing.n, 2);
	assert_string_equal(listing.found[0].maintenance, "pumps");
	assert_int_equal(listing.found[1].until_ms, 4000);
	stage_tick(&stage, 3000);
	stage_expect(&stage, "released level u2 (board: it has ended)");
	stage_tick(&stage, 4000);
	stage_expect(&stage, "announced flow u2 > duty (chief: it has ended)");
	assert_true(alertbook_deadline_ms(stage.book) == ALERT_NO_DEADLINE);
	stage_close(&stage);
}

/* Mornings of every day, from 8 to 9. */
static struct calendar *make_mornings(void)
{
	static struct calendar_week week = { .from_day = 0, .cut_off = 1440 };
	const struct calendar_options mornings = {
		.id = "mornings", .title_vi = "", .title_en = "", .weeks = &week, .n_weeks = 1
	};

	for (size_t i = 0; i < COUNT(week.weekdays); i++)
		week.weekdays[i] = (struct calendar_hours){ .spans = { { 480, 540 } }, .n = 1 };
	return calendar_new(&mornings);
}

static void maintenance_by_calendar_comes_again(void **state)
{
	const int64_t hour = 3600000, day = 24 * hour;
	CLEANUP(calendar_free) struct calendar *mornings = make_mornings();
	const struct maintenance plan = { .id = "daily", .calendar = mornings, .by = "board" };
	struct rules_options planned = options;
	struct stage stage;

	(void)state;
	planned.maintenances = &plan;
	planned.n_maintenances = 1;
	stage = stage_open(&planned);
	stage_judge(&stage, "level", 2, JUDGE_WARNING, day);
	assert_true(alertbook_deadline_ms(stage.book) == day + 8 * hour);
	stage_tick(&stage, day + 8 * hour);
	assert_true(stage_find(&stage, "level", 2, "")->suppressed_until_ms[1] == day + 9 * hour);
	assert_true(alertbook_deadline_ms(stage.book) == day + 9 * hour);
	stage_tick(&stage, day + 9 * hour);
	assert_true(alertbook_deadline_ms(stage.book) == 2 * day + 8 * hour);
	stage_tick(&stage, 2 * day + 8 * hour);
	stage_expect(&stage, "raised level u2 > duty", "suppressed level u2 (board: daily)",
		     "released level u2 (board: it has ended)",
		     "suppressed level u2 (board: daily)");
	stage_close(&stage);
}

static void a_reload_takes_planned_maintenance_over(void **state)
{
	static const struct maintenance plan = {
		.id = "pumps", .from_ms = 0, .until_ms = 9000, .by = "board"
	};
	struct rules_options planned = options;
	struct stage stage = stage_open(&options);

	(void)state;
	planned.maintenances = &plan;
	planned.n_maintenances = 1;
	stage_judge(&stage, "level", 2, JUDGE_WARNING, 1000);
	stage_reload(&stage, &planned, 1100);
	stage_judge(&stage, "level", 1, JUDGE_WARNING, 1200);
	stage_expect(&stage, "raised level u2 > duty", "suppressed level u2 (an: rule changed)",
		     "raised level u1");
	stage_reload(&stage, &options, 1300);
	stage_expect(&stage, "announced level u1 > duty (an: rule changed)",
		     "released level u2 (an: rule changed)");
	stage_restart(&stage, &planned); /* as if it had been written while we were away */
	stage_expect(&stage, "suppressed level u1 (: rule changed)",
		     "suppressed level u2 (: rule changed)");
	stage_close(&stage);
}

static void flap(struct stage *stage, int64_t from_ms, int n, int64_t every_ms)
{
	for (int i = 0; i < n; i++) {
		int64_t at_ms = from_ms + i * every_ms;

		stage_judge(stage, "flow", 1, JUDGE_WARNING, at_ms);
		stage_judge(stage, "flow", 1, JUDGE_CLEAR, at_ms + 1);
	}
}

static void what_comes_and_goes_all_the_time_is_told_no_more(void **state)
{
	struct stage stage = stage_open(&options);

	(void)state;
	flap(&stage, 1000, 2, 49);
	stage_restart(&stage, &options);
	flap(&stage, 1098, 2, 49); /* the third just within 100 */
	stage_expect(&stage, "raised flow u1 > duty", "cleared flow u1 > duty",
		     "raised flow u1 > duty", "cleared flow u1 > duty", "raised flow u1 > duty",
		     "suppressed flow u1 (: chatters)", "cleared flow u1 > duty", "raised flow u1",
		     "cleared flow u1");
	assert_null(stage_find(&stage, "flow", 1, "")); /* only remembered */
	assert_int_equal(alertbook_hindrances(stage.book, FLOW, 1, ""), CHATTER);
	assert_int_equal(alertbook_deadline_ms(stage.book), 1247);
	stage_restart(&stage, &options);
	stage_tick(&stage, 1247); /* calm for 100: forgotten */
	assert_true(alertbook_deadline_ms(stage.book) == ALERT_NO_DEADLINE);
	assert_int_equal(alertbook_hindrances(stage.book, FLOW, 1, ""), 0);
	flap(&stage, 1260, 1, 1);
	stage_expect(&stage, "raised flow u1 > duty", "cleared flow u1 > duty");
	stage_close(&stage);
}

static void what_chattered_and_then_stands_is_announced(void **state)
{
	struct stage stage = stage_open(&options);

	(void)state;
	flap(&stage, 1000, 3, 20);
	stage_judge(&stage, "flow", 1, JUDGE_WARNING, 1060);
	assert_int_equal(stage_find(&stage, "flow", 1, "")->raises, 4);
	stage.seen = alertbook_last(stage.book);
	assert_int_equal(alertbook_deadline_ms(stage.book), 1160);
	stage_tick(&stage, 1160);
	stage_expect(&stage, "announced flow u1 > duty (: chatters no more)");
	stage_judge(&stage, "flow", 1, JUDGE_CLEAR, 1300);
	stage_expect(&stage, "cleared flow u1 > duty");
	stage_close(&stage);
}

static void what_comes_seldom_does_not_chatter(void **state)
{
	struct stage stage = stage_open(&options);

	(void)state;
	flap(&stage, 1000, 6, 50);
	for (uint64_t i = 1; i <= alertbook_last(stage.book); i++)
		assert_int_equal(alertbook_transition(stage.book, i)->tells, 1);
	assert_int_equal(alertbook_last(stage.book), 12);
	stage_close(&stage);
}

static void a_rule_that_does_not_mind_any_more_ends_chatter(void **state)
{
	struct stage stage = stage_open(&options);
	struct rules_options other = options;
	struct rule calm[N_RULES];

	(void)state;
	memcpy(calm, list, sizeof(calm));
	calm[FLOW].chatter_times = 0;
	other.list = calm;
	flap(&stage, 1000, 3, 20);
	stage_judge(&stage, "flow", 1, JUDGE_WARNING, 1060);
	stage.seen = alertbook_last(stage.book);
	stage_reload(&stage, &other, 1070);
	stage_tick(&stage, 1070);
	stage_expect(&stage, "announced flow u1 > duty (: chatters no more)");
	stage_close(&stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			what_is_shelved_goes_on_untold_and_is_announced_if_it_still_stands),
		cmocka_unit_test(what_is_raised_the_moment_it_ends_is_told_at_once),
		cmocka_unit_test(of_what_was_told_before_it_was_shelved_the_end_is_told),
		cmocka_unit_test(who_ends_it_is_its_end_s_author),
		cmocka_unit_test(only_when_the_last_of_several_ends_it_is_announced),
		cmocka_unit_test(one_subject_or_all_below_a_unit_may_be_meant),
		cmocka_unit_test(the_same_scope_anew_replaces_what_was_ordered),
		cmocka_unit_test(a_thousand_may_be_ordered_at_once),
		cmocka_unit_test(what_cannot_be_meant_is_refused),
		cmocka_unit_test(what_was_ordered_of_a_rule_that_is_gone_can_be_ended),
		cmocka_unit_test(planned_maintenance_begins_and_ends_by_itself),
		cmocka_unit_test(maintenance_by_calendar_comes_again),
		cmocka_unit_test(a_reload_takes_planned_maintenance_over),
		cmocka_unit_test(what_comes_and_goes_all_the_time_is_told_no_more),
		cmocka_unit_test(what_chattered_and_then_stands_is_announced),
		cmocka_unit_test(what_comes_seldom_does_not_chatter),
		cmocka_unit_test(a_rule_that_does_not_mind_any_more_ends_chatter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
