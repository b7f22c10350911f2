/* SPDX-License-Identifier: Apache-2.0 */
/*
 * day: a day of a whole province, from noon to noon, through the whole fold; and then its journal
 * again, from the beginning, from states saved on the way, and with many restarts in one pass.  All
 * must tell the same and come to the same bytes.
 *
 * The simulator makes the events: with the rhythm of a day, incidents, repeats, faults, late ones
 * and batches, and with hours in which nobody sends.  Time passes as in the daemon: by records of
 * its own where nothing else comes.
 */
#include <ftw.h>
#include <inttypes.h>
#include <math.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fact.h"
#include "fault.h"
#include "fold.h"
#include "iocd/base/civil.h"
#include "iocd/base/err.h"
#include "province.h"

#define NOON     "2026-03-02T12:00:00+07:00"
#define DAY_MS   (24 * HOUR_MS)
#define RECENT   512 /* facts that can be repeated */
#define PARCEL   12  /* events in a batch */
#define TAILS    5
#define RESTARTS 40

struct parcel {
	struct text payload;
	int n_events;
};

struct day {
	uint64_t seed;
	unsigned n_events;
	char directory[64]; /* of the journal */
	struct config *config;
	struct journal *journal;
	struct fold live;
	int64_t start_ms, end_ms;

	struct world world;
	struct province *province;
	struct faults *faults;
	struct faulty faulty;
	struct random_stream random;
	struct text json, topic;
	struct fact recent[RECENT];
	uint64_t n_recent;
	struct parcel *parcels; /* units rows of feeds */
	uint32_t n_feeds;
};

static int remove_path(const char *path, const struct stat *status, int flag, struct FTW *place)
{
	(void)status, (void)flag, (void)place;
	return remove(path);
}

static void fail(const struct day *day, const char *format, ...) __attribute__((noreturn))
PRINTF(2, 3);

static void fail(const struct day *day, const char *format, ...)
{
	va_list args;

	fprintf(stderr, "day of seed %" PRIu64 ": ", day->seed);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	(void)nftw(day->directory, remove_path, 8, FTW_DEPTH | FTW_PHYS);
	_exit(EXIT_FAILURE); /* the journal's thread runs on what is removed */
}

static void begin_fold(const struct day *day, struct fold *fold, struct journal *journal)
{
	if (fold_init(fold, day->config, journal))
		fail(day, "cannot make the flow: %s", err_trace());
}

/* ---- what arrives ---- */

/* Appends record, and hands it to the fold without waiting for the disk. */
static void arrive(struct day *day, struct record *record, int64_t now_ms)
{
	record->position = journal_end(day->journal);
	record->arrival_ms = now_ms;
	if (journal_append(day->journal, record, now_ms))
		fail(day, "cannot append: %s", err_trace());
	record->next = journal_end(day->journal);
	flow_carry(day->live.flow, record);
}

static void tell_time(struct day *day, int64_t now_ms)
{
	struct record record = { .kind = RECORD_TIME, .topic = "", .payload = "" };

	arrive(day, &record, now_ms);
}

static void pass_time(struct day *day, int64_t until_ms)
{
	int64_t due_ms;

	while ((due_ms = flow_due_ms(day->live.flow)) < until_ms)
		tell_time(day, due_ms);
}

static void send(struct day *day, const struct text *topic, const struct text *payload,
		 int64_t now_ms)
{
	struct record record = {
		.kind = RECORD_MESSAGE,
		.topic = topic->bytes,
		.topic_size = topic->size,
		.payload = payload->bytes,
		.payload_size = payload->size,
	};

	arrive(day, &record, now_ms);
}

static void send_to(struct day *day, uint32_t unit, uint32_t feed, const char *type,
		    const struct text *payload, int64_t now_ms)
{
	text_clear(&day->topic);
	text_add(&day->topic, "%s/%s/%s/evt/%s", day->world.settings->mqtt.prefix,
		 units_at(day->world.units, unit)->id, schema_feed(day->world.schema, feed)->id,
		 type);
	send(day, &day->topic, payload, now_ms);
}

static void send_parcel(struct day *day, uint32_t unit, uint32_t feed, int64_t now_ms)
{
	struct parcel *parcel = &day->parcels[(size_t)unit * day->n_feeds + feed];

	if (parcel->n_events == 0)
		return;
	text_add(&parcel->payload, "]");
	send_to(day, unit, feed, "batch", &parcel->payload, now_ms);
	text_clear(&parcel->payload);
	parcel->n_events = 0;
}

/* Half of all events wait for others of their unit and feed. */
static void give(struct day *day, const struct fact *fact, const struct text *json, int64_t now_ms)
{
	const struct event_type *type = schema_type(day->world.schema, fact->type);
	struct parcel *parcel = &day->parcels[(size_t)fact->unit * day->n_feeds + type->feed];

	if (fact->prompt || random_below(&day->random, 2) == 0) {
		send_to(day, fact->unit, type->feed, type->name, json, now_ms);
		return;
	}
	text_add(&parcel->payload, "%s%s", parcel->n_events == 0 ? "[" : ",", text_get(json));
	if (++parcel->n_events == PARCEL)
		send_parcel(day, fact->unit, type->feed, now_ms);
}

static void give_fact(struct day *day, const struct fact *fact, int64_t now_ms)
{
	text_clear(&day->json);
	fact_json(&day->json, &day->world, fact, &no_twist);
	give(day, fact, &day->json, now_ms);
}

static void give_fault(struct day *day, const struct fact *fact, int64_t now_ms)
{
	enum reason reason = faults_turn(day->faults);

	if (reason == REASON_duplicate || reason == REASON_id_conflict) {
		if (day->n_recent == 0)
			return;
		fact = &day->recent[random_below(&day->random, day->n_recent % RECENT + 1)];
	}
	if (!faults_make(day->faults, fact, now_ms, &day->faulty))
		return;
	faults_pass(day->faults);
	if (day->faulty.alone)
		send(day, &day->faulty.topic, &day->faulty.payload, now_ms);
	else
		give(day, fact, &day->faulty.payload, now_ms);
}

/* Four of a hundred repeat another, three are faulty, five are late, and one of them tells of
 * the past. */
static void make_event(struct day *day, int64_t now_ms)
{
	uint64_t luck = random_below(&day->random, 100);
	struct fact fact;

	if (luck < 4 && day->n_recent > RECENT) {
		give_fact(day, &day->recent[random_below(&day->random, RECENT)], now_ms);
		return;
	}
	province_next(day->province, now_ms, now_ms - day->start_ms, &fact);
	if (luck < 7) {
		give_fault(day, &fact, now_ms);
		return;
	}
	if (luck < 12)
		fact.time_ms -= (int64_t)random_below(&day->random, 3 * HOUR_MS);
	fact.historical = luck < 8;
	day->recent[day->n_recent++ % RECENT] = fact;
	give_fact(day, &fact, now_ms);
}

/* Nobody sends in the fourth and the nineteenth hour. */
static bool is_quiet(const struct day *day, int64_t now_ms)
{
	int64_t hour = (now_ms - day->start_ms) / HOUR_MS;

	return hour == 3 || hour == 18;
}

/* Milliseconds until the next event; they come by chance. */
static int64_t draw_gap(struct day *day, int64_t now_ms)
{
	double share = province_rhythm(now_ms, day->world.settings->offset_minutes);
	double per_ms = 2.5 * share * day->n_events / (double)DAY_MS;

	return (int64_t)(-log(1 - random_unit(&day->random)) / per_ms);
}

static void live_through(struct day *day)
{
	int64_t now_ms = day->start_ms;

	while (now_ms < day->end_ms) {
		if (!is_quiet(day, now_ms))
			make_event(day, now_ms);
		now_ms += draw_gap(day, now_ms);
		pass_time(day, now_ms < day->end_ms ? now_ms : day->end_ms);
	}
	for (uint32_t unit = 0; unit < units_count(day->world.units); unit++)
		for (uint32_t feed = 0; feed < day->n_feeds; feed++)
			send_parcel(day, unit, feed, day->end_ms);
	day->end_ms += 2 * FLOW_TICK_MS;
	fold_keep(&day->live, day->end_ms);
	tell_time(day, day->end_ms);
	while (journal_synced(day->journal) < journal_end(day->journal))
		(void)sched_yield();
}

static uint64_t count_historical(const struct day *day)
{
	const struct ledger *ledger = flow_ledger(day->live.flow);
	uint64_t n = 0;

	for (uint32_t unit = 0; unit < units_count(day->world.units); unit++)
		for (uint32_t feed = 0; feed < day->n_feeds; feed++)
			n += ledger_feed(ledger, unit, feed)->historical;
	return n;
}

/* A day on which nothing happens proves nothing. */
static void check_life(const struct day *day)
{
	const struct flow *flow = day->live.flow;
	const struct account *all = ledger_all(flow_ledger(flow));
	uint64_t n_batches = indicators_last_batch(flow_indicators(flow));
	struct trackers_counts records;
	uint64_t n_past = count_historical(day);
	uint64_t n_refused = 0;
	int n_reasons = 0;

	for (int reason = 1; reason < N_REASONS; reason++) {
		n_refused += all->refused[reason];
		n_reasons += all->refused[reason] > 0;
	}
	trackers_count(flow_trackers(flow), &records);
	printf("%" PRIu64 " events accepted, %" PRIu64 " refused for %d reasons, %" PRIu64
	       " transitions, %" PRIu64 " open records, %" PRIu64 " of the past, %" PRIu64
	       " batches for history, %zu bytes of state, %" PRIu64 " of journal\n",
	       all->accepted, n_refused, n_reasons, day->live.n_log, records.open, n_past,
	       n_batches, day->live.kept[0].saved.n, journal_end(day->journal));
	(void)fflush(stdout);
	if (all->accepted < day->n_events / 2 || n_reasons < 10 || day->live.n_log < 20)
		fail(day, "it was too quiet");
	if (records.open < 100 || n_past < 100 || n_batches < 24)
		fail(day, "too little happened to records and to the past");
}

/* ---- and again ---- */

static void carry(const struct day *day, struct fold *fold)
{
	if (fold_carry(fold))
		fail(day, "the fold failed: %s", err_trace());
}

static void load(const struct day *day, struct fold *fold, const struct dump *dump)
{
	const char *why;

	begin_fold(day, fold, day->journal);
	why = fold_load(fold, dump);
	if (why)
		fail(day, "a saved state cannot be read: %s", why);
}

static void compare(const struct day *day, const struct fold *again, const char *what,
		    int64_t from_ms)
{
	CLEANUP_TEXT struct text report = { 0 };
	char time[CIVIL_TEXT_MAX];

	if (!fold_is_same(&day->live, again, &report))
		fail(day, "%s %s is not the same: %s", what,
		     civil_format(time, from_ms, day->world.settings->offset_minutes),
		     text_get(&report));
}

/* Any tick of the day; or one shortly before something was told, when much is pending. */
static int64_t draw_tick(struct day *day)
{
	int64_t n = (day->end_ms - day->start_ms) / FLOW_TICK_MS - 2;
	int64_t at = 1 + (int64_t)random_below(&day->random, (uint64_t)n);
	const struct transition *told;

	told = alertbook_transition(flow_book(day->live.flow),
				    1 + random_below(&day->random, day->live.n_log));
	if (told && random_below(&day->random, 2) == 0)
		at = (told->time_ms - day->start_ms) / FLOW_TICK_MS -
		     (int64_t)random_below(&day->random, 600);
	return day->start_ms + (at < 1 ? 1 : at > n ? n : at) * FLOW_TICK_MS;
}

static void go_on(const struct day *day, const struct dump *dump)
{
	struct fold fold;

	load(day, &fold, dump);
	fold_keep(&fold, day->end_ms);
	carry(day, &fold);
	compare(day, &fold, "going on from", dump->tick_ms);
	fold_fini(&fold);
}

/* The whole again; then the rest of it from states on the way. */
static void replay(struct day *day)
{
	struct fold again;

	begin_fold(day, &again, day->journal);
	for (int i = 0; i < TAILS; i++)
		fold_keep(&again, draw_tick(day));
	fold_keep(&again, day->end_ms);
	carry(day, &again);
	compare(day, &again, "a replay until", day->end_ms);
	for (int i = 0; i < TAILS; i++)
		go_on(day, &again.kept[i]);
	fold_fini(&again);
}

static int compare_ticks(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* Carries on until tick_ms, and makes *next to go on from there in its place. */
static void restart(const struct day *day, struct fold *fold, struct fold *next, int64_t tick_ms)
{
	fold_keep(fold, tick_ms);
	while (flow_tick_ms(fold->flow) < tick_ms)
		if (flow_step(fold->flow))
			fail(day, "the journal ends too early");
	load(day, next, &fold->kept[0]);
	fold_fini(fold);
}

static void stumble(struct day *day)
{
	int64_t ticks[RESTARTS];
	struct fold folds[2];
	struct fold *fold = &folds[0], *next = &folds[1];

	for (int i = 0; i < RESTARTS; i++)
		ticks[i] = draw_tick(day);
	qsort(ticks, RESTARTS, sizeof(ticks[0]), compare_ticks);

	begin_fold(day, fold, day->journal);
	for (int i = 0; i < RESTARTS; i++) {
		if (i > 0 && ticks[i] == ticks[i - 1])
			continue;
		restart(day, fold, next, ticks[i]);
		next = fold;
		fold = fold == &folds[0] ? &folds[1] : &folds[0];
	}
	fold_keep(fold, day->end_ms);
	carry(day, fold);
	compare(day, fold, "with many restarts, a replay until", day->end_ms);
	fold_fini(fold);
}

/* ---- begin and end ---- */

static void open_journal(struct day *day)
{
	const struct journal_options options = {
		.directory = day->directory,
		.segment_bytes = 8 << 20,
		.mode = JOURNAL_INTERVAL,
	};
	struct journal_recovery recovery;

	if (journal_open(&day->journal, &options, &recovery) ||
	    journal_start(day->journal, NULL, NULL))
		fail(day, "cannot open the journal: %s", err_trace());
}

static void make_province(struct day *day)
{
	static const char *const troubles[] = { "overdue:7200s+3600s", "link-down:18000s+900s",
						"intrusion:30000s+600s", "overdue:72000s+5400s",
						"link-down:80000s+1200s" };
	struct incident_wish wishes[COUNT(troubles)];
	const struct province_options options = { .world = &day->world,
						  .wishes = wishes,
						  .n_wishes = COUNT(wishes) };
	CLEANUP_TEXT struct text report = { 0 };

	for (size_t i = 0; i < COUNT(troubles); i++)
		if (incident_read(&wishes[i], troubles[i]))
			fail(day, "what is '%s'?", troubles[i]);
	if (province_new(&day->province, &options, &report))
		fail(day, "%s", text_get(&report));
}

static void begin(struct day *day, const char *directory)
{
	CLEANUP_TEXT struct text report = { 0 };

	if (config_load(&day->config, directory, NULL, &report))
		fail(day, "%s", text_get(&report));
	if (civil_parse(NOON, strlen(NOON), &day->start_ms))
		fail(day, "no time");
	day->end_ms = day->start_ms + DAY_MS;
	day->world = (struct world){
		.settings = config_settings(day->config),
		.units = config_units(day->config),
		.schema = config_schema(day->config),
		.seed = day->seed,
		.run = day->start_ms,
	};
	day->world.indicators = config_indicators(day->config, &day->world.n_indicators);
	day->n_feeds = schema_n_feeds(day->world.schema);
	day->parcels = xcalloc((size_t)units_count(day->world.units) * day->n_feeds,
			       sizeof(*day->parcels));
	day->faults = faults_new(&day->world);
	random_seed(&day->random, day->seed);
	make_province(day);
	open_journal(day);
	begin_fold(day, &day->live, NULL);
}

static void end(struct day *day)
{
	for (size_t i = 0; i < (size_t)units_count(day->world.units) * day->n_feeds; i++)
		text_fini(&day->parcels[i].payload);
	free(day->parcels);
	text_fini(&day->json);
	text_fini(&day->topic);
	text_fini(&day->faulty.topic);
	text_fini(&day->faulty.payload);
	fold_fini(&day->live);
	faults_free(day->faults);
	province_free(day->province);
	journal_free(day->journal);
	config_free(day->config);
	if (nftw(day->directory, remove_path, 8, FTW_DEPTH | FTW_PHYS))
		fprintf(stderr, "cannot remove '%s'\n", day->directory);
}

int main(int argc, char **argv)
{
	static struct day day = { .directory = "/tmp/iocd-day-XXXXXX" };

	if (argc != 4) {
		fprintf(stderr, "usage: day CONFIG EVENTS SEED\n");
		return 2;
	}
	day.n_events = (unsigned)strtoul(argv[2], NULL, 10);
	day.seed = strtoull(argv[3], NULL, 10);
	if (!mkdtemp(day.directory))
		return EXIT_FAILURE;

	begin(&day, argv[1]);
	live_through(&day);
	check_life(&day);
	replay(&day);
	stumble(&day);
	end(&day);
	return EXIT_SUCCESS;
}
