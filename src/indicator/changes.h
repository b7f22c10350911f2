/* SPDX-License-Identifier: Apache-2.0 */
/*
 * changes: the set of (indicator, unit) whose value may differ, in the order they were marked.
 *
 * One bit each, those of a unit side by side, and a list.  No heap after changes_init().
 */
#ifndef IOCD_INDICATOR_CHANGES_H
#define IOCD_INDICATOR_CHANGES_H

#include <stddef.h>
#include <stdint.h>

#include "iocd/indicator.h"

struct changes {
	uint64_t *bits;      /* owned; [unit * n_indicators + indicator] */
	struct change *list; /* owned; room for every pair */
	size_t n;
	uint32_t n_indicators;
};

/* Makes the empty set of so many indicators and units; and frees what it holds. */
void changes_init(struct changes *changes, uint32_t n_indicators, uint32_t n_units);
void changes_fini(struct changes *changes);

/* Empties the set and lends what was in it, until something is marked again. */
size_t changes_take(struct changes *changes, const struct change **ret);

/* Asks for the memory that marking pairs of unit will need. */
static inline void changes_expect(const struct changes *changes, uint32_t unit)
{
	__builtin_prefetch(&changes->bits[(size_t)unit * changes->n_indicators / 64], 1);
}

/* Puts a pair into the set. */
static inline void changes_mark(struct changes *changes, uint32_t indicator, uint32_t unit)
{
	size_t number = (size_t)unit * changes->n_indicators + indicator;
	uint64_t bit = (uint64_t)1 << (number & 63);

	if (changes->bits[number >> 6] & bit)
		return;
	changes->bits[number >> 6] |= bit;
	changes->list[changes->n++] = (struct change){ .indicator = indicator, .unit = unit };
}

#endif
