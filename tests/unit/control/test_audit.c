/* SPDX-License-Identifier: Apache-2.0 */
/* Who did what, as it is shown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "iocd/base/clock.h"
#include "iocd/history_audit.h"
#include "world.h"

static void put(struct world *world, const char *who, const char *what, const char *unit,
		const char *detail)
{
	history_put_audit(world->history, &(struct history_audit){
						  .time_ms = clock_real_ms(),
						  .who = who,
						  .role = "operator",
						  .from = "192.0.2.7",
						  .what = what,
						  .unit = unit,
						  .about = "",
						  .outcome = "done",
						  .detail = detail,
						  .key = "",
					  });
}

static void what_was_done_is_told_with_who_and_where(void **state)
{
	struct world *world = *state;
	json_t *json;

	put(world, "an", "acknowledge", "ward", "seen");
	put(world, "", "login.failed", "", "");
	json = world_get(world, "/api/v1/audit?who=an", 200);
	assert_int_equal(json_array_size(world_at(json, "entries")), 1);
	assert_int_equal(world_number(json, "entries.0.number"), 1);
	assert_string_equal(world_string(json, "entries.0.who"), "an");
	assert_string_equal(world_string(json, "entries.0.role"), "operator");
	assert_string_equal(world_string(json, "entries.0.from"), "192.0.2.7");
	assert_string_equal(world_string(json, "entries.0.what"), "acknowledge");
	assert_string_equal(world_string(json, "entries.0.unit.id"), "ward");
	assert_string_equal(world_string(json, "entries.0.unit.name.vi"), "Phường");
	assert_string_equal(world_string(json, "entries.0.outcome"), "done");
	assert_string_equal(world_string(json, "entries.0.detail"), "seen");
	assert_true(json_is_null(world_at(json, "entries.0.about")));
	assert_true(json_is_false(world_at(json, "cut")));
	json_decref(json);

	json = world_get(world, "/api/v1/audit?what=login", 200);
	assert_int_equal(json_array_size(world_at(json, "entries")), 1);
	assert_true(json_is_null(world_at(json, "entries.0.who")));
	assert_true(json_is_null(world_at(json, "entries.0.unit")));
	json_decref(json);
	json = world_get(world, "/api/v1/audit?limit=1", 200);
	assert_int_equal(json_array_size(world_at(json, "entries")), 1);
	assert_true(json_is_true(world_at(json, "cut")));
	json_decref(json);
}

static void assert_entries(struct world *world, const char *target, size_t n)
{
	json_t *json = world_get(world, target, 200);

	assert_int_equal(json_array_size(world_at(json, "entries")), n);
	json_decref(json);
}

/* And what was done to no unit is done to none below the city. */
static void what_was_done_to_a_unit_and_below_can_be_asked_for(void **state)
{
	struct world *world = *state;

	put(world, "binh", "comment", "city", "");
	put(world, "binh", "comment", "ward", "");
	put(world, "binh", "comment", "", "");
	assert_entries(world, "/api/v1/audit?who=binh", 3);
	assert_entries(world, "/api/v1/audit?who=binh&unit=city", 2);
	assert_entries(world, "/api/v1/audit?who=binh&unit=quarter", 1); /* its former id */
	assert_entries(world, "/api/v1/audit?who=binh&unit=dock", 0);
}

/* The answer is JSON whatever was written, and says it unchanged where that is text. */
static void hostile_text_stays_text(void **state)
{
	static const char hostile[] = "</script><img src=x onerror=alert(1)>\"\\\n\x01\x7f%s";
	struct world *world = *state;
	json_t *json;

	put(world, hostile, "note", "no-such-unit", "\xff\xfe broken \xc3");
	json = world_get(world, "/api/v1/audit?what=note", 200);
	assert_string_equal(world_string(json, "entries.0.who"), hostile);
	assert_non_null(strstr(world_string(json, "entries.0.detail"), " broken "));
	assert_string_equal(world_string(json, "entries.0.unit.id"), "no-such-unit");
	assert_true(json_is_null(world_at(json, "entries.0.unit.level")));
	json_decref(json);
}

static void what_makes_no_sense_is_refused(void **state)
{
	json_decref(world_get(*state, "/api/v1/audit?since=yesterday", 400));
	json_decref(world_get(*state, "/api/v1/audit?limit=0", 400));
	json_decref(world_get(*state, "/api/v1/audit?unit=nowhere", 404));
	json_decref(world_get(*state, "/api/v1/audit?limit=5001", 400));
	json_decref(world_get(*state, "/api/v1/audit?since=2026-11-22&until=2026-11-21", 400));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_done_is_told_with_who_and_where),
		cmocka_unit_test(what_was_done_to_a_unit_and_below_can_be_asked_for),
		cmocka_unit_test(hostile_text_stays_text),
		cmocka_unit_test(what_makes_no_sense_is_refused),
	};

	return cmocka_run_group_tests(tests, world_set_up, world_tear_down);
}
