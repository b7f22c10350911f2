/* SPDX-License-Identifier: Apache-2.0 */
#include "scope.h"

#include <string.h>

#include "limit.h"

static uint32_t n_units(const struct load *load)
{
	return units_count(load->config->units);
}

static bool is_level(const struct load *load, const char *word)
{
	return map_find(load->level_numbers, word, strlen(word)) != MAP_NONE;
}

static void consider_levels(const struct load *load, struct hint *hint)
{
	for (uint32_t i = 0; i < load->config->levels.n; i++)
		hint_consider(hint, load->config->levels.list[i]);
}

/* The unit of that id or former id; UNIT_NONE: it is elsewhere. */
static bool find_unit(struct load *load, const char *id, struct place place, uint32_t *ret)
{
	uint32_t ignored;

	*ret = units_find(load->config->units, id, strlen(id));
	if (*ret != UNIT_NONE || is_elsewhere(load->config, id))
		return true;
	/* It may be declared without standing in the tree, for another mistake: no news then. */
	(void)names_find(load, &load->units, id, place, &ignored);
	return false;
}

static bool add_unit(struct load *load, const struct node *item, bool *applies)
{
	const char *id;
	uint32_t unit;

	if (!read_text(load, item, &id) || !find_unit(load, id, item->place, &unit))
		return false;
	if (unit != UNIT_NONE)
		applies[unit] = true;
	return true;
}

static bool add_level(struct load *load, const struct node *item, bool *applies)
{
	struct hint hint;
	const char *level;

	if (!read_text(load, item, &level))
		return false;
	if (!is_level(load, level)) {
		hint_begin(&hint, load, level);
		consider_levels(load, &hint);
		if (!load->units.incomplete)
			report_error_as(load->report, "unknown-name", item->place,
					"no unit has the level '%s'%s", level, hint_end(&hint));
		return false;
	}
	for (uint32_t i = 0; i < n_units(load); i++)
		if (strcmp(units_at(load->config->units, i)->level, level) == 0)
			applies[i] = true;
	return true;
}

static bool add_all(struct load *load, const struct node *list, bool *applies,
		    bool (*add)(struct load *, const struct node *, bool *))
{
	bool good = true;

	if (list->kind == NODE_MAP)
		return read_kind(load, list, NODE_LIST);
	for (const struct node *item = node_first_item(list); item;
	     item = node_next_item(list, item))
		good = add(load, item, applies) && good;
	return good;
}

static bool add_map(struct load *load, const struct node *map, bool *applies)
{
	struct {
		const struct node *level, *id;
	} nodes = { 0 };
	static const struct slot slots[] = {
		{ "level", 0 },
		{ "id", sizeof(const struct node *) },
	};
	bool good;

	good = read_slots(load, map, slots, COUNT(slots), &nodes);
	if (nodes.level)
		good = add_all(load, nodes.level, applies, add_level) && good;
	if (nodes.id)
		good = add_all(load, nodes.id, applies, add_unit) && good;
	return good;
}

static bool applies_to_any(const bool *applies, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (applies[i])
			return true;
	return false;
}

bool *scope_read(struct load *load, const struct node *owner, const struct node *units,
		 const char *nobody)
{
	uint32_t n = n_units(load);
	bool *applies = scratch_take(load->config->memory, n + 1);
	bool good = true;

	memset(applies, !units, n + 1);
	if (units)
		good = units->kind == NODE_MAP ? add_map(load, units, applies)
					       : add_all(load, units, applies, add_unit);
	if (good && !applies_to_any(applies, n) && !load->units.incomplete &&
	    !load->config->elsewhere) {
		report_error(load->report, units ? units->place : owner->key_place, "%s", nobody);
		return NULL;
	}
	return good ? applies : NULL;
}

/* The overrides of one rule while they are laid over its limits. */
struct lay {
	struct load *load;
	const bool *applies;
	const struct indicator *banded;
	struct limits *limits; /* by unit */
	enum limit_origin origin;
	uint8_t *named; /* by unit: it has its own override already */
	bool good;
};

static bool is_same(const struct threshold *a, const struct threshold *b)
{
	return a->comparison == b->comparison && a->value == b->value;
}

/* An override that says what holds anyway hides what was meant. */
static void warn_of_nothing(struct lay *lay, const struct limit_nodes *nodes,
			    const struct limits *before, const struct limits *after)
{
	const struct {
		const struct node *node;
		const struct threshold *before, *after;
	} pairs[] = {
		{ nodes->warning, &before->warning, &after->warning },
		{ nodes->critical, &before->critical, &after->critical },
		{ nodes->clear, &before->clear, &after->clear },
	};

	for (size_t i = 0; i < COUNT(pairs); i++)
		if (pairs[i].node && is_same(pairs[i].before, pairs[i].after))
			report_warning_as(
				lay->load->report, "override-without-effect", pairs[i].node->place,
				"'%s' is what holds there without it", pairs[i].after->text);
}

static void note_origin(const struct lay *lay, const struct limit_nodes *nodes,
			struct limits *limits)
{
	if (nodes->warning)
		limits->warning.origin = lay->origin;
	if (nodes->critical)
		limits->critical.origin = lay->origin;
	if (nodes->clear)
		limits->clear.origin = lay->origin;
}

/* Lays nodes over the limits of one unit. */
static void lay_unit(struct lay *lay, const struct limit_nodes *nodes, uint32_t unit)
{
	struct limits before = lay->limits[unit];

	/* A mistake in the text itself was reported when the override was read. */
	(void)limits_read(lay->load, nodes, &lay->limits[unit]);
	note_origin(lay, nodes, &lay->limits[unit]);
	if (!limits_check(lay->load, &lay->limits[unit], &before))
		lay->good = false;
	else
		warn_of_nothing(lay, nodes, &before, &lay->limits[unit]);
}

static void lay_level(struct lay *lay, const struct limit_nodes *nodes, const struct node *entry)
{
	const struct units *units = lay->load->config->units;
	uint32_t first = UNIT_NONE;

	for (uint32_t i = 0; i < units_count(units); i++) {
		if (!lay->applies[i] || strcmp(units_at(units, i)->level, entry->key) != 0)
			continue;
		/* All units of the level have the same limits: checked once. */
		if (first == UNIT_NONE)
			lay_unit(lay, nodes, first = i);
		else
			lay->limits[i] = lay->limits[first];
	}
	if (first != UNIT_NONE || lay->load->config->elsewhere)
		return;
	report_error(lay->load->report, entry->key_place,
		     "the rule applies to no unit of the level '%s'", entry->key);
	lay->good = false;
}

static void lay_named_unit(struct lay *lay, const struct limit_nodes *nodes,
			   const struct node *entry, uint32_t unit)
{
	if (!lay->applies[unit]) {
		report_error(lay->load->report, entry->key_place,
			     "the rule does not apply to unit '%s'", entry->key);
		lay->good = false;
	} else if (lay->named[unit]) {
		report_error(lay->load->report, entry->key_place,
			     "'%s' is another name of a unit that has an override here",
			     entry->key);
		lay->good = false;
	} else {
		lay->named[unit] = true;
		lay_unit(lay, nodes, unit);
	}
}

static void refuse_target(struct lay *lay, const struct node *entry)
{
	struct load *load = lay->load;
	struct hint hint;

	lay->good = false;
	if (load->units.incomplete ||
	    map_find(load->units.numbers, entry->key, strlen(entry->key)) != MAP_NONE)
		return;

	hint_begin(&hint, load, entry->key);
	consider_levels(load, &hint);
	for (uint32_t i = 0; i < load->units.n; i++)
		hint_consider(&hint, load->units.list[i]->key);
	report_error_as(load->report, "unknown-name", entry->key_place,
			"'%s' is neither a unit nor a level%s", entry->key, hint_end(&hint));
}

static void refuse_both(struct lay *lay, const struct node *entry)
{
	report_error(lay->load->report, entry->key_place,
		     "'%s' is both a unit and a level; name one of them differently", entry->key);
	lay->good = false;
}

static void lay_override(struct lay *lay, const struct node *entry, bool levels)
{
	static const struct slot slots[] = {
		{ "warning", offsetof(struct limit_nodes, warning) },
		{ "critical", offsetof(struct limit_nodes, critical) },
		{ "clear", offsetof(struct limit_nodes, clear) },
	};
	struct limit_nodes nodes = { .banded = lay->banded };
	struct limits ignored = { 0 };
	uint32_t unit;

	if (is_level(lay->load, entry->key) != levels)
		return;
	unit = units_find(lay->load->config->units, entry->key, strlen(entry->key));
	if (levels && unit != UNIT_NONE) {
		refuse_both(lay, entry);
		return;
	}
	if (!read_slots(lay->load, entry, slots, COUNT(slots), &nodes) ||
	    !limits_read(lay->load, &nodes, &ignored)) {
		lay->good = false;
		return;
	}
	if (levels) {
		lay_level(lay, &nodes, entry);
		return;
	}
	if (unit == UNIT_NONE && !is_elsewhere(lay->load->config, entry->key))
		refuse_target(lay, entry);
	else if (unit != UNIT_NONE)
		lay_named_unit(lay, &nodes, entry, unit);
}

const struct limits *scope_lay_limits(struct load *load, const struct node *override,
				      const bool *applies, const struct limits *base,
				      const struct indicator *banded)
{
	uint32_t n = n_units(load);
	struct lay lay = { .load = load, .applies = applies, .banded = banded, .good = true };

	lay.limits = scratch_take(load->config->memory, (n + 1) * sizeof(*lay.limits));
	lay.named = scratch_take(load->trees, n + 1);
	memset(lay.limits, 0, (n + 1) * sizeof(*lay.limits));
	memset(lay.named, 0, n + 1);
	for (uint32_t i = 0; i < n; i++)
		if (applies[i])
			lay.limits[i] = *base;

	if (override && !read_kind(load, override, NODE_MAP))
		return NULL;
	for (int levels = 1; override && levels >= 0; levels--) {
		lay.origin = levels ? LIMIT_OF_LEVEL : LIMIT_OF_UNIT;
		for (const struct node *entry = override->first; entry; entry = entry->next)
			lay_override(&lay, entry, levels);
	}
	return lay.good ? lay.limits : NULL;
}
