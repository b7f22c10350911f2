/* SPDX-License-Identifier: Apache-2.0 */
#include "memory.h"

#include "iocd/base/random.h"

static struct dedup *make(uint32_t max_ids)
{
	return memory_new((struct memory){ .ids = max_ids }, 4);
}

static enum reason admit(struct dedup *dedup, uint64_t id, int64_t at_ms)
{
	const struct event event = memory_event(id, at_ms);

	return dedup_admit(dedup, &event);
}

static void an_event_is_admitted_once(void **state)
{
	CLEANUP(dedup_free) struct dedup *dedup = make(1024);

	(void)state;
	assert_int_equal(dedup_count(dedup), 0);
	assert_int_equal(admit(dedup, 1, START_MS), REASON_NONE);
	assert_int_equal(admit(dedup, 2, START_MS), REASON_NONE);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(admit(dedup, 1, START_MS + i), REASON_duplicate);
	assert_int_equal(dedup_count(dedup), 2);
}

static void another_content_under_a_known_id_is_a_conflict(void **state)
{
	CLEANUP(dedup_free) struct dedup *dedup = make(1024);
	struct event event = memory_event(1, START_MS);

	(void)state;
	assert_int_equal(dedup_admit(dedup, &event), REASON_NONE);
	event.digest++;
	assert_int_equal(dedup_admit(dedup, &event), REASON_id_conflict);
	event.digest--;
	assert_int_equal(dedup_admit(dedup, &event), REASON_duplicate);
	assert_int_equal(dedup_count(dedup), 1);
}

static void both_halves_of_the_key_tell_events_apart(void **state)
{
	CLEANUP(dedup_free) struct dedup *dedup = make(1024);
	static const uint64_t keys[][2] = { { 1, 1 }, { 1, 2 }, { 2, 1 }, { 0, 0 }, { 0, 7 } };
	struct event event = memory_event(0, START_MS);

	(void)state;
	for (int round = 0; round < 2; round++)
		for (size_t i = 0; i < COUNT(keys); i++) {
			memcpy(event.key, keys[i], sizeof(event.key));
			assert_int_equal(dedup_admit(dedup, &event),
					 round ? REASON_duplicate : REASON_NONE);
		}
}

static void an_id_is_remembered_for_its_time_and_then_forgotten(void **state)
{
	CLEANUP(dedup_free) struct dedup *dedup = make(1024);

	(void)state;
	assert_int_equal(admit(dedup, 1, START_MS), REASON_NONE);
	assert_int_equal(admit(dedup, 2, START_MS + HOUR_MS - 1), REASON_NONE);
	/* 1 and 2 step back one generation. */
	assert_int_equal(admit(dedup, 3, START_MS + HOUR_MS), REASON_NONE);
	assert_int_equal(admit(dedup, 1, START_MS + 2 * HOUR_MS - 1), REASON_duplicate);
	assert_int_equal(dedup_horizon_ms(dedup, FEED_A), INT64_MIN);
	assert_int_equal(dedup_count(dedup), 3);
	/* 3 steps back and they are gone. */
	assert_int_equal(admit(dedup, 4, START_MS + 2 * HOUR_MS), REASON_NONE);
	assert_int_equal(dedup_count(dedup), 2);
	assert_int_equal(dedup_horizon_ms(dedup, FEED_A), START_MS + HOUR_MS);
	assert_int_equal(admit(dedup, 3, START_MS + 2 * HOUR_MS), REASON_duplicate);
}

static void what_may_be_forgotten_is_refused_as_too_old(void **state)
{
	CLEANUP(dedup_free) struct dedup *dedup = make(1024);
	struct event event = memory_event(1, START_MS);

	(void)state;
	assert_int_equal(dedup_admit(dedup, &event), REASON_NONE);
	assert_int_equal(admit(dedup, 2, START_MS + HOUR_MS), REASON_NONE);
	assert_int_equal(admit(dedup, 3, START_MS + 2 * HOUR_MS), REASON_NONE);

	event.arrival_ms = START_MS + 2 * HOUR_MS;
	assert_int_equal(dedup_admit(dedup, &event), REASON_ts_old);
	event.historical = true;
	assert_int_equal(dedup_admit(dedup, &event), REASON_ts_old);
	assert_int_equal(dedup_count(dedup), 2);

	event.time_ms = dedup_horizon_ms(dedup, FEED_A) - 1;
	assert_int_equal(dedup_admit(dedup, &event), REASON_ts_old);
	event.time_ms = dedup_horizon_ms(dedup, FEED_A);
	assert_int_equal(dedup_admit(dedup, &event), REASON_NONE);
}

static void the_horizon_is_the_start_of_what_is_remembered(void **state)
{
	CLEANUP(dedup_free) struct dedup *dedup = make(1024);
	struct event event = memory_event(1, START_MS);

	(void)state;
	event.time_ms = START_MS - 100 * HOUR_MS; /* backfill: old when it arrives */
	assert_int_equal(dedup_admit(dedup, &event), REASON_NONE);
	assert_int_equal(admit(dedup, 2, START_MS + HOUR_MS), REASON_NONE);
	assert_int_equal(admit(dedup, 3, START_MS + 2 * HOUR_MS), REASON_NONE);
	assert_int_equal(dedup_horizon_ms(dedup, FEED_A), START_MS + HOUR_MS);
}

static void a_repeat_from_a_clock_that_was_ahead_is_not_admitted_again(void **state)
{
	CLEANUP(dedup_free) struct dedup *dedup = make(1024);
	struct event event = memory_event(1, START_MS + HOUR_MS - 1);

	(void)state;
	assert_int_equal(admit(dedup, 9, START_MS), REASON_NONE);
	event.time_ms = START_MS + HOUR_MS + 60000;
	assert_int_equal(dedup_admit(dedup, &event), REASON_NONE);
	assert_int_equal(admit(dedup, 2, START_MS + HOUR_MS), REASON_NONE);
	assert_int_equal(admit(dedup, 3, START_MS + 2 * HOUR_MS), REASON_NONE);
	event.arrival_ms = START_MS + 2 * HOUR_MS;
	assert_int_equal(dedup_admit(dedup, &event), REASON_ts_old);
}

static void the_horizon_is_behind_the_latest_event_of_all(void **state)
{
	CLEANUP(dedup_free) struct dedup *dedup = make(1024);
	struct event event = memory_event(1, START_MS);

	(void)state;
	assert_int_equal(dedup_admit(dedup, &event), REASON_NONE);
	event = memory_event(2, START_MS + HOUR_MS - 1); /* not the first of its generation */
	event.time_ms = START_MS + HOUR_MS;
	assert_int_equal(dedup_admit(dedup, &event), REASON_NONE);
	assert_int_equal(admit(dedup, 3, START_MS + HOUR_MS), REASON_NONE);
	assert_int_equal(admit(dedup, 4, START_MS + 2 * HOUR_MS), REASON_NONE);
	assert_int_equal(dedup_horizon_ms(dedup, FEED_A), START_MS + HOUR_MS + 1);
	assert_int_equal(dedup_admit(dedup, &event), REASON_ts_old);
}

/* An event of that unit, by a clock that is ahead. */
static struct event ahead_event(uint64_t unit, uint64_t id, int64_t at_ms, int64_t ahead_ms)
{
	struct event event = memory_event(id, at_ms);

	event.time_ms += ahead_ms;
	event.stream[1] = unit << 56;
	return event;
}

static void a_fast_clock_of_one_unit_has_no_event_of_another_refused(void **state)
{
	const struct memory of_a = { .ids = 1024 };
	struct dedup *dedup = memory_new(of_a, 4);
	struct event fast = ahead_event(7, 1, START_MS, 24 * HOUR_MS);

	(void)state;
	assert_int_equal(dedup_admit(dedup, &fast), REASON_NONE);
	assert_int_equal(dedup_admit(dedup, &fast), REASON_duplicate);
	assert_int_equal(admit(dedup, 2, START_MS + HOUR_MS), REASON_NONE);
	memory_restart(&dedup, of_a, 4);
	assert_int_equal(admit(dedup, 3, START_MS + 2 * HOUR_MS), REASON_NONE);
	memory_restart(&dedup, of_a, 4);
	assert_int_equal(dedup_horizon_ms(dedup, FEED_A), START_MS + HOUR_MS);

	/* Its own repeat is known to be too old, other units and its own future are not touched. */
	fast.arrival_ms = START_MS + 2 * HOUR_MS;
	assert_int_equal(dedup_admit(dedup, &fast), REASON_ts_old);
	fast = ahead_event(8, 4, START_MS + 2 * HOUR_MS, 22 * HOUR_MS);
	assert_int_equal(dedup_admit(dedup, &fast), REASON_NONE);
	fast = ahead_event(7, 5, START_MS + 2 * HOUR_MS, 22 * HOUR_MS + 1);
	assert_int_equal(dedup_admit(dedup, &fast), REASON_NONE);
	fast = ahead_event(7, 6, START_MS + 2 * HOUR_MS, 0);
	assert_int_equal(dedup_admit(dedup, &fast), REASON_NONE);
	dedup_free(dedup);
}

#define DAY_MS (24 * HOUR_MS)

/* Has FEED_A accept an event of unit 7 on each of days 100 and 102, and forget them. */
static void live_and_forget(struct dedup *dedup)
{
	for (int day = 100; day <= 102; day += 2) {
		const struct event event = ahead_event(7, (uint64_t)day, day * DAY_MS, 0);

		assert_int_equal(dedup_admit(dedup, &event), REASON_NONE);
	}
	for (int64_t day = 200; day <= 202; day++)
		assert_int_equal(admit(dedup, (uint64_t)day, day * DAY_MS), REASON_NONE);
	assert_int_equal(dedup_horizon_ms(dedup, FEED_A), 201 * DAY_MS);
}

static enum reason admit_backfill(struct dedup *dedup, uint64_t unit, uint64_t id, int64_t time_ms)
{
	struct event event = ahead_event(unit, id, 202 * DAY_MS, 0);

	event.time_ms = time_ms;
	event.historical = true;
	return dedup_admit(dedup, &event);
}

static void backfill_of_days_that_nobody_reported_is_admitted_once(void **state)
{
	const struct memory of_a = { .ids = 1024 };
	struct dedup *dedup = memory_new(of_a, 4);

	(void)state;
	live_and_forget(dedup);
	assert_int_equal(admit_backfill(dedup, 7, 1, 101 * DAY_MS), REASON_NONE);
	assert_int_equal(admit_backfill(dedup, 7, 2, 102 * DAY_MS - 1), REASON_NONE);
	assert_int_equal(admit_backfill(dedup, 7, 3, 5 * DAY_MS), REASON_NONE);
	memory_restart(&dedup, of_a, 4);
	assert_int_equal(admit_backfill(dedup, 7, 1, 101 * DAY_MS), REASON_duplicate);
	assert_int_equal(admit_backfill(dedup, 7, 2, 102 * DAY_MS - 1), REASON_duplicate);
	assert_int_equal(admit_backfill(dedup, 7, 3, 5 * DAY_MS), REASON_duplicate);
	/* Years of time do not make it forget. */
	assert_int_equal(admit(dedup, 300, 3000 * DAY_MS), REASON_NONE);
	assert_int_equal(admit(dedup, 301, 3001 * DAY_MS), REASON_NONE);
	assert_int_equal(admit_backfill(dedup, 8, 1, 101 * DAY_MS), REASON_duplicate);
	dedup_free(dedup);
}

static void backfill_of_a_day_that_was_forgotten_is_refused(void **state)
{
	const struct memory of_a = { .ids = 1024 };
	struct dedup *dedup = memory_new(of_a, 4);

	(void)state;
	live_and_forget(dedup);
	memory_restart(&dedup, of_a, 4);
	assert_int_equal(admit_backfill(dedup, 7, 1, 100 * DAY_MS), REASON_ts_old);
	assert_int_equal(admit_backfill(dedup, 7, 1, 103 * DAY_MS - 1), REASON_ts_old);
	/* Another unit was not there on that day. */
	assert_int_equal(admit_backfill(dedup, 8, 1, 100 * DAY_MS), REASON_NONE);
	/* Days are kept for years, and what was before them as one. */
	assert_int_equal(admit(dedup, 300, 1500 * DAY_MS), REASON_NONE);
	memory_restart(&dedup, of_a, 4);
	assert_int_equal(admit_backfill(dedup, 7, 2, 101 * DAY_MS), REASON_ts_old);
	assert_int_equal(admit_backfill(dedup, 7, 2, 900 * DAY_MS), REASON_NONE);
	assert_int_equal(admit_backfill(dedup, 9, 3, 101 * DAY_MS), REASON_NONE);
	dedup_free(dedup);
}

static void backfill_by_number_is_admitted_once_too(void **state)
{
	CLEANUP(dedup_free) struct dedup *dedup = memory_new(memory_usual, 1);
	struct event event = memory_numbered(7, 1, 5, 100 * DAY_MS);

	(void)state;
	assert_int_equal(dedup_admit(dedup, &event), REASON_NONE);
	event = memory_numbered(7, 2, 5, 200 * DAY_MS); /* there is one place: 1 is forgotten */
	assert_int_equal(dedup_admit(dedup, &event), REASON_NONE);
	event = memory_numbered(7, 3, 5, 99 * DAY_MS);
	event.arrival_ms = 201 * DAY_MS;
	assert_int_equal(dedup_admit(dedup, &event), REASON_ts_old);
	event.historical = true;
	assert_int_equal(dedup_admit(dedup, &event), REASON_NONE);
	assert_int_equal(dedup_admit(dedup, &event), REASON_duplicate);
	event.time_ms = 100 * DAY_MS;
	event.key[0]++;
	assert_int_equal(dedup_admit(dedup, &event), REASON_ts_old);
}

static void of_too_much_backfill_the_oldest_is_refused(void **state)
{
	CLEANUP(dedup_free) struct dedup *dedup = make(1024);
	const int64_t start_ms = 10 * DAY_MS;

	(void)state;
	live_and_forget(dedup);
	for (uint64_t i = 0; i <= 2048; i++)
		assert_int_equal(admit_backfill(dedup, 7, i + 1000, start_ms + (int64_t)i),
				 REASON_NONE);
	assert_int_equal(admit_backfill(dedup, 7, 1000, start_ms), REASON_ts_old);
	assert_int_equal(admit_backfill(dedup, 7, 1000 + 1023, start_ms + 1023), REASON_ts_old);
	assert_int_equal(admit_backfill(dedup, 7, 1000 + 1024, start_ms + 1024), REASON_duplicate);
	assert_int_equal(admit_backfill(dedup, 7, 9000, start_ms + 1024), REASON_NONE);
}

static void a_full_generation_is_left_before_its_time(void **state)
{
	CLEANUP(dedup_free) struct dedup *dedup = make(1000); /* becomes 1024 */

	(void)state;
	for (uint64_t i = 0; i < 2048; i++)
		assert_int_equal(admit(dedup, i + 1, START_MS + (int64_t)i), REASON_NONE);
	assert_int_equal(dedup_count(dedup), 2048);
	assert_int_equal(dedup_horizon_ms(dedup, FEED_A), INT64_MIN);
	assert_int_equal(admit(dedup, 1, START_MS + 2048), REASON_duplicate);

	assert_int_equal(admit(dedup, 2049, START_MS + 2048), REASON_NONE);
	assert_int_equal(dedup_count(dedup), 1025);
	assert_int_equal(dedup_horizon_ms(dedup, FEED_A), START_MS + 1024);
	assert_int_equal(admit(dedup, 1, START_MS + 1023), REASON_ts_old);
	assert_int_equal(admit(dedup, 1025, START_MS + 2048), REASON_duplicate);
}

static void the_horizon_never_goes_back(void **state)
{
	CLEANUP(dedup_free) struct dedup *dedup = make(1024);
	int64_t horizon_ms = INT64_MIN;

	(void)state;
	for (uint64_t i = 0; i < 20; i++) {
		/* arrivals fall back by half an hour now and then */
		int64_t at_ms = START_MS + (int64_t)i * HOUR_MS - (i % 3 ? 0 : HOUR_MS / 2);

		(void)admit(dedup, i + 1, at_ms);
		assert_true(dedup_horizon_ms(dedup, FEED_A) >= horizon_ms);
		horizon_ms = dedup_horizon_ms(dedup, FEED_A);
	}
	assert_true(horizon_ms > START_MS);
}

static void ids_are_never_mistaken_for_one_another(void **state)
{
	CLEANUP(dedup_free) struct dedup *dedup = make(1u << 17);
	struct event event = memory_event(0, START_MS);
	struct random_stream stream;

	(void)state;
	for (int round = 0; round < 2; round++) {
		random_seed(&stream, 42);
		for (int i = 0; i < 100000; i++) {
			event.key[0] = random_next(&stream);
			event.key[1] = random_next(&stream);
			event.digest = random_next(&stream);
			assert_int_equal(dedup_admit(dedup, &event),
					 round ? REASON_duplicate : REASON_NONE);
		}
	}
	assert_int_equal(dedup_count(dedup), 100000);
}

static void each_feed_remembers_by_itself(void **state)
{
	CLEANUP(dedup_free)
	struct dedup *dedup = memory_new((struct memory){ .ms = HOUR_MS * 2 }, 4);
	struct event event = memory_event(1, START_MS);
	struct event numbered = memory_numbered(0, 1, 1, START_MS);

	(void)state;
	for (int round = 0; round < 2; round++)
		for (uint32_t feed = 0; feed < N_FEEDS; feed++) {
			event.feed = feed;
			numbered.feed = feed;
			assert_int_equal(dedup_admit(dedup, &event),
					 round ? REASON_duplicate : REASON_NONE);
			assert_int_equal(dedup_admit(dedup, &numbered),
					 round ? REASON_duplicate : REASON_NONE);
		}
	assert_int_equal(dedup_count(dedup), 4);

	/* For the same time if it does not say otherwise: A for two hours, B for one. */
	for (uint64_t i = 2; i < 4; i++)
		for (uint32_t feed = 0; feed < N_FEEDS; feed++) {
			event = memory_event(i, START_MS + (int64_t)(i - 1) * HOUR_MS);
			event.feed = feed;
			assert_int_equal(dedup_admit(dedup, &event), REASON_NONE);
		}
	assert_int_equal(dedup_horizon_ms(dedup, FEED_A), INT64_MIN);
	assert_int_equal(dedup_horizon_ms(dedup, FEED_B), START_MS + HOUR_MS);
}

static void a_feed_without_a_wish_holds_as_many_as_are_usual(void **state)
{
	static const struct {
		uint32_t feed;
		uint64_t holds;
	} cases[] = { { FEED_A, 2 * 2048 }, { FEED_B, 2 * 1024 } };
	CLEANUP(dedup_free) struct dedup *dedup = make(2048);

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		for (uint64_t id = 0; id <= cases[i].holds; id++) {
			struct event event = memory_event(id, START_MS + (int64_t)id);

			event.feed = cases[i].feed;
			assert_int_equal(dedup_horizon_ms(dedup, event.feed), INT64_MIN);
			assert_int_equal(dedup_admit(dedup, &event), REASON_NONE);
		}
	assert_int_equal(dedup_horizon_ms(dedup, FEED_A), START_MS + 2048);
	assert_int_equal(dedup_horizon_ms(dedup, FEED_B), START_MS + 1024);
}

static void a_number_takes_no_memory_for_its_id(void **state)
{
	CLEANUP(dedup_free) struct dedup *dedup = make(1024);

	(void)state;
	for (uint64_t i = 0; i < 5000; i++) {
		const struct event event = memory_numbered(0, 1, i, START_MS);

		assert_int_equal(dedup_admit(dedup, &event), REASON_NONE);
	}
	assert_int_equal(dedup_count(dedup), 1);
	assert_int_equal(dedup_horizon_ms(dedup, FEED_A), INT64_MIN);
}

static void ids_are_known_again_after_a_restart(void **state)
{
	const struct memory memory = { .ids = 1024 };
	struct dedup *dedup = make(1024);
	struct event event;

	(void)state;
	for (uint64_t id = 0; id < 3000; id++)
		assert_int_equal(admit(dedup, id, START_MS + (int64_t)id), REASON_NONE);
	memory_restart(&dedup, memory, 4);
	assert_int_equal(dedup_count(dedup), 3000 - 1024);
	assert_int_equal(dedup_horizon_ms(dedup, FEED_A), START_MS + 1024);
	for (uint64_t id = 1024; id < 3000; id++)
		assert_int_equal(admit(dedup, id, START_MS + 5000), REASON_duplicate);
	event = memory_event(2000, START_MS);
	event.digest++;
	assert_int_equal(dedup_admit(dedup, &event), REASON_id_conflict);
	assert_int_equal(admit(dedup, 1023, START_MS + 1023), REASON_ts_old);

	/* The present generation goes on where it stood: there is room for 72 more in it. */
	for (uint64_t id = 3000; id < 3073; id++) {
		assert_int_equal(dedup_horizon_ms(dedup, FEED_A), START_MS + 1024);
		assert_int_equal(admit(dedup, id, START_MS + (int64_t)id), REASON_NONE);
	}
	assert_int_equal(dedup_horizon_ms(dedup, FEED_A), START_MS + 2048);
	dedup_free(dedup);
}

static void a_generation_has_its_time_across_a_restart(void **state)
{
	const struct memory memory = { .ids = 1024 };
	struct dedup *dedup = make(1024);
	struct event event = memory_event(1, START_MS);

	(void)state;
	event.time_ms += 60000; /* by a clock that is ahead */
	assert_int_equal(dedup_admit(dedup, &event), REASON_NONE);
	memory_restart(&dedup, memory, 4);
	assert_int_equal(admit(dedup, 2, START_MS + HOUR_MS), REASON_NONE);
	memory_restart(&dedup, memory, 4);
	assert_int_equal(admit(dedup, 3, START_MS + 2 * HOUR_MS - 1), REASON_NONE);
	assert_int_equal(dedup_horizon_ms(dedup, FEED_A), INT64_MIN);
	assert_int_equal(admit(dedup, 4, START_MS + 2 * HOUR_MS), REASON_NONE);
	assert_int_equal(dedup_horizon_ms(dedup, FEED_A), START_MS + HOUR_MS);
	assert_int_equal(dedup_count(dedup), 3);
	dedup_free(dedup);
}

static void with_less_room_ids_are_kept_for_their_time(void **state)
{
	struct dedup *dedup = make(4096);
	struct saved saved;

	(void)state;
	for (uint64_t id = 0; id < 6000; id++)
		assert_int_equal(admit(dedup, id, START_MS + (int64_t)id), REASON_NONE);
	saved = memory_save(dedup);
	dedup_free(dedup);

	dedup = make(1024);
	assert_true(memory_load(dedup, &saved, memory_same_feeds));
	for (uint64_t id = 0; id < 6000; id++)
		assert_int_equal(admit(dedup, id, START_MS + (int64_t)id), REASON_duplicate);
	assert_int_equal(dedup_horizon_ms(dedup, FEED_A), INT64_MIN);

	/* The next one finds the present generation more than full, and so on in small ones. */
	for (uint64_t id = 6000; id < 6000 + 1025; id++)
		assert_int_equal(admit(dedup, id, START_MS + (int64_t)id), REASON_NONE);
	assert_int_equal(dedup_count(dedup), 1025);
	assert_int_equal(dedup_horizon_ms(dedup, FEED_A), START_MS + 6000);
	assert_int_equal(admit(dedup, 5999, START_MS + 5999), REASON_ts_old);
	assert_int_equal(admit(dedup, 6000, START_MS + 6000), REASON_duplicate);
	dedup_free(dedup);
	saved_fini(&saved);
}

static void feeds_are_known_again_under_another_number(void **state)
{
	static const uint32_t swapped[] = { FEED_B, FEED_A };
	static const uint32_t gone[][N_FEEDS] = { { RENUMBER_GONE, FEED_B }, { N_FEEDS, FEED_B } };
	struct dedup *dedup = make(1024);
	struct event of_a[] = { memory_event(1, START_MS), memory_numbered(0, 1, 7, START_MS) };
	struct event of_b[] = { memory_event(2, START_MS), memory_numbered(0, 1, 8, START_MS) };
	struct saved saved;

	(void)state;
	for (int i = 0; i < 2; i++) {
		of_b[i].feed = FEED_B;
		assert_int_equal(dedup_admit(dedup, &of_a[i]), REASON_NONE);
		assert_int_equal(dedup_admit(dedup, &of_b[i]), REASON_NONE);
	}
	saved = memory_save(dedup);
	dedup_free(dedup);

	for (size_t k = 0; k < COUNT(gone); k++) {
		dedup = make(1024);
		assert_true(memory_load(dedup, &saved, gone[k]));
		assert_int_equal(dedup_count(dedup), 2);
		for (int i = 0; i < 2; i++) {
			assert_int_equal(dedup_admit(dedup, &of_b[i]), REASON_duplicate);
			assert_int_equal(dedup_admit(dedup, &of_a[i]), REASON_NONE);
		}
		dedup_free(dedup);
	}

	dedup = make(1024);
	assert_true(memory_load(dedup, &saved, swapped));
	for (int i = 0; i < 2; i++) {
		of_a[i].feed = FEED_B;
		of_b[i].feed = FEED_A;
		assert_int_equal(dedup_admit(dedup, &of_a[i]), REASON_duplicate);
		assert_int_equal(dedup_admit(dedup, &of_b[i]), REASON_duplicate);
	}
	dedup_free(dedup);
	saved_fini(&saved);
}

static void two_feeds_cannot_become_one(void **state)
{
	static const uint32_t same[] = { FEED_A, FEED_A };
	CLEANUP(dedup_free) struct dedup *dedup = make(1024);
	struct saved saved = memory_save(dedup);

	(void)state;
	assert_false(memory_load(dedup, &saved, same));
	saved_fini(&saved);
}

static void what_is_cut_short_or_of_another_version_is_refused(void **state)
{
	CLEANUP(dedup_free) struct dedup *dedup = make(1024);
	const struct event event = memory_numbered(255, 1, 70, START_MS);
	struct saved saved;

	(void)state;
	for (uint64_t id = 0; id < 40; id++)
		assert_int_equal(admit(dedup, id, START_MS), REASON_NONE);
	assert_int_equal(dedup_admit(dedup, &event), REASON_NONE);
	saved = memory_save(dedup);
	for (size_t n = 0; n < saved.n; n += n < 2000 ? 1 : 97) {
		CLEANUP(dedup_free) struct dedup *other = make(1024);
		/* a copy of that size: reading past its end is seen */
		struct saved part = { .bytes = xcalloc(n + 1, 1), .n = n };

		memcpy(part.bytes, saved.bytes, n);
		part.bytes = xrealloc(part.bytes, n ? n : 1, 1);
		assert_false(memory_load(other, &part, memory_same_feeds));
		saved_fini(&part);
	}
	saved.bytes[8]++; /* version */
	assert_false(memory_load(dedup, &saved, memory_same_feeds));
	saved_fini(&saved);
}

static void an_id_cannot_be_saved_twice(void **state)
{
	CLEANUP(dedup_free) struct dedup *dedup = make(1024);
	CLEANUP(dedup_free) struct dedup *other = make(1024);
	struct saved saved;
	char *log;

	(void)state;
	for (uint64_t id = 0; id < 40; id++)
		assert_int_equal(admit(dedup, id, START_MS), REASON_NONE);
	saved = memory_save(dedup);
	/* part 12, feeds 4, horizon 8, former 20, present 20 */
	log = saved.bytes + 64;
	memcpy(log + 24 * 39, log, 24);
	assert_false(memory_load(other, &saved, memory_same_feeds));
	saved_fini(&saved);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_event_is_admitted_once),
		cmocka_unit_test(another_content_under_a_known_id_is_a_conflict),
		cmocka_unit_test(both_halves_of_the_key_tell_events_apart),
		cmocka_unit_test(an_id_is_remembered_for_its_time_and_then_forgotten),
		cmocka_unit_test(what_may_be_forgotten_is_refused_as_too_old),
		cmocka_unit_test(the_horizon_is_the_start_of_what_is_remembered),
		cmocka_unit_test(a_repeat_from_a_clock_that_was_ahead_is_not_admitted_again),
		cmocka_unit_test(the_horizon_is_behind_the_latest_event_of_all),
		cmocka_unit_test(a_fast_clock_of_one_unit_has_no_event_of_another_refused),
		cmocka_unit_test(backfill_of_days_that_nobody_reported_is_admitted_once),
		cmocka_unit_test(backfill_of_a_day_that_was_forgotten_is_refused),
		cmocka_unit_test(backfill_by_number_is_admitted_once_too),
		cmocka_unit_test(of_too_much_backfill_the_oldest_is_refused),
		cmocka_unit_test(a_full_generation_is_left_before_its_time),
		cmocka_unit_test(the_horizon_never_goes_back),
		cmocka_unit_test(ids_are_never_mistaken_for_one_another),
		cmocka_unit_test(each_feed_remembers_by_itself),
		cmocka_unit_test(a_feed_without_a_wish_holds_as_many_as_are_usual),
		cmocka_unit_test(a_number_takes_no_memory_for_its_id),
		cmocka_unit_test(ids_are_known_again_after_a_restart),
		cmocka_unit_test(a_generation_has_its_time_across_a_restart),
		cmocka_unit_test(with_less_room_ids_are_kept_for_their_time),
		cmocka_unit_test(feeds_are_known_again_under_another_number),
		cmocka_unit_test(two_feeds_cannot_become_one),
		cmocka_unit_test(what_is_cut_short_or_of_another_version_is_refused),
		cmocka_unit_test(an_id_cannot_be_saved_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
