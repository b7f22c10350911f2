/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "iocd/alert_json.h"
#include "levels.h"

#define province (&levels.at[PROVINCE].stage)
#define district (&levels.at[DISTRICT].stage)
#define commune  (&levels.at[COMMUNE].stage)

static const struct alert *find(const struct levels *levels, int level, uint32_t unit,
				const char *subject)
{
	const struct alert *alert = stage_find(&levels->at[level].stage, "m", unit, subject);

	assert_non_null(alert);
	return alert;
}

/* Gives the alert as JSON, read back. */
static json_t *show(const struct stage *stage, const struct alert *alert)
{
	CLEANUP_TEXT struct text text = { 0 };
	const struct alert_context context = { .units = stage->units, .book = stage->book };
	json_t *json;

	alert_json(&text, &context, alert);
	json = json_loads(text_get(&text), 0, NULL);
	assert_non_null(json);
	return json;
}

static void check_string(const json_t *json, const char *a, const char *b, const char *wanted)
{
	const json_t *member = json_object_get(json, a);

	if (b)
		member = json_object_get(member, b);
	assert_non_null(json_string_value(member));
	assert_string_equal(json_string_value(member), wanted);
}

static void check_headline(const struct stage *stage, bool vietnamese, const char *wanted)
{
	CLEANUP_TEXT struct text text = { 0 };
	const struct alert_context context = { .units = stage->units, .book = stage->book };

	alert_headline(&text, &context,
		       alertbook_transition(stage->book, alertbook_last(stage->book)), vietnamese);
	assert_string_equal(text_get(&text), wanted);
}

static int mirror(struct levels *levels, const struct mirror_site *site, const char *json)
{
	struct stage *stage = &levels->at[PROVINCE].stage;

	return alertbook_mirror(stage->book, stage->units, site, json, strlen(json), levels->now_ms,
				7);
}

static const struct mirror_site site = { .unit = 1, .sender = "iocd" };

/* ---- what happens at the origin ---- */

static void check_names(const struct alert *alert, const char *rule, const char *titles)
{
	CLEANUP_TEXT struct text title = { 0 };
	struct slice id = alert_rule_id(alert);

	assert_int_equal(id.size, strlen(rule));
	assert_memory_equal(id.bytes, rule, id.size);
	alert_title(&title, alert, true);
	text_add(&title, ", ");
	alert_title(&title, alert, false);
	assert_string_equal(text_get(&title), titles);
}

static void an_alert_below_stands_here_in_the_words_of_its_origin(void **state)
{
	struct levels levels = levels_open();
	json_t *json, *origin;

	(void)state;
	levels_judge(&levels, DISTRICT, "high", 3, "cổng 1", JUDGE_CRITICAL);
	assert_true(levels_carry_up(&levels, DISTRICT));
	stage_expect(province, "raised m u3 high/cổng 1 > duty");
	check_headline(province, false, "[CRITICAL] u3: High (cổng 1), reported by u1");
	check_headline(province, true, "[NGHIÊM TRỌNG] u3: Cao (cổng 1), theo u1");

	check_names(stage_find(district, "high", 3, "cổng 1"), "high", "Cao, High");
	check_names(find(&levels, PROVINCE, 3, "high/cổng 1"), "high", "Cao, High");
	json = show(province, find(&levels, PROVINCE, 3, "high/cổng 1"));
	origin = json_object_get(json, "origin");
	check_string(json, "subject", NULL, "high/cổng 1");
	check_string(json, "rule", "id", "m");
	check_string(json_object_get(json, "rule"), "title", "en", "High");
	check_string(json_object_get(json, "rule"), "title", "vi", "Cao");
	check_string(json, "unit", "id", "u3");
	assert_non_null(
		strstr(json_string_value(json_object_get(json_object_get(json, "reason"), "en")),
		       "the journal does not reach the disk"));
	assert_true(json_is_null(json_object_get(json, "detail")));
	check_string(origin, "unit", NULL, "u1");
	check_string(origin, "name", "vi", "u1");
	check_string(json_object_get(origin, "site"), "name", "en", "u1");
	check_string(origin, "sender", NULL, "iocd");
	check_string(origin, "rule", NULL, "high");
	check_string(origin, "subject", NULL, "cổng 1");
	check_string(origin, "title", "vi", "Cao");
	check_string(origin, "raised", NULL, "1970-01-01T00:00:01+00:00");
	check_string(origin, "site", "unit", "u1");
	assert_int_equal(json_integer_value(json_object_get(origin, "number")), 1);
	json_decref(json);
	levels_close(&levels);
}

static void its_condition_is_judged_by_the_origin_alone(void **state)
{
	struct levels levels = levels_open();

	(void)state;
	levels_judge(&levels, DISTRICT, "high", 1, "", JUDGE_WARNING);
	levels_judge(&levels, DISTRICT, "high", 1, "", JUDGE_CRITICAL);
	levels_judge(&levels, DISTRICT, "high", 1, "", JUDGE_UNKNOWN);
	levels_judge(&levels, DISTRICT, "high", 1, "", JUDGE_CRITICAL);
	levels_judge(&levels, DISTRICT, "high", 1, "", JUDGE_CLEAR);
	levels_judge(&levels, DISTRICT, "held", 1, "", JUDGE_WARNING);
	levels_judge(&levels, DISTRICT, "held", 1, "", JUDGE_CLEAR);
	levels_judge(&levels, DISTRICT, "held", 1, "", JUDGE_WARNING);
	levels_carry_all(&levels);
	stage_expect(province, "raised m u1 high > duty", "changed m u1 high > duty",
		     "uncertain m u1 high", "certain m u1 high", "cleared m u1 high > duty",
		     "raised m u1 held > duty", "normal m u1 held > duty",
		     "raised m u1 held > duty");
	assert_int_equal(find(&levels, PROVINCE, 1, "high")->machine.handling,
			 HANDLING_CLEARED_UNACKNOWLEDGED);
	levels_close(&levels);
}

static void nothing_is_said_twice_of_what_stays_as_it_is(void **state)
{
	struct levels levels = levels_open();
	char *json;

	(void)state;
	levels_judge(&levels, DISTRICT, "high", 1, "", JUDGE_WARNING);
	json = levels_json(&levels, DISTRICT);
	levels_carry_all(&levels);
	stage_expect(province, "raised m u1 high > duty");
	assert_int_equal(mirror(&levels, &site, json), MIRROR_OLDER);
	stage_expect_nothing(province);
	levels_judge(&levels, DISTRICT, "high", 1, "", JUDGE_CLEAR);
	levels_carry_all(&levels);
	stage_expect(province, "cleared m u1 high > duty");
	free(json);
	levels_close(&levels);
}

static void what_comes_again_from_another_sender_is_his(void **state)
{
	const struct mirror_site other = { .unit = 1, .sender = "desk" };
	struct levels levels = levels_open();
	char *json;

	(void)state;
	levels_judge(&levels, DISTRICT, "high", 1, "", JUDGE_WARNING);
	json = levels_json(&levels, DISTRICT);
	levels_carry_all(&levels);
	assert_int_equal(mirror(&levels, &other, json), 0);
	stage_expect(province, "raised m u1 high > duty");
	alertbook_mirror_moved(province->book, &site, true, levels.now_ms, 8);
	stage_expect_nothing(province);
	alertbook_mirror_moved(province->book, &other, true, levels.now_ms, 8);
	stage_expect(province, "uncertain m u1 high (: its site is lost)");
	free(json);
	levels_close(&levels);
}

static void the_rule_here_bounds_how_bad_it_is(void **state)
{
	static const struct rule mild[] = {
		{ .id = "m",
		  .kind = RULE_OWN,
		  .own = OWN_MIRRORED,
		  .severity = SEVERITY_WARNING,
		  .applies = stage_everywhere,
		  .title_vi = "",
		  .title_en = "" },
	};
	const struct rules_options options = { .list = mild, .n_list = 1 };
	struct stage stage = stage_open(&options);
	struct levels levels = levels_open();
	char *json;

	(void)state;
	levels_judge(&levels, DISTRICT, "high", 1, "", JUDGE_CRITICAL);
	json = levels_json(&levels, DISTRICT);
	assert_int_equal(alertbook_mirror(stage.book, stage.units, &site, json, strlen(json), 1, 1),
			 0);
	assert_int_equal(stage_find(&stage, "m", 1, "high")->machine.severity, SEVERITY_WARNING);
	free(json);
	stage_close(&stage);
	levels_close(&levels);
}

static void while_its_site_is_lost_an_alert_is_uncertain(void **state)
{
	struct levels levels = levels_open();
	const struct command comment = levels_order(COMMAND_COMMENT, "an", "high", "u3", "");

	(void)state;
	levels_judge(&levels, DISTRICT, "high", 1, "", JUDGE_WARNING);
	levels_judge(&levels, DISTRICT, "high", 3, "", JUDGE_WARNING);
	levels_judge(&levels, DISTRICT, "high", 3, "", JUDGE_UNKNOWN);
	levels_carry_all(&levels);
	stage_expect(province, "raised m u1 high > duty", "raised m u3 high > duty",
		     "uncertain m u3 high");
	levels_lose(&levels, DISTRICT, true);
	levels_lose(&levels, DISTRICT, true);
	stage_expect(province, "uncertain m u1 high (: its site is lost)");
	assert_string_equal(alert_condition_name(&find(&levels, PROVINCE, 1, "high")->machine),
			    "uncertain");
	levels_restart(&levels, PROVINCE);
	levels_lose(&levels, DISTRICT, false);
	stage_expect(province, "certain m u1 high (: its site is heard again)");
	assert_int_equal(levels_give(&levels, DISTRICT, &comment), OUTCOME_DONE);
	levels_judge(&levels, DISTRICT, "high", 3, "", JUDGE_WARNING);
	levels_carry_all(&levels);
	stage_expect(province, "commented m u3 high (an@u1: because)", "certain m u3 high");
	levels_close(&levels);
}

static void what_is_not_told_there_is_not_told_here(void **state)
{
	struct levels levels = levels_open();
	struct command shelve = levels_order(COMMAND_SHELVE, "an", "high", "u1", "");
	const struct alert *alert;
	json_t *json, *origin;

	(void)state;
	shelve.until_ms = 5000;
	assert_int_equal(levels_give(&levels, DISTRICT, &shelve), OUTCOME_DONE);
	levels_judge(&levels, DISTRICT, "high", 1, "", JUDGE_CRITICAL);
	levels_judge(&levels, DISTRICT, "low", 1, "", JUDGE_WARNING);
	levels_tick(&levels, 50);
	shelve = levels_order(COMMAND_SHELVE, "an", "low", "u1", "");
	shelve.until_ms = 5000;
	levels_give(&levels, DISTRICT, &shelve);
	levels_carry_all(&levels);
	stage_expect(province, "raised m u1 high", "raised m u1 low > duty",
		     "suppressed m u1 low (an@u1: because)");
	alert = find(&levels, PROVINCE, 1, "high");
	assert_int_equal(alert->machine.suppressed, SUPPRESSION_BIT(SUPPRESSION_ORIGIN));
	assert_string_equal(alert->suppressed_by[SUPPRESSION_ORIGIN], "an");
	assert_int_equal(alert->suppressed_until_ms[SUPPRESSION_ORIGIN], 5000);

	json = show(province, alert);
	origin = json_object_get(json, "origin");
	assert_string_equal(
		json_string_value(json_array_get(json_object_get(origin, "suppressed"), 0)),
		"shelved");
	check_string(json_array_get(json_object_get(json, "suppressed"), 0), "kind", NULL,
		     "at-origin");
	json_decref(json);

	levels_restart(&levels, PROVINCE);
	levels_tick(&levels, 5000);
	levels_carry_all(&levels);
	stage_expect(province, "announced m u1 high > duty (an@u1: it has ended)",
		     "released m u1 low (an@u1: it has ended)");
	levels_judge(&levels, DISTRICT, "high", 1, "", JUDGE_CLEAR);
	levels_judge(&levels, DISTRICT, "high", 1, "", JUDGE_WARNING);
	levels_carry_all(&levels);
	stage_expect(province, "cleared m u1 high > duty", "raised m u1 high > duty");
	levels_close(&levels);
}

static void what_is_told_there_again_is_told_here_at_once(void **state)
{
	struct levels levels = levels_open();
	struct command shelve = levels_order(COMMAND_SHELVE, "an", "high", "u1", "");

	(void)state;
	shelve.until_ms = 1500;
	levels_give(&levels, DISTRICT, &shelve);
	levels_judge(&levels, DISTRICT, "high", 1, "", JUDGE_CRITICAL);
	levels_judge(&levels, DISTRICT, "high", 1, "", JUDGE_CLEAR);
	levels_tick(&levels, 1000);
	levels_judge(&levels, DISTRICT, "high", 1, "", JUDGE_CRITICAL);
	levels_carry_all(&levels);
	stage_expect(province, "raised m u1 high", "cleared m u1 high", "raised m u1 high > duty");
	levels_close(&levels);
}

/* ---- what people do ---- */

static void who_handles_it_there_is_named_with_his_unit(void **state)
{
	struct levels levels = levels_open();
	struct command command;

	(void)state;
	levels_judge(&levels, DISTRICT, "high", 1, "", JUDGE_CRITICAL);
	command = levels_order(COMMAND_ACKNOWLEDGE, "an", "high", "u1", "");
	levels_give(&levels, DISTRICT, &command);
	command = levels_order(COMMAND_ASSIGN, "an", "high", "u1", "");
	strcpy(command.owner, "binh");
	levels_give(&levels, DISTRICT, &command);
	command = levels_order(COMMAND_COMMENT, "an", "high", "u1", "");
	levels_give(&levels, DISTRICT, &command);
	levels_carry_all(&levels);
	stage_expect(province, "raised m u1 high > duty", "acknowledged m u1 high (an@u1: because)",
		     "assigned m u1 high (an@u1: because)", "commented m u1 high (an@u1: because)");
	assert_string_equal(find(&levels, PROVINCE, 1, "high")->acknowledged_by, "an@u1");
	assert_string_equal(find(&levels, PROVINCE, 1, "high")->owner, "binh@u1");

	command = levels_order(COMMAND_UNACKNOWLEDGE, "chi", "high", "u1", "");
	levels_give(&levels, DISTRICT, &command);
	levels_carry_all(&levels);
	stage_expect(province, "unacknowledged m u1 high (chi@u1: because)");
	levels_judge(&levels, DISTRICT, "high", 1, "", JUDGE_CLEAR);
	levels_carry_all(&levels);
	command = levels_order(COMMAND_ACKNOWLEDGE, "chi", "high", "u1", "");
	levels_give(&levels, DISTRICT, &command);
	levels_carry_all(&levels);
	stage_expect(province, "cleared m u1 high > duty",
		     "acknowledged m u1 high (chi@u1: because)");
	assert_null(stage_find(province, "m", 1, "high"));
	levels_close(&levels);
}

static void an_order_here_is_carried_out_at_both_ends_and_said_once(void **state)
{
	struct levels levels = levels_open();
	struct command command;

	(void)state;
	levels_judge(&levels, DISTRICT, "high", 3, "cổng 1", JUDGE_CRITICAL);
	levels_carry_all(&levels);
	stage_expect(province, "raised m u3 high/cổng 1 > duty");
	command = levels_order(COMMAND_ACKNOWLEDGE, "lan", NULL, "u3", "high/cổng 1");
	assert_int_equal(levels_give(&levels, PROVINCE, &command), OUTCOME_DONE);
	command = levels_order(COMMAND_ASSIGN, "lan", NULL, "u3", "high/cổng 1");
	strcpy(command.owner, "lan");
	assert_int_equal(levels_give(&levels, PROVINCE, &command), OUTCOME_DONE);
	command = levels_order(COMMAND_COMMENT, "lan", NULL, "u3", "high/cổng 1");
	assert_int_equal(levels_give(&levels, PROVINCE, &command), OUTCOME_DONE);
	stage_expect(province, "acknowledged m u3 high/cổng 1 (lan: because)",
		     "assigned m u3 high/cổng 1 (lan: because)",
		     "commented m u3 high/cổng 1 (lan: because)");
	levels_carry_all(&levels);
	stage_expect(district, "raised high u3 cổng 1 > duty",
		     "acknowledged high u3 cổng 1 (lan@tinh: because)",
		     "assigned high u3 cổng 1 (lan@tinh: because)",
		     "commented high u3 cổng 1 (lan@tinh: because)");
	stage_expect_nothing(province);
	assert_string_equal(find(&levels, PROVINCE, 3, "high/cổng 1")->acknowledged_by, "lan");
	assert_string_equal(find(&levels, PROVINCE, 3, "high/cổng 1")->owner, "lan");
	levels_close(&levels);
}

static void the_first_acknowledgement_at_the_origin_wins(void **state)
{
	struct levels levels = levels_open();
	struct command here = levels_order(COMMAND_ACKNOWLEDGE, "lan", NULL, "u1", "high");
	struct command there = levels_order(COMMAND_ACKNOWLEDGE, "an", "high", "u1", "");

	(void)state;
	levels_judge(&levels, DISTRICT, "high", 1, "", JUDGE_CRITICAL);
	levels_carry_all(&levels);
	assert_int_equal(levels_give(&levels, PROVINCE, &here), OUTCOME_DONE);
	assert_int_equal(levels_give(&levels, DISTRICT, &there), OUTCOME_DONE);
	levels_carry_all(&levels);
	stage_expect(province, "raised m u1 high > duty", "acknowledged m u1 high (lan: because)",
		     "acknowledged m u1 high (an@u1: because)");
	stage_expect(district, "raised high u1 > duty", "acknowledged high u1 (an: because)");
	levels_close(&levels);
}

static void the_last_owner_at_the_origin_stays(void **state)
{
	struct levels levels = levels_open();
	struct command here = levels_order(COMMAND_ASSIGN, "lan", NULL, "u1", "high");
	struct command there = levels_order(COMMAND_ASSIGN, "an", "high", "u1", "");

	(void)state;
	strcpy(here.owner, "lan");
	strcpy(there.owner, "an");
	levels_judge(&levels, DISTRICT, "high", 1, "", JUDGE_CRITICAL);
	levels_carry_all(&levels);
	levels_give(&levels, PROVINCE, &here);
	levels_give(&levels, DISTRICT, &there);
	assert_true(levels_carry_up(&levels, DISTRICT));
	assert_string_equal(find(&levels, PROVINCE, 1, "high")->owner, "an@u1");
	levels_carry_all(&levels);
	assert_string_equal(find(&levels, PROVINCE, 1, "high")->owner, "lan@tinh");
	assert_string_equal(stage_find(district, "high", 1, "")->owner, "lan@tinh");
	levels_close(&levels);
}

static void a_word_of_something_else_does_not_undo_an_order_on_its_way(void **state)
{
	struct levels levels = levels_open();
	struct command acknowledge = levels_order(COMMAND_ACKNOWLEDGE, "lan", NULL, "u1", "high");
	struct command assign = levels_order(COMMAND_ASSIGN, "lan", NULL, "u1", "high");
	struct command comment = levels_order(COMMAND_COMMENT, "an", "high", "u1", "");

	(void)state;
	strcpy(assign.owner, "lan");
	levels_judge(&levels, DISTRICT, "high", 1, "", JUDGE_CRITICAL);
	levels_carry_all(&levels);
	levels_give(&levels, PROVINCE, &acknowledge);
	levels_give(&levels, PROVINCE, &assign);
	levels_restart(&levels, PROVINCE);
	levels_give(&levels, DISTRICT, &comment);
	levels_carry_up(&levels, DISTRICT);
	stage_expect(province, "raised m u1 high > duty", "acknowledged m u1 high (lan: because)",
		     "assigned m u1 high (lan: because)", "commented m u1 high (an@u1: because)");
	levels_carry_all(&levels);
	stage_expect_nothing(province);

	/* Confirmed, it is not held any more against what happens there without news of it. */
	acknowledge.verb = COMMAND_UNACKNOWLEDGE;
	levels_give(&levels, PROVINCE, &acknowledge);
	levels_give(&levels, DISTRICT, &comment);
	levels_carry_up(&levels, DISTRICT);
	stage_expect(province, "unacknowledged m u1 high (lan: because)",
		     "commented m u1 high (an@u1: because)");
	levels_close(&levels);
}

static void an_order_that_was_lost_is_corrected_by_the_next_word_of_it(void **state)
{
	struct levels levels = levels_open();
	struct command here = levels_order(COMMAND_ACKNOWLEDGE, "lan", NULL, "u1", "high");
	struct command there = levels_order(COMMAND_ACKNOWLEDGE, "an", "high", "u1", "");

	(void)state;
	levels_judge(&levels, DISTRICT, "high", 1, "", JUDGE_WARNING);
	levels_give(&levels, DISTRICT, &there);
	there.verb = COMMAND_UNACKNOWLEDGE;
	levels_give(&levels, DISTRICT, &there);
	assert_true(levels_carry_up(&levels, DISTRICT));
	levels_give(&levels, PROVINCE, &here);
	levels.at[DISTRICT].first = levels.at[DISTRICT].n;
	assert_true(levels_carry_up(&levels, DISTRICT));
	levels_restart(&levels, PROVINCE);
	levels_give(&levels, PROVINCE, &here); /* it is said already */
	assert_true(levels_carry_up(&levels, DISTRICT));
	stage_expect(province, "raised m u1 high > duty", "acknowledged m u1 high (lan: because)",
		     "acknowledged m u1 high (an@u1: because)",
		     "unacknowledged m u1 high (an@u1: because)");
	levels_close(&levels);
}

static void what_somebody_there_took_back_is_taken_back_here(void **state)
{
	struct levels levels = levels_open();
	struct command here = levels_order(COMMAND_UNACKNOWLEDGE, "lan", NULL, "u1", "high");
	struct command there = levels_order(COMMAND_ACKNOWLEDGE, "an", "high", "u1", "");

	(void)state;
	levels_judge(&levels, DISTRICT, "high", 1, "", JUDGE_WARNING);
	levels_give(&levels, DISTRICT, &there);
	levels_carry_all(&levels);
	there.verb = COMMAND_UNACKNOWLEDGE;
	levels_give(&levels, DISTRICT, &there);
	levels_give(&levels, PROVINCE, &here);
	here.verb = COMMAND_ACKNOWLEDGE;
	levels_give(&levels, PROVINCE, &here);
	levels.at[DISTRICT].first = levels.at[DISTRICT].n; /* no order ever comes there */
	levels_carry_all(&levels);
	stage_expect(province, "raised m u1 high > duty", "acknowledged m u1 high (an@u1: because)",
		     "unacknowledged m u1 high (lan: because)",
		     "acknowledged m u1 high (lan: because)",
		     "unacknowledged m u1 high (an@u1: because)");
	levels_close(&levels);
}

/* Else it might end here, and not there. */
static void for_how_long_it_is_acknowledged_says_the_site(void **state)
{
	struct levels levels = levels_open();
	struct command command = levels_order(COMMAND_ACKNOWLEDGE, "lan", NULL, "u1", "high");

	(void)state;
	levels_judge(&levels, DISTRICT, "high", 1, "", JUDGE_WARNING);
	levels_carry_all(&levels);
	levels_give(&levels, PROVINCE, &command);
	levels_carry_all(&levels);
	command.until_ms = 2000;
	assert_int_equal(levels_give(&levels, PROVINCE, &command), OUTCOME_DONE);
	stage_expect(province, "raised m u1 high > duty", "acknowledged m u1 high (lan: because)");
	levels_carry_all(&levels);
	stage_expect(province, "acknowledged m u1 high (lan@tinh: because)");
	levels_tick(&levels, 1000);
	levels_carry_all(&levels);
	stage_expect(province, "unacknowledged m u1 high (lan@tinh: expired)");
	levels_close(&levels);
}

static void an_order_that_has_expired_is_none_on_its_way(void **state)
{
	struct levels levels = levels_open();
	struct command here = levels_order(COMMAND_ACKNOWLEDGE, "lan", NULL, "u1", "high");
	struct command there = levels_order(COMMAND_COMMENT, "an", "high", "u1", "");

	(void)state;
	levels_judge(&levels, DISTRICT, "high", 1, "", JUDGE_WARNING);
	levels_carry_all(&levels);
	here.until_ms = 1500;
	levels_give(&levels, PROVINCE, &here);
	levels_tick(&levels, 1000);
	stage_expect(province, "raised m u1 high > duty", "acknowledged m u1 high (lan: because)",
		     "unacknowledged m u1 high (lan: expired)");
	here = levels_order(COMMAND_ACKNOWLEDGE, "an", "high", "u1", "");
	levels_give(&levels, DISTRICT, &here);
	levels.at[DISTRICT].up.first = levels.at[DISTRICT].up.n; /* that was given up */
	levels_give(&levels, DISTRICT, &there);
	levels_carry_up(&levels, DISTRICT);
	stage_expect(province, "acknowledged m u1 high (an@u1: because)",
		     "commented m u1 high (an@u1: because)");
	levels_close(&levels);
}

static void what_was_reset_here_does_not_come_back_by_an_older_word(void **state)
{
	struct levels levels = levels_open();
	struct command reset = levels_order(COMMAND_RESET, "lan", NULL, "u1", "held");
	struct command comment = levels_order(COMMAND_COMMENT, "an", "held", "u1", "");

	(void)state;
	levels_judge(&levels, DISTRICT, "held", 1, "", JUDGE_WARNING);
	levels_judge(&levels, DISTRICT, "held", 1, "", JUDGE_CLEAR);
	levels_carry_all(&levels);
	assert_int_equal(levels_give(&levels, PROVINCE, &reset), OUTCOME_DONE);
	levels_give(&levels, DISTRICT, &comment);
	levels_carry_up(&levels, DISTRICT);
	levels_carry_all(&levels);
	stage_expect(province, "raised m u1 held > duty", "normal m u1 held > duty",
		     "cleared m u1 held > duty (lan: because)");
	stage_expect(district, "raised held u1 > duty", "normal held u1 > duty",
		     "commented held u1 (an: because)",
		     "cleared held u1 > duty (lan@tinh: because)");
	levels_close(&levels);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_alert_below_stands_here_in_the_words_of_its_origin),
		cmocka_unit_test(its_condition_is_judged_by_the_origin_alone),
		cmocka_unit_test(nothing_is_said_twice_of_what_stays_as_it_is),
		cmocka_unit_test(what_comes_again_from_another_sender_is_his),
		cmocka_unit_test(the_rule_here_bounds_how_bad_it_is),
		cmocka_unit_test(while_its_site_is_lost_an_alert_is_uncertain),
		cmocka_unit_test(what_is_not_told_there_is_not_told_here),
		cmocka_unit_test(what_is_told_there_again_is_told_here_at_once),
		cmocka_unit_test(who_handles_it_there_is_named_with_his_unit),
		cmocka_unit_test(an_order_here_is_carried_out_at_both_ends_and_said_once),
		cmocka_unit_test(the_first_acknowledgement_at_the_origin_wins),
		cmocka_unit_test(the_last_owner_at_the_origin_stays),
		cmocka_unit_test(a_word_of_something_else_does_not_undo_an_order_on_its_way),
		cmocka_unit_test(an_order_that_was_lost_is_corrected_by_the_next_word_of_it),
		cmocka_unit_test(what_somebody_there_took_back_is_taken_back_here),
		cmocka_unit_test(for_how_long_it_is_acknowledged_says_the_site),
		cmocka_unit_test(an_order_that_has_expired_is_none_on_its_way),
		cmocka_unit_test(what_was_reset_here_does_not_come_back_by_an_older_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
