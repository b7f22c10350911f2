/* SPDX-License-Identifier: Apache-2.0 */
/*
 * clock: the only place that asks the machine what time it is (a lint keeps it so).  Everything
 * else is told the time as an argument, and so can be tested without waiting.  Any thread.
 */
#ifndef IOCD_BASE_CLOCK_H
#define IOCD_BASE_CLOCK_H

#include <stdint.h>

/* Milliseconds of civil time since 1970-01-01T00:00:00Z.  May jump when somebody sets it. */
int64_t clock_real_ms(void);

/* Nanoseconds since an arbitrary start; never goes back.  For every timer and every measurement. */
int64_t clock_mono_ns(void);

/* The same in milliseconds. */
int64_t clock_mono_ms(void);

#endif
