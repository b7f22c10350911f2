/* SPDX-License-Identifier: Apache-2.0 */
/*
 * maintenance.yml: when work is done somewhere, once or by a calendar.
 */
#include <stdlib.h>
#include <string.h>

#include "calendars.h"
#include "date.h"
#include "iocd/base/err.h"
#include "receivers.h"
#include "rules.h"
#include "scope.h"

#define MAINTENANCES_MAX 1000
#define BY_MAX           63 /* bytes of a name */
#define DATE_SIZE        10 /* 2026-03-01 */

static const struct naming maintenance_naming = {
	.what = "maintenance", .more = "_-", .max_size = 63, .max_n = MAINTENANCES_MAX
};

struct nodes {
	const struct node *title, *units, *rules, *from, *until, *during, *by;
};

static const struct slot slots[] = {
	{ "title", offsetof(struct nodes, title) }, { "units", offsetof(struct nodes, units) },
	{ "rules", offsetof(struct nodes, rules) }, { "from", offsetof(struct nodes, from) },
	{ "until", offsetof(struct nodes, until) }, { "during", offsetof(struct nodes, during) },
	{ "by", offsetof(struct nodes, by) },
};

/* A minute of local time: "2026-03-01T22:00". */
static bool read_instant(struct load *load, const struct node *node, int64_t *ret_ms)
{
	const char *text;
	uint32_t minute;
	int32_t day;
	size_t n;

	if (!read_text(load, node, &text))
		return false;
	n = strlen(text);
	if (n <= DATE_SIZE || (text[DATE_SIZE] != 'T' && text[DATE_SIZE] != ' ') ||
	    !date_parse(text, DATE_SIZE, &day) ||
	    !date_parse_minute(text + DATE_SIZE + 1, n - DATE_SIZE - 1, &minute)) {
		report_error_as(load->report, "bad-value", node->place,
				"'%s' is no local time; write it like 2026-03-01T22:00", text);
		return false;
	}
	*ret_ms = date_begin_ms(load, day) + minute * 60000LL;
	return true;
}

static void read_once(struct load *load, const struct node *entry, const struct nodes *nodes,
		      struct maintenance *maintenance)
{
	if (!read_present(load, entry, nodes->from, "from") ||
	    !read_present(load, entry, nodes->until, "until") ||
	    !read_instant(load, nodes->from, &maintenance->from_ms) ||
	    !read_instant(load, nodes->until, &maintenance->until_ms))
		return;
	if (maintenance->until_ms <= maintenance->from_ms)
		report_error(load->report, nodes->until->place, "'until' is not after 'from'");
}

static void read_when(struct load *load, const struct node *entry, const struct nodes *nodes,
		      struct maintenance *maintenance)
{
	if (!nodes->during) {
		read_once(load, entry, nodes, maintenance);
		return;
	}
	if (nodes->from || nodes->until)
		report_error(load->report, nodes->during->key_place,
			     "'during' beside '%s': it is once or by a calendar",
			     nodes->from ? "from" : "until");
	(void)calendar_read(load, nodes->during, &maintenance->calendar);
}

static void read_by(struct load *load, const struct node *entry, const struct node *node,
		    struct maintenance *maintenance)
{
	if (!read_present(load, entry, node, "by") || !read_text(load, node, &maintenance->by))
		return;
	if (strlen(maintenance->by) > BY_MAX)
		report_error(load->report, node->place, "longer than %d bytes", BY_MAX);
}

static void read_maintenance(struct load *load, const struct node *entry,
			     struct maintenance *maintenance)
{
	struct nodes nodes = { 0 };

	*maintenance =
		(struct maintenance){ .id = entry->key, .by = "", .place = entry->key_place };
	read_title(load, NULL, entry->key, &maintenance->title_vi, &maintenance->title_en);
	if (!read_slots(load, entry, slots, COUNT(slots), &nodes) && entry->kind != NODE_MAP)
		return;
	read_title(load, nodes.title, entry->key, &maintenance->title_vi, &maintenance->title_en);
	if (nodes.units)
		maintenance->units =
			scope_read(load, entry, nodes.units, "the maintenance is of no unit");
	if (nodes.rules)
		maintenance->rules = rule_set_read(load, nodes.rules);
	read_when(load, entry, &nodes, maintenance);
	read_by(load, entry, nodes.by, maintenance);
}

void maintenances_read(struct load *load)
{
	struct config *config = load->config;

	names_collect(load, &load->maintenances, PART_MAINTENANCE, &maintenance_naming);
	config->n_maintenances = load->maintenances.n;
	config->maintenances = xcalloc(config->n_maintenances + 1, sizeof(*config->maintenances));
	for (uint32_t i = 0; i < config->n_maintenances; i++)
		read_maintenance(load, load->maintenances.list[i], &config->maintenances[i]);
}
