/* SPDX-License-Identifier: Apache-2.0 */
/*
 * audience: the queues of all receivers, and which of them a transition goes to.
 *
 * Pure, but for the log of what was missed.
 */
#ifndef IOCD_DELIVERY_AUDIENCE_H
#define IOCD_DELIVERY_AUDIENCE_H

#include "iocd/rule.h"
#include "queue.h"

struct audience {
	struct queue queues[RECEIVERS_MAX]; /* by number of the receiver */
	uint32_t n;
	uint8_t *own; /* owned; by unit index: the number of its own receiver, or UINT8_MAX */
	uint32_t n_own;
	struct addressed addressed;
};

/* Frees what the audience holds. */
void audience_fini(struct audience *audience);

/* Puts others in place of who was there; about is copied.  Whose id stays keeps its queue; who is
 * new begins behind transition seen.  Puts the queues of those who are gone into gone, which is
 * then the caller's to end, and returns their number.  A queue whose post under way goes to the
 * wrong place now has is_astray set. */
uint32_t audience_replace(struct audience *audience, const struct rules_options *about,
			  uint64_t seen, struct queue gone[RECEIVERS_MAX]);

/* Notes to whom the transitions go that came since the last call; or all that are kept anew, after
 * audience_replace(). */
void audience_note(struct audience *audience, const struct alertbook *book);
void audience_note_again(struct audience *audience, const struct alertbook *book);

/* Counts as missed what the book has forgotten. */
void audience_skip(struct audience *audience, const struct alertbook *book);

/* How many transitions wait for queue i, the one under way included; the number of the first of
 * them in *ret_first, 0 if there is none. */
uint64_t audience_waiting(const struct audience *audience, uint32_t i, uint64_t *ret_first);

#endif
