/* SPDX-License-Identifier: Apache-2.0 */
/* Hostile input; each payload goes through both readers, which must agree on the reason. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "iocd/base/err.h"

#include "world.h"

#define RECEIVED "d1/one-stop/evt/record.received"

static struct world *world;

static int set_up(void **state)
{
	(void)state;
	world = world_new();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	world = world_free(world);
	return 0;
}

static enum reason reason_of_bytes(const char *payload, size_t n)
{
	const struct decoded *decoded;

	assert_int_equal(world_read(world, RECEIVED, payload, n, &decoded), 1);
	return decoded->reason;
}

static enum reason reason_of(const char *payload)
{
	return reason_of_bytes(payload, strlen(payload));
}

static void text_that_is_no_json_is_refused(void **state)
{
	static const char *const payloads[] = {
		" ",
		"\n",
		"{",
		"}",
		"[",
		"]",
		"[]",
		"[[]]",
		"[{},1]",
		"[{},[]]",
		"[{} {}]",
		"[{},]",
		"{}{}",
		"{} {}",
		"{},",
		"{}x",
		"x{}",
		"\xef\xbb\xbf{}",
		"NaN",
		"1",
		"\"id\"",
		"null",
		"true",
		"{\"a\":NaN}",
		"{a:1}",
		"{'a':1}",
		"{\"a\":01}",
		"{\"a\":+1}",
		"{\"a\":1.}",
		"{\"a\":.1}",
		"{\"a\":1,}",
		"{\"a\"}",
		"{\"a\":}",
		"{\"a\":tru}",
		"{\"a\":1/**/}",
		"// x\n{}",
		"{\"a\":\"\t\"}",
		"{\"a\":\"\\a\"}",
		"{\"a\":\"\\u12g4\"}",
		"{\"a\":\"",
		"{\"a\":\"\\",
		"{\"a\":\"\\u",
		"{\"a\":[1,}",
		"{\"a\":0x10}",
		"\v{}",
		"{\"a\":-}",
		"{\"a\":1e}",
		"{\"a\":\"x\ny\"}",
		"{\"a\":\"b\"\"c\"}",
		"{]",
		"[}",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(payloads); i++)
		if (reason_of(payloads[i]) != REASON_json_syntax)
			fail_msg("%s: %s", payloads[i], reason_name(reason_of(payloads[i])));
}

static void every_beginning_of_an_event_is_no_json(void **state)
{
	const char *payload = world_event(NULL, NULL);

	(void)state;
	for (size_t n = strlen(payload) - 1; n > 0; n--) {
		enum reason reason = reason_of_bytes(payload, n);

		assert_true(reason == REASON_json_syntax || reason == REASON_json_encoding);
	}
}

static void bytes_that_are_no_utf8_are_refused(void **state)
{
	static const char *const strings[] = {
		"\xff",
		"\x80",
		"\xc3",
		"\xc3(",
		"\xc0\xaf",
		"\xe0\x80\x80",
		"\xed\xa0\x80",
		"\xed\xbf\xbf",
		"\xf0\x80\x80\x80",
		"\xf4\x90\x80\x80",
		"\xf8\x88\x80\x80\x80",
		"\\u0000",
		"a\\u0000b",
		"\\ud800",
		"\\udc00",
		"\\ud800x",
		"\\ud800\\n",
		"\\ud800\\u0041",
		"\\ud800\\ud800",
		"\\udfff\\ud800",
		"\\uDBFF\\\\udc00",
	};
	char payload[128];

	(void)state;
	for (size_t i = 0; i < COUNT(strings); i++) {
		snprintf(payload, sizeof(payload), "{\"a\":\"%s\"}", strings[i]);
		assert_int_equal(reason_of(payload), REASON_json_encoding);
		snprintf(payload, sizeof(payload), "[{},{\"%s\":1}]", strings[i]);
		assert_int_equal(reason_of(payload), REASON_json_encoding);
	}
	assert_int_equal(reason_of("{}\xff"), REASON_json_encoding);
	assert_int_equal(reason_of_bytes("{\"a\":\"\0\"}", 9), REASON_json_encoding);
	assert_int_equal(reason_of_bytes("{}\0", 3), REASON_json_encoding);
	assert_int_equal(reason_of_bytes("\0", 1), REASON_json_encoding);
}

/* A payload of n times left, middle, and n times right, in the given frame; to be freed. */
static char *nest(const char *frame, const char *left, const char *middle, const char *right,
		  size_t n)
{
	char *nested = xcalloc(n * (strlen(left) + strlen(right)) + strlen(middle) + 1, 1);
	char *at = nested;
	char *payload;

	for (size_t i = 0; i < n; i++)
		at = stpcpy(at, left);
	at = stpcpy(at, middle);
	for (size_t i = 0; i < n; i++)
		at = stpcpy(at, right);
	payload = xcalloc(strlen(frame) + strlen(nested) + 1, 1);
	at = stpncpy(payload, frame, (size_t)(strchr(frame, '@') - frame));
	strcat(stpcpy(at, nested), strchr(frame, '@') + 1);
	free(nested);
	return payload;
}

static enum reason reason_of_nest(const char *frame, const char *left, const char *middle,
				  const char *right, size_t n)
{
	char *payload = nest(frame, left, middle, right, n);
	enum reason reason = reason_of(payload);

	free(payload);
	return reason;
}

static void depth_is_bounded(void **state)
{
	(void)state;
	assert_int_equal(reason_of_nest("{\"a\":@}", "[", "0", "]", 7), REASON_no_id);
	assert_int_equal(reason_of_nest("{\"a\":@}", "[", "0", "]", 8), REASON_too_deep);
	assert_int_equal(reason_of_nest("{\"a\":@}", "{\"b\":", "0", "}", 7), REASON_no_id);
	assert_int_equal(reason_of_nest("{\"a\":@}", "{\"b\":", "0", "}", 8), REASON_too_deep);
	assert_int_equal(reason_of_nest("[{\"a\":@}]", "[", "0", "]", 6), REASON_no_id);
	assert_int_equal(reason_of_nest("[{\"a\":@}]", "[", "0", "]", 7), REASON_too_deep);
	assert_int_equal(reason_of_nest("@", "[", "", "]", 2048), REASON_too_deep);
	assert_int_equal(reason_of_nest("@", "[", "", "", 16000), REASON_too_deep);
	assert_int_equal(reason_of("{\"a\":\"[[[[[[[[[[[[{{{{{{{{\"}"), REASON_no_id);
	assert_int_equal(reason_of("{\"a\":\"\\\"[[[[[[[[[[[[[\"}"), REASON_no_id);
}

/* A list of n items, each printed from its number; to be freed. */
static char *list(const char *open, const char *item, int n, const char *close)
{
	char *text = xcalloc(strlen(open) + (size_t)n * 32 + strlen(close) + 1, 1);
	char *at = stpcpy(text, open);

	for (int i = 0; i < n; i++) {
		const char *number = strchr(item, '@');

		if (i)
			*at++ = ',';
		if (number)
			at += sprintf(at, "%.*s%d%s", (int)(number - item), item, i, number + 1);
		else
			at = stpcpy(at, item);
	}
	strcpy(at, close);
	return text;
}

static enum reason reason_of_list(const char *open, const char *item, int n, const char *close)
{
	const struct decoded *decoded;
	char *payload = list(open, item, n, close);

	world_read(world, RECEIVED, payload, strlen(payload), &decoded);
	free(payload);
	return decoded->reason;
}

static void numbers_of_keys_and_elements_are_bounded(void **state)
{
	const struct decoded *decoded;
	char *payload;

	(void)state;
	assert_int_equal(reason_of_list("{", "\"k@\":1", 64, "}"), REASON_no_id);
	assert_int_equal(reason_of_list("{", "\"k@\":1", 65, "}"), REASON_too_many);
	assert_int_equal(reason_of_list("{\"a\":{", "\"k@\":1", 65, "}}"), REASON_too_many);
	assert_int_equal(reason_of_list("{\"data\":{", "\"k@\":1", 65, "}}"), REASON_too_many);
	assert_int_equal(reason_of_list("{\"a\":[", "1", 256, "]}"), REASON_no_id);
	assert_int_equal(reason_of_list("{\"a\":[", "1", 257, "]}"), REASON_too_many);
	assert_int_equal(reason_of_list("[", "{}", 257, "]"), REASON_too_many);

	payload = list("[", "{}", 256, "]");
	assert_int_equal(world_read(world, RECEIVED, payload, strlen(payload), &decoded), 256);
	assert_int_equal(decoded[255].reason, REASON_no_id);
	free(payload);
}

static void lengths_of_strings_are_bounded(void **state)
{
	const size_t max = world_limits.string;

	(void)state;
	assert_int_equal(reason_of_nest("{\"a\":\"@\"}", "x", "", "", max), REASON_no_id);
	assert_int_equal(reason_of_nest("{\"a\":\"@\"}", "x", "", "", max + 1), REASON_too_long);
	assert_int_equal(reason_of_nest("{\"@\":1}", "x", "", "", max), REASON_no_id);
	assert_int_equal(reason_of_nest("{\"@\":1}", "x", "", "", max + 1), REASON_too_long);
	assert_int_equal(reason_of_nest("{\"a\":[{\"b\":\"@\"}]}", "x", "", "", max + 1),
			 REASON_too_long);
	/* it is the string that counts, not how it is written */
	assert_int_equal(reason_of_nest("{\"a\":\"@\"}", "\\u0061", "", "", max), REASON_no_id);
	assert_int_equal(reason_of_nest("{\"a\":\"@\"}", "\\u0061", "", "", max + 1),
			 REASON_too_long);
	assert_int_equal(reason_of_nest("{\"a\":\"@\"}", "\\u00e1", "", "", max / 2 + 1),
			 REASON_too_long);
}

static void a_key_stands_once_in_an_object(void **state)
{
	static const char *const payloads[] = {
		"{\"id\":\"1\",\"id\":\"1\"}",
		"{\"id\":null,\"id\":null}",
		"{\"x\":1,\"y\":2,\"x\":3}",
		"{\"x\":1,\"\\u0078\":3}",
		"{\"a\":{\"b\":[{\"c\":1,\"c\":2}]}}",
		"{\"data\":{\"record\":1,\"record\":1}}",
		"{\"data\":{\"other\":1,\"other\":1}}",
		"{\"data\":{},\"data\":{}}",
		"[{},{\"\":1,\"\":1}]",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(payloads); i++)
		if (reason_of(payloads[i]) != REASON_dup_key)
			fail_msg("%s: %s", payloads[i], reason_name(reason_of(payloads[i])));
	assert_int_equal(reason_of("{\"x\":{\"y\":1},\"y\":{\"x\":1}}"), REASON_no_id);
}

static void a_number_that_no_double_holds_is_refused_wherever_it_stands(void **state)
{
	(void)state;
	assert_int_equal(reason_of("{\"a\":1e999}"), REASON_bad_number);
	assert_int_equal(reason_of("[{},{\"a\":[-1e400]}]"), REASON_bad_number);
	assert_int_equal(reason_of_nest("{\"a\":@}", "9", "", "", 400), REASON_bad_number);
	assert_int_equal(reason_of_nest("{\"a\":@}", "9", "", "", 300), REASON_no_id);
	assert_int_equal(reason_of_nest("{\"a\":0.@}", "3", "", "", 400), REASON_no_id);
	assert_int_equal(reason_of("{\"a\":1e-999999}"), REASON_no_id);
	assert_int_equal(reason_of("{\"a\":0e999999}"), REASON_no_id);
	assert_int_equal(reason_of("{\"a\":9223372036854775808}"), REASON_no_id);
}

static void a_fault_of_the_document_refuses_the_whole_batch(void **state)
{
	char payload[8192] = "[";

	(void)state;
	strcat(payload, world_event(NULL, NULL));
	strcat(strcat(payload, ","), world_event("data.other", "{\"x\":1,\"x\":1}"));
	strcat(payload, "]");
	assert_int_equal(reason_of(payload), REASON_dup_key);
}

static void active_content_is_data(void **state)
{
	static const char *const texts[] = {
		"<script>alert(1)</script>", "=cmd|' /C calc'!A0",          "%n%s%p",
		"{{7*7}} ${x} #{y}",         "a\\r\\nlevel=error forged=1", "*\\r\\nDEL x\\r\\n",
		"\\u001b]0;title\\u0007",
	};
	const struct decoded *decoded;
	char json[128];

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		snprintf(json, sizeof(json), "\"%s\"", texts[i]);
		assert_int_equal(reason_of(world_event("data.note", json)), REASON_NONE);
	}
	snprintf(json, sizeof(json), "\"%s\"", texts[0]);
	world_read(world, RECEIVED, world_event("data.note", json),
		   strlen(world_event("data.note", json)), &decoded);
	assert_memory_equal(decoded->event.values[4].text.bytes, texts[0], strlen(texts[0]));
}

static void others_may_use_jansson_between_messages(void **state)
{
	json_t *before, *after;

	(void)state;
	before = json_pack("{s:[i,s]}", "a", 1, "x");
	assert_non_null(before);
	assert_int_equal(reason_of("{\"a\":\"\\u0041\"}"), REASON_no_id);
	after = json_pack("{s:o}", "b", before);
	assert_non_null(after);
	for (int i = 0; i < 100; i++)
		assert_int_equal(reason_of("{\"a\":[1,2,3],\"b\":"), REASON_json_syntax);
	assert_int_equal(json_integer_value(json_array_get(json_object_get(before, "a"), 0)), 1);
	json_decref(after); /* a leak, or a block freed twice, is seen by the sanitizer */
}

#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_A_WORLD(text_that_is_no_json_is_refused),
		IN_A_WORLD(every_beginning_of_an_event_is_no_json),
		IN_A_WORLD(bytes_that_are_no_utf8_are_refused),
		IN_A_WORLD(depth_is_bounded),
		IN_A_WORLD(numbers_of_keys_and_elements_are_bounded),
		IN_A_WORLD(lengths_of_strings_are_bounded),
		IN_A_WORLD(a_key_stands_once_in_an_object),
		IN_A_WORLD(a_number_that_no_double_holds_is_refused_wherever_it_stands),
		IN_A_WORLD(a_fault_of_the_document_refuses_the_whole_batch),
		IN_A_WORLD(active_content_is_data),
		IN_A_WORLD(others_may_use_jansson_between_messages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
