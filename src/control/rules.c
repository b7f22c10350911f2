/* SPDX-License-Identifier: Apache-2.0 */
/* The rules in force, with the limits that hold somewhere. */
#include "rules.h"

#include <stddef.h>
#include <stdlib.h>

#include "iocd/base/err.h"
#include "iocd/unit.h"
#include "views.h"

/* Different limits that hold somewhere, each once with the number of units it holds for.  Units
 * share the limit that was written once, and its place tells that it is the same. */
static void put_limit(struct text *text, const struct threshold *limit, uint32_t n_units)
{
	put_object(text, NULL);
	put_string(text, "text", limit->text);
	put_place(text, &limit->place);
	put_integer(text, "units", n_units);
	put_object_end(text);
}

static bool is_same(const struct threshold *a, const struct threshold *b)
{
	return a->comparison == b->comparison && a->value == b->value &&
	       a->place.file == b->place.file && a->place.line == b->place.line &&
	       a->place.column == b->place.column;
}

static const struct threshold *limit_at(const struct rule *rule, uint32_t unit, size_t which)
{
	return (const struct threshold *)((const char *)&rule->limits[unit] + which);
}

/* Units that have the limit of unit first; 0 if an earlier unit has it too. */
static uint32_t count_same(const struct rule *rule, uint32_t n_units, uint32_t first, size_t which)
{
	const struct threshold *limit = limit_at(rule, first, which);
	uint32_t n = 0;

	for (uint32_t i = 0; i < n_units; i++) {
		if (!rule->applies[i] || !is_same(limit_at(rule, i, which), limit))
			continue;
		if (i < first)
			return 0;
		n++;
	}
	return n;
}

static void put_limits(struct text *text, const char *name, const struct rule *rule,
		       uint32_t n_units, size_t which)
{
	put_array(text, name);
	for (uint32_t i = 0; i < n_units; i++) {
		uint32_t n;

		if (!rule->applies[i] || limit_at(rule, i, which)->comparison == COMPARE_NONE)
			continue;
		n = count_same(rule, n_units, i, which);
		if (n > 0)
			put_limit(text, limit_at(rule, i, which), n);
	}
	put_array_end(text);
}

struct tally {
	uint64_t *n_alerts; /* by rule */
	uint32_t n_rules;
};

/* The book may stand under other rules than these for a moment, during a reload. */
static void count_alert(void *context, const struct alert *alert)
{
	struct tally *tally = context;

	if (alert->rule->number < tally->n_rules)
		tally->n_alerts[alert->rule->number]++;
}

static void put_row(struct text *text, const struct rules *rules, const struct rule *rule,
		    uint32_t n_units, uint64_t n_alerts)
{
	uint32_t n_applies = 0;

	for (uint32_t i = 0; i < n_units; i++)
		n_applies += rule->applies[i];

	put_object(text, NULL);
	rules_put(text, rules, rule);
	if (rule->kind == RULE_THRESHOLD || rule->kind == RULE_EACH) {
		put_limits(text, "warning", rule, n_units, offsetof(struct limits, warning));
		put_limits(text, "critical", rule, n_units, offsetof(struct limits, critical));
		put_limits(text, "clear", rule, n_units, offsetof(struct limits, clear));
	}
	put_integer(text, "units", n_applies);
	put_integer(text, "alerts", n_alerts);
	put_object_end(text);
}

void view_rules(const struct views *views, const struct http_request *request,
		struct http_response *response)
{
	struct text *text = &response->body;
	uint32_t n_rules = rules_count(views->source.rules);
	struct tally tally = { .n_alerts = xcalloc(n_rules + 1, sizeof(uint64_t)),
			       .n_rules = n_rules };

	(void)request;
	alertbook_each_raised(views->source.book, count_alert, &tally);
	put_object(text, NULL);
	put_array(text, "rules");
	for (uint32_t i = 0; i < n_rules; i++)
		put_row(text, views->source.rules, rules_at(views->source.rules, i),
			units_count(views->source.context.units), tally.n_alerts[i]);
	put_array_end(text);
	put_object_end(text);
	free(tally.n_alerts);
}
