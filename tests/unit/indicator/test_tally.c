/* SPDX-License-Identifier: Apache-2.0 */
#include "deriving.h"

/* The third level may count. */
static const bool leaves[N_UNITS] = { false, false, false, true, true, true, true, true, true };

static uint32_t world_units(struct world *world, uint32_t part, double limit)
{
	uint32_t number = world_of(world, INDICATOR_UNITS, part);

	world->list[number].is = UNITS_GE;
	world->list[number].limit = limit;
	world->list[number].among = leaves;
	return number;
}

/* Takes changes, as the flow does, so that tallies follow. */
static void settle(struct world *world)
{
	world_forget_changes(world);
}

static void units_are_counted_at_every_level(void **state)
{
	struct world world = { 0 };
	uint32_t level = world_gauge(&world, "level");
	uint32_t good = world_units(&world, level, 70);
	struct reading reading;

	(void)state;
	world_start(&world);
	assert_int_equal(world_quality(&world, good, 0, today), QUALITY_UNKNOWN);
	world_move(&world, level, 3, 70);
	world_move(&world, level, 4, 69);
	world_move(&world, level, 5, 90);
	world_move(&world, level, 6, 80);
	settle(&world);
	reading = world_read(&world, good, 1, today);
	assert_true(reading.value == 2);
	assert_int_equal(reading.quality, QUALITY_GOOD);
	assert_int_equal(reading.expected, 3);
	reading = world_read(&world, good, 0, today);
	assert_true(reading.value == 3);
	assert_int_equal(reading.quality, QUALITY_PARTIAL);
	assert_int_equal(reading.reporting, 4);
	assert_int_equal(reading.expected, 6);
	assert_true(world_value(&world, good, 4, today) == 0);
	world_end(&world);
}

static void a_unit_that_crosses_the_limit_moves_the_count(void **state)
{
	struct world world = { 0 };
	uint32_t level = world_gauge(&world, "level");
	uint32_t good = world_units(&world, level, 70);

	(void)state;
	world_start(&world);
	world_move(&world, level, 3, 70);
	assert_true(world_changed(&world, good, 0));
	world_move(&world, level, 3, 5);
	assert_false(world_changed(&world, good, 0));
	world_move(&world, level, 3, -10);
	assert_true(world_changed(&world, good, 1));
	assert_true(world_value(&world, good, 0, today) == 0);
	world_end(&world);
}

static void each_window_has_its_own_count(void **state)
{
	struct world world = { 0 };
	uint32_t count = world_indicator(&world, INDICATOR_COUNT, 0);
	uint32_t good = world_units(&world, count, 2);
	struct window odd = { WINDOW_MINUTES, 7, "7m" };

	(void)state;
	world_start(&world);
	world_amount(&world, 3, START - 30 * MINUTE, 1);
	world_amount(&world, 3, START - 6 * MINUTE, 1);
	world_amount(&world, 3, START, 1);
	settle(&world);
	assert_true(world_value(&world, good, 0, one_hour) == 1);
	assert_true(world_value(&world, good, 0, one_minute) == 0);
	assert_true(world_value(&world, good, 0, odd) == 1); /* asked unit by unit */
	world_time(&world, START + MINUTE);
	assert_true(world_value(&world, good, 0, odd) == 0);
	world_time(&world, START + HOUR);
	assert_true(world_value(&world, good, 1, one_hour) == 0);
	assert_true(world_value(&world, good, 1, today) == 1);
	world_end(&world);
}

static void what_counts_units_that_count_units_follows_in_one_go(void **state)
{
	struct world world = { 0 };
	uint32_t level = world_gauge(&world, "level");
	uint32_t good = world_units(&world, level, 70);
	uint32_t score = world_of(&world, INDICATOR_SCORE, 0);
	const struct score_term terms[] = { { good, 1, 1 }, { level, 1, 1 } };
	uint32_t best = world_units(&world, score, 100);

	(void)state;
	world.list[score].terms = terms;
	world.list[score].n_terms = 2;
	world_start(&world);
	world_move(&world, level, 3, 1);
	settle(&world);
	assert_true(world_value(&world, best, 0, today) == 0);
	world_move(&world, level, 3, 69);
	settle(&world);
	assert_true(world_value(&world, best, 0, today) == 1);
	world_end(&world);
}

static void stale_units_are_not_counted(void **state)
{
	struct world world = { 0 };
	uint32_t stock = world_stock(&world, FIELD_AMOUNT, TYPE_NONE);
	uint32_t good = world_units(&world, stock, 5);

	(void)state;
	world_start_with(&world, 10 * MINUTE, 1 << 20);
	world_amount(&world, 3, START, 10);
	settle(&world);
	assert_true(world_value(&world, good, 1, today) == 1);
	world_time(&world, START + 11 * MINUTE);
	assert_int_equal(world_quality(&world, good, 1, today), QUALITY_UNKNOWN);
	world_end(&world);
}

static void counts_are_right_after_a_restart(void **state)
{
	struct world world = { 0 };
	uint32_t level = world_gauge(&world, "level");
	uint32_t good = world_units(&world, level, 70);
	struct saved saved;

	(void)state;
	world_start(&world);
	world_move(&world, level, 6, 40);
	world_move(&world, level, 7, 40);
	world_move(&world, level, 3, 70);
	settle(&world);
	assert_true(world_value(&world, good, 0, today) == 1);
	saved = save_state(&world);
	assert_null(load_state(&world, &saved));
	assert_true(world_value(&world, good, 0, today) == 1);
	assert_null(load_merged(&world, &saved));
	assert_true(world_value(&world, good, 0, today) == 2);
	assert_int_equal(world_read(&world, good, 2, today).reporting, 1);
	free(saved.bytes);
	world_end(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(units_are_counted_at_every_level),
		cmocka_unit_test(a_unit_that_crosses_the_limit_moves_the_count),
		cmocka_unit_test(each_window_has_its_own_count),
		cmocka_unit_test(what_counts_units_that_count_units_follows_in_one_go),
		cmocka_unit_test(stale_units_are_not_counted),
		cmocka_unit_test(counts_are_right_after_a_restart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
