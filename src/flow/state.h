/* SPDX-License-Identifier: Apache-2.0 */
/*
 * state: the members of struct flow, for the files of this room only: flow.c carries messages,
 * own.c iocd's own records, below.c what
 * others forward, followup.c what follows for open records; judge.c asks the rules;
 * make.c makes and frees, rulebook.c replaces rules, save.c saves and loads.
 *
 * One thread at a time.
 */
#ifndef IOCD_FLOW_STATE_H
#define IOCD_FLOW_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "below.h"
#include "followup.h"
#include "iocd/flow.h"
#include "orders.h"
#include "rate.h"
#include "senders.h"

#define CANARY_MAX 96 /* bytes of a canary's payload */

/* What iocd said last of a part of itself. */
struct own_word {
	enum judgement judgement; /* JUDGE_UNKNOWN: nothing */
	char detail[ALERT_DETAIL_MAX];
};

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
	struct keyed *keyed;        /* of the rules on each value of a field */
	struct trackers *sequences; /* of the rules on sequences */
	struct senders *senders;
	struct orders *orders;
	struct workload *workload;
	struct sites *sites; /* who forwards to us */
	struct below below;

	const struct units *units; /* borrowed */
	const struct schema *schema;
	const struct track *tracks;
	const char *prefix; /* of topics */
	const struct indicator *indicator_list;
	struct rulebook rulebook; /* in force; what it lends is borrowed */
	uint64_t rules_changes;   /* times that it was replaced */
	flow_rules_fn *read_rules;
	void *rules_context;
	int offset_minutes;
	const char *instance; /* ours */
	const char *sender;   /* under which we forward; NULL: we do not */

	flow_tick_fn *tick_fn;
	void *tick_context;
	flow_event_fn *event_fn; /* NULL: nobody is told of events */
	void *event_context;

	struct followup *followups; /* owned; by track */
	int64_t *lateness_ms;       /* owned; by feed */

	uint32_t n_units;
	uint32_t n_indicators;
	uint32_t n_types;
	int64_t tick_ms;               /* the last tick; 0: none yet */
	uint64_t position;             /* behind the last record carried through */
	bool is_unsettled;             /* a message was carried since the last tick */
	bool rules_are_new;            /* judge everything at the next tick */
	bool rules_are_recorded;       /* the journal has them */
	char rules_by[ALERT_NAME_MAX]; /* who ordered them, "": not since flow was made */
	int64_t rules_ms;              /* and when */
	char reviewer[ALERT_NAME_MAX]; /* who brought them */
	struct own_word words[N_OWN_PARTS];
	char canary[CANARY_MAX];
	uint64_t n_canaries;
	uint64_t dropped;      /* messages, as the broker said last */
	int64_t dropped_ms;    /* when that grew; 0: it is no news */
	uint64_t above;        /* number of the last order from above that was carried, */
	uint64_t orders_above; /* in the numbering of that name */
};

/* flow.c: counts an event that is known to be no repeat; refuses what input holds. */
void flow_accept(struct flow *flow, const struct event *event);
void flow_refuse(struct flow *flow, const struct decode_input *input, uint32_t unit, uint32_t nth,
		 enum reason reason);

/* own.c: carries a record of iocd's own; judges what is known of iocd itself and of senders once
 * more, or what has changed since the last second. */
void own_carry(struct flow *flow, const struct record *record);

/* Carries a message if it is iocd's own business: a canary, or what the broker dropped. */
bool own_carry_message(struct flow *flow, const struct decode_input *input);
void own_review(struct flow *flow);

/* Says, at each tick, that nobody could be heard before now_ms if iocd's broker is gone. */
void own_excuse(struct flow *flow, int64_t now_ms);
void own_look(struct flow *flow);

/* Judges what holds, as a senders_fn or site_fn does. */
void own_judge(void *flow, const struct own_state *state);

/* rulebook.c: make and free what hangs on the rulebook (0 or a fault); put another in force, which
 * somebody brought; put another in force before any state is loaded (0 or a fault: then flow is
 * only fit for flow_free()). */
int rules_make(struct flow *flow, const struct rulebook *book) MUST_USE;
void rules_unmake(struct flow *flow);
void rules_replace(struct flow *flow, const struct rulebook *book, const char *by);
int rules_adopt(struct flow *flow, const struct rulebook *book) MUST_USE;

#endif
