/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/deadletter.h"

#include <stdlib.h>
#include <string.h>

#include "iocd/base/counter.h"
#include "iocd/base/err.h"
#include "iocd/unit.h"
#include "reason_names.h"

#define LETTERS_PART    "letters"
#define LETTERS_VERSION 1
#define QUOTA_BYTES     20                       /* of a quota with its unit and reason */
#define TIME_MAX        INT64_C(253402300799999) /* the year 9999 */
#define NUMBER_MAX      (UINT64_MAX / 2)         /* of samples: counting on cannot overflow */

_Static_assert(RENUMBER_GONE == UNIT_NONE, "a sample of a unit that is gone has none");

/* How many samples of one unit and reason were kept within one second. */
struct quota {
	int64_t second;
	uint32_t n_kept;
};

struct deadletter {
	uint64_t last;
	uint32_t n_units;
	struct quota *quotas; /* n_units + 1 rows (the last: unknown senders) of N_REASONS */
	struct sample samples[DEADLETTER_MAX]; /* number n stands at n % DEADLETTER_MAX */
};

/* Copies the beginning of n bytes into room of max bytes; returns how many that is. */
static size_t keep(char *room, size_t max, const char *bytes, size_t n)
{
	size_t n_kept = n < max ? n : max;

	if (n_kept > 0)
		memcpy(room, bytes, n_kept);
	return n_kept;
}

static struct quota *quota_of(const struct deadletter *deadletter, uint32_t unit,
			      enum reason reason)
{
	size_t row = unit < deadletter->n_units ? unit : deadletter->n_units;

	return &deadletter->quotas[row * N_REASONS + reason];
}

static bool within_quota(struct deadletter *deadletter, uint32_t unit, enum reason reason,
			 int64_t arrival_ms)
{
	struct quota *quota = quota_of(deadletter, unit, reason);

	if (quota->second != arrival_ms / 1000)
		*quota = (struct quota){ .second = arrival_ms / 1000 };
	return quota->n_kept++ < DEADLETTER_RATE;
}

struct deadletter *deadletter_new(uint32_t n_units)
{
	struct deadletter *deadletter = xcalloc(1, sizeof(*deadletter));

	deadletter->n_units = n_units;
	deadletter->quotas = xcalloc(((size_t)n_units + 1) * N_REASONS, sizeof(struct quota));
	return deadletter;
}

struct deadletter *deadletter_free(struct deadletter *deadletter)
{
	if (!deadletter)
		return NULL;

	free(deadletter->quotas);
	free(deadletter);
	return NULL;
}

void deadletter_offer(struct deadletter *deadletter, const struct decode_input *input,
		      uint32_t unit, enum reason reason, uint32_t nth)
{
	struct sample *sample;

	if (!within_quota(deadletter, unit, reason, input->arrival_ms)) {
		counter_add(COUNTER_deadletter_dropped, 1);
		return;
	}

	sample = &deadletter->samples[++deadletter->last % DEADLETTER_MAX];
	sample->number = deadletter->last;
	sample->arrival_ms = input->arrival_ms;
	sample->unit = unit;
	sample->reason = reason;
	sample->nth = nth;
	sample->position = input->position;
	sample->payload_size = input->payload_size;
	sample->topic_kept =
		keep(sample->topic, sizeof(sample->topic), input->topic, input->topic_size);
	sample->payload_kept =
		keep(sample->payload, sizeof(sample->payload), input->payload, input->payload_size);
}

uint64_t deadletter_last(const struct deadletter *deadletter)
{
	return deadletter->last;
}

const struct sample *deadletter_at(const struct deadletter *deadletter, uint64_t number)
{
	const struct sample *sample = &deadletter->samples[number % DEADLETTER_MAX];

	return number > 0 && sample->number == number ? sample : NULL;
}

/* Number of the oldest sample that can be kept. */
static uint64_t first_kept(const struct deadletter *deadletter)
{
	return deadletter->last > DEADLETTER_MAX ? deadletter->last - DEADLETTER_MAX + 1 : 1;
}

static void put_counted(struct bytes_writer *writer, const char *bytes, size_t n)
{
	bytes_put_u32(writer, (uint32_t)n);
	bytes_put(writer, bytes, n);
}

static void put_sample(struct bytes_writer *writer, const struct sample *sample)
{
	bytes_put_u8(writer, sample ? 1 : 0);
	if (!sample)
		return;

	bytes_put_i64(writer, sample->arrival_ms);
	bytes_put_u32(writer, sample->unit);
	bytes_put_u8(writer, (uint8_t)sample->reason);
	bytes_put_u32(writer, sample->nth);
	bytes_put_u64(writer, sample->position);
	bytes_put_u64(writer, sample->payload_size);
	put_counted(writer, sample->topic, sample->topic_kept);
	put_counted(writer, sample->payload, sample->payload_kept);
}

static bool is_used(const struct quota *quota)
{
	return quota->n_kept > 0;
}

static void save_quotas(const struct deadletter *deadletter, struct bytes_writer *writer)
{
	size_t n_all = ((size_t)deadletter->n_units + 1) * N_REASONS;
	uint32_t n = 0;

	for (size_t i = 0; i < n_all; i++)
		n += is_used(&deadletter->quotas[i]);
	bytes_put_u32(writer, n);
	for (size_t i = 0; i < n_all; i++) {
		const struct quota *quota = &deadletter->quotas[i];
		uint32_t row = (uint32_t)(i / N_REASONS);

		if (!is_used(quota))
			continue;
		bytes_put_u32(writer, row < deadletter->n_units ? row : UNIT_NONE);
		bytes_put_u32(writer, (uint32_t)(i % N_REASONS));
		bytes_put_i64(writer, quota->second);
		bytes_put_u32(writer, quota->n_kept);
	}
}

void deadletter_save(const struct deadletter *deadletter, struct bytes_writer *writer)
{
	bytes_put_part(writer, LETTERS_PART, LETTERS_VERSION);
	reason_names_save(writer);
	save_quotas(deadletter, writer);
	bytes_put_u64(writer, deadletter->last);
	for (uint64_t n = first_kept(deadletter); n <= deadletter->last; n++)
		put_sample(writer, deadletter_at(deadletter, n));
}

/* What a saved unit is now: UNIT_NONE if it could not be told or is gone. */
static uint32_t get_unit(struct bytes_reader *reader, const struct renumber *units, bool *ret_gone)
{
	uint32_t old = bytes_get_u32(reader), unit = renumber(units, old);

	if (old != UNIT_NONE && old >= units->n)
		bytes_reject(reader, "a sample is of a unit that never was");
	*ret_gone = old != UNIT_NONE && unit == RENUMBER_GONE;
	return unit;
}

/* What a saved reason is now: REASON_NONE if it is gone. */
static enum reason get_reason(struct bytes_reader *reader, const struct reason_names *reasons,
			      uint32_t number)
{
	if (number > 0 && number < reasons->n)
		return reasons->to[number];
	bytes_reject(reader, "a sample has a reason that never was");
	return REASON_NONE;
}

/* Copies counted bytes into room of max bytes; returns how many they are. */
static size_t get_counted(struct bytes_reader *reader, char *room, size_t max)
{
	size_t n;
	const char *bytes = bytes_get_text(reader, &n);

	if (n > max)
		bytes_reject(reader, "a sample is larger than can be");
	return keep(room, max, bytes, n);
}

static void load_sample(struct deadletter *deadletter, struct bytes_reader *reader,
			const struct reason_names *reasons, const struct renumber *units,
			uint64_t number)
{
	struct sample *sample = &deadletter->samples[number % DEADLETTER_MAX];
	uint8_t is_there = bytes_get_u8(reader);
	bool is_gone;

	if (is_there > 1)
		bytes_reject(reader, "a sample is neither there nor missing");
	if (is_there != 1)
		return;

	sample->arrival_ms = bytes_get_i64(reader);
	if (sample->arrival_ms < 0 || sample->arrival_ms > TIME_MAX)
		bytes_reject(reader, "a sample has a time that cannot be");
	sample->unit = get_unit(reader, units, &is_gone);
	sample->reason = get_reason(reader, reasons, bytes_get_u8(reader));
	sample->nth = bytes_get_u32(reader);
	sample->position = bytes_get_u64(reader);
	sample->payload_size = bytes_get_u64(reader);
	sample->topic_kept = get_counted(reader, sample->topic, sizeof(sample->topic));
	sample->payload_kept = get_counted(reader, sample->payload, sizeof(sample->payload));
	if (sample->reason != REASON_NONE) /* else nobody can say why it was refused */
		sample->number = number;
}

static void load_quotas(struct deadletter *deadletter, struct bytes_reader *reader,
			const struct reason_names *reasons, const struct renumber *units)
{
	uint32_t n = bytes_get_count(reader, QUOTA_BYTES);

	for (uint32_t i = 0; i < n && !reader->is_bad; i++) {
		bool is_gone;
		uint32_t unit = get_unit(reader, units, &is_gone);
		enum reason reason = get_reason(reader, reasons, bytes_get_u32(reader));
		struct quota quota = { .second = bytes_get_i64(reader) };

		quota.n_kept = bytes_get_u32(reader);
		if (!is_gone && reason != REASON_NONE)
			*quota_of(deadletter, unit, reason) = quota;
	}
}

void deadletter_load(struct deadletter *deadletter, struct bytes_reader *reader,
		     const struct renumber *units)
{
	struct reason_names reasons;

	bytes_get_part(reader, LETTERS_PART, LETTERS_VERSION);
	reason_names_load(&reasons, reader);
	load_quotas(deadletter, reader, &reasons, units);
	deadletter->last = bytes_get_u64(reader);
	if (deadletter->last > NUMBER_MAX)
		bytes_reject(reader, "samples have numbers that cannot be");
	for (uint64_t n = first_kept(deadletter); n <= deadletter->last && !reader->is_bad; n++)
		load_sample(deadletter, reader, &reasons, units, n);
}
