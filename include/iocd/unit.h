/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unit: the organisation tree, of any depth: who sends, and into whom figures roll up.
 *
 * Made once from configuration and only read afterwards, from any thread.  A unit is named by its
 * index; a parent's index is always smaller than its children's, so walking indexes downward visits
 * children before parents.  Pure; no I/O, no clock, no log.
 *
 * Units that are no more are remembered: behind the tree's in number, each with the unit of the
 * tree that counts for it now.  Together they are the register, which knows who stood below whom on
 * any day.  Only history asks it; everything live knows the tree alone.
 */
#ifndef IOCD_UNIT_H
#define IOCD_UNIT_H

#include <stddef.h>
#include <stdint.h>

#include "iocd/base/defs.h"
#include "iocd/base/place.h"

#define UNIT_NONE      UINT32_MAX
#define UNITS_MAX      65535u /* units in one tree */
#define UNIT_DEPTH_MAX 16     /* levels of one tree */
#define UNIT_TILE_MAX  64     /* columns and rows */

enum unit_outcome {
	UNIT_EXISTS = 1, /* the id or alias is taken */
	UNIT_TOO_MANY,   /* UNITS_MAX or UNIT_DEPTH_MAX would be passed */
};

/* What configuration says of a unit; strings are borrowed for the life of the tree. */
struct unit {
	const char *id;      /* [a-z0-9][a-z0-9._-]{0,63}: a topic level */
	const char *level;   /* "province", "department": a word of the configuration's own */
	const char *name_vi; /* never NULL: the id where none is given */
	const char *name_en;
	uint32_t parent;   /* index, or UNIT_NONE for a root */
	uint32_t depth;    /* 0 for a root */
	uint32_t number;   /* its own index */
	int32_t from_day;  /* civil_day() on which it began; INT32_MIN: always */
	int32_t until_day; /* the last on which it was; INT32_MAX: it is */
	uint32_t column;   /* of its tile among its siblings', from 1; 0: where there is room */
	uint32_t row;      /* likewise */
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

/* The same, but of the id of a unit that is no more its own number in the register. */
uint32_t units_find_sender(const struct units *units, const char *id, size_t n);

/* All ids and aliases under which somebody may send: how many, and one of them, lent for life. */
uint32_t units_n_names(const struct units *units);
const char *units_name(const struct units *units, uint32_t i);

/* Lends unit number (below units_count()) for the life of the tree. */
const struct unit *units_at(const struct units *units, uint32_t number);
uint32_t units_count(const struct units *units);

/* Index of the parent of number, or UNIT_NONE. */
uint32_t units_parent(const struct units *units, uint32_t number);

/* Remembers a unit that is no more; unit->parent is the last unit of the register above it, or
 * UNIT_NONE.  successor (an index of the tree) counts for it now; its id becomes an alias of that.
 * After the last units_add().  0, UNIT_EXISTS or UNIT_TOO_MANY; its number in *ret. */
int units_add_former(struct units *units, const struct unit *unit, uint32_t successor,
		     uint32_t *ret) MUST_USE;

/* Says that, up to and including until_day, number stood below parent (UNIT_NONE: below none). */
void units_add_past_parent(struct units *units, uint32_t number, int32_t until_day,
			   uint32_t parent);

/* The register: how many units it has, one by its own id (not by aliases; or UNIT_NONE), which
 * units_at() lends too; who stood above number on a day (UNIT_NONE: nobody, or it was not); and the
 * unit of the tree that counts for it now. */
uint32_t units_registered(const struct units *units);
uint32_t units_find_registered(const struct units *units, const char *id, size_t n);
uint32_t units_parent_on(const struct units *units, uint32_t number, int32_t day);
uint32_t units_successor(const struct units *units, uint32_t number);

/* Lends the array of all parents (index: unit), for loops that walk up many times. */
const uint32_t *units_parents(const struct units *units);

#endif
