/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "iocd/base/counter.h"
#include "world.h"

static void status_has_the_names_that_others_rely_on(void **state)
{
	struct world *world = *state;
	json_t *json = world_get(world, "/api/v1/status", 200);

	assert_string_equal(world_string(json, "instance"), "test");
	assert_string_equal(world_string(json, "version"), IOCD_VERSION);
	assert_true(world_number(json, "uptime_s") > 0);
	assert_true(json_is_true(world_at(json, "ready")));
	assert_string_equal(world_string(json, "config"), config_fingerprint(world->config));
	assert_int_equal(world_number(json, "told"), 2);
	assert_int_equal(world_number(json, "stall_us"), 1500);
	assert_int_equal(world_number(json, "indicators_live"), indicators_live(world->indicators));
	json_decref(json);
}

static void each_part_has_its_light_and_why(void **state)
{
	json_t *json = world_get(*state, "/api/v1/status", 200);

	assert_int_equal(json_array_size(world_at(json, "parts")), 2);
	assert_string_equal(world_string(json, "parts.0.name"), "mqtt");
	assert_string_equal(world_string(json, "parts.0.light"), "green");
	assert_string_equal(world_string(json, "parts.0.since"), "2026-11-22T08:00:00+07:00");
	assert_string_equal(world_string(json, "parts.1.light"), "amber");
	assert_string_equal(world_string(json, "parts.1.state"), "rewriting");
	assert_string_equal(world_string(json, "parts.1.detail"), "since \"now\"");
	/* Since the start. */
	assert_string_equal(world_string(json, "parts.1.since"), "2026-11-22T07:59:00+07:00");
	json_decref(json);
}

static void every_event_is_accounted_for(void **state)
{
	json_t *json = world_get(*state, "/api/v1/status", 200);
	json_t *refused = world_at(json, "events.refused");

	assert_int_equal(world_number(json, "events.seen"), 33);
	assert_int_equal(world_number(json, "events.accepted"), 31);
	assert_int_equal(json_object_size(refused), 2);
	assert_int_equal(world_number(refused, "out_of_range"), 1);
	assert_int_equal(world_number(refused, "unknown_unit"), 1);
	assert_int_equal(world_number(json, "events.unaccounted"), 0);
	assert_true(world_number(json, "events.per_s") == 12.5);
	assert_int_equal(world_number(json, "events.late"), 0);
	json_decref(json);
}

static void the_journal_s_positions_and_the_alerts_are_counted(void **state)
{
	json_t *json = world_get(*state, "/api/v1/status", 200);

	assert_int_equal(world_number(json, "journal.end"), 500);
	assert_int_equal(world_number(json, "journal.synced"), 400);
	assert_int_equal(world_number(json, "journal.folded"), 300);
	assert_int_equal(world_number(json, "journal.stored"), 200);
	assert_int_equal(world_number(json, "journal.behind"), 200);
	assert_int_equal(world_number(json, "journal.bytes"), 1024);
	assert_int_equal(world_number(json, "alerts.open"), 3);
	assert_int_equal(world_number(json, "alerts.critical"), 1);
	assert_int_equal(world_number(json, "alerts.warning"), 2);
	assert_int_equal(world_number(json, "alerts.raised"), 3);
	assert_int_equal(world_number(json, "alerts.changed"), 0);
	assert_int_equal(world_number(json, "alerts.cleared"), 0);
	json_decref(json);
}

static void a_probe_sees_whether_the_journal_was_caught_up_with(void **state)
{
	struct world *world = *state;

	assert_int_equal(world_ask(world, "GET", "/live", ""), 200);
	assert_int_equal(world_ask(world, "GET", "/ready", ""), 200);
	world->health.ready = false;
	assert_int_equal(world_ask(world, "GET", "/ready", ""), 503);
	assert_int_equal(world_ask(world, "GET", "/live", ""), 200);
	world->health.ready = true;
}

static void amber_is_healthy_and_red_is_not(void **state)
{
	struct world *world = *state;

	assert_int_equal(world_ask(world, "GET", "/health", ""), 200);
	world->health.parts[0].light = LIGHT_RED;
	assert_int_equal(world_ask(world, "GET", "/health", ""), 503);
	assert_non_null(strstr(world->body, "\"light\":\"red\""));
	world->health.parts[0].light = LIGHT_GREEN;
}

static void counters_have_their_meaning(void **state)
{
	json_t *json = world_get(*state, "/api/v1/counters", 200);

	assert_int_equal(json_array_size(world_at(json, "counters")), N_COUNTERS);
	for (size_t i = 0; i < N_COUNTERS; i++) {
		json_t *counter = json_array_get(world_at(json, "counters"), i);

		assert_string_equal(world_string(counter, "name"), counter_name((enum counter)i));
		assert_string_equal(world_string(counter, "text"), counter_text((enum counter)i));
	}
	assert_int_equal(
		world_number(json_array_get(world_at(json, "counters"), COUNTER_events_seen),
			     "value"),
		33);
	json_decref(json);
}

/* Last: it cannot be undone. */
static void an_event_that_went_missing_is_no_health(void **state)
{
	struct world *world = *state;
	json_t *json;

	counter_add(COUNTER_events_seen, 1);
	json = world_get(world, "/api/v1/status", 200);
	assert_int_equal(world_number(json, "events.unaccounted"), 1);
	json_decref(json);
	assert_int_equal(world_ask(world, "GET", "/health", ""), 503);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(status_has_the_names_that_others_rely_on),
		cmocka_unit_test(each_part_has_its_light_and_why),
		cmocka_unit_test(every_event_is_accounted_for),
		cmocka_unit_test(the_journal_s_positions_and_the_alerts_are_counted),
		cmocka_unit_test(a_probe_sees_whether_the_journal_was_caught_up_with),
		cmocka_unit_test(amber_is_healthy_and_red_is_not),
		cmocka_unit_test(counters_have_their_meaning),
		cmocka_unit_test(an_event_that_went_missing_is_no_health),
	};

	return cmocka_run_group_tests(tests, world_set_up, world_tear_down);
}
