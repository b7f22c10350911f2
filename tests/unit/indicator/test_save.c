/* SPDX-License-Identifier: Apache-2.0 */
#include "saving.h"

#define SILENT_AFTER (20 * MINUTE)
#define SKETCH_BYTES ((size_t)64 << 20)

static void assert_round_trip(struct world *world)
{
	struct saved before = save_state(world);
	struct saved after;

	assert_null(load_state(world, &before));
	after = save_state(world);
	assert_same_bytes(&before, &after);
	saved_fini(&before);
	saved_fini(&after);
}

static void nothing_comes_back_as_nothing(void **state)
{
	struct world world = { 0 };

	(void)state;
	add_every_kind(&world);
	world_start(&world);
	assert_round_trip(&world);
	assert_int_equal(indicators_now_ms(world.indicators), START);
	assert_int_equal(indicators_live(world.indicators), 0);
	world_end(&world);
}

static void every_kind_comes_back_as_it_was(void **state)
{
	struct world one = { 0 }, two = { 0 };
	uint64_t seed = 1;
	struct saved saved;

	(void)state;
	add_every_kind(&one);
	add_every_kind(&two);
	world_start_with(&one, SILENT_AFTER, SKETCH_BYTES);
	world_start_with(&two, SILENT_AFTER, SKETCH_BYTES);
	for (int i = 0; i < 3000; i++)
		pass_randomly(&one, &seed, 13 * 1000);

	saved = save_state(&one);
	assert_null(load_state(&two, &saved));
	assert_same_readings(&one, &two);
	assert_int_equal(indicators_live(one.indicators), indicators_live(two.indicators));
	assert_int_equal(pool_used(one.indicators->sketches), pool_used(two.indicators->sketches));
	assert_round_trip(&two);
	saved_fini(&saved);
	world_end(&one);
	world_end(&two);
}

static void a_distinct_count_beyond_the_exact_comes_back(void **state)
{
	struct world world = { 0 };
	uint32_t distinct = world_indicator(&world, INDICATOR_DISTINCT, FIELD_AMOUNT);
	double before;

	(void)state;
	world_start(&world);
	for (int i = 0; i < 5000; i++)
		world_amount(&world, 3, START, i);
	world_time(&world, START + 1000);
	before = world_value(&world, distinct, 0, one_hour);
	assert_true(before > DISTINCT_EXACT_MAX);
	assert_round_trip(&world);
	assert_true(world_value(&world, distinct, 0, one_hour) == before);
	world_end(&world);
}

static void what_the_sketches_had_to_refuse_is_remembered(void **state)
{
	struct world world = { 0 };
	uint64_t refusals;

	(void)state;
	(void)world_indicator(&world, INDICATOR_DISTINCT, FIELD_AMOUNT);
	world_start_with(&world, 0, 1 << 20);
	for (uint32_t unit = 1; unit < N_UNITS; unit++)
		for (int i = 0; i < 1100; i++)
			world_amount(&world, unit, START, i);
	world_time(&world, START + 1000);
	refusals = indicators_sketch_refusals(world.indicators);
	assert_true(refusals > 0);
	assert_round_trip(&world);
	assert_int_equal(indicators_sketch_refusals(world.indicators), refusals);
	world_end(&world);
}

/* Silence that was told before a save is not told again after it; what was not told, is. */
static void silence_is_told_once_across_a_save(void **state)
{
	struct world world = { 0 };
	const struct change *changes;
	struct saved saved;

	(void)state;
	(void)world_hourly(&world, INDICATOR_COUNT, 0);
	world_start_with(&world, SILENT_AFTER, 1 << 20);
	world_amount(&world, 3, START, 1);
	world_time(&world, START + SILENT_AFTER);
	saved = save_state(&world);
	assert_null(load_state(&world, &saved));
	assert_int_equal(world_quality(&world, 0, 3, one_hour), QUALITY_GOOD);

	assert_false(world.indicators->hearing.heard[3 * 2 + FEED_MAIN].told_silent);
	indicators_tick(world.indicators, START + SILENT_AFTER + MINUTE);
	assert_int_equal(indicators_take_changes(world.indicators, &changes), 3);
	assert_true(world.indicators->hearing.heard[3 * 2 + FEED_MAIN].told_silent);
	assert_int_equal(world_quality(&world, 0, 3, one_hour), QUALITY_STALE);

	saved_fini(&saved);
	saved = save_state(&world);
	assert_null(load_state(&world, &saved));
	assert_true(world.indicators->hearing.heard[3 * 2 + FEED_MAIN].told_silent);
	saved_fini(&saved);
	world_end(&world);
}

/* A round that a save interrupts goes on with the voices that were left. */
static void a_round_goes_on_where_it_was(void **state)
{
	struct world world = { 0 };
	struct hearing *hearing;
	struct voice voice;
	struct saved saved;

	(void)state;
	(void)world_hourly(&world, INDICATOR_COUNT, 0);
	world_start(&world);
	for (uint32_t unit = 8; unit >= 3; unit--)
		world_amount(&world, unit, START, 1);
	world_time(&world, START + 1000);
	hearing = &world.indicators->hearing;
	hearing_start_round(hearing);
	for (int i = 0; i < 5; i++)
		assert_true(hearing_visit(hearing, &voice));

	saved = save_state(&world);
	assert_null(load_state(&world, &saved));
	hearing = &world.indicators->hearing;
	assert_int_equal(hearing->n_voices, 9); /* six, the two above and the root */
	assert_int_equal(hearing->left, 4);
	assert_true(hearing_visit(hearing, &voice));
	assert_int_equal(voice.unit, 5); /* 8, 2, 0, 7, 6 were before */
	saved_fini(&saved);
	world_end(&world);
}

/* The same events in another order of first use leave other places on the shelf, and the same
 * figures. */
static void the_order_of_first_use_does_not_show(void **state)
{
	struct world one = { 0 }, two = { 0 };
	struct saved a, b;

	(void)state;
	(void)world_hourly(&one, INDICATOR_SUM, FIELD_AMOUNT);
	(void)world_hourly(&two, INDICATOR_SUM, FIELD_AMOUNT);
	world_start(&one);
	world_start(&two);
	world_amount(&one, 3, START, 1);
	world_amount(&one, 6, START, 1);
	world_amount(&one, 3, START, 1);
	two.position = 1;
	world_amount(&two, 6, START, 1);
	two.position = 0;
	world_amount(&two, 3, START, 1);
	two.position = 2;
	world_amount(&two, 3, START, 1);
	world_time(&one, START + 1000);
	world_time(&two, START + 1000);
	memcpy(two.indicators->hearing.voices, one.indicators->hearing.voices,
	       sizeof(struct voice) * one.indicators->hearing.n_voices);

	a = save_state(&one);
	b = save_state(&two);
	assert_same_bytes(&a, &b);
	saved_fini(&a);
	saved_fini(&b);
	world_end(&one);
	world_end(&two);
}

static void interrupt(struct world *world)
{
	struct saved saved = save_state(world);

	assert_null(load_state(world, &saved));
	saved_fini(&saved);
}

/* Ten hours before the end of a month and ten behind, minute by minute and second by second. */
static void run_both(struct world *whole, struct world *broken, uint64_t seed)
{
	uint64_t seed_of_whole = seed, seed_of_broken = seed, chance = seed;

	for (int i = 0; i < 4000; i++) {
		int64_t step_ms = i % 400 < 200 ? 1000 : 35 * 1000;

		pass_randomly(whole, &seed_of_whole, step_ms);
		pass_randomly(broken, &seed_of_broken, step_ms);
		if (next_random(&chance) % 100 == 0)
			interrupt(broken);
		if (i % 500 == 0)
			assert_same_readings(whole, broken);
	}
}

static void a_run_that_is_interrupted_ends_like_one_that_is_not(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 3; seed++) {
		struct world whole = { 0 }, broken = { 0 };
		struct saved a, b;

		add_every_kind(&whole);
		add_every_kind(&broken);
		world_start_with(&whole, SILENT_AFTER, SKETCH_BYTES);
		world_start_with(&broken, SILENT_AFTER, SKETCH_BYTES);
		world_time(&whole, START + 8 * DAY + 6 * HOUR); /* ten hours left of November */
		world_time(&broken, START + 8 * DAY + 6 * HOUR);
		run_both(&whole, &broken, seed);

		assert_same_readings(&whole, &broken);
		a = save_state(&whole);
		b = save_state(&broken);
		assert_same_bytes(&a, &b);
		saved_fini(&a);
		saved_fini(&b);
		world_end(&whole);
		world_end(&broken);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_comes_back_as_nothing),
		cmocka_unit_test(every_kind_comes_back_as_it_was),
		cmocka_unit_test(a_distinct_count_beyond_the_exact_comes_back),
		cmocka_unit_test(what_the_sketches_had_to_refuse_is_remembered),
		cmocka_unit_test(silence_is_told_once_across_a_save),
		cmocka_unit_test(a_round_goes_on_where_it_was),
		cmocka_unit_test(the_order_of_first_use_does_not_show),
		cmocka_unit_test(a_run_that_is_interrupted_ends_like_one_that_is_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
