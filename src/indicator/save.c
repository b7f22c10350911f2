/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Series are saved by unit, not in the order of first use: that order means nothing to figures.
 */
#include "iocd/indicator_save.h"

#include <string.h>

#include "saved.h"
#include "state.h"

static void save_stream(const struct stream *stream, struct bytes_writer *writer)
{
	bytes_put_u64(writer, stream->key);
	bytes_put_u32(writer, stream->ring);
	bytes_put_u32(writer, stream->n_measures);
	for (uint32_t i = 0; i < stream->n_measures; i++) {
		bytes_put_u8(writer, (uint8_t)stream->measures[i].kind);
		bytes_put_u64(writer, stream->measures[i].key);
	}
}

static void save_series(const struct indicators *indicators, uint32_t number, uint32_t unit,
			struct bytes_writer *writer)
{
	const struct stream *stream = &indicators->plan.streams[number];
	const struct series *series = shelf_find(&indicators->shelf, number, unit);
	struct saved_series head;

	if (!series)
		return;

	head = (struct saved_series){
		.unit = unit,
		.stream = number,
		.newest = series->newest,
		.newest_at = series->newest_at,
		.last_ms = series->last_ms,
		.position = series->position,
	};
	memcpy(head.periods, series->periods, sizeof(head.periods));
	bytes_put(writer, &head, sizeof(head));
	bytes_put(writer, (const char *)series + stream->periods_at, saved_cells_bytes(stream));
}

void indicators_save(const struct indicators *indicators, struct bytes_writer *writer)
{
	const struct plan *plan = &indicators->plan;

	assert(indicators->n_touched == 0 && indicators->n_updates == 0);
	assert(indicators->changes.n == 0);

	bytes_put_part(writer, SAVED_PART, SAVED_VERSION);
	bytes_put_i64(writer, indicators->present.ms);
	bytes_put_i64(writer, indicators->almanac.offset_minutes);
	bytes_put_u64(writer, indicators->refusals);
	hearing_save(&indicators->hearing, writer);

	bytes_put_u32(writer, plan->n_streams);
	for (uint32_t i = 0; i < plan->n_streams; i++)
		save_stream(&plan->streams[i], writer);
	pool_save(indicators->sketches, writer);

	bytes_put_u32(writer, indicators->shelf.n);
	for (uint32_t unit = 0; unit < indicators->n_units; unit++)
		for (uint32_t i = 0; i < plan->n_streams; i++)
			save_series(indicators, i, unit, writer);
}
