/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdio.h>

#include "bench.h"

#define STEADY_RATE 5000
#define BATCH       64

/* What the rounds of one contestant gave. */
struct standing {
	struct samples cpu; /* us per event */
	struct samples user;
	struct samples rate;
	double event_bytes;
};

/* A race: the contestants by turns, round after round. */
struct race {
	const char *name;
	uint64_t n_events;
	int batch;
	double rate;
	bool with_null;
	bool with_iocd;
};

static int run_one(const struct bench *bench, const struct race *race, bool is_null,
		   struct standing *standing)
{
	const struct turn turn = {
		.site = &bench->site,
		.world = &bench->world,
		.is_null = is_null,
		.n_events = race->n_events,
		.batch = race->batch,
		.rate = race->rate,
	};
	struct turn_result result;
	int r;

	r = turn_run(&turn, &result);
	if (r)
		return r;
	samples_add(&standing->cpu, result.cpu_us);
	samples_add(&standing->user, result.cpu_us * result.user_share);
	samples_add(&standing->rate, result.rate);
	standing->event_bytes = result.event_bytes;
	return 0;
}

static int run_race(const struct bench *bench, const struct race *race, struct standing *null,
		    struct standing *iocd)
{
	int r = 0;

	for (int round = 0; !r && round < bench->rounds; round++) {
		fprintf(stderr, "%s, round %d of %d\n", race->name, round + 1, bench->rounds);
		if (race->with_null)
			r = run_one(bench, race, true, null);
		if (!r && race->with_iocd)
			r = run_one(bench, race, false, iocd);
	}
	return r;
}

static void add_cpu(struct text *out, const char *who, const struct standing *standing)
{
	double cpu = samples_median(&standing->cpu);
	double user = samples_median(&standing->user);

	text_add(out, "%s %.2f us (%.2f to %.2f; user %.2f, system %.2f)", who, cpu,
		 samples_min(&standing->cpu), samples_max(&standing->cpu), user, cpu - user);
}

static void add_rate(struct text *out, const char *who, const struct standing *standing)
{
	text_add(out, "%s %.0f/s (%.0f to %.0f)", who, samples_median(&standing->rate),
		 samples_min(&standing->rate), samples_max(&standing->rate));
}

/* Ratios of each round by itself: the contestants of a round ran under the same noise. */
static double ratio(const struct samples *above, const struct samples *below)
{
	struct samples ratios = { 0 };

	for (size_t i = 0; i < above->n && i < below->n; i++)
		samples_add(&ratios, above->values[i] / below->values[i]);
	return samples_median(&ratios);
}

static double row_cpu(const struct bench *bench, const char *name, const char *target,
		      const struct standing *iocd, const struct standing *null, double limit)
{
	CLEANUP_TEXT struct text figure = { 0 };
	double times = ratio(&iocd->cpu, &null->cpu);
	enum grade grade = at_most(times, limit);

	add_cpu(&figure, "iocd", iocd);
	text_add(&figure, ", ");
	add_cpu(&figure, "null", null);
	text_add(&figure, ": %.2f x", times);
	if (grade == GRADE_MISSED && times <= 1)
		grade = GRADE_FIRST_STEP;
	table_row(bench->table, name, target, text_get(&figure), grade);
	return times;
}

static void row_rate(const struct bench *bench, const struct standing *iocd,
		     const struct standing *null)
{
	CLEANUP_TEXT struct text figure = { 0 };
	double times = ratio(&iocd->rate, &null->rate);

	add_rate(&figure, "iocd", iocd);
	text_add(&figure, ", ");
	add_rate(&figure, "null", null);
	text_add(&figure, ": %.2f x", times);
	table_row(bench->table, "P1 sustained rate, single events", "at least 1.0 x null",
		  text_get(&figure), at_least(times, 1));
}

static void row_loss(const struct bench *bench, const char *name, const struct race *race)
{
	CLEANUP_TEXT struct text figure = { 0 };

	text_add(&figure, "0 of %" PRIu64 " in each of %d rounds", race->n_events, bench->rounds);
	table_row(bench->table, name, "0", text_get(&figure), GRADE_MET);
}

uint64_t bench_events(const struct bench *bench, uint64_t usual, uint64_t quick)
{
	if (bench->n_events)
		return bench->n_events;
	return bench->quick ? quick : usual;
}

int bench_ingest(const struct bench *bench)
{
	const struct race full = {
		.name = "single events, full speed",
		.n_events = bench_events(bench, 200000, 100000),
		.batch = 1,
		.with_null = true,
		.with_iocd = true,
	};
	struct race steady = full;
	struct standing null = { 0 }, iocd = { 0 }, steady_null = { 0 }, steady_iocd = { 0 };
	int r;

	steady.name = "single events, 5,000 a second";
	steady.rate = STEADY_RATE;
	steady.n_events = bench_events(bench, 40000, 20000);
	r = run_race(bench, &full, &null, &iocd);
	if (!r)
		r = run_race(bench, &steady, &steady_null, &steady_iocd);
	if (r)
		return r;

	(void)row_cpu(bench, "P1 CPU per event, single events", "at most 0.6 x null", &iocd, &null,
		      0.6);
	row_rate(bench, &iocd, &null);
	row_loss(bench, "P1 loss", &full);
	(void)row_cpu(bench, "P1b CPU per event at 5,000/s", "at most 1.0 x null", &steady_iocd,
		      &steady_null, 1.0);
	text_add(bench->notes, "Events are %.0f bytes on average.\n", iocd.event_bytes);
	return 0;
}

int bench_batch(const struct bench *bench)
{
	const struct race race = {
		.name = "batches of 64",
		.n_events = bench_events(bench, 1000000, 500000),
		.batch = BATCH,
		.with_iocd = true,
	};
	CLEANUP_TEXT struct text cpu = { 0 };
	CLEANUP_TEXT struct text rate = { 0 };
	struct standing null = { 0 }, iocd = { 0 };
	int r;

	r = run_race(bench, &race, &null, &iocd);
	if (r)
		return r;

	add_cpu(&cpu, "iocd", &iocd);
	table_row(bench->table, "P2 CPU per event, batches of 64", "at most 1.6 us", text_get(&cpu),
		  at_most(samples_median(&iocd.cpu), 1.6));
	add_rate(&rate, "iocd", &iocd);
	table_row(bench->table, "P2 sustained rate, batches of 64", "at least 500,000/s",
		  text_get(&rate), at_least(samples_median(&iocd.rate), 500000));
	row_loss(bench, "P2 loss", &race);
	return 0;
}

int bench_null(const struct bench *bench)
{
	const struct race race = {
		.name = "null subscriber",
		.n_events = bench_events(bench, 200000, 100000),
		.batch = 1,
		.with_null = true,
	};
	struct standing null = { 0 }, iocd = { 0 };
	int r;

	r = run_race(bench, &race, &null, &iocd);
	if (r)
		return r;

	add_cpu(bench->notes, "null:", &null);
	text_add(bench->notes, ", ");
	add_rate(bench->notes, "", &null);
	text_add(bench->notes, "\n");
	return 0;
}
