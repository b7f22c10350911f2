/* SPDX-License-Identifier: Apache-2.0 */
#include "mqtt_tap.h"

#include <errno.h>
#include <stdlib.h>

#include "iocd/base/clock.h"
#include "iocd/base/err.h"

struct mqtt_tap {
	struct mqtt_line *line; /* owned */
	mqtt_tap_fn *fn;
	void *context;
	int granted; /* reason of SUBACK; -1: none yet */
};

static int take_message(struct mqtt_tap *tap, const struct wire_packet *packet)
{
	struct wire_publish message;
	int r;

	r = wire_read_publish(packet, &message);
	if (r)
		return err_pass(r);
	tap->fn(tap->context, &message);
	if (message.qos)
		wire_add_puback(mqtt_line_out(tap->line), message.id);
	return 0;
}

static int on_packet(void *context, const struct wire_packet *packet)
{
	struct mqtt_tap *tap = context;
	unsigned char reason;
	uint16_t id;
	int r;

	if (packet->type == WIRE_PUBLISH)
		return err_pass(take_message(tap, packet));
	if (packet->type != WIRE_SUBACK)
		return 0;

	r = wire_read_ack(packet, &id, &reason);
	if (!r)
		tap->granted = reason;
	return err_pass(r);
}

static int subscribe(struct mqtt_tap *tap, const char *filter, int patience_ms)
{
	int64_t end_ms = clock_mono_ms() + patience_ms;
	int r = 0;

	wire_add_subscribe(mqtt_line_out(tap->line), 1, filter);
	while (!r && tap->granted < 0) {
		if (clock_mono_ms() > end_ms)
			return err_raise(-ETIMEDOUT);
		r = mqtt_line_turn(tap->line, 50);
	}
	if (!r && tap->granted >= WIRE_REASON_FAILED)
		return err_raise(-EACCES);
	return err_pass(r);
}

int mqtt_tap_new(struct mqtt_tap **ret, const struct mqtt_line_options *options, const char *filter,
		 mqtt_tap_fn *fn, void *context)
{
	CLEANUP(mqtt_tap_free) struct mqtt_tap *tap = xcalloc(1, sizeof(*tap));
	struct wire_connack welcome;
	int r;

	tap->fn = fn;
	tap->context = context;
	tap->granted = -1;
	tap->line = mqtt_line_new(options, on_packet, tap);
	r = mqtt_line_connect(tap->line, &welcome);
	if (!r)
		r = subscribe(tap, filter, options->patience_ms);
	if (r)
		return err_pass(r);

	*ret = tap;
	tap = NULL;
	return 0;
}

struct mqtt_tap *mqtt_tap_free(struct mqtt_tap *tap)
{
	if (!tap)
		return NULL;

	mqtt_line_free(tap->line);
	free(tap);
	return NULL;
}

int mqtt_tap_turn(struct mqtt_tap *tap, int wait_ms)
{
	return err_pass(mqtt_line_turn(tap->line, wait_ms));
}
