/* SPDX-License-Identifier: Apache-2.0 */
/* What is, or was, missing of what sites forward. */
#include <string.h>

#include "iocd/unit.h"
#include "sites.h"

#define GAPS_SHOWN 1000 /* unless the caller sets a limit */
#define GAPS_MAX   (SITES_MAX * SITE_GAPS_MAX)

struct query {
	uint32_t unit;
	int64_t since_ms, until_ms; /* as recorded */
	bool is_open;               /* only those that are */
	int64_t limit;
};

struct listing {
	const struct views *views;
	struct query query;
	struct text *text;
	const struct site_view *site;
	uint64_t matching, open, missing, given_up;
	int64_t shown;
};

static bool is_open(const struct site_gap *gap)
{
	return gap->closed_ms == 0;
}

static const char *state_of(const struct site_gap *gap)
{
	if (is_open(gap))
		return "open";
	return gap->given_up > 0 ? "given-up" : "closed";
}

static void put_gap(struct listing *listing, const struct site_gap *gap)
{
	int offset_minutes = listing->views->source.context.offset_minutes;
	struct text *text = listing->text;

	put_object(text, NULL);
	sites_put_name(text, listing->views, listing->site);
	put_string(text, "stream", frame_class_name(gap->class));
	put_string(text, "state", state_of(gap));
	put_integer(text, "from", gap->from);
	put_integer(text, "to", gap->to - 1);
	put_integer(text, "count", gap->to - gap->from);
	put_integer(text, "missing", gap->missing);
	put_integer(text, "given_up", gap->given_up);
	put_time(text, "recorded_from", gap->from_ms, offset_minutes);
	put_time(text, "recorded_to", gap->to_ms, offset_minutes);
	put_time(text, "seen", gap->seen_ms, offset_minutes);
	put_time(text, "closed", gap->closed_ms, offset_minutes);
	put_object_end(text);
}

static void look_at(void *context, const struct site_gap *gap)
{
	struct listing *listing = context;

	if (listing->query.is_open && !is_open(gap))
		return;
	listing->matching++;
	listing->open += is_open(gap);
	listing->missing += gap->missing;
	listing->given_up += gap->given_up;
	if (listing->shown++ < listing->query.limit)
		put_gap(listing, gap);
}

static void look_at_all(struct listing *listing)
{
	const struct sites *sites = listing->views->source.sites;

	for (uint32_t i = 0; sites && i < sites_count(sites); i++) {
		struct site_view view;

		sites_view(sites, i, &view);
		listing->site = &view;
		if (views_shows(listing->views, view.unit, listing->query.unit))
			sites_each_gap(sites, i, listing->query.since_ms, listing->query.until_ms,
				       look_at, listing);
	}
	listing->site = NULL;
}

static bool read_query(const struct views *views, const struct http_request *request,
		       struct http_response *response, struct query *ret)
{
	const char *open = http_query(request, "open");

	*ret = (struct query){ .until_ms = INT64_MAX, .limit = GAPS_SHOWN };
	if (!views_read_unit(views, request, response, &ret->unit) ||
	    !views_read_time(views, request, response, "since", &ret->since_ms) ||
	    !views_read_time(views, request, response, "until", &ret->until_ms) ||
	    !views_read_count(request, response, "limit", GAPS_MAX, &ret->limit))
		return false;

	ret->is_open = open && strcmp(open, "1") == 0;
	if (open && !ret->is_open)
		views_error(response, 400, "bad_argument", "'open' is 1, not '%s'", open);
	else if (ret->since_ms >= ret->until_ms)
		views_error(response, 400, "bad_argument", "'since' must be before 'until'");
	else
		return true;
	return false;
}

static void put_span(struct text *text, const struct listing *listing)
{
	int offset_minutes = listing->views->source.context.offset_minutes;
	int64_t until_ms = listing->query.until_ms;

	put_time(text, "time", indicators_now_ms(listing->views->source.indicators),
		 offset_minutes);
	put_time(text, "since", listing->query.since_ms, offset_minutes);
	put_time(text, "until", until_ms == INT64_MAX ? 0 : until_ms, offset_minutes);
}

void view_gaps(const struct views *views, const struct http_request *request,
	       struct http_response *response)
{
	struct text *text = &response->body;
	struct listing listing = { .views = views, .text = text };

	if (!read_query(views, request, response, &listing.query))
		return;

	put_object(text, NULL);
	put_span(text, &listing);
	put_array(text, "gaps");
	look_at_all(&listing);
	put_array_end(text);
	put_integer(text, "matching", listing.matching);
	put_integer(text, "open", listing.open);
	put_integer(text, "missing", listing.missing);
	put_integer(text, "given_up", listing.given_up);
	put_object_end(text);
}
