/* SPDX-License-Identifier: Apache-2.0 */
/* Rankings, and what a figure is worth. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "world.h"

static void who_has_no_figures_is_listed_without_a_place(void **state)
{
	json_t *json = world_get(*state, "/api/v1/rank?indicator=desk.late-rate", 200);

	assert_string_equal(world_string(json, "title.en"), "Rate");
	assert_string_equal(world_string(json, "window"), "today");
	assert_string_equal(world_string(json, "order"), "low");
	assert_int_equal(world_number(json, "placed"), 1);
	assert_int_equal(world_number(json, "among"), 2);
	assert_int_equal(json_array_size(world_at(json, "rows")), 2);
	assert_string_equal(world_string(json, "rows.0.unit.id"), "ward");
	assert_int_equal(world_number(json, "rows.0.place"), 1);
	assert_true(world_number(json, "rows.0.value") == 0.1);
	assert_int_equal(world_number(json, "rows.0.samples"), 30);
	assert_string_equal(world_string(json, "rows.0.band.en"), "Bad");
	assert_string_equal(world_string(json, "rows.1.unit.id"), "dock");
	assert_string_equal(world_string(json, "rows.1.state"), "unknown");
	assert_true(json_is_null(world_at(json, "rows.1.place")));
	assert_true(json_is_null(world_at(json, "rows.1.value")));
	assert_true(json_is_null(world_at(json, "rows.1.band")));
	json_decref(json);
}

static void a_part_of_the_tree_is_ranked_by_itself(void **state)
{
	json_t *json = world_get(*state, "/api/v1/rank?indicator=desk.late-rate&under=dock", 200);

	assert_int_equal(world_number(json, "placed"), 0);
	assert_int_equal(world_number(json, "among"), 1);
	json_decref(json);
}

static void what_cannot_be_ranked_is_an_error(void **state)
{
	json_decref(world_get(*state, "/api/v1/rank", 400));
	json_decref(world_get(*state, "/api/v1/rank?indicator=desk", 404));
	json_decref(world_get(*state, "/api/v1/rank?indicator=desk.closed", 404));
	json_decref(world_get(*state, "/api/v1/rank?indicator=desk.late-rate&under=x", 404));
}

static void a_figure_tells_its_band_and_who_reports(void **state)
{
	json_t *json =
		world_get(*state, "/api/v1/indicators?unit=ward&indicator=desk.late-rate", 200);

	assert_string_equal(world_string(json, "indicators.0.windows.0.band.vi"), "Kém");
	assert_string_equal(world_string(json, "indicators.0.windows.0.quality"), "good");
	assert_true(json_is_integer(world_at(json, "indicators.0.windows.0.reporting")));
	assert_true(json_is_integer(world_at(json, "indicators.0.windows.0.expected")));
	json_decref(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_has_no_figures_is_listed_without_a_place),
		cmocka_unit_test(a_part_of_the_tree_is_ranked_by_itself),
		cmocka_unit_test(what_cannot_be_ranked_is_an_error),
		cmocka_unit_test(a_figure_tells_its_band_and_who_reports),
	};

	return cmocka_run_group_tests(tests, world_set_up, world_tear_down);
}
