/* SPDX-License-Identifier: Apache-2.0 */
/* What the fold offers becomes items that are read above as what they were, each once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "disk.h"
#include "forward_private.h"
#include "iocd/base/err.h"
#include "iocd/decode.h"
#include "keep_step.h"
#include "stage.h"

#define ARRIVAL_MS INT64_C(1795310110000)

struct scene {
	char *directory;
	struct units *units;
	struct schema *schema;
	struct decoder *decoder;
	struct stage stage;
	struct forward_options options;
	struct forward *forward;
};

/* clang-format off */
static const struct rule list[] = {
	{ .id = "high", .title_vi = "Cao", .title_en = "High", .kind = RULE_OWN, .own = OWN_DISK,
	  .severity = SEVERITY_CRITICAL, .applies = stage_everywhere, .number = 0 },
};
/* clang-format on */

static int publish(void *context, const char *topic, const void *bytes, size_t size)
{
	(void)context, (void)topic, (void)bytes, (void)size;
	return 0;
}

static void reopen(struct scene *scene)
{
	const struct forward_hooks hooks = { .publish = publish };

	forward_close(scene->forward, 0);
	assert_int_equal(forward_new(&scene->forward, NULL, &scene->options, &hooks), 0);
}

static void make_schema(struct scene *scene)
{
	const struct feed desk = { .id = "desk", .title_vi = "desk", .title_en = "desk" };
	const struct feed door = { .id = "door", .title_vi = "door", .title_en = "door" };
	struct event_type closed = { .name = "case.closed", .n_fields = 1 };
	struct event_type open = { .name = "open" };
	uint32_t number;

	closed.fields[0] = (struct field){ .name = "note",
					   .title_vi = "note",
					   .title_en = "note",
					   .measure_vi = "",
					   .measure_en = "",
					   .kind = FIELD_TEXT };
	scene->schema = schema_new();
	assert_int_equal(schema_add_feed(scene->schema, &desk, &closed.feed), 0);
	assert_int_equal(schema_add_feed(scene->schema, &door, &open.feed), 0);
	assert_int_equal(schema_add_type(scene->schema, &closed, &number), 0);
	assert_int_equal(schema_add_type(scene->schema, &open, &number), 0);
}

static void make_decoder(struct scene *scene)
{
	const struct unit unit = {
		.id = "d1", .level = "", .name_vi = "d1", .name_en = "d1", .parent = UNIT_NONE
	};
	struct decode_options options = {
		.prefix = "ioc/v1",
		.limits = { 65536, 8, 64, 256, 4096, 86400000, 300000, 0 },
	};
	uint32_t number;

	scene->units = units_new();
	assert_int_equal(units_add(scene->units, &unit, &number), 0);
	options.units = scene->units;
	options.schema = scene->schema;
	scene->decoder = decoder_new(&options);
}

static int make(void **state)
{
	static const struct rules_options rules = { .list = list, .n_list = COUNT(list) };
	static const bool events[] = { true, false };
	struct scene *scene = xcalloc(1, sizeof(*scene));
	void *directory;

	assert_int_equal(disk_begin(&directory), 0);
	scene->directory = directory;
	make_schema(scene);
	make_decoder(scene);
	scene->stage = stage_open(&rules);
	scene->options = (struct forward_options){
		.directory = directory,
		.prefix = "ioc/v1",
		.unit = "d1",
		.sender = "iocd",
		.journal_id = "aaaaaaaa",
		.instance = "test",
		.version = "1",
		.hash = "h",
		.events = events,
		.n_feeds = 2,
		.alerts = SEVERITY_WARNING,
		.rollups = true,
		.batch_bytes = 4096,
		.keep_bytes = 1u << 30,
		.keep_ms = 86400000,
		.segment_bytes = 1 << 20,
	};
	reopen(scene);
	*state = scene;
	return 0;
}

static int unmake(void **state)
{
	struct scene *scene = *state;

	forward_close(scene->forward, 0);
	stage_close(&scene->stage);
	decoder_free(scene->decoder);
	schema_free(scene->schema);
	units_free(scene->units);
	*state = scene->directory;
	free(scene);
	return disk_end(state);
}

static uint64_t count_items(const struct scene *scene, enum frame_class class)
{
	return outbox_head(scene->forward->streams[class].outbox).number;
}

/* Reads an item that is put; its body is copied and to be freed. */
static struct frame_item item_of(const struct scene *scene, enum frame_class class, uint64_t number)
{
	struct outbox *outbox = scene->forward->streams[class].outbox;
	struct outbox_reader *reader = outbox_reader_new(outbox);
	struct frame_item item;
	struct mark mark;

	keep_all(outbox_journal(outbox));
	outbox_reader_seek(reader, number);
	assert_int_equal(outbox_reader_peek(reader, &item, &mark), 0);
	item.body.bytes = xstrndup(item.body.bytes, item.body.size);
	item.about.bytes = xstrndup(item.about.bytes, item.about.size);
	outbox_reader_free(reader);
	return item;
}

static void forget(struct frame_item *item)
{
	free((char *)item->body.bytes);
	free((char *)item->about.bytes);
}

/* ---- events ---- */

static const struct event *decode_one(struct scene *scene, const char *topic, struct slice payload,
				      uint64_t position)
{
	const struct decode_input input = { .topic = topic,
					    .topic_size = strlen(topic),
					    .payload = payload.bytes,
					    .payload_size = payload.size,
					    .arrival_ms = ARRIVAL_MS,
					    .position = position };
	const struct decoded *decoded;

	assert_int_equal(decode(scene->decoder, &input, &decoded), 1);
	assert_int_equal(decoded->reason, REASON_NONE);
	return &decoded->event;
}

static const char event_text[] = "{\"specversion\":\"1.0\",\"id\":\"e1\",\"source\":\"/s\","
				 "\"type\":\"desk.case.closed\",\"time\":\"2026-11-22T01:15:00Z\","
				 "\"subject\":\"r 7\",\"data\":{\"note\":\"x \\\"y\\\" ơ\"}}";
static const char door_text[] = "{\"specversion\":\"1.0\",\"id\":\"e1\",\"source\":\"/s\","
				"\"type\":\"door.open\",\"time\":\"2026-11-22T01:15:00Z\"}";

static void an_event_is_read_above_as_what_it_was(void **state)
{
	struct scene *scene = *state;
	const struct event *event =
		decode_one(scene, "ioc/v1/d1/desk/evt/case.closed",
			   (struct slice){ event_text, strlen(event_text) }, 500);
	const struct event before = *event;
	char topic[128];
	struct frame_item item;

	forward_event(scene->forward, event, scene->schema, scene->units);
	forward_event(scene->forward, event, scene->schema, scene->units); /* again */
	assert_int_equal(count_items(scene, FRAME_EVENT), 1);
	item = item_of(scene, FRAME_EVENT, 0);
	assert_int_equal(item.recorded_ms, ARRIVAL_MS);
	assert_string_equal(item.about.bytes, "d1/desk/case.closed");
	(void)snprintf(topic, sizeof(topic), "ioc/v1/d1/desk/evt/%s", item.about.bytes + 8);
	event = decode_one(scene, topic, item.body, 900);
	assert_int_equal(event->digest, before.digest);
	assert_int_equal(event->time_ms, before.time_ms);
	assert_memory_equal(event->key, before.key, sizeof(before.key));
	forget(&item);
}

static void feeds_that_are_not_chosen_stay_here(void **state)
{
	struct scene *scene = *state;
	const struct event *event = decode_one(scene, "ioc/v1/d1/door/evt/open",
					       (struct slice){ door_text, strlen(door_text) }, 500);

	forward_event(scene->forward, event, scene->schema, scene->units);
	assert_int_equal(count_items(scene, FRAME_EVENT), 0);
}

static void what_somebody_gives_is_told_apart_by_rising_keys(void **state)
{
	struct scene *scene = *state;
	const char *json = "{\"a\":1}";
	static char big[FRAME_ITEM_MAX + 1];
	char about[300];

	assert_int_equal(forward_put(scene->forward, "d1/desk/x", json, 7, 5), 0);
	assert_int_equal(forward_put(scene->forward, "d1/desk/x", json, 7, 5), 0);
	assert_int_equal(forward_put(scene->forward, "d1/desk/x", json, 7, 4), 0);
	assert_int_equal(count_items(scene, FRAME_EVENT), 1);
	assert_int_equal(forward_put(scene->forward, "d1/desk/x", json, 7, 0), 0);
	assert_int_equal(forward_put(scene->forward, "d1/desk/x", json, 7, 0), 0);
	assert_int_equal(count_items(scene, FRAME_EVENT), 3);
	reopen(scene);
	assert_int_equal(forward_put(scene->forward, "d1/desk/x", json, 7, 5), 0);
	assert_int_equal(count_items(scene, FRAME_EVENT), 3);
	assert_int_equal(forward_put(scene->forward, "d1/desk/x", json, 7, 6), 0);
	assert_int_equal(count_items(scene, FRAME_EVENT), 4);

	memset(about, 'a', sizeof(about));
	about[256] = '\0';
	assert_int_equal(forward_put(scene->forward, about, json, 7, 0), -EMSGSIZE);
	assert_int_equal(forward_put(scene->forward, "", json, 7, 0), -EMSGSIZE);
	assert_int_equal(forward_put(scene->forward, "d1/desk/x", big, sizeof(big), 0), -EMSGSIZE);
	disk.is_full = true;
	assert_int_equal(forward_put(scene->forward, "d1/desk/x", json, 7, 7), -ENOSPC);
	disk.is_full = false;
	assert_int_equal(forward_put(scene->forward, "d1/desk/x", json, 7, 7), 0);
	assert_int_equal(count_items(scene, FRAME_EVENT), 5);
}

/* ---- roll-ups ---- */

#define N_ROLLUPS 400

/* All roll-ups that are put, by series; returns how many. */
static uint64_t read_rollups(const struct scene *scene)
{
	uint64_t n = 0;

	for (uint64_t i = 0; i < count_items(scene, FRAME_ROLLUP); i++) {
		struct frame_item item = item_of(scene, FRAME_ROLLUP, i);
		struct bytes_reader reader;
		struct rollup rollup;

		assert_true(item.body.size <= FRAME_ITEM_MAX && item.about.size == 0);
		bytes_reader_init(&reader, item.body.bytes, item.body.size);
		while (rollup_read(&reader, scene->units, &rollup)) {
			assert_int_equal(rollup.series, n++);
			assert_int_equal(rollup.unit, 0);
			assert_int_equal(rollup.size, 100);
		}
		assert_false(reader.is_bad);
		forget(&item);
	}
	return n;
}

static void roll_ups_are_put_together_alike_each_time(void **state)
{
	struct scene *scene = *state;
	static const char body[100];
	struct rollup rollups[N_ROLLUPS];
	struct rollup_batch batch = { 3, rollups, N_ROLLUPS / 2 };
	uint64_t n;

	for (uint32_t i = 0; i < N_ROLLUPS; i++)
		rollups[i] = (struct rollup){ .series = i, .n = 1, .body = body, .size = 100 };
	forward_rollups(scene->forward, &batch, scene->units); /* half of it, and a kill */
	n = count_items(scene, FRAME_ROLLUP);
	assert_true(n > 1);
	batch.n = N_ROLLUPS;
	reopen(scene);
	batch.list = rollups;
	batch.number = 4;
	batch.list += N_ROLLUPS / 2;
	batch.n = N_ROLLUPS / 2;
	forward_rollups(scene->forward, &batch, scene->units);
	assert_int_equal(read_rollups(scene), N_ROLLUPS);
	n = count_items(scene, FRAME_ROLLUP);
	forward_rollups(scene->forward, &batch, scene->units);
	batch.number = 3;
	forward_rollups(scene->forward, &batch, scene->units);
	assert_int_equal(count_items(scene, FRAME_ROLLUP), n);
}

/* ---- alerts ---- */

static struct alert_context context_of(const struct scene *scene)
{
	return (struct alert_context){ .units = scene->stage.units, .book = scene->stage.book };
}

static void offer_alerts(struct scene *scene)
{
	const struct alert_context context = context_of(scene);

	for (uint64_t n = 1; n <= alertbook_last(scene->stage.book); n++)
		forward_alert(scene->forward, alertbook_transition(scene->stage.book, n), &context);
}

static void assert_has(const struct scene *scene, uint64_t number, const char *text)
{
	struct frame_item item = item_of(scene, FRAME_ALERT, number);

	if (!strstr(item.body.bytes, text))
		fail_msg("no %s in %s", text, item.body.bytes);
	forget(&item);
}

static void transitions_go_up_once_and_in_order(void **state)
{
	struct scene *scene = *state;

	stage_judge(&scene->stage, "high", 1, JUDGE_CRITICAL, 1000);
	stage_judge(&scene->stage, "high", 2, JUDGE_WARNING, 2000);
	stage_judge(&scene->stage, "high", 1, JUDGE_CLEAR, 3000);
	offer_alerts(scene);
	offer_alerts(scene);
	reopen(scene);
	offer_alerts(scene);
	assert_int_equal(count_items(scene, FRAME_ALERT), alertbook_last(scene->stage.book));
	assert_has(scene, 0, "\"news\":\"raised\"");
	assert_has(scene, 0, "\"id\":\"u1\"");
	assert_has(scene, 1, "\"id\":\"u2\"");
	assert_has(scene, 2, "\"news\":\"cleared\"");
}

static void alerts_that_are_not_so_bad_stay_here(void **state)
{
	struct scene *scene = *state;

	scene->options.alerts = SEVERITY_CRITICAL;
	reopen(scene);
	stage_judge(&scene->stage, "high", 2, JUDGE_WARNING, 1000);
	offer_alerts(scene);
	assert_int_equal(count_items(scene, FRAME_ALERT), 0);
	scene->options.alerts = SEVERITY_NONE;
	reopen(scene);
	stage_judge(&scene->stage, "high", 1, JUDGE_CRITICAL, 2000);
	offer_alerts(scene);
	assert_int_equal(count_items(scene, FRAME_ALERT), 0);
	assert_false(forward_wants_standing(scene->forward));
}

static void a_new_stream_begins_with_all_that_stands(void **state)
{
	struct scene *scene = *state;
	uint64_t n;

	stage_judge(&scene->stage, "high", 1, JUDGE_CRITICAL, 1000);
	stage_judge(&scene->stage, "high", 2, JUDGE_WARNING, 2000);
	assert_true(forward_wants_standing(scene->forward));
	forward_standing_alerts(scene->forward, scene->stage.book, scene->stage.units);
	assert_false(forward_wants_standing(scene->forward));
	n = count_items(scene, FRAME_ALERT);
	assert_int_equal(n, 3);
	assert_has(scene, 0, "\"standing\":[");
	assert_has(scene, 1, "\"news\":\"nothing\"");
	offer_alerts(scene); /* a replay: they are in the list */
	assert_int_equal(count_items(scene, FRAME_ALERT), n);

	reopen(scene);
	assert_false(forward_wants_standing(scene->forward));
	stage_judge(&scene->stage, "high", 1, JUDGE_CLEAR, 3000);
	offer_alerts(scene);
	assert_int_equal(count_items(scene, FRAME_ALERT), n + 1);
	scene->forward->streams[FRAME_ALERT].wants_standing =
		true; /* some were given up; the end is not acknowledged yet */
	forward_standing_alerts(scene->forward, scene->stage.book, scene->stage.units);
	assert_int_equal(count_items(scene, FRAME_ALERT), n + 4);
	scene->forward->streams[FRAME_ALERT].wants_standing = true; /* again, and nothing new */
	forward_standing_alerts(scene->forward, scene->stage.book, scene->stage.units);
	assert_int_equal(count_items(scene, FRAME_ALERT), n + 7);
}

/* After a restart the outbox may be ahead of a fold that is not there yet. */
static void what_stands_is_not_told_by_a_book_that_lags(void **state)
{
	struct scene *scene = *state;
	struct stage before = scene->stage;
	static const struct rules_options rules = { .list = list, .n_list = COUNT(list) };

	stage_judge(&scene->stage, "high", 1, JUDGE_CRITICAL, 1000);
	offer_alerts(scene);
	before = stage_open(&rules);
	forward_standing_alerts(scene->forward, before.book, before.units);
	assert_true(forward_wants_standing(scene->forward));
	assert_int_equal(count_items(scene, FRAME_ALERT), 1);
	stage_close(&before);
}

int main(void)
{
#define SCENE(name) cmocka_unit_test_setup_teardown(name, make, unmake)
	const struct CMUnitTest tests[] = {
		SCENE(an_event_is_read_above_as_what_it_was),
		SCENE(feeds_that_are_not_chosen_stay_here),
		SCENE(what_somebody_gives_is_told_apart_by_rising_keys),
		SCENE(roll_ups_are_put_together_alike_each_time),
		SCENE(transitions_go_up_once_and_in_order),
		SCENE(alerts_that_are_not_so_bad_stay_here),
		SCENE(a_new_stream_begins_with_all_that_stands),
		SCENE(what_stands_is_not_told_by_a_book_that_lags),
	};

	return cmocka_run_group_tests_name("forward/offer", tests, NULL, NULL);
}
