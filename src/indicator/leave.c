/* SPDX-License-Identifier: Apache-2.0 */
#include "leave.h"

#include <stdlib.h>

#include "body.h"
#include "iocd/base/err.h"
#include "key.h"

#define VISITS_MAX   65536u /* series that are looked at in one tick, about */
#define HOUR_MINUTES 60
#define WAIT_MINUTES 2 /* after the full hour, for what is a little late */
#define STEP_MINUTES 10

/* A cell that is to leave; seq keeps the order of those of one hour. */
struct leaver {
	int32_t hour;
	uint32_t seq;
	uint32_t handle;
};

/* Rises by one at every moment at which a round begins. */
static int64_t mark_of(uint32_t minute)
{
	int64_t hour = minute / HOUR_MINUTES;
	int64_t rest = minute % HOUR_MINUTES;

	return hour * (HOUR_MINUTES / STEP_MINUTES) +
	       (rest < WAIT_MINUTES ? -1 : rest / STEP_MINUTES);
}

static int compare_leavers(const void *a, const void *b)
{
	const struct leaver *left = a, *right = b;

	if (left->hour != right->hour)
		return left->hour < right->hour ? -1 : 1;
	return left->seq < right->seq ? -1 : 1;
}

/* Adds one to the batches; put_body writes its body. */
typedef void put_body_fn(const void *context, struct bytes_writer *writer);

static void add_to_batch(struct indicators *indicators, const struct cell *cell,
			 put_body_fn *put_body, const void *context)
{
	struct batches *batches = &indicators->cells.batches;
	struct cell *added = batches_add(batches);
	struct bytes_writer writer;
	char buffer[4096];

	*added = *cell;
	bytes_writer_init(&writer, body_sink, &batches->bodies, buffer, sizeof(buffer));
	put_body(context, &writer);
	if (bytes_flush(&writer))
		abort(); /* memory takes all */
	added->size = writer.written;
	if (batches->n_cells - batches->n_closed == CELL_BATCH_MAX)
		batches_close(batches, &indicators->cells.last_batch, indicators->present.ms);
}

/* A cell of a series, for put_growing(). */
struct grown {
	const struct growths *growths;
	const struct stream *stream;
	const struct growing *cell;
};

static void put_growing(const void *context, struct bytes_writer *writer)
{
	const struct grown *grown = context;

	growths_put_body(grown->growths, grown->stream, grown->cell, writer);
}

/* Takes the cells of series of hours before out of its list; gives them, and how many they are. */
static struct leaver *unlink_leavers(struct indicators *indicators, struct series *series,
				     uint32_t *ret_n)
{
	struct cells *cells = &indicators->cells;
	uint32_t *link = &series->growing[GRAIN_HOURS];
	struct leaver *leavers = NULL;
	uint32_t n = 0, max = 0;

	while (*link != POOL_NONE) {
		struct growing *cell = growths_at(&cells->growths, *link);

		if (cell->time >= cells->before) {
			link = &cell->older;
			continue;
		}
		if (n == max) {
			max = max ? 2 * max : 4;
			leavers = xrealloc(leavers, max, sizeof(*leavers));
		}
		leavers[n] = (struct leaver){ cell->time, n, *link };
		n++;
		*link = cell->older;
	}
	*ret_n = n;
	return leavers;
}

/* Lets go what is due of a stream of unit. */
static void leave_series(struct indicators *indicators, uint32_t number, uint32_t unit)
{
	const struct stream *stream = &indicators->plan.streams[number];
	struct series *series = shelf_find(&indicators->shelf, number, indicators->slots.own[unit]);
	struct leaver *leavers;
	uint32_t n;

	if (!series || series->growing[GRAIN_HOURS] == POOL_NONE)
		return;
	leavers = unlink_leavers(indicators, series, &n);
	if (n > 1)
		qsort(leavers, n, sizeof(*leavers), compare_leavers);
	for (uint32_t i = 0; i < n; i++) {
		const struct growing *growing =
			growths_at(&indicators->cells.growths, leavers[i].handle);
		struct grown grown = { &indicators->cells.growths, stream, growing };
		struct cell cell = {
			.series = stream->key, .unit = unit, .hour = growing->time, .n = growing->n
		};

		add_to_batch(indicators, &cell, put_growing, &grown);
		growths_drop(&indicators->cells.growths, stream, leavers[i].handle);
	}
	free(leavers);
}

/* Goes on with the round, until about so many cells have left or series were looked at. */
static void continue_round(struct indicators *indicators, size_t max_cells, uint64_t max_visits)
{
	struct cells *cells = &indicators->cells;
	size_t n_before = cells->batches.n_cells;
	uint64_t visits = 0;

	while (cells->next < indicators->n_units && visits < max_visits &&
	       cells->batches.n_cells - n_before < max_cells) {
		for (uint32_t i = 0; i < indicators->plan.n_streams; i++)
			leave_series(indicators, cells->by_key[i], cells->next);
		visits += indicators->plan.n_streams + 1;
		cells->next++;
	}
}

/* ---- stocks and gauges ---------------------------------------------------------------------- */

/* Who is told of every stock and gauge there is now, as cells of hour. */
struct telling {
	const struct indicators *indicators;
	void (*tell)(void *context, const struct cell *cell, const struct stamped *stamped);
	void *context;
	int32_t hour;
	int64_t time_ms;
};

static void tell_of(const struct telling *telling, uint64_t key, uint32_t unit, double own)
{
	struct cell cell = { .series = key, .unit = unit, .hour = telling->hour, .n = 1 };
	struct stamped stamped = { telling->time_ms, own };

	telling->tell(telling->context, &cell, &stamped);
}

static void tell_of_stock(void *context, uint64_t key, uint32_t indicator, uint32_t unit,
			  double own)
{
	(void)indicator;
	tell_of(context, key, unit, own);
}

static void tell_of_gauge(void *context, uint32_t gauge, uint32_t unit, int64_t own)
{
	const struct telling *telling = context;

	tell_of(telling, key_of_gauge(telling->indicators->list[gauge].id), unit, (double)own);
}

static void tell_all(struct telling *telling)
{
	stocks_each_own(&telling->indicators->stocks, tell_of_stock, telling);
	gauges_each_own(&telling->indicators->gauges, tell_of_gauge, telling);
}

/* What put_stock() needs. */
struct stock_body {
	uint64_t key;
	struct stamped stamped;
};

static void put_stock(const void *context, struct bytes_writer *writer)
{
	const struct stock_body *stock = context;

	bytes_put_u8(writer, 1);
	body_put_stock(writer, stock->key, stock->stamped);
}

static void add_stock(void *context, const struct cell *cell, const struct stamped *stamped)
{
	struct stock_body body = { cell->series, *stamped };

	add_to_batch(context, cell, put_stock, &body);
}

/* The hour of the last tick is over: stocks leave as they are. */
static void leave_stocks(struct indicators *indicators)
{
	int32_t hour = indicators->cells.hour;
	struct telling telling = {
		.indicators = indicators,
		.tell = add_stock,
		.context = indicators,
		.hour = hour,
		.time_ms = (hour + (int64_t)1) * HOUR_MS,
	};

	tell_all(&telling);
}

/* ---- what the others call ------------------------------------------------------------------- */

void leave_due(struct indicators *indicators)
{
	struct cells *cells = &indicators->cells;
	uint32_t minute = indicators->present.moment.minute;
	int32_t hour = (int32_t)(minute / HOUR_MINUTES);

	if (cells->batches.taken)
		batches_clear(&cells->batches);
	if (hour > cells->hour && cells->hour != HOUR_NONE)
		leave_stocks(indicators);
	cells->hour = hour;

	if (mark_of(minute) != cells->mark) {
		cells->mark = mark_of(minute);
		cells->before = hour;
		cells->next = 0;
	}
	if (growths_run_short(&cells->growths)) {
		cells->before = INT32_MAX;
		cells->next = 0;
		continue_round(indicators, SIZE_MAX, UINT64_MAX);
	}
	continue_round(indicators, CELL_BATCH_MAX, VISITS_MAX);
	batches_close(&cells->batches, &cells->last_batch, indicators->present.ms);
}

size_t indicators_take_batches(struct indicators *indicators, const struct cell_batch **ret)
{
	return batches_take(&indicators->cells.batches, ret);
}

uint64_t indicators_last_batch(const struct indicators *indicators)
{
	return indicators->cells.last_batch;
}

/* Somebody who is told of cells that have not left; the body is made anew for each. */
struct asking {
	cell_each_fn *each;
	void *context;
	struct text body;
};

static void tell_asker(struct asking *asking, const struct cell *cell, put_body_fn *put_body,
		       const void *context)
{
	struct cell told = *cell;
	struct bytes_writer writer;
	char buffer[4096];

	text_clear(&asking->body);
	bytes_writer_init(&writer, body_sink, &asking->body, buffer, sizeof(buffer));
	put_body(context, &writer);
	if (bytes_flush(&writer))
		abort(); /* memory takes all */
	told.body = asking->body.bytes;
	told.size = asking->body.size;
	asking->each(asking->context, &told);
}

static void tell_of_series(const struct indicators *indicators, uint32_t number, uint32_t unit,
			   struct asking *asking)
{
	const struct stream *stream = &indicators->plan.streams[number];
	const struct series *series =
		shelf_find(&indicators->shelf, number, indicators->slots.own[unit]);
	const struct growths *growths = &indicators->cells.growths;
	const struct growing *growing = series ? growths_of(growths, series) : NULL;

	for (; growing; growing = growths_at(growths, growing->older)) {
		struct grown grown = { growths, stream, growing };
		struct cell cell = {
			.series = stream->key, .unit = unit, .hour = growing->time, .n = growing->n
		};

		tell_asker(asking, &cell, put_growing, &grown);
	}
}

static void tell_asker_of_stock(void *context, const struct cell *cell,
				const struct stamped *stamped)
{
	struct stock_body body = { cell->series, *stamped };

	tell_asker(context, cell, put_stock, &body);
}

void indicators_each_pending(const struct indicators *indicators, cell_each_fn *each, void *context)
{
	struct asking asking = { .each = each, .context = context };
	struct telling telling = {
		.indicators = indicators,
		.tell = tell_asker_of_stock,
		.context = &asking,
		.hour = (int32_t)(indicators->present.moment.minute / HOUR_MINUTES),
		.time_ms = indicators->present.ms,
	};

	for (uint32_t unit = 0; unit < indicators->n_units; unit++)
		for (uint32_t i = 0; i < indicators->plan.n_streams; i++)
			tell_of_series(indicators, indicators->cells.by_key[i], unit, &asking);
	tell_all(&telling);
	text_fini(&asking.body);
}
