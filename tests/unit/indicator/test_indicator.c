/* SPDX-License-Identifier: Apache-2.0 */
#include "fixture.h"

#include <stdio.h>

#include "iocd/base/counter.h"
#include "iocd/base/random.h"
#include "plan.h"

static void an_indicator_is_found_by_its_id(void **state)
{
	struct world world = { 0 };
	uint32_t first = world_indicator(&world, INDICATOR_COUNT, 0);
	uint32_t second = world_indicator(&world, INDICATOR_SUM, FIELD_AMOUNT);

	(void)state;
	world.list[first].id = "a.count";
	world.list[second].id = "a.sum";
	world_start(&world);
	assert_int_equal(indicators_find(world.indicators, "a.sum?", 5), second);
	assert_int_equal(indicators_find(world.indicators, "a.count", 7), first);
	assert_int_equal(indicators_find(world.indicators, "a.su", 4), INDICATOR_NONE);
	assert_int_equal(indicators_count(world.indicators), 2);
	assert_ptr_equal(indicators_at(world.indicators, second), &world.list[second]);
	assert_int_equal(indicators_now_ms(world.indicators), START);
	assert_string_equal(quality_name(QUALITY_UNKNOWN), "unknown");
	assert_string_equal(quality_name(QUALITY_GOOD), "good");
	assert_string_equal(quality_name(QUALITY_STALE), "stale");
	world_end(&world);
}

static void readings_follow_at_the_end_of_the_batch(void **state)
{
	struct world world = { 0 };
	uint32_t count = world_indicator(&world, INDICATOR_COUNT, 0);
	struct event event;

	(void)state;
	world_start(&world);
	event = world_event(&world, 3, START);
	for (int i = 0; i < 5; i++)
		indicators_add(world.indicators, &event);
	assert_true(world_value(&world, count, 3, today) == 0);
	indicators_settle(world.indicators);
	assert_true(world_value(&world, count, 3, today) == 5);
	assert_true(world_value(&world, count, 0, today) == 5);
	assert_true(world_value(&world, count, 2, today) != 5);
	indicators_settle(world.indicators);
	assert_true(world_value(&world, count, 0, today) == 5);
	world_end(&world);
}

static void a_parent_has_the_ratio_of_the_sums(void **state)
{
	struct world world = { 0 };
	uint32_t all = world_indicator(&world, INDICATOR_COUNT, 0);
	uint32_t online = world_indicator(&world, INDICATOR_COUNT, 0);
	uint32_t share = world_ratio(&world, online, all);
	struct event event;

	(void)state;
	world_where(&world, online, (struct condition){ FIELD_CHANNEL, WHERE_CHOICE, 1, 0, { 0 } });
	world_start(&world);
	for (uint32_t i = 0; i < 10; i++) { /* 1 of 1 in unit 3, 1 of 9 in unit 6 */
		event = world_event(&world, i == 0 ? 3 : 6, START);
		event.values[FIELD_CHANNEL].choice = i < 2 ? 0 : 2;
		world_add(&world, &event);
	}
	assert_true(world_value(&world, share, 3, one_hour) == 1);
	assert_true(world_value(&world, share, 6, one_hour) == 1.0 / 9);
	assert_true(world_value(&world, share, 0, one_hour) == 2.0 / 10);
	assert_int_equal(indicators_read(world.indicators, share, 0, &one_hour).samples, 10);
	assert_int_equal(indicators_live(world.indicators), 3 * 5); /* units 0, 1, 2, 3 and 6 */
	world_end(&world);
}

static void a_ratio_over_nothing_is_unknown(void **state)
{
	struct world world = { 0 };
	uint32_t all = world_indicator(&world, INDICATOR_COUNT, 0);
	uint32_t online = world_indicator(&world, INDICATOR_COUNT, 0);
	uint32_t share = world_ratio(&world, all, online);
	struct event event;

	(void)state;
	world_where(&world, online, (struct condition){ FIELD_CHANNEL, WHERE_CHOICE, 1, 0, { 0 } });
	world_start(&world);
	event = world_event(&world, 3, START);
	event.values[FIELD_CHANNEL].choice = 2;
	world_add(&world, &event);
	assert_int_equal(world_quality(&world, all, 3, one_hour), QUALITY_GOOD);
	assert_int_equal(world_quality(&world, online, 3, one_hour), QUALITY_GOOD); /* a known 0 */
	assert_int_equal(world_quality(&world, share, 3, one_hour), QUALITY_UNKNOWN);
	assert_true(isnan(world_value(&world, share, 3, one_hour)));
	world_end(&world);
}

static void alike_figures_share_what_is_kept(void **state)
{
	struct world world = { 0 };
	struct condition online = { FIELD_CHANNEL, WHERE_CHOICE, 1, 0, { 0 } };
	struct indicators_options options = { 0 };
	struct plan plan;
	uint32_t number;

	(void)state;
	(void)world_indicator(&world, INDICATOR_COUNT, 0);
	(void)world_indicator(&world, INDICATOR_RATE, 0);
	(void)world_indicator(&world, INDICATOR_SUM, FIELD_AMOUNT);
	(void)world_indicator(&world, INDICATOR_MEAN, FIELD_AMOUNT);
	(void)world_indicator(&world, INDICATOR_QUANTILE, FIELD_AMOUNT);
	world.list[world_indicator(&world, INDICATOR_QUANTILE, FIELD_AMOUNT)].quantile = 0.5;
	number = world_indicator(&world, INDICATOR_COUNT, 0);
	world_where(&world, number, online);
	world_where(&world, world_indicator(&world, INDICATOR_MEAN, FIELD_AMOUNT), online);
	(void)world_indicator(&world, INDICATOR_MEAN, FIELD_SCORE); /* optional: fewer events */
	(void)world_ratio(&world, number, 0);

	options.schema = fixture_schema(0);
	options.list = world.list;
	options.n_list = world.n_list;
	plan_init(&plan, &options);
	assert_int_equal(plan.n_streams, 3);
	assert_int_equal(plan.sources[0][0].stream, plan.sources[4][0].stream);
	assert_int_equal(plan.sources[2][0].measure, plan.sources[3][0].measure);
	assert_int_equal(plan.sources[4][0].measure, plan.sources[5][0].measure);
	assert_int_equal(plan.streams[plan.sources[0][0].stream].n_measures, 2);
	assert_int_equal(plan.sources[6][0].stream, plan.sources[7][0].stream);
	assert_int_equal(plan.sources[9][0].stream, plan.sources[6][0].stream);
	assert_int_equal(plan.sources[9][1].stream, plan.sources[0][0].stream);
	assert_true(plan.streams[plan.sources[8][0].stream].repeats_where !=
		    plan.streams[plan.sources[0][0].stream].repeats_where);
	plan_fini(&plan);
	(void)schema_free((struct schema *)options.schema);
}

static void a_count_over_an_hour_needs_little_memory(void **state)
{
	struct world world = { 0 };
	struct indicators_options options = { 0 };
	struct plan plan;

	(void)state;
	(void)world_hourly(&world, INDICATOR_COUNT, 0);
	options.schema = fixture_schema(0);
	options.list = world.list;
	options.n_list = world.n_list;
	plan_init(&plan, &options);
	assert_true(plan.streams[0].series_bytes <= 448);
	plan_fini(&plan);
	(void)schema_free((struct schema *)options.schema);
}

/* Filters of equal shape that differ in one part only are not one filter. */
static void every_condition_counts_in_a_filter(void **state)
{
	static const struct condition conditions[] = {
		{ FIELD_CHANNEL, WHERE_CHOICE, 1, 0, { 0 } },
		{ FIELD_CHANNEL, WHERE_CHOICE, 2, 0, { 0 } },
		{ FIELD_AMOUNT, WHERE_GT, 0, 10, { 0 } },
		{ FIELD_AMOUNT, WHERE_GE, 0, 10, { 0 } },
		{ FIELD_AMOUNT, WHERE_GE, 0, 11, { 0 } },
		{ FIELD_STEPS, WHERE_GE, 0, 10, { 0 } },
		{ FIELD_WHO, WHERE_TEXT, 0, 0, { "ann", 3 } },
		{ FIELD_WHO, WHERE_TEXT, 0, 0, { "bob", 3 } },
		{ FIELD_URGENT, WHERE_FLAG, 0, 1, { 0 } },
	};
	static const double expected[COUNT(conditions)] = { 1, 0, 0, 1, 0, 0, 1, 0, 1 };
	struct world world = { 0 };
	struct event event;

	(void)state;
	for (size_t i = 0; i < COUNT(conditions); i++)
		world_where(&world, world_indicator(&world, INDICATOR_COUNT, 0), conditions[i]);
	world_start(&world);
	event = world_event(&world, 3, START);
	event.values[FIELD_AMOUNT].number = 10;
	event.values[FIELD_STEPS].number = 9;
	event.values[FIELD_WHO].text = (struct slice){ "ann", 3 };
	event.values[FIELD_URGENT].number = 1;
	world_add(&world, &event);
	for (uint32_t i = 0; i < COUNT(conditions); i++)
		assert_true(world_value(&world, i, 3, today) == expected[i]);
	world_end(&world);
}

static void an_event_without_the_value_is_no_sample_of_it(void **state)
{
	struct world world = { 0 };
	uint32_t mean = world_indicator(&world, INDICATOR_MEAN, FIELD_SCORE);
	uint32_t count = world_indicator(&world, INDICATOR_COUNT, 0);
	struct event event;

	(void)state;
	world_start(&world);
	event = world_event(&world, 3, START);
	world_add(&world, &event);
	assert_int_equal(world_quality(&world, mean, 3, today), QUALITY_UNKNOWN);

	event.values[FIELD_SCORE] = (struct value){ .present = true, .number = 8 };
	world_add(&world, &event);
	assert_true(world_value(&world, mean, 3, today) == 8);
	assert_true(world_value(&world, count, 3, today) == 2);
	world_end(&world);
}

static void nothing_is_known_before_the_first_event_of_the_feed(void **state)
{
	struct world world = { 0 };
	uint32_t count = world_indicator(&world, INDICATOR_COUNT, 0);
	uint32_t most = world_indicator(&world, INDICATOR_MAX, FIELD_AMOUNT);
	struct event event;

	(void)state;
	world_start(&world);
	assert_int_equal(world_quality(&world, count, 3, today), QUALITY_UNKNOWN);
	assert_true(isnan(world_value(&world, count, 3, today)));

	event = world_event(&world, 3, START);
	event.type = TYPE_SIDE;
	event.feed = FEED_SIDE;
	world_add(&world, &event);
	assert_int_equal(world_quality(&world, count, 3, today), QUALITY_UNKNOWN);

	event.type = TYPE_OTHER; /* of the same feed as the indicator */
	event.feed = FEED_MAIN;
	world_add(&world, &event);
	assert_int_equal(world_quality(&world, count, 3, today), QUALITY_GOOD);
	assert_true(world_value(&world, count, 3, today) == 0);
	assert_int_equal(world_quality(&world, count, 0, today), QUALITY_GOOD);
	assert_int_equal(world_quality(&world, count, 4, today), QUALITY_UNKNOWN);
	assert_int_equal(world_quality(&world, most, 3, today), QUALITY_UNKNOWN);
	assert_int_equal(indicators_live(world.indicators), 0);
	world_end(&world);
}

static void an_early_event_waits_for_its_minute(void **state)
{
	struct world world = { 0 };
	uint32_t count = world_indicator(&world, INDICATOR_COUNT, 0);
	uint32_t sum = world_indicator(&world, INDICATOR_SUM, FIELD_AMOUNT);

	(void)state;
	world_start(&world);
	world_amount(&world, 3, START, 1);
	world_amount(&world, 3, START + 5 * MINUTE, 2);
	assert_true(world_value(&world, count, 3, one_hour) == 1);
	assert_true(world_value(&world, sum, 0, one_hour) == 1);
	world_time(&world, START + 5 * MINUTE - 1);
	assert_true(world_value(&world, count, 3, one_minute) == 0);
	world_time(&world, START + 5 * MINUTE);
	assert_true(world_value(&world, count, 3, one_minute) == 1);
	assert_true(world_value(&world, sum, 0, one_hour) == 3);
	world_end(&world);
}

static void a_clock_that_is_far_ahead_is_not_believed(void **state)
{
	struct world world = { 0 };
	uint32_t count = world_indicator(&world, INDICATOR_COUNT, 0);

	(void)state;
	world_start(&world);
	world_amount(&world, 3, START, 1);
	world_amount(&world, 3, START + 400 * DAY, 1);
	assert_true(world_value(&world, count, 3, one_hour) == 1);
	assert_true(indicators_read(world.indicators, count, 3, &today).last_ms ==
		    START + 5 * MINUTE);
	world_time(&world, START + 5 * MINUTE);
	assert_true(world_value(&world, count, 3, one_hour) == 2);
	world_end(&world);
}

static void an_early_event_of_tomorrow_leaves_today_alone(void **state)
{
	struct world world = { 0 };
	uint32_t count = world_indicator(&world, INDICATOR_COUNT, 0);
	uint32_t sum = world_indicator(&world, INDICATOR_SUM, FIELD_AMOUNT);
	int64_t midnight = START + 16 * HOUR;

	(void)state;
	world_start(&world);
	world_amount(&world, 3, START, 1);
	world_time(&world, midnight - 2 * MINUTE);
	world_amount(&world, 3, midnight + MINUTE, 10);
	assert_true(world_value(&world, sum, 0, today) == 1);
	assert_true(world_value(&world, sum, 0, this_month) == 11);
	world_time(&world, midnight);
	assert_true(world_value(&world, sum, 0, today) == 10);

	world_amount(&world, 3, midnight - MINUTE, 100); /* yesterday's, late */
	assert_true(world_value(&world, sum, 0, today) == 10);
	assert_true(world_value(&world, sum, 0, this_month) == 111);
	world_amount(&world, 3, midnight - DAY - MINUTE, 1000); /* nobody asks for that day */
	assert_true(world_value(&world, sum, 0, today) == 10);
	assert_true(world_value(&world, count, 0, this_month) == 4);
	world_end(&world);
}

static void a_late_event_beyond_the_ring_counts_for_the_day_only(void **state)
{
	struct world world = { 0 };
	uint32_t count = world_hourly(&world, INDICATOR_COUNT, 0);
	uint32_t last = world_hourly(&world, INDICATOR_LAST, FIELD_AMOUNT);

	(void)state;
	world_start(&world);
	world_amount(&world, 3, START, 5);
	world_amount(&world, 3, START - 3 * HOUR, 6);
	assert_true(world_value(&world, count, 3, one_hour) == 1);
	assert_true(world_value(&world, count, 3, today) == 2);
	assert_true(world_value(&world, count, 0, this_month) == 2);
	assert_true(world_value(&world, last, 0, today) == 5);
	for (uint32_t i = 0; i < 60; i++) /* it did not land in another minute's cell */
		assert_true(indicators_read_minute(world.indicators, count, 3, i).samples ==
			    (i == 0));
	world_end(&world);
}

/* The ring of an hour has 68 cells: an event as old as that would share the cell of the newest. */
static void an_event_one_minute_older_than_the_ring_is_too_late(void **state)
{
	struct world world = { 0 };
	uint32_t count = world_hourly(&world, INDICATOR_COUNT, 0);

	(void)state;
	world_start(&world);
	world_amount(&world, 3, START, 1);
	for (uint32_t minutes = 60; minutes < 72; minutes++)
		world_amount(&world, 3, START - minutes * MINUTE, 1);
	assert_true(world_value(&world, count, 3, one_hour) == 1);
	assert_true(world_value(&world, count, 3, today) == 13);
	world_end(&world);
}

static void a_tick_that_lags_behind_reads_no_cell_twice(void **state)
{
	struct world world = { 0 };
	uint32_t count = world_hourly(&world, INDICATOR_COUNT, 0);
	struct event event;

	(void)state;
	world_start(&world);
	world_amount(&world, 3, START, 1);
	event = world_event(&world, 3, START + 9 * MINUTE);
	event.arrival_ms = START + 4 * MINUTE;
	world_add(&world, &event);
	assert_true(world_value(&world, count, 3, one_hour) == 1);
	world_end(&world);
}

static void of_values_with_one_time_the_last_to_arrive_is_the_last(void **state)
{
	struct world world = { 0 };
	uint32_t last = world_indicator(&world, INDICATOR_LAST, FIELD_AMOUNT);
	static const uint32_t senders[] = { 3, 4, 3, 6, 4 };
	struct event event;

	(void)state;
	world_start(&world);
	for (uint32_t i = 0; i < COUNT(senders); i++) {
		event = world_event(&world, senders[i], START);
		event.values[FIELD_AMOUNT].number = i;
		indicators_add(world.indicators, &event);
	}
	indicators_settle(world.indicators);
	assert_true(world_value(&world, last, 3, today) == 2);
	assert_true(world_value(&world, last, 1, one_minute) == 4);
	assert_true(world_value(&world, last, 0, this_month) == 4);
	assert_true(world_value(&world, last, 6, today) == 3);
	world_end(&world);
}

static void last_is_unknown_when_its_window_is_empty(void **state)
{
	struct world world = { 0 };
	uint32_t last = world_indicator(&world, INDICATOR_LAST, FIELD_AMOUNT);

	(void)state;
	world_start(&world);
	world_amount(&world, 3, START, 5);
	world_time(&world, START + HOUR - 1);
	assert_true(world_value(&world, last, 0, one_hour) == 5);
	world_time(&world, START + HOUR);
	assert_int_equal(world_quality(&world, last, 0, one_hour), QUALITY_UNKNOWN);
	assert_true(world_value(&world, last, 0, today) == 5);
	world_end(&world);
}

static void a_rate_is_over_the_time_of_its_window(void **state)
{
	struct world world = { 0 };
	uint32_t rate = world_indicator(&world, INDICATOR_RATE, 0);

	(void)state;
	world_start(&world); /* 08:00 local time */
	for (uint32_t i = 0; i < 8; i++)
		world_amount(&world, 3, START - i, 0);
	assert_true(world_value(&world, rate, 0, one_hour) == 8);
	assert_true(world_value(&world, rate, 0, one_minute) == 60); /* one in this minute */
	assert_true(world_value(&world, rate, 0, today) == 1);
	assert_true(world_value(&world, rate, 0, this_month) == 8.0 / (21 * 24 + 8));
	world_end(&world);
}

static void a_rate_of_a_day_just_begun_is_over_a_minute(void **state)
{
	struct world world = { 0 };
	uint32_t rate = world_indicator(&world, INDICATOR_RATE, 0);

	(void)state;
	world_start(&world);
	world_time(&world, START + 16 * HOUR + 10);
	world_amount(&world, 3, world.now_ms, 0);
	assert_true(world_value(&world, rate, 0, today) == 60);
	world_end(&world);
}

static void a_reading_names_its_newest_event(void **state)
{
	struct world world = { 0 };
	uint32_t count = world_indicator(&world, INDICATOR_COUNT, 0);
	struct reading reading;

	(void)state;
	world_start(&world);
	world_amount(&world, 3, START - 5, 0);
	world_amount(&world, 6, START - 9000, 0);
	reading = indicators_read(world.indicators, count, 0, &today);
	assert_true(reading.last_ms == START - 5);
	assert_int_equal(reading.position, 2);
	reading = indicators_read(world.indicators, count, 3, &today);
	assert_int_equal(reading.position, 1);
	reading = indicators_read(world.indicators, count, 4, &today);
	assert_true(reading.last_ms == 0 && reading.position == 0);
	world_end(&world);
}

static void distinct_values_of_a_past_minute_are_those_that_came_in_it(void **state)
{
	struct world world = { 0 };
	uint32_t distinct = world_indicator(&world, INDICATOR_DISTINCT, FIELD_WHO);
	static const char *const names[] = { "ann", "bob", "cyd", "dan" };
	struct event event;

	(void)state;
	world_start(&world);
	for (uint32_t minute = 0; minute < 4; minute++) {
		world_time(&world, START + minute * MINUTE);
		for (uint32_t i = 0; i < 3 * (4 - minute); i++) {
			event = world_event(&world, 3 + i % 2, world.now_ms);
			event.values[FIELD_WHO].text = (struct slice){ names[i % (4 - minute)], 3 };
			world_add(&world, &event);
		}
	}
	for (uint32_t ago = 0; ago < 4; ago++)
		assert_true(indicators_read_minute(world.indicators, distinct, 0, ago).value ==
			    ago + 1);
	assert_true(world_value(&world, distinct, 0, one_hour) == 4);
	world_time(&world, world.now_ms + 70 * MINUTE);
	world_add(&world, &event); /* too late for the ring */
	assert_true(indicators_read_minute(world.indicators, distinct, 0, 1).value == 0);
	assert_true(world_value(&world, distinct, 0, one_hour) == 0);
	world_end(&world);
}

static void a_cell_that_is_used_again_forgets_its_distinct_values(void **state)
{
	struct world world = { 0 };
	uint32_t distinct = world_hourly(&world, INDICATOR_DISTINCT, FIELD_STEPS);
	struct event event;

	(void)state;
	world_start(&world);
	for (uint32_t minute = 0; minute < 200; minute++) {
		world_time(&world, START + minute * MINUTE);
		event = world_event(&world, 3, world.now_ms);
		event.values[FIELD_STEPS].number = minute;
		world_add(&world, &event);
		for (uint32_t ago = 0; ago < 60 && ago <= minute; ago++)
			assert_true(
				indicators_read_minute(world.indicators, distinct, 0, ago).value ==
				1);
	}
	world_end(&world);
}

static void many_distinct_values_are_estimated_at_every_level(void **state)
{
	struct world world = { 0 };
	uint32_t distinct = world_indicator(&world, INDICATOR_DISTINCT, FIELD_STEPS);
	struct event event;

	(void)state;
	world_start(&world);
	for (uint32_t i = 0; i < 6000; i++) { /* 1000 in each leaf; neighbours share a half */
		uint32_t leaf = i % 6;

		event = world_event(&world, 3 + leaf, START);
		event.values[FIELD_STEPS].number = leaf * 500 + i / 6;
		world_add(&world, &event);
	}
	for (uint32_t unit = 3; unit < 9; unit++)
		assert_true(world_value(&world, distinct, unit, one_hour) == 1000);
	assert_true(fabs(world_value(&world, distinct, 1, today) / 2000 - 1) < 3 * DISTINCT_ERROR);
	assert_true(fabs(world_value(&world, distinct, 2, today) / 2000 - 1) < 3 * DISTINCT_ERROR);
	assert_true(fabs(world_value(&world, distinct, 0, this_month) / 3500 - 1) <
		    3 * DISTINCT_ERROR);
	assert_int_equal(indicators_read(world.indicators, distinct, 0, &today).samples, 6000);
	world_end(&world);
}

static void a_used_up_sketch_memory_is_counted_and_hurts_nothing_else(void **state)
{
	struct world world = { 0 };
	uint32_t count = world_indicator(&world, INDICATOR_COUNT, 0);
	uint32_t distinct = world_indicator(&world, INDICATOR_DISTINCT, FIELD_STEPS);
	uint32_t quantile = world_indicator(&world, INDICATOR_QUANTILE, FIELD_STEPS);
	uint64_t before = counter_get(COUNTER_sketch_refused);
	struct event event;

	(void)state;
	world_start_with(&world, 0, 1 << 20);
	for (uint32_t i = 0; i < 60000; i++) {
		event = world_event(&world, 3 + i % 6, START - (int64_t)(i % 40) * MINUTE);
		event.values[FIELD_STEPS].number = 1 + i * 1000.0;
		indicators_add(world.indicators, &event);
	}
	indicators_settle(world.indicators);
	assert_true(indicators_sketch_refusals(world.indicators) > 0);
	assert_true(counter_get(COUNTER_sketch_refused) - before ==
		    indicators_sketch_refusals(world.indicators));
	assert_true(world_value(&world, count, 0, one_hour) == 60000);
	assert_true(world_value(&world, distinct, 0, today) > 500);
	assert_int_equal(world_quality(&world, quantile, 0, today), QUALITY_GOOD);
	world_end(&world);
}

/* More series and updates in one batch than the lists hold, over many minutes. */
static void a_batch_may_be_larger_than_any_list(void **state)
{
	struct world world = { 0 };
	uint32_t sum = world_indicator(&world, INDICATOR_SUM, FIELD_AMOUNT);
	uint32_t last = world_indicator(&world, INDICATOR_LAST, FIELD_AMOUNT);
	struct event event;

	(void)state;
	world_start(&world);
	for (uint32_t i = 0; i < 20000; i++) {
		event = world_event(&world, 3 + i % 6, START - (int64_t)(i % 30) * MINUTE);
		event.values[FIELD_AMOUNT].number = i;
		indicators_add(world.indicators, &event);
	}
	indicators_settle(world.indicators);
	assert_true(world_value(&world, sum, 0, one_hour) == 20000.0 * 19999 / 2);
	assert_true(world_value(&world, last, 0, one_hour) == 19980);
	world_end(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_indicator_is_found_by_its_id),
		cmocka_unit_test(readings_follow_at_the_end_of_the_batch),
		cmocka_unit_test(a_parent_has_the_ratio_of_the_sums),
		cmocka_unit_test(a_ratio_over_nothing_is_unknown),
		cmocka_unit_test(alike_figures_share_what_is_kept),
		cmocka_unit_test(a_count_over_an_hour_needs_little_memory),
		cmocka_unit_test(every_condition_counts_in_a_filter),
		cmocka_unit_test(an_event_without_the_value_is_no_sample_of_it),
		cmocka_unit_test(nothing_is_known_before_the_first_event_of_the_feed),
		cmocka_unit_test(an_early_event_waits_for_its_minute),
		cmocka_unit_test(a_clock_that_is_far_ahead_is_not_believed),
		cmocka_unit_test(an_early_event_of_tomorrow_leaves_today_alone),
		cmocka_unit_test(a_late_event_beyond_the_ring_counts_for_the_day_only),
		cmocka_unit_test(an_event_one_minute_older_than_the_ring_is_too_late),
		cmocka_unit_test(a_tick_that_lags_behind_reads_no_cell_twice),
		cmocka_unit_test(of_values_with_one_time_the_last_to_arrive_is_the_last),
		cmocka_unit_test(last_is_unknown_when_its_window_is_empty),
		cmocka_unit_test(a_rate_is_over_the_time_of_its_window),
		cmocka_unit_test(a_rate_of_a_day_just_begun_is_over_a_minute),
		cmocka_unit_test(a_reading_names_its_newest_event),
		cmocka_unit_test(distinct_values_of_a_past_minute_are_those_that_came_in_it),
		cmocka_unit_test(a_cell_that_is_used_again_forgets_its_distinct_values),
		cmocka_unit_test(many_distinct_values_are_estimated_at_every_level),
		cmocka_unit_test(a_used_up_sketch_memory_is_counted_and_hurts_nothing_else),
		cmocka_unit_test(a_batch_may_be_larger_than_any_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
