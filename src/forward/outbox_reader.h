/* SPDX-License-Identifier: Apache-2.0 */
/*
 * outbox_reader: reads the items of an outbox that are on the disk, by number.
 *
 * Loop thread; reading blocks as long as the disk does.
 */
#ifndef IOCD_FORWARD_OUTBOX_READER_H
#define IOCD_FORWARD_OUTBOX_READER_H

#include "outbox.h"

struct outbox_reader;

/* Makes a reader of outbox, borrowed for its life.  Gives it. */
struct outbox_reader *outbox_reader_new(struct outbox *outbox) MUST_USE;
struct outbox_reader *outbox_reader_free(struct outbox_reader *reader);

/* Goes to the item of that number. */
void outbox_reader_seek(struct outbox_reader *reader, uint64_t number);

/* Its place: the number that comes next, and where (or before where) that lies. */
struct mark outbox_reader_mark(const struct outbox_reader *reader);

/* Lends the item that comes next until the reader is used again, and its place.  One whose record
 * was lost has no body: the number must not stay empty.  0, OUTBOX_END or a fault. */
int outbox_reader_peek(struct outbox_reader *reader, struct frame_item *ret,
		       struct mark *ret_mark) MUST_USE;

/* After a peek that gave an item: the number of the first one at or behind it whose record is
 * there. */
uint64_t outbox_reader_found(const struct outbox_reader *reader);

/* Passes it over. */
void outbox_reader_pass(struct outbox_reader *reader);

#endif
