/* SPDX-License-Identifier: Apache-2.0 */
/*
 * process: one life of iocd: the real journal, snapshots, fold, intake and store, wired together as
 * src/app does it, but with the journal's thread and the loop moved by the caller.
 *
 * Any call may end the process in the middle, in which case it does not return.
 */
#ifndef SIM_PROCESS_H
#define SIM_PROCESS_H

#include <stdbool.h>
#include <stdint.h>

#include "iocd/flow.h"
#include "iocd/intake.h"
#include "iocd/snapshot.h"
#include "iocd/store.h"
#include "past.h"
#include "world.h"

/* Told at the end of each tick while the process serves, before anything else is done with it. */
typedef void process_tick_fn(void *context, const struct flow *flow, uint64_t position);

struct process_options {
	const struct world *world;
	struct past *past;   /* history; borrowed */
	uint64_t keep_bytes; /* of the journal */
	uint64_t stop_below; /* free bytes on the disk */
	process_tick_fn *tick;
	void *context;
};

struct process {
	struct process_options options;
	struct loop *loop;
	struct journal *journal;
	struct snapshots *snapshots;
	struct flow *flow;
	struct intake *intake;
	struct store *store;
	struct timer *idle;
	struct timer *second;
	uint64_t first;      /* position of the oldest record at the start */
	uint64_t cut_bytes;  /* of a torn tail */
	uint64_t loaded;     /* position of the snapshot it began with; NEVER: none */
	int64_t clock_ms;    /* civil time that never goes back */
	bool wants_snapshot; /* at the end of the next tick */
	bool is_short;       /* of room on the disk */
	bool is_ready;
	char why[640];   /* why it could not start, or had to end */
	bool is_refused; /* ... because of what is on the disk, not of a failing call */
};

/* Starts: recovers, loads, catches up, and serves.  0, or it could not: why says so. */
int process_start(struct process *process, const struct process_options *options) MUST_USE;

/* One piece of what the journal's thread does. */
void process_keep(struct process *process);

/* Carries up to n records that are synced.  0, or why says why the process must end. */
int process_carry(struct process *process, size_t n) MUST_USE;

/* Timers and wake-ups that are due. */
void process_turn(struct process *process);

/* Ends in good order and frees everything. */
void process_stop(struct process *process);

#endif
