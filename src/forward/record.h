/* SPDX-License-Identifier: Apache-2.0 */
/*
 * record: how items and notes stand in a stream's journal.
 *
 * An item is a message on the topic "NUMBER KEY1 KEY2 JOURNAL ABOUT" with its body as payload; a
 * note is an own record on the topic "NUMBER KEY1 KEY2 JOURNAL" of the items before it, with what
 * the stream wants to remember as payload.  Pure.
 */
#ifndef IOCD_FORWARD_RECORD_H
#define IOCD_FORWARD_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/event.h"
#include "iocd/journal.h"

#define RECORD_JOURNAL_MAX 9   /* a journal's short name, with the zero */
#define RECORD_TOPIC_MAX   400 /* bytes; an about has at most 255 */

/* What tells an item from all others that the fold offers. */
struct key {
	uint64_t first, second;
};

/* What the topic says. */
struct title {
	uint64_t number;
	struct key key;
	char journal[RECORD_JOURNAL_MAX]; /* whose key it is; "-": there is none */
	struct slice about;
};

/* Writes the topic; returns its bytes. */
size_t title_write(const struct title *title, char topic[RECORD_TOPIC_MAX]);

/* Reads it; about is a slice of topic.  False: it is none. */
bool title_read(struct title *ret, const char *topic, size_t size);

/* Whether a is behind b. */
bool key_is_behind(struct key a, struct key b);

#endif
