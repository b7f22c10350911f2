/* SPDX-License-Identifier: Apache-2.0 */
/*
 * maps: the maps of a schema, made ready: which one reads a topic, with all pointers taken apart.
 *
 * Topics are found in a tree of levels, so that a look-up costs by the topic's levels and not by
 * the number of maps.  Made once, then only read.
 */
#ifndef IOCD_EVENT_MAPS_H
#define IOCD_EVENT_MAPS_H

#include "iocd/unit.h"

#include "pointer.h"

/* One value of a map. */
struct mapped_value {
	const struct map_value *value; /* borrowed */
	struct pointer pointer;
	uint32_t level; /* MAP_LEVEL: its place in the topic */
	double divisor; /* of numbers, where that is exact and scale is not; 0: none */
};

struct mapped_field {
	const char *name; /* borrowed */
	struct mapped_value value;
};

/* One map. */
struct map_plan {
	const struct feed_map *map; /* borrowed */
	uint32_t unit_level; /* place of {unit} in the topic; MAP_LEVELS_MAX: there is none */
	uint32_t unit;       /* the unit that it names, or UNIT_NONE */
	uint32_t former;     /* as in struct event */
	bool is_each;
	struct pointer each;
	struct mapped_value type, id, source, subject, sequence, time;
	struct mapped_field fields[EVENT_FIELDS_MAX];
};

/* A topic in its levels. */
struct map_levels {
	uint32_t n;
	struct slice list[MAP_LEVELS_MAX];
};

struct maps;

/* Makes ready the maps of schema, which is lent for life like units.  Gives them; NULL if there are
 * none. */
struct maps *maps_new(const struct schema *schema, const struct units *units);
struct maps *maps_free(struct maps *maps);

/* Lends the map that reads topic, and takes the topic apart; NULL: none does.  maps may be NULL. */
const struct map_plan *maps_find(const struct maps *maps, const char *topic, size_t n,
				 struct map_levels *ret);

#endif
