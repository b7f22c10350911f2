/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What has not left for the iocd above, through a save, under another tree and another
 * configuration.  That a save changes nothing at all otherwise: test_levels.c.
 */
#include "iocd/rollup.h"
#include "saving.h"

static const bool main_rolls[] = { true, false };
static const bool both_roll[] = { true, true };
static const bool side_rolls[] = { false, true };

static size_t leave(struct world *world, int64_t now_ms, const struct rollup **ret)
{
	const struct rollup_batch *batches;
	size_t n;

	world_time(world, now_ms);
	n = indicators_take_rollups(world->indicators, &batches);
	*ret = n > 0 ? batches->list : NULL;
	return n > 0 ? batches->n : 0;
}

static void start(struct world *world, const bool *rolled)
{
	uint32_t number;

	world_hourly(world, INDICATOR_COUNT, 0);
	number = world_hourly(world, INDICATOR_GAUGE, 0);
	world->list[number].id = "gauge";
	world->rolled = rolled;
	world_start(world);
}

static void what_units_that_become_one_gained_leaves_as_of_one(void **state)
{
	uint32_t to[N_UNITS] = { 0, 1, 2, 3, 3, 5, 6, RENUMBER_GONE, 8 };
	const struct renumber units = { .to = to, .n = N_UNITS }, feeds = { .to = to, .n = 2 };
	struct world world = { 0 };
	const struct rollup *list;
	uint64_t dropped, n_events = 0;
	struct saved saved;
	size_t n;

	(void)state;
	start(&world, main_rolls);
	world_amount(&world, 4, START, 1);
	world_amount(&world, 7, START, 1);
	world_amount(&world, 3, START, 1);
	world_amount(&world, 3, START + MINUTE, 1);
	indicators_move(world.indicators, 1, 3, 2, START, 1);
	indicators_move(world.indicators, 1, 4, 3, START, 1);
	world_time(&world, START + 1000);
	saved = save_state(&world);
	assert_null(load_into_tree(&world, &saved, &units, &feeds, true, &dropped));
	n = leave(&world, START + 10000, &list);
	assert_int_equal(n, 4); /* a minute twice, another, the gauge */
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(list[i].unit, 3);
		n_events += list[i].n;
	}
	assert_int_equal(n_events, 3);
	assert_int_equal(leave(&world, START + 20000, &list), 0);
	saved_fini(&saved);
	world_end(&world);
}

static void what_rolls_up_no_more_is_dropped(void **state)
{
	struct world world = { 0 };
	const struct rollup *list;
	struct saved saved;

	(void)state;
	start(&world, main_rolls);
	world_amount(&world, 3, START, 1);
	indicators_move(world.indicators, 1, 3, 2, START, 1);
	world_time(&world, START + 1000);
	saved = save_state(&world);
	world.rolled = side_rolls;
	assert_null(load_state(&world, &saved));
	assert_int_equal(leave(&world, START + 10000, &list), 0);
	world.rolled = NULL;
	assert_null(load_state(&world, &saved));
	assert_int_equal(leave(&world, START + 10000, &list), 0);
	assert_true(world_value(&world, 0, 3, one_hour) == 1);
	saved_fini(&saved);
	world_end(&world);
}

static void levels_that_roll_up_from_now_on_leave_as_they_are(void **state)
{
	struct world world = { 0 };
	const struct rollup *list;
	struct saved saved;

	(void)state;
	start(&world, side_rolls);
	indicators_move(world.indicators, 1, 3, 2, START, 1);
	world_time(&world, START + 1000);
	saved = save_state(&world);
	world.rolled = both_roll;
	assert_null(load_state(&world, &saved));
	world_time(&world, START + 2000);
	assert_true(leave(&world, START + 10000, &list) > 0);
	assert_true(list[0].unit <= 3);
	saved_fini(&saved);

	saved = save_state(&world);
	assert_null(load_state(&world, &saved));
	world_time(&world, START + 11000);
	assert_int_equal(leave(&world, START + 20000, &list), 0);
	saved_fini(&saved);
	world_end(&world);
}

static void what_was_about_to_leave_still_is(void **state)
{
	struct world world = { 0 };
	const struct rollup *list;
	struct saved saved;

	(void)state;
	start(&world, main_rolls);
	world_amount(&world, 3, START, 1);
	world_amount(&world, 4, START, 1);
	world_time(&world, START + 1000);
	world.indicators->rolling.n_leaving = 1; /* as if many more had been in front of it */
	saved = save_state(&world);
	assert_null(load_state(&world, &saved));
	assert_int_equal(leave(&world, START + 2000, &list), 1);
	assert_int_equal(list->unit, 3);
	saved_fini(&saved);
	world_end(&world);
}

static void numbers_of_batches_go_on(void **state)
{
	struct world world = { 0 };
	const struct rollup *list;
	struct saved saved;

	(void)state;
	start(&world, main_rolls);
	for (int i = 1; i <= 3; i++) {
		world_amount(&world, 3, START, 1);
		assert_true(leave(&world, START + i * ROLLUP_EVERY_MS, &list) > 0);
		saved = save_state(&world);
		assert_null(load_state(&world, &saved));
		assert_int_equal(indicators_last_rollup(world.indicators), i);
		saved_fini(&saved);
	}
	world_end(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_units_that_become_one_gained_leaves_as_of_one),
		cmocka_unit_test(what_rolls_up_no_more_is_dropped),
		cmocka_unit_test(levels_that_roll_up_from_now_on_leave_as_they_are),
		cmocka_unit_test(what_was_about_to_leave_still_is),
		cmocka_unit_test(numbers_of_batches_go_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
