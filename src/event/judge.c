/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The order in which an event is looked at is fixed, so that one with several faults is always
 * refused for the same: identity, type, unit, time, names, sequence, fields.
 */
#include "decoder.h"

#include <math.h>
#include <string.h>

#include "iocd/base/civil.h"

#include "identity.h"

#define DIGITS_MAX    19                 /* of a sequence that is text: so many always fit */
#define EXACT_INTEGER 9007199254740992.0 /* 2^53 */

/* What the checks of one event work on. */
struct judge {
	const struct decoder *decoder;
	const struct message *message;
	const struct raw_event *raw;
	struct event *event; /* filled on the way */
	const char **about;  /* what it was refused for; told on the way */
};

const char *attribute_name(enum attribute attribute)
{
	static const char *const names[N_ATTRIBUTES] = {
		[ATTRIBUTE_SPECVERSION] = "specversion",
		[ATTRIBUTE_ID] = "id",
		[ATTRIBUTE_SOURCE] = "source",
		[ATTRIBUTE_TYPE] = "type",
		[ATTRIBUTE_TIME] = "time",
		[ATTRIBUTE_SUBJECT] = "subject",
		[ATTRIBUTE_UNIT] = "unit",
		[ATTRIBUTE_HISTORICAL] = "historical",
		[ATTRIBUTE_DRILL] = "drill",
		[ATTRIBUTE_SEQUENCE] = "sequence",
		[ATTRIBUTE_SESSION] = "session",
		[ATTRIBUTE_DATA] = "data",
	};

	return names[attribute];
}

static bool slices_are_equal(const struct slice *a, const char *bytes, size_t n)
{
	return a->size == n && !memcmp(a->bytes, bytes, n);
}

static bool raw_is(const struct raw *raw, const char *text)
{
	return raw->kind == RAW_TEXT && slices_are_equal(&raw->text, text, strlen(text));
}

static bool raw_is_missing(const struct raw *raw)
{
	return raw->kind == RAW_ABSENT || raw->kind == RAW_NULL;
}

/* Refuses because of what has that name, which is lent for ever. */
static enum reason refuse(const struct judge *judge, enum reason reason, const char *about)
{
	*judge->about = about;
	return reason;
}

static const struct raw *attribute(const struct judge *judge, enum attribute attribute)
{
	return &judge->raw->attributes[attribute];
}

/* Bytes of name without a last level of "v" and digits. */
static size_t size_without_version(const struct slice *name)
{
	size_t n = name->size;

	while (n > 0 && name->bytes[n - 1] >= '0' && name->bytes[n - 1] <= '9')
		n--;
	if (n == name->size || n < 2 || name->bytes[n - 1] != 'v' || name->bytes[n - 2] != '.')
		return name->size;
	return n - 2;
}

uint32_t judge_find_type(const struct decoder *decoder, uint32_t feed, const char *name, size_t n)
{
	const struct schema *schema = decoder->options.schema;
	uint32_t type = schema_find_type(schema, feed, name, n);

	return type != TYPE_NONE && schema_type(schema, type)->is_internal ? TYPE_NONE : type;
}

/* The type of the message's feed that is named by the bytes from first on, as they are or without
 * their version; TYPE_NONE if there is none or the topic wants another. */
static uint32_t find_from(const struct decoder *decoder, const struct message *message,
			  const struct slice *name, size_t first)
{
	const size_t ends[] = { name->size, size_without_version(name) };
	uint32_t type;

	for (size_t i = 0; i < COUNT(ends); i++) {
		if (ends[i] <= first)
			continue;
		type = judge_find_type(decoder, message->feed, name->bytes + first,
				       ends[i] - first);
		if (type != TYPE_NONE && (message->type == TYPE_NONE || message->type == type))
			return type;
	}
	return TYPE_NONE;
}

/* True if "<feed>." stands at place at of name as a level of its own. */
static bool feed_is_at(const struct slice *name, size_t at, const char *feed, size_t n_feed)
{
	if (at > 0 && name->bytes[at - 1] != '.')
		return false;
	return name->size - at > n_feed && !memcmp(name->bytes + at, feed, n_feed) &&
	       name->bytes[at + n_feed] == '.';
}

/* Tries a name as it is, and behind each "<feed>." in it. */
static uint32_t find_spelled(const struct decoder *decoder, const struct message *message,
			     const struct slice *name)
{
	const char *feed = schema_feed(decoder->options.schema, message->feed)->id;
	size_t n_feed = strlen(feed);
	uint32_t type = find_from(decoder, message, name, 0);

	for (size_t i = 0; type == TYPE_NONE && i < name->size; i++)
		if (feed_is_at(name, i, feed, n_feed))
			type = find_from(decoder, message, name, i + n_feed + 1);
	return type;
}

uint32_t judge_type(struct decoder *decoder, struct message *message, const struct raw *type)
{
	uint32_t guess = message->type == TYPE_NONE ? message->type_guess : message->type;
	const struct slice *name = &type->text;
	struct plan *plan;

	if (type->kind != RAW_TEXT)
		return TYPE_NONE;

	/* Senders spell a type in one way. */
	if (guess != TYPE_NONE) {
		plan = &decoder->plans[guess];
		if (slices_are_equal(name, plan->spelling, plan->spelling_size))
			return guess;
	}
	guess = find_spelled(decoder, message, name);
	if (guess == TYPE_NONE)
		return TYPE_NONE;

	message->type_guess = guess;
	if (name->size <= SPELLING_MAX) {
		plan = &decoder->plans[guess];
		memcpy(plan->spelling, name->bytes, name->size);
		plan->spelling_size = name->size;
	}
	return guess;
}

static enum reason check_identity(const struct judge *judge)
{
	static const enum attribute needed[] = { ATTRIBUTE_ID, ATTRIBUTE_SOURCE, ATTRIBUTE_TYPE };

	if (!raw_is(attribute(judge, ATTRIBUTE_SPECVERSION), "1.0"))
		return refuse(judge, REASON_no_id, attribute_name(ATTRIBUTE_SPECVERSION));
	for (size_t i = 0; i < COUNT(needed); i++)
		if (attribute(judge, needed[i])->kind != RAW_TEXT ||
		    attribute(judge, needed[i])->text.size == 0)
			return refuse(judge, REASON_no_id, attribute_name(needed[i]));

	judge->event->id = attribute(judge, ATTRIBUTE_ID)->text;
	judge->event->source = attribute(judge, ATTRIBUTE_SOURCE)->text;
	return REASON_NONE;
}

static bool is_our_unit(const struct judge *judge, const char *name, size_t n)
{
	const struct message *message = judge->message;

	return slices_are_equal(&message->unit_name, name, n) ||
	       units_find(judge->decoder->options.units, name, n) == message->unit;
}

static enum reason check_unit(const struct judge *judge)
{
	static const char form[] = "/unit/";
	const size_t n_form = sizeof(form) - 1;
	const struct slice *source = &judge->event->source;
	const struct raw *unit = attribute(judge, ATTRIBUTE_UNIT);
	const char *name, *end;
	size_t n;

	if (source->size >= n_form && !memcmp(source->bytes, form, n_form)) {
		name = source->bytes + n_form;
		n = source->size - n_form;
		end = memchr(name, '/', n);
		if (!is_our_unit(judge, name, end ? (size_t)(end - name) : n))
			return refuse(judge, REASON_unit_mismatch,
				      attribute_name(ATTRIBUTE_SOURCE));
	}
	if (raw_is_missing(unit))
		return REASON_NONE;
	if (unit->kind != RAW_TEXT || !is_our_unit(judge, unit->text.bytes, unit->text.size))
		return refuse(judge, REASON_unit_mismatch, attribute_name(ATTRIBUTE_UNIT));
	return REASON_NONE;
}

static bool read_mark(const struct raw *raw)
{
	return raw->kind == RAW_TRUE || raw_is(raw, "true");
}

static enum reason read_time(const struct judge *judge)
{
	const struct decode_limits *limits = &judge->decoder->options.limits;
	const struct raw *time = attribute(judge, ATTRIBUTE_TIME);
	struct event *event = judge->event;
	int64_t age_ms;

	*judge->about = attribute_name(ATTRIBUTE_TIME);
	event->historical = read_mark(attribute(judge, ATTRIBUTE_HISTORICAL));
	event->drill = read_mark(attribute(judge, ATTRIBUTE_DRILL));

	if (time->kind != RAW_TEXT ||
	    civil_parse(time->text.bytes, time->text.size, &event->time_ms))
		return REASON_bad_time;

	age_ms = event->arrival_ms - event->time_ms;
	if (-age_ms > limits->future_ms && -age_ms > limits->ahead_ms)
		return REASON_ts_future;
	if (age_ms > limits->age_ms && !event->historical)
		return REASON_ts_old;
	return REASON_NONE;
}

/* Are all of eight bytes printable ASCII? */
static bool eight_are_printable(const char *bytes)
{
	const uint64_t every = 0x0101010101010101u;
	uint64_t word;

	memcpy(&word, bytes, sizeof(word));
	return ((word | (word - every * 0x20) | ((word ^ every * 0x7f) - every)) & every * 0x80) ==
	       0;
}

/* True if the bytes at at, of which n are left, start with a character that no name may hold: C0,
 * DEL, C1, and those that turn the direction of writing. */
static bool is_control(const unsigned char *at, size_t n)
{
	if (at[0] < 0x20 || at[0] == 0x7f)
		return true;
	if (at[0] == 0xc2 && n >= 2)
		return at[1] < 0xa0; /* U+0080 to U+009F */
	if (at[0] != 0xe2 || n < 3)
		return false;
	return (at[1] == 0x80 && at[2] >= 0xaa && at[2] <= 0xae) || /* U+202A to U+202E */
	       (at[1] == 0x81 && at[2] >= 0xa6 && at[2] <= 0xa9);   /* U+2066 to U+2069 */
}

/* Is all of name printable ASCII, as far as eight bytes at a time can tell? */
static bool is_printable(const struct slice *name)
{
	size_t i = 0;

	if (name->size < 8)
		return false;
	for (; i + 8 < name->size; i += 8)
		if (!eight_are_printable(name->bytes + i))
			return false;
	return eight_are_printable(name->bytes + name->size - 8);
}

static bool is_good_name(const struct slice *name)
{
	if (name->size > IDENTITY_NAME_MAX)
		return false;
	if (is_printable(name))
		return true; /* nearly always */

	for (size_t i = 0; i < name->size; i++)
		if (is_control((const unsigned char *)name->bytes + i, name->size - i))
			return false;
	return true;
}

static enum reason read_names(const struct judge *judge)
{
	const struct raw *subject = attribute(judge, ATTRIBUTE_SUBJECT);
	struct event *event = judge->event;

	if (!raw_is_missing(subject)) {
		if (subject->kind != RAW_TEXT)
			return refuse(judge, REASON_bad_type, attribute_name(ATTRIBUTE_SUBJECT));
		event->subject = subject->text;
	}
	if (!is_good_name(&event->id))
		return refuse(judge, REASON_bad_name, attribute_name(ATTRIBUTE_ID));
	if (!is_good_name(&event->source))
		return refuse(judge, REASON_bad_name, attribute_name(ATTRIBUTE_SOURCE));
	if (!is_good_name(&event->subject))
		return refuse(judge, REASON_bad_name, attribute_name(ATTRIBUTE_SUBJECT));
	return REASON_NONE;
}

static enum reason read_digits(const struct slice *text, uint64_t *ret)
{
	uint64_t number = 0;

	if (text->size == 0 || text->size > DIGITS_MAX)
		return REASON_bad_number;
	for (size_t i = 0; i < text->size; i++) {
		if (text->bytes[i] < '0' || text->bytes[i] > '9')
			return REASON_bad_number;
		number = number * 10 + (uint64_t)(text->bytes[i] - '0');
	}
	*ret = number;
	return REASON_NONE;
}

/* CloudEvents says that a sequence is a string; a number is the same thing. */
static enum reason read_count(const struct raw *raw, uint64_t *ret)
{
	double number = raw->number;

	if (raw->kind == RAW_TEXT)
		return read_digits(&raw->text, ret);
	if (raw->kind != RAW_NUMBER)
		return REASON_bad_type;
	if (number < 0 || number > EXACT_INTEGER || number != trunc(number))
		return REASON_bad_number;

	*ret = (uint64_t)number;
	return REASON_NONE;
}

/* The session only says whose numbers they are: without a number it is nobody's. */
static enum reason read_sequence(const struct judge *judge, struct slice *ret_session)
{
	const struct raw *sequence = attribute(judge, ATTRIBUTE_SEQUENCE);
	const struct raw *session = attribute(judge, ATTRIBUTE_SESSION);
	enum reason reason;

	if (raw_is_missing(sequence))
		return REASON_NONE;
	reason = read_count(sequence, &judge->event->sequence);
	if (reason != REASON_NONE)
		return refuse(judge, reason, attribute_name(ATTRIBUTE_SEQUENCE));
	if (!raw_is_missing(session)) {
		*judge->about = attribute_name(ATTRIBUTE_SESSION);
		if (session->kind != RAW_TEXT)
			return REASON_bad_type;
		if (!is_good_name(&session->text))
			return REASON_bad_name;
		*ret_session = session->text;
	}
	judge->event->has_sequence = true;
	return REASON_NONE;
}

static enum reason read_number(const struct field *field, const struct raw *raw, struct value *ret)
{
	double number = raw->number;

	if (raw->kind != RAW_NUMBER)
		return REASON_bad_number;
	if (field->kind == FIELD_INTEGER &&
	    (number != trunc(number) || fabs(number) > EXACT_INTEGER))
		return REASON_bad_number;
	if (number < field->min || number > field->max)
		return REASON_out_of_range;

	ret->number = number + 0.0; /* makes 0 of -0, so that equal numbers are the same bits */
	return REASON_NONE;
}

static enum reason read_flag(const struct raw *raw, struct value *ret)
{
	if (raw->kind != RAW_TRUE && raw->kind != RAW_FALSE)
		return REASON_bad_type;

	ret->number = raw->kind == RAW_TRUE;
	return REASON_NONE;
}

static enum reason read_text(const struct field *field, const struct map *choices,
			     const struct raw *raw, struct value *ret)
{
	if (raw->kind != RAW_TEXT)
		return REASON_bad_type;

	if (field->kind == FIELD_TIME)
		return civil_parse(raw->text.bytes, raw->text.size, &ret->time_ms) ? REASON_bad_time
										   : REASON_NONE;
	if (field->kind == FIELD_CHOICE) {
		ret->choice = map_find(choices, raw->text.bytes, raw->text.size);
		return ret->choice == MAP_NONE ? REASON_out_of_range : REASON_NONE;
	}
	ret->text = raw->text;
	return REASON_NONE;
}

static enum reason read_field(const struct field *field, const struct map *choices,
			      const struct raw *raw, struct value *ret)
{
	if (raw_is_missing(raw))
		return field->optional ? REASON_NONE : REASON_no_field;

	ret->present = true;
	switch (field->kind) {
	case FIELD_NUMBER:
	case FIELD_INTEGER:
		return read_number(field, raw, ret);
	case FIELD_FLAG:
		return read_flag(raw, ret);
	case FIELD_TEXT:
	case FIELD_TIME:
	case FIELD_CHOICE:
		return read_text(field, choices, raw, ret);
	}
	return REASON_internal;
}

static enum reason read_fields(const struct judge *judge)
{
	static const struct raw absent = { .kind = RAW_ABSENT };
	const struct plan *plan = &judge->decoder->plans[judge->raw->type];
	const struct raw *data = attribute(judge, ATTRIBUTE_DATA);
	const struct raw *raw;
	enum reason reason;

	if (!raw_is_missing(data) && data->kind != RAW_OBJECT)
		return refuse(judge, REASON_bad_type, attribute_name(ATTRIBUTE_DATA));

	for (uint32_t i = 0; i < plan->type->n_fields; i++) {
		raw = data->kind == RAW_OBJECT ? &judge->raw->fields[i] : &absent;
		reason = read_field(&plan->type->fields[i], plan->choices[i], raw,
				    &judge->event->values[i]);
		if (reason != REASON_NONE)
			return refuse(judge, reason, plan->type->fields[i].name);
	}
	return REASON_NONE;
}

static enum reason read_event(const struct judge *judge, struct slice *ret_session)
{
	enum reason reason = check_identity(judge);

	if (reason == REASON_NONE && judge->raw->type == TYPE_NONE)
		reason = refuse(judge, REASON_unknown_type, attribute_name(ATTRIBUTE_TYPE));
	if (reason == REASON_NONE)
		reason = check_unit(judge);
	if (reason == REASON_NONE)
		reason = read_time(judge);
	if (reason == REASON_NONE)
		reason = read_names(judge);
	if (reason == REASON_NONE)
		reason = read_sequence(judge, ret_session);
	if (reason == REASON_NONE)
		reason = read_fields(judge);
	return reason;
}

void judge_event(struct decoder *decoder, struct message *message, const struct raw_event *raw,
		 uint32_t nth, struct decoded *ret)
{
	const char *about = NULL;
	struct judge judge = { decoder, message, raw, &ret->event, &about };
	struct slice session = { "", 0 };
	enum reason reason;

	*ret = (struct decoded){
		.event = {
			.unit = message->unit,
			.former = message->former,
			.type = raw->type,
			.feed = message->feed,
			.arrival_ms = message->input->arrival_ms,
			.position = message->input->position,
			.nth = nth,
		},
	};
	reason = read_event(&judge, &session);
	if (reason != REASON_NONE) {
		judge_refuse(message, reason, nth, ret);
		ret->about = about;
		return;
	}
	identity_fill(decoder, &session, &ret->event);
	message->n_unknown += raw->n_unknown;
}

void judge_refuse(const struct message *message, enum reason reason, uint32_t nth,
		  struct decoded *ret)
{
	*ret = (struct decoded){ .reason = reason, .event = { .unit = message->unit, .nth = nth } };
}
