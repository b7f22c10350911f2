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

#define FLOW_VERSION 4

/* What saved numbers mean now. */
struct meanings {
	uint32_t *units; /* owned, by saved number; RENUMBER_GONE where there is none now */
	uint32_t *feeds;
	uint32_t *was; /* owned, as is the next; see renumber.h */
	uint32_t *above;
	uint32_t n_units;
	uint32_t n_feeds;
	bool tree_has_changed; /* sums along it have to be made anew */
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

static void save_rules(const struct flow *flow, struct bytes_writer *writer)
{
	bytes_put_text(writer, flow->rulebook.generation);
	bytes_put_text(writer, flow->rulebook.source);
	bytes_put_u8(writer, flow->rules_are_new);
	bytes_put_u8(writer, flow->rules_are_recorded);
	bytes_put_text(writer, flow->reviewer);
}

static void save_words(const struct flow *flow, struct bytes_writer *writer)
{
	bytes_put_u32(writer, N_OWN_PARTS);
	for (int p = 0; p < N_OWN_PARTS; p++) {
		bytes_put_text(writer, own_part_name((enum own_part)p));
		bytes_put_u8(writer, (uint8_t)flow->words[p].judgement);
		bytes_put_text(writer, flow->words[p].detail);
	}
	bytes_put_text(writer, flow->canary);
	bytes_put_u64(writer, flow->n_canaries);
	bytes_put_u64(writer, flow->dropped);
	bytes_put_i64(writer, flow->dropped_ms);
	bytes_put_u64(writer, flow->above);
	bytes_put_u64(writer, flow->orders_above);
}

void flow_save(const struct flow *flow, struct bytes_writer *writer)
{
	bytes_put_part(writer, "flow", FLOW_VERSION);
	bytes_put_u32(writer, (uint32_t)flow->offset_minutes);
	save_units(flow->units, writer);
	save_feeds(flow->schema, writer);
	save_rules(flow, writer);
	bytes_put_u64(writer, flow->position);
	bytes_put_i64(writer, flow->tick_ms);
	save_words(flow, writer);

	ledger_save(flow->ledger, writer);
	rate_save(flow->rate, writer);
	deadletter_save(flow->deadletter, writer);
	dedup_save(flow->dedup, writer);
	clocks_save(flow->clocks, writer);
	contracts_save(flow->contracts, writer);
	trackers_save(flow->trackers, writer);
	indicators_save(flow->indicators, writer);
	keyed_save(flow->keyed, writer);
	trackers_save(flow->sequences, writer);
	senders_save(flow->senders, writer);
	orders_save(flow->orders, writer);
	sites_save(flow->sites, writer);
	alertbook_save(flow->book, writer);
	findings_save(flow->findings, writer);
	workload_save(flow->workload, writer);
	bytes_put_part(writer, "end", FLOW_VERSION);
}

/* A unit adds to all above it: if one stands elsewhere now, or several became one, sums along the
 * tree are others. */
static bool has_changed(const struct flow *flow, const struct meanings *meanings)
{
	const uint32_t *parents = meanings->above;
	const struct renumber units = { .to = meanings->units, .n = meanings->n_units };
	bool *is_taken = xcalloc((size_t)flow->n_units + 1, sizeof(*is_taken));
	bool changed = false;

	for (uint32_t i = 0; i < meanings->n_units; i++) {
		uint32_t now = meanings->units[i];
		uint32_t above = parents[i] == UNIT_NONE ? UNIT_NONE : renumber(&units, parents[i]);

		if (now == RENUMBER_GONE || is_taken[now] ||
		    above != units_parent(flow->units, now))
			changed = true;
		if (now != RENUMBER_GONE)
			is_taken[now] = true;
	}
	free(is_taken);
	return changed;
}

/* A text that must fit into size bytes, its end included. */
static void get_text(struct bytes_reader *reader, char *ret, size_t size)
{
	size_t n;
	const char *bytes = bytes_get_text(reader, &n);

	if (n >= size || memchr(bytes, '\0', n)) {
		bytes_reject(reader, "a text is too long");
		return;
	}
	memcpy(ret, bytes, n);
	ret[n] = '\0';
}

static void load_units(const struct flow *flow, struct meanings *meanings,
		       struct bytes_reader *reader)
{
	uint32_t n = bytes_get_count(reader, 2 * sizeof(uint32_t));

	meanings->n_units = n;
	meanings->units = xcalloc((size_t)n + 1, sizeof(*meanings->units));
	meanings->was = xcalloc((size_t)n + 1, sizeof(*meanings->was));
	meanings->above = xcalloc((size_t)n + 1, sizeof(*meanings->above));
	for (uint32_t i = 0; i < n; i++) {
		size_t size;
		const char *id = bytes_get_text(reader, &size);

		meanings->units[i] = units_find(flow->units, id, size);
		meanings->was[i] = units_find_sender(flow->units, id, size);
		meanings->above[i] = bytes_get_u32(reader);
		if (meanings->above[i] != UNIT_NONE && meanings->above[i] >= i)
			bytes_reject(reader, "a unit stands above itself");
	}
	meanings->tree_has_changed = has_changed(flow, meanings);
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

/* The rules that were in force, if they make sense now; else those of the configuration, by which
 * everything is judged anew. */
static void load_rules(struct flow *flow, struct bytes_reader *reader)
{
	size_t size, source_size;
	const char *generation = bytes_get_text(reader, &size);
	const char *source = bytes_get_text(reader, &source_size);
	bool is_same = strlen(flow->rulebook.generation) == size &&
		       memcmp(flow->rulebook.generation, generation, size) == 0;
	struct rulebook book;

	if (!is_same && !reader->is_bad && source_size > 0 && flow->read_rules &&
	    flow->read_rules(flow->rules_context, source, source_size, &book) == 0) {
		if (rules_adopt(flow, &book))
			bytes_reject(reader, "there is no room for its rules");
		is_same = true;
	}
	flow->rules_are_new = bytes_get_u8(reader) || !is_same;
	flow->rules_are_recorded = bytes_get_u8(reader) == 1 && is_same;
	get_text(reader, flow->reviewer, sizeof(flow->reviewer));
}

static void load_word(struct flow *flow, struct bytes_reader *reader)
{
	size_t size;
	const char *name = bytes_get_text(reader, &size);
	uint8_t judgement = bytes_get_u8(reader);
	char detail[ALERT_DETAIL_MAX] = "";

	get_text(reader, detail, sizeof(detail));
	if (judgement > JUDGE_CRITICAL)
		bytes_reject(reader, "it says of itself what there is not");
	for (int p = 0; p < N_OWN_PARTS && !reader->is_bad; p++) {
		const char *known = own_part_name((enum own_part)p);

		if (strlen(known) != size || memcmp(known, name, size) != 0)
			continue;
		flow->words[p].judgement = (enum judgement)judgement;
		memcpy(flow->words[p].detail, detail, sizeof(detail));
	}
}

static void load_words(struct flow *flow, struct bytes_reader *reader)
{
	uint32_t n = bytes_get_count(reader, 2 * sizeof(uint32_t) + 1);

	for (uint32_t i = 0; i < n; i++)
		load_word(flow, reader);
	get_text(reader, flow->canary, sizeof(flow->canary));
	flow->n_canaries = bytes_get_u64(reader);
	flow->dropped = bytes_get_u64(reader);
	flow->dropped_ms = bytes_get_i64(reader);
	flow->above = bytes_get_u64(reader);
	flow->orders_above = bytes_get_u64(reader);
	if (flow->dropped > INT64_MAX || flow->dropped_ms < 0)
		bytes_reject(reader, "it dropped what cannot be");
}

static void load_place(struct flow *flow, struct bytes_reader *reader)
{
	load_rules(flow, reader);
	flow->position = bytes_get_u64(reader);
	flow->tick_ms = bytes_get_i64(reader);
	if (flow->tick_ms < 0 || flow->tick_ms % FLOW_TICK_MS)
		bytes_reject(reader, "its time is none of ours");
	load_words(flow, reader);
}

static uint64_t load_parts(struct flow *flow, const struct meanings *meanings,
			   struct bytes_reader *reader)
{
	const struct renumber units = { .to = meanings->units,
					.n = meanings->n_units,
					.was = meanings->was,
					.above = meanings->above };
	const struct renumber feeds = { .to = meanings->feeds, .n = meanings->n_feeds };
	uint64_t n_dropped;

	ledger_load(flow->ledger, reader, &units, &feeds);
	rate_load(flow->rate, reader, &units);
	deadletter_load(flow->deadletter, reader, &units);
	dedup_load(flow->dedup, reader, &feeds);
	clocks_load(flow->clocks, reader, &units, &feeds);
	contracts_load(flow->contracts, reader, &units, &feeds);
	trackers_load(flow->trackers, reader, &units);
	n_dropped = indicators_load(flow->indicators, reader, &units, &feeds,
				    meanings->tree_has_changed);
	keyed_load(flow->keyed, reader, &units);
	trackers_load(flow->sequences, reader, &units);
	senders_load(flow->senders, reader, &units, &feeds);
	orders_load(flow->orders, reader);
	sites_load(flow->sites, reader, &units);
	alertbook_load(flow->book, reader, &units);
	findings_load(flow->findings, reader, &units);
	workload_load(flow->workload, reader);
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
	free(meanings.above);
	free(meanings.was);
	free(meanings.units);
	return n_dropped;
}
