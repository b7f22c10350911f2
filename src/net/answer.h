/* SPDX-License-Identifier: Apache-2.0 */
/*
 * answer: how the http server answers: every response with the headers of the house, and counted.
 * Knows libmicrohttpd, but no route and no stream.
 */
#ifndef IOCD_NET_ANSWER_H
#define IOCD_NET_ANSWER_H

#include <microhttpd.h>

#include "iocd/net/http.h"

/* Takes response (NULL if it could not be made) and queues it. */
enum MHD_Result answer_send(struct MHD_Connection *connection, int status, const char *content_type,
			    struct MHD_Response *response);

/* Answers with a body; its memory is taken. */
enum MHD_Result answer_body(struct MHD_Connection *connection, const struct http_response *body);

/* Answers by the server itself, with status 405, 413 or 503 and a line of JSON that says why. */
enum MHD_Result answer_fault(struct MHD_Connection *connection, int status);

#endif
