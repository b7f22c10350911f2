/* SPDX-License-Identifier: Apache-2.0 */
/* A figure's last hour, and the limits it is held against. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "curve.h"
#include "world.h"

static void the_last_hour_is_told_minute_by_minute(void **state)
{
	json_t *json = world_get(*state, "/api/v1/curve?indicator=desk.closed&unit=ward", 200);

	assert_int_equal(json_array_size(world_at(json, "points")), 60);
	assert_string_equal(world_string(json, "points.0.time"), "2026-11-22T07:01:00+07:00");
	assert_string_equal(world_string(json, "points.59.time"), "2026-11-22T08:00:00+07:00");
	assert_int_equal(world_number(json, "points.59.value"), 30);
	assert_int_equal(world_number(json, "points.59.samples"), 30);
	assert_int_equal(world_number(json, "points.58.value"), 0);
	assert_string_equal(world_string(json, "unit.id"), "ward");
	assert_string_equal(world_string(json, "indicator.id"), "desk.closed");
	assert_string_equal(world_string(json, "indicator.measure.en"), "files");
	assert_true(json_is_null(world_at(json, "target")));
	assert_true(json_is_null(world_at(json, "rule")));
	assert_int_equal(world_number(json, "windows.0.value"), 30);
	json_decref(json);
}

static void a_minute_without_anything_has_no_ratio(void **state)
{
	json_t *json = world_get(*state, "/api/v1/curve?indicator=desk.late-rate&unit=ward", 200);

	assert_true(world_number(json, "target") == 0.02);
	assert_true(world_number(json, "points.59.value") == 0.1);
	assert_true(json_is_null(world_at(json, "points.0.value")));
	assert_string_equal(world_string(json, "points.0.quality"), "unknown");
	json_decref(json);
}

static void a_figure_says_how_it_is_made(void **state)
{
	json_t *json = world_get(*state, "/api/v1/curve?indicator=desk.late-rate&unit=ward", 200);

	assert_string_equal(world_string(json, "definition.id"), "desk.late-rate");
	assert_string_equal(world_string(json, "definition.kind"), "ratio");
	assert_int_equal(json_array_size(world_at(json, "definition.parts")), 2);
	assert_string_equal(world_string(json, "definition.parts.0.kind"), "count");
	json_decref(json);
}

/* Of ward, which has a warning of its own; the critical one is the rule's. */
static void the_limits_in_force_for_the_unit_say_where_they_were_written(void **state)
{
	json_t *json = world_get(*state, "/api/v1/curve?indicator=desk.late-rate&unit=ward", 200);

	assert_int_equal(json_array_size(world_at(json, "thresholds")), 2);
	assert_string_equal(world_string(json, "thresholds.0.rule"), "late");
	assert_string_equal(world_string(json, "thresholds.0.title.en"), "Too late");
	assert_string_equal(world_string(json, "thresholds.0.severity"), "warning");
	assert_string_equal(world_string(json, "thresholds.0.text"), "> 8%");
	assert_true(fabs(world_number(json, "thresholds.0.value") - 0.08) < 1e-9);
	assert_string_equal(world_string(json, "thresholds.0.direction"), "above");
	assert_string_equal(world_string(json, "thresholds.0.window"), "1h");
	assert_string_equal(world_string(json, "thresholds.0.from"), "unit");
	assert_string_equal(world_string(json, "thresholds.0.of"), "ward");
	assert_string_equal(world_string(json, "thresholds.0.file"), "rules.d/desk.yml");
	assert_int_equal(world_number(json, "thresholds.0.line"), 12);
	assert_string_equal(world_string(json, "thresholds.1.severity"), "critical");
	assert_string_equal(world_string(json, "thresholds.1.from"), "rule");
	assert_true(json_is_null(world_at(json, "thresholds.1.of")));
	assert_int_equal(world_number(json, "thresholds.1.line"), 6);
	json_decref(json);

	json = world_get(*state, "/api/v1/curve?indicator=desk.late-rate&unit=dock", 200);
	assert_int_equal(json_array_size(world_at(json, "thresholds")), 0);
	json_decref(json);
}

static void an_alert_names_its_figure_its_unit_and_its_window(void **state)
{
	json_t *json = world_get(*state, "/api/v1/curve?alert=ward%2Flate", 200);

	assert_string_equal(world_string(json, "indicator.id"), "desk.late-rate");
	assert_string_equal(world_string(json, "unit.id"), "ward");
	assert_string_equal(world_string(json, "rule"), "late");
	assert_string_equal(world_string(json, "window"), "1h");
	json_decref(json);
	json_decref(world_get(*state, "/api/v1/curve?alert=ward%2Fgate%2Fg%2F1", 404));
	json_decref(world_get(*state, "/api/v1/curve?alert=ward%2Fnone", 404));
}

static void of_what_there_is_now_no_past_is_made_up(void **state)
{
	static const struct score_term terms[] = { { .indicator = 1 }, { .indicator = 2 } };
	static const struct indicator list[] = {
		{ .id = "x.open", .kind = INDICATOR_GAUGE, .type = TYPE_NONE, .n_windows = 1 },
		{ .id = "x.done", .kind = INDICATOR_COUNT, .n_windows = 1 },
		{ .id = "x.share", .kind = INDICATOR_RATIO, .parts = { 1, 1 }, .n_windows = 1 },
		{ .id = "x.late", .kind = INDICATOR_RATIO, .parts = { 1, 0 }, .n_windows = 1 },
		{ .id = "x.score",
		  .kind = INDICATOR_SCORE,
		  .terms = terms,
		  .n_terms = 2,
		  .n_windows = 1 },
		{ .id = "x.plan", .kind = INDICATOR_PROGRESS, .parts = { 3 }, .n_windows = 1 },
	};
	static const bool has_past[] = { false, true, true, false, true, false };
	const struct world *world = *state;
	const struct indicators_options options = { .units = config_units(world->config),
						    .schema = config_schema(world->config),
						    .list = list,
						    .n_list = COUNT(list),
						    .sketch_bytes = 1 << 20 };
	struct indicators *indicators;

	assert_int_equal(indicators_new(&indicators, &options), 0);
	for (uint32_t i = 0; i < COUNT(list); i++)
		assert_int_equal(curve_has_past(indicators, i), has_past[i]);
	indicators_free(indicators);
}

static void what_is_not_there_is_refused(void **state)
{
	json_t *json = world_get(*state, "/api/v1/curve?unit=ward", 400);

	assert_string_equal(world_string(json, "error.code"), "bad_argument");
	json_decref(json);
	json_decref(world_get(*state, "/api/v1/curve?indicator=desk.closed", 400));
	json_decref(world_get(*state, "/api/v1/curve?indicator=desk&unit=ward", 404));
	json_decref(world_get(*state, "/api/v1/curve?indicator=desk.closed&unit=wand", 404));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_last_hour_is_told_minute_by_minute),
		cmocka_unit_test(a_minute_without_anything_has_no_ratio),
		cmocka_unit_test(a_figure_says_how_it_is_made),
		cmocka_unit_test(the_limits_in_force_for_the_unit_say_where_they_were_written),
		cmocka_unit_test(an_alert_names_its_figure_its_unit_and_its_window),
		cmocka_unit_test(of_what_there_is_now_no_past_is_made_up),
		cmocka_unit_test(what_is_not_there_is_refused),
	};

	return cmocka_run_group_tests(tests, world_set_up, world_tear_down);
}
