/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ring: the last minutes of one value, for each part of its plan: how many events, and their sum,
 * smallest, largest or newest value.
 *
 * The cell of a minute is at its number modulo the length.  Only counts are emptied when time goes
 * on: a number means nothing in a minute without events.
 */
#ifndef IOCD_KEYED_RING_H
#define IOCD_KEYED_RING_H

#include <stdbool.h>
#include <stdint.h>

#include "plan.h"
#include "slots.h"

/* What a part knows of a minute. */
struct cell {
	uint32_t minute;
	uint32_t n;      /* events */
	double number;   /* unless MEASURE_COUNT */
	int64_t time_ms; /* MEASURE_LAST: of the event that number is of */
};

/* Adds cell to part of slot, whose ring that is; whether it is not too old for it. */
bool ring_add(const struct plan *plan, const struct part *part, struct slot *slot, char *ring,
	      const struct cell *cell);

/* The cell of a minute; n is 0 if nothing is known of it. */
struct cell ring_cell(const struct plan *plan, const struct part *part, const struct slot *slot,
		      const char *ring, uint32_t minute);

/* Whether no part has an event in the window that ends with minute, or behind it. */
bool ring_is_quiet(const struct plan *plan, const struct slot *slot, const char *ring,
		   uint32_t minute);

/* The value over the window that ends with minute, and the events behind it; NaN: there is none. */
double ring_read(const struct plan *plan, const struct slot *slot, const char *ring,
		 uint32_t minute, uint64_t *ret_samples);

#endif
