/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "put.h"

static void commas_stand_between_members_and_nowhere_else(void **state)
{
	CLEANUP_TEXT struct text text = { 0 };

	(void)state;
	put_object(&text, NULL);
	put_array(&text, "a");
	put_integer(&text, NULL, 1);
	put_object(&text, NULL);
	put_object_end(&text);
	put_string(&text, NULL, "[");
	put_string(&text, NULL, ":");
	put_array(&text, NULL);
	put_array_end(&text);
	put_array_end(&text);
	put_name(&text, "b");
	put_flag(&text, NULL, true);
	put_null(&text, "c");
	put_object_end(&text);
	assert_string_equal(text_get(&text), "{\"a\":[1,{},\"[\",\":\",[]],\"b\":true,\"c\":null}");
}

static void what_has_no_value_is_null(void **state)
{
	CLEANUP_TEXT struct text text = { 0 };
	const struct place nowhere = { .file = NULL };

	(void)state;
	put_object(&text, NULL);
	put_string(&text, "s", NULL);
	put_number(&text, "n", (double)NAN);
	put_time(&text, "t", 0, 420);
	put_place(&text, &nowhere);
	put_object_end(&text);
	assert_string_equal(text_get(&text), "{\"s\":null,\"n\":null,\"t\":null,\"file\":null,"
					     "\"line\":null,\"column\":null}");
}

static void values_are_written_whole(void **state)
{
	CLEANUP_TEXT struct text text = { 0 };
	const struct place place = { .file = "a.yml", .line = 3, .column = 5 };

	(void)state;
	put_object(&text, NULL);
	put_integer(&text, "u", UINT64_MAX);
	put_signed(&text, "i", INT64_MIN);
	put_number(&text, "n", 0.1);
	put_bytes(&text, "b", "\"\n\xff", 3);
	put_time(&text, "t", 1795309200000, 420);
	put_languages(&text, "l", "a", "b");
	put_place(&text, &place);
	put_object_end(&text);
	assert_string_equal(text_get(&text),
			    "{\"u\":18446744073709551615,\"i\":-9223372036854775808,\"n\":0.1,"
			    "\"b\":\"\\\"\\n\\ufffd\",\"t\":\"2026-11-22T08:00:00+07:00\","
			    "\"l\":{\"vi\":\"a\",\"en\":\"b\"},"
			    "\"file\":\"a.yml\",\"line\":3,\"column\":5}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(commas_stand_between_members_and_nowhere_else),
		cmocka_unit_test(what_has_no_value_is_null),
		cmocka_unit_test(values_are_written_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
