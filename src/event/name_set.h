/* SPDX-License-Identifier: Apache-2.0 */
/*
 * name_set: a handful of names to their places in a list, for a look-up at every key of every
 * event.
 *
 * A record in its owner's memory; made once, then only read.  No lock, no allocation.
 */
#ifndef IOCD_EVENT_NAME_SET_H
#define IOCD_EVENT_NAME_SET_H

#include <stddef.h>
#include <stdint.h>

#define NAMES_MAX  16
#define NAMES_NONE UINT32_MAX

/* The first and last bytes of a name: all of one of 16 bytes or less. */
struct name_ends {
	uint64_t first, last;
};

struct name_set {
	const char *names[NAMES_MAX]; /* borrowed for life */
	struct name_ends ends[NAMES_MAX];
	uint32_t sizes[NAMES_MAX];    /* bytes of each */
	uint8_t slots[NAMES_MAX * 4]; /* place in names, from 1; 0: the slot is free */
	uint32_t n_names;
};

/* Empties names. */
void name_set_init(struct name_set *names);

/* Adds a name behind the others, borrowed for the life of names; it must not be there yet. */
void name_set_add(struct name_set *names, const char *name);

/* The place of the n bytes at name, or NAMES_NONE. */
uint32_t name_set_find(const struct name_set *names, const char *name, size_t n);

#endif
