/* SPDX-License-Identifier: Apache-2.0 */
#include "timed.h"

#include "reading.h"

#define ROUND_TICKS  50   /* ticks that a round over all units takes, */
#define ROUND_MIN    1024 /* unless they are so few */
#define HOUR_MINUTES 60

static uint64_t slice_of(uint64_t n)
{
	return n / ROUND_TICKS > ROUND_MIN ? n / ROUND_TICKS : ROUND_MIN;
}

static int32_t local_hour(const struct indicators *indicators, int64_t ms)
{
	return (int32_t)((ms / MINUTE_MS + indicators->almanac.offset_minutes) / HOUR_MINUTES);
}

int32_t timed_present_hour(const struct indicators *indicators)
{
	return local_hour(indicators, indicators->present.ms);
}

/* Remembers what stocks and gauges are as a day (0) ... year (3) begins. */
static void open_period(struct indicators *indicators, uint32_t period)
{
	struct openings *openings = &indicators->openings;
	struct span now = span_of_minutes(&indicators->present, 1, 0);

	for (uint32_t i = 0; i < openings->n; i++)
		for (uint32_t unit = 0; unit < indicators->n_units; unit++)
			openings_note(openings, openings->numbers[i], unit, period,
				      read_any(indicators, openings->numbers[i], unit, &now).value);
}

static void open_periods(struct indicators *indicators, const struct moment *before)
{
	for (uint32_t kind = 0; kind < SERIES_PERIODS; kind += 2)
		if (series_period_number(before, kind) !=
		    series_period_number(&indicators->present.moment, kind))
			open_period(indicators, kind / 2);
}

static struct span span_of_hour(const struct indicators *indicators, int32_t hour)
{
	uint32_t first = (uint32_t)(hour * HOUR_MINUTES - indicators->almanac.offset_minutes);

	return (struct span){
		.kind = SERIES_PERIODS,
		.first = first,
		.last = first + HOUR_MINUTES - 1,
		.length_ms = (int64_t)HOUR_MINUTES * MINUTE_MS,
		.cut_first = 1,
	};
}

static void record_hours(struct indicators *indicators)
{
	struct baselines *baselines = &indicators->baselines;
	struct span span = span_of_hour(indicators, baselines->hour);
	uint64_t limit = slice_of(baselines->n_pairs);
	uint32_t baseline, unit;

	for (uint64_t i = 0; i < limit && baselines_next(baselines, &baseline, &unit); i++) {
		struct reading reading =
			read_any(indicators, indicators->list[baseline].parts[0], unit, &span);
		uint32_t n;
		const uint32_t *users = lists_of(&indicators->plan.uses.users, baseline, &n);

		if (!baselines_record(baselines, baseline, unit, &reading))
			continue;
		for (uint32_t k = 0; k < n; k++)
			changes_mark(&indicators->changes, users[k], unit);
	}
}

/* Marks what moves on a line of time, in all units that have it. */
static void continue_round(struct indicators *indicators)
{
	uint32_t n;
	const uint32_t *timed = lists_of(&indicators->plan.uses.timed, 0, &n);
	uint64_t limit = n > 0 ? slice_of((uint64_t)n * indicators->n_units) / n + 1 : 0;
	struct span now = span_of_minutes(&indicators->present, 1, 0);

	if (n == 0)
		indicators->next_timed = indicators->n_units;
	for (uint64_t i = 0; i < limit && indicators->next_timed < indicators->n_units; i++) {
		uint32_t unit = indicators->next_timed++;

		for (uint32_t k = 0; k < n; k++)
			if (read_any(indicators, timed[k], unit, &now).last_ms > 0)
				changes_mark(&indicators->changes, timed[k], unit);
	}
}

void timed_tick(struct indicators *indicators, const struct moment *before, int64_t before_ms)
{
	int32_t hour = timed_present_hour(indicators);

	if (before_ms > 0 && before->day != indicators->present.moment.day)
		open_periods(indicators, before);
	if (before_ms > 0 && local_hour(indicators, before_ms) == hour - 1)
		baselines_start(&indicators->baselines, hour - 1);
	if (before->minute != indicators->present.moment.minute)
		indicators->next_timed = 0;
	record_hours(indicators);
	continue_round(indicators);
}
