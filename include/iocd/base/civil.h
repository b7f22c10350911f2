/* SPDX-License-Identifier: Apache-2.0 */
/*
 * civil: RFC 3339 time stamps and days of a local calendar with a fixed offset from UTC.
 *
 * Pure arithmetic on the proleptic Gregorian calendar; reads no clock and no time-zone database.
 * All instants are int64_t milliseconds since 1970-01-01T00:00:00Z.
 */
#ifndef IOCD_BASE_CIVIL_H
#define IOCD_BASE_CIVIL_H

#include <stddef.h>
#include <stdint.h>

#include "iocd/base/defs.h"

enum civil_outcome {
	CIVIL_SYNTAX = 1, /* not an RFC 3339 date-time, or no zone, or no such day */
};

#define CIVIL_TEXT_MAX 36 /* bytes civil_format() may write, the ending zero included */

/* Reads the n bytes at text as an RFC 3339 section 5.6 date-time with offset ("Z" or "+07:00"),
 * fractions of a second cut to milliseconds, a leap second read as the second after :59.
 * From 1970-01-01T00:00:00Z to the year 9999.  0, or CIVIL_SYNTAX. */
int civil_parse(const char *text, size_t n, int64_t *ret_ms) MUST_USE;

/* Writes time_ms as "2026-11-22T08:15:00.125+07:00" (no fraction if it is zero) for the given
 * offset east of UTC (-840 to 840 minutes).  Returns text. */
const char *civil_format(char text[CIVIL_TEXT_MAX], int64_t time_ms, int offset_minutes);

/* Reads "+07:00", "-03:30" or "Z" into minutes east of UTC, -840 to 840.  0, or CIVIL_SYNTAX. */
int civil_parse_offset(const char *text, size_t n, int *ret_minutes) MUST_USE;

/* The number of the local day (days since 1970-01-01), of the local week (from Monday; 0 holds
 * 1970-01-01), of the local month (months since 1970-01) and of the local year (years since 1970)
 * that time_ms falls into. */
int32_t civil_day(int64_t time_ms, int offset_minutes);
int32_t civil_week(int64_t time_ms, int offset_minutes);
int32_t civil_month(int64_t time_ms, int offset_minutes);
int32_t civil_year(int64_t time_ms, int offset_minutes);

#endif
