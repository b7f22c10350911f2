/* SPDX-License-Identifier: Apache-2.0 */
/* Four children each: half the levels of a binary heap, and siblings share a cache line. */
#include "deadlines.h"

#include <string.h>

#define CHILDREN 4u

bool deadlines_is_before(const struct table *table, uint32_t a, uint32_t b)
{
	struct record_key left, right;
	size_t n;
	int r;

	if (table->records[a].hash != table->records[b].hash)
		return table->records[a].hash < table->records[b].hash;
	if (table->cards[a].track != table->cards[b].track)
		return table->cards[a].track < table->cards[b].track;

	left = table_key(table, a);
	right = table_key(table, b);
	n = left.size < right.size ? left.size : right.size;
	r = memcmp(left.id, right.id, n);
	return r ? r < 0 : left.size < right.size;
}

static bool is_before(const struct table *table, const struct deadline *a, const struct deadline *b)
{
	if (a->when_ms != b->when_ms)
		return a->when_ms < b->when_ms;
	if (a->tie != b->tie)
		return a->tie < b->tie;
	return a->slot != b->slot && deadlines_is_before(table, a->slot, b->slot);
}

static void set(struct table *table, uint32_t at, const struct deadline *deadline)
{
	table->heap[at] = *deadline;
	table->cards[deadline->slot].heap_at = at + 1;
}

/* Puts deadline where it belongs, from the gap at upward. */
static void rise(struct table *table, uint32_t at, const struct deadline *deadline)
{
	while (at > 0) {
		uint32_t above = (at - 1) / CHILDREN;

		if (!is_before(table, deadline, &table->heap[above]))
			break;
		set(table, at, &table->heap[above]);
		at = above;
	}
	set(table, at, deadline);
}

static uint32_t first_child(const struct table *table, uint32_t at)
{
	uint32_t child = at * CHILDREN + 1, end = child + CHILDREN, first = child;

	if (end > table->n_heap)
		end = table->n_heap;
	while (++child < end)
		if (is_before(table, &table->heap[child], &table->heap[first]))
			first = child;
	return first;
}

/* The same downward. */
static void sink(struct table *table, uint32_t at, const struct deadline *deadline)
{
	while (at * CHILDREN + 1 < table->n_heap) {
		uint32_t child = first_child(table, at);

		if (!is_before(table, &table->heap[child], deadline))
			break;
		set(table, at, &table->heap[child]);
		at = child;
	}
	set(table, at, deadline);
}

static void settle(struct table *table, uint32_t at, const struct deadline *deadline)
{
	if (at > 0 && is_before(table, deadline, &table->heap[(at - 1) / CHILDREN]))
		rise(table, at, deadline);
	else
		sink(table, at, deadline);
}

void deadlines_put(struct table *table, uint32_t slot, int64_t when_ms)
{
	const struct deadline deadline = {
		.when_ms = when_ms,
		.tie = (uint32_t)(table->records[slot].hash >> 32),
		.slot = slot,
	};
	uint32_t at = table->cards[slot].heap_at;

	if (at) {
		settle(table, at - 1, &deadline);
		return;
	}

	rise(table, table->n_heap++, &deadline);
	if (table->n_heap > table->peak_heap)
		table->peak_heap = table->n_heap;
}

void deadlines_remove(struct table *table, uint32_t slot)
{
	uint32_t at = table->cards[slot].heap_at;
	struct deadline last;

	if (!at)
		return;

	table->cards[slot].heap_at = 0;
	last = table->heap[--table->n_heap];
	if (last.slot != slot)
		settle(table, at - 1, &last);
}
