/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table four times as large as it needs to be, hashed over the first and last eight bytes and the
 * size: names of one event differ there, and what does not is told apart by comparing.
 */
#include "name_set.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "iocd/base/defs.h"

#define MIX 0x9e3779b97f4a7c15u /* 2^64 divided by the golden ratio */

_Static_assert(COUNT(((struct name_set *)0)->slots) == 64, "slot_of() takes six bits");

static struct name_ends ends_of(const char *name, size_t n)
{
	struct name_ends ends = { 0, 0 };
	uint32_t first, last;

	if (n >= 8) {
		memcpy(&ends.first, name, 8);
		memcpy(&ends.last, name + n - 8, 8);
	} else if (n >= 4) {
		memcpy(&first, name, 4);
		memcpy(&last, name + n - 4, 4);
		ends = (struct name_ends){ first, last };
	} else if (n > 0) {
		ends.first = (uint8_t)name[0] | (uint64_t)(uint8_t)name[n / 2] << 8;
		ends.last = (uint8_t)name[n - 1];
	}
	return ends;
}

static size_t slot_of(const struct name_ends *ends, size_t n)
{
	return ((ends->first ^ ends->last * 3 ^ n) * MIX) >> 58;
}

/* Is the name at place i that one? */
static bool is_at(const struct name_set *names, uint32_t i, const struct name_ends *ends,
		  const char *name, size_t n)
{
	if (names->sizes[i] != n || names->ends[i].first != ends->first ||
	    names->ends[i].last != ends->last)
		return false;
	return n <= 16 || !memcmp(names->names[i], name, n);
}

void name_set_init(struct name_set *names)
{
	memset(names, 0, sizeof(*names));
}

void name_set_add(struct name_set *names, const char *name)
{
	size_t n = strlen(name);
	struct name_ends ends = ends_of(name, n);
	size_t slot = slot_of(&ends, n);

	assert(names->n_names < NAMES_MAX && name_set_find(names, name, n) == NAMES_NONE);

	while (names->slots[slot])
		slot = (slot + 1) % COUNT(names->slots);
	names->names[names->n_names] = name;
	names->ends[names->n_names] = ends;
	names->sizes[names->n_names] = (uint32_t)n;
	names->slots[slot] = (uint8_t)++names->n_names;
}

uint32_t name_set_find(const struct name_set *names, const char *name, size_t n)
{
	const struct name_ends ends = ends_of(name, n);
	size_t slot = slot_of(&ends, n);
	uint32_t i;

	for (; names->slots[slot]; slot = (slot + 1) % COUNT(names->slots)) {
		i = names->slots[slot] - 1u;
		if (is_at(names, i, &ends, name, n))
			return i;
	}
	return NAMES_NONE;
}
