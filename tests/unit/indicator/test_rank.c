/* SPDX-License-Identifier: Apache-2.0 */
#include "deriving.h"
#include "iocd/rank.h"

static const bool leaves[N_UNITS] = { false, false, false, true, true, true, true, true, true };

static uint32_t world_ranked(struct world *world, uint32_t number, bool lowest_first)
{
	world->list[number].ranking = (struct ranking){
		.units = leaves,
		.lowest_first = lowest_first,
		.window = { WINDOW_TODAY, 0, "today" },
	};
	return number;
}

/* Writes "unit:place " of each row into text. */
static const char *rank_all(const struct world *world, uint32_t number, uint32_t top)
{
	static char text[256];
	struct rank_row rows[N_UNITS];
	uint32_t n = indicators_rank(world->indicators, number, top, rows, N_UNITS);
	size_t size = 0;

	for (uint32_t i = 0; i < n; i++)
		size += (size_t)snprintf(text + size, sizeof(text) - size, "%u:%u ", rows[i].unit,
					 rows[i].place);
	return text;
}

static void units_that_are_alike_share_a_place(void **state)
{
	struct world world = { 0 };
	uint32_t level = world_ranked(&world, world_gauge(&world, "level"), false);

	(void)state;
	world_start(&world);
	world_move(&world, level, 3, 20);
	world_move(&world, level, 4, 90);
	world_move(&world, level, 5, 50);
	world_move(&world, level, 6, 50);
	world_move(&world, level, 7, 10);
	world_move(&world, level, 8, 95);
	assert_string_equal(rank_all(&world, level, UNIT_NONE), "8:1 4:2 5:3 6:3 3:5 7:6 ");
	assert_string_equal(rank_all(&world, level, 2), "8:1 6:2 7:3 ");
	world.list[level].ranking.lowest_first = true;
	assert_string_equal(rank_all(&world, level, UNIT_NONE), "7:1 3:2 5:3 6:3 4:5 8:6 ");
	world_end(&world);
}

static void who_does_not_report_is_never_first(void **state)
{
	struct world world = { 0 };
	uint32_t count = world_ranked(&world, world_indicator(&world, INDICATOR_COUNT, 0), true);
	struct rank_row rows[N_UNITS];

	(void)state;
	world_start_with(&world, 10 * MINUTE, 1 << 20);
	for (uint32_t i = 0; i < 3; i++)
		world_amount(&world, 4, START, 1);
	world_amount(&world, 3, START, 1); /* falls silent */
	world_time(&world, START + 9 * MINUTE);
	for (uint32_t i = 0; i < 3; i++)
		world_amount(&world, 4, world.now_ms, 1);
	world_amount(&world, 5, world.now_ms, 1);
	world_amount(&world, 7, world.now_ms, 1);
	world_amount(&world, 7, world.now_ms, 1);
	world_time(&world, START + 11 * MINUTE);

	world.list[count].ranking.min_samples = 2;
	assert_string_equal(rank_all(&world, count, UNIT_NONE), "7:1 4:2 5:0 3:0 6:0 8:0 ");
	assert_int_equal(indicators_rank(world.indicators, count, UNIT_NONE, rows, N_UNITS), 6);
	assert_int_equal(rank_count_placed(rows, 6), 2);
	assert_int_equal(rows[2].state, RANK_FEW);
	assert_int_equal(rows[3].state, RANK_STALE);
	assert_int_equal(rows[4].state, RANK_UNKNOWN);
	assert_true(rows[1].reading.value == 6);
	world_end(&world);
}

static void too_little_room_is_told(void **state)
{
	struct world world = { 0 };
	uint32_t level = world_ranked(&world, world_gauge(&world, "level"), false);
	struct rank_row rows[N_UNITS];

	(void)state;
	world_start(&world);
	assert_true(indicator_is_ranked(&world.list[level]));
	assert_int_equal(indicators_rank(world.indicators, level, UNIT_NONE, rows, 2), 6);
	assert_int_equal(indicators_rank(world.indicators, level, 5, rows, 1), 1);
	assert_int_equal(rows[0].unit, 5);
	assert_string_equal(rank_state_name(RANK_PLACED), "placed");
	assert_string_equal(rank_state_name(RANK_UNKNOWN), "unknown");
	world_end(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(units_that_are_alike_share_a_place),
		cmocka_unit_test(who_does_not_report_is_never_first),
		cmocka_unit_test(too_little_room_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
