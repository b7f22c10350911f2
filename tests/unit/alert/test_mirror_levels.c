/* SPDX-License-Identifier: Apache-2.0 */
/* Orders to a site, lists of what stands there, and more than two levels. */
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

static const struct mirror_site site = { .unit = 1, .sender = "iocd" };

/* ---- orders ---- */

static bool translate(struct levels *levels, const struct command *command, struct command *ret)
{
	struct mirror_site found;

	if (!alertbook_order_below(levels->at[PROVINCE].stage.book, command, "tinh", &found, ret))
		return false;
	assert_int_equal(found.unit, 1);
	assert_string_equal(found.sender, "iocd");
	return true;
}

static void an_order_is_translated_for_the_site(void **state)
{
	struct levels levels = levels_open();
	struct command command =
		levels_order(COMMAND_ACKNOWLEDGE, "lan", NULL, "old1", "high/cổng 1");
	struct command ret;

	(void)state;
	command.until_ms = 5000;
	levels_judge(&levels, DISTRICT, "high", 1, "cổng 1", JUDGE_CRITICAL);
	levels_carry_all(&levels);
	assert_true(translate(&levels, &command, &ret));
	assert_int_equal(ret.verb, COMMAND_ACKNOWLEDGE);
	assert_string_equal(ret.rule, "high");
	assert_string_equal(ret.unit, "u1");
	assert_string_equal(ret.subject, "cổng 1");
	assert_true(ret.has_subject);
	assert_string_equal(ret.by, "lan@tinh");
	assert_string_equal(ret.note, "because");
	assert_string_equal(ret.key, "key");
	assert_int_equal(ret.until_ms, 5000);

	strcpy(command.by, "lan@vung"); /* comes from further above */
	assert_true(translate(&levels, &command, &ret));
	assert_string_equal(ret.by, "lan@vung");
	strcpy(command.by, "an@u1"); /* knows it already */
	assert_false(translate(&levels, &command, &ret));
	levels_close(&levels);
}

static void who_is_to_own_it_is_named_as_the_site_knows_him(void **state)
{
	static const struct {
		const char *here, *there;
	} owners[] = {
		{ "lan", "lan@tinh" }, { "an@u1", "an" }, { "chi@u3", "chi@u3" }, { "", "" }
	};
	struct levels levels = levels_open();
	struct command ret;

	(void)state;
	levels_judge(&levels, DISTRICT, "high", 1, "", JUDGE_CRITICAL);
	levels_carry_all(&levels);
	for (size_t i = 0; i < COUNT(owners); i++) {
		struct command command = levels_order(COMMAND_ASSIGN, "lan", NULL, "u1", "high");

		strcpy(command.owner, owners[i].here);
		assert_true(translate(&levels, &command, &ret));
		assert_string_equal(ret.owner, owners[i].there);
	}
	levels_close(&levels);
}

static void a_long_name_leaves_room_for_who_we_are(void **state)
{
	struct levels levels = levels_open();
	struct command command =
		levels_order(COMMAND_ACKNOWLEDGE, "Nguyễn Thị Một Cái Tên Dài Hơn Mọi Cái Tên Khác",
			     NULL, "u1", "high");
	struct command ret;

	(void)state;
	levels_judge(&levels, DISTRICT, "high", 1, "", JUDGE_CRITICAL);
	levels_carry_all(&levels);
	assert_true(translate(&levels, &command, &ret));
	assert_true(strlen(ret.by) < COMMAND_NAME_MAX);
	assert_string_equal(ret.by + strlen(ret.by) - 5, "@tinh");
	assert_int_equal(strncmp(ret.by, command.by, strlen(ret.by) - 5), 0);
	assert_int_not_equal(command.by[strlen(ret.by) - 5] & 0xc0, 0x80);
	levels_close(&levels);
}

static void what_is_no_order_to_a_site_stays_here(void **state)
{
	struct levels levels = levels_open();
	struct command command, ret;

	(void)state;
	levels_judge(&levels, DISTRICT, "held", 1, "", JUDGE_CRITICAL);
	levels_judge(&levels, PROVINCE, "high", 1, "", JUDGE_CRITICAL);
	levels_carry_all(&levels);
	for (enum command_verb verb = COMMAND_SHELVE; verb < N_COMMAND_VERBS; verb++) {
		command = levels_order(verb, "lan", NULL, "u1", "held");
		assert_false(translate(&levels, &command, &ret));
	}
	command = levels_order(COMMAND_ACKNOWLEDGE, "lan", "high", "u1", ""); /* ours */
	assert_false(translate(&levels, &command, &ret));
	command = levels_order(COMMAND_ACKNOWLEDGE, "lan", NULL, "u3", "held"); /* stands not */
	assert_false(translate(&levels, &command, &ret));
	command = levels_order(COMMAND_ACKNOWLEDGE, "lan", NULL, "nowhere", "held");
	assert_false(translate(&levels, &command, &ret));
	command = levels_order(COMMAND_ACKNOWLEDGE, "lan", "none", "u1", "held");
	assert_false(translate(&levels, &command, &ret));

	command = levels_order(COMMAND_RESET, "lan", NULL, "u1", "held");
	assert_false(translate(&levels, &command, &ret)); /* it is not latched */
	levels_judge(&levels, DISTRICT, "held", 1, "", JUDGE_CLEAR);
	levels_carry_all(&levels);
	assert_true(translate(&levels, &command, &ret));
	levels_close(&levels);
}

/* Else it would be handled here, and nobody there would hear of it. */
static void a_mirrored_alert_is_handled_only_by_its_subject(void **state)
{
	struct levels levels = levels_open();
	struct command command = levels_order(COMMAND_ACKNOWLEDGE, "lan", NULL, "u1", "");
	struct command ret;

	(void)state;
	levels_judge(&levels, DISTRICT, "high", 1, "", JUDGE_CRITICAL);
	levels_carry_all(&levels);
	command.has_subject = false;
	assert_false(translate(&levels, &command, &ret));
	assert_int_equal(levels_give(&levels, PROVINCE, &command), OUTCOME_NO_SUCH_ALERT);
	levels_close(&levels);
}

static void a_subject_too_long_is_cut_here_but_not_in_orders(void **state)
{
	struct levels levels = levels_open();
	char a[ALERT_SUBJECT_MAX], b[ALERT_SUBJECT_MAX];
	struct command command, ret;
	const struct transition *last;

	(void)state;
	memset(a, 'x', sizeof(a));
	memcpy(a + 3, "ổ", 3);
	a[sizeof(a) - 1] = '\0';
	memcpy(b, a, sizeof(b));
	b[sizeof(b) - 2] = 'y';
	levels_judge(&levels, DISTRICT, "high", 1, a, JUDGE_CRITICAL);
	levels_judge(&levels, DISTRICT, "high", 1, b, JUDGE_CRITICAL);
	levels_carry_all(&levels);
	assert_int_equal(alertbook_count(province->book, SEVERITY_NONE), 2);
	last = alertbook_transition(province->book, 2);
	command = levels_order(COMMAND_ACKNOWLEDGE, "lan", NULL, "u1", last->alert.subject);
	assert_true(translate(&levels, &command, &ret));
	assert_string_equal(ret.subject, b);
	assert_int_equal(levels_give(&levels, PROVINCE, &command), OUTCOME_DONE);
	levels_carry_all(&levels);
	assert_string_equal(stage_find(district, "high", 1, b)->acknowledged_by, "lan@tinh");
	assert_string_equal(stage_find(district, "high", 1, a)->acknowledged_by, "");
	levels_close(&levels);
}

/* ---- lists ---- */

static void a_list_ends_what_it_does_not_name(void **state)
{
	struct levels levels = levels_open();

	(void)state;
	levels_judge(&levels, DISTRICT, "high", 1, "", JUDGE_CRITICAL);
	levels_judge(&levels, DISTRICT, "high", 3, "cổng", JUDGE_WARNING);
	levels_judge(&levels, DISTRICT, "low", 3, "", JUDGE_WARNING);
	levels_judge(&levels, DISTRICT, "held", 3, "", JUDGE_CRITICAL);
	levels_tick(&levels, 100);
	levels_judge(&levels, DISTRICT, "held", 3, "", JUDGE_CLEAR);
	levels_carry_all(&levels);
	stage_expect(province, "raised m u1 high > duty", "raised m u3 high/cổng > duty",
		     "raised m u3 held > duty", "raised m u3 low > duty",
		     "normal m u3 held > duty");

	/* Two end, and nobody hears of it. */
	levels_judge(&levels, DISTRICT, "high", 3, "cổng", JUDGE_CLEAR);
	levels_judge(&levels, DISTRICT, "low", 3, "", JUDGE_CLEAR);
	levels_tick(&levels, 100);
	levels.at[DISTRICT].up.first = levels.at[DISTRICT].up.n;
	levels_list(&levels, DISTRICT);
	assert_true(levels_carry_up(&levels, DISTRICT));
	stage_expect(province, "cleared m u3 high/cổng > duty (: it is over at its site)",
		     "cleared m u3 low > duty (: it is over at its site)");
	levels_carry_all(&levels);
	stage_expect_nothing(province);
	levels_close(&levels);
}

static void what_stands_behind_a_list_becomes_known(void **state)
{
	struct levels levels = levels_open();
	struct command command = levels_order(COMMAND_ACKNOWLEDGE, "an", "high", "u1", "");

	(void)state;
	levels_judge(&levels, DISTRICT, "high", 1, "", JUDGE_CRITICAL);
	levels_give(&levels, DISTRICT, &command);
	levels_judge(&levels, DISTRICT, "held", 3, "", JUDGE_WARNING);
	levels_judge(&levels, DISTRICT, "held", 3, "", JUDGE_CLEAR);
	levels_judge(&levels, DISTRICT, "high", 3, "", JUDGE_CRITICAL);
	levels_judge(&levels, DISTRICT, "high", 3, "", JUDGE_CLEAR); /* waits, but is over */
	levels.at[DISTRICT].up.first = levels.at[DISTRICT].up.n;
	levels_list(&levels, DISTRICT);
	levels_carry_all(&levels);
	stage_expect(province, "raised m u1 high > duty", "acknowledged m u1 high (an@u1: because)",
		     "raised m u3 held > duty", "normal m u3 held > duty");
	levels_list(&levels, DISTRICT);
	levels_carry_all(&levels);
	stage_expect_nothing(province);
	levels_close(&levels);
}

/* A district whose journal is new counts from 1. */
static void numbers_begin_anew_behind_a_list(void **state)
{
	struct levels levels = levels_open(), after = levels_open();
	char *json;

	(void)state;
	for (int i = 0; i < 3; i++) {
		levels_judge(&levels, DISTRICT, "high", 1, "", JUDGE_WARNING);
		levels_judge(&levels, DISTRICT, "high", 1, "", JUDGE_CRITICAL);
	}
	levels_carry_all(&levels);
	stage_expect(province, "raised m u1 high > duty", "changed m u1 high > duty",
		     "changed m u1 high > duty", "changed m u1 high > duty",
		     "changed m u1 high > duty", "changed m u1 high > duty");
	levels_judge(&after, DISTRICT, "high", 1, "", JUDGE_WARNING);
	json = levels_json(&after, DISTRICT);
	assert_int_equal(alertbook_mirror(province->book, province->units, &site, json,
					  strlen(json), 1000, 1),
			 MIRROR_OLDER);
	assert_int_equal(alertbook_mirror(province->book, province->units, &site,
					  "{\"standing\":[\"old1/high\"]}", 26, 1000, 1),
			 0);
	assert_int_equal(alertbook_mirror(province->book, province->units, &site, json,
					  strlen(json), 1000, 1),
			 0);
	stage_expect(province, "changed m u1 high > duty");
	free(json);
	levels_close(&after);
	levels_close(&levels);
}

static void a_list_of_one_site_is_nothing_to_another(void **state)
{
	const struct mirror_site other = { .unit = 1, .sender = "desk" };
	struct levels levels = levels_open();

	(void)state;
	levels_judge(&levels, DISTRICT, "high", 1, "", JUDGE_CRITICAL);
	levels_judge(&levels, PROVINCE, "high", 1, "", JUDGE_CRITICAL);
	levels_carry_all(&levels);
	assert_int_equal(alertbook_mirror(province->book, province->units, &other,
					  "{\"standing\":[]}", 15, 1000, 1),
			 0);
	assert_int_equal(alertbook_count(province->book, SEVERITY_NONE), 2);
	assert_int_equal(alertbook_mirror(province->book, province->units, &site,
					  "{\"standing\":[]}", 15, 1000, 1),
			 0);
	assert_int_equal(alertbook_count(province->book, SEVERITY_NONE), 1);
	levels_close(&levels);
}

static void a_list_that_is_not_whole_ends_nothing(void **state)
{
	struct levels levels = levels_open();
	CLEANUP_TEXT struct text json = { 0 };
	char subject[ALERT_SUBJECT_MAX];

	(void)state;
	memset(subject, '+', sizeof(subject));
	for (int i = 0; i < 350; i++) {
		(void)snprintf(subject + 100, sizeof(subject) - 100, "%d", i);
		levels_judge(&levels, DISTRICT, "high", 1, subject, JUDGE_WARNING);
	}
	levels_carry_all(&levels);
	alertbook_write_standing(district->book, district->units, SEVERITY_WARNING, &json);
	assert_in_range(json.size, STANDING_BYTES_MAX - 2000, STANDING_BYTES_MAX);
	assert_non_null(strstr(json.bytes, "],\"partial\":true}"));
	assert_int_equal(alertbook_mirror(province->book, province->units, &site, json.bytes,
					  json.size, 1000, 1),
			 0);
	assert_int_equal(alertbook_count(province->book, SEVERITY_NONE), 350);

	text_clear(&json);
	alertbook_write_standing(district->book, district->units, SEVERITY_CRITICAL, &json);
	assert_string_equal(json.bytes, "{\"standing\":[]}");
	levels_close(&levels);
}

static void what_goes_up_is_bad_enough_or_was(void **state)
{
	static const struct rule dog = { .kind = RULE_OWN, .own = OWN_WATCHDOG };
	static const struct rule disk = { .kind = RULE_OWN, .own = OWN_DISK };
	struct transition transition = { .news = NEWS_RAISED,
					 .alert = { .rule = &disk,
						    .machine = { .severity = SEVERITY_WARNING } } };

	(void)state;
	assert_true(alertbook_goes_up(&transition, SEVERITY_WARNING));
	assert_false(alertbook_goes_up(&transition, SEVERITY_CRITICAL));
	assert_false(alertbook_goes_up(&transition, SEVERITY_NONE));
	transition.news = NEWS_CHANGED; /* it was critical */
	assert_true(alertbook_goes_up(&transition, SEVERITY_CRITICAL));
	assert_false(alertbook_goes_up(&transition, SEVERITY_NONE));
	transition.news = NEWS_ACKNOWLEDGED;
	assert_false(alertbook_goes_up(&transition, SEVERITY_CRITICAL));
	transition.alert.machine.severity = SEVERITY_CRITICAL;
	assert_true(alertbook_goes_up(&transition, SEVERITY_CRITICAL));
	transition.alert.rule = &dog;
	assert_false(alertbook_goes_up(&transition, SEVERITY_WARNING));
	transition.news = NEWS_CLEARED;
	assert_false(alertbook_goes_up(&transition, SEVERITY_WARNING));
}

/* ---- three levels ---- */

static void through_three_levels_the_origin_stays_the_first(void **state)
{
	struct levels levels = levels_open();
	CLEANUP_TEXT struct text text = { 0 };
	const struct alert_context context = { .units = province->units, .book = province->book };
	json_t *json, *origin;

	(void)state;
	levels_judge(&levels, COMMUNE, "high", 3, "cổng 1", JUDGE_CRITICAL);
	levels_carry_all(&levels);
	stage_expect(district, "raised m u3 high/cổng 1 > duty");
	stage_expect(province, "raised m u3 high/cổng 1 > duty");

	alert_json(&text, &context, stage_find(province, "m", 3, "high/cổng 1"));
	json = json_loads(text_get(&text), 0, NULL);
	origin = json_object_get(json, "origin");
	assert_string_equal(json_string_value(json_object_get(origin, "unit")), "u3");
	assert_string_equal(json_string_value(json_object_get(origin, "rule")), "high");
	assert_string_equal(json_string_value(json_object_get(origin, "subject")), "cổng 1");
	assert_string_equal(
		json_string_value(json_object_get(json_object_get(origin, "title"), "en")), "High");
	assert_string_equal(
		json_string_value(json_object_get(json_object_get(origin, "site"), "unit")), "u1");
	json_decref(json);
	levels_close(&levels);
}

static void orders_and_answers_pass_through_all_levels(void **state)
{
	struct levels levels = levels_open();
	struct command command = levels_order(COMMAND_ACKNOWLEDGE, "lan", NULL, "u3", "high");

	(void)state;
	levels_judge(&levels, COMMUNE, "high", 3, "", JUDGE_CRITICAL);
	levels_carry_all(&levels);
	assert_int_equal(levels_give(&levels, PROVINCE, &command), OUTCOME_DONE);
	levels_carry_all(&levels);
	stage_expect(commune, "raised high u3 > duty", "acknowledged high u3 (lan@tinh: because)");
	stage_expect(district, "raised m u3 high > duty",
		     "acknowledged m u3 high (lan@tinh: because)");
	stage_expect(province, "raised m u3 high > duty", "acknowledged m u3 high (lan: because)");

	command = levels_order(COMMAND_ASSIGN, "chi", "high", "u3", "");
	strcpy(command.owner, "chi");
	levels_give(&levels, COMMUNE, &command);
	command = levels_order(COMMAND_COMMENT, "binh", NULL, "u3", "high");
	levels_give(&levels, DISTRICT, &command);
	levels_carry_all(&levels);
	stage_expect(commune, "assigned high u3 (chi: because)",
		     "commented high u3 (binh@huyen: because)");
	stage_expect(district, "commented m u3 high (binh: because)",
		     "assigned m u3 high (chi@u3: because)");
	stage_expect(province, "commented m u3 high (binh@u1: because)",
		     "assigned m u3 high (chi@u3: because)");
	levels_close(&levels);
}

static void what_the_middle_loses_is_uncertain_at_the_top(void **state)
{
	struct levels levels = levels_open();

	(void)state;
	levels_judge(&levels, COMMUNE, "high", 3, "", JUDGE_CRITICAL);
	levels_carry_all(&levels);
	stage_expect(province, "raised m u3 high > duty");
	levels_lose(&levels, COMMUNE, true);
	levels_carry_all(&levels);
	stage_expect(province, "uncertain m u3 high (: its site is lost)");
	levels_lose(&levels, DISTRICT, true);
	levels_lose(&levels, DISTRICT, false);
	stage_expect_nothing(province);
	levels_lose(&levels, COMMUNE, false);
	levels_carry_all(&levels);
	stage_expect(province, "certain m u3 high (: its site is heard again)");

	/* A list of the middle names it as it is known there. */
	levels_list(&levels, DISTRICT);
	levels_carry_all(&levels);
	stage_expect_nothing(province);
	levels_close(&levels);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_order_is_translated_for_the_site),
		cmocka_unit_test(who_is_to_own_it_is_named_as_the_site_knows_him),
		cmocka_unit_test(a_long_name_leaves_room_for_who_we_are),
		cmocka_unit_test(what_is_no_order_to_a_site_stays_here),
		cmocka_unit_test(a_mirrored_alert_is_handled_only_by_its_subject),
		cmocka_unit_test(a_subject_too_long_is_cut_here_but_not_in_orders),
		cmocka_unit_test(a_list_ends_what_it_does_not_name),
		cmocka_unit_test(what_stands_behind_a_list_becomes_known),
		cmocka_unit_test(numbers_begin_anew_behind_a_list),
		cmocka_unit_test(a_list_of_one_site_is_nothing_to_another),
		cmocka_unit_test(a_list_that_is_not_whole_ends_nothing),
		cmocka_unit_test(what_goes_up_is_bad_enough_or_was),
		cmocka_unit_test(through_three_levels_the_origin_stays_the_first),
		cmocka_unit_test(orders_and_answers_pass_through_all_levels),
		cmocka_unit_test(what_the_middle_loses_is_uncertain_at_the_top),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
