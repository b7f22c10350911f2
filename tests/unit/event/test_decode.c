/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/decode.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "iocd/base/counter.h"
#include "iocd/base/err.h"

#include "world.h"

#define RECEIVED "d1/one-stop/evt/record.received"
#define BATCH    "d1/one-stop/evt/batch"

static struct world *world; /* made anew for each test */

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

/* Reads one message of one element; its reason. */
static enum reason reason_of(const char *tail, const char *payload)
{
	const struct decoded *decoded;

	assert_int_equal(world_read(world, tail, payload, strlen(payload), &decoded), 1);
	return decoded->reason;
}

static const struct event *read_one(const char *payload)
{
	const struct decoded *decoded;

	assert_int_equal(world_read(world, RECEIVED, payload, strlen(payload), &decoded), 1);
	assert_int_equal(decoded->reason, REASON_NONE);
	return &decoded->event;
}

static void assert_slice(const struct slice *slice, const char *text)
{
	assert_int_equal(slice->size, strlen(text));
	assert_memory_equal(slice->bytes, text, slice->size);
}

static void an_event_is_read_with_all_that_it_says(void **state)
{
	const struct event *event = read_one(world_event(NULL, NULL));

	(void)state;
	assert_int_equal(event->unit, 1);
	assert_int_equal(event->feed, 0);
	assert_int_equal(event->type, 0);
	assert_false(event->historical);
	assert_false(event->drill);
	assert_int_equal(event->time_ms, WORLD_ARRIVAL_MS - 10000);
	assert_int_equal(event->arrival_ms, WORLD_ARRIVAL_MS);
	assert_int_equal(event->position, 77);
	assert_int_equal(event->nth, 0);
	assert_slice(&event->id, "a-1");
	assert_slice(&event->source, "/unit/d1/one-stop");
	assert_slice(&event->subject, "H-2026-001");
	for (int i = 0; i < 5; i++)
		assert_true(event->values[i].present);
	assert_false(event->values[5].present);
	assert_slice(&event->values[0].text, "H-2026-001");
	assert_int_equal(event->values[1].choice, 0);
	assert_int_equal(event->values[2].time_ms,
			 WORLD_ARRIVAL_MS - 10000 + 7 * WORLD_DAY_MS + 525 * WORLD_MINUTE_MS);
	assert_true(event->values[3].number == 1);
	assert_slice(&event->values[4].text, "H\xe1\xbb\x93 s\xc6\xa1 \xc4\x91\xe1\xba\xa7u");
}

static void strings_without_escapes_are_not_copied(void **state)
{
	const struct event *event = read_one(world_event(NULL, NULL));
	const char *end = world->payload + strlen(world_event(NULL, NULL));

	(void)state;
	assert_true(event->id.bytes > world->payload && event->id.bytes < end);
	assert_true(event->values[0].text.bytes > world->payload &&
		    event->values[0].text.bytes < end);
	assert_false(event->values[4].text.bytes > world->payload &&
		     event->values[4].text.bytes < end);
}

static void a_batch_is_read_in_order_and_a_bad_element_is_refused_alone(void **state)
{
	char payload[8192] = "[";
	const struct decoded *decoded;
	size_t n;

	(void)state;
	strcat(strcat(payload, world_event("id", "\"b-0\"")), ",\n ");
	strcat(strcat(payload, world_event("data.channel", "\"fax\"")), ",");
	strcat(strcat(payload, world_event("time", "\"yesterday\"")), ",");
	strcat(strcat(payload, "{}"), " , ");
	strcat(strcat(payload, world_event("id", "\"b-4\"")), "]");

	n = world_read(world, BATCH, payload, strlen(payload), &decoded);
	assert_int_equal(n, 5);
	assert_int_equal(decoded[0].reason, REASON_NONE);
	assert_slice(&decoded[0].event.id, "b-0");
	assert_int_equal(decoded[1].reason, REASON_out_of_range);
	assert_int_equal(decoded[1].event.unit, 1);
	assert_int_equal(decoded[1].event.nth, 1);
	assert_int_equal(decoded[2].reason, REASON_bad_time);
	assert_int_equal(decoded[3].reason, REASON_no_id);
	assert_int_equal(decoded[4].reason, REASON_NONE);
	assert_slice(&decoded[4].event.id, "b-4");
	assert_int_equal(decoded[4].event.nth, 4);
}

static void an_array_may_come_under_the_topic_of_its_one_type(void **state)
{
	char payload[4096] = "[";

	(void)state;
	strcat(strcat(payload, world_event(NULL, NULL)), "]");
	assert_int_equal(reason_of(RECEIVED, payload), REASON_NONE);
	assert_int_equal(reason_of("d1/one-stop/evt/record.resolved", payload),
			 REASON_unknown_type);
}

static void what_the_topic_says_comes_before_what_the_payload_says(void **state)
{
	char *big = xcalloc(world_limits.payload + 2, 1);

	(void)state;
	memset(big, ' ', world_limits.payload + 1);
	assert_int_equal(reason_of("nonsense", big), REASON_too_big);
	big[world_limits.payload] = '\0';
	memcpy(big, "{}", 2);
	assert_int_equal(reason_of(RECEIVED, big), REASON_no_id);
	free(big);

	assert_int_equal(reason_of("d1/one-stop/state", "{"), REASON_bad_topic);
	assert_int_equal(reason_of("nowhere/nothing/evt/x", "{"), REASON_unknown_unit);
	assert_int_equal(reason_of("d1/nothing/evt/batch", "{"), REASON_unknown_type);
	assert_int_equal(reason_of("d1/one-stop/evt/nothing", "{"), REASON_unknown_type);
	assert_int_equal(reason_of("d1/one-stop/evt/open.overdue", "{"), REASON_unknown_type);
	assert_int_equal(
		reason_of("d1/one-stop/evt/batch", world_event("type", "\"open.overdue\"")),
		REASON_unknown_type);
	assert_int_equal(reason_of("d1/hydro/evt/record.received", "{"), REASON_unknown_type);
}

static void a_refusal_names_the_unit_when_it_is_known(void **state)
{
	const struct decoded *decoded;

	(void)state;
	world_read(world, "nowhere/one-stop/evt/ping", "{}", 2, &decoded);
	assert_int_equal(decoded->event.unit, UNIT_NONE);
	world_read(world, "d2/one-stop/evt/ping", "{", 1, &decoded);
	assert_int_equal(decoded->reason, REASON_json_syntax);
	assert_int_equal(decoded->event.unit, 2);
}

static void a_retained_message_is_refused(void **state)
{
	const char *payload = world_event(NULL, NULL);
	struct decode_input input = { .topic = "ioc/v1/" RECEIVED,
				      .topic_size = strlen("ioc/v1/" RECEIVED),
				      .payload = payload,
				      .payload_size = strlen(payload),
				      .arrival_ms = WORLD_ARRIVAL_MS };
	const struct decoded *decoded;

	(void)state;
	assert_int_equal(world_decode(world, &input, &decoded), 1);
	assert_int_equal(decoded->reason, REASON_NONE);
	input.retained = true;
	assert_int_equal(world_decode(world, &input, &decoded), 1);
	assert_int_equal(decoded->reason, REASON_retained);
	input.topic = "x";
	input.topic_size = 1;
	assert_int_equal(world_decode(world, &input, &decoded), 1);
	assert_int_equal(decoded->reason, REASON_retained);
}

static void a_payload_of_nothing_is_no_json(void **state)
{
	struct decode_input input = { .topic = "ioc/v1/" RECEIVED,
				      .topic_size = strlen("ioc/v1/" RECEIVED) };
	const struct decoded *decoded;

	(void)state;
	assert_int_equal(world_decode(world, &input, &decoded), 1);
	assert_int_equal(decoded->reason, REASON_json_syntax);
}

static void a_unit_may_send_under_its_former_id(void **state)
{
	uint64_t key[2];
	const struct decoded *decoded;
	const char *payload = world_event("source", "\"/unit/d1-old/one-stop\"");

	(void)state;
	assert_int_equal(world_read(world, RECEIVED, payload, strlen(payload), &decoded), 1);
	assert_int_equal(decoded->reason, REASON_NONE);
	memcpy(key, decoded->event.key, sizeof(key));
	world_read(world, "d1-old/one-stop/evt/record.received", payload, strlen(payload),
		   &decoded);
	assert_int_equal(decoded->reason, REASON_NONE);
	assert_int_equal(decoded->event.unit, 1);
	assert_memory_equal(decoded->event.key, key, sizeof(key));
}

/* So what it sent while it was is known again, and those that became one do not clash. */
static void a_unit_that_is_no_more_keeps_its_own_keys(void **state)
{
	const char *payload = world_event("source", "\"app\"");
	const struct decoded *decoded;
	uint64_t key[2];

	(void)state;
	memcpy(key, read_one(payload)->key, sizeof(key));
	assert_int_equal(read_one(payload)->former, 0);
	world_read(world, "d0/one-stop/evt/record.received", payload, strlen(payload), &decoded);
	assert_int_equal(decoded->reason, REASON_NONE);
	assert_int_equal(decoded->event.unit, 1);
	assert_int_equal(decoded->event.former, 3);
	assert_memory_not_equal(decoded->event.key, key, sizeof(key));
}

static void the_key_follows_unit_source_and_id_only(void **state)
{
	static const struct {
		const char *key;
		const char *json;
		bool same;
	} cases[] = {
		{ "id", "\"a-2\"", false },
		{ "source", "\"/unit/d1/one-stop/\"", false },
		{ "subject", "\"other\"", true },
		{ "time", "\"2026-11-22T08:15:01+07:00\"", true },
		{ "data.record", "\"other\"", true },
	};
	uint64_t key[2];

	(void)state;
	memcpy(key, read_one(world_event(NULL, NULL))->key, sizeof(key));
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct event *event = read_one(world_event(cases[i].key, cases[i].json));

		assert_int_equal(!memcmp(key, event->key, sizeof(key)), cases[i].same);
	}
}

static void units_share_no_keys(void **state)
{
	const char *payload = world_event("source", "\"app\"");
	const struct decoded *decoded;
	uint64_t key[2];

	(void)state;
	memcpy(key, read_one(payload)->key, sizeof(key));
	world_read(world, "d2/one-stop/evt/record.received", payload, strlen(payload), &decoded);
	assert_int_equal(decoded->reason, REASON_NONE);
	assert_memory_not_equal(decoded->event.key, key, sizeof(key));
}

static void source_and_id_do_not_run_into_one_another(void **state)
{
	char one[4096], two[4096];
	uint64_t key[2];
	char *at;

	(void)state;
	strcpy(one, world_event("source", "\"xy\""));
	strcpy(two, world_event("source", "\"x\""));
	at = strstr(two, "\"a-1\"");
	memcpy(at, "\"y-1\"", 5);
	at = strstr(one, "\"a-1\"");
	memcpy(at, "\"-1\" ", 5);
	memcpy(key, read_one(one)->key, sizeof(key));
	assert_memory_not_equal(read_one(two)->key, key, sizeof(key));
}

static void a_sequence_is_read_to_the_unit(void **state)
{
	static const struct {
		const char *json;
		uint64_t number;
	} cases[] = {
		{ "0", 0 },
		{ "-0", 0 },
		{ "1e3", 1000 },
		{ "9007199254740991", (UINT64_C(1) << 53) - 1 },
		{ "9007199254740992", UINT64_C(1) << 53 },
		{ "\"0\"", 0 },
		{ "\"0010\"", 10 },
		{ "\"\\u0037\"", 7 },
		{ "\"9007199254740993\"", (UINT64_C(1) << 53) + 1 },
		{ "\"9999999999999999999\"", UINT64_C(9999999999999999999) },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct event *event = read_one(world_event("sequence", cases[i].json));

		assert_true(event->has_sequence);
		assert_true(event->sequence == cases[i].number);
	}
	assert_false(read_one(world_event(NULL, NULL))->has_sequence);
	assert_false(read_one(world_event("sequence", "null"))->has_sequence);
	assert_false(read_one(world_event("session", "\"a\""))->has_sequence);
}

static void the_stream_follows_unit_source_and_session_only(void **state)
{
	static const struct {
		const char *json; /* of sequence, and of what follows it */
		bool same;
	} cases[] = {
		{ "2", true },
		{ "\"1\"", true },
		{ "1,\"session\":null", true },
		{ "1,\"session\":\"\"", true },
		{ "1,\"session\":\"a\"", false },
		{ "1,\"session\":\"a-1\"", false }, /* the id */
		{ "1,\"unit\":\"d1\",\"historical\":true,\"drill\":true", true },
	};
	struct event event;

	(void)state;
	event = *read_one(world_event("sequence", "1"));
	assert_memory_not_equal(event.stream, event.key, sizeof(event.key));
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct event *other = read_one(world_event("sequence", cases[i].json));

		assert_int_equal(!memcmp(event.stream, other->stream, sizeof(event.stream)),
				 cases[i].same);
		assert_true((event.stream[1] & EVENT_STREAM_UNIT) ==
			    (other->stream[1] & EVENT_STREAM_UNIT));
		assert_memory_equal(event.key, other->key, sizeof(event.key));
		assert_true(event.digest == other->digest);
	}
}

static void units_share_no_streams_and_sources_neither(void **state)
{
	char payload[4096];
	const struct decoded *decoded;
	struct event event;
	char *source;

	(void)state;
	strcpy(payload, world_event("sequence", "1"));
	source = strstr(payload, "/unit/d1/one-stop");
	memcpy(source, "app-with-17-bytes", 17);
	event = *read_one(payload);
	world_read(world, "d2/one-stop/evt/record.received", payload, strlen(payload), &decoded);
	assert_int_equal(decoded->reason, REASON_NONE);
	assert_true(decoded->event.stream[0] != event.stream[0]);
	assert_true((decoded->event.stream[1] & EVENT_STREAM_UNIT) !=
		    (event.stream[1] & EVENT_STREAM_UNIT));

	world_read(world, "d1-old/one-stop/evt/record.received", payload, strlen(payload),
		   &decoded);
	assert_memory_equal(decoded->event.stream, event.stream, sizeof(event.stream));

	memcpy(source, "app-with-18-bytes", 17);
	assert_true(read_one(payload)->stream[0] != event.stream[0]);
	assert_true((read_one(payload)->stream[1] & EVENT_STREAM_UNIT) ==
		    (event.stream[1] & EVENT_STREAM_UNIT));
}

static void the_digest_follows_everything_that_is_declared(void **state)
{
	static const struct {
		const char *key;
		const char *json;
		bool same;
	} cases[] = {
		{ "id", "\"a-2\"", true },
		{ "datacontenttype", "null", true },
		{ "data.other", "[1]", true },
		{ "data.record", "\"H-2026-00\\u0031\"", true },
		{ "time", "\"2026-11-22T01:15:00Z\"", true },
		{ "time", "\"2026-11-22T01:15:00.001Z\"", false },
		{ "subject", "\"H-2026-002\"", false },
		{ "subject", NULL, false },
		{ "data.record", "\"H-2026-002\"", false },
		{ "data.channel", "\"post\"", false },
		{ "data.due", "\"2026-11-29T17:00:01+07:00\"", false },
		{ "data.digitized", "false", false },
		{ "data.digitized", NULL, false },
		{ "data.note", "\"\"", false },
		{ "data.note", NULL, false },
	};
	uint64_t digest;

	(void)state;
	digest = read_one(world_event(NULL, NULL))->digest;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct event *event = read_one(world_event(cases[i].key, cases[i].json));

		if ((event->digest == digest) != cases[i].same)
			fail_msg("digest with %s: %s", cases[i].key, cases[i].json);
	}
}

static void undeclared_keys_are_ignored_and_counted(void **state)
{
	uint64_t before = counter_get(COUNTER_events_unknown_keys);

	(void)state;
	read_one(world_event("data.other", "{\"record\":1},\"more\":null"));
	assert_int_equal(counter_get(COUNTER_events_unknown_keys) - before, 2 * 2); /* by both */
	read_one(world_event("extension", NULL));
	assert_int_equal(reason_of(RECEIVED, world_event("time", "1")), REASON_bad_time);
	assert_int_equal(counter_get(COUNTER_events_unknown_keys) - before, 4);
}

static void memory_for_a_monstrous_message_is_given_back(void **state)
{
	const struct decoded *decoded;
	char *payload = xcalloc(16384, 1);
	size_t n = 0;

	(void)state;
	n += (size_t)sprintf(payload, "{\"x\":[");
	for (int i = 0; i < 60; i++) {
		n += (size_t)sprintf(payload + n, "%s[", i ? "," : "");
		for (int j = 0; j < 64; j++)
			n += (size_t)sprintf(payload + n, "%s{}", j ? "," : "");
		n += (size_t)sprintf(payload + n, "]");
	}
	n += (size_t)sprintf(payload + n, "]}");
	for (int i = 0; i < 3; i++) {
		assert_int_equal(world_read(world, RECEIVED, payload, n, &decoded), 1);
		assert_int_equal(decoded->reason, REASON_no_id);
	}
	free(payload);
	read_one(world_event(NULL, NULL));
}

/* clang-format off */
static const struct {
	enum reason reason;
	const char *tail;
	const char *key, *json; /* of world_event() */
	const char *payload;	/* instead, if not NULL */
} samples[] = {
	{ REASON_json_syntax,	RECEIVED, NULL, NULL, "{\"a\":1}}" },
	{ REASON_json_encoding, RECEIVED, "id", "\"\\ud800\"", NULL },
	{ REASON_too_deep,	RECEIVED, "data.other", "[[[[[[[0]]]]]]]", NULL },
	{ REASON_dup_key,	RECEIVED, "data.other", "1,\"record\":\"x\"", NULL },
	{ REASON_bad_number,	"d1/hydro/evt/level", NULL, NULL,
	  "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"level\","
	  "\"time\":\"2026-11-22T01:15:00Z\",\"data\":{\"level\":\"12\"}}" },
	{ REASON_bad_type,	RECEIVED, "data.record", "1", NULL },
	{ REASON_out_of_range,	RECEIVED, "data.channel", "\"fax\"", NULL },
	{ REASON_no_field,	RECEIVED, "data.record", NULL, NULL },
	{ REASON_bad_name,	RECEIVED, "id", "\"a\\nb\"", NULL },
	{ REASON_bad_topic,	"d1", NULL, NULL, NULL },
	{ REASON_unknown_unit,	"d3/one-stop/evt/ping", NULL, NULL, NULL },
	{ REASON_unknown_type,	RECEIVED, "type", "\"record.lost\"", NULL },
	{ REASON_unit_mismatch,	RECEIVED, "unit", "\"d2\"", NULL },
	{ REASON_no_id,		RECEIVED, "id", NULL, NULL },
	{ REASON_bad_time,	RECEIVED, "time", NULL, NULL },
	{ REASON_ts_future,	RECEIVED, "time", "\"2099-01-01T00:00:00Z\"", NULL },
	{ REASON_ts_old,	RECEIVED, "time", "\"1970-01-01T00:00:00Z\"", NULL },
};
/* clang-format on */

/* Those that take a large payload or another flag, and those that are not the decoder's to give. */
static const enum reason elsewhere[] = {
	REASON_NONE,      REASON_too_big,      REASON_too_many,       REASON_too_long,
	REASON_retained,  REASON_duplicate,    REASON_id_conflict,    REASON_seq_conflict,
	REASON_seq_old,   REASON_rate_limited, REASON_internal,       REASON_bad_frame,
	REASON_epoch_old, REASON_site_limit,   REASON_not_authorized,
};

static void every_reason_is_given_by_both_readers(void **state)
{
	bool seen[N_REASONS] = { false };

	(void)state;
	for (size_t i = 0; i < COUNT(samples); i++) {
		const char *payload = samples[i].payload;

		if (!payload)
			payload = world_event(samples[i].key, samples[i].json);
		if (reason_of(samples[i].tail, payload) != samples[i].reason)
			fail_msg("%s is not given", reason_name(samples[i].reason));
		seen[samples[i].reason] = true;
	}
	for (size_t i = 0; i < COUNT(elsewhere); i++)
		seen[elsewhere[i]] = true;
	for (int i = 0; i < N_REASONS; i++)
		if (!seen[i])
			fail_msg("no sample of %s", reason_name((enum reason)i));
}

#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_A_WORLD(an_event_is_read_with_all_that_it_says),
		IN_A_WORLD(strings_without_escapes_are_not_copied),
		IN_A_WORLD(a_batch_is_read_in_order_and_a_bad_element_is_refused_alone),
		IN_A_WORLD(an_array_may_come_under_the_topic_of_its_one_type),
		IN_A_WORLD(what_the_topic_says_comes_before_what_the_payload_says),
		IN_A_WORLD(a_refusal_names_the_unit_when_it_is_known),
		IN_A_WORLD(a_retained_message_is_refused),
		IN_A_WORLD(a_payload_of_nothing_is_no_json),
		IN_A_WORLD(a_unit_may_send_under_its_former_id),
		IN_A_WORLD(a_unit_that_is_no_more_keeps_its_own_keys),
		IN_A_WORLD(the_key_follows_unit_source_and_id_only),
		IN_A_WORLD(units_share_no_keys),
		IN_A_WORLD(source_and_id_do_not_run_into_one_another),
		IN_A_WORLD(a_sequence_is_read_to_the_unit),
		IN_A_WORLD(the_stream_follows_unit_source_and_session_only),
		IN_A_WORLD(units_share_no_streams_and_sources_neither),
		IN_A_WORLD(the_digest_follows_everything_that_is_declared),
		IN_A_WORLD(undeclared_keys_are_ignored_and_counted),
		IN_A_WORLD(memory_for_a_monstrous_message_is_given_back),
		IN_A_WORLD(every_reason_is_given_by_both_readers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
