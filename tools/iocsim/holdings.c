/* SPDX-License-Identifier: Apache-2.0 */
#include "holdings.h"

#include <stdlib.h>

#include "iocd/base/err.h"
#include "iocd/base/map.h"
#include "iocd/base/scratch.h"

struct holding {
	uint32_t indicator;
	uint32_t unit;
	int64_t time_ms;
	double value;
};

struct holdings {
	const struct world *world;
	struct holding *list; /* owned */
	uint32_t n;
	struct map *numbers;   /* owned; "indicator/unit/thing" to its place in list */
	struct scratch *texts; /* owned; keys of the map */
};

struct holdings *holdings_new(const struct world *world)
{
	struct holdings *holdings = xcalloc(1, sizeof(*holdings));

	holdings->world = world;
	holdings->numbers = map_new();
	holdings->texts = scratch_new(65536);
	return holdings;
}

struct holdings *holdings_free(struct holdings *holdings)
{
	if (!holdings)
		return NULL;

	scratch_free(holdings->texts);
	map_free(holdings->numbers);
	free(holdings->list);
	free(holdings);
	return NULL;
}

static void add_thing(struct text *key, const struct holdings *holdings, uint32_t indicator,
		      const struct fact *fact)
{
	const struct indicator *about = &holdings->world->indicators[indicator];
	const struct event_type *type = schema_type(holdings->world->schema, fact->type);
	const struct fact_value *thing;

	text_add(key, "%u/%u/", indicator, fact->unit);
	if (about->by_field == TYPE_NONE)
		return;
	thing = &fact->values[about->by_field];
	if (type->fields[about->by_field].kind == FIELD_CHOICE)
		text_add(key, "%u", thing->choice);
	else
		text_add(key, "%s", thing->text);
}

void holdings_note(struct holdings *holdings, uint32_t indicator, const struct fact *fact)
{
	CLEANUP_TEXT struct text key = { 0 };
	struct holding *holding;
	uint32_t i;

	add_thing(&key, holdings, indicator, fact);
	i = map_find(holdings->numbers, text_get(&key), key.size);
	if (i == MAP_NONE) {
		i = holdings->n;
		holdings->list = xrealloc(holdings->list, i + 1, sizeof(*holdings->list));
		holdings->list[i] = (struct holding){ .indicator = indicator,
						      .unit = fact->unit,
						      .time_ms = INT64_MIN };
		if (map_add(holdings->numbers,
			    scratch_copy(holdings->texts, text_get(&key), key.size), key.size,
			    i) == 0)
			holdings->n++;
	}
	holding = &holdings->list[i];
	if (fact->time_ms < holding->time_ms)
		return;
	holding->time_ms = fact->time_ms;
	holding->value = fact->values[holdings->world->indicators[indicator].field].number;
}

/* Adds up the holdings of indicator in each unit and all above; any says where there are some. */
static void add_up(const struct holdings *holdings, uint32_t indicator, double *sums, bool *any)
{
	const struct units *units = holdings->world->units;

	for (uint32_t u = 0; u < units_count(units); u++)
		sums[u] = 0, any[u] = false;
	for (uint32_t i = 0; i < holdings->n; i++) {
		const struct holding *holding = &holdings->list[i];

		if (holding->indicator != indicator)
			continue;
		for (uint32_t u = holding->unit; u != UNIT_NONE; u = units_parent(units, u)) {
			sums[u] += holding->value;
			any[u] = true;
		}
	}
}

void holdings_json(struct text *out, const struct holdings *holdings)
{
	const struct world *world = holdings->world;
	uint32_t n_units = units_count(world->units);
	double *sums = xcalloc(n_units, sizeof(*sums));
	bool *any = xcalloc(n_units, sizeof(*any));
	const char *between = "";

	text_add(out, "{");
	for (uint32_t i = 0; i < world->n_indicators; i++) {
		const char *separator = "";

		if (world->indicators[i].kind != INDICATOR_STOCK)
			continue;
		add_up(holdings, i, sums, any);
		text_add(out, "%s\n\"%s\":{", between, world->indicators[i].id);
		between = ",";
		for (uint32_t u = 0; u < n_units; u++) {
			if (!any[u])
				continue;
			text_add(out, "%s\"%s\":", separator, units_at(world->units, u)->id);
			text_add_number(out, sums[u]);
			separator = ",";
		}
		text_add(out, "}");
	}
	text_add(out, "}");
	free(any);
	free(sums);
}
