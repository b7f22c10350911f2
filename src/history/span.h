/* SPDX-License-Identifier: Apache-2.0 */
/*
 * span: hours, days, weeks, months and years of local time as stretches of milliseconds.
 *
 * Pure.
 */
#ifndef IOCD_HISTORY_SPAN_H
#define IOCD_HISTORY_SPAN_H

#include <stdint.h>

#include "iocd/history.h"

#define DAY_MS INT64_C(86400000)

/* When hours begin to leave the fold, after their end. */
#define SPAN_CLOSING_MS 120000

/* First instant of the span that at_ms falls into, and of the next span; hours are those of UTC.
 * Of HISTORY_WHOLE: the local day. */
int64_t span_begin(enum history_step step, int64_t at_ms, int offset_minutes);
int64_t span_next(enum history_step step, int64_t begin_ms, int offset_minutes);

/* The two kinds of row. */
enum grain { GRAIN_HOUR, GRAIN_DAY, N_GRAINS };

/* The number of the hour, or of the local day, at an instant; and the instant at which that with a
 * number begins. */
int32_t grain_at(enum grain grain, int64_t at_ms, int offset_minutes);
int64_t grain_begin(enum grain grain, int32_t at, int offset_minutes);

/* The round in which cells left at a tick: a new one begins two minutes after each hour and at
 * every tenth minute, and takes as many ticks as it needs. */
int64_t span_round(int64_t tick_ms);

/* The round with which all of an hour or day, that ends at end_ms, has left; days end with their
 * last hour. */
int64_t span_closing_round(int64_t end_ms);

#endif
