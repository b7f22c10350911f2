/* SPDX-License-Identifier: Apache-2.0 */
/*
 * former: units as they were written, and the dated part of them: since when and until when they
 * were, whom they were merged into, and who stood above them before.
 */
#ifndef IOCD_CONFIG_FORMER_H
#define IOCD_CONFIG_FORMER_H

#include "read.h"

/* A unit as it was written; links are indexes of drafts. */
struct draft {
	const struct node *level, *parent, *name, *aliases;
	const struct node *from, *until, *merged_into, *was, *receiver, *forwards, *tile;
	struct unit unit;
	uint32_t above; /* or UNIT_NONE */
	uint32_t first_child, last_child, next_sibling;
	uint32_t walk;      /* number of the last search for circles that came by; 0: none */
	bool is_former;     /* it is no more, and not in the tree */
	bool is_elsewhere;  /* nor is what the site has not */
	uint32_t successor; /* of a former unit: whom it was merged into; UNIT_NONE: a mistake */
	uint32_t number;    /* in the register; UNIT_NONE until it is there */
};

/* Reads the dates of all drafts, and the successors of former units, each followed to a unit of the
 * tree.  Links to parents are there and without circles. */
void formers_read(struct load *load, struct draft *drafts, uint32_t n);

/* Puts former units into the register, and the past parents of all.  The tree is complete. */
void formers_add(struct load *load, struct draft *drafts, uint32_t n);

/* Reads the tiles of all drafts that are not former: two that stand side by side cannot share one.
 * Parents are known. */
void tiles_read(struct load *load, struct draft *drafts, uint32_t n);

#endif
