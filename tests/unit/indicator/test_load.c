/* SPDX-License-Identifier: Apache-2.0 */
#include "saving.h"

static const uint32_t straight[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8 };
static const struct renumber same_units = { .to = straight, .n = N_UNITS };
static const struct renumber same_feeds = { .to = straight, .n = 2 };

/* Some hours of events, and what is left of them. */
static struct saved run(struct world *world, uint64_t seed)
{
	world_start(world);
	for (int i = 0; i < 1200; i++)
		pass_randomly(world, &seed, 9 * 1000);
	return save_state(world);
}

static uint64_t load_same(struct world *world, const struct saved *saved)
{
	uint64_t dropped;

	assert_null(load_under(world, saved, &same_units, &same_feeds, &dropped));
	return dropped;
}

static uint32_t series_of(const struct world *world, uint32_t indicator)
{
	uint32_t stream = world->indicators->plan.sources[indicator][0].stream;
	uint32_t n = 0;

	for (uint32_t slot = 0; slot < world->indicators->slots.n; slot++)
		n += shelf_find(&world->indicators->shelf, stream, slot) != NULL;
	return n;
}

/* The same readings over the windows of the first, of one indicator and unit each. */
static void assert_alike(const struct world *a, uint32_t i, uint32_t u, const struct world *b,
			 uint32_t k, uint32_t v)
{
	for (uint32_t w = 0; w < a->list[i].n_windows; w++) {
		const struct window *window = &a->list[i].windows[w];
		struct reading one = indicators_read(a->indicators, i, u, window);
		struct reading two = indicators_read(b->indicators, k, v, window);

		assert_int_equal(one.quality, two.quality);
		assert_memory_equal(&one.value, &two.value, sizeof(one.value));
		assert_int_equal(one.samples, two.samples);
		assert_int_equal(one.last_ms, two.last_ms);
		assert_int_equal(one.position, two.position);
	}
}

/* ---- another order of everything ------------------------------------------------------------ */

/* By old number. */
static const uint32_t new_units[N_UNITS] = { 0, 2, 1, 8, 4, 6, 3, 7, 5 };
static const uint32_t new_feeds[] = { 1, 0 };
static const char *const new_channels[] = { "kiosk", "post", "online", "counter" };

static struct units *make_new_units(void)
{
	static const struct unit tree[N_UNITS] = {
		{ .id = "p", .parent = UNIT_NONE }, { .id = "d2", .parent = 0 },
		{ .id = "d1", .parent = 0 },        { .id = "c4", .parent = 1 },
		{ .id = "c2", .parent = 2 },        { .id = "c6", .parent = 1 },
		{ .id = "c3", .parent = 2 },        { .id = "c5", .parent = 1 },
		{ .id = "c1", .parent = 2 },
	};
	struct units *units = units_new();
	uint32_t number;

	for (uint32_t i = 0; i < N_UNITS; i++)
		assert_int_equal(units_add(units, &tree[i], &number), 0);
	return units;
}

enum { NEW_TYPE_SIDE, NEW_TYPE_MAIN };
enum { NEW_WHO, NEW_URGENT, NEW_STEPS, NEW_SCORE, NEW_CHANNEL, NEW_AMOUNT };

static struct schema *make_new_schema(void)
{
	struct feed main_feed = { .id = "main" }, side_feed = { .id = "side" };
	struct event_type side = { .name = "side", .feed = 0 };
	struct event_type type = {
		.name = "done",
		.feed = 1,
		.fields = {
			[NEW_WHO] = { .name = "who", .kind = FIELD_TEXT },
			[NEW_URGENT] = { .name = "urgent", .kind = FIELD_FLAG },
			[NEW_STEPS] = { .name = "steps", .kind = FIELD_INTEGER },
			[NEW_SCORE] = { .name = "score", .kind = FIELD_NUMBER, .optional = true },
			[NEW_CHANNEL] = { .name = "channel", .kind = FIELD_CHOICE,
					  .choices = new_channels, .n_choices = 4 },
			[NEW_AMOUNT] = { .name = "amount", .kind = FIELD_NUMBER },
		},
		.n_fields = 6,
	};
	struct schema *schema = schema_new();
	uint32_t number;

	assert_int_equal(schema_add_feed(schema, &side_feed, &number), 0);
	assert_int_equal(schema_add_feed(schema, &main_feed, &number), 0);
	assert_int_equal(schema_add_type(schema, &side, &number), 0);
	assert_int_equal(schema_add_type(schema, &type, &number), 0);
	return schema;
}

/* Those of the old pack: their numbers in it are in this order. */
enum {
	OLD_COUNT,
	OLD_MEAN,
	OLD_STEPS,
	OLD_QUANTILE,
	OLD_FILTERED,
	OLD_RATIO,
	OLD_WHO,
	OLD_SIDE,
	OLD_SCORE,
	OLD_BEST
};

static void add_old_pack(struct world *world)
{
	world_indicator(world, INDICATOR_COUNT, 0);
	world_indicator(world, INDICATOR_MEAN, FIELD_AMOUNT);
	world_indicator(world, INDICATOR_SUM, FIELD_STEPS);
	world_indicator(world, INDICATOR_QUANTILE, FIELD_AMOUNT);
	world_indicator(world, INDICATOR_COUNT, 0);
	world_where(world, OLD_FILTERED,
		    (struct condition){ .field = FIELD_CHANNEL, .choices = 5 });
	world_where(world, OLD_FILTERED,
		    (struct condition){ .field = FIELD_AMOUNT, .test = WHERE_LT, .number = 9000 });
	world_ratio(world, OLD_FILTERED, OLD_COUNT);
	world_indicator(world, INDICATOR_DISTINCT, FIELD_WHO);
	world_hourly(world, INDICATOR_COUNT, 0);
	world->list[OLD_SIDE].type = TYPE_SIDE;
	world_indicator(world, INDICATOR_MEAN, FIELD_SCORE);
	world_indicator(world, INDICATOR_MAX, FIELD_SCORE);
}

/* The new pack: some of the old in another order, and one that was not there. */
static const uint32_t old_of_new[] = { OLD_WHO,  OLD_FILTERED, OLD_SIDE, OLD_QUANTILE,
				       OLD_MEAN, OLD_STEPS,    OLD_COUNT };
#define N_OLD     (sizeof(old_of_new) / sizeof(old_of_new[0]))
#define NEW_RATIO N_OLD
#define NEW_ADDED (N_OLD + 1)

static void add_new_pack(struct world *world)
{
	world_indicator(world, INDICATOR_DISTINCT, NEW_WHO);
	world_indicator(world, INDICATOR_COUNT, 0);
	world_where(world, 1,
		    (struct condition){ .field = NEW_AMOUNT, .test = WHERE_LT, .number = 9000 });
	world_where(world, 1, (struct condition){ .field = NEW_CHANNEL, .choices = 6 });
	world_hourly(world, INDICATOR_COUNT, 0);
	world_indicator(world, INDICATOR_QUANTILE, NEW_AMOUNT);
	world_indicator(world, INDICATOR_MEAN, NEW_AMOUNT);
	world_indicator(world, INDICATOR_SUM, NEW_STEPS);
	world_indicator(world, INDICATOR_COUNT, 0);
	world_ratio(world, 1, 6);
	world_indicator(world, INDICATOR_COUNT, 0);
	world_where(world, NEW_ADDED,
		    (struct condition){ .field = NEW_URGENT, .test = WHERE_FLAG, .number = 1 });
	for (uint32_t i = 0; i < world->n_list; i++)
		world->list[i].type = NEW_TYPE_MAIN;
	world->list[2].type = NEW_TYPE_SIDE;
}

static void figures_stand_when_everything_is_numbered_anew(void **state)
{
	struct renumber units = { .to = new_units, .n = N_UNITS },
			feeds = { .to = new_feeds, .n = 2 };
	struct world old = { 0 };
	struct world new = { .units = make_new_units(), .schema = make_new_schema() };
	struct saved saved;
	uint64_t dropped;

	(void)state;
	add_old_pack(&old);
	add_new_pack(&new);
	saved = run(&old, 4);
	assert_null(load_under(&new, &saved, &units, &feeds, &dropped));

	for (uint32_t u = 0; u < N_UNITS; u++) {
		for (uint32_t i = 0; i < N_OLD; i++)
			assert_alike(&old, old_of_new[i], u, &new, i, new_units[u]);
		assert_alike(&old, OLD_RATIO, u, &new, NEW_RATIO, new_units[u]);
		assert_true(world_value(&new, NEW_ADDED, u, this_month) == 0);
	}
	assert_true(world_value(&old, OLD_COUNT, 0, this_month) > 1000);
	assert_true(dropped > 0);
	assert_int_equal(dropped, series_of(&old, OLD_SCORE)); /* which the best shares */
	saved_fini(&saved);
	world_end(&old);
	world_end(&new);
}

static void two_that_count_the_same_are_each_found(void **state)
{
	struct world world = { 0 };
	struct world before = { 0 };
	struct saved saved;
	const struct condition online = { .field = FIELD_CHANNEL, .choices = 1 };
	const struct condition small = { .field = FIELD_AMOUNT, .test = WHERE_LT, .number = 9000 };

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct world *w = i ? &world : &before;

		world_hourly(w, INDICATOR_COUNT, 0);
		world_where(w, 0, online);
		world_where(w, 0, small);
		world_hourly(w, INDICATOR_COUNT, 0);
		world_where(w, 1, small);
		world_where(w, 1, online);
	}
	saved = run(&before, 5);
	world_start(&world);
	assert_int_equal(load_same(&world, &saved), 0);
	for (uint32_t i = 0; i < 2; i++)
		assert_alike(&before, i, 0, &world, i, 0);
	assert_true(world_value(&world, 1, 0, one_hour) > 0);
	saved_fini(&saved);
	world_end(&before);
	world_end(&world);
}

/* ---- streams that keep more or less than they did ------------------------------------------- */

static void a_measure_that_nobody_wants_any_more_goes_with_its_sketches(void **state)
{
	struct world old = { 0 }, new = { 0 };
	struct saved saved;

	(void)state;
	world_hourly(&old, INDICATOR_COUNT, 0);
	world_hourly(&old, INDICATOR_QUANTILE, FIELD_AMOUNT);
	world_hourly(&old, INDICATOR_DISTINCT, FIELD_WHO);
	world_hourly(&old, INDICATOR_SUM, FIELD_STEPS);
	world_hourly(&new, INDICATOR_COUNT, 0);
	world_hourly(&new, INDICATOR_SUM, FIELD_STEPS);
	saved = run(&old, 6);
	world_start(&new);
	assert_int_equal(load_same(&new, &saved), 0);
	for (uint32_t u = 0; u < N_UNITS; u++) {
		assert_alike(&old, 0, u, &new, 0, u);
		assert_alike(&old, 3, u, &new, 1, u);
	}
	assert_true(pool_used(old.indicators->sketches) > 0);
	assert_int_equal(pool_used(new.indicators->sketches), 0);
	saved_fini(&saved);
	world_end(&old);
	world_end(&new);
}

/* What was not measured is not known: better a figure of nothing than a sum of half the events. */
static void a_stream_with_a_new_measure_begins_empty(void **state)
{
	struct world old = { 0 }, new = { 0 };
	struct saved saved;

	(void)state;
	world_hourly(&old, INDICATOR_COUNT, 0);
	world_hourly(&old, INDICATOR_QUANTILE, FIELD_AMOUNT);
	world_hourly(&new, INDICATOR_MEAN, FIELD_AMOUNT);
	world_hourly(&new, INDICATOR_QUANTILE, FIELD_AMOUNT);
	saved = run(&old, 7);
	world_start(&new);
	assert_int_equal(load_same(&new, &saved), series_of(&old, 0));
	assert_int_equal(indicators_live(new.indicators), 0);
	assert_int_equal(pool_used(new.indicators->sketches), 0);
	assert_int_equal(world_quality(&new, 0, 0, one_hour), QUALITY_UNKNOWN);
	saved_fini(&saved);
	world_end(&old);
	world_end(&new);
}

/* The windows that both have read alike, and go on to. */
static void assert_refits(bool longer)
{
	struct world old = { 0 }, new = { 0 };
	uint64_t seed = 8, seed_of_new;
	struct saved saved;

	for (int i = 0; i < 2; i++) {
		struct world *wide = longer ? &new : &old, *narrow = longer ? &old : &new;

		(void)(i ? world_indicator : world_hourly)(i ? wide : narrow, INDICATOR_MEAN,
							   FIELD_AMOUNT);
		(void)(i ? world_indicator : world_hourly)(i ? wide : narrow, INDICATOR_QUANTILE,
							   FIELD_AMOUNT);
		(void)(i ? world_indicator : world_hourly)(i ? wide : narrow, INDICATOR_LAST,
							   FIELD_STEPS);
	}
	saved = run(&old, seed);
	world_start(&new);
	assert_int_equal(load_same(&new, &saved), 0);
	new.now_ms = old.now_ms;
	new.position = old.position;
	seed_of_new = seed;
	for (int k = 0; k < 20; k++) {
		for (uint32_t i = 0; i < 3; i++)
			for (uint32_t u = 0; u < N_UNITS; u++)
				assert_alike(longer ? &old : &new, i, u, longer ? &new : &old, i,
					     u);
		for (int n = 0; n < 20; n++) {
			pass_randomly(&old, &seed, 9 * 1000);
			pass_randomly(&new, &seed_of_new, 9 * 1000);
		}
	}
	saved_fini(&saved);
	world_end(&old);
	world_end(&new);
}

static void a_longer_window_keeps_what_was_there(void **state)
{
	(void)state;
	assert_refits(true);
}

static void a_shorter_window_keeps_the_newest(void **state)
{
	(void)state;
	assert_refits(false);
}

static void a_unit_that_is_gone_takes_its_series_and_sketches_along(void **state)
{
	uint32_t left[N_UNITS];
	struct renumber units = { .to = left, .n = N_UNITS };
	struct world old = { 0 }, new = { 0 };
	struct saved saved, again;
	uint64_t dropped;

	(void)state;
	memcpy(left, straight, sizeof(left));
	left[5] = RENUMBER_GONE;
	add_old_pack(&old);
	add_old_pack(&new);
	saved = run(&old, 9);
	world_start(&new);
	assert_null(load_under(&new, &saved, &units, &same_feeds, &dropped));
	assert_int_equal(dropped, old.indicators->plan.n_streams);
	assert_int_equal(new.indicators->hearing.n_voices, old.indicators->hearing.n_voices - 2);
	assert_int_equal(world_quality(&new, OLD_COUNT, 5, this_month), QUALITY_UNKNOWN);
	assert_alike(&old, OLD_COUNT, 4, &new, OLD_COUNT, 4);
	assert_true(pool_used(new.indicators->sketches) < pool_used(old.indicators->sketches));

	again = save_state(&new); /* every block has an owner or waits, or it would not load */
	assert_null(load_state(&new, &again));
	saved_fini(&saved);
	saved_fini(&again);
	world_end(&old);
	world_end(&new);
}

/* ---- what is not believed ------------------------------------------------------------------- */

/* A world with one series of each sketch, saved after somebody tampered with it. */
typedef void tamper_fn(struct world *world, struct series *series, uint32_t *quantiles,
		       uint32_t *distinct);

static void turn_too_far(struct world *world, struct series *series, uint32_t *quantiles,
			 uint32_t *distinct)
{
	(void)quantiles, (void)distinct;
	series->newest_at =
		world->indicators->plan.streams[world->indicators->plan.sources[0][0].stream].ring;
}

static void misplace_a_day(struct world *world, struct series *series, uint32_t *quantiles,
			   uint32_t *distinct)
{
	(void)quantiles, (void)distinct;
	series_periods(&world->indicators->plan.streams[0], series)->numbers[0] |= 1;
}

static void point_beyond(struct world *world, struct series *series, uint32_t *quantiles,
			 uint32_t *distinct)
{
	(void)world, (void)series, (void)distinct;
	quantiles[0] = 1u << 28;
}

static void point_twice(struct world *world, struct series *series, uint32_t *quantiles,
			uint32_t *distinct)
{
	(void)world, (void)series, (void)distinct;
	quantiles[0] = quantiles[1] = quantiles[0] ? quantiles[0] : quantiles[1];
}

static void swap_kinds(struct world *world, struct series *series, uint32_t *quantiles,
		       uint32_t *distinct)
{
	uint32_t *quantile = &quantiles[quantiles[0] ? 0 : 1];
	uint32_t handle = *quantile;

	(void)world, (void)series;
	*quantile = distinct[0];
	distinct[0] = handle;
}

static void lose_a_sketch(struct world *world, struct series *series, uint32_t *quantiles,
			  uint32_t *distinct)
{
	(void)world, (void)series, (void)quantiles;
	distinct[0] = POOL_NONE;
}

static void fill_a_table(struct world *world, struct series *series, uint32_t *quantiles,
			 uint32_t *distinct)
{
	uint32_t *table = pool_at(world->indicators->sketches, distinct[0]);

	(void)series, (void)quantiles;
	memset(table + 2, 0x55, table[0] - 8); /* no free place: a search would go on for ever */
}

static void unsort_buckets(struct world *world, struct series *series, uint32_t *quantiles,
			   uint32_t *distinct)
{
	uint32_t handle = quantiles[0] ? quantiles[0] : quantiles[1];
	uint16_t *buckets = pool_at(world->indicators->sketches, handle);

	(void)series, (void)distinct;
	assert_true(buckets[0] >= 2);
	memset(buckets + 2, 0xff, 60); /* counts, and numbers beyond every bucket */
}

static void hear_in_the_future(struct world *world, struct series *series, uint32_t *quantiles,
			       uint32_t *distinct)
{
	(void)series, (void)quantiles, (void)distinct;
	world->indicators->hearing.heard[FEED_MAIN].last_ms = INT64_MAX;
}

static void hear_twice(struct world *world, struct series *series, uint32_t *quantiles,
		       uint32_t *distinct)
{
	struct hearing *hearing = &world->indicators->hearing;

	(void)series, (void)quantiles, (void)distinct;
	hearing->voices[1] = hearing->voices[0];
}

static void leave_the_round(struct world *world, struct series *series, uint32_t *quantiles,
			    uint32_t *distinct)
{
	(void)series, (void)quantiles, (void)distinct;
	world->indicators->hearing.next = world->indicators->hearing.n_voices;
}

static void visit_too_many(struct world *world, struct series *series, uint32_t *quantiles,
			   uint32_t *distinct)
{
	(void)series, (void)quantiles, (void)distinct;
	world->indicators->hearing.left = world->indicators->hearing.n_voices + 1;
}

static void go_back_before_time(struct world *world, struct series *series, uint32_t *quantiles,
				uint32_t *distinct)
{
	(void)series, (void)quantiles, (void)distinct;
	world->indicators->present.ms = -1;
}

static void move_the_clock(struct world *world, struct series *series, uint32_t *quantiles,
			   uint32_t *distinct)
{
	(void)series, (void)quantiles, (void)distinct;
	world->indicators->almanac.offset_minutes = OFFSET + 60;
}

static void forget_the_minutes(struct world *world, struct series *series, uint32_t *quantiles,
			       uint32_t *distinct)
{
	(void)series, (void)quantiles, (void)distinct;
	world->indicators->plan.streams[0].ring = 0;
}

static void count_too_many(struct world *world, struct series *series, uint32_t *quantiles,
			   uint32_t *distinct)
{
	(void)series, (void)quantiles, (void)distinct;
	world->indicators->shelf.n = UINT32_MAX;
}

static void invent_a_kind(struct world *world, struct series *series, uint32_t *quantiles,
			  uint32_t *distinct)
{
	(void)series, (void)quantiles, (void)distinct;
	world->indicators->plan.streams[0].measures[1].kind = MEASURE_SUM;
}

static void what_makes_no_sense_is_rejected(void **state)
{
	static const struct {
		tamper_fn *tamper;
		const char *why;
	} cases[] = {
		{ turn_too_far, "a series is out of bounds" },
		{ misplace_a_day, "a series is out of bounds" },
		{ point_beyond, "a series has a sketch that is none" },
		{ point_twice, "a series has a sketch that is none" },
		{ swap_kinds, "a series has a sketch that is none" },
		{ lose_a_sketch, "it has sketches that belong to nothing" },
		{ fill_a_table, "a series has a sketch that is none" },
		{ unsort_buckets, "a series has a sketch that is none" },
		{ hear_in_the_future, "a unit was heard at a time that is none" },
		{ hear_twice, "a unit was heard twice on a feed" },
		{ leave_the_round, "its round is out of bounds" },
		{ visit_too_many, "its round is out of bounds" },
		{ go_back_before_time, "it was saved at a time that is none" },
		{ move_the_clock, "its days began at another hour" },
		{ forget_the_minutes, "a stream keeps no minutes, or too many" },
		{ count_too_many, "it announces more than it holds" },
		{ invent_a_kind, "a measure is of no kind" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct world world = { 0 };
		struct stream *stream;
		struct series *series;
		struct saved saved;

		world_hourly(&world, INDICATOR_QUANTILE, FIELD_AMOUNT);
		world_hourly(&world, INDICATOR_DISTINCT, FIELD_AMOUNT);
		world_start(&world);
		for (int k = 0; k < 3; k++)
			world_amount(&world, 0, START, 10 * k * k);
		world_amount(&world, 1, START, 1);
		world_time(&world, START + 1000);
		stream = &world.indicators->plan.streams[0];
		series = shelf_find(&world.indicators->shelf, 0, 0);
		cases[i].tamper(&world, series, series_cells(&stream->measures[1], series),
				series_cells(&stream->measures[0], series));
		saved = save_state(&world);
		assert_string_equal(load_state(&world, &saved), cases[i].why);
		saved_fini(&saved);
		world_end(&world);
	}
}

static void two_units_that_became_one_are_rejected(void **state)
{
	static const uint32_t merged[N_UNITS] = { 0, 1, 2, 3, 3, 5, 6, 7, 8 };
	static const uint32_t gone[] = { RENUMBER_GONE, RENUMBER_GONE };
	struct renumber units = { .to = merged, .n = N_UNITS }, feeds = { .to = gone, .n = 2 };
	struct world world = { 0 };
	struct saved saved;
	uint64_t dropped;

	(void)state;
	add_every_kind(&world);
	saved = run(&world, 10);
	assert_string_equal(load_under(&world, &saved, &units, &same_feeds, &dropped),
			    "a unit was heard twice on a feed");
	assert_string_equal(load_under(&world, &saved, &units, &feeds, &dropped),
			    "it has a series twice");
	saved_fini(&saved);
	world_end(&world);
}

static void sketches_that_do_not_fit_any_more_are_rejected(void **state)
{
	struct world world = { 0 };
	struct bytes_reader reader;
	struct indicators_options options;
	struct saved saved;

	(void)state;
	world_hourly(&world, INDICATOR_DISTINCT, FIELD_AMOUNT);
	world_start(&world);
	for (uint32_t u = 3; u < N_UNITS; u++)
		for (int i = 0; i < 1500; i++)
			world_amount(&world, u, START, i);
	world_time(&world, START + 1000);
	saved = save_state(&world);
	options = options_of(&world);
	options.sketch_bytes = 1 << 20;
	world.indicators = indicators_free(world.indicators);
	assert_int_equal(indicators_new(&world.indicators, &options), 0);
	bytes_reader_init(&reader, saved.bytes, saved.n);
	(void)indicators_load(world.indicators, &reader, &same_units, &same_feeds, false);
	assert_true(reader.is_bad);
	assert_string_equal(reader.why, "there is not memory enough for it");
	saved_fini(&saved);
	world_end(&world);
}

static void what_ends_too_early_is_rejected(void **state)
{
	struct world world = { 0 };
	struct saved saved;
	size_t n;

	(void)state;
	add_every_kind(&world);
	world_start(&world);
	world_amount(&world, 3, START, 1);
	world_time(&world, START + 1000);
	saved = save_state(&world);
	n = saved.n;
	for (size_t i = 0; i < n; i += i < 1000 ? 1 : 97) {
		char *copy = malloc(i + 1); /* so that reading beyond shows */
		struct saved cut = { .bytes = copy, .n = i };

		assert_non_null(copy);
		memcpy(copy, saved.bytes, i);
		assert_non_null(load_state(&world, &cut));
		free(copy);
	}
	saved_fini(&saved);
	world_end(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(figures_stand_when_everything_is_numbered_anew),
		cmocka_unit_test(two_that_count_the_same_are_each_found),
		cmocka_unit_test(a_measure_that_nobody_wants_any_more_goes_with_its_sketches),
		cmocka_unit_test(a_stream_with_a_new_measure_begins_empty),
		cmocka_unit_test(a_longer_window_keeps_what_was_there),
		cmocka_unit_test(a_shorter_window_keeps_the_newest),
		cmocka_unit_test(a_unit_that_is_gone_takes_its_series_and_sketches_along),
		cmocka_unit_test(what_makes_no_sense_is_rejected),
		cmocka_unit_test(two_units_that_became_one_are_rejected),
		cmocka_unit_test(sketches_that_do_not_fit_any_more_are_rejected),
		cmocka_unit_test(what_ends_too_early_is_rejected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
