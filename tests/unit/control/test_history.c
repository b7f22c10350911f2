/* SPDX-License-Identifier: Apache-2.0 */
/* Figures of the past; and of this hour, which has not left the fold. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "world.h"

#define THIS_HOUR ((int32_t)(WORLD_NOW_MS / HOUR_MS))

static uint64_t series_of(struct world *world, const char *id)
{
	uint64_t series;

	assert_int_equal(indicators_series(world->indicators,
					   indicators_find(world->indicators, id, strlen(id)),
					   &series, 1),
			 1);
	return series;
}

/* One cell of a unit for each of the hours from first up to last, in a batch. */
static void put_hours(struct world *world, uint64_t number, const char *unit, int first, int last,
		      uint64_t n)
{
	struct cell cells[200];
	struct cell_batch batch = { .number = number,
				    .tick_ms = WORLD_NOW_MS - HOUR_MS,
				    .cells = cells };

	for (int hour = first; hour < last; hour++)
		cells[batch.n++] = (struct cell){
			.series = series_of(world, "desk.closed"),
			.unit = units_find(config_units(world->config), unit, strlen(unit)),
			.hour = THIS_HOUR + hour,
			.n = n,
			.body = "",
		};
	history_put(world->history, world->indicators, &batch, 1);
}

static void this_hour_is_open(void **state)
{
	json_t *json = world_get(
		*state, "/api/v1/history?indicator=desk.closed,desk.late-rate&unit=ward&every=hour",
		200);

	assert_string_equal(world_string(json, "every"), "hour");
	assert_string_equal(world_string(json, "view"), "as-is");
	assert_string_equal(world_string(json, "units.0.name.vi"), "Phường");
	assert_string_equal(world_string(json, "indicators.1.id"), "desk.late-rate");
	assert_true(json_is_true(world_at(json, "indicators.1.percent")));
	assert_int_equal(json_array_size(world_at(json, "rows")), 2);
	assert_string_equal(world_string(json, "rows.0.unit"), "ward");
	assert_string_equal(world_string(json, "rows.0.indicator"), "desk.closed");
	assert_string_equal(world_string(json, "rows.0.from"), "2026-11-22T08:00:00+07:00");
	assert_string_equal(world_string(json, "rows.0.to"), "2026-11-22T09:00:00+07:00");
	assert_int_equal(world_number(json, "rows.0.value"), 30);
	assert_int_equal(world_number(json, "rows.0.samples"), 30);
	assert_string_equal(world_string(json, "rows.0.quality"), "good");
	assert_int_equal(world_number(json, "rows.0.revision"), 1);
	assert_true(json_is_true(world_at(json, "rows.0.open")));
	assert_true(fabs(world_number(json, "rows.1.value") - 0.1) < 1e-12);
	json_decref(json);
}

static void days_are_those_between_since_and_until(void **state)
{
	struct world *world = *state;
	json_t *json;

	put_hours(world, 1, "ward", -48, 0, 1);
	put_hours(world, 2, "dock", -48, 0, 10);
	json = world_get(world,
			 "/api/v1/history?indicator=desk.closed&since=2026-11-21&until=2026-11-22"
			 "&below=1",
			 200);
	assert_string_equal(world_string(json, "every"), "day");
	assert_string_equal(world_string(json, "since"), "2026-11-21T00:00:00+07:00");
	assert_int_equal(json_array_size(world_at(json, "units")), 3);
	assert_int_equal(json_array_size(world_at(json, "rows")), 3);
	assert_int_equal(world_number(json, "rows.0.value"), 24 * 11);
	assert_int_equal(world_number(json, "rows.1.value"), 24);
	assert_string_equal(world_string(json, "rows.2.unit"), "dock");
	assert_int_equal(world_number(json, "rows.2.value"), 240);
	assert_true(json_is_false(world_at(json, "rows.2.open")));
	json_decref(json);

	json = world_get(
		world, "/api/v1/history?unit=dock,quarter&every=whole&since=10h&view=as-was", 200);
	assert_string_equal(world_string(json, "units.1.id"), "ward"); /* by its former id */
	assert_string_equal(world_string(json, "view"), "as-was");
	assert_int_equal(world_number(json, "rows.0.value"), 100);
	json_decref(json);
}

static void a_long_answer_comes_whole(void **state)
{
	struct world *world = *state;
	json_t *json;

	for (int i = 0; i < 6; i++)
		put_hours(world, 3 + (uint64_t)i, "dock", -1400 + i * 200, -1200 + i * 200, 1);
	json = world_get(
		world, "/api/v1/history?indicator=desk.closed&unit=dock&every=hour&since=60d", 200);
	assert_int_equal(json_array_size(world_at(json, "rows")), 1200 + 48);
	json_decref(json);
}

static void what_makes_no_sense_is_told(void **state)
{
	static const struct {
		const char *query;
		int status;
		const char *words;
	} rows[] = {
		{ "unit=nowhere", 404, "there is no unit 'nowhere'" },
		{ "unit=ward,", 404, "there is no unit ''" },
		{ "indicator=desk.closed,x", 404, "there is no indicator 'x'" },
		{ "every=decade", 400, "'every' cannot be 'decade'" },
		{ "view=as-ever", 400, "'view' cannot be 'as-ever'" },
		{ "since=yesterday", 400, "not 'yesterday'" },
		{ "since=2026-13-01", 400, "not '2026-13-01'" },
		{ "until=99999d", 400, "'until' is a day" },
		{ "since=2026-11-22&until=2026-11-22", 400, "must be before" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		char target[128];
		json_t *json;

		snprintf(target, sizeof(target), "/api/v1/history?%s", rows[i].query);
		json = world_get(*state, target, rows[i].status);
		if (!strstr(world_string(json, "error.message"), rows[i].words))
			fail_msg("%s: %s", rows[i].query, world_string(json, "error.message"));
		json_decref(json);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(this_hour_is_open),
		cmocka_unit_test(days_are_those_between_since_and_until),
		cmocka_unit_test(a_long_answer_comes_whole),
		cmocka_unit_test(what_makes_no_sense_is_told),
	};

	return cmocka_run_group_tests(tests, world_set_up, world_tear_down);
}
