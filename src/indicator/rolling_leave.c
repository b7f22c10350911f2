/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bodies stand one behind the other in one text, which moves while it grows; so addresses are only
 * put in when roll-ups are lent.
 */
#include <stdlib.h>

#include "body.h"
#include "iocd/base/err.h"
#include "rolling.h"
#include "state.h"

#define LEAVE_MAX 4096 /* of the queue, with one tick */

/* ---- what has left -------------------------------------------------------------------------- */

void outgoing_clear(struct outgoing *outgoing)
{
	text_clear(&outgoing->bodies);
	outgoing->n = 0;
	outgoing->n_batches = 0;
	outgoing->n_closed = 0;
	outgoing->taken = false;
}

void outgoing_fini(struct outgoing *outgoing)
{
	text_fini(&outgoing->bodies);
	free(outgoing->list);
	free(outgoing->batches);
	*outgoing = (struct outgoing){ 0 };
}

/* Ends the batch of all that was added since the last, and numbers it. */
static void close_batch(struct rolling *rolling)
{
	struct outgoing *out = &rolling->outgoing;

	if (out->n_closed == out->n)
		return;
	if (out->n_batches == out->max_batches) {
		out->max_batches = out->max_batches ? 2 * out->max_batches : 8;
		out->batches = xrealloc(out->batches, out->max_batches, sizeof(*out->batches));
	}
	out->batches[out->n_batches++] = (struct rollup_batch){
		.number = ++rolling->last_batch,
		.n = out->n - out->n_closed,
	};
	out->n_closed = out->n;
}

static void begin(struct bytes_writer *writer, struct rolling *rolling, char *buffer, size_t size)
{
	bytes_writer_init(writer, body_sink, &rolling->outgoing.bodies, buffer, size);
}

/* Adds a roll-up whose body was put into writer, which this ends. */
static void end(struct bytes_writer *writer, struct rolling *rolling, const struct rollup *rollup)
{
	struct outgoing *out = &rolling->outgoing;

	if (bytes_flush(writer))
		abort(); /* memory takes all */
	if (out->n == out->max) {
		out->max = out->max ? 2 * out->max : 256;
		out->list = xrealloc(out->list, out->max, sizeof(*out->list));
	}
	out->list[out->n] = *rollup;
	out->list[out->n++].size = writer->written;
	if (out->n - out->n_closed == ROLLUP_BATCH_MAX)
		close_batch(rolling);
}

size_t indicators_take_rollups(struct indicators *indicators, const struct rollup_batch **ret)
{
	struct outgoing *out = &indicators->rolling.outgoing;
	const struct rollup *first = out->list;
	const char *body;

	if (out->taken)
		outgoing_clear(out);
	body = out->bodies.bytes;
	for (size_t i = 0; i < out->n; i++) {
		out->list[i].body = body;
		body += out->list[i].size;
	}
	for (size_t i = 0; i < out->n_batches; i++) {
		out->batches[i].list = first;
		first += out->batches[i].n;
	}
	out->taken = true;
	*ret = out->batches;
	return out->n_batches;
}

uint64_t indicators_last_rollup(const struct indicators *indicators)
{
	return indicators->rolling.last_batch;
}

/* ---- who leaves ----------------------------------------------------------------------------- */

/* Adds a cell; one with many sketches as several roll-ups, so that each stays small. */
static void send_cell(struct rolling *rolling, const struct stream *stream,
		      const struct growing *cell, const struct rollup *of)
{
	const struct growths *growths = &rolling->growths;
	struct range some = { 0, stream->n_numbers + ROLLUP_SKETCHES };
	struct rollup rollup = *of;

	rollup.n = cell->n;
	for (; some.first < stream->n_measures || rollup.n > 0; some.n = ROLLUP_SKETCHES) {
		struct bytes_writer writer;
		char buffer[4096];

		if (some.n > stream->n_measures - some.first)
			some.n = stream->n_measures - some.first;
		if (rollup.n > 0 || growths_count(stream, cell, &some) > 0) {
			begin(&writer, rolling, buffer, sizeof(buffer));
			growths_put_some(growths, stream, cell, &some, &writer);
			end(&writer, rolling, &rollup);
		}
		rollup.n = 0;
		some.first += some.n;
	}
}

/* The event time of the newest in a minute, as far as series knows: of older minutes, their end. */
static int64_t last_of(const struct series *series, uint32_t minute)
{
	int64_t first_ms = minute * (int64_t)MINUTE_MS;
	int64_t last_ms = series->last_ms;

	if (last_ms < first_ms)
		return first_ms;
	return last_ms < first_ms + MINUTE_MS ? last_ms : first_ms + MINUTE_MS - 1;
}

static void leave_stream(struct indicators *indicators, uint32_t number, uint32_t unit)
{
	const struct stream *stream = &indicators->plan.streams[number];
	struct rolling *rolling = &indicators->rolling;
	struct series *series = shelf_find(&indicators->shelf, number, indicators->slots.own[unit]);
	struct rollup rollup = { .series = stream->key, .unit = unit };

	growths_turn_over(&rolling->growths, series); /* oldest first */
	while (series->growing[GRAIN_MINUTES] != POOL_NONE) {
		uint32_t handle = series->growing[GRAIN_MINUTES];
		const struct growing *cell = growths_at(&rolling->growths, handle);

		rollup.minute = (uint32_t)cell->time;
		rollup.last_ms = last_of(series, rollup.minute);
		send_cell(rolling, stream, cell, &rollup);
		series->growing[GRAIN_MINUTES] = cell->older;
		growths_drop(&rolling->growths, stream, handle);
	}
}

/* Adds what there is now of a stock or gauge. */
static void send_level(struct indicators *indicators, struct rollup *rollup, double value)
{
	struct rolling *rolling = &indicators->rolling;
	struct stamped stamped = { indicators->present.ms, value };
	struct bytes_writer writer;
	char buffer[128];

	begin(&writer, rolling, buffer, sizeof(buffer));
	bytes_put_u8(&writer, 1);
	body_put_stock(&writer, rollup->series, stamped);
	end(&writer, rolling, rollup);
}

static void send_heard(struct rolling *rolling, struct rollup *rollup)
{
	struct bytes_writer writer;
	char buffer[64];

	rollup->n = 1;
	begin(&writer, rolling, buffer, sizeof(buffer));
	bytes_put_u8(&writer, 0);
	end(&writer, rolling, rollup);
}

/* Lets a thing leave that is no stream. */
static void leave_other(struct indicators *indicators, uint32_t thing, uint32_t unit)
{
	struct rolling *rolling = &indicators->rolling;
	enum rolling_kind kind = rolling_kind_of(rolling, thing);
	uint32_t place = thing - rolling->starts[kind];
	struct rollup rollup = {
		.series = rolling_key_of(indicators, thing),
		.unit = unit,
		.minute = (uint32_t)(indicators->present.ms / MINUTE_MS),
		.last_ms = indicators->present.ms,
	};

	*rolling_is_due(rolling, thing, unit) = false;
	if (kind == ROLLING_FEED)
		send_heard(rolling, &rollup);
	else if (kind == ROLLING_STOCK)
		send_level(indicators, &rollup,
			   stocks_at(&indicators->stocks, indicators->stocks.numbers[place], unit)
				   ->own.hi);
	else
		send_level(indicators, &rollup,
			   (double)gauges_at(&indicators->gauges, indicators->gauges.numbers[place],
					     unit)
				   ->own);
}

static void leave_first(struct indicators *indicators)
{
	struct rolling *rolling = &indicators->rolling;
	struct due due = rolling->queue[rolling->first];

	rolling->first = rolling->first + 1 < rolling->room ? rolling->first + 1 : 0;
	rolling->n--;
	rolling->n_leaving -= rolling->n_leaving > 0;
	if (due.thing < rolling->starts[ROLLING_STOCK])
		leave_stream(indicators, due.thing, due.unit);
	else
		leave_other(indicators, due.thing, due.unit);
}

/* ---- when ----------------------------------------------------------------------------------- */

static void note_stock(void *context, uint64_t key, uint32_t indicator, uint32_t unit, double own)
{
	struct indicators *indicators = context;

	(void)key, (void)own;
	rolling_note(&indicators->rolling, ROLLING_STOCK, indicators->stocks.slots[indicator],
		     unit);
}

static void note_gauge(void *context, uint32_t gauge, uint32_t unit, int64_t own)
{
	struct indicators *indicators = context;

	(void)own;
	rolling_note(&indicators->rolling, ROLLING_GAUGE, indicators->gauges.slots[gauge], unit);
}

void rolling_leave_all(struct indicators *indicators)
{
	struct rolling *rolling = &indicators->rolling;

	if (rolling->outgoing.taken)
		outgoing_clear(&rolling->outgoing);
	while (rolling->n > 0)
		leave_first(indicators);
	close_batch(rolling);
}

void rolling_leave_due(struct indicators *indicators)
{
	struct rolling *rolling = &indicators->rolling;
	int64_t mark = indicators->present.ms / ROLLUP_EVERY_MS;
	int32_t hour = (int32_t)(indicators->present.ms / HOUR_MS);

	if (!rolling->rolls)
		return;
	if (rolling->outgoing.taken)
		outgoing_clear(&rolling->outgoing);
	if (hour != rolling->hour) {
		rolling->hour = hour;
		stocks_each_own(&indicators->stocks, note_stock, indicators);
		gauges_each_own(&indicators->gauges, note_gauge, indicators);
	}
	if (mark != rolling->mark) {
		rolling->mark = mark;
		rolling->n_leaving = rolling->n;
	}
	for (int i = 0; i < LEAVE_MAX && rolling->n_leaving > 0; i++)
		leave_first(indicators);
	close_batch(rolling);
}
