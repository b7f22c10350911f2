/* SPDX-License-Identifier: Apache-2.0 */
/*
 * delivery: tells alerts to subscribers by MQTT.
 *
 * Every transition goes to <prefix>/alertlog/<unit>/<severity> (QoS 1, not retained), at least once
 * and in order, over restarts too: how far the broker has acknowledged them is kept in a small
 * file. The present state of each alert stands retained at <prefix>/alert/<unit>/<key> and is
 * emptied when it clears; after every reconnect it is published again.  Loop thread.
 */
#ifndef IOCD_DELIVERY_H
#define IOCD_DELIVERY_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/alert_json.h"
#include "iocd/base/defs.h"
#include "iocd/net/mqtt.h"

struct delivery_options {
	const char *prefix;     /* of all topics */
	const char *file;       /* where the number of the last transition told is kept */
	const char *journal_id; /* a file of another journal is not believed */
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

struct delivery;

/* Makes a delivery that is quiet until delivery_start().  Gives it; never NULL. */
struct delivery *delivery_new(const struct delivery_options *options,
			      const struct delivery_source *source) MUST_USE;

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

/* Copies the present state. */
void delivery_get_status(const struct delivery *delivery, struct delivery_status *ret);

/* Writes the file a last time and frees.  Accepts NULL; returns NULL. */
struct delivery *delivery_free(struct delivery *delivery);

#endif
