/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "map_world.h"

enum { AQI, PM25, N, STATION, OK, STATE, SEEN };

static struct map_world *world; /* of the test */

static int set_up(void **state)
{
	(void)state;
	world = map_world_new(NULL, 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	world = map_world_free(world);
	return 0;
}

static size_t read_all(const char *topic, const char *payload, const struct decoded **ret)
{
	return map_world_read(world, topic, strlen(topic), payload, strlen(payload), ret);
}

/* The event of a message of one. */
static const struct event *read_one(const char *topic, const char *payload)
{
	const struct decoded *decoded;

	assert_int_equal(read_all(topic, payload, &decoded), 1);
	assert_string_equal(reason_name(decoded->reason), "none");
	assert_int_equal(decoded->event.position, 77);
	assert_int_equal(decoded->event.arrival_ms, MAP_ARRIVAL_MS);
	return &decoded->event;
}

static void assert_refused(const char *topic, const char *payload, enum reason reason,
			   const char *about)
{
	const struct decoded *decoded;

	assert_int_equal(read_all(topic, payload, &decoded), 1);
	assert_string_equal(reason_name(decoded->reason), reason_name(reason));
	if (about)
		assert_string_equal(decoded->about, about);
	else
		assert_null(decoded->about);
}

static void assert_slice(const struct slice *slice, const char *text)
{
	assert_int_equal(slice->size, strlen(text));
	assert_memory_equal(slice->bytes, text, slice->size);
}

static void an_object_becomes_an_event(void **state)
{
	const struct event *event =
		read_one("j/d1/st-1", "{\"id\": 17, \"t\": 1795310100.25, \"a\": [\"253,0\"], "
				      "\"p/m\": \"12.5\", \"n\": 3, \"ok\": \"bat\", "
				      "\"state\": \"bad\", \"seen\": 1795310000125, \"more\": {}}");

	(void)state;
	assert_int_equal(event->unit, 0);
	assert_int_equal(event->feed, 0);
	assert_int_equal(event->type, 0);
	assert_int_equal(event->time_ms, INT64_C(1795310100250));
	assert_slice(&event->id, "17");
	assert_slice(&event->source, "j/d1/st-1");
	assert_int_equal(event->subject.size, 0);
	assert_true(event->values[AQI].number == 25.3);
	assert_true(event->values[PM25].number == 12.5);
	assert_true(event->values[N].number == 3);
	assert_slice(&event->values[STATION].text, "st-1");
	assert_true(event->values[OK].number == 1);
	assert_int_equal(event->values[STATE].choice, 1);
	assert_int_equal(event->values[SEEN].time_ms, INT64_C(1795310000125));
	assert_false(event->has_sequence);
	assert_false(event->historical);
}

static void what_is_missing_is_left_out_or_refused(void **state)
{
	const struct event *event = read_one("j/d1/x", "{\"id\":\"a\",\"t\":1795310100,\"a\":[1]}");

	(void)state;
	assert_false(event->values[PM25].present);
	assert_false(event->values[OK].present);
	assert_true(event->values[AQI].number == 0.1);
	assert_refused("j/d1/x", "{\"id\":\"a\",\"t\":1795310100}", REASON_no_field, "aqi");
	assert_refused("j/d1/x", "{\"id\":\"a\",\"a\":[1]}", REASON_bad_time, "time");
	assert_refused("j/d1/x", "{\"t\":1795310100,\"a\":[1]}", REASON_no_id, "id");
}

static void values_are_checked_like_those_of_any_event(void **state)
{
	static const struct {
		const char *rest;
		enum reason reason;
		const char *about;
	} rows[] = {
		{ "\"a\":[5001]", REASON_out_of_range, "aqi" },
		{ "\"a\":[-1]", REASON_out_of_range, "aqi" },
		{ "\"a\":[\"much\"]", REASON_bad_number, "aqi" },
		{ "\"a\":[1],\"p/m\":\"1,5\"", REASON_bad_number, "pm25" },
		{ "\"a\":[1],\"p/m\":true", REASON_bad_number, "pm25" },
		{ "\"a\":[1],\"n\":1.5", REASON_bad_number, "n" },
		{ "\"a\":[1],\"ok\":\"perhaps\"", REASON_bad_type, "ok" },
		{ "\"a\":[1],\"state\":\"ugly\"", REASON_out_of_range, "state" },
		{ "\"a\":[1],\"seen\":\"now\"", REASON_bad_time, "seen" },
		{ "\"a\":[1],\"t\":1", REASON_dup_key, NULL },
	};
	char payload[256];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		strcpy(payload, "{\"id\":\"a\",\"t\":1795310100,");
		strcat(payload, rows[i].rest);
		strcat(payload, "}");
		assert_refused("j/d1/x", payload, rows[i].reason, rows[i].about);
	}
	assert_refused("j/d1/x", "{\"id\":\"a\",\"t\":17953101000,\"a\":[1]}", REASON_ts_future,
		       "time");
	assert_refused("j/d1/x", "{\"id\":\"a\",\"t\":1e300,\"a\":[1]}", REASON_bad_time, "time");
	assert_refused("j/d1/x", "{\"id\":\"a\\u0001\",\"t\":1795310100,\"a\":[1]}",
		       REASON_bad_name, "id");
	assert_refused("j/d1/x", "{\"id\":1e300,\"t\":1795310100,\"a\":[1]}", REASON_no_id, "id");
	assert_refused("j/d1/x", "[1,", REASON_json_syntax, NULL);
	assert_refused("j/d1/x", "", REASON_json_syntax, NULL);
	assert_refused("j/d1/x", "\xff", REASON_json_encoding, NULL);
}

static void flags_and_numbers_are_words_too(void **state)
{
	(void)state;
	assert_true(read_one("j/d1/x", "{\"id\":1,\"t\":1795310100,\"a\":[1],\"ok\":1}")
			    ->values[OK]
			    .number == 1);
	assert_true(read_one("j/d1/x", "{\"id\":1,\"t\":1795310100,\"a\":[1],\"ok\":\"tat\"}")
			    ->values[OK]
			    .number == 0);
	assert_true(read_one("j/d1/x", "{\"id\":1,\"t\":1795310100,\"a\":[1],\"ok\":true}")
			    ->values[OK]
			    .number == 1);
}

static void the_topic_says_who_it_is(void **state)
{
	static const char payload[] = "{\"id\":1,\"t\":1795310100,\"a\":[1]}";

	(void)state;
	assert_int_equal(read_one("j/d1-old/x", payload)->unit, 0);
	assert_int_equal(read_one("j/d2/x", payload)->unit, 1);
	assert_refused("j/d3/x", payload, REASON_unknown_unit, NULL);
	assert_refused("j/d1", payload, REASON_bad_topic, NULL);
	assert_refused("j/d1/x/y", payload, REASON_bad_topic, NULL);
	assert_refused("j/d1/", payload, REASON_bad_topic, NULL);
	assert_refused("j//x", payload, REASON_bad_topic, NULL);
	assert_refused("k/d1/x", payload, REASON_bad_topic, NULL);
	assert_refused("j/d1/\xff", payload, REASON_bad_topic, NULL);
	assert_refused("ioc/v1/j/d1", payload, REASON_bad_topic, NULL);
}

static void each_element_of_an_array_is_an_event(void **state)
{
	static const char payload[] =
		"{\"gate\":\"north\",\"list\":["
		"{\"k\":\"o\",\"who\":7,\"at\":\"2026-11-22T08:15:00+07:00\",\"no\":4},"
		"{\"k\":\"x\",\"who\":7,\"at\":\"2026-11-22T08:15:00+07:00\"},"
		"{\"k\":\"shut\",\"who\":\"B\",\"at\":\"2026-11-22T08:15:01+07:00\",\"no\":\"5\"},"
		"{\"k\":\"broken\",\"at\":\"2026-11-22T08:15:00+07:00\"},"
		"3]}";
	const struct decoded *decoded;

	(void)state;
	assert_int_equal(read_all("e/d2", payload, &decoded), 5);
	assert_int_equal(decoded[0].reason, REASON_NONE);
	assert_int_equal(decoded[0].event.type, 1);
	assert_int_equal(decoded[0].event.sequence, 4);
	assert_true(decoded[0].event.has_sequence);
	assert_slice(&decoded[0].event.source, "north");
	assert_slice(&decoded[0].event.subject, "7");
	assert_slice(&decoded[0].event.values[0].text, "7");
	assert_int_equal(decoded[1].reason, REASON_unknown_type);
	assert_string_equal(decoded[1].about, "type");
	assert_int_equal(decoded[1].event.nth, 1);
	assert_int_equal(decoded[2].event.type, 2);
	assert_int_equal(decoded[2].event.sequence, 5);
	assert_int_equal(decoded[2].event.nth, 2);
	assert_int_equal(decoded[3].reason, REASON_unknown_type);
	assert_int_equal(decoded[4].reason, REASON_no_id);
	assert_refused("e/d2", "{\"list\":[]}", REASON_no_field, NULL);
	assert_refused("e/d2", "{}", REASON_no_field, NULL);
	assert_refused("e/d2", "{\"list\":{}}", REASON_bad_type, NULL);
}

static void without_an_id_equal_readings_of_an_instant_are_one(void **state)
{
	static const char a[] = "{\"gate\":\"g\",\"list\":[{\"k\":\"o\",\"who\":\"A\","
				"\"at\":\"2026-11-22T08:15:00+07:00\"}]}";
	static const char same[] = "{\"list\":[{\"at\":\"2026-11-22T08:15:00+07:00\","
				   "\"who\":\"A\",\"k\":\"o\"}],\"gate\":\"g\"}";
	static const char other_who[] = "{\"gate\":\"g\",\"list\":[{\"k\":\"o\",\"who\":\"B\","
					"\"at\":\"2026-11-22T08:15:00+07:00\"}]}";
	static const char other_time[] = "{\"gate\":\"g\",\"list\":[{\"k\":\"o\",\"who\":\"A\","
					 "\"at\":\"2026-11-22T08:15:01+07:00\"}]}";
	const struct event first = *read_one("e/d1", a);

	(void)state;
	assert_int_equal(first.id.size, 32);
	assert_memory_equal(read_one("e/d1", same)->key, first.key, sizeof(first.key));
	assert_int_equal(read_one("e/d1", same)->digest, first.digest);
	assert_memory_not_equal(read_one("e/d1", other_who)->key, first.key, sizeof(first.key));
	assert_memory_not_equal(read_one("e/d1", other_time)->key, first.key, sizeof(first.key));
	assert_memory_not_equal(read_one("e/d2", a)->key, first.key, sizeof(first.key));
}

static void a_plain_number_is_an_event(void **state)
{
	const struct event *event = read_one("n/level", " 12.5\r\n");

	(void)state;
	assert_int_equal(event->unit, 1);
	assert_int_equal(event->time_ms, MAP_ARRIVAL_MS);
	assert_true(event->values[AQI].number == 12.5);
	assert_slice(&event->source, "n/level");
	assert_true(read_one("n/level", "1e2")->values[AQI].number == 100);
	assert_refused("n/level", "12.5 C", REASON_bad_number, NULL);
	assert_refused("n/level", "\"12\"", REASON_bad_number, NULL);
	assert_refused("n/level", "nan", REASON_bad_number, NULL);
	assert_refused("n/level", "1e999", REASON_bad_number, NULL);
	assert_refused("n/level", "  ", REASON_bad_number, NULL);
	assert_refused("n/level", "501", REASON_out_of_range, "aqi");
}

static void each_record_of_senml_is_an_event(void **state)
{
	static const char payload[] =
		"[{\"bn\":\"dev:\",\"bt\":1795310000,\"bv\":10,\"bu\":\"x\",\"bver\":10},"
		"{\"n\":\"a\",\"v\":2.5,\"t\":100},"
		"{\"n\":\"b\",\"v\":1},"
		"{\"bn\":\"other\",\"bt\":0,\"v\":-10,\"t\":-10}]";
	const struct decoded *decoded;

	(void)state;
	assert_int_equal(read_all("s/d1/each", payload, &decoded), 3);
	for (int i = 0; i < 3; i++)
		assert_int_equal(decoded[i].reason, REASON_NONE);
	assert_slice(&decoded[0].event.subject, "dev:a");
	assert_slice(&decoded[0].event.values[STATION].text, "dev:");
	assert_true(decoded[0].event.values[AQI].number == 12.5);
	assert_int_equal(decoded[0].event.time_ms, INT64_C(1795310100000));
	assert_slice(&decoded[1].event.subject, "dev:b");
	assert_int_equal(decoded[1].event.time_ms, INT64_C(1795310000000));
	assert_slice(&decoded[2].event.subject, "other");
	assert_true(decoded[2].event.values[AQI].number == 0);
	assert_int_equal(decoded[2].event.time_ms, MAP_ARRIVAL_MS - 10000);
}

static void records_of_one_time_are_one_event(void **state)
{
	static const char payload[] = "[{\"bn\":\"dev:\",\"bt\":1795310000,\"n\":\"aqi\",\"v\":50},"
				      "{\"n\":\"aqi\",\"v\":60,\"t\":60},"
				      "{\"n\":\"pm\",\"v\":7.5},"
				      "{\"n\":\"st\",\"vs\":\"bad\",\"t\":60},"
				      "{\"n\":\"else\",\"vb\":true},"
				      "{\"n\":\"pm\",\"v\":8,\"t\":120}]";
	const struct decoded *decoded;

	(void)state;
	assert_int_equal(read_all("s/d1/time", payload, &decoded), 3);
	assert_int_equal(decoded[0].reason, REASON_NONE);
	assert_true(decoded[0].event.values[AQI].number == 50);
	assert_true(decoded[0].event.values[PM25].number == 7.5);
	assert_false(decoded[0].event.values[STATE].present);
	assert_slice(&decoded[0].event.subject, "dev:");
	assert_int_equal(decoded[1].reason, REASON_NONE);
	assert_int_equal(decoded[1].event.time_ms, INT64_C(1795310060000));
	assert_true(decoded[1].event.values[AQI].number == 60);
	assert_int_equal(decoded[1].event.values[STATE].choice, 1);
	assert_int_equal(decoded[2].reason, REASON_no_field);
	assert_string_equal(decoded[2].about, "aqi");
}

static void senml_that_is_none_is_refused(void **state)
{
	static const struct {
		const char *payload;
		enum reason reason;
	} rows[] = {
		{ "{\"n\":\"a\",\"v\":1}", REASON_json_syntax },
		{ "[]", REASON_no_field },
		{ "[{\"bn\":\"a\"}]", REASON_no_field },
		{ "[3]", REASON_json_syntax },
		{ "[{\"n\":1,\"v\":1}]", REASON_bad_type },
		{ "[{\"bn\":1,\"v\":1}]", REASON_bad_type },
		{ "[{\"bver\":11,\"n\":\"a\",\"v\":1}]", REASON_bad_type },
		{ "[{\"n\":\"a\",\"v\":1,\"must_\":1}]", REASON_bad_type },
		{ "[{\"n\":\"a\",\"v\":\"1\"}]", REASON_bad_number },
		{ "[{\"n\":\"a\",\"v\":1e308,\"bv\":1e308}]", REASON_bad_number },
		{ "[{\"n\":\"a\",\"v\":1,\"t\":\"1\"}]", REASON_bad_number },
		{ "[{\"n\":\"a\",\"v\":1,\"bt\":1e300}]", REASON_bad_time },
		{ "[{\"n\":\"a\",\"v\":1,\"t\":-1e300}]", REASON_bad_time },
		{ "[{\"n\":\"a\",\"vs\":\"x\"}]", REASON_no_field },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct decoded *decoded;

		assert_int_equal(read_all("s/d1/each", rows[i].payload, &decoded), 1);
		if (decoded->reason != rows[i].reason)
			fail_msg("%s: %s", rows[i].payload, reason_name(decoded->reason));
	}
}

static void the_sum_of_a_record_is_a_value_too(void **state)
{
	static const struct feed_map map = {
		.topic = "s/{unit}",
		.format = MAP_SENML,
		.type = { .from = MAP_CONSTANT, .text = "sample" },
		.n_fields = 2,
		.fields = { { "aqi", { .from = MAP_POINTER, .text = "/s" } },
			    { "station", { .from = MAP_POINTER, .text = "/u" } } },
	};

	(void)state;
	map_world_free(world);
	world = map_world_new(&map, 1);
	assert_true(read_one("s/d1", "[{\"bs\":5,\"bu\":\"kWh\",\"n\":\"a\",\"s\":7}]")
			    ->values[AQI]
			    .number == 12);
	assert_slice(
		&read_one("s/d1", "[{\"bu\":\"kWh\",\"n\":\"a\",\"s\":7}]")->values[STATION].text,
		"kWh");
}

static void retained_and_too_large_messages_are_refused_as_ever(void **state)
{
	struct decode_input input = { .topic = "n/level",
				      .topic_size = 7,
				      .payload = "1",
				      .payload_size = 1,
				      .retained = true };
	const struct decoded *decoded;

	(void)state;
	assert_int_equal(decode(world->decoder, &input, &decoded), 1);
	assert_int_equal(decoded->reason, REASON_retained);
	input.retained = false;
	input.payload_size = 16385;
	assert_int_equal(decode(world->decoder, &input, &decoded), 1);
	assert_int_equal(decoded->reason, REASON_too_big);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_object_becomes_an_event),
		TEST(what_is_missing_is_left_out_or_refused),
		TEST(values_are_checked_like_those_of_any_event),
		TEST(flags_and_numbers_are_words_too),
		TEST(the_topic_says_who_it_is),
		TEST(each_element_of_an_array_is_an_event),
		TEST(without_an_id_equal_readings_of_an_instant_are_one),
		TEST(a_plain_number_is_an_event),
		TEST(each_record_of_senml_is_an_event),
		TEST(records_of_one_time_are_one_event),
		TEST(senml_that_is_none_is_refused),
		TEST(the_sum_of_a_record_is_a_value_too),
		TEST(retained_and_too_large_messages_are_refused_as_ever),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
