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

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/base/bytes.h"
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

/* Put all blocks into writer, without heap; and read them back into a fresh pool, with the same
 * handles: reader is marked bad if they do not fit.  The same calls before give the same bytes. */
void pool_save(const struct pool *pool, struct bytes_writer *writer);
void pool_load(struct pool *pool, struct bytes_reader *reader);

/* What was loaded is believed only where its owner says so, block by block, before any is taken:
 * whether pool_at() may be asked for handle; whether a block of bytes is out there that nobody has
 * claimed yet; and, once at the end, whether nothing is left that nobody claimed. */
bool pool_has(const struct pool *pool, uint32_t handle);
bool pool_claim(struct pool *pool, uint32_t handle, size_t bytes) MUST_USE;
bool pool_end_claims(struct pool *pool) MUST_USE;

#endif
