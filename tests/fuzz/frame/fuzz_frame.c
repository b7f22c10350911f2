/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any bytes as what one iocd says to another; the first chooses as what:
 *
 *   0   a frame
 *   1   a frame that is not packed, whose header is made to fit: so its items are looked at
 *   2   a heartbeat, a receipt or an order
 *   3   a topic
 *
 * Whatever they are, nothing may be read outside; and what is accepted is the same when it is
 * written and read again.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "iocd/message.h"

#include "form.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* For the life of the process: they are large. */
static struct frame_writer *writer;
static struct frame_reader *reader, *other;

static void must(bool holds)
{
	if (!holds)
		abort();
}

static bool slices_are_equal(const struct slice *a, const struct slice *b)
{
	return a->size == b->size && (a->size == 0 || memcmp(a->bytes, b->bytes, a->size) == 0);
}

/* Writes what reader has open, and compares it with what other reads of that. */
static void write_again(const void *bytes, size_t size, const struct frame *frame, bool compress)
{
	struct frame_item item, again_item;
	struct frame again, first;
	struct slice written;
	const char *why;

	frame_begin(writer, frame->class, frame->epoch, frame->range.from, FRAME_RAW_MAX);
	must(frame_open(reader, bytes, size, &first, &why) == 0);
	while (frame_next(reader, &item))
		must(frame_add(writer, &item) == 0);
	must(frame_count(writer) == frame->n);
	written = frame_end(writer, frame->range.to.position, compress);
	if (written.size == 0)
		return; /* it was packed better, and is too large now */

	must(frame_open(reader, bytes, size, &first, &why) == 0);
	must(frame_open(other, written.bytes, written.size, &again, &why) == 0);
	must(memcmp(&again.range, &frame->range, sizeof(again.range)) == 0);
	must(again.class == frame->class && again.n == frame->n &&
	     strcmp(again.epoch, frame->epoch) == 0);
	while (frame_next(reader, &item)) {
		must(frame_next(other, &again_item));
		must(item.recorded_ms == again_item.recorded_ms);
		must(slices_are_equal(&item.about, &again_item.about));
		must(slices_are_equal(&item.body, &again_item.body));
	}
	must(!frame_next(other, &again_item));
}

static void try_frame(const char *bytes, size_t size)
{
	struct frame_item item;
	struct frame frame;
	const char *why = NULL;

	if (frame_open(reader, bytes, size, &frame, &why)) {
		must(why && *why && !frame_next(reader, &item));
		return;
	}
	must(frame_is_one(bytes, size));
	write_again(bytes, size, &frame, false);
	write_again(bytes, size, &frame, true);
}

static void try_mended(char *bytes, size_t size)
{
	if (size < FORM_HEADER)
		return;

	memcpy(bytes, FRAME_MAGIC, FORM_AT_VERSION);
	bytes[FORM_AT_VERSION] = FORM_VERSION;
	bytes[FORM_AT_PACKING] = FORM_PLAIN;
	bytes[FORM_AT_ZERO] = 0;
	form_put_u32(bytes + FORM_AT_BYTES, (uint32_t)(size - FORM_HEADER));
	form_put_u64(bytes + FORM_AT_CHECKSUM, form_checksum(bytes, size));
	try_frame(bytes, size);
}

static void try_heartbeat(const char *json, size_t size)
{
	CLEANUP_TEXT struct text one = { 0 };
	CLEANUP_TEXT struct text two = { 0 };
	struct heartbeat heartbeat;
	const char *why;

	if (heartbeat_read(json, size, &heartbeat, &why))
		return;
	must(message_kind_of(json, size) == MESSAGE_HEARTBEAT);
	heartbeat_write(&one, &heartbeat);
	must(heartbeat_read(one.bytes, one.size, &heartbeat, &why) == 0);
	heartbeat_write(&two, &heartbeat);
	must(strcmp(one.bytes, two.bytes) == 0);
}

static void try_receipt(const char *json, size_t size)
{
	CLEANUP_TEXT struct text one = { 0 };
	CLEANUP_TEXT struct text two = { 0 };
	struct receipt receipt;
	const char *why;

	if (receipt_read(json, size, &receipt, &why))
		return;
	must(message_kind_of(json, size) == MESSAGE_RECEIPT);
	receipt_write(&one, &receipt);
	must(receipt_read(one.bytes, one.size, &receipt, &why) == 0);
	receipt_write(&two, &receipt);
	must(strcmp(one.bytes, two.bytes) == 0);
}

static void try_order(const char *json, size_t size)
{
	CLEANUP_TEXT struct text text = { 0 };
	char buffers[2][ORDER_COMMAND_MAX];
	struct order_message order, again;
	const char *why;

	if (order_read(json, size, &order, buffers[0], &why))
		return;
	must(message_kind_of(json, size) == MESSAGE_ORDER);
	order_write(&text, &order);
	must(order_read(text.bytes, text.size, &again, buffers[1], &why) == 0);
	must(order.orders == again.orders && order.number == again.number);
	must(slices_are_equal(&order.command, &again.command));
}

static void try_topic(const char *topic, size_t size)
{
	CLEANUP_TEXT struct text again = { 0 };
	struct slice unit, sender;

	if (frame_topic_split("ioc/v1", "fwd", topic, size, &unit, &sender))
		return;
	text_add(&again, "ioc/v1/%.*s/iocd/fwd/%.*s", (int)unit.size, unit.bytes, (int)sender.size,
		 sender.bytes);
	must(again.size == size && memcmp(again.bytes, topic, size) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *bytes;

	if (size == 0)
		return 0;

	if (!writer) {
		writer = frame_writer_new();
		reader = frame_reader_new();
		other = frame_reader_new();
	}
	bytes = xcalloc(size, 1); /* the first byte is not used, so that nothing is of size 0 */
	memcpy(bytes + 1, data + 1, size - 1);
	switch (data[0] % 4) {
	case 0:
		try_frame(bytes + 1, size - 1);
		break;
	case 1:
		try_mended(bytes + 1, size - 1);
		break;
	case 2:
		try_heartbeat(bytes + 1, size - 1);
		try_receipt(bytes + 1, size - 1);
		try_order(bytes + 1, size - 1);
		break;
	default:
		try_topic(bytes + 1, size - 1);
	}
	free(bytes);
	return 0;
}
