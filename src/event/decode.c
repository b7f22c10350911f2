/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/decode.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "iocd/base/counter.h"
#include "iocd/base/err.h"

#include "decoder.h"
#include "identity.h"
#include "mapped.h"

#define SCRATCH_BLOCK 65536
#define SCRATCH_KEPT  (1u << 20) /* what one monstrous message needed is not kept for ever */

typedef size_t reader_fn(struct decoder *decoder, struct message *message);

static struct map *choices_new(const struct field *field)
{
	struct map *choices = map_new();
	int r;

	for (uint32_t i = 0; i < field->n_choices; i++) {
		r = map_add(choices, field->choices[i], strlen(field->choices[i]), i);
		(void)r; /* a choice that is listed twice means its first place */
	}
	return choices;
}

static uint64_t identity_of(const struct schema *schema, const struct event_type *type)
{
	const char *feed = schema_feed(schema, type->feed)->id;
	uint64_t seed = XXH3_64bits(feed, strlen(feed));

	return XXH3_64bits_withSeed(type->name, strlen(type->name), seed);
}

static void plan_init(struct plan *plan, const struct schema *schema, const struct event_type *type)
{
	plan->type = type;
	plan->identity = identity_of(schema, type);
	name_set_init(&plan->fields);
	for (uint32_t i = 0; i < type->n_fields; i++) {
		name_set_add(&plan->fields, type->fields[i].name);
		if (type->fields[i].kind == FIELD_CHOICE)
			plan->choices[i] = choices_new(&type->fields[i]);
	}
}

static void plan_fini(struct plan *plan)
{
	for (size_t i = 0; i < COUNT(plan->choices); i++)
		map_free(plan->choices[i]);
}

static int at_most(int limit, int cap)
{
	return limit < cap ? limit : cap;
}

static void forget_last(struct decoder *decoder)
{
	scratch_reset(decoder->scratch);
	if (scratch_held(decoder->scratch) <= SCRATCH_KEPT)
		return;

	scratch_free(decoder->scratch);
	decoder->scratch = scratch_new(SCRATCH_BLOCK);
}

bool message_find_unit(struct message *message, const struct units *units)
{
	uint32_t sender =
		units_find_sender(units, message->unit_name.bytes, message->unit_name.size);

	message->unit = sender == UNIT_NONE ? UNIT_NONE : units_successor(units, sender);
	message->former = sender == message->unit ? 0 : sender;
	return sender != UNIT_NONE;
}

static enum reason read_topic(const struct decoder *decoder, struct message *message)
{
	const struct decode_options *options = &decoder->options;
	const struct decode_input *input = message->input;
	struct topic_parts parts;

	if (topic_split(options->prefix, input->topic, input->topic_size, &parts))
		return REASON_bad_topic;

	message->unit_name = parts.unit;
	if (!message_find_unit(message, options->units))
		return REASON_unknown_unit;

	message->feed = schema_find_feed(options->schema, parts.feed.bytes, parts.feed.size);
	if (message->feed == TYPE_NONE)
		return REASON_unknown_type;
	if (parts.type.size == 5 && !memcmp(parts.type.bytes, "batch", 5))
		return REASON_NONE;

	message->type = judge_find_type(decoder, message->feed, parts.type.bytes, parts.type.size);
	return message->type == TYPE_NONE ? REASON_unknown_type : REASON_NONE;
}

/* What can be told without looking into the payload. */
static enum reason read_envelope(const struct decoder *decoder, struct message *message)
{
	const struct decode_input *input = message->input;
	enum reason reason;

	if (input->payload_size > decoder->options.limits.payload)
		return REASON_too_big;
	if (input->retained)
		return REASON_retained;
	reason = read_topic(decoder, message);
	if (reason == REASON_NONE && input->payload_size == 0)
		return REASON_json_syntax;
	return reason;
}

static size_t scan_or_refer(struct decoder *decoder, struct message *message)
{
	size_t n = scan_message(decoder, message);

	if (n > 0)
		return n;

	message->type_guess = TYPE_NONE;
	message->n_unknown = 0;
	return reference_message(decoder, message);
}

/* Lends the map that reads topic, which is not below the prefix; or NULL. */
static const struct map_plan *find_map(const struct decoder *decoder, const char *topic, size_t n,
				       struct map_levels *ret)
{
	const char *prefix = decoder->options.prefix;
	size_t n_prefix = strlen(prefix);

	if (n > n_prefix && memcmp(topic, prefix, n_prefix) == 0 && topic[n_prefix] == '/')
		return NULL;
	return maps_find(decoder->maps, topic, n, ret);
}

static size_t read_message(struct decoder *decoder, const struct decode_input *input,
			   reader_fn *reader, const struct decoded **ret)
{
	struct message message = {
		.input = input,
		.unit = UNIT_NONE,
		.type = TYPE_NONE,
		.type_guess = TYPE_NONE,
	};
	const struct map_plan *plan = NULL;
	struct map_levels levels;
	enum reason reason;
	size_t n = 1;

	forget_last(decoder);
	reason = read_envelope(decoder, &message);
	if (reason == REASON_bad_topic)
		plan = find_map(decoder, input->topic, input->topic_size, &levels);
	if (plan)
		n = mapped_message(decoder, &message, plan, &levels);
	else if (reason == REASON_NONE)
		n = reader(decoder, &message);
	else
		judge_refuse(&message, reason, 0, decoder->results);

	if (message.n_unknown > 0)
		counter_add(COUNTER_events_unknown_keys, message.n_unknown);
	*ret = decoder->results;
	return n;
}

static uint8_t *make_crowds(const struct units *units)
{
	uint8_t *crowds = xcalloc(units_registered(units) + (size_t)1, 1);

	for (uint32_t i = 0; i < units_registered(units); i++)
		crowds[i] = identity_crowd(units_at(units, i)->id);
	return crowds;
}

struct decoder *decoder_new(const struct decode_options *options)
{
	struct decoder *decoder = xcalloc(1, sizeof(*decoder));
	struct decode_limits *limits = &decoder->options.limits;

	assert(options->prefix && options->units && options->schema);

	decoder->options = *options;
	limits->depth = at_most(limits->depth, DECODE_DEPTH_MAX);
	limits->batch = at_most(limits->batch, DECODE_BATCH_MAX);

	name_set_init(&decoder->attributes);
	for (int i = 0; i < N_ATTRIBUTES; i++)
		name_set_add(&decoder->attributes, attribute_name(i));

	decoder->n_plans = schema_n_types(options->schema);
	decoder->plans = xcalloc(decoder->n_plans, sizeof(*decoder->plans));
	for (uint32_t i = 0; i < decoder->n_plans; i++)
		plan_init(&decoder->plans[i], options->schema, schema_type(options->schema, i));

	decoder->maps = maps_new(options->schema, options->units);
	decoder->crowds = make_crowds(options->units);
	decoder->scratch = scratch_new(SCRATCH_BLOCK);
	decoder->results = xcalloc(DECODE_BATCH_MAX, sizeof(*decoder->results));
	reference_prepare();
	return decoder;
}

struct decoder *decoder_free(struct decoder *decoder)
{
	if (!decoder)
		return NULL;

	for (uint32_t i = 0; i < decoder->n_plans; i++)
		plan_fini(&decoder->plans[i]);
	free(decoder->results);
	scratch_free(decoder->scratch);
	free(decoder->crowds);
	maps_free(decoder->maps);
	free(decoder->plans);
	free(decoder);
	return NULL;
}

size_t decode(struct decoder *decoder, const struct decode_input *input, const struct decoded **ret)
{
	return read_message(decoder, input, scan_or_refer, ret);
}

size_t decode_reference(struct decoder *decoder, const struct decode_input *input,
			const struct decoded **ret)
{
	return read_message(decoder, input, reference_message, ret);
}

const struct feed_map *decoder_map(const struct decoder *decoder, const char *topic, size_t n)
{
	struct map_levels levels;
	const struct map_plan *plan = find_map(decoder, topic, n, &levels);

	return plan ? plan->map : NULL;
}
