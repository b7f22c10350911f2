/* SPDX-License-Identifier: Apache-2.0 */
/* What an event does to its record: the table at the head of trackers.c, line by line. */
#include <string.h>
#include <xxhash.h>

#include "iocd/unit.h"
#include "reckon.h"

/* What an event that is no opening says, now or when its note is taken up. */
struct change {
	enum track_role role;
	int64_t time_ms;
	uint32_t unit; /* TRANSFER: the new one */
	uint32_t step; /* CLOSE */
};

static const uint8_t note_marks[] = {
	[TRACK_CLOSE] = NOTE_CLOSE,
	[TRACK_PAUSE] = NOTE_PAUSE,
	[TRACK_RESUME] = NOTE_RESUME,
	[TRACK_TRANSFER] = NOTE_MOVE,
};

static int64_t *note_time(struct record *note, enum track_role role)
{
	switch (role) {
	case TRACK_CLOSE:
		return &note->opened_ms;
	case TRACK_PAUSE:
		return &note->changed_ms;
	case TRACK_RESUME:
		return &note->paused_ms;
	case TRACK_OPEN:
	case TRACK_TRANSFER:
		break;
	}
	return &note->moved_ms;
}

/* Cut where a character ends. */
static size_t cut(const char *text, size_t n, size_t most)
{
	if (n <= most)
		return n;
	while (most > 0 && ((unsigned char)text[most] & 0xc0) == 0x80)
		most--;
	return most;
}

static void key_add(struct record_key *key, struct slice text, bool is_first)
{
	if (!is_first && key->size < RECORD_ID_MAX)
		key->id[key->size++] = '/';

	text.size = cut(text.bytes, text.size, (size_t)(RECORD_ID_MAX - key->size));
	memcpy(key->id + key->size, text.bytes, text.size);
	key->size = (uint8_t)(key->size + text.size);
}

/* The text of a text or choice field; empty if it is not there. */
static struct slice text_of(const struct trackers *trackers, const struct event *event,
			    uint32_t field)
{
	const struct field *about;
	const struct value *value;

	if (field >= EVENT_FIELDS_MAX || !event->values[field].present)
		return (struct slice){ .bytes = "" };

	value = &event->values[field];
	about = &schema_type(trackers->schema, event->type)->fields[field];
	if (about->kind == FIELD_CHOICE)
		return (struct slice){ about->choices[value->choice],
				       strlen(about->choices[value->choice]) };
	return value->text;
}

/* The hash is of each field with what came before, so that "a/b" and "c" are not "a" and "b/c". */
static bool make_key(const struct trackers *trackers, const struct event *event, uint32_t track,
		     const struct track_step *step, struct record_key *ret)
{
	uint32_t n = trackers->tracks[track].n_key;

	*ret = (struct record_key){ .track = (uint8_t)track };
	for (uint32_t i = 0; i < n; i++) {
		struct slice text = text_of(trackers, event, step->key_fields[i]);

		if (text.size == 0)
			return false;
		ret->hash = XXH3_64bits_withSeed(text.bytes, text.size, ret->hash);
		key_add(ret, text, i == 0);
	}
	return n > 0;
}

/* The unit that event names in field, or fallback; counts those that nobody knows. */
static uint32_t unit_of(struct trackers *trackers, const struct event *event, uint32_t field,
			uint32_t fallback)
{
	struct slice name = text_of(trackers, event, field);
	uint32_t unit;

	if (name.size == 0)
		return fallback;

	unit = units_find(trackers->units, name.bytes, name.size);
	if (unit != UNIT_NONE)
		return unit;
	trackers->counts.unknown_unit++;
	return fallback;
}

static const struct value *value_of(const struct event *event, uint32_t field)
{
	if (field >= EVENT_FIELDS_MAX || !event->values[field].present)
		return NULL;
	return &event->values[field];
}

/* Senders' clocks differ: a little before the opening is at the opening. */
static bool at_or_after(const struct record *record, int64_t *time_ms)
{
	if (*time_ms < record->opened_ms - SKEW_MS)
		return false;
	if (*time_ms < record->opened_ms)
		*time_ms = record->opened_ms;
	return true;
}

static bool pause_it(struct trackers *trackers, uint32_t slot, int64_t time_ms)
{
	struct card *card = &trackers->table.cards[slot];
	struct record *record = &trackers->table.records[slot];
	struct gauges before = gauges_of(card);
	bool was_loose = card->flags & MARK_LOOSE;

	if ((card->flags & MARK_PAUSED) || (time_ms < record->changed_ms && !was_loose))
		return false;

	card->flags &= (uint8_t)~MARK_LOOSE;
	if (was_loose && time_ms <= record->changed_ms) {
		reckon_pause(trackers, slot, time_ms, record->changed_ms);
		reckon_judge(trackers, slot, trackers->now_ms);
		reckon_schedule(trackers, slot);
		news_add(trackers, TRACK_RESUMED, slot, record->changed_ms, before);
		return true;
	}

	reckon_judge(trackers, slot, time_ms);
	card->flags |= MARK_PAUSED;
	record->changed_ms = time_ms;
	reckon_schedule(trackers, slot);
	news_add(trackers, TRACK_PAUSED, slot, time_ms, before);
	return true;
}

static bool resume_it(struct trackers *trackers, uint32_t slot, int64_t time_ms)
{
	struct card *card = &trackers->table.cards[slot];
	struct record *record = &trackers->table.records[slot];
	struct gauges before = gauges_of(card);

	if (time_ms < record->changed_ms)
		return false;
	if (!(card->flags & MARK_PAUSED)) {
		card->flags |= MARK_LOOSE;
		record->changed_ms = time_ms;
		return true;
	}

	reckon_pause(trackers, slot, record->changed_ms, time_ms);
	card->flags &= (uint8_t)~MARK_PAUSED;
	record->changed_ms = time_ms;
	reckon_schedule(trackers, slot);
	news_add(trackers, TRACK_RESUMED, slot, time_ms, before);
	return true;
}

static bool move_it(struct trackers *trackers, uint32_t slot, int64_t time_ms, uint32_t unit)
{
	struct card *card = &trackers->table.cards[slot];
	struct record *record = &trackers->table.records[slot];
	struct gauges gone = gauges_of(card);
	struct track_news *news;

	if (time_ms < record->moved_ms)
		return false;

	record->moved_ms = time_ms;
	if (unit == card->unit)
		return true;

	news = news_add(trackers, TRACK_MOVED, slot, time_ms, gone);
	news->open = (int8_t)-gone.open;
	news->due_soon = (int8_t)-gone.due_soon;
	news->overdue = (int8_t)-gone.overdue;
	news->paused = (int8_t)-gone.paused;
	card->unit = (uint16_t)unit;
	reckon_schedule(trackers, slot); /* by the calendar of the new unit */
	news_add(trackers, TRACK_MOVED, slot, time_ms, (struct gauges){ 0 });
	return true;
}

static void close_it(struct trackers *trackers, uint32_t slot, const struct change *change,
		     int64_t time_ms)
{
	struct card *card = &trackers->table.cards[slot];
	struct record *record = &trackers->table.records[slot];
	struct gauges before = gauges_of(card);
	int64_t due_ms = reckon_due(trackers, slot, time_ms);
	int64_t elapsed_ms = reckon_elapsed(trackers, slot, time_ms);
	bool is_void = trackers->tracks[card->track].steps[change->step].is_void;
	struct track_news *news;

	deadlines_remove(&trackers->table, slot);
	table_move(&trackers->table, slot, SLOT_CLOSED);
	news = news_add(trackers, is_void ? TRACK_WITHDRAWN : TRACK_CLOSED, slot, time_ms, before);
	news->step = change->step;
	news->due_ms = due_ms;
	news->elapsed_ms = elapsed_ms;
	news->is_on_time = !is_void && (due_ms == 0 || time_ms <= due_ms);

	card->heard_ms = trackers->clock_ms;
	record->changed_ms = time_ms;
	record->paused_ms = -elapsed_ms;
}

/* Carries change to the open record of slot. */
static void apply(struct trackers *trackers, uint32_t slot, const struct change *change)
{
	const struct record *record = &trackers->table.records[slot];
	int64_t time_ms = change->time_ms;
	bool is_new = at_or_after(record, &time_ms);

	switch (change->role) {
	case TRACK_CLOSE:
		if (is_new)
			close_it(trackers, slot, change, time_ms);
		break;
	case TRACK_PAUSE:
		is_new = is_new && pause_it(trackers, slot, time_ms);
		break;
	case TRACK_RESUME:
		is_new = is_new && resume_it(trackers, slot, time_ms);
		break;
	case TRACK_TRANSFER:
		is_new = is_new && move_it(trackers, slot, time_ms, change->unit);
		break;
	case TRACK_OPEN:
		break;
	}
	trackers->counts.stale += !is_new;
}

/* Of each role the latest is kept. */
static void note_keep(struct trackers *trackers, const struct record_key *key,
		      const struct change *change)
{
	struct table *table = &trackers->table;
	uint32_t slot = table_find(table, key, true);
	uint8_t mark = note_marks[change->role], marks;
	struct record *note;

	if (slot == SLOT_NONE)
		slot = slot_take(trackers, key, SLOT_NOTE);
	if (slot == SLOT_NONE) {
		trackers->counts.unmatched++;
		return;
	}

	note = &table->records[slot];
	marks = table->cards[slot].flags;
	table_move(table, slot, SLOT_NOTE);
	table->cards[slot].flags = marks | mark;
	table->cards[slot].heard_ms = trackers->clock_ms;
	if (marks & mark) {
		trackers->counts.unmatched++; /* one of the two */
		if (change->time_ms < *note_time(note, change->role))
			return;
	}
	*note_time(note, change->role) = change->time_ms;
	if (change->role == TRACK_TRANSFER)
		table->cards[slot].unit = (uint16_t)change->unit;
	if (change->role == TRACK_CLOSE)
		note->step = (uint8_t)change->step;
}

/* What waited for the record of slot to be opened, in the order in which it happened; of one
 * instant in the order of the roles below. */
static void note_take_up(struct trackers *trackers, uint32_t slot, const struct record_key *key)
{
	static const enum track_role roles[] = { TRACK_TRANSFER, TRACK_PAUSE, TRACK_RESUME,
						 TRACK_CLOSE };
	struct table *table = &trackers->table;
	struct change changes[COUNT(roles)];
	uint32_t note = table->queues[SLOT_NOTE].n ? table_find(table, key, true) : SLOT_NONE;
	size_t n = 0, i;

	if (note == SLOT_NONE)
		return;

	for (size_t r = 0; r < COUNT(roles); r++) {
		struct change change = { .role = roles[r],
					 .time_ms = *note_time(&table->records[note], roles[r]),
					 .unit = table->cards[note].unit,
					 .step = table->records[note].step };

		if (!(table->cards[note].flags & note_marks[roles[r]]))
			continue;
		for (i = n++; i > 0 && changes[i - 1].time_ms > change.time_ms; i--)
			changes[i] = changes[i - 1];
		changes[i] = change;
	}
	table_give_back(table, note);
	for (i = 0; i < n; i++)
		if (slot_state(&table->cards[slot]) == SLOT_OPEN)
			apply(trackers, slot, &changes[i]);
		else
			trackers->counts.stale++;
}

static void choose_calendar(struct trackers *trackers, uint32_t slot, const struct event *event,
			    const struct track_step *step)
{
	const struct track *track = &trackers->tracks[trackers->table.cards[slot].track];
	struct slice kind = text_of(trackers, event, step->kind_field);
	uint32_t number;

	if (!track->kinds || kind.size == 0)
		return;

	number = map_find(track->kinds, kind.bytes, kind.size);
	trackers->table.records[slot].calendar =
		number == MAP_NONE || !track->by_kind[number]
			? 0
			: reckon_calendar_number(trackers, track->by_kind[number]);
}

/* The record of slot, new or closed before, is open from now on. */
static void open_it(struct trackers *trackers, uint32_t slot, const struct event *event,
		    const struct track_step *step, enum track_news_kind kind)
{
	struct card *card = &trackers->table.cards[slot];
	struct record *record = &trackers->table.records[slot];

	card->unit = (uint16_t)unit_of(trackers, event, step->unit_field, event->unit);
	record->opened_ms = record->changed_ms = record->moved_ms = event->time_ms;
	choose_calendar(trackers, slot, event, step);
	reckon_set_due(trackers, slot, value_of(event, step->due_field));
	reckon_schedule(trackers, slot);
	news_add(trackers, kind, slot, event->time_ms, (struct gauges){ 0 });
}

static void correct(struct trackers *trackers, uint32_t slot, const struct event *event,
		    const struct track_step *step)
{
	struct card *card = &trackers->table.cards[slot];
	struct record *record = &trackers->table.records[slot];
	const struct value *due = value_of(event, step->due_field);
	struct gauges before;

	trackers->counts.repeated++;
	if (event->time_ms < record->opened_ms) {
		record->opened_ms = event->time_ms;
		return;
	}

	(void)move_it(trackers, slot, event->time_ms,
		      unit_of(trackers, event, step->unit_field, card->unit));
	if (!due)
		return;
	before = gauges_of(card);
	choose_calendar(trackers, slot, event, step);
	reckon_set_due(trackers, slot, due);
	reckon_judge(trackers, slot,
		     card->flags & MARK_PAUSED ? record->changed_ms : trackers->now_ms);
	reckon_schedule(trackers, slot);
	news_add(trackers, TRACK_MOVED, slot, event->time_ms, before);
}

static void on_open(struct trackers *trackers, const struct event *event,
		    const struct track_step *step, const struct record_key *key)
{
	struct table *table = &trackers->table;
	uint32_t slot = table_find(table, key, false);

	if (slot == SLOT_NONE) {
		slot = slot_take(trackers, key, SLOT_OPEN);
		if (slot == SLOT_NONE) {
			trackers->counts.refused_full++;
			return;
		}
		open_it(trackers, slot, event, step, TRACK_OPENED);
	} else if (slot_state(&table->cards[slot]) == SLOT_CLOSED) {
		if (event->time_ms <= table->records[slot].changed_ms) {
			trackers->counts.stale++;
			return;
		}
		table_move(table, slot, SLOT_OPEN);
		table->cards[slot].flags |= MARK_AGAIN;
		trackers->counts.reopened++;
		open_it(trackers, slot, event, step, TRACK_REOPENED);
	} else if ((table->cards[slot].flags & MARK_AGAIN) &&
		   event->time_ms < table->records[slot].opened_ms) {
		trackers->counts.stale++;
		return;
	} else {
		correct(trackers, slot, event, step);
		return;
	}
	note_take_up(trackers, slot, key);
}

static void on_other(struct trackers *trackers, const struct record_key *key,
		     const struct change *change)
{
	const struct table *table = &trackers->table;
	uint32_t slot = table_find(table, key, false);

	if (slot != SLOT_NONE && slot_state(&table->cards[slot]) == SLOT_OPEN)
		apply(trackers, slot, change);
	else if (slot != SLOT_NONE && change->time_ms <= table->records[slot].changed_ms)
		trackers->counts.stale++;
	else
		note_keep(trackers, key, change);
}

void steps_carry(struct trackers *trackers, const struct event *event, uint32_t track,
		 uint32_t number)
{
	const struct track_step *step = &trackers->tracks[track].steps[number];
	struct change change = { .role = step->role, .time_ms = event->time_ms, .step = number };
	struct record_key key;

	if (!make_key(trackers, event, track, step, &key)) {
		trackers->counts.unmatched++;
		return;
	}
	if (step->role == TRACK_OPEN) {
		on_open(trackers, event, step, &key);
		return;
	}
	if (step->role == TRACK_TRANSFER) {
		change.unit = unit_of(trackers, event, step->unit_field, UNIT_NONE);
		if (change.unit == UNIT_NONE) {
			trackers->counts.unknown_unit += !value_of(event, step->unit_field);
			return;
		}
	}
	on_other(trackers, &key, &change);
}
