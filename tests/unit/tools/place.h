/* SPDX-License-Identifier: Apache-2.0 */
/*
 * place: a small world to simulate: a city with two wards, a desk that handles files.
 *
 * Made by hand, so that no configuration is read.
 */
#ifndef TESTS_TOOLS_PLACE_H
#define TESTS_TOOLS_PLACE_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "fact.h"

enum { CITY, NORTH, SOUTH };
enum { RECEIVED, RESOLVED };
enum { FIELD_RECORD, FIELD_CHANNEL, FIELD_PAGES };
#define NOON_MS INT64_C(1795410000000) /* 2026-11-23 12:00 local */

struct place_world {
	struct world world;
	struct settings settings;
	struct units *units;
	struct schema *schema;
};

static inline void place_add_unit(struct units *units, const char *id, uint32_t parent)
{
	const struct unit unit = {
		.id = id, .level = "l", .name_vi = id, .name_en = id, .parent = parent
	};
	uint32_t number;

	assert_int_equal(units_add(units, &unit, &number), 0);
}

static inline void place_add_types(struct schema *schema)
{
	static const char *const channels[] = { "online", "counter" };
	const struct feed feed = { .id = "one-stop", .title_vi = "", .title_en = "" };
	struct event_type type = { .name = "record.received", .n_fields = 3 };
	uint32_t number;

	assert_int_equal(schema_add_feed(schema, &feed, &type.feed), 0);
	type.fields[FIELD_RECORD] = (struct field){ .name = "record", .kind = FIELD_TEXT };
	type.fields[FIELD_CHANNEL] = (struct field){
		.name = "channel", .kind = FIELD_CHOICE, .choices = channels, .n_choices = 2
	};
	type.fields[FIELD_PAGES] = (struct field){
		.name = "pages", .kind = FIELD_INTEGER, .optional = true, .min = 0, .max = INFINITY
	};
	assert_int_equal(schema_add_type(schema, &type, &number), 0);
	type.name = "record.resolved";
	type.n_fields = 1;
	assert_int_equal(schema_add_type(schema, &type, &number), 0);
}

static inline void place_init(struct place_world *place)
{
	*place = (struct place_world){ .units = units_new(), .schema = schema_new() };
	place->settings.offset_minutes = 420;
	place->settings.mqtt.prefix = "t";
	place->settings.limits.payload_bytes = 8192;
	place->settings.limits.string_bytes = 512;
	place->settings.limits.depth = 8;
	place->settings.limits.keys = 32;
	place->settings.limits.batch = 16;
	place->settings.limits.age_ms = 86400000;
	place->settings.limits.future_ms = 120000;
	place->settings.limits.dedup_window = 64;
	place_add_unit(place->units, "city", UNIT_NONE);
	place_add_unit(place->units, "north", CITY);
	place_add_unit(place->units, "south", CITY);
	place_add_types(place->schema);
	place->world = (struct world){ .settings = &place->settings,
				       .units = place->units,
				       .schema = place->schema,
				       .seed = 7,
				       .run = 255 };
}

static inline void place_fini(struct place_world *place)
{
	schema_free(place->schema);
	units_free(place->units);
}

/* A file received at unit. */
static inline struct fact place_fact(const struct place_world *place, uint32_t unit,
				     uint64_t serial, const char *channel)
{
	struct fact fact;

	fact_init(&fact, unit, RECEIVED, NOON_MS);
	fact.serial = serial;
	fact_text(&fact, &place->world, "record", "R-%u", (unsigned)serial);
	fact_text(&fact, &place->world, "channel", "%s", channel);
	return fact;
}

#endif
