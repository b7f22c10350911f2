/* SPDX-License-Identifier: Apache-2.0 */
#include "memory.h"

#include <inttypes.h>
#include <stdio.h>

#define WINDOW  64
#define HIGHEST UINT64_C(9999999999999999999) /* of 19 digits */
#define EXACT   (UINT64_C(1) << 53)

static const struct memory usual = { .window = WINDOW };

/* One event that arrives, and what becomes of it. */
struct step {
	uint64_t number;
	enum reason reason;
	uint64_t missing; /* afterwards */
};

static enum reason admit(struct dedup *dedup, uint64_t source, uint64_t number, int64_t at_ms)
{
	const struct event event = memory_numbered(0, source, number, at_ms);

	return dedup_admit(dedup, &event);
}

/* Lets the events of one source arrive; with a restart before each if that is wanted. */
static void walk(const char *story, const struct step *steps, size_t n, bool restarts)
{
	struct dedup *dedup = memory_new(usual, 4);

	for (size_t i = 0; i < n; i++) {
		const struct step *step = &steps[i];
		enum reason reason;

		if (restarts)
			memory_restart(&dedup, usual, 4);
		reason = admit(dedup, 1, step->number, START_MS);
		if (reason != step->reason || dedup_missing(dedup, FEED_A) != step->missing)
			fail_msg("%s, step %zu, number %" PRIu64 ": %s and %" PRIu64
				 " missing, instead of %s and %" PRIu64,
				 story, i, step->number, reason_name(reason),
				 dedup_missing(dedup, FEED_A), reason_name(step->reason),
				 step->missing);
	}
	assert_int_equal(dedup_missing(dedup, FEED_B), 0);
	dedup_free(dedup);
}

#define WALK(...)                                                                                  \
	do {                                                                                       \
		static const struct step steps[] = { __VA_ARGS__ };                                \
                                                                                                   \
		(void)state;                                                                       \
		walk(__func__, steps, COUNT(steps), false);                                        \
		walk(__func__, steps, COUNT(steps), true);                                         \
	} while (0)

/* clang-format off */
static void numbers_that_rise_are_admitted_once(void **state)
{
	WALK({ 7, REASON_NONE, 0 }, { 7, REASON_duplicate, 0 }, { 8, REASON_NONE, 0 },
	     { 9, REASON_NONE, 0 }, { 8, REASON_duplicate, 0 }, { 7, REASON_duplicate, 0 },
	     { 9, REASON_duplicate, 0 }, { 10, REASON_NONE, 0 });
}

static void the_first_number_may_be_nought(void **state)
{
	WALK({ 0, REASON_NONE, 0 }, { 0, REASON_duplicate, 0 }, { 1, REASON_NONE, 0 },
	     { 2, REASON_NONE, 0 }, { 0, REASON_duplicate, 0 },
	     { 63, REASON_NONE, 60 }, { 0, REASON_duplicate, 60 },
	     { 64, REASON_NONE, 60 }, { 0, REASON_seq_old, 60 }, { 1, REASON_duplicate, 60 });
}

static void the_last_number_of_all_is_one_like_another(void **state)
{
	WALK({ HIGHEST - 1, REASON_NONE, 0 }, { HIGHEST, REASON_NONE, 0 },
	     { HIGHEST, REASON_duplicate, 0 }, { HIGHEST - 63, REASON_NONE, 0 },
	     { HIGHEST - 64, REASON_seq_old, 0 }, { 0, REASON_seq_old, 0 });
}

static void numbers_beyond_two_to_the_53rd_are_told_apart(void **state)
{
	WALK({ EXACT - 1, REASON_NONE, 0 }, { EXACT, REASON_NONE, 0 }, { EXACT + 1, REASON_NONE, 0 },
	     { EXACT, REASON_duplicate, 0 }, { EXACT + 1, REASON_duplicate, 0 });
}

static void a_gap_shows_until_it_is_filled(void **state)
{
	WALK({ 100, REASON_NONE, 0 }, { 104, REASON_NONE, 3 }, { 102, REASON_NONE, 2 },
	     { 102, REASON_duplicate, 2 }, { 101, REASON_NONE, 1 }, { 103, REASON_NONE, 0 },
	     { 104, REASON_duplicate, 0 }, { 105, REASON_NONE, 0 });
}

static void a_start_out_of_order_loses_nothing_and_misses_nothing(void **state)
{
	WALK({ 5, REASON_NONE, 0 }, { 3, REASON_NONE, 0 }, { 4, REASON_NONE, 0 },
	     { 3, REASON_duplicate, 0 }, { 0, REASON_NONE, 0 }, { 6, REASON_NONE, 0 },
	     { 8, REASON_NONE, 1 }, { 1, REASON_NONE, 1 }, { 7, REASON_NONE, 0 });
}

static void the_lowest_number_at_the_start_is_the_window_below_the_first(void **state)
{
	WALK({ 1000, REASON_NONE, 0 }, { 936, REASON_seq_old, 0 }, { 937, REASON_NONE, 0 },
	     { 937, REASON_duplicate, 0 }, { 1001, REASON_NONE, 0 }, { 937, REASON_seq_old, 0 },
	     { 938, REASON_NONE, 0 });
}

static void what_falls_out_of_the_window_is_old_and_stays_missing(void **state)
{
	WALK({ 100, REASON_NONE, 0 }, { 102, REASON_NONE, 1 },
	     { 164, REASON_NONE, 62 },		/* 101 is the lowest */
	     { 100, REASON_seq_old, 62 }, { 101, REASON_NONE, 61 },
	     { 165, REASON_NONE, 61 }, { 101, REASON_seq_old, 61 },
	     { 102, REASON_duplicate, 61 }, { 103, REASON_NONE, 60 },
	     { 229, REASON_NONE, 123 }, { 165, REASON_seq_old, 123 }, { 166, REASON_NONE, 122 });
}

static void a_jump_of_less_than_the_window_keeps_what_is_left_in_it(void **state)
{
	WALK({ 100, REASON_NONE, 0 }, { 163, REASON_NONE, 62 }, { 100, REASON_duplicate, 62 },
	     { 101, REASON_NONE, 61 }, { 162, REASON_NONE, 60 });
}

static void a_jump_of_the_window_forgets_all_of_it(void **state)
{
	WALK({ 100, REASON_NONE, 0 }, { 99, REASON_NONE, 0 }, { 164, REASON_NONE, 63 },
	     { 100, REASON_seq_old, 63 }, { 101, REASON_NONE, 62 }, { 163, REASON_NONE, 61 },
	     { 164, REASON_duplicate, 61 });
}

static void a_jump_of_more_than_the_window_misses_all_that_it_skips(void **state)
{
	WALK({ 100, REASON_NONE, 0 }, { 101, REASON_NONE, 0 }, { 166, REASON_NONE, 64 },
	     { 102, REASON_seq_old, 64 }, { 103, REASON_NONE, 63 },
	     { 1000000, REASON_NONE, 999896 }, { 166, REASON_seq_old, 999896 },
	     { 999936, REASON_seq_old, 999896 }, { 999937, REASON_NONE, 999895 },
	     { 1000001, REASON_NONE, 999895 });
}

static void marks_of_an_earlier_round_do_not_count(void **state)
{
	/* 0, 64 and 128 have one place. */
	WALK({ 0, REASON_NONE, 0 }, { 40, REASON_NONE, 39 }, { 80, REASON_NONE, 78 },
	     { 64, REASON_NONE, 77 }, { 120, REASON_NONE, 116 }, { 104, REASON_NONE, 115 },
	     { 140, REASON_NONE, 134 }, { 128, REASON_NONE, 133 });
	/* 79 has that of 15, and is the last one skipped. */
	WALK({ 15, REASON_NONE, 0 }, { 60, REASON_NONE, 44 }, { 80, REASON_NONE, 63 },
	     { 79, REASON_NONE, 62 }, { 78, REASON_NONE, 61 });
}
/* clang-format on */

static void what_is_missing_never_overflows(void **state)
{
	CLEANUP(dedup_free) struct dedup *dedup = memory_new(usual, 4);

	(void)state;
	for (uint64_t source = 1; source <= 3; source++) {
		assert_int_equal(admit(dedup, source, 0, START_MS), REASON_NONE);
		assert_int_equal(admit(dedup, source, HIGHEST, START_MS), REASON_NONE);
	}
	assert_true(dedup_missing(dedup, FEED_A) == UINT64_MAX);
	assert_int_equal(admit(dedup, 1, HIGHEST - 1, START_MS), REASON_NONE);
	assert_true(dedup_missing(dedup, FEED_A) == UINT64_MAX - 1);
}

static void the_same_number_with_another_content_is_a_conflict(void **state)
{
	struct dedup *dedup = memory_new(usual, 4);
	struct event event = memory_numbered(0, 1, 9, START_MS);

	(void)state;
	event.digest = 0;
	assert_int_equal(dedup_admit(dedup, &event), REASON_NONE);
	memory_restart(&dedup, usual, 4);
	event.key[0]++; /* whatever its id */
	assert_int_equal(dedup_admit(dedup, &event), REASON_duplicate);
	for (int bit = 0; bit < 64; bit++) {
		event.digest = UINT64_C(1) << bit;
		assert_int_equal(dedup_admit(dedup, &event), REASON_seq_conflict);
	}
	event.digest = 0;
	assert_int_equal(dedup_admit(dedup, &event), REASON_duplicate);
	dedup_free(dedup);
}

static void sources_and_sessions_count_by_themselves(void **state)
{
	CLEANUP(dedup_free) struct dedup *dedup = memory_new(usual, 4);
	static const uint64_t streams[][2] = {
		{ 1, 1 }, { 1, 2 }, { 2, 1 }, { UINT64_C(1) << 40 | 1, 1 }
	};
	struct event event = memory_numbered(0, 0, 50, START_MS);

	(void)state;
	for (int round = 0; round < 2; round++)
		for (size_t i = 0; i < COUNT(streams); i++) {
			memcpy(event.stream, streams[i], sizeof(event.stream));
			assert_int_equal(dedup_admit(dedup, &event),
					 round ? REASON_duplicate : REASON_NONE);
		}
	assert_int_equal(dedup_missing(dedup, FEED_A), 0);
	assert_int_equal(dedup_count(dedup), COUNT(streams));
}

static void where_all_places_are_taken_the_longest_unheard_is_forgotten(void **state)
{
	struct dedup *dedup = memory_new(usual, 4);

	(void)state;
	for (uint64_t source = 1; source <= 4; source++)
		assert_int_equal(admit(dedup, source, 100, START_MS + (int64_t)source),
				 REASON_NONE);
	assert_int_equal(admit(dedup, 1, 101, START_MS + 5), REASON_NONE);
	assert_int_equal(admit(dedup, 2, 100, START_MS + 6), REASON_duplicate); /* is not heard */
	memory_restart(&dedup, usual, 4);
	assert_int_equal(admit(dedup, 5, 1, START_MS + 7), REASON_NONE); /* for 2 */
	assert_int_equal(dedup_count(dedup), 4);
	for (uint64_t source = 1; source <= 5; source++)
		assert_int_equal(admit(dedup, source, source == 5 ? 1 : 100, START_MS + 2),
				 source == 2 ? REASON_ts_old : REASON_duplicate);
	assert_int_equal(admit(dedup, 2, 101, START_MS + 3), REASON_NONE); /* for 3 */
	assert_int_equal(admit(dedup, 3, 100, START_MS + 3), REASON_ts_old);
	dedup_free(dedup);
}

static void what_a_forgotten_source_sent_is_never_admitted_again(void **state)
{
	struct dedup *dedup = memory_new(usual, 1);
	struct event event;

	(void)state;
	assert_int_equal(admit(dedup, 1, 100, START_MS), REASON_NONE);
	assert_int_equal(admit(dedup, 1, 105, START_MS + 10), REASON_NONE);
	assert_int_equal(admit(dedup, 2, 1, START_MS), REASON_NONE); /* and 1 is forgotten */

	/* Its window begins anew in the middle of what it sent. */
	assert_int_equal(admit(dedup, 1, 103, START_MS + 10), REASON_ts_old);
	assert_int_equal(admit(dedup, 1, 103, START_MS + 11), REASON_NONE);
	memory_restart(&dedup, usual, 1);
	assert_int_equal(admit(dedup, 1, 100, START_MS), REASON_ts_old);
	assert_int_equal(admit(dedup, 1, 105, START_MS + 10), REASON_ts_old);
	assert_int_equal(admit(dedup, 1, 104, START_MS + 11), REASON_NONE);
	assert_int_equal(admit(dedup, 1, 102, START_MS + 11), REASON_NONE);

	event = memory_numbered(0, 1, 100, START_MS);
	event.historical = true;
	event.arrival_ms += HOUR_MS / 2;
	assert_int_equal(dedup_admit(dedup, &event), REASON_ts_old);
	dedup_free(dedup);
}

static void the_horizon_is_behind_the_latest_of_what_was_forgotten(void **state)
{
	CLEANUP(dedup_free) struct dedup *dedup = memory_new(usual, 1);
	struct event event = memory_numbered(0, 1, 1, START_MS);

	(void)state;
	event.time_ms += 60000; /* by a clock that is ahead */
	assert_int_equal(dedup_admit(dedup, &event), REASON_NONE);
	event.sequence = 2;
	event.time_ms -= 120000;
	assert_int_equal(dedup_admit(dedup, &event), REASON_NONE);

	event = memory_numbered(0, 2, 1, START_MS - 300000);
	assert_int_equal(dedup_admit(dedup, &event), REASON_NONE);
	assert_int_equal(admit(dedup, 3, 1, START_MS + 60000), REASON_ts_old);
	assert_int_equal(admit(dedup, 3, 1, START_MS + 60001), REASON_NONE);
	/* 2, forgotten now, was older: the horizon does not go back. */
	assert_int_equal(admit(dedup, 4, 1, START_MS + 60000), REASON_ts_old);
}

static void a_source_that_is_silent_is_forgotten_when_others_are_heard(void **state)
{
	struct dedup *dedup = memory_new(usual, 4);

	(void)state;
	assert_int_equal(admit(dedup, 1, 1, START_MS), REASON_NONE);
	assert_int_equal(admit(dedup, 2, 1, START_MS + 1), REASON_NONE);
	assert_int_equal(admit(dedup, 3, 1, START_MS + 2), REASON_NONE);
	memory_restart(&dedup, usual, 4);
	assert_int_equal(admit(dedup, 3, 2, START_MS + HOUR_MS - 1), REASON_NONE);
	assert_int_equal(dedup_count(dedup), 3);
	assert_int_equal(admit(dedup, 3, 3, START_MS + HOUR_MS), REASON_NONE);
	assert_int_equal(dedup_count(dedup), 2);
	assert_int_equal(admit(dedup, 1, 1, START_MS), REASON_ts_old);
	assert_int_equal(admit(dedup, 2, 1, START_MS + 1), REASON_duplicate);

	/* Its own place is the first to be taken again; nothing is left in it. */
	assert_int_equal(admit(dedup, 4, 1, START_MS + HOUR_MS), REASON_NONE);
	assert_int_equal(admit(dedup, 4, 2, START_MS + HOUR_MS), REASON_NONE);
	assert_int_equal(dedup_missing(dedup, FEED_A), 0);
	/* One that comes back after its time is remembered, unless another came before. */
	assert_int_equal(admit(dedup, 4, 3, START_MS + 9 * HOUR_MS), REASON_NONE);
	assert_int_equal(admit(dedup, 4, 4, START_MS + 9 * HOUR_MS), REASON_NONE);
	assert_int_equal(dedup_count(dedup), 1);
	assert_int_equal(admit(dedup, 4, 5, START_MS + 99 * HOUR_MS), REASON_NONE);
	assert_int_equal(admit(dedup, 4, 4, START_MS + 99 * HOUR_MS), REASON_duplicate);
	dedup_free(dedup);
}

static void a_place_that_changes_hands_is_empty(void **state)
{
	CLEANUP(dedup_free) struct dedup *dedup = memory_new(usual, 1);

	(void)state;
	for (uint64_t number = 0; number < WINDOW; number++)
		assert_int_equal(admit(dedup, 1, number, START_MS), REASON_NONE);
	assert_int_equal(admit(dedup, 2, 63, START_MS + 1), REASON_NONE);
	for (uint64_t number = 0; number < WINDOW - 1; number++)
		assert_int_equal(admit(dedup, 2, number, START_MS + 1), REASON_NONE);
}

static void a_unit_with_ever_new_sessions_forgets_its_own(void **state)
{
	struct dedup *dedup = memory_new(usual, 8);
	struct event event;

	(void)state;
	for (uint64_t unit = 1; unit <= 2; unit++) {
		event = memory_numbered(unit, unit, 7, START_MS);
		assert_int_equal(dedup_admit(dedup, &event), REASON_NONE);
	}
	for (uint64_t session = 0; session < 100; session++) {
		event = memory_numbered(0xff, 1000 + session, 0,
					START_MS + 60000 + (int64_t)session);
		assert_int_equal(dedup_admit(dedup, &event), REASON_NONE);
		if (session == 50)
			memory_restart(&dedup, usual, 8);
	}
	assert_int_equal(dedup_count(dedup), 8);
	for (uint64_t unit = 1; unit <= 2; unit++) {
		event = memory_numbered(unit, unit, 7, START_MS);
		assert_int_equal(dedup_admit(dedup, &event), REASON_duplicate);
		event = memory_numbered(unit, 10 * unit, 1, START_MS - 1); /* before any horizon */
		assert_int_equal(dedup_admit(dedup, &event), REASON_NONE);
	}
	event = memory_numbered(0xff, 1000, 0, START_MS + 60000);
	assert_int_equal(dedup_admit(dedup, &event), REASON_ts_old);
	dedup_free(dedup);
}

static void every_mark_of_a_large_window_outlives_a_restart(void **state)
{
	const struct memory large = { .window = 65536 };
	struct dedup *dedup = memory_new(large, 2);

	(void)state;
	for (uint64_t number = 1000; number < 1000 + 65536; number += 3)
		assert_int_equal(admit(dedup, 1, number, START_MS), REASON_NONE);
	memory_restart(&dedup, large, 2);
	assert_int_equal(admit(dedup, 1, 1000 + 65535, START_MS), REASON_duplicate);
	for (uint64_t number = 1000; number < 1000 + 65536; number++)
		assert_int_equal(admit(dedup, 1, number, START_MS),
				 number % 3 == 1 ? REASON_duplicate : REASON_NONE);
	assert_int_equal(admit(dedup, 1, 999, START_MS), REASON_seq_old);
	assert_int_equal(dedup_missing(dedup, FEED_A), 0);
	dedup_free(dedup);
}

/* Some of its marks, saved with one window and read with another. */
static void reread(struct memory before, struct memory after, const struct step *steps, size_t n)
{
	struct dedup *dedup = memory_new(before, 4);
	struct saved saved;

	for (uint64_t number = 0; number < 200; number += 2)
		assert_int_equal(admit(dedup, 1, number, START_MS), REASON_NONE);
	saved = memory_save(dedup);
	dedup_free(dedup);
	dedup = memory_new(after, 4);
	assert_true(memory_load(dedup, &saved, memory_same_feeds));
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(admit(dedup, 1, steps[i].number, START_MS), steps[i].reason);
		assert_int_equal(dedup_missing(dedup, FEED_A), steps[i].missing);
	}
	dedup_free(dedup);
	saved_fini(&saved);
}

static void a_window_that_was_made_smaller_keeps_its_upper_part(void **state)
{
	static const struct step steps[] = {
		{ 198, REASON_duplicate, 99 }, { 135, REASON_NONE, 98 },
		{ 134, REASON_seq_old, 98 },   { 136, REASON_duplicate, 98 },
		{ 197, REASON_NONE, 97 },      { 199, REASON_NONE, 97 },
		{ 135, REASON_seq_old, 97 },   { 136, REASON_duplicate, 97 },
	};

	(void)state;
	reread((struct memory){ .window = 128 }, usual, steps, COUNT(steps));
}

static void a_window_that_was_made_larger_does_not_know_more_than_before(void **state)
{
	static const struct step steps[] = {
		{ 134, REASON_seq_old, 99 },    { 133, REASON_seq_old, 99 },
		{ 135, REASON_NONE, 98 },       { 198, REASON_duplicate, 98 },
		{ 199, REASON_NONE, 98 },       { 134, REASON_seq_old, 98 },
		{ 262, REASON_NONE, 160 },      { 135, REASON_duplicate, 160 },
		{ 134, REASON_seq_old, 160 },   { 137, REASON_NONE, 159 },
		{ 263, REASON_NONE, 159 },      { 135, REASON_seq_old, 159 },
		{ 136, REASON_duplicate, 159 },
	};

	(void)state;
	reread(usual, (struct memory){ .window = 128 }, steps, COUNT(steps));
}

static void with_fewer_places_those_heard_last_are_kept(void **state)
{
	CLEANUP(dedup_free) struct dedup *dedup = memory_new(usual, 4);
	CLEANUP(dedup_free) struct dedup *smaller = memory_new(usual, 2);
	struct saved saved;

	(void)state;
	for (uint64_t source = 4; source >= 1; source--)
		assert_int_equal(admit(dedup, source, 9, START_MS - (int64_t)source), REASON_NONE);
	saved = memory_save(dedup);
	assert_true(memory_load(smaller, &saved, memory_same_feeds));
	assert_int_equal(dedup_count(smaller), 2);
	for (uint64_t source = 1; source <= 4; source++)
		assert_int_equal(admit(smaller, source, 9, START_MS - (int64_t)source),
				 source <= 2 ? REASON_duplicate : REASON_ts_old);
	assert_int_equal(admit(smaller, 5, 1, START_MS - 2), REASON_NONE);
	saved_fini(&saved);
}

/* Where the first window of crowd 0 of feed A stands among the saved bytes, without any id: behind
 * part, feeds, ids and missing; and in it. */
enum {
	AT_CROWD = 12 + 4 + 60 + 8,
	AT_WINDOW = AT_CROWD + 20,
	AT_HIGHEST = AT_WINDOW + 16,
	AT_LOWEST = AT_HIGHEST + 8,
	AT_START = AT_LOWEST + 8,
	AT_LATEST = AT_START + 8,
};

/* An event by a clock that is ahead. */
static enum reason admit_ahead(struct dedup *dedup, uint64_t unit, uint64_t source, uint64_t number,
			       int64_t at_ms, int64_t ahead_ms)
{
	struct event event = memory_numbered(unit, source, number, at_ms);

	event.time_ms += ahead_ms;
	return dedup_admit(dedup, &event);
}

static void a_forgotten_stream_of_a_fast_clock_blocks_only_what_is_ahead(void **state)
{
	struct dedup *dedup = memory_new(usual, 1);
	const int64_t later_ms = START_MS + 2 * HOUR_MS;

	(void)state;
	assert_int_equal(admit_ahead(dedup, 7, 1, 5, START_MS, 24 * HOUR_MS), REASON_NONE);
	/* There is one place: 1 is forgotten, and its numbers ahead of time with it. */
	assert_int_equal(admit_ahead(dedup, 7, 2, 1, later_ms, 0), REASON_NONE);
	memory_restart(&dedup, usual, 1);
	assert_int_equal(admit_ahead(dedup, 7, 1, 5, later_ms, 22 * HOUR_MS), REASON_ts_old);
	assert_int_equal(admit_ahead(dedup, 8, 1, 5, later_ms, 22 * HOUR_MS), REASON_NONE);
	assert_int_equal(admit_ahead(dedup, 7, 3, 5, later_ms + 1, 0), REASON_NONE);
	assert_int_equal(admit_ahead(dedup, 7, 1, 6, later_ms, 22 * HOUR_MS + 1), REASON_NONE);
	dedup_free(dedup);
}

static void the_floor_of_a_fast_stream_is_for_what_is_ahead(void **state)
{
	struct dedup *dedup = memory_new(usual, 1);
	const int64_t later_ms = START_MS + 2 * HOUR_MS;

	(void)state;
	assert_int_equal(admit_ahead(dedup, 7, 2, 5, START_MS, 24 * HOUR_MS), REASON_NONE);
	assert_int_equal(admit_ahead(dedup, 7, 1, 1, START_MS, 0), REASON_NONE);
	assert_int_equal(admit_ahead(dedup, 7, 2, 10, later_ms, 0), REASON_NONE);
	memory_restart(&dedup, usual, 1);
	assert_int_equal(admit_ahead(dedup, 7, 2, 8, later_ms, 22 * HOUR_MS), REASON_ts_old);
	assert_int_equal(admit_ahead(dedup, 7, 2, 8, later_ms, 0), REASON_NONE);
	assert_int_equal(admit_ahead(dedup, 7, 2, 9, later_ms, 22 * HOUR_MS + 1), REASON_NONE);
	dedup_free(dedup);
}

static void a_window_that_cannot_be_is_refused(void **state)
{
	static const struct {
		size_t at;
		uint64_t number;
	} damages[] = {
		{ AT_CROWD, INT64_MAX },
		{ AT_CROWD + 8, INT64_MAX },
		{ AT_WINDOW + 8, EVENT_STREAM_UNIT },
		{ AT_HIGHEST, 36 },
		{ AT_HIGHEST, UINT64_MAX },
		{ AT_LOWEST, 101 },
		{ AT_LOWEST, 36 },
		{ AT_START, 101 },
		{ AT_LATEST, INT64_MAX },
		{ AT_LATEST + 8, INT64_MAX },
		{ AT_LATEST + 16, INT64_MAX },
		{ AT_LATEST + 24, INT64_MAX },
		{ AT_LATEST + 32, INT64_MAX },
		{ AT_LATEST, (uint64_t)INT64_MIN },
	};
	CLEANUP(dedup_free) struct dedup *dedup = memory_new(usual, 4);
	struct saved saved;

	(void)state;
	assert_int_equal(admit(dedup, 1, 100, START_MS), REASON_NONE);
	saved = memory_save(dedup);
	for (size_t i = 0; i < COUNT(damages); i++) {
		CLEANUP(dedup_free) struct dedup *other = memory_new(usual, 4);
		char kept[8];

		memcpy(kept, saved.bytes + damages[i].at, sizeof(kept));
		memcpy(saved.bytes + damages[i].at, &damages[i].number, sizeof(kept));
		if (memory_load(other, &saved, memory_same_feeds))
			fail_msg("damage %zu is not seen", i);
		memcpy(saved.bytes + damages[i].at, kept, sizeof(kept));
	}
	saved_fini(&saved);
}

static void a_stream_cannot_be_saved_twice(void **state)
{
	CLEANUP(dedup_free) struct dedup *dedup = memory_new(usual, 4);
	CLEANUP(dedup_free) struct dedup *other = memory_new(usual, 4);
	const size_t n_window = 10 * 8 + 2; /* with one mark */
	struct saved saved;

	(void)state;
	assert_int_equal(admit(dedup, 1, 0, START_MS), REASON_NONE);
	assert_int_equal(admit(dedup, 2, 0, START_MS), REASON_NONE);
	saved = memory_save(dedup);
	memcpy(saved.bytes + AT_WINDOW + n_window, saved.bytes + AT_WINDOW, 16);
	assert_false(memory_load(other, &saved, memory_same_feeds));
	saved_fini(&saved);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_that_rise_are_admitted_once),
		cmocka_unit_test(the_first_number_may_be_nought),
		cmocka_unit_test(the_last_number_of_all_is_one_like_another),
		cmocka_unit_test(numbers_beyond_two_to_the_53rd_are_told_apart),
		cmocka_unit_test(a_gap_shows_until_it_is_filled),
		cmocka_unit_test(a_start_out_of_order_loses_nothing_and_misses_nothing),
		cmocka_unit_test(the_lowest_number_at_the_start_is_the_window_below_the_first),
		cmocka_unit_test(what_falls_out_of_the_window_is_old_and_stays_missing),
		cmocka_unit_test(a_jump_of_less_than_the_window_keeps_what_is_left_in_it),
		cmocka_unit_test(a_jump_of_the_window_forgets_all_of_it),
		cmocka_unit_test(a_jump_of_more_than_the_window_misses_all_that_it_skips),
		cmocka_unit_test(marks_of_an_earlier_round_do_not_count),
		cmocka_unit_test(what_is_missing_never_overflows),
		cmocka_unit_test(the_same_number_with_another_content_is_a_conflict),
		cmocka_unit_test(sources_and_sessions_count_by_themselves),
		cmocka_unit_test(where_all_places_are_taken_the_longest_unheard_is_forgotten),
		cmocka_unit_test(what_a_forgotten_source_sent_is_never_admitted_again),
		cmocka_unit_test(the_horizon_is_behind_the_latest_of_what_was_forgotten),
		cmocka_unit_test(a_source_that_is_silent_is_forgotten_when_others_are_heard),
		cmocka_unit_test(a_place_that_changes_hands_is_empty),
		cmocka_unit_test(a_unit_with_ever_new_sessions_forgets_its_own),
		cmocka_unit_test(every_mark_of_a_large_window_outlives_a_restart),
		cmocka_unit_test(a_window_that_was_made_smaller_keeps_its_upper_part),
		cmocka_unit_test(a_window_that_was_made_larger_does_not_know_more_than_before),
		cmocka_unit_test(with_fewer_places_those_heard_last_are_kept),
		cmocka_unit_test(a_forgotten_stream_of_a_fast_clock_blocks_only_what_is_ahead),
		cmocka_unit_test(the_floor_of_a_fast_stream_is_for_what_is_ahead),
		cmocka_unit_test(a_window_that_cannot_be_is_refused),
		cmocka_unit_test(a_stream_cannot_be_saved_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
