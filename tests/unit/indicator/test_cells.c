/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What leaves for history, against a reference that keeps all events.
 */
#include "counting.h"

#include <errno.h>
#include <stdio.h>

#include "body.h"
#include "iocd/cell.h"
#include "quantile.h"
#include "value_set.h"

#define LIST_MAX   32u
#define FIRST_HOUR ((int32_t)(START / HOUR_MS) - 40 * 24)
#define LAST_HOUR  ((int32_t)(START / HOUR_MS) + 40 * 24)

/* Cells that have left, or are pending, with copies of their bodies. */
struct kept {
	struct cell cells[100000];
	uint32_t n;
	uint64_t last_batch;
	struct text bytes; /* all batches, as one run */
};

static void keep(void *context, const struct cell *cell)
{
	struct kept *kept = context;
	struct cell *copy = &kept->cells[kept->n++];
	void *body = malloc(cell->size + 1);

	assert_true(kept->n < sizeof(kept->cells) / sizeof(kept->cells[0]));
	assert_non_null(body);
	memcpy(body, cell->body, cell->size);
	*copy = *cell;
	copy->body = body;
}

/* Takes what has left, and checks that it may. */
static void take(struct world *world, struct kept *kept)
{
	const struct cell_batch *batches;
	size_t n = indicators_take_batches(world->indicators, &batches);

	for (size_t i = 0; i < n; i++) {
		assert_int_equal(batches[i].number, ++kept->last_batch);
		assert_int_equal(batches[i].tick_ms, world->now_ms);
		assert_in_range(batches[i].n, 1, 4096);
		text_add(&kept->bytes, "%zu:", batches[i].n);
		for (size_t k = 0; k < batches[i].n; k++) {
			const struct cell *cell = &batches[i].cells[k];

			assert_true(cell->hour < world->now_ms / HOUR_MS);
			text_add(&kept->bytes, "%lx,%x,%x,%lx,", (unsigned long)cell->series,
				 cell->unit, (unsigned)cell->hour, (unsigned long)cell->n);
			text_add_bytes(&kept->bytes, cell->body, cell->size);
			keep(kept, cell);
		}
	}
	assert_int_equal(kept->last_batch, indicators_last_batch(world->indicators));
}

static void kept_free(struct kept *kept)
{
	for (uint32_t i = 0; i < kept->n; i++)
		free((void *)kept->cells[i].body);
	text_fini(&kept->bytes);
	free(kept);
}

/* Hours of events; at some ticks, if saves, all state goes through a save. */
static void live_through(struct world *world, struct history *history, struct kept *kept,
			 uint64_t seed, bool saves)
{
	struct random_stream random, of_saves;

	random_seed(&random, seed);
	random_seed(&of_saves, seed + 1);
	world_start(world);
	for (int i = 0; i < 1200; i++) {
		for (uint64_t n = random_below(&random, 8); n > 0; n--)
			indicators_add(world->indicators, counted_event(world, history, &random));
		indicators_settle(world->indicators);
		world_time(world, world->now_ms + (int64_t)random_below(&random, 40000));
		take(world, kept);
		if (saves && random_below(&of_saves, 40) == 0) {
			struct saved saved = save_state(world);

			assert_null(load_state(world, &saved));
			saved_fini(&saved);
		}
	}
}

/* ---- the reference -------------------------------------------------------------------------- */

static bool is_below(const struct world *world, uint32_t unit, uint32_t top)
{
	while (unit != top && unit != UNIT_NONE)
		unit = units_parent(world->units, unit);
	return unit == top;
}

/* A unit with all below it, over the hours [first, end). */
struct where_and_when {
	uint32_t top;
	int32_t first, end;
};

static uint32_t select_events(const struct world *world, const struct history *history,
			      const struct indicator *indicator, const struct where_and_when *of,
			      const struct event **ret)
{
	bool needs_score = indicator->field == FIELD_SCORE && indicator->kind != INDICATOR_COUNT;
	uint32_t n = 0;

	for (uint32_t i = 0; i < history->n; i++) {
		const struct event *event = &history->events[i];

		if (event->type == indicator->type && is_below(world, event->unit, of->top) &&
		    event->time_ms >= of->first * (int64_t)HOUR_MS &&
		    event->time_ms < of->end * (int64_t)HOUR_MS &&
		    where_holds(&indicator->where, event) &&
		    (!needs_score || event->values[FIELD_SCORE].present))
			ret[n++] = event;
	}
	return n;
}

static int compare_doubles(const void *a, const void *b)
{
	const double *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

static double quantile_of_events(const struct event *const *events, uint32_t n, uint32_t field,
				 double q)
{
	static double values[COUNTED_MAX];

	for (uint32_t i = 0; i < n; i++)
		values[i] = events[i]->values[field].number;
	qsort(values, n, sizeof(*values), compare_doubles);
	return values[(uint32_t)(q * (n - 1))];
}

static double distinct_of_events(const struct event *const *events, uint32_t n, uint32_t field)
{
	static bool seen[3000];
	uint32_t different = 0;

	memset(seen, 0, sizeof(seen));
	for (uint32_t i = 0; i < n; i++) {
		const struct value *value = &events[i]->values[field];
		uint32_t which = field == FIELD_WHO
					 ? (uint32_t)strtoul(value->text.bytes + 1, NULL, 10)
					 : value->choice;

		different += !seen[which];
		seen[which] = true;
	}
	return different;
}

static double fold(const struct indicator *indicator, const struct event *const *events, uint32_t n)
{
	double sum = 0, least = INFINITY, most = -INFINITY;
	const struct event *last = events[0];

	for (uint32_t i = 0; i < n; i++) {
		double value = events[i]->values[indicator->field].number;

		sum += value;
		least = fmin(least, value);
		most = fmax(most, value);
		last = events[i]->time_ms >= last->time_ms ? events[i] : last;
	}
	if (indicator->kind == INDICATOR_SUM)
		return sum;
	if (indicator->kind == INDICATOR_MEAN)
		return sum / n;
	if (indicator->kind == INDICATOR_MIN)
		return least;
	if (indicator->kind == INDICATOR_MAX)
		return most;
	if (indicator->kind == INDICATOR_LAST)
		return last->values[indicator->field].number;
	if (indicator->kind == INDICATOR_QUANTILE)
		return quantile_of_events(events, n, indicator->field, indicator->quantile);
	if (indicator->kind == INDICATOR_DISTINCT)
		return distinct_of_events(events, n, indicator->field);
	return n;
}

static bool is_zero_of_nothing(enum indicator_kind kind)
{
	return kind == INDICATOR_COUNT || kind == INDICATOR_SUM || kind == INDICATOR_RATE ||
	       kind == INDICATOR_DISTINCT;
}

static double expected(const struct world *world, const struct history *history, uint32_t number,
		       const struct where_and_when *of)
{
	static const struct event *events[COUNTED_MAX];
	const struct indicator *indicator = &world->list[number];
	double above, below;
	uint32_t n;

	if (indicator->kind == INDICATOR_RATIO) {
		above = expected(world, history, indicator->parts[0], of);
		below = expected(world, history, indicator->parts[1], of);
		return below == 0 ? NAN : above / below;
	}
	n = select_events(world, history, indicator, of, events);
	if (n == 0)
		return is_zero_of_nothing(indicator->kind) ? 0 : NAN;
	above = fold(indicator, events, n);
	return indicator->kind == INDICATOR_RATE ? above / (of->end - of->first) : above;
}

/* ---- out of cells --------------------------------------------------------------------------- */

static void add_cell(struct cell_sum *sum, const struct cell *cell, enum cell_axis axis)
{
	assert_int_equal(cell_merge(sum, cell->body, cell->size, cell->n, axis), 0);
}

/* Merges the cells of a series: those of each unit over time, then the units. */
static void merge_series(const struct world *world, const struct kept *kept, uint64_t series,
			 const struct where_and_when *of, struct cell_sum *ret)
{
	for (uint32_t unit = 0; unit < N_UNITS; unit++) {
		struct cell_sum of_unit = { 0 };

		if (!is_below(world, unit, of->top))
			continue;
		for (uint32_t i = 0; i < kept->n; i++) {
			const struct cell *cell = &kept->cells[i];

			if (cell->series == series && cell->unit == unit &&
			    cell->hour >= of->first && cell->hour < of->end)
				add_cell(&of_unit, cell, CELL_OVER_TIME);
		}
		assert_int_equal(cell_merge(ret, of_unit.body.bytes, of_unit.body.size, of_unit.n,
					    CELL_OVER_UNITS),
				 0);
		text_fini(&of_unit.body);
	}
}

static struct reading work_out_of(const struct world *world, const struct kept *kept,
				  uint32_t number, const struct where_and_when *of)
{
	struct cell_sum sums[LIST_MAX] = { { 0 } };
	uint64_t series[LIST_MAX];
	uint32_t n = indicators_series(world->indicators, number, series, LIST_MAX);
	int64_t length_ms = (of->end - of->first) * (int64_t)HOUR_MS;
	struct reading reading;

	for (uint32_t i = 0; i < n; i++)
		merge_series(world, kept, series[i], of, &sums[i]);
	reading = indicators_work_out(world->indicators, number, series, sums, n, length_ms,
				      of->end * (int64_t)HOUR_MS);
	for (uint32_t i = 0; i < n; i++)
		text_fini(&sums[i].body);
	return reading;
}

static void check(const struct world *world, const struct history *history, const struct kept *kept,
		  uint32_t number, const struct where_and_when *of)
{
	struct reading reading = work_out_of(world, kept, number, of);
	double exact = expected(world, history, number, of);
	double error = 0;

	if (reading.quality == QUALITY_UNKNOWN) {
		assert_true(isnan(exact) || exact == 0);
		return;
	}
	if (world->list[number].kind == INDICATOR_QUANTILE)
		error = QUANTILE_ERROR * 1.001 * exact;
	if (world->list[number].kind == INDICATOR_DISTINCT && exact > VALUE_SET_MAX)
		error = 4 * DISTINCT_ERROR * exact;
	if (world->list[number].kind == INDICATOR_RATE ||
	    world->list[number].kind == INDICATOR_RATIO)
		error = 1e-12 * exact;
	assert_true(fabs(reading.value - exact) <= error);
}

static void cells_say_what_all_events_say(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 2; seed++) {
		struct history *history = calloc(1, sizeof(*history));
		struct kept *kept = calloc(1, sizeof(*kept));
		struct world world = { 0 };
		struct random_stream random;

		assert_non_null(history);
		assert_non_null(kept);
		random_seed(&random, seed);
		list_counted_kinds(&world);
		live_through(&world, history, kept, seed, seed == 2);
		assert_true(kept->n > 1000);
		indicators_each_pending(world.indicators, keep, kept);
		for (int i = 0; i < 150; i++) {
			struct where_and_when of = { .top = (uint32_t)random_below(&random,
										   N_UNITS) };

			of.first = FIRST_HOUR + (int32_t)random_below(&random, 41 * 24);
			of.end = of.first + 1 + (int32_t)random_below(&random, i % 3 ? 20 : 900);
			check(&world, history, kept, (uint32_t)i % world.n_list, &of);
		}
		assert_int_equal(indicators_sketch_refusals(world.indicators), 0);
		world_end(&world);
		kept_free(kept);
		free(history);
	}
}

static void cells_of_all_units_add_up_to_the_root(void **state)
{
	const struct where_and_when all = { 0, FIRST_HOUR, LAST_HOUR };
	struct history *history = calloc(1, sizeof(*history));
	struct kept *kept = calloc(1, sizeof(*kept));
	struct world world = { 0 };

	(void)state;
	assert_non_null(history);
	assert_non_null(kept);
	list_counted_kinds(&world);
	live_through(&world, history, kept, 3, true);
	indicators_each_pending(world.indicators, keep, kept);
	for (uint32_t i = 0; i < world.n_list; i++) {
		struct reading live = indicators_read(world.indicators, i, 0, &this_year);
		struct reading past = work_out_of(&world, kept, i, &all);

		if (world.list[i].kind == INDICATOR_RATE)
			continue;
		assert_int_equal(live.quality, past.quality);
		assert_int_equal(live.samples, past.samples);
		if (world.list[i].kind == INDICATOR_DISTINCT)
			assert_true(fabs(live.value - past.value) <=
				    5 * DISTINCT_ERROR * live.value);
		else
			assert_true(live.value == past.value);
	}
	world_end(&world);
	kept_free(kept);
	free(history);
}

/* Byte for byte, whether state went through saves on the way or not. */
static void the_same_events_give_the_same_batches(void **state)
{
	struct kept *kept[3];

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct history *history = calloc(1, sizeof(*history));
		struct world world = { 0 };

		assert_non_null(history);
		kept[i] = calloc(1, sizeof(*kept[i]));
		assert_non_null(kept[i]);
		list_counted_kinds(&world);
		live_through(&world, history, kept[i], 4, i == 2);
		world_end(&world);
		free(history);
	}
	for (int i = 1; i < 3; i++) {
		assert_int_equal(kept[i]->last_batch, kept[0]->last_batch);
		assert_int_equal(kept[i]->bytes.size, kept[0]->bytes.size);
		assert_memory_equal(kept[i]->bytes.bytes, kept[0]->bytes.bytes,
				    kept[0]->bytes.size);
	}
	for (int i = 0; i < 3; i++)
		kept_free(kept[i]);
}

/* ---- when they leave ------------------------------------------------------------------------ */

/* Cells that leave at the tick of now_ms. */
static size_t leave_at(struct world *world, int64_t now_ms)
{
	const struct cell_batch *batches;
	size_t n, cells = 0;

	world_time(world, now_ms);
	n = indicators_take_batches(world->indicators, &batches);
	for (size_t i = 0; i < n; i++)
		cells += batches[i].n;
	return cells;
}

static void an_hour_leaves_two_minutes_after_it(void **state)
{
	struct world world = { 0 };

	(void)state;
	world_hourly(&world, INDICATOR_COUNT, 0);
	world_start(&world);
	world_amount(&world, 3, START, 1);
	world_amount(&world, 1, START + MINUTE, 1);
	assert_int_equal(leave_at(&world, START + 30 * MINUTE), 0);
	assert_int_equal(leave_at(&world, START + 59 * MINUTE), 0);
	assert_int_equal(leave_at(&world, START + HOUR), 0);
	world_amount(&world, 4, START + HOUR - 1, 1); /* a little late */
	world_amount(&world, 4, START + HOUR, 1);     /* of the present hour: stays */
	assert_int_equal(leave_at(&world, START + HOUR + 2 * MINUTE - 1), 0);
	assert_int_equal(leave_at(&world, START + HOUR + 2 * MINUTE), 3);
	assert_int_equal(leave_at(&world, START + HOUR + 3 * MINUTE), 0);
	assert_int_equal(indicators_last_batch(world.indicators), 1);
	assert_int_equal(leave_at(&world, START + 2 * HOUR + 5 * MINUTE), 1);
	assert_int_equal(indicators_last_batch(world.indicators), 2);
	world_end(&world);
}

static void what_is_late_leaves_at_the_next_ten_minutes(void **state)
{
	struct world world = { 0 };

	(void)state;
	world_hourly(&world, INDICATOR_COUNT, 0);
	world_start(&world);
	assert_int_equal(leave_at(&world, START + 31 * MINUTE), 0);
	world_amount(&world, 3, START - 5 * HOUR, 1);
	world_amount(&world, 3, START - 9 * HOUR, 1);
	world_amount(&world, 3, START - 5 * HOUR, 1);
	assert_int_equal(leave_at(&world, START + 40 * MINUTE - 1), 0);
	assert_int_equal(leave_at(&world, START + 40 * MINUTE), 2);
	world_end(&world);
}

static void cells_leave_by_unit_series_and_hour(void **state)
{
	const struct cell_batch *batches;
	struct world world = { 0 };
	uint32_t online;

	(void)state;
	world_hourly(&world, INDICATOR_COUNT, 0);
	online = world_hourly(&world, INDICATOR_COUNT, 0);
	world_where(&world, online,
		    (struct condition){ .field = FIELD_AMOUNT, .test = WHERE_GE, .number = 0 });
	world_start(&world);
	for (uint32_t i = 0; i < 40; i++)
		world_amount(&world, (i * 5) % N_UNITS, START - (i * 7 % 5) * HOUR, 1);
	world_time(&world, START + 2 * HOUR);
	assert_int_equal(indicators_take_batches(world.indicators, &batches), 1);
	assert_true(batches->n > 40);
	for (size_t i = 1; i < batches->n; i++) {
		const struct cell *a = &batches->cells[i - 1], *b = &batches->cells[i];

		assert_true(a->unit <= b->unit);
		if (a->unit == b->unit)
			assert_true(a->series <= b->series);
		if (a->unit == b->unit && a->series == b->series)
			assert_true(a->hour < b->hour);
	}
	world_end(&world);
}

/* Hours of one series, far more than are looked through for the right one: nothing is lost. */
static void many_hours_at_once_are_all_kept(void **state)
{
	struct kept *kept = calloc(1, sizeof(*kept));
	struct world world = { 0 };
	struct where_and_when of = { .top = 3 };

	(void)state;
	assert_non_null(kept);
	world_hourly(&world, INDICATOR_SUM, FIELD_AMOUNT);
	world_hourly(&world, INDICATOR_DISTINCT, FIELD_STEPS);
	world_hourly(&world, INDICATOR_LAST, FIELD_AMOUNT);
	world_start(&world);
	for (int i = 0; i < 3000; i++) {
		struct event event = world_event(&world, 3, START - (i * 37 % 50) * HOUR);

		event.values[FIELD_AMOUNT].number = 2;
		event.values[FIELD_STEPS].number = i % 100;
		indicators_add(world.indicators, &event);
	}
	indicators_settle(world.indicators);
	world_time(&world, START + HOUR + 10 * MINUTE);
	take(&world, kept);
	for (int i = 0; i < 50; i++) {
		of.first = (int32_t)(START / HOUR_MS) - i;
		of.end = of.first + 1;
		assert_true(work_out_of(&world, kept, 0, &of).value == 120);
		assert_true(work_out_of(&world, kept, 1, &of).value == 2);
		assert_true(work_out_of(&world, kept, 2, &of).value == 2);
	}
	world_end(&world);
	kept_free(kept);
}

static void all_leave_early_when_memory_runs_short(void **state)
{
	struct world world = { 0 };

	(void)state;
	world_hourly(&world, INDICATOR_COUNT, 0);
	world_start(&world);
	for (int i = 0; i < 100; i++)
		world_amount(&world, 3, START - i * HOUR, 1);
	world.indicators->cells.growths.max_bytes = 64 * 100;
	world_amount(&world, 3, START + 3000, 1);
	assert_int_equal(leave_at(&world, START + 5000), 101);
	assert_int_equal(pool_used(world.indicators->cells.growths.pool), 0);
	world_end(&world);
}

static void a_long_round_goes_on_with_the_next_ticks(void **state)
{
	struct world world = { 0 };
	size_t n, sum = 0;

	(void)state;
	world_hourly(&world, INDICATOR_COUNT, 0);
	world_start(&world);
	for (uint32_t u = 0; u < N_UNITS; u++)
		for (int i = 1; i <= 2000; i++)
			world_amount(&world, u, START - i * HOUR, 1);
	for (int64_t at = START + 10 * MINUTE; sum < 2000 * N_UNITS; at += 1000) {
		n = leave_at(&world, at);
		assert_in_range(n, 1, 4096 + 2000);
		sum += n;
	}
	assert_int_equal(indicators_last_batch(world.indicators), 6);
	world_end(&world);
}

static void stocks_and_gauges_leave_at_the_full_hour(void **state)
{
	struct kept *kept = calloc(1, sizeof(*kept));
	struct world world = { 0 };
	uint32_t gauge = world_gauge(&world, "open");
	uint32_t stock = world_stock(&world, FIELD_STEPS, FIELD_WHO);
	uint32_t rate = world_ratio(&world, gauge, stock);
	struct where_and_when of = { .top = 1 };
	struct event event;

	(void)state;
	assert_non_null(kept);
	world.list[rate].type = TYPE_NONE;
	world_start(&world);
	take(&world, kept);
	world_move(&world, gauge, 3, 5);
	world_move(&world, gauge, 1, 2);
	event = world_event(&world, 4, START);
	event.values[FIELD_STEPS].number = 14;
	world_add(&world, &event);
	world_time(&world, START + HOUR - 1);
	take(&world, kept);
	assert_int_equal(kept->n, 0);
	world_time(&world, START + HOUR);
	take(&world, kept);
	assert_true(kept->n >= 3);

	world_move(&world, gauge, 3, -4);
	world_time(&world, START + 2 * HOUR);
	take(&world, kept);
	world_move(&world, gauge, 3, 9);
	of.first = (int32_t)(START / HOUR_MS);
	of.end = of.first + 1;
	assert_true(work_out_of(&world, kept, gauge, &of).value == 7);
	assert_true(work_out_of(&world, kept, stock, &of).value == 14);
	assert_true(work_out_of(&world, kept, rate, &of).value == 0.5);
	of.end++;
	assert_true(work_out_of(&world, kept, gauge, &of).value == 3);
	of.top = 4;
	assert_int_equal(work_out_of(&world, kept, gauge, &of).quality, QUALITY_UNKNOWN);

	indicators_each_pending(world.indicators, keep, kept);
	of.top = 0;
	of.first = of.end++;
	assert_true(work_out_of(&world, kept, gauge, &of).value == 12);
	world_end(&world);
	kept_free(kept);
}

static void what_is_worked_out_of_others_is_so_of_cells_too(void **state)
{
	struct kept *kept = calloc(1, sizeof(*kept));
	struct world world = { 0 };
	uint32_t sum = world_hourly(&world, INDICATOR_SUM, FIELD_AMOUNT);
	uint32_t count = world_hourly(&world, INDICATOR_COUNT, 0);
	uint32_t progress = world_of(&world, INDICATOR_PROGRESS, sum);
	uint32_t behind = world_of(&world, INDICATOR_BEHIND, progress);
	uint32_t score = world_of(&world, INDICATOR_SCORE, 0);
	uint32_t change = world_of(&world, INDICATOR_CHANGE, sum);
	const struct score_term terms[] = { { count, 30, 4 }, { progress, 70, 1 } };
	struct where_and_when of = { 0, (int32_t)(START / HOUR_MS),
				     (int32_t)(START / HOUR_MS) + 1 };
	uint64_t series[4];

	(void)state;
	assert_non_null(kept);
	world.list[progress].target_value = 40;
	world.list[behind].from_ms = START;
	world.list[behind].by_ms = START + 2 * HOUR;
	world.list[score].terms = terms;
	world.list[score].n_terms = 2;
	world_start(&world);
	world_amount(&world, 3, START, 4);
	world_amount(&world, 8, START, 6);
	indicators_each_pending(world.indicators, keep, kept);
	assert_true(work_out_of(&world, kept, progress, &of).value == 0.25);
	assert_true(work_out_of(&world, kept, behind, &of).value == 0.25);
	assert_true(work_out_of(&world, kept, score, &of).value == 30 * 0.5 + 70 * 0.25);
	assert_int_equal(indicators_series(world.indicators, score, series, 4), 1);
	assert_int_equal(indicators_series(world.indicators, change, series, 4), 0);
	of.first -= 5;
	of.end -= 5;
	assert_int_equal(work_out_of(&world, kept, score, &of).quality, QUALITY_UNKNOWN);
	world_end(&world);
	kept_free(kept);
}

/* ---- bodies --------------------------------------------------------------------------------- */

static void many_values_are_estimated(void **state)
{
	struct kept *kept = calloc(1, sizeof(*kept));
	struct world world = { 0 };
	struct where_and_when of = { 0, FIRST_HOUR, LAST_HOUR };
	double value;

	(void)state;
	assert_non_null(kept);
	world_hourly(&world, INDICATOR_DISTINCT, FIELD_AMOUNT);
	world_start(&world);
	for (int i = 0; i < 6000; i++) /* of three units: two with many values, one with few */
		world_amount(&world, i < 100 ? 3u : 4u + (unsigned)i % 2, START, i % 4000);
	indicators_each_pending(world.indicators, keep, kept);
	value = work_out_of(&world, kept, 0, &of).value;
	assert_true(fabs(value - 4000) < 4 * DISTINCT_ERROR * 4000);
	of.top = 3;
	assert_true(work_out_of(&world, kept, 0, &of).value == 100);
	world_end(&world);
	kept_free(kept);
}

/* A body as it is written here, from pieces. */
static void put_body(struct text *text, const char *bytes, size_t n)
{
	text_add_bytes(text, bytes, n);
}

#define KEY "\1\2\3\4\5\6\7\10"

static void a_body_that_makes_no_sense_is_refused(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
	} cases[] = {
#define CASE(text) { text, sizeof(text) - 1 }
		CASE("\1"),
		CASE("\1\0" KEY),
		CASE("\1\0" KEY "1234567"),
		CASE("\0\0"), /* something is left over */
		CASE("\1\0" KEY "123456789"),
		CASE("\1\7" KEY "1234567812345678"),          /* no such kind */
		CASE("\2\0" KEY "12345678\0" KEY "12345678"), /* twice */
		CASE("\2\0" KEY "12345678"),
		CASE("\1\3" KEY "123456781234567"),
		CASE("\1\4" KEY "\2\0\0\0"
		     "22222222"
		     "11111111"), /* hashes fall */
		CASE("\1\4" KEY "\2\0\0\0"
		     "11111111"
		     "11111111"),
		CASE("\1\4" KEY "\1\0\0\0"
		     "1111111"),
		CASE("\1\4" KEY "\1\2\0\0"
		     "11111111"), /* 513 of them */
		CASE("\1\4" KEY "\377\377\377\377"
		     "\1\2\3"),
		CASE("\1\5" KEY "\1\0\0\0\5"),
		CASE("\1\5" KEY "\1\0\0\0\5\0"),         /* a count of 0 */
		CASE("\1\5" KEY "\2\0\0\0\5\1\0\1"),     /* the same bucket again */
		CASE("\1\5" KEY "\1\0\0\0\377\377\1\1"), /* a bucket that is none */
		CASE("\1\5" KEY "\2\0\0\0\377\30\1\377\30\1"),
		CASE("\1\5" KEY "\1\0\0\0\5\377\377\377\377\377\377\377\377\377\2"), /* too long */
		CASE("\1\5" KEY "\377\377\377\377"),
#undef CASE
	};
	struct cell_sum sum = { 0 };
	char before[64];
	size_t size;

	(void)state;
	assert_int_equal(cell_merge(&sum, "\1\0" KEY "12345678", 18, 3, CELL_OVER_TIME), 0);
	size = sum.body.size;
	memcpy(before, sum.body.bytes, size);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		CLEANUP_TEXT struct text body = { 0 };

		put_body(&body, cases[i].bytes, cases[i].n);
		assert_int_equal(cell_merge(&sum, body.bytes, body.size, 1, CELL_OVER_TIME),
				 -EBADMSG);
		assert_int_equal(sum.n, 3);
		assert_int_equal(sum.body.size, size);
		assert_memory_equal(sum.body.bytes, before, size);
	}
	text_fini(&sum.body);
}

static void a_register_beyond_all_ranks_is_refused(void **state)
{
	struct cell_sum sum = { 0 };
	char body[14 + DISTINCT_REGISTERS] = "\1\4" KEY "\377\377\377\377";

	(void)state;
	body[100] = DISTINCT_RANKS;
	assert_int_equal(cell_merge(&sum, body, sizeof(body), 1, CELL_OVER_UNITS), 0);
	body[100]++;
	assert_int_equal(cell_merge(&sum, body, sizeof(body), 1, CELL_OVER_UNITS), -EBADMSG);
	text_fini(&sum.body);
}

static void of_nothing_nothing_need_be_written(void **state)
{
	struct cell_sum sum = { 0 };

	(void)state;
	assert_int_equal(cell_merge(&sum, NULL, 0, 2, CELL_OVER_TIME), 0);
	assert_int_equal(cell_merge(&sum, "", 1, 3, CELL_OVER_TIME), 0);
	assert_int_equal(sum.n, 5);
	assert_int_equal(sum.body.size, 0);
}

static void put_stock_body(struct text *text, int64_t time_ms, double value)
{
	struct bytes_writer writer;
	char buffer[64];

	text_clear(text);
	bytes_writer_init(&writer, body_sink, text, buffer, sizeof(buffer));
	bytes_put_u8(&writer, 1);
	body_put_stock(&writer, 9, (struct stamped){ time_ms, value });
	assert_int_equal(bytes_flush(&writer), 0);
}

static struct stamped stock_in(const struct cell_sum *sum)
{
	struct part part;

	assert_true(body_find(sum->body.bytes, sum->body.size, BODY_STOCK, 9, &part));
	return part_stamped(&part);
}

static void of_a_stock_the_newest_counts_and_units_add_up(void **state)
{
	CLEANUP_TEXT struct text body = { 0 };
	struct cell_sum over_time = { 0 }, over_units = { 0 };

	(void)state;
	for (int i = 0; i < 3; i++) {
		put_stock_body(&body, i == 1 ? 30 : 10 + i, 1 << i);
		assert_int_equal(cell_merge(&over_time, body.bytes, body.size, 1, CELL_OVER_TIME),
				 0);
		assert_int_equal(cell_merge(&over_units, body.bytes, body.size, 1, CELL_OVER_UNITS),
				 0);
	}
	assert_true(stock_in(&over_time).value == 2);
	assert_true(stock_in(&over_units).value == 7);
	assert_int_equal(stock_in(&over_time).time_ms, 30);
	assert_int_equal(stock_in(&over_units).time_ms, 30);
	text_fini(&over_time.body);
	text_fini(&over_units.body);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells_say_what_all_events_say),
		cmocka_unit_test(cells_of_all_units_add_up_to_the_root),
		cmocka_unit_test(the_same_events_give_the_same_batches),
		cmocka_unit_test(an_hour_leaves_two_minutes_after_it),
		cmocka_unit_test(what_is_late_leaves_at_the_next_ten_minutes),
		cmocka_unit_test(cells_leave_by_unit_series_and_hour),
		cmocka_unit_test(many_hours_at_once_are_all_kept),
		cmocka_unit_test(all_leave_early_when_memory_runs_short),
		cmocka_unit_test(a_long_round_goes_on_with_the_next_ticks),
		cmocka_unit_test(stocks_and_gauges_leave_at_the_full_hour),
		cmocka_unit_test(what_is_worked_out_of_others_is_so_of_cells_too),
		cmocka_unit_test(many_values_are_estimated),
		cmocka_unit_test(a_body_that_makes_no_sense_is_refused),
		cmocka_unit_test(a_register_beyond_all_ranks_is_refused),
		cmocka_unit_test(of_nothing_nothing_need_be_written),
		cmocka_unit_test(of_a_stock_the_newest_counts_and_units_add_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
