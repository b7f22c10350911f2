/* SPDX-License-Identifier: Apache-2.0 */
/*
 * command: one Redis command while it is put together.
 *
 * Keeps its memory from one command to the next.  It also serves as a list of strings that came
 * from Redis.  Loop thread.
 */
#ifndef IOCD_STORE_COMMAND_H
#define IOCD_STORE_COMMAND_H

#include <stddef.h>
#include <stdint.h>

#include "iocd/base/defs.h"
#include "iocd/base/text.h"
#include "iocd/net/redis.h"

struct redis_command {
	struct text bytes; /* all arguments, one behind the other */
	size_t *sizes;     /* owned; of each argument */
	const char **args; /* owned; filled when it is sent */
	size_t n;          /* arguments that are complete */
	size_t capacity;
	size_t complete; /* bytes in the complete arguments */
};

/* Empties it; empties it and adds a command's name; gives its memory back.  A command of zeroes is
 * empty. */
void command_clear(struct redis_command *command);
void command_begin(struct redis_command *command, const char *name);
void command_fini(struct redis_command *command);

/* Append a whole argument; copied. */
void command_add(struct redis_command *command, const char *arg);
void command_add_bytes(struct redis_command *command, const char *bytes, size_t n);
void command_add_integer(struct redis_command *command, uint64_t number);

/* Lends the text to append an argument to, piece by piece, until command_end(), which completes it.
 */
struct text *command_arg(struct redis_command *command);
void command_end(struct redis_command *command);

/* Sends it; as redis_send(), but a connection that is already ending takes it without a word: its
 * end is about to be told. */
void command_send(struct redis_command *command, struct redis *redis, redis_reply_fn *fn,
		  void *context);

#endif
