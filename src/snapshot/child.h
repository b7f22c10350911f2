/* SPDX-License-Identifier: Apache-2.0 */
/*
 * child: a forked process that does one thing and says by its exit how that went.
 *
 * It holds no file and no lock of ours, has no signal handlers, yields to us in the competition for
 * the processor, and ends when the thread ends that started it.  The only place that forks.
 */
#ifndef IOCD_SNAPSHOT_CHILD_H
#define IOCD_SNAPSHOT_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

#include "iocd/base/defs.h"

/* What it does: 0 or a fault.  No heap, no locks, no log: other threads stood still in the middle
 * of theirs. */
typedef int child_fn(void *context);

/* Starts a process that runs fn.  Its id in *ret; 0 or a fault. */
int child_start(pid_t *ret, child_fn *fn, void *context) MUST_USE;

/* Whether the child has ended, without waiting; then what fn returned in *ret_result, or -ECANCELED
 * if it did not come so far. */
bool child_has_ended(pid_t child, int *ret_result);

/* Kills it and waits until it is gone. */
void child_kill(pid_t child);

#endif
