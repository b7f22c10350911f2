/* SPDX-License-Identifier: Apache-2.0 */
/*
 * value_set: which different values there were, for a cell that leaves: up to VALUE_SET_MAX hashes,
 * sorted; beyond, the registers of a HyperLogLog, which tell how many within DISTINCT_ERROR.
 *
 * Lives in a pool.  No heap.
 */
#ifndef IOCD_INDICATOR_VALUE_SET_H
#define IOCD_INDICATOR_VALUE_SET_H

#include <stdbool.h>
#include <stdint.h>

#include "distinct.h"
#include "iocd/base/bytes.h"
#include "iocd/base/pool.h"

#define VALUE_SET_MAX       512u       /* values that are told apart */
#define VALUE_SET_REGISTERS UINT32_MAX /* in place of their number: there are more */

/* Zeroed memory is the empty set. */
struct value_set {
	uint32_t block; /* of hashes, a power of two of them, or of DISTINCT_REGISTERS bytes */
	uint32_t n;     /* values, or VALUE_SET_REGISTERS */
};

/* Adds a value by its hash; whether there was memory. */
bool value_set_add(struct pool *pool, struct value_set *set, uint64_t hash) MUST_USE;

/* Whether the value of hash is in a set that tells values apart. */
bool value_set_has(const struct pool *pool, const struct value_set *set, uint64_t hash);

/* Makes the empty set one with these registers; whether there was memory. */
bool value_set_fill(struct pool *pool, struct value_set *set,
		    const uint8_t ranks[DISTINCT_REGISTERS]) MUST_USE;

/* Puts n, then the hashes or the registers, into writer. */
void value_set_put(const struct pool *pool, const struct value_set *set,
		   struct bytes_writer *writer);

/* Gives its memory back and empties it. */
void value_set_clear(struct pool *pool, struct value_set *set);

#endif
