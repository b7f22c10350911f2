/* SPDX-License-Identifier: Apache-2.0 */
/*
 * forward_private: what the files of this room share: forward.c (life, receipts), offer.c (what the
 * fold offers), send.c (which frame goes next), beat.c (heartbeats, and whether somebody answers),
 * limits.c (what is given up), status.c.
 */
#ifndef IOCD_FORWARD_PRIVATE_H
#define IOCD_FORWARD_PRIVATE_H

#include "iocd/base/log.h"
#include "iocd/base/text.h"
#include "iocd/forward.h"
#include "flights.h"
#include "stream.h"
#include "uplink.h"

#define FORWARD_PATIENCE_MS      5000  /* without an answer: then it is asked for ... */
#define FORWARD_PATIENCE_LAST_MS 30000 /* ... again and again, in the end so seldom */
#define FORWARD_FILL_MAX         12    /* flights of LANE_FILL, at most */
#define FORWARD_LIVE_MAX         14    /* and of LANE_LIVE */
#define FORWARD_SLOW_MS          600   /* backfill that takes so long makes its window smaller */

struct forward {
	/* Constant. */
	char *topic; /* of frames and heartbeats; for hooks.publish */
	char *unit;
	char *instance;
	char *version;
	char *hash;
	bool *events;
	uint32_t n_feeds;
	enum severity alerts;
	bool rollups;
	bool compress;
	int64_t heartbeat_ms;
	int64_t batch_ms;
	size_t batch_bytes;
	uint64_t keep_bytes;
	int64_t keep_ms;
	int64_t started_ms;
	struct forward_hooks hooks;
	struct wake *wake;     /* something new is on the disk; NULL without a loop */
	struct uplink *uplink; /* NULL: hooks.publish */

	struct stream streams[N_FRAME_CLASSES];
	struct frame_writer *writer;
	struct text body; /* of an item, while it is made; kept warm, as the next */
	struct text about;
	int64_t mono_ms; /* as told last */
	int64_t real_ms;

	bool is_started;
	bool is_up;       /* connected */
	bool is_answered; /* a receipt has come since then, and not too long ago */
	bool wants_beat;
	bool is_owed;        /* an answer, since: */
	int64_t owed_ms;     /* monotonic */
	int64_t beat_ms;     /* of the last heartbeat, monotonic */
	int64_t patience_ms; /* before it is asked again */
	int64_t flight_ms;   /* patience with a single frame */
	uint64_t orders_told;
	int64_t answered_ms; /* of the last receipt, civil; 0: none */

	struct flights flights;
	uint32_t fill_window; /* flights of LANE_FILL, for now: smaller on a slow way */
	uint64_t n_frames, n_bytes, n_raw;
	uint64_t n_refused;
	struct log_limit nonsense_limit;
};

/* send.c: sends what may go by now. */
void forward_pump(struct forward *forward);

/* Publishes it; false: there is no room. */
bool forward_publish(struct forward *forward, const void *bytes, size_t size);

/* Where the lanes begin, now that somebody answers. */
void forward_aim(struct forward *forward);

/* beat.c: the connection was made or lost; a receipt came; the broker passed something on to
 * nobody; time passed. */
void forward_note_up(struct forward *forward, bool is_up);
void forward_note_heard(struct forward *forward);
void forward_note_refused(struct forward *forward, int reason);
void forward_beat(struct forward *forward);

/* limits.c: forgets what was receipted, gives up what is too much or too old. */
void forward_keep(struct forward *forward);

#endif
