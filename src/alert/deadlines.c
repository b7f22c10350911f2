/* SPDX-License-Identifier: Apache-2.0 */
#include "deadlines.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"

static bool is_before(const struct deadline *a, const struct deadline *b)
{
	if (a->at_ms != b->at_ms)
		return a->at_ms < b->at_ms;
	return open_key_compare(&a->key, &b->key) < 0;
}

static void put(struct deadlines *deadlines, struct deadline *deadline, size_t index)
{
	deadlines->heap[index] = deadline;
	deadline->place = index + 1;
}

static void rise(struct deadlines *deadlines, struct deadline *deadline, size_t index)
{
	while (index > 0) {
		size_t parent = (index - 1) / 2;

		if (!is_before(deadline, deadlines->heap[parent]))
			break;
		put(deadlines, deadlines->heap[parent], index);
		index = parent;
	}
	put(deadlines, deadline, index);
}

static void sink(struct deadlines *deadlines, struct deadline *deadline, size_t index)
{
	struct deadline **heap = deadlines->heap;

	for (;;) {
		size_t child = 2 * index + 1;

		if (child + 1 < deadlines->n && is_before(heap[child + 1], heap[child]))
			child++;
		if (child >= deadlines->n || !is_before(heap[child], deadline))
			break;
		put(deadlines, heap[child], index);
		index = child;
	}
	put(deadlines, deadline, index);
}

static void take_out(struct deadlines *deadlines, struct deadline *deadline)
{
	size_t index = deadline->place - 1;
	struct deadline *last = deadlines->heap[--deadlines->n];

	deadline->place = 0;
	if (last == deadline)
		return;

	sink(deadlines, last, index);
	rise(deadlines, last, last->place - 1);
}

void deadlines_fini(struct deadlines *deadlines)
{
	free(deadlines->heap);
	*deadlines = (struct deadlines){ .heap = NULL };
}

void deadlines_set(struct deadlines *deadlines, struct deadline *deadline, int64_t at_ms)
{
	if (deadline->place && deadline->at_ms == at_ms)
		return;
	if (deadline->place)
		take_out(deadlines, deadline);

	deadline->at_ms = at_ms;
	if (at_ms == ALERT_NO_DEADLINE)
		return;

	if (deadlines->n == deadlines->capacity) {
		deadlines->capacity = deadlines->capacity ? deadlines->capacity * 2 : 64;
		deadlines->heap =
			xrealloc(deadlines->heap, deadlines->capacity, sizeof(struct deadline *));
	}
	rise(deadlines, deadline, deadlines->n++);
}

struct deadline *deadlines_first(const struct deadlines *deadlines)
{
	return deadlines->n > 0 ? deadlines->heap[0] : NULL;
}

int open_key_compare(const struct open_key *a, const struct open_key *b)
{
	if (a->rule != b->rule)
		return a->rule < b->rule ? -1 : 1;
	if (a->unit != b->unit)
		return a->unit < b->unit ? -1 : 1;
	return strcmp(a->subject, b->subject);
}
