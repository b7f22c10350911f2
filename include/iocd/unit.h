/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unit: the organisation tree, of any depth: who sends, and into whom figures roll up.
 *
 * Made once from configuration and only read afterwards, from any thread.  A unit is named by its
 * index; a parent's index is always smaller than its children's, so walking indexes downward visits
 * children before parents.  Pure; no I/O, no clock, no log.
 */
#ifndef IOCD_UNIT_H
#define IOCD_UNIT_H

#include <stddef.h>
#include <stdint.h>

#include "iocd/base/defs.h"
#include "iocd/base/place.h"

#define UNIT_NONE UINT32_MAX
#define UNITS_MAX 65535u  /* units in one tree */
#define UNIT_DEPTH_MAX 16 /* levels of one tree */

enum unit_outcome {
	UNIT_EXISTS = 1, /* the id or alias is taken */
	UNIT_TOO_MANY,	 /* UNITS_MAX or UNIT_DEPTH_MAX would be passed */
};

/* What configuration says of a unit; strings are borrowed for the life of the tree. */
struct unit {
	const char *id;	     /* [a-z0-9][a-z0-9._-]{0,63}: a topic level */
	const char *level;   /* "province", "department": a word of the configuration's own */
	const char *name_vi; /* never NULL: the id where none is given */
	const char *name_en;
	uint32_t parent; /* index, or UNIT_NONE for a root */
	uint32_t depth;	 /* 0 for a root */
	uint32_t number; /* its own index */
	struct place place;
};

struct units;

/* Makes an empty tree and gives it, or frees one (NULL is fine) and returns NULL. */
struct units *units_new(void) MUST_USE;
struct units *units_free(struct units *units);
DEFINE_CLEANUP(struct units, units_free)

/* Adds a unit behind its parent (UNIT_NONE or an index that is there); copies the struct, fills its
 * depth and number.  Stores the index in *ret.  0, UNIT_EXISTS or UNIT_TOO_MANY. */
int units_add(struct units *units, const struct unit *unit, uint32_t *ret) MUST_USE;

/* Gives the unit a former id under which it may still send.  0 or UNIT_EXISTS. */
int units_add_alias(struct units *units, uint32_t number, const char *alias) MUST_USE;

/* The index of the unit with that id or alias of n bytes, or UNIT_NONE. */
uint32_t units_find(const struct units *units, const char *id, size_t n);

/* Lends unit number (below units_count()) for the life of the tree. */
const struct unit *units_at(const struct units *units, uint32_t number);
uint32_t units_count(const struct units *units);

/* Index of the parent of number, or UNIT_NONE. */
uint32_t units_parent(const struct units *units, uint32_t number);

/* Lends the array of all parents (index: unit), for loops that walk up many times. */
const uint32_t *units_parents(const struct units *units);

#endif
