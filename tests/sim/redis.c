/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/net/redis.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "iocd/base/clock.h"
#include "iocd/base/err.h"
#include "memory.h"
#include "redis_model.h"

#define AGAIN_FIRST_MS 50
#define AGAIN_LAST_MS  400

/* A command on its way, and then its reply. */
struct parcel {
	struct parcel *next; /* wire.sent or wire.answered */
	size_t n;
	const char **args;         /* owned, with all it points to in one block */
	size_t *sizes;             /* owned */
	struct redis_reply *reply; /* owned */
};

/* Whom a reply is for; the process' own memory. */
struct waiter {
	struct waiter *next; /* redis.waiters */
	redis_reply_fn *fn;
	void *context;
	int64_t sent_ms;
};

struct redis {
	redis_change_fn *change;
	void *context;
	int64_t timeout_ms;
	bool is_up;
	bool is_inside;         /* a reply function runs */
	bool ends_after;        /* ... and wants the connection to end */
	struct waiter *waiters; /* oldest first */
	struct timer *again;
	struct timer *answer; /* for the oldest waiter */
	char reason[80];
};

static struct {
	struct redis_server *server;
	struct random_stream *random;
	bool listens;
	struct redis_peer *peer; /* NULL: no connection */
	struct redis *client;    /* NULL: no process */
	struct parcel *sent;
	struct parcel *answered;
} wire;

/* ---- parcels ---- */

static struct parcel **last(struct parcel **list)
{
	while (*list)
		list = &(*list)->next;
	return list;
}

static size_t count(const struct parcel *parcel)
{
	size_t n = 0;

	for (; parcel; parcel = parcel->next)
		n++;
	return n;
}

static void parcel_free(struct parcel *parcel)
{
	reply_free(parcel->reply);
	own_free(parcel->args);
	own_free(parcel->sizes);
	own_free(parcel);
}

static void drop(struct parcel **list)
{
	while (*list) {
		struct parcel *parcel = *list;

		*list = parcel->next;
		parcel_free(parcel);
	}
}

static struct parcel *parcel_new(size_t n, const char *const *args, const size_t *sizes)
{
	struct parcel *parcel = own_alloc(1, sizeof(*parcel));
	size_t bytes = 0;
	char *at;

	for (size_t i = 0; i < n; i++)
		bytes += sizes[i] + 1;
	parcel->n = n;
	parcel->sizes = own_copy(sizes, n * sizeof(*sizes));
	parcel->args = own_alloc(1, n * sizeof(*args) + bytes);
	at = (char *)(parcel->args + n);
	for (size_t i = 0; i < n; i++) {
		for (size_t j = 0; j < sizes[i]; j++)
			at[j] = args[i][j];
		parcel->args[i] = at;
		at += sizes[i] + 1;
	}
	return parcel;
}

/* ---- the scheduler's side ---- */

void redis_model_begin(struct redis_server *server, struct random_stream *random)
{
	assert(!wire.client);
	drop(&wire.sent);
	drop(&wire.answered);
	redis_peer_free(wire.peer);
	wire.peer = NULL;
	wire.server = server;
	wire.random = random;
	wire.listens = server != NULL;
}

size_t redis_model_serve(size_t n)
{
	size_t done = 0;

	for (; done < n && wire.sent; done++) {
		struct parcel *parcel = wire.sent;

		wire.sent = parcel->next;
		parcel->next = NULL;
		parcel->reply = redis_server_run(wire.peer, parcel->n, parcel->args, parcel->sizes,
						 clock_real_ms());
		*last(&wire.answered) = parcel;
	}
	return done;
}

size_t redis_model_under_way(void)
{
	return count(wire.sent) + count(wire.answered);
}

static void serve_some(void)
{
	(void)redis_model_serve(random_below(wire.random, count(wire.sent) + 1));
}

static void end_connection(void)
{
	drop(&wire.sent);
	drop(&wire.answered);
	redis_peer_free(wire.peer);
	wire.peer = NULL;
}

static void answer(struct redis *redis, const struct redis_reply *reply)
{
	struct waiter *waiter = redis->waiters;

	redis->waiters = waiter->next;
	redis->is_inside = true;
	if (waiter->fn)
		waiter->fn(waiter->context, reply);
	redis->is_inside = false;
	free(waiter);
}

static void lose(struct redis *redis, const char *why)
{
	(void)snprintf(redis->reason, sizeof(redis->reason), "%s", why);
	end_connection();
	redis->is_up = false;
	redis->ends_after = false;
	while (redis->waiters)
		answer(redis, NULL);
	timer_stop(redis->answer);
	timer_start(redis->again,
		    AGAIN_FIRST_MS + (int64_t)random_below(wire.random, AGAIN_LAST_MS), 0);
	redis->change(redis->context, false);
}

size_t redis_model_deliver(size_t n)
{
	struct redis *redis = wire.client;
	size_t done = 0;

	for (; done < n && redis && redis->is_up && wire.answered; done++) {
		struct parcel *parcel = wire.answered;

		wire.answered = parcel->next;
		answer(redis, parcel->reply);
		parcel_free(parcel);
		if (redis->ends_after)
			lose(redis, "dropped");
	}
	return done;
}

void redis_model_break(void)
{
	if (!wire.peer)
		return;
	serve_some();
	(void)redis_model_deliver(random_below(wire.random, count(wire.answered) + 1));
	if (wire.client && wire.client->is_up)
		lose(wire.client, "connection reset");
}

void redis_model_server_died(void)
{
	drop(&wire.sent);
	redis_model_break();
	end_connection();
}

void redis_model_client_died(void)
{
	if (wire.peer)
		serve_some();
	end_connection();
	wire.client = NULL;
}

void redis_model_listen(bool listens)
{
	wire.listens = listens;
}

/* ---- the door ---- */

static void connect_again(struct redis *redis)
{
	timer_start(redis->again, AGAIN_FIRST_MS, 0);
}

static void on_again(void *context)
{
	struct redis *redis = context;

	if (!wire.listens) {
		(void)snprintf(redis->reason, sizeof(redis->reason), "connection refused");
		connect_again(redis);
		return;
	}
	wire.peer = redis_peer_new(wire.server);
	redis->is_up = true;
	redis->change(redis->context, true);
}

static void on_answer(void *context)
{
	struct redis *redis = context;
	int64_t left_ms;

	if (!redis->waiters)
		return;
	left_ms = redis->waiters->sent_ms + redis->timeout_ms - clock_mono_ms();
	if (left_ms > 0)
		timer_start(redis->answer, left_ms, 0);
	else
		lose(redis, "no answer in time");
}

int redis_new(struct redis **ret, struct loop *loop, const struct redis_options *options,
	      redis_change_fn *change, void *context)
{
	struct redis *redis = xcalloc(1, sizeof(*redis));

	redis->change = change;
	redis->context = context;
	redis->timeout_ms = options->timeout_ms;
	redis->again = timer_new(loop, on_again, redis);
	redis->answer = timer_new(loop, on_answer, redis);
	wire.client = redis;
	*ret = redis;
	return 0;
}

void redis_start(struct redis *redis)
{
	connect_again(redis);
}

int redis_send(struct redis *redis, size_t n, const char *const *args, const size_t *sizes,
	       redis_reply_fn *fn, void *context)
{
	struct waiter *waiter;
	struct waiter **at = &redis->waiters;

	if (!redis->is_up || redis->ends_after)
		return REDIS_DOWN;

	waiter = xcalloc(1, sizeof(*waiter));
	*waiter = (struct waiter){ NULL, fn, context, clock_mono_ms() };
	while (*at)
		at = &(*at)->next;
	*at = waiter;
	*last(&wire.sent) = parcel_new(n, args, sizes);
	if (!timer_is_started(redis->answer))
		timer_start(redis->answer, redis->timeout_ms, 0);
	return 0;
}

void redis_drop(struct redis *redis, const char *why)
{
	if (!redis->is_up)
		return;
	if (redis->is_inside)
		redis->ends_after = true;
	else
		lose(redis, why);
}

bool redis_is_up(const struct redis *redis)
{
	return redis->is_up && !redis->ends_after;
}

const char *redis_reason(const struct redis *redis)
{
	return redis->reason;
}

void redis_close(struct redis *redis)
{
	if (!redis)
		return;

	if (wire.peer)
		serve_some();
	end_connection();
	redis->is_up = false;
	while (redis->waiters)
		answer(redis, NULL);
	timer_close(redis->again);
	timer_close(redis->answer);
	wire.client = NULL;
	free(redis);
}

/* ---- replies ---- */

bool reply_is_error(const struct redis_reply *reply)
{
	return reply->kind == REPLY_ERROR;
}

bool reply_is_nil(const struct redis_reply *reply)
{
	return reply->kind == REPLY_NIL;
}

bool reply_is_array(const struct redis_reply *reply)
{
	return reply->kind == REPLY_ARRAY;
}

size_t reply_n_items(const struct redis_reply *reply)
{
	return reply->n;
}

const struct redis_reply *reply_item(const struct redis_reply *reply, size_t i)
{
	assert(i < reply->n);
	return reply->items[i];
}

const char *reply_text(const struct redis_reply *reply, size_t *ret_size)
{
	if (ret_size)
		*ret_size = reply->size;
	return reply->text;
}

int64_t reply_integer(const struct redis_reply *reply)
{
	return reply->integer;
}
