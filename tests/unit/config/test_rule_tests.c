/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/rule_test.h"

#include <unistd.h>

#include "pack.h"

#define FILE_NAME "/tmp/iocd-rule-test-XXXXXX"
#define HEAD      "x:\n  date: 2026-03-02\n  steps:\n"
#define EXPECT    "    - {at: +1s, expect: nothing}\n"

struct attempt {
	struct config *config;    /* owned */
	struct rule_tests *tests; /* owned */
	struct text report;
	int r;
};

static void read_yaml(struct attempt *attempt, const char *yaml)
{
	char path[] = FILE_NAME;
	const char *const files[] = { path };
	int file = mkstemp(path);

	*attempt = (struct attempt){ .r = 0 };
	assert_int_equal(config_build(&attempt->config, "/nowhere", pack_sources(NULL, 0), NULL,
				      &attempt->report),
			 0);
	assert_true(file >= 0);
	assert_int_equal(write(file, yaml, strlen(yaml)), strlen(yaml));
	assert_int_equal(close(file), 0);
	attempt->r = rule_tests_load(&attempt->tests, attempt->config, files, 1, &attempt->report);
	assert_int_equal(unlink(path), 0);
}

static void attempt_fini(struct attempt *attempt)
{
	rule_tests_free(attempt->tests);
	config_free(attempt->config);
	text_fini(&attempt->report);
}

static const struct rule_test *read_good(struct attempt *attempt, const char *yaml)
{
	uint32_t n;
	const struct rule_test *list;

	read_yaml(attempt, yaml);
	if (attempt->r)
		fail_msg("%s", text_get(&attempt->report));
	list = rule_tests_list(attempt->tests, &n);
	assert_true(n > 0);
	return &list[0];
}

/* It must be refused with that message, and no other, at line and column. */
static void refuses(const char *yaml, int line, int column, const char *message)
{
	CLEANUP_TEXT struct text wanted = { 0 };
	struct attempt attempt;

	read_yaml(&attempt, yaml);
	assert_int_equal(attempt.r, CONFIG_REFUSED);
	text_add(&wanted, ":%d:%d: error: %s", line, column, message);
	if (!strstr(text_get(&attempt.report), text_get(&wanted)) ||
	    !strstr(text_get(&attempt.report), "\n1 error in 1 file"))
		fail_msg("not %s: %s", text_get(&wanted), text_get(&attempt.report));
	attempt_fini(&attempt);
}

static int64_t at(const struct rule_test *test, uint32_t step)
{
	assert_true(step < test->n_steps);
	return test->steps[step].at_ms - test->steps[0].at_ms;
}

static void times_are_read_in_all_their_forms(void **state)
{
	struct attempt attempt;
	const struct rule_test *test = read_good(
		&attempt, HEAD
		"    - {at: 09:00, expect: nothing}\n"
		"    - {at: 09:00:30, expect: nothing}\n"
		"    - {at: +10m, expect: nothing}\n"
		"    - {expect: nothing}\n"
		"    - {at: 2026-03-03 08:00, expect: nothing}\n"
		"    - {at: 08:30, expect: nothing}\n"
		"    - {at: 2026-03-03T10:00:00+08:00, expect: nothing}\n"
		"    - {at: 09:00, send: desk/record.opened, from: east, times: 3, every: 5m,\n"
		"       data: {record: r, channel: online, due: +2d}, expect: nothing}\n"
		"    - {expect: nothing}\n");

	(void)state;
	assert_int_equal(test->steps[0].at_ms, INT64_C(1772416800000));
	assert_int_equal(at(test, 1), 30000);
	assert_int_equal(at(test, 2), 630000);
	assert_int_equal(at(test, 3), 630000);
	assert_int_equal(at(test, 4), 23 * 3600000);
	assert_int_equal(at(test, 5), 23 * 3600000 + 1800000);
	assert_int_equal(at(test, 6), 24 * 3600000);
	assert_int_equal(at(test, 7), 24 * 3600000);
	assert_int_equal(at(test, 8), 24 * 3600000 + 600000);
	attempt_fini(&attempt);
}

static void data_become_json_of_the_declared_kinds(void **state)
{
	struct attempt attempt;
	const struct rule_test *test = read_good(
		&attempt, HEAD
		"    - at: 09:00\n"
		"      send: desk/record.opened\n"
		"      from: {level: district, but: west}\n"
		"      data: {record: 'a\"%n', channel: counter, due: 17:00}\n"
		"    - {send: desk/record.closed, from: [west, old-east], times: 2,\n"
		"       data: {record: \"7\", late: yes, cost: 010}}\n"
		"    - {send: desk/record.closed, from: west, data: {record: x, late: no, cost: "
		"\"%n\"}}\n" EXPECT);
	const struct test_send *send = test->steps[0].send;

	(void)state;
	assert_string_equal(send->data, "{\"record\":\"a\\\"%n\",\"channel\":\"counter\","
					"\"due\":\"2026-03-02T17:00:00+07:00\"}");
	assert_int_equal(send->n_units, 1);
	send = test->steps[1].send;
	assert_string_equal(send->data, "{\"record\":\"7\",\"late\":true,\"cost\":10}");
	assert_int_equal(send->n_units, 2);
	assert_int_equal(send->times, 2);
	assert_string_equal(test->steps[2].send->data,
			    "{\"record\":\"x\",\"late\":false,\"cost\":%n}");
	attempt_fini(&attempt);
}

static void what_is_not_named_is_expected_not_to_stand(void **state)
{
	struct attempt attempt;
	const struct rule_test *test =
		read_good(&attempt, HEAD "    - {at: 09:00, expect: {desk-late: {east: [warning, "
					 "uncertain]}}}\n"
					 "    - {expect: {desk-late: {east: {a: critical}, others: "
					 "any}}, told: {desk-late: {raised: 2}}}\n");
	const struct test_step *step = &test->steps[0];

	(void)state;
	assert_int_equal(step->n_expectations, 2);
	assert_int_equal(step->expectations[0].scope, SCOPE_UNIT);
	assert_int_equal(step->expectations[0].words,
			 TEST_WORD_BIT(TEST_WARNING) | TEST_WORD_BIT(TEST_UNCERTAIN));
	assert_int_equal(step->expectations[1].scope, SCOPE_OTHERS);
	assert_int_equal(step->expectations[1].words, TEST_WORD_BIT(TEST_NOTHING));
	step = &test->steps[1];
	assert_int_equal(step->n_expectations, 2);
	assert_int_equal(step->expectations[0].scope, SCOPE_SUBJECT);
	assert_string_equal(step->expectations[0].subject, "a");
	assert_int_equal(step->expectations[1].scope, SCOPE_SUBJECTS);
	assert_int_equal(step->n_counts, 1);
	assert_int_equal(step->counts[0].news, NEWS_RAISED);
	assert_int_equal(step->counts[0].n, 2);
	attempt_fini(&attempt);
}

static void commands_are_read_with_their_target(void **state)
{
	struct attempt attempt;
	const struct rule_test *test =
		read_good(&attempt, HEAD
			  "    - {at: 09:00, by: an, acknowledge: east/desk-late, note: seen}\n"
			  "    - {by: an, shelve: \"*/desk-late\", until: +1h, note: n}\n" EXPECT);
	const struct command *command = test->steps[0].command;

	(void)state;
	assert_int_equal(command->verb, COMMAND_ACKNOWLEDGE);
	assert_string_equal(command->unit, "east");
	assert_string_equal(command->rule, "desk-late");
	assert_string_equal(command->by, "an");
	assert_true(command->has_subject);
	command = test->steps[1].command;
	assert_int_equal(command->verb, COMMAND_SHELVE);
	assert_string_equal(command->unit, "");
	assert_false(command->has_subject);
	assert_int_equal(command->until_ms, test->steps[0].at_ms + 3600000);
	attempt_fini(&attempt);
}

static void mistakes_are_told_at_their_place(void **state)
{
	(void)state;
	refuses(HEAD "    - {at: 9:00, expect: nothing}\n", 4, 12, "'9:00' is not a time");
	refuses(HEAD "    - {at: 09:00, expct: nothing}\n" EXPECT, 4, 19,
		"unknown key 'expct'; did you mean 'expect'?");
	refuses(HEAD "    - {at: 09:00, expect: nothing}\n    - {at: 08:59, expect: nothing}\n", 5,
		12, "time goes back");
	refuses("x:\n  steps:\n    - {at: 09:00, expect: nothing}\n", 3, 12,
		"of which day? give the test a 'date'");
	refuses(HEAD "    - {at: 09:00, expect: {desk-lat: nobody}}\n", 4, 28,
		"unknown rule 'desk-lat'; did you mean 'desk-late'?");
	refuses(HEAD "    - {at: 09:00, expect: {desk-late: {eats: warning}}}\n", 4, 40,
		"unknown unit 'eats'; did you mean 'east'?");
	refuses(HEAD "    - {at: 09:00, expect: {desk-late: warning}}\n", 4, 39,
		"say of which units");
	refuses(HEAD "    - {at: 09:00, expect: {desk-late: {east: [nothing, warning]}}}\n", 4, 46,
		"'nothing' stands alone");
	refuses(HEAD "    - {at: 09:00, send: desk/record.closd, from: east}\n" EXPECT, 4, 25,
		"no event type 'desk/record.closd'; did you mean 'desk/record.closed'?");
	refuses(HEAD "    - {at: 09:00, send: desk/record.opened, from: east, data: {record: r, "
		     "channel: onlin, due: +1d}}\n" EXPECT,
		4, 84, "'onlin' is not online or counter; did you mean 'online'?");
	refuses(HEAD
		"    - {at: 09:00, send: desk/record.closed, from: east, data: {record: r, late: "
		"no}}\n" EXPECT,
		4, 63, "field 'cost' of 'record.closed' is missing");
	refuses(HEAD
		"    - {at: 09:00, send: desk/record.closed, from: east, data: {record: r, late: "
		"no, cost: -1}}\n" EXPECT,
		4, 91, "'-1' is outside of what 'cost' may be");
	refuses("x:\n  date: 2026-03-02\n  steps:\n    - {at: 09:00, send: desk/record.closed, "
		"from: "
		"east, data: {record: r, late: no, cost: 1}}\n",
		1, 1, "this test expects nothing, so it cannot fail");
	refuses(HEAD "    - {at: 09:00, acknowledge: east/desk-late}\n" EXPECT, 4, 7,
		"'by' is missing");
	refuses(HEAD "    - {at: 09:00, expect: nothing}\n    - {at: +40d, expect: nothing}\n", 1,
		1, "this test lasts longer than a month");
}

static void all_mistakes_are_told_in_one_go(void **state)
{
	struct attempt attempt;

	(void)state;
	read_yaml(&attempt,
		  "x:\n  date: 2026-03-02\n  steps:\n    - {at: 09:00, expect: {a: nobody}}\n"
		  "y:\n  date: 2026-03-02\n  steps:\n    - {at: 9, expect: {b: nobody}}\n");
	assert_int_equal(attempt.r, CONFIG_REFUSED);
	assert_non_null(strstr(text_get(&attempt.report), "unknown rule 'a'"));
	assert_non_null(strstr(text_get(&attempt.report), "'9' is not a time"));
	assert_non_null(strstr(text_get(&attempt.report), "unknown rule 'b'"));
	assert_non_null(strstr(text_get(&attempt.report), "3 errors"));
	attempt_fini(&attempt);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_are_read_in_all_their_forms),
		cmocka_unit_test(data_become_json_of_the_declared_kinds),
		cmocka_unit_test(what_is_not_named_is_expected_not_to_stand),
		cmocka_unit_test(commands_are_read_with_their_target),
		cmocka_unit_test(mistakes_are_told_at_their_place),
		cmocka_unit_test(all_mistakes_are_told_in_one_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
