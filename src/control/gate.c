/* SPDX-License-Identifier: Apache-2.0 */
#include "gate.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "audit_note.h"
#include "iocd/base/clock.h"
#include "iocd/password.h"

#define HOST_MAX 256
#define BEARER   "Bearer "
#define JSON     "application/json"
#define A_YEAR   "max-age=31536000"
#define PAGE_RULES                                                                                 \
	"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "          \
	"connect-src 'self'; font-src 'self'; manifest-src 'self'; base-uri 'none'; "              \
	"form-action 'none'; frame-ancestors 'none'; report-uri /api/v1/csp"

const char *const gate_headers[] = {
	"Content-Security-Policy",
	PAGE_RULES,
	"X-Content-Type-Options",
	"nosniff",
	"Referrer-Policy",
	"no-referrer",
	"Cross-Origin-Opener-Policy",
	"same-origin",
	"Cross-Origin-Resource-Policy",
	"same-origin",
	NULL,
};

void gate_add_headers(const struct http_request *request, struct http_response *response)
{
	if (request->is_encrypted)
		http_add_header(response, "Strict-Transport-Security", "%s", A_YEAR);
}

/* ---- where it comes from ---- */

/* Copies the name in "name", "name:port" or "[address]:port".  False: it is none of them. */
static bool read_host(const char *host, char ret[HOST_MAX])
{
	bool has_brackets = host[0] == '[';
	size_t size = strcspn(host += has_brackets, has_brackets ? "]" : ":");
	const char *rest = host + size;

	if (has_brackets && *rest++ != ']')
		return false;
	if (size == 0 || size >= HOST_MAX || (*rest && *rest != ':') ||
	    (*rest && rest[1 + strspn(rest + 1, "0123456789")]))
		return false;
	memcpy(ret, host, size);
	ret[size] = '\0';
	return true;
}

static bool is_address(const char *name)
{
	unsigned char ignored[sizeof(struct in6_addr)];

	return inet_pton(AF_INET, name, ignored) == 1 || inet_pton(AF_INET6, name, ignored) == 1;
}

static bool is_loopback(const char *name)
{
	static const char suffix[] = ".localhost";
	size_t size = strlen(name);

	return strcasecmp(name, "localhost") == 0 ||
	       (size > sizeof(suffix) - 1 &&
		strcasecmp(name + size - (sizeof(suffix) - 1), suffix) == 0);
}

static bool is_of_page(const struct gate *gate, const char *name)
{
	const char *host = strstr(gate->access.origin, "://");
	char own[HOST_MAX];

	return host && read_host(host + 3, own) && strcasecmp(own, name) == 0;
}

static bool is_host_ours(const struct gate *gate, const char *host)
{
	char name[HOST_MAX];

	return host && read_host(host, name) &&
	       (is_address(name) || is_loopback(name) || is_of_page(gate, name));
}

static bool is_origin_ours(const struct gate *gate, const struct http_request *request,
			   const char *origin)
{
	const char *host = http_header(request, "Host");
	char own[HOST_MAX + 16];

	if (*gate->access.origin && strcasecmp(origin, gate->access.origin) == 0)
		return true;
	(void)snprintf(own, sizeof(own), "%s://%s", request->is_encrypted ? "https" : "http", host);
	return strcasecmp(origin, own) == 0;
}

bool gate_check_place(const struct views *views, const struct http_request *request,
		      struct http_response *response)
{
	const char *host = http_header(request, "Host");
	const char *origin = http_header(request, "Origin");

	if (!is_host_ours(views->gate, host)) {
		views_error(response, 421, "bad_host",
			    "this is not the host of that name; console.origin says which is ours");
		audit_note_denial(views, request, "host");
		return false;
	}
	if (!origin || is_origin_ours(views->gate, request, origin))
		return true;
	views_error(response, 403, "bad_origin", "pages of '%.100s' may not ask", origin);
	audit_note_denial(views, request, "origin");
	return false;
}

static bool is_json(const char *type)
{
	size_t size = strlen(JSON);

	return type && strncasecmp(type, JSON, size) == 0 && strchr(" ;", type[size]) != NULL;
}

bool gate_check_post(const struct views *views, const struct http_request *request,
		     struct http_response *response)
{
	bool is_by_cookie = views->caller->session != 0;

	if (!http_header(request, "X-Iocd"))
		views_error(response, 403, "forbidden", "the header X-Iocd: 1 is missing");
	else if (request->is_local)
		return true;
	else if (!is_json(http_header(request, "Content-Type")))
		views_error(response, 415, "bad_content_type", "the body must be " JSON);
	else if (is_by_cookie && !http_header(request, "Origin"))
		views_error(response, 403, "bad_origin", "the header Origin is missing");
	else
		return true;
	if (!request->is_local)
		audit_note_denial(views, request, "not from the page");
	return false;
}

/* ---- who it is ---- */

static void note_address(struct caller *caller, const struct http_request *request)
{
	caller->uid = request->uid;
	(void)snprintf(caller->address, sizeof(caller->address), "%s", request->address);
}

struct caller *gate_new_stranger(const struct http_request *request)
{
	struct caller *caller = caller_new_unknown();

	note_address(caller, request);
	return caller;
}

static struct caller *by_token(const struct views *views, const char *token)
{
	const struct control_access *access = &views->gate->access;
	const struct access_token *found = NULL;
	const struct access_user *user;
	uint8_t digest[ACCESS_DIGEST];
	struct caller *caller;

	token_digest(digest, token);
	user = access->users ? users_find_token(access->users, digest, &found) : NULL;
	if (!user || user->is_disabled ||
	    (found->until_ms != 0 && clock_real_ms() >= found->until_ms))
		return caller_new_unknown();

	caller = caller_new(user, views->source.context.units);
	if (found->role < caller->role)
		caller->role = found->role;
	caller->has_token = true;
	caller->until_ms = found->until_ms;
	memcpy(caller->digest, digest, sizeof(digest));
	return caller;
}

static struct caller *by_session(const struct views *views, const char *token)
{
	const struct control_access *access = &views->gate->access;
	const struct access_user *user = NULL;
	const struct session *session = NULL;
	struct caller *caller;

	if (access->sessions && access->users)
		session = session_find(access->sessions, access->users, token, clock_real_ms(),
				       &user);
	if (!session || user->is_disabled)
		return caller_new_unknown();

	caller = caller_new(user, views->source.context.units);
	caller->session = session->number;
	caller->until_ms = session->begun_ms + access->options.longest_ms;
	return caller;
}

/* A token that is given counts, whatever cookie comes with it. */
struct caller *gate_identify(const struct views *views, const struct http_request *request)
{
	const char *bearer = http_header(request, "Authorization");
	const char *cookie = http_cookie(request, GATE_COOKIE);
	struct caller *caller;

	if (request->is_local)
		caller = caller_new_local();
	else if (bearer && strncasecmp(bearer, BEARER, strlen(BEARER)) == 0)
		caller = by_token(views, bearer + strlen(BEARER));
	else if (!bearer && cookie)
		caller = by_session(views, cookie);
	else
		caller = caller_new_unknown();
	note_address(caller, request);
	return caller;
}

static struct caller *again(const struct views *views, const struct caller *caller)
{
	const struct control_access *access = &views->gate->access;
	const struct access_token *token = NULL;
	const struct access_user *user = users_find_token(access->users, caller->digest, &token);
	struct caller *now;

	if (!user || user->is_disabled)
		return caller_new_unknown();
	now = caller_new(user, views->source.context.units);
	if (token->role < now->role)
		now->role = token->role;
	return now;
}

bool gate_holds(const struct views *views, const struct caller *caller, int64_t now_ms)
{
	const struct control_access *access = &views->gate->access;
	CLEANUP(caller_free) struct caller *now = NULL;

	if (caller->is_local)
		return true;
	if (!access->users)
		return false;
	if (caller->session)
		return access->sessions &&
		       session_holds(access->sessions, access->users, caller->session, now_ms);
	if (!caller->has_token || (caller->until_ms != 0 && now_ms >= caller->until_ms))
		return false;
	now = again(views, caller);
	return now->is_known && caller_sees_alike(now, caller);
}

/* ---- how often ---- */

static struct token_use *use_of(struct gate *gate, const uint8_t digest[ACCESS_DIGEST])
{
	struct token_use *oldest = &gate->uses[0];

	for (size_t i = 0; i < GATE_TOKENS; i++) {
		if (memcmp(gate->uses[i].digest, digest, ACCESS_DIGEST) == 0)
			return &gate->uses[i];
		if (gate->uses[i].since_ms < oldest->since_ms)
			oldest = &gate->uses[i];
	}
	*oldest = (struct token_use){ .commands = 0 };
	memcpy(oldest->digest, digest, ACCESS_DIGEST);
	return oldest;
}

bool gate_count_command(const struct views *views, int64_t now_ms)
{
	struct gate *gate = views->gate;
	struct token_use *use;

	if (views->caller->is_local)
		return true;
	if (views->caller->session)
		return session_count_command(gate->access.sessions, views->caller->session, now_ms);

	use = use_of(gate, views->caller->digest);
	if (now_ms < use->since_ms || now_ms - use->since_ms >= COMMANDS_SPAN_MS) {
		use->since_ms = now_ms;
		use->commands = 0;
	}
	return use->commands++ < COMMANDS_MAX;
}

bool gate_wants_factor(const struct gate *gate, enum access_role role)
{
	return role >= gate->access.second_factor;
}
