/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Words are chained: the hash so far is the seed of the next.  Where their order means nothing,
 * hashes are added up.
 */
#include "key.h"

#include <endian.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

static uint64_t add_text(uint64_t key, const char *text)
{
	return XXH3_64bits_withSeed(text, strlen(text), key);
}

static uint64_t add_u64(uint64_t key, uint64_t number)
{
	number = htole64(number);
	return XXH3_64bits_withSeed(&number, sizeof(number), key);
}

static uint64_t key_of_choices(const struct field *field, uint64_t choices)
{
	uint64_t key = 0;

	for (uint32_t i = 0; i < field->n_choices; i++)
		if (choices & (uint64_t)1 << i)
			key += add_text(0, field->choices[i]);
	return key;
}

static uint64_t key_of_condition(const struct field *field, const struct condition *condition)
{
	uint64_t key = add_text(condition->test, field->name);
	double number = condition->number + 0.0; /* makes -0 a 0 */
	uint64_t bits;

	if (condition->test == WHERE_CHOICE)
		return add_u64(key, key_of_choices(field, condition->choices));
	if (condition->test == WHERE_TEXT)
		return XXH3_64bits_withSeed(condition->text.bytes, condition->text.size, key);
	memcpy(&bits, &number, sizeof(bits));
	return add_u64(key, bits);
}

uint64_t key_of_stream(const struct schema *schema, const struct stream *stream)
{
	const struct event_type *type = schema_type(schema, stream->type);
	const struct where *where = stream->where;
	uint64_t conditions = 0;
	uint64_t key;

	for (uint32_t i = 0; i < where->n_conditions; i++) {
		const struct condition *condition = &where->conditions[i];

		conditions += key_of_condition(&type->fields[condition->field], condition);
	}

	key = add_text(0, schema_feed(schema, stream->feed)->id);
	key = add_u64(add_text(key, type->name), conditions);
	return stream->needs == PLAN_NONE ? key : add_text(key, type->fields[stream->needs].name);
}

uint64_t key_of_measure(enum measure_kind kind, const struct field *field)
{
	uint64_t key = add_u64(add_text(kind, field->name), field->kind);

	if (kind != MEASURE_DISTINCT || field->kind != FIELD_CHOICE)
		return key;
	for (uint32_t i = 0; i < field->n_choices; i++) /* they are told apart by number */
		key = add_text(key, field->choices[i]);
	return key;
}

uint64_t key_of_gauge(const char *id)
{
	return add_text(add_text(0, "gauge"), id);
}

uint64_t key_of_feed(const char *id)
{
	return add_text(add_text(0, "feed"), id);
}
