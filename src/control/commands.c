/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What people want done: commands to alerts, and reloads.  Both go into the journal, and whoever
 * gave them waits here until the fold has carried them out.
 */
#include <assert.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit_note.h"
#include "gate.h"
#include "iocd/base/clock.h"
#include "iocd/base/err.h"
#include "iocd/base/random.h"
#include "iocd/command.h"
#include "iocd/unit.h"

#define BY_HTTP "http" /* who reloads without a name */

/* A request that was put off. */
struct waiting {
	uint64_t token;
	struct caller *caller; /* who wants it; held */
	unsigned patience;     /* turns left */
	bool is_reload;

	/* A command. */
	struct command command;
	bool is_repeated;

	/* A reload. */
	uint64_t position;
	char generation[65];
	struct text report; /* owned */
};

struct views_orders {
	struct waiting list[CONTROL_WAITING_MAX]; /* in no order */
	size_t n;
};

struct views_orders *views_orders_new(void)
{
	return xcalloc(1, sizeof(struct views_orders));
}

struct views_orders *views_orders_free(struct views_orders *orders)
{
	if (!orders)
		return NULL;

	for (size_t i = 0; i < orders->n; i++) {
		caller_free(orders->list[i].caller);
		text_fini(&orders->list[i].report);
	}
	free(orders);
	return NULL;
}

/* Before anything is journaled: so whoever is refused for want of room knows that nothing was. */
static bool has_room(const struct views *views, struct http_response *response)
{
	if (views->orders->n < CONTROL_WAITING_MAX)
		return true;

	views_error(response, 503, "busy",
		    "%d commands are waiting already; nothing was done, try again",
		    CONTROL_WAITING_MAX);
	return false;
}

static struct waiting *wait_for(const struct views *views, struct http_response *response)
{
	struct waiting *waiting = &views->orders->list[views->orders->n++];

	*waiting = (struct waiting){ .token = response->token,
				     .caller = caller_hold(views->caller),
				     .patience = CONTROL_PATIENCE };
	response->later = 1;
	return waiting;
}

/* Takes waiting off the list. */
static void answer(const struct views *views, struct waiting *waiting,
		   struct http_response *response)
{
	struct views_orders *orders = views->orders;

	text_add_bytes(&response->body, "\n", 1);
	http_answer(views->http, waiting->token, response->status, response->content_type,
		    &response->body, NULL);
	caller_free(waiting->caller);
	text_fini(&waiting->report);
	*waiting = orders->list[--orders->n];
}

/* ---- commands ---- */

/* clang-format off */
static const struct { int status; const char *message; } ends[] = {
	[OUTCOME_DONE]          = { 200, "" },
	[OUTCOME_NEEDLESS]      = { 200, "" },
	[OUTCOME_NO_SUCH_ALERT] = { 404, "no such alert stands" },
	[OUTCOME_NO_SUCH_RULE]  = { 404, "there is no such rule" },
	[OUTCOME_NO_SUCH_UNIT]  = { 404, "there is no such unit" },
	[OUTCOME_TOO_LATE]      = { 422, "the time 'until' was over when it was carried out" },
	[OUTCOME_FULL]          = { 507, "there are too many shelvings and the like; end some" },
};
/* clang-format on */

static void put_end(struct http_response *response, const char *key, bool is_repeated,
		    enum command_outcome outcome, uint32_t n)
{
	struct text *text = &response->body;

	if (ends[outcome].status >= 400) {
		views_error(response, ends[outcome].status, command_outcome_name(outcome), "%s",
			    ends[outcome].message);
		text->size--; /* open the object again */
	} else {
		put_object(text, NULL);
	}
	put_string(text, "key", key);
	put_string(text, "outcome", command_outcome_name(outcome));
	put_integer(text, "alerts", n);
	put_flag(text, "repeated", is_repeated);
	put_object_end(text);
}

static void note(const struct views *views, const struct command *command, const char *outcome)
{
	CLEANUP_TEXT struct text about = { 0 };
	CLEANUP_TEXT struct text detail = { 0 };

	text_add(&about, "%s%s%s", command->rule, command->has_subject ? "/" : "",
		 command->has_subject ? command->subject : "");
	if (views->caller->is_local)
		text_add(&detail, "%s: ", command->by);
	text_add(&detail, "%s", command->verb == COMMAND_ASSIGN ? command->owner : command->note);
	audit_note(views, &(struct history_audit){ .what = command_verb_name(command->verb),
						   .unit = command->unit,
						   .about = text_get(&about),
						   .outcome = outcome,
						   .detail = text_get(&detail),
						   .key = command->key });
}

/* Answers at once if it is known what became of the command. */
static bool is_known(const struct views *views, const struct command *command, bool is_repeated,
		     struct http_response *response)
{
	enum command_outcome outcome;
	uint32_t n;

	if (!views->hooks.find_command(views->hooks.context, command->key, &outcome, &n))
		return false;

	put_end(response, command->key, is_repeated, outcome, n);
	if (!is_repeated)
		note(views, command, command_outcome_name(outcome));
	return true;
}

static bool is_awaited(const struct views *views, const char *key)
{
	for (size_t i = 0; i < views->orders->n; i++)
		if (!views->orders->list[i].is_reload &&
		    strcmp(views->orders->list[i].command.key, key) == 0)
			return true;

	return false;
}

static bool submit(const struct views *views, const struct command *command,
		   struct http_response *response)
{
	CLEANUP_TEXT struct text json = { 0 };

	command_write(&json, command);
	if (!views->hooks.submit(views->hooks.context, text_get(&json), json.size, command->key))
		return true;

	views_error(response, 503, "not_journaled",
		    "the journal does not take it; nothing was done");
	return false;
}

/* Whoever does not care for repeating gets a key all the same: the fold knows commands by it. */
static void draw_key(char key[COMMAND_KEY_MAX])
{
	CLEANUP_TEXT struct text text = { 0 };
	uint64_t numbers[2];

	random_bytes(numbers, sizeof(numbers));
	text_add(&text, "%016" PRIx64 "%016" PRIx64, numbers[0], numbers[1]);
	memcpy(key, text_get(&text), text.size + 1);
}

/* Reads it from a body of that size; a key is drawn if it has none. */
static bool read_given(const struct http_request *request, const char *body, size_t size,
		       struct http_response *response, struct command *ret)
{
	const char *key = http_header(request, "Idempotency-Key");
	char drawn[COMMAND_KEY_MAX], why[256];

	if (!command_read_given(body, size, key, ret, why))
		return true;

	draw_key(drawn);
	if (!key && !*ret->key && !command_read_given(body, size, drawn, ret, why))
		return true;
	views_error(response, 400, "bad_command", "%s", why);
	return false;
}

/* Writes whose it is into the command of a user; whoever is local says so himself.  False: it says
 * that it is another's. */
static bool sign(const struct views *views, json_t *body)
{
	const json_t *by = json_object_get(body, "by");
	const char *name = views->caller->name;

	if (by && (!json_is_string(by) || strcmp(json_string_value(by), name) != 0))
		return false;
	(void)json_object_set_new(body, "by", json_string(name));
	return true;
}

static bool read_signed(const struct views *views, const struct http_request *request,
			struct http_response *response, struct command *ret)
{
	json_t *body = json_loadb(request->body, request->body_size, JSON_REJECT_DUPLICATES, NULL);
	char *text = NULL;
	bool is_good = false;

	if (!json_is_object(body)) {
		views_error(response, 400, "bad_command", "it is no JSON object");
	} else if (!sign(views, body)) {
		views_error(response, 403, "forbidden", "'by' is who is logged in: %s",
			    views->caller->name);
		audit_note_denial(views, request, "in the name of another");
	} else {
		text = json_dumps(body, JSON_COMPACT);
		is_good = text && read_given(request, text, strlen(text), response, ret);
	}
	free(text);
	json_decref(body);
	return is_good;
}

static bool read_command(const struct views *views, const struct http_request *request,
			 struct http_response *response, struct command *ret)
{
	if (views->caller->is_local)
		return read_given(request, request->body, request->body_size, response, ret);
	return read_signed(views, request, response, ret);
}

/* What is of no unit needs who sees all; another's unit is answered as one that there is not. */
static bool is_in_scope(const struct views *views, const struct http_request *request,
			const struct command *command, struct http_response *response)
{
	if (views_sees_all(views))
		return true;
	if (!command->unit[0]) {
		views_error(response, 403, "forbidden", "a command without a unit is of all units");
		audit_note_denial(views, request, "without a unit");
		return false;
	}
	if (views_find_unit(views, command->unit, strlen(command->unit)) != UNIT_NONE)
		return true;
	put_end(response, command->key, false, OUTCOME_NO_SUCH_UNIT, 0);
	audit_note_denial(views, request, "of a unit that is not known, or not the user's");
	return false;
}

static bool may_give(const struct views *views, const struct http_request *request,
		     struct http_response *response)
{
	if (gate_count_command(views, clock_real_ms()))
		return true;
	views_error(response, 429, "wait", "more than %d commands in %d minutes", COMMANDS_MAX,
		    COMMANDS_SPAN_MS / 60000);
	http_add_header(response, "Retry-After", "60");
	audit_note_denial(views, request, "too many commands");
	return false;
}

void view_commands(const struct views *views, const struct http_request *request,
		   struct http_response *response)
{
	struct command command;
	struct waiting *waiting;
	bool is_repeated;

	if (!read_command(views, request, response, &command) ||
	    !is_in_scope(views, request, &command, response) ||
	    is_known(views, &command, true, response) || !may_give(views, request, response) ||
	    !has_room(views, response))
		return;

	is_repeated = is_awaited(views, command.key);
	if (!is_repeated &&
	    (!submit(views, &command, response) || is_known(views, &command, false, response)))
		return;

	waiting = wait_for(views, response);
	waiting->command = command;
	waiting->is_repeated = is_repeated;
}

/* ---- reloads ---- */

static void put_reload(const struct views *views, struct text *text, const char *report)
{
	put_string(text, "report", report);
	put_string(text, "config", config_fingerprint(views->source.config));
	put_object_end(text);
}

static void put_applied(const struct views *views, struct http_response *response,
			const char *report)
{
	put_object(&response->body, NULL);
	put_flag(&response->body, "applied", true);
	put_reload(views, &response->body, report);
}

static void put_refused(const struct views *views, struct http_response *response,
			const char *message, const char *report)
{
	views_error(response, 409, "refused", "%s", message);
	response->body.size--; /* open the object again */
	put_reload(views, &response->body, report);
}

static void wait_for_rules(const struct views *views, struct http_response *response,
			   struct text *report, const struct control_reload *reload)
{
	struct waiting *waiting = wait_for(views, response);
	size_t size = strlen(reload->generation);

	assert(size < sizeof(waiting->generation));
	waiting->is_reload = true;
	waiting->position = reload->position;
	memcpy(waiting->generation, reload->generation, size + 1);
	waiting->report = *report;
	*report = (struct text){ 0 };
}

static void note_reloaded(const struct views *views, const char *outcome)
{
	audit_note(views, &(struct history_audit){ .what = "reload", .outcome = outcome });
}

/* A user is who he is; whoever is local says so himself. */
static bool read_by(const struct views *views, const struct http_request *request,
		    struct http_response *response, char by[COMMAND_NAME_MAX])
{
	const char *name = views->caller->name;
	char why[256];

	if (command_read_by(request->body, request->body_size, by, why)) {
		views_error(response, 400, "bad_argument", "%s", why);
		return false;
	}
	if (!views->caller->is_local && *by && strcmp(by, name) != 0) {
		views_error(response, 403, "forbidden", "'by' is who is logged in: %s", name);
		audit_note_denial(views, request, "in the name of another");
		return false;
	}
	if (!*by)
		(void)snprintf(by, COMMAND_NAME_MAX, "%s", *name ? name : BY_HTTP);
	return true;
}

void view_reload(const struct views *views, const struct http_request *request,
		 struct http_response *response)
{
	CLEANUP_TEXT struct text report = { 0 };
	struct control_reload reload = { .generation = "" };
	char by[COMMAND_NAME_MAX];

	if (!read_by(views, request, response, by) || !has_room(views, response))
		return;

	switch (views->hooks.reload(views->hooks.context, by, &report, &reload)) {
	case 0:
		put_applied(views, response, text_get(&report));
		note_reloaded(views, "unchanged");
		return;
	case CONTROL_JOURNALED:
		wait_for_rules(views, response, &report, &reload);
		return;
	default:
		put_refused(views, response,
			    "the configuration was refused; the old one stays in force",
			    text_get(&report));
		note_reloaded(views, "refused");
		return;
	}
}

/* ---- the end of waiting ---- */

static void note_reload(const struct views *views, struct waiting *waiting, const char *generation,
			struct http_response *response)
{
	bool is_in_force = strcmp(waiting->generation, generation) == 0;

	if (is_in_force)
		put_applied(views, response, text_get(&waiting->report));
	else
		put_refused(views, response,
			    "the rules are not in force: others came after them, or they do not "
			    "fit what runs",
			    text_get(&waiting->report));
	note_reloaded(views, is_in_force ? "done" : "refused");
}

static struct http_response new_response(void)
{
	return (struct http_response){ .status = 200, .content_type = "application/json" };
}

void views_orders_note(const struct views *views, uint64_t position, const char *generation)
{
	struct views_orders *orders = views->orders;

	for (size_t i = orders->n; i-- > 0;) { /* answer() puts the last in the place of this */
		struct waiting *waiting = &orders->list[i];
		const struct views own = views_as(views, waiting->caller);
		struct http_response response = new_response();

		if (waiting->is_reload && position >= waiting->position)
			note_reload(&own, waiting, generation, &response);
		else if (waiting->is_reload ||
			 !is_known(&own, &waiting->command, waiting->is_repeated, &response))
			continue;
		answer(views, waiting, &response);
	}
}

static void note_late(const struct views *views, const struct waiting *waiting)
{
	if (waiting->is_reload)
		note_reloaded(views, "not_yet");
	else if (!waiting->is_repeated)
		note(views, &waiting->command, "not_yet");
}

void views_orders_tick(const struct views *views)
{
	struct views_orders *orders = views->orders;

	for (size_t i = orders->n; i-- > 0;) {
		struct waiting *waiting = &orders->list[i];
		const struct views own = views_as(views, waiting->caller);
		struct http_response response = new_response();

		if (--waiting->patience > 0)
			continue;
		views_error(&response, 504, "not_yet",
			    "it is in the journal and will be carried out");
		if (!waiting->is_reload) {
			response.body.size--; /* open the object again */
			put_string(&response.body, "key", waiting->command.key);
			put_object_end(&response.body);
		}
		note_late(&own, waiting);
		answer(views, waiting, &response);
	}
}
