/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "world.h"

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

static void assert_saved_equal(const struct saved *a, const struct saved *b)
{
	assert_int_equal(a->n, b->n);
	assert_memory_equal(a->bytes, b->bytes, a->n);
}

/* Minutes of a history that depends on seed alone, from first to last. */
static void live(struct world *world, int first, int last)
{
	char name[4];

	for (int i = first; i < last; i++) {
		int64_t now_ms = START + i * MINUTE / 2;
		uint64_t seed = (uint64_t)i * 7 + 1;

		tick(world, now_ms);
		for (int k = 0; k < 5; k++) {
			(void)snprintf(name, sizeof(name), "%u", draw(&seed, 9));
			HAPPEN(world, now_ms + draw(&seed, 300000) - 240000, name,
			       .arrival = now_ms, .unit = draw(&seed, N_UNITS),
			       .type = draw(&seed, 2), .lag = draw(&seed, 50), .up = k & 1,
			       .status = k == 2 ? 500 : 200);
		}
		if (i & 1)
			take_all(world);
	}
}

static void a_restart_half_way_changes_nothing(void **state)
{
	struct world *world = *state;
	struct saved half, whole, again;

	world->plans[PLAN_MEAN].cap = 2;
	renew(world);
	live(world, 0, 25);
	half = save_world(world);
	live(world, 25, 60);
	whole = save_world(world);

	world->position = 25 * 5;
	assert_null(load_world(world, &half, NULL));
	again = save_world(world);
	assert_saved_equal(&half, &again);
	saved_fini(&again);
	live(world, 25, 60);
	again = save_world(world);
	assert_saved_equal(&whole, &again);
	saved_fini(&again);
	saved_fini(&whole);
	saved_fini(&half);
}

static void what_waits_to_be_told_is_told_after_a_restart_in_the_same_order(void **state)
{
	struct world *world = *state;
	const struct keyed_change *changes;
	struct saved saved;

	world->n_plans = 1;
	renew(world);
	keyed_tick(world->keyed, START);
	HAPPEN(world, START, "a");
	HAPPEN(world, START, "b");
	(void)take_all(world);
	HAPPEN(world, START, "b");
	HAPPEN(world, START, "a");
	saved = save_world(world);
	assert_null(load_world(world, &saved, NULL));
	assert_int_equal(keyed_take_changes(world->keyed, &changes), 2);
	assert_memory_equal(changes[0].key.bytes, "b", 1);
	assert_memory_equal(changes[1].key.bytes, "a", 1);
	saved_fini(&saved);
}

static void what_another_plan_counts_is_let_go(void **state)
{
	struct world *world = *state;
	struct keyed_plan old[N_PLANS];
	struct saved saved;

	tick(world, START);
	HAPPEN(world, START, "a", .lag = 3, .unit = 2);
	memcpy(old, world->plans, sizeof(old));
	saved = save_world(world);

	/* In another order; one renamed, one counts otherwise, one no longer applies. */
	world->plans[0] = old[PLAN_LAST];
	world->plans[1] = old[PLAN_COUNT];
	world->plans[1].id = "other";
	world->plans[2] = old[PLAN_SUM];
	world->plans[2].figure = &world->figures[PLAN_MAX];
	world->plans[3] = old[PLAN_MIN];
	world->plans[3].applies = lower_units;
	world->plans[4] = old[PLAN_MEAN];
	world->plans[4].figure = &world->figures[PLAN_SUM]; /* of the same sums */
	world->n_plans = 5;
	assert_null(load_world(world, &saved, NULL));
	assert_true(read_key(world, 0, 2, "a").value == 3);
	assert_true(read_key(world, 0, 0, "a").value == 3);
	assert_true(read_key(world, 1, 2, "a").value == 0);
	assert_true(isnan(read_key(world, 2, 2, "a").value));
	assert_true(read_key(world, 3, 2, "a").value == 3);
	assert_true(isnan(read_key(world, 3, 0, "a").value));
	assert_true(read_key(world, 4, 2, "a").value == 3);
	assert_int_equal(keyed_live(world->keyed), 5);
	saved_fini(&saved);
}

static void of_another_window_what_fits_is_kept(void **state)
{
	struct world *world = *state;
	struct saved saved;

	world->n_plans = 1;
	renew(world);
	for (int i = 0; i < 5; i++) {
		tick(world, START + i * MINUTE);
		HAPPEN(world, START + i * MINUTE, "a");
	}
	saved = save_world(world);
	world->plans[0].window_ms = 2 * MINUTE;
	assert_null(load_world(world, &saved, NULL));
	assert_true(read_key(world, 0, 0, "a").value == 2);
	world->plans[0].window_ms = 30 * MINUTE;
	assert_null(load_world(world, &saved, NULL));
	assert_true(read_key(world, 0, 0, "a").value == 5);
	tick(world, START + 20 * MINUTE);
	assert_true(read_key(world, 0, 0, "a").value == 5);
	saved_fini(&saved);
}

static void beyond_a_lower_cap_values_are_counted_together(void **state)
{
	struct world *world = *state;
	struct saved saved;

	world->n_plans = 1;
	renew(world);
	tick(world, START);
	HAPPEN(world, START, "a");
	HAPPEN(world, START, "b");
	HAPPEN(world, START, "c");
	saved = save_world(world);
	world->plans[0].cap = 1;
	assert_null(load_world(world, &saved, NULL));
	assert_true(read_key(world, 0, 0, "a").value == 1);
	assert_true(read_key(world, 0, 0, KEYED_OTHERS).value == 2);
	assert_int_equal(keyed_live(world->keyed), 2);
	saved_fini(&saved);
}

static void units_that_have_become_one_are_added_up(void **state)
{
	/* 4 goes into its neighbour 3, 2 into nobody. */
	static const uint32_t to[N_UNITS] = { 0, 1, RENUMBER_GONE, 3, 3 };
	const struct renumber units = { .to = to, .n = N_UNITS };
	struct world *world = *state;
	struct saved saved;

	tick(world, START + MINUTE);
	HAPPEN(world, START, "a", .unit = 3, .lag = 4);
	HAPPEN(world, START + MINUTE, "a", .unit = 4, .lag = 1);
	HAPPEN(world, START, "b", .unit = 4, .lag = 9);
	HAPPEN(world, START, "a", .unit = 2, .lag = 7);
	saved = save_world(world);
	assert_null(load_world(world, &saved, &units));
	assert_true(read_key(world, PLAN_COUNT, 3, "a").value == 2);
	assert_true(read_key(world, PLAN_SUM, 3, "a").value == 5);
	assert_true(read_key(world, PLAN_MEAN, 3, "a").value == 2.5);
	assert_true(read_key(world, PLAN_MIN, 3, "a").value == 1);
	assert_true(read_key(world, PLAN_MAX, 3, "a").value == 4);
	assert_true(read_key(world, PLAN_LAST, 3, "a").value == 1);
	assert_true(read_key(world, PLAN_SUM, 3, "b").value == 9);
	assert_int_equal(read_key(world, PLAN_SUM, 3, "a").last_ms, START + MINUTE);
	assert_int_equal(keyed_find(world->keyed, PLAN_SUM, 4, slice_of("a")), UINT32_MAX);
	assert_int_equal(keyed_find(world->keyed, PLAN_SUM, 2, slice_of("a")), UINT32_MAX);
	assert_true(read_key(world, PLAN_SUM, 0, "a").value == 12);
	saved_fini(&saved);
}

static void what_is_counted_above_already_is_not_counted_again(void **state)
{
	/* 3 and 4 go into 1, which stood above them. */
	static const uint32_t to[N_UNITS] = { 0, 1, 2, 1, 1 };
	static const uint32_t above[N_UNITS] = { RENUMBER_GONE, 0, 0, 1, 1 };
	const struct renumber units = { .to = to, .n = N_UNITS, .above = above };
	struct world *world = *state;
	struct saved saved;

	tick(world, START);
	HAPPEN(world, START, "a", .unit = 3, .lag = 4);
	HAPPEN(world, START, "a", .unit = 1, .lag = 5);
	saved = save_world(world);
	assert_null(load_world(world, &saved, &units));
	assert_true(read_key(world, PLAN_SUM, 1, "a").value == 9);
	assert_true(read_key(world, PLAN_SUM, 0, "a").value == 9);
	assert_int_equal(keyed_find(world->keyed, PLAN_SUM, 3, slice_of("a")), UINT32_MAX);
	saved_fini(&saved);
}

static void damaged_bytes_are_refused_or_go_on(void **state)
{
	struct world *world = *state;
	struct saved saved;
	uint64_t seed = 3;
	int refused = 0;

	live(world, 0, 12);
	saved = save_world(world);
	for (size_t n = 0; n < saved.n; n += 997) {
		struct saved part = { .bytes = saved.bytes, .n = n };

		assert_non_null(load_world(world, &part, NULL));
	}
	for (int i = 0; i < 80; i++) {
		size_t at = draw(&seed, (uint32_t)saved.n);
		char turned = (char)(1 << draw(&seed, 8));

		saved.bytes[at] ^= turned;
		if (load_world(world, &saved, NULL))
			refused++;
		else
			live(world, 12, 14);
		saved.bytes[at] ^= turned;
	}
	assert_true(refused > 10);
	assert_null(load_world(world, &saved, NULL));
	saved_fini(&saved);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_restart_half_way_changes_nothing),
		TEST(what_waits_to_be_told_is_told_after_a_restart_in_the_same_order),
		TEST(what_another_plan_counts_is_let_go),
		TEST(of_another_window_what_fits_is_kept),
		TEST(beyond_a_lower_cap_values_are_counted_together),
		TEST(units_that_have_become_one_are_added_up),
		TEST(what_is_counted_above_already_is_not_counted_again),
		TEST(damaged_bytes_are_refused_or_go_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
