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
};

/* Read the limits that are given over those in *ret.  False: a mistake was reported. */
bool limits_read(struct load *load, const struct limit_nodes *nodes, struct limits *ret);

/* Reports what contradicts itself in limits.  before, or NULL, are those that were found good
 * before an override was laid over them: mistakes are told at what the override says. */
bool limits_check(struct load *load, const struct limits *limits, const struct limits *before);

/* Warns if limits of a ratio that never exceeds 1 lie beyond it; before as above. */
void limits_check_share(struct load *load, const struct limits *limits, const struct limits *before,
			const struct indicator *indicator);

#endif
