/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A child publishes: ordinary events all the time, and now and then a critical incident of a host
 * that is named after its number.  It notes when in shared memory.  We subscribe to the alerts and
 * note when that host's arrives.  The intervals vary, so that they do not beat with anybody's
 * timer.
 */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "bench.h"
#include "iocd/base/clock.h"
#include "iocd/base/err.h"
#include "mqtt_load.h"
#include "mqtt_tap.h"
#include "process.h"
#include "province.h"

#define PROBES_MAX      2000
#define PROBES_QUICK    500
#define LOAD_RATE       2000
#define PROBE_MIN_NS    5000000
#define PROBE_JITTER_NS 10000000 /* 10 ms on average */
#define HOST_FORM       "probe-%06u"
#define WARM_UP_MS      1000
#define STRAGGLERS_MS   3000

struct shared {
	atomic_int_fast64_t sent_ns[PROBES_MAX];
};

struct probing {
	const struct bench *bench;
	struct site site;
	struct shared *shared; /* shared memory */
	uint32_t n_probes;
	int64_t arrived_ns[PROBES_MAX]; /* 0: not yet */
	uint32_t n_arrived;
};

/* The child's side. */
struct prober {
	struct probing *probing;
	struct world world;
	struct mqtt_load *load;
	struct province *province;
	struct random_stream random;
	uint32_t incident; /* event type */
};

static int publish(struct prober *prober, const struct fact *fact)
{
	const struct world *world = &prober->world;
	const struct event_type *type = schema_type(world->schema, fact->type);
	CLEANUP_TEXT struct text topic = { 0 };
	CLEANUP_TEXT struct text json = { 0 };
	int r;

	text_add(&topic, "%s/%s/%s/evt/%s", world->settings->mqtt.prefix,
		 units_at(world->units, fact->unit)->id, schema_feed(world->schema, type->feed)->id,
		 type->name);
	fact_json(&json, world, fact, &no_twist);
	r = mqtt_load_publish(prober->load,
			      &(struct wire_publish){ .topic = { topic.bytes, topic.size },
						      .payload = { json.bytes, json.size },
						      .qos = 1 });
	return r ? err_raise(-ENOBUFS) : 0;
}

static int publish_probe(struct prober *prober, uint32_t number)
{
	uint32_t n_units = units_count(prober->world.units);
	struct fact fact;

	fact_init(&fact, number % n_units, prober->incident, clock_real_ms());
	fact.serial = UINT32_MAX + (uint64_t)number;
	fact_text(&fact, &prober->world, "severity", "critical");
	fact_text(&fact, &prober->world, "host", HOST_FORM, number);
	fact_complete(&fact, &prober->world, &prober->random);
	atomic_store(&prober->probing->shared->sent_ns[number], clock_mono_ns());
	return publish(prober, &fact);
}

static int publish_ordinary(struct prober *prober)
{
	struct fact fact;

	province_next(prober->province, clock_real_ms(), 0, &fact);
	return publish(prober, &fact);
}

static int64_t next_probe_ns(struct prober *prober, int64_t now_ns)
{
	return now_ns + PROBE_MIN_NS + (int64_t)random_below(&prober->random, PROBE_JITTER_NS);
}

static int probe(struct prober *prober)
{
	int64_t start_ns = clock_mono_ns();
	int64_t probe_ns = start_ns + WARM_UP_MS * INT64_C(1000000);
	uint64_t n_ordinary = 0;
	uint32_t n = 0;
	int r = 0;

	while (!r && n < prober->probing->n_probes) {
		int64_t now_ns = clock_mono_ns();

		for (;
		     !r && n_ordinary < (uint64_t)((now_ns - start_ns) / (1000000000 / LOAD_RATE));
		     n_ordinary++)
			r = publish_ordinary(prober);
		if (!r)
			r = mqtt_load_turn(prober->load, 0);
		if (!r && now_ns >= probe_ns) {
			r = publish_probe(prober, n++);
			probe_ns = next_probe_ns(prober, now_ns);
		}
		if (!r)
			r = mqtt_load_turn(prober->load, 1);
	}
	while (!r && !mqtt_load_is_idle(prober->load))
		r = mqtt_load_turn(prober->load, 10);
	return r;
}

static int run_prober(void *context)
{
	struct probing *probing = context;
	struct prober prober = { .probing = probing, .world = probing->bench->world };
	const struct province_options options = { .world = &prober.world };
	const struct mqtt_line_options line = {
		.host = "127.0.0.1",
		.client_id = "iocbench-prober",
		.port = probing->site.port,
		.patience_ms = 10000,
	};
	CLEANUP_TEXT struct text report = { 0 };
	uint32_t feed = schema_find_feed(prober.world.schema, "security", 8);
	int r;

	prober.world.run = clock_real_ms();
	prober.incident = schema_find_type(prober.world.schema, feed, "incident", 8);
	random_seed(&prober.random, 1);
	r = province_new(&prober.province, &options, &report);
	if (!r)
		r = mqtt_load_new(&prober.load, &line);
	if (!r)
		r = probe(&prober);
	if (r)
		fprintf(stderr, "iocbench: the prober failed: %s\n", err_trace());
	mqtt_load_free(prober.load);
	province_free(prober.province);
	return r ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* Notes the first message about a probe: the alert as it was raised. */
static void on_alert(void *context, const struct wire_publish *message)
{
	struct probing *probing = context;
	int64_t now_ns = clock_mono_ns();
	const char *at = memmem(message->payload.bytes, message->payload.size, "probe-", 6);
	unsigned number = 0;

	if (!at || message->payload.bytes + message->payload.size - at < 13)
		return;
	for (int i = 6; i < 12; i++)
		number = number * 10 + (unsigned)(at[i] - '0');
	if (number >= probing->n_probes || probing->arrived_ns[number])
		return;
	probing->arrived_ns[number] = now_ns;
	probing->n_arrived++;
}

static int listen_for_alerts(struct probing *probing, struct mqtt_tap *tap, pid_t child)
{
	int64_t end_ms = INT64_MAX;
	int r = 0;

	while (!r && probing->n_arrived < probing->n_probes && clock_mono_ms() < end_ms) {
		r = mqtt_tap_turn(tap, 50);
		if (end_ms == INT64_MAX && !process_runs(child))
			end_ms = clock_mono_ms() + STRAGGLERS_MS;
		if (!r && site_interrupted())
			r = err_raise(-EINTR);
	}
	return err_pass(r);
}

static int run_probes(struct probing *probing)
{
	const struct mqtt_line_options line = {
		.host = "127.0.0.1",
		.client_id = "iocbench-listener",
		.port = probing->site.port,
		.patience_ms = 10000,
	};
	CLEANUP(mqtt_tap_free) struct mqtt_tap *tap = NULL;
	CLEANUP_TEXT struct text filter = { 0 };
	int r, child;

	text_add(&filter, "%s/alertlog/#", probing->bench->site.prefix);
	r = mqtt_tap_new(&tap, &line, text_get(&filter), on_alert, probing);
	if (r)
		return err_pass(r);
	child = process_fork(run_prober, probing);
	if (child < 0)
		return err_pass(child);
	r = listen_for_alerts(probing, tap, child);
	return process_stop(child) && !r ? err_raise(-EIO) : err_pass(r);
}

static void add_histogram(struct text *out, const double *sorted, size_t n)
{
	static const double bounds[] = { 0.25, 0.5, 1, 2, 4, 8, 16, 32, 64, 1e9 };
	size_t at = 0;

	text_add(out, "\nPublishing to alert, at %d events a second:\n\n", LOAD_RATE);
	for (size_t i = 0; i < COUNT(bounds) && at < n; i++) {
		size_t first = at;

		while (at < n && sorted[at] <= bounds[i])
			at++;
		if (bounds[i] < 1e9)
			text_add(out, "    up to %5.2f ms %6zu  %.*s\n", bounds[i], at - first,
				 (int)((at - first) * 50 / n),
				 "##################################################");
		else
			text_add(out, "    beyond         %6zu\n", at - first);
	}
}

static void report(const struct probing *probing)
{
	const struct bench *bench = probing->bench;
	CLEANUP_TEXT struct text figure = { 0 };
	double *ms = xcalloc(probing->n_arrived, sizeof(*ms));
	enum grade grade;
	size_t n = 0;

	for (uint32_t i = 0; i < probing->n_probes; i++)
		if (probing->arrived_ns[i])
			ms[n++] = (double)(probing->arrived_ns[i] -
					   atomic_load(&probing->shared->sent_ns[i])) /
				  1e6;
	sort_values(ms, n);
	text_add(&figure, "p50 %.2f, p90 %.2f, p99 %.2f, p99.9 %.2f, max %.2f ms of %zu alerts",
		 sorted_quantile(ms, n, 0.5), sorted_quantile(ms, n, 0.9),
		 sorted_quantile(ms, n, 0.99), sorted_quantile(ms, n, 0.999), ms[n - 1], n);
	grade = at_most(sorted_quantile(ms, n, 0.5), 1) == GRADE_MET
			? at_most(sorted_quantile(ms, n, 0.99), 4)
			: GRADE_MISSED;
	table_row(bench->table, "P6 critical event to alert at a subscriber, 2,000 events/s",
		  "p50 at most 1 ms, p99 at most 4 ms", text_get(&figure), grade);
	add_histogram(bench->notes, ms, n);
	free(ms);
}

static bool can_probe(const struct world *world)
{
	uint32_t feed = schema_find_feed(world->schema, "security", 8);

	return feed != TYPE_NONE &&
	       schema_find_type(world->schema, feed, "incident", 8) != TYPE_NONE;
}

int bench_latency(const struct bench *bench)
{
	struct probing *probing;
	void *shared;
	int r;

	if (!can_probe(&bench->world)) {
		text_add(bench->notes, "P6 cannot be measured: the configuration has no "
				       "security/incident.\n");
		return 0;
	}
	shared = mmap(NULL, sizeof(struct shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		return err_raise(-errno);

	probing = xcalloc(1, sizeof(*probing));
	probing->bench = bench;
	probing->shared = shared;
	probing->n_probes = bench->quick ? PROBES_QUICK : PROBES_MAX;
	fprintf(stderr, "latency of %u alerts\n", probing->n_probes);
	r = site_start_iocd(&probing->site, &bench->site);
	if (!r)
		r = run_probes(probing);
	site_stop(&probing->site);
	if (!r && probing->n_arrived < probing->n_probes) {
		fprintf(stderr, "iocbench: of %u alerts %u arrived\n", probing->n_probes,
			probing->n_arrived);
		r = err_raise(-EIO);
	}
	if (!r)
		report(probing);
	free(probing);
	(void)munmap(shared, sizeof(struct shared));
	return r;
}
