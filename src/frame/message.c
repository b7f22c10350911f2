/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/message.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "member.h"

/* clang-format off */
#define MEMBER(kind, type, name) \
	{ #name, MEMBER_##kind, offsetof(struct type, name), \
	  "'" #name "' is missing, or not what it should be" }

const struct member heartbeat_members[] = {
	MEMBER(WORD,   heartbeat, instance),
	MEMBER(WORD,   heartbeat, version),
	MEMBER(WORD,   heartbeat, hash),
	MEMBER(TIME,   heartbeat, time_ms),
	MEMBER(TIME,   heartbeat, every_ms),
	MEMBER(TIME,   heartbeat, started_ms),
	MEMBER(NUMBER, heartbeat, orders_done),
	MEMBER(ID,     heartbeat, epoch_orders),
	MEMBER(COUNT,  heartbeat, alerts_warning),
	MEMBER(COUNT,  heartbeat, alerts_critical),
	MEMBER(WORD,   heartbeat, trouble),
	{ .kind = MEMBER_NONE },
};

const struct member heartbeat_stream_members[] = {
	MEMBER(EPOCH,  heartbeat_stream, epoch),
	MEMBER(MARK,   heartbeat_stream, first),
	MEMBER(MARK,   heartbeat_stream, head),
	MEMBER(NUMBER, heartbeat_stream, backlog),
	MEMBER(TIME,   heartbeat_stream, oldest_ms),
	MEMBER(NUMBER, heartbeat_stream, given_up),
	MEMBER(TIME,   heartbeat_stream, given_up_from_ms),
	MEMBER(TIME,   heartbeat_stream, given_up_to_ms),
	{ .kind = MEMBER_NONE },
};

const struct member receipt_members[] = {
	MEMBER(ID, receipt, orders),
	{ .kind = MEMBER_NONE },
};

const struct member receipt_stream_members[] = {
	MEMBER(EPOCH, receipt_stream, epoch),
	MEMBER(MARK,  receipt_stream, have),
	{ .kind = MEMBER_NONE },
};

const struct member order_members[] = {
	MEMBER(ID,     order_message, orders),
	MEMBER(NUMBER, order_message, number),
	{ .kind = MEMBER_NONE },
};
/* clang-format on */

const char *message_kind_name(enum message_kind kind)
{
	static const char *const names[] = {
		[MESSAGE_HEARTBEAT] = "heartbeat",
		[MESSAGE_RECEIPT] = "receipt",
		[MESSAGE_ORDER] = "order",
	};

	return names[kind];
}

static void put_mark(struct text *json, const struct mark *mark)
{
	text_add(json, "%" PRIu64 ",%" PRIu64, mark->number, mark->position);
}

static void put_value(struct text *json, enum member_kind kind, const void *value)
{
	switch (kind) {
	case MEMBER_NONE:
		break;
	case MEMBER_WORD:
	case MEMBER_EPOCH:
		text_add_json(json, value, strlen(value));
		break;
	case MEMBER_ID:
		text_add(json, "\"%016" PRIx64 "\"", *(const uint64_t *)value);
		break;
	case MEMBER_NUMBER:
		text_add(json, "%" PRIu64, *(const uint64_t *)value);
		break;
	case MEMBER_COUNT:
		text_add(json, "%" PRIu32, *(const uint32_t *)value);
		break;
	case MEMBER_TIME:
		text_add(json, "%" PRId64, *(const int64_t *)value);
		break;
	case MEMBER_MARK:
		text_add_bytes(json, "[", 1);
		put_mark(json, value);
		text_add_bytes(json, "]", 1);
		break;
	}
}

static void put_members(struct text *json, const struct member *member, const void *object)
{
	for (const char *comma = ""; member->kind != MEMBER_NONE; member++, comma = ",") {
		text_add(json, "%s\"%s\":", comma, member->name);
		put_value(json, member->kind, (const char *)object + member->at);
	}
}

static void begin(struct text *json, enum message_kind kind, const struct member *members,
		  const void *object)
{
	text_add(json, "{\"kind\":\"%s\",", message_kind_name(kind));
	put_members(json, members, object);
}

/* Begins the object of a stream; comma is what stands before it, and before the next. */
static void begin_stream(struct text *json, const char **comma, int class,
			 const struct member *members, const void *object)
{
	text_add(json, "%s\"%s\":{", *comma, frame_class_name((enum frame_class) class));
	put_members(json, members, object);
	*comma = ",";
}

void heartbeat_write(struct text *json, const struct heartbeat *heartbeat)
{
	const char *comma = "";

	begin(json, MESSAGE_HEARTBEAT, heartbeat_members, heartbeat);
	text_add(json, ",\"streams\":{");
	for (int i = 0; i < N_FRAME_CLASSES; i++) {
		if (!heartbeat->streams[i].is_kept)
			continue;
		begin_stream(json, &comma, i, heartbeat_stream_members, &heartbeat->streams[i]);
		text_add(json, "}");
	}
	text_add(json, "}}");
}

static void put_missing(struct text *json, const struct receipt_stream *stream)
{
	for (uint32_t i = 0; i < stream->n_missing; i++) {
		text_add(json, i == 0 ? "[" : ",[");
		put_mark(json, &stream->missing[i].from);
		text_add(json, ",");
		put_mark(json, &stream->missing[i].to);
		text_add(json, "]");
	}
}

void receipt_write(struct text *json, const struct receipt *receipt)
{
	const char *comma = "";

	begin(json, MESSAGE_RECEIPT, receipt_members, receipt);
	text_add(json, ",\"streams\":{");
	for (int i = 0; i < N_FRAME_CLASSES; i++) {
		if (!receipt->streams[i].is_known)
			continue;
		begin_stream(json, &comma, i, receipt_stream_members, &receipt->streams[i]);
		text_add(json, ",\"missing\":[");
		put_missing(json, &receipt->streams[i]);
		text_add(json, "]}");
	}
	text_add(json, "}}");
}

void order_write(struct text *json, const struct order_message *order)
{
	assert(order->number > 0 && order->command.size > 0 &&
	       order->command.size <= ORDER_COMMAND_MAX);

	begin(json, MESSAGE_ORDER, order_members, order);
	text_add(json, ",\"command\":");
	text_add_json(json, order->command.bytes, order->command.size);
	text_add(json, "}");
}
