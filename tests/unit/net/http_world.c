/* SPDX-License-Identifier: Apache-2.0 */
#include "http_world.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void on_guard(void *context)
{
	struct fixture *f = context;

	f->is_out_of_patience = true;
	loop_stop(f->loop);
}

/* ---- the server's side ---- */

void send_tagged(struct fixture *f, uint64_t id, uint64_t tag, const char *data)
{
	const struct http_event event = {
		.id = id, .tag = tag, .event = "e", .data = data, .n = strlen(data)
	};

	if (id)
		f->last_id = id;
	http_stream_send(f->http, &event);
}

void send_event(struct fixture *f, const char *data)
{
	send_tagged(f, f->last_id + 1, EVERYTHING, data);
}

void send_kilobytes(struct fixture *f, size_t n)
{
	char data[1025] = { 0 };

	memset(data, 'x', 1024);
	for (size_t i = 0; i < n; i++)
		send_event(f, data);
}

void tell(struct fixture *f, const char *name, uint64_t tag, const char *data)
{
	const struct http_event event = {
		.tag = tag, .event = name, .data = data, .n = strlen(data)
	};

	http_stream_tell(f->http, &event);
}

static bool wants(void *context, void *subscription, uint64_t tag)
{
	struct fixture *f = context;
	const uint64_t *mask = subscription;

	f->n_asked++;
	return tag & *mask;
}

static void unsubscribe(void *context, void *subscription)
{
	struct fixture *f = context;

	f->n_unsubscribed++;
	free(subscription);
}

static void subscribe(struct fixture *f, const struct http_request *request,
		      struct http_response *response)
{
	const char *want = http_query(request, "want");
	uint64_t *mask = malloc(sizeof(*mask));

	assert_non_null(mask);
	*mask = want ? strtoull(want, NULL, 10) : UINT64_MAX;
	f->n_subscribed++;
	response->stream = 1;
	response->subscription = mask;
	http_add_header(response, "X-Own", "stream");
}

static void put_who(const struct http_request *request, struct http_response *response)
{
	text_add(&response->body, "%s from '%s' %s", request->is_local ? "local" : "far",
		 request->address, request->is_encrypted ? "encrypted" : "plain");
	if (request->uid >= 0)
		text_add(&response->body, " uid %" PRId64, request->uid);
}

static void put_headers(struct http_response *response)
{
	http_add_header(response, "X-One", "%d", 1);
	http_add_header(response, "X-Split", "a%sX-Smuggled: b", "\r\n");
	http_add_header(response, "Cache-Control", "public");
	http_add_header(response, "X-Always", "not so");
}

static void put_much(const struct http_request *request, struct http_response *response)
{
	for (long i = atol(http_query(request, "n")); i > 0; i--)
		text_add_bytes(&response->body, "x", 1);
}

static void put_lent(struct http_response *response)
{
	static const char file[] = "lent for ever";

	text_add(&response->body, "never seen");
	response->lent = file;
	response->lent_size = sizeof(file) - 1;
	response->content_type = "text/javascript";
}

static void put_cookie(const struct http_request *request, struct http_response *response)
{
	const char *cookie = http_cookie(request, http_query(request, "name"));

	text_add(&response->body, "cookie '%s'", cookie ? cookie : "(none)");
}

static void put_off(struct fixture *f, struct http_response *response)
{
	text_add(&response->body, "never seen");
	response->later = 1;
	http_add_header(response, "X-Own", "later");
	f->tokens[f->n_tokens++] = response->token;
	loop_stop(f->loop);
}

static void respond(struct fixture *f, const struct http_request *request,
		    struct http_response *response)
{
	const char *path = request->path;

	if (strcmp(path, "/stream") == 0) {
		subscribe(f, request, response);
	} else if (strcmp(path, "/echo") == 0) {
		response->content_type = "text/plain";
		text_add_bytes(&response->body, request->body, request->body_size);
	} else if (strcmp(path, "/send") == 0) {
		send_event(f, "inside");
		text_add(&response->body, "sent");
	} else if (strcmp(path, "/burst") == 0) {
		send_kilobytes(f, 300);
	} else if (strcmp(path, "/later") == 0) {
		put_off(f, response);
	} else if (strcmp(path, "/who") == 0) {
		put_who(request, response);
	} else if (strcmp(path, "/cookie") == 0) {
		put_cookie(request, response);
	} else if (strcmp(path, "/headers") == 0) {
		put_headers(response);
	} else if (strcmp(path, "/big") == 0) {
		put_much(request, response);
	} else if (strcmp(path, "/lent") == 0) {
		put_lent(response);
	} else if (strcmp(path, "/nothing") != 0) {
		response->status = 404;
		text_add(&response->body, "{}");
	}
}

static void on_request(void *context, const struct http_request *request,
		       struct http_response *response)
{
	struct fixture *f = context;
	const char *color = http_query(request, "color");
	const char *mood = http_header(request, "X-Mood");

	assert_int_equal(response->status, 200);
	f->n_requests++;
	text_clear(&f->seen);
	text_add(&f->seen, "%s %s %zu %s %s", request->method, request->path, request->body_size,
		 color ? color : "-", mood ? mood : "-");
	respond(f, request, response);
}

static int listen_with(struct fixture *f, struct http_options *options, struct http **ret)
{
	static const char *const always[] = { "X-Always", "so", NULL };

	options->socket = f->socket;
	options->wants = wants;
	options->unsubscribe = unsubscribe;
	options->headers = always;
	return http_new(ret, f->loop, options, on_request, f);
}

int listen_again(struct fixture *f, struct http **ret)
{
	struct http_options options = { .port = 0 };

	return listen_with(f, &options, ret);
}

static int find_port(const char *address)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	socklen_t size = sizeof(in);
	int probe = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(inet_pton(AF_INET, address, &in.sin_addr), 1);
	assert_int_equal(bind(probe, (struct sockaddr *)&in, size), 0);
	assert_int_equal(getsockname(probe, (struct sockaddr *)&in, &size), 0);
	close(probe);
	return ntohs(in.sin_port);
}

void listen_on(struct fixture *f, struct http_options options)
{
	http_close(f->http);
	f->http = NULL;
	if (options.address)
		f->port = options.port = find_port(options.address);
	if (options.address)
		inet_pton(AF_INET, options.address, &f->address);
	assert_int_equal(listen_with(f, &options, &f->http), 0);
}

int setup(void **state)
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

int teardown(void **state)
{
	struct fixture *f = *state;

	http_close(f->http);
	timer_close(f->guard);
	loop_free(f->loop);
	text_fini(&f->seen);
	assert_int_equal(f->n_unsubscribed, f->n_subscribed);
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

/* False if there was nothing. */
static bool take(struct client *client)
{
	char bytes[65536];
	ssize_t n = recv(client->fd, bytes, sizeof(bytes), MSG_DONTWAIT);

	if (n > 0) {
		text_add_bytes(&client->raw, bytes, (size_t)n);
		decode(client);
	} else if (n == 0 || errno != EAGAIN) {
		client->is_over = true;
		watch_set(client->watch, false, false);
	}
	return n > 0;
}

/* All at once: after an error there may be something to read, but nobody will say so again. */
static void on_client(void *context, bool readable, bool writable)
{
	struct client *client = context;

	(void)writable;
	while (readable && take(client))
		continue;
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

void leave(struct client *client)
{
	watch_close(client->watch);
	close(client->fd);
	text_fini(&client->raw);
	text_fini(&client->in);
}

void say(struct client *client, const char *text)
{
	assert_int_equal(send(client->fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

void enter(struct client *client, struct fixture *f, const char *text)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };

	snprintf(un.sun_path, sizeof(un.sun_path), "%s", f->socket);
	attach(client, f, (struct sockaddr *)&un, sizeof(un));
	say(client, text);
}

bool has(const struct client *client, const char *text)
{
	return strstr(text_get(&client->in), text);
}

size_t count(const struct client *client, const char *text)
{
	size_t n = 0;

	for (const char *p = text_get(&client->in); (p = strstr(p, text)); p += strlen(text))
		n++;
	return n;
}

void enter_tcp(struct client *client, struct fixture *f, const char *text)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons((uint16_t)f->port) };

	in.sin_addr.s_addr = f->address;
	attach(client, f, (struct sockaddr *)&in, sizeof(in));
	say(client, text);
}

void get(struct client *client, struct fixture *f, const char *path)
{
	char text[256];

	snprintf(text, sizeof(text), "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", path);
	enter(client, f, text);
}

void open_stream(struct client *client, struct fixture *f)
{
	open_stream_of(client, f, UINT64_MAX);
}

void open_stream_of(struct client *client, struct fixture *f, uint64_t mask)
{
	char path[64];

	snprintf(path, sizeof(path), "/stream?want=%" PRIu64, mask);
	get(client, f, path);
	RUN_UNTIL(f, has(client, "retry: 2000\n"));
}

unsigned long long last_id(const struct client *client)
{
	const char *found = NULL;

	for (const char *p = text_get(&client->in); (p = strstr(p, "id: ")); p++)
		found = p;
	assert_non_null(found);
	return strtoull(found + 4, NULL, 10);
}
