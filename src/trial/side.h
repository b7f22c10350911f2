/* SPDX-License-Identifier: Apache-2.0 */
/*
 * side: one fold of a back-test and the alerts that it told.
 *
 * One thread at a time.
 */
#ifndef IOCD_TRIAL_SIDE_H
#define IOCD_TRIAL_SIDE_H

#include "iocd/backtest.h"

struct side {
	enum backtest_side number;
	const struct config *config; /* borrowed */
	struct config **followed;    /* owned; rulebooks that came on the way */
	uint32_t n_followed;
	bool is_following;           /* rules that the journal brings come into force */
	struct flow *flow;           /* owned */
	uint64_t told;               /* number of the last transition seen */
	struct backtest_alert *list; /* owned, as are their subjects; by number */
	size_t n, capacity;
	int64_t *load; /* owned; when people were told of something, in this order */
	size_t n_load, load_capacity;
	uint64_t records;
	int64_t begin_ms, end_ms; /* arrival of the first and last of them */
	backtest_told_fn *fn;
	void *context;
};

/* Makes the fold, empty.  side must not move.  0 or a fault. */
int side_init(struct side *side, enum backtest_side number, const struct config *config) MUST_USE;
void side_fini(struct side *side);

/* Carries the next record; lets one tick more pass. */
void side_carry(struct side *side, const struct record *record);
void side_finish(struct side *side);

#endif
