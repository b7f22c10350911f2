/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/base/clock.h"

#include <assert.h>
#include <time.h>

static struct timespec now(clockid_t clock)
{
	struct timespec time;
	int r = clock_gettime(clock, &time);

	assert(!r);
	(void)r;
	return time;
}

int64_t clock_real_ms(void)
{
	struct timespec time = now(CLOCK_REALTIME);

	return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

int64_t clock_mono_ns(void)
{
	struct timespec time = now(CLOCK_MONOTONIC);

	return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

int64_t clock_mono_ms(void)
{
	return clock_mono_ns() / 1000000;
}
