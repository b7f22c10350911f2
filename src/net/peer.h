/* SPDX-License-Identifier: Apache-2.0 */
/*
 * peer: the connections of the http server: who is at the other end, and how long it may take.
 *
 * libmicrohttpd only knows how long a connection was silent, and a byte now and then keeps it for
 * ever.  Here each has a time by which the request, or the reading of the answer, must be over; a
 * look at all of them now and then shuts those that are late, which libmicrohttpd then notices.
 *
 * Loop thread.
 */
#ifndef IOCD_NET_PEER_H
#define IOCD_NET_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/net/http.h"

struct peers;

enum peer_state {
	PEER_IDLE,    /* between two requests */
	PEER_ASKING,  /* a part of a request is here */
	PEER_READING, /* it is given an answer */
	PEER_STAYS,   /* it has a stream, or waits for an answer: as long as it takes */
};

/* A connection.  Written by peer.c only. */
struct peer {
	struct peers *peers;
	struct peer *prev; /* in peers */
	struct peer *next;
	int fd; /* libmicrohttpd's */
	bool is_local;
	bool is_loopback;
	char address[HTTP_ADDRESS_MAX]; /* "" if local */
	int64_t uid;                    /* of a local one, -1: not known */
	enum peer_state state;
	int64_t until_ms;    /* of the monotonic clock; INT64_MAX: never */
	uint64_t n_received; /* bytes, when it became idle */
};

/* Makes an empty set.  0 stands for the default: 10 s for a request or for an answer of no size, 30
 * s between two requests. */
struct peers *peers_new(struct loop *loop, int64_t request_ms, int64_t idle_ms) MUST_USE;
/* Takes an empty set. */
void peers_close(struct peers *peers);

/* Adds the connection fd, which has until then to make its first request; gives it. */
struct peer *peer_join(struct peers *peers, int fd, bool is_local) MUST_USE;
void peer_leave(struct peer *peer);

/* Its headers are here; an answer of size bytes is on its way; it stays; its answer was sent. */
void peer_asks(struct peer *peer);
void peer_reads(struct peer *peer, size_t size);
void peer_stays(struct peer *peer);
void peer_waits(struct peer *peer);

/* Shuts the connection: whatever it does next fails. */
void peer_shut(const struct peer *peer);

/* The last address that a list like that of X-Forwarded-For names.  False if that is none. */
bool peer_read_last(char ret[HTTP_ADDRESS_MAX], const char *list) MUST_USE;

#endif
