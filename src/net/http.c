/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libmicrohttpd without threads: each listener is a daemon of its own whose epoll descriptor is
 * watched.  run() lets them work and then arms one timer for what they want to do next.  How long a
 * connection may take is not their business but that of peer.c.
 */
#include "iocd/net/http.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "http_inside.h"
#include "iocd/base/err.h"
#include "iocd/base/log.h"

/* For each listener; not for each address, as behind a proxy or a UNIX socket there is only one. */
#define CONNECTIONS_MAX 1024
#define MEMORY_MAX      (32u << 10) /* of a connection: its headers and what is known of them */
#define COMMENT_MS      15000
#define BURST_MAX       256 /* events sent in one turn before the daemons run inside it */
#define ROUNDS_MAX      32

/* ---- running the daemons ---- */

static void run_daemons(struct http *http)
{
	assert(!http->is_running);

	http->is_running = true;
	http_live_resume_some(http);
	http->has_resumed = false;
	http->burst = 0;
	for (size_t i = 0; i < http->n_listeners; i++)
		MHD_run(http->listeners[i].daemon);
	http->is_running = false;
}

/* Connections that MHD_get_timeout() does not count. */
static bool must_run(const struct http *http)
{
	return http->has_resumed || http->due;
}

/* When a daemon must run next although nothing happens; INT64_MAX: never. */
static int64_t delay_ms(const struct http *http)
{
	int64_t least_ms = INT64_MAX;

	if (must_run(http))
		return 0;

	for (size_t i = 0; i < http->n_listeners; i++) {
		MHD_UNSIGNED_LONG_LONG ms;

		if (MHD_get_timeout(http->listeners[i].daemon, &ms) == MHD_YES &&
		    ms < (MHD_UNSIGNED_LONG_LONG)least_ms)
			least_ms = (int64_t)ms;
	}
	return least_ms;
}

/* Only once the daemons have nothing left to do at once did every reader get what its socket would
 * take, and what is still unread is the reader's fault. */
static void arm(struct http *http)
{
	int64_t wait_ms = delay_ms(http);

	if (wait_ms > 0)
		http_live_cut_slow(http);
	if (wait_ms > 0 && wait_ms < INT64_MAX)
		timer_start(http->timer, wait_ms, 0);
	else
		timer_stop(http->timer);
	if (wait_ms == 0)
		wake_send(http->wake);
}

static void run(struct http *http)
{
	run_daemons(http);
	arm(http);
}

static void run_until_settled(struct http *http)
{
	for (int i = 0; i < ROUNDS_MAX && (i == 0 || delay_ms(http) == 0); i++)
		run_daemons(http);
	arm(http);
}

void http_wake(struct http *http)
{
	if (!http->is_running) /* or run() goes on with it */
		wake_send(http->wake);
}

static void on_ready(void *context, bool readable, bool writable)
{
	(void)readable;
	(void)writable;
	run(context);
}

static void run_later(void *context)
{
	run(context);
}

static void on_comment_timer(void *context)
{
	struct http *http = context;

	stream_comment(http->stream);
	if (must_run(http))
		http_wake(http);
}

/* ---- listening ---- */

static const union MHD_ConnectionInfo *ask(struct MHD_Connection *connection,
					   enum MHD_ConnectionInfoType what)
{
	return MHD_get_connection_info(connection, what);
}

struct peer *http_peer(struct MHD_Connection *connection)
{
	return ask(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

static void on_connection(void *context, struct MHD_Connection *connection, void **ret_peer,
			  enum MHD_ConnectionNotificationCode what)
{
	const struct listener *listener = context;

	if (what == MHD_CONNECTION_NOTIFY_STARTED)
		*ret_peer =
			peer_join(listener->http->peers,
				  ask(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd,
				  listener->is_local);
	else
		peer_leave(*ret_peer);
}

/* Takes fd. */
static int add_listener(struct http *http, int fd, bool is_local)
{
	struct listener *listener = &http->listeners[http->n_listeners];
	const union MHD_DaemonInfo *info;
	int r;

	listener->http = http;
	listener->is_local = is_local;
	/* clang-format off */
	listener->daemon = MHD_start_daemon(
		MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, http_on_request, http,
		MHD_OPTION_LISTEN_SOCKET, fd,
		MHD_OPTION_CONNECTION_LIMIT, (unsigned int)CONNECTIONS_MAX,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MEMORY_MAX,
		MHD_OPTION_STRICT_FOR_CLIENT, 1,
		MHD_OPTION_NOTIFY_CONNECTION, on_connection, listener,
		MHD_OPTION_NOTIFY_COMPLETED, http_on_completed, http,
		MHD_OPTION_END);
	/* clang-format on */
	if (!listener->daemon) /* it has closed fd */
		return err_raise(-EIO);

	http->n_listeners++;
	info = MHD_get_daemon_info(listener->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	r = watch_new(&listener->watch, http->loop, info->epoll_fd, on_ready, http);
	if (r)
		return err_pass(r);
	watch_set(listener->watch, true, false);
	return 0;
}

static int listen_all(struct http *http, const struct http_options *options)
{
	int fd;
	int r;

	if (options->socket) {
		r = listen_unix(&fd, &http->mark, options->socket);
		if (r)
			return err_pass(r);
		http->socket = xstrdup(options->socket);
		r = add_listener(http, fd, true);
		if (r)
			return err_pass(r);
		log_info("http.listening", "socket=%s", options->socket);
	}
	if (options->address) {
		r = listen_tcp(&fd, options->address, options->port);
		if (!r)
			r = add_listener(http, fd, false);
		if (r)
			return err_pass(r);
		log_info("http.listening", "address=%s port=%d", options->address, options->port);
	}
	return 0;
}

/* ---- door ---- */

static struct http *make(struct loop *loop, const struct http_options *options, http_request_fn *fn,
			 void *context)
{
	const struct stream_hooks hooks = { .wants = options->wants,
					    .context = context,
					    .due = http_live_is_due };
	struct http *http = xcalloc(1, sizeof(*http));

	http->loop = loop;
	http->fn = fn;
	http->unsubscribe = options->unsubscribe;
	http->context = context;
	http->headers = options->headers;
	http->peers = peers_new(loop, options->request_ms, options->idle_ms);
	http->timer = timer_new(loop, run_later, http);
	http->wake = wake_new(loop, run_later, http);
	http->comment_timer = timer_new(loop, on_comment_timer, http);
	http->stream = stream_new(&hooks);
	return http;
}

int http_new(struct http **ret, struct loop *loop, const struct http_options *options,
	     http_request_fn *fn, void *context)
{
	struct http *http = make(loop, options, fn, context);
	int r = listen_all(http, options);

	assert(fn);
	if (r) {
		http_close(http);
		return err_pass(r);
	}
	timer_start(http->comment_timer, COMMENT_MS, COMMENT_MS);

	*ret = http;
	return 0;
}

static bool is_any(void *context, void *subscription)
{
	(void)context;
	(void)subscription;
	return true;
}

void http_stream_begin(struct http *http, uint64_t last_id)
{
	stream_begin(http->stream, last_id);
	http_cut_streams(http, is_any);
}

void http_stream_send(struct http *http, const struct http_event *event)
{
	stream_send(http->stream, event);
	if (http->is_running || !must_run(http)) /* run() goes on with them, or there are none */
		return;

	if (++http->burst < BURST_MAX)
		http_wake(http);
	else
		run_until_settled(http); /* or the ring would turn over before anybody read it */
}

void http_stream_tell(struct http *http, const struct http_event *event)
{
	stream_tell(http->stream, event);
	if (must_run(http))
		http_wake(http);
}

size_t http_streams(const struct http *http)
{
	return stream_n_readers(http->stream);
}

void http_close(struct http *http)
{
	if (!http)
		return;

	http->is_closing = true;
	/* libmicrohttpd must not be stopped while a connection is suspended. */
	http_live_resume_all(http);
	http_answer_what_is_left(http);
	if (stream_first(http->stream) || http->has_resumed)
		run_until_settled(http);
	for (size_t i = 0; i < http->n_listeners; i++) {
		watch_close(http->listeners[i].watch); /* before its descriptor is closed */
		MHD_stop_daemon(http->listeners[i].daemon);
	}
	peers_close(http->peers);
	timer_close(http->timer);
	wake_close(http->wake);
	timer_close(http->comment_timer);
	if (http->socket)
		listen_remove(http->socket, &http->mark);
	stream_free(http->stream);
	free(http->socket);
	free(http);
}
