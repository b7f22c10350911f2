/* SPDX-License-Identifier: Apache-2.0 */
/* The rules that lie in the directory, tried against the journal: begun, watched, ended. */
#include <jansson.h>
#include <string.h>

#include "audit_note.h"
#include "backtest_put.h"
#include "views.h"

#define USUAL_DAYS 7

/* ---- writing ---- */

static const char *state_name(enum control_backtest_state state)
{
	static const char *const names[] = {
		[CONTROL_BACKTEST_NONE] = "none",
		[CONTROL_BACKTEST_RUNNING] = "running",
		[CONTROL_BACKTEST_DONE] = "done",
		[CONTROL_BACKTEST_FAILED] = "failed",
	};

	return names[state];
}

void backtest_put_row(struct text *text, const struct control_backtest_row *row)
{
	put_integer(text, "raised_before", row->raised_before);
	put_integer(text, "raised_after", row->raised_after);
	put_integer(text, "critical_before", row->critical_before);
	put_integer(text, "critical_after", row->critical_after);
	put_integer(text, "missed", row->missed);
	put_integer(text, "added", row->added);
}

static void put_load(struct text *text, const char *name, const struct control_backtest_load *load,
		     int offset_minutes)
{
	put_object(text, name);
	put_integer(text, "alerts", load->alerts);
	put_number(text, "per_10_minutes", load->mean);
	put_number(text, "most", load->most);
	put_time(text, "most_at", load->most_ms, offset_minutes);
	put_integer(text, "floods", load->floods);
	put_object_end(text);
}

static void put_rows(struct text *text, const struct views *views,
		     const struct control_backtest_result *result)
{
	const struct rules *rules = views->source.rules;

	put_array(text, "rules");
	for (size_t i = 0; i < result->n_rows; i++) {
		const char *id = result->rows[i].rule;
		uint32_t number = rules_find(rules, id, strlen(id));

		put_object(text, NULL);
		put_string(text, "rule", id);
		if (number == UINT32_MAX)
			put_null(text, "title"); /* it is not in force */
		else
			put_languages(text, "title", rules_at(rules, number)->title_vi,
				      rules_at(rules, number)->title_en);
		backtest_put_row(text, &result->rows[i]);
		put_object_end(text);
	}
	put_array_end(text);
}

static void put_result(struct text *text, const struct views *views,
		       const struct control_backtest_result *result)
{
	int offset_minutes = views->source.context.offset_minutes;

	if (result->finished_ms == 0) {
		put_null(text, "result");
		return;
	}
	put_object(text, "result");
	put_time(text, "started", result->started_ms, offset_minutes);
	put_time(text, "finished", result->finished_ms, offset_minutes);
	put_string(text, "by", result->by);
	put_string(text, "generation", result->generation);
	put_time(text, "begin", result->begin_ms, offset_minutes);
	put_time(text, "end", result->end_ms, offset_minutes);
	put_time(text, "since", result->since_ms, offset_minutes);
	put_time(text, "until", result->until_ms, offset_minutes);
	put_integer(text, "records", result->records);
	put_integer(text, "events", result->events);
	put_integer(text, "damaged", result->damaged);
	put_integer(text, "rulebooks", result->rulebooks);
	put_load(text, "before", &result->before, offset_minutes);
	put_load(text, "after", &result->after, offset_minutes);
	put_integer(text, "missed", result->missed);
	put_integer(text, "added", result->added);
	put_rows(text, views, result);
	put_object_end(text);
}

static void put_state(struct text *text, const struct views *views)
{
	bool is_begun;
	struct control_backtest test;

	views->hooks.backtest(views->hooks.context, &test);
	is_begun = test.state != CONTROL_BACKTEST_NONE;
	put_object(text, NULL);
	put_string(text, "state", state_name(test.state));
	put_number(text, "progress", test.progress);
	put_time(text, "started", test.started_ms, views->source.context.offset_minutes);
	put_string(text, "by", is_begun ? test.by : NULL);
	if (is_begun)
		put_integer(text, "days", test.days);
	else
		put_null(text, "days");
	put_string(text, "why", test.state == CONTROL_BACKTEST_FAILED ? test.why : NULL);
	put_result(text, views, &test.result);
	put_object_end(text);
}

/* ---- answers ---- */

static bool is_there(const struct views *views, struct http_response *response)
{
	if (views->hooks.backtest && views->hooks.start_backtest && views->hooks.stop_backtest)
		return true;
	views_error(response, 503, "unavailable", "nobody tries rules here");
	return false;
}

/* An empty body asks for USUAL_DAYS. */
static bool read_days(const struct http_request *request, struct http_response *response,
		      int64_t *ret)
{
	json_t *json, *days;
	bool is_good;

	*ret = USUAL_DAYS;
	if (request->body_size == 0)
		return true;
	json = json_loadb(request->body, request->body_size, 0, NULL);
	days = json_object_get(json, "days");
	if (json_is_integer(days))
		*ret = json_integer_value(days);
	is_good = json_is_object(json) && json_object_size(json) == (days != NULL) &&
		  (!days || json_is_integer(days)) && *ret >= 1 && *ret <= CONTROL_BACKTEST_DAYS;
	json_decref(json);
	if (!is_good)
		views_error(response, 400, "bad_request",
			    "the body is {\"days\": n} of 1 to %d, or nothing",
			    CONTROL_BACKTEST_DAYS);
	return is_good;
}

static void note(const struct views *views, const char *what, const char *outcome)
{
	audit_note(views, &(struct history_audit){ .what = what, .outcome = outcome });
}

/* Over the socket it is somebody on the machine. */
static const char *name_of(const struct caller *caller)
{
	return *caller->name ? caller->name : "local";
}

void view_backtest(const struct views *views, const struct http_request *request,
		   struct http_response *response)
{
	(void)request;
	if (is_there(views, response))
		put_state(&response->body, views);
}

void view_backtest_start(const struct views *views, const struct http_request *request,
			 struct http_response *response)
{
	int64_t days;
	int r;

	if (!is_there(views, response) || !read_days(request, response, &days))
		return;

	r = views->hooks.start_backtest(views->hooks.context, name_of(views->caller),
					(uint32_t)days);
	note(views, "backtest", r ? "refused" : "begun");
	if (r == CONTROL_BACKTEST_BUSY) {
		views_error(response, 409, "busy", "a back-test is running already");
	} else if (r) {
		views_error(response, 503, "unavailable", "it cannot be begun now");
	} else {
		response->status = 202;
		put_state(&response->body, views);
	}
}

void view_backtest_stop(const struct views *views, const struct http_request *request,
			struct http_response *response)
{
	(void)request;
	if (!is_there(views, response))
		return;
	if (!views->hooks.stop_backtest(views->hooks.context)) {
		note(views, "backtest.stop", "refused");
		views_error(response, 409, "not_running", "no back-test is running");
		return;
	}
	note(views, "backtest.stop", "done");
	response->status = 202;
	put_state(&response->body, views);
}
