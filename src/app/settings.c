/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "iocd/base/disk.h"
#include "iocd/base/err.h"
#include "iocd/base/log.h"
#include "parts.h"

#define SECRET_MAX 4096 /* bytes of a password file */

static const char *or_null(const char *text)
{
	return text && *text ? text : NULL;
}

/* Gives the first line of the file at path, or NULL where path is empty. */
static int read_secret(char **ret, const char *path)
{
	char *secret = NULL;
	size_t size;
	int r;

	if (or_null(path)) {
		r = disk_read_file(path, SECRET_MAX, &secret, &size);
		if (r) {
			log_error("secret.unreadable", "file=%s error=%s", path, strerror(-r));
			return err_pass(r);
		}
		secret[strcspn(secret, "\r\n")] = '\0';
	}
	*ret = secret;
	return 0;
}

int mqtt_options_from(struct mqtt_options *ret, const struct settings *settings,
		      char **ret_password)
{
	char *password;
	int r;

	r = read_secret(&password, settings->mqtt.password_file);
	if (r)
		return err_pass(r);

	*ret = (struct mqtt_options){
		.host = settings->mqtt.host,
		.port = settings->mqtt.port,
		.client_id = settings->instance,
		.username = or_null(settings->mqtt.username),
		.password = password,
		.keepalive_s = (int)(settings->mqtt.keepalive_ms / 1000),
		.session_expiry_s = (uint32_t)(settings->mqtt.session_expiry_ms / 1000),
		.ca_file = or_null(settings->mqtt.ca_file),
		.cert_file = or_null(settings->mqtt.cert_file),
		.key_file = or_null(settings->mqtt.key_file),
	};
	*ret_password = password;
	return 0;
}

int store_options_from(struct store_options *ret, const struct settings *settings,
		       char **ret_password)
{
	char *password;
	int r;

	r = read_secret(&password, settings->redis.password_file);
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
