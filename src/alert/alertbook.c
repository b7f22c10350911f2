/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every alert that is not at rest has an entry.  An event has no duration, so its verdict is given
 * to the machine as "holds" and "gone" in one: the alert is raised and at once begins to fade,
 * until the next event.
 */
#include "iocd/alertbook.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "book.h"
#include "iocd/base/counter.h"
#include "iocd/base/err.h"

/* How many alerts may be open when verdict opens another. */
static unsigned room_for(const struct verdict *verdict)
{
	if (!verdict->event)
		return ALERTBOOK_MAX;
	return verdict->judgement == JUDGE_CRITICAL ? ALERTBOOK_EVENTS : ALERTBOOK_MINOR;
}

static struct entry *open_entry(struct alertbook *book, const struct open_key *key, unsigned room)
{
	struct entry *entry;

	if (HASH_COUNT(book->entries) >= room) {
		counter_add(COUNTER_alerts_dropped, 1);
		return NULL;
	}

	entry = entry_new(key, rules_at(book->rules, key->rule), book->now_ms);
	book_insert(book, entry);
	return entry;
}

static void judge_entry(struct alertbook *book, struct entry *entry, enum judgement judgement,
			uint64_t position)
{
	struct alert *alert = &entry->alert;
	struct alert_policy policy = entry_policy(entry);
	enum alert_news news;

	book_count(book, &alert->machine, -1);
	news = alert_machine_judge(&alert->machine, &policy, judgement, book->now_ms);
	book_count(book, &alert->machine, 1);
	book_tell(book, alert, news, position);
}

/* After an event was judged: whoever was told of an exercise hears when it is none any more; and
 * the alert begins to fade. */
static void end_event(struct alertbook *book, struct entry *entry, bool was_exercise,
		      uint64_t position)
{
	if (was_exercise && !entry->alert.drill)
		book_tell(book, &entry->alert, NEWS_CHANGED, position);
	judge_entry(book, entry, JUDGE_CLEAR, position);
}

static void tick_entry(struct alertbook *book, struct entry *entry, uint64_t position)
{
	struct alert *alert = &entry->alert;
	struct alert_policy policy = entry_policy(entry);
	enum alert_news news;

	book_count(book, &alert->machine, -1);
	news = alert_machine_tick(&alert->machine, &policy, book->now_ms);
	book_count(book, &alert->machine, 1);
	book_tell(book, alert, news, position);
}

/* Whether entry lives on under the rule of that number, or under none. */
static bool fits(const struct alertbook *book, const struct entry *entry, uint32_t number)
{
	const struct rule *rule;

	if (number == UINT32_MAX)
		return false;

	rule = rules_at(book->rules, number);
	return rule->kind == entry->alert.rule->kind && rule->applies[entry->alert.unit];
}

/* Takes entry, out of table and heap, into the book under its present rules, or closes it. */
static void rehouse(struct alertbook *book, struct entry *entry, uint64_t position)
{
	const char *id = entry->alert.rule->id;
	uint32_t number = rules_find(book->rules, id, strlen(id));

	if (!fits(book, entry, number)) {
		book_close(book, entry, position);
		return;
	}

	entry->alert.rule = rules_at(book->rules, number);
	entry->deadline.key.rule = number;
	book_insert(book, entry);
	book_settle(book, entry);
}

/* For qsort: most severe first, then in the order in which they were told. */
static int compare_alerts(const void *a, const void *b)
{
	const struct alert *x = *(const struct alert *const *)a;
	const struct alert *y = *(const struct alert *const *)b;

	if (x->machine.severity != y->machine.severity)
		return x->machine.severity > y->machine.severity ? -1 : 1;
	return (x->raised_number > y->raised_number) - (x->raised_number < y->raised_number);
}

struct alertbook *alertbook_new(const struct rules *rules)
{
	struct alertbook *book = xcalloc(1, sizeof(*book));

	book->rules = rules;
	book->log = xcalloc(ALERTBOOK_LOG, sizeof(*book->log));
	book->now_ms = INT64_MIN;
	return book;
}

struct alertbook *alertbook_free(struct alertbook *book)
{
	struct entry *entry, *next;

	if (!book)
		return NULL;

	HASH_ITER (hh, book->entries, entry, next) {
		book_remove(book, entry);
		free(entry);
	}
	deadlines_fini(&book->deadlines);
	ghosts_fini(&book->ghosts);
	free(book->log);
	free(book);
	return NULL;
}

void alertbook_judge(struct alertbook *book, const struct verdict *verdict, int64_t now_ms,
		     uint64_t position)
{
	struct open_key key = { .rule = verdict->rule, .unit = verdict->unit };
	struct entry *entry;
	bool was_exercise;

	alertbook_tick(book, now_ms, position);

	entry_copy_subject(key.subject, &verdict->subject);
	entry = book_find(book, &key);
	if (!entry && judgement_holds(verdict->judgement))
		entry = open_entry(book, &key, room_for(verdict));
	if (!entry)
		return;

	was_exercise = entry->alert.drill && entry->alert.events > 0;
	entry_absorb(entry, verdict);
	judge_entry(book, entry, verdict->judgement, position);
	if (verdict->event)
		end_event(book, entry, was_exercise, position);
	book_settle(book, entry);
}

void alertbook_tick(struct alertbook *book, int64_t now_ms, uint64_t position)
{
	struct deadline *first;

	if (now_ms > book->now_ms)
		book->now_ms = now_ms;
	book->position = position;

	while ((first = deadlines_first(&book->deadlines)) && first->at_ms <= book->now_ms) {
		struct entry *entry = entry_of(first);

		tick_entry(book, entry, position);
		book_settle(book, entry);
	}
}

int64_t alertbook_deadline_ms(const struct alertbook *book)
{
	const struct deadline *first = deadlines_first(&book->deadlines);

	return first ? first->at_ms : ALERT_NO_DEADLINE;
}

void alertbook_replace_rules(struct alertbook *book, const struct rules *rules, int64_t now_ms,
			     uint64_t position)
{
	struct alertbook before;
	struct entry *entry, *next;

	alertbook_tick(book, now_ms, position);
	HASH_SORT(book->entries, entry_compare);

	before = *book;
	book->rules = rules;
	book->entries = NULL;
	HASH_ITER (hh, before.entries, entry, next) {
		deadlines_set(&book->deadlines, &entry->deadline, ALERT_NO_DEADLINE);
		book_remove(&before, entry);
		rehouse(book, entry, position);
	}
}

uint64_t alertbook_last(const struct alertbook *book)
{
	return book->last;
}

uint64_t alertbook_forgotten(const struct alertbook *book)
{
	return book->last > ALERTBOOK_LOG ? book->last - ALERTBOOK_LOG : 0;
}

const struct transition *alertbook_transition(const struct alertbook *book, uint64_t number)
{
	const struct transition *transition = &book->log[number % ALERTBOOK_LOG];

	return number > 0 && transition->number == number ? transition : NULL;
}

void alertbook_each_raised(const struct alertbook *book, alert_each_fn *each, void *context)
{
	size_t n_told = alertbook_count(book, SEVERITY_NONE);
	const struct alert **told = xcalloc(n_told + 1, sizeof(struct alert *));
	size_t n = 0;

	for (const struct entry *entry = book->entries; entry; entry = entry->hh.next)
		if (alert_state_is_told(entry->alert.machine.state))
			told[n++] = &entry->alert;
	assert(n == n_told);

	qsort(told, n, sizeof(struct alert *), compare_alerts);
	for (size_t i = 0; i < n; i++)
		each(context, told[i]);
	free(told);
}

const struct alert *alertbook_find(const struct alertbook *book, uint32_t rule, uint32_t unit,
				   const char *subject)
{
	const struct slice slice = { .bytes = subject, .size = strlen(subject) };
	struct open_key key = { .rule = rule, .unit = unit };
	const struct entry *entry;

	entry_copy_subject(key.subject, &slice);
	entry = book_find(book, &key);
	return entry ? &entry->alert : NULL;
}

size_t alertbook_count(const struct alertbook *book, enum severity severity)
{
	if (severity != SEVERITY_NONE)
		return book->n_told[severity];
	return book->n_told[SEVERITY_WARNING] + book->n_told[SEVERITY_CRITICAL];
}
