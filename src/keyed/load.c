/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every slot is looked at before it is believed, those that are let go too: one that cannot have
 * been saved marks the whole bad.
 */
#include <stdlib.h>
#include <string.h>

#include "inside.h"
#include "iocd/base/err.h"

#define GONE       UINT32_MAX
#define SLOT_BYTES 32 /* the least that one takes */
#define CELL_BYTES 8

/* What the numbers in the saved bytes mean now. */
struct meaning {
	const struct renumber *units;
	uint32_t *plans; /* owned; by saved number; or GONE */
	uint32_t n_plans;
	uint32_t *slots; /* owned; by saved number; or GONE */
};

/* A slot as it was read, without its minutes. */
struct saved_slot {
	uint32_t number;
	struct name name; /* plan and unit as they were */
	bool is_leaving;
	int64_t last_ms;
	uint64_t position;
};

static int64_t get_time(struct bytes_reader *reader)
{
	int64_t time_ms = bytes_get_i64(reader);

	if (time_ms < 0 || time_ms > KEYED_MS_MAX) {
		bytes_reject(reader, "a time of a value cannot be");
		return 0;
	}
	return time_ms;
}

static uint32_t find_plan(const struct plans *plans, const char *id, size_t n, uint64_t key)
{
	for (uint32_t i = 0; i < plans->n; i++) {
		const struct plan *plan = &plans->list[i];

		if (plan->key == key && strlen(plan->about.id) == n &&
		    memcmp(plan->about.id, id, n) == 0)
			return i;
	}
	return GONE;
}

static void get_plans(const struct keyed *keyed, struct bytes_reader *reader,
		      struct meaning *meaning)
{
	meaning->n_plans = bytes_get_count(reader, 12);
	meaning->plans = xcalloc((size_t)meaning->n_plans + 1, sizeof(*meaning->plans));
	for (uint32_t i = 0; i < meaning->n_plans; i++) {
		size_t n;
		const char *id = bytes_get_text(reader, &n);

		meaning->plans[i] = find_plan(&keyed->plans, id, n, bytes_get_u64(reader));
	}
}

static void get_name(struct bytes_reader *reader, struct saved_slot *ret)
{
	size_t size = bytes_get_u8(reader);
	const char *bytes = bytes_get(reader, size);
	bool is_others;

	if (!bytes || size > KEYED_KEY_MAX) {
		bytes_reject(reader, "a value has no name");
		return;
	}
	ret->name.key = (struct slice){ bytes, size };
	is_others = name_is_others(&ret->name);
	if (ret->number >= SLOTS || is_others != (ret->number >= KEYED_SLOTS))
		bytes_reject(reader, "a value has a place that cannot be");
}

static void get_slot(struct bytes_reader *reader, const struct meaning *meaning,
		     struct saved_slot *ret)
{
	uint8_t leaving;

	*ret = (struct saved_slot){ .number = bytes_get_u32(reader) };
	ret->name.plan = bytes_get_u32(reader);
	ret->name.unit = bytes_get_u32(reader);
	leaving = bytes_get_u8(reader);
	ret->is_leaving = leaving == 1;
	ret->last_ms = get_time(reader);
	ret->position = bytes_get_u64(reader);
	get_name(reader, ret);
	if (ret->name.plan >= meaning->n_plans || leaving > 1)
		bytes_reject(reader, "a value is of no plan");
}

/* The slot that takes up saved; GONE: there is none. */
static uint32_t place(struct keyed *keyed, const struct meaning *meaning,
		      const struct saved_slot *saved)
{
	struct name name = { .plan = meaning->plans[saved->name.plan],
			     .unit = renumber(meaning->units, saved->name.unit),
			     .key = saved->name.key };
	uint32_t before = keyed->slots.n, number;
	struct slot *slot;

	if (name.plan == GONE || name.unit >= keyed->n_units ||
	    !keyed->plans.list[name.plan].about.applies[name.unit] ||
	    renumber_is_within(meaning->units, saved->name.unit))
		return GONE;
	number = keyed_slot_for(keyed, &name, saved->number);
	if (number == SLOT_NONE)
		return GONE;

	slot = &keyed->slots.list[number];
	slot->is_leaving = saved->is_leaving && (slot->is_leaving || keyed->slots.n > before);
	if (slot->last_ms < saved->last_ms)
		slot->last_ms = saved->last_ms;
	if (slot->position < saved->position)
		slot->position = saved->position;
	return number;
}

static struct cell get_cell(const struct keyed *keyed, struct bytes_reader *reader,
			    enum measure measure)
{
	struct cell cell = { .minute = bytes_get_u32(reader) };
	int64_t start_ms = (int64_t)cell.minute * KEYED_MINUTE_MS;

	cell.n = bytes_get_u32(reader);
	if (measure != MEASURE_COUNT)
		cell.number = bytes_get_f64(reader);
	if (measure == MEASURE_LAST)
		cell.time_ms = get_time(reader);
	if (cell.n == 0 || start_ms > keyed->clock_ms + AHEAD_MINUTES * KEYED_MINUTE_MS ||
	    (measure == MEASURE_LAST && cell.time_ms / KEYED_MINUTE_MS != cell.minute))
		bytes_reject(reader, "a minute of a value cannot be");
	return cell;
}

/* Reads the minutes of one part; into slot number, which counts that in part, unless it is GONE. */
static void get_part(struct keyed *keyed, struct bytes_reader *reader, uint32_t number,
		     uint32_t nth)
{
	uint8_t measure = bytes_get_u8(reader);
	uint32_t n = bytes_get_count(reader, CELL_BYTES);
	struct slot *slot = number == GONE ? NULL : &keyed->slots.list[number];
	const struct plan *plan = slot ? &keyed->plans.list[slot->plan] : NULL;

	if (measure > MEASURE_LAST || n > KEYED_MINUTES + RING_SLACK ||
	    (plan && (nth >= plan->n_parts || measure != (uint8_t)plan->parts[nth].measure)))
		bytes_reject(reader, "a value is counted in a way that cannot be");
	for (uint32_t i = 0; i < n && !reader->is_bad; i++) {
		struct cell cell = get_cell(keyed, reader, (enum measure)measure);

		if (!reader->is_bad && plan)
			(void)ring_add(plan, &plan->parts[nth], slot,
				       slots_ring(&keyed->slots, number), &cell);
	}
}

static void get_slots(struct keyed *keyed, struct bytes_reader *reader, struct meaning *meaning)
{
	uint32_t n = bytes_get_count(reader, SLOT_BYTES), after = 0;
	struct saved_slot saved;

	for (uint32_t i = 0; i < n && !reader->is_bad; i++) {
		uint32_t number = GONE;
		uint8_t n_parts;

		get_slot(reader, meaning, &saved);
		if (saved.number < after)
			bytes_reject(reader, "values are out of order");
		n_parts = bytes_get_u8(reader);
		if (n_parts == 0 || n_parts > PLAN_PARTS_MAX)
			bytes_reject(reader, "a value is counted in a way that cannot be");
		if (reader->is_bad)
			return;
		after = saved.number + 1;
		number = place(keyed, meaning, &saved);
		meaning->slots[saved.number] = number;
		for (uint32_t k = 0; k < n_parts; k++)
			get_part(keyed, reader, number, k);
	}
}

static void get_marks(struct keyed *keyed, struct bytes_reader *reader,
		      const struct meaning *meaning)
{
	uint32_t n = bytes_get_count(reader, 4);

	for (uint32_t i = 0; i < n && !reader->is_bad; i++) {
		uint32_t number = bytes_get_u32(reader);

		if (number >= SLOTS)
			bytes_reject(reader, "a value has a place that cannot be");
		else if (meaning->slots[number] != GONE)
			keyed_mark(keyed, meaning->slots[number]);
	}
}

void keyed_load(struct keyed *keyed, struct bytes_reader *reader, const struct renumber *units)
{
	struct meaning meaning = { .units = units };

	bytes_get_part(reader, SAVED_PART, SAVED_VERSION);
	keyed->now_ms = get_time(reader);
	keyed->clock_ms = get_time(reader);
	keyed->next = bytes_get_u32(reader);
	keyed->beyond_cap = bytes_get_u64(reader);
	keyed->refused = bytes_get_u64(reader);
	if (keyed->next > SLOTS || keyed->clock_ms < keyed->now_ms)
		bytes_reject(reader, "the time of values cannot be");

	meaning.slots = xcalloc(SLOTS, sizeof(*meaning.slots));
	for (uint32_t i = 0; i < SLOTS; i++)
		meaning.slots[i] = GONE;
	get_plans(keyed, reader, &meaning);
	get_slots(keyed, reader, &meaning);
	get_marks(keyed, reader, &meaning);
	free(meaning.plans);
	free(meaning.slots);
}
