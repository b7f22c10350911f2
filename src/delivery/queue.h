/* SPDX-License-Identifier: Apache-2.0 */
/*
 * queue: how far one receiver is, and what it is to be sent next.
 *
 * A queue holds no messages: they are the book's transitions behind the last one that is over for
 * the receiver, as far as they are addressed to it.  What the book forgets before its turn came is
 * missed, and the receiver is told how many that were.  Pure; told both times it needs.
 */
#ifndef IOCD_DELIVERY_QUEUE_H
#define IOCD_DELIVERY_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/alertbook.h"
#include "iocd/delivery.h"
#include "iocd/net/backoff.h"

/* To whom the latest transitions are addressed: twice as many as the book keeps, so that it is
 * still known of those that it has just forgotten. */
#define ADDRESSED_MAX (2 * ALERTBOOK_LOG)

struct addressed {
	uint64_t first;               /* number of the first transition of which it is known */
	uint64_t last;                /* and of the last */
	uint32_t bits[ADDRESSED_MAX]; /* by number; bit i: queue i */
};

/* Notes to whom the transition behind addressed->last goes. */
void addressed_add(struct addressed *addressed, uint32_t bits);

/* Whether a transition goes to queue i; true if that is not known. */
bool addressed_has(const struct addressed *addressed, uint64_t number, uint32_t i);

enum queue_next {
	QUEUE_IDLE,       /* there is nothing to send, or not yet */
	QUEUE_MISSED,     /* how many were missed */
	QUEUE_TRANSITION, /* transition queue.told + 1 */
};

struct queue {
	char *id;          /* owned, as all strings */
	char *url;         /* http(s) */
	char *secret_file; /* "": not signed */
	bool is_vietnamese;
	uint32_t number; /* its bit in struct addressed */

	uint64_t told;   /* number of the last transition that is over for it */
	uint64_t missed; /* transitions it was not told of, and does not know of yet */

	uint64_t token;          /* of the post under way; 0: none */
	uint64_t sending;        /* the transition in it; 0: the number of those missed, ... */
	uint64_t sending_missed; /* ... namely so many */

	struct backoff backoff;
	int64_t retry_ms; /* monotonic: nothing is sent before; 0: at once */
	bool is_refusing; /* the last answer was a refusal */
	bool is_astray;   /* the post under way goes where the receiver is no more */
	struct delivery_receiver status;
};

/* Makes a queue for a receiver, whose strings are copied, behind transition told; frees what it
 * holds. */
void queue_init(struct queue *queue, const struct receiver *receiver, uint32_t number,
		uint64_t told);
void queue_fini(struct queue *queue);

/* Takes over what a changed configuration says of the same receiver; its address may be another. */
void queue_change(struct queue *queue, const struct receiver *receiver, uint32_t number);

/* The post under way was given up. */
void queue_cancelled(struct queue *queue);

/* Counts as missed what is addressed to it and was forgotten, up to that number.  Returns how many
 * these are. */
uint64_t queue_skip(struct queue *queue, const struct addressed *addressed, uint64_t forgotten);

/* Moves on over what is not addressed to it; says what is to be sent now. */
enum queue_next queue_look(struct queue *queue, const struct addressed *addressed, int64_t now_ms);

/* A post has begun, with what queue_look() said. */
void queue_sent(struct queue *queue, enum queue_next next, uint64_t token);

/* Begins to wait because of a fault: of the server, the network, or our own. */
void queue_failed(struct queue *queue, const char *why, int64_t now_ms, int64_t real_ms);

/* The post under way is over, with the server's status or 0 and why. */
void queue_answered(struct queue *queue, int status, const char *why, int64_t now_ms,
		    int64_t real_ms);

#endif
