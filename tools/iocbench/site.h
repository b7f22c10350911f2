/* SPDX-License-Identifier: Apache-2.0 */
/*
 * site: a private broker, Redis and iocd in one temporary directory, for one measurement.
 *
 * Each measurement has new servers: a broker keeps what an absent subscriber missed, and would
 * bring it to the next.  Everything listens on loopback or UNIX sockets and is ended by its process
 * id.  One thread; blocks until what it starts is ready.
 */
#ifndef IOCBENCH_SITE_H
#define IOCBENCH_SITE_H

#include <stdint.h>
#include <sys/types.h>

#include "iocd/base/defs.h"
#include "iocd/base/text.h"
#include "null.h"

struct site_options {
	const char *iocd;   /* program */
	const char *config; /* directory */
	const char *prefix; /* of topics */
};

struct site {
	const struct site_options *options; /* borrowed */
	char directory[64];
	char http[96]; /* sockets */
	char redis[96];
	int port; /* of the broker */
	pid_t broker_pid;
	pid_t redis_pid;
	pid_t subscriber_pid;     /* iocd, or the null subscriber */
	struct null_counts *null; /* shared memory; NULL: the subscriber is iocd */
};

/* What iocd says it has made of all events since its start. */
struct site_events {
	uint64_t accepted;
	uint64_t refused;
	uint64_t raised; /* alerts */
};

/* Starts a broker and the null subscriber; or a broker, a Redis and iocd.  Writes what went wrong
 * to stderr.  0 or a fault; site_stop() is due in either case. */
int site_start_null(struct site *site, const struct site_options *options) MUST_USE;
int site_start_iocd(struct site *site, const struct site_options *options) MUST_USE;

/* The second in steps.  The servers alone; iocd's process, without waiting for more than that;
 * until it is ready and all its parts are green; and its end by SIGKILL.  0 or a fault. */
int site_start_servers(struct site *site, const struct site_options *options) MUST_USE;
int site_launch_iocd(struct site *site) MUST_USE;
int site_await_iocd(struct site *site) MUST_USE;
void site_kill_iocd(struct site *site);

/* Launches iocd and asks it every millisecond, or when it can answer, whether it has caught up with
 * its journal.  How long that took from its start.  0 or a fault. */
int site_time_iocd(struct site *site, int64_t *ret_ns) MUST_USE;

/* Appends the directory of iocd's journal. */
void site_add_journal(const struct site *site, struct text *path);

/* Ends everything and removes the directory. */
void site_stop(struct site *site);

/* The same, after saying on stderr what went wrong if r is a fault.  Returns r. */
int site_end(struct site *site, int r) MUST_USE;

/* Asks iocd what it has counted; of the null subscriber the messages are "accepted".  0 or a fault.
 */
int site_events(struct site *site, struct site_events *ret) MUST_USE;

/* Whether the user wants us to end (SIGINT, SIGTERM); site.c watches for it from the first call on.
 */
bool site_interrupted(void);

#endif
