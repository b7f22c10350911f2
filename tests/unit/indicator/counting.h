/* SPDX-License-Identifier: Apache-2.0 */
/*
 * counting: for tests that compare figures exactly: indicators of all kinds that are counted, and
 * events whose sums do not round.
 */
#ifndef TEST_INDICATOR_COUNTING_H
#define TEST_INDICATOR_COUNTING_H

#include "deriving.h"
#include "iocd/base/random.h"

#define COUNTED_MAX 20000u /* events of one test */

/* The events of a run. */
struct history {
	struct event events[COUNTED_MAX];
	char names[COUNTED_MAX][16];
	uint32_t n;
};

/* One indicator of every kind that is counted from events, and ratios. */
static inline void list_counted_kinds(struct world *world)
{
	static const enum indicator_kind of_amount[] = {
		INDICATOR_SUM,  INDICATOR_MEAN,     INDICATOR_MIN,  INDICATOR_MAX,
		INDICATOR_LAST, INDICATOR_QUANTILE, INDICATOR_RATE,
	};
	uint32_t count = world_indicator(world, INDICATOR_COUNT, 0);
	uint32_t online = world_indicator(world, INDICATOR_COUNT, 0);

	world_where(world, online,
		    (struct condition){ .field = FIELD_CHANNEL, .choices = 1u << 0 | 1u << 2 });
	for (size_t i = 0; i < sizeof(of_amount) / sizeof(of_amount[0]); i++)
		world_indicator(world, of_amount[i], FIELD_AMOUNT);
	world_ratio(world, online, count);
	world_indicator(world, INDICATOR_MEAN, FIELD_SCORE);
	world_indicator(world, INDICATOR_LAST, FIELD_SCORE);
	world_indicator(world, INDICATOR_DISTINCT, FIELD_WHO);
	world_indicator(world, INDICATOR_DISTINCT, FIELD_CHANNEL);
	world_where(world, world_indicator(world, INDICATOR_QUANTILE, FIELD_STEPS),
		    (struct condition){ .field = FIELD_CHANNEL, .choices = 1u << 1 });
	world->list[world_indicator(world, INDICATOR_COUNT, 0)].type = TYPE_SIDE;
}

static inline int64_t counted_lag_ms(struct random_stream *random)
{
	uint64_t kind = random_below(random, 100);

	if (kind < 60)
		return (int64_t)random_below(random, 20000);
	if (kind < 90)
		return (int64_t)random_below(random, 5 * HOUR);
	if (kind < 97)
		return (int64_t)random_below(random, 30 * DAY);
	return -(int64_t)random_below(random, 4 * MINUTE);
}

/* Makes an event of any unit, which happened at a time of its own, and keeps it; lends it. */
static inline struct event *counted_event(struct world *world, struct history *history,
					  struct random_stream *random)
{
	uint32_t number = history->n++;
	struct event *event = &history->events[number];
	uint32_t unit = (uint32_t)random_below(random, N_UNITS);
	int64_t time_ms = world->now_ms - counted_lag_ms(random);

	assert_true(number < COUNTED_MAX);
	*event = world_event(world, unit, time_ms / 4096 * 4096 + number % 4096);
	if (random_below(random, 8) == 0) {
		event->type = TYPE_SIDE;
		event->feed = FEED_SIDE;
	}
	(void)snprintf(history->names[number], 16, "w%u", (unsigned)random_below(random, 3000));
	event->values[FIELD_CHANNEL].choice = (uint32_t)random_below(random, 3);
	event->values[FIELD_AMOUNT].number = (double)random_below(random, 100000) / 8;
	event->values[FIELD_WHO].text =
		(struct slice){ history->names[number], strlen(history->names[number]) };
	event->values[FIELD_SCORE].present = random_below(random, 3) == 0;
	event->values[FIELD_SCORE].number = (double)random_below(random, 1000) / 8;
	event->values[FIELD_STEPS].number = (double)random_below(random, 50);
	return event;
}

#endif
