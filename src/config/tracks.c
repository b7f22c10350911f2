/* SPDX-License-Identifier: Apache-2.0 */
#include "tracks.h"

#include <assert.h>
#include <string.h>

#include "calendars.h"
#include "iocd/base/err.h"

#define WORKING_DAYS_MAX 1000
#define WORKING_MAX_MS   (1000 * 3600000LL)

struct calendars_nodes {
	const struct node *unit, *by, *kinds;
};

static const struct slot calendars_slots[] = {
	{ "unit", offsetof(struct calendars_nodes, unit) },
	{ "by", offsetof(struct calendars_nodes, by) },
	{ "kinds", offsetof(struct calendars_nodes, kinds) },
};

/* Reads "5d"; false: it is not of that form. */
static bool parse_days(const char *text, int32_t *ret)
{
	size_t n = strlen(text);
	int64_t days;

	if (n < 2 || text[n - 1] != 'd' || text_read_integer(text, n - 1, &days) || days < 1 ||
	    days > WORKING_DAYS_MAX)
		return false;
	*ret = (int32_t)days;
	return true;
}

static void read_allow(struct load *load, const struct node *node, struct track *track)
{
	const char *text;

	if (read_text(load, node, &text) && !parse_days(text, &track->allow_days))
		report_error(load->report, node->place, "'%s' are no working days; write 1d to %dd",
			     text, WORKING_DAYS_MAX);
}

static void read_due_soon(struct load *load, const struct node *node, struct track *track)
{
	const char *text;

	if (!read_text(load, node, &text) || parse_days(text, &track->due_soon_days))
		return;
	if (text[strlen(text) - 1] == 'd' ||
	    text_read_duration(text, strlen(text), &track->due_soon_ms) ||
	    track->due_soon_ms < 60000 || track->due_soon_ms > WORKING_MAX_MS)
		report_error(load->report, node->place,
			     "'%s' is no working time; write days or hours, like 2d or 4h", text);
}

/* Calendars of some units. */
static void read_unit_calendars(struct load *load, const struct node *map, struct track *track)
{
	const struct units *units = load->config->units;
	const struct calendar **by_unit;
	uint32_t ignored;

	if (!read_kind(load, map, NODE_MAP))
		return;
	by_unit = scratch_take(load->config->memory, (units_count(units) + 1) * sizeof(*by_unit));
	memset(by_unit, 0, (units_count(units) + 1) * sizeof(*by_unit));
	for (const struct node *entry = map->first; entry; entry = entry->next) {
		uint32_t unit = units_find(units, entry->key, strlen(entry->key));

		if (unit == UNIT_NONE && is_elsewhere(load->config, entry->key))
			continue;
		if (unit == UNIT_NONE) {
			/* Declared, but not in the tree for another mistake: no news then. */
			(void)names_find(load, &load->units, entry->key, entry->key_place,
					 &ignored);
			continue;
		}
		if (by_unit[unit])
			report_error(load->report, entry->key_place,
				     "'%s' is another name of a unit that has a calendar here",
				     entry->key);
		(void)calendar_read(load, entry, &by_unit[unit]);
	}
	track->by_unit = by_unit;
}

/* Calendars of some values of a field. */
static void read_kind_calendars(struct load *load, const struct node *map, struct track *track)
{
	struct map *kinds = map_new();
	const struct calendar **by_kind;
	uint32_t n = 0;

	load->config->kinds[track - load->config->tracks] = kinds;
	if (!read_kind(load, map, NODE_MAP))
		return;
	by_kind = scratch_take(load->config->memory, (map->n + 1) * sizeof(*by_kind));
	for (const struct node *entry = map->first; entry; entry = entry->next) {
		int r;

		if (!calendar_read(load, entry, &by_kind[n]))
			continue;
		r = map_add(kinds, entry->key, strlen(entry->key), n++);
		assert(r == 0); /* keys of a map differ */
	}
	track->kinds = kinds;
	track->by_kind = by_kind;
	track->n_by_kind = n;
}

static void read_calendars(struct load *load, const struct node *node, struct track *track)
{
	struct calendars_nodes nodes = { 0 };

	(void)read_slots(load, node, calendars_slots, COUNT(calendars_slots), &nodes);
	if (nodes.unit)
		read_unit_calendars(load, nodes.unit, track);
	if (!nodes.by != !nodes.kinds)
		report_error(load->report, node->key_place, "%s",
			     nodes.by ? "'by' has no meaning without 'kinds'"
				      : "'kinds' has no meaning without 'by'");
	if (nodes.by && nodes.kinds)
		read_kind_calendars(load, nodes.kinds, track);
}

static void read_time(struct load *load, const struct track_nodes *nodes, struct track *track)
{
	track->calendar = calendar_always(load);
	if (nodes->calendar)
		(void)calendar_read(load, nodes->calendar, &track->calendar);
	if (nodes->calendars)
		read_calendars(load, nodes->calendars, track);
	if (nodes->allow)
		read_allow(load, nodes->allow, track);
	if (!nodes->due_soon)
		return;
	read_due_soon(load, nodes->due_soon, track);
	if (!nodes->due && !nodes->allow)
		report_error(load->report, nodes->due_soon->key_place,
			     "'due-soon' has no meaning without 'due' or 'allow'");
}

void track_read(struct load *load, const struct indicator_nodes *nodes, uint32_t number)
{
	struct config *config = load->config;
	struct track_load track = { .load = load, .nodes = nodes };

	if (config->n_tracks == TRACKS_MAX) {
		report_error(load->report, nodes->entry->key_place, "more than %d tracks",
			     TRACKS_MAX);
		return;
	}
	track.track = &config->tracks[config->n_tracks++];
	track.track->id = nodes->entry->key;
	track.track->place = nodes->entry->key_place;
	track.track->open_gauge = number;
	track_declare_gauges(&track);
	track_read_steps(&track);
	track_declare_events(&track);
	read_time(load, &nodes->track, track.track);
}
