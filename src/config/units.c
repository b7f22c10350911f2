/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The unit tree.  Units may be written in any order; they are added parents first, each parent
 * followed by its children in the order of the file; former units, which former.c reads, after all
 * others.
 */
#include <string.h>

#include "cut.h"
#include "iocd/base/err.h"
#include "iocd/site.h"

static const struct naming unit_naming = {
	.what = "unit", .more = "._-", .max_size = 64, .max_n = UNITS_MAX
};
static const struct naming level_naming = { .what = "level", .more = "_-", .max_size = 32 };

static const struct slot slots[] = {
	{ "level", offsetof(struct draft, level) },
	{ "parent", offsetof(struct draft, parent) },
	{ "name", offsetof(struct draft, name) },
	{ "aliases", offsetof(struct draft, aliases) },
	{ "from", offsetof(struct draft, from) },
	{ "until", offsetof(struct draft, until) },
	{ "merged-into", offsetof(struct draft, merged_into) },
	{ "was", offsetof(struct draft, was) },
	{ "receiver", offsetof(struct draft, receiver) },
	{ "forwards", offsetof(struct draft, forwards) },
	{ "tile", offsetof(struct draft, tile) },
};

static void note_level(struct load *load, const char *level)
{
	struct levels *levels = &load->config->levels;

	if (map_add(load->level_numbers, level, strlen(level), levels->n) == 0)
		levels->list[levels->n++] = level;
}

static void read_draft(struct load *load, const struct node *entry, struct draft *draft)
{
	*draft = (struct draft){ .above = UNIT_NONE,
				 .first_child = UNIT_NONE,
				 .last_child = UNIT_NONE,
				 .next_sibling = UNIT_NONE,
				 .successor = UNIT_NONE,
				 .number = UNIT_NONE };
	draft->unit.id = entry->key;
	draft->unit.level = "";
	draft->unit.from_day = INT32_MIN;
	draft->unit.until_day = INT32_MAX;
	draft->unit.place = entry->key_place;
	draft->unit.name_vi = draft->unit.name_en = entry->key;
	if (!read_kind(load, entry, NODE_MAP))
		return;

	(void)read_slots(load, entry, slots, COUNT(slots), draft);
	draft->is_former = draft->merged_into || draft->until;
	read_title(load, draft->name, entry->key, &draft->unit.name_vi, &draft->unit.name_en);
	if (!read_present(load, entry, draft->level, "level") ||
	    !read_text(load, draft->level, &draft->unit.level))
		return;
	if (read_name(load, draft->unit.level, draft->level->place, &level_naming) &&
	    !draft->is_former)
		note_level(load, draft->unit.level);
}

static void find_parent(struct load *load, struct draft *drafts, uint32_t i)
{
	const char *parent;
	uint32_t number;

	if (!drafts[i].parent || !read_text(load, drafts[i].parent, &parent))
		return;
	if (names_find(load, &load->units, parent, drafts[i].parent->place, &number))
		drafts[i].above = number;
}

/* Reports the circle that start is part of, and opens it there. */
static void refuse_circle(struct load *load, struct draft *drafts, uint32_t start)
{
	CLEANUP_TEXT struct text path = { 0 };
	uint32_t at = start;

	do {
		text_add(&path, "%s > ", drafts[at].unit.id);
		at = drafts[at].above;
	} while (at != start && path.size < REPORT_MESSAGE_MAX);
	report_error(load->report, drafts[start].parent->place,
		     "the unit is its own ancestor: %s%s", text_get(&path), drafts[start].unit.id);
	drafts[start].above = UNIT_NONE;
}

/* Every unit has at most one parent, so a walk up ends at a root, at an earlier walk, or at itself.
 */
static void open_circles(struct load *load, struct draft *drafts, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		uint32_t at = i;

		while (at != UNIT_NONE && !drafts[at].walk) {
			drafts[at].walk = i + 1;
			at = drafts[at].above;
		}
		if (at != UNIT_NONE && drafts[at].walk == i + 1)
			refuse_circle(load, drafts, at);
	}
}

/* Hangs each unit of the tree below its parent. */
static void link_children(struct draft *drafts, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		struct draft *parent;

		if (drafts[i].above == UNIT_NONE || drafts[i].is_former ||
		    drafts[drafts[i].above].is_former)
			continue;
		parent = &drafts[drafts[i].above];
		if (parent->last_child == UNIT_NONE)
			parent->first_child = i;
		else
			drafts[parent->last_child].next_sibling = i;
		parent->last_child = i;
	}
}

static void add_aliases(struct load *load, const struct draft *draft)
{
	uint32_t number = units_successor(load->config->units, draft->number);
	const char *alias;

	if (!draft->aliases)
		return;
	if (draft->aliases->kind == NODE_MAP) {
		(void)read_kind(load, draft->aliases, NODE_LIST);
		return;
	}
	for (const struct node *item = node_first_item(draft->aliases); item;
	     item = node_next_item(draft->aliases, item)) {
		if (!read_text(load, item, &alias) ||
		    !read_name(load, alias, item->place, &unit_naming))
			continue;
		if (units_add_alias(load->config->units, number, alias))
			report_error(load->report, item->place,
				     "'%s' is the id or a former id of another unit", alias);
	}
}

/* False if the unit, and with it all below it, is too deep. */
static bool add_unit(struct load *load, struct draft *drafts, uint32_t i)
{
	struct draft *draft = &drafts[i];
	bool root = draft->above == UNIT_NONE || drafts[draft->above].is_former;
	int r;

	draft->unit.parent = root ? UNIT_NONE : drafts[draft->above].number;
	r = units_add(load->config->units, &draft->unit, &draft->number);
	if (r)
		report_error(load->report, draft->unit.place, "'%s' is more than %u levels deep",
			     draft->unit.id, (unsigned)UNIT_DEPTH_MAX);
	return r == 0;
}

uint32_t draft_next(const struct draft *drafts, uint32_t i, bool descend)
{
	if (descend && drafts[i].first_child != UNIT_NONE)
		return drafts[i].first_child;
	while (i != UNIT_NONE && drafts[i].next_sibling == UNIT_NONE) {
		i = drafts[i].above;
		if (i != UNIT_NONE && drafts[i].is_former)
			return UNIT_NONE;
	}
	return i == UNIT_NONE ? UNIT_NONE : drafts[i].next_sibling;
}

static void add_units(struct load *load, struct draft *drafts, uint32_t n)
{
	for (uint32_t root = 0; root < n; root++)
		if (!drafts[root].is_former && !drafts[root].is_elsewhere &&
		    (drafts[root].above == UNIT_NONE || drafts[drafts[root].above].is_former))
			for (uint32_t i = root; i != UNIT_NONE;)
				i = draft_next(drafts, i, add_unit(load, drafts, i));
	formers_add(load, drafts, n);
	/* Ids go before aliases, whatever their order in the file. */
	for (uint32_t i = 0; i < n; i++)
		if (drafts[i].number != UNIT_NONE)
			add_aliases(load, &drafts[i]);
}

/* Keeps what units say of their own receivers, who are known later. */
static void keep_receivers(struct load *load, const struct draft *drafts, uint32_t n)
{
	uint32_t n_units = units_count(load->config->units);
	struct unit_receiver *kept =
		scratch_take(load->config->memory, (n_units + 1) * sizeof(*kept));

	memset(kept, 0, (n_units + 1) * sizeof(*kept));
	load->config->own_receivers = kept;
	for (uint32_t i = 0; i < n; i++) {
		const struct node *node = drafts[i].receiver;
		const char *id;

		if (!node || !read_text(load, node, &id))
			continue;
		if (drafts[i].is_former)
			report_error(load->report, node->key_place,
				     "'%s' is no more; nobody is told for it", drafts[i].unit.id);
		else if (drafts[i].number != UNIT_NONE)
			kept[drafts[i].number] =
				(struct unit_receiver){ .id = id, .place = node->place };
	}
}

/* Keeps which units have to forward, and which must not.  The iocd of a site is itself the one that
 * its unit is said to have. */
static void keep_sites(struct load *load, const struct draft *drafts, uint32_t n)
{
	uint32_t n_units = units_count(load->config->units);
	uint8_t *sites = scratch_take(load->config->memory, n_units + 1);

	memset(sites, SITE_MAY, n_units + 1);
	load->config->sites = sites;
	for (uint32_t i = 0; i < n; i++) {
		const struct node *node = drafts[i].forwards;
		bool forwards;

		if (!node || !read_flag(load, node, &forwards))
			continue;
		if (drafts[i].is_former)
			report_error(load->report, node->key_place,
				     "'%s' is no more; nothing is forwarded for it",
				     drafts[i].unit.id);
		else if (drafts[i].number != UNIT_NONE &&
			 (drafts[i].number > 0 || !load->config->elsewhere))
			sites[drafts[i].number] = forwards ? SITE_MUST : SITE_NOT;
	}
}

static void check_presence(struct load *load)
{
	const struct sources *sources = load->config->sources;
	struct place place = { .file = "units.yml", .line = 1, .column = 1 };
	bool found = false;

	for (uint32_t i = 0; i < sources->n; i++) {
		if (sources->list[i]->part != PART_UNITS)
			continue;
		found = true;
		place.file = sources->list[i]->name;
	}
	if (!found) {
		report_error(load->report, place, "the file is missing; it declares the units");
		load->units.incomplete = true;
	} else if (load->units.n == 0 && !load->units.incomplete) {
		report_error(load->report, place, "no unit is declared");
		load->units.incomplete = true;
	}
}

void load_units(struct load *load)
{
	struct draft *drafts;
	uint32_t n;

	names_collect(load, &load->units, PART_UNITS, &unit_naming);
	check_presence(load);
	n = load->units.n;
	drafts = scratch_take(load->trees, (n + 1) * sizeof(*drafts));
	load->config->levels.list =
		scratch_take(load->config->memory, (n + 1) * sizeof(const char *));
	load->level_numbers = map_new();

	for (uint32_t i = 0; i < n; i++)
		read_draft(load, load->units.list[i], &drafts[i]);
	for (uint32_t i = 0; i < n; i++)
		find_parent(load, drafts, i);
	open_circles(load, drafts, n);
	formers_read(load, drafts, n);
	tiles_read(load, drafts, n);
	link_children(drafts, n);
	cut_to_site(load, drafts, n);
	add_units(load, drafts, n);
	keep_receivers(load, drafts, n);
	keep_sites(load, drafts, n);
}
