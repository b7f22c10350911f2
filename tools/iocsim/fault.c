/* SPDX-License-Identifier: Apache-2.0 */
#include "fault.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/civil.h"
#include "iocd/base/err.h"

#define BROKER_MAX (200u * 1024) /* bytes that any broker takes */
#define HOUR_MS    3600000

typedef bool needs_fn(const struct world *world);
typedef bool prepare_fn(struct faults *faults, const struct fact *fact, int64_t now_ms,
			struct twist *twist);
typedef void spoil_fn(struct text *payload, const struct world *world);

/* How one reason is caused. */
struct recipe {
	enum reason reason;
	bool alone;
	struct twist twist;     /* its two fields are chosen by prepare */
	const char *topic_unit; /* instead of the unit */
	const char *topic_type; /* instead of the type */
	prepare_fn *prepare;    /* completes the twist; false: not with this fact */
	spoil_fn *spoil;        /* changes the finished payload */
	needs_fn *needs;        /* whether the pack lets it happen at all; NULL: always */
};

struct faults {
	const struct world *world;
	struct text deep; /* members of data that are beyond a limit */
	struct text many;
	struct text long_text;
	char time[CIVIL_TEXT_MAX];
	char sequence[24];
	size_t turn; /* in recipes */
};

static bool is_bounded(const struct field *field)
{
	if (field->kind == FIELD_CHOICE)
		return true;
	return (field->kind == FIELD_NUMBER || field->kind == FIELD_INTEGER) &&
	       (isfinite(field->min) || isfinite(field->max));
}

static bool is_needed(const struct field *field)
{
	return !field->optional;
}

/* The first field of fact that is so and has a value, or TYPE_NONE. */
static uint32_t find_field(const struct world *world, const struct fact *fact,
			   bool (*is_so)(const struct field *field))
{
	const struct event_type *type = schema_type(world->schema, fact->type);

	for (uint32_t i = 0; i < type->n_fields; i++)
		if (fact->values[i].present && is_so(&type->fields[i]))
			return i;
	return TYPE_NONE;
}

static bool any_field(const struct world *world, bool (*is_so)(const struct field *field))
{
	for (uint32_t t = 0; t < schema_n_types(world->schema); t++) {
		const struct event_type *type = schema_type(world->schema, t);

		for (uint32_t i = 0; i < type->n_fields; i++)
			if (is_so(&type->fields[i]))
				return true;
	}
	return false;
}

static bool has_bounded_field(const struct world *world)
{
	return any_field(world, is_bounded);
}

static bool has_needed_field(const struct world *world)
{
	return any_field(world, is_needed);
}

static bool can_be_too_big(const struct world *world)
{
	return world->settings->limits.payload_bytes < BROKER_MAX;
}

static bool can_be_too_long(const struct world *world)
{
	const struct settings *settings = world->settings;

	return settings->limits.string_bytes + 2048 < settings->limits.payload_bytes;
}

static bool is_numbered(const struct world *world)
{
	return world->numbered;
}

static bool goes_by_id(const struct world *world)
{
	return !world->numbered;
}

static bool go_too_deep(struct faults *faults, const struct fact *fact, int64_t now_ms,
			struct twist *twist)
{
	(void)fact;
	(void)now_ms;
	twist->member = text_get(&faults->deep);
	return true;
}

static bool add_too_many(struct faults *faults, const struct fact *fact, int64_t now_ms,
			 struct twist *twist)
{
	(void)fact;
	(void)now_ms;
	twist->member = text_get(&faults->many);
	return true;
}

static bool write_too_long(struct faults *faults, const struct fact *fact, int64_t now_ms,
			   struct twist *twist)
{
	(void)fact;
	(void)now_ms;
	twist->member = text_get(&faults->long_text);
	return true;
}

static bool date_ahead(struct faults *faults, const struct fact *fact, int64_t now_ms,
		       struct twist *twist)
{
	const struct settings *settings = faults->world->settings;

	int64_t ahead_ms = settings->limits.future_ms;

	(void)fact;
	if (ahead_ms < settings->limits.ahead_ms)
		ahead_ms = settings->limits.ahead_ms;
	twist->time =
		civil_format(faults->time, now_ms + ahead_ms + HOUR_MS, settings->offset_minutes);
	return true;
}

static bool date_back(struct faults *faults, const struct fact *fact, int64_t now_ms,
		      struct twist *twist)
{
	const struct settings *settings = faults->world->settings;

	(void)fact;
	twist->time = civil_format(faults->time, now_ms - settings->limits.age_ms - HOUR_MS,
				   settings->offset_minutes);
	return true;
}

/* The same id at another time. */
static bool date_otherwise(struct faults *faults, const struct fact *fact, int64_t now_ms,
			   struct twist *twist)
{
	(void)now_ms;
	twist->time = civil_format(faults->time, fact->time_ms - 1,
				   faults->world->settings->offset_minutes);
	return true;
}

/* A number below the window of the source, whose highest is this one or above. */
static bool count_back(struct faults *faults, const struct fact *fact, int64_t now_ms,
		       struct twist *twist)
{
	uint32_t window = world_window(faults->world, fact);

	(void)now_ms;
	if (fact->sequence <= window)
		return false;
	(void)snprintf(faults->sequence, sizeof(faults->sequence), "%" PRIu64,
		       fact->sequence - window);
	twist->sequence = faults->sequence;
	return true;
}

static bool leave_out(struct faults *faults, const struct fact *fact, int64_t now_ms,
		      struct twist *twist)
{
	(void)now_ms;
	twist->without_field = find_field(faults->world, fact, is_needed);
	return twist->without_field != TYPE_NONE;
}

static bool run_wild(struct faults *faults, const struct fact *fact, int64_t now_ms,
		     struct twist *twist)
{
	(void)now_ms;
	twist->wild_field = find_field(faults->world, fact, is_bounded);
	return twist->wild_field != TYPE_NONE;
}

static void cut(struct text *payload, const struct world *world)
{
	(void)world;
	payload->bytes[--payload->size] = '\0';
}

static void break_encoding(struct text *payload, const struct world *world)
{
	(void)world;
	*strstr(payload->bytes, "/unit/") = (char)0xff;
}

static void pad(struct text *payload, const struct world *world)
{
	while (payload->size <= (size_t)world->settings->limits.payload_bytes)
		text_add(payload, "%*s", 1024, "");
}

/* clang-format off */
static const struct recipe recipes[] = {
	{ REASON_json_syntax,   true,  .spoil = cut },
	{ REASON_no_id,         false, .twist.id = "\"\"" },
	{ .reason = REASON_duplicate },
	{ REASON_bad_time,      false, .twist.time = "2026-02-30T08:00:00+07:00" },
	{ REASON_unknown_unit,  true,  .topic_unit = "no-such-unit" },
	{ REASON_unknown_type,  false, .twist.type = "no-such-event" },
	{ REASON_unit_mismatch, false, .twist.unit = "no-such-unit" },
	{ REASON_no_field,      false, .prepare = leave_out, .needs = has_needed_field },
	{ REASON_out_of_range,  false, .prepare = run_wild, .needs = has_bounded_field },
	{ REASON_bad_type,      false, .twist.subject = "5" },
	{ REASON_bad_number,    true,  .twist.member = "\"x\":1e999" },
	{ REASON_ts_old,        false, .prepare = date_back },
	{ REASON_ts_future,     false, .prepare = date_ahead },
	{ REASON_id_conflict,   false, .prepare = date_otherwise, .needs = goes_by_id },
	{ REASON_seq_conflict,  false, .prepare = date_otherwise, .needs = is_numbered },
	{ REASON_seq_old,       false, .prepare = count_back, .needs = is_numbered },
	{ REASON_bad_name,      false, .twist.id = "\"a\\u0001b\"" },
	{ REASON_bad_topic,     true,  .topic_type = "Not-A-Type" },
	{ REASON_dup_key,       true,  .twist.attribute = "\"specversion\":\"1.0\"" },
	{ REASON_json_encoding, true,  .spoil = break_encoding },
	{ REASON_too_deep,      true,  .prepare = go_too_deep },
	{ REASON_too_many,      true,  .prepare = add_too_many },
	{ REASON_too_long,      true,  .prepare = write_too_long, .needs = can_be_too_long },
	{ REASON_too_big,       true,  .spoil = pad, .needs = can_be_too_big },
};
/* clang-format on */

struct faults *faults_new(const struct world *world)
{
	struct faults *faults = xcalloc(1, sizeof(*faults));
	int depth = world->settings->limits.depth;

	faults->world = world;
	text_add(&faults->deep, "\"x\":");
	for (int i = 0; i <= depth; i++)
		text_add(&faults->deep, "[");
	for (int i = 0; i <= depth; i++)
		text_add(&faults->deep, "]");

	text_add(&faults->many, "\"x\":[0");
	for (int i = 0; i < world->settings->limits.batch; i++)
		text_add(&faults->many, ",0");
	text_add(&faults->many, "]");

	text_add(&faults->long_text, "\"x\":\"");
	for (int64_t i = 0; can_be_too_long(world) && i <= world->settings->limits.string_bytes;
	     i++)
		text_add_bytes(&faults->long_text, "a", 1);
	text_add(&faults->long_text, "\"");
	return faults;
}

struct faults *faults_free(struct faults *faults)
{
	if (!faults)
		return NULL;

	text_fini(&faults->long_text);
	text_fini(&faults->many);
	text_fini(&faults->deep);
	free(faults);
	return NULL;
}

bool fault_repeats(enum reason reason)
{
	return reason == REASON_duplicate || reason == REASON_id_conflict ||
	       reason == REASON_seq_conflict || reason == REASON_seq_old;
}

enum reason faults_turn(const struct faults *faults)
{
	return recipes[faults->turn].reason;
}

void faults_pass(struct faults *faults)
{
	const struct recipe *recipe;

	do {
		faults->turn = (faults->turn + 1) % COUNT(recipes);
		recipe = &recipes[faults->turn];
	} while (recipe->needs && !recipe->needs(faults->world));
}

bool faults_make(struct faults *faults, const struct fact *fact, int64_t now_ms, struct faulty *ret)
{
	const struct recipe *recipe = &recipes[faults->turn];
	const struct world *world = faults->world;
	const struct event_type *type = schema_type(world->schema, fact->type);
	struct twist twist = recipe->twist;

	twist.without_field = TYPE_NONE;
	twist.wild_field = TYPE_NONE;
	if (recipe->prepare && !recipe->prepare(faults, fact, now_ms, &twist))
		return false;

	ret->alone = recipe->alone;
	text_clear(&ret->topic);
	text_add(&ret->topic, "%s/%s/%s/evt/%s", world->settings->mqtt.prefix,
		 recipe->topic_unit ? recipe->topic_unit : units_at(world->units, fact->unit)->id,
		 schema_feed(world->schema, type->feed)->id,
		 recipe->topic_type ? recipe->topic_type : type->name);
	text_clear(&ret->payload);
	fact_json(&ret->payload, world, fact, &twist);
	if (recipe->spoil)
		recipe->spoil(&ret->payload, world);
	return true;
}
