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
#include "iocd/clocks.h"
#include "iocd/contract.h"
#include "iocd/deadletter.h"
#include "iocd/decode.h"
#include "iocd/dedup.h"
#include "iocd/findings.h"
#include "iocd/indicator.h"
#include "iocd/journal.h"
#include "iocd/ledger.h"
#include "iocd/rule.h"
#include "iocd/trackers.h"

/* Figures are rolled up and judged once per tick.  A tick bounds how late a crossed threshold is
 * seen, and how many times a second a busy indicator is judged. */
#define FLOW_TICK_MS 100
#define FLOW_IDLE_MS 1000 /* time passes at least so often while nothing arrives */

enum flow_outcome {
	FLOW_IDLE = 1, /* there is no further synced record now */
	FLOW_CORRUPT,  /* the next record is damaged: flow_where() */
};

struct flow_options {
	struct journal *journal; /* these are borrowed for life; NULL: only flow_carry() is used */
	uint64_t position;       /* where to begin in it */
	const struct units *units;
	const struct schema *schema;
	const struct indicator *indicators;
	uint32_t n_indicators;
	const struct rule *rules;
	uint32_t n_rules;
	const struct track *tracks;
	uint32_t n_tracks;
	uint32_t records; /* that trackers may hold, open and lately closed */
	const struct contract *contracts;
	uint32_t n_contracts;
	const char *generation; /* names the rules; copied */
	const char *prefix;     /* of topics */
	int offset_minutes;     /* of local time */
	struct decode_limits limits;
	int64_t lateness_ms;  /* of feeds that do not say: older events are no news */
	int rate;             /* events per second and unit; 0: no limit */
	int burst;            /* events that may come at once beyond the rate */
	struct memory memory; /* against repeats, of feeds that do not say; no member is 0 */
	uint32_t dedup_sources;
	size_t sketch_bytes;
};

/* What a tick has brought about; lent during the call. */
struct flow_tick {
	const struct change *changes;
	size_t n_changes;
	const struct cell_batch *batches; /* for history */
	size_t n_batches;
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

/* Puts other rules in force from now on, keyed by rule id; the list is borrowed for life like the
 * ones before, because alerts and transitions name the rules that they were made by; generation is
 * copied.  Everything is judged by them at the next tick. */
void flow_replace_rules(struct flow *flow, const struct rule *rules, uint32_t n_rules,
			const char *generation);

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

/* Lend the parts, for life (flow_rules(): until flow_replace_rules()). */
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

#endif
