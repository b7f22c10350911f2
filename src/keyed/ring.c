/* SPDX-License-Identifier: Apache-2.0 */
#include "ring.h"

#include <math.h>

#define LEVEL_MAX 1e18 /* of a stock that tells how many cases there are */

static uint32_t *counts_of(const struct part *part, const char *ring)
{
	return (uint32_t *)(ring + part->counts_at);
}

static double *numbers_of(const struct part *part, const char *ring)
{
	return (double *)(ring + part->numbers_at);
}

static int64_t *times_of(const struct part *part, const char *ring)
{
	return (int64_t *)(ring + part->times_at);
}

/* Lets the minutes go by up to minute. */
static void turn(const struct plan *plan, struct slot *slot, char *ring, uint32_t minute)
{
	uint32_t steps = minute - slot->newest;

	if (steps > plan->ring)
		steps = plan->ring;
	for (uint32_t i = 0; i < plan->n_parts; i++)
		for (uint32_t k = 0; k < steps; k++)
			counts_of(&plan->parts[i], ring)[(minute - k) % plan->ring] = 0;
	slot->newest = minute;
}

static double combine(enum measure measure, double a, double b)
{
	if (measure == MEASURE_SUM)
		return a + b;
	if (measure == MEASURE_MIN)
		return b < a ? b : a;
	return b > a ? b : a;
}

static void put_number(const struct part *part, char *ring, uint32_t at, const struct cell *cell)
{
	double *number = &numbers_of(part, ring)[at];
	int64_t *time_ms = &times_of(part, ring)[at];
	bool is_first = counts_of(part, ring)[at] == 0;

	if (part->measure == MEASURE_LAST) {
		if (!is_first && cell->time_ms < *time_ms)
			return;
		*time_ms = cell->time_ms;
		*number = cell->number;
	} else {
		*number = is_first ? cell->number : combine(part->measure, *number, cell->number);
	}
}

bool ring_add(const struct plan *plan, const struct part *part, struct slot *slot, char *ring,
	      const struct cell *cell)
{
	uint32_t at = cell->minute % plan->ring;
	uint32_t *count = &counts_of(part, ring)[at];

	if (cell->minute > slot->newest)
		turn(plan, slot, ring, cell->minute);
	else if (slot->newest - cell->minute >= plan->ring)
		return false;

	if (part->measure != MEASURE_COUNT)
		put_number(part, ring, at, cell);
	*count = cell->n < UINT32_MAX - *count ? *count + cell->n : UINT32_MAX;
	return true;
}

struct cell ring_cell(const struct plan *plan, const struct part *part, const struct slot *slot,
		      const char *ring, uint32_t minute)
{
	uint32_t at = minute % plan->ring;
	struct cell cell = { .minute = minute };

	if (minute > slot->newest || slot->newest - minute >= plan->ring)
		return cell;
	cell.n = counts_of(part, ring)[at];
	if (cell.n > 0 && part->measure != MEASURE_COUNT)
		cell.number = numbers_of(part, ring)[at];
	if (cell.n > 0 && part->measure == MEASURE_LAST)
		cell.time_ms = times_of(part, ring)[at];
	return cell;
}

static uint32_t first_minute(const struct plan *plan, uint32_t minute)
{
	return minute >= plan->minutes ? minute - plan->minutes + 1 : 0;
}

bool ring_is_quiet(const struct plan *plan, const struct slot *slot, const char *ring,
		   uint32_t minute)
{
	uint32_t first = first_minute(plan, minute);

	if (slot->newest >= plan->ring && first <= slot->newest - plan->ring)
		first = slot->newest - plan->ring + 1;
	for (uint32_t m = first; m <= slot->newest; m++)
		for (uint32_t i = 0; i < plan->n_parts; i++)
			if (ring_cell(plan, &plan->parts[i], slot, ring, m).n > 0)
				return false;
	return true;
}

/* The events of the window as if they were of one minute. */
static struct cell read_part(const struct plan *plan, const struct part *part,
			     const struct slot *slot, const char *ring, uint32_t minute)
{
	struct cell sum = { 0 };

	for (uint32_t m = first_minute(plan, minute); m <= minute; m++) {
		struct cell cell = ring_cell(plan, part, slot, ring, m);

		if (cell.n == 0)
			continue;
		if (sum.n == 0 || part->measure == MEASURE_LAST)
			sum.number = cell.number;
		else
			sum.number = combine(part->measure, sum.number, cell.number);
		sum.n = cell.n < UINT32_MAX - sum.n ? sum.n + cell.n : UINT32_MAX;
	}
	if (part->measure == MEASURE_COUNT)
		sum.number = sum.n;
	return sum;
}

/* What a level of things says of how many cases are behind it. */
static uint64_t samples_of(double level)
{
	return level >= 0.5 ? (uint64_t)(fmin(level, LEVEL_MAX) + 0.5) : 0;
}

double ring_read(const struct plan *plan, const struct slot *slot, const char *ring,
		 uint32_t minute, uint64_t *ret_samples)
{
	const struct indicator *figure = plan->about.figure;
	struct cell sum = read_part(plan, &plan->parts[0], slot, ring, minute);
	struct cell below;

	*ret_samples = sum.n;
	if (plan->n_parts > 1) {
		below = read_part(plan, &plan->parts[1], slot, ring, minute);
		*ret_samples = below.n;
		return below.number == 0 ? NAN : sum.number / below.number;
	}
	if (sum.n == 0)
		return plan_starts_at_zero(plan) ? 0 : NAN;
	if (figure->kind == INDICATOR_MEAN)
		return sum.number / (double)sum.n;
	if (figure->kind == INDICATOR_RATE)
		return sum.number * ((double)figure->per_ms / (double)plan->about.window_ms);
	if (figure->kind == INDICATOR_STOCK)
		*ret_samples = samples_of(sum.number);
	return sum.number;
}
