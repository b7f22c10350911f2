/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

#include <stdio.h>

#include "state.h"

static size_t take(const struct world *world, const struct change **ret)
{
	return indicators_take_changes(world->indicators, ret);
}

static bool is_among(const struct change *changes, size_t n, uint32_t indicator, uint32_t unit)
{
	for (size_t i = 0; i < n; i++)
		if (changes[i].indicator == indicator && changes[i].unit == unit)
			return true;
	return false;
}

static void a_change_is_told_once_for_the_unit_and_each_above(void **state)
{
	struct world world = { 0 };
	uint32_t count = world_indicator(&world, INDICATOR_COUNT, 0);
	uint32_t sum = world_indicator(&world, INDICATOR_SUM, FIELD_AMOUNT);
	uint32_t share = world_ratio(&world, count, sum);
	const struct change *changes;
	size_t n;

	(void)state;
	world_start(&world);
	assert_int_equal(take(&world, &changes), 0);
	for (int i = 0; i < 10; i++)
		world_amount(&world, 3, START, 1);
	n = take(&world, &changes);
	assert_int_equal(n, 9);
	for (uint32_t unit = 0; unit < 4; unit++) {
		if (unit == 2)
			continue;
		assert_true(is_among(changes, n, count, unit));
		assert_true(is_among(changes, n, sum, unit));
		assert_true(is_among(changes, n, share, unit));
	}
	assert_int_equal(take(&world, &changes), 0);
	world_amount(&world, 3, START, 1);
	assert_int_equal(take(&world, &changes), 9);
	assert_int_equal(indicators_live(world.indicators), 9);
	world_end(&world);
}

static void what_does_not_match_does_not_change(void **state)
{
	struct world world = { 0 };
	uint32_t count = world_indicator(&world, INDICATOR_COUNT, 0);
	uint32_t post = world_indicator(&world, INDICATOR_COUNT, 0);
	const struct change *changes;

	(void)state;
	world_where(&world, post, (struct condition){ FIELD_CHANNEL, WHERE_CHOICE, 4, 0, { 0 } });
	world_start(&world);
	world_amount(&world, 3, START, 1);
	assert_int_equal(take(&world, &changes), 6); /* the first event makes a 0 known */
	world_amount(&world, 3, START, 1);
	assert_int_equal(take(&world, &changes), 3);
	assert_int_equal(changes[0].indicator, count);
	world_end(&world);
}

static void a_new_minute_changes_all_that_counted_and_nothing_else(void **state)
{
	struct world world = { 0 };
	uint32_t count = world_indicator(&world, INDICATOR_COUNT, 0);
	const struct change *changes;
	size_t n;

	(void)state;
	world_start(&world);
	world_amount(&world, 3, START, 1);
	(void)take(&world, &changes);
	indicators_tick(world.indicators, START + MINUTE - 1);
	assert_int_equal(take(&world, &changes), 0);
	indicators_tick(world.indicators, START + MINUTE);
	n = take(&world, &changes);
	assert_int_equal(n, 3);
	assert_true(is_among(changes, n, count, 3) && is_among(changes, n, count, 0));
	indicators_tick(world.indicators, START + MINUTE + 1000);
	assert_int_equal(take(&world, &changes), 0);
	world_end(&world);
}

static void time_never_goes_back(void **state)
{
	struct world world = { 0 };
	uint32_t count = world_indicator(&world, INDICATOR_COUNT, 0);

	(void)state;
	world_start(&world);
	world_amount(&world, 3, START, 1);
	indicators_tick(world.indicators, START - DAY);
	assert_true(indicators_now_ms(world.indicators) == START);
	assert_true(world_value(&world, count, 3, one_minute) == 1);
	world_end(&world);
}

static void a_silent_unit_is_stale_until_it_or_one_below_speaks(void **state)
{
	struct world world = { 0 };
	uint32_t count = world_indicator(&world, INDICATOR_COUNT, 0);
	uint32_t post = world_indicator(&world, INDICATOR_COUNT, 0);
	const struct change *changes;
	size_t n;

	(void)state;
	world_where(&world, post, (struct condition){ FIELD_CHANNEL, WHERE_CHOICE, 4, 0, { 0 } });
	world_start_with(&world, 10 * MINUTE, 1 << 20);
	world_amount(&world, 3, START, 1);
	world_time(&world, START + 5 * MINUTE);
	world_amount(&world, 4, START, 1);

	world_time(&world, START + 10 * MINUTE);
	assert_int_equal(world_quality(&world, count, 3, one_hour), QUALITY_GOOD);
	indicators_tick(world.indicators, START + 11 * MINUTE);
	assert_int_equal(world_quality(&world, count, 3, one_hour), QUALITY_STALE);
	assert_true(world_value(&world, count, 3, one_hour) == 1);
	assert_int_equal(world_quality(&world, post, 3, one_hour), QUALITY_STALE);
	assert_int_equal(world_quality(&world, count, 4, one_hour), QUALITY_GOOD);
	assert_int_equal(world_quality(&world, count, 0, one_hour), QUALITY_GOOD);
	n = take(&world, &changes); /* it never counted one, but its quality changed */
	assert_true(is_among(changes, n, post, 3));
	assert_false(is_among(changes, n, post, 4));

	indicators_tick(world.indicators, START + 12 * MINUTE);
	n = take(&world, &changes);
	assert_false(is_among(changes, n, post, 3)); /* told already */
	assert_true(is_among(changes, n, count, 3));

	world.now_ms = START + 12 * MINUTE;
	world_amount(&world, 3, world.now_ms, 1);
	n = take(&world, &changes);
	assert_true(is_among(changes, n, post, 3));
	assert_int_equal(world_quality(&world, post, 3, one_hour), QUALITY_GOOD);
	world_end(&world);
}

static void a_ratio_is_as_stale_as_the_worse_of_its_parts(void **state)
{
	struct world world = { 0 };
	uint32_t above = world_indicator(&world, INDICATOR_COUNT, 0);
	uint32_t below = world_indicator(&world, INDICATOR_COUNT, 0);
	uint32_t ratio = world_ratio(&world, above, below);
	uint32_t inverse = world_ratio(&world, below, above);
	struct event event;

	(void)state;
	world.list[below].type = TYPE_SIDE; /* of a feed that may be silent for ever */
	world_start_with(&world, 10 * MINUTE, 1 << 20);
	world_amount(&world, 3, START, 1);
	event = world_event(&world, 3, START);
	event.type = TYPE_SIDE;
	event.feed = FEED_SIDE;
	world_add(&world, &event);
	assert_int_equal(world_quality(&world, ratio, 1, one_hour), QUALITY_GOOD);
	world_time(&world, START + 11 * MINUTE);
	assert_int_equal(world_quality(&world, below, 1, one_hour), QUALITY_GOOD);
	assert_int_equal(world_quality(&world, ratio, 1, one_hour), QUALITY_STALE);
	assert_int_equal(world_quality(&world, inverse, 1, one_hour), QUALITY_STALE);
	world_end(&world);
}

static void a_silent_unit_gives_back_the_sketches_of_past_minutes(void **state)
{
	struct world world = { 0 };
	uint32_t quantile = world_hourly(&world, INDICATOR_QUANTILE, FIELD_AMOUNT);

	(void)state;
	world_start(&world);
	for (uint32_t minute = 0; minute < 30; minute++)
		world_amount(&world, 3, START - minute * MINUTE, 5);
	assert_int_equal(pool_used(world.indicators->sketches), 3 * (30 + 4) * 64);
	world_time(&world, START + 3 * HOUR);
	assert_int_equal(pool_used(world.indicators->sketches), 3 * 4 * 64); /* day, week, month, year */
	assert_int_equal(world_quality(&world, quantile, 3, today), QUALITY_GOOD);
	world_end(&world);
}

static void arrivals_that_come_in_disorder_keep_the_newest(void **state)
{
	struct world world = { 0 };
	uint32_t count = world_indicator(&world, INDICATOR_COUNT, 0);
	struct event event;

	(void)state;
	world_start_with(&world, 10 * MINUTE, 1 << 20);
	world_amount(&world, 3, START, 1);
	event = world_event(&world, 4, START);
	event.arrival_ms = START - 9 * MINUTE;
	world_add(&world, &event);
	world_time(&world, START + 5 * MINUTE);
	assert_int_equal(world_quality(&world, count, 4, one_hour), QUALITY_STALE);
	assert_int_equal(world_quality(&world, count, 1, one_hour), QUALITY_GOOD);
	world_end(&world);
}

/* A root with many children, so that a round takes more than one tick. */
#define N_MANY 12000u

static struct units *many_units(char ids[N_MANY][8])
{
	struct units *units = units_new();
	uint32_t number;

	for (uint32_t i = 0; i < N_MANY; i++) {
		struct unit unit = { .id = ids[i], .parent = i == 0 ? UNIT_NONE : 0 };

		(void)snprintf(ids[i], sizeof(ids[i]), "u%u", i);
		assert_int_equal(units_add(units, &unit, &number), 0);
	}
	return units;
}

static void a_round_is_cut_into_slices_and_reaches_everyone(void **state)
{
	static char ids[N_MANY][8];
	static bool seen[N_MANY];
	struct world world = { 0 };
	struct indicators_options options = { .n_list = 1, .sketch_bytes = 1 << 20 };
	const struct change *changes;
	size_t n, sum = 0;

	(void)state;
	(void)world_hourly(&world, INDICATOR_COUNT, 0);
	options.units = world.units = many_units(ids);
	options.schema = world.schema = fixture_schema(0);
	options.list = world.list;
	assert_int_equal(indicators_new(&world.indicators, &options), 0);
	world_time(&world, START);
	for (uint32_t i = 1; i < N_MANY; i++)
		world_amount(&world, i, START, 1);
	(void)take(&world, &changes);

	for (int64_t second = 60; second < 120; second++) {
		indicators_tick(world.indicators, START + second * 1000);
		n = take(&world, &changes);
		assert_true(n <= 4096);
		sum += n;
		for (size_t i = 0; i < n; i++)
			seen[changes[i].unit] = true;
	}
	assert_int_equal(sum, N_MANY);
	for (uint32_t i = 0; i < N_MANY; i++)
		assert_true(seen[i]);
	world_end(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_change_is_told_once_for_the_unit_and_each_above),
		cmocka_unit_test(what_does_not_match_does_not_change),
		cmocka_unit_test(a_new_minute_changes_all_that_counted_and_nothing_else),
		cmocka_unit_test(time_never_goes_back),
		cmocka_unit_test(a_silent_unit_is_stale_until_it_or_one_below_speaks),
		cmocka_unit_test(a_ratio_is_as_stale_as_the_worse_of_its_parts),
		cmocka_unit_test(a_silent_unit_gives_back_the_sketches_of_past_minutes),
		cmocka_unit_test(arrivals_that_come_in_disorder_keep_the_newest),
		cmocka_unit_test(a_round_is_cut_into_slices_and_reaches_everyone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
