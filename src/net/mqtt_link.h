/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mqtt_link: the side of an MQTT client that talks to Paho: its handle, its callbacks, and a thread
 * that makes the calls, because many of them wait for Paho's receiving thread.
 *
 * It does what it is asked and reports what happened; when to connect, and what a failure means, is
 * decided by its owner on the loop thread.  Every function is for the loop thread.
 */
#ifndef IOCD_NET_MQTT_LINK_H
#define IOCD_NET_MQTT_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/base/defs.h"
#include "iocd/net/loop.h"
#include "iocd/net/mqtt.h"
#include "mqtt_queue.h"

enum link_outcome {
	LINK_FULL = 1, /* the queue of publications is full */
	LINK_NOTHING,  /* no more events */
};

enum link_event_kind {
	LINK_CONNECTED,  /* session_present is set */
	LINK_FAILED,     /* a connect failed: reason, text */
	LINK_LOST,       /* the connection is gone: reason, text */
	LINK_BROKEN,     /* it is still there but of no use: text */
	LINK_SUBSCRIBED, /* the broker answered for one filter: index, reason */
};

#define LINK_NO_REASON (-1) /* it was not the broker who said so */

struct link_event {
	struct link_event *next; /* in the link's list of events */
	enum link_event_kind kind;
	bool session_present;
	size_t index; /* of the filter; n_filters: the heartbeat's */
	int reason;   /* the broker's reason code, or LINK_NO_REASON */
	char text[120];
};

/* What the link may be asked to do; each is remembered until its thread gets to it. */
enum link_request {
	LINK_CONNECT = 1,   /* answered by LINK_CONNECTED or LINK_FAILED */
	LINK_SUBSCRIBE = 2, /* all filters; one LINK_SUBSCRIBED each, unless the connection goes */
	LINK_DROP = 4,      /* answered by LINK_LOST */
	LINK_BEAT = 8,      /* one heartbeat; nothing if it is not subscribed yet */
};

struct link;

/* Makes a link, which sends wake when there are events or landed publications; options and hooks
 * are copied, wake borrowed until link_close().  0 or a fault. */
int link_new(struct link **ret, const struct mqtt_options *options, const struct mqtt_hooks *hooks,
	     struct wake *wake) MUST_USE;

/* Asks for one thing, see enum link_request. */
void link_ask(struct link *link, enum link_request request);

/* Moves the oldest event into *ret.  0 or LINK_NOTHING. */
int link_next_event(struct link *link, struct link_event *ret) MUST_USE;

/* Allows heartbeats, until the connection goes. */
void link_allow_beats(struct link *link);

/* Takes publication into the queue.  0, or LINK_FULL: it is still yours. */
int link_publish(struct link *link, struct publication *publication) MUST_USE;

/* Gives the next publication that is over; NULL if there is none. */
struct publication *link_take_landed(struct link *link);

/* Publications waiting or under way. */
size_t link_queued(struct link *link);

/* True if nothing came for patience_ms although heartbeats had been coming back on this connection.
 */
bool link_is_silent(struct link *link, int64_t patience_ms);

/* Ends: waits at most wait_ms for the queue to empty, disconnects, stops its own thread and lands
 * the rest as MQTT_REASON_LOST.  After that link_take_landed() gives what is left, and nothing else
 * may be called.  The memory stays: Paho's threads may still hold it. */
void link_close(struct link *link, int64_t wait_ms);

#endif
