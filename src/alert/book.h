/* SPDX-License-Identifier: Apache-2.0 */
/*
 * book: the inside of the alert book, for the files that are the book: its entries in a hash table
 * by key and, if time alone will move them, in the heap of deadlines; shelves of what is at rest;
 * what keeps alerts from being told; and the log of what was.
 */
#ifndef IOCD_ALERT_BOOK_H
#define IOCD_ALERT_BOOK_H

#include "causes.h"
#include "deadlines.h"
#include "entry.h"
#include "ghost.h"
#include "hindrances.h"
#include "limit.h"
#include "iocd/alertbook.h"

#define BOOK_TIME_MAX INT64_C(253402300799999) /* the year 9999: no time is later */

struct alertbook {
	const struct rules *rules;
	struct entry *entries; /* owned, each on its own; uthash */
	struct deadlines deadlines;
	struct transition *log;               /* owned ring; number n stands at n % log_capacity */
	size_t log_capacity;                  /* grows with the first news, up to ALERTBOOK_LOG */
	uint64_t last;                        /* number of the last transition */
	int64_t now_ms;                       /* the latest time that was told */
	uint64_t position;                    /* the latest that was told */
	size_t n_told[SEVERITY_CRITICAL + 1]; /* that stand, by severity */
	struct ghosts ghosts;                 /* rules that loaded alerts were made by */
	struct old_limits old_limits;         /* and their limits */

	struct entry
		*shelves[SHELF_MEMORIES + 1]; /* what is at rest, the oldest first; [0]: none */
	size_t n_shelved[SHELF_MEMORIES + 1];
	uint64_t last_order, last_shelved; /* given so far: see struct past */

	struct hindrances hindrances;
	struct causes causes;

	bool is_review; /* what has no other author is reviewer's */
	char reviewer[ALERT_NAME_MAX];
};

/* Who brings something about, and why; lent during a call.  "": iocd, by its rules. */
struct author {
	const char *by;
	const char *note;
};
extern const struct author book_itself;

/* Lends the entry of key, or NULL. */
struct entry *book_find(const struct alertbook *book, const struct open_key *key);

/* Takes entry into the table, behind all others; gives it back out of table, heap and shelf. */
void book_insert(struct alertbook *book, struct entry *entry);
void book_remove(struct alertbook *book, struct entry *entry);

/* Counts an alert in state machine as told, if it is; or, with n = -1, not any more. */
void book_count(struct alertbook *book, const struct alert_machine *machine, int n);

/* How many entries are not at rest. */
size_t book_n_open(const struct alertbook *book);

/* Lends the place of transition number in the log, which holds another, older or empty one. */
struct transition *book_log_place(struct alertbook *book, uint64_t number);

/* Lends entry (NULL: a new one, of key) ready for another life, looked at for what suppresses it;
 * NULL if room or more are open, which is counted. */
struct entry *book_begin(struct alertbook *book, struct entry *entry, const struct open_key *key,
			 unsigned room);

/* Enters a judgement, and tells what it brings about as author's; whether it moved anything. */
bool book_judge(struct alertbook *book, struct entry *entry, const struct alert_policy *policy,
		enum judgement judgement, const struct author *author);

/* Clears entry, which is in neither table nor heap nor shelf, because its rule does not stand any
 * more, and frees it. */
void book_close(struct alertbook *book, struct entry *entry, const struct author *author);

/* Lends the words for why alert does not live on under rule, which has its rule's id (NULL: none
 * has); NULL: it does. */
const char *book_why_closed(const struct alert *alert, const struct rule *rule);

/* After a step that may have moved entry: frees it if nothing is worth keeping, else sees to its
 * shelf, to what it inhibits, and to its deadline. */
void book_settle(struct alertbook *book, struct entry *entry);

/* Enters when time alone will move entry next. */
void book_schedule(struct alertbook *book, struct entry *entry);

/* Puts all entries that were on a shelf, as their past says, back on it. */
void book_fill_shelves(struct alertbook *book);

/* Frees what is at rest and matters least; false if nothing is. */
bool book_make_room(struct alertbook *book);

/* Lends what the present rules were made from. */
const struct rules_options *book_about(const struct alertbook *book);

/* ---- telling (tell.c) ---- */

/* Writes news of entry, if it is any, into the log, and who is to hear of it. */
void book_tell(struct alertbook *book, struct entry *entry, enum alert_news news,
	       const struct author *author);

/* The same of news that has receivers of its own. */
void book_tell_to(struct alertbook *book, struct entry *entry, enum alert_news news,
		  const struct author *author, uint32_t receivers);

/* Receivers who hear of entry's alert as it is now, as soon as it is told: bits by number. */
uint32_t book_listeners(const struct alertbook *book, const struct entry *entry);

/* Those of bits that exist for its unit: all but RECEIVER_UNIT where the unit has none, or one that
 * is among them. */
uint32_t book_reachable(const struct alertbook *book, const struct entry *entry, uint32_t bits);

/* ---- what time brings beside the machine's moves (chores.c) ---- */

/* When entry wants the next thing done, and does what is due. */
int64_t book_chores_due_ms(const struct alertbook *book, const struct entry *entry);
void book_do_chores(struct alertbook *book, struct entry *entry);

/* ---- suppression of one entry (suppress.c) ---- */

/* Says that entry is suppressed so, in whose name and until when; or not any more. */
void book_suppress(struct alertbook *book, struct entry *entry, enum suppression suppression,
		   const char *by, int64_t until_ms, const struct author *author);
void book_release(struct alertbook *book, struct entry *entry, enum suppression suppression,
		  const struct author *author);

/* Looks anew for what hinders entry in that way; and in every way, and for what inhibits it. */
void book_look_at_hindrance(struct alertbook *book, struct entry *entry, enum suppression kind,
			    const struct author *author);
void book_look_at_all(struct alertbook *book, struct entry *entry, const struct author *author);

/* After other rules or a load: puts causes into their places, then looks at all there is and
 * settles every entry.  What that brings about is author's. */
void book_look_again(struct alertbook *book, const struct author *author);

#endif
