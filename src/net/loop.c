/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/net/loop.h"

#include <assert.h>
#include <stdlib.h>
#include <uv.h>

#include "iocd/base/clock.h"
#include "iocd/base/err.h"

struct on_signal {
	uv_signal_t uv;
	struct on_signal *next; /* in loop.signals */
	loop_fn *fn;
	void *context;
};

struct loop {
	uv_loop_t uv;
	uv_prepare_t turn;         /* runs once in every turn, just before it waits */
	struct on_signal *signals; /* owned */
	int64_t turned_ns;         /* when turn ran last; 0: not since loop_run() began */
	uint64_t idle_ns;          /* time spent waiting, as it was then */
	int64_t stall_ns;          /* longest busy time between two turns since it was taken */
};

struct timer {
	uv_timer_t uv;
	uv_idle_t soon; /* carries a delay of 0 */
	loop_fn *fn;
	void *context;
	int64_t repeat_ms;
	int n_open; /* handles whose close callback is still to come */
};

struct wake {
	uv_async_t uv;
	loop_fn *fn;
	void *context;
};

struct watch {
	uv_poll_t uv;
	watch_fn *fn;
	void *context;
};

struct work {
	uv_work_t uv;
	loop_work_fn *work;
	loop_fn *done;
	void *context;
};

/* ---- the loop ---- */

/* Busy time of the turn that ends here: all of it but the waiting. */
static void measure_turn(struct loop *loop)
{
	int64_t now_ns = clock_mono_ns();
	uint64_t idle_ns = uv_metrics_idle_time(&loop->uv);
	int64_t busy_ns = now_ns - loop->turned_ns - (int64_t)(idle_ns - loop->idle_ns);

	if (loop->turned_ns && busy_ns > loop->stall_ns)
		loop->stall_ns = busy_ns;
	loop->turned_ns = now_ns;
	loop->idle_ns = idle_ns;
}

static void on_turn(uv_prepare_t *handle)
{
	measure_turn(handle->data);
}

int loop_new(struct loop **ret)
{
	struct loop *loop = xcalloc(1, sizeof(*loop));
	int r = uv_loop_init(&loop->uv);

	if (r < 0) {
		free(loop);
		return err_raise(r);
	}
	r = uv_loop_configure(&loop->uv, UV_METRICS_IDLE_TIME);
	assert(r == 0);
	r = uv_prepare_init(&loop->uv, &loop->turn);
	assert(r == 0);
	loop->turn.data = loop;
	r = uv_prepare_start(&loop->turn, on_turn);
	assert(r == 0);
	uv_unref((uv_handle_t *)&loop->turn);

	*ret = loop;
	return 0;
}

static void assert_closing(uv_handle_t *handle, void *context)
{
	(void)context;
	assert(uv_is_closing(handle));
}

struct loop *loop_free(struct loop *loop)
{
	if (!loop)
		return NULL;

	for (struct on_signal *s = loop->signals; s; s = s->next)
		uv_close((uv_handle_t *)&s->uv, NULL);
	uv_close((uv_handle_t *)&loop->turn, NULL);
	uv_walk(&loop->uv, assert_closing, NULL);
	while (uv_loop_close(&loop->uv) == UV_EBUSY)
		uv_run(&loop->uv, UV_RUN_DEFAULT);

	while (loop->signals) {
		struct on_signal *s = loop->signals;

		loop->signals = s->next;
		free(s);
	}
	free(loop);
	return NULL;
}

void loop_run(struct loop *loop)
{
	loop->turned_ns = 0; /* what happened outside the loop is nobody's stall */
	uv_run(&loop->uv, UV_RUN_DEFAULT);
}

void loop_stop(struct loop *loop)
{
	uv_stop(&loop->uv);
}

int64_t loop_take_stall_us(struct loop *loop)
{
	int64_t stall_us = loop->stall_ns / 1000;

	loop->stall_ns = 0;
	return stall_us;
}

/* ---- timers ---- */

static void on_timer(uv_timer_t *handle)
{
	struct timer *timer = handle->data;

	timer->fn(timer->context);
}

static void on_soon(uv_idle_t *handle)
{
	struct timer *timer = handle->data;
	int64_t repeat_ms = timer->repeat_ms;

	timer_stop(timer);
	if (repeat_ms)
		timer_start(timer, repeat_ms, repeat_ms);
	timer->fn(timer->context);
}

static void on_timer_closed(uv_handle_t *handle)
{
	struct timer *timer = handle->data;

	if (--timer->n_open == 0)
		free(timer);
}

struct timer *timer_new(struct loop *loop, loop_fn *fn, void *context)
{
	struct timer *timer = xcalloc(1, sizeof(*timer));
	int r;

	assert(fn);
	r = uv_timer_init(&loop->uv, &timer->uv);
	assert(r == 0);
	r = uv_idle_init(&loop->uv, &timer->soon);
	assert(r == 0);
	timer->uv.data = timer;
	timer->soon.data = timer;
	timer->fn = fn;
	timer->context = context;
	return timer;
}

void timer_start(struct timer *timer, int64_t delay_ms, int64_t repeat_ms)
{
	int r;

	assert(delay_ms >= 0 && repeat_ms >= 0);

	timer_stop(timer);
	timer->repeat_ms = repeat_ms;
	if (delay_ms == 0) {
		/* libuv would run a timer of 0 that starts itself anew for ever in one turn. */
		r = uv_idle_start(&timer->soon, on_soon);
	} else {
		/* The loop's idea of now may be as old as the present callback is long. */
		uv_update_time(timer->uv.loop);
		r = uv_timer_start(&timer->uv, on_timer, (uint64_t)delay_ms, (uint64_t)repeat_ms);
	}
	assert(r == 0);
}

void timer_stop(struct timer *timer)
{
	uv_timer_stop(&timer->uv);
	uv_idle_stop(&timer->soon);
}

bool timer_is_started(const struct timer *timer)
{
	return uv_is_active((const uv_handle_t *)&timer->uv) ||
	       uv_is_active((const uv_handle_t *)&timer->soon);
}

void timer_close(struct timer *timer)
{
	if (!timer)
		return;

	timer->n_open = 2;
	uv_close((uv_handle_t *)&timer->uv, on_timer_closed);
	uv_close((uv_handle_t *)&timer->soon, on_timer_closed);
}

/* ---- wake-ups ---- */

static void on_wake(uv_async_t *handle)
{
	struct wake *wake = handle->data;

	wake->fn(wake->context);
}

static void on_wake_closed(uv_handle_t *handle)
{
	free(handle->data);
}

struct wake *wake_new(struct loop *loop, loop_fn *fn, void *context)
{
	struct wake *wake = xcalloc(1, sizeof(*wake));
	int r;

	assert(fn);
	r = uv_async_init(&loop->uv, &wake->uv, on_wake);
	assert(r == 0);
	wake->uv.data = wake;
	wake->fn = fn;
	wake->context = context;
	return wake;
}

void wake_send(struct wake *wake)
{
	uv_async_send(&wake->uv);
}

void wake_close(struct wake *wake)
{
	if (wake)
		uv_close((uv_handle_t *)&wake->uv, on_wake_closed);
}

/* ---- signals ---- */

static void on_signal(uv_signal_t *handle, int number)
{
	struct on_signal *s = handle->data;

	(void)number;
	s->fn(s->context);
}

int loop_on_signal(struct loop *loop, int number, loop_fn *fn, void *context)
{
	struct on_signal *s = xcalloc(1, sizeof(*s));
	int r;

	assert(fn);
	r = uv_signal_init(&loop->uv, &s->uv);
	assert(r == 0);
	s->uv.data = s;
	s->fn = fn;
	s->context = context;
	s->next = loop->signals;
	loop->signals = s;
	uv_unref((uv_handle_t *)&s->uv); /* it cannot be closed, so it must not keep the loop */
	r = uv_signal_start(&s->uv, on_signal, number);
	return r < 0 ? err_raise(r) : 0;
}

/* ---- watched descriptors ---- */

static void on_watch(uv_poll_t *handle, int status, int events)
{
	struct watch *watch = handle->data;
	bool failed = status < 0;

	watch->fn(watch->context, failed || (events & UV_READABLE),
		  failed || (events & UV_WRITABLE));
}

static void on_watch_closed(uv_handle_t *handle)
{
	free(handle->data);
}

int watch_new(struct watch **ret, struct loop *loop, int fd, watch_fn *fn, void *context)
{
	struct watch *watch = xcalloc(1, sizeof(*watch));
	int r;

	assert(fn);
	r = uv_poll_init(&loop->uv, &watch->uv, fd);
	if (r < 0) {
		free(watch);
		return err_raise(r);
	}
	watch->uv.data = watch;
	watch->fn = fn;
	watch->context = context;

	*ret = watch;
	return 0;
}

void watch_set(struct watch *watch, bool readable, bool writable)
{
	int events = (readable ? UV_READABLE : 0) | (writable ? UV_WRITABLE : 0);
	int r;

	/* A failed descriptor stops itself in libuv: its owner asks again here, or closes. */
	r = events ? uv_poll_start(&watch->uv, events, on_watch) : uv_poll_stop(&watch->uv);
	assert(r == 0);
}

void watch_close(struct watch *watch)
{
	if (watch)
		uv_close((uv_handle_t *)&watch->uv, on_watch_closed);
}

/* ---- work ---- */

static void on_work(uv_work_t *uv)
{
	struct work *work = uv->data;

	work->work(work->context);
}

/* Nobody cancels work, so it was done whatever status says. */
static void on_work_done(uv_work_t *uv, int status)
{
	struct work *work = uv->data;
	loop_fn *done = work->done;
	void *context = work->context;

	(void)status;
	free(work);
	done(context);
}

void loop_work(struct loop *loop, loop_work_fn *fn, loop_fn *done, void *context)
{
	struct work *work = xcalloc(1, sizeof(*work));
	int r;

	assert(fn && done);
	work->uv.data = work;
	work->work = fn;
	work->done = done;
	work->context = context;
	r = uv_queue_work(&loop->uv, &work->uv, on_work, on_work_done);
	assert(r == 0);
}
