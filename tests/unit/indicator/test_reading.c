/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every kind of indicator against a reference that keeps all events and computes each reading from
 * them anew, over seeded random histories.
 */
#include "fixture.h"

#include <stdio.h>

#include "iocd/base/civil.h"
#include "iocd/base/random.h"

#define EVENTS_MAX 6000u
#define SILENT     (20 * MINUTE)

struct history {
	struct event events[EVENTS_MAX];
	char names[EVENTS_MAX][16];
	uint32_t n;
};

/* What a reading is over: [first_ms, end_ms) of event time, and for how long a rate counts. */
struct stretch {
	int64_t first_ms;
	int64_t end_ms;
	int64_t length_ms;
};

struct expected {
	enum quality quality;
	double value;
	uint64_t samples;
};

static bool is_below(const struct world *world, uint32_t unit, uint32_t top)
{
	while (unit != top && unit != UNIT_NONE)
		unit = units_parent(world->units, unit);
	return unit == top;
}

static bool is_same_period(enum window_kind kind, int32_t day, int32_t other)
{
	int64_t noon = 12 * HOUR;

	if (kind == WINDOW_TODAY)
		return day == other;
	if (kind == WINDOW_WEEK)
		return (day + 3) / 7 == (other + 3) / 7;
	if (kind == WINDOW_YEAR)
		return civil_year(day * DAY + noon, 0) == civil_year(other * DAY + noon, 0);
	return civil_month(day * DAY + noon, 0) == civil_month(other * DAY + noon, 0);
}

static struct stretch stretch_of(const struct world *world, struct window window)
{
	int64_t minute = world->now_ms / MINUTE * MINUTE;
	int32_t present = civil_day(world->now_ms, OFFSET);
	int32_t first = present, end = present;
	struct stretch stretch;

	if (window.kind == WINDOW_MINUTES)
		return (struct stretch){ minute - (window.minutes - 1) * MINUTE, minute + MINUTE,
					 window.minutes * MINUTE };

	while (is_same_period(window.kind, first - 1, present))
		first--;
	while (is_same_period(window.kind, end, present))
		end++;

	stretch.first_ms = first * DAY - OFFSET * MINUTE;
	stretch.end_ms = end * DAY - OFFSET * MINUTE;
	stretch.length_ms = world->now_ms - stretch.first_ms;
	if (stretch.length_ms < MINUTE)
		stretch.length_ms = MINUTE;
	return stretch;
}

/* The events that count for an indicator, oldest arrival first; returns how many. */
static uint32_t select_events(const struct world *world, const struct history *history,
			      const struct indicator *indicator, uint32_t unit,
			      const struct stretch *stretch, const struct event **ret)
{
	bool needs_score = indicator->field == FIELD_SCORE && indicator->kind != INDICATOR_COUNT &&
			   indicator->kind != INDICATOR_RATE;
	uint32_t n = 0;

	for (uint32_t i = 0; i < history->n; i++) {
		const struct event *event = &history->events[i];

		if (event->type == indicator->type && is_below(world, event->unit, unit) &&
		    event->time_ms >= stretch->first_ms && event->time_ms < stretch->end_ms &&
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

static double quantile_of(const struct event *const *events, uint32_t n, uint32_t field, double q)
{
	static double values[EVENTS_MAX];

	for (uint32_t i = 0; i < n; i++)
		values[i] = events[i]->values[field].number;
	qsort(values, n, sizeof(*values), compare_doubles);
	return values[(uint32_t)(q * (n - 1))];
}

static double distinct_of(const struct event *const *events, uint32_t n)
{
	uint32_t different = 0;

	for (uint32_t i = 0; i < n; i++) {
		const struct slice *who = &events[i]->values[FIELD_WHO].text;
		uint32_t k = 0;

		while (memcmp(events[k]->values[FIELD_WHO].text.bytes, who->bytes, who->size) != 0)
			k++;
		different += k == i;
	}
	return different;
}

static double fold(const struct indicator *indicator, const struct event *const *events, uint32_t n)
{
	uint32_t field = indicator->field;
	double sum = 0, least = INFINITY, most = -INFINITY;
	const struct event *last = events[0];

	for (uint32_t i = 0; i < n; i++) {
		double value = events[i]->values[field].number;

		sum += value;
		least = fmin(least, value);
		most = fmax(most, value);
		if (events[i]->time_ms >= last->time_ms)
			last = events[i];
	}

	switch (indicator->kind) {
	case INDICATOR_SUM:
		return sum;
	case INDICATOR_MEAN:
		return sum / n;
	case INDICATOR_MIN:
		return least;
	case INDICATOR_MAX:
		return most;
	case INDICATOR_LAST:
		return last->values[field].number;
	case INDICATOR_DISTINCT:
		return distinct_of(events, n);
	case INDICATOR_QUANTILE:
		return quantile_of(events, n, field, indicator->quantile);
	case INDICATOR_COUNT:
	case INDICATOR_RATE:
	case INDICATOR_STOCK:
	case INDICATOR_GAUGE:
	case INDICATOR_RATIO:
	case INDICATOR_SCORE:
	case INDICATOR_PROGRESS:
	case INDICATOR_BEHIND:
	case INDICATOR_CHANGE:
	case INDICATOR_BASELINE:
	case INDICATOR_UNITS:
		break;
	}
	return n;
}

static struct expected expect_plain(const struct world *world, const struct history *history,
				    uint32_t number, uint32_t unit, struct stretch stretch)
{
	static const struct event *events[EVENTS_MAX];
	const struct indicator *indicator = &world->list[number];
	bool zero = indicator->kind == INDICATOR_COUNT || indicator->kind == INDICATOR_SUM ||
		    indicator->kind == INDICATOR_RATE || indicator->kind == INDICATOR_DISTINCT;
	struct expected expected = { .value = zero ? 0 : NAN };
	uint32_t n = select_events(world, history, indicator, unit, &stretch, events);

	expected.samples = n;
	if (n > 0)
		expected.value = fold(indicator, events, n);
	if (indicator->kind == INDICATOR_RATE)
		expected.value *= (double)indicator->per_ms / (double)stretch.length_ms;
	if (indicator->kind == INDICATOR_DISTINCT) { /* early ones count at once */
		stretch.end_ms = INT64_MAX;
		n = select_events(world, history, indicator, unit, &stretch, events);
		expected.value = n > 0 ? distinct_of(events, n) : 0;
	}
	return expected;
}

static struct expected expect(const struct world *world, const struct history *history,
			      uint32_t number, uint32_t unit, struct stretch stretch)
{
	const struct indicator *indicator = &world->list[number];
	struct expected expected, above;
	int64_t heard_ms = 0;

	for (uint32_t i = 0; i < history->n; i++)
		if (is_below(world, history->events[i].unit, unit) &&
		    history->events[i].feed == FEED_MAIN)
			heard_ms = history->events[i].arrival_ms;

	if (indicator->kind == INDICATOR_RATIO) {
		above = expect_plain(world, history, indicator->parts[0], unit, stretch);
		expected = expect_plain(world, history, indicator->parts[1], unit, stretch);
		expected.value = expected.value == 0 ? NAN : above.value / expected.value;
	} else {
		expected = expect_plain(world, history, number, unit, stretch);
	}

	if (heard_ms == 0)
		return (struct expected){ QUALITY_UNKNOWN, NAN, 0 };
	if (isnan(expected.value))
		expected.quality = QUALITY_UNKNOWN;
	else
		expected.quality = world->now_ms - heard_ms > SILENT ? QUALITY_STALE : QUALITY_GOOD;
	return expected;
}

static void compare(const struct world *world, uint32_t number, uint32_t unit, const char *what,
		    struct reading reading, struct expected expected)
{
	enum indicator_kind kind = world->list[number].kind;
	double tolerance = kind == INDICATOR_QUANTILE ? QUANTILE_ERROR * 1.000001 : 1e-12;
	bool same = isnan(expected.value) ? isnan(reading.value)
					  : fabs(reading.value - expected.value) <=
						    fabs(expected.value) * tolerance;

	if (!same || reading.quality != expected.quality || reading.samples != expected.samples)
		fail_msg("indicator %u (kind %d) of unit %u over %s: %g %s %lu, expected %g %s %lu",
			 number, (int)kind, unit, what, reading.value,
			 quality_name(reading.quality), (unsigned long)reading.samples,
			 expected.value, quality_name(expected.quality),
			 (unsigned long)expected.samples);
}

static void check_one(const struct world *world, const struct history *history, uint32_t number,
		      uint32_t unit, struct window window)
{
	compare(world, number, unit, window.text,
		indicators_read(world->indicators, number, unit, &window),
		expect(world, history, number, unit, stretch_of(world, window)));
}

static void check_minute(const struct world *world, const struct history *history, uint32_t number,
			 uint32_t unit, uint32_t minutes_ago)
{
	struct stretch stretch = stretch_of(world, one_minute);

	if (world->list[number].kind == INDICATOR_DISTINCT)
		return; /* only told for events in order: test_indicator.c */
	stretch.first_ms -= minutes_ago * MINUTE;
	stretch.end_ms -= minutes_ago * MINUTE;
	compare(world, number, unit, "a minute",
		indicators_read_minute(world->indicators, number, unit, minutes_ago),
		expect(world, history, number, unit, stretch));
}

static void check_some(const struct world *world, const struct history *history,
		       struct random_stream *random, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		uint32_t number = (uint32_t)random_below(random, world->n_list);
		uint32_t unit = (uint32_t)random_below(random, N_UNITS);

		check_one(world, history, number, unit, windows[random_below(random, 6)]);
		check_minute(world, history, number, unit, (uint32_t)random_below(random, 60));
	}
}

static void check_all(const struct world *world, const struct history *history)
{
	for (uint32_t number = 0; number < world->n_list; number++)
		for (uint32_t unit = 0; unit < N_UNITS; unit++)
			for (uint32_t i = 0; i < 6; i++)
				check_one(world, history, number, unit, windows[i]);
}

/* Mostly seconds old; some late, some very late, some ahead. */
static int64_t random_time(struct random_stream *random, int64_t now_ms)
{
	uint64_t what = random_below(random, 100);

	if (what < 70)
		return now_ms - (int64_t)random_below(random, (uint64_t)MINUTE);
	if (what < 85)
		return now_ms - (int64_t)random_below(random, 2 * (uint64_t)HOUR);
	if (what < 90)
		return now_ms - (int64_t)random_below(random, 3 * (uint64_t)DAY);
	return now_ms + (int64_t)random_below(random, 5 * (uint64_t)MINUTE);
}

static void add_random_event(struct world *world, struct history *history,
			     struct random_stream *random)
{
	uint32_t unit = (uint32_t)random_below(random, 8); /* unit 8 stays mute */
	struct event event = world_event(world, unit, random_time(random, world->now_ms));
	struct value *values = event.values;

	event.type = random_below(random, 8) == 0 ? TYPE_OTHER : TYPE_MAIN;
	(void)snprintf(history->names[history->n], sizeof(history->names[0]), "who-%04u",
		       (unsigned)random_below(random, 300));
	values[FIELD_WHO].text = (struct slice){ history->names[history->n], 8 };
	values[FIELD_CHANNEL].choice = (uint32_t)random_below(random, 3);
	values[FIELD_AMOUNT].number = (double)random_below(random, 100000) / 4 - 1000;
	values[FIELD_URGENT].number = (double)random_below(random, 2);
	values[FIELD_STEPS].number = (double)(1 + random_below(random, 1000000));
	values[FIELD_SCORE].present = random_below(random, 2) == 0;
	values[FIELD_SCORE].number = (double)random_below(random, 10);

	history->events[history->n++] = event;
	indicators_add(world->indicators, &event);
}

static int64_t random_pause(struct random_stream *random)
{
	uint64_t what = random_below(random, 100);

	if (what < 60)
		return (int64_t)random_below(random, 30 * 1000);
	if (what < 88)
		return (int64_t)random_below(random, 10 * (uint64_t)MINUTE);
	if (what < 95)
		return (int64_t)random_below(random, 5 * (uint64_t)HOUR);
	return (int64_t)random_below(random, 2 * (uint64_t)DAY);
}

static void list_every_kind(struct world *world)
{
	uint32_t all = world_indicator(world, INDICATOR_COUNT, 0);
	uint32_t online = world_indicator(world, INDICATOR_COUNT, 0);
	uint32_t urgent_sum = world_indicator(world, INDICATOR_SUM, FIELD_AMOUNT);
	uint32_t sum = world_indicator(world, INDICATOR_SUM, FIELD_AMOUNT);

	world_where(world, online, (struct condition){ FIELD_CHANNEL, WHERE_CHOICE, 1, 0, { 0 } });
	world_where(world, urgent_sum, (struct condition){ FIELD_URGENT, WHERE_FLAG, 0, 1, { 0 } });
	(void)world_ratio(world, online, all);
	(void)world_ratio(world, urgent_sum, sum);
	(void)world_indicator(world, INDICATOR_MEAN, FIELD_AMOUNT);
	(void)world_indicator(world, INDICATOR_MEAN, FIELD_SCORE);
	(void)world_indicator(world, INDICATOR_MIN, FIELD_AMOUNT);
	(void)world_indicator(world, INDICATOR_MAX, FIELD_AMOUNT);
	(void)world_indicator(world, INDICATOR_LAST, FIELD_AMOUNT);
	(void)world_indicator(world, INDICATOR_RATE, 0);
	(void)world_indicator(world, INDICATOR_DISTINCT, FIELD_WHO);
	(void)world_indicator(world, INDICATOR_QUANTILE, FIELD_STEPS);
	world->list[world_indicator(world, INDICATOR_QUANTILE, FIELD_STEPS)].quantile = 0.5;
	world_where(world, world_indicator(world, INDICATOR_MAX, FIELD_STEPS),
		    (struct condition){ FIELD_CHANNEL, WHERE_CHOICE, 1, 0, { 0 } });
}

static void live_through(uint64_t seed)
{
	struct history *history = calloc(1, sizeof(*history));
	struct world world = { 0 };
	struct random_stream random;

	assert_non_null(history);
	random_seed(&random, seed);
	list_every_kind(&world);
	world_start_with(&world, SILENT, 64 << 20);
	world_time(&world, START + 36 * DAY); /* so that a year ends on the way */

	for (uint32_t batch = 1; history->n + 64 < EVENTS_MAX; batch++) {
		uint64_t n = random_below(&random, 64);

		while (n-- > 0)
			add_random_event(&world, history, &random);
		indicators_settle(world.indicators);
		check_some(&world, history, &random, 15);
		world_time(&world, world.now_ms + random_pause(&random));
		check_some(&world, history, &random, 5);
		if (batch % 64 == 0)
			check_all(&world, history);
	}
	check_all(&world, history);
	assert_int_not_equal(civil_year(world.now_ms, OFFSET), civil_year(START, OFFSET));
	assert_int_equal(indicators_sketch_refusals(world.indicators), 0);
	world_end(&world);
	free(history);
}

static void every_reading_equals_what_all_events_say(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 3; seed++)
		live_through(seed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_reading_equals_what_all_events_say),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
