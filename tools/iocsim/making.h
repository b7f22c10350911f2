/* SPDX-License-Identifier: Apache-2.0 */
/*
 * making: the kinds of events that are simulated, one maker each, coherent within a unit: a file is
 * received before it is resolved, a link has one name.
 *
 * Pure; chance comes from the seed, time with the event in hand.
 */
#ifndef IOCSIM_MAKING_H
#define IOCSIM_MAKING_H

#include "fact.h"

#define OFFICE_OPEN_MAX 64 /* files of one unit that are being handled, at most */

/* Files of one unit, and what it has done. */
struct office {
	uint32_t open[OFFICE_OPEN_MAX]; /* numbers of files, in no order */
	uint32_t n_open;
	uint32_t resting; /* a file that is suspended; 0: none */
	uint32_t n_files; /* given a number so far */
	uint32_t n_resolved;
	uint32_t n_calls;
	uint32_t phase; /* so that units do not do things at the same count */
};

/* What is being made, and with what. */
struct making {
	const struct world *world;
	struct random_stream *random;
	struct office *office;  /* of the unit */
	struct fact *fact;      /* begun by fact_init() */
	const char *other_unit; /* id of a unit that files can be passed to */
	bool link_is_held;      /* by an incident: the unit says nothing else of its link */
	bool may_login;         /* failed logins are in their allowance */
};

/* Fills in the fact in hand; false if that cannot happen now. */
typedef bool make_fn(struct making *making);

enum kind_place { AT_OFFICES, AT_LINKS, ANYWHERE, N_PLACES };

enum kind_number {
	KIND_RECEIVED,
	KIND_SUSPENDED,
	KIND_RESUMED,
	KIND_TRANSFERRED,
	KIND_RESOLVED,
	KIND_WITHDRAWN,
	KIND_LINK,
	KIND_SYNC,
	KIND_CALL,
	KIND_INCIDENT,
	KIND_LOGIN,
	N_KINDS
};

struct kind {
	const char *feed;
	const char *event;
	unsigned weight;       /* how often, against the others */
	enum kind_place place; /* which units it happens at */
	make_fn *make;
};

extern const struct kind kinds[N_KINDS];

/* Make what incidents tell: a file resolved, whether or not one was received before; the state of
 * the link; a critical security incident; a failed login at one host. */
void make_told_resolved(struct making *making, bool late);
void make_told_link(struct making *making, bool up);
void make_told_critical(struct making *making);
void make_told_login(struct making *making);

#endif
