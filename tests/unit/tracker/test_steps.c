/* SPDX-License-Identifier: Apache-2.0 */
/* The table at the head of src/tracker/trackers.c, a test for each row and column. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "world.h"

#define NINE (MONDAY + 9 * HOUR)
#define TEN  (MONDAY + 10 * HOUR)
#define TWO  (MONDAY + 14 * HOUR)
#define DUE  (MONDAY + 2 * DAY + 16 * HOUR) /* Wednesday */

#define WORLD(name)                                                                                \
	struct world name;                                                                         \
	(void)state;                                                                               \
	world_init(&name, 16)

static void assert_news(const struct world *world, size_t i, enum track_news_kind kind,
			uint32_t unit, int open, int due_soon, int overdue, int paused)
{
	const struct track_news *news = &world->news[i];

	assert_true(i < world->n_news);
	assert_int_equal(news->kind, kind);
	assert_int_equal(news->unit, unit);
	assert_int_equal(news->open, open);
	assert_int_equal(news->due_soon, due_soon);
	assert_int_equal(news->overdue, overdue);
	assert_int_equal(news->paused, paused);
}

static void an_opening_is_told_with_what_identifies_it(void **state)
{
	WORLD(world);

	assert_int_equal(HAPPEN(&world, TYPE_ASKED, 1, NINE, "R1", .group = 1, .due = DUE), 1);
	assert_news(&world, 0, TRACK_OPENED, 1, 1, 0, 0, 0);
	assert_int_equal(world.news[0].track, 1);
	assert_int_equal(world.news[0].step, UINT32_MAX);
	assert_int_equal(world.news[0].time_ms, NINE);
	assert_int_equal(world.news[0].opened_ms, NINE);
	assert_int_equal(world.news[0].due_ms, DUE);
	assert_int_equal(world.news[0].id.size, 4);
	assert_memory_equal(world.news[0].id.bytes, "R1/y", 4);
	/* Another group is another record, and so is the same text cut elsewhere. */
	assert_int_equal(HAPPEN(&world, TYPE_ANSWERED, 1, TEN, "R1", .group = 0), 0);
	assert_int_equal(HAPPEN(&world, TYPE_RECEIVED, 1, NINE, "R1/y"), 1);
	assert_int_equal(HAPPEN(&world, TYPE_ANSWERED, 1, TEN, "R1", .group = 1), 1);
	world_fini(&world);
}

static void an_event_without_what_identifies_a_record_is_counted(void **state)
{
	WORLD(world);

	assert_int_equal(HAPPEN(&world, TYPE_RECEIVED, 1, NINE, NULL), 0);
	assert_int_equal(HAPPEN(&world, TYPE_RESOLVED, 1, NINE, ""), 0);
	assert_int_equal(counts_of(&world).unmatched, 2);
	world_fini(&world);
}

static void the_unit_that_the_opening_names_is_charged(void **state)
{
	WORLD(world);

	HAPPEN(&world, TYPE_RECEIVED, 1, NINE, "R1", .to = "so-b");
	assert_news(&world, 0, TRACK_OPENED, 2, 1, 0, 0, 0);
	HAPPEN(&world, TYPE_RECEIVED, 1, NINE, "R2", .to = "nobody");
	assert_news(&world, 0, TRACK_OPENED, 1, 1, 0, 0, 0);
	assert_int_equal(counts_of(&world).unknown_unit, 1);
	world_fini(&world);
}

static void the_calendar_is_that_of_the_kind_or_else_of_the_unit_or_else_of_the_track(void **state)
{
	WORLD(world);

	HAPPEN(&world, TYPE_RECEIVED, 1, MONDAY + 4 * DAY + 9 * HOUR, "R1");
	assert_int_equal(world.news[0].due_ms, MONDAY + 11 * DAY + 17 * HOUR);
	HAPPEN(&world, TYPE_RECEIVED, ALWAYS_UNIT, MONDAY + 4 * DAY + 9 * HOUR, "R2");
	assert_int_equal(world.news[0].due_ms, MONDAY + 10 * DAY);
	HAPPEN(&world, TYPE_RECEIVED, 1, MONDAY + 4 * DAY + 9 * HOUR, "R3", .procedure = "urgent");
	assert_int_equal(world.news[0].due_ms, MONDAY + 10 * DAY);
	/* Its kind goes with it to another unit, where it is closed after a weekend. */
	HAPPEN(&world, TYPE_TRANSFERRED, 1, MONDAY + 5 * DAY, "R3", .to = "so-b");
	HAPPEN(&world, TYPE_RESOLVED, 2, MONDAY + 7 * DAY + 9 * HOUR, "R3");
	assert_int_equal(world.news[0].elapsed_ms, 3 * DAY);
	world_fini(&world);
}

static void a_close_says_how_long_it_took_and_whether_it_was_in_time(void **state)
{
	WORLD(world);

	HAPPEN(&world, TYPE_RECEIVED, 1, TEN, "R1", .due = DUE);
	assert_int_equal(HAPPEN(&world, TYPE_RESOLVED, 2, DUE, "R1"), 1);
	assert_news(&world, 0, TRACK_CLOSED, 1, -1, 0, 0, 0);
	assert_true(world.news[0].is_on_time);
	assert_int_equal(world.news[0].step, 1);
	assert_int_equal(world.news[0].due_ms, DUE);
	assert_int_equal(world.news[0].opened_ms, TEN);
	/* Monday 10:00-11:30, 13:30-17:00, Tuesday, Wednesday until 16:00. */
	assert_int_equal(world.news[0].elapsed_ms, 19 * HOUR);
	HAPPEN(&world, TYPE_RECEIVED, 1, TEN, "R2", .due = DUE);
	HAPPEN(&world, TYPE_RESOLVED, 1, DUE + 1, "R2");
	assert_false(world.news[0].is_on_time);
	HAPPEN(&world, TYPE_ASKED, 1, TEN, "R3");
	HAPPEN(&world, TYPE_ANSWERED, 1, TEN + 900 * DAY, "R3");
	assert_true(world.news[0].is_on_time);
	assert_int_equal(world.news[0].due_ms, 0);
	assert_int_equal(world.news[0].elapsed_ms, 900 * DAY);
	world_fini(&world);
}

static void a_void_close_is_neither_in_time_nor_late(void **state)
{
	WORLD(world);

	HAPPEN(&world, TYPE_RECEIVED, 1, NINE, "R1", .due = DUE);
	HAPPEN(&world, TYPE_WITHDRAWN, 1, TEN, "R1");
	assert_news(&world, 0, TRACK_WITHDRAWN, 1, -1, 0, 0, 0);
	assert_false(world.news[0].is_on_time);
	assert_int_equal(world.news[0].step, 2);
	assert_int_equal(world.news[0].elapsed_ms, HOUR);
	world_fini(&world);
}

static void a_pause_stops_the_clock_and_moves_the_deadline_by_working_time(void **state)
{
	WORLD(world);

	HAPPEN(&world, TYPE_RECEIVED, 1, NINE, "R1", .due = DUE);
	HAPPEN(&world, TYPE_SUSPENDED, 1, TEN, "R1");
	assert_news(&world, 0, TRACK_PAUSED, 1, 0, 0, 0, 1);
	assert_int_equal(trackers_due_ms(world.trackers), INT64_MAX);
	assert_int_equal(tick(&world, DUE + DAY), 0);
	/* Over midnight, to Thursday 10:00: three days of seven and a half hours. */
	HAPPEN(&world, TYPE_RESUMED, 1, TEN + 3 * DAY, "R1");
	assert_news(&world, 0, TRACK_RESUMED, 1, 0, 0, 0, -1);
	assert_int_equal(world.news[0].due_ms, DUE + 5 * DAY);
	HAPPEN(&world, TYPE_RESOLVED, 1, TEN + 3 * DAY + HOUR, "R1");
	assert_int_equal(world.news[0].elapsed_ms, 2 * HOUR);
	assert_true(world.news[0].is_on_time);
	world_fini(&world);
}

static void a_close_while_paused_counts_neither_the_pause_nor_its_length_as_late(void **state)
{
	WORLD(world);

	HAPPEN(&world, TYPE_RECEIVED, 1, NINE, "R1", .due = DUE);
	HAPPEN(&world, TYPE_SUSPENDED, 1, TEN, "R1");
	HAPPEN(&world, TYPE_RESOLVED, 1, DUE + 20 * DAY, "R1");
	assert_news(&world, 0, TRACK_CLOSED, 1, -1, 0, 0, -1);
	assert_true(world.news[0].is_on_time);
	assert_int_equal(world.news[0].elapsed_ms, HOUR);
	world_fini(&world);
}

static void
what_was_due_soon_is_not_while_paused_and_is_again_without_being_told_twice(void **state)
{
	WORLD(world);

	HAPPEN(&world, TYPE_RECEIVED, 1, NINE, "R1", .due = DUE);
	assert_int_equal(tick(&world, NINE), 1); /* two working days before Wednesday have begun */
	HAPPEN(&world, TYPE_SUSPENDED, 1, TEN, "R1");
	assert_news(&world, 0, TRACK_PAUSED, 1, 0, -1, 0, 1);
	HAPPEN(&world, TYPE_RESUMED, 1, TWO, "R1");
	assert_news(&world, 0, TRACK_RESUMED, 1, 0, 1, 0, -1);
	assert_int_equal(tick(&world, DUE), 0);
	assert_int_equal(tick(&world, DUE + DAY), 1);
	assert_news(&world, 0, TRACK_OVERDUE, 1, 0, -1, 1, 0);
	world_fini(&world);
}

static void what_was_overdue_stays_so_while_paused_and_its_deadline_does_not_move(void **state)
{
	WORLD(world);

	HAPPEN(&world, TYPE_RECEIVED, 1, NINE, "R1", .due = TEN);
	tick(&world, TWO);
	HAPPEN(&world, TYPE_SUSPENDED, 1, TWO, "R1");
	assert_news(&world, 0, TRACK_PAUSED, 1, 0, 0, 0, 1);
	HAPPEN(&world, TYPE_RESUMED, 1, TWO + DAY, "R1");
	assert_news(&world, 0, TRACK_RESUMED, 1, 0, 0, 0, -1);
	assert_int_equal(world.news[0].due_ms, TEN);
	assert_int_equal(tick(&world, TWO + 2 * DAY), 0);
	HAPPEN(&world, TYPE_RESOLVED, 1, TWO + DAY, "R1");
	assert_news(&world, 0, TRACK_CLOSED, 1, -1, 0, -1, 0);
	assert_false(world.news[0].is_on_time);
	world_fini(&world);
}

static void a_pause_at_the_very_instant_takes_nothing_back(void **state)
{
	WORLD(world);

	HAPPEN(&world, TYPE_RECEIVED, 1, NINE, "R1", .due = TEN);
	tick(&world, TEN);
	HAPPEN(&world, TYPE_SUSPENDED, 1, TEN, "R1");
	assert_news(&world, 0, TRACK_PAUSED, 1, 0, 0, 0, 1);
	HAPPEN(&world, TYPE_RESUMED, 1, TWO, "R1");
	assert_int_equal(world.news[0].due_ms, TEN);
	/* The other is due soon from the begin of Monday's work. */
	HAPPEN(&world, TYPE_RECEIVED, 1, MONDAY, "R2", .due = DUE);
	tick(&world, TWO);
	HAPPEN(&world, TYPE_SUSPENDED, 1, MONDAY + 15 * HOUR / 2, "R2");
	assert_news(&world, 0, TRACK_PAUSED, 1, 0, -1, 0, 1);
	HAPPEN(&world, TYPE_RESUMED, 1, NINE, "R2");
	assert_news(&world, 0, TRACK_RESUMED, 1, 0, 1, 0, -1);
	/* One that was paused before was not due soon yet. */
	HAPPEN(&world, TYPE_RECEIVED, 1, MONDAY, "R3", .due = DUE);
	tick(&world, TWO);
	HAPPEN(&world, TYPE_SUSPENDED, 1, MONDAY + 15 * HOUR / 2 - 1, "R3");
	HAPPEN(&world, TYPE_RESUMED, 1, NINE, "R3");
	assert_news(&world, 0, TRACK_RESUMED, 1, 0, 0, 0, -1);
	world_fini(&world);
}

static void a_pause_heard_late_takes_back_what_came_due_within_it(void **state)
{
	WORLD(world);

	HAPPEN(&world, TYPE_RECEIVED, 1, NINE, "R1", .due = TWO);
	tick(&world, TWO);
	HAPPEN(&world, TYPE_SUSPENDED, 1, TEN, "R1");
	assert_news(&world, 0, TRACK_PAUSED, 1, 0, 0, -1, 1);
	world_fini(&world);
}

static void a_resume_before_its_pause_waits_for_it(void **state)
{
	WORLD(world);

	HAPPEN(&world, TYPE_RECEIVED, 1, NINE, "R1", .due = DUE);
	assert_int_equal(HAPPEN(&world, TYPE_RESUMED, 1, TEN + HOUR, "R1"), 0);
	assert_int_equal(HAPPEN(&world, TYPE_SUSPENDED, 1, TEN, "R1"), 1);
	assert_news(&world, 0, TRACK_RESUMED, 1, 0, 0, 0, 0);
	assert_int_equal(world.news[0].due_ms, DUE + HOUR);
	/* The same pause once more is none. */
	assert_int_equal(HAPPEN(&world, TYPE_SUSPENDED, 1, TEN, "R1"), 0);
	assert_int_equal(counts_of(&world).stale, 1);
	HAPPEN(&world, TYPE_RESOLVED, 1, TWO, "R1");
	assert_int_equal(world.news[0].elapsed_ms, 2 * HOUR);
	world_fini(&world);
}

static void a_second_pause_and_a_resume_of_an_earlier_one_change_nothing(void **state)
{
	WORLD(world);

	HAPPEN(&world, TYPE_RECEIVED, 1, NINE, "R1", .due = DUE);
	HAPPEN(&world, TYPE_SUSPENDED, 1, TEN, "R1");
	assert_int_equal(HAPPEN(&world, TYPE_SUSPENDED, 1, TWO, "R1"), 0);
	assert_int_equal(HAPPEN(&world, TYPE_RESUMED, 1, TEN - 1, "R1"), 0);
	assert_int_equal(counts_of(&world).stale, 2);
	HAPPEN(&world, TYPE_RESUMED, 1, TEN + HOUR, "R1");
	assert_int_equal(world.news[0].due_ms, DUE + HOUR);
	world_fini(&world);
}

static void a_transfer_moves_the_gauges_from_unit_to_unit(void **state)
{
	WORLD(world);

	HAPPEN(&world, TYPE_RECEIVED, 1, NINE, "R1", .due = TEN);
	tick(&world, TEN);
	assert_int_equal(HAPPEN(&world, TYPE_TRANSFERRED, 1, TWO, "R1", .to = "so-b"), 2);
	assert_news(&world, 0, TRACK_MOVED, 1, -1, 0, -1, 0);
	assert_news(&world, 1, TRACK_MOVED, 2, 1, 0, 1, 0);
	/* One that happened before is stale, and so is none: the last word is the latest. */
	assert_int_equal(HAPPEN(&world, TYPE_TRANSFERRED, 1, TWO - 1, "R1", .to = "so-a"), 0);
	assert_int_equal(counts_of(&world).stale, 1);
	assert_int_equal(HAPPEN(&world, TYPE_TRANSFERRED, 2, TWO + 1, "R1", .to = "so-b"), 0);
	HAPPEN(&world, TYPE_RESOLVED, 2, TWO + HOUR, "R1");
	assert_news(&world, 0, TRACK_CLOSED, 2, -1, 0, -1, 0);
	world_fini(&world);
}

static void a_transfer_to_nobody_leaves_it_where_it_is(void **state)
{
	WORLD(world);

	HAPPEN(&world, TYPE_RECEIVED, 1, NINE, "R1");
	assert_int_equal(HAPPEN(&world, TYPE_TRANSFERRED, 1, TEN, "R1", .to = "nobody"), 0);
	assert_int_equal(HAPPEN(&world, TYPE_TRANSFERRED, 1, TEN, "R1"), 0);
	assert_int_equal(counts_of(&world).unknown_unit, 2);
	HAPPEN(&world, TYPE_RESOLVED, 1, TWO, "R1");
	assert_news(&world, 0, TRACK_CLOSED, 1, -1, 0, 0, 0);
	world_fini(&world);
}

static void what_comes_before_its_opening_is_taken_up_in_order_of_time(void **state)
{
	WORLD(world);

	assert_int_equal(HAPPEN(&world, TYPE_RESOLVED, 2, TWO, "R1"), 0);
	assert_int_equal(HAPPEN(&world, TYPE_RESUMED, 2, TEN + HOUR, "R1"), 0);
	assert_int_equal(HAPPEN(&world, TYPE_SUSPENDED, 2, TEN, "R1"), 0);
	assert_int_equal(HAPPEN(&world, TYPE_TRANSFERRED, 1, NINE + 1, "R1", .to = "so-b"), 0);
	assert_int_equal(counts_of(&world).waiting, 1);
	assert_int_equal(HAPPEN(&world, TYPE_RECEIVED, 1, NINE, "R1", .due = DUE), 6);
	assert_news(&world, 0, TRACK_OPENED, 1, 1, 0, 0, 0);
	assert_news(&world, 1, TRACK_MOVED, 1, -1, 0, 0, 0);
	assert_news(&world, 2, TRACK_MOVED, 2, 1, 0, 0, 0);
	assert_news(&world, 3, TRACK_PAUSED, 2, 0, 0, 0, 1);
	assert_news(&world, 4, TRACK_RESUMED, 2, 0, 0, 0, -1);
	assert_news(&world, 5, TRACK_CLOSED, 2, -1, 0, 0, 0);
	assert_int_equal(world.news[5].step, 1);
	assert_int_equal(world.news[5].elapsed_ms, 2 * HOUR);
	assert_int_equal(counts_of(&world).waiting, 0);
	assert_int_equal(counts_of(&world).unmatched, 0);
	world_fini(&world);
}

static void of_each_role_the_latest_waits(void **state)
{
	WORLD(world);

	HAPPEN(&world, TYPE_WITHDRAWN, 1, TWO, "R1");
	HAPPEN(&world, TYPE_RESOLVED, 1, TEN, "R1");
	assert_int_equal(counts_of(&world).unmatched, 1);
	HAPPEN(&world, TYPE_RECEIVED, 1, NINE, "R1");
	assert_news(&world, 1, TRACK_WITHDRAWN, 1, -1, 0, 0, 0);
	/* Of two of one time, the one heard last. */
	HAPPEN(&world, TYPE_WITHDRAWN, 1, TWO, "R2");
	HAPPEN(&world, TYPE_RESOLVED, 1, TWO, "R2");
	HAPPEN(&world, TYPE_RECEIVED, 1, NINE, "R2");
	assert_news(&world, 1, TRACK_CLOSED, 1, -1, 0, 0, 0);
	world_fini(&world);
}

static void clocks_that_differ_by_minutes_do_not_lose_a_close(void **state)
{
	WORLD(world);

	HAPPEN(&world, TYPE_RECEIVED, 1, NINE, "R1");
	assert_int_equal(HAPPEN(&world, TYPE_RESOLVED, 2, NINE - 300001, "R1"), 0);
	assert_int_equal(counts_of(&world).stale, 1);
	assert_int_equal(HAPPEN(&world, TYPE_RESOLVED, 2, NINE - 300000, "R1"), 1);
	assert_int_equal(world.news[0].elapsed_ms, 0);
	assert_int_equal(world.news[0].time_ms, NINE);
	world_fini(&world);
}

static void a_repeated_opening_corrects_the_deadline_and_the_unit(void **state)
{
	WORLD(world);

	HAPPEN(&world, TYPE_RECEIVED, 1, NINE, "R1", .due = TEN);
	tick(&world, TEN);
	assert_int_equal(HAPPEN(&world, TYPE_RECEIVED, 1, TWO, "R1", .due = DUE, .to = "so-b"), 3);
	assert_news(&world, 0, TRACK_MOVED, 1, -1, 0, -1, 0);
	assert_news(&world, 1, TRACK_MOVED, 2, 1, 0, 1, 0);
	assert_news(&world, 2, TRACK_MOVED, 2, 0, 0, -1, 0);
	assert_int_equal(world.news[2].due_ms, DUE);
	assert_int_equal(counts_of(&world).repeated, 1);
	/* One that names neither only counts; one from before moves the opening back. */
	assert_int_equal(HAPPEN(&world, TYPE_RECEIVED, 1, TWO, "R1"), 0);
	assert_int_equal(HAPPEN(&world, TYPE_RECEIVED, 1, NINE - HOUR, "R1", .due = TEN), 0);
	HAPPEN(&world, TYPE_RESOLVED, 1, TEN, "R1");
	assert_int_equal(world.news[0].elapsed_ms, 2 * HOUR);
	assert_int_equal(world.news[0].due_ms, DUE);
	world_fini(&world);
}

static void a_correction_to_an_earlier_deadline_comes_due_by_it(void **state)
{
	WORLD(world);

	HAPPEN(&world, TYPE_ASKED, 1, NINE, "R1", .due = DUE);
	tick(&world, DUE - 2 * HOUR);
	assert_int_equal(HAPPEN(&world, TYPE_ASKED, 1, TEN, "R1", .due = DUE - HOUR), 1);
	assert_news(&world, 0, TRACK_MOVED, 1, 0, 0, 0, 0);
	assert_int_equal(tick(&world, DUE - HOUR), 1);
	assert_news(&world, 0, TRACK_OVERDUE, 1, 0, -1, 1, 0);
	world_fini(&world);
}

static void an_opening_after_the_close_opens_again_and_what_it_took_adds_up(void **state)
{
	WORLD(world);

	HAPPEN(&world, TYPE_RECEIVED, 1, NINE, "R1", .due = DUE);
	HAPPEN(&world, TYPE_RESOLVED, 1, TEN, "R1");
	assert_int_equal(HAPPEN(&world, TYPE_RECEIVED, 2, TWO, "R1", .due = DUE + DAY), 1);
	assert_news(&world, 0, TRACK_REOPENED, 2, 1, 0, 0, 0);
	assert_int_equal(world.news[0].opened_ms, TWO);
	assert_int_equal(world.news[0].due_ms, DUE + DAY);
	assert_int_equal(counts_of(&world).reopened, 1);
	/* What belongs to the first time is stale. */
	assert_int_equal(HAPPEN(&world, TYPE_RECEIVED, 2, NINE, "R1", .due = TEN), 0);
	assert_int_equal(HAPPEN(&world, TYPE_RESOLVED, 2, TEN + 1, "R1"), 0);
	assert_int_equal(counts_of(&world).stale, 2);
	HAPPEN(&world, TYPE_RESOLVED, 2, TWO + HOUR, "R1");
	assert_news(&world, 0, TRACK_CLOSED, 2, -1, 0, 0, 0);
	assert_int_equal(world.news[0].elapsed_ms, 2 * HOUR);
	world_fini(&world);
}

static void what_is_older_than_the_close_is_stale_and_what_is_later_waits(void **state)
{
	WORLD(world);

	HAPPEN(&world, TYPE_RECEIVED, 1, NINE, "R1");
	HAPPEN(&world, TYPE_RESOLVED, 1, TEN, "R1");
	assert_int_equal(HAPPEN(&world, TYPE_RECEIVED, 1, TEN, "R1"), 0);
	assert_int_equal(HAPPEN(&world, TYPE_SUSPENDED, 1, TEN, "R1"), 0);
	assert_int_equal(HAPPEN(&world, TYPE_RESOLVED, 1, TEN, "R1"), 0);
	assert_int_equal(counts_of(&world).stale, 3);
	assert_int_equal(counts_of(&world).waiting, 0);
	/* Its second close is heard before it is opened again. */
	assert_int_equal(HAPPEN(&world, TYPE_RESOLVED, 1, TWO + HOUR, "R1"), 0);
	assert_int_equal(counts_of(&world).waiting, 1);
	assert_int_equal(HAPPEN(&world, TYPE_RECEIVED, 1, TWO, "R1"), 2);
	assert_news(&world, 0, TRACK_REOPENED, 1, 1, 0, 0, 0);
	assert_news(&world, 1, TRACK_CLOSED, 1, -1, 0, 0, 0);
	world_fini(&world);
}

static void a_long_id_is_cut_between_characters_and_still_told_apart(void **state)
{
	char one[200], two[200];
	WORLD(world);

	memset(one, 'x', sizeof(one));
	memcpy(one + 95, "\xe1\xbb\x87", 3);
	one[150] = '\0';
	memcpy(two, one, sizeof(two));
	two[149] = 'y';
	assert_int_equal(HAPPEN(&world, TYPE_RECEIVED, 1, NINE, one), 1);
	assert_int_equal(world.news[0].id.size, 95);
	assert_int_equal(HAPPEN(&world, TYPE_RECEIVED, 1, NINE, two), 1);
	assert_int_equal(counts_of(&world).open, 2);
	assert_int_equal(HAPPEN(&world, TYPE_RESOLVED, 1, TEN, two), 1);
	assert_int_equal(HAPPEN(&world, TYPE_RESOLVED, 1, TEN, one), 1);
	world_fini(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_opening_is_told_with_what_identifies_it),
		cmocka_unit_test(an_event_without_what_identifies_a_record_is_counted),
		cmocka_unit_test(the_unit_that_the_opening_names_is_charged),
		cmocka_unit_test(
			the_calendar_is_that_of_the_kind_or_else_of_the_unit_or_else_of_the_track),
		cmocka_unit_test(a_close_says_how_long_it_took_and_whether_it_was_in_time),
		cmocka_unit_test(a_void_close_is_neither_in_time_nor_late),
		cmocka_unit_test(a_pause_stops_the_clock_and_moves_the_deadline_by_working_time),
		cmocka_unit_test(
			a_close_while_paused_counts_neither_the_pause_nor_its_length_as_late),
		cmocka_unit_test(
			what_was_due_soon_is_not_while_paused_and_is_again_without_being_told_twice),
		cmocka_unit_test(
			what_was_overdue_stays_so_while_paused_and_its_deadline_does_not_move),
		cmocka_unit_test(a_pause_at_the_very_instant_takes_nothing_back),
		cmocka_unit_test(a_pause_heard_late_takes_back_what_came_due_within_it),
		cmocka_unit_test(a_resume_before_its_pause_waits_for_it),
		cmocka_unit_test(a_second_pause_and_a_resume_of_an_earlier_one_change_nothing),
		cmocka_unit_test(a_transfer_moves_the_gauges_from_unit_to_unit),
		cmocka_unit_test(a_transfer_to_nobody_leaves_it_where_it_is),
		cmocka_unit_test(what_comes_before_its_opening_is_taken_up_in_order_of_time),
		cmocka_unit_test(of_each_role_the_latest_waits),
		cmocka_unit_test(clocks_that_differ_by_minutes_do_not_lose_a_close),
		cmocka_unit_test(a_repeated_opening_corrects_the_deadline_and_the_unit),
		cmocka_unit_test(a_correction_to_an_earlier_deadline_comes_due_by_it),
		cmocka_unit_test(an_opening_after_the_close_opens_again_and_what_it_took_adds_up),
		cmocka_unit_test(what_is_older_than_the_close_is_stale_and_what_is_later_waits),
		cmocka_unit_test(a_long_id_is_cut_between_characters_and_still_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
