/* SPDX-License-Identifier: Apache-2.0 */
/*
 * indicator_kind: what configuration says of an indicator.
 *
 * Some kinds are counted from events, some follow a stock (what there is now, in each unit, summed
 * up the tree), and the rest are worked out of others when they are read.  Strings and arrays are
 * borrowed for the life of the configuration.
 */
#ifndef IOCD_INDICATOR_KIND_H
#define IOCD_INDICATOR_KIND_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/base/place.h"
#include "iocd/where.h"

#define INDICATOR_NONE        UINT32_MAX
#define INDICATOR_WINDOWS_MAX 8    /* windows of one indicator */
#define INDICATOR_MINUTES_MAX 1440 /* longest sliding window */

enum indicator_kind {
	/* counted from events */
	INDICATOR_COUNT,
	INDICATOR_SUM,
	INDICATOR_MEAN,
	INDICATOR_MIN,
	INDICATOR_MAX,
	INDICATOR_LAST,     /* value of the newest event by event time; a parent's: of its units */
	INDICATOR_RATE,     /* count per per_ms; of periods: of the time since they began */
	INDICATOR_DISTINCT, /* different values of a field */
	INDICATOR_QUANTILE,
	/* what there is now: the same over every window; a parent has the sum of its units; its
	   samples are its value, so that a ratio of two has as many as there are below the line */
	INDICATOR_STOCK, /* sum of the newest values of field, one for each key of by_field */
	INDICATOR_GAUGE, /* moved by indicators_move(): open records and the like */
	/* worked out of others */
	INDICATOR_RATIO,    /* parts[0] / parts[1], each a count, sum, stock or gauge */
	INDICATOR_SCORE,    /* 100 times the weighted mean of terms, each as a share of its max */
	INDICATOR_PROGRESS, /* parts[0] as a share of target_value */
	INDICATOR_BEHIND,   /* what PROGRESS parts[0] should be by now on the straight line from
			       from_ms (0) to by_ms (1), less what it is */
	INDICATOR_CHANGE,   /* parts[0] over the window, less its value over the period before, or
			       that as a share of it.  Over today, what is added up (count, sum,
			       rate, mean, ratios of them) is held against the same point of
			       yesterday; else against the whole period; a stock or gauge against
			       its value as the period began.  Unknown if nothing counted then, if
			       no minutes are kept that old, and of a DISTINCT */
	INDICATOR_BASELINE, /* parts[0] over the last full hour, divided by the median of the same
			       hour of the week in the weeks before, of at least three if there
			       are so many weeks; the same over every window */
	INDICATOR_UNITS,    /* how many units among some, at and below this one, have parts[0] so;
			       reporting: those that have it good or partial */
};

enum window_kind {
	WINDOW_MINUTES, /* the present minute and the minutes - 1 before it */
	WINDOW_TODAY,   /* the local day */
	WINDOW_WEEK,    /* the local week, from Monday */
	WINDOW_MONTH,   /* the local month */
	WINDOW_YEAR,    /* the local year */
};

struct window {
	enum window_kind kind;
	uint32_t minutes; /* WINDOW_MINUTES: 1 to INDICATOR_MINUTES_MAX */
	const char *text; /* as written: "1h", "today", "month"; borrowed */
};

/* A part of a score. */
struct score_term {
	uint32_t indicator;
	double weight; /* above 0 */
	double max;    /* the value that counts as whole, above 0 */
};

/* A named stretch of values, from `from` up to the next band: "Good" from 70. */
struct score_band {
	double from;
	const char *title_vi, *title_en;
};

/* Ranking of the units of one level by this indicator; kept in Redis and in reports. */
struct ranking {
	const bool *units;    /* by unit: takes part; NULL: there is no ranking */
	bool lowest_first;    /* the best has the lowest value */
	uint64_t min_samples; /* with fewer a unit is not ranked */
	struct window window;
};

/* What configuration says of an indicator. */
struct indicator {
	const char *id;
	const char *title_vi;
	const char *title_en;
	const char *measure_vi, *measure_en; /* unit of measure, "" if none */
	bool percent;                        /* shown as percent: 0.05 is 5 % */
	double target;                       /* NaN if none */
	enum indicator_kind kind;
	uint32_t type;      /* event type, of kinds counted from events and STOCK; of a GAUGE the
			       one whose feed its quality hangs on, or TYPE_NONE; else TYPE_NONE */
	uint32_t field;     /* in that type; not for COUNT, RATE */
	uint32_t by_field;  /* STOCK: text or choice that tells things apart, or TYPE_NONE: one for
			       each unit */
	struct where where; /* kinds counted from events, STOCK */
	double quantile;    /* QUANTILE: between 0 and 1 */
	int64_t per_ms;     /* RATE */
	uint32_t parts[2];  /* indexes of indicators, of kinds worked out of others */

	const struct score_term *terms; /* SCORE */
	uint32_t n_terms;
	const struct score_band *bands; /* any kind, lowest first; shown with the value */
	uint32_t n_bands;
	double target_value;                                /* PROGRESS: above 0 */
	int64_t from_ms, by_ms;                             /* BEHIND: from < by */
	bool is_relative;                                   /* CHANGE: (now - before) / before */
	uint32_t weeks;                                     /* BASELINE: 1 to 8 */
	enum { UNITS_GT, UNITS_GE, UNITS_LT, UNITS_LE } is; /* UNITS */
	double limit;                                       /* UNITS: value is ... limit */
	const bool *among; /* UNITS: by unit, those that may count */

	struct ranking ranking;
	struct window windows[INDICATOR_WINDOWS_MAX]; /* the first is the one shown by default */
	uint32_t n_windows;                           /* at least 1 */
	struct place place;
};

/* Lends the band of indicator that value lies in; NULL: none, or no value. */
const struct score_band *indicator_band(const struct indicator *indicator, double value);

#endif
