/* SPDX-License-Identifier: Apache-2.0 */
#include "update.h"

#include "distinct.h"
#include "quantile.h"

/* The cells of one event: its minute, day and month; CELL_NONE where they are gone. */
struct cells {
	uint32_t minute;
	uint32_t day;
	uint32_t month;
};

static struct cells find_cells(const struct stream *stream, struct series *series,
			       const struct moment *moment, struct pool *sketches)
{
	return (struct cells){
		.minute = series_minute_cell(stream, series, moment->minute, sketches),
		.day = series_period_cell(stream, series, SERIES_DAYS, moment->day, sketches),
		.month = series_period_cell(stream, series, SERIES_MONTHS, moment->month, sketches),
	};
}

static void put_last(struct last *lasts, uint32_t cell, const struct update *update)
{
	if (cell == CELL_NONE || lasts[cell].time_ms > update->time_ms)
		return;
	lasts[cell] = (struct last){ .time_ms = update->time_ms, .value = update->value };
}

static uint32_t put_distinct(uint32_t *cells, uint32_t cell, const struct update *update,
			     struct pool *sketches)
{
	int r = distinct_add(sketches, &cells[0], update->hash, update->minute);

	if (r == DISTINCT_NEW && cell != CELL_NONE)
		cells[cell]++;
	return r == DISTINCT_REFUSED;
}

static uint32_t put_quantile(uint32_t *quantiles, uint32_t cell, const struct update *update,
			     struct pool *sketches)
{
	if (cell == CELL_NONE)
		return 0;
	return quantile_add(sketches, &quantiles[cell], update->bucket) == QUANTILE_REFUSED;
}

void update_fill(struct update *update, const struct measure *measure, const struct value *value)
{
	if (measure->kind == MEASURE_DISTINCT)
		update->hash = distinct_hash(measure->field_kind, value);
	else if (measure->kind == MEASURE_QUANTILE)
		update->bucket = quantile_bucket(value->number);
	else
		update->value = value->number;
}

uint32_t update_apply(const struct update *update, const struct stream *stream,
		      struct series *series, const struct moment *moment, struct pool *sketches)
{
	const struct measure *measure = &stream->measures[update->measure];
	struct cells at = find_cells(stream, series, moment, sketches);
	void *cells = series_cells(measure, series);

	if (measure->kind == MEASURE_DISTINCT)
		return put_distinct(cells, at.minute, update, sketches);
	if (measure->kind == MEASURE_QUANTILE)
		return put_quantile(cells, at.minute, update, sketches) +
		       put_quantile(cells, at.day, update, sketches) +
		       put_quantile(cells, at.month, update, sketches);

	put_last(cells, at.minute, update);
	put_last(cells, at.day, update);
	put_last(cells, at.month, update);
	return 0;
}
