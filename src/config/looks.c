/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How an indicator is shown: title, unit of measure, windows, target, bands and ranking.
 */
#include <string.h>

#include "indicators.h"
#include "scope.h"

#define BANDS_MAX   32
#define SAMPLES_MAX 1000000000

static const char *const default_windows[] = { "1h", "today", "month" };

struct band_nodes {
	const struct node *from, *title, *key;
};

static const struct slot band_slots[] = {
	{ "from", offsetof(struct band_nodes, from) },
	{ "title", offsetof(struct band_nodes, title) },
	{ "key", offsetof(struct band_nodes, key) },
};

struct rank_nodes {
	const struct node *among, *order, *min_samples, *window;
};

static const struct slot rank_slots[] = {
	{ "among", offsetof(struct rank_nodes, among) },
	{ "order", offsetof(struct rank_nodes, order) },
	{ "min-samples", offsetof(struct rank_nodes, min_samples) },
	{ "window", offsetof(struct rank_nodes, window) },
};

static void read_windows(struct load *load, const struct node *node, struct indicator *indicator)
{
	struct window window;

	if (node->kind == NODE_MAP || (node->kind == NODE_LIST && node->n == 0)) {
		report_error(load->report, node->place,
			     "'windows' must be a list, like [1h, today, month]");
		return;
	}
	for (const struct node *item = node_first_item(node); item;
	     item = node_next_item(node, item)) {
		if (!read_window(load, item, &window))
			continue;
		for (uint32_t i = 0; i < indicator->n_windows; i++)
			if (indicator->windows[i].kind == window.kind &&
			    indicator->windows[i].minutes == window.minutes)
				report_error(load->report, item->place,
					     "window '%s' is given twice", window.text);
		if (indicator->n_windows == INDICATOR_WINDOWS_MAX) {
			report_error(load->report, item->place, "more than %d windows",
				     INDICATOR_WINDOWS_MAX);
			return;
		}
		indicator->windows[indicator->n_windows++] = window;
	}
}

static void set_default_windows(struct load *load, struct indicator *indicator)
{
	for (size_t i = 0; i < COUNT(default_windows); i++) {
		const struct node node = { .kind = NODE_TEXT, .text = default_windows[i] };

		(void)read_window(load, &node, &indicator->windows[indicator->n_windows++]);
	}
}

/* What rules call a band: its key, or its English title in small letters. */
static const char *name_band(struct load *load, const struct node *key, const char *title)
{
	char *name = scratch_copy(load->config->memory, title, strlen(title));
	const char *word = name;

	for (char *at = name; *at; at++)
		*at = (char)(*at >= 'A' && *at <= 'Z' ? *at - 'A' + 'a' : *at);
	if (key)
		(void)read_text(load, key, &word);
	return word;
}

static void read_band(struct load *load, const struct node *item, struct score_band *bands,
		      const char **names, uint32_t *n)
{
	struct score_band *band = &bands[*n];
	struct band_nodes nodes = { 0 };

	(void)read_slots(load, item, band_slots, COUNT(band_slots), &nodes);
	if (item->kind != NODE_MAP || !read_present(load, item, nodes.from, "from") ||
	    !read_present(load, item, nodes.title, "title") ||
	    !read_quantity(load, nodes.from, &band->from))
		return;
	read_title(load, nodes.title, "", &band->title_vi, &band->title_en);
	names[*n] = name_band(load, nodes.key, band->title_en);
	if (*n > 0 && band->from <= bands[*n - 1].from)
		report_error(load->report, nodes.from->place,
			     "not above the band before; write the lowest band first");
	++*n;
}

static void read_bands(struct load *load, const struct node *list, struct indicator *indicator)
{
	uint32_t number = (uint32_t)(indicator - load->config->indicators);
	struct score_band *bands;
	const char **names;

	if (!read_kind(load, list, NODE_LIST))
		return;
	if (list->n == 0 || list->n > BANDS_MAX) {
		report_error(load->report, list->place, "there are from 1 to %d bands", BANDS_MAX);
		return;
	}
	bands = scratch_take(load->config->memory, list->n * sizeof(*bands));
	names = scratch_take(load->config->memory, list->n * sizeof(*names));
	for (const struct node *item = list->first; item; item = item->next)
		read_band(load, item, bands, names, &indicator->n_bands);
	indicator->bands = bands;
	load->config->band_names[number] = names;
}

static void read_rank(struct load *load, const struct node *node, struct indicator *indicator)
{
	static const char *const orders[] = { "high", "low" };
	struct ranking *ranking = &indicator->ranking;
	struct rank_nodes nodes = { 0 };
	uint32_t order = 0;
	int64_t samples = 0;

	(void)read_slots(load, node, rank_slots, COUNT(rank_slots), &nodes);
	if (node->kind != NODE_MAP)
		return;
	if (read_present(load, node, nodes.among, "among"))
		ranking->units = scope_read(load, node, nodes.among, "no unit takes part");
	if (nodes.order)
		(void)read_choice(load, nodes.order, orders, COUNT(orders), &order);
	ranking->lowest_first = order == 1;
	if (nodes.min_samples)
		(void)read_integer(load, nodes.min_samples, 0, SAMPLES_MAX, &samples);
	ranking->min_samples = (uint64_t)samples;
	ranking->window = indicator->windows[0];
	if (nodes.window)
		(void)read_window(load, nodes.window, &ranking->window);
}

void looks_read(struct load *load, const struct indicator_nodes *nodes, struct indicator *indicator)
{
	static const char *const shows[] = { "number", "percent" };
	uint32_t show = 0;

	read_title(load, nodes->title, indicator->id, &indicator->title_vi, &indicator->title_en);
	read_title(load, nodes->measure, "", &indicator->measure_vi, &indicator->measure_en);
	if (nodes->show && read_choice(load, nodes->show, shows, COUNT(shows), &show))
		indicator->percent = show == 1;
	if (nodes->target)
		(void)read_quantity(load, nodes->target, &indicator->target);
	if (nodes->windows)
		read_windows(load, nodes->windows, indicator);
	else
		set_default_windows(load, indicator);
	if (nodes->bands)
		read_bands(load, nodes->bands, indicator);
	if (nodes->rank)
		read_rank(load, nodes->rank, indicator);
}
