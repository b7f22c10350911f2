/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An hour of the province is counted by the fold, within us, with so many events that nearly every
 * series that can be live is.  What leaves the fold for that hour is written for every hour of the
 * days that we fill, as a busy year would: no hour is spared.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "bench.h"
#include "iocd/base/clock.h"
#include "iocd/base/disk.h"
#include "iocd/base/err.h"
#include "iocd/history.h"
#include "province.h"

#define DAY_MS      INT64_C(86400000)
#define N_EVENTS    300000 /* of the hour */
#define DAYS        62
#define DAYS_QUICK  3
#define HOURS_KEPT  62 /* days */
#define DAYS_KEPT   366
#define QUEUE_MAX   4 /* batches that wait */
#define SERIES_SAID 12000

struct past {
	const struct bench *bench;
	struct indicators *indicators;
	struct loop *loop;
	struct history *history;
	struct text path;
	struct cell *cells; /* of one hour; bodies owned */
	size_t n_cells;
	int32_t hour; /* of them */
	int n_days;
	uint64_t number;
	bool is_answered;
	size_t n_rows; /* of the answer */
};

/* ---- an hour ---- */

static void count(struct past *past, const struct fact *fact)
{
	const struct event_type *type = schema_type(past->bench->world.schema, fact->type);
	struct event event = {
		.unit = fact->unit,
		.type = fact->type,
		.feed = type->feed,
		.time_ms = fact->time_ms,
		.arrival_ms = fact->time_ms,
		.position = 1,
	};

	for (uint32_t i = 0; i < type->n_fields; i++) {
		const struct fact_value *value = &fact->values[i];

		event.values[i].present = value->present;
		switch (type->fields[i].kind) {
		case FIELD_TEXT:
			event.values[i].text = (struct slice){ value->text, strlen(value->text) };
			break;
		case FIELD_CHOICE:
			event.values[i].choice = value->choice;
			break;
		case FIELD_TIME:
			event.values[i].time_ms = value->time_ms;
			break;
		case FIELD_NUMBER:
		case FIELD_INTEGER:
		case FIELD_FLAG:
		default:
			event.values[i].number = value->number;
			break;
		}
	}
	indicators_add(past->indicators, &event);
}

static int count_hour(struct past *past)
{
	const struct province_options options = { .world = &past->bench->world };
	CLEANUP(province_free) struct province *province = NULL;
	CLEANUP_TEXT struct text report = { 0 };
	int64_t begin_ms = past->hour * (int64_t)HOUR_MS;
	int r = province_new(&province, &options, &report);

	if (r)
		return err_fold(r);
	indicators_tick(past->indicators, begin_ms);
	for (int i = 0; i < N_EVENTS; i++) {
		int64_t run_ms = i * (int64_t)HOUR_MS / N_EVENTS;
		struct fact fact;

		province_next(province, begin_ms + run_ms, run_ms, &fact);
		fact.time_ms = begin_ms + run_ms;
		count(past, &fact);
		if (i % 1000 == 0) {
			indicators_settle(past->indicators);
			indicators_tick(past->indicators, begin_ms + run_ms);
		}
	}
	indicators_settle(past->indicators);
	return 0;
}

static void keep_cells(struct past *past, const struct cell_batch *batch)
{
	for (size_t i = 0; i < batch->n; i++) {
		const struct cell *cell = &batch->cells[i];
		char *body = xcalloc(1, cell->size + 1);

		if (cell->size > 0)
			memcpy(body, cell->body, cell->size);
		past->cells = xrealloc(past->cells, past->n_cells + 1, sizeof(*past->cells));
		past->cells[past->n_cells] = *cell;
		past->cells[past->n_cells++].body = body;
	}
}

/* Lets the hour leave the fold, over as many ticks as it likes. */
static void take_cells(struct past *past)
{
	int64_t now_ms = (past->hour + 1) * (int64_t)HOUR_MS;

	for (int i = 0; i < 300; i++) {
		const struct cell_batch *batches;
		size_t n;

		indicators_tick(past->indicators, now_ms + i * 1000);
		n = indicators_take_batches(past->indicators, &batches);
		for (size_t k = 0; k < n; k++)
			keep_cells(past, &batches[k]);
	}
}

/* ---- days of it ---- */

static void put_hour(struct past *past, int32_t hour)
{
	struct cell_batch batch = {
		.number = ++past->number,
		.tick_ms = (hour + 1) * (int64_t)HOUR_MS + 120000,
		.cells = past->cells,
		.n = past->n_cells,
	};

	for (size_t i = 0; i < past->n_cells; i++)
		past->cells[i].hour = hour;
	history_put(past->history, past->indicators, &batch, 1);
}

static uint64_t waiting(const struct past *past, uint64_t *ret_bytes)
{
	struct history_status status;

	history_get_status(past->history, &status);
	*ret_bytes = status.bytes;
	return status.waiting;
}

static double processor_s(void)
{
	struct rusage usage;

	(void)getrusage(RUSAGE_SELF, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void fill(struct past *past)
{
	CLEANUP_TEXT struct text figure = { 0 };
	int32_t first = past->hour - past->n_days * 24;
	double n_rows = (double)past->n_cells * past->n_days * 24;
	double n_kept = (double)past->n_cells * past->n_days * 25;
	int64_t begin_ns = clock_mono_ns();
	double begin_s = processor_s(), wall_s, used_s, row_bytes;
	uint64_t bytes;

	for (int32_t hour = first; hour < past->hour; hour++) {
		while (waiting(past, &bytes) > QUEUE_MAX)
			(void)usleep(200);
		put_hour(past, hour);
	}
	while (waiting(past, &bytes) > 0)
		(void)usleep(200);
	wall_s = (double)(clock_mono_ns() - begin_ns) / 1e9;
	used_s = processor_s() - begin_s;
	row_bytes = (double)bytes / n_kept;

	text_add(&figure, "%.0f /s, %.2f s of processor time for an hour of %zu series",
		 n_rows / wall_s, used_s / (past->n_days * 24), past->n_cells);
	table_row(past->bench->table, "history: rows of hours written, with their days", "-",
		  text_get(&figure), GRADE_MET);
	text_clear(&figure);
	text_add(&figure, "%.1f B a row; %d series: %.2f GB with %d days of hours and %d of days",
		 row_bytes, SERIES_SAID,
		 row_bytes * SERIES_SAID * (HOURS_KEPT * 24 + DAYS_KEPT) / 1e9, HOURS_KEPT,
		 DAYS_KEPT);
	table_row(past->bench->table, "history: size", "-", text_get(&figure), GRADE_MET);
}

/* ---- questions ---- */

static void on_answer(void *context, const struct history_row *rows, size_t n, const char *reason)
{
	struct past *past = context;

	(void)rows;
	if (reason)
		fprintf(stderr, "iocbench: %s\n", reason);
	past->is_answered = true;
	past->n_rows = n;
	loop_stop(past->loop);
}

static void ask(struct past *past, const char *name, enum history_step step, uint32_t n_list)
{
	const struct units *units = past->bench->world.units;
	CLEANUP_TEXT struct text figure = { 0 };
	uint32_t n_units = units_count(units), n = 0;
	uint32_t *of_units = xcalloc(n_units, sizeof(*of_units));
	uint32_t *list = xcalloc(n_list, sizeof(*list));
	int64_t now_ms = past->hour * (int64_t)HOUR_MS, begin_ns;
	struct history_query query = { .indicators = past->indicators,
				       .list = list,
				       .of_units = of_units,
				       .n_units = n_units,
				       .since_ms = now_ms - 30 * DAY_MS,
				       .until_ms = now_ms,
				       .step = step };

	for (uint32_t i = 0; i < n_units; i++)
		of_units[i] = i;
	for (uint32_t i = 0; i < indicators_count(past->indicators) && n < n_list; i++) {
		uint64_t series;

		if (indicators_series(past->indicators, i, &series, 1) > 0)
			list[n++] = i;
	}
	query.n_list = n;
	past->is_answered = false;
	begin_ns = clock_mono_ns();
	history_ask(past->history, &query, on_answer, past);
	while (!past->is_answered)
		loop_run(past->loop);
	text_add(&figure, "%.1f ms, %zu rows, longest turn of the loop %.1f ms",
		 (double)(clock_mono_ns() - begin_ns) / 1e6, past->n_rows,
		 (double)loop_take_stall_us(past->loop) / 1e3);
	table_row(past->bench->table, name, "-", text_get(&figure), GRADE_MET);
	free(of_units);
	free(list);
}

/* ---- all of it ---- */

static int open_all(struct past *past)
{
	const struct world *world = &past->bench->world;
	const struct indicators_options indicators = {
		.units = world->units,
		.schema = world->schema,
		.list = world->indicators,
		.n_list = world->n_indicators,
		.offset_minutes = world->settings->offset_minutes,
		.sketch_bytes = 256u << 20,
	};
	const struct history_options options = {
		.file = text_get(&past->path),
		.journal_id = "bench",
		.offset_minutes = world->settings->offset_minutes,
		.hours_kept_days = HOURS_KEPT + 1,
		.days_kept = DAYS_KEPT,
		.units = world->units,
	};
	int r = indicators_new(&past->indicators, &indicators);

	if (!r)
		r = loop_new(&past->loop);
	if (!r)
		r = history_new(&past->history, past->loop, &options);
	return r > 0 ? err_fold(r) : err_pass(r);
}

static void close_all(struct past *past)
{
	history_close(past->history);
	loop_free(past->loop);
	indicators_free(past->indicators);
	for (size_t i = 0; i < past->n_cells; i++)
		free((void *)past->cells[i].body);
	free(past->cells);
	if (disk_remove(text_get(&past->path)))
		fprintf(stderr, "iocbench: cannot remove '%s'\n", text_get(&past->path));
	text_fini(&past->path);
}

int bench_history(const struct bench *bench)
{
	struct past past = { .bench = bench,
			     .hour = (int32_t)(clock_real_ms() / HOUR_MS),
			     .n_days = bench->quick ? DAYS_QUICK : DAYS };
	int r;

	text_add(&past.path, "/tmp/iocbench-history-%d", (int)getpid());
	fprintf(stderr, "history: %d days\n", past.n_days);
	r = open_all(&past);
	if (!r)
		r = count_hour(&past);
	if (!r) {
		take_cells(&past);
		fill(&past);
		ask(&past, "history: a month by the day, all units, one indicator", HISTORY_DAY, 1);
		ask(&past, "history: a month by the day, all units, 20 indicators", HISTORY_DAY,
		    20);
		ask(&past, "history: a month by the hour, all units, one indicator", HISTORY_HOUR,
		    1);
	}
	close_all(&past);
	return r;
}
