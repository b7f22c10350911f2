/* SPDX-License-Identifier: Apache-2.0 */
/*
 * forward: what goes to the iocd above: kept in an outbox until that one's own receipt.
 *
 * The outbox has three streams (frame.h), each a journal of its own: so an item is numbered once,
 * survives any kill, and is sent only after it is safe here.  The fold offers items; after a replay
 * it offers some again, and those are known by their keys and passed over.  What is sent: alerts
 * before roll-ups before events; of roll-ups and events the newest first, so that live data stay
 * live, and beside them what the receipt says is missing, the oldest first, at most `window` frames
 * unanswered.  The broker's PUBACK means nothing.  Before the first receipt on a connection, and
 * while none answers, only heartbeats go.
 *
 * At its limit of bytes or age the outbox gives up its oldest events, then roll-ups, then alerts;
 * how many, and of which time, is counted here and told above with each heartbeat.
 * Loop thread.
 */
#ifndef IOCD_FORWARD_H
#define IOCD_FORWARD_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/alert_json.h"
#include "iocd/base/defs.h"
#include "iocd/event.h"
#include "iocd/forward_status.h"
#include "iocd/frame.h"
#include "iocd/message.h"
#include "iocd/net/loop.h"
#include "iocd/net/mqtt.h"
#include "iocd/rollup.h"

struct forward_options {
	const char *directory;  /* of the outbox; made if missing.  Strings are copied */
	const char *prefix;     /* of topics above */
	const char *unit;       /* we speak for it and all below */
	const char *sender;     /* our name there, "iocd" */
	const char *journal_id; /* of the journal that items follow from, its first 8 characters;
				   another: keys begin anew */
	const char *instance;
	const char *version;
	const char *hash;
	const bool *events; /* by feed: its events go up; copied; NULL: none */
	uint32_t n_feeds;
	enum severity alerts; /* the least that goes up; SEVERITY_NONE: none */
	bool rollups;         /* roll-ups go up */
	bool compress;
	int64_t heartbeat_ms; /* 0: only when asked for: who comes and goes */
	int64_t batch_ms;     /* how long events wait for others before a frame leaves */
	size_t batch_bytes;   /* of items in a frame */
	uint64_t keep_bytes;  /* of the outbox */
	int64_t keep_ms;
	uint64_t segment_bytes;          /* of its files, from 1 MiB */
	const struct mqtt_options *mqtt; /* the way up, without filters and will; NULL: none is
					    opened (tests) */
};

/* What a heartbeat says beside the outbox; filled when one is due. */
struct forward_standing {
	uint64_t orders, orders_done; /* of orders from above, as journaled */
	uint32_t alerts_warning, alerts_critical;
	const char *trouble; /* lent during the call */
};

struct forward_hooks {
	void *context;
	void (*order)(void *context,
		      const struct order_message *order);              /* journal it; may be NULL */
	void (*standing)(void *context, struct forward_standing *ret); /* may be NULL */
	void (*receipted)(void *context); /* something was receipted; may be NULL */
	/* Instead of mqtt, for tests: publish; 0 or 1 (full). */
	int (*publish)(void *context, const char *topic, const void *bytes, size_t size);
};

struct forward;

/* Opens the outbox.  0 or a fault (-EBUSY: another process has it).  Blocks. */
int forward_new(struct forward **ret, struct loop *loop, const struct forward_options *options,
		const struct forward_hooks *hooks) MUST_USE;

/* Begins to connect and to send. */
void forward_start(struct forward *forward);

/* Offer what the fold has brought about; each is passed over if it is not to go up, or was put
 * before.  What the disk has no room for waits in memory, 4 MiB of each stream; beyond that, and at
 * any other fault of the disk, nothing is taken any more (status.fault): a restart, whose fold
 * offers it again, is the way on. */
void forward_event(struct forward *forward, const struct event *event, const struct schema *schema,
		   const struct units *units);
void forward_rollups(struct forward *forward, const struct rollup_batch *batch,
		     const struct units *units);
void forward_alert(struct forward *forward, const struct transition *transition,
		   const struct alert_context *context);

/* Puts the list of all alerts that stand, where the stream of alerts began anew or gave up items.
 */
void forward_standing_alerts(struct forward *forward, const struct alertbook *book,
			     const struct units *units);
bool forward_wants_standing(const struct forward *forward);

/* Puts an event as a CloudEvents object that somebody gives; keys rise: one that is not greater
 * than the last was put before, and is passed over (0: it is new).  0 or a fault: it was not put;
 * -ENOSPC: later, perhaps; -EMSGSIZE: about has no or more than 255 bytes, or json too many. */
int forward_put(struct forward *forward, const char *about, const char *json, size_t size,
		uint64_t key) MUST_USE;

/* Whether all that was offered and is to go up is on the disk.  After a fault: false for ever. */
bool forward_is_settled(const struct forward *forward);

/* For snapshots of the fold.  Whether one may be taken: all that was offered is in the outbox, if
 * not on the disk yet; how far the outbox is, without heap; and whether it reaches that far, read
 * back (or was begun anew, or is NULL).  A power cut may leave a snapshot ahead of the outbox,
 * which then must not be used, so that what was lost is offered again. */
bool forward_can_save(const struct forward *forward);
void forward_save(const struct forward *forward, struct bytes_writer *writer);
bool forward_reaches(const struct forward *forward, struct bytes_reader *reader);

/* What came from above (the payload of <prefix>/<unit>/iocd/ack/<sender>); mqtt does this itself.
 */
void forward_receive(struct forward *forward, const char *json, size_t size);

/* Once every 100 ms: sends, asks, gives up.  With a loop it also does so by itself, when something
 * is on the disk or was heard; without one (tests) the outbox has no threads. */
void forward_tick(struct forward *forward, int64_t mono_ms, int64_t real_ms);

/* Copies the present state. */
void forward_get_status(struct forward *forward, struct forward_status *ret);

/* Stops and frees; publications get at most wait_ms to leave.  Accepts NULL; returns NULL. */
struct forward *forward_close(struct forward *forward, int64_t wait_ms);

#endif
