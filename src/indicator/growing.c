/* SPDX-License-Identifier: Apache-2.0 */
#include "growing.h"

#include "body.h"
#include "iocd/base/counter.h"
#include "iocd/base/err.h"
#include "quantile.h"
#include "value_set.h"

#define BYTES_MIN    ((uint64_t)32 << 20) /* the pool's limits */
#define BYTES_MAX    ((uint64_t)8 << 30)
#define BYTES_SERIES 512u /* for each series there could be */
#define SEARCH_MAX   8    /* cells of a series that are looked at for a time */

int growths_init(struct growths *growths, enum series_grain grain, const struct plan *plan,
		 uint32_t n_units)
{
	uint64_t bytes = (uint64_t)plan->n_streams * n_units * BYTES_SERIES;

	bytes = bytes < BYTES_MIN ? BYTES_MIN : bytes;
	bytes = bytes > BYTES_MAX ? BYTES_MAX : bytes;
	*growths = (struct growths){ .max_bytes = bytes, .grain = grain };
	return pool_new(&growths->pool, bytes);
}

void growths_fini(struct growths *growths)
{
	pool_free(growths->pool);
	*growths = (struct growths){ 0 };
}

bool growths_run_short(const struct growths *growths)
{
	return pool_used(growths->pool) > growths->max_bytes / 4 * 3;
}

static void refuse(struct growths *growths)
{
	growths->refusals++;
	counter_add(COUNTER_sketch_refused, 1);
}

static void *measure_of(const struct measure *measure, const struct growing *cell)
{
	return (char *)cell + measure->cell_at;
}

struct growing *growths_push(struct growths *growths, const struct stream *stream,
			     struct series *series, int32_t time)
{
	uint32_t handle = pool_take(growths->pool, stream->cell_bytes);
	struct growing *cell;

	if (handle == POOL_NONE) {
		refuse(growths);
		return NULL;
	}

	cell = pool_at(growths->pool, handle);
	cell->time = time;
	cell->older = series->growing[growths->grain];
	series->growing[growths->grain] = handle;
	growths->n++;
	for (uint32_t i = stream->n_numbers; i < stream->n_measures; i++)
		if (stream->measures[i].kind == MEASURE_LAST)
			((struct last *)measure_of(&stream->measures[i], cell))->time_ms = -1;
	return cell;
}

/* The cell of series of that time, now in front; made if it is not among the first few. */
static struct growing *find_cell(struct growths *growths, const struct stream *stream,
				 struct series *series, int32_t time)
{
	struct growing *cell = growths_at(growths, series->growing[growths->grain]), *before = NULL;
	uint32_t handle = series->growing[growths->grain];

	for (int i = 0; cell && cell->time != time; i++) {
		before = cell;
		handle = cell->older;
		cell = i < SEARCH_MAX ? growths_at(growths, handle) : NULL;
	}
	if (!cell)
		return growths_push(growths, stream, series, time);

	if (before) {
		before->older = cell->older;
		cell->older = series->growing[growths->grain];
		series->growing[growths->grain] = handle;
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

void growths_carry(struct growths *growths, const struct stream *stream, struct series *series,
		   int32_t time)
{
	struct growing *cell = find_cell(growths, stream, series, time);

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

/* The cell of that time that a value goes to: another one if its set would no longer tell values
 * apart.  NULL: the pool is used up. */
static struct growing *cell_for_value(struct growths *growths, const struct stream *stream,
				      struct series *series, const struct update *update,
				      int32_t time)
{
	struct growing *cell = find_cell(growths, stream, series, time);
	const struct value_set *set;

	if (!cell || growths->grain != GRAIN_MINUTES)
		return cell;
	set = measure_of(&stream->measures[update->measure], cell);
	return set->n < VALUE_SET_MAX || value_set_has(growths->pool, set, update->hash)
		       ? cell
		       : growths_push(growths, stream, series, time);
}

static void add_value(struct growths *growths, const struct stream *stream, struct series *series,
		      const struct update *update, int32_t time)
{
	struct growing *cell = cell_for_value(growths, stream, series, update, time);

	if (cell &&
	    !value_set_add(growths->pool, measure_of(&stream->measures[update->measure], cell),
			   update->hash))
		refuse(growths);
}

void growths_update(struct growths *growths, const struct stream *stream, struct series *series,
		    const struct update *update, int32_t time)
{
	const struct measure *measure = &stream->measures[update->measure];
	struct growing *cell;
	struct last *last;

	if (measure->kind == MEASURE_DISTINCT) {
		add_value(growths, stream, series, update, time);
		return;
	}
	cell = find_cell(growths, stream, series, time);
	if (!cell)
		return;
	if (measure->kind == MEASURE_QUANTILE) {
		if (quantile_add(growths->pool, measure_of(measure, cell), update->bucket.number,
				 update->bucket.n) == QUANTILE_REFUSED)
			refuse(growths);
	} else {
		last = measure_of(measure, cell);
		if (last->time_ms <= update->time_ms)
			*last = (struct last){ update->time_ms, update->value };
	}
}

void growths_turn_over(const struct growths *growths, struct series *series)
{
	uint32_t handle = series->growing[growths->grain], turned = POOL_NONE;

	while (handle != POOL_NONE) {
		struct growing *cell = growths_at(growths, handle);
		uint32_t older = cell->older;

		cell->older = turned;
		turned = handle;
		handle = older;
	}
	series->growing[growths->grain] = turned;
}

void growths_drop(struct growths *growths, const struct stream *stream, uint32_t handle)
{
	const struct growing *cell = pool_at(growths->pool, handle);

	for (uint32_t i = stream->n_numbers; i < stream->n_measures; i++) {
		const struct measure *measure = &stream->measures[i];

		if (measure->kind == MEASURE_DISTINCT)
			value_set_clear(growths->pool, measure_of(measure, cell));
		if (measure->kind == MEASURE_QUANTILE)
			quantile_clear(growths->pool, measure_of(measure, cell));
	}
	pool_give_back(growths->pool, handle, stream->cell_bytes);
	growths->n--;
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

static void put_measure(const struct growths *growths, const struct measure *measure,
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
		value_set_put(growths->pool, at, writer);
	} else {
		put_buckets(growths->pool, *(const uint32_t *)at, writer);
	}
}

uint8_t growths_count(const struct stream *stream, const struct growing *cell,
		      const struct range *measures)
{
	uint8_t n = 0;

	for (uint32_t i = measures->first; i < measures->first + measures->n; i++)
		n = (uint8_t)(n + has_measure(&stream->measures[i], cell));
	return n;
}

void growths_put_some(const struct growths *growths, const struct stream *stream,
		      const struct growing *cell, const struct range *measures,
		      struct bytes_writer *writer)
{
	const struct measure *first = &stream->measures[measures->first];

	bytes_put_u8(writer, growths_count(stream, cell, measures));
	for (uint32_t i = 0; i < measures->n; i++)
		if (has_measure(&first[i], cell))
			put_measure(growths, &first[i], cell, writer);
}

void growths_put_body(const struct growths *growths, const struct stream *stream,
		      const struct growing *cell, struct bytes_writer *writer)
{
	const struct range all = { 0, stream->n_measures };

	growths_put_some(growths, stream, cell, &all, writer);
}

static void get_set(struct growths *growths, struct value_set *set, struct bytes_reader *reader)
{
	uint32_t n = bytes_get_u32(reader);
	bool has_room = true;

	if (n == VALUE_SET_REGISTERS)
		has_room =
			value_set_fill(growths->pool, set, bytes_get(reader, DISTINCT_REGISTERS));
	else
		for (uint32_t i = 0; i < n; i++)
			has_room &= value_set_add(growths->pool, set, bytes_get_u64(reader));
	if (!has_room)
		refuse(growths);
}

static void get_buckets(struct growths *growths, uint32_t *sketch, const struct part *part)
{
	uint64_t counts[QUANTILE_BUCKETS] = { 0 };

	part_gather(part, counts);
	for (uint32_t i = 0; i < QUANTILE_BUCKETS; i++) {
		uint32_t n = counts[i] < UINT32_MAX ? (uint32_t)counts[i] : UINT32_MAX;

		if (n > 0 &&
		    quantile_add(growths->pool, sketch, (uint16_t)i, n) == QUANTILE_REFUSED)
			refuse(growths);
	}
}

static void get_measure(struct growths *growths, const struct measure *measure,
			struct growing *cell, const struct part *part)
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
		get_set(growths, at, &reader);
	} else {
		get_buckets(growths, at, part);
	}
}

void growths_get_body(struct growths *growths, const struct stream *stream, struct growing *cell,
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
			get_measure(growths, measure, cell, &part);
			numbers += k < stream->n_numbers;
		}
	if (!reader->is_bad && numbers != (cell->n > 0 ? stream->n_numbers : 0))
		bytes_reject(reader, "a cell has not the numbers it should");
}
