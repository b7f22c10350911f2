/* SPDX-License-Identifier: Apache-2.0 */
/*
 * outbox: one stream's items in a journal of its own: numbered as they are put, read again from any
 * number on, and forgotten from the oldest on.
 *
 * What its owner wants to remember it puts as a note between the items.  An item that the disk has
 * no room for waits in memory (stash.h); when there is no room there either, or the disk is broken,
 * nothing is taken any more: outbox_fault().
 * Loop thread; opening and closing block.
 */
#ifndef IOCD_FORWARD_OUTBOX_H
#define IOCD_FORWARD_OUTBOX_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/frame.h"
#include "iocd/journal.h"
#include "marks.h"
#include "record.h"

struct outbox_options {
	const char *directory; /* copied */
	uint64_t segment_bytes;
	const char *journal_id; /* of the journal that keys are of; its first 8 characters count */
	int64_t mark_ms;        /* how fine times of items are known */
};

enum outbox_outcome {
	OUTBOX_END = 1, /* no further item is on the disk */
	OUTBOX_KNOWN,   /* it was put before */
	OUTBOX_TIGHT,   /* the disk has no room */
};

struct outbox;

/* Opens what is in the directory, or makes it.  0, -EBUSY: another process has it, -EUCLEAN: it is
 * damaged (logged), or a fault. */
int outbox_open(struct outbox **ret, const struct outbox_options *options) MUST_USE;

/* Starts the journal's thread; synced is called on it.  0 or a fault. */
int outbox_start(struct outbox *outbox, journal_synced_fn *synced, void *context) MUST_USE;

/* Syncs, writes the hint, closes.  Accepts NULL; returns NULL. */
struct outbox *outbox_free(struct outbox *outbox);
DEFINE_CLEANUP(struct outbox, outbox_free)

/* The journal's id; the note that was put last before it was opened, lent until the first
 * outbox_note() ("" : there is none). */
const char *outbox_epoch(const struct outbox *outbox);
struct slice outbox_first_note(const struct outbox *outbox);

/* Of the present journal: the key of its last item here; false: there is none. */
bool outbox_last_key(const struct outbox *outbox, struct key *ret);

/* Whether an item of that key was put before. */
bool outbox_has(const struct outbox *outbox, struct key key);

/* Puts an item; about at most 255 bytes, body FRAME_ITEM_MAX.  0 (it may wait in memory),
 * OUTBOX_KNOWN or a fault, which outbox_fault() gives from then on. */
int outbox_put(struct outbox *outbox, struct key key, struct slice about, struct slice body,
	       int64_t recorded_ms) MUST_USE;

/* The same for one who can wait: without room on the disk OUTBOX_TIGHT, and it was not put. */
int outbox_put_now(struct outbox *outbox, struct key key, struct slice about, struct slice body,
		   int64_t recorded_ms) MUST_USE;

/* Puts a note.  0, OUTBOX_TIGHT or a fault. */
int outbox_note(struct outbox *outbox, struct slice note) MUST_USE;

/* The place behind the last item, and one up to which surely all is on the disk, as of the last
 * outbox_tick(). */
struct mark outbox_head(const struct outbox *outbox);
struct mark outbox_safe_head(const struct outbox *outbox);

/* When the last item was recorded; 0: there is none. */
int64_t outbox_last_ms(const struct outbox *outbox);

/* Whether all that was put is in the journal, and was taken at all; and on the disk besides. */
bool outbox_is_whole(const struct outbox *outbox);
bool outbox_is_settled(const struct outbox *outbox);

/* The fault that ended it; 0: none. */
int outbox_fault(const struct outbox *outbox);
void outbox_set_fault(struct outbox *outbox, int fault);

/* Where items lie; their journal; its segments' size. */
const struct marks *outbox_marks(const struct outbox *outbox);
struct journal *outbox_journal(const struct outbox *outbox);
uint64_t outbox_segment_bytes(const struct outbox *outbox);

/* Lets files go that end at or before position, once all that was put by now (the note that says
 * so) is on the disk. */
void outbox_trim(struct outbox *outbox, uint64_t position);

/* Now and then: tries again what waits in memory, lets files go, writes the hint. */
void outbox_tick(struct outbox *outbox);

#endif
