/* SPDX-License-Identifier: Apache-2.0 */
#include "maps.h"

#include <string.h>

#include "map_values.h"

#define TOPIC_BYTES_MAX 512

struct map_nodes {
	const struct node *topic, *unit, *format, *per, *each, *event, *id, *source, *subject,
		*time, *sequence, *fields;
};

static const struct slot map_slots[] = {
	{ "topic", offsetof(struct map_nodes, topic) },
	{ "unit", offsetof(struct map_nodes, unit) },
	{ "format", offsetof(struct map_nodes, format) },
	{ "per", offsetof(struct map_nodes, per) },
	{ "each", offsetof(struct map_nodes, each) },
	{ "event", offsetof(struct map_nodes, event) },
	{ "id", offsetof(struct map_nodes, id) },
	{ "source", offsetof(struct map_nodes, source) },
	{ "subject", offsetof(struct map_nodes, subject) },
	{ "time", offsetof(struct map_nodes, time) },
	{ "sequence", offsetof(struct map_nodes, sequence) },
	{ "fields", offsetof(struct map_nodes, fields) },
};

static bool is_level_name(const struct slice *name)
{
	for (size_t i = 0; i < name->size; i++) {
		char byte = name->bytes[i];

		if ((byte < 'a' || byte > 'z') &&
		    (i == 0 || (byte != '_' && byte != '-' && (byte < '0' || byte > '9'))))
			return false;
	}
	return name->size > 0;
}

/* What is wrong with a level, or NULL. */
static const char *find_fault(const struct slice *level, bool is_named)
{
	if (is_named)
		return is_level_name(level) ? NULL : "a level is named as in {station-2}";
	if (level->size == 0)
		return "no level may be empty";
	for (size_t i = 0; i < level->size; i++)
		if (strchr("+#{}", level->bytes[i]) || (unsigned char)level->bytes[i] < ' ')
			return "a level that matches any is written {name}, and nothing else in it";
	return NULL;
}

static bool is_named_before(const char *topic, const struct slice *name, const char *end)
{
	struct slice level;
	bool is_named;

	while (map_next_level(&topic, &level, &is_named) && level.bytes < end)
		if (is_named && level.size == name->size &&
		    memcmp(level.bytes, name->bytes, name->size) == 0)
			return true;
	return false;
}

/* What is wrong with a topic, or NULL. */
static const char *find_topic_fault(struct load *load, const char *topic)
{
	const char *prefix = load->config->settings.mqtt.prefix;
	const char *rest = topic;
	const char *fault = NULL;
	struct slice level;
	bool is_named;
	uint32_t n = 0;

	if (strlen(topic) > TOPIC_BYTES_MAX)
		return "it is too long";
	if (topic[0] == '$')
		return "topics with '$' are the broker's own";
	if (prefix && strncmp(topic, prefix, strlen(prefix)) == 0 && topic[strlen(prefix)] == '/')
		return "topics below mqtt.prefix are those of CloudEvents";
	while (!fault && map_next_level(&rest, &level, &is_named)) {
		fault = find_fault(&level, is_named);
		if (++n > MAP_LEVELS_MAX)
			return "it has too many levels";
		if (!fault && is_named && is_named_before(topic, &level, level.bytes))
			fault = "two levels have the same name";
	}
	return fault;
}

/* Lends the map before that reads the same topics, or NULL. */
static const struct feed_map *find_twin(const struct load *load, const struct feed_map *map)
{
	CLEANUP_TEXT struct text filter = { 0 };

	map_add_filter(map, &filter);
	for (uint32_t i = 0; i < schema_n_maps(load->config->schema); i++) {
		const struct feed_map *other = schema_map(load->config->schema, i);
		CLEANUP_TEXT struct text text = { 0 };

		map_add_filter(other, &text);
		if (strcmp(text_get(&text), text_get(&filter)) == 0)
			return other;
	}
	return NULL;
}

static bool read_topic(struct load *load, const struct node *node, struct feed_map *map)
{
	const struct feed_map *twin;
	const char *fault;

	if (!read_text(load, node, &map->topic))
		return false;
	fault = find_topic_fault(load, map->topic);
	if (fault) {
		report_error(load->report, node->place, "'%s' cannot be mapped: %s", map->topic,
			     fault);
		return false;
	}
	twin = find_twin(load, map);
	if (twin)
		report_error(load->report, node->place,
			     "'%s': these topics are read by the map in %s, line %u", map->topic,
			     twin->place.file, twin->place.line);
	return !twin;
}

static bool is_here(const struct load *load, const struct feed_map *map)
{
	return !map->unit ||
	       units_find(load->config->units, map->unit, strlen(map->unit)) != UNIT_NONE;
}

static bool read_unit(struct load *load, const struct node *entry, const struct node *node,
		      struct feed_map *map)
{
	bool has_level = strstr(map->topic, "{unit}") != NULL;
	uint32_t number;

	if (!node == !has_level) {
		report_error(load->report, node ? node->key_place : entry->place,
			     node ? "the unit is the level {unit} of the topic already"
				  : "whose it is must be known: name a level of the topic {unit}, "
				    "or write 'unit'");
		return false;
	}
	if (!node)
		return true;
	if (!read_text(load, node, &map->unit))
		return false;
	if (is_here(load, map) || is_elsewhere(load->config, map->unit))
		return true; /* by a former id too */
	return names_find(load, &load->units, map->unit, node->place, &number);
}

static bool read_form(struct load *load, const struct map_nodes *nodes, struct feed_map *map)
{
	static const char *const formats[] = { "json", "number", "senml" };
	static const char *const pers[] = { "record", "time" };
	uint32_t format = MAP_JSON, per = 0;
	bool good = true;

	if (nodes->format && !read_choice(load, nodes->format, formats, COUNT(formats), &format))
		return false;
	if (nodes->per && !read_choice(load, nodes->per, pers, COUNT(pers), &per))
		return false;
	map->format = (enum map_format)format;
	map->per_time = per > 0;
	if (nodes->per && format != MAP_SENML) {
		report_error(load->report, nodes->per->key_place, "'per' is only for senml");
		good = false;
	}
	if (nodes->each && format != MAP_JSON) {
		report_error(load->report, nodes->each->key_place, "'each' is only for json");
		good = false;
	}
	return good;
}

static bool read_each(struct load *load, const struct node *node, struct feed_map *map)
{
	if (!node)
		return true;
	if (!read_text(load, node, &map->each))
		return false;
	if (strcmp(map->each, "{payload}") == 0)
		map->each = "";
	if (map_pointer_is_good(map->each))
		return true;
	report_error(load->report, node->place,
		     "'%s' is not a JSON Pointer to an array; write /a/b or {payload}", map->each);
	return false;
}

/* Lends the event that node always names, or NULL: it is told by each message, or there is none. */
static const struct event_type *find_event(struct load *load, const struct node *node,
					   const struct feed_map *map)
{
	const struct schema *schema = load->config->schema;
	uint32_t number =
		schema_find_type(schema, map->feed, map->type.text, strlen(map->type.text));
	struct hint hint;

	if (number != TYPE_NONE && !schema_type(schema, number)->is_internal)
		return schema_type(schema, number);
	hint_begin(&hint, load, map->type.text);
	for (uint32_t i = 0; i < schema_n_types(schema); i++)
		if (schema_type(schema, i)->feed == map->feed)
			hint_consider(&hint, schema_type(schema, i)->name);
	report_error(load->report, node->place, "feed '%s' has no event '%s'%s",
		     schema_feed(schema, map->feed)->id, map->type.text, hint_end(&hint));
	return NULL;
}

/* Lends the field of that name of event, or, if that is NULL, of the first event of the feed that
 * has one; NULL: reported. */
static const struct field *find_field(struct load *load, const struct node *node,
				      const struct feed_map *map, const struct event_type *event)
{
	const struct schema *schema = load->config->schema;
	struct hint hint;

	hint_begin(&hint, load, node->key);
	for (uint32_t i = 0; i < schema_n_types(schema); i++) {
		const struct event_type *type = schema_type(schema, i);
		uint32_t field;

		if (type->feed != map->feed || type->is_internal || (event && event != type))
			continue;
		field = event_type_find_field(type, node->key, strlen(node->key));
		if (field != TYPE_NONE)
			return &type->fields[field];
		for (field = 0; field < type->n_fields; field++)
			hint_consider(&hint, type->fields[field].name);
	}
	report_error(load->report, node->key_place, "no such field is declared: '%s'%s", node->key,
		     hint_end(&hint));
	return NULL;
}

static bool is_mapped(const struct feed_map *map, const char *name)
{
	for (uint32_t i = 0; i < map->n_fields; i++)
		if (strcmp(map->fields[i].name, name) == 0)
			return true;
	return false;
}

/* Reports fields that no event can do without. */
static void check_fields(struct load *load, const struct node *node, const struct feed_map *map,
			 const struct event_type *event)
{
	for (uint32_t i = 0; i < event->n_fields; i++)
		if (!event->fields[i].optional && !is_mapped(map, event->fields[i].name))
			report_error(load->report, node->key ? node->key_place : node->place,
				     "field '%s' of '%s' is not optional, and must be mapped",
				     event->fields[i].name, event->name);
}

static void read_fields(struct load *load, const struct node *fields, struct feed_map *map,
			const struct event_type *event)
{
	if (!read_kind(load, fields, NODE_MAP))
		return;
	for (const struct node *node = fields->first; node; node = node->next) {
		struct map_target target = { .map = map };
		struct map_field *field = &map->fields[map->n_fields];

		if (map->n_fields == EVENT_FIELDS_MAX) {
			report_error(load->report, node->key_place, "a map has at most %d fields",
				     EVENT_FIELDS_MAX);
			return;
		}
		target.field = find_field(load, node, map, event);
		field->name = node->key;
		map->n_fields++;
		if (target.field)
			(void)map_value_read(load, node, &target, &field->value);
	}
}

static void read_time(struct load *load, const struct node *entry, const struct node *node,
		      struct feed_map *map)
{
	const struct map_target target = { .map = map, .is_time = true, .is_attribute = true };

	if (!node && map->format != MAP_SENML)
		report_error(
			load->report, entry->place,
			"'time' is missing; if the message does not tell, write 'time: arrival'");
	(void)map_value_read(load, node, &target, &map->time);
}

static void read_values(struct load *load, const struct node *entry, const struct map_nodes *nodes,
			struct feed_map *map)
{
	const struct map_target target = { .map = map, .is_attribute = true };
	const struct event_type *event = NULL;

	(void)map_value_read(load, nodes->id, &target, &map->id);
	(void)map_value_read(load, nodes->source, &target, &map->source);
	(void)map_value_read(load, nodes->subject, &target, &map->subject);
	(void)map_value_read(load, nodes->sequence, &target, &map->sequence);
	read_time(load, entry, nodes->time, map);
	if (!read_present(load, entry, nodes->event, "event") ||
	    !map_value_read(load, nodes->event, &target, &map->type))
		return;
	if (map->type.from == MAP_CONSTANT) {
		event = find_event(load, nodes->event, map);
		if (!event || load->broken_types[event->number])
			return;
	}
	if (nodes->fields)
		read_fields(load, nodes->fields, map, event);
	if (event)
		check_fields(load, nodes->fields ? nodes->fields : entry, map, event);
}

static void read_map(struct load *load, const struct node *entry, uint32_t feed)
{
	struct feed_map map = { .feed = feed, .place = entry->place };
	struct map_nodes nodes = { 0 };
	uint32_t errors = report_errors(load->report);
	uint32_t number;

	if (!read_kind(load, entry, NODE_MAP))
		return;
	(void)read_slots(load, entry, map_slots, COUNT(map_slots), &nodes);
	if (!read_present(load, entry, nodes.topic, "topic") ||
	    !read_topic(load, nodes.topic, &map) || !read_form(load, &nodes, &map))
		return;
	(void)read_unit(load, entry, nodes.unit, &map);
	(void)read_each(load, nodes.each, &map);
	if (!load->broken_feeds[feed])
		read_values(load, entry, &nodes, &map);
	if (report_errors(load->report) == errors && is_here(load, &map) &&
	    schema_add_map(load->config->schema, &map, &number))
		report_error(load->report, entry->place, "more than %d maps in all feeds",
			     MAPS_MAX);
}

void maps_read(struct load *load, const struct node *list, uint32_t feed)
{
	if (list->kind == NODE_MAP) {
		read_map(load, list, feed);
		return;
	}
	if (!read_kind(load, list, NODE_LIST))
		return;
	for (const struct node *entry = list->first; entry; entry = entry->next)
		read_map(load, entry, feed);
}
