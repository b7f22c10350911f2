/* SPDX-License-Identifier: Apache-2.0 */
#include "rolling.h"

#include <assert.h>
#include <stdlib.h>

#include "iocd/base/err.h"
#include "key.h"
#include "state.h"

enum rolling_kind rolling_kind_of(const struct rolling *rolling, uint32_t thing)
{
	enum rolling_kind kind = ROLLING_STREAM;

	while (thing >= rolling->starts[kind + 1])
		kind++;
	return kind;
}

uint64_t rolling_key_of(const struct indicators *indicators, uint32_t thing)
{
	const struct rolling *rolling = &indicators->rolling;
	enum rolling_kind kind = rolling_kind_of(rolling, thing);
	uint32_t place = thing - rolling->starts[kind];

	switch (kind) {
	case ROLLING_STREAM:
		return indicators->plan.streams[place].key;
	case ROLLING_STOCK:
		return indicators->stocks.keys[place];
	case ROLLING_GAUGE:
		return key_of_gauge(indicators->list[indicators->gauges.numbers[place]].id);
	case ROLLING_FEED:
	case N_ROLLING_KINDS:
		break;
	}
	return key_of_feed(schema_feed(indicators->schema, place)->id);
}

static int compare_keys(const void *a, const void *b)
{
	const struct rolling_key *left = a, *right = b;

	if (left->key != right->key)
		return left->key < right->key ? -1 : 1;
	return left->thing < right->thing ? -1 : 1;
}

static void find_things(struct indicators *indicators)
{
	struct rolling *rolling = &indicators->rolling;
	const uint32_t n[N_ROLLING_KINDS] = {
		indicators->plan.n_streams,
		indicators->stocks.n,
		indicators->gauges.n,
		schema_n_feeds(indicators->schema),
	};
	uint32_t n_things;

	for (uint32_t kind = 0; kind < N_ROLLING_KINDS; kind++)
		rolling->starts[kind + 1] = rolling->starts[kind] + n[kind];
	n_things = rolling->starts[N_ROLLING_KINDS];
	rolling->keys = xcalloc((size_t)n_things + 1, sizeof(*rolling->keys));
	for (uint32_t i = 0; i < n_things; i++)
		rolling->keys[i] = (struct rolling_key){ rolling_key_of(indicators, i), i };
	qsort(rolling->keys, n_things, sizeof(*rolling->keys), compare_keys);
}

uint32_t rolling_feed_of(const struct indicators *indicators, uint32_t thing)
{
	const struct rolling *rolling = &indicators->rolling;
	enum rolling_kind kind = rolling_kind_of(rolling, thing);
	uint32_t place = thing - rolling->starts[kind];
	uint32_t number;

	if (kind == ROLLING_STREAM)
		return indicators->plan.streams[place].feed;
	if (kind == ROLLING_FEED)
		return place;
	number = kind == ROLLING_STOCK ? indicators->stocks.numbers[place]
				       : indicators->gauges.numbers[place];
	return indicators->list[number].type == TYPE_NONE
		       ? TYPE_NONE
		       : schema_type(indicators->schema, indicators->list[number].type)->feed;
}

/* Finds what rolls; how many that are. */
static uint32_t find_rolls(struct indicators *indicators, const bool *rolled)
{
	struct rolling *rolling = &indicators->rolling;
	uint32_t n_things = rolling->starts[N_ROLLING_KINDS];
	uint32_t n = 0;

	rolling->rolls = xcalloc((size_t)n_things + 1, sizeof(*rolling->rolls));
	for (uint32_t i = 0; i < n_things; i++) {
		uint32_t thing = rolling->keys[i].thing;
		uint32_t feed = rolling_feed_of(indicators, thing);

		if (feed == TYPE_NONE || !rolled[feed] ||
		    (i > 0 && rolling->keys[i - 1].key == rolling->keys[i].key))
			continue;
		rolling->rolls[thing] = true;
		if (thing < indicators->plan.n_streams)
			indicators->plan.streams[thing].rolls = true;
		n++;
	}
	return n;
}

int rolling_init(struct indicators *indicators, const struct indicators_options *options)
{
	struct rolling *rolling = &indicators->rolling;

	*rolling =
		(struct rolling){ .n_units = indicators->n_units, .hour = HOUR_NONE, .mark = -1 };
	find_things(indicators);
	if (!options->rolled)
		return 0;

	rolling->room = (size_t)find_rolls(indicators, options->rolled) * rolling->n_units + 1;
	rolling->queue = xcalloc(rolling->room, sizeof(*rolling->queue));
	rolling->is_due = xcalloc(
		(size_t)(rolling->starts[N_ROLLING_KINDS] - rolling->starts[ROLLING_STOCK]) *
				rolling->n_units +
			1,
		sizeof(*rolling->is_due));
	return growths_init(&rolling->growths, GRAIN_MINUTES, &indicators->plan, rolling->n_units);
}

void rolling_fini(struct rolling *rolling)
{
	outgoing_fini(&rolling->outgoing);
	growths_fini(&rolling->growths);
	free(rolling->is_due);
	free(rolling->queue);
	free(rolling->rolls);
	free(rolling->keys);
	*rolling = (struct rolling){ 0 };
}

const struct rolling_key *rolling_find(const struct rolling *rolling, uint64_t key, uint32_t *ret)
{
	uint32_t end = rolling->starts[N_ROLLING_KINDS];
	uint32_t first = 0, n = end;

	while (n > 0) {
		uint32_t half = n / 2;

		if (rolling->keys[first + half].key < key) {
			first += half + 1;
			n -= half + 1;
		} else {
			n = half;
		}
	}
	*ret = 0;
	while (first + *ret < end && rolling->keys[first + *ret].key == key)
		++*ret;
	return &rolling->keys[first];
}

static void push(struct rolling *rolling, uint32_t thing, uint32_t unit)
{
	size_t at = rolling->first + rolling->n;

	assert(rolling->n < rolling->room);
	rolling->queue[at < rolling->room ? at : at - rolling->room] = (struct due){ thing, unit };
	rolling->n++;
}

void rolling_note(struct rolling *rolling, enum rolling_kind kind, uint32_t place, uint32_t unit)
{
	uint32_t thing = rolling->starts[kind] + place;
	bool *is_due;

	if (!rolling->rolls || !rolling->rolls[thing])
		return;
	is_due = rolling_is_due(rolling, thing, unit);
	if (*is_due)
		return;
	*is_due = true;
	push(rolling, thing, unit);
}

void rolling_note_stream(struct rolling *rolling, uint32_t stream, uint32_t unit,
			 const struct series *series, bool had_cells)
{
	if (!had_cells && series->growing[GRAIN_MINUTES] != POOL_NONE)
		push(rolling, stream, unit);
}

void rolling_carry(struct indicators *indicators, uint32_t stream, uint32_t slot,
		   struct series *series)
{
	struct rolling *rolling = &indicators->rolling;
	bool had_cells;

	if (growths_run_short(&rolling->growths))
		rolling_leave_all(indicators);
	had_cells = series->growing[GRAIN_MINUTES] != POOL_NONE;
	growths_carry(&rolling->growths, &indicators->plan.streams[stream], series,
		      (int32_t)series->pending_minute);
	rolling_note_stream(rolling, stream, slots_unit(&indicators->slots, slot), series,
			    had_cells);
}

void rolling_update(struct indicators *indicators, struct series *series,
		    const struct update *update)
{
	struct rolling *rolling = &indicators->rolling;
	bool had_cells;

	if (growths_run_short(&rolling->growths))
		rolling_leave_all(indicators);
	had_cells = series->growing[GRAIN_MINUTES] != POOL_NONE;
	growths_update(&rolling->growths, &indicators->plan.streams[update->stream], series, update,
		       (int32_t)update->minute);
	rolling_note_stream(rolling, update->stream, slots_unit(&indicators->slots, update->slot),
			    series, had_cells);
}
