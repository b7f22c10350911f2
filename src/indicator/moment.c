/* SPDX-License-Identifier: Apache-2.0 */
#include "moment.h"

#include "iocd/base/civil.h"

static int64_t day_start(const struct almanac *almanac, int32_t day)
{
	return (int64_t)day * DAY_MINUTES - almanac->offset_minutes;
}

/* The number of the week, month or year of a day. */
typedef int32_t civil_fn(int64_t time_ms, int offset_minutes);

static int32_t number_of(const struct almanac *almanac, int32_t day, civil_fn *civil)
{
	return civil(day_start(almanac, day) * MINUTE_MS, almanac->offset_minutes);
}

/* The first day of the week, month or year, which is not longer than days, that day lies in. */
static int32_t first_day(const struct almanac *almanac, int32_t day, int32_t days, civil_fn *civil)
{
	int32_t number = number_of(almanac, day, civil);
	int32_t first = day - days; /* lies before it */

	while (day - first > 1) {
		int32_t middle = first + (day - first) / 2;

		if (number_of(almanac, middle, civil) == number)
			day = middle;
		else
			first = middle;
	}
	return day;
}

static void enter_day(struct almanac *almanac, int32_t day)
{
	almanac->last.day = day;
	almanac->last.week = number_of(almanac, day, civil_week);
	almanac->last.month = number_of(almanac, day, civil_month);
	almanac->last.year = number_of(almanac, day, civil_year);
	almanac->day_start = day_start(almanac, day);
}

void almanac_init(struct almanac *almanac, int offset_minutes)
{
	*almanac = (struct almanac){ .offset_minutes = offset_minutes };
	enter_day(almanac, civil_day(0, offset_minutes));
}

struct moment almanac_at(struct almanac *almanac, uint32_t minute)
{
	int64_t since = minute - almanac->day_start;

	if (since < 0 || since >= DAY_MINUTES)
		enter_day(almanac, civil_day((int64_t)minute * MINUTE_MS, almanac->offset_minutes));
	almanac->last.minute = minute;
	return almanac->last;
}

uint32_t almanac_day_start(const struct almanac *almanac, int32_t day)
{
	int64_t start = day_start(almanac, day);

	return start < 0 ? 0 : (uint32_t)start;
}

uint32_t almanac_week_start(const struct almanac *almanac, int32_t day)
{
	return almanac_day_start(almanac, first_day(almanac, day, 7, civil_week));
}

uint32_t almanac_month_start(const struct almanac *almanac, int32_t day)
{
	return almanac_day_start(almanac, first_day(almanac, day, 31, civil_month));
}

uint32_t almanac_year_start(const struct almanac *almanac, int32_t day)
{
	return almanac_day_start(almanac, first_day(almanac, day, 366, civil_year));
}
