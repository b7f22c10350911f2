/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http_world: a server on a UNIX socket, and on loopback where a test asks for it, and raw clients
 * of it in the same loop.
 *
 * What the server answers: /echo the body, /nothing none, /lent what is lent, /who whom it sees,
 * /cookie?name= that cookie, /headers with headers of its own, /big?n= so many bytes, /later
 * nothing yet, /send and /burst an event or 300 KiB of them, /stream?want= the live stream with
 * that mask of tags; anything else is not found.
 */
#ifndef IOCD_TESTS_NET_HTTP_WORLD_H
#define IOCD_TESTS_NET_HTTP_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "iocd/net/http.h"
#include "iocd/net/loop.h"

#define PATIENCE_MS 20000
#define EVERYTHING  UINT64_MAX /* the tag that every mask has */

struct fixture {
	char directory[64];
	char socket[80];
	uint32_t address; /* of TCP, in the order of the network */
	int port;         /* 0: not on TCP */
	struct loop *loop;
	struct timer *guard;
	bool is_out_of_patience;
	struct http *http;
	struct text seen;   /* what the last request was */
	uint64_t tokens[4]; /* of requests to be answered later */
	size_t n_tokens;
	size_t n_requests;
	uint64_t last_id; /* of an event that was sent */
	size_t n_subscribed, n_unsubscribed;
	size_t n_asked; /* how often it was asked whether a reader wants an event */
};

struct client {
	struct fixture *f;
	int fd;
	struct watch *watch;
	struct text raw;
	size_t at;         /* bytes of raw that were looked at */
	size_t chunk_left; /* bytes of the present chunk, with its line end, to come */
	bool is_in_body;
	bool is_chunked;
	bool has_ended; /* the last chunk came */
	bool is_over;   /* the server has closed */
	struct text in; /* headers and body without the marks of the chunks */
};

#define RUN_UNTIL(f, condition)                                                                    \
	do {                                                                                       \
		timer_start((f)->guard, PATIENCE_MS, 0);                                           \
		while (!(condition)) {                                                             \
			loop_run((f)->loop);                                                       \
			assert_false((f)->is_out_of_patience);                                     \
		}                                                                                  \
		timer_stop((f)->guard);                                                            \
	} while (0)

/* ---- the server's side ---- */

/* setup() listens on the socket only; listen_on() anew, with other options, of which the socket is
 * filled in, and a free port if there is an address. */
int setup(void **state);
int teardown(void **state);
int listen_again(struct fixture *f, struct http **ret);
void listen_on(struct fixture *f, struct http_options options);

/* Sends an event "e" with the next id; n of them of 1 KiB; one with an id and a tag; tells. */
void send_event(struct fixture *f, const char *data);
void send_kilobytes(struct fixture *f, size_t n);
void send_tagged(struct fixture *f, uint64_t id, uint64_t tag, const char *data);
void tell(struct fixture *f, const char *name, uint64_t tag, const char *data);

/* ---- the clients' side ---- */

/* Connects over the socket or over loopback, and says text. */
void enter(struct client *client, struct fixture *f, const char *text);
void enter_tcp(struct client *client, struct fixture *f, const char *text);
void say(struct client *client, const char *text);
void leave(struct client *client);
/* A GET of that path (and query); opens a stream and waits until it is there. */
void get(struct client *client, struct fixture *f, const char *path);
void open_stream(struct client *client, struct fixture *f);
void open_stream_of(struct client *client, struct fixture *f, uint64_t mask);

bool has(const struct client *client, const char *text);
size_t count(const struct client *client, const char *text);
/* The id in the last "id:" line that client has read. */
unsigned long long last_id(const struct client *client);

#endif
