/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/keyed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "reference.h"

static int set_up(void **state)
{
	struct world *world = calloc(1, sizeof(*world));

	assert_non_null(world);
	world_init(world);
	renew(world);
	*state = world;
	return 0;
}

static int tear_down(void **state)
{
	world_fini(*state);
	free(*state);
	return 0;
}

/* ---- counting -------------------------------------------------------------------------------- */

static void each_value_has_a_figure_of_its_own(void **state)
{
	struct world *world = *state;

	tick(world, START);
	HAPPEN(world, START, "north", .unit = 3, .up = true, .lag = 4);
	HAPPEN(world, START + 1, "north", .unit = 3, .up = false, .lag = 8);
	HAPPEN(world, START + 2, "south", .unit = 3, .up = true, .lag = NAN);

	assert_true(read_key(world, PLAN_COUNT, 3, "north").value == 2);
	assert_true(read_key(world, PLAN_COUNT, 3, "south").value == 1);
	assert_true(read_key(world, PLAN_SUM, 3, "north").value == 12);
	assert_true(read_key(world, PLAN_MEAN, 3, "north").value == 6);
	assert_true(read_key(world, PLAN_MIN, 3, "north").value == 4);
	assert_true(read_key(world, PLAN_MAX, 3, "north").value == 8);
	assert_true(read_key(world, PLAN_LAST, 3, "north").value == 8);
	assert_true(read_key(world, PLAN_RATE, 3, "north").value == 24); /* an hour, of 5 minutes */
	assert_true(read_key(world, PLAN_STOCK, 3, "north").value == 0);
	assert_true(read_key(world, PLAN_STOCK, 3, "south").value == 1);
	assert_int_equal(read_key(world, PLAN_COUNT, 3, "north").samples, 2);
	assert_int_equal(read_key(world, PLAN_COUNT, 3, "north").last_ms, START + 1);
	assert_int_equal(read_key(world, PLAN_COUNT, 3, "north").position, 2);
	assert_int_equal(read_key(world, PLAN_STOCK, 3, "south").samples, 1);
	/* One without a lag does not count for what is worked out of it. */
	assert_int_equal(keyed_find(world->keyed, PLAN_SUM, 3, slice_of("south")), UINT32_MAX);
}

static void a_ratio_is_of_two_sums(void **state)
{
	struct world *world = *state;

	tick(world, START);
	for (int i = 0; i < 4; i++)
		HAPPEN(world, START, "a", .type = TYPE_CALL, .unit = 2,
		       .status = i == 0 ? 503 : 200);
	assert_true(read_key(world, PLAN_RATIO, 2, "a").value == 0.25);
	assert_int_equal(read_key(world, PLAN_RATIO, 2, "a").samples, 4);
	assert_true(read_key(world, PLAN_FAILED, 2, "a").value == 1);
}

static void a_ratio_to_nothing_is_not_known(void **state)
{
	struct world *world = *state;

	world->figures[PLAN_RATIO].parts[0] = PLAN_COUNT;
	renew(world);
	tick(world, START);
	HAPPEN(world, START, "a", .unit = 2);
	assert_true(isnan(read_key(world, PLAN_RATIO, 2, "a").value));
	assert_int_equal(read_key(world, PLAN_RATIO, 2, "a").quality, QUALITY_UNKNOWN);
	HAPPEN(world, START, "a", .unit = 2, .type = TYPE_CALL);
	assert_true(read_key(world, PLAN_RATIO, 2, "a").value == 1);
}

static void what_happens_in_a_unit_counts_for_those_above_that_the_rule_is_for(void **state)
{
	struct world *world = *state;

	world->plans[PLAN_SUM].applies = lower_units;
	renew(world);
	tick(world, START);
	HAPPEN(world, START, "a", .unit = 3, .lag = 5);
	HAPPEN(world, START, "a", .unit = 4, .lag = 6);
	assert_true(read_key(world, PLAN_COUNT, 0, "a").value == 2);
	assert_true(read_key(world, PLAN_COUNT, 1, "a").value == 2);
	assert_true(read_key(world, PLAN_COUNT, 3, "a").value == 1);
	assert_true(read_key(world, PLAN_COUNT, 2, "a").value == 0);
	assert_true(read_key(world, PLAN_LAST, 1, "a").value == 6);
	assert_true(read_key(world, PLAN_SUM, 1, "a").value == 11);
	assert_true(read_key(world, PLAN_SUM, 3, "a").value == 5);
	assert_int_equal(keyed_find(world->keyed, PLAN_SUM, 0, slice_of("a")), UINT32_MAX);
	assert_int_equal(keyed_find(world->keyed, PLAN_SUM, 4, slice_of("a")), UINT32_MAX);
}

static void what_names_no_value_is_not_counted(void **state)
{
	struct world *world = *state;

	tick(world, START);
	HAPPEN(world, START, NULL, .group = 1);
	HAPPEN(world, START, "", .group = 1);
	HAPPEN(world, START, "a", .type = TYPE_OTHER);
	assert_int_equal(keyed_live(world->keyed), 1);
	assert_true(read_key(world, PLAN_GROUP, 0, "local").value == 2);
	assert_true(keyed_want(world->keyed, TYPE_STATE));
	assert_true(keyed_want(world->keyed, TYPE_CALL));
	assert_false(keyed_want(world->keyed, TYPE_OTHER));
}

static void a_long_value_is_cut_where_a_character_ends(void **state)
{
	static const char text[] = "0123456789012345678901234567890123456789"
				   "01234567890123456789012\xc3\xa2" /* at 63 and 64 */
				   "tail";
	struct world *world = *state;
	const struct keyed_change *changes;

	world->n_plans = 1;
	renew(world);
	keyed_tick(world->keyed, START);
	HAPPEN(world, START, text);
	assert_int_equal(keyed_take_changes(world->keyed, &changes), 1);
	assert_int_equal(changes[0].key.size, 63);
	assert_memory_equal(changes[0].key.bytes, text, 63);
	assert_true(read_key(world, PLAN_COUNT, 0, text).value == 1);
}

/* ---- time ------------------------------------------------------------------------------------ */

static void the_window_slides_by_the_minute(void **state)
{
	struct world *world = *state;
	struct reading reading;

	tick(world, START);
	HAPPEN(world, START, "a", .lag = 3);
	tick(world, START + 5 * MINUTE - 1);
	assert_true(read_key(world, PLAN_COUNT, 0, "a").value == 1);
	tick(world, START + 5 * MINUTE);
	reading = read_key(world, PLAN_COUNT, 0, "a");
	assert_true(reading.value == 0);
	assert_int_equal(reading.quality, QUALITY_GOOD);
	assert_int_equal(reading.last_ms, START);
	reading = read_key(world, PLAN_LAST, 0, "a");
	assert_true(isnan(reading.value));
	assert_int_equal(reading.quality, QUALITY_UNKNOWN);
}

static void what_comes_late_corrects_the_window_and_never_what_is_behind_it(void **state)
{
	struct world *world = *state;

	tick(world, START + 10 * MINUTE);
	HAPPEN(world, START + 10 * MINUTE, "a", .lag = 1);
	HAPPEN(world, START + 6 * MINUTE, "a", .lag = 2); /* the first minute of the window */
	HAPPEN(world, START + 6 * MINUTE - 1, "a", .lag = 4);
	assert_true(read_key(world, PLAN_SUM, 0, "a").value == 3);
	assert_true(read_key(world, PLAN_LAST, 0, "a").value == 1);
	tick(world, START + 11 * MINUTE);
	assert_true(read_key(world, PLAN_SUM, 0, "a").value == 1);

	/* Nothing at all is remembered of what is only late. */
	HAPPEN(world, START, "old", .lag = 2);
	assert_int_equal(keyed_find(world->keyed, PLAN_SUM, 0, slice_of("old")), UINT32_MAX);
}

static void what_comes_early_waits_for_its_minute_but_not_for_long(void **state)
{
	struct world *world = *state;

	tick(world, START);
	HAPPEN(world, START + 2 * MINUTE, "a", .arrival = START, .lag = 2);
	HAPPEN(world, START + 1000 * MINUTE, "a", .arrival = START, .lag = 8);
	assert_true(read_key(world, PLAN_SUM, 0, "a").value == 0);
	tick(world, START + 2 * MINUTE);
	assert_true(read_key(world, PLAN_SUM, 0, "a").value == 2);
	tick(world, START + 5 * MINUTE); /* as far as anybody is believed */
	assert_true(read_key(world, PLAN_SUM, 0, "a").value == 10);
	assert_int_equal(read_key(world, PLAN_SUM, 0, "a").last_ms, START + 5 * MINUTE);
}

/* ---- changes --------------------------------------------------------------------------------- */

static void what_counted_is_told_once_with_its_name(void **state)
{
	struct world *world = *state;
	const struct keyed_change *changes;

	world->n_plans = 2;
	renew(world);
	tick(world, START);
	HAPPEN(world, START, "a", .unit = 2, .lag = 1);
	HAPPEN(world, START, "a", .unit = 2, .lag = NAN);
	assert_int_equal(keyed_take_changes(world->keyed, &changes), 4);
	assert_int_equal(changes[0].plan, PLAN_COUNT);
	assert_int_equal(changes[0].unit, 2);
	assert_int_equal(changes[0].key.size, 1);
	assert_memory_equal(changes[0].key.bytes, "a", 1);
	assert_true(keyed_read(world->keyed, changes[0].slot).value == 2);
	assert_int_equal(changes[1].unit, 0);
	assert_int_equal(changes[2].plan, PLAN_SUM);
	assert_int_equal(changes[2].unit, 2);
	assert_int_equal(keyed_take_changes(world->keyed, &changes), 0);

	/* A new minute tells all, other ticks nothing; so does somebody who asks. */
	assert_int_equal(tick(world, START + 1000), 0);
	assert_int_equal(tick(world, START + MINUTE), 4);
	assert_int_equal(tick(world, START + MINUTE + 1), 0);
	keyed_mark_all(world->keyed);
	assert_int_equal(take_all(world), 4);
}

static void a_value_that_was_quiet_is_told_so_once_and_makes_room(void **state)
{
	struct world *world = *state;

	world->n_plans = 1;
	world->plans[PLAN_COUNT].cap = 1;
	renew(world);
	tick(world, START);
	HAPPEN(world, START, "a");
	take_all(world);
	for (int i = 1; i < 5; i++)
		assert_int_equal(tick(world, START + i * MINUTE), 1);
	assert_int_equal(tick(world, START + 5 * MINUTE), 1);
	assert_int_equal(keyed_live(world->keyed), 1);
	assert_true(read_key(world, PLAN_COUNT, 0, "a").value == 0);
	assert_int_equal(tick(world, START + 6 * MINUTE), 0);
	assert_int_equal(keyed_live(world->keyed), 0);
	assert_true(read_key(world, PLAN_COUNT, 0, "a").value == 0); /* still nothing */

	HAPPEN(world, START + 6 * MINUTE, "b");
	assert_true(read_key(world, PLAN_COUNT, 0, "b").value == 1);
	assert_int_equal(keyed_beyond_cap(world->keyed), 0);
}

static void a_value_that_was_not_told_as_quiet_stays_until_it_was(void **state)
{
	struct world *world = *state;

	world->n_plans = 1;
	renew(world);
	keyed_tick(world->keyed, START);
	HAPPEN(world, START, "a");
	for (int i = 1; i < 20; i++)
		keyed_tick(world->keyed, START + i * MINUTE);
	assert_int_equal(keyed_live(world->keyed), 1);
	assert_int_equal(take_all(world), 1);
	keyed_tick(world->keyed, START + 20 * MINUTE);
	assert_int_equal(keyed_live(world->keyed), 0);
}

static void a_value_that_came_back_is_told_as_quiet_once_more(void **state)
{
	struct world *world = *state;

	world->n_plans = 1;
	world->plans[PLAN_COUNT].window_ms = MINUTE;
	renew(world);
	tick(world, START);
	HAPPEN(world, START, "a");
	take_all(world);
	assert_int_equal(tick(world, START + MINUTE), 1);
	HAPPEN(world, START + MINUTE, "a");
	take_all(world);
	assert_int_equal(tick(world, START + 2 * MINUTE), 1);
	assert_true(read_key(world, PLAN_COUNT, 0, "a").value == 0);
	assert_int_equal(tick(world, START + 3 * MINUTE), 0);
	assert_int_equal(keyed_live(world->keyed), 0);
}

static void values_beyond_the_cap_count_together_and_none_is_lost(void **state)
{
	struct world *world = *state;
	char name[8];

	world->n_plans = 1;
	world->plans[PLAN_COUNT].cap = 3;
	renew(world);
	tick(world, START);
	for (int i = 0; i < 10; i++) {
		(void)snprintf(name, sizeof(name), "v%d", i);
		HAPPEN(world, START, name, .unit = 2);
	}
	assert_true(read_key(world, PLAN_COUNT, 2, "v0").value == 1);
	assert_true(read_key(world, PLAN_COUNT, 2, "v2").value == 1);
	assert_int_equal(keyed_find(world->keyed, PLAN_COUNT, 2, slice_of("v3")), UINT32_MAX);
	assert_true(read_key(world, PLAN_COUNT, 2, KEYED_OTHERS).value == 7);
	assert_true(read_key(world, PLAN_COUNT, 0, KEYED_OTHERS).value == 7);
	assert_int_equal(keyed_beyond_cap(world->keyed), 14);
	assert_int_equal(keyed_refused(world->keyed), 0);

	/* Who has a place keeps it; another unit has places of its own. */
	HAPPEN(world, START, "v2", .unit = 2);
	assert_true(read_key(world, PLAN_COUNT, 2, "v2").value == 2);
	HAPPEN(world, START, "v9", .unit = 3);
	assert_true(read_key(world, PLAN_COUNT, 3, "v9").value == 1);
	HAPPEN(world, START, KEYED_OTHERS, .unit = 2);
	assert_true(read_key(world, PLAN_COUNT, 2, KEYED_OTHERS).value == 8);
}

static void of_many_values_each_tick_looks_at_some(void **state)
{
	struct world *world = *state;
	size_t n, sum = 0;
	char name[8];

	world->n_plans = 1;
	world->plans[PLAN_COUNT].cap = KEYED_CAP_MAX;
	renew(world);
	tick(world, START);
	for (int i = 0; i < 3000; i++) {
		(void)snprintf(name, sizeof(name), "%d", i % 1000);
		HAPPEN(world, START, name, .unit = 2 + (uint32_t)i / 1000);
	}
	assert_true(keyed_live(world->keyed) > 4 * KEYED_BATCH);
	take_all(world);
	for (int i = 0; (n = tick(world, START + MINUTE + i)) > 0; i++) {
		assert_true(n <= KEYED_BATCH);
		sum += n;
	}
	assert_int_equal(sum, keyed_live(world->keyed));

	/* A minute in which there was one tick only tells all the same. */
	keyed_tick(world->keyed, START + 2 * MINUTE);
	keyed_tick(world->keyed, START + 3 * MINUTE);
	assert_int_equal(take_all(world), keyed_live(world->keyed));
}

/* ---- against others -------------------------------------------------------------------------- */

static struct say draw_say(uint64_t *seed, int64_t now_ms)
{
	static const char *const links[] = { "a", "b", "c", "d", "e", "*", "", NULL };
	struct say say = { .type = draw(seed, 3) == 0 ? TYPE_CALL : TYPE_STATE,
			   .unit = draw(seed, N_UNITS),
			   .at = now_ms - draw(seed, 90) * 10000,
			   .arrival = now_ms + draw(seed, 100),
			   .link = links[draw(seed, COUNT(links))],
			   .group = draw(seed, 2),
			   .up = draw(seed, 2),
			   .lag = draw(seed, 4) ? (double)draw(seed, 100) : (double)NAN,
			   .status = draw(seed, 3) ? 200 : 500 };

	if (draw(seed, 10) == 0)
		say.at = now_ms + draw(seed, 600) * 1000;
	if (say.type == TYPE_CALL && !say.link)
		say.link = "z";
	return say;
}

static void a_history_drawn_at_random_reads_as_a_slow_count_of_it(void **state)
{
	struct world *world = *state;
	struct reference *ref = calloc(1, sizeof(*ref));
	uint64_t seed = 17, checked = 0;
	int64_t now_ms = START;

	assert_non_null(ref);
	world->plans[PLAN_COUNT].cap = 2;
	world->plans[PLAN_RATIO].cap = 1;
	world->plans[PLAN_SUM].window_ms = MINUTE;
	world->plans[PLAN_MAX].window_ms = 12 * MINUTE;
	world->plans[PLAN_LAST].applies = lower_units;
	renew(world);
	for (int i = 0; i < 300; i++) {
		if (draw(&seed, 3) == 0) {
			now_ms += draw(&seed, 5) ? draw(&seed, 50000) : draw(&seed, 500000);
			ref_tick(ref, world, now_ms);
			tick(world, now_ms);
		} else {
			struct say say = draw_say(&seed, now_ms);

			ref_add(ref, world, &say);
			happen(world, say);
		}
		take_all(world);
		checked += ref_check(ref, world);
	}
	assert_true(checked > 5000);
	assert_true(keyed_beyond_cap(world->keyed) > 50);
	free(ref);
}

static struct indicators *make_indicators(const struct world *world, const struct indicator *list,
					  uint32_t n)
{
	const struct indicators_options options = {
		.units = world->units,
		.schema = world->schema,
		.list = list,
		.n_list = n,
		.offset_minutes = 420,
		.sketch_bytes = 1 << 20,
	};
	struct indicators *indicators;

	assert_int_equal(indicators_new(&indicators, &options), 0);
	return indicators;
}

/* The figures of the world, and behind them the same of link "b" alone, as filters would have it.
 */
static struct indicators *make_filtered(const struct world *world, struct indicator *list)
{
	for (uint32_t i = 0; i < N_FIGURES; i++) {
		struct indicator *filtered = &list[N_FIGURES + i];
		struct where *where = &filtered->where;

		list[i] = world->figures[i];
		*filtered = list[i];
		if (i == PLAN_RATIO) {
			filtered->parts[0] += N_FIGURES;
			filtered->parts[1] += N_FIGURES;
		} else {
			where->conditions[where->n_conditions++] = (struct condition){
				.field = filtered->type == TYPE_STATE ? STATE_LINK : CALL_LINK,
				.test = WHERE_TEXT,
				.text = slice_of("b"),
			};
		}
	}
	return make_indicators(world, list, 2 * N_FIGURES);
}

static void assert_like_filter(const struct world *world, const struct indicators *indicators,
			       uint32_t plan, uint32_t unit)
{
	static const struct window window = { WINDOW_MINUTES, 5, "5m" };
	struct reading keyed = read_key(world, plan, unit, "b");
	struct reading filter = indicators_read(indicators, N_FIGURES + plan, unit, &window);

	/* A stock is kept for ever, and summed up the tree; here it is what came last. */
	if (plan == PLAN_STOCK && (unit < 2 || isnan(keyed.value)))
		return;
	assert_int_equal(keyed.quality, filter.quality);
	assert_true(isnan(keyed.value) == isnan(filter.value));
	assert_true(isnan(keyed.value) || fabs(keyed.value - filter.value) < 1e-9);
	assert_int_equal(keyed.samples, filter.samples);
}

static void a_value_reads_what_an_indicator_with_that_filter_does(void **state)
{
	struct world *world = *state;
	struct indicator *list = calloc(2 * N_FIGURES, sizeof(*list));
	uint64_t seed = 4;
	int64_t now_ms = START;

	assert_non_null(list);
	world->indicators = make_filtered(world, list);
	renew(world);
	for (int i = 0; i < 600; i++) {
		struct say say = draw_say(&seed, now_ms);
		struct event event = event_of(world, &say);

		keyed_add(world->keyed, &event);
		indicators_add(world->indicators, &event);
		if (draw(&seed, 4))
			continue;
		now_ms += draw(&seed, 20) ? draw(&seed, 50000) : 15 * MINUTE;
		indicators_settle(world->indicators);
		indicators_tick(world->indicators, now_ms);
		tick(world, now_ms);
		for (uint32_t unit = 0; unit < N_UNITS; unit++)
			for (uint32_t plan = 0; plan < PLAN_GROUP; plan++)
				assert_like_filter(world, world->indicators, plan, unit);
	}
	indicators_free(world->indicators);
	world->indicators = NULL;
	free(list);
}

static void a_value_is_as_well_known_as_its_figure_of_the_whole_unit(void **state)
{
	struct world *world = *state;

	world->indicators = make_indicators(world, world->figures, N_FIGURES);
	world->plans[PLAN_COUNT].window_ms = 60 * MINUTE;
	renew(world);
	assert_int_equal(read_key(world, PLAN_COUNT, 3, "a").quality, QUALITY_UNKNOWN);

	tick(world, START);
	indicators_tick(world->indicators, START);
	for (int i = 0; i < 2; i++) {
		const struct say say = { .at = START, .unit = 3, .link = i ? "a" : "b" };
		struct event event = event_of(world, &say);

		keyed_add(world->keyed, &event);
		indicators_add(world->indicators, &event);
	}
	indicators_settle(world->indicators);
	assert_int_equal(read_key(world, PLAN_COUNT, 3, "a").quality, QUALITY_GOOD);
	assert_true(read_key(world, PLAN_COUNT, 3, "c").value == 0);
	assert_int_equal(read_key(world, PLAN_COUNT, 3, "c").quality, QUALITY_GOOD);
	assert_int_equal(read_key(world, PLAN_COUNT, 2, "a").quality, QUALITY_UNKNOWN);
	assert_true(isnan(read_key(world, PLAN_COUNT, 2, "a").value));

	tick(world, START + 11 * MINUTE); /* its feed allows ten */
	indicators_tick(world->indicators, START + 11 * MINUTE);
	assert_int_equal(read_key(world, PLAN_COUNT, 3, "a").quality, QUALITY_STALE);
	assert_true(read_key(world, PLAN_COUNT, 3, "a").value == 1);
	indicators_free(world->indicators);
	world->indicators = NULL;
}

static void without_plans_nothing_happens(void **state)
{
	struct world *world = *state;

	world->n_plans = 0;
	renew(world);
	HAPPEN(world, START, "a");
	assert_int_equal(tick(world, START), 0);
	assert_int_equal(tick(world, START + MINUTE), 0);
	keyed_mark_all(world->keyed);
	assert_int_equal(take_all(world), 0);
	assert_false(keyed_want(world->keyed, TYPE_STATE));
	assert_int_equal(keyed_now_ms(world->keyed), START + MINUTE);
	assert_null(keyed_free(NULL));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(each_value_has_a_figure_of_its_own),
		TEST(a_ratio_is_of_two_sums),
		TEST(a_ratio_to_nothing_is_not_known),
		TEST(what_happens_in_a_unit_counts_for_those_above_that_the_rule_is_for),
		TEST(what_names_no_value_is_not_counted),
		TEST(a_long_value_is_cut_where_a_character_ends),
		TEST(the_window_slides_by_the_minute),
		TEST(what_comes_late_corrects_the_window_and_never_what_is_behind_it),
		TEST(what_comes_early_waits_for_its_minute_but_not_for_long),
		TEST(what_counted_is_told_once_with_its_name),
		TEST(a_value_that_was_quiet_is_told_so_once_and_makes_room),
		TEST(a_value_that_was_not_told_as_quiet_stays_until_it_was),
		TEST(a_value_that_came_back_is_told_as_quiet_once_more),
		TEST(values_beyond_the_cap_count_together_and_none_is_lost),
		TEST(of_many_values_each_tick_looks_at_some),
		TEST(a_history_drawn_at_random_reads_as_a_slow_count_of_it),
		TEST(a_value_reads_what_an_indicator_with_that_filter_does),
		TEST(a_value_is_as_well_known_as_its_figure_of_the_whole_unit),
		TEST(without_plans_nothing_happens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
