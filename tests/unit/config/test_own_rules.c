/* SPDX-License-Identifier: Apache-2.0 */
#include "rules_pack.h"

/* clang-format off */
static const struct mistake mistakes[] = {
	{ RULES("a: {own: redsi}\n"), "1:10: error: 'redsi' is not broker, redis, disk, history, config, clock, source, rate, gap, dropped, canary, delivery, certificate, uplink, outbox, site-lost, site-lagging, site-old, site-gap, given-up, mirrored or watchdog; did you mean 'redis'?" },
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
		{ "iocd-broker", 5000 },    { "iocd-redis", 5000 },     { "iocd-disk", 2000 },
		{ "iocd-config", 2000 },    { "iocd-dropped", 15000 },  { "iocd-gap", 15000 },
		{ "iocd-source", 10000 },   { "iocd-rate", 5000 },      { "iocd-clock", 30000 },
		{ "iocd-canary", 90000 },   { "iocd-uplink", 15000 },   { "iocd-outbox", 2000 },
		{ "iocd-site-gap", 15000 }, { "iocd-site-old", 60000 },
	};
	CLEANUP(config_free) struct config *config = expect_rules("");

	(void)state;
	for (size_t i = 0; i < COUNT(bounds); i++)
		assert_true(find_rule(config, bounds[i].id)->hold_ms * 2 <= bounds[i].bound_ms);
	/* That an iocd is lost takes three heartbeats to find out; what it says itself was held. */
	assert_int_equal(find_rule(config, "iocd-site-lost")->hold_ms, 0);
	assert_int_equal(find_rule(config, "iocd-site-lagging")->hold_ms, 0);
	assert_int_equal(find_rule(config, "iocd-given-up")->hold_ms, 0);
	assert_int_equal(find_rule(config, "iocd-mirrored")->hold_ms, 0);
	assert_int_equal(find_rule(config, "iocd-mirrored")->fade_ms, 0);
}

static void of_what_an_iocd_below_does_the_gravest_is_critical(void **state)
{
	static const struct {
		const char *id;
		enum severity severity;
	} rules[] = {
		{ "iocd-site-lost", SEVERITY_CRITICAL }, { "iocd-given-up", SEVERITY_CRITICAL },
		{ "iocd-mirrored", SEVERITY_CRITICAL },  { "iocd-site-lagging", SEVERITY_WARNING },
		{ "iocd-site-old", SEVERITY_WARNING },   { "iocd-site-gap", SEVERITY_WARNING },
	};
	CLEANUP(config_free) struct config *config = expect_rules("");

	(void)state;
	for (size_t i = 0; i < COUNT(rules); i++) {
		const struct rule *rule = find_rule(config, rules[i].id);

		assert_int_equal(rule->severity, rules[i].severity);
		assert_true(rule->applies[find_unit(config, "west")]);
	}
}

/* Nobody at or below a unit is heard whose iocd is lost; that others are silent is no news then. */
static void a_lost_iocd_inhibits_silence_at_its_unit_and_below(void **state)
{
	static const char silent[] = "quiet: {silence: links, severity: warning}\n";
	static const char said[] = "quiet: {silence: links, severity: warning}\n"
				   "lost: {own: site-lost, hold: 5s, units: [east]}\n";
	static const char no[] = "quiet: {silence: links, severity: warning}\nlost: {own: "
				 "site-lost, inhibits: no}\n";
	CLEANUP(config_free) struct config *nothing = expect_rules("");
	CLEANUP(config_free) struct config *hidden = expect_rules(silent);
	CLEANUP(config_free) struct config *written = expect_rules(said);
	CLEANUP(config_free) struct config *refused = expect_rules(no);
	const struct rule *lost = find_rule(hidden, "iocd-site-lost");

	(void)state;
	assert_null(find_rule(nothing, "iocd-site-lost")->inhibits.rules);
	assert_true(lost->inhibits.rules[find_rule(hidden, "quiet")->number]);
	assert_false(lost->inhibits.rules[find_rule(hidden, "desk-late")->number]);
	assert_false(lost->inhibits.rules[find_rule(hidden, "iocd-site-gap")->number]);
	assert_true(lost->inhibits.is_below);
	lost = find_rule(written, "lost");
	assert_int_equal(lost->hold_ms, 5000);
	assert_int_equal(lost->fade_ms, find_rule(hidden, "iocd-site-lost")->fade_ms);
	assert_true(lost->inhibits.rules[find_rule(written, "quiet")->number]);
	assert_true(lost->inhibits.is_below);
	assert_null(find_rule(refused, "lost")->inhibits.rules);
}

/* While iocd receives nothing it cannot know who is silent. */
static void a_broker_that_is_gone_inhibits_silence_and_lost_iocds_everywhere(void **state)
{
	static const char silent[] = "quiet: {silence: links, severity: warning}\n";
	static const char no[] = "quiet: {silence: links, severity: warning}\nours: {own: "
				 "broker, inhibits: no}\n";
	CLEANUP(config_free) struct config *hidden = expect_rules(silent);
	CLEANUP(config_free) struct config *refused = expect_rules(no);
	const struct rule *broker = find_rule(hidden, "iocd-broker");

	(void)state;
	assert_true(broker->inhibits.is_below);
	assert_true(broker->inhibits.rules[find_rule(hidden, "quiet")->number]);
	assert_true(broker->inhibits.rules[find_rule(hidden, "iocd-site-lost")->number]);
	assert_false(broker->inhibits.rules[find_rule(hidden, "iocd-broker")->number]);
	assert_false(broker->inhibits.rules[find_rule(hidden, "iocd-site-gap")->number]);
	assert_false(broker->inhibits.rules[find_rule(hidden, "desk-late")->number]);
	assert_null(find_rule(refused, "ours")->inhibits.rules);
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
		cmocka_unit_test(of_what_an_iocd_below_does_the_gravest_is_critical),
		cmocka_unit_test(a_lost_iocd_inhibits_silence_at_its_unit_and_below),
		cmocka_unit_test(a_broker_that_is_gone_inhibits_silence_and_lost_iocds_everywhere),
		cmocka_unit_test(parts_of_iocd_are_of_the_first_unit_and_senders_of_each),
		cmocka_unit_test(what_an_administrator_says_of_a_part_goes_above_its_defaults),
		cmocka_unit_test(each_mistake_in_a_rule_on_iocd_is_told_alone_at_its_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
