/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report: figures of a closed day, week, month or year, as a table to be read on paper: a row for
 * each unit, a column for each line, places in the ranking, who did not report, what was revised.
 *
 * The table is filled by whoever can ask history, and written as HTML (one page in one language,
 * without anything from elsewhere), CSV (RFC 4180) or JSON.  A report that was made before and says
 * something else now is a revision: it tells which figures are others.
 *
 * Pure; no I/O, no clock, no log.  One thread at a time.
 */
#ifndef IOCD_REPORT_H
#define IOCD_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/base/defs.h"
#include "iocd/base/place.h"
#include "iocd/base/text.h"
#include "iocd/indicator.h"

#define REPORT_PLANS_MAX   100
#define REPORT_LINES_MAX   40
#define REPORT_PERIOD_TEXT 12 /* bytes of a period's name, the ending zero included */
#define REPORT_AFTER_MIN   5  /* minutes of the next day before which no day is complete */

enum report_every { REPORT_DAY, REPORT_WEEK, REPORT_MONTH, REPORT_YEAR };

/* What configuration says of a report; borrowed for life. */
struct report_plan {
	const char *id; /* [a-z0-9][a-z0-9_-]{0,63}: a directory */
	const char *title_vi, *title_en;
	enum report_every every;
	uint32_t at_minute;               /* of the first day after the period: when it is made */
	const bool *units;                /* by unit: has a row */
	uint32_t lines[REPORT_LINES_MAX]; /* indexes of indicators */
	uint32_t n_lines;
	uint32_t rank_line; /* the line by which rows are ranked, or UINT32_MAX */
	const bool *ranked; /* by unit: takes part in it */
	struct place place;
};

/* A span of local time with its name: "2026-10-31", "2026-W44", "2026-10", "2026". */
struct report_period {
	int64_t from_ms, to_ms;
	char name[REPORT_PERIOD_TEXT];
};

/* The last period of that length that is over at time_ms (whose at_minute has come); the one of
 * that name: 0, or -EINVAL: it is no such name. */
void report_last_period(struct report_period *ret, enum report_every every, int64_t time_ms,
			int offset_minutes);
int report_read_period(struct report_period *ret, enum report_every every, const char *name,
		       int offset_minutes) MUST_USE;

/* One figure. */
struct report_figure {
	struct reading reading; /* QUALITY_UNKNOWN: nothing is known */
	uint32_t revision;      /* above 1: corrected after its span was closed */
	bool is_revised;        /* was another when the report was made first, or before */
};

struct report_row {
	uint32_t unit;
	uint32_t place; /* in the ranking, from 1, ties alike; 0: not ranked */
	bool is_silent; /* no line has a figure: it did not report */
	struct report_figure figures[REPORT_LINES_MAX];
};

/* A report, made. */
struct report_table {
	const struct report_plan *report; /* borrowed, like the next two */
	const struct units *units;
	const struct indicator *indicators;
	struct report_period period;
	int offset_minutes;
	int64_t made_ms;
	uint32_t revision;       /* of the report: 1 when it was made first */
	uint32_t n_silent;       /* rows that did not report */
	struct report_row *rows; /* owned; in the order of the tree */
	uint32_t n_rows;
};

/* Makes a table without figures for the units of report; report_table_fini() it. */
void report_table_init(struct report_table *table, const struct report_plan *report,
		       const struct units *units, const struct indicator *indicators,
		       const struct report_period *period, int offset_minutes);
void report_table_fini(struct report_table *table);

/* Enters the figure of an indicator of a unit, where the table has it. */
void report_table_put(struct report_table *table, uint32_t unit, uint32_t indicator,
		      const struct reading *reading, uint32_t revision);

/* Ranks, and counts who did not report.  Then compares with the JSON that was written before (NULL:
 * none, or not readable): with other figures it is the next revision.  Returns whether it says
 * anything new. */
bool report_table_finish(struct report_table *table, const char *before, size_t size,
			 int64_t made_ms);

/* Append the report in that form; only: a unit (a page of its own), or UNIT_NONE: all. */
void report_html(struct text *text, const struct report_table *table, uint32_t only,
		 bool vietnamese);
void report_csv(struct text *text, const struct report_table *table, uint32_t only);
void report_json(struct text *text, const struct report_table *table, uint32_t only);

#endif
