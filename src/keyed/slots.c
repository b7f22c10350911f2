/* SPDX-License-Identifier: Apache-2.0 */
#include "slots.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "iocd/base/err.h"

#define INDEX_SIZE 131072u /* places; so it is never full */
#define WORDS      ((SLOTS + 63) / 64)

static_assert(INDEX_SIZE > 2 * SLOTS, "searches are short");

void keyed_slots_init(struct slots *slots, uint32_t n_plans, uint32_t n_units, size_t ring_bytes)
{
	*slots = (struct slots){ .n_units = n_units, .ring_bytes = ring_bytes };
	if (n_plans == 0)
		return;
	slots->list = xcalloc(SLOTS, sizeof(*slots->list));
	slots->rings = xcalloc(SLOTS, ring_bytes);
	slots->used = xcalloc(WORDS, sizeof(*slots->used));
	slots->index = xcalloc(INDEX_SIZE, sizeof(*slots->index));
	slots->sizes = xcalloc((size_t)n_plans * n_units + 1, sizeof(*slots->sizes));
}

void keyed_slots_fini(struct slots *slots)
{
	free(slots->sizes);
	free(slots->index);
	free(slots->used);
	free(slots->rings);
	free(slots->list);
	*slots = (struct slots){ 0 };
}

bool name_is_others(const struct name *name)
{
	return name->key.size == strlen(KEYED_OTHERS) &&
	       memcmp(name->key.bytes, KEYED_OTHERS, name->key.size) == 0;
}

static uint64_t hash_of(const struct name *name)
{
	return XXH3_64bits_withSeed(name->key.bytes, name->key.size,
				    (uint64_t)name->plan << 32 | name->unit);
}

static bool has_name(const struct slot *slot, const struct name *name)
{
	return slot->plan == name->plan && slot->unit == name->unit &&
	       slot->key_size == name->key.size &&
	       memcmp(slot->key, name->key.bytes, name->key.size) == 0;
}

/* Where in the index name is, or would be. */
static uint32_t *find_place(const struct slots *slots, const struct name *name, uint64_t hash)
{
	uint32_t at = (uint32_t)hash & (INDEX_SIZE - 1);

	for (; slots->index[at]; at = (at + 1) & (INDEX_SIZE - 1)) {
		const struct slot *slot = &slots->list[slots->index[at] - 1];

		if (slot->hash == hash && has_name(slot, name))
			break;
	}
	return &slots->index[at];
}

/* Whether a place lies between home and at, going round. */
static bool lies_between(uint32_t home, uint32_t place, uint32_t at)
{
	return ((place - home) & (INDEX_SIZE - 1)) <= ((at - home) & (INDEX_SIZE - 1));
}

/* Moves up what stands behind an emptied place, so that searches find it. */
static void close_gap(struct slots *slots, uint32_t gap)
{
	uint32_t at = gap;

	slots->index[gap] = 0;
	while (slots->index[at = (at + 1) & (INDEX_SIZE - 1)]) {
		uint32_t home = (uint32_t)slots->list[slots->index[at] - 1].hash & (INDEX_SIZE - 1);

		if (!lies_between(home, gap, at))
			continue;
		slots->index[gap] = slots->index[at];
		slots->index[at] = 0;
		gap = at;
	}
}

static bool is_used(const struct slots *slots, uint32_t number)
{
	return slots->used[number / 64] >> number % 64 & 1;
}

/* The lowest free slot of a half, or SLOT_NONE. */
static uint32_t lowest_free(const struct slots *slots, uint32_t first)
{
	for (uint32_t at = first; at < first + KEYED_SLOTS; at = (at | 63) + 1) {
		uint64_t unused = ~slots->used[at / 64] >> at % 64 << at % 64;
		uint32_t number;

		if (!unused)
			continue;
		number = at / 64 * 64 + (uint32_t)__builtin_ctzll(unused);
		return number < first + KEYED_SLOTS ? number : SLOT_NONE;
	}
	return SLOT_NONE;
}

uint32_t slots_find(const struct slots *slots, const struct name *name)
{
	if (!slots->index)
		return SLOT_NONE;
	return *find_place(slots, name, hash_of(name)) - 1; /* of none: SLOT_NONE */
}

uint32_t slots_take(struct slots *slots, const struct name *name, uint32_t wanted)
{
	bool is_others = name_is_others(name);
	uint32_t first = is_others ? KEYED_SLOTS : 0, number = wanted;
	uint64_t hash = hash_of(name);
	struct slot *slot;

	if (number < first || number >= first + KEYED_SLOTS || is_used(slots, number))
		number = lowest_free(slots, first);
	if (number == SLOT_NONE)
		return SLOT_NONE;

	slot = &slots->list[number];
	*slot = (struct slot){ .hash = hash,
			       .plan = name->plan,
			       .unit = name->unit,
			       .key_size = (uint8_t)name->key.size };
	memcpy(slot->key, name->key.bytes, name->key.size);
	memset(slots_ring(slots, number), 0, slots->ring_bytes);
	*find_place(slots, name, hash) = number + 1;
	slots->used[number / 64] |= (uint64_t)1 << number % 64;
	if (!is_others)
		slots->sizes[(size_t)name->plan * slots->n_units + name->unit]++;
	slots->n++;
	return number;
}

void slots_release(struct slots *slots, uint32_t number)
{
	const struct slot *slot = &slots->list[number];
	const struct name name = { slot->plan, slot->unit, slot_key(slot) };

	close_gap(slots, (uint32_t)(find_place(slots, &name, slot->hash) - slots->index));
	slots->used[number / 64] &= ~((uint64_t)1 << number % 64);
	if (number < KEYED_SLOTS)
		slots->sizes[(size_t)name.plan * slots->n_units + name.unit]--;
	slots->n--;
}

uint32_t slots_next(const struct slots *slots, uint32_t number)
{
	if (slots->n == 0)
		return SLOT_NONE;
	for (uint32_t at = number; at < SLOTS; at = (at | 63) + 1) {
		uint64_t used = slots->used[at / 64] >> at % 64 << at % 64;

		if (used)
			return at / 64 * 64 + (uint32_t)__builtin_ctzll(used);
	}
	return SLOT_NONE;
}

uint32_t slots_size(const struct slots *slots, uint32_t plan, uint32_t unit)
{
	return slots->sizes[(size_t)plan * slots->n_units + unit];
}
