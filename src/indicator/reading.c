/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A window becomes a span of time, a span becomes cells of a series, and their sum, smallest,
 * newest ... is the figure.
 */
#include <assert.h>
#include <math.h>

#include "distinct.h"
#include "iocd/indicator.h"
#include "quantile.h"
#include "state.h"

/* The minutes first to last, or a whole day or month. */
struct span {
	uint32_t kind; /* SERIES_DAYS, SERIES_MONTHS, or SERIES_PERIODS for minutes */
	uint32_t first;
	uint32_t last;
	int32_t number;    /* of the day or month */
	int64_t length_ms; /* that a RATE is over */
};

/* A value, or none if it is NaN, and the events behind it. */
struct figure {
	double value;
	uint64_t samples;
};

static struct span minutes_span(const struct present *now, uint32_t minutes, uint32_t minutes_ago)
{
	uint32_t last = now->moment.minute > minutes_ago ? now->moment.minute - minutes_ago : 0;

	return (struct span){
		.kind = SERIES_PERIODS,
		.first = last >= minutes ? last - minutes + 1 : 0,
		.last = last,
		.length_ms = (int64_t)minutes * MINUTE_MS,
	};
}

/* A rate over a day that has just begun is over one minute at least. */
static struct span period_span(const struct present *now, uint32_t kind, uint32_t first,
			       int32_t number)
{
	int64_t length_ms = now->ms - (int64_t)first * MINUTE_MS;

	return (struct span){
		.kind = kind,
		.first = first,
		.last = now->moment.minute,
		.number = number,
		.length_ms = length_ms > MINUTE_MS ? length_ms : MINUTE_MS,
	};
}

static struct span window_span(const struct present *now, const struct window *window)
{
	switch (window->kind) {
	case WINDOW_TODAY:
		return period_span(now, SERIES_DAYS, now->day_start, now->moment.day);
	case WINDOW_MONTH:
		return period_span(now, SERIES_MONTHS, now->month_start, now->moment.month);
	case WINDOW_MINUTES:
		break;
	}
	return minutes_span(now, window->minutes, 0);
}

static struct view view_of(const struct stream *stream, const struct series *series,
			   const struct span *span)
{
	if (span->kind == SERIES_PERIODS)
		return series_minutes(stream, series, span->first, span->last);
	return series_period(series, span->kind, span->number);
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

/* The smallest number, or with sign -1 the largest. */
static double read_extreme(const struct stream *stream, const struct series *series,
			   const double *cells, const struct view *view, double sign)
{
	double least = INFINITY;

	for (uint32_t run = 0; run < 2; run++)
		for (uint32_t cell = view->at[run]; cell < view->at[run] + view->n[run]; cell++)
			if (series_count(stream, series, cell) && cells[cell] * sign < least)
				least = cells[cell] * sign;
	return least * sign;
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
	if (span->last != indicators->present.moment.minute)
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

/* The figure of an indicator that is no ratio. */
static struct figure read_plain(const struct indicators *indicators,
				const struct indicator *indicator, const struct source *source,
				uint32_t unit, const struct span *span)
{
	const struct stream *stream = &indicators->plan.streams[source->stream];
	const struct series *series = shelf_find(&indicators->shelf, source->stream, unit);
	struct figure figure = { .value = starts_at_zero(indicator->kind) ? 0 : NAN };
	struct view view;

	if (!series)
		return figure;
	view = view_of(stream, series, span);
	figure.samples = read_count(stream, series, &view);
	if (figure.samples == 0 && indicator->kind != INDICATOR_DISTINCT)
		return figure;

	if (source->measure == PLAN_NONE)
		figure.value = (double)figure.samples;
	else
		figure.value = read_measure(indicators, indicator, source, series, &view, span);

	if (indicator->kind == INDICATOR_MEAN)
		figure.value /= (double)figure.samples;
	if (indicator->kind == INDICATOR_RATE)
		figure.value *= (double)indicator->per_ms / (double)span->length_ms;
	return figure;
}

static struct figure read_figure(const struct indicators *indicators,
				 const struct indicator *indicator, const struct source *sources,
				 uint32_t unit, const struct span *span)
{
	const struct indicator *list = indicators->list;
	struct figure above, below;

	if (indicator->kind != INDICATOR_RATIO)
		return read_plain(indicators, indicator, &sources[0], unit, span);

	above = read_plain(indicators, &list[indicator->parts[0]], &sources[0], unit, span);
	below = read_plain(indicators, &list[indicator->parts[1]], &sources[1], unit, span);
	return (struct figure){
		.value = below.value == 0 ? NAN : above.value / below.value,
		.samples = below.samples,
	};
}

static void read_newest(const struct indicators *indicators, const struct source *sources,
			uint32_t unit, struct reading *reading)
{
	for (uint32_t i = 0; i < 2; i++) {
		const struct series *series =
			shelf_find(&indicators->shelf, sources[i].stream, unit);

		if (!series)
			continue;
		if (reading->last_ms < series->last_ms)
			reading->last_ms = series->last_ms;
		if (reading->position < series->position)
			reading->position = series->position;
	}
}

static struct reading read_span(const struct indicators *indicators, uint32_t number, uint32_t unit,
				const struct span *span)
{
	struct reading reading = { .quality = QUALITY_UNKNOWN, .value = NAN };
	const struct source *sources;
	struct figure figure;
	struct voice voice;

	assert(number < indicators->n_list && unit < indicators->n_units);

	sources = indicators->plan.sources[number];
	voice = (struct voice){ indicators->plan.streams[sources[1].stream].feed, unit };
	if (!hearing_knows(&indicators->hearing, voice))
		return reading;

	figure = read_figure(indicators, &indicators->list[number], sources, unit, span);
	reading.samples = figure.samples;
	read_newest(indicators, sources, unit, &reading);
	if (isnan(figure.value))
		return reading;

	reading.value = figure.value;
	reading.quality = QUALITY_GOOD;
	if (hearing_is_silent(&indicators->hearing, voice, indicators->present.ms))
		reading.quality = QUALITY_STALE;
	return reading;
}

struct reading indicators_read(const struct indicators *indicators, uint32_t indicator,
			       uint32_t unit, const struct window *window)
{
	struct span span = window_span(&indicators->present, window);

	return read_span(indicators, indicator, unit, &span);
}

struct reading indicators_read_minute(const struct indicators *indicators, uint32_t indicator,
				      uint32_t unit, uint32_t minutes_ago)
{
	struct span span = minutes_span(&indicators->present, 1, minutes_ago);

	return read_span(indicators, indicator, unit, &span);
}
