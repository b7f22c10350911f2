/* SPDX-License-Identifier: Apache-2.0 */
#include "args.h"

#include <getopt.h>
#include <stdio.h>

#include "iocd/config.h"

static const char usage[] =
	"Usage: iocd --config DIR [--set KEY=VALUE]...\n"
	"       iocd --check-config DIR [--set KEY=VALUE]...\n"
	"\n"
	"Real-time event aggregator of an Intelligent Operation Center.  Subscribes to MQTT "
	"feeds,\n"
	"keeps live indicators in Redis, and tells alerts by MQTT, to iocctl and in the browser.\n"
	"\n"
	"  -c, --config DIR        run with the configuration in DIR\n"
	"  -C, --check-config DIR  check DIR, print every mistake with file, line and column, and "
	"end:\n"
	"                          exit status 0 if iocd would start with it, 1 if not\n"
	"  -s, --set KEY=VALUE     set a key of iocd.yml from the command line (repeatable)\n"
	"  -k, --keys              list every key of iocd.yml with its default and meaning\n"
	"  -V, --version           print the version\n"
	"  -h, --help              print this help\n"
	"\n"
	"Signals: SIGHUP reads the configuration again and keeps the old one if there is a "
	"mistake;\n"
	"SIGTERM and SIGINT end iocd, losing nothing.\n"
	"\n"
	"The console in the browser is served where http.address and http.port say, to those who\n"
	"\"iocctl user add\" let in.\n"
	"\n"
	"Examples:\n"
	"  iocd --check-config /etc/iocd\n"
	"  iocd --config /etc/iocd --set mqtt.host=broker.example --set log.level=debug\n"
	"\n"
	"See iocd(8) and iocctl(1).\n";

static const struct option options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "check-config", required_argument, NULL, 'C' },
	{ "set", required_argument, NULL, 's' },
	{ "keys", no_argument, NULL, 'k' },
	{ "version", no_argument, NULL, 'V' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static int complain(const char *what)
{
	fprintf(stderr, "iocd: %s\nTry 'iocd --help'.\n", what);
	return ARGS_USAGE;
}

static int take_option(struct args *args, int option)
{
	switch (option) {
	case 'C':
		args->check_only = true;
		args->directory = optarg;
		return 0;
	case 'c':
		args->directory = optarg;
		return 0;
	case 's':
		if (args->n_set == ARGS_SET_MAX)
			return complain("too many --set options");
		args->set[args->n_set++] = optarg;
		return 0;
	case 'k':
		fputs(config_keys_text(), stdout);
		return ARGS_DONE;
	case 'V':
		puts("iocd " IOCD_VERSION);
		return ARGS_DONE;
	case 'h':
		fputs(usage, stdout);
		return ARGS_DONE;
	default:
		fputs("Try 'iocd --help'.\n", stderr); /* getopt_long() has told what is wrong */
		return ARGS_USAGE;
	}
}

int args_read(struct args *ret, int argc, char **argv)
{
	int option, r;

	*ret = (struct args){ 0 };
	while ((option = getopt_long(argc, argv, "c:C:s:kVh", options, NULL)) != -1) {
		r = take_option(ret, option);
		if (r)
			return r;
	}

	if (optind < argc)
		return complain("an argument too many");
	if (!ret->directory)
		return complain("no configuration was named");
	return 0;
}
