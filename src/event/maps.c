/* SPDX-License-Identifier: Apache-2.0 */
#include "maps.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "iocd/base/map.h"

#define NOTHING UINT32_MAX

/* A level of topics, behind those that lead to it. */
struct branch {
	struct map *written; /* owned; levels that are written out, to branches; NULL: none */
	uint32_t any;        /* branch of a named level, or NOTHING */
	uint32_t plan;       /* what reads topics that end here, or NOTHING */
};

struct maps {
	struct map_plan *plans; /* owned */
	uint32_t n_plans;
	struct branch *branches; /* owned; the first is where topics begin */
	uint32_t n_branches;
};

bool map_next_level(const char **topic, struct slice *ret, bool *ret_is_named)
{
	const char *at = *topic;
	size_t n;

	if (!at)
		return false;

	n = strcspn(at, "/");
	*topic = at[n] ? at + n + 1 : NULL;
	*ret_is_named = n >= 2 && at[0] == '{' && at[n - 1] == '}';
	*ret = *ret_is_named ? (struct slice){ at + 1, n - 2 } : (struct slice){ at, n };
	return true;
}

void map_add_filter(const struct feed_map *map, struct text *text)
{
	const char *topic = map->topic;
	const char *slash = "";
	struct slice level;
	bool is_named;

	while (map_next_level(&topic, &level, &is_named)) {
		text_add(text, "%s", slash);
		if (is_named)
			text_add(text, "+");
		else
			text_add_bytes(text, level.bytes, level.size);
		slash = "/";
	}
}

/* The place of the level of that name in the topic of map, or MAP_LEVELS_MAX. */
static uint32_t find_level(const struct feed_map *map, const char *name)
{
	const char *topic = map->topic;
	struct slice level;
	bool is_named;

	for (uint32_t i = 0; map_next_level(&topic, &level, &is_named); i++)
		if (is_named && level.size == strlen(name) &&
		    memcmp(level.bytes, name, level.size) == 0)
			return i;
	return MAP_LEVELS_MAX;
}

/* The whole number that dividing by is the same as scaling, and exact: 10 for 0.1; or 0. */
static double divisor_of(double scale)
{
	double inverse = scale != 0 ? round(1 / scale) : 0;

	return fabs(inverse) > 1 && 1 / inverse == scale ? inverse : 0;
}

static void value_init(struct mapped_value *mapped, const struct feed_map *map,
		       const struct map_value *value)
{
	*mapped = (struct mapped_value){ .value = value, .divisor = divisor_of(value->scale) };
	if (value->from == MAP_POINTER || value->from == MAP_MESSAGE)
		pointer_init(&mapped->pointer, value->text);
	if (value->from == MAP_LEVEL)
		mapped->level = find_level(map, value->text);
}

static void find_sender(struct map_plan *plan, const char *id, const struct units *units)
{
	uint32_t sender = units_find_sender(units, id, strlen(id));

	if (sender == UNIT_NONE)
		return;
	plan->unit = units_successor(units, sender);
	plan->former = sender == plan->unit ? 0 : sender;
}

static void plan_init(struct map_plan *plan, const struct feed_map *map, const struct units *units)
{
	*plan = (struct map_plan){ .map = map, .unit = UNIT_NONE, .is_each = map->each != NULL };
	plan->unit_level = find_level(map, "unit");
	if (map->unit)
		find_sender(plan, map->unit, units);
	pointer_init(&plan->each, map->each);
	value_init(&plan->type, map, &map->type);
	value_init(&plan->id, map, &map->id);
	value_init(&plan->source, map, &map->source);
	value_init(&plan->subject, map, &map->subject);
	value_init(&plan->sequence, map, &map->sequence);
	value_init(&plan->time, map, &map->time);
	for (uint32_t i = 0; i < map->n_fields; i++) {
		plan->fields[i].name = map->fields[i].name;
		value_init(&plan->fields[i].value, map, &map->fields[i].value);
	}
}

static void plan_fini(struct map_plan *plan)
{
	pointer_fini(&plan->each);
	pointer_fini(&plan->type.pointer);
	pointer_fini(&plan->id.pointer);
	pointer_fini(&plan->source.pointer);
	pointer_fini(&plan->subject.pointer);
	pointer_fini(&plan->sequence.pointer);
	pointer_fini(&plan->time.pointer);
	for (uint32_t i = 0; i < plan->map->n_fields; i++)
		pointer_fini(&plan->fields[i].value.pointer);
}

static uint32_t add_branch(struct maps *maps)
{
	maps->branches = xrealloc(maps->branches, maps->n_branches + 1, sizeof(*maps->branches));
	maps->branches[maps->n_branches] = (struct branch){ .any = NOTHING, .plan = NOTHING };
	return maps->n_branches++;
}

/* The branch behind level of branch at, which is made if need be. */
static uint32_t step(struct maps *maps, uint32_t at, const struct slice *level, bool is_named)
{
	uint32_t next = NOTHING;
	int r;

	if (is_named)
		next = maps->branches[at].any;
	else if (maps->branches[at].written)
		next = map_find(maps->branches[at].written, level->bytes, level->size);
	if (next != NOTHING)
		return next;

	next = add_branch(maps); /* moves them */
	if (is_named) {
		maps->branches[at].any = next;
		return next;
	}
	if (!maps->branches[at].written)
		maps->branches[at].written = map_new();
	r = map_add(maps->branches[at].written, level->bytes, level->size, next);
	assert(r == 0);
	(void)r;
	return next;
}

static void plant(struct maps *maps, uint32_t plan)
{
	const char *topic = maps->plans[plan].map->topic;
	struct slice level;
	bool is_named;
	uint32_t at = 0;

	while (map_next_level(&topic, &level, &is_named))
		at = step(maps, at, &level, is_named);
	if (maps->branches[at].plan == NOTHING) /* of two that are alike the first counts */
		maps->branches[at].plan = plan;
}

struct maps *maps_new(const struct schema *schema, const struct units *units)
{
	struct maps *maps;

	_Static_assert(MAP_NONE == NOTHING, "what is not found is nothing");
	if (schema_n_maps(schema) == 0)
		return NULL;

	maps = xcalloc(1, sizeof(*maps));
	maps->n_plans = schema_n_maps(schema);
	maps->plans = xcalloc(maps->n_plans, sizeof(*maps->plans));
	(void)add_branch(maps);
	for (uint32_t i = 0; i < maps->n_plans; i++) {
		plan_init(&maps->plans[i], schema_map(schema, i), units);
		plant(maps, i);
	}
	return maps;
}

struct maps *maps_free(struct maps *maps)
{
	if (!maps)
		return NULL;

	for (uint32_t i = 0; i < maps->n_plans; i++)
		plan_fini(&maps->plans[i]);
	for (uint32_t i = 0; i < maps->n_branches; i++)
		map_free(maps->branches[i].written);
	free(maps->branches);
	free(maps->plans);
	free(maps);
	return NULL;
}

static bool split(const char *topic, size_t n, struct map_levels *ret)
{
	const char *end = topic + n;

	for (ret->n = 0; ret->n < MAP_LEVELS_MAX; topic++) {
		const char *slash = memchr(topic, '/', (size_t)(end - topic));
		const char *stop = slash ? slash : end;

		ret->list[ret->n++] = (struct slice){ topic, (size_t)(stop - topic) };
		if (!slash)
			return true;
		topic = slash;
	}
	return false;
}

/* The plan of the levels from number level on, behind branch at; those that are written out first.
 * Few branches fork, and none is met twice. */
static uint32_t find(const struct maps *maps, const struct map_levels *levels, uint32_t at,
		     uint32_t level)
{
	const struct branch *branch = &maps->branches[at];
	const struct slice *name = &levels->list[level];
	uint32_t found = NOTHING;
	uint32_t next;

	if (level == levels->n)
		return branch->plan;
	if (branch->written) {
		next = map_find(branch->written, name->bytes, name->size);
		if (next != NOTHING)
			found = find(maps, levels, next, level + 1);
	}
	if (found == NOTHING && branch->any != NOTHING && name->size > 0)
		found = find(maps, levels, branch->any, level + 1);
	return found;
}

const struct map_plan *maps_find(const struct maps *maps, const char *topic, size_t n,
				 struct map_levels *ret)
{
	uint32_t plan;

	if (!maps || !split(topic, n, ret))
		return NULL;
	plan = find(maps, ret, 0, 0);
	return plan == NOTHING ? NULL : &maps->plans[plan];
}
