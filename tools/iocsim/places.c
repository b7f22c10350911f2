/* SPDX-License-Identifier: Apache-2.0 */
#include "places.h"

#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "iocd/contract.h"

struct places {
	const struct world *world;
	const bool *is_chosen;
	bool *has_children; /* owned; by unit */
	struct place_list lists[N_PLACES];
	struct place_list *duties; /* owned; by feed: the units that must report; n 0: nobody */
};

static bool is_place(const struct places *places, uint32_t unit, enum kind_place place)
{
	uint32_t depth = units_at(places->world->units, unit)->depth;

	switch (place) {
	case AT_ROOTS:
		return depth == 0;
	case AT_OFFICES:
		return depth > 0;
	case AT_LINKS:
		return depth == 0 || (depth == 1 && !places->has_children[unit]);
	case AT_BRANCHES:
		return depth == 1 && places->has_children[unit];
	case AT_LEAVES:
		return depth > 1 && !places->has_children[unit];
	case ANYWHERE:
	case N_PLACES:
		break;
	}
	return true;
}

static void fill_place(struct places *places, enum kind_place place)
{
	struct place_list *list = &places->lists[place];
	uint32_t n_units = units_count(places->world->units);

	list->units = xcalloc(n_units, sizeof(*list->units));
	for (int anywhere = 0; anywhere < 2 && list->n == 0; anywhere++)
		for (uint32_t u = 0; u < n_units; u++)
			if (places->is_chosen[u] && (anywhere || is_place(places, u, place)))
				list->units[list->n++] = u;
}

static void fill_duty(struct places *places, const struct contract *contract)
{
	struct place_list *list = &places->duties[contract->feed];
	uint32_t n_units = units_count(places->world->units);

	list->units = xcalloc(n_units, sizeof(*list->units));
	for (uint32_t u = 0; u < n_units; u++)
		if (places->is_chosen[u] && contract->expected[u])
			list->units[list->n++] = u;
}

struct places *places_new(const struct world *world, const bool *is_chosen)
{
	struct places *places = xcalloc(1, sizeof(*places));
	uint32_t n_units = units_count(world->units);

	places->world = world;
	places->is_chosen = is_chosen;
	places->has_children = xcalloc(n_units, sizeof(bool));
	for (uint32_t u = 0; u < n_units; u++)
		if (units_parent(world->units, u) != UNIT_NONE)
			places->has_children[units_parent(world->units, u)] = true;
	for (int place = 0; place < N_PLACES; place++)
		fill_place(places, (enum kind_place)place);
	places->duties = xcalloc(schema_n_feeds(world->schema), sizeof(*places->duties));
	for (uint32_t i = 0; i < world->n_contracts; i++)
		fill_duty(places, &world->contracts[i]);
	return places;
}

struct places *places_free(struct places *places)
{
	if (!places)
		return NULL;

	for (uint32_t i = 0; i < schema_n_feeds(places->world->schema); i++)
		free(places->duties[i].units);
	for (size_t i = 0; i < N_PLACES; i++)
		free(places->lists[i].units);
	free(places->duties);
	free(places->has_children);
	free(places);
	return NULL;
}

const struct place_list *places_of(const struct places *places, enum kind_place place)
{
	return &places->lists[place];
}

const struct place_list *places_of_kind(const struct places *places, const struct kind *kind,
					uint32_t feed)
{
	if (kind->is_duty && places->duties[feed].n > 0)
		return &places->duties[feed];
	return &places->lists[kind->place];
}

bool places_has_children(const struct places *places, uint32_t unit)
{
	return places->has_children[unit];
}

int places_read(const struct world *world, const char *ids, bool *marks, struct text *report)
{
	size_t n;

	for (; *ids; ids += n + (ids[n] == ',')) {
		uint32_t unit;

		n = strcspn(ids, ",");
		unit = units_find(world->units, ids, n);
		if (unit == UNIT_NONE) {
			text_add(report, "there is no unit '%.*s'\n", (int)n, ids);
			return PLACES_UNKNOWN;
		}
		marks[unit] = true;
	}
	return 0;
}
