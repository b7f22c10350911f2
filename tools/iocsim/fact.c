/* SPDX-License-Identifier: Apache-2.0 */
#include "fact.h"

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "iocd/base/civil.h"

const struct twist no_twist = { .without_field = TYPE_NONE, .wild_field = TYPE_NONE };

static const struct event_type *type_of(const struct world *world, const struct fact *fact)
{
	return schema_type(world->schema, fact->type);
}

/* Lends the value of the field of that name, or NULL; stores the field. */
static struct fact_value *find(struct fact *fact, const struct world *world, const char *name,
			       const struct field **ret)
{
	const struct event_type *type = type_of(world, fact);
	uint32_t i = event_type_find_field(type, name, strlen(name));

	if (i == TYPE_NONE)
		return NULL;
	*ret = &type->fields[i];
	return &fact->values[i];
}

static void put_text(struct fact_value *value, const struct field *field, const char *text)
{
	if (field->kind == FIELD_TEXT) {
		(void)snprintf(value->text, sizeof(value->text), "%s", text);
		value->present = true;
		return;
	}
	for (uint32_t i = 0; field->kind == FIELD_CHOICE && i < field->n_choices; i++) {
		if (strcmp(field->choices[i], text) != 0)
			continue;
		value->choice = i;
		value->present = true;
	}
}

static void put_number(struct fact_value *value, const struct field *field, double number)
{
	if (field->kind == FIELD_FLAG) {
		value->number = number != 0;
		value->present = true;
		return;
	}
	if (field->kind != FIELD_NUMBER && field->kind != FIELD_INTEGER)
		return;
	if (field->kind == FIELD_INTEGER)
		number = round(number);
	value->number = fmin(fmax(number, field->min), field->max);
	value->present = true;
}

uint32_t world_window(const struct world *world, const struct fact *fact)
{
	uint32_t window = schema_feed(world->schema, type_of(world, fact)->feed)->memory.window;

	return window ? window : (uint32_t)world->settings->limits.dedup_window;
}

void fact_init(struct fact *fact, uint32_t unit, uint32_t type, int64_t time_ms)
{
	*fact = (struct fact){ .unit = unit, .type = type, .time_ms = time_ms };
}

void fact_set_subject(struct fact *fact, const char *subject)
{
	(void)snprintf(fact->subject, sizeof(fact->subject), "%s", subject);
}

void fact_text(struct fact *fact, const struct world *world, const char *field, const char *format,
	       ...)
{
	char text[FACT_TEXT_MAX];
	const struct field *declared;
	struct fact_value *value = find(fact, world, field, &declared);
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if (value)
		put_text(value, declared, text);
}

void fact_number(struct fact *fact, const struct world *world, const char *field, double number)
{
	const struct field *declared;
	struct fact_value *value = find(fact, world, field, &declared);

	if (value)
		put_number(value, declared, number);
}

void fact_time(struct fact *fact, const struct world *world, const char *field, int64_t time_ms)
{
	const struct field *declared;
	struct fact_value *value = find(fact, world, field, &declared);

	if (!value || declared->kind != FIELD_TIME)
		return;
	value->time_ms = time_ms;
	value->present = true;
}

static void make_up(struct fact_value *value, const struct field *field, int64_t time_ms,
		    struct random_stream *random)
{
	double low = isfinite(field->min) ? field->min : 0;
	double high = isfinite(field->max) ? field->max : low + 100;

	value->present = true;
	switch (field->kind) {
	case FIELD_TEXT:
		(void)snprintf(value->text, sizeof(value->text), "%s-%u", "sample",
			       (unsigned)random_below(random, 1000));
		break;
	case FIELD_NUMBER:
	case FIELD_INTEGER:
		put_number(value, field, floor(low + random_unit(random) * (high - low)));
		break;
	case FIELD_FLAG:
		value->number = (double)random_below(random, 2);
		break;
	case FIELD_TIME:
		value->time_ms = time_ms;
		break;
	case FIELD_CHOICE:
		value->choice = (uint32_t)random_below(random, field->n_choices);
		break;
	}
}

void fact_complete(struct fact *fact, const struct world *world, struct random_stream *random)
{
	const struct event_type *type = type_of(world, fact);

	for (uint32_t i = 0; i < type->n_fields; i++)
		if (!type->fields[i].optional && !fact->values[i].present)
			make_up(&fact->values[i], &type->fields[i], fact->time_ms, random);
}

static void add_time(struct text *out, const struct world *world, int64_t time_ms)
{
	char text[CIVIL_TEXT_MAX];

	text_add(out, "\"%s\"", civil_format(text, time_ms, world->settings->offset_minutes));
}

static void add_value(struct text *out, const struct world *world, const struct field *field,
		      const struct fact_value *value)
{
	switch (field->kind) {
	case FIELD_TEXT:
		text_add_json(out, value->text, strlen(value->text));
		break;
	case FIELD_NUMBER:
	case FIELD_INTEGER:
		text_add_number(out, value->number);
		break;
	case FIELD_FLAG:
		text_add(out, "%s", value->number != 0 ? "true" : "false");
		break;
	case FIELD_TIME:
		add_time(out, world, value->time_ms);
		break;
	case FIELD_CHOICE:
		text_add_json(out, field->choices[value->choice],
			      strlen(field->choices[value->choice]));
		break;
	}
}

static void add_wild_value(struct text *out, const struct field *field)
{
	if (field->kind == FIELD_CHOICE)
		text_add(out, "\"no such choice\"");
	else
		text_add_number(out, isfinite(field->max) ? field->max + 1 : field->min - 1);
}

static void add_data(struct text *out, const struct world *world, const struct fact *fact,
		     const struct twist *twist)
{
	const struct event_type *type = type_of(world, fact);
	const char *separator = "{";

	for (uint32_t i = 0; i < type->n_fields; i++) {
		if (!fact->values[i].present || i == twist->without_field)
			continue;
		text_add(out, "%s\"%s\":", separator, type->fields[i].name);
		separator = ",";
		if (i == twist->wild_field)
			add_wild_value(out, &type->fields[i]);
		else
			add_value(out, world, &type->fields[i], &fact->values[i]);
	}
	if (twist->member) {
		text_add(out, "%s%s", separator, twist->member);
		separator = ",";
	}
	text_add(out, *separator == '{' ? "{}" : "}");
}

static void add_identity(struct text *out, const struct world *world, const struct fact *fact,
			 const struct twist *twist)
{
	const struct event_type *type = type_of(world, fact);
	const char *feed = schema_feed(world->schema, type->feed)->id;
	const char *unit = units_at(world->units, fact->unit)->id;

	text_add(out, "{\"specversion\":\"1.0\",\"id\":");
	if (twist->id)
		text_add(out, "%s", twist->id);
	else
		text_add(out, "\"%" PRIu64 "-%" PRIx64 "-%s-%" PRIu64 "\"", world->seed,
			 (uint64_t)world->run, unit, fact->serial);
	text_add(out, ",\"source\":\"/unit/%s/%s\",\"type\":\"vn.ioc.%s.%s.v1\"",
		 twist->unit ? twist->unit : unit, feed, feed,
		 twist->type ? twist->type : type->name);
}

/* Each run is a session of its own: it counts anew. */
static void add_sequence(struct text *out, const struct world *world, const struct fact *fact,
			 const struct twist *twist)
{
	if (twist->sequence)
		text_add(out, ",\"sequence\":\"%s\"", twist->sequence);
	else
		text_add(out, ",\"sequence\":\"%" PRIu64 "\"", fact->sequence);
	text_add(out, ",\"session\":\"%" PRIx64 "\"", (uint64_t)world->run);
}

void fact_json(struct text *out, const struct world *world, const struct fact *fact,
	       const struct twist *twist)
{
	add_identity(out, world, fact, twist);
	text_add(out, ",\"time\":");
	if (twist->time)
		text_add(out, "\"%s\"", twist->time);
	else
		add_time(out, world, fact->time_ms + twist->ahead_ms);
	if (twist->subject) {
		text_add(out, ",\"subject\":%s", twist->subject);
	} else if (fact->subject[0]) {
		text_add(out, ",\"subject\":");
		text_add_json(out, fact->subject, strlen(fact->subject));
	}
	if (fact->sequence)
		add_sequence(out, world, fact, twist);
	if (fact->historical)
		text_add(out, ",\"historical\":true");
	if (twist->attribute)
		text_add(out, ",%s", twist->attribute);
	text_add(out, ",\"datacontenttype\":\"application/json\",\"data\":");
	add_data(out, world, fact, twist);
	text_add(out, "}");
}
