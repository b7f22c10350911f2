/* SPDX-License-Identifier: Apache-2.0 */
/*
 * State that is loaded under another tree than it was saved under, against the same events counted
 * under that tree from the start.
 */
#include "counting.h"

#define SILENT (20 * MINUTE)

/* Another tree: its units with their parents, and which of them each old unit has become. */
struct reform {
	uint32_t n;
	uint32_t parents[N_UNITS];
	uint32_t to[N_UNITS];
};

static struct units *units_of(const struct reform *reform)
{
	static const char *const ids[N_UNITS] = { "a", "b", "c", "d", "e", "f", "g", "h", "i" };
	struct units *units = units_new();
	uint32_t number;

	for (uint32_t i = 0; i < reform->n; i++) {
		struct unit unit = { .id = ids[i], .parent = reform->parents[i] };

		assert_int_equal(units_add(units, &unit, &number), 0);
	}
	return units;
}

/* Counts under the tree of reform from now on, beginning with nothing. */
static void enter(struct world *world, const struct reform *reform)
{
	world->indicators = indicators_free(world->indicators);
	units_free(world->units);
	world->units = units_of(reform);
	renew(world); /* the schema stays, and how long a unit may be silent */
}

static bool is_equal(double a, double b)
{
	return isnan(a) ? isnan(b) : a == b;
}

static void assert_same_reading(const struct world *a, const struct world *b, uint32_t number,
				uint32_t unit, const struct window *window)
{
	struct reading one = indicators_read(a->indicators, number, unit, window);
	struct reading two = indicators_read(b->indicators, number, unit, window);

	if (one.quality != two.quality || !is_equal(one.value, two.value))
		print_error("indicator %u of unit %u over %s: %.17g %s, not %.17g %s\n", number,
			    unit, window->text, one.value, quality_name(one.quality), two.value,
			    quality_name(two.quality));
	assert_int_equal(one.quality, two.quality);
	assert_true(is_equal(one.value, two.value));
	assert_int_equal(one.samples, two.samples);
	assert_int_equal(one.last_ms, two.last_ms);
	assert_int_equal(one.position, two.position);
}

static void assert_same_figures(const struct world *a, const struct world *b, uint32_t n_units)
{
	for (uint32_t i = 0; i < a->n_list; i++)
		for (uint32_t u = 0; u < n_units; u++)
			for (uint32_t w = 0; w < a->list[i].n_windows; w++)
				assert_same_reading(a, b, i, u, &a->list[i].windows[w]);
}

static void add_to_n(void *context, const struct cell *cell)
{
	uint64_t *n = context;

	*n += cell->n * (cell->series % 1000) * (1 + (uint64_t)cell->hour % 100) * (1 + cell->unit);
}

/* What has not left yet, in one number that hangs on units, series and hours. */
static uint64_t pending_of(const struct world *world)
{
	uint64_t n = 0;

	indicators_each_pending(world->indicators, add_to_n, &n);
	return n;
}

static void world_begin(struct world *world)
{
	list_counted_kinds(world);
	world_start_with(world, SILENT, 64 << 20);
}

/* Counts some hours of the same events in both; in the second as of the units they have become. */
static void live(struct world *old, struct world *new, const struct reform *reform,
		 struct history *history, struct random_stream *random, int n_batches)
{
	const struct cell_batch *batches;

	for (int i = 0; i < n_batches; i++) {
		for (uint64_t n = random_below(random, 8); n > 0; n--) {
			struct event *event = counted_event(old, history, random);
			uint32_t unit = event->unit;

			indicators_add(old->indicators, event);
			event->unit = reform->to[unit];
			indicators_add(new->indicators, event);
		}
		indicators_settle(old->indicators);
		indicators_settle(new->indicators);
		world_time(old, old->now_ms + 25000);
		world_time(new, old->now_ms);
		(void)indicators_take_batches(old->indicators, &batches);
		(void)indicators_take_batches(new->indicators, &batches);
	}
}

static void assert_reform_keeps_figures(const struct reform *reform, uint64_t seed)
{
	static const uint32_t feeds_to[] = { 0, 1 };
	const struct renumber units = { .to = reform->to, .n = N_UNITS },
			      feeds = { .to = feeds_to, .n = 2 };
	static const uint32_t same_to[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8 };
	const struct renumber same = { .to = same_to, .n = N_UNITS };
	struct history *history = calloc(1, sizeof(*history));
	struct world old = { 0 }, new = { 0 };
	struct bytes_reader reader;
	struct random_stream random;
	struct saved saved;

	assert_non_null(history);
	random_seed(&random, seed);
	world_begin(&old);
	world_begin(&new);
	enter(&new, reform);
	live(&old, &new, reform, history, &random, 700);

	for (uint32_t i = 0; i < old.n_list; i++)
		for (uint32_t w = 0; w < old.list[i].n_windows; w++)
			assert_same_reading(&old, &new, i, 0, &old.list[i].windows[w]);

	saved = save_state(&old);
	enter(&old, reform);
	bytes_reader_init(&reader, saved.bytes, saved.n);
	assert_int_equal(indicators_load(old.indicators, &reader, &units, &feeds, true), 0);
	assert_false(reader.is_bad);
	assert_ptr_equal(reader.at, reader.end);
	saved_fini(&saved);
	assert_same_figures(&old, &new, reform->n);
	assert_int_equal(pending_of(&old), pending_of(&new));
	assert_int_equal(indicators_live(old.indicators), indicators_live(new.indicators));
	assert_int_equal(indicators_sketch_refusals(old.indicators), 0);

	saved = save_state(&old); /* every block has an owner or waits, or it would not load */
	enter(&old, reform);
	bytes_reader_init(&reader, saved.bytes, saved.n);
	assert_int_equal(indicators_load(old.indicators, &reader, &same, &feeds, false), 0);
	assert_false(reader.is_bad);
	saved_fini(&saved);
	assert_same_figures(&old, &new, reform->n);
	assert_int_equal(pending_of(&old), pending_of(&new));
	world_end(&old);
	world_end(&new);
	free(history);
}

static void siblings_that_are_merged_add_up(void **state)
{
	const struct reform reform = {
		.n = 7,
		.parents = { UNIT_NONE, 0, 0, 1, 2, 2, 2 },
		.to = { 0, 1, 2, 3, 3, 3, 4, 5, 6 },
	};

	(void)state;
	assert_reform_keeps_figures(&reform, 1);
}

static void a_level_that_is_dropped_loses_nothing(void **state)
{
	const struct reform reform = {
		.n = 7,
		.parents = { UNIT_NONE, 0, 0, 0, 0, 0, 0 },
		.to = { 0, 0, 0, 1, 2, 3, 4, 5, 6 },
	};

	(void)state;
	assert_reform_keeps_figures(&reform, 2);
}

static void a_unit_that_moves_takes_its_figures_along(void **state)
{
	const struct reform reform = {
		.n = 9,
		.parents = { UNIT_NONE, 0, 0, 2, 1, 1, 2, 2, 5 },
		.to = { 0, 1, 2, 3, 4, 5, 6, 7, 8 },
	};

	(void)state;
	assert_reform_keeps_figures(&reform, 3);
}

static void what_was_below_may_stand_above(void **state)
{
	const struct reform reform = {
		.n = 5,
		.parents = { UNIT_NONE, 0, 1, 2, 0 },
		.to = { 0, 2, 4, 1, 3, 3, 4, 0, 2 },
	};

	(void)state;
	assert_reform_keeps_figures(&reform, 4);
}

static void any_reform_keeps_all_totals(void **state)
{
	struct random_stream random;

	(void)state;
	random_seed(&random, 5);
	for (uint64_t i = 0; i < 6; i++) {
		struct reform reform = { .n = 1 + (uint32_t)random_below(&random, N_UNITS) };

		reform.parents[0] = UNIT_NONE;
		for (uint32_t u = 1; u < reform.n; u++)
			reform.parents[u] = (uint32_t)random_below(&random, u);
		for (uint32_t u = 1; u < N_UNITS; u++)
			reform.to[u] = (uint32_t)random_below(&random, reform.n);
		assert_reform_keeps_figures(&reform, 100 + i);
	}
}

/* What came from a unit that is gone goes with it, also out of what its parents had. */
static void a_unit_that_is_gone_goes_out_of_the_totals(void **state)
{
	static const uint32_t to[N_UNITS] = { 0, 1, RENUMBER_GONE, 3, RENUMBER_GONE, 5, 6, 7, 8 };
	static const uint32_t feeds_to[] = { 0, 1 };
	const struct reform reform = {
		.n = 9,
		.parents = { UNIT_NONE, 0, 0, 1, 1, 1, 1, 1, 1 },
	};
	struct world world = { 0 };
	uint32_t sum = world_hourly(&world, INDICATOR_SUM, FIELD_AMOUNT);
	struct bytes_reader reader;
	struct saved saved;

	(void)state;
	world_start_with(&world, SILENT, 1 << 20);
	for (uint32_t u = 0; u < N_UNITS; u++)
		world_amount(&world, u, START, 1 << u);
	world_time(&world, START + 1000);
	saved = save_state(&world);
	enter(&world, &reform);
	bytes_reader_init(&reader, saved.bytes, saved.n);
	assert_int_equal(indicators_load(world.indicators, &reader,
					 &(struct renumber){ .to = to, .n = N_UNITS },
					 &(struct renumber){ .to = feeds_to, .n = 2 }, true),
			 2);
	assert_false(reader.is_bad);
	saved_fini(&saved);
	assert_true(world_value(&world, sum, 0, one_hour) == 511 - (1 << 2) - (1 << 4));
	assert_true(world_value(&world, sum, 1, one_hour) == 511 - (1 << 2) - (1 << 4) - 1);
	assert_int_equal(world_quality(&world, sum, 2, one_hour), QUALITY_UNKNOWN);
	assert_int_equal(world_quality(&world, sum, 4, one_hour), QUALITY_UNKNOWN);
	world_end(&world);
}

/* Whoever says that the tree is the same must have the same tree. */
static void another_tree_that_is_called_the_same_is_rejected(void **state)
{
	static const uint32_t to[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8 };
	const struct reform reform = {
		.n = 9,
		.parents = { UNIT_NONE, 0, 0, 2, 1, 1, 2, 2, 5 },
	};
	struct world world = { 0 };
	struct bytes_reader reader;
	struct saved saved;

	(void)state;
	(void)world_hourly(&world, INDICATOR_SUM, FIELD_AMOUNT);
	world_start_with(&world, SILENT, 1 << 20);
	world_amount(&world, 5, START, 1);
	world_time(&world, START + 1000);
	saved = save_state(&world);
	enter(&world, &reform);
	bytes_reader_init(&reader, saved.bytes, saved.n);
	(void)indicators_load(world.indicators, &reader,
			      &(struct renumber){ .to = to, .n = N_UNITS },
			      &(struct renumber){ .to = to, .n = 2 }, false);
	assert_true(reader.is_bad);
	assert_string_equal(reader.why, "a series is of another tree");
	saved_fini(&saved);
	world_end(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(siblings_that_are_merged_add_up),
		cmocka_unit_test(a_level_that_is_dropped_loses_nothing),
		cmocka_unit_test(a_unit_that_moves_takes_its_figures_along),
		cmocka_unit_test(what_was_below_may_stand_above),
		cmocka_unit_test(any_reform_keeps_all_totals),
		cmocka_unit_test(a_unit_that_is_gone_goes_out_of_the_totals),
		cmocka_unit_test(another_tree_that_is_called_the_same_is_rejected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
