/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reference: what values should read, worked out slowly: every event that counted is kept, and
 * every reading looks at all of them.
 */
#ifndef TEST_KEYED_REFERENCE_H
#define TEST_KEYED_REFERENCE_H

#include "world.h"

#define REF_VALUES 4096
#define REF_EVENTS 20000

/* Something that counted for a value. */
struct ref_event {
	uint32_t value; /* place of its value */
	bool is_above;  /* of a ratio: above the line */
	int64_t time_ms;
	double number;
};

struct ref_value {
	bool is_live, is_leaving;
	uint32_t plan, unit;
	char key[KEYED_KEY_MAX + 1];
};

struct reference {
	struct ref_value values[REF_VALUES];
	uint32_t n_values; /* dead ones stay where they are */
	struct ref_event events[REF_EVENTS];
	uint32_t n_events;
	int64_t now_ms;
};

static inline int64_t ref_minute(int64_t ms)
{
	return ms / MINUTE;
}

static inline struct ref_value *ref_find(struct reference *ref, uint32_t plan, uint32_t unit,
					 const char *key)
{
	for (uint32_t i = 0; i < ref->n_values; i++) {
		struct ref_value *value = &ref->values[i];

		if (value->is_live && value->plan == plan && value->unit == unit &&
		    strcmp(value->key, key) == 0)
			return value;
	}
	return NULL;
}

/* Values of a plan in a unit that have a place of their own. */
static inline uint32_t ref_size(const struct reference *ref, uint32_t plan, uint32_t unit)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < ref->n_values; i++)
		n += ref->values[i].is_live && ref->values[i].plan == plan &&
		     ref->values[i].unit == unit && strcmp(ref->values[i].key, KEYED_OTHERS) != 0;
	return n;
}

static inline struct ref_value *ref_place(struct reference *ref, const struct keyed_plan *about,
					  uint32_t plan, uint32_t unit, const char *key)
{
	struct ref_value *value = ref_find(ref, plan, unit, key);

	if (value)
		return value;
	if (ref_size(ref, plan, unit) >= about->cap) {
		key = KEYED_OTHERS;
		value = ref_find(ref, plan, unit, key);
	}
	if (value)
		return value;
	assert(ref->n_values < REF_VALUES);
	value = &ref->values[ref->n_values++];
	*value = (struct ref_value){ .is_live = true, .plan = plan, .unit = unit };
	(void)snprintf(value->key, sizeof(value->key), "%s", key);
	return value;
}

/* Counts an event for a plan: in its unit and those above. */
static inline void ref_count(struct reference *ref, const struct world *world, uint32_t plan,
			     bool is_above, const struct say *say, const char *key, double number)
{
	int64_t time_ms = say->at;
	int64_t most_ms = (say->arrival > ref->now_ms ? say->arrival : ref->now_ms) + 5 * MINUTE;
	const struct keyed_plan *about = &world->plans[plan];

	if (time_ms > most_ms)
		time_ms = most_ms;
	if (!key || !key[0] ||
	    ref_minute(time_ms) <= ref_minute(ref->now_ms) - about->window_ms / MINUTE)
		return;
	for (uint32_t u = say->unit; u != UNIT_NONE; u = units_parent(world->units, u)) {
		struct ref_value *value;

		if (!about->applies[u])
			continue;
		value = ref_place(ref, about, plan, u, key);
		value->is_leaving = false;
		assert(ref->n_events < REF_EVENTS);
		ref->events[ref->n_events++] = (struct ref_event){ (uint32_t)(value - ref->values),
								   is_above, time_ms, number };
	}
}

static inline void ref_add(struct reference *ref, const struct world *world, const struct say *say)
{
	const char *group = groups[say->group];

	if (say->type == TYPE_CALL) {
		ref_count(ref, world, PLAN_RATIO, false, say, say->link, 1);
		if (say->status >= 500) {
			ref_count(ref, world, PLAN_RATIO, true, say, say->link, 1);
			ref_count(ref, world, PLAN_FAILED, false, say, say->link, 1);
		}
	}
	if (say->type != TYPE_STATE)
		return;
	ref_count(ref, world, PLAN_COUNT, false, say, say->link, 1);
	ref_count(ref, world, PLAN_RATE, false, say, say->link, 1);
	ref_count(ref, world, PLAN_GROUP, false, say, group, 1);
	ref_count(ref, world, PLAN_STOCK, false, say, say->link, say->up);
	for (uint32_t plan = PLAN_SUM; plan <= PLAN_LAST && !isnan(say->lag); plan++)
		ref_count(ref, world, plan, false, say, say->link, say->lag);
}

static inline bool ref_is_in_window(const struct reference *ref, const struct world *world,
				    const struct ref_event *event, bool with_future)
{
	uint32_t plan = ref->values[event->value].plan;
	int64_t back = ref_minute(ref->now_ms) - ref_minute(event->time_ms);

	return back < world->plans[plan].window_ms / MINUTE && (back >= 0 || with_future);
}

/* What the events of a value in its window come to. */
struct ref_sum {
	uint64_t n, above;
	double sum, min, max, last;
	int64_t last_ms;
};

static inline struct ref_sum ref_add_up(const struct reference *ref, const struct world *world,
					uint32_t value)
{
	struct ref_sum sum = { .min = INFINITY, .max = -INFINITY, .last_ms = INT64_MIN };

	for (uint32_t i = 0; i < ref->n_events; i++) {
		const struct ref_event *event = &ref->events[i];

		if (event->value != value || !ref_is_in_window(ref, world, event, false))
			continue;
		if (event->is_above) {
			sum.above++;
			continue;
		}
		sum.n++;
		sum.sum += event->number;
		sum.min = fmin(sum.min, event->number);
		sum.max = fmax(sum.max, event->number);
		if (event->time_ms >= sum.last_ms) {
			sum.last_ms = event->time_ms;
			sum.last = event->number;
		}
	}
	return sum;
}

/* NaN: there is none. */
static inline double ref_read(const struct reference *ref, const struct world *world,
			      uint32_t value, uint64_t *ret_samples)
{
	uint32_t plan = ref->values[value].plan;
	struct ref_sum sum = ref_add_up(ref, world, value);

	*ret_samples = sum.n;
	switch (plan) {
	case PLAN_SUM:
		return sum.sum;
	case PLAN_RATE:
		return (double)sum.n * 3600000.0 / (double)world->plans[plan].window_ms;
	case PLAN_MEAN:
		return sum.n ? sum.sum / (double)sum.n : NAN;
	case PLAN_MIN:
		return sum.n ? sum.min : NAN;
	case PLAN_MAX:
		return sum.n ? sum.max : NAN;
	case PLAN_STOCK:
		*ret_samples = sum.n && sum.last >= 0.5 ? (uint64_t)(sum.last + 0.5) : 0;
		return sum.n ? sum.last : NAN;
	case PLAN_LAST:
		return sum.n ? sum.last : NAN;
	case PLAN_RATIO:
		return sum.n ? (double)sum.above / (double)sum.n : NAN;
	default:
		return (double)sum.n;
	}
}

static inline bool ref_is_quiet(const struct reference *ref, const struct world *world,
				uint32_t value)
{
	for (uint32_t i = 0; i < ref->n_events; i++)
		if (ref->events[i].value == value &&
		    ref_is_in_window(ref, world, &ref->events[i], true))
			return false;
	return true;
}

/* Time passes; in a new minute what was quiet for two goes. */
static inline void ref_tick(struct reference *ref, const struct world *world, int64_t now_ms)
{
	bool is_new = ref_minute(now_ms) != ref_minute(ref->now_ms);

	if (now_ms <= ref->now_ms)
		return;
	ref->now_ms = now_ms;
	for (uint32_t i = 0; is_new && i < ref->n_values; i++) {
		struct ref_value *value = &ref->values[i];
		bool is_quiet = ref_is_quiet(ref, world, i);

		value->is_live &= !(is_quiet && value->is_leaving);
		value->is_leaving = is_quiet;
	}
}

/* Holds every value against the real ones; returns how many there are. */
static inline uint32_t ref_check(const struct reference *ref, const struct world *world)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < ref->n_values; i++) {
		const struct ref_value *value = &ref->values[i];
		struct reading reading;
		uint64_t samples;
		double expected;
		uint32_t slot;

		if (!value->is_live)
			continue;
		n++;
		expected = ref_read(ref, world, i, &samples);
		slot = keyed_find(world->keyed, value->plan, value->unit, slice_of(value->key));
		assert(slot != UINT32_MAX);
		reading = keyed_read(world->keyed, slot);
		assert(reading.samples == samples);
		assert(isnan(expected) == isnan(reading.value));
		assert(isnan(expected) || fabs(expected - reading.value) < 1e-9);
		assert((reading.quality == QUALITY_UNKNOWN) == isnan(expected));
	}
	assert(keyed_live(world->keyed) == n);
	return n;
}

#endif
