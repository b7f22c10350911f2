/* SPDX-License-Identifier: Apache-2.0 */
/*
 * We write a journal as iocd would have, of ordinary events at an ordinary pace that ends now, and
 * start iocd on it: it has no snapshot, so it carries all of them through the fold.
 */
#include <inttypes.h>
#include <stdio.h>

#include "bench.h"
#include "iocd/base/clock.h"
#include "iocd/base/disk.h"
#include "iocd/base/err.h"
#include "iocd/journal.h"
#include "process.h"
#include "province.h"
#include "status.h"

#define PACE        5000 /* events a second when they arrived */
#define RATE_LEAST  700000
#define READY_S     2.0
#define SAID_EVENTS 1000000

struct standing {
	struct samples rate;  /* events per second of processor time */
	struct samples ready; /* seconds from the start until it has caught up */
};

static int append(struct journal *journal, const struct world *world, const struct fact *fact)
{
	const struct event_type *type = schema_type(world->schema, fact->type);
	CLEANUP_TEXT struct text topic = { 0 };
	CLEANUP_TEXT struct text json = { 0 };
	struct record record = { .kind = RECORD_MESSAGE };
	int r;

	text_add(&topic, "%s/%s/%s/evt/%s", world->settings->mqtt.prefix,
		 units_at(world->units, fact->unit)->id, schema_feed(world->schema, type->feed)->id,
		 type->name);
	fact_json(&json, world, fact, &no_twist);
	record.topic = topic.bytes;
	record.topic_size = topic.size;
	record.payload = json.bytes;
	record.payload_size = json.size;
	r = journal_append(journal, &record, fact->time_ms);
	return r > 0 ? err_fold(r) : err_pass(r);
}

static int fill(struct journal *journal, const struct bench *bench, uint64_t n_events)
{
	const struct province_options options = { .world = &bench->world };
	CLEANUP(province_free) struct province *province = NULL;
	CLEANUP_TEXT struct text report = { 0 };
	int64_t span_ms = (int64_t)(n_events * 1000 / PACE);
	int64_t first_ms = clock_real_ms() - span_ms;
	int r;

	r = province_new(&province, &options, &report);
	if (!r)
		r = journal_start(journal, NULL, NULL);
	for (uint64_t i = 0; !r && i < n_events; i++) {
		int64_t run_ms = (int64_t)(i * 1000 / PACE);
		struct fact fact;

		province_next(province, first_ms + run_ms, run_ms, &fact);
		r = append(journal, &bench->world, &fact);
	}
	return r > 0 ? err_fold(r) : err_pass(r);
}

static int write_journal(const struct bench *bench, const struct site *site, uint64_t n_events)
{
	CLEANUP(journal_free) struct journal *journal = NULL;
	CLEANUP_TEXT struct text path = { 0 };
	struct journal_options options = {
		.segment_bytes = (uint64_t)bench->world.settings->journal.segment_bytes,
	};
	struct journal_recovery recovery;
	int r;

	site_add_journal(site, &path);
	options.directory = text_get(&path);
	r = journal_open(&journal, &options, &recovery);
	if (!r)
		r = fill(journal, bench, n_events);
	return r > 0 ? err_fold(r) : err_pass(r);
}

static void remove_snapshot(void *context, const char *name)
{
	const char *directory = context;
	CLEANUP_TEXT struct text path = { 0 };

	text_add(&path, "%s/%s", directory, name);
	if (disk_remove(text_get(&path)))
		fprintf(stderr, "iocbench: cannot remove '%s'\n", text_get(&path));
}

static int forget_snapshots(const struct site *site)
{
	CLEANUP_TEXT struct text path = { 0 };

	site_add_journal(site, &path);
	return err_pass(disk_list(text_get(&path), ".snap", remove_snapshot, path.bytes));
}

static int run_round(struct site *site, uint64_t n_events, struct standing *standing)
{
	struct cpu cpu = { 0 };
	struct status status;
	int64_t ready_ns;
	int r;

	r = forget_snapshots(site);
	if (!r)
		r = site_time_iocd(site, &ready_ns);
	if (!r)
		r = process_cpu(&cpu, site->subscriber_pid);
	if (!r)
		r = status_read(site->http, &status);
	site_kill_iocd(site);
	if (r)
		return err_pass(r);
	if (status.accepted != n_events || status.seen != n_events) {
		fprintf(stderr, "iocbench: of %" PRIu64 " events %" PRIu64 " were counted\n",
			n_events, status.accepted);
		return err_raise(-EIO);
	}

	samples_add(&standing->rate, (double)n_events * 1e6 / cpu.us);
	samples_add(&standing->ready, (double)ready_ns / 1e9);
	fprintf(stderr, "  ready after %.2f s, %.2f s of processor time\n", (double)ready_ns / 1e9,
		cpu.us / 1e6);
	return 0;
}

static void add_rows(const struct bench *bench, uint64_t n_events, const struct standing *standing)
{
	double rate = samples_median(&standing->rate), ready = samples_median(&standing->ready);
	CLEANUP_TEXT struct text replay = { 0 };
	CLEANUP_TEXT struct text start = { 0 };
	CLEANUP_TEXT struct text name = { 0 };

	text_add(&replay,
		 "%.0f/s (%.0f to %.0f) of processor time, the start of the process included", rate,
		 samples_min(&standing->rate), samples_max(&standing->rate));
	table_row(bench->table, "P3 replay, single events, no snapshot",
		  "at least 700,000/s on one core", text_get(&replay), at_least(rate, RATE_LEAST));

	text_add(&name, "P10 start with a tail of %" PRIu64 " events", n_events);
	text_add(&start, "%.2f s (%.2f to %.2f)", ready, samples_min(&standing->ready),
		 samples_max(&standing->ready));
	if (n_events < SAID_EVENTS)
		text_add(&start, "; the target is for %d", SAID_EVENTS);
	table_row(bench->table, text_get(&name), "at most 2 s", text_get(&start),
		  at_most(ready, READY_S));
}

int bench_replay(const struct bench *bench)
{
	uint64_t n_events = bench_events(bench, SAID_EVENTS, SAID_EVENTS / 5);
	struct standing standing = { 0 };
	struct site site;
	int r;

	fprintf(stderr, "replay, %" PRIu64 " events in the journal\n", n_events);
	r = site_start_servers(&site, &bench->site);
	if (!r)
		r = write_journal(bench, &site, n_events);
	for (int round = 0; !r && round < bench->rounds; round++)
		r = run_round(&site, n_events, &standing);
	r = site_end(&site, r);
	if (!r)
		add_rows(bench, n_events, &standing);
	return r;
}
