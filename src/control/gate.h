/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gate: who may come in by TCP, and from which pages.
 *
 * The Host must be this machine's own name, an address, or that of the page: else a name that an
 * attacker owns could be made to mean us (DNS rebinding).  An Origin must be the page's own.  A
 * POST has the header X-Iocd and a body of JSON, which no foreign page can send without asking
 * first; and, if a cookie says who it is from, an Origin.
 *
 * Loop thread.
 */
#ifndef IOCD_CONTROL_GATE_H
#define IOCD_CONTROL_GATE_H

#include "views.h"

#define GATE_COOKIE "__Host-iocd"
#define GATE_TOKENS 64 /* whose commands are counted */

/* Commands by token, as sessions count theirs. */
struct token_use {
	uint8_t digest[ACCESS_DIGEST];
	uint32_t commands;
	int64_t since_ms;
};

struct gate {
	struct loop *loop;
	struct http *http;
	struct control_access access;
	struct logins *logins;
	struct token_use uses[GATE_TOKENS];
	int64_t denials_ms; /* when the minute began ... */
	unsigned denials;   /* ... in which so many were noted */
};

/* The headers that every response has, as http_options wants them. */
extern const char *const gate_headers[];

/* Tells browsers to come back encrypted only, if the request was. */
void gate_add_headers(const struct http_request *request, struct http_response *response);

/* Check where a request comes from; and that it is no POST of a foreign page.  False: response says
 * what is wrong. */
bool gate_check_place(const struct views *views, const struct http_request *request,
		      struct http_response *response);
bool gate_check_post(const struct views *views, const struct http_request *request,
		     struct http_response *response);

/* Makes a caller that is unknown but for its address. */
struct caller *gate_new_stranger(const struct http_request *request) MUST_USE;

/* Finds out who asks.  Gives it; never NULL. */
struct caller *gate_identify(const struct views *views,
			     const struct http_request *request) MUST_USE;

/* Whether that caller still is who it was, and may see the same. */
bool gate_holds(const struct views *views, const struct caller *caller, int64_t now_ms);

/* Counts a command.  False: it has given COMMANDS_MAX within COMMANDS_SPAN_MS. */
bool gate_count_command(const struct views *views, int64_t now_ms);

/* Whether a user of that role must have a second factor. */
bool gate_wants_factor(const struct gate *gate, enum access_role role);

#endif
