/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stash: items that the disk had no room for, in memory until it has.
 *
 * Bounded by STASH_BYTES_MAX.  First in, first out.
 */
#ifndef IOCD_FORWARD_STASH_H
#define IOCD_FORWARD_STASH_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/base/text.h"
#include "record.h"

#define STASH_BYTES_MAX (4u << 20)

struct stash {
	struct text bytes;
	size_t first; /* where in bytes the oldest begins */
};

struct stashed {
	struct key key;
	char journal[RECORD_JOURNAL_MAX];
	int64_t recorded_ms;
	struct slice about;
	struct slice body;
};

/* Frees the memory; whether nothing waits. */
void stash_fini(struct stash *stash);
bool stash_is_empty(const struct stash *stash);

/* Copies an item.  False: there is no room. */
bool stash_put(struct stash *stash, const struct stashed *item);

/* Lends the oldest, until the next call; there must be one.  And forgets it. */
struct stashed stash_peek(const struct stash *stash);
void stash_pass(struct stash *stash);

#endif
