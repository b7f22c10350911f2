/* SPDX-License-Identifier: Apache-2.0 */
/*
 * world: real indicators, rules, alerts and refused samples of a small province, to be shown in
 * Redis.
 *
 * Units: "p" and below it "d1", "d2", ...  Indicators of event "done" with a channel: "all" and
 * "online", counts over 1h and today; "share", their ratio over 1h.  Rule: "flood", for events
 * with a subject.
 */
#ifndef TEST_STORE_WORLD_H
#define TEST_STORE_WORLD_H

#include <math.h>

#include "iocd/deadletter.h"
#include "iocd/store.h"

/* 2026-11-22T08:00:00+07:00 */
#define START  INT64_C(1795309200000)
#define OFFSET 420
#define MINUTE INT64_C(60000)

enum { ALL, ONLINE, SHARE, N_INDICATORS };

struct world {
	struct units *units;
	struct schema *schema;
	struct indicators *indicators;
	struct rules *rules;
	struct alertbook *book;
	struct deadletter *deadletter;
	struct store *store; /* told of every change; may be NULL */
	bool *applies;
	char (*ids)[16];
	struct rule rule;
	struct indicator list[N_INDICATORS];
	int64_t now_ms;
	uint64_t position;
};

static const char *const world_channels[] = { "counter", "online" };

static inline void world_make_units(struct world *world, uint32_t n)
{
	uint32_t number;

	world->units = units_new();
	world->ids = calloc(n, sizeof(*world->ids));
	world->applies = calloc(n, sizeof(*world->applies));
	assert_true(world->ids && world->applies);
	for (uint32_t i = 0; i < n; i++) {
		struct unit unit = { .level = "level", .parent = i ? 0 : UNIT_NONE };

		snprintf(world->ids[i], sizeof(world->ids[i]), i ? "d%u" : "p", i);
		unit.id = unit.name_vi = unit.name_en = world->ids[i];
		world->applies[i] = true;
		assert_int_equal(units_add(world->units, &unit, &number), 0);
	}
}

static inline void world_make_schema(struct world *world)
{
	struct feed feed = { .id = "feed", .title_vi = "feed", .title_en = "feed" };
	struct event_type type = {
		.name = "done",
		.fields = { { .name = "channel",
			      .kind = FIELD_CHOICE,
			      .choices = world_channels,
			      .n_choices = 2 } },
		.n_fields = 1,
	};
	uint32_t number;

	world->schema = schema_new();
	assert_int_equal(schema_add_feed(world->schema, &feed, &number), 0);
	assert_int_equal(schema_add_type(world->schema, &type, &number), 0);
}

static inline void world_make_indicators(struct world *world)
{
	const struct window hour = { WINDOW_MINUTES, 60, "1h" };
	const struct window today = { WINDOW_TODAY, 0, "today" };
	const struct indicators_options options = {
		.units = world->units,
		.schema = world->schema,
		.list = world->list,
		.n_list = N_INDICATORS,
		.offset_minutes = OFFSET,
		.sketch_bytes = 1 << 20,
	};
	static const char *const ids[] = { "all", "online", "share" };

	for (int i = 0; i < N_INDICATORS; i++)
		world->list[i] = (struct indicator){ .id = ids[i],
						     .title_vi = ids[i],
						     .title_en = ids[i],
						     .measure_vi = "",
						     .measure_en = "",
						     .target = NAN,
						     .windows = { hour, today },
						     .n_windows = i == SHARE ? 1 : 2 };
	world->list[ONLINE].where.conditions[0].test = WHERE_CHOICE;
	world->list[ONLINE].where.conditions[0].choices = 2;
	world->list[ONLINE].where.n_conditions = 1;
	world->list[SHARE].kind = INDICATOR_RATIO;
	world->list[SHARE].percent = true;
	world->list[SHARE].parts[0] = ONLINE;
	world->list[SHARE].parts[1] = ALL;
	assert_int_equal(indicators_new(&world->indicators, &options), 0);
	indicators_tick(world->indicators, world->now_ms);
}

static inline void world_make_book(struct world *world)
{
	const struct rules_options options = {
		.list = &world->rule,
		.n_list = 1,
		.n_units = units_count(world->units),
		.n_indicators = N_INDICATORS,
		.n_types = 1,
	};

	world->rule = (struct rule){
		.id = "flood",
		.title_vi = "lũ",
		.title_en = "flood",
		.kind = RULE_EVENT,
		.event_type = schema_type(world->schema, 0),
		.severity = SEVERITY_CRITICAL,
		.subject_field = TYPE_NONE,
		.fade_ms = 10 * MINUTE,
		.applies = world->applies,
		.place = { "rules.d/flood.yml", 3, 1 },
	};
	world->rules = rules_new(&options);
	world->book = alertbook_new(world->rules);
	world->deadletter = deadletter_new(units_count(world->units));
}

static inline void world_init(struct world *world, uint32_t n_units)
{
	*world = (struct world){ .now_ms = START };
	world_make_units(world, n_units);
	world_make_schema(world);
	world_make_indicators(world);
	world_make_book(world);
}

static inline void world_fini(struct world *world)
{
	if (!world->units)
		return;
	deadletter_free(world->deadletter);
	alertbook_free(world->book);
	rules_free(world->rules);
	indicators_free(world->indicators);
	schema_free(world->schema);
	units_free(world->units);
	free(world->applies);
	free(world->ids);
}

static inline struct store_source world_source(const struct world *world)
{
	return (struct store_source){
		.context = { .units = world->units, .offset_minutes = OFFSET },
		.indicators = world->indicators,
		.book = world->book,
		.deadletter = world->deadletter,
	};
}

/* Ends a batch and tells the store, as the data path does at every tick. */
static inline void world_settle(struct world *world)
{
	const struct change *changes;
	size_t n;

	indicators_settle(world->indicators);
	indicators_tick(world->indicators, world->now_ms);
	n = indicators_take_changes(world->indicators, &changes);
	alertbook_tick(world->book, world->now_ms, world->position);
	if (world->store)
		store_post(world->store, changes, n, world->position);
}

/* Lets time pass, second by second. */
static inline void world_pass(struct world *world, int64_t ms)
{
	for (; ms > 0; ms -= 1000) {
		world->now_ms += 1000;
		world_settle(world);
	}
}

/* n events of a unit happen now, on a channel. */
static inline void world_send(struct world *world, uint32_t unit, uint32_t channel, int n)
{
	struct event event = { .unit = unit,
			       .time_ms = world->now_ms,
			       .arrival_ms = world->now_ms,
			       .values = { { .present = true, .choice = channel } } };

	for (int i = 0; i < n; i++) {
		event.position = ++world->position;
		indicators_add(world->indicators, &event);
	}
	world_settle(world);
}

/* An event about subject happens in a unit, which raises an alert. */
static inline void world_raise(struct world *world, uint32_t unit, const char *subject)
{
	const struct event event = { .unit = unit, .position = ++world->position };
	const struct verdict verdict = { .unit = unit,
					 .judgement = JUDGE_CRITICAL,
					 .event = &event,
					 .subject = { subject, strlen(subject) } };

	alertbook_judge(world->book, &verdict, world->now_ms, world->position);
	world_settle(world);
}

/* A message is refused. */
static inline void world_refuse(struct world *world, uint32_t unit, const char *payload)
{
	const struct decode_input input = {
		.topic = "ioc/v1/d1/feed/evt/done",
		.topic_size = 23,
		.payload = payload,
		.payload_size = strlen(payload),
		.arrival_ms = world->now_ms,
		.position = ++world->position,
	};

	deadletter_offer(world->deadletter, &input, unit, REASON_json_syntax, 0);
	world_settle(world);
}

#endif
