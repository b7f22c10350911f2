/* SPDX-License-Identifier: Apache-2.0 */
/*
 * flights: frames that were published and that no receipt has answered yet, in the order in which
 * they left.
 *
 * Pure.
 */
#ifndef IOCD_FORWARD_FLIGHTS_H
#define IOCD_FORWARD_FLIGHTS_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/frame.h"
#include "known.h"

#define FLIGHTS_MAX 16 /* in all; the lanes keep room for each other */

enum lane {
	LANE_ORDER, /* alerts, one after the other */
	LANE_LIVE,  /* the newest */
	LANE_FILL,  /* what is missing, the oldest first */
	N_LANES
};

struct flight {
	enum frame_class class;
	enum lane lane;
	struct span span;
	int64_t sent_ms; /* by the monotonic clock */
};

struct flights {
	struct flight list[FLIGHTS_MAX];
	uint32_t n;
	uint32_t of_lane[N_LANES];
};

/* Of what a receipt has landed. */
struct landing {
	uint32_t n;      /* frames that arrived */
	int64_t fill_ms; /* how long the newest of them that was LANE_FILL took; -1: there is none
			  */
};

/* Adds one; there must be room. */
void flights_add(struct flights *flights, const struct flight *flight);

/* Ends those of class that are known to have arrived, and those that left before one that has, and
 * so are lost. */
struct landing flights_land(struct flights *flights, enum frame_class class,
			    const struct known *known, int64_t now_ms);

/* Ends those that left at or before sent_ms; how many. */
uint32_t flights_expire(struct flights *flights, int64_t sent_ms);

/* The first items within span of class that do not fly; empty: all do. */
struct span flights_free_span(const struct flights *flights, enum frame_class class,
			      struct span span);

#endif
