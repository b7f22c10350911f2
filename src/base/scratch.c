/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/base/scratch.h"

#include <assert.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"

#define ALIGNMENT   16
#define BLOCK_LEAST 4096

struct block {
	struct block *next; /* in the chain of struct scratch; owned */
	size_t size;        /* of bytes; a multiple of ALIGNMENT */
	alignas(ALIGNMENT) char bytes[];
};

struct scratch {
	struct block *first;   /* owned; never NULL */
	struct block *current; /* what stands before it is full, what stands after it is empty */
	size_t used;           /* of current */
	size_t block_bytes;
	size_t held; /* sum of the sizes in the chain */
};

static size_t round_up(size_t bytes)
{
	assert(bytes <= SIZE_MAX / 2);
	return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static struct block *block_new(struct scratch *scratch, size_t size)
{
	struct block *block = xrealloc(NULL, 1, sizeof(*block) + size);

	block->next = NULL;
	block->size = size;
	scratch->held += size;
	return block;
}

/* Sizes above the usual are doublings of it, so that steps which grow byte by byte find the block
 * of an earlier step large enough. */
static size_t block_size_for(const struct scratch *scratch, size_t size)
{
	size_t block_size = scratch->block_bytes;

	while (block_size < size)
		block_size *= 2;
	return block_size;
}

/* Unchains the first empty block of at least size bytes, a large one only for who needs it; NULL if
 * there is none. */
static struct block *find_empty(struct scratch *scratch, size_t size)
{
	for (struct block **link = &scratch->current->next; *link; link = &(*link)->next) {
		struct block *block = *link;

		if (block->size < size || (size == scratch->block_bytes && block->size > size))
			continue;
		*link = block->next;
		return block;
	}
	return NULL;
}

static void advance(struct scratch *scratch, size_t size)
{
	size_t block_size = block_size_for(scratch, size);
	struct block *block = find_empty(scratch, block_size);

	if (!block)
		block = block_new(scratch, block_size);
	block->next = scratch->current->next;
	scratch->current->next = block;
	scratch->current = block;
	scratch->used = 0;
}

struct scratch *scratch_new(size_t block_bytes)
{
	struct scratch *scratch = xcalloc(1, sizeof(*scratch));

	scratch->block_bytes = round_up(block_bytes < BLOCK_LEAST ? BLOCK_LEAST : block_bytes);
	scratch->first = block_new(scratch, scratch->block_bytes);
	scratch->current = scratch->first;
	return scratch;
}

struct scratch *scratch_free(struct scratch *scratch)
{
	if (!scratch)
		return NULL;

	while (scratch->first) {
		struct block *next = scratch->first->next;

		free(scratch->first);
		scratch->first = next;
	}
	free(scratch);
	return NULL;
}

void scratch_reset(struct scratch *scratch)
{
	scratch->current = scratch->first;
	scratch->used = 0;
}

void *scratch_take(struct scratch *scratch, size_t bytes)
{
	size_t size = round_up(bytes);
	char *taken;

	if (size > scratch->current->size - scratch->used)
		advance(scratch, size);

	taken = scratch->current->bytes + scratch->used;
	scratch->used += size;
	return taken;
}

char *scratch_copy(struct scratch *scratch, const char *bytes, size_t n)
{
	char *copy = scratch_take(scratch, n + 1);

	if (n > 0)
		memcpy(copy, bytes, n);
	copy[n] = '\0';
	return copy;
}

size_t scratch_held(const struct scratch *scratch)
{
	return scratch->held;
}
