/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sequence and session are left out: an event keeps of its session only a hash, and those who read
 * what is written here know by the site's own numbers what is a repeat (event.forwarded).
 */
#include "iocd/decode.h"

#include <string.h>

#include "iocd/base/civil.h"

#define LAST_MS    INT64_C(253402300799999) /* of the year 9999, in UTC */
#define FAR_WEST   "-23:59"                 /* the last zone in which it is still that year */
#define FAR_MS     INT64_C(86340000)        /* how far that is */
#define SECONDS_AT (sizeof("9999-12-31T23:59:") - 1)

#define PUT(json, literal) text_add_bytes((json), "" literal, sizeof(literal) - 1)

static void put_string(struct text *json, const struct slice *string)
{
	text_add_json(json, string->bytes, string->size);
}

static void put_name(struct text *json, const char *name)
{
	text_add_json(json, name, strlen(name));
}

/* A time that only a zone in the west, and maybe a leap second, can say. */
static void format_far(char text[CIVIL_TEXT_MAX], int64_t time_ms)
{
	int64_t local_ms = time_ms - FAR_MS;
	bool is_leap = local_ms > LAST_MS;
	size_t n;

	n = strlen(civil_format(text, is_leap ? LAST_MS - 999 + local_ms % 1000 : local_ms, 0));
	memcpy(text + n - sizeof(FAR_WEST) + 1, FAR_WEST, sizeof(FAR_WEST));
	if (is_leap)
		memcpy(text + SECONDS_AT, "60", 2);
}

/* A clock that is ahead may take a time that was corrected to before 1970, which nobody reads. */
static void put_time(struct text *json, int64_t time_ms)
{
	char text[CIVIL_TEXT_MAX];

	if (time_ms > LAST_MS)
		format_far(text, time_ms);
	else
		civil_format(text, time_ms > 0 ? time_ms : 0, 0);
	PUT(json, "\"");
	text_add_bytes(json, text, strlen(text));
	PUT(json, "\"");
}

static void put_value(struct text *json, const struct field *field, const struct value *value)
{
	switch (field->kind) {
	case FIELD_TEXT:
		put_string(json, &value->text);
		break;
	case FIELD_NUMBER:
	case FIELD_INTEGER:
		text_add_number(json, value->number);
		break;
	case FIELD_FLAG:
		if (value->number != 0)
			PUT(json, "true");
		else
			PUT(json, "false");
		break;
	case FIELD_TIME:
		put_time(json, value->time_ms);
		break;
	case FIELD_CHOICE:
		put_name(json, field->choices[value->choice]);
		break;
	}
}

static void put_data(struct text *json, const struct event_type *type, const struct value *values)
{
	bool is_first = true;

	PUT(json, ",\"data\":{");
	for (uint32_t i = 0; i < type->n_fields; i++) {
		if (!values[i].present)
			continue;
		if (!is_first)
			PUT(json, ",");
		is_first = false;
		put_name(json, type->fields[i].name);
		PUT(json, ":");
		put_value(json, &type->fields[i], &values[i]);
	}
	PUT(json, "}");
}

void event_write(struct text *json, const struct event *event, const struct schema *schema,
		 const struct units *units)
{
	const struct event_type *type = schema_type(schema, event->type);

	PUT(json, "{\"specversion\":\"1.0\",\"id\":");
	put_string(json, &event->id);
	PUT(json, ",\"source\":");
	put_string(json, &event->source);
	PUT(json, ",\"type\":");
	put_name(json, type->name);
	PUT(json, ",\"unit\":");
	put_name(json, units_at(units, event->former ? event->former : event->unit)->id);
	PUT(json, ",\"time\":");
	put_time(json, event->time_ms);
	if (event->subject.size > 0) {
		PUT(json, ",\"subject\":");
		put_string(json, &event->subject);
	}
	if (event->historical)
		PUT(json, ",\"historical\":true");
	if (event->drill)
		PUT(json, ",\"drill\":true");
	put_data(json, type, event->values);
	PUT(json, "}");
}
