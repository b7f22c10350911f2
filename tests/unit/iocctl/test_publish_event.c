/* SPDX-License-Identifier: Apache-2.0 */
#include "publish_event.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/frame.h"

#define TIME_MS INT64_C(1795310100000)
#define GOOD                                                                                       \
	"{\"specversion\":\"1.0\",\"id\":\"a\",\"source\":\"/unit/u/x\",\"type\":\"vn.f.t.v2\","   \
	"\"time\":\"2026-11-22T08:15:00+07:00\"%s}"

static const struct publish_form form = { .unit = "u", .feed = "f", .type = "t" };
static const struct publish_origin origin = {
	.file = "/srv/a.json", .written_ns = 5, .size = 6, .nth = 7, .time_ms = TIME_MS
};
static const struct publish_origin nowhere = { .nth = 1, .time_ms = TIME_MS };

/* What comes of a text under a form; the event is for publish_event_fini(). */
static enum reason make(struct publish_event *ret, const struct publish_form *with,
			const struct publish_origin *from, const char *text, const char **ret_what)
{
	json_t *json = json_loads(text, 0, NULL);
	enum reason reason;

	assert_non_null(json);
	reason = publish_event_make(ret, with, from, json, ret_what);
	json_decref(json);
	return reason;
}

static void refused(const struct publish_form *with, const char *text, enum reason reason,
		    const char *what)
{
	struct publish_event event = { .key = { 0 } };
	const char *about;

	assert_int_equal(make(&event, with, &nowhere, text, &about), reason);
	if (what)
		assert_string_equal(about, what);
	publish_event_fini(&event);
}

static void taken(const char *more)
{
	struct publish_event event = { .key = { 0 } };
	char text[512];
	const char *what;

	(void)snprintf(text, sizeof(text), GOOD, more);
	assert_int_equal(make(&event, &form, &nowhere, text, &what), REASON_NONE);
	assert_string_equal(text_get(&event.about), "u/f/t");
	publish_event_fini(&event);
}

/* The attribute of that name of the event that comes of data; free() it. */
static char *attribute_of(const struct publish_form *with, const struct publish_origin *from,
			  const char *data, const char *name)
{
	struct publish_event event = { .key = { 0 } };
	const char *what;
	char *value;
	json_t *json;

	assert_int_equal(make(&event, with, from, data, &what), REASON_NONE);
	json = json_loads(text_get(&event.json), 0, NULL);
	value = strdup(json_string_value(json_object_get(json, name)));
	json_decref(json);
	publish_event_fini(&event);
	return value;
}

static void assert_attribute(const struct publish_form *with, const char *data, const char *name,
			     const char *wanted)
{
	char *value = attribute_of(with, &origin, data, name);

	assert_string_equal(value, wanted);
	free(value);
}

static void plain_data_become_an_event_of_the_time_of_their_file(void **state)
{
	(void)state;
	assert_attribute(&form, "{\"record\":\"R\"}", "specversion", "1.0");
	assert_attribute(&form, "{\"record\":\"R\"}", "source", "/unit/u/f");
	assert_attribute(&form, "{\"record\":\"R\"}", "type", "t");
	assert_attribute(&form, "{\"record\":\"R\"}", "time", "2026-11-22T01:15:00+00:00");
}

static void the_same_place_gives_the_same_id_and_any_other_another(void **state)
{
	struct publish_origin others[5] = { origin, origin, origin, origin, origin };
	char *first = attribute_of(&form, &origin, "{}", "id");

	(void)state;
	others[1].nth++;
	others[2].written_ns++;
	others[3].size++;
	others[4].file = "/srv/b.json";
	for (size_t i = 0; i < COUNT(others); i++) {
		char *id = attribute_of(&form, &others[i], "{\"other\":1}", "id");

		assert_int_equal(strcmp(id, first) == 0, i == 0);
		assert_int_equal(strlen(id), 32);
		free(id);
	}
	free(first);
}

static void from_nowhere_an_id_is_drawn(void **state)
{
	char *one = attribute_of(&form, &nowhere, "{}", "id");
	char *two = attribute_of(&form, &nowhere, "{}", "id");

	(void)state;
	assert_string_not_equal(one, two);
	free(one);
	free(two);
}

static void a_field_can_make_the_id(void **state)
{
	struct publish_form by_field = form;

	(void)state;
	by_field.id_field = "record";
	assert_attribute(&by_field, "{\"record\":\"R-1\"}", "id", "t:R-1");
	assert_attribute(&by_field, "{\"record\":12}", "id", "t:12");
	refused(&by_field, "{\"other\":1}", REASON_no_field, "record");
	refused(&by_field, "{\"record\":{}}", REASON_bad_type, "record");
}

static void the_key_is_of_source_and_id_alone(void **state)
{
	static const char *const texts[] = {
		"{\"specversion\":\"1.0\",\"id\":\"a\",\"source\":\"bc\",\"type\":\"t\",\"time\":"
		"\"2026-11-22T08:15:00Z\"}",
		"{\"specversion\":\"1.0\",\"id\":\"a\",\"source\":\"bc\",\"type\":\"t\",\"time\":"
		"\"2026-11-22T08:15:01Z\",\"data\":{}}",
		"{\"specversion\":\"1.0\",\"id\":\"ca\",\"source\":\"b\",\"type\":\"t\",\"time\":"
		"\"2026-11-22T08:15:00Z\"}",
	};
	struct publish_event events[COUNT(texts)] = { 0 };
	const char *what;

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++)
		assert_int_equal(make(&events[i], &form, &origin, texts[i], &what), REASON_NONE);
	assert_memory_equal(events[0].key, events[1].key, sizeof(events[0].key));
	assert_memory_not_equal(events[0].key, events[2].key, sizeof(events[0].key));
	for (size_t i = 0; i < COUNT(texts); i++)
		publish_event_fini(&events[i]);
}

static void a_cloud_event_goes_as_it_is(void **state)
{
	(void)state;
	taken("");
	taken(",\"unit\":\"u\"");
	taken(",\"unit\":null,\"data\":{\"a\":1}");
}

static void what_no_iocd_would_take_is_refused_here(void **state)
{
	char text[512];

	(void)state;
	refused(&form, "[]", REASON_json_syntax, NULL);
	refused(&form, "{\"specversion\":\"0.3\"}", REASON_no_id, "specversion");
	refused(&form, "{\"specversion\":\"1.0\",\"id\":\"\"}", REASON_no_id, "id");
	refused(&form, "{\"specversion\":\"1.0\",\"id\":\"a\\u0007\",\"source\":\"s\"}",
		REASON_bad_name, "id");
	(void)snprintf(text, sizeof(text), GOOD, ",\"unit\":\"v\"");
	refused(&form, text, REASON_unit_mismatch, "unit");
	refused(&(struct publish_form){ .unit = "v", .feed = "f" }, text, REASON_unit_mismatch,
		"source");
	refused(&(struct publish_form){ .unit = "u", .feed = "f", .type = "other" }, text,
		REASON_unknown_type, "type");
	refused(&(struct publish_form){ .unit = "u", .feed = "f", .type = ".t" }, text,
		REASON_unknown_type, "type");
	refused(&(struct publish_form){ .unit = "u", .feed = "f" }, "{\"plain\":1}", REASON_no_id,
		"type");
	refused(&form,
		"{\"specversion\":\"1.0\",\"id\":\"a\",\"source\":\"s\",\"type\":\"t\",\"time\":"
		"\"today\"}",
		REASON_bad_time, "time");
}

static void the_source_names_the_unit_as_a_whole(void **state)
{
	(void)state;
	refused(&form,
		"{\"specversion\":\"1.0\",\"id\":\"a\",\"source\":\"/unit/un\",\"type\":\"t\","
		"\"time\":\"2026-11-22T08:15:00Z\"}",
		REASON_unit_mismatch, "source");
}

static void an_event_larger_than_a_frame_can_hold_is_refused(void **state)
{
	char *text = malloc(FRAME_ITEM_MAX + 64);
	int n = sprintf(text, "{\"a\":\"");

	(void)state;
	memset(text + n, 'x', FRAME_ITEM_MAX);
	strcpy(text + n + FRAME_ITEM_MAX, "\"}");
	refused(&form, text, REASON_too_big, NULL);
	free(text);
}

static void without_a_type_each_event_names_its_own(void **state)
{
	const struct publish_form open = { .unit = "u", .feed = "f" };
	struct publish_event event = { .key = { 0 } };
	char text[512];
	const char *what;

	(void)state;
	(void)snprintf(text, sizeof(text), GOOD, "");
	assert_int_equal(make(&event, &open, &nowhere, text, &what), REASON_NONE);
	assert_string_equal(text_get(&event.about), "u/f/batch");
	publish_event_fini(&event);
}

static void names_are_as_topics_and_senders_have_them(void **state)
{
	(void)state;
	assert_true(publish_is_level("record.received"));
	assert_true(publish_is_level("7_a-b"));
	assert_false(publish_is_level(""));
	assert_false(publish_is_level("-a"));
	assert_false(publish_is_level("a/b"));
	assert_false(publish_is_level("A"));
	assert_true(publish_is_sender("abcdefghijklmnopqrstuvwxyz-01234"));
	assert_false(publish_is_sender("abcdefghijklmnopqrstuvwxyz-012345"));
	assert_false(publish_is_sender("a.b"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_data_become_an_event_of_the_time_of_their_file),
		cmocka_unit_test(the_same_place_gives_the_same_id_and_any_other_another),
		cmocka_unit_test(from_nowhere_an_id_is_drawn),
		cmocka_unit_test(a_field_can_make_the_id),
		cmocka_unit_test(the_key_is_of_source_and_id_alone),
		cmocka_unit_test(a_cloud_event_goes_as_it_is),
		cmocka_unit_test(what_no_iocd_would_take_is_refused_here),
		cmocka_unit_test(the_source_names_the_unit_as_a_whole),
		cmocka_unit_test(an_event_larger_than_a_frame_can_hold_is_refused),
		cmocka_unit_test(without_a_type_each_event_names_its_own),
		cmocka_unit_test(names_are_as_topics_and_senders_have_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
