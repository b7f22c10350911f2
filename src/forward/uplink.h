/* SPDX-License-Identifier: Apache-2.0 */
/*
 * uplink: the MQTT connection to the broker of the one above: our presence there, frames and
 * heartbeats up, receipts and orders down.
 *
 * What comes waits in a ring of UPLINK_INBOX_MAX messages for the loop; when that is full the
 * oldest goes: what it said is said again.  Loop thread.
 */
#ifndef IOCD_FORWARD_UPLINK_H
#define IOCD_FORWARD_UPLINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/base/defs.h"
#include "iocd/net/loop.h"
#include "iocd/net/mqtt.h"

#define UPLINK_INBOX_MAX   64
#define UPLINK_MESSAGE_MAX 65536 /* bytes; larger ones are passed over */

struct uplink_hooks {
	void *context;
	void (*message)(void *context, const char *json, size_t size);
	void (*quiet)(void *context);               /* no further message waits */
	void (*change)(void *context, bool is_up);  /* the connection */
	void (*refused)(void *context, int reason); /* the broker did not pass something on */
};

struct uplink_options {
	const struct mqtt_options *mqtt; /* without filters and will */
	const char *prefix;
	const char *unit;
	const char *sender;
	uint64_t session; /* rises with each process */
	bool is_mute;     /* says nothing of itself on the unit's state topic: it is no iocd */
};

struct uplink;

/* Makes one; copies options and hooks.  0 or a fault. */
int uplink_new(struct uplink **ret, struct loop *loop, const struct uplink_options *options,
	       const struct uplink_hooks *hooks) MUST_USE;

/* Begins to connect. */
void uplink_start(struct uplink *uplink);

/* Publishes a frame or a heartbeat.  0 or MQTT_FULL. */
int uplink_publish(struct uplink *uplink, const void *bytes, size_t size) MUST_USE;

/* Copies the present state of the connection. */
void uplink_get_status(const struct uplink *uplink, struct mqtt_status *ret);

/* Says that we stop, and closes as mqtt_close() does; a part of it stays, because the library's
 * threads may outlive the call.  Accepts NULL. */
void uplink_close(struct uplink *uplink, int64_t wait_ms);

#endif
