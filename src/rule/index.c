/* SPDX-License-Identifier: Apache-2.0 */
#include "index.h"

#include <assert.h>
#include <stdlib.h>

#include "iocd/base/err.h"

#define GROUPS_MAX 2 /* that one rule stands in */

/* The groups of a deadline rule by unit: of the gauges that it looks at. */
static uint32_t gauges_of(const struct rule *rule, uint32_t ret[GROUPS_MAX])
{
	uint32_t n = 0;

	if (rule->due_soon != SEVERITY_NONE && rule->record->due_soon_gauge != INDICATOR_NONE)
		ret[n++] = rule->record->due_soon_gauge;
	if (rule->overdue != SEVERITY_NONE && rule->record->overdue_gauge != INDICATOR_NONE)
		ret[n++] = rule->record->overdue_gauge;
	return n;
}

static uint32_t one(uint32_t group, bool is_there, uint32_t ret[GROUPS_MAX])
{
	ret[0] = group;
	return is_there;
}

/* The groups that a rule stands in; returns their number. */
static uint32_t groups_of(const struct rule *rule, enum index_of of, uint32_t ret[GROUPS_MAX])
{
	bool is_deadline = rule->kind == RULE_DEADLINE;

	switch (of) {
	case INDEX_FIGURES:
		if (is_deadline && !rule->is_each_record)
			return gauges_of(rule, ret);
		return one(rule->indicator, rule->kind == RULE_THRESHOLD, ret);
	case INDEX_EVENTS:
		return one(rule->type, rule->kind == RULE_EVENT, ret);
	case INDEX_SILENCES:
		return one(rule->feed, rule->kind == RULE_SILENCE, ret);
	case INDEX_SEQUENCES:
		return one(rule->track, rule->kind == RULE_SEQUENCE, ret);
	case INDEX_RECORDS:
		return one(rule->track, is_deadline && rule->is_each_record, ret);
	case INDEX_OWN:
		break;
	}
	return one(rule->own, rule->kind == RULE_OWN, ret);
}

/* As many as there are indicators or types; of others as many as some rule looks at. */
static uint32_t count_groups(const struct rules_options *options, enum index_of of)
{
	uint32_t groups[GROUPS_MAX], n = 0;

	if (of == INDEX_FIGURES || of == INDEX_EVENTS)
		return of == INDEX_FIGURES ? options->n_indicators : options->n_types;
	for (uint32_t i = 0; i < options->n_list; i++)
		if (groups_of(&options->list[i], of, groups) && groups[0] >= n)
			n = groups[0] + 1;
	return n;
}

/* Writes into starts how many rules stand in each group. */
static void count_entries(struct index *index, const struct rules_options *options,
			  enum index_of of)
{
	for (uint32_t i = 0; i < options->n_list; i++) {
		uint32_t groups[GROUPS_MAX];
		uint32_t n = groups_of(&options->list[i], of, groups);

		for (uint32_t k = 0; k < n; k++) {
			assert(groups[k] < index->n_groups);
			index->starts[groups[k]]++;
		}
	}
}

/* Turns numbers of entries into starts, and finds the widest group. */
static void lay_out(struct index *index)
{
	uint32_t start = 0;

	for (uint32_t i = 0; i <= index->n_groups; i++) {
		uint32_t n = index->starts[i];

		if (n > index->widest)
			index->widest = n;
		index->starts[i] = start;
		start += n;
	}
	index->entries = xcalloc((size_t)start + 1, sizeof(*index->entries));
}

/* Puts each rule behind those of its group that are there; starts[i] moves to the group's end. */
static void fill(struct index *index, const struct rules_options *options, enum index_of of)
{
	for (uint32_t i = 0; i < options->n_list; i++) {
		const struct rule *rule = &options->list[i];
		uint32_t groups[GROUPS_MAX];
		uint32_t n = groups_of(rule, of, groups);

		for (uint32_t k = 0; k < n; k++)
			index->entries[index->starts[groups[k]]++] = (struct index_entry){
				.applies = rule->applies,
				.rule = i,
				.slot = rule->kind == RULE_DEADLINE ? SLOT_DEADLINE : SLOT_NONE,
			};
	}

	for (uint32_t i = index->n_groups; i > 0; i--)
		index->starts[i] = index->starts[i - 1];
	index->starts[0] = 0;
}

static bool windows_are_equal(const struct window *a, const struct window *b)
{
	return a->kind == b->kind && (a->kind != WINDOW_MINUTES || a->minutes == b->minutes);
}

/* Numbers the different windows of a group of n. */
static void number_windows(struct index_entry *entries, uint32_t n, const struct rule *list)
{
	const struct window *windows[INDICATOR_WINDOWS_MAX];
	uint32_t n_windows = 0;

	for (uint32_t i = 0; i < n; i++) {
		const struct window *window = &list[entries[i].rule].window;
		uint32_t slot = 0;

		if (entries[i].slot == SLOT_DEADLINE)
			continue;
		while (slot < n_windows && !windows_are_equal(windows[slot], window))
			slot++;
		if (slot == INDICATOR_WINDOWS_MAX)
			continue;
		if (slot == n_windows)
			windows[n_windows++] = window;
		entries[i].slot = slot;
	}
}

void index_init(struct index *index, const struct rules_options *options, enum index_of of)
{
	*index = (struct index){ .n_groups = count_groups(options, of) };
	index->starts = xcalloc((size_t)index->n_groups + 1, sizeof(*index->starts));

	count_entries(index, options, of);
	lay_out(index);
	fill(index, options, of);

	if (of == INDEX_FIGURES)
		for (uint32_t i = 0; i < index->n_groups; i++)
			number_windows(index->entries + index->starts[i],
				       index->starts[i + 1] - index->starts[i], options->list);
}

void index_fini(struct index *index)
{
	free(index->entries);
	free(index->starts);
	*index = (struct index){ .starts = NULL };
}

const struct index_entry *index_group(const struct index *index, uint32_t group, uint32_t *ret_n)
{
	assert(group < index->n_groups);

	*ret_n = index->starts[group + 1] - index->starts[group];
	return index->entries + index->starts[group];
}
