/* SPDX-License-Identifier: Apache-2.0 */
/*
 * making: the kinds of events that are simulated, one maker each, coherent among themselves: a file
 * is received before it is resolved, a question is asked before it is answered, a link has one
 * name, a level of water moves slowly.
 *
 * kinds.h has the table; makers stand by what they are about: records.c (one-stop, documents,
 * feedback, licensing), links.c (links, portal, security, operation centers), town.c (payments,
 * trade, the four sectors) and reports.c (workplace, indexes, progress).
 * Pure; chance comes from the seed, time with the event in hand.
 */
#ifndef IOCSIM_MAKING_H
#define IOCSIM_MAKING_H

#include "fact.h"

#define FILES_MAX     32 /* files of one unit that are being handled, at most */
#define PAPERS_MAX    16 /* likewise documents, and tickets */
#define QUESTIONS_MAX 32 /* likewise, of all units together */

/* A file that is being handled. */
struct file {
	uint32_t origin; /* unit that it was handed in at */
	uint32_t number; /* there */
	int64_t due_ms;
	int64_t ready_ms; /* of the run: not earlier, lest news of another unit be overtaken */
};

/* Documents or tickets under way, by number. */
struct papers {
	uint32_t open[PAPERS_MAX]; /* the oldest first */
	int64_t oldest_ms;         /* civil time since when the first is open */
	uint32_t n_open;
	uint32_t n; /* given a number so far */
};

/* A unit, and what it has done. */
struct office {
	struct file open[FILES_MAX]; /* in no order */
	uint32_t n_open;
	struct file resting; /* a file that is suspended; number 0: none */
	uint32_t n_files;    /* given a number so far */
	struct papers documents;
	struct papers tickets;
	uint32_t n_calls;
	uint32_t n_done[4];      /* of reports.c: so that what is rare is spaced, not drawn */
	uint32_t phase;          /* so that units do not do things at the same count */
	int64_t link_down_ms;    /* civil time until which its link is down; 0: it is up */
	double air, water, beds; /* slow walks, 0 to 1; 0: not begun */
	uint32_t trained;
};

/* A question to another unit. */
struct question {
	uint32_t asker, asked; /* units */
	uint32_t number;
	int64_t due_ms;
	int64_t ready_ms; /* as of files */
};

struct questions {
	struct question open[QUESTIONS_MAX];
	uint32_t n_open;
	uint32_t n;
};

/* What is being made, and with what. */
struct making {
	const struct world *world;
	struct random_stream *random;
	struct office *offices;      /* by unit */
	struct office *office;       /* of the unit of the fact */
	struct questions *questions; /* of all */
	struct fact *fact;           /* begun by fact_init(); a maker may change its unit */
	uint32_t other_unit;         /* another unit, to pass things to; UNIT_NONE: none */
	int64_t run_ms;              /* since the start of the run */
	bool is_branch;              /* the unit is under a root and has units below it */
	bool link_is_held;           /* by an incident: the unit says nothing else of its link */
	bool may_login;              /* failed logins are in their allowance */
};

/* Fills in the fact in hand; false if that cannot happen now. */
typedef bool make_fn(struct making *making);

#endif
