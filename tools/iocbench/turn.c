/* SPDX-License-Identifier: Apache-2.0 */
#include "turn.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "iocd/base/clock.h"
#include "iocd/base/err.h"
#include "process.h"

#define SETTLE_MS 300   /* what follows the last event belongs to its cost: commits, syncs */
#define SELDOM_MS 250   /* between two looks while events are still sent: iocd has to answer, */
#define OFTEN_MS  5     /* which belongs to no event; and when the last ones are awaited */
#define QUIET_MS  20000 /* without a further event: something was lost */
#define NULL_MS   2     /* between looks at a counter in shared memory, */
#define IOCD_MS   20    /* and at iocd, which has to answer */

/* How long to leave the subscriber alone: shorter once everything is sent. */
static int wait_ms(const struct sender *sender)
{
	for (int ms = 0; ms < SELDOM_MS; ms += OFTEN_MS) {
		if (atomic_load(&sender->news->done))
			return OFTEN_MS;
		(void)poll(NULL, 0, OFTEN_MS);
	}
	return 0;
}

/* Waits until all events were counted; stores when. */
static int await_all(const struct turn *turn, struct site *site, const struct sender *sender,
		     int64_t *ret_ns)
{
	struct site_events events = { 0 };
	int64_t end_ms = clock_mono_ms() + QUIET_MS;
	uint64_t before = 0;
	int r;

	for (;;) {
		r = site_events(site, &events);
		if (r)
			return err_pass(r);
		if (events.accepted + events.refused >= turn->n_events)
			break;
		if (events.accepted != before)
			end_ms = clock_mono_ms() + QUIET_MS;
		before = events.accepted;
		if (site_interrupted())
			return err_raise(-EINTR);
		if (clock_mono_ms() > end_ms)
			break;
		(void)poll(NULL, 0, wait_ms(sender));
	}
	*ret_ns = clock_mono_ns();
	if (events.accepted == turn->n_events && events.refused == 0)
		return 0;
	fprintf(stderr,
		"iocbench: of %" PRIu64 " events %" PRIu64 " were counted, %" PRIu64 " refused\n",
		turn->n_events, events.accepted, events.refused);
	return err_raise(-EIO);
}

static double share(double part, double other)
{
	return part + other > 0 ? part / (part + other) : 0;
}

static int measure(const struct turn *turn, struct site *site, struct sender *sender,
		   struct turn_result *ret)
{
	const double n = (double)turn->n_events;
	struct cpu before, after;
	int64_t end_ns = 0;
	int r;

	r = process_cpu(&before, site->subscriber_pid);
	if (r)
		return err_pass(r);
	atomic_store(&sender->news->go, true);
	r = await_all(turn, site, sender, &end_ns);
	(void)poll(NULL, 0, SETTLE_MS);
	if (!r)
		r = process_cpu(&after, site->subscriber_pid);
	if (r)
		return err_pass(r);

	*ret = (struct turn_result){
		.cpu_us = (after.us - before.us) / n,
		.user_share = share(after.user_ticks - before.user_ticks,
				    after.system_ticks - before.system_ticks),
		.rate = n * 1e9 / (double)(end_ns - atomic_load(&sender->news->start_ns)),
		.event_bytes = (double)atomic_load(&sender->news->event_bytes) / n,
	};
	return 0;
}

static int run_at_site(const struct turn *turn, struct site *site, struct turn_result *ret)
{
	const struct sender_options options = {
		.world = turn->world,
		.port = site->port,
		.n_events = turn->n_events,
		.batch = turn->batch,
		.rate = turn->rate,
	};
	struct sender sender;
	int r, stopped;

	r = sender_start(&sender, &options);
	if (!r)
		r = measure(turn, site, &sender, ret);
	stopped = sender_stop(&sender);
	return err_pass(r ? r : stopped);
}

int turn_run(const struct turn *turn, struct turn_result *ret)
{
	struct site site;
	int r;

	fprintf(stderr, "  %-5s %8" PRIu64 " events", turn->is_null ? "null" : "iocd",
		turn->n_events);
	r = turn->is_null ? site_start_null(&site, turn->site) : site_start_iocd(&site, turn->site);
	if (!r)
		r = run_at_site(turn, &site, ret);
	site_stop(&site);
	if (r)
		fprintf(stderr, "\niocbench: this measurement failed: %s (%s)\n", strerror(-r),
			err_trace());
	else
		fprintf(stderr, "  %6.2f us  %8.0f/s\n", ret->cpu_us, ret->rate);
	return r;
}
