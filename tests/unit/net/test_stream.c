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

static char *join(struct stream *stream, struct stream_reader *reader, const char *last_id)
{
	static char buffer[256];
	size_t size = 0;

	stream_join(stream, reader, last_id, NULL);
	assert_int_equal(stream_read(reader, buffer, 64, &size), 0);
	buffer[size] = '\0';
	return buffer;
}

static void send_numbers(struct stream *stream, int from, int to)
{
	char data[16];

	for (int i = from; i <= to; i++) {
		snprintf(data, sizeof(data), "%d", i);
		stream_send(stream, "n", data, strlen(data));
	}
}

static void send_bytes(struct stream *stream, size_t n)
{
	char *data = malloc(n);

	assert_non_null(data);
	memset(data, 'x', n);
	stream_send(stream, "x", data, n);
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
	struct stream *stream = stream_new(FIRST_ID);
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
	struct stream *stream = stream_new(FIRST_ID);
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
	struct stream *stream = stream_new(FIRST_ID);
	struct stream_reader reader;

	(void)state;
	send_numbers(stream, 1, 3);
	stream_join(stream, &reader, "100", NULL);
	ASSERT_READS(&reader, 100,
		     "retry: 2000\nid: 100\n\nid: 101\nevent: n\ndata: 2\n\n"
		     "id: 102\nevent: n\ndata: 3\n\n");
	stream_leave(&reader);

	stream_join(stream, &reader, "102", NULL); /* it has all */
	ASSERT_READS(&reader, 100, "retry: 2000\nid: 102\n\n");
	stream_leave(&reader);
	stream_free(stream);
}

static void the_preface_of_an_empty_stream_can_be_given_back(void **state)
{
	struct stream *stream = stream_new(FIRST_ID);
	struct stream_reader reader;

	(void)state;
	assert_string_equal(join(stream, &reader, NULL), "retry: 2000\nid: 99\n\n");
	stream_leave(&reader);
	send_numbers(stream, 1, 1);
	stream_join(stream, &reader, "99", NULL);
	ASSERT_READS(&reader, 100, "retry: 2000\nid: 99\n\nid: 100\nevent: n\ndata: 1\n\n");
	stream_leave(&reader);
	stream_free(stream);
}

static void a_place_that_is_not_here_starts_over(void **state)
{
	static const char *const ids[] = { "98", "103", "-1", "x", "99999999999999999999999" };
	struct stream *stream = stream_new(FIRST_ID);
	struct stream_reader reader;

	(void)state;
	send_numbers(stream, 1, 3);
	for (size_t i = 0; i < COUNT(ids); i++) {
		stream_join(stream, &reader, ids[i], NULL);
		ASSERT_READS(&reader, 100, "retry: 2000\nid: 102\nevent: reset\ndata: {}\n\n");
		stream_leave(&reader);
	}
	stream_free(stream);
}

static void the_ring_holds_the_last_1024_events(void **state)
{
	struct stream *stream = stream_new(0);
	struct stream_reader reader;
	char *all;

	(void)state;
	send_numbers(stream, 0, 1999); /* 976 to 1999 are left */
	stream_join(stream, &reader, "975", NULL);
	all = read_all(&reader, 1000);
	assert_non_null(strstr(all, "\n\nid: 976\nevent: n\ndata: 976\n\n"));
	assert_non_null(strstr(all, "id: 1999\nevent: n\ndata: 1999\n\n"));
	assert_null(strstr(all, "reset"));
	free(all);
	stream_leave(&reader);

	assert_non_null(strstr(join(stream, &reader, "974"), "event: reset"));
	stream_leave(&reader);
	stream_free(stream);
}

static void the_ring_holds_no_more_than_its_bytes(void **state)
{
	struct stream *stream = stream_new(0);
	struct stream_reader reader;

	(void)state;
	for (int i = 0; i < 20; i++)
		send_bytes(stream, 1 << 20);
	assert_non_null(strstr(join(stream, &reader, "11"), "event: reset")); /* 12 is gone */
	stream_leave(&reader);
	assert_null(strstr(join(stream, &reader, "12"), "event: reset")); /* seven are left */
	stream_leave(&reader);
	stream_free(stream);
}

static void a_reader_too_far_behind_is_cut_and_counted_once(void **state)
{
	uint64_t cuts = counter_get(COUNTER_http_streams_cut);
	struct stream *stream = stream_new(FIRST_ID);
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
	struct stream *stream = stream_new(FIRST_ID);
	struct stream_reader reader;

	(void)state;
	send_bytes(stream, 2 * STREAM_BEHIND_MAX);
	stream_join(stream, &reader, "99", NULL);
	assert_null(stream_cut_slow(stream));
	send_bytes(stream, STREAM_BEHIND_MAX);
	assert_ptr_equal(stream_cut_slow(stream), &reader);
	stream_leave(&reader);
	stream_free(stream);
}

static void a_reader_whose_place_left_the_ring_is_cut(void **state)
{
	uint64_t cuts = counter_get(COUNTER_http_streams_cut);
	struct stream *stream = stream_new(FIRST_ID);
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
	struct stream *stream = stream_new(FIRST_ID);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_reader_starts_at_the_end),
		cmocka_unit_test(events_are_whole_in_pieces_of_any_size),
		cmocka_unit_test(a_reader_that_comes_back_gets_what_it_missed),
		cmocka_unit_test(the_preface_of_an_empty_stream_can_be_given_back),
		cmocka_unit_test(a_place_that_is_not_here_starts_over),
		cmocka_unit_test(the_ring_holds_the_last_1024_events),
		cmocka_unit_test(the_ring_holds_no_more_than_its_bytes),
		cmocka_unit_test(a_reader_too_far_behind_is_cut_and_counted_once),
		cmocka_unit_test(bytes_from_before_a_reader_came_are_not_its_debt),
		cmocka_unit_test(a_reader_whose_place_left_the_ring_is_cut),
		cmocka_unit_test(a_comment_stands_between_events),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
