/* SPDX-License-Identifier: Apache-2.0 */
/* What is given up when the outbox is full or old, and that both ends know it to the item. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "disk.h"
#include "world.h"

#define DAY_MS 86400000

/* Items of a class that never were counted above, of the first n. */
static uint64_t count_lost(const struct world *world, enum frame_class class, uint64_t n)
{
	uint64_t lost = 0;

	for (uint64_t i = 0; i < n; i++)
		lost += world->counts[class][i] == 0;
	return lost;
}

static struct site_stream above(const struct world *world, enum frame_class class)
{
	struct site_view view;

	sites_view(world->sites, 0, &view);
	return view.streams[class];
}

/* Both ends say the same, and it is the truth. */
static void assert_agreed(struct world *world, enum frame_class class, uint64_t n)
{
	uint64_t lost = count_lost(world, class, n);

	assert_int_equal(world_status(world, class).given_up, lost);
	assert_int_equal(above(world, class).given_up, lost);
	assert_int_equal(world->beat.streams[class].given_up, lost);
	assert_int_equal(above(world, class).missing, 0);
	assert_int_equal(world->n_counted[class], n - lost);
}

static void offer_slowly(struct world *world, enum frame_class class, uint64_t from, uint64_t to,
			 size_t size)
{
	for (; from < to; from += 20) {
		world_offer(world, class, from, from + 20 < to ? from + 20 : to, size);
		world_run(world, 1);
	}
}

static uint64_t total_bytes(struct world *world)
{
	uint64_t bytes = 0;

	for (int class = 0; class < N_FRAME_CLASSES; class ++)
		bytes += world_status(world, (enum frame_class) class).bytes;
	return bytes;
}

static void at_the_limit_of_bytes_the_oldest_events_go(void **state)
{
	struct world *world = *state;

	world->options.keep_bytes = 6u << 20;
	world->options.batch_bytes = 65536;
	world_start(world);
	world_offer(world, FRAME_ALERT, 0, 10, 100);
	offer_slowly(world, FRAME_EVENT, 0, 100, 10000);
	assert_int_equal(count_lost(world, FRAME_EVENT, 60), 0);
	world->is_cut = true;
	offer_slowly(world, FRAME_EVENT, 100, 1400, 10000);
	world_run(world, 10);
	assert_true(total_bytes(world) <= 6u << 20);
	assert_true(total_bytes(world) >= 5u << 20); /* not more goes than must */
	assert_true(world_status(world, FRAME_EVENT).given_up > 500);
	assert_true(world_status(world, FRAME_EVENT).given_up_from_ms > WORLD_START_MS);

	world->is_cut = false;
	world_drain(world);
	assert_agreed(world, FRAME_EVENT, 1400);
	assert_agreed(world, FRAME_ALERT, 10);
	world_assert_counted(world, FRAME_EVENT, 1100, 1400);
}

/* The link goes while frames and receipts are under way: some of what was given up had arrived. */
static void what_had_arrived_without_a_receipt_was_not_given_up(void **state)
{
	struct world *world = *state;

	world->options.keep_bytes = 6u << 20;
	world->options.batch_bytes = 65536;
	world_start(world);
	world_run(world, 3);
	world_offer(world, FRAME_EVENT, 0, 200, 10000);
	world->is_deaf = true;
	world_run(world, 3); /* frames arrive, receipts do not */
	world->is_cut = true;
	offer_slowly(world, FRAME_EVENT, 200, 1300, 10000);
	assert_true(world->n_counted[FRAME_EVENT] > 0);
	assert_true(world_status(world, FRAME_EVENT).given_up >
		    count_lost(world, FRAME_EVENT, 700)); /* it cannot know better */

	world->is_cut = false;
	world->is_deaf = false;
	world_drain(world);
	assert_agreed(world, FRAME_EVENT, 1300);
}

static void it_is_remembered_over_a_kill_and_a_power_cut(void **state)
{
	struct world *world = *state;
	uint64_t given_up;

	world->options.keep_bytes = 6u << 20;
	world->options.batch_bytes = 65536;
	world_start(world);
	world->is_cut = true;
	offer_slowly(world, FRAME_EVENT, 0, 900, 10000);
	given_up = world_status(world, FRAME_EVENT).given_up;
	assert_true(given_up > 0);
	world_sync(world);
	world_kill(world, true);
	world_start(world);
	assert_int_equal(world_status(world, FRAME_EVENT).given_up, given_up);
	world_stop(world);
	disk_forget(world->directory, "event/hint");
	world_start(world);
	assert_int_equal(world_status(world, FRAME_EVENT).given_up, given_up);

	world->is_cut = false;
	world_drain(world);
	assert_agreed(world, FRAME_EVENT, 900);
	world_kill(world, false);
	world_start(world);
	world_drain(world);
	assert_agreed(world, FRAME_EVENT, 900);
}

static void roll_ups_go_before_alerts(void **state)
{
	struct world *world = *state;

	world->options.keep_bytes = 6u << 20;
	world->options.batch_bytes = 65536;
	world_start(world);
	world->is_cut = true;
	offer_slowly(world, FRAME_EVENT, 0, 300, 10000);
	offer_slowly(world, FRAME_ALERT, 0, 200, 10000);
	offer_slowly(world, FRAME_ROLLUP, 0, 500, 10000);
	world_run(world, 20);
	assert_true(total_bytes(world) <= 6u << 20);
	assert_int_equal(world_status(world, FRAME_ALERT).given_up, 0);
	assert_true(world_status(world, FRAME_ROLLUP).given_up > 0);
	world->is_cut = false;
	world_drain(world);
	assert_agreed(world, FRAME_EVENT, 300);
	assert_agreed(world, FRAME_ROLLUP, 500);
	world_assert_counted(world, FRAME_ALERT, 0, 200);
}

static void at_last_alerts_go_and_the_one_above_must_hear_what_stands(void **state)
{
	struct world *world = *state;

	world->options.keep_bytes = 6u << 20;
	world->options.batch_bytes = 65536;
	world_start(world);
	assert_true(forward_wants_standing(world->forward)); /* of the new stream */
	world->forward->streams[FRAME_ALERT].wants_standing = false;
	world->is_cut = true;
	offer_slowly(world, FRAME_ALERT, 0, 900, 10000);
	world_run(world, 10);
	assert_true(world_status(world, FRAME_ALERT).given_up > 0);
	assert_true(forward_wants_standing(world->forward));
	world_stop(world);
	world_start(world);
	assert_true(forward_wants_standing(world->forward));
	world->is_cut = false;
	world_drain(world);
	assert_agreed(world, FRAME_ALERT, 900);
	assert_int_equal(world->n_early, 0);
}

static void what_is_too_old_goes_of_every_stream(void **state)
{
	struct world *world = *state;
	struct forward_stream_status status;

	world->options.keep_ms = 14 * (int64_t)DAY_MS;
	world_start(world);
	world->is_cut = true;
	for (int day = 0; day < 20; day++) {
		uint64_t n = (uint64_t)day * 10;

		world_offer(world, FRAME_EVENT, n, n + 10, 100);
		world_offer(world, FRAME_ALERT, n, n + 10, 100);
		world_sync(world);
		world_tick(world, DAY_MS);
	}
	world_run(world, 2);
	status = world_status(world, FRAME_EVENT);
	assert_int_equal(status.given_up, 70); /* of seven days, at the end of which nothing came */
	assert_int_equal(status.given_up_from_ms, WORLD_START_MS);
	assert_int_equal(status.given_up_to_ms, WORLD_START_MS + 6 * (int64_t)DAY_MS);
	assert_int_equal(world_status(world, FRAME_ALERT).given_up, 70);
	world->is_cut = false;
	world_drain(world);
	assert_agreed(world, FRAME_EVENT, 200);
	assert_agreed(world, FRAME_ALERT, 200);
	world_assert_counted(world, FRAME_EVENT, 70, 200);
}

static void what_has_arrived_makes_room_without_loss(void **state)
{
	struct world *world = *state;

	world->options.keep_bytes = 6u << 20;
	world->options.batch_bytes = 65536;
	world_start(world);
	offer_slowly(world, FRAME_EVENT, 0, 3000, 10000);
	world_drain(world);
	world_assert_counted(world, FRAME_EVENT, 0, 3000);
	assert_int_equal(world_status(world, FRAME_EVENT).given_up, 0);
	assert_true(total_bytes(world) <= 6u << 20);
}

static void without_room_on_the_disk_nothing_is_lost(void **state)
{
	struct world *world = *state;

	world_start(world);
	world_offer(world, FRAME_EVENT, 0, 50, 100);
	world_drain(world);
	disk.is_full = true;
	world_offer(world, FRAME_EVENT, 50, 100, 100);
	world_run(world, 5);
	assert_false(forward_is_settled(world->forward));
	assert_int_equal(world->n_counted[FRAME_EVENT], 50);
	disk.is_full = false;
	world_drain(world);
	assert_true(forward_is_settled(world->forward));
	world_assert_counted(world, FRAME_EVENT, 0, 100);
}

int main(void)
{
#define SCENE(name) cmocka_unit_test_setup_teardown(name, world_begin, world_end)
	const struct CMUnitTest tests[] = {
		SCENE(at_the_limit_of_bytes_the_oldest_events_go),
		SCENE(what_had_arrived_without_a_receipt_was_not_given_up),
		SCENE(it_is_remembered_over_a_kill_and_a_power_cut),
		SCENE(roll_ups_go_before_alerts),
		SCENE(at_last_alerts_go_and_the_one_above_must_hear_what_stands),
		SCENE(what_is_too_old_goes_of_every_stream),
		SCENE(what_has_arrived_makes_room_without_loss),
		SCENE(without_room_on_the_disk_nothing_is_lost),
	};

	return cmocka_run_group_tests_name("forward/limits", tests, NULL, NULL);
}
