/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pairs: a set of (unit, indicator) pairs, each named by its number unit * n_indicators +
 * indicator, so that the numbers of a unit's pairs stand together.
 *
 * A bit for each and a ring in order of marking, both made once.  Pure.
 */
#ifndef IOCD_STORE_PAIRS_H
#define IOCD_STORE_PAIRS_H

#include <stddef.h>
#include <stdint.h>

struct pairs {
	uint64_t *bits; /* owned */
	uint32_t *ring; /* owned; room for every pair */
	size_t capacity;
	size_t first; /* where in ring the oldest is; meaningless when n is 0 */
	size_t n;
};

/* Makes an empty set for n_pairs pairs; gives its memory back. */
void pairs_init(struct pairs *pairs, uint32_t n_pairs);
void pairs_fini(struct pairs *pairs);

/* Puts pair into the set, takes the one out that is in longest (which must be one), empties it. */
void pairs_add(struct pairs *pairs, uint32_t pair);
uint32_t pairs_take(struct pairs *pairs);
void pairs_clear(struct pairs *pairs);

#endif
