/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "contracts.h"
#include "iocd/base/err.h"
#include "maps.h"

#define CHOICES_MAX   64
#define SILENT_MAX_MS (31 * 24 * 3600000LL)

/* The same range as that of limits.lateness. */
#define LATENESS_MIN_MS 60000
#define LATENESS_MAX_MS (31 * 24 * 3600000LL)

/* The same ranges as those of the limits.dedup keys. */
#define MEMORY_MIN_MS 60000
#define MEMORY_MAX_MS (31 * 24 * 3600000LL)
#define IDS_MIN       1024
#define IDS_MAX       (1 << 26)
#define WINDOW_MIN    64
#define WINDOW_MAX    65536

static const struct naming feed_naming = {
	.what = "feed", .more = "_-", .max_size = 32, .max_n = FEEDS_MAX
};
static const struct naming type_naming = { .what = "event", .more = "._-", .max_size = 64 };

static const char *const kind_words[] = {
	[FIELD_TEXT] = "text", [FIELD_NUMBER] = "number", [FIELD_INTEGER] = "integer",
	[FIELD_FLAG] = "flag", [FIELD_TIME] = "time",
};

struct feed_nodes {
	const struct node *title, *silent_after, *lateness, *memory, *expect, *events, *map;
};

static const struct slot feed_slots[] = {
	{ "title", offsetof(struct feed_nodes, title) },
	{ "silent-after", offsetof(struct feed_nodes, silent_after) },
	{ "lateness", offsetof(struct feed_nodes, lateness) },
	{ "memory", offsetof(struct feed_nodes, memory) },
	{ "expect", offsetof(struct feed_nodes, expect) },
	{ "events", offsetof(struct feed_nodes, events) },
	{ "map", offsetof(struct feed_nodes, map) },
};

struct memory_nodes {
	const struct node *age, *ids, *window;
};

static const struct slot memory_slots[] = {
	{ "age", offsetof(struct memory_nodes, age) },
	{ "ids", offsetof(struct memory_nodes, ids) },
	{ "window", offsetof(struct memory_nodes, window) },
};

struct field_nodes {
	const struct node *type, *optional, *min, *max, *measure, *title;
};

static const struct slot field_slots[] = {
	{ "type", offsetof(struct field_nodes, type) },
	{ "optional", offsetof(struct field_nodes, optional) },
	{ "min", offsetof(struct field_nodes, min) },
	{ "max", offsetof(struct field_nodes, max) },
	{ "measure", offsetof(struct field_nodes, measure) },
	{ "title", offsetof(struct field_nodes, title) },
};

static bool is_given_before(const char *const *words, uint32_t n, const char *word)
{
	for (uint32_t i = 0; i < n; i++)
		if (strcmp(words[i], word) == 0)
			return true;
	return false;
}

/* The list of words that a field of choice may hold. */
static void read_choices(struct load *load, const struct node *list, struct field *field)
{
	const char **choices;
	uint32_t n = 0;

	field->kind = FIELD_CHOICE;
	if (list->n == 0 || list->n > CHOICES_MAX) {
		report_error(load->report, list->place, "a choice has from 1 to %d words",
			     CHOICES_MAX);
		return;
	}
	choices = scratch_take(load->config->memory, list->n * sizeof(*choices));
	for (const struct node *item = list->first; item; item = item->next) {
		if (!read_text(load, item, &choices[n]))
			continue;
		if (is_given_before(choices, n, choices[n]))
			report_error(load->report, item->place, "'%s' is given twice", choices[n]);
		n++;
	}
	field->choices = choices;
	field->n_choices = n;
}

static void read_field_type(struct load *load, const struct node *type, struct field *field)
{
	uint32_t kind;

	if (type->kind == NODE_LIST)
		read_choices(load, type, field);
	else if (read_choice(load, type, kind_words, COUNT(kind_words), &kind))
		field->kind = (enum field_kind)kind;
}

static void read_bounds(struct load *load, const struct field_nodes *nodes, struct field *field)
{
	const struct node *bound = nodes->min ? nodes->min : nodes->max;

	if (!bound)
		return;
	if (field->kind != FIELD_NUMBER && field->kind != FIELD_INTEGER) {
		report_error(load->report, bound->key_place, "only a number or integer has a '%s'",
			     bound->key);
		return;
	}
	if (nodes->min && !read_number(load, nodes->min, &field->min))
		return;
	if (nodes->max && !read_number(load, nodes->max, &field->max))
		return;
	if (field->min > field->max)
		report_error(load->report, nodes->max->place, "'max' is less than 'min'");
}

/* A field in full: a map. */
static void read_field_map(struct load *load, const struct node *node, struct field *field)
{
	struct field_nodes nodes = { 0 };
	uint32_t errors = report_errors(load->report);

	(void)read_slots(load, node, field_slots, COUNT(field_slots), &nodes);
	if (read_present(load, node, nodes.type, "type"))
		read_field_type(load, nodes.type, field);
	if (nodes.optional)
		(void)read_flag(load, nodes.optional, &field->optional);
	read_title(load, nodes.measure, "", &field->measure_vi, &field->measure_en);
	read_title(load, nodes.title, field->name, &field->title_vi, &field->title_en);
	if (report_errors(load->report) == errors)
		read_bounds(load, &nodes, field);
}

static bool is_field_name(const char *name)
{
	size_t n = strlen(name);

	if (n == 0 || n > 64)
		return false;
	for (size_t i = 0; i < n; i++) {
		bool letter = (name[i] >= 'a' && name[i] <= 'z') ||
			      (name[i] >= 'A' && name[i] <= 'Z') || name[i] == '_';

		if (!letter && (i == 0 || !((name[i] >= '0' && name[i] <= '9') || name[i] == '-')))
			return false;
	}
	return true;
}

static void read_field(struct load *load, const struct node *node, struct field *field)
{
	*field = (struct field){ .name = node->key,
				 .title_vi = node->key,
				 .title_en = node->key,
				 .measure_vi = "",
				 .measure_en = "",
				 .min = -INFINITY,
				 .max = INFINITY };
	if (!is_field_name(node->key))
		report_error(load->report, node->key_place,
			     "'%s' cannot name a field; use letters, digits, '_' and '-', "
			     "beginning with a letter, at most 64",
			     node->key);
	if (node->kind == NODE_MAP)
		read_field_map(load, node, field);
	else
		read_field_type(load, node, field);
}

static void read_fields(struct load *load, const struct node *event, struct event_type *type)
{
	for (const struct node *entry = event->first; entry; entry = entry->next) {
		if (type->n_fields == EVENT_FIELDS_MAX) {
			report_error(load->report, entry->key_place,
				     "an event has at most %d fields", EVENT_FIELDS_MAX);
			return;
		}
		read_field(load, entry, &type->fields[type->n_fields++]);
	}
}

static void read_event(struct load *load, const struct node *event, uint32_t feed)
{
	struct event_type *type = xcalloc(1, sizeof(*type)); /* large */
	uint32_t errors = report_errors(load->report);
	uint32_t number;

	type->name = event->key;
	type->feed = feed;
	type->place = event->key_place;
	(void)read_name(load, event->key, event->key_place, &type_naming);
	if (strcmp(event->key, "batch") == 0)
		report_error(load->report, event->key_place,
			     "'batch' cannot name an event: in topics it stands for several");
	if (event->kind != NODE_TEXT || event->text[0])
		if (read_kind(load, event, NODE_MAP))
			read_fields(load, event, type);

	if (schema_add_type(load->config->schema, type, &number)) {
		report_error(load->report, event->key_place, "more than %d events in all feeds",
			     TYPES_MAX);
		load->broken_feeds[feed] = true;
	} else {
		load->broken_types[number] = report_errors(load->report) > errors;
	}
	free(type);
}

static void read_size(struct load *load, const struct node *node, int64_t least, int64_t most,
		      uint32_t *ret)
{
	int64_t size;

	if (node && read_integer(load, node, least, most, &size))
		*ret = (uint32_t)size;
}

static void read_memory(struct load *load, const struct node *node, struct memory *memory)
{
	struct memory_nodes nodes = { 0 };

	(void)read_slots(load, node, memory_slots, COUNT(memory_slots), &nodes);
	read_size(load, nodes.ids, IDS_MIN, IDS_MAX, &memory->ids);
	read_size(load, nodes.window, WINDOW_MIN, WINDOW_MAX, &memory->window);
	if (!nodes.age ||
	    !read_duration(load, nodes.age, MEMORY_MIN_MS, MEMORY_MAX_MS, &memory->ms))
		return;
	if (memory->ms < load->config->settings.limits.age_ms)
		report_warning(load->report, nodes.age->place,
			       "'age' is shorter than 'limits.age': an old event may be refused "
			       "because it cannot be told from a repeat");
}

static void add_feed(struct load *load, const struct node *entry, const struct feed_nodes *nodes)
{
	struct feed feed = { .id = entry->key, .place = entry->key_place };
	uint32_t number;
	int r;

	read_title(load, nodes->title, entry->key, &feed.title_vi, &feed.title_en);
	if (nodes->silent_after)
		(void)read_duration(load, nodes->silent_after, 1000, SILENT_MAX_MS,
				    &feed.silent_after_ms);
	if (nodes->lateness)
		(void)read_duration(load, nodes->lateness, LATENESS_MIN_MS, LATENESS_MAX_MS,
				    &feed.lateness_ms);
	if (nodes->memory)
		read_memory(load, nodes->memory, &feed.memory);
	r = schema_add_feed(load->config->schema, &feed, &number);
	assert(r == 0); /* names differ and are few enough */
}

static void read_feed(struct load *load, const struct node *entry, uint32_t number)
{
	struct feed_nodes nodes = { 0 };

	(void)read_slots(load, entry, feed_slots, COUNT(feed_slots), &nodes);
	add_feed(load, entry, &nodes);
	if (nodes.expect)
		contract_read(load, nodes.expect, number);
	if (entry->kind != NODE_MAP || !read_present(load, entry, nodes.events, "events") ||
	    !read_kind(load, nodes.events, NODE_MAP)) {
		load->broken_feeds[number] = true;
		return;
	}
	for (const struct node *event = nodes.events->first; event; event = event->next)
		read_event(load, event, number);
	if (nodes.map)
		maps_read(load, nodes.map, number);
}

void load_feeds(struct load *load)
{
	names_collect(load, &load->feeds, PART_FEEDS, &feed_naming);
	load->config->contracts = xcalloc(load->feeds.n + 1, sizeof(*load->config->contracts));
	for (uint32_t i = 0; i < load->feeds.n; i++)
		read_feed(load, load->feeds.list[i], i);
}
