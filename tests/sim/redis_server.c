/* SPDX-License-Identifier: Apache-2.0 */
#include "redis_server.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "redis_inside.h"

#define ARGS_MAX 4096

/* ---- transactions ---- */

static void forget_watched(struct redis_peer *peer)
{
	while (peer->n_watched > 0)
		blob_drop(peer->watched[--peer->n_watched].name);
}

static void forget_queue(struct redis_peer *peer)
{
	while (peer->n_queued > 0) {
		struct queued *queued = &peer->queue[--peer->n_queued];

		for (size_t i = 0; i < queued->n; i++)
			blob_drop(queued->args[i]);
		own_free(queued->args);
	}
	peer->in_transaction = false;
	peer->is_spoilt = false;
}

static struct redis_reply *run_watch(struct call *call)
{
	struct redis_peer *peer = call->peer;

	if (peer->in_transaction)
		return reply_error("ERR WATCH inside MULTI is not allowed");
	for (size_t i = 1; i < call->n; i++) {
		const struct key *key = key_at(call, i);

		peer->watched =
			own_grow(peer->watched, peer->n_watched + 1, sizeof(*peer->watched));
		peer->watched[peer->n_watched++] =
			(struct watched){ blob_use(key->name), key->version };
	}
	return reply_status("OK");
}

static struct redis_reply *run_unwatch(struct call *call)
{
	forget_watched(call->peer);
	return reply_status("OK");
}

static struct redis_reply *run_multi(struct call *call)
{
	if (call->peer->in_transaction)
		return reply_error("ERR MULTI calls can not be nested");
	call->peer->in_transaction = true;
	return reply_status("OK");
}

static bool watched_has_changed(const struct call *call)
{
	for (size_t i = 0; i < call->peer->n_watched; i++) {
		const struct watched *watched = &call->peer->watched[i];

		if (data_key(call->data, watched->name->bytes, watched->name->size)->version !=
		    watched->version)
			return true;
	}
	return false;
}

static struct redis_reply *dispatch(struct call *call);

static struct redis_reply *run_queued(const struct call *call, const struct queued *queued)
{
	const char *args[ARGS_MAX];
	size_t sizes[ARGS_MAX];
	struct call part = *call;

	assert(queued->n <= ARGS_MAX);
	for (size_t i = 0; i < queued->n; i++) {
		args[i] = queued->args[i]->bytes;
		sizes[i] = queued->args[i]->size;
	}
	part.n = queued->n;
	part.args = args;
	part.sizes = sizes;
	return dispatch(&part);
}

static struct redis_reply *run_exec(struct call *call)
{
	struct redis_peer *peer = call->peer;
	struct redis_reply *reply;

	if (!peer->in_transaction)
		return reply_error("ERR EXEC without MULTI");
	if (peer->is_spoilt) {
		reply = reply_error("EXECABORT Transaction discarded because of previous errors.");
	} else if (watched_has_changed(call)) {
		reply = reply_new(REPLY_NIL, NULL, 0);
	} else {
		peer->in_transaction = false;
		reply = reply_list();
		for (size_t i = 0; i < peer->n_queued; i++)
			reply_append(reply, run_queued(call, &peer->queue[i]));
	}
	forget_queue(peer);
	forget_watched(peer);
	return reply;
}

/* ---- dispatch ---- */

enum { WRITES = 1, GROWS = 2, NOT_QUEUED = 4, ALWAYS = 8 };

/* clang-format off */
static const struct redis_command {
	const char *name;
	int arity; /* arguments with the name; negative: at least so many */
	unsigned flags;
	struct redis_reply *(*run)(struct call *call);
} commands[] = {
	{ "HSET",     -4, WRITES | GROWS, run_hset },
	{ "HDEL",     -3, WRITES,         run_hdel },
	{ "HMGET",    -3, 0,              run_hmget },
	{ "HGETALL",   2, 0,              run_hgetall },
	{ "UNLINK",   -2, WRITES,         run_unlink },
	{ "SADD",     -3, WRITES | GROWS, run_sadd },
	{ "SMEMBERS",  2, 0,              run_smembers },
	{ "ZADD",     -4, WRITES | GROWS, run_zadd },
	{ "ZREM",     -3, WRITES,         run_zrem },
	{ "ZRANGE",   -4, 0,              run_zrange },
	{ "XADD",     -5, WRITES | GROWS, run_xadd },
	{ "EXPIRE",   -3, WRITES,         run_expire },
	{ "TYPE",      2, 0,              run_type },
	{ "PUBLISH",   3, 0,              run_publish },
	{ "INFO",     -1, ALWAYS,         run_info },
	{ "WATCH",    -2, NOT_QUEUED | ALWAYS, run_watch },
	{ "UNWATCH",   1, ALWAYS,         run_unwatch },
	{ "MULTI",     1, NOT_QUEUED | ALWAYS, run_multi },
	{ "EXEC",      1, NOT_QUEUED | ALWAYS, run_exec },
};
/* clang-format on */

static const struct redis_command *find_command(const struct call *call)
{
	for (size_t i = 0; i < COUNT(commands); i++)
		if (strlen(commands[i].name) == call->sizes[0] &&
		    memcmp(commands[i].name, call->args[0], call->sizes[0]) == 0)
			return &commands[i];
	abort();
}

static struct redis_reply *dispatch(struct call *call)
{
	return find_command(call)->run(call);
}

static bool is_refused(const struct redis_server *server, unsigned flags)
{
	if (!server->refusal)
		return false;
	switch (server->sort) {
	case REFUSE_GROWING:
		return flags & GROWS;
	case REFUSE_WRITING:
		return flags & WRITES;
	case REFUSE_ALL:
		break;
	}
	return !(flags & ALWAYS);
}

/* Without memory nothing is queued, whatever it is. */
static bool waits_without_memory(const struct redis_peer *peer, unsigned flags)
{
	return peer->server->refusal && peer->server->sort == REFUSE_GROWING &&
	       peer->in_transaction && !(flags & NOT_QUEUED);
}

/* Why the command cannot even be queued; NULL if it can. */
static struct redis_reply *reject(const struct call *call, const struct redis_command *command)
{
	const struct redis_server *server = call->peer->server;
	char name[16] = "";

	for (size_t i = 0; command->name[i]; i++)
		name[i] = (char)(command->name[i] | 0x20);
	if (command->arity > 0 ? call->n != (size_t)command->arity
			       : call->n < (size_t)-command->arity)
		return arity_error(name);
	if (is_refused(server, command->flags) || waits_without_memory(call->peer, command->flags))
		return reply_error(server->refusal);
	return NULL;
}

/* What was queued before Redis began to refuse the like of it is not run either. */
static struct redis_reply *reject_queue(struct redis_peer *peer)
{
	char text[200];
	bool is_bad = false;

	for (size_t i = 0; i < peer->n_queued; i++)
		is_bad |= is_refused(peer->server, peer->queue[i].flags);
	if (!peer->in_transaction || !is_bad)
		return NULL;
	(void)snprintf(text, sizeof(text), "EXECABORT Transaction discarded because of: %s",
		       peer->server->refusal);
	forget_queue(peer);
	forget_watched(peer);
	return reply_error(text);
}

static struct redis_reply *enqueue(const struct call *call, unsigned flags)
{
	struct redis_peer *peer = call->peer;
	struct queued *queued;

	peer->queue = own_grow(peer->queue, peer->n_queued + 1, sizeof(*peer->queue));
	queued = &peer->queue[peer->n_queued++];
	queued->n = call->n;
	queued->flags = flags;
	queued->args = own_alloc(call->n, sizeof(*queued->args));
	for (size_t i = 0; i < call->n; i++)
		queued->args[i] = blob_new(call->args[i], call->sizes[i]);
	return reply_status("QUEUED");
}

struct redis_reply *redis_server_run(struct redis_peer *peer, size_t n, const char *const *args,
				     const size_t *sizes, int64_t now_ms)
{
	struct call call = { peer, &peer->server->data, n, args, sizes, now_ms };
	const struct redis_command *command = find_command(&call);
	struct redis_reply *rejection = reject(&call, command);

	if (!rejection && command->run == run_exec)
		rejection = reject_queue(peer);
	if (rejection) {
		peer->is_spoilt |= peer->in_transaction;
		return rejection;
	}
	if (peer->in_transaction && !(command->flags & NOT_QUEUED))
		return enqueue(&call, command->flags);
	return command->run(&call);
}

/* ---- the server ---- */

struct redis_server *redis_server_new(void)
{
	return own_alloc(1, sizeof(struct redis_server));
}

void redis_server_free(struct redis_server *server)
{
	data_clear(&server->data);
	data_clear(&server->remembered);
	own_free(server);
}

struct redis_peer *redis_peer_new(struct redis_server *server)
{
	struct redis_peer *peer = own_alloc(1, sizeof(*peer));

	peer->server = server;
	return peer;
}

void redis_peer_free(struct redis_peer *peer)
{
	if (!peer)
		return;
	forget_queue(peer);
	forget_watched(peer);
	own_free(peer->queue);
	own_free(peer->watched);
	own_free(peer);
}

void redis_server_refuse(struct redis_server *server, const char *text, enum redis_refusal sort)
{
	server->refusal = text;
	server->sort = sort;
}

void redis_server_remember(struct redis_server *server)
{
	data_copy(&server->remembered, &server->data);
}

void redis_server_go_back(struct redis_server *server)
{
	data_copy(&server->data, &server->remembered);
}

void redis_server_wipe(struct redis_server *server)
{
	data_clear(&server->data);
}

/* ---- looking at it ---- */

static void dump_blob(struct text *text, const struct blob *blob)
{
	if (!blob)
		return;
	text_add(text, " ");
	text_add_json(text, blob->bytes, blob->size);
}

static int compare_names(const void *a, const void *b)
{
	return blob_compare(((const struct item *)a)->name, ((const struct item *)b)->name);
}

static void dump_item(struct text *text, const struct key *key, const struct item *item,
		      bool with_ids)
{
	text_add_json(text, key->name->bytes, key->name->size);
	dump_blob(text, item->name);
	dump_blob(text, item->value);
	if (key->kind == VALUE_ZSET)
		text_add(text, " %.17g", item->score);
	if (key->kind == VALUE_STREAM && with_ids)
		text_add(text, " %" PRIu64 "-%" PRIu64, item->ms, item->seq);
	for (size_t i = 0; i < item->n_pairs; i++)
		dump_blob(text, item->pairs[i]);
	text_add(text, "\n");
}

void redis_server_dump(const struct redis_server *server, redis_wanted_fn *wanted, bool with_ids,
		       struct text *ret)
{
	for (size_t i = 0; i < server->data.n; i++) {
		struct key *key = &server->data.keys[i];

		if (key->n > 0 && key->kind != VALUE_STREAM)
			qsort(key->items, key->n, sizeof(*key->items), compare_names);
		for (size_t j = 0; j < key->n; j++) {
			const struct blob *name = key->items[j].name;

			if (wanted(key->name->bytes, name ? name->bytes : NULL))
				dump_item(ret, key, &key->items[j], with_ids);
		}
	}
}

void redis_server_read_stream(const struct redis_server *server, const char *name,
			      const char *field, redis_entry_fn *each, void *context)
{
	for (size_t i = 0; i < server->data.n; i++) {
		const struct key *key = &server->data.keys[i];

		if (strcmp(key->name->bytes, name) != 0 || key->kind != VALUE_STREAM)
			continue;
		for (size_t j = 0; j < key->n; j++) {
			const struct item *item = &key->items[j];
			const struct blob *value = NULL;

			for (size_t k = 0; k + 1 < item->n_pairs; k += 2)
				if (strcmp(item->pairs[k]->bytes, field) == 0)
					value = item->pairs[k + 1];
			each(context, value ? value->bytes : NULL, value ? value->size : 0);
		}
	}
}

const char *redis_server_field(const struct redis_server *server, const char *name,
			       const char *field)
{
	for (size_t i = 0; i < server->data.n; i++) {
		struct key *key = &server->data.keys[i];
		const struct item *item;

		if (strcmp(key->name->bytes, name) != 0 || key->kind != VALUE_HASH)
			continue;
		item = key_find(key, field, strlen(field));
		return item ? item->value->bytes : NULL;
	}
	return NULL;
}
