/* SPDX-License-Identifier: Apache-2.0 */
/*
 * web_server: a raw HTTP/1.1 server on a free port of the loopback, in the loop of the test.  It
 * keeps each request as it came and answers with what the test says.
 */
#ifndef IOCD_TESTS_WEB_SERVER_H
#define IOCD_TESTS_WEB_SERVER_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "iocd/base/text.h"
#include "iocd/net/loop.h"

#define WEB_PEERS 32

struct web_peer {
	struct web_server *server;
	int fd;
	struct watch *watch;
	struct text in;
};

struct web_server {
	struct loop *loop;
	int port;
	int listener;
	struct watch *watch;
	struct web_peer peers[WEB_PEERS];
	int n_peers;
	int n_requests;
	struct text last;   /* the last whole request */
	const char *answer; /* NULL: none */
};

static inline void web_server_answer(struct web_peer *peer)
{
	struct web_server *server = peer->server;

	server->n_requests++;
	text_clear(&server->last);
	text_add_bytes(&server->last, peer->in.bytes, peer->in.size);
	text_clear(&peer->in);
	if (server->answer)
		(void)!send(peer->fd, server->answer, strlen(server->answer), MSG_NOSIGNAL);
	loop_stop(server->loop);
}

static inline bool web_server_is_whole(const struct text *in)
{
	const char *length = strstr(text_get(in), "Content-Length: ");
	const char *end = strstr(text_get(in), "\r\n\r\n");

	return length && end &&
	       in->size - (size_t)(end + 4 - in->bytes) == strtoul(length + 16, NULL, 10);
}

static inline void web_server_on_peer(void *context, bool readable, bool writable)
{
	struct web_peer *peer = context;
	char bytes[65536];
	ssize_t n = recv(peer->fd, bytes, sizeof(bytes), 0);

	(void)readable;
	(void)writable;
	if (n <= 0) {
		watch_set(peer->watch, false, false);
		return;
	}
	text_add_bytes(&peer->in, bytes, (size_t)n);
	if (web_server_is_whole(&peer->in))
		web_server_answer(peer);
}

static inline void web_server_on_listener(void *context, bool readable, bool writable)
{
	struct web_server *server = context;
	struct web_peer *peer = &server->peers[server->n_peers];

	(void)readable;
	(void)writable;
	assert_true(server->n_peers < WEB_PEERS);
	peer->server = server;
	peer->fd = accept(server->listener, NULL, NULL);
	assert_true(peer->fd >= 0);
	server->n_peers++;
	assert_int_equal(watch_new(&peer->watch, server->loop, peer->fd, web_server_on_peer, peer),
			 0);
	watch_set(peer->watch, true, false);
}

static inline void web_server_init(struct web_server *server, struct loop *loop)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(address);

	*server = (struct web_server){ .loop = loop };
	server->listener = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(bind(server->listener, (struct sockaddr *)&address, size), 0);
	assert_int_equal(getsockname(server->listener, (struct sockaddr *)&address, &size), 0);
	assert_int_equal(listen(server->listener, WEB_PEERS), 0);
	server->port = ntohs(address.sin_port);
	assert_int_equal(
		watch_new(&server->watch, loop, server->listener, web_server_on_listener, server),
		0);
	watch_set(server->watch, true, false);
}

static inline void web_server_fini(struct web_server *server)
{
	for (int i = 0; i < server->n_peers; i++) {
		watch_close(server->peers[i].watch);
		close(server->peers[i].fd);
		text_fini(&server->peers[i].in);
	}
	watch_close(server->watch);
	close(server->listener);
	text_fini(&server->last);
}

#endif
