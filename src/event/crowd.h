/* SPDX-License-Identifier: Apache-2.0 */
/*
 * crowd: units in as many groups as there are values of EVENT_STREAM_UNIT: what is remembered of
 * the past of each takes constant room.
 *
 * Pure.
 */
#ifndef IOCD_EVENT_CROWD_H
#define IOCD_EVENT_CROWD_H

#include <stdbool.h>

#include "iocd/event.h"

#define CROWDS         256
#define CROWD_AHEAD_MS INT64_C(300000) /* the most that limits.future can be */

/* The crowd of the unit that stream[1] of an event tells. */
static inline uint32_t crowd_of_stream(uint64_t stream)
{
	return (uint32_t)(stream / (EVENT_STREAM_UNIT & -EVENT_STREAM_UNIT));
}

/* Was event sent by a clock that is ahead? */
static inline bool crowd_is_ahead(const struct event *event)
{
	return event->time_ms - event->arrival_ms > CROWD_AHEAD_MS;
}

#endif
