/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mqtt_line: one connection to an MQTT 5 broker over a plain socket, for tools that must not be the
 * bound of what they measure: writes leave together, reads take what is there, Nagle is off.
 *
 * Waits in poll(), nowhere else.  One thread.  Keeps the connection alive while it is turned. After
 * any fault the line is down; mqtt_line_connect() makes a new connection.
 */
#ifndef TOOLS_MQTT_LINE_H
#define TOOLS_MQTT_LINE_H

#include <stdbool.h>
#include <stdint.h>

#include "mqtt_wire.h"

#define MQTT_LINE_KEEPALIVE_S 30
#define MQTT_LINE_OUT_MAX     (256u * 1024) /* bytes waiting to be written that are "enough" */

struct mqtt_line_options {
	const char *host; /* strings are borrowed for life */
	const char *client_id;
	const char *username; /* NULL: none */
	const char *password; /* NULL: none */
	int port;
	int patience_ms; /* for connecting, and for an answer to a ping */
};

/* Is handed each packet that comes in, but for what the line answers itself.  0 or a fault. */
typedef int mqtt_line_fn(void *context, const struct wire_packet *packet);

struct mqtt_line;

/* Makes a line that is down.  Gives it; never NULL. */
struct mqtt_line *mqtt_line_new(const struct mqtt_line_options *options, mqtt_line_fn *fn,
				void *context) MUST_USE;

/* Says goodbye if the line is up, and frees it.  Accepts NULL; returns NULL. */
struct mqtt_line *mqtt_line_free(struct mqtt_line *line);
DEFINE_CLEANUP(struct mqtt_line, mqtt_line_free)

/* Connects anew and waits for the broker's welcome, stored in *ret; what was not written before is
 * forgotten.  0, or a fault: -EACCES if the broker refuses us, or what the network says. */
int mqtt_line_connect(struct mqtt_line *line, struct wire_connack *ret) MUST_USE;

/* Lends the buffer of what is to be written; add whole packets. */
struct text *mqtt_line_out(struct mqtt_line *line);

/* Bytes that wait to be written. */
size_t mqtt_line_waiting(const struct mqtt_line *line);

/* Writes what can be written and hands over what has come in; waits up to wait_ms for either to be
 * possible.  0, or a fault: the line is down. */
int mqtt_line_turn(struct mqtt_line *line, int wait_ms) MUST_USE;

#endif
