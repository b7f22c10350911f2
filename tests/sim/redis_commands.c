/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Replies and errors are worded as by Redis 7.0.
 */
#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "redis_inside.h"

static const char wrong_type[] =
	"WRONGTYPE Operation against a key holding the wrong kind of value";

/* ---- replies ---- */

struct redis_reply *reply_new(enum reply_kind kind, const char *text, size_t size)
{
	struct redis_reply *reply = own_alloc(1, sizeof(*reply));

	reply->kind = kind;
	reply->text = own_copy(text, size);
	reply->size = size;
	return reply;
}

struct redis_reply *reply_status(const char *text)
{
	return reply_new(REPLY_STATUS, text, strlen(text));
}

struct redis_reply *reply_error(const char *text)
{
	return reply_new(REPLY_ERROR, text, strlen(text));
}

static struct redis_reply *reply_number(int64_t number)
{
	struct redis_reply *reply = reply_new(REPLY_INTEGER, NULL, 0);

	reply->integer = number;
	return reply;
}

struct redis_reply *reply_list(void)
{
	return reply_new(REPLY_ARRAY, NULL, 0);
}

void reply_append(struct redis_reply *list, struct redis_reply *item)
{
	list->items = own_grow(list->items, list->n + 1, sizeof(struct redis_reply *));
	list->items[list->n++] = item;
}

static void reply_append_blob(struct redis_reply *list, const struct blob *blob)
{
	reply_append(list, blob ? reply_new(REPLY_STRING, blob->bytes, blob->size)
				: reply_new(REPLY_NIL, NULL, 0));
}

void reply_free(struct redis_reply *reply)
{
	if (!reply)
		return;
	for (size_t i = 0; i < reply->n; i++)
		reply_free(reply->items[i]);
	own_free(reply->items);
	own_free(reply->text);
	own_free(reply);
}

/* ---- keys ---- */

static void touch(struct data *data, struct key *key)
{
	key->version = ++data->version;
}

/* Lends a key, without what has expired. */
struct key *key_at(const struct call *call, size_t arg)
{
	struct key *key = data_key(call->data, call->args[arg], call->sizes[arg]);

	if (key->kind != VALUE_NONE && key->expires_ms > 0 && key->expires_ms <= call->now_ms) {
		key_clear(key);
		touch(call->data, key);
	}
	return key;
}

/* A key that has lost its last item is no more. */
static void drop_if_empty(struct key *key)
{
	if (key->n == 0)
		key_clear(key);
}

static bool is_of(const struct key *key, enum value_kind kind)
{
	return key->kind == VALUE_NONE || key->kind == kind;
}

struct redis_reply *arity_error(const char *name)
{
	char text[80];

	(void)snprintf(text, sizeof(text), "ERR wrong number of arguments for '%s' command", name);
	return reply_error(text);
}

/* ---- commands ---- */

struct redis_reply *run_hset(struct call *call)
{
	struct key *key = key_at(call, 1);
	int64_t n_new = 0;

	if (call->n % 2)
		return arity_error("hset");
	if (!is_of(key, VALUE_HASH))
		return reply_error(wrong_type);
	key->kind = VALUE_HASH;
	for (size_t i = 2; i < call->n; i += 2) {
		struct item *item = key_find(key, call->args[i], call->sizes[i]);

		if (!item) {
			item = key_add(key);
			item->name = blob_new(call->args[i], call->sizes[i]);
			n_new++;
		}
		blob_drop(item->value);
		item->value = blob_new(call->args[i + 1], call->sizes[i + 1]);
	}
	touch(call->data, key);
	return reply_number(n_new);
}

/* HDEL, SREM and ZREM are one. */
static struct redis_reply *remove_items(struct call *call, enum value_kind kind)
{
	struct key *key = key_at(call, 1);
	int64_t n_gone = 0;

	if (!is_of(key, kind))
		return reply_error(wrong_type);
	for (size_t i = 2; i < call->n; i++) {
		struct item *item = key_find(key, call->args[i], call->sizes[i]);

		if (!item)
			continue;
		key_remove(key, item);
		n_gone++;
	}
	if (n_gone > 0)
		touch(call->data, key);
	drop_if_empty(key);
	return reply_number(n_gone);
}

struct redis_reply *run_hdel(struct call *call)
{
	return remove_items(call, VALUE_HASH);
}

struct redis_reply *run_zrem(struct call *call)
{
	return remove_items(call, VALUE_ZSET);
}

struct redis_reply *run_hmget(struct call *call)
{
	struct key *key = key_at(call, 1);
	struct redis_reply *list;

	if (!is_of(key, VALUE_HASH))
		return reply_error(wrong_type);
	list = reply_list();
	for (size_t i = 2; i < call->n; i++) {
		const struct item *item = key_find(key, call->args[i], call->sizes[i]);

		reply_append_blob(list, item ? item->value : NULL);
	}
	return list;
}

struct redis_reply *run_hgetall(struct call *call)
{
	struct key *key = key_at(call, 1);
	struct redis_reply *list;

	if (!is_of(key, VALUE_HASH))
		return reply_error(wrong_type);
	list = reply_list();
	for (size_t i = 0; i < key->n; i++) {
		reply_append_blob(list, key->items[i].name);
		reply_append_blob(list, key->items[i].value);
	}
	return list;
}

struct redis_reply *run_unlink(struct call *call)
{
	int64_t n_gone = 0;

	for (size_t i = 1; i < call->n; i++) {
		struct key *key = key_at(call, i);

		if (key->kind == VALUE_NONE)
			continue;
		key_clear(key);
		touch(call->data, key);
		n_gone++;
	}
	return reply_number(n_gone);
}

struct redis_reply *run_sadd(struct call *call)
{
	struct key *key = key_at(call, 1);
	int64_t n_new = 0;

	if (!is_of(key, VALUE_SET))
		return reply_error(wrong_type);
	key->kind = VALUE_SET;
	for (size_t i = 2; i < call->n; i++) {
		if (key_find(key, call->args[i], call->sizes[i]))
			continue;
		key_add(key)->name = blob_new(call->args[i], call->sizes[i]);
		n_new++;
	}
	if (n_new > 0)
		touch(call->data, key);
	return reply_number(n_new);
}

struct redis_reply *run_smembers(struct call *call)
{
	struct key *key = key_at(call, 1);
	struct redis_reply *list;

	if (!is_of(key, VALUE_SET))
		return reply_error(wrong_type);
	list = reply_list();
	for (size_t i = 0; i < key->n; i++)
		reply_append_blob(list, key->items[i].name);
	return list;
}

static bool read_score(const char *arg, double *ret)
{
	char *end;

	*ret = strtod(arg, &end);
	return end != arg && *end == '\0' && !isnan(*ret);
}

struct redis_reply *run_zadd(struct call *call)
{
	struct key *key = key_at(call, 1);
	bool has_changed = false;
	int64_t n_new = 0;
	double score;

	if (call->n % 2)
		return reply_error("ERR syntax error");
	for (size_t i = 2; i < call->n; i += 2)
		if (!read_score(call->args[i], &score))
			return reply_error("ERR value is not a valid float");
	if (!is_of(key, VALUE_ZSET))
		return reply_error(wrong_type);
	key->kind = VALUE_ZSET;
	for (size_t i = 2; i < call->n; i += 2) {
		struct item *item = key_find(key, call->args[i + 1], call->sizes[i + 1]);

		(void)read_score(call->args[i], &score);
		if (!item) {
			item = key_add(key);
			item->name = blob_new(call->args[i + 1], call->sizes[i + 1]);
			item->score = score;
			n_new++;
		}
		has_changed |= item->score < score || item->score > score;
		item->score = score;
	}
	if (n_new > 0 || has_changed)
		touch(call->data, key);
	return reply_number(n_new);
}

static int compare_members(const void *a, const void *b)
{
	const struct item *left = a, *right = b;

	if (left->score < right->score)
		return -1;
	return left->score > right->score ? 1 : blob_compare(left->name, right->name);
}

struct redis_reply *run_zrange(struct call *call)
{
	struct key *key = key_at(call, 1);
	struct redis_reply *list;

	if (call->n != 4 || strcmp(call->args[2], "0") != 0 || strcmp(call->args[3], "-1") != 0)
		abort();
	if (!is_of(key, VALUE_ZSET))
		return reply_error(wrong_type);
	list = reply_list();
	if (key->n > 0)
		qsort(key->items, key->n, sizeof(*key->items), compare_members);
	for (size_t i = 0; i < key->n; i++)
		reply_append_blob(list, key->items[i].name);
	return list;
}

static const char id_too_small[] =
	"ERR The ID specified in XADD is equal or smaller than the target stream top item";

/* The id that argument arg asks for.  NULL, or why it cannot be. */
static const char *choose_id(const struct call *call, const struct key *key, size_t arg,
			     uint64_t *ret_ms, uint64_t *ret_seq)
{
	if (strcmp(call->args[arg], "*") == 0) {
		bool is_behind = key->kind != VALUE_NONE && (uint64_t)call->now_ms <= key->last_ms;

		*ret_ms = is_behind ? key->last_ms : (uint64_t)call->now_ms;
		*ret_seq = is_behind ? key->last_seq + 1 : 0;
		return NULL;
	}
	if (sscanf(call->args[arg], "%" SCNu64 "-%" SCNu64, ret_ms, ret_seq) != 2)
		abort();
	if (*ret_ms == 0 && *ret_seq == 0)
		return "ERR The ID specified in XADD must be greater than 0-0";
	if (*ret_ms < key->last_ms || (*ret_ms == key->last_ms && *ret_seq <= key->last_seq))
		return id_too_small;
	return NULL;
}

/* XADD key MAXLEN ~ n id field value ...: Redis trims only whole nodes of a hundred entries, which
 * no history here fills up to the store's limits. */
struct redis_reply *run_xadd(struct call *call)
{
	struct key *key = key_at(call, 1);
	const char *why;
	uint64_t ms, seq;
	struct item *item;
	char id[48];

	if (call->n < 6 || strcmp(call->args[2], "MAXLEN") != 0 || strcmp(call->args[3], "~") != 0)
		abort();
	if (call->n < 8 || call->n % 2)
		return arity_error("xadd");
	if (strcmp(call->args[5], "0-0") == 0)
		return reply_error("ERR The ID specified in XADD must be greater than 0-0");
	if (!is_of(key, VALUE_STREAM))
		return reply_error(wrong_type);
	why = choose_id(call, key, 5, &ms, &seq);
	if (why)
		return reply_error(why);

	key->kind = VALUE_STREAM;
	item = key_add(key);
	item->ms = key->last_ms = ms;
	item->seq = key->last_seq = seq;
	item->n_pairs = call->n - 6;
	item->pairs = own_alloc(item->n_pairs, sizeof(*item->pairs));
	for (size_t i = 0; i < item->n_pairs; i++)
		item->pairs[i] = blob_new(call->args[6 + i], call->sizes[6 + i]);
	assert(key->n <= strtoul(call->args[4], NULL, 10));
	touch(call->data, key);
	(void)snprintf(id, sizeof(id), "%" PRIu64 "-%" PRIu64, ms, seq);
	return reply_new(REPLY_STRING, id, strlen(id));
}

struct redis_reply *run_expire(struct call *call)
{
	struct key *key = key_at(call, 1);

	if (key->kind == VALUE_NONE)
		return reply_number(0);
	key->expires_ms = call->now_ms + strtoll(call->args[2], NULL, 10) * 1000;
	touch(call->data, key);
	return reply_number(1);
}

struct redis_reply *run_type(struct call *call)
{
	static const char *const names[] = { "none", "hash", "set", "zset", "stream" };

	return reply_status(names[key_at(call, 1)->kind]);
}

struct redis_reply *run_publish(struct call *call)
{
	(void)call;
	return reply_number(0); /* nobody listens */
}

struct redis_reply *run_info(struct call *call)
{
	static const char text[] = "# Memory\r\nmaxmemory:0\r\nmaxmemory_policy:noeviction\r\n";

	if (call->n != 2 || strcmp(call->args[1], "memory") != 0)
		abort();
	return reply_new(REPLY_STRING, text, strlen(text));
}
