/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an entry carries of what suppresses it.  It is looked at anew as a whole, so that what
 * begins counts before what ends, and nothing is announced in between.
 */
#include <string.h>

#include "book.h"

static const enum suppression kinds[] = { SUPPRESSION_SHELVED, SUPPRESSION_MAINTENANCE,
					  SUPPRESSION_OUT_OF_SERVICE };

void book_suppress(struct alertbook *book, struct entry *entry, enum suppression suppression,
		   const char *by, int64_t until_ms, const struct author *author)
{
	struct alert *alert = &entry->alert;
	const struct slice name = { .bytes = by, .size = strlen(by) };

	alert->suppressed_until_ms[suppression] = until_ms;
	entry_copy_text(alert->suppressed_by[suppression],
			sizeof(alert->suppressed_by[suppression]), &name);
	book_tell(book, entry, alert_machine_suppress(&alert->machine, suppression), author);
	book_schedule(book, entry);
}

void book_release(struct alertbook *book, struct entry *entry, enum suppression suppression,
		  const struct author *author)
{
	struct alert *alert = &entry->alert;

	if (!(alert->machine.suppressed & SUPPRESSION_BIT(suppression)))
		return;

	alert->suppressed_until_ms[suppression] = 0;
	memset(alert->suppressed_by[suppression], 0, sizeof(alert->suppressed_by[suppression]));
	book_tell(book, entry, alert_machine_release(&alert->machine, suppression), author);
	book_schedule(book, entry);
}

static void hinder(struct alertbook *book, struct entry *entry, const struct hindrance *hindrance,
		   const struct author *author)
{
	book_suppress(book, entry, hindrance->kind,
		      hindrance->maintenance[0] ? hindrance->maintenance : hindrance->by,
		      hindrance->until_ms, author);
}

void book_look_at_hindrance(struct alertbook *book, struct entry *entry, enum suppression kind,
			    const struct author *author)
{
	struct hindrance longest;

	if (hindrances_look(book, entry, kind, &longest))
		hinder(book, entry, &longest, author);
	else
		book_release(book, entry, kind, author);
}

void book_look_at_all(struct alertbook *book, struct entry *entry, const struct author *author)
{
	bool is_hindered[COUNT(kinds)];
	struct hindrance longest;

	for (size_t i = 0; i < COUNT(kinds); i++) {
		is_hindered[i] = hindrances_look(book, entry, kinds[i], &longest);
		if (is_hindered[i])
			hinder(book, entry, &longest, author);
	}
	causes_look(book, entry, author);
	for (size_t i = 0; i < COUNT(kinds); i++)
		if (!is_hindered[i])
			book_release(book, entry, kinds[i], author);
}

void book_look_again(struct alertbook *book, const struct author *author)
{
	struct entry *entry, *next;

	book_fill_shelves(book);
	for (entry = book->entries; entry; entry = entry->hh.next)
		causes_place(&book->causes, entry);
	for (entry = book->entries; entry; entry = entry->hh.next)
		book_look_at_all(book, entry, author);
	HASH_ITER (hh, book->entries, entry, next)
		book_settle(book, entry);
}
