/* SPDX-License-Identifier: Apache-2.0 */
/*
 * streams: which numbers of each source and session were accepted.
 *
 * Of each stream its highest number is remembered, and a window of marks for the numbers below it:
 * constant memory, however much it sends.  Numbers below the window are refused.
 *
 * There are places for so many streams.  Each belongs to a crowd by its unit; where all places are
 * taken, the largest crowd gives up the stream that it heard longest ago: so a unit that names a
 * new session with every event forgets its own.  A crowd also forgets what was silent for
 * memory.ms.  From then on its horizon stands behind everything that happened there: what is older,
 * and of no stream that is remembered, cannot be told from a repeat.
 *
 * Events of a clock that is ahead have a horizon and a floor of their own, as in ids.h.
 *
 * No heap after the start, no clock, no log; one thread at a time.
 */
#ifndef IOCD_EVENT_STREAMS_H
#define IOCD_EVENT_STREAMS_H

#include "iocd/base/bytes.h"
#include "iocd/event.h"
#include "iocd/reason.h"

#include "crowd.h"

#define STREAMS_WINDOW_MOST 65536u

struct window {
	uint64_t stream[2];
	uint64_t highest;   /* number accepted */
	uint64_t lowest;    /* number that could still be accepted */
	uint64_t start;     /* the first that came: of those below none was ever missed */
	int64_t latest_ms;  /* greatest event time, without those that were ahead; 0: none */
	int64_t ahead_ms;   /* the greatest of those; 0: none */
	int64_t arrival_ms; /* of the last event */
	int64_t floor_ms;   /* the horizon when it began: earlier the stream may have been known */
	int64_t ahead_floor_ms; /* the same of those that are ahead */
	uint32_t older;         /* neighbours in its crowd's order of hearing; by place */
	uint32_t newer;         /* or, of a place that is free, the next such */
};

struct crowd {
	int64_t horizon_ms;       /* what happened earlier may have been forgotten */
	int64_t ahead_horizon_ms; /* the same of those that are ahead; 0: none */
	uint32_t n;               /* streams remembered */
	uint32_t oldest;          /* the ends of its order of hearing; by place */
	uint32_t newest;
};

struct streams {
	uint32_t max;    /* places */
	uint32_t window; /* marks of each */
	int64_t memory_ms;
	uint64_t missing;       /* numbers skipped and not accepted since */
	size_t bytes;           /* mapped */
	struct window *windows; /* mapped; by place */
	uint32_t *slots;        /* mapped; 0: free, else a place, from 1 */
	size_t n_slots;         /* a power of two */
	uint16_t *marks; /* mapped; by place, of window numbers each: 0 if it was not accepted */
	uint32_t n;      /* streams remembered */
	uint32_t n_used; /* places that were ever taken */
	uint32_t free;   /* the first that is free again */
	struct crowd crowds[CROWDS];
};

/* Reserves address space for sources windows of memory->window.  0 or a fault, after which
 * streams_fini() is still due.  streams_fini() accepts all zero. */
int streams_init(struct streams *streams, const struct memory *memory, uint32_t sources) MUST_USE;
void streams_fini(struct streams *streams);

/* Remembers event by its stream and sequence: REASON_NONE; or changes nothing: REASON_duplicate,
 * REASON_seq_conflict, REASON_seq_old or REASON_ts_old. */
enum reason streams_admit(struct streams *streams, const struct event *event);

/* Put all of them into writer, without heap; read them back into fresh streams, or past them where
 * streams is NULL.  If there are fewer places now, some are forgotten as for new ones. */
void streams_save(const struct streams *streams, struct bytes_writer *writer);
void streams_load(struct streams *streams, struct bytes_reader *reader);

#endif
