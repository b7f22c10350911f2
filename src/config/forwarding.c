/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What goes up to the iocd above: of which feeds the events, and of which figures instead; and what
 * both must agree on.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "iocd/base/err.h"
#include "read.h"

/* One of "forward.events" and "forward.rollups". */
struct choice {
	const char *text;
	struct place place;
	bool is_all;
	bool *feeds; /* by feed */
};

static bool is_blank(char c)
{
	return c == ' ' || c == ',';
}

/* Reads ids with commas between; a mistake is reported. */
static void read_feeds(struct load *load, struct choice *choice)
{
	const char *at = choice->text;
	bool any = false;

	for (;; any = true) {
		size_t n;
		uint32_t feed;

		while (is_blank(*at))
			at++;
		if (!*at)
			break;
		n = strcspn(at, " ,");
		if (names_find(load, &load->feeds, scratch_copy(load->trees, at, n), choice->place,
			       &feed))
			choice->feeds[feed] = true;
		at += n;
	}
	if (!any)
		report_error(load->report, choice->place,
			     "nothing is named; write none, all, or ids of feeds");
}

static void read_choice_of(struct load *load, struct choice *choice)
{
	choice->feeds = scratch_take(load->config->memory, load->feeds.n + 1);
	memset(choice->feeds, 0, load->feeds.n + 1);
	choice->is_all = strcmp(choice->text, "all") == 0;
	if (!choice->is_all && strcmp(choice->text, "none") != 0)
		read_feeds(load, choice);
}

static void fill_all(const struct load *load, struct choice *choice, const struct choice *other)
{
	for (uint32_t i = 0; choice->is_all && i < load->feeds.n; i++)
		choice->feeds[i] = !other->feeds[i];
}

static void check_both(struct load *load, const struct choice *events, const struct choice *rollups)
{
	if (events->is_all && rollups->is_all) {
		/* What is not said gives way to what is. */
		if (rollups->place.file)
			report_error(
				load->report, rollups->place,
				"'forward.events' has all feeds already; what is counted above "
				"from events must not come as roll-ups too");
		return;
	}
	for (uint32_t i = 0; i < load->feeds.n; i++)
		if (events->feeds[i] && rollups->feeds[i])
			report_error(load->report, rollups->place,
				     "feed '%s' is in 'forward.events' too; it would be counted "
				     "twice above",
				     load->feeds.list[i]->key);
}

static void check_root(struct load *load)
{
	const struct units *units = load->config->units;
	uint32_t roots = 0;

	for (uint32_t i = 0; i < units_count(units); i++)
		roots += units_parent(units, i) == UNIT_NONE;
	if (roots > 1)
		report_error(load->report, load->settings.host,
			     "units.yml has %u trees, and one of them goes up: say with 'site' "
			     "which",
			     (unsigned)roots);
}

void load_forwarding(struct load *load)
{
	struct config *config = load->config;
	const struct settings *settings = &config->settings;
	struct choice events = { .text = settings->forward.events, .place = load->settings.events };
	struct choice rollups = { .text = settings->forward.rollups,
				  .place = load->settings.rollups };

	read_choice_of(load, &events);
	read_choice_of(load, &rollups);
	check_both(load, &events, &rollups);
	/* All is what the other has not named; of two that want all, events are more. */
	fill_all(load, &events, &rollups);
	fill_all(load, &rollups, &events);
	config->forwarded = events.feeds;
	config->rolled = rollups.feeds;
	if (settings->forward.host[0]) {
		check_root(load);
	} else {
		memset(events.feeds, 0, load->feeds.n + 1);
		memset(rollups.feeds, 0, load->feeds.n + 1);
	}
}

static bool is_counted_by(enum part part)
{
	return part == PART_CALENDAR || part == PART_UNITS || part == PART_FEEDS ||
	       part == PART_INDICATORS;
}

/* Over what files mean; one that says nothing is as good as none. */
void forwarding_set_hash(struct config *config)
{
	const struct node nothing = { .kind = NODE_MAP, .text = "" };
	const int32_t offset = config->settings.offset_minutes;
	uint64_t empty = node_digest(&nothing);
	XXH3_state_t *state = XXH3_createState();

	if (!state)
		abort();
	XXH3_64bits_reset(state);
	XXH3_64bits_update(state, &offset, sizeof(offset));
	for (uint32_t i = 0; i < config->sources->n; i++) {
		const struct source *source = config->sources->list[i];

		if (!is_counted_by(source->part) || source->digest == empty)
			continue;
		XXH3_64bits_update(state, source->name, strlen(source->name) + 1);
		XXH3_64bits_update(state, &source->digest, sizeof(source->digest));
	}
	snprintf(config->contract_hash, sizeof(config->contract_hash), "%016llx",
		 (unsigned long long)XXH3_64bits_digest(state));
	XXH3_freeState(state);
}
