/* SPDX-License-Identifier: Apache-2.0 */
/*
 * http: a small HTTP/1.1 server on the loop, with one live stream (server-sent events).
 *
 * Hides libmicrohttpd, driven by its epoll descriptor.  Knows no route: each request is handed to
 * one function that fills the response, or puts the answer off.  Limits: 256 connections for each
 * of the two listeners, 192 of all for streams (then 503), 16 KiB of body (413), 15 s of silence in
 * a request.  A stream's reader that falls 256 KiB behind is cut and counted; it may come back with
 * the id of the last event it saw.  Loop thread.
 */
#ifndef IOCD_NET_HTTP_H
#define IOCD_NET_HTTP_H

#include <stddef.h>
#include <stdint.h>

#include "iocd/base/defs.h"
#include "iocd/base/text.h"
#include "iocd/net/loop.h"

struct http_options {
	const char *socket;  /* path of a UNIX socket, mode 0660; a stale one is replaced */
	const char *address; /* numeric address to listen on as well, NULL: none */
	int port;
};

struct http_request {
	const char *method; /* "GET", "HEAD" or "POST"; http answers others by itself with 405 */
	const char *path;   /* decoded, without the query */
	const char *body;   /* "" if there is none */
	size_t body_size;
	const void *handle; /* for http_query() and http_header() */
};

struct http_response {
	int status;               /* set to 200 before the call */
	const char *content_type; /* set to application/json before the call; lent for ever */
	struct text body;         /* empty before the call; freed by http */
	int stream;               /* set to 1 to turn this response into the live stream */
	int later;      /* set to 1 to answer by http_answer(); nothing else counts then */
	uint64_t token; /* of this request, for http_answer(); never 0 */
};

/* Answers one request, at once or later. */
typedef void http_request_fn(void *context, const struct http_request *request,
			     struct http_response *response);

struct http;

/* Listens.  0 or a fault (-EADDRINUSE when another process listens on the socket). */
int http_new(struct http **ret, struct loop *loop, const struct http_options *options,
	     http_request_fn *fn, void *context) MUST_USE;

/* Lends the value of a query argument or of a request header, NULL if it is not there, during the
 * call of http_request_fn. */
const char *http_query(const struct http_request *request, const char *name);
const char *http_header(const struct http_request *request, const char *name);

/* Answers a request that was put off; takes what is in body, and leaves it empty; content_type is
 * lent for ever.  Once for each token, after its http_request_fn has returned; that the client has
 * gone does not matter.  A request that nobody answers waits until http_close(). */
void http_answer(struct http *http, uint64_t token, int status, const char *content_type,
		 struct text *body);

/* Sends an event to every stream: "id:", "event:" and one "data:" line (event and data without line
 * ends, copied).  ids grow by one, and jump up at a restart; the last 1024 events, of at most 8
 * MiB, are kept for readers that resume with the header Last-Event-ID or the query argument
 * last-event-id. A reader that asks for more than that gets an "event: reset" first and goes on
 * from now. */
void http_stream_send(struct http *http, const char *event, const char *data, size_t n);

/* The number of open streams. */
size_t http_streams(const struct http *http);

/* Takes http: ends streams, answers what was put off with 503, closes connections, removes the
 * socket.  Not from within http_request_fn.  Accepts NULL. */
void http_close(struct http *http);

#endif
