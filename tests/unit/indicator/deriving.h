/* SPDX-License-Identifier: Apache-2.0 */
/*
 * deriving: for tests of kinds that are not counted: short ways to configure them, and which pairs
 * have changed.
 */
#ifndef TEST_INDICATOR_DERIVING_H
#define TEST_INDICATOR_DERIVING_H

#include "saving.h"

static inline uint32_t world_gauge(struct world *world, const char *id)
{
	uint32_t number = world_indicator(world, INDICATOR_GAUGE, 0);

	world->list[number].id = id;
	world->list[number].type = TYPE_NONE;
	return number;
}

static inline uint32_t world_stock(struct world *world, uint32_t field, uint32_t by_field)
{
	uint32_t number = world_indicator(world, INDICATOR_STOCK, field);

	world->list[number].by_field = by_field;
	return number;
}

/* One that is worked out of one other. */
static inline uint32_t world_of(struct world *world, enum indicator_kind kind, uint32_t part)
{
	uint32_t number = world_indicator(world, kind, 0);

	world->list[number].type = TYPE_NONE;
	world->list[number].parts[0] = part;
	return number;
}

static inline void world_move(struct world *world, uint32_t gauge, uint32_t unit, int64_t delta)
{
	indicators_move(world->indicators, gauge, unit, delta, world->now_ms, ++world->position);
}

static inline struct reading world_read(const struct world *world, uint32_t number, uint32_t unit,
					struct window window)
{
	return indicators_read(world->indicators, number, unit, &window);
}

/* Whether a pair is among the changes since the last call, which are taken. */
static inline bool world_changed(struct world *world, uint32_t indicator, uint32_t unit)
{
	const struct change *changes;
	size_t n = indicators_take_changes(world->indicators, &changes);

	for (size_t i = 0; i < n; i++)
		if (changes[i].indicator == indicator && changes[i].unit == unit)
			return true;
	return false;
}

static inline void world_forget_changes(struct world *world)
{
	const struct change *changes;

	(void)indicators_take_changes(world->indicators, &changes);
}

/* Loads what was saved with 2 and all below it merged into the root, which stood above them. */
static inline const char *load_raised(struct world *world, const struct saved *saved)
{
	static const uint32_t raised[N_UNITS] = { 0, 1, 0, 3, 4, 5, 0, 0, 0 };
	static const uint32_t above[N_UNITS] = { UNIT_NONE, 0, 0, 1, 1, 1, 2, 2, 2 };
	static const uint32_t same[2] = { 0, 1 };
	const struct renumber units = { .to = raised, .n = N_UNITS, .above = above };
	const struct renumber feeds = { .to = same, .n = 2 };
	uint64_t dropped;

	return load_into_tree(world, saved, &units, &feeds, true, &dropped);
}

/* Loads what was saved with units 7 and 8 merged into 6, and 2 into 1. */
static inline const char *load_merged(struct world *world, const struct saved *saved)
{
	static const uint32_t merged[N_UNITS] = { 0, 1, 1, 3, 4, 5, 6, 6, 6 };
	static const uint32_t same[2] = { 0, 1 };
	const struct renumber units = { .to = merged, .n = N_UNITS },
			      feeds = { .to = same, .n = 2 };
	uint64_t dropped;

	return load_into_tree(world, saved, &units, &feeds, true, &dropped);
}

#endif
