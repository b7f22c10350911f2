/* SPDX-License-Identifier: Apache-2.0 */
#include "hindrances.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "book.h"
#include "iocd/unit.h"

static const char ended[] = "it has ended";

static bool is_open(const struct maintenance *maintenance, int64_t now_ms)
{
	if (maintenance->calendar)
		return calendar_is_open(maintenance->calendar, now_ms);
	return now_ms >= maintenance->from_ms && now_ms < maintenance->until_ms;
}

/* When maintenance begins or ends next after now_ms; or ALERT_NO_DEADLINE. */
static int64_t next_change_ms(const struct maintenance *maintenance, int64_t now_ms)
{
	if (maintenance->calendar)
		return calendar_next_change_ms(maintenance->calendar, now_ms);
	if (now_ms < maintenance->from_ms)
		return maintenance->from_ms;
	return now_ms < maintenance->until_ms ? maintenance->until_ms : ALERT_NO_DEADLINE;
}

void hindrances_init(struct hindrances *hindrances, const struct rules *rules, int64_t now_ms)
{
	const struct rules_options *about = rules_about(rules);

	free(hindrances->is_open);
	hindrances->is_open = xcalloc((size_t)about->n_maintenances + 1, sizeof(bool));
	hindrances->next_ms = ALERT_NO_DEADLINE;
	if (now_ms == INT64_MIN)
		return;
	for (uint32_t i = 0; i < about->n_maintenances; i++)
		hindrances->is_open[i] = is_open(&about->maintenances[i], now_ms);
}

void hindrances_fini(struct hindrances *hindrances)
{
	free(hindrances->list);
	free(hindrances->is_open);
	*hindrances = (struct hindrances){ .list = NULL };
}

static bool is_same_scope(const struct hindrance *a, const struct hindrance *b)
{
	return a->kind == b->kind && a->unit == b->unit && a->is_below == b->is_below &&
	       a->has_subject == b->has_subject && strcmp(a->rule, b->rule) == 0 &&
	       strcmp(a->subject, b->subject) == 0;
}

struct hindrance *hindrances_find(const struct hindrances *hindrances,
				  const struct hindrance *wanted)
{
	for (uint32_t i = 0; i < hindrances->n; i++)
		if (is_same_scope(&hindrances->list[i], wanted))
			return &hindrances->list[i];
	return NULL;
}

static bool is_at(const struct hindrance *hindrance, const struct units *units, uint32_t unit)
{
	if (hindrance->unit == UNIT_NONE)
		return true;
	while (unit != hindrance->unit) {
		if (!hindrance->is_below || !units || unit >= units_count(units))
			return false;
		unit = units_parent(units, unit);
	}
	return true;
}

/* The watchdog's silence means that iocd is dead: only what names its rule silences it. */
static bool is_watchdog(const struct rule *rule)
{
	return rule->kind == RULE_OWN && rule->own == OWN_WATCHDOG;
}

bool hindrance_covers(const struct hindrance *hindrance, const struct rules_options *about,
		      const struct entry *entry)
{
	const struct alert *alert = &entry->alert;

	if (hindrance->rule[0] ? strcmp(hindrance->rule, alert->rule->id) != 0
			       : is_watchdog(alert->rule))
		return false;
	if (hindrance->has_subject && strcmp(hindrance->subject, alert->subject) != 0)
		return false;
	return is_at(hindrance, about->units, alert->unit);
}

static bool maintenance_covers(const struct maintenance *maintenance, const struct entry *entry)
{
	if (maintenance->rules ? !maintenance->rules[entry->deadline.key.rule]
			       : is_watchdog(entry->alert.rule))
		return false;
	return !maintenance->units || maintenance->units[entry->alert.unit];
}

void hindrances_plan(struct alertbook *book)
{
	const struct rules_options *about = book_about(book);
	struct hindrances *hindrances = &book->hindrances;
	int64_t first_ms = ALERT_NO_DEADLINE;

	for (uint32_t i = 0; i < hindrances->n; i++) {
		int64_t until_ms = hindrances->list[i].until_ms;

		if (until_ms != 0 && until_ms < first_ms)
			first_ms = until_ms;
	}
	for (uint32_t i = 0; i < about->n_maintenances && book->now_ms != INT64_MIN; i++) {
		int64_t change_ms = next_change_ms(&about->maintenances[i], book->now_ms);

		if (change_ms < first_ms)
			first_ms = change_ms;
	}
	hindrances->next_ms = first_ms;
}

static void look_at_covered(struct alertbook *book, const struct hindrance *hindrance,
			    const struct author *author)
{
	for (struct entry *entry = book->entries; entry; entry = entry->hh.next)
		if (hindrance_covers(hindrance, book_about(book), entry))
			book_look_at_hindrance(book, entry, hindrance->kind, author);
}

/* Lends the place for hindrance: where one of its scope is, or behind all others. */
static struct hindrance *place_for(struct hindrances *hindrances, const struct hindrance *hindrance)
{
	struct hindrance *place = hindrances_find(hindrances, hindrance);

	if (place)
		return place;

	assert(hindrances->n < ALERTBOOK_HINDRANCES);
	if (hindrances->n == hindrances->capacity) {
		hindrances->capacity = hindrances->capacity ? hindrances->capacity * 2 : 16;
		hindrances->list =
			xrealloc(hindrances->list, hindrances->capacity, sizeof(*hindrances->list));
	}
	return &hindrances->list[hindrances->n++];
}

void hindrances_add(struct hindrances *hindrances, const struct hindrance *hindrance)
{
	*place_for(hindrances, hindrance) = *hindrance;
}

void hindrances_order(struct alertbook *book, const struct hindrance *hindrance)
{
	hindrances_add(&book->hindrances, hindrance);
	hindrances_plan(book);
	look_at_covered(book, hindrance,
			&(struct author){ .by = hindrance->by, .note = hindrance->note });
}

void hindrances_end(struct alertbook *book, struct hindrance *hindrance, const char *by,
		    const char *note)
{
	struct hindrances *hindrances = &book->hindrances;
	const struct hindrance over = *hindrance;
	uint32_t behind = hindrances->n - (uint32_t)(hindrance - hindrances->list) - 1;

	memmove(hindrance, hindrance + 1, behind * sizeof(*hindrance));
	hindrances->n--;
	hindrances_plan(book);
	look_at_covered(book, &over, &(struct author){ .by = by ? by : over.by, .note = note });
}

/* Begins or ends configured maintenance number. */
static void turn(struct alertbook *book, uint32_t number)
{
	const struct maintenance *maintenance = &book_about(book)->maintenances[number];
	bool *open = &book->hindrances.is_open[number];
	const struct author author = { .by = maintenance->by,
				       .note = *open ? ended : maintenance->id };

	*open = !*open;
	for (struct entry *entry = book->entries; entry; entry = entry->hh.next)
		if (maintenance_covers(maintenance, entry))
			book_look_at_hindrance(book, entry, SUPPRESSION_MAINTENANCE, &author);
}

void hindrances_tick(struct alertbook *book)
{
	const struct rules_options *about = book_about(book);
	struct hindrances *hindrances = &book->hindrances;

	for (uint32_t i = 0; i < about->n_maintenances; i++)
		if (is_open(&about->maintenances[i], book->now_ms) != hindrances->is_open[i])
			turn(book, i);
	for (uint32_t i = 0; i < hindrances->n;) {
		struct hindrance *hindrance = &hindrances->list[i];

		if (hindrance->until_ms != 0 && hindrance->until_ms <= book->now_ms)
			hindrances_end(book, hindrance, NULL, ended);
		else
			i++;
	}
	hindrances_plan(book);
}

void hindrances_describe(const struct alertbook *book, uint32_t number, struct hindrance *ret)
{
	const struct maintenance *maintenance = &book_about(book)->maintenances[number];
	const struct slice id = { maintenance->id, strlen(maintenance->id) };
	const struct slice by = { maintenance->by, strlen(maintenance->by) };
	int64_t end_ms = next_change_ms(maintenance, book->now_ms);

	*ret = (struct hindrance){
		.kind = SUPPRESSION_MAINTENANCE,
		.unit = UNIT_NONE,
		.from_ms = maintenance->calendar ? 0 : maintenance->from_ms,
		.until_ms = end_ms > BOOK_TIME_MAX ? 0 : end_ms,
	};
	entry_copy_text(ret->maintenance, sizeof(ret->maintenance), &id);
	entry_copy_text(ret->by, sizeof(ret->by), &by);
}

bool hindrance_is_longer(const struct hindrance *a, const struct hindrance *b)
{
	return b->until_ms != 0 && (a->until_ms == 0 || a->until_ms > b->until_ms);
}

bool hindrances_look(const struct alertbook *book, const struct entry *entry, enum suppression kind,
		     struct hindrance *ret)
{
	const struct rules_options *about = book_about(book);
	const struct hindrances *hindrances = &book->hindrances;
	const struct hindrance *longest = NULL;
	struct hindrance configured;

	for (uint32_t i = 0; i < hindrances->n; i++) {
		const struct hindrance *hindrance = &hindrances->list[i];

		if (hindrance->kind == kind && hindrance_covers(hindrance, about, entry) &&
		    (!longest || hindrance_is_longer(hindrance, longest)))
			longest = hindrance;
	}
	if (longest)
		*ret = *longest;

	for (uint32_t i = 0; kind == SUPPRESSION_MAINTENANCE && i < about->n_maintenances; i++) {
		if (!hindrances->is_open[i] || !maintenance_covers(&about->maintenances[i], entry))
			continue;
		hindrances_describe(book, i, &configured);
		if (!longest || hindrance_is_longer(&configured, ret))
			*ret = configured;
		longest = ret;
	}
	return longest != NULL;
}
