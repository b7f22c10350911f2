/* SPDX-License-Identifier: Apache-2.0 */
/*
 * progress: the small file that remembers how far each receiver was told.
 *
 * A slot of fixed size for each, written in place and not synced, like told.h: it is to survive the
 * death of the process.  Slots have checksums of their own and lie within one sector, so that the
 * death of the machine costs at most one of them.  A slot of another journal is not believed.
 * Every call may block for a write into the page cache.
 */
#ifndef IOCD_DELIVERY_PROGRESS_H
#define IOCD_DELIVERY_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/base/defs.h"

#define PROGRESS_SLOTS  64
#define PROGRESS_ID_MAX 64 /* bytes of a receiver's id that tell it from others */

struct progress_entry {
	uint64_t told;   /* number of the last transition that is over for it */
	uint64_t missed; /* that it was not told of, and does not know of yet */
};

struct progress_slot {
	char id[PROGRESS_ID_MAX + 1]; /* "": free */
	struct progress_entry entry;
};

struct progress {
	int file; /* -1: none */
	char journal_id[32];
	struct progress_slot slots[PROGRESS_SLOTS];
};

/* Reads the file at path, making it if need be.  0, or a fault: then nothing is remembered. */
int progress_open(struct progress *progress, const char *path, const char *journal_id) MUST_USE;

/* Stores what is remembered of id in *ret; whether there is anything. */
bool progress_find(const struct progress *progress, const char *id, struct progress_entry *ret);

/* Remembers entry for id; forgets all about it; forgets all but the n ids.  0 or a fault. */
int progress_write(struct progress *progress, const char *id,
		   const struct progress_entry *entry) MUST_USE;
int progress_forget(struct progress *progress, const char *id) MUST_USE;
int progress_keep(struct progress *progress, const char *const *ids, size_t n) MUST_USE;

/* Closes the file, if there is one. */
void progress_close(struct progress *progress);

#endif
