/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stream: one stream as its sender sees it: its outbox, what the one above has of it, what of it
 * was let go, and what was given up.
 *
 * floor: all before it is forgotten here, because it was receipted or given up.  What was given up
 * may have arrived above nevertheless, without a receipt that came: until that one has said so
 * again, for a while without change, it is in doubt, and the floor is not told above.  All of this
 * is remembered by notes in the outbox.
 * Loop thread.
 */
#ifndef IOCD_FORWARD_STREAM_H
#define IOCD_FORWARD_STREAM_H

#include <stdbool.h>
#include <stdint.h>

#include "flights.h"
#include "iocd/message.h"
#include "known.h"
#include "outbox.h"
#include "outbox_reader.h"

#define DOUBTS_MAX    64
#define DOUBT_SURE_MS 1000 /* that nothing in doubt changes for so long makes it sure */

/* Items that were given up, recorded from, to. */
struct loss {
	uint64_t n;
	int64_t from_ms, to_ms;
};

struct doubt {
	struct span list[DOUBTS_MAX]; /* in order */
	uint32_t n;                   /* 0: there is no doubt */
	struct mark told;             /* the floor that is told above meanwhile */
	struct loss loss;             /* all of it, if none has arrived */
	uint64_t lacking;             /* of it, as last receipted ... */
	int64_t since_ms;             /* ... since then, monotonic; 0: not receipted again yet */
};

struct stream {
	enum frame_class class;
	bool is_wanted; /* something may be put */
	struct outbox *outbox;
	struct outbox_reader *readers[N_LANES];
	struct outbox_reader *peeker;

	struct known known;
	bool is_known; /* by a receipt for this epoch */
	struct mark floor;
	struct mark noted; /* the floor that the last note has */
	struct loss given_up;
	struct doubt doubt;
	bool wants_standing; /* FRAME_ALERT: the one above should hear of all that stands */

	uint64_t live;        /* number at which LANE_LIVE goes on; before it, LANE_FILL does */
	int64_t waiting_ms;   /* monotonic: since when something waits for company; 0: nothing */
	uint64_t asked_first; /* journal_first() when files were let go for room ... */
	int64_t asked_ms;     /* ... and when that was, monotonic; 0: not */

	struct mark peeked; /* what stream_recorded_ms() has found out */
	int64_t peeked_ms;
	uint64_t aged;   /* number of the mark before which keep_age() has looked ... */
	int64_t aged_ms; /* ... and found this */
};

/* Opens it; stream is zeroed but for class.  0 or a fault of outbox_open(). */
int stream_open(struct stream *stream, const struct outbox_options *options) MUST_USE;
void stream_close(struct stream *stream);

/* All items that are here: from the floor up to what is surely on the disk. */
struct span stream_held(const struct stream *stream);

/* How many of them the one above has not. */
uint64_t stream_backlog(const struct stream *stream);

/* When the first of them that it has not, or the item of a number, was recorded; 0: there is none,
 * or none that can be read. */
int64_t stream_oldest_ms(struct stream *stream);
int64_t stream_recorded_ms(struct stream *stream, uint64_t number);

/* How a receipt came. */
struct hearing {
	bool is_first;  /* since the one above did not answer */
	bool is_flying; /* something that was given up since is still under way */
	int64_t mono_ms;
};

/* A receipt says this.  0, or KNOWN_BAD: it makes no sense and is passed over.  *ret_is_new:
 * something was receipted that was not. */
int stream_take(struct stream *stream, const struct receipt_stream *receipt,
		const struct hearing *hearing, bool *ret_is_new) MUST_USE;

/* Forgets what was receipted. */
void stream_let_go(struct stream *stream);

/* Gives up all before a mark, which is not behind what is on the disk. */
void stream_give_up(struct stream *stream, struct mark to);

/* What was given up, with what is in doubt. */
struct loss stream_loss(const struct stream *stream);

/* Writes a note if one is due, or if it must be; and lets files go that it says are not needed. */
void stream_remember(struct stream *stream, bool is_due);

/* Reads a note back; one that makes no sense is passed over (and logged). */
void stream_recall(struct stream *stream, struct slice note);

/* What a heartbeat says. */
void stream_describe(struct stream *stream, struct heartbeat_stream *ret);

#endif
