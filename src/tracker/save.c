/* SPDX-License-Identifier: Apache-2.0 */
/*
 * State in bytes: time, counts, the ids of tracks and calendars, and the three queues in their
 * order.  Where a record stands in memory, in the index and in the heap is not state: the same
 * history gives the same bytes in a process that was restarted half-way and in one that was not.
 */
#include "save.h"

#include "reckon.h"

static void put_counts(const struct trackers_counts *counts, struct bytes_writer *writer)
{
	const uint64_t numbers[SAVED_COUNTS] = {
		counts->refused_full, counts->unknown_unit, counts->unmatched, counts->repeated,
		counts->reopened,     counts->stale,        counts->forgotten, counts->dropped,
	};

	for (size_t i = 0; i < SAVED_COUNTS; i++)
		bytes_put_u64(writer, numbers[i]);
}

static const char *step_name(const struct trackers *trackers, uint32_t slot)
{
	const struct card *card = &trackers->table.cards[slot];
	uint32_t type;

	if (slot_state(card) != SLOT_NOTE || !(card->flags & NOTE_CLOSE))
		return "";
	type = trackers->tracks[card->track].steps[trackers->table.records[slot].step].type;
	return schema_type(trackers->schema, type)->name;
}

static void put_record(const struct trackers *trackers, uint32_t slot, struct bytes_writer *writer)
{
	const struct card *card = &trackers->table.cards[slot];
	const struct record *record = &trackers->table.records[slot];
	struct record_key key = table_key(&trackers->table, slot);

	bytes_put_u8(writer, card->flags);
	bytes_put_u8(writer, card->track);
	bytes_put_u8(writer, record->calendar);
	bytes_put_u32(writer, card->unit);
	bytes_put_u64(writer, key.hash);
	bytes_put_i64(writer, card->due_ms);
	bytes_put_i64(writer, record->opened_ms);
	bytes_put_i64(writer, record->changed_ms);
	bytes_put_i64(writer, record->paused_ms);
	bytes_put_i64(writer, record->moved_ms);
	bytes_put_text(writer, step_name(trackers, slot));
	bytes_put_u8(writer, key.size);
	bytes_put(writer, key.id, key.size);
}

void trackers_save(const struct trackers *trackers, struct bytes_writer *writer)
{
	const struct table *table = &trackers->table;

	bytes_put_part(writer, SAVED_NAME, SAVED_VERSION);
	bytes_put_i64(writer, trackers->now_ms);
	bytes_put_i64(writer, trackers->clock_ms);
	put_counts(&trackers->counts, writer);

	bytes_put_u32(writer, trackers->n_tracks);
	for (uint32_t i = 0; i < trackers->n_tracks; i++)
		bytes_put_text(writer, trackers->tracks[i].id);
	bytes_put_u32(writer, trackers->n_calendars);
	for (uint32_t i = 0; i < trackers->n_calendars; i++)
		bytes_put_text(writer, calendar_about(trackers->calendars[i])->id);

	for (int state = SLOT_OPEN; state < SLOT_STATES; state++) {
		uint32_t slot = table->queues[state].first;

		bytes_put_u32(writer, table->queues[state].n);
		for (; slot != SLOT_NONE; slot = table->records[slot].next)
			put_record(trackers, slot, writer);
	}
}
