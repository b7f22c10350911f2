/* SPDX-License-Identifier: Apache-2.0 */
#include "state.h"

/* What is worked out of others lives when the first of its streams does. */
static bool lives(const struct indicators *indicators, uint32_t number, uint32_t unit)
{
	uint32_t n;
	const uint32_t *reads = lists_of(&indicators->plan.uses.reads, number, &n);

	for (uint32_t i = 0; i < n; i++)
		if (indicator_is_counted(&indicators->list[reads[i]]) &&
		    shelf_find(&indicators->shelf, indicators->plan.sources[reads[i]][0].stream,
			       unit))
			return true;
	return false;
}

struct series *state_add_series(struct indicators *indicators, uint32_t number, uint32_t slot)
{
	const struct stream *stream = &indicators->plan.streams[number];

	for (uint32_t i = 0; i < stream->n_readers && slot < indicators->n_units; i++)
		indicators->live += !lives(indicators, stream->readers[i], slot);
	return shelf_add(&indicators->shelf, number, slot, stream->series_bytes);
}
