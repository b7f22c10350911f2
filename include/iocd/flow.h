/* SPDX-License-Identifier: Apache-2.0 */
/*
 * flow: the data path, from a journal record to all of its consequences.
 *
 * journal > decode > dedup > indicators, trackers, contracts > rules > alerts.  The fold is
 * deterministic: it reads no clock; time is the arrival of records, cut into ticks of FLOW_TICK_MS.
 * So its state is a function of the journal alone: a replay, or a saved state and the rest of the
 * journal, comes to the same bytes and the same transitions.  One thread at a time.
 */
#ifndef IOCD_FLOW_H
#define IOCD_FLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/alertbook.h"
#include "iocd/base/bytes.h"
#include "iocd/base/defs.h"
#include "iocd/cell.h"
#include "iocd/command.h"
#include "iocd/clocks.h"
#include "iocd/contract.h"
#include "iocd/deadletter.h"
#include "iocd/decode.h"
#include "iocd/dedup.h"
#include "iocd/findings.h"
#include "iocd/flow_plan.h"
#include "iocd/indicator.h"
#include "iocd/journal.h"
#include "iocd/ledger.h"
#include "iocd/rollup.h"
#include "iocd/rule.h"
#include "iocd/site.h"
#include "iocd/trackers.h"
#include "iocd/workload.h"

/* Figures are rolled up and judged once per tick.  A tick bounds how late a crossed threshold is
 * seen, and how many times a second a busy indicator is judged. */
#define FLOW_TICK_MS 100
#define FLOW_IDLE_MS 1000 /* time passes at least so often while nothing arrives */

enum flow_outcome {
	FLOW_IDLE = 1, /* there is no further synced record now */
	FLOW_CORRUPT,  /* the next record is damaged: flow_where() */
};

/* What a tick has brought about; lent during the call. */
struct flow_tick {
	const struct change *changes;
	size_t n_changes;
	const struct cell_batch *batches; /* for history */
	size_t n_batches;
	const struct rollup_batch *rollups; /* for the iocd above */
	size_t n_rollups;
	uint64_t position; /* up to where in the journal */
};

/* Told at the end of each tick.  The only moment at which the state may be saved. */
typedef void flow_tick_fn(void *context, const struct flow_tick *tick);

struct flow;

/* Makes the whole fold, empty.  0 or a fault. */
int flow_new(struct flow **ret, const struct flow_options *options, flow_tick_fn *fn,
	     void *context) MUST_USE;
struct flow *flow_free(struct flow *flow);
DEFINE_CLEANUP(struct flow, flow_free)

/* Carries the next record of the journal through.  0, FLOW_IDLE, FLOW_CORRUPT or a fault. */
int flow_step(struct flow *flow) MUST_USE;

/* Carries record through, which must be the one behind the last. */
void flow_carry(struct flow *flow, const struct record *record);

/* After FLOW_CORRUPT: lends file, offset and what is wrong. */
const char *flow_where(const struct flow *flow);

/* When time must pass although nothing arrives: by then, a RECORD_TIME belongs into the journal.
 * INT64_MAX while nothing ever arrived. */
int64_t flow_due_ms(const struct flow *flow);

/* Lends the fingerprint of the rules in force, until others are.  Others come by the journal only:
 * a RECORD_OWN of topic OWN_TOPIC_RULES.  They are keyed by rule id: alerts, windows and records
 * that fit stay; everything is judged anew at the next tick. */
const char *flow_generation(const struct flow *flow);

/* How many times other rules came into force since flow was made: what flow_rules() lends is
 * another then, also if they say the same. */
uint64_t flow_rules_changes(const struct flow *flow);

/* Lends who ordered the rules in force, if that was carried since flow was made (else ""), and
 * when.
 */
const char *flow_rules_by(const struct flow *flow, int64_t *ret_ms);

/* Whether the journal holds these rules: else the owner appends them, so that a replay has them. */
bool flow_rules_are_recorded(const struct flow *flow);

/* Lends the payload of the newest canary (canary.h) that was carried, "" before, and how many there
 * were. */
const char *flow_canary(const struct flow *flow, uint64_t *ret_n);

/* What became of the command with that key, if it was one of the last FLOW_COMMANDS: true, and the
 * outcome and how many alerts it concerned. */
#define FLOW_COMMANDS 512
bool flow_find_command(const struct flow *flow, const char *key, enum command_outcome *ret,
		       uint32_t *ret_n);

/* Puts the whole state into writer, without heap; only from within flow_tick_fn.  The same state
 * gives the same bytes. */
void flow_save(const struct flow *flow, struct bytes_writer *writer);

/* Takes a saved state over, into a flow fresh from flow_new(), which then goes on behind it. Units,
 * feeds, indicators and rules are known by name; what is no longer configured is dropped, what is
 * new begins empty, and everything is judged again if the rules are of another generation.  Units
 * may have moved in the tree or been merged: sums are made anew.  Marks reader bad, and leaves flow
 * fit only for flow_free(), if the bytes make no sense, or if local time has changed, so that days
 * would be wrong.  Returns how many series of figures were dropped because nothing counts exactly
 * what they did. */
uint64_t flow_load(struct flow *flow, struct bytes_reader *reader);

/* The position behind the last record carried through, and the time of the last tick (0: none). */
uint64_t flow_position(const struct flow *flow);
int64_t flow_tick_ms(const struct flow *flow);

/* Lend the parts, for life (flow_rules(), flow_keyed(), flow_sequences(): until other rules come).
 */
const struct indicators *flow_indicators(const struct flow *flow);
const struct rules *flow_rules(const struct flow *flow);
const struct alertbook *flow_book(const struct flow *flow);
const struct ledger *flow_ledger(const struct flow *flow);
const struct deadletter *flow_deadletter(const struct flow *flow);
const struct dedup *flow_dedup(const struct flow *flow);
const struct trackers *flow_trackers(const struct flow *flow);
const struct contracts *flow_contracts(const struct flow *flow);
const struct clocks *flow_clocks(const struct flow *flow);
const struct findings *flow_findings(const struct flow *flow);
const struct workload *flow_workload(const struct flow *flow);
const struct keyed *flow_keyed(const struct flow *flow);
const struct trackers *flow_sequences(const struct flow *flow);
const struct sites *flow_sites(const struct flow *flow);

/* The same, for the downlink, which takes what is due; nothing else of it may be changed. */
struct sites *flow_sites_due(struct flow *flow);

/* Of orders from above: which numbering was heard last, and the last number that was carried. */
uint64_t flow_above(const struct flow *flow, uint64_t *ret_orders);

#endif
