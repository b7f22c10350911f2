/* SPDX-License-Identifier: Apache-2.0 */
/* The same trouble, judged at a site and here: receivers hear of it once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "levels.h"

#define INHIBITED SUPPRESSION_BIT(SUPPRESSION_INHIBITED)
#define province  (&levels.at[PROVINCE].stage)
#define district  (&levels.at[DISTRICT].stage)

/* Judges rule "seen" of u3 at level until that shows, and lets all levels know. */
static void judge(struct levels *levels, int level, enum judgement judgement)
{
	levels_judge(levels, level, "seen", 3, "cổng 1", judgement);
	levels_tick(levels, 20);
	levels_carry_all(levels);
}

static const struct alert *ours(const struct levels *levels, int level)
{
	return stage_find(&levels->at[level].stage, "seen", 3, "cổng 1");
}

static const struct alert *theirs(const struct levels *levels, int level)
{
	return stage_find(&levels->at[level].stage, "m", 3, "seen/cổng 1");
}

static void check_yields(const struct alert *alert, const char *by)
{
	assert_int_equal(alert->machine.suppressed, INHIBITED);
	assert_string_equal(alert->suppressed_by[SUPPRESSION_INHIBITED], by);
}

#define OURS   "u3/seen/c%E1%BB%95ng%201"
#define THEIRS "u3/m/seen%2Fc%E1%BB%95ng%201"

static void the_one_that_stood_first_holds_the_other_back(void **state)
{
	struct levels levels = levels_open();

	(void)state;
	judge(&levels, DISTRICT, JUDGE_WARNING);
	judge(&levels, PROVINCE, JUDGE_WARNING);
	stage_expect(province, "raised m u3 seen/cổng 1 > duty", "raised seen u3 cổng 1");
	assert_int_equal(theirs(&levels, PROVINCE)->machine.suppressed, 0);
	check_yields(ours(&levels, PROVINCE), THEIRS);
	levels_close(&levels);

	levels = levels_open();
	judge(&levels, PROVINCE, JUDGE_WARNING);
	judge(&levels, DISTRICT, JUDGE_WARNING);
	stage_expect(province, "raised seen u3 cổng 1 > duty", "raised m u3 seen/cổng 1");
	assert_int_equal(ours(&levels, PROVINCE)->machine.suppressed, 0);
	check_yields(theirs(&levels, PROVINCE), OURS);
	levels_close(&levels);
}

static void when_the_first_ends_the_other_is_announced(void **state)
{
	struct levels levels = levels_open();

	(void)state;
	judge(&levels, DISTRICT, JUDGE_WARNING);
	judge(&levels, PROVINCE, JUDGE_WARNING);
	judge(&levels, DISTRICT, JUDGE_CLEAR);
	stage_expect(province, "raised m u3 seen/cổng 1 > duty", "raised seen u3 cổng 1",
		     "cleared m u3 seen/cổng 1 > duty",
		     "announced seen u3 cổng 1 > duty (: its twin is not told any more)");
	judge(&levels, DISTRICT, JUDGE_WARNING);
	judge(&levels, PROVINCE, JUDGE_CLEAR);
	stage_expect(province, "raised m u3 seen/cổng 1", "cleared seen u3 cổng 1 > duty",
		     "announced m u3 seen/cổng 1 > duty (: its twin is not told any more)");
	judge(&levels, DISTRICT, JUDGE_CLEAR);
	stage_expect(province, "cleared m u3 seen/cổng 1 > duty");
	levels_close(&levels);
}

static void of_the_one_that_was_held_back_nobody_hears_that_it_is_over(void **state)
{
	struct levels levels = levels_open();

	(void)state;
	judge(&levels, DISTRICT, JUDGE_WARNING);
	judge(&levels, PROVINCE, JUDGE_WARNING);
	judge(&levels, PROVINCE, JUDGE_CLEAR);
	judge(&levels, DISTRICT, JUDGE_CLEAR);
	stage_expect(province, "raised m u3 seen/cổng 1 > duty", "raised seen u3 cổng 1",
		     "cleared seen u3 cổng 1", "cleared m u3 seen/cổng 1 > duty");
	levels_close(&levels);
}

/* Ours waits for 20 ms before it is raised. */
static void what_is_pending_holds_nothing_back(void **state)
{
	struct levels levels = levels_open();

	(void)state;
	levels_judge(&levels, PROVINCE, "seen", 3, "cổng 1", JUDGE_WARNING);
	levels_judge(&levels, DISTRICT, "seen", 3, "cổng 1", JUDGE_WARNING);
	levels_tick(&levels, 20);
	stage_expect(province, "raised seen u3 cổng 1 > duty");
	levels_carry_all(&levels);
	stage_expect(province, "raised m u3 seen/cổng 1");
	levels_close(&levels);

	levels = levels_open();
	levels_judge(&levels, DISTRICT, "seen", 3, "cổng 1", JUDGE_WARNING);
	levels_tick(&levels, 20);
	levels_judge(&levels, PROVINCE, "seen", 3, "cổng 1", JUDGE_WARNING);
	levels_carry_all(&levels);
	stage_expect(province, "raised m u3 seen/cổng 1 > duty");
	levels_tick(&levels, 20);
	stage_expect(province, "raised seen u3 cổng 1");
	levels_close(&levels);
}

static void the_graver_is_told_whichever_stood_first(void **state)
{
	struct levels levels = levels_open();

	(void)state;
	judge(&levels, DISTRICT, JUDGE_WARNING);
	judge(&levels, PROVINCE, JUDGE_CRITICAL);
	stage_expect(province, "raised m u3 seen/cổng 1 > duty", "raised seen u3 cổng 1",
		     "suppressed m u3 seen/cổng 1 (: " OURS ")",
		     "announced seen u3 cổng 1 > duty (: its twin is not told any more)");
	judge(&levels, PROVINCE, JUDGE_WARNING);
	stage_expect(province, "changed seen u3 cổng 1 > duty",
		     "suppressed seen u3 cổng 1 (: " THEIRS ")",
		     "released m u3 seen/cổng 1 (: its twin is not told any more)");
	levels_close(&levels);
}

static void other_subjects_units_and_rules_have_nothing_to_do_with_it(void **state)
{
	struct levels levels = levels_open();

	(void)state;
	levels_judge(&levels, DISTRICT, "seen", 3, "", JUDGE_WARNING);
	levels_judge(&levels, DISTRICT, "high", 3, "", JUDGE_WARNING);
	levels_tick(&levels, 20);
	levels_carry_all(&levels);
	levels_judge(&levels, PROVINCE, "seen", 3, "cổng", JUDGE_WARNING);
	levels_judge(&levels, PROVINCE, "seen", 1, "", JUDGE_WARNING);
	levels_judge(&levels, PROVINCE, "high", 3, "", JUDGE_WARNING); /* of each iocd itself */
	levels_tick(&levels, 20);
	stage_expect(province, "raised m u3 high > duty", "raised m u3 seen > duty",
		     "raised high u3 > duty", "raised seen u1 > duty",
		     "raised seen u3 cổng > duty");
	levels_judge(&levels, DISTRICT, "high", 3, "", JUDGE_CRITICAL);
	levels_carry_all(&levels);
	levels_judge(&levels, PROVINCE, "high", 1, "", JUDGE_CRITICAL);
	levels_judge(&levels, DISTRICT, "high", 1, "", JUDGE_WARNING);
	levels_carry_all(&levels);
	stage_expect(province, "changed m u3 high > duty", "raised high u1 > duty",
		     "raised m u1 high > duty");
	levels_close(&levels);
}

/* As any cause. */
static void the_first_holds_back_even_if_something_suppresses_it(void **state)
{
	struct levels levels = levels_open();
	struct command shelve = levels_order(COMMAND_SHELVE, "an", "seen", "u3", "cổng 1");

	(void)state;
	judge(&levels, DISTRICT, JUDGE_WARNING);
	shelve.until_ms = levels.now_ms + 1000;
	levels_give(&levels, DISTRICT, &shelve);
	levels_carry_all(&levels);
	judge(&levels, PROVINCE, JUDGE_WARNING);
	stage_expect(province, "raised m u3 seen/cổng 1 > duty",
		     "suppressed m u3 seen/cổng 1 (an@u1: because)", "raised seen u3 cổng 1");
	levels_close(&levels);
}

/* Nobody knows whether it stands still: what is seen here now is news. */
static void old_backlog_does_not_hold_back_what_is_seen_here_now(void **state)
{
	struct levels levels = levels_open();

	(void)state;
	levels.at[DISTRICT].site.is_old = true;
	judge(&levels, DISTRICT, JUDGE_WARNING);
	judge(&levels, PROVINCE, JUDGE_WARNING);
	stage_expect(province, "raised m u3 seen/cổng 1", "raised seen u3 cổng 1 > duty",
		     "suppressed m u3 seen/cổng 1 (: " OURS ")");
	alertbook_mirror_caught_up(province->book, &levels.at[DISTRICT].site, levels.now_ms, 9);
	stage_expect(province, "released m u3 seen/cổng 1 (: its site has caught up)");
	levels_close(&levels);
}

static void graver_backlog_is_told_when_its_site_has_caught_up(void **state)
{
	struct levels levels = levels_open();

	(void)state;
	levels.at[DISTRICT].site.is_old = true;
	judge(&levels, DISTRICT, JUDGE_CRITICAL);
	judge(&levels, PROVINCE, JUDGE_WARNING);
	stage_expect(province, "raised m u3 seen/cổng 1", "raised seen u3 cổng 1 > duty",
		     "suppressed m u3 seen/cổng 1 (: " OURS ")");
	alertbook_mirror_caught_up(province->book, &levels.at[DISTRICT].site, levels.now_ms, 9);
	stage_expect(province, "released m u3 seen/cổng 1 (: its site has caught up)",
		     "suppressed seen u3 cổng 1 (: " THEIRS ")",
		     "announced m u3 seen/cổng 1 > duty (: its twin is not told any more)");
	levels_close(&levels);
}

static void an_exercise_does_not_hold_back_what_is_none(void **state)
{
	struct levels levels = levels_open();

	(void)state;
	stage_event(district, "hit", 3, true, levels.now_ms);
	levels_tick(&levels, 1);
	levels_carry_all(&levels);
	stage_event(province, "hit", 3, true, levels.now_ms);
	stage_expect(province, "raised m u3 hit > duty", "raised hit u3");
	stage_event(province, "hit", 3, false, levels.now_ms);
	stage_expect(province, "changed hit u3", "suppressed m u3 hit (: u3/hit)",
		     "announced hit u3 > duty (: its twin is not told any more)");
	levels_close(&levels);
}

static void a_restart_changes_nothing_and_goes_on(void **state)
{
	struct levels levels = levels_open();

	(void)state;
	judge(&levels, DISTRICT, JUDGE_WARNING);
	judge(&levels, PROVINCE, JUDGE_WARNING);
	stage_expect(province, "raised m u3 seen/cổng 1 > duty", "raised seen u3 cổng 1");
	levels_restart(&levels, PROVINCE);
	stage_expect_nothing(province);
	check_yields(ours(&levels, PROVINCE), THEIRS);
	judge(&levels, DISTRICT, JUDGE_CLEAR);
	stage_expect(province, "cleared m u3 seen/cổng 1 > duty",
		     "announced seen u3 cổng 1 > duty (: its twin is not told any more)");
	levels_close(&levels);
}

static void when_the_rule_of_the_first_is_gone_the_other_is_announced(void **state)
{
	static const struct rule mirror_only[] = {
		{ .id = "m",
		  .kind = RULE_OWN,
		  .own = OWN_MIRRORED,
		  .severity = SEVERITY_CRITICAL,
		  .applies = stage_everywhere,
		  .title_vi = "",
		  .title_en = "" },
	};
	static const struct receiver duty[] = {
		{ .id = "duty", .is_at_once = true, .least = SEVERITY_WARNING },
	};
	const struct rules_options options = {
		.list = mirror_only, .n_list = 1, .receivers = duty, .n_receivers = 1
	};
	struct levels levels = levels_open();

	(void)state;
	judge(&levels, PROVINCE, JUDGE_WARNING);
	judge(&levels, DISTRICT, JUDGE_WARNING);
	stage_expect(province, "raised seen u3 cổng 1 > duty", "raised m u3 seen/cổng 1");
	stage_reload(province, &options, levels.now_ms);
	stage_expect(province, "cleared seen u3 cổng 1 > duty (an: the rule is gone)",
		     "announced m u3 seen/cổng 1 > duty (an: rule changed)");
	levels_close(&levels);
}

/* The commune and the district see it, and the province hears of it as of one alert. */
static void the_one_above_hears_of_twins_as_of_one(void **state)
{
	struct levels levels = levels_open();

	(void)state;
	judge(&levels, COMMUNE, JUDGE_WARNING);
	judge(&levels, DISTRICT, JUDGE_WARNING);
	check_yields(ours(&levels, DISTRICT), THEIRS);
	stage_expect(province, "raised m u3 seen/cổng 1 > duty");
	judge(&levels, DISTRICT, JUDGE_CLEAR);
	stage_expect_nothing(province);
	judge(&levels, DISTRICT, JUDGE_CRITICAL);
	stage_expect(province, "changed m u3 seen/cổng 1 > duty (: its twin is not told any more)");
	judge(&levels, COMMUNE, JUDGE_CLEAR);
	stage_expect_nothing(province);
	assert_true(alert_machine_stands(&theirs(&levels, PROVINCE)->machine));
	judge(&levels, DISTRICT, JUDGE_CLEAR);
	stage_expect(province, "cleared m u3 seen/cổng 1 > duty");
	levels_close(&levels);
}

static void an_order_about_one_is_not_taken_for_one_about_the_other(void **state)
{
	struct levels levels = levels_open();
	struct command order = levels_order(COMMAND_ACKNOWLEDGE, "an", NULL, "u3", "seen/cổng 1");

	(void)state;
	judge(&levels, DISTRICT, JUDGE_WARNING);
	judge(&levels, COMMUNE, JUDGE_CRITICAL);
	assert_int_equal(levels_give(&levels, PROVINCE, &order), OUTCOME_DONE);
	levels_judge(&levels, COMMUNE, "seen", 3, "cổng 1", JUDGE_WARNING);
	assert_true(levels_carry_up(&levels, COMMUNE));
	while (levels_carry_up(&levels, DISTRICT)) /* while the order is on its way */
		continue;
	assert_int_equal(theirs(&levels, PROVINCE)->machine.handling, HANDLING_UNACKNOWLEDGED);
	levels_carry_all(&levels);
	assert_int_equal(theirs(&levels, DISTRICT)->machine.handling, HANDLING_ACKNOWLEDGED);
	assert_int_equal(ours(&levels, DISTRICT)->machine.handling, HANDLING_UNACKNOWLEDGED);
	assert_int_equal(theirs(&levels, PROVINCE)->machine.handling, HANDLING_UNACKNOWLEDGED);
	levels_close(&levels);
}

static void a_new_outbox_lists_one_of_two_twins(void **state)
{
	struct levels levels = levels_open();

	(void)state;
	judge(&levels, COMMUNE, JUDGE_WARNING);
	judge(&levels, DISTRICT, JUDGE_CRITICAL);
	stage_expect(province, "raised m u3 seen/cổng 1 > duty",
		     "changed m u3 seen/cổng 1 > duty (: its twin is not told any more)");
	levels_list(&levels, DISTRICT);
	levels_carry_all(&levels);
	stage_expect_nothing(province);
	levels_close(&levels);
}

/* ---- at random ---- */

static uint32_t pick(uint64_t *seed, uint32_t n)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*seed >> 33) % n;
}

static bool stands(const struct alert *alert)
{
	return alert && alert_machine_stands(&alert->machine);
}

/* Of two that stand one yields, of one alone none. */
static void check_pair(const struct levels *levels, int level)
{
	const struct alert *a = ours(levels, level), *b = theirs(levels, level);

	if (stands(a) && stands(b))
		assert_int_equal(a->yields + b->yields, 1);
	else
		assert_false((stands(a) && a->yields) || (stands(b) && b->yields));
	for (int i = 0; i < 2; i++, a = b)
		if (stands(a))
			assert_int_equal(a->yields, (a->machine.suppressed & INHIBITED) != 0);
}

static void shelve_some(struct levels *levels, int level, uint64_t *seed)
{
	bool is_mirrored = pick(seed, 2);
	struct command command = levels_order(pick(seed, 2) ? COMMAND_SHELVE : COMMAND_UNSHELVE,
					      "an", is_mirrored ? "m" : "seen", "u3",
					      is_mirrored ? "seen/cổng 1" : "cổng 1");

	command.until_ms = levels->now_ms + 200;
	(void)levels_give(levels, level, &command);
}

static void step(struct levels *levels, uint64_t *seed)
{
	static const enum judgement judgements[] = { JUDGE_WARNING, JUDGE_CRITICAL, JUDGE_CLEAR };
	int level = (int)pick(seed, LEVELS);
	uint64_t last;

	switch (pick(seed, 8)) {
	case 0:
	case 1:
	case 2:
		levels_judge(levels, level, "seen", 3, "cổng 1", judgements[pick(seed, 3)]);
		break;
	case 3:
		levels_tick(levels, pick(seed, 30));
		break;
	case 4:
		shelve_some(levels, level, seed);
		break;
	case 5:
		last = alertbook_last(levels->at[level].stage.book);
		if (pick(seed, 4) == 0)
			levels_restart(levels, level);
		assert_int_equal(alertbook_last(levels->at[level].stage.book), last);
		break;
	default:
		levels->at[level].site.is_old = pick(seed, 4) == 0;
		(void)levels_carry_up(levels, level);
		levels->at[level].site.is_old = false;
		break;
	}
}

static void one_of_two_is_told_whatever_happens(void **state)
{
	(void)state;
	for (uint64_t round = 1; round <= 10; round++) {
		struct levels levels = levels_open();
		uint64_t seed = round;

		for (int i = 1; i <= 600; i++) {
			step(&levels, &seed);
			for (int level = PROVINCE; level < LEVELS; level++)
				check_pair(&levels, level);
			if (i % 40 != 0)
				continue;
			levels_carry_all(&levels);
			assert_int_equal(stands(theirs(&levels, DISTRICT)),
					 stands(ours(&levels, COMMUNE)));
			assert_int_equal(stands(theirs(&levels, PROVINCE)),
					 stands(ours(&levels, DISTRICT)) ||
						 stands(theirs(&levels, DISTRICT)));
		}
		levels_close(&levels);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_one_that_stood_first_holds_the_other_back),
		cmocka_unit_test(when_the_first_ends_the_other_is_announced),
		cmocka_unit_test(of_the_one_that_was_held_back_nobody_hears_that_it_is_over),
		cmocka_unit_test(what_is_pending_holds_nothing_back),
		cmocka_unit_test(the_graver_is_told_whichever_stood_first),
		cmocka_unit_test(other_subjects_units_and_rules_have_nothing_to_do_with_it),
		cmocka_unit_test(the_first_holds_back_even_if_something_suppresses_it),
		cmocka_unit_test(old_backlog_does_not_hold_back_what_is_seen_here_now),
		cmocka_unit_test(graver_backlog_is_told_when_its_site_has_caught_up),
		cmocka_unit_test(an_exercise_does_not_hold_back_what_is_none),
		cmocka_unit_test(a_restart_changes_nothing_and_goes_on),
		cmocka_unit_test(when_the_rule_of_the_first_is_gone_the_other_is_announced),
		cmocka_unit_test(the_one_above_hears_of_twins_as_of_one),
		cmocka_unit_test(an_order_about_one_is_not_taken_for_one_about_the_other),
		cmocka_unit_test(a_new_outbox_lists_one_of_two_twins),
		cmocka_unit_test(one_of_two_is_told_whatever_happens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
