/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reading that defines what is right: jansson, behind checks that bound its work.
 *
 * A message with faults is refused as a whole for the first of: bytes that are no UTF-8, or a NUL
 * (json_encoding); escapes for a NUL or half a pair (json_encoding), too_deep, too_many, whichever
 * comes first in the text; what jansson finds (json_syntax, dup_key, bad_number); too_long; and a
 * shape that is not one object or some (json_syntax).
 *
 * jansson knows one pair of allocator functions per process, and other rooms use it too.  Ours look
 * at a variable of their thread: while a decoder parses it holds the decoder's scratch, so that
 * jansson takes its memory there and freeing does nothing; at any other time it is NULL and they
 * are malloc() and free().  No document outlives a call: it is left to the scratch, never released,
 * so no block is ever freed by the function that did not make it.
 */
#include "reference.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"

static _Thread_local struct scratch *arena; /* borrowed while this thread parses; NULL otherwise */

/* The objects and arrays that are open, while their extent is measured. */
struct extent {
	const struct decode_limits *limits;
	int depth;
	int n_items[DECODE_DEPTH_MAX + 1]; /* commas, and one, by depth */
	bool is_array[DECODE_DEPTH_MAX + 1];
};

static void *arena_take(size_t bytes)
{
	return arena ? scratch_take(arena, bytes) : malloc(bytes);
}

static void arena_free(void *block)
{
	if (!arena)
		free(block);
}

static void set_functions(void)
{
	json_set_alloc_funcs(arena_take, arena_free);
}

void reference_prepare(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	(void)pthread_once(&once, set_functions);
}

static bool is_encoded_well(const char *bytes, size_t n)
{
	size_t size;

	for (size_t i = 0; i < n; i += size) {
		size = bytes[i] ? json_utf8_size(bytes + i, n - i) : 0;
		if (size == 0)
			return false;
	}
	return true;
}

/* Passes the escape at *at; false if it stands for a NUL or half a pair. */
static bool pass_escape(const char **at, const char *end)
{
	int code = -1;
	int next = -1;

	if (end - *at >= 6 && (*at)[1] == 'u')
		code = json_hex4(*at + 2, 4);
	*at += end - *at < 2 ? 1 : 2;
	if (code < 0)
		return true; /* not one of those; jansson tells whether it is one at all */

	*at += 4;
	if (code == 0 || (code >= 0xdc00 && code <= 0xdfff))
		return false;
	if (code < 0xd800 || code > 0xdfff)
		return true;

	if (end - *at >= 6 && (*at)[0] == '\\' && (*at)[1] == 'u')
		next = json_hex4(*at + 2, 4);
	*at += next < 0 ? 0 : 6;
	return next >= 0xdc00 && next <= 0xdfff;
}

/* Passes the string at *at, up to its end or that of the text. */
static bool pass_string(const char **at, const char *end)
{
	++*at;
	while (*at < end && **at != '"')
		if (**at != '\\')
			++*at;
		else if (!pass_escape(at, end))
			return false;
	*at += *at < end;
	return true;
}

/* Notes one byte outside of strings. */
static enum reason note_byte(struct extent *extent, char byte)
{
	int depth = extent->depth;

	if (byte == '{' || byte == '[') {
		if (depth == extent->limits->depth)
			return REASON_too_deep;
		extent->depth = ++depth;
		extent->n_items[depth] = 1;
		extent->is_array[depth] = byte == '[';
	} else if ((byte == '}' || byte == ']') && depth > 0) {
		extent->depth--;
	} else if (byte == ',' && depth > 0) {
		extent->n_items[depth]++;
		if (extent->n_items[depth] >
		    (extent->is_array[depth] ? extent->limits->batch : extent->limits->keys))
			return REASON_too_many;
	}
	return REASON_NONE;
}

static enum reason measure(const struct decode_limits *limits, const char *bytes, size_t n)
{
	struct extent extent = { .limits = limits };
	const char *end = bytes + n;
	enum reason reason;

	while (bytes < end) {
		if (*bytes == '"') {
			if (!pass_string(&bytes, end))
				return REASON_json_encoding;
			continue;
		}
		reason = note_byte(&extent, *bytes++);
		if (reason != REASON_NONE)
			return reason;
	}
	return REASON_NONE;
}

static enum reason reason_of(const json_error_t *error)
{
	enum json_error_code code = json_error_code(error);

	if (code == json_error_duplicate_key)
		return REASON_dup_key;
	if (code == json_error_numeric_overflow)
		return REASON_bad_number;
	if (code == json_error_invalid_utf8 || code == json_error_null_character)
		return REASON_json_encoding;
	return REASON_json_syntax;
}

/* True if value holds a string or key of more than max bytes. */
static bool is_too_long(json_t *value, size_t max)
{
	json_t *item;
	const char *key;
	size_t i;

	if (json_is_string(value))
		return json_string_length(value) > max;
	if (json_is_array(value))
		json_array_foreach(value, i, item) if (is_too_long(item, max)) return true;
	if (json_is_object(value))
		json_object_foreach(value, key, item) if (strlen(key) > max ||
							  is_too_long(item, max)) return true;
	return false;
}

struct raw reference_raw(const json_t *value)
{
	struct raw raw = { .kind = RAW_ABSENT };

	if (!value)
		return raw;

	switch (json_typeof(value)) {
	case JSON_OBJECT:
		raw.kind = RAW_OBJECT;
		break;
	case JSON_ARRAY:
		raw.kind = RAW_ARRAY;
		break;
	case JSON_STRING:
		raw.kind = RAW_TEXT;
		raw.text = (struct slice){ json_string_value(value), json_string_length(value) };
		break;
	case JSON_INTEGER:
	case JSON_REAL:
		raw.kind = RAW_NUMBER;
		raw.number = json_number_value(value);
		break;
	case JSON_TRUE:
		raw.kind = RAW_TRUE;
		break;
	case JSON_FALSE:
		raw.kind = RAW_FALSE;
		break;
	case JSON_NULL:
		raw.kind = RAW_NULL;
		break;
	}
	return raw;
}

static void read_event(struct decoder *decoder, struct message *message, const json_t *object,
		       struct raw_event *raw)
{
	const struct event_type *type;
	const json_t *data = json_object_get(object, attribute_name(ATTRIBUTE_DATA));
	size_t n_known = 0;

	for (int i = 0; i < N_ATTRIBUTES; i++)
		raw->attributes[i] = reference_raw(json_object_get(object, attribute_name(i)));
	raw->n_unknown = 0;
	raw->type = judge_type(decoder, message, &raw->attributes[ATTRIBUTE_TYPE]);
	if (raw->type == TYPE_NONE || !json_is_object(data))
		return;

	type = schema_type(decoder->options.schema, raw->type);
	for (uint32_t i = 0; i < type->n_fields; i++) {
		raw->fields[i] = reference_raw(json_object_get(data, type->fields[i].name));
		n_known += raw->fields[i].kind != RAW_ABSENT;
	}
	raw->n_unknown = (uint32_t)(json_object_size(data) - n_known);
}

enum reason reference_parse(const struct decoder *decoder, const struct decode_input *input,
			    json_t **ret)
{
	const struct decode_limits *limits = &decoder->options.limits;
	json_error_t error;
	enum reason reason;

	if (!is_encoded_well(input->payload, input->payload_size))
		return REASON_json_encoding;
	reason = measure(limits, input->payload, input->payload_size);
	if (reason != REASON_NONE)
		return reason;

	arena = decoder->scratch;
	*ret = json_loadb(input->payload, input->payload_size,
			  JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL, &error);
	arena = NULL;
	if (!*ret)
		return reason_of(&error);
	return is_too_long(*ret, limits->string) ? REASON_too_long : REASON_NONE;
}

/* True if document is an object, or an array of at least one and only objects. */
static bool has_shape(json_t *document)
{
	json_t *item;
	size_t i;

	if (!json_is_array(document))
		return json_is_object(document);

	json_array_foreach(document, i, item) if (!json_is_object(item)) return false;
	return json_array_size(document) > 0;
}

size_t reference_message(struct decoder *decoder, struct message *message)
{
	struct raw_event raw;
	json_t *document = NULL;
	enum reason reason = reference_parse(decoder, message->input, &document);
	size_t n = json_is_array(document) ? json_array_size(document) : 1;

	if (reason == REASON_NONE && !has_shape(document))
		reason = REASON_json_syntax;
	if (reason != REASON_NONE) {
		judge_refuse(message, reason, 0, decoder->results);
		return 1;
	}
	for (size_t i = 0; i < n; i++) {
		read_event(decoder, message,
			   json_is_array(document) ? json_array_get(document, i) : document, &raw);
		judge_event(decoder, message, &raw, (uint32_t)i, &decoder->results[i]);
	}
	return n;
}
