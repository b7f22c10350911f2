/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an event means to a record, by what is known of it.  Times are those of events; "now" is
 * what trackers_tick() was told last.
 *
 *            | not known          | open                         | closed lately
 * -----------+--------------------+------------------------------+---------------------------------
 *  open      | opened; then what  | counted as repeated; its     | later than the close: opened
 *            | is noted of it, in | deadline is corrected, and   | again; what it took goes on
 *            | order of time      | its unit if the event names  | adding up, its deadline is new.
 *            |                    | one.  Before the opening:    | Not later: stale
 *            |                    | moves it back, no more; of   |
 *            |                    | one opened again: stale      |
 *  close     | noted              | closed; on time if not after | stale; later than the close:
 *            |                    | its deadline.  Void:         | noted, for an opening to come
 *            |                    | withdrawn, neither           |
 *  pause     | noted              | its clock stands; stale if   | the same
 *            |                    | it stands already or went on |
 *            |                    | later than this              |
 *  resume    | noted              | its clock goes on, deadline  | the same
 *            |                    | later by the working time it |
 *            |                    | stood; waits for its pause   |
 *            |                    | if that is still to come     |
 *  transfer  | noted              | another unit is charged;     | the same
 *            |                    | stale if older than what     |
 *            |                    | charged it; stays if nobody  |
 *            |                    | knows the unit               |
 *
 * - Up to five minutes before the opening is at the opening: clocks differ.  Earlier is stale.
 * - A note keeps the latest event of each role; after 48 hours it is forgotten and counted as
 *   unmatched.  Closed records are forgotten after seven days.  Both give way when room is needed,
 *   the oldest first, closed ones before notes; if nothing can, an opening is refused.
 * - While paused a record counts in open and paused, not in due_soon; what was overdue when it was
 *   paused stays overdue, and its deadline does not move.  It comes due when it is resumed.
 * - An overdue record is not due_soon.  One that is overdue by the time it could be told due-soon
 *   is only told overdue.
 * - Working time is by the calendar of the record's kind, kept from its opening; else by that of
 *   the unit charged now; else by that of the track.
 */
#include "iocd/trackers.h"

#include <assert.h>
#include <stdlib.h>

#include "iocd/base/err.h"
#include "inside.h"
#include "reckon.h"

static void know_calendars(struct trackers *trackers, const struct track *track)
{
	uint32_t n_units = track->by_unit ? units_count(trackers->units) : 0;

	assert(track->calendar);
	(void)reckon_calendar_number(trackers, track->calendar);
	for (uint32_t i = 0; i < n_units; i++)
		if (track->by_unit[i])
			(void)reckon_calendar_number(trackers, track->by_unit[i]);
	for (uint32_t i = 0; i < track->n_by_kind; i++)
		if (track->by_kind[i])
			(void)reckon_calendar_number(trackers, track->by_kind[i]);
}

/* Counts the steps of each type, adds up where its uses begin, and fills them in. */
static void know_types(struct trackers *trackers)
{
	uint32_t *first = xcalloc(trackers->n_types + 2, sizeof(*first));
	uint32_t n = 0;

	for (uint32_t t = 0; t < trackers->n_tracks; t++)
		for (uint32_t s = 0; s < trackers->tracks[t].n_steps; s++, n++)
			first[trackers->tracks[t].steps[s].type + 2]++;
	for (uint32_t i = 2; i < trackers->n_types + 2; i++)
		first[i] += first[i - 1];

	trackers->uses = xcalloc(n + 1, sizeof(*trackers->uses));
	for (uint32_t t = 0; t < trackers->n_tracks; t++)
		for (uint32_t s = 0; s < trackers->tracks[t].n_steps; s++)
			trackers->uses[first[trackers->tracks[t].steps[s].type + 1]++] =
				(struct use){ (uint8_t)t, (uint8_t)s };
	trackers->first_use = first;
}

int trackers_new(struct trackers **ret, const struct trackers_options *options)
{
	CLEANUP(trackers_free) struct trackers *trackers = xcalloc(1, sizeof(*trackers));
	int r;

	assert(options->n_list <= TRACKS_MAX);
	r = table_init(&trackers->table, options->records);
	if (r)
		return err_pass(r);

	trackers->units = options->units;
	trackers->schema = options->schema;
	trackers->tracks = options->list;
	trackers->n_tracks = options->n_list;
	trackers->n_types = schema_n_types(options->schema);
	for (uint32_t i = 0; i < options->n_list; i++)
		know_calendars(trackers, &options->list[i]);
	know_types(trackers);
	trackers->news = xcalloc(NEWS_MAX, sizeof(*trackers->news));
	trackers->ids = xcalloc(NEWS_MAX, sizeof(*trackers->ids));

	*ret = trackers;
	trackers = NULL;
	return 0;
}

struct trackers *trackers_free(struct trackers *trackers)
{
	if (!trackers)
		return NULL;

	free(trackers->ids);
	free(trackers->news);
	free(trackers->uses);
	free(trackers->first_use);
	table_fini(&trackers->table);
	free(trackers);
	return NULL;
}

struct track_news *news_add(struct trackers *trackers, enum track_news_kind kind, uint32_t slot,
			    int64_t time_ms, struct gauges before)
{
	const struct card *card = &trackers->table.cards[slot];
	struct gauges after = gauges_of(card);
	size_t number = trackers->n_news++;
	struct track_news *news = &trackers->news[number];

	assert(number < NEWS_MAX);
	*news = (struct track_news){
		.kind = kind,
		.track = card->track,
		.unit = card->unit,
		.step = UINT32_MAX,
		.time_ms = time_ms,
		.opened_ms = trackers->table.records[slot].opened_ms,
		.due_ms = card->due_ms,
		.open = (int8_t)(after.open - before.open),
		.due_soon = (int8_t)(after.due_soon - before.due_soon),
		.overdue = (int8_t)(after.overdue - before.overdue),
		.paused = (int8_t)(after.paused - before.paused),
		.id = { trackers->ids[number], 0 },
	};
	news->id.size = table_id(&trackers->table, slot, trackers->ids[number]);
	return news;
}

void note_forget(struct trackers *trackers, uint32_t slot)
{
	unsigned marks = trackers->table.cards[slot].flags & ~3u;

	trackers->counts.unmatched += (unsigned)__builtin_popcount(marks);
	table_give_back(&trackers->table, slot);
}

uint32_t slot_take(struct trackers *trackers, const struct record_key *key, enum slot_state state)
{
	struct table *table = &trackers->table;
	uint32_t slot = table_take(table, key, state);

	if (slot != SLOT_NONE)
		return slot;

	if (table->queues[SLOT_CLOSED].n)
		table_give_back(table, table->queues[SLOT_CLOSED].first);
	else if (table->queues[SLOT_NOTE].n)
		note_forget(trackers, table->queues[SLOT_NOTE].first);
	else
		return SLOT_NONE;
	trackers->counts.forgotten++;
	return table_take(table, key, state);
}

const struct track *trackers_track(const struct trackers *trackers, uint32_t number)
{
	return number < trackers->n_tracks ? &trackers->tracks[number] : NULL;
}

bool trackers_want(const struct trackers *trackers, uint32_t type)
{
	return trackers->first_use[type + 1] > trackers->first_use[type];
}

size_t trackers_add(struct trackers *trackers, const struct event *event,
		    const struct track_news **ret)
{
	uint32_t end = trackers->first_use[event->type + 1];

	trackers->n_news = 0;
	if (event->arrival_ms > trackers->clock_ms)
		trackers->clock_ms = event->arrival_ms;
	for (uint32_t i = trackers->first_use[event->type]; i < end; i++)
		steps_carry(trackers, event, trackers->uses[i].track, trackers->uses[i].step);

	*ret = trackers->news;
	return trackers->n_news;
}

/* As many as one call may, so that no call takes long. */
static void forget_old(struct trackers *trackers)
{
	struct table *table = &trackers->table;
	uint32_t slot;

	for (int i = 0; i < TRACKERS_BATCH; i++) {
		slot = table->queues[SLOT_NOTE].first;
		if (slot == SLOT_NONE ||
		    table->cards[slot].heard_ms > trackers->clock_ms - WAITING_MS)
			break;
		note_forget(trackers, slot);
	}
	for (int i = 0; i < TRACKERS_BATCH; i++) {
		slot = table->queues[SLOT_CLOSED].first;
		if (slot == SLOT_NONE ||
		    table->cards[slot].heard_ms > trackers->clock_ms - CLOSED_MS)
			break;
		table_give_back(table, slot);
	}
}

static void come_due(struct trackers *trackers, uint32_t slot, int64_t when_ms)
{
	struct card *card = &trackers->table.cards[slot];
	struct gauges before = gauges_of(card);
	bool is_overdue = card->due_ms <= trackers->now_ms;

	card->flags |= is_overdue ? MARK_OVERDUE : MARK_DUE_SOON;
	reckon_schedule(trackers, slot);
	news_add(trackers, is_overdue ? TRACK_OVERDUE : TRACK_DUE_SOON, slot,
		 is_overdue ? card->due_ms : when_ms, before);
}

size_t trackers_tick(struct trackers *trackers, int64_t now_ms, const struct track_news **ret)
{
	const struct deadline *first;

	trackers->n_news = 0;
	if (now_ms > trackers->now_ms)
		trackers->now_ms = now_ms;
	if (now_ms > trackers->clock_ms)
		trackers->clock_ms = now_ms;

	forget_old(trackers);
	while (trackers->n_news < TRACKERS_BATCH && (first = deadlines_first(&trackers->table)) &&
	       first->when_ms <= trackers->now_ms)
		come_due(trackers, first->slot, first->when_ms);

	*ret = trackers->news;
	return trackers->n_news;
}

int64_t trackers_due_ms(const struct trackers *trackers)
{
	const struct deadline *first = deadlines_first(&trackers->table);

	return first ? first->when_ms : INT64_MAX;
}

void trackers_count(const struct trackers *trackers, struct trackers_counts *ret)
{
	*ret = trackers->counts;
	ret->open = trackers->table.queues[SLOT_OPEN].n;
	ret->closed = trackers->table.queues[SLOT_CLOSED].n;
	ret->waiting = trackers->table.queues[SLOT_NOTE].n;
}

size_t trackers_bytes(const struct trackers *trackers)
{
	return table_bytes(&trackers->table);
}
