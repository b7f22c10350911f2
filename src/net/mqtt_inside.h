/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mqtt_inside: what the three files of a link share: mqtt_link.c (the doors and the link's thread),
 * mqtt_paho.c (calls and callbacks) and mqtt_report.c (what one thread tells another).
 *
 * Three kinds of thread meet here.  Paho's two run the callbacks, with Paho's global mutex held: a
 * callback takes the link's own mutex for a few lines, and calls nothing of Paho's but its two
 * free functions.  The link's thread makes every call into Paho, never with the link's mutex held,
 * so it may wait for Paho as long as it takes.  The loop thread only takes the link's mutex, so a
 * message function that is slow, or a name server that is (Paho resolves names with its global
 * mutex held), never stops the loop.
 */
#ifndef IOCD_NET_MQTT_INSIDE_H
#define IOCD_NET_MQTT_INSIDE_H

#include <MQTTAsync.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "mqtt_link.h"
#include "mqtt_queue.h"
#include "mqtt_settings.h"

#define LINK_FIRST_REFUSAL 0x80 /* reason codes from here on are refusals (MQTT 5.0, 2.4) */
#define LINK_FLIGHT_MAX    100  /* Paho's search for a message id is linear in what is under way */

/* What Paho hands back with the answer to a SUBSCRIBE. */
struct subscription {
	struct link *link;
	size_t index;
};

struct link {
	MQTTAsync handle;                   /* of the link's thread, once that runs */
	struct mqtt_settings *settings;     /* owned */
	struct subscription *subscriptions; /* owned; one per filter and one for the heartbeat */
	mqtt_message_fn *message;
	void *context;

	_Atomic int64_t heard_ms;   /* when something came last */
	atomic_bool beat_came_back; /* on this connection */
	atomic_bool in_message;     /* the message function is running */
	atomic_bool muted;          /* it must not be called again */

	uv_thread_t thread;
	uv_mutex_t mutex;  /* guards everything below */
	uv_cond_t work;    /* wakes the link's thread */
	uv_cond_t news;    /* wakes link_close() */
	struct wake *wake; /* borrowed; NULL once closed */
	unsigned requests; /* of enum link_request */
	bool connected;
	bool beats_allowed;
	bool spoiled; /* handle must not connect again; see on_publish_failed() */
	bool closing;
	bool stopped;        /* the link's thread has ended */
	size_t flight_max;   /* what the broker takes at once */
	uint32_t packet_max; /* the largest packet it takes, in bytes */
	uint64_t n_moves;    /* departures and landings; shows progress */
	struct mqtt_queue queue;
	struct link_event *first_event; /* list of owned events, oldest first */
	struct link_event *last_event;  /* meaningless when first_event is NULL */
	char tls_text[80];              /* OpenSSL's complaint about this connect */
};

/* mqtt_report.c.  All but link_tell_broken() take the mutex. */

/* The connection is gone: recalls what flies and adds an event of kind with reason and text. */
void link_tell_gone(struct link *link, enum link_event_kind kind, int reason, const char *text);

/* The connection was made; the broker takes flight_max publications at once, each packet of at most
 * packet_max bytes. */
void link_tell_connected(struct link *link, bool session_present, size_t flight_max,
			 uint32_t packet_max);

/* The broker answered for one filter; text is copied. */
void link_tell_subscribed(const struct subscription *subscription, int reason, const char *text);

/* The connection is of no use.  With the mutex held. */
void link_tell_broken(struct link *link, const char *text);

/* Ends a flight with reason, unless it was recalled. */
void link_land(struct link *link, uint64_t flight, int reason);

/* mqtt_paho.c.  On the link's thread and without the mutex, the first excepted. */

/* Makes a handle, on the loop thread the first time.  0 or a fault. */
int paho_create(struct link *link) MUST_USE;

/* Begin to connect, to subscribe to every filter and the heartbeat, to disconnect; answered by
 * events, at once if it cannot even begin. */
void paho_connect(struct link *link);
void paho_subscribe(struct link *link);
void paho_drop(struct link *link);

/* Begins to disconnect.  An MQTTASYNC_ code: anything but success if there is no connection. */
int paho_disconnect(struct link *link);

/* Sends a heartbeat. */
void paho_beat(struct link *link);

/* Sends publication, borrowed for the call, whose flight has the given number.  An MQTTASYNC_ code.
 */
int paho_send(struct link *link, const struct publication *publication, uint64_t number);

#endif
