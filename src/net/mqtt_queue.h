/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mqtt_queue: publications on their way to the broker: waiting, flying (handed over, not yet
 * acknowledged) and landed (over, not yet told).
 *
 * Bounded by MQTT_QUEUE_MAX (waiting and flying together); when full it refuses and the caller
 * counts.  What flew on a lost connection is recalled in order, all of it: a message sent twice
 * does no harm, a new retained message overtaken by an old one does.  No lock, no clock, no log.
 */
#ifndef IOCD_NET_MQTT_QUEUE_H
#define IOCD_NET_MQTT_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/base/defs.h"

struct publication {
	struct publication *next; /* in a publication_list */
	uint64_t token;           /* the publisher's name for it */
	uint64_t flight;          /* which hand-over; unique over the life of the queue; 0: none */
	int reason; /* how it ended, as in mqtt_done_fn; meaningless before it landed */
	int qos;
	bool retain;
	char *topic;   /* owned, zero-terminated */
	char *payload; /* owned, zero-terminated beyond payload_size */
	size_t payload_size;
};

struct publication_list {
	struct publication *first;
	struct publication *last; /* meaningless when first is NULL */
	size_t n;
};

struct mqtt_queue {
	struct publication_list waiting; /* oldest first */
	struct publication_list flying;  /* in order of hand-over */
	struct publication_list landed;  /* in order of landing */
	uint64_t n_flights;
};

/* Copies its arguments; gives the publication. */
struct publication *publication_new(uint64_t token, const char *topic, const void *payload,
				    size_t payload_size) MUST_USE;
struct publication *publication_free(struct publication *publication);

/* Frees what the queue holds. */
void mqtt_queue_fini(struct mqtt_queue *queue);

/* Waiting and flying together. */
size_t mqtt_queue_size(const struct mqtt_queue *queue);

/* Takes publication as the newest that waits; there must be room. */
void mqtt_queue_put(struct mqtt_queue *queue, struct publication *publication);

/* Lends the oldest that waits, which flies from now on with a new flight; NULL if none waits. */
struct publication *mqtt_queue_depart(struct mqtt_queue *queue);

/* True if flight was neither recalled nor has it ended. */
bool mqtt_queue_flies(const struct mqtt_queue *queue, uint64_t flight);

/* Ends a flight with reason; false if it was recalled or has ended before. */
bool mqtt_queue_land(struct mqtt_queue *queue, uint64_t flight, int reason);

/* Makes all that fly wait again, before those that wait, in their order. */
void mqtt_queue_recall(struct mqtt_queue *queue);

/* Lands all that wait or fly, with reason. */
void mqtt_queue_abandon(struct mqtt_queue *queue, int reason);

/* Gives the publication that landed first; NULL if there is none. */
struct publication *mqtt_queue_take_landed(struct mqtt_queue *queue);

#endif
