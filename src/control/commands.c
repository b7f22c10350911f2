/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What people want done: commands to alerts, and reloads.  Both go into the journal, and whoever
 * gave them waits here until the fold has carried them out.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "iocd/base/random.h"
#include "iocd/command.h"
#include "views.h"

#define BY_HTTP "http" /* who reloads without a name */

/* A request that was put off. */
struct waiting {
	uint64_t token;
	unsigned patience; /* turns left */
	bool is_reload;

	/* A command. */
	char key[COMMAND_KEY_MAX];
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

	for (size_t i = 0; i < orders->n; i++)
		text_fini(&orders->list[i].report);
	free(orders);
	return NULL;
}

/* A page of another site can make a browser send a POST, but not with a header of its own. */
static bool is_allowed(const struct http_request *request, struct http_response *response)
{
	if (http_header(request, "X-Iocd"))
		return true;

	views_error(response, 403, "forbidden", "the header X-Iocd: 1 is missing");
	return false;
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

	*waiting = (struct waiting){ .token = response->token, .patience = CONTROL_PATIENCE };
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
		    &response->body);
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

/* Answers at once if it is known what became of the key. */
static bool is_known(const struct views *views, const char *key, bool is_repeated,
		     struct http_response *response)
{
	enum command_outcome outcome;
	uint32_t n;

	if (!views->hooks.find_command(views->hooks.context, key, &outcome, &n))
		return false;

	put_end(response, key, is_repeated, outcome, n);
	return true;
}

static bool is_awaited(const struct views *views, const char *key)
{
	for (size_t i = 0; i < views->orders->n; i++)
		if (!views->orders->list[i].is_reload &&
		    strcmp(views->orders->list[i].key, key) == 0)
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

static bool read_command(const struct http_request *request, struct http_response *response,
			 struct command *ret)
{
	const char *key = http_header(request, "Idempotency-Key");
	char drawn[COMMAND_KEY_MAX], why[256];

	if (!command_read_given(request->body, request->body_size, key, ret, why))
		return true;

	draw_key(drawn);
	if (!key && !*ret->key &&
	    !command_read_given(request->body, request->body_size, drawn, ret, why))
		return true;
	views_error(response, 400, "bad_command", "%s", why);
	return false;
}

void view_commands(const struct views *views, const struct http_request *request,
		   struct http_response *response)
{
	struct command command;
	struct waiting *waiting;
	bool is_repeated;

	if (!is_allowed(request, response) || !read_command(request, response, &command) ||
	    is_known(views, command.key, true, response) || !has_room(views, response))
		return;

	is_repeated = is_awaited(views, command.key);
	if (!is_repeated &&
	    (!submit(views, &command, response) || is_known(views, command.key, false, response)))
		return;

	waiting = wait_for(views, response);
	memcpy(waiting->key, command.key, sizeof(waiting->key));
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

void view_reload(const struct views *views, const struct http_request *request,
		 struct http_response *response)
{
	CLEANUP_TEXT struct text report = { 0 };
	struct control_reload reload = { .generation = "" };
	char by[COMMAND_NAME_MAX], why[256];

	if (!is_allowed(request, response))
		return;
	if (command_read_by(request->body, request->body_size, by, why)) {
		views_error(response, 400, "bad_argument", "%s", why);
		return;
	}
	if (!has_room(views, response))
		return;

	switch (views->hooks.reload(views->hooks.context, *by ? by : BY_HTTP, &report, &reload)) {
	case 0:
		put_applied(views, response, text_get(&report));
		return;
	case CONTROL_JOURNALED:
		wait_for_rules(views, response, &report, &reload);
		return;
	default:
		put_refused(views, response,
			    "the configuration was refused; the old one stays in force",
			    text_get(&report));
		return;
	}
}

/* ---- the end of waiting ---- */

static void note_reload(const struct views *views, struct waiting *waiting, const char *generation,
			struct http_response *response)
{
	if (strcmp(waiting->generation, generation) == 0)
		put_applied(views, response, text_get(&waiting->report));
	else
		put_refused(views, response,
			    "the rules are not in force: others came after them, or they do not "
			    "fit what runs",
			    text_get(&waiting->report));
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
		struct http_response response = new_response();

		if (waiting->is_reload && position >= waiting->position)
			note_reload(views, waiting, generation, &response);
		else if (waiting->is_reload ||
			 !is_known(views, waiting->key, waiting->is_repeated, &response))
			continue;
		answer(views, waiting, &response);
	}
}

void views_orders_tick(const struct views *views)
{
	struct views_orders *orders = views->orders;

	for (size_t i = orders->n; i-- > 0;) {
		struct waiting *waiting = &orders->list[i];
		struct http_response response = new_response();

		if (--waiting->patience > 0)
			continue;
		views_error(&response, 504, "not_yet",
			    "it is in the journal and will be carried out");
		if (!waiting->is_reload) {
			response.body.size--; /* open the object again */
			put_string(&response.body, "key", waiting->key);
			put_object_end(&response.body);
		}
		answer(views, waiting, &response);
	}
}
