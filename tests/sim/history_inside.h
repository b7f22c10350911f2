/* SPDX-License-Identifier: Apache-2.0 */
/*
 * history_inside: what history.c (lives and the quiet end) and steps.c (what happens in a life)
 * share.
 */
#ifndef SIM_HISTORY_INSIDE_H
#define SIM_HISTORY_INSIDE_H

#include <setjmp.h>
#include <stdbool.h>
#include <stdint.h>

#include "history.h"
#include "iocd/base/random.h"
#include "oracle.h"
#include "past.h"
#include "process.h"
#include "redis_server.h"
#include "senders.h"

#define LINES_KEPT 60
#define LINE_BYTES 200

enum { ALIVE, DIED, WRONG }; /* what setjmp() says */

struct history {
	uint64_t seed;
	const struct world *world;
	bool is_verbose;
	struct random_stream random;
	struct senders senders;
	struct oracle oracle;
	struct redis_server *server;
	struct past past;
	int64_t start_ms;
	struct process process;
	struct process_options options;
	bool has_process;
	bool acks_at_once; /* as with sync: interval */
	uint64_t durable;  /* position up to which the journal is known to be on the disk */
	unsigned steps_left;
	unsigned n_failed_starts; /* one after the other, of calls that failed */
	const char *refusal;      /* of Redis, in force */
	jmp_buf way_out;
	char why[1200];
	char lines[LINES_KEPT][LINE_BYTES];
	unsigned n_lines;
	unsigned n_commands;
	char command[600]; /* the last */
	struct history_result *result;
};

extern struct history history; /* the only one there is at a time */

/* Tells what happens: in the lines that are kept, and to stderr if verbose. */
void say(const char *format, ...) PRINTF(1, 2);

/* Do not return: the history is wrong; the process ends. */
void give_up(const char *why);
void die_by_itself(const char *why);

/* Gives up, for the oracle's reason, unless it holds. */
void demand(bool holds);

/* A number below n, and whether one of n is drawn. */
uint64_t below(uint64_t n);
bool one_in(uint64_t n);

/* One thing happens, drawn at random. */
void step(void);

/* Ends every fault that is in force. */
void calm(void);

/* The broker delivers a message, again if it was acknowledged before; the journal's thread does a
 * piece of its work; records are carried; time passes. */
void deliver(bool again);
void keep(void);
void carry(size_t n);
void pass(int64_t ms);

#endif
