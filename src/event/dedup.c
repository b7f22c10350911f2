/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two generations that take turns.  New ids go to the present one; when it has had its time or is
 * full, the other is forgotten as a whole and takes its place.  So an id is remembered for one to
 * two times memory_ms at no cost per id, and forgetting is one call to the kernel.
 *
 * A generation is a log, filled in order, and a hash table of 4-byte slots that point into it: what
 * an id touches at random is a sixth of what it would be with ids in the table, so that it mostly
 * stays within reach of the caches, and the kernel has few pages to find for it.
 */
#include "iocd/dedup.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "iocd/base/err.h"

#define IDS_LEAST (1u << 10)
#define IDS_MOST  (1u << 26)

struct id {
	uint64_t key[2];
	uint64_t digest;
};

struct generation {
	struct id *ids; /* mapped; max_ids, of which n_ids are there */
	/* Mapped, behind ids.  0: free; else the number of an id in the log, from 1, under a tag:
	 * as many bits of its key as are left, which spare most looks into the log. */
	uint32_t *slots;
	uint64_t n_ids;
	int64_t start_ms;  /* arrival of its first id */
	int64_t latest_ms; /* greatest event time in it */
};

struct dedup {
	size_t n_slots;   /* of each generation; a power of two, greater than any number */
	uint64_t max_ids; /* half of it */
	int64_t memory_ms;
	int64_t horizon_ms;
	struct generation present;
	struct generation former;
};

static size_t generation_bytes(const struct dedup *dedup)
{
	return dedup->max_ids * sizeof(struct id) + dedup->n_slots * sizeof(uint32_t);
}

static int generation_map(const struct dedup *dedup, struct generation *generation)
{
	void *bytes = mmap(NULL, generation_bytes(dedup), PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (bytes == MAP_FAILED)
		return err_raise(-errno);

	generation->ids = bytes;
	generation->slots = (uint32_t *)(generation->ids + dedup->max_ids);
	return 0;
}

static void generation_unmap(const struct dedup *dedup, struct generation *generation)
{
	if (generation->ids)
		(void)munmap(generation->ids, generation_bytes(dedup));
}

static void generation_forget(const struct dedup *dedup, struct generation *generation)
{
	struct id *ids = generation->ids;
	uint32_t *slots = generation->slots;

	/* The kernel refuses where memory is locked.  The log needs no clearing. */
	if (generation->n_ids > 0 && madvise(ids, generation_bytes(dedup), MADV_DONTNEED))
		memset(slots, 0, dedup->n_slots * sizeof(*slots));
	*generation = (struct generation){ .ids = ids, .slots = slots };
}

/* What the slot of event's id holds besides its number. */
static uint32_t tag_of(const struct dedup *dedup, const struct event *event)
{
	return (uint32_t)event->key[1] & ~(uint32_t)(dedup->n_slots - 1);
}

/* Lends the id that a taken slot points to. */
static struct id *id_at(const struct dedup *dedup, const struct generation *generation,
			uint32_t slot)
{
	return &generation->ids[(slot & (dedup->n_slots - 1)) - 1];
}

static bool is_same(const struct id *id, const struct event *event)
{
	return id->key[0] == event->key[0] && id->key[1] == event->key[1];
}

/* The slot of event's id, or the free one where it belongs. */
static uint32_t *find_slot(const struct dedup *dedup, const struct generation *generation,
			   const struct event *event)
{
	size_t mask = dedup->n_slots - 1;
	size_t i = event->key[0] & mask;
	uint32_t tag = tag_of(dedup, event);

	for (;; i = (i + 1) & mask) {
		uint32_t *slot = &generation->slots[i];

		if (*slot == 0 || ((*slot & ~(uint32_t)mask) == tag &&
				   is_same(id_at(dedup, generation, *slot), event)))
			return slot;
	}
}

/* Forgets the former generation and starts a new one.  What was forgotten can have arrived until
 * the present one began, and can bear times up to its latest, by a clock that was ahead. */
static void rotate(struct dedup *dedup)
{
	struct generation empty = dedup->former;

	if (empty.n_ids > 0) {
		if (dedup->horizon_ms < dedup->present.start_ms)
			dedup->horizon_ms = dedup->present.start_ms;
		if (dedup->horizon_ms <= empty.latest_ms)
			dedup->horizon_ms = empty.latest_ms + 1;
	}
	generation_forget(dedup, &empty);
	dedup->former = dedup->present;
	dedup->present = empty;
}

static bool present_is_over(const struct dedup *dedup, int64_t arrival_ms)
{
	const struct generation *present = &dedup->present;

	if (present->n_ids == 0)
		return false;
	return present->n_ids == dedup->max_ids ||
	       arrival_ms - present->start_ms >= dedup->memory_ms;
}

static void remember(struct dedup *dedup, const struct event *event)
{
	struct generation *present = &dedup->present;
	uint32_t *slot;

	if (present_is_over(dedup, event->arrival_ms))
		rotate(dedup);

	slot = find_slot(dedup, present, event);
	if (present->n_ids == 0) {
		present->start_ms = event->arrival_ms;
		present->latest_ms = event->time_ms;
	}
	if (present->latest_ms < event->time_ms)
		present->latest_ms = event->time_ms;
	present->ids[present->n_ids++] = (struct id){
		.key = { event->key[0], event->key[1] },
		.digest = event->digest,
	};
	*slot = tag_of(dedup, event) | (uint32_t)present->n_ids;
}

static enum reason look_up(const struct dedup *dedup, const struct generation *generation,
			   const struct event *event)
{
	uint32_t slot;

	if (generation->n_ids == 0) /* not to touch its pages for nothing */
		return REASON_NONE;

	slot = *find_slot(dedup, generation, event);
	if (slot == 0)
		return REASON_NONE;
	if (id_at(dedup, generation, slot)->digest == event->digest)
		return REASON_duplicate;
	return REASON_id_conflict;
}

int dedup_new(struct dedup **ret, const struct dedup_options *options)
{
	CLEANUP(dedup_free) struct dedup *dedup = xcalloc(1, sizeof(*dedup));
	int r;

	assert(options->memory_ms > 0);

	dedup->max_ids = IDS_LEAST;
	while (dedup->max_ids < options->max_ids && dedup->max_ids < IDS_MOST)
		dedup->max_ids *= 2;
	dedup->n_slots = (size_t)dedup->max_ids * 2;
	dedup->memory_ms = options->memory_ms;
	dedup->horizon_ms = INT64_MIN;

	r = generation_map(dedup, &dedup->present);
	if (!r)
		r = generation_map(dedup, &dedup->former);
	if (r)
		return err_pass(r);

	*ret = dedup;
	dedup = NULL;
	return 0;
}

struct dedup *dedup_free(struct dedup *dedup)
{
	if (!dedup)
		return NULL;

	generation_unmap(dedup, &dedup->former);
	generation_unmap(dedup, &dedup->present);
	free(dedup);
	return NULL;
}

enum reason dedup_admit(struct dedup *dedup, const struct event *event)
{
	enum reason reason;

	reason = look_up(dedup, &dedup->present, event);
	if (reason == REASON_NONE)
		reason = look_up(dedup, &dedup->former, event);
	if (reason != REASON_NONE)
		return reason;
	if (event->time_ms < dedup->horizon_ms)
		return REASON_ts_old;

	remember(dedup, event);
	return REASON_NONE;
}

int64_t dedup_horizon_ms(const struct dedup *dedup)
{
	return dedup->horizon_ms;
}

uint64_t dedup_count(const struct dedup *dedup)
{
	return dedup->present.n_ids + dedup->former.n_ids;
}
