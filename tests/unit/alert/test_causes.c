/* SPDX-License-Identifier: Apache-2.0 */
/* Alerts that are only what follows from others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "stage.h"

#define INHIBITED SUPPRESSION_BIT(SUPPRESSION_INHIBITED)

/* site inhibits level below it; mute and link inhibit each other; ring1 to ring3 in a circle. */
enum { LEVEL, SITE, MUTE, LINK, RING1, RING2, RING3, OWN, DRILL, BROKER, LOST, N_RULES };

static const bool by_site[N_RULES] = { [LEVEL] = true, [SITE] = true, [OWN] = true, [LOST] = true };
static const bool by_mute[N_RULES] = { [LINK] = true, [LEVEL] = true, [MUTE] = true };
static const bool by_link[N_RULES] = { [MUTE] = true };
static const bool by_ring1[N_RULES] = { [RING2] = true };
static const bool by_ring2[N_RULES] = { [RING3] = true };
static const bool by_ring3[N_RULES] = { [RING1] = true };
static const bool by_drill[N_RULES] = { [LEVEL] = true };
static const bool by_broker[N_RULES] = { [OWN] = true, [LOST] = true, [SITE] = true };

/* clang-format off */
static const struct receiver receivers[] = {
	{ .id = "duty", .is_at_once = true, .least = SEVERITY_WARNING },
};
#define RULE(number_, id_) .id = (id_), .number = (number_), .applies = stage_everywhere
static const struct rule list[N_RULES] = {
	[LEVEL] = { RULE(LEVEL, "level"), .kind = RULE_THRESHOLD },
	[SITE] = { RULE(SITE, "site"), .kind = RULE_SILENCE, .hold_ms = 100,
		   .inhibits = { .rules = by_site, .is_below = true } },
	[MUTE] = { RULE(MUTE, "mute"), .kind = RULE_SILENCE, .inhibits = { .rules = by_mute } },
	[LINK] = { RULE(LINK, "link"), .kind = RULE_THRESHOLD, .inhibits = { .rules = by_link } },
	[RING1] = { RULE(RING1, "ring1"), .kind = RULE_SILENCE, .inhibits = { .rules = by_ring1 } },
	[RING2] = { RULE(RING2, "ring2"), .kind = RULE_SILENCE, .inhibits = { .rules = by_ring2 } },
	[RING3] = { RULE(RING3, "ring3"), .kind = RULE_SILENCE, .inhibits = { .rules = by_ring3 } },
	[OWN] = { RULE(OWN, "own"), .kind = RULE_OWN },
	[DRILL] = { RULE(DRILL, "drill"), .kind = RULE_EVENT, .fade_ms = 1000,
		    .severity = SEVERITY_CRITICAL, .inhibits = { .rules = by_drill } },
	[BROKER] = { RULE(BROKER, "broker"), .kind = RULE_OWN, .own = OWN_BROKER,
		     .inhibits = { .rules = by_broker, .is_below = true } },
	[LOST] = { RULE(LOST, "lost"), .kind = RULE_OWN, .own = OWN_SITE_LOST },
};
/* clang-format on */

static const struct rules_options options = {
	.list = list, .n_list = N_RULES, .receivers = receivers, .n_receivers = 1
};

static void a_cause_holds_back_what_follows_from_it_at_its_unit_and_below(void **state)
{
	struct stage stage = stage_open(&options);

	(void)state;
	stage_judge(&stage, "site", 1, JUDGE_WARNING, 1000);
	stage_tick(&stage, 1100);
	stage_expect(&stage, "raised site u1 > duty");
	for (uint32_t unit = 0; unit < STAGE_UNITS; unit++)
		stage_judge(&stage, "level", unit, JUDGE_WARNING, 1200);
	stage_judge(&stage, "own", 1, JUDGE_WARNING, 1200); /* never */
	stage_expect(&stage, "raised level u0 > duty", "raised level u1", "raised level u2 > duty",
		     "raised level u3", "raised own u1 > duty");
	stage_check_suppressed(&stage, "level", 0, 0);
	stage_check_suppressed(&stage, "level", 3, INHIBITED);
	assert_string_equal(
		stage_find(&stage, "level", 3, "")->suppressed_by[SUPPRESSION_INHIBITED],
		"u1/site");
	stage_restart(&stage, &options);
	stage_judge(&stage, "site", 1, JUDGE_CLEAR, 1300);
	stage_expect(&stage, "cleared site u1 > duty",
		     "announced level u1 > duty (: what it follows from is over)",
		     "announced level u3 > duty (: what it follows from is over)");
	stage_close(&stage);
}

static void a_pending_cause_holds_back_and_lets_go_if_it_does_not_rise(void **state)
{
	struct stage stage = stage_open(&options);

	(void)state;
	stage_judge(&stage, "site", 1, JUDGE_WARNING, 1000);
	stage_judge(&stage, "level", 3, JUDGE_WARNING, 1010);
	stage_expect(&stage, "raised level u3");
	stage_judge(&stage, "site", 1, JUDGE_CLEAR, 1050);
	stage_expect(&stage, "announced level u3 > duty (: what it follows from is over)");
	stage_judge(&stage, "level", 3, JUDGE_CLEAR, 1060);
	stage_expect(&stage, "cleared level u3 > duty");
	stage_close(&stage);
}

static void what_is_not_known_any_more_is_no_cause_before_it_rose(void **state)
{
	struct stage stage = stage_open(&options);

	(void)state;
	stage_judge(&stage, "site", 1, JUDGE_WARNING, 1000);
	stage_judge(&stage, "level", 3, JUDGE_WARNING, 1010);
	stage_judge(&stage, "site", 1, JUDGE_UNKNOWN, 1020);
	stage_expect(&stage, "raised level u3",
		     "announced level u3 > duty (: what it follows from is over)");
	stage_judge(&stage, "site", 1, JUDGE_WARNING, 1030);
	stage_expect(&stage, "suppressed level u3 (: u1/site)");
	stage_tick(&stage, 1130);
	stage_judge(&stage, "site", 1, JUDGE_UNKNOWN, 1140); /* it stands */
	stage_expect(&stage, "raised site u1 > duty", "uncertain site u1");
	stage_check_suppressed(&stage, "level", 3, INHIBITED);
	stage_close(&stage);
}

static void only_the_last_cause_lets_go_and_the_oldest_is_named(void **state)
{
	struct stage stage = stage_open(&options);
	const struct alert *alert;

	(void)state;
	stage_judge(&stage, "level", 1, JUDGE_WARNING, 1000);
	stage_judge(&stage, "mute", 1, JUDGE_WARNING, 1010);
	stage_judge(&stage, "site", 0, JUDGE_WARNING, 1020);
	stage_expect(&stage, "raised level u1 > duty", "raised mute u1 > duty",
		     "suppressed level u1 (: u1/mute)");
	stage_judge(&stage, "mute", 1, JUDGE_CLEAR, 1030);
	alert = stage_find(&stage, "level", 1, "");
	assert_string_equal(alert->suppressed_by[SUPPRESSION_INHIBITED], "u0/site");
	stage_expect(&stage, "cleared mute u1 > duty");
	stage_judge(&stage, "mute", 1, JUDGE_WARNING, 1040); /* younger now */
	assert_string_equal(alert->suppressed_by[SUPPRESSION_INHIBITED], "u0/site");
	stage_restart(&stage, &options);
	stage_judge(&stage, "site", 0, JUDGE_CLEAR, 1050);
	stage_expect(&stage, "raised mute u1 > duty");
	alert = stage_find(&stage, "level", 1, "");
	assert_string_equal(alert->suppressed_by[SUPPRESSION_INHIBITED], "u1/mute");
	stage_judge(&stage, "mute", 1, JUDGE_CLEAR, 1060);
	stage_expect(&stage, "cleared mute u1 > duty",
		     "released level u1 (: what it follows from is over)");
	stage_close(&stage);
}

static void a_cause_that_is_known_again_is_as_old_as_it_was(void **state)
{
	struct stage stage = stage_open(&options);
	const struct alert *alert;

	(void)state;
	stage_judge(&stage, "site", 0, JUDGE_WARNING, 1000);
	stage_judge(&stage, "site", 0, JUDGE_UNKNOWN, 1010);
	stage_judge(&stage, "mute", 1, JUDGE_WARNING, 1020);
	stage_judge(&stage, "level", 1, JUDGE_WARNING, 1030);
	alert = stage_find(&stage, "level", 1, "");
	assert_string_equal(alert->suppressed_by[SUPPRESSION_INHIBITED], "u1/mute");
	stage_judge(&stage, "site", 0, JUDGE_WARNING, 1040);
	assert_string_equal(alert->suppressed_by[SUPPRESSION_INHIBITED], "u0/site");
	stage_close(&stage);
}

static void of_two_that_inhibit_each_other_the_older_is_told(void **state)
{
	static const char *const ids[] = { "mute", "link" };

	(void)state;
	for (int first = 0; first < 2; first++) {
		struct stage stage = stage_open(&options);

		stage_judge(&stage, ids[first], 1, JUDGE_WARNING, 1000);
		stage_judge(&stage, ids[1 - first], 1, JUDGE_WARNING, 1010);
		stage_check_suppressed(&stage, ids[first], 1, 0);
		stage_check_suppressed(&stage, ids[1 - first], 1, INHIBITED);
		stage_restart(&stage, &options);
		stage_reload(&stage, &options, 1011); /* which sorts them by rule */
		stage_check_suppressed(&stage, ids[1 - first], 1, INHIBITED);
		stage_judge(&stage, ids[first], 1, JUDGE_CLEAR, 1020);
		stage_check_suppressed(&stage, ids[1 - first], 1, 0);
		stage_judge(&stage, ids[first], 1, JUDGE_WARNING, 1030); /* the younger now */
		stage_check_suppressed(&stage, ids[first], 1, INHIBITED);
		stage_check_suppressed(&stage, ids[1 - first], 1, 0);
		stage_close(&stage);
	}
}

static void of_a_circle_one_is_always_told(void **state)
{
	static const char *const ids[] = { "ring1", "ring2", "ring3" };

	(void)state;
	for (uint32_t first = 0; first < 3; first++) {
		struct stage stage = stage_open(&options);

		for (uint32_t i = 0; i < 3; i++)
			stage_judge(&stage, ids[(first + i) % 3], 1, JUDGE_WARNING, 1000 + i);
		stage_check_suppressed(&stage, ids[first], 1, 0);
		stage_check_suppressed(&stage, ids[(first + 1) % 3], 1, INHIBITED);
		stage_check_suppressed(&stage, ids[(first + 2) % 3], 1, INHIBITED);
		stage_close(&stage);
	}
}

/* site is among what site inhibits: below it, whichever came first; not at its own unit. */
static void a_cause_above_inhibits_causes_below_but_not_the_reverse(void **state)
{
	struct stage stage = stage_open(&options);

	(void)state;
	stage_judge(&stage, "site", 3, JUDGE_WARNING, 1000);
	stage_tick(&stage, 1100);
	stage_judge(&stage, "level", 3, JUDGE_WARNING, 1110);
	stage_judge(&stage, "site", 0, JUDGE_WARNING, 1200);
	stage_expect(&stage, "raised site u3 > duty", "raised level u3",
		     "suppressed site u3 (: u0/site)");
	stage_check_suppressed(&stage, "site", 0, 0);
	stage_judge(&stage, "site", 0, JUDGE_CLEAR, 1250); /* u3's inhibits all the while */
	stage_check_suppressed(&stage, "level", 3, INHIBITED);
	stage_expect(&stage, "released site u3 (: what it follows from is over)");
	stage_close(&stage);
}

static void an_exercise_is_no_cause(void **state)
{
	struct stage stage = stage_open(&options);

	(void)state;
	stage_judge(&stage, "level", 1, JUDGE_WARNING, 1000);
	stage_event(&stage, "drill", 1, true, 1010);
	stage_check_suppressed(&stage, "level", 1, 0);
	stage_event(&stage, "drill", 1, false, 1020);
	stage_check_suppressed(&stage, "level", 1, INHIBITED);
	stage_close(&stage);
}

static void other_rules_inhibit_otherwise(void **state)
{
	struct stage stage = stage_open(&options);
	struct rules_options other = options;
	struct rule kinder[N_RULES];

	(void)state;
	memcpy(kinder, list, sizeof(kinder));
	kinder[SITE].inhibits.is_below = false;
	other.list = kinder;
	stage_judge(&stage, "level", 1, JUDGE_WARNING, 900);
	stage_judge(&stage, "level", 3, JUDGE_WARNING, 900);
	stage_judge(&stage, "site", 1, JUDGE_WARNING, 1000);
	stage.seen = alertbook_last(stage.book);
	stage_reload(&stage, &other, 1010);
	stage_expect(&stage, "released level u3 (an: rule changed)");
	stage_check_suppressed(&stage, "level", 1, INHIBITED);
	stage_reload(&stage, &options, 1020);
	stage_expect(&stage, "suppressed level u3 (an: rule changed)");
	other.n_list = 1; /* the cause is gone */
	stage_reload(&stage, &other, 1030);
	stage_expect(&stage, "released level u1 (an: rule changed)",
		     "released level u3 (an: rule changed)");
	stage_close(&stage);
}

static void while_our_broker_is_gone_no_site_is_told_to_be_lost(void **state)
{
	struct stage stage = stage_open(&options);

	(void)state;
	stage_judge(&stage, "broker", 0, JUDGE_CRITICAL, 1000);
	stage_judge(&stage, "lost", 1, JUDGE_CRITICAL, 1000);
	stage_judge(&stage, "own", 1, JUDGE_CRITICAL, 1000);
	stage_expect(&stage, "raised broker u0 > duty", "raised lost u1", "raised own u1 > duty");
	stage_check_suppressed(&stage, "lost", 1, INHIBITED);
	stage_judge(&stage, "broker", 0, JUDGE_CLEAR, 1100);
	stage_expect(&stage, "cleared broker u0 > duty",
		     "announced lost u1 > duty (: what it follows from is over)");

	stage_judge(&stage, "site", 1, JUDGE_CRITICAL, 1200);
	stage_tick(&stage, 1300);
	stage_judge(&stage, "lost", 3, JUDGE_CRITICAL,
		    1400); /* our broker alone is a cause of that */
	stage_expect(&stage, "raised site u1 > duty", "raised lost u3 > duty");
	stage_close(&stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cause_holds_back_what_follows_from_it_at_its_unit_and_below),
		cmocka_unit_test(a_pending_cause_holds_back_and_lets_go_if_it_does_not_rise),
		cmocka_unit_test(what_is_not_known_any_more_is_no_cause_before_it_rose),
		cmocka_unit_test(only_the_last_cause_lets_go_and_the_oldest_is_named),
		cmocka_unit_test(a_cause_that_is_known_again_is_as_old_as_it_was),
		cmocka_unit_test(of_two_that_inhibit_each_other_the_older_is_told),
		cmocka_unit_test(of_a_circle_one_is_always_told),
		cmocka_unit_test(a_cause_above_inhibits_causes_below_but_not_the_reverse),
		cmocka_unit_test(an_exercise_is_no_cause),
		cmocka_unit_test(other_rules_inhibit_otherwise),
		cmocka_unit_test(while_our_broker_is_gone_no_site_is_told_to_be_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
