/* SPDX-License-Identifier: Apache-2.0 */
/*
 * deadlines: which open alert moves next; a binary heap whose members know their place in it, so
 * that one can be moved or taken out without a search.
 *
 * Ties are ordered by the alert's key, so that the order of moves never depends on the order in
 * which alerts came.  A deadline is a member of its owner; the heap only borrows it while it is in.
 */
#ifndef IOCD_ALERT_DEADLINES_H
#define IOCD_ALERT_DEADLINES_H

#include <stddef.h>
#include <stdint.h>

#include "iocd/alertbook.h"

/* What tells open alerts apart. */
struct open_key {
	uint32_t rule; /* number in the present rules */
	uint32_t unit;
	char subject[ALERT_SUBJECT_MAX];
};

struct deadline {
	struct open_key key; /* not to be changed while in a heap */
	int64_t at_ms;
	size_t place; /* 1 + index in deadlines.heap; 0: not in it */
};

struct deadlines {
	struct deadline **heap; /* owned array of loans */
	size_t n;
	size_t capacity;
};

/* Frees the heap, not what is in it; the deadlines must not be used any more. */
void deadlines_fini(struct deadlines *deadlines);

/* Puts deadline in at at_ms, or moves it there; takes it out if that is ALERT_NO_DEADLINE. */
void deadlines_set(struct deadlines *deadlines, struct deadline *deadline, int64_t at_ms);

/* Lends the earliest until the next change, or NULL. */
struct deadline *deadlines_first(const struct deadlines *deadlines);

/* Orders keys by rule, unit and subject: below, equal to or above 0. */
int open_key_compare(const struct open_key *a, const struct open_key *b);

#endif
