/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tally: what iocd's figures must be, counted a second time and in the plainest way.
 *
 * Shares no counting with iocd on purpose: filters are tested on the simulator's own values, every
 * event walks up the tree, distinct values are kept as they are.  Counts and sums, smallest and
 * largest, distinct; by the local day and month of the event's time.  Stocks, and what becomes of
 * records: holdings.h, cases.h.  Pure; no I/O, no clock.
 */
#ifndef IOCSIM_TALLY_H
#define IOCSIM_TALLY_H

#include "fact.h"

enum tally_part {
	TALLY_TOTALS,   /* count and sum indicators */
	TALLY_EXTREMES, /* min and max */
	TALLY_DISTINCT,
};

struct tally;

/* Makes an empty tally of world, borrowed for life.  Gives it; never NULL. */
struct tally *tally_new(const struct world *world) MUST_USE;
struct tally *tally_free(struct tally *tally);
DEFINE_CLEANUP(struct tally, tally_free)

/* Counts fact, an event that must be accepted, in its unit and all above. */
void tally_add(struct tally *tally, const struct fact *fact);

/* Appends {"2026-11-22": {unit: {indicator: number}}}, by day or by month, of what has counted an
 * event. */
void tally_json(struct text *out, const struct tally *tally, enum tally_part part, bool by_month);

/* Append what stocks hold, and all records as of now_ms: holdings_json(), cases_json(). */
void tally_stocks_json(struct text *out, const struct tally *tally);
void tally_records_json(struct text *out, const struct tally *tally, int64_t now_ms);

#endif
