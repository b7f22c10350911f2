/* SPDX-License-Identifier: Apache-2.0 */
/*
 * timed: what time alone does to what is not counted: what stood when a period begins, hours that
 * are recorded, and lines that go on while nothing comes in; a slice with each tick where there are
 * many units.
 */
#ifndef IOCD_INDICATOR_TIMED_H
#define IOCD_INDICATOR_TIMED_H

#include <stdint.h>

struct indicators;
struct moment;

/* Time has passed: before is the moment of the tick before this one, before_ms its time (0: there
 * was none). */
void timed_tick(struct indicators *indicators, const struct moment *before, int64_t before_ms);

/* Hours since 1970, local, of the present one. */
int32_t timed_present_hour(const struct indicators *indicators);

#endif
