/* SPDX-License-Identifier: Apache-2.0 */
#include "run.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "fault.h"
#include "iocd/base/clock.h"
#include "iocd/base/err.h"
#include "tally.h"

#define RECENT         4096 /* events that can be repeated */
#define SLICE_MS       2    /* between two looks at the clock */
#define BACKLOG_S      1.0  /* what could not be sent for so long is not made up for, */
#define BACKLOG_LONG_S 30.0 /* unless we are to persist */
#define LATE_MIN_MS    60000
#define LATE_MAX_MS    (20 * 60000)
#define AGE_RESERVE_MS 60000 /* between sending and arriving */
#define PROGRESS_MS    500
#define FIRST_NUMBER   1000000 /* there is room below for one that is too old */
#define GAP_MAX        3

struct run {
	const struct options *options;
	const struct world *world;
	struct province *province;
	struct feeder *feeder;
	struct senders *senders;
	struct tally *tally;   /* owned */
	struct faults *faults; /* owned */
	struct faulty faulty;
	struct text json;
	struct random_stream random;

	struct fact recent[RECENT]; /* accepted ones, the oldest overwritten */
	uint64_t accepted;
	uint64_t sent; /* events, as iocd counts them */
	uint64_t refused[N_REASONS];
	uint64_t
		*numbers; /* owned; the last of each unit and feed, n_feeds in a row; 0: none yet */
	uint64_t *missing; /* owned; by feed, numbers that were skipped */
	uint32_t n_feeds;
	int64_t late_max_ms;

	int64_t start_ms; /* monotonic */
	int64_t shown_ms; /* when progress was shown last */
	double due;       /* events that should have been sent by now and were not */
};

static int64_t run_ms(const struct run *run)
{
	return clock_mono_ms() - run->start_ms;
}

/* Now, or where a run that began in the past has got to. */
static int64_t time_ms(const struct run *run)
{
	int64_t now_ms = clock_real_ms();
	int64_t past_ms;

	if (!run->options->from_ms)
		return now_ms;
	past_ms = run->options->from_ms + (int64_t)((double)run_ms(run) * run->options->speed);
	return past_ms < now_ms ? past_ms : now_ms;
}

static uint32_t feed_of(const struct run *run, const struct fact *fact)
{
	return schema_type(run->world->schema, fact->type)->feed;
}

/* Lends the last number of fact's unit and feed. */
static uint64_t *number_of(const struct run *run, const struct fact *fact)
{
	return &run->numbers[(size_t)fact->unit * run->n_feeds + feed_of(run, fact)];
}

/* Gives fact its number, now and then behind some that nobody sends. */
static void number(struct run *run, struct fact *fact)
{
	uint64_t *last = number_of(run, fact);
	uint64_t gap = 0;

	if (run->options->gaps > 0 && random_unit(&run->random) < run->options->gaps)
		gap = 1 + random_below(&run->random, GAP_MAX);
	if (*last == 0) {
		*last = FIRST_NUMBER;
	} else {
		*last += 1 + gap;
		run->missing[feed_of(run, fact)] += gap;
	}
	fact->sequence = *last;
}

/* Lends an accepted event of late, or NULL if there is none whose repeat would be known. */
static const struct fact *draw_recent(struct run *run)
{
	uint64_t n = run->accepted < RECENT ? run->accepted : RECENT;
	const struct fact *fact;

	if (n == 0)
		return NULL;
	fact = &run->recent[random_below(&run->random, n)];
	if (fact->sequence &&
	    *number_of(run, fact) - fact->sequence >= world_window(run->world, fact))
		return NULL;
	return fact;
}

static int give(struct run *run, const struct fact *fact)
{
	struct twist twist = no_twist;

	twist.ahead_ms = senders_ahead_ms(run->senders, fact->unit);
	text_clear(&run->json);
	fact_json(&run->json, run->world, fact, &twist);
	run->sent++;
	return err_pass(senders_give(run->senders, fact, &run->json, run_ms(run)));
}

static int send_repeat(struct run *run, const struct fact *fact)
{
	run->refused[REASON_duplicate]++;
	return give(run, fact);
}

/* Whether fact is so old that it must say so, lest it be refused or be news. */
static bool is_history(const struct run *run, const struct fact *fact)
{
	const struct settings *settings = run->world->settings;
	int64_t lateness_ms = schema_feed(run->world->schema, feed_of(run, fact))->lateness_ms;

	if (!lateness_ms)
		lateness_ms = settings->limits.lateness_ms;
	if (lateness_ms > settings->limits.age_ms)
		lateness_ms = settings->limits.age_ms;
	return clock_real_ms() - fact->time_ms > lateness_ms - AGE_RESERVE_MS;
}

static int send_good(struct run *run, struct fact *fact)
{
	if (!fact->prompt && !fact->in_order && random_unit(&run->random) < run->options->late)
		fact->time_ms -= LATE_MIN_MS + (int64_t)(random_unit(&run->random) *
							 (double)(run->late_max_ms - LATE_MIN_MS));
	if (run->options->sequence)
		number(run, fact);
	fact->historical = run->options->from_ms && is_history(run, fact);
	tally_add(run->tally, fact);
	run->recent[run->accepted++ % RECENT] = *fact;
	return give(run, fact);
}

static int send_faulty(struct run *run, const struct fact *fact)
{
	struct faulty *faulty = &run->faulty;

	run->refused[faults_turn(run->faults)]++;
	run->sent++;
	faults_pass(run->faults);
	if (faulty->alone)
		return err_pass(feeder_send(run->feeder, &faulty->topic, &faulty->payload));
	return err_pass(feeder_give(run->feeder, fact, &faulty->payload, false));
}

/* Sends a spoilt event, or fact as it is where it cannot be spoilt for the reason whose turn it is.
 */
static int send_bad(struct run *run, struct fact *fact)
{
	enum reason reason = faults_turn(run->faults);
	const struct fact *victim = fact;

	if (fault_repeats(reason))
		victim = draw_recent(run);
	if (!victim || !faults_make(run->faults, victim, clock_real_ms(), &run->faulty))
		return send_good(run, fact);
	return send_faulty(run, victim);
}

static int send_one(struct run *run)
{
	double luck = random_unit(&run->random);
	const struct fact *recent = NULL;
	struct fact fact;

	if (luck < run->options->duplicates)
		recent = draw_recent(run);
	if (recent)
		return send_repeat(run, recent);

	province_next(run->province, time_ms(run), run_ms(run), &fact);
	if (!fact.prompt && luck >= 1 - run->options->bad)
		return send_bad(run, &fact);
	return send_good(run, &fact);
}

static bool is_over(const struct run *run, const volatile sig_atomic_t *stop)
{
	return *stop || run->sent >= (uint64_t)run->options->count ||
	       run_ms(run) >= run->options->run_ms;
}

static double present_rate(const struct run *run)
{
	double share = 1;

	if (run->options->rhythm)
		share = province_share(run->province, time_ms(run));
	return run->options->rate * share;
}

static void show_progress(struct run *run, bool last)
{
	int64_t now_ms = clock_mono_ms();

	if (!isatty(STDERR_FILENO) || (!last && now_ms - run->shown_ms < PROGRESS_MS))
		return;
	run->shown_ms = now_ms;
	fprintf(stderr, "\r%7.1f s  %10" PRIu64 " events  %8.0f/s \033[K%s",
		(double)(now_ms - run->start_ms) / 1000, run->sent,
		(double)run->sent * 1000 / (double)(now_ms - run->start_ms + 1), last ? "\n" : "");
}

/* Sends what is due by now. */
static int catch_up(struct run *run, int64_t slice_ns, const volatile sig_atomic_t *stop)
{
	double backlog_s = run->options->persist ? BACKLOG_LONG_S : BACKLOG_S;
	double rate = present_rate(run);
	int r = 0;

	run->due = fmin(run->due + rate * (double)slice_ns / 1e9, rate * backlog_s + 1);
	for (; !r && run->due >= 1 && !is_over(run, stop); run->due--)
		r = send_one(run);
	return err_pass(r);
}

/* How many ids iocd keeps of the feed of which it keeps least. */
static uint32_t find_ids(const struct world *world)
{
	uint32_t least = (uint32_t)world->settings->limits.dedup_ids;

	for (uint32_t i = 0; i < schema_n_feeds(world->schema); i++) {
		uint32_t ids = schema_feed(world->schema, i)->memory.ids;

		if (ids && ids < least)
			least = ids;
	}
	return least;
}

/* How far an event may be dated back, so that its repeat is still recognised by iocd, which keeps
 * a number of ids, and its age accepted. */
static int64_t find_late_max(const struct options *options, const struct world *world)
{
	const struct settings *settings = world->settings;
	double remembered_ms = find_ids(world) / options->rate * 500;
	int64_t max_ms = LATE_MAX_MS;

	if (remembered_ms < (double)max_ms)
		max_ms = (int64_t)remembered_ms;
	if (max_ms > settings->limits.age_ms - AGE_RESERVE_MS)
		max_ms = settings->limits.age_ms - AGE_RESERVE_MS;
	return max_ms > LATE_MIN_MS ? max_ms : LATE_MIN_MS;
}

struct run *run_new(const struct options *options, const struct world *world,
		    struct province *province, struct feeder *feeder, struct senders *senders)
{
	struct run *run = xcalloc(1, sizeof(*run));

	run->options = options;
	run->world = world;
	run->province = province;
	run->feeder = feeder;
	run->senders = senders;
	run->tally = tally_new(world);
	run->faults = faults_new(world);
	run->late_max_ms = find_late_max(options, world);
	run->n_feeds = schema_n_feeds(world->schema);
	run->numbers =
		xcalloc((size_t)units_count(world->units) * run->n_feeds, sizeof(*run->numbers));
	run->missing = xcalloc(run->n_feeds, sizeof(*run->missing));
	random_seed(&run->random, ~world->seed);
	return run;
}

struct run *run_free(struct run *run)
{
	if (!run)
		return NULL;

	text_fini(&run->faulty.payload);
	text_fini(&run->faulty.topic);
	text_fini(&run->json);
	free(run->missing);
	free(run->numbers);
	faults_free(run->faults);
	tally_free(run->tally);
	free(run);
	return NULL;
}

int run_all(struct run *run, const volatile sig_atomic_t *stop)
{
	int64_t last_ns = clock_mono_ns();
	int r = 0;

	run->start_ms = clock_mono_ms();
	r = senders_begin(run->senders);
	while (!r && !is_over(run, stop)) {
		int64_t now_ns = clock_mono_ns();

		r = catch_up(run, now_ns - last_ns, stop);
		last_ns = now_ns;
		if (!r)
			r = senders_turn(run->senders, run_ms(run));
		if (!r)
			r = feeder_turn(run->feeder, SLICE_MS);
		show_progress(run, false);
	}
	if (!r)
		r = senders_finish(run->senders);
	if (!r)
		r = feeder_finish(run->feeder);
	show_progress(run, true);
	return err_pass(r);
}

static void add_figures(struct text *out, const struct tally *tally, int64_t now_ms)
{
	static const struct {
		const char *name;
		enum tally_part part;
		bool by_month;
	} parts[] = {
		{ "by_day", TALLY_TOTALS, false },
		{ "by_month", TALLY_TOTALS, true },
		{ "distinct_by_day", TALLY_DISTINCT, false },
		{ "distinct_by_month", TALLY_DISTINCT, true },
		{ "extremes_by_day", TALLY_EXTREMES, false },
		{ "extremes_by_month", TALLY_EXTREMES, true },
	};

	for (size_t i = 0; i < COUNT(parts); i++) {
		text_add(out, ",\n\"%s\":", parts[i].name);
		tally_json(out, tally, parts[i].part, parts[i].by_month);
	}
	text_add(out, ",\n\"stocks\":");
	tally_stocks_json(out, tally);
	text_add(out, ",\n\"records\":");
	tally_records_json(out, tally, now_ms);
}

/* Appends what iocd must find missing, by feed; nothing where events are not numbered. */
static void add_missing(struct text *out, const struct run *run)
{
	const char *separator = "";

	if (!run->options->sequence)
		return;
	text_add(out, ",\"missing_expected\":{");
	for (uint32_t i = 0; i < run->n_feeds; i++) {
		if (run->missing[i] == 0)
			continue;
		text_add(out, "%s\"%s\":%" PRIu64, separator,
			 schema_feed(run->world->schema, i)->id, run->missing[i]);
		separator = ",";
	}
	text_add(out, "}");
}

void run_json(struct text *out, const struct run *run, bool with_figures)
{
	const struct mqtt_load_counts *counts = feeder_counts(run->feeder);
	const char *separator = "";

	text_add(out, "{\"seed\":%" PRIu64 ",\"sent\":%" PRIu64 ",\"accepted_expected\":%" PRIu64,
		 run->world->seed, run->sent, run->accepted);
	text_add(out, ",\"refused_expected\":{");
	for (int i = 0; i < N_REASONS; i++) {
		if (run->refused[i] == 0)
			continue;
		text_add(out, "%s\"%s\":%" PRIu64, separator, reason_name((enum reason)i),
			 run->refused[i]);
		separator = ",";
	}
	text_add(out, "}");
	add_missing(out, run);
	text_add(out, ",\"messages\":%" PRIu64 ",\"resent\":%" PRIu64, counts->sent,
		 counts->resent);
	text_add(out,
		 ",\"puback\":{\"ok\":%" PRIu64 ",\"refused\":%" PRIu64 ",\"nobody\":%" PRIu64 "}",
		 counts->ok, counts->refused, counts->nobody);
	if (with_figures)
		add_figures(out, run->tally, time_ms(run));
	text_add(out, "}\n");
}

void run_summary(struct text *out, const struct run *run)
{
	const struct mqtt_load_counts *counts = feeder_counts(run->feeder);

	text_add(out,
		 "events sent          %" PRIu64 " in %" PRIu64 " messages, seed %" PRIu64 "\n",
		 run->sent, counts->sent, run->world->seed);
	text_add(out, "to be accepted       %" PRIu64 "\n", run->accepted);
	text_add(out, "to be refused        %" PRIu64 "\n", run->sent - run->accepted);
	for (int i = 0; i < N_REASONS; i++)
		if (run->refused[i])
			text_add(out, "  %-18s %" PRIu64 "\n", reason_name((enum reason)i),
				 run->refused[i]);
	if (counts->resent)
		text_add(out,
			 "sent again           %" PRIu64
			 " messages, after the connection was lost: some may be refused as "
			 "duplicates\n",
			 counts->resent);
	if (counts->nobody)
		text_add(out,
			 "lost                 %" PRIu64
			 " messages: nobody was subscribed to their topics\n",
			 counts->nobody);
	if (counts->refused)
		text_add(out, "refused by broker    %" PRIu64 " messages\n", counts->refused);
}
