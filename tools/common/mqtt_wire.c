/* SPDX-License-Identifier: Apache-2.0 */
#include "mqtt_wire.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

#include "iocd/base/err.h"

#define PROPERTY_RECEIVE_MAX 0x21

/* What is left to read of a packet. */
struct rest {
	const unsigned char *at;
	size_t n;
};

static void add_byte(struct text *out, unsigned value)
{
	char byte = (char)value;

	text_add_bytes(out, &byte, 1);
}

static void add_u16(struct text *out, unsigned value)
{
	add_byte(out, value >> 8);
	add_byte(out, value & 0xff);
}

static void add_length(struct text *out, size_t n)
{
	do {
		add_byte(out, (unsigned)(n & 0x7f) | (n > 0x7f ? 0x80 : 0));
		n >>= 7;
	} while (n > 0);
}

static void add_string(struct text *out, const char *bytes, size_t n)
{
	assert(n <= UINT16_MAX);
	add_u16(out, (unsigned)n);
	text_add_bytes(out, bytes, n);
}

static void add_head(struct text *out, enum wire_type type, unsigned flags, size_t body)
{
	add_byte(out, (unsigned)type << 4 | flags);
	add_length(out, body);
}

static size_t string_size(const char *text)
{
	return text ? 2 + strlen(text) : 0;
}

void wire_add_connect(struct text *out, const struct wire_connect *connect)
{
	unsigned flags = 0x02; /* clean start */

	flags |= connect->username ? 0x80 : 0;
	flags |= connect->password ? 0x40 : 0;
	add_head(out, WIRE_CONNECT, 0,
		 6 + 1 + 1 + 2 + 1 + 3 + string_size(connect->client_id) +
			 string_size(connect->username) + string_size(connect->password));
	add_string(out, "MQTT", 4);
	add_byte(out, 5);
	add_byte(out, flags);
	add_u16(out, connect->keepalive_s);
	add_byte(out, 3);
	add_byte(out, PROPERTY_RECEIVE_MAX);
	add_u16(out, connect->receive_max);
	add_string(out, connect->client_id, strlen(connect->client_id));
	if (connect->username)
		add_string(out, connect->username, strlen(connect->username));
	if (connect->password)
		add_string(out, connect->password, strlen(connect->password));
}

size_t wire_add_publish(struct text *out, const struct wire_publish *publish)
{
	size_t id_at = 0;

	add_head(out, WIRE_PUBLISH, (unsigned)publish->qos << 1 | publish->retain,
		 2 + publish->topic.size + (publish->qos ? 2 : 0) + 1 + publish->payload.size);
	add_string(out, publish->topic.bytes, publish->topic.size);
	if (publish->qos) {
		id_at = out->size;
		add_u16(out, publish->id);
	}
	add_byte(out, 0); /* no properties */
	text_add_bytes(out, publish->payload.bytes, publish->payload.size);
	return id_at;
}

void wire_add_puback(struct text *out, uint16_t id)
{
	add_head(out, WIRE_PUBACK, 0, 2);
	add_u16(out, id);
}

void wire_add_subscribe(struct text *out, uint16_t id, const char *filter)
{
	add_head(out, WIRE_SUBSCRIBE, 2, 2 + 1 + string_size(filter) + 1);
	add_u16(out, id);
	add_byte(out, 0);
	add_string(out, filter, strlen(filter));
	add_byte(out, 0x21); /* QoS 1; retained messages are not sent */
}

void wire_add_empty(struct text *out, enum wire_type type)
{
	add_head(out, type, 0, 0);
}

void wire_put_id(char *to, uint16_t id)
{
	to[0] = (char)(id >> 8);
	to[1] = (char)(id & 0xff);
}

static bool take(struct rest *rest, size_t n, const unsigned char **ret)
{
	if (rest->n < n)
		return false;

	*ret = rest->at;
	rest->at += n;
	rest->n -= n;
	return true;
}

static bool take_byte(struct rest *rest, unsigned char *ret)
{
	const unsigned char *at;

	if (!take(rest, 1, &at))
		return false;
	*ret = at[0];
	return true;
}

static bool take_u16(struct rest *rest, uint16_t *ret)
{
	const unsigned char *at;

	if (!take(rest, 2, &at))
		return false;
	*ret = (uint16_t)(at[0] << 8 | at[1]);
	return true;
}

static bool take_string(struct rest *rest, struct slice *ret)
{
	const unsigned char *at;
	uint16_t n;

	if (!take_u16(rest, &n) || !take(rest, n, &at))
		return false;
	*ret = (struct slice){ (const char *)at, n };
	return true;
}

/* 0, WIRE_MORE, or -EPROTO where a length goes on for more than four bytes. */
static int take_length(struct rest *rest, size_t *ret)
{
	size_t length = 0;
	unsigned char byte;

	for (int shift = 0; shift < 28; shift += 7) {
		if (!take_byte(rest, &byte))
			return WIRE_MORE;
		length |= (size_t)(byte & 0x7f) << shift;
		if (byte < 0x80) {
			*ret = length;
			return 0;
		}
	}
	return err_raise(-EPROTO);
}

int wire_next(const char *bytes, size_t n, struct wire_packet *ret)
{
	struct rest rest = { (const unsigned char *)bytes, n };
	const unsigned char *body;
	unsigned char first;
	size_t length;
	int r;

	if (!take_byte(&rest, &first))
		return WIRE_MORE;
	r = take_length(&rest, &length);
	if (r)
		return r;
	if (!take(&rest, length, &body))
		return WIRE_MORE;

	*ret = (struct wire_packet){
		.type = first >> 4,
		.flags = first & 0x0f,
		.body = { (const char *)body, length },
		.size = n - rest.n,
	};
	return 0;
}

static struct rest body_of(const struct wire_packet *packet)
{
	return (struct rest){ (const unsigned char *)packet->body.bytes, packet->body.size };
}

/* Bytes of the value of a property of CONNACK; 0: a string, SIZE_MAX: no such property. */
static size_t property_size(unsigned char property)
{
	switch (property) {
	case 0x24: /* maximum QoS */
	case 0x25: /* retain available */
	case 0x28: /* wildcards */
	case 0x29: /* subscription identifiers */
	case 0x2a: /* shared subscriptions */
		return 1;
	case 0x13: /* keepalive */
	case PROPERTY_RECEIVE_MAX:
	case 0x22: /* topic alias maximum */
		return 2;
	case 0x11: /* session expiry */
	case 0x27: /* maximum packet size */
		return 4;
	case 0x12: /* assigned client identifier */
	case 0x15: /* authentication method */
	case 0x16: /* authentication data */
	case 0x1a: /* response information */
	case 0x1c: /* server reference */
	case 0x1f: /* reason string */
		return 0;
	default:
		return SIZE_MAX;
	}
}

static bool take_property(struct rest *rest, struct wire_connack *connack)
{
	const unsigned char *value;
	struct slice string;
	unsigned char property;
	size_t n;

	if (!take_byte(rest, &property))
		return false;
	n = property_size(property);
	if (property == 0x26) /* user property: two strings */
		return take_string(rest, &string) && take_string(rest, &string);
	if (n == 0)
		return take_string(rest, &string);
	if (n == SIZE_MAX || !take(rest, n, &value))
		return false;

	if (property == PROPERTY_RECEIVE_MAX)
		connack->receive_max = (uint16_t)(value[0] << 8 | value[1]);
	return true;
}

int wire_read_connack(const struct wire_packet *packet, struct wire_connack *ret)
{
	struct wire_connack connack = { .receive_max = UINT16_MAX };
	struct rest rest = body_of(packet);
	unsigned char flags;
	size_t n;

	if (packet->type != WIRE_CONNACK || !take_byte(&rest, &flags) ||
	    !take_byte(&rest, &connack.reason))
		return err_raise(-EPROTO);
	if (take_length(&rest, &n) || n != rest.n)
		return err_raise(-EPROTO);
	while (rest.n > 0)
		if (!take_property(&rest, &connack))
			return err_raise(-EPROTO);

	*ret = connack;
	return 0;
}

int wire_read_publish(const struct wire_packet *packet, struct wire_publish *ret)
{
	struct wire_publish publish = {
		.qos = packet->flags >> 1 & 3,
		.retain = packet->flags & 1,
	};
	struct rest rest = body_of(packet);
	const unsigned char *properties;
	size_t n;

	if (packet->type != WIRE_PUBLISH || publish.qos > 1 || !take_string(&rest, &publish.topic))
		return err_raise(-EPROTO);
	if (publish.qos && !take_u16(&rest, &publish.id))
		return err_raise(-EPROTO);
	if (take_length(&rest, &n) || !take(&rest, n, &properties))
		return err_raise(-EPROTO);

	publish.payload = (struct slice){ (const char *)rest.at, rest.n };
	*ret = publish;
	return 0;
}

int wire_read_ack(const struct wire_packet *packet, uint16_t *ret_id, unsigned char *ret_reason)
{
	struct rest rest = body_of(packet);
	const unsigned char *properties;
	unsigned char reason = 0;
	uint16_t id;
	size_t n;

	if ((packet->type != WIRE_PUBACK && packet->type != WIRE_SUBACK) || !take_u16(&rest, &id))
		return err_raise(-EPROTO);
	if (packet->type == WIRE_SUBACK) {
		if (take_length(&rest, &n) || !take(&rest, n, &properties) ||
		    !take_byte(&rest, &reason))
			return err_raise(-EPROTO);
	} else {
		(void)take_byte(&rest, &reason); /* left out: success */
	}

	*ret_id = id;
	*ret_reason = reason;
	return 0;
}
