/* SPDX-License-Identifier: Apache-2.0 */
/*
 * renumber: which number a thing has now that had another when state was saved.
 *
 * Units, feeds and the like are known by index while iocd runs, and by name where state outlives
 * the configuration that numbered them.  Pure.
 */
#ifndef IOCD_BASE_RENUMBER_H
#define IOCD_BASE_RENUMBER_H

#include <stdbool.h>
#include <stdint.h>

#define RENUMBER_GONE UINT32_MAX /* there is no such thing any more */

struct renumber {
	const uint32_t *to; /* by old number; borrowed */
	uint32_t n;         /* old numbers there were */
	/* Of units alone, by old number; borrowed; NULL: not known. */
	const uint32_t *was;   /* in the register of now: who bore the id, even if he is no more */
	const uint32_t *above; /* the old number of who stood above, which is lower; or GONE */
};

/* The present number of an old one; RENUMBER_GONE also for numbers there never were. */
static inline uint32_t renumber(const struct renumber *map, uint32_t old)
{
	return old < map->n ? map->to[old] : RENUMBER_GONE;
}

/* Whether one that stood above an old one is the same now: a sum over it has that in it already. */
static inline bool renumber_is_within(const struct renumber *map, uint32_t old)
{
	if (!map->above || old >= map->n)
		return false;
	for (uint32_t at = map->above[old]; at < map->n; at = map->above[at])
		if (map->to[at] == map->to[old])
			return true;
	return false;
}

/* The register's number of a unit that is no more, and that an old one was; or RENUMBER_GONE. */
static inline uint32_t renumber_former(const struct renumber *map, uint32_t old)
{
	return map->was && old < map->n && map->was[old] != map->to[old] ? map->was[old]
									 : RENUMBER_GONE;
}

#endif
