/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/rank.h"

#include <assert.h>
#include <stdlib.h>

#include "quality.h"

bool indicator_is_ranked(const struct indicator *indicator)
{
	return indicator->ranking.units != NULL;
}

static enum rank_state state_of(const struct ranking *ranking, const struct reading *reading)
{
	if (reading->quality == QUALITY_UNKNOWN)
		return RANK_UNKNOWN;
	if (!quality_is_enough(reading->quality))
		return RANK_STALE;
	return reading->samples < ranking->min_samples ? RANK_FEW : RANK_PLACED;
}

static bool is_below(const struct indicators *indicators, uint32_t unit, uint32_t top)
{
	while (unit != top && unit != UNIT_NONE)
		unit = indicators->parents[unit];
	return unit == top;
}

/* Those with a place first, then by value, then in the order of the tree. */
static int compare(const struct rank_row *a, const struct rank_row *b, double direction)
{
	double left = a->reading.value * direction, right = b->reading.value * direction;

	if (a->state != b->state)
		return a->state < b->state ? -1 : 1;
	if (a->state == RANK_PLACED && left != right)
		return left < right ? -1 : 1;
	return (a->unit > b->unit) - (a->unit < b->unit);
}

static int compare_lowest_first(const void *a, const void *b)
{
	return compare(a, b, 1);
}

static int compare_highest_first(const void *a, const void *b)
{
	return compare(a, b, -1);
}

static void give_places(struct rank_row *rows, uint32_t n)
{
	for (uint32_t i = 0; i < n && rows[i].state == RANK_PLACED; i++) {
		bool is_alike = i > 0 && rows[i].reading.value == rows[i - 1].reading.value;

		rows[i].place = is_alike ? rows[i - 1].place : i + 1;
	}
}

uint32_t indicators_rank(const struct indicators *indicators, uint32_t indicator, uint32_t top,
			 struct rank_row *ret, uint32_t max)
{
	const struct ranking *ranking = &indicators_at(indicators, indicator)->ranking;
	struct rank_row *rows = ret;
	uint32_t n = 0;

	assert(ranking->units);
	for (uint32_t unit = 0; unit < indicators->n_units; unit++) {
		if (!ranking->units[unit] || !is_below(indicators, unit, top))
			continue;
		if (n++ >= max)
			continue;
		rows[n - 1] = (struct rank_row){
			.unit = unit,
			.reading = indicators_read(indicators, indicator, unit, &ranking->window),
		};
		rows[n - 1].state = state_of(ranking, &rows[n - 1].reading);
	}

	if (n > 0 && n <= max)
		qsort(rows, n, sizeof(*rows),
		      ranking->lowest_first ? compare_lowest_first : compare_highest_first);
	if (n <= max)
		give_places(rows, n);
	return n;
}

uint32_t rank_count_placed(const struct rank_row *rows, uint32_t n)
{
	uint32_t placed = 0;

	for (uint32_t i = 0; i < n; i++)
		placed += rows[i].place > 0;
	return placed;
}

const char *rank_state_name(enum rank_state state)
{
	switch (state) {
	case RANK_PLACED:
		return "placed";
	case RANK_FEW:
		return "few";
	case RANK_STALE:
		return "stale";
	case RANK_UNKNOWN:
		break;
	}
	return "unknown";
}
