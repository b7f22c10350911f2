/* SPDX-License-Identifier: Apache-2.0 */
/*
 * renumber: which number a thing has now that had another when state was saved.
 *
 * Units, feeds and the like are known by index while iocd runs, and by name where state outlives
 * the configuration that numbered them.  Pure.
 */
#ifndef IOCD_BASE_RENUMBER_H
#define IOCD_BASE_RENUMBER_H

#include <stdint.h>

#define RENUMBER_GONE UINT32_MAX /* there is no such thing any more */

struct renumber {
	const uint32_t *to; /* by old number; borrowed */
	uint32_t n;         /* old numbers there were */
};

/* The present number of an old one; RENUMBER_GONE also for numbers there never were. */
static inline uint32_t renumber(const struct renumber *map, uint32_t old)
{
	return old < map->n ? map->to[old] : RENUMBER_GONE;
}

#endif
