/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "reference.h"

#define PER_MAX_MS (24 * 3600000LL)

static const struct naming indicator_naming = {
	.what = "indicator", .more = "._-", .max_size = 64, .max_n = INDICATORS_MAX
};

static const char *const default_windows[] = { "1h", "today", "month" };

#define N_KINDS (INDICATOR_QUANTILE + 1)

struct nodes {
	const struct node *kinds[N_KINDS]; /* the key that says what is computed, by enum */
	const struct node *title, *measure, *show, *target, *where, *windows, *at, *per;
};

#define KIND_SLOT(name, kind)                                                                      \
	{                                                                                          \
		name, offsetof(struct nodes, kinds) + (kind) * sizeof(const struct node *)         \
	}

static const struct slot slots[] = {
	KIND_SLOT("count", INDICATOR_COUNT),
	KIND_SLOT("sum", INDICATOR_SUM),
	KIND_SLOT("mean", INDICATOR_MEAN),
	KIND_SLOT("min", INDICATOR_MIN),
	KIND_SLOT("max", INDICATOR_MAX),
	KIND_SLOT("last", INDICATOR_LAST),
	KIND_SLOT("rate", INDICATOR_RATE),
	KIND_SLOT("ratio", INDICATOR_RATIO),
	KIND_SLOT("distinct", INDICATOR_DISTINCT),
	KIND_SLOT("quantile", INDICATOR_QUANTILE),
	{ "title", offsetof(struct nodes, title) },
	{ "measure", offsetof(struct nodes, measure) },
	{ "show", offsetof(struct nodes, show) },
	{ "target", offsetof(struct nodes, target) },
	{ "where", offsetof(struct nodes, where) },
	{ "windows", offsetof(struct nodes, windows) },
	{ "at", offsetof(struct nodes, at) },
	{ "per", offsetof(struct nodes, per) },
};

/* The one key that says what is computed, or NULL: reported. */
static const struct node *find_kind(struct load *load, const struct node *entry,
				    const struct nodes *nodes)
{
	const struct node *found = NULL;

	for (size_t i = 0; i < N_KINDS; i++) {
		if (!nodes->kinds[i])
			continue;
		if (found) {
			report_error(load->report, nodes->kinds[i]->key_place,
				     "'%s' beside '%s': an indicator computes one thing",
				     nodes->kinds[i]->key, found->key);
			return NULL;
		}
		found = nodes->kinds[i];
	}
	if (!found)
		report_error(load->report, entry->key_place,
			     "nothing says what is computed: count, sum, mean, min, max, last, "
			     "rate, ratio, distinct or quantile");
	return found;
}

static enum indicator_kind kind_of(const struct nodes *nodes)
{
	uint32_t kind = 0;

	while (!nodes->kinds[kind])
		kind++;
	return (enum indicator_kind)kind;
}

/* What each kind can be computed of. */
static bool suits(enum indicator_kind kind, enum field_kind field)
{
	bool number = field == FIELD_NUMBER || field == FIELD_INTEGER;

	if (kind == INDICATOR_DISTINCT)
		return field == FIELD_TEXT || field == FIELD_CHOICE || field == FIELD_INTEGER;
	if (kind == INDICATOR_QUANTILE)
		return number;
	return number || field == FIELD_FLAG;
}

static bool read_field(struct load *load, const struct node *node, struct indicator *indicator)
{
	const struct field *field;

	if (!reference_read_field(load, node, &indicator->type, &indicator->field))
		return false;
	if (load->broken_types[indicator->type])
		return true;

	field = &schema_type(load->config->schema, indicator->type)->fields[indicator->field];
	if (suits(indicator->kind, field->kind))
		return true;
	report_error(load->report, node->place, "field '%s' is %s; it has no %s", field->name,
		     field_kind_name(field->kind), node->key);
	return false;
}

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

static void read_looks(struct load *load, const struct nodes *nodes, struct indicator *indicator)
{
	static const char *const shows[] = { "number", "percent" };
	uint32_t show = 0;

	indicator->target = NAN;
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
}

/* Reports a key that this kind of indicator has no use for. */
static void refuse_idle_key(struct load *load, const struct node *node, bool useful,
			    const char *kind)
{
	if (node && !useful)
		report_error(load->report, node->key_place, "'%s' has no meaning beside '%s'",
			     node->key, kind);
}

static void read_quantile(struct load *load, const struct node *kind, const struct nodes *nodes,
			  struct indicator *indicator)
{
	double at;

	if (!nodes->at) {
		report_error(load->report, kind->key_place,
			     "'at' is missing: the share of values below the quantile, like 0.95");
		return;
	}
	if (!read_quantity(load, nodes->at, &at))
		return;
	if (at > 0 && at < 1)
		indicator->quantile = at;
	else
		report_error(load->report, nodes->at->place,
			     "'%s' is out of range; it must be between 0 and 1", nodes->at->text);
}

static void read_details(struct load *load, const struct node *kind, const struct nodes *nodes,
			 struct indicator *indicator)
{
	refuse_idle_key(load, nodes->at, indicator->kind == INDICATOR_QUANTILE, kind->key);
	refuse_idle_key(load, nodes->per, indicator->kind == INDICATOR_RATE, kind->key);
	refuse_idle_key(load, nodes->where, indicator->kind != INDICATOR_RATIO, kind->key);
	if (indicator->kind == INDICATOR_QUANTILE)
		read_quantile(load, kind, nodes, indicator);

	indicator->per_ms = 60000;
	if (indicator->kind == INDICATOR_RATE && nodes->per)
		(void)read_duration(load, nodes->per, 1000, PER_MAX_MS, &indicator->per_ms);
}

static bool read_subject(struct load *load, const struct node *kind, const struct nodes *nodes,
			 struct indicator *indicator)
{
	bool good;

	if (indicator->kind == INDICATOR_COUNT || indicator->kind == INDICATOR_RATE)
		good = reference_read_type(load, kind, &indicator->type);
	else
		good = read_field(load, kind, indicator);
	if (good && nodes->where)
		good = reference_read_where(load, nodes->where, indicator->type, &indicator->where);
	return good;
}

static bool read_part(struct load *load, const struct node *item, uint32_t *ret)
{
	const char *id;

	return read_text(load, item, &id) &&
	       names_find(load, &load->indicators, id, item->place, ret);
}

static bool read_parts(struct load *load, const struct node *list, struct indicator *indicator)
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

/* False if it cannot be used for the checks of what refers to it. */
static bool read_indicator(struct load *load, const struct node *entry, struct indicator *indicator)
{
	struct nodes nodes = { 0 };
	const struct node *kind;

	indicator->id = entry->key;
	indicator->place = entry->key_place;
	indicator->type = indicator->field = TYPE_NONE;
	indicator->parts[0] = indicator->parts[1] = INDICATOR_NONE;
	if (!read_kind(load, entry, NODE_MAP))
		return false;
	(void)read_slots(load, entry, slots, COUNT(slots), &nodes);
	read_looks(load, &nodes, indicator);
	kind = find_kind(load, entry, &nodes);
	if (!kind)
		return false;

	indicator->kind = kind_of(&nodes);
	read_details(load, kind, &nodes, indicator);
	if (indicator->kind == INDICATOR_RATIO)
		return read_parts(load, kind, indicator);
	return read_subject(load, kind, &nodes, indicator);
}

static bool is_ratio(const struct load *load, uint32_t number)
{
	return !load->broken_indicators[number] &&
	       load->config->indicators[number].kind == INDICATOR_RATIO;
}

/* A walk along ratios of ratios, to find those that come back to themselves. */
struct walk {
	struct load *load;
	uint32_t *path; /* of ratios, each a part of the one before */
	uint8_t *turns; /* by place on the path: how many parts were followed */
	uint32_t n;     /* on the path */
	enum { NEW, ON_PATH, DONE, CIRCULAR } * states; /* by indicator */
};

static struct place part_place(const struct load *load, uint32_t number, uint32_t part)
{
	const struct node *list = node_find(load->indicators.list[number], "ratio");

	if (!list) /* misspelt, which has been told */
		return load->indicators.list[number]->key_place;
	return part == 0 ? list->first->place : list->last->place;
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
		     part_place(walk->load, last, walk->turns[walk->n - 1] - 1u),
		     "the ratio refers to itself: %s%s", text_get(&text), list[number].id);
}

static void push(struct walk *walk, uint32_t number)
{
	walk->path[walk->n] = number;
	walk->turns[walk->n++] = 0;
	walk->states[number] = ON_PATH;
}

static void step(struct walk *walk)
{
	uint32_t at = walk->path[walk->n - 1];
	uint32_t part;

	if (walk->turns[walk->n - 1] == 2) {
		walk->n--;
		if (walk->states[at] == ON_PATH)
			walk->states[at] = DONE;
		return;
	}
	part = walk->load->config->indicators[at].parts[walk->turns[walk->n - 1]++];
	if (!is_ratio(walk->load, part))
		return;
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

/* The parts of a ratio are sums or counts, so that every level of the tree can add them up. */
static void check_part(struct walk *walk, uint32_t number, uint32_t which)
{
	struct load *load = walk->load;
	const struct indicator *part = &load->config->indicators[number];

	part = &load->config->indicators[part->parts[which]];
	if (load->broken_indicators[part - load->config->indicators] ||
	    part->kind == INDICATOR_COUNT || part->kind == INDICATOR_SUM)
		return;
	if (walk->states[part - load->config->indicators] == CIRCULAR)
		return;
	report_error(load->report, part_place(load, number, which),
		     "'%s' is neither a count nor a sum; a ratio is made of these", part->id);
}

static void check_ratios(struct load *load)
{
	uint32_t n = load->indicators.n;
	struct walk walk = { .load = load };

	walk.path = scratch_take(load->trees, (n + 1) * sizeof(*walk.path));
	walk.turns = scratch_take(load->trees, (n + 1) * sizeof(*walk.turns));
	walk.states = scratch_take(load->trees, (n + 1) * sizeof(*walk.states));
	memset(walk.states, 0, (n + 1) * sizeof(*walk.states));

	for (uint32_t i = 0; i < n; i++) {
		if (!is_ratio(load, i) || walk.states[i] != NEW)
			continue;
		for (push(&walk, i); walk.n > 0;)
			step(&walk);
	}
	for (uint32_t i = 0; i < n; i++)
		for (uint32_t part = 0; part < 2 && is_ratio(load, i); part++)
			check_part(&walk, i, part);
}

void load_indicators(struct load *load)
{
	struct config *config = load->config;

	names_collect(load, &load->indicators, PART_INDICATORS, &indicator_naming);
	config->n_indicators = load->indicators.n;
	config->indicators = xcalloc(config->n_indicators + 1, sizeof(*config->indicators));
	load->broken_indicators = xcalloc(config->n_indicators + 1, sizeof(bool));

	for (uint32_t i = 0; i < config->n_indicators; i++)
		load->broken_indicators[i] =
			!read_indicator(load, load->indicators.list[i], &config->indicators[i]);
	check_ratios(load);
}
