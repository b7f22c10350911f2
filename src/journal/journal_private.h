/* SPDX-License-Identifier: Apache-2.0 */
/*
 * journal_private: what the files of this room share: journal.c (appending), recover.c (opening),
 * keep.c (the thread that syncs, prepares and removes files) and cursor.c (reading).
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
	SPARE_FAILED, /* not tried again before the next sync */
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

	pthread_mutex_t mutex; /* guards all below; held during an append */
	pthread_cond_t work;   /* to the thread: there is something to do */
	pthread_cond_t done; /* from the thread: synced or fault has changed, or a spare is made */
	struct segment *segments; /* owned; oldest first; never empty once open */
	size_t n_segments;
	size_t capacity; /* of segments */
	enum spare_state spare_state;
	int spare; /* file number while SPARE_READY */
	struct retention retention;
	bool is_stopping;
	int64_t last_ms;        /* no stamp may be lower */
	int64_t last_record_ms; /* stamp of the last record */
	char *buffer;           /* owned; RECORD_SIZE_MAX: the record being appended */
	uint64_t n_appended;    /* records, since it was opened */
	struct pace pace;
};

/* Makes the path of name in the journal's directory, or of the segment that starts at first.  The
 * text is the caller's to fini. */
struct text journal_path(const struct journal *journal, const char *name);
struct text journal_segment_path(const struct journal *journal, uint64_t first);

/* Makes a file under the spare's name with size bytes reserved: 0 and a file number, or a fault and
 * no such file. */
int journal_make_spare(const struct journal *journal, uint64_t size, int *ret_file) MUST_USE;

/* Closes file, the spare, and removes it. */
void journal_discard_spare(const struct journal *journal, int file);

/* Makes file (taken, under the spare's name, of size bytes) the newest segment, starting at
 * journal_end(): writes its header, renames it.  Syncs nothing.  0, or a fault: closed, removed. */
int journal_adopt_spare(struct journal *journal, int file, uint64_t size) MUST_USE;

/* Adds a segment behind the others.  Under the mutex, or while opening. */
void journal_add_segment(struct journal *journal, const struct segment *segment);

/* Lends the segment that holds position: the last that starts at or before it; NULL if it is older
 * than all.  Under the mutex, until it is let go. */
struct segment *journal_find(struct journal *journal, uint64_t position);

/* Position at which segment (of the journal's) ends: where the next starts, or journal_end(). */
uint64_t journal_segment_end(const struct journal *journal, const struct segment *segment);

/* Finds and repairs what is in the journal's directory.  journal has its directory, lock and
 * options set.  Writes the rest of it and *ret.  0, JOURNAL_CORRUPT or a fault. */
int journal_recover(struct journal *journal, struct journal_recovery *ret) MUST_USE;

/* Writes the mark of a segment's file: everything before synced is on the disk.  0 or a fault. */
int journal_write_mark(const struct journal *journal, int file, uint64_t synced) MUST_USE;

/* Syncs the oldest segment that is not, if any.  Under the mutex, which it lets go meanwhile.
 * 0, or the fault that journal_fault() gives from now on. */
int journal_sync_oldest(struct journal *journal);

/* The thread; context is the journal. */
void *journal_keep(void *context);

#endif
