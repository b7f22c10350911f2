/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pool: blocks for state that grows while events flow (sketches), without the heap.
 *
 * Address space for max_bytes is reserved once; the kernel gives pages as they are first touched.
 * Blocks come in powers of two from 64 bytes to 1 MiB and are named by a 32-bit handle that is
 * half the size of a pointer.  When the reservation is used up the pool refuses and counts.
 * No lock; one thread at a time.
 */
#ifndef IOCD_BASE_POOL_H
#define IOCD_BASE_POOL_H

#include <stddef.h>
#include <stdint.h>

#include "iocd/base/defs.h"

#define POOL_NONE 0u /* the handle of no block */

struct pool;

/* Reserves max_bytes (rounded up to 1 MiB; at most 64 GiB).  0 or a fault from mmap. */
int pool_new(struct pool **ret, size_t max_bytes) MUST_USE;
struct pool *pool_free(struct pool *pool);
DEFINE_CLEANUP(struct pool, pool_free)

/* Gives a zeroed block of at least bytes (1 to 1 MiB), or POOL_NONE when the pool is used up. */
uint32_t pool_take(struct pool *pool, size_t bytes) MUST_USE;

/* Takes back a block of the size it was asked with.  POOL_NONE is fine. */
void pool_give_back(struct pool *pool, uint32_t handle, size_t bytes);

/* The address of a block; it does not move. */
void *pool_at(const struct pool *pool, uint32_t handle);

/* Bytes in blocks that are out, and how often the pool had to refuse. */
size_t pool_used(const struct pool *pool);
uint64_t pool_refusals(const struct pool *pool);

#endif
