/* SPDX-License-Identifier: Apache-2.0 */
/* Who hears of what, again when, and when others do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stage.h"

enum { DUTY, NIGHT, CHIEF, LOCAL, N_RECEIVERS };
enum { LEVEL, WATCHDOG, GATE, SLOW, N_RULES };

static const bool only_level[N_RULES] = { [LEVEL] = true };
static const bool only_u2[STAGE_UNITS] = { false, false, true, false };

#define UNIT_BIT (UINT32_C(1) << RECEIVER_UNIT)

/* clang-format off */
static const struct receiver receivers[N_RECEIVERS] = {
	[DUTY] = { .id = "duty", .is_at_once = true, .least = SEVERITY_WARNING },
	[NIGHT] = { .id = "night", .is_at_once = true, .least = SEVERITY_CRITICAL,
		    .rules = only_level, .repeat_ms = 70 },
	[CHIEF] = { .id = "chief", .least = SEVERITY_WARNING },
	[LOCAL] = { .id = "local", .is_at_once = true, .least = SEVERITY_WARNING,
		    .units = only_u2 },
};
static const struct receiver *const unit_receivers[STAGE_UNITS] = {
	NULL, &receivers[CHIEF], &receivers[LOCAL], NULL,
};
static const struct rule list[N_RULES] = {
	[LEVEL] = { .id = "level", .kind = RULE_THRESHOLD, .number = LEVEL,
		    .applies = stage_everywhere, .tell = UNIT_BIT,
		    .steps = { { .after_ms = 100, .receivers = 1u << CHIEF },
			       { .after_ms = 300, .receivers = 1u << NIGHT | UNIT_BIT } },
		    .n_steps = 2 },
	[WATCHDOG] = { .id = "watchdog", .kind = RULE_OWN, .number = WATCHDOG,
		       .applies = stage_everywhere, .own = OWN_WATCHDOG, .repeat_ms = 50 },
	[GATE] = { .id = "gate", .kind = RULE_EVENT, .number = GATE, .severity = SEVERITY_CRITICAL,
		   .fade_ms = 1000, .applies = stage_everywhere },
	[SLOW] = { .id = "slow", .kind = RULE_THRESHOLD, .number = SLOW, .repeat_ms = 30,
		   .applies = stage_everywhere },
};
/* clang-format on */

static const struct rules_options options = {
	.list = list,
	.n_list = N_RULES,
	.receivers = receivers,
	.n_receivers = N_RECEIVERS,
	.unit_receivers = unit_receivers,
};

static void who_listens_hears_of_the_begin_and_whoever_was_told_of_the_end(void **state)
{
	struct stage stage = stage_open(&options);

	(void)state;
	stage_judge(&stage, "slow", 0, JUDGE_WARNING, 1);
	stage_judge(&stage, "slow", 2, JUDGE_CRITICAL, 2);
	stage_expect(&stage, "raised slow u0 > duty", "raised slow u2 > duty local");
	stage_judge(&stage, "slow", 0, JUDGE_CLEAR, 3);
	stage_judge(&stage, "slow", 2, JUDGE_CLEAR, 4);
	stage_expect(&stage, "cleared slow u0 > duty", "cleared slow u2 > duty local");
	stage_close(&stage);
}

static void a_rule_may_name_the_units_own_receiver(void **state)
{
	struct stage stage = stage_open(&options);

	(void)state;
	stage_judge(&stage, "level", 0, JUDGE_WARNING, 1); /* has none */
	stage_judge(&stage, "level", 1, JUDGE_WARNING, 1); /* who hears of nothing by himself */
	stage_judge(&stage, "level", 2, JUDGE_WARNING, 1); /* who hears of it anyway */
	stage_expect(&stage, "raised level u0 > duty", "raised level u1 > duty unit",
		     "raised level u2 > duty local");
	stage_judge(&stage, "level", 1, JUDGE_CLEAR, 2);
	stage_expect(&stage, "cleared level u1 > duty unit");
	stage_close(&stage);
}

static void a_graver_alert_has_more_who_hear_and_they_hear_the_rest(void **state)
{
	struct stage stage = stage_open(&options);

	(void)state;
	stage_judge(&stage, "level", 0, JUDGE_WARNING, 1);
	stage_judge(&stage, "level", 0, JUDGE_CRITICAL, 2);
	stage_judge(&stage, "level", 0, JUDGE_WARNING, 3);
	stage_judge(&stage, "level", 0, JUDGE_CLEAR, 4);
	stage_expect(&stage, "raised level u0 > duty", "changed level u0 > duty night",
		     "changed level u0 > duty night", "cleared level u0 > duty night");
	stage_close(&stage);
}

static void uncertainty_and_what_people_do_is_written_down_but_not_told(void **state)
{
	struct stage stage = stage_open(&options);

	(void)state;
	stage_judge(&stage, "level", 0, JUDGE_WARNING, 1);
	stage_judge(&stage, "level", 0, JUDGE_UNKNOWN, 2);
	stage_judge(&stage, "level", 0, JUDGE_WARNING, 3);
	assert_int_equal(stage_command(&stage, COMMAND_ACKNOWLEDGE, "level", "u0", 0, 4),
			 OUTCOME_DONE);
	stage_expect(&stage, "raised level u0 > duty", "uncertain level u0", "certain level u0",
		     "acknowledged level u0 (an: because)");
	stage_close(&stage);
}

static void an_exercise_is_told_like_an_alert(void **state)
{
	struct stage stage = stage_open(&options);

	(void)state;
	stage_event(&stage, "gate", 0, true, 1);
	assert_true(alertbook_transition(stage.book, 1)->alert.drill);
	stage_event(&stage, "gate", 0, false, 2);
	stage_expect(&stage, "raised gate u0 > duty", "changed gate u0 > duty");
	stage_close(&stage);
}

static void others_are_told_step_by_step_while_nobody_acknowledges(void **state)
{
	struct stage stage = stage_open(&options);

	(void)state;
	stage_judge(&stage, "level", 1, JUDGE_WARNING, 1000);
	stage_expect(&stage, "raised level u1 > duty unit");
	assert_int_equal(alertbook_deadline_ms(stage.book), 1100);
	stage_tick(&stage, 1099);
	stage_expect_nothing(&stage);
	stage_tick(&stage, 1100);
	stage_expect(&stage, "escalated level u1 > chief (: nobody has acknowledged it)");
	assert_int_equal(stage_find(&stage, "level", 1, "")->steps, 1);
	stage_restart(&stage, &options);
	stage_tick(&stage, 1300);
	stage_expect(&stage, "escalated level u1 > night unit (: nobody has acknowledged it)");
	stage_tick(&stage, 1349);
	stage_expect_nothing(&stage);
	stage_tick(&stage, 1350);
	stage_expect(&stage, "repeated level u1 > night");  /* every 70 since it was told */
	stage_judge(&stage, "level", 1, JUDGE_CLEAR, 1369); /* "unit" is chief, who was told */
	stage_expect(&stage, "cleared level u1 > duty night chief");
	stage_close(&stage);
}

static void steps_wait_for_whoever_has_acknowledged_it_until_that_expires(void **state)
{
	struct stage stage = stage_open(&options);

	(void)state;
	stage_judge(&stage, "level", 0, JUDGE_WARNING, 1000);
	(void)stage_command(&stage, COMMAND_ACKNOWLEDGE, "level", "u0", 1150, 1050);
	stage_expect(&stage, "raised level u0 > duty", "acknowledged level u0 (an: because)");
	stage_tick(&stage, 1149);
	stage_expect_nothing(&stage);
	stage_tick(&stage, 1150);
	stage_expect(&stage, "unacknowledged level u0 (an: expired)",
		     "escalated level u0 > chief (: nobody has acknowledged it)");
	assert_string_equal(stage_find(&stage, "level", 0, "")->acknowledged_by, "");
	stage_close(&stage);
}

static void what_grows_worse_than_was_acknowledged_has_its_own_patience(void **state)
{
	struct stage stage = stage_open(&options);

	(void)state;
	stage_judge(&stage, "level", 0, JUDGE_WARNING, 1000);
	(void)stage_command(&stage, COMMAND_ACKNOWLEDGE, "level", "u0", 0, 1050);
	stage_judge(&stage, "level", 0, JUDGE_CRITICAL, 5000);
	stage_expect(&stage, "raised level u0 > duty", "acknowledged level u0 (an: because)",
		     "changed level u0 > duty night");
	assert_int_equal(alertbook_deadline_ms(stage.book), 5070); /* night's repetition */
	stage_tick(&stage, 5100);
	stage_expect(&stage, "repeated level u0 > night",
		     "escalated level u0 > chief (: nobody has acknowledged it)");
	stage_close(&stage);
}

static void it_is_repeated_as_rule_and_receivers_ask_until_acknowledged(void **state)
{
	struct stage stage = stage_open(&options);

	(void)state;
	stage_judge(&stage, "slow", 0, JUDGE_WARNING, 1000);
	stage_tick(&stage, 1030);
	stage_tick(&stage, 1059);
	stage_expect(&stage, "raised slow u0 > duty", "repeated slow u0 > duty");
	stage_tick(&stage, 1095); /* once, however late */
	assert_int_equal(alertbook_deadline_ms(stage.book), 1120);
	stage_expect(&stage, "repeated slow u0 > duty");
	(void)stage_command(&stage, COMMAND_ACKNOWLEDGE, "slow", "u0", 0, 1100);
	assert_true(alertbook_deadline_ms(stage.book) == ALERT_NO_DEADLINE);
	stage_expect(&stage, "acknowledged slow u0 (an: because)");
	stage_close(&stage);
}

static void a_receiver_has_standing_alerts_repeated_to_himself(void **state)
{
	struct stage stage = stage_open(&options);

	(void)state;
	stage_judge(&stage, "level", 0, JUDGE_CRITICAL, 1000);
	stage_tick(&stage, 1070);
	stage_restart(&stage, &options);
	stage_tick(&stage, 1140);
	stage_expect(&stage, "raised level u0 > duty night", "repeated level u0 > night",
		     "repeated level u0 > night",
		     "escalated level u0 > chief (: nobody has acknowledged it)");
	stage_close(&stage);
}

static void the_watchdog_is_repeated_whatever_people_do(void **state)
{
	struct stage stage = stage_open(&options);

	(void)state;
	stage_judge(&stage, "watchdog", 0, JUDGE_WARNING, 1000);
	(void)stage_command(&stage, COMMAND_ACKNOWLEDGE, "watchdog", "u0", 0, 1001);
	stage_tick(&stage, 1050);
	stage_expect(&stage, "raised watchdog u0 > duty", "acknowledged watchdog u0 (an: because)",
		     "repeated watchdog u0 > duty");
	(void)stage_command(&stage, COMMAND_SHELVE, NULL, NULL, 9000, 1060); /* everything */
	stage_tick(&stage, 1100);
	stage_expect(&stage, "repeated watchdog u0 > duty");
	(void)stage_command(&stage, COMMAND_SHELVE, "watchdog", NULL, 9000, 1110);
	stage_tick(&stage, 1200);
	stage_expect(&stage, "suppressed watchdog u0 (an: because)");
	stage_close(&stage);
}

/* Other numbers for the same, one of them gone and one new. */
static void after_a_reload_receivers_are_known_by_name(void **state)
{
	static const struct receiver others[] = {
		{ .id = "new", .is_at_once = true, .least = SEVERITY_WARNING },
		{ .id = "night", .is_at_once = true, .least = SEVERITY_CRITICAL },
		{ .id = "chief", .least = SEVERITY_WARNING },
		{ .id = "local", .is_at_once = true, .least = SEVERITY_WARNING },
	};
	struct rules_options other = options;

	(void)state;
	other.receivers = others;
	other.n_receivers = COUNT(others);
	other.unit_receivers = NULL;
	for (int is_restart = 0; is_restart < 2; is_restart++) {
		struct stage stage = stage_open(&options);

		stage_judge(&stage, "slow", 2, JUDGE_WARNING, 1000);
		stage_expect(&stage, "raised slow u2 > duty local");
		if (is_restart)
			stage_restart(&stage, &other);
		else
			stage_reload(&stage, &other, 1001);
		assert_int_equal(alertbook_transition(stage.book, 1)->tells, 1u << 3);
		assert_int_equal(stage_find(&stage, "slow", 2, "")->told, 1u << 3);
		stage_judge(&stage, "slow", 2, JUDGE_CLEAR, 1002);
		stage_expect(&stage, "cleared slow u2 > local");
		stage_close(&stage);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_listens_hears_of_the_begin_and_whoever_was_told_of_the_end),
		cmocka_unit_test(a_rule_may_name_the_units_own_receiver),
		cmocka_unit_test(a_graver_alert_has_more_who_hear_and_they_hear_the_rest),
		cmocka_unit_test(uncertainty_and_what_people_do_is_written_down_but_not_told),
		cmocka_unit_test(an_exercise_is_told_like_an_alert),
		cmocka_unit_test(others_are_told_step_by_step_while_nobody_acknowledges),
		cmocka_unit_test(steps_wait_for_whoever_has_acknowledged_it_until_that_expires),
		cmocka_unit_test(what_grows_worse_than_was_acknowledged_has_its_own_patience),
		cmocka_unit_test(it_is_repeated_as_rule_and_receivers_ask_until_acknowledged),
		cmocka_unit_test(a_receiver_has_standing_alerts_repeated_to_himself),
		cmocka_unit_test(the_watchdog_is_repeated_whatever_people_do),
		cmocka_unit_test(after_a_reload_receivers_are_known_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
