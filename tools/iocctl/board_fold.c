/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The board folded to causes, as GET alerts?fold=cause does: what follows from another alert stands
 * with it; of the rest, those of one rule stand together, then those of one unit if there are
 * several.  Each alert that is selected is in one group, so that their counts are all of them.
 */
#include <stdlib.h>
#include <string.h>

#include "board_inside.h"
#include "iocd/base/err.h"
#include "iocd/base/map.h"
#include "show.h"

#define DEPTH_MAX 16 /* causes of causes */
#define UNIT_MIN  3  /* alerts of different rules that a unit takes together */

/* Numbers of names, from 0 on in the order in which they came. */
struct names {
	struct map *map;
	size_t *of;    /* by place in selected */
	size_t *count; /* by number: of alerts that no group has */
	size_t *group; /* by number: + 1; 0: none */
	uint32_t n;
};

struct fold {
	struct board *board;
	size_t n;
	size_t *root;   /* by place in selected: the alert that it follows from, or itself */
	bool *leads;    /* others follow from it */
	size_t *groups; /* by place: its group + 1 */
	struct names rules, units;
};

/* Lends "<unit>/<key>" of the alert that alert follows from, "" if there is none. */
static const char *cause_of(const json_t *alert)
{
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(alert, "suppressed"), i, one)
	{
		if (strcmp(show_string(one, "kind"), "inhibited") == 0)
			return show_string(one, "by");
	}
	return "";
}

/* By place: that of the alert that it follows from, or itself.  Given. */
static size_t *find_causes(const struct fold *fold)
{
	json_t **selected = fold->board->selected;
	size_t *cause = xcalloc(fold->n + 1, sizeof(*cause));
	struct text *names = xcalloc(fold->n + 1, sizeof(*names));
	struct map *places = map_new();

	for (size_t i = 0; i < fold->n; i++) {
		text_add(&names[i], "%s/%s",
			 show_string(json_object_get(selected[i], "unit"), "id"),
			 show_string(selected[i], "key"));
		(void)!map_add(places, text_get(&names[i]), names[i].size, (uint32_t)i);
	}
	for (size_t i = 0; i < fold->n; i++) {
		const char *reference = cause_of(selected[i]);
		uint32_t place = map_find(places, reference, strlen(reference));

		cause[i] = place == MAP_NONE ? i : place;
	}
	map_free(places);
	for (size_t i = 0; i < fold->n; i++)
		text_fini(&names[i]);
	free(names);
	return cause;
}

static void find_roots(struct fold *fold)
{
	size_t *cause = find_causes(fold);

	for (size_t i = 0; i < fold->n; i++) {
		size_t at = i;

		for (int depth = 0; depth < DEPTH_MAX && cause[at] != at; depth++)
			at = cause[at];
		fold->root[i] = cause[at] == at ? at : i; /* a circle has no root */
		fold->leads[fold->root[i]] |= fold->root[i] != i;
	}
	free(cause);
}

static bool is_free(const struct fold *fold, size_t place)
{
	return !fold->groups[place] && fold->root[place] == place && !fold->leads[place];
}

/* Lends the id of a member; of the rule of an alert from below, that of the rule there. */
static const char *id_of(const json_t *alert, const char *member)
{
	const char *there = show_string(json_object_get(alert, "origin"), member);

	if (*there && strcmp(member, "rule") == 0)
		return there;
	return show_string(json_object_get(alert, member), "id");
}

/* Numbers the ids of the members of that name. */
static struct names make_names(const struct fold *fold, const char *member)
{
	struct names names = {
		.map = map_new(),
		.of = xcalloc(fold->n + 1, sizeof(size_t)),
		.count = xcalloc(fold->n + 1, sizeof(size_t)),
		.group = xcalloc(fold->n + 1, sizeof(size_t)),
	};

	for (size_t i = 0; i < fold->n; i++) {
		const char *id = id_of(fold->board->selected[i], member);
		uint32_t number = map_find(names.map, id, strlen(id));

		if (number == MAP_NONE) {
			number = names.n++;
			(void)!map_add(names.map, id, strlen(id), number);
		}
		names.of[i] = number;
	}
	return names;
}

static void drop_names(struct names *names)
{
	map_free(names->map);
	free(names->of);
	free(names->count);
	free(names->group);
}

static void join(struct fold *fold, size_t group, size_t place)
{
	struct board_group *to = &fold->board->groups[group];
	const json_t *alert = fold->board->selected[place];

	fold->groups[place] = group + 1;
	to->n++;
	to->n_critical += strcmp(show_string(alert, "severity"), "critical") == 0;
}

static size_t open_group(struct fold *fold, enum board_cause cause, size_t head)
{
	struct board *board = fold->board;

	board->groups[board->n_groups] =
		(struct board_group){ .cause = cause, .head = board->selected[head] };
	return board->n_groups++;
}

/* Puts the free ones of each name into one group, if there are so many. */
static void gather(struct fold *fold, struct names *names, size_t least, enum board_cause cause)
{
	for (size_t i = 0; i < fold->n; i++)
		names->count[names->of[i]] += is_free(fold, i);
	for (size_t i = 0; i < fold->n; i++) {
		size_t *group = &names->group[names->of[i]];

		if (!is_free(fold, i) || names->count[names->of[i]] < least)
			continue;
		if (!*group)
			*group = open_group(fold, cause, i) + 1;
		join(fold, *group - 1, i);
	}
}

/* With its cause. */
static void gather_followers(struct fold *fold)
{
	size_t *group = xcalloc(fold->n + 1, sizeof(*group));

	for (size_t i = 0; i < fold->n; i++) {
		size_t root = fold->root[i];

		if (!fold->leads[root])
			continue;
		if (!group[root])
			group[root] = open_group(fold, BOARD_ALERT, root) + 1;
		join(fold, group[root] - 1, i);
	}
	free(group);
}

static void make_groups(struct fold *fold)
{
	gather_followers(fold);
	gather(fold, &fold->rules, 2, BOARD_RULE);
	gather(fold, &fold->units, UNIT_MIN, BOARD_UNIT);
	for (size_t i = 0; i < fold->n; i++)
		if (!fold->groups[i])
			join(fold, open_group(fold, BOARD_ALERT, i), i);
}

/* Critical ones first, then the largest, then the oldest. */
static int compare(const void *left, const void *right)
{
	const struct board_group *a = left, *b = right;
	int64_t a_ms = show_time_ms(a->head, "raised"), b_ms = show_time_ms(b->head, "raised");

	if ((a->n_critical > 0) != (b->n_critical > 0))
		return a->n_critical > 0 ? -1 : 1;
	if (a->n != b->n)
		return a->n > b->n ? -1 : 1;
	if (a_ms != b_ms)
		return a_ms < b_ms ? -1 : 1;
	return strcmp(show_string(a->head, "id"), show_string(b->head, "id"));
}

void board_fold_selected(struct board *board)
{
	struct fold fold = {
		.board = board,
		.n = board->n_selected,
		.root = xcalloc(board->n_selected + 1, sizeof(size_t)),
		.leads = xcalloc(board->n_selected + 1, sizeof(bool)),
		.groups = xcalloc(board->n_selected + 1, sizeof(size_t)),
	};

	board->groups = xrealloc(board->groups, fold.n + 1, sizeof(*board->groups));
	board->n_groups = 0;
	fold.rules = make_names(&fold, "rule");
	fold.units = make_names(&fold, "unit");
	find_roots(&fold);
	make_groups(&fold);
	qsort(board->groups, board->n_groups, sizeof(*board->groups), compare);
	for (size_t i = 0; i < board->n_groups; i++)
		board->selected[i] = board->groups[i].head;
	board->n_selected = board->n_groups;
	drop_names(&fold.rules);
	drop_names(&fold.units);
	free(fold.root);
	free(fold.leads);
	free(fold.groups);
}
