/* SPDX-License-Identifier: Apache-2.0 */
/*
 * state: the members of struct flow, for the files of this room only: flow.c carries records,
 * followup.c what follows for open records, make.c makes and frees, save.c saves and loads.
 *
 * One thread at a time.
 */
#ifndef IOCD_FLOW_STATE_H
#define IOCD_FLOW_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "followup.h"
#include "iocd/flow.h"
#include "rate.h"

struct flow {
	struct journal_cursor *cursor; /* owned; NULL: records are handed in */
	struct decoder *decoder;       /* owned, as are all parts below */
	struct dedup *dedup;
	struct rate *rate;
	struct indicators *indicators;
	struct rules *rules;
	struct alertbook *book;
	struct ledger *ledger;
	struct deadletter *deadletter;
	struct clocks *clocks;
	struct trackers *trackers;
	struct contracts *contracts;
	struct findings *findings;

	const struct units *units; /* borrowed */
	const struct schema *schema;
	const struct track *tracks;
	const char *prefix; /* of topics */
	char *generation;   /* owned: of the rules */
	int offset_minutes;

	flow_tick_fn *tick_fn;
	void *tick_context;

	struct followup *followups; /* owned; by track */
	int64_t *lateness_ms;       /* owned; by feed */

	uint32_t n_units;
	uint32_t n_indicators;
	uint32_t n_types;
	int64_t tick_ms;    /* the last tick; 0: none yet */
	uint64_t position;  /* behind the last record carried through */
	bool is_unsettled;  /* a message was carried since the last tick */
	bool rules_are_new; /* judge everything at the next tick */
};

/* flow.c: judges an event by the rules on its type, as of now_ms; one that is no news only makes
 * late findings. */
void flow_judge_event(struct flow *flow, const struct event *event, int64_t now_ms);

#endif
