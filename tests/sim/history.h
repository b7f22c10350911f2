/* SPDX-License-Identifier: Apache-2.0 */
/*
 * history: one seed, one history: senders, a broker, iocd, its disk, Redis, and what befalls them.
 */
#ifndef SIM_HISTORY_H
#define SIM_HISTORY_H

#include <stdbool.h>
#include <stdint.h>

#include "world.h"

struct history_result {
	bool is_good;
	uint64_t digest; /* of all that happened */
	unsigned n_steps;
	unsigned n_deaths; /* of the process, power cuts among them */
	unsigned n_power_cuts;
	unsigned n_loaded;  /* starts from a snapshot */
	unsigned n_redis;   /* faults of Redis */
	unsigned n_removed; /* starts that found older segments removed */
	unsigned n_batches; /* that left for history */
	unsigned n_transitions;
	unsigned n_events;
};

/* Lives through the history of seed; verbose tells each event as it happens. */
void history_run(uint64_t seed, const struct world *world, bool verbose,
		 struct history_result *ret);

/* Writes what is wrong, if anything is, and the last events to stderr; as far as it came if the
 * program is about to be aborted. */
void history_report(void);

#endif
