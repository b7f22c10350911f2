/* SPDX-License-Identifier: Apache-2.0 */
/*
 * backtest: the records of a journal through two folds side by side, one under the rules that were
 * in force, the other under those that are to be tried; and what would have been told otherwise.
 *
 * The first follows the rules that the journal says came into force, the second keeps its own.
 * Whoever owns it reads the journal and hands in every record from the oldest that is kept; what
 * counts is only what was told within a span.
 *
 * Reads no clock, no file.  Allocates freely.  One thread at a time for each side, one for all
 * else.
 */
#ifndef IOCD_BACKTEST_H
#define IOCD_BACKTEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/base/defs.h"
#include "iocd/config.h"
#include "iocd/flow.h"

#define BACKTEST_SLOT_MS (10 * 60000)
#define BACKTEST_FLOOD   10 /* alerts in a slot for each operator; more are a flood */

enum backtest_side { SIDE_BEFORE, SIDE_AFTER, N_SIDES };

struct backtest_options {
	const struct config *configs[N_SIDES]; /* borrowed for life */
};

/* An alert as one side told it. */
struct backtest_alert {
	const struct rule *rule;
	uint32_t row;
	uint32_t unit; /* of that side's units */
	const char *subject;
	enum severity severity; /* the gravest that it came to */
	bool is_suppressed;     /* as it was raised */
	bool has_match;         /* the other side told one of that rule, unit and subject that stood
				   at some time when this one did */
	uint64_t number;        /* of the transition that raised it */
	int64_t raised_ms;
	int64_t cleared_ms; /* INT64_MAX: it stands at the end */
};

/* One rule, by its id. */
struct backtest_row {
	const struct rule *rules[N_SIDES]; /* NULL: that side has none of that id */
	uint64_t raised[N_SIDES];
	uint64_t critical[N_SIDES]; /* of these, such as came to that */
	uint64_t missed;            /* of the first side's, without a match */
	uint64_t added;             /* of the second's */
};

/* How much people had to bear: alerts as they were raised without being suppressed, or announced
 * later. */
struct backtest_load {
	uint64_t told;
	double mean;       /* per slot and operator */
	double most;       /* in one slot, per operator */
	int64_t most_ms;   /* when that slot began */
	uint64_t n_floods; /* slots with a flood */
};

struct backtest_sum {
	uint64_t records;
	uint64_t events;      /* that the first side accepted or refused */
	int64_t begin_ms;     /* arrival of the first record; 0: there was none */
	int64_t end_ms;       /* of the last */
	int64_t since_ms;     /* from when it counts: not before begin_ms */
	int64_t until_ms;     /* until when: not behind end_ms */
	uint32_t n_rulebooks; /* that came into force on the way, on the first side */
	struct backtest_load loads[N_SIDES];
	uint64_t missed, added;
};

struct backtest;

/* Makes both folds, empty.  0 or a fault. */
int backtest_new(struct backtest **ret, const struct backtest_options *options) MUST_USE;
struct backtest *backtest_free(struct backtest *backtest);
DEFINE_CLEANUP(struct backtest, backtest_free)

/* Carries the next record through one side.  Both have to meet all records, in order, but each in
 * its own time, and in threads of their own if that is wanted. */
void backtest_carry(struct backtest *backtest, enum backtest_side side,
		    const struct record *record);

/* Arrival of the last record; 0: there was none. */
int64_t backtest_end_ms(const struct backtest *backtest);

/* Lets the last tick pass and compares what was raised from since_ms on and before until_ms.  Once;
 * nothing is carried afterwards. */
void backtest_finish(struct backtest *backtest, int64_t since_ms, int64_t until_ms,
		     struct backtest_sum *ret);

/* After that, lend: rules, in the order of the second side, then those that it has not; and the
 * alerts of a side, in the order in which they were raised. */
const struct backtest_row *backtest_rows(const struct backtest *backtest, uint32_t *ret_n);
const struct backtest_alert *backtest_alerts(const struct backtest *backtest,
					     enum backtest_side side, size_t *ret_n);

/* Told of each transition of a side as it comes, in that side's thread, lent during the call. */
typedef void backtest_told_fn(void *context, enum backtest_side side,
			      const struct transition *transition);
void backtest_listen(struct backtest *backtest, backtest_told_fn *fn, void *context);

/* Lends a side's fold, for life. */
const struct flow *backtest_flow(const struct backtest *backtest, enum backtest_side side);

/* From when on the rule has all that it looks back on, if records began at begin_ms. */
int64_t backtest_complete_ms(const struct rule *rule, int64_t begin_ms);

#endif
