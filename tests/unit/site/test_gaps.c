/* SPDX-License-Identifier: Apache-2.0 */
/* Gaps are the cuts, and nothing else. */
#include "fixture.h"

#define A DISTRICT_A

static void send_class(struct world *world, enum frame_class class, uint64_t from, uint64_t to)
{
	assert_int_equal(
		send_frame(world,
			   (struct send){ .unit = A, .class = class, .from = from, .to = to }),
		REASON_NONE);
}

static void send_events(struct world *world, uint64_t from, uint64_t to)
{
	send_class(world, FRAME_EVENT, from, to);
}

static void beat_events(struct world *world, uint64_t head)
{
	assert_int_equal(
		send_beat(world, (struct beat){ .unit = A, .class = FRAME_EVENT, .head = head }),
		REASON_NONE);
}

static void assert_gap(const struct site_gap *gap, uint64_t from, uint64_t to, uint64_t missing)
{
	assert_int_equal(gap->from, from);
	assert_int_equal(gap->to, to);
	assert_int_equal(gap->missing, missing);
	assert_int_equal(gap->closed_ms == 0, missing > 0);
}

static void a_cut_is_one_gap_while_it_is_filled(void **state)
{
	struct world *world = *state;
	struct gaps gaps;
	int64_t seen;

	send_events(world, 0, 100);
	beat_events(world, 100);
	world->now += 5 * MINUTE;
	beat_events(world, 400); /* the link is back; nothing was noticed here */
	seen = world->now;
	send_events(world, 400, 405);
	gaps = gaps_of(world, A);
	assert_int_equal(gaps.n, 1);
	assert_gap(&gaps.list[0], 100, 400, 300);
	assert_int_equal(gaps.list[0].from_ms, RECORDED(99));
	assert_int_equal(gaps.list[0].to_ms, RECORDED(400));
	assert_int_equal(gaps.list[0].seen_ms, seen);
	assert_int_equal(gaps.list[0].class, FRAME_EVENT);

	for (uint64_t n = 100; n < 400; n += 50) { /* backfill beside what is live */
		world->now += 1000;
		send_events(world, n, n + 50);
		send_events(world, 305 + n, 355 + n);
	}
	gaps = gaps_of(world, A);
	assert_int_equal(gaps.n, 1);
	assert_gap(&gaps.list[0], 100, 400, 0);
	assert_int_equal(gaps.list[0].closed_ms, world->now);
	assert_int_equal(gaps.list[0].given_up, 0);
}

static void seven_dropped_ranges_are_seven_gaps_until_they_are_sent_again(void **state)
{
	static const struct {
		uint64_t from, to;
	} dropped[] = { { 30, 40 },   { 50, 51 },   { 52, 60 },  { 200, 300 },
			{ 310, 320 }, { 700, 710 }, { 990, 998 } };
	struct world *world = *state;
	struct gaps gaps;
	size_t k = 0;

	for (uint64_t n = 0; n < 1000; n++) {
		k += k < COUNT(dropped) && n == dropped[k].to;
		if (k == COUNT(dropped) || n < dropped[k].from)
			send_events(world, n, n + 1);
	}
	gaps = gaps_of(world, A);
	assert_int_equal(gaps.n, COUNT(dropped));
	for (size_t i = 0; i < COUNT(dropped); i++) {
		assert_gap(&gaps.list[i], dropped[i].from, dropped[i].to,
			   dropped[i].to - dropped[i].from);
		assert_int_equal(gaps.list[i].from_ms, RECORDED(dropped[i].from - 1));
		assert_int_equal(gaps.list[i].to_ms, RECORDED(dropped[i].to));
	}

	for (size_t i = COUNT(dropped); i-- > 0;) {
		send_events(world, dropped[i].from, dropped[i].to);
		assert_int_equal(world->n_new, dropped[i].to - dropped[i].from);
		send_events(world, dropped[i].from, dropped[i].to);
		assert_int_equal(world->n_new, 0);
	}
	gaps = gaps_of(world, A);
	assert_int_equal(gaps.n, COUNT(dropped));
	for (size_t i = 0; i < COUNT(dropped); i++)
		assert_gap(&gaps.list[i], dropped[i].from, dropped[i].to, 0);
	assert_int_equal(view_of(world, A).streams[FRAME_EVENT].taken, 1000);
}

static void what_waits_while_a_site_is_lost_is_a_gap_though_nothing_lies_behind(void **state)
{
	struct world *world = *state;
	struct gaps gaps;

	send_events(world, 0, 100);
	beat_events(world, 100);
	sites_meet(world->sites, A, PRESENCE_LOST, world->now + 1000);
	world->now += 5 * MINUTE;
	beat_events(world, 160);
	gaps = gaps_of(world, A);
	assert_int_equal(gaps.n, 1);
	assert_gap(&gaps.list[0], 100, 160, 60);
	assert_int_equal(gaps.list[0].from_ms, RECORDED(99));
	assert_int_equal(gaps.list[0].to_ms, world->now);

	beat_events(world, 170); /* it is back: this is no other cut */
	send_events(world, 100, 130);
	assert_gap(&gaps_of(world, A).list[0], 100, 160, 30);
	send_events(world, 130, 170);
	gaps = gaps_of(world, A);
	assert_int_equal(gaps.n, 1);
	assert_gap(&gaps.list[0], 100, 160, 0);
}

static void a_hole_behind_such_a_backlog_is_the_same_gap(void **state)
{
	struct world *world = *state;
	struct gaps gaps;

	send_events(world, 0, 100);
	beat_events(world, 100);
	sites_meet(world->sites, A, PRESENCE_LOST, world->now);
	world->now += 5 * MINUTE;
	beat_events(world, 160);
	send_events(world, 164, 170); /* live, from the head of a moment later */
	gaps = gaps_of(world, A);
	assert_int_equal(gaps.n, 1);
	assert_gap(&gaps.list[0], 100, 164, 64);
	assert_int_equal(gaps.list[0].to_ms, RECORDED(164));
	send_events(world, 140, 150);
	send_events(world, 100, 140);
	send_events(world, 150, 164);
	gaps = gaps_of(world, A);
	assert_int_equal(gaps.n, 1);
	assert_gap(&gaps.list[0], 100, 164, 0);
}

static void what_is_missing_behind_the_end_of_such_a_backlog_is_another_gap(void **state)
{
	struct world *world = *state;
	struct gaps gaps;

	send_events(world, 0, 100);
	sites_meet(world->sites, A, PRESENCE_LOST, world->now);
	beat_events(world, 160);
	send_events(world, 150, 160);
	send_events(world, 170, 180);
	gaps = gaps_of(world, A);
	assert_int_equal(gaps.n, 2);
	assert_gap(&gaps.list[0], 100, 160, 50);
	assert_gap(&gaps.list[1], 160, 170, 10);
}

static void such_a_backlog_may_be_given_up_in_part(void **state)
{
	struct world *world = *state;
	struct gaps gaps;

	send_events(world, 0, 100);
	sites_meet(world->sites, A, PRESENCE_LOST, world->now);
	assert_int_equal(send_beat(world, (struct beat){ .unit = A,
							 .class = FRAME_EVENT,
							 .first = 130,
							 .head = 160,
							 .given_up = 30 }),
			 REASON_NONE);
	gaps = gaps_of(world, A);
	assert_int_equal(gaps.n, 1);
	assert_gap(&gaps.list[0], 100, 160, 30);
	assert_int_equal(gaps.list[0].given_up, 30);
	assert_int_equal(view_of(world, A).streams[FRAME_EVENT].given_up, 30);
}

static void what_a_new_outbox_holds_is_no_gap(void **state)
{
	struct world *world = *state;

	send_events(world, 0, 100);
	sites_meet(world->sites, A, PRESENCE_LOST, world->now);
	assert_int_equal(send_beat(world, (struct beat){ .unit = A,
							 .class = FRAME_EVENT,
							 .epoch = "e2",
							 .head = 50 }),
			 REASON_NONE);
	assert_int_equal(gaps_of(world, A).n, 0);
	assert_int_equal(view_of(world, A).streams[FRAME_EVENT].resets, 1);
}

static void such_a_gap_begins_where_the_sender_begins(void **state)
{
	struct world *world = *state;
	struct beat beat = { .unit = A, .class = FRAME_EVENT, .first = 50, .head = 50 };
	struct gaps gaps;

	assert_int_equal(send_beat(world, beat), REASON_NONE);
	sites_meet(world->sites, A, PRESENCE_LOST, world->now);
	beat.head = 80;
	assert_int_equal(send_beat(world, beat), REASON_NONE);
	assert_gap(&gaps_of(world, A).list[0], 50, 80, 30);
	beat.first = 40;
	assert_int_equal(send_beat(world, beat), REASON_NONE);
	assert_gap(&gaps_of(world, A).list[0], 40, 80, 40);
	send_events(world, 90, 95);
	gaps = gaps_of(world, A);
	assert_int_equal(gaps.n, 1);
	assert_gap(&gaps.list[0], 40, 90, 50);
}

static void two_cuts_are_two_gaps(void **state)
{
	struct world *world = *state;
	struct gaps gaps;

	send_events(world, 0, 100);
	beat_events(world, 100);
	for (uint64_t cut = 1; cut <= 2; cut++) {
		sites_meet(world->sites, A, PRESENCE_LOST, world->now);
		world->now += 5 * MINUTE;
		beat_events(world, 100 + cut * 50);
	}
	gaps = gaps_of(world, A);
	assert_int_equal(gaps.n, 2);
	assert_gap(&gaps.list[0], 100, 150, 50);
	assert_gap(&gaps.list[1], 150, 200, 50);
	assert_int_equal(gaps.list[1].from_ms, gaps.list[0].to_ms);
	send_events(world, 220, 230);
	gaps = gaps_of(world, A);
	assert_int_equal(gaps.n, 2);
	assert_gap(&gaps.list[1], 150, 220, 70);
	send_events(world, 100, 150);
	assert_gap(&gaps_of(world, A).list[0], 100, 150, 0);
	send_events(world, 300, 301);
	assert_int_equal(gaps_of(world, A).n, 3);
}

static void each_stream_has_its_own_gap_of_a_cut(void **state)
{
	struct world *world = *state;
	struct gaps gaps;

	for (int c = 0; c < N_FRAME_CLASSES; c++) {
		send_class(world, (enum frame_class)c, 0, 10);
		send_class(world, (enum frame_class)c, 20, 30);
	}
	gaps = gaps_of(world, A);
	assert_int_equal(gaps.n, N_FRAME_CLASSES);
	for (int c = 0; c < N_FRAME_CLASSES; c++)
		assert_int_equal(gaps.list[c].class, c);
	send_class(world, FRAME_ROLLUP, 10, 20);
	gaps = gaps_of(world, A);
	assert_gap(&gaps.list[FRAME_ALERT], 10, 20, 10);
	assert_gap(&gaps.list[FRAME_ROLLUP], 10, 20, 0);
	assert_gap(&gaps.list[FRAME_EVENT], 10, 20, 10);
}

static void a_question_for_a_span_gets_the_gaps_of_that_span(void **state)
{
	struct world *world = *state;
	uint32_t site;

	send_events(world, 0, 10);
	send_events(world, 20, 30);
	send_events(world, 50, 60);
	site = sites_find(world->sites, A, "iocd");
	for (uint64_t at = 0; at < 60; at++) {
		struct gaps gaps = { .n = 0 };

		sites_each_gap(world->sites, site, RECORDED(at), RECORDED(at), collect_gap, &gaps);
		assert_int_equal(gaps.n, (at >= 9 && at <= 20) || (at >= 29 && at <= 50));
	}
}

static void closed_gaps_make_room_and_open_ones_do_not(void **state)
{
	struct world *world = *state;
	struct send send = { .unit = A, .class = FRAME_EVENT };
	const uint32_t *due;
	struct gaps gaps;
	uint64_t n = 0;

	/* Twice the memory, each filled before the next but for the first. */
	send_events(world, 0, 1);
	for (n = 2; n < 4 * SITE_GAPS_MAX; n += 2) {
		send_events(world, n, n + 1);
		if (n > 2)
			send_events(world, n - 1, n);
	}
	gaps = gaps_of(world, A);
	assert_int_equal(gaps.n, SITE_GAPS_MAX);
	assert_gap(&gaps.list[0], 1, 2, 1); /* it is open, and stays */
	for (uint32_t i = 1; i < gaps.n; i++)
		assert_gap(&gaps.list[i], n - 3 - 2 * (SITE_GAPS_MAX - 1 - i),
			   n - 2 - 2 * (SITE_GAPS_MAX - 1 - i), 0);

	/* Now as many holes as a receipt can name; the next has to wait. */
	for (uint32_t i = 1; i < FRAME_MISSING_MAX; i++, n += 2)
		send_events(world, n, n + 1);
	send.from = n;
	send.to = n + 1;
	(void)sites_take_due(world->sites, &due);
	assert_int_equal(send_frame(world, send), REASON_site_limit);
	assert_int_equal(view_of(world, A).streams[FRAME_EVENT].put_off, 1);
	assert_int_equal(sites_take_due(world->sites, &due), 1);
	assert_int_equal(view_of(world, A).streams[FRAME_EVENT].n_ranges, FRAME_MISSING_MAX);
	send_events(world, 1, 2);
	send_events(world, n, n + 1);
	assert_int_equal(world->n_new, 1);
}

static void a_site_with_as_many_open_gaps_as_there_is_room_for_waits(void **state)
{
	struct world *world = *state;
	struct send send = { .unit = A, .class = FRAME_EVENT, .from = 10, .to = 11 };

	for (uint64_t n = 0; n < SITE_GAPS_MAX / 2; n++) {
		send_class(world, FRAME_ALERT, 2 * n, 2 * n + 1);
		send_class(world, FRAME_ROLLUP, 2 * n, 2 * n + 1);
	}
	send_class(world, FRAME_ALERT, SITE_GAPS_MAX, SITE_GAPS_MAX + 1);
	send_class(world, FRAME_ROLLUP, SITE_GAPS_MAX, SITE_GAPS_MAX + 1);
	assert_int_equal(gaps_of(world, A).n, SITE_GAPS_MAX);
	send_events(world, 0, 5);
	assert_int_equal(send_frame(world, send), REASON_site_limit);
	send_events(world, 5, 10);
	assert_int_equal(send_frame(world, send), REASON_NONE);
	assert_int_equal(gaps_of(world, A).n, SITE_GAPS_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_cut_is_one_gap_while_it_is_filled),
		TEST(seven_dropped_ranges_are_seven_gaps_until_they_are_sent_again),
		TEST(what_waits_while_a_site_is_lost_is_a_gap_though_nothing_lies_behind),
		TEST(a_hole_behind_such_a_backlog_is_the_same_gap),
		TEST(what_is_missing_behind_the_end_of_such_a_backlog_is_another_gap),
		TEST(such_a_backlog_may_be_given_up_in_part),
		TEST(what_a_new_outbox_holds_is_no_gap),
		TEST(such_a_gap_begins_where_the_sender_begins),
		TEST(two_cuts_are_two_gaps),
		TEST(each_stream_has_its_own_gap_of_a_cut),
		TEST(a_question_for_a_span_gets_the_gaps_of_that_span),
		TEST(closed_gaps_make_room_and_open_ones_do_not),
		TEST(a_site_with_as_many_open_gaps_as_there_is_room_for_waits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
