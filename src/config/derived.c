/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Indicators that are worked out of others.
 */
#include <string.h>

#include "comparison.h"
#include "date.h"
#include "indicators.h"
#include "scope.h"

#define TERMS_MAX     100
#define WEEKS_MAX     8
#define WEEKS_DEFAULT 4

struct term_nodes {
	const struct node *of, *weight, *max;
};

static const struct slot term_slots[] = {
	{ "of", offsetof(struct term_nodes, of) },
	{ "weight", offsetof(struct term_nodes, weight) },
	{ "max", offsetof(struct term_nodes, max) },
};

static bool read_part(struct load *load, const struct node *item, uint32_t *ret)
{
	const char *id;

	return read_text(load, item, &id) &&
	       names_find(load, &load->indicators, id, item->place, ret);
}

static bool read_ratio(struct load *load, const struct node *list, struct indicator *indicator)
{
	bool good;

	if (list->kind != NODE_LIST || list->n != 2) {
		report_error(load->report, list->place,
			     "'ratio' must be a list of two indicators, above and below the line");
		return false;
	}
	good = read_part(load, list->first, &indicator->parts[0]);
	return read_part(load, list->last, &indicator->parts[1]) && good;
}

/* A quantity under key that has to be there and above 0. */
static bool read_positive(struct load *load, const struct node *map, const struct node *node,
			  const char *key, double *ret)
{
	double value;

	if (!read_present(load, map, node, key) || !read_quantity(load, node, &value))
		return false;
	if (value > 0) {
		*ret = value;
		return true;
	}
	report_error(load->report, node->place, "'%s' is out of range; it must be above 0",
		     node->text);
	return false;
}

static bool read_term(struct load *load, const struct node *item, struct score_term *term)
{
	struct term_nodes nodes = { 0 };
	bool good;

	good = read_slots(load, item, term_slots, COUNT(term_slots), &nodes);
	if (item->kind != NODE_MAP)
		return false;
	good = read_present(load, item, nodes.of, "of") &&
	       read_part(load, nodes.of, &term->indicator) && good;
	good = read_positive(load, item, nodes.weight, "weight", &term->weight) && good;
	return read_positive(load, item, nodes.max, "max", &term->max) && good;
}

static bool read_score(struct load *load, const struct node *list, struct indicator *indicator)
{
	struct score_term *terms;
	bool good = true;

	if (list->kind != NODE_LIST || list->n == 0 || list->n > TERMS_MAX) {
		report_error(load->report, list->place,
			     "'score' must be a list of 1 to %d parts, like "
			     "{of: indicator, weight: 30, max: 10}",
			     TERMS_MAX);
		return false;
	}
	terms = scratch_take(load->config->memory, list->n * sizeof(*terms));
	for (const struct node *item = list->first; item; item = item->next)
		good = read_term(load, item, &terms[indicator->n_terms++]) && good;
	indicator->terms = terms;
	return good;
}

/* From the beginning of the first day to the end of the last one. */
static void read_line(struct load *load, const struct indicator_nodes *nodes,
		      struct indicator *indicator)
{
	int32_t from, by;

	if (!read_present(load, nodes->entry, nodes->from, "from") ||
	    !read_present(load, nodes->entry, nodes->by, "by") ||
	    !date_read(load, nodes->from, &from) || !date_read(load, nodes->by, &by))
		return;
	if (by < from)
		report_error(load->report, nodes->by->place, "'by' is before 'from'");
	indicator->from_ms = date_begin_ms(load, from);
	indicator->by_ms = date_begin_ms(load, by + 1);
}

static void read_as(struct load *load, const struct node *node, struct indicator *indicator)
{
	static const char *const words[] = { "difference", "ratio" };
	uint32_t word = 1;

	if (node)
		(void)read_choice(load, node, words, COUNT(words), &word);
	indicator->is_relative = word == 1;
}

static void read_weeks(struct load *load, const struct node *node, struct indicator *indicator)
{
	int64_t weeks = WEEKS_DEFAULT;

	if (node)
		(void)read_integer(load, node, 1, WEEKS_MAX, &weeks);
	indicator->weeks = (uint32_t)weeks;
}

static void read_is(struct load *load, const struct node *node, struct indicator *indicator)
{
	struct comparison_text comparison;
	const char *text;

	if (!read_text(load, node, &text))
		return;
	if (comparison_read(text, &comparison) ||
	    comparison.operator== OP_EQ || comparison.operator== OP_NE) {
		report_error(load->report, node->place,
			     "'%s' is no limit; write >, >=, < or <= and a number or percentage, "
			     "like \">= 70\"",
			     text);
		return;
	}
	indicator->limit = comparison.value;
	indicator->is = comparison.operator== OP_GT   ? UNITS_GT
			: comparison.operator== OP_GE ? UNITS_GE
			: comparison.operator== OP_LT ? UNITS_LT
						      : UNITS_LE;
}

static void read_units(struct load *load, const struct indicator_nodes *nodes,
		       struct indicator *indicator)
{
	if (read_present(load, nodes->entry, nodes->is, "is"))
		read_is(load, nodes->is, indicator);
	if (read_present(load, nodes->entry, nodes->among, "among"))
		indicator->among =
			scope_read(load, nodes->entry, nodes->among, "no unit may count");
}

bool derived_read(struct load *load, const struct node *kind, const struct indicator_nodes *nodes,
		  struct indicator *indicator)
{
	if (indicator->kind == INDICATOR_RATIO)
		return read_ratio(load, kind, indicator);
	if (indicator->kind == INDICATOR_SCORE)
		return read_score(load, kind, indicator);

	if (indicator->kind == INDICATOR_PROGRESS)
		(void)read_positive(load, nodes->entry, nodes->goal, "goal",
				    &indicator->target_value);
	else if (indicator->kind == INDICATOR_BEHIND)
		read_line(load, nodes, indicator);
	else if (indicator->kind == INDICATOR_CHANGE)
		read_as(load, nodes->as, indicator);
	else if (indicator->kind == INDICATOR_BASELINE)
		read_weeks(load, nodes->weeks, indicator);
	else
		read_units(load, nodes, indicator);
	return read_part(load, kind, &indicator->parts[0]);
}

uint32_t derived_count(const struct indicator *indicator)
{
	if (indicator->kind == INDICATOR_SCORE)
		return indicator->n_terms;
	if (indicator->kind == INDICATOR_RATIO)
		return 2;
	return indicator->kind > INDICATOR_GAUGE;
}

uint32_t derived_part(const struct indicator *indicator, uint32_t i)
{
	return indicator->kind == INDICATOR_SCORE ? indicator->terms[i].indicator
						  : indicator->parts[i];
}

struct place derived_place(const struct indicator *indicator, const struct indicator_nodes *nodes,
			   uint32_t i)
{
	const struct node *node = nodes->kinds[indicator->kind];
	const struct node *of;

	if (node->kind != NODE_LIST)
		return node->place;
	for (node = node->first; i > 0; i--)
		node = node->next;
	of = node->kind == NODE_MAP ? node_find(node, "of") : node;
	return of ? of->place : node->place;
}
