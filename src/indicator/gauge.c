/* SPDX-License-Identifier: Apache-2.0 */
#include "gauge.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "moment.h"

#define SAVED_PART    "gauges"
#define SAVED_VERSION 2
#define SAVED_BYTES   36 /* of one value */

void gauges_init(struct gauges *gauges, const struct indicators_options *options)
{
	*gauges = (struct gauges){
		.list = options->list,
		.parents = units_parents(options->units),
		.n_list = options->n_list,
		.n_units = units_count(options->units),
		.numbers = xcalloc((size_t)options->n_list + 1, sizeof(uint32_t)),
		.slots = xcalloc((size_t)options->n_list + 1, sizeof(uint32_t)),
	};
	for (uint32_t i = 0; i < options->n_list; i++)
		if (options->list[i].kind == INDICATOR_GAUGE) {
			gauges->slots[i] = gauges->n;
			gauges->numbers[gauges->n++] = i;
		}
	gauges->values = xcalloc((size_t)gauges->n * gauges->n_units + 1, sizeof(*gauges->values));
}

void gauges_fini(struct gauges *gauges)
{
	free(gauges->values);
	free(gauges->slots);
	free(gauges->numbers);
	*gauges = (struct gauges){ 0 };
}

/* What moved in from has moved in to. */
static void note(struct gauge *to, int64_t delta, int64_t at_ms, uint64_t position)
{
	to->sum += delta;
	if (to->last_ms < at_ms)
		to->last_ms = at_ms;
	if (to->position < position)
		to->position = position;
}

void gauges_move(struct gauges *gauges, uint32_t gauge, uint32_t unit, int64_t delta, int64_t at_ms,
		 uint64_t position)
{
	assert(gauge < gauges->n_list && gauges->list[gauge].kind == INDICATOR_GAUGE);

	gauges_at(gauges, gauge, unit)->own += delta;
	for (uint32_t u = unit; u != UNIT_NONE; u = gauges->parents[u])
		note(gauges_at(gauges, gauge, u), delta, at_ms > 0 ? at_ms : 1, position);
}

static bool was_moved_here(const struct gauges *gauges, uint32_t slot, uint32_t unit)
{
	const struct gauge *value = &gauges->values[(size_t)slot * gauges->n_units + unit];

	return value->own != 0 || value->last_ms > 0;
}

void gauges_each_own(const struct gauges *gauges, gauge_each_fn *each, void *context)
{
	for (uint32_t slot = 0; slot < gauges->n; slot++)
		for (uint32_t unit = 0; unit < gauges->n_units; unit++)
			if (was_moved_here(gauges, slot, unit))
				each(context, gauges->numbers[slot], unit,
				     gauges_at(gauges, gauges->numbers[slot], unit)->own);
}

void gauges_save(const struct gauges *gauges, struct bytes_writer *writer)
{
	bytes_put_part(writer, SAVED_PART, SAVED_VERSION);
	bytes_put_u32(writer, gauges->n);
	for (uint32_t slot = 0; slot < gauges->n; slot++) {
		const struct gauge *values = &gauges->values[(size_t)slot * gauges->n_units];
		uint32_t n = 0;

		bytes_put_text(writer, gauges->list[gauges->numbers[slot]].id);
		for (uint32_t unit = 0; unit < gauges->n_units; unit++)
			n += was_moved_here(gauges, slot, unit);
		bytes_put_u32(writer, n);
		for (uint32_t unit = 0; unit < gauges->n_units; unit++) {
			if (!was_moved_here(gauges, slot, unit))
				continue;
			bytes_put_u32(writer, unit);
			bytes_put_i64(writer, values[unit].own);
			bytes_put_i64(writer, values[unit].last_ms);
			bytes_put_u64(writer, values[unit].position);
			bytes_put_i64(writer, values[unit].told_ms);
		}
	}
}

static uint32_t find_slot(const struct gauges *gauges, const char *id, size_t n)
{
	for (uint32_t slot = 0; slot < gauges->n; slot++) {
		const char *known = gauges->list[gauges->numbers[slot]].id;

		if (strlen(known) == n && memcmp(known, id, n) == 0)
			return slot;
	}
	return UINT32_MAX;
}

/* Reads the value of one unit into slot, UINT32_MAX: into nothing. */
static void load_value(struct gauges *gauges, struct bytes_reader *reader, uint32_t slot,
		       const struct renumber *units)
{
	uint32_t unit = renumber(units, bytes_get_u32(reader));
	int64_t own = bytes_get_i64(reader);
	int64_t last_ms = bytes_get_i64(reader);
	uint64_t position = bytes_get_u64(reader);
	int64_t told_ms = bytes_get_i64(reader);
	struct gauge *to;

	if (own < -GAUGE_MAX || own > GAUGE_MAX || last_ms < 0 || last_ms > MS_MAX || told_ms < 0 ||
	    told_ms > MS_MAX)
		bytes_reject(reader, "a gauge is out of bounds");
	if (reader->is_bad || unit == RENUMBER_GONE || slot == UINT32_MAX)
		return;

	to = &gauges->values[(size_t)slot * gauges->n_units + unit];
	to->own += own;
	if (to->told_ms < told_ms)
		to->told_ms = told_ms;
	note(to, own, last_ms, position);
	if (to->own < -GAUGE_MAX || to->own > GAUGE_MAX)
		bytes_reject(reader, "a gauge is out of bounds");
}

/* Carries the values of units up; a parent comes before its children. */
static void roll_up(const struct gauges *gauges, uint32_t slot)
{
	struct gauge *values = &gauges->values[(size_t)slot * gauges->n_units];

	for (uint32_t unit = gauges->n_units; unit-- > 0;)
		if (gauges->parents[unit] != UNIT_NONE)
			note(&values[gauges->parents[unit]], values[unit].sum, values[unit].last_ms,
			     values[unit].position);
}

void gauges_load(struct gauges *gauges, struct bytes_reader *reader, const struct renumber *units)
{
	uint32_t n;

	bytes_get_part(reader, SAVED_PART, SAVED_VERSION);
	n = bytes_get_count(reader, 2 * sizeof(uint32_t));
	for (uint32_t i = 0; i < n && !reader->is_bad; i++) {
		size_t size;
		const char *id = bytes_get_text(reader, &size);
		uint32_t slot = find_slot(gauges, id, size);
		uint32_t n_values = bytes_get_count(reader, SAVED_BYTES);

		for (uint32_t k = 0; k < n_values && !reader->is_bad; k++)
			load_value(gauges, reader, slot, units);
	}
	for (uint32_t slot = 0; slot < gauges->n && !reader->is_bad; slot++)
		roll_up(gauges, slot);
}
