/* SPDX-License-Identifier: Apache-2.0 */
#include "plan.h"

#include <assert.h>
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "iocd/base/err.h"

#define MINUTE_MS 60000

static enum measure measure_of(enum indicator_kind kind)
{
	switch (kind) {
	case INDICATOR_SUM:
	case INDICATOR_MEAN:
		return MEASURE_SUM;
	case INDICATOR_MIN:
		return MEASURE_MIN;
	case INDICATOR_MAX:
		return MEASURE_MAX;
	case INDICATOR_LAST:
	case INDICATOR_STOCK:
		return MEASURE_LAST;
	case INDICATOR_COUNT:
	case INDICATOR_RATE:
	case INDICATOR_DISTINCT:
	case INDICATOR_QUANTILE:
	case INDICATOR_GAUGE:
	case INDICATOR_RATIO:
	case INDICATOR_SCORE:
	case INDICATOR_PROGRESS:
	case INDICATOR_BEHIND:
	case INDICATOR_CHANGE:
	case INDICATOR_BASELINE:
	case INDICATOR_UNITS:
		break;
	}
	return MEASURE_COUNT;
}

/* Words are chained: the hash so far is the seed of the next. */
static uint64_t add_text(uint64_t key, const char *text)
{
	return XXH3_64bits_withSeed(text, strlen(text), key);
}

static uint64_t add_u64(uint64_t key, uint64_t number)
{
	number = htole64(number);
	return XXH3_64bits_withSeed(&number, sizeof(number), key);
}

static uint64_t key_of_condition(const struct field *field, const struct condition *condition)
{
	uint64_t key = add_text((uint64_t)condition->test, field->name);
	double number = condition->number + 0.0; /* makes -0 a 0 */
	uint64_t bits;

	if (condition->test == WHERE_TEXT)
		return XXH3_64bits_withSeed(condition->text.bytes, condition->text.size, key);
	if (condition->test == WHERE_CHOICE) {
		for (uint32_t i = 0; i < field->n_choices; i++)
			if (condition->choices >> i & 1)
				key = add_text(key, field->choices[i]);
		return key;
	}
	memcpy(&bits, &number, sizeof(bits));
	return add_u64(key, bits);
}

/* The order of conditions means nothing: they are added up. */
static uint64_t key_of_part(const struct schema *schema, const struct part *part, uint64_t key)
{
	const struct indicator *counts = part->counts;
	const struct event_type *type = schema_type(schema, counts->type);
	uint64_t conditions = 0;

	key = add_text(key, schema_feed(schema, type->feed)->id);
	key = add_text(key, type->name);
	key = add_text(key, part->field->name);
	for (uint32_t i = 0; i < counts->where.n_conditions; i++) {
		const struct condition *condition = &counts->where.conditions[i];

		conditions += key_of_condition(&type->fields[condition->field], condition);
	}
	key = add_u64(key, conditions);
	key = add_u64(key, part->measure);
	return part->measure == MEASURE_COUNT ? key
					      : add_text(key, type->fields[counts->field].name);
}

static void fill_part(struct part *part, const struct keyed_options *options,
		      const struct keyed_plan *about, const struct indicator *counts)
{
	const struct event_type *type = schema_type(options->schema, counts->type);

	part->counts = counts;
	part->field_number = event_type_find_field(type, about->field, strlen(about->field));
	assert(part->field_number != TYPE_NONE); /* configuration has looked */
	part->field = &type->fields[part->field_number];
	part->measure = measure_of(counts->kind);
}

/* Numbers of 8 bytes first, so that they lie well. */
static void lay_out(struct plan *plan)
{
	uint32_t at = 0;

	for (uint32_t i = 0; i < plan->n_parts; i++) {
		struct part *part = &plan->parts[i];

		part->numbers_at = at;
		if (part->measure != MEASURE_COUNT)
			at += plan->ring * (uint32_t)sizeof(double);
		part->times_at = at;
		if (part->measure == MEASURE_LAST)
			at += plan->ring * (uint32_t)sizeof(int64_t);
	}
	for (uint32_t i = 0; i < plan->n_parts; i++) {
		plan->parts[i].counts_at = at;
		at += plan->ring * (uint32_t)sizeof(uint32_t);
	}
	plan->bytes = (at + 63) / 64 * 64;
}

static void fill_plan(struct plan *plan, const struct keyed_options *options,
		      const struct keyed_plan *about)
{
	const struct indicator *figure = about->figure;
	bool is_ratio = figure->kind == INDICATOR_RATIO;

	plan->about = *about;
	plan->minutes = (uint32_t)(about->window_ms / MINUTE_MS);
	assert(plan->minutes >= 1 && plan->minutes <= KEYED_MINUTES);
	assert(about->cap <= KEYED_CAP_MAX);
	plan->window = (struct window){ WINDOW_MINUTES, plan->minutes, "" };
	plan->ring = plan->minutes + RING_SLACK;
	plan->n_parts = is_ratio ? 2 : 1;
	for (uint32_t i = 0; i < plan->n_parts; i++) {
		fill_part(&plan->parts[i], options, about,
			  is_ratio ? &options->indicators[figure->parts[i]] : figure);
		plan->key = key_of_part(options->schema, &plan->parts[i], plan->key);
	}
	plan->number = options->figures
			       ? indicators_find(options->figures, figure->id, strlen(figure->id))
			       : INDICATOR_NONE;
	lay_out(plan);
}

/* Puts the parts of a plan that look at type behind the n uses there are; returns how many then. */
static uint32_t add_uses(struct plans *plans, uint32_t n, uint32_t plan, uint32_t type)
{
	for (uint32_t i = 0; i < plans->list[plan].n_parts; i++)
		if (plans->list[plan].parts[i].counts->type == type)
			plans->uses[n++] = (struct use){ plan, i };
	return n;
}

static void index_types(struct plans *plans, uint32_t n_types)
{
	uint32_t n = 0;

	for (uint32_t t = 0; t < n_types; t++) {
		for (uint32_t p = 0; p < plans->n; p++)
			n = add_uses(plans, n, p, t);
		plans->starts[t + 1] = n;
	}
}

void plans_init(struct plans *plans, const struct keyed_options *options)
{
	uint32_t n_types = schema_n_types(options->schema);

	*plans = (struct plans){ .n = options->n_list };
	plans->list = xcalloc((size_t)plans->n + 1, sizeof(*plans->list));
	plans->starts = xcalloc((size_t)n_types + 1, sizeof(*plans->starts));
	plans->uses = xcalloc((size_t)plans->n * PLAN_PARTS_MAX + 1, sizeof(*plans->uses));
	for (uint32_t i = 0; i < plans->n; i++) {
		fill_plan(&plans->list[i], options, &options->list[i]);
		if (plans->widest < plans->list[i].bytes)
			plans->widest = plans->list[i].bytes;
	}
	index_types(plans, n_types);
}

void plans_fini(struct plans *plans)
{
	free(plans->uses);
	free(plans->starts);
	free(plans->list);
	*plans = (struct plans){ 0 };
}

bool part_counts(const struct part *part, const struct event *event)
{
	if (part->measure != MEASURE_COUNT && !event->values[part->counts->field].present)
		return false;
	return where_holds(&part->counts->where, event);
}

bool plan_starts_at_zero(const struct plan *plan)
{
	enum indicator_kind kind = plan->about.figure->kind;

	return kind == INDICATOR_COUNT || kind == INDICATOR_SUM || kind == INDICATOR_RATE;
}
