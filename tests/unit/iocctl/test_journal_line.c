/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

#include "journal_line.h"

static void assert_line(const char *payload, size_t n, const char *expected)
{
	static const char head[] = "{\"position\":640,\"arrival\":\"1970-01-01T07:00:01.125+07:"
				   "00\",\"kind\":\"message\","
				   "\"flags\":[\"retained\"],\"topic\":\"a/\\\"b\\\"\",";
	CLEANUP_TEXT struct text text = { 0 };
	const struct record record = {
		.kind = RECORD_MESSAGE,
		.flags = RECORD_RETAINED,
		.arrival_ms = 1125,
		.position = 640,
		.next = 704,
		.topic = "a/\"b\"",
		.topic_size = 5,
		.payload = payload,
		.payload_size = n,
	};

	journal_line(&text, &record, 420);
	assert_memory_equal(text_get(&text), head, sizeof(head) - 1);
	assert_string_equal(text_get(&text) + sizeof(head) - 1, expected);
}

#define ASSERT_LINE(payload, expected) assert_line(payload, sizeof(payload) - 1, expected)

static void json_stays_as_it_is_on_one_line(void **state)
{
	(void)state;
	ASSERT_LINE("{\"a\": 1.10,\n \"b\":\t\"x \\\" y\"}\r\n",
		    "\"payload\":{\"a\":1.10,\"b\":\"x \\\" y\"}}");
	ASSERT_LINE(" 12345678901 ", "\"payload\":12345678901}");
	ASSERT_LINE("\"\\\\\" ", "\"payload\":\"\\\\\"}");
}

static void what_is_no_json_is_text_or_base64(void **state)
{
	(void)state;
	ASSERT_LINE("", "\"text\":\"\"}");
	ASSERT_LINE("12 đồng", "\"text\":\"12 đồng\"}");
	ASSERT_LINE("{\"a\":", "\"text\":\"{\\\"a\\\":\"}");
	ASSERT_LINE("\xff", "\"base64\":\"/w==\"}");
	ASSERT_LINE("\xff\xfe", "\"base64\":\"//4=\"}");
	ASSERT_LINE("\xff\xfe\x01", "\"base64\":\"//4B\"}");
	ASSERT_LINE("\xff\xfe\x01\x02", "\"base64\":\"//4BAg==\"}");
}

static void other_kinds_have_a_size_only(void **state)
{
	CLEANUP_TEXT struct text text = { 0 };
	const struct record hole = { .kind = RECORD_HOLE, .position = 8, .next = 48 };

	(void)state;
	journal_line(&text, &hole, 0);
	assert_string_equal(
		text_get(&text),
		"{\"position\":8,\"arrival\":\"1970-01-01T00:00:00+00:00\",\"kind\":\"hole\","
		"\"flags\":[],\"bytes\":40}");
	assert_string_equal(journal_kind_name(RECORD_TIME), "time");
	assert_string_equal(journal_kind_name((enum record_kind)77), "other");
}

static bool matches(const char *filter, const char *topic)
{
	return topic_filter_matches(filter, topic, strlen(topic));
}

static void a_filter_matches_as_a_broker_would(void **state)
{
	(void)state;
	assert_true(matches("a/b/c", "a/b/c"));
	assert_false(matches("a/b/c", "a/b"));
	assert_false(matches("a/b", "a/b/c"));
	assert_false(matches("a/b", "a/bc"));
	assert_false(matches("a/bc", "a/b"));
	assert_true(matches("a/+/c", "a/b/c"));
	assert_true(matches("a/+/c", "a//c"));
	assert_false(matches("a/+", "a"));
	assert_false(matches("+", "a/b"));
	assert_true(matches("a/#", "a/b/c"));
	assert_true(matches("a/#", "a"));
	assert_false(matches("a/#", "ab"));
	assert_true(matches("#", "a/b"));
	assert_true(matches("+/+", "/a"));
	assert_false(matches("#", "$SYS/x"));
	assert_false(matches("+/x", "$SYS/x"));
	assert_true(matches("$SYS/#", "$SYS/x"));
}

static void a_filter_has_wildcards_only_where_they_belong(void **state)
{
	(void)state;
	assert_true(topic_filter_is_valid("a/+/b/#"));
	assert_true(topic_filter_is_valid("#"));
	assert_true(topic_filter_is_valid("/"));
	assert_false(topic_filter_is_valid(""));
	assert_false(topic_filter_is_valid("a/#/b"));
	assert_false(topic_filter_is_valid("a#"));
	assert_false(topic_filter_is_valid("a/b+"));
}

static void a_bound_is_a_position_or_a_time(void **state)
{
	const struct record record = { .position = 100, .arrival_ms = 5000 };
	struct journal_bound bound;

	(void)state;
	assert_int_equal(journal_bound_read(&bound, "101"), 0);
	assert_true(journal_bound_is_behind(&bound, &record));
	assert_int_equal(journal_bound_read(&bound, "100"), 0);
	assert_false(journal_bound_is_behind(&bound, &record));
	assert_int_equal(journal_bound_read(&bound, "1970-01-01T00:00:05.001Z"), 0);
	assert_true(journal_bound_is_behind(&bound, &record));
	assert_int_equal(journal_bound_read(&bound, "1970-01-01T07:00:05+07:00"), 0);
	assert_false(journal_bound_is_behind(&bound, &record));
	assert_int_equal(journal_bound_read(&bound, "-1"), TEXT_SYNTAX);
	assert_int_equal(journal_bound_read(&bound, "yesterday"), TEXT_SYNTAX);
	bound = (struct journal_bound){ .is_time = false };
	assert_false(journal_bound_is_behind(&bound, &record));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_stays_as_it_is_on_one_line),
		cmocka_unit_test(what_is_no_json_is_text_or_base64),
		cmocka_unit_test(other_kinds_have_a_size_only),
		cmocka_unit_test(a_filter_matches_as_a_broker_would),
		cmocka_unit_test(a_filter_has_wildcards_only_where_they_belong),
		cmocka_unit_test(a_bound_is_a_position_or_a_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
