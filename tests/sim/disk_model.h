/* SPDX-License-Identifier: Apache-2.0 */
/*
 * disk_model: a disk behind iocd/base/disk.h, in memory, that can lose what was not synced.
 *
 * One directory of files.  Of each file it knows what is on the device and which writes are not
 * yet; the same of the directory's names, which fdatasync on a file does not make durable.  When
 * the process dies all writes stay, as in the page cache; when the power is cut any subset of what
 * was not synced survives, in order, and a write that does may be torn between sectors.
 *
 * The process may die in any call: before it, after it, or in the middle of a write.
 */
#ifndef SIM_DISK_MODEL_H
#define SIM_DISK_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/base/random.h"

#define DISK_MODEL_DIRECTORY "/sim/journal"

/* Makes an empty disk with room for everything; random is borrowed.  Frees it. */
void disk_model_begin(struct random_stream *random);
void disk_model_end(void);

/* The process dies in the n-th call from now (0: in none): fn is called then, and must not return.
 */
typedef void disk_death_fn(void);
void disk_model_doom(uint64_t n, disk_death_fn *fn);

/* From true to false somebody else looks at the disk: nothing fails and nobody dies. */
void disk_model_is_watched(bool watched);

/* The process is gone: its files are closed, its lock is free, no fault is waiting for it. */
void disk_model_process_died(void);

/* The machine lost its power.  Only without a process. */
void disk_model_cut_power(void);

/* The n-th write, or sync, from now fails once with -EIO (0: none).  A write that fails may leave a
 * part; a sync leaves everything unsynced. */
void disk_model_fail_write(uint64_t n);
void disk_model_fail_sync(uint64_t n);

/* Bytes that all files may take together, and take now. */
void disk_model_limit(uint64_t bytes);
uint64_t disk_model_used(void);

/* Calls so far. */
uint64_t disk_model_calls(void);

/* A number that tells two states of the files apart. */
uint64_t disk_model_digest(void);

#endif
