/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bodies stand one behind the other in one text, which moves while it grows; cells and batches in
 * two arrays that do, too.  So addresses are only put in when they are lent.
 */
#include <stdlib.h>

#include "cells.h"
#include "iocd/base/err.h"

void batches_clear(struct batches *batches)
{
	text_clear(&batches->bodies);
	batches->n_cells = 0;
	batches->n_closed = 0;
	batches->n = 0;
	batches->taken = false;
}

void batches_fini(struct batches *batches)
{
	text_fini(&batches->bodies);
	free(batches->cells);
	free(batches->list);
	*batches = (struct batches){ 0 };
}

struct cell *batches_add(struct batches *batches)
{
	if (batches->n_cells == batches->max_cells) {
		batches->max_cells = batches->max_cells ? 2 * batches->max_cells : 256;
		batches->cells =
			xrealloc(batches->cells, batches->max_cells, sizeof(*batches->cells));
	}
	return &batches->cells[batches->n_cells++];
}

void batches_close(struct batches *batches, uint64_t *last, int64_t tick_ms)
{
	if (batches->n_closed == batches->n_cells)
		return;
	if (batches->n == batches->max) {
		batches->max = batches->max ? 2 * batches->max : 8;
		batches->list = xrealloc(batches->list, batches->max, sizeof(*batches->list));
	}
	batches->list[batches->n++] = (struct cell_batch){
		.number = ++*last,
		.tick_ms = tick_ms,
		.n = batches->n_cells - batches->n_closed,
	};
	batches->n_closed = batches->n_cells;
}

size_t batches_take(struct batches *batches, const struct cell_batch **ret)
{
	const char *body = batches->bodies.bytes;
	const struct cell *first = batches->cells;

	if (batches->taken)
		batches_clear(batches);
	for (size_t i = 0; i < batches->n_cells; i++) {
		batches->cells[i].body = body;
		body += batches->cells[i].size;
	}
	for (size_t i = 0; i < batches->n; i++) {
		batches->list[i].cells = first;
		first += batches->list[i].n;
	}
	batches->taken = true;
	*ret = batches->list;
	return batches->n;
}
