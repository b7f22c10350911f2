/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "world.h"

static void the_most_severe_alert_comes_first(void **state)
{
	json_t *json = world_get(*state, "/api/v1/alerts", 200);

	assert_int_equal(json_array_size(world_at(json, "alerts")), 3);
	assert_string_equal(world_string(json, "alerts.0.severity"), "critical");
	assert_string_equal(world_string(json, "alerts.0.key"), "gate/g%2F1");
	assert_string_equal(world_string(json, "alerts.1.rule.id"), "late");
	assert_int_equal(world_number(json, "numbers.0"), 1);
	assert_int_equal(world_number(json, "numbers.2"), 3);
	assert_int_equal(world_number(json, "counts.open"), 3);
	assert_int_equal(world_number(json, "counts.matching"), 3);
	assert_int_equal(world_number(json, "counts.critical"), 1);
	assert_int_equal(world_number(json, "counts.warning"), 2);
	json_decref(json);
}

static void a_unit_stands_for_those_below_it(void **state)
{
	json_t *json = world_get(*state, "/api/v1/alerts?unit=city", 200);

	assert_int_equal(json_array_size(world_at(json, "alerts")), 3);
	json_decref(json);
	json = world_get(*state, "/api/v1/alerts?unit=quarter", 200); /* an alias of ward */
	assert_int_equal(json_array_size(world_at(json, "alerts")), 2);
	assert_string_equal(world_string(json, "alerts.0.unit.id"), "ward");
	assert_string_equal(world_string(json, "alerts.1.unit.id"), "ward");
	json_decref(json);
	json = world_get(*state, "/api/v1/alerts?unit=dock", 200);
	assert_int_equal(json_array_size(world_at(json, "alerts")), 0);
	assert_int_equal(world_number(json, "counts.open"), 3);
	json_decref(json);
}

static void numbers_stay_those_of_the_whole_list(void **state)
{
	json_t *json = world_get(*state, "/api/v1/alerts?severity=warning", 200);

	assert_int_equal(json_array_size(world_at(json, "alerts")), 2);
	assert_int_equal(world_number(json, "numbers.0"), 2);
	assert_int_equal(world_number(json, "counts.critical"), 0);
	json_decref(json);
}

static void a_limit_hides_nothing_from_the_counts(void **state)
{
	json_t *json = world_get(*state, "/api/v1/alerts?limit=1", 200);

	assert_int_equal(json_array_size(world_at(json, "alerts")), 1);
	assert_int_equal(json_array_size(world_at(json, "numbers")), 1);
	assert_int_equal(world_number(json, "counts.matching"), 3);
	json_decref(json);
}

static void a_wrong_question_is_told_so(void **state)
{
	json_t *json = world_get(*state, "/api/v1/alerts?unit=moon", 404);

	assert_string_equal(world_string(json, "error.code"), "unknown_unit");
	json_decref(json);
	json_decref(world_get(*state, "/api/v1/alerts?severity=bad", 400));
	json_decref(world_get(*state, "/api/v1/alerts?limit=0", 400));
	json_decref(world_get(*state, "/api/v1/alerts?limit=1e3", 400));
	json_decref(world_get(*state, "/api/v1/alerts?limit=99999999999999999999", 400));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_most_severe_alert_comes_first),
		cmocka_unit_test(a_unit_stands_for_those_below_it),
		cmocka_unit_test(numbers_stay_those_of_the_whole_list),
		cmocka_unit_test(a_limit_hides_nothing_from_the_counts),
		cmocka_unit_test(a_wrong_question_is_told_so),
	};

	return cmocka_run_group_tests(tests, world_set_up, world_tear_down);
}
