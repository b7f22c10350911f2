/* SPDX-License-Identifier: Apache-2.0 */
#include "world.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "world_rules.h"

#define SECOND INT64_C(1000)
#define MINUTE (60 * SECOND)
#define DAY    (1440 * MINUTE)

static const char *const unit_ids[] = { "p", "d1", "d2" };
static const char *const count_ids[] = {
	"closed", "levels", "hits", "beds-told", "opened", "done", "paused", "resumed",
};
static const char *const weight_ids[] = { "closed-weight", "levels-weight", "hits-weight" };

/* What each type of event holds; of the optional fields only times. */
static const struct declared {
	const char *name;
	struct {
		const char *name;
		enum field_kind kind;
	} fields[6];
} declared[] = {
	[TYPE_CLOSED] = { "closed", { { "weight", FIELD_NUMBER }, { "late", FIELD_FLAG } } },
	[TYPE_LEVEL] = { "level", { { "weight", FIELD_NUMBER }, { "value", FIELD_NUMBER } } },
	[TYPE_HIT] = { "hit", { { "weight", FIELD_NUMBER }, { "host", FIELD_TEXT } } },
	[TYPE_BEDS] = { "beds", { { "value", FIELD_NUMBER }, { "host", FIELD_TEXT } } },
	[TYPE_OPENED] = { "opened", { { "record", FIELD_TEXT }, { "due", FIELD_TIME } } },
	[TYPE_DONE] = { "done", { { "record", FIELD_TEXT } } },
	[TYPE_PAUSED] = { "paused", { { "record", FIELD_TEXT } } },
	[TYPE_RESUMED] = { "resumed", { { "record", FIELD_TEXT } } },
	[TYPE_ENDED] = { "open.closed",
			 { { "record", FIELD_TEXT },
			   { "how", FIELD_CHOICE },
			   { "on_time", FIELD_FLAG },
			   { "hours", FIELD_NUMBER },
			   { "due", FIELD_TIME },
			   { "opened", FIELD_TIME } } },
	[TYPE_DUE_SOON] = { "open.due-soon",
			    { { "record", FIELD_TEXT },
			      { "due", FIELD_TIME },
			      { "opened", FIELD_TIME } } },
	[TYPE_OVERDUE] = { "open.overdue",
			   { { "record", FIELD_TEXT },
			     { "due", FIELD_TIME },
			     { "opened", FIELD_TIME } } },
};
static const char *const endings[] = { "done" };

static const struct window minutes_2 = { WINDOW_MINUTES, 2, "2m" };
static const struct window month = { WINDOW_MONTH, 0, "month" };

const char *world_unit(uint32_t unit)
{
	return unit_ids[unit];
}

const char *world_type(uint32_t type)
{
	return declared[type].name;
}

static struct field field_of(const char *name, enum field_kind kind)
{
	return (struct field){ .name = name,
			       .title_vi = name,
			       .title_en = name,
			       .measure_vi = "",
			       .measure_en = "",
			       .kind = kind,
			       .optional = kind == FIELD_TIME,
			       .choices = endings,
			       .n_choices = kind == FIELD_CHOICE,
			       .min = -INFINITY,
			       .max = INFINITY };
}

static void must(int r)
{
	if (r)
		abort();
}

static void declare_units(struct world *world)
{
	uint32_t number;

	world->units = units_new();
	for (uint32_t i = 0; i < N_UNITS; i++) {
		const struct unit unit = { .id = unit_ids[i],
					   .level = "",
					   .name_vi = unit_ids[i],
					   .name_en = unit_ids[i],
					   .parent = i == UNIT_P ? UNIT_NONE : UNIT_P };

		must(units_add(world->units, &unit, &number));
	}
}

static void declare_type(struct world *world, uint32_t type)
{
	const struct declared *about = &declared[type];
	struct event_type made = { .name = about->name, .is_internal = type >= N_TYPES };
	uint32_t number;

	for (uint32_t i = 0; i < COUNT(about->fields) && about->fields[i].name; i++)
		made.fields[made.n_fields++] =
			field_of(about->fields[i].name, about->fields[i].kind);
	must(schema_add_type(world->schema, &made, &number));
}

static void declare(struct world *world)
{
	const struct feed feed = { .id = "desk",
				   .title_vi = "desk",
				   .title_en = "desk",
				   .silent_after_ms = 5 * SECOND,
				   .memory = { .window = 1024 } };
	uint32_t number;

	declare_units(world);
	world->schema = schema_new();
	must(schema_add_feed(world->schema, &feed, &number));
	for (uint32_t i = 0; i < N_ALL_TYPES; i++)
		declare_type(world, i);
}

/* Working time is all time. */
static void make_calendar(struct world *world)
{
	world->week.cut_off = 1440;
	for (int day = 0; day < 7; day++)
		world->week.weekdays[day] =
			(struct calendar_hours){ .spans = { { 0, 1440 } }, .n = 1 };
	world->calendar = calendar_new(&(struct calendar_options){
		.id = "always",
		.title_vi = "",
		.title_en = "",
		.offset_minutes = WORLD_OFFSET,
		.weeks = &world->week,
		.n_weeks = 1,
	});
}

static struct track_step step_of(uint32_t type, enum track_role role)
{
	return (struct track_step){ .type = type,
				    .role = role,
				    .unit_field = TYPE_NONE,
				    .due_field = role == TRACK_OPEN ? 1 : TYPE_NONE,
				    .kind_field = TYPE_NONE };
}

/* Records are due within seconds; a district is missing after six. */
static void make_track_and_contract(struct world *world)
{
	world->track = (struct track){
		.id = "open",
		.steps = { step_of(TYPE_OPENED, TRACK_OPEN), step_of(TYPE_DONE, TRACK_CLOSE),
			   step_of(TYPE_PAUSED, TRACK_PAUSE), step_of(TYPE_RESUMED, TRACK_RESUME) },
		.n_steps = 4,
		.n_key = 1,
		.calendar = world->calendar,
		.due_soon_ms = 3 * SECOND,
		.closed_type = TYPE_ENDED,
		.due_soon_type = TYPE_DUE_SOON,
		.overdue_type = TYPE_OVERDUE,
		.open_gauge = FIGURE_OPEN,
		.due_soon_gauge = FIGURE_DUE_SOON,
		.overdue_gauge = FIGURE_OVERDUE,
		.paused_gauge = FIGURE_PAUSED,
	};
	world->expected[UNIT_D1] = world->expected[UNIT_D2] = true;
	world->contract = (struct contract){
		.expected = world->expected,
		.every_ms = 6 * SECOND,
		.by_minute = -1,
	};
}

static void make_counted(struct indicator *figures)
{
	for (uint32_t i = 0; i < N_TYPES; i++) {
		figures[FIGURE_COUNT + i].id = count_ids[i];
		figures[FIGURE_COUNT + i].type = i;
	}
	for (uint32_t i = 0; i < N_WEIGHED; i++) {
		figures[FIGURE_WEIGHT + i].id = weight_ids[i];
		figures[FIGURE_WEIGHT + i].type = i;
		figures[FIGURE_WEIGHT + i].kind = INDICATOR_SUM;
	}
	figures[FIGURE_LATE].id = "late";
	figures[FIGURE_LATE].type = TYPE_CLOSED;
	figures[FIGURE_LATE].where = (struct where){
		.conditions = { { .field = 1, .test = WHERE_FLAG, .number = 1 } },
		.n_conditions = 1,
	};
	figures[FIGURE_LEVEL].id = "level";
	figures[FIGURE_LEVEL].kind = INDICATOR_LAST;
	figures[FIGURE_LEVEL].type = TYPE_LEVEL;
	figures[FIGURE_LEVEL].field = 1;
	figures[FIGURE_HOSTS].id = "hosts";
	figures[FIGURE_HOSTS].kind = INDICATOR_DISTINCT;
	figures[FIGURE_HOSTS].type = TYPE_HIT;
	figures[FIGURE_HOSTS].field = 1;
	figures[FIGURE_HOURS].id = "hours";
	figures[FIGURE_HOURS].kind = INDICATOR_QUANTILE;
	figures[FIGURE_HOURS].type = TYPE_ENDED;
	figures[FIGURE_HOURS].field = 3;
	figures[FIGURE_HOURS].quantile = 0.5;
}

static void make_present(struct indicator *figures)
{
	static const char *const gauge_ids[] = { "open", "open.due-soon", "open.overdue",
						 "open.paused" };

	figures[FIGURE_BEDS].id = "beds";
	figures[FIGURE_BEDS].kind = INDICATOR_STOCK;
	figures[FIGURE_BEDS].type = TYPE_BEDS;
	figures[FIGURE_BEDS].by_field = 1;
	for (uint32_t i = 0; i < COUNT(gauge_ids); i++) {
		figures[FIGURE_OPEN + i].id = gauge_ids[i];
		figures[FIGURE_OPEN + i].kind = INDICATOR_GAUGE;
		figures[FIGURE_OPEN + i].type = TYPE_OPENED;
	}
}

static void make_ratio(struct indicator *figure, const char *id, uint32_t above, uint32_t below)
{
	figure->id = id;
	figure->kind = INDICATOR_RATIO;
	figure->type = TYPE_NONE;
	figure->parts[0] = above;
	figure->parts[1] = below;
}

/* One window is enough of most: what is shown costs most. */
static void show_the_month(struct indicator *figure)
{
	figure->windows[0] = month;
	figure->n_windows = 1;
}

static void make_figures(struct world *world)
{
	const struct indicator base = { .title_vi = "",
					.title_en = "",
					.measure_vi = "",
					.measure_en = "",
					.target = NAN,
					.by_field = TYPE_NONE,
					.windows = { minutes_2, month },
					.n_windows = 2 };

	for (int i = 0; i < N_FIGURES; i++)
		world->indicators[i] = base;
	make_counted(world->indicators);
	make_present(world->indicators);
	make_ratio(&world->indicators[FIGURE_LATE_RATE], "late-rate", FIGURE_LATE,
		   FIGURE_COUNT + TYPE_CLOSED);
	make_ratio(&world->indicators[FIGURE_OVERDUE_RATE], "overdue-rate", FIGURE_OVERDUE,
		   FIGURE_OPEN);
	for (int i = 0; i < N_FIGURES; i++)
		if (i >= FIGURE_BEDS || (i >= FIGURE_COUNT + N_WEIGHED && i < FIGURE_WEIGHT))
			show_the_month(&world->indicators[i]);
}

void world_init(struct world *world)
{
	*world = (struct world){ 0 };
	declare(world);
	make_calendar(world);
	make_track_and_contract(world);
	make_figures(world);
	world_rules_init(world);
}

void world_fini(struct world *world)
{
	calendar_free(world->calendar);
	schema_free(world->schema);
	units_free(world->units);
}

void world_flow_options(const struct world *world, struct journal *journal, uint64_t position,
			struct flow_options *ret)
{
	*ret = (struct flow_options){
		.journal = journal,
		.position = position,
		.units = world->units,
		.schema = world->schema,
		.indicators = world->indicators,
		.n_indicators = N_FIGURES,
		.book = world_rulebook(world),
		.read_rules = world_read_rules,
		.rules_context = (void *)world,
		.tracks = &world->track,
		.n_tracks = 1,
		.records = WORLD_RECORDS,
		.contracts = &world->contract,
		.n_contracts = 1,
		.prefix = WORLD_PREFIX,
		.offset_minutes = WORLD_OFFSET,
		.limits = { .payload = 65536,
			    .depth = 8,
			    .keys = 64,
			    .batch = 256,
			    .string = 4096,
			    .age_ms = DAY,
			    .future_ms = 2 * MINUTE,
			    .ahead_ms = 2 * DAY },
		.lateness_ms = WORLD_LATENESS,
		.memory = { .ms = DAY, .ids = 4096, .window = 1024 },
		.dedup_sources = 64,
		.sketch_bytes = 1 << 20,
	};
}

static struct reading read_month(const struct flow *flow, uint32_t figure, uint32_t unit)
{
	return indicators_read(flow_indicators(flow), figure, unit, &month);
}

uint64_t world_count(const struct flow *flow, uint32_t unit, uint32_t type)
{
	return read_month(flow, FIGURE_COUNT + type, unit).samples;
}

double world_weight(const struct flow *flow, uint32_t unit, uint32_t type)
{
	struct reading reading = read_month(flow, FIGURE_WEIGHT + type, unit);

	return reading.quality == QUALITY_UNKNOWN ? 0 : reading.value;
}
