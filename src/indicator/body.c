/* SPDX-License-Identifier: Apache-2.0 */
#include "body.h"

#include <endian.h>
#include <math.h>
#include <string.h>

#include "quantile.h"
#include "value_set.h"

/* Takes a number in groups of seven bits. */
static uint64_t get_groups(struct bytes_reader *reader)
{
	uint64_t number = 0;

	for (unsigned shift = 0; shift < 64; shift += 7) {
		uint8_t byte = bytes_get_u8(reader);

		if (shift == 63 && byte > 1)
			break;
		number |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80)
			return number;
	}
	bytes_reject(reader, "a number is too long");
	return 0;
}

static void put_groups(struct bytes_writer *writer, uint64_t number)
{
	for (; number >= 0x80; number >>= 7)
		bytes_put_u8(writer, (uint8_t)(number | 0x80));
	bytes_put_u8(writer, (uint8_t)number);
}

static void check_hashes(struct bytes_reader *reader, uint32_t n)
{
	uint64_t before = 0;

	if (n > VALUE_SET_MAX)
		bytes_reject(reader, "a set has too many values");
	for (uint32_t i = 0; i < n && !reader->is_bad; i++) {
		uint64_t hash = bytes_get_u64(reader);

		if (i > 0 && hash <= before)
			bytes_reject(reader, "a set is not sorted");
		before = hash;
	}
}

static void check_registers(struct bytes_reader *reader)
{
	const uint8_t *ranks = bytes_get(reader, DISTINCT_REGISTERS);

	for (uint32_t i = 0; ranks && i < DISTINCT_REGISTERS; i++)
		if (ranks[i] > DISTINCT_RANKS)
			bytes_reject(reader, "a register has no such rank");
}

static void check_set(struct bytes_reader *reader)
{
	uint32_t n = bytes_get_u32(reader);

	if (n == VALUE_SET_REGISTERS)
		check_registers(reader);
	else
		check_hashes(reader, n);
}

static void check_buckets(struct bytes_reader *reader)
{
	uint64_t n = bytes_get_u32(reader);
	uint64_t number = 0;

	if (n > QUANTILE_BUCKETS)
		bytes_reject(reader, "there are not so many buckets");
	for (uint64_t i = 0; i < n && !reader->is_bad; i++) {
		uint64_t step = get_groups(reader);
		uint64_t count = get_groups(reader);

		if (step >= QUANTILE_BUCKETS || count == 0 || (i > 0 && step == 0))
			bytes_reject(reader, "a bucket is none");
		else if ((number += step) >= QUANTILE_BUCKETS)
			bytes_reject(reader, "a bucket is none");
	}
}

static void check(struct bytes_reader *reader, uint8_t kind)
{
	switch (kind) {
	case MEASURE_SUM:
	case MEASURE_MIN:
	case MEASURE_MAX:
		(void)bytes_get_f64(reader);
		return;
	case MEASURE_LAST:
	case BODY_STOCK:
		(void)bytes_get(reader, sizeof(struct stamped));
		return;
	case MEASURE_DISTINCT:
		check_set(reader);
		return;
	case MEASURE_QUANTILE:
		check_buckets(reader);
		return;
	default:
		bytes_reject(reader, "a measure is of no kind");
	}
}

uint32_t body_begin(struct bytes_reader *reader)
{
	return reader->at == reader->end ? 0 : bytes_get_u8(reader);
}

bool body_next(struct bytes_reader *reader, struct part *ret)
{
	struct part part;

	part.kind = bytes_get_u8(reader);
	part.key = bytes_get_u64(reader);
	part.bytes = reader->at;
	if (!reader->is_bad)
		check(reader, part.kind);
	if (reader->is_bad)
		return false;
	part.size = (size_t)(reader->at - part.bytes);
	*ret = part;
	return true;
}

const struct part *parts_find(const struct parts *parts, uint8_t kind, uint64_t key)
{
	for (uint32_t i = 0; i < parts->n; i++)
		if (parts->list[i].kind == kind && parts->list[i].key == key)
			return &parts->list[i];
	return NULL;
}

bool parts_read(struct parts *parts, const void *body, size_t size)
{
	struct bytes_reader reader;
	struct part part;
	uint32_t n;

	bytes_reader_init(&reader, body, size);
	n = body_begin(&reader);
	parts->n = 0;
	while (parts->n < n) {
		if (!body_next(&reader, &part) || parts_find(parts, part.kind, part.key))
			return false;
		parts->list[parts->n++] = part;
	}
	return !reader.is_bad && reader.at == reader.end;
}

bool body_find(const void *body, size_t size, uint8_t kind, uint64_t key, struct part *ret)
{
	struct bytes_reader reader;
	struct part part;
	uint32_t n;

	bytes_reader_init(&reader, body, size);
	n = body_begin(&reader);
	for (uint32_t i = 0; i < n && body_next(&reader, &part); i++) {
		if (part.kind == kind && part.key == key) {
			*ret = part;
			return true;
		}
	}
	return false;
}

double part_number(const struct part *part)
{
	struct bytes_reader reader;

	bytes_reader_init(&reader, part->bytes, part->size);
	return bytes_get_f64(&reader);
}

struct stamped part_stamped(const struct part *part)
{
	struct bytes_reader reader;
	struct stamped stamped;

	bytes_reader_init(&reader, part->bytes, part->size);
	stamped.time_ms = bytes_get_i64(&reader);
	stamped.value = bytes_get_f64(&reader);
	return stamped;
}

uint32_t part_set_size(const struct part *part)
{
	struct bytes_reader reader;

	bytes_reader_init(&reader, part->bytes, part->size);
	return bytes_get_u32(&reader);
}

double part_distinct(const struct part *part)
{
	struct bytes_reader reader;
	uint32_t n;

	bytes_reader_init(&reader, part->bytes, part->size);
	n = bytes_get_u32(&reader);
	if (n != VALUE_SET_REGISTERS)
		return n;
	return distinct_estimate(bytes_get(&reader, DISTINCT_REGISTERS));
}

void part_walk(const struct part *part, struct bucket_walk *ret)
{
	*ret = (struct bucket_walk){ 0 };
	bytes_reader_init(&ret->reader, part->bytes, part->size);
	ret->left = bytes_get_u32(&ret->reader);
}

bool part_next_bucket(struct bucket_walk *walk)
{
	if (walk->left == 0)
		return false;
	walk->left--;
	walk->number += get_groups(&walk->reader);
	walk->count = get_groups(&walk->reader);
	return true;
}

void part_gather(const struct part *part, uint64_t *counts)
{
	struct bucket_walk walk;

	for (part_walk(part, &walk); part_next_bucket(&walk);) {
		uint64_t *count = &counts[walk.number];

		*count = walk.count < UINT64_MAX - *count ? *count + walk.count : UINT64_MAX;
	}
}

void body_put_head(struct bytes_writer *writer, uint8_t kind, uint64_t key)
{
	bytes_put_u8(writer, kind);
	bytes_put_u64(writer, key);
}

void body_put_bucket(struct bytes_writer *writer, uint32_t step, uint64_t count)
{
	put_groups(writer, step);
	put_groups(writer, count);
}

void body_put_stock(struct bytes_writer *writer, uint64_t key, struct stamped stock)
{
	body_put_head(writer, BODY_STOCK, key);
	bytes_put_i64(writer, stock.time_ms);
	bytes_put_f64(writer, stock.value);
}

int body_sink(void *text, const void *bytes, size_t n)
{
	text_add_bytes(text, bytes, n);
	return 0;
}
