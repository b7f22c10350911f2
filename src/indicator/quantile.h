/* SPDX-License-Identifier: Apache-2.0 */
/*
 * quantile: a sketch of many values from which any quantile is read within QUANTILE_ERROR.
 *
 * Values are counted in buckets whose bounds grow by a constant factor (Masson, Rim and Lee,
 * "DDSketch", VLDB 2019), so sketches merge without loss by adding counts.  Values up to 1e-9,
 * negative ones among them, count as 0; those above 1e18 as about 1e18.
 *
 * A sketch is named by its block in a pool; POOL_NONE is the empty one.  No heap.
 */
#ifndef IOCD_INDICATOR_QUANTILE_H
#define IOCD_INDICATOR_QUANTILE_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/base/defs.h"
#include "iocd/base/pool.h"

#define QUANTILE_BUCKETS 3200 /* number 0 is for zero */

enum quantile_outcome {
	QUANTILE_REFUSED = 1, /* the pool is used up; the value is lost */
};

/* The bucket of value. */
uint16_t quantile_bucket(double value);

/* Counts n values of a bucket into *sketch, which may move.  0 or QUANTILE_REFUSED. */
int quantile_add(struct pool *pool, uint32_t *sketch, uint16_t bucket, uint32_t n) MUST_USE;

/* Adds what from holds to *to, which may move.  0 or QUANTILE_REFUSED: some is lost. */
int quantile_merge(struct pool *pool, uint32_t *to, uint32_t from) MUST_USE;

/* Lends the numbers, rising, of the buckets that are not empty, and their counts, until the sketch
 * is added to; returns how many there are. */
uint32_t quantile_entries(const struct pool *pool, uint32_t sketch, const uint16_t **ret_numbers,
			  const uint32_t **ret_counts);

/* Gives the sketch's memory back and empties it. */
void quantile_clear(struct pool *pool, uint32_t *sketch);

/* Claims the block of sketch, in a pool that was loaded: whether it is a sound one. */
bool quantile_claim(struct pool *pool, uint32_t sketch) MUST_USE;

/* Adds the counts of sketch to counts. */
void quantile_gather(const struct pool *pool, uint32_t sketch, uint64_t counts[QUANTILE_BUCKETS]);

/* The value of rank q * (n - 1), rounded down, of the n gathered ones; NaN if there are none. */
double quantile_read(const uint64_t counts[QUANTILE_BUCKETS], double q);

#endif
