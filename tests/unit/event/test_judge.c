/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "world.h"

#define RECEIVED "d1/one-stop/evt/record.received"
#define BATCH    "d1/one-stop/evt/batch"
#define X32      "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define X256     X32 X32 X32 X32 X32 X32 X32 X32

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

/* What becomes of an event with one thing changed; tail is RECEIVED where NULL. */
struct example {
	const char *key;
	const char *json;
	enum reason reason;
	const char *tail;
};

static void check(const struct example *examples, size_t n)
{
	const struct decoded *decoded;

	for (size_t i = 0; i < n; i++) {
		const struct example *example = &examples[i];
		const char *payload = world_event(example->key, example->json);
		const char *tail = example->tail ? example->tail : RECEIVED;

		assert_int_equal(world_read(world, tail, payload, strlen(payload), &decoded), 1);
		if (decoded->reason != example->reason)
			fail_msg("%s = %s: %s instead of %s", example->key,
				 example->json ? example->json : "(left out)",
				 reason_name(decoded->reason), reason_name(example->reason));
	}
}

/* clang-format off */
static void an_event_has_an_identity(void **state)
{
	static const struct example examples[] = {
		{ "specversion", NULL,		REASON_no_id, NULL },
		{ "specversion", "\"0.3\"",	REASON_no_id, NULL },
		{ "specversion", "1.0",		REASON_no_id, NULL },
		{ "specversion", "\"1.0\\u0020\"", REASON_no_id, NULL },
		{ "id",		 NULL,		REASON_no_id, NULL },
		{ "id",		 "null",	REASON_no_id, NULL },
		{ "id",		 "\"\"",	REASON_no_id, NULL },
		{ "id",		 "17",		REASON_no_id, NULL },
		{ "id",		 "[\"a\"]",	REASON_no_id, NULL },
		{ "source",	 NULL,		REASON_no_id, NULL },
		{ "source",	 "\"\"",	REASON_no_id, NULL },
		{ "source",	 "{}",		REASON_no_id, NULL },
		{ "type",	 NULL,		REASON_no_id, NULL },
		{ "type",	 "\"\"",	REASON_no_id, NULL },
		{ "type",	 "true",	REASON_no_id, NULL },
		{ "id",		 "\"0\"",	REASON_NONE,  NULL },
	};

	(void)state;
	check(examples, COUNT(examples));
}

static void a_type_may_be_spelt_with_what_surrounds_it(void **state)
{
	static const struct example examples[] = {
		{ "type", "\"record.received\"",			REASON_NONE, NULL },
		{ "type", "\"record.received.v2\"",			REASON_NONE, NULL },
		{ "type", "\"one-stop.record.received\"",		REASON_NONE, NULL },
		{ "type", "\"vn.ioc.one-stop.record.received\"",	REASON_NONE, NULL },
		{ "type", "\"a.one-stop.one-stop.record.received.v10\"", REASON_NONE, NULL },
		{ "type", "\"record.receive\\u0064\"",			REASON_NONE, NULL },
		{ "type", "\"record.received.v\"",			REASON_unknown_type, NULL },
		{ "type", "\"record.received.v1.v1\"",			REASON_unknown_type, NULL },
		{ "type", "\"record.received.1\"",			REASON_unknown_type, NULL },
		{ "type", "\"record.receivedxv1\"",			REASON_unknown_type, NULL },
		{ "type", "\"record.receivedv1\"",			REASON_unknown_type, NULL },
		{ "type", "\"Record.received\"",			REASON_unknown_type, NULL },
		{ "type", "\"not-one-stop.record.received\"",		REASON_unknown_type, NULL },
		{ "type", "\"vn.hydro.record.received\"",		REASON_unknown_type, NULL },
		{ "type", "\"one-stop.\"",				REASON_unknown_type, NULL },
		{ "type", "\"one-stop\"",				REASON_unknown_type, NULL },
		{ "type", "\".v1\"",					REASON_unknown_type, NULL },
		{ "type", "\"v1\"",					REASON_unknown_type, NULL },
		{ "type", "\"9\"",					REASON_unknown_type, NULL },
		{ "type", "\"" X256 "\"",				REASON_unknown_type, NULL },
		{ "type", "\"record.resolved\"",			REASON_unknown_type, NULL },
		{ "type", "\"record.resolved\"",			REASON_NONE, BATCH },
		{ "type", "\"vn.one-stop.record.resolved.v3\"",		REASON_NONE, BATCH },
		{ "type", "\"record.received\"",			REASON_NONE, BATCH },
		{ "type", "\"level\"",					REASON_unknown_type, BATCH },
		{ "type", "\"batch\"",					REASON_unknown_type, BATCH },
	};

	(void)state;
	check(examples, COUNT(examples));
	check(examples, COUNT(examples)); /* now that spellings were learnt */
}

static void a_payload_cannot_speak_for_another_unit(void **state)
{
	static const struct example examples[] = {
		{ "source", "\"/unit/d2/one-stop\"",	REASON_unit_mismatch, NULL },
		{ "source", "\"/unit/d2\"",		REASON_unit_mismatch, NULL },
		{ "source", "\"/unit/\"",		REASON_unit_mismatch, NULL },
		{ "source", "\"/unit/D1/x\"",		REASON_unit_mismatch, NULL },
		{ "source", "\"/unit/nowhere/x\"",	REASON_unit_mismatch, NULL },
		{ "source", "\"/unit/d\\u0131/x\"",	REASON_unit_mismatch, NULL },
		{ "source", "\"/unit/d1\"",		REASON_NONE, NULL },
		{ "source", "\"/unit/d1-old/x\"",	REASON_NONE, NULL },
		{ "source", "\"/units/d2/x\"",		REASON_NONE, NULL },
		{ "source", "\"/unit\"",		REASON_NONE, NULL },
		{ "source", "\"urn:x\"",		REASON_NONE, NULL },
		{ "unit",   "\"d2\"",			REASON_unit_mismatch, NULL },
		{ "unit",   "\"\"",			REASON_unit_mismatch, NULL },
		{ "unit",   "1",			REASON_unit_mismatch, NULL },
		{ "unit",   "\"d1\"",			REASON_NONE, NULL },
		{ "unit",   "\"d1-old\"",		REASON_NONE, NULL },
		{ "unit",   "null",			REASON_NONE, NULL },
		{ NULL,	    NULL,			REASON_unit_mismatch,
		  "d2/one-stop/evt/record.received" },
	};

	(void)state;
	check(examples, COUNT(examples));
}

static void a_time_is_given_with_its_zone_and_lies_near(void **state)
{
	static const struct example examples[] = {
		{ "time", NULL,					REASON_bad_time, NULL },
		{ "time", "1795310100000",			REASON_bad_time, NULL },
		{ "time", "\"\"",				REASON_bad_time, NULL },
		{ "time", "\"now\"",				REASON_bad_time, NULL },
		{ "time", "\"2026-11-22T08:15:00\"",		REASON_bad_time, NULL },
		{ "time", "\"2026-11-22\"",			REASON_bad_time, NULL },
		{ "time", "\"2026-02-30T08:15:00Z\"",		REASON_bad_time, NULL },
		{ "time", "\"2026-11-22T01:14:60Z\"",		REASON_NONE, NULL },
		{ "time", "\"2026-11-22T01:20:10Z\"",		REASON_NONE, NULL },
		{ "time", "\"2026-11-22T01:20:10.001Z\"",	REASON_NONE, NULL },
		{ "time", "\"2026-11-24T01:15:10Z\"",		REASON_NONE, NULL },
		{ "time", "\"2026-11-24T01:15:10.001Z\"",	REASON_ts_future, NULL },
		{ "time", "\"2099-01-01T00:00:00Z\"",		REASON_ts_future, NULL },
		{ "time", "\"9999-12-31T23:59:59Z\"",		REASON_ts_future, NULL },
		{ "time", "\"2026-11-15T01:15:10Z\"",		REASON_NONE, NULL },
		{ "time", "\"2026-11-15T01:15:09.999Z\"",	REASON_ts_old, NULL },
		{ "time", "\"1970-01-01T00:00:00Z\"",		REASON_ts_old, NULL },
	};

	(void)state;
	check(examples, COUNT(examples));
}

static void names_hold_no_control_characters_and_are_not_long(void **state)
{
	static const struct example examples[] = {
		{ "id",	     "\"" X256 "\"",		REASON_NONE, NULL },
		{ "id",	     "\"" X256 "x\"",		REASON_bad_name, NULL },
		{ "source",  "\"" X256 "x\"",		REASON_bad_name, NULL },
		{ "subject", "\"" X256 "x\"",		REASON_bad_name, NULL },
		{ "id",	     "\"a\\u0001\"",		REASON_bad_name, NULL },
		{ "id",	     "\"\\r\\nabcdefgh\"",	REASON_bad_name, NULL },
		{ "source",  "\"abcdefghijkl\\tmno\"",	REASON_bad_name, NULL },
		{ "subject", "\"a\\u001b[31m\"",	REASON_bad_name, NULL },
		{ "subject", "\"a\x7f\"",		REASON_bad_name, NULL },
		{ "subject", "\"12345678\x7f" "2345678\"", REASON_bad_name, NULL },
		{ "id",	     "\"a\xc2\x80\"",		REASON_bad_name, NULL },
		{ "id",	     "\"a\xc2\x9f\"",		REASON_bad_name, NULL },
		{ "id",	     "\"a\xc2\xa0\"",		REASON_NONE, NULL },
		{ "id",	     "\"a\xe2\x80\xa9\"",	REASON_NONE, NULL },
		{ "id",	     "\"a\xe2\x80\xaa\"",	REASON_bad_name, NULL },
		{ "id",	     "\"a\\u202e\"",		REASON_bad_name, NULL },
		{ "id",	     "\"a\xe2\x80\xaf\"",	REASON_NONE, NULL },
		{ "id",	     "\"a\xe2\x81\xa5\"",	REASON_NONE, NULL },
		{ "id",	     "\"a\xe2\x81\xa6\"",	REASON_bad_name, NULL },
		{ "id",	     "\"a\xe2\x81\xa9\"",	REASON_bad_name, NULL },
		{ "id",	     "\"a\xe2\x81\xaa\"",	REASON_NONE, NULL },
		{ "subject", "\"Ph\xc6\xb0\xe1\xbb\x9dng 1\"",	REASON_NONE, NULL },
		{ "subject", "\"\"",			REASON_NONE, NULL },
		{ "subject", "null",			REASON_NONE, NULL },
		{ "subject", NULL,			REASON_NONE, NULL },
		{ "subject", "5",			REASON_bad_type, NULL },
		{ "subject", "{}",			REASON_bad_type, NULL },
		/* what is only text may hold anything; it is escaped where it is shown */
		{ "data.record", "\"<script>\\u0007\\u202e%n\"", REASON_NONE, NULL },
	};

	(void)state;
	check(examples, COUNT(examples));
}

static void a_sequence_is_a_whole_number_or_digits(void **state)
{
	static const struct example examples[] = {
		{ "sequence", "null",			REASON_NONE, NULL },
		{ "sequence", "0",			REASON_NONE, NULL },
		{ "sequence", "9007199254740992",	REASON_NONE, NULL },
		{ "sequence", "9007199254740994",	REASON_bad_number, NULL },
		{ "sequence", "-1",			REASON_bad_number, NULL },
		{ "sequence", "1.5",			REASON_bad_number, NULL },
		{ "sequence", "1e300",			REASON_bad_number, NULL },
		{ "sequence", "\"0\"",			REASON_NONE, NULL },
		{ "sequence", "\"0042\"",		REASON_NONE, NULL },
		{ "sequence", "\"9999999999999999999\"", REASON_NONE, NULL },
		{ "sequence", "\"00000000000000000001\"", REASON_bad_number, NULL },
		{ "sequence", "\"\"",			REASON_bad_number, NULL },
		{ "sequence", "\"+1\"",			REASON_bad_number, NULL },
		{ "sequence", "\"-1\"",			REASON_bad_number, NULL },
		{ "sequence", "\" 1\"",			REASON_bad_number, NULL },
		{ "sequence", "\"1/\"",			REASON_bad_number, NULL },
		{ "sequence", "\"1:\"",			REASON_bad_number, NULL },
		{ "sequence", "true",			REASON_bad_type, NULL },
		{ "sequence", "[1]",			REASON_bad_type, NULL },
		{ "sequence", "{}",			REASON_bad_type, NULL },
	};

	(void)state;
	check(examples, COUNT(examples));
}

static void a_session_is_a_name_where_there_is_a_sequence(void **state)
{
	static const struct example examples[] = {
		{ "sequence", "1,\"session\":null",			REASON_NONE, NULL },
		{ "sequence", "1,\"session\":\"\"",			REASON_NONE, NULL },
		{ "sequence", "1,\"session\":\"boot 5\"",		REASON_NONE, NULL },
		{ "sequence", "1,\"session\":\"" X256 "\"",		REASON_NONE, NULL },
		{ "sequence", "1,\"session\":\"x" X256 "\"",		REASON_bad_name, NULL },
		{ "sequence", "1,\"session\":\"a\\nb\"",		REASON_bad_name, NULL },
		{ "sequence", "1,\"session\":5",			REASON_bad_type, NULL },
		{ "sequence", "-1,\"session\":5",			REASON_bad_number, NULL },
		{ "session", "5",					REASON_NONE, NULL },
		{ "session", "\"a\\nb\"",				REASON_NONE, NULL },
	};

	(void)state;
	check(examples, COUNT(examples));
}

static void data_holds_what_is_declared(void **state)
{
	static const struct example examples[] = {
		{ "data",	    NULL,		REASON_no_field, NULL },
		{ "data",	    "null",		REASON_no_field, NULL },
		{ "data",	    "{}",		REASON_no_field, NULL },
		{ "data",	    "[]",		REASON_bad_type, NULL },
		{ "data",	    "\"record\"",	REASON_bad_type, NULL },
		{ "data",	    "1",		REASON_bad_type, NULL },
		{ "data.record",    NULL,		REASON_no_field, NULL },
		{ "data.record",    "null",		REASON_no_field, NULL },
		{ "data.record",    "1",		REASON_bad_type, NULL },
		{ "data.record",    "[]",		REASON_bad_type, NULL },
		{ "data.record",    "\"\"",		REASON_NONE, NULL },
		{ "data.channel",   "\"online\"",	REASON_NONE, NULL },
		{ "data.channel",   "\"pos\\u0074\"",	REASON_NONE, NULL },
		{ "data.channel",   "\"Online\"",	REASON_out_of_range, NULL },
		{ "data.channel",   "\"\"",		REASON_out_of_range, NULL },
		{ "data.channel",   "0",		REASON_bad_type, NULL },
		{ "data.due",	    "\"tomorrow\"",	REASON_bad_time, NULL },
		{ "data.due",	    "20261129",		REASON_bad_type, NULL },
		{ "data.digitized", "null",		REASON_NONE, NULL },
		{ "data.digitized", NULL,		REASON_NONE, NULL },
		{ "data.digitized", "1",		REASON_bad_type, NULL },
		{ "data.digitized", "\"true\"",		REASON_bad_type, NULL },
		{ "data.note",	    NULL,		REASON_NONE, NULL },
		{ "data.note",	    "false",		REASON_bad_type, NULL },
		{ "data.other",	    "{\"x\":[1,\"\",null]}", REASON_NONE, NULL },
	};

	(void)state;
	check(examples, COUNT(examples));
}
/* clang-format on */

static const struct decoded *read_event(const char *tail, const char *payload)
{
	const struct decoded *decoded;

	assert_int_equal(world_read(world, tail, payload, strlen(payload), &decoded), 1);
	return decoded;
}

static void an_event_without_mandatory_fields_needs_no_data(void **state)
{
	(void)state;
	assert_int_equal(read_event("d1/one-stop/evt/batch",
				    "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\","
				    "\"type\":\"ping\",\"time\":\"2026-11-22T01:15:00Z\"}")
				 ->reason,
			 REASON_NONE);
}

/* What becomes of {"level": level, "count": count}. */
static const struct decoded *read_level(const char *level, const char *count)
{
	char payload[1024];

	snprintf(payload, sizeof(payload),
		 "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"level\","
		 "\"time\":\"2026-11-22T01:15:00Z\",\"data\":{\"level\":%s,\"count\":%s}}",
		 level, count);
	return read_event("d1/hydro/evt/level", payload);
}

static void a_number_is_read_exactly(void **state)
{
	static const struct {
		const char *json;
		double number;
	} cases[] = {
		{ "0", 0 },
		{ "-0", 0 },
		{ "-0.0e5", 0 },
		{ "20", 20 },
		{ "-5.000", -5 },
		{ "0.1", 0.1 },
		{ "0.30000000000000004", 0.30000000000000004 },
		{ "1.7976931348623157e-308", 1.7976931348623157e-308 },
		{ "1e-999", 0 },
		{ "4.35", 4.35 },
		{ "3e-22", 3e-22 },
		{ "3e-23", 3e-23 },
		{ "0.000000000000000001", 1e-18 },
		{ "13255666035340349e-16", 1.325566603534035 },
		{ "9007199254740991e-22", 9007199254740991e-22 },
		{ "1E1", 10 },
		{ "1.5e+0", 1.5 },
		{ "123456789012345678901e-20", 1.23456789012345678901 },
		{ "0.000000000000000000000000000000001e33", 1 },
		{ "9007199254740993e-15", 9.007199254740993 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct decoded *decoded = read_level(cases[i].json, "0");

		assert_int_equal(decoded->reason, REASON_NONE);
		if (memcmp(&decoded->event.values[0].number, &cases[i].number, sizeof(double)))
			fail_msg("%s was read as %.17g", cases[i].json,
				 decoded->event.values[0].number);
	}
}

static void a_number_field_holds_a_number_in_its_range(void **state)
{
	static const struct {
		const char *level;
		const char *count;
		enum reason reason;
	} cases[] = {
		{ "20.000001", "0", REASON_out_of_range },
		{ "-5.000001", "0", REASON_out_of_range },
		{ "1e300", "0", REASON_out_of_range },
		{ "9223372036854775808", "0", REASON_out_of_range },
		{ "\"12\"", "0", REASON_bad_number },
		{ "true", "0", REASON_bad_number },
		{ "{}", "0", REASON_bad_number },
		{ "null", "0", REASON_no_field },
		{ "1e999", "0", REASON_bad_number },
		{ "1", "0.5", REASON_bad_number },
		{ "1", "1e0", REASON_NONE },
		{ "1", "-3.0", REASON_NONE },
		{ "1", "9007199254740992", REASON_NONE },
		{ "1", "-9007199254740992", REASON_NONE },
		{ "1", "9007199254740994", REASON_bad_number },
		{ "1", "9223372036854775808", REASON_bad_number },
		{ "1", "\"1\"", REASON_bad_number },
		{ "1", "null", REASON_NONE },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		enum reason reason = read_level(cases[i].level, cases[i].count)->reason;

		if (reason != cases[i].reason)
			fail_msg("level %s, count %s: %s", cases[i].level, cases[i].count,
				 reason_name(reason));
	}
}

static void minus_zero_is_zero_to_the_digest(void **state)
{
	uint64_t digest = read_level("0", "0")->event.digest;

	(void)state;
	assert_true(read_level("-0", "-0.0")->event.digest == digest);
	assert_true(read_level("0", "1")->event.digest != digest);
	assert_true(read_level("0", "null")->event.digest != digest);
}

static void marks_are_true_or_the_word_true(void **state)
{
	static const struct {
		const char *json;
		bool holds;
	} cases[] = {
		{ "true", true },      { "\"true\"", true }, { "false", false },
		{ "\"TRUE\"", false }, { "1", false },       { "null", false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct decoded *decoded =
			read_event(RECEIVED, world_event("drill", cases[i].json));

		assert_int_equal(decoded->reason, REASON_NONE);
		assert_int_equal(decoded->event.drill, cases[i].holds);
		assert_false(decoded->event.historical);
		decoded = read_event(RECEIVED, world_event("historical", cases[i].json));
		assert_int_equal(decoded->event.historical, cases[i].holds);
		assert_false(decoded->event.drill);
	}
}

static void history_may_be_old_but_not_in_the_future(void **state)
{
	char payload[4096];

	(void)state;
	strcpy(payload, world_event("historical", "true"));
	memcpy(strstr(payload, "2026-11-22"), "1999-11-22", 10);
	assert_int_equal(read_event(RECEIVED, payload)->reason, REASON_NONE);
	memcpy(strstr(payload, "1999-11-22"), "2027-11-22", 10);
	assert_int_equal(read_event(RECEIVED, payload)->reason, REASON_ts_future);
}

static void of_several_faults_the_first_in_order_is_told(void **state)
{
	static const char *const steps[][3] = {
		{ "\"id\":\"1\"", "\"id\":1", "no_id" },
		{ "\"type\":\"ping\"", "\"type\":\"pong\"", "unknown_type" },
		{ "\"source\":\"s\"", "\"source\":\"/unit/x/\\n\"", "unit_mismatch" },
		{ "\"time\":\"2026-11-22T01:15:00Z\"", "\"time\":\"\"", "bad_time" },
		{ "\"subject\":\"\"", "\"subject\":\"\\n\"", "bad_name" },
		{ "\"sequence\":1", "\"sequence\":-1", "bad_number" },
		{ "\"data\":{}", "\"data\":[]", "bad_type" },
	};
	char payload[1024];
	int n;

	(void)state;
	for (size_t good = 0; good < COUNT(steps); good++) {
		n = snprintf(payload, sizeof(payload), "{\"specversion\":\"1.0\"");
		for (size_t i = 0; i < COUNT(steps); i++)
			n += snprintf(payload + n, sizeof(payload) - (size_t)n, ",%s",
				      steps[i][i >= good]);
		strcat(payload, "}");
		assert_string_equal(reason_name(read_event(BATCH, payload)->reason),
				    steps[good][2]);
	}
}

#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_A_WORLD(an_event_has_an_identity),
		IN_A_WORLD(a_type_may_be_spelt_with_what_surrounds_it),
		IN_A_WORLD(a_payload_cannot_speak_for_another_unit),
		IN_A_WORLD(a_time_is_given_with_its_zone_and_lies_near),
		IN_A_WORLD(names_hold_no_control_characters_and_are_not_long),
		IN_A_WORLD(a_sequence_is_a_whole_number_or_digits),
		IN_A_WORLD(a_session_is_a_name_where_there_is_a_sequence),
		IN_A_WORLD(data_holds_what_is_declared),
		IN_A_WORLD(an_event_without_mandatory_fields_needs_no_data),
		IN_A_WORLD(a_number_is_read_exactly),
		IN_A_WORLD(a_number_field_holds_a_number_in_its_range),
		IN_A_WORLD(minus_zero_is_zero_to_the_digest),
		IN_A_WORLD(marks_are_true_or_the_word_true),
		IN_A_WORLD(history_may_be_old_but_not_in_the_future),
		IN_A_WORLD(of_several_faults_the_first_in_order_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
