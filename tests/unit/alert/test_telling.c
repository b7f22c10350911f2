/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/alert.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const struct alert_policy plain = { .hold_ms = 0, .fade_ms = 0 };
static const struct alert_policy latching = { .is_latched = true };

enum { SILENT, HEARD };

/* Tells news if it is what was expected; whether receivers hear of it. */
static void tell(struct alert_machine *machine, enum alert_news news, enum alert_news expected,
		 bool is_heard)
{
	if (news != expected)
		fail_msg("%s instead of %s", alert_news_name(news), alert_news_name(expected));
	assert_int_equal(alert_machine_tell(machine, news), is_heard);
}

static void judge_by(struct alert_machine *machine, const struct alert_policy *policy,
		     enum judgement judgement, enum alert_news expected, bool is_heard)
{
	tell(machine, alert_machine_judge(machine, policy, judgement, 0), expected, is_heard);
}

static void judge(struct alert_machine *machine, enum judgement judgement, enum alert_news expected,
		  bool is_heard)
{
	judge_by(machine, &plain, judgement, expected, is_heard);
}

static void suppress(struct alert_machine *machine, enum suppression suppression)
{
	tell(machine, alert_machine_suppress(machine, suppression), NEWS_SUPPRESSED, SILENT);
}

static void release(struct alert_machine *machine, enum suppression suppression,
		    enum alert_news expected, bool is_heard)
{
	tell(machine, alert_machine_release(machine, suppression), expected, is_heard);
}

static struct alert_machine at_rest(void)
{
	struct alert_machine machine;

	alert_machine_init(&machine, 0);
	assert_int_equal(machine.suppressed, 0);
	assert_false(machine.announced);
	return machine;
}

static struct alert_machine shelved(void)
{
	struct alert_machine machine = at_rest();

	assert_int_equal(alert_machine_suppress(&machine, SUPPRESSION_SHELVED), NEWS_NOTHING);
	return machine;
}

static void without_suppression_raise_change_and_end_are_heard(void **state)
{
	struct alert_machine machine = at_rest();

	(void)state;
	judge(&machine, JUDGE_WARNING, NEWS_RAISED, HEARD);
	judge(&machine, JUDGE_CRITICAL, NEWS_CHANGED, HEARD);
	judge(&machine, JUDGE_WARNING, NEWS_CHANGED, HEARD);
	judge(&machine, JUDGE_CLEAR, NEWS_CLEARED, HEARD);
	assert_false(machine.announced);
	judge(&machine, JUDGE_WARNING, NEWS_RAISED, HEARD);
}

static void doubt_and_what_people_do_are_not_for_receivers(void **state)
{
	static const enum alert_news kept[] = { NEWS_ACKNOWLEDGED, NEWS_UNACKNOWLEDGED,
						NEWS_ASSIGNED,     NEWS_COMMENTED,
						NEWS_SUPPRESSED,   NEWS_RELEASED,
						NEWS_FORGOTTEN };
	struct alert_machine machine = at_rest();

	(void)state;
	judge(&machine, JUDGE_WARNING, NEWS_RAISED, HEARD);
	judge(&machine, JUDGE_UNKNOWN, NEWS_UNCERTAIN, SILENT);
	judge(&machine, JUDGE_WARNING, NEWS_CERTAIN, SILENT);
	for (size_t i = 0; i < COUNT(kept); i++)
		assert_false(alert_machine_tell(&machine, kept[i]));
	assert_true(machine.announced);
}

static void escalation_and_repetition_are_heard_of_what_receivers_know(void **state)
{
	struct alert_machine machine = at_rest();

	(void)state;
	assert_false(alert_machine_tell(&machine, NEWS_ESCALATED));
	judge(&machine, JUDGE_WARNING, NEWS_RAISED, HEARD);
	assert_true(alert_machine_tell(&machine, NEWS_ESCALATED));
	assert_true(alert_machine_tell(&machine, NEWS_REPEATED));
	suppress(&machine, SUPPRESSION_MAINTENANCE);
	assert_false(alert_machine_tell(&machine, NEWS_ESCALATED));
	assert_false(alert_machine_tell(&machine, NEWS_REPEATED));
}

static void what_comes_and_goes_suppressed_is_never_heard(void **state)
{
	struct alert_machine machine = shelved();

	(void)state;
	judge(&machine, JUDGE_WARNING, NEWS_RAISED, SILENT);
	judge(&machine, JUDGE_CRITICAL, NEWS_CHANGED, SILENT);
	judge(&machine, JUDGE_CLEAR, NEWS_CLEARED, SILENT);
	assert_int_equal(alert_machine_release(&machine, SUPPRESSION_SHELVED), NEWS_NOTHING);
}

static void what_stands_when_its_last_suppression_ends_is_announced_once(void **state)
{
	struct alert_machine machine = shelved();

	(void)state;
	judge(&machine, JUDGE_WARNING, NEWS_RAISED, SILENT);
	suppress(&machine, SUPPRESSION_INHIBITED);
	release(&machine, SUPPRESSION_SHELVED, NEWS_RELEASED, SILENT);
	release(&machine, SUPPRESSION_INHIBITED, NEWS_ANNOUNCED, HEARD);
	suppress(&machine, SUPPRESSION_SHELVED);
	release(&machine, SUPPRESSION_SHELVED, NEWS_RELEASED, SILENT);
	judge(&machine, JUDGE_CLEAR, NEWS_CLEARED, HEARD);
}

static void the_end_of_what_was_told_is_heard_while_it_is_suppressed(void **state)
{
	struct alert_machine machine = at_rest();

	(void)state;
	judge(&machine, JUDGE_WARNING, NEWS_RAISED, HEARD);
	suppress(&machine, SUPPRESSION_OUT_OF_SERVICE);
	judge(&machine, JUDGE_CLEAR, NEWS_CLEARED, HEARD);
	judge(&machine, JUDGE_WARNING, NEWS_RAISED, SILENT);
	judge(&machine, JUDGE_CLEAR, NEWS_CLEARED, SILENT);
}

static void what_a_reload_closes_is_heard_by_who_was_told(void **state)
{
	struct alert_machine machine = at_rest();

	(void)state;
	judge(&machine, JUDGE_WARNING, NEWS_RAISED, HEARD);
	suppress(&machine, SUPPRESSION_SHELVED);
	tell(&machine, alert_machine_close(&machine, 1), NEWS_CLEARED, HEARD);

	judge(&machine, JUDGE_WARNING, NEWS_RAISED, SILENT);
	tell(&machine, alert_machine_close(&machine, 2), NEWS_CLEARED, SILENT);
}

static void what_grew_worse_meanwhile_is_announced_and_what_grew_better_is_not(void **state)
{
	struct alert_machine machine = at_rest();

	(void)state;
	judge(&machine, JUDGE_WARNING, NEWS_RAISED, HEARD);
	suppress(&machine, SUPPRESSION_CHATTER);
	judge(&machine, JUDGE_CRITICAL, NEWS_CHANGED, SILENT);
	release(&machine, SUPPRESSION_CHATTER, NEWS_ANNOUNCED, HEARD);

	suppress(&machine, SUPPRESSION_CHATTER);
	judge(&machine, JUDGE_WARNING, NEWS_CHANGED, SILENT);
	release(&machine, SUPPRESSION_CHATTER, NEWS_RELEASED, SILENT);
	judge(&machine, JUDGE_CRITICAL, NEWS_CHANGED, HEARD);
}

static void only_what_stands_says_that_it_is_suppressed_and_only_when_that_changes(void **state)
{
	struct alert_machine machine = at_rest();

	(void)state;
	assert_int_equal(alert_machine_suppress(&machine, SUPPRESSION_SHELVED), NEWS_NOTHING);
	assert_int_equal(alert_machine_release(&machine, SUPPRESSION_SHELVED), NEWS_NOTHING);
	judge(&machine, JUDGE_WARNING, NEWS_RAISED, HEARD);
	assert_int_equal(alert_machine_release(&machine, SUPPRESSION_SHELVED), NEWS_NOTHING);
	suppress(&machine, SUPPRESSION_SHELVED);
	assert_int_equal(alert_machine_suppress(&machine, SUPPRESSION_SHELVED), NEWS_NOTHING);
	suppress(&machine, SUPPRESSION_MAINTENANCE);
	assert_int_equal(machine.suppressed, SUPPRESSION_BIT(SUPPRESSION_SHELVED) |
						     SUPPRESSION_BIT(SUPPRESSION_MAINTENANCE));
}

static void receivers_hear_that_it_is_normal_but_latched_and_when_it_is_back(void **state)
{
	struct alert_machine machine = at_rest();

	(void)state;
	judge_by(&machine, &latching, JUDGE_CRITICAL, NEWS_RAISED, HEARD);
	judge_by(&machine, &latching, JUDGE_CLEAR, NEWS_NORMAL, HEARD);
	judge_by(&machine, &latching, JUDGE_CRITICAL, NEWS_RAISED, HEARD);
	judge_by(&machine, &latching, JUDGE_CLEAR, NEWS_NORMAL, HEARD);
	tell(&machine, alert_machine_reset(&machine), NEWS_CLEARED, HEARD);
}

static void receivers_who_do_not_know_that_it_was_gone_hear_only_that_it_is_worse(void **state)
{
	struct alert_machine machine = at_rest();

	(void)state;
	judge_by(&machine, &latching, JUDGE_WARNING, NEWS_RAISED, HEARD);
	suppress(&machine, SUPPRESSION_SHELVED);
	judge_by(&machine, &latching, JUDGE_CLEAR, NEWS_NORMAL, SILENT);
	release(&machine, SUPPRESSION_SHELVED, NEWS_RELEASED, SILENT);
	judge_by(&machine, &latching, JUDGE_WARNING, NEWS_RAISED, SILENT);

	suppress(&machine, SUPPRESSION_SHELVED);
	judge_by(&machine, &latching, JUDGE_CLEAR, NEWS_NORMAL, SILENT);
	release(&machine, SUPPRESSION_SHELVED, NEWS_RELEASED, SILENT);
	judge_by(&machine, &latching, JUDGE_CRITICAL, NEWS_RAISED, HEARD);
}

static void what_is_only_latched_when_its_suppression_ends_is_announced_too(void **state)
{
	struct alert_machine machine = shelved();

	(void)state;
	judge_by(&machine, &latching, JUDGE_CRITICAL, NEWS_RAISED, SILENT);
	judge_by(&machine, &latching, JUDGE_CLEAR, NEWS_NORMAL, SILENT);
	release(&machine, SUPPRESSION_SHELVED, NEWS_ANNOUNCED, HEARD);
	suppress(&machine, SUPPRESSION_SHELVED);
	judge_by(&machine, &latching, JUDGE_WARNING, NEWS_RAISED, SILENT);
	release(&machine, SUPPRESSION_SHELVED, NEWS_ANNOUNCED, HEARD);
	judge_by(&machine, &latching, JUDGE_CLEAR, NEWS_NORMAL, HEARD);
	tell(&machine, alert_machine_reset(&machine), NEWS_CLEARED, HEARD);
}

static void an_exercise_that_is_none_any_more_is_told_even_if_it_was_suppressed_then(void **state)
{
	struct alert_machine machine = at_rest();

	(void)state;
	assert_int_equal(alert_machine_end_drill(&machine), NEWS_NOTHING);
	judge(&machine, JUDGE_CRITICAL, NEWS_RAISED, HEARD);
	assert_int_equal(alert_machine_acknowledge(&machine), NEWS_ACKNOWLEDGED);
	tell(&machine, alert_machine_end_drill(&machine), NEWS_CHANGED, HEARD);
	assert_int_equal(machine.handling, HANDLING_UNACKNOWLEDGED);

	suppress(&machine, SUPPRESSION_SHELVED);
	tell(&machine, alert_machine_end_drill(&machine), NEWS_CHANGED, SILENT);
	release(&machine, SUPPRESSION_SHELVED, NEWS_ANNOUNCED, HEARD);
}

static void suppressions_have_names(void **state)
{
	(void)state;
	assert_string_equal(suppression_name(SUPPRESSION_SHELVED), "shelved");
	assert_string_equal(suppression_name(SUPPRESSION_OUT_OF_SERVICE), "out-of-service");
	assert_string_equal(suppression_name(SUPPRESSION_CHATTER), "chatter");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_suppression_raise_change_and_end_are_heard),
		cmocka_unit_test(doubt_and_what_people_do_are_not_for_receivers),
		cmocka_unit_test(escalation_and_repetition_are_heard_of_what_receivers_know),
		cmocka_unit_test(what_comes_and_goes_suppressed_is_never_heard),
		cmocka_unit_test(what_stands_when_its_last_suppression_ends_is_announced_once),
		cmocka_unit_test(the_end_of_what_was_told_is_heard_while_it_is_suppressed),
		cmocka_unit_test(what_a_reload_closes_is_heard_by_who_was_told),
		cmocka_unit_test(
			what_grew_worse_meanwhile_is_announced_and_what_grew_better_is_not),
		cmocka_unit_test(
			only_what_stands_says_that_it_is_suppressed_and_only_when_that_changes),
		cmocka_unit_test(receivers_hear_that_it_is_normal_but_latched_and_when_it_is_back),
		cmocka_unit_test(
			receivers_who_do_not_know_that_it_was_gone_hear_only_that_it_is_worse),
		cmocka_unit_test(what_is_only_latched_when_its_suppression_ends_is_announced_too),
		cmocka_unit_test(
			an_exercise_that_is_none_any_more_is_told_even_if_it_was_suppressed_then),
		cmocka_unit_test(suppressions_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
