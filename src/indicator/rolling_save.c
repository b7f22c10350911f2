/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The queue is saved from its head: of a series all its cells, of the rest what it is.  If other
 * stocks or gauges roll up now than did then, all leave anew.
 */
#include "loading.h"

#define SAVED_PART    "rollups"
#define SAVED_VERSION 1
#define LEAVING       0x80 /* with a kind: it leaves at present */
#define ENTRY_BYTES   9    /* of one entry, at least */

/* Another number for another choice of what rolls up and is no stream. */
static uint64_t choice_of(const struct indicators *indicators)
{
	const struct rolling *rolling = &indicators->rolling;
	uint64_t sum = 0;

	for (uint32_t i = rolling->starts[ROLLING_STOCK]; i < rolling->starts[ROLLING_FEED]; i++)
		if (rolling->rolls && rolling->rolls[i])
			sum += rolling_key_of(indicators, i);
	return sum;
}

static const struct due *due_at(const struct rolling *rolling, size_t i)
{
	size_t at = rolling->first + i;

	return &rolling->queue[at < rolling->room ? at : at - rolling->room];
}

/* Cells are counted one by one. */
static uint32_t count_entries(const struct rolling *rolling)
{
	uint32_t n = rolling->growths.n;

	for (size_t i = 0; i < rolling->n; i++)
		n += due_at(rolling, i)->thing >= rolling->starts[ROLLING_STOCK];
	return n;
}

static void put_stream(const struct indicators *indicators, const struct due *due, uint8_t leaving,
		       struct bytes_writer *writer)
{
	const struct growths *growths = &indicators->rolling.growths;
	const struct series *series =
		shelf_find(&indicators->shelf, due->thing, indicators->slots.own[due->unit]);
	const struct growing *cell = growths_of(growths, series);

	for (; cell; cell = growths_at(growths, cell->older)) {
		bytes_put_u8(writer, (uint8_t)(leaving | ROLLING_STREAM));
		loading_put_cell(indicators, growths, due, cell, writer);
	}
}

static void put_entry(const struct indicators *indicators, size_t i, struct bytes_writer *writer)
{
	const struct rolling *rolling = &indicators->rolling;
	const struct due *due = due_at(rolling, i);
	enum rolling_kind kind = rolling_kind_of(rolling, due->thing);
	uint8_t leaving = i < rolling->n_leaving ? LEAVING : 0;

	if (kind == ROLLING_STREAM) {
		put_stream(indicators, due, leaving, writer);
		return;
	}
	bytes_put_u8(writer, (uint8_t)(leaving | kind));
	if (kind == ROLLING_FEED)
		bytes_put_u32(writer, due->thing - rolling->starts[ROLLING_FEED]);
	else
		bytes_put_u64(writer, rolling_key_of(indicators, due->thing));
	bytes_put_u32(writer, due->unit);
}

void rolling_save(const struct indicators *indicators, struct bytes_writer *writer)
{
	const struct rolling *rolling = &indicators->rolling;

	bytes_put_part(writer, SAVED_PART, SAVED_VERSION);
	bytes_put_u64(writer, rolling->last_batch);
	bytes_put_i64(writer, rolling->mark);
	bytes_put_u32(writer, (uint32_t)rolling->hour);
	bytes_put_u64(writer, choice_of(indicators));
	bytes_put_u64(writer, rolling->growths.refusals);
	bytes_put_u32(writer, count_entries(rolling));
	for (size_t i = 0; i < rolling->n; i++)
		put_entry(indicators, i, writer);
	provisional_save(&indicators->provisional, writer);
}

static void get_stream(struct loading *loading)
{
	struct rolling *rolling = &loading->indicators->rolling;
	struct growing_head head;
	bool had_cells;

	if (!loading_get_head(loading, &head))
		return;
	if (!rolling->rolls || !rolling->rolls[head.stream]) {
		loading_skip_body(loading->reader);
		return;
	}
	had_cells = head.series->growing[GRAIN_MINUTES] != POOL_NONE;
	loading_get_cell(loading, &rolling->growths, &head);
	rolling_note_stream(rolling, head.stream, head.unit, head.series, had_cells);
}

static void get_level(struct loading *loading, enum rolling_kind kind)
{
	struct rolling *rolling = &loading->indicators->rolling;
	uint64_t key = bytes_get_u64(loading->reader);
	uint32_t unit = renumber(loading->units, bytes_get_u32(loading->reader));
	uint32_t n;
	const struct rolling_key *keys = rolling_find(rolling, key, &n);

	if (!loading->reader->is_bad && unit != RENUMBER_GONE && n > 0 &&
	    rolling_kind_of(rolling, keys->thing) == kind)
		rolling_note(rolling, kind, keys->thing - rolling->starts[kind], unit);
}

static void get_feed(struct loading *loading)
{
	struct rolling *rolling = &loading->indicators->rolling;
	uint32_t feed = renumber(loading->feeds, bytes_get_u32(loading->reader));
	uint32_t unit = renumber(loading->units, bytes_get_u32(loading->reader));

	if (!loading->reader->is_bad && feed != RENUMBER_GONE && unit != RENUMBER_GONE)
		rolling_note(rolling, ROLLING_FEED, feed, unit);
}

static void get_entry(struct loading *loading)
{
	struct rolling *rolling = &loading->indicators->rolling;
	uint8_t kind = bytes_get_u8(loading->reader);

	if ((kind & ~LEAVING) >= N_ROLLING_KINDS)
		bytes_reject(loading->reader, "what rolls up is of no kind");
	else if ((kind & ~LEAVING) == ROLLING_STREAM)
		get_stream(loading);
	else if ((kind & ~LEAVING) == ROLLING_FEED)
		get_feed(loading);
	else
		get_level(loading, (enum rolling_kind)(kind & ~LEAVING));
	if (kind & LEAVING)
		rolling->n_leaving = rolling->n;
}

static void turn_over_all(struct indicators *indicators)
{
	struct rolling *rolling = &indicators->rolling;

	for (size_t i = 0; i < rolling->n; i++) {
		const struct due *due = due_at(rolling, i);

		if (due->thing < rolling->starts[ROLLING_STOCK])
			growths_turn_over(&rolling->growths,
					  shelf_find(&indicators->shelf, due->thing,
						     indicators->slots.own[due->unit]));
	}
}

void loading_get_rolling(struct loading *loading)
{
	struct indicators *indicators = loading->indicators;
	struct rolling *rolling = &indicators->rolling;
	struct bytes_reader *reader = loading->reader;
	uint32_t n;

	bytes_get_part(reader, SAVED_PART, SAVED_VERSION);
	rolling->last_batch = bytes_get_u64(reader);
	rolling->mark = bytes_get_i64(reader);
	rolling->hour = (int32_t)bytes_get_u32(reader);
	if (bytes_get_u64(reader) != choice_of(indicators))
		rolling->hour = HOUR_NONE;
	rolling->growths.refusals = bytes_get_u64(reader);
	n = bytes_get_count(reader, ENTRY_BYTES);
	for (uint32_t i = 0; i < n && !reader->is_bad; i++)
		get_entry(loading);
	turn_over_all(indicators);
	provisional_load(&indicators->provisional, reader, loading->units, indicators->parents);
}
