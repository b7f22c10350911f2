/* SPDX-License-Identifier: Apache-2.0 */
/*
 * clock_model: scripted clocks behind iocd/base/clock.h, a seeded random_bytes(), and what else a
 * process asks the machine for: usleep() lets scripted time pass, _exit() ends the process.
 */
#ifndef SIM_CLOCK_MODEL_H
#define SIM_CLOCK_MODEL_H

#include <stdint.h>

#include "iocd/base/random.h"

/* Sets both clocks and where entropy comes from, borrowed. */
void clock_model_begin(int64_t real_ms, struct random_stream *random);

/* Lets time pass; sets the civil clock by so much, as somebody at the console might. */
void clock_model_pass(int64_t ms);
void clock_model_set(int64_t by_ms);

/* Called where a process ends by itself; does not return. */
typedef void exit_fn(const char *why);
void clock_model_on_exit(exit_fn *fn);

/* Called when a thread of the process sleeps; time has passed already. */
typedef void sleep_fn(void);
void clock_model_on_sleep(sleep_fn *fn);

#endif
