/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The value of an indicator out of merged cells: as live readings have it out of series.
 */
#include "work_out.h"

#include <math.h>

#include "body.h"
#include "derive.h"
#include "key.h"
#include "quantile.h"

/* The series that number, an indicator that is not worked out of others, is kept as; 0: as none. */
static uint64_t series_key(const struct indicators *indicators, uint32_t number)
{
	const struct indicator *indicator = &indicators->list[number];

	if (indicator->kind == INDICATOR_STOCK)
		return indicators->stocks.keys[indicators->stocks.slots[number]];
	if (indicator->kind == INDICATOR_GAUGE)
		return key_of_gauge(indicator->id);
	if (!indicator_is_counted(indicator))
		return 0;
	return indicators->plan.streams[indicators->plan.sources[number][0].stream].key;
}

static const struct cell_sum *find_sum(const struct work *work, uint64_t series)
{
	for (uint32_t i = 0; i < work->n; i++)
		if (work->series[i] == series)
			return &work->sums[i];
	return NULL;
}

static double quantile_of(const struct part *part, double q)
{
	uint64_t counts[QUANTILE_BUCKETS] = { 0 };

	part_gather(part, counts);
	return quantile_read(counts, q);
}

static double measure_value(const struct indicator *indicator, const struct measure *measure,
			    const struct cell_sum *sum)
{
	struct part part;

	if (!body_find(sum->body.bytes, sum->body.size, (uint8_t)measure->kind, measure->key,
		       &part))
		return NAN;

	switch (measure->kind) {
	case MEASURE_SUM:
		return part_number(&part);
	case MEASURE_MIN:
	case MEASURE_MAX:
		return isfinite(part_number(&part)) ? part_number(&part) : NAN;
	case MEASURE_LAST:
		return part_stamped(&part).value;
	case MEASURE_DISTINCT:
		return part_distinct(&part);
	case MEASURE_QUANTILE:
		break;
	}
	return quantile_of(&part, indicator->quantile);
}

/* Whether nothing is worth zero; otherwise it is worth nothing. */
static bool starts_at_zero(enum indicator_kind kind)
{
	return kind == INDICATOR_COUNT || kind == INDICATOR_SUM || kind == INDICATOR_RATE ||
	       kind == INDICATOR_DISTINCT;
}

static struct worth counted_worth(const struct work *work, uint32_t number)
{
	const struct indicator *indicator = &work->indicators->list[number];
	const struct source *source = &work->indicators->plan.sources[number][0];
	const struct stream *stream = &work->indicators->plan.streams[source->stream];
	const struct cell_sum *sum = find_sum(work, stream->key);
	struct worth worth = { .value = starts_at_zero(indicator->kind) ? 0 : NAN };

	if (!sum || sum->n == 0)
		return worth;
	worth.samples = sum->n;
	worth.value = source->measure == PLAN_NONE
			      ? (double)sum->n
			      : measure_value(indicator, &stream->measures[source->measure], sum);
	if (indicator->kind == INDICATOR_MEAN)
		worth.value /= (double)sum->n;
	if (indicator->kind == INDICATOR_RATE)
		worth.value *= (double)indicator->per_ms / (double)work->length_ms;
	return worth;
}

static struct worth followed_worth(const struct work *work, uint32_t number)
{
	uint64_t key = series_key(work->indicators, number);
	const struct cell_sum *sum = find_sum(work, key);
	struct worth worth = { .value = NAN };
	struct part part;

	if (sum && body_find(sum->body.bytes, sum->body.size, BODY_STOCK, key, &part)) {
		worth.value = part_stamped(&part).value;
		worth.samples = level_samples(worth.value);
	}
	return worth;
}

static struct worth score_worth(const struct work *work, const struct indicator *score)
{
	struct score_sum sum = { 0 };
	struct worth worth = { 0 };

	for (uint32_t i = 0; i < score->n_terms; i++) {
		struct worth term = work_out(work, score->terms[i].indicator);

		if (isnan(term.value))
			continue;
		worth.samples += term.samples;
		score_add(&sum, &score->terms[i], term.value);
	}
	worth.value = score_read(&sum);
	return worth;
}

static struct worth derived_worth(const struct work *work, const struct indicator *indicator)
{
	struct worth first, second;

	if (indicator->kind == INDICATOR_SCORE)
		return score_worth(work, indicator);

	first = work_out(work, indicator->parts[0]);
	if (indicator->kind == INDICATOR_PROGRESS) {
		first.value = progress_value(indicator, first.value);
	} else if (indicator->kind == INDICATOR_BEHIND) {
		first.value = behind_value(indicator, first.value, work->end_ms);
	} else {
		second = work_out(work, indicator->parts[1]);
		first.value = ratio_value(first.value, second.value);
		first.samples = second.samples;
	}
	return first;
}

struct worth work_out(const struct work *work, uint32_t number)
{
	const struct indicator *indicator = &work->indicators->list[number];

	switch (indicator->kind) {
	case INDICATOR_COUNT:
	case INDICATOR_SUM:
	case INDICATOR_MEAN:
	case INDICATOR_MIN:
	case INDICATOR_MAX:
	case INDICATOR_LAST:
	case INDICATOR_RATE:
	case INDICATOR_DISTINCT:
	case INDICATOR_QUANTILE:
		return counted_worth(work, number);
	case INDICATOR_STOCK:
	case INDICATOR_GAUGE:
		return followed_worth(work, number);
	case INDICATOR_RATIO:
	case INDICATOR_SCORE:
	case INDICATOR_PROGRESS:
	case INDICATOR_BEHIND:
		return derived_worth(work, indicator);
	case INDICATOR_CHANGE:
	case INDICATOR_BASELINE:
	case INDICATOR_UNITS:
		break;
	}
	return (struct worth){ .value = NAN };
}

/* Whether indicator, or one that it is worked out of, only makes sense now. */
static bool is_of_now(const struct indicators *indicators, uint32_t number)
{
	enum indicator_kind kind = indicators->list[number].kind;

	return kind == INDICATOR_CHANGE || kind == INDICATOR_BASELINE || kind == INDICATOR_UNITS;
}

uint32_t indicators_series(const struct indicators *indicators, uint32_t indicator, uint64_t *ret,
			   uint32_t max)
{
	uint32_t n_reads, n = 0;
	const uint32_t *reads = lists_of(&indicators->plan.uses.reads, indicator, &n_reads);

	for (uint32_t i = 0; i < n_reads; i++)
		if (is_of_now(indicators, reads[i]))
			return 0;

	for (uint32_t i = 0; i < n_reads; i++) {
		uint64_t key = series_key(indicators, reads[i]);
		uint32_t k = 0;

		while (k < n && ret[k] != key)
			k++;
		if (key != 0 && k == n && n < max)
			ret[n++] = key;
	}
	return n;
}

struct reading indicators_work_out(const struct indicators *indicators, uint32_t indicator,
				   const uint64_t *series, const struct cell_sum *sums, uint32_t n,
				   int64_t length_ms, int64_t end_ms)
{
	struct work work = { indicators, series, sums, n, length_ms, end_ms };
	struct reading reading = { .quality = QUALITY_UNKNOWN, .value = NAN };
	struct worth worth;
	bool is_known = false;

	for (uint32_t i = 0; i < n; i++)
		is_known |= sums[i].n > 0;
	if (!is_known)
		return reading;

	worth = work_out(&work, indicator);
	reading.samples = worth.samples;
	if (isnan(worth.value))
		return reading;
	reading.value = worth.value;
	reading.quality = QUALITY_GOOD;
	return reading;
}
