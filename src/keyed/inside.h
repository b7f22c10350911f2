/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inside: the members of struct keyed, for the files of this room: keyed.c counts and reads, save.c
 * and load.c keep it.
 */
#ifndef IOCD_KEYED_INSIDE_H
#define IOCD_KEYED_INSIDE_H

#include "plan.h"
#include "ring.h"
#include "slots.h"

#define KEYED_MINUTE_MS 60000
#define KEYED_MS_MAX    INT64_C(253402300799999) /* the year 9999 ends */

#define SAVED_PART    "keyed"
#define SAVED_VERSION 1

struct keyed {
	const struct indicators *figures; /* borrowed, as is the next; or NULL */
	const uint32_t *parents;          /* by unit */
	uint32_t n_types;
	uint32_t n_units;
	struct plans plans;
	struct slots slots;
	uint32_t *marks; /* owned; slots that wait to be told, in order of their marks */
	uint32_t n_marks;
	struct keyed_change *changes; /* owned; those that are lent */
	int64_t now_ms;               /* of the last tick */
	int64_t clock_ms;             /* the newest of ticks and arrivals */
	uint32_t next;                /* slot that the round of this minute looks at next */
	uint64_t beyond_cap;
	uint64_t refused;
};

/* The minute of the last tick. */
static inline uint32_t keyed_minute(const struct keyed *keyed)
{
	return (uint32_t)(keyed->now_ms / KEYED_MINUTE_MS);
}

/* Marks a slot, once. */
void keyed_mark(struct keyed *keyed, uint32_t number);

/* The slot for a name: its own, a new one (wanted, if that is free), or that of the others;
 * SLOT_NONE: there is no room. */
uint32_t keyed_slot_for(struct keyed *keyed, const struct name *name, uint32_t wanted);

#endif
