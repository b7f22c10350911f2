/* SPDX-License-Identifier: Apache-2.0 */
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "iocd/base/err.h"

#define STOP_MS 5000
#define STEP_MS 10

static void become(const char *const *argv, const char *log)
{
	int file = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (file < 0 || nothing < 0 || dup2(nothing, STDIN_FILENO) < 0 ||
	    dup2(file, STDOUT_FILENO) < 0 || dup2(file, STDERR_FILENO) < 0)
		_exit(126);
	(void)execvp(argv[0], (char *const *)argv);
	perror(argv[0]);
	_exit(127);
}

/* In the child: a group of its own, so that Ctrl-C reaches us alone; an end when we end. */
static void settle_child(void)
{
	(void)setpgid(0, 0);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)signal(SIGINT, SIG_DFL);
	(void)signal(SIGTERM, SIG_DFL);
}

int process_start(const char *const *argv, const char *log)
{
	pid_t child = fork();

	if (child < 0)
		return err_raise(-errno);
	if (child > 0)
		return child;
	settle_child();
	become(argv, log);
	return 0;
}

int process_fork(process_fn *fn, void *context)
{
	pid_t child;

	fflush(NULL);
	child = fork();
	if (child < 0)
		return err_raise(-errno);
	if (child > 0)
		return child;
	settle_child();
	_exit(fn(context));
}

static int status_of(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool process_runs(pid_t child)
{
	siginfo_t info = { 0 };

	if (child <= 0 || waitid(P_PID, (id_t)child, &info, WEXITED | WNOHANG | WNOWAIT))
		return false;
	return info.si_pid == 0;
}

int process_wait(pid_t child)
{
	int status = 0;

	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return 127;
	return status_of(status);
}

int process_stop(pid_t child)
{
	if (child <= 0)
		return 0;

	(void)kill(child, SIGTERM);
	for (int waited_ms = 0; process_runs(child); waited_ms += STEP_MS) {
		if (waited_ms == STOP_MS)
			(void)kill(child, SIGKILL);
		(void)poll(NULL, 0, STEP_MS);
	}
	return process_wait(child);
}

/* Ticks of user and system time; too coarse for more than their proportion. */
static int read_ticks(pid_t child, double *ret_user, double *ret_system)
{
	unsigned long long user, system_time;
	char path[64], line[1024];
	const char *at;
	FILE *file;
	bool ok;

	(void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)child);
	file = fopen(path, "re");
	if (!file)
		return err_raise(-errno);
	ok = fgets(line, sizeof(line), file) != NULL;
	(void)fclose(file);

	at = ok ? strrchr(line, ')') : NULL; /* the name before it may hold anything */
	if (!at || sscanf(at + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu", &user,
			  &system_time) != 2)
		return err_raise(-EPROTO);

	*ret_user = (double)user;
	*ret_system = (double)system_time;
	return 0;
}

int process_cpu(struct cpu *ret, pid_t child)
{
	struct timespec used;
	struct cpu cpu;
	clockid_t clock;
	int r;

	r = clock_getcpuclockid(child, &clock);
	if (r)
		return err_raise(-r);
	if (clock_gettime(clock, &used))
		return err_raise(-errno);
	r = read_ticks(child, &cpu.user_ticks, &cpu.system_ticks);
	if (r)
		return err_pass(r);

	cpu.us = (double)used.tv_sec * 1e6 + (double)used.tv_nsec / 1e3;
	*ret = cpu;
	return 0;
}
