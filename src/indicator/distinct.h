/* SPDX-License-Identifier: Apache-2.0 */
/*
 * distinct: how many different values were seen since any minute of the last months, or of the last
 * year.
 *
 * Of every value the hash is kept with the latest minute in which it was seen; values seen since a
 * minute are those whose latest is not before it, so one sketch serves every window.  Up to
 * DISTINCT_EXACT_MAX values this is a table, and exact.  Beyond, it becomes a HyperLogLog
 * (Flajolet, Fusy, Gandouet and Meunier, 2007) that remembers the latest minute for each rank of
 * each register (the idea of Chabchoub and Hebrail's sliding HyperLogLog, 2010), read with the
 * estimator of Ertl (2017), which needs no correction for small or large numbers.
 *
 * A sketch is named by its block in a pool; POOL_NONE is the empty one.  No heap.
 */
#ifndef IOCD_INDICATOR_DISTINCT_H
#define IOCD_INDICATOR_DISTINCT_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/base/defs.h"
#include "iocd/base/pool.h"
#include "iocd/event.h"
#include "moment.h"

enum distinct_outcome {
	DISTINCT_NEW = 1, /* done; the value was not seen in that minute or since */
	DISTINCT_REFUSED, /* the pool is used up; the value is lost */
};

/* The hash by which equal values of a field of that kind are known. */
uint64_t distinct_hash(enum field_kind kind, const struct value *value);

/* No month and the one before it are longer, and no year. */
#define DISTINCT_KEEP_MONTHS (62u * DAY_MINUTES)
#define DISTINCT_KEEP_YEAR   (367u * DAY_MINUTES)

/* Notes in *sketch, which may move, that the value of hash was seen in minute (above 0).  Values
 * that were not seen for keep_minutes before it may be forgotten. */
int distinct_add(struct pool *pool, uint32_t *sketch, uint64_t hash, uint32_t minute,
		 uint32_t keep_minutes) MUST_USE;

/* The number of values seen in minute first or later. */
double distinct_read(const struct pool *pool, uint32_t sketch, uint32_t first);

/* Adds what from holds to *to, which may move; how many values were refused memory. */
uint32_t distinct_merge(struct pool *pool, uint32_t *to, uint32_t from, uint32_t keep_minutes);

/* Gives the sketch's memory back and empties it. */
void distinct_clear(struct pool *pool, uint32_t *sketch);

/* Claims the block of sketch, in a pool that was loaded: whether it is a sound one. */
bool distinct_claim(struct pool *pool, uint32_t sketch) MUST_USE;

/* The same without minutes: registers, with the highest rank of the hashes that fall on each. */
#define DISTINCT_REGISTERS 2048u
#define DISTINCT_RANKS     31u

/* Notes n hashes in registers; estimates how many different ones there were. */
void distinct_rank(const uint64_t *hashes, uint32_t n, uint8_t ranks[DISTINCT_REGISTERS]);
double distinct_estimate(const uint8_t ranks[DISTINCT_REGISTERS]);

#endif
