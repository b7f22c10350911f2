/* SPDX-License-Identifier: Apache-2.0 */
#include "book.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <utlist.h>

const struct author book_itself = { .by = "", .note = "" };

static const struct author no_room = { .by = "", .note = "there is no room for it any more" };

/* Bytes of key that count: its subject's length differs. */
static size_t key_size(const struct open_key *key)
{
	return offsetof(struct open_key, subject) + strlen(key->subject);
}

struct entry *book_find(const struct alertbook *book, const struct open_key *key)
{
	struct entry *entry;

	HASH_FIND(hh, book->entries, key, key_size(key), entry);
	return entry;
}

void book_insert(struct alertbook *book, struct entry *entry)
{
	HASH_ADD_KEYPTR(hh, book->entries, &entry->deadline.key, key_size(&entry->deadline.key),
			entry);
}

static void take_off_shelf(struct alertbook *book, struct entry *entry)
{
	if (entry->shelf == SHELF_NONE)
		return;

	DL_DELETE2(book->shelves[entry->shelf], entry, shelf_prev, shelf_next);
	book->n_shelved[entry->shelf]--;
	entry->shelf = SHELF_NONE;
}

static void put_on_shelf(struct alertbook *book, struct entry *entry, enum shelf shelf)
{
	DL_APPEND2(book->shelves[shelf], entry, shelf_prev, shelf_next);
	book->n_shelved[shelf]++;
	entry->shelf = shelf;
}

void book_remove(struct alertbook *book, struct entry *entry)
{
	deadlines_set(&book->deadlines, &entry->deadline, ALERT_NO_DEADLINE);
	take_off_shelf(book, entry);
	HASH_DELETE(hh, book->entries, entry);
}

void book_count(struct alertbook *book, const struct alert_machine *machine, int n)
{
	if (alert_machine_stands(machine))
		book->n_told[machine->severity] += (size_t)n;
}

size_t book_n_open(const struct alertbook *book)
{
	return HASH_COUNT(book->entries) - book->n_shelved[SHELF_OVER] -
	       book->n_shelved[SHELF_MEMORIES];
}

void book_close(struct alertbook *book, struct entry *entry, const struct author *author)
{
	struct alert *alert = &entry->alert;
	enum alert_news news;

	book_count(book, &alert->machine, -1);
	news = alert_machine_close(&alert->machine, book->now_ms);
	alert->closed = true;
	book_tell(book, entry, news, author);
	free(entry);
}

static enum shelf shelf_of(const struct entry *entry)
{
	if (!entry_rests(entry))
		return SHELF_NONE;
	return alert_machine_is_over(&entry->alert.machine) ? SHELF_MEMORIES : SHELF_OVER;
}

static void see_to_shelf(struct alertbook *book, struct entry *entry)
{
	enum shelf shelf = shelf_of(entry);

	if (shelf == entry->shelf)
		return;

	take_off_shelf(book, entry);
	entry->past.shelved = 0;
	if (shelf != SHELF_NONE) {
		entry->past.shelved = ++book->last_shelved;
		put_on_shelf(book, entry, shelf);
	}
}

/* Whether nothing of entry matters any more, not even how often it was raised. */
static bool is_worthless(const struct alertbook *book, const struct entry *entry)
{
	return alert_machine_is_over(&entry->alert.machine) &&
	       entry_chatter_end_ms(entry) <= book->now_ms;
}

static void let_go(struct alertbook *book, struct entry *entry)
{
	book_remove(book, entry);
	free(entry);
}

void book_settle(struct alertbook *book, struct entry *entry)
{
	causes_see(book, entry);
	if (is_worthless(book, entry)) {
		let_go(book, entry);
		return;
	}
	see_to_shelf(book, entry);
	book_schedule(book, entry);
}

void book_schedule(struct alertbook *book, struct entry *entry)
{
	struct alert_policy policy = entry_policy(entry);
	int64_t machine_ms = alert_machine_deadline_ms(&entry->alert.machine, &policy);
	int64_t chores_ms = book_chores_due_ms(book, entry);

	deadlines_set(&book->deadlines, &entry->deadline,
		      machine_ms < chores_ms ? machine_ms : chores_ms);
}

static int compare_shelved(const struct entry *a, const struct entry *b)
{
	return (a->past.shelved > b->past.shelved) - (a->past.shelved < b->past.shelved);
}

void book_fill_shelves(struct alertbook *book)
{
	for (struct entry *entry = book->entries; entry; entry = entry->hh.next)
		if (entry->past.shelved != 0)
			put_on_shelf(book, entry, shelf_of(entry));
	for (enum shelf shelf = SHELF_OVER; shelf <= SHELF_MEMORIES; shelf++)
		DL_SORT2(book->shelves[shelf], compare_shelved, shelf_prev, shelf_next);
}

bool book_make_room(struct alertbook *book)
{
	struct entry *entry = book->shelves[SHELF_MEMORIES];

	if (!entry)
		entry = book->shelves[SHELF_OVER];
	if (!entry)
		return false;

	book_tell(book, entry, alert_machine_forget(&entry->alert.machine), &no_room);
	let_go(book, entry);
	return true;
}

/* Up to its full size the log has number n at n, so that it grows where it is. */
struct transition *book_log_place(struct alertbook *book, uint64_t number)
{
	size_t before = book->log_capacity;

	while (book->log_capacity < ALERTBOOK_LOG && number >= book->log_capacity)
		book->log_capacity *= 2;
	if (book->log_capacity > before) {
		book->log = xrealloc(book->log, book->log_capacity, sizeof(*book->log));
		memset(book->log + before, 0, (book->log_capacity - before) * sizeof(*book->log));
	}
	return &book->log[number % book->log_capacity];
}

const struct rules_options *book_about(const struct alertbook *book)
{
	return rules_about(book->rules);
}
