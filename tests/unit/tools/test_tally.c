/* SPDX-License-Identifier: Apache-2.0 */
#include "place.h"

#include "tally.h"

enum { ALL, ONLINE, PAGES, FEWEST, CHANNELS, SHELF, N_INDICATORS };

static struct indicator indicators[N_INDICATORS] = {
	[ALL] = { .id = "all", .kind = INDICATOR_COUNT, .type = RECEIVED },
	[ONLINE] = { .id = "online",
		     .kind = INDICATOR_COUNT,
		     .type = RECEIVED,
		     .where = { .conditions = { { .field = FIELD_CHANNEL,
						  .test = WHERE_CHOICE,
						  .choices = 1 } },
				.n_conditions = 1 } },
	[PAGES] = { .id = "pages", .kind = INDICATOR_SUM, .type = RECEIVED, .field = FIELD_PAGES },
	[FEWEST] = { .id = "fewest",
		     .kind = INDICATOR_MIN,
		     .type = RECEIVED,
		     .field = FIELD_PAGES },
	[CHANNELS] = { .id = "channels",
		       .kind = INDICATOR_DISTINCT,
		       .type = RECEIVED,
		       .field = FIELD_CHANNEL },
	[SHELF] = { .id = "shelf",
		    .kind = INDICATOR_STOCK,
		    .type = RECEIVED,
		    .field = FIELD_PAGES,
		    .by_field = FIELD_CHANNEL },
};

struct desk {
	struct place_world place;
	struct tally *tally;
};

static int open_desk(void **state)
{
	static struct desk desk;

	place_init(&desk.place);
	desk.place.world.indicators = indicators;
	desk.place.world.n_indicators = N_INDICATORS;
	desk.tally = tally_new(&desk.place.world);
	*state = &desk;
	return 0;
}

static int close_desk(void **state)
{
	struct desk *desk = *state;

	tally_free(desk->tally);
	place_fini(&desk->place);
	return 0;
}

static void count(struct desk *desk, uint32_t unit, const char *channel, double pages,
		  int64_t time_ms)
{
	struct fact fact = place_fact(&desk->place, unit, 1, channel);

	fact.time_ms = time_ms;
	if (pages >= 0)
		fact_number(&fact, &desk->place.world, "pages", pages);
	tally_add(desk->tally, &fact);
}

static void assert_shows(const struct desk *desk, enum tally_part part, bool by_month,
			 const char *expected)
{
	CLEANUP_TEXT struct text json = { 0 };

	tally_json(&json, desk->tally, part, by_month);
	assert_string_equal(text_get(&json), expected);
}

static void events_count_in_their_unit_and_all_above(void **state)
{
	struct desk *desk = *state;

	count(desk, NORTH, "online", 3, NOON_MS);
	count(desk, NORTH, "counter", -1, NOON_MS);
	count(desk, SOUTH, "online", 4, NOON_MS);
	assert_shows(desk, TALLY_TOTALS, false,
		     "{\n\"2026-11-23\":{\n\"city\":{\"all\":3,\"online\":2,\"pages\":7},\n"
		     "\"north\":{\"all\":2,\"online\":1,\"pages\":3},\n"
		     "\"south\":{\"all\":1,\"online\":1,\"pages\":4}}}");
}

static void the_day_is_that_of_the_event_in_local_time(void **state)
{
	const int64_t half_day_ms = 12 * INT64_C(3600000);
	struct desk *desk = *state;

	count(desk, CITY, "counter", -1,
	      NOON_MS - half_day_ms - 1); /* the last of the day before */
	count(desk, CITY, "counter", -1, NOON_MS - half_day_ms);
	assert_shows(desk, TALLY_TOTALS, false,
		     "{\n\"2026-11-22\":{\n\"city\":{\"all\":1}},\n"
		     "\"2026-11-23\":{\n\"city\":{\"all\":1}}}");
	assert_shows(desk, TALLY_TOTALS, true, "{\n\"2026-11\":{\n\"city\":{\"all\":2}}}");
}

static void different_values_of_a_parent_are_not_a_sum(void **state)
{
	struct desk *desk = *state;

	count(desk, NORTH, "online", 9, NOON_MS);
	count(desk, SOUTH, "online", 5, NOON_MS);
	count(desk, SOUTH, "counter", 6, NOON_MS);
	assert_shows(desk, TALLY_DISTINCT, false,
		     "{\n\"2026-11-23\":{\n\"city\":{\"channels\":2},\n"
		     "\"north\":{\"channels\":1},\n\"south\":{\"channels\":2}}}");
	assert_shows(desk, TALLY_EXTREMES, false,
		     "{\n\"2026-11-23\":{\n\"city\":{\"fewest\":5},\n"
		     "\"north\":{\"fewest\":9},\n\"south\":{\"fewest\":5}}}");
}

static void a_stock_is_the_newest_of_each_thing_and_added_up_above(void **state)
{
	struct desk *desk = *state;
	CLEANUP_TEXT struct text json = { 0 };

	count(desk, NORTH, "online", 9, NOON_MS);
	count(desk, NORTH, "online", 7, NOON_MS + 2);
	count(desk, NORTH, "online", 8, NOON_MS + 1); /* late: it is not the newest */
	count(desk, NORTH, "counter", 1, NOON_MS);
	count(desk, SOUTH, "online", 5, NOON_MS);
	tally_stocks_json(&json, desk->tally);
	assert_string_equal(text_get(&json), "{\n\"shelf\":{\"city\":13,\"north\":8,\"south\":5}}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(events_count_in_their_unit_and_all_above, open_desk,
						close_desk),
		cmocka_unit_test_setup_teardown(the_day_is_that_of_the_event_in_local_time,
						open_desk, close_desk),
		cmocka_unit_test_setup_teardown(different_values_of_a_parent_are_not_a_sum,
						open_desk, close_desk),
		cmocka_unit_test_setup_teardown(
			a_stock_is_the_newest_of_each_thing_and_added_up_above, open_desk,
			close_desk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
