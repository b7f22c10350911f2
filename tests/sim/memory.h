/* SPDX-License-Identifier: Apache-2.0 */
/*
 * memory: whatever a process took from the heap goes when it dies.
 *
 * The program is linked with --wrap for the allocator's functions: every block is noted, and
 * memory_die() frees all that are left, as the kernel does after kill -9.  What must outlive a
 * process (the disk, Redis, the ledger of what was acknowledged) is taken with own_*().
 */
#ifndef SIM_MEMORY_H
#define SIM_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

#include "iocd/base/defs.h"

/* Frees every block and mapping that was not taken with own_*(). */
void memory_die(void);

/* Between true and false, what is taken in the ordinary way outlives every process, too. */
void memory_is_own(bool own);

/* Gives back what is kept for the next process: there is none. */
void memory_end(void);

/* How many there are: 0 after an orderly end, or the process has leaked. */
size_t memory_count(void);

/* Take memory that is nobody's process'; never NULL.  own_alloc() zeroes, own_grow() does not. */
void *own_alloc(size_t n, size_t size) MUST_USE;
void *own_grow(void *block, size_t n, size_t size) MUST_USE;
void *own_copy(const void *bytes, size_t n) MUST_USE;
void own_free(void *block);

#endif
