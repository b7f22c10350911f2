/* SPDX-License-Identifier: Apache-2.0 */
#include "map_world.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"

#define POINTER(path)                                                                              \
	{                                                                                          \
		.from = MAP_POINTER, .text = path                                                  \
	}
#define LEVEL(name)                                                                                \
	{                                                                                          \
		.from = MAP_LEVEL, .text = name                                                    \
	}
#define CONSTANT(word)                                                                             \
	{                                                                                          \
		.from = MAP_CONSTANT, .text = word                                                 \
	}

static const char *const states[] = { "good", "bad" };

/* clang-format off */
static const struct event_type types[] = {
	{ .name = "sample", .feed = 0, .n_fields = 7, .fields = {
		{ .name = "aqi", .kind = FIELD_NUMBER, .max = 500 },
		{ .name = "pm25", .kind = FIELD_NUMBER, .optional = true,
		  .min = -INFINITY, .max = INFINITY },
		{ .name = "n", .kind = FIELD_INTEGER, .optional = true,
		  .min = -INFINITY, .max = INFINITY },
		{ .name = "station", .kind = FIELD_TEXT, .optional = true },
		{ .name = "ok", .kind = FIELD_FLAG, .optional = true },
		{ .name = "state", .kind = FIELD_CHOICE, .choices = states, .n_choices = 2,
		  .optional = true },
		{ .name = "seen", .kind = FIELD_TIME, .optional = true },
	} },
	{ .name = "opened", .feed = 1, .n_fields = 1, .fields = {
		{ .name = "who", .kind = FIELD_TEXT, .optional = true },
	} },
	{ .name = "shut", .feed = 1, .n_fields = 1, .fields = {
		{ .name = "who", .kind = FIELD_TEXT, .optional = true },
	} },
	{ .name = "broken", .feed = 1, .is_internal = true },
};

static const struct map_word lights[] = { { "bat", "true" }, { "1", "true" }, { "tat", "false" } };
static const struct map_word doors[] = { { "o", "opened" }, { "s", "shut" } };

static const struct feed_map usual[] = {
	{ .topic = "j/{unit}/{station}", .type = CONSTANT("sample"), .id = POINTER("/id"),
	  .time = { .from = MAP_POINTER, .text = "/t", .time = MAP_UNIX }, .n_fields = 7, .fields = {
		{ "aqi", { .from = MAP_POINTER, .text = "/a/0", .convert = MAP_COMMA_NUMBER, .scale = 0.1 } },
		{ "pm25", { .from = MAP_POINTER, .text = "/p~1m", .convert = MAP_TO_NUMBER } },
		{ "n", POINTER("/n") },
		{ "station", LEVEL("station") },
		{ "ok", { .from = MAP_POINTER, .text = "/ok", .words = lights, .n_words = 3 } },
		{ "state", POINTER("/state") },
		{ "seen", { .from = MAP_POINTER, .text = "/seen", .time = MAP_UNIX_MS } },
	  } },
	{ .topic = "e/{unit}", .each = "/list", .type = { .from = MAP_POINTER, .text = "/k",
	  .words = doors, .n_words = 2 }, .source = { .from = MAP_MESSAGE, .text = "/gate" },
	  .subject = POINTER("/who"), .sequence = POINTER("/no"), .time = POINTER("/at"),
	  .n_fields = 1, .fields = { { "who", { .from = MAP_POINTER, .text = "/who",
	  .convert = MAP_TO_TEXT } } } },
	{ .topic = "n/level", .unit = "d2", .format = MAP_NUMBER, .type = CONSTANT("sample"),
	  .time = { .time = MAP_ARRIVAL }, .n_fields = 1, .fields = { { "aqi", POINTER("") } } },
	{ .topic = "s/{unit}/each", .format = MAP_SENML, .type = CONSTANT("sample"),
	  .subject = POINTER("/n"), .n_fields = 2, .fields = {
		{ "aqi", POINTER("/v") }, { "station", POINTER("/bn") } } },
	{ .topic = "s/{unit}/time", .format = MAP_SENML, .per_time = true,
	  .type = CONSTANT("sample"), .subject = POINTER("/bn"), .n_fields = 3, .fields = {
		{ "aqi", { .from = MAP_NAME, .text = "aqi" } },
		{ "pm25", { .from = MAP_NAME, .text = "dev:pm" } },
		{ "state", { .from = MAP_NAME, .text = "st" } } } },
};
/* clang-format on */

static struct units *make_units(void)
{
	static const char *const ids[] = { "d1", "d2" };
	struct units *units = units_new();
	uint32_t number;
	int r = 0;

	for (size_t i = 0; i < COUNT(ids); i++)
		r |= units_add(units,
			       &(struct unit){ .id = ids[i],
					       .level = "",
					       .name_vi = ids[i],
					       .name_en = ids[i],
					       .parent = UNIT_NONE },
			       &number);
	r |= units_add_alias(units, 0, "d1-old");
	assert(r == 0);
	return units;
}

static struct schema *make_schema(const struct feed_map *maps, size_t n)
{
	static const struct feed feeds[] = { { .id = "air" }, { .id = "door" } };
	struct schema *schema = schema_new();
	uint32_t number;
	int r = 0;

	for (size_t i = 0; i < COUNT(feeds); i++)
		r |= schema_add_feed(schema, &feeds[i], &number);
	for (size_t i = 0; i < COUNT(types); i++)
		r |= schema_add_type(schema, &types[i], &number);
	for (size_t i = 0; i < n; i++) {
		struct feed_map map = maps[i];

		map.feed = map.type.from != MAP_CONSTANT || strcmp(map.type.text, "sample") != 0;
		r |= schema_add_map(schema, &map, &number);
	}
	assert(r == 0);
	return schema;
}

struct map_world *map_world_new(const struct feed_map *maps, size_t n)
{
	struct map_world *world = xcalloc(1, sizeof(*world));
	struct decode_options options = {
		.prefix = "ioc/v1",
		.limits = { .payload = 16384,
			    .depth = 8,
			    .keys = 64,
			    .batch = 256,
			    .string = 1024,
			    .age_ms = 7 * INT64_C(86400000),
			    .future_ms = 300000 },
	};

	world->units = make_units();
	world->schema = make_schema(maps ? maps : usual, maps ? n : COUNT(usual));
	options.units = world->units;
	options.schema = world->schema;
	world->decoder = decoder_new(&options);
	return world;
}

struct map_world *map_world_free(struct map_world *world)
{
	if (!world)
		return NULL;

	free(world->topic);
	free(world->payload);
	decoder_free(world->decoder);
	schema_free(world->schema);
	units_free(world->units);
	free(world);
	return NULL;
}

/* A copy of just that size, so that reading past its end is seen. */
static char *copy(const char *bytes, size_t n)
{
	char *block = xcalloc(n ? n : 1, 1);

	if (n > 0)
		memcpy(block, bytes, n);
	return block;
}

size_t map_world_read(struct map_world *world, const char *topic, size_t n_topic,
		      const char *payload, size_t n, const struct decoded **ret)
{
	struct decode_input input = { .arrival_ms = MAP_ARRIVAL_MS, .position = 77 };

	free(world->topic);
	free(world->payload);
	input.topic = world->topic = copy(topic, n_topic);
	input.topic_size = n_topic;
	input.payload = world->payload = copy(payload, n);
	input.payload_size = n;
	return decode(world->decoder, &input, ret);
}
