/* SPDX-License-Identifier: Apache-2.0 */
#include "http_world.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "iocd/base/counter.h"

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
	RUN_UNTIL(f, has(&client, "data: inside\n\n") && has(&sender, "sent"));
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

/* Descriptors for both ends of that many streams; false if this machine does not give them. */
static bool make_room(rlim_t n)
{
	struct rlimit limit;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	if (limit.rlim_cur >= n)
		return true;
	if (limit.rlim_max < n)
		return false;
	limit.rlim_cur = n;
	return setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

static void streams_leave_connections_for_requests(void **state)
{
	static struct client clients[HTTP_STREAMS_MAX];
	struct fixture *f = *state;
	struct client client;

	if (!make_room(2 * HTTP_STREAMS_MAX + 100))
		skip();
	for (size_t i = 0; i < HTTP_STREAMS_MAX; i++)
		open_stream(&clients[i], f);
	get(&client, f, "/stream");
	RUN_UNTIL(f, has(&client, "too many streams"));
	assert_true(has(&client, "HTTP/1.1 503 "));
	assert_int_equal(http_streams(f->http), HTTP_STREAMS_MAX);
	assert_int_equal(f->n_subscribed - f->n_unsubscribed, HTTP_STREAMS_MAX);
	text_clear(&client.in);
	say(&client, "GET /missing HTTP/1.1\r\nHost: x\r\n\r\n");
	RUN_UNTIL(f, has(&client, "{}"));
	for (size_t i = 0; i < HTTP_STREAMS_MAX; i++)
		leave(&clients[i]);
	leave(&client);
}

/* ---- subscriptions ---- */

static void a_reader_receives_only_what_it_subscribed(void **state)
{
	struct fixture *f = *state;
	struct client one, two;

	open_stream_of(&one, f, 1);
	open_stream_of(&two, f, 2);
	assert_true(has(&one, "X-Own: stream\r\n"));
	send_tagged(f, 10, 1, "for one");
	send_tagged(f, 20, 2, "for two");
	send_tagged(f, 30, 3, "for both");
	RUN_UNTIL(f, has(&one, "id: 30\n") && has(&two, "data: for both\n\n"));
	assert_true(has(&one, "id: 10\nevent: e\ndata: for one\n\n"));
	assert_false(has(&one, "for two"));
	assert_false(has(&two, "for one"));
	leave(&one);
	leave(&two);
}

static void a_reader_for_which_nothing_is_due_costs_nothing(void **state)
{
	struct fixture *f = *state;
	struct client idle, busy;
	size_t size;

	open_stream_of(&idle, f, 1);
	open_stream_of(&busy, f, 2);
	size = idle.raw.size;
	f->n_asked = 0;
	for (uint64_t id = 1; id <= 1000; id++)
		send_tagged(f, id, 2, "x");
	RUN_UNTIL(f, count(&busy, "data: x\n\n") == 1000);
	assert_int_equal(idle.raw.size, size);
	assert_in_range(f->n_asked, 2000, 3000); /* each of each once, and when it was read */
	leave(&idle);
	leave(&busy);
}

static void a_subscription_is_freed_when_its_reader_leaves(void **state)
{
	struct fixture *f = *state;
	struct client gone, stays, head;

	open_stream(&gone, f);
	open_stream(&stays, f);
	leave(&gone);
	send_event(f, "one");
	RUN_UNTIL(f, has(&stays, "data: one\n\n"));
	send_event(f, "two");
	RUN_UNTIL(f, has(&stays, "data: two\n\n"));
	assert_int_equal(f->n_unsubscribed, 1);
	enter(&head, f, "HEAD /stream HTTP/1.1\r\nHost: x\r\n\r\n");
	RUN_UNTIL(f, has(&head, "\r\n\r\n"));
	assert_int_equal(f->n_unsubscribed, 2);
	leave(&stays);
	leave(&head);
}

static bool is_of_two(void *context, void *subscription)
{
	const uint64_t *mask = subscription;

	assert_non_null(context);
	return *mask == 2;
}

static void streams_can_be_cut_by_their_subscription(void **state)
{
	struct fixture *f = *state;
	uint64_t cuts = counter_get(COUNTER_http_streams_cut);
	struct client one, two, blocked;

	open_stream_of(&one, f, 1);
	open_stream_of(&two, f, 2);
	open_stream_of(&blocked, f, 2);
	watch_set(blocked.watch, false, false);
	http_cut_streams(f->http, is_of_two);
	send_tagged(f, 10, 3, "secret");
	RUN_UNTIL(f, two.is_over && has(&one, "secret"));
	assert_false(has(&two, "secret"));
	RUN_UNTIL(f, http_streams(f->http) == 1);
	assert_int_equal(f->n_unsubscribed, 2);
	assert_int_equal(counter_get(COUNTER_http_streams_cut), cuts);
	watch_set(blocked.watch, true, false);
	RUN_UNTIL(f, blocked.is_over);
	assert_false(has(&blocked, "secret"));
	leave(&one);
	leave(&two);
	leave(&blocked);
}

/* ---- ids ---- */

static void ids_of_an_earlier_life_can_be_resumed(void **state)
{
	struct fixture *f = *state;
	struct client client, older;

	http_stream_begin(f->http, 1000);
	send_tagged(f, 1003, EVERYTHING, "a");
	send_tagged(f, 1007, EVERYTHING, "b");
	get(&client, f, "/stream?last-event-id=1005");
	RUN_UNTIL(f, has(&client, "data: b\n\n"));
	assert_false(has(&client, "data: a\n\n"));
	assert_false(has(&client, "reset"));
	get(&older, f, "/stream?last-event-id=999");
	RUN_UNTIL(f, has(&older, "event: reset\n"));
	assert_false(has(&older, "data: a\n\n"));
	leave(&client);
	leave(&older);
}

static void what_was_sent_before_there_was_a_reader_runs_nothing(void **state)
{
	struct fixture *f = *state;
	struct client client;

	enter(&client, f, "GET /missing HTTP/1.1\r\nHost: x\r\n\r\n");
	for (int i = 0; i < 5000; i++)
		send_event(f, "x");
	assert_int_equal(f->n_requests, 0); /* or requests would come while their owner starts */
	RUN_UNTIL(f, has(&client, "{}"));
	leave(&client);
}

/* ---- what is so now ---- */

static void a_slow_reader_is_told_only_the_newest(void **state)
{
	enum { BYTES = 4000 };
	struct fixture *f = *state;
	struct client slow, fast;
	char data[BYTES + 1] = { 0 };

	memset(data, 'x', BYTES);
	open_stream(&slow, f);
	open_stream(&fast, f);
	watch_set(slow.watch, false, false);
	for (size_t i = 1; i <= 400; i++) { /* much more than its socket takes */
		data[0] = (char)('a' + i % 26);
		text_clear(&fast.in);
		tell(f, "beat", EVERYTHING, data);
		RUN_UNTIL(f, has(&fast, "x\n\n"));
	}
	tell(f, "beat", EVERYTHING, "the last");
	RUN_UNTIL(f, has(&fast, "data: the last\n\n"));
	assert_int_equal(http_streams(f->http), 2);

	watch_set(slow.watch, true, false);
	RUN_UNTIL(f, has(&slow, "data: the last\n\n"));
	assert_in_range(count(&slow, "event: beat\n"), 2, 200);
	leave(&slow);
	leave(&fast);
}

static void what_is_told_reaches_those_who_want_it(void **state)
{
	struct fixture *f = *state;
	struct client one, two;

	open_stream_of(&one, f, 1);
	open_stream_of(&two, f, 2);
	tell(f, "beat", 1, "first");
	tell(f, "beat", 2, "second");
	RUN_UNTIL(f, has(&one, "event: beat\ndata: first\n\n") && has(&two, "data: second\n\n"));
	assert_false(has(&one, "second"));
	assert_int_equal(count(&one, "id: "), 1); /* of the preface */
	leave(&one);
	leave(&two);
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

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_stream_receives_events_at_once),
		TEST(an_event_sent_by_a_request_function_arrives),
		TEST(a_reader_that_resumes_gets_exactly_what_it_missed),
		TEST(a_reader_whose_place_is_unknown_is_told_to_start_over),
		TEST(a_slow_reader_is_cut_while_another_gets_everything),
		TEST(a_burst_in_one_turn_cuts_no_reader_that_keeps_up),
		TEST(a_burst_in_a_request_function_cuts_no_reader_that_keeps_up),
		TEST(a_reader_that_leaves_is_noticed_with_the_next_event),
		TEST(streams_leave_connections_for_requests),
		TEST(a_reader_receives_only_what_it_subscribed),
		TEST(a_reader_for_which_nothing_is_due_costs_nothing),
		TEST(a_subscription_is_freed_when_its_reader_leaves),
		TEST(streams_can_be_cut_by_their_subscription),
		TEST(ids_of_an_earlier_life_can_be_resumed),
		TEST(what_was_sent_before_there_was_a_reader_runs_nothing),
		TEST(a_slow_reader_is_told_only_the_newest),
		TEST(what_is_told_reaches_those_who_want_it),
		TEST(closing_ends_open_streams),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
