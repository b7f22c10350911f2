/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every record is looked at before it is believed, those that are dropped too: a record that cannot
 * have been saved marks the whole bad.
 */
#include <stdlib.h>
#include <string.h>

#include "reckon.h"
#include "save.h"

#define GONE UINT32_MAX

/* What the numbers in the saved bytes mean now. */
struct meaning {
	const struct renumber *units;
	uint32_t tracks[TRACKS_MAX]; /* by saved number; or GONE */
	uint32_t n_tracks;
	uint8_t calendars[CALENDARS_MAX]; /* number + 1; 0: gone */
	uint32_t n_calendars;
};

/* A record as it was read. */
struct saved_record {
	struct record_key key;
	struct card card;
	struct record record;
	uint32_t unit;
	const char *step;
	size_t step_size;
};

static bool is_text(const char *text, const char *bytes, size_t n)
{
	return strlen(text) == n && memcmp(text, bytes, n) == 0;
}

static void get_counts(struct trackers_counts *counts, struct bytes_reader *reader)
{
	uint64_t *const numbers[SAVED_COUNTS] = {
		&counts->refused_full, &counts->unknown_unit, &counts->unmatched, &counts->repeated,
		&counts->reopened,     &counts->stale,        &counts->forgotten, &counts->dropped,
	};

	for (size_t i = 0; i < SAVED_COUNTS; i++)
		*numbers[i] = bytes_get_u64(reader);
}

static void get_tracks(const struct trackers *trackers, struct bytes_reader *reader,
		       struct meaning *meaning)
{
	size_t n;

	meaning->n_tracks = bytes_get_count(reader, 4);
	if (meaning->n_tracks > TRACKS_MAX) {
		bytes_reject(reader, "too many tracks");
		return;
	}
	for (uint32_t i = 0; i < meaning->n_tracks; i++) {
		const char *id = bytes_get_text(reader, &n);

		meaning->tracks[i] = GONE;
		for (uint32_t t = 0; t < trackers->n_tracks; t++)
			if (is_text(trackers->tracks[t].id, id, n))
				meaning->tracks[i] = t;
	}
}

static void get_calendars(const struct trackers *trackers, struct bytes_reader *reader,
			  struct meaning *meaning)
{
	size_t n;

	meaning->n_calendars = bytes_get_count(reader, 4);
	if (meaning->n_calendars > CALENDARS_MAX) {
		bytes_reject(reader, "too many calendars");
		return;
	}
	for (uint32_t i = 0; i < meaning->n_calendars; i++) {
		const char *id = bytes_get_text(reader, &n);

		meaning->calendars[i] = 0;
		for (uint32_t c = 0; c < trackers->n_calendars; c++)
			if (is_text(calendar_about(trackers->calendars[c])->id, id, n))
				meaning->calendars[i] = (uint8_t)(c + 1);
	}
}

static int64_t get_time(struct bytes_reader *reader)
{
	int64_t time_ms = bytes_get_i64(reader);

	if (time_ms < -TIME_LIMIT_MS || time_ms > TIME_LIMIT_MS) {
		bytes_reject(reader, "a time that cannot be");
		return 0;
	}
	return time_ms;
}

static void get_id(struct bytes_reader *reader, struct record_key *key)
{
	const void *id;

	key->size = bytes_get_u8(reader);
	if (key->size == 0 || key->size > RECORD_ID_MAX) {
		bytes_reject(reader, "a record without an id");
		key->size = 0;
		return;
	}
	id = bytes_get(reader, key->size);
	if (id)
		memcpy(key->id, id, key->size);
}

static void get_record(struct bytes_reader *reader, const struct meaning *meaning,
		       struct saved_record *ret)
{
	*ret = (struct saved_record){ .step = "" };
	ret->card.flags = bytes_get_u8(reader);
	ret->card.track = bytes_get_u8(reader);
	ret->record.calendar = bytes_get_u8(reader);
	ret->unit = bytes_get_u32(reader);
	ret->key.hash = bytes_get_u64(reader);
	ret->card.due_ms = get_time(reader);
	ret->record.opened_ms = get_time(reader);
	ret->record.changed_ms = get_time(reader);
	ret->record.paused_ms = get_time(reader);
	ret->record.moved_ms = get_time(reader);
	ret->step = bytes_get_text(reader, &ret->step_size);
	get_id(reader, &ret->key);
	if (ret->card.track >= meaning->n_tracks || ret->record.calendar > meaning->n_calendars)
		bytes_reject(reader, "a record of no track or calendar");
}

/* Whether there can be such marks in such a state. */
static bool is_possible(const struct trackers *trackers, const struct saved_record *saved,
			enum slot_state state)
{
	const uint8_t note_all = NOTE_CLOSE | NOTE_PAUSE | NOTE_RESUME | NOTE_MOVE;
	uint8_t flags = saved->card.flags, marks = flags & (uint8_t)~3u;
	const struct queue *queue = &trackers->table.queues[state];

	if ((flags & 3u) != state)
		return false;
	if (state == SLOT_OPEN)
		return !(marks & 0x80u) &&
		       (marks & (MARK_PAUSED | MARK_LOOSE)) != (MARK_PAUSED | MARK_LOOSE) &&
		       (saved->card.due_ms || !(marks & (MARK_DUE_SOON | MARK_OVERDUE)));

	if (saved->card.heard_ms > trackers->clock_ms ||
	    (queue->n && saved->card.heard_ms < trackers->table.cards[queue->last].heard_ms))
		return false;
	return state == SLOT_CLOSED ? marks == 0 : marks && !(marks & ~note_all);
}

/* The step of track that closes by that name of an event, or GONE. */
static uint32_t find_close(const struct trackers *trackers, const struct track *track,
			   const struct saved_record *saved)
{
	for (uint32_t i = 0; i < track->n_steps; i++)
		if (track->steps[i].role == TRACK_CLOSE &&
		    is_text(schema_type(trackers->schema, track->steps[i].type)->name, saved->step,
			    saved->step_size))
			return i;
	return GONE;
}

/* Says in saved what its numbers are now; false: what it belongs to is gone. */
static bool translate(const struct trackers *trackers, const struct meaning *meaning,
		      struct saved_record *saved, enum slot_state state)
{
	uint32_t track = meaning->tracks[saved->card.track];
	uint32_t unit = renumber(meaning->units, saved->unit), step;
	bool has_unit = state != SLOT_NOTE || (saved->card.flags & NOTE_MOVE);

	if (track == GONE || (has_unit && unit >= units_count(trackers->units)))
		return false;
	if (state == SLOT_NOTE && (saved->card.flags & NOTE_CLOSE)) {
		step = find_close(trackers, &trackers->tracks[track], saved);
		if (step == GONE)
			return false;
		saved->record.step = (uint8_t)step;
	}

	saved->key.track = saved->card.track = (uint8_t)track;
	saved->card.unit = has_unit ? (uint16_t)unit : 0;
	if (saved->record.calendar)
		saved->record.calendar = meaning->calendars[saved->record.calendar - 1];
	return true;
}

static void put_in(struct trackers *trackers, const struct saved_record *saved,
		   enum slot_state state)
{
	struct table *table = &trackers->table;
	uint32_t slot = table_take(table, &saved->key, state);
	struct record *record;

	if (slot == SLOT_NONE) {
		trackers->counts.dropped++;
		return;
	}

	table->cards[slot] = saved->card;
	record = &table->records[slot];
	record->opened_ms = saved->record.opened_ms;
	record->changed_ms = saved->record.changed_ms;
	record->paused_ms = saved->record.paused_ms;
	record->moved_ms = saved->record.moved_ms;
	record->calendar = saved->record.calendar;
	record->step = saved->record.step;
	if (state == SLOT_OPEN)
		reckon_schedule(trackers, slot);
}

static void get_queue(struct trackers *trackers, struct bytes_reader *reader,
		      const struct meaning *meaning, enum slot_state state)
{
	uint32_t n = bytes_get_count(reader, RECORD_SIZE);
	struct saved_record saved;

	for (uint32_t i = 0; i < n && !reader->is_bad; i++) {
		get_record(reader, meaning, &saved);
		if (reader->is_bad)
			return;
		if (!is_possible(trackers, &saved, state))
			bytes_reject(reader, "a record in a state that cannot be");
		else if (!translate(trackers, meaning, &saved, state))
			trackers->counts.dropped++;
		else if (table_find(&trackers->table, &saved.key, state == SLOT_NOTE) != SLOT_NONE)
			bytes_reject(reader, "a record twice");
		else
			put_in(trackers, &saved, state);
	}
}

void trackers_load(struct trackers *trackers, struct bytes_reader *reader,
		   const struct renumber *units)
{
	struct meaning meaning = { .units = units };

	bytes_get_part(reader, SAVED_NAME, SAVED_VERSION);
	trackers->now_ms = get_time(reader);
	trackers->clock_ms = get_time(reader);
	get_counts(&trackers->counts, reader);
	get_tracks(trackers, reader, &meaning);
	if (!reader->is_bad)
		get_calendars(trackers, reader, &meaning);
	for (int state = SLOT_OPEN; state < SLOT_STATES && !reader->is_bad; state++)
		get_queue(trackers, reader, &meaning, (enum slot_state)state);
}
