/* SPDX-License-Identifier: Apache-2.0 */
/*
 * series: the figures of one stream of one unit, by minute and by local day, week, month and year.
 *
 * One block of memory: this head, what is pending, the cells of periods (two days, two weeks, two
 * months, two years), then a ring of minute cells.  The cells of every measure are numbered alike:
 * 0 and 1 are the even and the odd day, 2 and 3 the even and the odd week, and so on, the ring
 * follows.  Two of each, so that late events of yesterday and early ones of tomorrow leave today
 * alone.  A cell whose count is 0 holds
 * nothing, whatever its numbers say; zeroed memory is an empty series.
 *
 * Owns sketches in a pool through its cells.  No heap, no clock, no lock.
 */
#ifndef IOCD_INDICATOR_SERIES_H
#define IOCD_INDICATOR_SERIES_H

#include <stdint.h>

#include "iocd/base/pool.h"
#include "moment.h"
#include "plan.h"

#define SERIES_DAYS    0 /* number of the first day cell */
#define SERIES_WEEKS   2 /* of the first week cell, and so on */
#define SERIES_MONTHS  4
#define SERIES_YEARS   6
#define SERIES_PERIODS 8 /* of the first minute cell */
#define SERIES_ALIGN   64
#define CELL_NONE      UINT32_MAX

/* Lists of cells that grow until they leave: growing.h. */
enum series_grain {
	GRAIN_HOURS,   /* for history */
	GRAIN_MINUTES, /* for the iocd above */
	N_SERIES_GRAINS,
};

/* The head: all that adding an event touches, with the first three pending numbers behind it. */
struct series {
	uint32_t newest;         /* minute of the newest cell of the ring; 0: none yet */
	uint32_t newest_at;      /* its place in the ring */
	uint32_t pending_minute; /* of the events that are pending */
	uint32_t pending_n;      /* how many; 0: the series is not on the list of touched ones */
	int64_t last_ms;         /* event time of the newest event, here or below */
	uint64_t position;       /* journal record of the event counted last, here or below */
	uint32_t growing[N_SERIES_GRAINS]; /* of an own series: its lists of such cells */
	double pending[];                  /* by number measure */
};

/* The events of each period cell, and which day, week ... it is of. */
struct periods {
	uint64_t counts[SERIES_PERIODS];
	int32_t numbers[SERIES_PERIODS];
};

/* The newest value of a cell of MEASURE_LAST. */
struct last {
	int64_t time_ms;
	double value;
};

/* Cells to be read together: at most two runs. */
struct view {
	uint32_t at[2];
	uint32_t n[2];
};

/* The size of a cell. */
uint32_t series_cell_bytes(enum measure_kind kind);

/* Decides where the parts of a series of stream lie, and sets series_bytes. */
void series_lay_out(struct stream *stream);

/* Lend the cells of a measure: double for numbers, struct last for MEASURE_LAST, handles of
 * sketches for MEASURE_QUANTILE, counts for MEASURE_DISTINCT, whose cell 0 is its one sketch. */
void *series_cells(const struct measure *measure, const struct series *series);

/* Lend the periods, and the counts of events by minute. */
static inline struct periods *series_periods(const struct stream *stream,
					     const struct series *series)
{
	return (struct periods *)((char *)series + stream->periods_at);
}

static inline uint32_t *series_minute_counts(const struct stream *stream,
					     const struct series *series)
{
	return (uint32_t *)((char *)series + stream->counts_at);
}

/* The number of events in a cell. */
static inline uint64_t series_count(const struct stream *stream, const struct series *series,
				    uint32_t cell)
{
	if (cell < SERIES_PERIODS)
		return series_periods(stream, series)->counts[cell];
	return series_minute_counts(stream, series)[cell - SERIES_PERIODS];
}

/* The cell of minute in the ring, which is turned first if minute is new; or CELL_NONE: too old. */
uint32_t series_minute_cell(const struct stream *stream, struct series *series, uint32_t minute,
			    struct pool *sketches);

/* Asks for the memory that carrying events of minute will need. */
void series_expect(const struct stream *stream, const struct series *series, uint32_t minute);

/* The cell (SERIES_DAYS ... SERIES_YEARS) of day ... year number, emptied first if it was of an
 * older one; or CELL_NONE: it is of a newer one. */
uint32_t series_period_cell(const struct stream *stream, struct series *series, uint32_t kind,
			    int32_t number, struct pool *sketches);

/* Merges what an event says, or what n events made of each number, into the pending numbers. */
void series_pend(const struct stream *stream, struct series *series, const struct event *event);
void series_pend_sum(const struct stream *stream, struct series *series, const double *numbers,
		     uint32_t n);

/* Counts what is pending in from, events of moment, into the cells of series (the same, or one
 * above). */
void series_carry(const struct stream *stream, struct series *series, const struct series *from,
		  const struct moment *moment, struct pool *sketches);

/* The number of the day, week, month or year of moment, by kind. */
static inline int32_t series_period_number(const struct moment *moment, uint32_t kind)
{
	const int32_t numbers[] = { moment->day, moment->week, moment->month, moment->year };

	return numbers[kind / 2];
}

/* The cells of the minutes first to last; of a day ... year. */
struct view series_minutes(const struct stream *stream, const struct series *series, uint32_t first,
			   uint32_t last);
struct view series_period(const struct stream *stream, const struct series *series, uint32_t kind,
			  int32_t number);

#endif
