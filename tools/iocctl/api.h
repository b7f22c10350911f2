/* SPDX-License-Identifier: Apache-2.0 */
/*
 * api: questions to iocd over its UNIX socket or a URL.
 *
 * Hides libcurl.  Blocks for at most 15 seconds a call; complaints go to stderr in the language of
 * the call.
 */
#ifndef IOCCTL_API_H
#define IOCCTL_API_H

#include <curl/curl.h>
#include <jansson.h>

#include "call.h"
#include "iocd/base/text.h"

/* A query argument; a value of NULL leaves it out. */
struct argument {
	const char *name;
	const char *value;
};

/* GETs /api/v1/<path> with n arguments.  Gives the answer in *ret and returns STATUS_GOOD; any
 * other status has been explained on stderr. */
int api_get(const struct call *call, const char *path, const struct argument *arguments, size_t n,
	    json_t **ret);

/* POSTs who calls to /api/v1/<path>; gives the answer in *ret even if it is a refusal
 * (STATUS_FINDING), NULL if there is none. */
int api_post(const struct call *call, const char *path, json_t **ret);

/* The same of a body of JSON with a key that makes sending it again harmless (NULL: none), without
 * a word on stderr: the complaint is appended to why. */
int api_send(const struct call *call, const char *path, const char *body, const char *key,
	     json_t **ret, struct text *why);

/* The same as api_get() without a word on stderr: the complaint is appended to why. */
int api_ask(const struct call *call, const char *path, const struct argument *arguments, size_t n,
	    json_t **ret, struct text *why);

/* The same for an answer that is no JSON: appends it to body as it came. */
int api_fetch(const struct call *call, const char *path, const struct argument *arguments, size_t n,
	      struct text *body);

/* Appends /api/v1/<path> with its arguments, escaped, behind the base of call. */
void api_add_url(struct text *text, const struct call *call, const char *path,
		 const struct argument *arguments, size_t n);

/* Makes a handle for call's socket or URL, without time limits but for connecting; NULL if curl
 * cannot. */
CURL *api_handle(const struct call *call);

/* Lends where iocd is looked for: the socket or the URL. */
const char *api_where(const struct call *call);

/* Prints json as it came, indented. */
void api_print(const json_t *json);

#endif
