/* SPDX-License-Identifier: Apache-2.0 */
/* The configuration in force, and the files as they are now. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "iocd/history_log.h"
#include "world.h"

static void the_rules_in_force_say_since_when_and_by_whom(void **state)
{
	struct world *world = *state;
	json_t *json;

	world->rules_state.by = "an";
	world->rules_state.since_ms = WORLD_NOW_MS;
	json = world_get(world, "/api/v1/config", 200);
	assert_string_equal(world_string(json, "instance"), "test");
	assert_string_equal(world_string(json, "directory"), world->directory);
	assert_int_equal(strlen(world_string(json, "fingerprint")), 16);
	assert_string_equal(world_string(json, "rules.generation"), "old");
	assert_string_equal(world_string(json, "rules.by"), "an");
	assert_string_equal(world_string(json, "rules.since"), "2026-11-22T08:00:00+07:00");
	assert_true(json_is_null(world_at(json, "reload")));
	assert_true(json_is_null(world_at(json, "check")));
	json_decref(json);
}

static void what_was_so_before_the_start_is_known_from_history(void **state)
{
	struct world *world = *state;
	json_t *json;

	world->rules_state.by = "";
	json = world_get(world, "/api/v1/config", 200);
	assert_true(json_is_null(world_at(json, "rules.by")));
	assert_true(json_is_null(world_at(json, "rules.since")));
	json_decref(json);

	history_put_generation(world->history, "other", "an", WORLD_NOW_MS - 60000);
	json = world_get(world, "/api/v1/config", 200);
	assert_true(json_is_null(world_at(json, "rules.by")));
	json_decref(json);
	history_put_generation(world->history, "old", "binh", WORLD_NOW_MS);
	json = world_get(world, "/api/v1/config", 200);
	assert_string_equal(world_string(json, "rules.by"), "binh");
	assert_string_equal(world_string(json, "rules.since"), "2026-11-22T08:00:00+07:00");
	json_decref(json);
}

static void the_last_reload_is_told_with_its_report(void **state)
{
	struct world *world = *state;
	json_t *json;

	world->rules_state.reload_ms = WORLD_NOW_MS;
	world->rules_state.reload_by = "an";
	world->rules_state.reload_outcome = "refused";
	world->rules_state.reload_report = "rules.d/desk.yml:4:3: error: \"no\"\n";
	json = world_get(world, "/api/v1/config", 200);
	assert_string_equal(world_string(json, "reload.time"), "2026-11-22T08:00:00+07:00");
	assert_string_equal(world_string(json, "reload.by"), "an");
	assert_string_equal(world_string(json, "reload.outcome"), "refused");
	assert_string_equal(world_string(json, "reload.report"),
			    "rules.d/desk.yml:4:3: error: \"no\"\n");
	json_decref(json);
}

static void append(const struct world *world, const char *line)
{
	char path[160];
	FILE *file;

	snprintf(path, sizeof(path), "%s/rules.d/desk.yml", world->directory);
	file = fopen(path, "a");
	assert_non_null(file);
	fputs(line, file);
	fclose(file);
}

static const json_t *find_error(const json_t *json)
{
	const json_t *list = world_at(json, "check.findings"), *finding;
	size_t i;

	json_array_foreach(list, i, finding) if (strcmp(world_string(finding, "severity"),
							"error") == 0) return finding;
	return NULL;
}

static void the_files_are_checked_as_they_are_now(void **state)
{
	struct world *world = *state;
	json_t *json = world_get(world, "/api/v1/config?check=1", 200);
	const json_t *error;

	assert_true(json_is_true(world_at(json, "check.good")));
	assert_null(find_error(json));
	json_decref(json);

	append(world, "odd: {indicator: desk.clsed, window: 1h, warning: \"> 1\"}\n");
	json = world_get(world, "/api/v1/config?check=1", 200);
	assert_true(json_is_false(world_at(json, "check.good")));
	assert_true(json_is_false(world_at(json, "check.cut")));
	error = find_error(json);
	assert_string_equal(world_string(error, "file"), "rules.d/desk.yml");
	assert_int_equal(world_number(error, "column"), 18);
	assert_int_equal(world_number(error, "end_column"), 28);
	assert_string_equal(world_string(error, "suggestion"), "desk.closed");
	assert_non_null(strstr(world_string(error, "source"), "odd: {"));
	assert_non_null(world_string(error, "code"));
	assert_non_null(world_string(error, "message"));
	assert_string_equal(world_string(json, "rules.generation"), "old");
	json_decref(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_rules_in_force_say_since_when_and_by_whom),
		cmocka_unit_test(what_was_so_before_the_start_is_known_from_history),
		cmocka_unit_test(the_last_reload_is_told_with_its_report),
		cmocka_unit_test(the_files_are_checked_as_they_are_now),
	};

	return cmocka_run_group_tests(tests, world_set_up, world_tear_down);
}
