/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cells are saved as history would get them, so that they need not lie alike.  Their lists are
 * built from the front, and so turned over at the end.
 */
#include "body.h"
#include "iocd/cell.h"
#include "loading.h"

void loading_put_cell(const struct indicators *indicators, const struct growths *growths,
		      const struct due *of, const struct growing *cell, struct bytes_writer *writer)
{
	bytes_put_u32(writer, of->unit);
	bytes_put_u32(writer, of->thing);
	bytes_put_u32(writer, (uint32_t)cell->time);
	bytes_put_u64(writer, cell->n);
	growths_put_body(growths, &indicators->plan.streams[of->thing], cell, writer);
}

static void save_list(const struct indicators *indicators, uint32_t number, uint32_t unit,
		      struct bytes_writer *writer)
{
	const struct growths *growths = &indicators->cells.growths;
	const struct due of = { number, unit };
	const struct series *series =
		shelf_find(&indicators->shelf, number, indicators->slots.own[unit]);
	const struct growing *cell = series ? growths_of(growths, series) : NULL;

	for (; cell; cell = growths_at(growths, cell->older))
		loading_put_cell(indicators, growths, &of, cell, writer);
}

void cells_save(const struct indicators *indicators, struct bytes_writer *writer)
{
	const struct cells *cells = &indicators->cells;

	bytes_put_u64(writer, cells->last_batch);
	bytes_put_u64(writer, cells->growths.refusals);
	bytes_put_i64(writer, cells->mark);
	bytes_put_u32(writer, (uint32_t)cells->hour);
	bytes_put_u32(writer, (uint32_t)cells->before);
	bytes_put_u32(writer, cells->next);
	bytes_put_u32(writer, cells->growths.n);
	for (uint32_t unit = 0; unit < indicators->n_units; unit++)
		for (uint32_t i = 0; i < indicators->plan.n_streams; i++)
			save_list(indicators, i, unit, writer);
}

static void load_times(struct loading *loading)
{
	struct cells *cells = &loading->indicators->cells;
	struct bytes_reader *reader = loading->reader;

	cells->last_batch = bytes_get_u64(reader);
	cells->growths.refusals = bytes_get_u64(reader);
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

void loading_skip_body(struct bytes_reader *reader)
{
	uint32_t n = bytes_get_u8(reader);
	struct part part;

	while (n-- > 0 && body_next(reader, &part))
		continue;
}

bool loading_get_head(struct loading *loading, struct growing_head *ret)
{
	struct indicators *indicators = loading->indicators;
	struct bytes_reader *reader = loading->reader;
	uint32_t unit = renumber(loading->units, bytes_get_u32(reader));
	uint32_t origin = bytes_get_u32(reader);

	*ret = (struct growing_head){ .unit = unit, .stream = PLAN_NONE };
	ret->time = (int32_t)bytes_get_u32(reader);
	ret->n = bytes_get_u64(reader);
	if (origin >= loading->n_origins || (unit != RENUMBER_GONE && unit >= indicators->n_units))
		bytes_reject(reader, "a cell is of no stream");
	if (reader->is_bad)
		return false;

	ret->stream = loading->origins[origin].number;
	if (unit == RENUMBER_GONE || ret->stream == PLAN_NONE) {
		loading_skip_body(reader);
		return false;
	}
	ret->series = shelf_find(&indicators->shelf, ret->stream, indicators->slots.own[unit]);
	if (!ret->series)
		bytes_reject(reader, "a cell is of no series");
	return ret->series;
}

void loading_get_cell(struct loading *loading, struct growths *growths,
		      const struct growing_head *head)
{
	const struct stream *stream = &loading->indicators->plan.streams[head->stream];
	struct growing *cell = growths_push(growths, stream, head->series, head->time);

	if (!cell) {
		loading_skip_body(loading->reader);
		return;
	}
	cell->n = head->n;
	growths_get_body(growths, stream, cell, loading->reader);
}

void loading_get_cells(struct loading *loading)
{
	struct indicators *indicators = loading->indicators;
	struct growths *growths = &indicators->cells.growths;
	struct growing_head head;
	uint32_t n;

	load_times(loading);
	n = bytes_get_count(loading->reader, SAVED_CELL_BYTES_MIN);
	for (uint32_t i = 0; i < n && !loading->reader->is_bad; i++)
		if (loading_get_head(loading, &head))
			loading_get_cell(loading, growths, &head);

	for (uint32_t unit = 0; unit < indicators->n_units; unit++)
		for (uint32_t i = 0; i < indicators->plan.n_streams; i++) {
			struct series *series =
				shelf_find(&indicators->shelf, i, indicators->slots.own[unit]);

			if (series)
				growths_turn_over(growths, series);
		}
}
