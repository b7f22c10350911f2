/* SPDX-License-Identifier: Apache-2.0 */
/* Finds what holds an alert back. */
#include "why_not.h"

#include <stdio.h>
#include <string.h>

#include "explain.h"
#include "iocd/unit.h"

/* ---- the alert that is there already ---- */

struct search {
	const struct why_about *about;
	const char *rule;
	const struct alert *found;
};

static void look_at(void *context, const struct alert *alert)
{
	struct search *search = context;

	if (!search->found && alert->unit == search->about->unit &&
	    strcmp(alert->rule->id, search->rule) == 0)
		search->found = alert;
}

static const struct alert *find_alert(const struct views *views, const struct why_about *about)
{
	struct search search = { .about = about,
				 .rule = rules_at(views->source.rules, about->rule)->id };

	search.found = alertbook_find(views->source.book, about->rule, about->unit, about->subject);
	if (!search.found && !about->has_subject)
		alertbook_each_raised(views->source.book, look_at, &search);
	return search.found;
}

/* ---- reasons ---- */

static struct held *add(struct why_list *list, int code)
{
	struct held *held = &list->list[list->n < HELD_MAX ? list->n++ : HELD_MAX - 1];

	*held = (struct held){ .code = code, .reading = &list->rule.verdict.reading };
	return held;
}

static void copy(char *to, size_t capacity, const char *text)
{
	(void)snprintf(to, capacity, "%s", text);
}

/* A record that is open is due later: that says more than that there is none that is due. */
static void add_record(struct why_list *list, const struct views *views,
		       const struct why_about *about, const struct reason_why *reason)
{
	const struct rule *rule = rules_at(views->source.rules, about->rule);
	struct track_record record;
	struct held *held;
	uint64_t n_open;

	if (explain_find_record(views, rule, about->unit, about->subject, &record, &n_open)) {
		held = add(list, HELD_NOT_DUE);
		held->record = record;
		held->until_ms = record.due_ms;
	} else {
		held = add(list, (int)reason->kind);
	}
	held->why = *reason;
	held->n_open = n_open;
}

/* Whether reason only says that a rule keeps nothing of what has raised the alert that is there. */
static bool is_moot(const struct why_list *list, const struct reason_why *reason)
{
	const struct alert *alert = list->alert;

	if (!alert)
		return false;
	if (reason->kind == HOLD_BACK_NO_EVENT)
		return true;
	return (reason->kind == HOLD_BACK_NO_RECORD || reason->kind == HOLD_BACK_NO_TROUBLE) &&
	       (alert->machine.judgement == JUDGE_WARNING ||
		alert->machine.judgement == JUDGE_CRITICAL);
}

static void add_rules_reasons(struct why_list *list, const struct views *views,
			      const struct why_about *about)
{
	const struct why_question question = {
		.indicators = views->source.indicators,
		.keyed = views->source.keyed,
		.rule = about->rule,
		.unit = about->unit,
		.subject = { .bytes = about->subject, .size = strlen(about->subject) },
	};

	rules_why_not(views->source.rules, &question, &list->rule);
	for (size_t i = 0; i < list->rule.n; i++) {
		const struct reason_why *reason = &list->rule.list[i];
		struct held *held;

		if (is_moot(list, reason))
			continue;
		if (reason->kind == HOLD_BACK_NO_RECORD) {
			add_record(list, views, about, reason);
			continue;
		}
		held = add(list, (int)reason->kind);
		held->why = *reason;
		held->until_ms = reason->until_ms == INT64_MAX ? 0 : reason->until_ms;
		held->rule = rules_at(views->source.rules, about->rule);
		if (reason->kind == HOLD_BACK_NO_TROUBLE)
			why_own_add(held, views, about);
	}
}

static void add_hold(struct why_list *list)
{
	const struct alert_machine *machine = &list->alert->machine;
	struct held *held;

	if (machine->state != ALERT_PENDING)
		return;
	held = add(list, HELD_HOLD);
	held->since_ms = machine->since_ms;
	/* While nothing is known, it does not run. */
	held->until_ms = machine->uncertain ? 0 : machine->since_ms + list->alert->rule->hold_ms;
}

/* ---- suppression ---- */

struct hindered {
	struct why_list *list;
	const struct views *views;
	const struct why_about *about;
	unsigned bits; /* kinds that are not explained yet */
};

static bool is_planned_for(const struct views *views, const struct why_about *about, const char *id)
{
	const struct rules_options *options = rules_about(views->source.rules);

	for (uint32_t i = 0; i < options->n_maintenances; i++) {
		const struct maintenance *maintenance = &options->maintenances[i];

		if (strcmp(maintenance->id, id) == 0)
			return (!maintenance->rules || maintenance->rules[about->rule]) &&
			       (!maintenance->units || maintenance->units[about->unit]);
	}
	return false;
}

static bool is_ordered_for(const struct views *views, const struct why_about *about,
			   const struct hindrance *hindrance)
{
	const char *rule = rules_at(views->source.rules, about->rule)->id;

	if (hindrance->rule[0] && strcmp(hindrance->rule, rule) != 0)
		return false;
	if (hindrance->has_subject && strcmp(hindrance->subject, about->subject) != 0)
		return false;
	return hindrance->unit == UNIT_NONE || hindrance->unit == about->unit ||
	       (hindrance->is_below && views_is_within(views, about->unit, hindrance->unit));
}

static void look_at_hindrance(void *context, const struct hindrance *hindrance)
{
	struct hindered *hindered = context;
	const char *by = hindrance->maintenance[0] ? hindrance->maintenance : hindrance->by;
	struct held *held;

	if (!(hindrance->maintenance[0]
		      ? is_planned_for(hindered->views, hindered->about, hindrance->maintenance)
		      : is_ordered_for(hindered->views, hindered->about, hindrance)))
		return;
	held = add(hindered->list, HELD_SUPPRESSED);
	held->kind = hindrance->kind;
	held->since_ms = hindrance->from_ms;
	held->until_ms = hindrance->until_ms;
	if (views_sees(hindered->views, hindrance->unit) && views_sees_name(hindered->views, by)) {
		copy(held->by, sizeof(held->by), by);
		copy(held->note, sizeof(held->note), hindrance->note);
	}
	hindered->bits &= ~SUPPRESSION_BIT(hindrance->kind);
}

/* ---- inhibition ---- */

static void name_alert(char by[ALERT_BY_MAX], const struct views *views, const struct alert *alert)
{
	char key[ALERT_KEY_MAX];

	(void)snprintf(by, ALERT_BY_MAX, "%s/%s",
		       units_at(views->source.context.units, alert->unit)->id,
		       alert_key(key, alert));
}

struct cause_search {
	const struct views *views;
	const struct why_about *about;
	const struct alert *found;
};

static bool inhibits(const struct cause_search *search, const struct rule *rule, uint32_t unit)
{
	return explain_is_in_force(search->views, rule) && rule->inhibits.rules &&
	       rule->inhibits.rules[search->about->rule] &&
	       (unit == search->about->unit ||
		(rule->inhibits.is_below &&
		 views_is_within(search->views, search->about->unit, unit)));
}

static void look_at_cause(void *context, const struct alert *alert)
{
	struct cause_search *search = context;

	if (!search->found && !alert->drill && inhibits(search, alert->rule, alert->unit))
		search->found = alert;
}

/* Those that stand, then those that are pending and have no subject. */
static const struct alert *find_cause(const struct views *views, const struct why_about *about)
{
	struct cause_search search = { .views = views, .about = about };

	alertbook_each_raised(views->source.book, look_at_cause, &search);
	for (uint32_t i = 0; i < rules_count(views->source.rules) && !search.found; i++) {
		const struct rule *rule = rules_at(views->source.rules, i);

		for (uint32_t unit = about->unit; unit != UNIT_NONE && !search.found;
		     unit = units_parent(views->source.context.units, unit))
			if (inhibits(&search, rule, unit))
				search.found = alertbook_find(views->source.book, i, unit, "");
	}
	return search.found;
}

static void name_suppressor(struct held *held, const struct hindered *hindered)
{
	const struct alert *alert = hindered->list->alert;
	const struct alert *cause;

	if (alert && alert->machine.suppressed & SUPPRESSION_BIT(held->kind)) {
		if (views_sees_name(hindered->views, alert->suppressed_by[held->kind]))
			copy(held->by, sizeof(held->by), alert->suppressed_by[held->kind]);
		held->until_ms = alert->suppressed_until_ms[held->kind];
	} else if (held->kind == SUPPRESSION_INHIBITED) {
		cause = find_cause(hindered->views, hindered->about);
		if (cause && views_sees(hindered->views, cause->unit))
			name_alert(held->by, hindered->views, cause);
	}
}

static void add_suppressions(struct why_list *list, const struct views *views,
			     const struct why_about *about)
{
	struct hindered hindered = { list, views, about,
				     alertbook_hindrances(views->source.book, about->rule,
							  about->unit, about->subject) };

	if (list->alert)
		hindered.bits |= list->alert->machine.suppressed;
	alertbook_each_hindrance(views->source.book, look_at_hindrance, &hindered);
	for (int i = 0; i < N_SUPPRESSIONS; i++) {
		struct held *held;

		if (!(hindered.bits & SUPPRESSION_BIT(i)))
			continue;
		held = add(list, HELD_SUPPRESSED);
		held->kind = (enum suppression)i;
		name_suppressor(held, &hindered);
	}
}

/* ---- room ---- */

static size_t room_for(const struct rule *rule)
{
	if (rule->kind == RULE_OWN || rule->kind == RULE_THRESHOLD || rule->kind == RULE_SILENCE ||
	    (rule->kind == RULE_DEADLINE && !rule->is_each_record))
		return ALERTBOOK_MAX;
	return rule->severity == SEVERITY_CRITICAL ? ALERTBOOK_EVENTS : ALERTBOOK_MINOR;
}

void why_not_find(const struct views *views, const struct why_about *about, struct why_list *ret)
{
	const struct rule *rule = rules_at(views->source.rules, about->rule);

	*ret = (struct why_list){ .alert = find_alert(views, about) };
	add_rules_reasons(ret, views, about);
	if (ret->alert)
		add_hold(ret);
	if (rule->applies[about->unit])
		add_suppressions(ret, views, about);
	if (!ret->alert && alertbook_count(views->source.book, SEVERITY_NONE) >= room_for(rule))
		add(ret, HELD_FULL);
	for (size_t i = 0; i < ret->n; i++)
		ret->list[i].rule = rule;
}
