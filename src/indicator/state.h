/* SPDX-License-Identifier: Apache-2.0 */
/*
 * state: the members of struct indicators, and what its parts share.
 *
 * indicator.c (events) and tick.c (time) write it, reading.c reads it.
 */
#ifndef IOCD_INDICATOR_STATE_H
#define IOCD_INDICATOR_STATE_H

#include <stdint.h>

#include "cells.h"
#include "baseline.h"
#include "changes.h"
#include "gauge.h"
#include "hearing.h"
#include "iocd/base/map.h"
#include "iocd/base/pool.h"
#include "iocd/indicator.h"
#include "moment.h"
#include "opening.h"
#include "plan.h"
#include "provisional.h"
#include "rolling.h"
#include "shelf.h"
#include "slots.h"
#include "stock.h"
#include "tally.h"
#include "update.h"

#define TOUCHED_MAX                                                                                \
	4096 /* series with something pending; then it is carried before the batch ends */
#define UPDATES_MAX 4096 /* the same for updates */

struct touched {
	uint32_t stream;
	uint32_t slot; /* an own one */
};

/* The time of the last tick, as readings need it. */
struct present {
	int64_t ms;
	struct moment moment;
	uint32_t starts[SERIES_PERIODS / 2]; /* minutes in which the day, week ... began */
};

struct indicators {
	const struct indicator *list; /* borrowed */
	const uint32_t *parents;      /* borrowed; by unit */
	const struct schema *schema;  /* borrowed */
	bool *is_internal;            /* owned; by event type: made by iocd, no word of the unit */
	const struct contracts *contracts; /* borrowed; NULL: nobody must report */
	uint32_t n_list;
	uint32_t n_units;
	struct present present;
	struct almanac almanac;
	struct plan plan;
	struct slots slots;
	struct shelf shelf; /* by slot */
	struct cells cells;
	struct rolling rolling;
	struct provisional provisional;
	struct hearing hearing;
	struct changes changes;
	struct gauges gauges;
	struct stocks stocks;
	struct baselines baselines;
	struct tallies tallies;
	struct openings openings;
	uint32_t next_timed;   /* unit that the round over what time moves comes to next */
	struct pool *sketches; /* owned */
	struct map *ids;       /* owned; id to index in list */
	uint64_t live;
	uint64_t refusals;
	uint32_t n_touched;
	uint32_t n_updates;
	struct touched touched[TOUCHED_MAX];
	struct update updates[UPDATES_MAX];
};

/* Marks, for a unit, all that is computed from stream number.  Returns how many that are. */
static inline uint32_t state_mark_readers(struct indicators *indicators, uint32_t number,
					  uint32_t unit)
{
	const struct stream *stream = &indicators->plan.streams[number];

	for (uint32_t i = 0; i < stream->n_readers; i++)
		changes_mark(&indicators->changes, stream->readers[i], unit);
	return stream->n_readers;
}

/* Marks, for a unit and all above, all whose value follows that of an indicator. */
void state_mark_users(struct indicators *indicators, uint32_t indicator, uint32_t unit);

/* A stock_changed_fn over the indicators in context: the same. */
void state_stock_changed(void *context, uint32_t indicator, uint32_t unit);

/* Marks all whose quality hangs on the feed of voice, for its unit.  Returns how many that are. */
uint32_t state_mark_feed(struct indicators *indicators, struct voice voice);

/* Makes the series of stream number in a slot, which is not there yet; lends it. */
struct series *state_add_series(struct indicators *indicators, uint32_t number, uint32_t slot);

/* Lends the own series of stream number of unit, ready to collect events of minute. */
struct series *state_open_series(struct indicators *indicators, uint32_t number, uint32_t unit,
				 uint32_t minute);

/* Lends a new update of measure of stream number for unit at time_ms, to be filled in. */
struct update *state_open_update(struct indicators *indicators, uint32_t number, uint32_t measure,
				 uint32_t unit, int64_t time_ms);

/* Notes that a unit, and so those above it, were heard on a feed at heard_ms. */
void state_hear(struct indicators *indicators, struct voice voice, int64_t heard_ms);

/* The latest event time that is believed of what arrived at arrival_ms. */
int64_t state_limit_ms(const struct indicators *indicators, int64_t arrival_ms);

/* Makes the own series of stream number of unit, and those above, if they are not there. */
void state_make_series(struct indicators *indicators, uint32_t number, uint32_t unit);

/* Makes minute the present one. */
void present_enter(struct present *present, struct almanac *almanac, uint32_t minute);

#endif
