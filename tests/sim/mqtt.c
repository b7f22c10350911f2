/* SPDX-License-Identifier: Apache-2.0 */
#include "iocd/net/mqtt.h"

#include <stdlib.h>

#include "iocd/base/err.h"
#include "mqtt_model.h"

struct mqtt {
	struct mqtt_hooks hooks;
	bool is_started;
	bool is_paused;
};

static struct mqtt *client;

bool mqtt_model_is_up(void)
{
	return client && client->is_started && !client->is_paused;
}

void mqtt_model_deliver(const struct mqtt_message *message)
{
	client->hooks.message(client->hooks.context, message);
}

void mqtt_model_client_died(void)
{
	client = NULL;
}

int mqtt_new(struct mqtt **ret, struct loop *loop, const struct mqtt_options *options,
	     const struct mqtt_hooks *hooks)
{
	(void)loop, (void)options;
	client = xcalloc(1, sizeof(*client));
	client->hooks = *hooks;
	*ret = client;
	return 0;
}

void mqtt_start(struct mqtt *mqtt)
{
	mqtt->is_started = true;
}

void mqtt_pause(struct mqtt *mqtt, const char *why)
{
	(void)why;
	mqtt->is_paused = true;
}

void mqtt_resume(struct mqtt *mqtt)
{
	mqtt->is_paused = false;
}

int mqtt_publish(struct mqtt *mqtt, uint64_t token, const char *topic, const void *payload,
		 size_t payload_size, int qos, bool retain)
{
	(void)mqtt, (void)token, (void)topic, (void)payload, (void)payload_size, (void)qos;
	(void)retain;
	return MQTT_FULL;
}

void mqtt_get_status(const struct mqtt *mqtt, struct mqtt_status *ret)
{
	*ret = (struct mqtt_status){ .state = mqtt->is_paused ? MQTT_PAUSED : MQTT_UP };
}

const char *mqtt_state_name(enum mqtt_state state)
{
	return state == MQTT_UP ? "up" : "paused";
}

/* The real one leaves its memory to threads that may still run; here there are none. */
void mqtt_close(struct mqtt *mqtt, int64_t wait_ms)
{
	(void)wait_ms;
	client = NULL;
	free(mqtt);
}
