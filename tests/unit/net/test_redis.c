/* SPDX-License-Identifier: Apache-2.0 */
/* Against a real redis-server, killed and stopped by its process id, and, for what a real one does
 * not do when it is asked to, against a scripted one in the same loop. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "iocd/base/clock.h"
#include "iocd/base/counter.h"
#include "iocd/net/loop.h"
#include "iocd/net/redis.h"

#define PATIENCE_MS 20000
#define TIMEOUT_MS  300

/* A server that answers each piece it reads with the next of its lines. */
struct script {
	const char *const *lines; /* up to a NULL, from where on it is silent */
	int listener;
	int peer;
	struct watch *on_listener;
	struct watch *on_peer;
	char heard[1024];
	int n_accepted;
};

struct fixture {
	char directory[64];
	char socket[80];
	pid_t server;
	struct loop *loop;
	struct timer *guard;
	struct timer *poll;
	bool is_out_of_patience;
	struct redis *redis;
	int n_up;
	int n_down;
	int n_replies;
	int n_lost; /* replies that were NULL */
	char text[256];
	int64_t integer;
	char order[64]; /* a letter for each call: r reply, n NULL reply, u up, d down */
	struct script script;
};

static void note(struct fixture *f, char what)
{
	size_t n = strlen(f->order);

	if (n + 1 < sizeof(f->order))
		f->order[n] = what;
	loop_stop(f->loop);
}

static void on_guard(void *context)
{
	struct fixture *f = context;

	f->is_out_of_patience = true;
	loop_stop(f->loop);
}

static void on_poll(void *context)
{
	loop_stop(((struct fixture *)context)->loop);
}

static void on_change(void *context, bool up)
{
	struct fixture *f = context;

	if (up)
		f->n_up++;
	else
		f->n_down++;
	note(f, up ? 'u' : 'd');
}

static void on_reply(void *context, const struct redis_reply *reply)
{
	struct fixture *f = context;

	f->n_replies++;
	if (!reply) {
		f->n_lost++;
		assert_int_equal(redis_send(f->redis, 1, (const char *const[]){ "PING" },
					    (const size_t[]){ 4 }, NULL, NULL),
				 REDIS_DOWN);
		note(f, 'n');
		return;
	}
	snprintf(f->text, sizeof(f->text), "%s", reply_text(reply, NULL));
	f->integer = reply_integer(reply);
	note(f, 'r');
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

/* ---- the scripted server ---- */

static void hang_up(struct script *script)
{
	if (!script->on_peer)
		return;
	watch_close(script->on_peer);
	script->on_peer = NULL;
	close(script->peer);
}

static void on_peer(void *context, bool readable, bool writable)
{
	struct fixture *f = context;
	struct script *script = &f->script;
	size_t used = strlen(script->heard);
	ssize_t n = read(script->peer, script->heard + used, sizeof(script->heard) - 1 - used);

	(void)readable;
	(void)writable;
	loop_stop(f->loop);
	if (n <= 0)
		hang_up(script);
	else if (*script->lines) {
		assert_int_equal(write(script->peer, *script->lines, strlen(*script->lines)),
				 strlen(*script->lines));
		script->lines++;
	}
}

static void on_listener(void *context, bool readable, bool writable)
{
	struct fixture *f = context;
	struct script *script = &f->script;

	(void)readable;
	(void)writable;
	hang_up(script);
	script->peer = accept(script->listener, NULL, NULL);
	assert_true(script->peer >= 0);
	script->n_accepted++;
	assert_int_equal(watch_new(&script->on_peer, f->loop, script->peer, on_peer, f), 0);
	watch_set(script->on_peer, true, false);
}

static void bind_script(struct fixture *f, const struct sockaddr *address, socklen_t size)
{
	f->script.listener = socket(address->sa_family, SOCK_STREAM, 0);
	assert_true(f->script.listener >= 0);
	assert_int_equal(bind(f->script.listener, address, size), 0);
}

static void listen_with(struct fixture *f, const char *const *lines)
{
	f->script.lines = lines;
	assert_int_equal(listen(f->script.listener, 8), 0);
	assert_int_equal(
		watch_new(&f->script.on_listener, f->loop, f->script.listener, on_listener, f), 0);
	watch_set(f->script.on_listener, true, false);
}

static void script_on_socket(struct fixture *f, const char *const *lines)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };

	snprintf(un.sun_path, sizeof(un.sun_path), "%s", f->socket);
	bind_script(f, (struct sockaddr *)&un, sizeof(un));
	listen_with(f, lines);
}

static void end_script(struct fixture *f)
{
	hang_up(&f->script);
	watch_close(f->script.on_listener);
	if (f->script.listener)
		close(f->script.listener);
}

/* ---- the real server ---- */

static void start_server(struct fixture *f)
{
	f->server = fork();
	assert_true(f->server >= 0);
	if (f->server == 0) {
		execlp("redis-server", "redis-server", "--port", "0", "--unixsocket", f->socket,
		       "--save", "", "--appendonly", "no", "--dir", f->directory, "--logfile",
		       "/dev/null", (char *)NULL);
		_exit(127);
	}
}

static void kill_server(struct fixture *f)
{
	if (!f->server)
		return;
	assert_int_equal(kill(f->server, SIGKILL), 0);
	assert_int_equal(waitpid(f->server, NULL, 0), f->server);
	f->server = 0;
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	snprintf(f->directory, sizeof(f->directory), "/tmp/iocd-test-redis-XXXXXX");
	assert_non_null(mkdtemp(f->directory));
	snprintf(f->socket, sizeof(f->socket), "%s/redis", f->directory);
	assert_int_equal(loop_new(&f->loop), 0);
	f->guard = timer_new(f->loop, on_guard, f);
	f->poll = timer_new(f->loop, on_poll, f);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	redis_close(f->redis);
	end_script(f);
	timer_close(f->guard);
	timer_close(f->poll);
	loop_free(f->loop);
	kill_server(f);
	unlink(f->socket);
	assert_int_equal(rmdir(f->directory), 0);
	free(f);
	return 0;
}

static void connect_with(struct fixture *f, const struct redis_options *options)
{
	assert_int_equal(redis_new(&f->redis, f->loop, options, on_change, f), 0);
	redis_start(f->redis);
}

static void connect_to_socket(struct fixture *f)
{
	struct redis_options options = { .socket = f->socket, .timeout_ms = TIMEOUT_MS };

	connect_with(f, &options);
}

static void come_up(struct fixture *f)
{
	start_server(f);
	connect_to_socket(f);
	RUN_UNTIL(f, f->n_up == 1);
}

/* Sends the words of line, at most eight. */
static int send_line(struct fixture *f, const char *line)
{
	const char *args[8];
	size_t sizes[8];
	size_t n = 0;

	while (*line) {
		args[n] = line;
		sizes[n] = strcspn(line, " ");
		line += sizes[n] + (line[sizes[n]] == ' ');
		n++;
	}
	return redis_send(f->redis, n, args, sizes, on_reply, f);
}

static void a_missing_server_is_reported_and_found_later(void **state)
{
	struct fixture *f = *state;

	connect_to_socket(f);
	assert_false(redis_is_up(f->redis));
	assert_string_equal(redis_reason(f->redis), "No such file or directory");
	assert_int_equal(send_line(f, "PING"), REDIS_DOWN);

	start_server(f);
	RUN_UNTIL(f, f->n_up == 1);
	assert_true(redis_is_up(f->redis));
	assert_int_equal(f->n_down, 0);
	assert_int_equal(f->n_replies, 0);
}

/* A socket that is bound and does not listen: the refusal comes as an error of the descriptor,
 * which hiredis' own adapter swallows. */
static void a_refused_tcp_connection_is_reported_and_retried(void **state)
{
	static const char *const lines[] = { "+PONG\r\n", NULL };
	struct fixture *f = *state;
	struct sockaddr_in in = { .sin_family = AF_INET };
	struct redis_options options = { .address = "127.0.0.1", .timeout_ms = 5000 };
	socklen_t size = sizeof(in);

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	bind_script(f, (struct sockaddr *)&in, size);
	assert_int_equal(getsockname(f->script.listener, (struct sockaddr *)&in, &size), 0);
	options.port = ntohs(in.sin_port);

	connect_with(f, &options);
	timer_start(f->poll, 5, 5);
	RUN_UNTIL(f, redis_reason(f->redis)[0]);
	assert_string_equal(redis_reason(f->redis), "Connection refused");
	assert_int_equal(f->n_down, 0);

	listen_with(f, lines);
	RUN_UNTIL(f, f->n_up == 1);
}

/* A listener whose backlog is full drops what else wants to connect. */
static void a_connect_that_hangs_is_given_up(void **state)
{
	struct fixture *f = *state;
	struct sockaddr_in in = { .sin_family = AF_INET };
	struct redis_options options = { .address = "127.0.0.1", .timeout_ms = TIMEOUT_MS };
	socklen_t size = sizeof(in);
	int fillers[4];

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	bind_script(f, (struct sockaddr *)&in, size);
	assert_int_equal(getsockname(f->script.listener, (struct sockaddr *)&in, &size), 0);
	assert_int_equal(listen(f->script.listener, 0), 0);
	for (size_t i = 0; i < COUNT(fillers); i++) {
		fillers[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
		(void)connect(fillers[i], (struct sockaddr *)&in, size);
	}

	options.port = ntohs(in.sin_port);
	connect_with(f, &options);
	timer_start(f->poll, 5, 5);
	RUN_UNTIL(f, redis_reason(f->redis)[0]);
	assert_string_equal(redis_reason(f->redis), "no connection in time");
	for (size_t i = 0; i < COUNT(fillers); i++)
		close(fillers[i]);
}

static void commands_of_one_turn_are_answered_in_order(void **state)
{
	struct fixture *f = *state;

	come_up(f);
	for (int i = 0; i < 100; i++)
		assert_int_equal(send_line(f, "INCR n"), 0);
	RUN_UNTIL(f, f->n_replies == 100);
	assert_int_equal(f->integer, 100);
	assert_int_equal(f->n_lost, 0);

	assert_int_equal(redis_send(f->redis, 1, (const char *const[]){ "PING" },
				    (const size_t[]){ 4 }, NULL, NULL),
			 0);
	assert_int_equal(send_line(f, "GET n"), 0);
	RUN_UNTIL(f, f->n_replies == 101);
	assert_string_equal(f->text, "100");
}

static void on_nested(void *context, const struct redis_reply *reply)
{
	struct fixture *f = context;
	const struct redis_reply *inner;
	size_t size = 99;

	assert_non_null(reply);
	assert_true(reply_is_array(reply));
	assert_int_equal(reply_n_items(reply), 3);
	assert_int_equal(reply_integer(reply_item(reply, 0)), 7);
	assert_string_equal(reply_text(reply_item(reply, 0), &size), "");
	assert_int_equal(size, 0);
	inner = reply_item(reply, 1);
	assert_true(reply_is_array(inner));
	assert_string_equal(reply_text(reply_item(inner, 0), &size), "deep");
	assert_int_equal(size, 4);
	assert_int_equal(reply_integer(reply_item(inner, 0)), 0);
	assert_true(reply_is_nil(reply_item(reply, 2)));
	assert_false(reply_is_nil(inner));
	assert_int_equal(reply_n_items(reply_item(reply, 2)), 0);
	f->n_replies++;
	loop_stop(f->loop);
}

static void nested_replies_can_be_read(void **state)
{
	static const char *const args[] = { "EVAL", "return {7, {'deep'}, false}", "0" };
	const size_t sizes[] = { 4, strlen(args[1]), 1 };
	struct fixture *f = *state;

	come_up(f);
	assert_int_equal(redis_send(f->redis, 3, args, sizes, on_nested, f), 0);
	RUN_UNTIL(f, f->n_replies == 1);
	assert_true(redis_is_up(f->redis));
}

static void a_reply_too_deep_for_the_library_ends_the_connection(void **state)
{
	static const char *const args[] = { "EVAL", "return {{{{{{{{{1}}}}}}}}}", "0" };
	const size_t sizes[] = { 4, strlen(args[1]), 1 };
	struct fixture *f = *state;

	come_up(f);
	assert_int_equal(redis_send(f->redis, 3, args, sizes, on_reply, f), 0);
	RUN_UNTIL(f, f->n_up == 2);
	assert_int_equal(f->n_lost, 1);
	assert_string_equal(f->order, "undu");
}

static void on_error(void *context, const struct redis_reply *reply)
{
	assert_non_null(reply);
	assert_true(reply_is_error(reply));
	on_reply(context, reply);
}

static void an_error_is_a_reply(void **state)
{
	static const char *const args[] = { "HSET", "n" };
	static const size_t sizes[] = { 4, 1 };
	struct fixture *f = *state;

	come_up(f);
	assert_int_equal(redis_send(f->redis, 2, args, sizes, on_error, f), 0);
	RUN_UNTIL(f, f->n_replies == 1);
	assert_non_null(strstr(f->text, "wrong number of arguments"));
	assert_true(redis_is_up(f->redis));
}

static void a_killed_server_ends_all_commands_and_is_found_again(void **state)
{
	struct fixture *f = *state;
	uint64_t connects = counter_get(COUNTER_redis_connects);
	uint64_t losses = counter_get(COUNTER_redis_losses);

	come_up(f);
	assert_int_equal(kill(f->server, SIGSTOP), 0); /* so that it answers none of these */
	for (int i = 0; i < 3; i++)
		assert_int_equal(send_line(f, "PING"), 0);
	kill_server(f);
	RUN_UNTIL(f, f->n_down == 1);
	assert_string_equal(f->order, "unnnd");
	assert_false(redis_is_up(f->redis));
	assert_int_equal(send_line(f, "PING"), REDIS_DOWN);

	timer_start(f->poll, 5, 5);
	RUN_UNTIL(f, strcmp(redis_reason(f->redis), "Connection refused") == 0);
	assert_string_equal(f->order, "unnnd"); /* a failed attempt is no loss */

	start_server(f);
	RUN_UNTIL(f, f->n_up == 2);
	assert_int_equal(send_line(f, "PING"), 0);
	RUN_UNTIL(f, f->n_replies == 4);
	assert_string_equal(f->text, "PONG");
	assert_int_equal(counter_get(COUNTER_redis_connects) - connects, 2);
	assert_int_equal(counter_get(COUNTER_redis_losses) - losses, 1);
}

static void an_unanswered_command_ends_the_connection_in_time(void **state)
{
	struct fixture *f = *state;
	int64_t sent_ms;
	int64_t took_ms;

	come_up(f);
	assert_int_equal(kill(f->server, SIGSTOP), 0);
	sent_ms = clock_mono_ms();
	assert_int_equal(send_line(f, "PING"), 0);
	RUN_UNTIL(f, f->n_down == 1);
	took_ms = clock_mono_ms() - sent_ms;
	assert_in_range(took_ms, TIMEOUT_MS, TIMEOUT_MS + 1000);
	assert_string_equal(f->order, "und");
	assert_string_equal(redis_reason(f->redis), "no answer in time");

	assert_int_equal(kill(f->server, SIGCONT), 0);
	RUN_UNTIL(f, f->n_up == 2);
}

/* The timer of the first command runs out while the second, younger one waits. */
static void only_the_oldest_unanswered_command_counts(void **state)
{
	struct fixture *f = *state;
	int64_t sent_ms;

	come_up(f);
	assert_int_equal(send_line(f, "PING"), 0);
	RUN_UNTIL(f, f->n_replies == 1);
	timer_start(f->poll, TIMEOUT_MS / 2, 0);
	loop_run(f->loop);
	assert_int_equal(kill(f->server, SIGSTOP), 0);
	sent_ms = clock_mono_ms();
	assert_int_equal(send_line(f, "PING"), 0);
	RUN_UNTIL(f, f->n_down == 1);
	assert_true(clock_mono_ms() - sent_ms >= TIMEOUT_MS);
	assert_int_equal(kill(f->server, SIGCONT), 0);
}

static void a_drop_ends_the_connection_and_it_comes_back(void **state)
{
	struct fixture *f = *state;

	come_up(f);
	assert_int_equal(send_line(f, "PING"), 0);
	redis_drop(f->redis, "torn commit");
	assert_string_equal(f->order, "und");
	assert_string_equal(redis_reason(f->redis), "torn commit");
	redis_drop(f->redis, "again");
	assert_string_equal(redis_reason(f->redis), "torn commit");
	RUN_UNTIL(f, f->n_up == 2);
}

/* Pauses that went on doubling would add up to more than ten seconds. */
static void a_success_makes_the_next_pause_short_again(void **state)
{
	struct fixture *f = *state;
	int64_t start_ms;

	come_up(f);
	start_ms = clock_mono_ms();
	for (int i = 2; i <= 8; i++) {
		redis_drop(f->redis, "test");
		RUN_UNTIL(f, f->n_up == i);
	}
	assert_true(clock_mono_ms() - start_ms < 7000);
}

static void on_reply_drop(void *context, const struct redis_reply *reply)
{
	struct fixture *f = context;

	on_reply(f, reply);
	redis_drop(f->redis, "dropped inside");
	assert_int_equal(send_line(f, "PING"), REDIS_DOWN);
}

static void a_drop_inside_a_reply_function_is_safe(void **state)
{
	struct fixture *f = *state;

	come_up(f);
	assert_int_equal(redis_send(f->redis, 1, (const char *const[]){ "PING" },
				    (const size_t[]){ 4 }, on_reply_drop, f),
			 0);
	assert_int_equal(send_line(f, "PING"), 0);
	RUN_UNTIL(f, f->n_down == 1);
	assert_string_equal(f->order, "urnd");
	assert_string_equal(redis_reason(f->redis), "dropped inside");
	RUN_UNTIL(f, f->n_up == 2);
}

static void closing_ends_commands_and_tells_no_change(void **state)
{
	struct fixture *f = *state;

	come_up(f);
	assert_int_equal(send_line(f, "PING"), 0);
	redis_close(f->redis);
	f->redis = NULL;
	assert_string_equal(f->order, "un");
}

static void a_wrong_password_is_reported_and_the_right_one_accepted(void **state)
{
	struct fixture *f = *state;
	struct redis_options options = { .socket = f->socket, .timeout_ms = TIMEOUT_MS };

	come_up(f);
	assert_int_equal(send_line(f, "CONFIG SET requirepass secret"), 0);
	RUN_UNTIL(f, f->n_replies == 1);
	redis_close(f->redis);

	options.password = "wrong";
	connect_with(f, &options);
	timer_start(f->poll, 5, 5);
	RUN_UNTIL(f, redis_reason(f->redis)[0]);
	assert_non_null(strstr(redis_reason(f->redis), "WRONGPASS"));
	assert_int_equal(f->n_up, 1);
	redis_close(f->redis);

	options.password = NULL; /* none where one is needed: that is no connection either */
	connect_with(f, &options);
	RUN_UNTIL(f, redis_reason(f->redis)[0]);
	assert_non_null(strstr(redis_reason(f->redis), "NOAUTH"));
	assert_int_equal(f->n_up, 1);
	redis_close(f->redis);

	options.password = "secret";
	options.username = "default";
	connect_with(f, &options);
	RUN_UNTIL(f, f->n_up == 2);
}

static void a_loading_server_is_asked_again_until_it_is_ready(void **state)
{
	static const char *const lines[] = { "+OK\r\n", "-LOADING Redis is loading\r\n",
					     "-LOADING Redis is loading\r\n", "+PONG\r\n", NULL };
	struct fixture *f = *state;
	struct redis_options options = {
		.socket = f->socket, .timeout_ms = 5000, .username = "ann", .password = "secret"
	};

	script_on_socket(f, lines);
	connect_with(f, &options);
	RUN_UNTIL(f, *redis_reason(f->redis) != '\0');
	assert_string_equal(redis_reason(f->redis), "LOADING Redis is loading");
	assert_int_equal(f->n_up, 0);
	RUN_UNTIL(f, f->n_up == 1);
	assert_int_equal(f->script.n_accepted, 1);
	assert_string_equal(f->script.heard,
			    "*3\r\n$4\r\nAUTH\r\n$3\r\nann\r\n$6\r\nsecret\r\n"
			    "*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nPING\r\n*1\r\n$4\r\nPING\r\n");
}

static void a_password_alone_is_sent_alone(void **state)
{
	static const char *const lines[] = { "+OK\r\n", "+PONG\r\n", NULL };
	struct fixture *f = *state;
	struct redis_options options = { .socket = f->socket,
					 .timeout_ms = 5000,
					 .password = "secret" };

	script_on_socket(f, lines);
	connect_with(f, &options);
	RUN_UNTIL(f, f->n_up == 1);
	assert_string_equal(f->script.heard,
			    "*2\r\n$4\r\nAUTH\r\n$6\r\nsecret\r\n*1\r\n$4\r\nPING\r\n");
}

static void a_full_server_is_not_taken_for_an_answer(void **state)
{
	static const char *const lines[] = { "-ERR max number of clients reached\r\n", NULL };
	struct fixture *f = *state;

	script_on_socket(f, lines);
	connect_to_socket(f);
	RUN_UNTIL(f, f->script.n_accepted == 2); /* it has come back */
	assert_int_equal(f->n_up, 0);
	assert_string_equal(f->order, "");
}

static void a_server_that_never_greets_is_given_up(void **state)
{
	static const char *const lines[] = { NULL };
	struct fixture *f = *state;

	script_on_socket(f, lines);
	connect_to_socket(f);
	RUN_UNTIL(f, f->script.n_accepted == 2);
	assert_string_equal(redis_reason(f->redis), "no answer in time");
	assert_string_equal(f->order, "");
}

static void options_that_would_block_or_be_cut_are_refused(void **state)
{
	struct fixture *f = *state;
	char path[200];
	struct redis_options name = { .address = "localhost", .port = 6379, .timeout_ms = 1 };
	struct redis_options port = { .address = "127.0.0.1", .port = 65536, .timeout_ms = 1 };
	struct redis_options zero = { .address = "::1", .port = 1 };
	struct redis_options user = { .socket = "s", .username = "u", .timeout_ms = 1 };
	struct redis_options cut = { .socket = path, .timeout_ms = 1 };

	memset(path, 'x', sizeof(path));
	path[sizeof(path) - 1] = '\0';
	assert_int_equal(redis_new(&f->redis, f->loop, &name, on_change, f), -EINVAL);
	assert_int_equal(redis_new(&f->redis, f->loop, &port, on_change, f), -EINVAL);
	assert_int_equal(redis_new(&f->redis, f->loop, &zero, on_change, f), -EINVAL);
	assert_int_equal(redis_new(&f->redis, f->loop, &user, on_change, f), -EINVAL);
	assert_int_equal(redis_new(&f->redis, f->loop, &cut, on_change, f), -ENAMETOOLONG);
	assert_null(f->redis);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(options_that_would_block_or_be_cut_are_refused),
		TEST(a_missing_server_is_reported_and_found_later),
		TEST(a_refused_tcp_connection_is_reported_and_retried),
		TEST(a_connect_that_hangs_is_given_up),
		TEST(commands_of_one_turn_are_answered_in_order),
		TEST(nested_replies_can_be_read),
		TEST(a_reply_too_deep_for_the_library_ends_the_connection),
		TEST(an_error_is_a_reply),
		TEST(a_killed_server_ends_all_commands_and_is_found_again),
		TEST(an_unanswered_command_ends_the_connection_in_time),
		TEST(only_the_oldest_unanswered_command_counts),
		TEST(a_drop_ends_the_connection_and_it_comes_back),
		TEST(a_success_makes_the_next_pause_short_again),
		TEST(a_drop_inside_a_reply_function_is_safe),
		TEST(closing_ends_commands_and_tells_no_change),
		TEST(a_wrong_password_is_reported_and_the_right_one_accepted),
		TEST(a_loading_server_is_asked_again_until_it_is_ready),
		TEST(a_password_alone_is_sent_alone),
		TEST(a_full_server_is_not_taken_for_an_answer),
		TEST(a_server_that_never_greets_is_given_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
