/* SPDX-License-Identifier: Apache-2.0 */
#include "json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "world.h"

static struct scratch *scratch;

static int set_up(void **state)
{
	(void)state;
	scratch = scratch_new(4096);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	scratch = scratch_free(scratch);
	return 0;
}

/* Reads text as one value and nothing behind it. */
static bool read_value(const char *text, struct raw *ret)
{
	struct json json = {
		.at = text, .end = text + strlen(text), .limits = &world_limits, .scratch = scratch
	};

	return json_value(&json, 0, ret) && json.at == json.end;
}

static void each_kind_of_value_is_told(void **state)
{
	static const struct {
		const char *text;
		enum raw_kind kind;
	} cases[] = {
		{ "null", RAW_NULL },       { "true", RAW_TRUE },
		{ "false", RAW_FALSE },     { "-1.5e-3", RAW_NUMBER },
		{ "\"\"", RAW_TEXT },       { "{}", RAW_OBJECT },
		{ "[]", RAW_ARRAY },        { "{\"a\" : [ 1 , { } ]\n}", RAW_OBJECT },
		{ "[ \t\r\n]", RAW_ARRAY },
	};
	struct raw raw;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_true(read_value(cases[i].text, &raw));
		assert_int_equal(raw.kind, cases[i].kind);
	}
}

static void what_is_no_value_is_not_read(void **state)
{
	static const char *const texts[] = {
		"",
		"nul",
		"nulL",
		"True",
		"+1",
		"-",
		".5",
		"1.",
		"1.e1",
		"1e",
		"1e+",
		"01",
		"-01",
		"0x1",
		"1 ",
		"NaN",
		"Infinity",
		"1e999",
		"'a'",
		"\"",
		"\"a",
		"\"\\\"",
		"\"\\x\"",
		"\"\\",
		"\"\\u12\"",
		"\"\\u123g\"",
		"\"\\u0000\"",
		"\"\t\"",
		"[",
		"[1",
		"[1,",
		"[1,]",
		"[,1]",
		"[1 2]",
		"]",
		"{",
		"{\"a\"",
		"{\"a\":",
		"{\"a\":1",
		"{\"a\":1,}",
		"{,}",
		"{a:1}",
		"{1:1}",
		"{\"a\" 1}",
		"{\"a\":1 \"b\":2}",
		"{\"a\":1,\"a\":2}",
		"}",
	};
	struct raw raw;

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++)
		if (read_value(texts[i], &raw))
			fail_msg("'%s' was read", texts[i]);
}

static void escapes_are_taken_out_of_strings(void **state)
{
	static const struct {
		const char *text;
		const char *meaning;
	} cases[] = {
		{ "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t" },
		{ "\"abcdefghij\\u0041klmnopqrstuv\"", "abcdefghijAklmnopqrstuv" },
		{ "\"\\u00e9\\u0110\\uFFFD\"", "\xc3\xa9\xc4\x90\xef\xbf\xbd" },
		{ "\"\\ud83d\\ude00.\"", "\xf0\x9f\x98\x80." },
		{ "\"\\uDBFF\\uDFFF\"", "\xf4\x8f\xbf\xbf" },
		{ "\"x\\\\\"", "x\\" },
		{ "\"\xe1\xbb\x93\\n\xe1\xbb\x93\"", "\xe1\xbb\x93\n\xe1\xbb\x93" },
	};
	struct raw raw;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_true(read_value(cases[i].text, &raw));
		assert_int_equal(raw.text.size, strlen(cases[i].meaning));
		assert_memory_equal(raw.text.bytes, cases[i].meaning, raw.text.size);
	}
}

static void a_special_byte_is_seen_wherever_it_stands(void **state)
{
	char text[64];
	struct raw raw;

	(void)state;
	for (size_t size = 1; size < 40; size++)
		for (size_t at = 0; at < size; at++)
			for (int byte = 1; byte < 256; byte++) {
				text[0] = '"';
				memset(text + 1, 'z', size);
				text[1 + at] = (char)byte;
				memcpy(text + 1 + size, "\"", 2);
				assert_int_equal(read_value(text, &raw),
						 byte >= 0x20 && byte < 0x80 && byte != '"' &&
							 byte != '\\');
			}
}

static void utf8_is_what_rfc_3629_says(void **state)
{
	unsigned char bytes[4] = { 0 };

	(void)state;
	for (unsigned code = 0x80; code < 0x120000; code++) {
		size_t size = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
		bool valid = code < 0x110000 && (code < 0xd800 || code > 0xdfff);

		for (size_t i = size; i-- > 1;)
			bytes[i] = (unsigned char)(0x80 | (code >> (6 * (size - 1 - i)) & 0x3f));
		bytes[0] = (unsigned char)(0xf00 >> size | code >> (6 * (size - 1)));
		if (json_utf8_size((const char *)bytes, size) != (valid ? size : 0))
			fail_msg("U+%04X", code);
		if (json_utf8_size((const char *)bytes, size - 1) != 0)
			fail_msg("U+%04X without its end", code);
	}
	assert_int_equal(json_utf8_size("\xc0\xaf", 2), 0);
	assert_int_equal(json_utf8_size("\xc1\xbf", 2), 0);
	assert_int_equal(json_utf8_size("\xe0\x9f\xbf", 3), 0);
	assert_int_equal(json_utf8_size("\xf0\x8f\xbf\xbf", 4), 0);
	assert_int_equal(json_utf8_size("\xf8\x88\x80\x80\x80", 5), 0);
	assert_int_equal(json_utf8_size("\xc3(", 2), 0);
	assert_int_equal(json_utf8_size("\xff", 1), 0);
}

static void keys_are_compared_after_their_escapes(void **state)
{
	struct raw raw;

	(void)state;
	assert_true(read_value("{\"a\":1,\"b\":2,\"A\":3}", &raw));
	assert_false(read_value("{\"a\":1,\"b\":2,\"\\u0061\":3}", &raw));
	assert_false(read_value("[{\"x\":{\"a\":1,\"a\":1}}]", &raw));
}

#define WITH_SCRATCH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_SCRATCH(each_kind_of_value_is_told),
		WITH_SCRATCH(what_is_no_value_is_not_read),
		WITH_SCRATCH(escapes_are_taken_out_of_strings),
		WITH_SCRATCH(a_special_byte_is_seen_wherever_it_stands),
		WITH_SCRATCH(utf8_is_what_rfc_3629_says),
		WITH_SCRATCH(keys_are_compared_after_their_escapes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
