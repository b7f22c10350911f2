/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rank: the units that an indicator compares, best first.
 *
 * A unit that does not report is never first: who has too few cases, or no value that is good or
 * partial, is listed behind the others without a place, with the reason.  Units that are alike
 * share a place, and the next ones are left out: 1, 2, 2, 4.
 *
 * Pure; works on memory of the caller.
 */
#ifndef IOCD_RANK_H
#define IOCD_RANK_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/indicator.h"

enum rank_state {
	RANK_PLACED,
	RANK_FEW,     /* fewer samples than the ranking asks for */
	RANK_STALE,   /* its senders are silent */
	RANK_UNKNOWN, /* it has no value */
};

struct rank_row {
	uint32_t unit;
	uint32_t place; /* from 1; 0: none */
	enum rank_state state;
	struct reading reading; /* over the window of the ranking */
};

/* Whether indicator has a ranking. */
bool indicator_is_ranked(const struct indicator *indicator);

/* Fills ret with the ranking of indicator, which has one, among its units at and below top
 * (UNIT_NONE: all of them); returns how many take part.  If these are more than max, what is in ret
 * is no ranking: ask again with more room; n units of the tree are always enough. */
uint32_t indicators_rank(const struct indicators *indicators, uint32_t indicator, uint32_t top,
			 struct rank_row *ret, uint32_t max);

/* How many of n rows have a place: "n of m". */
uint32_t rank_count_placed(const struct rank_row *rows, uint32_t n);

/* Lends the name of a state ("placed"). */
const char *rank_state_name(enum rank_state state);

#endif
