/* SPDX-License-Identifier: Apache-2.0 */
#include "deriving.h"

static void a_gauge_is_moved_in_its_unit_and_all_above(void **state)
{
	struct world world = { 0 };
	uint32_t open = world_gauge(&world, "open");

	(void)state;
	world_start(&world);
	world_move(&world, open, 3, 5);
	world_move(&world, open, 4, 2);
	world_move(&world, open, 3, -1);
	world_move(&world, open, 7, 10);
	world_move(&world, open, 1, 100);

	assert_true(world_value(&world, open, 3, one_hour) == 4);
	assert_true(world_value(&world, open, 4, today) == 2);
	assert_true(world_value(&world, open, 1, this_month) == 106);
	assert_true(world_value(&world, open, 2, one_minute) == 10);
	assert_true(world_value(&world, open, 0, one_hour) == 116);
	world_end(&world);
}

static void a_gauge_without_a_feed_is_unknown_until_it_moves(void **state)
{
	struct world world = { 0 };
	uint32_t open = world_gauge(&world, "open");

	(void)state;
	world_start(&world);
	assert_int_equal(world_quality(&world, open, 3, one_hour), QUALITY_UNKNOWN);
	assert_true(isnan(world_value(&world, open, 3, one_hour)));
	world_move(&world, open, 3, 1);
	world_move(&world, open, 3, -1);
	assert_int_equal(world_quality(&world, open, 3, one_hour), QUALITY_GOOD);
	assert_int_equal(world_quality(&world, open, 0, one_hour), QUALITY_GOOD);
	assert_int_equal(world_quality(&world, open, 4, one_hour), QUALITY_UNKNOWN);
	assert_true(world_value(&world, open, 3, one_hour) == 0);
	world_end(&world);
}

static void a_gauge_of_a_feed_is_as_good_as_its_feed(void **state)
{
	struct world world = { 0 };
	uint32_t open = world_gauge(&world, "open");

	(void)state;
	world.list[open].type = TYPE_MAIN;
	world_start_with(&world, 10 * MINUTE, 1 << 20);
	assert_int_equal(world_quality(&world, open, 3, one_hour), QUALITY_UNKNOWN);
	world_amount(&world, 3, START, 1);
	assert_int_equal(world_quality(&world, open, 3, one_hour), QUALITY_GOOD);
	assert_true(world_value(&world, open, 3, one_hour) == 0);
	world_time(&world, START + 11 * MINUTE);
	assert_int_equal(world_quality(&world, open, 3, one_hour), QUALITY_STALE);
	world_end(&world);
}

static void the_samples_of_a_gauge_are_its_value(void **state)
{
	struct world world = { 0 };
	uint32_t overdue = world_gauge(&world, "overdue");
	uint32_t open = world_gauge(&world, "open");
	uint32_t share = world_ratio(&world, overdue, open);
	struct reading reading;

	(void)state;
	world_start(&world);
	world_move(&world, open, 3, 40);
	world_move(&world, overdue, 3, 10);
	world_move(&world, overdue, 4, -7);

	reading = world_read(&world, share, 3, today);
	assert_true(reading.value == 0.25);
	assert_int_equal(reading.samples, 40);
	assert_int_equal(world_read(&world, overdue, 4, today).samples, 0);
	assert_int_equal(world_read(&world, share, 4, today).quality, QUALITY_UNKNOWN);
	world_end(&world);
}

static void a_move_changes_the_gauge_and_all_that_hangs_on_it(void **state)
{
	struct world world = { 0 };
	uint32_t overdue = world_gauge(&world, "overdue");
	uint32_t open = world_gauge(&world, "open");
	uint32_t share = world_ratio(&world, overdue, open);
	const struct change *changes;

	(void)state;
	world_start(&world);
	world_move(&world, overdue, 3, 1);
	world_move(&world, overdue, 3, 1);
	assert_int_equal(indicators_take_changes(world.indicators, &changes), 2 * 3);
	world_move(&world, overdue, 3, 1);
	assert_true(world_changed(&world, share, 0));
	world_move(&world, overdue, 3, 1);
	assert_false(world_changed(&world, open, 3));
	world_move(&world, overdue, 3, 1);
	assert_false(world_changed(&world, overdue, 4));
	world_end(&world);
}

static void a_reading_names_the_move_that_came_last(void **state)
{
	struct world world = { 0 };
	uint32_t open = world_gauge(&world, "open");
	struct reading reading;

	(void)state;
	world_start(&world);
	indicators_move(world.indicators, open, 3, 1, START, 70);
	indicators_move(world.indicators, open, 4, 1, START - HOUR, 71);
	reading = world_read(&world, open, 1, one_hour);
	assert_int_equal(reading.last_ms, START);
	assert_int_equal(reading.position, 71);
	world_end(&world);
}

static void move_some(struct world *world, uint32_t open, uint32_t late)
{
	for (uint32_t unit = 1; unit < N_UNITS; unit++) {
		world_move(world, open, unit, 10 * unit);
		world_move(world, late, unit, -(int64_t)unit);
	}
	world_forget_changes(world);
}

static void gauges_come_back_by_their_ids(void **state)
{
	struct world world = { 0 };
	uint32_t open = world_gauge(&world, "open"), late = world_gauge(&world, "late");
	struct saved saved, again;

	(void)state;
	world_start(&world);
	move_some(&world, open, late);
	saved = save_state(&world);
	assert_null(load_state(&world, &saved));
	again = save_state(&world);
	assert_same_bytes(&saved, &again);
	assert_true(world_value(&world, open, 1, today) == 10 + 30 + 40 + 50);
	free(again.bytes);

	world.list[open].id = "late";
	world.list[late].id = "new";
	assert_null(load_state(&world, &saved));
	assert_true(world_value(&world, open, 3, today) == -3);
	assert_int_equal(world_quality(&world, late, 3, today), QUALITY_UNKNOWN);
	free(saved.bytes);
	world_end(&world);
}

static void gauges_of_merged_units_are_added_up(void **state)
{
	struct world world = { 0 };
	uint32_t open = world_gauge(&world, "open"), late = world_gauge(&world, "late");
	struct saved saved;

	(void)state;
	world_start(&world);
	move_some(&world, open, late);
	saved = save_state(&world);
	assert_null(load_merged(&world, &saved));
	assert_true(world_value(&world, open, 6, today) == 60 + 70 + 80);
	assert_true(world_value(&world, open, 1, today) == 10 + 20 + 30 + 40 + 50);
	assert_true(world_value(&world, open, 0, today) == 360);
	assert_true(world_value(&world, late, 0, today) == -36);
	free(saved.bytes);
	world_end(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_gauge_is_moved_in_its_unit_and_all_above),
		cmocka_unit_test(a_gauge_without_a_feed_is_unknown_until_it_moves),
		cmocka_unit_test(a_gauge_of_a_feed_is_as_good_as_its_feed),
		cmocka_unit_test(the_samples_of_a_gauge_are_its_value),
		cmocka_unit_test(a_move_changes_the_gauge_and_all_that_hangs_on_it),
		cmocka_unit_test(a_reading_names_the_move_that_came_last),
		cmocka_unit_test(gauges_come_back_by_their_ids),
		cmocka_unit_test(gauges_of_merged_units_are_added_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
