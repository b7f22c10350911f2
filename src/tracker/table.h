/* SPDX-License-Identifier: Apache-2.0 */
/*
 * table: the memory of all records: open ones, lately closed ones, and notes of what was heard of
 * records that are not opened yet; found by what identifies them.
 *
 * A record is a slot: a card of 16 bytes, which is all that a listing looks at, and the rest.  The
 * first bytes of its id lie in it, what is longer in one or two pieces.  Address space for all is
 * reserved at once; pages come as they are touched.  No heap after table_init(), no lock.
 */
#ifndef IOCD_TRACKER_TABLE_H
#define IOCD_TRACKER_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/base/defs.h"
#include "iocd/trackers.h"

#define SLOT_NONE 0u /* the first slot stays empty */
#define ID_HERE   21 /* bytes of an id in the record itself */
#define ID_PIECE  38 /* and in each of two pieces */

/* What a slot holds; also the queue it stands in. */
enum slot_state { SLOT_FREE, SLOT_OPEN, SLOT_CLOSED, SLOT_NOTE, SLOT_STATES };

/* Marks beside the state.  Of an open record ... */
#define MARK_PAUSED   0x04u
#define MARK_DUE_SOON 0x08u /* was told due-soon */
#define MARK_OVERDUE  0x10u
#define MARK_LOOSE    0x20u /* resumed at changed_ms, the pause was not heard of yet */
#define MARK_AGAIN    0x40u /* it was closed before and opened again */
/* ... and of a note: what was heard. */
#define NOTE_CLOSE  0x04u
#define NOTE_PAUSE  0x08u
#define NOTE_RESUME 0x10u
#define NOTE_MOVE   0x20u

struct card {
	union {
		int64_t due_ms;   /* open: 0: none */
		int64_t heard_ms; /* others: when, for forgetting */
	};
	uint32_t heap_at; /* place in the heap of deadlines + 1; 0: not in it */
	uint16_t unit;
	uint8_t track;
	uint8_t flags; /* state and marks */
};

/* A note keeps the event times of close, pause, resume and move in these four, in this order. */
struct record {
	uint64_t hash;      /* of its key fields */
	int64_t opened_ms;  /* the latest opening */
	int64_t changed_ms; /* paused: since; closed: when; otherwise: the last resume or opening */
	int64_t paused_ms;  /* working time of pauses; less what earlier openings took, if AGAIN */
	int64_t moved_ms;   /* the latest charge to a unit */
	uint32_t previous, next; /* in its queue */
	uint32_t pieces[2];      /* of its id; 0: none */
	uint8_t calendar;        /* chosen by kind, + 1; 0: that of its unit or track */
	uint8_t step;            /* note: of the track, that closes */
	uint8_t id_size;
	char id[ID_HERE];
};

struct queue {
	uint32_t first, last;
	uint32_t n;
};

struct place_of; /* of the index, see table.c */

/* Due instants of open records whose clock runs: see deadlines.h. */
struct deadline {
	int64_t when_ms;
	uint32_t tie;
	uint32_t slot;
};

struct table {
	char *base;  /* the mapping */
	size_t size; /* of the mapping */
	struct card *cards;
	struct record *records;
	char (*pieces)[ID_PIECE];
	struct place_of *index;
	struct deadline *heap;
	uint32_t n_heap, peak_heap;
	uint32_t capacity;                /* slots, the empty first one included */
	uint32_t index_size;              /* places */
	uint32_t n_slots, free_slot;      /* ever used; head of those that came back */
	uint32_t n_pieces, free_piece;    /* the same */
	struct queue queues[SLOT_STATES]; /* by state, oldest first */
};

/* What identifies a record. */
struct record_key {
	uint64_t hash;
	uint8_t track;
	uint8_t size; /* of id */
	char id[RECORD_ID_MAX];
};

/* Reserves room for n records.  0 or a fault. */
int table_init(struct table *table, uint32_t n) MUST_USE;
void table_fini(struct table *table);

static inline enum slot_state slot_state(const struct card *card)
{
	return (enum slot_state)(card->flags & 3u);
}

/* The slot of the record of key (open or closed), or of the note of key, or SLOT_NONE. */
uint32_t table_find(const struct table *table, const struct record_key *key, bool is_note);

/* Takes a slot for key, zeroed but for its key, at the end of the queue of state; SLOT_NONE if
 * there is no room. */
uint32_t table_take(struct table *table, const struct record_key *key,
		    enum slot_state state) MUST_USE;

/* Gives back a slot that is in no heap. */
void table_give_back(struct table *table, uint32_t slot);

/* Moves slot to the end of the queue of state, and makes that its state; marks are cleared. */
void table_move(struct table *table, uint32_t slot, enum slot_state state);

/* Copies the id of slot to id, which has room for RECORD_ID_MAX; returns its size. */
uint8_t table_id(const struct table *table, uint32_t slot, char *id);

/* Copies what identifies slot. */
struct record_key table_key(const struct table *table, uint32_t slot);

/* Bytes that were ever touched. */
size_t table_bytes(const struct table *table);

#endif
