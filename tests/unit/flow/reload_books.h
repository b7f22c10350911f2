/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reload_books: rulebooks over the tracked scene, of rules of every kind, and all that may be
 * another in one of them.
 */
#ifndef TEST_FLOW_RELOAD_BOOKS_H
#define TEST_FLOW_RELOAD_BOOKS_H

#include "tracked.h"

enum { HITS = ENDED_ON_TIME + 1 }; /* a figure that the scene must have, too */
enum { LATE, HIGH, BREAK_IN, MUTE, HOST, SLOW, DUE, EACH_DUE, REDIS, N_OURS, N_OURS_MAX };
enum { DUTY, CHIEF, OFFICE, N_PEOPLE, N_PEOPLE_MAX };

/* A rulebook that owns what it lends. */
struct book {
	struct rule rules[N_OURS_MAX];
	uint32_t n_rules;
	struct limits limits[N_OURS_MAX][N_UNITS];
	bool applies[N_OURS_MAX][N_UNITS];
	bool inhibited[N_OURS_MAX];
	struct track sequence;
	struct receiver people[N_PEOPLE_MAX];
	uint32_t n_people;
	const struct receiver *own[N_UNITS];
	struct maintenance works[2];
	uint32_t n_works;
	const struct tracked *tracked; /* borrowed */
	const struct calendar *closed; /* borrowed: of hours that are over */
};

/* Makes the one that all others differ from.  Tracked and closed are borrowed. */
void book_make(struct book *book, const struct tracked *tracked, const struct calendar *closed);

/* Lends it as a flow takes it; name, borrowed, is its generation and its source. */
struct rulebook book_lend(const struct book *book, const char *name);

/* What is as it would be without a reload. */
enum { SAME_VALUES = 1, SAME_SEQUENCES = 2, SAME_TRANSITIONS = 4 };
#define SAME_BOTH (SAME_VALUES | SAME_SEQUENCES)

/* A way in which a rulebook differs from the first. */
struct change_case {
	const char *name;
	void (*change)(struct book *book);
	unsigned same;
};

/* Lends all of them. */
const struct change_case *book_changes(size_t *ret_n);

#endif
