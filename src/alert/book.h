/* SPDX-License-Identifier: Apache-2.0 */
/*
 * book: the inside of the alert book, for the files that are the book: its entries in a hash table
 * by key and, if time alone will move them, in the heap of deadlines; and the log of what was told.
 */
#ifndef IOCD_ALERT_BOOK_H
#define IOCD_ALERT_BOOK_H

#include "deadlines.h"
#include "entry.h"
#include "ghost.h"
#include "iocd/alertbook.h"

struct alertbook {
	const struct rules *rules;
	struct entry *entries; /* owned, each on its own; uthash */
	struct deadlines deadlines;
	struct transition *log;               /* owned ring; number n stands at n % ALERTBOOK_LOG */
	uint64_t last;                        /* number of the last transition */
	int64_t now_ms;                       /* the latest time that was told */
	uint64_t position;                    /* the latest that was told */
	size_t n_told[SEVERITY_CRITICAL + 1]; /* RAISED or FADING, by severity */
	struct ghosts ghosts;                 /* rules that loaded alerts were made by */
};

/* Lends the entry of key, or NULL. */
struct entry *book_find(const struct alertbook *book, const struct open_key *key);

/* Takes entry into the table, behind all others; gives it back out of it. */
void book_insert(struct alertbook *book, struct entry *entry);
void book_remove(struct alertbook *book, struct entry *entry);

/* Counts an alert in state machine as told, if it is; or, with n = -1, not any more. */
void book_count(struct alertbook *book, const struct alert_machine *machine, int n);

/* Writes news of alert, if it is any, into the log. */
void book_tell(struct alertbook *book, struct alert *alert, enum alert_news news,
	       uint64_t position);

/* Clears entry, which is in neither table nor heap, because its rule does not stand any more, and
 * frees it. */
void book_close(struct alertbook *book, struct entry *entry, uint64_t position);

/* After a step: frees what is at rest, and enters the new deadline of what is not. */
void book_settle(struct alertbook *book, struct entry *entry);

#endif
