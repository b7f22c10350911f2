/* SPDX-License-Identifier: Apache-2.0 */
/*
 * frame: what one iocd says to the one above it, and what that answers: the words on the wire.
 *
 * A sender (an iocd, or `iocctl publish`) keeps three streams of items: alerts, roll-ups, events.
 * It publishes frames of them, and heartbeats, on <prefix>/<unit>/iocd/fwd/<sender>; receipts and
 * orders come back on <prefix>/<unit>/iocd/ack/<sender>.  A frame is binary and begins with "IOCF";
 * the others are JSON objects: message.h.  Every item has a number that rises by one; a mark names
 * the place before an item by its number and by its position in the sender's outbox, so that a
 * sender that is asked for it again finds it at once.  Numbers belong to an epoch: the life of one
 * outbox.
 *
 * Pure; no I/O, no clock, no log.  Readers never trust a size.  One thread at a time per object.
 */
#ifndef IOCD_FRAME_H
#define IOCD_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/base/defs.h"
#include "iocd/base/text.h"
#include "iocd/event.h"

#define FRAME_RAW_MAX    (512u << 10) /* bytes of the items of one frame, before compression */
#define FRAME_SIZE_MAX   (192u << 10) /* bytes of a frame on the wire: brokers refuse 256 KiB */
#define FRAME_ITEMS_MAX  4096
#define FRAME_ITEM_MAX   (128u << 10)             /* bytes of one item */
#define FRAME_SURE_MAX   (FRAME_SIZE_MAX - 64)    /* bytes of items that fit, compressed or not */
#define FRAME_NUMBER_MAX (UINT64_C(1) << 53)      /* of numbers and positions: JSON carries them */
#define FRAME_TIME_MAX   INT64_C(253402300799999) /* the last millisecond of the year 9999 */
#define FRAME_MAGIC      "IOCF"
#define FRAME_EPOCH_MAX  33 /* 32 hex digits (0-9, a-f) and a zero */
#define FRAME_SENDER_MAX 33 /* [a-z0-9][a-z0-9-]{0,31} and a zero */

/* In the order in which they go first. */
enum frame_class { FRAME_ALERT, FRAME_ROLLUP, FRAME_EVENT, N_FRAME_CLASSES };

/* The place before an item: how many stand before it in this epoch, and where it lies there. */
struct mark {
	uint64_t number;
	uint64_t position;
};

struct frame_range {
	struct mark from, to; /* from.number < to.number; the item at to is not in it */
};

/* One item, lent by whoever lends it. */
struct frame_item {
	int64_t recorded_ms; /* when the sender wrote it into its outbox, by the sender's clock:
				0 to FRAME_TIME_MAX */
	struct slice about;  /* of an event "<unit>/<feed>/<type>", at most 255 bytes; else empty */
	struct slice body;   /* of an event one CloudEvents object; of an alert a transition's JSON
				(alert_json.h); of roll-ups what rollup_write() made */
};

/* What a frame says of itself. */
struct frame {
	enum frame_class class;
	char epoch[FRAME_EPOCH_MAX];
	struct frame_range range;
	uint32_t n; /* items: range.to.number - range.from.number */
};

/* ---- writing ---- */

enum frame_outcome {
	FRAME_FULL = 1, /* the item does not fit any more: end the frame, begin another */
};

struct frame_writer;

/* Makes a writer with all the memory it needs.  Gives it; never NULL. */
struct frame_writer *frame_writer_new(void) MUST_USE;
struct frame_writer *frame_writer_free(struct frame_writer *writer);
DEFINE_CLEANUP(struct frame_writer, frame_writer_free)

/* Begins a frame whose first item is at from; limit: bytes of items that it takes, at most
 * FRAME_RAW_MAX (one item always fits). */
void frame_begin(struct frame_writer *writer, enum frame_class class, const char *epoch,
		 struct mark from, size_t limit);

/* Adds the next item, with a body of at most FRAME_ITEM_MAX bytes; copied.  0 or FRAME_FULL. */
int frame_add(struct frame_writer *writer, const struct frame_item *item) MUST_USE;

/* Items added so far. */
uint32_t frame_count(const struct frame_writer *writer);

/* Ends it, which has items, before the item at position; compressed (zstd) if compress and that
 * makes it smaller.  Lends the bytes until the next frame_begin(); none if there would be more of
 * them than FRAME_SIZE_MAX: a frame begun with FRAME_SURE_MAX as its limit always fits. */
struct slice frame_end(struct frame_writer *writer, uint64_t position, bool compress);

/* ---- reading ---- */

struct frame_reader;

/* As frame_writer_new(). */
struct frame_reader *frame_reader_new(void) MUST_USE;
struct frame_reader *frame_reader_free(struct frame_reader *reader);
DEFINE_CLEANUP(struct frame_reader, frame_reader_free)

/* Opens size bytes, which are lent until the next open; all of it is checked (sizes, checksum,
 * number of items) before any item is lent.  0 and *ret; or 1, and *ret_why lends what is wrong. */
int frame_open(struct frame_reader *reader, const void *bytes, size_t size, struct frame *ret,
	       const char **ret_why) MUST_USE;

/* Lends the next item of the frame that is open; false: there is none. */
bool frame_next(struct frame_reader *reader, struct frame_item *ret);

/* Whether size bytes look like a frame. */
bool frame_is_one(const void *bytes, size_t size);

/* Lends the name of a class: "alert", "rollup", "event". */
const char *frame_class_name(enum frame_class class);

/* Splits <prefix>/<unit>/iocd/<way>/<sender>, way "fwd" or "ack"; slices of topic.  0, or 1: it is
 * no such topic. */
int frame_topic_split(const char *prefix, const char *way, const char *topic, size_t size,
		      struct slice *ret_unit, struct slice *ret_sender) MUST_USE;

#endif
