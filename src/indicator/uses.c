/* SPDX-License-Identifier: Apache-2.0 */
#include "uses.h"

#include <assert.h>
#include <stdlib.h>

#include "derive.h"
#include "iocd/base/err.h"

/* A way down from an indicator to all that it is worked out of. */
struct walk {
	const struct indicator *list;
	uint32_t n_list;
	bool enters_units;    /* goes on below UNITS */
	bool enters_baseline; /* and below BASELINE */
	uint32_t *stamps;     /* owned; by indicator: the walk that was there last */
	uint32_t stamp;
	uint32_t *found; /* owned */
	uint32_t n;
};

static bool enters(const struct walk *walk, enum indicator_kind kind)
{
	if (kind == INDICATOR_UNITS)
		return walk->enters_units;
	return kind != INDICATOR_BASELINE || walk->enters_baseline;
}

static void descend(struct walk *walk, uint32_t number)
{
	const struct indicator *indicator = &walk->list[number];

	assert(number < walk->n_list);
	if (walk->stamps[number] == walk->stamp)
		return;
	walk->stamps[number] = walk->stamp;
	walk->found[walk->n++] = number;
	if (!enters(walk, indicator->kind))
		return;
	for (uint32_t i = 0; i < indicator_n_parts(indicator); i++)
		descend(walk, indicator_part(indicator, i));
}

/* Finds number itself and what it is worked out of. */
static void walk_down(struct walk *walk, uint32_t number, bool enters_units, bool enters_baseline)
{
	walk->enters_units = enters_units;
	walk->enters_baseline = enters_baseline;
	walk->stamp++;
	walk->n = 0;
	descend(walk, number);
}

bool indicator_is_counted(const struct indicator *indicator)
{
	return indicator_n_parts(indicator) == 0 && indicator->kind != INDICATOR_STOCK &&
	       indicator->kind != INDICATOR_GAUGE;
}

static bool is_timed(const struct walk *walk)
{
	bool moves = false, has_stream = true;

	for (uint32_t i = 0; i < walk->n; i++) {
		enum indicator_kind kind = walk->list[walk->found[i]].kind;

		moves |= kind == INDICATOR_BEHIND || kind == INDICATOR_CHANGE;
		has_stream &= kind != INDICATOR_STOCK && kind != INDICATOR_GAUGE;
	}
	return moves && !has_stream;
}

static void add_users(struct uses *uses, struct walk *walk, uint32_t number)
{
	walk_down(walk, number, false, false);
	for (uint32_t i = 0; i < walk->n; i++)
		lists_add(&uses->users, walk->found[i], number);
	if (is_timed(walk))
		lists_add(&uses->timed, 0, number);
	if (walk->list[number].kind == INDICATOR_UNITS)
		lists_add(&uses->watchers, walk->list[number].parts[0], number);
}

static void add_hearers(struct uses *uses, struct walk *walk, const struct schema *schema,
			uint32_t number)
{
	walk_down(walk, number, false, true);
	for (uint32_t i = 0; i < walk->n; i++) {
		const struct indicator *found = &walk->list[walk->found[i]];

		if (indicator_n_parts(found) == 0 && found->type != TYPE_NONE)
			lists_add(&uses->hearers, schema_type(schema, found->type)->feed, number);
	}
}

static void add_reads(struct uses *uses, struct walk *walk, uint32_t number)
{
	walk_down(walk, number, true, false);
	for (uint32_t i = 0; i < walk->n; i++)
		lists_add(&uses->reads, number, walk->found[i]);
}

void uses_init(struct uses *uses, const struct indicators_options *options)
{
	uint32_t n = options->n_list;
	struct walk walk = { .list = options->list, .n_list = n };

	walk.stamps = xcalloc((size_t)n + 1, sizeof(*walk.stamps));
	walk.found = xcalloc((size_t)n + 1, sizeof(*walk.found));
	lists_init(&uses->users, n);
	lists_init(&uses->hearers, schema_n_feeds(options->schema));
	lists_init(&uses->reads, n);
	lists_init(&uses->watchers, n);
	lists_init(&uses->timed, 1);

	for (uint32_t i = 0; i < n; i++) {
		add_users(uses, &walk, i);
		add_hearers(uses, &walk, options->schema, i);
		add_reads(uses, &walk, i);
	}

	lists_seal(&uses->users);
	lists_seal(&uses->hearers);
	lists_seal(&uses->reads);
	lists_seal(&uses->watchers);
	lists_seal(&uses->timed);
	free(walk.found);
	free(walk.stamps);
}

void uses_fini(struct uses *uses)
{
	lists_fini(&uses->timed);
	lists_fini(&uses->watchers);
	lists_fini(&uses->reads);
	lists_fini(&uses->hearers);
	lists_fini(&uses->users);
}
