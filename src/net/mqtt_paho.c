/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "iocd/base/clock.h"
#include "iocd/base/err.h"
#include "mqtt_inside.h"

#define RETAINED_ALWAYS 0 /* retain handling of MQTT 5: at every subscribe, or never */
#define RETAINED_NEVER  2

#define BUFFERED_MAX 1000 /* Paho's own cap; never reached, because the flights are bounded */

/* What Paho hands back with the answer to a PUBLISH.  It has a number and no pointer to the
 * publication, because an answer may come after the publication was recalled and sent anew. */
struct flight {
	struct link *link;
	uint64_t number;
};

static const char *reason_text(int reason)
{
	const char *text = MQTTReasonCode_toString((enum MQTTReasonCodes)reason);

	return text ? text : "unknown reason";
}

/* ---- callbacks, on Paho's threads ---- */

static uint32_t property_or(MQTTProperties *properties, enum MQTTPropertyCodes code,
			    uint32_t absent)
{
	if (!MQTTProperties_hasProperty(properties, code))
		return absent;
	return (uint32_t)MQTTProperties_getNumericValue(properties, code);
}

static void on_connected(void *context, MQTTAsync_successData5 *response)
{
	struct link *link = context;
	MQTTProperties *p = &response->properties;
	uint32_t flight_max = property_or(p, MQTTPROPERTY_CODE_RECEIVE_MAXIMUM, LINK_FLIGHT_MAX);
	uint32_t packet_max = property_or(p, MQTTPROPERTY_CODE_MAXIMUM_PACKET_SIZE, UINT32_MAX);

	atomic_store(&link->beat_came_back, false);
	link_tell_connected(link, response->alt.connect.sessionPresent,
			    flight_max < LINK_FLIGHT_MAX ? flight_max : LINK_FLIGHT_MAX,
			    packet_max);
}

static void on_connect_failed(void *context, MQTTAsync_failureData5 *response)
{
	/* Paho leaves reasonCode alone and puts a refusing CONNACK's into code. */
	int reason = response->code >= LINK_FIRST_REFUSAL ? response->code : LINK_NO_REASON;

	if (reason != LINK_NO_REASON)
		link_tell_gone(context, LINK_FAILED, reason, reason_text(reason));
	else
		link_tell_gone(context, LINK_FAILED, reason,
			       response->message ? response->message : "cannot connect");
}

static void on_lost(void *context, char *cause)
{
	(void)cause; /* always NULL */
	link_tell_gone(context, LINK_LOST, LINK_NO_REASON, "connection lost");
}

/* The broker sent a DISCONNECT.  Paho closes the connection and does not call on_lost() then. */
static void on_disconnected(void *context, MQTTProperties *properties, enum MQTTReasonCodes reason)
{
	(void)properties;
	link_tell_gone(context, LINK_LOST, (int)reason, reason_text((int)reason));
}

static void on_dropped(void *context, MQTTAsync_successData5 *response)
{
	(void)response;
	link_tell_gone(context, LINK_LOST, LINK_NO_REASON, "disconnected by us");
}

static void on_subscribed(void *context, MQTTAsync_successData5 *response)
{
	link_tell_subscribed(context, (int)response->reasonCode, "");
}

static void on_subscribe_failed(void *context, MQTTAsync_failureData5 *response)
{
	int reason = (int)response->reasonCode;

	link_tell_subscribed(context, reason >= LINK_FIRST_REFUSAL ? reason : LINK_NO_REASON,
			     reason_text(reason));
}

static void on_published(void *context, MQTTAsync_successData5 *response)
{
	struct flight *flight = context;

	(void)response;
	link_land(flight->link, flight->number, 0);
	free(flight);
}

/* Only with code 0 is it the broker's answer; otherwise reasonCode may even be uninitialised.
 *
 * If the PUBLISH could not be written, Paho frees topic and payload after this call but keeps the
 * pointers in its list of what to send again, and would read them when the broker still knows our
 * session at the next connect.  So the handle is left alone from then on and a new one is made. */
static void on_publish_failed(void *context, MQTTAsync_failureData5 *response)
{
	struct flight *flight = context;
	struct link *link = flight->link;

	if (response->code == 0) {
		link_land(link, flight->number, (int)response->reasonCode);
	} else {
		uv_mutex_lock(&link->mutex);
		if (response->code != MQTTASYNC_OPERATION_INCOMPLETE)
			link->spoiled = true;
		/* It keeps its place and is recalled with the others. */
		if (mqtt_queue_flies(&link->queue, flight->number))
			link_tell_broken(link, "cannot write to the broker");
		uv_mutex_unlock(&link->mutex);
	}
	free(flight);
}

/* text is "thread:error:code:library:function:reason:file:line:more"; the reason is for people. */
static int on_tls_error(const char *text, size_t size, void *context)
{
	struct link *link = context;
	const char *reason = text;

	(void)size;
	for (int i = 0; i < 5 && reason; i++) {
		reason = strchr(reason, ':');
		reason = reason ? reason + 1 : NULL;
	}
	if (!reason)
		reason = text;
	uv_mutex_lock(&link->mutex);
	snprintf(link->tls_text, sizeof(link->tls_text), "%.*s", (int)strcspn(reason, ":\n"),
		 reason);
	uv_mutex_unlock(&link->mutex);
	return 1;
}

static void deliver(struct link *link, const struct mqtt_message *message)
{
	atomic_store(&link->in_message, true);
	if (atomic_load(&link->muted)) {
		/* Nobody can make the message safe any more, so it must never be acknowledged:
		 * neither return value would prevent that, only not returning does. */
		atomic_store(&link->in_message, false);
		for (;;)
			pause();
	}
	if (link->message)
		link->message(link->context, message);
	atomic_store(&link->in_message, false);
	atomic_store(&link->heard_ms, clock_mono_ms());
	if (atomic_load(&link->muted)) {
		uv_mutex_lock(&link->mutex);
		uv_cond_signal(&link->news); /* link_close() waits for this call to end */
		uv_mutex_unlock(&link->mutex);
	}
}

static int on_message(void *context, char *topic, int topic_size, MQTTAsync_message *message)
{
	struct link *link = context;
	/* 0 says that the topic has no zero byte inside. */
	size_t n = topic_size > 0 ? (size_t)topic_size : strlen(topic);
	const char *beat = link->settings->beat_topic;

	atomic_store(&link->heard_ms, clock_mono_ms());
	if (n == strlen(beat) && memcmp(topic, beat, n) == 0)
		atomic_store(&link->beat_came_back, true);
	else
		deliver(link, &(struct mqtt_message){ .topic = topic,
						      .topic_size = n,
						      .payload = message->payload,
						      .payload_size = (size_t)message->payloadlen,
						      .retained = message->retained });
	/* Not free(): these come from Paho's own, tracked heap. */
	MQTTAsync_freeMessage(&message);
	MQTTAsync_free(topic);
	/* The PUBACK goes out now.  Returning 0 would not hold it back: Paho would acknowledge
	 * all the same and keep the message in a list that dies with the process. */
	return 1;
}

/* ---- calls into Paho, on the link's thread, without the mutex ---- */

static void initialise(void)
{
	/* Before anything else of Paho's: MQTTProperties_add() crashes without it. */
	MQTTAsync_init_options options = MQTTAsync_init_options_initializer;

	options.do_openssl_init = 1;
	MQTTAsync_global_init(&options);
	/* Its default prints every call into a trace in memory: a tenth of its time per message. */
	MQTTAsync_setTraceLevel(MQTTASYNC_TRACE_ERROR);
}

int paho_create(struct link *link)
{
	MQTTAsync_createOptions options = MQTTAsync_createOptions_initializer5;
	static uv_once_t once = UV_ONCE_INIT;
	int r;

	uv_once(&once, initialise);
	options.MQTTVersion = MQTTVERSION_5;
	options.sendWhileDisconnected = 0; /* the queue is ours */
	options.maxBufferedMessages = BUFFERED_MAX;
	/* Without Paho's persistence: the journal is ours too, and it syncs. */
	r = MQTTAsync_createWithOptions(&link->handle, link->settings->uri,
					link->settings->client_id, MQTTCLIENT_PERSISTENCE_NONE,
					NULL, &options);
	if (r != MQTTASYNC_SUCCESS)
		return err_raise(-EINVAL);

	r = MQTTAsync_setCallbacks(link->handle, link, on_lost, on_message, NULL);
	assert(r == MQTTASYNC_SUCCESS);
	r = MQTTAsync_setDisconnected(link->handle, link, on_disconnected);
	assert(r == MQTTASYNC_SUCCESS);
	return 0;
}

/* A handle in place of one that is spoiled, which stays as it is (see link_close()). */
static int renew(struct link *link)
{
	bool spoiled;

	uv_mutex_lock(&link->mutex);
	spoiled = link->spoiled;
	link->spoiled = false;
	uv_mutex_unlock(&link->mutex);
	return spoiled ? err_pass(paho_create(link)) : 0;
}

void paho_connect(struct link *link)
{
	struct mqtt_connect_options options = { 0 };
	int r;

	uv_mutex_lock(&link->mutex);
	link->tls_text[0] = '\0';
	uv_mutex_unlock(&link->mutex);

	if (renew(link) < 0) {
		link_tell_gone(link, LINK_FAILED, LINK_NO_REASON, "cannot make a client");
		return;
	}
	mqtt_connect_options_init(&options, link->settings);
	options.tls.ssl_error_cb = on_tls_error;
	options.tls.ssl_error_context = link;
	/* Paho forgets both after the first use, so they are given anew for each connect. */
	options.connect.onSuccess5 = on_connected;
	options.connect.onFailure5 = on_connect_failed;
	options.connect.context = link;
	r = MQTTAsync_connect(link->handle, &options.connect);
	mqtt_connect_options_fini(&options);
	if (r != MQTTASYNC_SUCCESS)
		link_tell_gone(link, LINK_FAILED, LINK_NO_REASON, MQTTAsync_strerror(r));
}

/* One SUBSCRIBE per filter: Paho reports one with several as good though some were refused. */
static void subscribe_one(struct link *link, size_t index, const struct mqtt_filter *filter,
			  int qos)
{
	MQTTAsync_responseOptions options = MQTTAsync_responseOptions_initializer;
	int r;

	options.subscribeOptions.retainHandling =
		filter->retained ? RETAINED_ALWAYS : RETAINED_NEVER;
	options.onSuccess5 = on_subscribed;
	options.onFailure5 = on_subscribe_failed;
	options.context = &link->subscriptions[index];
	r = MQTTAsync_subscribe(link->handle, filter->filter, qos, &options);
	if (r != MQTTASYNC_SUCCESS)
		link_tell_subscribed(&link->subscriptions[index], LINK_NO_REASON,
				     MQTTAsync_strerror(r));
}

void paho_subscribe(struct link *link)
{
	const struct mqtt_settings *settings = link->settings;
	const struct mqtt_filter beat = { .filter = settings->beat_topic };

	subscribe_one(link, settings->n_filters, &beat, 0);
	for (size_t i = 0; i < settings->n_filters; i++)
		subscribe_one(link, i, &settings->filters[i], 1);
}

int paho_disconnect(struct link *link)
{
	MQTTAsync_disconnectOptions options = MQTTAsync_disconnectOptions_initializer5;

	options.timeout = 0; /* any other is looked at every three seconds only */
	options.onSuccess5 = on_dropped;
	options.context = link;
	return MQTTAsync_disconnect(link->handle, &options);
}

void paho_drop(struct link *link)
{
	if (paho_disconnect(link) != MQTTASYNC_SUCCESS)
		link_tell_gone(link, LINK_LOST, LINK_NO_REASON, "disconnected by us");
}

/* QoS 0, so that it neither waits for Paho's global mutex nor leaves anything behind. */
void paho_beat(struct link *link)
{
	MQTTAsync_responseOptions options = MQTTAsync_responseOptions_initializer;

	(void)MQTTAsync_send(link->handle, link->settings->beat_topic, 0, "", 0, 0, &options);
}

int paho_send(struct link *link, const struct publication *p, uint64_t number)
{
	MQTTAsync_responseOptions options = MQTTAsync_responseOptions_initializer;
	struct flight *flight = NULL;
	int r;

	if (p->qos > 0) {
		flight = xcalloc(1, sizeof(*flight));
		*flight = (struct flight){ .link = link, .number = number };
		options.onSuccess5 = on_published;
		options.onFailure5 = on_publish_failed;
		options.context = flight;
	}
	/* Paho copies topic and payload before anything can answer, land and free them. */
	r = MQTTAsync_send(link->handle, p->topic, (int)p->payload_size, p->payload, p->qos,
			   p->retain, &options);
	if (r != MQTTASYNC_SUCCESS)
		free(flight);
	return r;
}
