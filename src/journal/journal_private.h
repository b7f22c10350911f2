/* SPDX-License-Identifier: Apache-2.0 */
/*
 * journal_private: what the files of this room share: journal.c (appending), files.c, recover.c
 * (opening), keep.c (the thread that syncs, prepares and removes files) and cursor.c (reading).
 */
#ifndef IOCD_JOURNAL_PRIVATE_H
#define IOCD_JOURNAL_PRIVATE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/base/defs.h"
#include "iocd/base/text.h"
#include "iocd/journal.h"
#include "segment.h"

#define JOURNAL_SPARE "spare.tmp" /* the prepared file, before it becomes a segment */
#define JOURNAL_LOCK  "lock"

/* One file of the journal; a member of journal.segments. */
struct segment {
	uint64_t first; /* position of its first record */
	uint64_t bytes; /* size of the file */
	/* Stamp of the last record before first: so the next segment's tells this one's age. */
	int64_t last_arrival_ms;
	int file;      /* open while it may hold unsynced bytes; else -1 */
	bool is_named; /* its name and header are on the disk */
};

enum spare_state {
	SPARE_NONE = 0,
	SPARE_READY,  /* reserved and synced under its temporary name; journal.spare is open */
	SPARE_MAKING, /* by the thread, without the mutex */
	SPARE_FAILED, /* not tried again before the next journal_retain() or removal */
};

/* What journal_retain() asked for last. */
struct retention {
	bool is_wanted;
	uint64_t position;
	uint64_t max_bytes;
	int64_t before_ms;
};

/* How busy the journal is, for its thread alone. */
struct pace {
	int64_t synced_ns;   /* when the last sync began */
	int64_t window_ns;   /* when counting began */
	uint64_t n_appended; /* records then */
	bool is_busy;        /* more than PACE_BUSY records a millisecond */
};

struct journal {
	/* Constant once open. */
	char *directory;
	int lock;
	uint8_t id[SEGMENT_ID_BYTES];
	char id_text[2 * SEGMENT_ID_BYTES + 1];
	uint64_t seed; /* segment_seed(id) */
	uint64_t segment_bytes;
	enum journal_mode mode;
	journal_synced_fn *synced_hook; /* may be NULL */
	void *context;                  /* borrowed */
	pthread_t thread;
	bool is_started;

	/* Written under the mutex, read by anyone. */
	_Atomic uint64_t end;
	_Atomic uint64_t synced;
	_Atomic uint64_t bytes; /* of all segments */
	_Atomic int fault;
	_Atomic bool is_tight;

	pthread_mutex_t mutex; /* guards all below; held during an append */
	pthread_cond_t work;   /* to the thread: there is something to do */
	pthread_cond_t done; /* from the thread: synced or fault has changed, or a spare is made */
	struct segment *segments; /* owned; oldest first; never empty once open */
	size_t n_segments;
	size_t capacity; /* of segments */
	enum spare_state spare_state;
	int spare; /* file number while SPARE_READY */
	struct retention retention;
	unsigned turn; /* of keep.c: which kind of work is looked at first */
	bool is_stopping;
	int64_t last_ms;        /* no stamp may be lower */
	int64_t last_record_ms; /* stamp of the last record */
	char *buffer;           /* owned; RECORD_SIZE_MAX: the record being appended */
	uint64_t n_appended;    /* records, since it was opened */
	struct pace pace;
};

/* Whether fault says that the disk has no room. */
bool journal_is_full(int fault);

/* Makes fault the journal's, unless it has one, and wakes whoever waits.  Returns it, passed up.
 * Under the mutex. */
int journal_fail(struct journal *journal, int fault);

/* Finds and repairs what is in the journal's directory.  journal has its directory, lock and
 * options set.  Writes the rest of it and *ret.  0, JOURNAL_CORRUPT or a fault. */
int journal_recover(struct journal *journal, struct journal_recovery *ret) MUST_USE;

/* Writes the mark of a segment's file: everything before synced is on the disk.  Where there is no
 * room for that the mark before stands, which is true as well.  0 or a fault. */
int journal_write_mark(const struct journal *journal, int file, uint64_t synced) MUST_USE;

/* Syncs the oldest segment that is not, if any.  Under the mutex, which it lets go meanwhile.
 * 0, or the fault that journal_fault() gives from now on. */
int journal_sync_oldest(struct journal *journal);

/* What journal_keep_step() has worked on, with success or without. */
enum journal_step {
	JOURNAL_STEP_SYNC = 1, /* one segment was synced */
	JOURNAL_STEP_SPARE,    /* the spare file was tried */
	JOURNAL_STEP_REMOVE,   /* the oldest segment was tried */
};

/* Does one piece of what the thread does, in turn, at once and without waiting for company; for a
 * journal that was not started, and in its caller's thread.  Calls no hook.  0 (there is nothing to
 * do), what it worked on, or the fault that journal_fault() gives from now on. */
int journal_keep_step(struct journal *journal) MUST_USE;

/* The thread; context is the journal.  It does such steps until it is stopped. */
void *journal_keep(void *context);

#endif
