/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rolling: what is on its way to the iocd above: what series gained by minutes, stocks and gauges
 * that may have changed, and feeds on which units were heard by what is not counted here, or late.
 *
 * All that is due stands in a queue, in the order in which it came to be so.  At each full
 * ROLLUP_EVERY_MS what stands in it begins to leave, a bounded number with each tick; stocks and
 * gauges all do at the full hour, for an iocd above that has lost them.  What has left waits until
 * it is taken.
 *
 * No heap where events are counted, unless memory runs short: then all leaves at once.
 */
#ifndef IOCD_INDICATOR_ROLLING_H
#define IOCD_INDICATOR_ROLLING_H

#include <stdbool.h>
#include <stdint.h>

#include "growing.h"
#include "hearing.h"
#include "iocd/base/text.h"
#include "iocd/rollup.h"

#define ROLLUP_BATCH_MAX  4096   /* roll-ups of one batch */
#define ROLLUP_LATE_MS    300000 /* who was heard of so late was heard then */
#define ROLLUP_SKETCHES   2      /* measures that are no numbers, of one roll-up */
#define ROLLUP_EVENTS_MAX 1000000000

struct indicators;
struct indicators_options;

/* What rolls up, by number: streams, then stocks and gauges by slot, then feeds. */
enum rolling_kind { ROLLING_STREAM, ROLLING_STOCK, ROLLING_GAUGE, ROLLING_FEED, N_ROLLING_KINDS };

struct rolling_key {
	uint64_t key;
	uint32_t thing;
};

struct due {
	uint32_t thing;
	uint32_t unit;
};

/* What has left and was not taken.  While it is made, bodies are known by offset. */
struct outgoing {
	struct text bodies;
	struct rollup *list;          /* owned */
	struct rollup_batch *batches; /* owned */
	size_t n, max;
	size_t n_batches, max_batches;
	size_t n_closed; /* of list, in a batch */
	bool taken;      /* lent, and goes with the next that comes */
};

struct rolling {
	struct rolling_key *keys; /* owned; of all things, rising */
	uint32_t starts[N_ROLLING_KINDS + 1];
	bool *rolls;  /* owned; by thing: it leaves; of things with the same key the first; NULL:
			 nothing leaves, and what follows is empty */
	bool *is_due; /* owned; see rolling_is_due() */
	struct due *queue; /* owned; a ring with room for all */
	size_t room, first, n;
	size_t n_leaving; /* of the first in the queue */
	struct growths growths;
	uint32_t n_units;
	int32_t hour; /* in which stocks and gauges left last; HOUR_NONE: in none */
	int64_t mark; /* which mark in time was passed last */
	uint64_t last_batch;
	struct outgoing outgoing;
};

/* Makes it, with everything else in indicators there; marks the streams that roll.  0 or a fault of
 * mmap. */
int rolling_init(struct indicators *indicators, const struct indicators_options *options) MUST_USE;
void rolling_fini(struct rolling *rolling);

/* The kind of a thing; lends the things of key, *ret of them. */
enum rolling_kind rolling_kind_of(const struct rolling *rolling, uint32_t thing);
const struct rolling_key *rolling_find(const struct rolling *rolling, uint64_t key, uint32_t *ret);

/* The key of a thing; the feed that it is of, or TYPE_NONE. */
uint64_t rolling_key_of(const struct indicators *indicators, uint32_t thing);
uint32_t rolling_feed_of(const struct indicators *indicators, uint32_t thing);

/* Whether a thing that is no stream stands in the queue for unit. */
static inline bool *rolling_is_due(const struct rolling *rolling, uint32_t thing, uint32_t unit)
{
	return &rolling->is_due[(size_t)(thing - rolling->starts[ROLLING_STOCK]) *
					rolling->n_units +
				unit];
}

/* Adds what is pending in series, the own one of a stream that rolls; then an update. */
void rolling_carry(struct indicators *indicators, uint32_t stream, uint32_t slot,
		   struct series *series);
void rolling_update(struct indicators *indicators, struct series *series,
		    const struct update *update);

/* Puts a thing that is no stream into the queue for unit, if it rolls and is not there. */
void rolling_note(struct rolling *rolling, enum rolling_kind kind, uint32_t place, uint32_t unit);

/* The same of a stream whose series had no cells before, if it has now. */
void rolling_note_stream(struct rolling *rolling, uint32_t stream, uint32_t unit,
			 const struct series *series, bool had_cells);

/* A unit was heard on a feed by what happened age_ms before; counted: some stream has it, so that
 * this will be known above, unless it is late. */
static inline void rolling_hear(struct rolling *rolling, struct voice voice, int64_t age_ms,
				bool counted)
{
	if (rolling->rolls && (!counted || age_ms > ROLLUP_LATE_MS / 2))
		rolling_note(rolling, ROLLING_FEED, voice.feed, voice.unit);
}

/* Lets leave what is due at the present time, a tick that has just begun; all there is. */
void rolling_leave_due(struct indicators *indicators);
void rolling_leave_all(struct indicators *indicators);

/* Forgets what has left. */
void outgoing_clear(struct outgoing *outgoing);
void outgoing_fini(struct outgoing *outgoing);

#endif
