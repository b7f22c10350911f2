/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web: posts bodies to HTTP and HTTPS addresses, from the loop.
 *
 * Hides libcurl.  Servers are verified by their certificate and name; no redirection is followed;
 * of an answer only the status counts, and a body of more than 64 KiB is cut off.  Names are
 * resolved by threads of the library, which the loop never waits for.  The usual environment
 * variables (https_proxy and so on) name a proxy.  Keeps connections for the next post.
 *
 * Knows nothing of retries or of order.  Loop thread.  No log.
 */
#ifndef IOCD_NET_WEB_H
#define IOCD_NET_WEB_H

#include <stddef.h>
#include <stdint.h>

#include "iocd/base/defs.h"
#include "iocd/net/loop.h"

/* What is posted; copied. */
struct web_request {
	const char *url;
	const char *const *headers; /* "Name: value" */
	size_t n_headers;
	const void *body;
	size_t body_size;
	int64_t timeout_ms; /* for all of it, finding the server included; above 0 */
};

/* A post is over: status is the server's, or 0 if there was none; why then says what happened, and
 * is lent during the call.  Any other call is allowed in it but web_close(). */
typedef void web_done_fn(void *context, uint64_t token, int status, const char *why);

struct web;

/* Makes a client that trusts the authorities in ca_file, or the system's if it is NULL.  0 or a
 * fault (-ENOTSUP: the library here cannot resolve names without waiting). */
int web_new(struct web **ret, struct loop *loop, const char *ca_file) MUST_USE;

/* Posts, and calls fn once, never before it has returned.  Returns the post's token, never 0. */
uint64_t web_post(struct web *web, const struct web_request *request, web_done_fn *fn,
		  void *context) MUST_USE;

/* Gives up a post if it is still under way: fn is not called. */
void web_cancel(struct web *web, uint64_t token);

/* Gives up all posts without calling anyone, and takes web.  Accepts NULL. */
void web_close(struct web *web);

#endif
