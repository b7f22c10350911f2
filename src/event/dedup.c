/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two tables that take turns.  New ids go to the present one; when it has had its time or is full,
 * the other is forgotten as a whole and takes its place.  So an id is remembered for one to two
 * times memory_ms at no cost per id, and forgetting is one call to the kernel.
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

struct slot {
	uint64_t key[2]; /* both 0: the slot is free */
	uint64_t digest;
};

struct generation {
	struct slot *slots; /* mapped; twice max_ids */
	uint64_t n_ids;
	int64_t start_ms;  /* arrival of its first id */
	int64_t latest_ms; /* greatest event time in it */
};

struct dedup {
	size_t n_slots; /* of each generation; a power of two */
	uint64_t max_ids;
	int64_t memory_ms;
	int64_t horizon_ms;
	struct generation present;
	struct generation former;
};

static size_t generation_bytes(const struct dedup *dedup)
{
	return dedup->n_slots * sizeof(struct slot);
}

static int generation_map(const struct dedup *dedup, struct generation *generation)
{
	void *slots = mmap(NULL, generation_bytes(dedup), PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (slots == MAP_FAILED)
		return err_raise(-errno);

	generation->slots = slots;
	return 0;
}

static void generation_unmap(const struct dedup *dedup, struct generation *generation)
{
	if (generation->slots)
		(void)munmap(generation->slots, generation_bytes(dedup));
}

static void generation_forget(const struct dedup *dedup, struct generation *generation)
{
	struct slot *slots = generation->slots;

	/* The kernel refuses where memory is locked. */
	if (generation->n_ids > 0 && madvise(slots, generation_bytes(dedup), MADV_DONTNEED))
		memset(slots, 0, generation_bytes(dedup));
	*generation = (struct generation){ .slots = slots };
}

static bool slot_is_free(const struct slot *slot)
{
	return (slot->key[0] | slot->key[1]) == 0;
}

/* The slot that holds key, or the free one where it belongs. */
static struct slot *find_slot(const struct dedup *dedup, const struct generation *generation,
			      const uint64_t key[2])
{
	size_t mask = dedup->n_slots - 1;
	size_t i = key[0] & mask;
	struct slot *slot;

	for (;; i = (i + 1) & mask) {
		slot = &generation->slots[i];
		if (slot_is_free(slot) || (slot->key[0] == key[0] && slot->key[1] == key[1]))
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

static void remember(struct dedup *dedup, const struct event *event, const uint64_t key[2])
{
	struct generation *present = &dedup->present;
	struct slot *slot;

	if (present_is_over(dedup, event->arrival_ms))
		rotate(dedup);

	slot = find_slot(dedup, present, key);
	*slot = (struct slot){ .key = { key[0], key[1] }, .digest = event->digest };
	if (present->n_ids == 0) {
		present->start_ms = event->arrival_ms;
		present->latest_ms = event->time_ms;
	}
	if (present->latest_ms < event->time_ms)
		present->latest_ms = event->time_ms;
	present->n_ids++;
}

static enum reason compare(const struct slot *slot, const struct event *event)
{
	if (slot_is_free(slot))
		return REASON_NONE;
	return slot->digest == event->digest ? REASON_duplicate : REASON_id_conflict;
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
	/* A key of zeros would look like a free slot; it may as well be another one. */
	uint64_t key[2] = { event->key[0], event->key[0] | event->key[1] ? event->key[1] : 1 };
	enum reason reason;

	reason = compare(find_slot(dedup, &dedup->present, key), event);
	if (reason == REASON_NONE)
		reason = compare(find_slot(dedup, &dedup->former, key), event);
	if (reason != REASON_NONE)
		return reason;
	if (event->time_ms < dedup->horizon_ms)
		return REASON_ts_old;

	remember(dedup, event, key);
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
