/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libmicrohttpd without threads: each listener is a daemon of its own whose epoll descriptor is
 * watched.  run() lets them work and then arms one timer for what they want to do next.
 *
 * A stream's connection is suspended while it has nothing new to read.  Sending resumes all of them
 * and has them run in the next turn, so that all events of one turn leave in one write.  A request
 * that is answered later is suspended too, and so its call stays until then whatever the client
 * does; once resumed, libmicrohttpd asks for it again.
 */
#include "iocd/net/http.h"

#include <assert.h>
#include <errno.h>
#include <microhttpd.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "iocd/base/clock.h"
#include "iocd/base/err.h"
#include "iocd/base/log.h"
#include "answer.h"
#include "listen.h"
#include "stream.h"

/* For each listener; not for each address, as behind a proxy or a UNIX socket there is only one. */
#define CONNECTIONS_MAX 256
#define STREAMS_MAX     192 /* of all; the rest of the connections is for requests */
#define BODY_MAX        (16u << 10)
#define SWALLOWED_MAX   (1u << 20) /* of a body that is too large, before the connection is cut */
#define TIMEOUT_S       15
#define COMMENT_MS      15000
#define BURST_MAX       256 /* events sent in one turn before the daemons run inside it */
#define ROUNDS_MAX      32

struct listener {
	struct MHD_Daemon *daemon;
	struct watch *watch;
};

struct http {
	struct loop *loop;
	http_request_fn *fn;
	void *context;
	char *socket; /* NULL: none */
	struct listen_mark mark;
	struct listener listeners[2];
	size_t n_listeners;
	struct timer *timer; /* when the daemons want to run without a descriptor being ready */
	struct timer *comment_timer;
	struct stream *stream;
	struct call *later;  /* suspended calls, by call.next */
	uint64_t last_token; /* given to a request */
	size_t burst;        /* events sent since the daemons ran */
	bool is_running;     /* a daemon is on the stack */
	bool has_resumed;    /* streams were resumed and have not run since */
	bool is_closing;
};

/* A request under way. */
struct call {
	struct text body;
	size_t swallowed; /* bytes of body that came but were not kept */
	bool is_answered;

	/* Of one that is answered later. */
	struct call *next; /* in http.later */
	struct MHD_Connection *connection;
	struct http_response response; /* its token; the rest once is_ready */
	bool is_ready;
};

/* An open stream. */
struct live {
	struct stream_reader reader;
	struct http *http;
	struct MHD_Connection *connection;
	bool is_suspended;
};

/* ---- running the daemons ---- */

static void resume(struct live *live)
{
	/* Resuming a connection that is not suspended is undefined in libmicrohttpd. */
	if (!live->is_suspended)
		return;

	live->is_suspended = false;
	live->http->has_resumed = true;
	MHD_resume_connection(live->connection);
}

static void resume_all(struct http *http)
{
	struct stream_reader *reader;

	for (reader = stream_first(http->stream); reader; reader = reader->next)
		resume(reader->owner);
}

/* libmicrohttpd cannot be asked to close a connection, but it notices when the socket is shut. */
static void shut(struct live *live)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(live->connection, MHD_CONNECTION_INFO_CONNECTION_FD);

	if (info)
		(void)shutdown(info->connect_fd, SHUT_RDWR);
	resume(live); /* while it is suspended nothing is noticed */
}

static void cut_slow(struct http *http)
{
	struct stream_reader *reader;

	while ((reader = stream_cut_slow(http->stream))) {
		log_debug("http.stream_cut", "next_id=%llu", (unsigned long long)reader->next_id);
		shut(reader->owner);
	}
}

static void run_daemons(struct http *http)
{
	assert(!http->is_running);

	http->is_running = true;
	http->has_resumed = false;
	http->burst = 0;
	for (size_t i = 0; i < http->n_listeners; i++)
		MHD_run(http->listeners[i].daemon);
	http->is_running = false;
}

/* When a daemon must run next although nothing happens; INT64_MAX: never. */
static int64_t delay_ms(const struct http *http)
{
	int64_t least_ms = INT64_MAX;

	if (http->has_resumed) /* MHD_get_timeout() does not count these */
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
		cut_slow(http);
	if (wait_ms == INT64_MAX)
		timer_stop(http->timer);
	else
		timer_start(http->timer, wait_ms, 0);
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

static void on_ready(void *context, bool readable, bool writable)
{
	(void)readable;
	(void)writable;
	run(context);
}

static void on_timer(void *context)
{
	run(context);
}

static void on_comment_timer(void *context)
{
	struct http *http = context;

	stream_comment(http->stream);
	resume_all(http);
	timer_start(http->timer, 0, 0);
}

/* ---- streams ---- */

static ssize_t read_stream(struct live *live, char *buffer, size_t max)
{
	size_t size;

	if (live->http->is_closing)
		return MHD_CONTENT_READER_END_OF_STREAM;

	switch (stream_read(&live->reader, buffer, max, &size)) {
	case 0:
		return (ssize_t)size;
	case STREAM_IDLE: /* 0 without suspending would be asked again at once, for ever */
		live->is_suspended = true;
		MHD_suspend_connection(live->connection);
		return 0;
	default:
		return MHD_CONTENT_READER_END_WITH_ERROR;
	}
}

static ssize_t on_read(void *context, uint64_t position, char *buffer, size_t max)
{
	(void)position;
	return read_stream(context, buffer, max);
}

static void on_stream_end(void *context)
{
	struct live *live = context;

	stream_leave(&live->reader);
	free(live);
}

static const char *last_event_id(struct MHD_Connection *connection)
{
	const char *id = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Last-Event-ID");

	return id ? id
		  : MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, "last-event-id");
}

static enum MHD_Result start_stream(struct http *http, struct MHD_Connection *connection)
{
	struct MHD_Response *response;
	struct live *live;

	if (stream_n_readers(http->stream) >= STREAMS_MAX)
		return answer_fault(connection, MHD_HTTP_SERVICE_UNAVAILABLE);

	live = xcalloc(1, sizeof(*live));
	live->http = http;
	live->connection = connection;
	stream_join(http->stream, &live->reader, last_event_id(connection), live);
	response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 4096, on_read, live,
						     on_stream_end);
	if (!response) {
		on_stream_end(live);
		return MHD_NO;
	}
	MHD_add_response_header(response, "X-Accel-Buffering", "no"); /* nginx would collect */
	/* A stream may be silent longer than a request. */
	(void)MHD_set_connection_option(connection, MHD_CONNECTION_OPTION_TIMEOUT, 0u);
	return answer_send(connection, MHD_HTTP_OK, "text/event-stream", response);
}

/* ---- requests ---- */

static enum MHD_Result put_off(struct http *http, struct MHD_Connection *connection,
			       struct call *call, struct http_response *response)
{
	text_fini(&response->body);
	call->response = *response;
	call->connection = connection;
	call->next = http->later;
	http->later = call;
	MHD_suspend_connection(connection);
	return MHD_YES;
}

static enum MHD_Result ask(struct http *http, struct MHD_Connection *connection,
			   const struct http_request *request, struct call *call)
{
	struct http_response response = { .status = MHD_HTTP_OK,
					  .content_type = "application/json",
					  .token = ++http->last_token };

	http->fn(http->context, request, &response);
	if (response.later)
		return put_off(http, connection, call, &response);
	if (!response.stream)
		return answer_body(connection, &response);

	text_fini(&response.body);
	if (strcmp(request->method, "HEAD") != 0) /* which nobody would ever read */
		return start_stream(http, connection);
	response.content_type = "text/event-stream";
	return answer_body(connection, &response);
}

static bool is_known(const char *method)
{
	return strcmp(method, "GET") == 0 || strcmp(method, "POST") == 0 ||
	       strcmp(method, "HEAD") == 0;
}

static bool announces_too_much(struct MHD_Connection *connection)
{
	const char *text =
		MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Content-Length");
	int64_t size;
	int r;

	if (!text)
		return false;
	r = text_read_integer(text, strlen(text), &size);
	return r == TEXT_RANGE || (r == 0 && size > BODY_MAX);
}

static enum MHD_Result begin(struct MHD_Connection *connection, void **ret_call)
{
	struct call *call = xcalloc(1, sizeof(*call));

	*ret_call = call;
	/* Now or after the whole body: libmicrohttpd takes no response in between. */
	if (!announces_too_much(connection))
		return MHD_YES;

	call->is_answered = true;
	return answer_fault(connection, MHD_HTTP_CONTENT_TOO_LARGE);
}

static enum MHD_Result collect(struct call *call, const char *bytes, size_t n)
{
	if (!call->swallowed && n <= BODY_MAX - call->body.size) {
		text_add_bytes(&call->body, bytes, n);
		return MHD_YES;
	}

	text_fini(&call->body);
	call->swallowed += n;
	return call->swallowed > SWALLOWED_MAX ? MHD_NO : MHD_YES;
}

static enum MHD_Result finish(struct http *http, struct MHD_Connection *connection,
			      const char *path, const char *method, struct call *call)
{
	const struct http_request request = {
		.method = method,
		.path = path,
		.body = text_get(&call->body),
		.body_size = call->body.size,
		.handle = connection,
	};

	call->is_answered = true;
	if (call->swallowed)
		return answer_fault(connection, MHD_HTTP_CONTENT_TOO_LARGE);
	if (!is_known(method))
		return answer_fault(connection, MHD_HTTP_METHOD_NOT_ALLOWED);
	return ask(http, connection, &request, call);
}

static enum MHD_Result answer_now(struct call *call)
{
	struct http_response response = call->response;

	call->is_ready = false;
	call->response.body = (struct text){ .bytes = NULL };
	return answer_body(call->connection, &response);
}

/* Comes once with the headers, then with each piece of the body, then once with none; and again
 * when the answer has come that was put off. */
static enum MHD_Result on_request(void *context, struct MHD_Connection *connection,
				  const char *path, const char *method, const char *version,
				  const char *bytes, size_t *n, void **call)
{
	size_t size = *n;

	(void)version;
	*n = 0;
	if (!*call)
		return begin(connection, call);
	if (((struct call *)*call)->is_ready)
		return answer_now(*call);
	if (((struct call *)*call)->is_answered)
		return MHD_YES;
	return size ? collect(*call, bytes, size)
		    : finish(context, connection, path, method, *call);
}

static void on_completed(void *context, struct MHD_Connection *connection, void **ret_call,
			 enum MHD_RequestTerminationCode why)
{
	struct call *call = *ret_call;

	(void)context;
	(void)connection;
	(void)why;
	*ret_call = NULL;
	if (!call)
		return;

	text_fini(&call->response.body);
	text_fini(&call->body);
	free(call);
}

/* Takes the body, and call out of http.later. */
static void answer_later(struct http *http, struct call **at, int status, const char *content_type,
			 struct text *body)
{
	struct call *call = *at;

	*at = call->next;
	call->response.status = status;
	call->response.content_type = content_type;
	call->response.body = *body;
	*body = (struct text){ .bytes = NULL };
	call->is_ready = true;
	http->has_resumed = true;
	MHD_resume_connection(call->connection);
}

static void answer_what_is_left(struct http *http)
{
	struct text body = { .bytes = NULL };

	while (http->later) {
		text_add(&body, "{\"error\":\"the server ends\"}\n");
		answer_later(http, &http->later, MHD_HTTP_SERVICE_UNAVAILABLE, "application/json",
			     &body);
	}
}

/* ---- door ---- */

/* Takes fd. */
static int add_listener(struct http *http, int fd)
{
	struct listener *listener = &http->listeners[http->n_listeners];
	const union MHD_DaemonInfo *info;
	int r;

	/* clang-format off */
	listener->daemon = MHD_start_daemon(
		MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, on_request, http,
		MHD_OPTION_LISTEN_SOCKET, fd,
		MHD_OPTION_CONNECTION_LIMIT, (unsigned int)CONNECTIONS_MAX,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned int)TIMEOUT_S,
		MHD_OPTION_NOTIFY_COMPLETED, on_completed, http,
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
		r = add_listener(http, fd);
		if (r)
			return err_pass(r);
		log_info("http.listening", "socket=%s", options->socket);
	}
	if (options->address) {
		r = listen_tcp(&fd, options->address, options->port);
		if (!r)
			r = add_listener(http, fd);
		if (r)
			return err_pass(r);
		log_info("http.listening", "address=%s port=%d", options->address, options->port);
	}
	return 0;
}

int http_new(struct http **ret, struct loop *loop, const struct http_options *options,
	     http_request_fn *fn, void *context)
{
	struct http *http = xcalloc(1, sizeof(*http));
	int r;

	assert(fn);
	http->loop = loop;
	http->fn = fn;
	http->context = context;
	http->timer = timer_new(loop, on_timer, http);
	http->comment_timer = timer_new(loop, on_comment_timer, http);
	/* Milliseconds, so that ids from before a restart are smaller: nobody sends 1000 events a
	 * second for long. */
	http->stream = stream_new((uint64_t)clock_real_ms());
	r = listen_all(http, options);
	if (r) {
		http_close(http);
		return err_pass(r);
	}
	timer_start(http->comment_timer, COMMENT_MS, COMMENT_MS);

	*ret = http;
	return 0;
}

const char *http_query(const struct http_request *request, const char *name)
{
	return MHD_lookup_connection_value((struct MHD_Connection *)request->handle,
					   MHD_GET_ARGUMENT_KIND, name);
}

const char *http_header(const struct http_request *request, const char *name)
{
	return MHD_lookup_connection_value((struct MHD_Connection *)request->handle,
					   MHD_HEADER_KIND, name);
}

void http_answer(struct http *http, uint64_t token, int status, const char *content_type,
		 struct text *body)
{
	struct call **at = &http->later;

	while (*at && (*at)->response.token != token)
		at = &(*at)->next;
	assert(*at);

	answer_later(http, at, status, content_type, body);
	if (!http->is_running) /* or run() goes on with it */
		timer_start(http->timer, 0, 0);
}

void http_stream_send(struct http *http, const char *event, const char *data, size_t n)
{
	stream_send(http->stream, event, data, n);
	resume_all(http);
	if (http->is_running) /* run() goes on with them */
		return;

	if (++http->burst < BURST_MAX)
		timer_start(http->timer, 0, 0);
	else
		run_until_settled(http); /* or the ring would turn over before anybody read it */
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
	resume_all(http);
	answer_what_is_left(http);
	if (stream_first(http->stream) || http->has_resumed)
		run_until_settled(http);
	for (size_t i = 0; i < http->n_listeners; i++) {
		watch_close(http->listeners[i].watch); /* before its descriptor is closed */
		MHD_stop_daemon(http->listeners[i].daemon);
	}
	timer_close(http->timer);
	timer_close(http->comment_timer);
	if (http->socket)
		listen_remove(http->socket, &http->mark);
	stream_free(http->stream);
	free(http->socket);
	free(http);
}
