/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scratch: memory for one step (an event, a batch, a request), emptied as a whole.
 *
 * A bump allocator over a chain of blocks that it keeps: after warming up it asks nothing of the
 * heap.  Not for anything that outlives the step.  No lock; one thread at a time.
 */
#ifndef IOCD_BASE_SCRATCH_H
#define IOCD_BASE_SCRATCH_H

#include <stddef.h>

#include "iocd/base/defs.h"

struct scratch;

/* Makes an empty scratch whose blocks hold block_bytes (at least 4096).  Gives it; never NULL. */
struct scratch *scratch_new(size_t block_bytes) MUST_USE;
struct scratch *scratch_free(struct scratch *scratch);
DEFINE_CLEANUP(struct scratch, scratch_free)

/* Forgets everything taken; blocks are kept for the next step. */
void scratch_reset(struct scratch *scratch);

/* Lends bytes of memory, 16-byte aligned and not zeroed, until scratch_reset().  Never NULL. */
void *scratch_take(struct scratch *scratch, size_t bytes) MUST_USE;

/* Lends a zero-terminated copy of n bytes, until scratch_reset(). */
char *scratch_copy(struct scratch *scratch, const char *bytes, size_t n) MUST_USE;

/* Bytes of memory that the scratch holds, in use or kept. */
size_t scratch_held(const struct scratch *scratch);

#endif
