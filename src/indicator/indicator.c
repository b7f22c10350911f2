/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An event is merged into what is pending in the series of its own unit, one or two cache lines for
 * each stream that wants it.  At the end of a batch each touched series is carried once to the
 * cells of its unit and of all units above, and to the cell of its hour that will leave for
 * history.  What cannot be merged waits in a list of updates and
 * is applied after that, in order of arrival.
 *
 * With many units every line of memory that an event touches is far away.  So memory is asked for
 * as soon as its address is known, and has come when the batch ends.
 */
#include "iocd/indicator.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/counter.h"
#include "iocd/base/err.h"
#include "state.h"

static inline struct series *series_of(struct indicators *indicators, uint32_t number,
				       uint32_t slot)
{
	struct series *series = shelf_find(&indicators->shelf, number, slot);

	return series ? series : state_add_series(indicators, number, slot);
}

void state_make_series(struct indicators *indicators, uint32_t number, uint32_t unit)
{
	uint32_t slot = indicators->slots.own[unit];

	for (; slot != UNIT_NONE; slot = indicators->slots.up[slot])
		(void)series_of(indicators, number, slot);
}

/* Carries what is pending in from, the series of an own slot, there and to all above. */
static void carry(struct indicators *indicators, uint32_t number, uint32_t slot,
		  struct series *from)
{
	const struct stream *stream = &indicators->plan.streams[number];
	struct moment moment = almanac_at(&indicators->almanac, from->pending_minute);

	growths_carry(&indicators->cells.growths, stream, from,
		      (int32_t)(from->pending_minute / 60));
	if (stream->rolls)
		rolling_carry(indicators, number, slot, from);
	for (uint32_t at = slot; at != UNIT_NONE; at = indicators->slots.up[at]) {
		series_carry(stream, series_of(indicators, number, at), from, &moment,
			     indicators->sketches);
		if (at < indicators->n_units)
			(void)state_mark_readers(indicators, number, at);
	}
}

static void carry_touched(struct indicators *indicators)
{
	for (uint32_t i = 0; i < indicators->n_touched; i++) {
		const struct touched *touched = &indicators->touched[i];
		struct series *series =
			shelf_find(&indicators->shelf, touched->stream, touched->slot);

		carry(indicators, touched->stream, touched->slot, series);
		series->pending_n = 0;
	}
	indicators->n_touched = 0;
}

static void apply_update(struct indicators *indicators, const struct update *update)
{
	const struct stream *stream = &indicators->plan.streams[update->stream];
	struct moment moment = almanac_at(&indicators->almanac, update->minute);
	struct series *own = shelf_find(&indicators->shelf, update->stream, update->slot);
	uint32_t lost = 0;

	growths_update(&indicators->cells.growths, stream, own, update,
		       (int32_t)(update->minute / 60));
	if (stream->rolls)
		rolling_update(indicators, own, update);
	for (uint32_t at = update->slot; at != UNIT_NONE; at = indicators->slots.up[at])
		lost += update_apply(update, stream,
				     shelf_find(&indicators->shelf, update->stream, at), &moment,
				     indicators->sketches);
	if (lost > 0) {
		indicators->refusals += lost;
		counter_add(COUNTER_sketch_refused, lost);
	}
}

static inline struct update *open_update(struct indicators *indicators, uint32_t number,
					 uint32_t measure, uint32_t unit, int64_t time_ms)
{
	struct update *update;

	if (indicators->n_updates == UPDATES_MAX)
		indicators_settle(indicators);
	update = &indicators->updates[indicators->n_updates++];
	*update = (struct update){ .stream = number,
				   .measure = measure,
				   .slot = indicators->slots.own[unit],
				   .minute = (uint32_t)(time_ms / MINUTE_MS),
				   .time_ms = time_ms };
	return update;
}

struct update *state_open_update(struct indicators *indicators, uint32_t number, uint32_t measure,
				 uint32_t unit, int64_t time_ms)
{
	return open_update(indicators, number, measure, unit, time_ms);
}

static void push_updates(struct indicators *indicators, uint32_t number, const struct event *event,
			 int64_t time_ms)
{
	const struct stream *stream = &indicators->plan.streams[number];

	for (uint32_t i = stream->n_numbers; i < stream->n_measures; i++) {
		const struct measure *measure = &stream->measures[i];
		struct update *update = open_update(indicators, number, i, event->unit, time_ms);

		update_fill(update, measure, &event->values[measure->field]);
	}
}

/* Puts series on the list of those that are touched, to collect events of minute. */
static void touch(struct indicators *indicators, struct series *series, uint32_t number,
		  uint32_t slot, uint32_t minute)
{
	if (indicators->n_touched == TOUCHED_MAX)
		indicators_settle(indicators);
	indicators->touched[indicators->n_touched++] = (struct touched){ number, slot };
	series->pending_minute = minute;
	series_expect(&indicators->plan.streams[number], series, minute);
	growths_expect(&indicators->cells.growths, series);
}

static inline struct series *open_series(struct indicators *indicators, uint32_t number,
					 uint32_t unit, uint32_t minute)
{
	uint32_t slot = indicators->slots.own[unit];
	struct series *series = series_of(indicators, number, slot);

	if (series->pending_n == 0) {
		touch(indicators, series, number, slot, minute);
	} else if (series->pending_minute != minute) {
		carry(indicators, number, slot, series);
		series->pending_n = 0;
		series->pending_minute = minute;
	}
	return series;
}

struct series *state_open_series(struct indicators *indicators, uint32_t number, uint32_t unit,
				 uint32_t minute)
{
	return open_series(indicators, number, unit, minute);
}

static void count_event(struct indicators *indicators, uint32_t number, const struct event *event,
			int64_t time_ms)
{
	const struct stream *stream = &indicators->plan.streams[number];
	struct series *series =
		state_open_series(indicators, number, event->unit, (uint32_t)(time_ms / MINUTE_MS));

	series_pend(stream, series, event);
	series->position = event->position;
	if (series->last_ms < time_ms)
		series->last_ms = time_ms;
	if (stream->n_numbers < stream->n_measures)
		push_updates(indicators, number, event, time_ms);
}

/* Who was not known or silent before changes the quality of every figure of the feed, also of those
 * that do not count this event. */
static inline void hear(struct indicators *indicators, struct voice voice, int64_t heard_ms)
{
	hearing_note_own(&indicators->hearing, voice, heard_ms);
	for (; voice.unit != UNIT_NONE; voice.unit = indicators->parents[voice.unit]) {
		enum heard_news news = hearing_note(&indicators->hearing, voice, heard_ms);

		if (news == HEARD_NOTHING)
			return;
		if (news == HEARD_ANEW)
			(void)state_mark_feed(indicators, voice);
	}
}

void state_hear(struct indicators *indicators, struct voice voice, int64_t heard_ms)
{
	hear(indicators, voice, heard_ms);
}

static inline int64_t latest_ms(const struct indicators *indicators, int64_t arrival_ms)
{
	int64_t now_ms = indicators->present.ms;

	if (now_ms < arrival_ms)
		now_ms = arrival_ms;
	return now_ms + (int64_t)AHEAD_MINUTES * MINUTE_MS;
}

/* Event time as it is believed: not before 1970 and not far ahead of our own clock. */
static int64_t believed_ms(const struct indicators *indicators, const struct event *event)
{
	int64_t limit_ms = latest_ms(indicators, event->arrival_ms);

	if (event->time_ms > limit_ms)
		return limit_ms;
	return event->time_ms < 0 ? 0 : event->time_ms;
}

int64_t state_limit_ms(const struct indicators *indicators, int64_t arrival_ms)
{
	return latest_ms(indicators, arrival_ms);
}

static void find_internal(struct indicators *indicators)
{
	uint32_t n = schema_n_types(indicators->schema);

	indicators->is_internal = xcalloc((size_t)n + 1, sizeof(*indicators->is_internal));
	for (uint32_t i = 0; i < n; i++)
		indicators->is_internal[i] = schema_type(indicators->schema, i)->is_internal;
}

/* Indexes ids; of two alike the first is found. */
static void index_ids(struct indicators *indicators)
{
	for (uint32_t i = 0; i < indicators->n_list; i++) {
		const char *id = indicators->list[i].id;

		if (map_add(indicators->ids, id, strlen(id), i) == MAP_EXISTS)
			continue;
	}
}

int indicators_new(struct indicators **ret, const struct indicators_options *options)
{
	CLEANUP(indicators_free) struct indicators *indicators = NULL;
	int r;

	indicators = xcalloc(1, sizeof(*indicators));
	indicators->list = options->list;
	indicators->n_list = options->n_list;
	indicators->parents = units_parents(options->units);
	indicators->schema = options->schema;
	find_internal(indicators);
	indicators->contracts = options->contracts;
	indicators->n_units = units_count(options->units);
	indicators->ids = map_new();
	index_ids(indicators);

	plan_init(&indicators->plan, options);
	almanac_init(&indicators->almanac, options->offset_minutes);
	hearing_init(&indicators->hearing, options->schema, indicators->n_units);
	changes_init(&indicators->changes, indicators->n_list, indicators->n_units);
	gauges_init(&indicators->gauges, options);
	tallies_init(&indicators->tallies, options);
	openings_init(&indicators->openings, options, &indicators->plan.uses);
	indicators->next_timed = indicators->n_units;
	slots_init(&indicators->slots, options->units);
	present_enter(&indicators->present, &indicators->almanac, 0);

	r = baselines_init(&indicators->baselines, options);
	if (r)
		return err_pass(r);
	r = stocks_init(&indicators->stocks, options);
	if (r)
		return err_pass(r);
	r = shelf_init(&indicators->shelf, &indicators->plan, indicators->slots.n);
	if (r)
		return err_pass(r);
	r = cells_init(&indicators->cells, &indicators->plan, indicators->n_units);
	if (r)
		return err_pass(r);
	r = pool_new(&indicators->sketches, options->sketch_bytes);
	if (r)
		return err_pass(r);
	provisional_init(&indicators->provisional, indicators->n_units);
	r = rolling_init(indicators, options);
	if (r)
		return err_pass(r);

	*ret = indicators;
	indicators = NULL;
	return 0;
}

struct indicators *indicators_free(struct indicators *indicators)
{
	if (!indicators)
		return NULL;

	rolling_fini(&indicators->rolling);
	provisional_fini(&indicators->provisional);
	pool_free(indicators->sketches);
	cells_fini(&indicators->cells);
	shelf_fini(&indicators->shelf);
	slots_fini(&indicators->slots);
	stocks_fini(&indicators->stocks);
	baselines_fini(&indicators->baselines);
	openings_fini(&indicators->openings);
	tallies_fini(&indicators->tallies);
	gauges_fini(&indicators->gauges);
	changes_fini(&indicators->changes);
	hearing_fini(&indicators->hearing);
	plan_fini(&indicators->plan);
	map_free(indicators->ids);
	free(indicators->is_internal);
	free(indicators);
	return NULL;
}

void indicators_add(struct indicators *indicators, const struct event *event)
{
	const struct stream *streams = indicators->plan.streams;
	struct range range = indicators->plan.types[event->type];
	struct voice voice = { event->feed, event->unit };
	int64_t time_ms = believed_ms(indicators, event);
	bool holds = true, counted = false;

	changes_expect(&indicators->changes, event->unit);
	for (uint32_t i = range.first; i < range.first + range.n; i++)
		shelf_expect(&indicators->shelf, i, indicators->slots.own[event->unit]);
	if (!indicators->is_internal[event->type])
		hear(indicators, voice, event->arrival_ms);
	if (stocks_want(&indicators->stocks, event->type))
		stocks_add(&indicators->stocks, event, time_ms, state_stock_changed, indicators);
	for (uint32_t i = range.first; i < range.first + range.n; i++) {
		const struct stream *stream = &streams[i];

		if (!stream->repeats_where)
			holds = where_holds(stream->where, event);
		if (!holds)
			continue;
		if (stream->needs == PLAN_NONE || event->values[stream->needs].present) {
			count_event(indicators, i, event, time_ms);
			counted = true;
		}
	}
	if (!indicators->is_internal[event->type])
		rolling_hear(&indicators->rolling, voice, event->arrival_ms - event->time_ms,
			     counted);
}

void indicators_settle(struct indicators *indicators)
{
	carry_touched(indicators);
	for (uint32_t i = 0; i < indicators->n_updates; i++)
		apply_update(indicators, &indicators->updates[i]);
	indicators->n_updates = 0;
}

size_t indicators_take_changes(struct indicators *indicators, const struct change **ret)
{
	tallies_follow(indicators);
	return changes_take(&indicators->changes, ret);
}

uint32_t indicators_find(const struct indicators *indicators, const char *id, size_t n)
{
	uint32_t number = map_find(indicators->ids, id, n);

	return number == MAP_NONE ? INDICATOR_NONE : number;
}

const struct indicator *indicators_at(const struct indicators *indicators, uint32_t number)
{
	assert(number < indicators->n_list);
	return &indicators->list[number];
}

uint32_t indicators_count(const struct indicators *indicators)
{
	return indicators->n_list;
}

uint64_t indicators_live(const struct indicators *indicators)
{
	return indicators->live;
}

uint64_t indicators_sketch_refusals(const struct indicators *indicators)
{
	return indicators->refusals + indicators->cells.growths.refusals +
	       indicators->rolling.growths.refusals;
}

const char *quality_name(enum quality quality)
{
	switch (quality) {
	case QUALITY_GOOD:
		return "good";
	case QUALITY_PARTIAL:
		return "partial";
	case QUALITY_STALE:
		return "stale";
	case QUALITY_UNKNOWN:
		break;
	}
	return "unknown";
}

int64_t indicators_now_ms(const struct indicators *indicators)
{
	return indicators->present.ms;
}
