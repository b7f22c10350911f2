/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules on records: those of a track that are due, and those that a rule follows by itself because
 * one event has to be followed by another.
 */
#include <string.h>

#include "calendars.h"
#include "rules.h"
#include "tracks.h"

#define WITHIN_MIN_MS   1000
#define WITHIN_MAX_DAYS 1000
#define DAY_MS          86400000LL

struct sequence_nodes {
	const struct node *first, *then, *by, *within, *calendar;
};

static const struct slot sequence_slots[] = {
	{ "first", offsetof(struct sequence_nodes, first) },
	{ "then", offsetof(struct sequence_nodes, then) },
	{ "by", offsetof(struct sequence_nodes, by) },
	{ "within", offsetof(struct sequence_nodes, within) },
	{ "calendar", offsetof(struct sequence_nodes, calendar) },
};

/* Days of work by a calendar, or else time: that of the calendar, or all. */
static void read_within(struct load *load, const struct sequence_nodes *nodes, struct track *track)
{
	size_t n = nodes->within->kind == NODE_TEXT ? strlen(nodes->within->text) : 0;
	int64_t ms;

	if (!read_duration(load, nodes->within, WITHIN_MIN_MS, WITHIN_MAX_DAYS * DAY_MS, &ms))
		return;
	if (nodes->calendar && nodes->within->text[n - 1] == 'd')
		track->allow_days = (int32_t)(ms / DAY_MS);
	else
		track->allow_ms = ms;
}

static void set_no_gauges(struct track *track)
{
	track->closed_type = track->due_soon_type = track->overdue_type = TYPE_NONE;
	track->open_gauge = track->due_soon_gauge = INDICATOR_NONE;
	track->overdue_gauge = track->paused_gauge = INDICATOR_NONE;
}

void sequence_rule_read(struct load *load, const struct rule_nodes *nodes, struct rule *rule)
{
	const struct node *map = nodes->watched[WATCHED_SEQUENCE];
	struct config *config = load->config;
	struct sequence_nodes of = { 0 };
	struct indicator_nodes steps = { .entry = map };
	struct track_load track = { .load = load, .nodes = &steps };

	rule_read_severity(load, nodes, rule);
	(void)read_slots(load, map, sequence_slots, COUNT(sequence_slots), &of);
	if (map->kind != NODE_MAP)
		return;
	if (config->n_sequences == TRACKS_MAX) {
		report_error(load->report, map->key_place, "more than %d rules on sequences",
			     TRACKS_MAX);
		return;
	}
	rule->track = config->n_sequences++;
	track.track = &config->sequences[rule->track];
	track.track->id = rule->id;
	track.track->place = rule->place;
	track.track->calendar = calendar_always(load);
	set_no_gauges(track.track);
	if (of.calendar)
		(void)calendar_read(load, of.calendar, &track.track->calendar);
	if (read_present(load, map, of.within, "within"))
		read_within(load, &of, track.track);
	if (!read_present(load, map, of.first, "first") ||
	    !read_present(load, map, of.then, "then") || !read_present(load, map, of.by, "by"))
		return;
	steps.kinds[INDICATOR_GAUGE] = of.by;
	steps.track.open = of.first;
	steps.track.close = of.then;
	track_read_steps(&track);
}

/* The track whose open records that indicator counts; NULL: reported, if there is news in it. */
static const struct track *find_track(struct load *load, const struct node *node, struct rule *rule)
{
	const struct config *config = load->config;
	const char *id;
	uint32_t number;

	if (!read_text(load, node, &id) ||
	    !names_find(load, &load->indicators, id, node->place, &number))
		return NULL;
	for (uint32_t i = 0; i < config->n_tracks; i++) {
		if (config->tracks[i].open_gauge != number)
			continue;
		rule->track = i;
		return &config->tracks[i];
	}
	if (!load->broken_indicators[number])
		report_error(load->report, node->place,
			     "'%s' follows no records; here stands an indicator with a 'track'",
			     id);
	return NULL;
}

static void read_severity(struct load *load, const struct node *node, enum severity *ret)
{
	static const char *const words[] = { [SEVERITY_NONE] = "none",
					     [SEVERITY_WARNING] = "warning",
					     [SEVERITY_CRITICAL] = "critical" };
	uint32_t word;

	if (node && read_choice(load, node, words, COUNT(words), &word))
		*ret = (enum severity)word;
}

static bool has_due(const struct track *track)
{
	for (uint32_t i = 0; i < track->n_steps; i++)
		if (track->steps[i].due_field != TYPE_NONE)
			return true;
	return track->allow_days > 0 || track->allow_ms > 0;
}

static void check_due(struct load *load, const struct rule_nodes *nodes, const struct track *track,
		      struct rule *rule)
{
	const struct node *node = nodes->watched[WATCHED_DEADLINE];
	bool is_told_soon = track->due_soon_days > 0 || track->due_soon_ms > 0;

	if (!has_due(track))
		report_error(load->report, node->place,
			     "the records of '%s' are never due; its track has neither 'due' nor "
			     "'allow'",
			     track->id);
	else if (!is_told_soon && nodes->due_soon && rule->due_soon != SEVERITY_NONE)
		report_error(load->report, nodes->due_soon->key_place,
			     "the records of '%s' are never due soon; its track has no 'due-soon'",
			     track->id);
	if (!is_told_soon)
		rule->due_soon = SEVERITY_NONE;
	if (rule->due_soon == SEVERITY_NONE && rule->overdue == SEVERITY_NONE)
		report_error(load->report, nodes->entry->key_place,
			     "neither 'due-soon' nor 'overdue' is told");
}

void deadline_rule_read(struct load *load, const struct rule_nodes *nodes, struct rule *rule)
{
	static const char *const words[] = { "record" };
	const struct track *track = find_track(load, nodes->watched[WATCHED_DEADLINE], rule);
	uint32_t errors = report_errors(load->report);
	uint32_t word;

	rule->due_soon = SEVERITY_WARNING;
	rule->overdue = SEVERITY_CRITICAL;
	read_severity(load, nodes->due_soon, &rule->due_soon);
	read_severity(load, nodes->overdue, &rule->overdue);
	if (nodes->each && read_choice(load, nodes->each, words, COUNT(words), &word))
		rule->is_each_record = true;
	/* A track that could not be read was told. */
	if (track && track->n_steps > 0 && track->steps[0].role == TRACK_OPEN &&
	    report_errors(load->report) == errors)
		check_due(load, nodes, track, rule);
}
