/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "views.h"
#include "world.h"

#define HOUR INT64_C(3600000)

static void without_findings_the_list_is_empty(void **state)
{
	json_t *json = world_get(*state, "/api/v1/findings", 200);

	assert_int_equal(json_array_size(world_at(json, "findings")), 0);
	assert_int_equal(world_number(json, "matching"), 0);
	assert_int_equal(world_number(json, "last"), 0);
	json_decref(json);
}

static void what_came_too_late_is_listed_the_newest_first(void **state)
{
	struct world *world = *state;
	json_t *json;

	world_late_alarm(world, "ward", "g/7", 48 * HOUR);
	world_late_alarm(world, "ward", "g/7", 47 * HOUR);
	world_late_alarm(world, "dock", "g/8", 72 * HOUR);
	json = world_get(world, "/api/v1/findings", 200);
	assert_int_equal(json_array_size(world_at(json, "findings")), 2);
	assert_string_equal(world_string(json, "findings.0.subject"), "g/8");
	assert_int_equal(world_number(json, "findings.0.number"), 2);
	assert_int_equal(world_number(json, "findings.1.number"), 1);
	assert_int_equal(world_number(json, "last"), 2);
	json_decref(json);
}

static void a_finding_says_what_happened_to_whom_when_and_how_often(void **state)
{
	json_t *json = world_get(*state, "/api/v1/findings?unit=ward", 200);

	assert_int_equal(world_number(json, "matching"), 1);
	assert_string_equal(world_string(json, "findings.0.severity"), "critical");
	assert_string_equal(world_string(json, "findings.0.rule.id"), "gate");
	assert_string_equal(world_string(json, "findings.0.rule.title.vi"), "Cổng");
	assert_string_equal(world_string(json, "findings.0.unit.id"), "ward");
	assert_string_equal(world_string(json, "findings.0.unit.name.en"), "Ward");
	assert_string_equal(world_string(json, "findings.0.subject"), "g/7");
	assert_string_equal(world_string(json, "findings.0.first"), "2026-11-20T08:00:00+07:00");
	assert_string_equal(world_string(json, "findings.0.last"), "2026-11-20T09:00:00+07:00");
	assert_string_equal(world_string(json, "findings.0.found"), "2026-11-22T08:00:00+07:00");
	assert_int_equal(world_number(json, "findings.0.events"), 2);
	assert_true(world_number(json, "findings.0.position") > 0);
	json_decref(json);
}

static void findings_are_chosen_by_unit_and_bounded(void **state)
{
	json_t *json = world_get(*state, "/api/v1/findings?unit=city&limit=1", 200);

	assert_int_equal(json_array_size(world_at(json, "findings")), 1);
	assert_string_equal(world_string(json, "findings.0.subject"), "g/8");
	assert_int_equal(world_number(json, "matching"), 2);
	json_decref(json);
	json_decref(world_get(*state, "/api/v1/findings?unit=nobody", 404));
	json_decref(world_get(*state, "/api/v1/findings?limit=1001", 400));
	json_decref(world_get(*state, "/api/v1/findings?limit=0", 400));
}

static void a_rule_that_was_taken_away_is_known_by_its_id(void **state)
{
	struct world *world = *state;
	struct rules *none = rules_new(&(struct rules_options){
		.n_units = 3, .n_types = schema_n_types(config_schema(world->config)) });
	json_t *json;

	control_replace_config(world->control, world->config, none, NULL, NULL);
	json = world_get(world, "/api/v1/findings?limit=1", 200);
	assert_string_equal(world_string(json, "findings.0.rule.id"), "gate");
	assert_string_equal(world_string(json, "findings.0.rule.title.en"), "gate");
	json_decref(json);
	control_replace_config(world->control, world->config, world->rules, NULL, NULL);
	rules_free(none);
}

static void without_a_list_there_is_nothing_to_show(void **state)
{
	const struct views views = { .source = { .findings = NULL } };
	struct http_response response = { .status = 200 };

	(void)state;
	view_findings(&views, NULL, &response);
	assert_int_equal(response.status, 404);
	assert_non_null(strstr(text_get(&response.body), "no_findings"));
	text_fini(&response.body);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_findings_the_list_is_empty),
		cmocka_unit_test(what_came_too_late_is_listed_the_newest_first),
		cmocka_unit_test(a_finding_says_what_happened_to_whom_when_and_how_often),
		cmocka_unit_test(findings_are_chosen_by_unit_and_bounded),
		cmocka_unit_test(a_rule_that_was_taken_away_is_known_by_its_id),
		cmocka_unit_test(without_a_list_there_is_nothing_to_show),
	};

	return cmocka_run_group_tests(tests, world_set_up, world_tear_down);
}
