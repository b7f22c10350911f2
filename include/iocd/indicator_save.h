/* SPDX-License-Identifier: Apache-2.0 */
/*
 * indicator_save: every series, sketch and time of hearing, as bytes and back.
 *
 * Only right after indicators_tick(), indicators_take_changes(), indicators_take_batches() and
 * indicators_take_rollups(), when nothing is pending but what leaves later.  Units and feeds are
 * renumbered; a series is known by the words of what it counts (feed, type, filter), whatever the
 * order of the indicators.  It stands if no indicator wants a measure that was not kept; minutes
 * that the windows no longer reach go, as do measures nobody wants.  Otherwise it is dropped, with
 * its sketches, like all that is no longer configured; what is new begins empty.
 *
 * The tree may be another: units may have become one, stand elsewhere, or be no more.  What came
 * from a unit itself then counts where that is now, and figures of parents are made anew; so totals
 * stay as they were, without the events of units that are gone.  Only what a past minute tells of
 * DISTINCT becomes a lower bound.
 *
 * One thread at a time.
 */
#ifndef IOCD_INDICATOR_SAVE_H
#define IOCD_INDICATOR_SAVE_H

#include <stdbool.h>

#include "iocd/base/bytes.h"
#include "iocd/base/renumber.h"
#include "iocd/indicator.h"

/* Puts all state into writer: the same state gives the same bytes.  No heap. */
void indicators_save(const struct indicators *indicators, struct bytes_writer *writer);

/* Fills indicators, fresh from indicators_new().  tree_has_changed: some unit is gone, has become
 * another, or stands elsewhere; only then may several old units be one now.  Marks reader bad, and
 * leaves indicators fit only for indicators_free(), if the bytes make no sense, local time is
 * another, or the sketches do not fit into sketch_bytes.  Returns how many series were dropped. */
uint64_t indicators_load(struct indicators *indicators, struct bytes_reader *reader,
			 const struct renumber *units, const struct renumber *feeds,
			 bool tree_has_changed);

#endif
