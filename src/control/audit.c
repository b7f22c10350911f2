/* SPDX-License-Identifier: Apache-2.0 */
/* Who did what, out of history. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/clock.h"
#include "iocd/base/err.h"
#include "iocd/history_audit.h"
#include "iocd/unit.h"
#include "views.h"

#define USUAL_MS    (24 * INT64_C(3600000)) /* how far back without "since" */
#define USUAL_LIMIT 1000

/* A request that waits for history. */
struct asking {
	struct views views; /* for that caller */
	uint64_t token;
	int64_t since_ms, until_ms;
};

/* ---- writing ---- */

static const char *or_null(const char *text)
{
	return *text ? text : NULL;
}

/* One that was named and does not exist is told by its id alone. */
static void put_unit(struct text *text, const struct views *views, const char *id)
{
	const struct units *units = views->source.context.units;
	uint32_t number = *id ? units_find(units, id, strlen(id)) : UNIT_NONE;

	if (!*id) {
		put_null(text, "unit");
		return;
	}
	put_object(text, "unit");
	if (number != UNIT_NONE) {
		views_put_unit(text, units_at(units, number));
	} else {
		put_string(text, "id", id);
		put_null(text, "level");
		put_languages(text, "name", id, id);
	}
	put_object_end(text);
}

static void put_entry(struct text *text, const struct views *views,
		      const struct history_audit *entry)
{
	put_object(text, NULL);
	if (entry->number)
		put_integer(text, "number", entry->number);
	else
		put_null(text, "number");
	put_time(text, "time", entry->time_ms, views->source.context.offset_minutes);
	put_string(text, "who", or_null(entry->who));
	put_string(text, "role", or_null(entry->role));
	put_string(text, "from", or_null(entry->from));
	put_string(text, "what", entry->what);
	put_unit(text, views, entry->unit);
	put_string(text, "about", or_null(entry->about));
	put_string(text, "outcome", or_null(entry->outcome));
	put_string(text, "detail", or_null(entry->detail));
	put_string(text, "key", or_null(entry->key));
	put_object_end(text);
}

static void on_audit(void *context, const struct history_audit *entries, size_t n, bool is_cut,
		     const char *reason)
{
	struct asking *asking = context;
	const struct views *views = &asking->views;
	int offset_minutes = views->source.context.offset_minutes;
	struct http_response response = { .status = 200, .content_type = "application/json" };
	struct text *text = &response.body;

	if (!entries) {
		views_error(&response, 503, "no_answer", "%s", reason);
	} else {
		put_object(text, NULL);
		put_time(text, "since", asking->since_ms, offset_minutes);
		put_time(text, "until", asking->until_ms, offset_minutes);
		put_flag(text, "cut", is_cut);
		put_integer(text, "lost", history_audit_lost(views->source.history));
		put_array(text, "entries");
		for (size_t i = 0; i < n; i++)
			put_entry(text, views, &entries[i]);
		put_array_end(text);
		put_object_end(text);
	}
	text_add_bytes(text, "\n", 1);
	http_answer(views->http, asking->token, response.status, response.content_type, text, NULL);
	text_fini(text);
	caller_free(asking->views.caller);
	free(asking);
}

/* ---- asking ---- */

static bool read_query(const struct views *views, const struct http_request *request,
		       struct http_response *response, struct history_audit_query *ret,
		       uint32_t *unit)
{
	int64_t limit = USUAL_LIMIT;

	ret->until_ms = clock_real_ms() + 1; /* as entries are stamped */
	if (!views_read_time(views, request, response, "until", &ret->until_ms))
		return false;
	ret->since_ms = ret->until_ms - USUAL_MS;
	ret->who = http_query(request, "who");
	ret->what = http_query(request, "what");
	if (!views_read_time(views, request, response, "since", &ret->since_ms) ||
	    !views_read_unit(views, request, response, unit) ||
	    !views_read_count(request, response, "limit", HISTORY_AUDIT_MAX, &limit))
		return false;
	ret->limit = (uint32_t)limit;
	if (ret->since_ms < ret->until_ms)
		return true;
	views_error(response, 400, "bad_argument", "'since' must be before 'until'");
	return false;
}

/* Everybody sees what he did himself and what was done to his units; who logs in, those who look
 * after everything. */
static void narrow(struct history_audit_query *query, const struct caller *caller)
{
	assert(caller->scope->is_whole || caller->scope->of_units);
	query->of_units = caller->scope->is_whole ? NULL : caller->scope->of_units;
	query->self = *caller->name ? caller->name : NULL;
	query->is_private = !caller->scope->is_whole || caller->role != ROLE_ADMIN;
}

/* By unit, those at and below top that the caller sees; NULL if nobody asked for them. */
static bool *choose_units(const struct views *views, uint32_t top)
{
	uint32_t n = units_count(views->source.context.units);
	bool *chosen;

	if (top == UNIT_NONE)
		return NULL;
	chosen = xcalloc((size_t)n + 1, sizeof(*chosen));
	for (uint32_t i = 0; i < n; i++)
		chosen[i] = views_shows(views, i, top);
	return chosen;
}

void view_audit(const struct views *views, const struct http_request *request,
		struct http_response *response)
{
	struct history_audit_query query = { 0 };
	struct asking *asking;
	uint32_t unit;
	bool *about;

	if (!views->source.history) {
		views_error(response, 503, "no_history", "history.file could not be opened");
		return;
	}
	if (!read_query(views, request, response, &query, &unit))
		return;

	narrow(&query, views->caller);
	asking = xcalloc(1, sizeof(*asking));
	*asking = (struct asking){ .views = views_as(views, caller_hold(views->caller)),
				   .token = response->token,
				   .since_ms = query.since_ms,
				   .until_ms = query.until_ms };
	response->later = 1;
	about = choose_units(views, unit);
	query.about = about;
	history_ask_audit(views->source.history, &query, on_audit, asking);
	free(about);
}
