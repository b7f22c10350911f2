/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tracker: what configuration says of records that are opened and have to be closed in time.
 *
 * A track says which events open, close, pause, resume and transfer a record, and what identifies
 * one.  The clock of a record runs in the working time of its calendar and stands while it is
 * paused.  trackers.h follows the records.
 */
#ifndef IOCD_TRACKER_H
#define IOCD_TRACKER_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/base/map.h"
#include "iocd/base/place.h"
#include "iocd/calendar.h"
#include "iocd/event.h"

#define TRACK_STEPS_MAX 12 /* event types of one track */
#define TRACK_KEY_MAX   2  /* fields that identify a record */
#define TRACKS_MAX      64

enum track_role {
	TRACK_OPEN,
	TRACK_CLOSE,
	TRACK_PAUSE,
	TRACK_RESUME,
	TRACK_TRANSFER,
};

/* What an event of one type does to a record.  Fields by their index in the type, or TYPE_NONE. */
struct track_step {
	uint32_t type;
	enum track_role role;
	uint32_t key_fields[TRACK_KEY_MAX]; /* text or choice; n_key of the track */
	uint32_t unit_field; /* text: the unit that is charged (OPEN: if not the sender; TRANSFER:
				the new one) */
	uint32_t due_field;  /* OPEN: the deadline, if given */
	uint32_t kind_field; /* OPEN: text that may choose another calendar */
	bool is_void;        /* CLOSE: withdrawn; neither on time nor late */
};

/* What configuration says of a track; all borrowed for life. */
struct track {
	const char *id; /* of the indicator: "one-stop.open" */
	struct track_step steps[TRACK_STEPS_MAX];
	uint32_t n_steps;
	uint32_t n_key;
	const struct calendar *calendar;
	const struct calendar *const *by_unit; /* another calendar, or NULL; itself NULL: none */
	const struct map *kinds; /* of kind_field's texts: index in by_kind; or NULL */
	const struct calendar *const *by_kind;
	uint32_t n_by_kind;    /* entries of by_kind; a saved record finds its calendar in them */
	int32_t allow_days;    /* working days until due if the event does not say; 0: none ... */
	int64_t allow_ms;      /* ... or working time until then; 0: none */
	int32_t due_soon_days; /* working days before due ... */
	int64_t due_soon_ms;   /* ... or working time before due */
	/* Types of the events made of news, TYPE_NONE: none; gauges as indexes of indicators, or
	   UINT32_MAX: a rule's sequence has none of these. */
	uint32_t closed_type, due_soon_type, overdue_type;
	uint32_t open_gauge, due_soon_gauge, overdue_gauge, paused_gauge;
	struct place place;
};

#endif
