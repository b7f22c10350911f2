/* SPDX-License-Identifier: Apache-2.0 */
/*
 * calendar: working time: which hours of which days count, and arithmetic in them.
 *
 * Weekly hours come in dated versions; single days may rest, or work by other hours (make-up days,
 * half days).  Local days are laid out when a calendar is made, with working time added up, so that
 * elapsed time and an instant after so much of it are binary searches over what configuration says.
 * Local time has a fixed offset.  Beyond its days a calendar goes on by its last weekly hours.
 *
 * Made once, then only read, from any thread.  Pure; no I/O, no clock, no log, no heap after
 * calendar_new().
 */
#ifndef IOCD_CALENDAR_H
#define IOCD_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/base/defs.h"
#include "iocd/base/place.h"

#define CALENDAR_SPANS_MAX 4     /* spans of one day */
#define CALENDAR_DAYS_MAX  20000 /* single days of one calendar */

/* Minutes of a local day: from 0 to 1440, from < to.  A shift over midnight is two spans. */
struct calendar_span {
	uint16_t from, to;
};

struct calendar_hours {
	struct calendar_span spans[CALENDAR_SPANS_MAX]; /* in order, apart */
	uint32_t n;                                     /* 0: the day rests */
};

/* Weekly hours that hold from a day on, until the next version. */
struct calendar_week {
	int32_t from_day;                  /* civil_day() */
	struct calendar_hours weekdays[7]; /* [0] is Monday */
	uint16_t cut_off; /* minute of the day: what comes later, or when the work of a shorter day
			     is over, counts from the next working day on; 1440: none */
	struct place place;
};

/* One day that is not as its week says. */
struct calendar_day {
	int32_t day;
	struct calendar_hours hours;   /* n 0: it rests */
	bool is_assumed;               /* not announced yet when the file was written */
	const char *name_vi, *name_en; /* "Tet"; borrowed */
	const char *source;            /* where it is announced, "" if nowhere; borrowed */
	struct place place;
};

/* What configuration says of a calendar; all borrowed for life. */
struct calendar_options {
	const char *id;
	const char *title_vi, *title_en;
	int offset_minutes;                /* of local time, east of UTC */
	const struct calendar_week *weeks; /* by from_day, at least one; the first always held */
	uint32_t n_weeks;
	const struct calendar_day *days; /* by day, each once */
	uint32_t n_days;
	struct place place;
};

struct calendar;

/* Lays out a calendar of copied options.  Gives it; never NULL. */
struct calendar *calendar_new(const struct calendar_options *options) MUST_USE;
struct calendar *calendar_free(struct calendar *calendar);
DEFINE_CLEANUP(struct calendar, calendar_free)

/* Lends what it was made from. */
const struct calendar_options *calendar_about(const struct calendar *calendar);

/* Whether time_ms lies in working time (a span's end does not). */
bool calendar_is_open(const struct calendar *calendar, int64_t time_ms);

/* The next instant after time_ms at which work begins or ends; INT64_MAX if it never does. */
int64_t calendar_next_change_ms(const struct calendar *calendar, int64_t time_ms);

/* Working time from one instant to another, ms; negative if to_ms is before from_ms. */
int64_t calendar_elapsed_ms(const struct calendar *calendar, int64_t from_ms, int64_t to_ms);

/* The earliest instant by which working_ms (at least 0) of working time have passed since from_ms;
 * with a negative working_ms, the latest from which so much remains until from_ms.  Of 0: from_ms
 * itself.  INT64_MAX (INT64_MIN) if there is never so much. */
int64_t calendar_after_ms(const struct calendar *calendar, int64_t from_ms, int64_t working_ms);

/* The end of work on the n-th working day (n at least 1) after the day of from_ms; what comes after
 * the cut-off, or on a day of rest, counts as of the next working day.  With negative n, the begin
 * of work on the n-th working day before the day of from_ms.  INT64_MAX (INT64_MIN) if there is
 * none. */
int64_t calendar_after_days(const struct calendar *calendar, int64_t from_ms, int32_t n);

/* Lends the entry of the single day that time_ms lies in, or NULL: it is as its week says. */
const struct calendar_day *calendar_day_of(const struct calendar *calendar, int64_t time_ms);

/* The last day that the calendar knows single days of (INT32_MIN: of none), and whether time_ms
 * lies beyond its year: a calendar that has run out is not right about holidays any more. */
int32_t calendar_last_day(const struct calendar *calendar);
bool calendar_has_run_out(const struct calendar *calendar, int64_t time_ms);

#endif
