/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cells are saved as history would get them, so that they need not lie alike.  Their lists are
 * built from the front, and so turned over at the end.
 */
#include "body.h"
#include "iocd/cell.h"
#include "loading.h"

#define CELL_BYTES_MIN (3 * sizeof(uint32_t) + sizeof(uint64_t) + 1)

static void save_list(const struct indicators *indicators, uint32_t number, uint32_t unit,
		      struct bytes_writer *writer)
{
	const struct stream *stream = &indicators->plan.streams[number];
	const struct series *series =
		shelf_find(&indicators->shelf, number, indicators->slots.own[unit]);
	const struct growing *cell = series ? cells_at(&indicators->cells, series->cells) : NULL;

	for (; cell; cell = cells_at(&indicators->cells, cell->older)) {
		bytes_put_u32(writer, unit);
		bytes_put_u32(writer, number);
		bytes_put_u32(writer, (uint32_t)cell->hour);
		bytes_put_u64(writer, cell->n);
		cells_put_body(&indicators->cells, stream, cell, writer);
	}
}

void cells_save(const struct indicators *indicators, struct bytes_writer *writer)
{
	const struct cells *cells = &indicators->cells;

	bytes_put_u64(writer, cells->last_batch);
	bytes_put_u64(writer, cells->refusals);
	bytes_put_i64(writer, cells->mark);
	bytes_put_u32(writer, (uint32_t)cells->hour);
	bytes_put_u32(writer, (uint32_t)cells->before);
	bytes_put_u32(writer, cells->next);
	bytes_put_u32(writer, cells->n);
	for (uint32_t unit = 0; unit < indicators->n_units; unit++)
		for (uint32_t i = 0; i < indicators->plan.n_streams; i++)
			save_list(indicators, i, unit, writer);
}

static void load_times(struct loading *loading)
{
	struct cells *cells = &loading->indicators->cells;
	struct bytes_reader *reader = loading->reader;

	cells->last_batch = bytes_get_u64(reader);
	cells->refusals = bytes_get_u64(reader);
	cells->mark = bytes_get_i64(reader);
	cells->hour = (int32_t)bytes_get_u32(reader);
	cells->before = (int32_t)bytes_get_u32(reader);
	cells->next = bytes_get_u32(reader);
	if (cells->hour != HOUR_NONE && (cells->hour < 0 || cells->hour > MS_MAX / HOUR_MS))
		bytes_reject(reader, "its hour is none");
	if (loading->tree_has_changed) /* units stand in another order: begin once more */
		cells->next = 0;
	if (cells->next > loading->indicators->n_units)
		bytes_reject(reader, "its cells leave by units that are none");
}

static void skip_body(struct bytes_reader *reader)
{
	uint32_t n = bytes_get_u8(reader);
	struct part part;

	while (n-- > 0 && body_next(reader, &part))
		continue;
}

static void load_cell(struct loading *loading)
{
	struct indicators *indicators = loading->indicators;
	struct bytes_reader *reader = loading->reader;
	uint32_t unit = renumber(loading->units, bytes_get_u32(reader));
	uint32_t origin = bytes_get_u32(reader);
	int32_t hour = (int32_t)bytes_get_u32(reader);
	uint64_t n = bytes_get_u64(reader);
	const struct stream *stream;
	struct growing *cell = NULL;
	struct series *series;
	uint32_t number;

	if (origin >= loading->n_origins || (unit != RENUMBER_GONE && unit >= indicators->n_units))
		bytes_reject(reader, "a cell is of no stream");
	if (reader->is_bad)
		return;

	number = loading->origins[origin].number;
	if (unit != RENUMBER_GONE && number != PLAN_NONE) {
		stream = &indicators->plan.streams[number];
		series = shelf_find(&indicators->shelf, number, indicators->slots.own[unit]);
		if (!series)
			bytes_reject(reader, "a cell is of no series");
		else
			cell = cells_push(&indicators->cells, stream, series, hour);
	}
	if (!cell) {
		skip_body(reader);
		return;
	}
	cell->n = n;
	cells_get_body(&indicators->cells, stream, cell, reader);
}

static void turn_over(struct cells *cells, struct series *series)
{
	uint32_t handle = series->cells, turned = POOL_NONE;

	while (handle != POOL_NONE) {
		struct growing *cell = cells_at(cells, handle);
		uint32_t older = cell->older;

		cell->older = turned;
		turned = handle;
		handle = older;
	}
	series->cells = turned;
}

void loading_get_cells(struct loading *loading)
{
	struct indicators *indicators = loading->indicators;
	uint32_t n;

	load_times(loading);
	n = bytes_get_count(loading->reader, CELL_BYTES_MIN);
	for (uint32_t i = 0; i < n && !loading->reader->is_bad; i++)
		load_cell(loading);

	for (uint32_t unit = 0; unit < indicators->n_units; unit++)
		for (uint32_t i = 0; i < indicators->plan.n_streams; i++) {
			struct series *series =
				shelf_find(&indicators->shelf, i, indicators->slots.own[unit]);

			if (series)
				turn_over(&indicators->cells, series);
		}
}
