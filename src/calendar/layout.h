/* SPDX-License-Identifier: Apache-2.0 */
/*
 * layout: the days of a calendar as runs of whole weeks and single days between them, each with
 * what was worked before it.
 *
 * A run needs no table of its days: its weekly sums give any of them by a division.  So the first
 * run reaches back for ever and the last one on for ever, and finding a day is a binary search over
 * what configuration says, not over days.
 */
#ifndef IOCD_CALENDAR_LAYOUT_H
#define IOCD_CALENDAR_LAYOUT_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/calendar.h"

#define MS_PER_MINUTE 60000
#define MS_PER_DAY    86400000
#define DAY_MAX       400000000 /* of what is looked for; a million years */

/* What is added up. */
enum measure {
	MEASURE_MS,   /* working time */
	MEASURE_DAYS, /* days with any */
	N_MEASURES,
};

/* Weekly hours with their sums. */
struct pattern {
	const struct calendar_week *week;
	int64_t before[N_MEASURES][8]; /* what lies before a weekday; [7]: the whole week */
};

struct piece {
	int64_t start;                  /* its first day */
	int64_t base[N_MEASURES];       /* of the layout before start */
	const struct pattern *pattern;  /* of a run of days; also of a single one: its week's */
	const struct calendar_day *day; /* the single day that it is; NULL: a run */
};

struct layout {
	struct pattern *patterns;
	struct piece *pieces; /* by start, and by each base; the first and the last are runs */
	uint32_t n_pieces;
};

/* Lays out what options say, or frees what that took. */
void layout_init(struct layout *layout, const struct calendar_options *options);
void layout_fini(struct layout *layout);

/* The quotient that is rounded down, also below 0. */
int64_t floor_divide(int64_t a, int64_t b);

/* Lends the piece that holds day, and what is worked on it. */
const struct piece *layout_piece(const struct layout *layout, int64_t day);
const struct calendar_hours *piece_hours(const struct piece *piece, int64_t day);

/* What was worked before day, from a day in which all begins and which does not matter. */
int64_t layout_before(const struct layout *layout, enum measure measure, int64_t day);

/* Stores the last day before which at most amount was worked, and how much of amount is left for
 * that day itself.  False: there is no last one, or no day at all. */
bool layout_find(const struct layout *layout, enum measure measure, int64_t amount,
		 int64_t *ret_day, int64_t *ret_rest);

#endif
