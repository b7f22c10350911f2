/* SPDX-License-Identifier: Apache-2.0 */
#include "cells.h"

#include <stdlib.h>

#include "iocd/base/err.h"

int cells_init(struct cells *cells, const struct plan *plan, uint32_t n_units)
{
	*cells = (struct cells){
		.by_key = xcalloc(plan->n_streams + (size_t)1, sizeof(*cells->by_key)),
		.hour = HOUR_NONE,
		.before = HOUR_NONE,
		.mark = -1,
		.next = n_units,
	};
	for (uint32_t i = 0; i < plan->n_streams; i++) {
		uint32_t at = i;

		for (; at > 0 && plan->streams[cells->by_key[at - 1]].key > plan->streams[i].key;
		     at--)
			cells->by_key[at] = cells->by_key[at - 1];
		cells->by_key[at] = i;
	}
	return growths_init(&cells->growths, GRAIN_HOURS, plan, n_units);
}

void cells_fini(struct cells *cells)
{
	batches_fini(&cells->batches);
	growths_fini(&cells->growths);
	free(cells->by_key);
	*cells = (struct cells){ 0 };
}
