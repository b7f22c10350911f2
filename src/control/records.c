/* SPDX-License-Identifier: Apache-2.0 */
/* Open records, soonest due first. */
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "iocd/unit.h"
#include "views.h"

#define RECORDS_USUAL 100

/* By enum record_state. */
static const char *const state_words[] = {
	[RECORD_OPEN] = "open",
	[RECORD_DUE_SOON] = "due-soon",
	[RECORD_OVERDUE] = "overdue",
	[RECORD_PAUSED] = "paused",
};

struct listing {
	const struct views *views;
	struct text *text;
};

static bool read_state(const struct http_request *request, struct http_response *response,
		       enum record_state *ret)
{
	const char *word = http_query(request, "state");

	*ret = RECORD_OPEN;
	if (!word)
		return true;

	for (size_t i = 0; i < COUNT(state_words); i++)
		if (strcmp(word, state_words[i]) == 0) {
			*ret = (enum record_state)i;
			return true;
		}
	views_error(response, 400, "bad_argument",
		    "'state' is open, due-soon, overdue or paused, not '%s'", word);
	return false;
}

static bool read_track(const struct views *views, const struct http_request *request,
		       struct http_response *response, uint32_t *ret)
{
	const char *id = http_query(request, "track");
	const struct track *track;

	*ret = UINT32_MAX;
	if (!id)
		return true;

	for (uint32_t i = 0; (track = trackers_track(views->source.trackers, i)); i++)
		if (strcmp(track->id, id) == 0) {
			*ret = i;
			return true;
		}
	views_error(response, 404, "unknown_track", "there is no track '%s'", id);
	return false;
}

/* Gives whether each unit is top or below it (UNIT_NONE: any), and the caller sees it. */
static bool *units_within(const struct views *views, uint32_t top)
{
	const struct units *units = views->source.context.units;
	uint32_t n = units_count(units);
	bool *wanted = xcalloc(n + 1, sizeof(*wanted));

	for (uint32_t i = 0; i < n; i++)
		wanted[i] = views_shows(views, i, top);
	return wanted;
}

static enum record_state state_of(const struct track_record *record)
{
	if (record->is_paused)
		return RECORD_PAUSED;
	if (record->is_overdue)
		return RECORD_OVERDUE;
	return record->is_due_soon ? RECORD_DUE_SOON : RECORD_OPEN;
}

/* A track has the title of the indicator that it makes. */
static void put_track(struct text *text, const struct views *views, uint32_t number)
{
	const char *id = trackers_track(views->source.trackers, number)->id;
	uint32_t indicator = indicators_find(views->source.indicators, id, strlen(id));
	const struct indicator *about;

	put_string(text, "track", id);
	if (indicator == INDICATOR_NONE) {
		put_languages(text, "title", id, id);
		return;
	}
	about = indicators_at(views->source.indicators, indicator);
	put_languages(text, "title", about->title_vi, about->title_en);
}

static void put_record(void *context, const struct track_record *record)
{
	const struct listing *listing = context;
	const struct views *views = listing->views;
	struct text *text = listing->text;
	int offset_minutes = views->source.context.offset_minutes;

	put_object(text, NULL);
	put_bytes(text, "record", record->id.bytes, record->id.size);
	put_track(text, views, record->track);
	put_object(text, "unit");
	views_put_unit(text, units_at(views->source.context.units, record->unit));
	put_object_end(text);
	put_string(text, "state", state_words[state_of(record)]);
	put_flag(text, "overdue", record->is_overdue);
	put_time(text, "opened", record->opened_ms, offset_minutes);
	put_time(text, "due", record->due_ms, offset_minutes);
	put_object_end(text);
}

static void put_counts(struct text *text, const struct views *views)
{
	struct trackers_counts counts;

	trackers_count(views->source.trackers, &counts);
	put_object(text, "counts");
	put_integer(text, "open", counts.open);
	put_integer(text, "closed", counts.closed);
	put_integer(text, "waiting", counts.waiting);
	put_integer(text, "refused_full", counts.refused_full);
	put_integer(text, "unknown_unit", counts.unknown_unit);
	put_integer(text, "unmatched", counts.unmatched);
	put_integer(text, "repeated", counts.repeated);
	put_integer(text, "reopened", counts.reopened);
	put_integer(text, "stale", counts.stale);
	put_integer(text, "forgotten", counts.forgotten);
	put_integer(text, "dropped", counts.dropped);
	put_integer(text, "bytes", trackers_bytes(views->source.trackers));
	put_object_end(text);
}

static void put_records(struct text *text, const struct views *views,
			const struct trackers_query *query)
{
	struct listing listing = { .views = views, .text = text };
	uint64_t n;

	put_object(text, NULL);
	put_array(text, "records");
	n = trackers_each(views->source.trackers, query, put_record, &listing);
	put_array_end(text);
	put_integer(text, "matching", n);
	if (views_sees_all(views)) /* they are not known by unit */
		put_counts(text, views);
	else
		put_null(text, "counts");
	put_object_end(text);
}

void view_records(const struct views *views, const struct http_request *request,
		  struct http_response *response)
{
	struct trackers_query query;
	int64_t limit = RECORDS_USUAL;
	bool *wanted = NULL;
	uint32_t unit;

	if (!views->source.trackers) {
		views_error(response, 404, "no_records", "no records are followed here");
		return;
	}
	if (!views_read_unit(views, request, response, &unit) ||
	    !read_track(views, request, response, &query.track) ||
	    !read_state(request, response, &query.state) ||
	    !views_read_count(request, response, "limit", RECORDS_SHOWN, &limit))
		return;

	if (unit != UNIT_NONE || !views_sees_all(views))
		wanted = units_within(views, unit);
	query.wanted = wanted;
	query.limit = (size_t)limit;
	put_records(&response->body, views, &query);
	free(wanted);
}
