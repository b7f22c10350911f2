/* SPDX-License-Identifier: Apache-2.0 */
/* What iocd itself, and people through it, have put into the journal; and what the fold says of
 * those who send. */
#include "iocd/message.h"
#include "scene.h"

/* Adds a rule on a part of iocd, or on what it thinks of senders. */
static void add_own(struct scene *scene, const char *id, enum own_part part, int64_t hold_ms)
{
	struct rule *rule = &scene->rules[scene->n_rules];

	*rule = (struct rule){
		.id = id,
		.title_vi = "",
		.title_en = "",
		.kind = RULE_OWN,
		.own = part,
		.number = scene->n_rules,
		.severity = SEVERITY_CRITICAL,
		.hold_ms = hold_ms,
		.applies = scene->applies[RULE_LATE], /* everywhere */
	};
	scene->n_rules++;
}

static void command(struct scene *scene, int64_t now_ms, const char *key, const char *verb,
		    const char *more)
{
	CLEANUP_TEXT struct text json = { 0 };

	text_add(&json, "{\"verb\":\"%s\",\"key\":\"%s\",\"by\":\"an\",%s}", verb, key, more);
	append_own(scene, now_ms, OWN_TOPIC_COMMAND, text_get(&json));
}

static const struct transition *last_told(const struct flow *flow)
{
	return told_at(flow, n_told(flow));
}

static const struct alert *standing(const struct flow *flow, const char *rule, uint32_t unit)
{
	return alertbook_find(flow_book(flow), rules_find(flow_rules(flow), rule, strlen(rule)),
			      unit, "");
}

static void a_command_is_carried_out_once_and_its_outcome_is_known(void **state)
{
	struct scene *scene = *state;
	struct flow *flow = scene_flow(scene);
	enum command_outcome outcome;
	uint32_t n;

	send(scene, START, "d1", "level", "{\"value\":6}");
	carry(flow);
	let_pass(scene, flow, START + SECOND);
	assert_int_equal(n_told(flow), 1);
	assert_false(flow_find_command(flow, "k1", &outcome, &n));

	command(scene, START + SECOND, "k1", "acknowledge",
		"\"unit\":\"d1\",\"rule\":\"level\",\"note\":\"on my way\"");
	carry(flow);
	assert_true(flow_find_command(flow, "k1", &outcome, &n));
	assert_int_equal(outcome, OUTCOME_DONE);
	assert_int_equal(n, 1);
	assert_int_equal(last_told(flow)->news, NEWS_ACKNOWLEDGED);
	assert_string_equal(last_told(flow)->by, "an");
	assert_string_equal(last_told(flow)->note, "on my way");
	assert_int_equal(standing(flow, "level", UNIT_D1)->machine.handling, HANDLING_ACKNOWLEDGED);

	command(scene, START + 2 * SECOND, "k2", "unacknowledge",
		"\"unit\":\"d1\",\"rule\":\"level\"");
	command(scene, START + 3 * SECOND, "k1", "acknowledge",
		"\"unit\":\"d1\",\"rule\":\"level\"");
	carry(flow);
	assert_int_equal(standing(flow, "level", UNIT_D1)->machine.handling,
			 HANDLING_UNACKNOWLEDGED); /* k1 was carried out before */
	assert_int_equal(n_told(flow), 3);
	flow_free(flow);
}

static void what_makes_no_sense_in_the_journal_is_counted_and_changes_nothing(void **state)
{
	struct scene *scene = *state;
	struct flow *flow = scene_flow(scene);
	uint64_t refused = counter_get(COUNTER_owns_refused);

	append_own(scene, START, OWN_TOPIC_COMMAND, "{\"verb\":\"explode\"}");
	append_own(scene, START, OWN_TOPIC_RULES, "no line end");
	append_own(scene, START, OWN_TOPIC_RULES, "an\nunknown");
	append_own(scene, START, OWN_TOPIC_STATE, "redis");
	append_own(scene, START, OWN_TOPIC_STATE, "oven red hot");
	append_own(scene, START, OWN_TOPIC_STATE, "redis blue");
	append_own(scene, START, "gossip", "x");
	carry(flow);

	assert_int_equal(counter_get(COUNTER_owns_refused) - refused, 7);
	assert_int_equal(n_told(flow), 0);
	assert_string_equal(flow_generation(flow), "first");
	assert_false(flow_rules_are_recorded(flow));
	flow_free(flow);
}

static void rules_that_come_by_the_journal_say_who_brought_them(void **state)
{
	struct scene *scene = *state;
	struct flow *flow = scene_flow(scene);
	struct rule lax[N_RULES];
	int64_t since_ms;

	send(scene, START, "d1", "level", "{\"value\":6}");
	send(scene, START, "d1", "hit", "{\"host\":\"h1\"}");
	carry(flow);
	let_pass(scene, flow, START + SECOND);
	assert_int_equal(n_told(flow), 2);
	assert_string_equal(flow_rules_by(flow, &since_ms), "");

	memcpy(lax, scene->rules, sizeof(lax));
	append_rules(scene, START + 2 * SECOND, lax, RULE_HIT); /* all but the last */
	carry(flow);
	assert_true(flow_rules_are_recorded(flow));
	assert_string_equal(flow_generation(flow), "second");
	assert_int_equal(flow_rules_changes(flow), 1);
	assert_int_equal(last_told(flow)->news, NEWS_CLEARED);
	assert_string_equal(last_told(flow)->by, "an");
	assert_true(last_told(flow)->note[0] != '\0');

	/* Once more: they are in force. */
	append_own(scene, START + 3 * SECOND, OWN_TOPIC_RULES, "binh\nsecond");
	carry(flow);
	assert_string_equal(flow_rules_by(flow, &since_ms), "an");
	assert_int_equal(since_ms, START + 2 * SECOND);
	assert_int_equal(flow_rules_changes(flow), 1);
	assert_int_equal(n_told(flow), 3);
	flow_free(flow);
}

static void a_part_of_iocd_that_is_red_is_an_alert_until_it_is_green(void **state)
{
	struct scene *scene = *state;
	struct flow *flow;

	add_own(scene, "own-redis", OWN_REDIS, SECOND);
	flow = scene_flow(scene);
	append_own(scene, START, OWN_TOPIC_STATE, "redis red gone since 8:00");
	carry(flow);
	let_pass(scene, flow, START + 500);
	assert_int_equal(n_told(flow), 0); /* it may come back */
	let_pass(scene, flow, START + 2 * SECOND);
	assert_int_equal(n_told(flow), 1);
	assert_string_equal(last_told(flow)->alert.rule->id, "own-redis");
	assert_int_equal(last_told(flow)->alert.machine.severity, SEVERITY_CRITICAL);
	assert_string_equal(last_told(flow)->alert.detail, "gone since 8:00");

	append_own(scene, START + 3 * SECOND, OWN_TOPIC_STATE, "redis green ");
	carry(flow);
	let_pass(scene, flow, START + 4 * SECOND);
	assert_int_equal(last_told(flow)->news, NEWS_CLEARED);
	flow_free(flow);
}

static void beat(struct scene *scene, int64_t now_ms)
{
	const struct heartbeat heartbeat = { .time_ms = now_ms, .every_ms = 15 * SECOND };
	CLEANUP_TEXT struct text json = { 0 };

	heartbeat_write(&json, &heartbeat);
	append(scene, now_ms, "ioc/v1/d1/iocd/fwd/iocd", text_get(&json));
}

static bool is_blamed(const struct flow *flow)
{
	const struct contract_view link = contracts_view(flow_contracts(flow), 0, UNIT_D1);
	struct site_view site;

	sites_view(flow_sites(flow), 0, &site);
	assert_int_equal(link.state == CONTRACT_MISSING, site.is_lost);
	return site.is_lost;
}

/* So that iocd was there all the time. */
static void pass(struct scene *scene, struct flow *flow, int64_t from_ms, int64_t to_ms)
{
	for (int64_t now_ms = from_ms; now_ms < to_ms; now_ms += FLOW_IDLE_MS)
		let_pass(scene, flow, now_ms);
	let_pass(scene, flow, to_ms);
}

/* A unit reports, and its iocd beats, each at least every 45 s. */
static void nobody_is_blamed_for_the_time_without_a_broker(void **state)
{
	static const bool expected[N_UNITS] = { [UNIT_D1] = true };
	const struct contract contract = { .expected = expected,
					   .every_ms = 45 * SECOND,
					   .by_minute = -1 };
	struct scene *scene = *state;
	struct flow *flow;

	scene->contract = &contract;
	flow = scene_flow(scene);
	beat(scene, START);
	send(scene, START, "d1", "closed", "{\"late\":false}");
	pass(scene, flow, START, START + 30 * SECOND);
	append_own(scene, START + 30 * SECOND, OWN_TOPIC_STATE, "broker red gone");
	pass(scene, flow, START + 30 * SECOND, START + 2 * MINUTE);
	assert_false(is_blamed(flow));
	append_own(scene, START + 2 * MINUTE, OWN_TOPIC_STATE, "broker green ");
	pass(scene, flow, START + 2 * MINUTE, START + 2 * MINUTE + 40 * SECOND);
	assert_false(is_blamed(flow));
	pass(scene, flow, START + 2 * MINUTE + 40 * SECOND, START + 2 * MINUTE + 50 * SECOND);
	assert_true(is_blamed(flow));
	flow_free(flow);
}

/* Amber is what is late or refused: then others are heard. */
static void a_broker_that_is_there_excuses_nobody(void **state)
{
	static const bool expected[N_UNITS] = { [UNIT_D1] = true };
	const struct contract contract = { .expected = expected,
					   .every_ms = 45 * SECOND,
					   .by_minute = -1 };
	struct scene *scene = *state;
	struct flow *flow;

	scene->contract = &contract;
	flow = scene_flow(scene);
	beat(scene, START);
	send(scene, START, "d1", "closed", "{\"late\":false}");
	pass(scene, flow, START, START + 30 * SECOND);
	append_own(scene, START + 30 * SECOND, OWN_TOPIC_STATE, "broker amber something");
	pass(scene, flow, START + 30 * SECOND, START + 40 * SECOND);
	append_own(scene, START + 40 * SECOND, OWN_TOPIC_STATE, "broker green ");
	append_own(scene, START + 40 * SECOND, OWN_TOPIC_STATE, "redis red gone");
	pass(scene, flow, START + 40 * SECOND, START + 50 * SECOND);
	assert_true(is_blamed(flow));
	flow_free(flow);
}

static void a_rule_on_a_part_that_comes_later_knows_its_state(void **state)
{
	struct scene *scene = *state;
	struct flow *flow = scene_flow(scene);

	append_own(scene, START, OWN_TOPIC_STATE, "redis red gone");
	carry(flow);
	add_own(scene, "own-redis", OWN_REDIS, 0);
	append_rules(scene, START + SECOND, scene->rules, scene->n_rules);
	carry(flow);
	let_pass(scene, flow, START + 2 * SECOND);
	assert_int_equal(n_told(flow), 1);
	assert_string_equal(last_told(flow)->alert.rule->id, "own-redis");
	flow_free(flow);
}

static void the_watchdog_stands_from_the_first_tick(void **state)
{
	struct scene *scene = *state;
	struct flow *flow;

	add_own(scene, "dog", OWN_WATCHDOG, 0);
	flow = scene_flow(scene);
	let_pass(scene, flow, START);
	let_pass(scene, flow, START + SECOND);
	assert_int_equal(n_told(flow), 1);
	assert_string_equal(told_at(flow, 1)->alert.rule->id, "dog");
	flow_free(flow);
}

static void a_sender_of_rubbish_is_told_by_unit_and_reason_until_it_was_clean_for_long(void **state)
{
	struct scene *scene = *state;
	struct flow *flow;

	add_own(scene, "rubbish", OWN_SOURCE, 0);
	flow = scene_flow(scene);
	for (int i = 0; i < 9; i++)
		send(scene, START + i, "d1", "level", "{\"value\":\"x\"}");
	carry(flow);
	let_pass(scene, flow, START + 2 * SECOND);
	assert_int_equal(n_told(flow), 0); /* that happens */

	send(scene, START + 3 * SECOND, "d1", "level", "{\"value\":\"x\"}");
	carry(flow);
	let_pass(scene, flow, START + 5 * SECOND);
	assert_int_equal(n_told(flow), 1);
	assert_int_equal(last_told(flow)->alert.unit, UNIT_D1);
	assert_non_null(strstr(last_told(flow)->alert.detail, "10 "));

	for (int m = 1; m < 10; m++)
		let_pass(scene, flow, START + m * MINUTE);
	assert_int_equal(n_told(flow), 1);
	let_pass(scene, flow, START + 11 * MINUTE);
	assert_int_equal(n_told(flow), 2);
	assert_int_equal(last_told(flow)->news, NEWS_CLEARED);
	flow_free(flow);
}

static void rubbish_of_nobody_known_is_told_of_the_first_unit(void **state)
{
	struct scene *scene = *state;
	struct flow *flow;

	add_own(scene, "rubbish", OWN_SOURCE, 0);
	flow = scene_flow(scene);
	for (int i = 0; i < 10; i++)
		send(scene, START + i, "stranger", "level", "{\"value\":1}");
	carry(flow);
	let_pass(scene, flow, START + 2 * SECOND);
	assert_int_equal(n_told(flow), 1);
	assert_int_equal(last_told(flow)->alert.unit, UNIT_P);
	assert_string_equal(last_told(flow)->alert.detail, "10 unknown_unit");
	flow_free(flow);
}

static void what_a_rate_costs_is_said_again_as_it_goes_on(void **state)
{
	struct scene *scene = *state;
	struct flow *flow;

	scene->rate = 1;
	scene->burst = 1;
	add_own(scene, "rate", OWN_RATE, 0);
	flow = scene_flow(scene);
	for (int i = 0; i < 8; i++)
		send(scene, START + i, "d1", "level", "{\"value\":1}");
	carry(flow);
	let_pass(scene, flow, START + 2 * SECOND);
	assert_int_equal(n_told(flow), 1);
	assert_string_equal(standing(flow, "rate", UNIT_D1)->detail, "7");

	for (int i = 0; i < 4; i++)
		send(scene, START + 3 * SECOND + i, "d1", "level", "{\"value\":1}");
	carry(flow);
	let_pass(scene, flow, START + 5 * SECOND);
	assert_string_equal(standing(flow, "rate", UNIT_D1)->detail, "7"); /* not all the time */
	let_pass(scene, flow, START + 15 * SECOND);
	assert_string_equal(standing(flow, "rate", UNIT_D1)->detail, "10");
	assert_int_equal(n_told(flow), 1);

	let_pass(scene, flow, START + 3 * MINUTE);
	assert_int_equal(last_told(flow)->news, NEWS_CLEARED);
	flow_free(flow);
}

static void send_numbered(struct scene *scene, int64_t now_ms, const char *unit, unsigned number)
{
	CLEANUP_TEXT struct text topic = { 0 }, payload = { 0 };
	char time[CIVIL_TEXT_MAX];

	text_add(&topic, "ioc/v1/%s/desk/evt/level", unit);
	text_add(&payload,
		 "{\"specversion\":\"1.0\",\"id\":\"%u\",\"source\":\"/unit/%s/test\",\"sequence\":"
		 "\"%08u\",\"type\":\"level\",\"time\":\"%s\",\"data\":{\"value\":1}}",
		 number, unit, number, civil_format(time, now_ms, OFFSET));
	append(scene, now_ms, text_get(&topic), text_get(&payload));
}

static void missing_numbers_are_told_with_their_source_until_they_have_come(void **state)
{
	struct scene *scene = *state;
	struct flow *flow;

	add_own(scene, "gap", OWN_GAP, SECOND);
	flow = scene_flow(scene);
	send_numbered(scene, START, "d1", 5);
	send_numbered(scene, START, "d2", 1);
	send_numbered(scene, START + 1, "d1", 7); /* one came too early, that is all */
	send_numbered(scene, START + 2, "d1", 6);
	carry(flow);
	let_pass(scene, flow, START + 5 * SECOND);
	assert_int_equal(n_told(flow), 0);

	send_numbered(scene, START + 6 * SECOND, "d1", 11);
	carry(flow);
	let_pass(scene, flow, START + 9 * SECOND);
	assert_int_equal(n_told(flow), 1);
	assert_int_equal(last_told(flow)->alert.unit, UNIT_D1);
	assert_string_equal(last_told(flow)->alert.detail, "3 desk 8-10 /unit/d1/test");

	for (unsigned number = 8; number <= 10; number++)
		send_numbered(scene, START + 10 * SECOND, "d1", number);
	carry(flow);
	let_pass(scene, flow, START + 12 * SECOND);
	assert_int_equal(n_told(flow), 2);
	assert_int_equal(last_told(flow)->news, NEWS_CLEARED);
	flow_free(flow);
}

static void a_gap_that_does_not_grow_is_over_after_an_hour_and_counted_no_more(void **state)
{
	struct scene *scene = *state;
	struct flow *flow;

	add_own(scene, "gap", OWN_GAP, 0);
	flow = scene_flow(scene);
	send_numbered(scene, START, "d1", 1);
	send_numbered(scene, START, "d1", 4);
	carry(flow);
	let_pass(scene, flow, START + HOUR - SECOND);
	assert_int_equal(n_told(flow), 1);
	let_pass(scene, flow, START + HOUR + 15 * SECOND);
	assert_int_equal(last_told(flow)->news, NEWS_CLEARED);

	send_numbered(scene, START + 2 * HOUR, "d1", 6);
	carry(flow);
	let_pass(scene, flow, START + 2 * HOUR + 2 * SECOND);
	assert_int_equal(n_told(flow), 3);
	assert_string_equal(last_told(flow)->alert.detail, "1 desk 5-5 /unit/d1/test");
	flow_free(flow);
}

static void a_clock_that_is_off_is_told_and_what_is_only_late_is_not(void **state)
{
	struct scene *scene = *state;
	CLEANUP_TEXT struct text payload = { 0 };
	struct flow *flow;

	add_own(scene, "clock", OWN_CLOCK, 0);
	flow = scene_flow(scene);
	write_event(&payload, "d1", "level", "a", START - 90 * SECOND, "{\"value\":1}");
	append(scene, START, "ioc/v1/d1/desk/evt/level", text_get(&payload));
	text_clear(&payload);
	write_event(&payload, "d2", "level", "b", START - 30 * MINUTE, "{\"value\":1}");
	append(scene, START, "ioc/v1/d2/desk/evt/level", text_get(&payload));
	carry(flow);
	let_pass(scene, flow, START + 15 * SECOND);
	assert_int_equal(n_told(flow), 1);
	assert_int_equal(last_told(flow)->alert.unit, UNIT_D1);
	assert_int_equal(last_told(flow)->alert.machine.severity, SEVERITY_CRITICAL);
	assert_string_equal(last_told(flow)->alert.detail, "desk -90");
	flow_free(flow);
}

static void messages_that_the_broker_dropped_are_told_by_how_many_more_they_are(void **state)
{
	struct scene *scene = *state;
	struct flow *flow;

	add_own(scene, "dropped", OWN_DROPPED, 0);
	flow = scene_flow(scene);
	append(scene, START, OWN_DROPPED_TOPIC, "0");
	carry(flow);
	let_pass(scene, flow, START + SECOND);
	assert_int_equal(n_told(flow), 0);
	append(scene, START + SECOND, OWN_DROPPED_TOPIC, "7");
	append(scene, START + SECOND, OWN_DROPPED_TOPIC, "seven");
	carry(flow);
	assert_int_equal(n_told(flow), 1);
	assert_string_equal(last_told(flow)->alert.detail, "7");

	append(scene, START + SECOND, OWN_DROPPED_TOPIC, "9");
	append(scene, START + 2 * SECOND, OWN_DROPPED_TOPIC, "0"); /* another broker */
	carry(flow);
	assert_string_equal(standing(flow, "dropped", UNIT_P)->detail, "9");
	let_pass(scene, flow, START + HOUR);
	assert_int_equal(n_told(flow), 1);
	let_pass(scene, flow, START + HOUR + 3 * SECOND);
	assert_int_equal(last_told(flow)->news, NEWS_CLEARED);
	flow_free(flow);
}

static void a_canary_is_kept_and_is_no_event(void **state)
{
	struct scene *scene = *state;
	struct flow *flow = scene_flow(scene);
	uint64_t seen = counter_get(COUNTER_events_seen), n;

	append(scene, START, "ioc/v1/p/iocd/canary", "{\"sent\":1,\"n\":5}");
	carry(flow);
	assert_string_equal(flow_canary(flow, &n), "{\"sent\":1,\"n\":5}");
	assert_int_equal(n, 1);
	assert_int_equal(counter_get(COUNTER_events_seen), seen);
	flow_free(flow);
}

#define T(name) cmocka_unit_test_setup_teardown(name, scene_make, scene_unmake)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_command_is_carried_out_once_and_its_outcome_is_known),
		T(what_makes_no_sense_in_the_journal_is_counted_and_changes_nothing),
		T(rules_that_come_by_the_journal_say_who_brought_them),
		T(a_part_of_iocd_that_is_red_is_an_alert_until_it_is_green),
		T(nobody_is_blamed_for_the_time_without_a_broker),
		T(a_broker_that_is_there_excuses_nobody),
		T(a_rule_on_a_part_that_comes_later_knows_its_state),
		T(the_watchdog_stands_from_the_first_tick),
		T(a_sender_of_rubbish_is_told_by_unit_and_reason_until_it_was_clean_for_long),
		T(rubbish_of_nobody_known_is_told_of_the_first_unit),
		T(what_a_rate_costs_is_said_again_as_it_goes_on),
		T(missing_numbers_are_told_with_their_source_until_they_have_come),
		T(a_gap_that_does_not_grow_is_over_after_an_hour_and_counted_no_more),
		T(a_clock_that_is_off_is_told_and_what_is_only_late_is_not),
		T(messages_that_the_broker_dropped_are_told_by_how_many_more_they_are),
		T(a_canary_is_kept_and_is_no_event),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
