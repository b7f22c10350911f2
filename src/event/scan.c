/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One pass over the payload that keeps the few values the schema asks for.  Fields can only be told
 * apart once the type is known; where data comes before the type of a batch's event, it is read a
 * second time at the end of the event.
 */
#include "decoder.h"

#include "iocd/base/counter.h"

#include "json.h"

/* An event while it is read. */
struct scan {
	struct decoder *decoder;
	struct message *message;
	struct json json;
	struct raw_event raw;
	const char *data; /* an object that was skipped because its type was not known; or NULL */
};

static void clear(struct raw *values, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		values[i].kind = RAW_ABSENT;
}

/* Reads the object of data as fields of type. */
static bool scan_fields(struct scan *scan, struct json *json, uint32_t type, int depth)
{
	const struct plan *plan = &scan->decoder->plans[type];
	struct json_object object;
	enum json_step step;
	struct slice key;
	struct raw ignored;
	uint32_t field;

	clear(scan->raw.fields, plan->fields.n_names);
	scan->raw.n_unknown = 0;
	if (!json_object_start(json, depth, &object))
		return false;

	while ((step = json_object_next(json, &object, &key)) == JSON_KEY) {
		field = name_set_find(&plan->fields, key.bytes, key.size);
		if (field == NAMES_NONE) {
			if (!json_object_note(&object, &key) ||
			    !json_value(json, depth + 1, &ignored))
				return false;
			scan->raw.n_unknown++;
			continue;
		}
		if (scan->raw.fields[field].kind != RAW_ABSENT ||
		    !json_value(json, depth + 1, &scan->raw.fields[field]))
			return false;
	}
	return step == JSON_END;
}

/* Reads the value of data, now if its type is known. */
static bool scan_data(struct scan *scan, int depth)
{
	struct raw *data = &scan->raw.attributes[ATTRIBUTE_DATA];
	uint32_t type = scan->message->type;

	if (scan->json.at == scan->json.end || *scan->json.at != '{')
		return json_value(&scan->json, depth, data);

	if (type == TYPE_NONE)
		type = judge_type(scan->decoder, scan->message,
				  &scan->raw.attributes[ATTRIBUTE_TYPE]);
	if (type == TYPE_NONE) {
		scan->data = scan->json.at;
		return json_value(&scan->json, depth, data);
	}
	data->kind = RAW_OBJECT;
	return scan_fields(scan, &scan->json, type, depth);
}

static bool scan_attribute(struct scan *scan, struct json_object *object, const struct slice *key,
			   int depth)
{
	uint32_t attribute = name_set_find(&scan->decoder->attributes, key->bytes, key->size);
	struct raw ignored;

	if (attribute == NAMES_NONE)
		return json_object_note(object, key) && json_value(&scan->json, depth, &ignored);
	if (scan->raw.attributes[attribute].kind != RAW_ABSENT)
		return false;
	if (attribute == ATTRIBUTE_DATA)
		return scan_data(scan, depth);
	return json_value(&scan->json, depth, &scan->raw.attributes[attribute]);
}

/* Finds the type of the event that was read, and its fields if they had to wait for it. */
static bool settle_type(struct scan *scan, int depth)
{
	struct raw_event *raw = &scan->raw;
	struct json again = scan->json;

	raw->type = judge_type(scan->decoder, scan->message, &raw->attributes[ATTRIBUTE_TYPE]);
	if (raw->type == TYPE_NONE || !scan->data)
		return true;

	again.at = scan->data;
	return scan_fields(scan, &again, raw->type, depth);
}

/* Reads one event that depth arrays are open around. */
static bool scan_event(struct scan *scan, int depth)
{
	struct json_object object;
	enum json_step step;
	struct slice key;

	clear(scan->raw.attributes, N_ATTRIBUTES);
	scan->raw.n_unknown = 0;
	scan->data = NULL;
	if (!json_object_start(&scan->json, depth, &object))
		return false;

	while ((step = json_object_next(&scan->json, &object, &key)) == JSON_KEY)
		if (!scan_attribute(scan, &object, &key, depth + 1))
			return false;
	return step == JSON_END && settle_type(scan, depth + 1);
}

/* Reads the events of a batch behind its bracket; how many there are, or 0. */
static uint32_t scan_batch(struct scan *scan)
{
	struct decoded *results = scan->decoder->results;
	uint32_t n = 0;

	do {
		if (n == (uint32_t)scan->json.limits->batch || !scan_event(scan, 1))
			return 0;
		judge_event(scan->decoder, scan->message, &scan->raw, n, &results[n]);
		n++;
		json_blank(&scan->json);
	} while (json_take(&scan->json, ','));

	return json_take(&scan->json, ']') ? n : 0;
}

static uint32_t scan_single(struct scan *scan)
{
	if (!scan_event(scan, 0))
		return 0;

	judge_event(scan->decoder, scan->message, &scan->raw, 0, scan->decoder->results);
	json_blank(&scan->json);
	return 1;
}

size_t scan_message(struct decoder *decoder, struct message *message)
{
	const struct decode_input *input = message->input;
	struct scan scan;
	uint32_t n;

	scan.decoder = decoder;
	scan.message = message;
	scan.json = (struct json){
		.at = input->payload,
		.end = input->payload + input->payload_size,
		.limits = &decoder->options.limits,
		.scratch = decoder->scratch,
	};
	json_blank(&scan.json);
	n = json_take(&scan.json, '[') ? scan_batch(&scan) : scan_single(&scan);
	if (scan.json.at != scan.json.end)
		return 0;

	counter_add(COUNTER_events_scanned, n);
	return n;
}
