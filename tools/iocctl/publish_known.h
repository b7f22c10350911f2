/* SPDX-License-Identifier: Apache-2.0 */
/*
 * publish_known: which events are in the outbox, or were: a file beside it.
 *
 * An event is noted here, with the number that it will have in the outbox, and that is on the disk
 * before the event is put there.  So whatever was noted from the outbox's head on when this is
 * opened was never put, and is forgotten; all else was.  The newest `keep` are remembered, at
 * least.
 * Blocks on the disk.  Single-threaded; the outbox's lock guards the file.
 */
#ifndef IOCCTL_PUBLISH_KNOWN_H
#define IOCCTL_PUBLISH_KNOWN_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/base/defs.h"

#define PUBLISH_KNOWN_KEEP  (1u << 18)
#define PUBLISH_KNOWN_BATCH 256 /* entries that may be noted between two syncs */

struct publish_known;

/* Opens the file in directory, or makes it, and forgets what is not before head.  0 or a fault
 * (-EUCLEAN: it is another kind of file). */
int publish_known_open(struct publish_known **ret, const char *directory, uint64_t head,
		       uint32_t keep) MUST_USE;
struct publish_known *publish_known_close(struct publish_known *known);
DEFINE_CLEANUP(struct publish_known, publish_known_close)

/* Whether an event of that key was noted. */
bool publish_known_has(const struct publish_known *known, const uint64_t key[2]);

/* Notes one that will have that number, greater than all before; not on the disk before
 * publish_known_sync(), which gives 0 or a fault and is due after PUBLISH_KNOWN_BATCH of them. */
void publish_known_note(struct publish_known *known, const uint64_t key[2], uint64_t number);
int publish_known_sync(struct publish_known *known) MUST_USE;

/* Forgets those that have not a number before head.  0 or a fault. */
int publish_known_cut(struct publish_known *known, uint64_t head) MUST_USE;

/* How many are remembered. */
uint32_t publish_known_count(const struct publish_known *known);

#endif
