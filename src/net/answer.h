/* SPDX-License-Identifier: Apache-2.0 */
/*
 * answer: how the http server answers: every response with the headers of the house, and counted.
 * Knows libmicrohttpd, but no route and no stream.
 */
#ifndef IOCD_NET_ANSWER_H
#define IOCD_NET_ANSWER_H

#include <microhttpd.h>

#include "iocd/net/http.h"

/* What the server refuses by itself. */
enum answer_fault {
	ANSWER_MALFORMED,  /* 400, and closes */
	ANSWER_METHOD,     /* 405 */
	ANSWER_BODY_SIZE,  /* 413, and closes */
	ANSWER_HEADERS,    /* 431, and closes */
	ANSWER_NO_STREAMS, /* 503 */
};

/* Takes what is in body (and frees what of it is not sent), and response, NULL if it could not be
 * made: response is sent in place of its bytes.  always as http_options.headers. */
enum MHD_Result answer_send(struct MHD_Connection *connection, const char *const *always,
			    struct http_response *body, struct MHD_Response *response);

/* Answers with the bytes of body, which are taken as all that is in it. */
enum MHD_Result answer_body(struct MHD_Connection *connection, const char *const *always,
			    struct http_response *body);

/* Answers by the server itself, with a line of JSON that says why. */
enum MHD_Result answer_fault(struct MHD_Connection *connection, const char *const *always,
			     enum answer_fault fault);

/* Frees what is in a response that is not sent. */
void answer_drop(struct http_response *body);

#endif
