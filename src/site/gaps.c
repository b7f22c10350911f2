/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is, and was, missing.  How much of an open gap is missing follows from the ranges of its
 * stream, and is counted anew whenever these have changed.
 */
#include <string.h>

#include "streams.h"

static bool is_open(const struct site_gap *gap)
{
	return gap->closed_ms == 0;
}

struct site_gap *gaps_last(struct site *site, enum frame_class class)
{
	struct site_gap *last = NULL;

	for (uint32_t i = 0; i < site->n_gaps; i++) {
		struct site_gap *gap = &site->gaps[i];

		if (gap->class == class && is_open(gap) && (!last || gap->to > last->to))
			last = gap;
	}
	return last;
}

/* The oldest that is closed; n_gaps: none is. */
static uint32_t oldest_closed(const struct site *site)
{
	uint32_t i = 0;

	while (i < site->n_gaps && is_open(&site->gaps[i]))
		i++;
	return i;
}

bool gaps_have_room(const struct site *site)
{
	return site->n_gaps < SITE_GAPS_MAX || oldest_closed(site) < site->n_gaps;
}

bool gaps_add(struct site *site, const struct site_gap *gap)
{
	if (!gaps_have_room(site))
		return false;

	if (site->n_gaps == SITE_GAPS_MAX) {
		uint32_t i = oldest_closed(site);

		memmove(site->gaps + i, site->gaps + i + 1,
			(site->n_gaps - i - 1) * sizeof(*site->gaps));
		site->n_gaps--;
	}
	site->gaps[site->n_gaps++] = *gap;
	return true;
}

void gaps_lower(struct site *site, enum frame_class class, uint64_t from, uint64_t to)
{
	for (uint32_t i = 0; i < site->n_gaps; i++) {
		struct site_gap *gap = &site->gaps[i];

		if (gap->class != class || !is_open(gap) || gap->from != from)
			continue;
		gap->missing += from - to;
		gap->from = to;
	}
}

void gaps_settle(struct site *site, enum frame_class class, bool given_up, int64_t now_ms)
{
	const struct stream *stream = &site->streams[class];

	for (uint32_t i = 0; i < site->n_gaps; i++) {
		struct site_gap *gap = &site->gaps[i];
		uint64_t missing;

		if (gap->class != class || !is_open(gap))
			continue;
		missing = ranges_missing_in(stream, gap->from, gap->to);
		if (given_up)
			gap->given_up += gap->missing - missing;
		gap->missing = missing;
		if (missing == 0)
			gap->closed_ms = now_ms;
	}
}

void sites_each_gap(const struct sites *sites, uint32_t site, int64_t from_ms, int64_t to_ms,
		    site_gap_fn *each, void *context)
{
	const struct site *at = sites->list[site];

	for (uint32_t i = 0; i < at->n_gaps; i++)
		if (at->gaps[i].from_ms <= to_ms && at->gaps[i].to_ms >= from_ms)
			each(context, &at->gaps[i]);
}
