/* SPDX-License-Identifier: Apache-2.0 */
/*
 * enroll_line: one MQTT 5 connection over TLS that says what the broker answers, with its reason.
 *
 * The broker's certificate and name are always verified.  Begins a clean session and leaves none
 * behind.  Blocks, each step for a few seconds at most.  Single-threaded.
 */
#ifndef IOCCTL_ENROLL_LINE_H
#define IOCCTL_ENROLL_LINE_H

#include "enroll_ca.h"
#include "iocd/event.h"

enum enroll_line_outcome {
	ENROLL_LINE_REFUSED = 1, /* the broker does not let us in */
	ENROLL_LINE_STRANGER,    /* it is not the broker that we look for */
};

#define ENROLL_LINE_FORBIDDEN 0x87 /* MQTT 5: not authorized */

/* Is called with each message that comes. */
typedef void enroll_line_fn(void *context, struct slice topic);

struct enroll_line_options {
	const char *host;
	int port;
	const char *name;
	const struct text *authority;                 /* certificate in PEM */
	const struct enroll_credentials *credentials; /* NULL: by password */
	const char *password;                         /* NULL: by certificate */
	enroll_line_fn *fn;                           /* may be NULL */
	void *context;
};

struct enroll_line;

/* Connects.  0, an outcome, or a fault of the network; why it did not work is appended to why. */
int enroll_line_open(struct enroll_line **ret, const struct enroll_line_options *options,
		     struct text *why) MUST_USE;
struct enroll_line *enroll_line_close(struct enroll_line *line);
DEFINE_CLEANUP(struct enroll_line, enroll_line_close)

/* Publish at QoS 1, or subscribe at QoS 1 without what is retained, and wait for the broker's
 * reason code.  0 or a fault. */
int enroll_line_publish(struct enroll_line *line, const char *topic, int *ret_reason) MUST_USE;
int enroll_line_subscribe(struct enroll_line *line, const char *filter, int *ret_reason) MUST_USE;

/* Waits for a message on topic.  0, or a fault: it did not come. */
int enroll_line_await(struct enroll_line *line, const char *topic) MUST_USE;

#endif
