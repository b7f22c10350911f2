/* SPDX-License-Identifier: Apache-2.0 */
/*
 * slots: which values are counted apart, and where: the places of a bounded table, found by plan,
 * unit and key.
 *
 * The first KEYED_SLOTS places are for values, as many behind them for KEYED_OTHERS.  A new value
 * gets the lowest place that is free: so numbers, and with them the order in which values are
 * judged, are a matter of history alone.
 *
 * Memory is taken by calloc() in large blocks of which the kernel gives what is used.
 */
#ifndef IOCD_KEYED_SLOTS_H
#define IOCD_KEYED_SLOTS_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/keyed.h"

#define SLOTS     (2 * (uint32_t)KEYED_SLOTS)
#define SLOT_NONE UINT32_MAX

struct slot {
	uint64_t hash; /* of plan, unit and key */
	int64_t last_ms;
	uint64_t position;
	uint32_t plan;
	uint32_t unit;
	uint32_t newest;  /* minute of the last cell of its ring */
	bool is_marked;   /* waits to be told as changed */
	bool is_leaving;  /* nothing is in its window, which was marked */
	uint8_t key_size; /* bytes */
	char key[KEYED_KEY_MAX];
};

struct slots {
	struct slot *list; /* owned, as are the next four; by number */
	char *rings;       /* by number, each of ring_bytes */
	uint64_t *used;    /* a bit for each */
	uint32_t *index;   /* open addressing: number + 1; 0: free */
	uint16_t *sizes;   /* by plan and unit: values, without KEYED_OTHERS */
	size_t ring_bytes;
	uint32_t n_units;
	uint32_t n;
};

/* What a value is known by. */
struct name {
	uint32_t plan;
	uint32_t unit;
	struct slice key; /* at most KEYED_KEY_MAX bytes */
};

/* Makes room for all values of n_plans in n_units, each with a ring of so many bytes. */
void keyed_slots_init(struct slots *slots, uint32_t n_plans, uint32_t n_units, size_t ring_bytes);
void keyed_slots_fini(struct slots *slots);

/* Whether it stands for all values beyond the cap. */
bool name_is_others(const struct name *name);

/* The number of a slot that is there, or SLOT_NONE. */
uint32_t slots_find(const struct slots *slots, const struct name *name);

/* Takes a slot, empty, for a name that has none: wanted, if that is free and of the right half,
 * else the lowest; SLOT_NONE: there is no room. */
uint32_t slots_take(struct slots *slots, const struct name *name, uint32_t wanted);
void slots_release(struct slots *slots, uint32_t number);

/* The lowest slot in use from number on, or SLOT_NONE. */
uint32_t slots_next(const struct slots *slots, uint32_t number);

/* Values of a plan in a unit, without KEYED_OTHERS. */
uint32_t slots_size(const struct slots *slots, uint32_t plan, uint32_t unit);

static inline char *slots_ring(const struct slots *slots, uint32_t number)
{
	return slots->rings + number * slots->ring_bytes;
}

static inline struct slice slot_key(const struct slot *slot)
{
	return (struct slice){ .bytes = slot->key, .size = slot->key_size };
}

#endif
