/* SPDX-License-Identifier: Apache-2.0 */
/*
 * entry: an alert as the book keeps it, with its key, its deadline, its past and its places in the
 * book's table and lists.
 *
 * Knows what a verdict adds to an alert; what the alert's condition makes of it, and what is told,
 * is the book's business.
 */
#ifndef IOCD_ALERT_ENTRY_H
#define IOCD_ALERT_ENTRY_H

#include <stdbool.h>
#include <stdint.h>

#include "deadlines.h"
#include "iocd/base/err.h"

#define uthash_malloc(size) xcalloc(1, (size))
#include <uthash.h>

/* Whether an entry is at rest, and why the book keeps it then. */
enum shelf {
	SHELF_NONE,    /* it is not */
	SHELF_OVER,    /* its alert is over, and waits to be acknowledged */
	SHELF_MEMORIES /* nothing waits; only how often it was raised is remembered */
};

/* What the book knows of an alert beside what it shows: saved with it. */
struct past {
	uint64_t order;      /* of all conditions that have begun, by when they began; from 1 */
	uint64_t shelved;    /* of all entries that were put on a shelf, likewise; 0: on none */
	int64_t repeated_ms; /* when receivers heard of it last */
	int64_t raises[ALERTBOOK_RAISES]; /* when it was raised, oldest first, for chatter */
	uint32_t n_raises;
};

struct entry {
	struct deadline deadline; /* holds the key */
	struct alert alert;
	struct past past;
	UT_hash_handle hh; /* in alertbook.entries */

	enum shelf shelf;
	struct entry *shelf_prev, *shelf_next; /* on alertbook.shelves[shelf] */

	bool is_cause;
	struct entry *cause_prev, *cause_next; /* if so: of its unit, in alertbook.causes */
	uint64_t cause_order; /* past.order of the oldest alert that inhibits it, UINT64_MAX of its
				 twin; 0: none does */
};

/* Makes the entry of an alert at rest under rule, borrowed, since now_ms.  Gives it; free() it. */
struct entry *entry_new(const struct open_key *key, const struct rule *rule,
			int64_t now_ms) MUST_USE;

/* Lends the entry that deadline is a member of. */
struct entry *entry_of(struct deadline *deadline);

/* Prepares entry, which is at rest, for another life of its alert, with that order. */
void entry_begin(struct entry *entry, uint64_t order, int64_t now_ms);

/* Copies slice up to its first zero, cut between characters where it is too long, and fills the
 * rest of capacity bytes with zeros. */
void entry_copy_text(char *to, size_t capacity, const struct slice *slice);

/* How long the alert must hold and be gone, that of an event is told at once; and whether it waits
 * to be acknowledged when it is over: a critical one, and one that is latched. */
struct alert_policy entry_policy(const struct entry *entry);

/* Takes over what verdict says beside its judgement: reading and limit, or event. */
void entry_absorb(struct entry *entry, const struct verdict *verdict);

/* Remembers that it is raised at now_ms; whether it has been so often that it chatters. */
bool entry_note_raise(struct entry *entry, int64_t now_ms);

/* Until when those raises count: the end of chatter, if it does.  INT64_MIN: there are none, or its
 * rule does not ask for that. */
int64_t entry_chatter_end_ms(const struct entry *entry);

/* Orders entries by key, as qsort() wants it. */
int entry_compare(const struct entry *a, const struct entry *b);

/* Whether a condition judged so holds. */
static inline bool judgement_holds(enum judgement judgement)
{
	return judgement == JUDGE_WARNING || judgement == JUDGE_CRITICAL;
}

/* Whether nothing holds or stands; somebody may still be waited for. */
static inline bool entry_rests(const struct entry *entry)
{
	return entry->alert.machine.state == ALERT_QUIET && !entry->alert.machine.latched;
}

/* at_ms so much later; ALERT_NO_DEADLINE if that is never. */
static inline int64_t later(int64_t at_ms, int64_t wait_ms)
{
	return at_ms > 0 && wait_ms > ALERT_NO_DEADLINE - at_ms ? ALERT_NO_DEADLINE
								: at_ms + wait_ms;
}

#endif
