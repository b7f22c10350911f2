/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/unit.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "iocd/base/map.h"

/* Who stood above a unit until a day. */
struct past_parent {
	int32_t until_day;
	uint32_t parent;
};

/* What only the register knows of a unit. */
struct past {
	uint32_t successor;          /* itself, if it is of the tree */
	struct past_parent *parents; /* owned; by until_day */
	uint32_t n_parents;
};

struct units {
	struct map *numbers;    /* owned; of ids and aliases */
	struct map *registered; /* owned; of ids alone, those of former units too */
	struct unit **units;    /* owned, each on its own so that it does not move */
	uint32_t *parents;      /* owned; by unit */
	struct past *pasts;     /* owned; by unit */
	uint32_t n_units;       /* of the tree: former units come behind */
	uint32_t n_registered;
	uint32_t capacity;  /* of the three arrays */
	const char **names; /* owned; lent ids and aliases under which somebody may send */
	uint32_t n_names, max_names;
};

/* Takes name, which is lent for life, for number.  False: it is taken. */
static bool add_name(struct units *units, const char *name, uint32_t number)
{
	if (map_add(units->numbers, name, strlen(name), number))
		return false;
	if (units->n_names == units->max_names) {
		units->max_names = units->max_names ? units->max_names * 2 : 64;
		units->names = xrealloc(units->names, units->max_names, sizeof(*units->names));
	}
	units->names[units->n_names++] = name;
	return true;
}

static void grow(struct units *units)
{
	if (units->n_registered < units->capacity)
		return;

	units->capacity = units->capacity ? units->capacity * 2 : 64;
	units->units = xrealloc(units->units, units->capacity, sizeof(*units->units));
	units->parents = xrealloc(units->parents, units->capacity, sizeof(*units->parents));
	units->pasts = xrealloc(units->pasts, units->capacity, sizeof(*units->pasts));
}

struct units *units_new(void)
{
	struct units *units = xcalloc(1, sizeof(*units));

	units->numbers = map_new();
	units->registered = map_new();
	return units;
}

struct units *units_free(struct units *units)
{
	if (!units)
		return NULL;

	for (uint32_t i = 0; i < units->n_registered; i++) {
		free(units->pasts[i].parents);
		free(units->units[i]);
	}
	free(units->names);
	free(units->pasts);
	free(units->parents);
	free(units->units);
	map_free(units->registered);
	map_free(units->numbers);
	free(units);
	return NULL;
}

/* Puts unit behind all others; its id must be free.  Returns its number. */
static uint32_t append(struct units *units, const struct unit *unit, uint32_t successor)
{
	uint32_t number = units->n_registered;
	struct unit *copy = xcalloc(1, sizeof(*copy));

	grow(units);
	*copy = *unit;
	copy->number = number;
	copy->depth = unit->parent == UNIT_NONE ? 0 : units->units[unit->parent]->depth + 1;
	units->units[number] = copy;
	units->parents[number] = unit->parent;
	units->pasts[number] = (struct past){ .successor = successor };
	units->n_registered++;
	return number;
}

/* Takes the id of the unit that comes next.  False: it is taken. */
static bool add_id(struct units *units, const char *id)
{
	return add_name(units, id, units->n_registered) &&
	       map_add(units->registered, id, strlen(id), units->n_registered) == 0;
}

/* Whether one more unit, below parent, is too much. */
static bool is_full(const struct units *units, uint32_t parent)
{
	return units->n_registered >= UNITS_MAX ||
	       (parent != UNIT_NONE && units->units[parent]->depth + 1 >= UNIT_DEPTH_MAX);
}

int units_add(struct units *units, const struct unit *unit, uint32_t *ret)
{
	uint32_t number = units->n_units;

	assert(units->n_registered == number);
	assert(unit->parent == UNIT_NONE || unit->parent < number);

	if (is_full(units, unit->parent))
		return UNIT_TOO_MANY;
	if (!add_id(units, unit->id))
		return UNIT_EXISTS;

	*ret = append(units, unit, number);
	units->n_units++;
	return 0;
}

int units_add_alias(struct units *units, uint32_t number, const char *alias)
{
	assert(number < units->n_units);

	return add_name(units, alias, number) ? 0 : UNIT_EXISTS;
}

uint32_t units_find_sender(const struct units *units, const char *id, size_t n)
{
	uint32_t number = map_find(units->numbers, id, n);

	return number == MAP_NONE ? UNIT_NONE : number;
}

uint32_t units_find(const struct units *units, const char *id, size_t n)
{
	uint32_t number = units_find_sender(units, id, n);

	return number == UNIT_NONE ? UNIT_NONE : units->pasts[number].successor;
}

const struct unit *units_at(const struct units *units, uint32_t number)
{
	assert(number < units->n_registered);

	return units->units[number];
}

uint32_t units_n_names(const struct units *units)
{
	return units->n_names;
}

const char *units_name(const struct units *units, uint32_t i)
{
	assert(i < units->n_names);

	return units->names[i];
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

int units_add_former(struct units *units, const struct unit *unit, uint32_t successor,
		     uint32_t *ret)
{
	assert(successor < units->n_units);
	assert(unit->parent == UNIT_NONE || unit->parent < units->n_registered);

	if (is_full(units, unit->parent))
		return UNIT_TOO_MANY;
	if (!add_id(units, unit->id))
		return UNIT_EXISTS;

	*ret = append(units, unit, successor);
	return 0;
}

void units_add_past_parent(struct units *units, uint32_t number, int32_t until_day, uint32_t parent)
{
	struct past *past = &units->pasts[number];
	uint32_t i;

	assert(number < units->n_registered);
	assert(parent == UNIT_NONE || parent < units->n_registered);

	past->parents = xrealloc(past->parents, past->n_parents + 1, sizeof(*past->parents));
	for (i = past->n_parents; i > 0 && past->parents[i - 1].until_day > until_day; i--)
		past->parents[i] = past->parents[i - 1];
	past->parents[i] = (struct past_parent){ .until_day = until_day, .parent = parent };
	past->n_parents++;
}

uint32_t units_registered(const struct units *units)
{
	return units->n_registered;
}

uint32_t units_find_registered(const struct units *units, const char *id, size_t n)
{
	uint32_t number = map_find(units->registered, id, n);

	return number == MAP_NONE ? UNIT_NONE : number;
}

uint32_t units_parent_on(const struct units *units, uint32_t number, int32_t day)
{
	const struct unit *unit = units_at(units, number);
	const struct past *past = &units->pasts[number];

	if (day < unit->from_day || day > unit->until_day)
		return UNIT_NONE;
	for (uint32_t i = 0; i < past->n_parents; i++)
		if (day <= past->parents[i].until_day)
			return past->parents[i].parent;
	return unit->parent;
}

uint32_t units_successor(const struct units *units, uint32_t number)
{
	assert(number < units->n_registered);

	return units->pasts[number].successor;
}

const uint32_t *units_parents(const struct units *units)
{
	return units->parents;
}
