/* SPDX-License-Identifier: Apache-2.0 */
/* Reports: which figures of which units, how often, ranked by what. */
#include <string.h>

#include "iocd/base/err.h"
#include "date.h"
#include "read.h"
#include "scope.h"

static const struct naming report_naming = {
	.what = "report", .more = "_-", .max_size = 64, .max_n = REPORT_PLANS_MAX
};

struct nodes {
	const struct node *title, *every, *at, *units, *lines, *rank;
};

static const struct slot slots[] = {
	{ "title", offsetof(struct nodes, title) }, { "every", offsetof(struct nodes, every) },
	{ "at", offsetof(struct nodes, at) },       { "units", offsetof(struct nodes, units) },
	{ "lines", offsetof(struct nodes, lines) }, { "rank", offsetof(struct nodes, rank) },
};

struct rank_nodes {
	const struct node *by, *among;
};

static const struct slot rank_slots[] = {
	{ "by", offsetof(struct rank_nodes, by) },
	{ "among", offsetof(struct rank_nodes, among) },
};

static void read_every(struct load *load, const struct node *entry, const struct node *node,
		       struct report_plan *plan)
{
	static const char *const words[] = {
		[REPORT_DAY] = "day",
		[REPORT_WEEK] = "week",
		[REPORT_MONTH] = "month",
		[REPORT_YEAR] = "year",
	};
	uint32_t word;

	if (read_present(load, entry, node, "every") &&
	    read_choice(load, node, words, COUNT(words), &word))
		plan->every = (enum report_every)word;
}

/* What only makes sense now cannot be worked out again of a day that is over. */
static bool is_of_the_past(enum indicator_kind kind)
{
	return kind != INDICATOR_CHANGE && kind != INDICATOR_BASELINE && kind != INDICATOR_UNITS;
}

static bool has_line(const struct report_plan *plan, uint32_t number)
{
	for (uint32_t i = 0; i < plan->n_lines; i++)
		if (plan->lines[i] == number)
			return true;

	return false;
}

static void read_line(struct load *load, const struct node *item, struct report_plan *plan)
{
	const char *id;
	uint32_t number;

	if (!read_text(load, item, &id) ||
	    !names_find(load, &load->indicators, id, item->place, &number))
		return;
	if (has_line(plan, number)) {
		report_error(load->report, item->place, "'%s' is a line already", id);
		return;
	}
	if (!load->broken_indicators[number] &&
	    !is_of_the_past(load->config->indicators[number].kind))
		report_error(load->report, item->place,
			     "'%s' is only known for the present; a report looks back", id);
	plan->lines[plan->n_lines++] = number;
}

static void read_lines(struct load *load, const struct node *entry, const struct node *lines,
		       struct report_plan *plan)
{
	uint32_t n = 0;

	if (!read_present(load, entry, lines, "lines"))
		return;
	if (lines->kind == NODE_MAP) {
		(void)read_kind(load, lines, NODE_LIST);
		return;
	}
	for (const struct node *item = node_first_item(lines); item;
	     item = node_next_item(lines, item), n++)
		if (n < REPORT_LINES_MAX)
			read_line(load, item, plan);
	if (n == 0 || n > REPORT_LINES_MAX)
		report_error(load->report, lines->place, "a report has from 1 to %d 'lines'",
			     REPORT_LINES_MAX);
}

static void read_rank(struct load *load, const struct node *node, struct report_plan *plan)
{
	struct rank_nodes nodes = { 0 };
	const char *id;
	uint32_t number;

	if (!read_slots(load, node, rank_slots, COUNT(rank_slots), &nodes) ||
	    !read_present(load, node, nodes.by, "by") || !read_text(load, nodes.by, &id) ||
	    !names_find(load, &load->indicators, id, nodes.by->place, &number))
		return;

	plan->ranked = nodes.among ? scope_read(load, node, nodes.among, "no unit takes part")
				   : plan->units;
	for (uint32_t i = 0; i < plan->n_lines; i++)
		if (plan->lines[i] == number)
			plan->rank_line = i;
	if (plan->rank_line == UINT32_MAX)
		report_error(load->report, nodes.by->place, "'%s' is not one of the lines", id);
}

static void read_at(struct load *load, const struct node *node, struct report_plan *plan)
{
	plan->at_minute = REPORT_AFTER_MIN;
	if (!node || !date_read_minute(load, node, &plan->at_minute))
		return;
	if (plan->at_minute < REPORT_AFTER_MIN)
		report_error(load->report, node->place,
			     "too early: the last hour of a day is complete at 00:%02d",
			     REPORT_AFTER_MIN);
}

static void read_report(struct load *load, const struct node *entry, struct report_plan *plan)
{
	struct nodes nodes = { 0 };

	*plan = (struct report_plan){ .id = entry->key };
	plan->place = entry->key_place;
	plan->rank_line = UINT32_MAX;
	if (!read_slots(load, entry, slots, COUNT(slots), &nodes) && entry->kind != NODE_MAP)
		return;
	read_title(load, nodes.title, entry->key, &plan->title_vi, &plan->title_en);
	read_every(load, entry, nodes.every, plan);
	read_at(load, nodes.at, plan);
	plan->units = scope_read(load, entry, nodes.units, "the report has no row");
	read_lines(load, entry, nodes.lines, plan);
	if (nodes.rank)
		read_rank(load, nodes.rank, plan);
}

static bool has_row(const struct load *load, const struct report_plan *plan)
{
	for (uint32_t i = 0; i < units_count(load->config->units); i++)
		if (plan->units[i])
			return true;
	return false;
}

/* A report of units that are all elsewhere is none of ours. */
void load_reports(struct load *load)
{
	struct config *config = load->config;

	names_collect(load, &load->reports, PART_REPORTS, &report_naming);
	config->reports = xcalloc(load->reports.n + 1, sizeof(*config->reports));
	for (uint32_t i = 0; i < load->reports.n; i++) {
		struct report_plan *plan = &config->reports[config->n_reports];

		read_report(load, load->reports.list[i], plan);
		if (!config->elsewhere || (plan->units && has_row(load, plan)))
			config->n_reports++;
	}
}
