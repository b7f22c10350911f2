/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "iocd/base/err.h"
#include "iocd/base/log.h"
#include "iocd/base/secret.h"
#include "iocd/base/text.h"
#include "parts.h"

static const char *or_null(const char *text)
{
	return text && *text ? text : NULL;
}

/* Gives what get makes of the file of that name, or NULL where there is none. */
static int get_secret(char **ret, const char *name, int (*get)(char **, const char *, char *))
{
	char why[SECRET_WHY_MAX];
	int r = 0;

	*ret = NULL;
	if (or_null(name))
		r = get(ret, name, why);
	if (r)
		log_error("secret.refused", "why=\"%s\"", why);
	return err_pass(r);
}

/* What a link to a broker needs of settings; both sections have the same. */
struct link {
	const char *host;
	int port;
	const char *username, *password_file;
	const char *ca_file, *cert_file, *key_file;
	int64_t keepalive_ms;
};

static size_t size_of(const char *text)
{
	return text ? strlen(text) + 1 : 0;
}

static void forget(char *text)
{
	if (text)
		explicit_bzero(text, strlen(text));
	free(text);
}

/* Copies n texts, of which any may be NULL, into one block, which is given: who frees it frees all.
 * Each of them becomes its copy. */
static char *join(const char **texts, size_t n)
{
	size_t size = 1;
	char *block, *at;

	for (size_t i = 0; i < n; i++)
		size += size_of(texts[i]);
	block = at = xcalloc(size, 1);
	for (size_t i = 0; i < n; i++) {
		if (!texts[i])
			continue;
		size = size_of(texts[i]);
		texts[i] = memcpy(at, texts[i], size);
		at += size;
	}
	return block;
}

static int options_of_link(struct mqtt_options *ret, const struct link *link, const char *client_id,
			   char **ret_texts)
{
	enum { CLIENT_ID, PASSWORD, KEY, N_TEXTS };
	const char *texts[N_TEXTS];
	char *password, *key;
	int r;

	r = get_secret(&password, link->password_file, secret_read);
	if (r)
		return err_pass(r);
	r = get_secret(&key, link->key_file, secret_find);
	if (r) {
		forget(password);
		return err_pass(r);
	}

	texts[CLIENT_ID] = client_id;
	texts[PASSWORD] = password;
	texts[KEY] = key;
	*ret_texts = join(texts, N_TEXTS);
	forget(password);
	free(key);
	*ret = (struct mqtt_options){
		.host = link->host,
		.port = link->port,
		.client_id = texts[CLIENT_ID],
		.username = or_null(link->username),
		.password = texts[PASSWORD],
		.keepalive_s = (int)(link->keepalive_ms / 1000),
		.ca_file = or_null(link->ca_file),
		.cert_file = or_null(link->cert_file),
		.key_file = texts[KEY],
	};
	return 0;
}

#define LINK(section)                                                                              \
	{                                                                                          \
		.host = (section).host, .port = (section).port, .username = (section).username,    \
		.password_file = (section).password_file, .ca_file = (section).ca_file,            \
		.cert_file = (section).cert_file, .key_file = (section).key_file,                  \
		.keepalive_ms = (section).keepalive_ms,                                            \
	}

int mqtt_options_from(struct mqtt_options *ret, const struct settings *settings,
		      char **ret_password)
{
	const struct link link = LINK(settings->mqtt);
	int r = options_of_link(ret, &link, settings->instance, ret_password);

	if (r)
		return err_pass(r);
	ret->session_expiry_s = (uint32_t)(settings->mqtt.session_expiry_ms / 1000);
	return 0;
}

static enum severity least_of(const char *word)
{
	if (strcmp(word, "none") == 0)
		return SEVERITY_NONE;
	return strcmp(word, "critical") == 0 ? SEVERITY_CRITICAL : SEVERITY_WARNING;
}

static bool any(const bool *feeds, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (feeds[i])
			return true;
	return false;
}

static void forward_set(struct forward_options *ret, const struct config *config)
{
	const struct settings *settings = config_settings(config);
	uint32_t n_feeds = schema_n_feeds(config_schema(config));

	*ret = (struct forward_options){
		.directory = settings->forward.directory,
		.prefix = settings->forward.prefix,
		.unit = units_at(config_units(config), 0)->id,
		.sender = settings->forward.sender,
		.instance = settings->instance,
		.hash = config_contract_hash(config),
		.events = config_forwarded(config),
		.n_feeds = n_feeds,
		.alerts = least_of(settings->forward.alerts),
		.rollups = any(config_rolled(config), n_feeds),
		.compress = settings->forward.compress,
		.heartbeat_ms = settings->forward.heartbeat_ms,
		.batch_ms = settings->forward.batch_ms,
		.batch_bytes = (size_t)settings->forward.batch_bytes,
		.keep_bytes = (uint64_t)settings->forward.keep_bytes,
		.keep_ms = settings->forward.keep_ms,
		.segment_bytes = (uint64_t)settings->forward.segment_bytes,
	};
}

/* Brokers above tell those that forward apart by their users, who have one each.  Without one, the
 * broker may be the one that we listen to, where our instance is taken. */
static void name_client(struct text *ret, const struct settings *settings)
{
	if (*settings->forward.username)
		text_add(ret, "%s", settings->forward.username);
	else
		text_add(ret, "%s-up", settings->instance);
}

int forward_options_from(struct forward_options *ret, struct mqtt_options *ret_mqtt,
			 const struct config *config, char **ret_password)
{
	const struct settings *settings = config_settings(config);
	const struct link link = LINK(settings->forward);
	CLEANUP_TEXT struct text client_id = { 0 };
	int r;

	name_client(&client_id, settings);
	r = options_of_link(ret_mqtt, &link, text_get(&client_id), ret_password);
	if (r)
		return err_pass(r);
	forward_set(ret, config);
	ret->mqtt = ret_mqtt;
	return 0;
}

int store_options_from(struct store_options *ret, const struct settings *settings,
		       char **ret_password)
{
	char *password;
	int r;

	r = get_secret(&password, settings->redis.password_file, secret_read);
	if (r)
		return err_pass(r);

	*ret = (struct store_options){
		.redis = {
			.socket = or_null(settings->redis.socket),
			.address = settings->redis.address,
			.port = settings->redis.port,
			.username = or_null(settings->redis.username),
			.password = password,
			.timeout_ms = settings->redis.timeout_ms,
		},
		.prefix = settings->redis.prefix,
		.instance = settings->instance,
		.commit_every_ms = settings->redis.commit_every_ms,
	};
	*ret_password = password;
	return 0;
}
