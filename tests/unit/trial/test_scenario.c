/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/trial.h"
#include "ground.h"

/* Plays the only test of yaml. */
static void play(const char *yaml, struct trial_played *ret)
{
	CLEANUP(rule_tests_free) struct rule_tests *tests = NULL;
	CLEANUP_TEXT struct text report = { 0 };
	struct ground ground;
	uint32_t n;

	ground_init(&ground, NULL);
	ground_write(&ground, "tests.d/a.yml", yaml);
	if (rule_tests_load(&tests, ground.config, NULL, 0, &report))
		fail_msg("%s", text_get(&report));
	(void)rule_tests_list(tests, &n);
	assert_int_equal(n, 1);
	assert_int_equal(trial_play(ground.config, rule_tests_list(tests, &n), false, ret), 0);
	tests = rule_tests_free(tests);
	ground_fini(&ground);
}

static void passes(const char *yaml)
{
	struct trial_played played;

	play(yaml, &played);
	if (played.n_failures)
		fail_msg("%s", text_get(&played.why));
	assert_true(played.n_checks > 0);
	trial_played_fini(&played);
}

/* It must fail once, and say all of these. */
static void fails(const char *yaml, const char *one, const char *two)
{
	struct trial_played played;

	play(yaml, &played);
	if (played.n_failures != 1 || !strstr(text_get(&played.why), one) ||
	    !strstr(text_get(&played.why), two))
		fail_msg("%u: %s", played.n_failures, text_get(&played.why));
	trial_played_fini(&played);
}

#define LATE                                                                                       \
	"    - {at: 09:00, send: desk/closed, from: east, times: 4,\n"                             \
	"       data: {record: \"r%n\", late: yes, cost: 1}}\n"
#define TEST(steps)  "x:\n  date: 2026-03-02\n  steps:\n" steps
#define ABOUT(steps) "x:\n  date: 2026-03-02\n  rules: [late, broken]\n  steps:\n" steps
#define BROKEN(at, host, expect)                                                                   \
	"    - {at: " at ", send: desk/broken, from: east, data: {host: " host                     \
	", kind: large},\n       expect: " expect "}\n"

static void an_alert_is_expected_when_its_hold_is_over(void **state)
{
	(void)state;
	passes(TEST(LATE "    - {at: 09:00:29, expect: {late: {east: [pending]}}}\n"
			 "    - {at: 09:00:30, expect: {late: {east: critical}}}\n"));
	fails(TEST(LATE "    - {at: 09:00:29, expect: {late: {east: critical}}}\n"),
	      "a.yml:6:44: 2026-03-02 09:00:29: east/late: expected critical, but it is pending",
	      "until 09:00:30 (hold 30s)");
}

static void a_failure_says_what_the_rule_sees_and_where_its_limits_stand(void **state)
{
	(void)state;
	fails(TEST(LATE "    - {at: +1m, expect: {late: {east: nothing}}}\n"),
	      "expected nothing, but it is critical", "rules.d/desk.yml:5");
	fails(TEST("    - {at: 09:00, send: desk/closed, from: west, times: 3,\n"
		   "       data: {record: \"r%n\", late: yes, cost: 1}}\n"
		   "    - {at: +1m, expect: {late: {west: warning}}}\n"),
	      "desk.late-rate, 1h: 100 %, 3 samples; warning > 20% (rules.d/desk.yml:11)",
	      "fewer than min-samples 4");
	fails(TEST(LATE "    - {at: +1m, expect: {late: {home: warning, others: any}}}\n"),
	      "home/late: expected warning", "does not apply to this unit");
}

static void what_is_not_named_must_not_stand(void **state)
{
	(void)state;
	fails(TEST(LATE "    - {at: +1m, expect: {late: {west: nothing}}}\n"),
	      "late: expected no other alert", "east/late: critical");
	passes(TEST(LATE "    - {at: +1m, expect: {late: {west: nothing, others: any}}}\n"));
	fails(ABOUT(BROKEN("09:00", "h1", "{late: nobody}")), "broken: expected no other alert",
	      "east/broken/h1: critical");
	passes(TEST(BROKEN("09:00", "h1", "{late: nobody}")));
	fails(TEST(BROKEN("09:00", "h1", "nothing")), "broken: expected no other alert", "h1");
}

static void subjects_are_told_apart(void **state)
{
	(void)state;
	passes(TEST(BROKEN("09:00", "h1", "{broken: {east: {h1: critical}}}") BROKEN(
		"09:01", "h2", "{broken: {east: {h1: critical, h2: critical}}}")));
	fails(TEST(BROKEN("09:00", "h1", "{broken: {east: {h1: critical}}}")
			   BROKEN("09:01", "h2", "{broken: {east: {h1: critical}}}")),
	      "broken: expected no other alert", "east/broken/h2");
	passes(TEST(BROKEN("09:00", "h1", "{broken: {east: critical}}")));
	passes(TEST(
		BROKEN("09:00", "h1",
		       "{broken: {east: {h1: critical, h3: nothing}}}") "    - {at: +6m, expect: "
									"{broken: nobody}, told: "
									"{broken: {raised: 1, "
									"cleared: 1}}}\n"));
}

static void an_event_that_is_refused_fails_the_test(void **state)
{
	(void)state;
	fails(TEST(LATE
		   "    - {send: desk/closed, from: east, id: test-1, data: {record: z, late: no, "
		   "cost: 2},\n       expect: {late: {east: pending}}}\n"),
	      "a.yml:6:14: 2026-03-02 09:00:00: 1 events were refused (id_conflict), expected 0",
	      "id_conflict: ");
	passes(TEST(LATE "    - {send: desk/closed, from: east, id: test-1, refused: id_conflict,\n"
			 "       data: {record: z, late: no, cost: 2}, expect: {late: {east: "
			 "pending}}}\n"));
	fails(TEST("    - {at: 09:00, send: desk/closed, from: east, refused: id_conflict,\n"
		   "       data: {record: z, late: no, cost: 2}, expect: nothing}\n"),
	      "0 events were refused (id_conflict), expected 1", "id_conflict");
}

static void events_may_come_one_after_the_other(void **state)
{
	struct trial_played played;

	(void)state;
	play(TEST("    - {at: 09:00, send: desk/broken, from: [east, west], times: 3, every: 10m,\n"
		  "       data: {host: \"%u-%n\", kind: large}}\n"
		  "    - {expect: {broken: {east: {east-3: critical}, west: {west-3: critical}}},\n"
		  "       told: {broken: {raised: 6, cleared: 4}}}\n"),
	     &played);
	assert_string_equal(text_get(&played.why), "");
	assert_int_equal(played.n_events, 6);
	assert_int_equal(played.span_ms, 20 * MINUTE);
	trial_played_fini(&played);
}

static void people_may_do_something(void **state)
{
	(void)state;
	passes(TEST(
		BROKEN("09:00", "h1",
		       "{broken: {east: unacknowledged}}") "    - {at: +1m, by: an, acknowledge: "
							   "east/broken/h1,\n"
							   "       expect: {broken: {east: {h1: "
							   "[critical, acknowledged]}}}}\n"));
	fails(TEST(BROKEN("09:00", "h1",
			  "{broken: {east: unacknowledged}}") "    - {at: +1m, by: an, "
							      "acknowledge: east/broken/h2,\n"
							      "       expect: {broken: {east: {h1: "
							      "critical}}}}\n"),
	      "acknowledge was not carried out", "no_such_alert");
}

static void a_wrong_count_is_told(void **state)
{
	(void)state;
	fails(TEST(BROKEN("09:00", "h1",
			  "{broken: {east: critical}}") "    - {told: {broken: {raised: 2}}}\n"),
	      "broken: expected to be told 'raised' 2 times, but was 1 times", "a.yml:6:32");
}

static void own_alerts_can_be_tested(void **state)
{
	(void)state;
	passes(TEST("    - {at: 09:00, iocd: {part: redis, light: red, detail: gone},\n"
		    "       expect: {iocd-redis: {home: pending}}}\n"
		    "    - {at: +10m, expect: {iocd-redis: {home: critical}}}\n"
		    "    - {iocd: {part: redis, light: green}}\n"
		    "    - {at: +10m, expect: {iocd-redis: nobody}}\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_alert_is_expected_when_its_hold_is_over),
		cmocka_unit_test(a_failure_says_what_the_rule_sees_and_where_its_limits_stand),
		cmocka_unit_test(what_is_not_named_must_not_stand),
		cmocka_unit_test(subjects_are_told_apart),
		cmocka_unit_test(an_event_that_is_refused_fails_the_test),
		cmocka_unit_test(events_may_come_one_after_the_other),
		cmocka_unit_test(people_may_do_something),
		cmocka_unit_test(a_wrong_count_is_told),
		cmocka_unit_test(own_alerts_can_be_tested),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
