/* SPDX-License-Identifier: Apache-2.0 */
/*
 * control_backtest: what control is told of a back-test (backtest.h) that the owner of everything
 * runs beside the daemon's own work: the rules in the directory of the configuration, as they are
 * when it begins, against the journal.
 *
 * Only types; what they lend is valid until the next turn of the loop.
 */
#ifndef IOCD_CONTROL_BACKTEST_H
#define IOCD_CONTROL_BACKTEST_H

#include <stddef.h>
#include <stdint.h>

#define CONTROL_BACKTEST_DAYS 366 /* that may be counted */

enum control_backtest_state {
	CONTROL_BACKTEST_NONE, /* none was begun since the start */
	CONTROL_BACKTEST_RUNNING,
	CONTROL_BACKTEST_DONE,
	CONTROL_BACKTEST_FAILED, /* or was stopped */
};

enum control_backtest_start {
	CONTROL_BACKTEST_BUSY = 1, /* one is running */
};

/* One rule; before: as the journal says that rules were, after: as they are to be tried. */
struct control_backtest_row {
	const char *rule; /* id */
	uint64_t raised_before, raised_after;
	uint64_t critical_before, critical_after; /* of these, such as came to that */
	uint64_t missed, added;
};

struct control_backtest_load {
	uint64_t alerts; /* that people would have been told */
	double mean;     /* per 10 minutes and operator */
	double most;     /* in 10 minutes, per operator */
	int64_t most_ms;
	uint64_t floods;
};

struct control_backtest_result {
	int64_t started_ms, finished_ms; /* civil time; 0: there is no result */
	const char *by;
	const char *generation;     /* of the rules that were tried */
	int64_t begin_ms, end_ms;   /* arrival of the first record and of the last */
	int64_t since_ms, until_ms; /* what counts */
	uint64_t records, events;
	uint64_t damaged;   /* stretches of the journal that were stepped over */
	uint32_t rulebooks; /* that came into force on the way */
	struct control_backtest_load before, after;
	uint64_t missed, added;
	const struct control_backtest_row *rows; /* of rules that raised something */
	size_t n_rows;
};

struct control_backtest {
	enum control_backtest_state state;
	double progress; /* 0 to 1 */
	int64_t started_ms;
	const char *by;
	uint32_t days;                         /* that are to be counted */
	const char *why;                       /* it failed, in words */
	struct control_backtest_result result; /* of the last that was done */
};

#endif
