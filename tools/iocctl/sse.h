/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sse: reads a stream of server-sent events, in pieces as they come.
 *
 * Comments, ids and fields that nobody asked for are passed over; an event larger than SSE_MAX is
 * dropped whole.  Pure.
 */
#ifndef IOCCTL_SSE_H
#define IOCCTL_SSE_H

#include <stdbool.h>
#include <stddef.h>

#include "iocd/base/text.h"

#define SSE_MAX (1u << 20) /* bytes of one line, and of the data of one event */

/* Told each event that has data; both are lent during the call. */
typedef void sse_fn(void *context, const char *event, const char *data, size_t n);

struct sse {
	sse_fn *fn;
	void *context;
	struct text line;  /* what came of the present line */
	struct text event; /* its name; empty: "message" */
	struct text data;
	bool has_data;
	bool is_too_big;
	bool was_return; /* the last byte was \r: a \n that follows is part of it */
};

/* Makes sse ready for a new stream; gives back its memory. */
void sse_init(struct sse *sse, sse_fn *fn, void *context);
void sse_fini(struct sse *sse);

/* Takes the next n bytes of the stream, telling each event that they end. */
void sse_feed(struct sse *sse, const char *bytes, size_t n);

#endif
