/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reports on demand: worked out of history now, compared with what was written on schedule, so that
 * a figure that was corrected since shows.  GET report: which there are; with report=ID: that one.
 */
#include <stdlib.h>
#include <string.h>

#include "iocd/base/clock.h"
#include "iocd/base/err.h"
#include "iocd/history_report.h"
#include "views.h"

struct form {
	const char *name;
	const char *content_type;
};

static const struct form forms[] = {
	{ "json", "application/json" },
	{ "csv", "text/csv; charset=utf-8" },
	{ "html", "text/html; charset=utf-8" },
};

/* A request that waits for history. */
struct asking {
	const struct views *views;
	struct caller *caller; /* held */
	uint64_t token;
	struct history_report wanted;
	uint32_t only; /* unit, or UNIT_NONE */
	const struct form *form;
	bool vietnamese;
};

static const char *every_name(enum report_every every)
{
	static const char *const names[] = {
		[REPORT_DAY] = "day",
		[REPORT_WEEK] = "week",
		[REPORT_MONTH] = "month",
		[REPORT_YEAR] = "year",
	};

	return names[every];
}

static void put_plans(const struct views *views, struct text *text)
{
	const struct report_plan *plans;
	uint32_t n;

	plans = config_reports(views->source.config, &n);
	put_object(text, NULL);
	put_array(text, "reports");
	for (uint32_t i = 0; i < n; i++) {
		struct report_period period;

		report_last_period(&period, plans[i].every, clock_real_ms(),
				   views->source.context.offset_minutes);
		put_object(text, NULL);
		put_string(text, "id", plans[i].id);
		put_languages(text, "title", plans[i].title_vi, plans[i].title_en);
		put_string(text, "every", every_name(plans[i].every));
		put_string(text, "last", period.name);
		put_integer(text, "lines", plans[i].n_lines);
		put_object_end(text);
	}
	put_array_end(text);
	put_object_end(text);
}

/* Leaves the rows that the caller may see, ranked among themselves. */
static void choose_rows(const struct views *views, struct report_table *table)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < table->n_rows; i++)
		if (views_sees(views, table->rows[i].unit))
			table->rows[kept++] = table->rows[i];
	table->n_rows = kept;
	table->n_silent = 0;
	for (uint32_t i = 0; i < kept; i++)
		table->n_silent += table->rows[i].is_silent;
}

static uint32_t place_of(const struct report_table *table, uint32_t place)
{
	uint32_t before = 0;

	for (uint32_t i = 0; i < table->n_rows; i++)
		before += table->rows[i].place > 0 && table->rows[i].place < place;
	return before + 1;
}

static void rank_rows(struct report_table *table)
{
	uint32_t *places = xcalloc((size_t)table->n_rows + 1, sizeof(*places));

	for (uint32_t i = 0; i < table->n_rows; i++)
		places[i] = table->rows[i].place > 0 ? place_of(table, table->rows[i].place) : 0;
	for (uint32_t i = 0; i < table->n_rows; i++)
		table->rows[i].place = places[i];
	free(places);
}

static void write_table(struct text *text, const struct asking *asking,
			const struct report_table *table)
{
	if (asking->form == &forms[0])
		report_json(text, table, asking->only);
	else if (asking->form == &forms[1])
		report_csv(text, table, asking->only);
	else
		report_html(text, table, asking->only, asking->vietnamese);
}

static void on_table(void *context, struct report_table *table, const char *reason)
{
	struct asking *asking = context;
	const struct views views = views_as(asking->views, asking->caller);
	CLEANUP_TEXT struct text before = { 0 };
	struct http_response response = { .status = 200,
					  .content_type = asking->form->content_type };

	if (!table) {
		views_error(&response, 503, "no_history", "%s", reason);
	} else {
		bool had_before = views.hooks.read_report(views.hooks.context, asking->wanted.plan,
							  &asking->wanted.period, &before);

		(void)report_table_finish(table, had_before ? text_get(&before) : NULL, before.size,
					  clock_real_ms());
		if (!views_sees_all(&views)) {
			choose_rows(&views, table);
			rank_rows(table);
		}
		write_table(&response.body, asking, table);
	}
	http_answer(views.http, asking->token, response.status, response.content_type,
		    &response.body, NULL);
	caller_free(asking->caller);
	free(asking);
}

static const struct report_plan *find_plan(const struct views *views, const char *id,
					   struct http_response *response)
{
	const struct report_plan *plans;
	uint32_t n;

	plans = config_reports(views->source.config, &n);
	for (uint32_t i = 0; i < n; i++)
		if (strcmp(plans[i].id, id) == 0)
			return &plans[i];
	views_error(response, 404, "unknown_report", "there is no report '%s'", id);
	return NULL;
}

static bool read_period(const struct asking *asking, const struct http_request *request,
			struct http_response *response, struct report_period *ret)
{
	const char *name = http_query(request, "period");
	enum report_every every = asking->wanted.plan->every;
	int offset_minutes = asking->wanted.offset_minutes;

	if (!name)
		report_last_period(ret, every, clock_real_ms(), offset_minutes);
	else if (report_read_period(ret, every, name, offset_minutes)) {
		views_error(
			response, 400, "bad_period",
			"'%s' is no %s; periods are written 2026-10-31, 2026-W44, 2026-10, 2026",
			name, every_name(every));
		return false;
	}
	return true;
}

static bool read_form(const struct http_request *request, struct http_response *response,
		      const struct form **ret)
{
	const char *name = http_query(request, "format");

	*ret = &forms[0];
	for (size_t i = 0; name && i < COUNT(forms); i++)
		if (strcmp(name, forms[i].name) == 0)
			*ret = &forms[i];
	if (!name || strcmp((*ret)->name, name) == 0)
		return true;
	views_error(response, 400, "bad_format", "a report is json, csv or html, not '%s'", name);
	return false;
}

/* A unit that has no row has no page. */
static bool check_unit(const struct asking *asking, struct http_response *response)
{
	if (asking->only == UNIT_NONE || asking->wanted.plan->units[asking->only])
		return true;
	views_error(response, 404, "unknown_unit", "the unit is not in this report");
	return false;
}

static bool read_request(struct asking *asking, const struct http_request *request,
			 struct http_response *response)
{
	const struct views *views = asking->views;
	const char *language = http_query(request, "lang");
	uint32_t n;

	asking->wanted = (struct history_report){
		.plan = find_plan(views, http_query(request, "report"), response),
		.units = views->source.context.units,
		.indicators = views->source.indicators,
		.list = config_indicators(views->source.config, &n),
		.offset_minutes = views->source.context.offset_minutes,
	};
	asking->vietnamese = !language || strcmp(language, "en") != 0;
	return asking->wanted.plan && views_read_unit(views, request, response, &asking->only) &&
	       check_unit(asking, response) && read_form(request, response, &asking->form) &&
	       read_period(asking, request, response, &asking->wanted.period);
}

void view_report(const struct views *views, const struct http_request *request,
		 struct http_response *response)
{
	struct asking *asking;

	if (!http_query(request, "report")) {
		put_plans(views, &response->body);
		return;
	}
	if (!views->source.history) {
		views_error(response, 503, "no_history", "history.file could not be opened");
		return;
	}

	asking = xcalloc(1, sizeof(*asking));
	asking->views = views;
	asking->token = response->token;
	if (!read_request(asking, request, response)) {
		free(asking);
		return;
	}
	response->later = 1;
	asking->caller = caller_hold(views->caller);
	history_ask_report(views->source.history, &asking->wanted, on_table, asking);
}
