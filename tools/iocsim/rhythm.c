/* SPDX-License-Identifier: Apache-2.0 */
#include "rhythm.h"

#include <stdbool.h>

#include "iocd/base/civil.h"

#define HOUR_MS    3600000
#define DAY_MS     (24 * HOUR_MS)
#define FIRST_DAYS 5    /* of a month, in which it is reported */
#define AFTERWARDS 0.05 /* stragglers */

/* clang-format off */
static const struct {
	double hours[24]; /* of a working day */
	double weekend;   /* of that, on Saturdays and Sundays */
} days[N_RHYTHMS] = {
	[EVENLY] = { { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 },
		     1 },
	[IN_OFFICE] = { { 0, 0, 0, 0, 0, 0, 0.05, 0.7, 1, 1, 0.9, 0.5, 0.15, 0.6, 1, 0.95, 0.7,
			      0.2, 0.05, 0.02, 0.02, 0.02, 0, 0 }, 0.03 },
	[AT_HOME] = { { 0.1, 0.03, 0.02, 0.02, 0.03, 0.1, 0.2, 0.4, 0.5, 0.6, 0.6, 0.6, 0.7, 0.5,
			    0.5, 0.5, 0.5, 0.6, 0.8, 1, 1, 0.9, 0.6, 0.3 }, 0.9 },
	[ON_ROADS] = { { 0.1, 0.05, 0.05, 0.05, 0.1, 0.3, 0.8, 1, 0.7, 0.5, 0.5, 0.6, 0.6, 0.5,
			       0.5, 0.6, 0.9, 1, 0.8, 0.5, 0.4, 0.3, 0.2, 0.1 }, 0.6 },
	[IN_MORNING] = { { 0, 0, 0, 0, 0, 0, 0.4, 1, 0.5, 0.1, 0.02, 0, 0, 0.05, 0, 0, 0, 0, 0, 0,
			       0, 0, 0, 0 }, 0 },
	[MONTHLY] = { { 0, 0, 0, 0, 0, 0, 0.05, 0.7, 1, 1, 0.9, 0.5, 0.15, 0.6, 1, 0.95, 0.7,
			       0.2, 0.05, 0.02, 0.02, 0.02, 0, 0 }, 0.03 },
};
/* clang-format on */

/* Whether time lies in the first days of its month. */
static bool is_first(int64_t now_ms, int offset_minutes)
{
	int64_t before_ms = now_ms - FIRST_DAYS * (int64_t)DAY_MS;

	return civil_month(before_ms, offset_minutes) != civil_month(now_ms, offset_minutes);
}

double rhythm_share(enum rhythm rhythm, int64_t now_ms, int offset_minutes)
{
	int64_t local_ms = now_ms + offset_minutes * INT64_C(60000);
	int32_t day = civil_day(now_ms, offset_minutes);
	int32_t weekday = (day + 4) % 7; /* 0: Sunday */
	double share = days[rhythm].hours[local_ms / HOUR_MS % 24];

	if (weekday == 0 || weekday == 6)
		share *= days[rhythm].weekend;
	if (rhythm == MONTHLY && !is_first(now_ms, offset_minutes))
		share *= AFTERWARDS;
	return share;
}
