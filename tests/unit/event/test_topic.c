/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "iocd/decode.h"

#define SIXTEEN "abcdefghijklmnop"
#define LEVEL64 SIXTEEN SIXTEEN SIXTEEN SIXTEEN

static int split(const char *topic, struct topic_parts *ret)
{
	return topic_split("ioc/v1", topic, strlen(topic), ret);
}

static void assert_slice(const struct slice *slice, const char *text)
{
	assert_int_equal(slice->size, strlen(text));
	assert_memory_equal(slice->bytes, text, slice->size);
}

static void a_topic_is_split_into_unit_feed_and_type(void **state)
{
	struct topic_parts parts;

	(void)state;
	assert_int_equal(split("ioc/v1/east-an_2/one-stop/evt/record.received", &parts), 0);
	assert_slice(&parts.unit, "east-an_2");
	assert_slice(&parts.feed, "one-stop");
	assert_slice(&parts.type, "record.received");

	assert_int_equal(split("ioc/v1/0/1/evt/batch", &parts), 0);
	assert_slice(&parts.unit, "0");
	assert_slice(&parts.type, "batch");

	assert_int_equal(split("ioc/v1/" LEVEL64 "/f/evt/t", &parts), 0);
	assert_slice(&parts.unit, LEVEL64);
}

static void a_prefix_may_have_any_number_of_levels(void **state)
{
	struct topic_parts parts;

	(void)state;
	assert_int_equal(topic_split("x", "x/u/f/evt/t", 11, &parts), 0);
	assert_int_equal(topic_split("a/b/c", "a/b/c/u/f/evt/t", 15, &parts), 0);
	assert_slice(&parts.unit, "u");
	assert_int_equal(topic_split("a/b", "a/b/c/u/f/evt/t", 15, &parts), REASON_bad_topic);
}

static void a_topic_of_any_other_form_is_refused(void **state)
{
	static const char *const topics[] = {
		"",
		"ioc",
		"ioc/v1",
		"ioc/v1/",
		"ioc/v1/d1",
		"ioc/v1/d1/f",
		"ioc/v1/d1/f/evt",
		"ioc/v1/d1/f/evt/",
		"ioc/v1/d1/f/evt/t/",
		"ioc/v1/d1/f/evt/t/more",
		"ioc/v1/d1/f/state/t",
		"ioc/v1/d1/f/evts/t",
		"ioc/v1/d1//evt/t",
		"ioc/v1//f/evt/t",
		"/ioc/v1/d1/f/evt/t",
		"ioc/v2/d1/f/evt/t",
		"ioc/v11/d1/f/evt/t",
		"ioc/v1x/d1/f/evt/t",
		"ioc/v1/D1/f/evt/t",
		"ioc/v1/d1/f/evt/T",
		"ioc/v1/.d1/f/evt/t",
		"ioc/v1/-d1/f/evt/t",
		"ioc/v1/_d1/f/evt/t",
		"ioc/v1/+/f/evt/t",
		"ioc/v1/d1/#",
		"ioc/v1/$SYS/f/evt/t",
		"ioc/v1/d 1/f/evt/t",
		"ioc/v1/d\xc3\xa0/f/evt/t",
		"ioc/v1/" LEVEL64 "x/f/evt/t",
		"ioc/v1/d1/f/evt/" LEVEL64 "x",
	};
	struct topic_parts parts;

	(void)state;
	for (size_t i = 0; i < COUNT(topics); i++)
		if (split(topics[i], &parts) != REASON_bad_topic)
			fail_msg("'%s' was split", topics[i]);
}

static void a_zero_byte_is_no_end_of_a_topic(void **state)
{
	static const char topic[] = "ioc/v1/d1/f/evt/t\0";
	struct topic_parts parts;

	(void)state;
	assert_int_equal(topic_split("ioc/v1", topic, sizeof(topic) - 2, &parts), 0);
	assert_int_equal(topic_split("ioc/v1", topic, sizeof(topic) - 1, &parts), REASON_bad_topic);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_topic_is_split_into_unit_feed_and_type),
		cmocka_unit_test(a_prefix_may_have_any_number_of_levels),
		cmocka_unit_test(a_topic_of_any_other_form_is_refused),
		cmocka_unit_test(a_zero_byte_is_no_end_of_a_topic),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
