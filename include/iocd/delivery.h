/* SPDX-License-Identifier: Apache-2.0 */
/*
 * delivery: tells alerts to subscribers by MQTT, and to receivers by HTTP.
 *
 * Every transition goes to <prefix>/alertlog/<unit>/<severity> (QoS 1, not retained), at least once
 * and in order, over restarts too: how far the broker has acknowledged them is kept in a small
 * file.  <severity> is that of the transition, so that an alert which changes its severity is heard
 * of under both.  The present state of each alert stands retained at <prefix>/alert/<unit>/<key>
 * and is emptied when it clears; after every reconnect it is published again.
 *
 * Receivers are told only what a transition says they are to hear (alertbook.h), each in order and
 * one at a time, at least once, over restarts too; one that cannot be reached delays no other.  The
 * post is signed (X-Iocd-Signature: sha256=<HMAC of the body>) and has an Idempotency-Key, which is
 * the same when it is repeated.  2xx is well; 408, 425, 429, 5xx and no answer are tried again
 * after 1 s to 60 s for ever; any other answer is counted as refused and not repeated.  What the
 * book no longer keeps when its turn comes is missed, and the receiver is told how many that were.
 * Loop thread.
 */
#ifndef IOCD_DELIVERY_H
#define IOCD_DELIVERY_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/alert_json.h"
#include "iocd/base/defs.h"
#include "iocd/net/mqtt.h"
#include "iocd/net/web.h"
#include "iocd/rule.h"

struct delivery_options {
	const char *prefix;     /* of all topics */
	const char *file;       /* where the number of the last transition told is kept */
	const char *journal_id; /* a file of another journal is not believed */

	/* Of receivers. */
	const char *receivers_file; /* where it is kept how far each was told */
	const char *instance;       /* name of this iocd */
	int64_t timeout_ms;         /* of a post */
	struct loop *loop;          /* borrowed for life, as web */
	struct web *web;            /* NULL: receivers are not told */
};

/* What is told; lent for life. */
struct delivery_source {
	struct alert_context context;
	const struct alertbook *book;
};

struct delivery_status {
	uint64_t told;    /* number of the last transition that the broker acknowledged */
	uint64_t skipped; /* transitions that were no longer kept when their turn came */
	uint64_t refused; /* publications that the broker refused */
};

struct delivery_receiver {
	const char *id;           /* lent until delivery_replace_rules() */
	uint64_t told;            /* number of the last transition that is over for it */
	uint64_t waiting;         /* transitions that it is to hear and has not */
	int64_t waiting_since_ms; /* when the oldest of them happened; 0: nothing waits */
	int64_t failing_since_ms; /* civil time of the first failure or refusal since it last took
				     something; 0: none */
	char error[160];          /* the last of these failures; "" */
	uint64_t posted;          /* messages that it took since the start; likewise: */
	uint64_t refused;         /* that it refused */
	uint64_t skipped;         /* transitions that were no longer kept when their turn came */
};

struct delivery;

/* Makes a delivery that is quiet until delivery_start().  Gives it; never NULL. */
struct delivery *delivery_new(const struct delivery_options *options,
			      const struct delivery_source *source) MUST_USE;

/* Whose receivers are told from now on: rules_about(rules), which is copied.  Call it once before
 * delivery_start(), and after each alertbook_replace_rules(), before the next delivery_post().
 * Receivers whose id stays keep their place in the news; those that are new hear what was not
 * posted before. */
void delivery_replace_rules(struct delivery *delivery, const struct rules *rules);

/* Begins to tell, from the first transition that was not told before (without a file of this
 * journal: from the next one on), by mqtt, borrowed for life. */
void delivery_start(struct delivery *delivery, struct mqtt *mqtt);

/* Tells what is new in the book, as far as mqtt has room.  Call it after every change of the book
 * and when mqtt has room again. */
void delivery_post(struct delivery *delivery);

/* The connection came up: publishes the state of every raised alert again. */
void delivery_connected(struct delivery *delivery);

/* A publication is over: mqtt's done hook. */
void delivery_done(struct delivery *delivery, uint64_t token, int reason);

/* Copy the present state, and that of receiver i of so many, in the order of their numbers. */
void delivery_get_status(const struct delivery *delivery, struct delivery_status *ret);
size_t delivery_n_receivers(const struct delivery *delivery);
void delivery_get_receiver(const struct delivery *delivery, size_t i,
			   struct delivery_receiver *ret);

/* Writes the files a last time, gives up the posts under way and frees.  Accepts NULL; returns
 * NULL. */
struct delivery *delivery_free(struct delivery *delivery);

#endif
