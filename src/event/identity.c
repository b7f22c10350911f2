/* SPDX-License-Identifier: Apache-2.0 */
#include "identity.h"

#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#define UNIT_ID_BYTES_MAX 64
#define CROWD_UNIT        (EVENT_STREAM_UNIT & -EVENT_STREAM_UNIT) /* the lowest of its bits */

static char *put(char *to, const void *bytes, size_t n)
{
	memcpy(to, bytes, n);
	return to + n;
}

/* Hashes unit, source and name.  The unit goes in by its id, not by its index or alias: those
 * change with the configuration, and a repeat must be known after it did.  So what is sent under
 * the id of a unit that is no more goes by that. */
static void hash_names(const char *unit, const struct event *event, const struct slice *name,
		       uint64_t ret[2])
{
	char bytes[UNIT_ID_BYTES_MAX + 1 + IDENTITY_NAME_MAX + 1 + IDENTITY_NAME_MAX];
	char *to = put(bytes, unit, strnlen(unit, UNIT_ID_BYTES_MAX));
	XXH128_hash_t hash;

	to = put(to, "", 1);
	to = put(to, event->source.bytes, event->source.size);
	to = put(to, "", 1);
	to = put(to, name->bytes, name->size);
	hash = XXH3_128bits(bytes, (size_t)(to - bytes));
	ret[0] = hash.low64;
	ret[1] = hash.high64;
}

/* Whose numbers they are; with the unit in its own bits, so that units do not crowd one another out
 * of what is remembered. */
static void make_stream(const char *unit, const struct slice *session, struct event *event)
{
	uint64_t crowd = event->stream[1];

	hash_names(unit, event, session, event->stream);
	event->stream[1] &= ~EVENT_STREAM_UNIT;
	event->stream[1] |= crowd;
}

static uint64_t bits_of(const struct field *field, const struct value *value)
{
	uint64_t bits = 0;

	if (!value->present)
		return 0;

	switch (field->kind) {
	case FIELD_NUMBER:
	case FIELD_INTEGER:
	case FIELD_FLAG:
		memcpy(&bits, &value->number, sizeof(bits));
		return bits;
	case FIELD_TIME:
		return (uint64_t)value->time_ms;
	case FIELD_CHOICE:
		return value->choice;
	case FIELD_TEXT:
		return XXH3_64bits(value->text.bytes, value->text.size);
	}
	return bits;
}

static void make_digest(const struct plan *plan, struct event *event)
{
	uint32_t n = plan->type->n_fields;
	uint64_t words[4 + EVENT_FIELDS_MAX] = {
		plan->identity,
		(uint64_t)event->time_ms,
		XXH3_64bits(event->subject.bytes, event->subject.size),
	};

	for (uint32_t i = 0; i < n; i++) {
		words[3] |= (uint64_t)event->values[i].present << i;
		words[4 + i] = bits_of(&plan->type->fields[i], &event->values[i]);
	}
	event->digest = XXH3_64bits(words, (4 + n) * sizeof(words[0]));
}

uint8_t identity_crowd(const char *unit)
{
	return (uint8_t)(XXH3_64bits(unit, strlen(unit)) / CROWD_UNIT);
}

void identity_fill(const struct decoder *decoder, const struct slice *session, struct event *event)
{
	uint32_t sender = event->former ? event->former : event->unit;
	const char *unit = units_at(decoder->options.units, sender)->id;

	hash_names(unit, event, &event->id, event->key);
	event->stream[1] = (uint64_t)decoder->crowds[sender] * CROWD_UNIT;
	if (event->has_sequence)
		make_stream(unit, session, event);
	make_digest(&decoder->plans[event->type], event);
}
