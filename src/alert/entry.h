/* SPDX-License-Identifier: Apache-2.0 */
/*
 * entry: an open alert as the book keeps it, with its key, its deadline and its place in the table.
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

struct entry {
	struct deadline deadline; /* holds the key */
	struct alert alert;
	UT_hash_handle hh; /* in alertbook.entries */
};

/* Makes the entry of an alert at rest under rule, borrowed, since now_ms.  Gives it; free() it. */
struct entry *entry_new(const struct open_key *key, const struct rule *rule,
			int64_t now_ms) MUST_USE;

/* Lends the entry that deadline is a member of. */
struct entry *entry_of(struct deadline *deadline);

/* Copies subject up to its first zero, cut between characters where it is too long, and fills the
 * rest with zeros. */
void entry_copy_subject(char subject[ALERT_SUBJECT_MAX], const struct slice *slice);

/* How long the alert must hold and be gone; that of an event is told at once. */
struct alert_policy entry_policy(const struct entry *entry);

/* Takes over what verdict says beside its judgement: reading and limit, or event. */
void entry_absorb(struct entry *entry, const struct verdict *verdict);

/* Orders entries by key, as qsort() wants it. */
int entry_compare(const struct entry *a, const struct entry *b);

/* Whether a condition judged so holds. */
static inline bool judgement_holds(enum judgement judgement)
{
	return judgement == JUDGE_WARNING || judgement == JUDGE_CRITICAL;
}

#endif
