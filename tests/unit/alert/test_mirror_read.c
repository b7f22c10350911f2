/* SPDX-License-Identifier: Apache-2.0 */
/* A site may say what it likes. */
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

static const struct mirror_site site = { .unit = 1, .sender = "iocd" };

static int say(struct levels *levels, const char *json, size_t size)
{
	struct stage *stage = &levels->at[PROVINCE].stage;

	return alertbook_mirror(stage->book, stage->units, &site, json, size, levels->now_ms, 1);
}

/* Gives the transition of an alert that is acknowledged, owned and shelved. */
static char *make_word(struct levels *levels)
{
	struct command command = levels_order(COMMAND_ACKNOWLEDGE, "an", "high", "u3", "cổng");

	levels_judge(levels, DISTRICT, "high", 3, "cổng", JUDGE_CRITICAL);
	(void)levels_give(levels, DISTRICT, &command);
	command.verb = COMMAND_ASSIGN;
	strcpy(command.owner, "an");
	(void)levels_give(levels, DISTRICT, &command);
	command.verb = COMMAND_SHELVE;
	command.until_ms = 5000;
	(void)levels_give(levels, DISTRICT, &command);
	return levels_json(levels, DISTRICT);
}

/* Says word with the member a, or a.b, replaced by value (NULL: missing). */
static int say_with(struct levels *levels, const char *word, const char *a, const char *b,
		    const char *value)
{
	json_t *json = json_loads(word, 0, NULL);
	json_t *object = b ? json_object_get(json, a) : json;
	char *text;
	int r;

	assert_non_null(object);
	if (value)
		assert_int_equal(json_object_set_new(object, b ? b : a,
						     json_loads(value, JSON_DECODE_ANY, NULL)),
				 0);
	else
		assert_int_equal(json_object_del(object, b ? b : a), 0);
	text = json_dumps(json, 0);
	r = say(levels, text, strlen(text));
	free(text);
	json_decref(json);
	return r;
}

static void what_is_no_transition_is_refused(void **state)
{
	static const struct {
		const char *a, *b, *value;
	} bad[] = {
		{ "number", NULL, NULL },
		{ "number", NULL, "0" },
		{ "number", NULL, "-1" },
		{ "number", NULL, "\"1\"" },
		{ "news", NULL, NULL },
		{ "news", NULL, "1" },
		{ "by", NULL, "1" },
		{ "note", NULL, "[]" },
		{ "unit", NULL, "\"u3\"" },
		{ "unit", "id", "3" },
		{ "rule", NULL, NULL },
		{ "rule", "id", "\"\"" },
		{ "rule", "id", "\"High\"" },
		{ "rule", "id", "\"-high\"" },
		{ "rule", "title", "null" },
		{ "subject", NULL, NULL },
		{ "subject", NULL, "null" },
		{ "state", NULL, "\"unheard\"" },
		{ "severity", NULL, "\"none\"" },
		{ "severity", NULL, "\"worse\"" },
		{ "uncertain", NULL, "null" },
		{ "drill", NULL, "0" },
		{ "latched", NULL, NULL },
		{ "closed", NULL, NULL },
		{ "state", NULL, "\"quiet\"" }, /* but it is acknowledged */
		{ "handling", NULL, "\"none\"" },
		{ "handling", NULL, "\"cleared-unacknowledged\"" },
		{ "acknowledged", NULL, "null" }, /* by whom? */
		{ "acknowledged", NULL, "\"an\"" },
		{ "acknowledged", "by", "null" },
		{ "acknowledged", "at", "\"yesterday\"" },
		{ "owner", NULL, "{}" },
		{ "suppressed", NULL, NULL },
		{ "suppressed", NULL, "[1]" },
		{ "suppressed", NULL, "[{}]" },
		{ "reason", NULL, NULL },
		{ "raised", NULL, "5" },
		{ "origin", NULL, "5" },
		{ "origin", NULL, "{}" },
		{ "origin", NULL,
		  "{\"unit\":\"u3\",\"sender\":\"Iocd\",\"rule\":\"r\",\"subject\":\"\"}" },
		{ "origin", NULL,
		  "{\"unit\":\"u3\",\"sender\":\"iocd\",\"rule\":\"r/s\",\"subject\":\"\"}" },
		{ "origin", NULL, "{\"unit\":\"u3\",\"sender\":\"iocd\",\"rule\":\"r\"}" },
		{ "standing", NULL, "{}" },
	};
	struct levels levels = levels_open();
	char *word = make_word(&levels);

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		if (say_with(&levels, word, bad[i].a, bad[i].b, bad[i].value) != MIRROR_BAD)
			fail_msg("case %zu: %s", i, bad[i].a);
	assert_int_equal(say(&levels, "", 0), MIRROR_BAD);
	assert_int_equal(say(&levels, "[]", 2), MIRROR_BAD);
	assert_int_equal(say(&levels, "{}", 2), MIRROR_BAD);
	assert_int_equal(say(&levels, word, strlen(word) - 1), MIRROR_BAD);
	stage_expect_nothing(province);
	assert_int_equal(say(&levels, word, strlen(word)), 0);
	free(word);
	levels_close(&levels);
}

static void a_long_name_is_no_identity(void **state)
{
	struct levels levels = levels_open();
	const struct mirror_site long_site = { .unit = 1,
					       .sender = "a23456789012345678901234567890123" };
	const struct mirror_site no_site = { .unit = STAGE_UNITS, .sender = "iocd" };
	char *word = make_word(&levels);
	char value[200] = "\"";

	(void)state;
	memset(value + 1, 'a', 65);
	strcpy(value + 66, "\"");
	assert_int_equal(say_with(&levels, word, "rule", "id", value), MIRROR_BAD);
	memset(value + 1, 'a', 128);
	strcpy(value + 129, "\"");
	assert_int_equal(say_with(&levels, word, "subject", NULL, value), MIRROR_BAD);
	assert_int_equal(alertbook_mirror(province->book, province->units, &long_site, word,
					  strlen(word), 1000, 1),
			 MIRROR_BAD);
	assert_int_equal(alertbook_mirror(province->book, province->units, &no_site, word,
					  strlen(word), 1000, 1),
			 MIRROR_BAD);
	free(word);
	levels_close(&levels);
}

static void what_a_newer_iocd_says_is_understood_as_far_as_it_goes(void **state)
{
	struct levels levels = levels_open();
	char *word = make_word(&levels);
	const struct alert *alert;

	(void)state;
	assert_int_equal(say_with(&levels, word, "news", NULL, "\"dreamt\""), 0);
	alert = stage_find(province, "m", 3, "high/cổng");
	assert_string_equal(alert->acknowledged_by, "an@u1");
	assert_int_equal(alert->suppressed_until_ms[SUPPRESSION_ORIGIN], 5000);
	assert_int_equal(say_with(&levels, word, "news", NULL, "\"dreamt\""), MIRROR_OLDER);
	free(word);
	levels_close(&levels);
}

static void of_what_suppresses_it_there_the_longest_counts(void **state)
{
	struct levels levels = levels_open();
	char *word = make_word(&levels);
	const struct alert *alert;

	(void)state;
	assert_int_equal(
		say_with(&levels, word, "suppressed", NULL,
			 "[{\"kind\":\"shelved\",\"by\":\"an\",\"until\":\"1970-01-01T00:00:09Z\"},"
			 "{\"kind\":\"moonlight\",\"by\":\"it\",\"until\":null}]"),
		0);
	alert = stage_find(province, "m", 3, "high/cổng");
	assert_int_equal(alert->suppressed_until_ms[SUPPRESSION_ORIGIN], 0);
	assert_string_equal(alert->suppressed_by[SUPPRESSION_ORIGIN], "an");
	assert_int_equal(alert->machine.suppressed, SUPPRESSION_BIT(SUPPRESSION_ORIGIN));
	free(word);
	levels_close(&levels);
}

static void a_site_speaks_for_its_own_units_alone(void **state)
{
	struct levels levels = levels_open();
	char *word = make_word(&levels);

	(void)state;
	assert_int_equal(say_with(&levels, word, "unit", "id", "\"u0\""), MIRROR_ELSEWHERE);
	assert_int_equal(say_with(&levels, word, "unit", "id", "\"u2\""), MIRROR_ELSEWHERE);
	assert_int_equal(say_with(&levels, word, "unit", "id", "\"u9\""), MIRROR_ELSEWHERE);
	stage_expect_nothing(province);
	assert_int_equal(say_with(&levels, word, "unit", "id", "\"old1\""), 0); /* a former id */
	assert_non_null(stage_find(province, "m", 1, "high/cổng"));
	free(word);
	levels_close(&levels);
}

static void names_are_shown_as_what_they_are(void **state)
{
	struct levels levels = levels_open();
	char *word = make_word(&levels);
	const struct alert *alert;

	(void)state;
	assert_int_equal(say_with(&levels, word, "owner", NULL, "\"a\\u0007n\\u202eb\\u0085c\""),
			 0);
	alert = stage_find(province, "m", 3, "high/cổng");
	assert_string_equal(alert->owner, "a n   b  c@u1");
	free(word);
	levels_close(&levels);
}

static void without_a_rule_or_room_nothing_is_mirrored(void **state)
{
	static const bool nowhere[STAGE_UNITS] = { false };
	static const struct rule none[] = {
		{ .id = "high", .kind = RULE_OWN, .own = OWN_DISK, .applies = stage_everywhere },
	};
	static const struct rule elsewhere[] = {
		{ .id = "m", .kind = RULE_OWN, .own = OWN_MIRRORED, .applies = nowhere },
	};
	const struct rules_options without = { .list = none, .n_list = 1 };
	const struct rules_options with = { .list = elsewhere, .n_list = 1 };
	struct stage a = stage_open(&without), b = stage_open(&with);
	struct levels levels = levels_open();
	char *word = make_word(&levels);

	(void)state;
	assert_int_equal(alertbook_mirror(a.book, a.units, &site, word, strlen(word), 1, 1),
			 MIRROR_FULL);
	assert_int_equal(alertbook_mirror(b.book, b.units, &site, word, strlen(word), 1, 1),
			 MIRROR_FULL);
	free(word);
	stage_close(&b);
	stage_close(&a);
	levels_close(&levels);
}

static void a_flood_of_mirrored_alerts_shuts_out_nobody_else(void **state)
{
	struct levels levels = levels_open();
	char subject[16], *minor, *major;

	(void)state;
	levels_judge(&levels, DISTRICT, "high", 1, "", JUDGE_WARNING);
	minor = levels_json(&levels, DISTRICT);
	levels_judge(&levels, DISTRICT, "high", 3, "", JUDGE_CRITICAL);
	major = levels_json(&levels, DISTRICT);
	for (int i = 0; i < ALERTBOOK_MINOR; i++) {
		(void)snprintf(subject, sizeof(subject), "%d", i);
		stage_judge_subject(province, "high", 0, subject, JUDGE_WARNING, 1000);
	}
	assert_int_equal(say(&levels, minor, strlen(minor)), MIRROR_FULL);
	assert_int_equal(say(&levels, major, strlen(major)), 0);
	stage_judge(province, "high", 1, JUDGE_WARNING, 1000);
	assert_non_null(stage_find(province, "high", 1, ""));
	free(minor);
	free(major);
	levels_close(&levels);
}

static void show(void *context, const struct alert *alert)
{
	CLEANUP_TEXT struct text text = { 0 };

	alert_json(&text, context, alert);
	assert_int_equal(text.bytes[text.size - 1], '}');
}

/* Whatever is said, the book can be shown, saved and read back. */
static void a_damaged_word_does_no_harm(void **state)
{
	static const char marks[] = { 1, 2, 4, 8, 16, 32, 64, (char)128 };
	struct levels levels = levels_open();
	struct alert_context context = { .units = province->units };
	char *word = make_word(&levels);
	size_t size = strlen(word), n_taken = 0;

	(void)state;
	for (size_t i = 0; i < size; i++) {
		char mark = marks[i % COUNT(marks)];

		word[i] ^= mark;
		n_taken += say(&levels, word, size) == 0;
		word[i] ^= mark;
		if (i % 64 == 0)
			assert_int_equal(say(&levels, "{\"standing\":[]}", 15), 0);
	}
	assert_in_range(n_taken, 10, size / 2);
	alertbook_each_raised(province->book, show, &context);
	levels_restart(&levels, PROVINCE);
	free(word);
	levels_close(&levels);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_no_transition_is_refused),
		cmocka_unit_test(a_long_name_is_no_identity),
		cmocka_unit_test(what_a_newer_iocd_says_is_understood_as_far_as_it_goes),
		cmocka_unit_test(of_what_suppresses_it_there_the_longest_counts),
		cmocka_unit_test(a_site_speaks_for_its_own_units_alone),
		cmocka_unit_test(names_are_shown_as_what_they_are),
		cmocka_unit_test(without_a_rule_or_room_nothing_is_mirrored),
		cmocka_unit_test(a_flood_of_mirrored_alerts_shuts_out_nobody_else),
		cmocka_unit_test(a_damaged_word_does_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
