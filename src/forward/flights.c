/* SPDX-License-Identifier: Apache-2.0 */
#include "flights.h"

#include <assert.h>

void flights_add(struct flights *flights, const struct flight *flight)
{
	assert(flights->n < FLIGHTS_MAX);

	flights->list[flights->n++] = *flight;
	flights->of_lane[flight->lane]++;
}

/* Keeps those that stay says yes to. */
typedef bool stay_fn(const void *context, uint32_t i);

static uint32_t sift(struct flights *flights, stay_fn *stays, const void *context)
{
	uint32_t n = 0, gone;

	for (uint32_t i = 0; i < flights->n; i++) {
		if (stays(context, i))
			flights->list[n++] = flights->list[i];
		else
			flights->of_lane[flights->list[i].lane]--;
	}
	gone = flights->n - n;
	flights->n = n;
	return gone;
}

struct verdicts {
	bool stays[FLIGHTS_MAX];
};

static bool stays_by_verdict(const void *context, uint32_t i)
{
	return ((const struct verdicts *)context)->stays[i];
}

struct landing flights_land(struct flights *flights, enum frame_class class,
			    const struct known *known, int64_t now_ms)
{
	struct landing landing = { .fill_ms = -1 };
	struct verdicts verdicts;
	bool is_behind = false; /* a later one has arrived */

	for (uint32_t i = flights->n; i-- > 0;) {
		const struct flight *flight = &flights->list[i];
		bool is_here = flight->class == class && known_count(known, flight->span) == 0;

		verdicts.stays[i] = flight->class != class || (!is_here && !is_behind);
		landing.n += is_here;
		if (is_here && flight->lane == LANE_FILL && landing.fill_ms < 0)
			landing.fill_ms = now_ms - flight->sent_ms;
		is_behind |= is_here;
	}
	sift(flights, stays_by_verdict, &verdicts);
	return landing;
}

struct expiry {
	const struct flights *flights;
	int64_t sent_ms;
};

static bool stays_by_age(const void *context, uint32_t i)
{
	const struct expiry *expiry = context;

	return expiry->flights->list[i].sent_ms > expiry->sent_ms;
}

uint32_t flights_expire(struct flights *flights, int64_t sent_ms)
{
	const struct expiry expiry = { flights, sent_ms };

	return sift(flights, stays_by_age, &expiry);
}

/* Cuts off of span what the flight holds at its beginning or what begins with it; true if the
 * beginning has moved. */
static bool cut(struct span *span, const struct flight *flight)
{
	if (flight->span.to <= span->from || flight->span.from >= span->to)
		return false;
	if (flight->span.from > span->from) {
		span->to = flight->span.from;
		return false;
	}
	span->from = flight->span.to < span->to ? flight->span.to : span->to;
	return true;
}

struct span flights_free_span(const struct flights *flights, enum frame_class class,
			      struct span span)
{
	const uint64_t end = span.to;
	bool has_moved;

	do {
		has_moved = false;
		span.to = end;
		for (uint32_t i = 0; i < flights->n; i++)
			if (flights->list[i].class == class)
				has_moved |= cut(&span, &flights->list[i]);
	} while (has_moved && span.from < end);
	return span;
}
