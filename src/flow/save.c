/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The whole state as bytes: first what the numbers in it stand for, then part after part.
 *
 * Saved in the middle of a record's way: time has passed up to its arrival, but it was not carried
 * yet.  So the position is the one behind the record before, and going on from there meets it
 * again, with no tick left to pass.
 */
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "iocd/base/renumber.h"
#include "iocd/indicator_save.h"
#include "state.h"

#define FLOW_VERSION 1

/* What saved numbers mean now. */
struct meanings {
	uint32_t *units; /* owned, by saved number; RENUMBER_GONE where there is none now */
	uint32_t *feeds;
	uint32_t n_units;
	uint32_t n_feeds;
};

static void save_units(const struct units *units, struct bytes_writer *writer)
{
	uint32_t n = units_count(units);

	bytes_put_u32(writer, n);
	for (uint32_t i = 0; i < n; i++) {
		bytes_put_text(writer, units_at(units, i)->id);
		bytes_put_u32(writer, units_at(units, i)->parent);
	}
}

static void save_feeds(const struct schema *schema, struct bytes_writer *writer)
{
	uint32_t n = schema_n_feeds(schema);

	bytes_put_u32(writer, n);
	for (uint32_t i = 0; i < n; i++)
		bytes_put_text(writer, schema_feed(schema, i)->id);
}

void flow_save(const struct flow *flow, struct bytes_writer *writer)
{
	bytes_put_part(writer, "flow", FLOW_VERSION);
	bytes_put_u32(writer, (uint32_t)flow->offset_minutes);
	save_units(flow->units, writer);
	save_feeds(flow->schema, writer);
	bytes_put_text(writer, flow->generation);
	bytes_put_u64(writer, flow->position);
	bytes_put_i64(writer, flow->tick_ms);
	bytes_put_u8(writer, flow->rules_are_new);

	ledger_save(flow->ledger, writer);
	rate_save(flow->rate, writer);
	deadletter_save(flow->deadletter, writer);
	dedup_save(flow->dedup, writer);
	indicators_save(flow->indicators, writer);
	alertbook_save(flow->book, writer);
	bytes_put_part(writer, "end", FLOW_VERSION);
}

/* A unit adds to all above it: if one that is still there stands elsewhere now, sums are wrong. */
static void check_tree(const struct flow *flow, const struct meanings *meanings,
		       const uint32_t *parents, struct bytes_reader *reader)
{
	const struct renumber units = { .to = meanings->units, .n = meanings->n_units };

	for (uint32_t i = 0; i < meanings->n_units; i++) {
		uint32_t now = meanings->units[i];

		if (now == RENUMBER_GONE)
			continue;
		if (units_at(flow->units, now)->parent !=
		    (parents[i] == UNIT_NONE ? UNIT_NONE : renumber(&units, parents[i])))
			bytes_reject(reader, "units have moved in the tree of units.yml since");
	}
}

/* One that was renamed is found by its former id; two that became one are too much. */
static void check_merged(const struct flow *flow, const struct meanings *meanings,
			 struct bytes_reader *reader)
{
	bool *is_taken = xcalloc((size_t)flow->n_units + 1, sizeof(*is_taken));

	for (uint32_t i = 0; i < meanings->n_units; i++) {
		uint32_t now = meanings->units[i];

		if (now != RENUMBER_GONE && is_taken[now])
			bytes_reject(reader, "units were merged in units.yml since");
		if (now != RENUMBER_GONE)
			is_taken[now] = true;
	}
	free(is_taken);
}

static void load_units(const struct flow *flow, struct meanings *meanings,
		       struct bytes_reader *reader)
{
	uint32_t n = bytes_get_count(reader, 2 * sizeof(uint32_t));
	uint32_t *parents = xcalloc((size_t)n + 1, sizeof(*parents));

	meanings->n_units = n;
	meanings->units = xcalloc((size_t)n + 1, sizeof(*meanings->units));
	for (uint32_t i = 0; i < n; i++) {
		size_t size;
		const char *id = bytes_get_text(reader, &size);

		meanings->units[i] = units_find(flow->units, id, size);
		parents[i] = bytes_get_u32(reader);
	}
	check_tree(flow, meanings, parents, reader);
	check_merged(flow, meanings, reader);
	free(parents);
}

static void load_feeds(const struct flow *flow, struct meanings *meanings,
		       struct bytes_reader *reader)
{
	uint32_t n = bytes_get_count(reader, sizeof(uint32_t));

	meanings->n_feeds = n;
	meanings->feeds = xcalloc((size_t)n + 1, sizeof(*meanings->feeds));
	for (uint32_t i = 0; i < n; i++) {
		size_t size;
		const char *id = bytes_get_text(reader, &size);

		meanings->feeds[i] = schema_find_feed(flow->schema, id, size);
	}
}

static void load_place(struct flow *flow, struct bytes_reader *reader)
{
	size_t size;
	const char *generation = bytes_get_text(reader, &size);
	bool is_same =
		strlen(flow->generation) == size && memcmp(flow->generation, generation, size) == 0;

	flow->position = bytes_get_u64(reader);
	flow->tick_ms = bytes_get_i64(reader);
	flow->rules_are_new = bytes_get_u8(reader) || !is_same;
	if (flow->tick_ms < 0 || flow->tick_ms % FLOW_TICK_MS)
		bytes_reject(reader, "its time is none of ours");
}

static uint64_t load_parts(struct flow *flow, const struct meanings *meanings,
			   struct bytes_reader *reader)
{
	const struct renumber units = { .to = meanings->units, .n = meanings->n_units };
	const struct renumber feeds = { .to = meanings->feeds, .n = meanings->n_feeds };

	uint64_t n_dropped;

	ledger_load(flow->ledger, reader, &units, &feeds);
	rate_load(flow->rate, reader, &units);
	deadletter_load(flow->deadletter, reader, &units);
	dedup_load(flow->dedup, reader, &feeds);
	n_dropped = indicators_load(flow->indicators, reader, &units, &feeds);
	alertbook_load(flow->book, reader, &units);
	bytes_get_part(reader, "end", FLOW_VERSION);
	return n_dropped;
}

uint64_t flow_load(struct flow *flow, struct bytes_reader *reader)
{
	struct meanings meanings = { 0 };
	uint64_t n_dropped = 0;

	bytes_get_part(reader, "flow", FLOW_VERSION);
	if ((int)bytes_get_u32(reader) != flow->offset_minutes)
		bytes_reject(reader, "local time has another offset since");
	load_units(flow, &meanings, reader);
	load_feeds(flow, &meanings, reader);
	load_place(flow, reader);
	if (!reader->is_bad)
		n_dropped = load_parts(flow, &meanings, reader);
	if (flow->cursor && !reader->is_bad)
		journal_cursor_seek(flow->cursor, flow->position);

	free(meanings.feeds);
	free(meanings.units);
	return n_dropped;
}
