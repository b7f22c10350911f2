/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ring is not indexed by minute modulo its length, which would divide, but by the distance from
 * its newest cell.  Turning it only empties counts and gives back sketches: numbers are overwritten
 * when the count of their cell is 0, and a newest value is always older than what comes next.
 */
#include "series.h"

#include <string.h>

#include "growing.h"
#include "quantile.h"

uint32_t series_cell_bytes(enum measure_kind kind)
{
	switch (kind) {
	case MEASURE_SUM:
	case MEASURE_MIN:
	case MEASURE_MAX:
		return sizeof(double);
	case MEASURE_LAST:
		return sizeof(struct last);
	case MEASURE_DISTINCT:
	case MEASURE_QUANTILE:
		return sizeof(uint32_t);
	}
	return 0;
}

static void lay_out_cell(struct stream *stream)
{
	stream->cell_bytes = sizeof(struct growing);
	for (uint32_t i = 0; i < stream->n_measures; i++) {
		stream->measures[i].cell_at = stream->cell_bytes;
		stream->cell_bytes += stream->measures[i].kind == MEASURE_LAST
					      ? (uint32_t)sizeof(struct last)
					      : (uint32_t)sizeof(uint64_t);
	}
}

void series_lay_out(struct stream *stream)
{
	uint32_t at = sizeof(struct series) + stream->n_numbers * (uint32_t)sizeof(double);

	stream->periods_at = at;
	at += (uint32_t)sizeof(struct periods);
	for (uint32_t i = 0; i < stream->n_measures; i++) {
		stream->measures[i].at = at;
		at += (SERIES_PERIODS + stream->ring) * series_cell_bytes(stream->measures[i].kind);
	}
	stream->counts_at = at;
	at += stream->ring * (uint32_t)sizeof(uint32_t);
	lay_out_cell(stream);
	stream->series_bytes = (at + SERIES_ALIGN - 1) / SERIES_ALIGN * SERIES_ALIGN;
}

void *series_cells(const struct measure *measure, const struct series *series)
{
	return (char *)series + measure->at;
}

/* Gives back what n cells own, and empties the counts of distinct values that were new in them. */
static void clear_sketches(const struct stream *stream, struct series *series, uint32_t cell,
			   uint32_t n, struct pool *sketches)
{
	for (uint32_t i = stream->n_numbers; i < stream->n_measures; i++) {
		uint32_t *cells = series_cells(&stream->measures[i], series);

		if (stream->measures[i].kind == MEASURE_DISTINCT && cell >= SERIES_PERIODS)
			memset(cells + cell, 0, n * sizeof(*cells));
		if (stream->measures[i].kind == MEASURE_QUANTILE)
			for (uint32_t k = cell; k < cell + n; k++)
				quantile_clear(sketches, &cells[k]);
	}
}

static void clear_minutes(const struct stream *stream, struct series *series, uint32_t at,
			  uint32_t n, struct pool *sketches)
{
	memset(series_minute_counts(stream, series) + at, 0, n * sizeof(uint32_t));
	clear_sketches(stream, series, SERIES_PERIODS + at, n, sketches);
}

static void turn(const struct stream *stream, struct series *series, uint32_t minute,
		 struct pool *sketches)
{
	uint32_t steps = minute - series->newest;
	uint32_t next = series->newest_at + 1;
	uint32_t to_end = stream->ring - next;

	if (steps > stream->ring)
		steps = stream->ring;

	if (steps <= to_end) {
		clear_minutes(stream, series, next, steps, sketches);
		series->newest_at += steps;
	} else {
		clear_minutes(stream, series, next, to_end, sketches);
		clear_minutes(stream, series, 0, steps - to_end, sketches);
		series->newest_at = steps - to_end - 1;
	}
	series->newest = minute;
}

static uint32_t place_of(const struct stream *stream, const struct series *series, uint32_t minute)
{
	uint32_t back = series->newest - minute;

	return series->newest_at >= back ? series->newest_at - back
					 : series->newest_at + stream->ring - back;
}

uint32_t series_minute_cell(const struct stream *stream, struct series *series, uint32_t minute,
			    struct pool *sketches)
{
	if (minute > series->newest)
		turn(stream, series, minute, sketches);
	else if (series->newest - minute >= stream->ring)
		return CELL_NONE;
	return SERIES_PERIODS + place_of(stream, series, minute);
}

void series_expect(const struct stream *stream, const struct series *series, uint32_t minute)
{
	uint32_t ahead = minute - series->newest; /* usually 0, or 1 when the minute is new */
	uint32_t place = series->newest_at + (ahead == 1);

	__builtin_prefetch(series_minute_counts(stream, series) + place, 1);
	for (uint32_t i = 0; i < stream->n_numbers; i++)
		__builtin_prefetch((double *)series_cells(&stream->measures[i], series) +
					   SERIES_PERIODS + place,
				   1);
}

uint32_t series_period_cell(const struct stream *stream, struct series *series, uint32_t kind,
			    int32_t number, struct pool *sketches)
{
	struct periods *periods = series_periods(stream, series);
	uint32_t cell = kind + ((uint32_t)number & 1);

	if (periods->numbers[cell] > number)
		return CELL_NONE;

	if (periods->numbers[cell] < number) {
		periods->numbers[cell] = number;
		periods->counts[cell] = 0;
		clear_sketches(stream, series, cell, 1, sketches);
	}
	return cell;
}

static inline double combine(enum measure_kind kind, double a, double b)
{
	if (kind == MEASURE_SUM)
		return a + b;
	if (kind == MEASURE_MIN)
		return b < a ? b : a;
	return b > a ? b : a;
}

void series_pend(const struct stream *stream, struct series *series, const struct event *event)
{
	for (uint32_t i = 0; i < stream->n_numbers; i++) {
		const struct measure *measure = &stream->measures[i];
		double value = event->values[measure->field].number;
		double *pending = &series->pending[i];

		*pending = series->pending_n == 0 ? value : combine(measure->kind, *pending, value);
	}
	series->pending_n++;
}

void series_pend_sum(const struct stream *stream, struct series *series, const double *numbers,
		     uint32_t n)
{
	for (uint32_t i = 0; i < stream->n_numbers; i++) {
		double *pending = &series->pending[i];

		*pending = series->pending_n == 0
				   ? numbers[i]
				   : combine(stream->measures[i].kind, *pending, numbers[i]);
	}
	series->pending_n += n;
}

static inline void put_numbers(const struct stream *stream, struct series *series, uint32_t cell,
			       bool empty, const double *numbers)
{
	for (uint32_t i = 0; i < stream->n_numbers; i++) {
		const struct measure *measure = &stream->measures[i];
		double *number = (double *)series_cells(measure, series) + cell;

		*number = empty ? numbers[i] : combine(measure->kind, *number, numbers[i]);
	}
}

static void carry_to_minute(const struct stream *stream, struct series *series,
			    const struct series *from, uint32_t cell)
{
	uint32_t *count = &series_minute_counts(stream, series)[cell - SERIES_PERIODS];

	put_numbers(stream, series, cell, *count == 0, from->pending);
	*count += from->pending_n;
}

static void carry_to_period(const struct stream *stream, struct series *series,
			    const struct series *from, uint32_t cell)
{
	uint64_t *count = &series_periods(stream, series)->counts[cell];

	put_numbers(stream, series, cell, *count == 0, from->pending);
	*count += from->pending_n;
}

void series_carry(const struct stream *stream, struct series *series, const struct series *from,
		  const struct moment *moment, struct pool *sketches)
{
	uint32_t cell;

	cell = series_minute_cell(stream, series, moment->minute, sketches);
	if (cell != CELL_NONE)
		carry_to_minute(stream, series, from, cell);

	for (uint32_t kind = 0; kind < SERIES_PERIODS; kind += 2) {
		cell = series_period_cell(stream, series, kind, series_period_number(moment, kind),
					  sketches);
		if (cell != CELL_NONE)
			carry_to_period(stream, series, from, cell);
	}

	if (series->last_ms < from->last_ms)
		series->last_ms = from->last_ms;
	if (series->position < from->position)
		series->position = from->position;
}

struct view series_minutes(const struct stream *stream, const struct series *series, uint32_t first,
			   uint32_t last)
{
	struct view view = { 0 };
	uint32_t at, n, to_end;

	if (last > series->newest)
		last = series->newest;
	if (series->newest >= stream->ring && first <= series->newest - stream->ring)
		first = series->newest - stream->ring + 1;
	if (first > last)
		return view;

	at = place_of(stream, series, first);
	n = last - first + 1;
	to_end = stream->ring - at;
	view.at[0] = SERIES_PERIODS + at;
	view.n[0] = n < to_end ? n : to_end;
	view.at[1] = SERIES_PERIODS;
	view.n[1] = n - view.n[0];
	return view;
}

struct view series_period(const struct stream *stream, const struct series *series, uint32_t kind,
			  int32_t number)
{
	uint32_t cell = kind + ((uint32_t)number & 1);
	bool is_there = series_periods(stream, series)->numbers[cell] == number;

	return (struct view){ .at = { cell }, .n = { is_there } };
}
