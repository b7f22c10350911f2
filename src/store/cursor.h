/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cursor: who writes the view and what it includes, as it stands in Redis at p:cursor.
 *
 * Pure.
 */
#ifndef IOCD_STORE_CURSOR_H
#define IOCD_STORE_CURSOR_H

#include <stdbool.h>
#include <stdint.h>

#include "command.h"
#include "iocd/net/redis.h"

#define CURSOR_FORMAT   "1" /* of all keys; changes when a reader would have to */
#define CURSOR_NAME_MAX 64

/* Us: together the fence.  Strings are borrowed for life. */
struct writer {
	const char *instance;
	const char *journal_id;
	char epoch[33]; /* drawn at random by each process */
};

/* How far the streams and the channel are.  The journal position of the last entry says whether its
 * number still means the same: a start that has lost more of the state than the journal gives back
 * numbers anew. */
struct cursor_marks {
	uint64_t alertlog;      /* number of the last transition in p:alertlog */
	uint64_t alertlog_at;   /* its journal position; 0: not said */
	uint64_t published;     /* number of the last transition on the channel */
	uint64_t deadletter;    /* number of the last sample in p:deadletter */
	uint64_t deadletter_at; /* its journal position; 0: not said */
};

enum cursor_owner {
	CURSOR_NOBODY,  /* there is no cursor */
	CURSOR_OURS,    /* this process wrote it */
	CURSOR_PAST,    /* an iocd of our name wrote it: our predecessor, or a second one */
	CURSOR_FOREIGN, /* an iocd of another name did */
};

struct cursor {
	enum cursor_owner owner;
	bool same_journal;
	char instance[CURSOR_NAME_MAX]; /* "" if there is none; cut if it is too long */
	char epoch[CURSOR_NAME_MAX];
	uint64_t position;
	char time[CURSOR_NAME_MAX]; /* when it was written, as written */
	struct cursor_marks marks;
};

/* What is written besides the writer. */
struct cursor_state {
	uint64_t position;
	struct cursor_marks marks;
	bool is_rewriting;
	const char *time; /* RFC 3339; borrowed during the call */
};

/* Reads the reply to HGETALL; anything that is no array is no cursor. */
void cursor_read(struct cursor *ret, const struct writer *writer, const struct redis_reply *reply);

/* Appends the cursor's names and values to an HSET. */
void cursor_write(struct redis_command *command, const struct writer *writer,
		  const struct cursor_state *state);

/* Appends the names of the fence to an HMGET; says whether its reply is us. */
void cursor_ask_fence(struct redis_command *command);
bool cursor_is_ours(const struct writer *writer, const struct redis_reply *reply);

#endif
