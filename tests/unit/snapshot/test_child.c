/* SPDX-License-Identifier: Apache-2.0 */
#include "child.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test_disk.h"

#define HIGH_FILE 100

/* Waits for the child and returns its result. */
static int result_of(pid_t child)
{
	siginfo_t info;
	int result = 1;

	assert_int_equal(waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT), 0);
	assert_true(child_has_ended(child, &result));
	return result;
}

static int run(child_fn *fn, void *context)
{
	pid_t child = 0;

	assert_int_equal(child_start(&child, fn, context), 0);
	assert_true(child > 0);
	return result_of(child);
}

static int return_number(void *context)
{
	const int *number = context;

	return *number;
}

static int die(void *context)
{
	const int *number = context;

	(void)raise(*number);
	return 0;
}

static int stop(void *context)
{
	(void)context;
	(void)raise(SIGSTOP);
	return 0;
}

static void a_result_comes_back_from_the_child(void **state)
{
	int done = 0, full = -ENOSPC, last = -254, too_far = -256, outcome = 1;

	(void)state;
	assert_int_equal(run(return_number, &done), 0);
	assert_int_equal(run(return_number, &full), -ENOSPC);
	assert_int_equal(run(return_number, &last), -254);
	assert_int_equal(run(return_number, &too_far), -255);
	assert_int_equal(run(return_number, &outcome), -255);
}

static void a_child_that_is_killed_is_a_fault(void **state)
{
	int kill_it = SIGKILL, terminate = SIGTERM;

	(void)state;
	assert_int_equal(run(die, &kill_it), -ECANCELED);
	assert_int_equal(run(die, &terminate), -ECANCELED);
}

static void a_child_at_work_is_not_waited_for(void **state)
{
	int result = 1, status;
	pid_t child;

	(void)state;
	assert_int_equal(child_start(&child, stop, NULL), 0);
	assert_int_equal(waitpid(child, &status, WUNTRACED), child);
	assert_true(WIFSTOPPED(status));
	assert_false(child_has_ended(child, &result));
	assert_int_equal(result, 1);
	assert_int_equal(kill(child, SIGCONT), 0);
	assert_int_equal(result_of(child), 0);
}

static void a_killed_child_is_gone_at_once(void **state)
{
	pid_t child;
	int status;

	(void)state;
	assert_int_equal(child_start(&child, stop, NULL), 0);
	child_kill(child);
	assert_int_equal(waitpid(child, &status, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

static void a_child_that_somebody_else_waited_for_is_a_fault(void **state)
{
	int done = 0, result = 1;
	pid_t child;

	(void)state;
	assert_int_equal(child_start(&child, return_number, &done), 0);
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_true(child_has_ended(child, &result));
	assert_int_equal(result, -ECHILD);
}

static void on_signal(int number)
{
	(void)number;
}

/* 0 if the child has no files, handlers or masks of its parent. */
static int look_around(void *context)
{
	struct sigaction action;
	sigset_t blocked;

	(void)context;
	if (fcntl(HIGH_FILE, F_GETFD) >= 0)
		return -EBADF;
	if (sigaction(SIGTERM, NULL, &action) || action.sa_handler != SIG_DFL)
		return -EINTR;
	if (pthread_sigmask(SIG_SETMASK, NULL, &blocked) || sigismember(&blocked, SIGTERM) ||
	    sigismember(&blocked, SIGINT))
		return -EBUSY;
	if (getpriority(PRIO_PROCESS, 0) <= 0)
		return -EPERM;
	return fcntl(STDERR_FILENO, F_GETFD) >= 0 ? 0 : -ENOENT;
}

static void a_child_has_nothing_of_its_parent(void **state)
{
	sighandler_t before = signal(SIGTERM, on_signal);
	int file = fcntl(STDERR_FILENO, F_DUPFD, HIGH_FILE);
	sigset_t blocked;

	(void)state;
	assert_int_equal(file, HIGH_FILE);
	assert_int_equal(run(look_around, NULL), 0);

	assert_int_equal(pthread_sigmask(SIG_SETMASK, NULL, &blocked), 0);
	assert_false(sigismember(&blocked, SIGTERM));
	assert_ptr_equal(signal(SIGTERM, before), on_signal);
	assert_true(fcntl(HIGH_FILE, F_GETFD) >= 0);
	(void)close(file);
}

/* In a process of its own: starts a child, waits until it stands still, and is gone. */
static _Noreturn void be_parent_and_end(pid_t *ret)
{
	int status;

	if (child_start(ret, stop, NULL) || waitpid(*ret, &status, WUNTRACED) != *ret)
		_exit(1);
	_exit(0);
}

static void a_child_ends_with_its_parent(void **state)
{
	pid_t *grandchild = (pid_t *)(void *)disk_hooks->calls; /* shared memory */
	pid_t parent;
	int status;

	(void)state;
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	parent = fork();
	if (parent == 0)
		be_parent_and_end(grandchild);
	assert_int_equal(waitpid(parent, &status, 0), parent);
	assert_int_equal(status, 0);
	assert_int_equal(waitpid(*grandchild, &status, 0), *grandchild);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGKILL);
}

static void a_process_that_cannot_be_had_is_a_fault(void **state)
{
	pid_t child = 7;
	sigset_t blocked;

	(void)state;
	disk_hooks->fork_fails = true;
	assert_int_equal(child_start(&child, stop, NULL), -EAGAIN);
	assert_int_equal(child, 7);
	assert_int_equal(pthread_sigmask(SIG_SETMASK, NULL, &blocked), 0);
	assert_false(sigismember(&blocked, SIGTERM));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_result_comes_back_from_the_child),
		cmocka_unit_test(a_child_that_is_killed_is_a_fault),
		cmocka_unit_test(a_child_at_work_is_not_waited_for),
		cmocka_unit_test(a_killed_child_is_gone_at_once),
		cmocka_unit_test(a_child_that_somebody_else_waited_for_is_a_fault),
		cmocka_unit_test(a_child_has_nothing_of_its_parent),
		cmocka_unit_test_setup_teardown(a_child_ends_with_its_parent, test_begin, test_end),
		cmocka_unit_test_setup_teardown(a_process_that_cannot_be_had_is_a_fault, test_begin,
						test_end),
	};

	return cmocka_run_group_tests_name("child", tests, NULL, NULL);
}
