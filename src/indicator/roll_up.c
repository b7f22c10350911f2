/* SPDX-License-Identifier: Apache-2.0 */
#include "loading.h"
#include "merge.h"

static void merge_up(struct indicators *indicators, uint32_t number, uint32_t slot)
{
	const struct stream *stream = &indicators->plan.streams[number];
	const struct series *from = shelf_find(&indicators->shelf, number, slot);
	uint32_t above = indicators->slots.up[slot];
	struct series *to;

	if (!from || above == UNIT_NONE)
		return;
	to = shelf_find(&indicators->shelf, number, above);
	if (!to)
		to = state_add_series(indicators, number, above);
	indicators->refusals += series_merge(stream, to, from, indicators->sketches);
}

void loading_roll_up(struct loading *loading)
{
	struct indicators *indicators = loading->indicators;

	/* A parent's number is below its children's, so these are whole when they are merged. */
	for (uint32_t unit = indicators->n_units; unit-- > 0;) {
		uint32_t own = indicators->slots.own[unit];

		for (uint32_t i = 0; i < indicators->plan.n_streams; i++) {
			if (own != unit)
				merge_up(indicators, i, own);
			merge_up(indicators, i, unit);
		}
	}
}
