/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "views.h"
#include "world.h"

static void open_records_are_listed_soonest_due_first(void **state)
{
	json_t *json = world_get(*state, "/api/v1/records", 200);

	assert_int_equal(json_array_size(world_at(json, "records")), 3);
	assert_int_equal(world_number(json, "matching"), 3);
	assert_string_equal(world_string(json, "records.0.record"), "r/2");
	assert_string_equal(world_string(json, "records.1.record"), "r/3");
	assert_string_equal(world_string(json, "records.2.record"), "r/1");
	assert_string_equal(world_string(json, "records.0.state"), "overdue");
	assert_string_equal(world_string(json, "records.1.state"), "due-soon");
	assert_string_equal(world_string(json, "records.2.state"), "open");
	assert_true(json_is_true(world_at(json, "records.0.overdue")));
	assert_true(json_is_false(world_at(json, "records.1.overdue")));
	json_decref(json);
}

static void a_record_shows_whose_it_is_and_by_when_it_must_be_done(void **state)
{
	json_t *json = world_get(*state, "/api/v1/records", 200);

	assert_string_equal(world_string(json, "records.2.track"), "desk.late");
	assert_string_equal(world_string(json, "records.2.title.en"), "Late");
	assert_string_equal(world_string(json, "records.2.unit.id"), "ward");
	assert_string_equal(world_string(json, "records.2.unit.name.vi"), "Phường");
	assert_string_equal(world_string(json, "records.2.opened"), "2026-11-22T08:00:00+07:00");
	assert_string_equal(world_string(json, "records.2.due"), "2026-11-24T00:00:00+07:00");
	assert_int_equal(world_number(json, "counts.open"), 3);
	assert_int_equal(world_number(json, "counts.stale"), 0);
	json_decref(json);
}

static void records_are_found_by_unit_track_and_state(void **state)
{
	json_t *json = world_get(*state, "/api/v1/records?unit=ward", 200);

	assert_int_equal(world_number(json, "matching"), 2);
	assert_string_equal(world_string(json, "records.0.record"), "r/3");
	json_decref(json);
	json = world_get(*state, "/api/v1/records?unit=city&track=desk.late&limit=1", 200);
	assert_int_equal(world_number(json, "matching"), 3);
	assert_int_equal(json_array_size(world_at(json, "records")), 1);
	json_decref(json);
	json = world_get(*state, "/api/v1/records?state=due-soon", 200);
	assert_int_equal(world_number(json, "matching"), 1);
	assert_string_equal(world_string(json, "records.0.record"), "r/3");
	json_decref(json);
	json = world_get(*state, "/api/v1/records?state=paused", 200);
	assert_int_equal(world_number(json, "matching"), 0);
	json_decref(json);
}

static void what_is_not_there_is_told_so(void **state)
{
	json_decref(world_get(*state, "/api/v1/records?unit=nobody", 404));
	json_decref(world_get(*state, "/api/v1/records?track=desk", 404));
	json_decref(world_get(*state, "/api/v1/records?state=late", 400));
	json_decref(world_get(*state, "/api/v1/records?limit=1001", 400));
}

static void without_trackers_there_is_nothing_to_list(void **state)
{
	const struct views views = { .source = { .trackers = NULL } };
	struct http_response response = { .status = 200 };

	(void)state;
	view_records(&views, NULL, &response);
	assert_int_equal(response.status, 404);
	assert_non_null(strstr(text_get(&response.body), "no_records"));
	text_fini(&response.body);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(open_records_are_listed_soonest_due_first),
		cmocka_unit_test(a_record_shows_whose_it_is_and_by_when_it_must_be_done),
		cmocka_unit_test(records_are_found_by_unit_track_and_state),
		cmocka_unit_test(what_is_not_there_is_told_so),
		cmocka_unit_test(without_trackers_there_is_nothing_to_list),
	};

	return cmocka_run_group_tests(tests, world_set_up, world_tear_down);
}
