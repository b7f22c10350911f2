/* SPDX-License-Identifier: Apache-2.0 */
#include "memory.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <malloc.h>
#include <sys/mman.h>

#include <sanitizer/asan_interface.h>

#define MAPPINGS_MAX 256

/* A hash set of addresses, open addressing with linear probing. */
static struct {
	void **slots;
	size_t n_slots; /* a power of two, or 0 */
	size_t n;
} blocks;

static struct mapping {
	void *address;
	size_t bytes;
} mappings[MAPPINGS_MAX];
static size_t n_mappings;
static bool is_own;

/* Big blocks are kept for the next process, poisoned meanwhile: the kernel's pages cost most. */
#define BIG      (64u << 10)
#define KEPT_MAX 64

static struct kept {
	void *block;
	size_t bytes;
} kept[KEPT_MAX];
static size_t n_kept;

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *block, size_t n);
void __real_free(void *block);
void *__real_mmap64(void *at, size_t n, int protection, int flags, int file, off_t offset);
int __real_munmap(void *at, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *block, size_t n);
void *__wrap_reallocarray(void *block, size_t n, size_t size);
void __wrap_free(void *block);
void *__wrap_mmap64(void *at, size_t n, int protection, int flags, int file, off_t offset);
int __wrap_munmap(void *at, size_t n);

static void *must(void *block)
{
	if (!block)
		abort();
	return block;
}

/* ---- big blocks ---- */

static size_t power_above(size_t n)
{
	size_t power = BIG;

	while (power < n)
		power *= 2;
	return power;
}

/* Gives at least n bytes, those behind them poisoned. */
static void *big_take(size_t n)
{
	size_t bytes = power_above(n);
	void *block = NULL;

	for (size_t i = 0; i < n_kept && !block; i++) {
		if (kept[i].bytes != bytes)
			continue;
		block = kept[i].block;
		kept[i] = kept[--n_kept];
	}
	if (!block)
		block = must(__real_malloc(bytes));
	ASAN_UNPOISON_MEMORY_REGION(block, bytes);
	ASAN_POISON_MEMORY_REGION((char *)block + n, bytes - n);
	return block;
}

static size_t big_size(void *block)
{
	size_t bytes = block ? malloc_usable_size(block) : 0;

	return bytes >= BIG ? power_above(bytes / 2 + 1) : 0;
}

static void give_back(void *block)
{
	size_t bytes = big_size(block);

	if (bytes > 0 && n_kept < KEPT_MAX) {
		ASAN_POISON_MEMORY_REGION(block, bytes);
		kept[n_kept++] = (struct kept){ block, bytes };
		return;
	}
	ASAN_UNPOISON_MEMORY_REGION(block, bytes);
	__real_free(block);
}

static void *take(size_t n)
{
	return n >= BIG ? big_take(n) : __real_malloc(n);
}

static void *take_zeroed(size_t n, size_t size)
{
	size_t bytes = n > 0 && size <= SIZE_MAX / n ? n * size : 0;

	return bytes >= BIG ? memset(big_take(bytes), 0, bytes) : __real_calloc(n, size);
}

static void *take_grown(void *block, size_t n)
{
	size_t old = block ? malloc_usable_size(block) : 0;
	void *grown;

	if (n < BIG && old < BIG)
		return __real_realloc(block, n);
	grown = take(n);
	if (!grown)
		return NULL;
	if (old >= BIG)
		old = big_size(block);
	if (old > n)
		old = n;
	ASAN_UNPOISON_MEMORY_REGION(block, old);
	if (old > 0)
		memcpy(grown, block, old);
	give_back(block);
	return grown;
}

/* ---- memory of nobody's ---- */

void *own_alloc(size_t n, size_t size)
{
	return must(take_zeroed(n ? n : 1, size ? size : 1));
}

void *own_grow(void *block, size_t n, size_t size)
{
	size_t bytes = n > 0 && size > 0 ? n * size : 1;

	return must(take_grown(block, bytes));
}

void *own_copy(const void *bytes, size_t n)
{
	char *copy = must(take(n + 1));

	if (n > 0)
		memcpy(copy, bytes, n);
	copy[n] = '\0';
	return copy;
}

void own_free(void *block)
{
	give_back(block);
}

/* ---- the set ---- */

static size_t slot_of(const void *block)
{
	return (size_t)(((uintptr_t)block >> 4) * UINT64_C(0x9e3779b97f4a7c15) >> 20) &
	       (blocks.n_slots - 1);
}

static size_t find(const void *block)
{
	size_t i = slot_of(block);

	while (blocks.slots[i] && blocks.slots[i] != block)
		i = (i + 1) & (blocks.n_slots - 1);
	return i;
}

static void grow(void)
{
	void **old = blocks.slots;
	size_t n_old = blocks.n_slots;

	blocks.n_slots = n_old ? 2 * n_old : 4096;
	blocks.slots = own_alloc(blocks.n_slots, sizeof(*blocks.slots));
	for (size_t i = 0; i < n_old; i++)
		if (old[i])
			blocks.slots[find(old[i])] = old[i];
	own_free(old);
}

static void *note(void *block)
{
	if (!block || is_own)
		return block;
	if (2 * (blocks.n + 1) > blocks.n_slots)
		grow();
	blocks.slots[find(block)] = block;
	blocks.n++;
	return block;
}

/* Those behind an emptied slot may have to move up into it. */
static void close_gap(size_t gap)
{
	size_t mask = blocks.n_slots - 1;

	for (size_t i = (gap + 1) & mask; blocks.slots[i]; i = (i + 1) & mask) {
		size_t home = slot_of(blocks.slots[i]);

		if (((i - home) & mask) < ((i - gap) & mask))
			continue;
		blocks.slots[gap] = blocks.slots[i];
		blocks.slots[i] = NULL;
		gap = i;
	}
}

static void forget(void *block)
{
	size_t i;

	if (!block || blocks.n_slots == 0)
		return;
	i = find(block);
	if (!blocks.slots[i])
		return; /* the C library took it by itself */
	blocks.slots[i] = NULL;
	blocks.n--;
	close_gap(i);
}

void memory_end(void)
{
	for (; n_kept > 0; n_kept--) {
		ASAN_UNPOISON_MEMORY_REGION(kept[n_kept - 1].block, kept[n_kept - 1].bytes);
		__real_free(kept[n_kept - 1].block);
	}
	__real_free(blocks.slots);
	blocks.slots = NULL;
	blocks.n_slots = 0;
}

/* ---- what the linker puts in the place of the allocator ---- */

void *__wrap_malloc(size_t n)
{
	return note(take(n));
}

void *__wrap_calloc(size_t n, size_t size)
{
	return note(take_zeroed(n, size));
}

void *__wrap_realloc(void *block, size_t n)
{
	forget(block);
	return note(take_grown(block, n));
}

void *__wrap_reallocarray(void *block, size_t n, size_t size)
{
	if (size > 0 && n > SIZE_MAX / size)
		return NULL;
	return __wrap_realloc(block, n * size);
}

void __wrap_free(void *block)
{
	forget(block);
	give_back(block);
}

void *__wrap_mmap64(void *at, size_t n, int protection, int flags, int file, off_t offset)
{
	void *address = __real_mmap64(at, n, protection, flags, file, offset);

	if (address == MAP_FAILED || is_own)
		return address;
	if (n_mappings == MAPPINGS_MAX)
		abort();
	mappings[n_mappings++] = (struct mapping){ address, n };
	return address;
}

int __wrap_munmap(void *at, size_t n)
{
	for (size_t i = 0; i < n_mappings; i++)
		if (mappings[i].address == at)
			mappings[i] = mappings[--n_mappings];
	return __real_munmap(at, n);
}

/* ---- the end of a process ---- */

void memory_die(void)
{
	for (size_t i = 0; i < blocks.n_slots; i++)
		give_back(blocks.slots[i]);
	if (blocks.n_slots > 0)
		memset(blocks.slots, 0, blocks.n_slots * sizeof(*blocks.slots));
	blocks.n = 0;
	while (n_mappings > 0) {
		n_mappings--;
		(void)__real_munmap(mappings[n_mappings].address, mappings[n_mappings].bytes);
	}
}

void memory_is_own(bool own)
{
	is_own = own;
}

size_t memory_count(void)
{
	return blocks.n + n_mappings;
}
