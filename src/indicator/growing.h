/* SPDX-License-Identifier: Apache-2.0 */
/*
 * growing: what own series gain in each hour or minute, in cells that grow until they leave.
 *
 * A series has a short list of such cells, the one that was added to last in front: an event finds
 * its hour there at once.  An hour may stand in the list twice when many others came between.
 *
 * No heap, no clock.
 */
#ifndef IOCD_INDICATOR_GROWING_H
#define IOCD_INDICATOR_GROWING_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/base/bytes.h"
#include "iocd/base/pool.h"
#include "series.h"
#include "update.h"

/* A cell: a block in a pool.  The measures of its stream stand behind it, each at its cell_at: a
 * double, a struct last (time_ms -1: none), a struct value_set, or the handle of a quantile
 * sketch. */
struct growing {
	uint64_t n;     /* events */
	uint32_t older; /* the next of its series */
	int32_t time;   /* the hour or minute, since 1970 */
	char measures[];
};

/* All cells of one grain. */
struct growths {
	struct pool *pool; /* owned */
	size_t max_bytes;
	enum series_grain grain;
	uint32_t n;
	uint64_t refusals; /* cells, or measures of them, lost to a full pool */
};

/* Makes the cells of series of plan, of which there are none yet; of GRAIN_MINUTES values are
 * always told apart: where a set of them is full, another cell goes on.  0 or a fault of mmap. */
int growths_init(struct growths *growths, enum series_grain grain, const struct plan *plan,
		 uint32_t n_units) MUST_USE;
void growths_fini(struct growths *growths);

/* Whether the memory for them will be used up soon. */
bool growths_run_short(const struct growths *growths);

/* Asks for the memory that counting events of series will need. */
static inline void growths_expect(const struct growths *growths, const struct series *series)
{
	if (series->growing[growths->grain] != POOL_NONE)
		__builtin_prefetch(pool_at(growths->pool, series->growing[growths->grain]), 1);
}

/* Adds what is pending in series, an own one, to its cell of that time. */
void growths_carry(struct growths *growths, const struct stream *stream, struct series *series,
		   int32_t time);

/* Adds an update. */
void growths_update(struct growths *growths, const struct stream *stream, struct series *series,
		    const struct update *update, int32_t time);

/* Gives a cell with all it owns back. */
void growths_drop(struct growths *growths, const struct stream *stream, uint32_t handle);

/* Puts a cell at the front of the list of series; NULL: the pool is used up. */
struct growing *growths_push(struct growths *growths, const struct stream *stream,
			     struct series *series, int32_t time);

/* Turns the list of series over. */
void growths_turn_over(const struct growths *growths, struct series *series);

static inline struct growing *growths_at(const struct growths *growths, uint32_t handle)
{
	return handle == POOL_NONE ? NULL : pool_at(growths->pool, handle);
}

/* The first cell of series. */
static inline struct growing *growths_of(const struct growths *growths, const struct series *series)
{
	return growths_at(growths, series->growing[growths->grain]);
}

/* How many of some measures a cell knows anything of. */
uint8_t growths_count(const struct stream *stream, const struct growing *cell,
		      const struct range *measures);

/* Puts the body of a cell into writer, or of some of its measures alone; fills a fresh cell of
 * n events from one that reader holds, without the measures that stream does not have. */
void growths_put_body(const struct growths *growths, const struct stream *stream,
		      const struct growing *cell, struct bytes_writer *writer);
void growths_put_some(const struct growths *growths, const struct stream *stream,
		      const struct growing *cell, const struct range *measures,
		      struct bytes_writer *writer);
void growths_get_body(struct growths *growths, const struct stream *stream, struct growing *cell,
		      struct bytes_reader *reader);

#endif
