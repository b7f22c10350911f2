/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A handle is the block's offset in the reservation divided by 64.  Fresh blocks are cut from the
 * front of what was never touched; blocks that came back wait in one list per size.  When nothing
 * untouched is left, a larger waiting block is halved.
 */
#include "iocd/base/pool.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "iocd/base/err.h"

#define UNIT      ((size_t)64) /* the smallest block, and what handles count */
#define BLOCK_MAX ((size_t)1 << 20)
#define POOL_MAX  ((size_t)64 << 30)
#define N_SIZES   15 /* 64 << 0 to 64 << 14 */

struct pool {
	char *base;  /* the mapping */
	size_t size; /* of the mapping */
	size_t cut;  /* offset of the first byte that was never in a block */
	size_t used; /* bytes in blocks that are out */
	uint64_t refusals;
	uint32_t waiting[N_SIZES]; /* first block of each list; the next handle is in the block */
};

static unsigned size_index(size_t bytes)
{
	unsigned i = 0;

	assert(bytes > 0 && bytes <= BLOCK_MAX);
	while (UNIT << i < bytes)
		i++;
	return i;
}

static void push_waiting(struct pool *pool, unsigned i, uint32_t handle)
{
	memcpy(pool_at(pool, handle), &pool->waiting[i], sizeof(uint32_t));
	pool->waiting[i] = handle;
}

static uint32_t pop_waiting(struct pool *pool, unsigned i)
{
	uint32_t handle = pool->waiting[i];

	if (handle != POOL_NONE) {
		memcpy(&pool->waiting[i], pool_at(pool, handle), sizeof(uint32_t));
		memset(pool_at(pool, handle), 0, UNIT << i);
	}
	return handle;
}

static uint32_t cut_fresh(struct pool *pool, unsigned i)
{
	size_t offset = pool->cut;

	if (UNIT << i > pool->size - offset)
		return POOL_NONE;

	pool->cut += UNIT << i;
	return (uint32_t)(offset / UNIT);
}

static uint32_t halve_larger(struct pool *pool, unsigned i)
{
	uint32_t handle = POOL_NONE;
	unsigned larger = i;

	while (handle == POOL_NONE && ++larger < N_SIZES)
		handle = pop_waiting(pool, larger);
	if (handle == POOL_NONE)
		return POOL_NONE;

	while (larger-- > i)
		push_waiting(pool, larger, handle + (1u << larger));
	return handle;
}

int pool_new(struct pool **ret, size_t max_bytes)
{
	struct pool *pool;
	size_t size;
	void *base;

	if (max_bytes > POOL_MAX)
		return err_raise(-EINVAL);

	/* The first unit stays empty: its handle would be POOL_NONE. */
	size = (max_bytes + BLOCK_MAX - 1) / BLOCK_MAX * BLOCK_MAX + UNIT;
	base = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_NORESERVE | MAP_PRIVATE | MAP_ANONYMOUS,
		    -1, 0);
	if (base == MAP_FAILED)
		return err_raise(-errno);

	pool = xcalloc(1, sizeof(*pool));
	pool->base = base;
	pool->size = size;
	pool->cut = UNIT;

	*ret = pool;
	return 0;
}

struct pool *pool_free(struct pool *pool)
{
	if (!pool)
		return NULL;

	(void)munmap(pool->base, pool->size);
	free(pool);
	return NULL;
}

uint32_t pool_take(struct pool *pool, size_t bytes)
{
	unsigned i = size_index(bytes);
	uint32_t handle = pop_waiting(pool, i);

	if (handle == POOL_NONE)
		handle = cut_fresh(pool, i);
	if (handle == POOL_NONE)
		handle = halve_larger(pool, i);
	if (handle == POOL_NONE) {
		pool->refusals++;
		return POOL_NONE;
	}

	pool->used += UNIT << i;
	return handle;
}

void pool_give_back(struct pool *pool, uint32_t handle, size_t bytes)
{
	unsigned i;

	if (handle == POOL_NONE)
		return;

	i = size_index(bytes);
	assert(pool->used >= UNIT << i);
	pool->used -= UNIT << i;
	push_waiting(pool, i, handle);
}

void *pool_at(const struct pool *pool, uint32_t handle)
{
	assert(handle != POOL_NONE && handle < pool->cut / UNIT);
	return pool->base + handle * UNIT;
}

size_t pool_used(const struct pool *pool)
{
	return pool->used;
}

uint64_t pool_refusals(const struct pool *pool)
{
	return pool->refusals;
}
