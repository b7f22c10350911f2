/* SPDX-License-Identifier: Apache-2.0 */
/*
 * flow: the data path, from a journal record to all of its consequences.
 *
 * journal > decode > dedup > indicators > rules > alerts.  The fold is deterministic: it reads no
 * clock; time is the arrival of records, cut into ticks of FLOW_TICK_MS, so that a replay of the
 * same journal under the same configuration gives the same state and the same transitions.  One
 * thread at a time.
 */
#ifndef IOCD_FLOW_H
#define IOCD_FLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/alertbook.h"
#include "iocd/base/defs.h"
#include "iocd/deadletter.h"
#include "iocd/decode.h"
#include "iocd/dedup.h"
#include "iocd/indicator.h"
#include "iocd/journal.h"
#include "iocd/ledger.h"
#include "iocd/rule.h"

/* Figures are rolled up and judged once per tick.  A tick bounds how late a crossed threshold is
 * seen, and how many times a second a busy indicator is judged. */
#define FLOW_TICK_MS 100

enum flow_outcome {
	FLOW_IDLE = 1, /* there is no further synced record now */
};

struct flow_options {
	struct journal *journal; /* these are borrowed for life */
	uint64_t position;       /* where to begin in it */
	const struct units *units;
	const struct schema *schema;
	const struct indicator *indicators;
	uint32_t n_indicators;
	const struct rule *rules;
	uint32_t n_rules;
	const char *prefix; /* of topics */
	int offset_minutes; /* of local time */
	struct decode_limits limits;
	int rate;  /* events per second and unit; 0: no limit */
	int burst; /* events that may come at once beyond the rate */
	uint32_t dedup_ids;
	int64_t dedup_memory_ms;
	size_t sketch_bytes;
};

/* Told at the end of each tick: what changed, and up to where in the journal. */
typedef void flow_changes_fn(void *context, const struct change *changes, size_t n,
			     uint64_t position);

struct flow;

/* Makes the whole fold, empty.  0 or a fault. */
int flow_new(struct flow **ret, const struct flow_options *options, flow_changes_fn *fn,
	     void *context) MUST_USE;
struct flow *flow_free(struct flow *flow);
DEFINE_CLEANUP(struct flow, flow_free)

/* Carries one record through.  0, FLOW_IDLE, or a fault (also when the journal's bytes are bad). */
int flow_step(struct flow *flow) MUST_USE;

/* With nothing left to read, lets time pass up to now_ms; does nothing if records are waiting. */
void flow_idle(struct flow *flow, int64_t now_ms);

/* Puts other rules in force from now on, keyed by rule id; the list is borrowed for life like the
 * ones before, because alerts and transitions name the rules that they were made by.  Everything is
 * judged by them at the next tick. */
void flow_replace_rules(struct flow *flow, const struct rule *rules, uint32_t n_rules);

/* The position behind the last record carried through. */
uint64_t flow_position(const struct flow *flow);

/* Lend the parts, for life (flow_rules(): until flow_replace_rules()). */
const struct indicators *flow_indicators(const struct flow *flow);
const struct rules *flow_rules(const struct flow *flow);
const struct alertbook *flow_book(const struct flow *flow);
const struct ledger *flow_ledger(const struct flow *flow);
const struct deadletter *flow_deadletter(const struct flow *flow);
const struct dedup *flow_dedup(const struct flow *flow);

#endif
