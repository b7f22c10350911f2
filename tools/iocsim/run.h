/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run: one run of the simulator, from its first event to its totals.
 *
 * Keeps the pace by the clock, mixes in repeats, late and spoilt events, and counts what iocd must
 * make of each.  One thread; blocks for as long as the run takes.
 */
#ifndef IOCSIM_RUN_H
#define IOCSIM_RUN_H

#include <signal.h>

#include "feeder.h"
#include "options.h"
#include "province.h"
#include "senders.h"

struct run;

/* Prepares a run; options, world, province, feeder and senders are borrowed for
 * life.  Gives it. */
struct run *run_new(const struct options *options, const struct world *world,
		    struct province *province, struct feeder *feeder,
		    struct senders *senders) MUST_USE;
struct run *run_free(struct run *run);
DEFINE_CLEANUP(struct run, run_free)

/* Sends until the run is over or *stop is set, then waits for all acknowledgements.  Shows progress
 * where stderr is a terminal.  0 or a fault. */
int run_all(struct run *run, const volatile sig_atomic_t *stop) MUST_USE;

/* Append the totals in JSON, with or without figures; and a summary for people. */
void run_json(struct text *out, const struct run *run, bool with_figures);
void run_summary(struct text *out, const struct run *run);

#endif
