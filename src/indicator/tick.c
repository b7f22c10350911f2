/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What time alone does: windows slide, units fall silent.  When a minute is over, a round begins in
 * which all that was ever heard is looked at, a slice with each tick.
 */
#include "iocd/indicator.h"
#include "leave.h"
#include "state.h"
#include "timed.h"

#define ROUND_TICKS 50   /* ticks that a round over all live series takes, */
#define ROUND_MIN   4096 /* unless they are so few */

void present_enter(struct present *present, struct almanac *almanac, uint32_t minute)
{
	int32_t day = present->moment.day;

	present->moment = almanac_at(almanac, minute);
	if (present->moment.day == day && present->starts[SERIES_YEARS / 2] > 0)
		return;

	day = present->moment.day;
	present->starts[SERIES_DAYS / 2] = almanac_day_start(almanac, day);
	present->starts[SERIES_WEEKS / 2] = almanac_week_start(almanac, day);
	present->starts[SERIES_MONTHS / 2] = almanac_month_start(almanac, day);
	present->starts[SERIES_YEARS / 2] = almanac_year_start(almanac, day);
}

/* Lets the minutes go by in a series of unit, and in its own one. */
static void turn_series(struct indicators *indicators, uint32_t number, uint32_t unit)
{
	const uint32_t slots[] = { unit, indicators->slots.own[unit] };

	for (uint32_t i = 0; i < 2; i++) {
		struct series *series = shelf_find(&indicators->shelf, number, slots[i]);

		if (series)
			(void)series_minute_cell(&indicators->plan.streams[number], series,
						 indicators->present.moment.minute,
						 indicators->sketches);
	}
}

/* Marks what time may have changed for a voice: everything that counted events, and everything if
 * it fell silent.  Returns how much work that was. */
static uint32_t visit(struct indicators *indicators, struct voice voice)
{
	struct range range = indicators->plan.feeds[voice.feed];
	uint32_t n = 1;

	if (hearing_fell_silent(&indicators->hearing, voice, indicators->present.ms))
		n += state_mark_feed(indicators, voice);

	for (uint32_t i = range.first; i < range.first + range.n; i++) {
		const struct stream *stream = &indicators->plan.streams[i];
		struct series *series = shelf_find(&indicators->shelf, i, voice.unit);

		if (!series)
			continue;
		n += state_mark_readers(indicators, i, voice.unit);
		if (stream->has_sketches) /* those of a silent unit go back, too */
			turn_series(indicators, i, voice.unit);
	}
	return n;
}

static void continue_round(struct indicators *indicators)
{
	uint64_t limit = indicators->live / ROUND_TICKS;
	uint64_t done = 0;
	struct voice voice;

	if (limit < ROUND_MIN)
		limit = ROUND_MIN;
	while (done < limit && hearing_visit(&indicators->hearing, &voice))
		done += visit(indicators, voice);
}

void indicators_tick(struct indicators *indicators, int64_t now_ms)
{
	uint32_t minute = (uint32_t)(now_ms / MINUTE_MS);
	struct moment before = indicators->present.moment;
	int64_t before_ms = indicators->present.ms;

	if (now_ms <= indicators->present.ms)
		return;

	indicators->present.ms = now_ms;
	if (minute != indicators->present.moment.minute) {
		present_enter(&indicators->present, &indicators->almanac, minute);
		hearing_start_round(&indicators->hearing);
	}
	leave_due(indicators);
	rolling_leave_due(indicators);
	continue_round(indicators);
	timed_tick(indicators, &before, before_ms);
}
