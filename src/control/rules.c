/* SPDX-License-Identifier: Apache-2.0 */
/* The rules in force, with the limits that hold somewhere. */
#include "rules.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "backtest_put.h"
#include "iocd/base/err.h"
#include "iocd/unit.h"
#include "rule_feeds.h"
#include "views.h"

/* What is known of a rule beside itself. */
struct facts {
	uint64_t alerts; /* that stand */
	uint64_t critical, warning;
	int64_t fired_ms; /* when an alert was raised last, 0: that is not known */
};

struct tally {
	const struct views *views;
	struct facts *facts; /* by rule */
	uint32_t n_rules;
	int64_t since_ms; /* raises before that are not known; 0: all are */
	struct control_backtest test;
};

/* ---- limits ---- */

/* Different limits that hold somewhere, each once with the number of units it holds for.  Units
 * share the limit that was written once, and its place tells that it is the same. */
static void put_limit(struct text *text, const struct unit *unit, const struct threshold *limit,
		      uint32_t n_units)
{
	put_object(text, NULL);
	put_string(text, "text", limit->text);
	put_string(text, "comparison", comparison_name(limit->comparison));
	put_number(text, "value", limit->value);
	put_place(text, &limit->place);
	rules_put_origin(text, unit, limit);
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

static bool applies(const struct views *views, const struct rule *rule, uint32_t unit)
{
	return rule->applies[unit] && views_sees(views, unit);
}

/* Units that have the limit of unit first; 0 if an earlier unit has it too. */
static uint32_t count_same(const struct views *views, const struct rule *rule, uint32_t first,
			   size_t which)
{
	const struct threshold *limit = limit_at(rule, first, which);
	uint32_t n_units = units_count(views->source.context.units);
	uint32_t n = 0;

	for (uint32_t i = 0; i < n_units; i++) {
		if (!applies(views, rule, i) || !is_same(limit_at(rule, i, which), limit))
			continue;
		if (i < first)
			return 0;
		n++;
	}
	return n;
}

static void put_limits(struct text *text, const char *name, const struct views *views,
		       const struct rule *rule, size_t which)
{
	const struct units *units = views->source.context.units;

	put_array(text, name);
	for (uint32_t i = 0; i < units_count(units); i++) {
		uint32_t n;

		if (!applies(views, rule, i) ||
		    limit_at(rule, i, which)->comparison == COMPARE_NONE)
			continue;
		n = count_same(views, rule, i, which);
		if (n > 0)
			put_limit(text, units_at(units, i), limit_at(rule, i, which), n);
	}
	put_array_end(text);
}

/* ---- facts ---- */

static void note_fired(struct facts *facts, int64_t time_ms)
{
	if (time_ms > facts->fired_ms)
		facts->fired_ms = time_ms;
}

/* The book may stand under other rules than these for a moment, during a reload. */
static void count_alert(void *context, const struct alert *alert)
{
	struct tally *tally = context;
	struct facts *facts;

	if (alert->rule->number >= tally->n_rules || !views_sees(tally->views, alert->unit))
		return;
	facts = &tally->facts[alert->rule->number];
	facts->alerts++;
	facts->critical += alert->machine.severity == SEVERITY_CRITICAL;
	facts->warning += alert->machine.severity != SEVERITY_CRITICAL;
	note_fired(facts, alert->raised_ms);
}

/* Transitions name the rule that they were made by, which may be of a rulebook before. */
static void look_into_log(struct tally *tally)
{
	const struct control_source *source = &tally->views->source;
	uint64_t forgotten = alertbook_forgotten(source->book);

	for (uint64_t i = forgotten + 1; i <= alertbook_last(source->book); i++) {
		const struct transition *told = alertbook_transition(source->book, i);
		uint32_t number;

		if (!told)
			continue;
		if (tally->since_ms == 0 && forgotten > 0)
			tally->since_ms = told->time_ms;
		if (told->news != NEWS_RAISED || !views_sees(tally->views, told->alert.unit))
			continue;
		number = rules_find(source->rules, told->alert.rule->id,
				    strlen(told->alert.rule->id));
		if (number < tally->n_rules)
			note_fired(&tally->facts[number], told->time_ms);
	}
}

/* ---- writing ---- */

/* Of the last back-test, which is about all units. */
static void put_tried(struct text *text, const struct tally *tally, const struct rule *rule)
{
	const struct control_backtest_result *result = &tally->test.result;

	for (size_t i = 0; i < result->n_rows; i++) {
		if (strcmp(result->rows[i].rule, rule->id) != 0)
			continue;
		put_object(text, "backtest");
		backtest_put_row(text, &result->rows[i]);
		put_object_end(text);
		return;
	}
	put_null(text, "backtest");
}

static void put_row(struct text *text, const struct tally *tally, const struct rule *rule)
{
	const struct views *views = tally->views;
	const struct facts *facts = &tally->facts[rule->number];
	uint32_t n_units = units_count(views->source.context.units);
	uint32_t n_applies = 0;

	for (uint32_t i = 0; i < n_units; i++)
		n_applies += applies(views, rule, i);

	put_object(text, NULL);
	rules_put(text, views, rule);
	if (rule->kind != RULE_SILENCE) /* which has said so */
		rule_feeds_put(text, views, rule);
	if (rule->kind == RULE_THRESHOLD || rule->kind == RULE_EACH) {
		put_limits(text, "warning", views, rule, offsetof(struct limits, warning));
		put_limits(text, "critical", views, rule, offsetof(struct limits, critical));
		put_limits(text, "clear", views, rule, offsetof(struct limits, clear));
	}
	put_integer(text, "units", n_applies);
	put_integer(text, "alerts", facts->alerts);
	put_object(text, "standing");
	put_integer(text, "critical", facts->critical);
	put_integer(text, "warning", facts->warning);
	put_object_end(text);
	put_time(text, "last_fired", facts->fired_ms, views->source.context.offset_minutes);
	put_tried(text, tally, rule);
	put_object_end(text);
}

void view_rules(const struct views *views, const struct http_request *request,
		struct http_response *response)
{
	struct text *text = &response->body;
	int offset_minutes = views->source.context.offset_minutes;
	uint32_t n_rules = rules_count(views->source.rules);
	struct tally tally = { .views = views,
			       .facts = xcalloc((size_t)n_rules + 1, sizeof(struct facts)),
			       .n_rules = n_rules };

	(void)request;
	alertbook_each_raised(views->source.book, count_alert, &tally);
	look_into_log(&tally);
	if (views->hooks.backtest && views_sees_all(views))
		views->hooks.backtest(views->hooks.context, &tally.test);
	put_object(text, NULL);
	put_time(text, "fired_since", tally.since_ms, offset_minutes);
	put_time(text, "backtest_finished", tally.test.result.finished_ms, offset_minutes);
	put_array(text, "rules");
	for (uint32_t i = 0; i < n_rules; i++)
		put_row(text, &tally, rules_at(views->source.rules, i));
	put_array_end(text);
	put_object_end(text);
	free(tally.facts);
}
