/* SPDX-License-Identifier: Apache-2.0 */
#include "world.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "iocd/base/text.h"

const struct decode_limits world_limits = {
	.payload = 16384,
	.depth = 8,
	.keys = 64,
	.batch = 256,
	.string = 1024,
	.age_ms = 7 * WORLD_DAY_MS,
	.future_ms = 5 * WORLD_MINUTE_MS,
	.ahead_ms = 2 * WORLD_DAY_MS,
};

static const char *const channels[] = { "online", "counter", "post" };

/* clang-format off */
static const struct event_type types[] = {
	{ .name = "record.received", .feed = 0, .n_fields = 5, .fields = {
		{ .name = "record", .kind = FIELD_TEXT },
		{ .name = "channel", .kind = FIELD_CHOICE, .choices = channels, .n_choices = 3 },
		{ .name = "due", .kind = FIELD_TIME },
		{ .name = "digitized", .kind = FIELD_FLAG, .optional = true },
		{ .name = "note", .kind = FIELD_TEXT, .optional = true },
	} },
	{ .name = "record.resolved", .feed = 0, .n_fields = 1, .fields = {
		{ .name = "record", .kind = FIELD_TEXT },
	} },
	{ .name = "ping", .feed = 0 },
	{ .name = "open.overdue", .feed = 0, .is_internal = true },
	{ .name = "level", .feed = 1, .n_fields = 2, .fields = {
		{ .name = "level", .kind = FIELD_NUMBER, .min = -5, .max = 20 },
		{ .name = "count", .kind = FIELD_INTEGER, .optional = true,
		  .min = -INFINITY, .max = INFINITY },
	} },
};

static const struct {
	const char *key;
	const char *json;
} members[] = {
	{ "specversion", "\"1.0\"" },
	{ "id", "\"a-1\"" },
	{ "source", "\"/unit/d1/one-stop\"" },
	{ "type", "\"vn.ioc.one-stop.record.received.v1\"" },
	{ "time", "\"2026-11-22T08:15:00+07:00\"" },
	{ "subject", "\"H-2026-001\"" },
	{ "unit", NULL },
	{ "historical", NULL },
	{ "drill", NULL },
	{ "sequence", NULL },
	{ "session", NULL },
	{ "datacontenttype", "\"application/json\"" },
	{ "data", "{" },
	{ "data.record", "\"H-2026-001\"" },
	{ "data.channel", "\"online\"" },
	{ "data.due", "\"2026-11-29T17:00:00+07:00\"" },
	{ "data.digitized", "true" },
	{ "data.note", "\"H\xe1\xbb\x93 s\xc6\xa1 \\u0111\xe1\xba\xa7u\"" },
	{ "data.other", NULL },
};
/* clang-format on */

static void add_unit(struct units *units, const char *id, uint32_t parent)
{
	const struct unit unit = {
		.id = id, .level = "", .name_vi = id, .name_en = id, .parent = parent
	};
	uint32_t number;
	int r = units_add(units, &unit, &number);

	assert(r == 0);
}

static struct units *make_units(void)
{
	const struct unit former = { .id = "d0", .parent = 0, .until_day = 20000 };
	struct units *units = units_new();
	uint32_t number;
	int r;

	add_unit(units, "p1", UNIT_NONE);
	add_unit(units, "d1", 0);
	add_unit(units, "d2", 0);
	r = units_add_former(units, &former, 1, &number);
	assert(r == 0);
	r = units_add_alias(units, 1, "d1-old");
	assert(r == 0);
	return units;
}

static struct schema *make_schema(void)
{
	static const struct feed feeds[] = { { .id = "one-stop" }, { .id = "hydro" } };
	struct schema *schema = schema_new();
	uint32_t number;
	int r = 0;

	for (size_t i = 0; i < COUNT(feeds); i++)
		r |= schema_add_feed(schema, &feeds[i], &number);
	for (size_t i = 0; i < COUNT(types); i++)
		r |= schema_add_type(schema, &types[i], &number);
	assert(r == 0);
	return schema;
}

struct world *world_new(void)
{
	struct world *world = xcalloc(1, sizeof(*world));
	struct decode_options options = { .prefix = "ioc/v1", .limits = world_limits };

	world->units = make_units();
	world->schema = make_schema();
	options.units = world->units;
	options.schema = world->schema;
	world->scanner = decoder_new(&options);
	world->reference = decoder_new(&options);
	return world;
}

struct world *world_free(struct world *world)
{
	if (!world)
		return NULL;

	free(world->payload);
	decoder_free(world->reference);
	decoder_free(world->scanner);
	schema_free(world->schema);
	units_free(world->units);
	free(world);
	return NULL;
}

static void same_slice(const struct slice *a, const struct slice *b)
{
	assert(a->size == b->size);
	assert(a->size == 0 || !memcmp(a->bytes, b->bytes, a->size));
}

static void same_value(const struct field *field, const struct value *a, const struct value *b)
{
	assert(a->present == b->present);
	if (!a->present)
		return;

	switch (field->kind) {
	case FIELD_TEXT:
		same_slice(&a->text, &b->text);
		break;
	case FIELD_NUMBER:
	case FIELD_INTEGER:
	case FIELD_FLAG:
		assert(!memcmp(&a->number, &b->number, sizeof(a->number)));
		break;
	case FIELD_TIME:
		assert(a->time_ms == b->time_ms);
		break;
	case FIELD_CHOICE:
		assert(a->choice == b->choice);
		break;
	}
}

static void same_event(const struct world *world, const struct event *a, const struct event *b)
{
	const struct event_type *type = schema_type(world->schema, a->type);

	assert(a->type == b->type && a->feed == b->feed);
	assert(a->historical == b->historical && a->drill == b->drill);
	assert(a->time_ms == b->time_ms && a->arrival_ms == b->arrival_ms);
	assert(a->position == b->position);
	assert(a->has_sequence == b->has_sequence && a->sequence == b->sequence);
	assert(a->stream[0] == b->stream[0] && a->stream[1] == b->stream[1]);
	assert(a->key[0] == b->key[0] && a->key[1] == b->key[1] && a->digest == b->digest);
	same_slice(&a->id, &b->id);
	same_slice(&a->source, &b->source);
	same_slice(&a->subject, &b->subject);
	for (uint32_t i = 0; i < type->n_fields; i++)
		same_value(&type->fields[i], &a->values[i], &b->values[i]);
}

size_t world_decode(struct world *world, const struct decode_input *input,
		    const struct decoded **ret)
{
	const struct decoded *expected;
	size_t n = decode(world->scanner, input, ret);
	size_t n_expected = decode_reference(world->reference, input, &expected);

	assert(n == n_expected && n > 0);
	for (size_t i = 0; i < n; i++) {
		const struct decoded *a = &(*ret)[i];
		const struct decoded *b = &expected[i];

		assert(a->reason == b->reason && a->about == b->about);
		assert(a->event.unit == b->event.unit && a->event.nth == b->event.nth);
		assert(a->event.nth == i);
		if (a->reason == REASON_NONE)
			same_event(world, &a->event, &b->event);
	}
	return n;
}

size_t world_read(struct world *world, const char *tail, const char *payload, size_t n,
		  const struct decoded **ret)
{
	char topic[256] = "ioc/v1/";
	struct decode_input input;

	assert(strlen(tail) < sizeof(topic) - strlen(topic));
	strcat(topic, tail);
	free(world->payload);
	world->payload = xcalloc(n ? n : 1, 1); /* of that size: reading past its end is seen */
	memcpy(world->payload, payload, n);
	input = (struct decode_input){ .topic = topic,
				       .topic_size = strlen(topic),
				       .payload = world->payload,
				       .payload_size = n,
				       .arrival_ms = WORLD_ARRIVAL_MS,
				       .position = 77 };
	return world_decode(world, &input, ret);
}

const char *world_event(const char *key, const char *json)
{
	static char buffer[65536];
	struct text text = { 0 };
	bool whole = key && !strcmp(key, "data"); /* then its fields are left out */
	const char *comma = "";

	text_add(&text, "{");
	for (size_t i = 0; i < COUNT(members); i++) {
		const char *name = members[i].key;
		const char *value = key && !strcmp(name, key) ? json : members[i].json;

		if (!value || (whole && !strncmp(name, "data.", 5)))
			continue;
		if (!strncmp(name, "data.", 5))
			name += 5;
		text_add(&text, "%s\"%s\":%s", comma, name, value);
		comma = strcmp(value, "{") ? "," : "";
	}
	text_add(&text, whole ? "}" : "}}");
	assert(text.size < sizeof(buffer));
	memcpy(buffer, text_get(&text), text.size + 1);
	text_fini(&text);
	return buffer;
}
