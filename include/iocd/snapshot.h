/* SPDX-License-Identifier: Apache-2.0 */
/*
 * snapshot: the whole state of the fold in a file, as it was at one position of the journal.
 *
 * Written by a forked child, so that the loop only stands still for the fork; with a checksum over
 * everything, under a temporary name until it is on the disk.  The last two are kept: reading takes
 * the newest that holds, else the one before.  A file says which journal it belongs to, and is not
 * taken for another, nor when it is ahead of the journal.
 *
 * Knows nothing of what it keeps.  Loop thread.  Logs nothing.
 */
#ifndef IOCD_SNAPSHOT_H
#define IOCD_SNAPSHOT_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/base/bytes.h"
#include "iocd/base/defs.h"
#include "iocd/base/text.h"

#define SNAPSHOT_FORMAT 1u /* of the file; its parts have versions of their own */
#define SNAPSHOT_KEPT   2  /* generations */

enum snapshot_outcome {
	SNAPSHOT_NONE = 1, /* there is none that can be used */
	SNAPSHOT_BUSY,     /* one is being written */
	SNAPSHOT_WRITTEN,  /* the one that was being written is safe on the disk */
	SNAPSHOT_FAILED,   /* it is not: a full disk, for instance; those before it stand */
};

struct snapshots;

/* What is known of the generations on the disk. */
struct snapshot_status {
	uint64_t newest;  /* position; 0: there is none */
	uint64_t oldest;  /* position of the oldest kept: the journal must keep what is behind it;
			     0 as long as there are fewer than SNAPSHOT_KEPT: keep everything */
	uint64_t bytes;   /* of the newest */
	int64_t pause_us; /* how long the loop stood still for the last one */
	int64_t took_ms;  /* from the beginning of the last one until it was safe */
	uint64_t written; /* since the start */
	uint64_t failed;  /* since the start */
	int fault;        /* of the last that failed, or 0; cleared by the next that is written */
};

/* Prepares for the snapshots in directory, which exists, of the journal with that id (at most 32
 * characters; both copied), whose lock is held; removes what killed writers left.  0 or a fault. */
int snapshots_new(struct snapshots **ret, const char *directory, const char *journal_id) MUST_USE;

/* Kills a writer that is still at work.  Accepts NULL; returns NULL. */
struct snapshots *snapshots_free(struct snapshots *snapshots);
DEFINE_CLEANUP(struct snapshots, snapshots_free)

/* Puts the state into writer; in the child: no heap, no locks, no log. */
typedef void snapshot_save_fn(void *context, struct bytes_writer *writer);

/* Begins to write the state at position, which is synced.  The calling thread must live on until it
 * is written.  0 or SNAPSHOT_BUSY; a process that cannot be had is told by snapshots_poll(). */
int snapshots_begin(struct snapshots *snapshots, uint64_t position, snapshot_save_fn *save,
		    void *context) MUST_USE;

/* Looks after the writer, without waiting: SNAPSHOT_NONE (none was at work), SNAPSHOT_BUSY,
 * SNAPSHOT_WRITTEN or SNAPSHOT_FAILED, each of these two once. */
int snapshots_poll(struct snapshots *snapshots);

/* Writes one here and now, in this process; a writer at work is ended and not told of any more.  0
 * or a fault: those before it stand. */
int snapshots_write(struct snapshots *snapshots, uint64_t position, snapshot_save_fn *save,
		    void *context) MUST_USE;

/* Takes the state over, all of reader; marks it bad if it cannot.  Each call begins by giving up
 * what the one before it took over: that was turned down, or its reader had bytes left. */
typedef void snapshot_load_fn(void *context, struct bytes_reader *reader);

/* Offers the newest snapshot that holds and stands at or before limit, else the one before, until
 * load takes one.  Its position in *ret.  Appends to report one line for each that was passed over,
 * with file and reason; one ahead of limit is renamed, so that it is not taken when the journal has
 * grown past it.  0, SNAPSHOT_NONE (what load began is to be given up) or a fault. */
int snapshots_load(struct snapshots *snapshots, uint64_t limit, snapshot_load_fn *load,
		   void *context, uint64_t *ret, struct text *report) MUST_USE;

/* What is known now. */
void snapshots_get_status(const struct snapshots *snapshots, struct snapshot_status *ret);

#endif
