/* SPDX-License-Identifier: Apache-2.0 */
/* The routes, and the live stream. */
#include "iocd/control.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "views.h"

/* clang-format off */
static const struct route {
	const char *path;
	bool is_post;
	view_fn *view; /* NULL: the live stream */
} routes[] = {
	{ "/api/v1/status",     false, view_status },
	{ "/api/v1/alerts",     false, view_alerts },
	{ "/api/v1/explain",    false, view_explain },
	{ "/api/v1/explain-not", false, view_explain_not },
	{ "/api/v1/indicators", false, view_indicators },
	{ "/api/v1/history",    false, view_history },
	{ "/api/v1/rank",       false, view_rank },
	{ "/api/v1/units",      false, view_units },
	{ "/api/v1/feeds",      false, view_feeds },
	{ "/api/v1/sites",      false, view_sites },
	{ "/api/v1/gaps",       false, view_gaps },
	{ "/api/v1/deadletter", false, view_deadletter },
	{ "/api/v1/rules",      false, view_rules },
	{ "/api/v1/counters",   false, view_counters },
	{ "/api/v1/report",     false, view_report },
	{ "/api/v1/records",    false, view_records },
	{ "/api/v1/findings",   false, view_findings },
	{ "/api/v1/stream",     false, NULL },
	{ "/api/v1/suppressions", false, view_suppressions },
	{ "/api/v1/workload",   false, view_workload },
	{ "/api/v1/alert-log",  false, view_alert_log },
	{ "/api/v1/handover",   false, view_handover },
	{ "/api/v1/commands",   true,  view_commands },
	{ "/api/v1/reload",     true,  view_reload },
	{ "/api/v1/diff",       false, view_diff },
	{ "/live",              false, view_live },
	{ "/ready",             false, view_ready },
	{ "/health",            false, view_health },
	{ "/metrics",           false, view_metrics },
};
/* clang-format on */

struct control {
	struct views views;
	struct http *http;
	uint64_t posted; /* number of the last transition sent to the stream */
};

static const struct route *find_route(const char *path)
{
	for (size_t i = 0; i < COUNT(routes); i++)
		if (strcmp(routes[i].path, path) == 0)
			return &routes[i];

	return NULL;
}

static void answer(struct control *control, const struct http_request *request,
		   struct http_response *response)
{
	const struct route *route = find_route(request->path);

	if (!route)
		views_error(response, 404, "not_found", "there is nothing at '%s'", request->path);
	else if (route->is_post != (strcmp(request->method, "POST") == 0))
		views_error(response, 405, "method_not_allowed", "'%s' takes %s", request->path,
			    route->is_post ? "POST" : "GET");
	else if (!route->view)
		response->stream = 1;
	else
		route->view(&control->views, request, response);
}

static void on_request(void *context, const struct http_request *request,
		       struct http_response *response)
{
	answer(context, request, response);
	if (!response->stream && response->content_type[0] == 'a')
		text_add_bytes(&response->body, "\n", 1);
}

int control_new(struct control **ret, struct loop *loop, const struct http_options *options,
		const struct control_source *source, const struct control_hooks *hooks)
{
	struct control *control = xcalloc(1, sizeof(*control));
	int r;

	assert(hooks->health && hooks->reload && hooks->read_event && hooks->submit &&
	       hooks->find_command && hooks->diff);
	control->views = (struct views){ .source = *source, .hooks = *hooks };
	control->views.past = views_past_new(loop);
	control->views.orders = views_orders_new();
	control->posted = alertbook_last(source->book);
	r = http_new(&control->http, loop, options, on_request, control);
	if (r) {
		views_past_free(control->views.past);
		views_orders_free(control->views.orders);
		free(control);
		return err_pass(r);
	}

	control->views.http = control->http;
	*ret = control;
	return 0;
}

void control_post(struct control *control)
{
	const struct views *views = &control->views;
	uint64_t last = alertbook_last(views->source.book);
	CLEANUP_TEXT struct text json = { 0 };
	const struct transition *transition;

	while (control->posted < last) {
		transition = alertbook_transition(views->source.book, ++control->posted);
		if (!transition) /* more at once than the book remembers */
			continue;
		text_clear(&json);
		transition_json(&json, &views->source.context, transition);
		http_stream_send(control->http, "alert", text_get(&json), json.size);
	}
}

/* Nothing is sent to nobody: the stream remembers a bounded number of events, and alerts are worth
 * more of it. */
void control_tick(struct control *control)
{
	CLEANUP_TEXT struct text json = { 0 };

	views_orders_tick(&control->views);
	if (http_streams(control->http) == 0)
		return;

	views_status(&control->views, &json);
	http_stream_send(control->http, "status", text_get(&json), json.size);
}

void control_note_carried(struct control *control, uint64_t position, const char *generation)
{
	views_orders_note(&control->views, position, generation);
}

void control_replace_config(struct control *control, const struct config *config,
			    const struct rules *rules, const struct keyed *keyed,
			    const struct trackers *sequences)
{
	control->views.source.keyed = keyed;
	control->views.source.sequences = sequences;
	control->views.source.config = config;
	control->views.source.rules = rules;
}

void control_close(struct control *control)
{
	if (!control)
		return;

	http_close(control->http);
	views_past_free(control->views.past);
	views_orders_free(control->views.orders);
	free(control);
}
