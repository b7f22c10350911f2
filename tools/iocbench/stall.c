/* SPDX-License-Identifier: Apache-2.0 */
/*
 * iocd says in its status how long the longest turn of its loop was in the last second.  We look
 * more often than that while events come in, and keep the longest.  The first events make all
 * series live; what was before is not looked at.
 */
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>

#include "bench.h"
#include "grid.h"
#include "iocd/base/clock.h"
#include "iocd/base/err.h"
#include "status.h"

#define N_UNITS   1000
#define N_TYPES   100
#define RATE      20000
#define SECONDS   60
#define QUICK_S   30
#define LOOK_MS   250
#define NAP_MS    1
#define FILL_MS   20000 /* until all series must be live */
#define SETTLE_MS 1500  /* what iocd says is up to a second old */
#define QUIET_MS  20000
#define STALL_MS  20.0
#define SNAPSHOTS 2 /* that must have been written meanwhile */

struct sighting {
	uint64_t stall_us; /* longest */
	uint64_t pause_us; /* of a snapshot, longest */
	uint64_t bytes;    /* of the last snapshot */
	uint64_t series;
	uint64_t snapshot; /* position of the last */
	int n_snapshots;
	int64_t held_us; /* how much longer than asked for a sleep of ours took, longest */
};

/* Waits until the next look, in short sleeps: what holds these up holds iocd up as well. */
static void rest(struct sighting *sighting, int64_t ms)
{
	int64_t now_ns = clock_mono_ns();
	int64_t end_ns = now_ns + ms * 1000000;

	while (now_ns < end_ns) {
		int64_t before_ns = now_ns;
		int64_t held_us;

		(void)poll(NULL, 0, NAP_MS);
		now_ns = clock_mono_ns();
		held_us = (now_ns - before_ns) / 1000 - NAP_MS * 1000;
		if (held_us > sighting->held_us)
			sighting->held_us = held_us;
	}
}

static int look(struct site *site, struct sighting *sighting, struct status *ret)
{
	int r;

	if (site_interrupted())
		return err_raise(-EINTR);
	r = status_read(site->http, ret);
	if (r)
		return err_pass(r);

	sighting->n_snapshots += ret->snapshot != sighting->snapshot;
	sighting->snapshot = ret->snapshot;
	sighting->bytes = ret->snapshot_bytes;
	sighting->series = ret->series;
	if (ret->stall_us > sighting->stall_us)
		sighting->stall_us = ret->stall_us;
	if (ret->pause_us > sighting->pause_us)
		sighting->pause_us = ret->pause_us;
	return 0;
}

/* Waits until every series is live, and forgets what was seen until then. */
static int await_series(struct site *site, struct sighting *sighting)
{
	int64_t end_ms = clock_mono_ms() + FILL_MS;
	struct status status = { 0 };
	int r = 0;

	while (!r && status.series < N_UNITS * N_TYPES) {
		if (clock_mono_ms() > end_ms)
			return err_raise(-ETIMEDOUT);
		rest(sighting, LOOK_MS);
		r = look(site, sighting, &status);
	}
	rest(sighting, SETTLE_MS);
	*sighting = (struct sighting){ .snapshot = status.snapshot };
	return err_pass(r);
}

/* Looks on until everything was sent, and goes on until all of it was counted. */
static int watch(struct site *site, const struct sender *sender, uint64_t n_events,
		 struct sighting *sighting)
{
	struct status status = { 0 };
	int64_t end_ms = INT64_MAX;
	int r = 0;

	while (!r && status.accepted < n_events) {
		if (clock_mono_ms() > end_ms) {
			fprintf(stderr,
				"iocbench: of %" PRIu64 " events %" PRIu64 " were counted\n",
				n_events, status.accepted);
			return err_raise(-EIO);
		}
		rest(sighting, LOOK_MS);
		r = look(site, sighting, &status);
		if (end_ms == INT64_MAX && atomic_load(&sender->news->done))
			end_ms = clock_mono_ms() + QUIET_MS;
	}
	return err_pass(r);
}

static int run_at_site(const struct bench *bench, struct site *site, const struct grid *grid,
		       struct sighting *sighting)
{
	const struct sender_options options = {
		.world = &bench->world,
		.port = site->port,
		.n_events = bench_events(bench, RATE * SECONDS, RATE * QUICK_S),
		.grid = grid,
		.rate = RATE,
	};
	struct sender sender;
	int r, stopped;

	r = sender_start(&sender, &options);
	if (!r) {
		atomic_store(&sender.news->go, true);
		r = await_series(site, sighting);
	}
	if (!r)
		r = watch(site, &sender, options.n_events, sighting);
	stopped = sender_stop(&sender);
	return err_pass(r ? r : stopped);
}

static void add_row(const struct bench *bench, const struct sighting *sighting)
{
	double stall_ms = (double)sighting->stall_us / 1e3;
	CLEANUP_TEXT struct text figure = { 0 };
	enum grade grade = at_most(stall_ms, STALL_MS);

	text_add(&figure,
		 "%.1f ms; %" PRIu64 " series, %d snapshots of %.1f MB, longest pause for one %.1f "
		 "ms; meanwhile a process that only sleeps was held up for %.1f ms",
		 stall_ms, sighting->series, sighting->n_snapshots, (double)sighting->bytes / 1e6,
		 (double)sighting->pause_us / 1e3, (double)sighting->held_us / 1e3);
	if (sighting->n_snapshots < SNAPSHOTS) {
		text_add(&figure, "; too few snapshots to tell");
		grade = GRADE_MISSED;
	}
	table_row(bench->table, "P11 longest turn of the loop, 100,000 series, 20,000 events/s",
		  "at most 20 ms", text_get(&figure), grade);
}

int bench_stall(const struct bench *bench)
{
	const struct grid grid = { N_UNITS, N_TYPES, bench->site.prefix };
	struct site_options options = bench->site;
	CLEANUP_TEXT struct text pack = { 0 };
	struct sighting sighting = { 0 };
	struct site site;
	int r;

	fprintf(stderr, "stall, %d series, %d events a second\n", N_UNITS * N_TYPES, RATE);
	r = site_start_servers(&site, &options);
	text_add(&pack, "%s/pack", site.directory);
	options.config = text_get(&pack);
	if (!r)
		r = grid_write(&grid, options.config);
	if (!r)
		r = site_launch_iocd(&site);
	if (!r)
		r = site_await_iocd(&site);
	if (!r)
		r = run_at_site(bench, &site, &grid, &sighting);
	r = site_end(&site, r);
	if (!r)
		add_row(bench, &sighting);
	return r;
}
