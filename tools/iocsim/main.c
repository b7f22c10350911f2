/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "iocd/base/clock.h"
#include "iocd/base/disk.h"
#include "iocd/base/err.h"
#include "receipts.h"
#include "run.h"
#include "senders.h"

#define EXIT_USAGE 2
#define SECRET_MAX 4096

static volatile sig_atomic_t stop;

static void on_signal(int number)
{
	(void)number;
	stop = 1;
}

/* The first signal ends the run well, the second at once. */
static void catch_signals(void)
{
	const struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESETHAND };

	(void)sigaction(SIGINT, &action, NULL);
	(void)sigaction(SIGTERM, &action, NULL);
}

static int load(struct config **ret, struct options *options)
{
	CLEANUP_TEXT struct text report = { 0 };
	const struct config_overrides overrides = {
		.pairs = (const char *const *)options->set,
		.n_pairs = options->n_set,
	};
	int r = config_load(ret, options->config, &overrides, &report);

	fputs(text_get(&report), stderr);
	return r;
}

static struct world world_of(const struct config *config, const struct options *options)
{
	struct world world = {
		.settings = config_settings(config),
		.units = config_units(config),
		.schema = config_schema(config),
		.seed = options->seed,
		.run = clock_real_ms(),
		.numbered = options->sequence,
		.batched = options->batch > 1,
	};

	world.indicators = config_indicators(config, &world.n_indicators);
	world.tracks = config_tracks(config, &world.n_tracks);
	world.contracts = config_contracts(config, &world.n_contracts);
	return world;
}

static int make_province(struct province **ret, const struct options *options,
			 const struct world *world)
{
	CLEANUP_TEXT struct text report = { 0 };
	const struct province_options wanted = {
		.world = world,
		.only_units = options->units,
		.silent_units = options->silent,
		.apart_units = options->apart,
		.rhythm = options->rhythm,
		.wishes = options->wishes,
		.n_wishes = options->n_wishes,
	};
	int r = province_new(ret, &wanted, &report);

	fputs(text_get(&report), stderr);
	return r;
}

static int make_senders(struct senders **ret, const struct options *options,
			const struct world *world, struct feeder *feeder)
{
	CLEANUP_TEXT struct text report = { 0 };
	int r = senders_new(ret, options, world, feeder, &report);

	fputs(text_get(&report), stderr);
	return r;
}

static int open_receipts(struct receipts **ret, const char *path)
{
	int r = receipts_new(ret, path);

	if (r)
		fprintf(stderr, "iocsim: cannot write '%s': %s\n", path, strerror(-r));
	return r;
}

static int close_receipts(struct receipts *receipts, const char *path)
{
	int r = receipts_finish(receipts);

	if (r)
		fprintf(stderr, "iocsim: cannot write '%s': %s\n", path, strerror(-r));
	return r;
}

static int connect_feeder(struct feeder **ret, const struct options *options,
			  const struct world *world, struct receipts *receipts, char **ret_password)
{
	struct feeder_options wanted = {
		.world = world,
		.username = options->username,
		.batch = options->batch,
		.persist = options->persist,
		.taken = receipts ? receipts_take : NULL,
		.context = receipts,
	};
	size_t size;
	int r = 0;

	if (options->batch > world->settings->limits.batch)
		wanted.batch = world->settings->limits.batch;
	if (options->password_file)
		r = disk_read_file(options->password_file, SECRET_MAX, ret_password, &size);
	if (r) {
		fprintf(stderr, "iocsim: cannot read '%s': %s\n", options->password_file,
			strerror(-r));
		return r;
	}
	if (*ret_password) {
		(*ret_password)[strcspn(*ret_password, "\r\n")] = '\0';
		wanted.password = *ret_password;
	}
	r = feeder_new(ret, &wanted);
	if (r)
		fprintf(stderr, "iocsim: cannot connect to the broker at %s port %d: %s\n",
			world->settings->mqtt.host, world->settings->mqtt.port, strerror(-r));
	return r;
}

static int write_totals(const struct run *run, const char *path)
{
	CLEANUP_TEXT struct text json = { 0 };
	FILE *file = fopen(path, "we");
	bool ok = file != NULL;

	run_json(&json, run, true);
	ok = ok && fwrite(json.bytes, 1, json.size, file) == json.size;
	if (file)
		ok = fclose(file) == 0 && ok;
	if (!ok)
		fprintf(stderr, "iocsim: cannot write '%s': %s\n", path, strerror(errno));
	return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int report(const struct run *run, const struct options *options, const struct feeder *feeder)
{
	CLEANUP_TEXT struct text json = { 0 };
	CLEANUP_TEXT struct text summary = { 0 };

	run_json(&json, run, false);
	fputs(text_get(&json), stdout);
	run_summary(&summary, run);
	fputs(text_get(&summary), stderr);
	if (options->totals && write_totals(run, options->totals))
		return EXIT_FAILURE;
	return feeder_counts(feeder)->refused ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int simulate(const struct options *options, const struct config *config)
{
	const struct world world = world_of(config, options);
	CLEANUP(receipts_free) struct receipts *receipts = NULL;
	CLEANUP(province_free) struct province *province = NULL;
	CLEANUP(feeder_free) struct feeder *feeder = NULL;
	CLEANUP(senders_free) struct senders *senders = NULL;
	CLEANUP(run_free) struct run *run = NULL;
	char *password = NULL;
	int r;

	r = make_province(&province, options, &world);
	if (!r && options->ledger)
		r = open_receipts(&receipts, options->ledger);
	if (!r)
		r = connect_feeder(&feeder, options, &world, receipts, &password);
	if (!r)
		r = make_senders(&senders, options, &world, feeder);
	if (!r) {
		catch_signals();
		run = run_new(options, &world, province, feeder, senders);
		r = run_all(run, &stop);
		if (r)
			fprintf(stderr, "iocsim: the broker did not take everything: %s (%s)\n",
				strerror(-r), err_trace());
		else if (receipts)
			r = close_receipts(receipts, options->ledger);
	}
	free(password);
	return r ? EXIT_FAILURE : report(run, options, feeder);
}

int main(int argc, char **argv)
{
	CLEANUP(config_free) struct config *config = NULL;
	struct options options;
	int r;

	r = options_read(&options, argc, argv);
	if (r) {
		options_fini(&options);
		return r == OPTIONS_DONE ? EXIT_SUCCESS : EXIT_USAGE;
	}
	r = load(&config, &options);
	if (!r && options.from_is_local)
		options.from_ms -= config_settings(config)->offset_minutes * INT64_C(60000);
	r = r ? EXIT_FAILURE : simulate(&options, config);
	options_fini(&options);
	return r;
}
