/* SPDX-License-Identifier: Apache-2.0 */
#include "login.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit_note.h"
#include "gate.h"
#include "iocd/base/clock.h"
#include "iocd/base/err.h"
#include "iocd/password.h"
#include "iocd/unit.h"
#include "streaming.h"

#define CODE_MAX    16
#define COOKIE_ENDS "; Path=/; Secure; HttpOnly; SameSite=Strict"

struct attempt {
	struct attempt *next;  /* of those that wait */
	struct logins *logins; /* NULL: nobody wants to know any more */
	struct caller *caller; /* who asked: an address, or a session that ends by this; held */
	uint64_t token;        /* of the request */
	char user[ACCESS_NAME_MAX];
	char password[PASSWORD_MAX + 1];
	char code[CODE_MAX];
	char hash[ACCESS_HASH_MAX]; /* "": of nobody */
	bool is_right;
};

struct logins {
	const struct views *views;
	struct attempt *running[LOGINS_RUNNING]; /* NULL: free */
	struct attempt *first;                   /* that waits; the others by next */
	unsigned n_waiting;
};

struct logins *logins_new(const struct views *views)
{
	struct logins *logins = xcalloc(1, sizeof(*logins));

	logins->views = views;
	return logins;
}

static void free_attempt(struct attempt *attempt)
{
	caller_free(attempt->caller);
	explicit_bzero(attempt->password, sizeof(attempt->password));
	explicit_bzero(attempt->hash, sizeof(attempt->hash));
	free(attempt);
}

struct logins *logins_free(struct logins *logins)
{
	if (!logins)
		return NULL;

	for (size_t i = 0; i < LOGINS_RUNNING; i++)
		if (logins->running[i])
			logins->running[i]->logins = NULL;
	while (logins->first) {
		struct attempt *attempt = logins->first;

		logins->first = attempt->next;
		free_attempt(attempt);
	}
	free(logins);
	return NULL;
}

/* ---- who is logged in ---- */

static void put_units(struct text *text, const struct views *views)
{
	const struct units *units = views->source.context.units;

	put_array(text, "units");
	for (uint32_t i = 0; i < units_count(units) && !views_sees_all(views); i++)
		if (views_is_root(views, i))
			put_string(text, NULL, units_at(units, i)->id);
	put_array_end(text);
}

static void put_session(struct text *text, const struct views *views)
{
	const struct caller *caller = views->caller;
	const struct control_access *access = &views->gate->access;

	put_object(text, NULL);
	put_string(text, "user", caller->name);
	put_string(text, "title", caller->title);
	put_string(text, "role", access_role_name(caller->role));
	put_flag(text, "whole", views_sees_all(views));
	put_units(text, views);
	put_time(text, "until", caller->until_ms, views->source.context.offset_minutes);
	put_signed(text, "idle_ms", caller->session ? access->options.idle_ms : 0);
	put_flag(text, "second_factor", caller->has_factor);
	put_string(text, "version", IOCD_VERSION);
	put_string(text, "instance", config_settings(views->source.config)->instance);
	put_object_end(text);
}

void view_session(const struct views *views, const struct http_request *request,
		  struct http_response *response)
{
	(void)request;
	if (views->caller->is_known)
		put_session(&response->body, views);
	else
		views_error(response, 401, "not_logged_in", "nobody is logged in");
}

void view_logout(const struct views *views, const struct http_request *request,
		 struct http_response *response)
{
	uint64_t session = views->caller->session;

	(void)request;
	if (!session) {
		views_error(response, 400, "bad_request", "there is no session to end");
		return;
	}
	(void)session_end(views->gate->access.sessions, session);
	audit_note(views, &(struct history_audit){ .what = "logout", .outcome = "done" });
	streaming_review(views);
	http_add_header(response, "Set-Cookie", GATE_COOKIE "=%s; Max-Age=0", COOKIE_ENDS);
	put_object(&response->body, NULL);
	put_flag(&response->body, "ended", true);
	put_object_end(&response->body);
}

/* ---- the end of an attempt ---- */

static void say_wait(struct http_response *response, int64_t wait_ms)
{
	views_error(response, 429, "wait", "too many attempts; try again in %" PRId64 " s",
		    (wait_ms + 999) / 1000);
	response->body.size--; /* open the object again */
	put_signed(&response->body, "wait_ms", wait_ms);
	put_object_end(&response->body);
}

/* What somebody typed may be a password in the wrong place: only names that there are go on. */
static void note_failure(const struct views *views, const struct access_user *user, const char *why)
{
	audit_note(views, &(struct history_audit){ .what = "login.failed",
						   .about = user ? user->name : "(unknown)",
						   .outcome = "refused",
						   .detail = why });
}

static void refuse_wrong(const struct views *views, const struct attempt *attempt,
			 const struct access_user *user, const char *why,
			 struct http_response *response)
{
	login_failed(views->gate->access.sessions, attempt->user, attempt->caller->address,
		     clock_real_ms());
	note_failure(views, user, why);
	views_error(response, 401, "wrong_login", "the name, the password or the code is wrong");
}

/* Whether the password is that which the user has now, too. */
static bool is_right(const struct attempt *attempt, const struct access_user *user)
{
	return attempt->is_right && user && !user->is_disabled && user->password[0] &&
	       strcmp(user->password, attempt->hash) == 0;
}

/* False: response says what is wrong with the second factor. */
static bool check_factor(const struct views *views, const struct attempt *attempt,
			 const struct access_user *user, struct http_response *response)
{
	struct sessions *sessions = views->gate->access.sessions;
	uint64_t step;

	if (!user->totp[0] && gate_wants_factor(views->gate, user->role)) {
		note_failure(views, user, "no second factor");
		views_error(response, 401, "factor_missing",
			    "this role needs a second factor: iocctl user totp %s", user->name);
		return false;
	}
	if (!user->totp[0])
		return true;
	if (!attempt->code[0]) {
		views_error(response, 401, "code_needed", "the code of the second factor, please");
		return false;
	}
	step = totp_check(user->totp, attempt->code, clock_real_ms(),
			  session_totp_step(sessions, user->name));
	if (step == 0) {
		refuse_wrong(views, attempt, user, "code", response);
		return false;
	}
	session_note_totp(sessions, user->name, step);
	return true;
}

/* Begins the session; the one that the browser had before ends. */
static struct caller *begin(const struct views *views, const struct attempt *attempt,
			    const struct access_user *user, char token[TOKEN_MAX])
{
	const struct control_access *access = &views->gate->access;
	struct caller *caller = caller_new(user, views->source.context.units);
	const struct session *session;
	uint64_t ended;

	if (attempt->caller->session)
		(void)session_end(access->sessions, attempt->caller->session);
	session = session_begin(access->sessions, user, attempt->caller->address, clock_real_ms(),
				token, &ended);
	caller->session = session->number;
	caller->until_ms = session->begun_ms + access->options.longest_ms;
	(void)snprintf(caller->address, sizeof(caller->address), "%s", attempt->caller->address);
	return caller;
}

static void let_in(const struct views *views, const struct attempt *attempt,
		   const struct access_user *user, struct http_response *response,
		   struct text *cookie)
{
	CLEANUP(caller_free) struct caller *caller = NULL;
	char token[TOKEN_MAX];
	struct views own;

	caller = begin(views, attempt, user, token);
	own = views_as(views, caller);
	audit_note(&own, &(struct history_audit){ .what = "login", .outcome = "done" });
	put_session(&response->body, &own);
	text_add(cookie, GATE_COOKIE "=%s%s", token, COOKIE_ENDS);
	explicit_bzero(token, sizeof(token));
	streaming_review(views);
}

static void decide(const struct views *views, const struct attempt *attempt,
		   struct http_response *response, struct text *cookie)
{
	const struct users *users = views->gate->access.users;
	const struct access_user *user = users ? users_find(users, attempt->user) : NULL;

	if (!is_right(attempt, user))
		refuse_wrong(views, attempt, user, "password", response);
	else if (check_factor(views, attempt, user, response))
		let_in(views, attempt, user, response, cookie);
}

static void answer(const struct views *views, const struct attempt *attempt,
		   struct http_response *response, const char *cookie)
{
	text_add_bytes(&response->body, "\n", 1);
	http_answer(views->http, attempt->token, response->status, response->content_type,
		    &response->body, cookie);
	text_fini(&response->body);
}

static void finish(const struct views *views, const struct attempt *attempt)
{
	const struct views own = views_as(views, attempt->caller);
	struct http_response response = { .status = 200, .content_type = "application/json" };
	CLEANUP_TEXT struct text cookie = { 0 };

	decide(&own, attempt, &response, &cookie);
	answer(views, attempt, &response, cookie.size > 0 ? text_get(&cookie) : NULL);
	if (cookie.size > 0)
		explicit_bzero(cookie.bytes, cookie.size);
}

/* ---- its beginning ---- */

static void hash(void *context)
{
	struct attempt *attempt = context;

	attempt->is_right = password_is(attempt->hash, attempt->password);
}

static void start_next(struct logins *logins);

static void on_hashed(void *context)
{
	struct attempt *attempt = context;
	struct logins *logins = attempt->logins;

	if (logins) {
		for (size_t i = 0; i < LOGINS_RUNNING; i++)
			if (logins->running[i] == attempt)
				logins->running[i] = NULL;
		finish(logins->views, attempt);
	}
	free_attempt(attempt);
	if (logins)
		start_next(logins);
}

static struct attempt **find_free(struct logins *logins)
{
	for (size_t i = 0; i < LOGINS_RUNNING; i++)
		if (!logins->running[i])
			return &logins->running[i];
	return NULL;
}

/* How long it must wait, in ms; 0: its password is being hashed in place. */
static int64_t start(struct attempt *attempt, struct attempt **place)
{
	const struct control_access *access = &attempt->logins->views->gate->access;
	const struct access_user *user;
	int64_t wait_ms = login_wait_ms(access->sessions, attempt->user, attempt->caller->address,
					clock_real_ms());

	if (wait_ms > 0)
		return wait_ms;
	user = users_find(access->users, attempt->user);
	if (user && !user->is_disabled)
		(void)snprintf(attempt->hash, sizeof(attempt->hash), "%s", user->password);
	*place = attempt;
	loop_work(attempt->logins->views->gate->loop, hash, on_hashed, attempt);
	return 0;
}

static void start_next(struct logins *logins)
{
	struct attempt **place;

	while (logins->first && (place = find_free(logins))) {
		struct attempt *attempt = logins->first;
		struct http_response response = { .status = 200 };
		int64_t wait_ms;

		logins->first = attempt->next;
		logins->n_waiting--;
		wait_ms = start(attempt, place);
		if (wait_ms == 0)
			continue;
		say_wait(&response, wait_ms);
		answer(logins->views, attempt, &response, NULL);
		free_attempt(attempt);
	}
}

static void wait_behind(struct logins *logins, struct attempt *attempt)
{
	struct attempt **at = &logins->first;

	while (*at)
		at = &(*at)->next;
	*at = attempt;
	logins->n_waiting++;
}

static void refuse_to_start(struct attempt *attempt, struct http_response *response,
			    int64_t wait_ms)
{
	say_wait(response, wait_ms);
	http_add_header(response, "Retry-After", "%" PRId64, (wait_ms + 999) / 1000);
	free_attempt(attempt);
}

/* Copies a member that is a string; "" if it is not there.  False: it is none, or too long. */
static bool copy(char *ret, size_t capacity, const json_t *body, const char *name)
{
	const json_t *member = json_object_get(body, name);
	const char *value = json_string_value(member);

	*ret = '\0';
	if (!member)
		return true;
	if (!value || strlen(value) >= capacity || strlen(value) != json_string_length(member))
		return false;
	memcpy(ret, value, strlen(value) + 1);
	return true;
}

/* A name that is too long is nobody's. */
static bool read_attempt(const struct http_request *request, struct attempt *ret)
{
	json_t *body = json_loadb(request->body, request->body_size, JSON_REJECT_DUPLICATES, NULL);
	bool is_good = json_is_object(body) && copy(ret->user, sizeof(ret->user), body, "user") &&
		       copy(ret->password, sizeof(ret->password), body, "password") &&
		       copy(ret->code, sizeof(ret->code), body, "code") && ret->user[0] &&
		       ret->password[0];

	json_decref(body);
	return is_good;
}

void view_login(const struct views *views, const struct http_request *request,
		struct http_response *response)
{
	const struct control_access *access = &views->gate->access;
	struct logins *logins = views->gate->logins;
	struct attempt **place = find_free(logins);
	struct attempt *attempt;
	int64_t wait_ms = 0;

	if (request->is_local || !access->sessions || !access->users) {
		views_error(response, 400, "bad_request", "nobody logs in here");
		return;
	}
	attempt = xcalloc(1, sizeof(*attempt));
	attempt->logins = logins;
	attempt->caller = caller_hold(views->caller);
	attempt->token = response->token;
	if (!read_attempt(request, attempt)) {
		free_attempt(attempt);
		views_error(response, 400, "bad_request",
			    "the body must be {\"user\", \"password\"} and perhaps \"code\"");
		return;
	}
	if (!place && logins->n_waiting >= LOGINS_WAITING)
		wait_ms = 1000;
	else if (!place)
		wait_behind(logins, attempt);
	else
		wait_ms = start(attempt, place);
	if (wait_ms > 0)
		refuse_to_start(attempt, response, wait_ms);
	else
		response->later = 1;
}
