/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The configuration in force, what became of the last reload, and what is wrong with the files as
 * they are now.  Reading all files takes tens of milliseconds, so that is done off the loop.
 */
#include "config_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "iocd/history_log.h"

#define CHECKS_MAX     2   /* at once */
#define FINDINGS_SHOWN 500 /* in one answer */

/* A request that is not answered yet. */
struct looking {
	struct views views; /* for that caller */
	uint64_t token;
	struct http_response *response; /* as long as nothing has to be waited for */
	struct text body;               /* the answer so far: an object that is open */
	char generation[24];
	bool does_check;
	bool is_orphan; /* control is gone, and http with it */
	struct looking **place, *next;

	/* Of the check; the thread's while it runs. */
	char *directory;
	const struct config_overrides *overrides;
	int64_t now_ms;
	struct text findings;
	unsigned n_findings;
	bool is_good;
};

struct views_looks {
	struct loop *loop;
	struct looking *first;
	unsigned n_checks;
};

struct views_looks *views_looks_new(struct loop *loop)
{
	struct views_looks *looks = xcalloc(1, sizeof(*looks));

	looks->loop = loop;
	return looks;
}

/* Checks that run go on, and find nobody to answer. */
struct views_looks *views_looks_free(struct views_looks *looks)
{
	if (!looks)
		return NULL;

	for (struct looking *looking = looks->first; looking; looking = looking->next)
		looking->is_orphan = true;
	free(looks);
	return NULL;
}

/* ---- one request ---- */

static void looking_free(struct looking *looking)
{
	struct views_looks *looks = looking->views.looks;

	if (!looking->is_orphan) {
		looks->n_checks -= looking->does_check;
		*looking->place = looking->next;
		if (looking->next)
			looking->next->place = looking->place;
	}
	caller_free(looking->views.caller);
	text_fini(&looking->body);
	text_fini(&looking->findings);
	free(looking->directory);
	free(looking);
}

static struct looking *looking_new(const struct views *views, uint64_t token)
{
	struct looking *looking = xcalloc(1, sizeof(*looking));
	struct views_looks *looks = views->looks;

	looking->views = views_as(views, caller_hold(views->caller));
	looking->token = token;
	looking->next = looks->first;
	looking->place = &looks->first;
	if (looks->first)
		looks->first->place = &looking->next;
	looks->first = looking;
	return looking;
}

static void answer(struct looking *looking)
{
	struct text *text = &looking->body;

	put_object_end(text);
	if (looking->response) {
		looking->response->body = *text;
		*text = (struct text){ 0 };
	} else if (!looking->is_orphan) {
		text_add_bytes(text, "\n", 1);
		http_answer(looking->views.http, looking->token, 200, "application/json", text,
			    NULL);
	}
	looking_free(looking);
}

/* ---- the check ---- */

static void note(void *context, const struct config_finding *finding)
{
	struct looking *looking = context;
	struct text *text = &looking->findings;

	if (looking->n_findings++ >= FINDINGS_SHOWN)
		return;
	put_object(text, NULL);
	put_string(text, "file", finding->file);
	put_integer(text, "line", finding->line);
	put_integer(text, "column", finding->column);
	put_integer(text, "end_column", finding->end_column);
	put_string(text, "severity", finding->is_error ? "error" : "warning");
	put_string(text, "code", finding->code);
	put_string(text, "message", finding->message);
	put_string(text, "source", finding->source);
	put_string(text, "suggestion", *finding->suggestion ? finding->suggestion : NULL);
	put_object_end(text);
}

static void check(void *context)
{
	struct looking *looking = context;
	CLEANUP(config_free) struct config *config = NULL;
	const struct config_check what = {
		.directory = looking->directory,
		.overrides = looking->overrides,
		.now_ms = looking->now_ms,
		.each = note,
		.context = looking,
	};

	put_array(&looking->findings, NULL);
	looking->is_good = config_check(&config, &what) == 0;
	put_array_end(&looking->findings);
}

static void on_checked(void *context)
{
	struct looking *looking = context;
	struct text *text = &looking->body;

	put_object(text, "check");
	put_flag(text, "good", looking->is_good);
	put_flag(text, "cut", looking->n_findings > FINDINGS_SHOWN);
	put_name(text, "findings");
	text_add_bytes(text, looking->findings.bytes, looking->findings.size);
	put_object_end(text);
	answer(looking);
}

/* From now on the answer comes later. */
static void wait_for_it(struct looking *looking)
{
	if (looking->response)
		looking->response->later = 1;
	looking->response = NULL;
}

static void go_on(struct looking *looking)
{
	if (looking->does_check && !looking->is_orphan) {
		wait_for_it(looking);
		loop_work(looking->views.looks->loop, check, on_checked, looking);
		return;
	}
	put_null(&looking->body, "check");
	answer(looking);
}

/* ---- the rules in force ---- */

static void put_force(struct looking *looking, const char *by, int64_t since_ms)
{
	struct text *text = &looking->body;

	put_object(text, "rules");
	put_string(text, "generation", looking->generation);
	put_time(text, "since", since_ms, looking->views.source.context.offset_minutes);
	put_string(text, "by", by && *by ? by : NULL);
	put_object_end(text);
}

/* Since before the start: history knows who it was. */
static void on_log(void *context, const struct history_log *log, const char *reason)
{
	struct looking *looking = context;
	const struct history_generation *last =
		log && log->n_generations ? &log->generations[log->n_generations - 1] : NULL;

	(void)reason;
	if (last && strcmp(last->generation, looking->generation) != 0)
		last = NULL;
	put_force(looking, last ? last->by : NULL, last ? last->time_ms : 0);
	go_on(looking);
}

/* ---- the answer ---- */

/* A report quotes lines of files, which may be about any unit. */
static void put_reload(struct text *text, const struct views *views,
		       const struct control_rules_state *state)
{
	if (state->reload_ms == 0) {
		put_null(text, "reload");
		return;
	}
	put_object(text, "reload");
	put_time(text, "time", state->reload_ms, views->source.context.offset_minutes);
	put_string(text, "by", state->reload_by);
	put_string(text, "outcome", state->reload_outcome);
	put_string(text, "report", views_sees_all(views) ? state->reload_report : NULL);
	put_object_end(text);
}

static void begin(struct looking *looking, const struct control_rules_state *state)
{
	const struct views *views = &looking->views;
	const struct config *config = views->source.config;
	const struct settings *settings = config_settings(config);
	struct text *text = &looking->body;

	put_object(text, NULL);
	put_string(text, "instance", settings->instance);
	put_string(text, "version", IOCD_VERSION);
	put_string(text, "directory", views_sees_all(views) ? config_directory(config) : NULL);
	put_string(text, "fingerprint", config_fingerprint(config));
	put_reload(text, views, state);
	(void)snprintf(looking->generation, sizeof(looking->generation), "%s", state->generation);
}

static bool read_check(const struct views *views, const struct http_request *request,
		       struct http_response *response, bool *ret)
{
	const char *word = http_query(request, "check");

	*ret = word && strcmp(word, "1") == 0;
	if (!*ret)
		return true;
	if (views->caller->role != ROLE_ADMIN || !views_sees_all(views)) {
		views_error(response, 403, "forbidden", "only an admin may check the files");
		return false;
	}
	if (views->looks->n_checks < CHECKS_MAX)
		return true;
	views_error(response, 503, "busy", "the files are being checked already");
	return false;
}

void view_config(const struct views *views, const struct http_request *request,
		 struct http_response *response)
{
	const struct history_log_query query = { .until_ms = INT64_MAX, .limit = 1 };
	struct control_rules_state state;
	struct looking *looking;
	bool does_check;

	if (!views->hooks.rules_state) {
		views_error(response, 503, "unavailable", "nobody knows");
		return;
	}
	if (!read_check(views, request, response, &does_check))
		return;

	views->hooks.rules_state(views->hooks.context, &state);
	looking = looking_new(views, response->token);
	looking->response = response;
	looking->does_check = does_check;
	views->looks->n_checks += does_check;
	looking->directory = xstrdup(config_directory(views->source.config));
	looking->overrides = state.overrides;
	looking->now_ms = indicators_now_ms(views->source.indicators);
	begin(looking, &state);
	if (!*state.by && views->source.history) {
		wait_for_it(looking);
		history_ask_log(views->source.history, &query, on_log, looking);
		return;
	}
	put_force(looking, state.by, state.since_ms);
	go_on(looking);
}
