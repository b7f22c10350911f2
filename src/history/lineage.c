/* SPDX-License-Identifier: Apache-2.0 */
#include "lineage.h"

#include <stdlib.h>

#include "iocd/base/err.h"

void lineage_init(struct lineage *lineage, const struct units *units, enum history_view view,
		  const uint32_t *asked, uint32_t n)
{
	uint32_t n_registered = units_registered(units);

	lineage->units = units;
	lineage->view = view;
	lineage->slots = xcalloc((size_t)n_registered + 1, sizeof(*lineage->slots));
	for (uint32_t i = 0; i < n_registered; i++)
		lineage->slots[i] = UNIT_NONE;
	for (uint32_t i = 0; i < n; i++)
		lineage->slots[asked[i]] = i;
}

void lineage_fini(struct lineage *lineage)
{
	free(lineage->slots);
	lineage->slots = NULL;
}

/* What came from a unit before it was is told by those that it was made of, late: it counts for
 * whom that one counted first. */
static uint32_t above(const struct lineage *lineage, uint32_t unit, int32_t day)
{
	const struct unit *about = units_at(lineage->units, unit);

	if (lineage->view == HISTORY_AS_IS)
		return units_parent(lineage->units, unit);
	if (day < about->from_day)
		day = about->from_day;
	return units_parent_on(lineage->units, unit, day);
}

/* Who counts for unit on that day: one that is no more by then has a successor. */
static uint32_t who_counts(const struct lineage *lineage, uint32_t unit, int32_t day)
{
	bool is_over = day > units_at(lineage->units, unit)->until_day;

	return lineage->view == HISTORY_AS_IS || is_over ? units_successor(lineage->units, unit)
							 : unit;
}

/* A register in which somebody stood above himself ends at LINEAGE_MAX. */
uint32_t lineage_of(const struct lineage *lineage, uint32_t unit, int32_t day,
		    uint32_t ret[LINEAGE_MAX])
{
	uint32_t n = 0;

	unit = who_counts(lineage, unit, day);
	for (int depth = 0; unit != UNIT_NONE && depth < LINEAGE_MAX; depth++) {
		if (lineage->slots[unit] != UNIT_NONE)
			ret[n++] = lineage->slots[unit];
		unit = above(lineage, unit, day);
		if (unit != UNIT_NONE)
			unit = who_counts(lineage, unit, day);
	}
	return n;
}
