/* SPDX-License-Identifier: Apache-2.0 */
#include "http_world.h"

#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "iocd/base/counter.h"

static void never(void *context, const struct http_request *request, struct http_response *response)
{
	(void)context;
	(void)request;
	(void)response;
	fail();
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
	http_answer(f->http, f->tokens[nth], status, "text/plain", &body, "k=v; HttpOnly");
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
	assert_true(has(&first, "X-Own: later\r\n"));
	assert_true(has(&first, "Set-Cookie: k=v; HttpOnly\r\n"));
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
	static const struct http_options options = { .address = "127.0.0.1" };
	struct fixture *f = *state;
	struct client client;
	struct client stream;

	listen_on(f, options);
	enter_tcp(&client, f, "GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
	RUN_UNTIL(f, has(&client, "retry: 2000\n"));
	open_stream(&stream, f); /* both listeners share one stream */
	send_event(f, "both");
	RUN_UNTIL(f, has(&client, "data: both\n\n") && has(&stream, "data: both\n\n"));
	assert_int_equal(last_id(&client), last_id(&stream));
	leave(&client);
	leave(&stream);
}

static int refuse_to_answer(struct fixture *f, struct http **ret)
{
	const struct http_options options = { .address = "localhost", .port = 1 };

	return http_new(ret, f->loop, &options, never, f);
}

static void an_address_that_is_no_number_is_refused(void **state)
{
	struct fixture *f = *state;
	struct http *http = NULL;

	assert_int_equal(refuse_to_answer(f, &http), -EINVAL);
	assert_null(http);
}

/* ---- whom it sees ---- */

static void assert_seen(struct fixture *f, bool is_local, const char *headers, const char *expected)
{
	struct client client;
	struct text text = { 0 };

	text_add(&text, "GET /who HTTP/1.1\r\nHost: x\r\n%s\r\n", headers);
	if (is_local)
		enter(&client, f, text_get(&text));
	else
		enter_tcp(&client, f, text_get(&text));
	RUN_UNTIL(f, has(&client, expected) || client.is_over);
	assert_true(has(&client, expected));
	leave(&client);
	text_fini(&text);
}

static void what_a_proxy_on_loopback_says_of_its_client_is_believed(void **state)
{
	static const struct http_options options = { .address = "127.0.0.1" };
	struct fixture *f = *state;

	listen_on(f, options);
	assert_seen(f, false, "", "far from '127.0.0.1' plain");
	assert_seen(f, false, "X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: https\r\n",
		    "far from '192.0.2.7' encrypted");
	assert_seen(f, false, "X-Forwarded-For: 10.9.8.7, 192.0.2.7\r\nX-Forwarded-Proto: http\r\n",
		    "far from '192.0.2.7' plain");
	assert_seen(f, false, "X-Forwarded-For: 10.9.8.7\r\nX-Forwarded-For: 192.0.2.8\r\n",
		    "far from '192.0.2.8' plain");
	assert_seen(f, false, "X-Forwarded-For: nobody\r\n", "far from '127.0.0.1' plain");
}

static void who_comes_by_the_socket_is_nobody_else(void **state)
{
	struct fixture *f = *state;
	char expected[64];

	snprintf(expected, sizeof(expected), "local from '' plain uid %d", (int)getuid());
	assert_seen(f, true, "X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: https\r\n",
		    expected);
}

/* The address of this machine on its first network, if it has any but loopback. */
static bool find_address(char ret[HTTP_ADDRESS_MAX])
{
	struct ifaddrs *all;
	bool found = false;

	assert_int_equal(getifaddrs(&all), 0);
	for (struct ifaddrs *one = all; one && !found; one = one->ifa_next) {
		const struct sockaddr_in *in = (const void *)one->ifa_addr;

		found = in && in->sin_family == AF_INET && ntohl(in->sin_addr.s_addr) >> 24 != 127;
		if (found)
			inet_ntop(AF_INET, &in->sin_addr, ret, HTTP_ADDRESS_MAX);
	}
	freeifaddrs(all);
	return found;
}

static void what_a_peer_that_is_not_on_loopback_says_is_not_believed(void **state)
{
	struct fixture *f = *state;
	char address[HTTP_ADDRESS_MAX];
	struct http_options options = { .address = address };
	char expected[96];

	if (!find_address(address))
		skip();
	listen_on(f, options);
	snprintf(expected, sizeof(expected), "far from '%s' plain", address);
	assert_seen(f, false, "X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: https\r\n",
		    expected);
}

/* ---- headers and bodies ---- */

static void a_cookie_is_found_by_its_name(void **state)
{
	static const char *const names[][2] = {
		{ "__Host-iocd", "cookie 'tok-en_1'" },
		{ "other", "cookie '2'" },
		{ "Host-iocd", "cookie '(none)'" },
		{ "__Host", "cookie '(none)'" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT(names); i++) {
		struct client client;
		struct text text = { 0 };

		text_add(&text,
			 "GET /cookie?name=%s HTTP/1.1\r\nHost: x\r\n"
			 "Cookie: a=b; __Host-iocd=tok-en_1; other=2\r\n\r\n",
			 names[i][0]);
		enter(&client, f, text_get(&text));
		RUN_UNTIL(f, has(&client, "cookie '"));
		assert_true(has(&client, names[i][1]));
		leave(&client);
		text_fini(&text);
	}
}

static void a_response_has_headers_of_its_own_but_none_that_break_the_line(void **state)
{
	struct fixture *f = *state;
	struct client client;

	get(&client, f, "/headers");
	RUN_UNTIL(f, has(&client, "\r\n\r\n"));
	assert_true(has(&client, "X-One: 1\r\n"));
	assert_true(has(&client, "Cache-Control: public\r\n"));
	assert_false(has(&client, "no-store"));
	assert_true(has(&client, "X-Always: not so\r\n"));
	assert_false(has(&client, "X-Always: so\r\n"));
	assert_false(has(&client, "X-Split"));
	assert_false(has(&client, "Smuggled"));
	leave(&client);
}

static void every_response_has_the_headers_of_all(void **state)
{
	static const char *const paths[] = { "/nothing", "/missing", "/lent", "/stream" };
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT(paths); i++) {
		struct client client;

		get(&client, f, paths[i]);
		RUN_UNTIL(f, has(&client, "\r\n\r\n"));
		assert_true(has(&client, "X-Always: so\r\n"));
		assert_int_equal(count(&client, "X-Always"), 1);
		leave(&client);
	}
}

static void a_lent_body_is_sent_in_place_of_the_other(void **state)
{
	struct fixture *f = *state;
	struct client client;

	get(&client, f, "/lent");
	RUN_UNTIL(f, has(&client, "lent for ever"));
	assert_true(has(&client, "Content-Type: text/javascript\r\n"));
	assert_true(has(&client, "Content-Length: 13\r\n"));
	assert_false(has(&client, "never seen"));
	leave(&client);
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
		TEST(what_a_proxy_on_loopback_says_of_its_client_is_believed),
		TEST(who_comes_by_the_socket_is_nobody_else),
		TEST(what_a_peer_that_is_not_on_loopback_says_is_not_believed),
		TEST(a_cookie_is_found_by_its_name),
		TEST(a_response_has_headers_of_its_own_but_none_that_break_the_line),
		TEST(every_response_has_the_headers_of_all),
		TEST(a_lent_body_is_sent_in_place_of_the_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
