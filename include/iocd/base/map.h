/* SPDX-License-Identifier: Apache-2.0 */
/*
 * map: strings to small numbers, filled when configuration is loaded and only read afterwards.
 *
 * Open addressing over XXH3-64 with the key's length and first bytes in the slot, so that a look-up
 * in the hot path is one hash and, nearly always, one comparison.  Keys are lent by the caller for
 * the life of the map.  Reading is safe from any thread once filling is over.
 */
#ifndef IOCD_BASE_MAP_H
#define IOCD_BASE_MAP_H

#include <stddef.h>
#include <stdint.h>

#include "iocd/base/defs.h"

#define MAP_NONE UINT32_MAX /* what a look-up answers when there is no such key */

enum map_outcome {
	MAP_EXISTS = 1, /* the key is there already; its number is unchanged */
};

struct map;

/* Makes an empty map and gives it, never NULL; frees it, but no key.  NULL is fine. */
struct map *map_new(void) MUST_USE;
struct map *map_free(struct map *map);
DEFINE_CLEANUP(struct map, map_free)

/* Adds the n bytes at key, borrowed for the life of map, with its number.  0 or MAP_EXISTS. */
int map_add(struct map *map, const char *key, size_t n, uint32_t number) MUST_USE;

/* The number of the n bytes at key, or MAP_NONE. */
uint32_t map_find(const struct map *map, const char *key, size_t n);

#endif
