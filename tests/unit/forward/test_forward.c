/* SPDX-License-Identifier: Apache-2.0 */
/* What goes up, when, and what a receipt may bring about. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "disk.h"
#include "iocd/base/err.h"
#include "iocd/base/random.h"
#include "world.h"

static void before_the_first_receipt_only_heartbeats_go(void **state)
{
	struct world *world = *state;

	world->is_deaf = true;
	world_start(world);
	world_offer(world, FRAME_ALERT, 0, 3, 10);
	world_offer(world, FRAME_EVENT, 0, 50, 100);
	world_run(world, 100); /* ten seconds */
	assert_int_equal(world->n_frames, 0);
	assert_true(world->n_beats >= 2 && world->n_beats <= 8);
	assert_true(world->beat.streams[FRAME_EVENT].is_kept);
	assert_int_equal(world->beat.streams[FRAME_EVENT].head.number, 50);
	assert_int_equal(world->beat.streams[FRAME_EVENT].backlog, 50);
	assert_int_equal(world->beat.streams[FRAME_EVENT].oldest_ms, WORLD_START_MS);
	assert_string_equal(world->beat.instance, "test");
	assert_int_equal(world->beat.every_ms, 1000);

	world->is_deaf = false;
	world_drain(world);
	world_assert_counted(world, FRAME_EVENT, 0, 50);
	world_assert_counted(world, FRAME_ALERT, 0, 3);
	assert_int_equal(world->n_repeats, 0);
	assert_int_equal(world_status(world, FRAME_EVENT).backlog, 0);
	assert_int_equal(world_status(world, FRAME_EVENT).receipted, 50);
}

static void nothing_goes_before_it_is_on_the_disk(void **state)
{
	struct world *world = *state;

	world_start(world);
	world_run(world, 3);
	world_offer(world, FRAME_EVENT, 0, 5, 10);
	for (int i = 0; i < 10; i++) {
		world_tick(world, 100);
		world_deliver(world, WORLD_WAY_MAX);
	}
	assert_int_equal(world->n_frames, 0);
	assert_false(forward_is_settled(world->forward));
	world_run(world, 5);
	assert_true(forward_is_settled(world->forward));
	world_assert_counted(world, FRAME_EVENT, 0, 5);
}

static void events_wait_for_company_and_alerts_do_not(void **state)
{
	struct world *world = *state;

	world->options.batch_ms = 1000;
	world_start(world);
	world_run(world, 3);
	world_offer(world, FRAME_EVENT, 0, 5, 10);
	world_offer(world, FRAME_ALERT, 0, 1, 10);
	world_run(world, 2);
	world_assert_counted(world, FRAME_ALERT, 0, 1);
	assert_int_equal(world->n_counted[FRAME_EVENT], 0);
	world_offer(world, FRAME_EVENT, 5, 9, 10);
	world_run(world, 12);
	world_assert_counted(world, FRAME_EVENT, 0, 9);
	assert_int_equal(world->n_frames, 2);

	world_offer(world, FRAME_EVENT, 9, 60, 100); /* a full frame does not wait */
	world_run(world, 2);
	assert_true(world->n_counted[FRAME_EVENT] > 30);
}

static void only_so_many_frames_fly_without_an_answer(void **state)
{
	struct world *world = *state;

	world_start(world);
	world_run(world, 3);
	world->is_deaf = true;
	world_offer(world, FRAME_EVENT, 0, 150, 500);
	world_offer(world, FRAME_ROLLUP, 0, 150, 500);
	world_offer(world, FRAME_ALERT, 0, 100, 500);
	world_run(world, 20); /* two seconds */
	assert_true(world->n_frames >= FLIGHTS_MAX - 2 && world->n_frames <= FLIGHTS_MAX);
	assert_true(world->n_counted[FRAME_ALERT] > 0);
}

static void alerts_come_in_order_one_frame_after_the_other(void **state)
{
	struct world *world = *state;

	world_start(world);
	world_offer(world, FRAME_ALERT, 0, 200, 300);
	for (int i = 0; i < 300; i++) {
		world->is_cut = i % 3 == 0;
		world_run(world, 1);
	}
	world->is_cut = false;
	world_drain(world);
	world_assert_counted(world, FRAME_ALERT, 0, 200);
	assert_int_equal(world->n_early, 0);
}

/* A backlog of 2,000 frames: what is new arrives at once, and the backlog is not kept from it. */
static void after_an_outage_what_is_new_comes_before_what_is_old(void **state)
{
	struct world *world = *state;
	uint64_t n_before;

	world_start(world);
	world_offer(world, FRAME_EVENT, 0, 8000, 500);
	world_sync(world);
	world_tick(world, 3600000);
	world_run(world, 4);
	n_before = world->n_counted[FRAME_EVENT];
	assert_true(n_before > 0 && n_before < 1000);

	world_offer(world, FRAME_EVENT, 8000, 8003, 20);
	world_run(world, 4);
	world_assert_counted(world, FRAME_EVENT, 8000, 8003);
	assert_true(world->n_counted[FRAME_EVENT] > n_before + 3);
	assert_true(world->n_counted[FRAME_EVENT] < 2000);
	world_assert_counted(world, FRAME_EVENT, 0, 100); /* the oldest first */
	world_drain(world);
	world_assert_counted(world, FRAME_EVENT, 0, 8003);
	assert_int_equal(world->n_repeats, 0);
}

/* Twenty frames of an hour ago, and a way on which frames go one by one. */
static void what_is_new_does_not_wait_for_a_little_that_is_old(void **state)
{
	struct world *world = *state;

	world_start(world);
	world_offer(world, FRAME_EVENT, 0, 120, 500);
	world_sync(world);
	world_tick(world, 3600000);
	world_deliver(world, WORLD_WAY_MAX);
	world_offer(world, FRAME_EVENT, 120, 121, 20);
	for (int i = 0; i < 30 && world->counts[FRAME_EVENT][120] == 0; i++) {
		world_sync(world);
		world_tick(world, 100);
		world_deliver(world, 1);
	}
	assert_int_equal(world->counts[FRAME_EVENT][120], 1);
	assert_true(world->n_counted[FRAME_EVENT] < 80);
	world_drain(world);
	world_assert_counted(world, FRAME_EVENT, 0, 121);
}

static void what_was_receipted_is_known_after_a_restart(void **state)
{
	struct world *world = *state;

	world_start(world);
	world_offer(world, FRAME_EVENT, 0, 100, 50);
	world_drain(world);
	world_stop(world);
	world->is_cut = true;
	world_start(world);
	world_offer(world, FRAME_EVENT, 100, 102, 50);
	world_run(world, 3);
	assert_int_equal(world_status(world, FRAME_EVENT).backlog, 2);
	assert_int_equal(world_status(world, FRAME_EVENT).receipted, 100);
	world->is_cut = false;
	world_run(world, 60);
	world_drain(world);
	world_assert_counted(world, FRAME_EVENT, 0, 102);
	assert_int_equal(world->n_repeats, 0);
}

static void on_a_slow_way_few_frames_of_backlog_stand_before_what_is_live(void **state)
{
	struct world *world = *state;

	world_start(world);
	world_offer(world, FRAME_EVENT, 0, 4000, 500);
	world_sync(world);
	world_tick(world, 3600000);
	world_deliver(world, WORLD_WAY_MAX);
	for (int i = 0; i < 400; i++) { /* a frame in 300 ms */
		world_tick(world, 100);
		if (i % 3 == 0)
			world_deliver(world, 1);
	}
	assert_true(world->forward->flights.of_lane[LANE_FILL] <= 3);
	assert_true(world->n_way <= 4);
}

static void a_lost_frame_is_sent_again_when_a_later_one_has_arrived(void **state)
{
	struct world *world = *state;

	world_start(world);
	world_run(world, 3);
	world->is_cut = true;
	world_offer(world, FRAME_EVENT, 0, 10, 500);
	world_run(world, 3);
	world->is_cut = false;
	assert_int_equal(world->n_frames, 0);
	world_offer(world, FRAME_EVENT, 10, 20, 500);
	world_run(world, 8);
	world_assert_counted(world, FRAME_EVENT, 0, 20);
	assert_int_equal(world->n_repeats, 0);
}

static void silence_is_asked_after_less_and_less_often(void **state)
{
	struct world *world = *state;
	uint64_t before;

	world->options.heartbeat_ms = 0;
	world_start(world);
	world_run(world, 3);
	assert_int_equal(world->n_beats, 1);
	world_offer(world, FRAME_EVENT, 0, 10, 10);
	world->is_cut = true;
	world_run(world, 10);
	before = world->n_published;
	world_run(world, 45);
	assert_int_equal(world->n_published, before + 1); /* after five seconds it is asked */
	assert_false(world->forward->is_answered);
	world_run(world, 90);
	assert_int_equal(world->n_published, before + 1);
	world_run(world, 15);
	assert_int_equal(world->n_published, before + 2); /* ten later */
	world_run(world, 6000);                           /* ten minutes: twenty times */
	assert_true(world->n_published >= before + 20 && world->n_published <= before + 23);

	world->is_cut = false;
	world_run(world, 310);
	world_assert_counted(world, FRAME_EVENT, 0, 10);
}

/* The broker says that nobody listens, or that we may not publish. */
static void when_the_broker_refuses_only_heartbeats_try_again(void **state)
{
	struct world *world = *state;
	uint64_t before;

	world->options.heartbeat_ms = 0;
	world_start(world);
	world_run(world, 3);
	world->is_cut = true;
	world_offer(world, FRAME_EVENT, 0, 100, 500);
	world_run(world, 3);
	assert_true(world->forward->flights.n > 0);
	forward_note_refused(world->forward, 0x87);
	before = world->n_published;
	assert_false(world->forward->is_answered);
	world_run(world, 45);
	assert_int_equal(world->n_published, before);
	world->is_cut = false;
	world_run(world, 8);
	assert_true(world->forward->is_answered);
	world_drain(world);
	world_assert_counted(world, FRAME_EVENT, 0, 100);
	assert_int_equal(world->n_repeats, 0);
}

static void a_full_queue_is_tried_again(void **state)
{
	struct world *world = *state;

	world_start(world);
	world_run(world, 3);
	world->is_full = true;
	world_offer(world, FRAME_EVENT, 0, 100, 100);
	world_run(world, 20);
	assert_int_equal(world->n_frames, 0);
	world->is_full = false;
	world_drain(world);
	world_assert_counted(world, FRAME_EVENT, 0, 100);
}

static void a_new_outbox_is_a_new_epoch(void **state)
{
	struct world *world = *state;
	char epoch[FRAME_EPOCH_MAX];
	struct site_view view;

	world_start(world);
	world_offer(world, FRAME_EVENT, 0, 30, 10);
	world_drain(world);
	strcpy(epoch, world->beat.streams[FRAME_EVENT].epoch);
	world_stop(world);
	strcat(world->directory, "2");
	world_start(world);
	world_offer(world, FRAME_EVENT, 30, 60, 10);
	world_drain(world);
	assert_string_not_equal(epoch, world->beat.streams[FRAME_EVENT].epoch);
	world_assert_counted(world, FRAME_EVENT, 0, 60);
	sites_view(world->sites, 0, &view);
	assert_int_equal(view.streams[FRAME_EVENT].resets, 1);
	assert_int_equal(view.streams[FRAME_EVENT].given_up, 0);
}

static void the_one_above_may_lose_its_memory(void **state)
{
	const struct sites_options options = { .version = "1", .hash = "h", .orders = 1 };
	struct sites_options again = options;
	struct world *world = *state;

	world_start(world);
	world_offer(world, FRAME_EVENT, 0, 30, 10);
	world_run(world, 10);
	world_offer(world, FRAME_EVENT, 30, 40, 10);
	world_sync(world);
	world_tick(world, 100);
	sites_free(world->sites);
	again.units = world->units;
	world->sites = sites_new(&again);
	memset(world->counts[FRAME_EVENT], 0, WORLD_ITEMS_MAX);
	world_run(world, 100);
	world_drain(world);
	world_assert_counted(world, FRAME_EVENT, 0, 40); /* all of it was still here */
}

/* ---- receipts that lie ---- */

static void receive(struct world *world, const struct receipt_stream *stream)
{
	CLEANUP_TEXT struct text json = { 0 };
	struct receipt receipt = { .orders = 1 };

	receipt.streams[FRAME_EVENT] = *stream;
	receipt_write(&json, &receipt);
	forward_receive(world->forward, json.bytes, json.size);
}

static struct receipt_stream receipt_of(const struct world *world, uint64_t have)
{
	struct receipt_stream stream = { .is_known = true, .have = { have, have * 100 } };

	strcpy(stream.epoch, outbox_epoch(world->forward->streams[FRAME_EVENT].outbox));
	return stream;
}

static void a_receipt_that_cannot_be_true_changes_nothing(void **state)
{
	struct world *world = *state;
	struct receipt_stream stream;

	world_start(world);
	world_offer(world, FRAME_EVENT, 0, 3000, 500);
	world_run(world, 4);
	world->is_deaf = true;
	world->is_cut = true;
	stream = receipt_of(world, 40);
	receive(world, &stream);
	assert_int_equal(world_status(world, FRAME_EVENT).backlog, 2960);

	stream = receipt_of(world, 3001); /* more than there is */
	receive(world, &stream);
	stream = receipt_of(world, 3000);
	stream.epoch[0] ^= 1; /* of another outbox */
	receive(world, &stream);
	stream = receipt_of(world, 3000);
	stream.missing[0] = (struct frame_range){ { 50, 0 }, { 60, 0 } };
	stream.missing[1] = (struct frame_range){ { 40, 0 }, { 51, 0 } }; /* out of order */
	stream.n_missing = 2;
	receive(world, &stream);
	stream = receipt_of(world, 3000);
	stream.missing[0] = (struct frame_range){ { 50, 0 }, { 3001, 0 } };
	stream.n_missing = 1;
	receive(world, &stream);
	assert_int_equal(world_status(world, FRAME_EVENT).backlog, 2960);
	assert_true(world->forward->streams[FRAME_EVENT].floor.number <= 40);

	stream = receipt_of(world, 10); /* it has lost something: what is here still goes again */
	receive(world, &stream);
	assert_int_equal(world_status(world, FRAME_EVENT).backlog, 2990);

	world->is_deaf = false;
	world->is_cut = false;
	world_drain(world);
	world_assert_counted(world, FRAME_EVENT, 0, 3000);
}

static void rubbish_from_above_changes_nothing(void **state)
{
	struct world *world = *state;
	CLEANUP_TEXT struct text json = { 0 };
	struct receipt receipt = { .orders = 1 };
	struct random_stream random;
	uint64_t floor;

	world_start(world);
	world_offer(world, FRAME_EVENT, 0, 100, 50);
	world_run(world, 3);
	world->is_cut = true;
	receipt.streams[FRAME_EVENT] = receipt_of(world, 60);
	receipt.streams[FRAME_EVENT].missing[0] = (struct frame_range){ { 5, 1 }, { 9, 2 } };
	receipt.streams[FRAME_EVENT].n_missing = 1;
	receipt_write(&json, &receipt);
	floor = world->forward->streams[FRAME_EVENT].floor.number;
	random_seed(&random, 5);
	for (int i = 0; i < 3000; i++) {
		char bytes[4096];
		size_t n = json.size < sizeof(bytes) ? json.size : sizeof(bytes);

		memcpy(bytes, json.bytes, n);
		for (int j = 0; j < 1 + i % 3; j++)
			bytes[random_below(&random, n)] = (char)random_next(&random);
		forward_receive(world->forward, bytes, i % 5 ? n : random_below(&random, n));
	}
	assert_int_equal(world->forward->streams[FRAME_EVENT].floor.number, floor);
	world->is_cut = false;
	world_drain(world);
	world_assert_counted(world, FRAME_EVENT, 0, 100);
}

static void an_order_is_handed_on_and_confirmed_soon(void **state)
{
	const struct order_message order = { 77, 3, { "{\"kind\":\"comment\"}", 18 } };
	CLEANUP_TEXT struct text json = { 0 };
	struct world *world = *state;
	uint64_t before;

	world->options.heartbeat_ms = 3600000;
	world_start(world);
	world_run(world, 5);
	before = world->n_beats;
	order_write(&json, &order);
	forward_receive(world->forward, json.bytes, json.size);
	assert_int_equal(world->n_orders, 1);
	world_run(world, 3);
	assert_int_equal(world->n_beats, before + 1);
	assert_int_equal(world->beat.orders_done, 3);
	assert_int_equal(world->beat.epoch_orders, 77);
	world_run(world, 10);
	assert_int_equal(world->n_beats, before + 1);
}

static void the_status_says_what_is_here_and_what_is_there(void **state)
{
	struct world *world = *state;
	struct forward_status status;

	world_start(world);
	world_offer(world, FRAME_EVENT, 0, 40, 100);
	world_run(world, 6);
	world->is_cut = true;
	world_tick(world, 5000);
	world_offer(world, FRAME_EVENT, 40, 45, 100);
	world_run(world, 2);
	forward_get_status(world->forward, &status);
	assert_int_equal(status.state, MQTT_UP);
	assert_int_equal(status.fault, 0);
	assert_true(status.frames >= 1 && status.bytes > 0 && status.raw_bytes > 4000);
	assert_true(status.answered_ms >= WORLD_START_MS);
	assert_int_equal(status.streams[FRAME_EVENT].head, 45);
	assert_int_equal(status.streams[FRAME_EVENT].receipted, 40);
	assert_int_equal(status.streams[FRAME_EVENT].backlog, 5);
	assert_true(status.streams[FRAME_EVENT].oldest_ms >= WORLD_START_MS + 5000);
	assert_true(status.streams[FRAME_EVENT].bytes > 0);
	assert_true(status.streams[FRAME_ROLLUP].is_kept);
	assert_int_equal(status.streams[FRAME_ROLLUP].oldest_ms, 0);
}

static bool reaches(const struct world *world, const struct text *saved)
{
	struct bytes_reader reader;
	bool is_so;

	bytes_reader_init(&reader, text_get(saved), saved->size);
	is_so = forward_reaches(world->forward, &reader);
	assert_false(reader.is_bad);
	assert_ptr_equal(reader.at, reader.end);
	return is_so;
}

/* As a snapshot of the fold is taken while the last items are not on the disk yet. */
static void a_snapshot_that_is_ahead_of_the_outbox_is_known_for_that(void **state)
{
	CLEANUP_TEXT struct text saved = { 0 };
	struct world *world = *state;
	struct bytes_writer writer;
	char buffer[256];

	world_start(world);
	world_offer(world, FRAME_EVENT, 0, 5, 10);
	world_sync(world);
	world_offer(world, FRAME_EVENT, 5, 9, 10);
	assert_false(forward_is_settled(world->forward));
	assert_true(forward_can_save(world->forward));
	bytes_writer_init(&writer, bytes_into_text, &saved, buffer, sizeof(buffer));
	forward_save(world->forward, &writer);
	assert_int_equal(bytes_flush(&writer), 0);
	assert_true(reaches(world, &saved));

	world_kill(world, true);
	world_start(world);
	assert_false(reaches(world, &saved));
	world_offer(world, FRAME_EVENT, 0, 9, 10); /* an older snapshot offers them again */
	assert_true(reaches(world, &saved));
	world_drain(world);
	world_assert_counted(world, FRAME_EVENT, 0, 9);
}

int main(void)
{
#define SCENE(name) cmocka_unit_test_setup_teardown(name, world_begin, world_end)
	const struct CMUnitTest tests[] = {
		SCENE(before_the_first_receipt_only_heartbeats_go),
		SCENE(nothing_goes_before_it_is_on_the_disk),
		SCENE(events_wait_for_company_and_alerts_do_not),
		SCENE(only_so_many_frames_fly_without_an_answer),
		SCENE(alerts_come_in_order_one_frame_after_the_other),
		SCENE(after_an_outage_what_is_new_comes_before_what_is_old),
		SCENE(what_is_new_does_not_wait_for_a_little_that_is_old),
		SCENE(what_was_receipted_is_known_after_a_restart),
		SCENE(on_a_slow_way_few_frames_of_backlog_stand_before_what_is_live),
		SCENE(a_lost_frame_is_sent_again_when_a_later_one_has_arrived),
		SCENE(silence_is_asked_after_less_and_less_often),
		SCENE(when_the_broker_refuses_only_heartbeats_try_again),
		SCENE(a_full_queue_is_tried_again),
		SCENE(a_new_outbox_is_a_new_epoch),
		SCENE(the_one_above_may_lose_its_memory),
		SCENE(a_receipt_that_cannot_be_true_changes_nothing),
		SCENE(rubbish_from_above_changes_nothing),
		SCENE(an_order_is_handed_on_and_confirmed_soon),
		SCENE(the_status_says_what_is_here_and_what_is_there),
		SCENE(a_snapshot_that_is_ahead_of_the_outbox_is_known_for_that),
	};

	return cmocka_run_group_tests_name("forward/forward", tests, NULL, NULL);
}
