/* SPDX-License-Identifier: Apache-2.0 */
/*
 * deadlines: open records by when each next comes due-soon or overdue: a heap that knows where
 * every record stands in it, so that any change is O(log n).
 *
 * Of those due at one instant the order follows from what identifies them, whatever happened
 * before, so that records which were loaded come due in the order of those which were not.
 */
#ifndef IOCD_TRACKER_DEADLINES_H
#define IOCD_TRACKER_DEADLINES_H

#include "table.h"

/* Puts slot in at when_ms, or moves it there. */
void deadlines_put(struct table *table, uint32_t slot, int64_t when_ms);

/* Takes slot out, if it is in. */
void deadlines_remove(struct table *table, uint32_t slot);

/* Lends the first, until the next change; NULL: there is none. */
static inline const struct deadline *deadlines_first(const struct table *table)
{
	return table->n_heap ? &table->heap[0] : NULL;
}

/* Whether the identity of slot a comes before that of b: the order of equals. */
bool deadlines_is_before(const struct table *table, uint32_t a, uint32_t b);

#endif
