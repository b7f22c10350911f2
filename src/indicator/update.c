/* SPDX-License-Identifier: Apache-2.0 */
#include "update.h"

#include "distinct.h"
#include "quantile.h"

static void put_last(struct last *last, const struct update *update)
{
	if (last->time_ms <= update->time_ms)
		*last = (struct last){ .time_ms = update->time_ms, .value = update->value };
}

static uint32_t put_distinct(const struct measure *measure, uint32_t *cells, uint32_t cell,
			     const struct update *update, struct pool *sketches)
{
	int r = distinct_add(sketches, &cells[0], update->hash, update->minute,
			     measure->keep_minutes);

	if (r == DISTINCT_NEW && cell != CELL_NONE)
		cells[cell]++;
	return r == DISTINCT_REFUSED;
}

/* Puts what is no distinct value into a cell; how many were refused memory. */
static uint32_t put(const struct measure *measure, void *cells, uint32_t cell,
		    const struct update *update, struct pool *sketches)
{
	uint32_t *quantiles = cells;

	if (cell == CELL_NONE)
		return 0;
	if (measure->kind == MEASURE_QUANTILE)
		return quantile_add(sketches, &quantiles[cell], update->bucket.number,
				    update->bucket.n) == QUANTILE_REFUSED;

	put_last((struct last *)cells + cell, update);
	return 0;
}

void update_fill_bucket(struct update *update, uint16_t number, uint32_t n)
{
	update->bucket.number = number;
	update->bucket.n = n;
}

void update_fill(struct update *update, const struct measure *measure, const struct value *value)
{
	if (measure->kind == MEASURE_DISTINCT)
		update->hash = distinct_hash(measure->field_kind, value);
	else if (measure->kind == MEASURE_QUANTILE)
		update_fill_bucket(update, quantile_bucket(value->number), 1);
	else
		update->value = value->number;
}

uint32_t update_apply(const struct update *update, const struct stream *stream,
		      struct series *series, const struct moment *moment, struct pool *sketches)
{
	const struct measure *measure = &stream->measures[update->measure];
	uint32_t cell = series_minute_cell(stream, series, moment->minute, sketches);
	void *cells = series_cells(measure, series);
	uint32_t refused;

	if (measure->kind == MEASURE_DISTINCT) /* one sketch for all periods */
		return put_distinct(measure, cells, cell, update, sketches);

	refused = put(measure, cells, cell, update, sketches);
	for (uint32_t kind = 0; kind < SERIES_PERIODS; kind += 2) {
		cell = series_period_cell(stream, series, kind, series_period_number(moment, kind),
					  sketches);
		refused += put(measure, cells, cell, update, sketches);
	}
	return refused;
}
