/* SPDX-License-Identifier: Apache-2.0 */
#include "book.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/counter.h"

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

void book_remove(struct alertbook *book, struct entry *entry)
{
	HASH_DELETE(hh, book->entries, entry);
}

void book_count(struct alertbook *book, const struct alert_machine *machine, int n)
{
	if (alert_state_is_told(machine->state))
		book->n_told[machine->severity] += (size_t)n;
}

static void count_news(enum alert_news news)
{
	static const enum counter counters[] = {
		[NEWS_RAISED] = COUNTER_alerts_raised,
		[NEWS_CHANGED] = COUNTER_alerts_changed,
		[NEWS_CLEARED] = COUNTER_alerts_cleared,
	};

	counter_add(counters[news], 1);
}

void book_tell(struct alertbook *book, struct alert *alert, enum alert_news news, uint64_t position)
{
	if (news == NEWS_NOTHING)
		return;

	book->last++;
	alert->changed_ms = book->now_ms;
	if (news == NEWS_RAISED) {
		alert->raised_ms = book->now_ms;
		alert->raised_number = book->last;
	}
	book->log[book->last % ALERTBOOK_LOG] = (struct transition){
		.number = book->last,
		.time_ms = book->now_ms,
		.position = position,
		.news = news,
		.alert = *alert,
	};
	count_news(news);
}

void book_close(struct alertbook *book, struct entry *entry, uint64_t position)
{
	struct alert *alert = &entry->alert;
	enum alert_news news;

	book_count(book, &alert->machine, -1);
	news = alert_machine_close(&alert->machine, book->now_ms);
	alert->closed = true;
	book_tell(book, alert, news, position);
	free(entry);
}

void book_settle(struct alertbook *book, struct entry *entry)
{
	struct alert_policy policy = entry_policy(entry);

	if (entry->alert.machine.state != ALERT_QUIET) {
		deadlines_set(&book->deadlines, &entry->deadline,
			      alert_machine_deadline_ms(&entry->alert.machine, &policy));
		return;
	}
	deadlines_set(&book->deadlines, &entry->deadline, ALERT_NO_DEADLINE);
	book_remove(book, entry);
	free(entry);
}
