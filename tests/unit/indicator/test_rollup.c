/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Roll-ups one by one: what leaves and when, what a site may say, and what it may not.
 */
#include <stdio.h>

#include "body.h"
#include "iocd/calendar.h"
#include "iocd/base/civil.h"
#include "iocd/rollup.h"
#include "key.h"
#include "saving.h"
#include "value_set.h"

#define UNIT     3u /* no others below it */
#define MINUTE_0 ((uint32_t)(START / MINUTE))

static const bool main_rolls[] = { true, false };

/* Two iocds that are configured alike, one below the other. */
struct couple {
	struct world below, above;
};

static void pair_start(struct couple *pair)
{
	pair->below.rolled = main_rolls;
	memcpy(pair->above.list, pair->below.list, sizeof(pair->above.list));
	pair->above.n_list = pair->below.n_list;
	pair->above.rolled = main_rolls;
	world_start(&pair->below);
	world_start(&pair->above);
}

static void pair_end(struct couple *pair)
{
	world_end(&pair->below);
	world_end(&pair->above);
}

/* Moves on to now_ms; lends what left then, as one list. */
static size_t leave(struct world *world, int64_t now_ms, const struct rollup **ret)
{
	const struct rollup_batch *batches;
	size_t n;

	world_time(world, now_ms);
	n = indicators_take_rollups(world->indicators, &batches);
	*ret = n > 0 ? batches->list : NULL;
	assert_true(n <= 1);
	return n > 0 ? batches->n : 0;
}

static int add(struct world *world, const struct rollup *rollup)
{
	int r = indicators_add_rollup(world->indicators, rollup, world->now_ms, ++world->position);

	indicators_settle(world->indicators);
	return r;
}

/* Both move on to now_ms, and all that leaves arrives; how many roll-ups that were. */
static size_t carry_over(struct couple *pair, int64_t now_ms)
{
	const struct rollup *list;
	size_t n = leave(&pair->below, now_ms, &list);

	world_time(&pair->above, now_ms);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(add(&pair->above, &list[i]), 0);
	return n;
}

/* ---- what leaves ---------------------------------------------------------------------------- */

static void increments_leave_every_ten_seconds_and_once(void **state)
{
	struct world world = { .rolled = main_rolls };
	const struct rollup *list;

	(void)state;
	world_hourly(&world, INDICATOR_SUM, FIELD_AMOUNT);
	world_start(&world);
	world_amount(&world, UNIT, START + 1000, 2);
	world_amount(&world, UNIT, START + 3000, 3);
	assert_int_equal(leave(&world, START + 9999, &list), 0);
	assert_int_equal(leave(&world, START + 10000, &list), 1);
	assert_int_equal(list->unit, UNIT);
	assert_int_equal(list->minute, MINUTE_0);
	assert_int_equal(list->n, 2);
	assert_int_equal(list->last_ms, START + 3000);
	assert_int_equal(indicators_last_rollup(world.indicators), 1);
	assert_int_equal(leave(&world, START + 20000, &list), 0);
	world_amount(&world, UNIT, START + 4000, 1);
	assert_int_equal(leave(&world, START + 30000, &list), 1);
	assert_int_equal(list->n, 1);
	assert_int_equal(indicators_last_rollup(world.indicators), 2);
	world_end(&world);
}

static void each_minute_leaves_by_itself_oldest_first(void **state)
{
	struct world world = { .rolled = main_rolls };
	const struct rollup *list;

	(void)state;
	world_hourly(&world, INDICATOR_COUNT, 0);
	world_start(&world);
	world_amount(&world, UNIT, START - 2 * MINUTE, 1);
	world_amount(&world, UNIT, START, 1);
	assert_int_equal(leave(&world, START + 10000, &list), 2);
	assert_int_equal(list[0].minute, MINUTE_0 - 2);
	assert_int_equal(list[1].minute, MINUTE_0);
	assert_int_equal(list[1].last_ms, START);
	world_end(&world);
}

static void only_feeds_that_are_named_leave(void **state)
{
	static const bool none[] = { false, false };
	const bool *const choices[] = { NULL, none, main_rolls };

	(void)state;
	for (size_t i = 0; i < sizeof(choices) / sizeof(choices[0]); i++) {
		struct world world = { .rolled = choices[i] };
		const struct rollup *list;
		struct event event;

		world.list[world_hourly(&world, INDICATOR_COUNT, 0)].type = TYPE_SIDE;
		world_hourly(&world, INDICATOR_COUNT, 0);
		world_start(&world);
		event = world_event(&world, UNIT, START);
		event.type = TYPE_SIDE;
		event.feed = FEED_SIDE;
		world_add(&world, &event);
		assert_int_equal(leave(&world, START + 10000, &list), 0);
		world_amount(&world, UNIT, START, 1);
		assert_int_equal(leave(&world, START + 20000, &list), i == 2);
		world_end(&world);
	}
}

static void all_leaves_at_once_when_memory_runs_short(void **state)
{
	struct couple pair = { 0 };
	const struct rollup_batch *batches;
	size_t n;

	(void)state;
	world_hourly(&pair.below, INDICATOR_COUNT, 0);
	pair_start(&pair);
	pair.below.indicators->rolling.growths.max_bytes = 64 * 40;
	for (int i = 0; i < 100; i++)
		world_amount(&pair.below, UNIT, START - i * MINUTE, 1);
	n = indicators_take_rollups(pair.below.indicators, &batches);
	assert_in_range(n, 2, 4); /* and no tick has been */
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < batches[i].n; k++)
			assert_int_equal(add(&pair.above, &batches[i].list[k]), 0);
	assert_true(carry_over(&pair, START + 10000) < 40);
	assert_true(world_value(&pair.above, 0, 0, one_hour) == 60);
	assert_true(world_value(&pair.above, 0, 0, today) == 100);
	assert_int_equal(indicators_sketch_refusals(pair.below.indicators), 0);
	assert_int_equal(pool_used(pair.below.indicators->rolling.growths.pool), 0);
	pair_end(&pair);
}

static void values_travel_as_themselves_however_many_there_are(void **state)
{
	struct couple pair = { 0 };
	uint64_t n_events = 0;
	const struct rollup *list;
	size_t n;

	(void)state;
	world_hourly(&pair.below, INDICATOR_DISTINCT, FIELD_AMOUNT);
	pair_start(&pair);
	for (int i = 0; i < 1000; i++)
		world_amount(&pair.below, UNIT, START, i);
	n = leave(&pair.below, START + 10000, &list);
	assert_int_equal(n, 2);
	for (size_t i = 0; i < n; i++) {
		struct part part;

		assert_true(body_find(list[i].body, list[i].size, MEASURE_DISTINCT,
				      pair.below.indicators->plan.streams[0].measures[0].key,
				      &part));
		assert_int_equal(part_set_size(&part), i == 0 ? VALUE_SET_MAX : 1000 - 512);
		n_events += list[i].n;
		assert_int_equal(add(&pair.above, &list[i]), 0);
	}
	assert_int_equal(n_events, 1000);
	assert_true(world_value(&pair.above, 0, 0, one_hour) == 1000);
	pair_end(&pair);
}

static void a_cell_with_many_sketches_leaves_in_small_pieces(void **state)
{
	struct couple pair = { 0 };
	const struct rollup *list;
	size_t n;

	(void)state;
	world_hourly(&pair.below, INDICATOR_SUM, FIELD_AMOUNT);
	world_hourly(&pair.below, INDICATOR_LAST, FIELD_AMOUNT);
	world_hourly(&pair.below, INDICATOR_DISTINCT, FIELD_AMOUNT);
	world_hourly(&pair.below, INDICATOR_DISTINCT, FIELD_STEPS);
	world_hourly(&pair.below, INDICATOR_QUANTILE, FIELD_AMOUNT);
	world_hourly(&pair.below, INDICATOR_QUANTILE, FIELD_STEPS);
	pair_start(&pair);
	for (int i = 0; i < 300; i++) {
		struct event event = world_event(&pair.below, UNIT, START + i);

		event.values[FIELD_AMOUNT].number = i;
		event.values[FIELD_STEPS].number = i % 7;
		world_add(&pair.below, &event);
	}
	n = leave(&pair.below, START + 10000, &list);
	assert_int_equal(n, 3);
	for (size_t i = n; i-- > 0;) { /* those without events come first */
		assert_int_equal(list[i].n, i == 0 ? 300 : 0);
		assert_int_equal(add(&pair.above, &list[i]), 0);
	}
	for (uint32_t i = 0; i < pair.above.n_list; i++)
		assert_true(world_value(&pair.above, i, 0, one_hour) ==
			    world_value(&pair.below, i, 0, one_hour));
	pair_end(&pair);
}

/* ---- stocks and gauges ---------------------------------------------------------------------- */

static uint32_t add_level(struct world *world, enum indicator_kind kind)
{
	uint32_t number = world_hourly(world, kind, FIELD_AMOUNT);

	world->list[number].id = "level";
	world->list[number].by_field = TYPE_NONE;
	return number;
}

static void a_stock_is_what_it_was_last_whatever_was_known_before(void **state)
{
	struct couple pair = { 0 };

	(void)state;
	add_level(&pair.below, INDICATOR_STOCK);
	pair_start(&pair);
	world_amount(&pair.above, UNIT, START - HOUR,
		     0.1); /* by an event, before there was a site */
	world_amount(&pair.below, UNIT, START, 7);
	assert_int_equal(carry_over(&pair, START + 10000), 2); /* and that the feed was heard */
	assert_true(world_value(&pair.above, 0, UNIT, one_hour) == 7);
	assert_true(world_value(&pair.above, 0, 0, one_hour) == 7);
	assert_int_equal(carry_over(&pair, START + 20000), 0);
	world_amount(&pair.below, UNIT, START + 20000, 5);
	world_amount(&pair.below, UNIT, START + 19000, 9); /* late: changes nothing */
	(void)carry_over(&pair, START + 30000);
	assert_true(world_value(&pair.above, 0, 0, one_hour) == 5);
	pair_end(&pair);
}

static void a_gauge_travels_as_it_is_and_parents_move_by_the_difference(void **state)
{
	struct couple pair = { 0 };
	uint32_t gauge;

	(void)state;
	gauge = add_level(&pair.below, INDICATOR_GAUGE);
	pair_start(&pair);
	indicators_move(pair.above.indicators, gauge, 4, 100, START, 1);
	indicators_move(pair.below.indicators, gauge, UNIT, 8, START, 1);
	indicators_move(pair.below.indicators, gauge, UNIT, -3, START, 2);
	assert_int_equal(carry_over(&pair, START + 10000), 1);
	assert_true(world_value(&pair.above, gauge, UNIT, one_hour) == 5);
	assert_true(world_value(&pair.above, gauge, 0, one_hour) == 105);
	indicators_move(pair.below.indicators, gauge, UNIT, -5, START + 11000, 3);
	assert_int_equal(carry_over(&pair, START + 20000), 1);
	assert_true(world_value(&pair.above, gauge, UNIT, one_hour) == 0);
	assert_true(world_value(&pair.above, gauge, 0, one_hour) == 100);
	pair_end(&pair);
}

/* A roll-up of a level that was taken at taken_ms; its body is lent until the next call. */
static struct rollup level_rollup(const struct world *world, uint32_t number, int64_t taken_ms,
				  double value)
{
	static struct text body;
	struct bytes_writer writer;
	char buffer[64];
	struct rollup rollup = {
		.series = world->list[number].kind == INDICATOR_GAUGE
				  ? key_of_gauge("level")
				  : world->indicators->stocks.keys[0],
		.unit = UNIT,
		.minute = (uint32_t)(taken_ms / MINUTE),
		.last_ms = taken_ms,
	};

	text_clear(&body);
	bytes_writer_init(&writer, body_sink, &body, buffer, sizeof(buffer));
	bytes_put_u8(&writer, 1);
	body_put_stock(&writer, rollup.series, (struct stamped){ taken_ms, value });
	assert_int_equal(bytes_flush(&writer), 0);
	rollup.body = body.bytes;
	rollup.size = body.size;
	return rollup;
}

static void of_levels_the_newest_counts_whenever_it_comes(void **state)
{
	static const enum indicator_kind kinds[] = { INDICATOR_GAUGE, INDICATOR_STOCK };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct world world = { 0 };
		struct rollup rollup;
		struct saved saved;

		(void)add_level(&world, kinds[i]);
		world_start(&world);
		world_time(&world, START + MINUTE);
		rollup = level_rollup(&world, 0, START + 20000, 4);
		assert_int_equal(add(&world, &rollup), 0);
		world_time(&world, START + 2 * MINUTE);
		saved = save_state(&world);
		assert_null(load_state(&world, &saved));
		rollup = level_rollup(&world, 0, START + 10000, 9);
		assert_int_equal(add(&world, &rollup), 0);
		assert_true(world_value(&world, 0, 0, one_hour) == 4);
		/* The clock of the site was a day ahead; now it is not. */
		rollup = level_rollup(&world, 0, START + DAY, 5);
		assert_int_equal(add(&world, &rollup), 0);
		world_time(&world, START + 3 * MINUTE);
		rollup = level_rollup(&world, 0, START + 3 * MINUTE, 6);
		assert_int_equal(add(&world, &rollup), 0);
		assert_true(world_value(&world, 0, 0, one_hour) == 6);
		saved_fini(&saved);
		world_end(&world);
	}
}

/* A site with an old tree still tells of a unit that was merged into UNIT. */
static void what_sites_say_of_former_units_adds_up_until_their_heir_speaks(void **state)
{
	struct unit gone = { .id = "old", .parent = 1, .from_day = INT32_MIN };
	struct world world = { 0 };
	struct rollup rollup;
	uint32_t former;

	(void)state;
	(void)add_level(&world, INDICATOR_STOCK);
	world_start(&world);
	gone.until_day = civil_day(START, OFFSET);
	assert_int_equal(units_add_former(world.units, &gone, UNIT, &former), 0);
	renew(&world);
	world_time(&world, START);
	world_amount(&world, UNIT, START, 50); /* by an event, before there was a site */
	rollup = level_rollup(&world, 0, START, 10);
	rollup.former = former;
	assert_int_equal(add(&world, &rollup), 0);
	assert_true(world_value(&world, 0, UNIT, today) == 60);
	rollup = level_rollup(&world, 0, START, 4);
	assert_int_equal(add(&world, &rollup), 0);
	assert_true(world_value(&world, 0, UNIT, today) == 14);

	world_time(&world, START + DAY);
	rollup = level_rollup(&world, 0, START + DAY, 15);
	assert_int_equal(add(&world, &rollup), 0);
	assert_true(world_value(&world, 0, UNIT, today) == 15);
	rollup = level_rollup(&world, 0, START + DAY, 99);
	rollup.former = former;
	assert_int_equal(add(&world, &rollup), 0);
	assert_true(world_value(&world, 0, 0, today) == 15);
	world_end(&world);
}

static void levels_leave_once_more_at_the_full_hour(void **state)
{
	struct couple pair = { 0 };
	uint32_t gauge;

	(void)state;
	gauge = add_level(&pair.below, INDICATOR_GAUGE);
	add_level(&pair.below, INDICATOR_STOCK);
	pair_start(&pair);
	world_amount(&pair.below, UNIT, START, 7);
	indicators_move(pair.below.indicators, gauge, UNIT, 2, START, 1);
	assert_true(carry_over(&pair, START + 10000) > 0);
	renew(&pair.above); /* it has lost all */
	assert_int_equal(carry_over(&pair, START + HOUR - 1), 0);
	assert_true(carry_over(&pair, START + HOUR) >= 2);
	assert_true(world_value(&pair.above, gauge, 0, one_hour) == 2);
	assert_true(world_value(&pair.above, gauge + 1, 0, one_hour) == 7);
	pair_end(&pair);
}

/* ---- who is heard --------------------------------------------------------------------------- */

static void who_is_heard_below_is_heard_above_though_nothing_counts_it(void **state)
{
	struct couple pair = { 0 };
	const struct rollup *list;
	struct event event;

	(void)state;
	world_hourly(&pair.below, INDICATOR_COUNT, 0);
	pair_start(&pair);
	event = world_event(&pair.below, UNIT, START);
	event.type = TYPE_OTHER;
	world_add(&pair.below, &event);
	world_add(&pair.below, &event);
	assert_int_equal(world_quality(&pair.above, 0, UNIT, one_hour), QUALITY_UNKNOWN);
	assert_int_equal(carry_over(&pair, START + 10000), 1);
	assert_int_equal(world_quality(&pair.above, 0, UNIT, one_hour), QUALITY_GOOD);
	assert_true(world_value(&pair.above, 0, UNIT, one_hour) == 0);
	assert_int_equal(leave(&pair.above, START + 20000, &list), 1); /* and so further up */
	assert_int_equal(list->series, key_of_feed("main"));
	assert_int_equal(list->n, 1);
	assert_int_equal(carry_over(&pair, START + 20000), 0);
	pair_end(&pair);
}

static void who_is_heard_of_late_was_heard_then(void **state)
{
	struct couple pair = { 0 };
	const struct rollup *list;

	(void)state;
	world_hourly(&pair.below, INDICATOR_COUNT, 0);
	pair_start(&pair);
	world_end(&pair.above);
	world_start_with(&pair.above, HOUR, 64 << 20);
	world_amount(&pair.below, UNIT, START, 1);
	assert_int_equal(leave(&pair.below, START + 10000, &list), 1);
	world_time(&pair.above, START + 2 * HOUR);
	assert_int_equal(add(&pair.above, list), 0);
	assert_int_equal(world_quality(&pair.above, 0, UNIT, today), QUALITY_STALE);
	assert_true(world_value(&pair.above, 0, UNIT, today) == 1);
	/* An event that is late by itself is heard now. */
	world_amount(&pair.below, UNIT, START - HOUR, 1);
	assert_int_equal(leave(&pair.below, START + 20000, &list), 2);
	pair_end(&pair);
}

/* ---- what may not be ------------------------------------------------------------------------ */

static struct saved state_of(struct world *world)
{
	const struct change *changes;
	struct saved saved;

	(void)indicators_take_changes(world->indicators, &changes);
	saved = save_state(world);
	return saved;
}

static void assert_nothing_was_added(struct world *world, const struct saved *before)
{
	struct saved after = state_of(world);

	assert_same_bytes(before, &after);
	saved_fini(&after);
}

static void a_series_that_nothing_counts_is_passed_over(void **state)
{
	struct world world = { 0 };
	struct rollup rollup;
	struct saved before;

	(void)state;
	(void)add_level(&world, INDICATOR_GAUGE);
	world_start(&world);
	before = state_of(&world);
	rollup = level_rollup(&world, 0, START, 1);
	rollup.series++;
	assert_int_equal(add(&world, &rollup), ROLLUP_UNKNOWN);
	rollup.series--;
	rollup.unit = UNIT_NONE;
	assert_int_equal(add(&world, &rollup), ROLLUP_UNKNOWN);
	assert_nothing_was_added(&world, &before);
	saved_fini(&before);
	world_end(&world);
}

static void a_level_that_cannot_be_is_refused(void **state)
{
	static const double values[] = { NAN, INFINITY, 1e306, 0.5, -2e12 };
	struct world world = { 0 };
	struct rollup rollup;
	struct saved before;

	(void)state;
	(void)add_level(&world, INDICATOR_GAUGE);
	world_start(&world);
	before = state_of(&world);
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		rollup = level_rollup(&world, 0, START, values[i]);
		assert_int_equal(add(&world, &rollup), ROLLUP_BAD);
	}
	rollup = level_rollup(&world, 0, START, 1);
	rollup.minute++;
	assert_int_equal(add(&world, &rollup), ROLLUP_BAD);
	assert_nothing_was_added(&world, &before);
	saved_fini(&before);
	world_end(&world);
}

/* Whatever is done to a roll-up: it is added, or nothing is. */
static void a_damaged_roll_up_is_added_whole_or_not_at_all(void **state)
{
	struct couple pair = { 0 };
	const struct rollup *list;
	uint64_t seed = 1, n_refused = 0;
	struct saved before;
	char *body;

	(void)state;
	world_hourly(&pair.below, INDICATOR_SUM, FIELD_AMOUNT);
	world_hourly(&pair.below, INDICATOR_MIN, FIELD_AMOUNT);
	world_hourly(&pair.below, INDICATOR_DISTINCT, FIELD_AMOUNT);
	world_hourly(&pair.below, INDICATOR_QUANTILE, FIELD_AMOUNT);
	pair_start(&pair);
	for (int i = 0; i < 5; i++)
		world_amount(&pair.below, UNIT, START, i * 3);
	assert_int_equal(leave(&pair.below, START + 10000, &list), 1);
	body = malloc(list->size);
	assert_non_null(body);
	before = state_of(&pair.above);
	for (int i = 0; i < 4000; i++) {
		struct rollup damaged = *list;

		memcpy(body, list->body, list->size);
		body[next_random(&seed) % list->size] ^= (char)(1u << next_random(&seed) % 8);
		damaged.body = body;
		damaged.size = i % 4 == 0 ? next_random(&seed) % list->size : list->size;
		if (add(&pair.above, &damaged) == 0) {
			renew(&pair.above);
			world_time(&pair.above, START);
			continue;
		}
		n_refused++;
		assert_nothing_was_added(&pair.above, &before);
	}
	assert_in_range(n_refused, 1000, 3999);
	free(body);
	saved_fini(&before);
	pair_end(&pair);
}

/* Puts the head of a body of one measure, as the first stream of world has it at place. */
static void put_measure_head(struct bytes_writer *writer, const struct world *world, uint32_t place)
{
	const struct measure *measure = &world->indicators->plan.streams[0].measures[place];

	bytes_put_u8(writer, 1);
	body_put_head(writer, (uint8_t)measure->kind, measure->key);
}

static int add_body(struct world *world, const struct text *body, uint64_t n)
{
	const struct rollup rollup = {
		.series = world->indicators->plan.streams[0].key,
		.unit = UNIT,
		.minute = MINUTE_0,
		.n = n,
		.last_ms = START,
		.body = body->bytes,
		.size = body->size,
	};

	return add(world, &rollup);
}

static void what_no_events_make_is_refused(void **state)
{
	struct world world = { 0 };
	struct bytes_writer writer;
	struct text body = { 0 };
	struct saved before;
	char buffer[64];

	(void)state;
	world_hourly(&world, INDICATOR_SUM, FIELD_AMOUNT);
	world_hourly(&world, INDICATOR_LAST, FIELD_AMOUNT);
	world_hourly(&world, INDICATOR_DISTINCT, FIELD_AMOUNT);
	world_start(&world);
	before = state_of(&world);
	for (int i = 0; i < 5; i++) {
		text_clear(&body);
		bytes_writer_init(&writer, body_sink, &body, buffer, sizeof(buffer));
		put_measure_head(&writer, &world, i < 2 ? 0 : i < 4 ? 1 : 2);
		if (i < 2) { /* a sum of nothing; one that is none */
			bytes_put_f64(&writer, i == 0 ? 1 : NAN);
		} else if (i < 4) { /* the last of another minute; one that is none */
			bytes_put_i64(&writer, i == 2 ? START + MINUTE : START);
			bytes_put_f64(&writer, i == 2 ? 1 : INFINITY);
		} else { /* values that are not told apart */
			static const char zeroes[DISTINCT_REGISTERS];

			bytes_put_u32(&writer, VALUE_SET_REGISTERS);
			bytes_put(&writer, zeroes, sizeof(zeroes));
		}
		assert_int_equal(bytes_flush(&writer), 0);
		assert_int_equal(add_body(&world, &body, i == 0 ? 0 : 1), ROLLUP_BAD);
	}
	text_clear(&body);
	assert_int_equal(add_body(&world, &body, (uint64_t)ROLLUP_EVENTS_MAX + 1), ROLLUP_BAD);
	assert_nothing_was_added(&world, &before);
	saved_fini(&before);
	text_fini(&body);
	world_end(&world);
}

static void a_measure_that_a_site_does_not_keep_is_as_of_no_events(void **state)
{
	struct couple pair = { 0 };

	(void)state;
	world_hourly(&pair.below, INDICATOR_COUNT, 0);
	pair_start(&pair);
	world_end(&pair.above);
	world_hourly(&pair.above, INDICATOR_SUM, FIELD_AMOUNT);
	world_hourly(&pair.above, INDICATOR_MIN, FIELD_AMOUNT);
	world_hourly(&pair.above, INDICATOR_MAX, FIELD_AMOUNT);
	world_start(&pair.above);
	world_amount(&pair.below, UNIT, START, 3);
	assert_int_equal(carry_over(&pair, START + 10000), 1);
	assert_true(world_value(&pair.above, 0, UNIT, one_hour) == 1);
	assert_true(world_value(&pair.above, 1, UNIT, one_hour) == 0);
	assert_true(isnan(world_value(&pair.above, 2, UNIT, one_hour)));
	assert_true(isnan(world_value(&pair.above, 3, UNIT, one_hour)));
	world_amount(&pair.above, UNIT, START, -8);
	assert_true(world_value(&pair.above, 2, UNIT, one_hour) == -8);
	assert_true(world_value(&pair.above, 3, UNIT, one_hour) == -8);
	pair_end(&pair);
}

static void a_minute_too_far_ahead_is_taken_for_five(void **state)
{
	struct world world = { 0 };
	struct text body = { 0 };
	struct rollup rollup;

	(void)state;
	world_hourly(&world, INDICATOR_COUNT, 0);
	world_start(&world);
	rollup = (struct rollup){
		.series = world.indicators->plan.streams[0].key,
		.unit = UNIT,
		.minute = UINT32_MAX,
		.n = 2,
		.last_ms = UINT32_MAX * MINUTE,
		.body = text_get(&body),
	};
	assert_int_equal(add(&world, &rollup), 0);
	assert_true(world_value(&world, 0, 0, one_hour) == 0);
	world_time(&world, START + 5 * MINUTE);
	assert_true(world_value(&world, 0, 0, one_minute) == 2);
	world_end(&world);
}

static void the_feed_of_a_series_is_known(void **state)
{
	struct world world = { 0 };
	uint32_t side;

	(void)state;
	world_hourly(&world, INDICATOR_COUNT, 0);
	side = world_hourly(&world, INDICATOR_COUNT, 0);
	world.list[side].type = TYPE_SIDE;
	(void)add_level(&world, INDICATOR_GAUGE);
	world_start(&world);
	for (uint32_t i = 0; i < 2; i++)
		assert_int_equal(
			indicators_feed_of(world.indicators, world.indicators->plan.streams[i].key),
			i);
	assert_int_equal(indicators_feed_of(world.indicators, key_of_gauge("level")), FEED_MAIN);
	assert_int_equal(indicators_feed_of(world.indicators, key_of_feed("side")), FEED_SIDE);
	assert_int_equal(indicators_feed_of(world.indicators, 1), TYPE_NONE);
	world_end(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(increments_leave_every_ten_seconds_and_once),
		cmocka_unit_test(each_minute_leaves_by_itself_oldest_first),
		cmocka_unit_test(only_feeds_that_are_named_leave),
		cmocka_unit_test(all_leaves_at_once_when_memory_runs_short),
		cmocka_unit_test(values_travel_as_themselves_however_many_there_are),
		cmocka_unit_test(a_cell_with_many_sketches_leaves_in_small_pieces),
		cmocka_unit_test(a_stock_is_what_it_was_last_whatever_was_known_before),
		cmocka_unit_test(a_gauge_travels_as_it_is_and_parents_move_by_the_difference),
		cmocka_unit_test(of_levels_the_newest_counts_whenever_it_comes),
		cmocka_unit_test(what_sites_say_of_former_units_adds_up_until_their_heir_speaks),
		cmocka_unit_test(levels_leave_once_more_at_the_full_hour),
		cmocka_unit_test(who_is_heard_below_is_heard_above_though_nothing_counts_it),
		cmocka_unit_test(who_is_heard_of_late_was_heard_then),
		cmocka_unit_test(a_series_that_nothing_counts_is_passed_over),
		cmocka_unit_test(a_level_that_cannot_be_is_refused),
		cmocka_unit_test(a_damaged_roll_up_is_added_whole_or_not_at_all),
		cmocka_unit_test(what_no_events_make_is_refused),
		cmocka_unit_test(a_measure_that_a_site_does_not_keep_is_as_of_no_events),
		cmocka_unit_test(a_minute_too_far_ahead_is_taken_for_five),
		cmocka_unit_test(the_feed_of_a_series_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
