/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which rules' alerts are only consequences while those of another stand.
 */
#include <string.h>

#include "indicators.h"
#include "iocd/base/err.h"
#include "rules.h"

struct inhibits_nodes {
	const struct node *rules, *feeds, *units;
};

static const struct slot inhibits_slots[] = {
	{ "rules", offsetof(struct inhibits_nodes, rules) },
	{ "feeds", offsetof(struct inhibits_nodes, feeds) },
	{ "units", offsetof(struct inhibits_nodes, units) },
};

/* Answers of a search, by indicator. */
enum { UNKNOWN, NO, YES, ASKED };

static bool type_is_of(const struct load *load, uint32_t type, uint32_t feed)
{
	return type != TYPE_NONE && schema_type(load->config->schema, type)->feed == feed;
}

/* A figure of others is no deeper than a few; one that refers to itself was told. */
static bool is_made_of(const struct load *load, uint32_t number, uint32_t feed, uint8_t *answers)
{
	const struct indicator *indicator = &load->config->indicators[number];
	bool answer = type_is_of(load, indicator->type, feed);

	if (answers[number] != UNKNOWN || load->broken_indicators[number])
		return answers[number] == YES;
	answers[number] = ASKED;
	for (uint32_t i = 0; i < derived_count(indicator) && !answer; i++)
		answer = is_made_of(load, derived_part(indicator, i), feed, answers);
	answers[number] = answer ? YES : NO;
	return answer;
}

const bool *feed_figures(struct load *load, uint32_t feed)
{
	uint32_t n = load->config->n_indicators;
	uint8_t *answers;
	bool *figures;

	if (load->figures[feed])
		return load->figures[feed];

	answers = scratch_take(load->trees, n + 1);
	figures = scratch_take(load->trees, n + 1);
	memset(answers, UNKNOWN, n + 1);
	for (uint32_t i = 0; i < n; i++)
		figures[i] = is_made_of(load, i, feed, answers);
	load->figures[feed] = figures;
	return figures;
}

static bool track_looks_at(const struct load *load, const struct track *track, uint32_t feed)
{
	for (uint32_t i = 0; i < track->n_steps; i++)
		if (type_is_of(load, track->steps[i].type, feed))
			return true;
	return false;
}

bool rule_looks_at(const struct load *load, const struct rule *rule, uint32_t feed,
		   const bool *figures)
{
	const struct config *config = load->config;

	switch (rule->kind) {
	case RULE_THRESHOLD:
	case RULE_EACH:
		return rule->indicator != INDICATOR_NONE && figures[rule->indicator];
	case RULE_EVENT:
		return type_is_of(load, rule->type, feed);
	case RULE_SILENCE:
		return rule->feed == feed;
	case RULE_SEQUENCE:
		return rule->track != UINT32_MAX &&
		       track_looks_at(load, &config->sequences[rule->track], feed);
	case RULE_DEADLINE:
		return rule->track != UINT32_MAX &&
		       track_looks_at(load, &config->tracks[rule->track], feed);
	case RULE_OWN:
		break;
	}
	return false;
}

static bool *new_set(struct load *load)
{
	bool *set = scratch_take(load->config->memory, load->rules.n + 1);

	memset(set, 0, load->rules.n + 1);
	return set;
}

/* All that were written, but what they say of iocd itself. */
static void add_all(const struct load *load, bool *set)
{
	for (uint32_t i = 0; i < load->rules.n; i++)
		if (load->config->rules[i].kind != RULE_OWN)
			set[i] = true;
}

static void add_feed(struct load *load, uint32_t feed, bool *set)
{
	const bool *figures = feed_figures(load, feed);

	for (uint32_t i = 0; i < load->rules.n; i++)
		if (rule_looks_at(load, &load->config->rules[i], feed, figures))
			set[i] = true;
}

static bool add_feeds(struct load *load, const struct node *list, bool *set)
{
	bool good = true;
	const char *id;
	uint32_t feed;

	if (list->kind == NODE_MAP)
		return read_kind(load, list, NODE_LIST);
	for (const struct node *item = node_first_item(list); item;
	     item = node_next_item(list, item)) {
		good = read_text(load, item, &id) &&
		       names_find(load, &load->feeds, id, item->place, &feed) && good;
		if (good)
			add_feed(load, feed, set);
	}
	return good;
}

static bool is_word(const struct node *node, const char *word)
{
	return node->kind == NODE_TEXT && strcmp(node->text, word) == 0;
}

static bool add_rules(struct load *load, const struct node *list, bool *set)
{
	const bool *named;

	if (is_word(list, "all")) {
		add_all(load, set);
		return true;
	}
	named = rule_set_read(load, list);
	for (uint32_t i = 0; named && i < load->rules.n; i++)
		set[i] = set[i] || named[i];
	return named != NULL;
}

static void read_map(struct load *load, const struct node *map, struct rule *rule)
{
	static const char *const words[] = { "same", "below" };
	struct inhibits_nodes nodes = { 0 };
	bool *set = new_set(load);
	uint32_t word = 0;

	if (!read_slots(load, map, inhibits_slots, COUNT(inhibits_slots), &nodes))
		return;
	if (!nodes.rules && !nodes.feeds && rule->kind != RULE_SILENCE) {
		report_error_as(load->report, "missing-key", map->key_place,
				"neither 'rules' nor 'feeds' says what is inhibited");
		return;
	}
	if (nodes.rules && !add_rules(load, nodes.rules, set))
		return;
	if (set[rule->number] && !is_word(nodes.rules, "all"))
		report_error(load->report, nodes.rules->place, "the rule inhibits itself");
	if (nodes.feeds && !add_feeds(load, nodes.feeds, set))
		return;
	if (nodes.units && read_choice(load, nodes.units, words, COUNT(words), &word))
		rule->inhibits.is_below = word == 1;
	set[rule->number] = false;
	if (nodes.rules || nodes.feeds)
		rule->inhibits.rules = set;
}

/* What a silent unit does not send is behind all else that looks at it.  Not behind another rule on
 * the same silence: they would hide each other. */
static const bool *consequences_of(struct load *load, uint32_t feed)
{
	bool *set;

	if (load->consequences[feed])
		return load->consequences[feed];

	set = new_set(load);
	add_feed(load, feed, set);
	for (uint32_t i = 0; i < load->rules.n; i++)
		if (load->config->rules[i].kind == RULE_SILENCE)
			set[i] = false;
	load->consequences[feed] = set;
	return set;
}

static bool is_on(const struct rule *rule, enum own_part part)
{
	return rule->kind == RULE_OWN && rule->own == part;
}

/* Behind an iocd that is lost, nobody of its unit and below is heard; behind our broker nobody at
 * all, no iocd either. */
static void set_behind_lost(struct load *load, struct rule *rule)
{
	bool *set = new_set(load);
	bool any = false;

	for (uint32_t i = 0; i < load->rules.n; i++) {
		const struct rule *other = &load->config->rules[i];

		any |= set[i] = other->kind == RULE_SILENCE ||
				(is_on(rule, OWN_BROKER) && is_on(other, OWN_SITE_LOST));
	}
	if (any)
		rule->inhibits = (struct inhibition){ .rules = set, .is_below = true };
}

static void read_inhibits(struct load *load, const struct node *node, struct rule *rule)
{
	if (node && (is_word(node, "no") || is_word(node, "false")))
		return;
	if (node && is_word(node, "all")) {
		bool *set = new_set(load);

		add_all(load, set);
		set[rule->number] = false;
		rule->inhibits.rules = set;
		return;
	}
	if (node)
		read_map(load, node, rule);
	if (rule->kind == RULE_SILENCE && rule->feed != UINT32_MAX && !rule->inhibits.rules)
		rule->inhibits.rules = consequences_of(load, rule->feed);
	if ((is_on(rule, OWN_SITE_LOST) || is_on(rule, OWN_BROKER)) && !rule->inhibits.rules)
		set_behind_lost(load, rule);
}

void inhibits_read(struct load *load, const struct rule_nodes *nodes)
{
	for (uint32_t i = 0; i < load->rules.n; i++)
		read_inhibits(load, nodes[i].inhibits, &load->config->rules[i]);
}
