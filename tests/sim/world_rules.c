/* SPDX-License-Identifier: Apache-2.0 */
#include "world_rules.h"

#include <string.h>

#define SECOND INT64_C(1000)
#define MINUTE (60 * SECOND)

#define BIT(number) (UINT32_C(1) << (number))

static const struct window minutes_2 = { WINDOW_MINUTES, 2, "2m" };

static const char *const people_ids[] = { "duty", "chief", "watch", "office" };

const char *world_person(uint32_t person)
{
	return people_ids[person];
}

static void fill_figures(struct world *world)
{
	struct rule *rules = world->rules;

	rules[RULE_LATE].id = "late";
	rules[RULE_LATE].indicator = FIGURE_LATE_RATE;
	rules[RULE_LATE].min_samples = 4;
	rules[RULE_LATE].hold_ms = SECOND;
	rules[RULE_LATE].fade_ms = SECOND;
	rules[RULE_LATE].tell = BIT(CHIEF);
	rules[RULE_LEVEL].id = "level";
	rules[RULE_LEVEL].indicator = FIGURE_LEVEL;
	rules[RULE_LEVEL].chatter_times = 3;
	rules[RULE_LEVEL].chatter_within_ms = 5 * SECOND;
	rules[RULE_LEVEL].steps[0] =
		(struct escalation){ .after_ms = SECOND / 2, .receivers = BIT(WATCH) };
	rules[RULE_LEVEL].n_steps = 1;
	rules[RULE_HOST].id = "host";
	rules[RULE_HOST].kind = RULE_EACH;
	rules[RULE_HOST].indicator = FIGURE_COUNT + TYPE_HIT;
	rules[RULE_HOST].each = "host";
	rules[RULE_HOST].cap = 2; /* fewer than there are */
	for (int i = 0; i < N_RULES; i++)
		if (rules[i].kind == RULE_THRESHOLD || rules[i].kind == RULE_EACH)
			rules[i].figure = &world->indicators[rules[i].indicator];
}

static void fill_events(struct world *world)
{
	struct rule *rules = world->rules;

	rules[RULE_HIT].id = "hit";
	rules[RULE_HIT].kind = RULE_EVENT;
	rules[RULE_HIT].type = TYPE_HIT;
	rules[RULE_HIT].event_type = schema_type(world->schema, TYPE_HIT);
	rules[RULE_HIT].severity = SEVERITY_CRITICAL;
	rules[RULE_HIT].subject_field = 1;
	rules[RULE_HIT].fade_ms = 3 * SECOND;
	rules[RULE_HIT].tell = BIT(RECEIVER_UNIT);
	rules[RULE_OVERDUE].id = "overdue";
	rules[RULE_OVERDUE].kind = RULE_EVENT;
	rules[RULE_OVERDUE].type = TYPE_OVERDUE;
	rules[RULE_OVERDUE].event_type = schema_type(world->schema, TYPE_OVERDUE);
	rules[RULE_OVERDUE].severity = SEVERITY_WARNING;
	rules[RULE_OVERDUE].subject_field = 0;
	rules[RULE_OVERDUE].fade_ms = 2 * SECOND;
}

static void fill_records(struct world *world)
{
	struct rule *rules = world->rules;

	rules[RULE_SLOW].id = "slow";
	rules[RULE_SLOW].kind = RULE_SEQUENCE;
	rules[RULE_SLOW].record = &world->sequence;
	rules[RULE_SLOW].severity = SEVERITY_WARNING;
	rules[RULE_DUE].id = "due";
	rules[RULE_DUE].kind = RULE_DEADLINE;
	rules[RULE_DUE].record = &world->track;
	rules[RULE_DUE].due_soon = SEVERITY_WARNING;
	rules[RULE_DUE].overdue = SEVERITY_CRITICAL;
	rules[RULE_DUE].repeat_ms = 25 * SECOND;
}

static void fill_others(struct world *world)
{
	struct rule *rules = world->rules;

	rules[RULE_STALE].id = "stale";
	rules[RULE_STALE].kind = RULE_OWN;
	rules[RULE_STALE].own = OWN_REDIS;
	rules[RULE_STALE].severity = SEVERITY_CRITICAL;
	rules[RULE_STALE].hold_ms = 200;
	rules[RULE_MUTE].id = "mute";
	rules[RULE_MUTE].kind = RULE_SILENCE;
	rules[RULE_MUTE].silent_feed = schema_feed(world->schema, 0);
	rules[RULE_MUTE].severity = SEVERITY_WARNING;
	rules[RULE_MUTE].inhibits = (struct inhibition){ .rules = world->follows };
	world->follows[RULE_LATE] = world->follows[RULE_LEVEL] = world->follows[RULE_HOST] = true;
}

static struct threshold limit(enum comparison comparison, double value, const char *text)
{
	return (struct threshold){ .comparison = comparison, .value = value, .text = text };
}

static void make_limits(struct limits *late, struct limits *level, struct limits *host)
{
	late->warning = limit(COMPARE_GT, 0.4, "> 40%");
	level->warning = limit(COMPARE_GT, 5, "> 5");
	level->critical = limit(COMPARE_GT, 9, "> 9");
	level->clear = limit(COMPARE_LT, 4, "< 4");
	host->warning = limit(COMPARE_GE, 1, ">= 1");
	host->critical = limit(COMPARE_GE, 2, ">= 2");
}

/* Late-rate above 40 % for one second; level above 5, gone below 4, both at once; each hit; each
 * record that is overdue; each district that is missing; each host that hits; each record that is
 * not done in time; each unit that has records to be done soon, or too late. */
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
			world->applies[i][unit] =
				(i != RULE_LEVEL && i != RULE_MUTE) || unit != UNIT_P;
	}
	for (int unit = 0; unit < N_UNITS; unit++)
		make_limits(&world->limits[RULE_LATE][unit], &world->limits[RULE_LEVEL][unit],
			    &world->limits[RULE_HOST][unit]);
	fill_events(world);
	fill_records(world);
	fill_others(world);
	fill_figures(world);
}

static struct track_step step_of(uint32_t type, enum track_role role)
{
	return (struct track_step){ .type = type,
				    .role = role,
				    .unit_field = TYPE_NONE,
				    .due_field = TYPE_NONE,
				    .kind_field = TYPE_NONE };
}

/* A record is opened, and then done in time. */
static void make_sequence(struct track *sequence, const struct calendar *calendar,
			  int64_t within_ms)
{
	*sequence = (struct track){
		.id = "slow",
		.steps = { step_of(TYPE_OPENED, TRACK_OPEN), step_of(TYPE_DONE, TRACK_CLOSE) },
		.n_steps = 2,
		.n_key = 1,
		.calendar = calendar,
		.allow_ms = within_ms,
		.closed_type = TYPE_NONE,
		.due_soon_type = TYPE_NONE,
		.overdue_type = TYPE_NONE,
		.open_gauge = INDICATOR_NONE,
		.due_soon_gauge = INDICATOR_NONE,
		.overdue_gauge = INDICATOR_NONE,
		.paused_gauge = INDICATOR_NONE,
	};
}

/* A transition that is written after a start says of its rule what the one in force says: so
 * nothing differs here that is said, and none is missing. */
static void make_strict(struct world *world)
{
	for (uint32_t i = 0; i < N_RULES; i++) {
		world->strict[i] = world->rules[i];
		world->strict[i].limits = world->strict_limits[i];
		world->strict[i].is_latched = i == RULE_LEVEL;
		for (int unit = 0; unit < N_UNITS; unit++) {
			struct limits *limits = &world->strict_limits[i][unit];

			*limits = world->limits[i][unit];
			limits->warning.value /= 2;
			limits->critical.value /= 2;
			limits->clear.value /= 2;
		}
	}
	world->strict[RULE_SLOW].record = &world->strict_sequence;
	world->strict[RULE_DUE].fade_ms = SECOND;
	world->strict[RULE_LEVEL].steps[0].receivers = BIT(CHIEF);
}

/* The chief hears of what is critical, those on watch of what nobody has acknowledged; the office
 * is that of one district. */
static void make_people(struct world *world)
{
	static const uint32_t strict[] = { OFFICE, CHIEF, DUTY };

	for (uint32_t i = 0; i < N_PEOPLE; i++)
		world->people[i] = (struct receiver){
			.id = people_ids[i],
			.title_vi = "",
			.title_en = "",
			.is_at_once = i == DUTY || i == CHIEF,
			.least = i == CHIEF ? SEVERITY_CRITICAL : SEVERITY_WARNING,
			.repeat_ms = i == DUTY ? 40 * SECOND : 0,
		};
	for (uint32_t i = 0; i < COUNT(strict); i++) {
		world->strict_people[i] = world->people[strict[i]];
		if (strict[i] == OFFICE)
			world->strict_own[UNIT_D1] = &world->strict_people[i];
	}
	world->own[UNIT_D1] = &world->people[OFFICE];
	world->is_worked_on[UNIT_D2] = true;
	world->works = (struct maintenance){
		.id = "works",
		.title_vi = "",
		.title_en = "",
		.units = world->is_worked_on,
		.from_ms = WORLD_START + 60 * MINUTE - 4 * SECOND,
		.until_ms = WORLD_START + 60 * MINUTE + 2 * SECOND,
		.by = "binh",
	};
}

void world_rules_init(struct world *world)
{
	make_sequence(&world->sequence, world->calendar, 4 * SECOND);
	make_sequence(&world->strict_sequence, world->calendar, 4 * SECOND);
	make_rules(world);
	make_strict(world);
	make_people(world);
}

struct rulebook world_rulebook(const struct world *world)
{
	return (struct rulebook){ .rules = world->rules,
				  .n_rules = N_RULES,
				  .sequences = &world->sequence,
				  .n_sequences = 1,
				  .receivers = world->people,
				  .n_receivers = N_PEOPLE,
				  .unit_receivers = world->own,
				  .maintenances = &world->works,
				  .n_maintenances = 1,
				  .generation = "sim",
				  .source = "sim",
				  .source_size = strlen("sim") };
}

static struct rulebook strict_rulebook(const struct world *world)
{
	return (struct rulebook){ .rules = world->strict,
				  .n_rules = COUNT(world->strict),
				  .sequences = &world->strict_sequence,
				  .n_sequences = 1,
				  .receivers = world->strict_people,
				  .n_receivers = COUNT(world->strict_people),
				  .unit_receivers = world->strict_own,
				  .generation = "strict",
				  .source = "strict",
				  .source_size = strlen("strict") };
}

int world_read_rules(void *context, const char *source, size_t size, struct rulebook *ret)
{
	const struct world *world = context;

	if (size == strlen("sim") && memcmp(source, "sim", size) == 0)
		*ret = world_rulebook(world);
	else if (size == strlen("strict") && memcmp(source, "strict", size) == 0)
		*ret = strict_rulebook(world);
	else
		return 1;
	return 0;
}
