/* SPDX-License-Identifier: Apache-2.0 */
/* What comes from one sender, in which order ever, and what never comes. */
#include "fixture.h"

#define A DISTRICT_A

static const struct site_stream *events_of(const struct world *world)
{
	static struct site_view view;

	view = view_of(world, A);
	return &view.streams[FRAME_EVENT];
}

static void send_events(struct world *world, uint64_t from, uint64_t to)
{
	assert_int_equal(
		send_frame(
			world,
			(struct send){ .unit = A, .class = FRAME_EVENT, .from = from, .to = to }),
		REASON_NONE);
}

static void beat_events(struct world *world, uint64_t first, uint64_t head)
{
	assert_int_equal(send_beat(world, (struct beat){ .unit = A,
							 .class = FRAME_EVENT,
							 .first = first,
							 .head = head }),
			 REASON_NONE);
}

static void each_item_counts_once(void **state)
{
	struct world *world = *state;

	send_events(world, 0, 10);
	assert_int_equal(world->n_new, 10);
	send_events(world, 0, 10);
	assert_int_equal(world->n_new, 0);
	send_events(world, 5, 15);
	assert_int_equal(world->n_new, 5);
	send_events(world, 20, 25);
	send_events(world, 12, 22);
	assert_int_equal(world->n_new, 5);
	assert_int_equal(events_of(world)->taken, 25);
	assert_int_equal(events_of(world)->repeats, 10 + 5 + 5);
	assert_int_equal(events_of(world)->have, 25);
	assert_int_equal(events_of(world)->missing, 0);
	assert_int_equal(events_of(world)->recorded_ms, RECORDED(24));
}

static void a_late_frame_is_not_the_newest(void **state)
{
	struct world *world = *state;

	send_events(world, 0, 5);
	send_events(world, 10, 15);
	send_events(world, 5, 10);
	assert_int_equal(events_of(world)->recorded_ms, RECORDED(14));
}

static void what_was_before_the_first_frame_is_not_ours_to_miss(void **state)
{
	struct world *world = *state;

	send_events(world, 500, 510);
	assert_int_equal(events_of(world)->first, 500);
	assert_int_equal(events_of(world)->missing, 0);
	assert_int_equal(gaps_of(world, A).n, 0);
}

static void what_the_sender_still_has_of_it_is_missing(void **state)
{
	struct world *world = *state;
	struct receipt receipt;
	struct gaps gaps;

	send_events(world, 500, 510);
	beat_events(world, 420, 510);
	assert_int_equal(events_of(world)->first, 420);
	assert_int_equal(events_of(world)->missing, 80);
	receipt = receipt_of(world, A);
	assert_int_equal(receipt.streams[FRAME_EVENT].n_missing, 1);
	assert_int_equal(receipt.streams[FRAME_EVENT].missing[0].from.number, 420);
	assert_int_equal(receipt.streams[FRAME_EVENT].missing[0].from.position, POSITION(420));
	assert_int_equal(receipt.streams[FRAME_EVENT].missing[0].to.position, POSITION(500));
	gaps = gaps_of(world, A);
	assert_int_equal(gaps.n, 1);
	assert_int_equal(gaps.list[0].missing, 80);
	assert_int_equal(gaps.list[0].from_ms, 0);
	assert_int_equal(gaps.list[0].to_ms, RECORDED(500));
	send_events(world, 420, 500);
	assert_int_equal(world->n_new, 80);
	assert_int_equal(gaps_of(world, A).list[0].closed_ms, world->now);
}

/* A receipt lets the sender forget what lies before `have`. */
static void nothing_is_receipted_before_the_sender_said_where_it_begins(void **state)
{
	struct world *world = *state;

	send_events(world, 500, 510);
	assert_false(receipt_of(world, A).streams[FRAME_EVENT].is_known);
	beat_events(world, 500, 510);
	assert_true(receipt_of(world, A).streams[FRAME_EVENT].is_known);
	assert_int_equal(receipt_of(world, A).streams[FRAME_EVENT].have.number, 510);
}

static void a_stream_from_its_very_beginning_is_receipted_at_once(void **state)
{
	struct world *world = *state;
	struct receipt receipt;

	send_events(world, 0, 10);
	receipt = receipt_of(world, A);
	assert_true(receipt.streams[FRAME_EVENT].is_known);
	assert_string_equal(receipt.streams[FRAME_EVENT].epoch, "e1");
	assert_int_equal(receipt.streams[FRAME_EVENT].have.number, 10);
	assert_int_equal(receipt.streams[FRAME_EVENT].have.position, POSITION(10));
	assert_int_equal(receipt.orders, ORDERS);
	assert_false(receipt.streams[FRAME_ALERT].is_known);
}

static void of_a_stream_of_which_nothing_came_nothing_is_receipted(void **state)
{
	struct world *world = *state;

	beat_events(world, 500, 900);
	assert_false(receipt_of(world, A).streams[FRAME_EVENT].is_known);
	beat_events(world, 400, 900);
	send_events(world, 400, 410);
	assert_int_equal(events_of(world)->first, 400);
	assert_int_equal(events_of(world)->missing, 0);
	assert_int_equal(receipt_of(world, A).streams[FRAME_EVENT].have.number, 410);
}

static void a_backlog_alone_is_no_gap(void **state)
{
	struct world *world = *state;

	send_events(world, 0, 10);
	beat_events(world, 0, 50);
	assert_int_equal(events_of(world)->head, 50);
	assert_int_equal(events_of(world)->missing, 0);
	assert_int_equal(gaps_of(world, A).n, 0);
}

/* ---- epochs ---- */

static void what_an_old_epoch_still_had_is_lost_with_it(void **state)
{
	struct world *world = *state;
	struct gaps gaps;

	send_events(world, 0, 10);
	send_events(world, 15, 20);
	beat_events(world, 0, 32);
	world->now += MINUTE;
	assert_int_equal(send_frame(world, (struct send){ .unit = A,
							  .class = FRAME_EVENT,
							  .epoch = "e2",
							  .from = 0,
							  .to = 3 }),
			 REASON_NONE);
	assert_int_equal(world->n_new, 3);
	assert_string_equal(events_of(world)->epoch, "e2");
	assert_int_equal(events_of(world)->resets, 1);
	assert_int_equal(events_of(world)->given_up, 5 + 12);
	assert_int_equal(events_of(world)->taken, 15 + 3);
	assert_int_equal(events_of(world)->have, 3);
	assert_int_equal(events_of(world)->missing, 0);

	gaps = gaps_of(world, A);
	assert_int_equal(gaps.n, 2);
	assert_int_equal(gaps.list[0].given_up, 5);
	assert_int_equal(gaps.list[0].missing, 0);
	assert_int_equal(gaps.list[0].closed_ms, world->now);
	assert_int_equal(gaps.list[1].from, 20);
	assert_int_equal(gaps.list[1].to, 32);
	assert_int_equal(gaps.list[1].given_up, 12);
	assert_int_equal(gaps.list[1].from_ms, RECORDED(19));
	assert_int_equal(gaps.list[1].to_ms, MORNING);
}

static void an_outbox_that_was_replaced_is_not_heard_again(void **state)
{
	static const char *const epochs[] = { "e1", "e2", "e3", "e4", "e5", "e6" };
	struct world *world = *state;
	struct send send = { .unit = A, .class = FRAME_EVENT, .from = 0, .to = 1 };
	struct beat beat = { .unit = A, .class = FRAME_EVENT };

	for (size_t i = 0; i < COUNT(epochs); i++) {
		send.epoch = epochs[i];
		assert_int_equal(send_frame(world, send), REASON_NONE);
	}
	for (size_t i = 1; i < COUNT(epochs) - 1; i++) {
		send.epoch = beat.epoch = epochs[i];
		assert_int_equal(send_frame(world, send), REASON_epoch_old);
		assert_int_equal(send_beat(world, beat), REASON_epoch_old);
	}
	assert_string_equal(events_of(world)->epoch, "e6");
	assert_int_equal(events_of(world)->resets, 5);
	send.epoch = epochs[0]; /* four are remembered */
	assert_int_equal(send_frame(world, send), REASON_NONE);
}

static void an_epoch_is_of_one_stream(void **state)
{
	struct world *world = *state;

	send_events(world, 0, 4);
	assert_int_equal(send_frame(world, (struct send){ .unit = A,
							  .class = FRAME_ALERT,
							  .epoch = "e2",
							  .from = 0,
							  .to = 1 }),
			 REASON_NONE);
	assert_int_equal(events_of(world)->resets, 0);
	assert_string_equal(events_of(world)->epoch, "e1");
	assert_string_equal(view_of(world, A).streams[FRAME_ALERT].epoch, "e2");
}

/* ---- what is given up ---- */

static void what_the_sender_dropped_is_given_up_to_the_item(void **state)
{
	struct world *world = *state;
	struct gaps gaps;

	send_events(world, 0, 10);
	world->now += MINUTE;
	assert_int_equal(send_beat(world, (struct beat){ .unit = A,
							 .class = FRAME_EVENT,
							 .first = 700,
							 .head = 1000,
							 .backlog = 300,
							 .given_up = 690,
							 .given_up_from = RECORDED(10),
							 .given_up_to = RECORDED(699) }),
			 REASON_NONE);
	assert_int_equal(events_of(world)->given_up, 690);
	assert_int_equal(events_of(world)->have, 700);
	assert_int_equal(events_of(world)->head, 1000);
	assert_int_equal(events_of(world)->missing, 0);
	assert_int_equal(receipt_of(world, A).streams[FRAME_EVENT].have.position, POSITION(700));
	gaps = gaps_of(world, A);
	assert_int_equal(gaps.n, 1);
	assert_int_equal(gaps.list[0].from, 10);
	assert_int_equal(gaps.list[0].to, 700);
	assert_int_equal(gaps.list[0].given_up, 690);
	assert_int_equal(gaps.list[0].from_ms, RECORDED(9));
	assert_int_equal(gaps.list[0].to_ms, RECORDED(699));
	assert_int_equal(gaps.list[0].closed_ms, world->now);

	beat_events(world, 700, 1000); /* it is told once */
	assert_int_equal(events_of(world)->given_up, 690);
	send_events(world, 700, 1000);
	assert_int_equal(events_of(world)->taken + events_of(world)->given_up, 1000);
}

static void a_hole_may_be_given_up_in_part(void **state)
{
	struct world *world = *state;
	struct gaps gaps;

	send_events(world, 0, 10);
	send_events(world, 30, 40);
	beat_events(world, 18, 40);
	gaps = gaps_of(world, A);
	assert_int_equal(gaps.n, 1);
	assert_int_equal(gaps.list[0].given_up, 8);
	assert_int_equal(gaps.list[0].missing, 12);
	assert_int_equal(gaps.list[0].closed_ms, 0);
	assert_int_equal(receipt_of(world, A).streams[FRAME_EVENT].missing[0].from.number, 18);
	send_events(world, 18, 30);
	gaps = gaps_of(world, A);
	assert_int_equal(gaps.list[0].given_up, 8);
	assert_int_equal(gaps.list[0].closed_ms, world->now);
}

static void what_came_although_the_sender_gave_it_up_is_not_lost(void **state)
{
	struct world *world = *state;

	send_events(world, 0, 10);
	assert_int_equal(send_beat(world, (struct beat){ .unit = A, .class = FRAME_EVENT }),
			 REASON_NONE);
	/* The receipt of the last four did not arrive there. */
	assert_int_equal(send_beat(world, (struct beat){ .unit = A,
							 .class = FRAME_EVENT,
							 .first = 20,
							 .head = 30,
							 .given_up = 14 }),
			 REASON_NONE);
	assert_int_equal(events_of(world)->given_up, 10);
}

static void what_was_given_up_before_the_first_word_is_counted(void **state)
{
	struct world *world = *state;
	struct beat beat = { .unit = A,
			     .class = FRAME_EVENT,
			     .first = 700,
			     .head = 900,
			     .given_up = 650,
			     .given_up_from = RECORDED(50),
			     .given_up_to = RECORDED(699) };
	struct gaps gaps;

	assert_int_equal(send_beat(world, beat), REASON_NONE);
	assert_int_equal(send_beat(world, beat), REASON_NONE);
	assert_int_equal(events_of(world)->given_up, 650);
	gaps = gaps_of(world, A);
	assert_int_equal(gaps.n, 1);
	assert_int_equal(gaps.list[0].from, 50);
	assert_int_equal(gaps.list[0].to, 700);
	assert_int_equal(gaps.list[0].given_up, 650);
	assert_int_equal(gaps.list[0].from_ms, RECORDED(50));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_item_counts_once),
		TEST(a_late_frame_is_not_the_newest),
		TEST(what_was_before_the_first_frame_is_not_ours_to_miss),
		TEST(what_the_sender_still_has_of_it_is_missing),
		TEST(nothing_is_receipted_before_the_sender_said_where_it_begins),
		TEST(a_stream_from_its_very_beginning_is_receipted_at_once),
		TEST(of_a_stream_of_which_nothing_came_nothing_is_receipted),
		TEST(a_backlog_alone_is_no_gap),
		TEST(what_an_old_epoch_still_had_is_lost_with_it),
		TEST(an_outbox_that_was_replaced_is_not_heard_again),
		TEST(an_epoch_is_of_one_stream),
		TEST(what_the_sender_dropped_is_given_up_to_the_item),
		TEST(a_hole_may_be_given_up_in_part),
		TEST(what_came_although_the_sender_gave_it_up_is_not_lost),
		TEST(what_was_given_up_before_the_first_word_is_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
