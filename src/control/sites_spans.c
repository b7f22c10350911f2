/* SPDX-License-Identifier: Apache-2.0 */
/* Of which times something is still to come that sites forward. */
#include <stdlib.h>

#include "iocd/base/err.h"
#include "sites.h"

struct span {
	uint32_t unit;
	int64_t from_ms, to_ms;
};

struct sites_spans {
	const struct views *views;
	struct span *list;
	size_t n;
	const struct site_view *site; /* while they are gathered */
};

static void add_span(struct sites_spans *spans, int64_t from_ms, int64_t to_ms)
{
	spans->list = xrealloc(spans->list, spans->n + 1, sizeof(*spans->list));
	spans->list[spans->n++] = (struct span){ spans->site->unit, from_ms, to_ms };
}

static void add_gap(void *context, const struct site_gap *gap)
{
	struct sites_spans *spans = context;

	if (gap->closed_ms == 0 && gap->class != FRAME_ALERT)
		add_span(spans, gap->from_ms ? gap->from_ms : spans->site->first_ms, gap->to_ms);
}

/* What waits there, and all since it was heard last. */
static void add_tail(struct sites_spans *spans)
{
	const struct site_view *site = spans->site;
	int64_t from_ms = site->is_lost ? site->lost_ms : INT64_MAX;

	for (int i = FRAME_ALERT + 1; i < N_FRAME_CLASSES; i++) {
		int64_t oldest_ms = site->beat.streams[i].oldest_ms;

		if (oldest_ms && oldest_ms < from_ms)
			from_ms = oldest_ms;
	}
	if (from_ms != INT64_MAX)
		add_span(spans, from_ms, INT64_MAX);
}

struct sites_spans *sites_spans_new(const struct views *views)
{
	struct sites_spans *spans = xcalloc(1, sizeof(*spans));
	const struct sites *sites = views->source.sites;

	spans->views = views;
	for (uint32_t i = 0; sites && i < sites_count(sites); i++) {
		struct site_view view;

		sites_view(sites, i, &view);
		if (sites_is_complete(sites, view.unit))
			continue;
		spans->site = &view;
		sites_each_gap(sites, i, 0, INT64_MAX, add_gap, spans);
		add_tail(spans);
	}
	spans->site = NULL;
	return spans;
}

struct sites_spans *sites_spans_free(struct sites_spans *spans)
{
	if (!spans)
		return NULL;

	free(spans->list);
	free(spans);
	return NULL;
}

bool sites_spans_meet(const struct sites_spans *spans, uint32_t unit, int64_t from_ms,
		      int64_t to_ms)
{
	for (size_t i = 0; i < spans->n; i++) {
		const struct span *span = &spans->list[i];

		if (span->from_ms < to_ms && from_ms <= span->to_ms &&
		    views_is_within(spans->views, span->unit, unit))
			return true;
	}
	return false;
}
