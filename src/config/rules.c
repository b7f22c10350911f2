/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "calendars.h"
#include "contracts.h"
#include "limit.h"
#include "reference.h"
#include "scope.h"

#define PATIENCE_MAX_MS (31 * 24 * 3600000LL) /* of hold and fade */
#define EVENT_FADE_MS   (30 * 60000)          /* where none is given */
#define SAMPLES_MAX     1000000000

static const struct naming rule_naming = {
	.what = "rule", .more = "_-", .max_size = 64, .max_n = RULES_MAX
};

struct nodes {
	const struct node *title, *units, *hold, *fade, *calendar;
	/* on an indicator */
	const struct node *indicator, *window, *min_samples, *override;
	struct limit_nodes limits;
	/* on an event */
	const struct node *event, *where, *severity, *subject;
	/* on silence; severity too */
	const struct node *silence;
};

static const struct slot slots[] = {
	{ "title", offsetof(struct nodes, title) },
	{ "units", offsetof(struct nodes, units) },
	{ "hold", offsetof(struct nodes, hold) },
	{ "fade", offsetof(struct nodes, fade) },
	{ "calendar", offsetof(struct nodes, calendar) },
	{ "indicator", offsetof(struct nodes, indicator) },
	{ "window", offsetof(struct nodes, window) },
	{ "min-samples", offsetof(struct nodes, min_samples) },
	{ "override", offsetof(struct nodes, override) },
	{ "warning", offsetof(struct nodes, limits.warning) },
	{ "critical", offsetof(struct nodes, limits.critical) },
	{ "clear", offsetof(struct nodes, limits.clear) },
	{ "event", offsetof(struct nodes, event) },
	{ "where", offsetof(struct nodes, where) },
	{ "severity", offsetof(struct nodes, severity) },
	{ "subject", offsetof(struct nodes, subject) },
	{ "silence", offsetof(struct nodes, silence) },
};

static void refuse_keys(struct load *load, const struct node *const *nodes, size_t n,
			const char *meant_for, const char *this_one)
{
	for (size_t i = 0; i < n; i++)
		if (nodes[i])
			report_error(load->report, nodes[i]->key_place,
				     "'%s' is for rules on %s; this one is on %s", nodes[i]->key,
				     meant_for, this_one);
}

static void read_window_of(struct load *load, const struct node *entry, const struct node *node,
			   const struct indicator *indicator, struct rule *rule)
{
	if (!read_present(load, entry, node, "window") || !read_window(load, node, &rule->window))
		return;
	if (rule->window.kind != WINDOW_MONTH && rule->window.kind != WINDOW_YEAR)
		return;
	/* Unless it is the same over every window anyway. */
	if (indicator && !load->standing[rule->indicator])
		report_error(load->report, node->place,
			     "'%s' is too long for a rule on '%s'; its window is at most 24h, "
			     "today or week",
			     rule->window.text, indicator->id);
}

/* The indicator that the rule watches; NULL if it could not be read: no more checks on it. */
static const struct indicator *read_indicator(struct load *load, const struct node *node,
					      struct rule *rule)
{
	const char *id;

	if (!read_text(load, node, &id) ||
	    !names_find(load, &load->indicators, id, node->place, &rule->indicator) ||
	    load->broken_indicators[rule->indicator])
		return NULL;
	return &load->config->indicators[rule->indicator];
}

/* What a ratio is made of may be broken. */
static const struct indicator *checkable(const struct load *load, const struct indicator *indicator)
{
	if (indicator && indicator->kind == INDICATOR_RATIO &&
	    (load->broken_indicators[indicator->parts[0]] ||
	     load->broken_indicators[indicator->parts[1]]))
		return NULL;
	return indicator;
}

static void read_limits(struct load *load, const struct node *entry, const struct nodes *nodes,
			struct rule *rule, const struct indicator *indicator)
{
	struct limits limits = { 0 };

	if (!nodes->limits.warning && !nodes->limits.critical) {
		report_error(load->report, entry->key_place, "neither 'warning' nor 'critical'");
		return;
	}
	if (!limits_read(load, &nodes->limits, &limits) || !limits_check(load, &limits, NULL) ||
	    !rule->applies)
		return;
	if (indicator)
		limits_check_share(load, &limits, NULL, indicator);
	rule->limits = scope_lay_limits(load, nodes->override, rule->applies, &limits, indicator);
}

static void read_threshold_rule(struct load *load, const struct node *entry,
				const struct nodes *nodes, struct rule *rule)
{
	const struct node *idle[] = { nodes->where, nodes->severity, nodes->subject };
	const struct indicator *indicator;
	int64_t samples = 0;

	rule->kind = RULE_THRESHOLD;
	rule->type = rule->subject_field = TYPE_NONE;
	refuse_keys(load, idle, COUNT(idle), "events", "an indicator");
	indicator = checkable(load, read_indicator(load, nodes->indicator, rule));
	read_window_of(load, entry, nodes->window, indicator, rule);
	if (nodes->min_samples && read_integer(load, nodes->min_samples, 0, SAMPLES_MAX, &samples))
		rule->min_samples = (uint64_t)samples;
	read_limits(load, entry, nodes, rule, indicator);
}

static void read_severity(struct load *load, const struct node *entry, const struct node *node,
			  struct rule *rule)
{
	static const char *const words[] = { "warning", "critical" };
	uint32_t word;

	if (read_present(load, entry, node, "severity") &&
	    read_choice(load, node, words, COUNT(words), &word))
		rule->severity = word ? SEVERITY_CRITICAL : SEVERITY_WARNING;
}

static void read_subject(struct load *load, const struct node *node, struct rule *rule)
{
	const struct field *field;
	const char *name;

	if (!read_text(load, node, &name) ||
	    !reference_find_field(load, rule->type, name, node->place, &rule->subject_field) ||
	    load->broken_types[rule->type])
		return;
	field = &schema_type(load->config->schema, rule->type)->fields[rule->subject_field];
	if (field->kind != FIELD_TEXT && field->kind != FIELD_CHOICE)
		report_error(load->report, node->place,
			     "'%s' is %s; a subject is a text or a choice", name,
			     field_kind_name(field->kind));
}

static void read_event_rule(struct load *load, const struct node *entry, const struct nodes *nodes,
			    struct rule *rule)
{
	const struct node *idle[] = {
		nodes->window,          nodes->min_samples,  nodes->override, nodes->limits.warning,
		nodes->limits.critical, nodes->limits.clear, nodes->hold
	};

	rule->kind = RULE_EVENT;
	rule->indicator = INDICATOR_NONE;
	rule->subject_field = TYPE_NONE;
	rule->fade_ms = EVENT_FADE_MS;
	refuse_keys(load, idle, COUNT(idle), "indicators", "an event");
	read_severity(load, entry, nodes->severity, rule);
	if (!reference_read_type(load, nodes->event, &rule->type))
		return;
	if (nodes->where)
		(void)reference_read_where(load, nodes->where, rule->type, &rule->where);
	if (nodes->subject)
		read_subject(load, nodes->subject, rule);
}

/* Narrows the rule to the units that are expected to report. */
static void narrow(struct load *load, const struct node *entry, const struct nodes *nodes,
		   const struct contract *contract, bool *applies)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < units_count(load->config->units); i++) {
		applies[i] = applies[i] && contract->expected[i];
		n += applies[i];
	}
	if (n == 0)
		report_error(load->report, nodes->units ? nodes->units->place : entry->key_place,
			     "none of these units is expected to report on feed '%s'",
			     nodes->silence->text);
}

static void read_silence_rule(struct load *load, const struct node *entry,
			      const struct nodes *nodes, struct rule *rule, bool *applies)
{
	const struct node *idle[] = { nodes->window,          nodes->min_samples,
				      nodes->override,        nodes->limits.warning,
				      nodes->limits.critical, nodes->limits.clear };
	const struct node *idle_too[] = { nodes->where, nodes->subject };
	const struct contract *contract;
	const char *feed;

	rule->kind = RULE_SILENCE;
	rule->indicator = INDICATOR_NONE;
	rule->type = rule->subject_field = TYPE_NONE;
	refuse_keys(load, idle, COUNT(idle), "indicators", "the silence of a feed");
	refuse_keys(load, idle_too, COUNT(idle_too), "events", "the silence of a feed");
	read_severity(load, entry, nodes->severity, rule);
	if (!read_text(load, nodes->silence, &feed) ||
	    !names_find(load, &load->feeds, feed, nodes->silence->place, &rule->feed))
		return;
	contract = contract_of(load, rule->feed);
	if (contract && applies)
		narrow(load, entry, nodes, contract, applies);
	if (!contract && !load->broken_contracts[rule->feed])
		report_error(
			load->report, nodes->silence->place,
			"feed '%s' expects nobody to report; say in its 'expect' who must, and "
			"how often",
			feed);
}

/* What the rule watches: one of indicator, event and silence. */
static const struct node *find_watched(struct load *load, const struct node *entry,
				       const struct nodes *nodes)
{
	const struct node *const watched[] = { nodes->indicator, nodes->event, nodes->silence };
	const struct node *found = NULL;

	for (size_t i = 0; i < COUNT(watched); i++) {
		if (found && watched[i]) {
			report_error(load->report, entry->key_place,
				     "'%s' and '%s': a rule watches one thing", found->key,
				     watched[i]->key);
			return NULL;
		}
		found = watched[i] ? watched[i] : found;
	}
	if (!found)
		report_error(load->report, entry->key_place,
			     "neither 'indicator' nor 'event' nor 'silence': the rule watches "
			     "nothing");
	return found;
}

/* The rule's id stands in topics beside "evt" and "state". */
static void check_id(struct load *load, const struct node *entry)
{
	if (strcmp(entry->key, "evt") == 0 || strcmp(entry->key, "state") == 0)
		report_error(load->report, entry->key_place,
			     "'%s' cannot name a rule: it has a meaning in topics", entry->key);
}

static void read_rule(struct load *load, const struct node *entry, struct rule *rule)
{
	struct nodes nodes = { 0 };
	const struct node *watched;
	bool *applies;

	rule->id = entry->key;
	rule->place = entry->key_place;
	check_id(load, entry);
	if (!read_slots(load, entry, slots, COUNT(slots), &nodes) && entry->kind != NODE_MAP)
		return;
	read_title(load, nodes.title, entry->key, &rule->title_vi, &rule->title_en);
	applies = scope_read(load, entry, nodes.units, "the rule applies to no unit");
	rule->applies = applies;

	watched = find_watched(load, entry, &nodes);
	if (watched && watched == nodes.indicator)
		read_threshold_rule(load, entry, &nodes, rule);
	else if (watched && watched == nodes.event)
		read_event_rule(load, entry, &nodes, rule);
	else if (watched)
		read_silence_rule(load, entry, &nodes, rule, applies);

	if (nodes.hold && !nodes.event)
		(void)read_duration(load, nodes.hold, 0, PATIENCE_MAX_MS, &rule->hold_ms);
	if (nodes.calendar)
		(void)calendar_read(load, nodes.calendar, &rule->calendar);
	if (nodes.fade)
		(void)read_duration(load, nodes.fade, 0, PATIENCE_MAX_MS, &rule->fade_ms);
}

void load_rules(struct load *load)
{
	struct config *config = load->config;
	uint64_t n_units = units_count(config->units);

	names_collect(load, &load->rules, PART_RULES, &rule_naming);
	config->n_rules = load->rules.n;
	config->rules = xcalloc(config->n_rules + 1, sizeof(*config->rules));
	for (uint32_t i = 0; i < config->n_rules; i++) {
		config->rules[i].number = i;
		if (i * n_units >= RULE_UNITS_MAX) {
			report_error(load->report, load->rules.list[i]->key_place,
				     "too many rules for %u units; at most %u limits are kept",
				     (unsigned)n_units, (unsigned)RULE_UNITS_MAX);
			return;
		}
		read_rule(load, load->rules.list[i], &config->rules[i]);
	}
}
