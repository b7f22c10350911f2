/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mqtt_wire.h"

static struct wire_packet packet_of(const struct text *bytes)
{
	struct wire_packet packet;

	assert_int_equal(wire_next(bytes->bytes, bytes->size, &packet), 0);
	assert_int_equal(packet.size, bytes->size);
	return packet;
}

static void a_publish_reads_as_it_was_written(void **state)
{
	CLEANUP_TEXT struct text bytes = { 0 };
	CLEANUP_TEXT struct text payload = { 0 };
	struct wire_publish publish = { .topic = { "a/b", 3 }, .qos = 1, .retain = true, .id = 5 };
	struct wire_packet packet;
	struct wire_publish read;
	size_t id_at;

	(void)state;
	text_add(&payload, "%200d", 1); /* long enough for a length of two bytes */
	publish.payload = (struct slice){ payload.bytes, payload.size };
	id_at = wire_add_publish(&bytes, &publish);
	wire_put_id(bytes.bytes + id_at, 0x1234);
	packet = packet_of(&bytes);
	assert_int_equal(wire_read_publish(&packet, &read), 0);
	assert_int_equal(read.id, 0x1234);
	assert_int_equal(read.qos, 1);
	assert_true(read.retain);
	assert_memory_equal(read.topic.bytes, "a/b", 3);
	assert_int_equal(read.payload.size, 200);
	assert_memory_equal(read.payload.bytes, payload.bytes, 200);
}

static void the_start_of_a_packet_is_not_a_packet(void **state)
{
	CLEANUP_TEXT struct text bytes = { 0 };
	const struct wire_publish publish = { .topic = { "a", 1 }, .payload = { "xyz", 3 } };
	struct wire_packet packet;

	(void)state;
	(void)wire_add_publish(&bytes, &publish);
	for (size_t n = 0; n < bytes.size; n++)
		assert_int_equal(wire_next(bytes.bytes, n, &packet), WIRE_MORE);
	assert_int_equal(wire_next("\x30\xff\xff\xff\xff\x01", 6, &packet), -EPROTO);
}

static void a_connect_has_the_bytes_of_the_standard(void **state)
{
	static const char expected[] =
		"\x10\x16\x00\x04MQTT\x05\x82\x00\x1e\x03\x21\x00\x64\x00\x02"
		"me\x00\x02us";
	const struct wire_connect connect = {
		.client_id = "me", .username = "us", .keepalive_s = 30, .receive_max = 100
	};
	CLEANUP_TEXT struct text bytes = { 0 };

	(void)state;
	wire_add_connect(&bytes, &connect);
	assert_int_equal(bytes.size, sizeof(expected) - 1);
	assert_memory_equal(bytes.bytes, expected, bytes.size);
}

static void a_welcome_tells_how_much_the_broker_takes(void **state)
{
	/* topic alias maximum, a user property, receive maximum */
	static const char bytes[] = "\x20\x10\x00\x00\x0d\x22\x00\x0a\x26\x00\x01k\x00\x01v\x21\x03"
				    "\xe8";
	struct text text = { .bytes = (char *)bytes, .size = sizeof(bytes) - 1 };
	struct wire_packet packet = packet_of(&text);
	struct wire_connack connack;

	(void)state;
	assert_int_equal(wire_read_connack(&packet, &connack), 0);
	assert_int_equal(connack.reason, 0);
	assert_int_equal(connack.receive_max, 1000);

	/* cut anywhere, it is refused, not read beyond its end */
	for (size_t n = 1; n < packet.body.size; n++) {
		struct wire_packet cut = packet;
		char *copy = malloc(n);

		memcpy(copy, packet.body.bytes, n);
		cut.body = (struct slice){ copy, n };
		assert_int_equal(wire_read_connack(&cut, &connack), -EPROTO);
		free(copy);
	}
}

static void an_acknowledgement_may_leave_its_reason_out(void **state)
{
	struct text brief = { .bytes = (char *)"\x40\x02\x01\x02", .size = 4 };
	struct text full = { .bytes = (char *)"\x40\x04\x01\x02\x87\x00", .size = 6 };
	struct text granted = { .bytes = (char *)"\x90\x04\x00\x01\x00\x01", .size = 6 };
	struct wire_packet packet = packet_of(&brief);
	unsigned char reason;
	uint16_t id;

	(void)state;
	assert_int_equal(wire_read_ack(&packet, &id, &reason), 0);
	assert_int_equal(id, 0x0102);
	assert_int_equal(reason, 0);
	packet = packet_of(&full);
	assert_int_equal(wire_read_ack(&packet, &id, &reason), 0);
	assert_int_equal(reason, 0x87);
	packet = packet_of(&granted);
	assert_int_equal(wire_read_ack(&packet, &id, &reason), 0);
	assert_int_equal(id, 1);
	assert_int_equal(reason, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_publish_reads_as_it_was_written),
		cmocka_unit_test(the_start_of_a_packet_is_not_a_packet),
		cmocka_unit_test(a_connect_has_the_bytes_of_the_standard),
		cmocka_unit_test(a_welcome_tells_how_much_the_broker_takes),
		cmocka_unit_test(an_acknowledgement_may_leave_its_reason_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
