/* SPDX-License-Identifier: Apache-2.0 */
#include "merge.h"

#include "distinct.h"
#include "quantile.h"

/* Two series of a stream. */
struct pair_of_series {
	const struct stream *stream;
	struct series *to;
	const struct series *from;
	struct pool *sketches;
};

static void *cell_of(const struct measure *measure, const struct series *series, uint32_t cell)
{
	return (char *)series_cells(measure, series) +
	       (size_t)cell * series_cell_bytes(measure->kind);
}

static double combine(enum measure_kind kind, double a, double b)
{
	if (kind == MEASURE_SUM)
		return a + b;
	if (kind == MEASURE_MIN)
		return b < a ? b : a;
	return b > a ? b : a;
}

/* Merges one measure of two cells; is_empty: that of to holds nothing. */
static uint32_t merge_measure(const struct measure *measure, void *to, const void *from,
			      bool is_empty, struct pool *sketches)
{
	const uint32_t *from_count = from;
	uint32_t *to_count = to;

	switch (measure->kind) {
	case MEASURE_SUM:
	case MEASURE_MIN:
	case MEASURE_MAX:
		*(double *)to =
			is_empty ? *(const double *)from
				 : combine(measure->kind, *(double *)to, *(const double *)from);
		return 0;
	case MEASURE_LAST:
		if (is_empty ||
		    ((const struct last *)from)->time_ms >= ((struct last *)to)->time_ms)
			*(struct last *)to = *(const struct last *)from;
		return 0;
	case MEASURE_DISTINCT:
		if (is_empty || *to_count < *from_count)
			*to_count = *from_count;
		return 0;
	case MEASURE_QUANTILE:
		break;
	}
	return quantile_merge(sketches, to_count, *from_count) == QUANTILE_REFUSED;
}

/* Merges cell from_cell into cell to_cell. */
static uint32_t merge_cells(const struct pair_of_series *pair, uint32_t to_cell, uint32_t from_cell)
{
	const struct stream *stream = pair->stream;
	uint64_t n = series_count(stream, pair->from, from_cell);
	bool is_empty = series_count(stream, pair->to, to_cell) == 0;
	uint32_t lost = 0, *count;

	for (uint32_t i = 0; i < stream->n_measures; i++) {
		const struct measure *measure = &stream->measures[i];

		if (measure->kind == MEASURE_DISTINCT && to_cell < SERIES_PERIODS)
			continue; /* cell 0 is its sketch, which is merged as a whole */
		lost += merge_measure(measure, cell_of(measure, pair->to, to_cell),
				      cell_of(measure, pair->from, from_cell), is_empty,
				      pair->sketches);
	}

	if (to_cell < SERIES_PERIODS) {
		series_periods(stream, pair->to)->counts[to_cell] += n;
	} else {
		count = &series_minute_counts(stream, pair->to)[to_cell - SERIES_PERIODS];
		*count = n < UINT32_MAX - *count ? *count + (uint32_t)n : UINT32_MAX;
	}
	return lost;
}

static uint32_t merge_minutes(const struct pair_of_series *pair)
{
	const struct stream *stream = pair->stream;
	uint32_t lost = 0;

	for (uint32_t i = 0; i < stream->ring && i <= pair->from->newest; i++) {
		uint32_t minute = pair->from->newest - i;
		uint32_t from = series_minutes(stream, pair->from, minute, minute).at[0];
		uint32_t to;

		if (series_count(stream, pair->from, from) == 0)
			continue;
		to = series_minute_cell(stream, pair->to, minute, pair->sketches);
		if (to != CELL_NONE)
			lost += merge_cells(pair, to, from);
	}
	return lost;
}

static uint32_t merge_periods(const struct pair_of_series *pair)
{
	const struct periods *periods = series_periods(pair->stream, pair->from);
	uint32_t lost = 0;

	for (uint32_t from = 0; from < SERIES_PERIODS; from++) {
		uint32_t to;

		if (periods->counts[from] == 0)
			continue;
		to = series_period_cell(pair->stream, pair->to, from & ~1u, periods->numbers[from],
					pair->sketches);
		if (to != CELL_NONE)
			lost += merge_cells(pair, to, from);
	}
	return lost;
}

uint32_t series_merge(const struct stream *stream, struct series *to, const struct series *from,
		      struct pool *sketches)
{
	struct pair_of_series pair = { stream, to, from, sketches };
	uint32_t lost = merge_minutes(&pair) + merge_periods(&pair);

	for (uint32_t i = stream->n_numbers; i < stream->n_measures; i++) {
		const struct measure *measure = &stream->measures[i];

		if (measure->kind == MEASURE_DISTINCT)
			lost += distinct_merge(sketches, cell_of(measure, to, 0),
					       *(const uint32_t *)cell_of(measure, from, 0),
					       measure->keep_minutes);
	}
	if (to->last_ms < from->last_ms)
		to->last_ms = from->last_ms;
	if (to->position < from->position)
		to->position = from->position;
	return lost;
}
