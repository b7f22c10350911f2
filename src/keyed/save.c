/* SPDX-License-Identifier: Apache-2.0 */
/*
 * State in bytes: time, what the plans count, the slots by number with the minutes that are still
 * in their windows, and which of them wait to be told as changed.  What has left a window is not
 * state.
 */
#include "inside.h"

/* From the first minute of the window to the last that there is. */
static uint32_t first_kept(const struct keyed *keyed, const struct plan *plan,
			   const struct slot *slot)
{
	uint32_t minute = keyed_minute(keyed);
	uint32_t first = minute >= plan->minutes ? minute - plan->minutes + 1 : 0;

	if (slot->newest >= plan->ring && first <= slot->newest - plan->ring)
		return slot->newest - plan->ring + 1;
	return first;
}

static void put_part(const struct keyed *keyed, const struct plan *plan, const struct part *part,
		     uint32_t number, struct bytes_writer *writer)
{
	const struct slot *slot = &keyed->slots.list[number];
	const char *ring = slots_ring(&keyed->slots, number);
	uint32_t first = first_kept(keyed, plan, slot), n = 0;

	for (uint32_t m = first; m <= slot->newest; m++)
		n += ring_cell(plan, part, slot, ring, m).n > 0;
	bytes_put_u8(writer, (uint8_t)part->measure);
	bytes_put_u32(writer, n);
	for (uint32_t m = first; m <= slot->newest; m++) {
		struct cell cell = ring_cell(plan, part, slot, ring, m);

		if (cell.n == 0)
			continue;
		bytes_put_u32(writer, cell.minute);
		bytes_put_u32(writer, cell.n);
		if (part->measure != MEASURE_COUNT)
			bytes_put_f64(writer, cell.number);
		if (part->measure == MEASURE_LAST)
			bytes_put_i64(writer, cell.time_ms);
	}
}

static void put_slot(const struct keyed *keyed, uint32_t number, struct bytes_writer *writer)
{
	const struct slot *slot = &keyed->slots.list[number];
	const struct plan *plan = &keyed->plans.list[slot->plan];

	bytes_put_u32(writer, number);
	bytes_put_u32(writer, slot->plan);
	bytes_put_u32(writer, slot->unit);
	bytes_put_u8(writer, slot->is_leaving);
	bytes_put_i64(writer, slot->last_ms);
	bytes_put_u64(writer, slot->position);
	bytes_put_u8(writer, slot->key_size);
	bytes_put(writer, slot->key, slot->key_size);
	bytes_put_u8(writer, (uint8_t)plan->n_parts);
	for (uint32_t i = 0; i < plan->n_parts; i++)
		put_part(keyed, plan, &plan->parts[i], number, writer);
}

void keyed_save(const struct keyed *keyed, struct bytes_writer *writer)
{
	uint32_t number = 0;

	bytes_put_part(writer, SAVED_PART, SAVED_VERSION);
	bytes_put_i64(writer, keyed->now_ms);
	bytes_put_i64(writer, keyed->clock_ms);
	bytes_put_u32(writer, keyed->next);
	bytes_put_u64(writer, keyed->beyond_cap);
	bytes_put_u64(writer, keyed->refused);

	bytes_put_u32(writer, keyed->plans.n);
	for (uint32_t i = 0; i < keyed->plans.n; i++) {
		bytes_put_text(writer, keyed->plans.list[i].about.id);
		bytes_put_u64(writer, keyed->plans.list[i].key);
	}

	bytes_put_u32(writer, keyed->slots.n);
	while ((number = slots_next(&keyed->slots, number)) != SLOT_NONE)
		put_slot(keyed, number++, writer);

	bytes_put_u32(writer, keyed->n_marks);
	for (uint32_t i = 0; i < keyed->n_marks; i++)
		bytes_put_u32(writer, keyed->marks[i]);
}
