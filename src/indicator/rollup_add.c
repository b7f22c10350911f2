/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a site has counted is added to what is pending in the own series of its unit, as if the
 * events themselves had come; all that follows from that is on the way of events.
 *
 * A body is read and held against the stream as a whole before any of it is added.  Of a measure
 * that the site does not keep it says nothing: then that is as of no events.
 */
#include <math.h>

#include "body.h"
#include "iocd/rollup.h"
#include "state.h"
#include "value_set.h"

#define STOCK_MAX 1e305 /* of a unit; each value in it is far smaller */

/* A roll-up that is being added. */
struct adding {
	struct indicators *indicators;
	const struct rollup *rollup;
	struct parts parts;
	int64_t limit_ms; /* event times beyond are taken for that */
	uint64_t position;
};

static bool is_of_minute(const struct rollup *rollup, int64_t time_ms)
{
	return time_ms >= 0 && time_ms / MINUTE_MS == rollup->minute;
}

static bool are_buckets_sound(const struct part *part)
{
	struct bucket_walk walk;
	bool is_sound = true;

	for (part_walk(part, &walk); part_next_bucket(&walk);)
		is_sound &= walk.count <= ROLLUP_EVENTS_MAX;
	return is_sound;
}

/* Whether part can be what a stream gained. */
static bool is_gain(const struct rollup *rollup, const struct part *part)
{
	struct stamped stamped;
	double number;

	switch (part->kind) {
	case MEASURE_SUM:
		return rollup->n > 0 && isfinite(part_number(part));
	case MEASURE_MIN: /* of none it is infinite: see nothing_of() */
		number = part_number(part);
		return rollup->n > 0 && (isfinite(number) || number == INFINITY);
	case MEASURE_MAX:
		number = part_number(part);
		return rollup->n > 0 && (isfinite(number) || number == -INFINITY);
	case MEASURE_LAST:
		stamped = part_stamped(part);
		return is_of_minute(rollup, stamped.time_ms) && isfinite(stamped.value);
	case MEASURE_DISTINCT:
		return part_set_size(part) != VALUE_SET_REGISTERS;
	case MEASURE_QUANTILE:
		return are_buckets_sound(part);
	default:
		return false; /* a stock */
	}
}

static bool is_sound(const struct adding *adding)
{
	const struct rollup *rollup = adding->rollup;

	if (rollup->n > ROLLUP_EVENTS_MAX || !is_of_minute(rollup, rollup->last_ms))
		return false;
	for (uint32_t i = 0; i < adding->parts.n; i++)
		if (!is_gain(rollup, &adding->parts.list[i]))
			return false;
	return true;
}

/* ---- streams -------------------------------------------------------------------------------- */

static double nothing_of(enum measure_kind kind)
{
	if (kind == MEASURE_SUM)
		return 0;
	return kind == MEASURE_MIN ? INFINITY : -INFINITY;
}

static int64_t time_of(const struct adding *adding, int64_t time_ms)
{
	return time_ms < adding->limit_ms ? time_ms : adding->limit_ms;
}

static void add_numbers(const struct adding *adding, uint32_t number)
{
	struct indicators *indicators = adding->indicators;
	const struct stream *stream = &indicators->plan.streams[number];
	double numbers[3 * EVENT_FIELDS_MAX];
	uint32_t n = (uint32_t)adding->rollup->n;
	int64_t last_ms = time_of(adding, adding->rollup->last_ms);
	uint32_t minute = (uint32_t)(last_ms / MINUTE_MS);
	struct series *series = state_open_series(indicators, number, adding->rollup->unit, minute);

	if (n > UINT32_MAX - series->pending_n) {
		indicators_settle(indicators);
		series = state_open_series(indicators, number, adding->rollup->unit, minute);
	}
	for (uint32_t i = 0; i < stream->n_numbers; i++) {
		const struct measure *measure = &stream->measures[i];
		const struct part *part =
			parts_find(&adding->parts, (uint8_t)measure->kind, measure->key);

		numbers[i] = part ? part_number(part) : nothing_of(measure->kind);
	}
	series_pend_sum(stream, series, numbers, n);
	series->position = adding->position;
	if (series->last_ms < last_ms)
		series->last_ms = last_ms;
}

/* Where a measure is that goes by updates. */
struct target {
	uint32_t stream;
	uint32_t measure;
	int64_t time_ms;
};

static struct update *open_update(const struct adding *adding, const struct target *target)
{
	return state_open_update(adding->indicators, target->stream, target->measure,
				 adding->rollup->unit, target->time_ms);
}

static void add_values(const struct adding *adding, const struct target *target,
		       const struct part *part)
{
	struct bytes_reader reader;
	uint32_t n;

	bytes_reader_init(&reader, part->bytes, part->size);
	n = bytes_get_u32(&reader);
	for (uint32_t i = 0; i < n; i++)
		open_update(adding, target)->hash = bytes_get_u64(&reader);
}

static void add_buckets(const struct adding *adding, const struct target *target,
			const struct part *part)
{
	struct bucket_walk walk;

	for (part_walk(part, &walk); part_next_bucket(&walk);)
		update_fill_bucket(open_update(adding, target), (uint16_t)walk.number,
				   (uint32_t)walk.count);
}

static void add_updates(const struct adding *adding, uint32_t number)
{
	const struct stream *stream = &adding->indicators->plan.streams[number];

	for (uint32_t i = stream->n_numbers; i < stream->n_measures; i++) {
		const struct measure *measure = &stream->measures[i];
		const struct part *part =
			parts_find(&adding->parts, (uint8_t)measure->kind, measure->key);
		struct target target = { number, i, time_of(adding, adding->rollup->last_ms) };

		if (!part)
			continue;
		if (measure->kind == MEASURE_DISTINCT) {
			add_values(adding, &target, part);
		} else if (measure->kind == MEASURE_QUANTILE) {
			add_buckets(adding, &target, part);
		} else {
			target.time_ms = time_of(adding, part_stamped(part).time_ms);
			open_update(adding, &target)->value = part_stamped(part).value;
		}
	}
}

/* Values that were too many for one roll-up come without a number of events. */
static void add_to_stream(const struct adding *adding, uint32_t number)
{
	if (adding->rollup->n > 0)
		add_numbers(adding, number);
	else
		state_make_series(adding->indicators, number, adding->rollup->unit);
	add_updates(adding, number);
}

/* ---- stocks, gauges ------------------------------------------------------------------------- */

/* What a body says that there is; whether it is the body of a stock or gauge. */
static bool read_level(const struct adding *adding, struct stamped *ret)
{
	const struct part *part = adding->parts.list;

	if (adding->parts.n != 1 || part->kind != BODY_STOCK || part->key != adding->rollup->series)
		return false;
	*ret = part_stamped(part);
	return is_of_minute(adding->rollup, ret->time_ms) && fabs(ret->value) <= STOCK_MAX;
}

static void tell_stock(const struct adding *adding, uint32_t slot, const struct stamped *stamped)
{
	const struct stock_told told = {
		.unit = adding->rollup->unit,
		.former = adding->rollup->former,
		.time_ms = stamped->time_ms,
		.value = stamped->value,
		.position = adding->position,
	};

	stocks_tell(&adding->indicators->stocks, slot, &told, state_stock_changed,
		    adding->indicators);
}

static void set_gauge(const struct adding *adding, uint32_t slot, const struct stamped *stamped)
{
	struct indicators *indicators = adding->indicators;
	uint32_t number = indicators->gauges.numbers[slot];
	struct gauge *gauge = gauges_at(&indicators->gauges, number, adding->rollup->unit);

	if (adding->rollup->former || stamped->time_ms < gauge->told_ms)
		return;
	gauge->told_ms = stamped->time_ms;
	indicators_move(indicators, number, adding->rollup->unit,
			(int64_t)stamped->value - gauge->own, stamped->time_ms, adding->position);
}

/* Sets all that have that key; returns 0 or ROLLUP_BAD. */
static int set_levels(struct adding *adding, const struct rolling_key *keys, uint32_t n,
		      int64_t arrival_ms)
{
	const struct rolling *rolling = &adding->indicators->rolling;
	bool is_gauge = rolling_kind_of(rolling, keys->thing) == ROLLING_GAUGE;
	struct stamped stamped;

	if (!read_level(adding, &stamped))
		return ROLLUP_BAD;
	if (is_gauge &&
	    (fabs(stamped.value) > (double)GAUGE_MAX || stamped.value != floor(stamped.value)))
		return ROLLUP_BAD;
	if (stamped.time_ms > arrival_ms) /* a clock that is wrong now must not count for ever */
		stamped.time_ms = arrival_ms;
	for (uint32_t i = 0; i < n; i++) {
		if (is_gauge)
			set_gauge(adding, keys[i].thing - rolling->starts[ROLLING_GAUGE], &stamped);
		else
			tell_stock(adding, keys[i].thing - rolling->starts[ROLLING_STOCK],
				   &stamped);
	}
	return 0;
}

/* ---- what the others call ------------------------------------------------------------------- */

/* Who is heard of late was heard then. */
static void hear(const struct adding *adding, uint32_t feed, int64_t arrival_ms, bool counted)
{
	struct voice voice = { feed, adding->rollup->unit };
	int64_t age_ms = arrival_ms - adding->rollup->last_ms;

	if (age_ms > ROLLUP_LATE_MS) {
		state_hear(adding->indicators, voice, adding->rollup->last_ms);
		return;
	}
	state_hear(adding->indicators, voice, arrival_ms);
	rolling_hear(&adding->indicators->rolling, voice, age_ms, counted);
}

static int add_counted(struct adding *adding, uint32_t number, int64_t arrival_ms)
{
	const struct indicators *indicators = adding->indicators;
	const struct stream *stream = &indicators->plan.streams[number];

	if (!is_sound(adding))
		return ROLLUP_BAD;
	add_to_stream(adding, number);
	if (adding->rollup->n > 0 && !indicators->is_internal[stream->type])
		hear(adding, stream->feed, arrival_ms, true);
	return 0;
}

int indicators_add_rollup(struct indicators *indicators, const struct rollup *rollup,
			  int64_t arrival_ms, uint64_t position)
{
	const struct rolling *rolling = &indicators->rolling;
	struct adding adding = {
		.indicators = indicators,
		.rollup = rollup,
		.limit_ms = state_limit_ms(indicators, arrival_ms),
		.position = position,
	};
	uint32_t n;
	const struct rolling_key *keys = rolling_find(rolling, rollup->series, &n);

	if (n == 0 || rollup->unit >= indicators->n_units)
		return ROLLUP_UNKNOWN;
	if (rollup->size > ROLLUP_BODY_MAX ||
	    !parts_read(&adding.parts, rollup->body, rollup->size))
		return ROLLUP_BAD;

	switch (rolling_kind_of(rolling, keys->thing)) {
	case ROLLING_STREAM:
		return add_counted(&adding, keys->thing, arrival_ms);
	case ROLLING_STOCK:
	case ROLLING_GAUGE:
		return set_levels(&adding, keys, n, arrival_ms);
	case ROLLING_FEED:
	case N_ROLLING_KINDS:
		break;
	}
	if (adding.parts.n > 0 || !is_of_minute(rollup, rollup->last_ms))
		return ROLLUP_BAD;
	hear(&adding, keys->thing - rolling->starts[ROLLING_FEED], arrival_ms, false);
	return 0;
}

uint32_t indicators_feed_of(const struct indicators *indicators, uint64_t series)
{
	uint32_t n;
	const struct rolling_key *keys = rolling_find(&indicators->rolling, series, &n);

	return n > 0 ? rolling_feed_of(indicators, keys->thing) : TYPE_NONE;
}
