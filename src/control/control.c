/* SPDX-License-Identifier: Apache-2.0 */
/* The routes, who may use them, and the life of everything. */
#include "iocd/control.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "audit_note.h"
#include "config_view.h"
#include "gate.h"
#include "iocd/base/counter.h"
#include "iocd/base/err.h"
#include "login.h"
#include "page.h"
#include "routes.h"
#include "streaming.h"

/* The least that a caller must be. */
enum need { ANYBODY, VIEWER, OPERATOR, ADMIN };

/* Of what the answer is: of no unit; of those that the caller sees, to which the view keeps; or of
 * the whole, for callers who see all units. */
enum about { NO_UNIT, OWN_UNITS, THE_WHOLE };

/* clang-format off */
static const struct route {
	const char *path;
	const char *method;
	enum need need;
	enum about about;
	view_fn *view;
} routes[] = {
	{ "/api/v1/session",      "GET",  ANYBODY,  NO_UNIT,   view_session },
	{ "/api/v1/session",      "POST", ANYBODY,  NO_UNIT,   view_login },
	{ "/api/v1/session/end",  "POST", VIEWER,   NO_UNIT,   view_logout },
	{ "/api/v1/csp",          "POST", ANYBODY,  NO_UNIT,   view_csp },

	{ "/api/v1/status",       "GET",  VIEWER,   OWN_UNITS, view_status },
	{ "/api/v1/alerts",       "GET",  VIEWER,   OWN_UNITS, view_alerts },
	{ "/api/v1/explain",      "GET",  VIEWER,   OWN_UNITS, view_explain },
	{ "/api/v1/explain-not",  "GET",  VIEWER,   OWN_UNITS, view_explain_not },
	{ "/api/v1/indicators",   "GET",  VIEWER,   OWN_UNITS, view_indicators },
	{ "/api/v1/curve",        "GET",  VIEWER,   OWN_UNITS, view_curve },
	{ "/api/v1/history",      "GET",  VIEWER,   OWN_UNITS, view_history },
	{ "/api/v1/rank",         "GET",  VIEWER,   OWN_UNITS, view_rank },
	{ "/api/v1/units",        "GET",  VIEWER,   OWN_UNITS, view_units },
	{ "/api/v1/feeds",        "GET",  VIEWER,   OWN_UNITS, view_feeds },
	{ "/api/v1/sites",        "GET",  VIEWER,   OWN_UNITS, view_sites },
	{ "/api/v1/gaps",         "GET",  VIEWER,   OWN_UNITS, view_gaps },
	{ "/api/v1/deadletter",   "GET",  VIEWER,   OWN_UNITS, view_deadletter },
	{ "/api/v1/report",       "GET",  VIEWER,   OWN_UNITS, view_report },
	{ "/api/v1/records",      "GET",  VIEWER,   OWN_UNITS, view_records },
	{ "/api/v1/findings",     "GET",  VIEWER,   OWN_UNITS, view_findings },
	{ "/api/v1/suppressions", "GET",  VIEWER,   OWN_UNITS, view_suppressions },
	{ "/api/v1/alert-log",    "GET",  VIEWER,   OWN_UNITS, view_alert_log },
	{ "/api/v1/handover",     "GET",  VIEWER,   OWN_UNITS, view_handover },
	{ "/api/v1/audit",        "GET",  VIEWER,   OWN_UNITS, view_audit },
	{ "/api/v1/config",       "GET",  VIEWER,   OWN_UNITS, view_config },
	{ "/api/v1/rules",        "GET",  VIEWER,   OWN_UNITS, view_rules },
	{ "/api/v1/stream",       "GET",  VIEWER,   OWN_UNITS, view_stream },
	{ "/api/v1/workload",     "GET",  VIEWER,   THE_WHOLE, view_workload },
	{ "/api/v1/counters",     "GET",  VIEWER,   THE_WHOLE, view_counters },

	{ "/api/v1/commands",     "POST", OPERATOR, OWN_UNITS, view_commands },
	{ "/api/v1/reload",       "POST", ADMIN,    THE_WHOLE, view_reload },
	{ "/api/v1/diff",         "GET",  ADMIN,    THE_WHOLE, view_diff },
	{ "/api/v1/backtest",     "GET",  ADMIN,    THE_WHOLE, view_backtest },
	{ "/api/v1/backtest",     "POST", ADMIN,    THE_WHOLE, view_backtest_start },
	{ "/api/v1/backtest/stop", "POST", ADMIN,   THE_WHOLE, view_backtest_stop },
	{ "/api/v1/openapi.json", "GET",  VIEWER,   NO_UNIT,   view_openapi },

	{ "/live",                "GET",  ANYBODY,  NO_UNIT,   view_live },
	{ "/ready",               "GET",  ANYBODY,  NO_UNIT,   view_ready },
	{ "/health",              "GET",  VIEWER,   OWN_UNITS, view_health },
	{ "/metrics",             "GET",  VIEWER,   THE_WHOLE, view_metrics },
};
/* clang-format on */

struct control {
	struct views views; /* with nobody as its caller */
	struct gate gate;
};

/* ---- routes ---- */

const char *routes_at(size_t i, const char **ret_method)
{
	if (i >= COUNT(routes))
		return NULL;
	*ret_method = routes[i].method;
	return routes[i].path;
}

/* Lends the route; NULL: there is none.  One of another method if it takes only that. */
static const struct route *find_route(const struct http_request *request)
{
	const char *method = strcmp(request->method, "HEAD") == 0 ? "GET" : request->method;
	const struct route *other = NULL;

	for (size_t i = 0; i < COUNT(routes); i++) {
		if (strcmp(routes[i].path, request->path) != 0)
			continue;
		if (strcmp(routes[i].method, method) == 0)
			return &routes[i];
		other = &routes[i];
	}
	return other;
}

static bool is_post(const struct http_request *request)
{
	return strcmp(request->method, "POST") == 0;
}

static bool has_role(const struct caller *caller, enum need need)
{
	static const enum access_role least[] = {
		[ANYBODY] = ROLE_VIEWER,
		[VIEWER] = ROLE_VIEWER,
		[OPERATOR] = ROLE_OPERATOR,
		[ADMIN] = ROLE_ADMIN,
	};

	return need == ANYBODY || caller->role >= least[need];
}

/* Whether the caller may use the route; else response says why not. */
static bool is_allowed(const struct views *views, const struct route *route,
		       const struct http_request *request, struct http_response *response)
{
	const struct caller *caller = views->caller;

	if (route->need != ANYBODY && !caller->is_known) {
		views_error(response, 401, "not_logged_in", "log in, or send a token");
		return false;
	}
	if (!has_role(caller, route->need))
		views_error(response, 403, "forbidden", "the role %s may not do that",
			    access_role_name(caller->role));
	else if (route->about == THE_WHOLE && !views_sees_all(views))
		views_error(response, 403, "forbidden", "that is of all units");
	else
		return true;
	audit_note_denial(views, request, "rights");
	return false;
}

/* Browsers send reports as they like. */
static bool is_checked(const struct route *route)
{
	return route->view != view_csp;
}

static void answer_route(const struct views *views, const struct route *route,
			 const struct http_request *request, struct http_response *response)
{
	if (is_post(request) != (strcmp(route->method, "POST") == 0))
		views_error(response, 405, "method_not_allowed", "'%s' takes %s", request->path,
			    route->method);
	else if (is_allowed(views, route, request, response) &&
		 (!is_post(request) || !is_checked(route) ||
		  gate_check_post(views, request, response)))
		route->view(views, request, response);
}

/* Only the page of the console is at paths that are no routes. */
static void answer_page(const struct http_request *request, struct http_response *response)
{
	const struct console_file *file = console_find(request->path);

	if (is_post(request) || request->is_local)
		file = NULL;
	if (file)
		page_answer(file, request, response);
	else if (!request->is_local && !is_post(request) && !console_is_built() &&
		 strcmp(request->path, "/") == 0)
		page_answer_absent(response);
	else
		views_error(response, 404, "not_found", "there is nothing at '%s'", request->path);
}

static void answer_known(struct views *views, const struct route *route,
			 const struct http_request *request, struct http_response *response)
{
	struct caller *stranger = views->caller;

	views->caller = gate_identify(views, request);
	answer_route(views, route, request, response);
	caller_free(views->caller);
	views->caller = stranger;
}

static void answer(struct views *views, const struct http_request *request,
		   struct http_response *response)
{
	const struct route *route = find_route(request);
	bool is_open = request->is_local || (route && !is_checked(route));

	views->caller = gate_new_stranger(request);
	if (is_open || gate_check_place(views, request, response)) {
		if (route)
			answer_known(views, route, request, response);
		else
			answer_page(request, response);
	}
	caller_free(views->caller);
}

static void on_request(void *context, const struct http_request *request,
		       struct http_response *response)
{
	struct views *views = context;
	struct caller *nobody = views->caller;

	answer(views, request, response);
	views->caller = nobody;
	gate_add_headers(request, response);
	if (response->body.size > 0 && response->content_type && response->content_type[0] == 'a')
		text_add_bytes(&response->body, "\n", 1);
}

void view_csp(const struct views *views, const struct http_request *request,
	      struct http_response *response)
{
	(void)views;
	(void)request;
	counter_add(COUNTER_csp_reports, 1);
	response->status = 204;
	response->content_type = NULL;
}

/* ---- life ---- */

static void free_parts(struct control *control)
{
	views_past_free(control->views.past);
	views_orders_free(control->views.orders);
	views_looks_free(control->views.looks);
	logins_free(control->gate.logins);
	streaming_free(control->views.streaming);
	caller_free(control->views.caller);
	free(control);
}

int control_new(struct control **ret, struct loop *loop, const struct http_options *options,
		const struct control_source *source, const struct control_hooks *hooks)
{
	struct control *control = xcalloc(1, sizeof(*control));
	struct views *views = &control->views;
	struct http_options own = *options;
	int r;

	assert(hooks->health && hooks->reload && hooks->read_event && hooks->submit &&
	       hooks->find_command && hooks->diff);
	*views = (struct views){ .source = *source, .hooks = *hooks };
	control->gate = (struct gate){ .loop = loop, .access = source->access };
	if (!control->gate.access.origin)
		control->gate.access.origin = "";
	views->gate = &control->gate;
	views->caller = caller_new_unknown();
	views->past = views_past_new(loop);
	views->orders = views_orders_new();
	views->looks = views_looks_new(loop);
	views->streaming = streaming_new();
	control->gate.logins = logins_new(views);
	own.wants = streaming_wants;
	own.unsubscribe = streaming_unsubscribe;
	own.headers = gate_headers;
	r = http_new(&views->http, loop, &own, on_request, views);
	if (r) {
		free_parts(control);
		return err_pass(r);
	}

	streaming_post(views);
	*ret = control;
	return 0;
}

void control_post(struct control *control)
{
	streaming_post(&control->views);
}

void control_tick(struct control *control)
{
	views_orders_tick(&control->views);
	streaming_review(&control->views);
	streaming_beat(&control->views);
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

void control_replace_users(struct control *control, const struct users *users)
{
	control->gate.access.users = users;
	streaming_review(&control->views);
}

void control_close(struct control *control)
{
	if (!control)
		return;

	http_close(control->views.http);
	free_parts(control);
}
