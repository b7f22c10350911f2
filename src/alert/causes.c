/* SPDX-License-Identifier: Apache-2.0 */
#include "causes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include "book.h"
#include "circles.h"
#include "iocd/alert_json.h"
#include "iocd/unit.h"
#include "twins.h"

#define ID_MAX     (65 + ALERT_KEY_MAX)
#define TWIN_ORDER UINT64_MAX /* its twin alone inhibits it: any cause comes before that */

static bool is_on(const struct rule *rule, enum own_part part)
{
	return rule->kind == RULE_OWN && rule->own == part;
}

static uint32_t find_mirror_rule(const struct rules *rules)
{
	for (uint32_t i = 0; i < rules_count(rules); i++) {
		const struct rule *rule = rules_at(rules, i);

		if (is_on(rule, OWN_MIRRORED))
			return i;
	}
	return UINT32_MAX;
}

void causes_init(struct causes *causes, const struct rules *rules)
{
	causes->at = xcalloc((size_t)rules_about(rules)->n_units + 1, sizeof(struct entry *));
	causes->circles = circles_find(rules);
	causes->mirror_rule = find_mirror_rule(rules);
}

void causes_fini(struct causes *causes)
{
	free(causes->at);
	free(causes->circles);
	*causes = (struct causes){ .at = NULL };
}

static bool is_cause(const struct entry *entry)
{
	const struct alert_machine *machine = &entry->alert.machine;

	if (!entry->alert.rule->inhibits.rules || entry->alert.drill)
		return false;
	return alert_machine_stands(machine) ||
	       (machine->state == ALERT_PENDING && !machine->uncertain);
}

void causes_place(struct causes *causes, struct entry *entry)
{
	struct entry **at = &causes->at[entry->alert.unit];

	if (entry->is_cause == is_cause(entry))
		return;

	entry->is_cause = !entry->is_cause;
	if (entry->is_cause)
		DL_APPEND2(*at, entry, cause_prev, cause_next);
	else
		DL_DELETE2(*at, entry, cause_prev, cause_next);
}

/* What iocd says of itself follows from nothing; but who is lost while our broker is. */
static bool can_follow(const struct rule *rule, const struct rule *cause)
{
	return rule->kind != RULE_OWN || (is_on(rule, OWN_SITE_LOST) && is_on(cause, OWN_BROKER));
}

/* Whether the rule of cause inhibits entry, which is at its unit or, if so, below that. */
static bool inhibits(const struct alertbook *book, const struct entry *cause,
		     const struct entry *entry)
{
	const struct inhibition *inhibition = &cause->alert.rule->inhibits;
	uint32_t rule = cause->deadline.key.rule, other = entry->deadline.key.rule;

	if (!can_follow(entry->alert.rule, cause->alert.rule) || !inhibition->rules[other])
		return false;
	if (cause->alert.unit != entry->alert.unit)
		return inhibition->is_below;
	return rule != other && (book->causes.circles[rule] != book->causes.circles[other] ||
				 cause->past.order < entry->past.order);
}

static uint32_t unit_above(const struct alertbook *book, uint32_t unit)
{
	const struct units *units = book_about(book)->units;

	return units && unit < units_count(units) ? units_parent(units, unit) : UNIT_NONE;
}

/* Whether entry is at the unit of cause or below it. */
static bool is_at_or_below(const struct alertbook *book, const struct entry *entry,
			   const struct entry *cause)
{
	uint32_t unit = entry->alert.unit;

	while (unit != cause->alert.unit && unit != UNIT_NONE)
		unit = unit_above(book, unit);
	return unit != UNIT_NONE;
}

const struct entry *causes_find(const struct alertbook *book, const struct entry *entry)
{
	const struct entry *oldest = NULL;

	for (uint32_t unit = entry->alert.unit; unit != UNIT_NONE; unit = unit_above(book, unit))
		for (const struct entry *cause = book->causes.at[unit]; cause;
		     cause = cause->cause_next)
			if (cause != entry && inhibits(book, cause, entry) &&
			    (!oldest || cause->past.order < oldest->past.order))
				oldest = cause;
	return oldest;
}

static void write_id(char id[ID_MAX], const struct alertbook *book, const struct alert *alert)
{
	const struct units *units = book_about(book)->units;
	char key[ALERT_KEY_MAX];

	(void)alert_key(key, alert);
	if (units && alert->unit < units_count(units))
		(void)snprintf(id, ID_MAX, "%s/%s", units_at(units, alert->unit)->id, key);
	else
		(void)snprintf(id, ID_MAX, "%u/%s", alert->unit, key);
}

/* Says that entry follows from cause, of that order; author NULL: because cause has begun. */
static void inhibit(struct alertbook *book, struct entry *entry, const struct entry *cause,
		    uint64_t order, const struct author *author)
{
	char id[ID_MAX];
	const struct author begun = { .by = "", .note = id };

	write_id(id, book, &cause->alert);
	entry->cause_order = order;
	book_suppress(book, entry, SUPPRESSION_INHIBITED, id, 0, author ? author : &begun);
}

void causes_look(struct alertbook *book, struct entry *entry, const struct author *author)
{
	const struct entry *cause = causes_find(book, entry);
	const struct entry *twin = twins_told(book, entry);

	entry->alert.yields = twin != NULL;
	if (cause || twin) {
		inhibit(book, entry, cause ? cause : twin, cause ? cause->past.order : TWIN_ORDER,
			author);
		return;
	}
	entry->cause_order = 0;
	book_release(book, entry, SUPPRESSION_INHIBITED, author);
}

static void begin(struct alertbook *book, const struct entry *cause)
{
	for (struct entry *entry = book->entries; entry; entry = entry->hh.next)
		if (entry != cause && inhibits(book, cause, entry) &&
		    is_at_or_below(book, entry, cause) &&
		    (entry->cause_order == 0 || cause->past.order < entry->cause_order))
			inhibit(book, entry, cause, cause->past.order, NULL);
}

static void end(struct alertbook *book, const struct entry *cause)
{
	static const struct author over = { .by = "", .note = "what it follows from is over" };

	for (struct entry *entry = book->entries; entry; entry = entry->hh.next)
		if (entry->cause_order == cause->past.order)
			causes_look(book, entry, &over);
}

void causes_see(struct alertbook *book, struct entry *entry)
{
	twins_see(book, entry);
	if (entry->is_cause == is_cause(entry))
		return;

	causes_place(&book->causes, entry);
	if (entry->is_cause)
		begin(book, entry);
	else
		end(book, entry);
}
