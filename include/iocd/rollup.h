/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rollup: what a series of one unit gained in one minute, on its way to the iocd above: as a cell
 * (cell.h), but by the minute, so that figures above are live.
 *
 * Roll-ups are increments of what came from the unit itself, not from units below it; added above
 * as if the events themselves had come, they give the same sums, distinct counts and quantiles.  Of
 * a stock or gauge it is what there is now, and the newest counts; it leaves when it may have
 * changed and at each full hour, so that what was given up on the way is made good.  A unit that
 * was heard by what nothing counts, or late, is told as a roll-up without a measure.  They leave
 * every ROLLUP_EVERY_MS of the fold's time, in numbered batches; a replay of the same journal gives
 * the same batches.  Distinct values always travel as themselves, never as registers: those that
 * are too many for one roll-up in another of no events.
 *
 * Pure; no I/O, no clock, no log.  One thread at a time.
 */
#ifndef IOCD_ROLLUP_H
#define IOCD_ROLLUP_H

#include <stddef.h>
#include <stdint.h>

#include "iocd/base/bytes.h"
#include "iocd/base/defs.h"
#include "iocd/indicator.h"

#define ROLLUP_EVERY_MS 10000
#define ROLLUP_BODY_MAX 65536 /* bytes */

struct rollup {
	uint64_t series;  /* what was counted: src/indicator/key.h */
	uint32_t unit;    /* index in the tree in force */
	uint32_t former;  /* in the register: the former unit under whose id it came; 0: none */
	uint32_t minute;  /* of event time, since 1970 */
	uint64_t n;       /* events */
	int64_t last_ms;  /* event time of the newest; of a minute before the newest one its end; of
			     a stock or gauge when it was so */
	const void *body; /* as of a cell; lent by whoever lends the roll-up */
	size_t size;      /* of body */
};

struct rollup_batch {
	uint64_t number; /* from 1, without gaps */
	const struct rollup *list;
	size_t n;
};

/* Lends the batches that have left since the last call, until the next call of a function that is
 * not const; after each indicators_tick().  Only of feeds that indicators_options.rolled names, and
 * of gauges of such a type.  If memory for them runs short all leave before the next tick. */
size_t indicators_take_rollups(struct indicators *indicators, const struct rollup_batch **ret);

/* Number of the last batch that has left, 0: none. */
uint64_t indicators_last_rollup(const struct indicators *indicators);

enum rollup_outcome {
	ROLLUP_UNKNOWN = 1, /* nothing here counts that series: passed over */
	ROLLUP_BAD,         /* its body makes no sense: nothing was added */
};

/* Adds what a site below has counted; arrived at arrival_ms with the record at position.  Parents
 * follow at indicators_settle().  A measure that the site does not keep is as of no events.  The
 * unit was heard, unless this is of a stock, a gauge or no events: now, or at last_ms if that is
 * more than five minutes ago.  A gauge of a former unit is passed over.  0 or an outcome. */
int indicators_add_rollup(struct indicators *indicators, const struct rollup *rollup,
			  int64_t arrival_ms, uint64_t position) MUST_USE;

/* The feed that a series is counted from; TYPE_NONE: nothing here counts it. */
uint32_t indicators_feed_of(const struct indicators *indicators, uint64_t series);

/* Says whether all that unit's sites forward is here: else readings of it and of those above are
 * provisional.  Figures of feeds that were heard are marked as changed where that is news.  Saved
 * with all the rest. */
void indicators_note_complete(struct indicators *indicators, uint32_t unit, bool is_complete);

/* Puts roll-ups of a batch into writer, one behind the other; units by id.  Reads the next one back
 * (its unit is UNIT_NONE if units does not have it, its successor if it is no more); its body is
 * lent by what reader reads.  False at the end, or with reader bad. */
void rollup_write(struct bytes_writer *writer, const struct units *units,
		  const struct rollup *rollup);
bool rollup_read(struct bytes_reader *reader, const struct units *units, struct rollup *ret);

#endif
