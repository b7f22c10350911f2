/* SPDX-License-Identifier: Apache-2.0 */
#include "child.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "iocd/base/err.h"

#define NICENESS   10
#define FIRST_FILE 3 /* behind the standard three */
#define UNTOLD     255

/* Our handlers would write to descriptors that are gone, or by then a file of the child's. */
static void forget_handlers(void)
{
	sigset_t none;

	for (int number = 1; number < NSIG; number++)
		(void)signal(number, SIG_DFL);
	(void)sigemptyset(&none);
	(void)pthread_sigmask(SIG_SETMASK, &none, NULL);
}

/* Files first: among them is a lock, which must not outlive the parent. */
static int settle_in(pid_t parent)
{
	if (close_range(FIRST_FILE, ~0u, 0))
		return err_raise(-errno);
	if (prctl(PR_SET_PDEATHSIG, SIGKILL))
		return err_raise(-errno);
	if (getppid() != parent) /* it was too late for that signal */
		return err_raise(-ESRCH);

	forget_handlers();
	(void)setpriority(PRIO_PROCESS, 0, NICENESS);
	return 0;
}

static _Noreturn void run(pid_t parent, child_fn *fn, void *context)
{
	int r = settle_in(parent);

	if (r == 0)
		r = fn(context);
	_exit(r > 0 || r <= -UNTOLD ? UNTOLD : -r);
}

int child_start(pid_t *ret, child_fn *fn, void *context)
{
	pid_t parent = getpid();
	sigset_t all, before;
	pid_t child;
	int r;

	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	child = fork();
	if (child == 0)
		run(parent, fn, context);
	r = child < 0 ? err_raise(-errno) : 0;
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (r)
		return r;

	*ret = child;
	return 0;
}

static pid_t wait_for(pid_t child, int *ret_status, int flags)
{
	pid_t found;

	do
		found = waitpid(child, ret_status, flags);
	while (found < 0 && errno == EINTR);
	return found;
}

bool child_has_ended(pid_t child, int *ret_result)
{
	int status = 0;
	pid_t found = wait_for(child, &status, WNOHANG);

	if (found == 0)
		return false;

	if (found < 0)
		*ret_result = err_raise(-errno);
	else if (!WIFEXITED(status))
		*ret_result = err_raise(-ECANCELED);
	else if (WEXITSTATUS(status) != 0)
		*ret_result = err_raise(-WEXITSTATUS(status));
	else
		*ret_result = 0;
	return true;
}

void child_kill(pid_t child)
{
	int status;

	(void)kill(child, SIGKILL);
	(void)wait_for(child, &status, 0);
}
