/* SPDX-License-Identifier: Apache-2.0 */
#include "mqtt_line.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "iocd/base/clock.h"
#include "iocd/base/err.h"

#define IN_BYTES (1u << 20)

struct mqtt_line {
	struct mqtt_line_options options;
	mqtt_line_fn *fn;
	void *context;

	int socket; /* -1: down */
	struct text out;
	size_t written; /* bytes of out that are gone */
	char *in;       /* owned; IN_BYTES, more where a packet is larger */
	size_t in_size;
	size_t in_capacity;

	int64_t wrote_ms;  /* when something was written last */
	int64_t heard_ms;  /* when something came in last */
	int64_t pinged_ms; /* when we asked for a sign of life; 0: nothing is asked */
	bool welcomed;
	struct wire_connack welcome;
};

static int fail(struct mqtt_line *line, int fault)
{
	if (line->socket >= 0)
		(void)close(line->socket);
	line->socket = -1;
	return fault;
}

static int open_address(const struct addrinfo *address, int patience_ms)
{
	const int yes = 1;
	struct pollfd pollfd = { .events = POLLOUT };
	int error = 0;
	socklen_t n = sizeof(error);
	int file = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (file < 0)
		return -errno;
	pollfd.fd = file;
	(void)setsockopt(file, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
	if (connect(file, address->ai_addr, address->ai_addrlen) && errno != EINPROGRESS)
		error = errno;
	else if (poll(&pollfd, 1, patience_ms) <= 0)
		error = ETIMEDOUT;
	else if (getsockopt(file, SOL_SOCKET, SO_ERROR, &error, &n))
		error = errno;

	if (!error)
		return file;
	(void)close(file);
	return -error;
}

static int open_socket(const struct mqtt_line_options *options)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM };
	struct addrinfo *list;
	char port[8];
	int file = -EHOSTUNREACH;

	(void)snprintf(port, sizeof(port), "%d", options->port);
	if (getaddrinfo(options->host, port, &hints, &list))
		return err_raise(-EHOSTUNREACH);
	for (const struct addrinfo *at = list; at && file < 0; at = at->ai_next)
		file = open_address(at, options->patience_ms);
	freeaddrinfo(list);
	return file < 0 ? err_raise(file) : file;
}

static int write_out(struct mqtt_line *line)
{
	ssize_t n;

	while (line->written < line->out.size) {
		n = send(line->socket, line->out.bytes + line->written,
			 line->out.size - line->written, MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN ? 0 : err_raise(-errno);
		line->written += (size_t)n;
		line->wrote_ms = clock_mono_ms();
	}
	text_clear(&line->out);
	line->written = 0;
	return 0;
}

static int take_packet(struct mqtt_line *line, const struct wire_packet *packet)
{
	if (packet->type == WIRE_PINGRESP)
		return 0;
	if (packet->type == WIRE_DISCONNECT)
		return err_raise(-ECONNRESET);
	if (packet->type != WIRE_CONNACK)
		return line->fn(line->context, packet);

	line->welcomed = true;
	return wire_read_connack(packet, &line->welcome);
}

/* Hands over all whole packets and keeps the rest for later. */
static int take_packets(struct mqtt_line *line)
{
	struct wire_packet packet;
	size_t at = 0;
	int r;

	while (!(r = wire_next(line->in + at, line->in_size - at, &packet))) {
		r = take_packet(line, &packet);
		if (r)
			return err_pass(r);
		at += packet.size;
	}
	if (r < 0)
		return err_pass(r);

	memmove(line->in, line->in + at, line->in_size - at);
	line->in_size -= at;
	if (line->in_size == line->in_capacity) {
		line->in_capacity *= 2;
		line->in = xrealloc(line->in, line->in_capacity, 1);
	}
	return 0;
}

static int read_in(struct mqtt_line *line)
{
	ssize_t n;

	do
		n = recv(line->socket, line->in + line->in_size, line->in_capacity - line->in_size,
			 0);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return errno == EAGAIN ? 0 : err_raise(-errno);
	if (n == 0)
		return err_raise(-ECONNRESET);

	line->in_size += (size_t)n;
	line->heard_ms = clock_mono_ms();
	line->pinged_ms = 0;
	return err_pass(take_packets(line));
}

static int keep_alive(struct mqtt_line *line)
{
	const int64_t every_ms = MQTT_LINE_KEEPALIVE_S * 500;
	int64_t now_ms = clock_mono_ms();

	if (line->pinged_ms && now_ms - line->pinged_ms > line->options.patience_ms)
		return err_raise(-ETIMEDOUT);
	if (!line->pinged_ms && line->out.size == 0 &&
	    (now_ms - line->wrote_ms >= every_ms || now_ms - line->heard_ms >= every_ms)) {
		wire_add_empty(&line->out, WIRE_PINGREQ);
		line->pinged_ms = now_ms;
	}
	return 0;
}

struct mqtt_line *mqtt_line_new(const struct mqtt_line_options *options, mqtt_line_fn *fn,
				void *context)
{
	struct mqtt_line *line = xcalloc(1, sizeof(*line));

	line->options = *options;
	line->fn = fn;
	line->context = context;
	line->socket = -1;
	line->in_capacity = IN_BYTES;
	line->in = xcalloc(line->in_capacity, 1);
	return line;
}

struct mqtt_line *mqtt_line_free(struct mqtt_line *line)
{
	if (!line)
		return NULL;

	if (line->socket >= 0) {
		wire_add_empty(&line->out, WIRE_DISCONNECT);
		(void)write_out(line);
	}
	(void)fail(line, 0);
	text_fini(&line->out);
	free(line->in);
	free(line);
	return NULL;
}

static int await_welcome(struct mqtt_line *line)
{
	int64_t end_ms = clock_mono_ms() + line->options.patience_ms;
	int r;

	while (!line->welcomed) {
		if (clock_mono_ms() > end_ms)
			return fail(line, err_raise(-ETIMEDOUT));
		r = mqtt_line_turn(line, 50);
		if (r)
			return err_pass(r);
	}
	return line->welcome.reason < WIRE_REASON_FAILED ? 0 : fail(line, err_raise(-EACCES));
}

int mqtt_line_connect(struct mqtt_line *line, struct wire_connack *ret)
{
	const struct wire_connect connect = {
		.client_id = line->options.client_id,
		.username = line->options.username,
		.password = line->options.password,
		.keepalive_s = MQTT_LINE_KEEPALIVE_S,
		.receive_max = UINT16_MAX,
	};
	int r;

	(void)fail(line, 0);
	r = open_socket(&line->options);
	if (r < 0)
		return err_pass(r);

	line->socket = r;
	line->in_size = 0;
	line->written = 0;
	line->welcomed = false;
	line->pinged_ms = 0;
	line->heard_ms = line->wrote_ms = clock_mono_ms();
	text_clear(&line->out);
	wire_add_connect(&line->out, &connect);
	r = await_welcome(line);
	if (r)
		return err_pass(r);

	*ret = line->welcome;
	return 0;
}

struct text *mqtt_line_out(struct mqtt_line *line)
{
	return &line->out;
}

size_t mqtt_line_waiting(const struct mqtt_line *line)
{
	return line->out.size - line->written;
}

int mqtt_line_turn(struct mqtt_line *line, int wait_ms)
{
	struct pollfd pollfd = { .fd = line->socket, .events = POLLIN };
	int r;

	if (line->socket < 0)
		return err_raise(-ENOTCONN);

	r = keep_alive(line);
	if (!r)
		r = write_out(line);
	if (r)
		return fail(line, err_pass(r));

	if (line->out.size > 0)
		pollfd.events |= POLLOUT;
	if (poll(&pollfd, 1, wait_ms) > 0 && pollfd.revents & (POLLIN | POLLHUP | POLLERR))
		r = read_in(line);
	if (!r && line->out.size > 0)
		r = write_out(line);
	return r ? fail(line, err_pass(r)) : 0;
}
