/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every news goes through here.  Whether receivers hear of it is for the machine to say; which ones
 * do is said here: of the begin those who want to, of its end whoever was told since.
 */
#include <string.h>

#include "book.h"
#include "iocd/base/counter.h"

#define BIT(number) (UINT32_C(1) << (number))

static void count_news(enum alert_news news)
{
	if (news == NEWS_RAISED)
		counter_add(COUNTER_alerts_raised, 1);
	else if (news == NEWS_CHANGED)
		counter_add(COUNTER_alerts_changed, 1);
	else if (news == NEWS_CLEARED)
		counter_add(COUNTER_alerts_cleared, 1);
}

static bool hears(const struct receiver *receiver, const struct entry *entry)
{
	return receiver->is_at_once && entry->alert.machine.severity >= receiver->least &&
	       (!receiver->rules || receiver->rules[entry->deadline.key.rule]) &&
	       (!receiver->units || receiver->units[entry->alert.unit]);
}

uint32_t book_listeners(const struct alertbook *book, const struct entry *entry)
{
	const struct rules_options *about = book_about(book);
	uint32_t bits = entry->alert.rule->tell;

	for (uint32_t i = 0; i < about->n_receivers; i++)
		if (hears(&about->receivers[i], entry))
			bits |= BIT(i);
	return bits;
}

uint32_t book_reachable(const struct alertbook *book, const struct entry *entry, uint32_t bits)
{
	const struct rules_options *about = book_about(book);
	const struct receiver *own = about->unit_receivers && entry->alert.unit < about->n_units
					     ? about->unit_receivers[entry->alert.unit]
					     : NULL;
	bool has_own = own != NULL;

	for (uint32_t i = 0; i < about->n_receivers; i++)
		if (bits & BIT(i) && own == &about->receivers[i])
			has_own = false;
	return has_own ? bits : bits & ~BIT(RECEIVER_UNIT);
}

/* Who hears of news if anybody does. */
static uint32_t audience(const struct alertbook *book, const struct entry *entry,
			 enum alert_news news, uint32_t receivers)
{
	uint32_t told = entry->alert.told;

	switch (news) {
	case NEWS_RAISED:
	case NEWS_CHANGED:
	case NEWS_ANNOUNCED:
		return book_reachable(book, entry, book_listeners(book, entry) | told);
	case NEWS_CLEARED:
	case NEWS_NORMAL:
		return book_reachable(book, entry, told);
	case NEWS_ESCALATED:
	case NEWS_REPEATED:
		return book_reachable(book, entry, receivers);
	case NEWS_NOTHING:
	case NEWS_UNCERTAIN:
	case NEWS_CERTAIN:
	case NEWS_ACKNOWLEDGED:
	case NEWS_UNACKNOWLEDGED:
	case NEWS_ASSIGNED:
	case NEWS_COMMENTED:
	case NEWS_SUPPRESSED:
	case NEWS_RELEASED:
	case NEWS_FORGOTTEN:
		break;
	}
	return RECEIVERS_NONE;
}

/* Whether it has stood since it was raised last. */
static bool has_stood(const struct alert *alert)
{
	return alert->raised_number > alert->cleared_number;
}

static void stamp(struct alertbook *book, struct entry *entry, enum alert_news news)
{
	struct alert *alert = &entry->alert;

	alert->changed_ms = book->now_ms;
	if (news == NEWS_CLEARED) {
		alert->cleared_ms = book->now_ms;
		alert->cleared_number = book->last;
	}
	if (news != NEWS_RAISED)
		return;

	alert->raises++;
	alert->steps = 0;
	if (has_stood(alert))
		return;
	alert->raised_ms = book->now_ms;
	alert->raised_number = book->last;
	alert->cleared_ms = 0;
	alert->cleared_number = 0;
	alert->told = RECEIVERS_NONE;
	alert->told_ms = 0;
}

static void forget_acknowledgement(struct alert *alert)
{
	memset(alert->acknowledged_by, 0, sizeof(alert->acknowledged_by));
	memset(alert->acknowledged_note, 0, sizeof(alert->acknowledged_note));
	alert->acknowledged_ms = 0;
	alert->acknowledged_until_ms = 0;
}

/* Notes that receivers were told news.  Of what was raised, released, or grew worse than somebody
 * had acknowledged, the wait for somebody begins anew; nobody is told again what he just was. */
static void note_told(struct alertbook *book, struct entry *entry, enum alert_news news,
		      uint32_t tells)
{
	struct alert *alert = &entry->alert;

	if (news == NEWS_CLEARED)
		return;
	alert->told |= tells;
	entry->past.repeated_ms = book->now_ms;
	if (news == NEWS_RAISED || news == NEWS_ANNOUNCED ||
	    (news == NEWS_CHANGED && alert->acknowledged_by[0] &&
	     alert->machine.handling == HANDLING_UNACKNOWLEDGED))
		alert->told_ms = book->now_ms;
}

static void copy(char *to, size_t capacity, const char *text)
{
	const struct slice slice = { .bytes = text, .size = strlen(text) };

	entry_copy_text(to, capacity, &slice);
}

static void write_log(struct alertbook *book, const struct entry *entry, enum alert_news news,
		      const struct author *author, uint32_t tells)
{
	struct transition *transition = book_log_place(book, book->last);
	bool is_reviewers = book->is_review && !author->by[0] && !author->note[0];

	transition->number = book->last;
	transition->time_ms = book->now_ms;
	transition->position = book->position;
	transition->news = news;
	copy(transition->by, sizeof(transition->by), is_reviewers ? book->reviewer : author->by);
	copy(transition->note, sizeof(transition->note),
	     is_reviewers ? "rule changed" : author->note);
	transition->tells = tells;
	transition->alert = entry->alert;
}

void book_tell_to(struct alertbook *book, struct entry *entry, enum alert_news news,
		  const struct author *author, uint32_t receivers)
{
	static const struct author chatters = { .by = "", .note = "chatters" };
	static const unsigned backlog = SUPPRESSION_BIT(SUPPRESSION_BACKLOG); /* not of this hour */
	struct alert *alert = &entry->alert;
	uint32_t tells = RECEIVERS_NONE;

	if (news == NEWS_NOTHING)
		return;

	book->last++;
	stamp(book, entry, news);
	if (alert_machine_tell(&alert->machine, news)) {
		tells = audience(book, entry, news, receivers);
		note_told(book, entry, news, tells);
	}
	if (alert->machine.handling == HANDLING_UNACKNOWLEDGED)
		forget_acknowledgement(alert);
	write_log(book, entry, news, author, tells);
	count_news(news);

	if (alert->machine.handling != HANDLING_ACKNOWLEDGED)
		forget_acknowledgement(alert);
	if (alert_machine_is_over(&alert->machine))
		memset(alert->owner, 0, sizeof(alert->owner));
	if (news == NEWS_RAISED && !(alert->machine.suppressed & backlog) &&
	    entry_note_raise(entry, book->now_ms))
		book_suppress(book, entry, SUPPRESSION_CHATTER, "", 0, &chatters);
}

void book_tell(struct alertbook *book, struct entry *entry, enum alert_news news,
	       const struct author *author)
{
	book_tell_to(book, entry, news, author, RECEIVERS_NONE);
}
