/* SPDX-License-Identifier: Apache-2.0 */
#include "mapped.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "iocd/base/civil.h"
#include "iocd/base/text.h"

#include "reference.h"

#define EXACT_INTEGER 9007199254740992.0 /* 2^53 */
#define NUMBER_BYTES  32
#define TIME_MAX_MS   253402300799999.0 /* the year 9999 */

static struct raw text_of(const char *bytes, size_t n)
{
	return (struct raw){ .kind = RAW_TEXT, .text = { bytes, n } };
}

static bool slice_is(const struct slice *slice, const char *text)
{
	return slice->size == strlen(text) && memcmp(slice->bytes, text, slice->size) == 0;
}

static struct raw flag_of(const char *text)
{
	return (struct raw){ .kind = strcmp(text, "true") == 0 ? RAW_TRUE : RAW_FALSE };
}

static struct raw number_of(const char *bytes, size_t n)
{
	struct raw raw = { .kind = RAW_NUMBER };

	return text_read_number(bytes, n, &raw.number) ? text_of(bytes, n) : raw;
}

/* What configuration wrote, for a field of that kind. */
static struct raw written(const char *text, enum field_kind kind)
{
	if (kind == FIELD_FLAG)
		return flag_of(text);
	if (kind == FIELD_NUMBER || kind == FIELD_INTEGER)
		return number_of(text, strlen(text));
	return text_of(text, strlen(text));
}

/* A key of a SenML record that is resolved; the others are as they came. */
static struct raw find_in_record(const struct senml *record, const struct pointer *pointer)
{
	const char *key = pointer->n == 1 ? pointer->steps[0] : "";
	bool is_value = strcmp(key, "v") == 0 || strcmp(key, "vs") == 0 || strcmp(key, "vb") == 0 ||
			strcmp(key, "vd") == 0;

	if (strcmp(key, "n") == 0)
		return text_of(record->name.bytes, record->name.size);
	if (strcmp(key, "bn") == 0)
		return text_of(record->base.bytes, record->base.size);
	if (strcmp(key, "u") == 0 && record->unit.size > 0)
		return text_of(record->unit.bytes, record->unit.size);
	if (strcmp(key, "s") == 0)
		return record->sum;
	if (is_value && json_object_get(record->json, key))
		return record->value;
	return reference_raw(pointer_find(pointer, record->json));
}

static struct raw find_named(const struct element *element, const char *name)
{
	for (uint32_t i = 0; i < element->n_records; i++) {
		const struct senml *record = element->records[i];

		if (!slice_is(&record->name, name) && !slice_is(&record->local, name))
			continue;
		return record->value.kind == RAW_ABSENT ? record->sum : record->value;
	}
	return (struct raw){ .kind = RAW_ABSENT };
}

static struct raw find_pointed(const struct element *element, const struct pointer *pointer)
{
	if (element->records)
		return find_in_record(element->records[0], pointer);
	if (!element->json)
		return pointer->n == 0 ? element->number : (struct raw){ .kind = RAW_ABSENT };
	return reference_raw(pointer_find(pointer, element->json));
}

static struct raw find(const struct element *element, const struct mapped_value *mapped,
		       enum field_kind kind)
{
	const struct slice *level = &element->levels->list[mapped->level];

	switch (mapped->value->from) {
	case MAP_NOWHERE:
		break;
	case MAP_POINTER:
		return find_pointed(element, &mapped->pointer);
	case MAP_MESSAGE:
		return reference_raw(pointer_find(&mapped->pointer, element->document));
	case MAP_LEVEL:
		return text_of(level->bytes, level->size);
	case MAP_NAME:
		return find_named(element, mapped->value->text);
	case MAP_CONSTANT:
		return written(mapped->value->text, kind);
	}
	return (struct raw){ .kind = RAW_ABSENT };
}

/* A whole number within 2^53 as a text; anything else as it is. */
static struct raw make_text(struct raw raw, struct scratch *scratch)
{
	char *bytes;
	int n;

	if (raw.kind != RAW_NUMBER || raw.number != trunc(raw.number) ||
	    fabs(raw.number) > EXACT_INTEGER)
		return raw;
	bytes = scratch_take(scratch, NUMBER_BYTES);
	n = snprintf(bytes, NUMBER_BYTES, "%.0f", raw.number + 0.0);
	return text_of(bytes, (size_t)n);
}

/* What raw is in a table of words. */
static struct raw wording(struct raw raw, struct scratch *scratch)
{
	if (raw.kind == RAW_TRUE)
		return text_of("true", 4);
	if (raw.kind == RAW_FALSE)
		return text_of("false", 5);
	return make_text(raw, scratch);
}

static struct raw translate(struct raw raw, const struct map_value *value, enum field_kind kind,
			    struct scratch *scratch)
{
	struct raw word = wording(raw, scratch);

	for (uint32_t i = 0; word.kind == RAW_TEXT && i < value->n_words; i++)
		if (slice_is(&word.text, value->words[i].word))
			return written(value->words[i].text, kind);
	return raw;
}

static struct raw read_comma_number(const struct slice *text, struct scratch *scratch)
{
	char *bytes = scratch_copy(scratch, text->bytes, text->size);
	char *comma = memchr(bytes, ',', text->size);

	if (comma)
		*comma = '.';
	return number_of(bytes, text->size);
}

static struct raw convert(struct raw raw, enum map_convert how, struct scratch *scratch)
{
	if (how == MAP_TO_TEXT)
		return make_text(raw, scratch);
	if (raw.kind != RAW_TEXT || how == MAP_AS_IT_IS)
		return raw;
	if (how == MAP_COMMA_NUMBER)
		return read_comma_number(&raw.text, scratch);
	return number_of(raw.text.bytes, raw.text.size);
}

/* The judge knows no numbers that are none. */
static struct raw scale(struct raw raw, const struct mapped_value *mapped)
{
	double number = raw.number;

	if (raw.kind != RAW_NUMBER || mapped->value->scale == 0)
		return raw;
	number = mapped->divisor != 0 ? number / mapped->divisor : number * mapped->value->scale;
	return isfinite(number) ? (struct raw){ .kind = RAW_NUMBER, .number = number }
				: text_of("", 0);
}

/* An instant in RFC 3339, or what it is if it is none. */
static struct raw make_time(struct raw raw, enum map_time form, struct scratch *scratch)
{
	double ms;
	char *bytes;

	if (form != MAP_UNIX && form != MAP_UNIX_MS)
		return raw;
	if (raw.kind == RAW_TEXT)
		raw = number_of(raw.text.bytes, raw.text.size);
	if (raw.kind != RAW_NUMBER)
		return raw;
	ms = round(form == MAP_UNIX ? raw.number * 1000 : raw.number);
	if (!(ms >= 0 && ms <= TIME_MAX_MS))
		return raw;
	bytes = scratch_take(scratch, CIVIL_TEXT_MAX);
	(void)civil_format(bytes, (int64_t)ms, 0);
	return text_of(bytes, strlen(bytes));
}

struct raw mapped_find(const struct element *element, const struct mapped_value *mapped,
		       enum field_kind kind)
{
	const struct map_value *value = mapped->value;
	struct raw raw = find(element, mapped, kind);

	if (value->n_words > 0)
		raw = translate(raw, value, kind, element->scratch);
	raw = convert(raw, value->convert, element->scratch);
	raw = scale(raw, mapped);
	if (kind == FIELD_TIME)
		raw = make_time(raw, value->time, element->scratch);
	return raw;
}

struct raw mapped_name(const struct element *element, const struct mapped_value *mapped)
{
	return make_text(mapped_find(element, mapped, FIELD_TEXT), element->scratch);
}

struct raw mapped_time(const struct element *element, const struct mapped_value *mapped)
{
	struct raw raw = { .kind = RAW_NUMBER, .number = (double)element->arrival_ms };

	if (mapped->value->time == MAP_ARRIVAL)
		return make_time(raw, MAP_UNIX_MS, element->scratch);
	if (mapped->value->from != MAP_NOWHERE || !element->records)
		return mapped_find(element, mapped, FIELD_TIME);
	raw.number = (double)element->records[0]->time_ms;
	return make_time(raw, MAP_UNIX_MS, element->scratch);
}

static uint64_t digest_text(const char *bytes, size_t n, uint64_t seed)
{
	return XXH3_64bits_withSeed(bytes, n, seed);
}

static uint64_t digest_raw(const struct raw *raw)
{
	if (raw->kind == RAW_TEXT)
		return digest_text(raw->text.bytes, raw->text.size, RAW_TEXT);
	if (raw->kind == RAW_NUMBER)
		return digest_text((const char *)&raw->number, sizeof(raw->number), RAW_NUMBER);
	return digest_text("", 0, raw->kind);
}

/* In an object the order of keys does not matter. */
static uint64_t digest_json(const json_t *json)
{
	struct raw raw = reference_raw(json);
	uint64_t digest = digest_raw(&raw);
	const char *key;
	json_t *value;
	size_t i;

	if (raw.kind == RAW_OBJECT)
		json_object_foreach((json_t *)json, key, value) digest +=
			digest_text(key, strlen(key), digest_json(value));
	if (raw.kind == RAW_ARRAY)
		json_array_foreach((json_t *)json, i, value)
		{
			const uint64_t words[] = { digest, digest_json(value) };

			digest = XXH3_64bits(words, sizeof(words));
		}
	return digest;
}

static uint64_t digest_record(const struct senml *record)
{
	const uint64_t words[] = {
		digest_text(record->name.bytes, record->name.size, 0),
		digest_raw(&record->value),
		digest_raw(&record->sum),
		digest_text(record->unit.bytes, record->unit.size, 0),
	};

	return XXH3_64bits(words, sizeof(words));
}

uint64_t mapped_digest(const struct element *element)
{
	uint64_t digest = 0;

	for (uint32_t i = 0; i < element->n_records; i++)
		digest += digest_record(element->records[i]);
	if (element->records)
		return digest;
	return element->json ? digest_json(element->json) : digest_raw(&element->number);
}
