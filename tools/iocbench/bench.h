/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench: the benchmarks.  Each runs until it is done, tells its progress on stderr, and appends its
 * rows to a table.
 */
#ifndef IOCBENCH_BENCH_H
#define IOCBENCH_BENCH_H

#include "figures.h"
#include "turn.h"

struct bench {
	struct site_options site;
	struct world world;
	const struct config *config; /* borrowed; world is of it */
	bool quick;
	int rounds;
	uint64_t n_events; /* of one round; 0: as the benchmark likes */
	struct text *table;
	struct text *notes; /* what does not fit into a row */
};

/* Single events at full speed and at a steady rate, iocd and the null subscriber by turns: rows P1
 * and P1b.  0 or a fault. */
int bench_ingest(const struct bench *bench) MUST_USE;

/* Batches of 64 events: row P2.  0 or a fault. */
int bench_batch(const struct bench *bench) MUST_USE;

/* The null subscriber alone, at full speed: a row without a target.  0 or a fault. */
int bench_null(const struct bench *bench) MUST_USE;

/* From publishing a critical event to its alert at a subscriber, under load: row P6.  0 or a fault.
 */
int bench_latency(const struct bench *bench) MUST_USE;

/* A start with a million events in the journal and no snapshot: rows P3 and P10.  0 or a fault. */
int bench_replay(const struct bench *bench) MUST_USE;

/* A start after kill -9 under load, with the ordinary snapshots: row P10.  0 or a fault. */
int bench_restart(const struct bench *bench) MUST_USE;

/* The longest turn of the loop with 100,000 series, their snapshots, and 20,000 events a second:
 * row P11 in part.  0 or a fault. */
int bench_stall(const struct bench *bench) MUST_USE;

/* A million open records, within us: bytes and processor time each, and the longest tick of a wave
 * of a hundred thousand; then bench_wave().  0 or a fault. */
int bench_records(const struct bench *bench) MUST_USE;

/* As many records as the configuration lets be open, through the whole fold by messages: bytes,
 * processor time of an event, the longest turn, a wave and what is told of it, a snapshot.  0 or a
 * fault. */
int bench_wave(const struct bench *bench) MUST_USE;

/* Figures of the past in a file of 62 days (quick: 3), within us: rows a second, their size, and
 * how long questions take.  0 or a fault. */
int bench_history(const struct bench *bench) MUST_USE;

/* The events of a round: what the user asked for, else usual or, with --quick, quick. */
uint64_t bench_events(const struct bench *bench, uint64_t usual, uint64_t quick);

#endif
