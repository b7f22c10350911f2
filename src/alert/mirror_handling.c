/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The site's word stands above ours.  But what it says of something else while an order of ours is
 * on its way to it does not undo that: it could not know.
 */
#include <string.h>

#include "mirror_read.h"
#include "mirroring.h"
#include "person.h"

/* Whether word is news of that, so that whatever we ordered before is overtaken or answered. */
static bool is_about_acknowledgement(const struct word *word)
{
	return word->news == NEWS_ACKNOWLEDGED || word->news == NEWS_UNACKNOWLEDGED ||
	       word->news == NEWS_RAISED;
}

static bool is_acknowledged_so(const struct alert *alert, const struct word *word)
{
	return alert->machine.handling == HANDLING_ACKNOWLEDGED &&
	       person_is(&word->acknowledged_by, alert->acknowledged_by) &&
	       alert->acknowledged_until_ms == word->acknowledged_until_ms;
}

/* When it was acknowledged there; their clock may be ahead of ours. */
static int64_t acknowledged_ms(const struct alertbook *book, const struct word *word)
{
	return word->acknowledged_ms < book->now_ms ? word->acknowledged_ms : book->now_ms;
}

static void acknowledge(struct alertbook *book, struct entry *entry, const struct word *word)
{
	const struct author author = { .by = word->acknowledged_by.name,
				       .note = word->acknowledged_note };
	struct alert *alert = &entry->alert;
	enum alert_news news;

	if (is_acknowledged_so(alert, word) ||
	    (word->acknowledged_until_ms != 0 && word->acknowledged_until_ms <= book->now_ms))
		return;

	news = alert_machine_acknowledge(&alert->machine);
	memcpy(alert->acknowledged_by, word->acknowledged_by.name, sizeof(alert->acknowledged_by));
	memcpy(alert->acknowledged_note, word->acknowledged_note, sizeof(alert->acknowledged_note));
	alert->acknowledged_ms = acknowledged_ms(book, word);
	alert->acknowledged_until_ms = word->acknowledged_until_ms;
	book_tell(book, entry, news == NEWS_NOTHING ? NEWS_ACKNOWLEDGED : news, &author);
}

/* Who speaks of it, if word is of that news. */
static struct author author_of(const struct word *word, enum alert_news news)
{
	return word->news == news ? (struct author){ .by = word->by.name, .note = word->note }
				  : book_itself;
}

static void unacknowledge(struct alertbook *book, struct entry *entry, const struct word *word)
{
	const struct author author = author_of(word, NEWS_UNACKNOWLEDGED);

	book_tell(book, entry, alert_machine_unacknowledge(&entry->alert.machine), &author);
}

static void see_to_acknowledgement(struct alertbook *book, struct entry *entry,
				   const struct word *word)
{
	char *detail = entry->alert.detail;
	bool is_about = is_about_acknowledgement(word);

	if (is_about || !mirrored_is_set(detail, MIRRORED_ACKNOWLEDGEMENT)) {
		if (word->handling == HANDLING_ACKNOWLEDGED)
			acknowledge(book, entry, word);
		else
			unacknowledge(book, entry, word);
	}
	if (is_about || (word->handling == HANDLING_ACKNOWLEDGED
				 ? is_acknowledged_so(&entry->alert, word)
				 : entry->alert.machine.handling == HANDLING_UNACKNOWLEDGED))
		mirrored_set(detail, MIRRORED_ACKNOWLEDGEMENT, false);
}

/* It is over, and is waited for here but not there any more. */
static void let_go(struct alertbook *book, struct entry *entry, const struct word *word)
{
	struct alert *alert = &entry->alert;
	const struct author author = { .by = word->by.name, .note = word->note };

	if (word->news == NEWS_ACKNOWLEDGED) {
		memcpy(alert->acknowledged_by, word->by.name, sizeof(alert->acknowledged_by));
		memcpy(alert->acknowledged_note, word->note, sizeof(alert->acknowledged_note));
		alert->acknowledged_ms = acknowledged_ms(book, word);
		book_tell(book, entry, alert_machine_acknowledge(&alert->machine), &author);
	} else {
		book_tell(book, entry, alert_machine_forget(&alert->machine), &author);
	}
}

static void see_to_owner(struct alertbook *book, struct entry *entry, const struct word *word)
{
	const struct author author = author_of(word, NEWS_ASSIGNED);
	struct alert *alert = &entry->alert;

	if (word->owner.side == SIDE_NONE ? alert->owner[0] == '\0'
					  : person_is(&word->owner, alert->owner)) {
		mirrored_set(alert->detail, MIRRORED_OWNER, false);
		return;
	}
	if (word->news != NEWS_ASSIGNED && mirrored_is_set(alert->detail, MIRRORED_OWNER))
		return;

	mirrored_set(alert->detail, MIRRORED_OWNER, false);
	memcpy(alert->owner, word->owner.name, sizeof(alert->owner));
	book_tell(book, entry, NEWS_ASSIGNED, &author);
}

void mirroring_handle(struct alertbook *book, struct entry *entry, const struct word *word)
{
	const struct alert_machine *machine = &entry->alert.machine;
	const struct author author = author_of(word, NEWS_COMMENTED);

	if (alert_machine_stands(machine) && (word->stands || word->latched))
		see_to_acknowledgement(book, entry, word);
	if (machine->handling == HANDLING_CLEARED_UNACKNOWLEDGED && word->handling == HANDLING_NONE)
		let_go(book, entry, word);
	if (alert_machine_is_over(machine))
		return;
	see_to_owner(book, entry, word);
	if (word->news == NEWS_COMMENTED && word->by.side != SIDE_ABOVE)
		book_tell(book, entry, NEWS_COMMENTED, &author);
}
