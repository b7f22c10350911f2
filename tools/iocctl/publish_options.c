/* SPDX-License-Identifier: Apache-2.0 */
#include "publish_options.h"

#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "iocd/base/err.h"
#include "iocd/base/secret.h"

#define CONFIG        "/etc/iocd"
#define PREFIX        "ioc/v1"
#define SENDER        "publish"
#define AUTHORITIES   "/etc/ssl/certs/ca-certificates.crt" /* whom this machine trusts */
#define ROOTS_OUTBOX  "/var/lib/iocd/publish"
#define PEOPLES_STATE ".local/state"
#define PORT          1883
#define TLS_PORT      8883
#define WAIT_MS       30000
#define WAIT_MAX_MS   INT64_C(86400000)
#define KEEPALIVE_S   30

/* what is what it is about; "" if it is about nothing in particular. */
static int complain(const char *message, const char *what)
{
	fprintf(stderr, *what ? "iocctl: %s: '%s'\n" : "iocctl: %s%s\n", message, what);
	return STATUS_USAGE;
}

/* ---- what, and from where ---- */

static int read_source(struct publish_options *ret, const struct call *call)
{
	const char *file = call->given[OPTION_FILE], *folder = call->given[OPTION_WATCH];
	int n = (call->n_arguments > 0) + !!file + !!folder + !!call->given[OPTION_STDIN] +
		!!call->given[OPTION_DRAIN];

	if (n != 1)
		return complain(SAY(call,
				    "gửi gì? đúng một trong: sự kiện JSON, --file, --stdin, "
				    "--watch, --drain",
				    "publish what?  One of: JSON events, --file, --stdin, --watch, "
				    "--drain"),
				"");
	ret->source = file                        ? PUBLISH_FILE
		      : folder                    ? PUBLISH_FOLDER
		      : call->given[OPTION_STDIN] ? PUBLISH_STDIN
		      : call->given[OPTION_DRAIN] ? PUBLISH_NOTHING
						  : PUBLISH_ARGUMENTS;
	if (file && strcmp(file, "-") == 0)
		ret->source = PUBLISH_STDIN;
	ret->path = file ? file : folder;
	return STATUS_GOOD;
}

static int complain_name(const struct call *call, const char *option, const char *name)
{
	CLEANUP_TEXT struct text message = { 0 };

	text_add(&message,
		 SAY(call, "%s dùng a-z, 0-9, và '.', '_', '-' (không đứng đầu)",
		     "%s has a-z, 0-9, and '.', '_', '-' (not in front)"),
		 option);
	return complain(text_get(&message), name);
}

static int read_form(struct publish_options *ret, const struct call *call)
{
	struct publish_form *form = &ret->form;

	*form = (struct publish_form){
		.unit = call->given[OPTION_UNIT],
		.feed = call->given[OPTION_FEED],
		.type = call->given[OPTION_TYPE],
		.id_field = call->given[OPTION_ID_FIELD],
	};
	if (!form->unit)
		return complain(SAY(call, "thiếu --unit", "--unit is missing"), "");
	if (!form->feed && ret->source != PUBLISH_NOTHING)
		return complain(SAY(call, "thiếu --feed", "--feed is missing"), "");
	if (!publish_is_level(form->unit))
		return complain_name(call, "--unit", form->unit);
	if (form->feed && !publish_is_level(form->feed))
		return complain_name(call, "--feed", form->feed);
	if (form->type && !publish_is_level(form->type))
		return complain_name(call, "--type", form->type);
	return STATUS_GOOD;
}

static int read_wait(struct publish_options *ret, const struct call *call)
{
	const char *wait = call->given[OPTION_WAIT];

	ret->wait_ms = WAIT_MS;
	if (!wait || (text_read_duration(wait, strlen(wait), &ret->wait_ms) == 0 &&
		      ret->wait_ms <= WAIT_MAX_MS))
		return STATUS_GOOD;
	return complain(SAY(call, "--wait là một khoảng thời gian như 30s, nhiều nhất 1d",
			    "--wait is a duration like 30s, at most 1d"),
			wait);
}

/* ---- to whom ---- */

/* Whether host is this machine, which nobody can listen in on. */
static bool is_loopback(const char *host)
{
	return strcmp(host, "localhost") == 0 || strcmp(host, "::1") == 0 ||
	       (strncmp(host, "127.", 4) == 0 && strspn(host, "0123456789.") == strlen(host));
}

static int set_host(struct publish_options *ret, const struct call *call, const char *host,
		    size_t n)
{
	if (n == 0 || n >= sizeof(ret->host))
		return complain(SAY(call, "tên máy không hợp lệ", "that is no host"), host);
	(void)snprintf(ret->host, sizeof(ret->host), "%.*s", (int)n, host);
	ret->mqtt.host = ret->host;
	return STATUS_GOOD;
}

static int read_port(struct publish_options *ret, const struct call *call, const char *port)
{
	int64_t number;

	if (text_read_integer(port, strlen(port), &number) || number < 1 || number > 65535)
		return complain(SAY(call, "cổng là số từ 1 đến 65535",
				    "a port is a number from 1 to 65535"),
				port);
	ret->mqtt.port = (int)number;
	return STATUS_GOOD;
}

/* mqtt://HOST[:PORT] or mqtts://HOST[:PORT]; an address of IPv6 stands in [ ]. */
static int read_url(struct publish_options *ret, const struct call *call)
{
	bool is_secure = strncmp(call->url, "mqtts://", 8) == 0;
	const char *host = call->url + (is_secure ? 8 : 7), *end;
	int status;

	if (!is_secure && strncmp(call->url, "mqtt://", 7) != 0)
		return complain(SAY(call, "--url là mqtts://HOST:PORT hoặc mqtt://HOST:PORT",
				    "--url is mqtts://HOST:PORT or mqtt://HOST:PORT"),
				call->url);
	host += *host == '[';
	end = host + strcspn(host, host[-1] == '[' ? "]" : ":/");
	status = set_host(ret, call, host, (size_t)(end - host));
	end += *end == ']';
	if (!status && *end == ':')
		status = read_port(ret, call, end + 1);
	if (!status && is_secure && !ret->mqtt.ca_file)
		ret->mqtt.ca_file = AUTHORITIES;
	return status;
}

/* Where the iocd of that configuration listens; not as whom: that is its own. */
static int take_settings(struct publish_options *ret, const struct call *call)
{
	const struct settings *settings = config_settings(ret->config);

	if (!ret->mqtt.ca_file && *settings->mqtt.ca_file)
		ret->mqtt.ca_file = settings->mqtt.ca_file;
	ret->mqtt.port = settings->mqtt.port;
	return set_host(ret, call, settings->mqtt.host, strlen(settings->mqtt.host));
}

static int load_config(struct publish_options *ret, const char *directory)
{
	CLEANUP_TEXT struct text report = { 0 };

	if (!config_load(&ret->config, directory, NULL, &report))
		return STATUS_GOOD;
	fputs(text_get(&report), stderr);
	return STATUS_UNREACHABLE;
}

static int read_address(struct publish_options *ret, const struct call *call)
{
	int status = STATUS_GOOD;

	ret->mqtt.ca_file = call->given[OPTION_CA];
	if (call->n_hosts > 1 || (call->n_hosts == 1 && call->url))
		return complain(SAY(call, "chỉ một máy chủ MQTT", "there is one broker"), "");
	if (call->url)
		status = read_url(ret, call);
	else if (call->n_hosts == 1)
		status = set_host(ret, call, call->hosts[0], strlen(call->hosts[0]));
	else if (!ret->queue)
		status = take_settings(ret, call);
	if (!status && call->given[OPTION_PORT])
		status = read_port(ret, call, call->given[OPTION_PORT]);
	if (status || ret->queue)
		return status;

	if (ret->mqtt.port == 0)
		ret->mqtt.port = ret->mqtt.ca_file ? TLS_PORT : PORT;
	if (!ret->mqtt.ca_file && !is_loopback(ret->host))
		return complain(SAY(call,
				    "là máy khác: chỉ gửi đến đó qua TLS; --ca là tệp chứng thực "
				    "của nó",
				    "that is another machine, where nothing goes without TLS; --ca "
				    "names the certificates that its own is checked against"),
				ret->host);
	return STATUS_GOOD;
}

/* ---- as whom ---- */

static int complain_secret(const char *why)
{
	fprintf(stderr, "iocctl: %s\n", why);
	return STATUS_UNREACHABLE;
}

static int read_proof(struct publish_options *ret, const struct call *call)
{
	const char *key = call->given[OPTION_KEY], *cert = call->given[OPTION_CERT];
	const char *password = call->given[OPTION_PASSWORD_FILE];
	char why[SECRET_WHY_MAX];

	if (!key != !cert)
		return complain(
			SAY(call, "--cert và --key đi cùng nhau", "--cert and --key go together"),
			"");
	if (password && !call->given[OPTION_USERNAME])
		return complain(SAY(call, "--password-file cần có --username",
				    "--password-file wants --username"),
				"");
	if (key && secret_find(&ret->key, key, why))
		return complain_secret(why);
	if (password && secret_read(&ret->password, password, why))
		return complain_secret(why);
	ret->mqtt.cert_file = cert;
	ret->mqtt.key_file = ret->key;
	ret->mqtt.username = call->given[OPTION_USERNAME];
	ret->mqtt.password = ret->password;
	return STATUS_GOOD;
}

/* The name that the certificate in a file is for; "" if it cannot be read: connecting will tell. */
static void name_in(const char *path, char ret[PUBLISH_SENDER_MAX + 1])
{
	FILE *file = fopen(path, "r");
	X509 *certificate = file ? PEM_read_X509(file, NULL, NULL, NULL) : NULL;

	*ret = '\0';
	if (certificate)
		(void)X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName,
						ret, PUBLISH_SENDER_MAX + 1);
	X509_free(certificate);
	if (file)
		(void)fclose(file);
}

/* By default who the broker sees: it lets nobody speak under another name. */
static int read_sender(struct publish_options *ret, const struct call *call)
{
	const char *sender = call->given[OPTION_SENDER];
	char named[PUBLISH_SENDER_MAX + 1] = "";

	if (!sender && call->given[OPTION_CERT])
		name_in(call->given[OPTION_CERT], named);
	if (!sender)
		sender = *named ? named : call->given[OPTION_USERNAME];
	if (!sender)
		sender = SENDER;
	if (!publish_is_sender(sender))
		return complain(SAY(call,
				    "tên nơi gửi dùng a-z, 0-9 và '-', không quá 32 ký tự; xem "
				    "--sender",
				    "a sender's name has a-z, 0-9 and '-', at most 32 of them; see "
				    "--sender"),
				sender);
	(void)snprintf(ret->sender, sizeof(ret->sender), "%s", sender);
	ret->mqtt.client_id = ret->sender;
	return STATUS_GOOD;
}

/* ---- the outbox ---- */

static int find_outbox(struct publish_options *ret, const struct call *call)
{
	const char *service = getenv("STATE_DIRECTORY"), *state = getenv("XDG_STATE_HOME");
	const char *home = getenv("HOME");
	struct text *outbox = &ret->outbox;

	if (call->given[OPTION_OUTBOX]) {
		text_add(outbox, "%s", call->given[OPTION_OUTBOX]);
		return STATUS_GOOD;
	}
	if (service && *service)
		text_add(outbox, "%.*s", (int)strcspn(service, ":"), service);
	else if (geteuid() == 0)
		text_add(outbox, "%s", ROOTS_OUTBOX);
	else if (state && *state == '/')
		text_add(outbox, "%s/iocd/publish", state);
	else if (home && *home == '/')
		text_add(outbox, "%s/" PEOPLES_STATE "/iocd/publish", home);
	else
		return complain(SAY(call, "thiếu --outbox DIR", "--outbox DIR is missing"), "");
	text_add(outbox, "/%s.%s", ret->form.unit, ret->sender);
	return STATUS_GOOD;
}

/* ---- all of it ---- */

int publish_options_read(struct publish_options *ret, const struct call *call)
{
	const char *config = call->given[OPTION_CONFIG];
	int status;

	*ret = (struct publish_options){
		.queue = call->given[OPTION_QUEUE] != NULL,
		.quiet = call->given[OPTION_QUIET] != NULL,
		.mqtt = { .keepalive_s = KEEPALIVE_S },
	};
	if (!config && !ret->queue && !call->url && call->n_hosts == 0)
		config = CONFIG;
	status = read_source(ret, call);
	if (!status)
		status = read_form(ret, call);
	if (!status)
		status = read_wait(ret, call);
	if (!status && config)
		status = load_config(ret, config);
	if (!status)
		status = read_address(ret, call);
	if (!status)
		status = read_proof(ret, call);
	if (!status)
		status = read_sender(ret, call);
	if (!status)
		status = find_outbox(ret, call);
	ret->prefix = call->given[OPTION_PREFIX] ? call->given[OPTION_PREFIX]
		      : ret->config              ? config_settings(ret->config)->mqtt.prefix
						 : PREFIX;
	return status;
}

void publish_options_fini(struct publish_options *options)
{
	if (options->password)
		explicit_bzero(options->password, strlen(options->password));
	free(options->password);
	free(options->key);
	text_fini(&options->outbox);
	config_free(options->config);
}
