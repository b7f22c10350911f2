/* SPDX-License-Identifier: Apache-2.0 */
/*
 * backtest: what 'iocctl backtest', its log and its suggestions share: the journal, the span, the
 * reading of all records.
 */
#ifndef IOCCTL_BACKTEST_H
#define IOCCTL_BACKTEST_H

#include <stdint.h>

#include "call.h"
#include "iocd/backtest_read.h"
#include "iocd/config.h"
#include "journal.h"

struct backtesting {
	const struct call *call;
	struct config *after;  /* owned: the rules to be tried */
	struct config *before; /* owned; NULL: the same as after */
	struct journal_place place;
	struct journal_survey *survey; /* owned */
	uint64_t damaged;              /* stretches that were stepped over */
	double seconds;                /* that the reading took */
};

/* Reads all records for one side, with a bar on a terminal; pass of passes.  STATUS_GOOD or what
 * was explained. */
int backtest_read(struct backtesting *testing, int pass, int passes, enum backtest_side side,
		  backtest_record_fn *fn, void *context);

/* Reads all records for both sides, which fn is told in two threads, each in order.  Both get the
 * same, also while iocd writes more.  Likewise. */
int backtest_read_both(struct backtesting *testing, backtest_record_fn *fn, void *context);

/* Arrival of the last record, from the last files alone; 0: there is none.  Faults count as that:
 * whoever reads all will meet them. */
int64_t backtest_last_ms(const struct backtesting *testing);

/* Reads --since and --until for records that arrived until end_ms: a day, a time, or how long
 * before the end.  STATUS_GOOD or what was explained. */
int backtest_span(const struct call *call, int64_t end_ms, int offset_minutes,
		  int64_t *ret_since_ms, int64_t *ret_until_ms);

/* The same call, for all that one side tells: --log. */
int backtest_log(struct backtesting *testing);

/* The same call, for another limit of the rule that --suggest names. */
int backtest_suggest(struct backtesting *testing);

#endif
