/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as a message: the first chooses its topic, the rest is the payload.  Whatever they are,
 * both readers must agree in every element, and nothing may be read outside.
 */
#include <stddef.h>
#include <stdint.h>

#include "world.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static const char *const tails[] = {
	"d1/one-stop/evt/record.received",
	"d1/one-stop/evt/batch",
	"d1/hydro/evt/level",
	"d1/hydro/evt/batch",
	"d1-old/one-stop/evt/ping",
	"d2/one-stop/evt/record.resolved",
};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	static struct world *world; /* for the life of the process: it is slow to make */
	const struct decoded *decoded;

	if (n == 0)
		return 0;

	if (!world)
		world = world_new();
	(void)world_read(world, tails[bytes[0] % COUNT(tails)], (const char *)bytes + 1, n - 1,
			 &decoded);
	return 0;
}
