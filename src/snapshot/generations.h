/* SPDX-License-Identifier: Apache-2.0 */
/*
 * generations: which snapshots of a journal there are in a directory.
 *
 * By their names and heads; whether their state is whole is seen when one is read.  Loop thread;
 * writes no log.
 */
#ifndef IOCD_SNAPSHOT_GENERATIONS_H
#define IOCD_SNAPSHOT_GENERATIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/base/defs.h"
#include "iocd/base/text.h"

struct generation {
	uint64_t position;
	uint64_t bytes; /* of the state */
	bool is_good;   /* as far as is known */
};

struct generations {
	char *directory;          /* owned */
	char *journal_id;         /* owned */
	struct generation *items; /* owned; by position, the oldest first */
	size_t n_items;
};

/* Begins an empty list for the journal of that id in directory (both copied). */
void generations_init(struct generations *generations, const char *directory,
		      const char *journal_id);
void generations_fini(struct generations *generations);

/* Lists anew what is in the directory.  0 or a fault. */
int generations_scan(struct generations *generations) MUST_USE;

/* Appends the path of the snapshot at position. */
void generations_add_path(const struct generations *generations, uint64_t position,
			  struct text *path);

/* Looks at the snapshot that was just written at position.  True if it is good; it is listed then,
 * in the place of one that stood there. */
bool generations_take(struct generations *generations, uint64_t position);

/* Lists what stands at position although writing it failed, if anything new does: as not good. */
void generations_doubt(struct generations *generations, uint64_t position);

/* Whether a snapshot need not be kept beside one that is written at position: it is neither that
 * one nor among the newest good ones that complete SNAPSHOT_KEPT. */
bool generations_is_surplus(const struct generations *generations, uint64_t position, size_t i);

/* Strikes from the list what is surplus beside position. */
void generations_strike_surplus(struct generations *generations, uint64_t position);

/* Notes that the one at position is not good; it goes with the next that is written. */
void generations_distrust(struct generations *generations, uint64_t position);

/* Lends the newest and the oldest good one, until the list changes; NULL if there are none. */
const struct generation *generations_newest(const struct generations *generations);
const struct generation *generations_oldest(const struct generations *generations);
size_t generations_n_good(const struct generations *generations);

#endif
