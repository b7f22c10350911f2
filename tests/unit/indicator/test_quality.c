/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Contracts are faked: what they share is their own matter, what figures make of it is ours.
 */
#include "deriving.h"

/* What the contracts_share() answers, by unit, for FEED_MAIN. */
static struct contract_share shares[N_UNITS];

struct contract_share contracts_share(const struct contracts *contracts, uint32_t feed,
				      uint32_t unit)
{
	assert_non_null(contracts);
	return feed == FEED_MAIN ? shares[unit] : (struct contract_share){ 0 };
}

static void world_start_contracted(struct world *world)
{
	static const char contracts;

	memset(shares, 0, sizeof(shares));
	world_start_with(world, 10 * MINUTE, 1 << 20);
	world->indicators->contracts = (const struct contracts *)&contracts;
}

static void share(uint32_t unit, uint32_t kept, uint32_t expected)
{
	shares[unit] = (struct contract_share){ .kept = kept, .expected = expected };
}

static void a_parent_is_partial_while_one_of_its_units_is_missing(void **state)
{
	struct world world = { 0 };
	uint32_t count = world_indicator(&world, INDICATOR_COUNT, 0);
	struct reading reading;

	(void)state;
	world_start_contracted(&world);
	world_amount(&world, 3, START, 1);
	share(0, 90, 91);
	share(3, 1, 1);
	reading = world_read(&world, count, 0, today);
	assert_int_equal(reading.quality, QUALITY_PARTIAL);
	assert_int_equal(reading.reporting, 90);
	assert_int_equal(reading.expected, 91);
	assert_true(reading.value == 1);
	reading = world_read(&world, count, 3, today);
	assert_int_equal(reading.quality, QUALITY_GOOD);
	assert_int_equal(reading.reporting, 1);

	share(0, 91, 91);
	assert_int_equal(world_quality(&world, count, 0, today), QUALITY_GOOD);
	world_end(&world);
}

static void a_unit_that_breaks_its_contract_is_stale_and_one_never_heard_unknown(void **state)
{
	struct world world = { 0 };
	uint32_t count = world_indicator(&world, INDICATOR_COUNT, 0);
	struct reading reading;

	(void)state;
	world_start_contracted(&world);
	world_amount(&world, 3, START, 1);
	share(3, 0, 1);
	share(4, 0, 1);
	assert_int_equal(world_quality(&world, count, 3, today), QUALITY_STALE);
	assert_true(world_value(&world, count, 3, today) == 1);
	reading = world_read(&world, count, 4, today);
	assert_int_equal(reading.quality, QUALITY_UNKNOWN);
	assert_true(isnan(reading.value));
	assert_int_equal(reading.expected, 1);
	world_end(&world);
}

static void a_contract_goes_before_silent_after(void **state)
{
	struct world world = { 0 };
	uint32_t count = world_indicator(&world, INDICATOR_COUNT, 0);

	(void)state;
	world_start_contracted(&world);
	world_amount(&world, 3, START, 1);
	world_amount(&world, 4, START, 1);
	share(3, 1, 1);
	world_time(&world, START + 11 * MINUTE);
	assert_int_equal(world_quality(&world, count, 3, today), QUALITY_GOOD);
	assert_int_equal(world_quality(&world, count, 4, today), QUALITY_STALE);
	world_end(&world);
}

static void a_ratio_of_two_feeds_has_the_worse_quality(void **state)
{
	struct world world = { 0 };
	uint32_t main_count = world_indicator(&world, INDICATOR_COUNT, 0);
	uint32_t side_count = world_indicator(&world, INDICATOR_COUNT, 0);
	uint32_t ratio = world_ratio(&world, main_count, side_count);
	uint32_t inverse = world_ratio(&world, side_count, main_count);
	struct event event;

	(void)state;
	world.list[side_count].type = TYPE_SIDE;
	world_start_contracted(&world);
	share(1, 2, 3);
	world_amount(&world, 3, START, 1);
	assert_int_equal(world_quality(&world, inverse, 1, today), QUALITY_UNKNOWN);
	event = world_event(&world, 3, START);
	event.type = TYPE_SIDE;
	event.feed = FEED_SIDE;
	world_add(&world, &event);
	assert_int_equal(world_quality(&world, ratio, 1, today), QUALITY_PARTIAL);
	assert_int_equal(world_quality(&world, inverse, 1, today), QUALITY_PARTIAL);
	assert_int_equal(world_read(&world, ratio, 1, today).reporting, 2);
	assert_int_equal(world_read(&world, ratio, 1, today).expected, 3);
	assert_int_equal(world_quality(&world, ratio, 0, today), QUALITY_GOOD);
	world_end(&world);
}

static void news_of_quality_mark_all_that_hangs_on_the_feed(void **state)
{
	struct world world = { 0 };
	uint32_t stock = world_stock(&world, FIELD_AMOUNT, TYPE_NONE);
	uint32_t count = world_indicator(&world, INDICATOR_COUNT, 0);
	uint32_t gauge = world_gauge(&world, "open");
	uint32_t ratio = world_ratio(&world, gauge, stock);
	uint32_t side = world_indicator(&world, INDICATOR_COUNT, 0);
	const struct change *changes;

	(void)state;
	world.list[side].type = TYPE_SIDE;
	world_start_contracted(&world);
	indicators_note_quality(world.indicators, FEED_MAIN, 1);
	assert_int_equal(indicators_take_changes(world.indicators, &changes), 3);
	for (uint32_t i = 0; i < 3; i++) {
		assert_int_equal(changes[i].unit, 1);
		assert_true(changes[i].indicator == stock || changes[i].indicator == count ||
			    changes[i].indicator == ratio);
	}
	world_end(&world);
}

static void a_stock_that_falls_silent_is_told(void **state)
{
	struct world world = { 0 };
	uint32_t stock = world_stock(&world, FIELD_AMOUNT, TYPE_NONE);

	(void)state;
	world_start_with(&world, 10 * MINUTE, 1 << 20);
	world_amount(&world, 3, START, 1);
	world_forget_changes(&world);
	indicators_tick(world.indicators, START + 11 * MINUTE);
	assert_true(world_changed(&world, stock, 3));
	assert_int_equal(world_quality(&world, stock, 3, today), QUALITY_STALE);
	world_end(&world);
}

static void what_iocd_makes_itself_is_no_word_of_the_unit(void **state)
{
	struct world world = { 0 };
	uint32_t count = world_indicator(&world, INDICATOR_COUNT, 0);
	struct event event;

	(void)state;
	world.list[count].type = TYPE_OTHER;
	world_start_with(&world, 10 * MINUTE, 1 << 20);
	world.indicators->is_internal[TYPE_OTHER] = true;
	world_amount(&world, 3, START, 1);
	world_time(&world, START + 11 * MINUTE);
	event = world_event(&world, 3, world.now_ms);
	event.type = TYPE_OTHER;
	world_add(&world, &event);
	assert_true(world_value(&world, count, 3, today) == 1);
	assert_int_equal(world_quality(&world, count, 3, today), QUALITY_STALE);
	world_end(&world);
}

static void what_others_charged_to_a_unit_is_known_though_it_never_spoke(void **state)
{
	struct world world = { 0 };
	uint32_t open = world_gauge(&world, "open");
	uint32_t closed = world_indicator(&world, INDICATOR_COUNT, 0);
	struct event event;

	(void)state;
	world.list[open].type = TYPE_OTHER;
	world.list[closed].type = TYPE_OTHER;
	world_start_contracted(&world);
	world.indicators->is_internal[TYPE_OTHER] = true;
	assert_int_equal(world_quality(&world, open, 3, today), QUALITY_UNKNOWN);
	world_move(&world, open, 3, 2);
	event = world_event(&world, 3, START);
	event.type = TYPE_OTHER;
	world_add(&world, &event);
	assert_int_equal(world_quality(&world, open, 3, today), QUALITY_GOOD);
	assert_int_equal(world_quality(&world, closed, 3, today), QUALITY_GOOD);
	assert_true(world_value(&world, closed, 3, today) == 1);
	share(3, 0, 1);
	assert_int_equal(world_quality(&world, open, 3, today), QUALITY_STALE);
	world_end(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_parent_is_partial_while_one_of_its_units_is_missing),
		cmocka_unit_test(
			a_unit_that_breaks_its_contract_is_stale_and_one_never_heard_unknown),
		cmocka_unit_test(a_contract_goes_before_silent_after),
		cmocka_unit_test(a_ratio_of_two_feeds_has_the_worse_quality),
		cmocka_unit_test(news_of_quality_mark_all_that_hangs_on_the_feed),
		cmocka_unit_test(a_stock_that_falls_silent_is_told),
		cmocka_unit_test(what_iocd_makes_itself_is_no_word_of_the_unit),
		cmocka_unit_test(what_others_charged_to_a_unit_is_known_though_it_never_spoke),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
