/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/net/loop.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "iocd/base/clock.h"
#include "iocd/base/err.h"
#include "loop_model.h"

struct timer {
	struct timer *next; /* loop.timers */
	loop_fn *fn;
	void *context;
	bool is_started;
	int64_t due_ms;
	int64_t repeat_ms;
	uint64_t order; /* of starting, among those due at once */
};

struct wake {
	struct wake *next; /* loop.wakes */
	loop_fn *fn;
	void *context;
	bool is_sent;
};

struct loop {
	struct timer *timers;
	struct wake *wakes;
	uint64_t n_started;
};

static struct loop *present;

int loop_new(struct loop **ret)
{
	assert(!present);
	present = xcalloc(1, sizeof(*present));
	*ret = present;
	return 0;
}

struct loop *loop_free(struct loop *loop)
{
	if (!loop)
		return NULL;
	assert(!loop->timers && !loop->wakes);
	present = NULL;
	free(loop);
	return NULL;
}

void loop_model_forget(void)
{
	present = NULL;
}

/* ---- timers ---- */

struct timer *timer_new(struct loop *loop, loop_fn *fn, void *context)
{
	struct timer *timer = xcalloc(1, sizeof(*timer));

	timer->fn = fn;
	timer->context = context;
	timer->next = loop->timers;
	loop->timers = timer;
	return timer;
}

void timer_start(struct timer *timer, int64_t delay_ms, int64_t repeat_ms)
{
	timer->is_started = true;
	timer->due_ms = clock_mono_ms() + delay_ms;
	timer->repeat_ms = repeat_ms;
	timer->order = ++present->n_started;
}

void timer_stop(struct timer *timer)
{
	timer->is_started = false;
}

bool timer_is_started(const struct timer *timer)
{
	return timer->is_started;
}

void timer_close(struct timer *timer)
{
	struct timer **at;

	if (!timer)
		return;
	for (at = &present->timers; *at != timer; at = &(*at)->next)
		assert(*at);
	*at = timer->next;
	free(timer);
}

static struct timer *first_timer(void)
{
	struct timer *first = NULL;

	for (struct timer *timer = present ? present->timers : NULL; timer; timer = timer->next)
		if (timer->is_started &&
		    (!first || timer->due_ms < first->due_ms ||
		     (timer->due_ms == first->due_ms && timer->order < first->order)))
			first = timer;
	return first;
}

int64_t loop_model_next_ms(void)
{
	const struct timer *first = first_timer();

	return first ? first->due_ms : INT64_MAX;
}

static void run_timer(struct timer *timer)
{
	if (timer->repeat_ms > 0)
		timer_start(timer, timer->repeat_ms, timer->repeat_ms);
	else
		timer->is_started = false;
	timer->fn(timer->context);
}

/* ---- wake-ups ---- */

struct wake *wake_new(struct loop *loop, loop_fn *fn, void *context)
{
	struct wake *wake = xcalloc(1, sizeof(*wake));

	wake->fn = fn;
	wake->context = context;
	wake->next = loop->wakes;
	loop->wakes = wake;
	return wake;
}

void wake_send(struct wake *wake)
{
	wake->is_sent = true;
}

void wake_close(struct wake *wake)
{
	struct wake **at;

	if (!wake)
		return;
	for (at = &present->wakes; *at != wake; at = &(*at)->next)
		assert(*at);
	*at = wake->next;
	free(wake);
}

void loop_model_turn(void)
{
	struct timer *timer;

	for (struct wake *wake = present ? present->wakes : NULL; wake; wake = wake->next) {
		if (!wake->is_sent)
			continue;
		wake->is_sent = false;
		wake->fn(wake->context);
	}
	while ((timer = first_timer()) && timer->due_ms <= clock_mono_ms())
		run_timer(timer);
}

/* ---- what nobody here needs ---- */

void loop_run(struct loop *loop)
{
	(void)loop;
	abort();
}

void loop_stop(struct loop *loop)
{
	(void)loop;
	abort();
}

int64_t loop_take_stall_us(struct loop *loop)
{
	(void)loop;
	return 0;
}

int loop_on_signal(struct loop *loop, int number, loop_fn *fn, void *context)
{
	(void)loop, (void)number, (void)fn, (void)context;
	return -ENOTSUP;
}

int watch_new(struct watch **ret, struct loop *loop, int fd, watch_fn *fn, void *context)
{
	(void)ret, (void)loop, (void)fd, (void)fn, (void)context;
	return -ENOTSUP;
}

void watch_set(struct watch *watch, bool readable, bool writable)
{
	(void)watch, (void)readable, (void)writable;
	abort();
}

void watch_close(struct watch *watch)
{
	assert(!watch);
}
