/* SPDX-License-Identifier: Apache-2.0 */
/*
 * redis_inside: what the files of the simulated Redis share: redis_server.c (connections,
 * transactions, refusals) and redis_commands.c (what each command does).
 */
#ifndef SIM_REDIS_INSIDE_H
#define SIM_REDIS_INSIDE_H

#include "redis_data.h"
#include "redis_server.h"

struct watched {
	struct blob *name;
	uint64_t version;
};

/* A command that waits for EXEC. */
struct queued {
	struct blob **args; /* owned */
	size_t n;
	unsigned flags; /* of the command */
};

struct redis_server {
	struct data data;
	struct data remembered;
	const char *refusal;     /* borrowed; NULL: none */
	enum redis_refusal sort; /* of commands that are refused */
};

struct redis_peer {
	struct redis_server *server;
	struct watched *watched; /* owned */
	size_t n_watched;
	bool in_transaction;
	bool is_spoilt;       /* a command could not be queued */
	struct queued *queue; /* owned */
	size_t n_queued;
};

/* What a command works on. */
struct call {
	struct redis_peer *peer;
	struct data *data;
	size_t n;
	const char *const *args;
	const size_t *sizes;
	int64_t now_ms;
};

/* Make a reply; gives it. */
struct redis_reply *reply_new(enum reply_kind kind, const char *text, size_t size);
struct redis_reply *reply_status(const char *text);
struct redis_reply *reply_error(const char *text);
struct redis_reply *reply_list(void);
struct redis_reply *arity_error(const char *name);

/* Appends item, taken, to list. */
void reply_append(struct redis_reply *list, struct redis_reply *item);

/* Lends the key that is argument arg, without what has expired. */
struct key *key_at(const struct call *call, size_t arg);

/* One command each.  Give the reply. */
struct redis_reply *run_hset(struct call *call);
struct redis_reply *run_hdel(struct call *call);
struct redis_reply *run_zrem(struct call *call);
struct redis_reply *run_hmget(struct call *call);
struct redis_reply *run_hgetall(struct call *call);
struct redis_reply *run_unlink(struct call *call);
struct redis_reply *run_sadd(struct call *call);
struct redis_reply *run_smembers(struct call *call);
struct redis_reply *run_zadd(struct call *call);
struct redis_reply *run_zrange(struct call *call);
struct redis_reply *run_xadd(struct call *call);
struct redis_reply *run_expire(struct call *call);
struct redis_reply *run_type(struct call *call);
struct redis_reply *run_publish(struct call *call);
struct redis_reply *run_info(struct call *call);

#endif
