/* SPDX-License-Identifier: Apache-2.0 */
#include "indicators.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"

const struct naming indicator_naming = {
	.what = "indicator", .more = "._-", .max_size = 64, .max_n = INDICATORS_MAX
};

static const char *const kind_words[N_INDICATOR_KINDS] = {
	[INDICATOR_COUNT] = "count",       [INDICATOR_SUM] = "sum",
	[INDICATOR_MEAN] = "mean",         [INDICATOR_MIN] = "min",
	[INDICATOR_MAX] = "max",           [INDICATOR_LAST] = "last",
	[INDICATOR_RATE] = "rate",         [INDICATOR_DISTINCT] = "distinct",
	[INDICATOR_QUANTILE] = "quantile", [INDICATOR_STOCK] = "stock",
	[INDICATOR_GAUGE] = "track",       [INDICATOR_RATIO] = "ratio",
	[INDICATOR_SCORE] = "score",       [INDICATOR_PROGRESS] = "progress",
	[INDICATOR_BEHIND] = "behind",     [INDICATOR_CHANGE] = "change",
	[INDICATOR_BASELINE] = "baseline", [INDICATOR_UNITS] = "units",
};

#define COUNTED                                                                                    \
	(KIND_BIT(INDICATOR_COUNT) | KIND_BIT(INDICATOR_SUM) | KIND_BIT(INDICATOR_MEAN) |          \
	 KIND_BIT(INDICATOR_MIN) | KIND_BIT(INDICATOR_MAX) | KIND_BIT(INDICATOR_LAST) |            \
	 KIND_BIT(INDICATOR_RATE) | KIND_BIT(INDICATOR_DISTINCT) | KIND_BIT(INDICATOR_QUANTILE))

#define KEY(name, member, kinds)                                                                   \
	{                                                                                          \
		name, offsetof(struct indicator_nodes, member), kinds                              \
	}

/* clang-format off */
/* Every key but those that say what is computed, and with which of those it has a meaning. */
static const struct {
	const char *name;
	size_t offset;
	uint32_t kinds;
} keys[] = {
	KEY("title",    title,   KINDS_ALL),
	KEY("measure",  measure, KINDS_ALL),
	KEY("show",     show,    KINDS_ALL),
	KEY("target",   target,  KINDS_ALL),
	KEY("windows",  windows, KINDS_ALL),
	KEY("bands",    bands,   KINDS_ALL),
	KEY("rank",     rank,    KINDS_ALL),
	KEY("where",    where,   COUNTED | KIND_BIT(INDICATOR_STOCK)),
	KEY("at",       at,      KIND_BIT(INDICATOR_QUANTILE)),
	KEY("per",      per,     KIND_BIT(INDICATOR_RATE)),
	KEY("by",       by,      KIND_BIT(INDICATOR_STOCK) | KIND_BIT(INDICATOR_BEHIND)),
	KEY("goal",     goal,    KIND_BIT(INDICATOR_PROGRESS)),
	KEY("from",     from,    KIND_BIT(INDICATOR_BEHIND)),
	KEY("as",       as,      KIND_BIT(INDICATOR_CHANGE)),
	KEY("weeks",    weeks,   KIND_BIT(INDICATOR_BASELINE)),
	KEY("is",       is,      KIND_BIT(INDICATOR_UNITS)),
	KEY("among",    among,   KIND_BIT(INDICATOR_UNITS)),
	KEY("open",     track.open,      KIND_BIT(INDICATOR_GAUGE)),
	KEY("close",    track.close,     KIND_BIT(INDICATOR_GAUGE)),
	KEY("void",     track.withdraw,  KIND_BIT(INDICATOR_GAUGE)),
	KEY("pause",    track.pause,     KIND_BIT(INDICATOR_GAUGE)),
	KEY("resume",   track.resume,    KIND_BIT(INDICATOR_GAUGE)),
	KEY("transfer", track.transfer,  KIND_BIT(INDICATOR_GAUGE)),
	KEY("to",       track.to,        KIND_BIT(INDICATOR_GAUGE)),
	KEY("unit",     track.unit,      KIND_BIT(INDICATOR_GAUGE)),
	KEY("due",      track.due,       KIND_BIT(INDICATOR_GAUGE)),
	KEY("allow",    track.allow,     KIND_BIT(INDICATOR_GAUGE)),
	KEY("calendar", track.calendar,  KIND_BIT(INDICATOR_GAUGE)),
	KEY("calendars", track.calendars, KIND_BIT(INDICATOR_GAUGE)),
	KEY("due-soon", track.due_soon,  KIND_BIT(INDICATOR_GAUGE)),
};
/* clang-format on */

const char *indicator_kind_word(enum indicator_kind kind)
{
	return kind_words[kind];
}

/* Sorts out the keys of entry. */
static void read_keys(struct load *load, const struct node *entry, struct indicator_nodes *nodes)
{
	struct slot slots[N_INDICATOR_KINDS + COUNT(keys)];
	size_t n = 0;

	for (size_t i = 0; i < N_INDICATOR_KINDS; i++)
		slots[n++] =
			(struct slot){ kind_words[i], offsetof(struct indicator_nodes, kinds) +
							      i * sizeof(const struct node *) };
	for (size_t i = 0; i < COUNT(keys); i++)
		slots[n++] = (struct slot){ keys[i].name, keys[i].offset };

	memset(nodes, 0, sizeof(*nodes));
	(void)read_slots(load, entry, slots, n, nodes);
	nodes->entry = entry;
}

static void refuse_nothing(struct load *load, const struct node *entry)
{
	CLEANUP_TEXT struct text list = { 0 };

	for (size_t i = 0; i < N_INDICATOR_KINDS; i++)
		text_add(&list, "%s%s",
			 i == 0                      ? ""
			 : i + 1 < N_INDICATOR_KINDS ? ", "
						     : " or ",
			 kind_words[i]);
	report_error(load->report, entry->key_place, "nothing says what is computed: %s",
		     text_get(&list));
}

/* The one key that says what is computed, or NULL: reported. */
static const struct node *find_kind(struct load *load, const struct indicator_nodes *nodes,
				    enum indicator_kind *ret_kind)
{
	const struct node *found = NULL;

	for (uint32_t i = 0; i < N_INDICATOR_KINDS; i++) {
		if (!nodes->kinds[i])
			continue;
		if (found) {
			report_error(load->report, nodes->kinds[i]->key_place,
				     "'%s' beside '%s': an indicator computes one thing",
				     nodes->kinds[i]->key, found->key);
			return NULL;
		}
		found = nodes->kinds[i];
		*ret_kind = (enum indicator_kind)i;
	}
	if (!found)
		refuse_nothing(load, nodes->entry);
	return found;
}

/* Reports keys that this kind of indicator has no use for. */
static void refuse_idle_keys(struct load *load, const struct node *kind,
			     const struct indicator_nodes *nodes, enum indicator_kind number)
{
	for (size_t i = 0; i < COUNT(keys); i++) {
		const struct node *node;

		memcpy(&node, (const char *)nodes + keys[i].offset, sizeof(node));
		if (node && !(keys[i].kinds & KIND_BIT(number)))
			report_error(load->report, node->key_place,
				     "'%s' has no meaning beside '%s'", node->key, kind->key);
	}
}

/* False if it cannot be used for the checks of what refers to it. */
static bool read_indicator(struct load *load, const struct indicator_nodes *nodes,
			   struct indicator *indicator)
{
	const struct node *kind;

	if (!read_kind(load, nodes->entry, NODE_MAP))
		return false;
	looks_read(load, nodes, indicator);
	kind = find_kind(load, nodes, &indicator->kind);
	if (!kind)
		return false;

	refuse_idle_keys(load, kind, nodes, indicator->kind);
	if (indicator->kind == INDICATOR_GAUGE)
		return true;
	if (indicator->kind == INDICATOR_STOCK || (KIND_BIT(indicator->kind) & COUNTED))
		return counted_read(load, kind, nodes, indicator);
	return derived_read(load, kind, nodes, indicator);
}

static void set_nothing(struct indicator *indicator, const struct node *entry)
{
	indicator->id = entry->key;
	indicator->place = entry->key_place;
	indicator->type = indicator->field = indicator->by_field = TYPE_NONE;
	indicator->parts[0] = indicator->parts[1] = INDICATOR_NONE;
	indicator->target = NAN;
}

/* Sorts out the keys of all, and reads tracks, which make names->n larger. */
static struct indicator_nodes *read_all_keys(struct load *load, uint32_t n)
{
	struct indicator_nodes *nodes = scratch_take(load->trees, (n + 1) * sizeof(*nodes));

	for (uint32_t i = 0; i < n; i++) {
		const struct node *entry = load->indicators.list[i];

		/* What is no map at all is told when it is read. */
		if (entry->kind == NODE_MAP)
			read_keys(load, entry, &nodes[i]);
		else
			nodes[i] = (struct indicator_nodes){ .entry = entry };
	}
	for (uint32_t i = 0; i < n; i++)
		if (nodes[i].kinds[INDICATOR_GAUGE])
			track_read(load, &nodes[i], i);
	return nodes;
}

void load_indicators(struct load *load)
{
	struct config *config = load->config;
	struct indicator_nodes *nodes;
	uint32_t n;

	names_collect(load, &load->indicators, PART_INDICATORS, &indicator_naming);
	n = load->indicators.n;
	config->tracks = xcalloc(TRACKS_MAX, sizeof(*config->tracks));
	config->kinds = xcalloc(TRACKS_MAX, sizeof(struct map *));
	nodes = read_all_keys(load, n);

	config->n_indicators = load->indicators.n;
	config->indicators = xcalloc(config->n_indicators + 1, sizeof(*config->indicators));
	load->broken_indicators = xcalloc(config->n_indicators + 1, sizeof(bool));
	config->band_names =
		scratch_take(config->memory, (config->n_indicators + 1) * sizeof(const char **));
	memset(config->band_names, 0, (config->n_indicators + 1) * sizeof(const char **));
	for (uint32_t i = 0; i < config->n_indicators; i++)
		set_nothing(&config->indicators[i], load->indicators.list[i]);
	for (uint32_t i = 0; i < n; i++)
		load->broken_indicators[i] =
			!read_indicator(load, &nodes[i], &config->indicators[i]);
	tracks_make_gauges(load);
	circles_check(load, nodes);
}
