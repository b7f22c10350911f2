/* SPDX-License-Identifier: Apache-2.0 */
/* Weeks, months and years are found by walking over days until their number changes: at most 366
 * steps of arithmetic for what is then read from a disk. */
#include "span.h"

#include "iocd/base/civil.h"

#define ROUND_MS 600000

int32_t grain_at(enum grain grain, int64_t at_ms, int offset_minutes)
{
	if (grain == GRAIN_DAY)
		return civil_day(at_ms, offset_minutes);
	return (int32_t)(at_ms / HOUR_MS - (at_ms % HOUR_MS < 0));
}

int64_t grain_begin(enum grain grain, int32_t at, int offset_minutes)
{
	if (grain == GRAIN_DAY)
		return at * DAY_MS - (int64_t)offset_minutes * 60000;
	return (int64_t)at * HOUR_MS;
}

/* The number of the week, month or year that begins or contains at_ms. */
static int32_t number_of(enum history_step step, int64_t at_ms, int offset_minutes)
{
	switch (step) {
	case HISTORY_WEEK:
		return civil_week(at_ms, offset_minutes);
	case HISTORY_MONTH:
		return civil_month(at_ms, offset_minutes);
	case HISTORY_YEAR:
		return civil_year(at_ms, offset_minutes);
	case HISTORY_HOUR:
	case HISTORY_DAY:
	case HISTORY_WHOLE:
	default:
		return civil_day(at_ms, offset_minutes);
	}
}

int64_t span_begin(enum history_step step, int64_t at_ms, int offset_minutes)
{
	int32_t number;
	int64_t day_ms;

	if (step == HISTORY_HOUR)
		return grain_begin(GRAIN_HOUR, grain_at(GRAIN_HOUR, at_ms, 0), 0);

	number = number_of(step, at_ms, offset_minutes);
	day_ms = grain_begin(GRAIN_DAY, civil_day(at_ms, offset_minutes), offset_minutes);
	while (number_of(step, day_ms - DAY_MS, offset_minutes) == number)
		day_ms -= DAY_MS;
	return day_ms;
}

int64_t span_next(enum history_step step, int64_t begin_ms, int offset_minutes)
{
	int32_t number = number_of(step, begin_ms, offset_minutes);

	if (step == HISTORY_HOUR)
		return begin_ms + HOUR_MS;
	do
		begin_ms += DAY_MS;
	while (number_of(step, begin_ms, offset_minutes) == number);
	return begin_ms;
}

int64_t span_round(int64_t tick_ms)
{
	int64_t hour = grain_at(GRAIN_HOUR, tick_ms, 0);
	int64_t into_ms = tick_ms - hour * HOUR_MS;

	return hour * (HOUR_MS / ROUND_MS) + (into_ms < SPAN_CLOSING_MS ? -1 : into_ms / ROUND_MS);
}

int64_t span_closing_round(int64_t end_ms)
{
	int64_t hour = grain_at(GRAIN_HOUR, end_ms + HOUR_MS - 1, 0);

	return span_round(hour * HOUR_MS + SPAN_CLOSING_MS);
}
