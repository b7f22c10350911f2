/* SPDX-License-Identifier: Apache-2.0 */
/* What happened to alerts, how much it was, and what a shift hands over. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "iocd/history_log.h"
#include "world.h"

/* Hands over what is new, as the app does at the end of a tick. */
static void follow(struct world *world)
{
	const struct alert_context context = {
		.units = config_units(world->config),
		.offset_minutes = 420,
		.book = world->book,
		.schema = config_schema(world->config),
	};

	history_put_transitions(world->history, world->book, &context);
	workload_follow(world->workload, world->book, world->now_ms);
}

static json_t *get(struct world *world, const char *target)
{
	follow(world);
	return world_get(world, target, 200);
}

static size_t size_of(const json_t *json, const char *path)
{
	return json_array_size(world_at(json, path));
}

static void the_log_says_what_where_when_and_why(void **state)
{
	json_t *json = get(*state, "/api/v1/alert-log");

	assert_int_equal(size_of(json, "log"), 3);
	assert_true(json_is_false(world_at(json, "cut")));
	assert_string_equal(world_string(json, "oldest"), "2026-11-22T08:00:00+07:00");
	assert_string_equal(world_string(json, "log.0.time"), "2026-11-22T08:00:00+07:00");
	assert_string_equal(world_string(json, "log.0.news"), "raised");
	assert_string_equal(world_string(json, "log.0.handling"), "unacknowledged");
	assert_true(json_is_null(world_at(json, "log.0.by")));
	for (int i = 0; i < 3; i++) {
		char path[64];

		assert_int_equal(world_number(json, "log.0.number"), 1);
		snprintf(path, sizeof(path), "log.%d.reason.vi", i);
		assert_true(strlen(world_string(json, path)) > 0);
	}
	json_decref(json);

	json = get(*state, "/api/v1/alert-log?rule=gate");
	assert_int_equal(size_of(json, "log"), 1);
	assert_string_equal(world_string(json, "log.0.severity"), "critical");
	assert_string_equal(world_string(json, "log.0.unit.name.en"), "Ward");
	assert_string_equal(world_string(json, "log.0.subject"), "g/1");
	assert_non_null(strstr(world_string(json, "log.0.id"), "ward/gate/g%2F1/"));
	json_decref(json);
}

static void the_log_is_narrowed_and_cut(void **state)
{
	json_t *json = get(*state, "/api/v1/alert-log?unit=ward");

	assert_int_equal(size_of(json, "log"), 2); /* the third is of all of the city */
	json_decref(json);
	json = get(*state, "/api/v1/alert-log?unit=city&limit=2");
	assert_int_equal(size_of(json, "log"), 2);
	assert_true(json_is_true(world_at(json, "cut")));
	assert_int_equal(world_number(json, "log.1.number"), 3);
	json_decref(json);
	json = get(*state, "/api/v1/alert-log?since=2026-11-21&until=2026-11-22");
	assert_int_equal(size_of(json, "log"), 0);
	json_decref(json);
}

static void what_makes_no_sense_is_told(void **state)
{
	static const struct {
		const char *target;
		int status;
		const char *words;
	} rows[] = {
		{ "/api/v1/alert-log?unit=nowhere", 404, "nowhere" },
		{ "/api/v1/alert-log?since=soon", 400, "not 'soon'" },
		{ "/api/v1/alert-log?limit=0", 400, "limit" },
		{ "/api/v1/alert-log?limit=5001", 400, "limit" },
		{ "/api/v1/alert-log?since=2026-11-22&until=2026-11-21", 400, "before" },
		{ "/api/v1/handover?since=soon", 400, "not 'soon'" },
		{ "/api/v1/handover?unit=nowhere", 404, "nowhere" },
		{ "/api/v1/handover?until=later", 400, "not 'later'" },
		{ "/api/v1/handover?since=2026-11-22&until=2026-11-21", 400, "before" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		json_t *json = world_get(*state, rows[i].target, rows[i].status);

		if (!strstr(world_string(json, "error.message"), rows[i].words))
			fail_msg("%s: %s", rows[i].target, world_string(json, "error.message"));
		json_decref(json);
	}
}

static void the_load_is_held_against_targets(void **state)
{
	json_t *json = get(*state, "/api/v1/workload");

	assert_int_equal(world_number(json, "operators"), 2);
	assert_int_equal(world_number(json, "last_10_min"), 3);
	assert_int_equal(world_number(json, "standing.all"), 3);
	assert_int_equal(world_number(json, "standing.critical"), 1);
	assert_int_equal(world_number(json, "standing.unacknowledged"), 3);
	assert_true(json_is_false(world_at(json, "flood")));
	assert_string_equal(world_string(json, "light"), "green");
	assert_string_equal(world_string(json, "targets.0.name"), "alarms_10m");
	assert_true(fabs(world_number(json, "targets.0.actual") - 0.25) < 1e-9);
	assert_int_equal(world_number(json, "targets.0.target"), 1);
	assert_string_equal(world_string(json, "targets.5.name"), "critical_share");
	assert_true(json_is_null(world_at(json, "targets.5.actual"))); /* too few to say */
	assert_int_equal(size_of(json, "worst.this"), 2);
	assert_int_equal(world_number(json, "worst.this.0.alarms"), 2);
	assert_string_equal(world_string(json, "worst.this.1.rule"), "gate");
	assert_int_equal(world_number(json, "worst.this.1.critical"), 1);
	assert_int_equal(size_of(json, "worst.last"), 0);
	json_decref(json);

	json = get(*state, "/api/v1/status");
	assert_int_equal(world_number(json, "load.last_hour"), 3);
	assert_string_equal(world_string(json, "load.light"), "green");
	json_decref(json);
	assert_int_equal(world_ask(*state, "GET", "/metrics", ""), 200);
	assert_non_null(strstr(((struct world *)*state)->body, "\niocd_alarms_10m 3\n"));
	assert_non_null(strstr(((struct world *)*state)->body, "\niocd_alarm_flood 0\n"));
}

static void order(struct world *world, enum command_verb verb, const char *rule,
		  const char *subject)
{
	struct command command = {
		.verb = verb, .key = "k", .by = "Bình", .note = "on my way", .has_subject = *subject
	};
	uint32_t n;

	snprintf(command.rule, sizeof(command.rule), "%s", rule);
	snprintf(command.unit, sizeof(command.unit), "ward");
	snprintf(command.subject, sizeof(command.subject), "%s", subject);
	command.until_ms = verb == COMMAND_SHELVE ? world->now_ms + HOUR_MS : 0;
	assert_int_equal(alertbook_command(world->book, &command, world->now_ms, 1, &n),
			 OUTCOME_DONE);
}

/* 25 more alarms, which is a flood for two people, within two minutes; then they are over. */
static void a_shift_hands_over_all_there_is(void **state)
{
	struct world *world = *state;
	json_t *json;

	order(world, COMMAND_ACKNOWLEDGE, "gate", "g/1");
	for (int i = 0; i < 25; i++) {
		char gate[16];

		world_pass(world, 5000);
		snprintf(gate, sizeof(gate), "f/%d", i);
		world_alarm(world, gate);
		follow(world);
	}
	order(world, COMMAND_SHELVE, "gate", "f/3");
	history_put_generation(world->history, "0123456789abcdef", "Chi", world->now_ms);

	json = get(world, "/api/v1/handover?since=1h");
	assert_string_equal(world_string(json, "unit.id"), "city");
	assert_true(json_is_true(world_at(json, "load.flood")));
	assert_string_equal(world_string(json, "load.light"), "red");
	assert_int_equal(world_number(json, "n_standing"), 28);
	assert_int_equal(size_of(json, "standing"), 28);
	assert_int_equal(world_number(json, "n_over"), 0);
	assert_int_equal(world_number(json, "counts.raised"), 28);
	assert_int_equal(world_number(json, "counts.acknowledged"), 1);
	assert_int_equal(world_number(json, "counts.suppressed"), 1);
	assert_int_equal(size_of(json, "floods"), 1);
	assert_int_equal(world_number(json, "floods.0.alarms"), 28);
	assert_true(json_is_null(world_at(json, "floods.0.to")));
	/* The 21st alarm within ten minutes: three were there before. */
	assert_string_equal(world_string(json, "floods.0.from"), "2026-11-22T08:01:30+07:00");
	assert_string_equal(world_string(json, "suppressions.0.by"), "Bình");
	assert_string_equal(world_string(json, "silent.0.unit.id"), "dock");
	assert_string_equal(world_string(json, "iocd.parts.0.name"), "redis");
	assert_int_equal(size_of(json, "iocd.parts"), 1);
	assert_int_equal(size_of(json, "generations"), 1);
	assert_string_equal(world_string(json, "generations.0.by"), "Chi");
	assert_int_equal(size_of(json, "log"), 30);
	json_decref(json);

	world_pass(world, 30 * 60000);
	json = get(world, "/api/v1/handover?since=1h&unit=ward");
	assert_true(json_is_false(world_at(json, "load.flood")));
	assert_string_equal(world_string(json, "unit.id"), "ward");
	assert_int_equal(size_of(json, "floods"), 1);
	/* When the tenth from the end is ten minutes old, nine are left. */
	assert_string_equal(world_string(json, "floods.0.to"), "2026-11-22T08:11:20+07:00");
	json_decref(json);
}

/* What is so now was not so then: nothing is told of it. */
static void the_sheet_of_a_shift_that_is_over_has_what_happened_then(void **state)
{
	static const char *const present[] = { "load",   "standing",     "n_standing", "over",
					       "n_over", "suppressions", "silent",     "iocd" };
	json_t *json = get(*state, "/api/v1/handover?since=08:00&until=08:01");

	assert_string_equal(world_string(json, "until"), "2026-11-22T08:01:00+07:00");
	assert_int_equal(world_number(json, "counts.raised"), 14);
	assert_int_equal(size_of(json, "log"), 15);
	assert_int_equal(size_of(json, "floods"), 0);
	for (size_t i = 0; i < COUNT(present); i++)
		if (!json_is_null(world_at(json, present[i])))
			fail_msg("%s is told", present[i]);
	json_decref(json);
	json = get(*state, "/api/v1/handover?until=2026-12-01");
	assert_int_equal(world_number(json, "n_standing"), 2); /* it goes up to now */
	json_decref(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_log_says_what_where_when_and_why),
		cmocka_unit_test(the_log_is_narrowed_and_cut),
		cmocka_unit_test(what_makes_no_sense_is_told),
		cmocka_unit_test(the_load_is_held_against_targets),
		cmocka_unit_test(a_shift_hands_over_all_there_is),
		cmocka_unit_test(the_sheet_of_a_shift_that_is_over_has_what_happened_then),
	};

	return cmocka_run_group_tests(tests, world_set_up, world_tear_down);
}
