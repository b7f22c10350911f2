/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "iocd/command.h"

#define HEAD  "\"key\":\"k-1\",\"by\":\"Nguyễn Văn A\","
#define ALERT "\"rule\":\"late\",\"unit\":\"ward\""

static void must_read(const char *json, struct command *ret)
{
	char why[256];

	if (command_read(json, strlen(json), ret, why))
		fail_msg("%s: %s", json, why);
	assert_string_equal(why, "");
}

/* The complaint has to hold the words. */
static void must_refuse(const char *json, const char *words)
{
	struct command command;
	char why[256];

	if (!command_read(json, strlen(json), &command, why))
		fail_msg("was taken: %s", json);
	if (!strstr(why, words))
		fail_msg("%s: said '%s', not '%s'", json, why, words);
}

static void names_are_found_again(void **state)
{
	(void)state;
	for (unsigned i = 0; i < N_COMMAND_VERBS; i++) {
		const char *name = command_verb_name((enum command_verb)i);

		assert_int_equal(command_find_verb(name, strlen(name)), i);
		assert_int_equal(command_find_verb(name, strlen(name) - 1), N_COMMAND_VERBS);
	}
	assert_string_equal(command_outcome_name(OUTCOME_NO_SUCH_UNIT), "no_such_unit");
}

/* What is written reads as it was, for the verb with the most of each. */
static void what_is_written_reads_as_it_was(void **state)
{
	/* clang-format off */
	static const char *const texts[] = {
		"{\"verb\":\"acknowledge\"," HEAD "\"note\":\"xe \\\"đã\\\" đi\"," ALERT ",\"until\":1795309200125}",
		"{\"verb\":\"assign\"," HEAD "\"owner\":\"\"," ALERT ",\"subject\":\"\"}",
		"{\"verb\":\"assign\"," HEAD "\"owner\":\"B\"," ALERT ",\"subject\":\"g/1 \\u0001\"}",
		"{\"verb\":\"shelve\"," HEAD "\"note\":\"x\"," ALERT ",\"subject\":\"a\",\"below\":true,\"until\":5}",
		"{\"verb\":\"unshelve\"," HEAD "\"unit\":\"ward\",\"below\":true}",
		"{\"verb\":\"end-maintenance\"," HEAD "\"unit\":\"a.b_c-0\"}",
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		CLEANUP_TEXT struct text text = { 0 };
		struct command command, again;

		must_read(texts[i], &command);
		command_write(&text, &command);
		must_read(text_get(&text), &again);
		assert_memory_equal(&again, &command, sizeof(command));
		if (i != 2) /* which may be escaped otherwise */
			assert_string_equal(text_get(&text), texts[i]);
	}
}

static void every_member_is_read(void **state)
{
	struct command command;

	(void)state;
	must_read("{\"verb\":\"shelve\"," HEAD "\"note\":\"vì\"," ALERT
		  ",\"subject\":\"g/1\",\"below\":true,\"until\":\"2026-11-22T08:00:00+07:00\"}",
		  &command);
	assert_int_equal(command.verb, COMMAND_SHELVE);
	assert_string_equal(command.key, "k-1");
	assert_string_equal(command.by, "Nguyễn Văn A");
	assert_string_equal(command.note, "vì");
	assert_string_equal(command.rule, "late");
	assert_string_equal(command.unit, "ward");
	assert_string_equal(command.subject, "g/1");
	assert_true(command.has_subject);
	assert_true(command.is_below);
	assert_int_equal(command.until_ms, 1795309200000);
	must_read("{\"verb\":\"assign\"," HEAD "\"owner\":\"B\"," ALERT "}", &command);
	assert_string_equal(command.owner, "B");
	assert_false(command.has_subject);
	assert_int_equal(command.until_ms, 0);
}

static void nobody_is_refused(void **state)
{
	(void)state;
	must_refuse("{\"verb\":\"reset\",\"key\":\"k\"," ALERT "}", "'by' is missing");
	must_refuse("{\"verb\":\"reset\",\"key\":\"k\",\"by\":\"\"," ALERT "}", "'by' is missing");
	must_refuse("{\"verb\":\"reset\",\"key\":\"k\",\"by\":\"a \"," ALERT "}", "blank");
	must_refuse("{\"verb\":\"reset\",\"key\":\"k\",\"by\":7," ALERT "}", "must be a string");
	must_refuse("{\"verb\":\"reset\",\"by\":\"a\"," ALERT "}", "'key' is missing");
	must_refuse("{\"verb\":\"reset\",\"key\":\"a b\",\"by\":\"a\"," ALERT "}", "letters");
}

static void what_a_verb_needs_is_asked_for(void **state)
{
	(void)state;
	must_refuse("{\"verb\":\"acknowledge\"," HEAD "\"unit\":\"ward\"}", "needs a rule");
	must_refuse("{\"verb\":\"reset\"," HEAD "\"rule\":\"late\"}", "needs a unit");
	must_refuse("{\"verb\":\"comment\"," HEAD ALERT "}", "needs a note");
	must_refuse("{\"verb\":\"comment\"," HEAD "\"note\":\"\"," ALERT "}", "needs a note");
	must_refuse("{\"verb\":\"assign\"," HEAD ALERT "}", "needs an owner");
	must_refuse("{\"verb\":\"shelve\"," HEAD ALERT ",\"note\":\"x\"}", "needs 'until'");
	must_refuse("{\"verb\":\"shelve\"," HEAD ALERT ",\"until\":5}", "needs a note");
	must_refuse("{\"verb\":\"disable\"," HEAD ALERT "}", "needs a note");
	must_refuse("{\"verb\":\"maintain\"," HEAD "\"unit\":\"a\",\"note\":\"x\"}", "'until'");
	must_refuse("{\"verb\":\"maintain\"," HEAD "\"until\":5,\"note\":\"x\"}", "a unit");
	must_refuse("{\"verb\":\"unshelve\"," HEAD "\"note\":\"x\"}", "a rule or a unit");
	must_refuse("{\"verb\":\"enable\"," HEAD "\"unit\":\"a\",\"subject\":\"x\"}", "its rule");
	must_refuse("{\"verb\":\"enable\"," HEAD "\"rule\":\"a\",\"below\":true}", "below needs");
}

static void what_a_verb_does_not_take_is_refused(void **state)
{
	(void)state;
	must_refuse("{\"verb\":\"reset\"," HEAD ALERT ",\"until\":5}", "takes no 'until'");
	must_refuse("{\"verb\":\"reset\"," HEAD ALERT ",\"below\":true}", "takes no 'below'");
	must_refuse("{\"verb\":\"shelve\"," HEAD ALERT ",\"owner\":\"x\"}", "takes no 'owner'");
	must_refuse("{\"verb\":\"disable\"," HEAD ALERT ",\"until\":5}", "takes no 'until'");
	must_refuse("{\"verb\":\"maintain\"," HEAD ALERT "}", "takes no 'rule'");
	must_refuse("{\"verb\":\"reset\"," HEAD ALERT ",\"more\":1}", "no member 'more'");
	must_refuse("{\"verb\":\"reset\"," HEAD ALERT ",\"by\":\"b\"}", "JSON");
	must_refuse("{\"verb\":\"res\"," HEAD ALERT "}", "no verb 'res'");
	must_refuse("{" HEAD ALERT "}", "'verb' is missing");
}

static void only_json_objects_are_commands(void **state)
{
	CLEANUP_TEXT struct text text = { 0 };

	(void)state;
	must_refuse("", "JSON");
	must_refuse("[]", "object");
	must_refuse("{\"verb\":\"reset\"," HEAD ALERT "} x", "JSON");
	must_refuse("{\"verb\":\"reset\"," HEAD ALERT ",\"note\":\"\xff\"}", "JSON");
	must_refuse("{\"verb\":\"reset\"," HEAD ALERT ",\"subject\":\"\\u0000\"}", "JSON");
	text_add(&text, "{\"verb\":\"reset\",");
	while (text.size < 20000)
		text_add(&text, "        ");
	must_refuse(text_get(&text), "too long");
}

static void lengths_are_bounded_in_bytes(void **state)
{
	char letters[300], json[900];
	struct command command;

	(void)state;
	memset(letters, 'x', sizeof(letters));
#define WITH(member, n)                                                                            \
	(snprintf(json, sizeof(json), "{\"verb\":\"reset\",\"" member "\":\"%.*s\",%s}", (int)(n), \
		  letters, rest),                                                                  \
	 json)
	const char *rest = "\"key\":\"k\",\"by\":\"a\"," ALERT;

	must_read(WITH("note", COMMAND_NOTE_MAX - 1), &command);
	assert_int_equal(strlen(command.note), COMMAND_NOTE_MAX - 1);
	must_refuse(WITH("note", COMMAND_NOTE_MAX), "'note' is too long");
	must_read(WITH("subject", COMMAND_SUBJECT_MAX - 1), &command);
	must_refuse(WITH("subject", COMMAND_SUBJECT_MAX), "'subject' is too long");
	rest = "\"key\":\"k\"," ALERT;
	must_read(WITH("by", COMMAND_NAME_MAX - 1), &command);
	must_refuse(WITH("by", COMMAND_NAME_MAX), "'by' is too long");
	rest = "\"by\":\"a\"," ALERT;
	must_read(WITH("key", COMMAND_KEY_MAX - 1), &command);
	must_refuse(WITH("key", COMMAND_KEY_MAX), "'key' is too long");
	rest = "\"key\":\"k\",\"by\":\"a\",\"unit\":\"u\"";
	must_read(WITH("rule", COMMAND_RULE_MAX - 1), &command);
	must_refuse(WITH("rule", COMMAND_RULE_MAX), "'rule' is too long");
#undef WITH
}

static void what_cannot_be_seen_is_no_name(void **state)
{
	/* An escape, delete, C1, a line's end, a turn of direction, a blank of no width. */
	static const char *const bad[] = {
		"a\\u001bb", "a\\u007fb", "a\\u0085b", "a\\nb",
		"a\\u202eb", "a\\u200bb", "a\\u2066b", "a\\ufeffb",
	};
	struct command command;
	char json[300];

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		snprintf(json, sizeof(json),
			 "{\"verb\":\"reset\",\"key\":\"k\",\"by\":\"%s\"," ALERT "}", bad[i]);
		must_refuse(json, "cannot be printed");
	}
	must_refuse("{\"verb\":\"comment\"," HEAD "\"note\":\"a\\tb\"," ALERT "}", "printed");
	must_refuse("{\"verb\":\"assign\"," HEAD "\"owner\":\"a\\u0000\"," ALERT "}", "JSON");
	must_read("{\"verb\":\"comment\"," HEAD "\"note\":\"ế – “…” 😀\"," ALERT "}", &command);
}

static void ids_are_of_their_alphabet(void **state)
{
	(void)state;
	must_refuse("{\"verb\":\"reset\"," HEAD "\"rule\":\"Late\",\"unit\":\"a\"}", "'rule'");
	must_refuse("{\"verb\":\"reset\"," HEAD "\"rule\":\"a.b\",\"unit\":\"a\"}", "'rule'");
	must_refuse("{\"verb\":\"reset\"," HEAD "\"rule\":\"a\",\"unit\":\"a/b\"}", "'unit'");
	must_refuse("{\"verb\":\"reset\"," HEAD "\"rule\":\"a\",\"unit\":\"-a\"}", "'unit'");
}

static void an_end_is_a_time(void **state)
{
#define UNTIL(what) "{\"verb\":\"acknowledge\"," HEAD ALERT ",\"until\":" what "}"
	(void)state;
	must_refuse(UNTIL("\"tomorrow\""), "RFC 3339");
	must_refuse(UNTIL("\"2026-11-22T08:00:00\""), "RFC 3339");
	must_refuse(UNTIL("1.5"), "RFC 3339");
	must_refuse(UNTIL("null"), "RFC 3339");
	must_refuse(UNTIL("0"), "1970");
	must_refuse(UNTIL("-5"), "1970");
	must_refuse(UNTIL("253402300800000"), "10000");
#undef UNTIL
}

static void a_key_may_come_beside_the_command(void **state)
{
	static const char bare[] = "{\"verb\":\"reset\",\"by\":\"a\"," ALERT "}";
	static const char keyed[] = "{\"verb\":\"reset\",\"key\":\"k\",\"by\":\"a\"," ALERT "}";
	struct command command;
	char why[256], long_key[100];

	(void)state;
	assert_int_equal(command_read_given(bare, strlen(bare), "x:1", &command, why), 0);
	assert_string_equal(command.key, "x:1");
	assert_int_equal(command_read_given(keyed, strlen(keyed), "k", &command, why), 0);
	assert_int_equal(command_read_given(keyed, strlen(keyed), "other", &command, why), 1);
	assert_non_null(strstr(why, "different"));
	assert_int_equal(command_read_given(bare, strlen(bare), "", &command, why), 1);
	memset(long_key, 'x', sizeof(long_key));
	long_key[sizeof(long_key) - 1] = '\0';
	assert_int_equal(command_read_given(bare, strlen(bare), long_key, &command, why), 1);
	assert_non_null(strstr(why, "too long"));
}

static void who_asks_may_be_said_alone(void **state)
{
	char by[COMMAND_NAME_MAX], why[256];

	(void)state;
	assert_int_equal(command_read_by("", 0, by, why), 0);
	assert_string_equal(by, "");
	assert_int_equal(command_read_by("{}", 2, by, why), 0);
	assert_int_equal(command_read_by("{\"by\":\"An\"}", 11, by, why), 0);
	assert_string_equal(by, "An");
	assert_int_equal(command_read_by("{\"by\":\"An\",\"x\":1}", 17, by, why), 1);
	assert_int_equal(command_read_by("{\"x\":1}", 7, by, why), 1);
	assert_int_equal(command_read_by("{\"by\":\"\\n\"}", 11, by, why), 1);
	assert_int_equal(command_read_by("x", 1, by, why), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_found_again),
		cmocka_unit_test(what_is_written_reads_as_it_was),
		cmocka_unit_test(every_member_is_read),
		cmocka_unit_test(nobody_is_refused),
		cmocka_unit_test(what_a_verb_needs_is_asked_for),
		cmocka_unit_test(what_a_verb_does_not_take_is_refused),
		cmocka_unit_test(only_json_objects_are_commands),
		cmocka_unit_test(lengths_are_bounded_in_bytes),
		cmocka_unit_test(what_cannot_be_seen_is_no_name),
		cmocka_unit_test(ids_are_of_their_alphabet),
		cmocka_unit_test(an_end_is_a_time),
		cmocka_unit_test(a_key_may_come_beside_the_command),
		cmocka_unit_test(who_asks_may_be_said_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
