/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mqtt_load: publishes to an MQTT broker as fast as the broker's window lets it.
 *
 * Messages of QoS 1 stay in a window until they are acknowledged; after a lost connection all that
 * is in it is sent again, in its first order.  One thread; waits only where it says so.
 */
#ifndef TOOLS_MQTT_LOAD_H
#define TOOLS_MQTT_LOAD_H

#include "mqtt_line.h"

#define MQTT_LOAD_WINDOW_MAX 4096 /* messages under way at most, whatever the broker would take */

enum mqtt_load_outcome {
	MQTT_LOAD_FULL = 1, /* the window is full: turn, and try again */
};

struct mqtt_load_counts {
	uint64_t sent;    /* messages, without those sent again */
	uint64_t ok;      /* acknowledged */
	uint64_t nobody;  /* of these: the broker has nobody subscribed to the topic */
	uint64_t refused; /* acknowledged with a reason of 0x80 or above */
	uint64_t resent;
};

/* Is told of each message that the broker has taken, with its whole packet, lent during the call.
 */
typedef void mqtt_load_taken_fn(void *context, struct slice packet);

struct mqtt_load;

/* Connects.  0, or a fault as of mqtt_line_connect(). */
int mqtt_load_new(struct mqtt_load **ret, const struct mqtt_line_options *options) MUST_USE;
struct mqtt_load *mqtt_load_free(struct mqtt_load *load);
DEFINE_CLEANUP(struct mqtt_load, mqtt_load_free)

/* Has taken called from now on, from inside of mqtt_load_turn(). */
void mqtt_load_tell(struct mqtt_load *load, mqtt_load_taken_fn *taken, void *context);

/* Publishes a copy of publish, whose id is not looked at.  0 or MQTT_LOAD_FULL. */
int mqtt_load_publish(struct mqtt_load *load, const struct wire_publish *publish) MUST_USE;

/* The same of a packet of size bytes that wire_add_publish() made, with its identifier at id_at. */
int mqtt_load_packet(struct mqtt_load *load, const char *packet, size_t size,
		     size_t id_at) MUST_USE;

/* Writes, and takes acknowledgements; waits up to wait_ms for something to do.  0, or a fault: the
 * connection is lost. */
int mqtt_load_turn(struct mqtt_load *load, int wait_ms) MUST_USE;

/* Connects anew and sends again what was not acknowledged.  0 or a fault: try again later. */
int mqtt_load_reconnect(struct mqtt_load *load) MUST_USE;

/* Messages that are not acknowledged yet, and whether nothing at all is under way. */
uint32_t mqtt_load_under_way(const struct mqtt_load *load);
bool mqtt_load_is_idle(const struct mqtt_load *load);

/* Lends the counts, for the life of load. */
const struct mqtt_load_counts *mqtt_load_counts(const struct mqtt_load *load);

#endif
