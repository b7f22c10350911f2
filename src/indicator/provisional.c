/* SPDX-License-Identifier: Apache-2.0 */
#include "provisional.h"

#include <assert.h>
#include <stdlib.h>

#include "iocd/base/err.h"
#include "iocd/rollup.h"
#include "state.h"

void provisional_init(struct provisional *provisional, uint32_t n_units)
{
	*provisional = (struct provisional){
		.misses = xcalloc((size_t)n_units + 1, sizeof(*provisional->misses)),
		.n = xcalloc((size_t)n_units + 1, sizeof(*provisional->n)),
		.n_units = n_units,
	};
}

void provisional_fini(struct provisional *provisional)
{
	free(provisional->n);
	free(provisional->misses);
	*provisional = (struct provisional){ 0 };
}

bool provisional_note(struct provisional *provisional, const uint32_t *parents, uint32_t unit,
		      bool misses)
{
	if (provisional->misses[unit] == misses)
		return false;
	provisional->misses[unit] = misses;
	for (uint32_t u = unit; u != UNIT_NONE; u = parents[u])
		provisional->n[u] += misses ? 1u : -1u;
	return true;
}

void provisional_save(const struct provisional *provisional, struct bytes_writer *writer)
{
	uint32_t n = 0;

	for (uint32_t unit = 0; unit < provisional->n_units; unit++)
		n += provisional->misses[unit];
	bytes_put_u32(writer, n);
	for (uint32_t unit = 0; unit < provisional->n_units; unit++)
		if (provisional->misses[unit])
			bytes_put_u32(writer, unit);
}

void provisional_load(struct provisional *provisional, struct bytes_reader *reader,
		      const struct renumber *units, const uint32_t *parents)
{
	uint32_t n = bytes_get_count(reader, sizeof(uint32_t));

	for (uint32_t i = 0; i < n && !reader->is_bad; i++) {
		uint32_t unit = renumber(units, bytes_get_u32(reader));

		if (unit != RENUMBER_GONE)
			(void)provisional_note(provisional, parents, unit, true);
	}
}

/* What was never heard has no figures that could change. */
static void mark_figures(struct indicators *indicators, uint32_t unit)
{
	for (uint32_t feed = 0; feed < indicators->hearing.n_feeds; feed++)
		if (hearing_knows(&indicators->hearing, (struct voice){ feed, unit }))
			(void)state_mark_feed(indicators, (struct voice){ feed, unit });
}

void indicators_note_complete(struct indicators *indicators, uint32_t unit, bool is_complete)
{
	struct provisional *provisional = &indicators->provisional;

	assert(unit < indicators->n_units);
	if (!provisional_note(provisional, indicators->parents, unit, !is_complete))
		return;
	for (uint32_t u = unit; u != UNIT_NONE; u = indicators->parents[u])
		if (provisional->n[u] == (is_complete ? 0 : 1))
			mark_figures(indicators, u);
}
