/* SPDX-License-Identifier: Apache-2.0 */
/*
 * process: child processes that end with us, and what processor time they have used.
 *
 * Children are known and ended by their process id.  Blocks in process_stop() only.  One thread.
 */
#ifndef IOCBENCH_PROCESS_H
#define IOCBENCH_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

#include "iocd/base/defs.h"

/* Processor time, all threads together. */
struct cpu {
	double us;
	double user_ticks; /* coarse: only their proportion is of use */
	double system_ticks;
};

/* Starts a program (argv ends with NULL) whose output goes to the file log.  Its process id, or a
 * fault. */
int process_start(const char *const *argv, const char *log) MUST_USE;

/* Starts a copy of us that runs fn and ends with its result.  Its process id, or a fault. */
typedef int process_fn(void *context);
int process_fork(process_fn *fn, void *context) MUST_USE;

/* True while the child has not ended. */
bool process_runs(pid_t child);

/* Asks the child to end, kills it after five seconds, and waits for it.  Its exit status (128 and
 * more: a signal).  Does nothing for ids of 0 and below. */
int process_stop(pid_t child);

/* Waits until the child ends by itself; its exit status. */
int process_wait(pid_t child);

/* Reads how much processor time a running child has used.  0 or a fault. */
int process_cpu(struct cpu *ret, pid_t child) MUST_USE;

#endif
