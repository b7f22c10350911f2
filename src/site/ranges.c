/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What of a stream is not here: a list of ranges in order, none of which touches another or `have`,
 * and all from `have` on.  Their ends are marks that the sender's own frames and heartbeats gave.
 */
#include <assert.h>
#include <string.h>

#include "streams.h"

static uint64_t later(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* Items that both have. */
static uint64_t shared(const struct frame_range *range, uint64_t from, uint64_t to)
{
	uint64_t first = later(range->from.number, from);
	uint64_t end = range->to.number < to ? range->to.number : to;

	return first < end ? end - first : 0;
}

bool ranges_lack(const struct stream *stream, uint64_t number)
{
	if (number >= stream->have.number)
		return true;
	for (uint32_t i = 0; i < stream->n_ranges; i++)
		if (number < stream->ranges[i].to.number)
			return number >= stream->ranges[i].from.number;
	return false;
}

uint64_t ranges_missing_in(const struct stream *stream, uint64_t from, uint64_t to)
{
	uint64_t beyond = later(from, stream->have.number);
	uint64_t n = to > beyond ? to - beyond : 0;

	for (uint32_t i = 0; i < stream->n_ranges; i++)
		n += shared(&stream->ranges[i], from, to);
	return n;
}

uint64_t ranges_missing(const struct stream *stream)
{
	return ranges_missing_in(stream, 0, stream->have.number);
}

uint32_t ranges_after(const struct stream *stream, const struct frame_range *range)
{
	uint32_t n = stream->n_ranges + (range->from.number > stream->have.number);

	for (uint32_t i = 0; i < stream->n_ranges; i++) {
		const struct frame_range *old = &stream->ranges[i];

		if (shared(old, range->from.number, range->to.number) == 0)
			continue;
		n += old->from.number < range->from.number;
		n += old->to.number > range->to.number;
		n--;
	}
	return n;
}

static void append(struct stream *stream, struct mark from, struct mark to)
{
	if (from.number >= to.number)
		return;
	assert(stream->n_ranges < SITE_RANGES);
	stream->ranges[stream->n_ranges++] = (struct frame_range){ from, to };
}

void ranges_take(struct stream *stream, const struct frame_range *range)
{
	struct frame_range old[SITE_RANGES];
	uint32_t n = stream->n_ranges;

	memcpy(old, stream->ranges, n * sizeof(*old));
	stream->n_ranges = 0;
	for (uint32_t i = 0; i < n; i++) {
		if (shared(&old[i], range->from.number, range->to.number) == 0) {
			append(stream, old[i].from, old[i].to);
			continue;
		}
		append(stream, old[i].from, range->from);
		append(stream, range->to, old[i].to);
	}
	append(stream, stream->have, range->from);
	if (range->to.number > stream->have.number)
		stream->have = range->to;
}

void ranges_drop(struct stream *stream, struct mark mark)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < stream->n_ranges; i++) {
		struct frame_range range = stream->ranges[i];

		if (range.to.number <= mark.number)
			continue;
		if (range.from.number < mark.number)
			range.from = mark;
		stream->ranges[n++] = range;
	}
	stream->n_ranges = n;
	if (mark.number > stream->have.number)
		stream->have = mark;
}

bool ranges_lower(struct stream *stream, struct mark mark)
{
	struct mark first = stream->first;
	bool is_empty = first.number == stream->have.number;
	bool is_next = stream->n_ranges > 0 && stream->ranges[0].from.number == first.number;

	if (!is_empty && !is_next && stream->n_ranges == SITE_RANGES)
		return false;

	stream->first = mark;
	if (is_empty) {
		stream->have = mark;
	} else if (is_next) {
		stream->ranges[0].from = mark;
	} else {
		memmove(stream->ranges + 1, stream->ranges,
			stream->n_ranges * sizeof(*stream->ranges));
		stream->ranges[0] = (struct frame_range){ mark, first };
		stream->n_ranges++;
	}
	return true;
}
