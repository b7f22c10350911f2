/* SPDX-License-Identifier: Apache-2.0 */
/*
 * loop_model: timers and wake-ups behind iocd/net/loop.h, on scripted time.  One loop at a time.
 */
#ifndef SIM_LOOP_MODEL_H
#define SIM_LOOP_MODEL_H

#include <stdint.h>

/* Runs the wake-ups that were sent and the timers that are due, in order of their times. */
void loop_model_turn(void);

/* Monotonic ms of the next timer; INT64_MAX if none runs. */
int64_t loop_model_next_ms(void);

/* The process is gone, and the loop with it. */
void loop_model_forget(void);

#endif
