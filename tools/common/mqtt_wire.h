/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mqtt_wire: the few packets of MQTT 5 (OASIS MQTT 5.0, section 3) that a load generator needs, to
 * and from bytes.
 *
 * Pure: no socket, no clock, no log.  What is read is checked; any sequence of bytes may be given.
 */
#ifndef TOOLS_MQTT_WIRE_H
#define TOOLS_MQTT_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/base/defs.h"
#include "iocd/base/text.h"
#include "iocd/event.h"

enum wire_type {
	WIRE_CONNECT = 1,
	WIRE_CONNACK = 2,
	WIRE_PUBLISH = 3,
	WIRE_PUBACK = 4,
	WIRE_SUBSCRIBE = 8,
	WIRE_SUBACK = 9,
	WIRE_PINGREQ = 12,
	WIRE_PINGRESP = 13,
	WIRE_DISCONNECT = 14,
};

#define WIRE_REASON_NOBODY 0x10 /* PUBACK: taken, but nobody is subscribed */
#define WIRE_REASON_FAILED 0x80 /* this and all above are refusals */

enum wire_outcome {
	WIRE_MORE = 1, /* the packet is not complete yet */
};

/* One whole packet inside a buffer. */
struct wire_packet {
	enum wire_type type;
	unsigned char flags; /* low half of the first byte */
	struct slice body;   /* behind the fixed header; borrowed from the buffer */
	size_t size;         /* bytes of the whole packet */
};

struct wire_connect {
	const char *client_id;
	const char *username; /* NULL: none */
	const char *password; /* NULL: none */
	uint16_t keepalive_s;
	uint16_t receive_max; /* unacknowledged messages that we take at once */
};

struct wire_connack {
	unsigned char reason;
	uint16_t receive_max; /* unacknowledged messages that the broker takes at once */
};

struct wire_publish {
	struct slice topic;
	struct slice payload;
	int qos; /* 0 or 1 */
	bool retain;
	uint16_t id; /* QoS 1 only */
};

/* Append a packet to out.  wire_add_publish() returns where in out the two bytes of the packet
 * identifier stand (0 with QoS 0), so that a copy can be given another. */
void wire_add_connect(struct text *out, const struct wire_connect *connect);
size_t wire_add_publish(struct text *out, const struct wire_publish *publish);
void wire_add_puback(struct text *out, uint16_t id);
void wire_add_subscribe(struct text *out, uint16_t id, const char *filter);
void wire_add_empty(struct text *out, enum wire_type type);

/* Writes an identifier over the two bytes at to. */
void wire_put_id(char *to, uint16_t id);

/* Finds the packet that the n bytes at bytes begin with.  0, WIRE_MORE, or -EPROTO. */
int wire_next(const char *bytes, size_t n, struct wire_packet *ret) MUST_USE;

/* Read a packet of the kind that the name says; an acknowledgement (PUBACK, SUBACK) has an
 * identifier and a reason.  0 or -EPROTO. */
int wire_read_connack(const struct wire_packet *packet, struct wire_connack *ret) MUST_USE;
int wire_read_publish(const struct wire_packet *packet, struct wire_publish *ret) MUST_USE;
int wire_read_ack(const struct wire_packet *packet, uint16_t *ret_id,
		  unsigned char *ret_reason) MUST_USE;

#endif
