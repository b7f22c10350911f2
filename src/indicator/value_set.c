/* SPDX-License-Identifier: Apache-2.0 */
#include "value_set.h"

#include <string.h>

#define HASHES_MIN 8u /* in the smallest block */

/* Hashes in the block of n of them. */
static uint32_t capacity_of(uint32_t n)
{
	uint32_t capacity = HASHES_MIN;

	while (capacity < n)
		capacity *= 2;
	return capacity;
}

static size_t block_bytes(uint32_t n)
{
	return n == VALUE_SET_REGISTERS ? DISTINCT_REGISTERS : capacity_of(n) * sizeof(uint64_t);
}

/* Makes registers of hashes, if they are not yet; whether there was memory. */
static bool widen(struct pool *pool, struct value_set *set)
{
	uint32_t block;
	uint8_t *ranks;

	if (set->n == VALUE_SET_REGISTERS)
		return true;
	block = pool_take(pool, DISTINCT_REGISTERS);
	if (block == POOL_NONE)
		return false;

	ranks = pool_at(pool, block);
	if (set->n > 0) {
		distinct_rank(pool_at(pool, set->block), set->n, ranks);
		pool_give_back(pool, set->block, block_bytes(set->n));
	}
	*set = (struct value_set){ block, VALUE_SET_REGISTERS };
	return true;
}

/* Makes room for one hash more; whether there was memory. */
static bool make_room(struct pool *pool, struct value_set *set)
{
	uint32_t block;

	if (set->n > 0 && set->n < capacity_of(set->n))
		return true;
	block = pool_take(pool, block_bytes(set->n + 1));
	if (block == POOL_NONE)
		return false;

	if (set->n > 0) {
		memcpy(pool_at(pool, block), pool_at(pool, set->block), set->n * sizeof(uint64_t));
		pool_give_back(pool, set->block, block_bytes(set->n));
	}
	set->block = block;
	return true;
}

/* The place of the first hash that is not below this one. */
static uint32_t find_place(const uint64_t *hashes, uint32_t n, uint64_t hash)
{
	uint32_t first = 0;

	while (n > 0) {
		uint32_t half = n / 2;

		if (hashes[first + half] < hash) {
			first += half + 1;
			n -= half + 1;
		} else {
			n = half;
		}
	}
	return first;
}

bool value_set_has(const struct pool *pool, const struct value_set *set, uint64_t hash)
{
	const uint64_t *hashes = set->n > 0 ? pool_at(pool, set->block) : NULL;
	uint32_t at;

	if (!hashes || set->n == VALUE_SET_REGISTERS)
		return false;
	at = find_place(hashes, set->n, hash);
	return at < set->n && hashes[at] == hash;
}

bool value_set_add(struct pool *pool, struct value_set *set, uint64_t hash)
{
	uint64_t *hashes = set->n > 0 ? pool_at(pool, set->block) : NULL;
	uint32_t at;

	if (set->n == VALUE_SET_REGISTERS) {
		distinct_rank(&hash, 1, pool_at(pool, set->block));
		return true;
	}

	at = hashes ? find_place(hashes, set->n, hash) : 0;
	if (at < set->n && hashes[at] == hash)
		return true;
	if (set->n == VALUE_SET_MAX)
		return widen(pool, set) && value_set_add(pool, set, hash);
	if (!make_room(pool, set))
		return false;

	hashes = pool_at(pool, set->block);
	memmove(hashes + at + 1, hashes + at, (set->n - at) * sizeof(*hashes));
	hashes[at] = hash;
	set->n++;
	return true;
}

bool value_set_fill(struct pool *pool, struct value_set *set,
		    const uint8_t ranks[DISTINCT_REGISTERS])
{
	if (!widen(pool, set))
		return false;

	memcpy(pool_at(pool, set->block), ranks, DISTINCT_REGISTERS);
	return true;
}

void value_set_put(const struct pool *pool, const struct value_set *set,
		   struct bytes_writer *writer)
{
	const uint64_t *hashes = set->n > 0 ? pool_at(pool, set->block) : NULL;

	bytes_put_u32(writer, set->n);
	if (set->n == VALUE_SET_REGISTERS) {
		bytes_put(writer, hashes, DISTINCT_REGISTERS);
		return;
	}
	for (uint32_t i = 0; i < set->n; i++)
		bytes_put_u64(writer, hashes[i]);
}

void value_set_clear(struct pool *pool, struct value_set *set)
{
	if (set->n > 0)
		pool_give_back(pool, set->block, block_bytes(set->n));
	*set = (struct value_set){ 0 };
}
