/* SPDX-License-Identifier: Apache-2.0 */
/*
 * journal: the append-only log of everything that came in, and the queue between the threads that
 * receive and the loop that works.
 *
 * A record is appended before the broker gets its acknowledgement, forced to the disk by a group
 * sync on the journal's own thread, and only then shown to cursors: so nothing that a cursor saw
 * can be lost again.  A position is a byte offset in the endless log; it names a record for ever.
 *
 * journal_append() is safe from any thread; everything else belongs to the loop thread, except
 * where it says so.  Writes no log; reads a clock only to space its syncs under load.
 */
#ifndef IOCD_JOURNAL_H
#define IOCD_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/base/defs.h"

enum journal_outcome {
	JOURNAL_END = 1, /* no further synced record now */
	JOURNAL_TOO_BIG, /* the record is larger than JOURNAL_RECORD_MAX */
	JOURNAL_CORRUPT, /* what was on the disk once is damaged or gone: not a torn tail */
	JOURNAL_HELD,    /* another process has this journal open */
};

#define JOURNAL_RECORD_MAX (1u << 20) /* bytes of topic and payload together */

enum record_kind {
	RECORD_MESSAGE = 1, /* an MQTT message as it came */
	RECORD_TIME,        /* nothing happened, but time passed; never waits for a sync */
	RECORD_HOLE,        /* stands where a repair cut damaged bytes out */
	RECORD_OWN,         /* said by iocd, or by somebody through it: own.h has its topics */
};

enum record_flag { RECORD_RETAINED = 1 /* the broker sent it because it was retained */ };

/* What is appended, and what a cursor reads. */
struct record {
	enum record_kind kind;
	unsigned flags;      /* of enum record_flag */
	int64_t arrival_ms;  /* civil time of the append; never less than the record before */
	uint64_t position;   /* of this record; ignored by journal_append() */
	uint64_t next;       /* of the record behind it; ignored by journal_append() */
	const char *topic;   /* not zero-terminated */
	size_t topic_size;   /* bytes */
	const char *payload; /* not zero-terminated */
	size_t payload_size; /* bytes */
};

enum journal_mode {
	JOURNAL_INTERVAL, /* group sync: one starts when something is unsynced and none runs */
	JOURNAL_EACH,     /* journal_append() returns only after its record is synced */
};

struct journal_options {
	const char *directory;  /* made if missing; borrowed during the call */
	uint64_t segment_bytes; /* size of a file; 1 MiB to 1 GiB */
	enum journal_mode mode;
	unsigned lock_wait_ms; /* how long opening tries for a lock that is held; 0: at once */
};

/* What opening found. */
struct journal_recovery {
	uint64_t records;        /* valid records in the newest segment */
	uint64_t cut_bytes;      /* of a torn tail, cut off; 0 after a clean stop */
	uint64_t first;          /* position of the oldest record kept */
	uint64_t end;            /* position behind the last record */
	int64_t last_arrival_ms; /* of the last record; 0 if there is none */
	char where[256];         /* with JOURNAL_CORRUPT: "<file>: offset <n>: <what is wrong>" */
};

struct journal;

/* Called on the journal's thread after each sync (more records may be read), and once after a fault
 * that ended it.  Must not block. */
typedef void journal_synced_fn(void *context);

/* Opens the journal in options->directory, making a new one if there is none, takes its lock and
 * cuts off a torn tail.  Fills *ret_recovery.  0, JOURNAL_HELD, JOURNAL_CORRUPT (its files are left
 * as they are) or a fault.  Blocks. */
int journal_open(struct journal **ret, const struct journal_options *options,
		 struct journal_recovery *ret_recovery) MUST_USE;

/* Starts the thread, which syncs, prepares the next file and removes old ones; synced may be NULL.
 * 0 or a fault. */
int journal_start(struct journal *journal, journal_synced_fn *synced, void *context) MUST_USE;

/* Syncs what is left, stops the thread, closes the files.  Accepts NULL; returns NULL. */
struct journal *journal_free(struct journal *journal);
DEFINE_CLEANUP(struct journal, journal_free)

/* Appends record (a message, an own one, or a time without topic and payload), borrowed meanwhile,
 * stamped with now_ms or the last stamp if later.  Any thread.  0 (kept by the kernel: it
 * survives the death of this process), JOURNAL_TOO_BIG, or a fault: it must not be acknowledged, no
 * cursor shows it, and while journal_fault() is 0 a later one may be taken. */
int journal_append(struct journal *journal, const struct record *record, int64_t now_ms) MUST_USE;

/* Positions behind the last record appended, and behind the last one synced.  Any thread. */
uint64_t journal_end(const struct journal *journal);
uint64_t journal_synced(const struct journal *journal);

/* Whether the disk had no room to prepare the next file.  What is open still takes records for a
 * while: stop receiving.  Tried again with each journal_retain().  Any thread. */
bool journal_is_tight(const struct journal *journal);

/* The fault that ended syncing (negative errno), or 0.  It is final: stop the process, a restart
 * recovers.  Any thread. */
int journal_fault(const struct journal *journal);

/* The journal's identity: 16 bytes drawn when it was made, as 32 hex digits and a zero; lent. */
const char *journal_id(const struct journal *journal);

/* Bytes of all segments on the disk, without the prepared file.  Any thread. */
uint64_t journal_bytes(const struct journal *journal);

/* Position of the oldest record kept (journal_end() if there is none).  Any thread. */
uint64_t journal_first(struct journal *journal);

/* Lets the journal's thread remove its oldest segments, one by one, while they end at or before
 * position and are synced, and the journal holds more than max_bytes or their last record arrived
 * before before_ms.  The newest is kept.  Replaces the wish before; the caller repeats it. */
void journal_retain(struct journal *journal, uint64_t position, uint64_t max_bytes,
		    int64_t before_ms);

/* A reader of synced records.  Reads ahead in large pieces. */
struct journal_cursor;

/* Makes a cursor at position (a record's, or journal_end()).  Gives it. */
struct journal_cursor *journal_cursor_new(struct journal *journal, uint64_t position) MUST_USE;
struct journal_cursor *journal_cursor_free(struct journal_cursor *cursor);
DEFINE_CLEANUP(struct journal_cursor, journal_cursor_free)

/* Reads the next synced record; its topic and payload are lent until the next call.  0,
 * JOURNAL_END, JOURNAL_CORRUPT or a fault (-ENOENT: no longer kept). */
int journal_next(struct journal_cursor *cursor, struct record *ret) MUST_USE;

/* After JOURNAL_CORRUPT: as journal_recovery.where; lent until the cursor is used again. */
const char *journal_cursor_where(const struct journal_cursor *cursor);

/* Where the cursor stands: the position of the record that comes next. */
uint64_t journal_cursor_position(const struct journal_cursor *cursor);

/* Moves the cursor to a record's position, or journal_end(). */
void journal_cursor_seek(struct journal_cursor *cursor, uint64_t position);

#endif
