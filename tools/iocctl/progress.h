/* SPDX-License-Identifier: Apache-2.0 */
/*
 * progress: how far a long piece of work is, on one line of the terminal that is written again and
 * again: bar, percent, megabytes a second, time left.
 *
 * Writes to stderr, and only if that is a terminal.  Reads the monotonic clock.
 */
#ifndef IOCCTL_PROGRESS_H
#define IOCCTL_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/base/text.h"

struct progress {
	bool vietnamese;
	bool is_shown;      /* stderr is a terminal */
	bool has_line;      /* something stands there now */
	int64_t started_ns; /* monotonic */
	int64_t told_ns;    /* of the last line */
};

void progress_begin(struct progress *progress, bool vietnamese);

/* Tells that done of total bytes are done; a journal_progress_fn whose context is the progress. */
void progress_show(void *progress, uint64_t done, uint64_t total);

/* Wipes the line; does nothing if there is none. */
void progress_end(struct progress *progress);

/* Seconds since the beginning; never 0. */
double progress_seconds(const struct progress *progress);

/* Appends the line: done of total bytes after so many seconds. */
void progress_line(struct text *text, uint64_t done, uint64_t total, double seconds,
		   bool vietnamese);

#endif
