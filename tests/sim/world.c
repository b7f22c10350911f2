/* SPDX-License-Identifier: Apache-2.0 */
#include "world.h"

#include <math.h>
#include <stdlib.h>

#define SECOND INT64_C(1000)
#define MINUTE (60 * SECOND)
#define DAY    (1440 * MINUTE)

enum { RULE_LATE, RULE_LEVEL, RULE_HIT, N_RULES };

static const char *const unit_ids[] = { "p", "d1", "d2" };
static const char *const type_names[] = { "closed", "level", "hit" };
static const char *const count_ids[] = { "closed", "levels", "hits" };
static const char *const weight_ids[] = { "closed-weight", "levels-weight", "hits-weight" };

static const struct window minutes_2 = { WINDOW_MINUTES, 2, "2m" };
static const struct window month = { WINDOW_MONTH, 0, "month" };

const char *world_unit(uint32_t unit)
{
	return unit_ids[unit];
}

const char *world_type(uint32_t type)
{
	return type_names[type];
}

static struct field number_field(const char *name)
{
	return (struct field){ .name = name,
			       .title_vi = name,
			       .title_en = name,
			       .measure_vi = "",
			       .measure_en = "",
			       .kind = FIELD_NUMBER,
			       .min = -INFINITY,
			       .max = INFINITY };
}

static void must(int r)
{
	if (r)
		abort();
}

static void declare(struct world *world)
{
	const struct feed feed = { .id = "desk",
				   .title_vi = "desk",
				   .title_en = "desk",
				   .silent_after_ms = 5 * SECOND,
				   .memory = { .window = 1024 } };
	struct event_type types[N_TYPES];
	uint32_t number;

	for (uint32_t i = 0; i < N_TYPES; i++)
		types[i] = (struct event_type){
			.name = type_names[i],
			.fields = { number_field("weight"), number_field("late"),
				    number_field("value"), number_field("host") },
			.n_fields = 4
		};
	types[TYPE_CLOSED].fields[1].kind = FIELD_FLAG;
	types[TYPE_HIT].fields[3].kind = FIELD_TEXT;
	for (uint32_t i = 0; i < N_TYPES; i++)
		for (uint32_t f = 1; f < types[i].n_fields; f++)
			types[i].fields[f].optional = f != i + 1;

	world->units = units_new();
	world->schema = schema_new();
	for (uint32_t i = 0; i < N_UNITS; i++) {
		const struct unit unit = { .id = unit_ids[i],
					   .level = "",
					   .name_vi = unit_ids[i],
					   .name_en = unit_ids[i],
					   .parent = i == UNIT_P ? UNIT_NONE : UNIT_P };

		must(units_add(world->units, &unit, &number));
	}
	must(schema_add_feed(world->schema, &feed, &number));
	for (uint32_t i = 0; i < N_TYPES; i++)
		must(schema_add_type(world->schema, &types[i], &number));
}

static void make_figures(struct world *world)
{
	const struct indicator base = { .title_vi = "",
					.title_en = "",
					.measure_vi = "",
					.measure_en = "",
					.target = NAN,
					.windows = { minutes_2, month },
					.n_windows = 2 };
	struct indicator *figures = world->indicators;

	for (int i = 0; i < N_FIGURES; i++)
		figures[i] = base;
	for (uint32_t i = 0; i < N_TYPES; i++) {
		figures[FIGURE_COUNT + i].id = count_ids[i];
		figures[FIGURE_COUNT + i].type = i;
		figures[FIGURE_WEIGHT + i].id = weight_ids[i];
		figures[FIGURE_WEIGHT + i].type = i;
		figures[FIGURE_WEIGHT + i].kind = INDICATOR_SUM;
		figures[FIGURE_WEIGHT + i].field = 0;
	}
	figures[FIGURE_LATE].id = "late";
	figures[FIGURE_LATE].type = TYPE_CLOSED;
	figures[FIGURE_LATE].where = (struct where){
		.conditions = { { .field = 1, .test = WHERE_FLAG, .number = 1 } },
		.n_conditions = 1,
	};
	figures[FIGURE_LATE_RATE].id = "late-rate";
	figures[FIGURE_LATE_RATE].kind = INDICATOR_RATIO;
	figures[FIGURE_LATE_RATE].parts[0] = FIGURE_LATE;
	figures[FIGURE_LATE_RATE].parts[1] = FIGURE_COUNT + TYPE_CLOSED;
	figures[FIGURE_LEVEL].id = "level";
	figures[FIGURE_LEVEL].kind = INDICATOR_LAST;
	figures[FIGURE_LEVEL].type = TYPE_LEVEL;
	figures[FIGURE_LEVEL].field = 2;
	figures[FIGURE_HOSTS].id = "hosts";
	figures[FIGURE_HOSTS].kind = INDICATOR_DISTINCT;
	figures[FIGURE_HOSTS].type = TYPE_HIT;
	figures[FIGURE_HOSTS].field = 3;
}

static void fill_rules(struct world *world)
{
	struct rule *rules = world->rules;

	rules[RULE_LATE].id = "late";
	rules[RULE_LATE].indicator = FIGURE_LATE_RATE;
	rules[RULE_LATE].figure = &world->indicators[FIGURE_LATE_RATE];
	rules[RULE_LATE].min_samples = 4;
	rules[RULE_LATE].hold_ms = SECOND;
	rules[RULE_LATE].fade_ms = SECOND;
	rules[RULE_LEVEL].id = "level";
	rules[RULE_LEVEL].indicator = FIGURE_LEVEL;
	rules[RULE_LEVEL].figure = &world->indicators[FIGURE_LEVEL];
	rules[RULE_HIT].id = "hit";
	rules[RULE_HIT].kind = RULE_EVENT;
	rules[RULE_HIT].type = TYPE_HIT;
	rules[RULE_HIT].event_type = schema_type(world->schema, TYPE_HIT);
	rules[RULE_HIT].severity = SEVERITY_CRITICAL;
	rules[RULE_HIT].subject_field = 3;
	rules[RULE_HIT].fade_ms = 3 * SECOND;
}

/* Late-rate above 40 % for one second; level above 5, gone below 4, both at once; each hit. */
static void make_rules(struct world *world)
{
	for (uint32_t i = 0; i < N_RULES; i++) {
		world->rules[i] = (struct rule){ .title_vi = "",
						 .title_en = "",
						 .number = i,
						 .window = minutes_2,
						 .limits = world->limits[i],
						 .applies = world->applies[i],
						 .subject_field = TYPE_NONE,
						 .place = { "rules.d/sim.yml", i + 1, 1 } };
		for (int unit = 0; unit < N_UNITS; unit++)
			world->applies[i][unit] = i != RULE_LEVEL || unit != UNIT_P;
	}
	for (int unit = 0; unit < N_UNITS; unit++) {
		world->limits[RULE_LATE][unit].warning =
			(struct threshold){ COMPARE_GT, 0.4, "> 40%", { 0 } };
		world->limits[RULE_LEVEL][unit].warning =
			(struct threshold){ COMPARE_GT, 5, "> 5", { 0 } };
		world->limits[RULE_LEVEL][unit].critical =
			(struct threshold){ COMPARE_GT, 9, "> 9", { 0 } };
		world->limits[RULE_LEVEL][unit].clear =
			(struct threshold){ COMPARE_LT, 4, "< 4", { 0 } };
	}
	fill_rules(world);
}

void world_init(struct world *world)
{
	*world = (struct world){ 0 };
	declare(world);
	make_figures(world);
	make_rules(world);
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
		.rules = world->rules,
		.n_rules = N_RULES,
		.generation = "sim",
		.prefix = WORLD_PREFIX,
		.offset_minutes = WORLD_OFFSET,
		.limits = { .payload = 65536,
			    .depth = 8,
			    .keys = 64,
			    .batch = 256,
			    .string = 4096,
			    .age_ms = DAY,
			    .future_ms = 2 * MINUTE },
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
