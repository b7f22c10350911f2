/* SPDX-License-Identifier: Apache-2.0 */
/*
 * look: what stands in Redis before we write: whose it is, what is left of an older view, and
 * whether Redis would throw away keys of ours.
 *
 * Begins with UNWATCH and WATCH on the cursor, so that a transaction that follows fails if anybody
 * touches it from now on.  WATCH alone would not do: the one that follows every transaction is
 * still in force, and what was touched since then would fail the next one too.  Loop thread.
 */
#ifndef IOCD_STORE_LOOK_H
#define IOCD_STORE_LOOK_H

#include <stdbool.h>

#include "command.h"
#include "cursor.h"
#include "iocd/net/redis.h"

/* The look is over; why is lent: "", or why Redis did not answer. */
typedef void look_fn(void *context, const char *why);

struct look {
	struct redis *redis;
	const struct writer *writer;
	const char *prefix;
	look_fn *fn;
	void *context;
	struct redis_command command;
	bool is_under_way; /* between look_begin() and fn, or the end of the connection */
	char why[160];

	/* What was found. */
	struct cursor cursor;
	struct redis_command units;   /* a list: members of p:units */
	struct redis_command members; /* a list: members of p:alerts */
	struct redis_command ranks;   /* a list: members of p:ranks */
	bool has_alertlog;            /* there is such a stream */
	bool has_deadletter;
	char evicts[32]; /* the policy by which Redis would evict our keys; "" if it does not */
};

/* Prepares; all is borrowed for life.  Gives the memory back. */
void look_init(struct look *look, struct redis *redis, const struct writer *writer,
	       const char *prefix, look_fn *fn, void *context);
void look_fini(struct look *look);

/* Looks; fn is called when it is over, or never if the connection ends first. */
void look_begin(struct look *look);

/* The connection ended. */
void look_forget(struct look *look);

#endif
