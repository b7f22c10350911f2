/* SPDX-License-Identifier: Apache-2.0 */
/*
 * world: for tests of trackers: four units, two tracks, short ways to say what happened, and gauges
 * that move by the news alone.  Asserts by itself, so that fuzzers use it too.
 */
#ifndef TEST_TRACKER_WORLD_H
#define TEST_TRACKER_WORLD_H

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "../../saved.h"
#include "iocd/trackers.h"

#define HOUR        INT64_C(3600000)
#define DAY         (24 * HOUR)
#define MONDAY      INT64_C(1772384400000) /* 2026-03-02T00:00:00+07:00 */
#define N_UNITS     4u
#define N_TRACKS    2u
#define ALWAYS_UNIT 3u /* its records run by the clock on the wall */
#define GAUGES      4

enum {
	TYPE_RECEIVED,
	TYPE_RESOLVED,
	TYPE_WITHDRAWN,
	TYPE_SUSPENDED,
	TYPE_RESUMED,
	TYPE_TRANSFERRED,
	TYPE_ASKED,
	TYPE_ANSWERED,
	TYPE_OTHER,
	N_TYPES
};
enum { FIELD_RECORD, FIELD_UNIT, FIELD_DUE, FIELD_PROCEDURE, FIELD_GROUP, N_FIELDS };

/* One event, in few words; what is left out is not in it. */
struct say {
	uint32_t type, unit;
	int64_t at; /* when it happened */
	const char *id;
	const char *to; /* a unit by its id */
	int64_t due;
	const char *procedure;
	uint32_t group; /* second key field of the second track */
	int64_t arrival;
};

struct world {
	struct units *units;
	struct schema *schema;
	struct calendar *office, *always;
	const struct calendar *by_unit[N_UNITS];
	const struct calendar *by_kind[1];
	struct map *kinds;
	struct track tracks[N_TRACKS];
	uint32_t records;
	struct trackers *trackers;
	const struct track_news *news; /* of the last call */
	size_t n_news;
	int gauges[N_TRACKS][N_UNITS][GAUGES]; /* open, due soon, overdue, paused */
	uint64_t closings, on_time;
	int64_t elapsed_ms; /* of all closings */
};

static const char *const unit_ids[N_UNITS] = { "p", "so-a", "so-b", "so-c" };
static const char *const groups[] = { "x", "y" };

/* clang-format off */
#define OFFICE_DAY { .spans = { { 450, 690 }, { 810, 1020 } }, .n = 2 }
#define WHOLE_DAY  { .spans = { { 0, 1440 } }, .n = 1 }
static const struct calendar_week office_week = {
	.weekdays = { OFFICE_DAY, OFFICE_DAY, OFFICE_DAY, OFFICE_DAY, OFFICE_DAY },
	.cut_off = 1440,
};
static const struct calendar_week whole_week = {
	.weekdays = { WHOLE_DAY, WHOLE_DAY, WHOLE_DAY, WHOLE_DAY, WHOLE_DAY, WHOLE_DAY, WHOLE_DAY },
	.cut_off = 1440,
};
/* clang-format on */

static inline struct calendar *make_calendar(const char *id, const struct calendar_week *week)
{
	const struct calendar_options options = {
		.id = id,
		.title_vi = id,
		.title_en = id,
		.offset_minutes = 420,
		.weeks = week,
		.n_weeks = 1,
	};

	return calendar_new(&options);
}

static inline void add_type(struct world *world, const char *name)
{
	struct event_type type = {
		.name = name,
		.fields = { [FIELD_RECORD] = { .name = "record", .kind = FIELD_TEXT },
			    [FIELD_UNIT] = { .name = "unit", .kind = FIELD_TEXT, .optional = true },
			    [FIELD_DUE] = { .name = "due", .kind = FIELD_TIME, .optional = true },
			    [FIELD_PROCEDURE] = { .name = "procedure",
						  .kind = FIELD_TEXT,
						  .optional = true },
			    [FIELD_GROUP] = { .name = "group",
					      .kind = FIELD_CHOICE,
					      .choices = groups,
					      .n_choices = 2 } },
		.n_fields = N_FIELDS,
	};
	uint32_t number;
	int r = schema_add_type(world->schema, &type, &number);

	assert(r == 0);
}

static inline void add_step(struct track *track, uint32_t type, enum track_role role)
{
	struct track_step *step = &track->steps[track->n_steps++];

	*step = (struct track_step){ .type = type,
				     .role = role,
				     .key_fields = { FIELD_RECORD, FIELD_GROUP },
				     .unit_field = FIELD_UNIT,
				     .due_field = FIELD_DUE,
				     .kind_field = FIELD_PROCEDURE,
				     .is_void = type == TYPE_WITHDRAWN };
}

static inline void configure(struct world *world)
{
	struct track *stop = &world->tracks[0], *consult = &world->tracks[1];

	*stop = (struct track){ .id = "one-stop.open",
				.n_key = 1,
				.calendar = world->office,
				.by_unit = world->by_unit,
				.kinds = world->kinds,
				.by_kind = world->by_kind,
				.n_by_kind = 1,
				.allow_days = 5,
				.due_soon_days = 2 };
	add_step(stop, TYPE_RECEIVED, TRACK_OPEN);
	add_step(stop, TYPE_RESOLVED, TRACK_CLOSE);
	add_step(stop, TYPE_WITHDRAWN, TRACK_CLOSE);
	add_step(stop, TYPE_SUSPENDED, TRACK_PAUSE);
	add_step(stop, TYPE_RESUMED, TRACK_RESUME);
	add_step(stop, TYPE_TRANSFERRED, TRACK_TRANSFER);
	*consult = (struct track){
		.id = "consult.open", .n_key = 2, .calendar = world->always, .due_soon_ms = 4 * HOUR
	};
	add_step(consult, TYPE_ASKED, TRACK_OPEN);
	add_step(consult, TYPE_ANSWERED, TRACK_CLOSE);
}

static inline void renew(struct world *world)
{
	const struct trackers_options options = { .units = world->units,
						  .schema = world->schema,
						  .list = world->tracks,
						  .n_list = N_TRACKS,
						  .records = world->records };
	int r;

	world->trackers = trackers_free(world->trackers);
	r = trackers_new(&world->trackers, &options);
	assert(r == 0);
}

static inline void world_init(struct world *world, uint32_t records)
{
	static const char *const names[N_TYPES] = { "received",  "resolved", "withdrawn",
						    "suspended", "resumed",  "transferred",
						    "asked",     "answered", "other" };
	const struct feed feed = { .id = "one-stop", .title_vi = "", .title_en = "" };
	uint32_t number;
	int r = 0;

	*world = (struct world){ .records = records };
	world->units = units_new();
	for (uint32_t i = 0; i < N_UNITS; i++) {
		const struct unit unit = { .id = unit_ids[i],
					   .level = "l",
					   .name_vi = "",
					   .name_en = "",
					   .parent = i ? 0 : UNIT_NONE };

		r |= units_add(world->units, &unit, &number);
	}
	world->schema = schema_new();
	r |= schema_add_feed(world->schema, &feed, &number);
	assert(r == 0);
	for (uint32_t i = 0; i < N_TYPES; i++)
		add_type(world, names[i]);

	world->office = make_calendar("office", &office_week);
	world->always = make_calendar("always", &whole_week);
	world->by_unit[ALWAYS_UNIT] = world->always;
	world->by_kind[0] = world->always;
	world->kinds = map_new();
	r = map_add(world->kinds, "urgent", 6, 0);
	assert(r == 0);
	configure(world);
	renew(world);
}

static inline void world_fini(struct world *world)
{
	trackers_free(world->trackers);
	map_free(world->kinds);
	calendar_free(world->office);
	calendar_free(world->always);
	schema_free(world->schema);
	units_free(world->units);
}

/* Moves the gauges by the news; none may ever be below zero. */
static inline void carry(struct world *world)
{
	for (size_t i = 0; i < world->n_news; i++) {
		const struct track_news *news = &world->news[i];
		int *gauges = world->gauges[news->track][news->unit];
		const int deltas[GAUGES] = { news->open, news->due_soon, news->overdue,
					     news->paused };

		for (int g = 0; g < GAUGES; g++) {
			gauges[g] += deltas[g];
			assert(gauges[g] >= 0);
		}
		if (news->kind != TRACK_CLOSED && news->kind != TRACK_WITHDRAWN)
			continue;
		world->closings++;
		world->on_time += news->is_on_time;
		world->elapsed_ms += news->elapsed_ms;
	}
}

static inline struct slice slice_of(const char *text)
{
	return (struct slice){ text, strlen(text) };
}

/* Lets it happen; returns the number of news. */
static inline size_t happen(struct world *world, struct say say)
{
	struct event event = {
		.unit = say.unit, .type = say.type, .time_ms = say.at, .arrival_ms = say.arrival
	};

	if (say.id)
		event.values[FIELD_RECORD] =
			(struct value){ .present = true, .text = slice_of(say.id) };
	if (say.to)
		event.values[FIELD_UNIT] =
			(struct value){ .present = true, .text = slice_of(say.to) };
	if (say.due)
		event.values[FIELD_DUE] = (struct value){ .present = true, .time_ms = say.due };
	if (say.procedure)
		event.values[FIELD_PROCEDURE] =
			(struct value){ .present = true, .text = slice_of(say.procedure) };
	event.values[FIELD_GROUP] = (struct value){ .present = true, .choice = say.group };
	world->n_news = trackers_add(world->trackers, &event, &world->news);
	carry(world);
	return world->n_news;
}

#define HAPPEN(world, kind, by, when, record, ...)                                                 \
	happen((world), (struct say){ .type = (kind),                                              \
				      .unit = (by),                                                \
				      .at = (when),                                                \
				      .id = (record),                                              \
				      ##__VA_ARGS__ })

static inline size_t tick(struct world *world, int64_t now_ms)
{
	world->n_news = trackers_tick(world->trackers, now_ms, &world->news);
	carry(world);
	return world->n_news;
}

static inline struct trackers_counts counts_of(const struct world *world)
{
	struct trackers_counts counts;

	trackers_count(world->trackers, &counts);
	return counts;
}

static inline struct saved save_world(const struct world *world)
{
	struct saved saved = { 0 };
	struct bytes_writer writer;

	saved_begin(&saved, &writer);
	trackers_save(world->trackers, &writer);
	saved_end(&writer);
	return saved;
}

/* Loads into fresh trackers, units as to says (NULL: as they were); lends the complaint, or NULL.
 */
static inline const char *load_world(struct world *world, const struct saved *saved,
				     const uint32_t *to)
{
	static const uint32_t same[N_UNITS] = { 0, 1, 2, 3 };
	const struct renumber units = { .to = to ? to : same, .n = N_UNITS };
	struct bytes_reader reader;

	renew(world);
	bytes_reader_init(&reader, saved->bytes, saved->n);
	trackers_load(world->trackers, &reader, &units);
	if (reader.at != reader.end)
		bytes_reject(&reader, "more than was saved");
	return reader.is_bad ? reader.why : NULL;
}

static inline uint64_t next_random(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return *seed >> 33;
}

#endif
