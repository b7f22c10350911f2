/* SPDX-License-Identifier: Apache-2.0 */
#include "saving.h"
#include "iocd/rollup.h"

static bool is_provisional(const struct world *world, uint32_t unit)
{
	return indicators_read(world->indicators, 0, unit, &one_hour).is_provisional;
}

static void a_unit_and_those_above_wait_until_all_below_is_complete(void **state)
{
	struct world world = { 0 };

	(void)state;
	world_hourly(&world, INDICATOR_COUNT, 0);
	world_start(&world);
	indicators_note_complete(world.indicators, 3, false);
	indicators_note_complete(world.indicators, 3, false); /* once is enough */
	indicators_note_complete(world.indicators, 4, false);
	assert_true(is_provisional(&world, 3) && is_provisional(&world, 1) &&
		    is_provisional(&world, 0));
	assert_false(is_provisional(&world, 5) || is_provisional(&world, 2));
	assert_true(indicators_read_minute(world.indicators, 0, 1, 3).is_provisional);
	indicators_note_complete(world.indicators, 3, true);
	assert_false(is_provisional(&world, 3));
	assert_true(is_provisional(&world, 1) && is_provisional(&world, 0));
	indicators_note_complete(world.indicators, 4, true);
	assert_false(is_provisional(&world, 1) || is_provisional(&world, 0));
	world_end(&world);
}

static void figures_of_who_was_heard_are_marked_when_that_changes(void **state)
{
	struct world world = { 0 };
	const struct change *changes;

	(void)state;
	world_hourly(&world, INDICATOR_COUNT, 0);
	world_start(&world);
	world_amount(&world, 3, START, 1);
	world_time(&world, START + 1000);
	indicators_note_complete(world.indicators, 3, false);
	assert_int_equal(indicators_take_changes(world.indicators, &changes), 3);
	indicators_note_complete(world.indicators, 4, false); /* 0 and 1 wait already */
	assert_int_equal(indicators_take_changes(world.indicators, &changes), 0);
	indicators_note_complete(world.indicators, 3, true);
	assert_int_equal(indicators_take_changes(world.indicators, &changes), 1);
	assert_int_equal(changes->unit, 3);
	world_end(&world);
}

static void it_is_saved_and_follows_units_that_become_one(void **state)
{
	struct world world = { 0 };
	uint32_t to[N_UNITS] = { 0, 1, 2, 3, 3, 5, 6, 7, RENUMBER_GONE };
	const struct renumber units = { .to = to, .n = N_UNITS }, feeds = { .to = to, .n = 2 };
	struct saved saved;
	uint64_t dropped;

	(void)state;
	world_hourly(&world, INDICATOR_COUNT, 0);
	world_start(&world);
	indicators_note_complete(world.indicators, 3, false);
	indicators_note_complete(world.indicators, 4, false);
	indicators_note_complete(world.indicators, 8, false);
	saved = save_state(&world);
	assert_null(load_into_tree(&world, &saved, &units, &feeds, true, &dropped));
	assert_true(is_provisional(&world, 3) && is_provisional(&world, 0));
	assert_false(is_provisional(&world, 4) || is_provisional(&world, 2));
	indicators_note_complete(world.indicators, 3, true);
	assert_false(is_provisional(&world, 0));
	saved_fini(&saved);
	world_end(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_unit_and_those_above_wait_until_all_below_is_complete),
		cmocka_unit_test(figures_of_who_was_heard_are_marked_when_that_changes),
		cmocka_unit_test(it_is_saved_and_follows_units_that_become_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
