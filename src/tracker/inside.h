/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inside: what the files of this room share: the tracker itself, its limits of time, and the few
 * functions that one file offers another.
 */
#ifndef IOCD_TRACKER_INSIDE_H
#define IOCD_TRACKER_INSIDE_H

#include "deadlines.h"
#include "iocd/trackers.h"
#include "table.h"

#define CALENDARS_MAX 255u
#define NEWS_MAX      2048u              /* of one call: of an event, all that was noted too */
#define SKEW_MS       INT64_C(300000)    /* clocks of two senders may differ by this much */
#define WAITING_MS    INT64_C(172800000) /* how long a note waits for its opening */
#define CLOSED_MS     INT64_C(604800000) /* how long a closed record is remembered */
#define TIME_LIMIT_MS (INT64_C(1) << 48) /* beyond the year 9999 */

/* A step of a track that an event type is. */
struct use {
	uint8_t track;
	uint8_t step;
};

struct trackers {
	struct table table;
	const struct units *units;   /* borrowed */
	const struct schema *schema; /* borrowed */
	const struct track *tracks;  /* borrowed */
	uint32_t n_tracks;
	const struct calendar *calendars[CALENDARS_MAX]; /* each that any track knows, once */
	uint32_t n_calendars;
	uint32_t n_types;
	uint32_t *first_use; /* owned; by type, and one behind the last: where its uses begin */
	struct use *uses;    /* owned */
	int64_t now_ms;      /* the latest that trackers_tick() was told */
	int64_t clock_ms;    /* the latest of now and of arrivals: what forgetting goes by */
	struct trackers_counts counts; /* without open, closed, waiting */
	struct track_news *news;       /* owned; room for NEWS_MAX */
	char (*ids)[RECORD_ID_MAX];    /* owned; of the news */
	size_t n_news;
};

/* Which gauges an open record counts in. */
struct gauges {
	int8_t open, due_soon, overdue, paused;
};

static inline struct gauges gauges_of(const struct card *card)
{
	bool is_paused = card->flags & MARK_PAUSED, is_overdue = card->flags & MARK_OVERDUE;
	bool is_open = slot_state(card) == SLOT_OPEN;

	if (!is_open)
		return (struct gauges){ 0 };
	return (struct gauges){
		.open = 1,
		.due_soon = (card->flags & MARK_DUE_SOON) && !is_paused && !is_overdue,
		.overdue = is_overdue,
		.paused = is_paused,
	};
}

/* Adds news of slot, whose gauges were before; lends it. */
struct track_news *news_add(struct trackers *trackers, enum track_news_kind kind, uint32_t slot,
			    int64_t time_ms, struct gauges before);

/* A slot for key; the oldest closed record, or else the oldest note, gives way if there is no room.
 * SLOT_NONE if there still is none. */
uint32_t slot_take(struct trackers *trackers, const struct record_key *key,
		   enum slot_state state) MUST_USE;

/* Forgets a note: what it waited with never found its record. */
void note_forget(struct trackers *trackers, uint32_t slot);

/* Carries what event says as step number of track. */
void steps_carry(struct trackers *trackers, const struct event *event, uint32_t track,
		 uint32_t step);

#endif
