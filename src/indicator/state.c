/* SPDX-License-Identifier: Apache-2.0 */
#include "state.h"

/* A ratio lives when the first of its parts does. */
static bool lives(const struct indicators *indicators, uint32_t number, uint32_t unit)
{
	const struct source *sources = indicators->plan.sources[number];

	return shelf_find(&indicators->shelf, sources[0].stream, unit) ||
	       shelf_find(&indicators->shelf, sources[1].stream, unit);
}

struct series *state_add_series(struct indicators *indicators, uint32_t number, uint32_t unit)
{
	const struct stream *stream = &indicators->plan.streams[number];

	for (uint32_t i = 0; i < stream->n_readers; i++)
		indicators->live += !lives(indicators, stream->readers[i], unit);
	return shelf_add(&indicators->shelf, number, unit, stream->series_bytes);
}
