/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "flights.h"

static void fly(struct flights *flights, enum frame_class class, enum lane lane, uint64_t from,
		uint64_t to, int64_t sent_ms)
{
	const struct flight flight = { class, lane, { from, to }, sent_ms };

	flights_add(flights, &flight);
}

static void what_arrived_lands_and_tells_how_long_it_took(void **state)
{
	struct flights flights = { 0 };
	const struct known known = { .have = 20 };
	struct landing landing;

	(void)state;
	fly(&flights, FRAME_EVENT, LANE_FILL, 0, 10, 100);
	fly(&flights, FRAME_EVENT, LANE_FILL, 10, 20, 130);
	fly(&flights, FRAME_EVENT, LANE_LIVE, 20, 30, 150);
	fly(&flights, FRAME_ALERT, LANE_ORDER, 0, 5, 160);
	landing = flights_land(&flights, FRAME_EVENT, &known, 200);
	assert_int_equal(landing.n, 2);
	assert_int_equal(landing.fill_ms, 70);
	assert_int_equal(flights.n, 2);
	assert_int_equal(flights.of_lane[LANE_FILL], 0);
	assert_int_equal(flights.of_lane[LANE_LIVE], 1);
	assert_int_equal(flights.of_lane[LANE_ORDER], 1);

	landing = flights_land(&flights, FRAME_EVENT, &known, 300);
	assert_int_equal(landing.n, 0);
	assert_int_equal(landing.fill_ms, -1);
}

static void what_left_before_one_that_arrived_is_lost(void **state)
{
	struct flights flights = { 0 };
	const struct known known = { .have = 20, .missing = { { 0, 10 } }, .n = 1 };

	(void)state;
	fly(&flights, FRAME_EVENT, LANE_FILL, 0, 10, 100);
	fly(&flights, FRAME_EVENT, LANE_FILL, 10, 20, 110);
	fly(&flights, FRAME_EVENT, LANE_FILL, 20, 30, 120);
	assert_int_equal(flights_land(&flights, FRAME_EVENT, &known, 200).n, 1);
	assert_int_equal(flights.n, 1);
	assert_int_equal(flights.list[0].span.from, 20);
}

static void what_is_partly_there_flies_on(void **state)
{
	struct flights flights = { 0 };
	const struct known known = { .have = 5 };

	(void)state;
	fly(&flights, FRAME_EVENT, LANE_FILL, 0, 10, 100);
	assert_int_equal(flights_land(&flights, FRAME_EVENT, &known, 200).n, 0);
	assert_int_equal(flights.n, 1);
}

static void patience_ends_with_the_oldest_first(void **state)
{
	struct flights flights = { 0 };

	(void)state;
	fly(&flights, FRAME_EVENT, LANE_FILL, 0, 10, 100);
	fly(&flights, FRAME_ROLLUP, LANE_LIVE, 10, 20, 110);
	assert_int_equal(flights_expire(&flights, 99), 0);
	assert_int_equal(flights_expire(&flights, 100), 1);
	assert_int_equal(flights.n, 1);
	assert_int_equal(flights.of_lane[LANE_FILL], 0);
	assert_int_equal(flights.list[0].class, FRAME_ROLLUP);
}

static void only_what_does_not_fly_is_free(void **state)
{
	struct flights flights = { 0 };
	struct span span;

	(void)state;
	fly(&flights, FRAME_EVENT, LANE_FILL, 10, 20, 100);
	fly(&flights, FRAME_EVENT, LANE_LIVE, 50, 60, 100);
	fly(&flights, FRAME_EVENT, LANE_FILL, 0, 10, 100);
	fly(&flights, FRAME_ROLLUP, LANE_LIVE, 20, 50, 100);

	span = flights_free_span(&flights, FRAME_EVENT, (struct span){ 0, 100 });
	assert_true(span.from == 20 && span.to == 50);
	span = flights_free_span(&flights, FRAME_EVENT, (struct span){ 5, 18 });
	assert_int_equal(span.from, span.to);
	span = flights_free_span(&flights, FRAME_EVENT, (struct span){ 55, 70 });
	assert_true(span.from == 60 && span.to == 70);
	span = flights_free_span(&flights, FRAME_EVENT, (struct span){ 30, 40 });
	assert_true(span.from == 30 && span.to == 40);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_arrived_lands_and_tells_how_long_it_took),
		cmocka_unit_test(what_left_before_one_that_arrived_is_lost),
		cmocka_unit_test(what_is_partly_there_flies_on),
		cmocka_unit_test(patience_ends_with_the_oldest_first),
		cmocka_unit_test(only_what_does_not_fly_is_free),
	};

	return cmocka_run_group_tests_name("forward/flights", tests, NULL, NULL);
}
