/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log: one line per happening, "name key=value ...", to stderr with systemd's <N> level prefix
 * when stderr is the journal, plain with a time stamp otherwise.
 *
 * Control characters and bytes that are not UTF-8 are escaped, so one call is always one line.
 * Safe from any thread; blocks only as long as stderr does.
 */
#ifndef IOCD_BASE_LOG_H
#define IOCD_BASE_LOG_H

#include <stdint.h>

#include "iocd/base/defs.h"

/* The numbers are those of syslog and the journal. */
enum log_level {
	LOG_LEVEL_ERROR = 3,
	LOG_LEVEL_WARNING = 4,
	LOG_LEVEL_INFO = 6,
	LOG_LEVEL_DEBUG = 7,
};

/* Sets the highest level that is written; default LOG_LEVEL_INFO.  Any thread. */
void log_set_level(enum log_level level);

/* Writes one line: name is a stable dotted word ("mqtt.connected"); format gives the fields
 * ("host=%s port=%d").  Control characters in the result are escaped.  At most 2 KiB: a
 * longer line is cut and ends in "...". */
void log_line(enum log_level level, const char *name, const char *format, ...) PRINTF(3, 4);

#define log_error(name, ...)   log_line(LOG_LEVEL_ERROR, name, __VA_ARGS__)
#define log_warning(name, ...) log_line(LOG_LEVEL_WARNING, name, __VA_ARGS__)
#define log_info(name, ...)    log_line(LOG_LEVEL_INFO, name, __VA_ARGS__)
#define log_debug(name, ...)   log_line(LOG_LEVEL_DEBUG, name, __VA_ARGS__)

/* One call site's patience: at most one line per period, the rest counted. */
struct log_limit {
	int64_t next_ms;  /* 0 at start */
	uint64_t dropped; /* lines kept back since the last one that was written */
};

/* True if the call site may write now (now_ms from any monotonic clock, period_ms > 0); stores in
 * *ret_dropped how many lines it kept back since.  Not thread-safe per limit. */
int log_may(struct log_limit *limit, int64_t now_ms, int64_t period_ms, uint64_t *ret_dropped);

#endif
