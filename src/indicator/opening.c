/* SPDX-License-Identifier: Apache-2.0 */
#include "opening.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"

#define SAVED_PART    "opened"
#define SAVED_VERSION 1
#define SAVED_BYTES   36 /* of one unit */
#define VALUE_MAX     1e306

/* Takes up the stocks and gauges among what a CHANGE reads. */
static void add_parts(struct openings *openings, const struct uses *uses, uint32_t change)
{
	uint32_t n;
	const uint32_t *reads = lists_of(&uses->reads, change, &n);

	for (uint32_t i = 0; i < n; i++) {
		enum indicator_kind kind = openings->list[reads[i]].kind;

		if ((kind != INDICATOR_STOCK && kind != INDICATOR_GAUGE) ||
		    openings->slots[reads[i]] > 0)
			continue;
		openings->numbers[openings->n++] = reads[i];
		openings->slots[reads[i]] = openings->n;
	}
}

void openings_init(struct openings *openings, const struct indicators_options *options,
		   const struct uses *uses)
{
	*openings = (struct openings){
		.list = options->list,
		.n_units = units_count(options->units),
		.numbers = xcalloc((size_t)options->n_list + 1, sizeof(uint32_t)),
		.slots = xcalloc((size_t)options->n_list + 1, sizeof(uint32_t)),
	};
	for (uint32_t i = 0; i < options->n_list; i++)
		if (options->list[i].kind == INDICATOR_CHANGE)
			add_parts(openings, uses, i);

	openings->values =
		xcalloc((size_t)openings->n * openings->n_units + 1, sizeof(*openings->values));
	for (size_t i = 0; i < (size_t)openings->n * openings->n_units; i++)
		for (uint32_t k = 0; k < OPENINGS; k++)
			openings->values[i].values[k] = NAN;
}

void openings_fini(struct openings *openings)
{
	free(openings->values);
	free(openings->slots);
	free(openings->numbers);
	*openings = (struct openings){ 0 };
}

static struct opening *opening_of(const struct openings *openings, uint32_t slot, uint32_t unit)
{
	return &openings->values[(size_t)slot * openings->n_units + unit];
}

double openings_read(const struct openings *openings, uint32_t indicator, uint32_t unit,
		     uint32_t period)
{
	uint32_t slot = openings->slots[indicator];

	return slot > 0 ? opening_of(openings, slot - 1, unit)->values[period] : NAN;
}

void openings_note(struct openings *openings, uint32_t indicator, uint32_t unit, uint32_t period,
		   double value)
{
	opening_of(openings, openings->slots[indicator] - 1, unit)->values[period] =
		isnan(value) ? NAN : value;
}

static bool is_empty(const struct opening *opening)
{
	for (uint32_t i = 0; i < OPENINGS; i++)
		if (!isnan(opening->values[i]))
			return false;
	return true;
}

void openings_save(const struct openings *openings, struct bytes_writer *writer)
{
	bytes_put_part(writer, SAVED_PART, SAVED_VERSION);
	bytes_put_u32(writer, openings->n);
	for (uint32_t slot = 0; slot < openings->n; slot++) {
		uint32_t n = 0;

		for (uint32_t unit = 0; unit < openings->n_units; unit++)
			n += !is_empty(opening_of(openings, slot, unit));
		bytes_put_text(writer, openings->list[openings->numbers[slot]].id);
		bytes_put_u32(writer, n);
		for (uint32_t unit = 0; unit < openings->n_units; unit++) {
			const struct opening *opening = opening_of(openings, slot, unit);

			if (is_empty(opening))
				continue;
			bytes_put_u32(writer, unit);
			for (uint32_t i = 0; i < OPENINGS; i++)
				bytes_put_f64(writer, opening->values[i]);
		}
	}
}

static uint32_t find_slot(const struct openings *openings, const char *id, size_t n)
{
	for (uint32_t slot = 0; slot < openings->n; slot++) {
		const char *known = openings->list[openings->numbers[slot]].id;

		if (strlen(known) == n && memcmp(known, id, n) == 0)
			return slot;
	}
	return UINT32_MAX;
}

static void load_opening(struct openings *openings, struct bytes_reader *reader, uint32_t slot,
			 const struct renumber *units)
{
	uint32_t old = bytes_get_u32(reader), unit = renumber(units, old);
	double values[OPENINGS];
	struct opening *into;

	for (uint32_t i = 0; i < OPENINGS; i++) {
		values[i] = bytes_get_f64(reader);
		if (fabs(values[i]) > VALUE_MAX)
			bytes_reject(reader, "what a level was is out of bounds");
	}
	if (reader->is_bad || unit == RENUMBER_GONE || slot == UINT32_MAX ||
	    renumber_is_within(units, old))
		return;

	into = opening_of(openings, slot, unit);
	for (uint32_t i = 0; i < OPENINGS; i++)
		if (!isnan(values[i]))
			into->values[i] =
				isnan(into->values[i]) ? values[i] : into->values[i] + values[i];
}

void openings_load(struct openings *openings, struct bytes_reader *reader,
		   const struct renumber *units)
{
	uint32_t n;

	bytes_get_part(reader, SAVED_PART, SAVED_VERSION);
	n = bytes_get_count(reader, 2 * sizeof(uint32_t));
	for (uint32_t i = 0; i < n && !reader->is_bad; i++) {
		size_t size;
		const char *id = bytes_get_text(reader, &size);
		uint32_t slot = find_slot(openings, id, size);
		uint32_t n_units = bytes_get_count(reader, SAVED_BYTES);

		for (uint32_t k = 0; k < n_units && !reader->is_bad; k++)
			load_opening(openings, reader, slot, units);
	}
}
