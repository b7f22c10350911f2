/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "iocd/base/clock.h"
#include "iocd/base/defs.h"
#include "iocd/net/loop.h"

struct probe {
	struct loop *loop;
	struct timer *timer;
	struct timer *other;
	struct wake *wake;
	struct watch *watch;
	int fd;
	int n_calls;
	int n_readable;
	int n_writable;
	int64_t at_ms;
};

static int make(void **state)
{
	static struct probe probe;

	probe = (struct probe){ .fd = -1 };
	*state = &probe;
	return loop_new(&probe.loop);
}

static int unmake(void **state)
{
	struct probe *probe = *state;

	timer_close(probe->timer);
	timer_close(probe->other);
	wake_close(probe->wake);
	watch_close(probe->watch);
	probe->loop = loop_free(probe->loop);
	return probe->loop ? -1 : 0;
}

static void stop(void *context)
{
	struct probe *probe = context;

	probe->n_calls++;
	probe->at_ms = clock_mono_ms();
	loop_stop(probe->loop);
}

static void count(void *context)
{
	struct probe *probe = context;

	probe->n_calls++;
}

static void count_to_three(void *context)
{
	struct probe *probe = context;

	if (++probe->n_calls == 3)
		loop_stop(probe->loop);
}

static void a_loop_without_handles_ends_at_once(void **state)
{
	struct probe *probe = *state;

	loop_run(probe->loop);
}

static void a_timer_runs_once_after_its_delay(void **state)
{
	struct probe *probe = *state;
	int64_t start_ms = clock_mono_ms();

	probe->timer = timer_new(probe->loop, stop, probe);
	timer_start(probe->timer, 20, 0);
	assert_true(timer_is_started(probe->timer));
	loop_run(probe->loop);
	assert_int_equal(probe->n_calls, 1);
	assert_true(probe->at_ms - start_ms >= 19);
	assert_false(timer_is_started(probe->timer));
}

static void a_timer_repeats(void **state)
{
	struct probe *probe = *state;

	probe->timer = timer_new(probe->loop, count_to_three, probe);
	timer_start(probe->timer, 1, 1);
	loop_run(probe->loop);
	assert_int_equal(probe->n_calls, 3);
	assert_true(timer_is_started(probe->timer));
}

static void a_timer_of_no_delay_repeats_too(void **state)
{
	struct probe *probe = *state;

	probe->timer = timer_new(probe->loop, count_to_three, probe);
	timer_start(probe->timer, 0, 1);
	loop_run(probe->loop);
	assert_int_equal(probe->n_calls, 3);
}

static void a_stopped_timer_does_not_run(void **state)
{
	struct probe *probe = *state;

	probe->timer = timer_new(probe->loop, count, probe);
	probe->other = timer_new(probe->loop, stop, probe);
	timer_start(probe->timer, 0, 0);
	timer_stop(probe->timer);
	assert_false(timer_is_started(probe->timer));
	timer_start(probe->timer, 1, 0);
	timer_stop(probe->timer);
	timer_start(probe->other, 10, 0);
	loop_run(probe->loop);
	assert_int_equal(probe->n_calls, 1);
}

static void start_anew(void *context)
{
	struct probe *probe = context;

	probe->n_calls++;
	timer_start(probe->timer, 0, 0);
}

static void a_timer_that_starts_itself_anew_lets_the_others_run(void **state)
{
	struct probe *probe = *state;

	probe->timer = timer_new(probe->loop, start_anew, probe);
	probe->other = timer_new(probe->loop, stop, probe);
	timer_start(probe->timer, 0, 0);
	timer_start(probe->other, 5, 0);
	loop_run(probe->loop);
	assert_true(probe->n_calls > 2);
}

static void close_itself(void *context)
{
	struct probe *probe = context;

	probe->n_calls++;
	timer_close(probe->timer);
	probe->timer = NULL;
}

static void a_timer_may_close_itself(void **state)
{
	struct probe *probe = *state;

	probe->timer = timer_new(probe->loop, close_itself, probe);
	timer_start(probe->timer, 0, 1);
	loop_run(probe->loop); /* ends because no handle is left */
	assert_int_equal(probe->n_calls, 1);
}

static void *send_wakes(void *context)
{
	struct probe *probe = context;

	for (int i = 0; i < 1000; i++)
		wake_send(probe->wake);
	return NULL;
}

static void a_wake_from_another_thread_arrives(void **state)
{
	struct probe *probe = *state;
	pthread_t thread;

	probe->wake = wake_new(probe->loop, stop, probe);
	assert_int_equal(pthread_create(&thread, NULL, send_wakes, probe), 0);
	loop_run(probe->loop);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(probe->n_calls, 1);
}

static void a_signal_is_told_and_does_not_keep_the_loop(void **state)
{
	struct probe *probe = *state;

	assert_int_equal(loop_on_signal(probe->loop, SIGUSR1, stop, probe), 0);
	loop_run(probe->loop); /* returns: only the signal is there */
	assert_int_equal(probe->n_calls, 0);

	probe->wake = wake_new(probe->loop, count, probe);
	assert_int_equal(raise(SIGUSR1), 0);
	loop_run(probe->loop);
	assert_int_equal(probe->n_calls, 1);
}

static void a_signal_that_cannot_be_caught_is_a_fault(void **state)
{
	struct probe *probe = *state;

	assert_int_equal(loop_on_signal(probe->loop, SIGKILL, stop, probe), -EINVAL);
}

static void take_bytes(void *context, bool readable, bool writable)
{
	struct probe *probe = context;
	char byte;

	probe->n_readable += readable;
	probe->n_writable += writable;
	if (readable && read(probe->fd, &byte, 1) == 1)
		loop_stop(probe->loop);
	if (writable)
		watch_set(probe->watch, true, false);
}

static void a_watch_tells_what_its_descriptor_can_do(void **state)
{
	struct probe *probe = *state;
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	probe->fd = pair[0];
	assert_int_equal(watch_new(&probe->watch, probe->loop, pair[0], take_bytes, probe), 0);
	watch_set(probe->watch, true, true);
	probe->timer = timer_new(probe->loop, stop, probe);
	timer_start(probe->timer, 10, 0);
	loop_run(probe->loop); /* writable at once, once; then only readable was wanted */
	assert_int_equal(probe->n_writable, 1);
	assert_int_equal(probe->n_readable, 0);

	assert_int_equal(write(pair[1], "x", 1), 1);
	loop_run(probe->loop);
	assert_int_equal(probe->n_readable, 1);

	watch_set(probe->watch, false, false);
	assert_int_equal(write(pair[1], "x", 1), 1);
	timer_start(probe->timer, 10, 0);
	loop_run(probe->loop);
	assert_int_equal(probe->n_readable, 1);
	watch_close(probe->watch);
	probe->watch = NULL;
	close(pair[0]);
	close(pair[1]);
}

static void meet_the_end(void *context, bool readable, bool writable)
{
	struct probe *probe = context;
	char byte;

	(void)writable;
	probe->n_readable += readable;
	if (readable && read(probe->fd, &byte, 1) == 0)
		loop_stop(probe->loop);
}

static void the_end_of_a_peer_is_told_to_the_reader(void **state)
{
	struct probe *probe = *state;
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	probe->fd = pair[0];
	assert_int_equal(watch_new(&probe->watch, probe->loop, pair[0], meet_the_end, probe), 0);
	watch_set(probe->watch, true, false);
	close(pair[1]);
	loop_run(probe->loop);
	assert_int_equal(probe->n_readable, 1);
	watch_close(probe->watch);
	probe->watch = NULL;
	close(pair[0]);
}

static void a_descriptor_that_cannot_be_watched_is_a_fault(void **state)
{
	struct probe *probe = *state;

	assert_int_equal(watch_new(&probe->watch, probe->loop, -1, take_bytes, probe), -EBADF);
	assert_null(probe->watch);
}

static void be_busy(void *context)
{
	struct probe *probe = context;
	int64_t start_ns = clock_mono_ns();

	while (clock_mono_ns() - start_ns < 30000000)
		probe->n_calls++;
	timer_start(probe->other, 1, 0);
}

static void a_busy_callback_is_a_stall_and_waiting_is_none(void **state)
{
	struct probe *probe = *state;

	probe->timer = timer_new(probe->loop, be_busy, probe);
	probe->other = timer_new(probe->loop, stop, probe);
	timer_start(probe->timer, 400, 0); /* waits for 400 ms, is busy for 30 */
	loop_run(probe->loop);
	assert_in_range(loop_take_stall_us(probe->loop), 30000, 399000);
	assert_int_equal(loop_take_stall_us(probe->loop), 0);
}

/* ---- work ---- */

struct job {
	struct probe *probe;
	pthread_t worker; /* that did the work */
	bool is_worked;
	bool is_done;
};

static void work(void *context)
{
	struct job *job = context;

	job->worker = pthread_self();
	job->is_worked = true;
}

static void on_worked(void *context)
{
	struct job *job = context;

	assert_true(job->is_worked);
	job->is_done = true;
	job->probe->n_calls++;
}

static void work_is_done_in_another_thread_and_told_in_the_loop(void **state)
{
	struct probe *probe = *state;
	struct job jobs[20] = { 0 };

	for (size_t i = 0; i < COUNT(jobs); i++) {
		jobs[i].probe = probe;
		loop_work(probe->loop, work, on_worked, &jobs[i]);
	}
	loop_run(probe->loop); /* ends by itself, but not before */
	assert_int_equal(probe->n_calls, COUNT(jobs));
	for (size_t i = 0; i < COUNT(jobs); i++) {
		assert_true(jobs[i].is_done);
		assert_false(pthread_equal(jobs[i].worker, pthread_self()));
	}
}

static void freeing_the_loop_waits_for_work(void **state)
{
	struct probe *probe = *state;
	struct job job = { .probe = probe };

	loop_work(probe->loop, work, on_worked, &job);
	probe->loop = loop_free(probe->loop);
	assert_true(job.is_done);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make, unmake)
	const struct CMUnitTest tests[] = {
		TEST(a_loop_without_handles_ends_at_once),
		TEST(a_timer_runs_once_after_its_delay),
		TEST(a_timer_repeats),
		TEST(a_timer_of_no_delay_repeats_too),
		TEST(a_stopped_timer_does_not_run),
		TEST(a_timer_that_starts_itself_anew_lets_the_others_run),
		TEST(a_timer_may_close_itself),
		TEST(a_wake_from_another_thread_arrives),
		TEST(a_signal_is_told_and_does_not_keep_the_loop),
		TEST(a_signal_that_cannot_be_caught_is_a_fault),
		TEST(a_watch_tells_what_its_descriptor_can_do),
		TEST(the_end_of_a_peer_is_told_to_the_reader),
		TEST(a_descriptor_that_cannot_be_watched_is_a_fault),
		TEST(a_busy_callback_is_a_stall_and_waiting_is_none),
		TEST(work_is_done_in_another_thread_and_told_in_the_loop),
		TEST(freeing_the_loop_waits_for_work),
	};
#undef TEST

	return cmocka_run_group_tests(tests, NULL, NULL);
}
