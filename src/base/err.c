/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/base/err.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/log.h"

/* A fault that climbs further than this keeps its first steps: they say most. */
#define TRACE_MAX 512

static __thread struct {
	int fault; /* the fault that the trace is about; 0: none yet */
	size_t size;
	char text[TRACE_MAX];
} trace;

/* Compilers are called from a build directory: what precedes the tree says nothing. */
static const char *path_in_tree(const char *file)
{
	static const char *const roots[] = { "/src/", "/tools/", "/tests/" };

	for (size_t i = 0; i < COUNT(roots); i++) {
		const char *found = strstr(file, roots[i]);

		if (found)
			return found + 1;
	}
	return file;
}

static void add_step(const char *file, int line)
{
	size_t room = TRACE_MAX - trace.size;
	int n = snprintf(trace.text + trace.size, room, "%s%s:%d", trace.size > 0 ? " " : "",
			 path_in_tree(file), line);

	if (n > 0 && (size_t)n < room)
		trace.size += (size_t)n;
	else
		trace.text[trace.size] = '\0'; /* no half step */
}

void err_trace_start(int fault, const char *file, int line)
{
	trace.fault = fault;
	trace.size = 0;
	trace.text[0] = '\0';
	add_step(file, line);
}

void err_trace_add(int fault, const char *file, int line)
{
	if (fault == trace.fault)
		add_step(file, line);
	else /* born in code that does not raise */
		err_trace_start(fault, file, line);
}

const char *err_trace(void)
{
	return trace.text;
}

static void *never_null(void *block, size_t n, size_t size)
{
	if (!block) {
		log_error("memory.exhausted", "items=%zu size=%zu", n, size);
		abort();
	}
	return block;
}

void *xcalloc(size_t n, size_t size)
{
	if (n == 0 || size == 0)
		n = size = 1;
	return never_null(calloc(n, size), n, size);
}

void *xrealloc(void *block, size_t n, size_t size)
{
	if (n == 0 || size == 0)
		n = size = 1;
	return never_null(reallocarray(block, n, size), n, size);
}

char *xstrdup(const char *text)
{
	return xstrndup(text, strlen(text));
}

char *xstrndup(const char *text, size_t n)
{
	char *copy;

	assert(n < SIZE_MAX);
	copy = xrealloc(NULL, n + 1, 1);
	if (n > 0)
		memcpy(copy, text, n);
	copy[n] = '\0';
	return copy;
}
