/* SPDX-License-Identifier: Apache-2.0 */
#include "index.h"

#include <assert.h>
#include <stdlib.h>

#include "iocd/base/err.h"

static uint32_t group_of(const struct rule *rule)
{
	switch (rule->kind) {
	case RULE_EVENT:
		return rule->type;
	case RULE_SILENCE:
		return rule->feed;
	case RULE_THRESHOLD:
		break;
	}
	return rule->indicator;
}

/* Of feeds as many as some rule looks at. */
static uint32_t count_groups(const struct rules_options *options, enum rule_kind kind)
{
	uint32_t n = 0;

	if (kind != RULE_SILENCE)
		return kind == RULE_THRESHOLD ? options->n_indicators : options->n_types;
	for (uint32_t i = 0; i < options->n_list; i++)
		if (options->list[i].kind == kind && options->list[i].feed >= n)
			n = options->list[i].feed + 1;
	return n;
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
static void fill(struct index *index, const struct rules_options *options, enum rule_kind kind)
{
	for (uint32_t i = 0; i < options->n_list; i++) {
		const struct rule *rule = &options->list[i];

		if (rule->kind == kind)
			index->entries[index->starts[group_of(rule)]++] = (struct index_entry){
				.applies = rule->applies,
				.rule = i,
				.slot = SLOT_NONE,
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

		while (slot < n_windows && !windows_are_equal(windows[slot], window))
			slot++;
		if (slot == INDICATOR_WINDOWS_MAX)
			continue;
		if (slot == n_windows)
			windows[n_windows++] = window;
		entries[i].slot = slot;
	}
}

void index_init(struct index *index, const struct rules_options *options, enum rule_kind kind)
{
	*index = (struct index){ .n_groups = count_groups(options, kind) };
	index->starts = xcalloc((size_t)index->n_groups + 1, sizeof(*index->starts));

	for (uint32_t i = 0; i < options->n_list; i++) {
		const struct rule *rule = &options->list[i];

		if (rule->kind != kind)
			continue;
		assert(group_of(rule) < index->n_groups);
		index->starts[group_of(rule)]++;
	}
	lay_out(index);
	fill(index, options, kind);

	if (kind == RULE_THRESHOLD)
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
