/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/net/backoff.h"

#include <assert.h>

void backoff_init(struct backoff *backoff, int64_t first_ms, int64_t last_ms, uint64_t seed)
{
	assert(first_ms > 0 && first_ms <= last_ms);

	*backoff = (struct backoff){ .first_ms = first_ms, .last_ms = last_ms };
	backoff->next_ms = first_ms;
	random_seed(&backoff->random, seed);
}

int64_t backoff_failed(struct backoff *backoff)
{
	int64_t base_ms = backoff->next_ms;
	int64_t quarter_ms = base_ms / 4;
	int64_t jitter_ms =
		(int64_t)random_below(&backoff->random, 2 * (uint64_t)quarter_ms + 1) - quarter_ms;

	backoff->next_ms = base_ms > backoff->last_ms / 2 ? backoff->last_ms : 2 * base_ms;
	return base_ms + jitter_ms;
}

void backoff_succeeded(struct backoff *backoff)
{
	backoff->next_ms = backoff->first_ms;
}
