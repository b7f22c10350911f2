/* SPDX-License-Identifier: Apache-2.0 */
/*
 * moment: a minute with the local day and month it lies in.
 *
 * Minutes count from 1970-01-01T00:00Z, days and months as civil_day() and civil_month() count
 * them.  Pure.
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
	int32_t month;
};

/* Turns minutes into moments; remembers the month of the day it was asked about last, because the
 * calendar is slow and days change seldom. */
struct almanac {
	int offset_minutes; /* of local time, east of UTC */
	int32_t day;
	int32_t month;
};

/* Prepares almanac for local time that is offset_minutes east of UTC. */
void almanac_init(struct almanac *almanac, int offset_minutes);

/* The moment of a minute. */
struct moment almanac_at(struct almanac *almanac, uint32_t minute);

/* The minute in which a local day, or the month that day lies in, began. */
uint32_t almanac_day_start(const struct almanac *almanac, int32_t day);
uint32_t almanac_month_start(const struct almanac *almanac, int32_t day);

#endif
