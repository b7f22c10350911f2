/* SPDX-License-Identifier: Apache-2.0 */
#include "deriving.h"
#include "iocd/base/civil.h"

/* An event that says that unit has amount of what who names, on a channel. */
static void say(struct world *world, uint32_t unit, int64_t time_ms, const char *who, double amount)
{
	struct event event = world_event(world, unit, time_ms);

	event.values[FIELD_AMOUNT].number = amount;
	event.values[FIELD_WHO].text = (struct slice){ who, strlen(who) };
	event.values[FIELD_CHANNEL].choice = (uint32_t)strlen(who) % 3;
	world_add(world, &event);
}

static void the_newest_value_of_each_key_counts(void **state)
{
	struct world world = { 0 };
	uint32_t beds = world_stock(&world, FIELD_AMOUNT, FIELD_WHO);

	(void)state;
	world_start(&world);
	assert_int_equal(world_quality(&world, beds, 3, today), QUALITY_UNKNOWN);
	say(&world, 3, START, "north", 30);
	say(&world, 3, START, "south", 20);
	say(&world, 3, START + MINUTE, "north", 25);
	say(&world, 4, START, "north", 7);
	assert_true(world_value(&world, beds, 3, one_minute) == 45);
	assert_true(world_value(&world, beds, 4, today) == 7);
	assert_true(world_value(&world, beds, 1, this_month) == 52);
	assert_true(world_value(&world, beds, 0, today) == 52);
	assert_int_equal(world_read(&world, beds, 1, today).samples, 52);
	world_end(&world);
}

static void without_a_key_a_unit_has_one_value(void **state)
{
	struct world world = { 0 };
	uint32_t staff = world_stock(&world, FIELD_AMOUNT, TYPE_NONE);

	(void)state;
	world_start(&world);
	say(&world, 3, START, "a", 30);
	say(&world, 3, START + 1, "b", 31);
	say(&world, 1, START, "a", 5);
	assert_true(world_value(&world, staff, 3, today) == 31);
	assert_true(world_value(&world, staff, 1, today) == 36);
	world_end(&world);
}

static void a_stock_beyond_all_counts_is_no_fault(void **state)
{
	struct world world = { 0 };
	uint32_t staff = world_stock(&world, FIELD_AMOUNT, TYPE_NONE);

	(void)state;
	world_start(&world);
	say(&world, 3, START, "a", 1e159);
	assert_true(world_value(&world, staff, 3, today) == 1e159);
	assert_int_equal(world_read(&world, staff, 3, today).samples, 1000000000000000000);
	world_end(&world);
}

static void what_comes_late_changes_nothing(void **state)
{
	struct world world = { 0 };
	uint32_t beds = world_stock(&world, FIELD_AMOUNT, FIELD_WHO);
	struct reading before, after;

	(void)state;
	world_start(&world);
	say(&world, 3, START, "north", 30);
	world_forget_changes(&world);
	before = world_read(&world, beds, 3, today);
	say(&world, 3, START - 1, "north", 99);
	after = world_read(&world, beds, 3, today);
	assert_false(world_changed(&world, beds, 3));
	assert_true(after.value == 30);
	assert_int_equal(after.position, before.position);

	say(&world, 3, START, "north", 31); /* of the same time: the last to arrive */
	assert_true(world_value(&world, beds, 0, today) == 31);
	assert_true(world_changed(&world, beds, 0));
	world_end(&world);
}

static void a_stock_has_no_window(void **state)
{
	struct world world = { 0 };
	uint32_t beds = world_stock(&world, FIELD_AMOUNT, FIELD_WHO);

	(void)state;
	world_start(&world);
	say(&world, 3, START, "north", 30);
	world_time(&world, START + 40 * DAY);
	assert_true(world_value(&world, beds, 1, one_minute) == 30);
	assert_true(world_value(&world, beds, 1, today) == 30);
	world_end(&world);
}

static void filters_and_absent_values_leave_a_stock_alone(void **state)
{
	struct world world = { 0 };
	const struct condition post = { .field = FIELD_CHANNEL,
					.test = WHERE_CHOICE,
					.choices = 1u << 2 };
	uint32_t filtered = world_stock(&world, FIELD_AMOUNT, FIELD_WHO);
	uint32_t optional = world_stock(&world, FIELD_SCORE, TYPE_NONE);

	(void)state;
	world_where(&world, filtered, post);
	world_start(&world);
	say(&world, 3, START, "1", 30);
	assert_int_equal(world_quality(&world, filtered, 3, today), QUALITY_UNKNOWN);
	say(&world, 3, START, "22", 30);
	assert_true(world_value(&world, filtered, 3, today) == 30);
	assert_int_equal(world_quality(&world, optional, 3, today), QUALITY_UNKNOWN);
	world_end(&world);
}

static void choices_are_keys_by_their_words(void **state)
{
	static const char *const turned[] = { "post", "online", "counter" };
	struct world world = { 0 };
	uint32_t by_channel = world_stock(&world, FIELD_AMOUNT, FIELD_CHANNEL);
	struct saved saved;
	struct event event;

	(void)state;
	world_start(&world);
	say(&world, 3, START, "22", 30); /* post */
	say(&world, 3, START, "1", 5);   /* counter */
	world_forget_changes(&world);
	assert_true(world_value(&world, by_channel, 3, today) == 35);
	saved = save_state(&world);

	((struct event_type *)(uintptr_t)schema_type(world.schema, TYPE_MAIN))
		->fields[FIELD_CHANNEL]
		.choices = turned;
	assert_null(load_state(&world, &saved));
	event = world_event(&world, 3, START + 1);
	event.values[FIELD_AMOUNT].number = 40;
	event.values[FIELD_CHANNEL].choice = 0; /* post */
	world_add(&world, &event);
	assert_true(world_value(&world, by_channel, 3, today) == 45);
	free(saved.bytes);
	world_end(&world);
}

static void a_ratio_of_stocks_is_the_ratio_of_their_sums(void **state)
{
	struct world world = { 0 };
	uint32_t used = world_stock(&world, FIELD_AMOUNT, FIELD_WHO);
	uint32_t total = world_stock(&world, FIELD_STEPS, FIELD_WHO);
	uint32_t rate = world_ratio(&world, used, total);
	uint32_t events = world_indicator(&world, INDICATOR_COUNT, 0);
	uint32_t mixed = world_ratio(&world, events, total);
	struct event event;

	(void)state;
	world_start(&world);
	for (uint32_t unit = 3; unit < 6; unit++) {
		event = world_event(&world, unit, START);
		event.values[FIELD_AMOUNT].number = 10 * unit;
		event.values[FIELD_STEPS].number = 100;
		world_add(&world, &event);
	}
	assert_true(world_value(&world, rate, 4, today) == 0.4);
	assert_true(world_value(&world, rate, 1, one_minute) == 0.4);
	assert_int_equal(world_read(&world, rate, 1, today).samples, 300);
	assert_true(world_value(&world, mixed, 0, today) == 0.01);
	assert_true(world_changed(&world, rate, 0));
	world_time(&world, START + DAY);
	assert_true(world_value(&world, rate, 1, one_minute) == 0.4);
	assert_true(world_value(&world, mixed, 0, today) == 0);
	world_end(&world);
}

static void sums_do_not_drift(void **state)
{
	struct world world = { 0 };
	uint32_t level = world_stock(&world, FIELD_AMOUNT, FIELD_WHO);

	(void)state;
	world_start(&world);
	say(&world, 3, START, "a", 0.1);
	for (uint32_t i = 0; i < 1000; i++)
		say(&world, 4, START + i, "b", i % 2 ? 1e15 / 7 : 0.3);
	say(&world, 4, START + 1000, "b", 0);
	assert_true(world_value(&world, level, 1, today) == 0.1);
	assert_true(world_value(&world, level, 4, today) == 0);
	world_end(&world);
}

static void say_much(struct world *world)
{
	uint64_t seed = 7;
	char who[16];

	for (uint32_t i = 0; i < 4000; i++) {
		(void)snprintf(who, sizeof(who), "k%u", (unsigned)(next_random(&seed) % 300));
		say(world, 1 + (uint32_t)(next_random(&seed) % 8),
		    START + (int64_t)(next_random(&seed) % 1000), who,
		    (double)(next_random(&seed) % 100000) / 7);
	}
	world_forget_changes(world);
}

static void stocks_come_back_as_they_were(void **state)
{
	struct world world = { 0 };
	uint32_t beds = world_stock(&world, FIELD_AMOUNT, FIELD_WHO);
	uint32_t staff = world_stock(&world, FIELD_AMOUNT, TYPE_NONE);
	double sums[N_UNITS][2];
	struct saved saved, again;

	(void)state;
	world_start(&world);
	say_much(&world);
	for (uint32_t u = 0; u < N_UNITS; u++) {
		sums[u][0] = world_value(&world, beds, u, today);
		sums[u][1] = world_value(&world, staff, u, today);
	}
	saved = save_state(&world);
	assert_null(load_state(&world, &saved));
	again = save_state(&world);
	assert_same_bytes(&saved, &again);
	for (uint32_t u = 0; u < N_UNITS; u++) {
		assert_true(sums[u][0] == world_value(&world, beds, u, today));
		assert_true(sums[u][1] == world_value(&world, staff, u, today));
	}
	say(&world, 3, START, "k1", 1e9); /* not the newest */
	assert_true(sums[3][1] == world_value(&world, staff, 3, today));
	free(saved.bytes);
	free(again.bytes);
	world_end(&world);
}

static void stocks_of_merged_units_are_added_up(void **state)
{
	struct world world = { 0 };
	uint32_t beds = world_stock(&world, FIELD_AMOUNT, FIELD_WHO);
	uint32_t staff = world_stock(&world, FIELD_AMOUNT, TYPE_NONE);
	struct saved saved;

	(void)state;
	world_start(&world);
	say(&world, 6, START, "a", 1);
	say(&world, 7, START, "a", 2);
	say(&world, 8, START, "b", 4);
	world_forget_changes(&world);
	saved = save_state(&world);
	assert_null(load_merged(&world, &saved));
	assert_true(world_value(&world, beds, 6, today) == 7);
	assert_true(world_value(&world, staff, 6, today) == 7);
	assert_true(world_value(&world, staff, 0, today) == 7);
	say(&world, 6, START + 1, "a", 10);
	assert_true(world_value(&world, beds, 2, today) == 14);
	assert_true(world_value(&world, staff, 2, today) == 10);
	free(saved.bytes);
	world_end(&world);
}

/* Two units that were until the day of START: one beside c4, which it is merged into, one below p.
 */
enum { BESIDE = N_UNITS, BELOW };

static void world_end_units(struct world *world)
{
	struct unit beside = { .id = "c7", .parent = 2, .from_day = INT32_MIN };
	struct unit below = { .id = "d3", .parent = 0, .from_day = INT32_MIN };
	uint32_t number;

	beside.until_day = below.until_day = civil_day(START, OFFSET);
	assert_int_equal(units_add_former(world->units, &beside, 6, &number), 0);
	assert_int_equal(number, BESIDE);
	assert_int_equal(units_add_former(world->units, &below, 0, &number), 0);
	renew(world);
	world_time(world, START);
}

static void say_as(struct world *world, uint32_t former, int64_t time_ms, double amount)
{
	struct event event = world_event(world, former == BESIDE ? 6 : 0, time_ms);

	event.former = former;
	event.values[FIELD_AMOUNT].number = amount;
	event.values[FIELD_WHO].text = (struct slice){ "a", 1 };
	world_add(world, &event);
}

static void what_former_units_say_adds_up_until_their_heir_speaks(void **state)
{
	struct world world = { 0 };
	uint32_t beds = world_stock(&world, FIELD_AMOUNT, FIELD_WHO);
	struct saved saved;

	(void)state;
	world_start(&world);
	world_end_units(&world);
	say(&world, 6, START, "a", 1);
	say_as(&world, BESIDE, START, 5);
	assert_true(world_value(&world, beds, 6, today) == 6);
	say_as(&world, BESIDE, START + 1, 7);
	assert_true(world_value(&world, beds, 6, today) == 8);
	say(&world, 6, START + 2, "a", 2); /* of the last day: for itself */
	assert_true(world_value(&world, beds, 6, today) == 9);
	say_as(&world, BELOW, START, 3);
	assert_true(world_value(&world, beds, 0, today) == 12);

	world_time(&world, START + DAY);
	say(&world, 6, START + DAY, "a", 10);
	say(&world, 0, START + DAY, "a", 4); /* it stood above, and speaks for nobody */
	assert_true(world_value(&world, beds, 6, today) == 10);
	assert_true(world_value(&world, beds, 0, today) == 17);
	say_as(&world, BESIDE, START + DAY + 1, 100);
	world_forget_changes(&world);
	saved = save_state(&world);
	assert_null(load_state(&world, &saved));
	say_as(&world, BESIDE, START + DAY + 2, 100);
	say_as(&world, BELOW, START + DAY, 30);
	assert_true(world_value(&world, beds, 6, today) == 10);
	assert_true(world_value(&world, beds, 0, today) == 44);
	free(saved.bytes);
	world_end(&world);
}

static void a_unit_that_became_another_goes_on_saying_what_is_its_own(void **state)
{
	static const uint32_t merged[N_UNITS] = { 0, 1, 2, 3, 4, 5, 6, 6, 8 };
	static const uint32_t was[N_UNITS] = { 0, 1, 2, 3, 4, 5, 6, BESIDE, 8 };
	const struct renumber units = { .to = merged, .n = N_UNITS, .was = was };
	const struct renumber feeds = { .to = merged, .n = 2 };
	struct world world = { 0 };
	uint32_t beds = world_stock(&world, FIELD_AMOUNT, FIELD_WHO);
	struct saved saved;
	uint64_t dropped;

	(void)state;
	world_start(&world);
	world_end_units(&world);
	say(&world, 6, START, "a", 1);
	say(&world, 7, START, "a", 2);
	world_forget_changes(&world);
	saved = save_state(&world);
	assert_null(load_into_tree(&world, &saved, &units, &feeds, true, &dropped));
	assert_true(world_value(&world, beds, 6, today) == 3);
	say_as(&world, BESIDE, START + 1, 20);
	assert_true(world_value(&world, beds, 6, today) == 21);
	say(&world, 6, START + 2, "a", 10);
	assert_true(world_value(&world, beds, 6, today) == 30);
	free(saved.bytes);
	world_end(&world);
}

static void a_stock_that_means_something_else_begins_anew(void **state)
{
	struct world world = { 0 };
	uint32_t beds = world_stock(&world, FIELD_AMOUNT, FIELD_WHO);
	struct saved saved;

	(void)state;
	world_start(&world);
	say(&world, 6, START, "a", 1);
	world_forget_changes(&world);
	saved = save_state(&world);
	world.list[beds].by_field = FIELD_CHANNEL;
	assert_null(load_state(&world, &saved));
	assert_int_equal(world_quality(&world, beds, 6, today), QUALITY_UNKNOWN);
	free(saved.bytes);
	world_end(&world);
}

struct seen {
	double own[N_UNITS];
	uint32_t n;
};

static void note_own(void *context, uint64_t key, uint32_t indicator, uint32_t unit, double own)
{
	struct seen *seen = context;

	assert_true(key != 0);
	assert_int_equal(indicator, 1);
	seen->own[unit] += own;
	seen->n++;
}

static void own_values_are_told_without_those_below(void **state)
{
	struct world world = { 0 };
	struct seen seen = { 0 };

	(void)state;
	(void)world_indicator(&world, INDICATOR_COUNT, 0);
	(void)world_stock(&world, FIELD_AMOUNT, FIELD_WHO);
	world_start(&world);
	say(&world, 3, START, "a", 1);
	say(&world, 3, START, "b", 2);
	say(&world, 1, START, "b", 8);
	stocks_each_own(&world.indicators->stocks, note_own, &seen);
	assert_int_equal(seen.n, 2);
	assert_true(seen.own[3] == 3);
	assert_true(seen.own[1] == 8);
	world_end(&world);
}

static void a_full_table_refuses_new_keys_and_keeps_the_others(void **state)
{
	struct world world = { 0 };
	uint32_t beds = world_stock(&world, FIELD_AMOUNT, FIELD_WHO);
	struct stocks *stocks;
	char who[16];

	(void)state;
	world_start(&world);
	stocks = &world.indicators->stocks;
	say(&world, 3, START, "first", 5);
	stocks->n_values = STOCK_VALUES_MAX - 1;
	say(&world, 3, START, "last", 6);
	for (uint32_t i = 0; i < 5; i++) {
		(void)snprintf(who, sizeof(who), "more%u", i);
		say(&world, 3, START, who, 100);
	}
	assert_int_equal(stocks->refusals, 5);
	assert_true(world_value(&world, beds, 0, today) == 11);
	say(&world, 3, START + 1, "first", 7);
	assert_true(world_value(&world, beds, 0, today) == 13);
	world_end(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_newest_value_of_each_key_counts),
		cmocka_unit_test(without_a_key_a_unit_has_one_value),
		cmocka_unit_test(what_comes_late_changes_nothing),
		cmocka_unit_test(a_stock_beyond_all_counts_is_no_fault),
		cmocka_unit_test(a_stock_has_no_window),
		cmocka_unit_test(filters_and_absent_values_leave_a_stock_alone),
		cmocka_unit_test(choices_are_keys_by_their_words),
		cmocka_unit_test(a_ratio_of_stocks_is_the_ratio_of_their_sums),
		cmocka_unit_test(sums_do_not_drift),
		cmocka_unit_test(stocks_come_back_as_they_were),
		cmocka_unit_test(stocks_of_merged_units_are_added_up),
		cmocka_unit_test(what_former_units_say_adds_up_until_their_heir_speaks),
		cmocka_unit_test(a_unit_that_became_another_goes_on_saying_what_is_its_own),
		cmocka_unit_test(a_stock_that_means_something_else_begins_anew),
		cmocka_unit_test(own_values_are_told_without_those_below),
		cmocka_unit_test(a_full_table_refuses_new_keys_and_keeps_the_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
