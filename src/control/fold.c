/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Alerts folded to their causes.  What is inhibited belongs to the alert that it follows from; of
 * the others, those of one rule belong together, then those of one unit if there are many; the rest
 * stand alone.  Each alert is in one group.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "alerts.h"
#include "iocd/alert_json.h"
#include "iocd/base/err.h"
#include "iocd/base/map.h"
#include "iocd/unit.h"

#define DEPTH_MAX 16 /* causes of causes */
#define UNIT_MIN  3  /* alerts of different rules that a unit takes together */
#define NONE      UINT32_MAX

enum cause { CAUSE_ALERT, CAUSE_RULE, CAUSE_UNIT };

struct group {
	enum cause cause;
	uint32_t first, last; /* members, by their place in the list; linked by fold.next */
	uint32_t head;        /* the alert that is the cause */
	struct alerts_tally tally;
	int64_t oldest_ms, newest_ms;
};

struct fold {
	const struct alerts *alerts;
	uint32_t *cause; /* by place: of its group's alert; itself if it follows from none */
	uint32_t *next;  /* by place: of the next member of its group, or NONE */
	uint32_t *by_alert, *by_rule, *by_unit; /* groups: by place, rule's slot, unit */
	uint32_t *n_rule, *n_unit;              /* alerts that follow from none: likewise */
	uint32_t *rule;                         /* by place: slot of its rule */
	bool *leads;                            /* by place: others follow from it */
	struct group *groups;
	uint32_t n_groups;
};

static const struct alert *alert_at(const struct fold *fold, uint32_t place)
{
	return fold->alerts->list[place].alert;
}

static uint32_t *new_numbers(uint32_t n, uint32_t value)
{
	uint32_t *numbers = xcalloc((size_t)n + 1, sizeof(*numbers));

	for (uint32_t i = 0; i < n; i++)
		numbers[i] = value;
	return numbers;
}

/* ---- what follows from what ---- */

/* The book keeps no more of an id than that. */
static size_t kept(const char *id)
{
	return strnlen(id, ALERT_BY_MAX - 1);
}

/* Each alert by the id that others may follow from: with its number, and without. */
static struct map *index_ids(const struct fold *fold, struct text *names)
{
	struct map *map = map_new();
	size_t size = 0;

	for (uint32_t i = 0; i < fold->alerts->n; i++) {
		const struct alert *alert = alert_at(fold, i);
		const char *unit =
			units_at(fold->alerts->views->source.context.units, alert->unit)->id;
		char key[ALERT_KEY_MAX];

		(void)alert_key(key, alert);
		text_add(names, "%s/%s/%" PRIu64, unit, key, alert->raised_number);
		text_add_bytes(names, "", 1);
		text_add(names, "%s/%s", unit, key);
		text_add_bytes(names, "", 1);
	}
	for (uint32_t i = 0; i < 2 * fold->alerts->n; i++) { /* names stand still now */
		const char *name = names->bytes + size;

		int r = map_add(map, name, kept(name), i / 2);

		(void)r; /* of ids that are alike as far as they are kept, the first stands */
		size += strlen(name) + 1;
	}
	return map;
}

static void find_causes(struct fold *fold)
{
	CLEANUP_TEXT struct text names = { 0 };
	CLEANUP(map_free) struct map *ids = index_ids(fold, &names);

	for (uint32_t i = 0; i < fold->alerts->n; i++) {
		const struct alert *alert = alert_at(fold, i);
		const char *by = alert->suppressed_by[SUPPRESSION_INHIBITED];
		uint32_t cause = MAP_NONE;

		if (alert->machine.suppressed & SUPPRESSION_BIT(SUPPRESSION_INHIBITED))
			cause = map_find(ids, by, kept(by));
		fold->cause[i] = cause == MAP_NONE ? i : cause;
	}
}

/* The alert at the beginning of a chain of causes. */
static uint32_t root_of(const struct fold *fold, uint32_t place)
{
	for (int i = 0; i < DEPTH_MAX && fold->cause[place] != place; i++)
		place = fold->cause[place];
	return place;
}

/* ---- grouping ---- */

static void count_rules(struct fold *fold)
{
	CLEANUP(map_free) struct map *slots = map_new();
	uint32_t n_slots = 0;

	for (uint32_t i = 0; i < fold->alerts->n; i++) {
		struct slice id = alerts_rule_id(alert_at(fold, i));

		if (map_add(slots, id.bytes, id.size, n_slots) == 0)
			n_slots++;
		fold->rule[i] = map_find(slots, id.bytes, id.size);
	}
}

/* Whether the alert is of no other's group; those that lead one are not either. */
static bool is_free(const struct fold *fold, uint32_t place)
{
	return fold->alerts->list[place].is_wanted && fold->cause[place] == place &&
	       !fold->leads[place];
}

static void count_free(struct fold *fold)
{
	uint32_t n = fold->alerts->n;

	for (uint32_t i = 0; i < n; i++)
		fold->cause[i] = root_of(fold, i);
	for (uint32_t i = 0; i < n; i++)
		if (fold->alerts->list[i].is_wanted && fold->cause[i] != i)
			fold->leads[fold->cause[i]] = true;
	for (uint32_t i = 0; i < n; i++)
		fold->n_rule[fold->rule[i]] += is_free(fold, i);
	for (uint32_t i = 0; i < n; i++)
		if (is_free(fold, i) && fold->n_rule[fold->rule[i]] == 1)
			fold->n_unit[alert_at(fold, i)->unit]++;
}

static void join(struct fold *fold, uint32_t *number, enum cause cause, uint32_t head,
		 uint32_t place)
{
	const struct alert *alert = alert_at(fold, place);
	struct group *group;

	if (*number == NONE) {
		*number = fold->n_groups++;
		fold->groups[*number] = (struct group){ .cause = cause,
							.first = place,
							.last = place,
							.head = head,
							.oldest_ms = alert->raised_ms,
							.newest_ms = alert->raised_ms };
	}
	group = &fold->groups[*number];
	if (group->last != place)
		fold->next[group->last] = place;
	group->last = place;
	if (alert->raised_ms < group->oldest_ms)
		group->oldest_ms = alert->raised_ms;
	if (alert->raised_ms > group->newest_ms)
		group->newest_ms = alert->raised_ms;
	alerts_count(&group->tally, alert);
}

static void join_one(struct fold *fold, uint32_t place)
{
	uint32_t root = fold->cause[place], rule = fold->rule[place];
	uint32_t unit = alert_at(fold, place)->unit;

	if (root != place || fold->leads[place])
		join(fold, &fold->by_alert[root], CAUSE_ALERT, root, place);
	else if (fold->n_rule[rule] > 1)
		join(fold, &fold->by_rule[rule], CAUSE_RULE, place, place);
	else if (fold->n_unit[unit] >= UNIT_MIN)
		join(fold, &fold->by_unit[unit], CAUSE_UNIT, place, place);
	else
		join(fold, &fold->by_alert[place], CAUSE_ALERT, place, place);
}

/* Critical ones first, then the largest, then the oldest; the order in which they were made is that
 * of the list. */
static int compare(const void *left, const void *right)
{
	const struct group *a = left, *b = right;
	uint64_t a_critical = a->tally.severities[SEVERITY_CRITICAL] > 0;
	uint64_t b_critical = b->tally.severities[SEVERITY_CRITICAL] > 0;

	if (a_critical != b_critical)
		return a_critical ? -1 : 1;
	if (a->tally.all != b->tally.all)
		return a->tally.all > b->tally.all ? -1 : 1;
	if (a->oldest_ms != b->oldest_ms)
		return a->oldest_ms < b->oldest_ms ? -1 : 1;
	return a->first < b->first ? -1 : a->first > b->first;
}

/* ---- writing ---- */

static void put_id(struct text *text, const char *name, const struct fold *fold, uint32_t place)
{
	const struct alert *alert = alert_at(fold, place);
	CLEANUP_TEXT struct text id = { 0 };
	char key[ALERT_KEY_MAX];

	text_add(&id, "%s/%s/%" PRIu64,
		 units_at(fold->alerts->views->source.context.units, alert->unit)->id,
		 alert_key(key, alert), alert->raised_number);
	put_string(text, name, text_get(&id));
}

/* Of an alert from below it is that of the rule here, if there is one, else as it says itself. */
static void put_title(struct text *text, const struct fold *fold, const struct alert *alert)
{
	const struct rules *rules = fold->alerts->views->source.rules;
	struct slice id = alerts_rule_id(alert);
	CLEANUP_TEXT struct text vi = { 0 };
	CLEANUP_TEXT struct text en = { 0 };
	uint32_t number = UINT32_MAX;

	if (alerts_is_mirrored(alert))
		number = rules_find(rules, id.bytes, id.size);
	if (number != UINT32_MAX) {
		put_languages(text, "title", rules_at(rules, number)->title_vi,
			      rules_at(rules, number)->title_en);
		return;
	}
	alert_title(&vi, alert, true);
	alert_title(&en, alert, false);
	put_languages(text, "title", text_get(&vi), text_get(&en));
}

static void put_cause(struct text *text, const struct fold *fold, const struct group *group)
{
	static const char *const words[] = { "alert", "rule", "unit" };
	const struct units *units = fold->alerts->views->source.context.units;
	const struct alert *head = alert_at(fold, group->head);
	const struct unit *unit = units_at(units, head->unit);
	struct slice rule_id = alerts_rule_id(head);

	put_string(text, "cause", words[group->cause]);
	if (group->cause == CAUSE_ALERT)
		put_id(text, "id", fold, group->head);
	else if (group->cause == CAUSE_RULE)
		put_bytes(text, "id", rule_id.bytes, rule_id.size);
	else
		put_string(text, "id", unit->id);
	if (group->cause == CAUSE_UNIT)
		put_languages(text, "title", unit->name_vi, unit->name_en);
	else
		put_title(text, fold, head);
	if (group->cause == CAUSE_RULE) {
		put_null(text, "unit");
	} else {
		put_object(text, "unit");
		views_put_unit(text, unit);
		put_object_end(text);
	}
}

static void put_group(struct text *text, const struct fold *fold, const struct group *group)
{
	int offset_minutes = fold->alerts->views->source.context.offset_minutes;

	put_object(text, NULL);
	put_cause(text, fold, group);
	put_string(text, "severity",
		   severity_name(group->tally.severities[SEVERITY_CRITICAL] ? SEVERITY_CRITICAL
									    : SEVERITY_WARNING));
	put_object(text, "counts");
	alerts_put_tally(text, &group->tally);
	put_object_end(text);
	put_time(text, "oldest", group->oldest_ms, offset_minutes);
	put_time(text, "newest", group->newest_ms, offset_minutes);
	put_array(text, "members");
	for (uint32_t i = group->first; i != NONE; i = fold->next[i])
		put_id(text, NULL, fold, i);
	put_array_end(text);
	put_array(text, "numbers");
	for (uint32_t i = group->first; i != NONE; i = fold->next[i])
		put_integer(text, NULL, i + 1);
	put_array_end(text);
	put_object_end(text);
}

static void fini(struct fold *fold)
{
	free(fold->cause);
	free(fold->next);
	free(fold->by_alert);
	free(fold->by_rule);
	free(fold->by_unit);
	free(fold->n_rule);
	free(fold->n_unit);
	free(fold->rule);
	free(fold->leads);
	free(fold->groups);
}

uint64_t alerts_fold(struct text *text, const struct alerts *alerts, uint64_t limit)
{
	uint32_t n = alerts->n, n_units = units_count(alerts->views->source.context.units);
	struct fold fold = {
		.alerts = alerts,
		.cause = new_numbers(n, NONE),
		.next = new_numbers(n, NONE),
		.by_alert = new_numbers(n, NONE),
		.by_rule = new_numbers(n, NONE),
		.by_unit = new_numbers(n_units, NONE),
		.n_rule = new_numbers(n, 0),
		.n_unit = new_numbers(n_units, 0),
		.rule = new_numbers(n, NONE),
		.leads = xcalloc((size_t)n + 1, sizeof(bool)),
		.groups = xcalloc((size_t)n + 1, sizeof(struct group)),
	};

	find_causes(&fold);
	count_rules(&fold);
	count_free(&fold);
	for (uint32_t i = 0; i < n; i++)
		if (alerts->list[i].is_wanted)
			join_one(&fold, i);
	qsort(fold.groups, fold.n_groups, sizeof(*fold.groups), compare);
	for (uint32_t i = 0; i < fold.n_groups && i < limit; i++)
		put_group(text, &fold, &fold.groups[i]);
	n = fold.n_groups;
	fini(&fold);
	return n;
}
