/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trackers: all open records of all tracks, and when each comes due.
 *
 * What happens to records comes out as news, from which the owner moves gauges and makes events.
 * Records come due by the clock, without any further event.  What a close before its open, a
 * repeated open, a reopening and a transfer mean is written in src/tracker/trackers.c.
 *
 * Deterministic: time is what trackers_tick() was told; no I/O, no clock, no log, no heap after
 * trackers_new() (address space for the most records is reserved, pages come as they are used).
 * One thread at a time.
 */
#ifndef IOCD_TRACKERS_H
#define IOCD_TRACKERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/base/bytes.h"
#include "iocd/base/defs.h"
#include "iocd/base/renumber.h"
#include "iocd/tracker.h"

#define RECORD_ID_MAX 96   /* bytes kept of what identifies a record */
#define RECORDS_SHOWN 1000  /* the most that a listing for people has */
#define RECORDS_MAX   20000 /* the most that one trackers_each() calls for */
/* News of one trackers_tick(): of a wave 1280 records a second, so that whoever tells the alerts
 * that come of it keeps up, and has time for others between two ticks. */
#define TRACKERS_BATCH 128

enum track_news_kind {
	TRACK_OPENED,
	TRACK_REOPENED,
	TRACK_PAUSED,
	TRACK_RESUMED,
	TRACK_MOVED,    /* to another unit: two news, of the old and of the new one; or its deadline
			   was corrected: one */
	TRACK_DUE_SOON, /* by the clock */
	TRACK_OVERDUE,  /* by the clock */
	TRACK_CLOSED,
	TRACK_WITHDRAWN,
};

/* What happened to one record; id is lent until the next call.  The deltas are what the gauges of
 * unit move by. */
struct track_news {
	enum track_news_kind kind;
	uint32_t track;
	uint32_t unit;
	uint32_t step;   /* of the track, that closed it; UINT32_MAX: none */
	int64_t time_ms; /* event time, or when it came due */
	int64_t opened_ms;
	int64_t due_ms;     /* 0: none */
	int64_t elapsed_ms; /* CLOSED, WITHDRAWN: working time since it was opened, pauses aside */
	bool is_on_time;    /* CLOSED; without a deadline it always is */
	int8_t open, due_soon, overdue, paused; /* deltas */
	struct slice id;                        /* key fields joined by "/" */
};

/* One open record, for listings. */
struct track_record {
	uint32_t track;
	uint32_t unit;
	bool is_paused, is_due_soon, is_overdue;
	int64_t opened_ms;
	int64_t due_ms; /* 0: none; of a paused one: if it were resumed now */
	struct slice id;
};

struct trackers_options {
	const struct units *units; /* borrowed for life, as are the next two */
	const struct schema *schema;
	const struct track *list;
	uint32_t n_list;
	uint32_t records; /* the most that are held, open and lately closed */
};

/* Which open records a listing wants. */
enum record_state {
	RECORD_OPEN, /* all of them */
	RECORD_DUE_SOON,
	RECORD_OVERDUE, /* paused or not */
	RECORD_PAUSED,
};

struct trackers_query {
	uint32_t track;     /* UINT32_MAX: all */
	const bool *wanted; /* by unit that is charged; NULL: any */
	enum record_state state;
	size_t limit; /* at most RECORDS_MAX count */
};

/* What is there, and what could not be done, by cause. */
struct trackers_counts {
	uint64_t open;         /* records open now */
	uint64_t closed;       /* lately closed ones that are remembered now */
	uint64_t waiting;      /* records that are not opened yet but were closed, paused ... */
	uint64_t refused_full; /* not opened: no room */
	uint64_t unknown_unit; /* transferred to, or charged to, a unit that is not configured */
	uint64_t unmatched;    /* closed, paused ... and, after a wait, never opened */
	uint64_t repeated;     /* opened while open: taken as a correction of its deadline */
	uint64_t reopened;
	uint64_t stale;     /* older than what is known of the record: ignored */
	uint64_t forgotten; /* closed or waiting ones, before their time, for want of room */
	uint64_t dropped;   /* when loaded: their unit or track is gone, or there was no room */
};

struct trackers;

/* Reserves room.  0 or a fault. */
int trackers_new(struct trackers **ret, const struct trackers_options *options) MUST_USE;
struct trackers *trackers_free(struct trackers *trackers);
DEFINE_CLEANUP(struct trackers, trackers_free)

/* Lends track number, for life, or NULL if there are not so many. */
const struct track *trackers_track(const struct trackers *trackers, uint32_t number);

/* Whether any track looks at events of type: a cheap look before trackers_add(). */
bool trackers_want(const struct trackers *trackers, uint32_t type);

/* Carries an admitted event.  Lends the news in *ret until the next call; returns their number. */
size_t trackers_add(struct trackers *trackers, const struct event *event,
		    const struct track_news **ret);

/* Lets time pass to now_ms.  Lends what came due, at most TRACKERS_BATCH; the rest with the next
 * call, whatever its time. */
size_t trackers_tick(struct trackers *trackers, int64_t now_ms, const struct track_news **ret);

/* When the next record comes due (INT64_MAX: none); not after now if trackers_tick() has more. */
int64_t trackers_due_ms(const struct trackers *trackers);

/* Copies the counts; and the most memory that records have needed since the start, bytes. */
void trackers_count(const struct trackers *trackers, struct trackers_counts *ret);
size_t trackers_bytes(const struct trackers *trackers);

/* Calls each with the open records that query asks for: those whose clock runs first, soonest due
 * first; returns how many there are in all.  Looks at every record, a few ns each. */
typedef void track_each_fn(void *context, const struct track_record *record);
uint64_t trackers_each(const struct trackers *trackers, const struct trackers_query *query,
		       track_each_fn *each, void *context);

/* Put all records into writer, without heap and the same state in the same bytes; and read them
 * back into fresh ones: tracks go by id, units by renumbering, of which several may have become
 * one.  What is of no unit or track any more is dropped.  Marks reader bad if it makes no sense. */
void trackers_save(const struct trackers *trackers, struct bytes_writer *writer);
void trackers_load(struct trackers *trackers, struct bytes_reader *reader,
		   const struct renumber *units);

#endif
