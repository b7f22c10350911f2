/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A life of a connection: connect, AUTH if there is a password, PING until Redis has loaded its
 * data, up; and from anywhere to waiting, from where a timer begins anew.
 *
 * hiredis 0.14 frees its context by itself when a connect fails or a connection breaks, and tells
 * so in different ways; its cleanup hook is the one thing that happens on each of them, after the
 * pending replies and before the descriptor is closed.  Everything that ends, ends there.
 */
#include "iocd/net/redis.h"

#include <assert.h>
#include <hiredis/async.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "iocd/base/clock.h"
#include "iocd/base/counter.h"
#include "iocd/base/err.h"
#include "iocd/base/log.h"
#include "iocd/base/random.h"
#include "iocd/net/backoff.h"
#include "redis_options.h"

#define BACKOFF_FIRST_MS 100
#define BACKOFF_LAST_MS  500 /* one client, near by: trying costs less than stale figures */
#define LOADING_PAUSE_MS 200

enum phase {
	OFF,        /* not started */
	CONNECTING, /* the socket is not connected yet; connect_timer runs */
	GREETING,   /* connected; AUTH or PING is under way, or Redis is loading its data */
	UP,         /* commands may be sent */
	ENDING,     /* given up or lost; hiredis is about to free the link */
	WAITING,    /* no link; again_timer runs */
};

/* A command that was sent and not answered. */
struct pending {
	struct pending *next; /* in redis.oldest */
	struct redis *redis;
	redis_reply_fn *fn; /* may be NULL */
	void *context;
	int64_t sent_ms;
};

struct redis {
	struct loop *loop;
	struct redis_options options; /* strings are owned */
	char server[120];             /* the address, for the log */
	redis_change_fn *change;
	void *context;

	enum phase phase; /* written by enter() only */
	bool is_closing;
	bool was_up;             /* the present link has been up */
	redisAsyncContext *link; /* hiredis', which frees it; NULL when there is none */
	struct watch *watch;     /* of link's descriptor */
	bool reads;              /* what link waits for now */
	bool writes;

	struct pending *oldest; /* in the order of sending, which is the order of the replies */
	struct pending *newest;

	struct timer *connect_timer;
	struct timer *answer_timer; /* for the oldest unanswered command */
	struct timer *again_timer;  /* WAITING: connect; GREETING: PING */
	struct backoff backoff;

	char reason[160]; /* why the last link failed or ended */
	bool has_reason;  /* it is the present link's */
	char told[160];   /* the reason that was logged last, "" once up */
};

/* ---- state and reasons ---- */

static void enter(struct redis *redis, enum phase phase)
{
	redis->phase = phase;
}

/* The first reason is the cause; what follows from it is not. */
static void set_reason(struct redis *redis, const char *reason)
{
	if (redis->has_reason)
		return;

	(void)snprintf(redis->reason, sizeof(redis->reason), "%s", reason);
	redis->has_reason = true;
}

/* Ends the link.  Inside a reply function hiredis does it when that has returned. */
static void give_up(struct redis *redis, const char *why)
{
	if (!redis->link || redis->phase == ENDING)
		return;

	set_reason(redis, why);
	enter(redis, ENDING);
	redisAsyncFree(redis->link);
}

/* A link is no more: says so once, and tries again later. */
static void wait_and_try_again(struct redis *redis)
{
	bool was_up = redis->was_up;

	redis->was_up = false;
	enter(redis, WAITING);
	if (was_up || strcmp(redis->told, redis->reason) != 0)
		log_warning(was_up ? "redis.lost" : "redis.unreachable", "server=%s reason='%s'",
			    redis->server, redis->reason);
	memcpy(redis->told, redis->reason, sizeof(redis->told));

	/* Never at once: hiredis is still on the stack, busy with the old context. */
	timer_start(redis->again_timer, backoff_failed(&redis->backoff), 0);
	if (was_up) {
		counter_add(COUNTER_redis_losses, 1);
		redis->change(redis->context, false);
	}
}

/* ---- adapter: hiredis' wishes to a watch and back ---- */

/* hiredis repeats its wishes with every command; libuv would pay a system call for each. */
static void wish(struct redis *redis, bool reads, bool writes)
{
	if (reads == redis->reads && writes == redis->writes)
		return;

	redis->reads = reads;
	redis->writes = writes;
	watch_set(redis->watch, reads, writes);
}

static void on_add_read(void *context)
{
	struct redis *redis = context;

	wish(redis, true, redis->writes);
}

static void on_del_read(void *context)
{
	struct redis *redis = context;

	wish(redis, false, redis->writes);
}

static void on_add_write(void *context)
{
	struct redis *redis = context;

	wish(redis, redis->reads, true);
}

static void on_del_write(void *context)
{
	struct redis *redis = context;

	wish(redis, redis->reads, false);
}

static void on_cleanup(void *context)
{
	struct redis *redis = context;
	redisAsyncContext *link = redis->link;

	redis->link = NULL;
	watch_close(redis->watch);
	redis->watch = NULL;
	timer_stop(redis->connect_timer);
	timer_stop(redis->answer_timer);
	timer_stop(redis->again_timer);
	set_reason(redis, link->c.err ? link->c.errstr : "connection closed");

	assert(!redis->oldest);
	if (!redis->is_closing)
		wait_and_try_again(redis);
}

/* The shipped adapter does nothing on an error, so that a refused connect is never told.  Here an
 * error comes as both readable and writable (watch_new()), and hiredis meets it by itself. */
static void on_ready(void *context, bool readable, bool writable)
{
	struct redis *redis = context;

	if (readable)
		redisAsyncHandleRead(redis->link);
	if (writable && redis->link) /* it may have gone while reading */
		redisAsyncHandleWrite(redis->link);
}

/* ---- commands ---- */

/* hiredis asserts when a message comes that no command asked for. */
static bool is_subscription(const char *name, size_t size)
{
	static const char *const names[] = { "subscribe",   "psubscribe",   "ssubscribe",
					     "unsubscribe", "punsubscribe", "monitor" };

	for (size_t i = 0; i < COUNT(names); i++)
		if (size == strlen(names[i]) && strncasecmp(name, names[i], size) == 0)
			return true;
	return false;
}

static void append(struct redis *redis, struct pending *pending)
{
	if (redis->newest)
		redis->newest->next = pending;
	else
		redis->oldest = pending;
	redis->newest = pending;
	if (!timer_is_started(redis->answer_timer))
		timer_start(redis->answer_timer, redis->options.timeout_ms, 0);
}

static void remove_oldest(struct redis *redis)
{
	redis->oldest = redis->oldest->next;
	if (!redis->oldest)
		redis->newest = NULL;
}

static void on_reply(redisAsyncContext *link, void *reply, void *data)
{
	struct pending *pending = data;
	struct redis *redis = pending->redis;

	(void)link;
	assert(pending == redis->oldest);
	remove_oldest(redis);
	if (!reply)
		enter(redis, ENDING); /* before fn: it must not send into a dying link */
	if (pending->fn)
		pending->fn(pending->context, reply);
	free(pending);
}

static int send_command(struct redis *redis, size_t n, const char *const *args, const size_t *sizes,
			redis_reply_fn *fn, void *context)
{
	struct pending *pending = xcalloc(1, sizeof(*pending));

	assert(n > 0 && !is_subscription(args[0], sizes[0]));

	pending->redis = redis;
	pending->fn = fn;
	pending->context = context;
	pending->sent_ms = clock_mono_ms();
	if (redisAsyncCommandArgv(redis->link, on_reply, pending, (int)n, (const char **)args,
				  sizes) != REDIS_OK) {
		free(pending);
		return REDIS_DOWN;
	}
	append(redis, pending);
	return 0;
}

/* hiredis 0.14 knows no time-out for commands.  This timer is not touched by every reply: it runs
 * out at most once per timeout_ms and then looks how old the oldest command is. */
static void on_answer_timer(void *context)
{
	struct redis *redis = context;
	int64_t left_ms;

	if (redis->oldest) /* if we were late ourselves, the answer may be here already */
		redisAsyncHandleRead(redis->link);
	if (!redis->link || !redis->oldest)
		return;

	left_ms = redis->oldest->sent_ms + redis->options.timeout_ms - clock_mono_ms();
	if (left_ms > 0)
		timer_start(redis->answer_timer, left_ms, 0);
	else
		give_up(redis, "no answer in time");
}

/* ---- greeting ---- */

static bool begins_with(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

static void come_up(struct redis *redis)
{
	enter(redis, UP);
	redis->was_up = true;
	redis->told[0] = '\0';
	backoff_succeeded(&redis->backoff);
	counter_add(COUNTER_redis_connects, 1);
	log_info("redis.connected", "server=%s", redis->server);
	redis->change(redis->context, true);
}

/* Not a reason yet: should the link end, that is for another. */
static void wait_until_loaded(struct redis *redis, const char *text)
{
	(void)snprintf(redis->reason, sizeof(redis->reason), "%s", text);
	if (strcmp(redis->told, redis->reason) != 0)
		log_info("redis.loading", "server=%s reason='%s'", redis->server, redis->reason);
	memcpy(redis->told, redis->reason, sizeof(redis->told));
	timer_start(redis->again_timer, LOADING_PAUSE_MS, 0);
}

/* LOADING means "not yet"; NOAUTH and ERR (too many clients) that nothing else will be answered
 * either.  Any other error is about PING, not about the connection. */
static void on_pong(void *context, const struct redis_reply *reply)
{
	struct redis *redis = context;
	const char *text;

	if (!reply)
		return;

	text = reply_text(reply, NULL);
	if (!reply_is_error(reply))
		come_up(redis);
	else if (begins_with(text, "LOADING"))
		wait_until_loaded(redis, text);
	else if (begins_with(text, "NOAUTH") || begins_with(text, "ERR"))
		give_up(redis, text);
	else
		come_up(redis);
}

static void send_ping(struct redis *redis)
{
	static const char *const args[] = { "PING" };
	static const size_t sizes[] = { 4 };

	(void)send_command(redis, 1, args, sizes, on_pong, redis);
}

static void on_authenticated(void *context, const struct redis_reply *reply)
{
	struct redis *redis = context;

	if (!reply)
		return;

	if (reply_is_error(reply))
		give_up(redis, reply_text(reply, NULL));
	else
		send_ping(redis);
}

static void send_auth(struct redis *redis)
{
	const struct redis_options *options = &redis->options;
	const char *args[3] = { "AUTH" };
	size_t sizes[3];
	size_t n = 1;

	if (options->username)
		args[n++] = options->username;
	args[n++] = options->password;
	for (size_t i = 0; i < n; i++)
		sizes[i] = strlen(args[i]);
	(void)send_command(redis, n, args, sizes, on_authenticated, redis);
}

/* A failed connect needs nothing here: hiredis frees the link and comes to on_cleanup(). */
static void on_connect(const redisAsyncContext *link, int status)
{
	struct redis *redis = link->data;

	if (status != REDIS_OK)
		return;

	timer_stop(redis->connect_timer);
	enter(redis, GREETING);
	if (redis->options.password)
		send_auth(redis);
	else
		send_ping(redis);
}

/* ---- connecting ---- */

/* A dead host says nothing: the kernel must give up on it too, or the descriptor lingers. */
static void watch_over_tcp(struct redis *redis)
{
	unsigned int timeout_ms = (unsigned int)redis->options.timeout_ms;

	(void)redisEnableKeepAlive(&redis->link->c);
	(void)setsockopt(redis->link->c.fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout_ms,
			 sizeof(timeout_ms));
}

static void attach(struct redis *redis, redisAsyncContext *link)
{
	redis->link = link;
	redis->reads = false;
	redis->writes = false;
	link->data = redis;
	link->ev.data = redis;
	link->ev.addRead = on_add_read;
	link->ev.delRead = on_del_read;
	link->ev.addWrite = on_add_write;
	link->ev.delWrite = on_del_write;
	link->ev.cleanup = on_cleanup;

	enter(redis, CONNECTING);
	timer_start(redis->connect_timer, redis->options.timeout_ms, 0);
	if (!redis->options.socket)
		watch_over_tcp(redis);
	redisAsyncSetConnectCallback(link, on_connect); /* last: it asks for the first event */
}

static redisAsyncContext *open_link(const struct redis_options *options)
{
	if (options->socket)
		return redisAsyncConnectUnix(options->socket);
	return redisAsyncConnect(options->address, options->port);
}

static void begin_connect(struct redis *redis)
{
	redisAsyncContext *link = open_link(&redis->options);
	int r = 0;

	redis->has_reason = false;
	if (link && !link->err)
		r = watch_new(&redis->watch, redis->loop, link->c.fd, on_ready, redis);
	if (link && !link->err && !r) {
		attach(redis, link);
		return;
	}

	/* It has no hooks yet, so nobody is called for it. */
	set_reason(redis, !link ? "out of memory" : link->err ? link->errstr : strerror(-r));
	if (link)
		redisAsyncFree(link);
	wait_and_try_again(redis);
}

static void on_connect_timer(void *context)
{
	give_up(context, "no connection in time");
}

static void on_again_timer(void *context)
{
	struct redis *redis = context;

	if (redis->phase == WAITING)
		begin_connect(redis);
	else
		send_ping(redis);
}

/* ---- door ---- */

int redis_new(struct redis **ret, struct loop *loop, const struct redis_options *options,
	      redis_change_fn *change, void *context)
{
	struct redis *redis;
	uint64_t seed;
	int r;

	assert(change);
	r = redis_options_check(options);
	if (r)
		return err_pass(r);

	redis = xcalloc(1, sizeof(*redis));
	redis->loop = loop;
	redis_options_copy(&redis->options, options);
	redis_options_name(options, redis->server, sizeof(redis->server));
	redis->change = change;
	redis->context = context;
	redis->connect_timer = timer_new(loop, on_connect_timer, redis);
	redis->answer_timer = timer_new(loop, on_answer_timer, redis);
	redis->again_timer = timer_new(loop, on_again_timer, redis);
	random_bytes(&seed, sizeof(seed));
	backoff_init(&redis->backoff, BACKOFF_FIRST_MS, BACKOFF_LAST_MS, seed);

	*ret = redis;
	return 0;
}

void redis_start(struct redis *redis)
{
	assert(redis->phase == OFF);
	begin_connect(redis);
}

int redis_send(struct redis *redis, size_t n, const char *const *args, const size_t *sizes,
	       redis_reply_fn *fn, void *context)
{
	if (redis->phase != UP)
		return REDIS_DOWN;

	return send_command(redis, n, args, sizes, fn, context);
}

void redis_drop(struct redis *redis, const char *why)
{
	give_up(redis, why);
}

bool redis_is_up(const struct redis *redis)
{
	return redis->phase == UP;
}

const char *redis_reason(const struct redis *redis)
{
	return redis->reason;
}

void redis_close(struct redis *redis)
{
	if (!redis)
		return;

	redis->is_closing = true;
	/* What was sent in this turn is still in the buffer: one attempt, nothing waits for it. */
	if (redis->phase == UP)
		redisAsyncHandleWrite(redis->link);
	give_up(redis, "closed");
	assert(!redis->link);
	timer_close(redis->connect_timer);
	timer_close(redis->answer_timer);
	timer_close(redis->again_timer);
	redis_options_fini(&redis->options);
	free(redis);
}

/* ---- replies: hiredis' own, under a name that keeps its header in here ---- */

static const redisReply *inside(const struct redis_reply *reply)
{
	return (const redisReply *)reply;
}

bool reply_is_error(const struct redis_reply *reply)
{
	return inside(reply)->type == REDIS_REPLY_ERROR;
}

bool reply_is_nil(const struct redis_reply *reply)
{
	return inside(reply)->type == REDIS_REPLY_NIL;
}

bool reply_is_array(const struct redis_reply *reply)
{
	return inside(reply)->type == REDIS_REPLY_ARRAY;
}

size_t reply_n_items(const struct redis_reply *reply)
{
	return reply_is_array(reply) ? inside(reply)->elements : 0;
}

const struct redis_reply *reply_item(const struct redis_reply *reply, size_t i)
{
	assert(i < reply_n_items(reply));
	return (const struct redis_reply *)inside(reply)->element[i];
}

const char *reply_text(const struct redis_reply *reply, size_t *ret_size)
{
	const redisReply *r = inside(reply);
	bool has_text = r->type == REDIS_REPLY_STRING || r->type == REDIS_REPLY_STATUS ||
			r->type == REDIS_REPLY_ERROR;

	if (ret_size)
		*ret_size = has_text ? r->len : 0;
	return has_text ? r->str : "";
}

int64_t reply_integer(const struct redis_reply *reply)
{
	return inside(reply)->type == REDIS_REPLY_INTEGER ? inside(reply)->integer : 0;
}
