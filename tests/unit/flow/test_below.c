/* SPDX-License-Identifier: Apache-2.0 */
/* What iocds below forward, carried through the fold: each item once, and only where it belongs. */
#include "iocd/frame.h"
#include "iocd/message.h"
#include "iocd/mirror.h"
#include "scene.h"

#define TOPIC_D1 "ioc/v1/d1/iocd/fwd/iocd"
#define EPOCH    "00112233445566778899aabbccddeeff"

static void append_bytes(struct scene *scene, int64_t now_ms, const char *topic, struct slice bytes)
{
	const struct record record = {
		.kind = RECORD_MESSAGE,
		.topic = topic,
		.topic_size = strlen(topic),
		.payload = bytes.bytes,
		.payload_size = bytes.size,
	};

	assert_int_equal(journal_append(scene->journal, &record, now_ms), 0);
}

/* n events of unit that happened and were recorded at time_ms; the first is number first. */
struct batch {
	const char *topic;
	uint64_t first;
	uint32_t n;
	const char *unit;
	const char *type;
	const char *data;
	int64_t time_ms;
};

static void forward(struct scene *scene, int64_t now_ms, const struct batch *batch)
{
	CLEANUP(frame_writer_free) struct frame_writer *writer = frame_writer_new();
	const struct mark from = { batch->first, batch->first * 100 };

	frame_begin(writer, FRAME_EVENT, EPOCH, from, FRAME_RAW_MAX);
	for (uint32_t i = 0; i < batch->n; i++) {
		CLEANUP_TEXT struct text body = { 0 }, about = { 0 };
		char id[32];

		snprintf(id, sizeof(id), "id-%u", (unsigned)(batch->first + i));
		text_add(&about, "%s/desk/%s", batch->unit, batch->type);
		write_event(&body, batch->unit, batch->type, id, batch->time_ms, batch->data);
		assert_int_equal(frame_add(writer,
					   &(struct frame_item){
						   .recorded_ms = batch->time_ms,
						   .about = { text_get(&about), about.size },
						   .body = { text_get(&body), body.size },
					   }),
				 0);
	}
	append_bytes(scene, now_ms, batch->topic,
		     frame_end(writer, (batch->first + batch->n) * 100, true));
}

static uint64_t accepted(const struct flow *flow)
{
	return ledger_all(flow_ledger(flow))->accepted;
}

static uint64_t refused(const struct flow *flow, uint32_t unit, enum reason reason)
{
	return ledger_unit(flow_ledger(flow), unit)->refused[reason];
}

static void each_item_counts_once_however_often_and_in_whatever_order_it_comes(void **state)
{
	struct scene *scene = *state;
	struct flow *flow = scene_flow(scene);
	struct batch batch = { TOPIC_D1, 0, 10, "d1", "closed", "{\"late\":true}", START };
	struct receipt receipt;

	forward(scene, START, &batch);
	batch.first = 20;
	forward(scene, START + SECOND, &batch);
	forward(scene, START + SECOND, &batch);
	carry(flow);
	assert_int_equal(accepted(flow), 20);
	sites_receipt(flow_sites(flow), 0, &receipt);
	assert_int_equal(receipt.streams[FRAME_EVENT].have.number, 30);
	assert_int_equal(receipt.streams[FRAME_EVENT].n_missing, 1);
	assert_int_equal(receipt.streams[FRAME_EVENT].missing[0].from.number, 10);
	assert_int_equal(receipt.streams[FRAME_EVENT].missing[0].to.number, 20);

	batch.first = 5; /* half of it is here already */
	batch.n = 25;
	forward(scene, START + 2 * SECOND, &batch);
	carry(flow);
	assert_int_equal(accepted(flow), 30);
	sites_receipt(flow_sites(flow), 0, &receipt);
	assert_int_equal(receipt.streams[FRAME_EVENT].n_missing, 0);
	let_pass(scene, flow, START + 3 * SECOND);
	assert_float_equal(indicators_read(flow_indicators(flow), CLOSED, UNIT_P, &today).value, 30,
			   0);
	flow_free(flow);
}

static void the_same_id_counts_again_if_its_number_is_another(void **state)
{
	struct scene *scene = *state;
	struct flow *flow = scene_flow(scene);
	struct batch batch = { TOPIC_D1, 0, 1, "d1", "closed", "{\"late\":true}", START };

	scene->rate = 1;
	forward(scene, START, &batch);
	carry(flow);
	send_as(scene, START + SECOND, "d1", "closed", "id-0", START, "{\"late\":true}");
	carry(flow); /* what the site knows is not asked here: its unit speaks by it alone */
	assert_int_equal(accepted(flow), 2);
	flow_free(flow);
}

static void a_site_speaks_for_itself_and_those_below_it_alone(void **state)
{
	struct scene *scene = *state;
	struct flow *flow = scene_flow(scene);
	struct batch batch = { TOPIC_D1, 0, 3, "d2", "closed", "{\"late\":true}", START };

	forward(scene, START, &batch);
	carry(flow);
	assert_int_equal(accepted(flow), 0);
	assert_int_equal(refused(flow, UNIT_D1, REASON_unit_mismatch), 3);

	batch = (struct batch){ "ioc/v1/p/iocd/fwd/iocd", 0,    3, "d2", "closed",
				"{\"late\":true}",        START };
	forward(scene, START, &batch);
	carry(flow);
	assert_int_equal(accepted(flow), 3);
	flow_free(flow);
}

static void what_waited_for_long_is_counted_but_is_no_news(void **state)
{
	struct scene *scene = *state;
	struct flow *flow = scene_flow(scene);
	struct batch batch = {
		TOPIC_D1, 0, 1, "d1", "hit", "{\"host\":\"a\"}", START - 10 * MINUTE
	};

	forward(scene, START, &batch);
	carry(flow);
	assert_int_equal(accepted(flow), 1);
	assert_int_equal(n_told(flow), 0);

	batch.first = 1;
	batch.time_ms = START;
	forward(scene, START + SECOND, &batch);
	carry(flow);
	assert_int_equal(n_told(flow), 1);
	flow_free(flow);
}

/* limits.age is a day here: it is asked of the way to the site, not of the way from there. */
static void ten_days_in_an_outbox_are_not_too_old(void **state)
{
	struct scene *scene = *state;
	struct flow *flow = scene_flow(scene);
	const struct batch batch = { TOPIC_D1,        0, 5, "d1", "closed", "{\"late\":false}",
				     START - 10 * DAY };

	forward(scene, START, &batch);
	carry(flow);
	assert_int_equal(accepted(flow), 5);
	flow_free(flow);
}

static void what_cannot_be_read_is_refused_and_counted(void **state)
{
	struct scene *scene = *state;
	struct flow *flow = scene_flow(scene);
	const struct batch elsewhere = { "ioc/v1/d3/iocd/fwd/iocd", 0,    1, "d3", "closed",
					 "{\"late\":false}",        START };

	append(scene, START, TOPIC_D1, "IOCF nonsense");
	append(scene, START, TOPIC_D1, "{\"heartbeat\":1}");
	append(scene, START, TOPIC_D1, "");
	forward(scene, START, &elsewhere);
	carry(flow);
	assert_int_equal(refused(flow, UNIT_D1, REASON_bad_frame), 3);
	assert_int_equal(refused(flow, UNIT_NONE, REASON_unknown_unit), 1);
	assert_int_equal(sites_count(flow_sites(flow)), 0);
	flow_free(flow);
}

/* ---- alerts ---- */

static void take_bytes(struct text *to, const struct flow *flow)
{
	struct bytes_writer writer;
	char buffer[4096];

	bytes_writer_init(&writer, bytes_into_text, to, buffer, sizeof(buffer));
	flow_save(flow, &writer);
	assert_int_equal(bytes_flush(&writer), 0);
}

static void mirror_here(struct scene *scene)
{
	struct rule *rule = &scene->rules[scene->n_rules];

	*rule = (struct rule){
		.id = "m",
		.title_vi = "",
		.title_en = "",
		.kind = RULE_OWN,
		.own = OWN_MIRRORED,
		.number = scene->n_rules,
		.severity = SEVERITY_CRITICAL,
		.applies = scene->applies[RULE_LATE], /* everywhere */
	};
	scene->n_rules++;
}

/* A heartbeat of d1, whose outbox has alerts first to n; its clock is ahead by so much. */
static void beat(struct scene *scene, int64_t now_ms, uint64_t first, uint64_t n, int64_t ahead_ms)
{
	CLEANUP_TEXT struct text json = { 0 };
	const struct heartbeat heartbeat = {
		.instance = "d1",
		.time_ms = now_ms + ahead_ms,
		.every_ms = 15 * SECOND,
		.streams = { [FRAME_ALERT] = { .is_kept = true,
					       .epoch = EPOCH,
					       .first = { first, first * 100 },
					       .head = { n, n * 100 } } },
	};

	heartbeat_write(&json, &heartbeat);
	append_bytes(scene, now_ms, TOPIC_D1, (struct slice){ text_get(&json), json.size });
}

static void add_alert(struct frame_writer *writer, const char *rule, uint64_t number, bool stands,
		      int64_t time_ms)
{
	CLEANUP_TEXT struct text body = { 0 };

	text_add(&body,
		 "{\"number\":%u,\"news\":\"%s\",\"rule\":{\"id\":\"%s\",\"title\":{}},"
		 "\"unit\":{\"id\":\"d1\"},\"subject\":\"\",\"state\":\"%s\","
		 "\"severity\":\"warning\",\"uncertain\":false,\"drill\":false,\"closed\":false,"
		 "\"latched\":false,\"handling\":\"%s\",\"suppressed\":[],\"reason\":{}}",
		 (unsigned)number, stands ? "raised" : "cleared", rule, stands ? "raised" : "quiet",
		 stands ? "unacknowledged" : "none");
	assert_int_equal(frame_add(writer,
				   &(struct frame_item){
					   .recorded_ms = time_ms,
					   .body = { text_get(&body), body.size },
				   }),
			 0);
}

/* n alerts of d1 that were raised at time_ms, of rules "r<number>" from first on; or ended. */
static void forward_alerts(struct scene *scene, int64_t now_ms, uint64_t first, uint32_t n,
			   bool stand, int64_t time_ms)
{
	CLEANUP(frame_writer_free) struct frame_writer *writer = frame_writer_new();
	const struct mark from = { first, first * 100 };
	char rule[32];

	frame_begin(writer, FRAME_ALERT, EPOCH, from, FRAME_RAW_MAX);
	for (uint32_t i = 0; i < n; i++) {
		(void)snprintf(rule, sizeof(rule), "r%u", (unsigned)(first + i) % 2);
		add_alert(writer, rule, first + i + 1, stand, time_ms);
	}
	append_bytes(scene, now_ms, TOPIC_D1, frame_end(writer, (first + n) * 100, true));
}

static uint64_t n_alarms(const struct flow *flow)
{
	struct workload_view view;

	workload_get(flow_workload(flow), &view);
	return view.last_hour;
}

static const struct alert *mirrored(const struct flow *flow, const char *subject)
{
	return alertbook_find(flow_book(flow), rules_find(flow_rules(flow), "m", 1), UNIT_D1,
			      subject);
}

static void alerts_of_an_outage_are_told_once_all_of_them_are_here(void **state)
{
	struct scene *scene = *state;
	struct flow *flow;

	mirror_here(scene);
	flow = scene_flow(scene);
	beat(scene, START, 0, 5, 0);
	forward_alerts(scene, START, 0, 2, true, START - DAY);
	forward_alerts(scene, START + SECOND, 2, 2, false, START - DAY);
	let_pass(scene, flow, START + 2 * SECOND);
	assert_int_equal(n_told(flow), 4); /* raised and cleared, r0 and r1 */

	forward_alerts(scene, START + 2 * SECOND, 4, 1, true, START - HOUR);
	let_pass(scene, flow, START + 3 * SECOND);
	assert_int_equal(n_told(flow), 6);
	assert_int_equal(told_at(flow, 5)->news, NEWS_RAISED);
	assert_int_equal(told_at(flow, 6)->news, NEWS_ANNOUNCED);
	assert_int_equal(n_alarms(flow), 1);
	flow_free(flow);
}

static void alerts_wait_through_a_restart_until_a_heartbeat_says_that_no_more_comes(void **state)
{
	CLEANUP_TEXT struct text saved = { 0 };
	struct scene *scene = *state;
	struct flow *flow, *loaded;
	struct bytes_reader reader;

	mirror_here(scene);
	flow = scene_flow(scene);
	beat(scene, START, 0, 5, 0);
	forward_alerts(scene, START, 0, 1, true, START - 10 * MINUTE);
	let_pass(scene, flow, START + SECOND);
	assert_int_equal(mirrored(flow, "r0")->machine.suppressed,
			 SUPPRESSION_BIT(SUPPRESSION_BACKLOG));
	take_bytes(&saved, flow);
	flow_free(flow);

	loaded = scene_flow(scene);
	bytes_reader_init(&reader, text_get(&saved), saved.size);
	(void)flow_load(loaded, &reader);
	assert_false(reader.is_bad);
	beat(scene, START + 2 * SECOND, 0, 5, 0);
	let_pass(scene, loaded, START + 3 * SECOND);
	assert_false(mirrored(loaded, "r0")->machine.announced);
	beat(scene, START + 3 * SECOND, 5, 5, 0); /* the outbox was full */
	let_pass(scene, loaded, START + 4 * SECOND);
	assert_true(mirrored(loaded, "r0")->machine.announced);
	flow_free(loaded);
}

static void what_came_at_once_is_news_by_the_clock_of_the_site(void **state)
{
	struct scene *scene = *state;
	struct flow *flow;
	uint64_t record;

	mirror_here(scene);
	flow = scene_flow(scene);
	beat(scene, START, 0, 9, -HOUR);
	record = journal_end(scene->journal);
	forward_alerts(scene, START, 0, 1, true, START - HOUR);
	carry(flow);
	assert_int_equal(mirrored(flow, "r0")->n_samples, 1); /* what explain shows */
	assert_int_equal(mirrored(flow, "r0")->samples[0], record);
	assert_int_equal(mirrored(flow, "r0")->machine.suppressed, 0);
	assert_true(mirrored(flow, "r0")->machine.announced);
	forward_alerts(scene, START, 1, 1, true, START - HOUR - 6 * MINUTE);
	carry(flow);
	assert_false(mirrored(flow, "r1")->machine.announced);
	flow_free(flow);
}

/* ---- orders ---- */

static void send_order(struct scene *scene, int64_t now_ms, uint64_t orders, uint64_t number,
		       const char *key, const char *verb)
{
	CLEANUP_TEXT struct text json = { 0 }, command = { 0 };

	text_add(&command,
		 "{\"verb\":\"%s\",\"key\":\"%s\",\"by\":\"an@above\",\"unit\":\"d1\","
		 "\"rule\":\"level\"}",
		 verb, key);
	order_write(&json,
		    &(struct order_message){ .orders = orders,
					     .number = number,
					     .command = { text_get(&command), command.size } });
	append_own(scene, now_ms, OWN_TOPIC_ABOVE, text_get(&json));
}

static void an_order_from_above_is_carried_out_once_and_its_number_is_told(void **state)
{
	struct scene *scene = *state;
	struct flow *flow = scene_flow(scene);
	const struct alert *alert;
	uint64_t orders;

	send(scene, START, "d1", "level", "{\"value\":6}");
	let_pass(scene, flow, START + SECOND);
	send_order(scene, START + SECOND, 7, 1, "k1", "acknowledge");
	carry(flow);
	alert = alertbook_find(flow_book(flow), RULE_LEVEL, UNIT_D1, "");
	assert_int_equal(alert->machine.handling, HANDLING_ACKNOWLEDGED);
	assert_string_equal(alert->acknowledged_by, "an@above");
	assert_int_equal(flow_above(flow, &orders), 1);
	assert_int_equal(orders, 7);

	send_order(scene, START + 2 * SECOND, 7, 2, "k2", "unacknowledge");
	send_order(scene, START + 2 * SECOND, 7, 1, "k3", "acknowledge"); /* of a number that was */
	carry(flow);
	alert = alertbook_find(flow_book(flow), RULE_LEVEL, UNIT_D1, "");
	assert_int_equal(alert->machine.handling, HANDLING_UNACKNOWLEDGED);
	assert_int_equal(flow_above(flow, &orders), 2);
	flow_free(flow);
}

static void orders_of_another_journal_above_begin_at_one_again(void **state)
{
	struct scene *scene = *state;
	struct flow *flow = scene_flow(scene);
	const struct alert *alert;
	uint64_t orders;

	send(scene, START, "d1", "level", "{\"value\":6}");
	let_pass(scene, flow, START + SECOND);
	send_order(scene, START + SECOND, 7, 9, "k1", "acknowledge");
	send_order(scene, START + SECOND, 3, 1, "k2", "unacknowledge");
	carry(flow);
	alert = alertbook_find(flow_book(flow), RULE_LEVEL, UNIT_D1, "");
	assert_int_equal(alert->machine.handling, HANDLING_UNACKNOWLEDGED);
	assert_int_equal(flow_above(flow, &orders), 1);
	assert_int_equal(orders, 3);
	flow_free(flow);
}

static void a_state_saved_between_two_frames_goes_on_as_if_nothing_had_happened(void **state)
{
	CLEANUP_TEXT struct text saved = { 0 }, one = { 0 }, other = { 0 };
	struct scene *scene = *state;
	struct flow *flow = scene_flow(scene), *loaded;
	struct batch batch = { TOPIC_D1, 0, 10, "d1", "closed", "{\"late\":true}", START };
	struct bytes_reader reader;

	forward(scene, START, &batch);
	batch.first = 20;
	forward(scene, START, &batch);
	let_pass(scene, flow, START + SECOND);
	take_bytes(&saved, flow);

	batch.first = 0;
	batch.n = 40;
	forward(scene, START + 2 * SECOND, &batch);
	let_pass(scene, flow, START + 3 * SECOND);
	assert_int_equal(accepted(flow), 40);

	loaded = scene_flow(scene);
	bytes_reader_init(&reader, text_get(&saved), saved.size);
	(void)flow_load(loaded, &reader);
	assert_false(reader.is_bad);
	carry(loaded);
	assert_int_equal(accepted(loaded), 40);
	take_bytes(&one, flow);
	take_bytes(&other, loaded);
	assert_int_equal(one.size, other.size);
	assert_memory_equal(text_get(&one), text_get(&other), one.size);
	flow_free(loaded);
	flow_free(flow);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, scene_make, scene_unmake)
	const struct CMUnitTest tests[] = {
		TEST(each_item_counts_once_however_often_and_in_whatever_order_it_comes),
		TEST(the_same_id_counts_again_if_its_number_is_another),
		TEST(a_site_speaks_for_itself_and_those_below_it_alone),
		TEST(what_waited_for_long_is_counted_but_is_no_news),
		TEST(ten_days_in_an_outbox_are_not_too_old),
		TEST(what_cannot_be_read_is_refused_and_counted),
		TEST(alerts_of_an_outage_are_told_once_all_of_them_are_here),
		TEST(alerts_wait_through_a_restart_until_a_heartbeat_says_that_no_more_comes),
		TEST(what_came_at_once_is_news_by_the_clock_of_the_site),
		TEST(an_order_from_above_is_carried_out_once_and_its_number_is_told),
		TEST(orders_of_another_journal_above_begin_at_one_again),
		TEST(a_state_saved_between_two_frames_goes_on_as_if_nothing_had_happened),
	};
#undef TEST

	return cmocka_run_group_tests(tests, NULL, NULL);
}
