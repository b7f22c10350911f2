/* SPDX-License-Identifier: Apache-2.0 */
/*
 * redis: one connection to Redis on the loop, with the time-outs that the client library lacks.
 *
 * Hides hiredis and its own adapter to the loop.  Connects for ever; a command that is not answered
 * within timeout_ms ends the connection, and every outstanding reply function is then called with
 * NULL.  It does not know what is stored.  Loop thread.  Logs connections and losses.
 *
 * The library's limits are the caller's: its output buffer has no bound and is moved as a whole
 * after each partial write, so no more than some 4 MiB should be under way; arrays more than seven
 * deep in a reply end the connection; commands that make Redis talk unasked (SUBSCRIBE, MONITOR,
 * CLIENT TRACKING, HELLO 3) must not be sent.
 */
#ifndef IOCD_NET_REDIS_H
#define IOCD_NET_REDIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/base/defs.h"
#include "iocd/net/loop.h"

enum redis_outcome {
	REDIS_DOWN = 1, /* not connected; nothing was sent */
};

struct redis_options {
	const char *socket;  /* path of a UNIX socket; NULL: TCP */
	const char *address; /* numeric IPv4 or IPv6 address; names would be resolved on the loop */
	int port;
	const char *username; /* NULL: none */
	const char *password; /* NULL: none; copied, never logged */
	int64_t timeout_ms;   /* for connecting and for the oldest unanswered command */
};

/* A reply, lent to a reply function during its call. */
struct redis_reply;

/* Called once for each command sent: with its reply, or with NULL when the connection ended. */
typedef void redis_reply_fn(void *context, const struct redis_reply *reply);

/* Called after the connection came up (AUTH, if any, was accepted, and Redis has loaded its data)
 * and after it was lost, when all reply functions have been called. */
typedef void redis_change_fn(void *context, bool up);

struct redis;

/* Makes a client; strings are copied.  0 or a fault (-EINVAL for an address that is not numeric).
 */
int redis_new(struct redis **ret, struct loop *loop, const struct redis_options *options,
	      redis_change_fn *change, void *context) MUST_USE;

/* Begins to connect, and keeps connected. */
void redis_start(struct redis *redis);

/* Sends one command of n arguments with their sizes (copied into the output buffer; all commands of
 * one turn of the loop leave in one write).  fn may be NULL.  0 or REDIS_DOWN: fn is not called. */
int redis_send(struct redis *redis, size_t n, const char *const *args, const size_t *sizes,
	       redis_reply_fn *fn, void *context) MUST_USE;

/* Ends the connection as if it had been lost; it comes back by itself.  Outside of a reply function
 * the outstanding ones and redis_change_fn are called before this returns. */
void redis_drop(struct redis *redis, const char *why);

/* Whether commands can be sent now. */
bool redis_is_up(const struct redis *redis);

/* Lends why the last connection failed or ended, or what Redis says while it loads its data; ""
 * if there was neither; until the next change. */
const char *redis_reason(const struct redis *redis);

/* Takes redis; accepts NULL.  Outstanding reply functions are called with NULL first,
 * redis_change_fn is not.  Not from within either of them. */
void redis_close(struct redis *redis);

/* What a reply is.  An item is a reply inside an array.  Text is lent with the reply. */
bool reply_is_error(const struct redis_reply *reply);
bool reply_is_nil(const struct redis_reply *reply);
bool reply_is_array(const struct redis_reply *reply);
size_t reply_n_items(const struct redis_reply *reply);
const struct redis_reply *reply_item(const struct redis_reply *reply, size_t i);
/* The text of a string, status or error; "" for others.  *ret_size may be NULL. */
const char *reply_text(const struct redis_reply *reply, size_t *ret_size);
int64_t reply_integer(const struct redis_reply *reply); /* 0 if it is none */

#endif
