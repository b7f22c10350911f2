/* SPDX-License-Identifier: Apache-2.0 */
/* Clients that are slow, that say too much, or that say what can be read in two ways. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "http_world.h"

#define REQUEST_MS 150
#define BYTE_MS    10

static const struct http_options hurried = { .address = "127.0.0.1",
					     .request_ms = REQUEST_MS,
					     .idle_ms = 2 * REQUEST_MS };

/* Says one byte now and then: as slow as can be, but never silent. */
struct trickle {
	struct client *client;
	struct timer *timer;
	const char *text; /* what is left to say; once that is said, blanks */
	bool is_shut;     /* nobody takes any more */
};

static void on_trickle(void *context)
{
	struct trickle *trickle = context;
	const char *byte = *trickle->text ? trickle->text++ : " ";

	if (send(trickle->client->fd, byte, 1, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
		trickle->is_shut = true;
		timer_stop(trickle->timer);
	}
	loop_stop(trickle->client->f->loop);
}

static void start_trickle(struct trickle *trickle, struct client *client, const char *text, int ms)
{
	*trickle = (struct trickle){ .client = client, .text = text };
	trickle->timer = timer_new(client->f->loop, on_trickle, trickle);
	timer_start(trickle->timer, ms, ms);
}

/* ---- slow ones ---- */

static void assert_cut_while_saying(struct client *client, const char *text)
{
	struct trickle trickle;

	start_trickle(&trickle, client, text, BYTE_MS);
	RUN_UNTIL(client->f, client->is_over || trickle.is_shut);
	timer_close(trickle.timer);
}

static void headers_that_never_end_are_answered_with_408(void **state)
{
	struct fixture *f = *state;
	struct client client;

	listen_on(f, hurried);
	enter_tcp(&client, f, "GET /echo HTTP/1.1\r\nHost: x\r\nX-Slow: ");
	assert_cut_while_saying(&client, "");
	assert_true(has(&client, "HTTP/1.1 408 "));
	assert_int_equal(f->n_requests, 0);
	leave(&client);
}

static void a_body_that_never_ends_is_answered_with_408(void **state)
{
	struct fixture *f = *state;
	struct client client;

	listen_on(f, hurried);
	enter(&client, f, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\n\r\n");
	assert_cut_while_saying(&client, "");
	assert_true(has(&client, "HTTP/1.1 408 "));
	assert_int_equal(f->n_requests, 0);
	leave(&client);
}

static void a_second_request_has_no_more_time_than_the_first(void **state)
{
	struct fixture *f = *state;
	struct client client;

	listen_on(f, hurried);
	enter_tcp(&client, f, "GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n");
	RUN_UNTIL(f, has(&client, "\r\n\r\n"));
	text_clear(&client.in);
	assert_cut_while_saying(&client, "GET /nothing HTTP/1.1\r\n");
	assert_true(has(&client, "HTTP/1.1 408 "));
	assert_int_equal(f->n_requests, 1);
	leave(&client);
}

static void who_says_nothing_is_cut_without_a_word(void **state)
{
	struct fixture *f = *state;
	struct client far, local, kept;

	listen_on(f, hurried);
	enter_tcp(&far, f, "");
	enter(&local, f, "");
	enter_tcp(&kept, f, "GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n");
	RUN_UNTIL(f, has(&kept, "\r\n\r\n"));
	text_clear(&kept.in);
	RUN_UNTIL(f, far.is_over && local.is_over && kept.is_over);
	assert_int_equal(far.in.size + local.in.size + kept.in.size, 0);
	leave(&far);
	leave(&local);
	leave(&kept);
}

static void who_never_reads_its_answer_is_cut(void **state)
{
	struct fixture *f = *state;
	struct client client;
	struct trickle trickle;

	listen_on(f, hurried);
	enter(&client, f, "GET /big?n=500000 HTTP/1.1\r\nHost: x\r\n\r\n");
	watch_set(client.watch, false, false);
	start_trickle(&trickle, &client, "", BYTE_MS);
	RUN_UNTIL(f, trickle.is_shut);
	timer_close(trickle.timer);
	watch_set(client.watch, true, false);
	RUN_UNTIL(f, client.is_over);
	assert_true(client.in.size < 500000);
	leave(&client);
}

static void what_takes_longer_on_our_side_is_not_cut(void **state)
{
	struct fixture *f = *state;
	struct text body = { 0 };
	struct client stream, later, slow;

	listen_on(f, hurried);
	open_stream(&stream, f);
	get(&later, f, "/later");
	RUN_UNTIL(f, f->n_tokens == 1);
	enter_tcp(&slow, f, "GET /echo HTTP/1.1\r\n"); /* by its end the time is over */
	RUN_UNTIL(f, slow.is_over);
	text_add(&body, "at last");
	http_answer(f->http, f->tokens[0], 200, "text/plain", &body, NULL);
	send_event(f, "still there");
	RUN_UNTIL(f, has(&later, "at last") && has(&stream, "data: still there\n\n"));
	leave(&stream);
	leave(&later);
	leave(&slow);
}

static void many_slow_ones_neither_stay_nor_keep_others_waiting(void **state)
{
	enum { MANY = 300 };
	static struct client clients[MANY];
	struct fixture *f = *state;
	struct client good;
	size_t n_over = 0;

	listen_on(f, hurried);
	enter_tcp(&good, f, "");
	for (size_t i = 0; i < MANY; i++) {
		enter_tcp(&clients[i], f, "GET /echo HTTP/1.1\r\nX-Slow: ");
		if (i % 50 > 0) /* or connections would wait for the loop, and we for them */
			continue;
		text_clear(&good.in);
		say(&good, "GET /missing HTTP/1.1\r\nHost: x\r\n\r\n");
		RUN_UNTIL(f, has(&good, "{}"));
	}
	for (size_t i = 0; i < MANY; i++) {
		RUN_UNTIL(f, clients[i].is_over);
		n_over += has(&clients[i], "HTTP/1.1 408 ");
		leave(&clients[i]);
	}
	assert_int_equal(n_over, MANY);
	leave(&good);
}

/* ---- in other pieces than one ---- */

static void a_request_may_come_byte_by_byte(void **state)
{
	struct fixture *f = *state;
	struct client client;
	struct trickle trickle;

	enter(&client, f, "");
	start_trickle(&trickle, &client,
		      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello", 1);
	RUN_UNTIL(f, has(&client, "hello"));
	timer_close(trickle.timer);
	assert_string_equal(text_get(&f->seen), "POST /echo 5 - -");
	leave(&client);
}

static size_t count_raw(const struct client *client, const char *text)
{
	size_t n = 0;

	for (const char *p = text_get(&client->raw); (p = strstr(p, text)); p += strlen(text))
		n++;
	return n;
}

static void requests_that_come_at_once_are_answered_in_order(void **state)
{
	struct fixture *f = *state;
	struct client client;
	const char *raw;

	enter(&client, f,
	      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\none"
	      "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
	      "1;ext=1\r\nt\r\n2\r\nwo\r\n0\r\n\r\n"
	      "GET /missing HTTP/1.1\r\nHost: x\r\n\r\n");
	RUN_UNTIL(f, count_raw(&client, "HTTP/1.1 ") == 3 && count_raw(&client, "{}") == 1);
	raw = text_get(&client.raw);
	assert_non_null(strstr(raw, "\r\n\r\none"));
	assert_non_null(strstr(raw, "\r\n\r\ntwo"));
	assert_true(strstr(raw, "one") < strstr(raw, "two"));
	assert_true(strstr(raw, "two") < strstr(raw, "{}"));
	assert_int_equal(f->n_requests, 3);
	leave(&client);
}

/* ---- what can be read in two ways, or not at all ---- */

#define POST_LINE "POST /echo HTTP/1.1\r\nHost: x\r\n"

/* clang-format off */
static const char *const malformed[] = {
	POST_LINE "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG",
	POST_LINE "Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\nG",
	POST_LINE "Content-Length: 0\r\nContent-Length: 5\r\n\r\nhello",
	POST_LINE "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
	POST_LINE "Content-Length: 5, 5\r\n\r\nhello",
	POST_LINE "Content-Length: +5\r\n\r\nhello",
	POST_LINE "Content-Length: -1\r\n\r\n",
	POST_LINE "Content-Length: 0x5\r\n\r\nhello",
	POST_LINE "Content-Length:\r\n\r\nhello",
	POST_LINE "Content-Length: 99999999999999999999999\r\n\r\nhello",
	POST_LINE "Content-Length : 5\r\n\r\nhello",
	POST_LINE "Transfer-Encoding: gzip\r\n\r\nhello",
	POST_LINE "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
	POST_LINE "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
	POST_LINE "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
	POST_LINE "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
	POST_LINE "Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n",
	POST_LINE "Transfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n",
	POST_LINE "Transfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n",
	POST_LINE "Transfer-Encoding: chunked\r\n\r\n5\r\nhello!\r\n0\r\n\r\n",
	POST_LINE "Transfer-Encoding: chunked\r\n\r\n\r\nhello\r\n0\r\n\r\n",
	POST_LINE "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nhello\r\n0\r\n\r\n",
	POST_LINE "Host: y\r\n\r\n",
	"GET /echo HTTP/1.1\r\n\r\n",
	"GET /echo HTTP/1.1\r\nHost: x\r\nX-A: b\rX-B: c\r\n\r\n",
	"GET /echo HTTP/1.1\r\nHost: x\r\nno colon here\r\n\r\n",
	"GET /echo HTTP/1.1\r\nHost: x\r\nX\001: y\r\n\r\n",
	"GET /echo HTTP/1.1\r\nHost: x\r\nX-Bell: \a\r\n\r\n",
	"GET /a b HTTP/1.1\r\nHost: x\r\n\r\n",
	"GET /echo\r\n\r\n",
	"GET\r\n\r\n",
	"GET /echo HTTP/0.9\r\nHost: x\r\n\r\n",
	"GET /echo HTTP/2.0\r\nHost: x\r\n\r\n",
	"GET /echo http/1.1\r\nHost: x\r\n\r\n",
	"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
	"\026\003\001\002\r\n\r\n", /* TLS */
};
/* clang-format on */

static void what_can_be_read_in_two_ways_is_refused_and_nothing_after_it_is_read(void **state)
{
	static const char after[] = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";
	struct fixture *f = *state;

	for (size_t i = 0; i < COUNT(malformed); i++) {
		struct client client;

		enter(&client, f, malformed[i]);
		(void)send(client.fd, after, sizeof(after) - 1, MSG_NOSIGNAL);
		RUN_UNTIL(f, client.is_over);
		/* libmicrohttpd says the head of some refusals twice. */
		if (f->n_requests ||
		    count_raw(&client, "HTTP/1.1 ") !=
			    count_raw(&client, "HTTP/1.1 4") + count_raw(&client, "HTTP/1.1 505 "))
			fail_msg("taken: %s: %s", malformed[i], text_get(&client.raw));
		leave(&client);
	}
}

static void a_refusal_has_the_headers_of_the_house(void **state)
{
	struct fixture *f = *state;
	struct client client;

	enter(&client, f, malformed[0]);
	RUN_UNTIL(f, client.is_over);
	assert_true(has(&client, "HTTP/1.1 400 "));
	assert_true(has(&client, "X-Always: so\r\n"));
	assert_true(has(&client, "Connection: close\r\n"));
	assert_true(has(&client, "\"code\":\"malformed\""));
	leave(&client);
}

/* ---- too much ---- */

static void enter_with_headers(struct client *client, struct fixture *f, const char *line, size_t n)
{
	struct text text = { 0 };

	text_add(&text, "GET /missing HTTP/1.1\r\nHost: x\r\n");
	while (text.size + strlen(line) + 2 <= n)
		text_add(&text, "%s", line);
	text_add(&text, "\r\n");
	enter(client, f, "");
	(void)send(client->fd, text.bytes, text.size, MSG_NOSIGNAL);
	text_fini(&text);
}

static void headers_of_8_kib_are_taken_and_more_are_not(void **state)
{
	static const char line[] = "X-Long: 0123456789012345678901234567890123456789\r\n";
	static const size_t sizes[] = { 8192 + 51, 20000, 100 << 10 };
	struct fixture *f = *state;
	struct client client;

	enter_with_headers(&client, f, line, 8192);
	RUN_UNTIL(f, has(&client, "{}"));
	assert_true(has(&client, "HTTP/1.1 404 "));
	leave(&client);
	f->n_requests = 0;

	for (size_t i = 0; i < COUNT(sizes); i++) {
		enter_with_headers(&client, f, line, sizes[i]);
		RUN_UNTIL(f, client.is_over);
		assert_true(has(&client, "HTTP/1.1 431 ") || client.in.size == 0);
		assert_true(i > 0 || has(&client, "headers larger than 8 KiB"));
		leave(&client);
	}
	enter_with_headers(&client, f, "a:\r\n", 8192); /* few bytes, but much to remember */
	RUN_UNTIL(f, client.is_over);
	leave(&client);
	assert_int_equal(f->n_requests, 0);
}

static void a_line_that_never_ends_is_refused(void **state)
{
	struct fixture *f = *state;
	char *path = malloc(100 << 10);
	struct client client;

	assert_non_null(path);
	memset(path, 'a', 100 << 10);
	memcpy(path, "GET /", 5);
	enter(&client, f, "");
	(void)send(client.fd, path, 100 << 10, MSG_NOSIGNAL);
	RUN_UNTIL(f, client.is_over);
	assert_int_equal(f->n_requests, 0);
	leave(&client);
	free(path);
}

static void a_body_that_goes_on_for_ever_is_cut(void **state)
{
	struct fixture *f = *state;
	struct client client;
	char chunk[4096 + 8];
	size_t n = 0;

	memset(chunk, 'b', sizeof(chunk));
	memcpy(chunk, "1000\r\n", 6);
	memcpy(chunk + sizeof(chunk) - 2, "\r\n", 2);
	enter(&client, f, "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
	watch_set(client.watch, true, true);
	while (!client.is_over && n < (4u << 20)) {
		ssize_t sent = send(client.fd, chunk, sizeof(chunk), MSG_NOSIGNAL | MSG_DONTWAIT);

		if (sent < 0 && errno != EAGAIN)
			break;
		assert_true(sent < 0 || sent == sizeof(chunk));
		n += sent > 0 ? (size_t)sent : 0;
		loop_run(f->loop);
	}
	assert_in_range(n, 1 << 20, 2 << 20);
	assert_int_equal(f->n_requests, 0);
	leave(&client);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_request_may_come_byte_by_byte),
		TEST(requests_that_come_at_once_are_answered_in_order),
		TEST(what_can_be_read_in_two_ways_is_refused_and_nothing_after_it_is_read),
		TEST(a_refusal_has_the_headers_of_the_house),
		TEST(headers_of_8_kib_are_taken_and_more_are_not),
		TEST(a_line_that_never_ends_is_refused),
		TEST(a_body_that_goes_on_for_ever_is_cut),
		TEST(headers_that_never_end_are_answered_with_408),
		TEST(a_body_that_never_ends_is_answered_with_408),
		TEST(a_second_request_has_no_more_time_than_the_first),
		TEST(who_says_nothing_is_cut_without_a_word),
		TEST(who_never_reads_its_answer_is_cut),
		TEST(what_takes_longer_on_our_side_is_not_cut),
		TEST(many_slow_ones_neither_stay_nor_keep_others_waiting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
