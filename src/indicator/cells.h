/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cells: what each own series gained in each hour, until it leaves for history.
 *
 * A series has a short list of such cells, the one that was added to last in front: an event finds
 * its hour there at once.  An hour may stand in the list twice when many others came between.
 * Cells leave by units, a bounded number with each tick; what leaves waits as batches until it is
 * taken.
 *
 * No heap where events are counted; batches are put together on it.  No clock.
 */
#ifndef IOCD_INDICATOR_CELLS_H
#define IOCD_INDICATOR_CELLS_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/base/bytes.h"
#include "iocd/base/pool.h"
#include "iocd/base/text.h"
#include "iocd/cell.h"
#include "series.h"
#include "update.h"

#define CELL_BATCH_MAX 4096 /* cells of one batch */
#define HOUR_NONE      INT32_MIN

/* A cell that is growing: a block in a pool.  The measures of its stream stand behind it, each at
 * its cell_at: a double, a struct last (time_ms -1: none), a struct value_set, or the handle of a
 * quantile sketch. */
struct growing {
	uint64_t n;     /* events */
	uint32_t older; /* the next of its series */
	int32_t hour;
	char measures[];
};

/* Batches that have left and were not taken.  While they are made, bodies are known by offset. */
struct batches {
	struct text bodies;
	struct cell *cells;      /* owned */
	struct cell_batch *list; /* owned */
	size_t n_cells, max_cells;
	size_t n, max;
	size_t n_closed; /* cells that are in a batch of list */
	bool taken;      /* they are lent, and go with the next that comes */
};

struct cells {
	struct pool *pool; /* owned; of the growing ones */
	size_t max_bytes;
	uint32_t *by_key; /* owned; numbers of streams, in order of their keys */
	uint32_t n;       /* growing ones */
	uint64_t last_batch;
	uint64_t refusals; /* cells, or measures of them, lost to a full pool */
	int64_t mark;      /* which mark in time was passed last */
	int32_t hour;      /* of the last tick; HOUR_NONE: there was none */
	int32_t before;    /* cells of earlier hours are leaving */
	uint32_t next;     /* unit that is to leave next */
	struct batches batches;
};

/* Makes the cells of series of plan, of which there are none yet.  0 or a fault of mmap. */
int cells_init(struct cells *cells, const struct plan *plan, uint32_t n_units) MUST_USE;
void cells_fini(struct cells *cells);

/* Asks for the memory that counting events of series will need. */
static inline void cells_expect(const struct cells *cells, const struct series *series)
{
	if (series->cells != POOL_NONE)
		__builtin_prefetch(pool_at(cells->pool, series->cells), 1);
}

/* Adds what is pending in series, an own one, to its cell of that hour. */
void cells_carry(struct cells *cells, const struct stream *stream, struct series *series);

/* Adds an update. */
void cells_update(struct cells *cells, const struct stream *stream, struct series *series,
		  const struct update *update);

/* Gives a cell with all it owns back. */
void cells_drop(struct cells *cells, const struct stream *stream, uint32_t handle);

/* Puts a cell at the front of the list of series; NULL: the pool is used up. */
struct growing *cells_push(struct cells *cells, const struct stream *stream, struct series *series,
			   int32_t hour);

static inline struct growing *cells_at(const struct cells *cells, uint32_t handle)
{
	return handle == POOL_NONE ? NULL : pool_at(cells->pool, handle);
}

/* Puts the body of a cell into writer; fills a fresh cell of n events from one that reader holds,
 * without the measures that stream does not have. */
void cells_put_body(const struct cells *cells, const struct stream *stream,
		    const struct growing *cell, struct bytes_writer *writer);
void cells_get_body(struct cells *cells, const struct stream *stream, struct growing *cell,
		    struct bytes_reader *reader);

/* Adds a cell without its body to the batches; what is put into the writer until it ends is that.
 */
struct cell *batches_add(struct batches *batches);

/* Ends the batch of all that was added since the last, and numbers it; nothing if that was nothing.
 * A batch that is full ends by itself. */
void batches_close(struct batches *batches, uint64_t *last, int64_t tick_ms);

/* Forgets them. */
void batches_clear(struct batches *batches);
void batches_fini(struct batches *batches);

/* Lends them. */
size_t batches_take(struct batches *batches, const struct cell_batch **ret);

#endif
