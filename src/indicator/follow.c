/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What follows something else than events of a stream: gauges, stocks, and the quality of feeds.
 */
#include "iocd/indicator.h"
#include "state.h"

void state_mark_users(struct indicators *indicators, uint32_t indicator, uint32_t unit)
{
	uint32_t n;
	const uint32_t *users = lists_of(&indicators->plan.uses.users, indicator, &n);

	for (uint32_t u = unit; u != UNIT_NONE; u = indicators->parents[u])
		for (uint32_t i = 0; i < n; i++)
			changes_mark(&indicators->changes, users[i], u);
}

uint32_t state_mark_feed(struct indicators *indicators, struct voice voice)
{
	uint32_t n;
	const uint32_t *hearers = lists_of(&indicators->plan.uses.hearers, voice.feed, &n);

	for (uint32_t i = 0; i < n; i++)
		changes_mark(&indicators->changes, hearers[i], voice.unit);
	return n;
}

void state_stock_changed(void *context, uint32_t indicator, uint32_t unit)
{
	struct indicators *indicators = context;

	rolling_note(&indicators->rolling, ROLLING_STOCK, indicators->stocks.slots[indicator],
		     unit);
	state_mark_users(indicators, indicator, unit);
}

void indicators_move(struct indicators *indicators, uint32_t gauge, uint32_t unit, int64_t delta,
		     int64_t at_ms, uint64_t position)
{
	gauges_move(&indicators->gauges, gauge, unit, delta, at_ms, position);
	rolling_note(&indicators->rolling, ROLLING_GAUGE, indicators->gauges.slots[gauge], unit);
	state_mark_users(indicators, gauge, unit);
}

void indicators_note_quality(struct indicators *indicators, uint32_t feed, uint32_t unit)
{
	(void)state_mark_feed(indicators, (struct voice){ feed, unit });
}
