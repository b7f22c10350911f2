/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libmicrohttpd tells of a request once with its headers, then with each piece of its body, then
 * once more; only at the first and at the last of these does it take an answer.  What can be read
 * in two ways (where does the body end?) is refused at the first, and the connection closed, so
 * that a proxy before us and we never see different requests.
 *
 * A request that is answered later is suspended, and so its call stays until then whatever the
 * client does; once resumed, libmicrohttpd asks for it again.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "http_inside.h"
#include "iocd/base/err.h"

#define BODY_MAX      (16u << 10)
#define HEADERS_MAX   (8u << 10)
#define SWALLOWED_MAX (1u << 20) /* of a body that is too large, before the connection is cut */

/* A request under way. */
struct call {
	struct text body;
	size_t swallowed; /* bytes of body that came but were not kept */
	bool is_answered;

	/* Of one that is answered later. */
	struct call *next; /* in http.later */
	struct MHD_Connection *connection;
	struct http_response response; /* its token and headers; the rest once is_ready */
	bool is_ready;
};

/* ---- what it asks ---- */

static const char *header_of(struct MHD_Connection *connection, const char *name)
{
	return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

const char *http_query(const struct http_request *request, const char *name)
{
	return MHD_lookup_connection_value((struct MHD_Connection *)request->handle,
					   MHD_GET_ARGUMENT_KIND, name);
}

const char *http_header(const struct http_request *request, const char *name)
{
	return header_of((struct MHD_Connection *)request->handle, name);
}

const char *http_cookie(const struct http_request *request, const char *name)
{
	return MHD_lookup_connection_value((struct MHD_Connection *)request->handle,
					   MHD_COOKIE_KIND, name);
}

struct last {
	const char *name;
	const char *value; /* NULL: not there */
};

static enum MHD_Result on_last(void *context, enum MHD_ValueKind kind, const char *name,
			       const char *value)
{
	struct last *last = context;

	(void)kind;
	if (value && strcasecmp(name, last->name) == 0)
		last->value = value;
	return MHD_YES;
}

/* Of a header that several proxies add to: each writes below the others. */
static const char *last_header(struct MHD_Connection *connection, const char *name)
{
	struct last last = { .name = name };

	MHD_get_connection_values(connection, MHD_HEADER_KIND, on_last, &last);
	return last.value;
}

/* Who it is for whom a proxy beside us asks; anybody else could say what they like. */
static void read_forwarded(struct MHD_Connection *connection, char address[HTTP_ADDRESS_MAX],
			   bool *ret_is_encrypted)
{
	const char *list = last_header(connection, "X-Forwarded-For");
	const char *proto = last_header(connection, "X-Forwarded-Proto");
	char named[HTTP_ADDRESS_MAX];

	if (list && peer_read_last(named, list))
		memcpy(address, named, sizeof(named));
	*ret_is_encrypted = proto && strcasecmp(proto, "https") == 0;
}

/* ---- its beginning ---- */

struct framing {
	size_t n_lengths;
	size_t n_encodings;
	size_t n_hosts;
	bool is_bad;
};

static bool is_name(const char *name)
{
	if (!*name)
		return false;
	for (const unsigned char *p = (const unsigned char *)name; *p; p++)
		if (*p <= ' ' || *p >= 127 || strchr("\"(),/:;<=>?@[\\]{}", *p))
			return false;
	return true;
}

/* A line end that is left in a value is one that others may take for the end of the header. */
static bool is_value(const char *value)
{
	for (const unsigned char *p = (const unsigned char *)value; *p; p++)
		if ((*p < ' ' && *p != '\t') || *p == 127)
			return false;
	return true;
}

static enum MHD_Result on_framing(void *context, enum MHD_ValueKind kind, const char *name,
				  const char *value)
{
	struct framing *framing = context;

	(void)kind;
	if (!is_name(name) || (value && !is_value(value)))
		framing->is_bad = true;
	if (strcasecmp(name, "Content-Length") == 0)
		framing->n_lengths++;
	if (strcasecmp(name, "Transfer-Encoding") == 0) {
		framing->n_encodings++;
		if (!value || strcasecmp(value, "chunked") != 0)
			framing->is_bad = true;
	}
	if (strcasecmp(name, "Host") == 0)
		framing->n_hosts++;
	return MHD_YES;
}

static bool is_ambiguous(struct MHD_Connection *connection)
{
	struct framing framing = { 0 };

	MHD_get_connection_values(connection, MHD_HEADER_KIND, on_framing, &framing);
	return framing.is_bad || framing.n_lengths + framing.n_encodings > 1 || framing.n_hosts > 1;
}

static bool has_too_many_headers(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);

	return info && info->header_size > HEADERS_MAX;
}

static bool announces_too_much(struct MHD_Connection *connection)
{
	const char *text = header_of(connection, "Content-Length");
	int64_t size;
	int r;

	if (!text)
		return false;
	r = text_read_integer(text, strlen(text), &size);
	return r == TEXT_RANGE || (r == 0 && size > BODY_MAX);
}

static enum MHD_Result refuse(struct http *http, struct MHD_Connection *connection,
			      struct call *call, enum answer_fault fault)
{
	call->is_answered = true;
	peer_reads(http_peer(connection), 0);
	return answer_fault(connection, http->headers, fault);
}

static enum MHD_Result begin(struct http *http, struct MHD_Connection *connection, void **ret_call)
{
	struct call *call = xcalloc(1, sizeof(*call));

	*ret_call = call;
	peer_asks(http_peer(connection));
	if (has_too_many_headers(connection))
		return refuse(http, connection, call, ANSWER_HEADERS);
	if (is_ambiguous(connection))
		return refuse(http, connection, call, ANSWER_MALFORMED);
	if (announces_too_much(connection))
		return refuse(http, connection, call, ANSWER_BODY_SIZE);
	return MHD_YES;
}

static enum MHD_Result collect(struct call *call, const char *bytes, size_t n)
{
	if (!call->swallowed && n <= BODY_MAX - call->body.size) {
		text_add_bytes(&call->body, bytes, n);
		return MHD_YES;
	}

	text_fini(&call->body);
	call->swallowed += n;
	return call->swallowed > SWALLOWED_MAX ? MHD_NO : MHD_YES;
}

/* ---- its answer ---- */

static enum MHD_Result answer(struct http *http, struct MHD_Connection *connection,
			      struct http_response *response)
{
	peer_reads(http_peer(connection),
		   response->lent ? response->lent_size : response->body.size);
	return answer_body(connection, http->headers, response);
}

static enum MHD_Result put_off(struct http *http, struct MHD_Connection *connection,
			       struct call *call, struct http_response *response)
{
	text_fini(&response->body);
	response->lent = NULL;
	call->response = *response;
	call->connection = connection;
	call->next = http->later;
	http->later = call;
	peer_stays(http_peer(connection));
	MHD_suspend_connection(connection);
	return MHD_YES;
}

static enum MHD_Result ask(struct http *http, struct MHD_Connection *connection,
			   const struct http_request *request, struct call *call)
{
	struct http_response response = { .status = MHD_HTTP_OK,
					  .content_type = "application/json",
					  .token = ++http->last_token };

	http->fn(http->context, request, &response);
	if (response.stream && !response.later && strcmp(request->method, "HEAD") != 0) {
		text_fini(&response.body);
		return http_live_start(http, connection, &response);
	}

	http_live_unsubscribe(http, response.subscription);
	if (response.later)
		return put_off(http, connection, call, &response);
	if (response.stream) { /* of which nobody would ever read */
		text_fini(&response.body);
		response.content_type = "text/event-stream";
	}
	return answer(http, connection, &response);
}

static bool is_known(const char *method)
{
	return strcmp(method, "GET") == 0 || strcmp(method, "POST") == 0 ||
	       strcmp(method, "HEAD") == 0;
}

static enum MHD_Result finish(struct http *http, struct MHD_Connection *connection,
			      const char *path, const char *method, struct call *call)
{
	const struct peer *peer = http_peer(connection);
	char address[HTTP_ADDRESS_MAX];
	struct http_request request = {
		.method = method,
		.path = path,
		.body = text_get(&call->body),
		.body_size = call->body.size,
		.is_local = peer->is_local,
		.address = address,
		.uid = peer->uid,
		.handle = connection,
	};

	if (call->swallowed)
		return refuse(http, connection, call, ANSWER_BODY_SIZE);
	if (!is_known(method))
		return refuse(http, connection, call, ANSWER_METHOD);

	call->is_answered = true;
	memcpy(address, peer->address, sizeof(address));
	if (peer->is_loopback)
		read_forwarded(connection, address, &request.is_encrypted);
	return ask(http, connection, &request, call);
}

static enum MHD_Result answer_now(struct http *http, struct call *call)
{
	struct http_response response = call->response;

	call->is_ready = false;
	call->response = (struct http_response){ .status = 0 };
	return answer(http, call->connection, &response);
}

/* ---- what libmicrohttpd calls ---- */

enum MHD_Result http_on_request(void *context, struct MHD_Connection *connection, const char *path,
				const char *method, const char *version, const char *bytes,
				size_t *n, void **call)
{
	size_t size = *n;

	(void)version;
	*n = 0;
	if (!*call)
		return begin(context, connection, call);
	if (((struct call *)*call)->is_ready)
		return answer_now(context, *call);
	if (((struct call *)*call)->is_answered)
		return MHD_YES;
	return size ? collect(*call, bytes, size)
		    : finish(context, connection, path, method, *call);
}

void http_on_completed(void *context, struct MHD_Connection *connection, void **ret_call,
		       enum MHD_RequestTerminationCode why)
{
	struct call *call = *ret_call;

	(void)context;
	(void)why;
	*ret_call = NULL;
	if (!call)
		return;

	peer_waits(http_peer(connection));
	answer_drop(&call->response);
	text_fini(&call->body);
	free(call);
}

/* ---- later ---- */

/* Takes the body, and call out of http.later. */
static void answer_later(struct http *http, struct call **at, int status, const char *content_type,
			 struct text *body)
{
	struct call *call = *at;

	*at = call->next;
	call->response.status = status;
	call->response.content_type = content_type;
	call->response.body = *body;
	*body = (struct text){ .bytes = NULL };
	call->is_ready = true;
	http->has_resumed = true;
	MHD_resume_connection(call->connection);
}

void http_answer(struct http *http, uint64_t token, int status, const char *content_type,
		 struct text *body, const char *set_cookie)
{
	struct call **at = &http->later;

	while (*at && (*at)->response.token != token)
		at = &(*at)->next;
	assert(*at);

	if (set_cookie)
		http_add_header(&(*at)->response, "Set-Cookie", "%s", set_cookie);
	answer_later(http, at, status, content_type, body);
	http_wake(http);
}

void http_answer_what_is_left(struct http *http)
{
	struct text body = { .bytes = NULL };

	while (http->later) {
		text_add(&body, "{\"error\":{\"code\":\"ends\",\"message\":\"iocd ends\"}}\n");
		answer_later(http, &http->later, MHD_HTTP_SERVICE_UNAVAILABLE, "application/json",
			     &body);
	}
}
