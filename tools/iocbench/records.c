/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A million open records, without iocd around them: what each takes, what a change costs, and how
 * long one turn of the loop lasts when a tenth of them come due at one instant.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"
#include "iocd/base/clock.h"
#include "iocd/base/err.h"
#include "iocd/trackers.h"

#define N_RECORDS   1000000u
#define N_WAVE      100000u
#define N_UNITS     120u
#define RECORD_SIZE 200.0 /* bytes, at most */
#define TURN_MS     20.0
#define HOUR_MS     INT64_C(3600000)
#define DAY_MS      (24 * HOUR_MS)
#define MONDAY_MS   INT64_C(1772384400000)                      /* 2026-03-02T00:00:00+07:00 */
#define WAVE_MS     (MONDAY_MS + 2 * DAY_MS + 15 * HOUR_MS / 2) /* two days before Friday */

enum { FIELD_RECORD, FIELD_DUE };

struct scene {
	struct units *units;
	struct schema *schema;
	struct calendar *calendar;
	struct track track;
	struct trackers *trackers;
	char ids[N_UNITS][16];
	uint32_t types[2]; /* received, resolved */
};

/* What was measured, in us unless said otherwise. */
struct costs {
	double open_us, change_us;
	double bytes_each;    /* by our own account, */
	double resident_each; /* and by the kernel's */
	double tick_ms;       /* the longest, of processor time, */
	double tick_wall_ms;  /* and by the clock on the wall */
	int n_ticks;          /* of so many that told the wave */
	double list_ms;       /* a listing of all, of processor time */
};

/* clang-format off */
#define OFFICE_DAY { .spans = { { 450, 690 }, { 810, 1020 } }, .n = 2 }
static const struct calendar_week week = {
	.weekdays = { OFFICE_DAY, OFFICE_DAY, OFFICE_DAY, OFFICE_DAY, OFFICE_DAY },
	.cut_off = 1440,
};
/* clang-format on */

static int add_units(struct scene *scene)
{
	uint32_t number;
	int r = 0;

	scene->units = units_new();
	for (uint32_t i = 0; !r && i < N_UNITS; i++) {
		const struct unit unit = { .id = scene->ids[i],
					   .level = "",
					   .name_vi = "",
					   .name_en = "",
					   .parent = i ? 0 : UNIT_NONE };

		(void)snprintf(scene->ids[i], sizeof(scene->ids[i]), "u%u", i);
		r = units_add(scene->units, &unit, &number);
	}
	return err_fold(r);
}

static int add_types(struct scene *scene)
{
	static const char *const names[] = { "received", "resolved" };
	const struct feed feed = { .id = "desk", .title_vi = "", .title_en = "" };
	struct event_type type = {
		.fields = { [FIELD_RECORD] = { .name = "record", .kind = FIELD_TEXT },
			    [FIELD_DUE] = { .name = "due", .kind = FIELD_TIME, .optional = true } },
		.n_fields = 2,
	};
	uint32_t number;
	int r;

	scene->schema = schema_new();
	r = schema_add_feed(scene->schema, &feed, &number);
	for (size_t i = 0; !r && i < COUNT(names); i++) {
		type.name = names[i];
		r = schema_add_type(scene->schema, &type, &scene->types[i]);
	}
	return err_fold(r);
}

static int make_trackers(struct scene *scene)
{
	const struct calendar_options calendar = { .id = "office",
						   .title_vi = "",
						   .title_en = "",
						   .offset_minutes = 420,
						   .weeks = &week,
						   .n_weeks = 1 };
	const struct trackers_options options = { .units = scene->units,
						  .schema = scene->schema,
						  .list = &scene->track,
						  .n_list = 1,
						  .records = N_RECORDS + N_RECORDS / 4 };
	struct track_step step = { .type = scene->types[0],
				   .role = TRACK_OPEN,
				   .key_fields = { FIELD_RECORD },
				   .unit_field = TYPE_NONE,
				   .due_field = FIELD_DUE,
				   .kind_field = TYPE_NONE };

	scene->calendar = calendar_new(&calendar);
	scene->track = (struct track){ .id = "desk.open",
				       .n_steps = 2,
				       .n_key = 1,
				       .calendar = scene->calendar,
				       .allow_days = 5,
				       .due_soon_days = 2 };
	scene->track.steps[0] = step;
	step.type = scene->types[1];
	step.role = TRACK_CLOSE;
	scene->track.steps[1] = step;
	return err_pass(trackers_new(&scene->trackers, &options));
}

static void scene_fini(struct scene *scene)
{
	trackers_free(scene->trackers);
	calendar_free(scene->calendar);
	schema_free(scene->schema);
	units_free(scene->units);
}

/* Record number happens in one way or the other: number is made to jump about, as records do. */
static void happen(struct scene *scene, uint32_t type, uint32_t number, int64_t time_ms,
		   int64_t due_ms)
{
	const struct track_news *news;
	struct event event = { .unit = number % N_UNITS,
			       .type = scene->types[type],
			       .time_ms = time_ms,
			       .arrival_ms = time_ms };
	char id[32];
	int n = snprintf(id, sizeof(id), "H09.23.05-%08" PRIu32, number);

	event.values[FIELD_RECORD] = (struct value){ .present = true, .text = { id, (size_t)n } };
	event.values[FIELD_DUE] = (struct value){ .present = due_ms != 0, .time_ms = due_ms };
	(void)trackers_add(scene->trackers, &event, &news);
}

static double cpu_us(void)
{
	return (double)clock() * 1e6 / CLOCKS_PER_SEC;
}

static double resident_bytes(void)
{
	FILE *file = fopen("/proc/self/statm", "re");
	long all = 0, resident = 0;

	if (!file || fscanf(file, "%ld %ld", &all, &resident) != 2)
		resident = 0;
	if (file)
		(void)fclose(file);
	return (double)resident * (double)sysconf(_SC_PAGESIZE);
}

/* The first tenth is due on Friday, and so due soon when Wednesday's work begins; the others are
 * due on one of the forty working days behind it. */
static void open_all(struct scene *scene, struct costs *costs)
{
	double start_us = cpu_us(), before = resident_bytes();

	for (uint32_t i = 0; i < N_RECORDS; i++)
		happen(scene, 0, i, MONDAY_MS + 8 * HOUR_MS,
		       i < N_WAVE ? MONDAY_MS + 4 * DAY_MS + 17 * HOUR_MS
				  : MONDAY_MS + (7 + i % 56) * DAY_MS + 17 * HOUR_MS);
	costs->open_us = (cpu_us() - start_us) / N_RECORDS;
	costs->resident_each = (resident_bytes() - before) / N_RECORDS;
	costs->bytes_each = (double)trackers_bytes(scene->trackers) / N_RECORDS;
}

/* Closes and opens by turns, of the records that are no part of the wave. */
static void change_many(struct scene *scene, struct costs *costs)
{
	const uint32_t n = N_RECORDS / 5;
	double start_us = cpu_us();

	for (uint32_t i = 0; i < n; i++) {
		uint32_t number = N_WAVE + (uint32_t)(i * UINT64_C(7919) % (N_RECORDS - N_WAVE));

		happen(scene, 1, number, MONDAY_MS + 9 * HOUR_MS, 0);
		happen(scene, 0, N_RECORDS + i, MONDAY_MS + 9 * HOUR_MS, 0);
	}
	costs->change_us = (cpu_us() - start_us) / (2.0 * n);
}

static double larger(double a, double b)
{
	return a > b ? a : b;
}

/* Other processes take their share of the wall clock, so both clocks are told. */
static uint64_t tell_wave(struct scene *scene, struct costs *costs)
{
	const struct track_news *news;
	uint64_t told = 0;
	size_t n;

	do {
		int64_t start_ns = clock_mono_ns();
		double start_us = cpu_us();

		n = trackers_tick(scene->trackers, WAVE_MS, &news);
		costs->tick_ms = larger(costs->tick_ms, (cpu_us() - start_us) / 1e3);
		costs->tick_wall_ms =
			larger(costs->tick_wall_ms, (double)(clock_mono_ns() - start_ns) / 1e6);
		costs->n_ticks += n > 0;
		told += n;
	} while (n > 0);
	return told;
}

static void look(void *context, const struct track_record *record)
{
	*(uint64_t *)context += record->id.size;
}

static void list_all(const struct scene *scene, struct costs *costs)
{
	const struct trackers_query query = { .track = UINT32_MAX, .limit = RECORDS_SHOWN };
	double start_us = cpu_us();
	uint64_t seen = 0;

	(void)trackers_each(scene->trackers, &query, look, &seen);
	costs->list_ms = (cpu_us() - start_us) / 1e3;
}

static void add_rows(const struct bench *bench, const struct costs *costs)
{
	CLEANUP_TEXT struct text size = { 0 };
	CLEANUP_TEXT struct text wave = { 0 };

	text_add(&size,
		 "%.0f bytes (resident %.0f); %.2f us of processor time to open one, %.2f us for a "
		 "change among a million",
		 costs->bytes_each, costs->resident_each, costs->open_us, costs->change_us);
	table_row(bench->table, "records: 1,000,000 open, bytes each", "at most 200 bytes",
		  text_get(&size),
		  at_most(larger(costs->bytes_each, costs->resident_each), RECORD_SIZE));
	text_add(&wave,
		 "%.1f ms of processor time (%.1f ms by the wall clock), in %d ticks; a listing of "
		 "all looks for %.1f ms",
		 costs->tick_ms, costs->tick_wall_ms, costs->n_ticks, costs->list_ms);
	table_row(bench->table, "records: 100,000 due soon at one instant, longest tick",
		  "at most 20 ms", text_get(&wave),
		  at_most(larger(costs->tick_ms, costs->list_ms), TURN_MS));
}

static int measure(const struct bench *bench, struct scene *scene)
{
	struct costs costs = { 0 };
	struct trackers_counts counts;
	uint64_t told;

	open_all(scene, &costs);
	change_many(scene, &costs);
	told = tell_wave(scene, &costs);
	list_all(scene, &costs);
	trackers_count(scene->trackers, &counts);
	if (told != N_WAVE || counts.open != N_RECORDS) {
		fprintf(stderr, "iocbench: %" PRIu64 " records open, %" PRIu64 " came due soon\n",
			counts.open, told);
		return err_raise(-EIO);
	}

	fprintf(stderr, "  open %.2f us  change %.2f us  tick %.1f ms\n", costs.open_us,
		costs.change_us, costs.tick_ms);
	add_rows(bench, &costs);
	return 0;
}

int bench_records(const struct bench *bench)
{
	struct scene scene = { 0 };
	int r;

	fprintf(stderr, "records, %u open\n", N_RECORDS);
	r = add_units(&scene);
	if (!r)
		r = add_types(&scene);
	if (!r)
		r = make_trackers(&scene);
	if (!r)
		r = measure(bench, &scene);
	scene_fini(&scene);
	return r ? r : bench_wave(bench);
}
