/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "senders_inside.h"

#define SENDERS_VERSION 2
#define MINUTE_MAX      (INT64_MAX / 60000)
#define SENDER_LEAST    (SOURCE_SPAN_MIN * sizeof(uint32_t) + 73) /* bytes of one at least */

static void put_sender(const struct sender *sender, struct bytes_writer *writer)
{
	const struct gap *gap = &sender->gap;

	for (int m = 0; m < SOURCE_SPAN_MIN; m++)
		bytes_put_u32(writer, sender->refused[m]);
	bytes_put_i64(writer, sender->minute);
	bytes_put_i64(writer, sender->excess_minute);
	bytes_put_u32(writer, sender->excess);
	bytes_put_text(writer, reason_name((enum reason)sender->reason));
	bytes_put_u8(writer, sender->source);
	bytes_put_u8(writer, sender->rate);
	bytes_put_u8(writer, sender->clock);
	bytes_put_u8(writer, sender->lack);
	bytes_put_u8(writer, sender->moved);
	bytes_put_u64(writer, gap->missing);
	bytes_put_u64(writer, gap->from);
	bytes_put_u64(writer, gap->to);
	bytes_put_i64(writer, gap->grown_ms);
	bytes_put_u32(writer, gap->feed);
	bytes_put_text(writer, gap->source);
}

void senders_save(const struct senders *senders, struct bytes_writer *writer)
{
	bytes_put_part(writer, "senders", SENDERS_VERSION);
	bytes_put_i64(writer, senders->looked_ms);
	bytes_put_i64(writer, senders->looked_min);
	bytes_put_u8(writer, senders->is_stirred);
	bytes_put_u32(writer, senders->n_units);
	for (uint32_t i = 0; i < senders->n_units; i++)
		put_sender(&senders->units[i], writer);
}

static uint8_t find_reason(const char *name, size_t n)
{
	for (unsigned i = 0; i < N_REASONS; i++)
		if (strlen(reason_name((enum reason)i)) == n &&
		    memcmp(reason_name((enum reason)i), name, n) == 0)
			return (uint8_t)i;
	return REASON_NONE;
}

static uint8_t get_judgement(struct bytes_reader *reader)
{
	uint8_t judgement = bytes_get_u8(reader);

	if (judgement <= JUDGE_CRITICAL)
		return judgement;
	bytes_reject(reader, "a sender is judged in a way that there is not");
	return JUDGE_UNKNOWN;
}

static int64_t get_between(struct bytes_reader *reader, int64_t max)
{
	int64_t number = bytes_get_i64(reader);

	if (number >= 0 && number <= max)
		return number;
	bytes_reject(reader, "a sender has a time that cannot be");
	return 0;
}

/* A gap on a feed that there is no more is no gap. */
static void get_gap(struct bytes_reader *reader, const struct renumber *feeds, uint32_t n_feeds,
		    struct gap *ret)
{
	struct gap gap = { .missing = bytes_get_u64(reader) };
	const char *source;
	size_t n;

	gap.from = bytes_get_u64(reader);
	gap.to = bytes_get_u64(reader);
	gap.grown_ms = get_between(reader, INT64_MAX);
	gap.feed = renumber(feeds, bytes_get_u32(reader));
	source = bytes_get_text(reader, &n);
	if (n >= SENDER_SOURCE_MAX || memchr(source, '\0', n)) {
		bytes_reject(reader, "a source has a name that cannot be");
		return;
	}
	memcpy(gap.source, source, n);
	*ret = gap.feed == RENUMBER_GONE || gap.feed >= n_feeds ? (struct gap){ 0 } : gap;
}

static void get_sender(struct bytes_reader *reader, const struct renumber *feeds, uint32_t n_feeds,
		       struct sender *ret)
{
	const char *name;
	size_t n;

	for (int m = 0; m < SOURCE_SPAN_MIN; m++) {
		uint32_t count = bytes_get_u32(reader);

		if (count > SENDER_COUNT_MAX)
			bytes_reject(reader, "more was refused than is counted");
		ret->refused[m] = (uint16_t)count;
	}
	ret->minute = get_between(reader, MINUTE_MAX);
	ret->excess_minute = get_between(reader, MINUTE_MAX);
	ret->excess = bytes_get_u32(reader);
	name = bytes_get_text(reader, &n);
	ret->reason = find_reason(name, n);
	ret->source = get_judgement(reader);
	ret->rate = get_judgement(reader);
	ret->clock = get_judgement(reader);
	ret->lack = get_judgement(reader);
	ret->moved = bytes_get_u8(reader);
	get_gap(reader, feeds, n_feeds, &ret->gap);
}

static uint32_t sum_of(uint32_t a, uint32_t b)
{
	return a > UINT32_MAX - b ? UINT32_MAX : a + b;
}

static void merge_gap(struct gap *into, const struct gap *from)
{
	uint64_t missing = into->missing > UINT64_MAX - from->missing
				   ? UINT64_MAX
				   : into->missing + from->missing;

	if (from->grown_ms > into->grown_ms)
		*into = *from;
	into->missing = missing;
}

/* Adds what was of another unit that is the same now; it is looked at anew. */
static void merge(struct sender *into, struct sender from)
{
	int64_t minute = into->minute > from.minute ? into->minute : from.minute;

	sender_advance(into, minute);
	sender_advance(&from, minute);
	for (int m = 0; m < SOURCE_SPAN_MIN; m++) {
		unsigned sum = (unsigned)into->refused[m] + from.refused[m];

		into->refused[m] = sum < SENDER_COUNT_MAX ? (uint16_t)sum : SENDER_COUNT_MAX;
	}
	if (from.excess_minute > into->excess_minute)
		into->excess_minute = from.excess_minute;
	into->excess = sum_of(into->excess, from.excess);
	merge_gap(&into->gap, &from.gap);
	into->moved |= from.moved;
	into->source = into->rate = into->clock = into->lack = JUDGE_UNKNOWN;
}

void senders_load(struct senders *senders, struct bytes_reader *reader,
		  const struct renumber *units, const struct renumber *feeds)
{
	bool *is_taken = xcalloc((size_t)senders->n_units + 1, sizeof(*is_taken));
	uint32_t n;

	bytes_get_part(reader, "senders", SENDERS_VERSION);
	senders->looked_ms = get_between(reader, INT64_MAX);
	senders->looked_min = get_between(reader, MINUTE_MAX);
	senders->is_stirred = bytes_get_u8(reader) == 1;
	n = bytes_get_count(reader, SENDER_LEAST);
	for (uint32_t i = 0; i < n && !reader->is_bad; i++) {
		struct sender sender;
		uint32_t now = renumber(units, i);

		get_sender(reader, feeds, senders->n_feeds, &sender);
		if (now == RENUMBER_GONE || now >= senders->n_units || reader->is_bad)
			continue;
		if (is_taken[now])
			merge(&senders->units[now], sender);
		else
			senders->units[now] = sender;
		is_taken[now] = true;
	}
	free(is_taken);
}
