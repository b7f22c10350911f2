/* SPDX-License-Identifier: Apache-2.0 */
/*
 * backlog: the whole fold over a real configuration with as many records open as it may hold.
 *
 * Records are opened and closed by CloudEvents in messages, as senders would, and time passes by
 * records of its own, as in iocd.  One thread; nothing is read but the clocks that measure.
 */
#ifndef IOCBENCH_BACKLOG_H
#define IOCBENCH_BACKLOG_H

#include "bench.h"
#include "iocd/flow.h"

#define BACKLOG_BATCH 64 /* events in a message */

/* What carrying some records took. */
struct effort {
	uint64_t n_events;
	double cpu_us;          /* processor time of all, */
	double longest_ms;      /* of the one that took longest, */
	double longest_wall_ms; /* and by the clock on the wall */
};

struct backlog {
	struct world world;
	struct flow *flow;       /* owned */
	uint32_t feed, types[2]; /* received, resolved */
	uint64_t position, serial;
	int64_t now_ms;
	struct text topic, payload;
	int n_waiting; /* events in payload */
};

/* Makes the fold, empty, as of now_ms.  0 or a fault. */
int backlog_init(struct backlog *backlog, const struct bench *bench, int64_t now_ms) MUST_USE;
void backlog_fini(struct backlog *backlog);

/* Adds an event to the message of unit: record number is received, due at due_ms, or with 0
 * resolved. */
void backlog_say(struct backlog *backlog, uint32_t unit, uint32_t number, int64_t due_ms);

/* Has the message arrive, if there is anything in it, and adds to effort what that took. */
void backlog_send(struct backlog *backlog, uint32_t unit, struct effort *effort);

/* Lets time pass until until_ms, record by record. */
void backlog_wait(struct backlog *backlog, int64_t until_ms, struct effort *effort);

/* A state as it was saved, and the processor time that saving and loading took. */
struct saved_backlog {
	size_t room; /* for bytes; 0: they are only counted */
	char *bytes; /* owned; free() */
	size_t n;
	double save_ms, load_ms;
};

/* Saves the state.  0 or a fault. */
int backlog_save(const struct backlog *backlog, struct saved_backlog *saved) MUST_USE;

/* Loads what was saved into a fold of its own, which it frees again.  0 or a fault. */
int backlog_load(const struct backlog *backlog, const struct bench *bench,
		 struct saved_backlog *saved) MUST_USE;

#endif
