/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random events over random trees, in three levels that are joined by roll-ups alone: when all has
 * arrived, each level reads what one reads that counted every event itself.
 */
#include "levels.h"

#include <stdio.h>

#define CELLS_MAX 200000u

/* Where things happen: in the one that counts all, and in the site of the unit. */
static void happen(struct levels *levels, struct history *history, struct random_stream *random,
		   uint32_t gauge)
{
	const struct event *event = counted_event(&levels->direct, history, random);
	struct world *own = &levels->sites[levels->site_of[event->unit]].world;
	int64_t delta = (int64_t)random_below(random, 9) - 4;

	indicators_add(levels->direct.indicators, event);
	indicators_add(own->indicators, event);
	if (random_below(random, 4) > 0)
		return;
	indicators_move(levels->direct.indicators, gauge, event->unit, delta, event->arrival_ms, 1);
	indicators_move(own->indicators, gauge, event->unit, delta, event->arrival_ms, 1);
}

static void pass(struct levels *levels, int64_t step_ms, struct random_stream *links)
{
	indicators_settle(levels->direct.indicators);
	world_time(&levels->direct, levels->direct.now_ms + step_ms);
	levels_deliver(levels);
	for (uint32_t i = 0; i < levels->n_sites; i++) {
		struct site *site = &levels->sites[i];
		int64_t lag_ms = 0;

		indicators_settle(site->world.indicators);
		world_time(&site->world, site->world.now_ms + step_ms);
		if (links && random_below(links, 3) == 0)
			lag_ms = (int64_t)random_below(links, 20 * MINUTE);
		levels_send(site, site->world.now_ms + lag_ms);
	}
}

/* Cells of one that have left for history, without stocks: those are of full hours. */
struct leavings {
	struct cell cells[CELLS_MAX];
	uint32_t n;
};

static void keep(void *context, const struct cell *cell)
{
	struct leavings *leavings = context;
	struct cell *copy = &leavings->cells[leavings->n];
	int64_t taken_ms;
	void *body;

	if (cell_is_stock(cell->body, cell->size, &taken_ms))
		return;
	assert_true(leavings->n++ < CELLS_MAX);
	body = malloc(cell->size + 1);
	assert_non_null(body);
	memcpy(body, cell->body, cell->size);
	*copy = *cell;
	copy->body = body;
}

static void keep_batches(struct world *world, struct leavings *leavings)
{
	const struct cell_batch *batches;
	size_t n = indicators_take_batches(world->indicators, &batches);

	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < batches[i].n; k++)
			keep(leavings, &batches[i].cells[k]);
}

static int compare_cells(const void *a, const void *b)
{
	const struct cell *left = a, *right = b;

	if (left->series != right->series)
		return left->series < right->series ? -1 : 1;
	if (left->unit != right->unit)
		return left->unit < right->unit ? -1 : 1;
	return (left->hour > right->hour) - (left->hour < right->hour);
}

/* Merges the cells of the same series, unit and hour from *i on; moves *i behind them. */
static struct cell_sum merge_next(const struct leavings *leavings, uint32_t *i)
{
	const struct cell *first = &leavings->cells[*i];
	struct cell_sum sum = { 0 };

	for (; *i < leavings->n && compare_cells(first, &leavings->cells[*i]) == 0; ++*i) {
		const struct cell *cell = &leavings->cells[*i];

		assert_int_equal(cell_merge(&sum, cell->body, cell->size, cell->n, CELL_OVER_TIME),
				 0);
	}
	return sum;
}

static void assert_same_history(struct leavings *one, struct leavings *two)
{
	uint32_t i = 0, k = 0;

	qsort(one->cells, one->n, sizeof(*one->cells), compare_cells);
	qsort(two->cells, two->n, sizeof(*two->cells), compare_cells);
	assert_true(one->n > 0);
	while (i < one->n && k < two->n) {
		struct cell_sum left, right;

		assert_int_equal(compare_cells(&one->cells[i], &two->cells[k]), 0);
		left = merge_next(one, &i);
		right = merge_next(two, &k);
		assert_int_equal(left.n, right.n);
		assert_int_equal(left.body.size, right.body.size);
		assert_memory_equal(left.body.bytes, right.body.bytes, left.body.size);
		text_fini(&left.body);
		text_fini(&right.body);
	}
	assert_int_equal(i, one->n);
	assert_int_equal(k, two->n);
}

static void leavings_free(struct leavings *leavings)
{
	for (uint32_t i = 0; i < leavings->n; i++)
		free((void *)leavings->cells[i].body);
	free(leavings);
}

/* How a run goes. */
struct course {
	uint64_t seed;
	int n_steps;
	bool links_break;
	bool saves;
};

/* Lets everything arrive, and compares all levels. */
static void come_to_rest(struct levels *levels)
{
	for (int i = 0; i < 130; i++)
		pass(levels, ROLLUP_EVERY_MS, NULL);
	for (uint32_t i = 0; i < levels->n_sites; i++)
		assert_int_equal(levels->sites[i].n_way, 0);
	for (uint32_t unit = 0; unit < N_UNITS; unit++)
		assert_same_figures(&levels->direct, &levels->sites[levels->site_of[unit]].world,
				    unit);
}

/* State goes through a save, and back. */
static void save_and_load(struct world *world)
{
	struct saved saved = save_state(world);
	struct saved again;

	assert_null(load_state(world, &saved));
	again = save_state(world);
	assert_same_bytes(&saved, &again);
	saved_fini(&saved);
	saved_fini(&again);
}

static struct levels *live(const struct course *course, struct history *history,
			   struct leavings *of_all, struct leavings *of_top)
{
	struct levels *levels = calloc(1, sizeof(*levels));
	struct random_stream random, links, saves;
	uint32_t gauge;

	assert_non_null(levels);
	random_seed(&random, course->seed);
	random_seed(&links, course->seed + 1);
	random_seed(&saves, course->seed + 2);
	history->n = 0;
	levels_begin(levels, &random);
	gauge = levels->direct.n_list - 5;
	for (int i = 0; i < course->n_steps; i++) {
		for (uint64_t n = random_below(&random, 12); n > 0; n--)
			happen(levels, history, &random, gauge);
		pass(levels, (int64_t)random_below(&random, 15000),
		     course->links_break ? &links : NULL);
		keep_batches(&levels->direct, of_all);
		for (uint32_t k = 0; k < levels->n_sites; k++) {
			struct leavings *leavings = k == 0 ? of_top : NULL;
			const struct cell_batch *batches;

			if (leavings)
				keep_batches(&levels->sites[k].world, leavings);
			else
				(void)indicators_take_batches(levels->sites[k].world.indicators,
							      &batches);
			if (course->saves && random_below(&saves, 30) == 0)
				save_and_load(&levels->sites[k].world);
		}
		if (i % (course->n_steps / 3) == course->n_steps / 3 - 1)
			come_to_rest(levels);
	}
	return levels;
}

static void run(const struct course *course, struct text *ret_sent)
{
	struct history *history = calloc(1, sizeof(*history));
	struct leavings *of_all = calloc(1, sizeof(*of_all));
	struct leavings *of_top = calloc(1, sizeof(*of_top));
	struct levels *levels;

	assert_true(history && of_all && of_top);
	levels = live(course, history, of_all, of_top);
	keep_batches(&levels->direct, of_all);
	keep_batches(&levels->sites[0].world, of_top);
	indicators_each_pending(levels->direct.indicators, keep, of_all);
	indicators_each_pending(levels->sites[0].world.indicators, keep, of_top);
	assert_same_history(of_all, of_top);
	for (uint32_t i = 0; i < levels->n_sites && ret_sent; i++)
		text_add_bytes(ret_sent, levels->sites[i].sent.bytes, levels->sites[i].sent.size);
	levels_end(levels);
	leavings_free(of_all);
	leavings_free(of_top);
	free(history);
}

static void three_levels_read_what_one_reads_that_counts_all(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 4; seed++)
		run(&(struct course){ .seed = seed, .n_steps = 240 }, NULL);
	run(&(struct course){ .seed = 5, .n_steps = 720 }, NULL); /* values beyond the exact */
}

static void what_comes_late_and_out_of_order_adds_up_to_the_same(void **state)
{
	(void)state;
	for (uint64_t seed = 11; seed <= 14; seed++)
		run(&(struct course){ .seed = seed, .n_steps = 240, .links_break = true }, NULL);
}

static void a_save_in_between_leaves_every_batch_as_it_was(void **state)
{
	struct text plain = { 0 }, saved = { 0 };

	(void)state;
	run(&(struct course){ .seed = 21, .n_steps = 240 }, &plain);
	run(&(struct course){ .seed = 21, .n_steps = 240, .saves = true }, &saved);
	assert_true(plain.size > 10000);
	assert_int_equal(plain.size, saved.size);
	assert_memory_equal(plain.bytes, saved.bytes, plain.size);
	text_fini(&plain);
	text_fini(&saved);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(three_levels_read_what_one_reads_that_counts_all),
		cmocka_unit_test(what_comes_late_and_out_of_order_adds_up_to_the_same),
		cmocka_unit_test(a_save_in_between_leaves_every_batch_as_it_was),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
