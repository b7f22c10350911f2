/* SPDX-License-Identifier: Apache-2.0 */
#include "former.h"

#include <string.h>

#include "date.h"
#include "iocd/base/err.h"

#define PAST_PARENTS_MAX 100 /* of one unit */

struct past_nodes {
	const struct node *until, *parent;
};

static const struct slot past_slots[] = {
	{ "until", offsetof(struct past_nodes, until) },
	{ "parent", offsetof(struct past_nodes, parent) },
};

static void read_dates(struct load *load, struct draft *draft)
{
	uint32_t errors = report_errors(load->report);

	if (draft->from)
		(void)date_read(load, draft->from, &draft->unit.from_day);
	if (draft->until)
		(void)date_read(load, draft->until, &draft->unit.until_day);
	else if (draft->merged_into)
		report_error(load->report, draft->merged_into->key_place,
			     "'merged-into' needs 'until': the last day on which '%s' was",
			     draft->unit.id);
	if (draft->from && draft->until && report_errors(load->report) == errors &&
	    draft->unit.until_day < draft->unit.from_day)
		report_error(load->report, draft->until->place, "'until' is before 'from'");
}

/* Whom a former unit was merged into: as it says, or its parent. */
static void find_successor(struct load *load, struct draft *drafts, uint32_t i)
{
	struct draft *draft = &drafts[i];
	const char *word;
	uint32_t number;

	if (draft->merged_into) {
		if (read_text(load, draft->merged_into, &word) &&
		    names_find(load, &load->units, word, draft->merged_into->place, &number))
			draft->successor = number;
		return;
	}
	draft->successor = draft->above;
	if (!draft->parent)
		report_error(load->report, draft->until->key_place,
			     "'%s' is no more and has no parent; say with 'merged-into' which unit "
			     "counts for it now",
			     draft->unit.id);
}

/* Reports the circle that start is part of; the units in it have no successor then. */
static void refuse_circle(struct load *load, struct draft *drafts, uint32_t start)
{
	CLEANUP_TEXT struct text path = { 0 };
	const struct draft *draft = &drafts[start];
	uint32_t at = start;

	do {
		uint32_t next = drafts[at].successor;

		if (path.size < REPORT_MESSAGE_MAX)
			text_add(&path, "%s > ", drafts[at].unit.id);
		drafts[at].successor = UNIT_NONE;
		at = next;
	} while (at != start);
	report_error(load->report,
		     draft->merged_into ? draft->merged_into->place : draft->until->key_place,
		     "the unit is merged into itself: %s%s", text_get(&path), draft->unit.id);
}

/* Follows the successors of i to a unit of the tree, and shortens the way for all on it. */
static void follow(struct load *load, struct draft *drafts, uint32_t i)
{
	uint32_t end = i;

	while (end != UNIT_NONE && drafts[end].is_former && drafts[end].walk != i + 1) {
		drafts[end].walk = i + 1;
		end = drafts[end].successor;
	}
	if (end != UNIT_NONE && drafts[end].is_former)
		refuse_circle(load, drafts, end);
	while (i != UNIT_NONE && drafts[i].is_former && drafts[i].successor != UNIT_NONE) {
		uint32_t next = drafts[i].successor;

		if (end == UNIT_NONE || drafts[end].is_former)
			drafts[i].successor = UNIT_NONE;
		else
			drafts[i].successor = end;
		i = next;
	}
}

static void refuse_parent(struct load *load, const struct draft *drafts, uint32_t i)
{
	const struct draft *parent = &drafts[drafts[i].above];

	if (parent->successor == UNIT_NONE)
		report_error(load->report, drafts[i].parent->place,
			     "'%s' is a unit that is no more; name another parent",
			     parent->unit.id);
	else
		report_error(load->report, drafts[i].parent->place,
			     "'%s' is a unit that is no more; name another parent, like '%s', and "
			     "keep this one under 'was'",
			     parent->unit.id, drafts[parent->successor].unit.id);
}

void formers_read(struct load *load, struct draft *drafts, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		read_dates(load, &drafts[i]);
		drafts[i].walk = 0;
		if (drafts[i].is_former)
			find_successor(load, drafts, i);
	}
	for (uint32_t i = 0; i < n; i++)
		if (drafts[i].is_former)
			follow(load, drafts, i);
	for (uint32_t i = 0; i < n; i++)
		if (drafts[i].above != UNIT_NONE && !drafts[i].is_former &&
		    drafts[drafts[i].above].is_former)
			refuse_parent(load, drafts, i);
}

static uint32_t number_of(const struct draft *drafts, uint32_t i)
{
	return i == UNIT_NONE ? UNIT_NONE : drafts[i].number;
}

/* Adds former unit i after those above it that are not there yet. */
static void add_former(struct load *load, struct draft *drafts, uint32_t i)
{
	uint32_t path[UNIT_DEPTH_MAX + 1];
	uint32_t n = 0;

	for (; i != UNIT_NONE && drafts[i].is_former && !drafts[i].is_elsewhere &&
	       drafts[i].number == UNIT_NONE && n < COUNT(path);
	     i = drafts[i].above)
		path[n++] = i;
	while (n > 0) {
		struct draft *draft = &drafts[path[--n]];
		uint32_t successor = number_of(drafts, draft->successor);

		if (successor == UNIT_NONE)
			return; /* reported */
		draft->unit.parent = number_of(drafts, draft->above);
		if (!units_add_former(load->config->units, &draft->unit, successor, &draft->number))
			continue;
		report_error(load->report, draft->unit.place, "'%s' is more than %u levels deep",
			     draft->unit.id, (unsigned)UNIT_DEPTH_MAX);
		return;
	}
}

/* Reads one past parent of draft; *day is the last day of the one before. */
static void read_past(struct load *load, const struct node *item, const struct draft *drafts,
		      const struct draft *draft, int32_t *day)
{
	struct past_nodes nodes = { 0 };
	uint32_t parent = UNIT_NONE;
	const char *word;
	int32_t until;

	if (!read_slots(load, item, past_slots, COUNT(past_slots), &nodes) ||
	    !read_present(load, item, nodes.until, "until") ||
	    !date_read(load, nodes.until, &until))
		return;
	if (nodes.parent && (!read_text(load, nodes.parent, &word) ||
			     !names_find(load, &load->units, word, nodes.parent->place, &parent)))
		return;
	if (parent != UNIT_NONE && &drafts[parent] == draft)
		report_error(load->report, nodes.parent->place, "the unit is its own parent");
	else if (until < draft->unit.from_day)
		report_error(load->report, nodes.until->place,
			     "'until' is before the unit's own 'from'");
	else if (until <= *day)
		report_error(load->report, nodes.until->place,
			     "not after what stands before; write the oldest parent first");
	else if (until >= draft->unit.until_day)
		report_error(load->report, nodes.until->place,
			     "not before the unit's own 'until'; its last parent is its 'parent'");
	else if (draft->number != UNIT_NONE &&
		 (parent == UNIT_NONE || drafts[parent].is_elsewhere ||
		  drafts[parent].number != UNIT_NONE))
		units_add_past_parent(load->config->units, draft->number, until,
				      number_of(drafts, parent));
	*day = until;
}

static void read_pasts(struct load *load, const struct draft *drafts, const struct draft *draft)
{
	int32_t day = INT32_MIN;

	if (!draft->was || !read_kind(load, draft->was, NODE_LIST))
		return;
	if (draft->was->n > PAST_PARENTS_MAX) {
		report_error(load->report, draft->was->place, "more than %d past parents",
			     PAST_PARENTS_MAX);
		return;
	}
	for (const struct node *item = draft->was->first; item; item = item->next)
		read_past(load, item, drafts, draft, &day);
}

void formers_add(struct load *load, struct draft *drafts, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (drafts[i].is_former && !drafts[i].is_elsewhere)
			add_former(load, drafts, i);
	for (uint32_t i = 0; i < n; i++)
		read_pasts(load, drafts, &drafts[i]);
}
