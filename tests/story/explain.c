/* SPDX-License-Identifier: Apache-2.0 */
/*
 * explain: a week of a whole province through the whole fold.  Of the alerts it raises a thousand
 * are drawn at random, of each kind of rule as many as there are or a part, and what `explain` says
 * of each at that moment is written to a file; to another goes every event that was counted.
 * re_evaluate.py judges again from the two.
 *
 * Events are seen at the door of the indicators, where those that iocd makes of records come by
 * too.
 */
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explain.h"
#include "fact.h"
#include "fold.h"
#include "iocd/base/civil.h"
#include "iocd/base/err.h"
#include "province.h"

#define MONDAY   "2026-03-02T00:00:00+07:00"
#define UNITS    "so-y-te,so-thong-tin-truyen-thong,so-nong-nghiep,di-an"
#define DAYS     7
#define IDLE_MS  4000 /* a record comes so often at least: iocd is not away */
#define SAMPLES  700  /* of each kind of rule */
#define LATE_MAX (2 * HOUR_MS)
#define BURST    3  /* one event in so many is the first of a burst, */
#define BURST_OF 80 /* of fewer than so many */

struct week {
	uint64_t seed;
	unsigned n_events;
	struct config *config;
	struct fold fold;
	struct views views;
	int64_t start_ms, end_ms;

	struct world world;
	struct province *province;
	struct random_stream random;
	struct text json, topic;

	FILE *events;
	uint64_t n_counted; /* lines in events */
	char **payloads;    /* owned, as are they; by position */
	uint64_t n_payloads;

	uint64_t n_looked; /* transitions */
	uint64_t n_raised[N_RULE_KINDS];
	struct text samples[N_RULE_KINDS][SAMPLES];
	struct random_stream lots;
};

static struct week week;

static void fail(const char *format, ...) __attribute__((noreturn)) PRINTF(1, 2);

static void fail(const char *format, ...)
{
	va_list args;

	fprintf(stderr, "week of seed %" PRIu64 ": ", week.seed);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(EXIT_FAILURE);
}

/* ---- what is counted ---- */

static void put_value(struct text *text, const struct field *field, const struct value *value)
{
	if (field->kind == FIELD_TEXT)
		text_add_json(text, value->text.bytes, value->text.size);
	else if (field->kind == FIELD_CHOICE)
		text_add_json(text, field->choices[value->choice],
			      strlen(field->choices[value->choice]));
	else if (field->kind == FIELD_FLAG)
		text_add(text, value->number != 0 ? "true" : "false");
	else if (field->kind == FIELD_TIME)
		text_add(text, "%" PRId64, value->time_ms);
	else
		text_add_number(text, value->number);
}

static void note_event(const struct event *event)
{
	const struct event_type *type = schema_type(week.world.schema, event->type);
	const char *between = "";
	CLEANUP_TEXT struct text line = { 0 };

	text_add(&line,
		 "{\"unit\":\"%s\",\"event\":\"%s/%s\",\"time\":%" PRId64 ",\"arrival\":%" PRId64
		 ",\"position\":%" PRIu64 ",\"historical\":%s,\"subject\":",
		 units_at(week.world.units, event->unit)->id,
		 schema_feed(week.world.schema, event->feed)->id, type->name, event->time_ms,
		 event->arrival_ms, event->position, event->historical ? "true" : "false");
	text_add_json(&line, event->subject.bytes ? event->subject.bytes : "", event->subject.size);
	text_add(&line, ",\"data\":{");
	for (uint32_t i = 0; i < type->n_fields; i++) {
		if (!event->values[i].present)
			continue;
		text_add(&line, "%s\"%s\":", between, type->fields[i].name);
		put_value(&line, &type->fields[i], &event->values[i]);
		between = ",";
	}
	fprintf(week.events, "%s}}\n", text_get(&line));
	week.n_counted++;
}

void __real_indicators_add(struct indicators *indicators, const struct event *event);
void __wrap_indicators_add(struct indicators *indicators, const struct event *event);
void __wrap_indicators_add(struct indicators *indicators, const struct event *event)
{
	note_event(event);
	__real_indicators_add(indicators, event);
}

void __real_indicators_move(struct indicators *indicators, uint32_t gauge, uint32_t unit,
			    int64_t delta, int64_t at_ms, uint64_t position);
void __wrap_indicators_move(struct indicators *indicators, uint32_t gauge, uint32_t unit,
			    int64_t delta, int64_t at_ms, uint64_t position);
void __wrap_indicators_move(struct indicators *indicators, uint32_t gauge, uint32_t unit,
			    int64_t delta, int64_t at_ms, uint64_t position)
{
	fprintf(week.events, "{\"unit\":\"%s\",\"gauge\":\"%s\",\"delta\":%" PRId64 "}\n",
		units_at(week.world.units, unit)->id, week.world.indicators[gauge].id, delta);
	week.n_counted++;
	__real_indicators_move(indicators, gauge, unit, delta, at_ms, position);
}

/* The tree, as the first line. */
static void note_units(void)
{
	const char *between = "";

	fprintf(week.events, "{\"offset\":%d,\"units\":{", week.world.settings->offset_minutes);
	for (uint32_t i = 0; i < units_count(week.world.units); i++) {
		const struct unit *unit = units_at(week.world.units, i);

		fprintf(week.events, "%s\"%s\":", between, unit->id);
		if (unit->parent == UNIT_NONE)
			fprintf(week.events, "null");
		else
			fprintf(week.events, "\"%s\"",
				units_at(week.world.units, unit->parent)->id);
		between = ",";
	}
	fprintf(week.events, "}}\n");
}

/* ---- what is explained ---- */

static bool read_event(void *context, uint64_t position, struct text *json)
{
	(void)context;
	if (position >= week.n_payloads || !week.payloads[position])
		return false;
	text_add(json, "\"topic\":\"\",\"payload\":");
	text_add_json(json, week.payloads[position], strlen(week.payloads[position]));
	return true;
}

/* Every alert of a kind has the same chance to be among the samples; what iocd says of itself
 * follows from no event. */
static void consider(const struct transition *transition)
{
	const struct rule *rule = transition->alert.rule;
	const struct alert *alert =
		alertbook_find(flow_book(week.fold.flow), rule->number, transition->alert.unit,
			       transition->alert.subject);
	uint64_t slot = week.n_raised[rule->kind];
	struct text *sample;

	if (!alert || rule->kind == RULE_OWN || transition->news != NEWS_RAISED)
		return;
	week.n_raised[rule->kind]++;
	if (slot >= SAMPLES)
		slot = random_below(&week.lots, week.n_raised[rule->kind]);
	if (slot >= SAMPLES)
		return;
	sample = &week.samples[rule->kind][slot];
	text_clear(sample);
	text_add(sample, "{\"counted\":%" PRIu64 ",\"explain\":", week.n_counted);
	explain_put(sample, &week.views, alert);
	text_add(sample, "}");
}

static void look(void)
{
	const struct alertbook *book = flow_book(week.fold.flow);

	while (week.n_looked < alertbook_last(book))
		consider(alertbook_transition(book, ++week.n_looked));
}

static void on_tick(void *context, const struct flow_tick *tick)
{
	(void)context, (void)tick;
	if (week.n_looked < alertbook_last(flow_book(week.fold.flow)))
		look();
}

/* ---- what arrives ---- */

static void carry(struct record *record, int64_t now_ms)
{
	record->position = week.n_payloads;
	record->next = record->position + 1;
	record->arrival_ms = now_ms;
	if ((week.n_payloads & (week.n_payloads - 1)) == 0)
		week.payloads = xrealloc(week.payloads, 2 * week.n_payloads + 1, sizeof(char *));
	week.payloads[week.n_payloads++] =
		record->payload_size > 0 ? xstrdup(record->payload) : NULL;
	flow_carry(week.fold.flow, record);
}

static void pass_time(int64_t until_ms)
{
	int64_t now_ms = flow_tick_ms(week.fold.flow);

	if (now_ms == 0)
		return;
	while ((now_ms += IDLE_MS) < until_ms) {
		struct record record = { .kind = RECORD_TIME, .topic = "", .payload = "" };

		carry(&record, now_ms);
	}
}

static void send(const struct fact *fact, int64_t now_ms)
{
	const struct event_type *type = schema_type(week.world.schema, fact->type);
	struct record record = { .kind = RECORD_MESSAGE };

	text_clear(&week.json);
	text_clear(&week.topic);
	fact_json(&week.json, &week.world, fact, &no_twist);
	text_add(&week.topic, "%s/%s/%s/evt/%s", week.world.settings->mqtt.prefix,
		 units_at(week.world.units, fact->unit)->id,
		 schema_feed(week.world.schema, type->feed)->id, type->name);
	record.topic = week.topic.bytes;
	record.topic_size = week.topic.size;
	record.payload = week.json.bytes;
	record.payload_size = week.json.size;
	carry(&record, now_ms);
}

static double between(double least, double number, double most)
{
	return number < least ? least : number > most ? most : number;
}

/* Of what opens a record another one. */
static void rename_record(struct fact *fact, const struct track *track)
{
	for (uint32_t i = 0; i < track->n_steps; i++) {
		const struct track_step *step = &track->steps[i];
		char *key = fact->values[step->key_fields[0]].text;
		char name[FACT_TEXT_MAX];

		memcpy(name, key, sizeof(name));

		if (step->type == fact->type && step->role == TRACK_OPEN)
			(void)snprintf(key, FACT_TEXT_MAX, "%.20s-%" PRIu64, name, week.n_payloads);
	}
}

/* The same again, with other figures: so that limits are passed. */
static void vary(struct fact *fact, double share, double scale)
{
	const struct event_type *type = schema_type(week.world.schema, fact->type);

	fact->serial = (UINT64_C(1) << 40) + week.n_payloads;
	fact->sequence = 0;
	for (uint32_t i = 0; i < week.world.n_tracks; i++)
		rename_record(fact, &week.world.tracks[i]);
	for (uint32_t i = 0; i < type->n_fields; i++) {
		const struct field *field = &type->fields[i];
		struct fact_value *value = &fact->values[i];

		if (!value->present)
			continue;
		if (field->kind == FIELD_FLAG)
			value->number = random_unit(&week.random) < share;
		else if (field->kind == FIELD_CHOICE && random_unit(&week.random) < share)
			value->choice = (uint32_t)random_below(&week.random, field->n_choices);
		else if (field->kind == FIELD_NUMBER || field->kind == FIELD_INTEGER)
			value->number = between(
				field->min,
				floor(value->number * 2 * random_unit(&week.random) * scale),
				field->max);
	}
}

static void make_burst(const struct fact *first, int64_t now_ms)
{
	uint64_t n = random_below(&week.random, BURST_OF);
	double share = random_unit(&week.random);
	double scale = random_below(&week.random, 2) ? 1 : 10 * random_unit(&week.random);

	for (uint64_t i = 0; i < n; i++) {
		struct fact fact = *first;

		vary(&fact, share, scale);
		send(&fact, now_ms);
	}
}

/* Some come late, and some tell of the past. */
static void make_event(int64_t now_ms)
{
	struct fact fact;

	province_next(week.province, now_ms, now_ms - week.start_ms, &fact);
	if (!fact.prompt && !fact.in_order && random_below(&week.random, 100) < 5) {
		fact.time_ms -= (int64_t)random_below(&week.random, LATE_MAX);
		fact.historical = random_below(&week.random, 5) == 0;
	}
	send(&fact, now_ms);
	if (random_below(&week.random, BURST) == 0)
		make_burst(&fact, now_ms);
}

static int64_t draw_gap(int64_t now_ms)
{
	double share = province_rhythm(now_ms, week.world.settings->offset_minutes);
	double per_ms = 2.5 * share * week.n_events / (double)(week.end_ms - week.start_ms);

	return (int64_t)(-log(1 - random_unit(&week.random)) / per_ms);
}

static void live_through(void)
{
	int64_t now_ms = week.start_ms;

	while (now_ms < week.end_ms) {
		make_event(now_ms);
		now_ms += draw_gap(now_ms);
		pass_time(now_ms < week.end_ms ? now_ms : week.end_ms);
	}
}

/* ---- begin and end ---- */

static void make_province(void)
{
	static const char *const troubles[] = { "overdue:30000s+7200s", "link-down:120000s+900s",
						"intrusion:200000s+600s", "overdue:290000s+7200s",
						"link-down:380000s+1200s" };
	struct incident_wish wishes[COUNT(troubles)];
	const struct province_options options = {
		.world = &week.world, .rhythm = true, .wishes = wishes, .n_wishes = COUNT(wishes)
	};
	CLEANUP_TEXT struct text report = { 0 };

	for (size_t i = 0; i < COUNT(troubles); i++)
		if (incident_read(&wishes[i], troubles[i]))
			fail("what is '%s'?", troubles[i]);
	if (province_new(&week.province, &options, &report))
		fail("%s", text_get(&report));
}

static void make_views(void)
{
	const struct flow *flow = week.fold.flow;

	week.views = (struct views){
		.caller = caller_new_local(),
		.source = {
			.context = { .units = week.world.units,
				     .offset_minutes = week.world.settings->offset_minutes,
				     .book = flow_book(flow),
				     .schema = week.world.schema },
			.indicators = flow_indicators(flow),
			.rules = flow_rules(flow),
			.keyed = flow_keyed(flow),
			.sequences = flow_sequences(flow),
			.book = flow_book(flow),
			.ledger = flow_ledger(flow),
			.deadletter = flow_deadletter(flow),
			.contracts = flow_contracts(flow),
			.trackers = flow_trackers(flow),
			.config = week.config,
		},
		.hooks = { .read_event = read_event },
	};
}

static void begin(const char *directory, const char *events)
{
	CLEANUP_TEXT struct text report = { 0 };

	if (config_load(&week.config, directory, NULL, &report))
		fail("%s", text_get(&report));
	if (civil_parse(MONDAY, strlen(MONDAY), &week.start_ms))
		fail("no time");
	week.end_ms = week.start_ms + DAYS * 24 * HOUR_MS;
	week.world = (struct world){
		.settings = config_settings(week.config),
		.units = config_units(week.config),
		.schema = config_schema(week.config),
		.seed = week.seed,
		.run = week.start_ms,
	};
	week.world.indicators = config_indicators(week.config, &week.world.n_indicators);
	week.world.contracts = config_contracts(week.config, &week.world.n_contracts);
	week.world.tracks = config_tracks(week.config, &week.world.n_tracks);
	week.events = fopen(events, "w");
	if (!week.events)
		fail("cannot write '%s'", events);
	note_units();
	random_seed(&week.random, week.seed);
	random_seed(&week.lots, week.seed + 1);
	make_province();
	if (fold_init_watched(&week.fold, week.config, on_tick, NULL))
		fail("cannot make the flow: %s", err_trace());
	make_views();
}

static void write_samples(const char *path)
{
	FILE *file = fopen(path, "w");

	if (!file)
		fail("cannot write '%s'", path);
	for (int kind = 0; kind < N_RULE_KINDS; kind++)
		for (size_t i = 0; i < SAMPLES && i < week.n_raised[kind]; i++)
			fprintf(file, "%s\n", text_get(&week.samples[kind][i]));
	if (fclose(file) || fclose(week.events))
		fail("cannot write");
}

static void end(void)
{
	for (int kind = 0; kind < N_RULE_KINDS; kind++)
		for (size_t i = 0; i < SAMPLES; i++)
			text_fini(&week.samples[kind][i]);
	for (uint64_t i = 0; i < week.n_payloads; i++)
		free(week.payloads[i]);
	free(week.payloads);
	text_fini(&week.json);
	text_fini(&week.topic);
	caller_free(week.views.caller);
	province_free(week.province);
	fold_fini(&week.fold);
	config_free(week.config);
}

int main(int argc, char **argv)
{
	const struct account *all;

	if (argc != 6) {
		fprintf(stderr, "usage: explain CONFIG EVENTS SEED EVENTS-FILE EXPLAINS-FILE\n");
		return 2;
	}
	week.n_events = (unsigned)strtoul(argv[2], NULL, 10);
	week.seed = strtoull(argv[3], NULL, 10);
	begin(argv[1], argv[4]);
	live_through();
	all = ledger_all(flow_ledger(week.fold.flow));
	printf("%" PRIu64 " events accepted", all->accepted);
	for (int kind = 0; kind < N_RULE_KINDS; kind++)
		printf(", %" PRIu64 " of %s", week.n_raised[kind],
		       rule_kind_name((enum rule_kind)kind));
	printf("\n");
	write_samples(argv[5]);
	end();
	return EXIT_SUCCESS;
}
