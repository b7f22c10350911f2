/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app.h"
#include "iocd/base/log.h"

#define EXIT_USAGE 2

static int load(struct config **ret, const struct args *args)
{
	CLEANUP_TEXT struct text report = { 0 };
	const struct config_overrides overrides = { .pairs = args->set, .n_pairs = args->n_set };
	int r;

	r = config_load(ret, args->directory, &overrides, &report);
	fputs(text_get(&report), stderr);
	return r;
}

static void report_good(const struct args *args, const struct config *config)
{
	uint32_t n_indicators, n_rules;

	config_indicators(config, &n_indicators);
	config_rules(config, &n_rules);
	printf("%s: good: %u units, %u feeds, %u indicators, %u rules\n", args->directory,
	       units_count(config_units(config)), schema_n_feeds(config_schema(config)),
	       n_indicators, n_rules);
}

int main(int argc, char **argv)
{
	CLEANUP(config_free) struct config *config = NULL;
	CLEANUP(app_free) struct app *app = NULL;
	struct args args;
	int r;

	r = args_read(&args, argc, argv);
	if (r)
		return r == ARGS_DONE ? EXIT_SUCCESS : EXIT_USAGE;

	r = load(&config, &args);
	if (r)
		return EXIT_FAILURE;
	if (args.check_only) {
		report_good(&args, config);
		return EXIT_SUCCESS;
	}

	r = app_new(&app, config, &args);
	config = NULL;
	if (r)
		return EXIT_FAILURE;

	r = app_run(app);
	fflush(NULL);
	/* The MQTT library's threads cannot be ended safely: leave without running what they may
	 * still use. */
	_exit(r);
}
