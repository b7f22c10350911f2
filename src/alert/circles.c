/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Strongly connected components after Tarjan, with a path of our own instead of recursion: rules
 * can be many.
 */
#include "circles.h"

#include <stdbool.h>
#include <stdlib.h>

#include "iocd/base/err.h"

struct search {
	const struct rules *rules;
	uint32_t n;
	uint32_t *circles; /* by rule: 0: none yet */
	uint32_t n_circles;
	uint32_t *seen;    /* by rule: when it was met first, from 1; 0: not yet */
	uint32_t *lowest;  /* by rule: the first met that it leads back to */
	uint32_t *next;    /* by rule: which to look at next */
	uint32_t *path;    /* from where we came, rule by rule */
	uint32_t *pending; /* met, and not known to which circle they belong */
	uint32_t n_seen, n_path, n_pending;
};

static uint32_t lower(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static bool inhibits(const struct search *search, uint32_t rule, uint32_t other)
{
	const struct rule *about = rules_at(search->rules, rule);

	return about->inhibits.rules && about->inhibits.rules[other];
}

static void enter(struct search *search, uint32_t rule)
{
	search->seen[rule] = ++search->n_seen;
	search->lowest[rule] = search->n_seen;
	search->path[search->n_path++] = rule;
	search->pending[search->n_pending++] = rule;
}

/* All that follows from the last rule of the path is known. */
static void leave(struct search *search)
{
	uint32_t rule = search->path[--search->n_path], member;

	if (search->n_path > 0) {
		uint32_t *above = &search->lowest[search->path[search->n_path - 1]];

		*above = lower(*above, search->lowest[rule]);
	}
	if (search->lowest[rule] != search->seen[rule])
		return;

	search->n_circles++;
	do {
		member = search->pending[--search->n_pending];
		search->circles[member] = search->n_circles;
	} while (member != rule);
}

/* Looks at what rule inhibits until something new is met; false if nothing is. */
static bool go_on(struct search *search, uint32_t rule)
{
	while (search->next[rule] < search->n) {
		uint32_t other = search->next[rule]++;

		if (!inhibits(search, rule, other))
			continue;
		if (search->seen[other] == 0) {
			enter(search, other);
			return true;
		}
		if (search->circles[other] == 0)
			search->lowest[rule] = lower(search->lowest[rule], search->seen[other]);
	}
	return false;
}

uint32_t *circles_find(const struct rules *rules)
{
	struct search search = { .rules = rules, .n = rules_count(rules) };
	uint32_t *room = xcalloc((size_t)search.n * 5 + 1, sizeof(*room));

	search.circles = xcalloc((size_t)search.n + 1, sizeof(*search.circles));
	search.seen = room;
	search.lowest = room + search.n;
	search.next = room + 2 * (size_t)search.n;
	search.path = room + 3 * (size_t)search.n;
	search.pending = room + 4 * (size_t)search.n;

	for (uint32_t first = 0; first < search.n; first++) {
		if (search.seen[first] == 0)
			enter(&search, first);
		while (search.n_path > 0)
			if (!go_on(&search, search.path[search.n_path - 1]))
				leave(&search);
	}
	free(room);
	return search.circles;
}
