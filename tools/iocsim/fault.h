/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fault: how to make iocd refuse an event, for every reason that a sender can cause on purpose.
 *
 * A retained message is not among them: a broker clears the mark before it hands a message to who
 * is subscribed already.  Nor are rate_limited and internal.  Pure; no I/O, no clock.
 */
#ifndef IOCSIM_FAULT_H
#define IOCSIM_FAULT_H

#include "fact.h"
#include "iocd/reason.h"

/* A message that must be refused. */
struct faulty {
	struct text topic; /* of a message of its own; owned, like payload */
	struct text payload;
	bool alone; /* the fault is one of the whole message: it must not stand in a batch */
};

struct faults;

/* Makes the list of faults for world, borrowed for life, and of each what it needs.  Gives it. */
struct faults *faults_new(const struct world *world) MUST_USE;
struct faults *faults_free(struct faults *faults);
DEFINE_CLEANUP(struct faults, faults_free)

/* Does reason need a fact that was accepted before?  One that is numbered, in a numbered world. */
bool fault_repeats(enum reason reason);

/* The reason whose turn it is; after a call of faults_pass() another. */
enum reason faults_turn(const struct faults *faults);
void faults_pass(struct faults *faults);

/* Makes of a good fact one that is refused for the reason whose turn it is, and stores it in *ret.
 * False if that cannot be done with this fact. */
bool faults_make(struct faults *faults, const struct fact *fact, int64_t now_ms,
		 struct faulty *ret);

#endif
