/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http_inside: what the files of the http server share: http.c (the door, and running the daemons),
 * http_request.c (from the first byte of a request to its answer) and http_live.c (streams).
 */
#ifndef IOCD_NET_HTTP_INSIDE_H
#define IOCD_NET_HTTP_INSIDE_H

#include <microhttpd.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "answer.h"
#include "listen.h"
#include "peer.h"
#include "stream.h"

struct listener {
	struct http *http;
	struct MHD_Daemon *daemon;
	struct watch *watch;
	bool is_local;
};

struct live;

struct http {
	struct loop *loop;
	http_request_fn *fn;
	http_unsubscribe_fn *unsubscribe;
	void *context;
	const char *const *headers; /* of every response */
	char *socket;               /* NULL: none */
	struct listen_mark mark;
	struct listener listeners[2];
	size_t n_listeners;
	struct peers *peers;
	struct timer *timer; /* when the daemons want to run without a descriptor being ready */
	struct wake *wake;   /* in the next turn, that is: a timer would run again in this one */
	struct timer *comment_timer;
	struct stream *stream;
	struct live *due;    /* suspended streams with something to read, the first to be next */
	struct call *later;  /* suspended calls, by call.next */
	uint64_t last_token; /* given to a request */
	size_t burst;        /* events sent since the daemons ran */
	bool is_running;     /* a daemon is on the stack */
	bool has_resumed;    /* connections were resumed and have not run since */
	bool is_closing;
};

/* http.c: has the daemons run in the next turn, or after the present run. */
void http_wake(struct http *http);
/* Lends who is at the other end. */
struct peer *http_peer(struct MHD_Connection *connection);

/* http_request.c: the callbacks of a daemon.  Answers what was put off with 503. */
enum MHD_Result http_on_request(void *http, struct MHD_Connection *connection, const char *path,
				const char *method, const char *version, const char *bytes,
				size_t *n, void **call);
void http_on_completed(void *http, struct MHD_Connection *connection, void **call,
		       enum MHD_RequestTerminationCode why);
void http_answer_what_is_left(struct http *http);

/* http_live.c: opens a stream for the request; takes the response.  Frees what was subscribed but
 * is not needed. */
enum MHD_Result http_live_start(struct http *http, struct MHD_Connection *connection,
				struct http_response *response);
void http_live_unsubscribe(struct http *http, void *subscription);
/* Is the due hook of the stream: its owner can read, and will be resumed. */
void http_live_is_due(void *live);
/* Resume the next of those that are due; all streams. */
void http_live_resume_some(struct http *http);
void http_live_resume_all(struct http *http);
/* Shuts those that are too slow. */
void http_live_cut_slow(struct http *http);

#endif
