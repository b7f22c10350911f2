/* SPDX-License-Identifier: Apache-2.0 */
/*
 * slots: where series are kept, so that what came from a unit itself can be told from the rest.
 *
 * Every unit has the slot of its own number, for all that came from it or from below.  A unit that
 * has others below it has one more, behind all those, for what came from itself.  Events go into
 * the own slot of their unit, and from there up.
 */
#ifndef IOCD_INDICATOR_SLOTS_H
#define IOCD_INDICATOR_SLOTS_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/unit.h"

struct slots {
	uint32_t *own;    /* owned; by unit: the slot of what came from itself */
	uint32_t *up;     /* owned; by slot: the next one it counts for, or UNIT_NONE */
	uint32_t n_units; /* slots below are those of whole units */
	uint32_t n;
};

/* Makes the slots of all units; frees what they hold. */
void slots_init(struct slots *slots, const struct units *units);
void slots_fini(struct slots *slots);

/* Whether slot holds nothing that came from below its unit. */
static inline bool slots_is_own(const struct slots *slots, uint32_t slot)
{
	return slot >= slots->n_units || slots->own[slot] == slot;
}

/* The unit that slot belongs to. */
static inline uint32_t slots_unit(const struct slots *slots, uint32_t slot)
{
	return slot < slots->n_units ? slot : slots->up[slot];
}

#endif
