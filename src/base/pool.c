/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A handle is the block's offset in the reservation divided by 64.  Fresh blocks are cut from the
 * front of what was never touched; blocks that came back wait, zeroed, in one list per size.  When
 * nothing untouched is left, a larger waiting block is halved.
 *
 * A save is the lists and all that was ever cut, page by page, without the empty ones: these were
 * mostly never touched, and stay so when they are loaded.
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
#define PAGE      ((size_t)4096)
#define VERSION   1 /* of a save */

struct pool {
	char *base;  /* the mapping */
	size_t size; /* of the mapping */
	size_t cut;  /* offset of the first byte that was never in a block */
	size_t used; /* bytes in blocks that are out */
	uint64_t refusals;
	uint32_t waiting[N_SIZES]; /* first block of each list; the next handle is in the block */
	uint64_t *claims;          /* owned; after a load, a bit per unit that has an owner */
	size_t unclaimed;          /* bytes that have none */
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
		memset(pool_at(pool, handle), 0, sizeof(uint32_t));
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

static bool is_zero(const char *bytes, size_t n)
{
	return bytes[0] == 0 && memcmp(bytes, bytes + 1, n - 1) == 0;
}

/* The end of the page that offset at lies in, as far as it was cut. */
static size_t page_end(const struct pool *pool, size_t at)
{
	size_t end = (at / PAGE + 1) * PAGE;

	return end < pool->cut ? end : pool->cut;
}

static void load_pages(struct pool *pool, struct bytes_reader *reader)
{
	size_t end;

	for (size_t at = UNIT; at < pool->cut && !reader->is_bad; at = end) {
		const char *page;

		end = page_end(pool, at);
		if (bytes_get_u8(reader) == 0)
			continue;
		page = bytes_get(reader, end - at);
		if (page)
			memcpy(pool->base + at, page, end - at);
	}
}

/* Claims the blocks that wait in a list; who takes one relies on its being empty. */
static void claim_waiting(struct pool *pool, unsigned i, struct bytes_reader *reader)
{
	size_t bytes = UNIT << i;
	uint32_t handle = pool->waiting[i];

	while (handle != POOL_NONE) {
		if (!pool_claim(pool, handle, bytes) ||
		    !is_zero((char *)pool_at(pool, handle) + sizeof(handle),
			     bytes - sizeof(handle))) {
			bytes_reject(reader, "its free memory is not free");
			return;
		}
		pool->used -= bytes;
		memcpy(&handle, pool_at(pool, handle), sizeof(handle));
	}
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
	free(pool->claims);
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
	memset(pool_at(pool, handle), 0, UNIT << i);
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

void pool_save(const struct pool *pool, struct bytes_writer *writer)
{
	size_t end;

	bytes_put_part(writer, "pool", VERSION);
	bytes_put_u64(writer, pool->refusals);
	for (unsigned i = 0; i < N_SIZES; i++)
		bytes_put_u32(writer, pool->waiting[i]);
	bytes_put_u32(writer, (uint32_t)(pool->cut / UNIT));

	for (size_t at = UNIT; at < pool->cut; at = end) {
		bool is_empty;

		end = page_end(pool, at);
		is_empty = is_zero(pool->base + at, end - at);
		bytes_put_u8(writer, !is_empty);
		if (!is_empty)
			bytes_put(writer, pool->base + at, end - at);
	}
}

void pool_load(struct pool *pool, struct bytes_reader *reader)
{
	uint32_t units;

	assert(pool->cut == UNIT && !pool->claims);
	bytes_get_part(reader, "pool", VERSION);
	pool->refusals = bytes_get_u64(reader);
	for (unsigned i = 0; i < N_SIZES; i++)
		pool->waiting[i] = bytes_get_u32(reader);
	units = bytes_get_u32(reader);
	if (units == 0 || units > pool->size / UNIT)
		bytes_reject(reader, "there is not memory enough for it");
	if (reader->is_bad)
		return;

	pool->cut = units * UNIT;
	load_pages(pool, reader);
	pool->claims = xcalloc(units / 64 + 1, sizeof(*pool->claims));
	pool->used = pool->cut - UNIT;
	pool->unclaimed = pool->used;
	for (unsigned i = 0; i < N_SIZES && !reader->is_bad; i++)
		claim_waiting(pool, i, reader);
}

bool pool_has(const struct pool *pool, uint32_t handle)
{
	return handle != POOL_NONE && handle < pool->cut / UNIT;
}

bool pool_claim(struct pool *pool, uint32_t handle, size_t bytes)
{
	uint32_t n;

	assert(pool->claims);
	if (!pool_has(pool, handle) || bytes == 0 || bytes > BLOCK_MAX)
		return false;

	n = 1u << size_index(bytes);
	if (n > pool->cut / UNIT - handle)
		return false;
	for (uint32_t i = handle; i < handle + n; i++) {
		uint64_t bit = (uint64_t)1 << (i % 64);

		if (pool->claims[i / 64] & bit)
			return false;
		pool->claims[i / 64] |= bit;
	}
	pool->unclaimed -= n * UNIT;
	return true;
}

bool pool_end_claims(struct pool *pool)
{
	free(pool->claims);
	pool->claims = NULL;
	return pool->unclaimed == 0;
}
