/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../saved.h"
#include "iocd/clocks.h"

#define NOW       INT64_C(1795309200000)
#define MINUTE_MS INT64_C(60000)
#define HOUR_MS   (60 * MINUTE_MS)
#define DAY_MS    (24 * HOUR_MS)
#define FUTURE_MS (2 * MINUTE_MS)

enum { UNIT_A, UNIT_B, N_UNITS, N_FEEDS = 2 };

static struct event make(uint32_t unit, const char *source, int64_t arrival_ms, int64_t ahead_ms)
{
	return (struct event){ .unit = unit,
			       .source = { source, strlen(source) },
			       .arrival_ms = arrival_ms,
			       .time_ms = arrival_ms + ahead_ms };
}

/* What is taken off an event of UNIT_A's source "a" that is so far ahead when it arrives. */
static int64_t taken_off(struct clocks *clocks, int64_t arrival_ms, int64_t ahead_ms)
{
	struct event event = make(UNIT_A, "a", arrival_ms, ahead_ms);

	clocks_correct(clocks, &event);
	assert_int_equal(event.time_ms + event.ahead_ms, arrival_ms + ahead_ms);
	assert_true(event.time_ms <= arrival_ms + FUTURE_MS);
	return event.ahead_ms;
}

/* Clocks that know "a" to be a day ahead, by three events up to NOW. */
static struct clocks *make_day_ahead(void)
{
	struct clocks *clocks = clocks_new(FUTURE_MS);

	for (int i = 2; i >= 0; i--)
		assert_int_equal(taken_off(clocks, NOW - i * MINUTE_MS, DAY_MS), DAY_MS);
	return clocks;
}

static void keep_view(void *context, const struct clock_view *view)
{
	struct clock_view *list = context;

	while (list->first_ms)
		list++;
	*list = *view;
}

static void clocks_that_are_right_are_of_no_concern(void **state)
{
	static const int64_t ahead_ms[] = { 0, FUTURE_MS, -MINUTE_MS, -DAY_MS };
	CLEANUP(clocks_free) struct clocks *clocks = clocks_new(FUTURE_MS);

	(void)state;
	for (size_t i = 0; i < COUNT(ahead_ms); i++) {
		const struct event event = make(UNIT_A, "a", NOW, ahead_ms[i]);

		assert_false(clocks_concern(clocks, &event));
		assert_int_equal(taken_off(clocks, NOW, ahead_ms[i]), 0);
	}
	assert_int_equal(clocks_count(clocks), 0);
}

static void the_first_events_of_a_fast_clock_count_when_they_arrive(void **state)
{
	CLEANUP(clocks_free) struct clocks *clocks = clocks_new(FUTURE_MS);
	const struct event event = make(UNIT_A, "a", NOW, FUTURE_MS + 1);

	(void)state;
	assert_true(clocks_concern(clocks, &event));
	assert_int_equal(taken_off(clocks, NOW, DAY_MS), DAY_MS);
	assert_int_equal(taken_off(clocks, NOW + 1, DAY_MS - HOUR_MS), DAY_MS - HOUR_MS);
	assert_int_equal(clocks_count(clocks), 1);
}

static void what_a_fast_clock_kept_counts_when_it_happened(void **state)
{
	CLEANUP(clocks_free) struct clocks *clocks = make_day_ahead();

	(void)state;
	/* Three hours late and still ahead; a day and three hours late and not ahead at all. */
	assert_int_equal(taken_off(clocks, NOW, DAY_MS - 3 * HOUR_MS), DAY_MS);
	assert_int_equal(taken_off(clocks, NOW, -3 * HOUR_MS), DAY_MS);
	assert_int_equal(taken_off(clocks, NOW, DAY_MS), DAY_MS);
}

static void the_estimate_follows_what_is_nearest_to_now(void **state)
{
	CLEANUP(clocks_free) struct clocks *clocks = make_day_ahead();

	(void)state;
	assert_int_equal(taken_off(clocks, NOW, DAY_MS + 2 * MINUTE_MS), DAY_MS + 2 * MINUTE_MS);
	assert_int_equal(taken_off(clocks, NOW, DAY_MS), DAY_MS + 2 * MINUTE_MS);
}

static void one_absurd_stamp_moves_nothing_else(void **state)
{
	CLEANUP(clocks_free) struct clocks *clocks = make_day_ahead();

	(void)state;
	for (int round = 0; round < 3; round++) {
		assert_int_equal(taken_off(clocks, NOW, 2 * DAY_MS), 2 * DAY_MS);
		assert_int_equal(taken_off(clocks, NOW, 2 * DAY_MS + 3 * MINUTE_MS),
				 2 * DAY_MS + 3 * MINUTE_MS);
		assert_int_equal(taken_off(clocks, NOW, DAY_MS), DAY_MS);
	}
	assert_int_equal(taken_off(clocks, NOW, DAY_MS - HOUR_MS), DAY_MS);
}

static void three_in_a_row_make_a_larger_estimate(void **state)
{
	CLEANUP(clocks_free) struct clocks *clocks = make_day_ahead();

	(void)state;
	assert_int_equal(taken_off(clocks, NOW, 2 * DAY_MS), 2 * DAY_MS);
	assert_int_equal(taken_off(clocks, NOW, 2 * DAY_MS + MINUTE_MS), 2 * DAY_MS + MINUTE_MS);
	assert_int_equal(taken_off(clocks, NOW, 2 * DAY_MS), 2 * DAY_MS + MINUTE_MS);
	assert_int_equal(taken_off(clocks, NOW, DAY_MS), 2 * DAY_MS + MINUTE_MS);
}

static void a_smaller_estimate_is_believed_after_a_minute(void **state)
{
	CLEANUP(clocks_free) struct clocks *clocks = make_day_ahead();

	(void)state;
	/* They may as well have been kept for a while, all of the same time. */
	for (int i = 0; i < 100; i++)
		assert_int_equal(taken_off(clocks, NOW + i, HOUR_MS), DAY_MS);
	assert_int_equal(taken_off(clocks, NOW + MINUTE_MS - 1, HOUR_MS), DAY_MS);
	assert_int_equal(taken_off(clocks, NOW + MINUTE_MS, HOUR_MS), HOUR_MS);
	assert_int_equal(taken_off(clocks, NOW + MINUTE_MS, -HOUR_MS), HOUR_MS);
}

static void a_burst_of_what_was_kept_does_not_make_it_smaller(void **state)
{
	CLEANUP(clocks_free) struct clocks *clocks = make_day_ahead();

	(void)state;
	/* An event for each five minutes of the last three hours, in two minutes. */
	for (int i = 0; i < 36; i++)
		assert_int_equal(
			taken_off(clocks, NOW + i * 3333, DAY_MS - 3 * HOUR_MS + i * 5 * MINUTE_MS),
			DAY_MS);
}

static void a_clock_that_was_set_right_counts_as_stamped(void **state)
{
	CLEANUP(clocks_free) struct clocks *clocks = make_day_ahead();

	(void)state;
	assert_int_equal(taken_off(clocks, NOW + HOUR_MS, 0), 0);
	assert_int_equal(taken_off(clocks, NOW + HOUR_MS, -HOUR_MS), 0);
	assert_int_equal(clocks_count(clocks), 1);
	assert_int_equal(taken_off(clocks, NOW + HOUR_MS + 10 * MINUTE_MS - 1, -FUTURE_MS), 0);
	assert_int_equal(clocks_count(clocks), 1);
	assert_int_equal(taken_off(clocks, NOW + HOUR_MS + 10 * MINUTE_MS, FUTURE_MS), 0);
	assert_int_equal(clocks_count(clocks), 0);
	assert_int_equal(taken_off(clocks, NOW + 2 * HOUR_MS, -HOUR_MS), 0);
}

static void a_clock_that_is_ahead_again_was_not_set_right(void **state)
{
	CLEANUP(clocks_free) struct clocks *clocks = make_day_ahead();

	(void)state;
	assert_int_equal(taken_off(clocks, NOW, 0), 0);
	assert_int_equal(taken_off(clocks, NOW + 9 * MINUTE_MS, DAY_MS), DAY_MS);
	assert_int_equal(taken_off(clocks, NOW + 9 * MINUTE_MS, -HOUR_MS), DAY_MS);
	assert_int_equal(taken_off(clocks, NOW + 11 * MINUTE_MS, 0), 0);
	assert_int_equal(clocks_count(clocks), 1);
}

static void a_source_without_an_estimate_is_not_moved_when_late(void **state)
{
	CLEANUP(clocks_free) struct clocks *clocks = clocks_new(FUTURE_MS);

	(void)state;
	assert_int_equal(taken_off(clocks, NOW, DAY_MS), DAY_MS);
	assert_int_equal(taken_off(clocks, NOW, -HOUR_MS), 0);
}

static void a_fast_clock_of_one_moves_no_other(void **state)
{
	CLEANUP(clocks_free) struct clocks *clocks = make_day_ahead();
	struct event others[] = {
		make(UNIT_B, "a", NOW, -HOUR_MS),
		make(UNIT_A, "b", NOW, -HOUR_MS),
		make(UNIT_A, "a", NOW, -HOUR_MS),
	};

	(void)state;
	others[2].feed = 1;
	assert_false(clocks_concern(clocks, &others[0]));
	assert_true(clocks_concern(clocks, &others[1]));
	for (size_t i = 0; i < COUNT(others); i++) {
		clocks_correct(clocks, &others[i]);
		assert_int_equal(others[i].ahead_ms, 0);
		assert_int_equal(others[i].time_ms, NOW - HOUR_MS);
	}
}

static void sources_that_are_off_are_named_the_fastest_first(void **state)
{
	CLEANUP(clocks_free) struct clocks *clocks = make_day_ahead();
	char name[CLOCK_SOURCE_MAX + 3];
	struct clock_view views[4] = { 0 };
	struct event event;

	(void)state;
	memset(name, 'x', sizeof(name));
	memcpy(name + CLOCK_SOURCE_MAX - 1, "\xc3\xa0y", 4); /* a character across the end */
	for (int i = 0; i < 3; i++) {
		event = make(UNIT_B, name, NOW + i, 2 * DAY_MS);
		clocks_correct(clocks, &event);
	}
	event = make(UNIT_B, "once", NOW + 5, HOUR_MS);
	clocks_correct(clocks, &event);
	clocks_each(clocks, keep_view, views);
	assert_int_equal(clocks_count(clocks), 3);
	assert_int_equal(views[0].unit, UNIT_B);
	assert_int_equal(views[0].ahead_ms, 2 * DAY_MS);
	assert_int_equal(views[0].first_ms, NOW);
	assert_int_equal(views[0].last_ms, NOW + 2);
	assert_int_equal(views[0].corrected, 3);
	assert_int_equal(strlen(views[0].source), CLOCK_SOURCE_MAX - 1);
	assert_string_equal(views[1].source, "a");
	assert_int_equal(views[2].ahead_ms, 0);
	assert_string_equal(views[2].source, "once");
}

static void a_sender_with_too_many_sources_forgets_its_own(void **state)
{
	CLEANUP(clocks_free) struct clocks *clocks = make_day_ahead();
	struct event event;
	char name[16];

	(void)state;
	for (int i = 0; i < 3 * CLOCKS_OF_SENDER; i++) {
		snprintf(name, sizeof(name), "s%d", i);
		event = make(UNIT_B, name, NOW, HOUR_MS);
		clocks_correct(clocks, &event);
	}
	assert_int_equal(clocks_count(clocks), CLOCKS_OF_SENDER + 1);
	assert_int_equal(taken_off(clocks, NOW, -HOUR_MS), DAY_MS);
}

static void of_too_many_senders_the_quietest_is_forgotten(void **state)
{
	CLEANUP(clocks_free) struct clocks *clocks = make_day_ahead();
	struct event event;

	(void)state;
	for (uint32_t i = 1; i < CLOCKS_MAX; i++) {
		event = make(i, "a", NOW + 1, HOUR_MS);
		clocks_correct(clocks, &event);
	}
	assert_int_equal(clocks_count(clocks), CLOCKS_MAX);
	assert_int_equal(taken_off(clocks, NOW + 2, DAY_MS), DAY_MS); /* heard again */
	event = make(CLOCKS_MAX, "a", NOW + 3, HOUR_MS);
	clocks_correct(clocks, &event);
	assert_int_equal(clocks_count(clocks), CLOCKS_MAX);
	event = make(1, "a", NOW + 3, 0);
	assert_int_equal(taken_off(clocks, NOW + 3, -HOUR_MS), DAY_MS);
}

static void who_is_silent_for_a_month_leaves(void **state)
{
	CLEANUP(clocks_free) struct clocks *clocks = make_day_ahead();
	struct event event = make(UNIT_B, "b", NOW + 31 * DAY_MS - 1, HOUR_MS);

	(void)state;
	clocks_correct(clocks, &event);
	assert_int_equal(clocks_count(clocks), 2);
	event = make(UNIT_B, "b", NOW + 31 * DAY_MS, HOUR_MS);
	clocks_correct(clocks, &event);
	assert_int_equal(clocks_count(clocks), 1);
}

static struct saved save(const struct clocks *clocks)
{
	struct saved saved = { 0 };
	struct bytes_writer writer;

	saved_begin(&saved, &writer);
	clocks_save(clocks, &writer);
	saved_end(&writer);
	return saved;
}

/* Clocks of what saved says, or NULL. */
static struct clocks *load(const struct saved *saved, const uint32_t *units)
{
	static const uint32_t same_feeds[] = { 0, 1 };
	const struct renumber of_units = { .to = units, .n = N_UNITS };
	const struct renumber of_feeds = { .to = same_feeds, .n = N_FEEDS };
	struct clocks *clocks = clocks_new(FUTURE_MS);
	struct bytes_reader reader;

	bytes_reader_init(&reader, saved->bytes, saved->n);
	clocks_load(clocks, &reader, &of_units, &of_feeds);
	return reader.is_bad || reader.at != reader.end ? clocks_free(clocks) : clocks;
}

static const uint32_t same_units[] = { 0, 1 };

/* Clocks with "a" of A, doubted and right by now, and "b" of B. */
static struct clocks *make_used(void)
{
	struct clocks *clocks = make_day_ahead();
	struct event event = make(UNIT_B, "b", NOW, HOUR_MS);

	for (int i = 0; i < 2; i++)
		(void)taken_off(clocks, NOW, 2 * DAY_MS);
	clocks_correct(clocks, &event);
	return clocks;
}

static void what_was_learnt_is_saved_and_read_back(void **state)
{
	CLEANUP(clocks_free) struct clocks *before = make_used();
	struct saved first = save(before), second;
	struct clocks *after = load(&first, same_units);

	(void)state;
	assert_non_null(after);
	second = save(after);
	assert_int_equal(first.n, second.n);
	assert_memory_equal(first.bytes, second.bytes, first.n);
	assert_int_equal(clocks_count(after), 2);
	/* The third in a row. */
	assert_int_equal(taken_off(after, NOW, 2 * DAY_MS), 2 * DAY_MS);
	assert_int_equal(taken_off(after, NOW, DAY_MS), 2 * DAY_MS);
	saved_fini(&first);
	saved_fini(&second);
	clocks_free(after);
}

static void sources_move_with_their_units(void **state)
{
	static const uint32_t moved[] = { UNIT_B, RENUMBER_GONE }, merged[] = { UNIT_B, UNIT_B };
	CLEANUP(clocks_free) struct clocks *before = make_used();
	struct event event = make(UNIT_B, "a", NOW + 1, HOUR_MS);
	struct clock_view views[3] = { 0 };
	struct clocks *after;
	struct saved saved;

	(void)state;
	clocks_correct(before, &event);
	saved = save(before);
	after = load(&saved, moved);
	assert_int_equal(clocks_count(after), 1);
	event = make(UNIT_B, "a", NOW, -HOUR_MS);
	clocks_correct(after, &event);
	assert_int_equal(event.ahead_ms, DAY_MS);
	clocks_free(after);

	/* "a" of both is one source, and what it said last counts. */
	after = load(&saved, merged);
	clocks_each(after, keep_view, views);
	assert_int_equal(clocks_count(after), 2);
	assert_string_equal(views[0].source, "a");
	assert_int_equal(views[0].ahead_ms, 0);
	assert_int_equal(views[0].corrected, 6);
	assert_int_equal(views[0].first_ms, NOW - 2 * MINUTE_MS);
	assert_int_equal(views[0].last_ms, NOW + 1);
	saved_fini(&saved);
	clocks_free(after);
}

static void damage_is_refused_or_does_no_harm(void **state)
{
	CLEANUP(clocks_free) struct clocks *before = make_used();
	struct saved saved = save(before);

	(void)state;
	for (size_t i = 0; i < 8 * saved.n; i++) {
		struct clocks *after;

		saved.bytes[i / 8] ^= (char)(1u << i % 8);
		after = load(&saved, same_units);
		if (i < 8 * 16) /* the name of the part, its version, how many there are */
			assert_null(after);
		else if (after)
			(void)taken_off(after, NOW, DAY_MS);
		clocks_free(after);
		saved.bytes[i / 8] ^= (char)(1u << i % 8);
	}
	while (saved.n-- > 0)
		assert_null(load(&saved, same_units));
	saved_fini(&saved);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clocks_that_are_right_are_of_no_concern),
		cmocka_unit_test(the_first_events_of_a_fast_clock_count_when_they_arrive),
		cmocka_unit_test(what_a_fast_clock_kept_counts_when_it_happened),
		cmocka_unit_test(the_estimate_follows_what_is_nearest_to_now),
		cmocka_unit_test(one_absurd_stamp_moves_nothing_else),
		cmocka_unit_test(three_in_a_row_make_a_larger_estimate),
		cmocka_unit_test(a_smaller_estimate_is_believed_after_a_minute),
		cmocka_unit_test(a_burst_of_what_was_kept_does_not_make_it_smaller),
		cmocka_unit_test(a_clock_that_was_set_right_counts_as_stamped),
		cmocka_unit_test(a_clock_that_is_ahead_again_was_not_set_right),
		cmocka_unit_test(a_source_without_an_estimate_is_not_moved_when_late),
		cmocka_unit_test(a_fast_clock_of_one_moves_no_other),
		cmocka_unit_test(sources_that_are_off_are_named_the_fastest_first),
		cmocka_unit_test(a_sender_with_too_many_sources_forgets_its_own),
		cmocka_unit_test(of_too_many_senders_the_quietest_is_forgotten),
		cmocka_unit_test(who_is_silent_for_a_month_leaves),
		cmocka_unit_test(what_was_learnt_is_saved_and_read_back),
		cmocka_unit_test(sources_move_with_their_units),
		cmocka_unit_test(damage_is_refused_or_does_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
