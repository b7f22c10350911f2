/* SPDX-License-Identifier: Apache-2.0 */
#include "refit.h"

#include <string.h>

#include "distinct.h"
#include "quantile.h"

bool series_claim_sketches(const struct stream *stream, const struct series *series,
			   struct pool *sketches)
{
	for (uint32_t i = stream->n_numbers; i < stream->n_measures; i++) {
		const uint32_t *cells = series_cells(&stream->measures[i], series);

		if (stream->measures[i].kind == MEASURE_DISTINCT &&
		    !distinct_claim(sketches, cells[0]))
			return false;
		if (stream->measures[i].kind != MEASURE_QUANTILE)
			continue;
		for (uint32_t k = 0; k < SERIES_PERIODS + stream->ring; k++)
			if (!quantile_claim(sketches, cells[k]))
				return false;
	}
	return true;
}

void series_clear_sketches(const struct stream *stream, struct series *series,
			   struct pool *sketches)
{
	for (uint32_t i = stream->n_numbers; i < stream->n_measures; i++) {
		uint32_t *cells = series_cells(&stream->measures[i], series);

		if (stream->measures[i].kind == MEASURE_DISTINCT)
			distinct_clear(sketches, &cells[0]);
		if (stream->measures[i].kind != MEASURE_QUANTILE)
			continue;
		for (uint32_t k = 0; k < SERIES_PERIODS + stream->ring; k++)
			quantile_clear(sketches, &cells[k]);
	}
}

static const struct measure *find_measure(const struct stream *was, const struct measure *measure)
{
	for (uint32_t i = 0; i < was->n_measures; i++)
		if (was->measures[i].key == measure->key && was->measures[i].kind == measure->kind)
			return &was->measures[i];
	return NULL;
}

bool series_fits(const struct stream *was, const struct stream *is)
{
	for (uint32_t i = 0; i < is->n_measures; i++)
		if (!find_measure(was, &is->measures[i]))
			return false;
	return true;
}

bool series_is_alike(const struct stream *was, const struct stream *is)
{
	if (was->ring != is->ring || was->n_measures != is->n_measures)
		return false;
	for (uint32_t i = 0; i < is->n_measures; i++)
		if (was->measures[i].key != is->measures[i].key ||
		    was->measures[i].kind != is->measures[i].kind)
			return false;
	return true;
}

/* Two lists of cells of the same kind, by place in the ring of each. */
struct rings {
	char *from, *to; /* cells of days and months, if there are any, then those of minutes */
	uint32_t bytes;  /* of a cell */
};

static void move_cells(const struct rings *rings, uint32_t from, uint32_t to, uint32_t n)
{
	char *at = rings->from + (size_t)from * rings->bytes;

	memcpy(rings->to + (size_t)to * rings->bytes, at, (size_t)n * rings->bytes);
	memset(at, 0, (size_t)n * rings->bytes);
}

/* Moves the minutes, newest first, to the end of the new ring; first is the number of the first
 * minute cell. */
static void move_minutes(const struct rings *rings, uint32_t first, const struct stream *was,
			 uint32_t newest_at, const struct stream *is)
{
	uint32_t n = was->ring < is->ring ? was->ring : is->ring;

	for (uint32_t i = 0; i < n; i++) {
		uint32_t from = newest_at >= i ? newest_at - i : newest_at + was->ring - i;

		move_cells(rings, first + from, first + is->ring - 1 - i, 1);
	}
}

void series_refit(const struct stream *was, struct series *from, const struct stream *is,
		  struct series *to)
{
	struct rings counts = {
		.from = (char *)series_minute_counts(was, from),
		.to = (char *)series_minute_counts(is, to),
		.bytes = sizeof(uint32_t),
	};

	to->newest = from->newest;
	to->newest_at = is->ring - 1;
	to->last_ms = from->last_ms;
	to->position = from->position;
	*series_periods(is, to) = *series_periods(was, from);
	move_minutes(&counts, 0, was, from->newest_at, is);

	for (uint32_t i = 0; i < is->n_measures; i++) {
		const struct measure *measure = &is->measures[i];
		struct rings cells = {
			.from = series_cells(find_measure(was, measure), from),
			.to = series_cells(measure, to),
			.bytes = series_cell_bytes(measure->kind),
		};

		move_cells(&cells, 0, 0, SERIES_PERIODS);
		move_minutes(&cells, SERIES_PERIODS, was, from->newest_at, is);
	}
}
