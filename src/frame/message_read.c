/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/message.h"

#include <jansson.h>
#include <string.h>

#include "member.h"

#define HEX_DIGITS "0123456789abcdef"

enum { BAD_MESSAGE = 1 };

/* Parses a message: gives its document; NULL: it is no JSON object of a size that one can have. */
static json_t *parse(const char *json, size_t size)
{
	json_t *root =
		size > MESSAGE_MAX ? NULL : json_loadb(json, size, JSON_REJECT_DUPLICATES, NULL);

	if (json_is_object(root))
		return root;

	json_decref(root);
	return NULL;
}

static int kind_of(const json_t *root)
{
	const char *kind = json_string_value(json_object_get(root, "kind"));

	for (int i = MESSAGE_HEARTBEAT; kind && i <= MESSAGE_ORDER; i++)
		if (strcmp(kind, message_kind_name((enum message_kind)i)) == 0)
			return i;
	return -1;
}

/* The next take a value of JSON into a member; false: it is not what it should be. */

static bool take_integer(const json_t *value, uint64_t max, uint64_t *ret)
{
	json_int_t integer = json_integer_value(value);

	if (!json_is_integer(value) || (uint64_t)integer > max) /* a negative one is large, too */
		return false;

	*ret = (uint64_t)integer;
	return true;
}

static bool take_word(const json_t *value, char ret[FRAME_WORD_MAX])
{
	const char *word = json_string_value(value);
	size_t n = json_string_length(value);

	if (!word || n >= FRAME_WORD_MAX)
		return false;
	for (size_t i = 0; i < n; i++)
		if (word[i] < ' ' || word[i] > '~')
			return false;

	memcpy(ret, word, n + 1);
	return true;
}

static bool is_hex(const json_t *value, size_t n)
{
	const char *digits = json_string_value(value);

	return digits && strspn(digits, HEX_DIGITS) == n && json_string_length(value) == n;
}

static bool take_epoch(const json_t *value, char ret[FRAME_EPOCH_MAX])
{
	if (!is_hex(value, FRAME_EPOCH_MAX - 1))
		return false;

	memcpy(ret, json_string_value(value), FRAME_EPOCH_MAX);
	return true;
}

static bool take_id(const json_t *value, uint64_t *ret)
{
	const char *digits = json_string_value(value);
	uint64_t id = 0;

	if (!is_hex(value, ID_HEX_DIGITS))
		return false;
	for (; *digits; digits++)
		id = id << 4 | (uint64_t)(strchr(HEX_DIGITS, *digits) - HEX_DIGITS);

	*ret = id;
	return true;
}

static bool take_count(const json_t *value, uint32_t *ret)
{
	uint64_t number;

	if (!take_integer(value, UINT32_MAX, &number))
		return false;

	*ret = (uint32_t)number;
	return true;
}

static bool take_time(const json_t *value, int64_t *ret)
{
	uint64_t number;

	if (!take_integer(value, (uint64_t)FRAME_TIME_MAX, &number))
		return false;

	*ret = (int64_t)number;
	return true;
}

/* The mark at first of an array of n numbers in all. */
static bool take_mark(const json_t *array, size_t n, size_t first, struct mark *ret)
{
	return json_is_array(array) && json_array_size(array) == n &&
	       take_integer(json_array_get(array, first), FRAME_NUMBER_MAX, &ret->number) &&
	       take_integer(json_array_get(array, first + 1), FRAME_NUMBER_MAX, &ret->position);
}

static bool take_value(const json_t *value, enum member_kind kind, void *ret)
{
	switch (kind) {
	case MEMBER_NONE:
		break;
	case MEMBER_WORD:
		return take_word(value, ret);
	case MEMBER_EPOCH:
		return take_epoch(value, ret);
	case MEMBER_ID:
		return take_id(value, ret);
	case MEMBER_NUMBER:
		return take_integer(value, FRAME_NUMBER_MAX, ret);
	case MEMBER_COUNT:
		return take_count(value, ret);
	case MEMBER_TIME:
		return take_time(value, ret);
	case MEMBER_MARK:
		return take_mark(value, 2, 0, ret);
	}
	return false;
}

/* Takes all members of object into ret; NULL, or what is wrong. */
static const char *take_members(const json_t *object, const struct member *member, void *ret)
{
	for (; member->kind != MEMBER_NONE; member++)
		if (!take_value(json_object_get(object, member->name), member->kind,
				(char *)ret + member->at))
			return member->why;
	return NULL;
}

/* Lends what is said of a stream in *ret, NULL if nothing is; false: it is no object. */
static bool find_stream(const json_t *root, int class, const json_t **ret)
{
	const json_t *streams = json_object_get(root, "streams");

	*ret = json_object_get(streams, frame_class_name((enum frame_class) class));
	return json_is_object(streams) && (!*ret || json_is_object(*ret));
}

static const char *take_heartbeat(const json_t *root, struct heartbeat *ret)
{
	const char *why = take_members(root, heartbeat_members, ret);
	const json_t *object;

	for (int i = 0; !why && i < N_FRAME_CLASSES; i++) {
		struct heartbeat_stream *stream = &ret->streams[i];

		if (!find_stream(root, i, &object))
			return "'streams' are no objects";
		stream->is_kept = object != NULL;
		if (!object)
			continue;
		why = take_members(object, heartbeat_stream_members, stream);
		if (!why && stream->first.number > stream->head.number)
			why = "'first' lies behind 'head'";
	}
	return why;
}

/* The ranges must lie in order and before have. */
static const char *take_missing(const json_t *array, struct receipt_stream *ret)
{
	const struct frame_range *before = NULL;
	const json_t *item;
	size_t i;

	if (!json_is_array(array) || json_array_size(array) > FRAME_MISSING_MAX)
		return "'missing' is no list, or too long";

	json_array_foreach(array, i, item)
	{
		struct frame_range *range = &ret->missing[i];

		if (!take_mark(item, 4, 0, &range->from) || !take_mark(item, 4, 2, &range->to) ||
		    range->from.number >= range->to.number || range->to.number > ret->have.number ||
		    (before && range->from.number < before->to.number))
			return "a range of 'missing' does not make sense";
		before = range;
	}
	ret->n_missing = (uint32_t)json_array_size(array);
	return NULL;
}

static const char *take_receipt(const json_t *root, struct receipt *ret)
{
	const char *why = take_members(root, receipt_members, ret);
	const json_t *object;

	for (int i = 0; !why && i < N_FRAME_CLASSES; i++) {
		struct receipt_stream *stream = &ret->streams[i];

		if (!find_stream(root, i, &object))
			return "'streams' are no objects";
		stream->is_known = object != NULL;
		if (!object)
			continue;
		why = take_members(object, receipt_stream_members, stream);
		if (!why)
			why = take_missing(json_object_get(object, "missing"), stream);
	}
	return why;
}

static const char *take_order(const json_t *root, struct order_message *ret,
			      char buffer[ORDER_COMMAND_MAX])
{
	const char *why = take_members(root, order_members, ret);
	const json_t *command = json_object_get(root, "command");
	size_t n = json_string_length(command);

	if (why)
		return why;
	if (ret->number == 0)
		return "orders are numbered from 1";
	if (n == 0 || n > ORDER_COMMAND_MAX)
		return "'command' is missing, or too long";

	memcpy(buffer, json_string_value(command), n);
	ret->command = (struct slice){ buffer, n };
	return NULL;
}

/* Gives the document of a message of that kind; NULL, and *ret_why: it is none. */
static json_t *parse_kind(const char *json, size_t size, enum message_kind kind,
			  const char **ret_why)
{
	json_t *root = parse(json, size);

	*ret_why = root ? "it is a message of another kind" : "it is no JSON object, or too large";
	if (!root || kind_of(root) == (int)kind)
		return root;

	json_decref(root);
	return NULL;
}

int heartbeat_read(const char *json, size_t size, struct heartbeat *ret, const char **ret_why)
{
	json_t *root = parse_kind(json, size, MESSAGE_HEARTBEAT, ret_why);
	struct heartbeat heartbeat = { .time_ms = 0 };

	if (!root)
		return BAD_MESSAGE;

	*ret_why = take_heartbeat(root, &heartbeat);
	json_decref(root);
	if (*ret_why)
		return BAD_MESSAGE;
	*ret = heartbeat;
	return 0;
}

int receipt_read(const char *json, size_t size, struct receipt *ret, const char **ret_why)
{
	json_t *root = parse_kind(json, size, MESSAGE_RECEIPT, ret_why);
	struct receipt receipt = { .orders = 0 };

	if (!root)
		return BAD_MESSAGE;

	*ret_why = take_receipt(root, &receipt);
	json_decref(root);
	if (*ret_why)
		return BAD_MESSAGE;
	*ret = receipt;
	return 0;
}

int order_read(const char *json, size_t size, struct order_message *ret,
	       char buffer[ORDER_COMMAND_MAX], const char **ret_why)
{
	json_t *root = parse_kind(json, size, MESSAGE_ORDER, ret_why);
	struct order_message order = { .number = 0 };

	if (!root)
		return BAD_MESSAGE;

	*ret_why = take_order(root, &order, buffer);
	json_decref(root);
	if (*ret_why)
		return BAD_MESSAGE;
	*ret = order;
	return 0;
}

int message_kind_of(const char *json, size_t size)
{
	json_t *root = parse(json, size);
	int kind = root ? kind_of(root) : -1;

	json_decref(root);
	return kind;
}
