/* SPDX-License-Identifier: Apache-2.0 */
#include "deriving.h"
#include "derive.h"

static const struct score_band bands[] = { { 0, "Yếu", "Weak" },
					   { 70, "Khá", "Good" },
					   { 80, "Tốt", "Very Good" } };

static void set_level(struct world *world, uint32_t gauge, uint32_t unit, int64_t value)
{
	int64_t now = (int64_t)world_value(world, gauge, unit, today);

	world_move(world, gauge, unit, value - (now > 0 ? now : 0));
}

static void a_score_is_the_weighted_mean_of_shares(void **state)
{
	struct world world = { 0 };
	uint32_t p1 = world_gauge(&world, "p1"), p2 = world_gauge(&world, "p2");
	const struct score_term terms[] = { { p1, 30, 10 }, { p2, 70, 200 } };
	uint32_t score = world_of(&world, INDICATOR_SCORE, 0);
	struct reading reading;

	(void)state;
	world.list[score].terms = terms;
	world.list[score].n_terms = 2;
	world_start(&world);
	assert_int_equal(world_quality(&world, score, 3, today), QUALITY_UNKNOWN);
	world_move(&world, p1, 3, 8);
	reading = world_read(&world, score, 3, today);
	assert_int_equal(reading.quality, QUALITY_PARTIAL);
	assert_int_equal(reading.reporting, 1);
	assert_int_equal(reading.expected, 2);
	assert_true(fabs(reading.value - 80) < 1e-9);

	world_move(&world, p2, 3, 100);
	reading = world_read(&world, score, 3, today);
	assert_int_equal(reading.quality, QUALITY_GOOD);
	assert_true(fabs(reading.value - 59) < 1e-9);
	assert_int_equal(reading.samples, 108);
	world_end(&world);
}

static void a_value_lies_in_the_band_that_begins_at_or_below_it(void **state)
{
	const struct indicator indicator = { .bands = bands, .n_bands = 3 };
	const struct indicator none = { .n_bands = 0 };

	(void)state;
	assert_ptr_equal(indicator_band(&indicator, 69.9), &bands[0]);
	assert_ptr_equal(indicator_band(&indicator, 70), &bands[1]);
	assert_ptr_equal(indicator_band(&indicator, 100), &bands[2]);
	assert_null(indicator_band(&indicator, -1));
	assert_null(indicator_band(&indicator, NAN));
	assert_null(indicator_band(&none, 1));
}

static void progress_is_measured_against_its_goal_and_the_line_to_it(void **state)
{
	struct world world = { 0 };
	uint32_t done = world_gauge(&world, "done");
	uint32_t progress = world_of(&world, INDICATOR_PROGRESS, done);
	uint32_t behind = world_of(&world, INDICATOR_BEHIND, progress);

	(void)state;
	world.list[progress].target_value = 25;
	world.list[behind].from_ms = START - DAY;
	world.list[behind].by_ms = START + 3 * DAY;
	world_start(&world);
	world_move(&world, done, 3, 5);
	assert_true(fabs(world_value(&world, progress, 3, today) - 0.2) < 1e-12);
	assert_true(fabs(world_value(&world, behind, 3, today) - 0.05) < 1e-12);
	world_time(&world, START + DAY);
	assert_true(fabs(world_value(&world, behind, 0, today) - 0.3) < 1e-12);
	world_time(&world, START + 9 * DAY);
	assert_true(fabs(world_value(&world, behind, 0, today) - 0.8) < 1e-12);
	world_end(&world);
}

static void a_line_that_has_not_begun_asks_for_nothing(void **state)
{
	const struct indicator behind = { .from_ms = 1000, .by_ms = 2000 };

	(void)state;
	assert_true(behind_value(&behind, 0.25, 500) == -0.25);
	assert_true(behind_value(&behind, 0.25, 1500) == 0.25);
	assert_true(isnan(behind_value(&behind, NAN, 1500)));
}

static void time_alone_moves_a_line(void **state)
{
	struct world world = { 0 };
	uint32_t done = world_gauge(&world, "done");
	uint32_t progress = world_of(&world, INDICATOR_PROGRESS, done);
	uint32_t behind = world_of(&world, INDICATOR_BEHIND, progress);

	(void)state;
	world.list[progress].target_value = 25;
	world.list[behind].from_ms = START;
	world.list[behind].by_ms = START + DAY;
	world_start(&world);
	world_move(&world, done, 3, 5);
	world_forget_changes(&world);
	indicators_tick(world.indicators, START + 30000);
	assert_false(world_changed(&world, behind, 3));
	indicators_tick(world.indicators, START + MINUTE);
	assert_true(world_changed(&world, behind, 1));
	indicators_tick(world.indicators, START + 2 * MINUTE);
	assert_false(world_changed(&world, behind, 4)); /* which has no gauge */
	indicators_tick(world.indicators, START + 3 * MINUTE);
	assert_false(world_changed(&world, progress, 3));
	world_end(&world);
}

static void chains_of_derived_figures_hold(void **state)
{
	struct world world = { 0 };
	uint32_t last = world_indicator(&world, INDICATOR_LAST, FIELD_STEPS);
	uint32_t progress = world_of(&world, INDICATOR_PROGRESS, last);
	uint32_t behind = world_of(&world, INDICATOR_BEHIND, progress);
	uint32_t sum = world_indicator(&world, INDICATOR_SUM, FIELD_AMOUNT);
	uint32_t count = world_indicator(&world, INDICATOR_COUNT, 0);
	uint32_t ratio = world_ratio(&world, sum, count);
	uint32_t score = world_of(&world, INDICATOR_SCORE, 0);
	const struct score_term terms[] = { { ratio, 1, 10 }, { progress, 1, 1 } };
	struct event event;

	(void)state;
	world.list[progress].target_value = 10;
	world.list[behind].from_ms = START - DAY;
	world.list[behind].by_ms = START + DAY;
	world.list[score].terms = terms;
	world.list[score].n_terms = 2;
	world_start(&world);
	event = world_event(&world, 3, START);
	event.values[FIELD_AMOUNT].number = 4;
	event.values[FIELD_STEPS].number = 3;
	world_add(&world, &event);
	assert_true(fabs(world_value(&world, behind, 1, today) - 0.2) < 1e-12);
	assert_true(fabs(world_value(&world, score, 0, today) - 35) < 1e-9);
	assert_true(world_changed(&world, behind, 0));
	world_add(&world, &event);
	assert_true(world_changed(&world, score, 1));
	assert_int_equal(indicators_live(world.indicators), 7 * 3);
	world_end(&world);
}

static void a_change_of_today_is_against_the_same_point_of_yesterday(void **state)
{
	struct world world = { 0 };
	uint32_t sum = world_indicator(&world, INDICATOR_SUM, FIELD_AMOUNT);
	uint32_t mean = world_indicator(&world, INDICATOR_MEAN, FIELD_AMOUNT);
	uint32_t change = world_of(&world, INDICATOR_CHANGE, sum);
	uint32_t relative = world_of(&world, INDICATOR_CHANGE, sum);
	uint32_t of_mean = world_of(&world, INDICATOR_CHANGE, mean);

	(void)state;
	world.list[relative].is_relative = true;
	world_start(&world);
	world_amount(&world, 3, START - HOUR, 10); /* 07:00 */
	world_amount(&world, 3, START, 30);
	assert_int_equal(world_quality(&world, change, 3, today), QUALITY_UNKNOWN);
	world_time(&world, START + MINUTE);
	world_amount(&world, 3, START + MINUTE, 500); /* 08:01 */
	world_time(&world, START + 10 * HOUR);
	world_amount(&world, 3, world.now_ms, 7000);

	world_time(&world, START + DAY);
	world_amount(&world, 3, world.now_ms, 60);
	assert_true(fabs(world_value(&world, change, 3, today) - 20) < 1e-9);
	assert_true(fabs(world_value(&world, relative, 0, today) - 0.5) < 1e-9);
	assert_true(fabs(world_value(&world, of_mean, 0, today) - 40) < 1e-9);
	world_time(&world, START + DAY + MINUTE);
	assert_true(fabs(world_value(&world, change, 3, today) + 480) < 1e-9);
	world_end(&world);
}

static void a_change_of_a_window_is_against_the_stretch_before(void **state)
{
	struct world world = { 0 };
	uint32_t count = world_hourly(&world, INDICATOR_COUNT, 0);
	uint32_t change = world_of(&world, INDICATOR_CHANGE, count);
	struct window day = { WINDOW_MINUTES, 1440, "24h" };

	(void)state;
	world_start(&world);
	world_amount(&world, 3, START - 61 * MINUTE, 1);
	world_amount(&world, 3, START - 60 * MINUTE, 1);
	world_amount(&world, 3, START - 59 * MINUTE, 1);
	world_amount(&world, 3, START - 119 * MINUTE, 1);
	world_amount(&world, 3, START - 120 * MINUTE, 1);
	assert_true(world_value(&world, change, 3, one_hour) == 1 - 3);
	assert_int_equal(world_quality(&world, change, 3, day), QUALITY_UNKNOWN);
	assert_int_equal(world_quality(&world, change, 4, one_hour), QUALITY_UNKNOWN);
	world_end(&world);
}

static void a_change_of_a_month_is_against_the_whole_month_before(void **state)
{
	struct world world = { 0 };
	uint32_t most = world_indicator(&world, INDICATOR_MAX, FIELD_AMOUNT);
	uint32_t count = world_indicator(&world, INDICATOR_COUNT, 0);
	uint32_t rate = world_indicator(&world, INDICATOR_RATE, 0);
	uint32_t distinct = world_indicator(&world, INDICATOR_DISTINCT, FIELD_WHO);
	uint32_t of_most = world_of(&world, INDICATOR_CHANGE, most);
	uint32_t of_count = world_of(&world, INDICATOR_CHANGE, count);
	uint32_t of_rate = world_of(&world, INDICATOR_CHANGE, rate);
	uint32_t of_distinct = world_of(&world, INDICATOR_CHANGE, distinct);

	(void)state;
	world.list[rate].per_ms = DAY;
	world_start(&world);
	for (uint32_t i = 0; i < 30; i++)
		world_amount(&world, 3, START, i);
	world_time(&world, START + 10 * DAY); /* 2026-12-02 */
	world_amount(&world, 3, world.now_ms, 31);
	assert_true(world_value(&world, of_most, 1, this_month) == 2);
	assert_true(world_value(&world, of_count, 1, this_month) == -29);
	assert_true(fabs(world_value(&world, of_rate, 1, this_month) - (0.75 - 1)) < 1e-9);
	assert_int_equal(world_quality(&world, of_distinct, 1, this_month), QUALITY_UNKNOWN);
	assert_int_equal(world_quality(&world, of_count, 1, this_week), QUALITY_UNKNOWN);
	world_end(&world);
}

static void a_change_of_a_gauge_is_against_the_begin_of_the_period(void **state)
{
	struct world world = { 0 };
	uint32_t open = world_gauge(&world, "open");
	uint32_t change = world_of(&world, INDICATOR_CHANGE, open);
	struct saved saved;

	(void)state;
	world_start(&world);
	set_level(&world, open, 3, 10);
	set_level(&world, open, 4, 5);
	assert_int_equal(world_quality(&world, change, 3, today), QUALITY_UNKNOWN);
	world_time(&world, START + 17 * HOUR); /* the next day, Monday */
	set_level(&world, open, 3, 17);
	assert_true(world_value(&world, change, 3, today) == 7);
	assert_true(world_value(&world, change, 1, this_week) == 7);
	assert_int_equal(world_quality(&world, change, 1, this_month), QUALITY_UNKNOWN);
	assert_int_equal(world_quality(&world, change, 1, one_hour), QUALITY_UNKNOWN);

	world_time(&world, START + 41 * HOUR);
	set_level(&world, open, 4, 6);
	assert_true(world_value(&world, change, 1, today) == 1);
	assert_true(world_value(&world, change, 1, this_week) == 8);
	world_forget_changes(&world);
	saved = save_state(&world);
	assert_null(load_state(&world, &saved));
	assert_true(world_value(&world, change, 1, today) == 1);
	assert_true(world_value(&world, change, 0, this_week) == 8);
	free(saved.bytes);
	world_end(&world);
}

static void what_a_parent_began_with_has_its_units_in_it(void **state)
{
	struct world world = { 0 };
	uint32_t open = world_gauge(&world, "open");
	uint32_t change = world_of(&world, INDICATOR_CHANGE, open);
	struct saved saved;

	(void)state;
	world_start(&world);
	set_level(&world, open, 3, 10);
	set_level(&world, open, 7, 5);
	world_time(&world, START + 17 * HOUR); /* the next day, Monday */
	set_level(&world, open, 7, 6);
	assert_true(world_value(&world, change, 0, today) == 1);
	world_forget_changes(&world);
	saved = save_state(&world);
	assert_null(load_raised(&world, &saved));
	assert_true(world_value(&world, open, 0, today) == 16);
	assert_true(world_value(&world, change, 0, today) == 1);
	free(saved.bytes);
	world_end(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_score_is_the_weighted_mean_of_shares),
		cmocka_unit_test(a_value_lies_in_the_band_that_begins_at_or_below_it),
		cmocka_unit_test(progress_is_measured_against_its_goal_and_the_line_to_it),
		cmocka_unit_test(a_line_that_has_not_begun_asks_for_nothing),
		cmocka_unit_test(time_alone_moves_a_line),
		cmocka_unit_test(chains_of_derived_figures_hold),
		cmocka_unit_test(a_change_of_today_is_against_the_same_point_of_yesterday),
		cmocka_unit_test(a_change_of_a_window_is_against_the_stretch_before),
		cmocka_unit_test(a_change_of_a_month_is_against_the_whole_month_before),
		cmocka_unit_test(a_change_of_a_gauge_is_against_the_begin_of_the_period),
		cmocka_unit_test(what_a_parent_began_with_has_its_units_in_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
