/* SPDX-License-Identifier: Apache-2.0 */
/*
 * world: a small tree, two types of events about links, and a plan of every kind on them; for the
 * tests of this room and the fuzzer.
 *
 * Asserts are plain, so that both can use it.
 */
#ifndef TEST_KEYED_WORLD_H
#define TEST_KEYED_WORLD_H

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../saved.h"
#include "iocd/keyed.h"

#define MINUTE INT64_C(60000)
#define START  INT64_C(1795309200000) /* 2026-11-22T08:00:00+07:00 */

/* The tree: 0 is the root, 1 and 2 are its children, 3 and 4 are below 1. */
#define N_UNITS 5u

enum { TYPE_STATE, TYPE_CALL, TYPE_OTHER };
enum { STATE_LINK, STATE_GROUP, STATE_UP, STATE_LAG }; /* group: choice; lag: optional */
enum { CALL_STATUS, CALL_LINK, CALL_MS };

enum {
	PLAN_COUNT,
	PLAN_SUM,
	PLAN_MEAN,
	PLAN_MIN,
	PLAN_MAX,
	PLAN_LAST,
	PLAN_RATE,
	PLAN_STOCK,
	PLAN_RATIO,  /* of failed calls to calls */
	PLAN_FAILED, /* those calls, with a filter */
	PLAN_GROUP,  /* a count by a choice */
	N_PLANS
};
#define FIGURE_CALLS N_PLANS /* of no plan of its own */
#define N_FIGURES    (N_PLANS + 1)

static const char *const groups[] = { "national", "local" };
static const char *const plan_ids[N_PLANS] = { "count", "sum",   "mean",  "min",    "max",  "last",
					       "rate",  "stock", "ratio", "failed", "group" };
static const bool all_units[N_UNITS] = { true, true, true, true, true };
static const bool lower_units[N_UNITS] = { false, true, true, true, false };

struct world {
	struct units *units;
	struct schema *schema;
	struct indicator figures[N_FIGURES];
	struct keyed_plan plans[N_PLANS];
	uint32_t n_plans;
	struct indicators *indicators; /* owned by whoever made them; NULL: none */
	struct keyed *keyed;
	uint64_t position;
};

static inline struct slice slice_of(const char *text)
{
	return (struct slice){ .bytes = text, .size = strlen(text) };
}

static inline struct units *make_units(void)
{
	static const struct unit tree[N_UNITS] = {
		{ .id = "p", .parent = UNIT_NONE }, { .id = "d1", .parent = 0 },
		{ .id = "d2", .parent = 0 },        { .id = "c1", .parent = 1 },
		{ .id = "c2", .parent = 1 },
	};
	struct units *units = units_new();

	for (uint32_t i = 0; i < N_UNITS; i++) {
		uint32_t number;
		int r = units_add(units, &tree[i], &number);

		assert(r == 0 && number == i);
	}
	return units;
}

static inline struct schema *make_schema(void)
{
	const struct feed feed = { .id = "links", .silent_after_ms = 10 * MINUTE };
	const struct event_type types[] = {
		{ .name = "state",
		  .fields = { { .name = "link", .kind = FIELD_TEXT, .optional = true },
			      { .name = "group",
				.kind = FIELD_CHOICE,
				.choices = groups,
				.n_choices = 2 },
			      { .name = "up", .kind = FIELD_FLAG },
			      { .name = "lag", .kind = FIELD_NUMBER, .optional = true } },
		  .n_fields = 4 },
		{ .name = "call",
		  .fields = { { .name = "status", .kind = FIELD_INTEGER },
			      { .name = "link", .kind = FIELD_TEXT },
			      { .name = "ms", .kind = FIELD_NUMBER } },
		  .n_fields = 3 },
		{ .name = "other" },
	};
	struct schema *schema = schema_new();
	uint32_t number;
	int r = schema_add_feed(schema, &feed, &number);

	assert(r == 0);
	for (size_t i = 0; i < COUNT(types); i++) {
		r = schema_add_type(schema, &types[i], &number);
		assert(r == 0);
	}
	return schema;
}

static inline struct indicator figure_of(const char *id, enum indicator_kind kind, uint32_t type,
					 uint32_t field)
{
	return (struct indicator){ .id = id,
				   .kind = kind,
				   .type = type,
				   .field = field,
				   .by_field = type == TYPE_STATE ? STATE_LINK : CALL_LINK,
				   .per_ms = 60 * MINUTE,
				   .target = NAN,
				   .windows = { { WINDOW_MINUTES, 5, "5m" } },
				   .n_windows = 1 };
}

static inline void make_figures(struct indicator *list)
{
	static const enum indicator_kind kinds[] = {
		INDICATOR_COUNT, INDICATOR_SUM,  INDICATOR_MEAN, INDICATOR_MIN,
		INDICATOR_MAX,   INDICATOR_LAST, INDICATOR_RATE, INDICATOR_STOCK,
	};

	for (uint32_t i = 0; i < COUNT(kinds); i++)
		list[i] = figure_of(plan_ids[i], kinds[i], TYPE_STATE, STATE_LAG);
	list[PLAN_STOCK].field = STATE_UP;
	list[PLAN_FAILED] = figure_of("failed", INDICATOR_COUNT, TYPE_CALL, 0);
	list[PLAN_FAILED].where = (struct where){
		.conditions = { { .field = CALL_STATUS, .test = WHERE_GE, .number = 500 } },
		.n_conditions = 1
	};
	list[PLAN_GROUP] = figure_of("group", INDICATOR_COUNT, TYPE_STATE, 0);
	list[FIGURE_CALLS] = figure_of("calls", INDICATOR_COUNT, TYPE_CALL, 0);
	list[PLAN_RATIO] = figure_of("ratio", INDICATOR_RATIO, TYPE_NONE, 0);
	list[PLAN_RATIO].parts[0] = PLAN_FAILED;
	list[PLAN_RATIO].parts[1] = FIGURE_CALLS;
}

static inline void make_plans(struct world *world)
{
	world->n_plans = N_PLANS;
	for (uint32_t i = 0; i < N_PLANS; i++)
		world->plans[i] = (struct keyed_plan){
			.id = plan_ids[i],
			.figure = &world->figures[i],
			.field = i == PLAN_GROUP ? "group" : "link",
			.window_ms = 5 * MINUTE,
			.cap = KEYED_CAP,
			.applies = all_units,
		};
}

/* Makes the keyed of the world anew, of its plans as they are. */
static inline void renew(struct world *world)
{
	const struct keyed_options options = {
		.units = world->units,
		.schema = world->schema,
		.indicators = world->figures,
		.n_indicators = N_FIGURES,
		.figures = world->indicators,
		.list = world->plans,
		.n_list = world->n_plans,
	};

	keyed_free(world->keyed);
	world->keyed = keyed_new(&options);
}

static inline void world_init(struct world *world)
{
	*world = (struct world){ .units = make_units(), .schema = make_schema() };
	make_figures(world->figures);
	make_plans(world);
}

static inline void world_fini(struct world *world)
{
	keyed_free(world->keyed);
	schema_free(world->schema);
	units_free(world->units);
}

/* What an event says; of a state: link (NULL: absent), group, up and lag (NaN: absent), of a call:
 * link, status and lag as its ms. */
struct say {
	uint32_t type, unit;
	int64_t at, arrival; /* arrival 0: as at */
	const char *link;
	uint32_t group;
	bool up;
	double lag;
	int status;
};

static inline struct event event_of(struct world *world, const struct say *say)
{
	struct event event = {
		.unit = say->unit,
		.type = say->type,
		.time_ms = say->at,
		.arrival_ms = say->arrival ? say->arrival : say->at,
		.position = ++world->position,
	};
	struct value link = { .present = say->link != NULL };

	if (say->link)
		link.text = slice_of(say->link);
	if (say->type == TYPE_STATE) {
		event.values[STATE_LINK] = link;
		event.values[STATE_GROUP] = (struct value){ .present = true, .choice = say->group };
		event.values[STATE_UP] = (struct value){ .present = true, .number = say->up };
		if (!isnan(say->lag))
			event.values[STATE_LAG] =
				(struct value){ .present = true, .number = say->lag };
	} else if (say->type == TYPE_CALL) {
		event.values[CALL_LINK] = link;
		event.values[CALL_STATUS] =
			(struct value){ .present = true, .number = say->status };
		event.values[CALL_MS] = (struct value){ .present = true, .number = say->lag };
	}
	return event;
}

static inline void happen(struct world *world, struct say say)
{
	struct event event = event_of(world, &say);

	keyed_add(world->keyed, &event);
}

#define HAPPEN(world, when, name, ...)                                                             \
	happen((world), (struct say){ .at = (when), .link = (name), ##__VA_ARGS__ })

static inline struct reading read_key(const struct world *world, uint32_t plan, uint32_t unit,
				      const char *key)
{
	return keyed_read_value(world->keyed, plan, unit, slice_of(key));
}

/* Takes all changes that there are; returns their number. */
static inline size_t take_all(struct world *world)
{
	const struct keyed_change *changes;
	size_t n, sum = 0;

	while ((n = keyed_take_changes(world->keyed, &changes)) > 0)
		sum += n;
	return sum;
}

/* A tick, whose changes are taken. */
static inline size_t tick(struct world *world, int64_t now_ms)
{
	keyed_tick(world->keyed, now_ms);
	return take_all(world);
}

static inline struct saved save_world(const struct world *world)
{
	struct saved saved = { 0 };
	struct bytes_writer writer;

	saved_begin(&saved, &writer);
	keyed_save(world->keyed, &writer);
	saved_end(&writer);
	return saved;
}

/* Loads into fresh ones of the plans as they are now, units as map says (NULL: as they were);
 * lends the complaint, or NULL. */
static inline const char *load_world(struct world *world, const struct saved *saved,
				     const struct renumber *map)
{
	static const uint32_t same[N_UNITS] = { 0, 1, 2, 3, 4 };
	const struct renumber identity = { .to = same, .n = N_UNITS };
	struct bytes_reader reader;

	renew(world);
	bytes_reader_init(&reader, saved->bytes, saved->n);
	keyed_load(world->keyed, &reader, map ? map : &identity);
	if (reader.at != reader.end)
		bytes_reject(&reader, "more than was saved");
	return reader.is_bad ? reader.why : NULL;
}

static inline uint32_t draw(uint64_t *seed, uint32_t n)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*seed >> 33) % n;
}

#endif
