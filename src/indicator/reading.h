/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reading: what a window is in time, and what the indicators of one unit read over it.
 *
 * Kinds that are worked out of others are read by reading those, over the same span, down to what
 * is counted or followed; each brings its quality along.
 */
#ifndef IOCD_INDICATOR_READING_H
#define IOCD_INDICATOR_READING_H

#include <stdbool.h>
#include <stdint.h>

#include "state.h"

/* The minutes first to last, or a whole day, week, month or year. */
struct span {
	uint32_t kind; /* SERIES_DAYS ... SERIES_YEARS, or SERIES_PERIODS for minutes */
	uint32_t first;
	uint32_t last;
	int32_t number;     /* of the day ... year */
	int64_t length_ms;  /* that a RATE is over */
	bool is_before;     /* it is the period before the present one */
	uint32_t cut_first; /* of what is added up these minutes are taken off; */
	uint32_t cut_last;  /* none if this is the smaller one */
};

/* A value, or none if it is NaN, and the events behind it. */
struct figure {
	double value;
	uint64_t samples;
};

/* The last minutes, up to minutes_ago before the present one; the span of a window. */
struct span span_of_minutes(const struct present *now, uint32_t minutes, uint32_t minutes_ago);
struct span span_of_window(const struct present *now, const struct window *window);

/* What lies before span, one of the above: the stretch of the same length, or the day ... year
 * before; of yesterday, what is behind the present time of day is cut. */
struct span span_before(const struct present *now, const struct almanac *almanac,
			const struct span *span);

/* The figure of indicator number, a counted one, of unit. */
struct figure read_counted(const struct indicators *indicators, uint32_t number, uint32_t unit,
			   const struct span *span);

/* The reading of indicator number, a UNITS, at unit. */
struct reading heads_read(const struct indicators *indicators, uint32_t number, uint32_t unit,
			  const struct span *span);

/* The reading of any indicator of unit. */
struct reading read_any(const struct indicators *indicators, uint32_t number, uint32_t unit,
			const struct span *span);

#endif
