/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Series are saved by slot, not in the order of first use: that order means nothing to figures.
 */
#include "iocd/indicator_save.h"

#include <string.h>

#include "loading.h"
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

static enum saved_role role_of(const struct slots *slots, uint32_t slot)
{
	if (slot >= slots->n_units)
		return SAVED_OWN;
	return slots->own[slot] == slot ? SAVED_LEAF : SAVED_WHOLE;
}

static void save_series(const struct indicators *indicators, uint32_t number, uint32_t slot,
			struct bytes_writer *writer)
{
	const struct stream *stream = &indicators->plan.streams[number];
	const struct series *series = shelf_find(&indicators->shelf, number, slot);
	struct saved_series head;

	if (!series)
		return;

	head = (struct saved_series){
		.unit = slots_unit(&indicators->slots, slot),
		.role = role_of(&indicators->slots, slot),
		.stream = number,
		.newest = series->newest,
		.newest_at = series->newest_at,
		.last_ms = series->last_ms,
		.position = series->position,
	};
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
	for (uint32_t slot = 0; slot < indicators->slots.n; slot++)
		for (uint32_t i = 0; i < plan->n_streams; i++)
			save_series(indicators, i, slot, writer);
	cells_save(indicators, writer);
	gauges_save(&indicators->gauges, writer);
	stocks_save(&indicators->stocks, writer);
	baselines_save(&indicators->baselines, writer);
	openings_save(&indicators->openings, writer);
	rolling_save(indicators, writer);
}
