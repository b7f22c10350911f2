/* SPDX-License-Identifier: Apache-2.0 */
/*
 * remembered: how ids and streams read back the times that they saved.
 *
 * Bytes from a disk may say anything; arithmetic on what passes here cannot overflow.
 */
#ifndef IOCD_EVENT_REMEMBERED_H
#define IOCD_EVENT_REMEMBERED_H

#include "iocd/base/bytes.h"

/* No time is further from 1970 (140 million years), so that two of them can be subtracted. */
#define REMEMBERED_MOST_MS (INT64_MAX / 2)

/* Reads a time; bad if it is none. */
static inline int64_t remembered_get_time(struct bytes_reader *reader)
{
	int64_t time_ms = bytes_get_i64(reader);

	if (time_ms >= -REMEMBERED_MOST_MS && time_ms <= REMEMBERED_MOST_MS)
		return time_ms;
	bytes_reject(reader, "it holds a time that there is not");
	return 0;
}

/* The same, or INT64_MIN: nothing was forgotten. */
static inline int64_t remembered_get_horizon(struct bytes_reader *reader)
{
	int64_t time_ms = bytes_get_i64(reader);

	if (time_ms == INT64_MIN ||
	    (time_ms >= -REMEMBERED_MOST_MS && time_ms <= REMEMBERED_MOST_MS))
		return time_ms;
	bytes_reject(reader, "it holds a time that there is not");
	return 0;
}

#endif
