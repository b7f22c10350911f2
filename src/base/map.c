/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Linear probing in a table that is at most half full, so that a search ends soon.  A slot carries
 * what nearly always tells two keys apart; the key itself is read only to make sure.
 */
#include "iocd/base/map.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "iocd/base/err.h"

#define SLOTS_MIN 16

struct slot {
	const char *key; /* borrowed; NULL: the slot is free */
	uint64_t head;   /* the first 8 bytes of key, zeros after a shorter one */
	uint32_t size;   /* bytes in key */
	uint32_t number;
};

struct map {
	struct slot *slots; /* owned */
	size_t n_slots;     /* a power of two */
	size_t n_keys;
};

static uint64_t head_of(const char *key, size_t n)
{
	uint64_t head = 0;

	if (n >= sizeof(head))
		memcpy(&head, key, sizeof(head));
	else if (n > 0)
		memcpy(&head, key, n);
	return head;
}

static bool slot_holds(const struct slot *slot, const char *key, size_t n, uint64_t head)
{
	if (slot->head != head || slot->size != n)
		return false;
	return n <= sizeof(head) || memcmp(slot->key, key, n) == 0;
}

/* The slot that holds the key, or the free one where it belongs. */
static struct slot *find_slot(const struct map *map, const char *key, size_t n, uint64_t head)
{
	size_t mask = map->n_slots - 1;
	size_t i = XXH3_64bits(key, n) & mask;

	while (map->slots[i].key && !slot_holds(&map->slots[i], key, n, head))
		i = (i + 1) & mask;
	return &map->slots[i];
}

static void grow(struct map *map)
{
	struct slot *old = map->slots;
	size_t n_old = map->n_slots;

	map->n_slots = n_old * 2;
	map->slots = xcalloc(map->n_slots, sizeof(*map->slots));
	for (size_t i = 0; i < n_old; i++)
		if (old[i].key)
			*find_slot(map, old[i].key, old[i].size, old[i].head) = old[i];
	free(old);
}

struct map *map_new(void)
{
	struct map *map = xcalloc(1, sizeof(*map));

	map->n_slots = SLOTS_MIN;
	map->slots = xcalloc(map->n_slots, sizeof(*map->slots));
	return map;
}

struct map *map_free(struct map *map)
{
	if (!map)
		return NULL;

	free(map->slots);
	free(map);
	return NULL;
}

int map_add(struct map *map, const char *key, size_t n, uint32_t number)
{
	uint64_t head = head_of(key, n);
	struct slot *slot;

	assert(n <= UINT32_MAX);

	slot = find_slot(map, key, n, head);
	if (slot->key)
		return MAP_EXISTS;

	*slot = (struct slot){
		.key = key ? key : "", .head = head, .size = (uint32_t)n, .number = number
	};
	if (++map->n_keys * 2 > map->n_slots)
		grow(map);
	return 0;
}

uint32_t map_find(const struct map *map, const char *key, size_t n)
{
	const struct slot *slot = find_slot(map, key, n, head_of(key, n));

	return slot->key ? slot->number : MAP_NONE;
}
