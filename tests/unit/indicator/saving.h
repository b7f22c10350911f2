/* SPDX-License-Identifier: Apache-2.0 */
/*
 * saving: for tests of saves: a world with every kind of indicator, a stream of events out of a
 * seed, and state to bytes and back.
 */
#ifndef TEST_INDICATOR_SAVING_H
#define TEST_INDICATOR_SAVING_H

#include <stdio.h>

#include "../../saved.h"
#include "fixture.h"
#include "iocd/indicator_save.h"
#include "state.h"

static inline struct saved save_state(const struct world *world)
{
	struct saved saved = { 0 };
	struct bytes_writer writer;

	saved_begin(&saved, &writer);
	indicators_save(world->indicators, &writer);
	saved_end(&writer);
	return saved;
}

static inline struct indicators_options options_of(const struct world *world)
{
	return (struct indicators_options){
		.units = world->units,
		.schema = world->schema,
		.list = world->list,
		.n_list = world->n_list,
		.offset_minutes = OFFSET,
		.sketch_bytes = 64 << 20,
		.rolled = world->rolled,
	};
}

/* Throws away the indicators of world and makes fresh ones as configured now. */
static inline void renew(struct world *world)
{
	struct indicators_options options = options_of(world);

	world->indicators = indicators_free(world->indicators);
	assert_int_equal(indicators_new(&world->indicators, &options), 0);
}

/* Loads into fresh indicators; lends the complaint, or NULL if there was none. */
static inline const char *load_into_tree(struct world *world, const struct saved *saved,
					 const struct renumber *units, const struct renumber *feeds,
					 bool tree_has_changed, uint64_t *ret_dropped)
{
	struct bytes_reader reader;

	renew(world);
	bytes_reader_init(&reader, saved->bytes, saved->n);
	*ret_dropped = indicators_load(world->indicators, &reader, units, feeds, tree_has_changed);
	assert_true(reader.is_bad || reader.at == reader.end);
	return reader.is_bad ? reader.why : NULL;
}

static inline const char *load_under(struct world *world, const struct saved *saved,
				     const struct renumber *units, const struct renumber *feeds,
				     uint64_t *ret_dropped)
{
	return load_into_tree(world, saved, units, feeds, false, ret_dropped);
}

/* The same with every number as it was, and nothing dropped. */
static inline const char *load_state(struct world *world, const struct saved *saved)
{
	uint32_t same[N_UNITS];
	struct renumber units = { .to = same, .n = N_UNITS }, feeds = { .to = same, .n = 2 };
	uint64_t dropped;
	const char *why;

	for (uint32_t i = 0; i < N_UNITS; i++)
		same[i] = i;
	why = load_under(world, saved, &units, &feeds, &dropped);
	assert_true(why || dropped == 0);
	return why;
}

static inline void assert_same_bytes(const struct saved *a, const struct saved *b)
{
	assert_int_equal(a->n, b->n);
	assert_memory_equal(a->bytes, b->bytes, a->n);
}

/* Adds one that is not counted, or is worked out of part. */
static inline uint32_t add_kind(struct world *world, enum indicator_kind kind, uint32_t part)
{
	uint32_t number = world_hourly(world, kind, FIELD_AMOUNT);

	world->list[number].id = kind == INDICATOR_STOCK ? "stock" : "other"; /* as saved */
	world->list[number].type = kind == INDICATOR_STOCK ? TYPE_MAIN : TYPE_NONE;
	world->list[number].by_field = FIELD_WHO;
	world->list[number].parts[0] = part;
	world->list[number].windows[1] = today;
	world->list[number].n_windows = 2;
	return number;
}

static inline void add_what_is_not_counted(struct world *world, uint32_t count)
{
	static const bool among[N_UNITS] = { false, true, true, true, true, true, true, true };
	static struct score_term terms[2] = { { .weight = 1, .max = 100 },
					      { .weight = 2, .max = 30 } };
	uint32_t stock = add_kind(world, INDICATOR_STOCK, 0);
	uint32_t gauge = add_kind(world, INDICATOR_GAUGE, 0);
	uint32_t number = add_kind(world, INDICATOR_PROGRESS, gauge);

	world->list[number].target_value = 500;
	number = add_kind(world, INDICATOR_BEHIND, number);
	world->list[number].from_ms = START - 30 * DAY;
	world->list[number].by_ms = START + 30 * DAY;
	terms[0].indicator = stock;
	terms[1].indicator = gauge;
	number = add_kind(world, INDICATOR_SCORE, 0);
	world->list[number].terms = terms;
	world->list[number].n_terms = 2;
	add_kind(world, INDICATOR_CHANGE, number);
	add_kind(world, INDICATOR_CHANGE, count);
	number = add_kind(world, INDICATOR_BASELINE, count);
	world->list[number].weeks = 1;
	number = add_kind(world, INDICATOR_UNITS, gauge);
	world->list[number].limit = 5;
	world->list[number].among = among;
}

/* One indicator of every kind, and some that share streams and measures or have their own. */
static inline void add_every_kind(struct world *world)
{
	const struct condition online = { .field = FIELD_CHANNEL,
					  .test = WHERE_CHOICE,
					  .choices = 1u << 0 | 1u << 2 };
	const struct condition large = { .field = FIELD_AMOUNT, .test = WHERE_GE, .number = 500 };
	uint32_t count = world_indicator(world, INDICATOR_COUNT, 0);
	uint32_t sum = world_hourly(world, INDICATOR_SUM, FIELD_AMOUNT);
	uint32_t filtered;

	world_indicator(world, INDICATOR_MEAN, FIELD_AMOUNT);
	world_indicator(world, INDICATOR_MEAN, FIELD_SCORE);
	world_hourly(world, INDICATOR_MIN, FIELD_AMOUNT);
	world_indicator(world, INDICATOR_MAX, FIELD_SCORE);
	world_indicator(world, INDICATOR_LAST, FIELD_STEPS);
	world_indicator(world, INDICATOR_RATE, 0);
	world_indicator(world, INDICATOR_DISTINCT, FIELD_WHO);
	world_hourly(world, INDICATOR_DISTINCT, FIELD_CHANNEL);
	world_indicator(world, INDICATOR_QUANTILE, FIELD_AMOUNT);
	filtered = world_hourly(world, INDICATOR_COUNT, 0);
	world_where(world, filtered, online);
	world_ratio(world, filtered, count);
	filtered = world_hourly(world, INDICATOR_QUANTILE, FIELD_STEPS);
	world_where(world, filtered, large);
	world_where(world, filtered, online);
	world_ratio(world, sum, count);
	filtered = world_hourly(world, INDICATOR_COUNT, 0);
	world->list[filtered].type = TYPE_SIDE;
	add_what_is_not_counted(world, count);
}

static inline uint64_t next_random(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return *seed >> 33;
}

/* How much the time of an event differs from that of its arrival: often little, at times a lot. */
static inline int64_t random_lag_ms(uint64_t *seed)
{
	uint64_t kind = next_random(seed) % 100;

	if (kind < 80)
		return (int64_t)(next_random(seed) % 20000);
	if (kind < 90)
		return (int64_t)(next_random(seed) % (uint64_t)(3 * HOUR));
	if (kind < 95)
		return (int64_t)(next_random(seed) % (uint64_t)(40 * DAY));
	return -(int64_t)(next_random(seed) % (uint64_t)(10 * MINUTE));
}

/* An event of who knows what, from a unit that is no root; not settled. */
static inline void add_random(struct world *world, uint64_t *seed)
{
	uint32_t unit = 1 + (uint32_t)(next_random(seed) % (N_UNITS - 1));
	struct event event = world_event(world, unit, world->now_ms - random_lag_ms(seed));
	char who[16];

	if (next_random(seed) % 8 == 0) {
		event.type = TYPE_SIDE;
		event.feed = FEED_SIDE;
	}
	(void)snprintf(who, sizeof(who), "w%u", (unsigned)(next_random(seed) % 3000));
	event.values[FIELD_CHANNEL].choice = (uint32_t)(next_random(seed) % 3);
	event.values[FIELD_AMOUNT].number = (double)(next_random(seed) % 100000) / 7;
	event.values[FIELD_WHO].text = (struct slice){ who, strlen(who) };
	event.values[FIELD_SCORE].present = next_random(seed) % 3 == 0;
	event.values[FIELD_SCORE].number = (double)(next_random(seed) % 1000) / 10;
	event.values[FIELD_STEPS].number = (double)(next_random(seed) % 50);
	indicators_add(world->indicators, &event);
}

/* Moves the gauges there are. */
static inline void move_randomly(struct world *world, uint64_t *seed)
{
	for (uint32_t i = 0; i < world->n_list; i++)
		if (world->list[i].kind == INDICATOR_GAUGE)
			indicators_move(world->indicators, i,
					(uint32_t)(next_random(seed) % N_UNITS),
					(int64_t)(next_random(seed) % 9) - 3, world->now_ms,
					world->position);
}

/* Some events, and the tick after step_ms that ends their batch. */
static inline void pass_randomly(struct world *world, uint64_t *seed, int64_t step_ms)
{
	uint64_t n = next_random(seed) % 8;

	for (uint64_t i = 0; i < n; i++)
		add_random(world, seed);
	move_randomly(world, seed);
	indicators_settle(world->indicators);
	world_time(world, world->now_ms + step_ms);
}

/* Compares every reading of two worlds that are configured alike. */
static inline void assert_same_readings(const struct world *a, const struct world *b)
{
	for (uint32_t i = 0; i < a->n_list; i++)
		for (uint32_t u = 0; u < N_UNITS; u++)
			for (uint32_t w = 0; w < a->list[i].n_windows + 2; w++) {
				bool is_minute = w >= a->list[i].n_windows;
				const struct window *window =
					is_minute ? NULL : &a->list[i].windows[w];
				uint32_t ago = w - a->list[i].n_windows;
				struct reading one =
					is_minute ? indicators_read_minute(a->indicators, i, u, ago)
						  : indicators_read(a->indicators, i, u, window);
				struct reading two =
					is_minute ? indicators_read_minute(b->indicators, i, u, ago)
						  : indicators_read(b->indicators, i, u, window);

				assert_int_equal(one.quality, two.quality);
				assert_memory_equal(&one.value, &two.value, sizeof(one.value));
				assert_int_equal(one.samples, two.samples);
				assert_int_equal(one.last_ms, two.last_ms);
				assert_int_equal(one.position, two.position);
			}
}

#endif
