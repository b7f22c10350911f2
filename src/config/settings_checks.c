/* SPDX-License-Identifier: Apache-2.0 */
/* Settings that only make sense together. */
#include <string.h>

#include "iocd/base/err.h"
#include "iocd/base/text.h"
#include "settings.h"

#define SEGMENTS_MIN 4 /* of what is kept for the one above: one of each stream, and one more */

struct checks {
	const struct settings_load *settings;
	const struct settings *values;
	struct report *report;
};

/* A key that is not given is told without a place, its name is in the message. */
static struct place place_of(const struct checks *checks, const char *name)
{
	return settings_place(checks->settings, name);
}

static void check_pair(const struct checks *checks, const char *one, const char *value,
		       const char *other, const char *other_value)
{
	if (value[0] && !other_value[0])
		report_error(checks->report, place_of(checks, one), "'%s' needs '%s'", one, other);
	if (other_value[0] && !value[0])
		report_error(checks->report, place_of(checks, other), "'%s' needs '%s'", other,
			     one);
}

static void check_filled(const struct checks *checks, const char *name, const char *value)
{
	if (!value[0])
		report_error(checks->report, place_of(checks, name), "'%s' is empty", name);
}

/* Whether host is this machine, which nobody can listen in on. */
static bool is_loopback(const char *host)
{
	size_t n = strlen(host);

	return strcmp(host, "localhost") == 0 || strcmp(host, "::1") == 0 ||
	       (strncmp(host, "127.", 4) == 0 && strspn(host, "0123456789.") == n);
}

static void check_mqtt(const struct checks *checks)
{
	const struct settings *values = checks->values;

	check_filled(checks, "mqtt.host", values->mqtt.host);
	check_pair(checks, "mqtt.cert-file", values->mqtt.cert_file, "mqtt.key-file",
		   values->mqtt.key_file);
	if (values->mqtt.host[0] && !values->mqtt.ca_file[0] && !is_loopback(values->mqtt.host))
		report_warning_as(checks->report, "link-without-tls", place_of(checks, "mqtt.host"),
				  "'%s' is another machine, and what goes there is neither "
				  "encrypted nor is it certain who answers; name with "
				  "'mqtt.ca-file' the certificates that its own is checked against",
				  values->mqtt.host);
}

static void check_kept(const struct checks *checks)
{
	const struct settings *values = checks->values;
	const char *key = place_of(checks, "forward.keep-bytes").file ? "forward.keep-bytes"
								      : "forward.segment";

	check_filled(checks, "forward.directory", values->forward.directory);
	if (values->forward.directory[0] &&
	    strcmp(values->forward.directory, values->journal.directory) == 0)
		report_error(checks->report, place_of(checks, "forward.directory"),
			     "'forward.directory' is 'journal.directory'; each needs its own");
	if (values->forward.keep_bytes < SEGMENTS_MIN * values->forward.segment_bytes)
		report_error(checks->report, place_of(checks, key),
			     "%d files of 'forward.segment' do not fit into 'forward.keep-bytes'",
			     SEGMENTS_MIN);
}

static void check_forward(const struct checks *checks)
{
	const struct settings *values = checks->values;

	check_pair(checks, "forward.cert-file", values->forward.cert_file, "forward.key-file",
		   values->forward.key_file);
	if (!values->forward.host[0])
		return;
	check_kept(checks);
	if (!values->forward.ca_file[0] && !is_loopback(values->forward.host))
		report_error_as(checks->report, "link-without-tls",
				place_of(checks, "forward.host"),
				"'%s' is another machine; write 'forward.ca-file: FILE', the "
				"certificates that its own is checked against (without TLS only "
				"localhost is spoken to)",
				values->forward.host);
}

static void check_others(const struct checks *checks)
{
	const struct settings *values = checks->values;

	if (!values->redis.socket[0] && !values->redis.address[0])
		report_error(checks->report, place_of(checks, "redis.address"),
			     "Redis needs 'redis.socket' or 'redis.address'");
	if (!values->http.socket[0] && !values->http.address[0])
		report_error(checks->report, place_of(checks, "http.socket"),
			     "HTTP needs 'http.socket' or 'http.address'");
	if (values->limits.age_ms > values->limits.dedup_memory_ms)
		report_warning(checks->report, place_of(checks, "limits.age"),
			       "'limits.age' is longer than 'limits.dedup-memory': an old event "
			       "may be refused because it cannot be told from a repeat");
	check_filled(checks, "history.file", values->history.file);
	check_filled(checks, "reports.directory", values->reports.directory);
	check_filled(checks, "journal.directory", values->journal.directory);
}

/* Whether text is "http://host" or "https://host", perhaps with a port, and nothing behind it: as
 * browsers write an origin (RFC 6454, section 6.2). */
static bool is_origin(const char *text)
{
	const char *host = strncmp(text, "https://", 8) == 0 ? text + 8 : text + 7;
	size_t n;
	int64_t port;

	if (host == text + 7 && strncmp(text, "http://", 7) != 0)
		return false;
	n = host[0] == '[' ? strspn(host + 1, "0123456789abcdef:.") + 2
			   : strspn(host, "abcdefghijklmnopqrstuvwxyz0123456789.-");
	if (n == 0 || (host[0] == '[' && host[n - 1] != ']'))
		return false;
	if (host[n] == '\0')
		return true;
	return host[n] == ':' && host[n + 1] != '0' &&
	       text_read_integer(host + n + 1, strlen(host + n + 1), &port) == 0 && port > 0 &&
	       port <= 65535;
}

static void check_console(const struct checks *checks)
{
	const struct settings *values = checks->values;
	const char *origin = values->console.origin;

	check_filled(checks, "console.sessions", values->console.sessions);
	if (origin[0] && !is_origin(origin))
		report_error_as(checks->report, "bad-value", place_of(checks, "console.origin"),
				"'%s' is not the address of a page without its path; write it in "
				"small letters, like https://ioc.example.vn or "
				"http://10.0.0.5:8480",
				origin);
	if (values->console.idle_ms > values->console.longest_ms)
		report_error_as(checks->report, "bad-value",
				place_of(checks, place_of(checks, "console.idle").file
							 ? "console.idle"
							 : "console.longest"),
				"'console.idle' is longer than 'console.longest'");
}

void settings_check(const struct settings_load *settings, struct load *load)
{
	const struct checks checks = {
		.settings = settings,
		.values = &load->config->settings,
		.report = load->report,
	};

	check_mqtt(&checks);
	check_forward(&checks);
	check_console(&checks);
	check_others(&checks);
}
