/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules against each other: two that say the same, and inhibition that goes in a circle or nowhere.
 */
#include <string.h>

#include "checks.h"

#define COMPARISONS_MAX 200000 /* of two rules: well below a second */

static bool is_same_window(const struct window *a, const struct window *b)
{
	return a->kind == b->kind && a->minutes == b->minutes;
}

/* Whether limits of both point the same way in some unit. */
static bool limits_meet(const struct load *load, const struct rule *a, const struct rule *b)
{
	for (uint32_t i = 0; i < units_count(load->config->units); i++) {
		const struct limits *one = &a->limits[i], *other = &b->limits[i];

		if (!a->applies[i] || !b->applies[i])
			continue;
		if ((one->warning.comparison && other->warning.comparison) ||
		    (one->critical.comparison && other->critical.comparison))
			return true;
	}
	return false;
}

static bool is_up(const struct limits *limits)
{
	enum comparison comparison = limits->warning.comparison ? limits->warning.comparison
								: limits->critical.comparison;

	return comparison == COMPARE_GT || comparison == COMPARE_GE;
}

static bool point_the_same_way(const struct load *load, const struct rule *a, const struct rule *b)
{
	for (uint32_t i = 0; i < units_count(load->config->units); i++)
		if (a->applies[i] && b->applies[i])
			return is_up(&a->limits[i]) == is_up(&b->limits[i]);
	return false;
}

static bool is_same_where(const struct where *a, const struct where *b)
{
	if (a->n_conditions != b->n_conditions)
		return false;
	for (uint32_t i = 0; i < a->n_conditions; i++) {
		const struct condition *one = &a->conditions[i], *other = &b->conditions[i];

		if (one->field != other->field || one->test != other->test ||
		    one->choices != other->choices || one->number != other->number ||
		    one->text.size != other->text.size ||
		    (one->text.size &&
		     memcmp(one->text.bytes, other->text.bytes, one->text.size) != 0))
			return false;
	}
	return true;
}

static bool watch_the_same(const struct load *load, const struct rule *a, const struct rule *b)
{
	if (a->kind != b->kind || a->calendar != b->calendar)
		return false;
	switch (a->kind) {
	case RULE_EACH:
		if (strcmp(a->each, b->each) != 0)
			return false;
		/* fallthrough */
	case RULE_THRESHOLD:
		return a->indicator == b->indicator && is_same_window(&a->window, &b->window) &&
		       limits_meet(load, a, b) && point_the_same_way(load, a, b);
	case RULE_EVENT:
		return a->type == b->type && a->subject_field == b->subject_field &&
		       is_same_where(&a->where, &b->where);
	case RULE_SILENCE:
		return a->feed == b->feed;
	case RULE_DEADLINE:
		return a->track == b->track && a->is_each_record == b->is_each_record &&
		       ((a->due_soon && b->due_soon) || (a->overdue && b->overdue));
	case RULE_SEQUENCE:
	case RULE_OWN:
		break;
	}
	return false;
}

static void check_duplicates(struct load *load)
{
	const struct config *config = load->config;
	uint32_t left = COMPARISONS_MAX;

	for (uint32_t i = 0; i < config->n_rules; i++)
		for (uint32_t j = 0; j < i && left; j++, left--) {
			const struct rule *rule = &config->rules[i], *other = &config->rules[j];

			if (!watch_the_same(load, rule, other) ||
			    !units_meet(load, rule->applies, other->applies))
				continue;
			report_warning_as(load->report, "rule-twice", rule->place,
					  "'%s' tells the same as '%s', at %s:%u", rule->id,
					  other->id, other->place.file, other->place.line);
			break;
		}
}

/* Whether an alert of rule, somewhere, holds back one of other. */
static bool holds_back(const struct load *load, const struct rule *rule, const struct rule *other)
{
	const struct units *units = load->config->units;

	if (!rule->inhibits.rules || !rule->inhibits.rules[other->number])
		return false;
	if (units_meet(load, rule->applies, other->applies))
		return true;
	for (uint32_t i = 0; i < units_count(units) && rule->inhibits.is_below; i++)
		for (uint32_t at = i; other->applies[i] && at != UNIT_NONE;
		     at = units_parent(units, at))
			if (rule->applies[at])
				return true;
	return false;
}

/* The rules that inhibit others, and a walk along them. */
struct walk {
	struct load *load;
	const struct rule **list;
	uint32_t n;
	uint8_t *states; /* by index in list: 0 not seen, 1 on the path, 2 done */
	uint32_t *path;
	uint32_t *turns; /* by place on the path: the next to try */
	uint32_t depth;
};

static void tell_circle(struct walk *walk, uint32_t back_to)
{
	CLEANUP_TEXT struct text text = { 0 };
	uint32_t first = 0;

	while (walk->path[first] != back_to)
		first++;
	for (uint32_t i = first; i < walk->depth && text.size < REPORT_MESSAGE_MAX; i++)
		text_add(&text, "%s > ", walk->list[walk->path[i]]->id);
	report_warning_as(walk->load->report, "inhibits-circle", walk->list[back_to]->place,
			  "rules inhibit each other, and none of them may be told: %s%s",
			  text_get(&text), walk->list[back_to]->id);
}

static void step(struct walk *walk)
{
	uint32_t at = walk->path[walk->depth - 1];
	uint32_t next = walk->turns[walk->depth - 1]++;

	if (next == walk->n) {
		walk->states[at] = 2;
		walk->depth--;
		return;
	}
	if (walk->states[next] == 2 || !holds_back(walk->load, walk->list[at], walk->list[next]))
		return;
	if (walk->states[next] == 1) {
		tell_circle(walk, next);
		return;
	}
	walk->states[next] = 1;
	walk->path[walk->depth] = next;
	walk->turns[walk->depth++] = 0;
}

static void check_circles(struct load *load, const struct rule **list, uint32_t n)
{
	struct walk walk = { .load = load, .list = list, .n = n };

	walk.states = scratch_take(load->trees, n + 1);
	walk.path = scratch_take(load->trees, (n + 1) * sizeof(*walk.path));
	walk.turns = scratch_take(load->trees, (n + 1) * sizeof(*walk.turns));
	memset(walk.states, 0, n + 1);
	for (uint32_t i = 0; i < n; i++) {
		if (walk.states[i])
			continue;
		walk.states[i] = 1;
		walk.path[0] = i;
		walk.turns[0] = 0;
		for (walk.depth = 1; walk.depth > 0;)
			step(&walk);
	}
}

static bool inhibits_any(const struct load *load, const struct rule *rule)
{
	for (uint32_t i = 0; i < load->config->n_rules; i++)
		if (holds_back(load, rule, &load->config->rules[i]))
			return true;
	return false;
}

/* What is inhibited without having been written may well be nothing. */
static bool inhibits_anyway(const struct rule *rule)
{
	return rule->kind == RULE_SILENCE ||
	       (rule->kind == RULE_OWN && (rule->own == OWN_SITE_LOST || rule->own == OWN_BROKER));
}

static void check_inhibitions(struct load *load)
{
	const struct config *config = load->config;
	const struct rule **list =
		scratch_take(load->trees, (config->n_rules + 1) * sizeof(const struct rule *));
	uint32_t n = 0;

	for (uint32_t i = 0; i < config->n_rules; i++) {
		const struct rule *rule = &config->rules[i];

		if (!rule->inhibits.rules)
			continue;
		list[n++] = rule;
		if (!config->elsewhere && !inhibits_anyway(rule) && !inhibits_any(load, rule))
			report_warning_as(load->report, "inhibits-nothing", rule->place,
					  "no rule that '%s' inhibits applies where it does",
					  rule->id);
	}
	check_circles(load, list, n);
}

void checks_pairs(struct load *load)
{
	check_duplicates(load);
	check_inhibitions(load);
}
