/* SPDX-License-Identifier: Apache-2.0 */
#include "rules.h"

#include <stdlib.h>

#include "iocd/base/err.h"
#include "iocd/unit.h"
#include "views.h"

void rules_put_threshold(struct text *text, const char *name, const struct threshold *threshold)
{
	if (threshold->comparison == COMPARE_NONE) {
		put_null(text, name);
		return;
	}

	put_object(text, name);
	put_string(text, "text", threshold->text);
	put_string(text, "comparison", comparison_name(threshold->comparison));
	put_number(text, "value", threshold->value);
	put_place(text, &threshold->place);
	put_object_end(text);
}

static void put_figure(struct text *text, const struct rule *rule)
{
	put_string(text, "indicator", rule->figure->id);
	put_string(text, "window", rule->window.text);
	put_integer(text, "min_samples", rule->min_samples);
}

static const char *test_name(enum where_test test)
{
	switch (test) {
	case WHERE_NE:
		return "!=";
	case WHERE_LT:
		return "<";
	case WHERE_LE:
		return "<=";
	case WHERE_GT:
		return ">";
	case WHERE_GE:
		return ">=";
	case WHERE_CHOICE:
	case WHERE_FLAG:
	case WHERE_TEXT:
	case WHERE_EQ:
		break;
	}
	return "=";
}

static void put_condition(struct text *text, const struct field *field,
			  const struct condition *condition)
{
	put_object(text, NULL);
	put_string(text, "field", field->name);
	put_string(text, "test", test_name(condition->test));
	put_array(text, "values");
	if (condition->test == WHERE_CHOICE) {
		for (uint32_t i = 0; i < field->n_choices; i++)
			if (condition->choices >> i & 1)
				put_string(text, NULL, field->choices[i]);
	} else if (condition->test == WHERE_TEXT) {
		put_bytes(text, NULL, condition->text.bytes, condition->text.size);
	} else if (condition->test == WHERE_FLAG) {
		put_flag(text, NULL, condition->number != 0);
	} else {
		put_number(text, NULL, condition->number);
	}
	put_array_end(text);
	put_object_end(text);
}

static void put_event(struct text *text, const struct rule *rule)
{
	const struct event_type *type = rule->event_type;

	put_string(text, "event", type->name);
	put_string(text, "severity", severity_name(rule->severity));
	put_string(text, "subject",
		   rule->subject_field == TYPE_NONE ? NULL
						    : type->fields[rule->subject_field].name);
	put_array(text, "where");
	for (uint32_t i = 0; i < rule->where.n_conditions; i++)
		put_condition(text, &type->fields[rule->where.conditions[i].field],
			      &rule->where.conditions[i]);
	put_array_end(text);
}

static void put_silence(struct text *text, const struct rule *rule)
{
	put_string(text, "feed", rule->silent_feed->id);
	put_string(text, "severity", severity_name(rule->severity));
}

static const char *rule_kind_name(enum rule_kind kind)
{
	switch (kind) {
	case RULE_EVENT:
		return "event";
	case RULE_SILENCE:
		return "silence";
	case RULE_THRESHOLD:
		break;
	}
	return "threshold";
}

void rules_put(struct text *text, const struct rule *rule)
{
	put_string(text, "id", rule->id);
	put_languages(text, "title", rule->title_vi, rule->title_en);
	put_string(text, "kind", rule_kind_name(rule->kind));
	put_place(text, &rule->place);
	if (rule->kind == RULE_EVENT)
		put_event(text, rule);
	else if (rule->kind == RULE_SILENCE)
		put_silence(text, rule);
	else
		put_figure(text, rule);
	put_string(text, "calendar",
		   rule->calendar ? calendar_about(rule->calendar)->id : NULL);
	put_number(text, "hold_s", (double)rule->hold_ms / 1000);
	put_number(text, "fade_s", (double)rule->fade_ms / 1000);
}

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

static void put_row(struct text *text, const struct rule *rule, uint32_t n_units, uint64_t n_alerts)
{
	uint32_t n_applies = 0;

	for (uint32_t i = 0; i < n_units; i++)
		n_applies += rule->applies[i];

	put_object(text, NULL);
	rules_put(text, rule);
	if (rule->kind == RULE_THRESHOLD) {
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
		put_row(text, rules_at(views->source.rules, i),
			units_count(views->source.context.units), tally.n_alerts[i]);
	put_array_end(text);
	put_object_end(text);
	free(tally.n_alerts);
}
