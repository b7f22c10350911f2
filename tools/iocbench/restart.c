/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events come in at a steady rate all the time.  In each round iocd runs for a while, so that it
 * has written snapshots, is killed at a moment that chance chooses between two of them, and is
 * started again at once.  In the end every event must have been counted once.
 */
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>

#include "bench.h"
#include "iocd/base/clock.h"
#include "iocd/base/err.h"
#include "iocd/base/random.h"
#include "status.h"

#define RATE      5000
#define LEAST_MS  4000  /* from a start to the next kill: the first snapshot is written by then, */
#define CHANCE_MS 10000 /* and so much more, as long as from one snapshot to the next, */
#define QUICK_MS  5000  /* or only this */
#define AFTER_MS  1000  /* from a start to the next round */
#define QUIET_MS  20000 /* without a further event: something was lost */
#define STEP_MS   100
#define READY_S   0.3

static uint64_t chance_ms(const struct bench *bench)
{
	return bench->quick ? QUICK_MS : CHANCE_MS;
}

static int await_kill(const struct bench *bench, struct site *site, struct random_stream *random)
{
	int64_t end_ms =
		clock_mono_ms() + LEAST_MS + (int64_t)random_below(random, chance_ms(bench));
	struct status status;
	int r;

	while (clock_mono_ms() < end_ms) {
		if (site_interrupted())
			return err_raise(-EINTR);
		(void)poll(NULL, 0, STEP_MS);
	}
	r = status_read(site->http, &status);
	if (!r && status.snapshot == 0) {
		fprintf(stderr, "iocbench: iocd has written no snapshot\n");
		r = err_raise(-EIO);
	}
	return err_pass(r);
}

static int run_rounds(const struct bench *bench, struct site *site, struct samples *ready)
{
	struct random_stream random;
	int r = 0;

	random_seed(&random, 1);
	for (int round = 0; !r && round < bench->rounds; round++) {
		int64_t ready_ns;

		r = await_kill(bench, site, &random);
		if (r)
			break;
		site_kill_iocd(site);
		r = site_time_iocd(site, &ready_ns);
		if (r)
			break;
		samples_add(ready, (double)ready_ns / 1e9);
		fprintf(stderr, "  ready after %.3f s\n", (double)ready_ns / 1e9);
		(void)poll(NULL, 0, AFTER_MS);
	}
	return err_pass(r);
}

/* Waits until n_events have been accepted.  What a broker sends again is refused as known. */
static int await_events(struct site *site, uint64_t n_events)
{
	int64_t end_ms = clock_mono_ms() + QUIET_MS;
	uint64_t before = 0;
	struct status status = { 0 };
	int r = 0;

	while (!r && status.accepted < n_events && clock_mono_ms() < end_ms) {
		(void)poll(NULL, 0, STEP_MS);
		r = site_interrupted() ? err_raise(-EINTR) : status_read(site->http, &status);
		if (status.accepted != before)
			end_ms = clock_mono_ms() + QUIET_MS;
		before = status.accepted;
	}
	if (r || status.accepted == n_events)
		return err_pass(r);
	fprintf(stderr, "iocbench: of %" PRIu64 " events %" PRIu64 " were counted\n", n_events,
		status.accepted);
	return err_raise(-EIO);
}

static int run_at_site(const struct bench *bench, struct site *site, struct samples *ready)
{
	const uint64_t round_ms = LEAST_MS + chance_ms(bench) + AFTER_MS;
	const struct sender_options options = {
		.world = &bench->world,
		.port = site->port,
		.n_events = (uint64_t)bench->rounds * round_ms * RATE / 1000,
		.batch = 1,
		.rate = RATE,
	};
	struct sender sender;
	int r, stopped;

	r = sender_start(&sender, &options);
	if (!r) {
		atomic_store(&sender.news->go, true);
		r = run_rounds(bench, site, ready);
	}
	if (!r)
		r = await_events(site, options.n_events);
	stopped = sender_stop(&sender);
	return err_pass(r ? r : stopped);
}

int bench_restart(const struct bench *bench)
{
	CLEANUP_TEXT struct text figure = { 0 };
	struct samples ready = { 0 };
	struct site site;
	int r;

	fprintf(stderr, "restart after kill -9, %d events a second\n", RATE);
	r = site_start_iocd(&site, &bench->site);
	if (!r)
		r = run_at_site(bench, &site, &ready);
	r = site_end(&site, r);
	if (r)
		return r;

	text_add(&figure, "%.3f s (%.3f to %.3f) in %d rounds at %d events/s; lost 0, double 0",
		 samples_median(&ready), samples_min(&ready), samples_max(&ready), bench->rounds,
		 RATE);
	table_row(bench->table, "P10 start after kill -9, ordinary snapshots", "at most 0.3 s",
		  text_get(&figure), at_most(samples_max(&ready), READY_S));
	return 0;
}
