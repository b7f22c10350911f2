/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A foreign message is taken apart into elements, and each made a raw event, as if it had come in
 * CloudEvents' form; the judge does the rest.
 */
#include "mapped.h"

#include <stdio.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "iocd/base/text.h"

#include "json.h"
#include "reference.h"

#define DIGEST_BYTES 33

/* A message while it is read. */
struct reading {
	struct decoder *decoder;
	struct message *message;
	struct element element; /* the one in hand */
	uint32_t n;             /* results so far */
};

static size_t refuse(struct decoder *decoder, const struct message *message, enum reason reason)
{
	judge_refuse(message, reason, 0, decoder->results);
	return 1;
}

/* The digest that stands for an id: 32 hexadecimal digits. */
static struct raw make_id(const struct reading *reading, const struct raw *time)
{
	const struct element *element = &reading->element;
	const struct decode_input *input = reading->message->input;
	const uint64_t words[] = {
		XXH3_64bits(input->topic, input->topic_size),
		time->kind == RAW_TEXT ? XXH3_64bits(time->text.bytes, time->text.size) : 0,
		mapped_digest(element),
	};
	XXH128_hash_t hash = XXH3_128bits(words, sizeof(words));
	char *text = scratch_take(element->scratch, DIGEST_BYTES);

	(void)snprintf(text, DIGEST_BYTES, "%016llx%016llx", (unsigned long long)hash.high64,
		       (unsigned long long)hash.low64);
	return (struct raw){ .kind = RAW_TEXT, .text = { text, DIGEST_BYTES - 1 } };
}

static struct raw find_source(const struct reading *reading)
{
	const struct element *element = &reading->element;
	const struct decode_input *input = reading->message->input;

	if (element->plan->map->source.from != MAP_NOWHERE)
		return mapped_name(element, &element->plan->source);
	return (struct raw){ .kind = RAW_TEXT, .text = { input->topic, input->topic_size } };
}

static void read_attributes(const struct reading *reading, struct raw_event *raw)
{
	const struct element *element = &reading->element;
	const struct map_plan *plan = element->plan;
	struct raw *attributes = raw->attributes;

	memset(attributes, 0, sizeof(raw->attributes));
	attributes[ATTRIBUTE_SPECVERSION] = (struct raw){ .kind = RAW_TEXT, .text = { "1.0", 3 } };
	attributes[ATTRIBUTE_TYPE] = mapped_name(element, &plan->type);
	attributes[ATTRIBUTE_TIME] = mapped_time(element, &plan->time);
	attributes[ATTRIBUTE_SOURCE] = find_source(reading);
	attributes[ATTRIBUTE_SUBJECT] = mapped_name(element, &plan->subject);
	attributes[ATTRIBUTE_SEQUENCE] = mapped_find(element, &plan->sequence, FIELD_TEXT);
	attributes[ATTRIBUTE_ID] = plan->map->id.from == MAP_NOWHERE
					   ? make_id(reading, &attributes[ATTRIBUTE_TIME])
					   : mapped_name(element, &plan->id);
	attributes[ATTRIBUTE_DATA].kind = RAW_OBJECT;
}

static void read_fields(const struct reading *reading, struct raw_event *raw)
{
	const struct element *element = &reading->element;
	const struct event_type *type = schema_type(reading->decoder->options.schema, raw->type);

	memset(raw->fields, 0, sizeof(raw->fields));
	for (uint32_t i = 0; i < element->plan->map->n_fields; i++) {
		const struct mapped_field *mapped = &element->plan->fields[i];
		uint32_t field = event_type_find_field(type, mapped->name, strlen(mapped->name));

		if (field != TYPE_NONE)
			raw->fields[field] =
				mapped_find(element, &mapped->value, type->fields[field].kind);
	}
}

/* Makes an event of the element in hand. */
static void read_element(struct reading *reading)
{
	const struct decoder *decoder = reading->decoder;
	struct message *message = reading->message;
	struct raw_event raw;
	const struct slice *type;

	raw.n_unknown = 0;
	raw.type = TYPE_NONE;
	read_attributes(reading, &raw);
	type = &raw.attributes[ATTRIBUTE_TYPE].text;
	if (raw.attributes[ATTRIBUTE_TYPE].kind == RAW_TEXT)
		raw.type = judge_find_type(decoder, message->feed, type->bytes, type->size);
	if (raw.type != TYPE_NONE)
		read_fields(reading, &raw);
	judge_event(reading->decoder, message, &raw, reading->n,
		    &reading->decoder->results[reading->n]);
	reading->n++;
}

static size_t read_json(struct reading *reading, json_t *document)
{
	const struct map_plan *plan = reading->element.plan;
	json_t *array = document;
	json_t *item;
	size_t i;

	reading->element.json = document;
	if (!plan->is_each) {
		read_element(reading);
		return reading->n;
	}
	array = (json_t *)pointer_find(&plan->each, document);
	if (!array || (json_is_array(array) && json_array_size(array) == 0))
		return refuse(reading->decoder, reading->message, REASON_no_field);
	if (!json_is_array(array))
		return refuse(reading->decoder, reading->message, REASON_bad_type);
	json_array_foreach(array, i, item)
	{
		reading->element.json = item;
		read_element(reading);
	}
	return reading->n;
}

/* Makes an event of the records in hand[0..n). */
static void read_records(struct reading *reading, const struct senml *const *hand, uint32_t n)
{
	reading->element.records = hand;
	reading->element.n_records = n;
	read_element(reading);
}

/* Each record is an event; or, per time, the records of each time are. */
static size_t read_senml(struct reading *reading, json_t *document)
{
	struct scratch *scratch = reading->element.scratch;
	bool per_time = reading->element.plan->map->per_time;
	const struct senml **hand;
	struct senml *list = NULL;
	uint32_t n = 0;
	bool *is_taken;
	enum reason reason =
		senml_resolve(document, reading->element.arrival_ms, scratch, &list, &n);

	if (reason != REASON_NONE)
		return refuse(reading->decoder, reading->message, reason);

	hand = scratch_take(scratch, n * sizeof(struct senml *));
	is_taken = scratch_take(scratch, n * sizeof(*is_taken));
	memset(is_taken, 0, n * sizeof(*is_taken));
	for (uint32_t i = 0; i < n; i++) {
		uint32_t n_hand = 0;

		for (uint32_t k = i; k < n && (per_time || k == i); k++) {
			if (is_taken[k] || list[k].time_ms != list[i].time_ms)
				continue;
			hand[n_hand++] = &list[k];
			is_taken[k] = true;
		}
		if (n_hand > 0)
			read_records(reading, hand, n_hand);
	}
	return reading->n;
}

static bool is_blank(char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

static size_t read_number(struct reading *reading)
{
	const struct decode_input *input = reading->message->input;
	const char *at = input->payload;
	const char *end = at + input->payload_size;

	while (at < end && is_blank(*at))
		at++;
	while (at < end && is_blank(end[-1]))
		end--;
	reading->element.number.kind = RAW_NUMBER;
	if (text_read_number(at, (size_t)(end - at), &reading->element.number.number))
		return refuse(reading->decoder, reading->message, REASON_bad_number);
	read_element(reading);
	return reading->n;
}

static bool is_text(const char *bytes, size_t n)
{
	size_t size;

	for (size_t i = 0; i < n; i += size) {
		size = bytes[i] ? json_utf8_size(bytes + i, n - i) : 0;
		if (size == 0)
			return false;
	}
	return true;
}

/* Tells whose message it is, by its topic. */
static enum reason read_topic(const struct decoder *decoder, struct message *message,
			      const struct map_plan *plan, const struct map_levels *levels)
{
	const struct decode_input *input = message->input;

	if (input->topic_size > decoder->options.limits.string ||
	    !is_text(input->topic, input->topic_size))
		return REASON_bad_topic;

	message->feed = plan->map->feed;
	message->unit = plan->unit;
	message->former = plan->former;
	if (plan->unit_level < MAP_LEVELS_MAX && plan->unit == UNIT_NONE) {
		message->unit_name = levels->list[plan->unit_level];
		(void)message_find_unit(message, decoder->options.units);
	}
	if (message->unit == UNIT_NONE)
		return REASON_unknown_unit;
	return input->payload_size == 0 ? REASON_json_syntax : REASON_NONE;
}

size_t mapped_message(struct decoder *decoder, struct message *message, const struct map_plan *plan,
		      const struct map_levels *levels)
{
	struct reading reading = {
		.decoder = decoder,
		.message = message,
		.element = { .plan = plan,
			     .levels = levels,
			     .scratch = decoder->scratch,
			     .arrival_ms = message->input->arrival_ms },
	};
	json_t *document = NULL;
	enum reason reason = read_topic(decoder, message, plan, levels);

	if (reason != REASON_NONE)
		return refuse(decoder, message, reason);
	if (plan->map->format == MAP_NUMBER)
		return read_number(&reading);

	reason = reference_parse(decoder, message->input, &document);
	if (reason != REASON_NONE)
		return refuse(decoder, message, reason);
	reading.element.document = document;
	return plan->map->format == MAP_SENML ? read_senml(&reading, document)
					      : read_json(&reading, document);
}
