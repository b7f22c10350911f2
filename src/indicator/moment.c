/* SPDX-License-Identifier: Apache-2.0 */
#include "moment.h"

#include "iocd/base/civil.h"

static int64_t day_start(const struct almanac *almanac, int32_t day)
{
	return (int64_t)day * DAY_MINUTES - almanac->offset_minutes;
}

static int32_t month_of(const struct almanac *almanac, int32_t day)
{
	return civil_month(day_start(almanac, day) * MINUTE_MS, almanac->offset_minutes);
}

void almanac_init(struct almanac *almanac, int offset_minutes)
{
	*almanac = (struct almanac){ .offset_minutes = offset_minutes };
	almanac->month = month_of(almanac, almanac->day);
}

struct moment almanac_at(struct almanac *almanac, uint32_t minute)
{
	int32_t day = civil_day((int64_t)minute * MINUTE_MS, almanac->offset_minutes);

	if (day != almanac->day) {
		almanac->day = day;
		almanac->month = month_of(almanac, day);
	}
	return (struct moment){ .minute = minute, .day = day, .month = almanac->month };
}

uint32_t almanac_day_start(const struct almanac *almanac, int32_t day)
{
	int64_t start = day_start(almanac, day);

	return start < 0 ? 0 : (uint32_t)start;
}

uint32_t almanac_month_start(const struct almanac *almanac, int32_t day)
{
	int32_t month = month_of(almanac, day);

	while (month_of(almanac, day - 1) == month)
		day--;
	return almanac_day_start(almanac, day);
}
