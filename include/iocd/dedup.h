/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dedup: has this event been accepted before?
 *
 * Remembers source and id of accepted events (as XXH3-128) with a digest of their content, in two
 * generations of fixed size that are reserved at the start and filled without the heap.  A
 * generation is left when it is memory_ms old or full; an event older than what is still remembered
 * is refused as too old rather than risked twice.
 *
 * Pure: time comes from the events' arrival.  One thread at a time.
 */
#ifndef IOCD_DEDUP_H
#define IOCD_DEDUP_H

#include "iocd/event.h"
#include "iocd/reason.h"

struct dedup_options {
	uint32_t max_ids;  /* per generation; rounded up to a power of two from 1024 to 2^26 */
	int64_t memory_ms; /* an id is remembered at least this long unless max_ids is reached */
};

struct dedup;

/* Reserves the memory (32 bytes per id of max_ids, two generations; the kernel gives pages as they
 * are touched: of these, 24 bytes in the order of arrival).  0 or a fault. */
int dedup_new(struct dedup **ret, const struct dedup_options *options) MUST_USE;
struct dedup *dedup_free(struct dedup *dedup);
DEFINE_CLEANUP(struct dedup, dedup_free)

/* Admits event and remembers it: REASON_NONE; or refuses it and changes nothing:
 * REASON_duplicate, REASON_id_conflict, REASON_ts_old. */
enum reason dedup_admit(struct dedup *dedup, const struct event *event);

/* Events that happened before this instant (ms) can no longer be told from repeats: the arrival of
 * the oldest id that is remembered, or just after the latest time of any that was forgotten (by a
 * clock that was ahead).  INT64_MIN while nothing was forgotten. */
int64_t dedup_horizon_ms(const struct dedup *dedup);

/* Ids remembered now. */
uint64_t dedup_count(const struct dedup *dedup);

#endif
