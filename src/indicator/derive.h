/* SPDX-License-Identifier: Apache-2.0 */
/*
 * derive: the arithmetic of kinds that are worked out of others, on values alone, so that live
 * readings and history cannot differ.
 *
 * NaN stands for a value that there is not.  Pure.
 */
#ifndef IOCD_INDICATOR_DERIVE_H
#define IOCD_INDICATOR_DERIVE_H

#include <stdint.h>

#include "iocd/indicator_kind.h"

/* How many parts indicator is worked out of (0: it is counted, or followed), and which they are. */
uint32_t indicator_n_parts(const struct indicator *indicator);
uint32_t indicator_part(const struct indicator *indicator, uint32_t i);

/* What a stock or gauge says of how many cases are behind it; of more than can be told, 1e18. */
uint64_t level_samples(double value);

/* above / below; of nothing there is no share. */
double ratio_value(double above, double below);

/* The score of a SCORE whose terms have these values, over those that are there; how many are in
 * *ret_there. */
double score_value(const struct indicator *score, const double *values, uint32_t *ret_there);

/* A score in the making. */
struct score_sum {
	double weighted;
	double weights;
	uint32_t there;
};

/* Add the value of a term, if it has one; and the score so far. */
void score_add(struct score_sum *sum, const struct score_term *term, double value);
double score_read(const struct score_sum *sum);

/* done as a share of the goal of a PROGRESS; what a BEHIND makes of a progress at an instant; what
 * a CHANGE makes of now and before. */
double progress_value(const struct indicator *progress, double done);
double behind_value(const struct indicator *behind, double progress, int64_t at_ms);
double change_value(const struct indicator *change, double now, double before);

/* Whether a UNITS counts a unit whose part has value; never one without. */
bool units_value_counts(const struct indicator *units, double value);

/* The middle of n values, which are put in order; NaN of none. */
double median(double *values, uint32_t n);

#endif
