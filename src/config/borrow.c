/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A snapshot that has all but its rulebook of another: the names that rules refer to, again.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "load.h"

static void names_init(struct load *load, struct names *names, const char *what, uint32_t capacity)
{
	names->what = what;
	names->numbers = map_new();
	names->capacity = capacity + 1;
	names->list = scratch_take(load->trees, names->capacity * sizeof(struct node *));
}

static void name(struct load *load, struct names *names, const char *id, struct place place)
{
	struct node *node = scratch_take(load->trees, sizeof(*node));
	int r = map_add(names->numbers, id, strlen(id), names->n);

	assert(r == 0);
	*node = (struct node){
		.kind = NODE_MAP, .text = "", .key = id, .place = place, .key_place = place
	};
	names->list[names->n++] = node;
}

static void name_units(struct load *load, const struct units *units)
{
	uint32_t n = units_registered(units);

	names_init(load, &load->units, "unit", n);
	for (uint32_t i = 0; i < n; i++) {
		const struct unit *unit = units_at(units, i);

		name(load, &load->units, unit->id, unit->place);
	}
}

static void name_levels(struct load *load, const struct levels *levels)
{
	load->level_numbers = map_new();
	for (uint32_t i = 0; i < levels->n; i++) {
		int r = map_add(load->level_numbers, levels->list[i], strlen(levels->list[i]), i);

		assert(r == 0);
	}
}

static void name_calendars(struct load *load, const struct config *root)
{
	names_init(load, &load->calendars, "calendar", root->n_calendars);
	load->by_name =
		scratch_take(load->trees, root->n_calendars * sizeof(const struct calendar *));
	/* The first is "always". */
	for (uint32_t i = 1; i < root->n_calendars; i++) {
		const struct calendar_options *about = calendar_about(root->calendars[i]);

		load->by_name[i - 1] = root->calendars[i];
		name(load, &load->calendars, about->id, about->place);
	}
}

void load_borrow(struct load *load, const struct config *root)
{
	struct config *config = load->config;

	config->settings = root->settings;
	config->calendars = root->calendars;
	config->n_calendars = root->n_calendars;
	config->units = root->units;
	config->elsewhere = root->elsewhere;
	config->sites = root->sites;
	config->levels = root->levels;
	config->forwarded = root->forwarded;
	config->rolled = root->rolled;
	memcpy(config->contract_hash, root->contract_hash, sizeof(config->contract_hash));
	config->schema = root->schema;
	config->contracts = root->contracts;
	config->n_contracts = root->n_contracts;
	config->tracks = root->tracks;
	config->n_tracks = root->n_tracks;
	config->indicators = root->indicators;
	config->n_indicators = root->n_indicators;
	config->standing = root->standing;
	config->band_names = root->band_names;
	config->own_receivers = root->own_receivers;
	config->reports = root->reports;
	config->n_reports = root->n_reports;

	name_calendars(load, root);
	name_units(load, root->units);
	name_levels(load, &root->levels);
	names_init(load, &load->feeds, "feed", schema_n_feeds(root->schema));
	for (uint32_t i = 0; i < schema_n_feeds(root->schema); i++)
		name(load, &load->feeds, schema_feed(root->schema, i)->id,
		     schema_feed(root->schema, i)->place);
	names_init(load, &load->indicators, "indicator", root->n_indicators);
	for (uint32_t i = 0; i < root->n_indicators; i++)
		name(load, &load->indicators, root->indicators[i].id, root->indicators[i].place);
	load->broken_indicators = xcalloc(root->n_indicators + 1, 1);
}
