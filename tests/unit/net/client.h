/* SPDX-License-Identifier: Apache-2.0 */
/*
 * client: an MQTT client under test, and what came to it.
 */
#ifndef IOCD_TESTS_CLIENT_H
#define IOCD_TESTS_CLIENT_H

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/net/loop.h"
#include "iocd/net/mqtt.h"

#define CLIENT_NUMBERS 8192  /* payloads and tokens are numbers below this */
#define CLIENT_WAIT_MS 60000 /* far more than anything here needs */

struct client {
	struct mqtt *mqtt;

	/* Written on Paho's thread. */
	atomic_int n_messages;
	atomic_int n_strange;  /* messages that are not "t/<number>" with payload "<number>" */
	atomic_int n_retained; /* of n_messages, with the retained flag */
	atomic_int n_early;    /* first receipts before the first receipt of a lower number */
	atomic_int last;       /* number of the latest message */
	atomic_int n_numbers;  /* different numbers received */
	atomic_bool seen[CLIENT_NUMBERS];

	/* Written on the loop. */
	int n_done; /* answers */
	int n_lost; /* of those, MQTT_REASON_LOST */
	int last_reason;
	int n_done_out_of_turn; /* answers whose token was not the one after the last */
	int n_changes;
	bool was_waiting;
};

static inline void client_take(void *context, const struct mqtt_message *message)
{
	struct client *client = context;
	char text[32] = "";
	char topic[40];
	int number;

	if (message->payload_size < sizeof(text))
		memcpy(text, message->payload, message->payload_size);
	number = atoi(text);
	snprintf(topic, sizeof(topic), "t/%d", number);
	if (strlen(topic) != message->topic_size ||
	    memcmp(topic, message->topic, message->topic_size) != 0)
		client->n_strange++;
	client->n_retained += message->retained;
	client->last = number;
	if (!client->seen[number]) {
		client->seen[number] = true;
		client->n_early += client->n_numbers != number;
		client->n_numbers++;
	}
	client->n_messages++;
}

static inline void client_answer(void *context, uint64_t token, int reason)
{
	struct client *client = context;

	client->n_done_out_of_turn += token != (uint64_t)client->n_done;
	client->n_done++;
	client->n_lost += reason == MQTT_REASON_LOST;
	client->last_reason = reason;
}

static inline struct mqtt_status client_status(const struct client *client)
{
	struct mqtt_status status;

	mqtt_get_status(client->mqtt, &status);
	return status;
}

static inline void client_change(void *context)
{
	struct client *client = context;

	client->n_changes++;
	if (client->mqtt && client_status(client).state == MQTT_WAITING)
		client->was_waiting = true;
}

static inline bool client_is_up(const struct client *client)
{
	return client_status(client).state == MQTT_UP;
}

/* Makes a client of the broker at port; filter may be NULL. */
static inline void client_init_with(struct client *client, struct loop *loop, int port,
				    const char *id, const struct mqtt_filter *filter)
{
	const struct mqtt_options options = {
		.host = "127.0.0.1",
		.port = port,
		.client_id = id,
		.filters = filter,
		.n_filters = filter != NULL,
		.keepalive_s = 5,
		.session_expiry_s = 3600,
	};
	const struct mqtt_hooks hooks = {
		.context = client,
		.message = client_take,
		.change = client_change,
		.done = client_answer,
	};

	memset(client, 0, sizeof(*client));
	assert(mqtt_new(&client->mqtt, loop, &options, &hooks) == 0);
}

/* The same without retained messages. */
static inline void client_init(struct client *client, struct loop *loop, int port, const char *id,
			       const char *filter)
{
	const struct mqtt_filter plain = { .filter = filter };

	client_init_with(client, loop, port, id, filter ? &plain : NULL);
}

static inline void client_fini(struct client *client)
{
	mqtt_close(client->mqtt, 0);
	client->mqtt = NULL;
}

/* Publishes number to topic t/<number> at QoS 1, with itself as token. */
static inline int client_publish(struct client *client, int number, bool retain)
{
	char topic[32];
	char payload[32];

	snprintf(topic, sizeof(topic), "t/%d", number);
	snprintf(payload, sizeof(payload), "%d", number);
	return mqtt_publish(client->mqtt, (uint64_t)number, topic, payload, strlen(payload), 1,
			    retain);
}

/* ---- waiting for a condition, with the loop turning ---- */

typedef bool condition_fn(void *context);

struct waiting {
	struct loop *loop;
	condition_fn *holds;
	void *context;
	bool late;
};

static inline void waiting_look(void *context)
{
	struct waiting *waiting = context;

	if (waiting->holds(waiting->context))
		loop_stop(waiting->loop);
}

static inline void waiting_give_up(void *context)
{
	struct waiting *waiting = context;

	waiting->late = true;
	loop_stop(waiting->loop);
}

/* Turns loop until the condition holds; false if it does not within CLIENT_WAIT_MS. */
static inline bool wait_until(struct loop *loop, condition_fn *holds, void *context)
{
	struct waiting waiting = { .loop = loop, .holds = holds, .context = context };
	struct timer *look = timer_new(loop, waiting_look, &waiting);
	struct timer *limit = timer_new(loop, waiting_give_up, &waiting);

	timer_start(look, 0, 2);
	timer_start(limit, CLIENT_WAIT_MS, 0);
	loop_run(loop);
	timer_close(look);
	timer_close(limit);
	return !waiting.late;
}

#endif
