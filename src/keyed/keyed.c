/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A value has a slot from its first event until nothing was in its window for a minute: then its
 * figure was read as that once more, and what hangs on it knows.
 *
 * In each minute a round looks at all slots, as many with each tick: a window may have lost an
 * event, or a unit may have fallen silent.
 */
#include "inside.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"

#define VISITS 1024 /* slots that one tick looks at */

static_assert(KEYED_BATCH >= VISITS, "a tick without events gives one batch");

struct keyed *keyed_new(const struct keyed_options *options)
{
	struct keyed *keyed = xcalloc(1, sizeof(*keyed));

	keyed->figures = options->figures;
	keyed->n_types = schema_n_types(options->schema);
	keyed->n_units = units_count(options->units);
	keyed->parents = units_parents(options->units);
	plans_init(&keyed->plans, options);
	keyed_slots_init(&keyed->slots, keyed->plans.n, keyed->n_units, keyed->plans.widest);
	if (keyed->plans.n > 0)
		keyed->marks = xcalloc(SLOTS, sizeof(*keyed->marks));
	keyed->changes = xcalloc(KEYED_BATCH, sizeof(*keyed->changes));
	return keyed;
}

struct keyed *keyed_free(struct keyed *keyed)
{
	if (!keyed)
		return NULL;

	free(keyed->changes);
	free(keyed->marks);
	keyed_slots_fini(&keyed->slots);
	plans_fini(&keyed->plans);
	free(keyed);
	return NULL;
}

bool keyed_want(const struct keyed *keyed, uint32_t type)
{
	assert(type < keyed->n_types);
	return keyed->plans.starts[type] != keyed->plans.starts[type + 1];
}

void keyed_mark(struct keyed *keyed, uint32_t number)
{
	struct slot *slot = &keyed->slots.list[number];

	if (slot->is_marked)
		return;
	slot->is_marked = true;
	keyed->marks[keyed->n_marks++] = number;
}

/* Cut where a character ends. */
static size_t cut(const char *text, size_t n)
{
	size_t most = KEYED_KEY_MAX;

	if (n <= most)
		return n;
	while (most > 0 && ((unsigned char)text[most] & 0xc0) == 0x80)
		most--;
	return most;
}

static struct slice short_key(struct slice key)
{
	return (struct slice){ key.bytes, cut(key.bytes, key.size) };
}

/* The value that event is counted under; empty: under none. */
static struct slice key_of(const struct part *part, const struct event *event)
{
	const struct value *value = &event->values[part->field_number];
	const char *choice;

	if (!value->present)
		return (struct slice){ .bytes = "" };
	if (part->field->kind != FIELD_CHOICE)
		return short_key(value->text);
	choice = part->field->choices[value->choice];
	return short_key((struct slice){ choice, strlen(choice) });
}

uint32_t keyed_slot_for(struct keyed *keyed, const struct name *name, uint32_t wanted)
{
	const struct name others = { name->plan,
				     name->unit,
				     { KEYED_OTHERS, strlen(KEYED_OTHERS) } };
	uint32_t cap = keyed->plans.list[name->plan].about.cap;
	uint32_t number = slots_find(&keyed->slots, name);

	if (number == SLOT_NONE && !name_is_others(name) &&
	    slots_size(&keyed->slots, name->plan, name->unit) < cap)
		number = slots_take(&keyed->slots, name, wanted);
	if (number == SLOT_NONE)
		number = slots_find(&keyed->slots, &others);
	if (number == SLOT_NONE)
		number = slots_take(&keyed->slots, &others, wanted);
	return number;
}

/* Counts cell, which event says, in one unit. */
static void count(struct keyed *keyed, const struct use *use, const struct name *name,
		  const struct event *event, const struct cell *cell)
{
	const struct plan *plan = &keyed->plans.list[use->plan];
	uint32_t number = keyed_slot_for(keyed, name, SLOT_NONE);
	struct slot *slot;

	if (number == SLOT_NONE) {
		keyed->refused++;
		return;
	}
	if (number >= KEYED_SLOTS)
		keyed->beyond_cap++;

	slot = &keyed->slots.list[number];
	if (!ring_add(plan, &plan->parts[use->part], slot, slots_ring(&keyed->slots, number), cell))
		return;
	if (slot->last_ms < cell->time_ms)
		slot->last_ms = cell->time_ms;
	slot->position = event->position;
	slot->is_leaving = false;
	keyed_mark(keyed, number);
}

/* Event time as it is believed: not before 1970 and not far ahead of our own clock. */
static int64_t believed_ms(const struct keyed *keyed, const struct event *event)
{
	int64_t now_ms = keyed->now_ms > event->arrival_ms ? keyed->now_ms : event->arrival_ms;
	int64_t limit_ms = now_ms + (int64_t)AHEAD_MINUTES * KEYED_MINUTE_MS;

	if (event->time_ms > limit_ms)
		return limit_ms;
	return event->time_ms < 0 ? 0 : event->time_ms;
}

/* Counts event for one part of a plan, in its unit and all above. */
static void use_event(struct keyed *keyed, const struct use *use, const struct event *event)
{
	const struct plan *plan = &keyed->plans.list[use->plan];
	const struct part *part = &plan->parts[use->part];
	int64_t time_ms = believed_ms(keyed, event);
	struct cell cell = { .minute = (uint32_t)(time_ms / KEYED_MINUTE_MS), .n = 1 };
	struct name name = { .plan = use->plan, .key = key_of(part, event) };

	if (name.key.size == 0 || !part_counts(part, event) ||
	    cell.minute + plan->minutes <= keyed_minute(keyed))
		return;
	if (part->measure != MEASURE_COUNT)
		cell.number = event->values[part->counts->field].number;
	cell.time_ms = time_ms;
	for (uint32_t u = event->unit; u != UNIT_NONE; u = keyed->parents[u]) {
		name.unit = u;
		if (plan->about.applies[u])
			count(keyed, use, &name, event, &cell);
	}
}

void keyed_add(struct keyed *keyed, const struct event *event)
{
	const struct plans *plans = &keyed->plans;

	if (keyed->clock_ms < event->arrival_ms)
		keyed->clock_ms = event->arrival_ms;
	for (uint32_t i = plans->starts[event->type]; i < plans->starts[event->type + 1]; i++)
		use_event(keyed, &plans->uses[i], event);
}

/* What time may have done to a slot: said, or it goes. */
static void visit(struct keyed *keyed, uint32_t number)
{
	struct slot *slot = &keyed->slots.list[number];
	bool is_quiet = ring_is_quiet(&keyed->plans.list[slot->plan], slot,
				      slots_ring(&keyed->slots, number), keyed_minute(keyed));

	if (is_quiet && slot->is_leaving && !slot->is_marked) {
		slots_release(&keyed->slots, number);
		return;
	}
	slot->is_leaving = is_quiet;
	keyed_mark(keyed, number);
}

/* Goes on with the round, over at most that many slots. */
static void continue_round(struct keyed *keyed, uint32_t most)
{
	for (uint32_t i = 0; i < most && keyed->next < SLOTS; i++) {
		uint32_t number = slots_next(&keyed->slots, keyed->next);

		keyed->next = SLOTS;
		if (number == SLOT_NONE)
			return;
		keyed->next = number + 1;
		visit(keyed, number);
	}
}

void keyed_tick(struct keyed *keyed, int64_t now_ms)
{
	uint32_t minute = keyed_minute(keyed);

	if (now_ms <= keyed->now_ms)
		return;

	keyed->now_ms = now_ms;
	if (keyed->clock_ms < now_ms)
		keyed->clock_ms = now_ms;
	if (keyed_minute(keyed) != minute) {
		continue_round(keyed, SLOTS); /* of the last minute, where it is not over */
		keyed->next = 0;
	}
	continue_round(keyed, VISITS);
}

void keyed_mark_all(struct keyed *keyed)
{
	uint32_t number = 0;

	while ((number = slots_next(&keyed->slots, number)) != SLOT_NONE)
		keyed_mark(keyed, number++);
}

size_t keyed_take_changes(struct keyed *keyed, const struct keyed_change **ret)
{
	uint32_t n = keyed->n_marks < KEYED_BATCH ? keyed->n_marks : KEYED_BATCH;

	for (uint32_t i = 0; i < n; i++) {
		struct slot *slot = &keyed->slots.list[keyed->marks[i]];

		slot->is_marked = false;
		keyed->changes[i] = (struct keyed_change){ .plan = slot->plan,
							   .slot = keyed->marks[i],
							   .unit = slot->unit,
							   .key = slot_key(slot) };
	}
	if (n > 0)
		memmove(keyed->marks, keyed->marks + n,
			(keyed->n_marks - n) * sizeof(*keyed->marks));
	keyed->n_marks -= n;
	*ret = keyed->changes;
	return n;
}

/* Where the whole unit is not well known, neither is any value in it. */
static void take_quality(const struct keyed *keyed, const struct plan *plan, uint32_t unit,
			 bool was_seen, struct reading *reading)
{
	struct reading whole;

	if (plan->number == INDICATOR_NONE || reading->quality == QUALITY_UNKNOWN)
		return;

	whole = indicators_read(keyed->figures, plan->number, unit, &plan->window);
	reading->reporting = whole.reporting;
	reading->expected = whole.expected;
	if (!was_seen || whole.quality != QUALITY_UNKNOWN)
		reading->quality = whole.quality;
	if (reading->quality == QUALITY_UNKNOWN)
		reading->value = NAN;
}

struct reading keyed_read(const struct keyed *keyed, uint32_t number)
{
	const struct slot *slot = &keyed->slots.list[number];
	const struct plan *plan = &keyed->plans.list[slot->plan];
	struct reading reading = { .last_ms = slot->last_ms, .position = slot->position };

	reading.value = ring_read(plan, slot, slots_ring(&keyed->slots, number),
				  keyed_minute(keyed), &reading.samples);
	reading.quality = isnan(reading.value) ? QUALITY_UNKNOWN : QUALITY_GOOD;
	take_quality(keyed, plan, slot->unit, true, &reading);
	return reading;
}

struct reading keyed_read_value(const struct keyed *keyed, uint32_t number, uint32_t unit,
				struct slice key)
{
	const struct plan *plan = &keyed->plans.list[number];
	uint32_t slot = keyed_find(keyed, number, unit, key);
	struct reading reading = { .quality = QUALITY_UNKNOWN, .value = NAN };

	if (slot != SLOT_NONE)
		return keyed_read(keyed, slot);
	if (plan_starts_at_zero(plan))
		reading = (struct reading){ .quality = QUALITY_GOOD, .value = 0 };
	take_quality(keyed, plan, unit, false, &reading);
	return reading;
}

uint32_t keyed_find(const struct keyed *keyed, uint32_t plan, uint32_t unit, struct slice key)
{
	const struct name name = { plan, unit, short_key(key) };

	return slots_find(&keyed->slots, &name);
}

int64_t keyed_now_ms(const struct keyed *keyed)
{
	return keyed->now_ms;
}

uint32_t keyed_live(const struct keyed *keyed)
{
	return keyed->slots.n;
}

uint64_t keyed_beyond_cap(const struct keyed *keyed)
{
	return keyed->beyond_cap;
}

uint64_t keyed_refused(const struct keyed *keyed)
{
	return keyed->refused;
}
