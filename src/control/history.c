/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Figures of the past.  History answers in its own time; the rows are then written by slices, one
 * in a turn of the loop, because there may be as many as HISTORY_ROWS_MAX.
 */
#include "iocd/history.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/civil.h"
#include "iocd/base/err.h"
#include "iocd/unit.h"
#include "sites.h"
#include "views.h"

#define SLICE_ROWS 500
#define DAY_MS     INT64_C(86400000)

/* clang-format off */
static const struct { const char *name; int64_t usual_ms; } steps[] = {
	[HISTORY_HOUR]  = { "hour",  DAY_MS },       /* how far back without "since" */
	[HISTORY_DAY]   = { "day",   30 * DAY_MS },
	[HISTORY_WEEK]  = { "week",  84 * DAY_MS },
	[HISTORY_MONTH] = { "month", 365 * DAY_MS },
	[HISTORY_YEAR]  = { "year",  1826 * DAY_MS },
	[HISTORY_WHOLE] = { "whole", DAY_MS },
};
static const char *const view_names[] = {
	[HISTORY_AS_IS] = "as-is",
	[HISTORY_AS_WAS] = "as-was",
};
/* clang-format on */

/* A request that waits for history, and then is written. */
struct telling {
	struct telling *next; /* in views_past.first */
	const struct views *views;
	struct caller *caller; /* held: who has asked */
	uint64_t token;
	struct history_query query;
	uint32_t *list; /* lent by query, as is units */
	uint32_t *units;
	struct history_row *rows;
	size_t n_rows, n_done;
	struct sites_spans *spans; /* NULL: history has not answered yet */
	struct text body;
	struct timer *timer; /* likewise */
};

struct views_past {
	struct loop *loop;
	struct telling *first; /* in no order */
};

/* ---- life ---- */

struct views_past *views_past_new(struct loop *loop)
{
	struct views_past *past = xcalloc(1, sizeof(*past));

	past->loop = loop;
	return past;
}

static void free_telling(struct telling *telling)
{
	struct telling **at = &telling->views->past->first;

	while (*at != telling)
		at = &(*at)->next;
	*at = telling->next;
	timer_close(telling->timer);
	free(telling->list);
	free(telling->units);
	free(telling->rows);
	sites_spans_free(telling->spans);
	caller_free(telling->caller);
	text_fini(&telling->body);
	free(telling);
}

struct views_past *views_past_free(struct views_past *past)
{
	if (!past)
		return NULL;

	while (past->first)
		free_telling(past->first);
	free(past);
	return NULL;
}

/* ---- the answer ---- */

static void put_row(struct text *text, const struct telling *telling, const struct history_row *row)
{
	const struct views *views = telling->views;
	int offset_minutes = views->source.context.offset_minutes;

	put_object(text, NULL);
	put_string(text, "unit", units_at(views->source.context.units, row->unit)->id);
	put_string(text, "indicator", indicators_at(views->source.indicators, row->indicator)->id);
	put_time(text, "from", row->from_ms, offset_minutes);
	put_time(text, "to", row->to_ms, offset_minutes);
	put_number(text, "value", row->reading.value);
	put_integer(text, "samples", row->reading.samples);
	put_string(text, "quality", quality_name(row->reading.quality));
	put_flag(text, "provisional",
		 sites_spans_meet(telling->spans, row->unit, row->from_ms, row->to_ms));
	put_integer(text, "revision", row->revision);
	put_flag(text, "open", row->is_open);
	put_object_end(text);
}

static void put_head(struct telling *telling)
{
	const struct views *views = telling->views;
	const struct history_query *query = &telling->query;
	struct text *text = &telling->body;

	put_object(text, NULL);
	put_string(text, "every", steps[query->step].name);
	put_string(text, "view", view_names[query->view]);
	put_time(text, "since", query->since_ms, views->source.context.offset_minutes);
	put_time(text, "until", query->until_ms, views->source.context.offset_minutes);
	put_array(text, "units");
	for (uint32_t i = 0; i < query->n_units; i++) {
		put_object(text, NULL);
		views_put_unit(text, units_at(views->source.context.units, query->of_units[i]));
		put_object_end(text);
	}
	put_array_end(text);
	put_array(text, "indicators");
	for (uint32_t i = 0; i < query->n_list; i++) {
		const struct indicator *indicator =
			indicators_at(views->source.indicators, query->list[i]);

		put_object(text, NULL);
		put_string(text, "id", indicator->id);
		put_languages(text, "title", indicator->title_vi, indicator->title_en);
		put_languages(text, "measure", indicator->measure_vi, indicator->measure_en);
		put_flag(text, "percent", indicator->percent);
		put_object_end(text);
	}
	put_array_end(text);
	put_array(text, "rows");
}

static void finish(struct telling *telling, int status)
{
	text_add_bytes(&telling->body, "\n", 1);
	http_answer(telling->views->http, telling->token, status, "application/json",
		    &telling->body, NULL);
	free_telling(telling);
}

static void on_slice(void *context)
{
	struct telling *telling = context;
	size_t end = telling->n_done + SLICE_ROWS;

	for (; telling->n_done < telling->n_rows && telling->n_done < end; telling->n_done++)
		put_row(&telling->body, telling, &telling->rows[telling->n_done]);
	if (telling->n_done < telling->n_rows) {
		timer_start(telling->timer, 0, 0);
		return;
	}
	put_array_end(&telling->body);
	put_object_end(&telling->body);
	finish(telling, 200);
}

static void refuse(struct telling *telling, const char *reason)
{
	struct http_response response = { .status = 503 };

	views_error(&response, 503, "no_answer", "%s", reason);
	text_fini(&telling->body);
	telling->body = response.body;
	finish(telling, response.status);
}

static void on_answer(void *context, const struct history_row *rows, size_t n, const char *reason)
{
	struct telling *telling = context;

	if (reason) {
		refuse(telling, reason);
		return;
	}
	telling->rows = xcalloc(n + 1, sizeof(*rows));
	if (n > 0)
		memcpy(telling->rows, rows, n * sizeof(*rows));
	telling->n_rows = n;
	telling->spans = sites_spans_new(telling->views);
	telling->timer = timer_new(telling->views->past->loop, on_slice, telling);
	put_head(telling);
	timer_start(telling->timer, 0, 0);
}

/* ---- the question ---- */

static bool read_name(const struct http_request *request, struct http_response *response,
		      const char *name, const char *const *names, size_t stride, size_t n, int *ret)
{
	const char *text = http_query(request, name);

	for (size_t i = 0; text && i < n; i++) {
		if (strcmp(text, *(const char *const *)((const char *)names + i * stride)) == 0) {
			*ret = (int)i;
			return true;
		}
	}
	if (!text)
		return true;
	views_error(response, 400, "bad_argument", "'%s' cannot be '%s'", name, text);
	return false;
}

/* "14:00": of today. */
static bool read_clock(const struct views *views, const char *text, int64_t *ret)
{
	int64_t offset_ms = views->source.context.offset_minutes * INT64_C(60000);
	int64_t local_ms = indicators_now_ms(views->source.indicators) + offset_ms;
	int hour, minute, end = 0;

	if (sscanf(text, "%2d:%2d%n", &hour, &minute, &end) != 2 || text[end] || hour < 0 ||
	    hour > 24 || minute < 0 || minute > 59)
		return false;
	*ret = local_ms - local_ms % DAY_MS - offset_ms + (hour * 60 + minute) * INT64_C(60000);
	return true;
}

/* A day, a time, a time of today, or how long ago. */
static bool read_instant(const struct views *views, const char *text, int64_t *ret)
{
	int offset = views->source.context.offset_minutes;
	char day[CIVIL_TEXT_MAX];
	int64_t ago_ms;

	if (strlen(text) == strlen("2026-10-01")) {
		(void)snprintf(day, sizeof(day), "%sT00:00:00%c%02d:%02d", text,
			       offset < 0 ? '-' : '+', abs(offset) / 60 % 100, abs(offset) % 60);
		return civil_parse(day, strlen(day), ret) == 0;
	}
	if (civil_parse(text, strlen(text), ret) == 0 || read_clock(views, text, ret))
		return true;
	if (text_read_duration(text, strlen(text), &ago_ms))
		return false;
	*ret = indicators_now_ms(views->source.indicators) - ago_ms;
	return *ret >= 0;
}

bool views_read_time(const struct views *views, const struct http_request *request,
		     struct http_response *response, const char *name, int64_t *ret)
{
	const char *text = http_query(request, name);

	if (!text || read_instant(views, text, ret))
		return true;
	views_error(response, 400, "bad_argument",
		    "'%s' is a day (2026-10-01), a time (2026-10-01T08:00:00+07:00, or 08:00 of "
		    "today) or how long ago (7d), not '%s'",
		    name, text);
	return false;
}

static bool read_span(const struct views *views, const struct http_request *request,
		      struct http_response *response, struct history_query *query)
{
	int step = HISTORY_DAY, view = HISTORY_AS_IS;

	if (!read_name(request, response, "every", &steps[0].name, sizeof(steps[0]), COUNT(steps),
		       &step) ||
	    !read_name(request, response, "view", view_names, sizeof(view_names[0]),
		       COUNT(view_names), &view))
		return false;

	query->step = (enum history_step)step;
	query->view = (enum history_view)view;
	query->until_ms = indicators_now_ms(views->source.indicators) + 1;
	if (!views_read_time(views, request, response, "until", &query->until_ms))
		return false;
	query->since_ms = query->until_ms - steps[step].usual_ms;
	if (!views_read_time(views, request, response, "since", &query->since_ms))
		return false;
	if (query->since_ms < query->until_ms)
		return true;
	views_error(response, 400, "bad_argument", "'since' must be before 'until'");
	return false;
}

/* A number for each name in a list with commas between; NONE for what is unknown. */
typedef uint32_t find_fn(const struct views *views, const struct history_query *query,
			 const char *name, size_t size);

static uint32_t find_indicator(const struct views *views, const struct history_query *query,
			       const char *name, size_t size)
{
	(void)query;
	return indicators_find(views->source.indicators, name, size);
}

/* Only in the past may a unit that is no more have figures of its own. */
static uint32_t find_unit(const struct views *views, const struct history_query *query,
			  const char *name, size_t size)
{
	const struct units *units = views->source.context.units;
	uint32_t unit = UNIT_NONE;

	if (query->view == HISTORY_AS_WAS)
		unit = units_find_registered(units, name, size);
	if (unit == UNIT_NONE)
		unit = units_find(units, name, size);
	return unit != UNIT_NONE && views_sees(views, units_successor(units, unit)) ? unit
										    : UNIT_NONE;
}

static bool read_list(const struct views *views, const struct http_request *request,
		      struct http_response *response, const struct history_query *query,
		      const char *kind, find_fn *find, uint32_t **ret, uint32_t *ret_n)
{
	const char *at = http_query(request, kind);

	for (*ret_n = 0; at;) {
		size_t size = strcspn(at, ",");
		uint32_t number = find(views, query, at, size);

		if (number == UINT32_MAX) {
			views_error(response, 404, "unknown_name", "there is no %s '%.*s'", kind,
				    (int)size, at);
			return false;
		}
		*ret = xrealloc(*ret, (size_t)*ret_n + 1, sizeof(**ret));
		(*ret)[(*ret_n)++] = number;
		at = at[size] ? at + size + 1 : NULL;
	}
	return true;
}

static void add_all_indicators(struct telling *telling)
{
	const struct indicators *indicators = telling->views->source.indicators;
	uint32_t n = indicators_count(indicators);
	uint64_t series;

	telling->list = xcalloc((size_t)n + 1, sizeof(*telling->list));
	for (uint32_t i = 0; i < n; i++)
		if (indicators_series(indicators, i, &series, 1) > 0)
			telling->list[telling->query.n_list++] = i;
}

/* Whether unit of the live tree is one more to be told of. */
static bool is_wanted(const struct telling *telling, uint32_t unit, bool is_below)
{
	const struct views *views = telling->views;
	bool is_within = telling->query.n_units == 0 && (is_below || views_is_root(views, unit));

	if (!views_sees(views, unit))
		return false;
	for (uint32_t i = 0; i < telling->query.n_units; i++) {
		if (telling->units[i] == unit)
			return false;
		is_within |= is_below && views_is_within(views, unit, telling->units[i]);
	}
	return is_within;
}

/* Adds the units below those that were named, or the roots if none was. */
static void widen_units(struct telling *telling, bool is_below)
{
	uint32_t n_all = units_count(telling->views->source.context.units);
	uint32_t n = telling->query.n_units;
	uint32_t *units = xcalloc((size_t)n_all + n + 1, sizeof(*units));

	if (n > 0)
		memcpy(units, telling->units, n * sizeof(*units));
	for (uint32_t i = 0; i < n_all; i++)
		if (is_wanted(telling, i, is_below))
			units[n++] = i;
	free(telling->units);
	telling->units = units;
	telling->query.n_units = n;
}

static bool read_question(struct telling *telling, const struct http_request *request,
			  struct http_response *response)
{
	const struct views *views = telling->views;
	struct history_query *query = &telling->query;
	const char *below = http_query(request, "below");

	query->indicators = views->source.indicators;
	if (!read_span(views, request, response, query) ||
	    !read_list(views, request, response, query, "indicator", find_indicator, &telling->list,
		       &query->n_list) ||
	    !read_list(views, request, response, query, "unit", find_unit, &telling->units,
		       &query->n_units))
		return false;

	if (query->n_list == 0)
		add_all_indicators(telling);
	widen_units(telling, below && strcmp(below, "1") == 0);
	query->list = telling->list;
	query->of_units = telling->units;
	return true;
}

void view_history(const struct views *views, const struct http_request *request,
		  struct http_response *response)
{
	struct telling *telling;

	if (!views->source.history) {
		views_error(response, 503, "no_history", "history.file could not be opened");
		return;
	}

	telling = xcalloc(1, sizeof(*telling));
	telling->views = views;
	telling->caller = caller_hold(views->caller);
	telling->token = response->token;
	telling->next = views->past->first;
	views->past->first = telling;
	if (!read_question(telling, request, response)) {
		free_telling(telling);
		return;
	}
	response->later = 1;
	history_ask(views->source.history, &telling->query, on_answer, telling);
}
