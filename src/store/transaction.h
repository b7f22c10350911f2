/* SPDX-License-Identifier: Apache-2.0 */
/*
 * transaction: one MULTI ... EXEC on its way, and the fence behind it.
 *
 * EXEC is followed at once by WATCH and by reading the cursor, so that the next transaction fails
 * as a whole if anybody has touched the cursor since this one.  Loop thread.
 */
#ifndef IOCD_STORE_TRANSACTION_H
#define IOCD_STORE_TRANSACTION_H

#include <stdbool.h>
#include <stddef.h>

#include "command.h"
#include "cursor.h"
#include "iocd/net/redis.h"

enum transaction_outcome {
	TRANSACTION_DONE,
	TRANSACTION_OVERTAKEN, /* somebody touched the cursor; if before EXEC, nothing was written
				*/
	TRANSACTION_REFUSED,   /* Redis refused it, or a part of it */
};

/* The transaction is over; why is lent: Redis' words if it refused, else "". */
typedef void transaction_fn(void *context, enum transaction_outcome outcome, const char *why);

struct transaction {
	struct redis *redis;
	const struct writer *writer;
	const char *cursor_key;
	transaction_fn *fn;
	void *context;

	struct redis_command command; /* lent to whoever writes the next command */
	size_t weight;                /* what it costs Redis, in hash fields, more or less */
	size_t fields;                /* hash fields among it */
	bool is_under_way; /* between transaction_begin() and fn, or the end of the connection */

	enum transaction_outcome outcome; /* so far */
	char why[160];                    /* the first refusal */
};

/* Prepares; all is borrowed for life.  Gives the memory back. */
void transaction_init(struct transaction *transaction, struct redis *redis,
		      const struct writer *writer, const char *cursor_key, transaction_fn *fn,
		      void *context);
void transaction_fini(struct transaction *transaction);

/* Opens a transaction; none may be under way. */
void transaction_begin(struct transaction *transaction);

/* Sends command as a part that costs weight. */
void transaction_send(struct transaction *transaction, struct redis_command *command,
		      size_t weight);

/* No more should be put into it. */
bool transaction_is_full(const struct transaction *transaction);

/* Executes it; fn is called when it is over, or never if the connection ends first. */
void transaction_end(struct transaction *transaction);

/* The connection ended: nothing is under way any more. */
void transaction_forget(struct transaction *transaction);

#endif
