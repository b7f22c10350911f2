/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sender: a process of its own that sends a cargo when it is told to.
 *
 * It encodes first, says that it is ready, and starts its clock when it is told to go, so that
 * neither its preparation nor its processor time is in any figure.
 */
#ifndef IOCBENCH_SENDER_H
#define IOCBENCH_SENDER_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "fact.h"
#include "grid.h"

struct sender_options {
	const struct world *world; /* borrowed for the sender's life */
	int port;                  /* of the broker on loopback */
	uint64_t n_events;
	int batch;
	const struct grid *grid; /* NULL: a province's events; else this, one by one; borrowed */
	double rate;             /* events per second; 0: as fast as the broker takes them */
};

/* What the sender and who started it tell each other, in shared memory. */
struct sender_news {
	atomic_bool ready;
	atomic_bool go;
	atomic_bool done; /* all is acknowledged */
	atomic_int_fast64_t start_ns;
	atomic_uint_fast64_t event_bytes; /* of all events */
};

struct sender {
	struct sender_options options;
	struct sender_news *news; /* owned; shared memory */
	pid_t pid;
};

/* Starts the process and waits until it is ready.  0 or a fault; sender_stop() is due in either
 * case. */
int sender_start(struct sender *sender, const struct sender_options *options) MUST_USE;

/* Ends the process; 0 if it has sent everything by itself, else a fault. */
int sender_stop(struct sender *sender) MUST_USE;

#endif
