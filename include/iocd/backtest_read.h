/* SPDX-License-Identifier: Apache-2.0 */
/*
 * backtest_read: the records of a journal's files for one taker or for two, each in a thread of its
 * own, because what they do with a record takes twenty times as long as reading it.
 *
 * Takes no lock and changes nothing: iocd may be writing meanwhile.  Blocks.  What these threads do
 * is not counted (counter_mute()); they are as nice as the caller's.
 */
#ifndef IOCD_BACKTEST_READ_H
#define IOCD_BACKTEST_READ_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/backtest.h"
#include "iocd/base/defs.h"
#include "iocd/journal_file.h"

enum backtest_read_outcome {
	BACKTEST_STOPPED = 1, /* as the teller wished */
};

/* Takes a record for a side; what it lends is valid during the call. */
typedef void backtest_record_fn(void *context, enum backtest_side side,
				const struct record *record);

/* Told now and then, in the caller's thread, how many bytes of all the slower taker has done.
 * False: stop. */
typedef bool backtest_tell_fn(void *context, uint64_t done, uint64_t total);

struct backtest_reading {
	const struct journal_survey *survey; /* borrowed */
	uint64_t from;                       /* of a record; 0: the oldest */
	backtest_record_fn *fn;
	void *context;
	backtest_tell_fn *tell; /* NULL: nobody is told */
	void *teller;           /* its context */
};

/* Reads all records for one side, or for both, which get the same, also while iocd writes more.
 * Fills *ret_damaged: stretches that were stepped over.  0, BACKTEST_STOPPED or a fault (-ENOENT:
 * iocd has removed the file meanwhile). */
int backtest_read_side(const struct backtest_reading *reading, enum backtest_side side,
		       uint64_t *ret_damaged) MUST_USE;
int backtest_read_sides(const struct backtest_reading *reading, uint64_t *ret_damaged) MUST_USE;

#endif
