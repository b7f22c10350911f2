/* SPDX-License-Identifier: Apache-2.0 */
/*
 * server: a real redis-server of one's own, on a socket in a directory of its own, and a plain
 * connection to ask it what it holds.
 */
#ifndef TEST_STORE_SERVER_H
#define TEST_STORE_SERVER_H

#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#define SERVER_START_MS 20000

struct server {
	char directory[64];
	char socket[80];
	pid_t pid; /* 0: not running */
	redisContext *link;
	const char *load_delay_us; /* for each key that it loads; NULL: none */
	char answer[65536];
};

static inline void server_exec(const struct server *server, int log)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL); /* not to outlive a test that crashes */
	dup2(log, STDOUT_FILENO);
	execlp("redis-server", "redis-server", "--port", "0", "--unixsocket", server->socket,
	       "--save", "", "--appendonly", "no", "--dir", server->directory,
	       "--enable-debug-command", "local", "--key-load-delay",
	       server->load_delay_us ? server->load_delay_us : "0",
	       "--loading-process-events-interval-bytes", "1024", (char *)NULL);
	_exit(127);
}

/* Reads the server's log until it says that it accepts connections. */
static inline void server_wait(int log)
{
	char text[8192] = "";
	size_t n = 0;

	while (!strstr(text, "ready to accept connections at")) {
		struct pollfd fd = { .fd = log, .events = POLLIN };
		ssize_t r;

		assert_int_equal(poll(&fd, 1, SERVER_START_MS), 1);
		r = read(log, text + n, sizeof(text) - 1 - n);
		assert_true(r > 0);
		n += (size_t)r;
		text[n] = '\0';
	}
}

/* Starts the process.  Gives what it writes its log to. */
static inline int server_launch(struct server *server)
{
	int log[2];

	assert_int_equal(pipe(log), 0);
	server->pid = fork();
	assert_true(server->pid >= 0);
	if (server->pid == 0)
		server_exec(server, log[1]);
	close(log[1]);
	return log[0];
}

/* Waits until it serves; takes log. */
static inline void server_meet(struct server *server, int log)
{
	server_wait(log);
	close(log); /* redis ignores SIGPIPE */
	server->link = redisConnectUnix(server->socket);
	assert_int_equal(server->link->err, 0);
}

/* Starts the server: empty, or with what SAVE has left in its directory. */
static inline void server_start(struct server *server)
{
	server_meet(server, server_launch(server));
}

static inline void server_kill(struct server *server)
{
	if (!server->pid)
		return;
	redisFree(server->link);
	assert_int_equal(kill(server->pid, SIGKILL), 0);
	assert_int_equal(waitpid(server->pid, NULL, 0), server->pid);
	server->pid = 0;
	unlink(server->socket);
}

static inline void server_init(struct server *server)
{
	snprintf(server->directory, sizeof(server->directory), "/tmp/iocd-store-XXXXXX");
	assert_non_null(mkdtemp(server->directory));
	snprintf(server->socket, sizeof(server->socket), "%s/redis", server->directory);
	server_start(server);
}

static inline void server_fini(struct server *server)
{
	char dump[96];

	server_kill(server);
	snprintf(dump, sizeof(dump), "%s/dump.rdb", server->directory);
	unlink(dump);
	rmdir(server->directory);
}

static inline void server_spell(struct server *server, const redisReply *reply)
{
	size_t n = strlen(server->answer);
	size_t room = sizeof(server->answer) - n;

	if (reply->type == REDIS_REPLY_INTEGER)
		snprintf(server->answer + n, room, "%lld ", reply->integer);
	else if (reply->type == REDIS_REPLY_NIL)
		snprintf(server->answer + n, room, "nil ");
	else if (reply->type == REDIS_REPLY_ARRAY)
		for (size_t i = 0; i < reply->elements; i++)
			server_spell(server, reply->element[i]);
	else
		snprintf(server->answer + n, room, "%s ", reply->str);
}

/* Asks one command; lends the answer until the next: its values with a space between. */
static inline const char *server_ask(struct server *server, const char *format, ...)
{
	redisReply *reply;
	va_list args;

	va_start(args, format);
	reply = redisvCommand(server->link, format, args);
	va_end(args);
	assert_non_null(reply);
	server->answer[0] = '\0';
	server_spell(server, reply);
	freeReplyObject(reply);
	if (*server->answer)
		server->answer[strlen(server->answer) - 1] = '\0';
	return server->answer;
}

#endif
