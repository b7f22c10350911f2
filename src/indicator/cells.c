/* SPDX-License-Identifier: Apache-2.0 */
#include "cells.h"

#include <stdlib.h>
#include <string.h>

#include "body.h"
#include "iocd/base/counter.h"
#include "iocd/base/err.h"
#include "quantile.h"
#include "value_set.h"

#define BYTES_MIN    ((uint64_t)32 << 20) /* the pool's limits */
#define BYTES_MAX    ((uint64_t)8 << 30)
#define BYTES_SERIES 512u /* for each series there could be */
#define SEARCH_MAX   8    /* cells of a series that are looked at for an hour */

int cells_init(struct cells *cells, const struct plan *plan, uint32_t n_units)
{
	uint64_t bytes = (uint64_t)plan->n_streams * n_units * BYTES_SERIES;

	bytes = bytes < BYTES_MIN ? BYTES_MIN : bytes;
	bytes = bytes > BYTES_MAX ? BYTES_MAX : bytes;
	*cells = (struct cells){
		.max_bytes = bytes,
		.by_key = xcalloc(plan->n_streams + (size_t)1, sizeof(*cells->by_key)),
		.hour = HOUR_NONE,
		.before = HOUR_NONE,
		.mark = -1,
		.next = n_units,
	};
	for (uint32_t i = 0; i < plan->n_streams; i++) {
		uint32_t at = i;

		for (; at > 0 && plan->streams[cells->by_key[at - 1]].key > plan->streams[i].key;
		     at--)
			cells->by_key[at] = cells->by_key[at - 1];
		cells->by_key[at] = i;
	}
	return pool_new(&cells->pool, bytes);
}

void cells_fini(struct cells *cells)
{
	batches_fini(&cells->batches);
	pool_free(cells->pool);
	free(cells->by_key);
	*cells = (struct cells){ 0 };
}

static void refuse(struct cells *cells)
{
	cells->refusals++;
	counter_add(COUNTER_sketch_refused, 1);
}

static void *measure_of(const struct measure *measure, const struct growing *cell)
{
	return (char *)cell + measure->cell_at;
}

struct growing *cells_push(struct cells *cells, const struct stream *stream, struct series *series,
			   int32_t hour)
{
	uint32_t handle = pool_take(cells->pool, stream->cell_bytes);
	struct growing *cell;

	if (handle == POOL_NONE) {
		refuse(cells);
		return NULL;
	}

	cell = pool_at(cells->pool, handle);
	cell->hour = hour;
	cell->older = series->cells;
	series->cells = handle;
	cells->n++;
	for (uint32_t i = stream->n_numbers; i < stream->n_measures; i++)
		if (stream->measures[i].kind == MEASURE_LAST)
			((struct last *)measure_of(&stream->measures[i], cell))->time_ms = -1;
	return cell;
}

/* The cell of series of hour, now in front; made if it is not among the first few. */
static struct growing *find_cell(struct cells *cells, const struct stream *stream,
				 struct series *series, int32_t hour)
{
	struct growing *cell = cells_at(cells, series->cells), *before = NULL;
	uint32_t handle = series->cells;

	for (int i = 0; cell && cell->hour != hour; i++) {
		before = cell;
		handle = cell->older;
		cell = i < SEARCH_MAX ? cells_at(cells, handle) : NULL;
	}
	if (!cell)
		return cells_push(cells, stream, series, hour);

	if (before) {
		before->older = cell->older;
		cell->older = series->cells;
		series->cells = handle;
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

void cells_carry(struct cells *cells, const struct stream *stream, struct series *series)
{
	struct growing *cell =
		find_cell(cells, stream, series, (int32_t)(series->pending_minute / 60));

	if (!cell)
		return;
	for (uint32_t i = 0; i < stream->n_numbers; i++) {
		const struct measure *measure = &stream->measures[i];
		double *number = measure_of(measure, cell);

		*number = cell->n == 0 ? series->pending[i]
				       : combine(measure->kind, *number, series->pending[i]);
	}
	cell->n += series->pending_n;
}

void cells_update(struct cells *cells, const struct stream *stream, struct series *series,
		  const struct update *update)
{
	const struct measure *measure = &stream->measures[update->measure];
	struct growing *cell = find_cell(cells, stream, series, (int32_t)(update->minute / 60));
	struct last *last;
	void *at;

	if (!cell)
		return;
	at = measure_of(measure, cell);
	if (measure->kind == MEASURE_DISTINCT) {
		if (!value_set_add(cells->pool, at, update->hash))
			refuse(cells);
	} else if (measure->kind == MEASURE_QUANTILE) {
		if (quantile_add(cells->pool, at, update->bucket, 1) == QUANTILE_REFUSED)
			refuse(cells);
	} else {
		last = at;
		if (last->time_ms <= update->time_ms)
			*last = (struct last){ update->time_ms, update->value };
	}
}

void cells_drop(struct cells *cells, const struct stream *stream, uint32_t handle)
{
	const struct growing *cell = pool_at(cells->pool, handle);

	for (uint32_t i = stream->n_numbers; i < stream->n_measures; i++) {
		const struct measure *measure = &stream->measures[i];

		if (measure->kind == MEASURE_DISTINCT)
			value_set_clear(cells->pool, measure_of(measure, cell));
		if (measure->kind == MEASURE_QUANTILE)
			quantile_clear(cells->pool, measure_of(measure, cell));
	}
	pool_give_back(cells->pool, handle, stream->cell_bytes);
	cells->n--;
}

/* Whether a cell knows anything of a measure. */
static bool has_measure(const struct measure *measure, const struct growing *cell)
{
	const void *at = measure_of(measure, cell);

	switch (measure->kind) {
	case MEASURE_SUM:
	case MEASURE_MIN:
	case MEASURE_MAX:
		return cell->n > 0;
	case MEASURE_LAST:
		return ((const struct last *)at)->time_ms >= 0;
	case MEASURE_DISTINCT:
		return ((const struct value_set *)at)->n > 0;
	case MEASURE_QUANTILE:
		break;
	}
	return *(const uint32_t *)at != POOL_NONE;
}

static void put_buckets(const struct pool *pool, uint32_t sketch, struct bytes_writer *writer)
{
	const uint16_t *numbers;
	const uint32_t *counts;
	uint32_t n = quantile_entries(pool, sketch, &numbers, &counts);
	uint32_t before = 0;

	bytes_put_u32(writer, n);
	for (uint32_t i = 0; i < n; i++) {
		body_put_bucket(writer, numbers[i] - before, counts[i]);
		before = numbers[i];
	}
}

static void put_measure(const struct cells *cells, const struct measure *measure,
			const struct growing *cell, struct bytes_writer *writer)
{
	const void *at = measure_of(measure, cell);
	const struct last *last = at;

	body_put_head(writer, (uint8_t)measure->kind, measure->key);
	if (measure->kind < MEASURE_LAST) {
		bytes_put_f64(writer, *(const double *)at);
	} else if (measure->kind == MEASURE_LAST) {
		bytes_put_i64(writer, last->time_ms);
		bytes_put_f64(writer, last->value);
	} else if (measure->kind == MEASURE_DISTINCT) {
		value_set_put(cells->pool, at, writer);
	} else {
		put_buckets(cells->pool, *(const uint32_t *)at, writer);
	}
}

void cells_put_body(const struct cells *cells, const struct stream *stream,
		    const struct growing *cell, struct bytes_writer *writer)
{
	uint8_t n = 0;

	for (uint32_t i = 0; i < stream->n_measures; i++)
		n = (uint8_t)(n + has_measure(&stream->measures[i], cell));
	bytes_put_u8(writer, n);
	for (uint32_t i = 0; i < stream->n_measures; i++)
		if (has_measure(&stream->measures[i], cell))
			put_measure(cells, &stream->measures[i], cell, writer);
}

static void get_set(struct cells *cells, struct value_set *set, struct bytes_reader *reader)
{
	uint32_t n = bytes_get_u32(reader);
	bool has_room = true;

	if (n == VALUE_SET_REGISTERS)
		has_room = value_set_fill(cells->pool, set, bytes_get(reader, DISTINCT_REGISTERS));
	else
		for (uint32_t i = 0; i < n; i++)
			has_room &= value_set_add(cells->pool, set, bytes_get_u64(reader));
	if (!has_room)
		refuse(cells);
}

static void get_buckets(struct cells *cells, uint32_t *sketch, const struct part *part)
{
	uint64_t counts[QUANTILE_BUCKETS] = { 0 };

	part_gather(part, counts);
	for (uint32_t i = 0; i < QUANTILE_BUCKETS; i++) {
		uint32_t n = counts[i] < UINT32_MAX ? (uint32_t)counts[i] : UINT32_MAX;

		if (n > 0 && quantile_add(cells->pool, sketch, (uint16_t)i, n) == QUANTILE_REFUSED)
			refuse(cells);
	}
}

static void get_measure(struct cells *cells, const struct measure *measure, struct growing *cell,
			const struct part *part)
{
	void *at = measure_of(measure, cell);
	struct bytes_reader reader;
	struct stamped stamped;

	bytes_reader_init(&reader, part->bytes, part->size);
	if (measure->kind < MEASURE_LAST) {
		*(double *)at = part_number(part);
	} else if (measure->kind == MEASURE_LAST) {
		stamped = part_stamped(part);
		*(struct last *)at = (struct last){ stamped.time_ms, stamped.value };
	} else if (measure->kind == MEASURE_DISTINCT) {
		get_set(cells, at, &reader);
	} else {
		get_buckets(cells, at, part);
	}
}

void cells_get_body(struct cells *cells, const struct stream *stream, struct growing *cell,
		    struct bytes_reader *reader)
{
	uint32_t n = bytes_get_u8(reader);
	uint32_t numbers = 0;
	struct part part;

	for (uint32_t i = 0; i < n && body_next(reader, &part); i++)
		for (uint32_t k = 0; k < stream->n_measures; k++) {
			const struct measure *measure = &stream->measures[k];

			if (measure->kind != part.kind || measure->key != part.key ||
			    (k >= stream->n_numbers && has_measure(measure, cell)))
				continue;
			get_measure(cells, measure, cell, &part);
			numbers += k < stream->n_numbers;
		}
	if (!reader->is_bad && numbers != (cell->n > 0 ? stream->n_numbers : 0))
		bytes_reject(reader, "a cell has not the numbers it should");
}
