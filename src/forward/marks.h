/* SPDX-License-Identifier: Apache-2.0 */
/*
 * marks: where every so many bytes of a stream's journal begin with which item, so that any item is
 * found after a short read.
 *
 * Bounded: when there are MARKS_MAX every second one goes.  No I/O, no clock.
 */
#ifndef IOCD_FORWARD_MARKS_H
#define IOCD_FORWARD_MARKS_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/frame.h"

#define MARKS_MAX    8192
#define MARKS_STRIDE 65536u /* bytes between two, at first */

/* An item's number and position, and when it was recorded. */
struct placed {
	struct mark mark;
	int64_t recorded_ms;
};

struct marks {
	struct placed *list; /* owned; in order */
	uint32_t n;
	uint64_t stride;   /* bytes */
	int64_t stride_ms; /* or so much time */
};

/* Prepares an empty list; apart by so much time at most. */
void marks_init(struct marks *marks, int64_t stride_ms);
void marks_fini(struct marks *marks);

/* Notes an item behind all that were noted, if it is far enough from the last mark. */
void marks_note(struct marks *marks, const struct placed *item);

/* Forgets those before position. */
void marks_drop(struct marks *marks, uint64_t position);

/* The last mark at or before an item, by number; of the first items when none is: NULL.  Lent until
 * the list is changed; likewise the next. */
const struct placed *marks_before(const struct marks *marks, uint64_t number);

/* The first mark at or behind a position; NULL: there is none. */
const struct placed *marks_at(const struct marks *marks, uint64_t position);

/* The last mark of an item that was recorded before time_ms, so that all before it were; NULL. */
const struct placed *marks_older(const struct marks *marks, int64_t time_ms);

#endif
