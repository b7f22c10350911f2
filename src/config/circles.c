/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Indicators that are worked out of others form a graph.  One walk, depth first and without
 * recursion, finds those that come back to themselves, and how far each is from events.
 */
#include <string.h>

#include "indicators.h"

#define DEPTH_MAX 6 /* a change of a score of shares of ratios has 5 */

/* A walk along parts of parts. */
struct walk {
	struct load *load;
	const struct indicator_nodes *nodes; /* by indicator */
	uint32_t *path;                      /* each a part of the one before */
	uint32_t *turns;  /* by place on the path: how many parts were followed */
	uint32_t n;       /* on the path */
	uint32_t *depths; /* by indicator, once it is done */
	enum { NEW, ON_PATH, DONE, CIRCULAR } * states; /* by indicator */
};

#define ANY_BUT(kinds) (KINDS_ALL & ~(kinds))
#define NOW_ONLY                                                                                   \
	(KIND_BIT(INDICATOR_CHANGE) | KIND_BIT(INDICATOR_BASELINE) | KIND_BIT(INDICATOR_UNITS))

/* What each kind can be made of. */
static const uint32_t parts_of[N_INDICATOR_KINDS] = {
	/* Sums, so that every level of the tree can add them up. */
	[INDICATOR_RATIO] = KIND_BIT(INDICATOR_COUNT) | KIND_BIT(INDICATOR_SUM) |
			    KIND_BIT(INDICATOR_STOCK) | KIND_BIT(INDICATOR_GAUGE),
	[INDICATOR_SCORE] = KINDS_ALL,
	[INDICATOR_PROGRESS] = ANY_BUT(KIND_BIT(INDICATOR_PROGRESS) | KIND_BIT(INDICATOR_BEHIND) |
				       KIND_BIT(INDICATOR_CHANGE) | KIND_BIT(INDICATOR_BASELINE)),
	[INDICATOR_BEHIND] = KIND_BIT(INDICATOR_PROGRESS),
	/* What makes sense of a past period too. */
	[INDICATOR_CHANGE] = ANY_BUT(NOW_ONLY),
	/* What does not look back itself. */
	[INDICATOR_BASELINE] = ANY_BUT(KIND_BIT(INDICATOR_CHANGE) | KIND_BIT(INDICATOR_BASELINE)),
	[INDICATOR_UNITS] = ANY_BUT(KIND_BIT(INDICATOR_UNITS)),
};

static uint32_t count_parts(const struct walk *walk, uint32_t number)
{
	const struct load *load = walk->load;

	return load->broken_indicators[number] ? 0
					       : derived_count(&load->config->indicators[number]);
}

/* Reports the circle from number along the path and back. */
static void refuse_circle(struct walk *walk, uint32_t number)
{
	CLEANUP_TEXT struct text text = { 0 };
	const struct indicator *list = walk->load->config->indicators;
	uint32_t last = walk->path[walk->n - 1];
	uint32_t i = walk->n;

	while (walk->path[i - 1] != number)
		i--;
	for (i--; i < walk->n; i++) {
		walk->states[walk->path[i]] = CIRCULAR;
		if (text.size < REPORT_MESSAGE_MAX)
			text_add(&text, "%s > ", list[walk->path[i]].id);
	}
	report_error(walk->load->report,
		     derived_place(&list[last], &walk->nodes[last], walk->turns[walk->n - 1] - 1),
		     "the indicator refers to itself: %s%s", text_get(&text), list[number].id);
}

static void push(struct walk *walk, uint32_t number)
{
	walk->path[walk->n] = number;
	walk->turns[walk->n++] = 0;
	walk->states[number] = ON_PATH;
}

/* All parts of an indicator were seen. */
static void finish(struct walk *walk, uint32_t at)
{
	const struct indicator *indicator = &walk->load->config->indicators[at];
	uint32_t n = count_parts(walk, at);
	bool standing = n > 0;

	walk->n--;
	if (walk->states[at] != ON_PATH)
		return;
	walk->states[at] = DONE;
	for (uint32_t i = 0; i < n; i++) {
		uint32_t part = derived_part(indicator, i);

		if (walk->depths[part] >= walk->depths[at])
			walk->depths[at] = walk->depths[part] + 1;
		standing = standing && walk->load->standing[part];
	}
	if (n == 0)
		standing = indicator->kind == INDICATOR_STOCK || indicator->kind == INDICATOR_GAUGE;
	walk->load->standing[at] = standing;
}

static void step(struct walk *walk)
{
	uint32_t at = walk->path[walk->n - 1];
	uint32_t part;

	if (walk->turns[walk->n - 1] == count_parts(walk, at)) {
		finish(walk, at);
		return;
	}
	part = derived_part(&walk->load->config->indicators[at], walk->turns[walk->n - 1]++);
	if (walk->states[part] == NEW) {
		push(walk, part);
		return;
	}
	for (uint32_t i = 0; i < walk->n && walk->states[part] != DONE; i++) {
		if (walk->path[i] != part)
			continue;
		refuse_circle(walk, part);
		return;
	}
}

static void refuse_part(struct walk *walk, uint32_t number, uint32_t which)
{
	CLEANUP_TEXT struct text list = { 0 };
	const struct indicator *indicator = &walk->load->config->indicators[number];
	const struct indicator *part =
		&walk->load->config->indicators[derived_part(indicator, which)];
	uint32_t kinds = parts_of[indicator->kind];
	const char *yes = "can only be";

	/* The shorter list says more. */
	if (__builtin_popcount(kinds) > N_INDICATOR_KINDS / 2) {
		kinds = KINDS_ALL & ~kinds;
		yes = "cannot be";
	}
	for (uint32_t kind = 0; kind < N_INDICATOR_KINDS; kind++) {
		if (!(kinds & KIND_BIT(kind)))
			continue;
		kinds &= ~KIND_BIT(kind);
		text_add(&list, "%s%s",
			 !list.size ? ""
			 : kinds    ? ", "
				    : " or ",
			 indicator_kind_word((enum indicator_kind)kind));
	}
	report_error(walk->load->report, derived_place(indicator, &walk->nodes[number], which),
		     "'%s' is a '%s'; a '%s' %s made of %s", part->id,
		     indicator_kind_word(part->kind), indicator_kind_word(indicator->kind), yes,
		     text_get(&list));
}

static void check_parts(struct walk *walk, uint32_t number)
{
	const struct indicator *list = walk->load->config->indicators;

	for (uint32_t i = 0; i < count_parts(walk, number); i++) {
		uint32_t part = derived_part(&list[number], i);

		if (!walk->load->broken_indicators[part] && walk->states[part] != CIRCULAR &&
		    !(parts_of[list[number].kind] & KIND_BIT(list[part].kind)))
			refuse_part(walk, number, i);
	}
	if (walk->depths[number] == DEPTH_MAX + 1 && walk->states[number] == DONE)
		report_error(walk->load->report, list[number].place,
			     "'%s' is worked out of others in more than %d steps", list[number].id,
			     DEPTH_MAX);
}

void circles_check(struct load *load, const struct indicator_nodes *nodes)
{
	uint32_t n = load->indicators.n;
	struct walk walk = { .load = load, .nodes = nodes };

	load->standing = scratch_take(load->config->memory, n + 1);
	load->config->standing = load->standing;
	memset(load->standing, 0, n + 1);
	walk.path = scratch_take(load->trees, (n + 1) * sizeof(*walk.path));
	walk.turns = scratch_take(load->trees, (n + 1) * sizeof(*walk.turns));
	walk.depths = scratch_take(load->trees, (n + 1) * sizeof(*walk.depths));
	walk.states = scratch_take(load->trees, (n + 1) * sizeof(*walk.states));
	memset(walk.depths, 0, (n + 1) * sizeof(*walk.depths));
	memset(walk.states, 0, (n + 1) * sizeof(*walk.states));

	for (uint32_t i = 0; i < n; i++)
		if (walk.states[i] == NEW)
			for (push(&walk, i); walk.n > 0;)
				step(&walk);
	for (uint32_t i = 0; i < n; i++)
		check_parts(&walk, i);
	for (uint32_t i = 0; i < n; i++)
		if (walk.states[i] == CIRCULAR)
			load->broken_indicators[i] = true;
}
