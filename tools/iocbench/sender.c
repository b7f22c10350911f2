/* SPDX-License-Identifier: Apache-2.0 */
#include "sender.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cargo.h"
#include "iocd/base/clock.h"
#include "iocd/base/err.h"
#include "mqtt_load.h"
#include "process.h"
#include "site.h"

#define READY_MS   60000
#define STEP_MS    1
#define PATIENT_MS 100

static int connect_load(struct mqtt_load **ret, int port)
{
	const struct mqtt_line_options line = {
		.host = "127.0.0.1",
		.client_id = "iocbench-sender",
		.port = port,
		.patience_ms = 10000,
	};

	return mqtt_load_new(ret, &line);
}

/* How many packets may have been sent by now. */
static size_t packets_due(const struct sender *sender, const struct cargo *cargo)
{
	int64_t start_ns = atomic_load(&sender->news->start_ns);
	double due = sender->options.rate * (double)(clock_mono_ns() - start_ns) / 1e9;

	if (sender->options.rate == 0 || due > (double)cargo->n_packets)
		return cargo->n_packets;
	return (size_t)due;
}

static int send_all(const struct sender *sender, const struct cargo *cargo, struct mqtt_load *load)
{
	size_t sent = 0;
	int r = 0;

	while (!r && (sent < cargo->n_packets || !mqtt_load_is_idle(load))) {
		size_t due = packets_due(sender, cargo);

		for (; sent < due; sent++) {
			const struct packet *packet = &cargo->packets[sent];

			if (mqtt_load_packet(load, cargo->bytes.bytes + packet->start, packet->size,
					     packet->id_at))
				break;
		}
		r = mqtt_load_turn(load,
				   sent == due && due < cargo->n_packets ? STEP_MS : PATIENT_MS);
	}
	if (!r && (mqtt_load_counts(load)->refused || mqtt_load_counts(load)->nobody))
		r = -EIO;
	return r;
}

static int work(void *context)
{
	struct sender *sender = context;
	CLEANUP(mqtt_load_free) struct mqtt_load *load = NULL;
	struct world world = *sender->options.world;
	struct cargo cargo;
	int r;

	world.run = clock_real_ms();
	if (sender->options.grid)
		grid_load(sender->options.grid, &cargo, sender->options.n_events);
	else
		cargo_init(&cargo, &world, sender->options.n_events, sender->options.batch);
	r = connect_load(&load, sender->options.port);
	atomic_store(&sender->news->event_bytes, cargo.event_bytes);
	atomic_store(&sender->news->ready, !r);
	while (!r && !atomic_load(&sender->news->go))
		(void)poll(NULL, 0, STEP_MS);
	atomic_store(&sender->news->start_ns, clock_mono_ns());
	if (!r)
		r = send_all(sender, &cargo, load);
	atomic_store(&sender->news->done, !r);
	cargo_fini(&cargo);
	return r ? EXIT_FAILURE : EXIT_SUCCESS;
}

int sender_start(struct sender *sender, const struct sender_options *options)
{
	int64_t end_ms = clock_mono_ms() + READY_MS;
	void *shared = mmap(NULL, sizeof(*sender->news), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int r;

	*sender = (struct sender){ .options = *options };
	if (shared == MAP_FAILED)
		return err_raise(-errno);
	sender->news = shared;
	r = process_fork(work, sender);
	if (r < 0)
		return err_pass(r);

	sender->pid = r;
	while (!atomic_load(&sender->news->ready)) {
		if (site_interrupted())
			return err_raise(-EINTR);
		if (!process_runs(sender->pid) || clock_mono_ms() > end_ms)
			return err_raise(-ETIMEDOUT);
		(void)poll(NULL, 0, STEP_MS);
	}
	return 0;
}

int sender_stop(struct sender *sender)
{
	bool done = sender->news && atomic_load(&sender->news->done);

	(void)process_stop(sender->pid);
	if (sender->news)
		(void)munmap(sender->news, sizeof(*sender->news));
	*sender = (struct sender){ 0 };
	return done ? 0 : err_raise(-EIO);
}
