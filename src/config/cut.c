/* SPDX-License-Identifier: Apache-2.0 */
#include "cut.h"

#include <string.h>

bool is_elsewhere(const struct config *config, const char *word)
{
	return config->elsewhere && map_find(config->elsewhere, word, strlen(word)) != MAP_NONE;
}

/* The site's draft, or UNIT_NONE: there is none, or it was reported. */
static uint32_t find_site(struct load *load, const struct draft *drafts)
{
	const char *site = load->config->settings.site;
	uint32_t number;

	if (!site[0] || !names_find(load, &load->units, site, load->settings.site, &number))
		return UNIT_NONE;
	if (!drafts[number].is_former)
		return number;
	report_error(load->report, load->settings.site, "'%s' is a unit that is no more", site);
	return UNIT_NONE;
}

/* Marks all but what is at or below site, and former units that count for that now. */
static void mark(struct draft *drafts, uint32_t n, uint32_t site)
{
	for (uint32_t i = 0; i < n; i++)
		drafts[i].is_elsewhere = true;
	drafts[site].above = UNIT_NONE;
	drafts[site].next_sibling = UNIT_NONE;
	for (uint32_t i = site; i != UNIT_NONE; i = draft_next(drafts, i, true))
		drafts[i].is_elsewhere = false;
	for (uint32_t i = 0; i < n; i++)
		if (drafts[i].is_former && drafts[i].successor != UNIT_NONE)
			drafts[i].is_elsewhere = drafts[drafts[i].successor].is_elsewhere;
}

/* A name that is taken here already means that unit. */
static void note(struct map *elsewhere, const char *name)
{
	(void)!map_add(elsewhere, name, strlen(name), 0);
}

static void note_names(struct map *elsewhere, const struct draft *draft)
{
	const struct node *aliases = draft->aliases;

	note(elsewhere, draft->unit.id);
	if (!aliases || aliases->kind == NODE_MAP)
		return;
	for (const struct node *item = node_first_item(aliases); item;
	     item = node_next_item(aliases, item))
		if (item->kind == NODE_TEXT)
			note(elsewhere, item->text);
}

static void note_level(struct load *load, const struct draft *draft)
{
	const char *level = draft->unit.level;
	uint32_t number = map_find(load->level_numbers, level, strlen(level));

	if (number != MAP_NONE && !draft->is_former)
		load->config->levels.reach_elsewhere[number] = true;
}

void cut_to_site(struct load *load, struct draft *drafts, uint32_t n)
{
	struct config *config = load->config;
	uint32_t site = find_site(load, drafts);

	config->levels.reach_elsewhere = scratch_take(config->memory, config->levels.n + 1);
	memset(config->levels.reach_elsewhere, 0, config->levels.n + 1);
	if (site == UNIT_NONE)
		return;
	config->elsewhere = map_new();
	mark(drafts, n, site);
	for (uint32_t i = 0; i < n; i++) {
		if (!drafts[i].is_elsewhere)
			continue;
		note_names(config->elsewhere, &drafts[i]);
		note_level(load, &drafts[i]);
	}
}
