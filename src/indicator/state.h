/* SPDX-License-Identifier: Apache-2.0 */
/*
 * state: the members of struct indicators, and what its parts share.
 *
 * indicator.c (events) and tick.c (time) write it, reading.c reads it.
 */
#ifndef IOCD_INDICATOR_STATE_H
#define IOCD_INDICATOR_STATE_H

#include <stdint.h>

#include "changes.h"
#include "hearing.h"
#include "iocd/base/map.h"
#include "iocd/base/pool.h"
#include "iocd/indicator.h"
#include "moment.h"
#include "plan.h"
#include "shelf.h"
#include "update.h"

#define TOUCHED_MAX                                                                                \
	4096 /* series with something pending; then it is carried before the batch ends */
#define UPDATES_MAX 4096 /* the same for updates */

struct touched {
	uint32_t stream;
	uint32_t unit;
};

/* The time of the last tick, as readings need it. */
struct present {
	int64_t ms;
	struct moment moment;
	uint32_t day_start; /* minutes */
	uint32_t month_start;
};

struct indicators {
	const struct indicator *list; /* borrowed */
	const uint32_t *parents;      /* borrowed; by unit */
	uint32_t n_list;
	uint32_t n_units;
	struct present present;
	struct almanac almanac;
	struct plan plan;
	struct shelf shelf;
	struct hearing hearing;
	struct changes changes;
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

/* The same for all streams of the feed of voice. */
uint32_t state_mark_feed(struct indicators *indicators, struct voice voice);

/* Makes the series of stream number of a unit, which is not there yet; lends it. */
struct series *state_add_series(struct indicators *indicators, uint32_t number, uint32_t unit);

/* Makes minute the present one. */
void present_enter(struct present *present, struct almanac *almanac, uint32_t minute);

#endif
