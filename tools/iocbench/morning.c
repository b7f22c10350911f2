/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A million open records through the whole fold of the configuration: what one takes, what an event
 * costs among them, and the morning on which a tenth of them come due soon at one instant.
 *
 * All units but the first send.  The first message of each unit is for warming up: what series need
 * is there before memory is looked at.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "backlog.h"
#include "iocd/base/clock.h"
#include "iocd/base/counter.h"
#include "iocd/base/err.h"
#include "morning.h"

#define IN_WAVE     10   /* every so many is due soon that morning */
#define CHANGES     2000 /* messages of closings, and as many of openings */
#define BEAT_MS     40   /* between two messages */
#define HOUR        INT64_C(3600000)
#define DAY_MS      (24 * HOUR)
#define MONDAY_MS   INT64_C(1772384400000) /* 2026-03-02T00:00:00+07:00 */
#define START_MS    (MONDAY_MS + 2 * DAY_MS + 6 * HOUR)
#define WAVE_MS     (MONDAY_MS + 2 * DAY_MS + 15 * HOUR / 2) /* two days before Friday */
#define WAVE_DUE_MS (MONDAY_MS + 4 * DAY_MS + 17 * HOUR)

struct morning {
	const struct bench *bench;
	struct backlog backlog;
	uint32_t n_units;
	uint32_t n_records;
	double *figures; /* N_FIGURES; borrowed */
};

static double resident_bytes(void)
{
	FILE *file = fopen("/proc/self/statm", "re");
	long all = 0, resident = 0;

	if (!file || fscanf(file, "%ld %ld", &all, &resident) != 2)
		resident = 0;
	if (file)
		(void)fclose(file);
	return (double)resident * (double)sysconf(_SC_PAGESIZE);
}

static double larger(double a, double b)
{
	return a > b ? a : b;
}

/* Enters the longest turn of effort among all. */
static void note_turns(struct morning *morning, const struct effort *effort)
{
	double *figures = morning->figures;

	figures[TURN_MS] = larger(figures[TURN_MS], effort->longest_ms);
	figures[WALL_MS] = larger(figures[WALL_MS], effort->longest_wall_ms);
}

static uint64_t n_open(const struct morning *morning)
{
	struct trackers_counts counts;

	trackers_count(flow_trackers(morning->backlog.flow), &counts);
	return counts.open;
}

static uint32_t sender_of(const struct morning *morning, uint32_t message)
{
	return 1 + message % (morning->n_units - 1);
}

static int64_t due_of(uint32_t number)
{
	if (number % IN_WAVE == 0)
		return WAVE_DUE_MS;
	return MONDAY_MS + (7 + number % 56) * DAY_MS + 17 * HOUR;
}

static void send(struct morning *morning, uint32_t unit, struct effort *effort)
{
	backlog_send(&morning->backlog, unit, effort);
	backlog_wait(&morning->backlog, morning->backlog.now_ms + BEAT_MS, effort);
}

static void warm_up(struct morning *morning)
{
	struct effort effort = { 0 };

	for (uint32_t unit = 1; unit < morning->n_units; unit++)
		for (int64_t closing = 0; closing < 2; closing++) {
			for (uint32_t i = 0; i < BACKLOG_BATCH; i++)
				backlog_say(&morning->backlog, unit,
					    UINT32_MAX / 64 + unit * BACKLOG_BATCH + i,
					    closing ? 0 : due_of(1));
			send(morning, unit, &effort);
		}
}

static int open_all(struct morning *morning)
{
	const struct trackers *trackers = flow_trackers(morning->backlog.flow);
	double n = morning->n_records, before = resident_bytes();
	struct effort effort = { 0 };

	for (uint32_t i = 0; i < morning->n_records; i++) {
		uint32_t message = i / BACKLOG_BATCH;

		backlog_say(&morning->backlog, sender_of(morning, message), i, due_of(i));
		if ((i + 1) % BACKLOG_BATCH == 0 || i + 1 == morning->n_records)
			send(morning, sender_of(morning, message), &effort);
	}
	morning->figures[RESIDENT] = (resident_bytes() - before) / n;
	morning->figures[OWN] = (double)trackers_bytes(trackers) / n;
	morning->figures[OPEN_US] = effort.cpu_us / n;
	note_turns(morning, &effort);
	if (n_open(morning) == morning->n_records)
		return 0;

	fprintf(stderr, "iocbench: %" PRIu64 " records are open, not %u\n", n_open(morning),
		morning->n_records);
	return err_raise(-EIO);
}

/* Closes a message of records that are no part of the wave, and opens as many. */
static void change(struct morning *morning, uint32_t message, struct effort *effort)
{
	uint32_t unit = sender_of(morning, message);
	uint32_t first = message * BACKLOG_BATCH;

	for (uint32_t i = first; i < first + BACKLOG_BATCH; i++)
		if (i % IN_WAVE != 0)
			backlog_say(&morning->backlog, unit, i, 0);
	send(morning, unit, effort);
	for (uint32_t i = first; i < first + BACKLOG_BATCH; i++)
		if (i % IN_WAVE != 0)
			backlog_say(&morning->backlog, unit, morning->n_records + i, due_of(i));
	send(morning, unit, effort);
}

/* Of n messages all over the backlog; processor time of an event. */
static double change_many(struct morning *morning, uint32_t from, uint32_t n)
{
	uint32_t n_messages = morning->n_records / BACKLOG_BATCH;
	struct effort effort = { 0 };

	for (uint32_t i = from; i < from + n; i++)
		change(morning, (uint32_t)(i * UINT64_C(7919) % n_messages), &effort);
	note_turns(morning, &effort);
	return effort.cpu_us / (double)effort.n_events;
}

static void meet_wave(struct morning *morning)
{
	struct backlog *backlog = &morning->backlog;
	const struct trackers *trackers = flow_trackers(backlog->flow);
	uint64_t raised = counter_get(COUNTER_alerts_raised);
	uint64_t dropped = counter_get(COUNTER_alerts_dropped);
	struct effort before = { 0 }, wave = { 0 };

	backlog_wait(backlog, WAVE_MS - 1, &before);
	do
		backlog_wait(backlog, backlog->now_ms + FLOW_TICK_MS, &wave);
	while (trackers_due_ms(trackers) <= WAVE_MS);
	note_turns(morning, &before);
	note_turns(morning, &wave);
	morning->figures[WAVE_CPU_MS] = wave.cpu_us / 1e3;
	morning->figures[WAVE_S] = (double)(flow_tick_ms(backlog->flow) - WAVE_MS) / 1e3;
	morning->figures[RAISED] = (double)(counter_get(COUNTER_alerts_raised) - raised);
	morning->figures[DROPPED] = (double)(counter_get(COUNTER_alerts_dropped) - dropped);
}

/* As a snapshot is written: in a child, while events go on and pages are copied for it. */
static int save_beside(struct morning *morning)
{
	struct saved_backlog saved = { 0 };
	int64_t start_ns = clock_mono_ns();
	clock_t start = clock();
	pid_t child = fork();
	int status;

	if (child < 0)
		return err_raise(-errno);
	if (child == 0)
		_exit(backlog_save(&morning->backlog, &saved) ? EXIT_FAILURE : EXIT_SUCCESS);
	morning->figures[FORK_MS] = (double)(clock() - start) * 1e3 / CLOCKS_PER_SEC;
	morning->figures[FORK_WALL_MS] = (double)(clock_mono_ns() - start_ns) / 1e6;
	(void)change_many(morning, CHANGES, CHANGES / 4);
	if (waitpid(child, &status, 0) < 0)
		return err_raise(-errno);
	return WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS ? 0 : err_raise(-EIO);
}

/* Once for the time and the size, once for the bytes. */
static int save_and_load(struct morning *morning)
{
	struct saved_backlog saved = { 0 };
	int r = backlog_save(&morning->backlog, &saved);

	morning->figures[SAVE_MS] = saved.save_ms;
	morning->figures[SAVED_MB] = (double)saved.n / 1e6;
	saved = (struct saved_backlog){ .room = saved.n };
	if (!r)
		r = backlog_save(&morning->backlog, &saved);
	if (!r)
		r = backlog_load(&morning->backlog, morning->bench, &saved);
	morning->figures[LOAD_MS] = saved.load_ms;
	free(saved.bytes);
	return err_pass(r);
}

static int live_through(struct morning *morning)
{
	int r;

	warm_up(morning);
	r = open_all(morning);
	if (r)
		return err_pass(r);
	morning->figures[CHANGE_US] = change_many(morning, 0, CHANGES);
	r = save_beside(morning);
	if (r)
		return err_pass(r);
	meet_wave(morning);
	return err_pass(save_and_load(morning));
}

int morning_play(const struct bench *bench, double *figures)
{
	struct morning morning = {
		.bench = bench,
		.n_records = (uint32_t)bench->world.settings->limits.records,
		.n_units = units_count(bench->world.units),
		.figures = figures,
	};
	int r = backlog_init(&morning.backlog, bench, START_MS);

	if (!r)
		r = live_through(&morning);
	backlog_fini(&morning.backlog);
	return err_pass(r);
}
