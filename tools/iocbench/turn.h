/* SPDX-License-Identifier: Apache-2.0 */
/*
 * turn: one measurement of one subscriber: a new site, one cargo, processor time and rate.
 *
 * Blocks for as long as it takes.  Nothing is reported unless every event that was sent was
 * counted.
 */
#ifndef IOCBENCH_TURN_H
#define IOCBENCH_TURN_H

#include "sender.h"
#include "site.h"

struct turn {
	const struct site_options *site;
	const struct world *world;
	bool is_null; /* the subscriber is the null subscriber, not iocd */
	uint64_t n_events;
	int batch;
	double rate; /* 0: as fast as the broker takes them */
};

struct turn_result {
	double cpu_us;     /* processor time of the subscriber per event */
	double user_share; /* of it */
	double rate;       /* events per second until all were counted */
	double event_bytes;
};

/* Measures.  Says on stderr what it does.  0 or a fault, with what went wrong on stderr. */
int turn_run(const struct turn *turn, struct turn_result *ret) MUST_USE;

#endif
