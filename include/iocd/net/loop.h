/* SPDX-License-Identifier: Apache-2.0 */
/*
 * loop: libuv's event loop behind a few words: timers, wake-ups from other threads, signals and
 * watched descriptors.
 *
 * Everything here belongs to the loop thread, except wake_send().  Memory of a handle goes when
 * libuv's close callback has run; x_close() only asks for that and clears nothing of yours.
 */
#ifndef IOCD_NET_LOOP_H
#define IOCD_NET_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/base/defs.h"

struct loop;
struct timer;
struct wake;
struct watch;

typedef void loop_fn(void *context);
typedef void watch_fn(void *context, bool readable, bool writable);

/* Makes a loop.  0 or a fault. */
int loop_new(struct loop **ret) MUST_USE;

/* Frees a loop whose handles are all closed (it turns the loop until they are, and asserts). */
struct loop *loop_free(struct loop *loop);
DEFINE_CLEANUP(struct loop, loop_free)

/* Turns the loop until loop_stop(), or until no handle is left. */
void loop_run(struct loop *loop);

/* Makes loop_run() return after the present callback. */
void loop_stop(struct loop *loop);

/* The longest time between two turns of the loop, in microseconds, since the last call: how long a
 * callback kept everything else waiting. */
int64_t loop_take_stall_us(struct loop *loop);

/* A timer that calls fn.  Gives it, stopped; never NULL. */
struct timer *timer_new(struct loop *loop, loop_fn *fn, void *context) MUST_USE;
/* Calls after delay_ms (0: in the next turn), then every repeat_ms (0: once).  Starting a started
 * timer starts it anew. */
void timer_start(struct timer *timer, int64_t delay_ms, int64_t repeat_ms);
void timer_stop(struct timer *timer);
bool timer_is_started(const struct timer *timer);
/* Takes the timer; fn is not called again.  Accepts NULL. */
void timer_close(struct timer *timer);

/* A wake-up: fn runs on the loop at least once after each wake_send(); several may be merged. */
struct wake *wake_new(struct loop *loop, loop_fn *fn, void *context) MUST_USE;
/* Any thread, until wake_close(). */
void wake_send(struct wake *wake);
void wake_close(struct wake *wake);

/* Calls fn on signal number; until the loop is freed.  0 or a fault. */
int loop_on_signal(struct loop *loop, int number, loop_fn *fn, void *context) MUST_USE;

/* Watches descriptor fd, which stays the caller's.  An error on it is told as both readable and
 * writable, so that the reader meets it, and ends the watching until watch_set().  Makes fd
 * non-blocking.  0 or a fault. */
int watch_new(struct watch **ret, struct loop *loop, int fd, watch_fn *fn, void *context) MUST_USE;
void watch_set(struct watch *watch, bool readable, bool writable);
/* Takes the watch; fn is not called again.  Close it before fd.  Accepts NULL. */
void watch_close(struct watch *watch);

/* Runs work in a thread of libuv's pool, then done on the loop; both with context.  At most as many
 * at once as the pool has threads: for things that take tens of milliseconds.  The loop does not
 * end before done has run, and loop_free() waits for it: context lives until then. */
typedef void loop_work_fn(void *context);
void loop_work(struct loop *loop, loop_work_fn *work, loop_fn *done, void *context);

#endif
