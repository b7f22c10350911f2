/* SPDX-License-Identifier: Apache-2.0 */
#include "slots.h"

#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"

void slots_init(struct slots *slots, const struct units *units)
{
	uint32_t n = units_count(units);

	*slots = (struct slots){
		.own = xcalloc(n + (size_t)1, sizeof(*slots->own)),
		.up = xcalloc(2 * (size_t)n + 1, sizeof(*slots->up)),
		.n_units = n,
		.n = n,
	};
	for (uint32_t unit = 0; unit < n; unit++) {
		uint32_t parent = units_parent(units, unit);

		slots->own[unit] = unit;
		slots->up[unit] = parent;
		if (parent == UNIT_NONE || slots->own[parent] != parent)
			continue;
		slots->own[parent] = slots->n;
		slots->up[slots->n++] = parent;
	}
}

void slots_fini(struct slots *slots)
{
	free(slots->up);
	free(slots->own);
	*slots = (struct slots){ 0 };
}
