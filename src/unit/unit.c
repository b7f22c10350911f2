/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/unit.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "iocd/base/map.h"

struct units {
	struct map *numbers; /* owned; of ids and aliases */
	struct unit **units; /* owned, each on its own so that it does not move */
	uint32_t *parents;   /* owned; by unit */
	uint32_t n_units;
	uint32_t capacity; /* of both arrays */
};

static void grow(struct units *units)
{
	if (units->n_units < units->capacity)
		return;

	units->capacity = units->capacity ? units->capacity * 2 : 64;
	units->units = xrealloc(units->units, units->capacity, sizeof(*units->units));
	units->parents = xrealloc(units->parents, units->capacity, sizeof(*units->parents));
}

struct units *units_new(void)
{
	struct units *units = xcalloc(1, sizeof(*units));

	units->numbers = map_new();
	return units;
}

struct units *units_free(struct units *units)
{
	if (!units)
		return NULL;

	for (uint32_t i = 0; i < units->n_units; i++)
		free(units->units[i]);
	free(units->parents);
	free(units->units);
	map_free(units->numbers);
	free(units);
	return NULL;
}

int units_add(struct units *units, const struct unit *unit, uint32_t *ret)
{
	uint32_t number = units->n_units;
	struct unit *copy;
	uint32_t depth = 0;

	assert(unit->parent == UNIT_NONE || unit->parent < number);

	if (unit->parent != UNIT_NONE)
		depth = units->units[unit->parent]->depth + 1;
	if (number >= UNITS_MAX || depth >= UNIT_DEPTH_MAX)
		return UNIT_TOO_MANY;
	if (map_add(units->numbers, unit->id, strlen(unit->id), number))
		return UNIT_EXISTS;

	grow(units);
	copy = xcalloc(1, sizeof(*copy));
	*copy = *unit;
	copy->depth = depth;
	copy->number = number;
	units->units[number] = copy;
	units->parents[number] = unit->parent;
	units->n_units++;

	*ret = number;
	return 0;
}

int units_add_alias(struct units *units, uint32_t number, const char *alias)
{
	assert(number < units->n_units);

	return map_add(units->numbers, alias, strlen(alias), number) ? UNIT_EXISTS : 0;
}

uint32_t units_find(const struct units *units, const char *id, size_t n)
{
	uint32_t number = map_find(units->numbers, id, n);

	return number == MAP_NONE ? UNIT_NONE : number;
}

const struct unit *units_at(const struct units *units, uint32_t number)
{
	assert(number < units->n_units);

	return units->units[number];
}

uint32_t units_count(const struct units *units)
{
	return units->n_units;
}

uint32_t units_parent(const struct units *units, uint32_t number)
{
	assert(number < units->n_units);

	return units->parents[number];
}

const uint32_t *units_parents(const struct units *units)
{
	return units->parents;
}
