/* SPDX-License-Identifier: Apache-2.0 */
/*
 * figures: samples, their medians, and the table of results.
 *
 * Pure but for writing to a stream.
 */
#ifndef IOCBENCH_FIGURES_H
#define IOCBENCH_FIGURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/base/text.h"

#define SAMPLES_MAX 64

struct samples {
	double values[SAMPLES_MAX];
	size_t n;
};

enum grade { GRADE_MISSED, GRADE_FIRST_STEP, GRADE_MET };

/* Adds one value; what does not fit is left out. */
void samples_add(struct samples *samples, double value);

/* The median, smallest and largest of at least one value. */
double samples_median(const struct samples *samples);
double samples_min(const struct samples *samples);
double samples_max(const struct samples *samples);

/* The value below which a share q (0 to 1) of n sorted values lies: nearest rank.  n is at least 1.
 */
double sorted_quantile(const double *sorted, size_t n, double q);

/* Sorts n values, smallest first. */
void sort_values(double *values, size_t n);

/* Append the head of a table in Markdown, and a row: name, target, figure, grade. */
void table_head(struct text *out);
void table_row(struct text *out, const char *name, const char *target, const char *figure,
	       enum grade grade);

/* Whether value meets a target of at most (or at least) limit. */
enum grade at_most(double value, double limit);
enum grade at_least(double value, double limit);

#endif
