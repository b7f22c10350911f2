/* SPDX-License-Identifier: Apache-2.0 */
/*
 * merge: the figures of two series made one, as when units were merged, or below a new parent.
 *
 * What a past minute tells of DISTINCT becomes a lower bound; all else is as if every event had
 * come to one series.  No heap.
 */
#ifndef IOCD_INDICATOR_MERGE_H
#define IOCD_INDICATOR_MERGE_H

#include "iocd/base/pool.h"
#include "series.h"

/* Adds what from holds to to, both of stream; from stays.  Returns how many sketches were refused
 * memory. */
uint32_t series_merge(const struct stream *stream, struct series *to, const struct series *from,
		      struct pool *sketches);

#endif
