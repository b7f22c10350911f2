/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/event.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "iocd/base/map.h"
#include "iocd/map_feed.h"

#define FEEDS_MAX 256u
#define TYPES_MAX 4096u

/* A feed with the names of its types. */
struct slot {
	struct feed feed;
	struct map *types; /* owned */
};

struct schema {
	struct map *feeds;         /* owned; of ids */
	struct slot *slots;        /* owned; FEEDS_MAX, so that a feed does not move */
	struct event_type **types; /* owned, each on its own for the same reason; TYPES_MAX */
	struct feed_map **maps;    /* owned, as the types are; room for n_maps */
	uint32_t n_feeds;
	uint32_t n_types;
	uint32_t n_maps;
};

static bool fields_are_unique(const struct event_type *type)
{
	const char *name;

	for (uint32_t i = 1; i < type->n_fields; i++) {
		name = type->fields[i].name;
		if (event_type_find_field(type, name, strlen(name)) != i)
			return false;
	}
	return true;
}

struct schema *schema_new(void)
{
	struct schema *schema = xcalloc(1, sizeof(*schema));

	schema->feeds = map_new();
	schema->slots = xcalloc(FEEDS_MAX, sizeof(*schema->slots));
	schema->types = xcalloc(TYPES_MAX, sizeof(*schema->types));
	return schema;
}

struct schema *schema_free(struct schema *schema)
{
	if (!schema)
		return NULL;

	for (uint32_t i = 0; i < schema->n_maps; i++)
		free(schema->maps[i]);
	for (uint32_t i = 0; i < schema->n_types; i++)
		free(schema->types[i]);
	for (uint32_t i = 0; i < schema->n_feeds; i++)
		map_free(schema->slots[i].types);
	free(schema->maps);
	free(schema->types);
	free(schema->slots);
	map_free(schema->feeds);
	free(schema);
	return NULL;
}

int schema_add_feed(struct schema *schema, const struct feed *feed, uint32_t *ret)
{
	uint32_t number = schema->n_feeds;
	struct slot *slot;

	if (schema_find_feed(schema, feed->id, strlen(feed->id)) != TYPE_NONE)
		return SCHEMA_EXISTS;
	if (number >= FEEDS_MAX)
		return SCHEMA_TOO_MANY;
	if (map_add(schema->feeds, feed->id, strlen(feed->id), number))
		return SCHEMA_EXISTS;

	slot = &schema->slots[number];
	slot->feed = *feed;
	slot->feed.number = number;
	slot->types = map_new();
	schema->n_feeds++;

	*ret = number;
	return 0;
}

int schema_add_type(struct schema *schema, const struct event_type *type, uint32_t *ret)
{
	uint32_t number = schema->n_types;
	struct event_type *copy;

	assert(type->feed < schema->n_feeds);

	if (type->n_fields > EVENT_FIELDS_MAX)
		return SCHEMA_TOO_MANY;
	if (!fields_are_unique(type) ||
	    schema_find_type(schema, type->feed, type->name, strlen(type->name)) != TYPE_NONE)
		return SCHEMA_EXISTS;
	if (number >= TYPES_MAX)
		return SCHEMA_TOO_MANY;
	if (map_add(schema->slots[type->feed].types, type->name, strlen(type->name), number))
		return SCHEMA_EXISTS;

	copy = xcalloc(1, sizeof(*copy));
	*copy = *type;
	copy->number = number;
	schema->types[number] = copy;
	schema->n_types++;

	*ret = number;
	return 0;
}

uint32_t schema_find_feed(const struct schema *schema, const char *id, size_t n)
{
	uint32_t number = map_find(schema->feeds, id, n);

	return number == MAP_NONE ? TYPE_NONE : number;
}

uint32_t schema_find_type(const struct schema *schema, uint32_t feed, const char *name, size_t n)
{
	uint32_t number;

	assert(feed < schema->n_feeds);

	number = map_find(schema->slots[feed].types, name, n);
	return number == MAP_NONE ? TYPE_NONE : number;
}

uint32_t event_type_find_field(const struct event_type *type, const char *name, size_t n)
{
	for (uint32_t i = 0; i < type->n_fields; i++)
		if (strlen(type->fields[i].name) == n && !memcmp(type->fields[i].name, name, n))
			return i;

	return TYPE_NONE;
}

const struct feed *schema_feed(const struct schema *schema, uint32_t number)
{
	assert(number < schema->n_feeds);

	return &schema->slots[number].feed;
}

const struct event_type *schema_type(const struct schema *schema, uint32_t number)
{
	assert(number < schema->n_types);

	return schema->types[number];
}

uint32_t schema_n_feeds(const struct schema *schema)
{
	return schema->n_feeds;
}

uint32_t schema_n_types(const struct schema *schema)
{
	return schema->n_types;
}

int schema_add_map(struct schema *schema, const struct feed_map *map, uint32_t *ret)
{
	uint32_t number = schema->n_maps;
	struct feed_map *copy;

	assert(map->feed < schema->n_feeds);

	if (number >= MAPS_MAX)
		return SCHEMA_TOO_MANY;

	copy = xcalloc(1, sizeof(*copy));
	*copy = *map;
	copy->number = number;
	schema->maps = xrealloc(schema->maps, number + 1, sizeof(*schema->maps));
	schema->maps[number] = copy;
	schema->n_maps++;

	*ret = number;
	return 0;
}

const struct feed_map *schema_map(const struct schema *schema, uint32_t number)
{
	assert(number < schema->n_maps);

	return schema->maps[number];
}

uint32_t schema_n_maps(const struct schema *schema)
{
	return schema->n_maps;
}
