/* SPDX-License-Identifier: Apache-2.0 */
#include "handling.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const struct alert_policy plain = { .hold_ms = 0, .fade_ms = 0 };
static const struct alert_policy awaited = { .is_awaited = true };
static const struct alert_policy latched = { .is_latched = true, .is_awaited = true };

static void judge(struct alert_machine *machine, const struct alert_policy *policy,
		  enum judgement judgement, enum alert_news expected)
{
	assert_int_equal(alert_machine_judge(machine, policy, judgement, 0), expected);
}

static struct alert_machine raised(const struct alert_policy *policy, enum judgement judgement)
{
	struct alert_machine machine;

	alert_machine_init(&machine, 0);
	assert_int_equal(machine.handling, HANDLING_NONE);
	judge(&machine, policy, judgement, NEWS_RAISED);
	assert_int_equal(machine.handling, HANDLING_UNACKNOWLEDGED);
	return machine;
}

static void a_raised_alert_is_acknowledged_once_and_that_can_be_taken_back(void **state)
{
	struct alert_machine machine = raised(&plain, JUDGE_WARNING);

	(void)state;
	assert_int_equal(alert_machine_unacknowledge(&machine), NEWS_NOTHING);
	assert_int_equal(alert_machine_acknowledge(&machine), NEWS_ACKNOWLEDGED);
	assert_int_equal(machine.handling, HANDLING_ACKNOWLEDGED);
	assert_int_equal(alert_machine_acknowledge(&machine), NEWS_NOTHING);
	assert_int_equal(alert_machine_unacknowledge(&machine), NEWS_UNACKNOWLEDGED);
	assert_int_equal(machine.handling, HANDLING_UNACKNOWLEDGED);
	assert_int_equal(alert_machine_acknowledge(&machine), NEWS_ACKNOWLEDGED);
}

static void what_was_not_told_cannot_be_acknowledged(void **state)
{
	const struct alert_policy slow = { .hold_ms = 10 };
	struct alert_machine machine;

	(void)state;
	alert_machine_init(&machine, 0);
	assert_int_equal(alert_machine_acknowledge(&machine), NEWS_NOTHING);
	judge(&machine, &slow, JUDGE_CRITICAL, NEWS_NOTHING);
	assert_int_equal(machine.state, ALERT_PENDING);
	assert_int_equal(alert_machine_acknowledge(&machine), NEWS_NOTHING);
	assert_int_equal(alert_machine_forget(&machine), NEWS_NOTHING);
	assert_int_equal(machine.handling, HANDLING_NONE);
}

static void an_acknowledged_warning_that_becomes_critical_is_not_acknowledged(void **state)
{
	struct alert_machine machine = raised(&plain, JUDGE_WARNING);

	(void)state;
	assert_int_equal(alert_machine_acknowledge(&machine), NEWS_ACKNOWLEDGED);
	judge(&machine, &plain, JUDGE_CRITICAL, NEWS_CHANGED);
	assert_int_equal(machine.handling, HANDLING_UNACKNOWLEDGED);
}

static void an_acknowledgement_outlives_betterment_and_doubt(void **state)
{
	struct alert_machine machine = raised(&plain, JUDGE_CRITICAL);

	(void)state;
	assert_int_equal(alert_machine_acknowledge(&machine), NEWS_ACKNOWLEDGED);
	judge(&machine, &plain, JUDGE_WARNING, NEWS_CHANGED);
	judge(&machine, &plain, JUDGE_UNKNOWN, NEWS_UNCERTAIN);
	judge(&machine, &plain, JUDGE_BETWEEN, NEWS_CERTAIN);
	assert_int_equal(machine.handling, HANDLING_ACKNOWLEDGED);
}

static void an_end_that_somebody_knew_of_or_nobody_waits_for_is_the_end(void **state)
{
	struct alert_machine machine = raised(&awaited, JUDGE_WARNING);

	(void)state;
	assert_int_equal(alert_machine_acknowledge(&machine), NEWS_ACKNOWLEDGED);
	judge(&machine, &awaited, JUDGE_CLEAR, NEWS_CLEARED);
	assert_int_equal(machine.handling, HANDLING_NONE);
	assert_true(alert_machine_is_over(&machine));

	machine = raised(&plain, JUDGE_WARNING);
	judge(&machine, &plain, JUDGE_CLEAR, NEWS_CLEARED);
	assert_int_equal(machine.handling, HANDLING_NONE);
	assert_true(alert_machine_is_over(&machine));
}

static struct alert_machine over_unseen(void)
{
	struct alert_machine machine = raised(&awaited, JUDGE_WARNING);

	judge(&machine, &awaited, JUDGE_CLEAR, NEWS_CLEARED);
	assert_int_equal(machine.handling, HANDLING_CLEARED_UNACKNOWLEDGED);
	assert_false(alert_machine_stands(&machine));
	assert_false(alert_machine_is_over(&machine));
	return machine;
}

static void an_end_that_nobody_saw_waits_to_be_acknowledged_or_forgotten(void **state)
{
	struct alert_machine machine = over_unseen();

	(void)state;
	assert_int_equal(alert_machine_unacknowledge(&machine), NEWS_NOTHING);
	assert_int_equal(alert_machine_acknowledge(&machine), NEWS_ACKNOWLEDGED);
	assert_true(alert_machine_is_over(&machine));
	assert_int_equal(alert_machine_acknowledge(&machine), NEWS_NOTHING);

	machine = over_unseen();
	assert_int_equal(alert_machine_forget(&machine), NEWS_FORGOTTEN);
	assert_true(alert_machine_is_over(&machine));
	assert_int_equal(alert_machine_forget(&machine), NEWS_NOTHING);
}

static void what_is_raised_again_before_anybody_knew_is_unacknowledged(void **state)
{
	struct alert_machine machine = over_unseen();

	(void)state;
	judge(&machine, &awaited, JUDGE_WARNING, NEWS_RAISED);
	assert_int_equal(machine.handling, HANDLING_UNACKNOWLEDGED);
	assert_int_equal(alert_machine_forget(&machine), NEWS_NOTHING);
}

static void an_end_by_the_clock_waits_like_any_other(void **state)
{
	const struct alert_policy fading = { .fade_ms = 5, .is_awaited = true };
	struct alert_machine machine = raised(&fading, JUDGE_WARNING);

	(void)state;
	judge(&machine, &fading, JUDGE_CLEAR, NEWS_NOTHING);
	assert_int_equal(machine.handling, HANDLING_UNACKNOWLEDGED);
	assert_int_equal(alert_machine_tick(&machine, &fading, 5), NEWS_CLEARED);
	assert_int_equal(machine.handling, HANDLING_CLEARED_UNACKNOWLEDGED);
}

static void what_is_latched_is_acknowledged_apart_from_being_reset(void **state)
{
	struct alert_machine machine = raised(&latched, JUDGE_WARNING);

	(void)state;
	judge(&machine, &latched, JUDGE_CLEAR, NEWS_NORMAL);
	assert_int_equal(machine.handling, HANDLING_UNACKNOWLEDGED);
	assert_int_equal(alert_machine_acknowledge(&machine), NEWS_ACKNOWLEDGED);
	assert_true(alert_machine_stands(&machine));
	assert_int_equal(alert_machine_reset(&machine), NEWS_CLEARED);
	assert_true(alert_machine_is_over(&machine));
}

static void what_comes_back_while_latched_is_not_acknowledged(void **state)
{
	struct alert_machine machine = raised(&latched, JUDGE_CRITICAL);

	(void)state;
	assert_int_equal(alert_machine_acknowledge(&machine), NEWS_ACKNOWLEDGED);
	judge(&machine, &latched, JUDGE_CLEAR, NEWS_NORMAL);
	judge(&machine, &latched, JUDGE_WARNING, NEWS_RAISED);
	assert_int_equal(machine.handling, HANDLING_UNACKNOWLEDGED);
}

static void who_resets_an_alert_knows_of_it(void **state)
{
	struct alert_machine machine = raised(&latched, JUDGE_WARNING);

	(void)state;
	judge(&machine, &latched, JUDGE_CLEAR, NEWS_NORMAL);
	assert_int_equal(alert_machine_reset(&machine), NEWS_CLEARED);
	assert_int_equal(machine.handling, HANDLING_NONE);
}

static void what_a_reload_closes_waits_for_nobody(void **state)
{
	struct alert_machine machine = raised(&awaited, JUDGE_WARNING);

	(void)state;
	assert_int_equal(alert_machine_close(&machine, 1), NEWS_CLEARED);
	assert_int_equal(machine.handling, HANDLING_NONE);

	machine = over_unseen();
	assert_int_equal(alert_machine_close(&machine, 1), NEWS_FORGOTTEN);
	assert_int_equal(machine.handling, HANDLING_NONE);
}

static void handlings_have_names(void **state)
{
	(void)state;
	assert_string_equal(handling_name(HANDLING_NONE), "none");
	assert_string_equal(handling_name(HANDLING_ACKNOWLEDGED), "acknowledged");
	assert_string_equal(handling_name(HANDLING_CLEARED_UNACKNOWLEDGED),
			    "cleared-unacknowledged");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_raised_alert_is_acknowledged_once_and_that_can_be_taken_back),
		cmocka_unit_test(what_was_not_told_cannot_be_acknowledged),
		cmocka_unit_test(an_acknowledged_warning_that_becomes_critical_is_not_acknowledged),
		cmocka_unit_test(an_acknowledgement_outlives_betterment_and_doubt),
		cmocka_unit_test(an_end_that_somebody_knew_of_or_nobody_waits_for_is_the_end),
		cmocka_unit_test(an_end_that_nobody_saw_waits_to_be_acknowledged_or_forgotten),
		cmocka_unit_test(what_is_raised_again_before_anybody_knew_is_unacknowledged),
		cmocka_unit_test(an_end_by_the_clock_waits_like_any_other),
		cmocka_unit_test(what_is_latched_is_acknowledged_apart_from_being_reset),
		cmocka_unit_test(what_comes_back_while_latched_is_not_acknowledged),
		cmocka_unit_test(who_resets_an_alert_knows_of_it),
		cmocka_unit_test(what_a_reload_closes_waits_for_nobody),
		cmocka_unit_test(handlings_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
