/* SPDX-License-Identifier: Apache-2.0 */
#include "senml.h"

#include <math.h>
#include <string.h>

#include "reference.h"

#define VERSION_MAX 10             /* of SenML: RFC 8428 */
#define ABSOLUTE_S  268435456.0    /* 2^28: smaller times are relative to now */
#define TIME_MAX_S  253402300800.0 /* the year 10000 */

/* The base fields that hold from a record on. */
struct base {
	struct slice name;
	struct slice unit;
	double time_s, value, sum;
};

static bool read_number(const json_t *record, const char *key, double *ret)
{
	const json_t *value = json_object_get(record, key);

	if (!value)
		return true;
	if (!json_is_number(value))
		return false;
	*ret = json_number_value(value);
	return true;
}

static bool read_text(const json_t *record, const char *key, struct slice *ret)
{
	const json_t *value = json_object_get(record, key);

	if (!value)
		return true;
	if (!json_is_string(value))
		return false;
	*ret = (struct slice){ json_string_value(value), json_string_length(value) };
	return true;
}

/* A key that ends in "_" must be understood, and none is. */
static bool has_strange_key(json_t *record)
{
	const char *key;
	json_t *value;

	json_object_foreach(record, key, value)
	{
		size_t n = strlen(key);

		if (n > 0 && key[n - 1] == '_')
			return true;
	}
	return false;
}

static enum reason read_base(json_t *record, struct base *base)
{
	double version = VERSION_MAX;

	if (!read_number(record, "bver", &version) || version > VERSION_MAX ||
	    has_strange_key(record) || !read_text(record, "bn", &base->name) ||
	    !read_text(record, "bu", &base->unit))
		return REASON_bad_type;
	if (!read_number(record, "bt", &base->time_s) || !read_number(record, "bv", &base->value) ||
	    !read_number(record, "bs", &base->sum))
		return REASON_bad_number;
	return REASON_NONE;
}

static struct slice join(const struct slice *a, const struct slice *b, struct scratch *scratch)
{
	char *bytes;

	if (a->size == 0)
		return *b;
	if (b->size == 0)
		return *a;
	bytes = scratch_take(scratch, a->size + b->size);
	memcpy(bytes, a->bytes, a->size);
	memcpy(bytes + a->size, b->bytes, b->size);
	return (struct slice){ bytes, a->size + b->size };
}

static int64_t time_of(double time_s, int64_t arrival_ms)
{
	if (time_s < ABSOLUTE_S)
		time_s += (double)arrival_ms / 1000;
	if (!(time_s >= 0 && time_s < TIME_MAX_S))
		return INT64_MIN;
	return llround(time_s * 1000);
}

static bool is_finite(const struct raw *raw)
{
	return raw->kind != RAW_NUMBER || isfinite(raw->number);
}

static enum reason read_values(const json_t *record, const struct base *base, struct senml *ret)
{
	static const char *const others[] = { "vs", "vb", "vd" };

	ret->value = reference_raw(json_object_get(record, "v"));
	ret->sum = reference_raw(json_object_get(record, "s"));
	if ((ret->value.kind != RAW_ABSENT && ret->value.kind != RAW_NUMBER) ||
	    (ret->sum.kind != RAW_ABSENT && ret->sum.kind != RAW_NUMBER))
		return REASON_bad_number;
	if (ret->value.kind == RAW_NUMBER)
		ret->value.number += base->value;
	if (ret->sum.kind == RAW_NUMBER)
		ret->sum.number += base->sum;
	for (size_t i = 0; i < COUNT(others) && ret->value.kind == RAW_ABSENT; i++)
		ret->value = reference_raw(json_object_get(record, others[i]));
	return is_finite(&ret->value) && is_finite(&ret->sum) ? REASON_NONE : REASON_bad_number;
}

static enum reason read_record(const json_t *record, const struct base *base, int64_t arrival_ms,
			       struct scratch *scratch, struct senml *ret)
{
	double time_s = 0;

	*ret = (struct senml){
		.json = record, .base = base->name, .local = { "", 0 }, .unit = base->unit
	};
	if (!read_text(record, "n", &ret->local) || !read_text(record, "u", &ret->unit))
		return REASON_bad_type;
	if (!read_number(record, "t", &time_s))
		return REASON_bad_number;
	ret->name = join(&ret->base, &ret->local, scratch);
	ret->time_ms = time_of(base->time_s + time_s, arrival_ms);
	return read_values(record, base, ret);
}

enum reason senml_resolve(json_t *document, int64_t arrival_ms, struct scratch *scratch,
			  struct senml **ret, uint32_t *ret_n)
{
	struct base base = { .name = { "", 0 }, .unit = { "", 0 } };
	struct senml *list;
	uint32_t n = 0;
	json_t *record;
	size_t i;

	if (!json_is_array(document))
		return REASON_json_syntax;
	list = scratch_take(scratch, (json_array_size(document) + 1) * sizeof(*list));
	json_array_foreach(document, i, record)
	{
		enum reason reason = REASON_json_syntax;

		if (json_is_object(record))
			reason = read_base(record, &base);
		if (reason == REASON_NONE)
			reason = read_record(record, &base, arrival_ms, scratch, &list[n]);
		if (reason != REASON_NONE)
			return reason;
		n += list[n].value.kind != RAW_ABSENT || list[n].sum.kind != RAW_ABSENT;
	}
	*ret = list;
	*ret_n = n;
	return n > 0 ? REASON_NONE : REASON_no_field;
}
