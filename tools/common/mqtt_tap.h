/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mqtt_tap: subscribes to an MQTT broker at QoS 1 and hands over each message, for measurements.
 *
 * Acknowledgements leave together with what is written next.  One thread; waits only in
 * mqtt_tap_new() and mqtt_tap_turn().
 */
#ifndef TOOLS_MQTT_TAP_H
#define TOOLS_MQTT_TAP_H

#include "mqtt_line.h"

/* Is handed each message; it is borrowed during the call. */
typedef void mqtt_tap_fn(void *context, const struct wire_publish *message);

struct mqtt_tap;

/* Connects, subscribes to filter and waits until that is confirmed.  0, or a fault: -EACCES if the
 * broker refuses. */
int mqtt_tap_new(struct mqtt_tap **ret, const struct mqtt_line_options *options, const char *filter,
		 mqtt_tap_fn *fn, void *context) MUST_USE;
struct mqtt_tap *mqtt_tap_free(struct mqtt_tap *tap);
DEFINE_CLEANUP(struct mqtt_tap, mqtt_tap_free)

/* Hands over what has come in; waits up to wait_ms for something.  0, or a fault: the connection is
 * lost. */
int mqtt_tap_turn(struct mqtt_tap *tap, int wait_ms) MUST_USE;

#endif
