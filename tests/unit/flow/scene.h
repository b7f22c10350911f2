/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scene: a province p with the districts d1 and d2, a feed, a few figures and rules, a real journal
 * in a directory of its own, and flows over it.
 */
#ifndef TEST_FLOW_SCENE_H
#define TEST_FLOW_SCENE_H

#include <ftw.h>
#include <math.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "iocd/base/civil.h"
#include "iocd/base/counter.h"
#include "iocd/base/err.h"
#include "iocd/base/text.h"
#include "iocd/flow.h"
#include "iocd/own.h"

#define START  INT64_C(1795309200000) /* 2026-11-22T08:00:00+07:00 */
#define SECOND INT64_C(1000)
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)
#define OFFSET 420

enum { UNIT_P, UNIT_D1, UNIT_D2, N_UNITS };
enum { TYPE_CLOSED, TYPE_LEVEL, TYPE_HIT };
enum { CLOSED, CLOSED_LATE, LATE_RATE, LEVEL, N_INDICATORS };
enum { RULE_LATE, RULE_LEVEL, RULE_HIT, N_RULES };

#define MORE 8 /* figures and rules that a test may add */

static const char *const unit_ids[] = { "p", "d1", "d2" };

/* What a flow told of its changes. */
struct told {
	uint64_t digest; /* of all changes, and where in the journal each tick stood */
	unsigned n_ticks;
	size_t n_changes;
	uint64_t position; /* of the last tick */
};

struct scene {
	char directory[64];
	struct journal *journal;
	struct units *units;
	struct schema *schema;
	struct indicator indicators[N_INDICATORS + MORE];
	uint32_t n_indicators;
	struct rulebook next; /* that a record may bring into force */
	struct rule rules[N_RULES + MORE];
	uint32_t n_rules;
	const struct track *track; /* NULL: nothing is tracked; so on */
	const struct contract *contract;
	int64_t ahead_ms; /* that clocks may be */
	uint32_t memory_ids;
	struct limits limits[N_RULES][N_UNITS];
	bool applies[N_RULES][N_UNITS];
	int rate, burst;
	const char *generation; /* of the rules */
	unsigned n_events;
	struct told told; /* by flows made with scene_flow() */
};

static const struct window minutes_15 = { WINDOW_MINUTES, 15, "15m" };
static const struct window today = { WINDOW_TODAY, 0, "today" };

static inline void scene_declare(struct scene *scene)
{
	const struct feed feed = { .id = "desk", .silent_after_ms = 2 * MINUTE };
	const struct event_type types[] = {
		{ .name = "closed",
		  .fields = { { .name = "late", .kind = FIELD_FLAG } },
		  .n_fields = 1 },
		{ .name = "level",
		  .fields = { { .name = "value",
				.kind = FIELD_NUMBER,
				.min = -INFINITY,
				.max = INFINITY } },
		  .n_fields = 1 },
		{ .name = "hit",
		  .fields = { { .name = "host", .kind = FIELD_TEXT },
			      { .name = "way", .kind = FIELD_TEXT, .optional = true } },
		  .n_fields = 2 },
	};
	uint32_t number;

	scene->units = units_new();
	scene->schema = schema_new();
	for (uint32_t i = 0; i < N_UNITS; i++) {
		const struct unit unit = {
			.id = unit_ids[i],
			.level = "",
			.name_vi = unit_ids[i],
			.name_en = unit_ids[i],
			.parent = i == UNIT_P ? UNIT_NONE : UNIT_P,
		};

		assert_int_equal(units_add(scene->units, &unit, &number), 0);
	}
	assert_int_equal(schema_add_feed(scene->schema, &feed, &number), 0);
	for (size_t i = 0; i < COUNT(types); i++)
		assert_int_equal(schema_add_type(scene->schema, &types[i], &number), 0);
}

static inline void scene_figures(struct scene *scene)
{
	const struct indicator base = { .title_vi = "",
					.title_en = "",
					.measure_vi = "",
					.measure_en = "",
					.target = NAN,
					.windows = { minutes_15, today },
					.n_windows = 2 };

	for (int i = 0; i < N_INDICATORS; i++)
		scene->indicators[i] = base;
	scene->indicators[CLOSED].id = "closed";
	scene->indicators[CLOSED].type = TYPE_CLOSED;
	scene->indicators[CLOSED_LATE].id = "closed-late";
	scene->indicators[CLOSED_LATE].type = TYPE_CLOSED;
	scene->indicators[CLOSED_LATE].where = (struct where){
		.conditions = { { .field = 0, .test = WHERE_FLAG, .number = 1 } },
		.n_conditions = 1,
	};
	scene->indicators[LATE_RATE].id = "late-rate";
	scene->indicators[LATE_RATE].kind = INDICATOR_RATIO;
	scene->indicators[LATE_RATE].parts[0] = CLOSED_LATE;
	scene->indicators[LATE_RATE].parts[1] = CLOSED;
	scene->indicators[LEVEL].id = "level";
	scene->indicators[LEVEL].kind = INDICATOR_LAST;
	scene->indicators[LEVEL].type = TYPE_LEVEL;
}

/* Late-rate above 10 % for one second; level above 5, gone below 4, both at once; each hit. */
static inline void scene_rules(struct scene *scene)
{
	for (uint32_t i = 0; i < N_RULES; i++) {
		scene->rules[i] = (struct rule){
			.title_vi = "",
			.title_en = "",
			.number = i,
			.window = minutes_15,
			.limits = scene->limits[i],
			.applies = scene->applies[i],
			.subject_field = TYPE_NONE,
		};
		for (int unit = 0; unit < N_UNITS; unit++)
			scene->applies[i][unit] = i != RULE_LEVEL || unit != UNIT_P;
	}
	for (int unit = 0; unit < N_UNITS; unit++) {
		scene->limits[RULE_LATE][unit].warning = (struct threshold){
			.comparison = COMPARE_GT, .value = 0.1, .text = "> 10%"
		};
		scene->limits[RULE_LEVEL][unit].warning =
			(struct threshold){ .comparison = COMPARE_GT, .value = 5, .text = "> 5" };
		scene->limits[RULE_LEVEL][unit].critical =
			(struct threshold){ .comparison = COMPARE_GT, .value = 9, .text = "> 9" };
		scene->limits[RULE_LEVEL][unit].clear =
			(struct threshold){ .comparison = COMPARE_LT, .value = 4, .text = "< 4" };
	}
	scene->rules[RULE_LATE].id = "late";
	scene->rules[RULE_LATE].indicator = LATE_RATE;
	scene->rules[RULE_LATE].figure = &scene->indicators[LATE_RATE];
	scene->rules[RULE_LATE].min_samples = 4;
	scene->rules[RULE_LATE].hold_ms = SECOND;
	scene->rules[RULE_LATE].fade_ms = SECOND;
	scene->rules[RULE_LEVEL].id = "level";
	scene->rules[RULE_LEVEL].indicator = LEVEL;
	scene->rules[RULE_LEVEL].figure = &scene->indicators[LEVEL];
	scene->rules[RULE_HIT].id = "hit";
	scene->rules[RULE_HIT].kind = RULE_EVENT;
	scene->rules[RULE_HIT].type = TYPE_HIT;
	scene->rules[RULE_HIT].event_type = schema_type(scene->schema, TYPE_HIT);
	scene->rules[RULE_HIT].severity = SEVERITY_CRITICAL;
	scene->rules[RULE_HIT].subject_field = 0;
	scene->rules[RULE_HIT].fade_ms = 5 * SECOND;
}

static inline int scene_make(void **state)
{
	struct scene *scene = xcalloc(1, sizeof(*scene));
	struct journal_recovery recovery;
	struct journal_options options = {
		.directory = scene->directory,
		.segment_bytes = 1 << 20,
		.mode = JOURNAL_EACH, /* what is appended can be read at once */
	};

	strcpy(scene->directory, "/tmp/iocd-flow-XXXXXX");
	assert_non_null(mkdtemp(scene->directory));
	scene->generation = "first";
	scene->n_indicators = N_INDICATORS;
	scene->n_rules = N_RULES;
	scene->memory_ids = 1024;
	scene_declare(scene);
	scene_figures(scene);
	scene_rules(scene);
	assert_int_equal(journal_open(&scene->journal, &options, &recovery), 0);
	assert_int_equal(journal_start(scene->journal, NULL, NULL), 0);
	*state = scene;
	return 0;
}

static inline int scene_remove(const char *path, const struct stat *status, int flag,
			       struct FTW *place)
{
	(void)status, (void)flag, (void)place;
	return remove(path);
}

static inline int scene_unmake(void **state)
{
	struct scene *scene = *state;

	journal_free(scene->journal);
	schema_free(scene->schema);
	units_free(scene->units);
	assert_int_equal(nftw(scene->directory, scene_remove, 8, FTW_DEPTH | FTW_PHYS), 0);
	free(scene);
	return 0;
}

static inline void scene_note(struct told *told, uint64_t number)
{
	told->digest = (told->digest ^ number) * UINT64_C(0x9e3779b97f4a7c15);
	told->digest ^= told->digest >> 29;
}

static inline void scene_take(void *context, const struct flow_tick *tick)
{
	struct told *told = context;

	told->n_ticks++;
	told->n_changes += tick->n_changes;
	told->position = tick->position;
	for (size_t i = 0; i < tick->n_changes; i++)
		scene_note(told,
			   (uint64_t)tick->changes[i].indicator << 32 | tick->changes[i].unit);
	if (tick->n_changes > 0)
		scene_note(told, tick->position);
}

/* The journal names rulebooks by their generation alone. */
static inline int scene_read_rules(void *context, const char *source, size_t size,
				   struct rulebook *ret)
{
	const struct scene *scene = context;

	if (!scene->next.generation || strlen(scene->next.generation) != size ||
	    memcmp(scene->next.generation, source, size) != 0)
		return 1;
	*ret = scene->next;
	return 0;
}

static inline struct flow *scene_flow_with(struct scene *scene, flow_tick_fn *fn, void *context,
					   uint64_t position)
{
	const struct flow_options options = {
		.journal = scene->journal,
		.position = position,
		.units = scene->units,
		.schema = scene->schema,
		.indicators = scene->indicators,
		.n_indicators = scene->n_indicators,
		.book = { .rules = scene->rules,
			  .n_rules = scene->n_rules,
			  .generation = scene->generation,
			  .source = scene->generation,
			  .source_size = strlen(scene->generation) },
		.read_rules = scene_read_rules,
		.rules_context = scene,
		.tracks = scene->track,
		.n_tracks = scene->track ? 1 : 0,
		.records = 16384,
		.contracts = scene->contract,
		.n_contracts = scene->contract ? 1 : 0,
		.prefix = "ioc/v1",
		.offset_minutes = OFFSET,
		.limits = { .payload = 65536,
			    .depth = 8,
			    .keys = 64,
			    .batch = 256,
			    .string = 4096,
			    .age_ms = DAY,
			    .future_ms = 2 * MINUTE,
			    .ahead_ms = scene->ahead_ms },
		.lateness_ms = HOUR,
		.rate = scene->rate,
		.burst = scene->burst,
		.memory = { .ms = DAY, .ids = scene->memory_ids, .window = 64 },
		.dedup_sources = 16,
		.sketch_bytes = 1 << 20,
	};
	struct flow *flow;

	assert_int_equal(flow_new(&flow, &options, fn, context), 0);
	return flow;
}

static inline struct flow *scene_flow_at(struct scene *scene, struct told *told, uint64_t position)
{
	return scene_flow_with(scene, scene_take, told, position);
}

static inline struct flow *scene_flow(struct scene *scene)
{
	return scene_flow_at(scene, &scene->told, 0);
}

/* ---- what arrives ---- */

static inline void append_flagged(struct scene *scene, int64_t now_ms, unsigned flags,
				  const char *topic, const char *payload)
{
	const struct record record = {
		.kind = RECORD_MESSAGE,
		.flags = flags,
		.topic = topic,
		.topic_size = strlen(topic),
		.payload = payload,
		.payload_size = strlen(payload),
	};

	assert_int_equal(journal_append(scene->journal, &record, now_ms), 0);
}

/* Appends a record of iocd's own. */
static inline void append_own(struct scene *scene, int64_t now_ms, const char *topic,
			      const char *payload)
{
	const struct record record = {
		.kind = RECORD_OWN,
		.topic = topic,
		.topic_size = strlen(topic),
		.payload = payload,
		.payload_size = strlen(payload),
	};

	assert_int_equal(journal_append(scene->journal, &record, now_ms), 0);
}

/* Brings other rules into force, as "second", by an. */
static inline void append_rules(struct scene *scene, int64_t now_ms, const struct rule *rules,
				uint32_t n)
{
	scene->next = (struct rulebook){ .rules = rules,
					 .n_rules = n,
					 .generation = "second",
					 .source = "second",
					 .source_size = strlen("second") };
	append_own(scene, now_ms, OWN_TOPIC_RULES, "an\nsecond");
}

static inline void append(struct scene *scene, int64_t now_ms, const char *topic,
			  const char *payload)
{
	append_flagged(scene, now_ms, 0, topic, payload);
}

/* Appends to payload one event of unit, which happened at time_ms. */
static inline void write_event(struct text *payload, const char *unit, const char *type,
			       const char *id, int64_t time_ms, const char *data)
{
	char time[CIVIL_TEXT_MAX];

	text_add(payload,
		 "{\"specversion\":\"1.0\",\"id\":\"%s\",\"source\":\"/unit/%s/test\","
		 "\"type\":\"%s\",\"time\":\"%s\",\"data\":%s}",
		 id, unit, type, civil_format(time, time_ms, OFFSET), data);
}

static inline void send_as(struct scene *scene, int64_t now_ms, const char *unit, const char *type,
			   const char *id, int64_t time_ms, const char *data)
{
	CLEANUP_TEXT struct text topic = { 0 }, payload = { 0 };

	text_add(&topic, "ioc/v1/%s/desk/evt/%s", unit, type);
	write_event(&payload, unit, type, id, time_ms, data);
	append(scene, now_ms, text_get(&topic), text_get(&payload));
}

/* An event that happens as it arrives, with an id of its own. */
static inline void send(struct scene *scene, int64_t now_ms, const char *unit, const char *type,
			const char *data)
{
	char id[32];

	snprintf(id, sizeof(id), "own-%u", ++scene->n_events);
	send_as(scene, now_ms, unit, type, id, now_ms, data);
}

/* Carries all that is in the journal; returns how many records that were. */
static inline int carry(struct flow *flow)
{
	int n = 0;
	int r;

	while ((r = flow_step(flow)) == 0)
		n++;
	assert_int_equal(r, FLOW_IDLE);
	return n;
}

/* Lets time pass as iocd does while nothing arrives: by a record, read once it is synced. */
static inline void let_pass(struct scene *scene, struct flow *flow, int64_t now_ms)
{
	const struct record record = { .kind = RECORD_TIME };

	assert_int_equal(journal_append(scene->journal, &record, now_ms), 0);
	while (journal_synced(scene->journal) < journal_end(scene->journal))
		(void)sched_yield();
	(void)carry(flow);
}

/* ---- what came of it ---- */

static inline struct reading read_figure(const struct flow *flow, uint32_t indicator, uint32_t unit)
{
	return indicators_read(flow_indicators(flow), indicator, unit, &minutes_15);
}

static inline uint64_t n_told(const struct flow *flow)
{
	return alertbook_last(flow_book(flow));
}

static inline const struct transition *told_at(const struct flow *flow, uint64_t number)
{
	const struct transition *transition = alertbook_transition(flow_book(flow), number);

	assert_non_null(transition);
	return transition;
}

static inline uint64_t n_refused(const struct account *account)
{
	uint64_t n = 0;

	for (unsigned reason = 0; reason < N_REASONS; reason++)
		n += account->refused[reason];
	return n;
}

#endif
