/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/dedup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "iocd/base/random.h"

#define HOUR_MS  INT64_C(3600000)
#define START_MS (INT64_C(1000) * HOUR_MS)

static struct dedup *make(uint32_t max_ids)
{
	const struct dedup_options options = { .max_ids = max_ids, .memory_ms = HOUR_MS };
	struct dedup *dedup;

	assert_int_equal(dedup_new(&dedup, &options), 0);
	return dedup;
}

/* An event with that id, that happened when it arrived. */
static struct event make_event(uint64_t id, int64_t at_ms)
{
	return (struct event){ .key = { id * 0x9e3779b97f4a7c15u, id },
			       .digest = 5,
			       .time_ms = at_ms,
			       .arrival_ms = at_ms };
}

static enum reason admit(struct dedup *dedup, uint64_t id, int64_t at_ms)
{
	const struct event event = make_event(id, at_ms);

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
	struct event event = make_event(1, START_MS);

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
	struct event event = make_event(0, START_MS);

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
	assert_int_equal(dedup_horizon_ms(dedup), INT64_MIN);
	assert_int_equal(dedup_count(dedup), 3);
	/* 3 steps back and they are gone. */
	assert_int_equal(admit(dedup, 4, START_MS + 2 * HOUR_MS), REASON_NONE);
	assert_int_equal(dedup_count(dedup), 2);
	assert_int_equal(dedup_horizon_ms(dedup), START_MS + HOUR_MS);
	assert_int_equal(admit(dedup, 3, START_MS + 2 * HOUR_MS), REASON_duplicate);
}

static void what_may_be_forgotten_is_refused_as_too_old(void **state)
{
	CLEANUP(dedup_free) struct dedup *dedup = make(1024);
	struct event event = make_event(1, START_MS);

	(void)state;
	assert_int_equal(dedup_admit(dedup, &event), REASON_NONE);
	assert_int_equal(admit(dedup, 2, START_MS + HOUR_MS), REASON_NONE);
	assert_int_equal(admit(dedup, 3, START_MS + 2 * HOUR_MS), REASON_NONE);

	event.arrival_ms = START_MS + 2 * HOUR_MS;
	assert_int_equal(dedup_admit(dedup, &event), REASON_ts_old);
	event.historical = true;
	assert_int_equal(dedup_admit(dedup, &event), REASON_ts_old);
	assert_int_equal(dedup_count(dedup), 2);

	event.time_ms = dedup_horizon_ms(dedup) - 1;
	assert_int_equal(dedup_admit(dedup, &event), REASON_ts_old);
	event.time_ms = dedup_horizon_ms(dedup);
	assert_int_equal(dedup_admit(dedup, &event), REASON_NONE);
}

static void the_horizon_is_the_start_of_what_is_remembered(void **state)
{
	CLEANUP(dedup_free) struct dedup *dedup = make(1024);
	struct event event = make_event(1, START_MS);

	(void)state;
	event.time_ms = START_MS - 100 * HOUR_MS; /* backfill: old when it arrives */
	assert_int_equal(dedup_admit(dedup, &event), REASON_NONE);
	assert_int_equal(admit(dedup, 2, START_MS + HOUR_MS), REASON_NONE);
	assert_int_equal(admit(dedup, 3, START_MS + 2 * HOUR_MS), REASON_NONE);
	assert_int_equal(dedup_horizon_ms(dedup), START_MS + HOUR_MS);
}

static void a_repeat_from_a_clock_that_was_ahead_is_not_admitted_again(void **state)
{
	CLEANUP(dedup_free) struct dedup *dedup = make(1024);
	struct event event = make_event(1, START_MS);

	(void)state;
	event.time_ms = START_MS + HOUR_MS + 60000;
	assert_int_equal(dedup_admit(dedup, &event), REASON_NONE);
	assert_int_equal(admit(dedup, 2, START_MS + HOUR_MS), REASON_NONE);
	assert_int_equal(admit(dedup, 3, START_MS + 2 * HOUR_MS), REASON_NONE);
	event.arrival_ms = START_MS + 2 * HOUR_MS;
	assert_int_equal(dedup_admit(dedup, &event), REASON_ts_old);
}

static void a_full_generation_is_left_before_its_time(void **state)
{
	CLEANUP(dedup_free) struct dedup *dedup = make(1000); /* becomes 1024 */

	(void)state;
	for (uint64_t i = 0; i < 2048; i++)
		assert_int_equal(admit(dedup, i + 1, START_MS + (int64_t)i), REASON_NONE);
	assert_int_equal(dedup_count(dedup), 2048);
	assert_int_equal(dedup_horizon_ms(dedup), INT64_MIN);
	assert_int_equal(admit(dedup, 1, START_MS + 2048), REASON_duplicate);

	assert_int_equal(admit(dedup, 2049, START_MS + 2048), REASON_NONE);
	assert_int_equal(dedup_count(dedup), 1025);
	assert_int_equal(dedup_horizon_ms(dedup), START_MS + 1024);
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
		assert_true(dedup_horizon_ms(dedup) >= horizon_ms);
		horizon_ms = dedup_horizon_ms(dedup);
	}
	assert_true(horizon_ms > START_MS);
}

static void ids_are_never_mistaken_for_one_another(void **state)
{
	CLEANUP(dedup_free) struct dedup *dedup = make(1u << 17);
	struct event event = make_event(0, START_MS);
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
		cmocka_unit_test(a_full_generation_is_left_before_its_time),
		cmocka_unit_test(the_horizon_never_goes_back),
		cmocka_unit_test(ids_are_never_mistaken_for_one_another),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
