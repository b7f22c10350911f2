/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ids: which ids were accepted, in two generations that take turns.
 *
 * New ids go to the present generation; when it has had its time or is full, the other is forgotten
 * as a whole and takes its place.  So an id is remembered for one to two times memory.ms at no cost
 * per id, and forgetting is one call to the kernel.
 *
 * The horizon stands behind everything that was forgotten.  Events of a sender whose clock is ahead
 * bear times to come: they stand apart, with a horizon for each crowd (crowd.h) that holds for
 * such events only, so that a fast clock of one unit has nobody else's events refused.
 *
 * No heap after the start, no clock, no log; one thread at a time.
 */
#ifndef IOCD_EVENT_IDS_H
#define IOCD_EVENT_IDS_H

#include "iocd/base/bytes.h"
#include "iocd/event.h"
#include "iocd/reason.h"

#include "crowd.h"

#define IDS_LEAST (1u << 10)
#define IDS_MOST  (1u << 26)

struct id {
	uint64_t key[2];
	uint64_t digest;
};

struct ids_generation {
	struct id *log;           /* mapped; in the order of arrival */
	uint32_t *slots;          /* mapped, behind the log */
	size_t n_slots;           /* a power of two, twice as many as ids fit into the log */
	uint64_t n_ids;           /* in the log */
	int64_t start_ms;         /* arrival of its first id */
	int64_t latest_ms;        /* greatest event time in it, without those that were ahead */
	bool has_ahead;           /* there are such */
	int64_t ahead_ms[CROWDS]; /* the greatest of theirs, by crowd; 0: none */
};

struct ids {
	uint64_t max_ids;                 /* of a generation, a power of two */
	int64_t memory_ms;                /* INT64_MAX: a generation ends only when it is full */
	int64_t horizon_ms;               /* what happened earlier may have been forgotten */
	int64_t ahead_horizon_ms[CROWDS]; /* the same of events that were ahead; 0: none */
	struct ids_generation present;
	struct ids_generation former;
};

/* Reserves address space for memory->ids, rounded up to a power of two from IDS_LEAST to IDS_MOST.
 * 0 or a fault, after which ids_fini() is still due.  ids_fini() accepts all zero. */
int ids_init(struct ids *ids, const struct memory *memory) MUST_USE;
void ids_fini(struct ids *ids);

/* Remembers event by its key: REASON_NONE; or changes nothing: REASON_duplicate,
 * REASON_id_conflict or REASON_ts_old. */
enum reason ids_admit(struct ids *ids, const struct event *event);

/* How many are remembered. */
uint64_t ids_count(const struct ids *ids);

/* Put all of them into writer, without heap; read them back into fresh ids, or past them where ids
 * is NULL.  More than fit now are kept nevertheless, until their generation's turn. */
void ids_save(const struct ids *ids, struct bytes_writer *writer);
void ids_load(struct ids *ids, struct bytes_reader *reader);

#endif
