/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "iocd/base/err.h"
#include "sse.h"

static void note(void *context, const char *event, const char *data, size_t n)
{
	assert_int_equal(strlen(data), n);
	text_add(context, "[%s|%s]", event, data);
}

/* Feeds stream in pieces of size bytes. */
static void assert_events(const char *stream, size_t size, const char *expected)
{
	CLEANUP_TEXT struct text told = { 0 };
	struct sse sse;
	size_t n = strlen(stream);

	sse_init(&sse, note, &told);
	for (size_t at = 0; at < n; at += size)
		sse_feed(&sse, stream + at, n - at < size ? n - at : size);
	sse_fini(&sse);
	assert_string_equal(text_get(&told), expected);
}

static void an_event_may_come_in_pieces(void **state)
{
	static const char stream[] =
		"id: 7\nevent: alert\ndata: {\"a\":1}\n\nevent: status\ndata: x\n\n";

	(void)state;
	for (size_t size = 1; size < sizeof(stream); size++)
		assert_events(stream, size, "[alert|{\"a\":1}][status|x]");
}

static void every_line_end_is_one_line_end(void **state)
{
	(void)state;
	for (size_t size = 1; size < 8; size++) {
		assert_events("data: a\r\ndata: b\r\n\r\n", size, "[message|a\nb]");
		assert_events("data: a\rdata: b\r\r", size, "[message|a\nb]");
	}
}

static void comments_and_unknown_fields_are_passed_over(void **state)
{
	(void)state;
	assert_events(": hello\n\nretry: 5\nfoo\ndata:a:b\n\n", 100, "[message|a:b]");
	assert_events("event: x\n\ndata: y\n\n", 100, "[message|y]");
}

static void an_event_that_has_not_ended_is_not_told(void **state)
{
	(void)state;
	assert_events("data: a\n", 100, "");
	assert_events("data: a", 3, "");
}

static void what_is_too_big_is_dropped_whole_and_the_next_is_told(void **state)
{
	CLEANUP_TEXT struct text told = { 0 };
	char *big = xcalloc(1, SSE_MAX + 1);
	struct sse sse;

	(void)state;
	memset(big, 'x', SSE_MAX);
	sse_init(&sse, note, &told);
	sse_feed(&sse, "data: ", 6);
	sse_feed(&sse, big, SSE_MAX);
	sse_feed(&sse, "\n\ndata: a\n\n", 11);
	sse_fini(&sse);
	free(big);
	assert_string_equal(text_get(&told), "[message|a]");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_event_may_come_in_pieces),
		cmocka_unit_test(every_line_end_is_one_line_end),
		cmocka_unit_test(comments_and_unknown_fields_are_passed_over),
		cmocka_unit_test(an_event_that_has_not_ended_is_not_told),
		cmocka_unit_test(what_is_too_big_is_dropped_whole_and_the_next_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
