/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a foreign message: the first says how many bytes are its topic, the rest is the
 * payload.  Whatever they are, nothing may be read outside, and what comes out is an event or has a
 * reason; the same bytes give the same.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "map_world.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static struct map_world *world; /* for the life of the process: it is slow to make */
	const struct decoded *decoded;
	size_t n_topic, n_first;
	uint64_t key;

	if (n == 0 || bytes[0] > n - 1)
		return 0;

	if (!world)
		world = map_world_new(NULL, 0);
	n_topic = bytes[0];
	n_first = map_world_read(world, (const char *)bytes + 1, n_topic,
				 (const char *)bytes + 1 + n_topic, n - 1 - n_topic, &decoded);
	assert(n_first > 0 && n_first <= DECODE_BATCH_MAX);
	for (size_t i = 0; i < n_first; i++) {
		assert(decoded[i].event.nth == i);
		assert(decoded[i].reason != REASON_NONE || decoded[i].event.id.size > 0);
	}
	key = decoded[n_first - 1].event.key[0];
	assert(map_world_read(world, (const char *)bytes + 1, n_topic,
			      (const char *)bytes + 1 + n_topic, n - 1 - n_topic,
			      &decoded) == n_first);
	assert(decoded[n_first - 1].event.key[0] == key);
	return 0;
}
