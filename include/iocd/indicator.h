/* SPDX-License-Identifier: Apache-2.0 */
/*
 * indicator: figures per unit, over sliding windows and the local day and month, up the tree.
 *
 * Events are counted by the minute of their own time.  A ratio is the ratio of two sums, at every
 * level; distinct counts and quantiles roll up as sketches.  Adding an event costs work for the
 * indicators that look at its type only; what can wait for the end of a batch does.
 *
 * Pure and deterministic: time is what indicators_tick() was told last; no I/O, no clock, no log,
 * no heap after indicators_new().  One thread at a time.
 */
#ifndef IOCD_INDICATOR_H
#define IOCD_INDICATOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/base/defs.h"
#include "iocd/base/place.h"
#include "iocd/contract.h"
#include "iocd/event.h"
#include "iocd/indicator_kind.h"

#define QUANTILE_ERROR     0.01  /* of a quantile, relative to its value */
#define DISTINCT_EXACT_MAX 1024  /* values that are counted exactly */
#define DISTINCT_ERROR     0.023 /* relative standard error beyond */

struct indicators_options {
	const struct units *units; /* borrowed for life, as are the next two */
	const struct schema *schema;
	const struct indicator *list; /* parts refer to it by index */
	uint32_t n_list;
	int offset_minutes;  /* of local time, east of UTC */
	size_t sketch_bytes; /* that distinct and quantile sketches may take together */
	const struct contracts *contracts; /* who reports, for quality; NULL: nobody must */
	const bool *rolled; /* by feed: roll-ups of it leave (rollup.h); copied; NULL: of none */
};

enum quality {
	QUALITY_UNKNOWN, /* nothing was ever received, or a ratio, mean, quantile ... of nothing */
	QUALITY_GOOD,
	QUALITY_PARTIAL, /* reporting of expected senders at and below the unit report */
	QUALITY_STALE, /* none of them does; or the unit was silent for longer than its feed allows
			*/
};

/* The value of one indicator of one unit over one window. */
struct reading {
	enum quality quality;
	double value;      /* NaN with QUALITY_UNKNOWN */
	uint64_t samples;  /* events counted; of a ratio: those below the line */
	int64_t last_ms;   /* event time of the newest event that counted, ever; 0: none */
	uint64_t position; /* journal record of the event that was counted last */
	uint32_t reporting, expected; /* senders; 0 of 0 where nobody must report */
	bool is_provisional; /* some of what sites at or below the unit forward is still to come */
};

/* An indicator of a unit whose reading may differ from what it was. */
struct change {
	uint32_t indicator;
	uint32_t unit;
};

struct indicators;

/* Lays out all series.  0 or a fault. */
int indicators_new(struct indicators **ret, const struct indicators_options *options) MUST_USE;
struct indicators *indicators_free(struct indicators *indicators);
DEFINE_CLEANUP(struct indicators, indicators_free)

/* Counts event, an admitted one, in its unit.  Parents and readings follow at indicators_settle().
 * One up to five minutes ahead of our clock waits (not for DISTINCT); more is taken for five. */
void indicators_add(struct indicators *indicators, const struct event *event);

/* Moves an INDICATOR_GAUGE of unit, and of all above it, by delta.  position: the journal record
 * that it follows from; at_ms: event time. */
void indicators_move(struct indicators *indicators, uint32_t gauge, uint32_t unit, int64_t delta,
		     int64_t at_ms, uint64_t position);

/* The quality of all that feed counts in unit may have changed. */
void indicators_note_quality(struct indicators *indicators, uint32_t feed, uint32_t unit);

/* Ends a batch: carries what was added up the tree and marks what changed. */
void indicators_settle(struct indicators *indicators);

/* Lets time pass to now_ms; an earlier time than before is ignored.  In a new minute
 * every series with events is marked as changed, by slices so that no tick is long. */
void indicators_tick(struct indicators *indicators, int64_t now_ms);

/* Lends what changed since the last call, each pair once; until the next call but a reading. */
size_t indicators_take_changes(struct indicators *indicators, const struct change **ret);

/* Reads one indicator of one unit over window, which ends now. */
struct reading indicators_read(const struct indicators *indicators, uint32_t indicator,
			       uint32_t unit, const struct window *window);

/* The same over the single minute that began minutes_ago minutes before the present one (0 to 59).
 * A DISTINCT of a past minute leaves out late events whose value was seen again since, and tells
 * too few beyond DISTINCT_EXACT_MAX. */
struct reading indicators_read_minute(const struct indicators *indicators, uint32_t indicator,
				      uint32_t unit, uint32_t minutes_ago);

/* Finds an indicator by its id of n bytes, or INDICATOR_NONE; lends one; counts them. */
uint32_t indicators_find(const struct indicators *indicators, const char *id, size_t n);
const struct indicator *indicators_at(const struct indicators *indicators, uint32_t number);
uint32_t indicators_count(const struct indicators *indicators);

/* Series (indicator and unit) that have counted an event; updates lost to full sketch memory. */
uint64_t indicators_live(const struct indicators *indicators);
uint64_t indicators_sketch_refusals(const struct indicators *indicators);

/* Lends the name of a quality ("good") and the present time (ms) of the last tick. */
const char *quality_name(enum quality quality);
int64_t indicators_now_ms(const struct indicators *indicators);

#endif
