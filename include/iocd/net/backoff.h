/* SPDX-License-Identifier: Apache-2.0 */
/*
 * backoff: when to try again.  Doubles from first_ms to last_ms, with jitter of a quarter either
 * way so that many clients of one server do not return together.  Pure; no clock.
 */
#ifndef IOCD_NET_BACKOFF_H
#define IOCD_NET_BACKOFF_H

#include <stdint.h>

#include "iocd/base/random.h"

struct backoff {
	int64_t first_ms; /* delay after the first failure */
	int64_t last_ms;  /* longest delay, before jitter */
	int64_t next_ms;  /* delay after the next failure, before jitter */
	struct random_stream random;
};

/* Puts backoff at its start; 0 < first_ms <= last_ms; seed makes the jitter repeatable. */
void backoff_init(struct backoff *backoff, int64_t first_ms, int64_t last_ms, uint64_t seed);

/* After a failure: how long to wait, in milliseconds, at least 1. */
int64_t backoff_failed(struct backoff *backoff);

/* After a success: the next failure waits first_ms again. */
void backoff_succeeded(struct backoff *backoff);

#endif
