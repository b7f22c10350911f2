/* SPDX-License-Identifier: Apache-2.0 */
/*
 * moment: a minute with the local day, week, month and year it lies in.
 *
 * Minutes count from 1970-01-01T00:00Z, the others as civil_day(), civil_week() ... count them.
 * Pure.
 */
#ifndef IOCD_INDICATOR_MOMENT_H
#define IOCD_INDICATOR_MOMENT_H

#include <stdint.h>

#define MINUTE_MS     60000
#define DAY_MINUTES   1440
#define MS_MAX        INT64_C(253402300799999) /* the year 9999 ends */
#define AHEAD_MINUTES 5 /* how far a sender's clock may be ahead of ours and is believed */

struct moment {
	uint32_t minute;
	int32_t day;
	int32_t week;
	int32_t month;
	int32_t year;
};

/* Turns minutes into moments; remembers the last one, because the calendar is slow and days change
 * seldom. */
struct almanac {
	int offset_minutes; /* of local time, east of UTC */
	int64_t day_start;  /* the minute in which the day of last began; may be before 1970 */
	struct moment last;
};

/* Prepares almanac for local time that is offset_minutes east of UTC. */
void almanac_init(struct almanac *almanac, int offset_minutes);

/* The moment of a minute. */
struct moment almanac_at(struct almanac *almanac, uint32_t minute);

/* The minute in which a local day, or the week, month or year that day lies in, began. */
uint32_t almanac_day_start(const struct almanac *almanac, int32_t day);
uint32_t almanac_week_start(const struct almanac *almanac, int32_t day);
uint32_t almanac_month_start(const struct almanac *almanac, int32_t day);
uint32_t almanac_year_start(const struct almanac *almanac, int32_t day);

#endif
