/* SPDX-License-Identifier: Apache-2.0 */
/*
 * past: history's file, and the thread that writes it, as src/history promises them.
 *
 * Batches wait in the memory of the process, are written in the order of their numbers and then
 * synced; what came before is passed over.  A death loses what waits, a cut of power may lose what
 * was not synced.  No batch may ever be missing between two others, or come again as another.
 */
#ifndef SIM_PAST_H
#define SIM_PAST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/base/random.h"
#include "iocd/cell.h"

/* A batch, with its cells and their bodies owned. */
struct past_batch {
	uint64_t number;
	struct cell *cells;
	size_t n;
};

struct past {
	struct past_batch *list; /* owned; number i + 1 at i */
	size_t n;                /* with those that wait */
	size_t n_written;
	size_t n_synced;
	char why[160]; /* what is wrong; "": nothing */
};

void past_fini(struct past *past);

/* A process begins with what is in the file; its first mark there is synced, and all before it. */
void past_open(struct past *past);

/* What a tick brought about. */
void past_put(struct past *past, const struct cell_batch *batches, size_t n);

/* The thread writes a batch, or syncs what it wrote.  False if there is nothing to do. */
bool past_step(struct past *past);

/* Number of the last batch that is known to be safe. */
uint64_t past_committed(const struct past *past);

/* The process died; then perhaps the power went, too. */
void past_process_died(struct past *past);
void past_cut_power(struct past *past, struct random_stream *random);

/* Cells of the same series, unit and hour, merged. */
struct past_sum {
	uint64_t series;
	uint32_t unit;
	int32_t hour;
	struct cell_sum sum;
};

struct past_sums {
	struct past_sum *list; /* owned */
	size_t n;
};

/* Adds a cell: a cell_each_fn, of struct past_sums.  Ends the program if it makes no sense. */
void past_sums_add(void *context, const struct cell *cell);
void past_sums_add_all(struct past_sums *sums, const struct past *past);
void past_sums_fini(struct past_sums *sums);

/* Whether both hold the same, in whatever order. */
bool past_sums_agree(struct past_sums *a, struct past_sums *b);

/* Events of series that came from unit. */
uint64_t past_sums_count(const struct past_sums *sums, uint64_t series, uint32_t unit);

#endif
