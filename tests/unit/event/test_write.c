/* SPDX-License-Identifier: Apache-2.0 */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "iocd/base/civil.h"
#include "iocd/base/err.h"
#include "iocd/base/random.h"
#include "iocd/decode.h"

#define N_RANDOM   2500
#define STRING_MAX 300
#define ARRIVAL_MS INT64_C(1795310110000)
#define DAY_MS     INT64_C(86400000)
#define LAST_MS    INT64_C(253402300799999) /* of the year 9999 */

static const char *const choices[] = { "online", "\"quoted\" \\ \xc4\x91", "", "post" };

/* clang-format off */
#define EVERY_KIND(prefix, is_optional) \
	{ .name = prefix "text",    .kind = FIELD_TEXT,    .optional = is_optional }, \
	{ .name = prefix "number",  .kind = FIELD_NUMBER,  .optional = is_optional, \
	  .min = -INFINITY, .max = INFINITY }, \
	{ .name = prefix "integer", .kind = FIELD_INTEGER, .optional = is_optional, \
	  .min = -INFINITY, .max = INFINITY }, \
	{ .name = prefix "flag",    .kind = FIELD_FLAG,    .optional = is_optional }, \
	{ .name = prefix "time",    .kind = FIELD_TIME,    .optional = is_optional }, \
	{ .name = prefix "choice",  .kind = FIELD_CHOICE,  .optional = is_optional, \
	  .choices = choices, .n_choices = COUNT(choices) }

static const struct event_type types[] = {
	{ .name = "every.kind", .feed = 0, .n_fields = 12,
	  .fields = { EVERY_KIND("", false), EVERY_KIND("maybe_", true) } },
	{ .name = "ping", .feed = 1 },
	{ .name = "ping.v2", .feed = 1 },
};
/* clang-format on */

enum { EVERY_KIND_TYPE, PING };

static struct units *units;
static struct schema *schema;
static struct decoder *decoders[2]; /* one for decode(), one for decode_reference() */
static struct random_stream numbers;
static char *payload; /* of the latest read(), of its size */

static void add_unit(const char *id, uint32_t parent)
{
	const struct unit unit = {
		.id = id, .level = "", .name_vi = id, .name_en = id, .parent = parent
	};
	uint32_t number;

	assert_int_equal(units_add(units, &unit, &number), 0);
}

static void make_units(void)
{
	const struct unit former = { .id = "d0", .parent = 0, .until_day = 20000 };
	uint32_t number;

	units = units_new();
	add_unit("p1", UNIT_NONE);
	add_unit("d1", 0);
	assert_int_equal(units_add_former(units, &former, 1, &number), 0);
	assert_int_equal(number, 2);
	assert_int_equal(units_add_alias(units, 1, "d1-old"), 0);
}

static int set_up(void **state)
{
	static const struct feed feeds[] = { { .id = "one-stop" }, { .id = "hydro" } };
	struct decode_options options = {
		.prefix = "ioc/v1",
		.limits = { .payload = 65536,
			    .depth = 8,
			    .keys = 64,
			    .batch = 8,
			    .string = 4096,
			    .age_ms = 7 * DAY_MS,
			    .future_ms = 300000,
			    .ahead_ms = 2 * DAY_MS },
	};
	uint32_t number;

	(void)state;
	make_units();
	schema = schema_new();
	for (size_t i = 0; i < COUNT(feeds); i++)
		assert_int_equal(schema_add_feed(schema, &feeds[i], &number), 0);
	for (size_t i = 0; i < COUNT(types); i++)
		assert_int_equal(schema_add_type(schema, &types[i], &number), 0);
	options.units = units;
	options.schema = schema;
	for (size_t i = 0; i < COUNT(decoders); i++)
		decoders[i] = decoder_new(&options);
	random_seed(&numbers, 6);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(decoders); i++)
		decoders[i] = decoder_free(decoders[i]);
	schema = schema_free(schema);
	units = units_free(units);
	free(payload);
	payload = NULL;
	return 0;
}

/* ---- comparing ---- */

static void same_slice(const struct slice *a, const struct slice *b)
{
	assert_int_equal(a->size, b->size);
	if (a->size > 0)
		assert_memory_equal(a->bytes, b->bytes, a->size);
}

static void same_value(const struct field *field, const struct value *a, const struct value *b)
{
	assert_int_equal(a->present, b->present);
	if (!a->present)
		return;

	switch (field->kind) {
	case FIELD_TEXT:
		same_slice(&a->text, &b->text);
		break;
	case FIELD_NUMBER:
	case FIELD_INTEGER:
	case FIELD_FLAG:
		if (memcmp(&a->number, &b->number, sizeof(a->number)) != 0)
			fail_msg("%.17g became %.17g", a->number, b->number);
		break;
	case FIELD_TIME:
		assert_int_equal(a->time_ms, b->time_ms);
		break;
	case FIELD_CHOICE:
		assert_int_equal(a->choice, b->choice);
		break;
	}
}

static void same_event(const struct event *a, const struct event *b)
{
	const struct event_type *type = schema_type(schema, a->type);

	assert_int_equal(a->unit, b->unit);
	assert_int_equal(a->former, b->former);
	assert_int_equal(a->type, b->type);
	assert_int_equal(a->feed, b->feed);
	assert_int_equal(a->historical, b->historical);
	assert_int_equal(a->drill, b->drill);
	assert_int_equal(a->time_ms, b->time_ms);
	same_slice(&a->id, &b->id);
	same_slice(&a->source, &b->source);
	same_slice(&a->subject, &b->subject);
	for (uint32_t i = 0; i < type->n_fields; i++)
		same_value(&type->fields[i], &a->values[i], &b->values[i]);
}

static void same_identity(const struct event *a, const struct event *b)
{
	assert_true(a->key[0] == b->key[0] && a->key[1] == b->key[1]);
	assert_true(a->digest == b->digest);
}

/* ---- reading and writing ---- */

/* The event that both readers make of json under a topic of unit, feed and type; lent until the
 * next call. */
static const struct event *read_json(const char *unit, const char *feed, const char *type,
				     const char *json, size_t n)
{
	CLEANUP_TEXT struct text topic = { 0 };
	struct decode_input input = { .payload_size = n, .arrival_ms = ARRIVAL_MS };
	const struct decoded *one, *other;

	free(payload);
	payload = xcalloc(n, 1);
	memcpy(payload, json, n);
	text_add(&topic, "ioc/v1/%s/%s/evt/%s", unit, feed, type);
	input.topic = text_get(&topic);
	input.topic_size = topic.size;
	input.payload = payload;
	assert_int_equal(decode(decoders[0], &input, &one), 1);
	assert_int_equal(decode_reference(decoders[1], &input, &other), 1);
	if (one->reason != REASON_NONE)
		fail_msg("%s: %s %s", reason_name(one->reason), one->about ? one->about : "", json);
	assert_int_equal(other->reason, REASON_NONE);
	same_event(&one->event, &other->event);
	same_identity(&one->event, &other->event);
	return &one->event;
}

/* Writes event and reads it under the topic that is made for it. */
static const struct event *again(const struct event *event)
{
	const struct event_type *type = schema_type(schema, event->type);
	CLEANUP_TEXT struct text json = { 0 };

	event_write(&json, event, schema, units);
	return read_json(units_at(units, event->former ? event->former : event->unit)->id,
			 schema_feed(schema, type->feed)->id, type->name, text_get(&json),
			 json.size);
}

/* ---- random events ---- */

static size_t put_utf8(char *to, uint32_t code)
{
	size_t n = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
	static const unsigned char leads[] = { 0, 0, 0xc0, 0xe0, 0xf0 };

	for (size_t i = n - 1; i > 0; i--, code >>= 6)
		to[i] = (char)(0x80 | (code & 0x3f));
	to[0] = (char)(leads[n] | code);
	return n;
}

/* Any character but NUL; of names none that controls or turns anything. */
static uint32_t any_code(bool is_name)
{
	static const uint32_t odd[] = {
		'"', '\\', '/', 'u', 0xa0, 0x111, 0x1ea7, 0xffff, 0x10ffff
	};
	uint64_t way = random_below(&numbers, 8);

	if (way == 0 && !is_name)
		return 1 + (uint32_t)random_below(&numbers, 0x2069);
	if (way < 3)
		return odd[random_below(&numbers, COUNT(odd))];
	if (way == 3)
		return 0x10000 + (uint32_t)random_below(&numbers, 0x100000);
	return ' ' + (uint32_t)random_below(&numbers, 95);
}

static struct slice any_string(char buffer[STRING_MAX], size_t least, size_t most, bool is_name)
{
	size_t n = least + random_below(&numbers, most - least + 1), size = 0;

	while (size < n && size + 4 <= most)
		size += put_utf8(buffer + size, any_code(is_name));
	return (struct slice){ buffer, size };
}

static double any_number(void)
{
	double number;
	uint64_t bits;

	switch (random_below(&numbers, 4)) {
	case 0:
		return (double)random_below(&numbers, 1000) / 100 - 5;
	case 1:
		return trunc((random_unit(&numbers) - 0.5) * 0x1p60);
	default:
		do {
			bits = random_next(&numbers);
			memcpy(&number, &bits, sizeof(number));
		} while (!isfinite(number));
		return number + 0.0;
	}
}

static int64_t any_time(void)
{
	return random_below(&numbers, 2) ? (int64_t)random_below(&numbers, LAST_MS + 1)
					 : ARRIVAL_MS - (int64_t)random_below(&numbers, DAY_MS);
}

static void any_value(const struct field *field, char buffer[STRING_MAX], struct value *ret)
{
	ret->present = !field->optional || random_below(&numbers, 2);
	switch (field->kind) {
	case FIELD_TEXT:
		ret->text = any_string(buffer, 0, STRING_MAX, false);
		break;
	case FIELD_NUMBER:
		ret->number = any_number();
		break;
	case FIELD_INTEGER:
		ret->number = trunc((random_unit(&numbers) - 0.5) * 0x1p54) + 0.0;
		break;
	case FIELD_FLAG:
		ret->number = (double)random_below(&numbers, 2);
		break;
	case FIELD_TIME:
		ret->time_ms = any_time();
		break;
	case FIELD_CHOICE:
		ret->choice = (uint32_t)random_below(&numbers, field->n_choices);
		break;
	}
}

static void any_event(struct event *event, char strings[EVENT_FIELDS_MAX + 3][STRING_MAX])
{
	const struct event_type *type;

	*event = (struct event){ .unit = 1 };
	event->former = random_below(&numbers, 4) ? 0 : 2;
	event->type = (uint32_t)random_below(&numbers, 8);
	event->type = event->type < COUNT(types) ? event->type : EVERY_KIND_TYPE;
	type = schema_type(schema, event->type);
	event->feed = type->feed;
	event->historical = random_below(&numbers, 2);
	event->drill = random_below(&numbers, 2);
	event->time_ms = ARRIVAL_MS - (int64_t)random_below(&numbers, DAY_MS);
	event->id = any_string(strings[EVENT_FIELDS_MAX], 1, 256, true);
	event->source = any_string(strings[EVENT_FIELDS_MAX + 1], 1, 256, true);
	event->subject = any_string(strings[EVENT_FIELDS_MAX + 2], 0, 256, true);
	for (uint32_t i = 0; i < type->n_fields; i++)
		any_value(&type->fields[i], strings[i], &event->values[i]);
}

static void any_event_is_read_as_it_was_written(void **state)
{
	static char strings[EVENT_FIELDS_MAX + 3][STRING_MAX];
	struct event event;

	(void)state;
	for (int i = 0; i < N_RANDOM; i++) {
		any_event(&event, strings);
		same_event(&event, again(&event));
	}
}

/* ---- who it is ---- */

#define TIMES "\"time\":\"2026-11-22T08:15:00.025+07:00\",\"specversion\":\"1.0\""
#define VALUES                                                                                     \
	"\"text\":\"\\u0111\\n\\\"\",\"number\":0.1,\"integer\":-7,\"flag\":false,"                \
	"\"time\":\"2026-11-29T17:00:00+07:00\",\"choice\":\"post\""

static void who_an_event_is_does_not_change(void **state)
{
	/* clang-format off */
	static const struct { const char *unit, *feed, *type, *json; } list[] = {
		{ "d1", "one-stop", "every.kind",
		  "{\"id\":\"a\\u0041\",\"source\":\"/unit/d1/x\",\"type\":\"x.one-stop.every.kind.v1\","
		  "\"other\":[1,2]," TIMES ",\"data\":{" VALUES ",\"undeclared\":3}}" },
		{ "d1-old", "one-stop", "batch",
		  "[{\"id\":\"a\",\"source\":\"/unit/d1-old\",\"type\":\"every.kind\",\"subject\":\"s\","
		  "\"unit\":\"d1\"," TIMES ",\"data\":{" VALUES ",\"maybe_number\":1e300}}]" },
		{ "d0", "hydro", "ping",
		  "{\"id\":\"a\",\"source\":\"/unit/d0/x\",\"type\":\"ping\",\"unit\":\"d0\","
		  TIMES ",\"historical\":true,\"drill\":\"true\"}" },
		{ "d1", "hydro", "ping.v2",
		  "{\"id\":\"a\",\"source\":\"b\",\"type\":\"hydro.ping.v2\"," TIMES ",\"data\":null}" },
		{ "d1", "hydro", "ping",
		  "{\"id\":\"a\",\"source\":\"b\",\"type\":\"hydro.ping.v1\"," TIMES ","
		  "\"sequence\":\"18\",\"session\":\"s\"}" },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < COUNT(list); i++) {
		const struct event *event = read_json(list[i].unit, list[i].feed, list[i].type,
						      list[i].json, strlen(list[i].json));
		struct event before = *event;
		char *bytes = payload; /* to which before refers */

		assert_int_equal(event->former, strcmp(list[i].unit, "d0") == 0 ? 2 : 0);
		payload = NULL;
		event = again(&before);
		same_identity(&before, event);
		assert_false(event->has_sequence);
		free(bytes);
	}
}

/* ---- values at their ends ---- */

static struct event plain_event(void)
{
	struct event event = { .unit = 1,
			       .type = EVERY_KIND_TYPE,
			       .time_ms = ARRIVAL_MS,
			       .id = { "i", 1 },
			       .source = { "s", 1 } };

	for (uint32_t i = 0; i < 6; i++)
		event.values[i].present = true;
	event.values[0].text = (struct slice){ "t", 1 };
	return event;
}

static void numbers_keep_all_their_digits(void **state)
{
	static const double list[] = {
		0,           0.1,     1.0 / 3, -DBL_MAX,  DBL_MAX,
		DBL_MIN,     5e-324,  1e21,    1e22,      1e23,
		0x1p53,      -0x1p53, 0x1p63,  123456.75, 4503599627370495.5,
		1e-5,        1.5e-7,  1e15,    1e17,      -2.5,
		DBL_EPSILON,
	};
	struct event event = plain_event();

	(void)state;
	for (size_t i = 0; i < COUNT(list); i++) {
		event.values[1].number = list[i];
		event.values[2].number = fabs(list[i]) <= 0x1p53 ? trunc(list[i]) + 0.0 : 0;
		same_event(&event, again(&event));
	}
}

/* What the last reads as is the latest time that can be said at all. */
static void times_to_the_last_that_can_be_read_are_kept(void **state)
{
	static const char *const list[] = {
		"1970-01-01T00:00:00Z",          "1970-01-01T00:00:00.001Z",
		"2016-12-31T23:59:60.5Z",        "9999-12-31T23:59:59.999Z",
		"9999-12-31T23:59:60Z",          "9999-12-31T23:59:59.999-14:00",
		"9999-12-31T23:59:59.999-23:59", "9999-12-31T23:59:60-23:59",
		"9999-12-31T23:59:60.125-23:59", "9999-12-31T23:59:60.999-23:59",
	};
	struct event event = plain_event();

	(void)state;
	for (size_t i = 0; i < COUNT(list); i++) {
		assert_int_equal(civil_parse(list[i], strlen(list[i]), &event.values[4].time_ms),
				 0);
		same_event(&event, again(&event));
	}
}

static void a_time_before_1970_counts_as_its_beginning(void **state)
{
	struct event event = plain_event();

	(void)state;
	event.historical = true;
	event.time_ms = -1;
	assert_int_equal(again(&event)->time_ms, 0);
}

/* ---- form ---- */

static void the_form_is_that_of_cloudevents(void **state)
{
	struct event event = plain_event();
	CLEANUP_TEXT struct text json = { 0 };
	const char *bytes;

	(void)state;
	event.time_ms = ARRIVAL_MS - 5000 + 25;
	event.ahead_ms = 5000;
	event.subject = (struct slice){ "x\"y", 3 };
	event.historical = event.drill = true;
	event.values[1].number = 0.25;
	event.values[2].number = -3;
	event.values[3].number = 1;
	event.values[4].time_ms = ARRIVAL_MS;
	event.values[5].choice = 3;
	event.values[9].present = true; /* maybe_flag */
	text_add(&json, "before");
	event_write(&json, &event, schema, units);
	assert_string_equal(text_get(&json),
			    "before{\"specversion\":\"1.0\",\"id\":\"i\",\"source\":\"s\","
			    "\"type\":\"every.kind\",\"unit\":\"d1\","
			    "\"time\":\"2026-11-22T01:15:05.025+00:00\",\"subject\":\"x\\\"y\","
			    "\"historical\":true,\"drill\":true,\"data\":{\"text\":\"t\","
			    "\"number\":0.25,\"integer\":-3,\"flag\":true,"
			    "\"time\":\"2026-11-22T01:15:10+00:00\",\"choice\":\"post\","
			    "\"maybe_flag\":false}}");

	bytes = json.bytes;
	text_clear(&json);
	event_write(&json, &event, schema, units);
	assert_ptr_equal(json.bytes, bytes);
	assert_int_equal(json.bytes[0], '{');

	text_clear(&json);
	event = (struct event){
		.unit = 1, .former = 2, .type = PING, .id = { "i", 1 }, .source = { "s", 1 }
	};
	event_write(&json, &event, schema, units);
	assert_string_equal(text_get(&json),
			    "{\"specversion\":\"1.0\",\"id\":\"i\",\"source\":\"s\","
			    "\"type\":\"ping\",\"unit\":\"d0\","
			    "\"time\":\"1970-01-01T00:00:00+00:00\",\"data\":{}}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_form_is_that_of_cloudevents),
		cmocka_unit_test(any_event_is_read_as_it_was_written),
		cmocka_unit_test(who_an_event_is_does_not_change),
		cmocka_unit_test(numbers_keep_all_their_digits),
		cmocka_unit_test(times_to_the_last_that_can_be_read_are_kept),
		cmocka_unit_test(a_time_before_1970_counts_as_its_beginning),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
