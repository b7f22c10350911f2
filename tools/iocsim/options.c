/* SPDX-License-Identifier: Apache-2.0 */
#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/civil.h"
#include "iocd/base/err.h"
#include "usage.h"

#define RATE_MAX  1000000.0
#define SPEED_MAX 1000000

enum {
	OPT_HOST = 256,
	OPT_PORT,
	OPT_URL,
	OPT_PREFIX,
	OPT_USERNAME,
	OPT_PASSWORD,
	OPT_RHYTHM,
	OPT_FLAT,
	OPT_SEED,
	OPT_UNITS,
	OPT_BATCH,
	OPT_DUPLICATES,
	OPT_LATE,
	OPT_BAD,
	OPT_SEQUENCE,
	OPT_GAPS,
	OPT_INCIDENT,
	OPT_TOTALS,
	OPT_LEDGER,
	OPT_PERSIST,
	OPT_FROM,
	OPT_SPEED,
	OPT_SILENT,
	OPT_CLOCK,
	OPT_OFFLINE,
	OPT_PRESENCE
};

/* clang-format off */
static const struct option long_options[] = {
	{ "config",        required_argument, NULL, 'c' },
	{ "host",          required_argument, NULL, OPT_HOST },
	{ "port",          required_argument, NULL, OPT_PORT },
	{ "url",           required_argument, NULL, OPT_URL },
	{ "prefix",        required_argument, NULL, OPT_PREFIX },
	{ "username",      required_argument, NULL, OPT_USERNAME },
	{ "password-file", required_argument, NULL, OPT_PASSWORD },
	{ "set",           required_argument, NULL, 's' },
	{ "rate",          required_argument, NULL, 'r' },
	{ "rhythm",        no_argument,       NULL, OPT_RHYTHM },
	{ "flat",          no_argument,       NULL, OPT_FLAT },
	{ "count",         required_argument, NULL, 'n' },
	{ "seconds",       required_argument, NULL, 't' },
	{ "seed",          required_argument, NULL, OPT_SEED },
	{ "units",         required_argument, NULL, OPT_UNITS },
	{ "batch",         required_argument, NULL, OPT_BATCH },
	{ "duplicates",    required_argument, NULL, OPT_DUPLICATES },
	{ "late",          required_argument, NULL, OPT_LATE },
	{ "bad",           required_argument, NULL, OPT_BAD },
	{ "sequence",      no_argument,       NULL, OPT_SEQUENCE },
	{ "gaps",          required_argument, NULL, OPT_GAPS },
	{ "incident",      required_argument, NULL, OPT_INCIDENT },
	{ "totals",        required_argument, NULL, OPT_TOTALS },
	{ "ledger",        required_argument, NULL, OPT_LEDGER },
	{ "persist",       no_argument,       NULL, OPT_PERSIST },
	{ "from",          required_argument, NULL, OPT_FROM },
	{ "speed",         required_argument, NULL, OPT_SPEED },
	{ "silent",        required_argument, NULL, OPT_SILENT },
	{ "clock",         required_argument, NULL, OPT_CLOCK },
	{ "offline",       required_argument, NULL, OPT_OFFLINE },
	{ "presence",      no_argument,       NULL, OPT_PRESENCE },
	{ "version",       no_argument,       NULL, 'V' },
	{ "help",          no_argument,       NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};
/* clang-format on */

static int complain(const char *what, const char *argument)
{
	fprintf(stderr, "iocsim: %s: '%s'\nTry 'iocsim --help'.\n", what, argument);
	return OPTIONS_USAGE;
}

static int set(struct options *options, const char *key, const char *value)
{
	struct text pair = { 0 };

	if (options->n_set == OPTIONS_SET_MAX)
		return complain("too many settings", value);
	text_add(&pair, "%s%s%s", key, *key ? "=" : "", value);
	options->set[options->n_set++] = pair.bytes; /* takes the string */
	return 0;
}

static int set_url(struct options *options, const char *url)
{
	static const char scheme[] = "mqtt://";
	CLEANUP_TEXT struct text host = { 0 };
	const char *at = url + sizeof(scheme) - 1;
	size_t n;

	if (strncmp(url, scheme, sizeof(scheme) - 1) != 0)
		return complain("not of the form mqtt://HOST[:PORT]", url);
	n = strcspn(at, ":/");
	text_add_bytes(&host, at, n);
	if (n == 0 || set(options, "mqtt.host", text_get(&host)))
		return complain("no host", url);
	at += n;
	return *at == ':' ? set(options, "mqtt.port", at + 1) : 0;
}

static int read_number(const char *text, int64_t min, int64_t max, int64_t *ret)
{
	int64_t number;

	if (text_read_integer(text, strlen(text), &number) || number < min || number > max)
		return complain("not a number that can be used", text);
	*ret = number;
	return 0;
}

static int read_rate(struct options *options, const char *text)
{
	double rate;

	if (text_read_number(text, strlen(text), &rate) || rate <= 0 || rate > RATE_MAX)
		return complain("not a rate that can be kept", text);
	options->rate = rate;
	options->rhythm = false;
	return 0;
}

static int read_share(const char *text, double *ret)
{
	size_t n = strlen(text);
	double percent;

	if (n > 0 && text[n - 1] == '%')
		n--;
	if (text_read_number(text, n, &percent) || percent < 0 || percent > 90)
		return complain("not a share from 0% to 90%", text);
	*ret = percent / 100;
	return 0;
}

static int add_incident(struct options *options, const char *text)
{
	if (options->n_wishes == INCIDENTS_MAX)
		return complain("too many incidents", text);
	if (incident_read(&options->wishes[options->n_wishes], text))
		return complain("not an incident like link-down@UNIT:10s+70s", text);
	options->n_wishes++;
	return 0;
}

/* "2026-10-01T00:00", of the configuration's zone, which is not known yet; or with one of its own.
 */
static int read_from(struct options *options, const char *text)
{
	CLEANUP_TEXT struct text whole = { 0 };

	options->from_is_local = strlen(text) == strlen("2026-10-01T00:00");
	text_add(&whole, "%s%s", text, options->from_is_local ? ":00Z" : "");
	if (civil_parse(text_get(&whole), whole.size, &options->from_ms))
		return complain("not a time like 2026-10-01T00:00", text);
	return 0;
}

/* "UNIT=180s", "UNIT=+24h" */
static int add_quirk(struct unit_wish *wishes, size_t *n, const char *text)
{
	const char *is = strchr(text, '=');
	const char *time = is ? is + 1 + (is[1] == '+') : "";
	size_t size = is ? (size_t)(is - text) : 0;

	if (*n == OPTIONS_QUIRKS_MAX)
		return complain("too many of these units", text);
	if (size == 0 || size >= sizeof(wishes->unit) ||
	    text_read_duration(time, strlen(time), &wishes[*n].ms) || wishes[*n].ms == 0)
		return complain("not of the form UNIT=180s", text);
	memcpy(wishes[*n].unit, text, size);
	wishes[(*n)++].unit[size] = '\0';
	return 0;
}

static int add_offline(struct options *options, const char *text)
{
	int r = add_quirk(options->offline, &options->n_offline, text);

	if (r)
		return r;
	options->presence = true;
	text_add(&options->apart_ids, "%s%s", options->apart_ids.size ? "," : "",
		 options->offline[options->n_offline - 1].unit);
	return 0;
}

static int take_number(struct options *options, int option)
{
	int64_t number = 0; /* gcc does not see that it is read only after a success */
	int r;

	r = read_number(optarg, option == OPT_SEED ? 0 : 1,
			option == OPT_BATCH   ? 256
			: option == OPT_SPEED ? SPEED_MAX
					      : INT32_MAX,
			&number);
	if (r)
		return r;
	if (option == 'n')
		options->count = number;
	else if (option == 't')
		options->run_ms = number * 1000;
	else if (option == OPT_SPEED)
		options->speed = (double)number;
	else if (option == OPT_SEED)
		options->seed = (uint64_t)number;
	else
		options->batch = (int)number;
	return 0;
}

static int take_setting(struct options *options, int option)
{
	switch (option) {
	case OPT_HOST:
		return set(options, "mqtt.host", optarg);
	case OPT_PORT:
		return set(options, "mqtt.port", optarg);
	case OPT_PREFIX:
		return set(options, "mqtt.prefix", optarg);
	case OPT_URL:
		return set_url(options, optarg);
	default:
		return set(options, "", optarg);
	}
}

static int take_text(struct options *options, int option)
{
	switch (option) {
	case 'c':
		options->config = optarg;
		break;
	case OPT_USERNAME:
		options->username = optarg;
		break;
	case OPT_PASSWORD:
		options->password_file = optarg;
		break;
	case OPT_LEDGER:
		options->ledger = optarg;
		break;
	case OPT_UNITS:
		options->units = optarg;
		break;
	case OPT_SILENT:
		options->silent = optarg;
		options->presence = true;
		break;
	default:
		options->totals = optarg;
		break;
	}
	return 0;
}

static int take_trouble(struct options *options, int option)
{
	if (option == OPT_CLOCK)
		return add_quirk(options->clocks, &options->n_clocks, optarg);
	if (option == OPT_OFFLINE)
		return add_offline(options, optarg);
	return add_incident(options, optarg);
}

static int take_option(struct options *options, int option)
{
	switch (option) {
	case 'c':
	case OPT_USERNAME:
	case OPT_PASSWORD:
	case OPT_UNITS:
	case OPT_TOTALS:
	case OPT_LEDGER:
	case OPT_SILENT:
		return take_text(options, option);
	case OPT_PERSIST:
		options->persist = true;
		return 0;
	case OPT_PRESENCE:
		options->presence = true;
		return 0;
	case OPT_FROM:
		return read_from(options, optarg);
	case OPT_CLOCK:
	case OPT_OFFLINE:
	case OPT_INCIDENT:
		return take_trouble(options, option);
	case 's':
	case OPT_HOST:
	case OPT_PORT:
	case OPT_PREFIX:
	case OPT_URL:
		return take_setting(options, option);
	case 'n':
	case 't':
	case OPT_SEED:
	case OPT_BATCH:
	case OPT_SPEED:
		return take_number(options, option);
	case 'r':
		return read_rate(options, optarg);
	case OPT_DUPLICATES:
		return read_share(optarg, &options->duplicates);
	case OPT_LATE:
		return read_share(optarg, &options->late);
	case OPT_BAD:
		return read_share(optarg, &options->bad);
	case OPT_SEQUENCE:
		options->sequence = true;
		return 0;
	case OPT_GAPS:
		options->sequence = true;
		return read_share(optarg, &options->gaps);
	case 'V':
		puts("iocsim " IOCD_VERSION);
		return OPTIONS_DONE;
	case 'h':
		fputs(usage_text, stdout);
		return OPTIONS_DONE;
	default:
		fputs("Try 'iocsim --help'.\n", stderr); /* getopt_long() has told what is wrong */
		return OPTIONS_USAGE;
	}
}

int options_read(struct options *ret, int argc, char **argv)
{
	int rhythm = -1; /* as asked for; -1: as it comes */
	int option, r;

	*ret = (struct options){
		.rate = 200,
		.rhythm = true,
		.count = INT64_MAX,
		.run_ms = INT64_MAX,
		.batch = 1,
		.speed = 1,
	};
	random_bytes(&ret->seed, sizeof(ret->seed));
	ret->seed %= 1000000;
	while ((option = getopt_long(argc, argv, "c:s:r:n:t:Vh", long_options, NULL)) != -1) {
		if (option == OPT_RHYTHM || option == OPT_FLAT) {
			rhythm = option == OPT_RHYTHM;
			continue;
		}
		r = take_option(ret, option);
		if (r)
			return r;
	}
	if (rhythm >= 0)
		ret->rhythm = rhythm;
	if (optind < argc)
		return complain("an argument too many", argv[optind]);
	if (!ret->config)
		return complain("no configuration was named", "--config DIR");
	if (ret->from_ms && (ret->bad > 0 || ret->duplicates > 0))
		return complain("does not go with --bad and --duplicates", "--from");
	if (!ret->from_ms && ret->speed > 1)
		return complain("needs a time to begin at: --from", "--speed");
	if (ret->n_offline > 0)
		ret->apart = text_get(&ret->apart_ids);
	return 0;
}

void options_fini(struct options *options)
{
	for (size_t i = 0; i < options->n_set; i++)
		free(options->set[i]);
	options->n_set = 0;
	text_fini(&options->apart_ids);
}
