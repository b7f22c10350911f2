/* SPDX-License-Identifier: Apache-2.0 */
#include "rate.h"

#include <assert.h>
#include <stdlib.h>

#include "iocd/base/err.h"

#define RATE_PART    "rate"
#define RATE_VERSION 1
#define UNTIL_MAX    (INT64_MAX / 2) /* beyond the year 2100; sums with it do not overflow */

struct rate {
	int64_t event_ns; /* what one event costs; 0: no limit */
	int64_t slack_ns; /* how far ahead of the clock a unit's account may run */
	uint32_t n_units;
	int64_t paid_until_ns[]; /* by unit: theoretical arrival time of its next event */
};

struct rate *rate_new(uint32_t n_units, int per_second, int burst)
{
	struct rate *rate = xcalloc(1, sizeof(*rate) + n_units * sizeof(int64_t));

	assert(per_second >= 0 && (per_second == 0 || burst > 0));
	rate->n_units = n_units;
	if (per_second > 0) {
		rate->event_ns = 1000000000 / per_second;
		rate->slack_ns = rate->event_ns * burst;
	}
	return rate;
}

struct rate *rate_free(struct rate *rate)
{
	free(rate);
	return NULL;
}

bool rate_admit(struct rate *rate, uint32_t unit, int64_t now_ms)
{
	int64_t now_ns = now_ms * 1000000;
	int64_t *until = &rate->paid_until_ns[unit];

	if (rate->event_ns == 0)
		return true;

	assert(unit < rate->n_units);
	if (*until < now_ns)
		*until = now_ns;
	if (*until > now_ns + rate->slack_ns) /* it ran up under other settings */
		*until = now_ns + rate->slack_ns;
	if (*until + rate->event_ns - now_ns > rate->slack_ns)
		return false;
	*until += rate->event_ns;
	return true;
}

void rate_save(const struct rate *rate, struct bytes_writer *writer)
{
	bytes_put_part(writer, RATE_PART, RATE_VERSION);
	bytes_put_u32(writer, rate->n_units);
	for (uint32_t i = 0; i < rate->n_units; i++)
		bytes_put_i64(writer, rate->paid_until_ns[i]);
}

static void load_account(struct rate *rate, struct bytes_reader *reader, uint32_t unit)
{
	int64_t until_ns = bytes_get_i64(reader);

	if (until_ns < 0 || until_ns > UNTIL_MAX)
		bytes_reject(reader, "a unit's rate has a time that cannot be");
	else if (unit != RENUMBER_GONE && rate->paid_until_ns[unit] < until_ns) /* of merged ones */
		rate->paid_until_ns[unit] = until_ns;
}

void rate_load(struct rate *rate, struct bytes_reader *reader, const struct renumber *units)
{
	uint32_t n;

	bytes_get_part(reader, RATE_PART, RATE_VERSION);
	n = bytes_get_count(reader, sizeof(int64_t));
	if (n != units->n)
		bytes_reject(reader, "it has a rate for other units");
	for (uint32_t i = 0; i < n && !reader->is_bad; i++)
		load_account(rate, reader, renumber(units, i));
}
