/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A saved stream is the present one with the same key, if that wants nothing more than was kept.  A
 * series that is laid out alike is read into its place; any other into spare memory, from where it
 * is refitted or dropped, and its sketches are given back.
 *
 * Bytes are believed only as far as nothing can be reached that is not there: whoever wrote them.
 */
#include "iocd/indicator_save.h"

#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "loading.h"
#include "merge.h"
#include "refit.h"
#include "saved.h"
#include "state.h"

#define RING_MAX     (2 * INDICATOR_MINUTES_MAX)                 /* no ring is as long */
#define MEASURES_MAX ((MEASURE_QUANTILE + 1) * EVENT_FIELDS_MAX) /* nor has a stream as many */

static void load_present(struct indicators *indicators, struct bytes_reader *reader)
{
	int64_t ms = bytes_get_i64(reader);

	if (bytes_get_i64(reader) != indicators->almanac.offset_minutes)
		bytes_reject(reader, "its days began at another hour");
	if (ms < 0 || ms > MS_MAX)
		bytes_reject(reader, "it was saved at a time that is none");
	if (reader->is_bad)
		return;

	indicators->present.ms = ms;
	present_enter(&indicators->present, &indicators->almanac, (uint32_t)(ms / MINUTE_MS));
	indicators->refusals = bytes_get_u64(reader);
}

static void load_measures(struct stream *was, struct bytes_reader *reader)
{
	uint32_t n = bytes_get_count(reader, sizeof(uint8_t) + sizeof(uint64_t));
	uint8_t before = 0;

	if (n > MEASURES_MAX)
		bytes_reject(reader, "a stream has too many measures");
	if (reader->is_bad)
		return;

	was->measures = xcalloc(n + 1, sizeof(*was->measures));
	for (uint32_t i = 0; i < n; i++) {
		uint8_t kind = bytes_get_u8(reader);

		if (kind > MEASURE_QUANTILE || kind < before)
			bytes_reject(reader, "a measure is of no kind");
		if (reader->is_bad)
			return;
		before = kind;
		was->measures[i].kind = (enum measure_kind)kind;
		was->measures[i].key = bytes_get_u64(reader);
		was->n_measures++;
		was->n_numbers += kind < MEASURE_LAST;
	}
}

static bool is_taken(const struct loading *loading, uint32_t number)
{
	for (uint32_t i = 0; i < loading->n_origins; i++)
		if (loading->origins[i].number == number)
			return true;
	return false;
}

static uint32_t find_successor(const struct loading *loading, const struct stream *was)
{
	const struct plan *plan = &loading->indicators->plan;

	for (uint32_t i = 0; i < plan->n_streams; i++)
		if (plan->streams[i].key == was->key && series_fits(was, &plan->streams[i]) &&
		    !is_taken(loading, i))
			return i;
	return PLAN_NONE;
}

static void load_origin(struct loading *loading)
{
	struct bytes_reader *reader = loading->reader;
	struct origin *origin = &loading->origins[loading->n_origins];
	const struct stream *streams = loading->indicators->plan.streams;

	origin->was.key = bytes_get_u64(reader);
	origin->was.ring = bytes_get_u32(reader);
	if (origin->was.ring == 0 || origin->was.ring > RING_MAX)
		bytes_reject(reader, "a stream keeps no minutes, or too many");
	load_measures(&origin->was, reader);
	if (!reader->is_bad) {
		series_lay_out(&origin->was);
		origin->number = find_successor(loading, &origin->was);
		origin->is_alike = origin->number != PLAN_NONE &&
				   series_is_alike(&origin->was, &streams[origin->number]);
	}
	loading->n_origins++;
}

static uint32_t longest_series(const struct plan *plan)
{
	uint32_t bytes = sizeof(struct series);

	for (uint32_t i = 0; i < plan->n_streams; i++)
		if (bytes < plan->streams[i].series_bytes)
			bytes = plan->streams[i].series_bytes;
	return bytes;
}

static void load_origins(struct loading *loading)
{
	uint32_t n = bytes_get_count(loading->reader, sizeof(uint64_t) + 2 * sizeof(uint32_t));
	uint32_t bytes = sizeof(struct series);

	loading->origins = xcalloc(n + (size_t)1, sizeof(*loading->origins));
	for (uint32_t i = 0; i < n && !loading->reader->is_bad; i++) {
		load_origin(loading);
		if (bytes < loading->origins[i].was.series_bytes)
			bytes = loading->origins[i].was.series_bytes;
	}
	loading->spare = xcalloc(1, bytes);
	loading->room = xcalloc(1, longest_series(&loading->indicators->plan));
}

static bool is_sound(const struct saved_series *head, const struct stream *was, const void *cells)
{
	struct periods periods;

	if (head->newest_at >= was->ring || head->role > SAVED_OWN || head->zero != 0)
		return false;
	memcpy(&periods, cells, sizeof(periods));
	for (uint32_t i = 0; i < SERIES_PERIODS; i++) /* they stand at even and odd places */
		if (periods.numbers[i] < 0 ||
		    (periods.numbers[i] > 0 && (periods.numbers[i] & 1) != (i & 1)))
			return false;
	return true;
}

static void fill(struct series *series, const struct stream *was, const struct saved_series *head,
		 const void *cells)
{
	series->newest = head->newest;
	series->newest_at = head->newest_at;
	series->last_ms = head->last_ms;
	series->position = head->position;
	memcpy((char *)series + was->periods_at, cells, saved_cells_bytes(was));
}

/* Adds what spare holds to the series of stream number in slot, which is there. */
static void merge_spare(struct loading *loading, const struct stream *was, uint32_t number,
			uint32_t slot)
{
	struct indicators *indicators = loading->indicators;
	const struct stream *is = &indicators->plan.streams[number];
	struct series *to = shelf_find(&indicators->shelf, number, slot);

	memset(loading->room, 0, is->series_bytes);
	series_refit(was, loading->spare, is, loading->room);
	indicators->refusals += series_merge(is, to, loading->room, indicators->sketches);
	series_clear_sketches(is, loading->room, indicators->sketches);
}

/* Moves what spare holds to stream number in slot, or drops it. */
static void empty_spare(struct loading *loading, const struct stream *was, uint32_t number,
			uint32_t slot)
{
	struct indicators *indicators = loading->indicators;

	if (number == PLAN_NONE)
		loading->dropped++;
	else if (shelf_find(&indicators->shelf, number, slot))
		merge_spare(loading, was, number, slot);
	else
		series_refit(was, loading->spare, &indicators->plan.streams[number],
			     state_add_series(indicators, number, slot));
	series_clear_sketches(was, loading->spare, indicators->sketches);
}

/* The slot of unit where a series of that role lies, or UNIT_NONE if it has none. */
static uint32_t slot_of(const struct slots *slots, uint32_t unit, uint32_t role)
{
	bool is_leaf = slots->own[unit] == unit;

	if ((role == SAVED_LEAF) != is_leaf)
		return UNIT_NONE;
	return role == SAVED_OWN ? slots->own[unit] : unit;
}

static bool claim(struct loading *loading, const struct origin *origin, const struct series *series)
{
	bool is_sound = series_claim_sketches(&origin->was, series, loading->indicators->sketches);

	if (!is_sound)
		bytes_reject(loading->reader, "a series has a sketch that is none");
	return is_sound;
}

/* Puts a series where it was, or drops it. */
static void place_series(struct loading *loading, const struct saved_series *head,
			 const struct origin *origin, const void *cells)
{
	struct indicators *indicators = loading->indicators;
	uint32_t unit = renumber(loading->units, head->unit);
	uint32_t number = unit == RENUMBER_GONE ? PLAN_NONE : origin->number;
	bool is_alike = number != PLAN_NONE && origin->is_alike;
	uint32_t slot =
		unit == RENUMBER_GONE ? UNIT_NONE : slot_of(&indicators->slots, unit, head->role);
	struct series *series = loading->spare;

	if (number != PLAN_NONE && slot == UNIT_NONE)
		bytes_reject(loading->reader, "a series is of another tree");
	else if (number != PLAN_NONE && shelf_find(&indicators->shelf, number, slot))
		bytes_reject(loading->reader, "it has a series twice");
	if (loading->reader->is_bad)
		return;
	if (is_alike)
		series = state_add_series(indicators, number, slot);

	fill(series, &origin->was, head, cells);
	if (claim(loading, origin, series) && !is_alike)
		empty_spare(loading, &origin->was, number, slot);
}

/* Puts a series of what came from a unit itself with those of the same unit now; any other goes. */
static void regroup_series(struct loading *loading, const struct saved_series *head,
			   const struct origin *origin, const void *cells)
{
	struct indicators *indicators = loading->indicators;
	uint32_t unit = renumber(loading->units, head->unit);

	fill(loading->spare, &origin->was, head, cells);
	if (head->role == SAVED_WHOLE)
		series_clear_sketches(&origin->was, loading->spare, indicators->sketches);
	else if (unit == RENUMBER_GONE)
		empty_spare(loading, &origin->was, PLAN_NONE, UNIT_NONE);
	else
		empty_spare(loading, &origin->was, origin->number, indicators->slots.own[unit]);
}

/* Only looks whether a series is sound: nothing may be taken from the pool before all is claimed.
 */
static void check_series(struct loading *loading, const struct saved_series *head,
			 const struct origin *origin, const void *cells)
{
	fill(loading->spare, &origin->was, head, cells);
	(void)claim(loading, origin, loading->spare);
}

typedef void place_fn(struct loading *loading, const struct saved_series *head,
		      const struct origin *origin, const void *cells);

static void load_series(struct loading *loading, place_fn *place)
{
	struct bytes_reader *reader = loading->reader;
	const void *bytes = bytes_get(reader, sizeof(struct saved_series));
	const struct origin *origin;
	struct saved_series head;

	if (!bytes)
		return;
	memcpy(&head, bytes, sizeof(head));
	if (head.stream >= loading->n_origins) {
		bytes_reject(reader, "a series is of no stream");
		return;
	}

	origin = &loading->origins[head.stream];
	bytes = bytes_get(reader, saved_cells_bytes(&origin->was));
	if (bytes && !is_sound(&head, &origin->was, bytes))
		bytes_reject(reader, "a series is out of bounds");
	else if (bytes)
		place(loading, &head, origin, bytes);
}

static void load_each_series(struct loading *loading, place_fn *place)
{
	uint32_t n = bytes_get_count(loading->reader, sizeof(struct saved_series));

	for (uint32_t i = 0; i < n && !loading->reader->is_bad; i++)
		load_series(loading, place);
}

static void end_claims(struct loading *loading)
{
	if (!pool_end_claims(loading->indicators->sketches))
		bytes_reject(loading->reader, "it has sketches that belong to nothing");
}

/* Reads all series twice: to see whether they are sound, and to put them together anew. */
static void regroup_all(struct loading *loading)
{
	struct bytes_reader start = *loading->reader;

	load_each_series(loading, check_series);
	end_claims(loading);
	if (loading->reader->is_bad)
		return;
	*loading->reader = start;
	load_each_series(loading, regroup_series);
	loading_roll_up(loading);
}

static void load_all(struct loading *loading)
{
	struct indicators *indicators = loading->indicators;
	struct bytes_reader *reader = loading->reader;

	load_present(indicators, reader);
	hearing_load(&indicators->hearing, reader, loading->units, loading->feeds,
		     loading->tree_has_changed ? indicators->parents : NULL);
	load_origins(loading);
	if (!reader->is_bad)
		pool_load(indicators->sketches, reader);
	if (reader->is_bad)
		return;

	if (loading->tree_has_changed) {
		regroup_all(loading);
	} else {
		load_each_series(loading, place_series);
		end_claims(loading);
	}
	if (!reader->is_bad)
		loading_get_cells(loading);
	gauges_load(&indicators->gauges, reader, loading->units);
	stocks_load(&indicators->stocks, reader, loading->units);
	baselines_load(&indicators->baselines, reader, loading->units);
	openings_load(&indicators->openings, reader, loading->units);
	if (!reader->is_bad)
		loading_get_rolling(loading);
	if (!reader->is_bad)
		tallies_rebuild(indicators);
}

uint64_t indicators_load(struct indicators *indicators, struct bytes_reader *reader,
			 const struct renumber *units, const struct renumber *feeds,
			 bool tree_has_changed)
{
	struct loading loading = {
		.indicators = indicators,
		.reader = reader,
		.units = units,
		.feeds = feeds,
		.tree_has_changed = tree_has_changed,
	};

	assert(indicators->shelf.n == 0 && indicators->present.ms == 0);
	bytes_get_part(reader, SAVED_PART, SAVED_VERSION);
	load_all(&loading);

	for (uint32_t i = 0; i < loading.n_origins; i++)
		free(loading.origins[i].was.measures);
	free(loading.origins);
	free(loading.spare);
	free(loading.room);
	return loading.dropped;
}
