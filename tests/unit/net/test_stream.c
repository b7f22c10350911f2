/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "iocd/base/counter.h"
#include "stream.h"

#define FIRST_ID 100
#define ALL      UINT64_MAX /* a subscription, or a tag, that goes with every other */

static uint64_t everything = ALL;
#define EVERYTHING (&everything)

static bool wants(void *context, void *subscription, uint64_t tag)
{
	size_t *n_asked = context;

	(*n_asked)++;
	return *(const uint64_t *)subscription & tag;
}

static uint64_t next_id;
static size_t n_asked;
static size_t n_due[2]; /* by the owner, an index */

static void on_due(void *owner)
{
	n_due[(uintptr_t)owner]++;
}

/* The first event that is sent gets first_id. */
static struct stream *make(uint64_t first_id)
{
	const struct stream_hooks hooks = { .wants = wants, .context = &n_asked, .due = on_due };
	struct stream *stream = stream_new(&hooks);

	n_asked = n_due[0] = n_due[1] = 0;
	next_id = first_id;
	stream_begin(stream, first_id - 1);
	return stream;
}

static void put(struct stream *stream, uint64_t id, uint64_t tag, const char *data)
{
	const struct http_event event = {
		.id = id, .tag = tag, .event = "n", .data = data, .n = strlen(data)
	};

	stream_send(stream, &event);
}

static char *join(struct stream *stream, struct stream_reader *reader, const char *last_id)
{
	static char buffer[256];
	size_t size = 0;

	stream_join(stream, reader, last_id, EVERYTHING, NULL);
	assert_int_equal(stream_read(reader, buffer, 64, &size), 0);
	buffer[size] = '\0';
	return buffer;
}

static void send_numbers(struct stream *stream, int from, int to)
{
	char data[16];

	for (int i = from; i <= to; i++) {
		snprintf(data, sizeof(data), "%d", i);
		put(stream, next_id++, ALL, data);
	}
}

static void send_bytes(struct stream *stream, size_t n)
{
	char *data = malloc(n);
	const struct http_event event = {
		.id = next_id++, .tag = ALL, .event = "x", .data = data, .n = n
	};

	assert_non_null(data);
	memset(data, 'x', n);
	stream_send(stream, &event);
	free(data);
}

/* All that reader has to read, in pieces of max bytes. */
static char *read_all(struct stream_reader *reader, size_t max)
{
	struct text text = { 0 };
	char *piece = malloc(max);
	size_t size;
	int r;

	while (!(r = stream_read(reader, piece, max, &size))) {
		assert_in_range(size, 1, max);
		text_add_bytes(&text, piece, size);
	}
	assert_int_equal(r, STREAM_IDLE);
	free(piece);
	return text.bytes;
}

#define ASSERT_READS(reader, max, expected)                                                        \
	do {                                                                                       \
		char *all = read_all(reader, max);                                                 \
		assert_non_null(all);                                                              \
		assert_string_equal(all, expected);                                                \
		free(all);                                                                         \
	} while (0)

static void a_new_reader_starts_at_the_end(void **state)
{
	struct stream *stream = make(FIRST_ID);
	struct stream_reader reader;

	(void)state;
	send_numbers(stream, 1, 3);
	assert_string_equal(join(stream, &reader, NULL), "retry: 2000\nid: 102\n\n");
	assert_null(read_all(&reader, 100));
	send_numbers(stream, 4, 4);
	ASSERT_READS(&reader, 100, "id: 103\nevent: n\ndata: 4\n\n");
	stream_leave(&reader);
	stream_free(stream);
}

static void events_are_whole_in_pieces_of_any_size(void **state)
{
	struct stream *stream = make(FIRST_ID);
	struct stream_reader reader;

	(void)state;
	for (size_t max = 1; max < 60; max++) {
		char expected[100];
		unsigned int id = FIRST_ID + 2 * (unsigned int)(max - 1);

		join(stream, &reader, "");
		send_numbers(stream, 7, 8);
		snprintf(expected, sizeof(expected),
			 "id: %u\nevent: n\ndata: 7\n\nid: %u\nevent: n\ndata: 8\n\n", id, id + 1);
		ASSERT_READS(&reader, max, expected);
		stream_leave(&reader);
	}
	stream_free(stream);
}

static void a_reader_that_comes_back_gets_what_it_missed(void **state)
{
	struct stream *stream = make(FIRST_ID);
	struct stream_reader reader;

	(void)state;
	send_numbers(stream, 1, 3);
	stream_join(stream, &reader, "100", EVERYTHING, NULL);
	ASSERT_READS(&reader, 100,
		     "retry: 2000\nid: 100\n\nid: 101\nevent: n\ndata: 2\n\n"
		     "id: 102\nevent: n\ndata: 3\n\n");
	stream_leave(&reader);

	stream_join(stream, &reader, "102", EVERYTHING, NULL); /* it has all */
	ASSERT_READS(&reader, 100, "retry: 2000\nid: 102\n\n");
	stream_leave(&reader);
	stream_free(stream);
}

static void the_preface_of_an_empty_stream_can_be_given_back(void **state)
{
	struct stream *stream = make(FIRST_ID);
	struct stream_reader reader;

	(void)state;
	assert_string_equal(join(stream, &reader, NULL), "retry: 2000\nid: 99\n\n");
	stream_leave(&reader);
	send_numbers(stream, 1, 1);
	stream_join(stream, &reader, "99", EVERYTHING, NULL);
	ASSERT_READS(&reader, 100, "retry: 2000\nid: 99\n\nid: 100\nevent: n\ndata: 1\n\n");
	stream_leave(&reader);
	stream_free(stream);
}

static void a_place_that_is_not_here_starts_over(void **state)
{
	static const char *const ids[] = { "98", "103", "-1", "x", "99999999999999999999999" };
	struct stream *stream = make(FIRST_ID);
	struct stream_reader reader;

	(void)state;
	send_numbers(stream, 1, 3);
	for (size_t i = 0; i < COUNT(ids); i++) {
		stream_join(stream, &reader, ids[i], EVERYTHING, NULL);
		ASSERT_READS(&reader, 100, "retry: 2000\nid: 102\nevent: reset\ndata: {}\n\n");
		stream_leave(&reader);
	}
	stream_free(stream);
}

static void the_ring_holds_the_last_4096_events(void **state)
{
	struct stream *stream = make(1);
	struct stream_reader reader;
	char *all;

	(void)state;
	send_numbers(stream, 1, 6000); /* 1905 to 6000 are left */
	stream_join(stream, &reader, "1904", EVERYTHING, NULL);
	all = read_all(&reader, 1000);
	assert_non_null(strstr(all, "\n\nid: 1905\nevent: n\ndata: 1905\n\n"));
	assert_non_null(strstr(all, "id: 6000\nevent: n\ndata: 6000\n\n"));
	assert_null(strstr(all, "reset"));
	free(all);
	stream_leave(&reader);

	assert_non_null(strstr(join(stream, &reader, "1903"), "event: reset"));
	stream_leave(&reader);
	stream_free(stream);
}

static void the_ring_holds_no_more_than_its_bytes(void **state)
{
	struct stream *stream = make(1);
	struct stream_reader reader;

	(void)state;
	for (int i = 0; i < 20; i++)
		send_bytes(stream, 1 << 20);
	assert_non_null(strstr(join(stream, &reader, "12"), "event: reset")); /* 13 is gone */
	stream_leave(&reader);
	assert_null(strstr(join(stream, &reader, "13"), "event: reset")); /* seven are left */
	stream_leave(&reader);
	stream_free(stream);
}

static void a_reader_too_far_behind_is_cut_and_counted_once(void **state)
{
	uint64_t cuts = counter_get(COUNTER_http_streams_cut);
	struct stream *stream = make(FIRST_ID);
	struct stream_reader slow;
	struct stream_reader fast;
	char byte;
	size_t size;

	(void)state;
	join(stream, &slow, NULL);
	join(stream, &fast, NULL);
	send_bytes(stream, STREAM_BEHIND_MAX - 100);
	assert_null(stream_cut_slow(stream));
	send_bytes(stream, 100);
	free(read_all(&fast, 4096));
	assert_ptr_equal(stream_cut_slow(stream), &slow);
	assert_null(stream_cut_slow(stream));
	assert_int_equal(stream_read(&slow, &byte, 1, &size), STREAM_CUT);
	assert_int_equal(counter_get(COUNTER_http_streams_cut) - cuts, 1);
	assert_int_equal(stream_n_readers(stream), 2);
	stream_leave(&slow);
	stream_leave(&fast);
	stream_free(stream);
}

static void bytes_from_before_a_reader_came_are_not_its_debt(void **state)
{
	struct stream *stream = make(FIRST_ID);
	struct stream_reader reader;

	(void)state;
	send_bytes(stream, 2 * STREAM_BEHIND_MAX);
	stream_join(stream, &reader, "99", EVERYTHING, NULL);
	assert_null(stream_cut_slow(stream));
	send_bytes(stream, STREAM_BEHIND_MAX);
	assert_ptr_equal(stream_cut_slow(stream), &reader);
	stream_leave(&reader);
	stream_free(stream);
}

static void a_reader_whose_place_left_the_ring_is_cut(void **state)
{
	uint64_t cuts = counter_get(COUNTER_http_streams_cut);
	struct stream *stream = make(FIRST_ID);
	struct stream_reader reads;
	struct stream_reader waits;
	char byte;
	size_t size;

	(void)state;
	join(stream, &reads, NULL);
	join(stream, &waits, NULL);
	send_numbers(stream, 1, STREAM_EVENTS_MAX);
	assert_null(stream_cut_slow(stream));
	send_numbers(stream, 1, 1);
	assert_int_equal(stream_read(&reads, &byte, 1, &size), STREAM_CUT);
	assert_ptr_equal(stream_cut_slow(stream), &waits);
	assert_null(stream_cut_slow(stream));
	assert_int_equal(counter_get(COUNTER_http_streams_cut) - cuts, 2);
	stream_leave(&reads);
	stream_leave(&waits);
	stream_free(stream);
}

static void a_comment_stands_between_events(void **state)
{
	struct stream *stream = make(FIRST_ID);
	struct stream_reader reader;
	char piece[10];
	size_t size;

	(void)state;
	join(stream, &reader, NULL);
	stream_comment(stream);
	ASSERT_READS(&reader, 100, ":\n\n");
	assert_null(read_all(&reader, 100));

	send_numbers(stream, 1, 1);
	assert_int_equal(stream_read(&reader, piece, sizeof(piece), &size), 0);
	stream_comment(stream);
	ASSERT_READS(&reader, 10, "ent: n\ndata: 1\n\n:\n\n");
	stream_leave(&reader);
	stream_free(stream);
}

/* ---- ids with gaps ---- */

static void ids_may_have_gaps_and_an_id_in_one_resumes_after_it(void **state)
{
	static const char *const all_of_them =
		"id: 20\nevent: n\ndata: b\n\nid: 30\nevent: n\ndata: c\n\n";
	static const char *const known[] = { "10", "11", "19" };
	struct stream *stream = make(10);
	struct stream_reader reader;

	(void)state;
	put(stream, 10, ALL, "a");
	put(stream, 20, ALL, "b");
	put(stream, 30, ALL, "c");
	for (size_t i = 0; i < COUNT(known); i++) {
		char expected[128];

		snprintf(expected, sizeof(expected), "retry: 2000\nid: %s\n\n%s", known[i],
			 all_of_them);
		stream_join(stream, &reader, known[i], EVERYTHING, NULL);
		ASSERT_READS(&reader, 100, expected);
		stream_leave(&reader);
	}
	stream_join(stream, &reader, "29", EVERYTHING, NULL);
	ASSERT_READS(&reader, 100, "retry: 2000\nid: 29\n\nid: 30\nevent: n\ndata: c\n\n");
	stream_leave(&reader);
	assert_non_null(strstr(join(stream, &reader, "8"), "reset"));
	stream_leave(&reader);
	assert_non_null(strstr(join(stream, &reader, "31"), "reset"));
	stream_leave(&reader);
	stream_free(stream);
}

static void what_was_before_the_first_event_is_not_known(void **state)
{
	const struct stream_hooks hooks = { .wants = NULL };
	struct stream *stream = stream_new(&hooks);
	struct stream_reader reader;

	(void)state;
	assert_string_equal(join(stream, &reader, "0"), "retry: 2000\nid: 0\n\n");
	stream_leave(&reader);
	put(stream, 50, ALL, "a");
	assert_non_null(strstr(join(stream, &reader, "48"), "reset"));
	stream_leave(&reader);
	assert_null(strstr(join(stream, &reader, "49"), "reset"));
	stream_leave(&reader);
	stream_free(stream);
}

static void who_missed_what_was_never_sent_starts_over(void **state)
{
	static const char *const known[] = { "99", "102", "103", "8999" };
	struct stream *stream = make(FIRST_ID);
	struct stream_reader reader;

	(void)state;
	send_numbers(stream, 1, 3);
	stream_begin(stream, 9000); /* 103 to 9000 are lost to all */
	for (size_t i = 0; i < COUNT(known); i++) {
		assert_non_null(strstr(join(stream, &reader, known[i]), "id: 9000\nevent: reset"));
		stream_leave(&reader);
	}
	put(stream, 9001, ALL, "a");
	assert_non_null(strstr(join(stream, &reader, "102"), "reset"));
	stream_leave(&reader);
	stream_join(stream, &reader, "9000", EVERYTHING, NULL);
	ASSERT_READS(&reader, 100, "retry: 2000\nid: 9000\n\nid: 9001\nevent: n\ndata: a\n\n");
	stream_leave(&reader);
	stream_free(stream);
}

static void an_event_without_an_id_is_for_those_who_are_here(void **state)
{
	struct stream *stream = make(FIRST_ID);
	struct stream_reader here, back;

	(void)state;
	join(stream, &here, NULL);
	put(stream, 100, ALL, "a");
	put(stream, 0, ALL, "now");
	put(stream, 101, ALL, "b");
	ASSERT_READS(&here, 100,
		     "id: 100\nevent: n\ndata: a\n\nevent: n\ndata: now\n\n"
		     "id: 101\nevent: n\ndata: b\n\n");
	stream_join(stream, &back, "99", EVERYTHING, NULL);
	ASSERT_READS(&back, 100,
		     "retry: 2000\nid: 99\n\nid: 100\nevent: n\ndata: a\n\n"
		     "id: 101\nevent: n\ndata: b\n\n");
	stream_leave(&back);
	stream_leave(&here);
	stream_free(stream);
}

/* ---- subscriptions ---- */

static uint64_t one = 1, two = 2;

/* Two readers, of the tags 1 and 2, that have read their preface. */
static void join_both(struct stream *stream, struct stream_reader readers[2])
{
	for (uintptr_t i = 0; i < 2; i++) {
		stream_join(stream, &readers[i], NULL, i ? &two : &one, (void *)i);
		free(read_all(&readers[i], 100));
	}
	n_due[0] = n_due[1] = n_asked = 0;
}

static void leave_both(struct stream_reader readers[2])
{
	stream_leave(&readers[0]);
	stream_leave(&readers[1]);
}

static void a_reader_is_bothered_only_for_what_it_wants(void **state)
{
	struct stream *stream = make(FIRST_ID);
	struct stream_reader readers[2];

	(void)state;
	join_both(stream, readers);
	for (uint64_t id = 100; id < 200; id++)
		put(stream, id, 2, "b");
	assert_int_equal(n_due[0], 0);
	assert_int_equal(n_due[1], 100);
	assert_int_equal(n_asked, 200);
	assert_null(read_all(&readers[0], 100));
	put(stream, 200, 3, "both");
	ASSERT_READS(&readers[0], 100, "id: 200\nevent: n\ndata: both\n\n");
	assert_int_equal(n_due[0], 1);
	leave_both(readers);
	stream_free(stream);
}

static void what_is_not_for_a_reader_is_not_its_debt(void **state)
{
	struct stream *stream = make(FIRST_ID);
	struct stream_reader readers[2];
	char *data = calloc(1, STREAM_BEHIND_MAX + 1);
	char byte;
	size_t size;

	(void)state;
	assert_non_null(data);
	memset(data, 'x', STREAM_BEHIND_MAX);
	join_both(stream, readers);
	put(stream, 100, 1, "a");
	assert_int_equal(stream_read(&readers[0], &byte, 1, &size), 0); /* and is stuck there */
	put(stream, 101, 1, "b");
	put(stream, 102, 2, data);
	assert_ptr_equal(stream_cut_slow(stream), &readers[1]);
	assert_null(stream_cut_slow(stream));
	ASSERT_READS(&readers[0], 100,
		     "d: 100\nevent: n\ndata: a\n\nid: 101\nevent: n\ndata: b\n\n");
	leave_both(readers);
	stream_free(stream);
	free(data);
}

static void what_is_not_for_a_reader_does_not_make_it_lose_its_place(void **state)
{
	struct stream *stream = make(FIRST_ID);
	struct stream_reader readers[2];
	char byte;
	size_t size;

	(void)state;
	join_both(stream, readers);
	put(stream, 100, 1, "a");
	assert_int_equal(stream_read(&readers[0], &byte, 1, &size), 0);
	for (uint64_t id = 101; id < 101 + 2 * STREAM_EVENTS_MAX; id++)
		put(stream, id, 2, "b");
	assert_ptr_equal(stream_cut_slow(stream), &readers[1]);
	put(stream, 20000, 1, "c");
	ASSERT_READS(&readers[0], 100,
		     "d: 100\nevent: n\ndata: a\n\nid: 20000\nevent: n\ndata: c\n\n");
	leave_both(readers);
	stream_free(stream);
}

static void a_reader_that_comes_back_gets_only_what_it_wants(void **state)
{
	struct stream *stream = make(FIRST_ID);
	struct stream_reader reader;

	(void)state;
	put(stream, 100, 1, "a");
	put(stream, 101, 2, "b");
	put(stream, 102, 1, "c");
	put(stream, 103, 2, "d");
	stream_join(stream, &reader, "100", &two, NULL);
	ASSERT_READS(&reader, 100,
		     "retry: 2000\nid: 100\n\nid: 101\nevent: n\ndata: b\n\n"
		     "id: 103\nevent: n\ndata: d\n\n");
	stream_leave(&reader);
	stream_free(stream);
}

static void a_comment_tells_the_id_of_what_was_not_for_the_reader(void **state)
{
	struct stream *stream = make(FIRST_ID);
	struct stream_reader readers[2];

	(void)state;
	join_both(stream, readers);
	put(stream, 100, 2, "b");
	stream_comment(stream);
	ASSERT_READS(&readers[0], 100, "id: 100\n\n");
	ASSERT_READS(&readers[1], 100, "id: 100\nevent: n\ndata: b\n\n:\n\n");
	stream_comment(stream);
	ASSERT_READS(&readers[0], 100, ":\n\n");
	leave_both(readers);
	stream_free(stream);
}

/* ---- what is so now ---- */

static void tell(struct stream *stream, const char *name, uint64_t tag, const char *data)
{
	const struct http_event event = {
		.tag = tag, .event = name, .data = data, .n = strlen(data)
	};

	stream_tell(stream, &event);
}

static void only_the_newest_of_what_is_told_waits_for_a_reader(void **state)
{
	struct stream *stream = make(FIRST_ID);
	struct stream_reader readers[2];

	(void)state;
	join_both(stream, readers);
	for (int i = 0; i < 100; i++) {
		tell(stream, "beat", ALL, "old");
		tell(stream, "mood", ALL, "old");
	}
	tell(stream, "beat", ALL, "new");
	tell(stream, "mood", ALL, "calm");
	ASSERT_READS(&readers[0], 100, "event: beat\ndata: new\n\nevent: mood\ndata: calm\n\n");
	assert_null(read_all(&readers[0], 100));
	tell(stream, "beat", ALL, "newer");
	ASSERT_READS(&readers[0], 100, "event: beat\ndata: newer\n\n");
	assert_int_equal(n_due[0], 203);
	leave_both(readers);
	stream_free(stream);
}

static void what_is_told_is_whole_though_something_newer_came(void **state)
{
	struct stream *stream = make(FIRST_ID);
	struct stream_reader readers[2];
	char byte;
	size_t size;

	(void)state;
	join_both(stream, readers);
	tell(stream, "beat", ALL, "first");
	assert_int_equal(stream_read(&readers[0], &byte, 1, &size), 0);
	tell(stream, "beat", ALL, "second");
	tell(stream, "beat", ALL, "third");
	ASSERT_READS(&readers[0], 7, "vent: beat\ndata: first\n\nevent: beat\ndata: third\n\n");
	leave_both(readers);
	stream_free(stream);
}

static void what_is_told_to_some_replaces_nothing_of_others(void **state)
{
	struct stream *stream = make(FIRST_ID);
	struct stream_reader readers[2];

	(void)state;
	join_both(stream, readers);
	tell(stream, "beat", 1, "for one");
	tell(stream, "beat", 2, "for two");
	assert_int_equal(n_due[0], 1);
	assert_int_equal(n_due[1], 1);
	ASSERT_READS(&readers[0], 100, "event: beat\ndata: for one\n\n");
	ASSERT_READS(&readers[1], 100, "event: beat\ndata: for two\n\n");
	leave_both(readers);
	stream_free(stream);
}

static void what_is_told_comes_before_events_and_takes_no_room_of_theirs(void **state)
{
	struct stream *stream = make(FIRST_ID);
	struct stream_reader readers[2];
	struct stream_reader late;
	char *data = calloc(1, STREAM_BEHIND_MAX + 2);

	(void)state;
	assert_non_null(data);
	memset(data, 'x', STREAM_BEHIND_MAX + 1);
	join_both(stream, readers);
	put(stream, 100, ALL, "a");
	for (int i = 0; i < 2 * STREAM_EVENTS_MAX; i++)
		tell(stream, "beat", ALL, "x");
	tell(stream, "long", ALL, data);
	assert_null(stream_cut_slow(stream)); /* no debt */
	tell(stream, "long", ALL, "short");
	ASSERT_READS(&readers[0], 1000,
		     "event: beat\ndata: x\n\nevent: long\ndata: short\n\n"
		     "id: 100\nevent: n\ndata: a\n\n");
	stream_join(stream, &late, "99", EVERYTHING, NULL);
	ASSERT_READS(&late, 1000, "retry: 2000\nid: 99\n\nid: 100\nevent: n\ndata: a\n\n");
	stream_leave(&late);
	leave_both(readers);
	stream_free(stream);
	free(data);
}

static void a_reader_that_is_cut_gets_and_is_asked_nothing_more(void **state)
{
	uint64_t cuts = counter_get(COUNTER_http_streams_cut);
	struct stream *stream = make(FIRST_ID);
	struct stream_reader readers[2];
	char byte;
	size_t size;

	(void)state;
	join_both(stream, readers);
	stream_cut(&readers[0]);
	put(stream, 100, 3, "a");
	tell(stream, "beat", 3, "x");
	assert_int_equal(n_due[0], 0);
	assert_int_equal(n_asked, 2);
	assert_int_equal(stream_read(&readers[0], &byte, 1, &size), STREAM_CUT);
	assert_int_equal(counter_get(COUNTER_http_streams_cut), cuts);
	leave_both(readers);
	stream_free(stream);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_reader_starts_at_the_end),
		cmocka_unit_test(events_are_whole_in_pieces_of_any_size),
		cmocka_unit_test(a_reader_that_comes_back_gets_what_it_missed),
		cmocka_unit_test(the_preface_of_an_empty_stream_can_be_given_back),
		cmocka_unit_test(a_place_that_is_not_here_starts_over),
		cmocka_unit_test(the_ring_holds_the_last_4096_events),
		cmocka_unit_test(the_ring_holds_no_more_than_its_bytes),
		cmocka_unit_test(a_reader_too_far_behind_is_cut_and_counted_once),
		cmocka_unit_test(bytes_from_before_a_reader_came_are_not_its_debt),
		cmocka_unit_test(a_reader_whose_place_left_the_ring_is_cut),
		cmocka_unit_test(a_comment_stands_between_events),
		cmocka_unit_test(ids_may_have_gaps_and_an_id_in_one_resumes_after_it),
		cmocka_unit_test(what_was_before_the_first_event_is_not_known),
		cmocka_unit_test(who_missed_what_was_never_sent_starts_over),
		cmocka_unit_test(an_event_without_an_id_is_for_those_who_are_here),
		cmocka_unit_test(a_reader_is_bothered_only_for_what_it_wants),
		cmocka_unit_test(what_is_not_for_a_reader_is_not_its_debt),
		cmocka_unit_test(what_is_not_for_a_reader_does_not_make_it_lose_its_place),
		cmocka_unit_test(a_reader_that_comes_back_gets_only_what_it_wants),
		cmocka_unit_test(a_comment_tells_the_id_of_what_was_not_for_the_reader),
		cmocka_unit_test(only_the_newest_of_what_is_told_waits_for_a_reader),
		cmocka_unit_test(what_is_told_is_whole_though_something_newer_came),
		cmocka_unit_test(what_is_told_to_some_replaces_nothing_of_others),
		cmocka_unit_test(what_is_told_comes_before_events_and_takes_no_room_of_theirs),
		cmocka_unit_test(a_reader_that_is_cut_gets_and_is_asked_nothing_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
