/* SPDX-License-Identifier: Apache-2.0 */
/* A back-test as people see it. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "world.h"

#define HEADERS "X-Iocd: 1\r\nContent-Type: application/json\r\n"

static const struct control_backtest_row rows[] = {
	{ .rule = "late", .raised_before = 5, .raised_after = 3, .missed = 2 },
	{ .rule = "gone", .raised_before = 1, .critical_before = 1, .missed = 1 },
};

static void before_the_first_there_is_nothing(void **state)
{
	struct world *world = *state;
	json_t *json = world_get(world, "/api/v1/backtest", 200);

	assert_string_equal(world_string(json, "state"), "none");
	assert_true(json_is_null(world_at(json, "by")));
	assert_true(json_is_null(world_at(json, "result")));
	json_decref(json);
	assert_int_equal(world_post(world, "/api/v1/backtest/stop", HEADERS, ""), 409);
	json = world_get(world, "/api/v1/rules", 200);
	assert_true(json_is_null(world_at(json, "rules.0.backtest")));
	assert_true(json_is_null(world_at(json, "backtest_finished")));
	json_decref(json);
}

static void it_is_begun_by_whoever_asks_and_may_be_stopped(void **state)
{
	struct world *world = *state;
	json_t *json;

	assert_int_equal(world_post(world, "/api/v1/backtest", HEADERS, "{\"days\": 3}"), 202);
	json = world_answer(world);
	assert_string_equal(world_string(json, "state"), "running");
	assert_int_equal(world_number(json, "days"), 3);
	json_decref(json);
	assert_string_equal(world->tester, "local");
	assert_int_equal(world->test_days, 3);
	assert_int_equal(world_post(world, "/api/v1/backtest", HEADERS, ""), 202);
	assert_int_equal(world->test_days, 7);
	assert_int_equal(world_post(world, "/api/v1/backtest/stop", HEADERS, ""), 202);

	world->start_result = CONTROL_BACKTEST_BUSY;
	assert_int_equal(world_post(world, "/api/v1/backtest", HEADERS, ""), 409);
	world->start_result = -EAGAIN;
	assert_int_equal(world_post(world, "/api/v1/backtest", HEADERS, ""), 503);
	world->start_result = 0;
}

static void a_body_that_makes_no_sense_begins_nothing(void **state)
{
	static const char *const bodies[] = { "{\"days\": 0}",
					      "{\"days\": 367}",
					      "{\"days\": \"1\"}",
					      "{\"weeks\": 1}",
					      "[]",
					      "{",
					      "{\"days\": 1.5}" };
	struct world *world = *state;

	world->test_days = 99;
	for (size_t i = 0; i < COUNT(bodies); i++)
		assert_int_equal(world_post(world, "/api/v1/backtest", HEADERS, bodies[i]), 400);
	assert_int_equal(world->test_days, 99);
}

static void a_result_stays_and_its_rows_stand_beside_their_rules(void **state)
{
	struct world *world = *state;
	json_t *json;

	world->test = (struct control_backtest){
		.state = CONTROL_BACKTEST_FAILED,
		.by = "binh",
		.days = 7,
		.why = "it was stopped",
		.result = { .started_ms = WORLD_NOW_MS - 60000,
			    .finished_ms = WORLD_NOW_MS,
			    .by = "an",
			    .generation = "tried",
			    .records = 1000,
			    .missed = 3,
			    .before = { .alerts = 6, .mean = 0.5 },
			    .rows = rows,
			    .n_rows = COUNT(rows) },
	};
	json = world_get(world, "/api/v1/backtest", 200);
	assert_string_equal(world_string(json, "state"), "failed");
	assert_string_equal(world_string(json, "why"), "it was stopped");
	assert_string_equal(world_string(json, "result.by"), "an");
	assert_string_equal(world_string(json, "result.finished"), "2026-11-22T08:00:00+07:00");
	assert_int_equal(world_number(json, "result.before.alerts"), 6);
	assert_string_equal(world_string(json, "result.rules.0.title.en"), "Too late");
	assert_int_equal(world_number(json, "result.rules.0.raised_after"), 3);
	assert_string_equal(world_string(json, "result.rules.1.rule"), "gone");
	assert_true(json_is_null(world_at(json, "result.rules.1.title")));
	json_decref(json);

	json = world_get(world, "/api/v1/rules", 200);
	assert_string_equal(world_string(json, "backtest_finished"), "2026-11-22T08:00:00+07:00");
	assert_string_equal(world_string(json, "rules.0.id"), "late");
	assert_int_equal(world_number(json, "rules.0.backtest.missed"), 2);
	assert_true(json_is_null(world_at(json, "rules.1.backtest")));
	json_decref(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(before_the_first_there_is_nothing),
		cmocka_unit_test(it_is_begun_by_whoever_asks_and_may_be_stopped),
		cmocka_unit_test(a_body_that_makes_no_sense_begins_nothing),
		cmocka_unit_test(a_result_stays_and_its_rows_stand_beside_their_rules),
	};

	return cmocka_run_group_tests(tests, world_set_up, world_tear_down);
}
