/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mqtt_settings: a copy of struct mqtt_options, and its translation into what Paho wants at create
 * and connect.  Immutable once made, so any thread may read it.
 */
#ifndef IOCD_NET_MQTT_SETTINGS_H
#define IOCD_NET_MQTT_SETTINGS_H

#include <MQTTAsync.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "iocd/base/defs.h"
#include "iocd/net/mqtt.h"

struct mqtt_settings {
	char *uri; /* "tcp://host:port" or "ssl://host:port" */
	char *client_id;
	char *username; /* NULL: none; so with every string below */
	char *password;
	struct mqtt_filter *filters; /* each with a copy of its own */
	size_t n_filters;
	char *beat_topic; /* the heartbeat's own topic, and its filter */
	int keepalive_s;
	uint32_t session_expiry_s;
	char *ca_file;
	char *cert_file;
	char *key_file;
	char *will_topic;
	char *will_payload;
};

/* Copies options; gives the copy. */
struct mqtt_settings *mqtt_settings_new(const struct mqtt_options *options) MUST_USE;
struct mqtt_settings *mqtt_settings_free(struct mqtt_settings *settings);

/* Options of one connect and what they point to. */
struct mqtt_connect_options {
	MQTTAsync_connectOptions connect;
	MQTTAsync_SSLOptions tls;
	MQTTAsync_willOptions will;
	MQTTProperties properties;
};

/* Fills ret for a connect; settings is borrowed until mqtt_connect_options_fini().  Its callbacks
 * are left to the caller.  Only after Paho was initialised. */
void mqtt_connect_options_init(struct mqtt_connect_options *ret,
			       const struct mqtt_settings *settings);
void mqtt_connect_options_fini(struct mqtt_connect_options *options);

#endif
