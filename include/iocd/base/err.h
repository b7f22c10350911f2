/* SPDX-License-Identifier: Apache-2.0 */
/*
 * err: the sign law.  A function that returns int returns 0 when it is done, a positive outcome
 * that its header lists and its caller must handle, or a negative errno: a fault to pass up.
 *
 * Each step of a fault's way up leaves one line in a small per-thread trace, so that the one place
 * that logs it can say where it came from.  No allocation, no lock, no log.
 */
#ifndef IOCD_BASE_ERR_H
#define IOCD_BASE_ERR_H

#include <assert.h>
#include <errno.h>

#include "iocd/base/defs.h"

/* Where a fault is born: starts a new trace.  Returns fault (negative errno). */
#define err_raise(fault) err_raise_at((fault), __FILE__, __LINE__)

/* On a fault's way up: adds a step.  Returns fault; 0 passes through without a step. */
#define err_pass(fault) err_pass_at((fault), __FILE__, __LINE__)

/* Where an outcome (> 0) that cannot happen here happened: makes it the fault -ENOTRECOVERABLE. */
#define err_fold(r) err_fold_at((r), __FILE__, __LINE__)

/* What the words above call, with the place that they were written at: begin a trace, add a step.
 */
void err_trace_start(int fault, const char *file, int line);
void err_trace_add(int fault, const char *file, int line);

/* Inline, so that a compiler sees that what comes out is what went in, and of which sign. */
static inline int err_raise_at(int fault, const char *file, int line)
{
	assert(fault < 0);
	err_trace_start(fault, file, line);
	return fault;
}

static inline int err_pass_at(int fault, const char *file, int line)
{
	assert(fault <= 0);
	if (fault < 0)
		err_trace_add(fault, file, line);
	return fault;
}

static inline int err_fold_at(int r, const char *file, int line)
{
	return r > 0 ? err_raise_at(-ENOTRECOVERABLE, file, line) : err_pass_at(r, file, line);
}

/* Lends the trace of this thread's latest fault ("src/a.c:12 src/b.c:40"), until the next one. */
const char *err_trace(void);

/* Allocate zeroed memory of n items of size bytes, a grown block, a copy of a string, or of the
 * first n bytes of one with a zero added.  They give it to the caller; never NULL: out of memory
 * aborts with a line of log, because the journal makes a restart lossless. */
void *xcalloc(size_t n, size_t size) MUST_USE;
void *xrealloc(void *block, size_t n, size_t size) MUST_USE;
char *xstrdup(const char *text) MUST_USE;
char *xstrndup(const char *text, size_t n) MUST_USE;

#endif
