/* SPDX-License-Identifier: Apache-2.0 */
/* What waited below while the link was gone: carried when it comes, but no news. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "levels.h"

#define BACKLOG  SUPPRESSION_BIT(SUPPRESSION_BACKLOG)
#define province (&levels.at[PROVINCE].stage)

static void judge(struct levels *levels, uint32_t unit, enum judgement judgement)
{
	levels_judge(levels, DISTRICT, "high", unit, "", judgement);
}

/* Carries all that waits at the district, as old or as news. */
static void carry(struct levels *levels, bool is_old)
{
	levels->at[DISTRICT].site.is_old = is_old;
	while (levels_carry_up(levels, DISTRICT))
		continue;
	levels->at[DISTRICT].site.is_old = false;
}

static void catch_up(struct levels *levels)
{
	alertbook_mirror_caught_up(levels->at[PROVINCE].stage.book, &levels->at[DISTRICT].site,
				   levels->now_ms, 9);
}

static const struct alert *find(const struct levels *levels, uint32_t unit)
{
	return stage_find(&levels->at[PROVINCE].stage, "m", unit, "high");
}

static void of_what_stands_still_receivers_hear_once_when_the_site_has_caught_up(void **state)
{
	struct levels levels = levels_open();

	(void)state;
	judge(&levels, 1, JUDGE_WARNING);
	judge(&levels, 1, JUDGE_CRITICAL);
	carry(&levels, true);
	stage_expect(province, "raised m u1 high", "changed m u1 high");
	assert_int_equal(find(&levels, 1)->machine.suppressed, BACKLOG);
	catch_up(&levels);
	stage_expect(province, "announced m u1 high > duty (: its site has caught up)");
	catch_up(&levels);
	judge(&levels, 1, JUDGE_CLEAR);
	carry(&levels, false);
	stage_expect(province, "cleared m u1 high > duty");
	levels_close(&levels);
}

static void of_what_ended_meanwhile_receivers_hear_nothing(void **state)
{
	struct levels levels = levels_open();

	(void)state;
	for (int i = 0; i < 3; i++) {
		judge(&levels, 1, JUDGE_WARNING);
		judge(&levels, 1, JUDGE_CLEAR);
	}
	carry(&levels, true);
	stage_expect(province, "raised m u1 high", "cleared m u1 high", "raised m u1 high",
		     "cleared m u1 high", "raised m u1 high", "cleared m u1 high");
	catch_up(&levels);
	stage_expect_nothing(province);
	judge(&levels, 1, JUDGE_WARNING);
	carry(&levels, false);
	stage_expect(province, "raised m u1 high > duty");
	levels_close(&levels);
}

static void news_of_an_alert_ends_its_wait(void **state)
{
	struct levels levels = levels_open();

	(void)state;
	judge(&levels, 1, JUDGE_WARNING);
	judge(&levels, 3, JUDGE_WARNING);
	carry(&levels, true);
	judge(&levels, 1, JUDGE_CRITICAL);
	carry(&levels, false);
	stage_expect(province, "raised m u1 high", "raised m u3 high", "changed m u1 high",
		     "announced m u1 high > duty");
	judge(&levels, 3, JUDGE_CLEAR);
	judge(&levels, 3, JUDGE_WARNING);
	carry(&levels, false);
	stage_expect(province, "cleared m u3 high", "raised m u3 high > duty");
	catch_up(&levels);
	stage_expect_nothing(province);
	levels_close(&levels);
}

static void who_was_told_before_hears_that_it_is_over_but_not_that_it_stands_on(void **state)
{
	struct levels levels = levels_open();
	struct command comment = levels_order(COMMAND_COMMENT, "an", "high", "u1", "");

	(void)state;
	judge(&levels, 1, JUDGE_WARNING);
	judge(&levels, 3, JUDGE_WARNING);
	carry(&levels, false);
	stage_expect(province, "raised m u1 high > duty", "raised m u3 high > duty");
	judge(&levels, 3, JUDGE_CLEAR);
	levels_give(&levels, DISTRICT, &comment);
	carry(&levels, true);
	stage_expect(province, "cleared m u3 high > duty", "suppressed m u1 high (an@u1: because)",
		     "commented m u1 high (an@u1: because)");
	catch_up(&levels);
	stage_expect(province, "released m u1 high (: its site has caught up)");
	judge(&levels, 1, JUDGE_CLEAR);
	carry(&levels, false);
	stage_expect(province, "cleared m u1 high > duty");
	levels_close(&levels);
}

static void who_was_told_before_hears_in_the_end_that_it_grew_worse(void **state)
{
	struct levels levels = levels_open();

	(void)state;
	judge(&levels, 1, JUDGE_WARNING);
	carry(&levels, false);
	stage_expect(province, "raised m u1 high > duty");
	judge(&levels, 1, JUDGE_CRITICAL);
	judge(&levels, 1, JUDGE_WARNING);
	judge(&levels, 1, JUDGE_CRITICAL);
	carry(&levels, true);
	stage_expect(province, "suppressed m u1 high", "changed m u1 high", "changed m u1 high",
		     "changed m u1 high");
	catch_up(&levels);
	stage_expect(province, "announced m u1 high > duty (: its site has caught up)");
	levels_close(&levels);
}

static void that_one_site_has_caught_up_is_nothing_to_another(void **state)
{
	const struct mirror_site desk = { .unit = 1, .sender = "desk" };
	const struct mirror_site above = { .unit = 0, .sender = "iocd" };
	struct levels levels = levels_open();

	(void)state;
	judge(&levels, 1, JUDGE_WARNING);
	carry(&levels, true);
	stage_expect(province, "raised m u1 high");
	alertbook_mirror_caught_up(province->book, &desk, levels.now_ms, 9);
	alertbook_mirror_caught_up(province->book, &above, levels.now_ms, 9);
	stage_expect_nothing(province);
	levels_close(&levels);
}

static void what_is_held_back_for_more_than_one_reason_waits_for_the_last(void **state)
{
	struct levels levels = levels_open();
	struct command shelve = levels_order(COMMAND_SHELVE, "an", "high", "u1", "");

	(void)state;
	judge(&levels, 1, JUDGE_WARNING);
	shelve.until_ms = levels.now_ms + 50;
	levels_give(&levels, DISTRICT, &shelve);
	carry(&levels, true);
	stage_expect(province, "raised m u1 high", "suppressed m u1 high (an@u1: because)");
	catch_up(&levels);
	stage_expect(province, "released m u1 high (: its site has caught up)");
	levels_tick(&levels, 60);
	carry(&levels, false);
	stage_expect(province, "announced m u1 high > duty (an@u1: it has ended)");
	levels_close(&levels);
}

static void it_is_still_held_back_after_a_restart(void **state)
{
	struct levels levels = levels_open();

	(void)state;
	judge(&levels, 1, JUDGE_WARNING);
	carry(&levels, true);
	stage_expect(province, "raised m u1 high");
	levels_restart(&levels, PROVINCE);
	stage_expect_nothing(province);
	assert_int_equal(find(&levels, 1)->machine.suppressed, BACKLOG);
	catch_up(&levels);
	stage_expect(province, "announced m u1 high > duty (: its site has caught up)");
	levels_close(&levels);
}

/* Of the rule "m" ALERTBOOK_RAISES raises within 10 ms are chatter. */
static void how_often_it_was_raised_long_ago_is_no_chatter_now(void **state)
{
	struct levels levels = levels_open();

	(void)state;
	for (int i = 0; i < ALERTBOOK_RAISES + 1; i++) {
		judge(&levels, 1, JUDGE_CLEAR);
		judge(&levels, 1, JUDGE_WARNING);
	}
	carry(&levels, true);
	assert_int_equal(find(&levels, 1)->machine.suppressed, BACKLOG);
	levels_close(&levels);
}

/* What the district holds back it tells further up as what it is there: held back. */
static void through_two_levels_it_waits_at_the_first_that_was_cut_off(void **state)
{
	struct levels levels = levels_open();

	(void)state;
	levels.at[COMMUNE].site.is_old = true;
	levels_judge(&levels, COMMUNE, "high", 3, "", JUDGE_CRITICAL);
	levels_carry_all(&levels);
	stage_expect(province, "raised m u3 high");
	assert_int_equal(find(&levels, 3)->machine.suppressed, SUPPRESSION_BIT(SUPPRESSION_ORIGIN));
	alertbook_mirror_caught_up(levels.at[DISTRICT].stage.book, &levels.at[COMMUNE].site,
				   levels.now_ms, 9);
	levels_tick(&levels, 1);
	levels_carry_all(&levels);
	stage_expect(province, "announced m u3 high > duty (: its site has caught up)");
	levels_close(&levels);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			of_what_stands_still_receivers_hear_once_when_the_site_has_caught_up),
		cmocka_unit_test(of_what_ended_meanwhile_receivers_hear_nothing),
		cmocka_unit_test(news_of_an_alert_ends_its_wait),
		cmocka_unit_test(
			who_was_told_before_hears_that_it_is_over_but_not_that_it_stands_on),
		cmocka_unit_test(who_was_told_before_hears_in_the_end_that_it_grew_worse),
		cmocka_unit_test(that_one_site_has_caught_up_is_nothing_to_another),
		cmocka_unit_test(what_is_held_back_for_more_than_one_reason_waits_for_the_last),
		cmocka_unit_test(it_is_still_held_back_after_a_restart),
		cmocka_unit_test(how_often_it_was_raised_long_ago_is_no_chatter_now),
		cmocka_unit_test(through_two_levels_it_waits_at_the_first_that_was_cut_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
