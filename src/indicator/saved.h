/* SPDX-License-Identifier: Apache-2.0 */
/*
 * saved: the form of the part of a save that this room writes.
 *
 *   part "figures", the present time, the offset of local time, refusals
 *   the hearing
 *   streams: number; of each its key, its ring, its measures: number, of each kind and key
 *   the pool of sketches
 *   series: number; of each a head, then its cells as they lie in memory
 *   the cells that have not left for history, and when they will
 *   gauges, stocks, baselines, openings
 *   what has not left for the iocd above, and units of which something is still to come
 *
 * What is pending is not saved, for there is nothing; nor is what follows from the rest.
 */
#ifndef IOCD_INDICATOR_SAVED_H
#define IOCD_INDICATOR_SAVED_H

#include <assert.h>
#include <endian.h>
#include <stdint.h>

#include "plan.h"
#include "series.h"

#define SAVED_PART    "figures"
#define SAVED_VERSION 2

enum saved_role {
	SAVED_LEAF,  /* nothing is below its unit */
	SAVED_WHOLE, /* of all at and below it */
	SAVED_OWN,   /* of what came from it, though there are others below */
};

struct saved_series {
	uint32_t unit;
	uint32_t role;
	uint32_t stream; /* by its place in the save */
	uint32_t newest; /* from here on as in struct series */
	uint32_t newest_at;
	uint32_t zero;
	int64_t last_ms;
	uint64_t position;
};

static_assert(__BYTE_ORDER == __LITTLE_ENDIAN, "cells are saved as they lie in memory");
static_assert(sizeof(struct saved_series) == 40 && sizeof(struct last) == 16,
	      "what is saved has no padding");
static_assert(MEASURE_SUM == 0 && MEASURE_LAST == 3 && MEASURE_QUANTILE == 5,
	      "kinds are saved by number");

/* Bytes of the cells of a series, counts of all kinds among them. */
static inline uint32_t saved_cells_bytes(const struct stream *stream)
{
	return stream->counts_at + stream->ring * (uint32_t)sizeof(uint32_t) - stream->periods_at;
}

#endif
