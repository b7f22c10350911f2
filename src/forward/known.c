/* SPDX-License-Identifier: Apache-2.0 */
#include "known.h"

/* Whether the ranges stand in order, and before have. */
static bool is_in_order(const struct known *known)
{
	uint64_t before = 0;

	for (uint32_t i = 0; i < known->n; i++) {
		const struct span *span = &known->missing[i];

		if (span->from >= span->to || (i > 0 && span->from < before))
			return false;
		before = span->to;
	}
	return before <= known->have;
}

int known_read(struct known *ret, const struct receipt_stream *stream, uint64_t head)
{
	struct known known = { .have = stream->have.number, .n = stream->n_missing };

	if (known.have > head || known.n > FRAME_MISSING_MAX)
		return KNOWN_BAD;
	for (uint32_t i = 0; i < known.n; i++)
		known.missing[i] = (struct span){ stream->missing[i].from.number,
						  stream->missing[i].to.number };
	if (!is_in_order(&known))
		return KNOWN_BAD;

	*ret = known;
	return 0;
}

static struct span meet(struct span a, struct span b)
{
	uint64_t from = a.from > b.from ? a.from : b.from;
	uint64_t to = a.to < b.to ? a.to : b.to;

	return (struct span){ from, to > from ? to : from };
}

/* The i-th of all that it has not; the last begins at have and does not end. */
static struct span lacking_at(const struct known *known, uint32_t i)
{
	return i < known->n ? known->missing[i] : (struct span){ known->have, UINT64_MAX };
}

struct span known_lacking(const struct known *known, struct span span)
{
	for (uint32_t i = 0; i <= known->n; i++) {
		struct span common = meet(lacking_at(known, i), span);

		if (common.from < common.to)
			return common;
	}
	return (struct span){ span.to, span.to };
}

uint64_t known_count(const struct known *known, struct span span)
{
	uint64_t n = 0;

	for (uint32_t i = 0; i <= known->n; i++) {
		struct span common = meet(lacking_at(known, i), span);

		n += common.to - common.from;
	}
	return n;
}

void known_save(const struct known *known, struct bytes_writer *writer)
{
	bytes_put_u64(writer, known->have);
	bytes_put_u32(writer, known->n);
	for (uint32_t i = 0; i < known->n; i++) {
		bytes_put_u64(writer, known->missing[i].from);
		bytes_put_u64(writer, known->missing[i].to);
	}
}

void known_load(struct known *known, struct bytes_reader *reader)
{
	known->have = bytes_get_u64(reader);
	known->n = bytes_get_count(reader, 16);
	if (known->n > FRAME_MISSING_MAX) {
		bytes_reject(reader, "too many ranges");
		known->n = 0;
	}
	for (uint32_t i = 0; i < known->n; i++) {
		known->missing[i].from = bytes_get_u64(reader);
		known->missing[i].to = bytes_get_u64(reader);
	}
	if (!reader->is_bad && !is_in_order(known))
		bytes_reject(reader, "ranges out of order");
}
