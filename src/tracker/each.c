/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Listing: one pass over the cards, which lie close together, and a small heap of the best so far,
 * the worst of them on top.  A million cards are 16 MB that are read in order.
 */
#include <assert.h>
#include <stdlib.h>

#include "iocd/base/err.h"
#include "reckon.h"

struct best {
	const struct table *table;
	uint32_t *slots; /* owned; a heap */
	size_t n, limit;
};

static int64_t due_of(const struct card *card)
{
	return card->due_ms ? card->due_ms : INT64_MAX;
}

static bool is_before(const struct table *table, uint32_t a, uint32_t b)
{
	const struct card *left = &table->cards[a], *right = &table->cards[b];
	bool left_stands = left->flags & MARK_PAUSED, right_stands = right->flags & MARK_PAUSED;

	if (left_stands != right_stands)
		return right_stands;
	if (due_of(left) != due_of(right))
		return due_of(left) < due_of(right);
	return deadlines_is_before(table, a, b);
}

static void sink(struct best *best, uint32_t slot)
{
	size_t at = 0, child;

	while ((child = 2 * at + 1) < best->n) {
		if (child + 1 < best->n &&
		    is_before(best->table, best->slots[child], best->slots[child + 1]))
			child++;
		if (!is_before(best->table, slot, best->slots[child]))
			break;
		best->slots[at] = best->slots[child];
		at = child;
	}
	best->slots[at] = slot;
}

static void best_add(struct best *best, uint32_t slot)
{
	size_t at = best->n, above;

	if (best->n == best->limit) {
		if (best->n && is_before(best->table, slot, best->slots[0]))
			sink(best, slot);
		return;
	}

	best->n++;
	for (; at > 0; at = above) {
		above = (at - 1) / 2;
		if (!is_before(best->table, best->slots[above], slot))
			break;
		best->slots[at] = best->slots[above];
	}
	best->slots[at] = slot;
}

/* The worst last, one after the other. */
static void best_sort(struct best *best)
{
	size_t n = best->n;
	uint32_t worst;

	while (best->n > 1) {
		worst = best->slots[0];
		best->n--;
		sink(best, best->slots[best->n]);
		best->slots[best->n] = worst;
	}
	best->n = n;
}

static bool is_wanted(const struct card *card, const struct trackers_query *query)
{
	struct gauges gauges = gauges_of(card);

	if (!gauges.open || (query->track != UINT32_MAX && query->track != card->track) ||
	    (query->wanted && !query->wanted[card->unit]))
		return false;

	switch (query->state) {
	case RECORD_DUE_SOON:
		return gauges.due_soon;
	case RECORD_OVERDUE:
		return gauges.overdue;
	case RECORD_PAUSED:
		return gauges.paused;
	case RECORD_OPEN:
		break;
	}
	return true;
}

static void show(const struct trackers *trackers, uint32_t slot, track_each_fn *each, void *context)
{
	const struct card *card = &trackers->table.cards[slot];
	struct gauges gauges = gauges_of(card);
	char id[RECORD_ID_MAX];
	const struct track_record record = {
		.track = card->track,
		.unit = card->unit,
		.is_paused = gauges.paused,
		.is_due_soon = gauges.due_soon,
		.is_overdue = gauges.overdue,
		.opened_ms = trackers->table.records[slot].opened_ms,
		.due_ms = reckon_due(trackers, slot, trackers->now_ms),
		.id = { id, table_id(&trackers->table, slot, id) },
	};

	each(context, &record);
}

uint64_t trackers_each(const struct trackers *trackers, const struct trackers_query *query,
		       track_each_fn *each, void *context)
{
	const struct table *table = &trackers->table;
	struct best best = { .table = table,
			     .limit = query->limit < RECORDS_MAX ? query->limit : RECORDS_MAX };
	uint64_t n = 0;

	best.slots = xcalloc(best.limit + 1, sizeof(*best.slots));
	for (uint32_t slot = 1; slot < table->n_slots; slot++) {
		if (!is_wanted(&table->cards[slot], query))
			continue;
		n++;
		best_add(&best, slot);
	}
	best_sort(&best);
	for (size_t i = 0; i < best.n; i++)
		show(trackers, best.slots[i], each, context);
	free(best.slots);
	return n;
}
