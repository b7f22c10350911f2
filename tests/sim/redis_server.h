/* SPDX-License-Identifier: Apache-2.0 */
/*
 * redis_server: what Redis does with the commands that the store sends, in memory.
 *
 * test_redis_model.c runs the same random commands against a real redis-server and holds the
 * replies and what is stored against it.  A command or a form of one that the store does not send
 * ends the program.
 */
#ifndef SIM_REDIS_SERVER_H
#define SIM_REDIS_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/base/defs.h"
#include "iocd/base/text.h"
#include "iocd/net/redis.h"

enum reply_kind { REPLY_STATUS, REPLY_ERROR, REPLY_STRING, REPLY_INTEGER, REPLY_NIL, REPLY_ARRAY };

struct redis_reply {
	enum reply_kind kind;
	char *text; /* owned */
	size_t size;
	int64_t integer;
	struct redis_reply **items; /* owned */
	size_t n;
};

void reply_free(struct redis_reply *reply);

struct redis_server;

/* Makes an empty server; frees one with all its connections. */
struct redis_server *redis_server_new(void) MUST_USE;
void redis_server_free(struct redis_server *server);

/* One client's state there: what it watches, and its transaction. */
struct redis_peer;
struct redis_peer *redis_peer_new(struct redis_server *server) MUST_USE;
void redis_peer_free(struct redis_peer *peer);

/* Runs one command at now_ms by the server's clock.  Gives the reply. */
struct redis_reply *redis_server_run(struct redis_peer *peer, size_t n, const char *const *args,
				     const size_t *sizes, int64_t now_ms) MUST_USE;

/* Until further notice commands of that sort are refused with that text, borrowed; NULL: none. */
enum redis_refusal {
	REFUSE_GROWING, /* that may need memory: OOM */
	REFUSE_WRITING, /* READONLY, MISCONF */
	REFUSE_ALL,     /* but those of transactions: LOADING */
};
void redis_server_refuse(struct redis_server *server, const char *text, enum redis_refusal sort);

/* Remembers what is stored now; goes back to what was remembered (nothing, if nothing was); wipes
 * everything.  Connections must be gone by then. */
void redis_server_remember(struct redis_server *server);
void redis_server_go_back(struct redis_server *server);
void redis_server_wipe(struct redis_server *server);

/* Appends what is stored, one line per value, in an order that does not depend on history, as far
 * as wanted says yes to a key and the name of the value there (NULL in a stream); ids of stream
 * entries only if with_ids. */
typedef bool redis_wanted_fn(const char *key, const char *name);
void redis_server_dump(const struct redis_server *server, redis_wanted_fn *wanted, bool with_ids,
		       struct text *ret);

/* Calls each with every entry of the stream at key, oldest first: the value of one of its fields,
 * NULL if it has none. */
typedef void redis_entry_fn(void *context, const char *value, size_t size);
void redis_server_read_stream(const struct redis_server *server, const char *key, const char *field,
			      redis_entry_fn *each, void *context);

/* Lends a field of the hash at key, or NULL. */
const char *redis_server_field(const struct redis_server *server, const char *key,
			       const char *field);

#endif
