/* SPDX-License-Identifier: Apache-2.0 */
#include "derive.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

uint32_t indicator_n_parts(const struct indicator *indicator)
{
	switch (indicator->kind) {
	case INDICATOR_RATIO:
		return 2;
	case INDICATOR_SCORE:
		return indicator->n_terms;
	case INDICATOR_PROGRESS:
	case INDICATOR_BEHIND:
	case INDICATOR_CHANGE:
	case INDICATOR_BASELINE:
	case INDICATOR_UNITS:
		return 1;
	case INDICATOR_COUNT:
	case INDICATOR_SUM:
	case INDICATOR_MEAN:
	case INDICATOR_MIN:
	case INDICATOR_MAX:
	case INDICATOR_LAST:
	case INDICATOR_RATE:
	case INDICATOR_DISTINCT:
	case INDICATOR_QUANTILE:
	case INDICATOR_STOCK:
	case INDICATOR_GAUGE:
		break;
	}
	return 0;
}

uint32_t indicator_part(const struct indicator *indicator, uint32_t i)
{
	assert(i < indicator_n_parts(indicator));
	return indicator->kind == INDICATOR_SCORE ? indicator->terms[i].indicator
						  : indicator->parts[i];
}

uint64_t level_samples(double value)
{
	if (!(value >= 0.5))
		return 0;
	return value < 1e18 ? (uint64_t)(value + 0.5) : UINT64_C(1000000000000000000);
}

double ratio_value(double above, double below)
{
	return below == 0 ? NAN : above / below;
}

void score_add(struct score_sum *sum, const struct score_term *term, double value)
{
	if (isnan(value))
		return;
	sum->weighted += term->weight * value / term->max;
	sum->weights += term->weight;
	sum->there++;
}

double score_read(const struct score_sum *sum)
{
	return sum->there > 0 ? 100 * sum->weighted / sum->weights : NAN;
}

double score_value(const struct indicator *score, const double *values, uint32_t *ret_there)
{
	struct score_sum sum = { 0 };

	for (uint32_t i = 0; i < score->n_terms; i++)
		score_add(&sum, &score->terms[i], values[i]);
	*ret_there = sum.there;
	return score_read(&sum);
}

double progress_value(const struct indicator *progress, double done)
{
	return done / progress->target_value;
}

double behind_value(const struct indicator *behind, double progress, int64_t at_ms)
{
	double whole = (double)(behind->by_ms - behind->from_ms);
	double planned = (double)(at_ms - behind->from_ms) / whole;

	if (planned < 0)
		planned = 0;
	if (planned > 1)
		planned = 1;
	return planned - progress;
}

double change_value(const struct indicator *change, double now, double before)
{
	if (!change->is_relative)
		return now - before;
	return before == 0 ? NAN : (now - before) / fabs(before);
}

bool units_value_counts(const struct indicator *units, double value)
{
	switch (units->is) {
	case UNITS_GT:
		return value > units->limit;
	case UNITS_GE:
		return value >= units->limit;
	case UNITS_LT:
		return value < units->limit;
	case UNITS_LE:
		break;
	}
	return value <= units->limit;
}

static int compare_values(const void *a, const void *b)
{
	const double *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

double median(double *values, uint32_t n)
{
	if (n == 0)
		return NAN;
	qsort(values, n, sizeof(*values), compare_values);
	return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

const struct score_band *indicator_band(const struct indicator *indicator, double value)
{
	const struct score_band *band = NULL;

	for (uint32_t i = 0; i < indicator->n_bands && value >= indicator->bands[i].from; i++)
		band = &indicator->bands[i];
	return band;
}
