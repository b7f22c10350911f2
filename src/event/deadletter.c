/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/deadletter.h"

#include <stdlib.h>
#include <string.h>

#include "iocd/base/counter.h"
#include "iocd/base/err.h"

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

static bool within_quota(struct deadletter *deadletter, uint32_t unit, enum reason reason,
			 int64_t arrival_ms)
{
	size_t row = unit < deadletter->n_units ? unit : deadletter->n_units;
	struct quota *quota = &deadletter->quotas[row * N_REASONS + reason];

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
