/* SPDX-License-Identifier: Apache-2.0 */
#include "deriving.h"

#define WEEK (7 * DAY)

/* Lets an hour go by in which unit has n events. */
static void live_hour(struct world *world, uint32_t unit, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		world_amount(world, unit, world->now_ms + i, 1);
	world_time(world, world->now_ms + 30 * MINUTE);
	world_time(world, world->now_ms + 30 * MINUTE);
}

/* The hour from 08:00 of one week after the other with so many events each, then stands at its
 * end in the last week. */
static void live_weeks(struct world *world, const uint32_t *counts, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		world_time(world, START + i * WEEK);
		live_hour(world, 3, counts[i]);
	}
}

static uint32_t world_baseline(struct world *world, uint32_t part, uint32_t weeks)
{
	uint32_t number = world_of(world, INDICATOR_BASELINE, part);

	world->list[number].id = "usual";
	world->list[number].weeks = weeks;
	return number;
}

static void the_last_hour_is_compared_with_the_median_of_the_same_hour(void **state)
{
	static const uint32_t counts[] = { 10, 1000, 20, 15, 30 };
	struct world world = { 0 };
	uint32_t usual = world_baseline(&world, world_hourly(&world, INDICATOR_COUNT, 0), 4);

	(void)state;
	world_start(&world);
	live_weeks(&world, counts, 5);
	assert_true(fabs(world_value(&world, usual, 3, one_hour) - 30 / 17.5) < 1e-6);
	assert_true(fabs(world_value(&world, usual, 0, today) - 30 / 17.5) < 1e-6);
	assert_int_equal(world_read(&world, usual, 1, today).samples, 30);
	assert_int_equal(world_quality(&world, usual, 4, today), QUALITY_UNKNOWN);
	world_end(&world);
}

static void two_weeks_do_not_make_a_habit(void **state)
{
	static const uint32_t counts[] = { 10, 10, 10, 20 };
	struct world world = { 0 };
	uint32_t count = world_hourly(&world, INDICATOR_COUNT, 0);
	uint32_t usual = world_baseline(&world, count, 4);
	uint32_t brief = world_baseline(&world, count, 2);

	(void)state;
	world_start(&world);
	live_weeks(&world, counts, 3);
	assert_int_equal(world_quality(&world, usual, 3, today), QUALITY_UNKNOWN);
	assert_true(world_value(&world, brief, 3, today) == 1);
	live_weeks(&world, counts, 4);
	assert_true(world_value(&world, usual, 3, today) == 2);
	world_end(&world);
}

static void another_hour_of_the_week_is_another_matter(void **state)
{
	static const uint32_t counts[] = { 10, 10, 10, 10 };
	struct world world = { 0 };
	uint32_t usual = world_baseline(&world, world_hourly(&world, INDICATOR_COUNT, 0), 3);

	(void)state;
	world_start(&world);
	live_weeks(&world, counts, 4);
	assert_true(world_value(&world, usual, 3, today) == 1);
	live_hour(&world, 3, 50);
	assert_int_equal(world_quality(&world, usual, 3, today), QUALITY_UNKNOWN);
	world_end(&world);
}

static void a_baseline_changes_at_the_full_hour_only(void **state)
{
	static const uint32_t counts[] = { 10, 10, 10 };
	struct world world = { 0 };
	uint32_t count = world_hourly(&world, INDICATOR_COUNT, 0);
	uint32_t usual = world_baseline(&world, count, 3);
	double before;

	(void)state;
	world_start(&world);
	live_weeks(&world, counts, 3);
	world_time(&world, START + 3 * WEEK);
	world_amount(&world, 3, world.now_ms, 1);
	assert_false(world_changed(&world, usual, 3));
	indicators_tick(world.indicators, world.now_ms + HOUR);
	assert_true(world_changed(&world, usual, 3));
	before = world_value(&world, usual, 3, today);
	assert_true(fabs(before - 0.1) < 1e-6);
	world_amount(&world, 3, START + 3 * WEEK, 1); /* too late */
	assert_true(world_value(&world, usual, 3, today) == before);
	world_end(&world);
}

static void hours_of_silence_are_holes(void **state)
{
	struct world world = { 0 };
	uint32_t usual = world_baseline(&world, world_hourly(&world, INDICATOR_COUNT, 0), 4);

	(void)state;
	world_start_with(&world, 20 * MINUTE, 1 << 20);
	for (uint32_t week = 0; week < 5; week++) {
		world_time(&world, START + week * WEEK);
		world_amount(&world, 3, world.now_ms, 1);
		world_time(&world, world.now_ms + 50 * MINUTE);
		if (week != 1)
			world_amount(&world, 3, world.now_ms, 1);
		world_time(&world, START + week * WEEK + HOUR);
	}
	assert_true(world_value(&world, usual, 3, today) == 1);
	world_time(&world, world.now_ms + 21 * MINUTE);
	world_time(&world, world.now_ms + HOUR);
	assert_int_equal(world_quality(&world, usual, 3, today), QUALITY_UNKNOWN);
	world_end(&world);
}

static void an_hour_that_was_not_lived_through_is_not_recorded(void **state)
{
	static const uint32_t counts[] = { 10, 10, 10 };
	struct world world = { 0 };
	uint32_t usual = world_baseline(&world, world_hourly(&world, INDICATOR_COUNT, 0), 3);

	(void)state;
	world_start(&world);
	live_weeks(&world, counts, 3);
	world_time(&world, START + 3 * WEEK);
	world_amount(&world, 3, world.now_ms, 1);
	world_time(&world, START + 3 * WEEK + 2 * HOUR + MINUTE);
	assert_int_equal(world_quality(&world, usual, 3, today), QUALITY_UNKNOWN);
	world_end(&world);
}

static void what_is_usual_comes_back(void **state)
{
	static const uint32_t counts[] = { 10, 10, 10, 30 };
	struct world world = { 0 };
	uint32_t usual = world_baseline(&world, world_hourly(&world, INDICATOR_COUNT, 0), 3);
	struct saved saved, again;

	(void)state;
	world_start(&world);
	live_weeks(&world, counts, 4);
	saved = save_state(&world);
	assert_null(load_state(&world, &saved));
	again = save_state(&world);
	assert_same_bytes(&saved, &again);
	assert_true(world_value(&world, usual, 3, today) == 3);

	world.list[usual].weeks = 5; /* more than there are: but three are enough */
	assert_null(load_state(&world, &saved));
	assert_true(world_value(&world, usual, 1, today) == 3);
	world.list[usual].weeks = 1;
	assert_null(load_state(&world, &saved));
	assert_true(world_value(&world, usual, 0, today) == 3);
	free(saved.bytes);
	free(again.bytes);
	world_end(&world);
}

static void what_was_usual_in_merged_units_is_added_up(void **state)
{
	struct world world = { 0 };
	uint32_t usual = world_baseline(&world, world_hourly(&world, INDICATOR_COUNT, 0), 1);
	struct saved saved;

	(void)state;
	world_start(&world);
	for (uint32_t week = 0; week < 2; week++) {
		world_time(&world, START + week * WEEK);
		for (uint32_t i = 0; i < 4; i++)
			world_amount(&world, 6, world.now_ms, 1);
		for (uint32_t i = 0; i < (week ? 12 : 4); i++)
			world_amount(&world, 7, world.now_ms, 1);
		world_time(&world, world.now_ms + 30 * MINUTE);
		world_time(&world, world.now_ms + 30 * MINUTE);
	}
	assert_true(world_value(&world, usual, 6, today) == 1);
	saved = save_state(&world);
	assert_null(load_merged(&world, &saved));
	assert_true(world_value(&world, usual, 6, today) == 2);
	free(saved.bytes);
	world_end(&world);
}

static void what_was_usual_in_a_parent_has_its_units_in_it(void **state)
{
	struct world world = { 0 };
	uint32_t usual = world_baseline(&world, world_hourly(&world, INDICATOR_COUNT, 0), 1);
	struct saved saved;

	(void)state;
	world_start(&world);
	for (uint32_t week = 0; week < 2; week++) {
		world_time(&world, START + week * WEEK);
		for (uint32_t i = 0; i < 4; i++)
			world_amount(&world, 3, world.now_ms, 1);
		for (uint32_t i = 0; i < (week ? 12 : 4); i++)
			world_amount(&world, 7, world.now_ms, 1);
		world_time(&world, world.now_ms + 30 * MINUTE);
		world_time(&world, world.now_ms + 30 * MINUTE);
	}
	assert_true(world_value(&world, usual, 0, today) == 2);
	assert_true(world_value(&world, usual, 7, today) == 3);
	saved = save_state(&world);
	assert_null(load_raised(&world, &saved));
	assert_true(world_value(&world, usual, 0, today) == 2);
	free(saved.bytes);
	world_end(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_last_hour_is_compared_with_the_median_of_the_same_hour),
		cmocka_unit_test(two_weeks_do_not_make_a_habit),
		cmocka_unit_test(another_hour_of_the_week_is_another_matter),
		cmocka_unit_test(a_baseline_changes_at_the_full_hour_only),
		cmocka_unit_test(hours_of_silence_are_holes),
		cmocka_unit_test(an_hour_that_was_not_lived_through_is_not_recorded),
		cmocka_unit_test(what_is_usual_comes_back),
		cmocka_unit_test(what_was_usual_in_merged_units_is_added_up),
		cmocka_unit_test(what_was_usual_in_a_parent_has_its_units_in_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
