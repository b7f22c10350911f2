/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "book.h"
#include "receivers.h"

/* Whether both, of one kind, look at the same, whose numbers no reload changes: else what one
 * raised is nothing to the other. */
static bool look_at_the_same(const struct rule *a, const struct rule *b)
{
	switch (a->kind) {
	case RULE_THRESHOLD:
		return a->indicator == b->indicator;
	case RULE_EVENT:
		return a->type == b->type;
	case RULE_SILENCE:
		return a->feed == b->feed;
	case RULE_EACH:
		return a->indicator == b->indicator &&
		       (a->each == b->each || strcmp(a->each, b->each) == 0);
	case RULE_DEADLINE:
		return a->track == b->track && a->is_each_record == b->is_each_record;
	case RULE_OWN:
		return a->own == b->own;
	case RULE_SEQUENCE:
		break;
	}
	return true;
}

const char *book_why_closed(const struct alert *alert, const struct rule *rule)
{
	if (!rule)
		return "the rule is gone";
	if (rule->kind != ghost_kind(alert->rule))
		return "the rule is of another kind";
	if (alert->rule != rule && alert->rule->number != GHOST_NUMBER &&
	    !look_at_the_same(alert->rule, rule))
		return "the rule looks at something else";
	return rule->applies[alert->unit] ? NULL : "the rule does not apply to the unit any more";
}

/* Takes entry, out of the table, into the book under its present rules, or closes it. */
static void rehouse(struct alertbook *book, struct entry *entry, const char *by)
{
	const char *id = entry->alert.rule->id;
	uint32_t number = rules_find(book->rules, id, strlen(id));
	const struct rule *rule = number == UINT32_MAX ? NULL : rules_at(book->rules, number);
	const char *why = book_why_closed(&entry->alert, rule);

	if (why) {
		book_close(book, entry, &(struct author){ .by = by, .note = why });
		return;
	}

	entry->alert.rule = rule;
	entry->deadline.key.rule = number;
	entry->is_cause = false;
	book_insert(book, entry);
}

static void map_told(struct alertbook *book, const struct receivers_map *map)
{
	for (struct entry *entry = book->entries; entry; entry = entry->hh.next)
		entry->alert.told = receivers_map_bits(map, entry->alert.told);
	for (size_t i = 0; i < book->log_capacity; i++) {
		struct transition *transition = &book->log[i];

		if (transition->number == 0)
			continue;
		transition->tells = receivers_map_bits(map, transition->tells);
		transition->alert.told = receivers_map_bits(map, transition->alert.told);
	}
}

/* Gives an array of all entries, by key, none of which is in the book any more. */
static struct entry **take_all(struct alertbook *book, size_t *ret_n)
{
	struct entry **all = xcalloc((size_t)HASH_COUNT(book->entries) + 1, sizeof(*all));
	struct entry *entry, *next;
	size_t n = 0;

	HASH_SORT(book->entries, entry_compare);
	HASH_ITER (hh, book->entries, entry, next) {
		book_remove(book, entry);
		all[n++] = entry;
	}
	*ret_n = n;
	return all;
}

void alertbook_replace_rules(struct alertbook *book, const struct rules *rules, const char *by,
			     int64_t now_ms, uint64_t position)
{
	struct receivers_map map;
	struct entry **all;
	size_t n;

	alertbook_tick(book, now_ms, position);
	receivers_map_between(&map, book_about(book), rules_about(rules));
	map_told(book, &map);
	all = take_all(book, &n);

	book->rules = rules;
	causes_fini(&book->causes);
	causes_init(&book->causes, rules);
	hindrances_init(&book->hindrances, rules, book->now_ms);
	hindrances_plan(book);
	for (size_t i = 0; i < n; i++)
		rehouse(book, all[i], by);
	free(all);
	book_look_again(book, &(struct author){ .by = by, .note = "rule changed" });
}

void alertbook_begin_review(struct alertbook *book, const char *by)
{
	const struct slice name = { .bytes = by, .size = strlen(by) };

	entry_copy_text(book->reviewer, sizeof(book->reviewer), &name);
	book->is_review = true;
}

void alertbook_end_review(struct alertbook *book)
{
	book->is_review = false;
}
