/* SPDX-License-Identifier: Apache-2.0 */
#include "receivers.h"

#include <string.h>

void receivers_map_init(struct receivers_map *map)
{
	*map = (struct receivers_map){ .known = UINT32_C(1) << RECEIVER_UNIT };
	map->bits[RECEIVER_UNIT] = UINT32_C(1) << RECEIVER_UNIT;
}

void receivers_map_add(struct receivers_map *map, const struct rules_options *now, uint32_t number,
		       const char *id, size_t n)
{
	map->known |= UINT32_C(1) << number;
	for (uint32_t i = 0; i < now->n_receivers; i++)
		if (strlen(now->receivers[i].id) == n && memcmp(now->receivers[i].id, id, n) == 0)
			map->bits[number] = UINT32_C(1) << i;
}

void receivers_map_between(struct receivers_map *map, const struct rules_options *before,
			   const struct rules_options *now)
{
	receivers_map_init(map);
	for (uint32_t i = 0; i < before->n_receivers; i++)
		receivers_map_add(map, now, i, before->receivers[i].id,
				  strlen(before->receivers[i].id));
}

uint32_t receivers_map_bits(const struct receivers_map *map, uint32_t bits)
{
	uint32_t mapped = 0;

	for (; bits; bits &= bits - 1)
		mapped |= map->bits[__builtin_ctz(bits)];
	return mapped;
}
