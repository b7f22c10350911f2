/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/presence.h"

#include <jansson.h>
#include <string.h>

#include "iocd/reason.h"

#define PAYLOAD_MAX 4096   /* bytes; what is needed is forty */
#define ALL_FEEDS   "iocd" /* the feed that speaks for all */
#define LAST_LEVEL  "state"

/* Takes the level before the next slash, which must hold something, off rest. */
static bool take_level(struct slice *rest, struct slice *ret)
{
	const char *slash = rest->size > 0 ? memchr(rest->bytes, '/', rest->size) : NULL;
	size_t n = slash ? (size_t)(slash - rest->bytes) : 0;

	if (n == 0)
		return false;

	*ret = (struct slice){ rest->bytes, n };
	rest->bytes += n + 1;
	rest->size -= n + 1;
	return true;
}

static bool is_word(struct slice slice, const char *word)
{
	return slice.size == strlen(word) && memcmp(slice.bytes, word, slice.size) == 0;
}

static bool split(const char *prefix, const char *topic, size_t n, struct slice *ret_unit,
		  struct slice *ret_feed)
{
	size_t n_prefix = strlen(prefix);
	struct slice rest;

	if (n <= n_prefix || memcmp(topic, prefix, n_prefix) != 0 || topic[n_prefix] != '/')
		return false;

	rest = (struct slice){ topic + n_prefix + 1, n - n_prefix - 1 };
	return take_level(&rest, ret_unit) && take_level(&rest, ret_feed) &&
	       is_word(rest, LAST_LEVEL);
}

bool presence_is_topic(const char *prefix, const char *topic, size_t n)
{
	struct slice unit, feed;

	return split(prefix, topic, n, &unit, &feed);
}

static int parse(const struct decode_input *input, json_t **ret)
{
	json_error_t error;

	if (input->payload_size > PAYLOAD_MAX)
		return REASON_too_big;

	*ret = json_loadb(input->payload ? input->payload : "", input->payload_size,
			  JSON_REJECT_DUPLICATES, &error);
	if (*ret)
		return 0;
	switch (json_error_code(&error)) {
	case json_error_duplicate_key:
		return REASON_dup_key;
	case json_error_numeric_overflow:
		return REASON_bad_number;
	case json_error_invalid_utf8:
	case json_error_null_character:
	case json_error_null_byte_in_key:
		return REASON_json_encoding;
	case json_error_unknown:
	case json_error_out_of_memory:
	case json_error_stack_overflow:
	case json_error_cannot_open_file:
	case json_error_invalid_argument:
	case json_error_premature_end_of_input:
	case json_error_end_of_input_expected:
	case json_error_invalid_syntax:
	case json_error_invalid_format:
	case json_error_wrong_type:
	case json_error_null_value:
	case json_error_item_not_found:
	case json_error_index_out_of_range:
		break;
	}
	return REASON_json_syntax;
}

static int read_state(const json_t *value, enum presence *ret)
{
	if (!value)
		return REASON_no_field;
	if (!json_is_string(value))
		return REASON_bad_type;

	for (enum presence i = PRESENCE_ONLINE; i <= PRESENCE_STOPPED; i++) {
		if (strcmp(json_string_value(value), presence_name(i)) == 0) {
			*ret = i;
			return 0;
		}
	}
	return REASON_out_of_range;
}

static int read_session(const json_t *value, uint64_t *ret)
{
	if (!value)
		return REASON_no_field;
	if (!json_is_integer(value))
		return REASON_bad_type;
	if (json_integer_value(value) < 0)
		return REASON_out_of_range;

	*ret = (uint64_t)json_integer_value(value);
	return 0;
}

static int read_payload(const struct decode_input *input, struct presence_message *message)
{
	json_t *root = NULL;
	int r = parse(input, &root);

	if (!r && !json_is_object(root))
		r = REASON_json_syntax;
	if (!r)
		r = read_state(json_object_get(root, "state"), &message->presence);
	if (!r)
		r = read_session(json_object_get(root, "session"), &message->session);
	json_decref(root);
	return r;
}

int presence_read(const struct decode_input *input, const char *prefix, const struct units *units,
		  const struct schema *schema, struct presence_message *ret)
{
	struct presence_message message = { .feed = TYPE_NONE };
	struct slice unit, feed;
	int r;

	if (!split(prefix, input->topic, input->topic_size, &unit, &feed))
		return REASON_bad_topic;
	message.unit = units_find(units, unit.bytes, unit.size);
	if (message.unit == UNIT_NONE)
		return REASON_unknown_unit;
	if (!is_word(feed, ALL_FEEDS)) {
		message.feed = schema_find_feed(schema, feed.bytes, feed.size);
		if (message.feed == TYPE_NONE)
			return REASON_unknown_type;
	}
	r = read_payload(input, &message);
	if (!r)
		*ret = message;
	return r;
}
