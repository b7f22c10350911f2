/* SPDX-License-Identifier: Apache-2.0 */
/*
 * known: what the one above has of a stream, as its last receipt said.
 *
 * Pure.
 */
#ifndef IOCD_FORWARD_KNOWN_H
#define IOCD_FORWARD_KNOWN_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/base/bytes.h"
#include "iocd/base/defs.h"
#include "iocd/message.h"

/* Items from `from` on, before `to`; empty if they are equal. */
struct span {
	uint64_t from, to;
};

struct known {
	uint64_t have;                          /* all before it, but what is missing */
	struct span missing[FRAME_MISSING_MAX]; /* in order, before have */
	uint32_t n;                             /* FRAME_MISSING_MAX: perhaps there is more */
};

enum known_outcome {
	KNOWN_BAD = 1, /* it makes no sense for a stream of so many items */
};

/* Reads what a receipt says of a stream of head items; *ret is unchanged if that is nonsense. */
int known_read(struct known *ret, const struct receipt_stream *stream, uint64_t head) MUST_USE;

/* The first items within span that it has not; empty: it has all. */
struct span known_lacking(const struct known *known, struct span span);

/* How many items within span it has not. */
uint64_t known_count(const struct known *known, struct span span);

/* Put it into writer, and read it back; reader is marked bad if it makes no sense. */
void known_save(const struct known *known, struct bytes_writer *writer);
void known_load(struct known *known, struct bytes_reader *reader);

#endif
