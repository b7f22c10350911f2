/* SPDX-License-Identifier: Apache-2.0 */
#include "answer.h"

#include <stdlib.h>
#include <string.h>

#include "iocd/base/counter.h"

enum MHD_Result answer_send(struct MHD_Connection *connection, int status, const char *content_type,
			    struct MHD_Response *response)
{
	enum MHD_Result ret;

	if (!response)
		return MHD_NO;

	MHD_add_response_header(response, "Content-Type", content_type);
	MHD_add_response_header(response, "Cache-Control", "no-store");
	MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
	ret = MHD_queue_response(connection, (unsigned int)status, response);
	MHD_destroy_response(response);
	counter_add(COUNTER_http_requests, 1);
	return ret;
}

enum MHD_Result answer_body(struct MHD_Connection *connection, const struct http_response *body)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(
		body->body.size, body->body.bytes, MHD_RESPMEM_MUST_FREE);

	if (!response)
		free(body->body.bytes);
	return answer_send(connection, body->status, body->content_type, response);
}

static const char *text_of(int status)
{
	switch (status) {
	case MHD_HTTP_METHOD_NOT_ALLOWED:
		return "{\"error\":\"method not allowed\"}\n";
	case MHD_HTTP_CONTENT_TOO_LARGE:
		return "{\"error\":\"body larger than 16 KiB\"}\n";
	default:
		return "{\"error\":\"too many streams\"}\n";
	}
}

enum MHD_Result answer_fault(struct MHD_Connection *connection, int status)
{
	const char *text = text_of(status);
	struct MHD_Response *response =
		MHD_create_response_from_buffer(strlen(text), (void *)text, MHD_RESPMEM_PERSISTENT);

	if (response && status == MHD_HTTP_METHOD_NOT_ALLOWED)
		MHD_add_response_header(response, "Allow", "GET, HEAD, POST");
	return answer_send(connection, status, "application/json", response);
}
