/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Limits against what their figure can be.  Ranges are a little too wide rather than too narrow: a
 * warning is always right.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "checks.h"
#include "indicators.h"
#include "rules.h"

#define PLACES_MAX 64 /* limits of a rule that are told apart; of more some are told twice */

/* What a figure can be. */
struct range {
	double least, most;
};

static const struct range any = { -INFINITY, INFINITY };

/* Both parts count the same events, and those above the line are among those below. */
static bool is_share(const struct load *load, const struct indicator *indicator)
{
	const struct indicator *list = load->config->indicators;
	const struct indicator *above, *below;

	if (indicator->kind != INDICATOR_RATIO)
		return false;
	above = &list[indicator->parts[0]];
	below = &list[indicator->parts[1]];
	return above->kind == INDICATOR_COUNT && below->kind == INDICATOR_COUNT &&
	       above->type == below->type && below->where.n_conditions == 0;
}

static struct range range_of_field(const struct load *load, const struct indicator *indicator)
{
	const struct event_type *type = schema_type(load->config->schema, indicator->type);
	const struct field *field = &type->fields[indicator->field];

	if (field->kind == FIELD_FLAG)
		return (struct range){ 0, 1 };
	if (field->kind == FIELD_NUMBER || field->kind == FIELD_INTEGER)
		return (struct range){ field->min, field->max };
	return any;
}

/* Of one that is worked out of another; by is the range of that. */
static struct range range_of_derived(const struct indicator *indicator, struct range by)
{
	double least = by.least >= 0 ? 0 : -INFINITY;

	switch (indicator->kind) {
	case INDICATOR_PROGRESS:
	case INDICATOR_BASELINE:
		return (struct range){ least, INFINITY };
	case INDICATOR_BEHIND:
		return (struct range){ -INFINITY, by.least >= 0 ? 1 : INFINITY };
	case INDICATOR_CHANGE:
		return (struct range){ by.least >= 0 && indicator->is_relative ? -1 : -INFINITY,
				       INFINITY };
	case INDICATOR_COUNT:
	case INDICATOR_SUM:
	case INDICATOR_MEAN:
	case INDICATOR_MIN:
	case INDICATOR_MAX:
	case INDICATOR_LAST:
	case INDICATOR_RATE:
	case INDICATOR_DISTINCT:
	case INDICATOR_QUANTILE:
	case INDICATOR_STOCK:
	case INDICATOR_GAUGE:
	case INDICATOR_RATIO:
	case INDICATOR_SCORE:
	case INDICATOR_UNITS:
		break;
	}
	return any;
}

static struct range range_of_ratio(bool share, struct range above, struct range below)
{
	if (share)
		return (struct range){ 0, 1 };
	if (above.least >= 0 && below.least >= 0)
		return (struct range){ 0, INFINITY };
	return any;
}

/* As deep as circles.c allows, and each with one part only. */
static struct range range_of(const struct load *load, const struct indicator *indicator)
{
	const struct indicator *list = load->config->indicators;

	switch (indicator->kind) {
	case INDICATOR_COUNT:
	case INDICATOR_RATE:
	case INDICATOR_DISTINCT:
	case INDICATOR_GAUGE:
	case INDICATOR_UNITS:
		return (struct range){ 0, INFINITY };
	case INDICATOR_MEAN:
	case INDICATOR_MIN:
	case INDICATOR_MAX:
	case INDICATOR_LAST:
	case INDICATOR_QUANTILE:
		return range_of_field(load, indicator);
	case INDICATOR_SUM:
	case INDICATOR_STOCK:
		if (range_of_field(load, indicator).least >= 0)
			return (struct range){ 0, INFINITY };
		break;
	case INDICATOR_RATIO:
		return range_of_ratio(is_share(load, indicator),
				      range_of(load, &list[indicator->parts[0]]),
				      range_of(load, &list[indicator->parts[1]]));
	case INDICATOR_PROGRESS:
	case INDICATOR_BASELINE:
	case INDICATOR_BEHIND:
	case INDICATOR_CHANGE:
		return range_of_derived(indicator, range_of(load, &list[indicator->parts[0]]));
	case INDICATOR_SCORE:
		break;
	}
	return any;
}

static bool is_set(const struct threshold *limit)
{
	return limit->comparison != COMPARE_NONE;
}

/* Whether any value in range is beyond limit. */
static bool is_reached(const struct threshold *limit, struct range range)
{
	switch (limit->comparison) {
	case COMPARE_GT:
		return range.most > limit->value;
	case COMPARE_GE:
		return range.most >= limit->value;
	case COMPARE_LT:
		return range.least < limit->value;
	case COMPARE_LE:
		return range.least <= limit->value;
	case COMPARE_NONE:
		break;
	}
	return false;
}

/* The limit that holds where the given one does not. */
static struct threshold complement(const struct threshold *limit)
{
	static const enum comparison others[] = {
		[COMPARE_NONE] = COMPARE_NONE, [COMPARE_GT] = COMPARE_LE, [COMPARE_GE] = COMPARE_LT,
		[COMPARE_LT] = COMPARE_GE,     [COMPARE_LE] = COMPARE_GT,
	};
	struct threshold other = *limit;

	other.comparison = others[limit->comparison];
	return other;
}

/* Limits that were looked at, of other units. */
struct seen {
	struct place list[PLACES_MAX];
	uint32_t n;
};

/* The limits of one unit while they are looked at. */
struct look_at {
	struct load *load;
	const struct rule *rule;
	const struct limits *limits;
	struct range range;   /* of the figure */
	struct range counted; /* of the values that are judged at all */
	const char *why;      /* of range, in words */
	struct seen raising, clearing;
};

/* Whether limit was not looked at before. */
static bool is_new(struct seen *seen, const struct threshold *limit)
{
	const struct place *place = &limit->place;

	for (uint32_t i = 0; i < seen->n; i++)
		if (seen->list[i].line == place->line && seen->list[i].column == place->column &&
		    seen->list[i].file == place->file)
			return false;
	if (seen->n < PLACES_MAX)
		seen->list[seen->n++] = *place;
	return true;
}

static void warn(const struct look_at *at, const char *code, const struct threshold *limit,
		 const char *what, const char *why)
{
	report_warning_as(at->load->report, code, limit->place, "'%s' %s: %s", limit->text, what,
			  why);
}

static void check_raising(struct look_at *at, const struct threshold *limit)
{
	if (!is_set(limit) || !is_new(&at->raising, limit))
		return;
	if (!is_reached(limit, at->range))
		warn(at, "rule-never-fires", limit, "is never reached", at->why);
	else if (!is_reached(limit, at->counted))
		warn(at, "rule-never-fires", limit, "is never reached",
		     "with fewer than 'min-samples' nothing is judged");
}

static void check_clearing(struct look_at *at)
{
	const struct limits *limits = at->limits;
	const struct threshold *raise =
		is_set(&limits->warning) ? &limits->warning : &limits->critical;
	struct threshold clear = is_set(&limits->clear) ? limits->clear : complement(raise);
	const char *what = is_set(&limits->clear) ? "is never reached" : "never ends";

	if (!is_reached(raise, at->counted) || !is_new(&at->clearing, &clear))
		return;
	if (!is_reached(&clear, at->range))
		warn(at, "rule-never-clears", &clear, what, at->why);
	else if (!is_reached(&clear, at->counted))
		warn(at, "rule-never-clears", &clear, what,
		     "with fewer than 'min-samples' nothing is judged");
}

static void check_unit(struct look_at *at)
{
	check_raising(at, &at->limits->warning);
	check_raising(at, &at->limits->critical);
	check_clearing(at);
}

/* Most units have the limits of the one before. */
static bool are_same(const struct limits *a, const struct limits *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

static void describe(const struct look_at *at, bool share, char *ret, size_t size)
{
	if (share)
		(void)snprintf(ret, size, "the ratio is a share and at most 100%%");
	else if (isinf(at->range.most))
		(void)snprintf(ret, size, "'%s' is never below %g", at->rule->figure->id,
			       at->range.least);
	else if (isinf(at->range.least))
		(void)snprintf(ret, size, "'%s' is never above %g", at->rule->figure->id,
			       at->range.most);
	else
		(void)snprintf(ret, size, "'%s' is from %g to %g", at->rule->figure->id,
			       at->range.least, at->range.most);
}

static void check_rule(struct load *load, const struct rule *rule)
{
	struct look_at at = { .load = load, .rule = rule, .range = range_of(load, rule->figure) };
	const struct limits *before = NULL;
	char why[160];

	at.counted = at.range;
	if (rule->figure->kind == INDICATOR_COUNT && rule->min_samples > 0)
		at.counted.least = (double)rule->min_samples; /* they are what is counted */
	describe(&at, is_share(load, rule->figure), why, sizeof(why));
	at.why = why;
	for (uint32_t i = 0; i < units_count(load->config->units); i++) {
		at.limits = &rule->limits[i];
		if (!rule->applies[i] || (before && are_same(before, at.limits)))
			continue;
		before = at.limits;
		check_unit(&at);
	}
}

/* Whether nobody at or below a unit of the rule is expected to report on the feed of contract. */
static bool is_out_of_reach(const struct load *load, const struct rule *rule,
			    const struct contract *contract)
{
	const struct units *units = load->config->units;

	for (uint32_t i = 0; i < units_count(units); i++)
		for (uint32_t at = i; contract->expected[i] && at != UNIT_NONE;
		     at = units_parent(units, at))
			if (rule->applies[at])
				return false;
	return true;
}

static void check_feed(struct load *load, const struct contract *contract)
{
	const bool *figures = feed_figures(load, contract->feed);

	for (uint32_t i = 0; i < load->config->n_rules; i++) {
		const struct rule *rule = &load->config->rules[i];

		if (rule->kind == RULE_SILENCE || rule->kind == RULE_DEADLINE ||
		    !rule_looks_at(load, rule, contract->feed, figures) ||
		    !is_out_of_reach(load, rule, contract))
			continue;
		report_warning_as(load->report, "units-without-feed", rule->place,
				  "no unit of '%s', and none below, is expected to report on feed "
				  "'%s'",
				  rule->id, schema_feed(load->config->schema, contract->feed)->id);
	}
}

void checks_limits(struct load *load)
{
	const struct config *config = load->config;

	for (uint32_t i = 0; i < config->n_rules; i++)
		if (config->rules[i].kind == RULE_THRESHOLD || config->rules[i].kind == RULE_EACH)
			check_rule(load, &config->rules[i]);
	for (uint32_t i = 0; i < config->n_contracts && !config->elsewhere; i++)
		check_feed(load, &config->contracts[i]);
}
