/* SPDX-License-Identifier: Apache-2.0 */
/* Raw clients on a UNIX socket, in the same loop as the server. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <cmocka.h>

#include "iocd/base/counter.h"
#include "iocd/net/http.h"
#include "iocd/net/loop.h"

#define PATIENCE_MS 20000

struct fixture {
	char directory[64];
	char socket[80];
	struct loop *loop;
	struct timer *guard;
	bool is_out_of_patience;
	struct http *http;
	struct text seen;   /* what the last request was */
	uint64_t tokens[4]; /* of requests to be answered later */
	size_t n_tokens;
};

struct client {
	struct fixture *f;
	int fd;
	struct watch *watch;
	struct text raw;
	size_t at;         /* bytes of raw that were looked at */
	size_t chunk_left; /* bytes of the present chunk, with its line end, to come */
	bool is_in_body;
	bool is_chunked;
	bool has_ended; /* the last chunk came */
	bool is_over;   /* the server has closed */
	struct text in; /* headers and body without the marks of the chunks */
};

static void on_guard(void *context)
{
	struct fixture *f = context;

	f->is_out_of_patience = true;
	loop_stop(f->loop);
}

#define RUN_UNTIL(f, condition)                                                                    \
	do {                                                                                       \
		timer_start((f)->guard, PATIENCE_MS, 0);                                           \
		while (!(condition)) {                                                             \
			loop_run((f)->loop);                                                       \
			assert_false((f)->is_out_of_patience);                                     \
		}                                                                                  \
		timer_stop((f)->guard);                                                            \
	} while (0)

/* ---- the server's side ---- */

static void send_kilobytes(struct fixture *f, size_t n)
{
	char data[1025];

	memset(data, 'x', 1024);
	for (size_t i = 0; i < n; i++)
		http_stream_send(f->http, "e", data, 1024);
}

static void on_request(void *context, const struct http_request *request,
		       struct http_response *response)
{
	struct fixture *f = context;
	const char *color = http_query(request, "color");
	const char *mood = http_header(request, "X-Mood");

	assert_int_equal(response->status, 200);
	text_clear(&f->seen);
	text_add(&f->seen, "%s %s %zu %s %s", request->method, request->path, request->body_size,
		 color ? color : "-", mood ? mood : "-");
	if (strcmp(request->path, "/stream") == 0) {
		response->stream = 1;
	} else if (strcmp(request->path, "/echo") == 0) {
		response->content_type = "text/plain";
		text_add_bytes(&response->body, request->body, request->body_size);
	} else if (strcmp(request->path, "/send") == 0) {
		http_stream_send(f->http, "inside", "1", 1);
		text_add(&response->body, "sent");
	} else if (strcmp(request->path, "/burst") == 0) {
		send_kilobytes(f, 300);
	} else if (strcmp(request->path, "/later") == 0) {
		text_add(&response->body, "never seen");
		response->later = 1;
		f->tokens[f->n_tokens++] = response->token;
		loop_stop(f->loop);
	} else if (strcmp(request->path, "/nothing") != 0) {
		response->status = 404;
		text_add(&response->body, "{}");
	}
}

static int listen_again(struct fixture *f, struct http **ret)
{
	const struct http_options options = { .socket = f->socket };

	return http_new(ret, f->loop, &options, on_request, f);
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	snprintf(f->directory, sizeof(f->directory), "/tmp/iocd-test-http-XXXXXX");
	assert_non_null(mkdtemp(f->directory));
	snprintf(f->socket, sizeof(f->socket), "%s/http", f->directory);
	assert_int_equal(loop_new(&f->loop), 0);
	f->guard = timer_new(f->loop, on_guard, f);
	assert_int_equal(listen_again(f, &f->http), 0);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	http_close(f->http);
	timer_close(f->guard);
	loop_free(f->loop);
	text_fini(&f->seen);
	assert_int_equal(rmdir(f->directory), 0); /* so the socket is gone too */
	free(f);
	return 0;
}

/* ---- the clients' side ---- */

static bool read_headers(struct client *client)
{
	const char *end = strstr(text_get(&client->raw), "\r\n\r\n");

	if (!end)
		return false;
	client->at = (size_t)(end + 4 - client->raw.bytes);
	text_add_bytes(&client->in, client->raw.bytes, client->at);
	client->is_chunked = strstr(text_get(&client->in), "Transfer-Encoding: chunked");
	client->is_in_body = true;
	return true;
}

static bool read_chunk_size(struct client *client)
{
	const char *line = client->raw.bytes + client->at;
	const char *end = strstr(line, "\r\n");

	if (!end)
		return false;
	client->chunk_left = strtoul(line, NULL, 16);
	client->has_ended = client->chunk_left == 0;
	client->chunk_left += 2;
	client->at += (size_t)(end + 2 - line);
	return true;
}

static void read_chunk(struct client *client)
{
	size_t n = client->raw.size - client->at;

	if (n > client->chunk_left)
		n = client->chunk_left;
	if (client->chunk_left > 2)
		text_add_bytes(&client->in, client->raw.bytes + client->at,
			       n < client->chunk_left - 2 ? n : client->chunk_left - 2);
	client->at += n;
	client->chunk_left -= n;
}

static void decode(struct client *client)
{
	if (!client->is_in_body && !read_headers(client))
		return;
	if (!client->is_chunked) {
		text_add_bytes(&client->in, client->raw.bytes + client->at,
			       client->raw.size - client->at);
		client->at = client->raw.size;
		return;
	}
	while (client->at < client->raw.size) {
		if (client->chunk_left == 0 && !read_chunk_size(client))
			return;
		read_chunk(client);
	}
}

static void on_client(void *context, bool readable, bool writable)
{
	struct client *client = context;
	char bytes[65536];
	ssize_t n = recv(client->fd, bytes, sizeof(bytes), MSG_DONTWAIT);

	(void)readable;
	(void)writable;
	if (n > 0) {
		text_add_bytes(&client->raw, bytes, (size_t)n);
		decode(client);
	} else if (n == 0 || errno != EAGAIN) {
		client->is_over = true;
		watch_set(client->watch, false, false);
	}
	loop_stop(client->f->loop);
}

static void attach(struct client *client, struct fixture *f, const struct sockaddr *address,
		   socklen_t size)
{
	*client = (struct client){ .f = f };
	client->fd = socket(address->sa_family, SOCK_STREAM, 0);
	assert_true(client->fd >= 0);
	assert_int_equal(connect(client->fd, address, size), 0);
	assert_int_equal(watch_new(&client->watch, f->loop, client->fd, on_client, client), 0);
	watch_set(client->watch, true, false);
}

static void leave(struct client *client)
{
	watch_close(client->watch);
	close(client->fd);
	text_fini(&client->raw);
	text_fini(&client->in);
}

static void say(struct client *client, const char *text)
{
	assert_int_equal(send(client->fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

static void enter(struct client *client, struct fixture *f, const char *text)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };

	snprintf(un.sun_path, sizeof(un.sun_path), "%s", f->socket);
	attach(client, f, (struct sockaddr *)&un, sizeof(un));
	say(client, text);
}

static bool has(const struct client *client, const char *text)
{
	return strstr(text_get(&client->in), text);
}

static size_t count(const struct client *client, const char *text)
{
	size_t n = 0;

	for (const char *p = text_get(&client->in); (p = strstr(p, text)); p += strlen(text))
		n++;
	return n;
}

static void open_stream(struct client *client, struct fixture *f)
{
	enter(client, f, "GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
	RUN_UNTIL(f, has(client, "retry: 2000\n"));
}

/* The id in the last "id:" line that client has read. */
static unsigned long long last_id(const struct client *client)
{
	const char *found = NULL;

	for (const char *p = text_get(&client->in); (p = strstr(p, "id: ")); p++)
		found = p;
	assert_non_null(found);
	return strtoull(found + 4, NULL, 10);
}

static void send_event(struct fixture *f, const char *data)
{
	http_stream_send(f->http, "e", data, strlen(data));
}

/* ---- requests ---- */

static void a_get_is_answered_with_the_headers_of_the_house(void **state)
{
	struct fixture *f = *state;
	uint64_t requests = counter_get(COUNTER_http_requests);
	struct client client;

	enter(&client, f, "GET /echo?color=blue%20ish HTTP/1.1\r\nHost: x\r\nX-Mood: calm\r\n\r\n");
	RUN_UNTIL(f, has(&client, "\r\n\r\n"));
	assert_true(has(&client, "HTTP/1.1 200 OK\r\n"));
	assert_true(has(&client, "Content-Type: text/plain\r\n"));
	assert_true(has(&client, "Cache-Control: no-store\r\n"));
	assert_true(has(&client, "X-Content-Type-Options: nosniff\r\n"));
	assert_true(has(&client, "Content-Length: 0\r\n"));
	assert_string_equal(text_get(&f->seen), "GET /echo 0 blue ish calm");
	assert_int_equal(counter_get(COUNTER_http_requests) - requests, 1);

	text_clear(&client.in); /* the connection stays */
	say(&client, "GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n");
	RUN_UNTIL(f, has(&client, "\r\n\r\n"));
	assert_true(has(&client, "Content-Type: application/json\r\n"));
	assert_string_equal(text_get(&f->seen), "GET /nothing 0 - -");
	leave(&client);
}

static void answer(struct fixture *f, size_t nth, int status, const char *words)
{
	struct text body = { 0 };

	text_add(&body, "%s", words);
	http_answer(f->http, f->tokens[nth], status, "text/plain", &body);
	assert_null(body.bytes);
}

static void an_answer_may_come_later_and_in_any_order(void **state)
{
	struct fixture *f = *state;
	struct client first, second, other;

	enter(&first, f, "GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
	RUN_UNTIL(f, f->n_tokens == 1);
	enter(&second, f, "POST /later HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi");
	RUN_UNTIL(f, f->n_tokens == 2);
	enter(&other, f, "GET /missing HTTP/1.1\r\nHost: x\r\n\r\n");
	RUN_UNTIL(f, has(&other, "{}"));
	assert_int_equal(first.raw.size + second.raw.size, 0);

	answer(f, 1, 200, "the second");
	RUN_UNTIL(f, has(&second, "the second"));
	assert_int_equal(first.raw.size, 0);
	answer(f, 0, 409, "the first");
	RUN_UNTIL(f, has(&first, "the first"));
	assert_true(has(&first, "HTTP/1.1 409 Conflict\r\n"));
	assert_true(has(&first, "Content-Type: text/plain\r\n"));
	assert_true(has(&first, "Cache-Control: no-store\r\n"));
	assert_false(has(&first, "never seen"));

	text_clear(&first.in); /* the connection stays */
	say(&first, "GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n");
	RUN_UNTIL(f, has(&first, "\r\n\r\n"));
	leave(&first);
	leave(&second);
	leave(&other);
}

static void a_client_that_left_before_its_answer_harms_nothing(void **state)
{
	struct fixture *f = *state;
	struct client gone, other;

	enter(&gone, f, "GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
	RUN_UNTIL(f, f->n_tokens == 1);
	leave(&gone);
	enter(&other, f, "GET /missing HTTP/1.1\r\nHost: x\r\n\r\n");
	RUN_UNTIL(f, has(&other, "{}"));

	answer(f, 0, 200, "to nobody");
	text_clear(&other.in);
	say(&other, "GET /missing HTTP/1.1\r\nHost: x\r\n\r\n");
	RUN_UNTIL(f, has(&other, "{}"));
	leave(&other);
}

static void what_was_put_off_is_answered_with_503_at_the_end(void **state)
{
	struct fixture *f = *state;
	struct client client, gone;

	enter(&client, f, "GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
	RUN_UNTIL(f, f->n_tokens == 1);
	enter(&gone, f, "GET /later HTTP/1.1\r\nHost: x\r\n\r\n");
	RUN_UNTIL(f, f->n_tokens == 2);
	leave(&gone);
	http_close(f->http);
	f->http = NULL;
	RUN_UNTIL(f, client.is_over);
	assert_true(has(&client, "HTTP/1.1 503 "));
	assert_true(has(&client, "\"error\":"));
	leave(&client);
}

static void a_body_that_comes_in_pieces_is_whole(void **state)
{
	struct fixture *f = *state;
	struct client client;
	struct client other;

	enter(&client, f, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\nhello");
	enter(&other, f, "GET /missing HTTP/1.1\r\nHost: x\r\n\r\n");
	RUN_UNTIL(f, has(&other, "{}")); /* by then the first piece was read too */
	assert_string_equal(text_get(&f->seen), "GET /missing 0 - -");
	say(&client, " world");
	RUN_UNTIL(f, has(&client, "hello world"));
	assert_string_equal(text_get(&f->seen), "POST /echo 11 - -");
	leave(&client);
	leave(&other);
}

static void a_body_of_16_kib_is_taken_and_one_byte_more_is_not(void **state)
{
	struct fixture *f = *state;
	char body[16385 + 8];
	struct client fits;
	struct client announced;
	struct client chunked;

	memset(body, 'b', sizeof(body));
	body[16384] = '\0';
	enter(&fits, f, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 16384\r\n\r\n");
	say(&fits, body);
	RUN_UNTIL(f, has(&fits, body));
	assert_string_equal(text_get(&f->seen), "POST /echo 16384 - -");
	text_clear(&f->seen);

	enter(&announced, f, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 16385\r\n\r\n");
	RUN_UNTIL(f, has(&announced, "16 KiB"));
	assert_true(has(&announced, "HTTP/1.1 413 "));
	assert_true(has(&announced, "Cache-Control: no-store\r\n"));

	enter(&chunked, f,
	      "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n4001\r\n");
	body[16384] = 'b';
	snprintf(body + 16385, 8, "\r\n0\r\n\r\n");
	say(&chunked, body);
	RUN_UNTIL(f, has(&chunked, "16 KiB"));
	assert_true(has(&chunked, "HTTP/1.1 413 "));
	assert_string_equal(text_get(&f->seen), "");
	leave(&fits);
	leave(&announced);
	leave(&chunked);
}

static void a_status_of_the_request_function_goes_through(void **state)
{
	struct fixture *f = *state;
	struct client client;

	enter(&client, f, "GET /missing HTTP/1.1\r\nHost: x\r\n\r\n");
	RUN_UNTIL(f, has(&client, "{}"));
	assert_true(has(&client, "HTTP/1.1 404 "));
	leave(&client);
}

static void an_unknown_method_is_refused_before_the_request_function(void **state)
{
	struct fixture *f = *state;
	struct client client;

	enter(&client, f, "DELETE /echo HTTP/1.1\r\nHost: x\r\n\r\n");
	RUN_UNTIL(f, has(&client, "not allowed"));
	assert_true(has(&client, "HTTP/1.1 405 "));
	assert_true(has(&client, "Allow: GET, HEAD, POST\r\n"));
	assert_string_equal(text_get(&f->seen), "");
	leave(&client);
}

static void a_head_of_the_stream_opens_none(void **state)
{
	struct fixture *f = *state;
	struct client client;

	enter(&client, f, "HEAD /stream HTTP/1.1\r\nHost: x\r\n\r\n");
	RUN_UNTIL(f, has(&client, "\r\n\r\n"));
	assert_true(has(&client, "Content-Type: text/event-stream\r\n"));
	assert_int_equal(http_streams(f->http), 0);
	leave(&client);
}

static void requests_come_over_tcp_too(void **state)
{
	struct fixture *f = *state;
	struct sockaddr_in in = { .sin_family = AF_INET };
	struct http_options options = { .address = "127.0.0.1" };
	socklen_t size = sizeof(in);
	struct client client;
	struct client stream;
	struct http *tcp;
	int probe = socket(AF_INET, SOCK_STREAM, 0);

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(probe, (struct sockaddr *)&in, size), 0);
	assert_int_equal(getsockname(probe, (struct sockaddr *)&in, &size), 0);
	close(probe); /* a port that is free */
	options.port = ntohs(in.sin_port);
	http_close(f->http);
	options.socket = f->socket;
	assert_int_equal(http_new(&tcp, f->loop, &options, on_request, f), 0);
	f->http = tcp;

	attach(&client, f, (struct sockaddr *)&in, sizeof(in));
	say(&client, "GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
	RUN_UNTIL(f, has(&client, "retry: 2000\n"));
	open_stream(&stream, f); /* both listeners share one stream */
	send_event(f, "both");
	RUN_UNTIL(f, has(&client, "data: both\n\n") && has(&stream, "data: both\n\n"));
	assert_int_equal(last_id(&client), last_id(&stream));
	leave(&client);
	leave(&stream);
}

static void an_address_that_is_no_number_is_refused(void **state)
{
	struct fixture *f = *state;
	const struct http_options options = { .address = "localhost", .port = 1 };
	struct http *http = NULL;

	assert_int_equal(http_new(&http, f->loop, &options, on_request, f), -EINVAL);
	assert_null(http);
}

/* ---- the stream ---- */

static void a_stream_receives_events_at_once(void **state)
{
	struct fixture *f = *state;
	struct client client;
	unsigned long long id;

	open_stream(&client, f);
	assert_true(has(&client, "Content-Type: text/event-stream\r\n"));
	assert_true(has(&client, "Cache-Control: no-store\r\n"));
	assert_int_equal(http_streams(f->http), 1);
	id = last_id(&client);

	send_event(f, "one");
	RUN_UNTIL(f, has(&client, "event: e\ndata: one\n\n"));
	assert_int_equal(last_id(&client), id + 1);
	send_event(f, "two");
	send_event(f, "three");
	RUN_UNTIL(f, has(&client, "event: e\ndata: three\n\n"));
	assert_int_equal(last_id(&client), id + 3);
	assert_int_equal(count(&client, "data: "), 3);
	leave(&client);
}

static void an_event_sent_by_a_request_function_arrives(void **state)
{
	struct fixture *f = *state;
	struct client client;
	struct client sender;

	open_stream(&client, f);
	enter(&sender, f, "POST /send HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
	RUN_UNTIL(f, has(&client, "event: inside\n") && has(&sender, "sent"));
	leave(&client);
	leave(&sender);
}

static void resume_from(struct fixture *f, unsigned long long id, bool by_query)
{
	struct client client;
	char text[128];

	if (by_query)
		snprintf(text, sizeof(text),
			 "GET /stream?last-event-id=%llu HTTP/1.1\r\nHost: x\r\n\r\n", id);
	else
		snprintf(text, sizeof(text),
			 "GET /stream HTTP/1.1\r\nHost: x\r\nLast-Event-ID: %llu\r\n\r\n", id);
	enter(&client, f, text);
	RUN_UNTIL(f, has(&client, "data: three\n\n"));
	assert_true(has(&client, "data: two\n\n"));
	assert_false(has(&client, "data: one\n\n"));
	assert_false(has(&client, "reset"));
	assert_int_equal(count(&client, "data: "), 2);
	leave(&client);
}

static void a_reader_that_resumes_gets_exactly_what_it_missed(void **state)
{
	struct fixture *f = *state;
	struct client client;
	unsigned long long id;

	open_stream(&client, f);
	send_event(f, "one");
	RUN_UNTIL(f, has(&client, "data: one\n\n"));
	id = last_id(&client);
	leave(&client);

	send_event(f, "two");
	send_event(f, "three");
	resume_from(f, id, false);
	resume_from(f, id, true);
}

static void a_reader_whose_place_is_unknown_is_told_to_start_over(void **state)
{
	struct fixture *f = *state;
	struct client client;

	send_event(f, "before");
	enter(&client, f, "GET /stream HTTP/1.1\r\nHost: x\r\nLast-Event-ID: 12\r\n\r\n");
	RUN_UNTIL(f, has(&client, "event: reset\n"));
	assert_false(has(&client, "before"));
	send_event(f, "after");
	RUN_UNTIL(f, has(&client, "data: after\n\n"));
	leave(&client);
}

static void a_slow_reader_is_cut_while_another_gets_everything(void **state)
{
	struct fixture *f = *state;
	uint64_t cuts = counter_get(COUNTER_http_streams_cut);
	struct client slow;
	struct client fast;
	size_t n = 0;

	open_stream(&slow, f);
	open_stream(&fast, f);
	watch_set(slow.watch, false, false);
	while (counter_get(COUNTER_http_streams_cut) == cuts) {
		send_kilobytes(f, 50);
		n += 50;
		RUN_UNTIL(f, count(&fast, "event: e\n") == n);
		assert_true(n < 2000);
	}
	assert_true(n > 256);
	RUN_UNTIL(f, http_streams(f->http) == 1);
	send_event(f, "last");
	RUN_UNTIL(f, has(&fast, "data: last\n\n"));
	assert_int_equal(count(&fast, "event: e\n"), n + 1);
	assert_int_equal(counter_get(COUNTER_http_streams_cut) - cuts, 1);

	watch_set(slow.watch, true, false);
	RUN_UNTIL(f, slow.is_over);
	assert_true(count(&slow, "event: e\n") < n);
	leave(&slow);
	leave(&fast);
}

/* More than the ring holds and than a reader may be behind, without a turn of the loop. */
static void a_burst_in_one_turn_cuts_no_reader_that_keeps_up(void **state)
{
	struct fixture *f = *state;
	uint64_t cuts = counter_get(COUNTER_http_streams_cut);
	struct client client;

	open_stream(&client, f);
	for (int i = 0; i < 3000; i++)
		send_event(f, "x");
	send_event(f, "last");
	RUN_UNTIL(f, has(&client, "data: last\n\n"));
	assert_int_equal(count(&client, "event: e\n"), 3001);
	assert_int_equal(counter_get(COUNTER_http_streams_cut), cuts);
	leave(&client);
}

/* While a request function runs, no reader can be given anything. */
static void a_burst_in_a_request_function_cuts_no_reader_that_keeps_up(void **state)
{
	struct fixture *f = *state;
	struct client client;
	struct client sender;

	open_stream(&client, f);
	enter(&sender, f, "GET /burst HTTP/1.1\r\nHost: x\r\n\r\n");
	RUN_UNTIL(f, count(&client, "event: e\n") == 300);
	assert_false(client.is_over);
	leave(&client);
	leave(&sender);
}

static void a_reader_that_leaves_is_noticed_with_the_next_event(void **state)
{
	struct fixture *f = *state;
	struct client gone;
	struct client stays;

	open_stream(&gone, f);
	open_stream(&stays, f);
	leave(&gone);
	send_event(f, "one");
	RUN_UNTIL(f, has(&stays, "data: one\n\n"));
	send_event(f, "two");
	RUN_UNTIL(f, has(&stays, "data: two\n\n"));
	assert_int_equal(http_streams(f->http), 1);
	leave(&stays);
}

static void streams_leave_connections_for_requests(void **state)
{
	enum { STREAMS_MAX = 192 };
	static struct client clients[STREAMS_MAX];
	struct fixture *f = *state;
	struct client client;

	for (size_t i = 0; i < STREAMS_MAX; i++)
		open_stream(&clients[i], f);
	enter(&client, f, "GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
	RUN_UNTIL(f, has(&client, "too many streams"));
	assert_true(has(&client, "HTTP/1.1 503 "));
	assert_int_equal(http_streams(f->http), STREAMS_MAX);
	text_clear(&client.in);
	say(&client, "GET /missing HTTP/1.1\r\nHost: x\r\n\r\n");
	RUN_UNTIL(f, has(&client, "{}"));
	for (size_t i = 0; i < STREAMS_MAX; i++)
		leave(&clients[i]);
	leave(&client);
}

static void closing_ends_open_streams(void **state)
{
	struct fixture *f = *state;
	struct client idle;
	struct client blocked;
	struct client asking;

	open_stream(&idle, f);
	open_stream(&blocked, f);
	watch_set(blocked.watch, false, false);
	for (int i = 0; i < 8; i++) {
		send_kilobytes(f, 50);
		RUN_UNTIL(f, count(&idle, "event: e\n") == 50u * (unsigned)(i + 1));
	}
	enter(&asking, f, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhe");
	send_event(f, "pending");
	http_close(f->http);
	f->http = NULL;
	assert_int_equal(access(f->socket, F_OK), -1);

	RUN_UNTIL(f, idle.is_over);
	assert_true(idle.has_ended); /* a proper end, not a torn one */
	leave(&idle);
	leave(&blocked);
	leave(&asking);
}

/* ---- the socket ---- */

static void the_socket_has_its_mode(void **state)
{
	struct fixture *f = *state;
	struct stat status;

	assert_int_equal(stat(f->socket, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0660);
}

static void a_living_socket_is_refused_and_left_alone(void **state)
{
	struct fixture *f = *state;
	struct http *second = NULL;
	struct client client;

	assert_int_equal(listen_again(f, &second), -EADDRINUSE);
	assert_null(second);
	enter(&client, f, "GET /missing HTTP/1.1\r\nHost: x\r\n\r\n");
	RUN_UNTIL(f, has(&client, "{}"));
	leave(&client);
}

static void a_stale_socket_is_replaced(void **state)
{
	struct fixture *f = *state;
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	struct client client;
	int fd;

	http_close(f->http);
	f->http = NULL;
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	snprintf(un.sun_path, sizeof(un.sun_path), "%s", f->socket);
	assert_int_equal(bind(fd, (struct sockaddr *)&un, sizeof(un)), 0);
	close(fd); /* as a killed process leaves it */

	assert_int_equal(listen_again(f, &f->http), 0);
	enter(&client, f, "GET /missing HTTP/1.1\r\nHost: x\r\n\r\n");
	RUN_UNTIL(f, has(&client, "{}"));
	leave(&client);
}

static void a_file_in_the_place_of_the_socket_is_not_removed(void **state)
{
	struct fixture *f = *state;
	struct stat status;
	FILE *file;

	http_close(f->http);
	f->http = NULL;
	file = fopen(f->socket, "w");
	assert_non_null(file);
	fclose(file);
	assert_int_equal(listen_again(f, &f->http), -EEXIST);
	assert_int_equal(stat(f->socket, &status), 0);
	assert_true(S_ISREG(status.st_mode));
	assert_int_equal(unlink(f->socket), 0);
}

static void only_its_own_socket_is_removed_at_the_end(void **state)
{
	struct fixture *f = *state;
	struct http *second;

	assert_int_equal(unlink(f->socket), 0);
	assert_int_equal(listen_again(f, &second), 0);
	http_close(f->http);
	assert_int_equal(access(f->socket, F_OK), 0);
	f->http = second;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_socket_has_its_mode),
		TEST(a_living_socket_is_refused_and_left_alone),
		TEST(a_stale_socket_is_replaced),
		TEST(a_file_in_the_place_of_the_socket_is_not_removed),
		TEST(only_its_own_socket_is_removed_at_the_end),
		TEST(an_address_that_is_no_number_is_refused),
		TEST(a_get_is_answered_with_the_headers_of_the_house),
		TEST(an_answer_may_come_later_and_in_any_order),
		TEST(a_client_that_left_before_its_answer_harms_nothing),
		TEST(what_was_put_off_is_answered_with_503_at_the_end),
		TEST(a_body_that_comes_in_pieces_is_whole),
		TEST(a_body_of_16_kib_is_taken_and_one_byte_more_is_not),
		TEST(a_status_of_the_request_function_goes_through),
		TEST(an_unknown_method_is_refused_before_the_request_function),
		TEST(a_head_of_the_stream_opens_none),
		TEST(requests_come_over_tcp_too),
		TEST(a_stream_receives_events_at_once),
		TEST(an_event_sent_by_a_request_function_arrives),
		TEST(a_reader_that_resumes_gets_exactly_what_it_missed),
		TEST(a_reader_whose_place_is_unknown_is_told_to_start_over),
		TEST(a_slow_reader_is_cut_while_another_gets_everything),
		TEST(a_burst_in_one_turn_cuts_no_reader_that_keeps_up),
		TEST(a_burst_in_a_request_function_cuts_no_reader_that_keeps_up),
		TEST(a_reader_that_leaves_is_noticed_with_the_next_event),
		TEST(streams_leave_connections_for_requests),
		TEST(closing_ends_open_streams),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
