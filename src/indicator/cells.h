/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cells: what each own series gained in each hour, until it leaves for history.
 *
 * Cells leave by units, a bounded number with each tick; what leaves waits as batches until it is
 * taken.
 *
 * No heap where events are counted; batches are put together on it.  No clock.
 */
#ifndef IOCD_INDICATOR_CELLS_H
#define IOCD_INDICATOR_CELLS_H

#include <stdbool.h>
#include <stdint.h>

#include "growing.h"
#include "iocd/base/text.h"
#include "iocd/cell.h"

#define CELL_BATCH_MAX 4096 /* cells of one batch */
#define HOUR_NONE      INT32_MIN

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
	struct growths growths; /* by hours */
	uint32_t *by_key;       /* owned; numbers of streams, in order of their keys */
	uint64_t last_batch;
	int64_t mark;   /* which mark in time was passed last */
	int32_t hour;   /* of the last tick; HOUR_NONE: there was none */
	int32_t before; /* cells of earlier hours are leaving */
	uint32_t next;  /* unit that is to leave next */
	struct batches batches;
};

/* Makes the cells of series of plan, of which there are none yet.  0 or a fault of mmap. */
int cells_init(struct cells *cells, const struct plan *plan, uint32_t n_units) MUST_USE;
void cells_fini(struct cells *cells);

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
