/* SPDX-License-Identifier: Apache-2.0 */
#include "rules_pack.h"

/* clang-format off */
static const struct mistake mistakes[] = {
	{ RULES("a: {own: redsi}\n"), "1:10: error: 'redsi' is not broker, redis, disk, history, config, clock, source, rate, gap, dropped, canary, delivery, certificate or watchdog; did you mean 'redis'?" },
	{ RULES("a: {own: redis}\nb: {own: redis}\n"), "2:10: error: rule 'a' is on 'redis' already, at rules.d/z.yml:1" },
	{ RULES("a: {own: redis, severity: none}\n"), "1:27: error: 'none' is not warning or critical" },
	{ RULES("a: {own: redis, units: east}\n"), "1:17: error: 'units' is for rules on senders; 'redis' is a part of iocd itself" },
	{ RULES("a: {own: redis, window: 5m}\n"), "1:17: error: 'window' is for rules on indicators; this one is on iocd itself" },
	{ RULES("a: {own: redis, calendar: office}\n"), "1:17: error: 'calendar' is for rules on indicators, events and silence; this one is on iocd itself" },
	{ RULES("iocd-redis: {own: disk}\n"), "1:1: error: 'iocd-redis' is iocd's own rule on its redis; write 'own: redis' to change it, or name this one differently" },
};
/* clang-format on */

static void each_mistake_in_a_rule_on_iocd_is_told_alone_at_its_place(void **state)
{
	(void)state;
	expect_rule_mistakes(mistakes, COUNT(mistakes));
}

/* But for the watchdog, of which only receivers hear that name it: test_receivers.c. */
static void every_part_has_a_rule_that_nobody_wrote(void **state)
{
	CLEANUP(config_free) struct config *config = expect_rules("");
	bool found[N_OWN_PARTS] = { false };
	struct rulebook book;
	uint32_t n;

	(void)state;
	(void)config_rules(config, &n);
	assert_int_equal(n, 1);
	config_rulebook(config, &book);
	assert_int_equal(book.n_rules, 1 + N_OWN_PARTS - 1);
	for (uint32_t i = 1; i < book.n_rules; i++) {
		const struct rule *rule = &book.rules[i];

		assert_int_equal(rule->kind, RULE_OWN);
		assert_int_equal(rule->number, i);
		assert_true(rule->is_hidden);
		assert_false(found[rule->own]);
		found[rule->own] = true;
		assert_true(strlen(rule->title_vi) > 0 && strlen(rule->title_en) > 0);
		assert_string_not_equal(rule->title_vi, rule->title_en);
		assert_null(rule->place.file);
		assert_true(rule->severity != SEVERITY_NONE);
		assert_true(rule->applies[0]);
	}
	assert_false(found[OWN_WATCHDOG]);
}

/* What people must know of within seconds is not held back as long. */
static void hidden_rules_are_within_the_bounds_of_what_must_be_seen(void **state)
{
	static const struct {
		const char *id;
		int64_t bound_ms;
	} bounds[] = {
		{ "iocd-broker", 5000 },  { "iocd-redis", 5000 },    { "iocd-disk", 2000 },
		{ "iocd-config", 2000 },  { "iocd-dropped", 15000 }, { "iocd-gap", 15000 },
		{ "iocd-source", 10000 }, { "iocd-rate", 5000 },     { "iocd-clock", 30000 },
		{ "iocd-canary", 90000 },
	};
	CLEANUP(config_free) struct config *config = expect_rules("");

	(void)state;
	for (size_t i = 0; i < COUNT(bounds); i++)
		assert_true(find_rule(config, bounds[i].id)->hold_ms * 2 <= bounds[i].bound_ms);
}

static void parts_of_iocd_are_of_the_first_unit_and_senders_of_each(void **state)
{
	CLEANUP(config_free)
	struct config *config = expect_rules("a: {own: gap, units: [east]}\nb: {own: disk}\n");
	uint32_t east = find_unit(config, "east");

	(void)state;
	assert_true(find_rule(config, "iocd-clock")->applies[east]);
	assert_true(find_rule(config, "iocd-redis")->applies[0]);
	assert_false(find_rule(config, "iocd-redis")->applies[east]);
	assert_true(find_rule(config, "a")->applies[east]);
	assert_false(find_rule(config, "a")->applies[0]);
	assert_true(find_rule(config, "b")->applies[0]);
	assert_false(find_rule(config, "b")->applies[east]);
}

static void what_an_administrator_says_of_a_part_goes_above_its_defaults(void **state)
{
	CLEANUP(config_free)
	struct config *config =
		expect_rules("iocd-redis: {own: redis, hold: 1s, severity: warning}\n"
			     "my-watch: {own: watchdog, title: Alive, repeat: 5m}\n");
	const struct rule *rule = find_rule(config, "iocd-redis");
	struct rulebook book;

	(void)state;
	config_rulebook(config, &book);
	assert_int_equal(book.n_rules, 1 + N_OWN_PARTS);
	assert_int_equal(rule->own, OWN_REDIS);
	assert_false(rule->is_hidden);
	assert_int_equal(rule->hold_ms, 1000);
	assert_int_equal(rule->severity, SEVERITY_WARNING);
	assert_true(rule->fade_ms > 0);
	assert_string_not_equal(rule->title_en, "iocd-redis");
	rule = find_rule(config, "my-watch");
	assert_int_equal(rule->own, OWN_WATCHDOG);
	assert_string_equal(rule->title_en, "Alive");
	assert_int_equal(rule->repeat_ms, 300000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_part_has_a_rule_that_nobody_wrote),
		cmocka_unit_test(hidden_rules_are_within_the_bounds_of_what_must_be_seen),
		cmocka_unit_test(parts_of_iocd_are_of_the_first_unit_and_senders_of_each),
		cmocka_unit_test(what_an_administrator_says_of_a_part_goes_above_its_defaults),
		cmocka_unit_test(each_mistake_in_a_rule_on_iocd_is_told_alone_at_its_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
