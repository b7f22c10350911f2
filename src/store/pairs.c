/* SPDX-License-Identifier: Apache-2.0 */
#include "pairs.h"

#include <assert.h>
#include <stdlib.h>

#include "iocd/base/err.h"

void pairs_init(struct pairs *pairs, uint32_t n_pairs)
{
	*pairs = (struct pairs){
		.bits = xcalloc(n_pairs / 64 + 1, sizeof(*pairs->bits)),
		.ring = xcalloc((size_t)n_pairs + 1, sizeof(*pairs->ring)),
		.capacity = (size_t)n_pairs + 1,
	};
}

void pairs_fini(struct pairs *pairs)
{
	free(pairs->bits);
	free(pairs->ring);
	*pairs = (struct pairs){ 0 };
}

void pairs_add(struct pairs *pairs, uint32_t pair)
{
	uint64_t bit = (uint64_t)1 << (pair & 63);

	if (pairs->bits[pair >> 6] & bit)
		return;

	assert(pairs->n < pairs->capacity);
	pairs->bits[pair >> 6] |= bit;
	pairs->ring[(pairs->first + pairs->n++) % pairs->capacity] = pair;
}

uint32_t pairs_take(struct pairs *pairs)
{
	uint32_t pair = pairs->ring[pairs->first];

	assert(pairs->n > 0);

	pairs->first = (pairs->first + 1) % pairs->capacity;
	pairs->n--;
	pairs->bits[pair >> 6] &= ~((uint64_t)1 << (pair & 63));
	return pair;
}

void pairs_clear(struct pairs *pairs)
{
	while (pairs->n > 0)
		(void)pairs_take(pairs);
}
