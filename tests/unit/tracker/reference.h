/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reference: what trackers should say, written as plainly as can be: a list of records that is
 * searched from the front, no heap, no index, and gauges that are counted afresh every time.
 */
#ifndef TEST_TRACKER_REFERENCE_H
#define TEST_TRACKER_REFERENCE_H

#include "world.h"

#define REF_MAX 64

enum ref_state { REF_UNKNOWN, REF_OPEN, REF_CLOSED };
enum ref_waiting { WAIT_MOVE, WAIT_PAUSE, WAIT_RESUME, WAIT_CLOSE, WAITS };

/* What was heard of one key before its opening. */
struct ref_note {
	bool is_there;
	bool has[WAITS];
	int64_t at[WAITS];
	uint32_t unit;
	bool is_void;
	int64_t heard;
	uint64_t order;
};

struct ref_record {
	uint32_t track;
	char id[RECORD_ID_MAX + 1];
	enum ref_state state;
	uint32_t unit;
	bool is_urgent, is_paused, is_soon, is_overdue, is_again, has_loose;
	int64_t opened, due, since, went_on, moved, paused, carried, closed;
	int64_t heard;
	uint64_t order;
	struct ref_note note;
};

struct reference {
	const struct world *world; /* for its calendars and tracks */
	struct ref_record records[REF_MAX];
	size_t n;
	uint32_t room;
	int64_t now, clock;
	uint64_t order;
	struct trackers_counts counts;
	uint64_t closings, on_time;
	int64_t elapsed;
};

static inline const struct calendar *ref_calendar(const struct reference *ref,
						  const struct ref_record *record)
{
	if (record->track == 1 || record->is_urgent || record->unit == ALWAYS_UNIT)
		return ref->world->always;
	return ref->world->office;
}

static inline int64_t ref_soon(const struct reference *ref, const struct ref_record *record)
{
	const struct calendar *calendar = ref_calendar(ref, record);

	return record->track == 0 ? calendar_after_days(calendar, record->due, -2)
				  : calendar_after_ms(calendar, record->due, -4 * HOUR);
}

static inline int64_t ref_working(const struct reference *ref, const struct ref_record *record,
				  int64_t from, int64_t to)
{
	return to > from ? calendar_elapsed_ms(ref_calendar(ref, record), from, to) : 0;
}

static inline int64_t ref_later(const struct reference *ref, const struct ref_record *record,
				int64_t from, int64_t to)
{
	if (!record->due || record->due <= from)
		return record->due;
	return calendar_after_ms(ref_calendar(ref, record), record->due,
				 ref_working(ref, record, from, to));
}

/* How many slots are taken, and the one that would give way. */
static inline uint32_t ref_used(const struct reference *ref)
{
	uint32_t n = 0;

	for (size_t i = 0; i < ref->n; i++)
		n += (ref->records[i].state != REF_UNKNOWN) + ref->records[i].note.is_there;
	return n;
}

static inline void ref_drop_note(struct reference *ref, struct ref_note *note)
{
	for (int w = 0; w < WAITS; w++)
		ref->counts.unmatched += note->has[w];
	*note = (struct ref_note){ 0 };
}

static inline bool ref_make_room(struct reference *ref)
{
	struct ref_record *closed = NULL, *noted = NULL;

	if (ref_used(ref) < ref->room)
		return true;
	for (size_t i = 0; i < ref->n; i++) {
		struct ref_record *record = &ref->records[i];

		if (record->state == REF_CLOSED && (!closed || record->order < closed->order))
			closed = record;
		if (record->note.is_there && (!noted || record->note.order < noted->note.order))
			noted = record;
	}
	if (!closed && !noted)
		return false;
	if (closed)
		closed->state = REF_UNKNOWN;
	else
		ref_drop_note(ref, &noted->note);
	ref->counts.forgotten++;
	return true;
}

static inline struct ref_record *ref_find(struct reference *ref, uint32_t track, const char *id)
{
	for (size_t i = 0; i < ref->n; i++)
		if (ref->records[i].track == track && strcmp(ref->records[i].id, id) == 0)
			return &ref->records[i];

	assert(ref->n < REF_MAX);
	ref->records[ref->n] = (struct ref_record){ .track = track };
	(void)snprintf(ref->records[ref->n].id, sizeof(ref->records[0].id), "%s", id);
	return &ref->records[ref->n++];
}

static inline void ref_judge(const struct reference *ref, struct ref_record *record, int64_t at)
{
	if (record->is_overdue && (!record->due || record->due > at))
		record->is_overdue = false;
	if (record->is_soon && (!record->due || ref_soon(ref, record) > at))
		record->is_soon = false;
}

static inline void ref_close(struct reference *ref, struct ref_record *record, int64_t at,
			     bool is_void)
{
	int64_t due = record->due, took = record->carried;

	took += ref_working(ref, record, record->opened, at) - record->paused;
	if (record->is_paused) {
		due = ref_later(ref, record, record->since, at);
		took -= ref_working(ref, record, record->since, at);
	}
	if (took < 0)
		took = 0;
	ref->closings++;
	ref->on_time += !is_void && (!due || at <= due);
	ref->elapsed += took;
	record->state = REF_CLOSED;
	record->closed = at;
	record->carried = took;
	record->heard = ref->clock;
	record->order = ref->order++;
}

/* When the clock of record last went on; a loose resume stands for a pause still to come. */
static inline bool ref_pause(struct reference *ref, struct ref_record *record, int64_t at)
{
	if (record->is_paused || (at < record->went_on && !record->has_loose))
		return false;
	if (record->has_loose && at <= record->went_on) {
		int64_t stood = ref_working(ref, record, at, record->went_on);

		record->due = ref_later(ref, record, at, record->went_on);
		record->paused += stood;
		ref_judge(ref, record, ref->now);
	} else {
		ref_judge(ref, record, at);
		record->is_paused = true;
		record->since = at;
	}
	record->has_loose = false;
	return true;
}

static inline bool ref_resume(struct reference *ref, struct ref_record *record, int64_t at)
{
	if (at < (record->is_paused ? record->since : record->went_on))
		return false;
	if (record->is_paused) {
		int64_t stood = ref_working(ref, record, record->since, at);

		record->due = ref_later(ref, record, record->since, at);
		record->paused += stood;
		record->is_paused = false;
	} else {
		record->has_loose = true;
	}
	record->went_on = at;
	return true;
}

static inline void ref_apply(struct reference *ref, struct ref_record *record,
			     enum ref_waiting what, int64_t at, uint32_t unit, bool is_void)
{
	bool is_new = at >= record->opened - 5 * 60000;

	if (at < record->opened)
		at = record->opened;
	if (is_new && what == WAIT_CLOSE)
		ref_close(ref, record, at, is_void);
	if (is_new && what == WAIT_PAUSE)
		is_new = ref_pause(ref, record, at);
	if (is_new && what == WAIT_RESUME)
		is_new = ref_resume(ref, record, at);
	if (is_new && what == WAIT_MOVE) {
		is_new = at >= record->moved;
		if (is_new) {
			record->unit = unit;
			record->moved = at;
		}
	}
	ref->counts.stale += !is_new;
}

static inline void ref_take_up(struct reference *ref, struct ref_record *record)
{
	struct ref_note note = record->note;

	record->note = (struct ref_note){ 0 };
	for (;;) {
		int first = -1;

		for (int w = 0; w < WAITS; w++)
			if (note.has[w] && (first < 0 || note.at[w] < note.at[first]))
				first = w;
		if (first < 0)
			return;
		note.has[first] = false;
		if (record->state == REF_OPEN)
			ref_apply(ref, record, (enum ref_waiting)first, note.at[first], note.unit,
				  note.is_void);
		else
			ref->counts.stale++;
	}
}

static inline uint32_t ref_unit(struct reference *ref, const char *name, uint32_t fallback)
{
	for (uint32_t i = 0; name && i < N_UNITS; i++)
		if (strcmp(unit_ids[i], name) == 0)
			return i;
	ref->counts.unknown_unit += name != NULL;
	return fallback;
}

static inline void ref_begin(struct reference *ref, struct ref_record *record,
			     const struct say *say, bool is_again)
{
	if (!is_again) {
		record->is_urgent = false;
		record->carried = 0;
	}
	record->unit = ref_unit(ref, say->to, say->unit);
	if (record->track == 0 && say->procedure)
		record->is_urgent = strcmp(say->procedure, "urgent") == 0;
	record->state = REF_OPEN;
	record->opened = record->went_on = record->moved = say->at;
	record->paused = 0;
	record->is_paused = record->is_soon = record->is_overdue = record->has_loose = false;
	record->is_again = is_again;
	record->due = say->due;
	if (!say->due && record->track == 0)
		record->due = calendar_after_days(ref_calendar(ref, record), say->at, 5);
	record->order = ref->order++;
	ref_take_up(ref, record);
}

static inline void ref_correct(struct reference *ref, struct ref_record *record,
			       const struct say *say)
{
	uint32_t unit;

	ref->counts.repeated++;
	if (say->at < record->opened) {
		record->opened = say->at;
		return;
	}
	unit = ref_unit(ref, say->to, record->unit);
	if (say->at >= record->moved) {
		record->unit = unit;
		record->moved = say->at;
	}
	if (!say->due)
		return;
	if (record->track == 0 && say->procedure)
		record->is_urgent = strcmp(say->procedure, "urgent") == 0;
	record->due = say->due;
	ref_judge(ref, record, record->is_paused ? record->since : ref->now);
}

static inline void ref_open(struct reference *ref, struct ref_record *record, const struct say *say)
{
	if (record->state == REF_OPEN) {
		if (record->is_again && say->at < record->opened)
			ref->counts.stale++;
		else
			ref_correct(ref, record, say);
	} else if (record->state == REF_CLOSED) {
		if (say->at <= record->closed) {
			ref->counts.stale++;
			return;
		}
		ref->counts.reopened++;
		ref_begin(ref, record, say, true);
	} else if (ref_make_room(ref)) {
		ref_begin(ref, record, say, false);
	} else {
		ref->counts.refused_full++;
	}
}

static inline void ref_wait(struct reference *ref, struct ref_record *record, enum ref_waiting what,
			    const struct say *say, uint32_t unit)
{
	struct ref_note *note = &record->note;

	if (!note->is_there && !ref_make_room(ref)) {
		ref->counts.unmatched++;
		return;
	}
	note->is_there = true;
	note->heard = ref->clock;
	note->order = ref->order++;
	if (note->has[what]) {
		ref->counts.unmatched++;
		if (say->at < note->at[what])
			return;
	}
	note->has[what] = true;
	note->at[what] = say->at;
	if (what == WAIT_MOVE)
		note->unit = unit;
	if (what == WAIT_CLOSE)
		note->is_void = say->type == TYPE_WITHDRAWN;
}

static inline void ref_happen(struct reference *ref, struct say say)
{
	static const enum ref_waiting whats[N_TYPES] = {
		[TYPE_RESOLVED] = WAIT_CLOSE,   [TYPE_WITHDRAWN] = WAIT_CLOSE,
		[TYPE_SUSPENDED] = WAIT_PAUSE,  [TYPE_RESUMED] = WAIT_RESUME,
		[TYPE_TRANSFERRED] = WAIT_MOVE, [TYPE_ANSWERED] = WAIT_CLOSE,
	};
	bool is_second = say.type == TYPE_ASKED || say.type == TYPE_ANSWERED;
	struct ref_record *record;
	uint32_t unit = 0;
	char id[RECORD_ID_MAX + 1];

	if (say.arrival > ref->clock)
		ref->clock = say.arrival;
	(void)snprintf(id, sizeof(id), is_second ? "%s/%s" : "%s", say.id, groups[say.group]);
	record = ref_find(ref, is_second, id);
	if (say.type == TYPE_RECEIVED || say.type == TYPE_ASKED) {
		ref_open(ref, record, &say);
		return;
	}
	if (say.type == TYPE_TRANSFERRED) {
		unit = ref_unit(ref, say.to, UNIT_NONE);
		ref->counts.unknown_unit += !say.to;
		if (unit == UNIT_NONE)
			return;
	}
	if (record->state == REF_OPEN)
		ref_apply(ref, record, whats[say.type], say.at, unit, say.type == TYPE_WITHDRAWN);
	else if (record->state == REF_CLOSED && say.at <= record->closed)
		ref->counts.stale++;
	else
		ref_wait(ref, record, whats[say.type], &say, unit);
}

static inline void ref_tick(struct reference *ref, int64_t now)
{
	if (now > ref->now)
		ref->now = now;
	if (now > ref->clock)
		ref->clock = now;
	for (size_t i = 0; i < ref->n; i++) {
		struct ref_record *record = &ref->records[i];

		if (record->note.is_there && record->note.heard <= ref->clock - 2 * DAY)
			ref_drop_note(ref, &record->note);
		if (record->state == REF_CLOSED && record->heard <= ref->clock - 7 * DAY)
			record->state = REF_UNKNOWN;
		if (record->state != REF_OPEN || record->is_paused || !record->due)
			continue;
		if (record->due <= ref->now)
			record->is_overdue = true;
		else if (ref_soon(ref, record) <= ref->now)
			record->is_soon = true;
	}
}

#endif
