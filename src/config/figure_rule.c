/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules on an indicator's value: of a unit, or for each value of a field.
 */
#include <string.h>

#include "indicators.h"
#include "iocd/keyed.h"
#include "rules.h"
#include "scope.h"

#define SAMPLES_MAX 1000000000

/* clang-format off */
/* The kind of indicator that a key asks for, and what is looked at then. */
static const struct {
	enum rule_look look;
	enum indicator_kind kind;
} looks[N_WATCHED] = {
	[WATCHED_INDICATOR] = { LOOK_VALUE,    INDICATOR_COUNT },
	[WATCHED_CHANGE]    = { LOOK_CHANGE,   INDICATOR_CHANGE },
	[WATCHED_BASELINE]  = { LOOK_BASELINE, INDICATOR_BASELINE },
	[WATCHED_BEHIND]    = { LOOK_BEHIND,   INDICATOR_BEHIND },
	[WATCHED_BAND]      = { LOOK_BAND,     INDICATOR_COUNT },
};
/* clang-format on */

/* What can be counted for each value of a field. */
#define EACH_KINDS                                                                                 \
	(KIND_BIT(INDICATOR_COUNT) | KIND_BIT(INDICATOR_SUM) | KIND_BIT(INDICATOR_MEAN) |          \
	 KIND_BIT(INDICATOR_MIN) | KIND_BIT(INDICATOR_MAX) | KIND_BIT(INDICATOR_LAST) |            \
	 KIND_BIT(INDICATOR_RATE) | KIND_BIT(INDICATOR_STOCK))

static void read_window_of(struct load *load, const struct rule_nodes *nodes,
			   const struct indicator *indicator, struct rule *rule)
{
	const struct node *node = nodes->window;

	if (!read_present(load, nodes->entry, node, "window") ||
	    !read_window(load, node, &rule->window))
		return;
	if (rule->kind == RULE_EACH &&
	    (rule->window.kind != WINDOW_MINUTES || rule->window.minutes > KEYED_MINUTES)) {
		report_error(load->report, node->place,
			     "'%s' is too long for a rule with 'for-each'; its window is at most "
			     "%dm",
			     rule->window.text, KEYED_MINUTES);
		return;
	}
	if (rule->window.kind != WINDOW_MONTH && rule->window.kind != WINDOW_YEAR)
		return;
	/* Unless it is the same over every window anyway. */
	if (indicator && !load->config->standing[rule->indicator])
		report_error(load->report, node->place,
			     "'%s' is too long for a rule on '%s'; its window is at most 24h, "
			     "today or week",
			     rule->window.text, indicator->id);
}

/* The indicator that the rule watches; NULL if it could not be read: no more checks on it. */
static const struct indicator *read_indicator(struct load *load, const struct node *node,
					      struct rule *rule)
{
	const struct indicator *indicator;
	const char *id;

	if (!read_text(load, node, &id) ||
	    !names_find(load, &load->indicators, id, node->place, &rule->indicator) ||
	    load->broken_indicators[rule->indicator])
		return NULL;
	indicator = &load->config->indicators[rule->indicator];
	if (indicator->kind == INDICATOR_RATIO && (load->broken_indicators[indicator->parts[0]] ||
						   load->broken_indicators[indicator->parts[1]]))
		return NULL;
	return indicator;
}

static bool is_of_kind(struct load *load, const struct node *node, enum watched watched,
		       const struct indicator *indicator)
{
	bool good = true;

	if (watched == WATCHED_BAND)
		good = indicator->n_bands > 0;
	else if (watched != WATCHED_INDICATOR)
		good = indicator->kind == looks[watched].kind;
	if (!good && watched == WATCHED_BAND)
		report_error(load->report, node->place, "'%s' has no bands", indicator->id);
	else if (!good)
		report_error(load->report, node->place, "'%s' is a '%s'; here stands a '%s'",
			     indicator->id, indicator_kind_word(indicator->kind), node->key);
	return good;
}

static void read_limits(struct load *load, const struct rule_nodes *nodes, struct rule *rule,
			const struct indicator *banded)
{
	struct limit_nodes limit_nodes = nodes->limits;
	struct limits limits = { 0 };

	if (!nodes->limits.warning && !nodes->limits.critical) {
		report_error_as(load->report, "missing-key", nodes->entry->key_place,
				"neither 'warning' nor 'critical'");
		return;
	}
	limit_nodes.banded = banded;
	if (!limits_read(load, &limit_nodes, &limits) || !limits_check(load, &limits, NULL) ||
	    !rule->applies)
		return;
	rule->stated = limits;
	rule->limits = scope_lay_limits(load, nodes->override, rule->applies, &limits, banded);
}

/* Whether the field can tell apart what an indicator counts. */
static bool check_field(struct load *load, const struct node *node,
			const struct indicator *indicator)
{
	const struct event_type *type = schema_type(load->config->schema, indicator->type);
	uint32_t field = event_type_find_field(type, node->text, strlen(node->text));
	struct hint hint;

	if (load->broken_types[indicator->type])
		return false;
	if (field != TYPE_NONE &&
	    (type->fields[field].kind == FIELD_TEXT || type->fields[field].kind == FIELD_CHOICE))
		return true;

	hint_begin(&hint, load, node->text);
	for (uint32_t i = 0; i < type->n_fields; i++)
		if (type->fields[i].kind == FIELD_TEXT || type->fields[i].kind == FIELD_CHOICE)
			hint_consider(&hint, type->fields[i].name);
	report_error_as(load->report, "unknown-name", node->place,
			"event '%s', which '%s' counts, has no text or choice '%s'%s", type->name,
			indicator->id, node->text, hint_end(&hint));
	return false;
}

static bool can_be_split(const struct load *load, const struct indicator *indicator)
{
	const struct indicator *list = load->config->indicators;
	uint32_t kinds = KIND_BIT(INDICATOR_COUNT) | KIND_BIT(INDICATOR_SUM);

	if (indicator->kind != INDICATOR_RATIO)
		return EACH_KINDS & KIND_BIT(indicator->kind);
	return (KIND_BIT(list[indicator->parts[0]].kind) & kinds) &&
	       (KIND_BIT(list[indicator->parts[1]].kind) & kinds);
}

static void read_each(struct load *load, const struct rule_nodes *nodes,
		      const struct indicator *indicator, struct rule *rule)
{
	const struct indicator *list = load->config->indicators;
	int64_t cap = KEYED_CAP;

	if (nodes->cap)
		(void)read_integer(load, nodes->cap, 1, KEYED_CAP_MAX, &cap);
	rule->cap = (uint32_t)cap;
	if (!read_text(load, nodes->each, &rule->each) || !indicator)
		return;
	if (!can_be_split(load, indicator))
		report_error(load->report, nodes->each->place,
			     "'%s' is a '%s', which cannot be told apart by a field", indicator->id,
			     indicator_kind_word(indicator->kind));
	else if (indicator->kind != INDICATOR_RATIO)
		(void)check_field(load, nodes->each, indicator);
	else if (check_field(load, nodes->each, &list[indicator->parts[0]]))
		(void)check_field(load, nodes->each, &list[indicator->parts[1]]);
}

void figure_rule_read(struct load *load, const struct rule_nodes *nodes, enum watched watched,
		      struct rule *rule)
{
	const struct node *node = nodes->watched[watched];
	const struct indicator *indicator = read_indicator(load, node, rule);
	int64_t samples = 0;

	rule->look = looks[watched].look;
	if (indicator && !is_of_kind(load, node, watched, indicator))
		indicator = NULL;
	if (rule->kind == RULE_EACH && watched != WATCHED_INDICATOR)
		report_error(load->report, nodes->each->key_place,
			     "'for-each' goes with 'indicator' only");
	else if (rule->kind == RULE_EACH)
		read_each(load, nodes, indicator, rule);
	else if (nodes->cap)
		report_error(load->report, nodes->cap->key_place,
			     "'cap' has no meaning without 'for-each'");
	read_window_of(load, nodes, indicator, rule);
	if (nodes->min_samples && read_integer(load, nodes->min_samples, 0, SAMPLES_MAX, &samples))
		rule->min_samples = (uint64_t)samples;
	/* Without its indicator nobody knows what bands there are. */
	if (watched != WATCHED_BAND)
		read_limits(load, nodes, rule, NULL);
	else if (indicator)
		read_limits(load, nodes, rule, indicator);
}
