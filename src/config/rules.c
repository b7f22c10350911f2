/* SPDX-License-Identifier: Apache-2.0 */
#include "rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "calendars.h"
#include "contracts.h"
#include "iocd/base/err.h"
#include "own_rules.h"
#include "receivers.h"
#include "scope.h"
#include "tracks.h"

static const struct naming rule_naming = {
	.what = "rule", .more = "_-", .max_size = 64, .max_n = RULES_MAX
};

#define KIND(kind) (1u << RULE_##kind)
#define FIGURES    (KIND(THRESHOLD) | KIND(EACH))
#define ALL        ((1u << N_RULE_KINDS) - 1)

#define KEY(name, member, kinds, meant_for)                                                        \
	{                                                                                          \
		name, offsetof(struct rule_nodes, member), kinds, meant_for                        \
	}

/* clang-format off */
static const struct {
	const char *key;
	enum rule_kind kind;
	const char *text; /* "this one is on ..." */
} watched_things[N_WATCHED] = {
	[WATCHED_INDICATOR] = { "indicator", RULE_THRESHOLD, "an indicator" },
	[WATCHED_CHANGE]    = { "change",    RULE_THRESHOLD, "an indicator" },
	[WATCHED_BASELINE]  = { "baseline",  RULE_THRESHOLD, "an indicator" },
	[WATCHED_BEHIND]    = { "behind",    RULE_THRESHOLD, "an indicator" },
	[WATCHED_BAND]      = { "band",      RULE_THRESHOLD, "an indicator" },
	[WATCHED_EVENT]     = { "event",     RULE_EVENT,     "an event" },
	[WATCHED_SILENCE]   = { "silence",   RULE_SILENCE,   "the silence of a feed" },
	[WATCHED_SEQUENCE]  = { "sequence",  RULE_SEQUENCE,  "a sequence of events" },
	[WATCHED_DEADLINE]  = { "deadline",  RULE_DEADLINE,  "deadlines of records" },
	[WATCHED_OWN]       = { "own",       RULE_OWN,       "iocd itself" },
};

/* Every other key, and for which kinds of rules it has a meaning. */
static const struct {
	const char *name;
	size_t offset;
	unsigned kinds;
	const char *meant_for;
} keys[] = {
	KEY("title",       title,       ALL, ""),
	KEY("units",       units,       ALL, ""),
	KEY("fade",        fade,        ALL, ""),
	KEY("hold",        hold,        FIGURES | KIND(SILENCE) | KIND(OWN), "indicators"),
	KEY("calendar",    calendar,    FIGURES | KIND(EVENT) | KIND(SILENCE),
	    "indicators, events and silence"),
	KEY("window",      window,      FIGURES, "indicators"),
	KEY("min-samples", min_samples, FIGURES, "indicators"),
	KEY("override",    override,    FIGURES, "indicators"),
	KEY("warning",     limits.warning,  FIGURES, "indicators"),
	KEY("critical",    limits.critical, FIGURES, "indicators"),
	KEY("clear",       limits.clear,    FIGURES, "indicators"),
	KEY("for-each",    each,        KIND(EACH) | KIND(DEADLINE), "indicators and deadlines"),
	KEY("cap",         cap,         FIGURES, "indicators"),
	KEY("where",       where,       KIND(EVENT), "events"),
	KEY("subject",     subject,     KIND(EVENT), "events"),
	KEY("severity",    severity,    KIND(EVENT) | KIND(SILENCE) | KIND(SEQUENCE) | KIND(OWN),
	    "events"),
	KEY("due-soon",    due_soon,    KIND(DEADLINE), "deadlines"),
	KEY("overdue",     overdue,     KIND(DEADLINE), "deadlines"),
	KEY("latch",       latch,       ALL, ""),
	KEY("chatter",     chatter,     ALL, ""),
	KEY("repeat",      repeat,      ALL, ""),
	KEY("tell",        tell,        ALL, ""),
	KEY("inhibits",    inhibits,    ALL, ""),
	KEY("escalate",    escalate,    ALL, ""),
};
/* clang-format on */

/* Sorts out the keys of entry.  False if it is no map. */
static bool read_keys(struct load *load, const struct node *entry, struct rule_nodes *nodes)
{
	struct slot slots[N_WATCHED + COUNT(keys)];
	size_t n = 0;

	for (size_t i = 0; i < N_WATCHED; i++)
		slots[n++] = (struct slot){ watched_things[i].key,
					    offsetof(struct rule_nodes, watched) +
						    i * sizeof(const struct node *) };
	for (size_t i = 0; i < COUNT(keys); i++)
		slots[n++] = (struct slot){ keys[i].name, keys[i].offset };

	nodes->entry = entry;
	return read_slots(load, entry, slots, n, nodes) || entry->kind == NODE_MAP;
}

static void refuse_idle_keys(struct load *load, const struct rule_nodes *nodes,
			     enum watched watched, enum rule_kind kind)
{
	for (size_t i = 0; i < COUNT(keys); i++) {
		const struct node *node;

		memcpy(&node, (const char *)nodes + keys[i].offset, sizeof(node));
		if (node && !(keys[i].kinds & (1u << kind)))
			report_error_as(load->report, "key-without-meaning", node->key_place,
					"'%s' is for rules on %s; this one is on %s", node->key,
					keys[i].meant_for, watched_things[watched].text);
	}
}

static void refuse_nothing(struct load *load, const struct node *entry)
{
	CLEANUP_TEXT struct text list = { 0 };

	for (size_t i = 0; i < N_WATCHED; i++)
		text_add(&list, "%s%s",
			 i == 0              ? ""
			 : i + 1 < N_WATCHED ? ", "
					     : " or ",
			 watched_things[i].key);
	report_error_as(load->report, "missing-key", entry->key_place,
			"nothing says what the rule watches: %s", text_get(&list));
}

/* The one key that says what is watched; N_WATCHED: reported. */
static enum watched find_watched(struct load *load, const struct rule_nodes *nodes)
{
	enum watched found = N_WATCHED;

	for (uint32_t i = 0; i < N_WATCHED; i++) {
		if (!nodes->watched[i])
			continue;
		if (found != N_WATCHED) {
			report_error(load->report, nodes->entry->key_place,
				     "'%s' and '%s': a rule watches one thing",
				     watched_things[found].key, watched_things[i].key);
			return N_WATCHED;
		}
		found = (enum watched)i;
	}
	if (found == N_WATCHED)
		refuse_nothing(load, nodes->entry);
	return found;
}

void rule_read_severity(struct load *load, const struct rule_nodes *nodes, struct rule *rule)
{
	static const char *const words[] = { "warning", "critical" };
	uint32_t word;

	if (read_present(load, nodes->entry, nodes->severity, "severity") &&
	    read_choice(load, nodes->severity, words, COUNT(words), &word))
		rule->severity = word ? SEVERITY_CRITICAL : SEVERITY_WARNING;
}

/* The rule's id stands in topics beside "evt" and "state". */
static void check_id(struct load *load, const struct node *entry)
{
	if (strcmp(entry->key, "evt") == 0 || strcmp(entry->key, "state") == 0)
		report_error(load->report, entry->key_place,
			     "'%s' cannot name a rule: it has a meaning in topics", entry->key);
}

/* Before anything is known of it. */
static void set_nothing(struct rule *rule, const struct node *entry, uint32_t number)
{
	rule->id = rule->title_vi = rule->title_en = entry->key;
	rule->place = entry->key_place;
	rule->number = number;
	rule->indicator = INDICATOR_NONE;
	rule->type = rule->subject_field = TYPE_NONE;
	rule->feed = rule->track = UINT32_MAX;
}

static void read_kind_of(struct load *load, const struct rule_nodes *nodes, enum watched watched,
			 struct rule *rule, bool *applies)
{
	switch (rule->kind) {
	case RULE_THRESHOLD:
	case RULE_EACH:
		figure_rule_read(load, nodes, watched, rule);
		break;
	case RULE_EVENT:
		event_rule_read(load, nodes, rule);
		break;
	case RULE_SILENCE:
		silence_rule_read(load, nodes, rule, applies);
		break;
	case RULE_SEQUENCE:
		sequence_rule_read(load, nodes, rule);
		break;
	case RULE_DEADLINE:
		deadline_rule_read(load, nodes, rule);
		break;
	case RULE_OWN:
		own_rule_read(load, nodes, rule);
		break;
	}
}

static void read_times(struct load *load, const struct rule_nodes *nodes, struct rule *rule)
{
	if (nodes->hold && rule->kind != RULE_EVENT)
		(void)read_duration(load, nodes->hold, 0, PATIENCE_MAX_MS, &rule->hold_ms);
	if (nodes->calendar)
		(void)calendar_read(load, nodes->calendar, &rule->calendar);
	if (nodes->fade)
		(void)read_duration(load, nodes->fade, 0, PATIENCE_MAX_MS, &rule->fade_ms);
}

static void read_rule(struct load *load, const struct node *entry, struct rule_nodes *nodes,
		      struct rule *rule)
{
	enum watched watched;
	bool *applies;

	check_id(load, entry);
	if (!read_keys(load, entry, nodes))
		return;
	read_title(load, nodes->title, entry->key, &rule->title_vi, &rule->title_en);
	applies = scope_read(load, entry, nodes->units, "the rule applies to no unit");
	rule->applies = applies;

	watched = find_watched(load, nodes);
	if (watched == N_WATCHED)
		return;
	rule->kind = watched_things[watched].kind;
	if (rule->kind == RULE_THRESHOLD && nodes->each)
		rule->kind = RULE_EACH;
	refuse_idle_keys(load, nodes, watched, rule->kind);
	read_kind_of(load, nodes, watched, rule, applies);
	read_times(load, nodes, rule);
	handling_read(load, nodes, rule);
}

static void digest_limit(XXH3_state_t *state, const struct threshold *limit)
{
	XXH3_64bits_update(state, &limit->comparison, sizeof(limit->comparison));
	XXH3_64bits_update(state, &limit->value, sizeof(limit->value));
}

/* What a rule says, and what that comes to in each unit: levels and bands are named elsewhere. */
static void set_version(const struct load *load, const struct node *entry, struct rule *rule)
{
	const struct units *units = load->config->units;
	uint64_t said = node_digest(entry);
	XXH3_state_t *state = XXH3_createState();

	if (!state)
		abort();
	XXH3_64bits_reset(state);
	XXH3_64bits_update(state, rule->id, strlen(rule->id) + 1);
	XXH3_64bits_update(state, &said, sizeof(said));
	for (uint32_t i = 0; i < units_count(units); i++) {
		const char *id = units_at(units, i)->id;

		if (!rule->applies || !rule->applies[i])
			continue;
		XXH3_64bits_update(state, id, strlen(id) + 1);
		if (!rule->limits)
			continue;
		digest_limit(state, &rule->limits[i].warning);
		digest_limit(state, &rule->limits[i].critical);
		digest_limit(state, &rule->limits[i].clear);
	}
	(void)snprintf(rule->version, sizeof(rule->version), "%08x",
		       (unsigned)(XXH3_64bits_digest(state) >> 32));
	XXH3_freeState(state);
}

bool *rule_set_read(struct load *load, const struct node *list)
{
	uint32_t n = load->rules.n;
	bool *set = scratch_take(load->config->memory, n + 1);
	const char *id;
	uint32_t rule;
	bool good = true;

	memset(set, 0, n + 1);
	if (list->kind == NODE_MAP)
		return read_kind(load, list, NODE_LIST) ? set : NULL;
	for (const struct node *item = node_first_item(list); item;
	     item = node_next_item(list, item)) {
		good = read_text(load, item, &id) &&
		       names_find(load, &load->rules, id, item->place, &rule) && good;
		if (good)
			set[rule] = true;
	}
	return good ? set : NULL;
}

/* Reads those that were written; false if there are too many for the units. */
static void read_rules(struct load *load, struct rule_nodes *nodes, uint32_t n)
{
	uint64_t n_units = units_count(load->config->units);

	for (uint32_t i = 0; i < n; i++) {
		const struct node *entry = load->rules.list[i];
		struct rule *rule = &load->config->rules[i];

		if (i * n_units >= RULE_UNITS_MAX) {
			report_error(load->report, entry->key_place,
				     "too many rules for %u units; at most %u limits are kept",
				     (unsigned)n_units, (unsigned)RULE_UNITS_MAX);
			return;
		}
		read_rule(load, entry, &nodes[i], rule);
		set_version(load, entry, rule);
	}
}

void load_rulebook(struct load *load)
{
	struct config *config = load->config;
	struct rule_nodes *nodes;
	uint32_t n_written;

	receivers_declare(load);
	names_collect(load, &load->rules, PART_RULES, &rule_naming);
	n_written = config->n_written = load->rules.n;
	own_rules_declare(load);

	config->n_rules = load->rules.n;
	config->rules = xcalloc(config->n_rules + 1, sizeof(*config->rules));
	config->sequences = xcalloc(TRACKS_MAX, sizeof(*config->sequences));
	for (uint32_t i = 0; i < config->n_rules; i++)
		set_nothing(&config->rules[i], load->rules.list[i], i);
	nodes = scratch_take(load->trees, (config->n_rules + 1) * sizeof(*nodes));
	memset(nodes, 0, (config->n_rules + 1) * sizeof(*nodes));

	read_rules(load, nodes, n_written);
	own_rules_make(load, n_written);
	for (uint32_t i = n_written; i < config->n_rules; i++)
		set_version(load, NULL, &config->rules[i]);
	receivers_read(load);
	inhibits_read(load, nodes);
	maintenances_read(load);
}
