/* SPDX-License-Identifier: Apache-2.0 */
#include "process.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "disk_model.h"
#include "iocd/base/clock.h"
#include "iocd/base/disk.h"
#include "iocd/base/err.h"
#include "iocd/history.h"
#include "keep.h"
#include "loop_model.h"
#include "senders.h"

#define IDLE_EVERY_MS   50
#define SEGMENT_BYTES   (1u << 20)
#define REDIS_WAIT_MS   2000
#define COMMIT_EVERY_MS 100

static int refuse(struct process *process, const char *what, const char *why)
{
	(void)snprintf(process->why, sizeof(process->why), "%s: %s", what, why);
	process->is_refused = true;
	return -1;
}

static int fail(struct process *process, const char *what, int fault)
{
	(void)snprintf(process->why, sizeof(process->why), "%s: %s at %s", what, strerror(-fault),
		       err_trace());
	return -1;
}

/* ---- state ---- */

static void save(void *context, struct bytes_writer *writer)
{
	const struct process *process = context;

	flow_save(process->flow, writer);
}

static bool past_is_settled(const struct process *process)
{
	const struct history_status status = {
		.committed = past_committed(process->options.past),
	};

	return history_has_all(&status, flow_indicators(process->flow));
}

static void on_tick(void *context, const struct flow_tick *tick)
{
	struct process *process = context;
	int r;

	past_put(process->options.past, tick->batches, tick->n_batches);
	if (process->store)
		store_post(process->store, tick->changes, tick->n_changes, tick->position);
	if (process->options.tick)
		process->options.tick(process->options.context, process->flow, tick->position);
	if (!process->is_ready || !process->wants_snapshot || !past_is_settled(process))
		return;

	process->wants_snapshot = false;
	r = snapshots_write(process->snapshots, tick->position, save, process);
	(void)r; /* those before it stand */
}

static int new_flow(struct process *process)
{
	struct flow_options options;

	process->flow = flow_free(process->flow);
	world_flow_options(process->options.world, process->journal, process->first, &options);
	return flow_new(&process->flow, &options, on_tick, process);
}

static void load(void *context, struct bytes_reader *reader)
{
	struct process *process = context;

	if (new_flow(process)) {
		bytes_reject(reader, "there is no memory for it");
		return;
	}
	flow_load(process->flow, reader);
}

static int open_state(struct process *process, uint64_t limit)
{
	CLEANUP_TEXT struct text report = { 0 };
	int r;

	r = snapshots_new(&process->snapshots, DISK_MODEL_DIRECTORY, journal_id(process->journal));
	if (r)
		return fail(process, "snapshots", r);
	process->loaded = NEVER;
	r = snapshots_load(process->snapshots, limit, load, process, &process->loaded, &report);
	if (r == SNAPSHOT_NONE)
		r = new_flow(process);
	if (r)
		return fail(process, "snapshot", r);
	if (process->loaded == NEVER && process->first > 0)
		return refuse(process, "no snapshot for a journal without beginning",
			      text_get(&report));
	return 0;
}

/* ---- the loop's work ---- */

static void pass_idle_time(void *context)
{
	const struct record record = { .kind = RECORD_TIME };
	struct process *process = context;
	int64_t now_ms = clock_real_ms();
	int r;

	if (now_ms > process->clock_ms)
		process->clock_ms = now_ms;
	if (journal_end(process->journal) > flow_position(process->flow) ||
	    process->clock_ms < flow_due_ms(process->flow))
		return;
	r = journal_append(process->journal, &record, process->clock_ms);
	(void)r; /* time stands still */
}

static void look_at_room(struct process *process)
{
	uint64_t free_bytes;
	bool is_short;

	if (disk_free_bytes(DISK_MODEL_DIRECTORY, &free_bytes))
		return;
	is_short = journal_is_tight(process->journal) || free_bytes < process->options.stop_below;
	if (is_short && !process->is_short)
		intake_pause(process->intake, "the disk is nearly full");
	else if (!is_short && process->is_short)
		intake_resume(process->intake);
	process->is_short = is_short;
}

static void every_second(void *context)
{
	struct process *process = context;
	struct snapshot_status status;

	look_at_room(process);
	snapshots_get_status(process->snapshots, &status);
	journal_retain(process->journal, status.oldest, process->options.keep_bytes, INT64_MIN);
	store_put_health(process->store, "iocd", "serves");
}

/* ---- start ---- */

static int open_journal(struct process *process, struct journal_recovery *recovery)
{
	const struct journal_options options = {
		.directory = DISK_MODEL_DIRECTORY,
		.segment_bytes = SEGMENT_BYTES,
		.mode = JOURNAL_INTERVAL,
	};
	int r;

	r = journal_open(&process->journal, &options, recovery);
	if (r == JOURNAL_CORRUPT)
		return refuse(process, "the journal is corrupt", recovery->where);
	if (r)
		return r > 0 ? refuse(process, "journal", "held") : fail(process, "journal", r);
	process->first = recovery->first;
	process->cut_bytes = recovery->cut_bytes;
	process->clock_ms = recovery->last_arrival_ms;
	return 0;
}

static int make_parts(struct process *process)
{
	const struct mqtt_options mqtt = { .client_id = "sim" };
	const struct mqtt_hooks hooks = { .context = process };
	const struct store_options store = {
		.redis = { .socket = "sim", .timeout_ms = REDIS_WAIT_MS },
		.prefix = "p",
		.instance = "sim",
		.journal_id = journal_id(process->journal),
		.commit_every_ms = COMMIT_EVERY_MS,
	};
	const struct store_source source = {
		.context = { .units = process->options.world->units,
			     .offset_minutes = WORLD_OFFSET },
		.indicators = flow_indicators(process->flow),
		.book = flow_book(process->flow),
		.deadletter = flow_deadletter(process->flow),
	};
	int r;

	process->idle = timer_new(process->loop, pass_idle_time, process);
	process->second = timer_new(process->loop, every_second, process);
	r = intake_new(&process->intake, process->loop, &mqtt, process->journal, &hooks);
	if (!r)
		r = store_new(&process->store, process->loop, &store, &source);
	return r ? fail(process, "parts", r) : 0;
}

int process_start(struct process *process, const struct process_options *options)
{
	struct journal_recovery recovery;
	int r;

	*process = (struct process){ .options = *options };
	r = loop_new(&process->loop);
	assert(r == 0);
	r = open_journal(process, &recovery);
	if (r)
		return r;
	past_open(process->options.past);
	r = open_state(process, recovery.end);
	if (!r)
		r = make_parts(process);
	if (!r)
		r = process_carry(process, SIZE_MAX);
	if (r)
		return r;

	store_start(process->store);
	intake_start(process->intake);
	timer_start(process->idle, IDLE_EVERY_MS, IDLE_EVERY_MS);
	timer_start(process->second, 0, 1000);
	process->is_ready = true;
	return 0;
}

/* ---- work ---- */

void process_keep(struct process *process)
{
	keep_step(process->journal); /* a fault is met when records are carried */
}

int process_carry(struct process *process, size_t n)
{
	int r = 0;

	if (journal_fault(process->journal))
		return fail(process, "journal", journal_fault(process->journal));
	for (size_t i = 0; r == 0 && i < n; i++)
		r = flow_step(process->flow);
	if (r == FLOW_CORRUPT)
		return refuse(process, "the journal is corrupt", flow_where(process->flow));
	return r < 0 ? fail(process, "fold", r) : 0;
}

void process_turn(struct process *process)
{
	(void)process;
	loop_model_turn();
}

void process_stop(struct process *process)
{
	snapshots_free(process->snapshots);
	store_close(process->store);
	intake_close(process->intake, 0);
	timer_close(process->second);
	timer_close(process->idle);
	journal_free(process->journal);
	flow_free(process->flow);
	loop_free(process->loop);
	*process = (struct process){ 0 };
}
