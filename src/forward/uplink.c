/* SPDX-License-Identifier: Apache-2.0 */
#include "uplink.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "iocd/base/log.h"
#include "iocd/base/text.h"

#define TOKEN_STATE   0 /* of what is said of ourselves: nobody need listen */
#define TOKEN_DATA    1
#define REASON_NOBODY 0x10 /* MQTT 5.0, 3.4.2.1: no matching subscribers */
#define FIRST_REFUSAL 0x80
#define PAYLOAD_MAX   64

struct letter {
	char *bytes; /* owned; NULL: none */
	size_t size;
};

struct uplink {
	struct mqtt *mqtt;
	struct wake *wake;
	struct uplink_hooks hooks;
	char *state_topic; /* NULL: nothing is said there */
	char *data_topic;
	uint64_t session;
	bool is_up;

	pthread_mutex_t mutex; /* guards all below, against Paho's thread */
	bool is_closed;        /* wake is gone */
	struct letter inbox[UPLINK_INBOX_MAX];
	uint32_t first; /* the oldest */
	uint32_t n;
};

/* ---- what comes ---- */

/* Under the mutex. */
static void put_letter(struct uplink *uplink, const struct mqtt_message *message)
{
	struct letter *letter;

	if (uplink->n == UPLINK_INBOX_MAX) {
		free(uplink->inbox[uplink->first].bytes);
		uplink->first = (uplink->first + 1) % UPLINK_INBOX_MAX;
		uplink->n--;
	}
	letter = &uplink->inbox[(uplink->first + uplink->n++) % UPLINK_INBOX_MAX];
	letter->bytes = xstrndup(message->payload, message->payload_size);
	letter->size = message->payload_size;
}

static void on_message(void *context, const struct mqtt_message *message)
{
	struct uplink *uplink = context;

	if (message->retained || message->payload_size > UPLINK_MESSAGE_MAX)
		return;

	(void)pthread_mutex_lock(&uplink->mutex);
	if (!uplink->is_closed) {
		put_letter(uplink, message);
		wake_send(uplink->wake);
	}
	(void)pthread_mutex_unlock(&uplink->mutex);
}

/* Gives the oldest; bytes NULL: there is none. */
static struct letter take_letter(struct uplink *uplink)
{
	struct letter letter = { .bytes = NULL };

	(void)pthread_mutex_lock(&uplink->mutex);
	if (uplink->n > 0) {
		letter = uplink->inbox[uplink->first];
		uplink->first = (uplink->first + 1) % UPLINK_INBOX_MAX;
		uplink->n--;
	}
	(void)pthread_mutex_unlock(&uplink->mutex);
	return letter;
}

static void on_wake(void *context)
{
	struct uplink *uplink = context;
	struct letter letter;

	while ((letter = take_letter(uplink)).bytes) {
		uplink->hooks.message(uplink->hooks.context, letter.bytes, letter.size);
		free(letter.bytes);
	}
	uplink->hooks.quiet(uplink->hooks.context);
}

/* ---- the connection ---- */

static void write_state(const struct uplink *uplink, const char *state, char payload[PAYLOAD_MAX])
{
	(void)snprintf(payload, PAYLOAD_MAX, "{\"state\":\"%s\",\"session\":%" PRIu64 "}", state,
		       uplink->session);
}

static void say(struct uplink *uplink, const char *state)
{
	char payload[PAYLOAD_MAX];

	if (!uplink->state_topic)
		return;
	write_state(uplink, state, payload);
	if (mqtt_publish(uplink->mqtt, TOKEN_STATE, uplink->state_topic, payload, strlen(payload),
			 1, true))
		log_warning("uplink.state", "error=\"the queue is full\"");
}

static void on_change(void *context)
{
	struct uplink *uplink = context;
	struct mqtt_status status;
	bool was_up = uplink->is_up;

	if (!uplink->mqtt)
		return;
	mqtt_get_status(uplink->mqtt, &status);
	uplink->is_up = status.state == MQTT_UP;
	if (uplink->is_up && !was_up)
		say(uplink, "online");
	if (uplink->is_up != was_up)
		uplink->hooks.change(uplink->hooks.context, uplink->is_up);
}

static void on_done(void *context, uint64_t token, int reason)
{
	struct uplink *uplink = context;

	if (token == TOKEN_DATA && reason != MQTT_REASON_LOST &&
	    (reason == REASON_NOBODY || reason >= FIRST_REFUSAL))
		uplink->hooks.refused(uplink->hooks.context, reason);
}

static char *make_topic(const struct uplink_options *options, const char *way, bool has_sender)
{
	CLEANUP_TEXT struct text topic = { 0 };

	text_add(&topic, "%s/%s/iocd/%s", options->prefix, options->unit, way);
	if (has_sender)
		text_add(&topic, "/%s", options->sender);
	return xstrdup(text_get(&topic));
}

static int make_mqtt(struct uplink *uplink, struct loop *loop, const struct uplink_options *options)
{
	char *ack = make_topic(options, "ack", true);
	const struct mqtt_filter filter = { .filter = ack };
	const struct mqtt_hooks hooks = {
		.context = uplink, .message = on_message, .change = on_change, .done = on_done
	};
	struct mqtt_options mqtt = *options->mqtt;
	char will[PAYLOAD_MAX];
	int r;

	write_state(uplink, "lost", will);
	mqtt.filters = &filter;
	mqtt.n_filters = 1;
	mqtt.will_topic = uplink->state_topic;
	mqtt.will_payload = uplink->state_topic ? will : NULL;
	r = mqtt_new(&uplink->mqtt, loop, &mqtt, &hooks);
	free(ack);
	return err_pass(r);
}

static void let_go(struct uplink *uplink)
{
	(void)pthread_mutex_lock(&uplink->mutex);
	uplink->is_closed = true;
	wake_close(uplink->wake);
	for (; uplink->n > 0; uplink->n--, uplink->first = (uplink->first + 1) % UPLINK_INBOX_MAX)
		free(uplink->inbox[uplink->first].bytes);
	(void)pthread_mutex_unlock(&uplink->mutex);
	free(uplink->state_topic);
	free(uplink->data_topic);
}

int uplink_new(struct uplink **ret, struct loop *loop, const struct uplink_options *options,
	       const struct uplink_hooks *hooks)
{
	struct uplink *uplink = xcalloc(1, sizeof(*uplink));
	int r;

	uplink->hooks = *hooks;
	uplink->session = options->session;
	if (!options->is_mute)
		uplink->state_topic = make_topic(options, "state", false);
	uplink->data_topic = make_topic(options, "fwd", true);
	(void)pthread_mutex_init(&uplink->mutex, NULL);
	uplink->wake = wake_new(loop, on_wake, uplink);
	r = make_mqtt(uplink, loop, options);
	if (r) {
		let_go(uplink);
		(void)pthread_mutex_destroy(&uplink->mutex);
		free(uplink);
		return err_pass(r);
	}

	*ret = uplink;
	return 0;
}

void uplink_start(struct uplink *uplink)
{
	mqtt_start(uplink->mqtt);
}

int uplink_publish(struct uplink *uplink, const void *bytes, size_t size)
{
	return mqtt_publish(uplink->mqtt, TOKEN_DATA, uplink->data_topic, bytes, size, 1, false);
}

void uplink_get_status(const struct uplink *uplink, struct mqtt_status *ret)
{
	mqtt_get_status(uplink->mqtt, ret);
}

void uplink_close(struct uplink *uplink, int64_t wait_ms)
{
	if (!uplink)
		return;

	if (uplink->is_up)
		say(uplink, "stopped");
	mqtt_close(uplink->mqtt, wait_ms);
	let_go(uplink); /* the rest stays: the library's threads may be inside on_message() */
}
