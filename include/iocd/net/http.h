/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http: a small HTTP/1.1 server on the loop, with one live stream (server-sent events).
 *
 * Hides libmicrohttpd, driven by its epoll descriptor.  Knows no route and no user: each request is
 * handed to one function that fills the response, or puts the answer off.  Limits: 1024 connections
 * for each of the two listeners, HTTP_STREAMS_MAX of all for streams (then 503), 16 KiB of body
 * (413), 8 KiB of headers (431), 10 s from the first byte of a request to its last (408 or cut), 30
 * s between two.  A stream's reader that falls 256 KiB behind is cut and counted; it may come back
 * with the id of the last event it saw.  Loop thread.
 */
#ifndef IOCD_NET_HTTP_H
#define IOCD_NET_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/base/defs.h"
#include "iocd/base/text.h"
#include "iocd/net/loop.h"

#define HTTP_STREAMS_MAX 700
#define HTTP_ADDRESS_MAX 48 /* of a peer, as text */
#define HTTP_HEADERS_MAX 12 /* of its own that a response may have */
#define HTTP_TELLS_MAX   8  /* things that http_stream_tell() keeps apart */

/* Whether an event of that tag is for a reader that was started with that subscription; the same
 * for as long as the reader is there. */
typedef bool http_wants_fn(void *context, void *subscription, uint64_t tag);
/* The reader is gone: frees what it subscribed. */
typedef void http_unsubscribe_fn(void *context, void *subscription);

struct http_options {
	const char *socket;  /* path of a UNIX socket, mode 0660; a stale one is replaced */
	const char *address; /* numeric address to listen on as well, NULL: none */
	int port;
	http_wants_fn *wants;             /* NULL: all want all; both with http_new()'s context */
	http_unsubscribe_fn *unsubscribe; /* NULL: nothing is to be freed */
	const char *const *headers; /* of every response, http's own refusals too, but those that
				       have their own of that name: name, value, name, value, NULL;
				       lent for ever; NULL: none */
	int64_t request_ms;         /* for one request or one answer, 0: 10 s */
	int64_t idle_ms;            /* between two, 0: 30 s */
};

struct http_request {
	const char *method; /* "GET", "HEAD" or "POST"; http answers others by itself with 405 */
	const char *path;   /* decoded, without the query */
	const char *body;   /* "" if there is none */
	size_t body_size;
	bool is_local;       /* came over the UNIX socket */
	const char *address; /* of the peer, "" if local; of a peer on loopback the last that it
				names in X-Forwarded-For */
	bool is_encrypted;   /* a peer on loopback says so: X-Forwarded-Proto: https */
	int64_t uid;         /* of a local peer, -1 if it is not known */
	const void *handle;  /* for http_query(), http_header() and http_cookie() */
};

struct http_header {
	const char *name;  /* lent for ever */
	struct text value; /* freed by http; no line ends */
};

struct http_response {
	int status;               /* set to 200 before the call */
	const char *content_type; /* set to application/json before the call; lent for ever; NULL:
				     none */
	struct text body;         /* empty before the call; freed by http */
	const void *lent;         /* sent instead of body if not NULL; lent for ever */
	size_t lent_size;
	struct http_header headers[HTTP_HEADERS_MAX];
	size_t n_headers;
	int stream;         /* set to 1 to turn this response into the live stream */
	void *subscription; /* of the stream: taken, even if there is no room for it */
	int later;      /* set to 1 to answer by http_answer(); headers count, nothing else does */
	uint64_t token; /* of this request, for http_answer(); never 0 */
};

/* Answers one request, at once or later. */
typedef void http_request_fn(void *context, const struct http_request *request,
			     struct http_response *response);

struct http;

/* Listens.  0 or a fault (-EADDRINUSE when another process listens on the socket). */
int http_new(struct http **ret, struct loop *loop, const struct http_options *options,
	     http_request_fn *fn, void *context) MUST_USE;

/* Lends the value of a query argument, of a request header or of a cookie, NULL if it is not there,
 * during the call of http_request_fn. */
const char *http_query(const struct http_request *request, const char *name);
const char *http_header(const struct http_request *request, const char *name);
const char *http_cookie(const struct http_request *request, const char *name);

/* Adds a header to a response; one that would break the line is left out.  Content-Type is not one
 * of these; Cache-Control stands in place of http's "no-store". */
void http_add_header(struct http_response *response, const char *name, const char *format, ...)
	PRINTF(3, 4);

/* Answers a request that was put off; takes what is in body, and leaves it empty; content_type is
 * lent for ever; set_cookie (copied, NULL: none) becomes a header.  Once for each token, after its
 * http_request_fn has returned; that the client has gone does not matter.  A request that nobody
 * answers waits until http_close(). */
void http_answer(struct http *http, uint64_t token, int status, const char *content_type,
		 struct text *body, const char *set_cookie);

/* An event of the stream; event and data without line ends, copied. */
struct http_event {
	uint64_t id;  /* greater than the one before, or the same: then no reader wants both;
			 0: it has none */
	uint64_t tag; /* what http_wants_fn decides by */
	const char *event;
	const char *data;
	size_t n;
};

/* Sends an event with an id to every reader that wants it: "id:", "event:" and one "data:" line.
 * The last 4096 events, of at most 8 MiB, are kept for readers that resume with the header
 * Last-Event-ID or the query argument last-event-id.  A reader whose id is not among them, nor that
 * of the newest before them, gets an "event: reset" first and goes on from now.  Events that came
 * before there was any reader may be put the same way, so that ids of an earlier life of the
 * process are known. */
void http_stream_send(struct http *http, const struct http_event *event);

/* Says which id is the newest of those that will not be sent: before the first is, or a reader that
 * saw that one cannot resume.  Later it forgets what was sent as well, and cuts all streams: who
 * comes back with a smaller id has missed something, and gets a reset. */
void http_stream_begin(struct http *http, uint64_t last_id);

/* Tells every reader that wants it what is so now (id 0): only the newest of each name and tag (at
 * most 4 pairs) waits for a slow reader, and nobody resumes it. */
void http_stream_tell(struct http *http, const struct http_event *event);

/* The number of open streams; cuts those for which fn, called with the context of http_new(), says
 * so: nothing more is sent to them, and they are gone in the next turn of the loop. */
size_t http_streams(const struct http *http);
typedef bool http_cut_fn(void *context, void *subscription);
void http_cut_streams(struct http *http, http_cut_fn *fn);

/* Takes http: ends streams, answers what was put off with 503, closes connections, removes the
 * socket.  Not from within http_request_fn.  Accepts NULL. */
void http_close(struct http *http);

#endif
