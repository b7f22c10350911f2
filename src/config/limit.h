/* SPDX-License-Identifier: Apache-2.0 */
/*
 * limit: warning, critical and clear of a rule, and whether they can be meant together.
 *
 * Knows nothing of units: scope.h lays overrides over limits and comes back here for each.
 */
#ifndef IOCD_CONFIG_LIMIT_H
#define IOCD_CONFIG_LIMIT_H

#include "read.h"

/* The nodes of limits, in a rule or in an override; NULL where there is none. */
struct limit_nodes {
	const struct node *warning, *critical, *clear;
	const struct indicator *banded; /* lent; its bands may be named; NULL: none may */
};

/* Read the limits that are given over those in *ret.  False: a mistake was reported. */
bool limits_read(struct load *load, const struct limit_nodes *nodes, struct limits *ret);

/* Reports what contradicts itself in limits.  before, or NULL, are those that were found good
 * before an override was laid over them: mistakes are told at what the override says. */
bool limits_check(struct load *load, const struct limits *limits, const struct limits *before);

/* True for ">" and ">=": large values are bad. */
static inline bool limit_is_upper(const struct threshold *limit)
{
	return limit->comparison == COMPARE_GT || limit->comparison == COMPARE_GE;
}

/* True for ">=" and "<=". */
static inline bool limit_includes(const struct threshold *limit)
{
	return limit->comparison == COMPARE_GE || limit->comparison == COMPARE_LE;
}

#endif
