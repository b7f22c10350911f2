/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tally: how many units have a value on the good side of a limit, for each UNITS indicator, at
 * every unit and over each of its windows.
 *
 * A bit for each unit, and counts up the tree that move when it flips.  Bits are looked at again
 * when changes are taken: only those of units whose value may have changed.
 *
 * No heap after tallies_init(), no clock.
 */
#ifndef IOCD_INDICATOR_TALLY_H
#define IOCD_INDICATOR_TALLY_H

#include <stdint.h>

#include "iocd/indicator.h"

struct indicators;

/* Units at and below one, by window of the indicator. */
struct tally {
	uint32_t counted[INDICATOR_WINDOWS_MAX]; /* whose value is so */
	uint32_t known[INDICATOR_WINDOWS_MAX];   /* whose value is known, and neither stale */
	uint32_t expected;                       /* that may count */
};

/* What is known of one unit: a bit for each window. */
struct tally_bits {
	uint8_t counted, known;
};

struct tallies {
	const struct indicator *list; /* borrowed, as is the next */
	const uint32_t *parents;
	uint32_t n_units;
	uint32_t n;
	uint32_t *numbers;       /* owned; indexes in list of those that are UNITS */
	uint32_t *slots;         /* owned; by index in list: place in numbers */
	struct tally *sums;      /* owned; [slot * n_units + unit] */
	struct tally_bits *bits; /* owned; the same */
};

/* Makes the tallies of a list while nothing is known; frees what they hold. */
void tallies_init(struct tallies *tallies, const struct indicators_options *options);
void tallies_fini(struct tallies *tallies);

/* Lends the tally of UNITS indicator at unit. */
static inline const struct tally *tallies_at(const struct tallies *tallies, uint32_t indicator,
					     uint32_t unit)
{
	return &tallies->sums[(size_t)tallies->slots[indicator] * tallies->n_units + unit];
}

/* Looks again at all units whose values are among the changes, and marks what follows. */
void tallies_follow(struct indicators *indicators);

/* Looks at all units, after a load; marks nothing. */
void tallies_rebuild(struct indicators *indicators);

#endif
