/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A body is checked from end to end first; then a new one is written, measure by measure, of what
 * both have and what either has.
 */
#include <errno.h>
#include <string.h>

#include "body.h"
#include "iocd/base/err.h"
#include "iocd/cell.h"
#include "quantile.h"
#include "value_set.h"

/* Two measures of the same kind and key, where to write what becomes of them, and how. */
struct merging {
	const struct part *to;
	const struct part *from;
	struct bytes_writer *writer;
	enum cell_axis axis;
};

static double combine(uint8_t kind, double a, double b)
{
	if (kind == MEASURE_SUM)
		return a + b;
	if (kind == MEASURE_MIN)
		return b < a ? b : a;
	return b > a ? b : a;
}

static void merge_stamped(const struct merging *merging)
{
	struct stamped to = part_stamped(merging->to);
	struct stamped from = part_stamped(merging->from);
	struct stamped newer = from.time_ms >= to.time_ms ? from : to;

	if (merging->to->kind == BODY_STOCK && merging->axis == CELL_OVER_UNITS)
		newer.value = to.value + from.value;
	bytes_put_i64(merging->writer, newer.time_ms);
	bytes_put_f64(merging->writer, newer.value);
}

/* A set of values out of a body: hashes, or ranks where n says so. */
struct values {
	uint32_t n;
	uint64_t hashes[2 * VALUE_SET_MAX]; /* room for those of two */
	uint8_t ranks[DISTINCT_REGISTERS];
};

static void read_values(const struct part *part, struct values *values)
{
	struct bytes_reader reader;

	bytes_reader_init(&reader, part->bytes, part->size);
	values->n = bytes_get_u32(&reader);
	memset(values->ranks, 0, sizeof(values->ranks));
	if (values->n == VALUE_SET_REGISTERS) {
		memcpy(values->ranks, bytes_get(&reader, DISTINCT_REGISTERS), DISTINCT_REGISTERS);
		return;
	}
	for (uint32_t i = 0; i < values->n; i++)
		values->hashes[i] = bytes_get_u64(&reader);
}

static void widen(struct values *values)
{
	if (values->n == VALUE_SET_REGISTERS)
		return;
	distinct_rank(values->hashes, values->n, values->ranks);
	values->n = VALUE_SET_REGISTERS;
}

/* Unites sorted hashes of both into to. */
static void unite(struct values *to, const struct values *from)
{
	uint64_t hashes[2 * VALUE_SET_MAX];
	uint32_t n = 0, i = 0, k = 0;

	while (i < to->n || k < from->n) {
		bool is_ours = k == from->n || (i < to->n && to->hashes[i] <= from->hashes[k]);
		uint64_t hash = is_ours ? to->hashes[i] : from->hashes[k];

		i += i < to->n && to->hashes[i] == hash;
		k += k < from->n && from->hashes[k] == hash;
		hashes[n++] = hash;
	}
	memcpy(to->hashes, hashes, n * sizeof(*hashes));
	to->n = n;
}

static void put_values(const struct values *values, struct bytes_writer *writer)
{
	bytes_put_u32(writer, values->n);
	if (values->n == VALUE_SET_REGISTERS) {
		bytes_put(writer, values->ranks, sizeof(values->ranks));
		return;
	}
	for (uint32_t i = 0; i < values->n; i++)
		bytes_put_u64(writer, values->hashes[i]);
}

static void merge_sets(const struct merging *merging)
{
	struct values to, from;

	read_values(merging->to, &to);
	read_values(merging->from, &from);
	if (to.n != VALUE_SET_REGISTERS && from.n != VALUE_SET_REGISTERS)
		unite(&to, &from);
	if (to.n > VALUE_SET_MAX || from.n == VALUE_SET_REGISTERS) {
		widen(&to);
		widen(&from);
		for (uint32_t i = 0; i < DISTINCT_REGISTERS; i++)
			if (from.ranks[i] > to.ranks[i])
				to.ranks[i] = from.ranks[i];
	}
	put_values(&to, merging->writer);
}

static void merge_buckets(const struct merging *merging)
{
	uint64_t counts[QUANTILE_BUCKETS] = { 0 };
	uint32_t n = 0, before = 0;

	part_gather(merging->to, counts);
	part_gather(merging->from, counts);
	for (uint32_t i = 0; i < QUANTILE_BUCKETS; i++)
		n += counts[i] > 0;

	bytes_put_u32(merging->writer, n);
	for (uint32_t i = 0; i < QUANTILE_BUCKETS; i++) {
		if (counts[i] == 0)
			continue;
		body_put_bucket(merging->writer, i - before, counts[i]);
		before = i;
	}
}

static void merge_parts(const struct merging *merging)
{
	const struct part *to = merging->to, *from = merging->from;

	body_put_head(merging->writer, to->kind, to->key);
	if (to->kind == MEASURE_DISTINCT)
		merge_sets(merging);
	else if (to->kind == MEASURE_QUANTILE)
		merge_buckets(merging);
	else if (to->kind == MEASURE_LAST || to->kind == BODY_STOCK)
		merge_stamped(merging);
	else
		bytes_put_f64(merging->writer,
			      combine(to->kind, part_number(to), part_number(from)));
}

static void copy_part(struct bytes_writer *writer, const struct part *part)
{
	body_put_head(writer, part->kind, part->key);
	bytes_put(writer, part->bytes, part->size);
}

static const struct part *find(const struct parts *parts, const struct part *part)
{
	return parts_find(parts, part->kind, part->key);
}

static uint32_t count_both(const struct parts *to, const struct parts *from)
{
	uint32_t n = to->n;

	for (uint32_t i = 0; i < from->n; i++)
		n += !find(to, &from->list[i]);
	return n;
}

static void write_both(struct bytes_writer *writer, const struct parts *to,
		       const struct parts *from, enum cell_axis axis)
{
	bytes_put_u8(writer, (uint8_t)count_both(to, from));
	for (uint32_t i = 0; i < to->n; i++) {
		struct merging merging = { &to->list[i], find(from, &to->list[i]), writer, axis };

		if (merging.from)
			merge_parts(&merging);
		else
			copy_part(writer, merging.to);
	}
	for (uint32_t i = 0; i < from->n; i++)
		if (!find(to, &from->list[i]))
			copy_part(writer, &from->list[i]);
}

bool cell_is_stock(const void *body, size_t size, int64_t *ret_ms)
{
	struct parts parts;

	if (!parts_read(&parts, body, size) || parts.n != 1 || parts.list[0].kind != BODY_STOCK)
		return false;
	*ret_ms = part_stamped(&parts.list[0]).time_ms;
	return true;
}

int cell_merge(struct cell_sum *sum, const void *body, size_t size, uint64_t n, enum cell_axis axis)
{
	struct text merged = { 0 };
	struct bytes_writer writer;
	struct parts to, from;
	char buffer[4096];
	int r;

	if (!parts_read(&from, body, size) || !parts_read(&to, sum->body.bytes, sum->body.size) ||
	    count_both(&to, &from) > BODY_MEASURES_MAX)
		return err_raise(-EBADMSG);

	if (from.n > 0) {
		bytes_writer_init(&writer, body_sink, &merged, buffer, sizeof(buffer));
		write_both(&writer, &to, &from, axis);
		r = bytes_flush(&writer);
		if (r)
			return err_pass(r);
		text_fini(&sum->body);
		sum->body = merged;
	}
	sum->n = n < UINT64_MAX - sum->n ? sum->n + n : UINT64_MAX;
	return 0;
}
