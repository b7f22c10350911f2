/* SPDX-License-Identifier: Apache-2.0 */
#include "mqtt_settings.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "iocd/base/text.h"

#define RECEIVE_MAXIMUM   200 /* messages that the broker may leave unacknowledged by us */
#define CONNECT_TIMEOUT_S 10

static char *copy(const char *text)
{
	return text ? xstrdup(text) : NULL;
}

static char *make_uri(const struct mqtt_options *options)
{
	const char *scheme = options->ca_file ? "ssl" : "tcp";
	bool is_ipv6 = strchr(options->host, ':');
	struct text uri = { 0 };

	text_add(&uri, is_ipv6 ? "%s://[%s]:%d" : "%s://%s:%d", scheme, options->host,
		 options->port);
	return uri.bytes;
}

/* Wildcards may stand in a client id but not in a topic. */
static char *make_beat_topic(const char *client_id)
{
	struct text topic = { 0 };

	text_add(&topic, "iocd/beat/%s", client_id);
	for (char *c = topic.bytes; *c; c++)
		if (*c == '+' || *c == '#')
			*c = '_';
	return topic.bytes;
}

static void copy_filters(struct mqtt_settings *settings, const struct mqtt_options *options)
{
	settings->filters = xcalloc(options->n_filters + 1, sizeof(*settings->filters));
	for (size_t i = 0; i < options->n_filters; i++)
		settings->filters[i] = (struct mqtt_filter){
			.filter = xstrdup(options->filters[i].filter),
			.retained = options->filters[i].retained,
		};
	settings->n_filters = options->n_filters;
}

struct mqtt_settings *mqtt_settings_new(const struct mqtt_options *options)
{
	struct mqtt_settings *settings = xcalloc(1, sizeof(*settings));

	assert(options->host && options->port >= 1 && options->port <= 65535);
	assert(options->client_id && *options->client_id);
	assert(options->keepalive_s >= 5 && options->keepalive_s <= 600);
	assert(options->session_expiry_s <= INT32_MAX); /* Paho holds it in an int */

	settings->uri = make_uri(options);
	settings->client_id = xstrdup(options->client_id);
	settings->username = copy(options->username);
	settings->password = copy(options->password);
	copy_filters(settings, options);
	settings->beat_topic = make_beat_topic(options->client_id);
	settings->keepalive_s = options->keepalive_s;
	/* With 0 Paho frees twice what it failed to write, see on_publish_failed(). */
	settings->session_expiry_s = options->session_expiry_s ? options->session_expiry_s : 1;
	settings->ca_file = copy(options->ca_file);
	settings->cert_file = copy(options->cert_file);
	settings->key_file = copy(options->key_file);
	settings->will_topic = copy(options->will_topic);
	settings->will_payload = copy(options->will_payload);
	return settings;
}

struct mqtt_settings *mqtt_settings_free(struct mqtt_settings *settings)
{
	if (!settings)
		return NULL;

	for (size_t i = 0; i < settings->n_filters; i++)
		free((char *)settings->filters[i].filter);
	free(settings->filters);
	free(settings->uri);
	free(settings->client_id);
	free(settings->username);
	free(settings->password);
	free(settings->beat_topic);
	free(settings->ca_file);
	free(settings->cert_file);
	free(settings->key_file);
	free(settings->will_topic);
	free(settings->will_payload);
	free(settings);
	return NULL;
}

static void add_property(MQTTProperties *properties, MQTTProperty property)
{
	int r = MQTTProperties_add(properties, &property);

	assert(r == 0);
}

static void fill_properties(MQTTProperties *properties, const struct mqtt_settings *settings)
{
	*properties = (MQTTProperties)MQTTProperties_initializer;
	add_property(properties,
		     (MQTTProperty){ .identifier = MQTTPROPERTY_CODE_SESSION_EXPIRY_INTERVAL,
				     .value.integer4 = settings->session_expiry_s });
	add_property(properties, (MQTTProperty){ .identifier = MQTTPROPERTY_CODE_RECEIVE_MAXIMUM,
						 .value.integer2 = RECEIVE_MAXIMUM });
}

static void fill_tls(MQTTAsync_SSLOptions *tls, const struct mqtt_settings *settings)
{
	*tls = (MQTTAsync_SSLOptions)MQTTAsync_SSLOptions_initializer;
	tls->trustStore = settings->ca_file;
	tls->disableDefaultTrustStore = 1; /* only the given authority counts */
	tls->keyStore = settings->cert_file;
	tls->privateKey = settings->key_file;
	/* TLS 1.2 or later: OpenSSL 3 has nothing older at the security level that Paho sets, and
	 * Paho's own TLS_1_2 would mean that and no other. */
	tls->sslVersion = MQTT_SSL_VERSION_DEFAULT;
	tls->enableServerCertAuth = 1;
	tls->verify = 1; /* the default, 0, takes a certificate of any other host for good */
}

static void fill_will(MQTTAsync_willOptions *will, const struct mqtt_settings *settings)
{
	*will = (MQTTAsync_willOptions)MQTTAsync_willOptions_initializer;
	will->topicName = settings->will_topic;
	will->message = settings->will_payload ? settings->will_payload : "";
	will->qos = 1;
	will->retained = 1;
}

void mqtt_connect_options_init(struct mqtt_connect_options *ret,
			       const struct mqtt_settings *settings)
{
	MQTTAsync_connectOptions *connect = &ret->connect;

	*connect = (MQTTAsync_connectOptions)MQTTAsync_connectOptions_initializer5;
	connect->MQTTVersion = MQTTVERSION_5; /* the default falls back to 3.1 after a loss */
	connect->cleanstart = 0; /* the initializer's 1 would throw our session away each time */
	connect->automaticReconnect = 0; /* it hides whether the broker still has our session */
	connect->keepAliveInterval = settings->keepalive_s;
	connect->connectTimeout = CONNECT_TIMEOUT_S;
	connect->username = settings->username;
	connect->password = settings->password;
	fill_properties(&ret->properties, settings);
	connect->connectProperties = &ret->properties;
	if (settings->will_topic) {
		fill_will(&ret->will, settings);
		connect->will = &ret->will;
	}
	if (settings->ca_file) {
		fill_tls(&ret->tls, settings);
		connect->ssl = &ret->tls;
	}
}

void mqtt_connect_options_fini(struct mqtt_connect_options *options)
{
	MQTTProperties_free(&options->properties);
}
