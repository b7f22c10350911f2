/* SPDX-License-Identifier: Apache-2.0 */
#include "figures.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static int compare(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return (left > right) - (left < right);
}

void samples_add(struct samples *samples, double value)
{
	if (samples->n < SAMPLES_MAX)
		samples->values[samples->n++] = value;
}

double samples_median(const struct samples *samples)
{
	struct samples sorted = *samples;
	size_t half = sorted.n / 2;

	assert(sorted.n > 0);
	sort_values(sorted.values, sorted.n);
	if (sorted.n % 2)
		return sorted.values[half];
	return (sorted.values[half - 1] + sorted.values[half]) / 2;
}

double samples_min(const struct samples *samples)
{
	double least = INFINITY;

	for (size_t i = 0; i < samples->n; i++)
		least = fmin(least, samples->values[i]);
	return least;
}

double samples_max(const struct samples *samples)
{
	double most = -INFINITY;

	for (size_t i = 0; i < samples->n; i++)
		most = fmax(most, samples->values[i]);
	return most;
}

double sorted_quantile(const double *sorted, size_t n, double q)
{
	size_t rank = (size_t)ceil(q * (double)n);

	assert(n > 0);
	return sorted[rank > 0 ? rank - 1 : 0];
}

void sort_values(double *values, size_t n)
{
	qsort(values, n, sizeof(*values), compare);
}

void table_head(struct text *out)
{
	text_add(out, "| row | target | figure | verdict |\n|---|---|---|---|\n");
}

void table_row(struct text *out, const char *name, const char *target, const char *figure,
	       enum grade grade)
{
	static const char *const words[] = {
		[GRADE_MISSED] = "**missed**",
		[GRADE_FIRST_STEP] = "first step met",
		[GRADE_MET] = "met",
	};

	text_add(out, "| %s | %s | %s | %s |\n", name, target, figure, words[grade]);
}

enum grade at_most(double value, double limit)
{
	return value <= limit ? GRADE_MET : GRADE_MISSED;
}

enum grade at_least(double value, double limit)
{
	return value >= limit ? GRADE_MET : GRADE_MISSED;
}
