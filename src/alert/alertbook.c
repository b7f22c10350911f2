/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every alert that is not at rest has an entry.  An event has no duration, so its verdict is given
 * to the machine as "holds" and "gone" in one: the alert is raised and at once begins to fade,
 * until the next event.
 */
#include "iocd/alertbook.h"

#include <stdlib.h>

#include "book.h"
#include "iocd/base/counter.h"
#include "iocd/base/err.h"

#define LOG_FIRST 64 /* transitions that there is room for at first */
_Static_assert(ALERTBOOK_LOG % LOG_FIRST == 0 &&
		       (ALERTBOOK_LOG / LOG_FIRST & (ALERTBOOK_LOG / LOG_FIRST - 1)) == 0,
	       "doubled it becomes the whole");

/* How many alerts may be open when verdict opens another.  Iocd's own are never shut out. */
static unsigned room_for(const struct alertbook *book, const struct verdict *verdict)
{
	if ((!verdict->event && verdict->subject.size == 0) ||
	    rules_at(book->rules, verdict->rule)->kind == RULE_OWN)
		return ALERTBOOK_MAX;
	return verdict->judgement == JUDGE_CRITICAL ? ALERTBOOK_EVENTS : ALERTBOOK_MINOR;
}

struct entry *book_begin(struct alertbook *book, struct entry *entry, const struct open_key *key,
			 unsigned room)
{
	if (book_n_open(book) >= room) {
		counter_add(COUNTER_alerts_dropped, 1);
		return NULL;
	}

	if (!entry) {
		if (HASH_COUNT(book->entries) >= ALERTBOOK_MAX)
			(void)book_make_room(book);
		entry = entry_new(key, rules_at(book->rules, key->rule), book->now_ms);
		book_insert(book, entry);
	}
	entry_begin(entry, ++book->last_order, book->now_ms);
	book_look_at_all(book, entry, &book_itself);
	return entry;
}

/* Whether nothing happened to an alert between a and b that anybody but its rule knows. */
static bool is_same(const struct alert_machine *a, const struct alert_machine *b)
{
	return a->state == b->state && a->uncertain == b->uncertain && a->latched == b->latched &&
	       a->judgement == b->judgement && a->severity == b->severity &&
	       a->since_ms == b->since_ms && a->handling == b->handling;
}

bool book_judge(struct alertbook *book, struct entry *entry, const struct alert_policy *policy,
		enum judgement judgement, const struct author *author)
{
	struct alert_machine *machine = &entry->alert.machine;
	const struct alert_machine before = *machine;
	enum alert_news news = alert_machine_judge(machine, policy, judgement, book->now_ms);

	if (news == NEWS_NOTHING && is_same(&before, machine))
		return false;

	book_count(book, &before, -1);
	book_count(book, machine, 1);
	book_tell(book, entry, news, author);
	return true;
}

static bool judge_entry(struct alertbook *book, struct entry *entry, enum judgement judgement)
{
	const struct alert_policy policy = entry_policy(entry);

	return book_judge(book, entry, &policy, judgement, &book_itself);
}

/* After an event was judged: whoever was told of an exercise hears when it is none any more; and
 * the alert begins to fade. */
static void end_event(struct alertbook *book, struct entry *entry, bool was_exercise)
{
	if (was_exercise && !entry->alert.drill)
		book_tell(book, entry, NEWS_CHANGED, &book_itself);
	(void)judge_entry(book, entry, JUDGE_CLEAR);
}

static void tick_entry(struct alertbook *book, struct entry *entry)
{
	struct alert_machine *machine = &entry->alert.machine;
	struct alert_policy policy = entry_policy(entry);
	enum alert_news news;

	book_count(book, machine, -1);
	news = alert_machine_tick(machine, &policy, book->now_ms);
	book_count(book, machine, 1);
	book_tell(book, entry, news, &book_itself);
	book_do_chores(book, entry);
	book_settle(book, entry);
}

struct alertbook *alertbook_new(const struct rules *rules)
{
	struct alertbook *book = xcalloc(1, sizeof(*book));

	book->rules = rules;
	book->log_capacity = LOG_FIRST;
	book->log = xcalloc(book->log_capacity, sizeof(*book->log));
	book->now_ms = INT64_MIN;
	causes_init(&book->causes, rules);
	hindrances_init(&book->hindrances, rules, book->now_ms);
	return book;
}

struct alertbook *alertbook_free(struct alertbook *book)
{
	struct entry *entry, *next;

	if (!book)
		return NULL;

	HASH_ITER (hh, book->entries, entry, next) {
		HASH_DELETE(hh, book->entries, entry);
		free(entry);
	}
	deadlines_fini(&book->deadlines);
	hindrances_fini(&book->hindrances);
	causes_fini(&book->causes);
	ghosts_fini(&book->ghosts);
	old_limits_fini(&book->old_limits);
	free(book->log);
	free(book);
	return NULL;
}

void alertbook_judge(struct alertbook *book, const struct verdict *verdict, int64_t now_ms,
		     uint64_t position)
{
	struct open_key key = { .rule = verdict->rule, .unit = verdict->unit };
	bool was_exercise, has_moved;
	struct entry *entry;

	alertbook_tick(book, now_ms, position);

	entry_copy_text(key.subject, sizeof(key.subject), &verdict->subject);
	entry = book_find(book, &key);
	if (!entry || entry_rests(entry))
		entry = judgement_holds(verdict->judgement)
				? book_begin(book, entry, &key, room_for(book, verdict))
				: NULL;
	if (!entry)
		return;

	was_exercise = entry->alert.drill && entry->alert.events > 0;
	entry_absorb(entry, verdict);
	has_moved = judge_entry(book, entry, verdict->judgement);
	if (verdict->event)
		end_event(book, entry, was_exercise);
	if (has_moved || verdict->event)
		book_settle(book, entry);
}

/* Whether what hinders alerts changes before the first of them moves by itself. */
static bool is_hindrance_first(const struct alertbook *book)
{
	const struct deadline *first = deadlines_first(&book->deadlines);

	return !first || book->hindrances.next_ms <= first->at_ms;
}

void alertbook_tick(struct alertbook *book, int64_t now_ms, uint64_t position)
{
	bool is_first = book->now_ms == INT64_MIN;

	if (now_ms > book->now_ms)
		book->now_ms = now_ms;
	book->position = position;
	if (is_first)
		hindrances_tick(book);

	while (alertbook_deadline_ms(book) <= book->now_ms)
		if (is_hindrance_first(book))
			hindrances_tick(book);
		else
			tick_entry(book, entry_of(deadlines_first(&book->deadlines)));
}

int64_t alertbook_deadline_ms(const struct alertbook *book)
{
	const struct deadline *first = deadlines_first(&book->deadlines);
	int64_t hindrance_ms = book->hindrances.next_ms;

	return first && first->at_ms < hindrance_ms ? first->at_ms : hindrance_ms;
}
