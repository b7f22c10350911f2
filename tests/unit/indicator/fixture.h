/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fixture: a small world for the tests of this room: a tree of three levels, two feeds, one rich
 * event type, and short ways to say "an event happened" and "what does it read".
 */
#ifndef TEST_INDICATOR_FIXTURE_H
#define TEST_INDICATOR_FIXTURE_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "iocd/indicator.h"

#define MINUTE INT64_C(60000)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

/* 2026-11-22T08:00:00+07:00 */
#define START  INT64_C(1795309200000)
#define OFFSET 420

/* The tree: 0 is the root, 1 and 2 its children, 3 to 5 are below 1, 6 to 8 below 2. */
#define N_UNITS 9u

enum { FEED_MAIN, FEED_SIDE };
enum { TYPE_MAIN, TYPE_OTHER, TYPE_SIDE };
enum { FIELD_CHANNEL, FIELD_AMOUNT, FIELD_WHO, FIELD_URGENT, FIELD_SCORE, FIELD_DUE, FIELD_STEPS };

static const char *const channels[] = { "online", "counter", "post" };

static const struct window windows[] = {
	{ WINDOW_MINUTES, 1, "1m" },     { WINDOW_MINUTES, 5, "5m" },  { WINDOW_MINUTES, 60, "1h" },
	{ WINDOW_MINUTES, 1440, "24h" }, { WINDOW_TODAY, 0, "today" }, { WINDOW_MONTH, 0, "month" },
	{ WINDOW_WEEK, 0, "week" },      { WINDOW_YEAR, 0, "year" },
};

static const struct window one_minute = { WINDOW_MINUTES, 1, "1m" };
static const struct window one_hour = { WINDOW_MINUTES, 60, "1h" };
static const struct window today = { WINDOW_TODAY, 0, "today" };
static const struct window this_week = { WINDOW_WEEK, 0, "week" };
static const struct window this_year = { WINDOW_YEAR, 0, "year" };
static const struct window this_month = { WINDOW_MONTH, 0, "month" };

struct world {
	struct units *units;
	struct schema *schema;
	struct indicator list[32];
	uint32_t n_list;
	const bool *rolled; /* by feed; NULL: no roll-ups leave */
	struct indicators *indicators;
	int64_t now_ms;
	uint64_t position;
};

static inline struct schema *fixture_schema(int64_t silent_after_ms)
{
	struct feed main_feed = { .id = "main", .silent_after_ms = silent_after_ms };
	struct feed side_feed = { .id = "side" };
	struct event_type type = {
		.name = "done",
		.feed = FEED_MAIN,
		.fields = {
			[FIELD_CHANNEL] = { .name = "channel", .kind = FIELD_CHOICE,
					    .choices = channels, .n_choices = 3 },
			[FIELD_AMOUNT] = { .name = "amount", .kind = FIELD_NUMBER },
			[FIELD_WHO] = { .name = "who", .kind = FIELD_TEXT },
			[FIELD_URGENT] = { .name = "urgent", .kind = FIELD_FLAG },
			[FIELD_SCORE] = { .name = "score", .kind = FIELD_NUMBER, .optional = true },
			[FIELD_DUE] = { .name = "due", .kind = FIELD_TIME },
			[FIELD_STEPS] = { .name = "steps", .kind = FIELD_INTEGER },
		},
		.n_fields = 7,
	};
	struct event_type other = { .name = "other", .feed = FEED_MAIN };
	struct event_type side = { .name = "side", .feed = FEED_SIDE };
	struct schema *schema = schema_new();
	uint32_t number;

	assert_int_equal(schema_add_feed(schema, &main_feed, &number), 0);
	assert_int_equal(schema_add_feed(schema, &side_feed, &number), 0);
	assert_int_equal(schema_add_type(schema, &type, &number), 0);
	assert_int_equal(schema_add_type(schema, &other, &number), 0);
	assert_int_equal(schema_add_type(schema, &side, &number), 0);
	return schema;
}

static inline struct units *fixture_units(void)
{
	static const struct unit tree[N_UNITS] = {
		{ .id = "p", .parent = UNIT_NONE }, { .id = "d1", .parent = 0 },
		{ .id = "d2", .parent = 0 },        { .id = "c1", .parent = 1 },
		{ .id = "c2", .parent = 1 },        { .id = "c3", .parent = 1 },
		{ .id = "c4", .parent = 2 },        { .id = "c5", .parent = 2 },
		{ .id = "c6", .parent = 2 },
	};
	struct units *units = units_new();
	uint32_t number;

	for (uint32_t i = 0; i < N_UNITS; i++)
		assert_int_equal(units_add(units, &tree[i], &number), 0);
	return units;
}

/* Adds an indicator of TYPE_MAIN to the list, before world_start(); returns its number. */
static inline uint32_t world_indicator(struct world *world, enum indicator_kind kind,
				       uint32_t field)
{
	struct indicator *indicator = &world->list[world->n_list];

	assert_true(world->n_list < sizeof(world->list) / sizeof(world->list[0]));
	*indicator = (struct indicator){
		.id = "indicator",
		.kind = kind,
		.type = TYPE_MAIN,
		.field = field,
		.target = NAN,
		.quantile = 0.9,
		.per_ms = HOUR,
		.n_windows = sizeof(windows) / sizeof(windows[0]),
	};
	memcpy(indicator->windows, windows, sizeof(windows));
	return world->n_list++;
}

/* The same for the one-hour window only. */
static inline uint32_t world_hourly(struct world *world, enum indicator_kind kind, uint32_t field)
{
	uint32_t number = world_indicator(world, kind, field);

	world->list[number].windows[0] = one_hour;
	world->list[number].n_windows = 1;
	return number;
}

static inline uint32_t world_ratio(struct world *world, uint32_t above, uint32_t below)
{
	uint32_t number = world_indicator(world, INDICATOR_RATIO, 0);

	world->list[number].parts[0] = above;
	world->list[number].parts[1] = below;
	return number;
}

static inline void world_where(struct world *world, uint32_t number, struct condition condition)
{
	struct where *where = &world->list[number].where;

	where->conditions[where->n_conditions++] = condition;
}

static inline void world_start_with(struct world *world, int64_t silent_after_ms,
				    size_t sketch_bytes)
{
	struct indicators_options options;

	world->units = fixture_units();
	world->schema = fixture_schema(silent_after_ms);
	options = (struct indicators_options){
		.units = world->units,
		.schema = world->schema,
		.list = world->list,
		.n_list = world->n_list,
		.offset_minutes = OFFSET,
		.sketch_bytes = sketch_bytes,
		.rolled = world->rolled,
	};
	assert_int_equal(indicators_new(&world->indicators, &options), 0);
	world->now_ms = START;
	indicators_tick(world->indicators, START);
}

static inline void world_start(struct world *world)
{
	world_start_with(world, 0, 64 << 20);
}

static inline void world_end(struct world *world)
{
	world->indicators = indicators_free(world->indicators);
	world->schema = schema_free(world->schema);
	world->units = units_free(world->units);
}

/* Moves on to now_ms and throws away what that changed. */
static inline void world_time(struct world *world, int64_t now_ms)
{
	const struct change *changes;

	world->now_ms = now_ms;
	indicators_tick(world->indicators, now_ms);
	(void)indicators_take_changes(world->indicators, &changes);
}

/* An event of TYPE_MAIN that happened at time_ms and arrives now. */
static inline struct event world_event(struct world *world, uint32_t unit, int64_t time_ms)
{
	struct event event = {
		.unit = unit,
		.type = TYPE_MAIN,
		.feed = FEED_MAIN,
		.time_ms = time_ms,
		.arrival_ms = world->now_ms,
		.position = ++world->position,
	};

	for (uint32_t i = 0; i < EVENT_FIELDS_MAX; i++)
		event.values[i].present = i != FIELD_SCORE;
	event.values[FIELD_WHO].text = (struct slice){ "", 0 };
	return event;
}

static inline void world_add(struct world *world, const struct event *event)
{
	indicators_add(world->indicators, event);
	indicators_settle(world->indicators);
}

/* An event with an amount. */
static inline void world_amount(struct world *world, uint32_t unit, int64_t time_ms, double amount)
{
	struct event event = world_event(world, unit, time_ms);

	event.values[FIELD_AMOUNT].number = amount;
	world_add(world, &event);
}

static inline double world_value(const struct world *world, uint32_t number, uint32_t unit,
				 struct window window)
{
	return indicators_read(world->indicators, number, unit, &window).value;
}

static inline enum quality world_quality(const struct world *world, uint32_t number, uint32_t unit,
					 struct window window)
{
	return indicators_read(world->indicators, number, unit, &window).quality;
}

#endif
