/* SPDX-License-Identifier: Apache-2.0 */
#include "answer.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/counter.h"

void http_add_header(struct http_response *response, const char *name, const char *format, ...)
{
	struct http_header *header = &response->headers[response->n_headers];
	char value[2048];
	va_list args;
	int n;

	assert(response->n_headers < HTTP_HEADERS_MAX);
	va_start(args, format);
	n = vsnprintf(value, sizeof(value), format, args);
	va_end(args);
	if (n < 0 || (size_t)n >= sizeof(value))
		return;
	for (const char *p = value; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 127)
			return;

	*header = (struct http_header){ .name = name };
	text_add_bytes(&header->value, value, (size_t)n);
	response->n_headers++;
}

void answer_drop(struct http_response *body)
{
	text_fini(&body->body);
	while (body->n_headers)
		text_fini(&body->headers[--body->n_headers].value);
}

static void add_unless_there(struct MHD_Response *response, const char *name, const char *value)
{
	if (!MHD_get_response_header(response, name))
		MHD_add_response_header(response, name, value);
}

static void add_headers(struct MHD_Response *response, const char *const *always,
			const struct http_response *body)
{
	if (body->content_type)
		MHD_add_response_header(response, "Content-Type", body->content_type);
	for (size_t i = 0; i < body->n_headers; i++)
		MHD_add_response_header(response, body->headers[i].name,
					text_get(&body->headers[i].value));
	for (; always && *always; always += 2)
		add_unless_there(response, always[0], always[1]);
	add_unless_there(response, "Cache-Control", "no-store");
	add_unless_there(response, "X-Content-Type-Options", "nosniff");
}

enum MHD_Result answer_send(struct MHD_Connection *connection, const char *const *always,
			    struct http_response *body, struct MHD_Response *response)
{
	enum MHD_Result ret = MHD_NO;

	if (response) {
		add_headers(response, always, body);
		ret = MHD_queue_response(connection, (unsigned int)body->status, response);
		MHD_destroy_response(response);
		counter_add(COUNTER_http_requests, 1);
	}
	answer_drop(body);
	return ret;
}

enum MHD_Result answer_body(struct MHD_Connection *connection, const char *const *always,
			    struct http_response *body)
{
	struct MHD_Response *response;

	if (body->lent)
		response = MHD_create_response_from_buffer(
			body->lent_size, (void *)(uintptr_t)body->lent, MHD_RESPMEM_PERSISTENT);
	else
		response = MHD_create_response_from_buffer(body->body.size, body->body.bytes,
							   MHD_RESPMEM_MUST_FREE);
	if (response && !body->lent)
		body->body = (struct text){ .bytes = NULL };
	return answer_send(connection, always, body, response);
}

/* clang-format off */
static const struct {
	int status;
	bool closes;
	const char *code, *message;
} faults[] = {
	[ANSWER_MALFORMED]  = { MHD_HTTP_BAD_REQUEST, true, "malformed",
				"this is no request that can only be read in one way" },
	[ANSWER_METHOD]     = { MHD_HTTP_METHOD_NOT_ALLOWED, false, "method",
				"method not allowed" },
	[ANSWER_BODY_SIZE]  = { MHD_HTTP_CONTENT_TOO_LARGE, true, "too_big",
				"body larger than 16 KiB" },
	[ANSWER_HEADERS]    = { MHD_HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE, true, "too_big",
				"headers larger than 8 KiB" },
	[ANSWER_NO_STREAMS] = { MHD_HTTP_SERVICE_UNAVAILABLE, false, "busy",
				"too many streams" },
};
/* clang-format on */

enum MHD_Result answer_fault(struct MHD_Connection *connection, const char *const *always,
			     enum answer_fault fault)
{
	struct http_response response = { .status = faults[fault].status,
					  .content_type = "application/json" };

	text_add(&response.body, "{\"error\":{\"code\":\"%s\",\"message\":\"%s\"}}\n",
		 faults[fault].code, faults[fault].message);
	if (fault == ANSWER_METHOD)
		http_add_header(&response, "Allow", "GET, HEAD, POST");
	if (faults[fault].closes)
		http_add_header(&response, "Connection", "close");
	return answer_body(connection, always, &response);
}
