/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is counted or followed has the quality of its feed; what is worked out of several has the
 * worst of theirs, but a score goes on without the terms that are missing, and says so.
 */
#include "reading.h"

#include <assert.h>
#include <math.h>

#include "derive.h"
#include "quality.h"
#include "timed.h"

static struct reading read_stream(const struct indicators *indicators, uint32_t number,
				  uint32_t unit, const struct span *span)
{
	uint32_t stream = indicators->plan.sources[number][0].stream;
	struct voice voice = { indicators->plan.streams[stream].feed, unit };
	const struct series *series = shelf_find(&indicators->shelf, stream, unit);
	struct reading reading = reading_of_nothing();
	struct figure figure;

	reading_judge_voice(&reading, indicators, voice);
	if (series && indicators->is_internal[indicators->plan.streams[stream].type])
		reading_vouch(&reading);
	if (reading.quality == QUALITY_UNKNOWN)
		return reading;

	figure = read_counted(indicators, number, unit, span);
	reading.samples = figure.samples;
	if (series) {
		reading.last_ms = series->last_ms;
		reading.position = series->position;
	}
	return reading_finish(reading, figure.value);
}

/* Judges a stock or gauge by its feed, if it has one; what was ever moved is known. */
static void judge_level(const struct indicators *indicators, uint32_t number, uint32_t unit,
			struct reading *reading)
{
	uint32_t type = indicators->list[number].type;

	if (type != TYPE_NONE)
		reading_judge_voice(
			reading, indicators,
			(struct voice){ schema_type(indicators->schema, type)->feed, unit });
	if (reading->last_ms > 0)
		reading_vouch(reading);
}

/* What a stock or gauge was before the period that is after span. */
static double opening_value(const struct indicators *indicators, uint32_t number, uint32_t unit,
			    const struct span *span)
{
	if (span->kind == SERIES_PERIODS)
		return NAN;
	return openings_read(&indicators->openings, number, unit, span->kind / 2);
}

static struct reading read_gauge(const struct indicators *indicators, uint32_t number,
				 uint32_t unit, const struct span *span)
{
	const struct gauge *gauge = gauges_at(&indicators->gauges, number, unit);
	struct reading reading = reading_of_nothing();
	double value = (double)gauge->sum;

	reading.last_ms = gauge->last_ms;
	reading.position = gauge->position;
	judge_level(indicators, number, unit, &reading);
	if (span->is_before)
		value = opening_value(indicators, number, unit, span);
	reading.samples = level_samples(value);
	return reading_finish(reading, value);
}

static struct reading read_stock(const struct indicators *indicators, uint32_t number,
				 uint32_t unit, const struct span *span)
{
	const struct stock *stock = stocks_at(&indicators->stocks, number, unit);
	struct reading reading = reading_of_nothing();
	double value = stock->n > 0 ? stock->sum.hi : NAN;

	reading.last_ms = stock->last_ms;
	reading.position = stock->position;
	judge_level(indicators, number, unit, &reading);
	if (span->is_before)
		value = opening_value(indicators, number, unit, span);
	reading.samples = level_samples(value);
	return reading_finish(reading, value);
}

static struct reading read_ratio(const struct indicators *indicators, uint32_t number,
				 uint32_t unit, const struct span *span)
{
	const uint32_t *parts = indicators->list[number].parts;
	struct reading above = read_any(indicators, parts[0], unit, span);
	struct reading below = read_any(indicators, parts[1], unit, span);
	struct reading reading = below;

	reading_take_quality(&reading, &above);
	reading_take_newest(&reading, &above);
	return reading_finish(reading, ratio_value(above.value, below.value));
}

static struct reading read_score(const struct indicators *indicators, uint32_t number,
				 uint32_t unit, const struct span *span)
{
	const struct indicator *score = &indicators->list[number];
	struct reading reading = reading_of_nothing();
	struct score_sum sum = { 0 };

	for (uint32_t i = 0; i < score->n_terms; i++) {
		struct reading part = read_any(indicators, score->terms[i].indicator, unit, span);

		reading_take_newest(&reading, &part);
		if (isnan(part.value))
			continue;
		if (sum.there == 0)
			reading_copy_quality(&reading, &part);
		reading_take_quality(&reading, &part);
		reading.samples += part.samples;
		score_add(&sum, &score->terms[i], part.value);
	}

	if (sum.there < score->n_terms) {
		reading.reporting = sum.there;
		reading.expected = score->n_terms;
		if (reading.quality == QUALITY_GOOD)
			reading.quality = QUALITY_PARTIAL;
	}
	return reading_finish(reading, score_read(&sum));
}

static struct reading read_progress(const struct indicators *indicators, uint32_t number,
				    uint32_t unit, const struct span *span)
{
	const struct indicator *progress = &indicators->list[number];
	struct reading part = read_any(indicators, progress->parts[0], unit, span);

	return reading_finish(part, progress_value(progress, part.value));
}

static struct reading read_behind(const struct indicators *indicators, uint32_t number,
				  uint32_t unit, const struct span *span)
{
	const struct indicator *behind = &indicators->list[number];
	struct reading part = read_any(indicators, behind->parts[0], unit, span);
	int64_t at_ms =
		span->is_before ? ((int64_t)span->last + 1) * MINUTE_MS : indicators->present.ms;

	return reading_finish(part, behind_value(behind, part.value, at_ms));
}

static struct reading read_change(const struct indicators *indicators, uint32_t number,
				  uint32_t unit, const struct span *span)
{
	const struct indicator *change = &indicators->list[number];
	struct span before = span_before(&indicators->present, &indicators->almanac, span);
	struct reading now, then;

	if (span->is_before) /* nothing is kept of what was before that */
		return reading_of_nothing();
	now = read_any(indicators, change->parts[0], unit, span);
	then = read_any(indicators, change->parts[0], unit, &before);
	return reading_finish(now, change_value(change, now.value, then.value));
}

static struct reading read_baseline(const struct indicators *indicators, uint32_t number,
				    uint32_t unit, const struct span *span)
{
	if (span->is_before)
		return reading_of_nothing();
	return baselines_read(&indicators->baselines, number, unit, timed_present_hour(indicators));
}

struct reading read_any(const struct indicators *indicators, uint32_t number, uint32_t unit,
			const struct span *span)
{
	switch (indicators->list[number].kind) {
	case INDICATOR_STOCK:
		return read_stock(indicators, number, unit, span);
	case INDICATOR_GAUGE:
		return read_gauge(indicators, number, unit, span);
	case INDICATOR_RATIO:
		return read_ratio(indicators, number, unit, span);
	case INDICATOR_SCORE:
		return read_score(indicators, number, unit, span);
	case INDICATOR_PROGRESS:
		return read_progress(indicators, number, unit, span);
	case INDICATOR_BEHIND:
		return read_behind(indicators, number, unit, span);
	case INDICATOR_CHANGE:
		return read_change(indicators, number, unit, span);
	case INDICATOR_BASELINE:
		return read_baseline(indicators, number, unit, span);
	case INDICATOR_UNITS:
		return heads_read(indicators, number, unit, span);
	case INDICATOR_COUNT:
	case INDICATOR_SUM:
	case INDICATOR_MEAN:
	case INDICATOR_MIN:
	case INDICATOR_MAX:
	case INDICATOR_LAST:
	case INDICATOR_RATE:
	case INDICATOR_DISTINCT:
	case INDICATOR_QUANTILE:
		break;
	}
	return read_stream(indicators, number, unit, span);
}

static struct reading read_at(const struct indicators *indicators, uint32_t number, uint32_t unit,
			      const struct span *span)
{
	struct reading reading;

	assert(number < indicators->n_list && unit < indicators->n_units);
	reading = read_any(indicators, number, unit, span);
	reading.is_provisional = provisional_is(&indicators->provisional, unit);
	return reading;
}

struct reading indicators_read(const struct indicators *indicators, uint32_t indicator,
			       uint32_t unit, const struct window *window)
{
	struct span span = span_of_window(&indicators->present, window);

	return read_at(indicators, indicator, unit, &span);
}

struct reading indicators_read_minute(const struct indicators *indicators, uint32_t indicator,
				      uint32_t unit, uint32_t minutes_ago)
{
	struct span span = span_of_minutes(&indicators->present, 1, minutes_ago);

	return read_at(indicators, indicator, unit, &span);
}
