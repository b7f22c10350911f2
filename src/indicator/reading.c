/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A window becomes a span of time, a span becomes cells of a series, and their sum, smallest,
 * newest ... is the figure.
 */
#include "reading.h"

#include <math.h>

#include "distinct.h"
#include "quantile.h"

#define CUT_NOTHING .cut_first = 1

struct span span_of_minutes(const struct present *now, uint32_t minutes, uint32_t minutes_ago)
{
	uint32_t last = now->moment.minute > minutes_ago ? now->moment.minute - minutes_ago : 0;

	return (struct span){
		.kind = SERIES_PERIODS,
		.first = last >= minutes ? last - minutes + 1 : 0,
		.last = last,
		.length_ms = (int64_t)minutes * MINUTE_MS,
		CUT_NOTHING,
	};
}

/* A rate over a day that has just begun is over one minute at least. */
static struct span period_span(const struct present *now, uint32_t kind)
{
	uint32_t first = now->starts[kind / 2];
	int64_t length_ms = now->ms - (int64_t)first * MINUTE_MS;

	return (struct span){
		.kind = kind,
		.first = first,
		.last = now->moment.minute,
		.number = series_period_number(&now->moment, kind),
		.length_ms = length_ms > MINUTE_MS ? length_ms : MINUTE_MS,
		CUT_NOTHING,
	};
}

struct span span_of_window(const struct present *now, const struct window *window)
{
	switch (window->kind) {
	case WINDOW_TODAY:
		return period_span(now, SERIES_DAYS);
	case WINDOW_WEEK:
		return period_span(now, SERIES_WEEKS);
	case WINDOW_MONTH:
		return period_span(now, SERIES_MONTHS);
	case WINDOW_YEAR:
		return period_span(now, SERIES_YEARS);
	case WINDOW_MINUTES:
		break;
	}
	return span_of_minutes(now, window->minutes, 0);
}

static uint32_t period_start(const struct almanac *almanac, uint32_t kind, int32_t day)
{
	if (kind == SERIES_DAYS)
		return almanac_day_start(almanac, day);
	if (kind == SERIES_WEEKS)
		return almanac_week_start(almanac, day);
	return kind == SERIES_MONTHS ? almanac_month_start(almanac, day)
				     : almanac_year_start(almanac, day);
}

/* Of yesterday the ring still has the minutes from this one on. */
static struct span yesterday(const struct present *now, struct span span)
{
	span.length_ms = now->ms - (int64_t)now->starts[SERIES_DAYS / 2] * MINUTE_MS;
	if (span.length_ms < MINUTE_MS)
		span.length_ms = MINUTE_MS;
	span.cut_first = now->moment.minute + 1 - DAY_MINUTES;
	span.cut_last = now->starts[SERIES_DAYS / 2] - 1;
	return span;
}

struct span span_before(const struct present *now, const struct almanac *almanac,
			const struct span *span)
{
	struct span before = *span;
	uint32_t length = span->last - span->first + 1;
	int32_t last_day;

	before.is_before = true;
	before.last = span->first > 0 ? span->first - 1 : 0;
	if (span->kind == SERIES_PERIODS) {
		before.first = span->first >= length ? span->first - length : 0;
		return before;
	}

	last_day = now->moment.day - 1 -
		   (int32_t)((now->starts[SERIES_DAYS / 2] - span->first) / DAY_MINUTES);
	before.number--;
	before.first = period_start(almanac, span->kind, last_day);
	before.length_ms = (int64_t)(span->first - before.first) * MINUTE_MS;
	if (span->kind == SERIES_DAYS && now->moment.minute >= DAY_MINUTES)
		return yesterday(now, before);
	return before;
}

static struct view view_of(const struct stream *stream, const struct series *series,
			   const struct span *span)
{
	if (span->kind == SERIES_PERIODS)
		return series_minutes(stream, series, span->first, span->last);
	return series_period(stream, series, span->kind, span->number);
}

static uint64_t read_count(const struct stream *stream, const struct series *series,
			   const struct view *view)
{
	const uint32_t *minutes = series_minute_counts(stream, series);
	uint64_t count = 0;

	if (view->at[0] < SERIES_PERIODS)
		return view->n[0] ? series_count(stream, series, view->at[0]) : 0;

	for (uint32_t run = 0; run < 2; run++)
		for (uint32_t i = 0; i < view->n[run]; i++)
			count += minutes[view->at[run] - SERIES_PERIODS + i];
	return count;
}

static double read_sum(const struct stream *stream, const struct series *series,
		       const double *cells, const struct view *view)
{
	double sum = 0;

	for (uint32_t run = 0; run < 2; run++)
		for (uint32_t cell = view->at[run]; cell < view->at[run] + view->n[run]; cell++)
			sum += series_count(stream, series, cell) ? cells[cell] : 0;
	return sum;
}

/* The smallest number, or with sign -1 the largest; a site that does not keep it leaves it
 * infinite.
 */
static double read_extreme(const struct stream *stream, const struct series *series,
			   const double *cells, const struct view *view, double sign)
{
	double least = INFINITY;

	for (uint32_t run = 0; run < 2; run++)
		for (uint32_t cell = view->at[run]; cell < view->at[run] + view->n[run]; cell++)
			if (series_count(stream, series, cell) && cells[cell] * sign < least)
				least = cells[cell] * sign;
	return isfinite(least) ? least * sign : NAN;
}

static double read_last(const struct stream *stream, const struct series *series,
			const struct last *cells, const struct view *view)
{
	struct last last = { .time_ms = INT64_MIN, .value = NAN };

	for (uint32_t run = 0; run < 2; run++)
		for (uint32_t cell = view->at[run]; cell < view->at[run] + view->n[run]; cell++)
			if (series_count(stream, series, cell) &&
			    cells[cell].time_ms > last.time_ms)
				last = cells[cell];
	return last.value;
}

static double read_quantile(const struct pool *sketches, const uint32_t *cells,
			    const struct view *view, double q)
{
	uint64_t counts[QUANTILE_BUCKETS] = { 0 };

	for (uint32_t run = 0; run < 2; run++)
		for (uint32_t cell = view->at[run]; cell < view->at[run] + view->n[run]; cell++)
			quantile_gather(sketches, cells[cell], counts);
	return quantile_read(counts, q);
}

/* Of a minute that is over the sketch knows too little, because it keeps only the latest; what was
 * new in that minute was counted then. */
static double read_distinct(const struct indicators *indicators, const uint32_t *cells,
			    const struct view *view, const struct span *span)
{
	if (span->first == span->last && span->last != indicators->present.moment.minute)
		return view->n[0] ? cells[view->at[0]] : 0;
	return distinct_read(indicators->sketches, cells[0], span->first);
}

static double read_measure(const struct indicators *indicators, const struct indicator *indicator,
			   const struct source *source, const struct series *series,
			   const struct view *view, const struct span *span)
{
	const struct stream *stream = &indicators->plan.streams[source->stream];
	const struct measure *measure = &stream->measures[source->measure];
	const void *cells = series_cells(measure, series);

	switch (measure->kind) {
	case MEASURE_SUM:
		return read_sum(stream, series, cells, view);
	case MEASURE_MIN:
		return read_extreme(stream, series, cells, view, 1);
	case MEASURE_MAX:
		return read_extreme(stream, series, cells, view, -1);
	case MEASURE_LAST:
		return read_last(stream, series, cells, view);
	case MEASURE_DISTINCT:
		return read_distinct(indicators, cells, view, span);
	case MEASURE_QUANTILE:
		break;
	}
	return read_quantile(indicators->sketches, cells, view, indicator->quantile);
}

/* Whether the figure of no events is zero; otherwise there is none. */
static bool starts_at_zero(enum indicator_kind kind)
{
	return kind == INDICATOR_COUNT || kind == INDICATOR_SUM || kind == INDICATOR_RATE ||
	       kind == INDICATOR_DISTINCT;
}

/* Whether figures of parts of a time make up that of the whole. */
static bool adds_up(enum indicator_kind kind)
{
	return kind == INDICATOR_COUNT || kind == INDICATOR_SUM || kind == INDICATOR_MEAN ||
	       kind == INDICATOR_RATE;
}

/* Whether figures of a span that is over are there at all. */
static bool is_kept(const struct indicators *indicators, const struct indicator *indicator,
		    const struct stream *stream, const struct span *span)
{
	if (!span->is_before)
		return true;
	if (indicator->kind == INDICATOR_DISTINCT)
		return false;
	return span->kind != SERIES_PERIODS ||
	       span->first + stream->ring - RING_SLACK > indicators->present.moment.minute;
}

/* The events in view, and the sum over them or whatever it is that source is read for. */
static struct figure read_view(const struct indicators *indicators,
			       const struct indicator *indicator, const struct source *source,
			       const struct series *series, const struct span *span)
{
	const struct stream *stream = &indicators->plan.streams[source->stream];
	struct view view = view_of(stream, series, span);
	struct figure figure = { .samples = read_count(stream, series, &view) };

	if (figure.samples == 0 && indicator->kind != INDICATOR_DISTINCT)
		return figure;
	if (source->measure == PLAN_NONE)
		figure.value = (double)figure.samples;
	else
		figure.value = read_measure(indicators, indicator, source, series, &view, span);
	return figure;
}

static void cut(const struct indicators *indicators, const struct indicator *indicator,
		const struct source *source, const struct series *series, const struct span *span,
		struct figure *figure)
{
	struct span minutes = {
		.kind = SERIES_PERIODS,
		.first = span->cut_first,
		.last = span->cut_last,
	};
	struct figure off;

	if (span->cut_last < span->cut_first || !adds_up(indicator->kind))
		return;
	off = read_view(indicators, indicator, source, series, &minutes);
	figure->value -= off.value;
	figure->samples -= off.samples < figure->samples ? off.samples : figure->samples;
}

struct figure read_counted(const struct indicators *indicators, uint32_t number, uint32_t unit,
			   const struct span *span)
{
	const struct indicator *indicator = &indicators->list[number];
	const struct source *source = &indicators->plan.sources[number][0];
	const struct stream *stream = &indicators->plan.streams[source->stream];
	const struct series *series = shelf_find(&indicators->shelf, source->stream, unit);
	struct figure none = { .value = NAN };
	struct figure figure;

	if (!is_kept(indicators, indicator, stream, span))
		return none;
	if (starts_at_zero(indicator->kind) && !span->is_before)
		none.value = 0;
	if (!series)
		return none;

	figure = read_view(indicators, indicator, source, series, span);
	cut(indicators, indicator, source, series, span, &figure);
	if (figure.samples == 0 && indicator->kind != INDICATOR_DISTINCT)
		return none;
	if (indicator->kind == INDICATOR_MEAN)
		figure.value /= (double)figure.samples;
	if (indicator->kind == INDICATOR_RATE)
		figure.value *= (double)indicator->per_ms / (double)span->length_ms;
	return figure;
}
