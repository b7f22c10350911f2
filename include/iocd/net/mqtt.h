/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mqtt: one MQTT 5 connection (OASIS MQTT 5.0) that subscribes at QoS 1, never loses its place, and
 * publishes.
 *
 * Hides Eclipse Paho MQTT C and its threads.  A message is acknowledged to the broker only after
 * mqtt_message_fn has returned, so a message that function has made safe is never lost.  The client
 * reconnects by itself for ever, subscribes again after every connect, and never asks for retained
 * messages.  Publishing goes through a thread and a queue of this room's own, because Paho's calls
 * wait for Paho's receiving thread.
 *
 * Loop thread, except where said.  Logs connections, losses and refusals with the broker's reason.
 */
#ifndef IOCD_NET_MQTT_H
#define IOCD_NET_MQTT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/base/defs.h"
#include "iocd/net/loop.h"

enum mqtt_outcome {
	MQTT_FULL = 1, /* the queue of publications is full; nothing was taken */
};

#define MQTT_QUEUE_MAX 4096	    /* publications waiting or under way; MQTT_FULL beyond */
#define MQTT_REASON_LOST 0x1000	    /* mqtt_done_fn: the connection went before an answer came */

/* What is subscribed, at QoS 1. */
struct mqtt_filter {
	const char *filter;
	bool retained; /* retained messages are wanted, at each connect; else never: they are old */
};

struct mqtt_options {
	const char *host;	    /* name or address */
	int port;		    /* 1 to 65535 */
	const char *client_id;	    /* fixed for the life of the installation */
	const char *username;	    /* NULL: none */
	const char *password;	    /* NULL: none; copied, never logged */
	const struct mqtt_filter *filters;
	size_t n_filters;
	int keepalive_s;	    /* 5 to 600 */
	uint32_t session_expiry_s;  /* how long the broker keeps our session; below 2^31 */
	bool had_session;	    /* for an earlier process: not to find it is a loss */
	const char *ca_file;	    /* NULL: no TLS; else the server's name is verified too */
	const char *cert_file;	    /* NULL: no client certificate */
	const char *key_file;
	const char *will_topic;	    /* NULL: no will; retained, QoS 1 */
	const char *will_payload;
};

struct mqtt_message {
	const char *topic; /* not zero-terminated; lent during the call */
	size_t topic_size;
	const char *payload;
	size_t payload_size;
	bool retained;
};

/* A message came.  On Paho's thread: make it safe and return; never wait for the loop thread and
 * never call into mqtt.  A function that cannot make it safe must not return. */
typedef void mqtt_message_fn(void *context, const struct mqtt_message *message);

/* The state changed.  On the loop thread. */
typedef void mqtt_change_fn(void *context);

/* A publication is over: reason is the broker's PUBACK reason code (0 good, below 0x80 fine),
 * or MQTT_REASON_LOST.  On the loop thread. */
typedef void mqtt_done_fn(void *context, uint64_t token, int reason);

struct mqtt_hooks {
	void *context;
	mqtt_message_fn *message; /* NULL when nothing is subscribed */
	mqtt_change_fn *change;	  /* may be NULL */
	mqtt_done_fn *done;	  /* may be NULL */
};

#define MQTT_STATES(X)                                                                 \
	X(OFF, "off")			/* not started, or closed                    */ \
	X(CONNECTING, "connecting")	/* a connect is under way                    */ \
	X(SUBSCRIBING, "subscribing")	/* connected; filters not all confirmed yet  */ \
	X(UP, "up")			/* connected and subscribed                  */ \
	X(WAITING, "waiting")		/* not connected; trying again after a pause */ \
	X(PAUSED, "paused")		/* not connected, until mqtt_resume()        */

enum mqtt_state {
#define X(name, text) MQTT_##name,
	MQTT_STATES(X)
#undef X
};

struct mqtt_status {
	enum mqtt_state state;
	int64_t since_ms;	   /* civil time of the last change of state */
	uint64_t connects;	   /* successful connects since the start */
	uint64_t sessions_lost;	   /* of those, how many found our session gone at the broker */
	size_t queued;		   /* publications waiting or under way */
	char reason[160];	   /* why the last connection failed or was lost; "" if none did */
};

struct mqtt;

/* Makes a client; options and the strings in them are copied, hooks too.  0 or a fault. */
int mqtt_new(struct mqtt **ret, struct loop *loop, const struct mqtt_options *options,
	     const struct mqtt_hooks *hooks) MUST_USE;

/* Begins to connect, and keeps connected from now on. */
void mqtt_start(struct mqtt *mqtt);

/* Disconnects without giving up the session, so that the broker keeps what comes, and stays so; why
 * is copied into the status.  Publications wait.  And connects again.  Either may be repeated. */
void mqtt_pause(struct mqtt *mqtt, const char *why);
void mqtt_resume(struct mqtt *mqtt);

/* Queues a publication; topic (zero-terminated) and payload are copied.  qos 0 or 1.  Waits for a
 * connection if there is none.  token comes back in mqtt_done_fn (QoS 1 only).  0 or MQTT_FULL. */
int mqtt_publish(struct mqtt *mqtt, uint64_t token, const char *topic, const void *payload,
		 size_t payload_size, int qos, bool retain) MUST_USE;

/* Copies the present state. */
void mqtt_get_status(const struct mqtt *mqtt, struct mqtt_status *ret);

/* Lends the name of state, for ever. */
const char *mqtt_state_name(enum mqtt_state state);

/* Takes mqtt.  Waits at most wait_ms for queued publications to leave (not at all if there is no
 * connection), disconnects without giving up the session, tells mqtt_done_fn about the rest, and
 * calls no hook afterwards.  Accepts NULL.  Blocks; for the end of the process only.  Paho's own
 * threads may outlive the call, so the process must end soon after. */
void mqtt_close(struct mqtt *mqtt, int64_t wait_ms);

#endif
